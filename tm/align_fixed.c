/*
 * What is known before anything is aligned: pairs that are right, and
 * junctions that both texts have. A fixed pair of several sentences becomes
 * a pair of one,
 *
 *	fixed 2-1 at (1, 1)	source  a | b c | d	-> a, bc, d
 *				target  A |  B  | C	-> A, B, C
 *
 * and then is a 1-1 bead from node (1, 1) to node (2, 2). Nodes bound the
 * rows before and behind them: a path through (i, j) has no column beyond j
 * before row i, and none below j behind it. band_allows() does the rest.
 */
#include "config.h"

#include "tm/align_int.h"

#include <stdlib.h>

static bool
check_fixed(const tm_align_options *o, size_t n, size_t m, tm_error *err)
{
	size_t i = 0, j = 0;

	for (size_t k = 0; k < o->n_fixed; k++) {
		const tm_bead *b = &o->fixed[k];

		if (b->n_src == 0 || b->n_tgt == 0 || b->src > n ||
		    b->n_src > n - b->src || b->tgt > m ||
		    b->n_tgt > m - b->tgt)
			return tm_fail(err, TM_INVALID,
			    "there is no pair of sentences %zu and %zu: the "
			    "texts have %zu and %zu",
			    b->src + b->n_src, b->tgt + b->n_tgt, n, m);
		if (b->src < i || b->tgt < j)
			return tm_fail(err, TM_INVALID,
			    "the pair of sentences %zu and %zu crosses the one "
			    "before it",
			    b->src + 1, b->tgt + 1);
		i = b->src + b->n_src;
		j = b->tgt + b->n_tgt;
	}
	return true;
}

static bool
check_junctions(const tm_align_options *o, size_t n, size_t m, tm_error *err)
{
	const tm_bead *b = o->fixed;
	const tm_bead *end = o->n_fixed == 0 ? b : b + o->n_fixed;
	size_t i = 0, j = 0;

	for (size_t k = 0; k < o->n_junctions; k++) {
		const tm_junction *at = &o->junctions[k];

		if (at->src > n || at->tgt > m || at->src < i || at->tgt < j)
			return tm_fail(err, TM_INVALID,
			    "the junction before sentences %zu and %zu crosses "
			    "another or lies behind the end",
			    at->src + 1, at->tgt + 1);
		i = at->src;
		j = at->tgt;
		while (
		    b < end && b->src + b->n_src <= i && b->tgt + b->n_tgt <= j)
			b++;
		if (b < end && (b->src < i || b->tgt < j))
			return tm_fail(err, TM_INVALID,
			    "the junction before sentences %zu and %zu crosses "
			    "the pair of sentences %zu and %zu",
			    i + 1, j + 1, b->src + 1, b->tgt + 1);
	}
	return true;
}

static bool
check_alone(const tm_align_options *o, int d, size_t n, tm_error *err)
{
	bool *paired = tm_zalloc(n + 1, sizeof *paired), ok = true;

	for (size_t q = 0; q < o->n_fixed; q++) {
		const tm_bead *b = &o->fixed[q];

		memset(paired + (d == 0 ? b->src : b->tgt), true,
		    d == 0 ? b->n_src : b->n_tgt);
	}
	for (size_t k = 0; ok && k < o->n_alone[d]; k++) {
		size_t i = o->alone[d][k];

		if (i >= n)
			ok = tm_fail(err, TM_INVALID,
			    "there is no sentence %zu to be without a pair: "
			    "the text has %zu",
			    i + 1, n);
		else if (paired[i])
			ok = tm_fail(err, TM_INVALID,
			    "sentence %zu is in a pair and is said to have "
			    "none",
			    i + 1);
	}
	free(paired);
	return ok;
}

/* ---- Folding ----------------------------------------------------------- */

static tm_str
join(given *k, const tm_str *v, size_t n)
{
	tm_buf all = { 0 };
	tm_str s;

	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			tm_buf_addc(&all, ' ');
		tm_buf_add(&all, v[i].p, v[i].n);
	}
	s = tm_arena_str(&k->arena, tm_buf_str(&all));
	tm_buf_release(&all);
	return s;
}

static void
fold_side(given *k, int d, const tm_align_side *text, const tm_align_options *o)
{
	size_t n = 0, i = 0;

	k->text[d] = tm_realloc(NULL, text->n + 1, sizeof *k->text[d]);
	k->start[d] = tm_realloc(NULL, text->n + 1, sizeof *k->start[d]);
	if (text->paragraph != NULL)
		k->paragraph[d] = tm_zalloc(text->n + 1, sizeof(size_t));
	for (const tm_bead *b = o->fixed; i < text->n; n++) {
		bool left = b != NULL && b < o->fixed + o->n_fixed;
		size_t at = !left ? text->n : d == 0 ? b->src : b->tgt;
		size_t run = 1;

		if (i == at) {
			run = d == 0 ? b->n_src : b->n_tgt;
			b++;
		}
		if (d == 0)
			k->is_fixed[n] = i == at;
		k->start[d][n] = i;
		k->text[d][n] =
		    run == 1 ? text->v[i] : join(k, text->v + i, run);
		if (text->paragraph != NULL)
			k->paragraph[d][n] = text->paragraph[i];
		i += run;
	}
	k->start[d][n] = text->n;
	k->side[d] = (tm_align_side){ text->lang, k->text[d], n,
		text->paragraph == NULL ? NULL : k->paragraph[d] };
}

/* The number that sentence i (or the end) has when folded. */
static size_t
folded(const given *k, int d, size_t i)
{
	size_t low = 0, high = k->side[d].n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (k->start[d][middle] < i)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* ---- Nodes ------------------------------------------------------------- */

static void
fix_node(fixed *f, size_t i, size_t j)
{
	if (j < f->first[i])
		f->first[i] = (uint32_t)j;
	if (f->last[i] == UINT32_MAX || j > f->last[i])
		f->last[i] = (uint32_t)j;
}

/* What the nodes say about all rows. */
static void
spread(fixed *f, size_t m)
{
	uint32_t next = (uint32_t)f->n + 1, most = (uint32_t)m, least = 0;

	for (size_t i = f->n + 1; i-- > 0;) {
		f->next[i] = next;
		f->most[i] = most < f->most[i] ? most : f->most[i];
		if (f->first[i] != UINT32_MAX) {
			next = (uint32_t)i;
			most = f->first[i];
		}
	}
	for (size_t i = 0; i <= f->n; i++) {
		f->least[i] = least > f->least[i] ? least : f->least[i];
		if (f->first[i] != UINT32_MAX)
			least = f->last[i];
		else
			f->last[i] = 0; /* below first: none */
	}
}

static uint32_t *
count_alone(const given *k, const tm_align_options *o, int d)
{
	size_t n = k->side[d].n;
	uint32_t *alone = tm_zalloc(n + 2, sizeof *alone);

	for (size_t q = 0; q < o->n_alone[d]; q++)
		alone[folded(k, d, o->alone[d][q]) + 1] = 1;
	for (size_t i = 0; i <= n; i++)
		alone[i + 1] += alone[i];
	return alone;
}

static void
find_nodes(given *k, const tm_align_options *o)
{
	size_t n = k->side[0].n, m = k->side[1].n;
	fixed *f = &k->nodes;

	*f = (fixed){ .n = n };
	f->first = tm_realloc(NULL, n + 2, sizeof *f->first);
	f->last = tm_realloc(NULL, n + 2, sizeof *f->last);
	f->next = tm_zalloc(n + 2, sizeof *f->next);
	f->least = tm_zalloc(n + 2, sizeof *f->least);
	f->most = tm_realloc(NULL, n + 2, sizeof *f->most);
	memset(f->first, 0xff, (n + 2) * sizeof *f->first);
	memset(f->last, 0xff, (n + 2) * sizeof *f->last);
	memset(f->most, 0xff, (n + 2) * sizeof *f->most);
	for (size_t q = 0; q < o->n_fixed; q++) {
		size_t i = folded(k, 0, o->fixed[q].src);
		size_t j = folded(k, 1, o->fixed[q].tgt);

		fix_node(f, i, j);
		fix_node(f, i + 1, j + 1);
		/* Not by way of two nulls. */
		f->most[i] = (uint32_t)j;
		f->least[i + 1] = (uint32_t)j + 1;
	}
	for (size_t q = 0; q < o->n_junctions; q++)
		fix_node(f, folded(k, 0, o->junctions[q].src),
		    folded(k, 1, o->junctions[q].tgt));
	spread(f, m);
	for (int d = 0; d < 2; d++)
		f->alone[d] = count_alone(k, o, d);
}

bool
given_load(given *k, const tm_align_side *src, const tm_align_side *tgt,
    const tm_align_options *options, tm_error *err)
{
	*k = (given){ .side = { *src, *tgt } };
	if (!check_fixed(options, src->n, tgt->n, err) ||
	    !check_junctions(options, src->n, tgt->n, err) ||
	    !check_alone(options, 0, src->n, err) ||
	    !check_alone(options, 1, tgt->n, err))
		return false;
	k->any = options->n_fixed + options->n_junctions + options->n_alone[0] +
		     options->n_alone[1] >
		 0;
	if (!k->any)
		return true;
	k->is_fixed = tm_zalloc(src->n + 1, sizeof *k->is_fixed);
	fold_side(k, 0, src, options);
	fold_side(k, 1, tgt, options);
	find_nodes(k, options);
	return true;
}

void
given_unfold(const given *k, tm_beads *beads)
{
	for (size_t q = 0; k->any && q < beads->n; q++) {
		tm_bead *b = &beads->v[q];
		size_t src = b->src, tgt = b->tgt;

		if (b->n_src == 1 && k->is_fixed[src])
			b->confidence = 1;
		b->src = k->start[0][src];
		b->n_src = k->start[0][src + b->n_src] - b->src;
		b->tgt = k->start[1][tgt];
		b->n_tgt = k->start[1][tgt + b->n_tgt] - b->tgt;
	}
}

void
given_release(given *k)
{
	for (int d = 0; d < 2; d++) {
		free(k->text[d]);
		free(k->paragraph[d]);
		free(k->start[d]);
		free(k->nodes.alone[d]);
	}
	free(k->is_fixed);
	free(k->nodes.first);
	free(k->nodes.last);
	free(k->nodes.next);
	free(k->nodes.least);
	free(k->nodes.most);
	tm_arena_release(&k->arena);
	*k = (given){ 0 };
}

/*
 * ladder.c - alignments as numbers, and how right one is
 *
 * For lax hits every source sentence remembers which target sentences
 * stand with it:
 *
 *	[0]:[1,2]  [1]:[3]	->	links (0,1) (0,2) (1,3)
 *
 * sorted, so that a pair is looked up by bisection.
 */
#include "config.h"

#include "tm/ladder.h"

#include <stdlib.h>

void
tm_ladder_release(tm_ladder *ladder)
{
	free(ladder->v);
	tm_arena_release(&ladder->arena);
	*ladder = (tm_ladder){ 0 };
}

/* ---- Reading ----------------------------------------------------------- */

struct reader {
	const char *name, *p, *end;
	size_t line;
	tm_ladder *ladder;
};

static bool
fail(const struct reader *r, const char *what, tm_error *err)
{
	return tm_fail(
	    err, TM_PARSE, "'%s' line %zu: %s", r->name, r->line, what);
}

static void
skip_spaces(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t'))
		r->p++;
}

static bool
take(struct reader *r, char c)
{
	skip_spaces(r);
	if (r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

static bool
take_number(struct reader *r, uint32_t *number, tm_error *err)
{
	uint64_t n = 0;
	const char *start;

	skip_spaces(r);
	for (start = r->p; r->p < r->end && *r->p >= '0' && *r->p <= '9';
	     r->p++)
		if ((n = n * 10 + (uint64_t)(*r->p - '0')) >= UINT32_MAX)
			return fail(r, "a sentence number is too large", err);
	if (r->p == start)
		return fail(r, "not a bead such as [0]:[1,2]", err);
	*number = (uint32_t)n;
	return true;
}

static int
by_value(const void *x, const void *y)
{
	const uint32_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

/* In order, each once; gold by hand is not always so. Returns how many. */
static size_t
sort_numbers(uint32_t *v, size_t n)
{
	size_t kept = 1;

	qsort(v, n, sizeof *v, by_value);
	for (size_t i = 1; i < n; i++)
		if (v[i] != v[kept - 1])
			v[kept++] = v[i];
	return kept;
}

/* "[1,2]" into a growing scratch array, then into the arena. */
static bool
take_numbers(struct reader *r, const uint32_t **v, size_t *n, tm_error *err)
{
	uint32_t *scratch = NULL, *kept;
	size_t cap = 0;
	bool ok = true;

	*n = 0;
	if (!take(r, '['))
		return fail(r, "not a bead such as [0]:[1,2]", err);
	while (ok && !take(r, ']')) {
		tm_grow(scratch, *n, cap);
		ok = (*n == 0 || take(r, ',') ||
			 fail(r, "not a bead such as [0]:[1,2]", err)) &&
		     take_number(r, &scratch[*n], err);
		++*n;
	}
	if (ok && *n > 1)
		*n = sort_numbers(scratch, *n);
	if (ok) {
		kept = tm_arena_alloc(&r->ladder->arena, *n * sizeof *kept);
		if (*n > 0)
			memcpy(kept, scratch, *n * sizeof *kept);
		*v = kept;
	}
	free(scratch);
	return ok;
}

static bool
take_rung(struct reader *r, tm_error *err)
{
	tm_ladder *ladder = r->ladder;
	tm_rung rung = { .confidence = -1 };

	if (!take_numbers(r, &rung.src, &rung.n_src, err))
		return false;
	if (!take(r, ':'))
		return fail(r, "not a bead such as [0]:[1,2]", err);
	if (!take_numbers(r, &rung.tgt, &rung.n_tgt, err))
		return false;
	if (take(r, ':')) {
		char number[64] = "", *end;
		size_t n = (size_t)(r->end - r->p);

		memcpy(number, r->p, n < 63 ? n : 63);
		rung.confidence = strtod(number, &end);
		if (end == number)
			return fail(r, "no number behind the bead", err);
		/* other tools write a cost here: then it is no probability */
		if (!(rung.confidence >= 0) || rung.confidence > 1)
			rung.confidence = -1;
		r->p += end - number;
	}
	skip_spaces(r);
	if (r->p < r->end)
		return fail(
		    r, "something behind the bead: '#' begins a remark", err);
	if (rung.n_src + rung.n_tgt == 0)
		return true;
	tm_grow(ladder->v, ladder->n, ladder->cap);
	ladder->v[ladder->n++] = rung;
	return true;
}

bool
tm_ladder_read(const char *path, tm_ladder *ladder, tm_error *err)
{
	tm_buf text = { 0 };
	struct reader r = { .name = path, .ladder = ladder };
	const char *p, *end, *next;
	bool ok;

	ladder->n = 0;
	tm_arena_clear(&ladder->arena);
	ok = tm_read_file(path, &text, err);
	p = text.p;
	end = ok ? text.p + text.n : p;
	for (; ok && p < end; p = next) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		const char *hash;

		next = eol == NULL ? end : eol + 1;
		eol = eol == NULL ? end : eol;
		hash = memchr(p, '#', (size_t)(eol - p));
		r.line++;
		r.p = p;
		r.end = hash == NULL ? eol : hash;
		if (r.end > r.p && r.end[-1] == '\r')
			r.end--;
		skip_spaces(&r);
		if (r.p < r.end)
			ok = take_rung(&r, err);
	}
	tm_buf_release(&text);
	return ok;
}

/* Does a sentence of one side stand in two beads? */
static bool
is_twice(const tm_ladder *ladder, bool target, uint32_t *which)
{
	uint32_t *v = NULL;
	size_t n = 0, cap = 0;
	bool twice = false;

	for (size_t i = 0; i < ladder->n; i++) {
		const tm_rung *rung = &ladder->v[i];

		for (size_t k = 0; k < (target ? rung->n_tgt : rung->n_src);
		     k++) {
			tm_grow(v, n, cap);
			v[n++] = target ? rung->tgt[k] : rung->src[k];
		}
	}
	if (n > 0)
		qsort(v, n, sizeof *v, by_value);
	for (size_t i = 1; i < n && !twice; i++)
		if ((twice = v[i] == v[i - 1]))
			*which = v[i];
	free(v);
	return twice;
}

bool
tm_ladder_once(const tm_ladder *ladder, const char *name, tm_error *err)
{
	for (int side = 0; side < 2; side++) {
		uint32_t which;

		if (is_twice(ladder, side == 1, &which))
			return tm_fail(err, TM_PARSE,
			    "'%s': sentence %u of the %s is in two beads", name,
			    (unsigned)which, side == 1 ? "target" : "source");
	}
	return true;
}

/* ---- Scoring ----------------------------------------------------------- */

struct link {
	uint32_t src, tgt;
};

static int
by_link(const void *x, const void *y)
{
	const struct link *a = x, *b = y;

	if (a->src != b->src)
		return a->src < b->src ? -1 : 1;
	return (a->tgt > b->tgt) - (a->tgt < b->tgt);
}

static int
compare_numbers(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	for (size_t i = 0; i < n && i < m; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return (n > m) - (n < m);
}

static int
by_numbers(const void *x, const void *y)
{
	const tm_rung *a = x, *b = y;
	int c = compare_numbers(a->src, a->n_src, b->src, b->n_src);

	return c != 0 ? c : compare_numbers(a->tgt, a->n_tgt, b->tgt, b->n_tgt);
}

/* A ladder made ready to be asked: sorted, each bead once. */
struct index {
	tm_rung *v;
	size_t n;
	struct link *links;
	size_t n_links;
};

static void
index_ladder(struct index *x, const tm_ladder *ladder)
{
	size_t cap = 0;

	*x = (struct index){ 0 };
	x->v = tm_alloc((ladder->n + 1) * sizeof *x->v);
	if (ladder->n > 0)
		memcpy(x->v, ladder->v, ladder->n * sizeof *x->v);
	qsort(x->v, ladder->n, sizeof *x->v, by_numbers);
	for (size_t i = 0; i < ladder->n; i++)
		if (x->n == 0 || by_numbers(&x->v[x->n - 1], &x->v[i]) != 0)
			x->v[x->n++] = x->v[i];
	for (size_t i = 0; i < x->n; i++)
		for (size_t a = 0; a < x->v[i].n_src; a++)
			for (size_t b = 0; b < x->v[i].n_tgt; b++) {
				tm_grow(x->links, x->n_links, cap);
				x->links[x->n_links++] =
				    (struct link){ x->v[i].src[a],
					    x->v[i].tgt[b] };
			}
	if (x->n_links > 0)
		qsort(x->links, x->n_links, sizeof *x->links, by_link);
}

static void
index_release(struct index *x)
{
	free(x->v);
	free(x->links);
}

static bool
has_rung(const struct index *x, const tm_rung *rung)
{
	return bsearch(rung, x->v, x->n, sizeof *x->v, by_numbers) != NULL;
}

static bool
shares_link(const struct index *x, const tm_rung *rung)
{
	for (size_t a = 0; a < rung->n_src; a++)
		for (size_t b = 0; b < rung->n_tgt; b++) {
			struct link link = { rung->src[a], rung->tgt[b] };

			if (x->n_links > 0 &&
			    bsearch(&link, x->links, x->n_links, sizeof link,
				by_link) != NULL)
				return true;
		}
	return false;
}

static bool
is_pair(const tm_rung *rung)
{
	return rung->n_src > 0 && rung->n_tgt > 0;
}

static const double bin_borders[TM_RELIABILITY_BINS + 1] = { 0, .5, .7, .8, .9,
	.95, .98, .99, 1 };

static void
count_reliability(tm_ladder_score *score, const tm_rung *rung, bool right)
{
	size_t k = 0;

	while (k + 1 < TM_RELIABILITY_BINS &&
	       rung->confidence >= bin_borders[k + 1])
		k++;
	score->bin[k].n++;
	score->bin[k].right += right;
	score->bin[k].sum += rung->confidence;
}

void
tm_ladder_add_score(
    const tm_ladder *gold, const tm_ladder *test, tm_ladder_score *score)
{
	struct index g, t;

	for (size_t k = 0; k < TM_RELIABILITY_BINS; k++) {
		score->bin[k].from = bin_borders[k];
		score->bin[k].to = bin_borders[k + 1];
	}
	index_ladder(&g, gold);
	index_ladder(&t, test);
	for (size_t i = 0; i < t.n; i++) {
		bool right = has_rung(&g, &t.v[i]);

		score->test++;
		score->strict += right;
		score->lax += right || shares_link(&g, &t.v[i]);
		if (is_pair(&t.v[i]) && t.v[i].confidence >= 0)
			count_reliability(score, &t.v[i], right);
	}
	for (size_t i = 0; i < g.n; i++) {
		bool found;

		if (!is_pair(&g.v[i]))
			continue;
		found = has_rung(&t, &g.v[i]);
		score->gold++;
		score->found_strict += found;
		score->found_lax += found || shares_link(&t, &g.v[i]);
	}
	index_release(&g);
	index_release(&t);
}

static tm_prf
prf(size_t right, size_t of, size_t found, size_t gold)
{
	tm_prf x = { 0 };

	if (of > 0)
		x.precision = (double)right / (double)of;
	if (gold > 0)
		x.recall = (double)found / (double)gold;
	if (x.precision + x.recall > 0)
		x.f1 = 2 * x.precision * x.recall / (x.precision + x.recall);
	return x;
}

tm_prf
tm_ladder_strict(const tm_ladder_score *s)
{
	return prf(s->strict, s->test, s->found_strict, s->gold);
}

tm_prf
tm_ladder_lax(const tm_ladder_score *s)
{
	return prf(s->lax, s->test, s->found_lax, s->gold);
}

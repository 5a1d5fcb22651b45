/*
 * Which nodes of the grid a pass looks at: all of them in a short text, a
 * band where the path must be in a long one.
 *
 *	full		every node
 *	anchors		round a chain of matches between rare words
 *	diagonal	round the line from corner to corner
 *	hull		round everything that had a posterior in the last pass
 */
#include "config.h"

#include "tm/align_int.h"

#include <math.h>
#include <stdlib.h>

static void
take_room(band *b, size_t n, size_t m)
{
	band_release(b);
	b->n = n;
	b->m = m;
	b->lo = tm_zalloc(n + 1, sizeof *b->lo);
	b->hi = tm_zalloc(n + 1, sizeof *b->hi);
	b->at = tm_zalloc(n + 1, sizeof *b->at);
}

void
band_release(band *b)
{
	free(b->lo);
	free(b->hi);
	free(b->at);
	*b = (band){ 0 };
}

/* Make lo and hi grow with i, reach both corners, and number the cells. */
static void
settle(band *b)
{
	b->lo[0] = 0;
	b->hi[b->n] = (uint32_t)b->m;
	for (size_t i = 1; i <= b->n; i++)
		if (b->hi[i] < b->hi[i - 1])
			b->hi[i] = b->hi[i - 1];
	for (size_t i = b->n; i-- > 0;)
		if (b->lo[i] > b->lo[i + 1])
			b->lo[i] = b->lo[i + 1];
	b->cells = 0;
	for (size_t i = 0; i <= b->n; i++) {
		if (b->lo[i] > b->hi[i])
			b->lo[i] = b->hi[i];
		b->at[i] = (ptrdiff_t)b->cells - (ptrdiff_t)b->lo[i];
		b->cells += b->hi[i] - b->lo[i] + 1;
	}
}

/* Where a band leaps from one row to the next there would be no path. */
static void
close_gaps(band *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->hi[i] < b->lo[i + 1])
			b->hi[i] = b->lo[i + 1];
	settle(b);
}

void
band_full(band *b, size_t n, size_t m)
{
	take_room(b, n, m);
	for (size_t i = 0; i <= n; i++)
		b->hi[i] = (uint32_t)m;
	settle(b);
}

/* As wide as it may be for the time and memory it takes. */
#define DIAGONAL_CELLS 4e6

/* The node of the other side that has as much text before it. */
void
band_diagonal(band *b, const side s[2])
{
	size_t n = s[0].n, m = s[1].n, j = 0;
	double half = .08 * (double)m;

	if (half > DIAGONAL_CELLS / 2 / (double)n)
		half = DIAGONAL_CELLS / 2 / (double)n;
	if (half < 20)
		half = 20;
	take_room(b, n, m);
	for (size_t i = 0; i <= n; i++) {
		double share = s[0].length[i] / s[0].length[n];

		while (j < m && s[1].length[j] < share * s[1].length[m])
			j++;
		b->lo[i] = (double)j > half ? (uint32_t)((double)j - half) : 0;
		b->hi[i] = (double)j + half < (double)m
			       ? (uint32_t)((double)j + half)
			       : (uint32_t)m;
	}
	settle(b);
	close_gaps(b);
}

/* A row is sure of its bead from here on: .98 is a sixth slower, and of 38
 * long texts two come out .002 and .008 better. */
#define SURE .9f

void
band_hull(band *b, const row_reach *r, size_t n, size_t m, margins margin)
{
	size_t doubts = 0, wide = margin.doubtful; /* rows i -+ wide */

	take_room(b, n, m);
	for (size_t i = 0; i < wide && i <= n; i++)
		doubts += r->p[i] < SURE;
	for (size_t i = 0; i <= n; i++) {
		unsigned here;
		size_t from, to;

		if (i + wide <= n)
			doubts += r->p[i + wide] < SURE;
		if (i > wide)
			doubts -= r->p[i - wide - 1] < SURE;
		here = doubts == 0 ? margin.sure : margin.doubtful;
		from = i > here ? i - here : 0;
		to = i + here < n ? i + here : n;

		b->lo[i] = (uint32_t)m;
		for (size_t k = from; k <= to; k++) {
			uint32_t low = r->lo[k] > here ? r->lo[k] - here : 0;

			if (low < b->lo[i])
				b->lo[i] = low;
			if (r->hi[k] + here > b->hi[i])
				b->hi[i] = r->hi[k] + here;
		}
		if (b->hi[i] > m)
			b->hi[i] = (uint32_t)m;
	}
	settle(b);
	close_gaps(b);
}

/* ---- Fixed nodes ------------------------------------------------------- */

/* On each side of the line between two nodes, where the first band does not
 * reach them. */
#define FIXED_WIDTH 40

/* Take in the straight line between nodes (i0, j0) and (i1, j1). */
static void
take_in_line(band *b, size_t i0, size_t j0, size_t i1, size_t j1)
{
	for (size_t i = i0; i <= i1; i++) {
		double share =
		    i1 == i0 ? 0 : (double)(i - i0) / (double)(i1 - i0);
		size_t y = j0 + (size_t)(share * (double)(j1 - j0));
		size_t low = y > FIXED_WIDTH ? y - FIXED_WIDTH : 0;
		size_t high = y + FIXED_WIDTH < b->m ? y + FIXED_WIDTH : b->m;

		if (i == i0 || i == i1) {
			low = j0 < low ? j0 : low;
			high = j1 > high ? j1 : high;
		}
		if (low < b->lo[i])
			b->lo[i] = (uint32_t)low;
		if (high > b->hi[i])
			b->hi[i] = (uint32_t)high;
	}
}

static void
widen_to(band *b, const fixed *f)
{
	size_t i0 = 0, j0 = 0;

	for (size_t i = 0; i <= b->n; i++)
		if (f->first[i] <= f->last[i]) {
			take_in_line(b, i0, j0, i, f->first[i]);
			i0 = i;
			j0 = f->last[i];
		}
	take_in_line(b, i0, j0, b->n, b->m);
}

void
band_fix(band *b, const fixed *f, bool widen)
{
	b->fixed = f;
	if (f == NULL)
		return;
	if (widen)
		widen_to(b, f);
	for (size_t i = 0; i <= b->n; i++) {
		if (b->lo[i] < f->least[i])
			b->lo[i] = f->least[i];
		if (b->hi[i] < f->least[i])
			b->hi[i] = f->least[i];
		if (b->hi[i] > f->most[i])
			b->hi[i] = f->most[i];
		if (b->lo[i] > f->most[i])
			b->lo[i] = f->most[i];
		if (f->first[i] <= f->last[i]) {
			if (b->lo[i] > f->first[i])
				b->lo[i] = f->first[i];
			if (b->hi[i] < f->last[i])
				b->hi[i] = f->last[i];
		}
	}
	settle(b);
}

/* ---- Anchors ----------------------------------------------------------- */

/* Words in more sentences than this do not tell where one is. */
#define RARE 6
/* The band's half width where anchors are dense and agree. */
#define BASE_WIDTH 15

struct anchor {
	uint32_t i, j;
	float weight;
	uint32_t before; /* 1 + the anchor before in the best chain */
	double best;
};

struct anchors {
	struct anchor *v;
	size_t n, cap;
	float base; /* half width where they are dense and agree */
};

/*
 * Put anchors in order of rows; of columns, falling, so that a chain takes
 * one of a row. Those of one node become one.
 */
static void
sort_anchors(struct anchors *a, size_t rows)
{
	uint32_t *start = tm_zalloc(rows + 2, sizeof *start);
	struct anchor *sorted = tm_realloc(NULL, a->n + 1, sizeof *sorted);
	size_t kept = 0;

	for (size_t k = 0; k < a->n; k++)
		start[a->v[k].i + 1]++;
	for (size_t i = 0; i < rows; i++)
		start[i + 1] += start[i];
	for (size_t k = 0; k < a->n; k++)
		sorted[start[a->v[k].i]++] = a->v[k];
	for (size_t k = 0; k < a->n; k++) {
		struct anchor v = sorted[k];
		size_t at = kept;

		while (
		    at > 0 && sorted[at - 1].i == v.i && sorted[at - 1].j < v.j)
			at--;
		if (at > 0 && sorted[at - 1].i == v.i &&
		    sorted[at - 1].j == v.j) {
			sorted[at - 1].weight += v.weight;
			continue;
		}
		memmove(
		    &sorted[at + 1], &sorted[at], (kept - at) * sizeof *sorted);
		sorted[at] = v;
		kept++;
	}
	free(start);
	free(a->v);
	a->v = sorted;
	a->cap = a->n + 1;
	a->n = kept;
}

static bool
tells_place(const word_link *v)
{
	return v->kind != BY_PUNCTUATION && v->kind != BY_SHORT_NAME &&
	       v->kind != BY_COGNATE;
}

static void
add_anchor(struct anchors *a, uint32_t i, uint32_t j, double weight)
{
	tm_grow(a->v, a->n, a->cap);
	a->v[a->n++] = (struct anchor){ i, j, (float)weight, 0, 0 };
}

/* Links surer than this count as certain. */
static double
certainty(const word_link *v)
{
	double t = (double)v->t[0] + .2;

	return t > 1 ? 1 : t;
}

static void
find_anchors(struct anchors *a, const side s[2], const links *l)
{
	double n = (double)(s[0].n > s[1].n ? s[0].n : s[1].n);
	double slope = (double)s[1].n / (double)s[0].n;
	double reach = .15 * (double)s[1].n + 200;

	for (size_t k = 0; k < l->n; k++) {
		const word_link *v = &l->v[k];
		const occurrence *p = s[0].seen + s[0].seen_at[v->f];
		const occurrence *q = s[1].seen + s[1].seen_at[v->e];
		size_t n_p = s[0].seen_at[v->f + 1] - s[0].seen_at[v->f];
		size_t n_q = s[1].seen_at[v->e + 1] - s[1].seen_at[v->e];
		double weight;

		if (!tells_place(v) || n_p > RARE || n_q > RARE)
			continue;
		weight =
		    log(n / sqrt((double)n_p * (double)n_q)) * certainty(v);
		for (size_t x = 0; x < n_p; x++)
			for (size_t y = 0; y < n_q; y++)
				if (fabs(q[y].id - p[x].id * slope) <= reach)
					add_anchor(a, p[x].id, q[y].id, weight);
	}
	sort_anchors(a, s[0].n);
}

/*
 * Matches inside a band, where words may be less rare: mu is how many of the
 * sentences in reach have the word by chance.
 */
#define MOST_BY_CHANCE .5

static void
find_near(struct anchors *a, const side s[2], const links *l, const band *b)
{
	double density = (double)b->cells / (double)b->n / (double)b->m;

	for (size_t k = 0; k < l->n; k++) {
		const word_link *v = &l->v[k];
		const occurrence *p = s[0].seen + s[0].seen_at[v->f];
		const occurrence *q = s[1].seen + s[1].seen_at[v->e];
		size_t n_p = s[0].seen_at[v->f + 1] - s[0].seen_at[v->f];
		size_t n_q = s[1].seen_at[v->e + 1] - s[1].seen_at[v->e];
		double mu = sqrt((double)n_p * (double)n_q) * density;
		size_t first = 0;

		if (!tells_place(v) || n_p * density > MOST_BY_CHANCE ||
		    n_q * density > MOST_BY_CHANCE)
			continue;
		for (size_t x = 0; x < n_p; x++) {
			while (first < n_q && q[first].id < b->lo[p[x].id])
				first++;
			for (size_t y = first;
			     y < n_q && q[y].id <= b->hi[p[x].id]; y++)
				add_anchor(a, p[x].id, q[y].id,
				    -log(mu) * certainty(v));
		}
	}
	sort_anchors(a, s[0].n);
}

/*
 * The heaviest chain that grows in both directions, by a Fenwick tree over
 * columns that holds the best chain so far. Returns its length and puts the
 * anchors, in order, into chain.
 */
static size_t
best_chain(struct anchors *a, size_t m, uint32_t *chain)
{
	uint32_t *tree = tm_zalloc(m + 2, sizeof *tree);
	uint32_t end = 0;
	size_t n = 0;

	for (size_t k = 0; k < a->n; k++) {
		struct anchor *v = &a->v[k];
		double before = 0;

		v->before = 0;
		for (size_t x = v->j; x > 0; x -= x & -x)
			if (tree[x] != 0 && a->v[tree[x] - 1].best > before) {
				v->before = tree[x];
				before = a->v[tree[x] - 1].best;
			}
		v->best = before + (double)v->weight;
		for (size_t x = v->j + 1; x <= m; x += x & -x)
			if (tree[x] == 0 || a->v[tree[x] - 1].best < v->best)
				tree[x] = (uint32_t)k + 1;
		if (end == 0 || v->best > a->v[end - 1].best)
			end = (uint32_t)k + 1;
	}
	for (; end != 0; end = a->v[end - 1].before)
		chain[n++] = end - 1;
	for (size_t k = 0; k < n / 2; k++) {
		uint32_t swap = chain[k];

		chain[k] = chain[n - 1 - k];
		chain[n - 1 - k] = swap;
	}
	free(tree);
	return n;
}

static int
by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/*
 * Drop the anchors that are far from where their neighbours in the chain
 * say the path is: 40 columns from the median of 21.
 */
static void
drop_strays(struct anchors *a, const uint32_t *chain, size_t n, double slope)
{
	double *middle = tm_realloc(NULL, n, sizeof *middle);
	size_t kept = 0, at = 0;

	for (size_t k = 0; k < n; k++) {
		size_t from = k > 10 ? k - 10 : 0;
		size_t to = k + 11 < n ? k + 11 : n;
		double off[21];

		for (size_t x = from; x < to; x++)
			off[x - from] =
			    a->v[chain[x]].j - a->v[chain[x]].i * slope;
		qsort(off, to - from, sizeof *off, by_value);
		middle[k] = off[(to - from) / 2];
	}
	/* Rows of the chain are read from a->v, which is compacted below:
	 * an entry moves only to the left of where it is read. */
	uint32_t *row = tm_realloc(NULL, n, sizeof *row);

	for (size_t k = 0; k < n; k++)
		row[k] = a->v[chain[k]].i;
	for (size_t k = 0; k < a->n; k++) {
		double off = a->v[k].j - a->v[k].i * slope;

		while (at + 1 < n && row[at] < a->v[k].i)
			at++;
		if (fabs(off - middle[at]) < 40)
			a->v[kept++] = a->v[k];
	}
	a->n = kept;
	free(row);
	free(middle);
}

/* How far the chain strays from its slope near anchor k. */
static double
unrest(const struct anchors *a, const uint32_t *chain, size_t n, size_t k,
    double slope)
{
	size_t from = k > 6 ? k - 6 : 0, to = k + 7 < n ? k + 7 : n;
	const struct anchor *here = &a->v[chain[k]];
	double most = 0;

	for (size_t x = from; x < to; x++) {
		const struct anchor *v = &a->v[chain[x]];
		double d =
		    fabs((v->j - v->i * slope) - (here->j - here->i * slope));

		most = d > most ? d : most;
	}
	return most;
}

/*
 * Between two anchors that are right the path may be anywhere in the
 * rectangle that they span: all of it is in the band where that is no more
 * than so many rows or columns.
 */
#define RECTANGLE 100

static bool
is_narrow(double rows, double columns)
{
	return rows <= RECTANGLE || columns <= RECTANGLE;
}

static void
band_round(band *b, const struct anchors *a, const uint32_t *chain, size_t n,
    double slope)
{
	double *rest = tm_realloc(NULL, n, sizeof *rest), base = a->base;
	size_t k = 0;

	for (size_t x = 0; x < n; x++)
		rest[x] = unrest(a, chain, n, x, slope);
	for (size_t i = 0; i <= b->n; i++) {
		double i0 = 0, j0 = 0, i1 = (double)b->n, j1 = (double)b->m;
		double y, half, wild, left, right;

		while (k < n && a->v[chain[k]].i < i)
			k++;
		if (k > 0) {
			i0 = a->v[chain[k - 1]].i;
			j0 = a->v[chain[k - 1]].j;
		}
		if (k < n) {
			i1 = a->v[chain[k]].i;
			j1 = a->v[chain[k]].j;
		}
		wild = rest[k > 0 ? k - 1 : 0];
		if (k < n && rest[k] > wild)
			wild = rest[k];
		y = i1 > i0 ? j0 + ((double)i - i0) / (i1 - i0) * (j1 - j0)
			    : j0;
		half = base + wild + 1.5 * sqrt((i1 - i0) + (j1 - j0));
		left = y - half;
		right = y + half;
		if (is_narrow(i1 - i0, j1 - j0)) {
			left = j0 - base < left ? j0 - base : left;
			right = j1 + base > right ? j1 + base : right;
		}
		b->lo[i] = left > 0 ? (uint32_t)left : 0;
		b->hi[i] =
		    right < (double)b->m ? (uint32_t)right : (uint32_t)b->m;
	}
	free(rest);
}

/* Chain anchors in so many rows on either side that are this near to the
 * diagonal of one support it. */
#define SUPPORT_ROWS 12
#define SUPPORT_COLUMNS 4

/*
 * Drop the anchors of the chain that have less support than SUPPORT of the
 * usual: those that are there by chance, in a part that the other side does
 * not have.
 */
#define SUPPORT .3

static size_t
drop_unsupported(
    const struct anchors *a, uint32_t *chain, size_t n, double slope)
{
	double *support = tm_zalloc(n, sizeof *support), least;
	double *sorted = tm_realloc(NULL, n, sizeof *sorted);
	size_t from = 0, kept = 0;

	for (size_t k = 0; k < n; k++) {
		const struct anchor *v = &a->v[chain[k]];

		while (a->v[chain[from]].i + SUPPORT_ROWS < v->i)
			from++;
		for (size_t x = from; x < n; x++) {
			const struct anchor *w = &a->v[chain[x]];
			double off =
			    (w->j - w->i * slope) - (v->j - v->i * slope);

			if (w->i > v->i + SUPPORT_ROWS)
				break;
			if (fabs(off) <= SUPPORT_COLUMNS)
				support[k] += (double)w->weight;
		}
		sorted[k] = support[k];
	}
	qsort(sorted, n, sizeof *sorted, by_value);
	least = SUPPORT * sorted[n / 2];
	for (size_t k = 0; k < n; k++)
		if (support[k] >= least)
			chain[kept++] = chain[k];
	free(support);
	free(sorted);
	return kept;
}

/* The half width round anchors of a second look, and how many rows there
 * may be for each of them. */
#define NEAR_WIDTH 8
#define SPARSE 30
/*
 * Looks at the words that are rare in the band: they are many more than those
 * that are rare in the text, and the band round those is a third as wide.
 * Cells a row, FreeDict and none:
 *
 *	lines		no look		one		two
 *	1,041		48, 108		30, 108		27, 78
 *	10,283		84, 120		32, 78		26, 71
 *	29,024		111, 153	33, 153		27, 107
 *
 * The likelihood of the first pass is the same to six digits, and F1 of 38
 * long texts to .001 (of one; the others to the last digit).
 */
#define LOOKS 2

static void
refine(band *b, const side s[2], const links *l)
{
	double slope = (double)s[1].n / (double)s[0].n;
	struct anchors a = { .base = NEAR_WIDTH };
	band near = { 0 };
	uint32_t *chain;
	size_t n;

	find_near(&a, s, l, b);
	chain = tm_realloc(NULL, a.n + 1, sizeof *chain);
	n = best_chain(&a, s[1].n, chain);
	if (n > 0)
		n = drop_unsupported(&a, chain, n, slope);
	if (n >= s[0].n / SPARSE) {
		take_room(&near, b->n, b->m);
		band_round(&near, &a, chain, n, slope);
		for (size_t i = 0; i <= b->n; i++) {
			if (near.lo[i] > b->lo[i] && near.lo[i] <= b->hi[i])
				b->lo[i] = near.lo[i];
			if (near.hi[i] < b->hi[i] && near.hi[i] >= b->lo[i])
				b->hi[i] = near.hi[i];
		}
		settle(b);
		close_gaps(b);
		band_release(&near);
	}
	free(a.v);
	free(chain);
}

bool
band_anchors(band *b, const side s[2], const links *l)
{
	struct anchors a = { .base = BASE_WIDTH };
	double slope = (double)s[1].n / (double)s[0].n;
	uint32_t *chain;
	size_t n;
	bool ok;

	find_anchors(&a, s, l);
	chain = tm_realloc(NULL, a.n + 1, sizeof *chain);
	n = best_chain(&a, s[1].n, chain);
	if (n >= 5) {
		drop_strays(&a, chain, n, slope);
		n = best_chain(&a, s[1].n, chain);
	}
	/* Fewer say too little. */
	ok = n >= s[0].n / 200 + 5;
	if (ok) {
		take_room(b, s[0].n, s[1].n);
		band_round(b, &a, chain, n, slope);
		settle(b);
		close_gaps(b);
		for (int k = 0; k < LOOKS; k++)
			refine(b, s, l);
	}
	free(a.v);
	free(chain);
	return ok;
}

/*
 * Paths through the grid of sentence boundaries, from (0, 0) to (n, m). A
 * bead is a step; the path has a state: PAIRED after a bead that pairs,
 * else the side of the null bead before, for where one sentence is missing
 * the next often is too. After a 0-1 a 1-0 hardly comes: with the nulls of a
 * gap in one order only, a gap on both sides does not win by the number of
 * ways to write it.
 *
 *	forward(node, state)	log p of all ways to come here
 *	backward(node, state)	log p of all ways to go on
 *
 * so that a bead's posterior is forward + step + backward - likelihood.
 * Everything is in logarithms, with exp() only for terms that matter.
 *
 * Memory is what limits a long text. Scores and forward values come in
 * blocks of rows; when not all fit, those of a block are forgotten and
 * computed a second time on the way back, from what is kept of its start.
 * Forward values are floats, each row relative to its largest; of everything
 * else only the rows are there that a step can span.
 */
#include "config.h"

#include "tm/align_int.h"

#include <math.h>
#include <stdlib.h>

#include "tm/align_logs_int.h"

/* Posteriors below this are not listed, at first. */
#define LISTED 1e-4
/*
 * So many beads are listed at most, and as many for each sentence, the most
 * probable: 100,000 equal sentences would fill a gigabyte. News have 15 for
 * a sentence in the first pass, later 2.
 */
#define MOST_LISTED ((size_t)1 << 17)
#define LISTED_EACH 16
/*
 * Scores and forward values are kept when they take no more than so many
 * floats, 48 MB, else in blocks of 16 MB: once most of them are computed
 * twice anyhow, smaller blocks cost little.
 */
#define MOST_FLOATS ((size_t)12 << 20)
#define BLOCK_FLOATS ((size_t)4 << 20)
/* A step spans at most this many rows. */
#define ROWS (MAX_RUN + 1)

/* ---- Steps and blocks --------------------------------------------------- */

/* The model's probabilities as logarithms. */
struct steps {
	double null[STATES][2], other[STATES], shape[MAX_TYPES];
	bead_type type[MAX_TYPES];
	size_t n;
};

static struct steps
steps_of(const scores *sc, const model *m)
{
	struct steps st = { .n = sc->n };

	for (int s = 0; s < STATES; s++) {
		for (int k = 0; k < 2; k++)
			st.null[s][k] =
			    m->null[s][k] > 0 ? log(m->null[s][k]) : NEVER;
		st.other[s] = log(1 - m->null[s][0] - m->null[s][1]);
	}
	for (size_t t = 0; t < sc->n; t++) {
		st.shape[t] = log(m->shape[sc->type[t]]);
		st.type[t] = bead_types[sc->type[t]];
	}
	return st;
}

static inline size_t
width_of(const band *b, size_t i)
{
	return (size_t)b->hi[i] - b->lo[i] + 1;
}

static inline bool
inside(const band *b, size_t i, size_t j)
{
	return i <= b->n && j >= b->lo[i] && j <= b->hi[i];
}

static inline size_t
cell(const band *b, size_t i, size_t j)
{
	return (size_t)(b->at[i] + (ptrdiff_t)j);
}

static size_t
widest(const band *b)
{
	size_t most = 0;

	for (size_t i = 0; i <= b->n; i++)
		most = width_of(b, i) > most ? width_of(b, i) : most;
	return most;
}

/* The end of the block that begins with row first: as many rows as fit. */
static size_t
block_end(const band *b, const scores *sc, size_t first)
{
	size_t end = first, cells = 0, each = sc->n + STATES;

	size_t block = sc->block > 0 ? sc->block : BLOCK_FLOATS;

	if (sc->block == 0 && b->cells <= MOST_FLOATS / each)
		return b->n;
	while (end < b->n &&
	       (end == first || (cells + width_of(b, end)) * each <= block))
		cells += width_of(b, end++);
	return end;
}

/* ---- Forward ----------------------------------------------------------- */

struct sweep {
	const band *b;
	scores *sc;
	struct steps st;
	size_t width;		 /* of the widest row */
	float *forward;		 /* of the block, by cell and state, ... */
	size_t base, cap;	 /* its first cell, and room for so many */
	double *top;		 /* ... relative to this, by row */
	double *row[2];		 /* forward of this row and the one before */
	struct log_sum *arrived; /* at the rows a step can reach */
	double *backward;	 /* ROWS rows, by node and state */
	expected *x;
	double listed; /* posteriors below are not listed */
	size_t most_listed;
};

static inline struct log_sum *
arrived_at(const struct sweep *w, size_t i, size_t j)
{
	return &w->arrived[i % ROWS * w->width + j - w->b->lo[i]];
}

static inline float *
forward_of(const struct sweep *w, size_t i, size_t j)
{
	return &w->forward[STATES * (cell(w->b, i, j) - w->base)];
}

static inline double *
backward_of(const struct sweep *w, size_t i, size_t j)
{
	return &w->backward[STATES * (i % ROWS * w->width + j - w->b->lo[i])];
}

/* Go on from (i, j), which is reached with log p open, by every bead. */
static void
push(const struct sweep *w, size_t i, size_t j, double open)
{
	const struct steps *st = &w->st;
	const float *score = scores_at(w->sc, cell(w->b, i, j));

	for (size_t t = 0; t < st->n; t++)
		if (score[t] > IMPOSSIBLE)
			log_sum_add(
			    arrived_at(w, i + st->type[t].a, j + st->type[t].b),
			    open + st->shape[t] + (double)score[t]);
}

/* log p of coming to (i, j) by a null bead from the node that has f. */
static double
null_from(const struct sweep *w, const double *f, int k)
{
	double p = NEVER;

	for (int s = 0; s < STATES; s++)
		if (f[s] > NEVER / 2 && w->st.null[s][k] > NEVER)
			p = log_add(p, f[s] + w->st.null[s][k]);
	return p;
}

static void
forward_row(const struct sweep *w, size_t i)
{
	const band *b = w->b;
	double *row = w->row[i % 2], top = NEVER;
	float *keep = forward_of(w, i, b->lo[i]);
	size_t n = width_of(b, i);

	for (size_t j = b->lo[i]; j <= b->hi[i]; j++) {
		struct log_sum *arrived = arrived_at(w, i, j);
		double *f = row + STATES * (j - b->lo[i]), open = NEVER;

		f[PAIRED] = i + j == 0 ? 0 : log_sum_get(arrived);
		f[AFTER_1_0] =
		    i > 0 && inside(b, i - 1, j)
			? null_from(w,
			      w->row[(i - 1) % 2] + STATES * (j - b->lo[i - 1]),
			      0)
			: NEVER;
		f[AFTER_0_1] =
		    j > b->lo[i] ? null_from(w, f - STATES, 1) : NEVER;
		*arrived = (struct log_sum){ NEVER, 0 };
		for (int s = 0; s < STATES; s++) {
			top = f[s] > top ? f[s] : top;
			open = log_add(open, f[s] + w->st.other[s]);
		}
		if (i < b->n && open > NEVER / 2)
			push(w, i, j, open);
	}
	w->top[i] = top;
	for (size_t k = 0; k < STATES * n; k++)
		keep[k] =
		    row[k] <= NEVER ? (float)NEVER : (float)(row[k] - top);
}

/* Where a block begins, and what its forward values come from. */
struct start {
	size_t first;
	struct log_sum *arrived;
	double *before; /* forward of the row before */
};

static struct start
keep_start(const struct sweep *w, size_t first)
{
	size_t arrived = w->width * ROWS * sizeof *w->arrived;
	size_t row = w->width * STATES * sizeof(double);
	struct start start = { first, tm_alloc(arrived), tm_alloc(row) };

	memcpy(start.arrived, w->arrived, arrived);
	memcpy(start.before, w->row[(first + 1) % 2], row);
	return start;
}

static void
go_to_start(struct sweep *w, const struct start *start)
{
	memcpy(
	    w->arrived, start->arrived, w->width * ROWS * sizeof *w->arrived);
	memcpy(w->row[(start->first + 1) % 2], start->before,
	    w->width * STATES * sizeof(double));
}

/* The last row of a block; the last of all goes with the block before it,
 * for no bead begins there. */
static size_t
last_row(const band *b, size_t end)
{
	return end < b->n ? end - 1 : b->n;
}

/* Have the scores and the forward values of rows first .. end - 1. */
static void
forward_block(struct sweep *w, size_t first, size_t end)
{
	const band *b = w->b;
	size_t last = last_row(b, end), cells;

	w->base = cell(b, first, b->lo[first]);
	cells = cell(b, last, b->hi[last]) + 1 - w->base;
	if (cells > w->cap) {
		free(w->forward);
		w->forward =
		    tm_realloc(NULL, cells * STATES, sizeof *w->forward);
		w->cap = cells;
	}
	scores_rows(w->sc, first, end);
	for (size_t i = first; i <= last; i++)
		forward_row(w, i);
}

/* ---- Backward ---------------------------------------------------------- */

/* Double what a bead must have to be listed, until half of them are left. */
static void
shorten_list(struct sweep *w)
{
	scored_beads *beads = &w->x->beads;
	size_t n = beads->n;

	while (n > w->most_listed / 2) {
		n = 0;
		w->listed *= 2;
		for (size_t k = 0; k < beads->n; k++)
			if ((double)beads->v[k].p >= w->listed)
				beads->v[n++] = beads->v[k];
		beads->n = n;
	}
}

/* Where to look next is where beads are likely now, listed or not. */
static void
reach_out(row_reach *r, size_t i, size_t j, bead_type type, float p)
{
	for (size_t k = i; k <= i + type.a; k++) {
		if (j < r->lo[k])
			r->lo[k] = (uint32_t)j;
		if (j + type.b > r->hi[k])
			r->hi[k] = (uint32_t)(j + type.b);
		if (p > r->p[k])
			r->p[k] = p;
	}
}

static void
list_bead(struct sweep *w, size_t i, size_t j, bead_type type, double p)
{
	scored_beads *beads = &w->x->beads;

	if (p < LISTED)
		return;
	p = p > 1 ? 1 : p;
	reach_out(&w->x->reach, i, j, type, (float)p);
	if (p < w->listed)
		return;
	if (beads->n >= w->most_listed)
		shorten_list(w);
	tm_grow(beads->v, beads->n, beads->cap);
	beads->v[beads->n++] =
	    (scored_bead){ (uint32_t)i, (uint32_t)j, type.a, type.b, (float)p };
}

struct node {
	size_t i, j;
	double f[STATES]; /* forward, less the likelihood */
	double pairing;	  /* log p of going on with a bead that pairs */
	double after[2];  /* log p of going on after a null, 1-0 and 0-1 */
};

static void
count_nulls(struct sweep *w, const struct node *at)
{
	for (int k = 0; k < 2; k++) {
		double p = 0;

		for (int s = 0; s < STATES && at->after[k] > NEVER; s++) {
			double q =
			    exp(at->f[s] + w->st.null[s][k] + at->after[k]);

			w->x->null[s][k] += q;
			p += q;
		}
		list_bead(w, at->i, at->j,
		    (bead_type){ (uint8_t)(k == 0), (uint8_t)(k == 1) }, p);
	}
}

static void
count_others(struct sweep *w, const struct node *at)
{
	const struct steps *st = &w->st;
	const float *score = scores_at(w->sc, cell(w->b, at->i, at->j));
	double open = NEVER;

	for (int s = 0; s < STATES; s++)
		open = log_add(open, at->f[s] + st->other[s]);
	for (int s = 0; s < STATES; s++)
		w->x->from[s] += exp(at->f[s] + st->other[s] + at->pairing);
	for (size_t t = 0; t < st->n; t++) {
		bead_type type = st->type[t];
		double p;

		if (score[t] <= IMPOSSIBLE)
			continue;
		p = open + st->shape[t] + (double)score[t] +
		    *backward_of(w, at->i + type.a, at->j + type.b);
		if (p < -16)
			continue;
		p = exp(p);
		w->x->type[w->sc->type[t]] += p;
		list_bead(w, at->i, at->j, type, p);
	}
}

static void
backward_node(struct sweep *w, size_t i, size_t j)
{
	const band *b = w->b;
	const struct steps *st = &w->st;
	const float *f = forward_of(w, i, j);
	double base = w->top[i] - w->x->likelihood;
	struct node at = { i, j, { 0 }, NEVER, { NEVER, NEVER } };
	bool counts = false;
	struct log_sum sum = { NEVER, 0 };
	double *back = backward_of(w, i, j);

	if (i == b->n && j == b->m) {
		for (int k = 0; k < STATES; k++)
			back[k] = 0;
		return;
	}
	if (i < b->n) {
		const float *score = scores_at(w->sc, cell(b, i, j));

		for (size_t t = 0; t < st->n; t++)
			if (score[t] > IMPOSSIBLE)
				log_sum_add(
				    &sum, *backward_of(w, i + st->type[t].a,
					      j + st->type[t].b) +
					      st->shape[t] + (double)score[t]);
		if (sum.max > NEVER / 2)
			at.pairing = log_sum_get(&sum);
	}
	if (inside(b, i + 1, j))
		at.after[0] = backward_of(w, i + 1, j)[AFTER_1_0];
	if (j < b->hi[i])
		at.after[1] = backward_of(w, i, j + 1)[AFTER_0_1];
	for (int s = 0; s < STATES; s++) {
		back[s] = log_add(at.pairing + st->other[s],
		    log_add(at.after[0] + st->null[s][0],
			at.after[1] + st->null[s][1]));
		if (back[s] < NEVER / 2)
			back[s] = NEVER;
		at.f[s] = base + (double)f[s];
		counts = counts || at.f[s] + back[s] >= -16;
	}
	if (!counts)
		return;
	count_nulls(w, &at);
	if (at.pairing > NEVER)
		count_others(w, &at);
}

/* ---- Both -------------------------------------------------------------- */

static void
sweep_init(struct sweep *w, const band *b, scores *sc, const model *m)
{
	have_curves();
	*w = (struct sweep){ .b = b, .sc = sc, .st = steps_of(sc, m) };
	w->listed = LISTED;
	w->most_listed = MOST_LISTED + LISTED_EACH * (b->n + b->m);
	w->width = widest(b);
	w->top = tm_realloc(NULL, b->n + 1, sizeof *w->top);
	for (int k = 0; k < 2; k++)
		w->row[k] = tm_zalloc(w->width * STATES, sizeof(double));
	w->arrived = tm_realloc(NULL, w->width * ROWS, sizeof *w->arrived);
	for (size_t k = 0; k < w->width * ROWS; k++)
		w->arrived[k] = (struct log_sum){ NEVER, 0 };
	w->backward =
	    tm_realloc(NULL, w->width * ROWS * STATES, sizeof *w->backward);
}

static void
sweep_release(struct sweep *w)
{
	free(w->forward);
	free(w->top);
	free(w->row[0]);
	free(w->row[1]);
	free(w->arrived);
	free(w->backward);
}

/* Back through rows first .. last, whose scores and forward values are at
 * hand. */
static void
backward_block(struct sweep *w, size_t first, size_t last)
{
	for (size_t i = last + 1; i-- > first;)
		for (size_t j = w->b->hi[i] + (size_t)1; j-- > w->b->lo[i];)
			backward_node(w, i, j);
}

void
expected_release(expected *x)
{
	free(x->reach.lo);
	free(x->reach.hi);
	free(x->reach.p);
	free(x->beads.v);
	*x = (expected){ 0 };
}

/* Forget what was counted, but keep the room. */
static void
clear(expected *x, const band *b)
{
	row_reach r = x->reach;

	*x = (expected){ .reach = r, .beads = x->beads };
	x->beads.n = 0;
	if (r.lo == NULL) {
		r.lo = tm_realloc(NULL, b->n + 1, sizeof *r.lo);
		r.hi = tm_realloc(NULL, b->n + 1, sizeof *r.hi);
		r.p = tm_realloc(NULL, b->n + 1, sizeof *r.p);
		x->reach = r;
	}
	for (size_t i = 0; i <= b->n; i++) {
		r.lo[i] = (uint32_t)b->m;
		r.hi[i] = 0;
		r.p[i] = 0;
	}
}

/* What of the time goes to the sweep forward: four fifths where there is one
 * block, else half, for the sweep backward scores once more; and what of a
 * block's to its scores. */
#define FORWARD .6
#define SCORING .8

/* The rows of a block come, which are such a part of all. */
static void
block_begins(struct sweep *w, double from, double part)
{
	w->sc->from = from;
	w->sc->part = part * SCORING;
}

static void
tell(const struct sweep *w, double share)
{
	if (w->sc->passed != NULL)
		w->sc->passed(w->sc->self, share);
}

bool
path_expect(const band *b, scores *sc, const model *m, expected *x)
{
	struct start *start = NULL;
	size_t n = 0, cap = 0, end = 0;
	double each = FORWARD / (double)(b->n + 1);
	double back = (1 - FORWARD) / (double)(b->n + 1);
	const double *last;
	struct sweep w;

	clear(x, b);
	sweep_init(&w, b, sc, m);
	w.x = x;
	for (size_t first = 0; first < b->n; first = end) {
		end = block_end(b, sc, first);
		tm_grow(start, n, cap);
		start[n++] = keep_start(&w, first);
		block_begins(
		    &w, each * (double)first, each * (double)(end - first));
		forward_block(&w, first, end);
		tell(&w, each * (double)end);
	}
	last = w.row[b->n % 2] + STATES * (b->m - b->lo[b->n]);
	x->likelihood = log_add(last[0], log_add(last[1], last[2]));
	for (size_t k = n; k-- > 0;) {
		if (x->likelihood > NEVER / 2) {
			if (k + 1 < n) {
				go_to_start(&w, &start[k]);
				block_begins(&w, 1 - back * (double)end,
				    back * (double)(end - start[k].first));
				forward_block(&w, start[k].first, end);
			}
			backward_block(&w, start[k].first, last_row(b, end));
			end = start[k].first;
			tell(&w, 1 - back * (double)end);
		}
		free(start[k].arrived);
		free(start[k].before);
	}
	sweep_release(&w);
	free(start);
	return x->likelihood > NEVER / 2;
}

/* ---- The best path ----------------------------------------------------- */

/* How a state of a node was reached: a type, and the state before. */
#define STEP_1_0 (MAX_TYPES + 0)
#define STEP_0_1 (MAX_TYPES + 1)
#define NO_STEP 255

struct best {
	const band *b;
	size_t width;
	double *value; /* ROWS rows, by node and state */
	uint8_t *step; /* by cell and state */
};

static void
improve(struct best *best, size_t i, size_t j, int state, double x, size_t type,
    int before)
{
	double *value = &best->value[STATES * (i % ROWS * best->width + j -
						  best->b->lo[i]) +
				     (size_t)state];

	if (x > *value) {
		*value = x;
		best->step[STATES * cell(best->b, i, j) + (size_t)state] =
		    (uint8_t)(type * STATES + (size_t)before);
	}
}

static void
best_from(
    struct best *best, scores *sc, const struct steps *st, size_t i, size_t j)
{
	const band *b = best->b;
	double *value =
	    &best->value[STATES * (i % ROWS * best->width + j - b->lo[i])];
	double open[STATES];
	int s = 0;

	for (int k = 0; k < STATES; k++) {
		open[k] = value[k] + st->other[k];
		s = open[k] > open[s] ? k : s;
	}

	if (i < b->n && open[s] > NEVER / 2) {
		const float *score = scores_at(sc, cell(b, i, j));

		for (size_t t = 0; t < st->n; t++)
			if (score[t] > IMPOSSIBLE)
				improve(best, i + st->type[t].a,
				    j + st->type[t].b, 0,
				    open[s] + st->shape[t] + (double)score[t],
				    t, s);
	}
	for (int k = 0; k < STATES; k++) {
		if (value[k] <= NEVER / 2)
			continue;
		if (inside(b, i + 1, j))
			improve(best, i + 1, j, AFTER_1_0,
			    value[k] + st->null[k][0], STEP_1_0, k);
		if (j < b->hi[i])
			improve(best, i, j + 1, AFTER_0_1,
			    value[k] + st->null[k][1], STEP_0_1, k);
	}
}

static int
by_place(const void *x, const void *y)
{
	const scored_bead *a = x, *b = y;

	if (a->i != b->i)
		return a->i < b->i ? -1 : 1;
	if (a->j != b->j)
		return a->j < b->j ? -1 : 1;
	if (a->a != b->a)
		return a->a < b->a ? -1 : 1;
	return (a->b > b->b) - (a->b < b->b);
}

/* Put the beads in order and give them the posteriors of x. */
static void
finish(scored_beads *out, const expected *x)
{
	scored_bead *v = out->v;
	scored_bead *known = tm_alloc((x->beads.n + 1) * sizeof *known);

	for (size_t k = 0; k < out->n / 2; k++) {
		scored_bead swap = v[k];

		v[k] = v[out->n - 1 - k];
		v[out->n - 1 - k] = swap;
	}
	if (x->beads.n > 0)
		memcpy(known, x->beads.v, x->beads.n * sizeof *known);
	qsort(known, x->beads.n, sizeof *known, by_place);
	for (size_t k = 0; k < out->n; k++) {
		const scored_bead *found =
		    bsearch(&v[k], known, x->beads.n, sizeof *known, by_place);

		v[k].p = found == NULL ? 0 : found->p;
	}
	free(known);
}

static void
walk_back(const struct best *best, const struct steps *st, scored_beads *out)
{
	const band *b = best->b;
	const double *last = &best->value[STATES * (b->n % ROWS * best->width +
						       b->m - b->lo[b->n])];
	size_t i = b->n, j = b->m, state = 0;

	for (size_t k = 1; k < STATES; k++)
		state = last[k] > last[state] ? k : state;

	out->n = 0;
	while (i + j > 0) {
		uint8_t by = best->step[STATES * cell(b, i, j) + state];
		bead_type type;

		if (by == NO_STEP)
			break;
		if (by / STATES == STEP_1_0)
			type = (bead_type){ 1, 0 };
		else if (by / STATES == STEP_0_1)
			type = (bead_type){ 0, 1 };
		else
			type = st->type[by / STATES];
		i -= type.a;
		j -= type.b;
		state = by % STATES;
		tm_grow(out->v, out->n, out->cap);
		out->v[out->n++] = (scored_bead){ (uint32_t)i, (uint32_t)j,
			type.a, type.b, 0 };
	}
}

static void
clear_row(struct best *best, size_t i)
{
	double *value = &best->value[STATES * (i % ROWS * best->width)];

	for (size_t k = 0; k < STATES * best->width; k++)
		value[k] = NEVER;
}

void
path_best(const band *b, scores *sc, const model *m, const expected *x,
    scored_beads *out)
{
	struct steps st = steps_of(sc, m);
	struct best best = { .b = b, .width = widest(b) };
	size_t end = 0;

	/* Scores that are not at hand any more: all was told. */
	sc->from = 1;
	sc->part = 0;
	best.value =
	    tm_realloc(NULL, best.width * ROWS * STATES, sizeof(double));
	best.step = tm_realloc(NULL, b->cells, STATES);
	memset(best.step, NO_STEP, b->cells * STATES);
	for (size_t i = 0; i < ROWS; i++)
		clear_row(&best, i);
	best.value[0] = 0;
	for (size_t i = 0; i <= b->n; i++) {
		if (i == end && i < b->n) {
			end = block_end(b, sc, i);
			scores_rows(sc, i, end);
		}
		for (size_t j = b->lo[i]; j <= b->hi[i]; j++)
			best_from(&best, sc, &st, i, j);
		if (i < b->n)
			clear_row(&best, i);
	}
	walk_back(&best, &st, out);
	finish(out, x);
	free(best.value);
	free(best.step);
}

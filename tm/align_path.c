/*
 * Paths through the grid of sentence boundaries, from (0, 0) to (n, m). A
 * bead is a step; the path has a state, 1 after a step that pairs nothing
 * (for where one sentence is missing the next often is too), else 0.
 *
 *	forward(node, state)	log p of all ways to come here
 *	backward(node, state)	log p of all ways to go on
 *
 * so that a bead's posterior is forward + step + backward - likelihood.
 * Everything is in logarithms, with exp() only for terms that matter.
 */
#include "config.h"

#include "tm/align_int.h"

#include <math.h>
#include <stdlib.h>

#define NEVER -1e30
/* exp(-30) is lost in a sum of doubles that matter here. */
#define NEGLIGIBLE 30
/* Posteriors below this are not listed. */
#define LISTED 1e-4

double
log_add(double a, double b)
{
	double high = a > b ? a : b, low = a > b ? b : a;

	if (low - high < -NEGLIGIBLE)
		return high;
	return high + log1p(exp(low - high));
}

/* The log of a sum whose terms come one by one. */
struct log_sum {
	double max, sum;
};

static inline void
log_sum_add(struct log_sum *s, double x)
{
	if (x <= s->max) {
		if (x > s->max - NEGLIGIBLE)
			s->sum += exp(x - s->max);
	} else {
		s->sum =
		    (s->max < x - NEGLIGIBLE ? 0 : s->sum * exp(s->max - x)) +
		    1;
		s->max = x;
	}
}

static inline double
log_sum_get(const struct log_sum *s)
{
	return s->max <= NEVER ? NEVER : s->max + log(s->sum);
}

/* The model's probabilities as logarithms. */
struct steps {
	double null[2][2], other[2], shape[MAX_TYPES];
	bead_type type[MAX_TYPES];
	size_t n;
};

static struct steps
steps_of(const scores *sc, const model *m)
{
	struct steps st = { .n = sc->n };

	for (int s = 0; s < 2; s++) {
		for (int k = 0; k < 2; k++)
			st.null[s][k] = log(m->null[s][k]);
		st.other[s] = log(1 - m->null[s][0] - m->null[s][1]);
	}
	for (size_t t = 0; t < sc->n; t++) {
		st.shape[t] = log(m->shape[sc->type[t]]);
		st.type[t] = bead_types[sc->type[t]];
	}
	return st;
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

/* forward[2 * cell + state]; open[cell] is the log p of being here and
 * going on with a bead that pairs something. */
static void
go_forward(const band *b, const scores *sc, const struct steps *st,
    double *forward, double *open)
{
	for (size_t i = 0; i <= b->n; i++)
		for (size_t j = b->lo[i]; j <= b->hi[i]; j++) {
			size_t c = cell(b, i, j);
			struct log_sum sum = { NEVER, 0 };
			double null = NEVER;

			for (size_t t = 0; t < st->n; t++) {
				size_t a = st->type[t].a, e = st->type[t].b;
				size_t from;
				float step;

				if (i < a || j < e || !inside(b, i - a, j - e))
					continue;
				from = cell(b, i - a, j - e);
				step = sc->v[from * sc->n + t];
				if (step > IMPOSSIBLE && open[from] > NEVER)
					log_sum_add(&sum, open[from] +
							      st->shape[t] +
							      (double)step);
			}
			if (i > 0 && inside(b, i - 1, j)) {
				const double *f =
				    forward + 2 * cell(b, i - 1, j);

				null = log_add(f[0] + st->null[0][0],
				    f[1] + st->null[1][0]);
			}
			if (j > 0 && inside(b, i, j - 1)) {
				const double *f = forward + 2 * (c - 1);

				null =
				    log_add(null, log_add(f[0] + st->null[0][1],
						      f[1] + st->null[1][1]));
			}
			forward[2 * c] = i + j == 0 ? 0 : log_sum_get(&sum);
			forward[2 * c + 1] = null < NEVER / 2 ? NEVER : null;
			open[c] = log_add(forward[2 * c] + st->other[0],
			    forward[2 * c + 1] + st->other[1]);
			if (open[c] < NEVER / 2)
				open[c] = NEVER;
		}
}

static void
list_bead(expected *x, size_t i, size_t j, bead_type type, double p)
{
	scored_beads *beads = &x->beads;

	if (p < LISTED)
		return;
	tm_grow(beads->v, beads->n, beads->cap);
	beads->v[beads->n++] = (scored_bead){ (uint32_t)i, (uint32_t)j, type.a,
		type.b, (float)(p > 1 ? 1 : p) };
}

struct node {
	size_t i, j, c;
	double pairing;	 /* log p of going on with a bead that pairs */
	double after[2]; /* log p of going on after a null, 1-0 and 0-1 */
};

static void
count_node(const band *b, const scores *sc, const struct steps *st,
    const double *forward, double open, const double *backward,
    const struct node *at, expected *x)
{
	const double *f = forward + 2 * at->c;
	double z = x->likelihood;

	for (int s = 0; s < 2; s++)
		if (f[s] > NEVER && at->pairing > NEVER)
			x->from[s] +=
			    exp(f[s] + st->other[s] + at->pairing - z);
	for (int k = 0; k < 2; k++) {
		double p = 0;

		if (at->after[k] <= NEVER)
			continue;
		for (int s = 0; s < 2; s++)
			if (f[s] > NEVER) {
				double q = exp(
				    f[s] + st->null[s][k] + at->after[k] - z);

				x->null[s][k] += q;
				p += q;
			}
		list_bead(x, at->i, at->j,
		    (bead_type){ (uint8_t)(k == 0), (uint8_t)(k == 1) }, p);
	}
	for (size_t t = 0; t < st->n && open > NEVER; t++) {
		float step = sc->v[at->c * sc->n + t];
		double p;

		if (step <= IMPOSSIBLE)
			continue;
		p = open + st->shape[t] + (double)step +
		    backward[2 * cell(b, at->i + st->type[t].a,
				     at->j + st->type[t].b)] -
		    z;
		if (p < -16)
			continue;
		p = exp(p);
		x->type[sc->type[t]] += p;
		list_bead(x, at->i, at->j, st->type[t], p);
	}
}

static void
go_backward(const band *b, const scores *sc, const struct steps *st,
    const double *forward, const double *open, double *backward, expected *x)
{
	for (size_t i = b->n + 1; i-- > 0;)
		for (size_t j = (size_t)b->hi[i] + 1; j-- > b->lo[i];) {
			struct node at = { i, j, cell(b, i, j), NEVER,
				{ NEVER, NEVER } };
			struct log_sum sum = { NEVER, 0 };
			double *back = backward + 2 * at.c;
			double best;

			if (i == b->n && j == b->m) {
				back[0] = back[1] = 0;
				continue;
			}
			for (size_t t = 0; t < st->n; t++) {
				float step = sc->v[at.c * sc->n + t];
				double next;

				if (step <= IMPOSSIBLE)
					continue;
				next = backward[2 * cell(b, i + st->type[t].a,
							j + st->type[t].b)];
				if (next > NEVER)
					log_sum_add(&sum,
					    next + st->shape[t] + (double)step);
			}
			at.pairing = log_sum_get(&sum);
			if (inside(b, i + 1, j))
				at.after[0] =
				    backward[2 * cell(b, i + 1, j) + 1];
			if (inside(b, i, j + 1))
				at.after[1] = backward[2 * (at.c + 1) + 1];
			for (int s = 0; s < 2; s++) {
				back[s] = log_add(at.pairing + st->other[s],
				    log_add(at.after[0] + st->null[s][0],
					at.after[1] + st->null[s][1]));
				if (back[s] < NEVER / 2)
					back[s] = NEVER;
			}
			best = forward[2 * at.c] + back[0];
			if (forward[2 * at.c + 1] + back[1] > best)
				best = forward[2 * at.c + 1] + back[1];
			if (best - x->likelihood > -16)
				count_node(b, sc, st, forward, open[at.c],
				    backward, &at, x);
		}
}

bool
path_expect(const band *b, const scores *sc, const model *m, expected *x)
{
	struct steps st = steps_of(sc, m);
	double *forward = tm_alloc(b->cells * 2 * sizeof *forward);
	double *backward = tm_alloc(b->cells * 2 * sizeof *backward);
	double *open = tm_alloc(b->cells * sizeof *open);
	size_t end = cell(b, b->n, b->m);
	scored_beads beads = x->beads;
	bool ok;

	*x = (expected){ .beads = beads };
	x->beads.n = 0;
	go_forward(b, sc, &st, forward, open);
	x->likelihood = log_add(forward[2 * end], forward[2 * end + 1]);
	ok = x->likelihood > NEVER / 2;
	if (ok)
		go_backward(b, sc, &st, forward, open, backward, x);
	free(forward);
	free(backward);
	free(open);
	return ok;
}

/* ---- The best path
 * ------------------------------------------------------------------ */

/* How a state of a node was reached: a type, and the state before. */
#define STEP_1_0 (MAX_TYPES + 0)
#define STEP_0_1 (MAX_TYPES + 1)
#define NO_STEP 255

static void
improve(double *value, uint8_t *step, double x, size_t type, int state)
{
	if (x > *value) {
		*value = x;
		*step = (uint8_t)(type * 2 + (size_t)state);
	}
}

static void
best_to(const band *b, const scores *sc, const struct steps *st, size_t i,
    size_t j, double *value, uint8_t *step)
{
	size_t c = cell(b, i, j);

	for (size_t t = 0; t < st->n; t++) {
		size_t a = st->type[t].a, e = st->type[t].b, from;
		float score;

		if (i < a || j < e || !inside(b, i - a, j - e))
			continue;
		from = cell(b, i - a, j - e);
		score = sc->v[from * sc->n + t];
		if (score <= IMPOSSIBLE)
			continue;
		for (int s = 0; s < 2; s++)
			improve(&value[2 * c], &step[2 * c],
			    value[2 * from + (size_t)s] + st->other[s] +
				st->shape[t] + (double)score,
			    t, s);
	}
	for (int s = 0; s < 2; s++) {
		if (i > 0 && inside(b, i - 1, j))
			improve(&value[2 * c + 1], &step[2 * c + 1],
			    value[2 * cell(b, i - 1, j) + (size_t)s] +
				st->null[s][0],
			    STEP_1_0, s);
		if (j > 0 && inside(b, i, j - 1))
			improve(&value[2 * c + 1], &step[2 * c + 1],
			    value[2 * (c - 1) + (size_t)s] + st->null[s][1],
			    STEP_0_1, s);
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

void
path_best(const band *b, const scores *sc, const model *m, const expected *x,
    scored_beads *out)
{
	struct steps st = steps_of(sc, m);
	double *value = tm_alloc(b->cells * 2 * sizeof *value);
	uint8_t *step = tm_alloc(b->cells * 2);
	size_t i = b->n, j = b->m, state, end = cell(b, i, j);

	for (size_t k = 0; k < 2 * b->cells; k++) {
		value[k] = NEVER;
		step[k] = NO_STEP;
	}
	value[0] = 0;
	for (size_t y = 0; y <= b->n; y++)
		for (size_t z = b->lo[y]; z <= b->hi[y]; z++)
			if (y + z > 0)
				best_to(b, sc, &st, y, z, value, step);
	state = value[2 * end + 1] > value[2 * end];
	out->n = 0;
	while (i + j > 0) {
		uint8_t by = step[2 * cell(b, i, j) + state];
		bead_type type;

		if (by == NO_STEP)
			break;
		if (by / 2 == STEP_1_0)
			type = (bead_type){ 1, 0 };
		else if (by / 2 == STEP_0_1)
			type = (bead_type){ 0, 1 };
		else
			type = st.type[by / 2];
		i -= type.a;
		j -= type.b;
		state = by % 2;
		tm_grow(out->v, out->n, out->cap);
		out->v[out->n++] = (scored_bead){ (uint32_t)i, (uint32_t)j,
			type.a, type.b, 0 };
	}
	finish(out, x);
	free(value);
	free(step);
}

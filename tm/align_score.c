/*
 * The score of a bead is a log likelihood ratio: how much likelier are
 * these sentences as translations of each other than as strangers?
 *
 *	score = 1/2 (G-> + G<-) + Len + Junctions
 *
 * G-> asks of every word e of the target how well the words of the source
 * explain it,
 *
 *	G-> = sum over e of log(1 - L(e) + sum_k lambda_k A_k(e) / (l p(e)))
 *
 * where A_k(e) adds t_k(e|f) over the source words f, l is their number,
 * p(e) the frequency of e in its text and L(e) the sum of lambda_k over the
 * kinds of evidence that could explain e somewhere in this document pair.
 * A word that nothing could explain adds log 1: ignorance costs nothing. A
 * word that could have been explained and is not costs log(1 - L(e)).
 *
 * G-> adds up over target sentences, given the run of source sentences, and
 * G<- over source sentences, so runs of eight need no more than the scores
 * of single sentences against runs:
 *
 *	G->(i..i+1, j..j+2) = G->(i..i+1, j) + G->(i..i+1, j+1) + ...
 *
 * The sum inside the logarithm is written base + product: log(1 - L) is
 * added once per sentence, and the factors 1 + x of the words that were
 * explained are multiplied, so there is one logarithm a sentence.
 */
#include "config.h"

#include "tm/align_int.h"

#include <math.h>
#include <stdlib.h>

/* The sum of lambda is capped, for log(1 - L) must stay finite. */
#define TRUST_CAP .95
/*
 * Where its words stand is not asked of a bead that is less likely than this
 * anyhow. Made literature of health and classical books, with a dictionary, has
 * a mean strict F1 of .8275 with -10 and with -1000, .8219 with -6, .8203 with
 * -3.
 */
#define HOPELESS -10
#define LOG_2PI 1.8378770664093453
/* Rows that are scored together; bounds the scratch memory. */
#define BLOCK 256

/* Links ready for use: what word w adds to the factor of word to. */
struct explained {
	uint32_t to;
	float factor;
};

/* What one sentence explains of the words near its place. */
struct list {
	struct explained *v;
	size_t n, cap, sentence;
};

/* Which sentences of the other side sentence i is compared with, for each
 * direction: lo[d][i] .. hi[d][i], none when hi < lo. Both grow with i. */
struct windows {
	uint32_t *lo[2], *hi[2];
};

/* What one thread needs for the rows at hand. */
struct work {
	const struct scorer *x;
	struct windows w;
	struct list list[MAX_RUN];
	/* By word: how many sentences of the window have it; and a bit each,
	 * for it is asked of every link of every word. */
	uint32_t *near;
	uint64_t *is_near;
	uint32_t *slot;	 /* by word: 1 + its place in factor, or 0 */
	float *factor;	 /* stride a slot: 1 + x, by length of run */
	uint32_t *owner; /* of a slot: the word */
	size_t cap_factor, cap_owner;
	uint32_t *hit; /* by token: scratch */
	float *g[2];   /* by cell of the block and length of run */
	size_t cap_g;
	places *places;
};

struct scorer {
	const side *s;
	const band *b;
	const links *l;
	model m;
	double weight;
	size_t common;
	struct score_curves *curves;
	/* What word w of side d explains, and how well: to[d][start[d][w]] ..,
	 * gives[d][start[d][w]] .. */
	uint32_t *to[2];
	float *gives[2];
	float *takes; /* parallel to gives[0]: the other way */
	uint32_t *start[2];
	float *base[2]; /* of the sentences that d explains */
	junctions junctions;
	/* The longest run, and the room for each length: 2, 4 or 8. */
	size_t max_run, stride;
	/* By cell: a bit for each type, by its number in scores.type, that is
	 * possible. NULL: all are. */
	uint32_t *possible;
	struct work work[TM_MAX_THREADS];
};

/* ---- Curves ------------------------------------------------------------ */

/* The length score is a table of this many steps a unit, between bounds
 * beyond which it is straight. */
#define STEPS 64
#define LEAST -12
#define MOST 10

struct score_curves {
	double log[128], inverse[128];
	float length[(MOST - LEAST) * STEPS + 2];
};

static struct score_curves *
curves_new(void)
{
	struct score_curves *c = tm_alloc(sizeof *c);

	for (int k = 0; k < 128; k++) {
		double middle = 1 + (k + .5) / 128;

		c->inverse[k] = 1 / middle;
		c->log[k] = log(middle);
	}
	for (int k = 0; k <= (MOST - LEAST) * STEPS + 1; k++)
		c->length[k] = (float)log(
		    (1 - FREAKS) * exp(LEAST + (double)k / STEPS) + FREAKS);
	return c;
}

/*
 * log of a positive normal number in a few nanoseconds, to nine digits: the
 * exponent, a table for the first seven bits of the mantissa, and three
 * terms of the series for the rest.
 */
static inline double
fast_log(const struct score_curves *c, double x)
{
	uint64_t bits;
	double m, exponent;
	unsigned k;

	memcpy(&bits, &x, sizeof bits);
	k = (unsigned)(bits >> 45) & 127;
	exponent = (double)((int)(bits >> 52) - 1023);
	bits = (bits & 0xfffffffffffffull) | 0x3ff0000000000000ull;
	memcpy(&m, &bits, sizeof m);
	m = m * c->inverse[k] - 1;
	return exponent * 0.693147180559945309 + c->log[k] +
	       m * (1 - m * (.5 - m * (1.0 / 3)));
}

/* ---- Words ------------------------------------------------------------- */

/* In the first pass over a long text, words that are everywhere tell little
 * about where one is and cost most. */
static bool
is_local(const struct scorer *x, const word_link *v)
{
	const side *s = x->s;

	return s[0].seen_at[v->f + 1] - s[0].seen_at[v->f] <= x->common &&
	       s[1].seen_at[v->e + 1] - s[1].seen_at[v->e] <= x->common;
}

/* Fill to[d], gives[d] and start[d]; factor is that of each word explained, by
 * direction. */
static void
list_factors(struct scorer *x, int d, const model *m, float *const factor[2])
{
	const links *l = x->l;
	size_t n = 0;

	if (d == 0)
		x->takes = tm_realloc(NULL, l->n + 1, sizeof *x->takes);

	x->to[d] = tm_realloc(NULL, l->n + 1, sizeof *x->to[d]);
	x->gives[d] = tm_realloc(NULL, l->n + 1, sizeof *x->gives[d]);
	x->start[d] =
	    tm_realloc(NULL, x->s[d].vocab.n + 1, sizeof *x->start[d]);
	for (size_t w = 0; w < x->s[d].vocab.n; w++) {
		x->start[d][w] = (uint32_t)n;
		for (uint32_t p = l->start[d][w]; p < l->start[d][w + 1]; p++) {
			const word_link *v = &l->v[l->order[d][p]];
			uint32_t to = d == 0 ? v->e : v->f;
			float gives = (float)m->trust[d][v->kind] * v->t[d] *
				      factor[d][to];

			x->to[d][n] = to;
			x->gives[d][n] = gives;
			if (d == 0)
				x->takes[n] = (float)m->trust[1][v->kind] *
					      v->t[1] * factor[1][v->f];
			n += gives > 0 && is_local(x, v);
		}
	}
	x->start[d][x->s[d].vocab.n] = (uint32_t)n;
}

static void
prepare(struct scorer *x, const model *m)
{
	float *factors[2];

	for (int d = 0; d < 2; d++) {
		const side *other = &x->s[!d];
		size_t n = other->vocab.n;
		uint16_t *kinds = tm_zalloc(n + 1, sizeof *kinds);
		float *factor = tm_zalloc(n + 1, sizeof *factor);
		float *loss = tm_zalloc(n + 1, sizeof *loss);

		for (size_t k = 0; k < x->l->n; k++) {
			const word_link *v = &x->l->v[k];

			if (!is_local(x, v))
				continue;
			kinds[d == 0 ? v->e : v->f] |=
			    (uint16_t)(1u << v->kind);
		}
		for (size_t w = 0; w < n; w++) {
			double sum = 0, cap = 1;

			for (int k = 0; k < N_EVIDENCE; k++)
				if ((kinds[w] >> k & 1) != 0)
					sum += m->trust[d][k];
			if (sum > TRUST_CAP) {
				cap = TRUST_CAP / sum;
				sum = TRUST_CAP;
			}
			loss[w] = (float)log(1 - sum);
			factor[w] = (float)(cap * other->total /
					    other->word[w].count / (1 - sum));
		}
		factors[d] = factor;
		x->base[d] = tm_zalloc(other->n + 1, sizeof *x->base[d]);
		for (size_t i = 0; i < other->n; i++)
			for (size_t k = other->start[i];
			     k < other->start[i + 1]; k++)
				x->base[d][i] += (float)other->bag[k].count *
						 loss[other->bag[k].id];
		free(kinds);
		free(loss);
	}
	for (int d = 0; d < 2; d++)
		list_factors(x, d, m, factors);
	free(factors[0]);
	free(factors[1]);
}

/*
 * The words that sentence i of side d explains and that are near. Of the links
 * of a word, a hundred on average, one in twenty is: so they are looked
 * through first, by their ends only.
 */
static void
list_sentence(struct work *w, int d, size_t i, struct list *list)
{
	const struct scorer *x = w->x;
	const side *s = &x->s[d];
	const uint64_t *is_near = w->is_near;
	const uint32_t *to = x->to[d];
	size_t n = 0, place = 0;
	places *p = d == 0 ? w->places : NULL;

	list->sentence = i;
	if (p != NULL)
		places_begin_sentence(p, i);
	for (size_t k = s->start[i]; k < s->start[i + 1]; k++) {
		uint32_t word = s->bag[k].id;
		float count = (float)s->bag[k].count;
		uint32_t e = x->start[d][word], end = x->start[d][word + 1];
		size_t first = n;
		struct explained *v;

		tm_grow_to(list->v, n + (end - e), list->cap);
		for (v = list->v; e < end; e++) {
			v[n].to = e;
			n += is_near[to[e] / 64] >> to[e] % 64 & 1;
		}
		for (; first < n; first++) {
			e = v[first].to;
			if (p != NULL)
				places_add(p, i, place, s->bag[k].count, to[e],
				    (float[2]){ x->gives[0][e], x->takes[e] });
			v[first] =
			    (struct explained){ to[e], x->gives[d][e] * count };
		}
		place += s->bag[k].count;
	}
	list->n = n;
}

/* Sentences from .. to - 1 of a side come into the window. */
static void
enter_window(struct work *w, const side *s, size_t from, size_t to)
{
	for (size_t k = s->start[from]; k < s->start[to]; k++) {
		uint32_t word = s->bag[k].id;

		w->near[word]++;
		w->is_near[word / 64] |= UINT64_C(1) << word % 64;
	}
}

/* ... or leave it. */
static void
leave_window(struct work *w, const side *s, size_t from, size_t to)
{
	for (size_t k = s->start[from]; k < s->start[to]; k++) {
		uint32_t word = s->bag[k].id;

		if (--w->near[word] == 0)
			w->is_near[word / 64] &= ~(UINT64_C(1) << word % 64);
	}
}

/* Fill slot, owner and factor for the runs that begin at sentence i. */
static size_t
fill_factors(struct work *w, int d, size_t i)
{
	const struct scorer *x = w->x;
	const side *s = &x->s[d];
	size_t runs = x->max_run < s->n - i ? x->max_run : s->n - i, n = 0;
	size_t stride = x->stride;
	float per_word[MAX_RUN];
	double words = 0;

	for (size_t run = 0; run < runs; run++) {
		const struct list *list = &w->list[(i + run) % x->max_run];

		words += s->tokens[i + run];
		per_word[run] = words == 0 ? 0 : (float)(1 / words);
		tm_grow_to(w->owner, n + list->n, w->cap_owner);
		tm_grow_to(w->factor, (n + list->n) * stride, w->cap_factor);
		for (size_t k = 0; k < list->n; k++) {
			struct explained e = list->v[k];

			if (w->slot[e.to] == 0) {
				memset(w->factor + n * stride, 0,
				    stride * sizeof *w->factor);
				w->owner[n++] = e.to;
				w->slot[e.to] = (uint32_t)n;
			}
			w->factor[(w->slot[e.to] - 1) * stride + run] +=
			    e.factor;
		}
	}
	for (size_t k = 0; k < n; k++) {
		float *f = w->factor + k * stride, sum = 0;

		for (size_t run = 0; run < stride; run++) {
			sum += f[run];
			f[run] = run < runs ? 1 + sum * per_word[run] : 1;
		}
	}
	return n;
}

/* Take what has grown too large out of the products. */
static inline void
take_logs(const struct score_curves *curves, size_t stride, double *product,
    double *sum)
{
	for (size_t run = 0; run < stride; run++) {
		sum[run] += fast_log(curves, product[run]);
		product[run] = 1;
	}
}

/*
 * How well each run explains sentence j of the other side: out[run].
 * The factors are below 1e12, so nine of them may be multiplied unseen.
 * Always called with a constant for stride, so that loops over it unroll.
 */
static inline void
explain_runs(struct work *w, int d, size_t j, float out[MAX_RUN], size_t stride)
{
	const struct scorer *x = w->x;
	const side *other = &x->s[!d];
	double product[MAX_RUN] = { 1, 1, 1, 1, 1, 1, 1, 1 };
	double sum[MAX_RUN] = { 0 };
	const occurrence *bag = other->bag + other->start[j];
	size_t n = other->start[j + 1] - other->start[j];
	size_t hits = 0, done = 0;

	for (size_t k = 0; k < n; k++) {
		w->hit[hits] = (uint32_t)k;
		hits += w->slot[bag[k].id] != 0;
	}
	for (size_t k = 0; k < hits; k++) {
		occurrence o = bag[w->hit[k]];
		const float *f =
		    w->factor + (size_t)(w->slot[o.id] - 1) * stride;

		for (uint32_t count = 0; count < o.count; count++) {
			for (size_t run = 0; run < stride; run++)
				product[run] *= (double)f[run];
			if (++done % 8 == 0)
				take_logs(x->curves, stride, product, sum);
		}
	}
	for (size_t run = 0; run < x->max_run; run++) {
		out[run] = x->base[d][j] +
			   (hits == 0 ? 0
				      : (float)(sum[run] + fast_log(x->curves,
							       product[run])));
		out[run] = fmaxf(out[run], (float)LEAST_EXPLAINED);
	}
}

static void
explain_sentence(struct work *w, int d, size_t j, float out[MAX_RUN])
{
	if (w->x->stride == 2)
		explain_runs(w, d, j, out, 2);
	else if (w->x->stride == 4)
		explain_runs(w, d, j, out, 4);
	else
		explain_runs(w, d, j, out, 8);
}

/* Rows first .. end - 1 of direction d, each with its window; put() stores
 * the scores. */
typedef void put_scores(
    struct work *w, size_t base, size_t i, size_t j, const float *score);

static void
explain_rows(struct work *w, int d, size_t first, size_t end,
    const uint32_t *lo, const uint32_t *hi, size_t base, put_scores *put)
{
	const struct scorer *x = w->x;
	const side *s = &x->s[d], *other = &x->s[!d];
	size_t left = lo[first], right = lo[first]; /* the window in near */
	float score[MAX_RUN];

	for (size_t k = 0; k < x->max_run; k++)
		w->list[k].sentence = SIZE_MAX;
	for (size_t i = first; i < end; i++) {
		size_t n, last = i + x->max_run - 1;

		if (lo[i] > hi[i])
			continue;
		last = last < end ? last : end - 1;
		if (right < (size_t)hi[last] + 1) {
			enter_window(w, other, right, (size_t)hi[last] + 1);
			right = (size_t)hi[last] + 1;
		}
		if (left < lo[i]) {
			leave_window(w, other, left, lo[i]);
			left = lo[i];
		}
		for (size_t k = i; k < i + x->max_run && k < s->n; k++)
			if (w->list[k % x->max_run].sentence != k)
				list_sentence(
				    w, d, k, &w->list[k % x->max_run]);
		n = fill_factors(w, d, i);
		for (size_t j = lo[i]; j <= hi[i]; j++) {
			explain_sentence(w, d, j, score);
			put(w, base, d == 0 ? i : j, d == 0 ? j : i, score);
		}
		for (size_t k = 0; k < n; k++)
			w->slot[w->owner[k]] = 0;
	}
	leave_window(w, other, left, right);
}

static void
put_forth(struct work *w, size_t base, size_t i, size_t j, const float *score)
{
	const struct scorer *x = w->x;
	size_t c = (size_t)(x->b->at[i] + (ptrdiff_t)j) - base;

	memcpy(w->g[0] + c * x->max_run, score, x->max_run * sizeof *score);
}

static void
put_back(struct work *w, size_t base, size_t i, size_t j, const float *score)
{
	const struct scorer *x = w->x;
	size_t c = (size_t)(x->b->at[i] + (ptrdiff_t)j) - base;

	memcpy(w->g[1] + c * x->max_run, score, x->max_run * sizeof *score);
}

/* What sentences first .. end - 1 of the source explain, for places. */
static void
list_rows(struct work *w, size_t first, size_t end)
{
	const struct scorer *x = w->x;
	const band *b = x->b;
	size_t left = b->lo[first], right = left;

	for (size_t i = first; i < end; i++) {
		size_t lo = b->lo[i], hi = b->hi[i] + (size_t)1;

		hi = hi < b->m ? hi : b->m;
		if (right < hi) {
			enter_window(w, &x->s[1], right, hi);
			right = hi;
		}
		if (left < lo && lo <= right) {
			leave_window(w, &x->s[1], left, lo);
			left = lo;
		}
		list_sentence(w, 0, i, &w->list[0]);
	}
	leave_window(w, &x->s[1], left, right);
}

/* Rows first .. end - 1 of both directions. */
static void
explain_block(struct work *w, size_t first, size_t end)
{
	const struct scorer *x = w->x;
	const band *b = x->b;
	size_t base = (size_t)(b->at[first] + b->lo[first]);
	size_t top = first, below = first, from = b->lo[first], to = from;
	uint32_t *lo = w->w.lo[0], *hi = w->w.hi[0];

	for (size_t i = first; i < end; i++) {
		lo[i] = b->lo[i];
		hi[i] = b->hi[i] < b->m ? b->hi[i] : (uint32_t)b->m - 1;
	}
	explain_rows(w, 0, first, end, lo, hi, base, put_forth);
	lo = w->w.lo[1];
	hi = w->w.hi[1];
	for (; to < b->m && to <= b->hi[end - 1]; to++) {
		while (top + 1 < end && b->hi[top] < to)
			top++;
		while (below + 1 < end && b->lo[below + 1] <= to)
			below++;
		lo[to] = (uint32_t)top;
		hi[to] = (uint32_t)below;
	}
	if (from < to)
		explain_rows(w, 1, from, to, lo, hi, base, put_back);
}

/* ---- Lengths ----------------------------------------------------------- */

/*
 * log p of the length of each run under a Gamma distribution fitted to the
 * sentences of the side, with the variance raised a little so that equal
 * sentences do not make it infinitely narrow.
 */
static float *
lengths_alone(const side *s, double scale)
{
	float *out = tm_zalloc(s->n + 1, (MAX_RUN + 1) * sizeof *out);
	double mean = s->length[s->n] / (double)s->n, spread = 0;
	double shape, theta;

	for (size_t i = 0; i < s->n; i++) {
		double d = s->length[i + 1] - s->length[i] - mean;

		spread += d * d;
	}
	spread = spread / (double)s->n + .05 * mean * mean + 1;
	shape = mean * mean / spread;
	theta = spread / mean;
	for (size_t run = 1; run <= MAX_RUN; run++) {
		double k = shape * (double)run;
		double constant = -lgamma(k) - k * log(theta) - log(scale);

		for (size_t i = 0; i + run <= s->n; i++) {
			double x = s->length[i + run] - s->length[i];

			out[i * (MAX_RUN + 1) + run] =
			    (float)((k - 1) * log(x) - x / theta + constant);
		}
	}
	return out;
}

/* Len = log((1 - e) N / sqrt(P_a P_b) + e). */
static double
length_score(const scores *sc, const struct scorer *c, size_t i, unsigned a,
    size_t j, unsigned b)
{
	const side *s = c->s;
	double l1 = (s[0].length[i + a] - s[0].length[i]) * c->m.ratio;
	double l2 = s[1].length[j + b] - s[1].length[j];
	double v = (l1 + l2) / 2 * c->m.variance;
	size_t k;
	double x = -.5 * ((l2 - l1) * (l2 - l1) / v + LOG_2PI +
			     fast_log(c->curves, v));

	x -= .5 * ((double)sc->alone[0][i * (MAX_RUN + 1) + a] +
		      (double)sc->alone[1][j * (MAX_RUN + 1) + b]);
	if (x >= MOST)
		return x;
	if (x <= LEAST)
		return (double)c->curves->length[0];
	x = (x - LEAST) * STEPS;
	k = (size_t)x;
	return (double)c->curves->length[k] +
	       (x - (double)k) *
		   (double)(c->curves->length[k + 1] - c->curves->length[k]);
}

/* ---- Beads ------------------------------------------------------------- */

/* What the junctions inside a bead and at its ends say. */
static double
score_junctions(
    const junctions *g, size_t i, size_t j, size_t i_end, size_t j_end)
{
	return g->inside[0][i_end - 1] - g->inside[0][i] +
	       g->inside[1][j_end - 1] - g->inside[1][j] +
	       g->end[g->kind[0][i]][g->kind[1][j]] +
	       g->end[g->kind[0][i_end]][g->kind[1][j_end]];
}

/* How well the words of a bead explain each other, wherever they stand. */
static double
score_words(
    const struct work *w, size_t base, size_t i, size_t j, bead_type type)
{
	const struct scorer *x = w->x;
	const band *b = x->b;
	double g = 0;

	for (size_t k = j; k < j + type.b; k++)
		g +=
		    (double)w->g[0][((size_t)(b->at[i] + (ptrdiff_t)k) - base) *
					x->max_run +
				    type.a - 1];
	for (size_t k = i; k < i + type.a; k++)
		g +=
		    (double)w->g[1][((size_t)(b->at[k] + (ptrdiff_t)j) - base) *
					x->max_run +
				    type.b - 1];
	return g;
}

static float
score_bead(const struct work *w, const scores *sc, size_t base, size_t i,
    size_t j, bead_type type)
{
	const struct scorer *x = w->x;
	const band *b = x->b;
	size_t i_end = i + type.a, j_end = j + type.b;
	double g = 0, rest;

	if (i_end > b->n || j_end > b->m || j_end < b->lo[i_end] ||
	    j_end > b->hi[i_end] || j_end - 1 > b->hi[i] ||
	    j < b->lo[i_end - 1] || !band_allows(b, i, j, type.a, type.b))
		return IMPOSSIBLE;
	rest = score_junctions(&x->junctions, i, j, i_end, j_end) +
	       length_score(sc, x, i, type.a, j, type.b);
	if (x->possible == NULL)
		g = score_words(w, base, i, j, type);
	if (sc->places && .5 * g + rest > HOPELESS)
		g = places_score(w->places, i, j, type);
	return (float)(.5 * x->weight * g + rest);
}

static void
score_block(const struct work *w, const scores *sc, size_t first, size_t end)
{
	const band *b = w->x->b;
	size_t base = (size_t)(b->at[first] + (ptrdiff_t)b->lo[first]);
	float *v = sc->v + (base - sc->base) * sc->n;

	for (size_t i = first; i < end; i++)
		for (size_t j = b->lo[i]; j <= b->hi[i]; j++, v += sc->n) {
			uint32_t possible = UINT32_MAX;

			if (w->x->possible != NULL)
				possible =
				    w->x->possible[b->at[i] + (ptrdiff_t)j];
			for (size_t t = 0; t < sc->n; t++)
				v[t] = (possible >> t & 1) == 0
					   ? IMPOSSIBLE
					   : score_bead(w, sc, base, i, j,
						 bead_types[sc->type[t]]);
		}
}

static size_t
longest_bag(const side *s)
{
	size_t most = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->start[i + 1] - s->start[i] > most)
			most = s->start[i + 1] - s->start[i];
	return most;
}

/* Room for one more thread. */
static void
work_init(struct work *w, const struct scorer *x, bool placed)
{
	size_t words = 0, bag = 0;

	if (w->x != NULL)
		return;
	w->x = x;
	for (int d = 0; d < 2; d++) {
		const side *s = &x->s[d];

		words = s->vocab.n > words ? s->vocab.n : words;
		bag = longest_bag(s) > bag ? longest_bag(s) : bag;
		w->w.lo[d] = tm_zalloc(s->n + 1, sizeof(uint32_t));
		w->w.hi[d] = tm_zalloc(s->n + 1, sizeof(uint32_t));
	}
	w->near = tm_zalloc(words + 1, sizeof *w->near);
	w->is_near = tm_zalloc(words / 64 + 1, sizeof *w->is_near);
	w->slot = tm_zalloc(words + 1, sizeof *w->slot);
	w->hit = tm_realloc(NULL, bag + 1, sizeof *w->hit);
	if (placed)
		w->places = places_new(x->s, x->b, x->base);
}

static void
work_release(struct work *w)
{
	for (int d = 0; d < 2; d++) {
		free(w->w.lo[d]);
		free(w->w.hi[d]);
		free(w->g[d]);
	}
	for (size_t k = 0; k < MAX_RUN; k++)
		free(w->list[k].v);
	places_free(w->places);
	free(w->near);
	free(w->is_near);
	free(w->slot);
	free(w->hit);
	free(w->factor);
	free(w->owner);
}

static void
scorer_free(struct scorer *x)
{
	if (x == NULL)
		return;
	for (int d = 0; d < 2; d++) {
		free(x->to[d]);
		free(x->gives[d]);
		free(x->start[d]);
		free(x->base[d]);
	}
	for (size_t k = 0; k < TM_MAX_THREADS; k++)
		work_release(&x->work[k]);
	junctions_release(&x->junctions);
	free(x->takes);
	free(x->possible);
	free(x->curves);
	free(x);
}

/* Room for the scores of the words in rows first .. end - 1. */
static void
room_for_block(struct work *w, size_t first, size_t end)
{
	const band *b = w->x->b;
	size_t cells = (size_t)(b->at[end - 1] + (ptrdiff_t)b->hi[end - 1] -
				b->at[first] - (ptrdiff_t)b->lo[first] + 1);

	if (cells <= w->cap_g)
		return;
	for (int d = 0; d < 2; d++) {
		free(w->g[d]);
		w->g[d] =
		    tm_realloc(NULL, cells * w->x->max_run, sizeof(float));
	}
	w->cap_g = cells;
}

/* Fill possible from the list. */
static void
list_possible(struct scorer *x, const scores *sc)
{
	const band *b = x->b;
	const scored_beads *only = sc->only;
	uint32_t bit[MAX_RUN + 1][MAX_RUN + 1] = { 0 };

	for (size_t t = 0; t < sc->n; t++) {
		bead_type type = bead_types[sc->type[t]];

		bit[type.a][type.b] = 1u << t;
	}
	x->possible = tm_zalloc(b->cells, sizeof *x->possible);
	for (size_t k = 0; k < only->n; k++) {
		const scored_bead *v = &only->v[k];

		if (v->j >= b->lo[v->i] && v->j <= b->hi[v->i])
			x->possible[b->at[v->i] + (ptrdiff_t)v->j] |=
			    bit[v->a][v->b];
	}
}

void
scores_begin(scores *sc, const side s[2], const links *l, const model *m,
    const band *b, double weight, size_t common)
{
	struct scorer *x = tm_zalloc(1, sizeof *x);

	*x = (struct scorer){ .s = s,
		.b = b,
		.l = l,
		.m = *m,
		.weight = weight,
		.common = common,
		.max_run = 1 };
	for (size_t t = 0; t < sc->n; t++) {
		bead_type type = bead_types[sc->type[t]];
		size_t run = type.a > type.b ? type.a : type.b;

		x->max_run = run > x->max_run ? run : x->max_run;
	}
	x->stride = x->max_run <= 2 ? 2 : x->max_run <= 4 ? 4 : MAX_RUN;
	x->curves = curves_new();
	prepare(x, m);
	if (sc->only != NULL)
		list_possible(x, sc);
	junctions_begin(&x->junctions, s, m);
	scorer_free(sc->scorer);
	sc->scorer = x;
	sc->first = sc->end = 0;
	for (int d = 0; d < 2; d++) {
		free(sc->alone[d]);
		sc->alone[d] = lengths_alone(&s[d], d == 0 ? m->ratio : 1);
	}
}

/* BLOCK of the rows that are wanted: the same whoever does them. */
static void
rows_job(void *self, size_t k, unsigned thread)
{
	const scores *sc = self;
	struct scorer *x = sc->scorer;
	struct work *w = &x->work[thread];
	size_t first = sc->first + k * BLOCK;
	size_t stop = first + BLOCK < sc->end ? first + BLOCK : sc->end;
	size_t over =
	    stop + x->max_run - 1 < x->b->n ? stop + x->max_run - 1 : x->b->n;

	work_init(w, x, sc->places);
	if (x->possible == NULL)
		room_for_block(w, first, over);
	if (sc->places)
		places_rows(w->places, first, over);
	if (x->possible != NULL)
		list_rows(w, first, over);
	else
		explain_block(w, first, over);
	score_block(w, sc, first, stop);
	if (thread == 0 && sc->passed != NULL)
		sc->passed(
		    sc->self, sc->from + sc->part * (double)(stop - sc->first) /
					     (double)(sc->end - sc->first));
}

void
scores_rows(scores *sc, size_t first, size_t end)
{
	const band *b = sc->scorer->b;
	size_t cells = (size_t)(b->at[end - 1] + (ptrdiff_t)b->hi[end - 1] -
				b->at[first] - (ptrdiff_t)b->lo[first] + 1);

	if (sc->first == first && sc->end == end)
		return;
	sc->first = first;
	sc->end = end;
	sc->base = (size_t)(b->at[first] + (ptrdiff_t)b->lo[first]);
	if (cells * sc->n > sc->cap) {
		free(sc->v);
		sc->cap = cells * sc->n;
		sc->v = tm_realloc(NULL, sc->cap, sizeof *sc->v);
	}
	tm_run_jobs(
	    (end - first + BLOCK - 1) / BLOCK, sc->threads, rows_job, sc);
}

void
scores_rest(scores *sc)
{
	scorer_free(sc->scorer);
	sc->scorer = NULL;
	free(sc->v);
	sc->v = NULL;
	sc->cap = 0;
	sc->first = sc->end = 0;
}

void
scores_release(scores *sc)
{
	scores_rest(sc);
	free(sc->alone[0]);
	free(sc->alone[1]);
	*sc = (scores){ 0 };
}

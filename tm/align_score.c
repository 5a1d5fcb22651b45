/*
 * The score of a bead is a log likelihood ratio: how much likelier are
 * these sentences as translations of each other than as strangers?
 *
 *	score = 1/2 (G-> + G<-) + Len
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
/* The share of beads whose lengths follow no rule. */
#define FREAKS .05
#define LOG_2PI 1.8378770664093453
/* Rows that are scored together; bounds the scratch memory. */
#define BLOCK 256

/* Links ready for use: what word w adds to the factor of word to. */
struct explained {
	uint32_t to;
	float factor;
};

struct scorer {
	const side *s;
	const band *b;
	const links *l;
	struct explained *by[2]; /* parallel to links.order */
	float *base[2]; /* of the sentences that direction d explains */
	float *sum;	/* by word, for the run at hand */
	uint32_t *used; /* words whose sum is not 0 */
	double *product;
	float *g[2]; /* by cell of the block and run length */
	size_t cap_g, max_run;
};

/* ---- Words
 * ------------------------------------------------------------------------ */

static void
prepare(struct scorer *x, const model *m)
{
	for (int d = 0; d < 2; d++) {
		const side *other = &x->s[!d];
		size_t n = other->vocab.n;
		uint16_t *kinds = tm_zalloc(n + 1, sizeof *kinds);
		float *factor = tm_zalloc(n + 1, sizeof *factor);
		float *loss = tm_zalloc(n + 1, sizeof *loss);

		for (size_t k = 0; k < x->l->n; k++) {
			const link *v = &x->l->v[k];

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
		x->by[d] = tm_realloc(NULL, x->l->n + 1, sizeof *x->by[d]);
		for (size_t k = 0; k < x->l->n; k++) {
			const link *v = &x->l->v[x->l->order[d][k]];
			uint32_t to = d == 0 ? v->e : v->f;

			x->by[d][k] = (struct explained){ to,
				(float)m->trust[d][v->kind] * v->t[d] *
				    factor[to] };
		}
		x->base[d] = tm_zalloc(other->n + 1, sizeof *x->base[d]);
		for (size_t i = 0; i < other->n; i++)
			for (size_t k = other->start[i];
			     k < other->start[i + 1]; k++)
				x->base[d][i] += (float)other->bag[k].count *
						 loss[other->bag[k].id];
		free(kinds);
		free(factor);
		free(loss);
	}
}

/* Multiply without overflow: log of what is left goes to *log_part. */
static inline double
times(double product, double factor, uint32_t count, double *log_part)
{
	for (uint32_t c = 0; c < count; c++) {
		product *= factor;
		if (product > 1e200) {
			*log_part += log(product);
			product = 1;
			if (count > 16) {
				*log_part += (count - c - 1) * log(factor);
				break;
			}
		}
	}
	return product;
}

/* Add what sentence i of side d explains to the sums. */
static size_t
add_sentence(struct scorer *x, int d, size_t i, size_t n_used)
{
	const side *s = &x->s[d];

	for (size_t k = s->start[i]; k < s->start[i + 1]; k++) {
		uint32_t w = s->bag[k].id;
		float count = (float)s->bag[k].count;

		for (uint32_t p = x->l->start[d][w]; p < x->l->start[d][w + 1];
		     p++) {
			struct explained e = x->by[d][p];

			if (x->sum[e.to] == 0)
				x->used[n_used++] = e.to;
			x->sum[e.to] += count * e.factor;
		}
	}
	return n_used;
}

/* log of the product over the words of sentence j of the other side. */
static double
explain_sentence(const struct scorer *x, int d, size_t j, double per_word)
{
	const side *other = &x->s[!d];
	double product = 1, log_part = 0;

	for (size_t k = other->start[j]; k < other->start[j + 1]; k++) {
		occurrence o = other->bag[k];
		float sum = x->sum[o.id];

		if (sum != 0)
			product = times(
			    product, 1 + sum * per_word, o.count, &log_part);
	}
	return log_part + (product == 1 ? 0 : log(product));
}

/*
 * How well the runs of 1 .. max_run sentences from i on of side d explain
 * each of the sentences first .. last of the other: out[run * width + j].
 */
static void
explain(
    struct scorer *x, int d, size_t i, size_t first, size_t last, float *out)
{
	const side *s = &x->s[d];
	size_t width = last - first + 1, n_used = 0;
	double words = 0;

	for (size_t run = 0; run < x->max_run && i + run < s->n; run++) {
		n_used = add_sentence(x, d, i + run, n_used);
		words += s->tokens[i + run];
		for (size_t j = first; j <= last; j++)
			out[run * width + j - first] =
			    x->base[d][j] + (float)explain_sentence(x, d, j,
						words == 0 ? 0 : 1 / words);
	}
	for (size_t k = 0; k < n_used; k++)
		x->sum[x->used[k]] = 0;
}

/* The last column that is a sentence, not the end. */
static size_t
last_sentence(const band *b, size_t i)
{
	return b->hi[i] < b->m ? b->hi[i] : b->m - 1;
}

/* Rows first .. end of both directions. */
static void
explain_block(struct scorer *x, size_t first, size_t end, float *row)
{
	const band *b = x->b;
	size_t base = (size_t)(b->at[first] + b->lo[first]);
	size_t top = first, below = first;

	for (size_t i = first; i < end; i++) {
		size_t lo = b->lo[i], hi = last_sentence(b, i);

		if (lo > hi)
			continue;
		explain(x, 0, i, lo, hi, row);
		for (size_t run = 0; run < x->max_run; run++)
			for (size_t j = lo; j <= hi; j++)
				x->g[0][((size_t)(b->at[i] + (ptrdiff_t)j) -
					    base) *
					    x->max_run +
					run] =
				    row[run * (hi - lo + 1) + j - lo];
	}
	for (size_t j = b->lo[first]; j <= last_sentence(b, end - 1); j++) {
		while (top < end && b->hi[top] < j)
			top++;
		while (below < end && b->lo[below] <= j)
			below++;
		if (top >= below)
			continue;
		explain(x, 1, j, top, below - 1, row);
		for (size_t run = 0; run < x->max_run; run++)
			for (size_t i = top; i < below; i++)
				x->g[1][((size_t)(b->at[i] + (ptrdiff_t)j) -
					    base) *
					    x->max_run +
					run] =
				    row[run * (below - top) + i - top];
	}
}

/* ---- Lengths
 * ------------------------------------------------------------------------- */

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
length_score(const scores *sc, const side s[2], const model *m, size_t i,
    unsigned a, size_t j, unsigned b)
{
	double l1 = (s[0].length[i + a] - s[0].length[i]) * m->ratio;
	double l2 = s[1].length[j + b] - s[1].length[j];
	double v = (l1 + l2) / 2 * m->variance;
	double x = -.5 * ((l2 - l1) * (l2 - l1) / v + LOG_2PI + log(v));

	x -= .5 * ((double)sc->alone[0][i * (MAX_RUN + 1) + a] +
		      (double)sc->alone[1][j * (MAX_RUN + 1) + b]);
	if (x > 10)
		return x;
	if (x < -12)
		return log(FREAKS);
	return log((1 - FREAKS) * exp(x) + FREAKS);
}

/* ---- Beads
 * ----------------------------------------------------------------------------
 */

static float
score_bead(const struct scorer *x, const scores *sc, const model *m,
    size_t base, double weight, size_t i, size_t j, bead_type type)
{
	const band *b = x->b;
	size_t i_end = i + type.a, j_end = j + type.b;
	double g = 0;

	if (i_end > b->n || j_end > b->m || j_end < b->lo[i_end] ||
	    j_end > b->hi[i_end] || j_end - 1 > b->hi[i] ||
	    j < b->lo[i_end - 1])
		return IMPOSSIBLE;
	for (size_t k = j; k < j_end; k++)
		g +=
		    (double)x->g[0][((size_t)(b->at[i] + (ptrdiff_t)k) - base) *
					x->max_run +
				    type.a - 1];
	for (size_t k = i; k < i_end; k++)
		g +=
		    (double)x->g[1][((size_t)(b->at[k] + (ptrdiff_t)j) - base) *
					x->max_run +
				    type.b - 1];
	return (float)(.5 * weight * g +
		       length_score(sc, x->s, m, i, type.a, j, type.b));
}

static void
score_block(const struct scorer *x, scores *sc, const model *m, double weight,
    size_t first, size_t end)
{
	const band *b = x->b;
	size_t base = (size_t)(b->at[first] + b->lo[first]);

	for (size_t i = first; i < end; i++)
		for (size_t j = b->lo[i]; j <= b->hi[i]; j++) {
			float *v =
			    sc->v + (size_t)(b->at[i] + (ptrdiff_t)j) * sc->n;

			for (size_t t = 0; t < sc->n; t++)
				v[t] = score_bead(x, sc, m, base, weight, i, j,
				    bead_types[sc->type[t]]);
		}
}

void
scores_fill(scores *sc, const side s[2], const links *l, const model *m,
    const band *b, double weight)
{
	struct scorer x = { .s = s, .b = b, .l = l };
	size_t words =
	    s[0].vocab.n > s[1].vocab.n ? s[0].vocab.n : s[1].vocab.n;
	size_t wide = s[0].n > s[1].n ? s[0].n : s[1].n;
	float *row;

	x.max_run = 1;
	for (size_t t = 0; t < sc->n; t++) {
		bead_type type = bead_types[sc->type[t]];

		if (type.a > x.max_run)
			x.max_run = type.a;
		if (type.b > x.max_run)
			x.max_run = type.b;
	}
	prepare(&x, m);
	x.sum = tm_zalloc(words + 1, sizeof *x.sum);
	x.used = tm_realloc(NULL, words + 1, sizeof *x.used);
	row = tm_realloc(NULL, (wide + 1) * x.max_run, sizeof *row);
	free(sc->alone[0]);
	free(sc->alone[1]);
	sc->alone[0] = lengths_alone(&s[0], m->ratio);
	sc->alone[1] = lengths_alone(&s[1], 1);
	tm_grow_to(sc->v, (b->cells + 1) * sc->n, sc->cap);
	for (size_t first = 0; first < b->n; first += BLOCK) {
		size_t end = first + BLOCK < b->n ? first + BLOCK : b->n;
		size_t over =
		    end + x.max_run - 1 < b->n ? end + x.max_run - 1 : b->n;
		size_t cells = (size_t)(b->at[over - 1] + b->hi[over - 1] -
					b->at[first] - b->lo[first] + 1);

		if (cells > x.cap_g) {
			for (int d = 0; d < 2; d++) {
				free(x.g[d]);
				x.g[d] =
				    tm_alloc(cells * x.max_run * sizeof(float));
			}
			x.cap_g = cells;
		}
		explain_block(&x, first, over, row);
		score_block(&x, sc, m, weight, first, end);
	}
	/* From the last row only nulls go on. */
	for (size_t k = (size_t)(b->at[b->n] + b->lo[b->n]) * sc->n;
	     k < b->cells * sc->n; k++)
		sc->v[k] = IMPOSSIBLE;
	for (int d = 0; d < 2; d++) {
		free(x.by[d]);
		free(x.base[d]);
		free(x.g[d]);
	}
	free(x.sum);
	free(x.used);
	free(x.product);
	free(row);
}

void
scores_release(scores *sc)
{
	free(sc->v);
	free(sc->alone[0]);
	free(sc->alone[1]);
	*sc = (scores){ 0 };
}

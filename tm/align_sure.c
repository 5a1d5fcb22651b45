/*
 * How sure is a bead? Its posterior is too sure of itself, for evidence is
 * counted as if each piece were independent of the others, and the more so the
 * freer the translation. So other witnesses are heard, who err for other
 * reasons: what the pass before thought of the bead, what the starts did that
 * came to another end, how well its lengths go together, and how the text
 * fared as a whole.
 *
 *	posterior .9990, all starts agree, lengths as they should be	.997
 *	posterior .9990, one start gave it .2				.981
 *	posterior .9990, in a text where 20 % of the pairs are 2-2	.93
 *
 * Its words are no witness: the posterior has heard them. The weights are a
 * logistic regression's, tests/quality/fit-confidence.py.
 */
#include "config.h"

#include "tm/align_int.h"

#include <math.h>

/* ---- What others thought ----------------------------------------------- */

static double
logit(double p)
{
	p = between(1e-5, p, 1 - 1e-5);
	return log(p / (1 - p));
}

/* The posterior of a bead in a list that falls by node; 0: not listed. */
static double
posterior_in(const scored_beads *list, const scored_bead *b)
{
	size_t low = 0, high = list->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const scored_bead *v = &list->v[middle];

		if (v->i > b->i || (v->i == b->i && v->j > b->j))
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < list->n; low++) {
		const scored_bead *v = &list->v[low];

		if (v->i != b->i || v->j != b->j)
			break;
		if (v->a == b->a && v->b == b->b)
			return (double)v->p;
	}
	return 0;
}

/* Of the starts that came to another end, the one that doubts most. */
static double
least_of(const witnesses *w, const scored_bead *b, double least)
{
	for (size_t k = 0; k < w->n_others; k++) {
		double p = posterior_in(w->others[k], b);

		least = p < least ? p : least;
	}
	return least;
}

/* ---- Signs ------------------------------------------------------------- */

/* How far apart the lengths are, as squares of standard deviations. */
static double
surprise(const witnesses *w, const scored_bead *b)
{
	const side *s = w->s;
	double l1 = s[0].length[b->i + b->a] - s[0].length[b->i];
	double l2 = s[1].length[b->j + b->b] - s[1].length[b->j];

	l1 *= w->m->ratio;
	return (l2 - l1) * (l2 - l1) / ((l1 + l2) / 2 * w->m->variance);
}

static void
find_signs(
    const witnesses *w, const judgement *j, const scored_bead *b, double *sign)
{
	double l = between(-3, logit((double)b->p), 9);

	sign[ALWAYS] = 1;
	sign[POSTERIOR] = l;
	sign[POSTERIOR_ODD] = l * j->odd;
	sign[POSTERIOR_DOUBT] = l * j->doubt;
	sign[POSTERIOR_LENGTHS] = l * j->lengths;
	sign[POSTERIOR_LIKELIHOOD] = l * between(-1, j->likelihood, 4);
	sign[BEFORE] = between(-5,
	    logit(
		w->before == NULL ? (double)b->p : posterior_in(w->before, b)),
	    9);
	sign[OTHERS] = between(-5, logit(least_of(w, b, (double)b->p)), 9);
	sign[NOT_ONE] = b->a + b->b > 2;
	sign[MANY] = b->a > 2 || b->b > 2 || (b->a > 1 && b->b > 1);
	sign[NEITHER] = b->a == 0 || b->b == 0;
	sign[SURPRISE] = sign[NEITHER] > 0 ? 0 : between(0, surprise(w, b), 6);
	sign[ODD] = j->odd;
	/* More is an extract beside its book, or copies: not fitted on. */
	sign[UNPAIRED] = between(0, j->unpaired, .15);
	sign[DOUBT] = j->doubt;
	sign[LIKELIHOOD] = between(-1, j->likelihood, 4);
	sign[LENGTHS] = j->lengths;
	sign[COVERED] = j->covered;
	sign[VARIANCE] = log(w->m->variance);
}

/* ---- The weights ------------------------------------------------------- */

/* What fit-confidence.py -w printed. */
static const double weight[N_SIGNS] = {
	[ALWAYS] = 0.5268,
	[POSTERIOR] = 0.02298,
	[POSTERIOR_ODD] = -0.9424,
	[POSTERIOR_DOUBT] = -0.693,
	[POSTERIOR_LENGTHS] = 0.448,
	[POSTERIOR_LIKELIHOOD] = -0.02576,
	[BEFORE] = 0.1605,
	[OTHERS] = 0.08098,
	[NEITHER] = 0.1895,
	[NOT_ONE] = -0.2606,
	[MANY] = -1.827,
	[SURPRISE] = -0.2701,
	[ODD] = 1.335,
	[UNPAIRED] = 4.873,
	[DOUBT] = -2.167,
	[LIKELIHOOD] = -0.05,
	[LENGTHS] = 0.6337,
	[COVERED] = 0.2839,
	[VARIANCE] = -0.4448,
};

/* The surest are surer than a straight line through all beads tells: above
 * KNEE the sum grows so much faster, up to MOST. */
#define KNEE 3.22
#define BEND 1.48
#define MOST 7.8

static double
confidence(const double *sign)
{
	double x = 0;

	for (int k = 0; k < N_SIGNS; k++)
		x += weight[k] * sign[k];
	if (x > KNEE)
		x = KNEE + BEND * (x - KNEE);
	x = 1 / (1 + exp(-between(-MOST, x, MOST)));
	/* Four digits: what follows differs from machine to machine. */
	return floor(x * 1e4 + .5) / 1e4;
}

void
confidences(const witnesses *w, const judgement *j, const scored_beads *path,
    double *out, double (*signs)[N_SIGNS])
{
	for (size_t k = 0; k < path->n; k++) {
		double sign[N_SIGNS];

		find_signs(w, j, &path->v[k], sign);
		out[k] = confidence(sign);
		if (signs != NULL)
			memcpy(signs[k], sign, sizeof sign);
	}
}

/* ---- Limits ------------------------------------------------------------ */

static bool
overlap(size_t a, size_t n, size_t b, size_t m)
{
	return a < b + m && b < a + n;
}

static bool
share_sentences(const tm_bead *a, const tm_bead *b)
{
	return overlap(a->src, a->n_src, b->src, b->n_src) ||
	       overlap(a->tgt, a->n_tgt, b->tgt, b->n_tgt);
}

/* Where a null bead stands on the side that it lacks does not matter. */
static bool
is_same(const tm_bead *a, const tm_bead *b)
{
	return a->n_src == b->n_src && a->n_tgt == b->n_tgt &&
	       (a->n_src == 0 || a->src == b->src) &&
	       (a->n_tgt == 0 || a->tgt == b->tgt);
}

/* How sure is b, if all others were possible? Beads before *near stand before
 * it. */
static double
without_limits(const tm_beads *all, size_t *near, const tm_bead *b)
{
	double p = 1;

	while (*near < all->n &&
	       all->v[*near].src + all->v[*near].n_src <= b->src &&
	       all->v[*near].tgt + all->v[*near].n_tgt <= b->tgt)
		++*near;
	for (size_t k = *near; k < all->n; k++) {
		const tm_bead *v = &all->v[k];

		if (v->src >= b->src + b->n_src && v->tgt >= b->tgt + b->n_tgt)
			break;
		if (is_same(v, b))
			return v->confidence;
		if (share_sentences(v, b))
			p = between(0, 1 - v->confidence, p);
	}
	return p;
}

void
doubt_limited(tm_beads *beads, const tm_align_side *src,
    const tm_align_side *tgt, const tm_align_options *options, unsigned threads)
{
	tm_align_options o = *options;
	align_tuning tuning = { .threads = threads, .no_doubt = true };
	tm_beads all = { 0 };
	size_t near = 0;

	o.max_run = o.n_types = 0;
	o.progress = NULL;
	align_tuned(src, tgt, &o, &tuning, &all, NULL);
	for (size_t k = 0; k < beads->n; k++) {
		double p = without_limits(&all, &near, &beads->v[k]);

		if (p < beads->v[k].confidence)
			beads->v[k].confidence = p;
	}
	tm_beads_release(&all);
}

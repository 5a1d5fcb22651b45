/*
 * How sure is a bead? Its posterior is too sure of itself, for evidence is
 * counted as if each piece were independent of the others, and the more so the
 * freer the translation. So other witnesses are heard, who err for other
 * reasons: what the pass before thought of the bead, what the starts did that
 * came to another end, how well its lengths go together, and how the text
 * fared as a whole; and what stands near (align_near.c), for where one pair is
 * wrong its neighbours are, too.
 *
 *	posterior .999, 1-1, in news					.99
 *	... in texts with replaced parts				.87
 *	... neighbours doubtful, words agree less than elsewhere	.75
 *
 * Some of these make a sum, as in logistic regression; trees of three splits
 * then say what the sum leaves out, for instance that ranks of words tell
 * something where they do so elsewhere in the text. All of it was made by
 * tests/quality/fit-confidence.py.
 */
#include "config.h"

#include "tm/align_int.h"

#include <math.h>
#include <stdlib.h>

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

/* ---- The sum ----------------------------------------------------------- */

/*
 * A tree has up to three splits. What is above the limit goes to the right;
 * next is the split that comes then, or 0, and then add is added. The
 * sign N_SIGNS is the linear sum.
 */
struct split {
	uint8_t sign, next[2];
	double limit, add[2];
};

/* weight, first_guess, tree and knot. */
#include "tm/align_sure_int.h"

static double
linear(const double *sign)
{
	double x = 0;

	for (int k = 0; k < N_LINEAR; k++)
		x += weight[k] * sign[k];
	return x;
}

/* Down one tree: what it adds. */
static double
leaf(const struct split *root, const double *sign, double sum)
{
	const struct split *s = root;
	int right;

	for (;; s = &root[s->next[right]]) {
		right = (s->sign == N_SIGNS ? sum : sign[s->sign]) > s->limit;
		if (s->next[right] == 0)
			return s->add[right];
	}
}

/* By straight lines between the knots, and flat behind the last. */
static double
bend(double x)
{
	for (size_t k = 1; k < N_KNOTS; k++)
		if (x < knot[k][0] || k == N_KNOTS - 1) {
			const double *a = knot[k - 1], *b = knot[k];

			x = between(knot[0][0], x, b[0]);
			return a[1] +
			       (x - a[0]) * (b[1] - a[1]) / (b[0] - a[0]);
		}
	return x;
}

static double
confidence(const double *sign)
{
	double sum = linear(sign), x = first_guess;

	for (size_t k = 0; k < N_TREES; k++)
		x += leaf(tree[k], sign, sum);
	x = 1 / (1 + exp(-bend(x)));
	/* Four digits: what follows differs from machine to machine. */
	return floor(x * 1e4 + .5) / 1e4;
}

void
confidences(const witnesses *w, const judgement *j, const scored_beads *path,
    const double *ranks, double *out, double (*signs)[N_SIGNS])
{
	double(*row)[N_SIGNS] = signs;

	if (row == NULL)
		row = tm_zalloc(path->n + 1, sizeof *row);
	for (size_t k = 0; k < path->n; k++)
		find_signs(w, j, &path->v[k], row[k]);
	signs_near(path, j, ranks, row);
	for (size_t k = 0; k < path->n; k++)
		out[k] = confidence(row[k]);
	if (signs == NULL)
		free(row);
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

/*
 * What stands near a bead? Where a part of one text was replaced by another, or
 * both leave out something at the same place, wrong pairs stand in rows: their
 * neighbours are doubtful, too, and no words agree from one end to the other.
 *
 *	bead		posterior	rank of its words
 *	s7-t7		.999		 3.1
 *	s8-t8		.97		-.4	replaced ...
 *	s9-t9		.995		 0
 *	s10 s11-t10	.95		-.2	... as far as here
 *	s12-t11		.999		 2.8
 *
 * Ranks count beside what is usual in the text: where nothing is known of any
 * word, it tells nothing that they do not agree.
 */
#include "config.h"

#include "tm/align_int.h"

#include <math.h>
#include <stdlib.h>

/* A gap on both sides: so many nulls of each in a row. */
#define GAP 2
/* Further away it does not matter. */
#define FAR 30
#define MOST_NULLS 5
/* The posterior's logit of what is beyond the ends of the text. */
#define BORDER 6

struct beads {
	const scored_bead *v;
	size_t n;
	const double *doubt, *rank;
	double usual; /* rank */
	double (*sign)[N_SIGNS];
};

/* What a mean is taken of. */
enum what { DOUBTS, SURPRISES, RANKS };

struct sum {
	double of, n;
};

static bool
is_pair(const scored_bead *b)
{
	return b->a > 0 && b->b > 0;
}

/* Add beads first .. end - 1. */
static void
add(const struct beads *w, enum what what, size_t first, size_t end,
    struct sum *sum)
{
	for (size_t k = first; k < end; k++) {
		double x = what == DOUBTS      ? w->doubt[k]
			   : what == SURPRISES ? w->sign[k][SURPRISE]
					       : w->rank[k] - w->usual;

		if ((what != DOUBTS && !is_pair(&w->v[k])) || isnan(x))
			continue;
		sum->of += x;
		sum->n++;
	}
}

static struct sum
before(const struct beads *w, enum what what, size_t k, size_t far)
{
	struct sum sum = { 0, 1 };

	add(w, what, k < far ? 0 : k - far, k, &sum);
	return sum;
}

static struct sum
behind(const struct beads *w, enum what what, size_t k, size_t far)
{
	struct sum sum = { 0, 1 };

	add(w, what, k + 1, k + far < w->n ? k + far + 1 : w->n, &sum);
	return sum;
}

/* Of as many beads on each side, and one more that is as usual. */
static double
mean(const struct beads *w, enum what what, size_t k, size_t far, double usual)
{
	struct sum a = before(w, what, k, far), b = behind(w, what, k, far);

	return (a.of + b.of + usual) / (a.n + b.n - 1);
}

/* Nulls of both sides: the fewer of the two. */
static double
nulls_near(const struct beads *w, size_t k, size_t far)
{
	size_t end = k + far < w->n ? k + far + 1 : w->n;
	size_t n[2] = { 0, 0 };

	for (size_t i = k < far ? 0 : k - far; i < end; i++)
		if (i != k && !is_pair(&w->v[i]))
			n[w->v[i].a == 0]++;
	return between(0, (double)(n[0] < n[1] ? n[0] : n[1]), MOST_NULLS);
}

/* How far is it to a gap on both sides? */
static void
find_gaps(const struct beads *w)
{
	double far = FAR;

	for (size_t k = 0, end; k < w->n; k = end) {
		size_t n[2] = { 0, 0 };
		bool gap;

		for (end = k; end < w->n && !is_pair(&w->v[end]); end++)
			n[w->v[end].a == 0]++;
		gap = n[0] >= GAP && n[1] >= GAP;
		end += end == k;
		for (; k < end; k++) {
			far = gap ? 0 : between(0, far + 1, FAR);
			w->sign[k][GAP_FAR] = far;
		}
	}
	for (size_t k = w->n; k-- > 0;) {
		far = between(0, far + 1, w->sign[k][GAP_FAR]);
		w->sign[k][GAP_FAR] = far;
	}
}

/* The share of sentences that are left over: of the side that has less, and
 * more of them. */
static void
left_over(const struct beads *w, double *less, double *more)
{
	struct sum of[2] = { { 0, 0 }, { 0, 0 } };

	for (size_t k = 0; k < w->n; k++) {
		const scored_bead *b = &w->v[k];

		of[0].n += b->a;
		of[1].n += b->b;
		of[0].of += b->b == 0 ? b->a : 0;
		of[1].of += b->a == 0 ? b->b : 0;
	}
	for (int d = 0; d < 2; d++)
		of[d].of /= of[d].n < 1 ? 1 : of[d].n;
	*less = of[0].of < of[1].of ? of[0].of : of[1].of;
	*more = of[0].of < of[1].of ? of[1].of : of[0].of;
}

static void
look_near(const struct beads *w, size_t k)
{
	double *sign = w->sign[k];
	struct sum a = before(w, DOUBTS, k, 3), b = behind(w, DOUBTS, k, 3);

	sign[DOUBT_NEAR] = mean(w, DOUBTS, k, 5, 0);
	sign[DOUBT_AROUND] = mean(w, DOUBTS, k, 15, 0);
	sign[DOUBT_BESIDE] = a.of / a.n > b.of / b.n ? a.of / a.n : b.of / b.n;
	sign[NEIGHBOUR] = BORDER;
	if (k > 0 && w->sign[k - 1][POSTERIOR] < sign[NEIGHBOUR])
		sign[NEIGHBOUR] = w->sign[k - 1][POSTERIOR];
	if (k + 1 < w->n && w->sign[k + 1][POSTERIOR] < sign[NEIGHBOUR])
		sign[NEIGHBOUR] = w->sign[k + 1][POSTERIOR];
	sign[NULLS_NEAR] = nulls_near(w, k, 15);
	sign[SURPRISE_NEAR] = mean(w, SURPRISES, k, 5, 1);
	sign[WORDS] = !is_pair(&w->v[k])  ? 0
		      : isnan(w->rank[k]) ? w->usual
					  : w->rank[k];
	sign[WORDS_NEXT] = mean(w, RANKS, k, 2, 0);
	sign[WORDS_NEAR] = mean(w, RANKS, k, 5, 0);
	a = before(w, RANKS, k, 4);
	b = behind(w, RANKS, k, 4);
	sign[WORDS_BESIDE] = a.of / a.n < b.of / b.n ? a.of / a.n : b.of / b.n;
	sign[WORDS_OF_TEXT] = w->usual;
}

void
signs_near(const scored_beads *path, const judgement *j, const double *ranks,
    double (*signs)[N_SIGNS])
{
	double *doubt = tm_zalloc(path->n + 1, sizeof *doubt);
	struct beads w = { path->v, path->n, doubt, ranks, j->rank, signs };
	double less, more;

	for (size_t k = 0; k < w.n; k++)
		doubt[k] = 1 / (1 + exp(signs[k][POSTERIOR]));
	left_over(&w, &less, &more);
	find_gaps(&w);
	for (size_t k = 0; k < w.n; k++) {
		look_near(&w, k);
		signs[k][LEFT_LESS] = less;
		signs[k][LEFT_MORE] = more;
	}
	free(doubt);
}

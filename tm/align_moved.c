/*
 * Are parts of the text in another order?
 *
 *	source	A B C D E
 *	target	A C D B E
 *
 * An alignment goes forward only, so it pairs A, C, D and E, and leaves B
 * over on both sides. What is left over, unpaired or doubtful, is aligned
 * again by itself, and what goes together there in runs is taken out, round
 * after round, until nothing goes together any more. Such a run has moved if a
 * pair that is sure, or another run, stands before it on one side and behind it
 * on the other.
 *
 * What is left over goes together by chance now and then. So of each run it is
 * asked whether its sentences would do so in another order.
 */
#include "config.h"

#include "tm/align_int.h"

#include <stdlib.h>

/* Left over: pairs less sure than this. Crossed: pairs as sure as that. */
#define DOUBTFUL .5
#define SURE .9
/* Pairs of a run have this posterior, and there are so many of them. */
#define RUN_POSTERIOR .8
#define LEAST_RUN 3
#define MOST_ROUNDS 12
/*
 * The log likelihood ratio of a run to strangers is at least STRANGE, larger
 * by BETTER than the mean of its other orders, by BETTER_THAN_ANY than the
 * best of them. Of 1,500 news texts in order, many with gaps and merged
 * sentences, 2 were said to be in another without STRANGE, 1 with it.
 */
#define STRANGE 2.5
#define BETTER 3
#define BETTER_THAN_ANY 1.5
/*
 * The lengths of a run go together, but so do those of strangers, when there
 * are enough to choose from: both ends missing, the first sentences of one
 * text find their like among the last of the other. So its words must agree,
 * too: hear_words(), summed over its pairs, is WORDS at least, and at least
 * AS_USUAL times as much as that of as many pairs of the text.
 */
#define WORDS 2
#define AS_USUAL .5
/* More is not looked at: it would take as long as the text itself. */
#define MOST_LEFT 1000

struct leavings {
	const tm_align_side *side[2];
	size_t *index[2]; /* sentences that are left, in order */
	size_t n[2];
	bool *taken[2]; /* by sentence */
	const tm_lexicon *lex;
	unsigned threads;
	double usual; /* mean rank of the pairs of the text */
	tm_bead *run;
	size_t n_runs, cap_runs;
};

static void
mark_known(struct leavings *w, const tm_beads *beads)
{
	for (size_t k = 0; k < beads->n; k++) {
		const tm_bead *b = &beads->v[k];

		if (b->n_src == 0 || b->n_tgt == 0 || b->confidence < DOUBTFUL)
			continue;
		for (size_t i = 0; i < b->n_src; i++)
			w->taken[0][b->src + i] = true;
		for (size_t j = 0; j < b->n_tgt; j++)
			w->taken[1][b->tgt + j] = true;
	}
}

static void
list_left(struct leavings *w)
{
	for (int d = 0; d < 2; d++) {
		w->n[d] = 0;
		for (size_t i = 0; i < w->side[d]->n; i++)
			if (!w->taken[d][i])
				w->index[d][w->n[d]++] = i;
	}
}

/* Do the sentences of a run go together better than in other orders? */
static bool
is_no_chance(const struct leavings *w, const tm_bead *run)
{
	tm_align_side src = { w->side[0]->lang, w->side[0]->v + run->src,
		run->n_src, NULL };
	tm_align_side tgt = { w->side[1]->lang, w->side[1]->v + run->tgt,
		run->n_tgt, NULL };
	double all = (double)(run->n_src + run->n_tgt);
	judgement j = { 0 };

	ask_chance(&j, &src, &tgt, w->lex, w->threads);
	return all * j.in_order >= STRANGE &&
	       all * (j.in_order - j.mean_out_of_order) >= BETTER &&
	       all * (j.in_order - j.out_of_order) >= BETTER_THAN_ANY;
}

static bool
goes_on(const struct leavings *w, const tm_bead *run, const tm_bead *b)
{
	return w->index[0][b->src] <= run->src + run->n_src + 1 &&
	       w->index[1][b->tgt] <= run->tgt + run->n_tgt + 1;
}

static void
take(struct leavings *w, const tm_bead *run)
{
	for (size_t i = 0; i < run->n_src; i++)
		w->taken[0][run->src + i] = true;
	for (size_t j = 0; j < run->n_tgt; j++)
		w->taken[1][run->tgt + j] = true;
	tm_grow(w->run, w->n_runs, w->cap_runs);
	w->run[w->n_runs++] = *run;
}

/* Take the runs out of beads, which pair what is left; how many? */
static size_t
take_runs(struct leavings *w, const tm_beads *beads, const double *ranks)
{
	size_t taken = 0, pairs = 0;
	double words = 0;
	tm_bead run = { 0 };

	for (size_t k = 0; k <= beads->n; k++) {
		const tm_bead *b = &beads->v[k];
		bool pair = k < beads->n && b->n_src > 0 && b->n_tgt > 0 &&
			    b->confidence >= RUN_POSTERIOR;

		if (k < beads->n && !pair)
			continue;
		if (!pair || pairs == 0 || !goes_on(w, &run, b)) {
			if (pairs >= LEAST_RUN && words >= WORDS &&
			    words >= AS_USUAL * w->usual * (double)pairs &&
			    is_no_chance(w, &run)) {
				take(w, &run);
				taken++;
			}
			pairs = 0;
			words = 0;
		}
		if (!pair)
			break;
		words += ranks[k];
		if (pairs++ == 0) {
			run.src = w->index[0][b->src];
			run.tgt = w->index[1][b->tgt];
		}
		run.n_src = w->index[0][b->src + b->n_src - 1] + 1 - run.src;
		run.n_tgt = w->index[1][b->tgt + b->n_tgt - 1] + 1 - run.tgt;
	}
	return taken;
}

/* Align what is left, by one start; how many runs were found? */
static size_t
next_round(struct leavings *w)
{
	tm_align_options options = { .lexicon = w->lex };
	double *ranks = NULL;
	align_tuning tuning = { .starts = 1,
		.threads = w->threads,
		.ranks = &ranks,
		.raw = true,
		.no_doubt = true };
	tm_align_side left[2];
	tm_str *v[2];
	tm_beads beads = { 0 };
	size_t taken;

	for (int d = 0; d < 2; d++) {
		v[d] = tm_zalloc(w->n[d] + 1, sizeof *v[d]);
		for (size_t i = 0; i < w->n[d]; i++)
			v[d][i] = w->side[d]->v[w->index[d][i]];
		left[d] =
		    (tm_align_side){ w->side[d]->lang, v[d], w->n[d], NULL };
	}
	align_tuned(&left[0], &left[1], &options, &tuning, &beads, NULL);
	taken = take_runs(w, &beads, ranks);
	tm_beads_release(&beads);
	free(ranks);
	free(v[0]);
	free(v[1]);
	return taken;
}

/* Does a stand before b on one side and behind it on the other? */
static bool
cross(const tm_bead *a, const tm_bead *b)
{
	return (a->src < b->src && a->tgt > b->tgt) ||
	       (a->src > b->src && a->tgt < b->tgt);
}

static bool
has_moved(const struct leavings *w, const tm_beads *beads, const tm_bead *run)
{
	for (size_t k = 0; k < beads->n; k++) {
		const tm_bead *b = &beads->v[k];

		if (b->n_src > 0 && b->n_tgt > 0 && b->confidence >= SURE &&
		    cross(b, run))
			return true;
	}
	for (size_t k = 0; k < w->n_runs; k++)
		if (cross(&w->run[k], run))
			return true;
	return false;
}

static int
by_source(const void *a, const void *b)
{
	const tm_bead *x = a, *y = b;

	return (x->src > y->src) - (x->src < y->src);
}

void
find_moved(tm_beads *beads, const tm_align_side *src, const tm_align_side *tgt,
    const tm_lexicon *lex, const judgement *j, unsigned threads)
{
	struct leavings w = { .side = { src, tgt },
		.lex = lex,
		.threads = threads,
		.usual = j->rank };

	for (int d = 0; d < 2; d++) {
		w.index[d] = tm_zalloc(w.side[d]->n + 1, sizeof(size_t));
		w.taken[d] = tm_zalloc(w.side[d]->n + 1, sizeof(bool));
	}
	mark_known(&w, beads);
	for (int round = 0; round < MOST_ROUNDS; round++) {
		list_left(&w);
		if (w.n[0] < LEAST_RUN || w.n[1] < LEAST_RUN ||
		    w.n[0] > MOST_LEFT || w.n[1] > MOST_LEFT ||
		    next_round(&w) == 0)
			break;
	}
	for (size_t k = 0; k < w.n_runs; k++)
		if (has_moved(&w, beads, &w.run[k])) {
			tm_grow(beads->moved, beads->n_moved, beads->cap_moved);
			beads->moved[beads->n_moved++] = w.run[k];
		}
	if (beads->n_moved > 1)
		qsort(beads->moved, beads->n_moved, sizeof *beads->moved,
		    by_source);
	for (int d = 0; d < 2; d++) {
		free(w.index[d]);
		free(w.taken[d]);
	}
	free(w.run);
}

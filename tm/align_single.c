/*
 * Do single sentences stand elsewhere? Runs of them are found by aligning
 * what is left over (align_moved.c); a sentence that moved alone has no
 * neighbours to tell it by. But its words are those of one sentence of the
 * other text and of no other, wherever that stands.
 *
 *	score	A	B	C	D
 *	a	9.1	-2	.4	-3
 *	b	-1	-2	-3	7.2	best of its row and of its
 *column, by 8 c	0	-4	5	-2	and crossed by c-C d
 *-2	1.1	-1	.9	by .2: tells nothing
 *
 * Every sentence is scored with every other as a pair of one and one, by what
 * was known of words before the texts were aligned: what was learned from a
 * wrong order may be wrong.
 */
#include "config.h"

#include "tm/align_int.h"

#include <math.h>
#include <stdlib.h>

/* A pair as sure as this holds its sentences. */
#define SURE .9
/* More is not looked at: it would take as long as the text itself. */
#define MOST_CELLS 1e6

/* The best of a row or a column, and the score of the next best. */
struct best {
	size_t at;
	float score, next;
};

/* The sentences i and j are the best for each other, by over more than they
 * are by chance now and then. */
struct match {
	size_t i, j;
	double over;
};

struct singles {
	tm_beads *beads;
	size_t n[2];
	uint32_t *bead_of[2]; /* of a sentence */
	size_t n_free[2];     /* sentences that no sure pair holds */
	struct best *best[2];
	struct match *v;
	size_t n_v;
};

static bool
is_pair(const tm_bead *b)
{
	return b->n_src > 0 && b->n_tgt > 0;
}

static bool
is_free(const struct singles *w, int d, size_t k)
{
	const tm_bead *b = &w->beads->v[w->bead_of[d][k]];

	return !is_pair(b) || b->confidence < SURE;
}

static void
note_beads(struct singles *w)
{
	for (size_t k = 0; k < w->beads->n; k++) {
		const tm_bead *b = &w->beads->v[k];

		for (size_t i = 0; i < b->n_src; i++)
			w->bead_of[0][b->src + i] = (uint32_t)k;
		for (size_t j = 0; j < b->n_tgt; j++)
			w->bead_of[1][b->tgt + j] = (uint32_t)k;
	}
	for (int d = 0; d < 2; d++)
		for (size_t k = 0; k < w->n[d]; k++)
			w->n_free[d] += is_free(w, d, k);
}

/* ---- Scores ------------------------------------------------------------ */

static void
meet(struct best *b, size_t at, float score)
{
	if (score > b->score) {
		b->next = b->score;
		b->score = score;
		b->at = at;
	} else if (score > b->next) {
		b->next = score;
	}
}

static void
find_best(
    struct singles *w, const side s[2], const links *known, unsigned threads)
{
	/* Nothing of it is in the score of a pair of one and one. */
	static const outset any = { .null = .05,
		.null_again = .3,
		.split = .04,
		.both = .01,
		.fall = .35 };
	/* The first type is 1-1. */
	scores sc = { .type = { 0 }, .n = 1, .threads = threads };
	band all = { 0 };
	model m;

	for (int d = 0; d < 2; d++)
		for (size_t k = 0; k < w->n[d]; k++)
			w->best[d][k] = (struct best){ .score = IMPOSSIBLE,
				.next = IMPOSSIBLE };
	band_full(&all, w->n[0], w->n[1]);
	model_init(&m, s, &any);
	scores_begin(&sc, s, known, &m, &all, 1, SIZE_MAX);
	scores_rows(&sc, 0, w->n[0]);
	for (size_t i = 0; i < w->n[0]; i++)
		for (size_t j = 0; j < w->n[1]; j++) {
			float x =
			    *scores_at(&sc, (size_t)(all.at[i] + (ptrdiff_t)j));

			meet(&w->best[0][i], j, x);
			meet(&w->best[1][j], i, x);
		}
	scores_release(&sc);
	band_release(&all);
}

/* ---- Matches ----------------------------------------------------------- */

/*
 * The score is a log likelihood ratio, so the more sentences there are that
 * could be mistaken for each other, the further one of them is ahead by chance:
 * by the log of their number. One less is asked for here, because much is asked
 * of all matches together. Of 374 texts without their ends, or with parts
 * replaced or left out, 2 would be said to be in another order if ENOUGH were
 * 4; with half the logarithm 8 would, for as many found.
 */
static double
by_chance(const struct singles *w)
{
	size_t most = w->n_free[0] > w->n_free[1] ? w->n_free[0] : w->n_free[1];

	return log((double)most + 1) - 1;
}

static void
list_matches(struct singles *w)
{
	double chance = by_chance(w);

	for (size_t i = 0; i < w->n[0]; i++) {
		const struct best *a = &w->best[0][i], *b = &w->best[1][a->at];
		double over = (double)(a->score - a->next);

		if (b->at != i || a->score < 0)
			continue;
		if ((double)(b->score - b->next) < over)
			over = (double)(b->score - b->next);
		if (over > chance)
			w->v[w->n_v++] =
			    (struct match){ i, a->at, over - chance };
	}
}

static bool
cross(size_t i, size_t j, size_t k, size_t l)
{
	return (i < k && j > l) || (i > k && j < l);
}

/* Does a pair that is sure, or another match, stand before it on one side and
 * behind it on the other? */
static bool
has_moved(const struct singles *w, const struct match *m)
{
	if (!is_free(w, 0, m->i) || !is_free(w, 1, m->j) ||
	    w->bead_of[0][m->i] == w->bead_of[1][m->j])
		return false;
	for (size_t k = 0; k < w->beads->n; k++) {
		const tm_bead *b = &w->beads->v[k];

		if (is_pair(b) && b->confidence >= SURE &&
		    cross(b->src, b->tgt, m->i, m->j))
			return true;
	}
	for (size_t k = 0; k < w->n_v; k++)
		if (cross(w->v[k].i, w->v[k].j, m->i, m->j))
			return true;
	return false;
}

/* ---- What is said ------------------------------------------------------ */

static bool
is_in_run(const tm_beads *beads, const struct match *m)
{
	for (size_t k = 0; k < beads->n_moved; k++) {
		const tm_bead *b = &beads->moved[k];

		if ((m->i >= b->src && m->i < b->src + b->n_src) ||
		    (m->j >= b->tgt && m->j < b->tgt + b->n_tgt))
			return true;
	}
	return false;
}

/* Matches come by source; those that go on with the last are one with it. */
static void
add_moved(tm_beads *beads, const struct match *m)
{
	tm_bead *last =
	    beads->n_moved == 0 ? NULL : &beads->moved[beads->n_moved - 1];

	if (last != NULL && last->src + last->n_src == m->i &&
	    last->tgt + last->n_tgt == m->j) {
		last->n_src++;
		last->n_tgt++;
		return;
	}
	tm_grow(beads->moved, beads->n_moved, beads->cap_moved);
	beads->moved[beads->n_moved++] =
	    (tm_bead){ .src = m->i, .n_src = 1, .tgt = m->j, .n_tgt = 1 };
}

static int
by_source(const void *a, const void *b)
{
	const tm_bead *x = a, *y = b;

	return (x->src > y->src) - (x->src < y->src);
}

/*
 * Two sentences at least, and so much above chance, all together: with 3 five
 * of 2,471 texts in order would be said to be in another, and 4 of the 374
 * above; with 4 two and two, with 5 none. With 8 instead of 6 a tenth less is
 * found.
 */
#define LEAST 2
#define ENOUGH 6

/*
 * A sentence of the pair goes with one outside of it: 951 such pairs in 612
 * texts in another order were as sure as others, and .027 of them were right,
 * .15 where little has moved.
 */
#define CONTRADICTED .1

/* In a text that is in another order, pairs are doubted that keep matches
 * apart. */
static void
doubt_pairs(const struct singles *w)
{
	for (size_t k = 0; k < w->n_v; k++) {
		const struct match *m = &w->v[k];
		uint32_t bead[2] = { w->bead_of[0][m->i], w->bead_of[1][m->j] };

		for (int d = 0; d < 2 && bead[0] != bead[1]; d++) {
			tm_bead *b = &w->beads->v[bead[d]];

			if (is_pair(b) && b->confidence > CONTRADICTED)
				b->confidence = CONTRADICTED;
		}
	}
}

static void
tell_singles(struct singles *w)
{
	struct match *moved = tm_zalloc(w->n_v + 1, sizeof *moved);
	tm_beads *beads = w->beads;
	double sum = 0;
	size_t n = 0;

	for (size_t k = 0; k < w->n_v; k++)
		if (has_moved(w, &w->v[k])) {
			sum += w->v[k].over;
			moved[n++] = w->v[k];
		}
	for (size_t k = 0; k < n && n >= LEAST && sum >= ENOUGH; k++)
		if (!is_in_run(beads, &moved[k]))
			add_moved(beads, &moved[k]);
	if (beads->n_moved > 1)
		qsort(beads->moved, beads->n_moved, sizeof *beads->moved,
		    by_source);
	if (beads->n_moved > 0)
		doubt_pairs(w);
	free(moved);
}

void
find_singles(
    tm_beads *beads, const side s[2], const links *known, unsigned threads)
{
	struct singles w = { .beads = beads, .n = { s[0].n, s[1].n } };

	for (int d = 0; d < 2; d++)
		w.bead_of[d] = tm_zalloc(w.n[d] + 1, sizeof *w.bead_of[d]);
	note_beads(&w);
	if (w.n_free[0] >= LEAST && w.n_free[1] >= LEAST &&
	    (double)w.n[0] * (double)w.n[1] <= MOST_CELLS) {
		for (int d = 0; d < 2; d++)
			w.best[d] = tm_zalloc(w.n[d], sizeof *w.best[d]);
		w.v = tm_zalloc(w.n[0], sizeof *w.v);
		find_best(&w, s, known, threads);
		list_matches(&w);
		tell_singles(&w);
	}
	for (int d = 0; d < 2; d++) {
		free(w.bead_of[d]);
		free(w.best[d]);
	}
	free(w.v);
}

/*
 * The score of a bead is a log likelihood ratio: how much likelier are
 * these sentences as translations of each other than as strangers?
 *
 *	score = 1/2 (G-> + G<-) + Len + Junctions
 *
 * G of words is in align_word.c and, where it is asked by place, in
 * align_place.c; Len in align_length.c; Junctions in align_junction.c. Here
 * they are put together for the beads of all types, row by row of the band.
 */
#include "config.h"

#include "tm/align_score_int.h"

#include <stdlib.h>

/*
 * Where its words stand is not asked of a bead that is less likely than this
 * anyhow. Made literature of health and classical books, with a dictionary, has
 * a mean strict F1 of .8275 with -10 and with -1000, .8219 with -6, .8203 with
 * -3.
 */
#define HOPELESS -10
/* Rows that are scored together; bounds the scratch memory. */
#define BLOCK 256

struct scorer {
	const band *b;
	double weight;
	bool placed;
	size_t max_run;
	log_table logs;
	lengths lengths;
	junctions junctions;
	words *words;
	/* By cell: a bit for each type, by its number in scores.type, that is
	 * possible. NULL: all are. */
	uint32_t *possible;
	word_rows *rows[TM_MAX_THREADS]; /* NULL: not needed yet */
};

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

static float
score_bead(
    const struct scorer *x, word_rows *w, size_t i, size_t j, bead_type type)
{
	const band *b = x->b;
	size_t i_end = i + type.a, j_end = j + type.b;
	double g = 0, rest;

	if (i_end > b->n || j_end > b->m || j_end < b->lo[i_end] ||
	    j_end > b->hi[i_end] || j_end - 1 > b->hi[i] ||
	    j < b->lo[i_end - 1] || !band_allows(b, i, j, type.a, type.b))
		return IMPOSSIBLE;
	rest = score_junctions(&x->junctions, i, j, i_end, j_end) +
	       lengths_score(&x->lengths, i, j, type);
	if (x->possible == NULL)
		g = words_score(w, i, j, type);
	if (x->placed && .5 * g + rest > HOPELESS)
		g = words_place_score(w, i, j, type);
	return (float)(.5 * x->weight * g + rest);
}

static void
score_block(const scores *sc, word_rows *w, size_t first, size_t end)
{
	const struct scorer *x = sc->scorer;
	const band *b = x->b;
	size_t base = (size_t)(b->at[first] + (ptrdiff_t)b->lo[first]);
	float *v = sc->v + (base - sc->base) * sc->n;

	for (size_t i = first; i < end; i++)
		for (size_t j = b->lo[i]; j <= b->hi[i]; j++, v += sc->n) {
			uint32_t possible = UINT32_MAX;

			if (x->possible != NULL)
				possible = x->possible[b->at[i] + (ptrdiff_t)j];
			for (size_t t = 0; t < sc->n; t++)
				v[t] = (possible >> t & 1) == 0
					   ? IMPOSSIBLE
					   : score_bead(x, w, i, j,
						 bead_types[sc->type[t]]);
		}
}

static void
scorer_free(struct scorer *x)
{
	if (x == NULL)
		return;
	for (size_t k = 0; k < TM_MAX_THREADS; k++)
		word_rows_free(x->rows[k]);
	words_free(x->words);
	junctions_release(&x->junctions);
	free(x->possible);
	free(x);
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

	*x = (struct scorer){
		.b = b, .weight = weight, .placed = sc->places, .max_run = 1
	};
	for (size_t t = 0; t < sc->n; t++) {
		bead_type type = bead_types[sc->type[t]];
		size_t run = type.a > type.b ? type.a : type.b;

		x->max_run = run > x->max_run ? run : x->max_run;
	}
	for (int d = 0; d < 2; d++) {
		free(sc->alone[d]);
		sc->alone[d] = lengths_alone(&s[d], d == 0 ? m->ratio : 1);
	}
	log_table_begin(&x->logs);
	lengths_begin(&x->lengths, s, m, sc->alone, &x->logs);
	x->words =
	    words_new(s, l, m, b, &x->logs, common, x->max_run, sc->places);
	junctions_begin(&x->junctions, s, m);
	if (sc->only != NULL)
		list_possible(x, sc);
	scorer_free(sc->scorer);
	sc->scorer = x;
	sc->first = sc->end = 0;
}

/* BLOCK of the rows that are wanted: the same whoever does them. */
static void
rows_job(void *self, size_t k, unsigned thread)
{
	const scores *sc = self;
	struct scorer *x = sc->scorer;
	size_t first = sc->first + k * BLOCK;
	size_t stop = first + BLOCK < sc->end ? first + BLOCK : sc->end;
	size_t over =
	    stop + x->max_run - 1 < x->b->n ? stop + x->max_run - 1 : x->b->n;

	if (x->rows[thread] == NULL)
		x->rows[thread] = word_rows_new(x->words);
	words_rows(x->rows[thread], first, over, x->possible == NULL);
	score_block(sc, x->rows[thread], first, stop);
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

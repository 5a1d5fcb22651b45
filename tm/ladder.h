/*
 * ladder.h - alignments as numbers, and how right one is
 *
 * A ladder is a text with a bead a line: sentence numbers of the source, a
 * colon, those of the target, from 0, and perhaps a confidence. "#" begins
 * a comment:
 *
 *	[]:[0]
 *	[0]:[1,2]:0.973
 *
 * tm_ladder_score() compares one with gold as Thompson & Koehn 2019
 * (Vecalign) do; strict: the bead is exactly right; lax: it shares a
 * sentence pair with a gold bead. Precision counts every bead of the test,
 * recall the gold beads that have both sides.
 */
#ifndef TM_LADDER_H
#define TM_LADDER_H

#include "tm/base.h"

TM_BEGIN_DECLS

/* Sentences src[0 .. n_src) and tgt[0 .. n_tgt), increasing. */
typedef struct tm_rung {
	const uint32_t *src, *tgt;
	size_t n_src, n_tgt;
	double confidence; /* < 0: none */
} tm_rung;

/* Start with = { 0 }. */
typedef struct tm_ladder {
	tm_rung *v;
	size_t n, cap;
	tm_arena arena; /* private: where the numbers are */
} tm_ladder;

void tm_ladder_release(tm_ladder *ladder);

/*
 * Read the ladder at path ("-": standard input), replacing what was there.
 * Empty beads ("[]:[]") are left out, and numbers put in order. Fails with
 * TM_IO, or TM_PARSE with the line: no bead, something else behind it than a
 * number, or a number too large. Linear.
 */
bool tm_ladder_read(const char *path, tm_ladder *ladder, tm_error *err);

/* Is every sentence in one bead at most? Else fails with TM_PARSE, which names
 * one that is not; name is that of the ladder. As long as sorting takes. */
bool tm_ladder_once(const tm_ladder *ladder, const char *name, tm_error *err);

/* Beads whose confidence falls into one range, and how many of them are
 * strictly right. */
typedef struct tm_reliability {
	double from, to; /* from <= confidence < to, the last <= */
	size_t n, right;
	double sum; /* of the confidences */
} tm_reliability;

#define TM_RELIABILITY_BINS 8

/* Counts of one or, added up, of many documents. Start with = { 0 }. */
typedef struct tm_ladder_score {
	size_t test, strict, lax; /* beads of the test; of these right */
	size_t gold, found_strict, found_lax; /* gold beads with both sides */
	tm_reliability bin[TM_RELIABILITY_BINS]; /* pairs with confidence */
} tm_ladder_score;

/* Add the comparison of test with gold to score. Time grows with the
 * number of sentences, times the logarithm of the number of beads. */
void tm_ladder_add_score(
    const tm_ladder *gold, const tm_ladder *test, tm_ladder_score *score);

/* Shares from 0 to 1; 0 where nothing was counted. */
typedef struct tm_prf {
	double precision, recall, f1;
} tm_prf;

tm_prf tm_ladder_strict(const tm_ladder_score *score);
tm_prf tm_ladder_lax(const tm_ladder_score *score);

TM_END_DECLS

#endif

/*
 * align_score_int.h - what a score is made of
 *
 *	words (align_word.c, align_place.c) + lengths (align_length.c) +
 *	junctions (align_junction.c) -> the score of a bead (align_score.c)
 *
 * Each part is told the model once and asked bead by bead.
 */
#ifndef TM_ALIGN_SCORE_INT_H
#define TM_ALIGN_SCORE_INT_H

#include "tm/align_int.h"

/* ---- Logs: align_length.c ---------------------------------------------- */

typedef struct log_table {
	double log[128], inverse[128];
} log_table;

void log_table_begin(log_table *c);

/*
 * log of a positive normal number in a few nanoseconds, to nine digits: the
 * exponent, a table for the first seven bits of the mantissa, and three
 * terms of the series for the rest.
 */
static inline double
fast_log(const log_table *c, double x)
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

/* ---- Lengths: align_length.c ------------------------------------------- */

/* The length score is a table of this many steps a unit, between bounds
 * beyond which it is straight. */
#define LENGTH_STEPS 64
#define LENGTH_LEAST -12
#define LENGTH_MOST 10

typedef struct lengths {
	const side *s;
	double ratio, variance;
	const float *alone[2];
	const log_table *logs;
	float table[(LENGTH_MOST - LENGTH_LEAST) * LENGTH_STEPS + 2];
} lengths;

/* log p of the length of each run, taken at random: see scores.alone. To be
 * freed. */
float *lengths_alone(const side *s, double scale);
/* All is borrowed. */
void lengths_begin(lengths *c, const side s[2], const model *m,
    float *const alone[2], const log_table *logs);
/* Len = log((1 - e) N / sqrt(P_a P_b) + e). */
double lengths_score(const lengths *c, size_t i, size_t j, bead_type type);

/* ---- Words: align_word.c ----------------------------------------------- */

/* How well words explain each other, ready for use: shared by all threads. */
typedef struct words words;

/*
 * All is borrowed. Words that are in more than common sentences are left out.
 * If placed is true, what each source sentence explains is kept for
 * words_place_score().
 */
words *words_new(const side s[2], const links *l, const model *m, const band *b,
    const log_table *logs, size_t common, size_t max_run, bool placed);
void words_free(words *x);

/* What a thread needs for it. */
typedef struct word_rows word_rows;
word_rows *word_rows_new(const words *x);
void word_rows_free(word_rows *w);

/* Have rows first .. end - 1 at hand, and no others. If anywhere is false,
 * words_score() will not be asked. */
void words_rows(word_rows *w, size_t first, size_t end, bool anywhere);
/* G-> + G<- of a bead within those rows and the band, wherever words stand. */
double words_score(const word_rows *w, size_t i, size_t j, bead_type type);
/* ... and by where they stand; in time in proportion to the pairs of words
 * that may answer each other. */
double words_place_score(word_rows *w, size_t i, size_t j, bead_type type);

/* ---- Where words stand: align_place.c ---------------------------------- */

/*
 * The least the words of a sentence can say, the log of one in fifty: so many
 * are translated so freely, or written so badly, that their words tell
 * nothing. Without it, nulls win over a text in which spaces are missing.
 * Mean strict F1 of five sets with a dictionary: .984 without, .988 with -8
 * or -3, .989 with -4.
 */
#define LEAST_EXPLAINED -4.0

/* What a thread needs for it. All that is given is borrowed; base is log(1 -
 * L) of the sentences that each direction explains. */
typedef struct places places;
places *places_new(const side s[2], const band *b, float *const base[2]);
void places_free(places *p);
/* Forget all, and get ready for beads within rows first .. end - 1. */
void places_rows(places *p, size_t first, size_t end);
/* Say what the words of source sentence i explain: the n that begin with
 * that number in side.place, by word and direction. */
void places_begin_sentence(places *p, size_t i);
void places_add(places *p, size_t i, size_t place, size_t n, uint32_t e,
    const float gives[2]);
/* How well the words of a bead explain each other, by their places. */
double places_score(places *p, size_t i, size_t j, bead_type type);

#endif

/*
 * match.h - the match rate: how close is a stored segment to this one?
 *
 * One integer, and a ledger that says where each missing point went:
 *
 *	tm_match m = { 0 };
 *
 *	tm_match_compare(&query, &stored, &m);
 *		-> m.rate 87, m.ledger { "words" 11, "punctuation" 2 }
 *	tm_match_release(&m);
 *
 * 100 is kept for segments that are the same character for character
 * (after Unicode normalisation); whatever is folded costs at least a
 * point. Pure: no files, no clock, no state.
 */
#ifndef TM_MATCH_H
#define TM_MATCH_H

#include "tm/base.h"
#include "tm/text.h"

TM_BEGIN_DECLS

/* A segment made ready for comparing: made once, compared often. */
typedef struct tm_match_side {
	tm_str text;	  /* borrowed */
	tm_tokens tokens; /* private, like the rest; of the text in NFC */
	struct tm_match_token *v;
	size_t cap;
	uint32_t *cp; /* code points of the folded tokens */
	size_t n_cp, cap_cp;
	uint32_t weight; /* of all tokens, in hundredths */
	tm_buf nfc;	 /* the text in NFC where it is not */
	uint32_t *slots, *next;
	size_t n_slots, cap_slots, cap_next;
} tm_match_side;

/* Analyse text into side, which starts as { 0 } and may be used again.
 * text must outlive side. */
void tm_match_side_set(tm_match_side *side, tm_analyser *an, tm_str text);
void tm_match_side_release(tm_match_side *side);

typedef enum tm_edit_op {
	TM_KEEP,
	TM_REPLACE,
	TM_INSERT,
	TM_DELETE
} tm_edit_op;

/*
 * A run of tokens with the same fate, going from the stored segment to the
 * query: bytes a_start..a_end of the stored text become bytes
 * b_start..b_end of the query. TM_INSERT has an empty a, TM_DELETE an
 * empty b. What lies between the runs is white space.
 */
typedef struct tm_edit {
	tm_edit_op op;
	size_t a_start, a_end, b_start, b_end;
} tm_edit;

/* What cost points, in a word or two: "words", "word forms", "case",
 * "diacritics", "orthography", "numbers", "codes", "punctuation", "spacing", then what
 * tm_match_penalty() was told. */
typedef struct tm_ledger_row {
	const char *name;
	int points;
} tm_ledger_row;

#define TM_LEDGER_MAX 16

/* Start with = { 0 }; may be used again. 100 - rate is the sum of the
 * ledger. */
typedef struct tm_match {
	int rate;
	double score; /* before rounding and penalties, for ordering */
	tm_edit *edits;
	size_t n_edits, cap_edits;
	tm_ledger_row ledger[TM_LEDGER_MAX];
	size_t n_ledger;
} tm_match;

void tm_match_release(tm_match *match);

/*
 * Compare the stored segment with the query and fill match. Time grows
 * with the product of what is left of the two lengths when their common
 * beginning and end are taken off. Where that product passes 2^26 tokens
 * what is left counts as one replacement.
 */
void tm_match_compare(
    const tm_match_side *query, const tm_match_side *stored, tm_match *match);

/* Take points off under the given name (a string constant), which may be
 * there already; never more than are left. Less than one: nothing. */
void tm_match_penalty(tm_match *match, const char *name, int points);

/* Add points, beyond 100: a row with as many below 0. */
void tm_match_bonus(tm_match *match, const char *name, int points);

/*
 * The score alone (0 to 1), or a negative number as soon as it is sure to
 * stay below least: for going through many candidates.
 */
double tm_match_score(
    const tm_match_side *query, const tm_match_side *stored, double least);

/* The rate that goes with a score when the texts are not the same: whole
 * per cent reached, 99 at most. */
int tm_match_rate(double score);

TM_END_DECLS

#endif

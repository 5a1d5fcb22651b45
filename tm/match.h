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
	tm_tokens tokens; /* owned */
	uint32_t *cp;	  /* owned: folded code points */
	size_t n_cp, cap_cp;
	double weight; /* sum of the token weights */
} tm_match_side;

/* Analyse text into side, which starts as { 0 } and may be used again.
 * text must outlive side. */
void tm_match_side_set(tm_match_side *side, tm_analyser *an, tm_str text);
void tm_match_side_release(tm_match_side *side);

typedef enum tm_edit_op { TM_KEEP, TM_REPLACE, TM_INSERT, TM_DELETE } tm_edit_op;

/*
 * A run of tokens with the same fate, going from the stored segment to the
 * query: bytes a_start..a_end of the stored text become bytes
 * b_start..b_end of the query. TM_INSERT has an empty a, TM_DELETE an
 * empty b.
 */
typedef struct tm_edit {
	tm_edit_op op;
	size_t a_start, a_end, b_start, b_end;
} tm_edit;

/* What cost points, in a word or two ("words", "numbers", "case"). */
typedef struct tm_ledger_row {
	const char *name;
	int points;
} tm_ledger_row;

/* Start with = { 0 }; may be used again. 100 - rate is the sum of the
 * ledger. */
typedef struct tm_match {
	int rate;
	double score; /* before rounding, for ordering */
	tm_edit *edits;
	size_t n_edits, cap_edits;
	tm_ledger_row ledger[8];
	size_t n_ledger;
} tm_match;

void tm_match_release(tm_match *match);

/* Compare the stored segment with the query and fill match. Time grows
 * with the product of the two lengths. */
void tm_match_compare(const tm_match_side *query, const tm_match_side *stored,
    tm_match *match);

/*
 * The score alone (0 to 1), or a negative number as soon as it is sure to
 * stay below least: for going through many candidates.
 */
double tm_match_score(const tm_match_side *query, const tm_match_side *stored,
    double least);

TM_END_DECLS

#endif

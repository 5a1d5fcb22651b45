/*
 * match_int.h - the arithmetic of the match rate, on small numbers
 *
 * match.c compares two texts, fuzzy.c one text with a million: both must
 * come to the same score to the last bit, so both call what is here.
 */
#ifndef TM_MATCH_INT_H
#define TM_MATCH_INT_H

#include "tm/match.h"

/*
 * A token as numbers. Two tokens have the same text (fold, key) when the
 * numbers are the same; who makes them sees to that. All numbers share a
 * key, so do all inline tags, and all other codes.
 */
typedef struct tm_match_token {
	uint32_t text, fold, key;
	uint16_t weight; /* hundredths */
	uint8_t kind;
	bool space; /* white space before it */
} tm_match_token;

/* ---- Sides (match_side.c) ---------------------------------------------- */

/* How much a token weighs: 100 is a word of five letters. */
uint16_t tm_match_weight(tm_token_kind kind, tm_str key);

/* What makes two tokens one for the index: kind and key, without what
 * numbers say; of a code whether it is a tag. */
tm_str tm_match_key(const tm_token *token);

/* An inline code that is a tag: it weighs little and has no characters. */
bool tm_match_is_tag(const tm_token *token);

/* Is there white space in what lies between two tokens? */
bool tm_match_has_space(tm_str gap);

/* The text in NFC: itself, and nfc empty, when it is; else in nfc. */
tm_str tm_match_nfc(tm_str text, tm_buf *nfc);

/* The bytes of a token of side, in NFC. */
tm_str tm_match_token_text(const tm_match_side *side, size_t i);

/* The code points of s into v, which has room for s.n of them; returns how
 * many. A bad byte counts as one. */
size_t tm_match_decode(tm_str s, uint32_t *v);
size_t tm_match_count(tm_str s); /* only how many */

/* Give token t of other the numbers it has among the tokens of side. */
void tm_match_number(const tm_match_side *side, const tm_match_side *other,
    size_t t, tm_match_token *out);
/* The tokens of stored, numbered among those of query; to be freed. */
tm_match_token *tm_match_number_stored(
    const tm_match_side *query, const tm_match_side *stored);

/* ---- Distances (match.c, match_chars.c) -------------------------------- */

/* Products of lengths beyond which what differs is one replacement: a
 * second's work. */
#define TM_MATCH_MOST_CELLS (UINT64_C(1) << 26)

/* What it costs to put b in the place of a; per cent of the weight when both
 * are numbers, or codes, and not the same. */
enum { TM_MATCH_OTHER_VALUE = 30 };
uint64_t tm_match_substitute(const tm_match_token *a, const tm_match_token *b);
bool tm_match_same(const tm_match_token *a, const tm_match_token *b);

/* Take the common beginning and end off both rows, and return how long the
 * beginning was: no cheaper way through them exists, since a substitution
 * costs at least what weights differ by. */
size_t tm_match_trim(
    const tm_match_token **a, size_t *n, const tm_match_token **b, size_t *m);

/* Are the texts the same in NFC? */
bool tm_match_verbatim(const tm_match_side *a, const tm_match_side *b);
/* C of two sides. */
double tm_match_char_ratio(
    const tm_match_side *query, const tm_match_side *stored);

/*
 * The weighted edit distance of two rows of tokens, in ten-thousandths of
 * a token, or TM_MATCH_FAR when it is sure to pass limit.
 */
#define TM_MATCH_FAR UINT64_MAX
uint64_t tm_match_distance(const tm_match_token *a, size_t n,
    const tm_match_token *b, size_t m, uint64_t limit);

/* The edit distance of two rows of code points. */
size_t tm_match_chars(const uint32_t *a, size_t n, const uint32_t *b, size_t m);

/* S from a distance and the two weights; F from S and C. */
double tm_match_tokens_agree(uint64_t distance, uint32_t a, uint32_t b);
double tm_match_chars_agree(size_t distance, size_t n, size_t m);
double tm_match_join(double s, double c);

/* The least S that can reach the score least when C is at most c. */
double tm_match_least_s(double least, double c);

/* The largest distance that leaves S at s or above. */
uint64_t tm_match_limit(double s, uint32_t a, uint32_t b);

#endif

/*
 * codes.h - a text with its inline codes, as one string
 *
 * A variant keeps its codes beside the text, at offsets. To compare, show or
 * change both together there is the marked text: each code stands in it
 * where it belongs, its TMX between two control characters (SO and SI,
 * U+000E and U+000F, which no XML can have):
 *
 *	"Click  here", { 6, <ph x="1"/> }  ->  "Click SO<ph x="1"/>SI here"
 *
 * tm_analyse() makes one token of each, tm_match_compare() tells edits in
 * offsets of marked texts, tm_adapt() keeps the codes of a translation.
 */
#ifndef TM_CODES_H
#define TM_CODES_H

#include "tm/base.h"
#include "tm/unit.h"

TM_BEGIN_DECLS

/*
 * Add the marked text to out. Codes are written in one way: attributes in
 * order, in double quotes, <x></x> as <x/>. A code within a word comes behind
 * it, so that the word stays one, unless in_place. Linear; offsets beyond
 * the text or out of order stand for the nearest that is not.
 */
void tm_codes_mark(
    tm_str text, const tm_code_at *codes, size_t n, bool in_place, tm_buf *out);

/* Take a marked text apart again, into arena. */
typedef struct tm_coded {
	tm_str text;
	tm_code_at *codes;
	size_t n_codes;
} tm_coded;

void tm_codes_split(tm_str marked, tm_arena *arena, tm_coded *out);

/*
 * Go through a marked text: the run of plain text at *at (it may be empty),
 * then the code behind it, its XML without the marks (p NULL at the end).
 * False when *at is the end.
 */
bool tm_codes_next(tm_str marked, size_t *at, tm_str *plain, tm_str *xml);

/*
 * Go through a text without marks: what stands at *at up to the next
 * placeholder or tag that is written out (it may be empty), then that: %s,
 * {0}, <b> or &amp; (p NULL at the end). False when *at is the end. To show
 * them as they are written, which among Arabic letters they are not. Linear.
 */
bool tm_placeholder_next(
    tm_str text, size_t *at, tm_str *plain, tm_str *placeholder);

/*
 * Add the marked text with those codes taken by their numbers that stand for
 * a placeholder, and false when there is none: then nothing is added. A tool
 * that shows <1/> for <ph x="1">%s</ph> does not say what is in it, and so
 * such a code is read both ways (tm_lookup()). Linear.
 */
bool tm_codes_by_number(tm_str marked, tm_buf *out);

/* Where what is at *at of such a text is in the one that it was made of;
 * asked for with offsets that rise, it goes over the text once. Starts with
 * the text and the rest 0. */
typedef struct tm_codes_way {
	tm_str text;
	size_t at, more;
} tm_codes_way;

size_t tm_codes_way_back(tm_codes_way *way, size_t at);

/*
 * Read what a person has typed: the inline elements of TMX (ph, it, ut, bpt,
 * ept, hi) and of XLIFF (g, x, bx, ex, pc, sc, ec, and those with an id
 * instead of a number) become codes, as a reader of XLIFF would make them,
 * and so do the numbers by which tools show codes: <1> </1> <2/>, <f0> </f0>.
 * Whatever else looks like a tag, or is not well formed, stays text. What is
 * between codes is taken as it stands, without entities.
 */
void tm_codes_read(tm_str typed, tm_arena *arena, tm_coded *out);

/* The same, with every tag that would stay text as the native code of a
 * code, <b> as <bpt>&lt;b&gt;</bpt>. False when there is none: then it is
 * what tm_codes_read() makes of it. */
bool tm_codes_read_tags(tm_str typed, tm_arena *arena, tm_coded *out);

/* Add what to show of a code: "<1>", "</1>", "<2/>", by the number that the
 * code has; where it has none its native code if it is a tag, else its name,
 * as in "<hi>". */
void tm_code_show(tm_str xml, tm_buf *out);

/* Add its native code, "%s" or "<b>"; where it has none what tm_code_show()
 * says of it. */
void tm_code_show_native(tm_str xml, tm_buf *out);

TM_END_DECLS

#endif

/*
 * segment_int.h - what the files of the segmenter share
 *
 *	segment_chars.c	sets of characters; characters out of UTF-8
 *	segment_sets.c	the sets that an expression names
 *	segment_rex.c	one regular expression -> a tree
 *	segment_rules.c	the trees of all rules -> two programs, and where in
 *			a text they are worth running
 *	segment_run.c	the programs as automata, and where a text is cut
 *	srx.c		an SRX file -> the rules of a language
 *	srx_icu.c	the one place that asks ICU about properties and about
 *			expressions beyond the automata
 *	srx_tools.c	what is wrong with a file
 *	srx_export.c	the built-in rules as a file for others
 *	segment_codes.c	to which segment an inline code belongs
 *	segment.c	paragraphs, white space, options: the public face
 */
#ifndef TM_SEGMENT_INT_H
#define TM_SEGMENT_INT_H

#include "tm/segment.h"

/* ---- Sets of characters ------------------------------------------------ */

/* Sorted code points; a set holds [v[0], v[1]), [v[2], v[3]) and so on.
 * Start with = { 0 }. */
typedef struct tm_chars {
	uint32_t *v;
	size_t n, cap;
} tm_chars;

#define TM_CHARS_END 0x110000u

void tm_chars_release(tm_chars *set);
void tm_chars_copy(tm_chars *to, const tm_chars *from);
void tm_chars_add(tm_chars *set, uint32_t first, uint32_t last);
void tm_chars_join(tm_chars *set, const tm_chars *with);
void tm_chars_meet(tm_chars *set, const tm_chars *with);
void tm_chars_invert(tm_chars *set);
bool tm_chars_has(const tm_chars *set, uint32_t c);

/* ---- Characters -------------------------------------------------------- */

/* Decode the character at text.p[i]; a byte that is not UTF-8 counts as
 * U+FFFD of one byte. Sets *len. */
uint32_t tm_char_at(tm_str text, size_t i, size_t *len);
/* The character before i. */
uint32_t tm_char_before(tm_str text, size_t i, size_t *len);

/* ---- All rules --------------------------------------------------------- */

typedef struct tm_rules tm_rules;

/*
 * Rules are added in the order in which they decide, then finished, and
 * never change again: any number of runners may share them. A rule that
 * matches at a place says whether the text breaks there; the first that
 * matches decides; where none does the text goes on.
 *
 * With look_through, the characters in it do not exist for the rules
 * (marks that do not show). With java, expressions are read as Java does,
 * else as ICU does.
 */
tm_rules *tm_rules_new(const tm_chars *look_through, bool java);
/* Frees; NULL is fine. */
void tm_rules_free(tm_rules *rules);
/*
 * Add a rule; either side may be empty, which matches anywhere. *exact is
 * set to false when the automata accept more than the expressions do: then
 * a run asks its confirm about that rule. Fails with TM_PARSE (an
 * expression we cannot read) or TM_LIMIT, and then adds nothing.
 */
bool tm_rules_add(tm_rules *rules, bool breaks, tm_str before, tm_str after,
    bool *exact, tm_error *err);
/* How many there are. */
size_t tm_rules_count(const tm_rules *rules);
void tm_rules_finish(tm_rules *rules);

/* Does rule, counted from 0, match text at pos? */
typedef bool tm_confirm(void *ctx, size_t rule, tm_str text, size_t pos);

/* One thread's state over shared rules, which must outlive it. */
typedef struct tm_run tm_run;
tm_run *tm_run_new(const tm_rules *rules, tm_confirm *confirm, void *ctx);
void tm_run_free(tm_run *run);
/*
 * The first place after from, and before the end of text, where text
 * breaks; text.n when there is none. from is 0 or what the last call on
 * this text returned.
 */
size_t tm_run_next(tm_run *run, tm_str text, size_t from);
/* The rule that decides at pos, or -1. */
ptrdiff_t tm_run_decide(tm_run *run, tm_str text, size_t pos);

#endif

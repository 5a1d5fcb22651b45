/*
 * segment_int.h - what the files of the segmenter share
 *
 *	segment_rex.c	one regular expression -> a tree
 *	segment_dfa.c	all expressions of all rules -> two automata, and a
 *			runner that says where a text is cut
 *	srx.c		an SRX file -> rules; the one place that asks ICU
 *			about properties and odd expressions
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

/* In srx.c. Fill set with what ICU says expr holds ("\p{Lu}"); false when
 * ICU knows no such property. */
bool tm_chars_property(tm_str expr, tm_chars *set);
/* In srx.c. Add the other cases of what set holds. */
void tm_chars_fold(tm_chars *set);

/* ---- One expression ---------------------------------------------------- */

typedef enum tm_rex_kind {
	TM_REX_EMPTY,
	TM_REX_SET,    /* one character of sets[set] */
	TM_REX_CAT,    /* the children in turn */
	TM_REX_ALT,    /* one of the children */
	TM_REX_REPEAT, /* the child min to max times; max < 0: no end */
	TM_REX_LEFT,   /* the character to the left is in sets[set], or */
	TM_REX_RIGHT,  /* to the right; or the text ends there and edge */
	TM_REX_BOUND,  /* \b */
	TM_REX_INSIDE, /* \B */
	TM_REX_WILD    /* something we do not model: stands for anything */
} tm_rex_kind;

typedef struct tm_rex_node {
	tm_rex_kind kind;
	bool edge;
	int32_t set, min, max;
	int32_t child, next; /* indices of nodes, -1 for none */
} tm_rex_node;

/* A set as it was written, to be read once. */
typedef struct tm_rex_name {
	char *name;
	int32_t set;
} tm_rex_name;

/* Trees that share their sets. Start with = { 0 }. */
typedef struct tm_rex {
	tm_rex_node *v;
	size_t n, cap;
	tm_chars *sets;
	size_t nsets, capsets;
	uint32_t *table; /* sets by hash, + 1 */
	size_t ntable;
	tm_rex_name *names;
	size_t nnames, capnames;
	bool bounds; /* some expression has \b or \B */
} tm_rex;

void tm_rex_release(tm_rex *rex);
/* The number of set in rex->sets; set may be released afterwards. */
int32_t tm_rex_set(tm_rex *rex, const tm_chars *set);
/* The set of \w if some expression has \b or \B, else any set. */
int32_t tm_rex_word(tm_rex *rex);
/*
 * Read an expression as ICU would. Returns its root or -1 with err set.
 * *exact is set to false when the tree accepts more than the expression
 * (back references, wide lookarounds), so that a match must be confirmed.
 */
int32_t tm_rex_parse(tm_rex *rex, tm_str pattern, bool *exact, tm_error *err);

/* ---- All rules --------------------------------------------------------- */

typedef struct tm_rules tm_rules;

/*
 * Rules are added in the order in which they decide, then finished, and
 * never change again: any number of runners may share them. A rule that
 * matches at a place says whether the text breaks there; the first that
 * matches decides; where none does the text goes on.
 *
 * With look_through, the characters in it do not exist for the rules
 * (marks that do not show).
 */
tm_rules *tm_rules_new(const tm_chars *look_through);
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

/* ---- SRX --------------------------------------------------------------- */

/* The rules of one language out of one or more SRX files, compiled. Never
 * changes once it is there; counted, so that threads can share it. */
typedef struct tm_srx tm_srx;

/*
 * Compile the rules for tag out of the file at path, or with path NULL the
 * built-in ones. tag may end in "-x-..." with the names of options that
 * language maps look for. abbreviations come first (see segment.h). A rule
 * that cannot be used is told to warn, which may be NULL, and left out.
 * Returns NULL with TM_IO, TM_PARSE or TM_LIMIT.
 */
tm_srx *tm_srx_open(const char *path, const char *tag, tm_str abbreviations,
    tm_segment_warn *warn, void *ctx, tm_error *err);
tm_srx *tm_srx_ref(tm_srx *srx);
void tm_srx_unref(tm_srx *srx);
const tm_rules *tm_srx_rules(const tm_srx *srx);
/* The line of the first rule that must be confirmed; 0 when none must. */
size_t tm_srx_first_inexact(const tm_srx *srx);

/* Asks ICU about the rules that are beyond the automata: one thread's. */
typedef struct tm_srx_check tm_srx_check;
tm_srx_check *tm_srx_check_new(const tm_srx *srx);
void tm_srx_check_free(tm_srx_check *check);
tm_confirm tm_srx_confirm; /* ctx is the tm_srx_check */
/* What went wrong while confirming; code is TM_OK when nothing did. */
const tm_error *tm_srx_check_error(const tm_srx_check *check);

/* ---- Characters -------------------------------------------------------- */

/* Decode the character at text.p[i]; a byte that is not UTF-8 counts as
 * U+FFFD of one byte. Sets *len. */
uint32_t tm_char_at(tm_str text, size_t i, size_t *len);
/* The character before i. */
uint32_t tm_char_before(tm_str text, size_t i, size_t *len);

#endif

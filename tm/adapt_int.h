/*
 * adapt_int.h - what the files of adapt share
 *
 *	adapt_names.c	what a language says of numbers, months and days
 *	adapt_values.c	the things in a text that have a value
 *	adapt_differs.c	do they make the whole difference of two texts?
 *	adapt.c		their places in the translation, and what goes there
 *	adapt_codes.c	the same of codes
 */
#ifndef TM_ADAPT_INT_H
#define TM_ADAPT_INT_H

#include "tm/adapt.h"
#include "tm/lang.h"

/* Digits of a number that are looked at; longer ones stay as they are. */
enum {
	TM_ADAPT_DIGITS = 60,
	TM_ADAPT_LISTS = 48,
	TM_ADAPT_NAME = 3, /* words of a name */
};

typedef enum tm_adapt_kind {
	TM_A_NUMBER,
	TM_A_MONTH,
	TM_A_DAY,
	TM_A_HALF, /* of a day: a.m. */
	TM_A_HOLE  /* %s and its like: adapt_codes.c puts them in */
} tm_adapt_kind;

/* ---- A language (adapt_names.c) ---------------------------------------- */

/* The names of the months (12), days (7) or halves of the day (2) in one form
 * of one calendar. */
typedef struct tm_adapt_names {
	tm_adapt_kind kind;
	int n, calendar;		 /* 0: the Gregorian one */
	int locale;			 /* 0: of the language itself */
	bool is_short;			 /* "Sept", "Mon" */
	bool capital;			 /* as the language writes them */
	tm_str name[12];		 /* without the point of "Sept." */
	bool point[12];			 /* it has one */
	tm_str words[12][TM_ADAPT_NAME]; /* folded, one after the other */
	size_t n_words[12];
	tm_str stem[12]; /* of a name of one word; else p NULL */
} tm_adapt_names;

/* Where a word stands first in a name, or is its stem. */
typedef struct tm_adapt_word {
	tm_str word;
	size_t list;
	int which;
} tm_adapt_word;

/* Sorted by word, then as the lists are. */
typedef struct tm_adapt_words {
	tm_adapt_word *v;
	size_t n, cap;
} tm_adapt_words;

typedef struct tm_adapt_lang {
	char tag[TM_LANG_MAX];
	tm_analyser *an;
	int32_t decimal, group; /* for ASCII digits; 0: not known */
	bool lakhs;		/* 12,34,567 */
	tm_adapt_names lists[TM_ADAPT_LISTS];
	size_t n_lists;
	tm_adapt_words firsts, stems;
	void *plurals;	 /* UPluralRules; made when first asked for */
	void *spellout;	 /* UNumberFormat; likewise */
	void *ordinals;	 /* likewise */
	tm_str *periods; /* words for parts of the day, sorted */
	size_t n_periods, cap_periods;
	bool knows_periods;
	tm_tokens scratch;
	tm_arena arena;
} tm_adapt_lang;

void tm_adapt_lang_init(tm_adapt_lang *lang, const char *tag);
void tm_adapt_lang_release(tm_adapt_lang *lang);

/* The entries of a word, one after the other; returns how many. */
size_t tm_adapt_find_word(
    const tm_adapt_words *words, tm_str word, const tm_adapt_word **first);

/* Is it a word for a part of the day: "a.m.", "مساء"? */
bool tm_adapt_is_period(tm_adapt_lang *lang, tm_str plain);
/* Is a number spelled out among the tokens? number is canonical: "1.5". */
bool tm_adapt_is_spelled(
    tm_adapt_lang *lang, tm_str number, const tm_tokens *tokens);
/* Do the letters of suffix make number an ordinal, as in 3rd? If so, *of are
 * the letters that other has in the same form, or none when there are two
 * answers (2e in French is 1er or 1re). */
bool tm_adapt_is_ordinal(tm_adapt_lang *lang, tm_str number, tm_str suffix,
    tm_str other, tm_arena *values, tm_str *of);
/* Do the two numbers ask for one form of what is counted? */
bool tm_adapt_same_plural(tm_adapt_lang *lang, tm_str a, tm_str b);
/* How many bytes of a word are what is written together with the name that
 * follows: ب, לכ. n: letters to take off, from 1. 0: it has none. */
size_t tm_adapt_prefix(const tm_adapt_lang *lang, tm_str word, int n);

/* ---- Things with a value (adapt_values.c) ------------------------------ */

typedef struct tm_adapt_item {
	tm_adapt_kind kind;
	size_t start, end;  /* bytes, with the sign of a number */
	size_t first, last; /* tokens, the last one too */
	size_t rest;	    /* how many other words stand before it */
	bool unsure;	    /* can be read two ways */
	bool inflected;	    /* a name in a form that CLDR does not have */
	tm_str value;	    /* number: canonical; hole: itself */
	int which;	    /* month, day or half, from 0 */
	int calendar;
	size_t list;		/* whose name it has; SIZE_MAX: 6月 */
	bool point;		/* "Sept." */
	int32_t zero;		/* the digit 0 as written */
	int32_t decimal, group; /* as written; 0: none */
	bool version;		/* 1.2.10: no number, kept as it stands */
	bool date;		/* of three in a row: 12/03/2024 */
	bool padded;		/* of a date that has 03 for 3 */
	tm_str ordinal;		/* the "rd" of 3rd, part of it; else p NULL */
	size_t doubled;		/* names of other lists joined with it */
	tm_str sign;		/* as written */
	char whole[TM_ADAPT_DIGITS + 1], part[TM_ADAPT_DIGITS + 1];
	const struct tm_adapt_item *becomes;
} tm_adapt_item;

/* A text: its tokens, those with a value, and of the rest which they are. */
typedef struct tm_adapt_side {
	tm_str text;
	tm_tokens tokens;
	tm_adapt_item *v;
	size_t n, cap;
	size_t *rest;
	size_t n_rest, cap_rest;
} tm_adapt_side;

/* What is borrowed from lang and values lives as long as these. percents: what
 * looks like the placeholder %10 is ten per cent, as Turkish writes it. */
void tm_adapt_read(tm_adapt_lang *lang, tm_str text, bool percents,
    tm_arena *values, tm_adapt_side *side);
void tm_adapt_side_release(tm_adapt_side *side);

/* Is it the name before once more, from another list: فبراير/شباط? */
bool tm_adapt_is_double(const tm_adapt_item *it);
/* Make one item of each that is doubled so. */
void tm_adapt_join_doubles(tm_adapt_side *side);

/* The month that a number of a date can be; -1: none. */
int tm_adapt_month_of(const tm_adapt_item *item);
bool tm_adapt_same_value(const tm_adapt_item *a, const tm_adapt_item *b);

/* ---- The difference (adapt_differs.c) ---------------------------------- */

/*
 * Pair the items of both texts, each with the one that becomes of it. False
 * when they do not go together, or when words differ that may have to do
 * with one that changes. *changed: a number or name does.
 */
bool tm_adapt_pair(tm_adapt_side *stored, tm_adapt_side *query, bool *changed);

/* ---- Codes (adapt_codes.c) --------------------------------------------- */

/* Are there codes like %10 in text, some fifty at most, and none of them in
 * the other one, of which it is the translation or the source? Then they are
 * per cents. */
bool tm_adapt_has_percents(tm_str text, tm_str other);
bool tm_adapt_is_percent(tm_str word);

/* Bytes start..end of the translation become text. */
typedef struct tm_adapt_change {
	size_t start, end;
	tm_str text; /* borrowed */
	bool check_form;
} tm_adapt_change;

typedef struct tm_adapt_changes {
	tm_adapt_change *v;
	size_t n, cap;
} tm_adapt_changes;

/*
 * Add what makes the codes of target those of query: all, or none when one
 * has no place that is surely its own. The changes are in no order; what
 * they say is borrowed from query. False when a placeholder that is written
 * out (%s) is among those. percents: of the source and of target.
 */
bool tm_adapt_codes(tm_str query, tm_str stored, const tm_edit *edits,
    size_t n_edits, tm_str target, const bool percents[2],
    tm_adapt_changes *changes);

#endif

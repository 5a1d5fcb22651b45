/*
 * adapt_int.h - what the files of adapt share
 *
 *	adapt_names.c	how a language writes numbers, months and days
 *	adapt_forms.c	what else it says in words that go with these
 *	adapt_numbers.c	the value of a number as it is written
 *	adapt_values.c	the things in a text that have a value
 *	adapt_dates.c	numbers that are part of a date or a time
 *	adapt_differs.c	do they make the whole difference of two texts?
 *	adapt.c		their places in the translation, and what goes there
 *	adapt_doubts.c	may it go there?
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
	TM_ADAPT_ITEMS = 1000, /* of a text; more are left alone */
	TM_ADAPT_NAME = 24,    /* words of a name, which may be characters */
};

typedef enum tm_adapt_kind {
	TM_A_NUMBER,
	TM_A_MONTH,
	TM_A_DAY,
	TM_A_HALF, /* of a day: a.m.; goes into its hour when that is read */
	TM_A_HOLE  /* %s and its like: adapt_codes.c puts them in */
} tm_adapt_kind;

/* ---- A language (adapt_names.c) ---------------------------------------- */

/* The names of the months (12), days (7) or halves of the day (2) in one form
 * of one calendar. */
typedef struct tm_adapt_names {
	tm_adapt_kind kind;
	int n, calendar;   /* 0: the Gregorian one */
	int locale;	   /* 0: of the language itself */
	bool is_short;	   /* "Sept", "Mon" */
	bool capital;	   /* as the language writes them */
	tm_str name[12];   /* without the point of "Sept." */
	bool point[12];	   /* it has one */
	tm_str *words[12]; /* folded, one after the other */
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
	bool whole_day;		/* 14:30, not 2:30 p.m. */
	bool points_in_dates;	/* 12.03.24 */
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

/* How many bytes of a word are what is written together with the name that
 * follows: ب, לכ. n: letters to take off, from 1. 0: it has none. */
size_t tm_adapt_prefix(const tm_adapt_lang *lang, tm_str word, int n);
/* Add the name, beginning as like does: small or large, or all large. */
void tm_adapt_put_name(
    const tm_adapt_lang *lang, tm_str name, tm_str like, tm_buf *out);
/* Put n units of UTF-16 into out; false when there is nothing. */
bool tm_adapt_utf8(const uint16_t *s, int32_t n, char *out, size_t size);

/* ---- Words that go with a value (adapt_forms.c) ------------------------ */

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
/* Is it a word for one that serves as an article, too? */
bool tm_adapt_has_article(const tm_adapt_lang *lang, tm_str number);
/* Of dates that have an ordinal on the first of a month alone: its letters;
 * else p NULL. */
tm_str tm_adapt_first_of_month(const tm_adapt_lang *lang);
/* Do words beside the name of one day of the week fit another as well? */
bool tm_adapt_days_agree(const tm_adapt_lang *lang, int day, int other);
/* Is a number of things said by their form and not written? */
bool tm_adapt_is_in_form(tm_adapt_lang *lang, tm_str number);
/* Is an Arabic word behind a number surely nothing that is counted? */
bool tm_adapt_is_not_counted(tm_str plain);
/* Do the two numbers ask for one form of what is counted? */
bool tm_adapt_same_plural(tm_adapt_lang *lang, tm_str a, tm_str b);

/* ---- Things with a value ----------------------------------------------- */

/* The half of the day that an hour is said with; its value then is that of
 * the whole day. */
typedef struct tm_adapt_half {
	bool there;
	int which;	   /* 0: before noon */
	size_t start, end; /* bytes */
	size_t list;
	size_t first, last; /* tokens */
} tm_adapt_half;

typedef struct tm_adapt_item {
	tm_adapt_kind kind;
	size_t start, end;  /* bytes, with the sign of a number */
	size_t first, last; /* tokens, the last one too */
	size_t rest;	    /* how many other words stand before it */
	bool either;	    /* a group or a decimal part, 1.234 */
	bool unsure;	    /* and the language does not say which */
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
	tm_str affix; /* letters before it in its word: page1 */
	tm_adapt_half half;
	bool joined; /* a half that has gone into its hour */
	const struct tm_adapt_item *becomes;
} tm_adapt_item;

/* ---- A number (adapt_numbers.c) ---------------------------------------- */

bool tm_adapt_can_be_decimal(int32_t c);
/* Fill in what the number s says: value, version, unsure, its digits and
 * separators. value lives as long as values. */
void tm_adapt_read_number(
    const tm_adapt_lang *lang, tm_str s, tm_arena *values, tm_adapt_item *it);
/* The value of one that is either, if its mark is decimal after all. */
tm_str tm_adapt_other_value(const tm_adapt_item *it, tm_arena *values);
/* Read it so. */
void tm_adapt_take_other(tm_adapt_item *it, tm_arena *values);
/* Make it a whole number, of two digits where padded. */
void tm_adapt_set_number(
    tm_adapt_item *it, int number, bool padded, tm_arena *values);

/* ---- A text (adapt_values.c) ------------------------------------------- */

/* A text: its tokens, those with a value, and of the rest which they are. */
typedef struct tm_adapt_side {
	tm_str text;
	tm_tokens tokens;
	tm_adapt_item *v;
	size_t n, cap;
	size_t *rest;
	size_t n_rest, cap_rest;
} tm_adapt_side;

/* How a text is read. */
typedef struct tm_adapt_way {
	bool percents; /* what looks like the placeholder %10 is ten per cent,
			  as Turkish writes it */
	bool loose;    /* page1 ends in a number, and 1 250 is one where the
			  language groups with spaces or apostrophes */
} tm_adapt_way;

/* The ends of the numbers in a token, 12.03.2024 or "14.30 Uhr"; returns how
 * many there are, 0 when it is none of these. */
size_t tm_adapt_cut_date(const tm_adapt_lang *lang, const tm_adapt_side *side,
    size_t t, size_t ends[3]);
/* Mark the numbers of dates like 12/03/2024. */
void tm_adapt_mark_dates(tm_adapt_side *side);
/* Make halves of the day part of their hours. */
void tm_adapt_join_halves(tm_adapt_side *side, tm_arena *values);

/* What is borrowed from lang and values lives as long as these. */
void tm_adapt_read(tm_adapt_lang *lang, tm_str text, tm_adapt_way way,
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
bool tm_adapt_pair(const tm_adapt_lang *lang, tm_adapt_side *stored,
    tm_adapt_side *query, bool *changed);

/* ---- Doubts (adapt_doubts.c) ------------------------------------------- */

struct tm_adapter {
	tm_adapt_lang from, to;
	tm_adapt_side stored, query, target;
	tm_arena values;
};

/* Is another value to be where t stands in the translation? */
bool tm_adapt_changes_value(const tm_adapt_item *t);
/* The month or day that it is to be. */
int tm_adapt_new_name(const tm_adapt_item *is);
/* The "th" of 5th that is to be where 3rd was; empty: there is a doubt. */
tm_str tm_adapt_new_ordinal(tm_adapter *a, const tm_adapt_item *was);
/* Has it the name of a month before it or behind it? */
bool tm_adapt_is_beside_name(
    const tm_adapt_side *side, const tm_adapt_item *it);
/* How many of a text say the same month as it does, but a number for a name
 * or a name for a number. */
size_t tm_adapt_count_month(const tm_adapt_side *side, const tm_adapt_item *it);

/* 5:30 in the text, "5:30 in the evening" in its translation: it may be
 * morning now. */
bool tm_adapt_says_when(tm_adapter *a);
/* A day of the week or a month that only the translation has, "يوم الاثنين ١٢
 * مارس" or the same date in another calendar, may not be that of the new date.
 */
bool tm_adapt_says_more(const tm_adapter *a);
/* May it be wrong to write there what t becomes? */
bool tm_adapt_is_doubtful(tm_adapter *a, const tm_adapt_item *t);
/* Is it a number with something that is counted, which may have another form
 * with the new one? */
bool tm_adapt_may_inflect(tm_adapter *a, const tm_adapt_item *t);

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

/* check_int.h - what the checks share */
#ifndef TM_CHECK_INT_H
#define TM_CHECK_INT_H

#include "tm/check.h"
#include "tm/lang.h"
#include "tm/text_int.h"

/* What is known of a language. */
typedef struct check_lang {
	char tag[TM_LANG_MAX];
	tm_analyser *an;
	size_t analysed;	  /* bytes, since it was made */
	int scripts[4];		  /* UScriptCodes */
	int n_scripts;		  /* 0: any */
	bool arabic;		  /* writes ؟ ، ؛ */
	bool no_stop;		  /* ends sentences without a sign */
	struct check_word *words; /* those that spell numbers */
	size_t n_words;
} check_lang;

/* One side of a pair. */
typedef struct check_side {
	const check_lang *lang;
	const tm_variant *v;
	tm_str text;
	tm_tokens tokens;
	size_t words, numbers, codes;
	size_t columns;
} check_side;

struct tm_checker {
	unsigned kinds;
	check_lang **langs;
	size_t n_langs, cap_langs;
	check_side src, tgt;
	struct check_lengths *lengths;
	size_t n_lengths, cap_lengths;
	struct check_memory *memory;
	size_t n; /* units */
	tm_buf a, b;
	/* of the unit being checked */
	const tm_unit *unit;
	size_t at_src, at_tgt;
	tm_findings *out;
};

/* Add a finding about the pair at hand. */
tm_finding *tm_check_add(
    tm_checker *c, tm_check_kind kind, const char *fmt, ...) TM_PRINTF(3, 4);
/* The same, and where: bytes of the source and of the translation. */
void tm_check_point(
    tm_finding *f, const tm_token *source, const tm_token *target);

/* The checks: each looks at c->src and c->tgt. */
void tm_check_numbers(tm_checker *c);
void tm_check_codes(tm_checker *c);
void tm_check_punctuation(tm_checker *c);
void tm_check_brackets(tm_checker *c);
void tm_check_spaces(tm_checker *c);
void tm_check_controls(tm_checker *c);
void tm_check_length(tm_checker *c);
void tm_check_script(tm_checker *c);
void tm_check_untranslated(tm_checker *c);
void tm_check_consistent(tm_checker *c);
void tm_check_memory_free(struct check_memory *memory);

/* Is the language one of the tags, which stand between spaces? */
bool tm_check_is_base(const check_lang *lang, const char *tags);

/* What the checks of check_text.c want to know of lang->tag. */
void tm_check_learn_lang(check_lang *lang);

/* Does the side have the number (up to 20) in digits or in words? */
bool tm_check_says(const check_side *side, int value);

/* ---- Numbers in words (check_words.c) ----------------------------------- */

/* Learn the words that spell numbers in lang. */
void tm_check_learn_words(check_lang *lang);

/* The numbers that a word may spell, for tm_check_can_spell(); those of
 * several words are joined by "or". */
uint64_t tm_check_spelled(const check_lang *lang, const tm_token *word);

/* Can words that spell these say v? "Five" and "thirty" say 35, and rather
 * too much than too little is believed of large numbers. */
bool tm_check_can_spell(uint64_t spelled, double v);

/* Readings of the words that scale a number: two words, each two at most. */
#define CHECK_SCALES_MAX 4

/* What a word multiplies the number before it by: 1e6 for "million"; where
 * it may be of two words, both. Returns how many, 0 for other words. */
size_t tm_check_scales(const check_lang *lang, const tm_token *word,
    double scales[CHECK_SCALES_MAX]);

/* Begin with a unit; then take the pair of its source and variant i, whose
 * tokens are made. False for the source itself. */
void tm_check_begin(tm_checker *c, const tm_unit *unit, tm_findings *findings);
bool tm_check_pair(tm_checker *c, size_t i);

/* ---- What checks and mends share (check_text.c) ------------------------ */

/* White space, of any script. */
bool tm_check_is_space(int32_t c);
/* A control that means nothing in a text, or what a decoder left. */
bool tm_check_is_control(int32_t c);
/* Bytes of white space at the edges, all where there is nothing else. */
size_t tm_check_leading_space(tm_str s);
size_t tm_check_trailing_space(tm_str s);
/* Where two spaces follow each other inside of s; s.n when nowhere. */
size_t tm_check_double_space(tm_str s);

/*
 * The sign that should stand at offset i of s instead of ch, which ends at
 * after, or NULL: "نعم, لا" wants ، and "yes، no" wants a comma. The letter
 * before says which; what follows must be a space or the end, so that
 * "1,5" and codes are left alone.
 */
const char *tm_check_better_sign(const check_lang *lang, tm_str s, size_t i,
    size_t after, int32_t before, int32_t ch);

#endif

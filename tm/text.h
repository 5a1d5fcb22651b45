/*
 * text.h - bytes to characters, characters to tokens
 *
 * First the door: tm_text_decode() turns the bytes of a file into UTF-8 or
 * says at which byte it is something else. Then the tokens that matching
 * and aligning look at:
 *
 *	tm_analyser *an = tm_analyser_new("ar");
 *	tm_tokens t = { 0 };
 *
 *	tm_analyse(an, TM_STR("في ١١ شباط/فبراير."), &t);
 *		-> WORD في  NUMBER 11  WORD شباط  PUNCT /  WORD فبراير  PUNCT .
 *	tm_tokens_release(&t);
 *	tm_analyser_free(an);
 *
 * An analyser has scratch space: one thread at a time.
 */
#ifndef TM_TEXT_H
#define TM_TEXT_H

#include "tm/base.h"

TM_BEGIN_DECLS

/* ---- Bytes to UTF-8 ---------------------------------------------------- */

/* True when text is well-formed UTF-8; else *bad (may be NULL) is the
 * offset of the first byte that is not. */
bool tm_text_is_utf8(tm_str text, size_t *bad);

/*
 * Add bytes to out as UTF-8. With encoding NULL: UTF-8, or UTF-16 or
 * UTF-32 where a byte order mark says so; the mark is dropped. With a
 * name, whatever ICU has a converter for ("windows-1256").
 *
 * Fails with TM_PARSE when a byte does not belong to the encoding (the
 * message has its offset and line, and what the text looks like instead)
 * or is NUL, and with TM_INVALID for an unknown name. name is what the
 * message calls the text: a path.
 */
bool tm_text_decode(const char *name, tm_str bytes, const char *encoding,
    tm_buf *out, tm_error *err);

/* ---- Tokens ------------------------------------------------------------ */

typedef enum tm_token_kind {
	TM_WORD,   /* letters; one character each in Chinese, Japanese, Thai */
	TM_NUMBER, /* digits of any script, with separators and sign of time */
	TM_CODE,   /* a placeholder: %s {0} ${x} <b> &amp; */
	TM_PUNCT   /* one other visible character */
} tm_token_kind;

/*
 * start and end are byte offsets into the analysed text. fold and key live
 * in the tm_tokens:
 *
 *	fold	the token without case, Arabic and Hebrew marks and tatweel;
 *		a number with ASCII digits; punctuation as it stands
 *	key	words: the stem (Snowball) of fold with Arabic letters
 *		folded (alef forms, ya, ta marbuta, hamza carriers);
 *		numbers: the value, "3.5" for ٣٫٥ and 12000 for 12,000;
 *		codes: as it stands; punctuation: its class, so that
 *		؟ and ? are one, and so are “ « "
 *	plain	words: fold without what spelling leaves open: marks on
 *		letters (café and cafe are one; й and и are not, nor かが)
 *		and in Arabic alef forms, ya, ta marbuta and hamza
 *		carriers (إلى and الى); else fold
 *	stem	words: the stem of plain, so that words of one plain form
 *		have one stem; else key
 *	root	Arabic words: what their forms share, affixes and long
 *		vowels taken off; else stem. For finding and rating matches,
 *		no stem: كتاب and مكتبة have one
 */
typedef struct tm_token {
	tm_token_kind kind;
	bool capital; /* begins with an upper-case letter */
	uint32_t start, end;
	tm_str fold, key, plain, stem, root;
} tm_token;

typedef struct tm_tokens {
	tm_token *v;
	size_t n, cap;
	tm_arena arena; /* private: where the strings are */
} tm_tokens;

void tm_tokens_release(tm_tokens *tokens);

typedef struct tm_analyser tm_analyser;

/* Make an analyser for lang, a canonical tag. A language without a stemmer
 * keeps its words whole. The caller frees the result; it never fails. */
tm_analyser *tm_analyser_new(const char *lang);
void tm_analyser_free(tm_analyser *an);

/*
 * Put the tokens of text into tokens, in order, replacing what was there.
 * Bytes that are not UTF-8 count as punctuation, one token each. Time is
 * linear in text.n; a word is stemmed once and remembered. text.n must be
 * below 4 GB.
 */
void tm_analyse(tm_analyser *an, tm_str text, tm_tokens *tokens);

/*
 * Add what is left of text when case, marks that Arabic and Hebrew may
 * leave out, tatweel, bidi controls and runs of white space do not count.
 * For comparing characters; NFC first. Linear.
 */
void tm_text_fold(tm_str text, tm_buf *out);

/* Add text in Unicode normal form C. Text that is not UTF-8 is copied. */
void tm_text_nfc(tm_str text, tm_buf *out);

/* ---- Names ------------------------------------------------------------- */

/*
 * Add the consonant skeleton of a word to out: transliterated to Latin
 * letters (ICU Any-Latin; Latin-ASCII), vowels dropped, letters that
 * languages confuse in names merged, so that ديلون and Dillon are both
 * "TLN". May add nothing. Not cheap (microseconds): remember the result.
 */
void tm_text_skeleton(tm_str word, tm_buf *out);

/* ---- On a terminal ----------------------------------------------------- */

/* Columns text takes: 0 for marks and controls, 2 for wide characters. */
size_t tm_text_width(tm_str text);

TM_END_DECLS

#endif

/* text_int.h - what text.c and tokens.c share, and the index asks of them */
#ifndef TM_TEXT_INT_H
#define TM_TEXT_INT_H

#include "tm/text.h"

/* The character at offset *i, which moves past it; -1 for a bad byte. */
int32_t tm_text_next(tm_str text, size_t *i);
/* The one at offset i; -1 at the end too. */
int32_t tm_text_peek(tm_str text, size_t i);

bool tm_text_is_mark(int32_t c);
/* Not seen and not said: controls, bidi marks, byte order marks. */
bool tm_text_is_unseen(int32_t c);
/* A UScriptCode. */
int tm_text_script(int32_t c);
/* The scripts a language is written in, as UScriptCodes; returns how many
 * of room there are, 0 where nobody knows or where it has several to choose
 * from (Serbian). */
int tm_text_scripts_of(const char *lang, int *out, int room);

/*
 * As tm_analyse(), but the words have their plain form and their root alone,
 * which is what a match goes by: half of the work, less in Arabic.
 */
void tm_analyse_to_match(tm_analyser *an, tm_str text, tm_tokens *tokens);

/*
 * As tm_analyse(), but the words have no forms until tm_analyse_word() is
 * asked for those of token i, which are its plain form and its stem alone.
 * For who remembers words by their bytes, and asks once for each: that is most
 * of the work.
 */
void tm_analyse_bare(tm_analyser *an, tm_str text, tm_tokens *tokens);
void tm_analyse_word(tm_analyser *an, tm_str text, tm_tokens *tokens, size_t i);

/* ---- Where tokens are (scan.c) ----------------------------------------- */

typedef struct tm_scanned {
	tm_token_kind kind;
	int32_t c; /* the character it begins with; -1: a bad byte */
	size_t start, end;
} tm_scanned;

/* A character of a script without spaces between words (Chinese, Japanese,
 * Thai ...): a token of its own. */
bool tm_text_stands_alone(int32_t c);

/* The token at *i or behind it, and *i to its end; false: there is none. */
bool tm_scan(tm_str text, size_t *i, tm_scanned *token);

/* A separator within a number as ASCII: "." and "," decimal or group, "'"
 * only a group, "d" only decimal (for U+066B); 0: it is none. */
char tm_number_separator(int32_t c);

/* ---- Inline codes (element.c) ------------------------------------------ */

/*
 * In a text that is analysed, an inline code is its XML between these two,
 * which XML cannot have (tm/codes.h makes such texts).
 */
#define TM_CODE_SO '\x0e'
#define TM_CODE_SI '\x0f'
/* Behind the first: what counts of it is its number, whatever is in it. */
#define TM_CODE_BY_NUMBER '\x10'

/* What the key of an inline code is that is a tag (tm_match_key()). */
#define TM_KEY_OF_TAGS "<"

/* A tag, or an element with what is in it, borrowed from a text. */
enum { TM_MOST_ATTRS = 16 };
typedef struct tm_element {
	enum { TM_TAG_OPEN, TM_TAG_CLOSE, TM_TAG_EMPTY } form;
	tm_str name, content;
	tm_str attr[TM_MOST_ATTRS], value[TM_MOST_ATTRS]; /* as they stand */
	size_t n;
} tm_element;

/* Read the tag that s begins with; returns its length, 0 when there is
 * none. Names are those of XML in ASCII. */
size_t tm_element_tag(tm_str s, tm_element *e);
/* The same up to </name>, the next there is, when it is an opening tag. */
size_t tm_element_whole(tm_str s, tm_element *e);
/* The value of an attribute as it stands; p NULL: it has none. */
tm_str tm_element_get(const tm_element *e, const char *attr);
/* Add s with &lt; and the like resolved. */
void tm_element_unescape(tm_str s, tm_buf *out);

/*
 * Add what of a code counts when codes of different tools are compared: its
 * native code where it has one, else (and when it goes by its number) the
 * number that pairs it, "<1>", "</1>" or "<1/>". True for an inline code that
 * is a tag; others, and what is written out in a text, may stand for words,
 * like %s. code is one as tm_scan() finds it.
 */
bool tm_code_fold(tm_str code, tm_buf *out);

/* ---- Folding ----------------------------------------------------------- */

void tm_text_add_char(tm_buf *out, int32_t c);
/* Add text folded (NFKC_Casefold without optional marks), white space as it
 * is; what is not UTF-8 stays. */
void tm_text_fold_chars(tm_str text, tm_buf *out);

/* ---- Spelling (spelling.c) --------------------------------------------- */

/*
 * Add the plain form of a word, whose fold it is given, too: without what its
 * spelling leaves open, marks on letters and the letters of Arabic that are
 * often written for each other. False, and nothing added, when that is fold.
 */
bool tm_text_plain(tm_str raw, tm_str fold, tm_buf *out);
/* A letter of Arabic as it stands in a plain form; others as they are. */
int32_t tm_text_plain_arabic(int32_t c);

/*
 * Add what forms of an Arabic word share, which has this plain form (root.c):
 * two letters and more as a rule, one at least. False, and nothing added, when
 * it is not in Arabic letters. No word of one plain form has another root.
 */
bool tm_text_root(tm_str plain, tm_buf *out);

/* In what do two spellings of a word differ that have one plain form? */
typedef enum tm_spelling {
	TM_SPELLING_CASE,
	TM_SPELLING_MARKS, /* and perhaps in case */
	TM_SPELLING_LETTERS
} tm_spelling;

tm_spelling tm_text_compare_spelling(tm_str a, tm_str b);

#endif

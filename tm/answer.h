/*
 * answer.h - which words of a translation answer these?
 *
 * With what the pairs of a memory taught (tm/train.h), the words that
 * translate a phrase can be marked in the translation of its segment:
 *
 *	tm_answers *a = tm_answers_new("en", "ar");
 *
 *	tm_answers_ask(a, TM_STR("old house"));
 *	keys = tm_answers_keys(a, &n);
 *	tm_store_get_lexicon(store, id, 0, keys, n, &taught, &err);
 *	tm_answers_learn(a, &taught, 0);
 *	n = tm_answers_mark(a, TM_STR("old house"), translation, &places);
 *		-> رأيت [بيتا] [قديما]
 *
 * One thread at a time.
 */
#ifndef TM_ANSWER_H
#define TM_ANSWER_H

#include "tm/base.h"
#include "tm/train.h"

TM_BEGIN_DECLS

typedef struct tm_answers tm_answers;

/* From the language of the phrases to that of the translations (canonical
 * tags). The caller frees it; it never fails. */
tm_answers *tm_answers_new(const char *from, const char *to);
void tm_answers_free(tm_answers *answers);

/* The words of this will be asked for. */
void tm_answers_ask(tm_answers *answers, tm_str words);

/* The keys of all words asked for, each once: what is to be read of a table.
 * Borrowed, until the next tm_answers_ask(). */
const tm_str *tm_answers_keys(const tm_answers *answers, size_t *n);

/* Take in what was taught; side is that of the words asked for, 0 when the
 * table goes from their language. */
void tm_answers_learn(tm_answers *answers, const tm_taught *taught, int side);

/* Bytes start..end of a text. */
typedef struct tm_marked {
	size_t start, end;
} tm_marked;

/*
 * The words of translation that answer the words of phrase, in order; *v
 * grows as needed, *cap is its size, and the caller frees it. Returns how
 * many there are, 0 when nothing is known. Linear in the text.
 */
size_t tm_answers_mark(tm_answers *answers, tm_str phrase, tm_str translation,
    tm_marked **v, size_t *cap);

TM_END_DECLS

#endif

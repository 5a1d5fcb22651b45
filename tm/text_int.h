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
 * As tm_analyse(), but the words have no forms until tm_analyse_word() is
 * asked for those of token i. For who remembers words by their bytes, and
 * asks once for each: that is most of the work.
 */
void tm_analyse_bare(tm_analyser *an, tm_str text, tm_tokens *tokens);
void tm_analyse_word(tm_analyser *an, tm_str text, tm_tokens *tokens, size_t i);

void tm_text_add_char(tm_buf *out, int32_t c);
/* Add text folded (NFKC_Casefold without optional marks), white space as it
 * is; what is not UTF-8 stays. */
void tm_text_fold_chars(tm_str text, tm_buf *out);

#endif

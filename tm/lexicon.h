/*
 * lexicon.h - which words translate each other
 *
 * A lexicon answers p(target word | source word) for one pair of
 * languages, from whatever is at hand: the month, country, language and
 * currency names that ICU knows in both languages (CLDR), and an installed
 * FreeDict dictionary. Words are token keys of tm/text.h.
 *
 *	tm_lexicon *lex = tm_lexicon_new("ar", "en");
 *
 *	tm_lexicon_limit(lex, sentence, n);	these are to be aligned
 *	tm_lexicon_add_cldr(lex);
 *	if (!tm_lexicon_add_freedict(lex, NULL, &what, &err))
 *		...			TM_ABSENT: none installed
 *	tm_lexicon_free(lex);
 *
 * Once filled, a lexicon may be read by many threads.
 */
#ifndef TM_LEXICON_H
#define TM_LEXICON_H

#include "tm/base.h"

TM_BEGIN_DECLS

typedef struct tm_lexicon tm_lexicon;

/* An empty lexicon from language from to language to (canonical tags).
 * The caller frees it; it never fails. */
tm_lexicon *tm_lexicon_new(const char *from, const char *to);
void tm_lexicon_free(tm_lexicon *lex);

/*
 * Say that lex will be asked only for the words of the n texts, which are in
 * the language from. What is added from then on leaves out the pairs of
 * other words; what it says of the words of the texts stays the same, and
 * adding a large dictionary costs a fifth, or a fiftieth when it is cached.
 * May be called again for more texts before anything is added. The texts are
 * not kept.
 */
void tm_lexicon_limit(tm_lexicon *lex, const tm_str *text, size_t n);

/* Add the names ICU has in both languages, and numbers spelled out. */
void tm_lexicon_add_cldr(tm_lexicon *lex);

/*
 * Add the FreeDict dictionaries of the pair, both directions, found in the
 * colon-separated folders of dirs (NULL: TMTOOL_DICTD_PATH, else
 * /usr/share/dictd and the like). what, which may be NULL, gets one line that names
 * what was loaded and how many pairs were taken from it. What is read is kept
 * below $XDG_CACHE_HOME/tmtool or ~/.cache/tmtool for the next time, where it
 * can be, and made again when the dictionary changes. Fails with TM_ABSENT
 * when none is installed (the message names the package that has it, as far as
 * known), TM_PARSE when a dictionary is damaged; what could be read stays.
 */
bool tm_lexicon_add_freedict(
    tm_lexicon *lex, const char *dirs, tm_buf *what, tm_error *err);

/*
 * Add a word list of the user's: lines of SOURCE TAB TARGET [TAB WEIGHT], or
 * TBX (TBX-Core, -Basic and the like in version 2, "martif", or 3, "tbx";
 * TBX-Min). Of several words each counts for its share, of more than four
 * none does. A line of the list may be empty, a comment after "#", or two
 * language tags that say which column is which; weights are above 0 (1). In
 * TBX every term of an entry in one language answers every term in the
 * other, and regions count for their language.
 *
 * bad, which may be NULL, hears of each line that is left out. *pairs gets
 * the number of pairs taken in. Fails with TM_IO, with TM_PARSE when it is
 * neither, or no XML, and with TM_LIMIT (a list above 1 GB); what could be
 * read stays. Cost: linear.
 */
bool tm_lexicon_add_file(tm_lexicon *lex, const char *path,
    void (*bad)(void *self, size_t line, const char *msg), void *self,
    size_t *pairs, tm_error *err);

/* The number of word pairs known. */
size_t tm_lexicon_size(const tm_lexicon *lex);

TM_END_DECLS

#endif

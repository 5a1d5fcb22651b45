/*
 * lang.h - language tags, and which language a text is in
 *
 * Tags are BCP 47 as people write them: "ar", "AR_sy", "en-us", "zh-Hant".
 * tm_lang_canon() gives the one spelling the rest of the library uses:
 *
 *	char tag[TM_LANG_MAX];
 *
 *	tm_lang_canon("AR_sy", tag, NULL);	-> "ar-SY"
 *
 * All functions are pure and may be called from any thread.
 */
#ifndef TM_LANG_H
#define TM_LANG_H

#include "tm/base.h"

TM_BEGIN_DECLS

/* Room for any tag we keep, with its NUL. */
#define TM_LANG_MAX 36

/*
 * Write the canonical spelling of tag to out: language in lower case,
 * script in title case, region in upper case, "-" between them. "und",
 * "mul", CLDR's "root" and private "x-..." tags are tags too. Fails with
 * TM_INVALID when tag does not have the form of a language tag.
 */
bool tm_lang_canon(const char *tag, char out[TM_LANG_MAX], tm_error *err);

/*
 * True when a text in language specific may stand where general is asked
 * for: the same, or general with more subtags ("ar" covers "ar-SY"; "und"
 * and "mul" cover everything). Both canonical.
 */
bool tm_lang_covers(const char *general, const char *specific);

/* The first subtag of a canonical tag: "ar" of "ar-SY". */
void tm_lang_base(tm_str tag, char base[TM_LANG_MAX]);

/* True when the two share their first subtag: "ar-SY" and "ar-EG". */
bool tm_lang_same_base(const char *a, const char *b);

/* True unless the likely scripts of the two differ: "ar" and "fa", but not
 * "ar" and "en". */
bool tm_lang_same_script(const char *a, const char *b);

/* True for languages written from right to left, by likely script. */
bool tm_lang_is_rtl(const char *tag);

/* The English name of a language ("Arabic"), or the tag where ICU knows
 * none. Returns out. */
const char *tm_lang_name(const char *tag, char *out, size_t size);

/*
 * The language that people call name: "English", "Deutsch", "العربية",
 * "anglais", "Arabic (Syria)", whatever case. CLDR has the names; those in
 * English, in the language itself and in a dozen others are known. False,
 * with out left alone, where none is called so. Some milliseconds the first
 * time, less after.
 */
bool tm_lang_named(tm_str name, char out[TM_LANG_MAX]);

/*
 * Which share of the letters of text, from 0 to 1, is in a script that the
 * language is written in (Japanese in three); -1 where text has no letters
 * or the language, canonical, has no known script.
 */
double tm_lang_script_share(tm_str text, const char *tag);

/*
 * Tell the language of text from its script and its commonest words.
 * Writes a canonical tag, or "und" when nothing can be said, and returns
 * how sure the guess is, from 0 (none) to 1. Reads at most the first 64 KB.
 */
double tm_lang_guess(tm_str text, char out[TM_LANG_MAX]);

/*
 * Is text surely in another language than lang, canonical, though perhaps in
 * the same script: French that is said to be English? Then out has which.
 * False when it is too short to say, or of a language whose words are not
 * known. Reads at most the first 64 KB.
 */
bool tm_lang_is_other(tm_str text, const char *lang, char out[TM_LANG_MAX]);

/*
 * Tell the language from a file name: "ar.txt", "x.ar.txt", "x_ar.txt",
 * "x_ar-SY.txt", "x.ar". The folder does not count. Languages with a code
 * of two letters are known, and those with a longer one that CLDR has data
 * for ("x.ckb.txt", but not "x.new.txt"). Returns false, and leaves out
 * alone, when the name tells nothing.
 */
bool tm_lang_from_path(const char *path, char out[TM_LANG_MAX]);

TM_END_DECLS

#endif

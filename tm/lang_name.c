/*
 * lang_name.c - languages by the names people call them, and their scripts
 *
 * "English", "Englisch", "anglais" and "الإنجليزية" are one language. CLDR
 * has the names of each in each; tried are those in English, in the language
 * itself, and in the languages below, which most headings are written in.
 */
#include "config.h"

#include "tm/lang.h"

#include <unicode/uchar.h>
#include <unicode/uloc.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

enum { NAME_ROOM = 80 };

/* Fold and compare: "ENGLISH" is "English". */
static bool
is_name(const UChar *asked, int32_t n, const UChar *name, int32_t m)
{
	UErrorCode status = U_ZERO_ERROR;

	return m > 0 && u_strCaseCompare(asked, n, name, m, 0, &status) == 0 &&
	       U_SUCCESS(status);
}

/* A language with its region ("Arabic (Syria)") is tried in few. */
static bool
is_called(const char *locale, const UChar *asked, int32_t n)
{
	static const char *const in[] = { "en", NULL, "ar", "de", "fr", "es",
		"it", "pt", "ru", "tr", "fa", "zh", "ja", "ko", "he", "nl" };
	size_t most =
	    strchr(locale, '_') == NULL ? sizeof in / sizeof in[0] : 2;

	for (size_t i = 0; i < most; i++) {
		UChar name[NAME_ROOM];
		UErrorCode status = U_ZERO_ERROR;
		int32_t m = uloc_getDisplayName(locale,
		    in[i] == NULL ? locale : in[i], name, NAME_ROOM, &status);

		if (U_SUCCESS(status) && m <= NAME_ROOM &&
		    is_name(asked, n, name, m))
			return true;
	}
	return false;
}

/* No name of a language has so many words, or any of these; "Ga" is one, but
 * few write so little and mean it. */
static bool
cannot_be_name(tm_str s)
{
	size_t spaces = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (strchr("0123456789.,;:!?\"<>{}%/", s.p[i]) != NULL)
			return true;
		spaces += s.p[i] == ' ';
	}
	return s.n < 4 || s.n > NAME_ROOM || spaces > 3;
}

bool
tm_lang_named(tm_str name, char out[TM_LANG_MAX])
{
	int32_t available = uloc_countAvailable(), n = 0;
	UChar asked[NAME_ROOM];
	UErrorCode status = U_ZERO_ERROR;

	name = tm_str_trim(name);
	if (cannot_be_name(name))
		return false;
	u_strFromUTF8(asked, NAME_ROOM, &n, name.p, (int32_t)name.n, &status);
	if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING)
		return false;
	/* Languages come before their regions: "ar" < "ar_SY". */
	for (int32_t i = 0; i < available; i++)
		if (is_called(uloc_getAvailable(i), asked, n))
			return tm_lang_canon(uloc_getAvailable(i), out, NULL);
	return false;
}

double
tm_lang_script_share(tm_str text, const char *tag)
{
	char locale[ULOC_FULLNAME_CAPACITY];
	UScriptCode own[8];
	UErrorCode status = U_ZERO_ERROR;
	size_t letters = 0, good = 0;
	int32_t n, i = 0;

	if (strcmp(tag, "und") == 0 || strcmp(tag, "mul") == 0)
		return -1;
	uloc_forLanguageTag(tag, locale, sizeof locale, NULL, &status);
	n = uscript_getCode(locale, own, 8, &status);
	if (U_FAILURE(status) || n == 0)
		return -1;
	while (i < (int32_t)text.n) {
		UErrorCode of_letter = U_ZERO_ERROR;
		UScriptCode script;
		UChar32 c;

		U8_NEXT(text.p, i, (int32_t)text.n, c);
		if (c <= 0 || !u_isalpha(c))
			continue;
		script = uscript_getScript(c, &of_letter);
		if (script <= USCRIPT_INHERITED)
			continue;
		letters++;
		for (int32_t k = 0; k < n; k++)
			good += own[k] == script;
	}
	return letters == 0 ? -1 : (double)good / (double)letters;
}

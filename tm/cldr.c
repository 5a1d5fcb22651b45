/*
 * Names that ICU has in both languages, paired by what they name:
 *
 *	region SY	سوريا = Syria		month 2	فبراير، شباط = February
 *	language fr	الفرنسية = French	day 1	الاثنين = Monday
 *	currency USD	دولار أمريكي = US dollar	12	اثنا عشر =
 *twelve
 *
 * News is full of them, and no dictionary has to be installed.
 */
#include "config.h"

#include "tm/lexicon_int.h"

#include <stdlib.h>
#include <unicode/ucurr.h>
#include <unicode/udat.h>
#include <unicode/uldnames.h>
#include <unicode/uloc.h>
#include <unicode/unum.h>
#include <unicode/ustring.h>

/* Both sides of what is being paired. */
struct names {
	tm_lexicon *lex;
	const char *locale[2];
	tm_buf text[2];
};

const char *
tm_iso639_3(const char *lang)
{
	return uloc_getISO3Language(lang);
}

/* Put n units of UTF-16 into buf as UTF-8; false when there is nothing. */
static bool
to_utf8(tm_buf *buf, const UChar *s, int32_t n)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t bytes = 0;

	tm_buf_clear(buf);
	if (n <= 0)
		return false;
	tm_buf_reserve(buf, (size_t)n * 3 + 1);
	u_strToUTF8WithSub(
	    buf->p, n * 3 + 1, &bytes, s, n, 0xfffd, NULL, &status);
	if (U_FAILURE(status))
		return false;
	buf->n = (size_t)bytes;
	return buf->n > 0;
}

static void
pair(struct names *names, double weight)
{
	tm_lexicon_pair(names->lex, TM_LEX_NAMES, tm_buf_str(&names->text[0]),
	    tm_buf_str(&names->text[1]), weight, true);
}

/* ---- Countries, regions, languages ------------------------------------- */

typedef int32_t display_name(const ULocaleDisplayNames *names, const char *code,
    UChar *result, int32_t max, UErrorCode *status);

static void
pair_code(struct names *names, ULocaleDisplayNames *const ldn[2],
    display_name *name_of, const char *code)
{
	for (int s = 0; s < 2; s++) {
		UErrorCode status = U_ZERO_ERROR;
		UChar name[128];
		int32_t n = name_of(ldn[s], code, name, 128, &status);

		if (U_FAILURE(status) || n > 128 ||
		    !to_utf8(&names->text[s], name, n) ||
		    tm_str_eq(tm_buf_str(&names->text[s]), tm_str_of(code)))
			return;
	}
	pair(names, 1);
}

static void
add_places_and_languages(struct names *names)
{
	/* The continents and their parts, as the United Nations number
	 * them. */
	static const char *const regions[] = { "001", "002", "003", "005",
		"009", "011", "013", "014", "015", "017", "018", "019", "021",
		"029", "030", "034", "035", "142", "143", "145", "150", "151",
		"154", "155", "419" };
	ULocaleDisplayNames *ldn[2] = { NULL, NULL };
	UErrorCode status = U_ZERO_ERROR;

	for (int s = 0; s < 2; s++)
		ldn[s] =
		    uldn_open(names->locale[s], ULDN_STANDARD_NAMES, &status);
	if (U_SUCCESS(status)) {
		for (const char *const *c = uloc_getISOCountries(); *c; c++)
			pair_code(names, ldn, uldn_regionDisplayName, *c);
		for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++)
			pair_code(
			    names, ldn, uldn_regionDisplayName, regions[i]);
		for (const char *const *c = uloc_getISOLanguages(); *c; c++)
			pair_code(names, ldn, uldn_languageDisplayName, *c);
	}
	for (int s = 0; s < 2; s++)
		uldn_close(ldn[s]);
}

/* ---- Months and days --------------------------------------------------- */

static bool
symbol(struct names *names, int side, const UDateFormat *format,
    UDateFormatSymbolType type, int32_t i)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar name[64];
	int32_t n = udat_getSymbols(format, type, i, name, 64, &status);

	return U_SUCCESS(status) && to_utf8(&names->text[side], name, n);
}

static void
pair_symbols(struct names *names, UDateFormat *const format[2],
    UDateFormatSymbolType from, UDateFormatSymbolType to)
{
	int32_t n = udat_countSymbols(format[0], from);

	for (int32_t i = 0; i < n && i < udat_countSymbols(format[1], to); i++)
		if (symbol(names, 0, format[0], from, i) &&
		    symbol(names, 1, format[1], to, i))
			pair(names, 2);
}

/* One variant of each language: Arabic has فبراير in Egypt, شباط in Syria. */
static void
add_calendar_of(struct names *names, const char *from, const char *to)
{
	static const UDateFormatSymbolType types[][2] = { { UDAT_MONTHS,
							      UDAT_MONTHS },
		{ UDAT_STANDALONE_MONTHS, UDAT_STANDALONE_MONTHS },
		{ UDAT_MONTHS, UDAT_SHORT_MONTHS },
		{ UDAT_WEEKDAYS, UDAT_WEEKDAYS },
		{ UDAT_STANDALONE_WEEKDAYS, UDAT_STANDALONE_WEEKDAYS },
		{ UDAT_WEEKDAYS, UDAT_SHORT_WEEKDAYS } };
	const char *locale[2] = { from, to };
	UDateFormat *format[2] = { NULL, NULL };
	UErrorCode status = U_ZERO_ERROR;

	for (int s = 0; s < 2; s++)
		format[s] = udat_open(
		    UDAT_LONG, UDAT_LONG, locale[s], NULL, 0, NULL, 0, &status);
	if (U_SUCCESS(status))
		for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
			pair_symbols(names, format, types[i][0], types[i][1]);
	for (int s = 0; s < 2; s++)
		if (format[s] != NULL)
			udat_close(format[s]);
}

static void
add_calendar(struct names *names)
{
	const char *from = names->locale[0], *to = names->locale[1];

	add_calendar_of(names, from, to);
	if (strncmp(from, "ar", 2) == 0)
		add_calendar_of(names, "ar-SY", to);
	if (strncmp(to, "ar", 2) == 0)
		add_calendar_of(names, from, "ar-SY");
}

/* ---- Money ------------------------------------------------------------- */

static void
add_currencies(struct names *names)
{
	/* The most traded, and those of the Arab world. */
	static const char codes[][4] = { "USD", "EUR", "GBP", "JPY", "CNY",
		"RUB", "SAR", "EGP", "AED", "IQD", "SYP", "JOD", "LBP", "KWD",
		"QAR", "TRY", "ILS", "INR", "CHF", "CAD", "AUD", "MAD", "TND",
		"DZD", "LYD", "SDG", "YER", "OMR", "BHD", "HUF", "RON", "BRL",
		"KRW", "MXN", "ZAR", "SEK", "NOK", "DKK", "PLN", "IRR" };

	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		bool both = true;
		UChar code[4];

		u_uastrcpy(code, codes[i]);
		for (int s = 0; s < 2; s++) {
			UErrorCode status = U_ZERO_ERROR;
			int32_t n = 0;
			const UChar *name =
			    ucurr_getName(code, names->locale[s],
				UCURR_LONG_NAME, NULL, &n, &status);

			both = both && U_SUCCESS(status) &&
			       to_utf8(&names->text[s], name, n);
		}
		if (both)
			pair(names, 1);
	}
}

/* ---- Numbers in words -------------------------------------------------- */

static bool
spell(
    struct names *names, int side, UNumberFormat *const *format, int64_t value)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar text[256];
	int32_t n;

	if (format == NULL) { /* in digits */
		tm_buf_clear(&names->text[side]);
		tm_buf_printf(&names->text[side], "%lld", (long long)value);
		return true;
	}
	n = unum_formatInt64(format[side], value, text, 256, NULL, &status);
	return U_SUCCESS(status) && to_utf8(&names->text[side], text, n);
}

static void
add_numbers(struct names *names)
{
	static const int large[] = { 200, 300, 1000, 1000000, 1000000000 };
	UNumberFormat *format[2] = { NULL, NULL };
	UErrorCode status = U_ZERO_ERROR;

	for (int s = 0; s < 2; s++)
		format[s] = unum_open(
		    UNUM_SPELLOUT, NULL, 0, names->locale[s], NULL, &status);
	for (int i = 1; i <= 28 + 5 && U_SUCCESS(status); i++) {
		int value = i <= 20   ? i
			    : i <= 28 ? (i - 18) * 10
				      : large[i - 29];

		if (spell(names, 0, format, value) &&
		    spell(names, 1, format, value))
			pair(names, 1);
		if (value > 100)
			continue;
		if (spell(names, 0, NULL, value) &&
		    spell(names, 1, format, value))
			pair(names, .5);
		if (spell(names, 0, format, value) &&
		    spell(names, 1, NULL, value))
			pair(names, .5);
	}
	for (int s = 0; s < 2; s++)
		if (format[s] != NULL)
			unum_close(format[s]);
}

/* The rule sets of a spelling format that a reader may meet: cardinals,
 * ordinals and years of every gender and case, not what they are made of. */
static bool
is_spelling(const UChar *name)
{
	static const UChar start[] = { '%', 's', 'p', 'e', 'l', 'l', 'o', 'u',
		't' };

	return u_strncmp(name, start, sizeof start / sizeof start[0]) == 0;
}

/* All ways of one rule set. */
static void
spell_all(UNumberFormat *format, const int *values, size_t n,
    void (*word)(void *self, int value, tm_str spelled), void *self)
{
	UChar text[256];
	tm_buf out = { 0 };

	for (size_t i = 0; i < n; i++) {
		UErrorCode status = U_ZERO_ERROR;
		int32_t m = unum_formatInt64(
		    format, values[i], text, 256, NULL, &status);

		if (U_SUCCESS(status) && to_utf8(&out, text, m))
			word(self, values[i], tm_buf_str(&out));
	}
	tm_buf_release(&out);
}

void
tm_spell_numbers(const char *lang, const int *values, size_t n,
    void (*word)(void *self, int value, tm_str spelled), void *self)
{
	UErrorCode status = U_ZERO_ERROR;
	UNumberFormat *format =
	    unum_open(UNUM_SPELLOUT, NULL, 0, lang, NULL, &status);
	size_t base = strcspn(lang, "-");
	const char *known;
	UChar sets[2048];
	int32_t end;

	if (U_FAILURE(status))
		return;
	/* ICU falls back to another language where it knows no better. */
	known = unum_getLocaleByType(format, ULOC_VALID_LOCALE, &status);
	if (U_FAILURE(status) || strcspn(known, "_") != base ||
	    strncmp(known, lang, base) != 0)
		goto out;
	end = unum_getTextAttribute(
	    format, UNUM_PUBLIC_RULESETS, sets, 2048, &status);
	for (int32_t i = 0, k; U_SUCCESS(status) && i < end; i = k + 1) {
		for (k = i; k < end && sets[k] != ';'; k++)
			;
		sets[k < end ? k : end - 1] = 0;
		if (!is_spelling(sets + i))
			continue;
		unum_setTextAttribute(
		    format, UNUM_DEFAULT_RULESET, sets + i, k - i, &status);
		spell_all(format, values, n, word, self);
	}
out:
	unum_close(format);
}

void
tm_lexicon_add_cldr(tm_lexicon *lex)
{
	struct names names = { lex, { lex->from_lang, lex->to_lang },
		{ { 0 }, { 0 } } };

	if (lex->has_names)
		return;
	lex->has_names = true;
	add_places_and_languages(&names);
	add_calendar(&names);
	add_currencies(&names);
	add_numbers(&names);
	tm_lexicon_settle(lex);
	tm_buf_release(&names.text[0]);
	tm_buf_release(&names.text[1]);
}

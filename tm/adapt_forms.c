/*
 * adapt_forms.c - what a language says in words that go with a value
 *
 * Words for numbers and the letters of ordinals (CLDR's RBNF), words for
 * parts of the day, and the forms of nouns that numbers ask for. Where one
 * of these stands in a translation it may have to change with the number.
 */
#include "config.h"

#include "tm/adapt_int.h"

#include <stdlib.h>

#include <unicode/udat.h>
#include <unicode/unum.h>
#include <unicode/upluralrules.h>
#include <unicode/ustring.h>

/* A canonical number, without its sign. */
static double
value_of(tm_str number)
{
	double value = 0, digit = 1;
	bool part = false;

	for (size_t i = 0; i < number.n; i++) {
		char c = number.p[i];

		if (c == '.') {
			part = true;
		} else if (c >= '0' && c <= '9') {
			digit = part ? digit / 10 : 1;
			value = part ? value + (c - '0') * digit
				     : 10 * value + (c - '0');
		}
	}
	return value;
}

/* ---- Words for numbers ------------------------------------------------- */

/* Call with each way in which the language writes a number in a style, until
 * it says that it has enough. The format is made when first asked for: to
 * read the rules takes a hundred times as long as to use them. */
static void
spell(tm_adapt_lang *lang, void **format, UNumberFormatStyle style,
    double number, bool (*take)(void *data, tm_str spelled), void *data)
{
	UErrorCode status = U_ZERO_ERROR;
	UNumberFormat *f = *format;
	UChar rules[2000], *rule = rules;
	bool more = true;

	if (f == NULL)
		f = *format =
		    unum_open(style, NULL, 0, lang->tag, NULL, &status);
	if (f == NULL || U_FAILURE(status))
		return;
	unum_getTextAttribute(f, UNUM_PUBLIC_RULESETS, rules, 2000, &status);
	while (more && U_SUCCESS(status) && *rule != 0) {
		UChar *end = u_strchr(rule, ';');
		int32_t len = end ? (int32_t)(end - rule) : u_strlen(rule), k;
		UErrorCode spelled = U_ZERO_ERROR;
		UChar s[300];
		char utf8[900];

		unum_setTextAttribute(
		    f, UNUM_DEFAULT_RULESET, rule, len, &spelled);
		k = unum_formatDouble(f, number, s, 300, NULL, &spelled);
		if (U_SUCCESS(spelled) &&
		    tm_adapt_utf8(s, k, utf8, sizeof utf8))
			more = take(data, tm_str_of(utf8));
		rule += len + (end != NULL);
	}
}

struct spelled {
	tm_adapt_lang *lang;
	const tm_tokens *tokens;
	bool found;
	bool hundred; /* "في المئة" is "per cent" */
	tm_buf form[2];
};

/*
 * Arabic has more forms of a word for a number than CLDR: عشرين beside
 * عشرون, مئة beside مائة, ثلاث beside ثلاثة. word is plain; of all of them
 * the same is made.
 */
static tm_str
number_form(const tm_adapt_lang *lang, tm_str word, tm_buf *out)
{
	static const char *const ends[][2] = { { "ين", "ون" }, { "ان", "ون" },
		{ "ه", "" } };
	const tm_str hundred = TM_STR("ماي");
	tm_str s;

	if (!tm_lang_same_base(lang->tag, "ar"))
		return word;
	tm_buf_clear(out);
	for (size_t i = 0; i < word.n; i++) {
		if (tm_str_starts(tm_str_sub(word, i, word.n), hundred)) {
			tm_buf_adds(out, "مي");
			i += hundred.n - 1;
		} else
			tm_buf_addc(out, word.p[i]);
	}
	s = tm_buf_str(out);
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		size_t n = strlen(ends[i][0]);

		/* of a word of two letters and more before it */
		if (s.n < n + 4 || memcmp(s.p + s.n - n, ends[i][0], n) != 0)
			continue;
		out->n = s.n - n;
		tm_buf_adds(out, ends[i][1]);
		return tm_buf_str(out);
	}
	return s;
}

static bool
same_number_word(struct spelled *s, tm_str a, tm_str b)
{
	return tm_str_eq(a, b) ||
	       tm_str_eq(number_form(s->lang, a, &s->form[0]),
		   number_form(s->lang, b, &s->form[1]));
}

static bool
begins_with_article(struct spelled *s, tm_str word, tm_str other)
{
	const tm_str article = TM_STR("ال");

	return !s->hundred && tm_str_starts(word, article) &&
	       same_number_word(s, tm_str_sub(word, article.n, word.n), other);
}

/* Is it the first word of a number, with what may be written before it? */
static bool
is_first_word(struct spelled *s, tm_str plain, tm_str want)
{
	if (same_number_word(s, plain, want))
		return true;
	for (int p = 1; p <= 2; p++) {
		size_t skip = tm_adapt_prefix(s->lang, plain, p);

		if (skip > 0 &&
		    same_number_word(s, tm_str_sub(plain, skip, plain.n), want))
			return true;
	}
	return begins_with_article(s, plain, want);
}

static bool
find_spelled(void *data, tm_str spelled)
{
	struct spelled *s = data;
	const tm_tokens *name = &s->lang->scratch, *in = s->tokens;

	tm_analyse(s->lang->an, spelled, &s->lang->scratch);
	/* A rule without words writes digits. */
	if (name->n == 0 || name->v[0].kind != TM_WORD)
		return true;
	if (s->hundred && tm_str_starts(name->v[0].plain, TM_STR("ال")))
		return true;
	for (size_t i = 0; i + name->n <= in->n && !s->found; i++) {
		size_t k = 1;

		if (!is_first_word(s, in->v[i].plain, name->v[0].plain))
			continue;
		while (k < name->n && same_number_word(s, name->v[k].plain,
					  in->v[i + k].plain))
			k++;
		s->found = k == name->n;
	}
	return !s->found;
}

/* What fractions are called; CLDR does not say. Folded as tokens are. */
static bool
is_fraction(tm_str fold)
{
	static const char *const v[] = { "half", "halves", "quarter",
		"quarters", "third", "thirds", "نصف", "ربع", "ثلث", "demi",
		"demie", "moitié", "quart", "tiers", "halb", "halbe", "halben",
		"halber", "halbes", "hälfte", "viertel", "drittel",
		"dreiviertel", "anderthalb", "medio", "media", "mitad",
		"cuarto", "cuartos", "tercio", "tercios", "mezzo", "mezza",
		"metà", "quarto", "terzo", "meio", "meia", "metade", "terço",
		"halve", "helft", "kwart", "halv", "halva", "hälften",
		"полтора", "половина", "половину", "половины", "четверть",
		"четверти", "треть", "трети", "pół", "połowa", "połowę",
		"ćwierć", "půl", "polovina", "نیم", "חצי", "רבע", "שליש",
		"yarım", "buçuk", "çeyrek", "आधा", "डेढ़", "半", "반" };

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		if (tm_str_eq(fold, tm_str_of(v[i])))
			return true;
	return false;
}

static bool
is_fraction_word(const tm_adapt_lang *lang, tm_str fold)
{
	if (is_fraction(fold))
		return true;
	for (int n = 1; n <= 2; n++) {
		size_t skip = tm_adapt_prefix(lang, fold, n);

		if (skip > 0 && is_fraction(tm_str_sub(fold, skip, fold.n)))
			return true;
	}
	return tm_str_starts(fold, TM_STR("ال")) &&
	       is_fraction(tm_str_sub(fold, strlen("ال"), fold.n));
}

bool
tm_adapt_is_spelled(tm_adapt_lang *lang, tm_str number, const tm_tokens *tokens)
{
	struct spelled s = { .lang = lang, .tokens = tokens };
	double value = value_of(number);

	if (memchr(number.p, '.', number.n) != NULL) {
		for (size_t i = 0; i < tokens->n; i++)
			if (tokens->v[i].kind == TM_WORD &&
			    is_fraction_word(lang, tokens->v[i].fold))
				return true;
		return false;
	}
	/* What is longer is hardly ever written out. */
	if (number.n > 10)
		return false;
	s.hundred = value == 100 && tm_lang_same_base(lang->tag, "ar");
	spell(lang, &lang->spellout, UNUM_SPELLOUT, value, find_spelled, &s);
	tm_buf_release(&s.form[0]);
	tm_buf_release(&s.form[1]);
	return s.found;
}

/* ---- Ordinals ---------------------------------------------------------- */

/* What CLDR puts behind the digits, for each of its rules in order. */
struct suffixes {
	tm_arena *arena;
	tm_str v[16];
	size_t n;
};

static bool
keep_suffix(void *data, tm_str spelled)
{
	struct suffixes *s = data;
	size_t at = 0;

	while (at < spelled.n &&
	       !((spelled.p[at] >= 'a' && spelled.p[at] <= 'z') ||
		   (unsigned char)spelled.p[at] >= 0x80))
		at++;
	s->v[s->n++] =
	    tm_arena_str(s->arena, tm_str_sub(spelled, at, spelled.n));
	return s->n < sizeof s->v / sizeof s->v[0];
}

/* What French has besides CLDR's "e", from two on. */
static bool
is_french(tm_str suffix)
{
	return tm_str_eq(suffix, TM_STR("ème")) ||
	       tm_str_eq(suffix, TM_STR("ième")) ||
	       tm_str_eq(suffix, TM_STR("eme"));
}

bool
tm_adapt_is_ordinal(tm_adapt_lang *lang, tm_str number, tm_str suffix,
    tm_str other, tm_arena *values, tm_str *of)
{
	struct suffixes is = { .arena = values }, to = { .arena = values };
	bool found = false;

	*of = (tm_str){ NULL, 0 };
	if (memchr(number.p, '.', number.n) != NULL ||
	    memchr(other.p, '.', other.n) != NULL)
		return false;
	spell(lang, &lang->ordinals, UNUM_ORDINAL, value_of(number),
	    keep_suffix, &is);
	spell(lang, &lang->ordinals, UNUM_ORDINAL, value_of(other), keep_suffix,
	    &to);
	if (tm_lang_same_base(lang->tag, "fr") && is_french(suffix)) {
		*of = tm_str_eq(other, TM_STR("1")) ? TM_STR("") : suffix;
		return !tm_str_eq(number, TM_STR("1"));
	}
	for (size_t i = 0; i < is.n && i < to.n; i++) {
		if (!tm_str_eq(is.v[i], suffix))
			continue;
		if (found && !tm_str_eq(*of, to.v[i])) {
			*of = (tm_str){ NULL, 0 };
			return true;
		}
		found = true;
		*of = to.v[i];
	}
	return found;
}

tm_str
tm_adapt_first_of_month(const tm_adapt_lang *lang)
{
	static const char *const first[][2] = { { "fr", "er" }, { "it", "º" },
		{ "es", "º" }, { "pt", "º" }, { "ca", "r" } };

	for (size_t i = 0; i < sizeof first / sizeof first[0]; i++)
		if (tm_lang_same_base(lang->tag, first[i][0]))
			return tm_str_of(first[i][1]);
	return (tm_str){ NULL, 0 };
}

/* ---- Parts of the day -------------------------------------------------- */

static int
compare_words(const void *a, const void *b)
{
	return tm_str_cmp(*(const tm_str *)a, *(const tm_str *)b);
}

static bool
is_word(const tm_str *words, size_t n, tm_str word)
{
	return n > 0 &&
	       bsearch(&word, words, n, sizeof *words, compare_words) != NULL;
}

static void
push_period(tm_adapt_lang *lang, tm_str word)
{
	tm_grow(lang->periods, lang->n_periods, lang->cap_periods);
	lang->periods[lang->n_periods++] = tm_arena_str(&lang->arena, word);
}

/* "a.m." is "am". */
static void
drop_points(char *s)
{
	char *out = s;

	for (; *s != '\0'; s++)
		if (*s != '.')
			*out++ = *s;
	*out = '\0';
}

static void
know_periods(tm_adapt_lang *lang)
{
	static const char *const patterns[] = { "a", "aaaa", "b", "bbbb", "B",
		"BBBB" };

	lang->knows_periods = true;
	for (size_t p = 0; p < sizeof patterns / sizeof patterns[0]; p++) {
		UErrorCode status = U_ZERO_ERROR;
		UChar pattern[8];
		UDateFormat *f;

		u_uastrcpy(pattern, patterns[p]);
		f = udat_open(UDAT_PATTERN, UDAT_PATTERN, lang->tag, u"GMT", 3,
		    pattern, -1, &status);
		for (int hour = 0; U_SUCCESS(status) && hour < 24; hour++) {
			UChar s[64];
			char utf8[200];
			int32_t n = udat_format(
			    f, hour * 3600000.0, s, 64, NULL, &status);

			if (U_FAILURE(status) ||
			    !tm_adapt_utf8(s, n, utf8, sizeof utf8))
				break;
			drop_points(utf8);
			tm_analyse(lang->an, tm_str_of(utf8), &lang->scratch);
			/* "in the morning": what says when is the last */
			for (size_t i = lang->scratch.n; i-- > 0;)
				if (lang->scratch.v[i].kind == TM_WORD) {
					push_period(
					    lang, lang->scratch.v[i].plain);
					break;
				}
		}
		if (f != NULL)
			udat_close(f);
	}
	if (lang->n_periods > 0)
		qsort(lang->periods, lang->n_periods, sizeof *lang->periods,
		    compare_words);
}

bool
tm_adapt_is_period(tm_adapt_lang *lang, tm_str plain)
{
	if (!lang->knows_periods)
		know_periods(lang);
	return is_word(lang->periods, lang->n_periods, plain);
}

/* ---- Forms of what is counted ------------------------------------------ */

static bool
plural_of(tm_adapt_lang *lang, tm_str number, UChar out[16])
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t n;

	if (lang->plurals == NULL)
		lang->plurals = uplrules_openForType(
		    lang->tag, UPLURAL_TYPE_CARDINAL, &status);
	if (U_FAILURE(status))
		return false;
	n = uplrules_select(lang->plurals, value_of(number), out, 15, &status);
	if (U_FAILURE(status) || n > 15)
		return false;
	out[n] = 0;
	return true;
}

bool
tm_adapt_same_plural(tm_adapt_lang *lang, tm_str a, tm_str b)
{
	UChar form[2][16];

	return plural_of(lang, a, form[0]) && plural_of(lang, b, form[1]) &&
	       u_strcmp(form[0], form[1]) == 0;
}

bool
tm_adapt_has_article(const tm_adapt_lang *lang, tm_str number)
{
	static const char *const langs[] = { "de", "fr", "es", "it", "pt", "ca",
		"gl", "ro", "nl", "sv", "da", "nb", "nn", "no", "tr", "hu",
		"el", "fa" };

	for (size_t i = 0; i < sizeof langs / sizeof langs[0]; i++)
		if (tm_str_eq(number, TM_STR("1")) &&
		    tm_lang_same_base(lang->tag, langs[i]))
			return true;
	return false;
}

/*
 * Sunday to Saturday, a letter for each gender, and one of its own for what
 * takes another form of the words before it: "во вторник", "ve středu". Of
 * Arabic the two that writers treat either way. Hungarian has Sunday without
 * an ending where the others have one.
 */
bool
tm_adapt_days_agree(const tm_adapt_lang *lang, int day, int other)
{
	static const char *const days[][2] = { { "ar", "mm12mfm" },
		{ "it", "fmmmmmm" }, { "pt", "mfffffm" }, { "el", "ffffffn" },
		{ "ru", "nmwfmff" }, { "uk", "fmmfmff" }, { "be", "fmmfmff" },
		{ "pl", "fmwfmmf" }, { "cs", "fnnwxmf" }, { "sk", "fmmfxmf" },
		{ "sl", "fmmfmmf" }, { "hr", "fmmfmmf" }, { "sr", "fmmfmmf" },
		{ "bs", "fmmfmmf" }, { "bg", "fmwfmmf" }, { "mk", "fmmfmmf" },
		{ "hu", "smmmmmm" } };

	for (size_t i = 0; i < sizeof days / sizeof days[0]; i++)
		if (tm_lang_same_base(lang->tag, days[i][0]))
			return days[i][1][day] == days[i][1][other];
	return true;
}

/* Two days are يومان in Arabic. */
bool
tm_adapt_is_in_form(tm_adapt_lang *lang, tm_str number)
{
	return tm_lang_same_base(lang->tag, "ar") &&
	       (tm_str_eq(number, TM_STR("1")) ||
		   tm_str_eq(number, TM_STR("2")));
}

bool
tm_adapt_is_not_counted(tm_str plain)
{
	static const char *const v[] = { "من", "في", "علي", "الي", "عن", "مع",
		"او", "ثم", "حتي", "لا", "بعد", "قبل", "عند", "و", "هو", "هي" };

	if (tm_str_starts(plain, TM_STR("ال")))
		return true;
	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		if (tm_str_eq(plain, tm_str_of(v[i])))
			return true;
	return false;
}

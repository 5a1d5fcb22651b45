/*
 * adapt_names.c - what a language says of numbers, months and days
 *
 * All of it is CLDR's: separators, names in every form there is (some
 * languages have one for "5 мая" and one for "май"), the forms of nouns that
 * numbers ask for, words for numbers (RBNF) and for parts of the day.
 */
#include "config.h"

#include "tm/adapt_int.h"

#include <stdlib.h>

#include <unicode/uchar.h>
#include <unicode/udat.h>
#include <unicode/unum.h>
#include <unicode/upluralrules.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

/* ---- Numbers ----------------------------------------------------------- */

static int32_t
first_of_symbol(UNumberFormat *format, UNumberFormatSymbol which)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar s[8];
	int32_t n = unum_getSymbol(format, which, s, 8, &status), i = 0;
	UChar32 c;

	if (U_FAILURE(status) || n < 1)
		return 0;
	U16_NEXT(s, i, n, c);
	return c;
}

static void
know_numbers(tm_adapt_lang *lang)
{
	UErrorCode status = U_ZERO_ERROR;
	tm_buf locale = { 0 };
	UNumberFormat *format;

	tm_buf_printf(&locale, "%s@numbers=latn", lang->tag);
	format = unum_open(UNUM_DECIMAL, NULL, 0, locale.p, NULL, &status);
	if (U_SUCCESS(status)) {
		lang->decimal =
		    first_of_symbol(format, UNUM_DECIMAL_SEPARATOR_SYMBOL);
		lang->group =
		    first_of_symbol(format, UNUM_GROUPING_SEPARATOR_SYMBOL);
		lang->lakhs = unum_getAttribute(
				  format, UNUM_SECONDARY_GROUPING_SIZE) == 2;
		unum_close(format);
	}
	tm_buf_release(&locale);
}

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

/* Put n units of UTF-16 into out; false when there is nothing. */
static bool
to_utf8(const UChar *s, int32_t n, char *out, size_t size)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t bytes = 0;

	u_strToUTF8(out, (int32_t)size, &bytes, s, n, &status);
	return U_SUCCESS(status) && bytes > 0 && (size_t)bytes < size;
}

/* ---- Names ------------------------------------------------------------- */

/* Cut a name into folded words; one that is too long is no name. */
static void
cut_name(tm_adapt_lang *lang, tm_adapt_names *list, int which)
{
	tm_str *name = &list->name[which];

	tm_analyse(lang->an, *name, &lang->scratch);
	for (size_t i = 0; i < lang->scratch.n; i++) {
		const tm_token *t = &lang->scratch.v[i];

		if (t->kind == TM_PUNCT)
			continue;
		if (list->n_words[which] == TM_ADAPT_NAME) {
			list->n_words[which] = 0;
			return;
		}
		if (list->n_words[which] == 0)
			list->capital |= t->capital;
		list->stem[which] = tm_arena_str(&lang->arena, t->stem);
		list->words[which][list->n_words[which]++] =
		    tm_arena_str(&lang->arena, t->plain);
	}
	if (list->n_words[which] != 1)
		list->stem[which] = (tm_str){ NULL, 0 };
	list->point[which] = name->n > 1 && name->p[name->n - 1] == '.';
	name->n -= list->point[which];
}

static bool
is_same_list(const tm_adapt_names *a, const tm_adapt_names *b)
{
	if (a->kind != b->kind || a->calendar != b->calendar || a->n != b->n)
		return false;
	for (int i = 0; i < a->n; i++)
		if (!tm_str_eq(a->name[i], b->name[i]))
			return false;
	return true;
}

static void
keep_list(tm_adapt_lang *lang, const tm_adapt_names *list)
{
	for (size_t l = 0; l < lang->n_lists; l++)
		if (is_same_list(&lang->lists[l], list))
			return;
	lang->n_lists++;
}

static void
add_list(tm_adapt_lang *lang, const UDateFormat *format,
    UDateFormatSymbolType type, const tm_adapt_names *like)
{
	tm_adapt_names *list = &lang->lists[lang->n_lists];
	int first = like->kind == TM_A_DAY ? 1 : 0; /* days begin at 1 */

	if (lang->n_lists == TM_ADAPT_LISTS)
		return;
	*list = *like;
	for (int i = 0; i < list->n; i++) {
		UErrorCode status = U_ZERO_ERROR;
		UChar s[64];
		char utf8[200];
		int32_t n =
		    udat_getSymbols(format, type, first + i, s, 64, &status);

		if (U_FAILURE(status) || !to_utf8(s, n, utf8, sizeof utf8))
			return;
		list->name[i] = tm_arena_str(&lang->arena, tm_str_of(utf8));
		cut_name(lang, list, i);
	}
	keep_list(lang, list);
}

/* What CLDR has no name for, or writes in another way. */
static void
know_halves(tm_adapt_lang *lang)
{
	static const char *const halves[][3] = {
		{ "en", "a.m", "p.m" }, /* the stop stays where it is */
		{ "en", "am", "pm" },
		{ "ar", "صباحا", "مساء" },
		{ "ar", "صباحًا", "مساءً" },
	};

	for (size_t i = 0; i < sizeof halves / sizeof halves[0]; i++) {
		tm_adapt_names *list = &lang->lists[lang->n_lists];

		if (!tm_lang_same_base(lang->tag, halves[i][0]) ||
		    lang->n_lists == TM_ADAPT_LISTS)
			continue;
		*list = (tm_adapt_names){ .kind = TM_A_HALF, .n = 2 };
		for (int k = 0; k < 2; k++) {
			list->name[k] = tm_str_of(halves[i][k + 1]);
			cut_name(lang, list, k);
		}
		keep_list(lang, list);
	}
}

static void
know_calendar(tm_adapt_lang *lang, const char *locale, int nth, int calendar)
{
	static const char *const names[] = { "gregorian", "islamic",
		"persian" };
	static const struct {
		UDateFormatSymbolType type;
		tm_adapt_kind kind;
		bool is_short;
	} forms[] = { { UDAT_MONTHS, TM_A_MONTH, false },
		{ UDAT_STANDALONE_MONTHS, TM_A_MONTH, false },
		{ UDAT_SHORT_MONTHS, TM_A_MONTH, true },
		{ UDAT_STANDALONE_SHORT_MONTHS, TM_A_MONTH, true },
		{ UDAT_WEEKDAYS, TM_A_DAY, false },
		{ UDAT_STANDALONE_WEEKDAYS, TM_A_DAY, false },
		{ UDAT_SHORT_WEEKDAYS, TM_A_DAY, true },
		{ UDAT_AM_PMS, TM_A_HALF, false } };
	UErrorCode status = U_ZERO_ERROR;
	tm_buf name = { 0 };
	UDateFormat *format;

	tm_buf_printf(&name, "%s@calendar=%s", locale, names[calendar]);
	format =
	    udat_open(UDAT_LONG, UDAT_LONG, name.p, NULL, 0, NULL, 0, &status);
	for (size_t i = 0;
	     U_SUCCESS(status) && i < sizeof forms / sizeof forms[0]; i++) {
		tm_adapt_names like = { .kind = forms[i].kind,
			.n = forms[i].kind == TM_A_DAY	  ? 7
			     : forms[i].kind == TM_A_HALF ? 2
							  : 12,
			.calendar = calendar,
			.locale = nth,
			.is_short = forms[i].is_short };

		/* Of other calendars what is abbreviated is no word, and a
		 * week is a week. */
		if (calendar > 0 && (like.is_short || like.kind != TM_A_MONTH))
			continue;
		add_list(lang, format, forms[i].type, &like);
	}
	if (U_SUCCESS(status))
		udat_close(format);
	tm_buf_release(&name);
}

static void
know_names(tm_adapt_lang *lang)
{
	/* Egypt's مارس, Syria's آذار, Algeria's مارس beside جانفي; Sept for
	 * Sep, Jänner for Januar, setiembre for septiembre. */
	static const char *const others[] = { "ar-EG", "ar-SY", "ar-DZ",
		"ar-MA", "en-GB", "de-AT", "es-UY" };

	know_calendar(lang, lang->tag, 0, 0);
	know_halves(lang);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (tm_lang_same_base(lang->tag, others[i]))
			know_calendar(lang, others[i], (int)i + 1, 0);
	know_calendar(lang, lang->tag, 0, 1);
	know_calendar(lang, lang->tag, 0, 2);
}

/* ---- Which name begins so? --------------------------------------------- */

static void
add_word(tm_adapt_words *words, tm_str word, size_t list, int which)
{
	tm_grow(words->v, words->n, words->cap);
	words->v[words->n++] = (tm_adapt_word){ word, list, which };
}

static int
compare_entries(const void *x, const void *y)
{
	const tm_adapt_word *a = x, *b = y;
	int c = tm_str_cmp(a->word, b->word);

	if (c != 0)
		return c;
	return a->list != b->list ? (a->list < b->list ? -1 : 1)
				  : a->which - b->which;
}

static void
sort_words(tm_adapt_words *words)
{
	if (words->n > 0)
		qsort(words->v, words->n, sizeof *words->v, compare_entries);
}

/* All names are in two tables, so that a word of a text is two searches and
 * not a comparison with each of some five hundred. */
static void
index_names(tm_adapt_lang *lang)
{
	for (size_t l = 0; l < lang->n_lists; l++) {
		const tm_adapt_names *list = &lang->lists[l];

		for (int i = 0; i < list->n; i++) {
			if (list->n_words[i] > 0)
				add_word(
				    &lang->firsts, list->words[i][0], l, i);
			if (list->stem[i].p != NULL && !list->is_short &&
			    list->kind != TM_A_HALF)
				add_word(&lang->stems, list->stem[i], l, i);
		}
	}
	sort_words(&lang->firsts);
	sort_words(&lang->stems);
}

size_t
tm_adapt_find_word(
    const tm_adapt_words *words, tm_str word, const tm_adapt_word **first)
{
	size_t lo = 0, hi = words->n, n = 0;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (tm_str_cmp(words->v[mid].word, word) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	while (lo + n < words->n && tm_str_eq(words->v[lo + n].word, word))
		n++;
	*first = words->v + (n > 0 ? lo : 0);
	return n;
}

void
tm_adapt_lang_init(tm_adapt_lang *lang, const char *tag)
{
	snprintf(lang->tag, sizeof lang->tag, "%s", tag);
	lang->an = tm_analyser_new(tag);
	know_numbers(lang);
	know_names(lang);
	index_names(lang);
}

void
tm_adapt_lang_release(tm_adapt_lang *lang)
{
	tm_analyser_free(lang->an);
	tm_tokens_release(&lang->scratch);
	if (lang->plurals != NULL)
		uplrules_close(lang->plurals);
	if (lang->spellout != NULL)
		unum_close(lang->spellout);
	if (lang->ordinals != NULL)
		unum_close(lang->ordinals);
	free(lang->firsts.v);
	free(lang->stems.v);
	free(lang->periods);
	tm_arena_release(&lang->arena);
}

size_t
tm_adapt_prefix(const tm_adapt_lang *lang, tm_str word, int n)
{
	static const struct {
		const char *lang;
		const char *letters[8];
	} known[] = { { "ar", { "و", "ف", "ب", "ل", "ك" } },
		{ "he", { "ב", "ל", "מ", "ה", "ו", "ש", "כ" } } };
	size_t at = 0;

	for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
		if (!tm_lang_same_base(lang->tag, known[k].lang))
			continue;
		for (; n > 0; n--) {
			size_t was = at;
			tm_str rest = tm_str_sub(word, at, word.n);

			for (int i = 0; i < 8 && known[k].letters[i]; i++)
				if (tm_str_starts(
					rest, tm_str_of(known[k].letters[i])))
					at = was + strlen(known[k].letters[i]);
			if (at == was)
				return 0;
		}
	}
	return at;
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
		if (U_SUCCESS(spelled) && to_utf8(s, k, utf8, sizeof utf8))
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
			    !to_utf8(s, n, utf8, sizeof utf8))
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

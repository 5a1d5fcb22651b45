/*
 * adapt_names.c - how a language writes numbers, months and days
 *
 * All of it is CLDR's: separators, and names in every form there is (some
 * languages have one for "5 мая" and one for "май").
 */
#include "config.h"

#include "tm/adapt_int.h"

#include <stdlib.h>

#include <unicode/ucasemap.h>
#include <unicode/uchar.h>
#include <unicode/udat.h>
#include <unicode/unum.h>
#include <unicode/upluralrules.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

#include "tm/text_int.h"

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

bool
tm_adapt_utf8(const uint16_t *s, int32_t n, char *out, size_t size)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t bytes = 0;

	u_strToUTF8(out, (int32_t)size, &bytes, (const UChar *)s, n, &status);
	return U_SUCCESS(status) && bytes > 0 && (size_t)bytes < size;
}

/* Has the short pattern of a date or a time one of these letters? */
static bool
pattern_has(const char *tag, UDateFormatStyle time, UDateFormatStyle date,
    const char *letters)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar pattern[64];
	UDateFormat *format =
	    udat_open(time, date, tag, NULL, 0, NULL, 0, &status);
	int32_t n = U_SUCCESS(status)
			? udat_toPattern(format, false, pattern, 64, &status)
			: 0;
	bool has = false;

	for (int32_t i = 0; U_SUCCESS(status) && i < n && i < 64; i++)
		has = has || (pattern[i] < 0x80 && pattern[i] != 0 &&
				 strchr(letters, (char)pattern[i]) != NULL);
	if (format != NULL)
		udat_close(format);
	return has;
}

/* ---- Names ------------------------------------------------------------- */

/* Cut a name into folded words; one that is too long is no name. */
static void
cut_name(tm_adapt_lang *lang, tm_adapt_names *list, int which)
{
	tm_str *name = &list->name[which], words[TM_ADAPT_NAME];
	size_t n = 0;

	tm_analyse(lang->an, *name, &lang->scratch);
	for (size_t i = 0; i < lang->scratch.n; i++) {
		const tm_token *t = &lang->scratch.v[i];

		if (t->kind == TM_PUNCT)
			continue;
		if (n == TM_ADAPT_NAME) {
			list->stem[which] = (tm_str){ NULL, 0 };
			return;
		}
		if (n == 0)
			list->capital |= t->capital;
		list->stem[which] = tm_arena_str(&lang->arena, t->stem);
		words[n++] = tm_arena_str(&lang->arena, t->plain);
	}
	if (n != 1)
		list->stem[which] = (tm_str){ NULL, 0 };
	list->words[which] =
	    tm_arena_alloc(&lang->arena, (n + 1) * sizeof *words);
	memcpy(list->words[which], words, n * sizeof *words);
	list->n_words[which] = n;
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

		if (U_FAILURE(status) ||
		    !tm_adapt_utf8(s, n, utf8, sizeof utf8))
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
	lang->whole_day = pattern_has(tag, UDAT_SHORT, UDAT_NONE, "Hk");
	lang->points_in_dates = pattern_has(tag, UDAT_NONE, UDAT_SHORT, ".");
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

/* ---- Names as they are written ----------------------------------------- */

static void
put_upper(const tm_adapt_lang *lang, tm_str s, bool upper, tm_buf *out)
{
	UErrorCode status = U_ZERO_ERROR;
	UCaseMap *map = ucasemap_open(lang->tag, 0, &status);
	char made[300];
	int32_t n = 0;

	if (U_SUCCESS(status))
		n = (upper ? ucasemap_utf8ToUpper : ucasemap_utf8ToLower)(
		    map, made, sizeof made, s.p, (int32_t)s.n, &status);
	if (U_SUCCESS(status))
		tm_buf_add(out, made, (size_t)n);
	else
		tm_buf_add(out, s.p, s.n);
	if (map != NULL)
		ucasemap_close(map);
}

void
tm_adapt_put_name(
    const tm_adapt_lang *lang, tm_str name, tm_str like, tm_buf *out)
{
	int32_t first = tm_text_peek(name, 0), was = tm_text_peek(like, 0);
	size_t n = 0, large = 0, small = 0;

	for (size_t i = 0; i < like.n;) {
		int32_t c = tm_text_next(like, &i);

		large += u_isupper(c) != 0;
		small += u_islower(c) != 0;
	}
	if (large > 1 && small == 0) {
		put_upper(lang, name, true, out);
		return;
	}
	if (name.n > 0)
		tm_text_next(name, &n);
	if ((u_isupper(was) && u_islower(first)) ||
	    (u_islower(was) && u_isupper(first)))
		put_upper(
		    lang, tm_str_sub(name, 0, n), u_isupper(was) != 0, out);
	else
		n = 0;
	tm_buf_add(out, name.p + n, name.n - n);
}

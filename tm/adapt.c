/*
 * adapt.c - put the numbers and dates of a query into a translation
 *
 * Three rows of things that have a value; what changed between the first
 * two is looked for in the third by its value:
 *
 *	stored	  3    March        query	  7    April
 *	target	  ٣    مارس         new		  ٧    أبريل
 *
 * The value of a number is what its language makes of the separators: 1.234
 * is 1234 in German and 1234/1000 in English. The new number is written in
 * the digits and with the separators of the one whose place it takes, and
 * only what that does not show is taken from the language. A month is
 * replaced by one of the same list of names: Arabic has several.
 */
#include "config.h"

#include "tm/adapt.h"

#include <stdlib.h>

#include <unicode/uchar.h>
#include <unicode/udat.h>
#include <unicode/unum.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

#include "tm/adapt_int.h"
#include "tm/lang.h"
#include "tm/text.h"

/* Digits of a number that are looked at; longer ones stay as they are. */
enum { MOST_DIGITS = 60, MOST_LISTS = 40, LONGEST_NAME = 3 };

/* ---- What a language says ---------------------------------------------- */

/* The names of the months (12), days (7) or halves of the day (2) in one
 * form. */
typedef struct name_list {
	int kind, n;
	tm_str name[12];
	tm_str words[12][LONGEST_NAME]; /* folded, one after the other */
	size_t n_words[12];
} name_list;

typedef struct side_of {
	tm_analyser *an;
	tm_tokens tokens;
	UChar32 decimal, group; /* for ASCII digits; 0: not known */
	bool lakhs;		/* 12,34,567 */
	name_list lists[MOST_LISTS];
	size_t n_lists;
	struct item *v;
	size_t n, cap;
} side_of;

enum { NUMBER, MONTH, DAY, HALF };

typedef struct item {
	int kind;
	size_t start, end;
	bool unsure;		/* can be read two ways */
	tm_str value;		/* number: canonical; else empty */
	int which;		/* month, day or half, from 0 */
	size_t list;		/* and whose name it has */
	UChar32 zero;		/* the digit 0 as written */
	UChar32 decimal, group; /* as written; 0: none */
	bool version;		/* 1.2.10: no number, kept as it stands */
	bool date;		/* of three in a row: 12/03/2024 */
	char whole[MOST_DIGITS + 1], part[MOST_DIGITS + 1];
	const struct item *becomes;
} item;

struct tm_adapter {
	side_of stored, query, target;
	tm_arena names, values;
};

static UChar32
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
know_numbers(side_of *side, const char *lang)
{
	UErrorCode status = U_ZERO_ERROR;
	tm_buf locale = { 0 };
	UNumberFormat *format;

	tm_buf_printf(&locale, "%s@numbers=latn", lang);
	format = unum_open(UNUM_DECIMAL, NULL, 0, locale.p, NULL, &status);
	if (U_SUCCESS(status)) {
		side->decimal =
		    first_of_symbol(format, UNUM_DECIMAL_SEPARATOR_SYMBOL);
		side->group =
		    first_of_symbol(format, UNUM_GROUPING_SEPARATOR_SYMBOL);
		side->lakhs = unum_getAttribute(
				  format, UNUM_SECONDARY_GROUPING_SIZE) == 2;
		unum_close(format);
	}
	tm_buf_release(&locale);
}

/* Cut a name into folded words; one that is too long is no name. */
static void
cut_name(tm_adapter *a, side_of *side, name_list *list, int which)
{
	tm_analyse(side->an, list->name[which], &side->tokens);
	for (size_t i = 0; i < side->tokens.n; i++) {
		const tm_token *t = &side->tokens.v[i];

		if (t->kind == TM_PUNCT) /* "Jan." */
			continue;
		if (list->n_words[which] == LONGEST_NAME) {
			list->n_words[which] = 0;
			return;
		}
		list->words[which][list->n_words[which]++] =
		    tm_arena_str(&a->names, t->plain);
	}
}

static void
add_list(tm_adapter *a, side_of *side, const UDateFormat *format,
    UDateFormatSymbolType type, int kind)
{
	name_list *list = &side->lists[side->n_lists];
	int first = kind == DAY ? 1 : 0; /* days begin at 1 */

	if (side->n_lists == MOST_LISTS)
		return;
	*list = (name_list){ .kind = kind,
		.n = kind == DAY    ? 7
		     : kind == HALF ? 2
				    : 12 };
	for (int i = 0; i < list->n; i++) {
		UErrorCode status = U_ZERO_ERROR;
		UChar s[64];
		char utf8[200];
		int32_t n = udat_getSymbols(
			    format, type, first + i, s, 64, &status),
			bytes = 0;

		u_strToUTF8(utf8, sizeof utf8, &bytes, s, n, &status);
		if (U_FAILURE(status) || bytes <= 0)
			return;
		list->name[i] =
		    tm_arena_str(&a->names, (tm_str){ utf8, (size_t)bytes });
		cut_name(a, side, list, i);
	}
	side->n_lists++;
}

static void
know_names(tm_adapter *a, side_of *side, const char *locale)
{
	static const struct {
		UDateFormatSymbolType type;
		int kind;
	} forms[] = { { UDAT_MONTHS, MONTH }, { UDAT_STANDALONE_MONTHS, MONTH },
		{ UDAT_SHORT_MONTHS, MONTH },
		{ UDAT_STANDALONE_SHORT_MONTHS, MONTH }, { UDAT_WEEKDAYS, DAY },
		{ UDAT_STANDALONE_WEEKDAYS, DAY }, { UDAT_SHORT_WEEKDAYS, DAY },
		{ UDAT_AM_PMS, HALF } };
	UErrorCode status = U_ZERO_ERROR;
	tm_buf name = { 0 };
	UDateFormat *format;

	/* Fasting times and imperial reigns have months of their own. */
	tm_buf_printf(&name, "%s@calendar=gregorian", locale);
	format =
	    udat_open(UDAT_LONG, UDAT_LONG, name.p, NULL, 0, NULL, 0, &status);
	for (size_t i = 0;
	     U_SUCCESS(status) && i < sizeof forms / sizeof forms[0]; i++)
		add_list(a, side, format, forms[i].type, forms[i].kind);
	if (U_SUCCESS(status))
		udat_close(format);
	tm_buf_release(&name);
}

/* What ICU has no name for, or writes in another way. */
static void
know_halves(tm_adapter *a, side_of *side, const char *lang)
{
	static const char *const halves[][3] = {
		{ "en", "a.m", "p.m" }, /* the stop stays where it is */
		{ "en", "am", "pm" },
		{ "ar", "صباحا", "مساء" },
		{ "ar", "صباحًا", "مساءً" },
	};

	for (size_t i = 0; i < sizeof halves / sizeof halves[0]; i++) {
		name_list *list = &side->lists[side->n_lists];

		if (!tm_lang_same_base(lang, halves[i][0]) ||
		    side->n_lists == MOST_LISTS)
			continue;
		*list = (name_list){ .kind = HALF, .n = 2 };
		for (int k = 0; k < 2; k++) {
			list->name[k] = tm_str_of(halves[i][k + 1]);
			cut_name(a, side, list, k);
		}
		side->n_lists++;
	}
}

static void
know(tm_adapter *a, side_of *side, const char *lang)
{
	side->an = tm_analyser_new(lang);
	know_numbers(side, lang);
	know_names(a, side, lang);
	know_halves(a, side, lang);
	/* Egypt's مارس, Syria's آذار, Algeria's مارس beside جانفي. */
	if (strncmp(lang, "ar", 2) == 0 && (lang[2] == '-' || !lang[2])) {
		know_names(a, side, "ar-EG");
		know_names(a, side, "ar-SY");
		know_names(a, side, "ar-DZ");
		know_names(a, side, "ar-MA");
	}
}

tm_adapter *
tm_adapter_new(const char *from, const char *to)
{
	tm_adapter *a = tm_zalloc(1, sizeof *a);

	know(a, &a->stored, from);
	know(a, &a->query, from);
	know(a, &a->target, to);
	return a;
}

static void
side_release(side_of *side)
{
	tm_analyser_free(side->an);
	tm_tokens_release(&side->tokens);
	free(side->v);
}

void
tm_adapter_free(tm_adapter *a)
{
	if (a == NULL)
		return;
	side_release(&a->stored);
	side_release(&a->query);
	side_release(&a->target);
	tm_arena_release(&a->names);
	tm_arena_release(&a->values);
	free(a);
}

void
tm_adapted_release(tm_adapted *adapted)
{
	tm_buf_release(&adapted->text);
	free(adapted->v);
	*adapted = (tm_adapted){ 0 };
}

/* ---- Reading numbers --------------------------------------------------- */

/* A number as it stands: its digits as ASCII, and what stands between. */
typedef struct written {
	char digit[MOST_DIGITS + 1];
	UChar32 mark[MOST_DIGITS + 1]; /* before digit i; 0: nothing */
	size_t n;
	UChar32 zero;
} written;

static bool
read_written(tm_str s, written *w)
{
	UChar32 mark = 0;

	w->n = 0;
	w->zero = 0;
	for (int32_t i = 0; i < (int32_t)s.n;) {
		UChar32 c;

		U8_NEXT(s.p, i, (int32_t)s.n, c);
		if (c < 0)
			return false;
		if (!u_isdigit(c)) {
			mark = c;
			continue;
		}
		if (w->n == MOST_DIGITS)
			return false;
		if (w->n == 0)
			w->zero = c - u_charDigitValue(c);
		/* Two scripts in one number are no number. */
		if (c - u_charDigitValue(c) != w->zero)
			return false;
		w->mark[w->n] = mark;
		w->digit[w->n++] = (char)('0' + u_charDigitValue(c));
		mark = 0;
	}
	return w->n > 0;
}

static bool
can_be_decimal(UChar32 c)
{
	return c == '.' || c == ',' || c == 0x66b;
}

/* Are there three digits (in India two, before the last three) between
 * the marks from one on? */
static bool
in_groups(const written *w, size_t end, bool lakhs)
{
	size_t last = end;

	for (size_t i = end; i-- > 1;) {
		if (w->mark[i] == 0)
			continue;
		if (last - i != 3 && !(lakhs && last < end && last - i == 2))
			return false;
		last = i;
	}
	return last <= 3 && last > 0;
}

/*
 * Where the decimal part begins (w->n: nowhere), what groups; false when it
 * is no number but a version. *unsure: two readings are left.
 */
static bool
find_decimal(const written *w, const side_of *side, size_t *at, bool *unsure)
{
	size_t marks = 0, last = 0, same = 0;
	UChar32 c;

	*at = w->n;
	*unsure = false;
	for (size_t i = 1; i < w->n; i++)
		if (w->mark[i] != 0)
			marks++, last = i;
	if (marks == 0)
		return true;
	c = w->mark[last];
	for (size_t i = 1; i < w->n; i++)
		same += w->mark[i] == c;
	/* ٫ and, behind another mark, the last one: 12.000,5 */
	if (c == 0x66b || (can_be_decimal(c) && same == 1 && marks > 1)) {
		*at = last;
		return same == 1 && (marks == 1 || in_groups(w, last, true));
	}
	if (!can_be_decimal(c) || same > 1)
		return same == marks && in_groups(w, w->n, side->lakhs);
	/* One mark that can be either. */
	if (c == side->decimal && c != side->group) {
		*at = last;
		return true;
	}
	if (w->n - last != 3 || last > 3 || w->digit[0] == '0') {
		*at = last;
		return true;
	}
	*unsure = c != side->group;
	return true;
}

static void
read_number(tm_adapter *a, side_of *side, tm_str s, item *it)
{
	written w;
	size_t at, from = 0, n = 0, end;
	char value[2 * MOST_DIGITS + 2];

	if (!read_written(s, &w)) {
		it->version = it->unsure = true;
		it->value = tm_arena_str(&a->values, s);
		return;
	}
	it->zero = w.zero;
	it->version = !find_decimal(&w, side, &at, &it->unsure);
	if (it->version) {
		for (size_t i = 0; i < w.n; i++) {
			if (w.mark[i] != 0)
				value[n++] = w.mark[i] == ',' ? ',' : '.';
			value[n++] = w.digit[i];
		}
		it->value = tm_arena_str(&a->values, (tm_str){ value, n });
		return;
	}
	memcpy(it->whole, w.digit, at);
	it->whole[at] = '\0';
	memcpy(it->part, w.digit + at, w.n - at);
	it->part[w.n - at] = '\0';
	it->decimal = at < w.n ? w.mark[at] : 0;
	for (size_t i = 1; i < at; i++)
		if (w.mark[i] != 0)
			it->group = w.mark[i];
	while (from + 1 < at && w.digit[from] == '0')
		from++;
	for (; from < at; from++)
		value[n++] = w.digit[from];
	for (end = w.n; end > at && w.digit[end - 1] == '0';)
		end--;
	if (end > at)
		value[n++] = '.';
	for (; at < end; at++)
		value[n++] = w.digit[at];
	it->value = tm_arena_str(&a->values, (tm_str){ value, n });
}

/* ---- Things with a value ----------------------------------------------- */

/* How many tokens from t on are the name: 0 when they are not. */
static size_t
is_name(const side_of *side, const name_list *list, int which, size_t t)
{
	size_t n = list->n_words[which], at = t;

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++, at++) {
		/* p.m */
		if (i > 0 && list->kind == HALF && at < side->tokens.n &&
		    side->tokens.v[at].kind == TM_PUNCT)
			at++;
		if (at >= side->tokens.n ||
		    !tm_str_eq(side->tokens.v[at].plain, list->words[which][i]))
			return 0;
	}
	return at - t;
}

/* Halves of the day stand behind the hour, or in East Asia before it. */
static bool
has_hour(const side_of *side, size_t t, size_t n, tm_str text)
{
	const tm_token *v = side->tokens.v;

	if (t > 0 && v[t - 1].kind == TM_NUMBER)
		return true;
	return (unsigned char)text.p[v[t].start] >= 0xe3 &&
	       t + n < side->tokens.n && v[t + n].kind == TM_NUMBER;
}

/* The longest name that begins at token t, and of those the one that is
 * written like it. */
static size_t
find_name(const side_of *side, size_t t, tm_str text, item *it)
{
	size_t longest = 0, start = side->tokens.v[t].start;

	for (size_t l = 0; l < side->n_lists; l++)
		for (int i = 0; i < side->lists[l].n; i++) {
			const name_list *list = &side->lists[l];
			size_t n = is_name(side, list, i, t);
			bool half = list->kind == HALF;

			if (n < longest || n == 0 ||
			    (half && !has_hour(side, t, n, text)))
				continue;
			if (n == longest &&
			    !(half && it->kind == HALF &&
				tm_str_eq(list->name[i],
				    tm_str_sub(text, start,
					side->tokens.v[t + n - 1].end))))
				continue;
			longest = n;
			it->kind = list->kind;
			it->which = i;
			it->list = l;
		}
	return longest;
}

/* 12/03/2024, 2024-03-12: three numbers, one of them a year, with the same
 * sign between them and no space. */
static void
mark_dates(side_of *side, tm_str text)
{
	for (size_t i = 0; i + 2 < side->n; i++) {
		item *v = &side->v[i];
		size_t end = v[0].end, year = 0;

		if (end >= text.n || strchr("/-.", text.p[end]) == NULL ||
		    text.p[end] == '\0' || v[1].start != end + 1 ||
		    v[2].start != v[1].end + 1 ||
		    text.p[v[1].end] != text.p[end])
			continue;
		for (size_t k = 0; k < 3; k++) {
			if (v[k].kind != NUMBER || v[k].unsure ||
			    v[k].version || v[k].part[0] != '\0')
				break;
			year += strlen(v[k].whole) == 4;
			if (k == 2 && year == 1)
				v[0].date = v[1].date = v[2].date = true;
		}
	}
}

/* 12.03.2024 is one token: the ends of its three numbers, one of them a year
 * of four digits and the others of two at most. */
static bool
is_dotted_date(tm_str text, size_t start, size_t end, size_t ends[3])
{
	size_t n = 0, digits = 0, years = 0;

	for (size_t i = start; i <= end; i++) {
		if (i < end && text.p[i] != '.') {
			digits += ((unsigned char)text.p[i] & 0xc0) != 0x80;
			continue;
		}
		if (n == 3 || digits == 0 || digits == 3 || digits > 4)
			return false;
		years += digits == 4;
		ends[n++] = i;
		digits = 0;
	}
	return n == 3 && years == 1 && ends[0] < ends[1];
}

static void
add_item(side_of *side, item it)
{
	tm_grow(side->v, side->n, side->cap);
	side->v[side->n++] = it;
}

/* Add the three numbers of a date. */
static void
add_date(tm_adapter *a, side_of *side, tm_str text, size_t start,
    const size_t ends[3])
{
	for (int k = 0; k < 3; k++) {
		item it = { .start = start, .end = ends[k] };

		read_number(a, side, tm_str_sub(text, start, ends[k]), &it);
		add_item(side, it);
		start = ends[k] + 1;
	}
}

static void
find_items(tm_adapter *a, side_of *side, tm_str text)
{
	tm_analyse(side->an, text, &side->tokens);
	side->n = 0;
	for (size_t t = 0; t < side->tokens.n;) {
		const tm_token *token = &side->tokens.v[t];
		item it = { .start = token->start, .end = token->end };
		size_t n = 1, ends[3];

		if (token->kind == TM_NUMBER &&
		    is_dotted_date(text, token->start, token->end, ends)) {
			add_date(a, side, text, token->start, ends);
			t++;
			continue;
		}
		if (token->kind == TM_NUMBER)
			read_number(a, side,
			    tm_str_sub(text, token->start, token->end), &it);
		else if (token->kind == TM_WORD)
			n = find_name(side, t, text, &it);
		else
			n = 0;
		if (n > 0) {
			it.end = side->tokens.v[t + n - 1].end;
			add_item(side, it);
		}
		t += n > 0 ? n : 1;
	}
	mark_dates(side, text);
}

/* The month that a number of a date can be; -1: none. */
static int
month_of(const item *it)
{
	int n = 0;

	if (it->kind == MONTH)
		return it->which;
	if (it->kind != NUMBER || !it->date || strlen(it->whole) > 2)
		return -1;
	for (const char *p = it->whole; *p != '\0'; p++)
		n = 10 * n + (*p - '0');
	return n >= 1 && n <= 12 ? n - 1 : -1;
}

static bool
same_value(const item *a, const item *b)
{
	return a->kind == b->kind &&
	       (a->kind == NUMBER ? tm_str_eq(a->value, b->value)
				  : a->which == b->which);
}

/* ---- What becomes what ------------------------------------------------- */

/* The items within the bytes start..end, from index i on. */
static size_t
count_within(const side_of *side, size_t i, size_t end)
{
	size_t n = 0;

	while (i + n < side->n && side->v[i + n].start < end)
		n++;
	return n;
}

/* Pair the items of both texts, run by run; false when some have nothing
 * to be paired with. *changed: some pair differs. */
static bool
pair_items(tm_adapter *a, const tm_edit *edits, size_t n_edits, bool *changed)
{
	size_t i = 0, j = 0;

	*changed = false;
	for (size_t e = 0; e < n_edits; e++) {
		size_t n = count_within(&a->stored, i, edits[e].a_end);
		size_t m = count_within(&a->query, j, edits[e].b_end);

		if (n != m)
			return false;
		for (; n > 0; n--, i++, j++) {
			item *s = &a->stored.v[i];

			s->becomes = &a->query.v[j];
			if (s->kind != s->becomes->kind)
				return false;
			if (!same_value(s, s->becomes))
				*changed = true;
		}
	}
	return i == a->stored.n && j == a->query.n;
}

/*
 * A month that is a number here and a name there: 12/03/2024, ١٢ مارس ٢٠٢٤.
 * Which of the numbers it is the translation tells, where only one of them
 * is that month and it says no such number besides.
 */
static bool
mark_month(tm_adapter *a, const item *s)
{
	int month = month_of(s);
	size_t have = 0;
	item *place = NULL;

	if (month < 0 || month_of(s->becomes) < 0)
		return false;
	for (size_t i = 0; i < a->stored.n; i++)
		have += month_of(&a->stored.v[i]) == month ||
			same_value(&a->stored.v[i], s);
	for (size_t i = 0; i < a->target.n; i++) {
		item *t = &a->target.v[i];

		if (same_value(t, s))
			return false;
		if (month_of(t) != month || t->kind == s->kind)
			continue;
		if (place != NULL)
			return false;
		place = t;
	}
	if (have != 1 || place == NULL)
		return false;
	place->becomes = s->becomes;
	return true;
}

/*
 * The places of s in the translation: as many as in the stored text, or, of
 * a month, once in each of several lists of names (فبراير/شباط).
 */
static bool
mark_places(tm_adapter *a, const item *s)
{
	size_t have = 0, places = 0, lists = 0;

	for (size_t i = 0; i < a->stored.n; i++) {
		const item *other = &a->stored.v[i];

		if (!same_value(other, s))
			continue;
		have++;
		if (!same_value(other->becomes, s->becomes))
			return false;
	}
	for (size_t i = 0; i < a->target.n; i++) {
		item *t = &a->target.v[i];

		if (!same_value(t, s))
			continue;
		if (t->unsure || s->unsure || s->becomes->unsure)
			return false;
		places++;
		lists += places > 1 && t->list != a->target.v[i - 1].list;
		t->becomes = s->becomes;
	}
	if (places == 0)
		return mark_month(a, s);
	return places == have ||
	       (s->kind != NUMBER && have == 1 && places == 2 && lists == 1);
}

/* ---- Writing ----------------------------------------------------------- */

static void
put_char(tm_buf *out, UChar32 c)
{
	char utf8[4];
	int32_t n = 0;

	U8_APPEND_UNSAFE((uint8_t *)utf8, n, c);
	tm_buf_add(out, utf8, (size_t)n);
}

static bool
is_arabic_zero(UChar32 c)
{
	return c == 0x660 || c == 0x6f0;
}

static UChar32
decimal_for(const side_of *side, const item *was)
{
	if (was->decimal != 0)
		return was->decimal;
	if (is_arabic_zero(was->zero))
		return 0x66b;
	if (side->decimal != 0 && side->decimal != was->group)
		return side->decimal;
	return was->group == '.' ? ',' : '.';
}

static UChar32
group_for(const side_of *side, const item *was, UChar32 decimal)
{
	if (was->group != 0)
		return was->group;
	if (is_arabic_zero(was->zero))
		return 0x66c;
	if (side->group != 0 && side->group != decimal)
		return side->group;
	return decimal == '.' ? ',' : '.';
}

static bool
has_zeros(const item *it)
{
	return it->whole[0] == '0' && it->whole[1] != '\0';
}

/* Is there a group mark before the digit that has left digits from it on? */
static bool
group_before(size_t left, bool lakhs)
{
	if (lakhs && left > 3)
		return (left - 3) % 2 == 0;
	return left % 3 == 0;
}

/* The number is, written as was is in the translation. */
static void
put_number(const side_of *side, const item *was, const item *is, tm_buf *out)
{
	UChar32 decimal = decimal_for(side, was);
	UChar32 group = group_for(side, was, decimal);
	const char *whole = is->whole;
	size_t n, width = strlen(was->whole);
	bool grouped;

	while (!has_zeros(was) && whole[0] == '0' && whole[1] != '\0')
		whole++; /* 05 where the translation has 3 */
	n = strlen(whole);
	grouped = n > 3 && (width > 3 ? was->group != 0 : is->group != 0);
	for (; has_zeros(was) && n < width; width--)
		put_char(out, was->zero);
	for (size_t i = 0; i < n; i++) {
		if (grouped && i > 0 && group_before(n - i, side->lakhs))
			put_char(out, group);
		put_char(out, was->zero + (whole[i] - '0'));
	}
	if (is->part[0] != '\0')
		put_char(out, decimal);
	for (const char *p = is->part; *p != '\0'; p++)
		put_char(out, was->zero + (*p - '0'));
}

static void
put_version(const item *was, const item *is, tm_buf *out)
{
	UChar32 zero = was->zero != 0 ? was->zero : '0';

	for (size_t i = 0; i < is->value.n; i++) {
		char c = is->value.p[i];

		put_char(
		    out, c >= '0' && c <= '9' ? zero + (c - '0') : (UChar32)c);
	}
}

static void
put_item(const side_of *side, const item *was, tm_buf *out)
{
	const item *is = was->becomes;

	if (was->kind == NUMBER && is->kind == MONTH) {
		item number = { .whole = { 0 } };

		snprintf(
		    number.whole, sizeof number.whole, "%d", is->which + 1);
		put_number(side, was, &number, out);
	} else if (was->kind != NUMBER) {
		int which = is->kind == NUMBER ? month_of(is) : is->which;
		tm_str name = side->lists[was->list].name[which];

		tm_buf_add(out, name.p, name.n);
	} else if (was->version || is->version)
		put_version(was, is, out);
	else
		put_number(side, was, is, out);
}

static bool
comes_before(const tm_adapt_change *a, const tm_adapt_change *b)
{
	return a->start != b->start ? a->start < b->start : a->end < b->end;
}

/* Put in what is to be, in order. */
static void
write_adapted(tm_adapt_changes *changes, tm_str target, tm_adapted *out)
{
	tm_adapt_change *v = changes->v;
	size_t at = 0;

	/* Numbers are in order already, and codes nearly. */
	for (size_t i = 1; i < changes->n; i++)
		for (size_t k = i; k > 0 && comes_before(&v[k], &v[k - 1]);
		     k--) {
			tm_adapt_change c = v[k];

			v[k] = v[k - 1];
			v[k - 1] = c;
		}
	for (size_t i = 0; i < changes->n; i++) {
		const tm_adapt_change *c = &v[i];
		size_t start;

		tm_buf_add(&out->text, target.p + at, c->start - at);
		start = out->text.n;
		tm_buf_add(&out->text, c->text.p, c->text.n);
		tm_grow(out->v, out->n, out->cap);
		out->v[out->n++] =
		    (tm_adapted_at){ start, out->text.n, c->start, c->end };
		at = c->end;
	}
	tm_buf_add(&out->text, target.p + at, target.n - at);
}

/* Add what makes the numbers of target those of the query: all or none. */
static void
adapt_numbers(tm_adapter *a, const tm_edit *edits, size_t n_edits,
    tm_str target, tm_adapt_changes *changes)
{
	tm_buf text = { 0 };
	bool changed;

	if (!pair_items(a, edits, n_edits, &changed) || !changed)
		return;
	find_items(a, &a->target, target);
	for (size_t i = 0; i < a->stored.n; i++) {
		const item *s = &a->stored.v[i];

		if (!same_value(s, s->becomes) && !mark_places(a, s))
			return;
	}
	for (size_t i = 0; i < a->target.n; i++) {
		const item *t = &a->target.v[i];

		if (t->becomes == NULL || same_value(t, t->becomes) ||
		    (t->kind != t->becomes->kind &&
			month_of(t) == month_of(t->becomes)))
			continue;
		tm_buf_clear(&text);
		put_item(&a->target, t, &text);
		tm_grow(changes->v, changes->n, changes->cap);
		changes->v[changes->n++] = (tm_adapt_change){ t->start, t->end,
			tm_arena_str(&a->values, tm_buf_str(&text)) };
	}
	tm_buf_release(&text);
}

bool
tm_adapt(tm_adapter *a, tm_str query, tm_str stored, const tm_edit *edits,
    size_t n_edits, tm_str target, tm_adapted *out)
{
	tm_adapt_changes changes = { 0 };

	tm_buf_clear(&out->text);
	out->n = 0;
	tm_arena_clear(&a->values);
	find_items(a, &a->query, query);
	find_items(a, &a->stored, stored);
	adapt_numbers(a, edits, n_edits, target, &changes);
	tm_adapt_codes(query, stored, edits, n_edits, target, &changes);
	if (changes.n > 0)
		write_adapted(&changes, target, out);
	free(changes.v);
	return out->n > 0;
}

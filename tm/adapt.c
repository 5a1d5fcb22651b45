/*
 * adapt.c - put the numbers and dates of a query into a translation
 *
 * Three rows of things that have a value; what changed between the first
 * two is looked for in the third by its value:
 *
 *	stored	  3    March        query	  7    April
 *	target	  ٣    مارس         new		  ٧    أبريل
 *
 * The new number is written in the digits and with the separators of the one
 * whose place it takes, and only what that does not show is taken from the
 * language. A month is replaced by one of the same list of names: Arabic has
 * several.
 *
 * A wrong number in a translation is worse than an old one, which is marked
 * in the difference: wherever there is a doubt nothing is put in.
 */
#include "config.h"

#include "tm/adapt.h"

#include <stdlib.h>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "tm/adapt_int.h"
#include "tm/text_int.h"

typedef tm_adapt_item item;

struct tm_adapter {
	tm_adapt_lang from, to;
	tm_adapt_side stored, query, target;
	tm_arena values;
};

tm_adapter *
tm_adapter_new(const char *from, const char *to)
{
	tm_adapter *a = tm_zalloc(1, sizeof *a);

	tm_adapt_lang_init(&a->from, from);
	tm_adapt_lang_init(&a->to, to);
	return a;
}

void
tm_adapter_free(tm_adapter *a)
{
	if (a == NULL)
		return;
	tm_adapt_lang_release(&a->from);
	tm_adapt_lang_release(&a->to);
	tm_adapt_side_release(&a->stored);
	tm_adapt_side_release(&a->query);
	tm_adapt_side_release(&a->target);
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

/* ---- Places ------------------------------------------------------------ */

/*
 * A month that is a number here and a name there: 12/03/2024, ١٢ مارس ٢٠٢٤.
 * Which of the numbers it is the translation tells, where only one of them
 * is that month and it says no such number besides.
 */
static bool
mark_month(tm_adapter *a, const item *s)
{
	int month = tm_adapt_month_of(s);
	size_t have = 0;
	item *place = NULL;

	if (month < 0 || tm_adapt_month_of(s->becomes) < 0)
		return false;
	for (size_t i = 0; i < a->stored.n; i++)
		have += tm_adapt_month_of(&a->stored.v[i]) == month ||
			tm_adapt_same_value(&a->stored.v[i], s);
	for (size_t i = 0; i < a->target.n; i++) {
		item *t = &a->target.v[i];

		if (tm_adapt_same_value(t, s))
			return false;
		if (tm_adapt_month_of(t) != month || t->kind == s->kind)
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

/* How many of a text say the same month as it does, but a number for a name
 * or a name for a number. */
static size_t
count_month(const tm_adapt_side *side, const item *it)
{
	tm_adapt_kind other = it->kind == TM_A_MONTH ? TM_A_NUMBER : TM_A_MONTH;
	size_t n = 0;

	for (size_t i = 0; i < side->n; i++) {
		const item *number = other == TM_A_NUMBER ? &side->v[i] : it;
		const item *name = other == TM_A_NUMBER ? it : &side->v[i];

		n += side->v[i].kind == other && name->calendar == 0 &&
		     !number->version && strlen(number->whole) <= 2 &&
		     atoi(number->whole) == name->which + 1;
	}
	return n;
}

/*
 * The places of s in the translation: as many as in the stored text, a name
 * that is written twice in a row being one here and there. None when a month
 * is besides written in another way, which would stay as it was.
 */
static bool
mark_places(tm_adapter *a, const item *s)
{
	size_t have = 0, places = 0, doubles = 0, double_places = 0;

	for (size_t i = 0; i < a->stored.n; i++) {
		const item *other = &a->stored.v[i];

		if (!tm_adapt_same_value(other, s))
			continue;
		have += 1 + other->doubled;
		doubles += other->doubled;
		if (!tm_adapt_same_value(other->becomes, s->becomes))
			return false;
	}
	for (size_t i = 0; i < a->target.n; i++) {
		item *t = &a->target.v[i];

		if (!tm_adapt_same_value(t, s))
			continue;
		places++;
		double_places += i > 0 && tm_adapt_is_double(t);
		t->becomes = s->becomes;
	}
	if (places == 0)
		return mark_month(a, s);
	/* "12 آذار 2024 (12/03/2024)" for "12 March 2024" */
	if ((s->kind == TM_A_MONTH || s->kind == TM_A_NUMBER) &&
	    count_month(&a->target, s) > count_month(&a->stored, s))
		return false;
	return places == have || places - double_places == have - doubles;
}

/* ---- Writing ----------------------------------------------------------- */

static void
put_char(tm_buf *out, int32_t c)
{
	char utf8[4];
	int32_t n = 0;

	U8_APPEND_UNSAFE((uint8_t *)utf8, n, c);
	tm_buf_add(out, utf8, (size_t)n);
}

static bool
is_arabic_zero(int32_t c)
{
	return c == 0x660 || c == 0x6f0;
}

static int32_t
decimal_for(const tm_adapt_lang *lang, const item *was)
{
	if (was->decimal != 0)
		return was->decimal;
	if (is_arabic_zero(was->zero))
		return 0x66b;
	if (lang->decimal != 0 && lang->decimal != was->group)
		return lang->decimal;
	return was->group == '.' ? ',' : '.';
}

static int32_t
group_for(const tm_adapt_lang *lang, const item *was, int32_t decimal)
{
	if (was->group != 0)
		return was->group;
	if (is_arabic_zero(was->zero))
		return 0x66c;
	if (lang->group != 0 && lang->group != decimal)
		return lang->group;
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
put_number(const tm_adapt_lang *lang, const item *was, const item *is,
    bool beside_name, tm_buf *out)
{
	int32_t decimal = decimal_for(lang, was);
	int32_t group = group_for(lang, was, decimal);
	const char *whole = is->whole;
	size_t n, width = strlen(was->whole);
	tm_str sign = is->sign;
	bool grouped;

	/* − stays −, but for a plus */
	if (sign.n > 0 && was->sign.n > 0 && is->value.p[0] == was->value.p[0])
		sign = was->sign;
	tm_buf_add(out, sign.p, sign.n);

	/* 05 where the translation has 3; but 07 where it has 17 */
	while (!has_zeros(was) && whole[0] == '0' && whole[1] != '\0' &&
	       (strlen(whole) > width || beside_name))
		whole++;
	n = strlen(whole);
	grouped = n > 3 && (width > 3 ? was->group != 0 : is->group != 0);
	for (; (has_zeros(was) || was->padded) && n < width; width--)
		put_char(out, was->zero);
	for (size_t i = 0; i < n; i++) {
		if (grouped && i > 0 && group_before(n - i, lang->lakhs))
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
	int32_t zero = was->zero != 0 ? was->zero : '0';

	for (size_t i = 0; i < is->value.n; i++) {
		char c = is->value.p[i];

		put_char(
		    out, c >= '0' && c <= '9' ? zero + (c - '0') : (int32_t)c);
	}
}

/* The "th" of 5th that is to be where 3rd was; empty: there is a doubt. */
static tm_str
new_ordinal(tm_adapter *a, const item *was)
{
	tm_str of;

	tm_adapt_is_ordinal(&a->to, was->value, was->ordinal,
	    was->becomes->value, &a->values, &of);
	return of;
}

/* The month or day that it is to be. */
static int
new_name(const item *is)
{
	return is->kind == TM_A_NUMBER ? tm_adapt_month_of(is) : is->which;
}

/* With the point that was there, unless it is no abbreviation: "May". */
static void
put_name(const tm_adapt_lang *lang, const item *was, int which, tm_buf *out)
{
	const tm_adapt_names *list = &lang->lists[was->list];
	bool point = was->point;

	for (size_t l = 0; l < lang->n_lists; l++)
		point = point && (lang->lists[l].is_short ||
				     lang->lists[l].kind != list->kind ||
				     !tm_str_eq(lang->lists[l].name[which],
					 list->name[which]));
	tm_buf_add(out, list->name[which].p, list->name[which].n);
	if (point)
		tm_buf_addc(out, '.');
}

/* Has it the name of a month before it or behind it? */
static bool
is_beside_name(const tm_adapt_side *side, const item *it)
{
	return (it > side->v && it[-1].kind == TM_A_MONTH &&
		   it[-1].last + 2 >= it->first) ||
	       (it + 1 < side->v + side->n && it[1].kind == TM_A_MONTH &&
		   it->last + 2 >= it[1].first);
}

static void
put_item(tm_adapter *a, const item *was, tm_buf *out)
{
	const tm_adapt_lang *lang = &a->to;
	const item *is = was->becomes;

	if (was->kind != TM_A_DAY && was->kind != TM_A_HALF &&
	    (was->kind == TM_A_MONTH ? was->list == SIZE_MAX
				     : is->kind == TM_A_MONTH)) {
		item number = { .whole = { 0 } };

		snprintf(
		    number.whole, sizeof number.whole, "%d", new_name(is) + 1);
		put_number(lang, was, &number, false, out);
	} else if (was->kind != TM_A_NUMBER) {
		put_name(lang, was, new_name(is), out);
	} else if (was->version || is->version)
		put_version(was, is, out);
	else
		put_number(lang, was, is, is_beside_name(&a->target, was), out);
	if (was->ordinal.p != NULL) {
		tm_str ordinal = new_ordinal(a, was);

		tm_buf_add(out, ordinal.p, ordinal.n);
	}
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
		out->v[out->n++] = (tm_adapted_at){ start, out->text.n,
			c->start, c->end, c->check_form };
		at = c->end;
	}
	tm_buf_add(&out->text, target.p + at, target.n - at);
}

/* ---- Doubts ------------------------------------------------------------ */

static bool
changes(const item *t)
{
	if (t->becomes == NULL || tm_adapt_same_value(t, t->becomes))
		return false;
	return t->kind == t->becomes->kind ||
	       tm_adapt_month_of(t) != tm_adapt_month_of(t->becomes);
}

/* Is a number one of a time, 5:30? */
static bool
is_time(const tm_adapt_side *side, const item *it)
{
	size_t n = side->text.n;

	return it->kind == TM_A_NUMBER &&
	       ((it->end + 1 < n && side->text.p[it->end] == ':' &&
		    u_isdigit(tm_text_peek(side->text, it->end + 1))) ||
		   (it->start > 1 && side->text.p[it->start - 1] == ':'));
}

static bool
has_period(tm_adapt_lang *lang, const tm_adapt_side *side)
{
	for (size_t i = 0; i < side->n; i++)
		if (side->v[i].kind == TM_A_HALF)
			return true;
	for (size_t i = 0; i < side->n_rest; i++) {
		const tm_token *t = &side->tokens.v[side->rest[i]];

		if (t->kind == TM_WORD && tm_adapt_is_period(lang, t->plain))
			return true;
	}
	return false;
}

/* 5:30 in the text, "5:30 in the evening" in its translation: it may be
 * morning now. */
static bool
says_when(tm_adapter *a)
{
	for (size_t i = 0; i < a->stored.n; i++)
		if (is_time(&a->stored, &a->stored.v[i]) &&
		    changes(&a->stored.v[i]))
			return has_period(&a->to, &a->target) &&
			       !has_period(&a->from, &a->stored);
	return false;
}

/* A day of the week or a month that only the translation has, "يوم الاثنين ١٢
 * مارس" or the same date in another calendar, may not be that of the new date.
 */
static bool
says_more(const tm_adapter *a)
{
	for (size_t i = 0; i < a->target.n; i++) {
		const item *t = &a->target.v[i];
		bool known = t->becomes != NULL || t->list == SIZE_MAX ||
			     (t->kind != TM_A_MONTH && t->kind != TM_A_DAY) ||
			     a->to.lists[t->list].is_short;

		for (size_t k = 0; k < a->stored.n && !known; k++)
			known = tm_adapt_same_value(&a->stored.v[k], t);
		if (!known && count_month(&a->stored, t) == 0)
			return true;
	}
	return false;
}

/* A minus goes only where nothing stands before the number. */
static bool
has_room(const tm_adapt_side *side, const item *t)
{
	int32_t c;
	size_t at;

	if (t->sign.n > 0 || t->becomes->sign.n == 0 || t->start == 0)
		return true;
	for (at = t->start - 1; at > 0 && (side->text.p[at] & 0xc0) == 0x80;)
		at--;
	c = tm_text_peek(side->text, at);
	return u_isUWhiteSpace(c) || u_charType(c) == U_START_PUNCTUATION;
}

/* "Mayıs'ta", "2021-ben": what is tied to the old one may not fit the new. */
static bool
has_suffix(const tm_adapt_side *side, const item *t)
{
	size_t i = t->end;
	int32_t c;

	if (i >= side->text.n)
		return false;
	c = tm_text_next(side->text, &i);
	return (c == '\'' || c == 0x2019 || c == '-' || c == ':') &&
	       u_isalpha(tm_text_peek(side->text, i));
}

/*
 * Is there another name for it, too? Two forms of a name can be alike that
 * differ for other months (Czech has "září" for both of "června" and
 * "červen"), and "de mai" is no "de avril" in French.
 */
static bool
is_open_name(tm_adapter *a, const item *t)
{
	const tm_adapt_lang *lang = &a->to;
	const tm_adapt_names *list;
	int is = new_name(t->becomes);

	if (t->list == SIZE_MAX)
		return false;
	list = &lang->lists[t->list];
	for (size_t l = 0; l < lang->n_lists; l++) {
		const tm_adapt_names *other = &lang->lists[l];

		if (other->kind == list->kind &&
		    other->calendar == list->calendar &&
		    other->locale == list->locale &&
		    other->is_short == list->is_short &&
		    tm_str_eq(other->name[t->which], list->name[t->which]) &&
		    !tm_str_eq(other->name[is], list->name[is]))
			return true;
	}
	return t->first > 0 &&
	       (tm_lang_same_base(lang->tag, "fr") ||
		   tm_lang_same_base(lang->tag, "ca")) &&
	       tm_str_eq(a->target.tokens.v[t->first - 1].plain, TM_STR("de"));
}

/* 808080 and 008000: of one length, so that the zeros are part of it. */
static bool
are_names(const item *a, const item *b)
{
	const item *plain = a->version ? b : a, *name = a->version ? a : b;

	return plain->sign.n == 0 && plain->group == 0 &&
	       plain->part[0] == '\0' &&
	       strlen(plain->whole) == name->value.n &&
	       memchr(name->value.p, '.', name->value.n) == NULL;
}

/* "خلال ثلاثين (30) يوما": what stands in brackets repeats what is said in
 * words before them. */
static bool
is_bracketed(const tm_adapt_side *side, const item *it)
{
	size_t at = it->start;

	if (at == 0 || it->end >= side->text.n)
		return false;
	for (at--; at > 0 && (side->text.p[at] & 0xc0) == 0x80;)
		at--;
	return u_charType(tm_text_peek(side->text, at)) ==
		   U_START_PUNCTUATION &&
	       u_charType(tm_text_peek(side->text, it->end)) ==
		   U_END_PUNCTUATION;
}

/* Letters that are tied to a number, and are not known to make it an
 * ordinal, where the text has one: 1ère. */
static bool
is_strange_ordinal(tm_adapter *a, const item *t)
{
	if (t->ordinal.p != NULL)
		return new_ordinal(a, t).n == 0;
	return t->becomes->ordinal.p != NULL && t->end < a->target.text.n &&
	       u_isalpha(tm_text_peek(a->target.text, t->end));
}

static bool
is_doubtful(tm_adapter *a, const item *t)
{
	const item *is = t->becomes;

	if (t->kind != TM_A_NUMBER)
		return t->inflected || is_open_name(a, t) ||
		       has_suffix(&a->target, t);
	if (t->unsure || is->unsure)
		return true;
	/* 10 becomes 1.2.10, or the other way */
	if (is->kind != TM_A_NUMBER)
		return false;
	if (t->version != is->version && !are_names(t, is))
		return true;
	if (is_strange_ordinal(a, t) ||
	    (is_bracketed(&a->target, t) && !is_bracketed(&a->query, is)))
		return true;
	return !has_room(&a->target, t) ||
	       (!t->version &&
		   tm_adapt_is_spelled(&a->to, t->value, &a->target.tokens));
}

static bool
is_year(const item *t)
{
	return strlen(t->whole) == 4 && t->group == 0 && t->part[0] == '\0' &&
	       (t->whole[0] == '1' || t->whole[0] == '2');
}

/* Is it a number with something that is counted, which may have another form
 * with the new one? */
static bool
may_inflect(tm_adapter *a, const item *t)
{
	const tm_token *next = &a->target.tokens.v[t->last] + 1;
	const item *is = t->becomes;

	if (t->kind != TM_A_NUMBER || is->kind != TM_A_NUMBER || t->version ||
	    t->date || t->ordinal.p != NULL ||
	    (t + 1 < a->target.v + a->target.n && t[1].kind != TM_A_NUMBER &&
		t[1].first == t->last + 1))
		return false;
	if (has_suffix(&a->target, t))
		return true;
	if (t->last + 1 == a->target.tokens.n || next->kind != TM_WORD ||
	    is_year(t) || is_year(is))
		return false;
	return !tm_adapt_same_plural(&a->to, t->value, is->value);
}

/* ---- All of it --------------------------------------------------------- */

/* Add what makes the numbers of target those of the query. False when they
 * differ and that is not sure. */
static bool
adapt_numbers(
    tm_adapter *a, tm_str target, bool percents, tm_adapt_changes *out)
{
	tm_buf text = { 0 };
	bool changed, ok;

	tm_adapt_join_doubles(&a->stored);
	tm_adapt_join_doubles(&a->query);
	ok = tm_adapt_pair(&a->stored, &a->query, &changed);
	if (!ok || !changed)
		return ok;
	tm_adapt_read(&a->to, target, percents, &a->values, &a->target);
	for (size_t i = 0; i < a->stored.n; i++) {
		const item *s = &a->stored.v[i];

		if (changes(s) && s->kind != TM_A_HOLE && !mark_places(a, s))
			return false;
	}
	if (says_when(a) || says_more(a))
		return false;
	for (size_t i = 0; i < a->target.n; i++) {
		const item *t = &a->target.v[i];

		if (!changes(t))
			continue;
		if (is_doubtful(a, t)) {
			ok = false;
			break;
		}
		tm_buf_clear(&text);
		put_item(a, t, &text);
		tm_grow(out->v, out->n, out->cap);
		out->v[out->n++] = (tm_adapt_change){ t->start, t->end,
			tm_arena_str(&a->values, tm_buf_str(&text)),
			may_inflect(a, t) };
	}
	tm_buf_release(&text);
	return ok;
}

bool
tm_adapt(tm_adapter *a, tm_str query, tm_str stored, const tm_edit *edits,
    size_t n_edits, tm_str target, tm_adapted *out)
{
	tm_adapt_changes changes = { 0 };
	bool percents[2] = { tm_adapt_has_percents(stored, target),
		tm_adapt_has_percents(target, stored) };

	tm_buf_clear(&out->text);
	out->n = 0;
	tm_arena_clear(&a->values);
	tm_adapt_read(&a->from, query, percents[0], &a->values, &a->query);
	tm_adapt_read(&a->from, stored, percents[0], &a->values, &a->stored);
	if (adapt_numbers(a, target, percents[1], &changes) &&
	    tm_adapt_codes(
		query, stored, edits, n_edits, target, percents, &changes) &&
	    changes.n > 0)
		write_adapted(&changes, target, out);
	free(changes.v);
	return out->n > 0;
}

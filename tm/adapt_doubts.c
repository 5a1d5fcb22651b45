/*
 * adapt_doubts.c - may a new value stand in the place of the old one?
 *
 * The value is only part of what is written: words beside it can say the
 * same once more, or have a form that goes with it.
 *
 *	at 5:30		الساعة 5:30 مساء	it may be morning now
 *	3 May		الجمعة 3 مايو		another day of the week
 *	1 file		ein Datei (1)		said twice
 */
#include "config.h"

#include "tm/adapt_int.h"

#include <stdlib.h>

#include <unicode/uchar.h>

#include "tm/text_int.h"

typedef tm_adapt_item item;

/* ---- What is to be ----------------------------------------------------- */

bool
tm_adapt_changes_value(const item *t)
{
	if (t->becomes == NULL || tm_adapt_same_value(t, t->becomes))
		return false;
	return t->kind == t->becomes->kind ||
	       tm_adapt_month_of(t) != tm_adapt_month_of(t->becomes);
}

size_t
tm_adapt_count_month(const tm_adapt_side *side, const item *it)
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

tm_str
tm_adapt_new_ordinal(tm_adapter *a, const item *was)
{
	tm_str of;

	tm_adapt_is_ordinal(&a->to, was->value, was->ordinal,
	    was->becomes->value, &a->values, &of);
	return of;
}

int
tm_adapt_new_name(const item *is)
{
	return is->kind == TM_A_NUMBER ? tm_adapt_month_of(is) : is->which;
}

bool
tm_adapt_is_beside_name(const tm_adapt_side *side, const item *it)
{
	return (it > side->v && it[-1].kind == TM_A_MONTH &&
		   it[-1].last + 2 >= it->first) ||
	       (it + 1 < side->v + side->n && it[1].kind == TM_A_MONTH &&
		   it->last + 2 >= it[1].first);
}

/* ---- Doubts ------------------------------------------------------------ */

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
has_half(const tm_adapt_side *side)
{
	for (size_t i = 0; i < side->n; i++)
		if (side->v[i].kind == TM_A_HALF || side->v[i].half.there)
			return true;
	return false;
}

static bool
has_period(tm_adapt_lang *lang, const tm_adapt_side *side)
{
	for (size_t i = 0; i < side->n_rest; i++) {
		const tm_token *t = &side->tokens.v[side->rest[i]];

		if (t->kind == TM_WORD && tm_adapt_is_period(lang, t->plain))
			return true;
	}
	return false;
}

/* Is it surely an hour of the whole day, without a half? */
static bool
is_of_whole_day(const tm_adapt_lang *lang, const item *it)
{
	return lang->whole_day || atoi(it->whole) > 12;
}

/* The hour of a time that it is a number of. */
static const item *
hour_of(const tm_adapt_side *side, const item *it)
{
	while (it > side->v && it->start > 0 &&
	       side->text.p[it->start - 1] == ':' &&
	       it[-1].end == it->start - 1)
		it--;
	return it;
}

bool
tm_adapt_says_when(tm_adapter *a)
{
	bool half = has_half(&a->target);

	for (size_t i = 0; i < a->stored.n; i++) {
		const item *s = &a->stored.v[i];
		const item *hour = hour_of(&a->stored, s);

		if (!is_time(&a->stored, s) || !tm_adapt_changes_value(s))
			continue;
		if (half && !hour->half.there &&
		    !is_of_whole_day(&a->from, hour))
			return true;
		return has_period(&a->to, &a->target) &&
		       !has_half(&a->stored) &&
		       !has_period(&a->from, &a->stored);
	}
	return false;
}

/* A day of the week or a month that only the translation has, "يوم الاثنين ١٢
 * مارس" or the same date in another calendar, may not be that of the new date.
 */
bool
tm_adapt_says_more(const tm_adapter *a)
{
	for (size_t i = 0; i < a->target.n; i++) {
		const item *t = &a->target.v[i];
		bool known = t->becomes != NULL || t->list == SIZE_MAX ||
			     (t->kind != TM_A_MONTH && t->kind != TM_A_DAY) ||
			     a->to.lists[t->list].is_short;

		for (size_t k = 0; k < a->stored.n && !known; k++)
			known = tm_adapt_same_value(&a->stored.v[k], t);
		if (!known && tm_adapt_count_month(&a->stored, t) == 0)
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
	int is = tm_adapt_new_name(t->becomes);

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

static const tm_token *
word_beside(const tm_adapt_side *side, size_t t)
{
	return t < side->tokens.n && side->tokens.v[t].kind == TM_WORD
		   ? &side->tokens.v[t]
		   : NULL;
}

/* "الجمعة القادمة", "в среду": words beside the name of a day have forms that
 * go with it. */
static bool
disagrees(tm_adapter *a, const item *t)
{
	const tm_token *before = word_beside(&a->target, t->first - 1);
	const tm_token *behind = word_beside(&a->target, t->last + 1);
	const tm_str day = TM_STR("يوم");

	if (t->kind != TM_A_DAY ||
	    tm_adapt_days_agree(&a->to, t->which, t->becomes->which))
		return false;
	/* what agrees with "day" goes on doing so */
	if (before != NULL && before->plain.n >= day.n &&
	    tm_str_eq(tm_str_sub(before->plain, before->plain.n - day.n,
			  before->plain.n),
		day))
		return false;
	return before != NULL || behind != NULL ||
	       t->start > a->target.tokens.v[t->first].start;
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

static bool
is_apostrophe(tm_str text, size_t start, size_t end)
{
	int32_t c = tm_text_next(text, &start);

	return start == end && (c == '\'' || c == 0x2019);
}

/* 2'0, 1'250: an apostrophe between digits that was not read. */
static bool
is_quoted(const tm_adapt_side *side, const item *t)
{
	return (t + 1 < side->v + side->n && t[1].start > t->end &&
		   is_apostrophe(side->text, t->end, t[1].start)) ||
	       (t > side->v && t->start > t[-1].end &&
		   is_apostrophe(side->text, t[-1].end, t->start));
}

/* Letters that are tied to a number, and are not known to make it an
 * ordinal, where the text has one: 1ère. */
static bool
is_strange_ordinal(tm_adapter *a, const item *t)
{
	int32_t next = t->end < a->target.text.n
			   ? tm_text_peek(a->target.text, t->end)
			   : ' ';

	if (tm_adapt_first_of_month(&a->to).p != NULL &&
	    tm_adapt_is_beside_name(&a->target, t))
		return false;
	if (t->ordinal.p != NULL)
		return tm_adapt_new_ordinal(a, t).n == 0;
	/* 第3次: what is counted, in scripts without spaces */
	return t->becomes->ordinal.p != NULL && u_isalpha(next) &&
	       !u_hasBinaryProperty(next, UCHAR_IDEOGRAPHIC);
}

/* Is what stands behind it counted, in Arabic: ٣ أسابيع, but not الصفحة ٣? */
static bool
is_counted(tm_adapter *a, const item *t)
{
	const tm_token *before = word_beside(&a->target, t->first - 1);
	const tm_token *next = word_beside(&a->target, t->last + 1);

	return !t->version && !t->date && !t->half.there && next != NULL &&
	       !tm_adapt_is_not_counted(next->plain) &&
	       !tm_adapt_is_beside_name(&a->target, t) &&
	       (before == NULL || !tm_str_starts(before->plain, TM_STR("ال")));
}

bool
tm_adapt_is_doubtful(tm_adapter *a, const item *t)
{
	const item *is = t->becomes;

	if (t->kind != TM_A_NUMBER)
		return t->inflected || is_open_name(a, t) || disagrees(a, t) ||
		       has_suffix(&a->target, t);
	if (t->unsure || is->unsure)
		return true;
	/* 10 becomes 1.2.10, or the other way */
	if (is->kind != TM_A_NUMBER)
		return false;
	if (t->version != is->version && !are_names(t, is))
		return true;
	if (is_quoted(&a->target, t) || is_strange_ordinal(a, t) ||
	    (is_bracketed(&a->target, t) && !is_bracketed(&a->query, is)))
		return true;
	if (is_counted(a, t) && tm_adapt_is_in_form(&a->to, is->value))
		return true;
	return !has_room(&a->target, t) ||
	       (!t->version && !tm_adapt_has_article(&a->to, t->value) &&
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
bool
tm_adapt_may_inflect(tm_adapter *a, const item *t)
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

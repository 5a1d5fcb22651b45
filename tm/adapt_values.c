/*
 * adapt_values.c - the things in a text that have a value
 *
 *	Prices fell -3.5 % on Monday, 12 March.
 *		    NUMBER    DAY     NUMBER MONTH
 *
 * A minus is part of a number where nothing stands before it: 2-3 are two
 * numbers and F-16 has a name. The
 * name of a month is one only where a day or a year stands beside it, or
 * alone behind a short word: "in May", but not "you may" and "Theresa May".
 */
#include "config.h"

#include "tm/adapt_int.h"

#include <stdlib.h>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "tm/text_int.h"

/* ---- Signs ------------------------------------------------------------- */

static bool
is_sign(int32_t c)
{
	return c == '+' || c == '-' || c == 0x2212 || c == 0x2013 ||
	       c == 0x2010 || c == 0x2011 || c == 0xff0b || c == 0xff0d;
}

/* May a sign stand behind this character? Not behind a letter, a digit or
 * another sign. */
static bool
is_free(tm_str text, size_t end)
{
	int32_t c = -1;
	size_t from = end > 16 ? end - 16 : 0;

	while (from < end && from > 0 && (text.p[from] & 0xc0) == 0x80)
		from++;
	for (size_t i = from; i < end;) {
		int32_t next = tm_text_next(text, &i);

		if (!tm_text_is_unseen(next))
			c = next;
	}
	return c == -1 || u_isUWhiteSpace(c) ||
	       u_charType(c) == U_START_PUNCTUATION ||
	       u_charType(c) == U_INITIAL_PUNCTUATION || c == '"' ||
	       c == '\'' || c == ':' || c == '~' || c == '=';
}

/* GMT+3, UTC-05:00 */
static bool
is_zone(const tm_adapt_side *side, size_t t)
{
	tm_str fold = side->tokens.v[t].fold;

	return tm_str_eq(fold, TM_STR("gmt")) || tm_str_eq(fold, TM_STR("utc"));
}

static void
take_sign(
    const tm_adapt_side *side, size_t t, tm_arena *values, tm_adapt_item *it)
{
	const tm_token *before = t > 0 ? &side->tokens.v[t - 1] : NULL;
	tm_buf value = { 0 };
	int32_t c;

	if (before == NULL || before->kind != TM_PUNCT ||
	    before->end != it->start)
		return;
	c = tm_text_peek(side->text, before->start);
	if (!is_sign(c) || (!is_free(side->text, before->start) &&
			       !(t > 1 && is_zone(side, t - 2))))
		return;
	it->sign = tm_str_sub(side->text, before->start, before->end);
	it->start = before->start;
	tm_buf_addc(&value, c == '+' || c == 0xff0b ? '+' : '-');
	tm_buf_add(&value, it->value.p, it->value.n);
	it->value = tm_arena_str(values, tm_buf_str(&value));
	tm_buf_release(&value);
}

/* ---- Names ------------------------------------------------------------- */

/* A name at a token, before it is known whether it is one here. */
typedef struct found {
	size_t tokens, skip; /* bytes of the first that do not belong */
	size_t list;
	int which;
	bool inflected;
} found;

/* How many tokens from t on are the name that begins with it: 0 when they are
 * not. */
static size_t
is_name(
    const tm_adapt_side *side, size_t t, const tm_adapt_names *list, int which)
{
	size_t n = list->n_words[which], at = t + 1;
	const tm_token *v = side->tokens.v;

	if (list->capital && !v[t].capital && n == 1)
		return 0;
	for (size_t i = 1; i < n; i++, at++) {
		/* p.m, segunda-feira */
		if (at < side->tokens.n && v[at].kind == TM_PUNCT &&
		    (list->kind == TM_A_HALF ||
			side->text.p[v[at].start] == '-'))
			at++;
		if (at >= side->tokens.n ||
		    !tm_str_eq(v[at].plain, list->words[which][i]))
			return 0;
	}
	return at - t;
}

/* 日 is Sunday in brackets, and no day in 3日; so is อ in Thai. */
static bool
is_lone_sign(const tm_adapt_side *side, size_t t)
{
	const tm_token *v = side->tokens.v;
	size_t n = side->tokens.n;

	if (!tm_text_stands_alone(tm_text_peek(side->text, v[t].start)))
		return true;
	return (t == 0 || v[t - 1].end < v[t].start ||
		   v[t - 1].kind == TM_PUNCT) &&
	       (t + 1 == n || v[t].end < v[t + 1].start ||
		   v[t + 1].kind == TM_PUNCT);
}

/* Halves of the day stand behind the hour, or in East Asia before it. */
static bool
has_hour(const tm_adapt_side *side, size_t t, size_t n)
{
	const tm_token *v = side->tokens.v;

	if (t > 0 && v[t - 1].kind == TM_NUMBER)
		return true;
	return (unsigned char)side->text.p[v[t].start] >= 0xe3 &&
	       t + n < side->tokens.n && v[t + n].kind == TM_NUMBER;
}

/* Of names that are alike the one that is written like this: AM, a.m. */
static bool
is_nearer(const tm_adapt_lang *lang, const tm_adapt_side *side, size_t t,
    const found *a, const found *b)
{
	const tm_adapt_names *list = &lang->lists[a->list];
	tm_str raw;

	if (b->tokens == 0 || a->tokens != b->tokens)
		return a->tokens > b->tokens;
	if (a->skip != b->skip)
		return a->skip < b->skip;
	raw = tm_str_sub(side->text, side->tokens.v[t].start,
	    side->tokens.v[t + a->tokens - 1].end);
	return list->kind == TM_A_HALF &&
	       lang->lists[b->list].kind == TM_A_HALF &&
	       tm_str_eq(raw, list->name[a->which]);
}

/* The best of the names that begin with word, which is a token without its
 * first skip bytes. */
static void
find_word(const tm_adapt_lang *lang, const tm_adapt_side *side, size_t t,
    size_t skip, found *f)
{
	tm_str plain = side->tokens.v[t].plain;
	const tm_adapt_word *w;
	size_t n = tm_adapt_find_word(
	    &lang->firsts, tm_str_sub(plain, skip, plain.n), &w);

	for (size_t i = 0; i < n; i++) {
		const tm_adapt_names *list = &lang->lists[w[i].list];
		found g = { 0, skip, w[i].list, w[i].which, false };

		g.tokens = is_name(side, t, list, w[i].which);
		if (g.tokens == 0 ||
		    (g.tokens == 1 && !is_lone_sign(side, t)) ||
		    (list->kind == TM_A_HALF &&
			(skip > 0 || !has_hour(side, t, g.tokens))))
			continue;
		if (is_nearer(lang, side, t, &g, f))
			*f = g;
	}
}

static bool
find_exact(
    const tm_adapt_lang *lang, const tm_adapt_side *side, size_t t, found *f)
{
	const tm_token *token = &side->tokens.v[t];
	tm_str raw = tm_str_sub(side->text, token->start, token->end);

	find_word(lang, side, t, 0, f);
	for (int n = 1; n <= 2 && token->kind == TM_WORD; n++) {
		size_t skip = tm_adapt_prefix(lang, raw, n);

		/* The prefix has no other form than its letters. */
		if (skip == 0 || skip >= token->plain.n ||
		    memcmp(token->plain.p, raw.p, skip) != 0)
			break;
		find_word(lang, side, t, skip, f);
	}
	return f->tokens > 0;
}

/* "в мае", "toukokuussa": by the stem, if it is that of one month alone. */
static bool
find_stem(
    const tm_adapt_lang *lang, const tm_adapt_side *side, size_t t, found *f)
{
	const tm_token *token = &side->tokens.v[t];
	const tm_adapt_word *w;
	size_t n = tm_adapt_find_word(&lang->stems, token->stem, &w);

	for (size_t i = 0; i < n; i++) {
		const tm_adapt_names *list = &lang->lists[w[i].list], *first;

		if (list->capital && !token->capital)
			continue;
		if (f->tokens == 0) {
			*f = (found){ 1, 0, w[i].list, w[i].which, true };
			continue;
		}
		first = &lang->lists[f->list];
		if (first->kind != list->kind ||
		    first->calendar != list->calendar ||
		    f->which != w[i].which) {
			*f = (found){ 0 };
			return false;
		}
	}
	return f->tokens > 0;
}

static size_t
find_name(const tm_adapt_lang *lang, const tm_adapt_side *side, size_t t,
    tm_adapt_item *it)
{
	found f = { 0 };
	const tm_adapt_names *list;
	const tm_token *last;

	if (!find_exact(lang, side, t, &f) && !find_stem(lang, side, t, &f))
		return 0;
	list = &lang->lists[f.list];
	it->kind = list->kind;
	it->which = f.which;
	it->calendar = list->calendar;
	it->list = f.list;
	it->inflected = f.inflected;
	last = &side->tokens.v[t + f.tokens - 1];
	it->start += f.skip;
	it->end = last->end;
	it->last = t + f.tokens - 1;
	/* The point of "Sept.", if it does not end the sentence. */
	if (list->is_short && it->last + 2 < side->tokens.n &&
	    last[1].kind == TM_PUNCT && last[1].start == it->end &&
	    side->text.p[it->end] == '.') {
		it->point = true;
		it->end++;
		it->last++;
	}
	return it->last + 1 - t;
}

/* 6月, 6월: the month is a number. */
static bool
is_month_sign(const tm_adapt_side *side, size_t t)
{
	const tm_token *next = &side->tokens.v[t] + 1;
	tm_str word;

	if (t + 1 == side->tokens.n || next->kind != TM_WORD)
		return false;
	word = tm_str_sub(side->text, next->start, next->end);
	return tm_str_eq(word, TM_STR("月")) ||
	       (tm_str_starts(word, TM_STR("월")) &&
		   !tm_str_starts(word, TM_STR("월요")));
}

/* Tags go where they go; %s stands for a word. */
static bool
is_tag(const tm_adapt_side *side, const tm_token *t)
{
	char c = side->text.p[t->start];

	return t->kind == TM_CODE && (c == '<' || c == TM_CODE_SO);
}

/* ---- Is it a date? ----------------------------------------------------- */

enum { SHORT_WORD = 3 }; /* letters of "in", "de", "في" */

static bool
is_short(tm_str word)
{
	size_t n = 0;

	for (size_t i = 0; i < word.n; i++)
		n += (word.p[i] & 0xc0) != 0x80;
	return n <= SHORT_WORD;
}

/* Are two tokens of one date: nothing between them, but a comma or a short
 * word? */
static bool
is_beside(
    const tm_adapt_side *side, const tm_adapt_item *a, const tm_adapt_item *b)
{
	size_t words = 0;

	if (b->first - a->last > 3)
		return false;
	for (size_t t = a->last + 1; t < b->first; t++) {
		const tm_token *token = &side->tokens.v[t];

		if (token->kind == TM_WORD &&
		    (!is_short(token->plain) || ++words > 1))
			return false;
	}
	return true;
}

/* A name that stands alone: "On Monday", "in May", but no part of another
 * name. */
static bool
is_alone_name(const tm_adapt_lang *lang, const tm_adapt_side *side,
    const tm_adapt_item *it)
{
	const tm_token *v = side->tokens.v, *before = NULL;
	size_t at = it->first, next = it->last + 1;

	if (it->list == SIZE_MAX)
		return true;
	while (at > 0 && is_tag(side, &v[at - 1]))
		at--;
	if (at > 0 && v[at - 1].kind == TM_WORD)
		before = &v[at - 1];
	while (next < side->tokens.n && is_tag(side, &v[next]))
		next++;
	if (next < side->tokens.n && v[next].capital)
		return false;
	if (before != NULL && before->capital && it->first > 1)
		return false;
	if (it->kind == TM_A_DAY)
		return !lang->lists[it->list].is_short && !it->inflected;
	return !it->inflected && it->calendar == 0 &&
	       !lang->lists[it->list].is_short &&
	       (it->start > v[it->first].start ||
		   (before != NULL && is_short(before->plain)));
}

/* Keep those names that are names of a date. */
static void
sift_names(const tm_adapt_lang *lang, tm_adapt_side *side)
{
	size_t n = 0;
	bool ok = false;

	for (size_t i = 0; i < side->n; i++) {
		tm_adapt_item *it = &side->v[i];
		const tm_adapt_item *next = it + 1;

		/* What was beside the one before is part of its date. */
		ok = it->kind == TM_A_NUMBER || it->kind == TM_A_HOLE ||
		     it->kind == TM_A_HALF ||
		     (i > 0 && n > 0 && it[-1].kind != TM_A_HOLE &&
			 side->v[n - 1].last == it[-1].last &&
			 is_beside(side, it - 1, it));
		for (size_t k = i; !ok && k < i + 4 && k + 1 < side->n;
		     k++, next++) {
			if (next->kind == TM_A_HOLE ||
			    !is_beside(side, next - 1, next))
				break;
			ok = next->kind == TM_A_NUMBER;
		}
		if (!ok && !is_alone_name(lang, side, it))
			continue;
		side->v[n++] = *it;
	}
	side->n = n;
}

/* ---- The whole text ---------------------------------------------------- */

enum { ORDINAL_BYTES = 6 }; /* of "ième", "st" */

/* EK202, A12, MP3: a name, that is written alike in all languages. */
static bool
is_identifier(tm_str word)
{
	size_t digits = 0, letters = 0;

	for (size_t i = 0; i < word.n; i++) {
		digits += word.p[i] >= '0' && word.p[i] <= '9';
		letters += (word.p[i] >= 'a' && word.p[i] <= 'z') ||
			   (word.p[i] >= 'A' && word.p[i] <= 'Z');
	}
	return digits > 0 && letters > 0 && digits + letters == word.n;
}

/* The letters of a word before the digits that it ends in: 0 when it has none
 * of either, or other digits besides. */
static size_t
letters_before(tm_str word)
{
	size_t letters = 0;

	for (size_t i = 0; i < word.n;) {
		size_t at = i;
		bool digit = u_isdigit(tm_text_next(word, &i)) != 0;

		if (letters == 0 && digit)
			letters = at;
		if (digit != (letters > 0))
			return 0;
	}
	return letters;
}

/* page1, a letter or more and then a number. */
static bool
read_affixed(
    const tm_adapt_lang *lang, tm_str raw, tm_arena *values, tm_adapt_item *it)
{
	size_t n = letters_before(raw);

	if (n == 0)
		return false;
	it->affix = tm_str_sub(raw, 0, n);
	it->start += n;
	tm_adapt_read_number(lang, tm_str_sub(raw, n, raw.n), values, it);
	return true;
}

static bool
is_space_or_apostrophe(int32_t c)
{
	return c == ' ' || c == 0xa0 || c == 0x202f || c == '\'' || c == 0x2019;
}

/* Do two tokens make one number: "1 250" where groups have spaces? */
static bool
goes_on(const tm_adapt_lang *lang, const tm_adapt_side *side, size_t t)
{
	const tm_token *v = &side->tokens.v[t], *next = v + 1;
	size_t digits = 0, i = v->end;
	int32_t c;

	if (t + 1 == side->tokens.n)
		return false;
	c = tm_text_next(side->text, &i);
	if (!is_space_or_apostrophe(c) ||
	    !is_space_or_apostrophe(lang->group) ||
	    (c == '\'' || c == 0x2019) !=
		(lang->group == '\'' || lang->group == 0x2019))
		return false;
	/* the apostrophe is a token, the space is none */
	if (next->kind == TM_PUNCT && next->start == v->end)
		next++;
	if (next == side->tokens.v + side->tokens.n || next->start != i ||
	    next->kind != TM_NUMBER)
		return false;
	while (i < next->end && u_isdigit(tm_text_peek(side->text, i))) {
		tm_text_next(side->text, &i);
		digits++;
	}
	return digits == 3;
}

/* "1 250 000,75" */
static void
read_grouped(const tm_adapt_lang *lang, const tm_adapt_side *side, size_t t,
    tm_arena *values, tm_adapt_item *it)
{
	const tm_token *v = side->tokens.v;
	tm_adapt_item all = *it;

	if (tm_str_characters(v[t].fold) > 3)
		return;
	while (all.last < side->tokens.n && goes_on(lang, side, all.last)) {
		all.last += v[all.last + 1].kind == TM_PUNCT ? 2 : 1;
		all.end = v[all.last].end;
	}
	if (all.last == it->last)
		return;
	all.value = (tm_str){ NULL, 0 };
	tm_adapt_read_number(
	    lang, tm_str_sub(side->text, v[t].start, all.end), values, &all);
	if (!all.version && !all.unsure)
		*it = all;
}

/* The "rd" of 3rd goes where the 3 goes. */
static void
take_ordinal(tm_adapt_lang *lang, const tm_adapt_side *side, tm_arena *values,
    tm_adapt_item *it)
{
	const tm_token *next = &side->tokens.v[it->last] + 1;
	tm_str of, raw;

	if (it->kind != TM_A_NUMBER || it->version || it->sign.n > 0 ||
	    it->last + 1 == side->tokens.n || next->kind != TM_WORD ||
	    next->start != it->end || next->fold.n > ORDINAL_BYTES)
		return;
	/* º is folded to o */
	raw = tm_str_sub(side->text, next->start, next->end);
	if (!tm_adapt_is_ordinal(
		lang, it->value, next->fold, it->value, values, &of) &&
	    !tm_adapt_is_ordinal(lang, it->value, raw, it->value, values, &of))
		return;
	it->ordinal = tm_str_sub(side->text, next->start, next->end);
	it->end = next->end;
	it->last++;
}

/* %10, and %10,5, which are three tokens. */
static void
read_percent(const tm_adapt_lang *lang, const tm_adapt_side *side, size_t t,
    tm_arena *values, tm_adapt_item *it)
{
	const tm_token *v = &side->tokens.v[t];

	it->start++;
	if (t + 2 < side->tokens.n && v[1].start == v->end &&
	    v[1].end == v[2].start && v[2].kind == TM_NUMBER &&
	    tm_adapt_can_be_decimal(tm_text_peek(side->text, v[1].start))) {
		it->last = t + 2;
		it->end = v[2].end;
	}
	tm_adapt_read_number(
	    lang, tm_str_sub(side->text, it->start, it->end), values, it);
}

/* The x10 of 8x10. */
static bool
is_times(const tm_adapt_side *side, size_t t)
{
	const tm_token *v = &side->tokens.v[t];

	return t > 0 && v[-1].kind == TM_NUMBER && v[-1].end == v->start &&
	       (side->text.p[v->start] == 'x' ||
		   side->text.p[v->start] == 'X') &&
	       letters_before(tm_str_sub(side->text, v->start, v->end)) == 1;
}

static size_t
read_item(tm_adapt_lang *lang, tm_adapt_side *side, size_t t, tm_adapt_way way,
    tm_arena *values, tm_adapt_item *it)
{
	const tm_token *token = &side->tokens.v[t];
	tm_str raw = tm_str_sub(side->text, token->start, token->end);

	*it = (tm_adapt_item){
		.start = token->start, .end = token->end, .first = t, .last = t
	};
	if (token->kind == TM_WORD && (way.loose || is_times(side, t)) &&
	    read_affixed(lang, raw, values, it)) {
		if (is_times(side, t))
			it->affix = TM_STR("");
		return 1;
	}
	if (token->kind == TM_WORD && is_identifier(raw)) {
		it->version = true;
		it->value = raw;
		return 1;
	}
	if (token->kind == TM_WORD)
		return find_name(lang, side, t, it);
	if (way.percents && token->kind == TM_CODE &&
	    tm_adapt_is_percent(raw)) {
		read_percent(lang, side, t, values, it);
		return it->last + 1 - t;
	}
	if (token->kind == TM_CODE && raw.p[0] != '&') {
		it->kind = TM_A_HOLE;
		it->value = raw;
		return 1;
	}
	if (token->kind != TM_NUMBER)
		return 0;
	tm_adapt_read_number(lang, raw, values, it);
	if (way.loose && !it->version)
		read_grouped(lang, side, t, values, it);
	if (is_month_sign(side, t) && !it->version && it->part[0] == '\0' &&
	    it->value.n <= 2 && atoi(it->whole) >= 1 && atoi(it->whole) <= 12) {
		it->kind = TM_A_MONTH;
		it->which = atoi(it->whole) - 1;
		it->list = SIZE_MAX;
	} else
		take_sign(side, t, values, it);
	take_ordinal(lang, side, values, it);
	return it->last + 1 - t;
}

static void
add_item(tm_adapt_side *side, const tm_adapt_item *it)
{
	tm_grow(side->v, side->n, side->cap);
	side->v[side->n++] = *it;
}

/* Add the n numbers of a date or a time. */
static void
add_date(const tm_adapt_lang *lang, tm_adapt_side *side, size_t t,
    tm_arena *values, const size_t ends[3], size_t n)
{
	size_t start = side->tokens.v[t].start;

	for (size_t k = 0; k < n; k++) {
		tm_adapt_item it = {
			.start = start, .end = ends[k], .first = t, .last = t
		};

		tm_adapt_read_number(
		    lang, tm_str_sub(side->text, start, ends[k]), values, &it);
		add_item(side, &it);
		start = ends[k] + 1;
	}
}

/* Is token t part of a half of the day? at: the first item whose half has not
 * been passed yet, for going through the tokens in order. */
static bool
is_in_half(const tm_adapt_side *side, size_t t, size_t *at)
{
	while (*at < side->n &&
	       (!side->v[*at].half.there || side->v[*at].half.last < t))
		++*at;
	return *at < side->n && side->v[*at].half.first <= t;
}

/* All tokens but those of the items, and but tags; how many of them stand
 * before each. */
static void
find_rest(tm_adapt_side *side)
{
	size_t i = 0, half = 0;

	side->n_rest = 0;
	for (size_t t = 0; t < side->tokens.n; t++) {
		const tm_token *token = &side->tokens.v[t];

		if (i < side->n && t == side->v[i].first) {
			/* the minus before it is none */
			if (side->v[i].start < token->start && side->n_rest > 0)
				side->n_rest--;
			do
				side->v[i++].rest = side->n_rest;
			while (i < side->n && side->v[i].first == t);
			t = side->v[i - 1].last;
			continue;
		}
		if (is_tag(side, token) || is_in_half(side, t, &half))
			continue;
		tm_grow(side->rest, side->n_rest, side->cap_rest);
		side->rest[side->n_rest++] = t;
	}
}

bool
tm_adapt_is_double(const tm_adapt_item *it)
{
	return it->kind != TM_A_NUMBER && it->kind != TM_A_HOLE &&
	       it->list != it[-1].list && tm_adapt_same_value(it, it - 1) &&
	       it->first <= it[-1].last + 2;
}

static bool
is_punct(const tm_adapt_side *side, size_t t, char c)
{
	return t < side->tokens.n && side->tokens.v[t].kind == TM_PUNCT &&
	       side->text.p[side->tokens.v[t].start] == c;
}

void
tm_adapt_join_doubles(tm_adapt_side *side)
{
	size_t n = 0;

	for (size_t i = 0; i < side->n; i++) {
		const tm_adapt_item *it = &side->v[i];
		size_t last = it->last;

		if (i == 0 || !tm_adapt_is_double(it)) {
			side->v[n++] = *it;
			continue;
		}
		if (is_punct(side, it->first - 1, '(') &&
		    is_punct(side, last + 1, ')'))
			last++;
		side->v[n - 1].end = side->tokens.v[last].end;
		side->v[n - 1].doubled++;
		side->v[n - 1].last = last;
	}
	side->n = n;
	find_rest(side);
}

void
tm_adapt_read(tm_adapt_lang *lang, tm_str text, tm_adapt_way way,
    tm_arena *values, tm_adapt_side *side)
{
	side->text = text;
	side->n = 0;
	tm_analyse(lang->an, text, &side->tokens);
	for (size_t t = 0; t < side->tokens.n;) {
		const tm_token *token = &side->tokens.v[t];
		tm_adapt_item it;
		size_t n = 0, ends[3],
		       parts = tm_adapt_cut_date(lang, side, t, ends);

		if (parts > 0)
			add_date(lang, side, t, values, ends, parts);
		else if (!is_tag(side, token))
			n = read_item(lang, side, t, way, values, &it);
		if (n > 0)
			add_item(side, &it);
		t += n > 0 ? n : 1;
	}
	tm_adapt_join_halves(side, values);
	tm_adapt_mark_dates(side);
	sift_names(lang, side);
	find_rest(side);
}

void
tm_adapt_side_release(tm_adapt_side *side)
{
	tm_tokens_release(&side->tokens);
	free(side->v);
	free(side->rest);
}

int
tm_adapt_month_of(const tm_adapt_item *it)
{
	int n = 0;

	if (it->kind == TM_A_MONTH)
		return it->calendar == 0 ? it->which : -1;
	if (it->kind != TM_A_NUMBER || !it->date || strlen(it->whole) > 2)
		return -1;
	for (const char *p = it->whole; *p != '\0'; p++)
		n = 10 * n + (*p - '0');
	return n >= 1 && n <= 12 ? n - 1 : -1;
}

bool
tm_adapt_same_value(const tm_adapt_item *a, const tm_adapt_item *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == TM_A_NUMBER || a->kind == TM_A_HOLE)
		return tm_str_eq(a->value, b->value);
	return a->which == b->which && a->calendar == b->calendar;
}

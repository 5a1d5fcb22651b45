/*
 * adapt_values.c - the things in a text that have a value
 *
 *	Prices fell -3.5 % on Monday, 12 March.
 *		    NUMBER    DAY     NUMBER MONTH
 *
 * The value of a number is what its language makes of the separators: 1.234
 * is 1234 in German and 1234/1000 in English. A minus is part of it where
 * nothing stands before it: 2-3 are two numbers and F-16 has a name. The
 * name of a month is one only where a day or a year stands beside it, or
 * alone behind a short word: "in May", but not "you may" and "Theresa May".
 */
#include "config.h"

#include "tm/adapt_int.h"

#include <stdlib.h>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "tm/text_int.h"

/* ---- Reading numbers --------------------------------------------------- */

/* A number as it stands: its digits as ASCII, and what stands between. */
typedef struct written {
	char digit[TM_ADAPT_DIGITS + 1];
	int32_t mark[TM_ADAPT_DIGITS + 1]; /* before digit i; 0: nothing */
	size_t n;
	int32_t zero;
} written;

static bool
read_written(tm_str s, written *w)
{
	int32_t mark = 0;

	w->n = 0;
	w->zero = 0;
	for (int32_t i = 0; i < (int32_t)s.n;) {
		int32_t c;

		U8_NEXT(s.p, i, (int32_t)s.n, c);
		if (c < 0)
			return false;
		if (!u_isdigit(c)) {
			mark = c;
			continue;
		}
		if (w->n == TM_ADAPT_DIGITS)
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
can_be_decimal(int32_t c)
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
find_decimal(
    const written *w, const tm_adapt_lang *lang, size_t *at, bool *unsure)
{
	size_t marks = 0, last = 0, same = 0;
	int32_t c;

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
		return same == marks && in_groups(w, w->n, lang->lakhs);
	/* One mark that can be either. */
	if (c == lang->decimal && c != lang->group) {
		*at = last;
		return true;
	}
	if (w->n - last != 3 || last > 3 || w->digit[0] == '0') {
		*at = last;
		return true;
	}
	*unsure = c != lang->group;
	return true;
}

/* 008000, 000123: what has zeros in front, but for "05", is a name. */
static bool
is_padded(const written *w, size_t at)
{
	return at > 2 && w->digit[0] == '0';
}

static void
read_number(
    const tm_adapt_lang *lang, tm_str s, tm_arena *values, tm_adapt_item *it)
{
	written w;
	size_t at, from = 0, n = 0, end;
	char value[2 * TM_ADAPT_DIGITS + 2];

	if (!read_written(s, &w)) {
		it->version = it->unsure = true;
		it->value = tm_arena_str(values, s);
		return;
	}
	it->zero = w.zero;
	it->version =
	    !find_decimal(&w, lang, &at, &it->unsure) || is_padded(&w, at);
	if (it->version) {
		for (size_t i = 0; i < w.n; i++) {
			if (w.mark[i] != 0)
				value[n++] = w.mark[i] == ',' ? ',' : '.';
			value[n++] = w.digit[i];
		}
		it->value = tm_arena_str(values, (tm_str){ value, n });
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
	it->value = tm_arena_str(values, (tm_str){ value, n });
}

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
	if (!is_sign(c) || !is_free(side->text, before->start))
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

	if (list->capital && !v[t].capital)
		return 0;
	for (size_t i = 1; i < n; i++, at++) {
		/* p.m */
		if (list->kind == TM_A_HALF && at < side->tokens.n &&
		    v[at].kind == TM_PUNCT)
			at++;
		if (at >= side->tokens.n ||
		    !tm_str_eq(v[at].plain, list->words[which][i]))
			return 0;
	}
	return at - t;
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

/* 12/03/2024, 2024-03-12: three numbers, one of them a year, with the same
 * sign between them and no space. */
static void
mark_dates(tm_adapt_side *side)
{
	tm_str text = side->text;

	for (size_t i = 0; i + 2 < side->n; i++) {
		tm_adapt_item *v = &side->v[i];
		size_t end = v[0].end, year = 0, zeros = 0;

		if (end >= text.n || strchr("/-.", text.p[end]) == NULL ||
		    text.p[end] == '\0' || v[1].start != end + 1 ||
		    v[2].start != v[1].end + 1 ||
		    text.p[v[1].end] != text.p[end])
			continue;
		for (size_t k = 0; k < 3; k++) {
			if (v[k].kind != TM_A_NUMBER || v[k].unsure ||
			    v[k].version || v[k].part[0] != '\0')
				break;
			year += strlen(v[k].whole) == 4;
			zeros += v[k].whole[0] == '0' ||
				 (k == 0 && year == 1 && text.p[end] == '-');
			if (k < 2 || year != 1)
				continue;
			for (k = 0; k < 3; k++) {
				v[k].date = true;
				v[k].padded =
				    zeros > 0 && strlen(v[k].whole) == 2;
			}
		}
	}
}

/* ---- The whole text ---------------------------------------------------- */

enum { ORDINAL_BYTES = 4 }; /* of "ième", "st" */

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

/* The "rd" of 3rd goes where the 3 goes. */
static void
take_ordinal(tm_adapt_lang *lang, const tm_adapt_side *side, tm_arena *values,
    tm_adapt_item *it)
{
	const tm_token *next = &side->tokens.v[it->last] + 1;
	tm_str of;

	if (it->kind != TM_A_NUMBER || it->version || it->sign.n > 0 ||
	    it->last + 1 == side->tokens.n || next->kind != TM_WORD ||
	    next->start != it->end || next->fold.n > ORDINAL_BYTES ||
	    !tm_adapt_is_ordinal(
		lang, it->value, next->fold, it->value, values, &of))
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
	    can_be_decimal(tm_text_peek(side->text, v[1].start))) {
		it->last = t + 2;
		it->end = v[2].end;
	}
	read_number(
	    lang, tm_str_sub(side->text, it->start, it->end), values, it);
}

static size_t
read_item(tm_adapt_lang *lang, tm_adapt_side *side, size_t t, bool percents,
    tm_arena *values, tm_adapt_item *it)
{
	const tm_token *token = &side->tokens.v[t];
	tm_str raw = tm_str_sub(side->text, token->start, token->end);

	*it = (tm_adapt_item){
		.start = token->start, .end = token->end, .first = t, .last = t
	};
	if (token->kind == TM_WORD && is_identifier(raw)) {
		it->version = true;
		it->value = raw;
		return 1;
	}
	if (token->kind == TM_WORD)
		return find_name(lang, side, t, it);
	if (percents && token->kind == TM_CODE && tm_adapt_is_percent(raw)) {
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
	read_number(lang, raw, values, it);
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

/* 12.03.2024 is one token: the ends of its three numbers, one of them a year
 * of four digits and the others of two at most. */
static bool
is_dotted_date(tm_str text, const tm_token *t, size_t ends[3])
{
	size_t n = 0, digits = 0, years = 0;

	if (t->kind != TM_NUMBER)
		return false;
	for (size_t i = t->start; i <= t->end; i++) {
		if (i < t->end && text.p[i] != '.') {
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
add_item(tm_adapt_side *side, const tm_adapt_item *it)
{
	tm_grow(side->v, side->n, side->cap);
	side->v[side->n++] = *it;
}

/* Add the three numbers of a date. */
static void
add_date(const tm_adapt_lang *lang, tm_adapt_side *side, size_t t,
    tm_arena *values, const size_t ends[3])
{
	size_t start = side->tokens.v[t].start;

	for (int k = 0; k < 3; k++) {
		tm_adapt_item it = {
			.start = start, .end = ends[k], .first = t, .last = t
		};

		read_number(
		    lang, tm_str_sub(side->text, start, ends[k]), values, &it);
		add_item(side, &it);
		start = ends[k] + 1;
	}
}

/* All tokens but those of the items, and but tags; how many of them stand
 * before each. */
static void
find_rest(tm_adapt_side *side)
{
	size_t i = 0;

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
		if (is_tag(side, token))
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
tm_adapt_read(tm_adapt_lang *lang, tm_str text, bool percents, tm_arena *values,
    tm_adapt_side *side)
{
	side->text = text;
	side->n = 0;
	tm_analyse(lang->an, text, &side->tokens);
	for (size_t t = 0; t < side->tokens.n;) {
		const tm_token *token = &side->tokens.v[t];
		tm_adapt_item it;
		size_t n = 0, ends[3];

		if (is_dotted_date(text, token, ends))
			add_date(lang, side, t, values, ends);
		else if (!is_tag(side, token))
			n = read_item(lang, side, t, percents, values, &it);
		if (n > 0)
			add_item(side, &it);
		t += n > 0 ? n : 1;
	}
	mark_dates(side);
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

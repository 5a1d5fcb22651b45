/*
 * adapt_numbers.c - the value of a number as it is written
 *
 * It is what the language makes of the separators: 1.234 is 1234 in German
 * and 1234/1000 in English. Where they can be read two ways the number is
 * not sure; what can be read in none is a version, 1.2.10.
 */
#include "config.h"

#include "tm/adapt_int.h"

#include <stdlib.h>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

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

bool
tm_adapt_can_be_decimal(int32_t c)
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
find_decimal(const written *w, const tm_adapt_lang *lang, size_t *at,
    bool *either, bool *unsure)
{
	size_t marks = 0, last = 0, same = 0;
	int32_t c;

	*at = w->n;
	*either = *unsure = false;
	for (size_t i = 1; i < w->n; i++)
		if (w->mark[i] != 0)
			marks++, last = i;
	if (marks == 0)
		return true;
	c = w->mark[last];
	for (size_t i = 1; i < w->n; i++)
		same += w->mark[i] == c;
	/* ٫ and, behind another mark, the last one: 12.000,5 */
	if (c == 0x66b ||
	    (tm_adapt_can_be_decimal(c) && same == 1 && marks > 1)) {
		*at = last;
		return same == 1 && (marks == 1 || in_groups(w, last, true));
	}
	if (!tm_adapt_can_be_decimal(c) || same > 1)
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
	*either = true;
	*unsure = c != lang->group;
	return true;
}

/* 008000, 000123: what has zeros in front, but for "05", is a name. */
static bool
is_padded(const written *w, size_t at)
{
	return at > 2 && w->digit[0] == '0';
}

void
tm_adapt_read_number(
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
	it->version = !find_decimal(&w, lang, &at, &it->either, &it->unsure) ||
		      is_padded(&w, at);
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

/* The sign that the value begins with, if it does. */
static size_t
sign_of(tm_str value)
{
	return value.n > 0 && (value.p[0] == '-' || value.p[0] == '+');
}

tm_str
tm_adapt_other_value(const tm_adapt_item *it, tm_arena *values)
{
	size_t n = strlen(it->whole), end = n;
	tm_buf value = { 0 };
	tm_str result;

	tm_buf_add(&value, it->value.p, sign_of(it->value));
	tm_buf_add(&value, it->whole, n - 3);
	while (end > n - 3 && it->whole[end - 1] == '0')
		end--;
	if (end > n - 3)
		tm_buf_addc(&value, '.');
	tm_buf_add(&value, it->whole + n - 3, end - (n - 3));
	result = tm_arena_str(values, tm_buf_str(&value));
	tm_buf_release(&value);
	return result;
}

void
tm_adapt_take_other(tm_adapt_item *it, tm_arena *values)
{
	size_t n = strlen(it->whole);

	it->value = tm_adapt_other_value(it, values);
	memcpy(it->part, it->whole + n - 3, 4);
	it->whole[n - 3] = '\0';
	it->decimal = it->group;
	it->group = 0;
}

void
tm_adapt_set_number(
    tm_adapt_item *it, int number, bool padded, tm_arena *values)
{
	char value[16];
	int n = snprintf(value, sizeof value, "%d", number);

	it->value = tm_arena_str(values, (tm_str){ value, (size_t)n });
	snprintf(it->whole, sizeof it->whole, padded ? "%02d" : "%d", number);
}

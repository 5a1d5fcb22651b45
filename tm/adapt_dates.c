/*
 * adapt_dates.c - numbers that are part of a date or a time
 *
 *	12.03.2024	three numbers in one token
 *	2:30 p.m.	an hour with its half of the day: 14
 */
#include "config.h"

#include "tm/adapt_int.h"

#include <stdlib.h>

#include <unicode/uchar.h>

#include "tm/text_int.h"

/* ---- Dates ------------------------------------------------------------- */

/* The values of up to three numbers with points between them, and where they
 * end; returns how many, 0 when they are something else. */
static size_t
cut_at_points(tm_str text, const tm_token *t, size_t ends[3], int value[3],
    size_t digits[3])
{
	size_t n = 0, from = t->start;

	for (size_t i = t->start; i <= t->end; i++) {
		if (i < t->end && text.p[i] != '.')
			continue;
		if (n == 3 || i == from)
			return 0;
		digits[n] = value[n] = 0;
		for (size_t k = from; k < i;) {
			int digit = u_charDigitValue(tm_text_next(text, &k));

			if (digit < 0 || digits[n]++ == 4)
				return 0;
			value[n] = 10 * value[n] + digit;
		}
		ends[n++] = i;
		from = i + 1;
	}
	return n;
}

/* Does a word stand behind or before it that tells the time: "14.30 Uhr",
 * "kl. 14.30"? */
static bool
is_beside_clock(const tm_adapt_side *side, size_t t)
{
	static const char *const before[] = { "kl", "klo", "klokken", "klokka",
		"klockan", "ore", "pukul", "jam" };
	const tm_token *v = side->tokens.v;

	if (t + 1 < side->tokens.n && tm_str_eq(v[t + 1].fold, TM_STR("uhr")))
		return true;
	if (t > 1 && v[t - 1].kind == TM_PUNCT &&
	    side->text.p[v[t - 1].start] == '.')
		t--;
	for (size_t i = 0; t > 0 && i < sizeof before / sizeof before[0]; i++)
		if (tm_str_eq(v[t - 1].fold, tm_str_of(before[i])))
			return true;
	return false;
}

/*
 * 12.03.2024 is one token: the ends of its three numbers, one of them a year
 * of four digits and the others of two at most; 12.03.24 where dates are
 * written with points, and 14.30 beside a clock. Returns how many numbers
 * there are; 0: it is one.
 */
size_t
tm_adapt_cut_date(const tm_adapt_lang *lang, const tm_adapt_side *side,
    size_t t, size_t ends[3])
{
	size_t digits[3] = { 0 }, years = 0, n = 0;
	int v[3];

	if (side->tokens.v[t].kind == TM_NUMBER)
		n = cut_at_points(
		    side->text, &side->tokens.v[t], ends, v, digits);
	for (size_t i = 0; i < n; i++) {
		if (digits[i] == 3)
			return 0;
		years += digits[i] == 4;
	}
	if (n == 2)
		return v[0] < 24 && digits[0] <= 2 && v[1] < 60 &&
			       digits[1] == 2 && is_beside_clock(side, t)
			   ? 2
			   : 0;
	if (n == 3 && years == 0 && lang->points_in_dates)
		return v[0] >= 1 && v[0] <= 31 && v[1] >= 1 && v[1] <= 12 &&
			       digits[1] == 2 && digits[2] == 2
			   ? 3
			   : 0;
	return n == 3 && years == 1 ? 3 : 0;
}

/* 12/03/2024, 2024-03-12: three numbers, one of them a year, with the same
 * sign between them and no space. */
void
tm_adapt_mark_dates(tm_adapt_side *side)
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

/* ---- Hours ------------------------------------------------------------- */

/* Is it the next number of a time, 5:30? */
static bool
is_minute(const tm_adapt_side *side, const tm_adapt_item *it)
{
	return it > side->v && it->kind == TM_A_NUMBER &&
	       it[-1].kind == TM_A_NUMBER && it->start == it[-1].end + 1 &&
	       side->text.p[it[-1].end] == ':';
}

/* The hour that a half of the day belongs to; NULL: none. */
static tm_adapt_item *
hour_of(const tm_adapt_side *side, tm_adapt_item *half)
{
	tm_adapt_item *last = side->v + side->n, *hour = half;

	if (half > side->v && half[-1].kind == TM_A_NUMBER &&
	    half[-1].last + 1 == half->first) {
		hour = half - 1;
		while (is_minute(side, hour))
			hour--;
	} else if (half + 1 < last && half[1].first == half->last + 1)
		hour = half + 1;
	if (hour->kind != TM_A_NUMBER || hour->version || hour->unsure ||
	    hour->part[0] != '\0' || hour->sign.n > 0 || hour->half.there ||
	    strlen(hour->whole) > 2 || atoi(hour->whole) < 1 ||
	    atoi(hour->whole) > 12)
		return NULL;
	return hour;
}

/*
 * 2:30 p.m. is 14:30, and its half is part of the hour: so a time can be put
 * where the translation has the other way to write it. A half without an
 * hour stays as it is.
 */
void
tm_adapt_join_halves(tm_adapt_side *side, tm_arena *values)
{
	size_t n = 0;

	for (size_t i = 0; i < side->n; i++) {
		tm_adapt_item *half = &side->v[i], *hour;

		if (half->kind != TM_A_HALF ||
		    (hour = hour_of(side, half)) == NULL)
			continue;
		hour->half = (tm_adapt_half){ .there = true,
			.which = half->which,
			.start = half->start,
			.end = half->end,
			.list = half->list,
			.first = half->first,
			.last = half->last };
		tm_adapt_set_number(hour,
		    atoi(hour->whole) % 12 + 12 * half->which,
		    hour->whole[0] == '0' ||
			(hour->whole[0] == '1' && hour->whole[1] == '2'),
		    values);
		half->joined = true;
	}
	for (size_t i = 0; i < side->n; i++)
		if (!side->v[i].joined)
			side->v[n++] = side->v[i];
	side->n = n;
}

/*
 * segment_chars.c - sets of characters, and characters out of UTF-8
 *
 * A set is its sorted borders: { 'a', 'd', 'x', 'y' } holds a b c x. Joining,
 * meeting and inverting are then one walk over the borders of both.
 */
#include "config.h"

#include "tm/segment_int.h"

#include <stdlib.h>

/* ---- Sets -------------------------------------------------------------- */

void
tm_chars_release(tm_chars *set)
{
	free(set->v);
	*set = (tm_chars){ 0 };
}

void
tm_chars_copy(tm_chars *to, const tm_chars *from)
{
	to->n = 0;
	if (from->n == 0)
		return;
	tm_grow_to(to->v, from->n, to->cap);
	memcpy(to->v, from->v, from->n * sizeof *from->v);
	to->n = from->n;
}

static void
push(tm_chars *set, uint32_t c)
{
	/* two equal borders are none */
	if (set->n > 0 && set->v[set->n - 1] == c) {
		set->n--;
		return;
	}
	tm_grow(set->v, set->n, set->cap);
	set->v[set->n++] = c;
}

/* Walk the borders of both; a place belongs to the result when keep says
 * so of being inside the one and the other (bit 0 and 1). */
static void
combine(tm_chars *set, const tm_chars *with, unsigned keep)
{
	tm_chars out = { 0 };
	size_t i = 0, j = 0;
	bool in = false;

	tm_grow_to(out.v, set->n + with->n, out.cap);
	while (i < set->n || j < with->n) {
		uint32_t a = i < set->n ? set->v[i] : UINT32_MAX;
		uint32_t b = j < with->n ? with->v[j] : UINT32_MAX;
		uint32_t c = a < b ? a : b;
		bool now;

		i += a == c;
		j += b == c;
		now = keep >> ((i & 1) | (j & 1) << 1) & 1;
		if (now != in)
			out.v[out.n++] = c;
		in = now;
	}
	tm_chars_release(set);
	*set = out;
}

void
tm_chars_join(tm_chars *set, const tm_chars *with)
{
	if (set->n == 0)
		tm_chars_copy(set, with);
	else if (with->n > 0)
		combine(set, with, 0xe);
}

void
tm_chars_meet(tm_chars *set, const tm_chars *with)
{
	combine(set, with, 0x8);
}

void
tm_chars_add(tm_chars *set, uint32_t first, uint32_t last)
{
	uint32_t v[2] = { first, last + 1 };
	tm_chars one = { v, 2, 2 };

	if (set->n == 0 || set->v[set->n - 1] <= first) {
		push(set, first);
		push(set, last + 1);
	} else
		tm_chars_join(set, &one);
}

void
tm_chars_invert(tm_chars *set)
{
	bool first = set->n > 0 && set->v[0] == 0;

	if (first) {
		set->n--;
		memmove(set->v, set->v + 1, set->n * sizeof *set->v);
	} else {
		tm_grow_to(set->v, set->n + 1, set->cap);
		memmove(set->v + 1, set->v, set->n * sizeof *set->v);
		set->v[0] = 0;
		set->n++;
	}
	push(set, TM_CHARS_END);
}

bool
tm_chars_has(const tm_chars *set, uint32_t c)
{
	size_t low = 0, high = set->n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (set->v[mid] <= c)
			low = mid + 1;
		else
			high = mid;
	}
	return low & 1;
}

/* ---- Characters -------------------------------------------------------- */

static size_t
sequence(const unsigned char *p, size_t n, uint32_t *c)
{
	if (p[0] < 0x80) {
		*c = p[0];
		return 1;
	}
	if (p[0] >= 0xc2 && p[0] < 0xe0 && n >= 2 && (p[1] & 0xc0) == 0x80) {
		*c = (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
		return 2;
	}
	if (p[0] >= 0xe0 && p[0] < 0xf0 && n >= 3 && (p[1] & 0xc0) == 0x80 &&
	    (p[2] & 0xc0) == 0x80) {
		*c = (p[0] & 0xfu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
		if (*c >= 0x800 && (*c < 0xd800 || *c >= 0xe000))
			return 3;
	}
	if (p[0] >= 0xf0 && p[0] < 0xf5 && n >= 4 && (p[1] & 0xc0) == 0x80 &&
	    (p[2] & 0xc0) == 0x80 && (p[3] & 0xc0) == 0x80) {
		*c = (p[0] & 7u) << 18 | (p[1] & 0x3fu) << 12 |
		     (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
		if (*c >= 0x10000 && *c < TM_CHARS_END)
			return 4;
	}
	*c = 0xfffd;
	return 0;
}

uint32_t
tm_char_at(tm_str text, size_t i, size_t *len)
{
	uint32_t c;

	*len = sequence((const unsigned char *)text.p + i, text.n - i, &c);
	if (*len == 0)
		*len = 1;
	return c;
}

uint32_t
tm_char_before(tm_str text, size_t i, size_t *len)
{
	const unsigned char *p = (const unsigned char *)text.p;
	uint32_t c;

	*len = 1;
	if (p[i - 1] < 0x80)
		return p[i - 1];
	for (size_t back = 2; back <= 4 && back <= i; back++)
		if ((p[i - back] & 0xc0) != 0x80) {
			if (sequence(p + i - back, back, &c) == back) {
				*len = back;
				return c;
			}
			break;
		}
	return 0xfffd;
}

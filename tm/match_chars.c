/*
 * match_chars.c - the edit distance of characters
 *
 * Bit-parallel (Myers 1999 in Hyyrö's form): a column of the table of
 * distances is two bit vectors, of the steps up and the steps down; each
 * character of b moves to the next column in a few operations for every 64
 * characters of a.
 */
#include "config.h"

#include "tm/match.h"

#include <stdlib.h>

#include "tm/match_int.h"

#define NONE UINT32_MAX

typedef struct column {
	uint64_t up, down;
} column;

/* Where the characters of a stand, as bits: found by hashing. */
typedef struct places {
	uint32_t *chars;
	uint64_t *bits;
	size_t mask, words;
} places;

static const uint64_t *
places_of(const places *p, uint32_t c)
{
	size_t at = (c * UINT32_C(2654435761) >> 7) & p->mask;

	while (p->chars[at] != c && p->chars[at] != NONE)
		at = (at + 1) & p->mask;
	return p->bits + at * p->words;
}

static size_t
walk_columns(const places *p, size_t n, const uint32_t *b, size_t m)
{
	size_t words = p->words, distance = n;
	uint64_t top = UINT64_C(1) << ((n - 1) & 63);
	column here[8], *v = here;

	if (words > sizeof here / sizeof here[0])
		v = tm_alloc(words * sizeof *v);
	for (size_t w = 0; w < words; w++)
		v[w] = (column){ .up = ~UINT64_C(0), .down = 0 };
	for (size_t j = 0; j < m; j++) {
		const uint64_t *at = places_of(p, b[j]);
		uint64_t carry_up = 1, carry_down = 0;

		for (size_t w = 0; w < words; w++) {
			uint64_t up = v[w].up, down = v[w].down;
			uint64_t x = at[w] | down, y = at[w] | carry_down;
			uint64_t d = (((y & up) + up) ^ up) | y | down;
			uint64_t right_up = down | ~(d | up), out;
			uint64_t right_down = d & up;

			if (w == words - 1) {
				distance += (right_up & top) != 0;
				distance -= (right_down & top) != 0;
			}
			out = right_up >> 63;
			right_up = right_up << 1 | carry_up;
			carry_up = out;
			out = right_down >> 63;
			right_down = right_down << 1 | carry_down;
			carry_down = out;
			v[w].up = right_down | ~(x | right_up);
			v[w].down = right_up & x;
		}
	}
	if (v != here)
		free(v);
	return distance;
}

size_t
tm_match_chars(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	uint32_t chars[128];
	uint64_t bits[128];
	places p = { chars, bits, 127, 1 };
	size_t distance;

	if (n > m) {
		const uint32_t *c = a;
		size_t k = n;

		a = b, n = m;
		b = c, m = k;
	}
	while (n > 0 && a[0] == b[0])
		a++, b++, n--, m--;
	while (n > 0 && a[n - 1] == b[m - 1])
		n--, m--;
	if (n == 0)
		return m;
	p.words = (n + 63) / 64;
	if (p.words > 1) {
		while (p.mask + 1 < 2 * n)
			p.mask = p.mask * 2 + 1;
		if ((uint64_t)p.words * m > TM_MATCH_MOST_CELLS ||
		    (uint64_t)p.words * (p.mask + 1) > TM_MATCH_MOST_CELLS)
			return m;
		p.chars = tm_alloc((p.mask + 1) * sizeof *p.chars);
		p.bits = tm_zalloc((p.mask + 1) * p.words, sizeof *p.bits);
	} else
		memset(bits, 0, sizeof bits);
	memset(p.chars, 0xff, (p.mask + 1) * sizeof *p.chars);
	for (size_t i = 0; i < n; i++) {
		size_t at = (size_t)(places_of(&p, a[i]) - p.bits) / p.words;

		p.chars[at] = a[i];
		p.bits[at * p.words + i / 64] |= UINT64_C(1) << (i & 63);
	}
	distance = walk_columns(&p, n, b, m);
	if (p.words > 1) {
		free(p.chars);
		free(p.bits);
	}
	return distance;
}

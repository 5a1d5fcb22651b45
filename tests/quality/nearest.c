/*
 * nearest.c - the nearest of many rows of numbers, by plain edit rates
 *
 *	nearest <ROWS
 *
 * What usefulness.py leaves to C: it makes numbers of words or characters,
 * and asks for each query which stored segment a rate of that kind would
 * show first. Standard input is
 *
 *	STORED QUERIES WAYS
 *	a line of numbers for each way of the first stored segment
 *	... and so on for all stored segments, then all queries
 *
 * Each line begins with how many numbers follow. The rate of two segments
 * is the mean over the ways of 1 - edits / longer length; two empty rows
 * agree. Written is for each query "segment TAB rate", the first one of the
 * best.
 *
 * Every segment is compared but those that cannot win: by length, and by
 * how many numbers at least have to change, counted in 64 classes.
 */
#include "config.h"

#include <stdlib.h>

#include "tm/match_int.h"

enum { CLASSES = 64 };

typedef struct row {
	uint32_t *v;
	size_t n;
	uint8_t count[CLASSES]; /* of numbers of a class; 255: or more */
} row;

static size_t
read_number(void)
{
	int c;
	size_t n = 0;

	while ((c = getchar()) == ' ' || c == '\n')
		continue;
	if (c < '0' || c > '9') {
		fputs("nearest: numbers are wanted\n", stderr);
		exit(64);
	}
	for (; c >= '0' && c <= '9'; c = getchar())
		n = n * 10 + (size_t)(c - '0');
	return n;
}

static row *
read_rows(size_t n)
{
	row *rows = tm_zalloc(n + 1, sizeof *rows);

	for (size_t i = 0; i < n; i++) {
		row *r = &rows[i];

		r->n = read_number();
		r->v = tm_alloc((r->n + 1) * sizeof *r->v);
		for (size_t k = 0; k < r->n; k++) {
			uint8_t *count;

			r->v[k] = (uint32_t)read_number();
			count = &r->count[r->v[k] % CLASSES];
			*count += *count < 255;
		}
	}
	return rows;
}

/* Edits that a of b needs at least: what one has too much of a class must be
 * replaced or go. */
static size_t
least_edits(const row *a, const row *b)
{
	size_t more = 0, less = 0;

	for (int i = 0; i < CLASSES; i++) {
		int d = a->count[i] - b->count[i];

		if (a->count[i] == 255 || b->count[i] == 255)
			continue;
		more += d > 0 ? (size_t)d : 0;
		less += d < 0 ? (size_t)-d : 0;
	}
	return more > less ? more : less;
}

static double
rate(const row *a, const row *b, size_t edits)
{
	return tm_match_chars_agree(edits, a->n, b->n);
}

/* The rate of two segments, or less than best when it is not above that. */
static double
compare(const row *a, const row *b, size_t ways, double best)
{
	double sum = 0, most = 0;

	for (size_t w = 0; w < ways; w++)
		most += rate(&a[w], &b[w],
		    a[w].n > b[w].n ? a[w].n - b[w].n : b[w].n - a[w].n);
	if (most / (double)ways <= best)
		return -1;
	most = 0;
	for (size_t w = 0; w < ways; w++)
		most += rate(&a[w], &b[w], least_edits(&a[w], &b[w]));
	if (most / (double)ways <= best)
		return -1;
	for (size_t w = 0; w < ways; w++)
		sum += rate(&a[w], &b[w],
		    tm_match_chars(a[w].v, a[w].n, b[w].v, b[w].n));
	return sum / (double)ways;
}

int
main(void)
{
	size_t stored = read_number(), queries = read_number();
	size_t ways = read_number();
	row *s = read_rows(stored * ways), *q = read_rows(queries * ways);

	if (stored == 0 || ways == 0)
		return 64;
	for (size_t i = 0; i < queries; i++) {
		size_t at = 0;
		double best = -1;

		for (size_t k = 0; k < stored; k++) {
			double r =
			    compare(&q[i * ways], &s[k * ways], ways, best);

			if (r > best) {
				best = r;
				at = k;
			}
		}
		printf("%zu\t%.9f\n", at, best);
	}
	for (size_t i = 0; i < stored * ways; i++)
		free(s[i].v);
	for (size_t i = 0; i < queries * ways; i++)
		free(q[i].v);
	free(s);
	free(q);
	return 0;
}

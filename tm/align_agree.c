/*
 * Do the words of a pair agree better than those of any other pair would?
 *
 *	pair			agreement	with ten others		rank
 *	a-A			5.1		0 0 1.2 0 0 2 ...	1
 *	b-B, nothing known	0		0 0 0 0 0 0 ...		.5
 *	c-X, strangers		1.2		0 3 1.2 0 2 0 ...	.5
 *
 * The source of the pair is put together with the targets of others, from
 * near and far, in turn; where the pair stands among them needs no scale and no
 * model. One pair says little, but strangers stand in rows: where a part of
 * one text was replaced by another, nothing agrees from its one end to the
 * other.
 *
 * A word that was learned from this text counts if at least two pairs besides
 * those at hand taught it.
 */
#include "config.h"

#include "tm/align_int.h"

#include <math.h>
#include <stdlib.h>

/* So many others at most. */
#define OTHERS_HEARD 24
/* A learned link must have been seen in so many other pairs. */
#define TAUGHT_BY 2

struct hearing {
	const side *s;
	const links *l;
	const scored_bead **v;
	size_t n;
	uint32_t *bead_of[2]; /* of a sentence: 1 + its pair, 0: none */
	uint32_t *support;    /* 1 + that of a learned link; 0: not asked yet */
	/* By target word: what it is worth when known, or learned, to the
	 * source at hand; and by which link. */
	float *known, *learned;
	uint32_t *by;
	uint32_t *stamp, now;
};

static double
rarity_of(const side *s, uint32_t w)
{
	return log((double)(s->n + 1) /
		   (double)(s->seen_at[w + 1] - s->seen_at[w] + .5));
}

/* In how many pairs do both words stand? */
static uint32_t
count_support(const struct hearing *h, const word_link *v)
{
	const side *f = &h->s[0], *e = &h->s[1];
	size_t i = f->seen_at[v->f], j = e->seen_at[v->e];
	uint32_t n = 0, last = 0;

	while (i < f->seen_at[v->f + 1] && j < e->seen_at[v->e + 1]) {
		uint32_t a = h->bead_of[0][f->seen[i].id];
		uint32_t b = h->bead_of[1][e->seen[j].id];

		if (a == b && a != last && a != 0) {
			n++;
			last = a;
		}
		if (a <= b)
			i++;
		else
			j++;
	}
	return n;
}

static uint32_t
support_of(const struct hearing *h, uint32_t place)
{
	if (h->support[place] == 0)
		h->support[place] = 1 + count_support(h, &h->l->v[place]);
	return h->support[place] - 1;
}

static bool
stands_in(const side *s, uint32_t w, size_t first, size_t n)
{
	size_t low = s->seen_at[w], high = s->seen_at[w + 1];

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->seen[middle].id < first)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->seen_at[w + 1] && s->seen[low].id < first + n;
}

/* What the source of a explains, by target word. */
static void
explain(struct hearing *h, const scored_bead *a)
{
	const side *s = &h->s[0];

	h->now++;
	for (size_t k = s->start[a->i]; k < s->start[a->i + a->a]; k++) {
		uint32_t w = s->bag[k].id;
		double mine = rarity_of(s, w);

		for (uint32_t q = h->l->start[0][w]; q < h->l->start[0][w + 1];
		     q++) {
			uint32_t place = h->l->order[0][q];
			const word_link *v = &h->l->v[place];
			double worth = rarity_of(&h->s[1], v->e);

			worth = worth < mine ? worth : mine;
			if (h->stamp[v->e] != h->now) {
				h->stamp[v->e] = h->now;
				h->known[v->e] = h->learned[v->e] = 0;
			}
			if (v->kind != BY_LEARNING) {
				if (worth > (double)h->known[v->e])
					h->known[v->e] = (float)worth;
			} else if (worth > (double)h->learned[v->e] &&
				   support_of(h, place) >= TAUGHT_BY) {
				h->learned[v->e] = (float)worth;
				h->by[v->e] = place;
			}
		}
	}
}

/* Was it taught by pairs other than a and b? */
static bool
is_taught(const struct hearing *h, uint32_t place, const scored_bead *a,
    const scored_bead *b)
{
	const word_link *v = &h->l->v[place];
	uint32_t n = h->support[place] - 1;

	if (a == b)
		return n >= TAUGHT_BY + 1;
	n -= stands_in(&h->s[1], v->e, a->j, a->b);
	n -= stands_in(&h->s[0], v->f, b->i, b->a);
	return n >= TAUGHT_BY;
}

/* Of the source of a, which was explained, with the target of b. */
static double
agree(const struct hearing *h, const scored_bead *a, const scored_bead *b)
{
	const side *t = &h->s[1];
	double sum = 0;

	for (size_t k = t->start[b->j]; k < t->start[b->j + b->b]; k++) {
		uint32_t e = t->bag[k].id;
		double worth;

		if (h->stamp[e] != h->now)
			continue;
		worth = (double)h->known[e];
		if ((double)h->learned[e] > worth &&
		    is_taught(h, h->by[e], a, b))
			worth = (double)h->learned[e];
		sum += worth;
	}
	return sum;
}

/* Where does pair k stand among others? */
static double
rank(struct hearing *h, size_t k)
{
	size_t n = h->n - 1 < OTHERS_HEARD ? h->n - 1 : OTHERS_HEARD;
	double own, less = 0;

	explain(h, h->v[k]);
	own = agree(h, h->v[k], h->v[k]);
	for (size_t q = 0; q < n; q++) {
		/* Evenly through the text, never itself. */
		size_t other = (k + 1 + q * (h->n - 1) / n) % h->n;
		double x = agree(h, h->v[k], h->v[other]);

		less += x < own ? 1 : x > own ? 0 : .5;
	}
	return log((less + .5) / ((double)n - less + .5));
}

size_t
hear_words(const side s[2], const links *l, const scored_beads *path,
    size_t most, double *out)
{
	struct hearing h = { .s = s, .l = l };
	size_t words = s[1].vocab.n + 1;

	h.v = tm_zalloc(path->n + 1, sizeof *h.v);
	h.support = tm_zalloc(l->n + 1, sizeof *h.support);
	h.known = tm_zalloc(words, sizeof *h.known);
	h.learned = tm_zalloc(words, sizeof *h.learned);
	h.by = tm_zalloc(words, sizeof *h.by);
	h.stamp = tm_zalloc(words, sizeof *h.stamp);
	for (int d = 0; d < 2; d++)
		h.bead_of[d] = tm_zalloc(s[d].n + 1, sizeof(uint32_t));
	for (size_t k = 0; k < path->n; k++) {
		const scored_bead *b = &path->v[k];

		out[k] = 0;
		if (b->a == 0 || b->b == 0)
			continue;
		out[k] = (double)NAN;
		h.v[h.n++] = b;
		for (size_t i = 0; i < b->a; i++)
			h.bead_of[0][b->i + i] = (uint32_t)h.n;
		for (size_t j = 0; j < b->b; j++)
			h.bead_of[1][b->j + j] = (uint32_t)h.n;
	}
	if (most > h.n)
		most = h.n;
	for (size_t q = 0; q < most; q++) {
		size_t k = q * h.n / most;

		out[h.v[k] - path->v] = rank(&h, k);
	}
	free(h.v);
	free(h.support);
	free(h.known);
	free(h.learned);
	free(h.by);
	free(h.stamp);
	free(h.bead_of[0]);
	free(h.bead_of[1]);
	return most;
}

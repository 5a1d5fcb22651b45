/*
 * Where words stand. A translation goes forward as its source does, so in a
 * bead that is right a word is answered at about the same place of the other
 * run, whatever the sentences are cut into:
 *
 *	right	a b c | d e f g		wrong	a b c | d e f g
 *		A B | C D E | F G		. . A B | C D . .
 *
 * The factor of a word (align_word.c) adds up what each word of the other
 * run explains, t / (l p), each of l places being as likely as any other. Here
 * a place d words off counts for
 *
 *	h(d) = (1 - STRAY) exp(-d / REACH) / z + STRAY
 *
 * where places are shares of their run and z makes h one on average over a run.
 * So words that agree by chance count for less where they stand elsewhere,
 * and what stands in order does not lose by the length of the run: a bead of
 * two and more to two and more costs no more than the pairs into which
 * it could be cut. (Vogel et al. 1996 and Dyer et al. 2013 have such places
 * in models of words.)
 *
 * That is asked of beads that are not hopeless by words and lengths, in
 * passes behind the first.
 */
#include "config.h"

#include "tm/align_score_int.h"

#include <math.h>
#include <stdlib.h>

/*
 * In words. Made literature of health with FreeDict has a strict F1 of .920
 * and .960 with 40 characters, .918 and .961 with 80: it hardly matters.
 */
#define REACH 10
/*
 * The share of words that stand anywhere. Those sets: .921 and .964 with .1,
 * .924 and .962 with .2, .908 and .957 with .4.
 */
#define STRAY .2

/* The longest bead in units of REACH: exp() of more would be no float. */
#define LONGEST 80

/* Of a word that is in a sentence more often, the first places only. */
#define MOST_TIMES 16

/*
 * When a thread has found so many hits, 48 MB, it forgets them and finds again
 * those that it still needs: sentences that are all alike have a thousand for
 * each pair.
 */
#define MOST_HITS 4000000

/* What word f of a sentence may be of word e near it. */
struct near_link {
	uint32_t e;
	uint16_t f, n; /* its places: see side.place */
	float gives[2];
};

/* Two places of two sentences whose words explain each other. */
struct hit {
	uint16_t at[2];
	float gives[2];
};

struct span {
	uint32_t first, end; /* end 0: not looked at yet */
};

/* A run of words, each at its share x of the length of the bead. */
struct line {
	size_t n, cap;
	float *down; /* exp(-x) */
	float *up;   /* exp(x) */
	float *even; /* (1 - STRAY) / z */
	float *sum;  /* what is explained of it */
};

struct places {
	const side *s;
	const band *b;
	float *const *base;
	struct span *row, *cell;
	size_t first, base_cell, n_cells, cap_rows, cap_cells;
	struct near_link *link;
	struct hit *hit;
	size_t n_links, cap_links, n_hits, cap_hits;
	occurrence *near; /* by target word: 1 + where its places begin */
	struct line line[2];
};

places *
places_new(const side s[2], const band *b, float *const base[2])
{
	places *p = tm_zalloc(1, sizeof *p);

	*p = (places){ .s = s, .b = b, .base = base };
	p->near = tm_zalloc(s[1].vocab.n + 1, sizeof *p->near);
	return p;
}

void
places_free(places *p)
{
	if (p == NULL)
		return;
	free(p->row);
	free(p->cell);
	free(p->link);
	free(p->hit);
	free(p->near);
	free(p->line[0].down);
	free(p->line[1].down);
	free(p);
}

static void
forget_hits(places *p)
{
	memset(p->cell, 0, p->n_cells * sizeof *p->cell);
	p->n_hits = 0;
}

void
places_rows(places *p, size_t first, size_t end)
{
	const band *b = p->b;

	p->first = first;
	p->base_cell = (size_t)(b->at[first] + (ptrdiff_t)b->lo[first]);
	p->n_cells = (size_t)(b->at[end - 1] + (ptrdiff_t)b->hi[end - 1]) -
		     p->base_cell + 1;
	/* Sentences behind the last row are listed, too. */
	tm_grow_to(p->row, end - first + MAX_RUN, p->cap_rows);
	tm_grow_to(p->cell, p->n_cells, p->cap_cells);
	memset(p->row, 0, (end - first + MAX_RUN) * sizeof *p->row);
	p->n_links = 0;
	forget_hits(p);
}

void
places_begin_sentence(places *p, size_t i)
{
	p->row[i - p->first].first = (uint32_t)p->n_links;
	p->row[i - p->first].end = (uint32_t)p->n_links;
}

void
places_add(places *p, size_t i, size_t place, size_t n, uint32_t e,
    const float gives[2])
{
	if (place + n > UINT16_MAX)
		return;
	n = n < MOST_TIMES ? n : MOST_TIMES;
	tm_grow(p->link, p->n_links, p->cap_links);
	p->link[p->n_links++] = (struct near_link){ e, (uint16_t)place,
		(uint16_t)n, { gives[0], gives[1] } };
	p->row[i - p->first].end = (uint32_t)p->n_links;
}

/* Say where the words of target sentence j stand, or forget it. */
static void
mark_sentence(places *p, size_t j, bool set)
{
	const side *s = &p->s[1];
	uint32_t place = 0;

	for (size_t k = s->start[j]; k < s->start[j + 1]; k++) {
		occurrence o = s->bag[k];
		uint32_t n = o.count < MOST_TIMES ? o.count : MOST_TIMES;

		p->near[o.id] = (occurrence){ set ? place + 1 : 0, n };
		place += o.count;
	}
}

static void
add_hits(places *p, const uint16_t *f, struct near_link v, const uint16_t *e)
{
	occurrence to = p->near[v.e];

	e += to.id - 1;
	f += v.f;
	for (size_t k = 0; k < v.n; k++)
		for (size_t q = 0; q < to.count; q++) {
			tm_grow(p->hit, p->n_hits, p->cap_hits);
			p->hit[p->n_hits++] = (struct hit){ { f[k], e[q] },
				{ v.gives[0], v.gives[1] } };
		}
}

/* The hits of two sentences, found when they are asked for: less 1. */
static struct span
hits_of(places *p, size_t i, size_t j)
{
	const side *s = p->s;
	struct span *cell =
	    &p->cell[(size_t)(p->b->at[i] + (ptrdiff_t)j) - p->base_cell];
	struct span row = p->row[i - p->first];

	if (cell->end > 0)
		return *cell;
	cell->first = (uint32_t)p->n_hits + 1;
	mark_sentence(p, j, true);
	for (size_t k = row.first; k < row.end; k++)
		if (p->near[p->link[k].e].id > 0)
			add_hits(p, s[0].place + s[0].place_at[i], p->link[k],
			    s[1].place + s[1].place_at[j]);
	mark_sentence(p, j, false);
	cell->end = (uint32_t)p->n_hits + 1;
	return *cell;
}

/* Places are at equal distances, so exp() of one is that of the last times a
 * constant; what is behind a place is before its mirror image. */
static void
draw_line(struct line *l, size_t n, double length)
{
	float step = expf(-(float)length / (float)n), x = sqrtf(step);
	float top = (float)((1 - STRAY) * length);

	l->n = n;
	if (n > l->cap) {
		l->cap = 2 * n;
		l->down = tm_realloc(l->down, 4 * l->cap, sizeof *l->down);
		l->up = l->down + l->cap;
		l->even = l->up + l->cap;
		l->sum = l->even + l->cap;
	}

	for (size_t k = 0; k < l->n; k++) {
		l->down[k] = x;
		x *= step;
	}
	for (size_t k = 0; k < l->n; k++) {
		l->up[k] = 1 / l->down[k];
		l->even[k] = top / (2 - l->down[k] - l->down[l->n - 1 - k]);
		l->sum[k] = 0;
	}
}

/* f and e: the words of the bead before the two sentences. */
static void
weigh_hits(places *p, struct span cell, size_t f, size_t e)
{
	const struct hit *h = p->hit + cell.first - 1;
	const struct hit *end = p->hit + cell.end - 1;
	struct line *a = &p->line[0], *b = &p->line[1];

	for (; h < end; h++) {
		size_t x = f + h->at[0], y = e + h->at[1];
		float forth = a->down[x] * b->up[y];
		float back = a->up[x] * b->down[y];
		float near = forth < back ? forth : back;

		a->sum[x] += h->gives[1] * (near * a->even[x] + (float)STRAY);
		b->sum[y] += h->gives[0] * (near * b->even[y] + (float)STRAY);
	}
}

/* How well the words of n sentences of side d, from i on, are explained. A
 * factor is below 1e14, so that sixteen may be multiplied. */
static double
explained(const places *p, int d, size_t i, size_t n)
{
	const side *s = &p->s[d];
	const float *sum = p->line[d].sum;
	size_t n_words = p->line[!d].n;
	float share = n_words == 0 ? 0 : 1 / (float)n_words;
	double g = 0;

	for (size_t end = i + n; i < end; i++) {
		double one = (double)p->base[!d][i], product = 1;

		for (size_t q = 0; q < s->tokens[i]; q++) {
			product *= (double)(1 + *sum++ * share);
			if (q % 16 == 15) {
				one += log(product);
				product = 1;
			}
		}
		one += log(product);
		g += fmax(one, LEAST_EXPLAINED);
	}
	return g;
}

double
places_score(places *p, size_t i, size_t j, bead_type type)
{
	const side *s = p->s;
	size_t f = 0, n[2] = { s[0].place_at[i + type.a] - s[0].place_at[i],
		s[1].place_at[j + type.b] - s[1].place_at[j] };
	double length = fmin(LONGEST, (double)(n[0] + n[1]) / 2 / REACH);

	if (p->n_hits > MOST_HITS)
		forget_hits(p);
	for (int d = 0; d < 2; d++)
		draw_line(&p->line[d], n[d], length);
	for (size_t k = i; k < i + type.a; k++) {
		size_t e = 0;

		for (size_t q = j; q < j + type.b; q++) {
			weigh_hits(p, hits_of(p, k, q), f, e);
			e += s[1].tokens[q];
		}
		f += s[0].tokens[k];
	}
	return explained(p, 0, i, type.a) + explained(p, 1, j, type.b);
}

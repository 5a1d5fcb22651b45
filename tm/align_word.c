/*
 * How well do the words of a run explain those of the other side, and these
 * them? G-> asks it of every word e of the target,
 *
 *	G-> = sum over e of log(1 - L(e) + sum_k lambda_k A_k(e) / (l p(e)))
 *
 * where A_k(e) adds t_k(e|f) over the source words f, l is their number,
 * p(e) the frequency of e in its text and L(e) the sum of lambda_k over the
 * kinds of evidence that could explain e somewhere in this document pair.
 * A word that nothing could explain adds log 1: ignorance costs nothing. A
 * word that could have been explained and is not costs log(1 - L(e)).
 *
 * G-> adds up over target sentences, given the run of source sentences, and
 * G<- over source sentences, so runs of eight need no more than the scores
 * of single sentences against runs:
 *
 *	G->(i..i+1, j..j+2) = G->(i..i+1, j) + G->(i..i+1, j+1) + ...
 *
 * The sum inside the logarithm is written base + product: log(1 - L) is
 * added once per sentence, and the factors 1 + x of the words that were
 * explained are multiplied, so there is one logarithm a sentence.
 */
#include "config.h"

#include "tm/align_score_int.h"

#include <math.h>
#include <stdlib.h>

/* The sum of lambda is capped, for log(1 - L) must stay finite. */
#define TRUST_CAP .95

/* Links ready for use: what word w adds to the factor of word to. */
struct explained {
	uint32_t to;
	float factor;
};

/* What one sentence explains of the words near its place. */
struct list {
	struct explained *v;
	size_t n, cap, sentence;
};

struct words {
	const side *s;
	const band *b;
	const links *l;
	const log_table *logs;
	size_t common;
	bool placed;
	/* What word w of side d explains, and how well: to[d][start[d][w]] ..,
	 * gives[d][start[d][w]] .. */
	uint32_t *to[2];
	float *gives[2];
	float *takes; /* parallel to gives[0]: the other way */
	uint32_t *start[2];
	float *base[2]; /* of the sentences that d explains */
	/* The longest run, and the room for each length: 2, 4 or 8. */
	size_t max_run, stride;
};

struct word_rows {
	const words *x;
	/* Which sentences of the other side sentence i is compared with, for
	 * each direction: lo[d][i] .. hi[d][i], none when hi < lo. Both grow
	 * with i. */
	uint32_t *lo[2], *hi[2];
	struct list list[MAX_RUN];
	/* By word: how many sentences of the window have it; and a bit each,
	 * for it is asked of every link of every word. */
	uint32_t *near;
	uint64_t *is_near;
	uint32_t *slot;	 /* by word: 1 + its place in factor, or 0 */
	float *factor;	 /* stride a slot: 1 + x, by length of run */
	uint32_t *owner; /* of a slot: the word */
	size_t cap_factor, cap_owner;
	uint32_t *hit; /* by token: scratch */
	float *g[2];   /* by cell of the rows at hand and length of run */
	size_t cap_g, base_cell;
	places *places; /* NULL: not asked */
};

/* ---- All threads ------------------------------------------------------- */

/* In the first pass over a long text, words that are everywhere tell little
 * about where one is and cost most. */
static bool
is_local(const words *x, const word_link *v)
{
	const side *s = x->s;

	return s[0].seen_at[v->f + 1] - s[0].seen_at[v->f] <= x->common &&
	       s[1].seen_at[v->e + 1] - s[1].seen_at[v->e] <= x->common;
}

/* Fill to[d], gives[d] and start[d]; factor is that of each word explained, by
 * direction. */
static void
list_factors(words *x, int d, const model *m, float *const factor[2])
{
	const links *l = x->l;
	size_t n = 0;

	if (d == 0)
		x->takes = tm_realloc(NULL, l->n + 1, sizeof *x->takes);

	x->to[d] = tm_realloc(NULL, l->n + 1, sizeof *x->to[d]);
	x->gives[d] = tm_realloc(NULL, l->n + 1, sizeof *x->gives[d]);
	x->start[d] =
	    tm_realloc(NULL, x->s[d].vocab.n + 1, sizeof *x->start[d]);
	for (size_t w = 0; w < x->s[d].vocab.n; w++) {
		x->start[d][w] = (uint32_t)n;
		for (uint32_t p = l->start[d][w]; p < l->start[d][w + 1]; p++) {
			const word_link *v = &l->v[l->order[d][p]];
			uint32_t to = d == 0 ? v->e : v->f;
			float gives = (float)m->trust[d][v->kind] * v->t[d] *
				      factor[d][to];

			x->to[d][n] = to;
			x->gives[d][n] = gives;
			if (d == 0)
				x->takes[n] = (float)m->trust[1][v->kind] *
					      v->t[1] * factor[1][v->f];
			n += gives > 0 && is_local(x, v);
		}
	}
	x->start[d][x->s[d].vocab.n] = (uint32_t)n;
}

static void
prepare(words *x, const model *m)
{
	float *factors[2];

	for (int d = 0; d < 2; d++) {
		const side *other = &x->s[!d];
		size_t n = other->vocab.n;
		uint16_t *kinds = tm_zalloc(n + 1, sizeof *kinds);
		float *factor = tm_zalloc(n + 1, sizeof *factor);
		float *loss = tm_zalloc(n + 1, sizeof *loss);

		for (size_t k = 0; k < x->l->n; k++) {
			const word_link *v = &x->l->v[k];

			if (!is_local(x, v))
				continue;
			kinds[d == 0 ? v->e : v->f] |=
			    (uint16_t)(1u << v->kind);
		}
		for (size_t w = 0; w < n; w++) {
			double sum = 0, cap = 1;

			for (int k = 0; k < N_EVIDENCE; k++)
				if ((kinds[w] >> k & 1) != 0)
					sum += m->trust[d][k];
			if (sum > TRUST_CAP) {
				cap = TRUST_CAP / sum;
				sum = TRUST_CAP;
			}
			loss[w] = (float)log(1 - sum);
			factor[w] = (float)(cap * other->total /
					    other->word[w].count / (1 - sum));
		}
		factors[d] = factor;
		x->base[d] = tm_zalloc(other->n + 1, sizeof *x->base[d]);
		for (size_t i = 0; i < other->n; i++)
			for (size_t k = other->start[i];
			     k < other->start[i + 1]; k++)
				x->base[d][i] += (float)other->bag[k].count *
						 loss[other->bag[k].id];
		free(kinds);
		free(loss);
	}
	for (int d = 0; d < 2; d++)
		list_factors(x, d, m, factors);
	free(factors[0]);
	free(factors[1]);
}

words *
words_new(const side s[2], const links *l, const model *m, const band *b,
    const log_table *logs, size_t common, size_t max_run, bool placed)
{
	words *x = tm_zalloc(1, sizeof *x);

	*x = (words){ .s = s,
		.b = b,
		.l = l,
		.logs = logs,
		.common = common,
		.placed = placed,
		.max_run = max_run,
		.stride = max_run <= 2	 ? 2
			  : max_run <= 4 ? 4
					 : MAX_RUN };
	prepare(x, m);
	return x;
}

void
words_free(words *x)
{
	if (x == NULL)
		return;
	for (int d = 0; d < 2; d++) {
		free(x->to[d]);
		free(x->gives[d]);
		free(x->start[d]);
		free(x->base[d]);
	}
	free(x->takes);
	free(x);
}

/* ---- One sentence ------------------------------------------------------ */

/*
 * The words that sentence i of side d explains and that are near. Of the links
 * of a word, a hundred on average, one in twenty is: so they are looked
 * through first, by their ends only.
 */
static void
list_sentence(word_rows *w, int d, size_t i, struct list *list)
{
	const words *x = w->x;
	const side *s = &x->s[d];
	const uint64_t *is_near = w->is_near;
	const uint32_t *to = x->to[d];
	size_t n = 0, place = 0;
	places *p = d == 0 ? w->places : NULL;

	list->sentence = i;
	if (p != NULL)
		places_begin_sentence(p, i);
	for (size_t k = s->start[i]; k < s->start[i + 1]; k++) {
		uint32_t word = s->bag[k].id;
		float count = (float)s->bag[k].count;
		uint32_t e = x->start[d][word], end = x->start[d][word + 1];
		size_t first = n;
		struct explained *v;

		tm_grow_to(list->v, n + (end - e), list->cap);
		for (v = list->v; e < end; e++) {
			v[n].to = e;
			n += is_near[to[e] / 64] >> to[e] % 64 & 1;
		}
		for (; first < n; first++) {
			e = v[first].to;
			if (p != NULL)
				places_add(p, i, place, s->bag[k].count, to[e],
				    (float[2]){ x->gives[0][e], x->takes[e] });
			v[first] =
			    (struct explained){ to[e], x->gives[d][e] * count };
		}
		place += s->bag[k].count;
	}
	list->n = n;
}

/* Sentences from .. to - 1 of a side come into the window. */
static void
enter_window(word_rows *w, const side *s, size_t from, size_t to)
{
	for (size_t k = s->start[from]; k < s->start[to]; k++) {
		uint32_t word = s->bag[k].id;

		w->near[word]++;
		w->is_near[word / 64] |= UINT64_C(1) << word % 64;
	}
}

/* ... or leave it. */
static void
leave_window(word_rows *w, const side *s, size_t from, size_t to)
{
	for (size_t k = s->start[from]; k < s->start[to]; k++) {
		uint32_t word = s->bag[k].id;

		if (--w->near[word] == 0)
			w->is_near[word / 64] &= ~(UINT64_C(1) << word % 64);
	}
}

/* Fill slot, owner and factor for the runs that begin at sentence i. */
static size_t
fill_factors(word_rows *w, int d, size_t i)
{
	const words *x = w->x;
	const side *s = &x->s[d];
	size_t runs = x->max_run < s->n - i ? x->max_run : s->n - i, n = 0;
	size_t stride = x->stride;
	float per_word[MAX_RUN];
	double tokens = 0;

	for (size_t run = 0; run < runs; run++) {
		const struct list *list = &w->list[(i + run) % x->max_run];

		tokens += s->tokens[i + run];
		per_word[run] = tokens == 0 ? 0 : (float)(1 / tokens);
		tm_grow_to(w->owner, n + list->n, w->cap_owner);
		tm_grow_to(w->factor, (n + list->n) * stride, w->cap_factor);
		for (size_t k = 0; k < list->n; k++) {
			struct explained e = list->v[k];

			if (w->slot[e.to] == 0) {
				memset(w->factor + n * stride, 0,
				    stride * sizeof *w->factor);
				w->owner[n++] = e.to;
				w->slot[e.to] = (uint32_t)n;
			}
			w->factor[(w->slot[e.to] - 1) * stride + run] +=
			    e.factor;
		}
	}
	for (size_t k = 0; k < n; k++) {
		float *f = w->factor + k * stride, sum = 0;

		for (size_t run = 0; run < stride; run++) {
			sum += f[run];
			f[run] = run < runs ? 1 + sum * per_word[run] : 1;
		}
	}
	return n;
}

/* Take what has grown too large out of the products. */
static inline void
take_logs(const log_table *logs, size_t stride, double *product, double *sum)
{
	for (size_t run = 0; run < stride; run++) {
		sum[run] += fast_log(logs, product[run]);
		product[run] = 1;
	}
}

/*
 * How well each run explains sentence j of the other side: out[run].
 * The factors are below 1e12, so nine of them may be multiplied unseen.
 * Always called with a constant for stride, so that loops over it unroll.
 */
static inline void
explain_runs(word_rows *w, int d, size_t j, float out[MAX_RUN], size_t stride)
{
	const words *x = w->x;
	const side *other = &x->s[!d];
	double product[MAX_RUN] = { 1, 1, 1, 1, 1, 1, 1, 1 };
	double sum[MAX_RUN] = { 0 };
	const occurrence *bag = other->bag + other->start[j];
	size_t n = other->start[j + 1] - other->start[j];
	size_t hits = 0, done = 0;

	for (size_t k = 0; k < n; k++) {
		w->hit[hits] = (uint32_t)k;
		hits += w->slot[bag[k].id] != 0;
	}
	for (size_t k = 0; k < hits; k++) {
		occurrence o = bag[w->hit[k]];
		const float *f =
		    w->factor + (size_t)(w->slot[o.id] - 1) * stride;

		for (uint32_t count = 0; count < o.count; count++) {
			for (size_t run = 0; run < stride; run++)
				product[run] *= (double)f[run];
			if (++done % 8 == 0)
				take_logs(x->logs, stride, product, sum);
		}
	}
	for (size_t run = 0; run < x->max_run; run++) {
		out[run] = x->base[d][j] +
			   (hits == 0 ? 0
				      : (float)(sum[run] + fast_log(x->logs,
							       product[run])));
		out[run] = fmaxf(out[run], (float)LEAST_EXPLAINED);
	}
}

static void
explain_sentence(word_rows *w, int d, size_t j, float out[MAX_RUN])
{
	if (w->x->stride == 2)
		explain_runs(w, d, j, out, 2);
	else if (w->x->stride == 4)
		explain_runs(w, d, j, out, 4);
	else
		explain_runs(w, d, j, out, 8);
}

/* ---- Rows -------------------------------------------------------------- */

/* Rows first .. end - 1 of direction d, each with its window; put() stores
 * the scores. */
typedef void put_scores(word_rows *w, size_t i, size_t j, const float *score);

static void
explain_side(word_rows *w, int d, size_t first, size_t end, const uint32_t *lo,
    const uint32_t *hi, put_scores *put)
{
	const words *x = w->x;
	const side *s = &x->s[d], *other = &x->s[!d];
	size_t left = lo[first], right = lo[first]; /* the window in near */
	float score[MAX_RUN];

	for (size_t k = 0; k < x->max_run; k++)
		w->list[k].sentence = SIZE_MAX;
	for (size_t i = first; i < end; i++) {
		size_t n, last = i + x->max_run - 1;

		if (lo[i] > hi[i])
			continue;
		last = last < end ? last : end - 1;
		if (right < (size_t)hi[last] + 1) {
			enter_window(w, other, right, (size_t)hi[last] + 1);
			right = (size_t)hi[last] + 1;
		}
		if (left < lo[i]) {
			leave_window(w, other, left, lo[i]);
			left = lo[i];
		}
		for (size_t k = i; k < i + x->max_run && k < s->n; k++)
			if (w->list[k % x->max_run].sentence != k)
				list_sentence(
				    w, d, k, &w->list[k % x->max_run]);
		n = fill_factors(w, d, i);
		for (size_t j = lo[i]; j <= hi[i]; j++) {
			explain_sentence(w, d, j, score);
			put(w, d == 0 ? i : j, d == 0 ? j : i, score);
		}
		for (size_t k = 0; k < n; k++)
			w->slot[w->owner[k]] = 0;
	}
	leave_window(w, other, left, right);
}

/* Where the scores of a node of the rows at hand are. */
static size_t
cell_of(const word_rows *w, size_t i, size_t j)
{
	return (size_t)(w->x->b->at[i] + (ptrdiff_t)j) - w->base_cell;
}

static void
put_forth(word_rows *w, size_t i, size_t j, const float *score)
{
	size_t max_run = w->x->max_run;

	memcpy(w->g[0] + cell_of(w, i, j) * max_run, score,
	    max_run * sizeof *score);
}

static void
put_back(word_rows *w, size_t i, size_t j, const float *score)
{
	size_t max_run = w->x->max_run;

	memcpy(w->g[1] + cell_of(w, i, j) * max_run, score,
	    max_run * sizeof *score);
}

/* What sentences first .. end - 1 of the source explain, for places. */
static void
list_rows(word_rows *w, size_t first, size_t end)
{
	const words *x = w->x;
	const band *b = x->b;
	size_t left = b->lo[first], right = left;

	for (size_t i = first; i < end; i++) {
		size_t lo = b->lo[i], hi = b->hi[i] + (size_t)1;

		hi = hi < b->m ? hi : b->m;
		if (right < hi) {
			enter_window(w, &x->s[1], right, hi);
			right = hi;
		}
		if (left < lo && lo <= right) {
			leave_window(w, &x->s[1], left, lo);
			left = lo;
		}
		list_sentence(w, 0, i, &w->list[0]);
	}
	leave_window(w, &x->s[1], left, right);
}

/* Rows first .. end - 1 of both directions. */
static void
explain_rows(word_rows *w, size_t first, size_t end)
{
	const words *x = w->x;
	const band *b = x->b;
	size_t top = first, below = first, from = b->lo[first], to = from;
	uint32_t *lo = w->lo[0], *hi = w->hi[0];

	for (size_t i = first; i < end; i++) {
		lo[i] = b->lo[i];
		hi[i] = b->hi[i] < b->m ? b->hi[i] : (uint32_t)b->m - 1;
	}
	explain_side(w, 0, first, end, lo, hi, put_forth);
	lo = w->lo[1];
	hi = w->hi[1];
	for (; to < b->m && to <= b->hi[end - 1]; to++) {
		while (top + 1 < end && b->hi[top] < to)
			top++;
		while (below + 1 < end && b->lo[below + 1] <= to)
			below++;
		lo[to] = (uint32_t)top;
		hi[to] = (uint32_t)below;
	}
	if (from < to)
		explain_side(w, 1, from, to, lo, hi, put_back);
}

/* ---- What one thread has at hand --------------------------------------- */

static size_t
longest_bag(const side *s)
{
	size_t most = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->start[i + 1] - s->start[i] > most)
			most = s->start[i + 1] - s->start[i];
	return most;
}

word_rows *
word_rows_new(const words *x)
{
	word_rows *w = tm_zalloc(1, sizeof *w);
	size_t n_words = 0, bag = 0;

	w->x = x;
	for (int d = 0; d < 2; d++) {
		const side *s = &x->s[d];

		n_words = s->vocab.n > n_words ? s->vocab.n : n_words;
		bag = longest_bag(s) > bag ? longest_bag(s) : bag;
		w->lo[d] = tm_zalloc(s->n + 1, sizeof(uint32_t));
		w->hi[d] = tm_zalloc(s->n + 1, sizeof(uint32_t));
	}
	w->near = tm_zalloc(n_words + 1, sizeof *w->near);
	w->is_near = tm_zalloc(n_words / 64 + 1, sizeof *w->is_near);
	w->slot = tm_zalloc(n_words + 1, sizeof *w->slot);
	w->hit = tm_realloc(NULL, bag + 1, sizeof *w->hit);
	if (x->placed)
		w->places = places_new(x->s, x->b, x->base);
	return w;
}

void
word_rows_free(word_rows *w)
{
	if (w == NULL)
		return;
	for (int d = 0; d < 2; d++) {
		free(w->lo[d]);
		free(w->hi[d]);
		free(w->g[d]);
	}
	for (size_t k = 0; k < MAX_RUN; k++)
		free(w->list[k].v);
	places_free(w->places);
	free(w->near);
	free(w->is_near);
	free(w->slot);
	free(w->hit);
	free(w->factor);
	free(w->owner);
	free(w);
}

/* Room for the scores of rows first .. end - 1. */
static void
room_for_rows(word_rows *w, size_t first, size_t end)
{
	const band *b = w->x->b;
	size_t cells = (size_t)(b->at[end - 1] + (ptrdiff_t)b->hi[end - 1] -
				b->at[first] - (ptrdiff_t)b->lo[first] + 1);

	if (cells <= w->cap_g)
		return;
	for (int d = 0; d < 2; d++) {
		free(w->g[d]);
		w->g[d] =
		    tm_realloc(NULL, cells * w->x->max_run, sizeof(float));
	}
	w->cap_g = cells;
}

void
words_rows(word_rows *w, size_t first, size_t end, bool anywhere)
{
	const band *b = w->x->b;

	w->base_cell = (size_t)(b->at[first] + (ptrdiff_t)b->lo[first]);
	if (w->places != NULL)
		places_rows(w->places, first, end);
	if (anywhere) {
		room_for_rows(w, first, end);
		explain_rows(w, first, end);
	} else if (w->places != NULL) {
		list_rows(w, first, end);
	}
}

double
words_score(const word_rows *w, size_t i, size_t j, bead_type type)
{
	size_t max_run = w->x->max_run;
	double g = 0;

	for (size_t k = j; k < j + type.b; k++)
		g += (double)w->g[0][cell_of(w, i, k) * max_run + type.a - 1];
	for (size_t k = i; k < i + type.a; k++)
		g += (double)w->g[1][cell_of(w, k, j) * max_run + type.b - 1];
	return g;
}

double
words_place_score(word_rows *w, size_t i, size_t j, bead_type type)
{
	return places_score(w->places, i, j, type);
}

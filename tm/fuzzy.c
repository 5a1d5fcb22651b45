/*
 * fuzzy.c - find the segments near a query, without missing one
 *
 * A score of .7 needs S >= .655, and S is at most what the two segments
 * share of the heavier one's weight (see match.c). So a segment that has
 * none of the query's rare words, when those make up 35 % of its weight,
 * is out:
 *
 *	query		the	red	harbour	.	L = 3.3
 *	weight		.77	.77	1.2	.5
 *	segments	61000	900	14	300000
 *
 * harbour, the rarest, comes first, then red; what is left weighs 1.3,
 * less than .655 * 3.3, and the long lists of "the" and "." are never
 * read. The order is that of this image: nothing global is kept. (Prefix
 * filtering: Chaudhuri, Ganti and Kaushik 2006.)
 *
 * The same is true seen from a segment. "A red herring, unquestionably" has
 * red in it, but what is rarer than red weighs more than 35 % of it: if red
 * is the rarest key that it shares, it is out. Lists are in tiers by that
 * share, and only the first tiers are read, of segments that are neither
 * too heavy for what is left of the query nor too light for what is left of
 * themselves (the positional filter of Xiao et al. 2008, kept in the order
 * of the list). Of those 192 bits tell which keys they lack, and that is
 * enough to drop nearly all. What remains is counted exactly, token by
 * token until too much is lost, and then compared. As the best come in,
 * the least score rises.
 */
#include "config.h"

#include "tm/fuzzy.h"

#include <math.h>
#include <stdlib.h>

#include "tm/fuzzy_int.h"

#define NONE TM_IMAGE_NONE

typedef struct query_key {
	uint32_t key, one, weight; /* of it once, of all of it in the query */
	uint32_t seen; /* its weight so far in segment number seen_in */
	uint64_t seen_in;
	uint64_t bits[TM_KEY_ROWS];
	tm_image_list list;
} query_key;

enum { STEPS = 200 }; /* bounds are sorted by half per cents */

struct tm_fuzzy_scratch {
	tm_match_token *q, *t; /* the query, a segment */
	size_t cap_q, n_t, cap_t;
	bool words_known;    /* of q more than the keys */
	tm_image_key *found; /* its keys */
	size_t cap_found;
	uint32_t *cp;
	size_t n_cp, cap_cp;
	query_key *keys;
	size_t n_keys, cap_keys;
	uint32_t *by_key; /* a small table: key -> index in keys */
	size_t n_by_key, cap_by_key;
	uint64_t filter[4]; /* the last byte of every key in it */
	/* The weight of the keys of the query behind each bit of the first
	 * row of a brief, summed for every value of each of its bytes. */
	uint32_t behind[8][256];
	uint32_t *posts; /* out of lists, to be considered */
	size_t n_posts, cap_posts;
	uint64_t *met; /* a bit for each segment: it is in worth */
	struct worth {
		uint32_t at, step;
	} * worth; /* the segments worth trying */
	size_t n_worth, cap_worth;
	uint32_t *sorted; /* the same, likeliest first */
	size_t cap_sorted;
	uint64_t counted; /* segments so far, ever */
};

static bool
damaged(tm_error *err)
{
	return tm_fail(err, TM_PARSE, "the index is damaged");
}

void
tm_fuzzy_scratch_free(struct tm_fuzzy_scratch *w)
{
	if (w == NULL)
		return;
	free(w->q);
	free(w->t);
	free(w->cp);
	free(w->keys);
	free(w->by_key);
	free(w->found);
	free(w->posts);
	free(w->met);
	free(w->worth);
	free(w->sorted);
	free(w);
}

/* ---- The best so far --------------------------------------------------- */

void
tm_search_reset(tm_search *s)
{
	s->n = s->n_seen = 0;
	s->floor = s->min;
	memset(s->tally, 0, sizeof s->tally);
	if (s->cap_seen > 0)
		memset(s->seen, 0, s->cap_seen * sizeof *s->seen);
}

void
tm_search_release(tm_search *s)
{
	free(s->hits);
	free(s->seen);
	*s = (tm_search){ 0 };
}

/* Is this the first hit with this id? Ids are never 0. */
static bool
first_time(tm_search *s, int64_t id)
{
	size_t at;

	if (2 * (s->n_seen + 1) > s->cap_seen) {
		size_t old = s->cap_seen;
		int64_t *before = s->seen;

		s->cap_seen = old == 0 ? 32 : 2 * old;
		s->seen = tm_zalloc(s->cap_seen, sizeof *s->seen);
		s->n_seen = 0;
		for (size_t i = 0; i < old; i++)
			if (before[i] != 0)
				first_time(s, before[i]);
		free(before);
	}
	at = (size_t)((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 32);
	for (at &= s->cap_seen - 1; s->seen[at] != 0;
	     at = (at + 1) & (s->cap_seen - 1))
		if (s->seen[at] == id)
			return false;
	s->seen[at] = id;
	s->n_seen++;
	return true;
}

/*
 * When most units are sure of a rate of r or more, what cannot reach r is
 * not among the best. Units that reach it stay in: dates and confirmations
 * decide between them later.
 */
static void
raise_floor(tm_search *s, const tm_hit *hit)
{
	size_t sure = 0;

	if (s->most == 0 || hit->least < 0 || !first_time(s, hit->id))
		return;
	s->tally[hit->least]++;
	for (int r = 100; r > s->floor; r--) {
		sure += s->tally[r];
		if (sure >= s->most) {
			s->floor = r;
			break;
		}
	}
}

static void
add_hit(tm_search *s, tm_hit hit, const tm_fuzzy_rule *rule)
{
	int rate = tm_match_rate(hit.score);

	hit.least = (int16_t)(rate - rule->most);
	hit.most =
	    (int16_t)((hit.score >= 1 - 1e-9 ? 100 : rate) - rule->least);
	if (hit.least < 0)
		hit.least = 0;
	if (hit.most < s->floor)
		return;
	tm_grow(s->hits, s->n, s->cap);
	s->hits[s->n++] = hit;
	raise_floor(s, &hit);
}

/* The least score that gives this rate after so many points off. */
static double
score_for(int rate)
{
	return (rate > 100 ? 2 : rate / 100.) - 1e-9;
}

/* ---- The query --------------------------------------------------------- */

/* The lists of keys that are no word's text. */
static uint32_t
special_key(const tm_token *t)
{
	return t->kind == TM_NUMBER ? (uint32_t)TM_KEY_NUMBER
	       : t->kind != TM_CODE ? NONE
	       : tm_match_is_tag(t) ? (uint32_t)TM_KEY_TAG
				    : (uint32_t)TM_KEY_CODE;
}

/*
 * The keys of the query among those of the image, by their hash: what it
 * takes for another key is put right when it is compared. What they are
 * found by is asked for long before it is looked at.
 */
static void
set_query_keys(tm_fuzzy *x, const tm_match_side *query)
{
	struct tm_fuzzy_scratch *w = x->scratch;
	size_t n = query->tokens.n;

	w->words_known = false;
	tm_grow_to(w->q, n + 1, w->cap_q);
	tm_grow_to(w->found, n + 1, w->cap_found);
	for (size_t i = 0; i < n; i++) {
		const tm_token *t = &query->tokens.v[i];

		w->q[i] = query->v[i];
		w->q[i].key = special_key(t);
		if (w->q[i].key != NONE)
			continue;
		w->found[i].hash = tm_image_hash((uint8_t)t->kind, t->stem);
		tm_soon(
		    &x->keys[tm_image_key_slot(w->found[i].hash, x->n_keys)]);
	}
	for (size_t i = 0; i < n; i++) {
		const tm_image_key *k = NULL;
		uint32_t key = w->q[i].key;

		if (key == NONE)
			k = tm_image_find_key(x, w->found[i].hash);
		if (k != NULL)
			w->found[i] = *k;
		else if (key < x->head->n_keys)
			w->found[i] = (tm_image_key){ 0, key, x->list_at[key],
				x->list_at[key + 1] };
		else
			w->found[i].key = NONE;
		w->q[i].key = w->found[i].key;
		if (w->q[i].key != NONE &&
		    w->found[i].from < x->head->bytes[TM_IN_LIST] / 4)
			tm_soon(&x->list[w->found[i].from]);
	}
}

/* What comparing needs: what is one key here may be none. */
static void
set_query_words(tm_fuzzy *x, const tm_match_side *query)
{
	struct tm_fuzzy_scratch *w = x->scratch;

	for (size_t i = 0; i < query->tokens.n && !w->words_known; i++) {
		const tm_token *t = &query->tokens.v[i];
		uint8_t kind = (uint8_t)t->kind;
		tm_match_token *q = &w->q[i];
		uint32_t word;

		q->text =
		    tm_image_find_word(x, kind, tm_match_token_text(query, i));
		q->fold = tm_image_find_word(
		    x, kind, t->kind == TM_NUMBER ? t->key : t->plain);
		if (q->key == NONE || special_key(t) != NONE)
			continue;
		word = tm_image_find_word(x, kind, t->stem);
		q->key = word == NONE ? NONE : x->self[word];
	}
	w->words_known = true;
}

static uint32_t *
slot_of_key(const struct tm_fuzzy_scratch *w, uint32_t key)
{
	size_t mask = w->n_by_key - 1;
	size_t at = key * UINT32_C(2654435761) >> 8 & mask;

	while (w->by_key[at] != NONE && w->keys[w->by_key[at]].key != key)
		at = (at + 1) & mask;
	return &w->by_key[at];
}

/* The first segment of a step of weight, in bounds whatever the image says. */
static uint32_t
end_of_step(const tm_fuzzy *x, double step)
{
	uint32_t n = x->head->n, at;

	if (step < 0)
		return 0;
	at = x->first[step < TM_WEIGHT_STEPS ? (size_t)step : TM_WEIGHT_STEPS];
	return at < n ? at : n;
}

/* A segment before, or behind, all that weigh this. */
static uint32_t
low_end(const tm_fuzzy *x, double weight)
{
	return end_of_step(x, floor(weight / TM_WEIGHT_STEP));
}

static uint32_t
high_end(const tm_fuzzy *x, double weight)
{
	double step = floor(weight / TM_WEIGHT_STEP) + 1;

	return step < TM_WEIGHT_STEPS ? end_of_step(x, step) : x->head->n;
}

/* Where in a tier the first segment from the given one on is. */
static uint32_t
first_from(const tm_image_list *l, uint32_t from, uint32_t to, uint32_t segment)
{
	while (from < to) {
		uint32_t mid = from + (to - from) / 2;

		if ((l->v[mid] & l->mask) < segment)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static int
rarest_first(const void *a, const void *b)
{
	const query_key *x = a, *y = b;

	return tm_image_rarer(
		   x->list.n, x->one, x->key, y->list.n, y->one, y->key)
		   ? -1
		   : 1;
}

static void
clear_table(struct tm_fuzzy_scratch *w)
{
	memset(w->by_key, 0xff, w->n_by_key * sizeof *w->by_key);
}

/* The different keys of the query, in the order of the tiers: rarest for
 * their weight first. */
static bool
set_keys(tm_fuzzy *x, size_t n)
{
	struct tm_fuzzy_scratch *w = x->scratch;

	w->n_keys = 0;
	w->n_by_key = 16;
	while (w->n_by_key < 2 * n)
		w->n_by_key *= 2;
	tm_grow_to(w->by_key, w->n_by_key, w->cap_by_key);
	clear_table(w);
	memset(w->filter, 0, sizeof w->filter);
	for (size_t i = 0; i < n; i++) {
		uint32_t key = w->q[i].key, *slot;
		query_key *k;

		if (key == NONE)
			continue;
		if (key >= x->head->n_keys)
			return false;
		slot = slot_of_key(w, key);
		if (*slot != NONE) {
			w->keys[*slot].weight += w->q[i].weight;
			continue;
		}
		tm_grow(w->keys, w->n_keys, w->cap_keys);
		*slot = (uint32_t)w->n_keys;
		k = &w->keys[w->n_keys++];
		*k = (query_key){ .key = key,
			.one = w->q[i].weight,
			.weight = w->q[i].weight };
		tm_image_bits(key, k->bits);
		if (!tm_image_read_list(
			x, w->found[i].from, w->found[i].to, &k->list))
			return false;
		w->filter[key >> 6 & 3] |= UINT64_C(1) << (key & 63);
	}
	if (w->n_keys > 1)
		qsort(w->keys, w->n_keys, sizeof *w->keys, rarest_first);
	clear_table(w);
	for (size_t i = 0; i < w->n_keys; i++)
		*slot_of_key(w, w->keys[i].key) = (uint32_t)i;
	return true;
}

/* ---- Which segments come into question --------------------------------- */

/* What can be behind the bits of the first row. */
static void
set_behind(struct tm_fuzzy_scratch *w)
{
	uint32_t bit[64] = { 0 };

	for (size_t k = 0; k < w->n_keys; k++) {
		int i = 0;

		while ((w->keys[k].bits[0] >> i & 1) == 0)
			i++;
		bit[i] += w->keys[k].weight;
	}
	for (int byte = 0; byte < 8; byte++) {
		uint32_t *sum = w->behind[byte];

		sum[0] = 0;
		for (int i = 0; i < 8; i++)
			for (int k = 0; k < 1 << i; k++)
				sum[(1 << i) + k] = sum[k] + bit[8 * byte + i];
	}
}

/* How much a segment shares with the query at most, by the first row. */
static uint32_t
may_share(const struct tm_fuzzy_scratch *w, uint64_t row)
{
	uint32_t sum = 0;

	for (int byte = 0; byte < 8; byte++)
		sum += w->behind[byte][row >> 8 * byte & 255];
	return sum;
}

/* The same by all rows. */
static uint32_t
may_share_all(
    const struct tm_fuzzy_scratch *w, uint64_t row, const tm_image_brief *b)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < w->n_keys; i++) {
		const query_key *k = &w->keys[i];
		uint64_t lacks = k->bits[0] & ~row;

		for (int r = 1; r < TM_KEY_ROWS; r++)
			lacks |= k->bits[r] & ~b->more[r - 1];
		sum += lacks == 0 ? k->weight : 0;
	}
	return sum;
}

/* C at most, by the lengths alone. */
static double
chars_bound(const tm_match_side *query, const tm_image_brief *b)
{
	size_t n = query->n_cp, m = b->chars;

	if (m == 0xffff && n >= m)
		return 1; /* that many or more */
	return tm_match_chars_agree(n > m ? n - m : m - n, n, m);
}

/* The score at most, sharing so much. */
static double
score_bound(
    const tm_match_side *query, const tm_image_brief *b, uint64_t shared)
{
	uint32_t least = query->weight < b->weight ? query->weight : b->weight;
	uint32_t most = query->weight < b->weight ? b->weight : query->weight;

	if (shared > least)
		shared = least;
	return tm_match_join(most == 0 ? 1 : (double)shared / (double)most,
	    chars_bound(query, b));
}

/* The score that segments must reach, and the S for it. */
typedef struct hurdle {
	const tm_match_side *query;
	double score, s;
	bool all;	    /* any S will do */
	uint32_t low, high; /* segments that are neither too light nor too
			       heavy */
} hurdle;

/* Is segment at worth trying? Then it comes among those that are. */
static void
consider(tm_fuzzy *x, uint32_t at, const hurdle *h)
{
	struct tm_fuzzy_scratch *w = x->scratch;
	const tm_image_brief *b = &x->brief[at];
	uint32_t shared = UINT32_MAX;
	uint32_t most =
	    h->query->weight < b->weight ? b->weight : h->query->weight;
	double need = h->s * most - 1e-6, bound;
	uint64_t bit = UINT64_C(1) << (at & 63);

	if (!h->all) {
		shared = may_share_all(w, x->row[at], b);
		if ((double)shared < need)
			return;
	}
	bound = score_bound(h->query, b, shared);
	if (bound < h->score || (w->met[at / 64] & bit) != 0)
		return;
	w->met[at / 64] |= bit;
	tm_grow(w->worth, w->n_worth, w->cap_worth);
	w->worth[w->n_worth++] =
	    (struct worth){ at, STEPS - (uint32_t)(bound * STEPS) };
}

/* The same for a few: without tables. */
static uint32_t
may_share_plainly(const struct tm_fuzzy_scratch *w, uint64_t row)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < w->n_keys; i++)
		sum += (w->keys[i].bits[0] & row) != 0 ? w->keys[i].weight : 0;
	return sum;
}

/* As many as are worth the tables: they take some 2,000 additions. */
enum { MANY_POSTS = 150 };

/* Of what was taken out of the lists keep what the first row lets through;
 * false for damage. */
static bool
sift_posts(tm_fuzzy *x, double need)
{
	struct tm_fuzzy_scratch *w = x->scratch;
	uint32_t n = x->head->n;
	size_t kept = 0;
	bool many = w->n_posts > MANY_POSTS;

	if (many)
		set_behind(w);
	for (size_t i = 0; i < w->n_posts; i++) {
		uint32_t at = w->posts[i], share;

		if (at >= n)
			return false;
		if (i + 16 < w->n_posts && w->posts[i + 16] < n)
			tm_soon(&x->row[w->posts[i + 16]]);
		share = many ? may_share(w, x->row[at])
			     : may_share_plainly(w, x->row[at]);
		if ((double)share >= need) {
			w->posts[kept++] = at;
			tm_soon(&x->brief[at]);
		}
	}
	w->n_posts = kept;
	return true;
}

/*
 * What the keys from number k on, but the first, can share behind the bits
 * of a sketch: a sum for every value of either half of them.
 */
enum { HALF = (TM_SKETCH_OWN + TM_SKETCH_REST) / 2 };

typedef struct sketched {
	uint32_t sum[2][1 << HALF];
	uint32_t need;
} sketched;

static void
set_sketched(sketched *s, const query_key *keys, size_t n, double need)
{
	uint32_t bit[2 * HALF] = { 0 };

	for (size_t k = 1; k < n; k++) {
		uint32_t b = tm_image_sketch(keys[k].key);
		int i = 0;

		while ((b >> i & 1) == 0)
			i++;
		bit[i] += keys[k].weight;
	}
	for (int half = 0; half < 2; half++) {
		uint32_t *sum = s->sum[half];

		sum[0] = 0;
		for (int i = 0; i < HALF; i++)
			for (int v = 0; v < 1 << i; v++)
				sum[(1 << i) + v] =
				    sum[v] + bit[half * HALF + i];
	}
	need -= keys[0].weight;
	s->need = need > 0 ? (uint32_t)need : 0;
}

/* Few enough to go through instead of cutting ends off. */
enum { FEW_POSTS = 32 };

/* Take the segments low to high out of places from to to of a list. */
static void
take_posts(struct tm_fuzzy_scratch *w, const tm_image_list *l, uint32_t from,
    uint32_t to, uint32_t low, uint32_t high, const sketched *s)
{
	uint32_t *out;

	if (to - from > FEW_POSTS) {
		from = first_from(l, from, to, low);
		to = first_from(l, from, to, high);
	}
	if (from == to)
		return;
	tm_grow_to(w->posts, w->n_posts + (to - from), w->cap_posts);
	out = w->posts + w->n_posts;
	for (const uint32_t *v = l->v + from; v < l->v + to; v++) {
		uint32_t sketch = *v >> TM_PLAIN_BITS, at = *v & l->mask;

		*out = at;
		out += (s->sum[0][sketch & ((1 << HALF) - 1)] +
			       s->sum[1][sketch >> HALF] >=
			   s->need) &
		       (at >= low) & (at < high);
	}
	w->n_posts = (size_t)(out - w->posts);
}

/* Take them out of a list's tiers, as far as there is a low end for them. */
static void
take_tiers(struct tm_fuzzy_scratch *w, const tm_image_list *l,
    const uint32_t *low, int tiers, uint32_t high, const sketched *s)
{
	uint32_t from = 0;

	for (int t = 0; t < tiers; from = l->end[t++])
		tm_soon(&l->v[from + (l->end[t] - from) / 2]);
	from = 0;
	for (int t = 0; t < tiers; from = l->end[t++])
		take_posts(w, l, from, l->end[t], low[t], high, s);
}

/*
 * Go through the lists until what is left weighs less than need; every
 * segment not met shares at most that with the query.
 *
 * A segment that shares enough is met in the list of the rarest key that it
 * shares, at the latest. There it has nothing in common with the query but
 * what is left of the query, and what is left of itself when all rarer keys
 * are off: so it must not be too heavy for the one, nor, being in a tier,
 * too light for the other.
 */
static bool
gather(tm_fuzzy *x, const hurdle *h, double need)
{
	struct tm_fuzzy_scratch *w = x->scratch;
	uint32_t left = 0, low[TM_TIERS];
	int tiers = 0;

	for (; tiers < TM_TIERS; tiers++) {
		double rest = 1 - (double)tiers / TM_TIERS;

		if (rest < h->s - 1e-9)
			break;
		low[tiers] = low_end(x, floor(need / rest - 1e-6));
	}
	for (size_t k = 0; k < w->n_keys; k++)
		left += w->keys[k].weight;
	for (size_t k = 0; k < w->n_keys && left >= need; k++) {
		const tm_image_list *list = &w->keys[k].list;
		uint32_t high = high_end(x, ceil(left / h->s + 1));
		sketched s;

		set_sketched(&s, &w->keys[k], w->n_keys - k,
		    list->mask == UINT32_MAX ? 0 : need);
		if (high > h->high)
			high = h->high;
		left -= w->keys[k].weight;
		if (list->end == NULL)
			take_posts(w, list, 0, list->n, h->low, high, &s);
		else
			take_tiers(w, list, low, tiers, high, &s);
	}
	if (!sift_posts(x, need))
		return false;
	for (size_t i = 0; i < w->n_posts; i++)
		consider(x, w->posts[i], h);
	w->n_posts = 0;
	return true;
}

/* Sort what is worth trying into steps by its bounds. end[s] is where step
 * s ends in sorted; steps go down. */
static void
sort_worth(struct tm_fuzzy_scratch *w, size_t end[STEPS + 1])
{
	size_t start[STEPS + 1], n = 0;

	memset(start, 0, sizeof start);
	for (size_t i = 0; i < w->n_worth; i++)
		start[w->worth[i].step]++;
	for (int k = 0; k <= STEPS; k++) {
		size_t count = start[k];

		start[k] = n;
		n += count;
		end[k] = n;
	}
	tm_grow_to(w->sorted, n, w->cap_sorted);
	for (size_t i = 0; i < w->n_worth; i++) {
		uint32_t at = w->worth[i].at;

		w->sorted[start[w->worth[i].step]++] = at;
		w->met[at / 64] = 0;
	}
}

/* ---- Trying one -------------------------------------------------------- */

/*
 * Does segment at share enough with the query to reach the score least?
 * Of its own weight it may lose only so much to tokens that the query does
 * not have, or not so often. Returns -1 for damage.
 */
static int
shares_enough(
    tm_fuzzy *x, uint32_t at, const tm_match_side *query, double least)
{
	struct tm_fuzzy_scratch *w = x->scratch;
	const tm_image_brief *b = &x->brief[at];
	uint32_t most = query->weight < b->weight ? b->weight : query->weight;
	double need = tm_match_least_s(least, chars_bound(query, b)) * most;
	int64_t may_lose = (int64_t)floor(b->weight - need + 1e-6);
	tm_image_reader r;

	if (may_lose < 0)
		return 0;
	if (!tm_image_segment(x, at, &r))
		return -1;
	w->counted++;
	while (r.p < r.end) {
		const tm_image_word *word;
		query_key *k;
		uint32_t id, key, *slot, over;
		bool space;

		if (!tm_image_token(x, &r, &id, &space))
			return -1;
		word = &x->words[id];
		key = word->kind == TM_NUMBER ? (uint32_t)TM_KEY_NUMBER
					      : word->key;
		over = word->weight;
		if ((w->filter[key >> 6 & 3] >> (key & 63) & 1) != 0 &&
		    *(slot = slot_of_key(w, key)) != NONE) {
			k = &w->keys[*slot];
			if (k->seen_in != w->counted) {
				k->seen_in = w->counted;
				k->seen = 0;
			}
			k->seen += word->weight;
			if (k->seen <= k->weight)
				continue;
			if (k->seen - k->weight < over)
				over = k->seen - k->weight;
		}
		may_lose -= over;
		if (may_lose < 0)
			return 0;
	}
	return 1;
}

/* The tokens of a segment, and the code points of the folded ones. */
static bool
read_tokens(tm_fuzzy *x, uint32_t at)
{
	struct tm_fuzzy_scratch *w = x->scratch;
	tm_image_reader r;

	if (!tm_image_segment(x, at, &r))
		return false;
	tm_grow_to(w->t, (size_t)(r.end - r.p) + 1, w->cap_t);
	w->n_t = 0;
	while (r.p < r.end) {
		tm_match_token *t = &w->t[w->n_t++];
		const tm_image_word *word;
		uint32_t id;
		bool space;

		if (!tm_image_token(x, &r, &id, &space))
			return false;
		word = &x->words[id];
		*t = (tm_match_token){ .text = id,
			.fold = x->texts[id].fold,
			.key = word->key,
			.weight = word->weight,
			.kind = word->kind,
			.space = space };
		if (word->kind == TM_NUMBER) {
			t->fold = word->key;
			t->key = TM_KEY_NUMBER;
		}
	}
	return true;
}

static bool
read_chars(tm_fuzzy *x)
{
	struct tm_fuzzy_scratch *w = x->scratch;
	bool spaced = false;

	w->n_cp = 0;
	for (size_t i = 0; i < w->n_t; i++) {
		uint32_t fold = x->texts[w->t[i].text].fold;
		tm_str s;

		if (fold >= x->head->n_words ||
		    !tm_image_word_text(x, fold, &s))
			return false;
		spaced = spaced || w->t[i].space;
		if (w->t[i].kind == TM_CODE && w->t[i].key == TM_KEY_TAG)
			continue;
		tm_grow_to(w->cp, w->n_cp + s.n + 1, w->cap_cp);
		if (spaced && w->n_cp > 0)
			w->cp[w->n_cp++] = ' ';
		spaced = false;
		w->n_cp += tm_match_decode(s, w->cp + w->n_cp);
	}
	return true;
}

/* The score of segment at, or -1 when it stays below least. */
static bool
compare(tm_fuzzy *x, const tm_match_side *query, uint32_t at, double least,
    double *score)
{
	struct tm_fuzzy_scratch *w = x->scratch;
	const tm_image_brief *b = &x->brief[at];
	double need = tm_match_least_s(least, chars_bound(query, b)), s, c;
	uint64_t limit = tm_match_limit(need, query->weight, b->weight), d;

	*score = -1;
	set_query_words(x, query);
	if (!read_tokens(x, at))
		return false;
	d = tm_match_distance(w->q, query->tokens.n, w->t, w->n_t, limit);
	if (d == TM_MATCH_FAR)
		return true;
	if (!read_chars(x))
		return false;
	s = tm_match_tokens_agree(d, query->weight, b->weight);
	c = tm_match_chars_agree(
	    tm_match_chars(query->cp, query->n_cp, w->cp, w->n_cp), query->n_cp,
	    w->n_cp);
	*score = tm_match_join(s, c);
	return true;
}

static bool
try_segment(tm_fuzzy *x, const tm_match_side *query, tm_search *s, uint32_t at,
    tm_error *err)
{
	static const tm_fuzzy_rule none;
	const tm_fuzzy_rule *rule = &none;
	uint16_t label = x->brief[at].label;
	int64_t id = x->head->base + x->id[at];
	double least, score;
	int enough;

	if (s->rules != NULL) {
		if (label >= s->n_rules || s->rules[label].skip)
			return true;
		rule = &s->rules[label];
	}
	least = score_for(s->floor + rule->least);
	enough = shares_enough(x, at, query, least);
	if (enough < 0)
		return damaged(err);
	if (enough == 0 || (s->dead != NULL && s->dead(s->self, id)))
		return true;
	if (!compare(x, query, at, least, &score))
		return damaged(err);
	if (score >= least)
		add_hit(s, (tm_hit){ .id = id, .score = score, .label = label },
		    rule);
	return true;
}

bool
tm_fuzzy_search(
    tm_fuzzy *x, const tm_match_side *query, tm_search *s, tm_error *err)
{
	struct tm_fuzzy_scratch *w;
	double need = tm_match_least_s(score_for(s->floor), 1);
	double weight = query->weight;
	size_t end[STEPS + 1], i = 0;
	/* No list leads from nothing to nothing: all without a token. */
	hurdle h = { .query = query,
		.score = score_for(s->floor),
		.s = need,
		.all = need <= 1e-6 || query->weight == 0,
		.high = x->head->n };

	if (x->head->n == 0)
		return true;
	if (x->scratch == NULL)
		x->scratch = tm_zalloc(1, sizeof *x->scratch);
	w = x->scratch;
	if (need > 1e-6) {
		/* The lighter must weigh need times the heavier. */
		h.low = low_end(x, floor(need * weight - 1e-6));
		h.high = high_end(x, ceil(weight / need + 1));
	}
	set_query_keys(x, query);
	if (!set_keys(x, query->tokens.n))
		return damaged(err);
	w->n_worth = w->n_posts = 0;
	if (w->met == NULL)
		w->met = tm_zalloc(x->head->n / 64 + 1, sizeof *w->met);
	if (h.all)
		for (uint32_t at = h.low; at < h.high; at++)
			consider(x, at, &h);
	else if (!gather(x, &h, need * weight - 1e-6)) {
		memset(w->met, 0, (x->head->n / 64 + 1) * sizeof *w->met);
		return damaged(err);
	}
	sort_worth(w, end);
	for (int k = 0; k <= STEPS; k++) {
		if ((STEPS - k + 1.) / STEPS < score_for(s->floor))
			break;
		for (; i < end[k]; i++) {
			if (i + 8 < end[STEPS])
				tm_soon(&x->at[w->sorted[i + 8]]);
			if (i + 4 < end[STEPS])
				tm_soon(x->tokens + x->at[w->sorted[i + 4]]);
			if (!try_segment(x, query, s, w->sorted[i], err))
				return false;
		}
	}
	return true;
}

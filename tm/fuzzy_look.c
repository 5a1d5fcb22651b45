/*
 * fuzzy_look.c - the segments of an image that a query may be near
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
 * enough to drop nearly all.
 */
#include "config.h"

#include "tm/fuzzy.h"

#include <math.h>
#include <stdlib.h>

#include "tm/fuzzy_look_int.h"

#define NONE TM_IMAGE_NONE

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

static uint32_t
value_of(const tm_token *t)
{
	uint8_t kind = (uint8_t)t->kind;

	if (!tm_image_has_value(kind, special_key(t)))
		return 0;
	return tm_image_value(
	    tm_image_hash(kind, t->kind == TM_NUMBER ? t->key : t->plain));
}

static void
ask_words(struct tm_asked_token *asked, uint8_t kind, const tm_str *s)
{
	for (int k = 0; k < TM_ASKED_WORDS; k++) {
		struct tm_asked_word *w = &asked->words[k];

		w->s = s[k];
		w->again = k > 0 && tm_str_eq(s[k], s[k - 1]);
		w->hash = w->again ? w[-1].hash : tm_image_hash(kind, s[k]);
	}
}

void
tm_asked_set(tm_asked *a, const tm_match_side *side)
{
	size_t n = side->tokens.n;

	a->side = side;
	tm_grow_to(a->v, n + 1, a->cap);
	for (size_t i = 0; i < n; i++) {
		const tm_token *t = &side->tokens.v[i];

		a->v[i].key = special_key(t);
		a->v[i].value = value_of(t);
		ask_words(&a->v[i], (uint8_t)t->kind,
		    (tm_str[]){ tm_match_token_text(side, i),
			t->kind == TM_NUMBER ? t->key : t->plain, t->root });
	}
}

void
tm_asked_release(tm_asked *a)
{
	free(a->v);
	*a = (tm_asked){ 0 };
}

void
tm_look_release(tm_look *l)
{
	free(l->q);
	free(l->found);
	free(l->keys);
	free(l->parts);
	free(l->by_key);
	free(l->met);
	free(l->ranges);
	free(l->posts);
	free(l->t);
	free(l->cp);
	*l = (tm_look){ 0 };
}

/* ---- Ranges ------------------------------------------------------------ */

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

/* ---- Keys -------------------------------------------------------------- */

void
tm_look_start(tm_look *l, const tm_fuzzy *x, tm_asked *asked)
{
	size_t n = asked->side->tokens.n;

	l->x = x;
	l->asked = asked;
	l->query = asked->side;
	l->words_known = false;
	tm_grow_to(l->q, n + 1, l->cap_q);
	tm_grow_to(l->found, n + 1, l->cap_found);
	for (size_t i = 0; i < n; i++) {
		const struct tm_asked_token *t = &asked->v[i];

		if (t->key == NONE)
			tm_soon(&x->keys[tm_image_slot(
			    t->words[TM_ASKED_ROOT].hash, x->n_keys)]);
		for (int k = 0; k < TM_ASKED_WORDS; k++)
			tm_soon(&x->slots[tm_image_slot(
			    t->words[k].hash, x->head->n_slots)]);
	}
}

/* Where the word is, if it is where it is looked for first: NONE, if not. */
static uint32_t
likely_word(const tm_fuzzy *x, const struct tm_asked_word *w)
{
	uint32_t id = x->slots[tm_image_slot(w->hash, x->head->n_slots)];

	return id < x->head->n_words ? id : NONE;
}

/*
 * The keys of the query among those of the image, by their hash: what it
 * takes for another key is put right when it is compared.
 */
static bool
find_keys(tm_look *l)
{
	const tm_fuzzy *x = l->x;

	for (size_t i = 0; i < l->query->tokens.n; i++) {
		const tm_token *t = &l->query->tokens.v[i];
		uint32_t key = l->asked->v[i].key;

		if (key == NONE)
			l->found[i] = tm_image_find_key(x,
			    l->asked->v[i].words[TM_ASKED_ROOT].hash,
			    (uint8_t)t->kind, t->root);
		else if (key < x->head->n_keys)
			l->found[i] = (tm_image_key){ 0, key, x->list_at[key],
				x->list_at[key + 1] };
		else
			l->found[i].key = NONE;
		l->q[i] = l->query->v[i];
		l->q[i].key = l->found[i].key;
		if (l->q[i].key != NONE && l->found[i].from < x->n_list)
			tm_soon(x->list + (size_t)l->found[i].from * TM_ENTRY);
		for (int k = 0; k < TM_ASKED_WORDS; k++) {
			uint32_t id = likely_word(x, &l->asked->v[i].words[k]);

			if (id != NONE) {
				tm_soon(&x->words[id]);
				tm_soon(&x->texts[id]);
			}
		}
	}
	return true;
}

static int
rarest_first(const void *a, const void *b)
{
	const tm_query_key *x = a, *y = b;

	return tm_image_rarer(
		   x->list.n, x->one, x->key, y->list.n, y->one, y->key)
		   ? -1
		   : 1;
}

static void
clear_table(tm_look *l)
{
	memset(l->by_key, 0xff, l->n_by_key * sizeof *l->by_key);
}

static void
add_part(tm_look *l, uint32_t of, uint32_t key, uint32_t weight)
{
	tm_query_part *p;

	tm_grow(l->parts, l->n_parts, l->cap_parts);
	p = &l->parts[l->n_parts++];
	*p = (tm_query_part){ .key = key, .of = of, .weight = weight };
	tm_image_bits(key, p->bits);
}

/* The values of key number k, each once with all its weight. */
static void
add_values(tm_look *l, uint32_t k, uint32_t weight)
{
	size_t first = l->n_parts, at;

	for (size_t i = 0; i < l->query->tokens.n; i++) {
		uint32_t value = l->asked->v[i].value;

		if (value == 0 || l->q[i].key != l->keys[k].key)
			continue;
		for (at = first; at < l->n_parts && l->parts[at].key != value;)
			at++;
		if (at < l->n_parts)
			l->parts[at].weight += weight;
		else
			add_part(l, k, value, weight);
	}
}

/* The parts of key number k: the first one is itself. */
static void
add_parts(tm_look *l, uint32_t k)
{
	const tm_query_key *key = &l->keys[k];
	uint32_t times = key->one > 0 ? key->weight / key->one : 1;
	uint32_t one = key->one;

	if (key->key < TM_N_VALUED)
		one = tm_image_without_value(one);
	add_part(l, k, key->key, one);
	for (uint32_t i = 1; i < times && i < TM_MOST_TIMES; i++)
		add_part(l, k, tm_image_again(key->key, i),
		    i + 1 < TM_MOST_TIMES ? one : one * (times - i));
	if (one < key->one)
		add_values(l, k, key->one - one);
}

/* What set_query_words() (fuzzy_try.c) will read. */
static void
ask_for_texts(const tm_look *l, const struct tm_asked_token *t)
{
	for (int k = 0; k < TM_ASKED_WORDS; k++) {
		uint32_t id = likely_word(l->x, &t->words[k]);

		if (id != NONE)
			tm_soon(l->x->bytes + l->x->texts[id].at);
	}
}

/* The different keys of the query, in the order of the tiers: rarest for
 * their weight first. */
static bool
set_keys(tm_look *l)
{
	size_t n = l->query->tokens.n;

	l->n_keys = 0;
	l->n_by_key = 16;
	while (l->n_by_key < 2 * n)
		l->n_by_key *= 2;
	tm_grow_to(l->by_key, l->n_by_key, l->cap_by_key);
	clear_table(l);
	memset(l->filter, 0, sizeof l->filter);
	for (size_t i = 0; i < n; i++) {
		uint32_t key = l->q[i].key, *slot;
		tm_query_key *k;

		ask_for_texts(l, &l->asked->v[i]);
		if (key == NONE)
			continue;
		if (key >= l->x->head->n_keys)
			return false;
		slot = tm_look_slot(l, key);
		if (*slot != NONE) {
			l->keys[*slot].weight += l->q[i].weight;
			continue;
		}
		tm_grow(l->keys, l->n_keys, l->cap_keys);
		*slot = (uint32_t)l->n_keys;
		k = &l->keys[l->n_keys++];
		*k = (tm_query_key){ .key = key,
			.one = l->q[i].weight,
			.weight = l->q[i].weight };
		if (!tm_image_read_list(
			l->x, l->found[i].from, l->found[i].to, &k->list))
			return false;
		l->filter[key >> 6 & 3] |= UINT64_C(1) << (key & 63);
	}
	if (l->n_keys > 1)
		qsort(l->keys, l->n_keys, sizeof *l->keys, rarest_first);
	clear_table(l);
	for (size_t i = 0; i < l->n_keys; i++)
		*tm_look_slot(l, l->keys[i].key) = (uint32_t)i;
	l->n_parts = 0;
	for (uint32_t i = 0; i < l->n_keys; i++)
		add_parts(l, i);
	return true;
}

/* ---- Out of the lists -------------------------------------------------- */

/*
 * What the keys from number k on can share behind the bits of a sketch, if the
 * first is there: a sum for every value of each third of them.
 */
enum { THIRD = (8 * TM_ENTRY - TM_NUMBER_BITS + 2) / 3 };

typedef struct sketched {
	uint32_t sum[3][1 << THIRD];
	uint32_t need;
} sketched;

static void
set_sketched(sketched *s, const tm_look *l, uint32_t k)
{
	uint32_t bit[3 * THIRD] = { 0 };
	double need = l->need;
	size_t i = 0;

	while (l->parts[i].of < k)
		i++;
	need -= l->parts[i].weight;
	for (i++; i < l->n_parts; i++)
		bit[tm_image_sketch_bit(l->parts[i].key, l->x->number_bits)] +=
		    l->parts[i].weight;
	for (int third = 0; third < 3; third++) {
		uint32_t *sum = s->sum[third];

		sum[0] = 0;
		for (int b = 0; b < THIRD; b++)
			for (int v = 0; v < 1 << b; v++)
				sum[(1 << b) + v] =
				    sum[v] + bit[third * THIRD + b];
	}
	s->need = need > 0 ? (uint32_t)need : 0;
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

/* Few enough to go through instead of cutting ends off. */
enum { FEW_POSTS = 32 };

/* The segments low to high of some of a list of key number k. */
static void
add_range(tm_look *l, size_t k, const unsigned char *v, uint32_t n,
    uint32_t low, uint32_t high)
{
	tm_range *r;

	if (n == 0 || low >= high)
		return;
	tm_grow(l->ranges, l->n_ranges, l->cap_ranges);
	r = &l->ranges[l->n_ranges++];
	*r = (tm_range){ .key = (uint32_t)k, .low = low, .high = high };
	r->end[0] = v;
	r->end[1] = n > FEW_POSTS ? v : v + (size_t)n * TM_ENTRY;
	r->left[0] = r->left[1] = n > FEW_POSTS ? n : 0;
	tm_soon(v + (size_t)(n / 2) * TM_ENTRY);
}

static bool
choose_ranges(tm_look *l)
{
	double need = l->need;
	uint32_t left = 0, low[TM_TIERS];
	int tiers = 0;

	l->n_ranges = l->next_range = l->n_posts = 0;
	if (l->all)
		return true;
	for (; tiers < TM_TIERS; tiers++) {
		double rest = 1 - (double)tiers / TM_TIERS;

		if (rest < l->s - 1e-9)
			break;
		low[tiers] = low_end(l->x, floor(need / rest - 1e-6));
	}
	for (size_t k = 0; k < l->n_keys; k++)
		left += l->keys[k].weight;
	for (size_t k = 0; k < l->n_keys && left >= need; k++) {
		const tm_image_list *list = &l->keys[k].list;
		uint32_t high = high_end(l->x, ceil(left / l->s + 1));
		uint32_t from = 0;

		if (high > l->high)
			high = l->high;
		left -= l->keys[k].weight;
		if (k < l->next_key)
			continue;
		if (list->end == NULL)
			add_range(l, k, list->v, list->n, l->low, high);
		for (int t = 0; list->end != NULL && t < tiers; t++) {
			uint32_t end = tm_image_tier_end(list, t);

			add_range(l, k, list->v + (size_t)from * TM_ENTRY,
			    end - from, low[t], high);
			from = end;
		}
	}
	return true;
}

/*
 * Cut off the ends of the ranges, all at once: each step of a binary search
 * waits for memory, and they can wait together.
 */
static bool
cut_ranges(tm_look *l)
{
	uint32_t mask = l->x->number_mask;
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < 2 * l->n_ranges; i++) {
			tm_range *r = &l->ranges[i / 2];
			uint32_t bound = i % 2 == 0 ? r->low : r->high;
			uint32_t n = r->left[i % 2], half = n / 2;
			const unsigned char *v = r->end[i % 2];
			bool up;

			if (n == 0)
				continue;
			more = true;
			/* Without a branch, which would be guessed wrong. */
			up = ((uint32_t)tm_image_entry(v, half) & mask) < bound;
			v += up ? (size_t)(half + 1) * TM_ENTRY : 0;
			n = up ? n - half - 1 : half;
			r->end[i % 2] = v;
			r->left[i % 2] = n;
			tm_soon(v + (size_t)(n / 2) * TM_ENTRY);
		}
	}
	return true;
}

static size_t
range_length(const tm_range *r)
{
	return r->end[0] < r->end[1]
		   ? (size_t)(r->end[1] - r->end[0]) / TM_ENTRY
		   : 0;
}

size_t
tm_look_work(const tm_look *l)
{
	size_t n = l->all ? l->high - l->low : 0;

	for (size_t i = l->next_range; i < l->n_ranges; i++)
		n += range_length(&l->ranges[i]);
	return n;
}

bool
tm_look_has_more(const tm_look *l)
{
	return l->all ? !l->taken : l->next_range < l->n_ranges;
}

/* Take what its sketch lets through out of a range. */
static void
take_range(tm_look *l, const tm_range *r, const sketched *s)
{
	uint32_t *out, *before, mask = l->x->number_mask;
	int bits = l->x->number_bits;
	const uint32_t last = (1 << THIRD) - 1;

	tm_grow_to(l->posts, l->n_posts + range_length(r), l->cap_posts);
	before = out = l->posts + l->n_posts;
	for (const unsigned char *v = r->end[0]; v < r->end[1]; v += TM_ENTRY) {
		uint64_t entry = tm_image_entry(v, 0);
		uint32_t sketch = (uint32_t)(entry >> bits);
		uint32_t at = (uint32_t)entry & mask;

		*out = at;
		out += (s->sum[0][sketch & last] +
			       s->sum[1][sketch >> THIRD & last] +
			       s->sum[2][sketch >> 2 * THIRD] >=
			   s->need) &
		       (at >= r->low) & (at < r->high);
	}
	l->n_posts = (size_t)(out - l->posts);
	while (before < out)
		tm_soon(&l->x->row[*before++]);
}

/* The lists of some more keys. */
static bool
take_ranges(tm_look *l)
{
	sketched s;
	uint32_t key = NONE; /* s is for */
	size_t read = 0;

	l->n_posts = 0;
	for (; l->next_range < l->n_ranges; l->next_range++) {
		const tm_range *r = &l->ranges[l->next_range];

		if (read >= tm_fuzzy_batch && r->key >= l->next_key)
			break;
		l->next_key = r->key + 1;
		read += range_length(r);
		if (range_length(r) == 0)
			continue;
		if (r->key != key)
			set_sketched(&s, l, r->key);
		key = r->key;
		take_range(l, r, &s);
	}
	return true;
}

/* ---- Bits -------------------------------------------------------------- */

/* What can be behind the bits of the first row: the weight of the keys of
 * the query, summed for every value of each byte. */
typedef uint32_t behind[8][256];

static void
set_behind(const tm_look *l, behind sums)
{
	uint32_t bit[64] = { 0 };

	for (size_t k = 0; k < l->n_parts; k++) {
		int i = 0;

		while ((l->parts[k].bits[0] >> i & 1) == 0)
			i++;
		bit[i] += l->parts[k].weight;
	}
	for (int byte = 0; byte < 8; byte++) {
		uint32_t *sum = sums[byte];

		sum[0] = 0;
		for (int i = 0; i < 8; i++)
			for (int k = 0; k < 1 << i; k++)
				sum[(1 << i) + k] = sum[k] + bit[8 * byte + i];
	}
}

/* How much a segment shares with the query at most, by the first row. */
static uint32_t
may_share(const behind sums, uint64_t row)
{
	uint32_t sum = 0;

	for (int byte = 0; byte < 8; byte++)
		sum += sums[byte][row >> 8 * byte & 255];
	return sum;
}

/* The same for a few: without tables. */
static uint32_t
may_share_plainly(const tm_look *l, uint64_t row)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < l->n_parts; i++)
		sum +=
		    (l->parts[i].bits[0] & row) != 0 ? l->parts[i].weight : 0;
	return sum;
}

/* The same by all rows. */
static uint32_t
may_share_all(const tm_look *l, uint64_t row, const tm_image_brief *b)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < l->n_parts; i++) {
		const tm_query_part *k = &l->parts[i];
		uint64_t lacks = k->bits[0] & ~row;

		for (int r = 1; r < TM_KEY_ROWS; r++)
			lacks |= k->bits[r] & ~b->more[r - 1];
		sum += lacks == 0 ? k->weight : 0;
	}
	return sum;
}

/* As many as are worth the tables: they take some 2,000 additions. */
enum { MANY_POSTS = 150 };

/* Of what was taken out of the lists keep what the first row lets through. */
static bool
sift_posts(tm_look *l)
{
	const tm_fuzzy *x = l->x;
	size_t kept = 0;
	bool many = l->n_posts > MANY_POSTS;
	behind sums;

	if (many)
		set_behind(l, sums);
	for (size_t i = 0; i < l->n_posts; i++) {
		uint32_t at = l->posts[i], share;

		if (at >= x->head->n)
			return false;
		if (i + 16 < l->n_posts && l->posts[i + 16] < x->head->n)
			tm_soon(&x->row[l->posts[i + 16]]);
		share = many ? may_share(sums, x->row[at])
			     : may_share_plainly(l, x->row[at]);
		if ((double)share >= l->need) {
			l->posts[kept++] = at;
			tm_soon(&x->brief[at]);
		}
	}
	l->n_posts = kept;
	return true;
}

bool (*const tm_look_steps[])(tm_look *) = {
	[TM_LOOK_KEYS] = find_keys,
	[TM_LOOK_LISTS] = set_keys,
	[TM_LOOK_RANGES] = choose_ranges,
	[TM_LOOK_CUT] = cut_ranges,
	[TM_LOOK_POSTS] = take_ranges,
	[TM_LOOK_ROWS] = sift_posts,
};

void
tm_look_aim(tm_look *l, double least)
{
	l->next_key = 0;
	l->taken = false;
	tm_look_aim_higher(l, least);
}

void
tm_look_aim_higher(tm_look *l, double least)
{
	double need = tm_match_least_s(least, 1), weight = l->query->weight;

	l->score = least;
	l->s = need;
	l->need = need * weight - 1e-6;
	/* No list leads from nothing to nothing: all without a token. */
	l->all = need <= 1e-6 || l->query->weight == 0;
	l->low = 0;
	l->high = l->x->head->n;
	if (need > 1e-6) {
		/* The lighter must weigh need times the heavier. */
		l->low = low_end(l->x, floor(l->need));
		l->high = high_end(l->x, ceil(weight / need + 1));
	}
}

/* ---- What is worth trying ---------------------------------------------- */

double
tm_look_chars_bound(const tm_look *l, const tm_image_brief *b)
{
	size_t n = l->query->n_cp, m = b->chars;

	if (m == 0xffff && n >= m)
		return 1; /* that many or more */
	return tm_match_chars_agree(n > m ? n - m : m - n, n, m);
}

/* The score at most, sharing so much. */
static double
score_bound(const tm_look *l, const tm_image_brief *b, uint64_t shared)
{
	uint32_t a = l->query->weight;
	uint32_t least = a < b->weight ? a : b->weight;
	uint32_t most = a < b->weight ? b->weight : a;

	if (shared > least)
		shared = least;
	return tm_match_join(most == 0 ? 1 : (double)shared / (double)most,
	    tm_look_chars_bound(l, b));
}

/* The best score that segment at can have; -1: it is out. */
static double
bound_of(const tm_look *l, uint32_t at)
{
	const tm_image_brief *b = &l->x->brief[at];
	uint32_t a = l->query->weight, shared = UINT32_MAX;
	double need = l->s * (a < b->weight ? b->weight : a) - 1e-6, bound;

	if (!l->all) {
		shared = may_share_all(l, l->x->row[at], b);
		if ((double)shared < need)
			return -1;
	}
	bound = score_bound(l, b, shared);
	return bound < l->score ? -1 : bound;
}

void
tm_look_tell(tm_look *l,
    void (*worth)(void *self, uint32_t segment, double bound), void *self)
{
	size_t n = l->all ? l->high - l->low : l->n_posts;

	if (l->all && l->taken)
		return;
	l->taken = true;
	if (n > 0 && l->cap_met < l->x->head->n / 64 + 1) {
		size_t before = l->cap_met;

		tm_grow_to(l->met, l->x->head->n / 64 + 1, l->cap_met);
		memset(
		    &l->met[before], 0, (l->cap_met - before) * sizeof *l->met);
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t at = l->all ? l->low + (uint32_t)i : l->posts[i];
		double bound = bound_of(l, at);

		/* In several lists, or told with a higher aim. */
		if (bound < 0 || (l->met[at / 64] >> (at & 63) & 1) != 0)
			continue;
		l->met[at / 64] |= UINT64_C(1) << (at & 63);
		worth(self, at, bound);
	}
}

void
tm_look_forget(tm_look *l, uint32_t segment)
{
	l->met[segment / 64] = 0;
}

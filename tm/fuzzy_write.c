/*
 * fuzzy_write.c - write what a builder has as an image
 *
 * Segments by weight; words and keys by frequency; lists by segment, long
 * ones in tiers. A tier is found by putting the keys of a segment in the
 * order of rarity and adding up:
 *
 *	key		herring	red	a	.
 *	weight		1.18	.77	.45	.50	all: 2.90
 *	rarer before	0	1.18	1.95	2.40
 *	tier		0	6	10	13	rarer * 16 / all
 */
#include "config.h"

#include "tm/fuzzy.h"

#include <stdlib.h>

#include "tm/fuzzy_build_int.h"

typedef struct output {
	FILE *fp;
	tm_image_head head;
	uint64_t at;
	/* The section that is being written. */
	tm_image_section what;
	unsigned char odd[8]; /* bytes that are not in the checksum yet */
	size_t n_odd;
} output;

/* So many segments are made and written at a time, and this many entries of
 * lists: 13 and 100 MB, whatever the size of the image. */
enum { CHUNK = 1 << 19 };
size_t tm_fuzzy_list_part = 1 << 24;

/* What is numbered anew, and the old numbers in the new order. */
typedef struct numbering {
	struct ranked *words;
	uint32_t *word, *key; /* the new number by the old one */
	uint32_t *order;      /* segments by weight */
	uint32_t *word_key;   /* by the old number of the word */
	uint32_t *count;      /* segments that have each (new) key */
	uint32_t *rarity;     /* of each key: 0 is the rarest */
	struct placed *token; /* what each word is, by its old number */
} numbering;

static void
put_begin(output *im, tm_image_section what)
{
	im->what = what;
	im->head.at[what] = im->at;
	im->head.bytes[what] = 0;
	im->n_odd = 0;
}

/* The checksum is that of the whole section: it takes eight bytes each. */
static void
put_more(output *im, const void *data, size_t n)
{
	const unsigned char *p = data;
	uint64_t *sum = &im->head.body;
	size_t whole;

	if (n == 0)
		return;
	fwrite(p, 1, n, im->fp);
	im->head.bytes[im->what] += n;
	for (; n > 0 && im->n_odd > 0 && im->n_odd < sizeof im->odd; n--)
		im->odd[im->n_odd++] = *p++;
	if (im->n_odd == sizeof im->odd) {
		*sum = tm_image_checksum(*sum, im->odd, im->n_odd);
		im->n_odd = 0;
	}
	whole = n / sizeof im->odd * sizeof im->odd;
	*sum = tm_image_checksum(*sum, p, whole);
	for (p += whole, n -= whole; n > 0; n--)
		im->odd[im->n_odd++] = *p++;
}

static void
put_end(output *im)
{
	static const char zero[16];
	size_t n = im->head.bytes[im->what], pad = (16 - n % 16) % 16;

	/* Each section by itself, so that the reader need not know the
	 * pads. */
	im->head.body = tm_image_checksum(im->head.body, im->odd, im->n_odd);
	fwrite(zero, 1, pad, im->fp);
	im->at += n + pad;
}

static void
put(output *im, tm_image_section what, const void *data, size_t count,
    size_t size)
{
	put_begin(im, what);
	put_more(im, data, count * size);
	put_end(im);
}

typedef struct ranked {
	uint32_t count, id;
} ranked;

static int
by_count(const void *a, const void *b)
{
	const ranked *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

/* Number what is in v by how often it occurs; number[i] is then that of
 * i. */
static uint32_t *
rank(ranked *v, uint32_t n)
{
	uint32_t *number = tm_alloc(n * sizeof *number);

	if (n > 1)
		qsort(v, n, sizeof *v, by_count);
	for (uint32_t i = 0; i < n; i++)
		number[v[i].id] = i;
	return number;
}

static void
rank_words(const tm_fuzzy_builder *b, numbering *plan)
{
	uint32_t n = (uint32_t)b->n_words;

	plan->words = tm_alloc(n * sizeof *plan->words);
	for (uint32_t i = 0; i < n; i++)
		plan->words[i] = (ranked){ b->words[i].count, i };
	plan->word = rank(plan->words, n);
}

/* Those that are no word's text stay the first. */
static void
rank_keys(const tm_fuzzy_builder *b, numbering *plan)
{
	ranked *v = tm_zalloc(b->n_keys, sizeof *v);

	plan->word_key = tm_alloc(b->n_words * sizeof *plan->word_key);
	for (uint32_t i = 0; i < b->n_keys; i++)
		v[i] = (ranked){ i < TM_KEY_FIRST ? UINT32_MAX : 0, i };
	for (uint32_t i = 0; i < b->n_words; i++) {
		const new_word *w = &b->words[i];

		if (w->kind != TM_NUMBER && w->key >= TM_KEY_FIRST)
			v[w->key].count += w->count;
	}
	plan->key = rank(v, b->n_keys);
	for (uint32_t i = 0; i < b->n_words; i++)
		plan->word_key[i] = b->words[i].kind == TM_NUMBER
					? (uint32_t)TM_KEY_NUMBER
					: plan->key[b->words[i].key];
	free(v);
}

static void
put_words(output *im, const tm_fuzzy_builder *b, const numbering *plan)
{
	uint32_t n = (uint32_t)b->n_words;
	tm_image_word *words = tm_zalloc(n, sizeof *words);
	tm_image_text *texts = tm_zalloc(n + 1, sizeof *texts);
	uint32_t *self = tm_alloc(n * sizeof *self), *slots;
	uint32_t n_slots = n + n / 3 + 1;
	tm_buf bytes = { 0 };

	slots = tm_alloc(n_slots * sizeof *slots);
	memset(slots, 0xff, n_slots * sizeof *slots);
	tm_buf_reserve(&bytes, b->text.n);
	for (uint32_t i = 0; i < n; i++) {
		const new_word *w = &b->words[plan->words[i].id];
		tm_str s = tm_new_word_text(b, plan->words[i].id);
		uint32_t at = tm_image_slot(tm_image_hash(w->kind, s), n_slots);

		words[i] = (tm_image_word){
			.key = w->kind == TM_NUMBER ? plan->word[w->key]
						    : plan->key[w->key],
			.weight = w->weight,
			.kind = w->kind,
		};
		texts[i] =
		    (tm_image_text){ (uint32_t)bytes.n, plan->word[w->fold] };
		self[i] = w->self == TM_IMAGE_NONE ? TM_IMAGE_NONE
						   : plan->key[w->self];
		tm_buf_add(&bytes, s.p, s.n);
		while (slots[at] != TM_IMAGE_NONE)
			at = at + 1 < n_slots ? at + 1 : 0;
		slots[at] = i;
	}
	texts[n].at = (uint32_t)bytes.n;
	im->head.n_words = n;
	im->head.n_slots = n_slots;
	put(im, TM_IN_WORDS, words, n, sizeof *words);
	put(im, TM_IN_TEXTS, texts, (size_t)n + 1, sizeof *texts);
	put(im, TM_IN_SELF, self, n, sizeof *self);
	put(im, TM_IN_SLOTS, slots, n_slots, sizeof *slots);
	put(im, TM_IN_BYTES, tm_buf_str(&bytes).p, bytes.n, 1);
	tm_buf_release(&bytes);
	free(slots);
	free(self);
	free(texts);
	free(words);
}

/*
 * The segments by weight, those of one weight as they came: sorted by the
 * lowest digits of the weight, then by the next. Two digits of 16 bits for
 * many; four of 8 for few, as 65,536 counters are more than the work for a unit
 * that was just added.
 */
static uint32_t *
order_by_weight(const tm_fuzzy_builder *b)
{
	int bits = b->n < 1 << 14 ? 8 : 16;
	size_t digits = (size_t)1 << bits, mask = digits - 1;
	uint32_t *from = tm_alloc(b->n * sizeof *from);
	uint32_t *to = tm_alloc(b->n * sizeof *to), *turn;
	size_t *start = tm_alloc((digits + 1) * sizeof *start);

	for (uint32_t i = 0; i < b->n; i++)
		from[i] = i;
	for (int shift = 0; shift < 32; shift += bits) {
		memset(start, 0, (digits + 1) * sizeof *start);
		for (size_t i = 0; i < b->n; i++)
			start[(b->v[i].weight >> shift & mask) + 1]++;
		for (size_t i = 0; i < digits; i++)
			start[i + 1] += start[i];
		for (size_t i = 0; i < b->n; i++)
			to[start[b->v[from[i]].weight >> shift & mask]++] =
			    from[i];
		turn = from, from = to, to = turn;
	}
	free(start);
	free(to);
	return from;
}

/* The word of the token at *p, which moves on. */
static uint32_t
next_token(const unsigned char **p, bool *space)
{
	uint64_t code = 0;
	unsigned char c;
	int shift = 0;

	do {
		c = *(*p)++;
		code |= (uint64_t)(c & 127) << shift;
		shift += 7;
	} while (c >= 128);
	*space = code & 1;
	return (uint32_t)(code >> 1);
}

/* Where its tokens begin and end. */
static const unsigned char *
tokens_of(const tm_fuzzy_builder *b, uint32_t i, const unsigned char **end)
{
	*end = b->codes + (i + 1 < b->n ? b->v[i + 1].at : b->n_codes);
	return b->codes + b->v[i].at;
}

/* Ask for segments that will be looked at after the i-th: they come in any
 * order. */
static void
soon_segment(const tm_fuzzy_builder *b, const uint32_t *order, size_t i)
{
	if (i + 16 < b->n)
		tm_soon(&b->v[order[i + 16]]);
	if (i + 8 < b->n)
		tm_soon(&b->codes[b->v[order[i + 8]].at]);
}

/* ---- The keys of segments ------------------------------------------------ */

/* How many segments have each key. */
static void
count_keys(const tm_fuzzy_builder *b, numbering *plan)
{
	uint32_t *last = tm_alloc(b->n_keys * sizeof *last);

	memset(last, 0xff, b->n_keys * sizeof *last);
	plan->count = tm_zalloc(b->n_keys, sizeof *plan->count);
	for (uint32_t i = 0; i < b->n; i++) {
		const unsigned char *end, *p = tokens_of(b, i, &end);
		bool space;

		while (p < end) {
			uint32_t word = next_token(&p, &space);
			uint32_t key = plan->word_key[word];

			plan->count[key] += last[key] != i;
			last[key] = i;
		}
	}
	free(last);
}

typedef struct ranked_key {
	uint32_t n, weight, key;
} ranked_key;

static int
rarer_first(const void *a, const void *b)
{
	const ranked_key *x = a, *y = b;

	return tm_image_rarer(x->n, x->weight, x->key, y->n, y->weight, y->key)
		   ? -1
		   : 1;
}

static void
rank_by_rarity(const tm_fuzzy_builder *b, numbering *plan)
{
	ranked_key *v = tm_zalloc(b->n_keys, sizeof *v);

	for (uint32_t k = 0; k < b->n_keys; k++)
		v[k] = (ranked_key){ plan->count[k], 1, k };
	/* All words of a key weigh the same. */
	for (uint32_t i = 0; i < b->n_words; i++)
		if (b->words[i].count > 0)
			v[plan->word_key[i]].weight = b->words[i].weight;
	if (b->n_keys > 1)
		qsort(v, b->n_keys, sizeof *v, rarer_first);
	plan->rarity = tm_alloc(b->n_keys * sizeof *plan->rarity);
	for (uint32_t i = 0; i < b->n_keys; i++)
		plan->rarity[v[i].key] = i;
	free(v);
}

/* A token of a segment, in the order of rarity. */
typedef struct placed {
	uint32_t rarity, key;
	uint32_t value; /* of a number or a code, or 0 */
	uint16_t weight;
} placed;

typedef struct placed_row {
	placed *v;
	size_t n, cap;
} placed_row;

static int
by_rarity(const void *a, const void *b)
{
	const placed *x = a, *y = b;

	return (x->rarity > y->rarity) - (x->rarity < y->rarity);
}

static void
sort_placed(placed_row *row)
{
	placed *v = row->v;

	if (row->n > 32) {
		qsort(v, row->n, sizeof *v, by_rarity);
		return;
	}
	for (size_t i = 1; i < row->n; i++) {
		placed one = v[i];
		size_t k = i;

		for (; k > 0 && v[k - 1].rarity > one.rarity; k--)
			v[k] = v[k - 1];
		v[k] = one;
	}
}

static uint32_t
value_of(const tm_fuzzy_builder *b, const new_word *w)
{
	uint32_t text = w->kind == TM_NUMBER ? w->key : w->fold;

	if (!tm_image_has_value(w->kind, w->key))
		return 0;
	return tm_image_value(
	    tm_image_hash(w->kind, tm_new_word_text(b, text)));
}

/* All that is known of a token by its word, in one place: it is asked for
 * twice for each token of each segment, and each time it is far away. */
static void
describe_words(const tm_fuzzy_builder *b, numbering *plan)
{
	plan->token = tm_alloc(b->n_words * sizeof *plan->token);
	for (uint32_t i = 0; i < b->n_words; i++) {
		const new_word *w = &b->words[i];
		uint32_t key = plan->word_key[i];

		plan->token[i] = (placed){ plan->rarity[key], key,
			w->kind == TM_WORD ? 0 : value_of(b, w), w->weight };
	}
}

/* The tokens of segment i; those of one key come one after the other. */
static void
place_tokens(const tm_fuzzy_builder *b, const numbering *plan, uint32_t i,
    placed_row *row)
{
	const unsigned char *end, *p = tokens_of(b, i, &end);
	bool space;

	row->n = 0;
	tm_grow_to(row->v, (size_t)(end - p) + 1, row->cap);
	while (p < end)
		row->v[row->n++] = plan->token[next_token(&p, &space)];
	sort_placed(row);
}

/* What token i is, there being so many with its key before it. */
static uint32_t
placed_key(const placed *t, uint32_t before)
{
	return before == 0 ? t->key : tm_image_again(t->key, before);
}

/* What a segment surely has not: every token sets its bits. */
static void
set_bits(const placed_row *row, uint64_t bits[TM_KEY_ROWS])
{
	uint32_t before = 0;

	for (size_t i = 0; i < row->n; i++) {
		const placed *t = &row->v[i];

		before = i > 0 && t[-1].key == t->key ? before + 1 : 0;
		if (before < TM_MOST_TIMES)
			tm_image_bits(placed_key(t, before), bits);
		if (t->value != 0)
			tm_image_bits(t->value, bits);
	}
}

static void
put_briefs(output *im, const tm_fuzzy_builder *b, const numbering *plan)
{
	tm_image_brief *v = tm_zalloc(b->n < CHUNK ? b->n : CHUNK, sizeof *v);
	uint64_t *first = tm_alloc(b->n * sizeof *first);
	placed_row row = { 0 };
	size_t n = 0;

	put_begin(im, TM_IN_BRIEFS);
	for (size_t i = 0; i < b->n; i++) {
		const struct new_segment *s = &b->v[plan->order[i]];
		uint64_t bits[TM_KEY_ROWS];

		soon_segment(b, plan->order, i);
		v[n].weight = s->weight;
		v[n].chars = s->chars;
		v[n].label = s->label;
		memset(bits, 0, sizeof bits);
		place_tokens(b, plan, plan->order[i], &row);
		set_bits(&row, bits);
		first[i] = bits[0];
		memcpy(v[n].more, bits + 1, sizeof v[n].more);
		if (++n == CHUNK || i + 1 == b->n) {
			put_more(im, v, n * sizeof *v);
			n = 0;
		}
	}
	put_end(im);
	free(v);
	free(row.v);
	put(im, TM_IN_ROWS, first, b->n, sizeof *first);
	free(first);
}

static void
put_first(output *im, const tm_fuzzy_builder *b, const numbering *plan)
{
	uint32_t *v = tm_alloc((TM_WEIGHT_STEPS + 1) * sizeof *v), i = 0;

	for (uint32_t step = 0; step <= TM_WEIGHT_STEPS; step++) {
		while (i < b->n &&
		       b->v[plan->order[i]].weight < step * TM_WEIGHT_STEP)
			i++;
		v[step] = i;
	}
	put(im, TM_IN_FIRST, v, TM_WEIGHT_STEPS + 1, sizeof *v);
	free(v);
}

static void
put_ids(output *im, const tm_fuzzy_builder *b, const numbering *plan)
{
	uint32_t *v = tm_alloc(b->n * sizeof *v);
	int64_t base = b->n > 0 ? b->v[0].id : 0;

	for (size_t i = 0; i < b->n; i++)
		if (b->v[i].id < base)
			base = b->v[i].id;
	for (size_t i = 0; i < b->n; i++)
		v[i] = (uint32_t)(b->v[plan->order[i]].id - base);
	im->head.base = base;
	put(im, TM_IN_IDS, v, b->n, sizeof *v);
	free(v);
}

static void
put_tokens(output *im, const tm_fuzzy_builder *b, const numbering *plan)
{
	uint32_t *at = tm_alloc((b->n + 1) * sizeof *at);
	tm_buf tokens = { 0 };
	size_t before = 0;

	put_begin(im, TM_IN_TOKENS);
	for (size_t i = 0; i < b->n; i++) {
		const unsigned char *end;
		const unsigned char *p = tokens_of(b, plan->order[i], &end);

		soon_segment(b, plan->order, i);
		if (tokens.n >= CHUNK) {
			put_more(im, tokens.p, tokens.n);
			before += tokens.n;
			tm_buf_clear(&tokens);
		}
		at[i] = (uint32_t)(before + tokens.n);
		while (p < end) {
			bool space;
			uint64_t code = plan->word[next_token(&p, &space)];

			code = code * 2 + space;
			for (; code >= 128; code >>= 7)
				tm_buf_addc(&tokens, (char)(code | 128));
			tm_buf_addc(&tokens, (char)code);
		}
	}
	at[b->n] = (uint32_t)(before + tokens.n);
	put_more(im, tm_buf_str(&tokens).p, tokens.n);
	put_end(im);
	put(im, TM_IN_AT, at, b->n + 1, sizeof *at);
	tm_buf_release(&tokens);
	free(at);
}

/* ---- Lists ------------------------------------------------------------- */

/* Lists on their way: of key k from start[k] on, with room for the ends of
 * its tiers where it is long. */
typedef struct lists {
	uint32_t *start;
	/* Of the keys from first on, and before last: */
	uint32_t first, last;
	uint32_t *next;	  /* the next entry of each key */
	unsigned char *v; /* entries */
	uint8_t *tier;	  /* of each in v */
} lists;

static void
set_entry(unsigned char *v, size_t i, uint64_t entry)
{
	for (int k = 0; k < TM_ENTRY; k++)
		v[i * TM_ENTRY + k] = (unsigned char)(entry >> 8 * k);
}

static void
start_lists(lists *l, const tm_fuzzy_builder *b, const numbering *plan)
{
	uint64_t total = 0;

	l->start = tm_alloc(((size_t)b->n_keys + 1) * sizeof *l->start);
	l->next = tm_alloc(b->n_keys * sizeof *l->next);
	for (uint32_t k = 0; k < b->n_keys; k++) {
		l->start[k] = (uint32_t)total;
		total += plan->count[k];
		total += plan->count[k] > TM_LONG_LIST ? TM_TIER_ENDS : 0;
	}
	l->start[b->n_keys] = (uint32_t)total;
}

static void
add_entry(lists *l, uint32_t key, uint64_t entry, uint64_t tier)
{
	uint32_t at;

	if (key < l->first || key >= l->last)
		return;
	at = l->next[key]++;
	set_entry(l->v, at, entry);
	l->tier[at] = (uint8_t)tier;
}

/* The sketch bits of tokens i to n of one key, without that of the key. */
static uint64_t
sketch_rest(const placed *v, size_t n, int bits)
{
	uint64_t sketch = 0;

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && i < TM_MOST_TIMES)
			sketch |=
			    UINT64_C(1) << tm_image_sketch_bit(
				tm_image_again(v->key, (uint32_t)i), bits);
		if (v[i].value != 0)
			sketch |= UINT64_C(1)
				  << tm_image_sketch_bit(v[i].value, bits);
	}
	return sketch;
}

/* Segment number i, of that weight, into those lists of its keys that are at
 * hand. */
static void
list_segment(
    lists *l, const placed_row *row, uint32_t i, uint32_t whole, int bits)
{
	uint64_t sketch = 0, rarer = whole;
	size_t first;

	for (size_t end = row->n; end > 0; end = first) {
		const placed *v = row->v;
		uint32_t key = v[end - 1].key;

		for (first = end; first > 0 && v[first - 1].key == key; first--)
			rarer -= v[first - 1].weight;
		sketch |= sketch_rest(v + first, end - first, bits);
		add_entry(l, key, i | sketch << bits, rarer * TM_TIERS / whole);
		sketch |= UINT64_C(1) << tm_image_sketch_bit(key, bits);
	}
}

/* Segments into those lists of their keys that are at hand, each with its
 * tier. */
static void
fill_lists(lists *l, const tm_fuzzy_builder *b, const numbering *plan)
{
	int bits = tm_image_number_bits((uint32_t)b->n);
	placed_row row = { 0 };

	for (uint32_t k = l->first; k < l->last; k++)
		l->next[k] = l->start[k] - l->start[l->first] +
			     (plan->count[k] > TM_LONG_LIST ? TM_TIER_ENDS : 0);
	for (uint32_t i = 0; i < b->n; i++) {
		uint32_t segment = plan->order[i];

		soon_segment(b, plan->order, i);
		place_tokens(b, plan, segment, &row);
		list_segment(l, &row, i, b->v[segment].weight, bits);
	}
	free(row.v);
}

/* Put a long list, which is in order, into tiers that are. */
static void
into_tiers(lists *l, uint32_t key, uint32_t n, unsigned char *scratch)
{
	size_t here = l->start[key] - l->start[l->first];
	unsigned char *start = l->v + here * TM_ENTRY;
	unsigned char *v = start + TM_TIER_ENDS * TM_ENTRY;
	const uint8_t *tier = l->tier + here + TM_TIER_ENDS;
	uint32_t end[TM_TIERS] = { 0 };
	uint32_t next[TM_TIERS], at = 0;

	for (uint32_t i = 0; i < n; i++)
		end[tier[i]]++;
	for (int t = 0; t < TM_TIERS; t++) {
		next[t] = at;
		at += end[t];
		end[t] = at;
	}
	memset(start, 0, TM_TIER_ENDS * TM_ENTRY);
	memcpy(start, end, sizeof end);
	memcpy(scratch, v, (size_t)n * TM_ENTRY);
	for (uint32_t i = 0; i < n; i++)
		memcpy(v + (size_t)next[tier[i]]++ * TM_ENTRY,
		    scratch + (size_t)i * TM_ENTRY, TM_ENTRY);
}

/* The table that keys are found in. */
static void
put_keys(output *im, const tm_fuzzy_builder *b, const numbering *plan,
    const lists *l)
{
	uint32_t n = b->n_keys + b->n_keys / 3 + 1;
	tm_image_key *v = tm_alloc(n * sizeof *v);

	memset(v, 0xff, n * sizeof *v);
	for (uint32_t i = 0; i < b->n_words; i++) {
		const new_word *w = &b->words[i];
		uint32_t hash, at, key;

		if (w->self == TM_IMAGE_NONE)
			continue;
		key = plan->key[w->self];
		hash = tm_image_hash(w->kind, tm_new_word_text(b, i));
		at = tm_image_slot(hash, n);
		for (; v[at].key != TM_IMAGE_NONE; at = at + 1 < n ? at + 1 : 0)
			if (v[at].hash == hash)
				v[at].key |= TM_KEY_NOT_ALONE;
		v[at] = (tm_image_key){ hash, key, l->start[key],
			l->start[key + 1] };
	}
	put(im, TM_IN_KEYS, v, n, sizeof *v);
	free(v);
}

/* The next keys whose lists have room beside each other: one at least. */
static size_t
next_part(lists *l, uint32_t n_keys)
{
	l->first = l->last;
	do
		l->last++;
	while (l->last < n_keys && l->start[l->last + 1] - l->start[l->first] <=
				       tm_fuzzy_list_part);
	return l->start[l->last] - l->start[l->first];
}

/* Each key's list of the segments it is in. */
static void
put_lists(output *im, const tm_fuzzy_builder *b, const numbering *plan)
{
	static const unsigned char behind[TM_ENTRY];
	lists l = { 0 };
	unsigned char *scratch = tm_alloc(b->n * TM_ENTRY);

	start_lists(&l, b, plan);
	put_keys(im, b, plan, &l);
	put(im, TM_IN_LIST_AT, l.start, (size_t)b->n_keys + 1, sizeof *l.start);
	put_begin(im, TM_IN_LIST);
	while (l.last < b->n_keys) {
		size_t n = next_part(&l, b->n_keys);

		l.v = tm_alloc(n * TM_ENTRY);
		l.tier = tm_alloc(n);
		fill_lists(&l, b, plan);
		for (uint32_t k = l.first; k < l.last; k++)
			if (plan->count[k] > TM_LONG_LIST)
				into_tiers(&l, k, plan->count[k], scratch);
		put_more(im, l.v, n * TM_ENTRY);
		free(l.v);
		free(l.tier);
	}
	put_more(im, behind, sizeof behind);
	put_end(im);
	free(l.start);
	free(l.next);
	free(scratch);
}

uint64_t
tm_fuzzy_builder_write(tm_fuzzy_builder *b, FILE *fp)
{
	output im = { .fp = fp, .at = sizeof(tm_image_head) };
	numbering plan;
	long start = ftell(fp);

	memcpy(im.head.magic, TM_IMAGE_MAGIC, sizeof TM_IMAGE_MAGIC);
	im.head.order = TM_IMAGE_ORDER;
	im.head.version = TM_IMAGE_VERSION;
	im.head.n = (uint32_t)b->n;
	im.head.n_keys = b->n_keys;
	fwrite(&im.head, sizeof im.head, 1, fp);
	rank_words(b, &plan);
	rank_keys(b, &plan);
	plan.order = order_by_weight(b);
	count_keys(b, &plan);
	rank_by_rarity(b, &plan);
	describe_words(b, &plan);
	/* In the order of the sections, which the checksum goes by. */
	put_briefs(&im, b, &plan);
	put_first(&im, b, &plan);
	put_ids(&im, b, &plan);
	put_tokens(&im, b, &plan);
	put_words(&im, b, &plan);
	put_lists(&im, b, &plan);
	free(plan.order);
	free(plan.word);
	free(plan.words);
	free(plan.key);
	free(plan.word_key);
	free(plan.count);
	free(plan.rarity);
	free(plan.token);
	im.head.size = im.at;
	im.head.self =
	    tm_image_checksum(0, &im.head, offsetof(tm_image_head, self));
	fseek(fp, start, SEEK_SET);
	fwrite(&im.head, sizeof im.head, 1, fp);
	fseek(fp, start + (long)im.at, SEEK_SET);
	return im.at;
}

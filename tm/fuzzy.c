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
 * read. The order is that of this query and this moment: nothing global is
 * kept. (Prefix filtering: Chaudhuri, Ganti and Kaushik 2006.)
 *
 * Segments lie in the order of their weight, so that those too light or
 * too heavy are cut off both ends of each list. Those left are counted
 * exactly (the bag of keys), then compared; as the best come in, the least
 * score rises.
 *
 * The image, all numbers in the machine's own order:
 *
 *	head | weight[] chars[] label[] id[] at[] of segments
 *	     | tokens: for each a varint, word * 2 + is there a space before
 *	     | words[]: where its text is, its folded word, its key
 *	     | self[]: the key number of a word that is a key itself
 *	     | slots[]: words by hash | text of the words
 *	     | list_at[] list[]: for each key the segments that have it
 *
 * Words are numbered by how often they occur, so that most tokens take a
 * byte or two.
 */
#include "config.h"

#include "tm/fuzzy.h"

#include <math.h>
#include <stdlib.h>

#include "tm/match_int.h"

#define NONE UINT32_MAX
#define MAGIC "tmfuzzy"

/* Of the format, and of what text.c makes of a text: raise it when either
 * changes, and every image is made again. */
enum { IMAGE_VERSION = 1 };

enum { KEY_NUMBER, KEY_CODE, FIRST_KEY };

typedef struct word {
	uint32_t at;   /* of its text; the next word's at ends it */
	uint32_t fold; /* the word its folded text is */
	uint32_t key;  /* key number; of a number, the word its value is */
	uint16_t weight;
	uint8_t kind, pad;
} word;

typedef enum section {
	IN_WEIGHT,
	IN_CHARS,
	IN_LABEL,
	IN_ID,
	IN_AT,
	IN_TOKENS,
	IN_WORDS,
	IN_SELF,
	IN_SLOTS,
	IN_TEXT,
	IN_LIST_AT,
	IN_LIST,
	N_SECTIONS
} section;

typedef struct head {
	char magic[8];
	uint32_t order, version;
	uint32_t n, n_words, n_keys, n_slots;
	int64_t base; /* of ids */
	uint64_t size;
	uint64_t at[N_SECTIONS], bytes[N_SECTIONS];
	uint64_t body; /* checksum of all that follows */
	uint64_t self; /* checksum of the head up to here */
} head;

_Static_assert(sizeof(head) % 16 == 0, "sections are aligned");

static const uint32_t byte_order = 0x01020304;

/* ---- Building ---------------------------------------------------------------
 */

typedef struct new_word {
	size_t at;
	uint32_t n, fold, key, self, count;
	uint16_t weight;
	uint8_t kind;
	bool whole; /* fold, key and weight are known */
} new_word;

struct tm_fuzzy_builder {
	tm_analyser *an;
	tm_tokens tokens;
	tm_buf nfc, text;
	new_word *words;
	size_t n_words, cap_words;
	uint32_t *slots;
	size_t n_slots;
	uint32_t n_keys;
	struct new_segment {
		int64_t id;
		size_t at; /* of its tokens */
		uint32_t weight, chars;
		uint16_t label;
	} * v;
	size_t n, cap;
	uint32_t *codes; /* word * 2 + space */
	size_t n_codes, cap_codes;
};

tm_fuzzy_builder *
tm_fuzzy_builder_new(const char *lang)
{
	tm_fuzzy_builder *b = tm_zalloc(1, sizeof *b);

	b->an = tm_analyser_new(lang);
	b->n_slots = 1024;
	b->slots = tm_alloc(b->n_slots * sizeof *b->slots);
	memset(b->slots, 0xff, b->n_slots * sizeof *b->slots);
	b->n_keys = FIRST_KEY;
	return b;
}

void
tm_fuzzy_builder_free(tm_fuzzy_builder *b)
{
	if (b == NULL)
		return;
	tm_analyser_free(b->an);
	tm_tokens_release(&b->tokens);
	tm_buf_release(&b->nfc);
	tm_buf_release(&b->text);
	free(b->words);
	free(b->slots);
	free(b->v);
	free(b->codes);
	free(b);
}

size_t
tm_fuzzy_builder_count(const tm_fuzzy_builder *b)
{
	return b->n;
}

size_t
tm_fuzzy_builder_bytes(const tm_fuzzy_builder *b)
{
	return b->n_codes * sizeof *b->codes + b->text.n;
}

static uint64_t
hash_word(uint8_t kind, tm_str text)
{
	uint64_t h = (tm_str_hash(text) ^ kind) * UINT64_C(0x9e3779b97f4a7c15);

	return h >> 32;
}

static tm_str
new_word_text(const tm_fuzzy_builder *b, uint32_t id)
{
	return (tm_str){ b->text.p + b->words[id].at, b->words[id].n };
}

static void
grow_slots(tm_fuzzy_builder *b)
{
	b->n_slots *= 2;
	free(b->slots);
	b->slots = tm_alloc(b->n_slots * sizeof *b->slots);
	memset(b->slots, 0xff, b->n_slots * sizeof *b->slots);
	for (uint32_t i = 0; i < b->n_words; i++) {
		size_t at = hash_word(b->words[i].kind, new_word_text(b, i));

		for (at &= b->n_slots - 1; b->slots[at] != NONE;)
			at = (at + 1) & (b->n_slots - 1);
		b->slots[at] = i;
	}
}

static uint32_t
intern(tm_fuzzy_builder *b, uint8_t kind, tm_str text)
{
	size_t at = hash_word(kind, text) & (b->n_slots - 1);
	uint32_t id;

	for (; (id = b->slots[at]) != NONE; at = (at + 1) & (b->n_slots - 1))
		if (b->words[id].kind == kind &&
		    tm_str_eq(new_word_text(b, id), text))
			return id;
	tm_grow(b->words, b->n_words, b->cap_words);
	id = (uint32_t)b->n_words++;
	b->words[id] = (new_word){ .at = b->text.n,
		.n = (uint32_t)text.n,
		.kind = kind,
		.self = NONE,
		.fold = id };
	tm_buf_add(&b->text, text.p, text.n);
	b->slots[at] = id;
	if (2 * b->n_words > b->n_slots)
		grow_slots(b);
	return id;
}

static uint32_t
key_number(tm_fuzzy_builder *b, uint8_t kind, tm_str key)
{
	uint32_t id = intern(b, kind, key);

	if (b->words[id].self == NONE)
		b->words[id].self = b->n_keys++;
	return b->words[id].self;
}

static uint32_t
intern_token(tm_fuzzy_builder *b, const tm_token *t, tm_str text)
{
	uint8_t kind = (uint8_t)t->kind;
	uint32_t id = intern(b, kind, text), fold, key;

	if (b->words[id].whole)
		return id;
	fold = intern(b, kind, t->fold);
	key = t->kind == TM_NUMBER ? intern(b, kind, t->key)
	      : t->kind == TM_CODE ? KEY_CODE
				   : key_number(b, kind, t->key);
	b->words[id].fold = fold;
	b->words[id].key = key;
	b->words[id].weight = tm_match_weight(t->kind, tm_match_key(t));
	b->words[id].whole = true;
	return id;
}

static struct new_segment *
new_segment(tm_fuzzy_builder *b, int64_t id, uint16_t label)
{
	tm_grow(b->v, b->n, b->cap);
	b->v[b->n] =
	    (struct new_segment){ .id = id, .label = label, .at = b->n_codes };
	return &b->v[b->n++];
}

void
tm_fuzzy_builder_add(
    tm_fuzzy_builder *b, int64_t id, uint16_t label, tm_str text)
{
	struct new_segment *s = new_segment(b, id, label);
	size_t end = 0;

	text = tm_match_nfc(text, &b->nfc);
	tm_analyse(b->an, text, &b->tokens);
	for (size_t i = 0; i < b->tokens.n; i++) {
		const tm_token *t = &b->tokens.v[i];
		bool space = i > 0 && tm_match_has_space(
					  tm_str_sub(text, end, t->start));
		uint32_t w =
		    intern_token(b, t, tm_str_sub(text, t->start, t->end));

		end = t->end;
		b->words[w].count++;
		s->weight += b->words[w].weight;
		s->chars += (uint32_t)(space + tm_match_count(t->fold));
		tm_grow(b->codes, b->n_codes, b->cap_codes);
		b->codes[b->n_codes++] = w * 2 + space;
	}
}

/* ---- Writing
 * ----------------------------------------------------------------- */

typedef struct output {
	FILE *fp;
	head head;
	uint64_t at;
} output;

/* Eight bytes at a time; a checksum against accidents, not against people. */
static uint64_t
checksum(uint64_t h, const void *data, size_t n)
{
	const unsigned char *p = data;
	uint64_t x;

	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&x, p, 8);
		h = (h ^ x) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	for (; n > 0; n--, p++)
		h = (h ^ *p) * UINT64_C(0x100000001b3);
	return h;
}

static void
put(output *im, section what, const void *data, size_t count, size_t size)
{
	static const char zero[16];
	size_t n = count * size, pad = (16 - n % 16) % 16;

	im->head.at[what] = im->at;
	im->head.bytes[what] = n;
	if (n > 0)
		fwrite(data, 1, n, im->fp);
	fwrite(zero, 1, pad, im->fp);
	/* Each section by itself, so that the reader need not know the pads. */
	im->head.body = checksum(im->head.body, data, n);
	im->at += n + pad;
}

static uint32_t
dense_key(const new_word *w)
{
	return w->kind == TM_NUMBER ? KEY_NUMBER : w->key;
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

static void
put_words(output *im, const tm_fuzzy_builder *b, uint32_t **number)
{
	uint32_t n = (uint32_t)b->n_words;
	ranked *rank = tm_alloc(n * sizeof *rank);
	word *words = tm_zalloc(n + 1, sizeof *words);
	uint32_t *self = tm_alloc(n * sizeof *self), *slots;
	size_t n_slots = 16;
	tm_buf text = { 0 };

	for (uint32_t i = 0; i < n; i++)
		rank[i] = (ranked){ b->words[i].count, i };
	qsort(rank, n, sizeof *rank, by_count);
	*number = tm_alloc(n * sizeof **number);
	for (uint32_t i = 0; i < n; i++)
		(*number)[rank[i].id] = i;
	while (n_slots < 2 * (size_t)n)
		n_slots *= 2;
	slots = tm_alloc(n_slots * sizeof *slots);
	memset(slots, 0xff, n_slots * sizeof *slots);
	tm_buf_reserve(&text, b->text.n);
	for (uint32_t i = 0; i < n; i++) {
		const new_word *w = &b->words[rank[i].id];
		tm_str s = new_word_text(b, rank[i].id);
		size_t at = hash_word(w->kind, s) & (n_slots - 1);

		words[i] = (word){ .at = (uint32_t)text.n,
			.fold = (*number)[w->fold],
			.key =
			    w->kind == TM_NUMBER ? (*number)[w->key] : w->key,
			.weight = w->weight,
			.kind = w->kind };
		self[i] = w->self;
		tm_buf_add(&text, s.p, s.n);
		while (slots[at] != NONE)
			at = (at + 1) & (n_slots - 1);
		slots[at] = i;
	}
	words[n].at = (uint32_t)text.n;
	im->head.n_words = n;
	im->head.n_slots = (uint32_t)n_slots;
	put(im, IN_WORDS, words, (size_t)n + 1, sizeof *words);
	put(im, IN_SELF, self, n, sizeof *self);
	put(im, IN_SLOTS, slots, n_slots, sizeof *slots);
	put(im, IN_TEXT, tm_buf_str(&text).p, text.n, 1);
	tm_buf_release(&text);
	free(slots);
	free(self);
	free(words);
	free(rank);
}

/* The segments by weight, those of one weight as they came: sorted by the
 * lower half of the weight, then by the upper. */
static uint32_t *
order_by_weight(const tm_fuzzy_builder *b)
{
	uint32_t *from = tm_alloc(b->n * sizeof *from);
	uint32_t *to = tm_alloc(b->n * sizeof *to), *turn;
	size_t *start = tm_alloc(65537 * sizeof *start);

	for (uint32_t i = 0; i < b->n; i++)
		from[i] = i;
	for (int shift = 0; shift < 32; shift += 16) {
		memset(start, 0, 65537 * sizeof *start);
		for (size_t i = 0; i < b->n; i++)
			start[(b->v[i].weight >> shift & 0xffff) + 1]++;
		for (size_t i = 0; i < 65536; i++)
			start[i + 1] += start[i];
		for (size_t i = 0; i < b->n; i++)
			to[start[b->v[from[i]].weight >> shift & 0xffff]++] =
			    from[i];
		turn = from, from = to, to = turn;
	}
	free(start);
	free(to);
	return from;
}

static size_t
end_of_segment(const tm_fuzzy_builder *b, uint32_t i)
{
	return i + 1 < b->n ? b->v[i + 1].at : b->n_codes;
}

static void
put_segments(output *im, const tm_fuzzy_builder *b, const uint32_t *order,
    const uint32_t *number)
{
	size_t n = b->n;
	uint32_t *v = tm_alloc((n + 1) * sizeof *v);
	uint16_t *half = tm_alloc(n * sizeof *half);
	int64_t base = n > 0 ? b->v[0].id : 0;
	tm_buf tokens = { 0 };

	for (size_t i = 0; i < n; i++)
		v[i] = b->v[order[i]].weight;
	put(im, IN_WEIGHT, v, n, sizeof *v);
	for (size_t i = 0; i < n; i++) {
		uint32_t chars = b->v[order[i]].chars;

		half[i] = (uint16_t)(chars < 0xffff ? chars : 0xffff);
	}
	put(im, IN_CHARS, half, n, sizeof *half);
	for (size_t i = 0; i < n; i++)
		half[i] = b->v[order[i]].label;
	put(im, IN_LABEL, half, n, sizeof *half);
	for (size_t i = 0; i < n; i++)
		if (b->v[i].id < base)
			base = b->v[i].id;
	im->head.base = base;
	for (size_t i = 0; i < n; i++)
		v[i] = (uint32_t)(b->v[order[i]].id - base);
	put(im, IN_ID, v, n, sizeof *v);
	tm_buf_reserve(&tokens, 2 * b->n_codes);
	for (size_t i = 0; i < n; i++) {
		size_t end = end_of_segment(b, order[i]);

		v[i] = (uint32_t)tokens.n;
		for (size_t k = b->v[order[i]].at; k < end; k++) {
			uint64_t code = number[b->codes[k] / 2];

			code = code * 2 + b->codes[k] % 2;
			for (; code >= 128; code >>= 7)
				tm_buf_addc(&tokens, (char)(code | 128));
			tm_buf_addc(&tokens, (char)code);
		}
	}
	v[n] = (uint32_t)tokens.n;
	put(im, IN_AT, v, n + 1, sizeof *v);
	put(im, IN_TOKENS, tm_buf_str(&tokens).p, tokens.n, 1);
	tm_buf_release(&tokens);
	free(half);
	free(v);
}

/* Each key's list of the segments it is in: twice over all tokens, first to
 * count and then to fill. */
static void
put_lists(output *im, const tm_fuzzy_builder *b, const uint32_t *order)
{
	uint32_t *start = tm_zalloc(b->n_keys + 2, sizeof *start);
	uint32_t *last = tm_alloc(b->n_keys * sizeof *last), *list = NULL;

	for (int fill = 0; fill < 2; fill++) {
		memset(last, 0xff, b->n_keys * sizeof *last);
		for (uint32_t i = 0; i < b->n; i++) {
			size_t end = end_of_segment(b, order[i]);

			for (size_t k = b->v[order[i]].at; k < end; k++) {
				uint32_t key =
				    dense_key(&b->words[b->codes[k] / 2]);

				if (last[key] == i)
					continue;
				last[key] = i;
				if (fill)
					list[start[key + 1]++] = i;
				else
					start[key + 2]++;
			}
		}
		if (fill)
			break;
		for (uint32_t k = 0; k < b->n_keys; k++)
			start[k + 2] += start[k + 1];
		list = tm_alloc(start[b->n_keys + 1] * sizeof *list);
	}
	/* Filling has moved each start to where the next one was. */
	put(im, IN_LIST_AT, start, b->n_keys + 1, sizeof *start);
	put(im, IN_LIST, list, start[b->n_keys], sizeof *list);
	free(list);
	free(last);
	free(start);
}

uint64_t
tm_fuzzy_builder_write(tm_fuzzy_builder *b, FILE *fp)
{
	output im = { .fp = fp, .at = sizeof(head) };
	uint32_t *order, *number;
	long start = ftell(fp);

	memcpy(im.head.magic, MAGIC, sizeof MAGIC);
	im.head.order = byte_order;
	im.head.version = IMAGE_VERSION;
	im.head.n = (uint32_t)b->n;
	im.head.n_keys = b->n_keys;
	fwrite(&im.head, sizeof im.head, 1, fp);
	order = order_by_weight(b);
	put_words(&im, b, &number);
	put_segments(&im, b, order, number);
	put_lists(&im, b, order);
	free(order);
	free(number);
	im.head.size = im.at;
	im.head.self = checksum(0, &im.head, offsetof(head, self));
	fseek(fp, start, SEEK_SET);
	fwrite(&im.head, sizeof im.head, 1, fp);
	fseek(fp, start + (long)im.at, SEEK_SET);
	return im.at;
}

/* ---- Opening
 * ------------------------------------------------------------------- */

struct key_of_query {
	uint32_t key, weight; /* together, in the query */
	uint32_t seen;	      /* so far, in the segment being counted */
	uint32_t from, to;    /* its list, without what is too light or heavy */
};

struct tm_fuzzy {
	tm_str image;
	const head *head;
	const uint32_t *weight, *id, *at, *self, *slots, *list_at, *list;
	const uint16_t *chars, *label;
	const unsigned char *tokens;
	const word *words;
	const char *text;
	/* Shared weight with the query so far; valid when the upper half is
	 * the number of this search. */
	uint64_t *shared;
	uint32_t round;
	uint32_t *touched;
	size_t n_touched, cap_touched;
	struct candidate {
		uint32_t at, bound; /* of the score, in ten-thousandths */
	} * cand;
	size_t n_cand, cap_cand;
	struct key_of_query *keys;
	size_t n_keys, cap_keys;
	uint32_t *by_key; /* small table: key -> index in keys */
	size_t n_by_key, cap_by_key;
	tm_match_token *q, *t;
	size_t cap_q, n_t, cap_t;
	uint32_t *cp;
	size_t n_cp, cap_cp;
};

static bool
damaged(tm_error *err)
{
	return tm_fail(err, TM_PARSE, "the index is damaged");
}

static const void *
take(const tm_fuzzy *x, section what, uint64_t count, size_t size, bool *ok)
{
	uint64_t at = x->head->at[what], bytes = x->head->bytes[what];

	if (at % 16 != 0 || at > x->image.n || bytes > x->image.n - at ||
	    bytes != count * size)
		*ok = false;
	return x->image.p + (*ok ? at : 0);
}

tm_fuzzy *
tm_fuzzy_open(tm_str image, tm_error *err)
{
	const head *h = (const head *)(const void *)image.p;
	tm_fuzzy *x;
	bool ok = true;

	if (image.n < sizeof *h || memcmp(h->magic, MAGIC, sizeof MAGIC) != 0) {
		damaged(err);
		return NULL;
	}
	if (h->order != byte_order || h->version != IMAGE_VERSION) {
		tm_fail(err, TM_NEWER, "the index is of another version");
		return NULL;
	}
	if (h->self != checksum(0, h, offsetof(head, self)) ||
	    h->size != image.n || h->n_keys < FIRST_KEY || h->n_slots == 0 ||
	    (h->n_slots & (h->n_slots - 1)) != 0) {
		damaged(err);
		return NULL;
	}
	x = tm_zalloc(1, sizeof *x);
	x->image = image;
	x->head = h;
	x->weight = take(x, IN_WEIGHT, h->n, 4, &ok);
	x->chars = take(x, IN_CHARS, h->n, 2, &ok);
	x->label = take(x, IN_LABEL, h->n, 2, &ok);
	x->id = take(x, IN_ID, h->n, 4, &ok);
	x->at = take(x, IN_AT, (uint64_t)h->n + 1, 4, &ok);
	x->tokens = take(x, IN_TOKENS, h->bytes[IN_TOKENS], 1, &ok);
	x->words =
	    take(x, IN_WORDS, (uint64_t)h->n_words + 1, sizeof(word), &ok);
	x->self = take(x, IN_SELF, h->n_words, 4, &ok);
	x->slots = take(x, IN_SLOTS, h->n_slots, 4, &ok);
	x->text = take(x, IN_TEXT, h->bytes[IN_TEXT], 1, &ok);
	x->list_at = take(x, IN_LIST_AT, (uint64_t)h->n_keys + 1, 4, &ok);
	x->list = take(x, IN_LIST, h->bytes[IN_LIST] / 4, 4, &ok);
	if (!ok) {
		damaged(err);
		tm_fuzzy_free(x);
		return NULL;
	}
	return x;
}

void
tm_fuzzy_free(tm_fuzzy *x)
{
	if (x == NULL)
		return;
	free(x->shared);
	free(x->touched);
	free(x->cand);
	free(x->keys);
	free(x->by_key);
	free(x->q);
	free(x->t);
	free(x->cp);
	free(x);
}

size_t
tm_fuzzy_count(const tm_fuzzy *x)
{
	return x->head->n;
}

bool
tm_fuzzy_check(tm_fuzzy *x, tm_error *err)
{
	/* In the order in which they were written. */
	static const section order[] = { IN_WORDS, IN_SELF, IN_SLOTS, IN_TEXT,
		IN_WEIGHT, IN_CHARS, IN_LABEL, IN_ID, IN_AT, IN_TOKENS,
		IN_LIST_AT, IN_LIST };
	uint64_t h = 0;

	for (size_t i = 0; i < N_SECTIONS; i++)
		h = checksum(h, x->image.p + x->head->at[order[i]],
		    x->head->bytes[order[i]]);
	return h == x->head->body || damaged(err);
}

/* ---- Reading an image
 * ------------------------------------------------------------ */

static bool
word_text(const tm_fuzzy *x, uint32_t id, tm_str *text)
{
	uint32_t start = x->words[id].at, end = x->words[id + 1].at;

	if (start > end || end > x->head->bytes[IN_TEXT])
		return false;
	*text = (tm_str){ x->text + start, end - start };
	return true;
}

/* The word, or NONE. */
static uint32_t
find_word(const tm_fuzzy *x, uint8_t kind, tm_str text)
{
	uint32_t mask = x->head->n_slots - 1, id;
	uint32_t at = (uint32_t)hash_word(kind, text) & mask;
	tm_str other;

	for (uint32_t tries = 0; tries <= mask; tries++) {
		id = x->slots[at];
		if (id >= x->head->n_words)
			return NONE;
		if (x->words[id].kind == kind && word_text(x, id, &other) &&
		    tm_str_eq(text, other))
			return id;
		at = (at + 1) & mask;
	}
	return NONE;
}

/* The tokens of segment i: one varint after the other. */
typedef struct reader {
	const unsigned char *p, *end;
} reader;

static bool
read_segment(const tm_fuzzy *x, uint32_t i, reader *r)
{
	uint32_t start = x->at[i], end = x->at[i + 1];

	if (start > end || end > x->head->bytes[IN_TOKENS])
		return false;
	r->p = x->tokens + start;
	r->end = x->tokens + end;
	return true;
}

static inline bool
read_token(const tm_fuzzy *x, reader *r, uint32_t *id, bool *space)
{
	uint64_t code = 0;
	int shift = 0;

	while (r->p < r->end) {
		unsigned char c = *r->p++;

		code |= (uint64_t)(c & 127) << shift;
		if (c < 128) {
			*id = (uint32_t)(code >> 1);
			*space = code & 1;
			return code >> 1 < x->head->n_words;
		}
		shift += 7;
		if (shift > 35)
			break;
	}
	return false;
}

static inline uint32_t
key_of(const word *w)
{
	return w->kind == TM_NUMBER ? (uint32_t)KEY_NUMBER : w->key;
}

/* Words of an image on their way into a builder. */
typedef struct move {
	tm_fuzzy_builder *b;
	const tm_fuzzy *x;
	uint32_t *to;	    /* number in the builder, by number here */
	uint32_t *key_text; /* the word that is the text of a key */
} move;

static bool
move_word(move *m, uint32_t id)
{
	const word *w = &m->x->words[id];
	uint32_t n = m->x->head->n_words, key = w->key, new, fold;
	tm_str text, fold_text, key_text = { "", 0 };

	if (w->kind == TM_WORD || w->kind == TM_PUNCT) {
		if (key >= m->x->head->n_keys)
			return false;
		key = m->key_text[key];
	}
	if (w->fold >= n || !word_text(m->x, id, &text) ||
	    !word_text(m->x, w->fold, &fold_text))
		return false;
	if (w->kind != TM_CODE &&
	    (key >= n || !word_text(m->x, key, &key_text)))
		return false;
	new = intern(m->b, w->kind, text);
	m->to[id] = new;
	if (m->b->words[new].whole)
		return true;
	fold = intern(m->b, w->kind, fold_text);
	key = w->kind == TM_NUMBER ? intern(m->b, w->kind, key_text)
	      : w->kind == TM_CODE ? KEY_CODE
				   : key_number(m->b, w->kind, key_text);
	m->b->words[new].fold = fold;
	m->b->words[new].key = key;
	m->b->words[new].weight = w->weight;
	m->b->words[new].whole = true;
	return true;
}

static bool
move_segment(move *m, uint32_t i, uint16_t label)
{
	tm_fuzzy_builder *b = m->b;
	struct new_segment *s =
	    new_segment(b, m->x->head->base + m->x->id[i], label);
	reader r;

	if (!read_segment(m->x, i, &r))
		return false;
	while (r.p < r.end) {
		uint32_t id, new;
		bool space;

		if (!read_token(m->x, &r, &id, &space) ||
		    (m->to[id] == NONE && !move_word(m, id)))
			return false;
		new = m->to[id];
		b->words[new].count++;
		s->weight += b->words[new].weight;
		s->chars += (uint32_t)(space + tm_match_count(new_word_text(
						   b, b->words[new].fold)));
		tm_grow(b->codes, b->n_codes, b->cap_codes);
		b->codes[b->n_codes++] = new * 2 + space;
	}
	return true;
}

bool
tm_fuzzy_builder_absorb(tm_fuzzy_builder *b, tm_fuzzy *x,
    const uint16_t *labels, size_t n_labels,
    bool (*keep)(void *self, int64_t id), void *self, tm_error *err)
{
	uint32_t n_words = x->head->n_words, n_keys = x->head->n_keys;
	move m = { b, x, tm_alloc(n_words * sizeof *m.to),
		tm_alloc(n_keys * sizeof *m.key_text) };
	bool ok = true;

	memset(m.to, 0xff, n_words * sizeof *m.to);
	memset(m.key_text, 0xff, n_keys * sizeof *m.key_text);
	for (uint32_t i = 0; i < n_words; i++)
		if (x->self[i] < n_keys)
			m.key_text[x->self[i]] = i;
	for (uint32_t i = 0; ok && i < x->head->n; i++) {
		if (x->label[i] >= n_labels)
			ok = false;
		else if (keep == NULL || keep(self, x->head->base + x->id[i]))
			ok = move_segment(&m, i, labels[x->label[i]]);
	}
	free(m.to);
	free(m.key_text);
	return ok || damaged(err);
}

/* ---- Searching
 * ----------------------------------------------------------------------- */

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
	if (rule->capped && hit.most > 99)
		hit.most = 99;
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

static void
set_query(tm_fuzzy *x, const tm_match_side *query)
{
	size_t n = query->tokens.n;

	tm_grow_to(x->q, n, x->cap_q);
	for (size_t i = 0; i < n; i++) {
		const tm_token *t = &query->tokens.v[i];
		uint8_t kind = (uint8_t)t->kind;
		tm_match_token *q = &x->q[i];
		uint32_t key;

		*q = query->v[i];
		q->text = find_word(x, kind, tm_match_token_text(query, i));
		if (t->kind == TM_NUMBER) {
			q->key = KEY_NUMBER;
			q->fold = find_word(x, kind, t->key);
		} else if (t->kind == TM_CODE) {
			q->key = KEY_CODE;
			q->fold = q->text;
		} else {
			key = find_word(x, kind, t->key);
			q->key = key == NONE ? NONE : x->self[key];
			q->fold = find_word(x, kind, t->fold);
		}
	}
}

static uint32_t *
slot_of_key(const tm_fuzzy *x, uint32_t key)
{
	size_t mask = x->n_by_key - 1;
	size_t at = key * UINT32_C(2654435761) >> 8 & mask;

	while (x->by_key[at] != NONE && x->keys[x->by_key[at]].key != key)
		at = (at + 1) & mask;
	return &x->by_key[at];
}

/* The first of the segments from..to whose weight is at least w. */
static uint32_t
first_of_weight(const tm_fuzzy *x, double w)
{
	uint32_t from = 0, to = x->head->n;

	while (from < to) {
		uint32_t mid = from + (to - from) / 2;

		if (x->weight[mid] < w)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static uint32_t
first_in_list(const tm_fuzzy *x, uint32_t from, uint32_t to, uint32_t segment)
{
	while (from < to) {
		uint32_t mid = from + (to - from) / 2;

		if (x->list[mid] < segment)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static int
rarest_first(const void *a, const void *b)
{
	const struct key_of_query *x = a, *y = b;
	uint64_t p = (uint64_t)(x->to - x->from) * y->weight;
	uint64_t q = (uint64_t)(y->to - y->from) * x->weight;

	if (p != q)
		return p < q ? -1 : 1;
	return (x->key > y->key) - (x->key < y->key);
}

/* The different keys of the query, rarest for their weight first, each
 * with what of its list lies among the segments low..high. */
static bool
set_keys(tm_fuzzy *x, size_t n, uint32_t low, uint32_t high)
{
	x->n_keys = 0;
	x->n_by_key = 16;
	while (x->n_by_key < 2 * n)
		x->n_by_key *= 2;
	tm_grow_to(x->by_key, x->n_by_key, x->cap_by_key);
	memset(x->by_key, 0xff, x->n_by_key * sizeof *x->by_key);
	for (size_t i = 0; i < n; i++) {
		uint32_t key = x->q[i].key, *slot, from, to;

		if (key == NONE)
			continue;
		if (key >= x->head->n_keys)
			return false;
		slot = slot_of_key(x, key);
		if (*slot != NONE) {
			x->keys[*slot].weight += x->q[i].weight;
			continue;
		}
		from = x->list_at[key];
		to = x->list_at[key + 1];
		if (from > to || to > x->head->bytes[IN_LIST] / 4)
			return false;
		from = first_in_list(x, from, to, low);
		to = first_in_list(x, from, to, high);
		tm_grow(x->keys, x->n_keys, x->cap_keys);
		*slot = (uint32_t)x->n_keys;
		x->keys[x->n_keys++] =
		    (struct key_of_query){ key, x->q[i].weight, 0, from, to };
	}
	if (x->n_keys > 1)
		qsort(x->keys, x->n_keys, sizeof *x->keys, rarest_first);
	memset(x->by_key, 0xff, x->n_by_key * sizeof *x->by_key);
	for (size_t i = 0; i < x->n_keys; i++)
		*slot_of_key(x, x->keys[i].key) = (uint32_t)i;
	return true;
}

/*
 * Go through the lists until what is left weighs less than need; every
 * segment not met shares at most that with the query. *left is how much.
 */
static bool
gather(tm_fuzzy *x, double need, uint32_t *left)
{
	uint32_t n = x->head->n;

	x->n_touched = 0;
	if (x->shared == NULL)
		x->shared = tm_zalloc(n, sizeof *x->shared);
	if (++x->round == 0) {
		memset(x->shared, 0, n * sizeof *x->shared);
		x->round = 1;
	}
	*left = 0;
	for (size_t k = 0; k < x->n_keys; k++)
		*left += x->keys[k].weight;
	for (size_t k = 0; k < x->n_keys && *left >= need; k++) {
		const struct key_of_query *key = &x->keys[k];
		uint64_t fresh = (uint64_t)x->round << 32 | key->weight;

		*left -= key->weight;
		tm_grow_to(x->touched, x->n_touched + (key->to - key->from),
		    x->cap_touched);
		for (uint32_t p = key->from; p < key->to; p++) {
			uint32_t at = x->list[p];
			uint64_t *shared;

			if (at >= n)
				return false;
			shared = &x->shared[at];
			if (*shared >> 32 == x->round) {
				*shared += key->weight;
			} else {
				*shared = fresh;
				x->touched[x->n_touched++] = at;
			}
		}
	}
	return true;
}

/* Every segment of the range, when even nothing in common is enough. */
static void
gather_all(tm_fuzzy *x, uint32_t low, uint32_t high, uint32_t *left)
{
	*left = 0;
	for (size_t k = 0; k < x->n_keys; k++)
		*left += x->keys[k].weight;
	x->n_touched = 0;
	tm_grow_to(x->touched, high - low, x->cap_touched);
	for (uint32_t i = low; i < high; i++)
		x->touched[x->n_touched++] = i;
}

/* C at most, by the lengths alone. */
static double
chars_bound(const tm_fuzzy *x, const tm_match_side *query, uint32_t at)
{
	size_t n = query->n_cp, m = x->chars[at];

	if (m == 0xffff && n >= m)
		return 1; /* that many or more */
	return tm_match_chars_agree(n > m ? n - m : m - n, n, m);
}

static double
bound_of(
    const tm_fuzzy *x, const tm_match_side *query, uint32_t at, uint64_t shared)
{
	uint32_t a = query->weight, b = x->weight[at];
	uint64_t most = a > b ? a : b, least = a > b ? b : a;

	if (shared > least)
		shared = least;
	return tm_match_join(most == 0 ? 1 : (double)shared / (double)most,
	    chars_bound(x, query, at));
}

/* The weight that segment at shares with the query, counted to the end;
 * reads its tokens into x->t. */
static bool
count_shared(tm_fuzzy *x, uint32_t at, uint64_t *shared)
{
	reader r;

	if (!read_segment(x, at, &r))
		return false;
	tm_grow_to(x->t, (size_t)(r.end - r.p), x->cap_t);
	x->n_t = 0;
	*shared = 0;
	for (size_t k = 0; k < x->n_keys; k++)
		x->keys[k].seen = 0;
	while (r.p < r.end) {
		tm_match_token *t = &x->t[x->n_t++];
		struct key_of_query *key;
		const word *w;
		uint32_t id, *slot, before;
		bool space;

		if (!read_token(x, &r, &id, &space))
			return false;
		w = &x->words[id];
		*t = (tm_match_token){ .text = id,
			.key = key_of(w),
			.fold = w->kind == TM_NUMBER ? w->key
				: w->kind == TM_CODE ? id
						     : w->fold,
			.weight = w->weight,
			.kind = w->kind,
			.space = space };
		slot = slot_of_key(x, t->key);
		if (*slot == NONE)
			continue;
		key = &x->keys[*slot];
		before = key->seen;
		key->seen += w->weight;
		if (before < key->weight)
			*shared += key->seen < key->weight
				       ? w->weight
				       : key->weight - before;
	}
	return true;
}

/* The code points of the folded tokens in x->t. */
static bool
read_chars(tm_fuzzy *x)
{
	x->n_cp = 0;
	for (size_t i = 0; i < x->n_t; i++) {
		uint32_t fold = x->words[x->t[i].text].fold;
		tm_str s;

		if (fold >= x->head->n_words || !word_text(x, fold, &s))
			return false;
		tm_grow_to(x->cp, x->n_cp + s.n + 1, x->cap_cp);
		if (x->t[i].space)
			x->cp[x->n_cp++] = ' ';
		x->n_cp += tm_match_decode(s, x->cp + x->n_cp);
	}
	return true;
}

/* Compare the segment in x->t with the query. */
static bool
compare(tm_fuzzy *x, const tm_match_side *query, uint32_t at, double least,
    double *score)
{
	double need = tm_match_least_s(least, chars_bound(x, query, at));
	uint32_t weight = x->weight[at];
	uint64_t limit = tm_match_limit(need, query->weight, weight), d;
	double s, c;

	*score = -1;
	d = tm_match_distance(x->q, query->tokens.n, x->t, x->n_t, limit);
	if (d == TM_MATCH_FAR)
		return true;
	if (!read_chars(x))
		return false;
	s = tm_match_tokens_agree(d, query->weight, weight);
	c = tm_match_chars_agree(
	    tm_match_chars(query->cp, query->n_cp, x->cp, x->n_cp), query->n_cp,
	    x->n_cp);
	*score = tm_match_join(s, c);
	return true;
}

static int
likeliest_first(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->bound != y->bound)
		return x->bound > y->bound ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* Those that can still reach the floor, likeliest first. */
static void
set_candidates(tm_fuzzy *x, const tm_match_side *query, const tm_search *s,
    uint32_t left, bool all)
{
	double least = score_for(s->floor);

	x->n_cand = 0;
	for (size_t i = 0; i < x->n_touched; i++) {
		uint32_t at = x->touched[i];
		uint64_t shared = all ? 0 : (uint32_t)x->shared[at];
		double bound = bound_of(x, query, at, shared + left);

		if (bound < least)
			continue;
		tm_grow(x->cand, x->n_cand, x->cap_cand);
		x->cand[x->n_cand++] =
		    (struct candidate){ at, (uint32_t)ceil(bound * 10000) };
	}
	if (x->n_cand > 1)
		qsort(x->cand, x->n_cand, sizeof *x->cand, likeliest_first);
}

static bool
try_candidate(tm_fuzzy *x, const tm_match_side *query, tm_search *s,
    uint32_t at, tm_error *err)
{
	static const tm_fuzzy_rule none;
	const tm_fuzzy_rule *rule = &none;
	uint16_t label = x->label[at];
	int64_t id = x->head->base + x->id[at];
	uint64_t shared;
	double least, score;

	if (s->rules != NULL) {
		if (label >= s->n_rules || s->rules[label].skip)
			return true;
		rule = &s->rules[label];
	}
	if (rule->capped && s->floor > 99)
		return true;
	least = score_for(s->floor + rule->least);
	if (!count_shared(x, at, &shared))
		return damaged(err);
	if (bound_of(x, query, at, shared) < least)
		return true;
	if (s->dead != NULL && s->dead(s->self, id))
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
	double least = score_for(s->floor), need, w = query->weight;
	uint32_t low, high, left;
	bool all;

	if (x->head->n == 0)
		return true;
	need = tm_match_least_s(least, 1);
	all = need <= 1e-6;
	/* The lighter of the two must weigh need times the heavier. */
	low = all ? 0 : first_of_weight(x, floor(need * w - 1e-6));
	high = all ? x->head->n : first_of_weight(x, ceil(w / need + 1));
	set_query(x, query);
	if (!set_keys(x, query->tokens.n, low, high))
		return damaged(err);
	if (all)
		gather_all(x, low, high, &left);
	else if (!gather(x, need * w - 1e-6, &left))
		return damaged(err);
	set_candidates(x, query, s, left, all);
	for (size_t i = 0; i < x->n_cand; i++) {
		if (x->cand[i].bound < (uint32_t)(score_for(s->floor) * 10000))
			break;
		if (!try_candidate(x, query, s, x->cand[i].at, err))
			return false;
	}
	return true;
}

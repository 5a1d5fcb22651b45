/*
 * fuzzy_image.c - an image, looked at where it lies
 *
 * Only the frame is checked when an image is opened; every number in it is
 * checked where it is used, so that damage is told and never crashes.
 */
#include "config.h"

#include "tm/fuzzy.h"

#include <stdlib.h>

#include "tm/fuzzy_int.h"

#define NONE TM_IMAGE_NONE

static bool
damaged(tm_error *err)
{
	return tm_fail(err, TM_PARSE, "the index is damaged");
}

uint32_t
tm_image_hash(uint8_t kind, tm_str text)
{
	uint64_t h =
	    (tm_str_quick_hash(text) ^ kind) * UINT64_C(0x9e3779b97f4a7c15);

	return (uint32_t)(h >> 32);
}

uint64_t
tm_image_checksum(uint64_t h, const void *data, size_t n)
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

static const void *
take(const tm_fuzzy *x, tm_image_section what, uint64_t count, size_t size,
    bool *ok)
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
	const tm_image_head *h = (const void *)image.p;
	tm_fuzzy *x;
	bool ok = true;

	if (image.n < sizeof *h ||
	    memcmp(h->magic, TM_IMAGE_MAGIC, sizeof TM_IMAGE_MAGIC) != 0) {
		damaged(err);
		return NULL;
	}
	if (h->order != TM_IMAGE_ORDER || h->version != TM_IMAGE_VERSION) {
		tm_fail(err, TM_NEWER, "the index is of another version");
		return NULL;
	}
	if (h->self != tm_image_checksum(0, h, offsetof(tm_image_head, self)) ||
	    h->size != image.n || h->n_keys < TM_KEY_FIRST || h->n_slots == 0) {
		damaged(err);
		return NULL;
	}
	x = tm_zalloc(1, sizeof *x);
	x->image = image;
	x->head = h;
	x->row = take(x, TM_IN_ROWS, h->n, sizeof *x->row, &ok);
	x->brief = take(x, TM_IN_BRIEFS, h->n, sizeof *x->brief, &ok);
	x->first = take(x, TM_IN_FIRST, TM_WEIGHT_STEPS + 1, 4, &ok);
	x->id = take(x, TM_IN_IDS, h->n, 4, &ok);
	x->at = take(x, TM_IN_AT, (uint64_t)h->n + 1, 4, &ok);
	x->tokens = take(x, TM_IN_TOKENS, h->bytes[TM_IN_TOKENS], 1, &ok);
	x->words = take(x, TM_IN_WORDS, h->n_words, sizeof *x->words, &ok);
	x->texts = take(
	    x, TM_IN_TEXTS, (uint64_t)h->n_words + 1, sizeof *x->texts, &ok);
	x->self = take(x, TM_IN_SELF, h->n_words, 4, &ok);
	x->slots = take(x, TM_IN_SLOTS, h->n_slots, 4, &ok);
	x->bytes = take(x, TM_IN_BYTES, h->bytes[TM_IN_BYTES], 1, &ok);
	x->n_keys = (uint32_t)(h->bytes[TM_IN_KEYS] / sizeof *x->keys);
	x->keys = take(x, TM_IN_KEYS, x->n_keys, sizeof *x->keys, &ok);
	x->list_at = take(x, TM_IN_LIST_AT, (uint64_t)h->n_keys + 1, 4, &ok);
	x->n_list = (uint32_t)(h->bytes[TM_IN_LIST] / TM_ENTRY);
	x->list = take(x, TM_IN_LIST, h->bytes[TM_IN_LIST], 1, &ok);
	x->number_bits = tm_image_number_bits(h->n);
	x->number_mask = (uint32_t)((UINT64_C(1) << x->number_bits) - 1);
	/* What is read of the last entry is more than it has. */
	x->n_list -= x->n_list > 0;
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
	uint64_t h = 0;

	for (int i = 0; i < TM_N_SECTIONS; i++)
		h = tm_image_checksum(
		    h, x->image.p + x->head->at[i], x->head->bytes[i]);
	return h == x->head->body || damaged(err);
}

bool
tm_image_word_text(const tm_fuzzy *x, uint32_t id, tm_str *text)
{
	uint32_t start = x->texts[id].at, end = x->texts[id + 1].at;

	if (start > end || end > x->head->bytes[TM_IN_BYTES])
		return false;
	*text = (tm_str){ x->bytes + start, end - start };
	return true;
}

bool
tm_image_segment(const tm_fuzzy *x, uint32_t i, tm_image_reader *r)
{
	uint32_t start = x->at[i], end = x->at[i + 1];

	if (start > end || end > x->head->bytes[TM_IN_TOKENS])
		return false;
	r->p = x->tokens + start;
	r->end = x->tokens + end;
	return true;
}

bool
tm_image_read_list(
    const tm_fuzzy *x, uint32_t from, uint32_t to, tm_image_list *list)
{
	uint32_t before = 0;

	if (from > to || to > x->n_list)
		return false;
	*list = (tm_image_list){ .v = x->list + (size_t)from * TM_ENTRY,
		.n = to - from };
	if (list->n <= TM_LONG_LIST)
		return true;
	list->end = list->v;
	list->v += TM_TIER_ENDS * TM_ENTRY;
	list->n -= TM_TIER_ENDS;
	for (int t = 0; t < TM_TIERS; t++) {
		if (before > tm_image_tier_end(list, t))
			return false;
		before = tm_image_tier_end(list, t);
	}
	return before == list->n;
}

bool
tm_image_get_list(const tm_fuzzy *x, uint32_t key, tm_image_list *list)
{
	return tm_image_read_list(
	    x, x->list_at[key], x->list_at[key + 1], list);
}

/* The word, or NONE. */
uint32_t
tm_image_find_word(const tm_fuzzy *x, uint8_t kind, tm_str text)
{
	return tm_image_find_hashed(x, tm_image_hash(kind, text), kind, text);
}

uint32_t
tm_image_find_hashed(
    const tm_fuzzy *x, uint32_t hash, uint8_t kind, tm_str text)
{
	uint32_t n = x->head->n_slots, id, at = tm_image_slot(hash, n);
	tm_str other;

	for (uint32_t tries = 0; tries < n; tries++) {
		id = x->slots[at];
		if (id >= x->head->n_words)
			return NONE;
		if (x->words[id].kind == kind &&
		    tm_image_word_text(x, id, &other) && tm_str_eq(text, other))
			return id;
		at = at + 1 < n ? at + 1 : 0;
	}
	return NONE;
}

tm_image_key
tm_image_find_key(const tm_fuzzy *x, uint32_t hash, uint8_t kind, tm_str text)
{
	static const tm_image_key none = { 0, NONE, 0, 0 };
	uint32_t at = tm_image_slot(hash, x->n_keys), only = NONE;

	for (uint32_t tries = 0; tries < x->n_keys; tries++) {
		tm_image_key k = x->keys[at];

		at = at + 1 < x->n_keys ? at + 1 : 0;
		if (k.key == NONE)
			break;
		if (k.hash != hash)
			continue;
		if ((k.key & TM_KEY_NOT_ALONE) != 0 && only == NONE) {
			uint32_t word =
			    tm_image_find_hashed(x, hash, kind, text);

			only = word == NONE ? NONE : x->self[word];
			if (only == NONE)
				break;
		}
		k.key &= ~TM_KEY_NOT_ALONE;
		if (only == NONE || k.key == only)
			return k;
	}
	return none;
}

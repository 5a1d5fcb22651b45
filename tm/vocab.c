/*
 * Open addressing with linear steps, at most half full. A slot holds the
 * number of a string plus one (0: empty); the hashes are kept beside the
 * strings so that growing and missing touch no text:
 *
 *	slot	[ 0 ][ 2 ][ 1 ][ 0 ]	v[0] = "a"  v[1] = "b"
 */
#include "config.h"

#include "tm/vocab_int.h"

#include <stdlib.h>

void
tm_vocab_release(tm_vocab *vocab)
{
	free(vocab->v);
	free(vocab->slot);
	free(vocab->hash);
	tm_arena_release(&vocab->arena);
	*vocab = (tm_vocab){ 0 };
}

static uint32_t
hash_of(tm_str s)
{
	uint64_t h = tm_str_quick_hash(s);

	return (uint32_t)(h ^ h >> 32);
}

static void
grow(tm_vocab *vocab)
{
	size_t n = vocab->n_slots == 0 ? 64 : 2 * vocab->n_slots;

	free(vocab->slot);
	vocab->slot = tm_zalloc(n, sizeof *vocab->slot);
	vocab->n_slots = n;
	for (size_t i = 0; i < vocab->n; i++) {
		size_t at = vocab->hash[i] & (n - 1);

		while (vocab->slot[at] != 0)
			at = (at + 1) & (n - 1);
		vocab->slot[at] = (uint32_t)i + 1;
	}
}

/* The slot where s is, or the empty one where it belongs. */
static size_t
slot_of(const tm_vocab *vocab, tm_str s, uint32_t hash)
{
	size_t mask = vocab->n_slots - 1, at = hash & mask;

	for (; vocab->slot[at] != 0; at = (at + 1) & mask) {
		uint32_t i = vocab->slot[at] - 1;

		if (vocab->hash[i] == hash && tm_str_eq(vocab->v[i], s))
			break;
	}
	return at;
}

uint32_t
tm_vocab_find(const tm_vocab *vocab, tm_str s)
{
	if (vocab->n == 0)
		return TM_NO_WORD;
	/* An empty slot holds 0, and 0 - 1 is TM_NO_WORD. */
	return vocab->slot[slot_of(vocab, s, hash_of(s))] - 1;
}

uint32_t
tm_vocab_add(tm_vocab *vocab, tm_str s)
{
	uint32_t hash = hash_of(s);
	size_t at;

	if (2 * (vocab->n + 1) > vocab->n_slots)
		grow(vocab);
	at = slot_of(vocab, s, hash);
	if (vocab->slot[at] == 0) {
		tm_grow(vocab->v, vocab->n, vocab->cap);
		tm_grow(vocab->hash, vocab->n, vocab->cap_hash);
		vocab->v[vocab->n] = tm_arena_str(&vocab->arena, s);
		vocab->hash[vocab->n] = hash;
		vocab->slot[at] = (uint32_t)++vocab->n;
	}
	return vocab->slot[at] - 1;
}

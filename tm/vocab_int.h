/*
 * vocab_int.h - strings to small numbers and back
 *
 *	tm_vocab v = { 0 };
 *
 *	tm_vocab_add(&v, TM_STR("a"));		-> 0
 *	tm_vocab_add(&v, TM_STR("b"));		-> 1
 *	tm_vocab_find(&v, TM_STR("a"));		-> 0
 *	tm_vocab_find(&v, TM_STR("c"));		-> TM_NO_WORD
 *	v.v[1]					-> "b"
 *	tm_vocab_release(&v);
 *
 * Numbers are given in the order of first sight, without gaps.
 */
#ifndef TM_VOCAB_INT_H
#define TM_VOCAB_INT_H

#include "tm/base.h"

#define TM_NO_WORD UINT32_MAX

typedef struct tm_vocab {
	tm_str *v; /* the strings, by number */
	size_t n, cap;
	uint32_t *slot, *hash; /* private: the table, a hash per string */
	size_t n_slots, cap_hash;
	tm_arena arena;
} tm_vocab;

void tm_vocab_release(tm_vocab *vocab);
uint32_t tm_vocab_add(tm_vocab *vocab, tm_str s);
uint32_t tm_vocab_find(const tm_vocab *vocab, tm_str s);

#endif

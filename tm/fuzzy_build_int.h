/*
 * fuzzy_build_int.h - a builder from inside: who fills it, who writes it
 */
#ifndef TM_FUZZY_BUILD_INT_H
#define TM_FUZZY_BUILD_INT_H

#include "tm/fuzzy_int.h"

/* Half a line of the cache: one is looked at for every token there is. */
typedef struct new_word {
	uint32_t at, n, fold, key, self, count;
	uint16_t weight, chars; /* chars of fold, 0xffff: or more */
	uint8_t kind;
	bool whole; /* fold, key, weight and chars are known */
} new_word;

struct tm_fuzzy_builder {
	tm_analyser *an;
	tm_tokens tokens;
	tm_buf nfc, text;
	new_word *words;
	size_t n_words, cap_words;
	struct new_slot {
		uint32_t hash, id; /* id NONE: free */
	} * slots;
	size_t n_slots;
	uint32_t n_keys;
	struct new_segment {
		int64_t id;
		size_t at; /* of its tokens */
		uint32_t weight;
		uint16_t chars; /* 0xffff: or more */
		uint16_t label;
	} * v;
	size_t n, cap;
	uint32_t *hashes; /* of tokens */
	size_t cap_hashes;
	unsigned char *codes; /* word * 2 + space */
	size_t n_codes, cap_codes;
};

static inline tm_str
tm_new_word_text(const tm_fuzzy_builder *b, uint32_t id)
{
	return (tm_str){ b->text.p + b->words[id].at, b->words[id].n };
}

#endif

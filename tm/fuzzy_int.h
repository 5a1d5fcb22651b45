/*
 * fuzzy_int.h - what an image looks like
 *
 * All numbers are in the machine's own order; sections begin at multiples
 * of 16.
 *
 *	head | segments: briefs[] ids[] at[], in the order of their weight
 *	     | tokens: for each a varint, word * 2 + is there a space before
 *	     | words[]: key, weight, kind | texts[]: text, plain word
 *	     | self[]: the key number of a word that is a key itself
 *	     | slots[]: words by hash | the bytes of the texts
 *	     | list_at[] list[]: for each key the segments that have it
 *
 * Words are numbered by how often they occur, so that most tokens take a
 * byte or two, and lie apart by what a search needs first. Keys are, too.
 */
#ifndef TM_FUZZY_INT_H
#define TM_FUZZY_INT_H

#include "tm/fuzzy.h"
#include "tm/match_int.h"

#define TM_IMAGE_NONE UINT32_MAX
#define TM_IMAGE_MAGIC "tmfuzzy"

/* Of the format, and of what text.c makes of a text: raise it when either
 * changes, and every image is made again. */
enum { TM_IMAGE_VERSION = 5 };
#define TM_IMAGE_ORDER UINT32_C(0x01020304)

/* Keys that are no word's text. */
enum { TM_KEY_NUMBER, TM_KEY_CODE, TM_KEY_TAG, TM_KEY_FIRST };

typedef struct tm_image_brief {
	uint32_t weight;
	uint16_t chars; /* 0xffff: that many or more */
	uint16_t label;
	uint64_t keys; /* tm_image_bit() of each: what it surely lacks */
} tm_image_brief;

/*
 * The bit that a key has in the briefs. The most frequent ones have one of
 * their own: they are in so many segments that a rare key with the same bit
 * would seem to be there, too. 12 to 24 of them do alike; with 36 a lookup
 * in a million takes 6 per cent longer at 70 and 13 at 50.
 */
enum { TM_OWN_BIT = 16 };

static inline unsigned
tm_image_bit(uint32_t key)
{
	uint64_t h = key * UINT32_C(2654435761);

	return key < TM_OWN_BIT
		   ? key
		   : TM_OWN_BIT + (unsigned)(h * (64 - TM_OWN_BIT) >> 32);
}

typedef struct tm_image_word {
	uint32_t key; /* of a number, the word that its value is */
	uint16_t weight;
	uint8_t kind, pad;
} tm_image_word;

typedef struct tm_image_text {
	uint32_t at; /* the next one's ends it */
	uint32_t fold;
} tm_image_text;

typedef enum tm_image_section {
	TM_IN_BRIEFS,
	TM_IN_IDS,
	TM_IN_AT,
	TM_IN_TOKENS,
	TM_IN_WORDS,
	TM_IN_TEXTS,
	TM_IN_SELF,
	TM_IN_SLOTS,
	TM_IN_BYTES,
	TM_IN_LIST_AT,
	TM_IN_LIST,
	TM_N_SECTIONS
} tm_image_section;

typedef struct tm_image_head {
	char magic[8];
	uint32_t order, version;
	uint32_t n, n_words, n_keys, n_slots;
	int64_t base; /* of ids */
	uint64_t size;
	uint64_t at[TM_N_SECTIONS], bytes[TM_N_SECTIONS];
	uint64_t body; /* checksum of the sections, one after the other */
	uint64_t self; /* checksum of the head up to here */
} tm_image_head;

_Static_assert(sizeof(tm_image_head) % 16 == 0, "sections are aligned");

/* Waiting for memory is most of the work: ask for what comes soon. */
#ifdef __GNUC__
#define tm_soon(p) __builtin_prefetch(p)
#else
#define tm_soon(p) ((void)(p))
#endif

/* Where to look for a word first. */
uint32_t tm_image_hash(uint8_t kind, tm_str text);

/* A checksum against accidents, not against people. */
uint64_t tm_image_checksum(uint64_t h, const void *data, size_t n);

/* ---- An open image ----------------------------------------------------- */

struct tm_fuzzy {
	tm_str image;
	const tm_image_head *head;
	const tm_image_brief *brief;
	const uint32_t *id, *at, *self, *slots, *list_at, *list;
	const unsigned char *tokens;
	const tm_image_word *words;
	const tm_image_text *texts;
	const char *bytes;
	struct tm_fuzzy_scratch *scratch;
};

/* The text of a word; false when the image is damaged. */
bool tm_image_word_text(const tm_fuzzy *x, uint32_t id, tm_str *text);

/* The number of a word, or TM_IMAGE_NONE. */
uint32_t tm_image_find_word(const tm_fuzzy *x, uint8_t kind, tm_str text);

/* The tokens of a segment, one varint after the other. */
typedef struct tm_image_reader {
	const unsigned char *p, *end;
} tm_image_reader;

bool tm_image_segment(const tm_fuzzy *x, uint32_t i, tm_image_reader *r);

static inline bool
tm_image_token(const tm_fuzzy *x, tm_image_reader *r, uint32_t *id, bool *space)
{
	uint64_t code = 0;

	for (int shift = 0; r->p < r->end && shift <= 35; shift += 7) {
		unsigned char c = *r->p++;

		code |= (uint64_t)(c & 127) << shift;
		if (c < 128) {
			*id = (uint32_t)(code >> 1);
			*space = code & 1;
			return code >> 1 < x->head->n_words;
		}
	}
	return false;
}

#endif

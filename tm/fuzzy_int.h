/*
 * fuzzy_int.h - what an image looks like
 *
 * All numbers are in the machine's own order; sections begin at multiples
 * of 16.
 *
 *	head | segments: briefs[] rows[] first[] ids[], by weight
 *	     | tokens: for each a varint, word * 2 + is there a space before
 *	     | at[]: where those of a segment are
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
enum { TM_IMAGE_VERSION = 18 };
#define TM_IMAGE_ORDER UINT32_C(0x01020304)

/* Keys that are no word's text. */
enum { TM_KEY_NUMBER, TM_KEY_CODE, TM_KEY_TAG, TM_KEY_FIRST };
enum { TM_N_VALUED = 2 }; /* tokens with the first ones have values */

enum { TM_KEY_ROWS = 3 };

typedef struct tm_image_brief {
	uint32_t weight;
	uint16_t chars; /* 0xffff: that many or more */
	uint16_t label;
	uint64_t more[TM_KEY_ROWS - 1]; /* rows of bits */
} tm_image_brief;

/*
 * The bits that a key has: what a segment surely lacks. The first row of all
 * segments stands apart, since it is looked at most. The most frequent ones
 * have one of their own: they are in so many segments that a rare key with the
 * same bit would seem to be there, too. All others have one in each row, so
 * that what looks alike in one does not in another.
 */
enum { TM_OWN_BIT = 16 };

static inline void
tm_image_bits(uint32_t key, uint64_t bits[TM_KEY_ROWS])
{
	uint64_t h = key * UINT64_C(0x9e3779b97f4a7c15);
	uint64_t first = (h >> 32) * (64 - TM_OWN_BIT) >> 32;

	if (key < TM_OWN_BIT) {
		bits[0] |= UINT64_C(1) << key;
		return;
	}
	bits[0] |= UINT64_C(1) << (TM_OWN_BIT + first);
	bits[1] |= UINT64_C(1) << (h >> 20 & 63);
	bits[2] |= UINT64_C(1) << (h >> 26 & 63);
}

/*
 * More that a segment may have or lack, as if it were a key: a key after so
 * many of it, and a certain number or code. Without, a query with four numbers
 * would seem to share as much with a segment that has one, and that another.
 */
enum { TM_MOST_TIMES = 4 };

static inline uint32_t
tm_image_again(uint32_t key, uint32_t before)
{
	return UINT32_C(1) << 31 | (key * UINT32_C(0x85ebca6b) + before);
}

/* Is it a token with a value? word_key is that of its word. */
static inline bool
tm_image_has_value(uint8_t kind, uint32_t word_key)
{
	return kind == TM_NUMBER ||
	       (kind == TM_CODE && word_key == TM_KEY_CODE);
}

static inline uint32_t
tm_image_value(uint32_t hash)
{
	return UINT32_C(1) << 31 | hash;
}

/* What of its weight a token with a value shares with those that have another,
 * at most. */
static inline uint32_t
tm_image_without_value(uint32_t weight)
{
	return weight - weight * TM_MATCH_OTHER_VALUE / 100;
}

/*
 * A key's list: the segments that have it, lightest first. A long one
 * is in tiers, by how much of a segment's weight is in rarer keys than
 * this: tier t has from t to t + 1 sixteenths. It begins with where each
 * tier ends, counted from the end of these numbers.
 *
 * What a segment's number leaves of 40 bits is a sketch of the keys that it
 * has beside this and its rarer ones: it is there when the segment itself
 * would have to be fetched from far away.
 */
enum {
	TM_TIERS = 16,
	TM_LONG_LIST = 256,
	TM_ENTRY = 5,	     /* bytes, the lowest first */
	TM_TIER_ENDS = 13,   /* entries that have room for where tiers end */
	TM_NUMBER_BITS = 20, /* at least */
	TM_SKETCH_OWN = 4,   /* bits for the keys below TM_OWN_BIT; all the
				rest for the others */
};

/* How many bits the number of each of n segments takes in a list. */
static inline int
tm_image_number_bits(uint32_t n)
{
	int bits = TM_NUMBER_BITS;

	while (bits < 32 && n > UINT32_C(1) << bits)
		bits++;
	return bits;
}

/* The bit of a key in the sketches beside numbers of so many bits. */
static inline int
tm_image_sketch_bit(uint32_t key, int number_bits)
{
	uint32_t h = key * UINT32_C(2654435761);
	uint32_t rest = (uint32_t)(8 * TM_ENTRY - number_bits - TM_SKETCH_OWN);

	return key < TM_OWN_BIT
		   ? (int)(key % TM_SKETCH_OWN)
		   : TM_SKETCH_OWN + (int)((uint64_t)h * rest >> 32);
}

typedef struct tm_image_list {
	const unsigned char *v;
	uint32_t n;		  /* in all tiers */
	const unsigned char *end; /* of each tier; NULL: it is not in tiers */
} tm_image_list;

/* Entry i: there are 3 bytes more behind the last one. */
static inline uint64_t
tm_image_entry(const unsigned char *v, size_t i)
{
	uint64_t e;

	memcpy(&e, v + i * TM_ENTRY, sizeof e);
	return e & ((UINT64_C(1) << 8 * TM_ENTRY) - 1);
}

static inline uint32_t
tm_image_tier_end(const tm_image_list *list, int tier)
{
	uint32_t end;

	memcpy(&end, list->end + (size_t)tier * sizeof end, sizeof end);
	return end;
}

/*
 * Where keys are found, by their hash alone: a table without gaps for
 * nearly all, one look for each. That a text which is no key may have the hash
 * of one makes a bound too high, and is noticed when segments are compared. Of
 * keys with one hash the first is marked, and the words themselves decide.
 */
typedef struct tm_image_key {
	uint32_t hash, key; /* TM_IMAGE_NONE: free */
	uint32_t from, to;  /* its list */
} tm_image_key;

#define TM_KEY_NOT_ALONE (UINT32_C(1) << 31)

/*
 * first[i] is the first segment that weighs i steps or more: near enough to
 * cut lists by, and one look instead of a search over all briefs.
 */
enum { TM_WEIGHT_STEP = 16, TM_WEIGHT_STEPS = 1024 };

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
	TM_IN_ROWS,
	TM_IN_FIRST,
	TM_IN_IDS,
	TM_IN_TOKENS,
	TM_IN_AT,
	TM_IN_WORDS,
	TM_IN_TEXTS,
	TM_IN_SELF,
	TM_IN_SLOTS,
	TM_IN_BYTES,
	TM_IN_KEYS,
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
	const uint64_t *row;
	const tm_image_brief *brief;
	const uint32_t *first, *id, *at, *self, *slots, *list_at;
	const unsigned char *tokens, *list;
	uint32_t n_list; /* entries */
	int number_bits; /* in each */
	uint32_t number_mask;
	const tm_image_word *words;
	const tm_image_text *texts;
	const tm_image_key *keys;
	uint32_t n_keys; /* there is room for */
	const char *bytes;
};

/* The text of a word; false when the image is damaged. */
bool tm_image_word_text(const tm_fuzzy *x, uint32_t id, tm_str *text);

/* The number of a word, or TM_IMAGE_NONE; the same for who has its hash. */
uint32_t tm_image_find_word(const tm_fuzzy *x, uint8_t kind, tm_str text);
uint32_t tm_image_find_hashed(
    const tm_fuzzy *x, uint32_t hash, uint8_t kind, tm_str text);

/* Where to look first for a key, or a word, with this hash. */
static inline uint32_t
tm_image_slot(uint32_t hash, uint32_t n)
{
	return (uint32_t)((uint64_t)hash * n >> 32);
}

/* The key of a kind and a text, whose hash it is given; its number is
 * TM_IMAGE_NONE when there is none. */
tm_image_key tm_image_find_key(
    const tm_fuzzy *x, uint32_t hash, uint8_t kind, tm_str text);

/* The segments with a key, or from..to of all lists; false when the image is
 * damaged. */
bool tm_image_get_list(const tm_fuzzy *x, uint32_t key, tm_image_list *list);
bool tm_image_read_list(
    const tm_fuzzy *x, uint32_t from, uint32_t to, tm_image_list *list);

/*
 * Is a key whose list has n segments, and that weighs w, rarer than another?
 * By how many segments a point of weight leads to.
 */
static inline bool
tm_image_rarer(uint32_t n, uint32_t w, uint32_t key, uint32_t other_n,
    uint32_t other_w, uint32_t other_key)
{
	uint64_t a = (uint64_t)n * other_w, b = (uint64_t)other_n * w;

	return a != b ? a < b : key > other_key;
}

/*
 * How much a search reads out of lists at once, in places of them: enough
 * images at a time that waiting for one is working for another, and few enough
 * that those after them have a higher floor. 20,000 take 20 to 80 us; 5,000
 * made no difference over ten million units. Tests make it small.
 */
extern size_t tm_fuzzy_batch;

/* How many entries of lists are made before they are written. A long image is
 * gone through once for each such part. Tests make it small. */
extern size_t tm_fuzzy_list_part;

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

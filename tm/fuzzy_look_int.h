/*
 * fuzzy_look_int.h - one query in one image
 *
 * A search (fuzzy.c) looks into several images at once. Nearly all of its time
 * goes by waiting for memory, so a look is taken in steps: each asks for what
 * the next one reads, and all images take a step before any takes the next.
 * What a look finds worth trying (fuzzy_look.c) is tried (fuzzy_try.c) in the
 * order of its bounds, whatever image it is in.
 */
#ifndef TM_FUZZY_LOOK_INT_H
#define TM_FUZZY_LOOK_INT_H

#include "tm/fuzzy_int.h"

/* What of a token is a word of an image. */
enum { TM_ASKED_TEXT, TM_ASKED_FOLD, TM_ASKED_ROOT, TM_ASKED_WORDS };

/* A query, and what its tokens hash to: the same in all images. */
typedef struct tm_asked {
	const tm_match_side *side;
	struct tm_asked_token {
		uint32_t key;	/* that of all its kind, or TM_IMAGE_NONE */
		uint32_t value; /* of a number or a code, or 0 */
		struct tm_asked_word {
			tm_str s;
			uint32_t hash;
			bool again; /* it is the one before */
		} words[TM_ASKED_WORDS];
	} * v;
	size_t cap;
} tm_asked;

void tm_asked_set(tm_asked *asked, const tm_match_side *side);
void tm_asked_release(tm_asked *asked);

/* A key of the query that the image has. */
typedef struct tm_query_key {
	uint32_t key, one, weight; /* of it once, of all of it in the query */
	uint32_t seen; /* its weight so far in segment number seen_in */
	uint64_t seen_in;
	tm_image_list list;
} tm_query_key;

/* What a segment must have to share so much: a key, the same after some of it,
 * or a value. */
typedef struct tm_query_part {
	uint32_t key; /* or what stands for it in bits */
	uint32_t of;  /* the number of the key */
	uint32_t weight;
	uint64_t bits[TM_KEY_ROWS];
} tm_query_part;

/* A part of the list of a key, while its ends are searched for. */
typedef struct tm_range {
	const unsigned char *end[2]; /* not yet known by left[.] */
	uint32_t left[2];
	uint32_t low, high; /* the segments wanted */
	uint32_t key;
} tm_range;

typedef struct tm_look {
	const tm_fuzzy *x;
	tm_asked *asked;
	const tm_match_side *query; /* the same */

	/* The score that segments must reach, and the S for it. */
	double score, s;
	double need;	    /* the weight that they must share */
	bool all;	    /* any S will do */
	uint32_t low, high; /* segments that are neither too light nor too
			       heavy */

	tm_match_token *q; /* the tokens of the query, as numbers here */
	size_t cap_q;
	bool words_known;    /* of q more than the keys */
	tm_image_key *found; /* its keys */
	size_t cap_found;
	tm_query_key *keys;
	size_t n_keys, cap_keys;
	tm_query_part *parts; /* of the keys, in their order */
	size_t n_parts, cap_parts;
	uint32_t *by_key; /* a small table: key -> index in keys */
	size_t n_by_key, cap_by_key;
	uint64_t filter[4]; /* the last byte of every key in it */
	tm_range *ranges;   /* of its lists, that are read */
	size_t n_ranges, cap_ranges, next_range;
	uint32_t next_key; /* those before it were read with this aim, or
			      a lower one */
	bool taken;	   /* of all segments: they were told */
	uint32_t *posts;   /* segments out of lists, to be considered */
	size_t n_posts, cap_posts;
	uint64_t *met; /* a bit for each segment that was told */
	size_t cap_met;
	uint64_t counted; /* segments so far, ever */

	tm_match_token *t; /* a segment */
	size_t n_t, cap_t;
	uint32_t *cp;
	size_t n_cp, cap_cp;
} tm_look;

void tm_look_release(tm_look *look);

/* Look for asked in an image. */
void tm_look_start(tm_look *look, const tm_fuzzy *x, tm_asked *asked);

/* For scores of least and more: at first, and for lower ones later; or for
 * higher ones in what is left to read. */
void tm_look_aim(tm_look *look, double least);
void tm_look_aim_higher(tm_look *look, double least);

/* The first two steps are for all aims, the others for each. They return
 * false when the image is damaged. */
enum {
	TM_LOOK_KEYS,
	TM_LOOK_LISTS,
	TM_LOOK_RANGES,
	TM_LOOK_CUT,
	TM_LOOK_POSTS,
	TM_LOOK_ROWS
};
extern bool (*const tm_look_steps[])(tm_look *look);

/* How much there is to read in the steps after TM_LOOK_CUT. They read about
 * tm_fuzzy_batch of it, and are taken again while there is more. */
size_t tm_look_work(const tm_look *look);
bool tm_look_has_more(const tm_look *look);

/* Then tell of the segments that are worth trying, with the best score that
 * each can have; of each once, until it is forgotten that it was told. */
void tm_look_tell(tm_look *look,
    void (*worth)(void *self, uint32_t segment, double bound), void *self);
void tm_look_forget(tm_look *look, uint32_t segment);

/* Where key stands among those of the query: by_key[.], or a free place. */
static inline uint32_t *
tm_look_slot(const tm_look *l, uint32_t key)
{
	size_t mask = l->n_by_key - 1;
	size_t at = key * UINT32_C(2654435761) >> 8 & mask;

	while (
	    l->by_key[at] != TM_IMAGE_NONE && l->keys[l->by_key[at]].key != key)
		at = (at + 1) & mask;
	return &l->by_key[at];
}

/* C of a segment at most, by the lengths alone. */
double tm_look_chars_bound(const tm_look *look, const tm_image_brief *brief);

/* ---- Trying a segment (fuzzy_try.c) ------------------------------------ */

/* It will be tried before long, or next but few. */
void tm_try_soon(const tm_look *look, uint32_t segment);
void tm_try_sooner(const tm_look *look, uint32_t segment);

/*
 * The score of a segment, exactly, or -1 when it is below least. dead (may be
 * NULL) is asked when it seems to be above. False for damage.
 */
bool tm_try(tm_look *look, uint32_t segment, double least,
    bool (*dead)(void *self, int64_t id), void *self, double *score);

#endif

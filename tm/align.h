/*
 * align.h - two lists of sentences to beads
 *
 * A bead pairs a run of source sentences with the run of target sentences
 * that says the same: 1-1 mostly, 1-2 where the translator split, 1-0 where
 * nothing answers. A list of beads covers every sentence of both sides
 * once, in order.
 *
 *	tm_beads beads = { 0 };
 *	tm_align_side src = { "ar", ar, n_ar, NULL };
 *	tm_align_side tgt = { "en", en, n_en, NULL };
 *
 *	if (!tm_align(&src, &tgt, &(tm_align_options){ .lexicon = lex },
 *		&beads, &err))
 *		complain("%s", err.msg);
 *	for (size_t k = 0; k < beads.n; k++)
 *		...
 *	tm_beads_release(&beads);
 *
 * Everything is re-estimated for each pair of documents; there is nothing
 * to tune.
 */
#ifndef TM_ALIGN_H
#define TM_ALIGN_H

#include "tm/base.h"
#include "tm/lexicon.h"

TM_BEGIN_DECLS

/*
 * One side: its language (canonical) and its sentences, borrowed. paragraph
 * is the number of each sentence's paragraph, growing, or NULL when nothing
 * is known of paragraphs; where both sides have them, they are evidence.
 */
typedef struct tm_align_side {
	const char *lang;
	const tm_str *v;
	size_t n;
	const size_t *paragraph;
} tm_align_side;

/*
 * A bead: source sentences src .. src + n_src, target sentences tgt ..
 * tgt + n_tgt (from 0). confidence is the calibrated probability that
 * exactly this bead is right.
 */
typedef struct tm_bead {
	size_t src, n_src, tgt, n_tgt;
	double confidence;
} tm_bead;

/*
 * Start with = { 0 }. related is the probability that the texts translate
 * each other at all: in wrong files pairs are found, too, but their words
 * agree no better than those of sentences put together at random, and their
 * sentences would go together as well in another order. 0 when a side is
 * empty. words says how many times better the words agree than by chance, and
 * any_order that another order would do as well; that is only asked where the
 * words leave doubt.
 *
 * Beads go forward only. Where the texts are not in the same order, moved has
 * the runs of sentences that say the same and stand elsewhere, in the order of
 * the source; most of their sentences are in beads of low confidence. Their
 * confidence is not set.
 */
typedef struct tm_beads {
	tm_bead *v;
	size_t n, cap;
	double related, words;
	bool any_order;
	tm_bead *moved;
	size_t n_moved, cap_moved;
} tm_beads;

void tm_beads_release(tm_beads *beads);

/* How many sentences of each side a bead has. */
typedef struct tm_bead_type {
	size_t n_src, n_tgt;
} tm_bead_type;

/* A place where both texts begin something: before source sentence src and
 * target sentence tgt. */
typedef struct tm_junction {
	size_t src, tgt;
} tm_junction;

/* All fields may be zero. */
typedef struct tm_align_options {
	const tm_lexicon *lexicon; /* NULL: none */
	/*
	 * What is known: pairs that are right (both sides of them not empty,
	 * any number of sentences; their confidence is not read, and is 1 in
	 * the result) and junctions that no bead reaches over. Each list is
	 * in order and contradicts neither itself nor the other.
	 */
	const tm_bead *fixed;
	size_t n_fixed;
	const tm_junction *junctions;
	size_t n_junctions;
	/* Sentences of the source, and of the target, that have no pair; in no
	 * order, and none of them in a fixed pair. */
	const size_t *alone[2];
	size_t n_alone[2];
	/* At most so many sentences on a side of a bead (0: 8), and no types
	 * but these (NULL: all). 1-1, and sentences without a pair, are always
	 * possible; so are fixed pairs. */
	size_t max_run;
	const tm_bead_type *types;
	size_t n_types;
	/* Called now and then with a share from 0 to 1; false stops. */
	bool (*progress)(void *self, double done);
	void *self;
} tm_align_options;

/*
 * Align src with tgt and put the beads, in order, into beads (replacing
 * what was there). An empty side gives null beads only. Fails with
 * TM_LIMIT when a side has more sentences than fit (2^28) and with
 * TM_INVALID when progress() stopped it or what is said to be known cannot
 * be (the message counts sentences from 1); beads is then empty.
 */
bool tm_align(const tm_align_side *src, const tm_align_side *tgt,
    const tm_align_options *options, tm_beads *beads, tm_error *err);

TM_END_DECLS

#endif

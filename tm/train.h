/*
 * train.h - learn a lexicon from pairs of segments
 *
 * A trainer takes pairs that translate each other and says which words do:
 * p(target word | source word) and the reverse, by IBM Model 1. What it
 * taught is a plain value that a store keeps and a lexicon takes in:
 *
 *	tm_trainer *tr = tm_trainer_new();
 *	tm_taught taught = { 0 };
 *
 *	for (...)
 *		tm_trainer_add(tr, arabic, english, confidence);
 *	if (tm_trainer_run(tr, NULL, NULL, &taught, &err))
 *		tm_lexicon_add_taught(lex, &taught);
 *	tm_taught_release(&taught);
 *	tm_trainer_free(tr);
 *
 * The same pairs in the same order teach the same.
 */
#ifndef TM_TRAIN_H
#define TM_TRAIN_H

#include "tm/lexicon.h"

TM_BEGIN_DECLS

/* A word by its key, and the weight of the pairs that had it. */
typedef struct tm_taught_word {
	tm_str key;
	double seen;
} tm_taught_word;

/*
 * Word from (of the source) and word to met in so many pairs; count is how
 * often the one was answered by the other, to by from and from by to, as
 * Model 1 expects.
 */
typedef struct tm_taught_pair {
	uint32_t from, to, together;
	double count[2];
} tm_taught_pair;

/* Start with = { 0 }. Pairs are in order of from, then to. */
typedef struct tm_taught {
	double pairs; /* of segments, weighted */
	tm_taught_word *word[2];
	size_t n_words[2];
	tm_taught_pair *pair;
	size_t n_pairs;
	tm_arena arena; /* owns all of it */
} tm_taught;

void tm_taught_release(tm_taught *taught);

/* What a table was made by; one of another version is of no use. */
#define TM_TAUGHT_VERSION 1

typedef struct tm_trainer tm_trainer;

/* The caller frees it; it never fails. The languages need no names: words
 * are light stems, as in a lexicon. */
tm_trainer *tm_trainer_new(void);
void tm_trainer_free(tm_trainer *trainer);

/*
 * Go on from what was taught before: what is added now is counted to it.
 * That is nearly what training on everything would give, as long as what
 * is new is less than what was there. Before the first tm_trainer_add().
 */
void tm_trainer_resume(tm_trainer *trainer, const tm_taught *before);

/* Add a pair; weight, from 0 to 1, is how likely it is to be right. Takes
 * time linear in the text and keeps four bytes a word of it. */
void tm_trainer_add(tm_trainer *trainer, tm_str from, tm_str to, double weight);

/*
 * Learn and replace *taught. Time is linear in the pairs of words that
 * stand in one pair of segments. progress(), which may be NULL, is called
 * with a share from 0 to 1; when it returns false the result is TM_INVALID
 * and *taught is empty.
 */
bool tm_trainer_run(tm_trainer *trainer,
    bool (*progress)(void *self, double done), void *self, tm_taught *taught,
    tm_error *err);

/*
 * The keys of the words that tm_lexicon_limit() was given, in arena: what
 * to ask a store for. *n is how many.
 */
tm_str *tm_lexicon_wanted(const tm_lexicon *lex, tm_arena *arena, size_t *n);

/*
 * Let lex know what was taught, from lex's source language to its target
 * language, or back when reversed. Pairs of words that
 * tm_lexicon_limit() leaves out are left out.
 */
void tm_lexicon_add_taught(
    tm_lexicon *lex, const tm_taught *taught, bool reversed);

TM_END_DECLS

#endif

/*
 * answer.c - which words of a translation answer these?
 *
 * Each word of the phrase points at the word of the translation that it
 * goes with best, by sqrt(p(e | f) p(f | e)): both must speak for it, so
 * that "the", which goes with everything, is not taken for an answer.
 *
 *		  رأيت	بيتا	قديما
 *	old	  .00	.02	 .41	<- the best of its row
 *	house	  .00	.63	 .03
 */
#include "config.h"

#include "tm/answer.h"

#include <math.h>
#include <stdlib.h>

#include "tm/lexicon_int.h"
#include "tm/vocab_int.h"

/*
 * The least that counts as an answer: one in ten both ways. Of two words
 * that never belong together Model 1 makes a hundredth or less; rare
 * translations of a word with many are still above it.
 */
static const double least = .1;

typedef struct known {
	uint32_t key, answer;
	double score;
} known;

struct tm_answers {
	tm_analyser *from, *to;
	tm_vocab keys, words; /* asked for, and of the other language */
	tm_arena arena;
	tm_str *key;
	size_t n_keys, cap_keys;
	known *v; /* in order of key, then answer */
	size_t n, cap;
	tm_tokens tokens, phrase;
	tm_buf buf;
	double *score;
	size_t cap_score;
};

tm_answers *
tm_answers_new(const char *from, const char *to)
{
	tm_answers *a = tm_zalloc(1, sizeof *a);

	a->from = tm_analyser_new(from);
	a->to = tm_analyser_new(to);
	return a;
}

void
tm_answers_free(tm_answers *a)
{
	if (a == NULL)
		return;
	tm_analyser_free(a->from);
	tm_analyser_free(a->to);
	tm_vocab_release(&a->keys);
	tm_vocab_release(&a->words);
	tm_arena_release(&a->arena);
	tm_tokens_release(&a->tokens);
	tm_tokens_release(&a->phrase);
	tm_buf_release(&a->buf);
	free(a->key);
	free(a->v);
	free(a->score);
	free(a);
}

void
tm_answers_ask(tm_answers *a, tm_str words)
{
	tm_analyse(a->from, words, &a->tokens);
	for (size_t i = 0; i < a->tokens.n; i++) {
		const tm_token *t = &a->tokens.v[i];
		uint32_t id;

		if (t->kind != TM_WORD || !tm_token_key(t, &a->buf))
			continue;
		id = tm_vocab_add(&a->keys, tm_buf_str(&a->buf));
		if (id < a->n_keys)
			continue;
		tm_grow(a->key, a->n_keys, a->cap_keys);
		a->key[a->n_keys++] =
		    tm_arena_str(&a->arena, tm_buf_str(&a->buf));
	}
}

const tm_str *
tm_answers_keys(const tm_answers *a, size_t *n)
{
	*n = a->n_keys;
	return a->key;
}

static int
by_key(const void *p, const void *q)
{
	const known *a = p, *b = q;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return (a->answer > b->answer) - (a->answer < b->answer);
}

void
tm_answers_learn(tm_answers *a, const tm_taught *taught, int side)
{
	for (size_t i = 0; i < taught->n_pairs; i++) {
		const tm_taught_pair *p = &taught->pair[i];
		uint32_t w[2] = { p->from, p->to };
		const tm_taught_word *f = &taught->word[0][p->from];
		const tm_taught_word *e = &taught->word[1][p->to];
		uint32_t key =
		    tm_vocab_find(&a->keys, taught->word[side][w[side]].key);
		double score = sqrt(p->count[0] / (f->seen + .5) * p->count[1] /
				    (e->seen + .5));

		if (key == TM_NO_WORD || score < least)
			continue;
		tm_grow(a->v, a->n, a->cap);
		a->v[a->n++] = (known){ key,
			tm_vocab_add(
			    &a->words, taught->word[!side][w[!side]].key),
			score };
	}
	if (a->n > 1)
		qsort(a->v, a->n, sizeof *a->v, by_key);
}

static double
score_of(const tm_answers *a, uint32_t key, uint32_t answer)
{
	known want = { .key = key, .answer = answer };
	const known *found =
	    a->n == 0 ? NULL : bsearch(&want, a->v, a->n, sizeof *a->v, by_key);

	return found == NULL ? 0 : found->score;
}

/* The best answer of one word gets its score in a->score. */
static void
point(tm_answers *a, uint32_t key)
{
	double best = 0;
	size_t at = 0;

	for (size_t i = 0; i < a->tokens.n; i++) {
		const tm_token *t = &a->tokens.v[i];
		uint32_t word;
		double score;

		if (t->kind != TM_WORD || !tm_token_key(t, &a->buf))
			continue;
		word = tm_vocab_find(&a->words, tm_buf_str(&a->buf));
		if (word == TM_NO_WORD)
			continue;
		score = score_of(a, key, word);
		if (score > best) {
			best = score;
			at = i;
		}
	}
	if (best > 0 && a->score[at] < best)
		a->score[at] = best;
}

size_t
tm_answers_mark(tm_answers *a, tm_str phrase, tm_str translation, tm_marked **v,
    size_t *cap)
{
	size_t n = 0;

	tm_analyse(a->to, translation, &a->tokens);
	tm_analyse(a->from, phrase, &a->phrase);
	tm_grow_to(a->score, a->tokens.n + 1, a->cap_score);
	for (size_t i = 0; i < a->tokens.n; i++)
		a->score[i] = 0;
	for (size_t i = 0; i < a->phrase.n; i++) {
		const tm_token *t = &a->phrase.v[i];
		uint32_t key;

		if (t->kind != TM_WORD || !tm_token_key(t, &a->buf))
			continue;
		key = tm_vocab_find(&a->keys, tm_buf_str(&a->buf));
		if (key != TM_NO_WORD)
			point(a, key);
	}
	for (size_t i = 0; i < a->tokens.n; i++) {
		if (a->score[i] <= 0)
			continue;
		tm_grow(*v, n, *cap);
		(*v)[n++] =
		    (tm_marked){ a->tokens.v[i].start, a->tokens.v[i].end };
	}
	return n;
}

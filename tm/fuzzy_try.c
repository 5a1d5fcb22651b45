/*
 * fuzzy_try.c - how near is a segment to a query?
 *
 * Counted token by token until too much is lost; what is left is compared
 * with the code of match.c, so that the score is the same to the last bit.
 */
#include "config.h"

#include "tm/fuzzy.h"

#include <math.h>
#include <stdlib.h>

#include "tm/fuzzy_look_int.h"

#define NONE TM_IMAGE_NONE

/* What comparing needs: what is one key here may be none. */
static void
set_query_words(tm_look *l)
{
	const tm_fuzzy *x = l->x;

	for (size_t i = 0; i < l->query->tokens.n && !l->words_known; i++) {
		const struct tm_asked_token *asked = &l->asked->v[i];
		uint32_t id[TM_ASKED_WORDS] = { NONE, NONE, NONE };
		tm_match_token *q = &l->q[i];
		bool by_root = q->key != NONE && asked->key == NONE;

		for (int k = 0; k < TM_ASKED_WORDS; k++) {
			const struct tm_asked_word *w = &asked->words[k];

			if (w->again)
				id[k] = id[k - 1];
			else if (k != TM_ASKED_ROOT || by_root)
				id[k] = tm_image_find_hashed(
				    x, w->hash, q->kind, w->s);
		}
		q->text = id[TM_ASKED_TEXT];
		q->fold = id[TM_ASKED_FOLD];
		if (by_root)
			q->key = id[TM_ASKED_ROOT] == NONE
				     ? NONE
				     : x->self[id[TM_ASKED_ROOT]];
	}
	l->words_known = true;
}

/* Has the query the value of a word of this key? */
static bool
asks_for_value(tm_look *l, uint32_t key, uint32_t id)
{
	const tm_image_word *word = &l->x->words[id];
	uint32_t value =
	    word->kind == TM_NUMBER ? word->key : l->x->texts[id].fold;

	set_query_words(l);
	for (size_t i = 0; i < l->query->tokens.n; i++)
		if (l->q[i].key == key && l->q[i].fold == value)
			return true;
	return false;
}

/* What those with other values lose, when so much has one of the query's. */
static uint32_t
lost_by_values(const tm_look *l, uint32_t key, uint32_t valued)
{
	uint32_t nr = *tm_look_slot(l, key), shared;
	const tm_query_key *k;

	if (nr == NONE)
		return 0;
	k = &l->keys[nr];
	if (k->seen_in != l->counted)
		return 0;
	shared = k->seen < k->weight ? k->seen : k->weight;
	return shared <= valued
		   ? 0
		   : shared - valued - tm_image_without_value(shared - valued);
}

/*
 * Does segment at share enough with the query to reach the score least?
 * Of its own weight it may lose only so much to tokens that the query does
 * not have, or not so often, or with other values. Returns -1 for damage.
 */
static int
shares_enough(tm_look *l, uint32_t at, double least)
{
	const tm_image_brief *b = &l->x->brief[at];
	uint32_t a = l->query->weight, most = a < b->weight ? b->weight : a;
	double need = tm_match_least_s(least, tm_look_chars_bound(l, b)) * most;
	int64_t may_lose = (int64_t)floor(b->weight - need + 1e-6);
	uint32_t valued[TM_N_VALUED] = { 0 };
	tm_image_reader r;

	if (may_lose < 0)
		return 0;
	if (!tm_image_segment(l->x, at, &r))
		return -1;
	l->counted++;
	while (r.p < r.end) {
		const tm_image_word *word;
		tm_query_key *k;
		uint32_t id, key, *slot, over;
		bool space;

		if (!tm_image_token(l->x, &r, &id, &space))
			return -1;
		word = &l->x->words[id];
		key = word->kind == TM_NUMBER ? (uint32_t)TM_KEY_NUMBER
					      : word->key;
		over = word->weight;
		if ((l->filter[key >> 6 & 3] >> (key & 63) & 1) != 0 &&
		    *(slot = tm_look_slot(l, key)) != NONE) {
			k = &l->keys[*slot];
			if (k->seen_in != l->counted) {
				k->seen_in = l->counted;
				k->seen = 0;
			}
			k->seen += word->weight;
			if (tm_image_has_value(word->kind, word->key) &&
			    asks_for_value(l, key, id))
				valued[key] += word->weight;
			if (k->seen <= k->weight)
				continue;
			if (k->seen - k->weight < over)
				over = k->seen - k->weight;
		}
		may_lose -= over;
		if (may_lose < 0)
			return 0;
	}
	for (uint32_t key = 0; key < TM_N_VALUED; key++)
		may_lose -= lost_by_values(l, key, valued[key]);
	return may_lose >= 0;
}

/* The tokens of a segment. */
static bool
read_tokens(tm_look *l, uint32_t at)
{
	const tm_fuzzy *x = l->x;
	tm_image_reader r;

	if (!tm_image_segment(x, at, &r))
		return false;
	tm_grow_to(l->t, (size_t)(r.end - r.p) + 1, l->cap_t);
	l->n_t = 0;
	while (r.p < r.end) {
		tm_match_token *t = &l->t[l->n_t++];
		const tm_image_word *word;
		uint32_t id;
		bool space;

		if (!tm_image_token(x, &r, &id, &space))
			return false;
		word = &x->words[id];
		*t = (tm_match_token){ .text = id,
			.fold = x->texts[id].fold,
			.key = word->key,
			.weight = word->weight,
			.kind = word->kind,
			.space = space };
		if (word->kind == TM_NUMBER) {
			t->fold = word->key;
			t->key = TM_KEY_NUMBER;
		}
	}
	return true;
}

/* The code points of the folded ones. */
static bool
read_chars(tm_look *l)
{
	const tm_fuzzy *x = l->x;
	bool spaced = false;

	l->n_cp = 0;
	for (size_t i = 0; i < l->n_t; i++) {
		uint32_t fold = x->texts[l->t[i].text].fold;
		tm_str s;

		if (fold >= x->head->n_words ||
		    !tm_image_word_text(x, fold, &s))
			return false;
		spaced = spaced || l->t[i].space;
		if (l->t[i].kind == TM_CODE && l->t[i].key == TM_KEY_TAG)
			continue;
		tm_grow_to(l->cp, l->n_cp + s.n + 1, l->cap_cp);
		if (spaced && l->n_cp > 0)
			l->cp[l->n_cp++] = ' ';
		spaced = false;
		l->n_cp += tm_match_decode(s, l->cp + l->n_cp);
	}
	return true;
}

/* The score of segment at, or -1 when it stays below least. */
static bool
compare(tm_look *l, uint32_t at, double least, double *score)
{
	const tm_match_side *query = l->query;
	const tm_image_brief *b = &l->x->brief[at];
	double need = tm_match_least_s(least, tm_look_chars_bound(l, b)), s, c;
	uint64_t limit = tm_match_limit(need, query->weight, b->weight), d;

	set_query_words(l);
	if (!read_tokens(l, at))
		return false;
	d = tm_match_distance(l->q, query->tokens.n, l->t, l->n_t, limit);
	if (d == TM_MATCH_FAR)
		return true;
	if (!read_chars(l))
		return false;
	s = tm_match_tokens_agree(d, query->weight, b->weight);
	c = tm_match_chars_agree(
	    tm_match_chars(query->cp, query->n_cp, l->cp, l->n_cp), query->n_cp,
	    l->n_cp);
	*score = tm_match_join(s, c);
	return true;
}

void
tm_try_soon(const tm_look *l, uint32_t segment)
{
	tm_soon(&l->x->at[segment]);
	tm_soon(&l->x->id[segment]);
}

void
tm_try_sooner(const tm_look *l, uint32_t segment)
{
	tm_soon(l->x->tokens + l->x->at[segment]);
}

bool
tm_try(tm_look *l, uint32_t segment, double least,
    bool (*dead)(void *self, int64_t id), void *self, double *score)
{
	int enough = shares_enough(l, segment, least);
	bool ok = true;

	*score = -1;
	if (enough < 0)
		return false;
	if (enough == 1 &&
	    (dead == NULL || !dead(self, l->x->head->base + l->x->id[segment])))
		ok = compare(l, segment, least, score);
	if (*score < least)
		*score = -1;
	return ok;
}

/*
 * One side of a document pair as the aligner sees it: numbers. A sentence
 * becomes a bag of word numbers and a length,
 *
 *	"The cat saw the dog."	-> { the 2, cat 1, saw 1, dog 1 }, 16
 *
 * and the other way round each word has the list of its sentences.
 */
#include "config.h"

#include "tm/align_int.h"

#include <stdlib.h>

struct loader {
	side *side;
	tm_buf key;
	size_t n_bag, cap_bag;
	uint32_t *at; /* by word: 1 + its place in the bag of this sentence */
	size_t cap_at;
	uint32_t *id; /* of the tokens of this sentence */
	size_t cap_id;
};

static void
add_form(side *s, side_word *word, tm_str form)
{
	for (size_t i = 0; i < word->n_forms; i++)
		if (tm_str_eq(word->form[i], form))
			return;
	if (word->n_forms < MAX_FORMS)
		word->form[word->n_forms++] = tm_arena_str(&s->arena, form);
}

static uint32_t
word_of(struct loader *load, const tm_token *token)
{
	side *s = load->side;
	size_t known = s->vocab.n;
	uint32_t id = tm_vocab_add(&s->vocab, tm_buf_str(&load->key));

	if (id == known) {
		size_t had = load->cap_at;

		tm_grow_to(s->word, known + 1, s->cap_words);
		s->word[id] = (side_word){ .kind = load->key.p[0] };
		tm_grow_to(load->at, known + 1, load->cap_at);
		for (size_t i = had; i < load->cap_at; i++)
			load->at[i] = 0;
	}
	s->word[id].count++;
	if (token->kind == TM_WORD) {
		s->word[id].capital |= token->capital;
		add_form(s, &s->word[id], tm_word_core(token->fold));
	}
	return id;
}

/* The words of sentence i, in order, are known: note where each stands. */
static void
load_places(struct loader *load, size_t i, size_t first)
{
	side *s = load->side;
	size_t n = s->tokens[i], at = s->place_at[i];

	s->place_at[i + 1] = at + n;
	tm_grow_to(s->place, at + n, s->cap_places);
	for (size_t k = first; k < load->n_bag; k++) {
		load->at[s->bag[k].id] = (uint32_t)at;
		at += s->bag[k].count;
	}
	for (size_t k = 0; k < n; k++)
		s->place[load->at[load->id[k]]++] =
		    (uint16_t)(k < UINT16_MAX ? k : UINT16_MAX);
}

static void
load_sentence(struct loader *load, size_t i, const tm_tokens *tokens)
{
	side *s = load->side;
	size_t first = load->n_bag, characters = 0;

	for (size_t k = 0; k < tokens->n; k++) {
		const tm_token *token = &tokens->v[k];
		uint32_t id;

		characters += tm_str_characters(token->fold);
		if (!tm_token_key(token, &load->key))
			continue;
		id = word_of(load, token);
		tm_grow(load->id, s->tokens[i], load->cap_id);
		load->id[s->tokens[i]++] = id;
		if (load->at[id] == 0) {
			tm_grow(s->bag, load->n_bag, load->cap_bag);
			s->bag[load->n_bag++] = (occurrence){ id, 0 };
			load->at[id] = (uint32_t)(load->n_bag - first);
		}
		s->bag[first + load->at[id] - 1].count++;
	}
	load_places(load, i, first);
	for (size_t k = first; k < load->n_bag; k++)
		load->at[s->bag[k].id] = 0;
	s->start[i + 1] = load->n_bag;
	s->total += s->tokens[i];
	s->length[i + 1] =
	    s->length[i] + (double)(characters == 0 ? 1 : characters);
}

static void
load_paragraphs(side *s, const size_t *paragraph)
{
	double breaks = 1, all = 2;

	if (paragraph == NULL)
		return;
	s->breaks = tm_zalloc(s->n + 1, 1);
	s->breaks_before = tm_zalloc(s->n + 1, sizeof *s->breaks_before);
	s->breaks[0] = s->breaks[s->n] = 1;
	for (size_t i = 1; i < s->n; i++) {
		s->breaks[i] = paragraph[i] != paragraph[i - 1];
		s->breaks_before[i] = s->breaks_before[i - 1] + s->breaks[i];
		breaks += s->breaks[i];
		all++;
	}
	s->break_rate = breaks / all;
}

/* From sentences that have words to words that have sentences. */
static void
invert(side *s)
{
	size_t n_words = s->vocab.n;

	s->seen_at = tm_zalloc(n_words + 2, sizeof *s->seen_at);
	s->seen = tm_realloc(NULL, s->start[s->n] + 1, sizeof *s->seen);
	for (size_t k = 0; k < s->start[s->n]; k++)
		s->seen_at[s->bag[k].id + 2]++;
	for (size_t w = 0; w < n_words; w++)
		s->seen_at[w + 2] += s->seen_at[w + 1];
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = s->start[i]; k < s->start[i + 1]; k++)
			s->seen[s->seen_at[s->bag[k].id + 1]++] =
			    (occurrence){ (uint32_t)i, s->bag[k].count };
}

void
side_load(side *s, const tm_align_side *text)
{
	struct loader load = { .side = s };
	tm_analyser *an = tm_analyser_new("und");
	tm_tokens tokens = { 0 };

	*s = (side){ .n = text->n };
	s->start = tm_zalloc(s->n + 1, sizeof *s->start);
	s->place_at = tm_zalloc(s->n + 1, sizeof *s->place_at);
	s->tokens = tm_zalloc(s->n + 1, sizeof *s->tokens);
	s->length = tm_zalloc(s->n + 1, sizeof *s->length);
	s->mark = tm_zalloc(s->n + 1, 1);
	for (size_t i = 0; i < s->n; i++) {
		tm_analyse(an, text->v[i], &tokens);
		load_sentence(&load, i, &tokens);
		side_mark(s, i, &tokens);
	}
	if (s->total < 1)
		s->total = 1;
	invert(s);
	load_paragraphs(s, text->paragraph);
	side_count_marks(s);
	tm_tokens_release(&tokens);
	tm_analyser_free(an);
	tm_buf_release(&load.key);
	free(load.at);
	free(load.id);
}

void
side_release(side *s)
{
	tm_vocab_release(&s->vocab);
	tm_arena_release(&s->arena);
	free(s->word);
	free(s->start);
	free(s->bag);
	free(s->seen_at);
	free(s->seen);
	free(s->tokens);
	free(s->place);
	free(s->place_at);
	free(s->length);
	free(s->breaks);
	free(s->breaks_before);
	free(s->mark);
}

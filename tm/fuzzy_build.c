/*
 * fuzzy_build.c - make images of segments
 *
 * A word is analysed once, when it is first seen; a segment is then a row
 * of varints, the word doubled and one more when white space is before it:
 *
 *	"The cat, the cats"	0 3 4 7 9
 *	words			The cat , the cats
 *
 * Writing (fuzzy_write.c) numbers the words anew by frequency and sorts
 * segments by weight.
 */
#include "config.h"

#include "tm/fuzzy.h"

#include <stdlib.h>

#include "tm/fuzzy_build_int.h"
#include "tm/text_int.h"

tm_fuzzy_builder *
tm_fuzzy_builder_new(const char *lang)
{
	tm_fuzzy_builder *b = tm_zalloc(1, sizeof *b);

	b->an = tm_analyser_new(lang);
	b->n_slots = 1024;
	b->slots = tm_alloc(b->n_slots * sizeof *b->slots);
	memset(b->slots, 0xff, b->n_slots * sizeof *b->slots);
	b->n_keys = TM_KEY_FIRST;
	return b;
}

void
tm_fuzzy_builder_free(tm_fuzzy_builder *b)
{
	if (b == NULL)
		return;
	tm_analyser_free(b->an);
	tm_tokens_release(&b->tokens);
	tm_buf_release(&b->nfc);
	tm_buf_release(&b->text);
	free(b->words);
	free(b->slots);
	free(b->v);
	free(b->codes);
	free(b->hashes);
	free(b);
}

size_t
tm_fuzzy_builder_count(const tm_fuzzy_builder *b)
{
	return b->n;
}

static void
grow_slots(tm_fuzzy_builder *b)
{
	size_t old = b->n_slots, mask = 2 * old - 1;
	struct new_slot *before = b->slots;

	b->n_slots *= 2;
	b->slots = tm_alloc(b->n_slots * sizeof *b->slots);
	memset(b->slots, 0xff, b->n_slots * sizeof *b->slots);
	for (size_t i = 0; i < old; i++) {
		size_t at = before[i].hash & mask;

		if (before[i].id == TM_IMAGE_NONE)
			continue;
		while (b->slots[at].id != TM_IMAGE_NONE)
			at = (at + 1) & mask;
		b->slots[at] = before[i];
	}
	free(before);
}

static uint32_t
intern_hashed(tm_fuzzy_builder *b, uint8_t kind, tm_str text, uint32_t hash)
{
	size_t mask = b->n_slots - 1, at = hash & mask;
	uint32_t id;

	for (; (id = b->slots[at].id) != TM_IMAGE_NONE; at = (at + 1) & mask)
		if (b->slots[at].hash == hash && b->words[id].kind == kind &&
		    tm_str_eq(tm_new_word_text(b, id), text))
			return id;
	tm_grow(b->words, b->n_words, b->cap_words);
	id = (uint32_t)b->n_words++;
	b->words[id] = (new_word){ .at = (uint32_t)b->text.n,
		.n = (uint32_t)text.n,
		.kind = kind,
		.self = TM_IMAGE_NONE,
		.fold = id };
	tm_buf_add(&b->text, text.p, text.n);
	b->slots[at] = (struct new_slot){ hash, id };
	if (2 * b->n_words > b->n_slots)
		grow_slots(b);
	return id;
}

static uint32_t
intern(tm_fuzzy_builder *b, uint8_t kind, tm_str text)
{
	return intern_hashed(b, kind, text, tm_image_hash(kind, text));
}

static uint32_t
key_number(tm_fuzzy_builder *b, uint8_t kind, tm_str key)
{
	uint32_t id = intern(b, kind, key);

	if (b->words[id].self == TM_IMAGE_NONE)
		b->words[id].self = b->n_keys++;
	return b->words[id].self;
}

/* A brief has room for no more (put_briefs). */
static uint16_t
count_chars(tm_str fold)
{
	size_t n = tm_match_count(fold);

	return (uint16_t)(n < 0xffff ? n : 0xffff);
}

/* Token i of text, which stands in b->tokens. */
static uint32_t
intern_token(tm_fuzzy_builder *b, tm_str text, size_t i)
{
	const tm_token *t = &b->tokens.v[i];
	uint8_t kind = (uint8_t)t->kind;
	uint32_t id = intern_hashed(
	    b, kind, tm_str_sub(text, t->start, t->end), b->hashes[i]);
	uint32_t fold, key;

	if (b->words[id].whole)
		return id;
	if (t->kind == TM_WORD)
		tm_analyse_word(b->an, text, &b->tokens, i);
	fold = intern(b, kind, t->plain);
	key = t->kind == TM_NUMBER ? intern(b, kind, t->key)
	      : t->kind == TM_CODE
		  ? (tm_match_is_tag(t) ? TM_KEY_TAG : TM_KEY_CODE)
		  : key_number(b, kind, t->root);
	b->words[id].fold = fold;
	b->words[id].key = key;
	b->words[id].weight = tm_match_weight(t->kind, tm_match_key(t));
	b->words[id].chars = count_chars(t->plain);
	b->words[id].whole = true;
	return id;
}

static bool
is_tag(const new_word *w)
{
	return w->kind == TM_CODE && w->key == TM_KEY_TAG;
}

/* The next token of segment s. A tag has no characters: the spaces on both
 * sides of it are one. */
static void
add_token(tm_fuzzy_builder *b, struct new_segment *s, uint32_t id, bool space,
    bool *spaced)
{
	new_word *w = &b->words[id];
	uint64_t code = (uint64_t)id * 2 + space;
	uint32_t chars = s->chars;

	*spaced = *spaced || space;
	if (!is_tag(w)) {
		chars += (uint32_t)(*spaced && chars > 0) + w->chars;
		*spaced = false;
	}
	w->count++;
	s->weight += w->weight;
	s->chars = (uint16_t)(chars < 0xffff ? chars : 0xffff);
	tm_grow_to(b->codes, b->n_codes + 5, b->cap_codes);
	for (; code >= 128; code >>= 7)
		b->codes[b->n_codes++] = (unsigned char)(code | 128);
	b->codes[b->n_codes++] = (unsigned char)code;
}

static struct new_segment *
new_segment(tm_fuzzy_builder *b, int64_t id, uint16_t label)
{
	tm_grow(b->v, b->n, b->cap);
	b->v[b->n] =
	    (struct new_segment){ .id = id, .label = label, .at = b->n_codes };
	return &b->v[b->n++];
}

/*
 * Hash the tokens of text, and ask for where each will be looked for: the
 * tables do not fit the cache, and waiting once for all of them is quicker
 * than for one after the other.
 */
static void
hash_tokens(tm_fuzzy_builder *b, tm_str text)
{
	size_t n = b->tokens.n;

	tm_grow_to(b->hashes, n, b->cap_hashes);
	for (size_t i = 0; i < n; i++) {
		const tm_token *t = &b->tokens.v[i];

		b->hashes[i] = tm_image_hash(
		    (uint8_t)t->kind, tm_str_sub(text, t->start, t->end));
		tm_soon(&b->slots[b->hashes[i] & (b->n_slots - 1)]);
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t id = b->slots[b->hashes[i] & (b->n_slots - 1)].id;

		if (id != TM_IMAGE_NONE)
			tm_soon(&b->words[id]);
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t id = b->slots[b->hashes[i] & (b->n_slots - 1)].id;

		if (id != TM_IMAGE_NONE)
			tm_soon(&b->text.p[b->words[id].at]);
	}
}

void
tm_fuzzy_builder_add(
    tm_fuzzy_builder *b, int64_t id, uint16_t label, tm_str text)
{
	struct new_segment *s = new_segment(b, id, label);
	bool spaced = false;
	size_t end = 0;

	text = tm_match_nfc(text, &b->nfc);
	tm_analyse_bare(b->an, text, &b->tokens);
	hash_tokens(b, text);
	for (size_t i = 0; i < b->tokens.n; i++) {
		const tm_token *t = &b->tokens.v[i];
		bool space = i > 0 && tm_match_has_space(
					  tm_str_sub(text, end, t->start));
		uint32_t w = intern_token(b, text, i);

		end = t->end;
		add_token(b, s, w, space, &spaced);
	}
}

/* ---- From one image into another --------------------------------------- */

/* Words of an image on their way into a builder. */
typedef struct move {
	tm_fuzzy_builder *b;
	const tm_fuzzy *x;
	uint32_t *to;	    /* number in the builder, by number here */
	uint32_t *key_text; /* the word that is the text of a key */
} move;

static bool
move_word(move *m, uint32_t id)
{
	const tm_image_word *w = &m->x->words[id];
	uint32_t n = m->x->head->n_words, key = w->key, new;
	uint32_t fold = m->x->texts[id].fold;
	tm_str text, fold_text, key_text = { "", 0 };

	if (w->kind == TM_CODE && key != TM_KEY_CODE && key != TM_KEY_TAG)
		return false;
	if (w->kind == TM_WORD || w->kind == TM_PUNCT) {
		if (key >= m->x->head->n_keys)
			return false;
		key = m->key_text[key];
	}
	if (fold >= n || !tm_image_word_text(m->x, id, &text) ||
	    !tm_image_word_text(m->x, fold, &fold_text))
		return false;
	if (w->kind != TM_CODE &&
	    (key >= n || !tm_image_word_text(m->x, key, &key_text)))
		return false;
	new = intern(m->b, w->kind, text);
	m->to[id] = new;
	if (m->b->words[new].whole)
		return true;
	fold = intern(m->b, w->kind, fold_text);
	key = w->kind == TM_NUMBER ? intern(m->b, w->kind, key_text)
	      : w->kind == TM_CODE ? w->key
				   : key_number(m->b, w->kind, key_text);
	m->b->words[new].fold = fold;
	m->b->words[new].key = key;
	m->b->words[new].weight = w->weight;
	m->b->words[new].chars = count_chars(fold_text);
	m->b->words[new].whole = true;
	return true;
}

static bool
move_segment(move *m, uint32_t i, uint16_t label)
{
	tm_fuzzy_builder *b = m->b;
	struct new_segment *s =
	    new_segment(b, m->x->head->base + m->x->id[i], label);
	bool spaced = false;
	tm_image_reader r;

	if (!tm_image_segment(m->x, i, &r))
		return false;
	while (r.p < r.end) {
		uint32_t id, new;
		bool space;

		if (!tm_image_token(m->x, &r, &id, &space) ||
		    (m->to[id] == TM_IMAGE_NONE && !move_word(m, id)))
			return false;
		new = m->to[id];
		add_token(b, s, new, space, &spaced);
	}
	return true;
}

bool
tm_fuzzy_builder_absorb(tm_fuzzy_builder *b, tm_fuzzy *x,
    const uint16_t *labels, size_t n_labels,
    bool (*keep)(void *self, int64_t id), void *self, tm_error *err)
{
	uint32_t n_words = x->head->n_words, n_keys = x->head->n_keys;
	move m = { b, x, tm_alloc(n_words * sizeof *m.to),
		tm_alloc(n_keys * sizeof *m.key_text) };
	bool ok = true;

	memset(m.to, 0xff, n_words * sizeof *m.to);
	memset(m.key_text, 0xff, n_keys * sizeof *m.key_text);
	for (uint32_t i = 0; i < n_words; i++)
		if (x->self[i] < n_keys)
			m.key_text[x->self[i]] = i;
	for (uint32_t i = 0; ok && i < x->head->n; i++) {
		if (x->brief[i].label >= n_labels)
			ok = false;
		else if (keep == NULL || keep(self, x->head->base + x->id[i]))
			ok = move_segment(&m, i, labels[x->brief[i].label]);
	}
	free(m.to);
	free(m.key_text);
	return ok || tm_fail(err, TM_PARSE, "the index is damaged");
}

/*
 * fuzzy_build.c - make images of segments
 *
 * A word is analysed once, when it is first seen; a segment is then a row
 * of varints, the word doubled and one more when white space is before it:
 *
 *	"The cat, the cats"	0 3 4 7 9
 *	words			The cat , the cats
 *
 * Writing numbers the words anew by frequency and sorts segments by weight.
 */
#include "config.h"

#include "tm/fuzzy.h"

#include <stdlib.h>

#include "tm/fuzzy_int.h"
#include "tm/text_int.h"

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

static tm_str
new_word_text(const tm_fuzzy_builder *b, uint32_t id)
{
	return (tm_str){ b->text.p + b->words[id].at, b->words[id].n };
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
		    tm_str_eq(new_word_text(b, id), text))
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
		  : key_number(b, kind, t->stem);
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

/* The word of the token at *p, which moves on. */
static uint32_t
next_token(const unsigned char **p, bool *space)
{
	uint64_t code = 0;
	unsigned char c;
	int shift = 0;

	do {
		c = *(*p)++;
		code |= (uint64_t)(c & 127) << shift;
		shift += 7;
	} while (c >= 128);
	*space = code & 1;
	return (uint32_t)(code >> 1);
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

/* ---- Writing ----------------------------------------------------------- */

typedef struct output {
	FILE *fp;
	tm_image_head head;
	uint64_t at;
} output;

/* What is numbered anew, and the old numbers in the new order. */
typedef struct numbering {
	struct ranked *words;
	uint32_t *word, *key; /* the new number by the old one */
	uint32_t *order;      /* segments by weight */
	uint32_t *word_key;   /* by the old number of the word */
} numbering;

static void
put(output *im, tm_image_section what, const void *data, size_t count,
    size_t size)
{
	static const char zero[16];
	size_t n = count * size, pad = (16 - n % 16) % 16;

	im->head.at[what] = im->at;
	im->head.bytes[what] = n;
	if (n > 0)
		fwrite(data, 1, n, im->fp);
	fwrite(zero, 1, pad, im->fp);
	/* Each section by itself, so that the
	 * reader need not know the pads. */
	im->head.body = tm_image_checksum(im->head.body, data, n);
	im->at += n + pad;
}

typedef struct ranked {
	uint32_t count, id;
} ranked;

static int
by_count(const void *a, const void *b)
{
	const ranked *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

/* Number what is in v by how often it occurs; number[i] is then that of
 * i. */
static uint32_t *
rank(ranked *v, uint32_t n)
{
	uint32_t *number = tm_alloc(n * sizeof *number);

	if (n > 1)
		qsort(v, n, sizeof *v, by_count);
	for (uint32_t i = 0; i < n; i++)
		number[v[i].id] = i;
	return number;
}

static void
rank_words(const tm_fuzzy_builder *b, numbering *plan)
{
	uint32_t n = (uint32_t)b->n_words;

	plan->words = tm_alloc(n * sizeof *plan->words);
	for (uint32_t i = 0; i < n; i++)
		plan->words[i] = (ranked){ b->words[i].count, i };
	plan->word = rank(plan->words, n);
}

/* Those that are no word's text stay the first. */
static void
rank_keys(const tm_fuzzy_builder *b, numbering *plan)
{
	ranked *v = tm_zalloc(b->n_keys, sizeof *v);

	plan->word_key = tm_alloc(b->n_words * sizeof *plan->word_key);
	for (uint32_t i = 0; i < b->n_keys; i++)
		v[i] = (ranked){ i < TM_KEY_FIRST ? UINT32_MAX : 0, i };
	for (uint32_t i = 0; i < b->n_words; i++) {
		const new_word *w = &b->words[i];

		if (w->kind != TM_NUMBER && w->key >= TM_KEY_FIRST)
			v[w->key].count += w->count;
	}
	plan->key = rank(v, b->n_keys);
	for (uint32_t i = 0; i < b->n_words; i++)
		plan->word_key[i] = b->words[i].kind == TM_NUMBER
					? (uint32_t)TM_KEY_NUMBER
					: plan->key[b->words[i].key];
	free(v);
}

static void
put_words(output *im, const tm_fuzzy_builder *b, const numbering *plan)
{
	uint32_t n = (uint32_t)b->n_words;
	tm_image_word *words = tm_zalloc(n, sizeof *words);
	tm_image_text *texts = tm_zalloc(n + 1, sizeof *texts);
	uint32_t *self = tm_alloc(n * sizeof *self), *slots;
	size_t n_slots = 16;
	tm_buf bytes = { 0 };

	while (n_slots < 2 * (size_t)n)
		n_slots *= 2;
	slots = tm_alloc(n_slots * sizeof *slots);
	memset(slots, 0xff, n_slots * sizeof *slots);
	tm_buf_reserve(&bytes, b->text.n);
	for (uint32_t i = 0; i < n; i++) {
		const new_word *w = &b->words[plan->words[i].id];
		tm_str s = new_word_text(b, plan->words[i].id);
		size_t at = tm_image_hash(w->kind, s) & (n_slots - 1);

		words[i] = (tm_image_word){
			.key = w->kind == TM_NUMBER ? plan->word[w->key]
						    : plan->key[w->key],
			.weight = w->weight,
			.kind = w->kind,
		};
		texts[i] =
		    (tm_image_text){ (uint32_t)bytes.n, plan->word[w->fold] };
		self[i] = w->self == TM_IMAGE_NONE ? TM_IMAGE_NONE
						   : plan->key[w->self];
		tm_buf_add(&bytes, s.p, s.n);
		while (slots[at] != TM_IMAGE_NONE)
			at = (at + 1) & (n_slots - 1);
		slots[at] = i;
	}
	texts[n].at = (uint32_t)bytes.n;
	im->head.n_words = n;
	im->head.n_slots = (uint32_t)n_slots;
	put(im, TM_IN_WORDS, words, n, sizeof *words);
	put(im, TM_IN_TEXTS, texts, (size_t)n + 1, sizeof *texts);
	put(im, TM_IN_SELF, self, n, sizeof *self);
	put(im, TM_IN_SLOTS, slots, n_slots, sizeof *slots);
	put(im, TM_IN_BYTES, tm_buf_str(&bytes).p, bytes.n, 1);
	tm_buf_release(&bytes);
	free(slots);
	free(self);
	free(texts);
	free(words);
}

/* The segments by weight, those of one weight as they came: sorted by the
 * lower half of the weight, then by the upper. */
static uint32_t *
order_by_weight(const tm_fuzzy_builder *b)
{
	uint32_t *from = tm_alloc(b->n * sizeof *from);
	uint32_t *to = tm_alloc(b->n * sizeof *to), *turn;
	size_t *start = tm_alloc(65537 * sizeof *start);

	for (uint32_t i = 0; i < b->n; i++)
		from[i] = i;
	for (int shift = 0; shift < 32; shift += 16) {
		memset(start, 0, 65537 * sizeof *start);
		for (size_t i = 0; i < b->n; i++)
			start[(b->v[i].weight >> shift & 0xffff) + 1]++;
		for (size_t i = 0; i < 65536; i++)
			start[i + 1] += start[i];
		for (size_t i = 0; i < b->n; i++)
			to[start[b->v[from[i]].weight >> shift & 0xffff]++] =
			    from[i];
		turn = from, from = to, to = turn;
	}
	free(start);
	free(to);
	return from;
}

/* Where its tokens begin and end. */
static const unsigned char *
tokens_of(const tm_fuzzy_builder *b, uint32_t i, const unsigned char **end)
{
	*end = b->codes + (i + 1 < b->n ? b->v[i + 1].at : b->n_codes);
	return b->codes + b->v[i].at;
}

/* Ask for segments that will be looked at after the i-th: they come in any
 * order. */
static void
soon_segment(const tm_fuzzy_builder *b, const uint32_t *order, size_t i)
{
	if (i + 16 < b->n)
		tm_soon(&b->v[order[i + 16]]);
	if (i + 8 < b->n)
		tm_soon(&b->codes[b->v[order[i + 8]].at]);
}

/* What a segment surely has not: every key sets a bit. */
static uint64_t
bits_of(const tm_fuzzy_builder *b, uint32_t i, const numbering *plan)
{
	const unsigned char *end, *p = tokens_of(b, i, &end);
	uint64_t bits = 0;
	bool space;

	while (p < end) {
		uint32_t key = plan->word_key[next_token(&p, &space)];

		bits |= UINT64_C(1) << tm_image_bit(key);
	}
	return bits;
}

static void
put_briefs(output *im, const tm_fuzzy_builder *b, const numbering *plan)
{
	tm_image_brief *v = tm_alloc(b->n * sizeof *v);

	for (size_t i = 0; i < b->n; i++) {
		const struct new_segment *s = &b->v[plan->order[i]];

		soon_segment(b, plan->order, i);
		v[i].weight = s->weight;
		v[i].chars = s->chars;
		v[i].label = s->label;
		v[i].keys = bits_of(b, plan->order[i], plan);
	}
	put(im, TM_IN_BRIEFS, v, b->n, sizeof *v);
	free(v);
}

static void
put_ids(output *im, const tm_fuzzy_builder *b, const numbering *plan)
{
	uint32_t *v = tm_alloc(b->n * sizeof *v);
	int64_t base = b->n > 0 ? b->v[0].id : 0;

	for (size_t i = 0; i < b->n; i++)
		if (b->v[i].id < base)
			base = b->v[i].id;
	for (size_t i = 0; i < b->n; i++)
		v[i] = (uint32_t)(b->v[plan->order[i]].id - base);
	im->head.base = base;
	put(im, TM_IN_IDS, v, b->n, sizeof *v);
	free(v);
}

static void
put_tokens(output *im, const tm_fuzzy_builder *b, const numbering *plan)
{
	uint32_t *at = tm_alloc((b->n + 1) * sizeof *at);
	tm_buf tokens = { 0 };

	tm_buf_reserve(&tokens, b->n_codes);
	for (size_t i = 0; i < b->n; i++) {
		const unsigned char *end;
		const unsigned char *p = tokens_of(b, plan->order[i], &end);

		soon_segment(b, plan->order, i);
		at[i] = (uint32_t)tokens.n;
		while (p < end) {
			bool space;
			uint64_t code = plan->word[next_token(&p, &space)];

			code = code * 2 + space;
			for (; code >= 128; code >>= 7)
				tm_buf_addc(&tokens, (char)(code | 128));
			tm_buf_addc(&tokens, (char)code);
		}
	}
	at[b->n] = (uint32_t)tokens.n;
	put(im, TM_IN_AT, at, b->n + 1, sizeof *at);
	put(im, TM_IN_TOKENS, tm_buf_str(&tokens).p, tokens.n, 1);
	tm_buf_release(&tokens);
	free(at);
}

/* Each key's list of the segments it is in: twice over all tokens, first to
 * count and then to fill. */
static void
put_lists(output *im, const tm_fuzzy_builder *b, const numbering *plan)
{
	uint32_t *start = tm_zalloc(b->n_keys + 2, sizeof *start);
	uint32_t *last = tm_alloc(b->n_keys * sizeof *last), *list = NULL;

	for (int fill = 0; fill < 2; fill++) {
		memset(last, 0xff, b->n_keys * sizeof *last);
		for (uint32_t i = 0; i < b->n; i++) {
			const unsigned char *end;
			const unsigned char *p =
			    tokens_of(b, plan->order[i], &end);

			soon_segment(b, plan->order, i);
			while (p < end) {
				bool space;
				uint32_t word = next_token(&p, &space);
				uint32_t key = plan->word_key[word];

				if (last[key] == i)
					continue;
				last[key] = i;
				if (fill)
					list[start[key + 1]++] = i;
				else
					start[key + 2]++;
			}
		}
		if (fill)
			break;
		for (uint32_t k = 0; k < b->n_keys; k++)
			start[k + 2] += start[k + 1];
		list = tm_alloc(start[b->n_keys + 1] * sizeof *list);
	}
	/* Filling has moved each start to where the next one was. */
	put(im, TM_IN_LIST_AT, start, b->n_keys + 1, sizeof *start);
	put(im, TM_IN_LIST, list, start[b->n_keys], sizeof *list);
	free(list);
	free(last);
	free(start);
}

uint64_t
tm_fuzzy_builder_write(tm_fuzzy_builder *b, FILE *fp)
{
	output im = { .fp = fp, .at = sizeof(tm_image_head) };
	numbering plan;
	long start = ftell(fp);

	memcpy(im.head.magic, TM_IMAGE_MAGIC, sizeof TM_IMAGE_MAGIC);
	im.head.order = TM_IMAGE_ORDER;
	im.head.version = TM_IMAGE_VERSION;
	im.head.n = (uint32_t)b->n;
	im.head.n_keys = b->n_keys;
	fwrite(&im.head, sizeof im.head, 1, fp);
	rank_words(b, &plan);
	rank_keys(b, &plan);
	plan.order = order_by_weight(b);
	/* In the order of the sections, which the checksum goes by. */
	put_briefs(&im, b, &plan);
	put_ids(&im, b, &plan);
	put_tokens(&im, b, &plan);
	put_words(&im, b, &plan);
	put_lists(&im, b, &plan);
	free(plan.order);
	free(plan.word);
	free(plan.words);
	free(plan.key);
	free(plan.word_key);
	im.head.size = im.at;
	im.head.self =
	    tm_image_checksum(0, &im.head, offsetof(tm_image_head, self));
	fseek(fp, start, SEEK_SET);
	fwrite(&im.head, sizeof im.head, 1, fp);
	fseek(fp, start + (long)im.at, SEEK_SET);
	return im.at;
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

/*
 * store_find.c - words in a row: concordance, and the pieces of a text
 *
 * The index says which units may have the words (fuzzy_find.c); each is then
 * loaded and read again, so that what is told is what stands there:
 *
 *	open* file	->	#17  en  "Could not [open the file]"  ar  ...
 */
#include "config.h"

#include "tm/store.h"

#include <stdlib.h>

#include "tm/lang.h"
#include "tm/match_int.h"
#include "tm/store_int.h"
#include "tm/text_int.h"

/* Open what a search needs, do it, and close it again. */
static bool
with_index(tm_store *store, const tm_query *query,
    const tm_index_finder *finder, bool (*then)(void *self, tm_error *err),
    tm_error *err)
{
	bool opened, ok;

	tm_index_load(tm_index_of(store));
	if (!tm_store_begin_read(store, &opened, err))
		return false;
	ok = tm_index_refresh(store->index, err) &&
	     tm_index_find(store->index, query, finder, err) &&
	     then(finder->self, err);
	return tm_store_end_read(store, opened, ok, err);
}

/* ---- A phrase ---------------------------------------------------------- */

/* The phrase as the analyser of one language reads it. */
typedef struct reading {
	char base[TM_LANG_MAX];
	tm_analyser *an;
	tm_part *parts;
	size_t n, cap;
	bool some; /* there is a part that is not any word */
} reading;

typedef struct hit {
	int64_t id;
	size_t reading;
} hit;

typedef struct quoting {
	tm_store *store;
	const tm_phrase *phrase;
	bool (*quote)(void *self, const tm_quote *quote, tm_error *err);
	void *self;
	reading *readings;
	size_t n_readings, cap_readings, now;
	hit *hits;
	size_t n_hits, cap_hits;
	tm_arena arena, unit_arena;
	tm_tokens tokens;
	tm_place *places;
	size_t cap_places;
	size_t told;
} quoting;

static void
add_part(reading *r, tm_part part)
{
	tm_grow(r->parts, r->n, r->cap);
	r->parts[r->n++] = part;
	r->some = r->some || part.how != TM_PART_ANY;
}

static void
add_words(quoting *q, reading *r, tm_str chunk)
{
	tm_analyse(r->an, chunk, &q->tokens);
	for (size_t i = 0; i < q->tokens.n; i++) {
		const tm_token *t = &q->tokens.v[i];
		tm_str plain = t->kind == TM_WORD ? t->plain : t->key;

		add_part(r, (tm_part){ .how = q->phrase->stems ? TM_PART_STEM
							       : TM_PART_PLAIN,
				.kind = t->kind,
				.plain = tm_arena_str(&q->arena, plain),
				.stem = tm_arena_str(&q->arena, t->stem),
				.root = tm_arena_str(&q->arena, t->root) });
	}
}

/* "re*ed": what stands between the stars, folded. */
static void
add_glob(quoting *q, reading *r, tm_str chunk)
{
	tm_buf pattern = { 0 };
	size_t start = 0;
	bool letters = false;

	for (size_t i = 0; i <= chunk.n; i++) {
		if (i < chunk.n && chunk.p[i] != '*')
			continue;
		tm_analyse(r->an, tm_str_sub(chunk, start, i), &q->tokens);
		for (size_t t = 0; t < q->tokens.n; t++) {
			tm_str s = q->tokens.v[t].plain;

			letters = true;
			tm_buf_add(&pattern, s.p, s.n);
		}
		if (i < chunk.n)
			tm_buf_addc(&pattern, '*');
		start = i + 1;
	}
	add_part(
	    r, (tm_part){ .how = letters ? TM_PART_GLOB : TM_PART_ANY,
		   .kind = TM_WORD,
		   .plain = tm_arena_str(&q->arena, tm_buf_str(&pattern)) });
	tm_buf_release(&pattern);
}

/*
 * "保存*", where words have no spaces between them: a star at an end says
 * nothing, as any character may stand there anyway, and one within stands for
 * one of them.
 */
static void
add_characters(quoting *q, reading *r, tm_str chunk)
{
	size_t start = 0, before = 0;

	for (size_t i = 0; i <= chunk.n; i++) {
		if (i < chunk.n && chunk.p[i] != '*')
			continue;
		if (i > start && before > 0)
			add_part(r, (tm_part){ .how = TM_PART_ANY });
		if (i > start) {
			add_words(q, r, tm_str_sub(chunk, start, i));
			before = i;
		}
		start = i + 1;
	}
}

static bool
has_characters(tm_str chunk)
{
	for (size_t i = 0; i < chunk.n;)
		if (tm_text_stands_alone(tm_text_next(chunk, &i)))
			return true;
	return false;
}

/* What stands between two spaces of a phrase. */
static void
add_chunk(quoting *q, reading *r, tm_str chunk)
{
	if (memchr(chunk.p, '*', chunk.n) == NULL)
		add_words(q, r, chunk);
	else if (has_characters(chunk))
		add_characters(q, r, chunk);
	else
		add_glob(q, r, chunk);
}

static size_t
reading_for(quoting *q, const char *base)
{
	tm_str text = q->phrase->text;
	size_t i = 0;
	reading *r;

	while (i < q->n_readings && strcmp(q->readings[i].base, base) != 0)
		i++;
	if (i < q->n_readings)
		return i;
	tm_grow(q->readings, q->n_readings, q->cap_readings);
	r = &q->readings[q->n_readings++];
	*r = (reading){ .an = tm_analyser_new(base) };
	snprintf(r->base, sizeof r->base, "%s", base);
	for (size_t at = 0; at < text.n;) {
		size_t end = at;

		while (end < text.n && (unsigned char)text.p[end] > ' ')
			end++;
		add_chunk(q, r, tm_str_sub(text, at, end));
		at = end + 1;
	}
	return i;
}

static bool
note_hit(void *self, int64_t id, uint16_t label)
{
	quoting *q = self;

	(void)label;
	tm_grow(q->hits, q->n_hits, q->cap_hits);
	q->hits[q->n_hits++] = (hit){ id, q->now };
	return true;
}

static bool
quote_image(
    void *self, tm_fuzzy *image, const char *base, tm_find *find, tm_error *err)
{
	quoting *q = self;
	const reading *r;
	bool stopped;

	q->now = reading_for(q, base);
	r = &q->readings[q->now];
	if (!r->some)
		return true;
	find->parts = r->parts;
	find->n_parts = r->n;
	find->any_order = q->phrase->any_order;
	find->hit = note_hit;
	find->self = q;
	return tm_fuzzy_find(image, find, &stopped, err);
}

static void
forget_hits(void *self)
{
	((quoting *)self)->n_hits = 0;
}

/* The newest first. */
static int
newest_first(const void *a, const void *b)
{
	const hit *x = a, *y = b;

	if (x->id != y->id)
		return x->id > y->id ? -1 : 1;
	return (x->reading > y->reading) - (x->reading < y->reading);
}

static void
add_place(quoting *q, size_t *n, size_t start, size_t end)
{
	tm_grow(q->places, *n, q->cap_places);
	q->places[(*n)++] = (tm_place){ start, end };
}

/* Is every word of the phrase there? The index knows by its root which may
 * be. */
static bool
has_all(const quoting *q, const reading *r)
{
	for (size_t p = 0; p < r->n; p++) {
		size_t i = 0;

		while (i < q->tokens.n &&
		       !tm_part_fits(&r->parts[p], &q->tokens.v[i]))
			i++;
		if (i == q->tokens.n)
			return false;
	}
	return true;
}

/* Where the phrase stands in the tokens of a text. */
static size_t
find_places(quoting *q, const reading *r)
{
	const tm_token *t = q->tokens.v;
	size_t n = 0;

	if (q->phrase->any_order && !has_all(q, r))
		return 0;
	for (size_t i = 0; i < q->tokens.n; i++) {
		size_t p = 0;

		if (q->phrase->any_order) {
			while (p < r->n && !tm_part_fits(&r->parts[p], &t[i]))
				p++;
			if (p < r->n)
				add_place(q, &n, t[i].start, t[i].end);
			continue;
		}
		while (p < r->n && i + p < q->tokens.n &&
		       tm_part_fits(&r->parts[p], &t[i + p]))
			p++;
		if (p < r->n || r->n == 0)
			continue;
		add_place(q, &n, t[i].start, t[i + p - 1].end);
		i += p - 1;
	}
	return n;
}

/* The first other variant that serves. */
static size_t
translation_of(const tm_unit *u, size_t from, const char *to)
{
	for (size_t i = 0; i < u->n; i++)
		if (i != from && tm_store_serves(to, u->v[i].lang.p))
			return i;
	return u->n;
}

static bool
quote_variant(quoting *q, const tm_unit *u, size_t from, const reading *r,
    bool *more, tm_error *err)
{
	tm_quote quote = { .unit = u, .from = from };
	char base[TM_LANG_MAX];

	tm_lang_base(u->v[from].lang, base);
	if (strcmp(base, r->base) != 0 ||
	    !tm_store_serves(q->phrase->from, u->v[from].lang.p))
		return true;
	quote.to = translation_of(u, from, q->phrase->to);
	if (quote.to == u->n)
		return true;
	tm_analyse(r->an, u->v[from].text, &q->tokens);
	quote.n = find_places(q, r);
	quote.v = q->places;
	if (quote.n == 0)
		return true;
	q->told++;
	*more = q->told != q->phrase->most;
	return q->quote(q->self, &quote, err);
}

static bool
quote_hits(void *self, tm_error *err)
{
	quoting *q = self;
	bool more = true;

	if (q->n_hits > 1)
		qsort(q->hits, q->n_hits, sizeof *q->hits, newest_first);
	for (size_t i = 0; more && i < q->n_hits; i++) {
		const hit *h = &q->hits[i];
		tm_unit *u;
		tm_error inner;

		if (i > 0 && newest_first(h, h - 1) == 0)
			continue;
		tm_arena_clear(&q->unit_arena);
		u = tm_store_load(q->store, h->id, &q->unit_arena, &inner);
		if (u == NULL && inner.code == TM_ABSENT)
			continue;
		if (u == NULL) {
			if (err != NULL)
				*err = inner;
			return false;
		}
		if (u->status == TM_REJECTED ||
		    !tm_filter_passes(q->phrase->filter, u))
			continue;
		tm_filter_show(q->phrase->filter, u);
		for (size_t v = 0; more && v < u->n; v++)
			if (!quote_variant(
				q, u, v, &q->readings[h->reading], &more, err))
				return false;
	}
	return true;
}

bool
tm_store_concordance(tm_store *store, const tm_phrase *phrase,
    bool (*quote)(void *self, const tm_quote *quote, tm_error *err), void *self,
    tm_error *err)
{
	quoting q = {
		.store = store, .phrase = phrase, .quote = quote, .self = self
	};
	tm_query query = { .from = phrase->from, .to = phrase->to, .min = 1 };
	tm_index_finder finder = { &q, quote_image, forget_hits };
	bool ok = with_index(store, &query, &finder, quote_hits, err);

	for (size_t i = 0; i < q.n_readings; i++) {
		tm_analyser_free(q.readings[i].an);
		free(q.readings[i].parts);
	}
	free(q.readings);
	free(q.hits);
	free(q.places);
	tm_tokens_release(&q.tokens);
	tm_arena_release(&q.arena);
	tm_arena_release(&q.unit_arena);
	return ok;
}

/* ---- The pieces of a text ---------------------------------------------- */

/*
 * What a row of tokens must weigh, in hundredths, to be told: more than two
 * short words. "of the" stands everywhere and says nothing.
 */
enum { LEAST_WEIGHT = 150 };

typedef struct cutting {
	tm_store *store;
	const tm_query *query;
	tm_analyser *an; /* tokens begin and end alike in all languages */
	tm_match_side side;
	tm_run *best; /* for each token */
	size_t memory;
	tm_pieces *out;
} cutting;

/* All of a short query may be told, too: a term is looked up. */
static uint32_t
least_weight(const tm_match_side *side)
{
	uint32_t words = 0;

	for (size_t i = 0; i < side->tokens.n; i++)
		if (side->v[i].kind != TM_PUNCT)
			words += side->v[i].weight;
	return words < LEAST_WEIGHT ? words : LEAST_WEIGHT;
}

static bool
cut_image(
    void *self, tm_fuzzy *image, const char *base, tm_find *find, tm_error *err)
{
	cutting *c = self;
	tm_analyser *an = tm_analyser_new(base);
	bool ok;

	tm_match_side_set(&c->side, an, c->query->text);
	find->least = least_weight(&c->side);
	ok = tm_fuzzy_runs(image, &c->side, find, c->best, err);
	tm_analyser_free(an);
	return ok;
}

static void
cut_again(void *self)
{
	cutting *c = self;

	memset(c->best, 0, (c->side.tokens.n + 1) * sizeof *c->best);
}

/* Without punctuation at both ends. */
static tm_run
trim_run(const tm_match_side *side, tm_run r)
{
	const tm_token *t = side->tokens.v;

	while (r.n > 0 && t[r.start].kind == TM_PUNCT)
		r.start++, r.n--;
	while (r.n > 0 && t[r.start + r.n - 1].kind == TM_PUNCT)
		r.n--;
	return r;
}

static bool
worth_telling(const tm_match_side *side, tm_run r)
{
	for (size_t i = r.start; i < r.start + r.n; i++)
		if (side->v[i].kind == TM_WORD)
			return true;
	return false;
}

static bool
same_sign(const tm_token *a, const tm_token *b)
{
	return a->kind == b->kind &&
	       (a->kind == TM_WORD ? tm_str_eq(a->plain, b->plain)
				   : tm_str_eq(a->key, b->key));
}

/* Where the run stands in a text: SIZE_MAX when it does not. */
static size_t
find_run(const tm_match_side *side, tm_run r, const tm_tokens *text)
{
	for (size_t i = 0; i + r.n <= text->n; i++) {
		size_t k = 0;

		while (k < r.n &&
		       same_sign(&side->tokens.v[r.start + k], &text->v[i + k]))
			k++;
		if (k == r.n)
			return i;
	}
	return SIZE_MAX;
}

static void
add_piece(cutting *c, tm_run r, const tm_unit *u)
{
	const tm_token *t = c->side.tokens.v;
	tm_pieces *out = c->out;
	tm_tokens text = { 0 };

	for (size_t v = 0; v < u->n; v++) {
		size_t at, to = translation_of(u, v, c->query->to);

		if (to == u->n ||
		    !tm_store_serves(c->query->from, u->v[v].lang.p))
			continue;
		tm_analyse(c->an, u->v[v].text, &text);
		at = find_run(&c->side, r, &text);
		if (at == SIZE_MAX)
			continue;
		tm_grow(out->v, out->n, out->cap);
		out->v[out->n++] = (tm_piece){ .start = t[r.start].start,
			.end = t[r.start + r.n - 1].end,
			.unit = u,
			.from = v,
			.to = to,
			.at = text.v[at].start,
			.at_end = text.v[at + r.n - 1].end,
			.memory = c->memory };
		break;
	}
	tm_tokens_release(&text);
}

static bool
tell_runs(void *self, tm_error *err)
{
	cutting *c = self;
	size_t n = c->side.tokens.n;
	tm_run last = { 0 };

	for (size_t i = 0; i < n; i++) {
		tm_run r = trim_run(&c->side, c->best[i]);
		const tm_unit *u;
		tm_error inner;

		if (r.n == 0 || !worth_telling(&c->side, r) ||
		    (last.n > 0 && r.start + r.n <= last.start + last.n))
			continue;
		u = tm_store_load(c->store, r.id, &c->out->arena, &inner);
		if (u == NULL && inner.code != TM_ABSENT) {
			if (err != NULL)
				*err = inner;
			return false;
		}
		if (u == NULL || !tm_filter_passes(c->query->filter, u))
			continue;
		add_piece(c, r, u);
		last = r;
	}
	return true;
}

/* In the order of the query; of those that begin together the longest. */
static int
in_order(const void *a, const void *b)
{
	const tm_piece *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end > y->end ? -1 : 1;
	return (x->memory > y->memory) - (x->memory < y->memory);
}

/* Of pieces from several memories, those that lie in no other: none that
 * comes before it in order ends as far away. */
static void
settle_pieces(tm_pieces *p)
{
	size_t n = 0;

	if (p->n > 1)
		qsort(p->v, p->n, sizeof *p->v, in_order);
	for (size_t i = 0; i < p->n; i++)
		if (n == 0 || p->v[i].end > p->v[n - 1].end)
			p->v[n++] = p->v[i];
	p->n = n;
}

/* Add the pieces that a memory has. */
static bool
cut_by(cutting *c, const tm_memory *memory, size_t nr, tm_error *err)
{
	tm_index_finder finder = { c, cut_image, cut_again };
	size_t before = c->out->n;
	tm_error inner;

	c->store = memory->store;
	c->memory = nr;
	for (int tries = 1;; tries++) {
		if (with_index(c->store, c->query, &finder, tell_runs, &inner))
			return true;
		if (inner.code != TM_BUSY || tries == TM_READ_TRIES)
			return tm_fail(err, inner.code, "%s", inner.msg);
		c->out->n = before;
	}
}

bool
tm_find_pieces(const tm_memory *memories, size_t n, const tm_query *query,
    tm_pieces *pieces, tm_error *err)
{
	cutting c = { .query = query, .out = pieces };
	bool ok = true;

	pieces->n = 0;
	tm_arena_clear(&pieces->arena);
	c.an = tm_analyser_new("und");
	tm_match_side_set(&c.side, c.an, query->text);
	/* Offsets would be those of another text. */
	if (c.side.nfc.n > 0)
		n = 0;
	c.best = tm_zalloc(c.side.tokens.n + 1, sizeof *c.best);
	for (size_t i = 0; ok && i < n; i++)
		ok = cut_by(&c, &memories[i], i, err);
	settle_pieces(pieces);
	free(c.best);
	tm_match_side_release(&c.side);
	tm_analyser_free(c.an);
	return ok;
}

void
tm_pieces_release(tm_pieces *pieces)
{
	free(pieces->v);
	tm_arena_release(&pieces->arena);
	*pieces = (tm_pieces){ 0 };
}

/*
 * What was seen before: one source with two translations, one translation
 * of two sources.
 *
 * A unit is two hashes and where its texts are in a pool. Three tables of
 * numbers of units, open addressed, find it again:
 *
 *	by source	the first unit with this source
 *	by target	the first unit with this translation
 *	by both		so that the same unit twice is told once
 *
 * That is 32 bytes a unit and from 24 to 48 for the tables. The pool has a
 * limit, and what no longer fits is told by its number alone; so has the
 * number of units, and later ones are only held against those before.
 */
#include "config.h"

#include "tm/check_int.h"

#include <stdlib.h>

#define POOL_MAX ((size_t)32 << 20)
#define TEXT_MAX 400
#define SEEN_MAX ((uint32_t)1 << 22) /* 260 MB with all that belongs to them \
				      */

struct seen {
	uint64_t source, target;
	uint32_t words; /* of the source, without endings */
	uint32_t place;
	uint32_t source_at, target_at; /* in the pool; 0: not kept */
};

struct check_memory {
	struct seen *v;
	size_t n, cap;
	uint32_t *by[3]; /* n + 1; 0: free */
	size_t size;	 /* of each table, a power of two */
	tm_buf pool;	 /* length in two bytes, text */
};

void
tm_check_memory_free(struct check_memory *m)
{
	if (m == NULL)
		return;
	free(m->v);
	for (int k = 0; k < 3; k++)
		free(m->by[k]);
	tm_buf_release(&m->pool);
	free(m);
}

static uint64_t
key_of(const struct seen *s, int k)
{
	return k == 0	? s->source
	       : k == 1 ? s->target
			: s->source * 31 + s->target;
}

/* Where the unit with this key is, or would be. */
static uint32_t *
slot_of(const struct check_memory *m, int k, uint64_t key)
{
	size_t i = (key ^ key >> 29) & (m->size - 1);

	while (m->by[k][i] != 0 && key_of(&m->v[m->by[k][i] - 1], k) != key)
		i = (i + 1) & (m->size - 1);
	return &m->by[k][i];
}

static void
grow(struct check_memory *m)
{
	m->size = m->size == 0 ? 1024 : m->size * 2;
	for (int k = 0; k < 3; k++) {
		free(m->by[k]);
		m->by[k] = tm_zalloc(m->size, sizeof *m->by[k]);
	}
	for (size_t i = 0; i < m->n; i++)
		for (int k = 0; k < 3; k++) {
			uint32_t *slot = slot_of(m, k, key_of(&m->v[i], k));

			if (*slot == 0)
				*slot = (uint32_t)i + 1;
		}
}

static uint32_t
keep(struct check_memory *m, tm_str s)
{
	uint32_t at = (uint32_t)m->pool.n;

	if (m->pool.n == 0) {
		tm_buf_addc(&m->pool, '\0');
		at = 1;
	}
	if (m->pool.n + TEXT_MAX + 2 > POOL_MAX)
		return 0;
	if (s.n > TEXT_MAX) { /* cut between two characters */
		s.n = TEXT_MAX;
		while (s.n > 0 && (s.p[s.n] & 0xc0) == 0x80)
			s.n--;
	}
	tm_buf_addc(&m->pool, (char)(s.n & 0xff));
	tm_buf_addc(&m->pool, (char)(s.n >> 8));
	tm_buf_add(&m->pool, s.p, s.n);
	return at;
}

static tm_str
text_at(const struct check_memory *m, uint32_t at)
{
	const unsigned char *p = (const unsigned char *)m->pool.p + at;

	if (at == 0)
		return TM_STR("");
	return (tm_str){ m->pool.p + at + 2, p[0] + ((size_t)p[1] << 8) };
}

static uint64_t
mix(uint64_t h, tm_str s)
{
	h ^=
	    tm_str_hash(s) + UINT64_C(0x9e3779b97f4a7c15) + (h << 6) + (h >> 2);
	return h;
}

/* A source is its text with its codes, languages and context: "Open" as a
 * verb and as an adjective may well be translated in two ways. */
static uint64_t
hash_source(const tm_checker *c)
{
	const tm_variant *v = c->src.v;
	uint64_t h = mix(0, v->lang);

	h = mix(h, c->tgt.v->lang);
	h = mix(h, tm_str_trim(v->text));
	for (size_t i = 0; i < v->n_codes; i++)
		h = mix(h + v->codes[i].at, v->codes[i].xml);
	for (size_t i = 0; i < c->unit->n_meta; i++)
		if (tm_str_eq(c->unit->meta[i].type, TM_STR("x-context")) ||
		    tm_str_eq(c->unit->meta[i].type, TM_STR("x-po-plural")))
			h = mix(h, c->unit->meta[i].value);
	return h;
}

/* Words and numbers without case, endings and punctuation. */
static uint64_t
hash_words(const check_side *side, uint64_t h, bool stems)
{
	for (size_t i = 0; i < side->tokens.n; i++) {
		const tm_token *t = &side->tokens.v[i];

		if (t->kind != TM_PUNCT)
			h = mix(h, stems ? t->key : t->fold);
	}
	return h;
}

/* Where the unit at hand is: its line, its number in a memory, or which it
 * is of those that were checked. */
static uint32_t
place_of(const tm_checker *c)
{
	return (uint32_t)(c->unit->line > 0 ? c->unit->line
			  : c->unit->id > 0 ? (size_t)c->unit->id
					    : c->n);
}

static void
tell(tm_checker *c, tm_check_kind kind, const struct seen *first, tm_str other)
{
	const char *what = c->unit->line > 0 ? "line " : "unit ";
	tm_finding *f;

	if (!(c->kinds & TM_CHECK_BIT(kind)))
		return;
	f = tm_check_add(c, kind,
	    kind == TM_CHECK_INCONSISTENT
		? "%s%zu translates the same source otherwise"
		: "%s%zu has the same translation for another source",
	    what, (size_t)first->place);
	f->other_place = first->place;
	f->other = tm_arena_str(&c->out->arena, other);
}

/* Sources of so few words are synonyms as often as mistakes. */
#define SAME_WORDS 4

void
tm_check_consistent(tm_checker *c)
{
	struct seen now = { .place = place_of(c) };
	struct check_memory *m = c->memory;
	uint32_t *slot;
	bool full;

	if (m == NULL)
		m = c->memory = tm_zalloc(1, sizeof *m);
	full = m->n == SEEN_MAX;
	if (m->n * 2 >= m->size && !full)
		grow(m);
	now.source = hash_source(c);
	now.words = (uint32_t)hash_words(&c->src, 0, true);
	now.target = hash_words(&c->tgt, mix(1, c->tgt.v->lang), false);
	slot = slot_of(m, 2, key_of(&now, 2));
	if (*slot != 0)
		return; /* the same unit again */
	if (!full)
		*slot = (uint32_t)m->n + 1;
	slot = slot_of(m, 0, now.source);
	if (*slot != 0)
		tell(c, TM_CHECK_INCONSISTENT, &m->v[*slot - 1],
		    text_at(m, m->v[*slot - 1].target_at));
	else if (!full)
		*slot = (uint32_t)m->n + 1;
	slot = slot_of(m, 1, now.target);
	if (*slot != 0) {
		const struct seen *first = &m->v[*slot - 1];

		if (first->words != now.words && c->src.words >= SAME_WORDS &&
		    c->tgt.words >= SAME_WORDS)
			tell(c, TM_CHECK_SAME, first,
			    text_at(m, first->source_at));
	} else if (!full) {
		*slot = (uint32_t)m->n + 1;
	}
	if (full)
		return;
	now.source_at = keep(m, c->src.text);
	now.target_at = keep(m, c->tgt.text);
	tm_grow(m->v, m->n, m->cap);
	m->v[m->n++] = now;
}

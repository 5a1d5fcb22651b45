/*
 * store_lookup.c - find the units near a query
 *
 * Candidates come with a score; each is then loaded, compared token by
 * token, and pays its penalties:
 *
 *	unit 7, variant 1  .914  ->  91 - 1 (region) = 90
 *
 * Penalties only take away (store_rate.c), and only what is 100 can rise,
 * so that a candidate whose score is too low needs no loading.
 */
#include "config.h"

#include "tm/store.h"

#include <stdlib.h>

#include "tm/codes.h"
#include "tm/lang.h"
#include "tm/store_int.h"
#include "tm/text_int.h"

/*
 * A text with placeholders in its codes is read in two ways: as it is, and
 * with those codes by their numbers. What matches in either does.
 */
enum { READINGS = 2 };

typedef struct readings {
	tm_str text[READINGS];
	size_t n;
} readings;

/* What is kept for the languages that were looked for. */
typedef struct language {
	char base[TM_LANG_MAX];
	tm_analyser *an;
	tm_match_side query[READINGS];
	bool ready; /* query is that of this lookup */
} language;

struct tm_lookup {
	language **langs; /* who looks up holds on to what they have */
	size_t n_langs, cap_langs;
	tm_match_side stored;
	tm_buf by_number, query_by_number; /* the other readings */
	tm_search search;
	struct candidate *cand;
	size_t n_cand, cap_cand;
	struct tm_plain *plain; /* NULL: nobody wanted it */
	readings text;		/* of it, marked */
	size_t memory; /* of this lookup: its place, and its points off */
	int penalty;
};

typedef struct candidate {
	int64_t unit;
	size_t nr; /* of the variant; SIZE_MAX: see which */
} candidate;

void
tm_lookup_free(struct tm_lookup *lookup)
{
	if (lookup == NULL)
		return;
	for (size_t i = 0; i < lookup->n_langs; i++) {
		tm_analyser_free(lookup->langs[i]->an);
		for (int r = 0; r < READINGS; r++)
			tm_match_side_release(&lookup->langs[i]->query[r]);
		free(lookup->langs[i]);
	}
	free(lookup->langs);
	tm_buf_release(&lookup->by_number);
	tm_buf_release(&lookup->query_by_number);
	tm_match_side_release(&lookup->stored);
	tm_search_release(&lookup->search);
	tm_plain_free(lookup->plain);
	free(lookup->cand);
	free(lookup);
}

void
tm_answer_release(tm_answer *answer)
{
	for (size_t i = 0; i < answer->cap; i++)
		tm_match_release(&answer->v[i].match);
	free(answer->v);
	tm_arena_release(&answer->arena);
	*answer = (tm_answer){ 0 };
}

static tm_found *
one_more(tm_answer *answer)
{
	size_t before = answer->cap;

	tm_grow(answer->v, answer->n, answer->cap);
	if (answer->cap > before)
		memset(&answer->v[before], 0,
		    (answer->cap - before) * sizeof *answer->v);
	return &answer->v[answer->n++];
}

/* ---- Languages --------------------------------------------------------- */

static bool
is_any(const char *lang)
{
	return strcmp(lang, "mul") == 0 || strcmp(lang, "und") == 0;
}

bool
tm_store_serves(const char *wanted, const char *lang)
{
	return wanted == NULL || tm_lang_covers(wanted, lang) || is_any(lang) ||
	       tm_lang_same_base(wanted, lang);
}

bool
tm_store_other_region(const char *wanted, const char *lang)
{
	return wanted != NULL && !is_any(lang) &&
	       !tm_lang_covers(wanted, lang) && !tm_lang_covers(lang, wanted);
}

static language *
find_language(struct tm_lookup *lookup, tm_str lang)
{
	char base[TM_LANG_MAX];
	size_t i = 0;
	language *l;

	tm_lang_base(lang, base);
	while (i < lookup->n_langs && strcmp(lookup->langs[i]->base, base) != 0)
		i++;
	if (i == lookup->n_langs) {
		tm_grow(lookup->langs, lookup->n_langs, lookup->cap_langs);
		l = tm_zalloc(1, sizeof *l);
		l->an = tm_analyser_new(base);
		memcpy(l->base, base, sizeof base);
		lookup->langs[lookup->n_langs++] = l;
	}
	l = lookup->langs[i];
	for (size_t r = 0; r < lookup->text.n && !l->ready; r++)
		tm_match_side_set(&l->query[r], l->an, lookup->text.text[r]);
	l->ready = true;
	return l;
}

static bool
has_codes(tm_str marked)
{
	return marked.n > 0 && memchr(marked.p, TM_CODE_SO, marked.n) != NULL;
}

/* The readings of a marked text; out is where the second one is put. */
static readings
read_text(tm_str marked, tm_buf *out)
{
	readings r = { { marked }, 1 };

	tm_buf_clear(out);
	if (has_codes(marked) && tm_codes_by_number(marked, out))
		r.text[r.n++] = tm_buf_str(out);
	return r;
}

/* ---- Candidates -------------------------------------------------------- */

static const tm_match_side *
give_side(void *self, const char *base, size_t reading)
{
	struct tm_lookup *lookup = self;

	return reading < lookup->text.n
		   ? &find_language(lookup, tm_str_of(base))->query[reading]
		   : NULL;
}

static void
note_variant(void *self, int64_t unit, size_t nr)
{
	struct tm_lookup *lookup = self;

	tm_grow(lookup->cand, lookup->n_cand, lookup->cap_cand);
	lookup->cand[lookup->n_cand++] = (candidate){ unit, nr };
}

static void
note_hit(void *self, const tm_hit *hit, size_t nr)
{
	note_variant(self, hit->id, nr);
}

static int
by_variant(const void *a, const void *b)
{
	const candidate *x = a, *y = b;

	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return (x->nr > y->nr) - (x->nr < y->nr);
}

/* A variant that is near in two readings is one candidate. */
static void
join_candidates(struct tm_lookup *lookup)
{
	candidate *c = lookup->cand;
	size_t n = 0;

	if (lookup->n_cand > 1)
		qsort(c, lookup->n_cand, sizeof *c, by_variant);
	for (size_t i = 0; i < lookup->n_cand; i++)
		if (n == 0 || by_variant(&c[i], &c[n - 1]) != 0)
			c[n++] = c[i];
	lookup->n_cand = n;
}

/* All that may be near: the plain way. */
static bool
scan(tm_store *store, const tm_query *query, tm_error *err)
{
	struct tm_lookup *lookup = store->lookup;
	tm_index_asker asker = { lookup, give_side, NULL };

	lookup->n_cand = 0;
	if (!tm_plain_search(
		&lookup->plain, store, query, &asker, note_variant, err))
		return false;
	join_candidates(lookup);
	return true;
}

/* The best most of them by the index, and those that might be. */
static bool
search_index(tm_store *store, const tm_query *query, size_t most, tm_error *err)
{
	struct tm_lookup *lookup = store->lookup;
	tm_search *s = &lookup->search;
	tm_index_asker asker = { lookup, give_side, note_hit };

	s->min = query->exact ? 100 : query->min + lookup->penalty;
	s->most = most;
	lookup->n_cand = 0;
	if (!tm_index_search(store->index, query, s, &asker, err))
		return false;
	join_candidates(lookup);
	return true;
}

/* ---- Rating ------------------------------------------------------------ */

/* The translation: the first other variant that serves, without a region
 * of its own before one with. */
static size_t
find_target(const tm_query *query, const tm_unit *u, size_t from)
{
	size_t best = u->n;

	for (size_t i = 0; i < u->n; i++) {
		const char *lang = u->v[i].lang.p;

		if (i == from || !tm_store_serves(query->to, lang))
			continue;
		if (best == u->n ||
		    (tm_store_other_region(query->to, u->v[best].lang.p) &&
			!tm_store_other_region(query->to, lang)))
			best = i;
	}
	return best;
}

/* A text without codes is itself. */
static tm_str
marked(tm_str text, const tm_code_at *codes, size_t n, tm_arena *arena)
{
	tm_buf both = { 0 };

	if (n == 0)
		return text;
	tm_codes_mark(text, codes, n, false, &both);
	text = tm_arena_str(arena, tm_buf_str(&both));
	tm_buf_release(&both);
	return text;
}

/* The edits of two readings, as those of the texts that were read. */
static void
lead_back(tm_match *m, tm_str stored, tm_str query)
{
	tm_codes_way a = { .text = stored }, b = { .text = query };

	if (!has_codes(stored) && !has_codes(query))
		return;
	for (size_t i = 0; i < m->n_edits; i++) {
		tm_edit *e = &m->edits[i];

		e->a_start = tm_codes_way_back(&a, e->a_start);
		e->a_end = tm_codes_way_back(&a, e->a_end);
		e->b_start = tm_codes_way_back(&b, e->b_start);
		e->b_end = tm_codes_way_back(&b, e->b_end);
	}
}

/* Rate found, which says what it is of but not how near it is, by a reading
 * of the query and one of what is stored; keep it if it is good enough. */
static void
rate_reading(tm_store *store, const tm_query *query, const tm_found *found,
    const tm_match_side *side, const tm_match_side *stored, tm_answer *answer)
{
	struct tm_lookup *lookup = store->lookup;
	tm_found *f = one_more(answer);
	tm_match match = f->match; /* its room */

	*f = *found;
	f->match = match;
	tm_match_compare(side, stored, &f->match);
	if (query->exact && !tm_found_exact(query, f)) {
		answer->n--;
		return;
	}
	lead_back(&f->match, stored->text, side->text);
	tm_found_pay(query, f, lookup->penalty);
	tm_found_place(store, query, f, &answer->arena);
	if (f->match.rate < query->min && !query->exact)
		answer->n--;
}

/* Of the last two of an answer, keep the better one. */
static void
keep_better(tm_answer *answer)
{
	tm_found *a = &answer->v[answer->n - 2], *b = a + 1, better = *b;

	if (tm_found_order(b, a) < 0) {
		*b = *a;
		*a = better;
	}
	answer->n--;
}

/* What a reading of a stored text comes to: half of the matches that people
 * get are the query itself, which was analysed. */
static const tm_match_side *
read_side(struct tm_lookup *lookup, language *l, tm_str text)
{
	for (size_t k = 0; k < lookup->text.n; k++)
		if (tm_str_eq(l->query[k].text, text))
			return &l->query[k];
	tm_match_side_set(&lookup->stored, l->an, text);
	return &lookup->stored;
}

/* Compare variant nr of u with the query, in all readings. */
static void
rate_variant(tm_store *store, const tm_query *query, const tm_unit *u,
    size_t nr, tm_answer *answer)
{
	struct tm_lookup *lookup = store->lookup;
	const tm_variant *v = &u->v[nr];
	tm_found f = { .unit = u, .from = nr, .memory = lookup->memory };
	size_t before = answer->n;
	language *l;
	readings r;

	f.to = find_target(query, u, nr);
	if (f.to == u->n || !tm_store_serves(query->from, v->lang.p))
		return;
	l = find_language(lookup, v->lang);
	f.text = marked(v->text, v->codes, v->n_codes, &answer->arena);
	r = read_text(f.text, &lookup->by_number);
	for (size_t i = 0; i < r.n; i++) {
		const tm_match_side *stored = read_side(lookup, l, r.text[i]);

		for (size_t k = 0; k < lookup->text.n; k++) {
			rate_reading(
			    store, query, &f, &l->query[k], stored, answer);
			if (answer->n > before + 1)
				keep_better(answer);
		}
	}
}

/* Load the candidate and add it to the answer if it is good enough. */
static bool
rate(tm_store *store, const tm_query *query, const candidate *c,
    tm_answer *answer, tm_error *err)
{
	tm_error inner;
	tm_unit *u = tm_store_load(store, c->unit, &answer->arena, &inner);

	if (u == NULL) {
		if (inner.code == TM_ABSENT)
			return true; /* removed since the index saw it */
		if (err != NULL)
			*err = inner;
		return false;
	}
	if (u->status == TM_REJECTED || !tm_filter_passes(query->filter, u))
		return true;
	tm_filter_show(query->filter, u);
	if (c->nr < u->n)
		rate_variant(store, query, u, c->nr, answer);
	for (size_t i = 0; c->nr == SIZE_MAX && i < u->n; i++)
		rate_variant(store, query, u, i, answer);
	return true;
}

/* Is this the first found with its unit? seen is a table of 1 + indexes
 * into answer->v. */
static bool
first_of_unit(
    const tm_answer *answer, const tm_found *f, uint32_t *seen, size_t size)
{
	uint64_t h = (uint64_t)f->unit->id * UINT64_C(0x9e3779b97f4a7c15);
	size_t at = (size_t)(h >> 32) + f->memory;

	for (at &= size - 1; seen[at] != 0; at = (at + 1) & (size - 1)) {
		const tm_found *other = &answer->v[seen[at] - 1];

		if (other->unit->id == f->unit->id &&
		    other->memory == f->memory)
			return false;
	}
	seen[at] = (uint32_t)(f - answer->v) + 1;
	return true;
}

/* Best first, each unit once, not more than asked for. What falls out goes
 * behind the end: its edits are used again or freed with the answer. */
static void
settle(tm_answer *answer, size_t most)
{
	size_t n = 0, size = 16;
	uint32_t *seen;

	if (answer->n > 1)
		qsort(answer->v, answer->n, sizeof *answer->v, tm_found_order);
	while (size < 2 * answer->n)
		size *= 2;
	seen = tm_zalloc(size, sizeof *seen);
	for (size_t i = 0; i < answer->n; i++) {
		tm_found f = answer->v[i];

		answer->v[i] = answer->v[n];
		answer->v[n] = f;
		if (!first_of_unit(answer, &answer->v[n], seen, size))
			continue;
		if (++n == most)
			break;
	}
	free(seen);
	answer->n = n;
}

/* Add what the candidates come to. */
static bool
rate_all(
    tm_store *store, const tm_query *query, tm_answer *answer, tm_error *err)
{
	struct tm_lookup *lookup = store->lookup;

	for (size_t i = 0; i < lookup->n_cand; i++)
		if (!rate(store, query, &lookup->cand[i], answer, err))
			return false;
	return true;
}

static bool
look_up(
    tm_store *store, const tm_query *query, tm_answer *answer, tm_error *err)
{
	size_t before = answer->n, most = query->most;

	/* Of what the index finds, some may not count. */
	if (query->exact || !tm_filter_is_open(query->filter))
		most = 0;

	if (query->plain)
		return scan(store, query, err) &&
		       rate_all(store, query, answer, err);
	if (!tm_index_refresh(store->index, err) ||
	    !search_index(store, query, most, err) ||
	    !rate_all(store, query, answer, err))
		return false;
	/* The index knew of units that are gone: then it may have left out
	 * others for them. */
	if (answer->n - before < most &&
	    store->lookup->search.floor > store->lookup->search.min) {
		answer->n = before;
		return search_index(store, query, 0, err) &&
		       rate_all(store, query, answer, err);
	}
	return true;
}

/* Add what one memory has. */
static bool
look_in(const tm_memory *memory, size_t nr, const tm_query *query,
    tm_answer *answer, tm_error *err)
{
	tm_store *store = memory->store;
	struct tm_lookup *lookup = store->lookup;
	size_t before = answer->n;
	tm_error inner;
	bool opened, ok;

	if (lookup == NULL)
		lookup = store->lookup = tm_zalloc(1, sizeof *lookup);
	lookup->memory = nr;
	lookup->text = read_text(answer->query, &lookup->query_by_number);
	lookup->penalty = memory->penalty < 0 ? 0 : memory->penalty;
	if (query->min + lookup->penalty > 100 && !query->exact)
		return true;
	lookup->n_cand = 0;
	for (size_t i = 0; i < lookup->n_langs; i++)
		lookup->langs[i]->ready = false;
	tm_index_load(tm_index_of(store));
	for (int tries = 1;; tries++) {
		if (!tm_store_begin_read(store, &opened, err))
			return false;
		ok = look_up(store, query, answer, &inner);
		ok = tm_store_end_read(store, opened, ok, &inner);
		if (ok || inner.code != TM_BUSY || tries == TM_READ_TRIES)
			break;
		answer->n = before;
	}
	return ok || tm_fail(err, inner.code, "%s", inner.msg);
}

bool
tm_lookup(const tm_memory *memories, size_t n, const tm_query *query,
    tm_answer *answer, tm_error *err)
{
	answer->n = 0;
	tm_arena_clear(&answer->arena);
	if (query->min < 1 || query->min > 100)
		return tm_fail(err, TM_INVALID,
		    "the least match rate must be from 1 to 100, not %d",
		    query->min);
	if (query->text.n > TM_MOST_QUERY)
		return tm_fail(err, TM_LIMIT,
		    "a query of %zu bytes is no segment: %zu are the most",
		    query->text.n, TM_MOST_QUERY);
	answer->query =
	    marked(query->text, query->codes, query->n_codes, &answer->arena);
	if (tm_str_trim(answer->query).n == 0)
		return true;
	for (size_t i = 0; i < n; i++)
		if (!look_in(&memories[i], i, query, answer, err)) {
			answer->n = 0;
			return false;
		}
	settle(answer, query->most);
	return true;
}

bool
tm_store_lookup(
    tm_store *store, const tm_query *query, tm_answer *answer, tm_error *err)
{
	return tm_lookup(&(tm_memory){ .store = store }, 1, query, answer, err);
}

/* Lines for what a has and b has not. */
static void
tell_missing(
    const tm_answer *a, const tm_answer *b, const char *who, tm_buf *out)
{
	for (size_t i = 0; i < a->n; i++) {
		const tm_found *f = &a->v[i];
		size_t j = 0;

		while (j < b->n && (b->v[j].unit->id != f->unit->id ||
				       b->v[j].from != f->from ||
				       b->v[j].match.rate != f->match.rate))
			j++;
		if (j == b->n)
			tm_buf_printf(out, "only %s: unit %lld, %d\n", who,
			    (long long)f->unit->id, f->match.rate);
	}
}

bool
tm_store_verify(tm_store *store, const tm_query *query, bool *same,
    tm_buf *differences, tm_error *err)
{
	tm_query q = *query;
	tm_answer fast = { 0 }, plain = { 0 };
	tm_buf lines = { 0 };
	bool ok;

	q.plain = false;
	ok = tm_store_lookup(store, &q, &fast, err);
	q.plain = true;
	ok = ok && tm_store_lookup(store, &q, &plain, err);
	if (ok) {
		tell_missing(&fast, &plain, "by the index", &lines);
		tell_missing(&plain, &fast, "by the scan", &lines);
		*same = lines.n == 0;
		if (differences != NULL)
			tm_buf_add(differences, lines.p, lines.n);
	}
	tm_buf_release(&lines);
	tm_answer_release(&fast);
	tm_answer_release(&plain);
	return ok;
}

bool
tm_store_index(tm_store *store, tm_error *err)
{
	bool opened, ok;

	tm_index_load(tm_index_of(store));
	if (!tm_store_begin_read(store, &opened, err))
		return false;
	ok = tm_index_refresh(store->index, err);
	ok = tm_store_end_read(store, opened, ok, err);
	if (ok && opened)
		tm_index_join(store->index);
	return ok;
}

const char *
tm_store_index_path(tm_store *store)
{
	return tm_index_path(tm_index_of(store));
}

/*
 * Three questions about units, of which two are asked of hashes alone:
 *
 *	duplicates	same hash of all texts
 *	inconsistent	same hash of the source, other hash of the target
 *	near		same hash of the target; then the sources are compared
 *
 * The first walk fills a table from hash to the best unit that has it, and
 * counts the units. What is best does not depend on the order.
 */
#include "config.h"

#include "tm/clean.h"

#include <stdlib.h>

#include "tm/check.h"
#include "tm/lang.h"
#include "tm/match.h"

/* How good a unit is to keep: compared field by field. */
typedef struct rank {
	int status; /* 2 confirmed, 1 draft, 0 rejected */
	double confidence;
	int64_t changed, id;
} rank;

typedef struct slot {
	uint64_t key; /* 0: free */
	rank best;
	uint64_t target; /* of the best: the hash of its translation */
	uint32_t n;
} slot;

typedef struct table {
	slot *v;
	size_t n, size;
} table;

/* A unit whose translation others have too. */
typedef struct member {
	uint64_t key;
	rank rank;
	tm_str lang, source, target;
	bool gone;
} member;

struct tm_cleaner {
	const tm_cleaning *what;
	table same, sources, targets;
	member *members;
	size_t n_members, cap_members;
	tm_checker *checker;
	tm_findings findings;
	tm_removal *removals;
	size_t n, cap;
	tm_arena arena;
	tm_buf scratch;
};

/* ---- Hashes ------------------------------------------------------------ */

static uint64_t
mix(uint64_t h, tm_str s)
{
	return h ^ (tm_str_hash(s) + UINT64_C(0x9e3779b97f4a7c15) + (h << 6) +
		       (h >> 2));
}

static uint64_t
hash_variant(tm_cleaner *c, const tm_variant *v)
{
	uint64_t h = mix(0, v->lang);

	tm_buf_clear(&c->scratch);
	tm_text_nfc(v->text, &c->scratch);
	h = mix(h, tm_str_trim(tm_buf_str(&c->scratch)));
	for (size_t i = 0; i < v->n_codes; i++)
		h = mix(h + v->codes[i].at, v->codes[i].xml);
	return h;
}

/* Of all texts, in whatever order. */
static uint64_t
hash_unit(tm_cleaner *c, const tm_unit *u)
{
	uint64_t h = u->n;

	for (size_t i = 0; i < u->n; i++)
		h += hash_variant(c, &u->v[i]);
	return h | 1;
}

/* A source in its context, for one target language. */
static uint64_t
hash_source(tm_cleaner *c, const tm_unit *u)
{
	size_t s = tm_unit_source(u);
	uint64_t h = mix(hash_variant(c, &u->v[s]), u->v[1 - s].lang);

	for (size_t i = 0; i < u->n_meta; i++)
		if (tm_str_eq(u->meta[i].type, TM_STR("x-context")) ||
		    tm_str_eq(u->meta[i].type, TM_STR("x-po-plural")))
			h = mix(h, u->meta[i].value);
	return h | 1;
}

static uint64_t
hash_target(tm_cleaner *c, const tm_unit *u)
{
	const tm_variant *v = &u->v[1 - tm_unit_source(u)];
	uint64_t h = mix(7, v->lang);

	tm_buf_clear(&c->scratch);
	tm_text_fold(v->text, &c->scratch);
	return mix(h, tm_str_trim(tm_buf_str(&c->scratch))) | 1;
}

/* ---- The best of each -------------------------------------------------- */

static rank
rank_of(const tm_unit *u)
{
	rank r = { .status = u->status == TM_CONFIRMED	? 2
			     : u->status == TM_REJECTED ? 0
							: 1,
		.confidence = u->confidence < 0 ? 1 : u->confidence,
		.changed = u->changed > u->created ? u->changed : u->created,
		.id = u->id };

	return r;
}

static bool
is_better(const rank *a, const rank *b)
{
	if (a->status != b->status)
		return a->status > b->status;
	if (a->confidence != b->confidence)
		return a->confidence > b->confidence;
	if (a->changed != b->changed)
		return a->changed > b->changed;
	return a->id < b->id;
}

static slot *
slot_of(const table *t, uint64_t key)
{
	size_t i = (key ^ key >> 31) & (t->size - 1);

	while (t->v[i].key != 0 && t->v[i].key != key)
		i = (i + 1) & (t->size - 1);
	return &t->v[i];
}

static void
grow(table *t)
{
	table old = *t;

	t->size = old.size == 0 ? 1024 : old.size * 2;
	t->v = tm_zalloc(t->size, sizeof *t->v);
	for (size_t i = 0; i < old.size; i++)
		if (old.v[i].key != 0)
			*slot_of(t, old.v[i].key) = old.v[i];
	free(old.v);
}

static void
note(table *t, uint64_t key, const rank *r, uint64_t target)
{
	slot *s;

	if (t->n * 2 >= t->size)
		grow(t);
	s = slot_of(t, key);
	if (s->key == 0) {
		*s = (slot){ key, *r, target, 0 };
		t->n++;
	}
	if (is_better(r, &s->best)) {
		s->best = *r;
		s->target = target;
	}
	s->n++;
}

/* ---- Walks ------------------------------------------------------------- */

tm_cleaner *
tm_cleaner_new(const tm_cleaning *cleaning)
{
	tm_cleaner *c = tm_zalloc(1, sizeof *c);

	c->what = cleaning;
	if (cleaning->checks != 0)
		c->checker = tm_checker_new(cleaning->checks);
	return c;
}

void
tm_cleaner_free(tm_cleaner *c)
{
	if (c == NULL)
		return;
	free(c->same.v);
	free(c->sources.v);
	free(c->targets.v);
	free(c->members);
	free(c->removals);
	tm_checker_free(c->checker);
	tm_findings_release(&c->findings);
	tm_arena_release(&c->arena);
	tm_buf_release(&c->scratch);
	free(c);
}

void
tm_cleaner_see(tm_cleaner *c, const tm_unit *u)
{
	rank r = rank_of(u);

	if (u->n == 0 || !tm_filter_passes(c->what->filter, u))
		return;
	if (c->what->duplicates)
		note(&c->same, hash_unit(c, u), &r, 0);
	if (u->n != 2)
		return;
	if (c->what->inconsistent)
		note(&c->sources, hash_source(c, u), &r, hash_target(c, u));
	if (c->what->near > 0)
		note(&c->targets, hash_target(c, u), &r, 0);
}

static void take_out(tm_cleaner *c, int64_t id, int64_t stays, tm_str source,
    tm_str target, const char *fmt, ...) TM_PRINTF(6, 7);

static void
take_out(tm_cleaner *c, int64_t id, int64_t stays, tm_str source, tm_str target,
    const char *fmt, ...)
{
	tm_buf reason = { 0 };
	va_list ap;

	va_start(ap, fmt);
	tm_buf_vprintf(&reason, fmt, ap);
	va_end(ap);
	tm_grow(c->removals, c->n, c->cap);
	c->removals[c->n++] = (tm_removal){ id, stays,
		tm_arena_str(&c->arena, tm_buf_str(&reason)),
		tm_arena_str(&c->arena, source),
		tm_arena_str(&c->arena, target) };
	tm_buf_release(&reason);
}

static bool
only_filter(const tm_cleaning *what)
{
	return !what->duplicates && !what->inconsistent && what->near == 0 &&
	       what->checks == 0 && !tm_filter_is_open(what->filter);
}

/* The texts of a unit that is not like another are not needed any more. */
static void
keep_member(tm_cleaner *c, const tm_unit *u, size_t s)
{
	uint64_t key = hash_target(c, u);
	member *m;

	if (slot_of(&c->targets, key)->n < 2)
		return;
	tm_grow(c->members, c->n_members, c->cap_members);
	m = &c->members[c->n_members++];
	*m = (member){ .key = key,
		.rank = rank_of(u),
		.lang = tm_arena_str(&c->arena, u->v[s].lang),
		.source = tm_arena_str(&c->arena, u->v[s].text),
		.target = tm_arena_str(&c->arena, u->v[1 - s].text) };
}

void
tm_cleaner_judge(tm_cleaner *c, const tm_unit *u)
{
	size_t s = u->n == 0 ? 0 : tm_unit_source(u);
	tm_str source, target;
	const slot *best;

	if (u->n == 0 || !tm_filter_passes(c->what->filter, u))
		return;
	source = u->v[s].text;
	target = u->n > 1 ? u->v[s == 0 ? 1 : 0].text : TM_STR("");
	if (only_filter(c->what)) {
		take_out(c, u->id, 0, source, target, "asked for");
		return;
	}
	if (c->what->duplicates) {
		best = slot_of(&c->same, hash_unit(c, u));
		if (best->best.id != u->id) {
			take_out(c, u->id, best->best.id, source, target,
			    "duplicate of #%lld", (long long)best->best.id);
			return;
		}
	}
	if (c->what->checks != 0) {
		tm_check(c->checker, u, &c->findings);
		if (c->findings.n > 0) {
			take_out(c, u->id, 0, source, target, "%s: %s",
			    tm_check_name(c->findings.v[0].kind),
			    c->findings.v[0].msg);
			return;
		}
	}
	if (u->n != 2)
		return;
	if (c->what->inconsistent) {
		best = slot_of(&c->sources, hash_source(c, u));
		if (best->target != hash_target(c, u)) {
			take_out(c, u->id, best->best.id, source, target,
			    "#%lld translates the source otherwise",
			    (long long)best->best.id);
			return;
		}
	}
	if (c->what->near > 0)
		keep_member(c, u, s);
}

/* ---- Near duplicates --------------------------------------------------- */

#define GROUP_MAX 500

static int
by_key_and_rank(const void *a, const void *b)
{
	const member *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return is_better(&x->rank, &y->rank)   ? -1
	       : is_better(&y->rank, &x->rank) ? 1
					       : 0;
}

/* Members of one translation, the best first: each goes that is near a
 * better one which stays. */
static void
thin_out(tm_cleaner *c, member *v, size_t n)
{
	char lang[TM_LANG_MAX];
	tm_match_side a = { 0 }, b = { 0 };
	tm_match match = { 0 };
	tm_analyser *an;

	snprintf(lang, sizeof lang, "%.*s", TM_STR_ARG(v[0].lang));
	an = tm_analyser_new(lang);
	for (size_t i = 1; i < n; i++) {
		tm_match_side_set(&a, an, v[i].source);
		for (size_t k = 0; k < i && !v[i].gone; k++) {
			if (v[k].gone || !tm_str_eq(v[k].lang, v[i].lang))
				continue;
			tm_match_side_set(&b, an, v[k].source);
			tm_match_compare(&a, &b, &match);
			if (match.rate < c->what->near)
				continue;
			v[i].gone = true;
			take_out(c, v[i].rank.id, v[k].rank.id, v[i].source,
			    v[i].target,
			    "%d %% like #%lld, with the same translation",
			    match.rate, (long long)v[k].rank.id);
		}
	}
	tm_match_side_release(&a);
	tm_match_side_release(&b);
	tm_match_release(&match);
	tm_analyser_free(an);
}

static int
by_id(const void *a, const void *b)
{
	const tm_removal *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

const tm_removal *
tm_cleaner_end(tm_cleaner *c, size_t *n)
{
	if (c->n_members > 0)
		qsort(c->members, c->n_members, sizeof *c->members,
		    by_key_and_rank);
	for (size_t i = 0, k; i < c->n_members; i = k) {
		for (k = i; k < c->n_members &&
			    c->members[k].key == c->members[i].key &&
			    k - i < GROUP_MAX;
		     k++)
			;
		thin_out(c, c->members + i, k - i);
	}
	if (c->n > 0)
		qsort(c->removals, c->n, sizeof *c->removals, by_id);
	*n = c->n;
	return c->removals;
}

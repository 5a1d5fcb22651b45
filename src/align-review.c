/*
 * align-review.c - aligning again what was aligned and reviewed before
 *
 * Units know the document they come from and, by the prop "tmtool-texts",
 * which two files were aligned. When these are aligned again,
 *
 *	reviewed	a unit that somebody confirmed or changed and whose
 *			texts both still stand there is a fixed pair; one
 *			whose texts do not is left alone ("aside")
 *	the same	a unit whose pair is found again is kept, with its
 *			new place and confidence
 *	gone		a draft of these files that is no pair any more is
 *			removed; what was rejected is not
 *
 * all in one transaction. A unit may stand in many documents, and often in
 * one: it loses its places in this one for those it has now, and goes when it
 * has none. Left alone are units of other texts in the same files: today.txt
 * has another article each day.
 */
#include "config.h"

#include "align-known.h"

#include <math.h>
#include <stdlib.h>

#define TEXTS "tmtool-texts"
/* The longest run of sentences that a reviewed unit is looked for in. */
#define MAX_RUN 8

void
earlier_release(struct earlier *e)
{
	tm_arena_release(&e->arena);
	free(e->v);
	free(e->slot);
	free(e->path);
	*e = (struct earlier){ 0 };
}

/* ---- Finding it -------------------------------------------------------- */

/* The same two files have the same letters wherever tmtool is run from;
 * what comes through a pipe is the same where it says the same. */
static void
name_texts(char out[17], const struct alignment *a)
{
	const struct side *sides[2] = { &a->src, &a->tgt };
	tm_buf names = { 0 };

	for (int d = 0; d < 2; d++) {
		const struct side *side = sides[d];
		char *whole = realpath(side->path, NULL);

		tm_buf_adds(&names, whole == NULL ? side->path : whole);
		tm_buf_addc(&names, '\n');
		if (strcmp(side->path, "-") == 0)
			for (size_t i = 0; i < side->spans.n; i++)
				tm_buf_add(&names, side->segments[i].p,
				    side->segments[i].n);
		free(whole);
	}
	snprintf(out, 17, "%016llx",
	    (unsigned long long)tm_str_hash(tm_buf_str(&names)));
	tm_buf_release(&names);
}

/* Is unit of these files; or of others, which are named? */
static bool
is_ours(const tm_unit *unit, const char *texts, bool *named)
{
	*named = false;
	for (size_t i = 0; i < unit->n_meta; i++) {
		const tm_meta *m = &unit->meta[i];

		if (m->kind != TM_PROP || !tm_str_eq(m->type, TM_STR(TEXTS)))
			continue;
		*named = true;
		if (tm_str_eq(m->value, tm_str_of(texts)))
			return true;
	}
	return false;
}

static bool
is_reviewed(const tm_unit *unit)
{
	bool changed = unit->changer.n > 0;

	for (size_t i = 0; i < unit->n; i++)
		changed = changed || unit->v[i].changer.n > 0;
	return unit->status == TM_CONFIRMED || changed;
}

struct loading {
	struct earlier *e;
	const struct alignment *a;
};

static bool
note_unit(void *self, const tm_unit *unit, tm_error *err)
{
	struct loading *l = self;
	struct earlier *e = l->e;
	bool ours, named;

	(void)err;
	if (unit->n != 2 ||
	    !tm_str_eq(unit->v[0].lang, tm_str_of(l->a->src.lang)) ||
	    !tm_str_eq(unit->v[1].lang, tm_str_of(l->a->tgt.lang)))
		return true;
	ours = is_ours(unit, e->texts, &named);
	tm_grow(e->v, e->n, e->cap);
	e->v[e->n++] = (struct earlier_unit){
		.unit = tm_unit_copy(&e->arena, unit),
		.reviewed = is_reviewed(unit),
		.ours = ours,
		.others = named && !ours,
	};
	return true;
}

static uint64_t
hash_pair(tm_str src, tm_str tgt)
{
	return tm_str_hash(src) * 31 + tm_str_hash(tgt);
}

static void
index_units(struct earlier *e)
{
	e->n_slots = 64;
	while (e->n_slots < 2 * e->n)
		e->n_slots *= 2;
	e->slot = tm_zalloc(e->n_slots, sizeof *e->slot);
	for (size_t k = 0; k < e->n; k++) {
		const tm_variant *v = e->v[k].unit->v;
		size_t at = hash_pair(v[0].text, v[1].text);

		while (e->slot[at & (e->n_slots - 1)] != 0)
			at++;
		e->slot[at & (e->n_slots - 1)] = (uint32_t)k + 1;
	}
}

/* The unit with these texts, best one that is no pair yet, then one of these
 * files where there are several. */
static struct earlier_unit *
find_unit(struct earlier *e, tm_str src, tm_str tgt)
{
	struct earlier_unit *found = NULL;

	for (size_t at = hash_pair(src, tgt);; at++) {
		uint32_t k = e->slot[at & (e->n_slots - 1)];
		struct earlier_unit *u;

		if (k == 0)
			return found;
		u = &e->v[k - 1];
		if (tm_str_eq(u->unit->v[0].text, src) &&
		    tm_str_eq(u->unit->v[1].text, tgt) &&
		    (found == NULL || (found->used && !u->used) ||
			(found->used == u->used && u->ours && !found->ours)))
			found = u;
	}
}

/* ---- What stands ------------------------------------------------------- */

/* FNV-1a, byte by byte: of every beginning of a text in one walk. */
#define HASH_BEGIN UINT64_C(0xcbf29ce484222325)

static uint64_t
hash_step(uint64_t h, char c)
{
	return (h ^ (unsigned char)c) * UINT64_C(0x100000001b3);
}

static uint64_t
hash_text(tm_str s)
{
	uint64_t h = HASH_BEGIN;

	for (size_t i = 0; i < s.n; i++)
		h = hash_step(h, s.p[i]);
	return h;
}

/* The sentences of a side by their texts: chains of those with one hash. */
struct places {
	const struct side *side;
	uint32_t *head, *next;
	size_t n_heads;
};

static void
places_init(struct places *p, const struct side *side)
{
	*p = (struct places){ .side = side, .n_heads = 64 };
	while (p->n_heads < side->spans.n)
		p->n_heads *= 2;
	p->head = tm_zalloc(p->n_heads, sizeof *p->head);
	p->next = tm_zalloc(side->spans.n + 1, sizeof *p->next);
	for (size_t i = side->spans.n; i-- > 0;) {
		size_t at = hash_text(side->segments[i]) & (p->n_heads - 1);

		p->next[i] = p->head[at];
		p->head[at] = (uint32_t)i + 1;
	}
}

static void
places_release(struct places *p)
{
	free(p->head);
	free(p->next);
}

/* A run of sentences. */
struct run {
	size_t first, n;
};

#define MAX_PLACES 8

/*
 * Where text stands, at most MAX_PLACES. Its first sentence is a beginning
 * of it: all of it, or up to a space, or, where no spaces are, any part.
 */
static size_t
find_runs(const struct places *p, tm_str text, tm_buf *joined,
    struct run out[MAX_PLACES])
{
	uint64_t hash = HASH_BEGIN;
	size_t found = 0;

	for (size_t end = 1; end <= text.n && found < MAX_PLACES; end++) {
		tm_str first = tm_str_sub(text, 0, end);
		size_t at;

		hash = hash_step(hash, text.p[end - 1]);
		/* Sentences end in marks, mostly: not between letters. */
		if (end < text.n && text.p[end] != ' ' &&
		    (text.p[end] & 0x80) == 0)
			continue;
		if (end < text.n && (text.p[end] & 0xc0) == 0x80)
			continue;
		at = p->head[hash & (p->n_heads - 1)];
		for (; at != 0 && found < MAX_PLACES; at = p->next[at - 1]) {
			struct run run = { at - 1, 1 };

			if (!tm_str_eq(p->side->segments[run.first], first))
				continue;
			for (; run.n <= MAX_RUN &&
			       run.first + run.n <= p->side->spans.n;
			     run.n++) {
				side_join(p->side, run.first, run.n, joined);
				if (joined->n >= text.n)
					break;
			}
			if (run.n <= MAX_RUN &&
			    tm_str_eq(tm_buf_str(joined), text))
				out[found++] = run;
		}
	}
	return found;
}

/* Files in which less of the earlier units stands have got other texts. */
#define STANDS .25

/*
 * Mark what stands of the units of these files. When next to nothing does,
 * on one side or on both, the files have the names of earlier ones and no
 * more: then their units are those of others, and stay so.
 */
static void
find_standing(struct earlier *e, const struct alignment *a)
{
	struct places places[2];
	struct run runs[MAX_PLACES];
	tm_buf joined = { 0 };
	size_t ours = 0, standing[2] = { 0, 0 };

	places_init(&places[0], &a->src);
	places_init(&places[1], &a->tgt);
	for (size_t k = 0; k < e->n; k++) {
		struct earlier_unit *u = &e->v[k];

		ours += u->ours;
		for (int d = 0; u->ours && d < 2; d++) {
			u->stands[d] = find_runs(&places[d], u->unit->v[d].text,
					   &joined, runs) > 0;
			standing[d] += u->stands[d];
		}
	}
	places_release(&places[0]);
	places_release(&places[1]);
	tm_buf_release(&joined);
	if ((double)standing[0] >= STANDS * (double)ours &&
	    (double)standing[1] >= STANDS * (double)ours)
		return;
	for (size_t k = 0; k < e->n; k++)
		if (e->v[k].ours) {
			e->v[k].ours = false;
			e->v[k].others = e->v[k].strange = true;
			e->strange += e->v[k].unit->status == TM_DRAFT &&
				      !e->v[k].reviewed;
		}
}

/* Memories made by older programs know documents by their names alone: this
 * is ours if one of its units is. */
static bool
place_document(struct earlier *e, tm_store *store, const struct alignment *a,
    tm_error *err)
{
	bool placed = e->path == NULL, ours = false;

	for (size_t k = 0; k < e->n; k++) {
		placed = placed || e->v[k].unit->path.n > 0;
		ours = ours || e->v[k].ours;
	}
	return placed || !ours ||
	       tm_store_place_document(
		   store, file_name(a->src.path), tm_str_of(e->path), err);
}

bool
earlier_load(struct earlier *e, tm_store *store, const struct alignment *a,
    tm_error *err)
{
	struct loading l = { e, a };
	tm_sink sink = { &l, note_unit, NULL };

	name_texts(e->texts, a);
	e->path = path_known(a->src.path);
	if (!tm_store_document(
		store, file_name(a->src.path), tm_str_of(e->path), &sink, err))
		return false;
	if (!place_document(e, store, a, err))
		return false;
	index_units(e);
	find_standing(e, a);
	return true;
}

/* A reviewed unit may stand here. */
struct candidate {
	tm_bead bead;
	size_t best, before; /* of the chain that ends with it */
};

struct candidates {
	struct candidate *v;
	size_t n, cap;
};

static void
find_candidates(
    const struct earlier *e, const struct alignment *a, struct candidates *c)
{
	struct places src, tgt;
	struct run from[MAX_PLACES], to[MAX_PLACES];
	tm_buf joined = { 0 };

	places_init(&src, &a->src);
	places_init(&tgt, &a->tgt);
	for (size_t k = 0; k < e->n; k++) {
		const tm_variant *v = e->v[k].unit->v;
		size_t n, m;

		if (!e->v[k].reviewed || e->v[k].unit->status == TM_REJECTED)
			continue;
		n = find_runs(&src, v[0].text, &joined, from);
		m = n == 0 ? 0 : find_runs(&tgt, v[1].text, &joined, to);
		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < m; j++) {
				tm_grow(c->v, c->n, c->cap);
				c->v[c->n++].bead = (tm_bead){ from[i].first,
					from[i].n, to[j].first, to[j].n, 1 };
			}
	}
	places_release(&src);
	places_release(&tgt);
	tm_buf_release(&joined);
}

static int
by_place(const void *x, const void *y)
{
	const tm_bead *a = &((const struct candidate *)x)->bead;
	const tm_bead *b = &((const struct candidate *)y)->bead;

	if (a->src != b->src)
		return a->src < b->src ? -1 : 1;
	return (a->tgt > b->tgt) - (a->tgt < b->tgt);
}

static int
by_end(const void *x, const void *y)
{
	const struct candidate *const *p = x, *const *q = y;
	size_t a = (*p)->bead.src + (*p)->bead.n_src;
	size_t b = (*q)->bead.src + (*q)->bead.n_src;

	if (a != b)
		return a < b ? -1 : 1;
	return (*p > *q) - (*p < *q);
}

/*
 * The longest chain of candidates that grows on both sides: in the order of
 * their beginnings each is put behind the best that has ended, which a
 * Fenwick tree over target sentences knows. The last of it, + 1.
 */
static size_t
best_chain(struct candidates *c, size_t m)
{
	struct candidate **ended = tm_zalloc(c->n + 1, sizeof *ended);
	size_t *tree = tm_zalloc(m + 2, sizeof *tree), end = 0, done = 0;

	for (size_t k = 0; k < c->n; k++)
		ended[k] = &c->v[k];
	qsort(ended, c->n, sizeof *ended, by_end);
	for (size_t k = 0; k < c->n; k++) {
		struct candidate *v = &c->v[k];

		for (; done < c->n &&
		       ended[done]->bead.src + ended[done]->bead.n_src <=
			   v->bead.src;
		     done++) {
			struct candidate *u = ended[done];
			size_t x = u->bead.tgt + u->bead.n_tgt;

			for (; x <= m; x += x & -x)
				if (tree[x] == 0 ||
				    c->v[tree[x] - 1].best < u->best)
					tree[x] = (size_t)(u - c->v) + 1;
		}
		v->best = 1;
		v->before = 0;
		for (size_t x = v->bead.tgt; x > 0; x -= x & -x)
			if (tree[x] != 0 &&
			    c->v[tree[x] - 1].best + 1 > v->best) {
				v->best = c->v[tree[x] - 1].best + 1;
				v->before = tree[x];
			}
		if (end == 0 || v->best > c->v[end - 1].best)
			end = k + 1;
	}
	free(tree);
	free(ended);
	return end;
}

/* Does bead lie beside everything that is known, crossing nothing? */
static bool
agrees(const struct known *k, size_t n_fixed, const tm_bead *b)
{
	for (size_t i = 0; i < n_fixed; i++) {
		const tm_bead *f = &k->fixed[i];
		bool before =
		    b->src + b->n_src <= f->src && b->tgt + b->n_tgt <= f->tgt;
		bool behind =
		    b->src >= f->src + f->n_src && b->tgt >= f->tgt + f->n_tgt;

		if (!before && !behind)
			return false;
	}
	for (size_t i = 0; i < k->n_junctions; i++) {
		const tm_junction *j = &k->junctions[i];
		bool before =
		    b->src + b->n_src <= j->src && b->tgt + b->n_tgt <= j->tgt;

		if (!before && (b->src < j->src || b->tgt < j->tgt))
			return false;
	}
	return true;
}

void
earlier_fix(const struct earlier *e, const struct alignment *a, struct known *k)
{
	struct candidates c = { 0 };
	size_t n_fixed = k->n_fixed, end;

	find_candidates(e, a, &c);
	if (c.n > 1)
		qsort(c.v, c.n, sizeof *c.v, by_place);
	end = c.n == 0 ? 0 : best_chain(&c, a->tgt.spans.n);
	for (; end != 0; end = c.v[end - 1].before) {
		const tm_bead *b = &c.v[end - 1].bead;

		if (!agrees(k, n_fixed, b))
			continue;
		tm_grow(k->fixed, k->n_fixed, k->cap_fixed);
		k->fixed[k->n_fixed++] = *b;
	}
	known_sort(k);
	free(c.v);
}

/* ---- Putting the new in the place of the old --------------------------- */

static bool
is_here(const struct earlier *e, const tm_stand *place, tm_str name)
{
	return e->path == NULL ? tm_str_eq(place->document, name)
			       : tm_str_eq(place->path, tm_str_of(e->path));
}

/* Does it stand in other documents, too? */
static bool
stands_elsewhere(
    const struct earlier *e, const struct alignment *a, const tm_unit *unit)
{
	tm_str name = file_name(a->src.path);
	tm_stand first = { unit->document, unit->path, unit->position };
	bool elsewhere = !is_here(e, &first, name);

	for (size_t i = 0; !elsewhere && i < unit->n_also; i++)
		elsewhere = !is_here(e, &unit->also[i], name);
	return elsewhere;
}

/* Give the unit the places at[0..n) in our document, and those it has in
 * others; true when these are not what it has. */
static bool
move_unit(const struct earlier *e, const struct alignment *a, tm_unit *unit,
    const int64_t *at, size_t n, tm_arena *arena)
{
	tm_str name = file_name(a->src.path);
	size_t before = 0, now = 0, n_all = 1 + unit->n_also;
	tm_stand *all = tm_arena_zalloc(arena, n_all + n, sizeof *all);
	tm_stand first = { unit->document, unit->path, unit->position };
	bool same = true;

	for (size_t i = 0; i < n; i++)
		all[now++] = (tm_stand){ name, tm_str_of(e->path), at[i] };
	for (size_t i = 0; i < n_all; i++) {
		const tm_stand *p = i == 0 ? &first : &unit->also[i - 1];
		size_t k = 0;

		if (!is_here(e, p, name)) {
			if (p->document.n > 0)
				all[now++] = *p;
			continue;
		}
		while (k < n && at[k] != p->position)
			k++;
		same = same && k < n;
		before++;
	}
	if (same && before == n)
		return false;
	unit->document = now > 0 ? all[0].document : TM_STR("");
	unit->path = now > 0 ? all[0].path : TM_STR("");
	unit->position = now > 0 ? all[0].position : 0;
	unit->also = all + 1;
	unit->n_also = now > 0 ? now - 1 : 0;
	return true;
}

/* The props of the unit with our own among them, or without it. */
static void
claim(const struct earlier *e, tm_unit *unit, bool ours, tm_arena *arena)
{
	const tm_meta texts = { .kind = TM_PROP,
		.type = TM_STR(TEXTS),
		.value = tm_str_of(e->texts) };
	tm_meta *all = tm_arena_zalloc(arena, unit->n_meta + 1, sizeof *all);
	size_t n = 0;

	for (size_t i = 0; i < unit->n_meta; i++)
		if (!tm_str_eq(unit->meta[i].type, texts.type) ||
		    !tm_str_eq(unit->meta[i].value, texts.value))
			all[n++] = unit->meta[i];
	if (ours)
		all[n++] = texts;
	unit->meta = all;
	unit->n_meta = n;
}

/* Give the unit its new places, where those are others, and its confidence
 * while nobody has reviewed it. */
static bool
keep_unit(const struct earlier *e, const struct earlier_unit *u,
    const struct alignment *a, tm_store *store, tm_error *err)
{
	tm_unit unit = *u->unit;
	tm_arena arena = { 0 };
	bool ok = true, moved;

	if (!u->reviewed && unit.status == TM_DRAFT && !u->others &&
	    (!stands_elsewhere(e, a, &unit) || u->confidence > unit.confidence))
		unit.confidence = round(u->confidence * 1e4) / 1e4;
	moved = move_unit(e, a, &unit, u->at, u->n_at, &arena);
	if (moved || !u->ours || unit.confidence != u->unit->confidence) {
		if (!u->ours)
			claim(e, &unit, true, &arena);
		ok = tm_store_replace(store, &unit, err);
	}
	tm_arena_release(&arena);
	return ok;
}

static bool
keep_used(const struct earlier *e, const struct alignment *a, tm_store *store,
    tm_error *err)
{
	for (size_t k = 0; k < e->n; k++)
		if (e->v[k].used && !keep_unit(e, &e->v[k], a, store, err))
			return false;
	return true;
}

/* The unit is what bead k is. */
static void
use_unit(struct earlier *e, struct earlier_unit *u, size_t k, double confidence)
{
	if ((u->n_at & (u->n_at - 1)) == 0) {
		int64_t *more = tm_arena_zalloc(
		    &e->arena, u->n_at == 0 ? 1 : 2 * u->n_at, sizeof *more);

		if (u->n_at > 0)
			memcpy(more, u->at, u->n_at * sizeof *more);
		u->at = more;
	}
	u->at[u->n_at++] = (int64_t)k + 1;
	if (!u->used || confidence > u->confidence)
		u->confidence = confidence;
	u->used = true;
}

struct adding {
	tm_store *store;
	tm_meta texts;
	tm_str path;
	struct kept *kept;
};

static bool
add_unit(void *self, const tm_unit *unit, tm_error *err)
{
	struct adding *adding = self;
	tm_unit named = *unit;
	tm_added how;

	named.meta = &adding->texts;
	named.n_meta = 1;
	named.path = adding->path;
	named.author = tm_str_of(user_name());
	if (!tm_store_add(adding->store, &named, &how, err))
		return false;
	adding->kept->added += how == TM_ADDED;
	adding->kept->known += how != TM_ADDED;
	return true;
}

/* A reviewed unit of these files with this source, or with this target and
 * a source that was corrected: somebody has said better what the pair is. */
static struct earlier_unit *
corrected(struct earlier *e, tm_str src, tm_str tgt)
{
	for (size_t k = 0; k < e->n; k++) {
		struct earlier_unit *u = &e->v[k];
		const tm_variant *v = u->unit->v;

		if (u->reviewed && u->ours && !u->used &&
		    (tm_str_eq(v[0].text, src) ||
			(!u->stands[0] && tm_str_eq(v[1].text, tgt))))
			return u;
	}
	return NULL;
}

static bool
replace_pair(struct earlier *e, const struct alignment *a, size_t k,
    struct adding *adding, double least, tm_buf text[2], tm_error *err)
{
	const tm_bead *b = &a->beads.v[k];
	tm_sink sink = { adding, add_unit, NULL };
	struct earlier_unit *u;

	side_join(&a->src, b->src, b->n_src, &text[0]);
	side_join(&a->tgt, b->tgt, b->n_tgt, &text[1]);
	u = find_unit(e, tm_buf_str(&text[0]), tm_buf_str(&text[1]));
	if (u == NULL)
		u = corrected(e, tm_buf_str(&text[0]), tm_buf_str(&text[1]));
	if (u != NULL) {
		adding->kept->confirmed += u->reviewed && !u->used;
		adding->kept->known += !u->reviewed || u->used;
		use_unit(e, u, k, b->confidence);
		return true;
	}
	return b->confidence < least || alignment_unit(a, k, now(), &sink, err);
}

/* It stays where other texts have it, too. */
static bool
remove_unit(const struct earlier *e, const struct earlier_unit *u,
    const struct alignment *a, tm_store *store, tm_error *err)
{
	tm_unit unit = *u->unit;
	tm_arena arena = { 0 };
	bool ok;

	move_unit(e, a, &unit, NULL, 0, &arena);
	claim(e, &unit, false, &arena);
	if (unit.document.n == 0)
		ok = tm_store_remove(store, unit.id, err);
	else
		ok = tm_store_replace(store, &unit, err);
	tm_arena_release(&arena);
	return ok;
}

/* It is of a text that these files had once: not ours the next time. */
static bool
disown_unit(const struct earlier *e, const struct earlier_unit *u,
    tm_store *store, tm_error *err)
{
	tm_unit unit = *u->unit;
	tm_arena arena = { 0 };
	bool ok;

	claim(e, &unit, false, &arena);
	ok = tm_store_replace(store, &unit, err);
	tm_arena_release(&arena);
	return ok;
}

/* What is left of the earlier alignment is no pair any more. */
static bool
remove_rest(struct earlier *e, const struct alignment *a, tm_store *store,
    struct kept *kept, tm_error *err)
{
	bool ok = true;

	for (size_t k = 0; ok && k < e->n; k++) {
		const struct earlier_unit *u = &e->v[k];

		if (u->strange && !u->used)
			ok = disown_unit(e, u, store, err);
		if (u->used || !u->ours)
			continue;
		if (u->reviewed) {
			kept->aside++;
			if (stands_elsewhere(e, a, u->unit))
				ok = remove_unit(e, u, a, store, err);
			continue;
		}
		if (u->unit->status != TM_DRAFT)
			continue;
		ok = remove_unit(e, u, a, store, err);
		kept->removed += ok;
	}
	return ok;
}

bool
earlier_replace(struct earlier *e, tm_store *store, const struct alignment *a,
    double least, struct kept *kept, tm_error *err)
{
	struct adding adding = { store,
		{ .kind = TM_PROP,
		    .type = TM_STR(TEXTS),
		    .value = tm_str_of(e->texts) },
		tm_str_of(e->path), kept };
	tm_buf text[2] = { { 0 }, { 0 } };
	bool ok = true;

	for (size_t k = 0; ok && k < a->beads.n; k++) {
		if (interrupted())
			ok = tm_fail(
			    err, TM_IO, "interrupted: nothing was stored");
		else if (is_pair(&a->beads.v[k]))
			ok = replace_pair(e, a, k, &adding, least, text, err);
	}
	ok = ok && keep_used(e, a, store, err) &&
	     remove_rest(e, a, store, kept, err);
	kept->strange = e->strange;
	tm_buf_release(&text[0]);
	tm_buf_release(&text[1]);
	return ok;
}

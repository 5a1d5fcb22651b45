/*
 * store_place.c - documents, and the places of units in them
 *
 * A unit stands in a document, at a position: that of its row. What says the
 * same in other documents, or again in this one, is no second unit, but a row
 * in place:
 *
 *	document  1  ~/may/ar.txt   shown as "may/ar.txt"
 *		  2  ~/june/ar.txt  shown as "june/ar.txt"
 *	unit	  7  document 1  position 12
 *	place	  7  document 2  position 3
 *
 * A document whose file is known is told from others by the path of that; what
 * it is called is the end of its path that no other document's ends in. One
 * that came by its name alone, from a file of exchange, keeps this name.
 */
#include "config.h"

#include "tm/store.h"

#include <stdlib.h>

#include "tm/store_sql_int.h"

static void
bind_text(sqlite3_stmt *sql, int at, tm_str s)
{
	if (s.n > 0)
		sqlite3_bind_text64(
		    sql, at, s.p, s.n, SQLITE_STATIC, SQLITE_UTF8);
}

/* ---- What documents are called ----------------------------------------- */

typedef struct named {
	int64_t id;
	tm_str name, path;
} named;

/* What tells it from others as far as is known. */
static tm_str
whole_of(const named *d)
{
	return d->path.n > 0 ? d->path : d->name;
}

/* Is end the path, or what follows some slash of it? */
static bool
ends_in(tm_str path, tm_str end)
{
	if (end.n == 0 || end.n > path.n ||
	    memcmp(path.p + path.n - end.n, end.p, end.n) != 0)
		return false;
	return end.n == path.n || path.p[path.n - end.n - 1] == '/';
}

/* The shortest end of the path of v[k] that none of the others ends in, nor
 * is; all of it where there is none. */
static tm_str
shortest(const named *v, size_t n, size_t k)
{
	tm_str path = v[k].path, end;

	for (size_t i = path.n; i-- > 0;) {
		size_t j = 0;

		if (path.p[i] != '/' || i + 1 == path.n)
			continue;
		end = tm_str_sub(path, i + 1, path.n);
		while (j < n && (j == k || !ends_in(whole_of(&v[j]), end)))
			j++;
		if (j == n)
			return end;
	}
	return path;
}

/* The number in the first row of sql; 0 where there is none. */
static bool
find_number(tm_store *store, sqlite3_stmt *sql, int64_t *id, tm_error *err)
{
	int got = sqlite3_step(sql);

	*id = got == SQLITE_ROW ? sqlite3_column_int64(sql, 0) : 0;
	if (got != SQLITE_ROW && got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_ROW || got == SQLITE_DONE;
}

static bool
find_one(tm_store *store, tm_sql which, tm_str text, int64_t *id, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, which, err);

	*id = 0;
	if (sql == NULL)
		return false;
	bind_text(sql, 1, text);
	return find_number(store, sql, id, err);
}

/* The documents whose paths or names end in the same way, in arena. */
static bool
find_alike(tm_store *store, tm_str base, tm_arena *arena, named **v, size_t *n,
    tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_ALIKE_DOCUMENTS, err);
	int got;

	*v = NULL;
	*n = 0;
	if (sql == NULL)
		return false;
	bind_text(sql, 1, base);
	while ((got = sqlite3_step(sql)) == SQLITE_ROW) {
		tm_store_push(arena, *v, *n);
		(*v)[*n - 1] = (named){ sqlite3_column_int64(sql, 0),
			tm_store_keep(arena, sql, 1),
			tm_store_keep(arena, sql, 2) };
	}
	if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_DONE;
}

static bool
set_name(tm_store *store, int64_t id, tm_str name, tm_str path, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_NAME_DOCUMENT, err);

	if (sql == NULL)
		return false;
	tm_store_forget_names(store);
	sqlite3_bind_int64(sql, 1, id);
	bind_text(sql, 2, name);
	bind_text(sql, 3, path);
	return tm_store_finish(store, sql, err);
}

/*
 * Give those names that are too short by now longer ones. No new name is one
 * that another has until now: whoever has it lies in a path that ends in it.
 */
static bool
rename_all(tm_store *store, const named *v, size_t n, tm_error *err)
{
	for (size_t k = 0; k < n; k++) {
		tm_str name;

		if (v[k].path.n == 0 || v[k].id == 0)
			continue; /* it has no choice, or is not there yet */
		name = shortest(v, n, k);
		if (!tm_str_eq(name, v[k].name) &&
		    !set_name(store, v[k].id, name, v[k].path, err))
			return false;
	}
	return true;
}

static bool
add_document(
    tm_store *store, tm_str name, tm_str path, int64_t *id, tm_error *err)
{
	tm_str base = tm_str_base(path.n > 0 ? path : name);
	tm_arena arena = { 0 };
	sqlite3_stmt *sql = NULL;
	named *v;
	size_t n;
	bool ok;

	ok = find_alike(store, base, &arena, &v, &n, err);
	if (ok) {
		tm_store_push(&arena, v, n);
		v[n - 1] = (named){ 0, name, path };
		if (path.n > 0)
			v[n - 1].name = name = shortest(v, n, n - 1);
		ok = rename_all(store, v, n, err);
	}
	if (ok)
		sql = tm_store_sql(store, SQL_ADD_DOCUMENT, err);
	ok = sql != NULL;
	if (ok) {
		bind_text(sql, 1, name);
		bind_text(sql, 2, path);
		bind_text(sql, 3, base);
		ok = tm_store_finish(store, sql, err);
		*id = sqlite3_last_insert_rowid(store->db->sqlite);
	}
	tm_arena_release(&arena);
	return ok;
}

/* The only document whose path or name ends in name; 0: none, or several. */
static bool
find_ending(tm_store *store, tm_str name, int64_t *id, tm_error *err)
{
	tm_arena arena = { 0 };
	named *v;
	size_t n, found = 0;
	bool ok = find_alike(store, tm_str_base(name), &arena, &v, &n, err);

	*id = 0;
	for (size_t i = 0; ok && i < n; i++)
		if (ends_in(whole_of(&v[i]), name)) {
			*id = v[i].id;
			found++;
		}
	if (found != 1)
		*id = 0;
	tm_arena_release(&arena);
	return ok;
}

static bool
find_document(
    tm_store *store, tm_str name, tm_str path, int64_t *id, tm_error *err)
{
	if (path.n > 0)
		/* A name may be a whole path. */
		return find_one(store, SQL_FIND_PATH, path, id, err) &&
		       (*id != 0 ||
			   find_one(store, SQL_FIND_DOCUMENT, path, id, err));
	return find_one(store, SQL_FIND_DOCUMENT, name, id, err) &&
	       (*id != 0 || find_ending(store, name, id, err));
}

bool
tm_store_document_of(
    tm_store *store, tm_str name, tm_str path, int64_t *id, tm_error *err)
{
	struct tm_name *last = &store->db->document;
	tm_str key = path.n > 0 ? path : name;

	*id = 0;
	if (key.n == 0)
		return true;
	if (last->id != 0 && last->whole == (path.n > 0) &&
	    tm_str_eq(key, tm_buf_str(&last->text))) {
		*id = last->id;
		return true;
	}
	if (!find_document(store, name, path, id, err) ||
	    (*id == 0 && !add_document(store, name, path, id, err)))
		return false;
	tm_buf_clear(&last->text);
	tm_buf_add(&last->text, key.p, key.n);
	last->whole = path.n > 0;
	last->id = *id;
	return true;
}

static bool
place_document(tm_store *store, tm_str name, tm_str path, tm_error *err)
{
	tm_arena arena = { 0 };
	named *v = NULL;
	size_t n = 0, k = 0;
	int64_t id;
	bool ok;

	ok = find_one(store, SQL_FIND_PATH, path, &id, err);
	if (!ok || id != 0)
		return ok;
	ok = find_alike(store, tm_str_base(path), &arena, &v, &n, err);
	while (ok && k < n && !(v[k].path.n == 0 && tm_str_eq(v[k].name, name)))
		k++;
	if (ok && k < n) {
		v[k].path = path;
		ok = set_name(store, v[k].id, v[k].name, path, err) &&
		     rename_all(store, v, n, err);
	}
	tm_arena_release(&arena);
	return ok;
}

bool
tm_store_place_document(
    tm_store *store, tm_str name, tm_str path, tm_error *err)
{
	bool alone, ok;

	if (!tm_store_begin_change(store, &alone, err))
		return false;
	ok = place_document(store, name, path, err);
	return tm_store_end_change(store, alone, ok, err);
}

/* ---- Places ------------------------------------------------------------ */

static bool
add_place(tm_store *store, int64_t unit, const tm_spot *spot, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_ADD_PLACE, err);

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, unit);
	sqlite3_bind_int64(sql, 2, spot->document);
	sqlite3_bind_int64(sql, 3, spot->position);
	return tm_store_finish(store, sql, err);
}

bool
tm_store_add_places(
    tm_store *store, int64_t id, const tm_unit *unit, tm_error *err)
{
	for (size_t i = 0; i < unit->n_also; i++) {
		const tm_stand *p = &unit->also[i];
		tm_spot spot = { 0, p->position };

		if (!tm_store_document_of(
			store, p->document, p->path, &spot.document, err) ||
		    (spot.document != 0 && !add_place(store, id, &spot, err)))
			return false;
	}
	return true;
}

bool
tm_store_load_places(
    tm_store *store, tm_unit *unit, tm_arena *arena, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_GET_PLACES, err);
	int got;

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, unit->id);
	while ((got = sqlite3_step(sql)) == SQLITE_ROW) {
		tm_store_push(arena, unit->also, unit->n_also);
		unit->also[unit->n_also - 1] =
		    (tm_stand){ tm_store_keep(arena, sql, 0),
			    tm_store_keep(arena, sql, 1),
			    sqlite3_column_int64(sql, 2) };
	}
	if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_DONE;
}

/* The document that the row of a unit names; 0: none. */
static bool
document_of_unit(tm_store *store, int64_t unit, int64_t *id, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_GET_UNIT_DOCUMENT, err);

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, unit);
	return find_number(store, sql, id, err);
}

/* Does the unit stand there, by a row in place? Position 0 is anywhere. */
static bool
has_place(tm_store *store, int64_t unit, const tm_spot *spot, bool *has,
    tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_HAS_PLACE, err);
	int64_t found;

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, unit);
	sqlite3_bind_int64(sql, 2, spot->document);
	sqlite3_bind_int64(sql, 3, spot->position);
	sqlite3_bind_int64(
	    sql, 4, spot->position == 0 ? INT64_MAX : spot->position);
	if (!find_number(store, sql, &found, err))
		return false;
	*has = found != 0;
	return true;
}

/* Take in a place, unless it is there. Where the position in a document was
 * not known it is that of the new one. */
static bool
join_place(tm_store *store, tm_unit *old, const tm_stand *place,
    tm_arena *arena, tm_joined *joined, tm_error *err)
{
	tm_spot spot = { 0, place->position };
	bool has;

	if (!tm_store_document_of(
		store, place->document, place->path, &spot.document, err))
		return false;
	if (spot.document == 0)
		return true;
	if (joined->document == 0) {
		joined->document = spot.document;
		old->document = place->document;
		old->path = place->path;
		old->position = place->position;
		joined->changed = true;
		return true;
	}
	if (spot.document == joined->document && old->position == 0) {
		joined->changed = joined->changed || spot.position != 0;
		old->position = spot.position;
		return true;
	}
	if (spot.document == joined->document &&
	    (spot.position == 0 || spot.position == old->position))
		return true;
	if (!has_place(store, old->id, &spot, &has, err))
		return false;
	if (!has) {
		tm_store_push(arena, joined->v, joined->n);
		joined->v[joined->n - 1] = spot;
		joined->changed = true;
	}
	return true;
}

bool
tm_store_join_places(tm_store *store, tm_unit *old, const tm_unit *unit,
    tm_arena *arena, tm_joined *joined, tm_error *err)
{
	tm_stand first = { unit->document, unit->path, unit->position };

	if (!document_of_unit(store, old->id, &joined->document, err) ||
	    !join_place(store, old, &first, arena, joined, err))
		return false;
	for (size_t i = 0; i < unit->n_also; i++)
		if (!join_place(store, old, &unit->also[i], arena, joined, err))
			return false;
	return true;
}

bool
tm_store_add_joined(
    tm_store *store, int64_t id, const tm_joined *joined, tm_error *err)
{
	for (size_t i = 0; i < joined->n; i++)
		if (!add_place(store, id, &joined->v[i], err))
			return false;
	return true;
}

/* ---- A document -------------------------------------------------------- */

/* Puts the place in the document it was asked for first. */
typedef struct showing {
	const tm_sink *sink;
	tm_str name; /* as it is called now */
	tm_arena arena;
} showing;

static bool
is_there(const void *self, const tm_stand *place)
{
	const showing *s = self;

	return tm_str_eq(place->document, s->name);
}

static bool
show_unit(void *self, const tm_unit *unit, tm_error *err)
{
	showing *s = self;
	tm_unit *u;

	if (unit->n_also == 0)
		return s->sink->unit(s->sink->self, unit, err);
	tm_arena_clear(&s->arena);
	u = tm_unit_copy(&s->arena, unit);
	tm_unit_show_place(u, is_there, s);
	return s->sink->unit(s->sink->self, u, err);
}

static bool
document_name(
    tm_store *store, int64_t id, tm_arena *arena, tm_str *name, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_GET_DOCUMENT, err);
	int got;

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, id);
	got = sqlite3_step(sql);
	if (got == SQLITE_ROW)
		*name = tm_store_keep(arena, sql, 0);
	else if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_ROW || got == SQLITE_DONE;
}

static bool
walk_document(tm_store *store, tm_str name, tm_str path, const tm_sink *sink,
    tm_error *err)
{
	showing s = { .sink = sink };
	const tm_sink shown = { &s, show_unit, sink->warn };
	tm_arena arena = { 0 };
	sqlite3_stmt *sql = NULL;
	int64_t id = 0;
	bool ok = true;

	if (path.n > 0)
		ok = find_one(store, SQL_FIND_PATH, path, &id, err);
	if (ok && id == 0)
		ok = find_one(store, SQL_FIND_DOCUMENT, name, &id, err);
	if (ok && id != 0)
		ok = document_name(store, id, &arena, &s.name, err);
	if (ok && id != 0) {
		sql = tm_store_sql(store, SQL_WALK_DOCUMENT, err);
		ok = sql != NULL;
	}
	if (sql != NULL) {
		sqlite3_bind_int64(sql, 1, id);
		ok = tm_store_hand_over(store, sql, NULL, &shown, err);
	}
	tm_arena_release(&arena);
	tm_arena_release(&s.arena);
	return ok;
}

bool
tm_store_document(tm_store *store, tm_str name, tm_str path,
    const tm_sink *sink, tm_error *err)
{
	bool opened, ok;

	if (!tm_store_begin_read(store, &opened, err))
		return false;
	ok = walk_document(store, name, path, sink, err);
	return tm_store_end_read(store, opened, ok, err);
}

/* ---- Neighbours -------------------------------------------------------- */

bool
tm_store_texts_at(tm_store *store, tm_str document, int64_t position,
    tm_str lang, bool (*text)(void *self, tm_str text), void *self,
    tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_GET_NEIGHBOUR, err);
	int got;

	if (sql == NULL)
		return false;
	bind_text(sql, 1, document);
	sqlite3_bind_int64(sql, 2, position);
	while ((got = sqlite3_step(sql)) == SQLITE_ROW)
		if (tm_str_eq(tm_store_column(sql, 0), lang) &&
		    !text(self, tm_store_column(sql, 1)))
			break;
	if (got != SQLITE_ROW && got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_ROW || got == SQLITE_DONE;
}

typedef struct taking {
	tm_arena *arena;
	tm_str *to;
} taking;

/* Of several units at a place, the text of the first. */
static bool
take_first(void *self, tm_str text)
{
	taking *t = self;

	*t->to = tm_arena_str(t->arena, text);
	return false;
}

bool
tm_store_neighbours(tm_store *store, const tm_unit *unit, size_t variant,
    tm_arena *arena, tm_str *before, tm_str *after, tm_error *err)
{
	const tm_variant *v = &unit->v[variant];
	static const char *const names[] = { "prev", "next" };
	tm_str *const to[] = { before, after };
	bool opened, ok = true;

	if (!tm_store_begin_read(store, &opened, err))
		return false;
	for (int i = 0; ok && i < 2; i++) {
		int64_t at = unit->position + (i == 0 ? -1 : 1);
		taking first = { arena, to[i] };

		*to[i] = tm_meta_prop(v->meta, v->n_meta, tm_str_of(names[i]));
		if (to[i]->n == 0)
			*to[i] = tm_meta_prop(
			    unit->meta, unit->n_meta, tm_str_of(names[i]));
		*to[i] = tm_arena_str(arena, *to[i]);
		if (to[i]->n == 0 && unit->document.n > 0 &&
		    unit->position > 0 && at > 0)
			ok = tm_store_texts_at(store, unit->document, at,
			    v->lang, take_first, &first, err);
	}
	return tm_store_end_read(store, opened, ok, err);
}

/*
 * store_read.c - units come back as they were stored
 */
#include "config.h"

#include "tm/store.h"

#include "tm/lang.h"
#include "tm/store_sql_int.h"

/* ---- Reading ----------------------------------------------------------- */

tm_str
tm_store_column(sqlite3_stmt *sql, int column)
{
	const char *p = (const char *)sqlite3_column_text(sql, column);
	int n = sqlite3_column_bytes(sql, column);

	return (tm_str){ p == NULL ? "" : p, (size_t)n };
}

tm_str
tm_store_keep(tm_arena *arena, sqlite3_stmt *sql, int column)
{
	tm_str s = tm_store_column(sql, column);

	return s.n == 0 ? (tm_str){ "", 0 } : tm_arena_str(arena, s);
}

static bool
load_variants(tm_store *store, tm_unit *u, tm_arena *arena, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_GET_VARIANTS, err);
	int got;

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, u->id);
	while ((got = sqlite3_step(sql)) == SQLITE_ROW) {
		tm_variant *v;

		tm_store_push(arena, u->v, u->n);
		v = &u->v[u->n - 1];
		v->lang = tm_store_keep(arena, sql, 0);
		v->text = tm_store_keep(arena, sql, 1);
		v->created = sqlite3_column_int64(sql, 2);
		v->changed = sqlite3_column_int64(sql, 3);
		v->author = tm_store_keep(arena, sql, 4);
		v->changer = tm_store_keep(arena, sql, 5);
	}
	if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_DONE;
}

static bool
load_codes(tm_store *store, tm_unit *u, tm_arena *arena, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_GET_CODES, err);
	int got;

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, u->id);
	while ((got = sqlite3_step(sql)) == SQLITE_ROW) {
		int64_t nr = sqlite3_column_int64(sql, 0);
		tm_variant *v;

		if (nr < 0 || nr >= (int64_t)u->n)
			continue;
		v = &u->v[nr];
		tm_store_push(arena, v->codes, v->n_codes);
		v->codes[v->n_codes - 1] = (tm_code_at){
			.at = (size_t)sqlite3_column_int64(sql, 1),
			.xml = tm_store_keep(arena, sql, 2),
		};
	}
	if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_DONE;
}

static bool
load_meta(tm_store *store, tm_unit *u, tm_arena *arena, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_GET_META, err);
	int got;

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, u->id);
	while ((got = sqlite3_step(sql)) == SQLITE_ROW) {
		int64_t nr = sqlite3_column_int64(sql, 0);
		tm_meta meta = {
			.kind = (tm_meta_kind)sqlite3_column_int(sql, 1),
			.type = tm_store_keep(arena, sql, 2),
			.lang = tm_store_keep(arena, sql, 3),
			.value = tm_store_keep(arena, sql, 4),
		};

		if (nr >= (int64_t)u->n)
			continue;
		if (nr < 0) {
			tm_store_push(arena, u->meta, u->n_meta);
			u->meta[u->n_meta - 1] = meta;
		} else {
			tm_store_push(arena, u->v[nr].meta, u->v[nr].n_meta);
			u->v[nr].meta[u->v[nr].n_meta - 1] = meta;
		}
	}
	if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_DONE;
}

/* The unit of the row that sql stands at. */
tm_unit *
tm_store_load_row(
    tm_store *store, sqlite3_stmt *sql, tm_arena *arena, tm_error *err)
{
	tm_unit *u = tm_arena_zalloc(arena, 1, sizeof *u);
	int extra = sqlite3_column_int(sql, 2);

	u->id = sqlite3_column_int64(sql, 0);
	u->status = (tm_status)sqlite3_column_int(sql, 1);
	u->confidence = sqlite3_column_type(sql, 3) == SQLITE_NULL
			    ? -1
			    : sqlite3_column_double(sql, 3);
	u->document = tm_store_keep(arena, sql, 4);
	u->position = sqlite3_column_int64(sql, 5);
	u->tuid = tm_store_keep(arena, sql, 6);
	u->srclang = tm_store_keep(arena, sql, 7);
	u->created = sqlite3_column_int64(sql, 8);
	u->changed = sqlite3_column_int64(sql, 9);
	u->author = tm_store_keep(arena, sql, 10);
	u->changer = tm_store_keep(arena, sql, 11);
	if (!load_variants(store, u, arena, err) ||
	    ((extra & TM_HAS_CODES) != 0 &&
		!load_codes(store, u, arena, err)) ||
	    ((extra & TM_HAS_META) != 0 && !load_meta(store, u, arena, err)))
		return NULL;
	return u;
}

tm_unit *
tm_store_load(tm_store *store, int64_t id, tm_arena *arena, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_GET_UNIT, err);
	tm_unit *u = NULL;
	int got;

	if (sql == NULL)
		return NULL;
	sqlite3_bind_int64(sql, 1, id);
	got = sqlite3_step(sql);
	if (got == SQLITE_ROW)
		u = tm_store_load_row(store, sql, arena, err);
	else if (got == SQLITE_DONE)
		tm_store_no_unit(store, id, err);
	else
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return u;
}

bool
tm_store_get(tm_store *store, int64_t id, tm_arena *arena, const tm_unit **unit,
    tm_error *err)
{
	bool opened;

	if (!tm_store_begin_read(store, &opened, err))
		return false;
	*unit = tm_store_load(store, id, arena, err);
	tm_store_end_read(store, opened);
	return *unit != NULL;
}

static bool
has_lang(const tm_unit *u, const char *lang, size_t not )
{
	for (size_t i = 0; i < u->n; i++)
		if (i != not &&(lang == NULL ||
				tm_lang_covers(lang, u->v[i].lang.p)))
			return true;
	return false;
}

/* A variant in from and another one in to. */
static bool
passes(const tm_filter *filter, const tm_unit *u)
{
	if (filter == NULL || (filter->from == NULL && filter->to == NULL))
		return true;
	for (size_t i = 0; i < u->n; i++)
		if ((filter->from == NULL ||
			tm_lang_covers(filter->from, u->v[i].lang.p)) &&
		    (filter->to == NULL || has_lang(u, filter->to, i)))
			return true;
	return false;
}

bool
tm_store_walk(tm_store *store, const tm_filter *filter, const tm_sink *sink,
    tm_error *err)
{
	tm_arena arena = { 0 };
	sqlite3_stmt *sql;
	bool opened, ok = false;
	int got;

	if (!tm_store_begin_read(store, &opened, err))
		return false;
	sql = tm_store_sql(store, SQL_WALK_UNITS, err);
	if (sql == NULL)
		goto out;
	while ((got = sqlite3_step(sql)) == SQLITE_ROW) {
		tm_unit *u;

		tm_arena_clear(&arena);
		u = tm_store_load_row(store, sql, &arena, err);
		if (u == NULL)
			goto reset;
		if (passes(filter, u) && !sink->unit(sink->self, u, err))
			goto reset;
	}
	ok = got == SQLITE_DONE || tm_store_fail(store, err);
reset:
	sqlite3_reset(sql);
out:
	tm_store_end_read(store, opened);
	tm_arena_release(&arena);
	return ok;
}

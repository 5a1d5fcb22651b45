/*
 * store_feed.c - what lookup and index ask of the tables
 *
 * The few questions behind which SQL ends: all that another database would
 * have to answer for the index to stand beside it.
 */
#include "config.h"

#include "tm/store.h"

#include "tm/codes.h"
#include "tm/store_sql_int.h"

bool
tm_store_state(tm_store *store, int64_t *last, int64_t *rev, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_GET_STATE, err);
	int got;

	*last = *rev = 0;
	if (sql == NULL)
		return false;
	while ((got = sqlite3_step(sql)) == SQLITE_ROW) {
		tm_str name = tm_store_column(sql, 0);
		int64_t value = sqlite3_column_int64(sql, 1);

		if (tm_str_eq(name, TM_STR("unit")))
			*last = value;
		else if (tm_str_eq(name, TM_STR("touched")))
			*rev = value;
	}
	if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_DONE;
}

bool
tm_store_uuid(tm_store *store, char uuid[33], tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_GET_UUID, err);
	tm_str text = { "", 0 };

	memset(uuid, 0, 33);
	if (sql == NULL)
		return false;
	if (sqlite3_step(sql) == SQLITE_ROW)
		text = tm_store_column(sql, 0);
	if (text.n == 32)
		memcpy(uuid, text.p, 32);
	sqlite3_reset(sql);
	return true;
}

int64_t
tm_store_hash_of(tm_store *store, int64_t id)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_GET_HASH, NULL);
	int64_t hash = 0;

	if (sql == NULL)
		return 0;
	sqlite3_bind_int64(sql, 1, id);
	if (sqlite3_step(sql) == SQLITE_ROW)
		hash = sqlite3_column_int64(sql, 0);
	sqlite3_reset(sql);
	return hash;
}

bool
tm_store_was_touched(tm_store *store, int64_t id, int64_t since)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_WAS_TOUCHED, NULL);
	bool was;

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, since);
	sqlite3_bind_int64(sql, 2, id);
	was = sqlite3_step(sql) == SQLITE_ROW;
	sqlite3_reset(sql);
	return was;
}

bool
tm_store_each_touched(tm_store *store, int64_t since,
    void (*touched)(void *self, int64_t id, int64_t rev), void *self,
    tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_GET_TOUCHED, err);
	int got;

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, since);
	while ((got = sqlite3_step(sql)) == SQLITE_ROW)
		touched(self, sqlite3_column_int64(sql, 0),
		    sqlite3_column_int64(sql, 1));
	if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_DONE;
}

/* Put the row that sql stands at behind the others of its unit. */
static void
add_text(tm_texts *t, tm_arena *arena, sqlite3_stmt *sql)
{
	int extra = sqlite3_column_int(sql, 2);

	t->status = (tm_status)sqlite3_column_int(sql, 1);
	t->codes = (extra & TM_HAS_CODES) != 0;
	t->aligned = sqlite3_column_int(sql, 3) != 0;
	t->machine = (t->n > 0 && t->machine) || (extra & TM_HAS_META) != 0;
	for (int i = 6; i < 10 && !t->machine; i++)
		t->machine = tm_unit_is_machine(tm_store_column(sql, i));
	tm_grow(t->v, t->n, t->cap);
	t->v[t->n].lang = tm_store_keep(arena, sql, 4);
	t->v[t->n++].text = tm_store_keep(arena, sql, 5);
}

/* Put the codes of the unit into its texts. */
static bool
mark_texts(tm_store *store, tm_texts *t, tm_arena *arena, tm_error *err)
{
	tm_variant *v = tm_arena_zalloc(arena, t->n, sizeof *v);
	tm_buf marked = { 0 };

	if (!tm_store_codes(store, t->id, v, t->n, arena, err))
		return false;
	for (size_t i = 0; i < t->n; i++) {
		if (v[i].n_codes == 0)
			continue;
		tm_buf_clear(&marked);
		tm_codes_mark(
		    t->v[i].text, v[i].codes, v[i].n_codes, false, &marked);
		t->v[i].text = tm_arena_str(arena, tm_buf_str(&marked));
	}
	tm_buf_release(&marked);
	return true;
}

bool
tm_store_each_text(tm_store *store, int64_t lo, int64_t hi,
    bool (*unit)(void *self, const tm_texts *texts), void *self, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_GET_TEXTS, err);
	tm_texts *t = &store->db->texts;
	tm_arena arena = { 0 };
	bool ok = true;
	int got;

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, lo);
	sqlite3_bind_int64(sql, 2, hi);
	t->n = 0;
	do {
		int64_t id;

		got = sqlite3_step(sql);
		id = got == SQLITE_ROW ? sqlite3_column_int64(sql, 0) : 0;
		if (t->n > 0 && id != t->id) {
			if (got == SQLITE_ROW || got == SQLITE_DONE)
				ok = (!t->codes ||
					 mark_texts(store, t, &arena, err)) &&
				     unit(self, t);
			t->n = 0;
			tm_arena_clear(&arena);
		}
		t->id = id;
		if (got == SQLITE_ROW)
			add_text(t, &arena, sql);
	} while (ok && got == SQLITE_ROW);
	if (ok && got != SQLITE_DONE)
		ok = tm_store_fail(store, err);
	sqlite3_reset(sql);
	tm_arena_release(&arena);
	return ok;
}

/*
 * store_check.c - what is in a memory, and is it whole?
 */
#include "config.h"

#include "tm/store.h"

#include <sys/stat.h>

#include "tm/lang.h"
#include "tm/store_sql_int.h"

/* ---- What is in it ----------------------------------------------------- */

static bool
is_any(tm_str lang)
{
	return tm_str_eq(lang, TM_STR("mul")) || tm_str_eq(lang, TM_STR("und"));
}

static bool
describe_langs(
    tm_store *store, tm_arena *arena, tm_store_info *info, tm_error *err)
{
	static const char langs[] =
	    "SELECT lang, variants FROM language WHERE variants > 0";
	static const char sources[] =
	    "SELECT lang FROM language WHERE sources > 0 AND lang <> '*all*'";
	sqlite3_stmt *sql;
	int got;

	if (sqlite3_prepare_v2(store->db->sqlite, langs, -1, &sql, NULL) !=
	    SQLITE_OK)
		return tm_store_fail(store, err);
	while ((got = sqlite3_step(sql)) == SQLITE_ROW) {
		tm_store_lang *l;

		tm_store_push(arena, info->langs, info->n_langs);
		l = &info->langs[info->n_langs - 1];
		l->lang = tm_store_keep(arena, sql, 0);
		l->variants = (size_t)sqlite3_column_int64(sql, 1);
	}
	if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_finalize(sql);
	if (got != SQLITE_DONE)
		return false;
	if (sqlite3_prepare_v2(store->db->sqlite, sources, -1, &sql, NULL) !=
	    SQLITE_OK)
		return tm_store_fail(store, err);
	while ((got = sqlite3_step(sql)) == SQLITE_ROW) {
		tm_str lang = tm_store_column(sql, 0);

		for (size_t i = 0; i < info->n_langs; i++)
			if (tm_str_eq(lang, info->langs[i].lang) ||
			    (!is_any(lang) &&
				tm_lang_covers(lang.p, info->langs[i].lang.p)))
				info->langs[i].is_source = true;
	}
	if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_finalize(sql);
	return got == SQLITE_DONE;
}

bool
tm_store_describe(
    tm_store *store, tm_arena *arena, tm_store_info *info, tm_error *err)
{
	static const char totals[] =
	    "SELECT (SELECT value FROM property WHERE name = 'units'),"
	    " (SELECT value FROM property WHERE name = 'created'),"
	    " (SELECT value FROM property WHERE name = 'changed')";
	sqlite3_stmt *sql;
	bool opened, ok = false;

	*info = (tm_store_info){ .schema = tm_store_version };
	for (int i = 0; i < 2; i++) {
		tm_buf name = { 0 };
		struct stat st;

		tm_buf_printf(&name, "%s%s", store->path, i == 0 ? "" : "-wal");
		if (stat(name.p, &st) == 0) {
			info->bytes += (uint64_t)st.st_size;
			if (st.st_mtime > info->written && st.st_size > 0)
				info->written = st.st_mtime;
		}
		tm_buf_release(&name);
	}
	if (store->in_transaction && !tm_store_write_changes(store, err))
		return false;
	if (!tm_store_begin_read(store, &opened, err))
		return false;
	if (sqlite3_prepare_v2(store->db->sqlite, totals, -1, &sql, NULL) !=
	    SQLITE_OK) {
		tm_store_fail(store, err);
		goto out;
	}
	if (sqlite3_step(sql) == SQLITE_ROW) {
		info->units = (size_t)sqlite3_column_int64(sql, 0);
		info->created = sqlite3_column_int64(sql, 1);
		info->changed = sqlite3_column_int64(sql, 2);
		ok = true;
	} else
		tm_store_fail(store, err);
	sqlite3_finalize(sql);
	ok = ok && describe_langs(store, arena, info, err);
out:
	tm_store_end_read(store, opened);
	return ok;
}

/* ---- Is it whole? ------------------------------------------------------ */

/* Fail when sql has a row that is not "ok"; what is in it goes into the
 * message. */
static bool
expect_nothing(
    tm_store *store, const char *sql, const char *what, tm_error *err)
{
	sqlite3_stmt *s;
	bool ok = true;
	int got;

	if (sqlite3_prepare_v2(store->db->sqlite, sql, -1, &s, NULL) !=
	    SQLITE_OK)
		return tm_store_fail(store, err);
	got = sqlite3_step(s);
	if (got == SQLITE_ROW) {
		tm_str text = tm_store_column(s, 0);

		if (!tm_str_eq(text, TM_STR("ok")))
			ok = tm_fail(err, TM_PARSE, "'%s' is damaged: %s %.*s",
			    store->path, what, TM_STR_ARG(text));
	} else if (got != SQLITE_DONE)
		ok = tm_store_fail(store, err);
	sqlite3_finalize(s);
	return ok;
}

static bool
check_stored(void *self, const tm_unit *unit, tm_error *err)
{
	tm_store *store = self;
	sqlite3_stmt *sql = tm_store_sql(store, SQL_GET_HASH, err);
	bool ok;

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, unit->id);
	ok = sqlite3_step(sql) == SQLITE_ROW &&
	     sqlite3_column_int64(sql, 0) == tm_store_hash(unit) &&
	     tm_store_check_unit(unit, NULL);
	sqlite3_reset(sql);
	return ok || tm_fail(err, TM_PARSE,
			 "'%s' is damaged: unit %lld is not what was stored",
			 store->path, (long long)unit->id);
}

/* Can everything that units were be read? */
static bool
check_past(tm_store *store, tm_error *err)
{
	static const char all[] =
	    "SELECT operation, unit, state FROM past WHERE state NOT NULL";
	tm_arena arena = { 0 };
	sqlite3_stmt *sql;
	bool ok = true;
	int got;

	if (sqlite3_prepare_v2(store->db->sqlite, all, -1, &sql, NULL) !=
	    SQLITE_OK)
		return tm_store_fail(store, err);
	while (ok && (got = sqlite3_step(sql)) == SQLITE_ROW) {
		tm_str state = { sqlite3_column_blob(sql, 2),
			(size_t)sqlite3_column_bytes(sql, 2) };
		tm_unit u;
		bool whole;

		tm_arena_clear(&arena);
		if (!tm_store_unpack(state, &arena, &u, &whole) ||
		    (whole && !tm_store_check_unit(&u, NULL)))
			ok = tm_fail(err, TM_PARSE,
			    "'%s' is damaged: what unit %lld was before "
			    "operation %lld cannot be read",
			    store->path,
			    (long long)sqlite3_column_int64(sql, 1),
			    (long long)sqlite3_column_int64(sql, 0));
	}
	if (ok && got != SQLITE_DONE)
		ok = tm_store_fail(store, err);
	sqlite3_finalize(sql);
	tm_arena_release(&arena);
	return ok;
}

bool
tm_store_check_tables(tm_store *store, tm_error *err)
{
	tm_sink sink = { store, check_stored, NULL };

	return expect_nothing(store, "PRAGMA integrity_check(1)", "", err) &&
	       expect_nothing(store,
		   "SELECT unit FROM variant WHERE unit NOT IN"
		   " (SELECT id FROM unit) UNION SELECT unit FROM code WHERE"
		   " unit NOT IN (SELECT id FROM unit) UNION SELECT unit FROM"
		   " meta WHERE unit NOT IN (SELECT id FROM unit)",
		   "something belongs to no unit:", err) &&
	       expect_nothing(store,
		   "SELECT id FROM unit WHERE document > 0 AND document NOT IN"
		   " (SELECT id FROM document)",
		   "no document for unit", err) &&
	       expect_nothing(store,
		   "SELECT lang FROM (SELECT lang, count(*) AS n FROM variant"
		   " GROUP BY lang) LEFT JOIN language USING (lang)"
		   " WHERE n IS NOT variants",
		   "wrong count of language", err) &&
	       expect_nothing(store,
		   "SELECT value FROM property WHERE name = 'units'"
		   " AND value <> (SELECT count(*) FROM unit)",
		   "wrong count of units:", err) &&
	       expect_nothing(store,
		   "SELECT id FROM unit WHERE file > 0 AND file NOT IN"
		   " (SELECT id FROM file)",
		   "no file for unit", err) &&
	       expect_nothing(store,
		   "SELECT operation FROM past WHERE operation NOT IN"
		   " (SELECT id FROM operation)",
		   "the past has units of no operation:", err) &&
	       expect_nothing(store,
		   "SELECT a.id FROM operation AS a JOIN operation AS b"
		   " ON a.undone = b.id WHERE b.undoes IS NOT a.id",
		   "the history contradicts itself at operation", err) &&
	       check_past(store, err) && tm_store_walk(store, NULL, &sink, err);
}

bool
tm_store_check(tm_store *store, tm_error *err)
{
	tm_error inner;

	if (!tm_store_check_tables(store, err) || !tm_store_index(store, err))
		return false;
	return tm_index_check(store->index, &inner) ||
	       tm_fail(err, TM_PARSE,
		   "the index of '%s' is damaged; remove the folder "
		   "'%s.index', it is made again",
		   store->path, store->path);
}

/*
 * store_check.c - what is in a memory, and is it whole?
 */
#include "config.h"

#include "tm/store.h"

#include <stdarg.h>
#include <stdio.h>
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
	return tm_store_end_read(store, opened, ok, err);
}

/* ---- Is it whole? ------------------------------------------------------ */

/* Who hears of what is wrong, until it is enough. */
typedef struct checking {
	tm_store *store;
	void (*tell)(void *self, const char *fault);
	void *self;
	size_t n, most;
	/* For who watches: what is done, and at most will be by what SQLite is
	 * at, which has taken so many STEPS. */
	double done, share;
	size_t steps;
	int64_t last; /* the newest unit */
} checking;

static void fault(checking *c, const char *fmt, ...) TM_PRINTF(2, 3);

static void
fault(checking *c, const char *fmt, ...)
{
	char text[240];
	va_list args;

	if (c->n++ >= c->most)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	c->tell(c->self, text);
}

/* What cannot be read is a fault like others. */
static void
fault_of_sqlite(checking *c)
{
	tm_error err;

	tm_store_fail(c->store, &err);
	fault(c, "%s", err.msg);
}

/* SQLite puts many into one text, below the name of the database. */
static void
fault_lines(checking *c, const char *what, tm_str text)
{
	for (size_t start = 0; start < text.n;) {
		tm_str line = tm_str_sub(text, start, text.n);
		const char *nl = memchr(line.p, '\n', line.n);

		if (nl != NULL)
			line.n = (size_t)(nl - line.p);
		start += line.n + 1;
		if (line.n > 0 && !tm_str_starts(line, TM_STR("*** in ")))
			fault(c, "%s%s%.*s", what, what[0] == '\0' ? "" : " ",
			    TM_STR_ARG(line));
	}
}

/* Every row of sql that is not "ok" is wrong; what is in it is said. */
static void
expect_nothing(checking *c, const char *sql, const char *what)
{
	sqlite3_stmt *s;
	int got = SQLITE_DONE;

	if (sqlite3_prepare_v2(c->store->db->sqlite, sql, -1, &s, NULL) !=
	    SQLITE_OK) {
		fault_of_sqlite(c);
		return;
	}
	while (c->n < c->most && (got = sqlite3_step(s)) == SQLITE_ROW) {
		tm_str text = tm_store_column(s, 0);

		if (!tm_str_eq(text, TM_STR("ok")))
			fault_lines(c, what, text);
	}
	if (got != SQLITE_ROW && got != SQLITE_DONE)
		fault_of_sqlite(c);
	sqlite3_finalize(s);
}

static bool
check_stored(void *self, const tm_unit *unit, tm_error *err)
{
	checking *c = self;
	sqlite3_stmt *sql = tm_store_sql(c->store, SQL_GET_HASH, err);
	bool ok;

	if (sql == NULL)
		return false;
	if (c->last > 0)
		c->done = .45 + .55 * (double)unit->id / (double)c->last;
	sqlite3_bind_int64(sql, 1, unit->id);
	ok = sqlite3_step(sql) == SQLITE_ROW &&
	     sqlite3_column_int64(sql, 0) == tm_store_hash(unit) &&
	     tm_store_check_unit(unit, NULL);
	sqlite3_reset(sql);
	if (!ok)
		fault(
		    c, "unit %lld is not what was stored", (long long)unit->id);
	return c->n < c->most ||
	       tm_fail(err, TM_INVALID, "enough faults were found");
}

static void
check_units(checking *c)
{
	tm_sink sink = { c, check_stored, NULL };
	tm_error err;

	if (c->n < c->most && !tm_store_walk(c->store, NULL, &sink, &err) &&
	    c->n < c->most)
		fault(c, "%s", err.msg);
}

/* Can everything that units were be read? */
static void
check_past(checking *c)
{
	static const char all[] =
	    "SELECT operation, unit, state FROM past WHERE state NOT NULL";
	tm_arena arena = { 0 };
	sqlite3_stmt *sql;
	int got = SQLITE_DONE;

	if (sqlite3_prepare_v2(c->store->db->sqlite, all, -1, &sql, NULL) !=
	    SQLITE_OK) {
		fault_of_sqlite(c);
		return;
	}
	while (c->n < c->most && (got = sqlite3_step(sql)) == SQLITE_ROW) {
		tm_str state = { sqlite3_column_blob(sql, 2),
			(size_t)sqlite3_column_bytes(sql, 2) };
		tm_unit u;
		bool whole;

		tm_arena_clear(&arena);
		if (!tm_store_unpack(state, &arena, &u, &whole) ||
		    (whole && !tm_store_check_unit(&u, NULL)))
			fault(c,
			    "what unit %lld was before operation %lld cannot "
			    "be read",
			    (long long)sqlite3_column_int64(sql, 1),
			    (long long)sqlite3_column_int64(sql, 0));
	}
	if (got != SQLITE_ROW && got != SQLITE_DONE)
		fault_of_sqlite(c);
	sqlite3_finalize(sql);
	tm_arena_release(&arena);
}

/* What must give no row, and what a row of it says. */
static const struct rule {
	const char *sql, *what;
} rules[] = {
	{ "PRAGMA integrity_check(100)", "" },
	{ "SELECT unit FROM variant WHERE unit NOT IN (SELECT id FROM unit)"
	  " UNION SELECT unit FROM code WHERE unit NOT IN"
	  " (SELECT id FROM unit) UNION SELECT unit FROM meta WHERE unit"
	  " NOT IN (SELECT id FROM unit)",
	    "something belongs to no unit:" },
	{ "SELECT id FROM unit WHERE document > 0 AND document NOT IN"
	  " (SELECT id FROM document)",
	    "no document for unit" },
	{ "SELECT unit FROM place WHERE unit NOT IN (SELECT id FROM unit)"
	  " OR document NOT IN (SELECT id FROM document) UNION"
	  " SELECT unit FROM place JOIN unit ON unit.id = place.unit"
	  " WHERE extra & 4 = 0",
	    "a place of nothing, or nowhere: unit" },
	{ "SELECT lang FROM (SELECT lang, count(*) AS n FROM variant"
	  " GROUP BY lang) LEFT JOIN language USING (lang)"
	  " WHERE n IS NOT variants",
	    "wrong count of language" },
	{ "SELECT value FROM property WHERE name = 'units'"
	  " AND value <> (SELECT count(*) FROM unit)",
	    "wrong count of units:" },
	{ "SELECT id FROM unit WHERE file > 0 AND file NOT IN"
	  " (SELECT id FROM file)",
	    "no file for unit" },
	{ "SELECT operation FROM past WHERE operation NOT IN"
	  " (SELECT id FROM operation)",
	    "the past has units of no operation:" },
	{ "SELECT a.id FROM operation AS a JOIN operation AS b"
	  " ON a.undone = b.id WHERE b.undoes IS NOT a.id",
	    "the history contradicts itself at operation" },
};

enum { STEPS = 1 << 17 }; /* of SQLite, some milliseconds */

/* How long a statement takes is not known: its share of the work fills more
 * and more slowly, by half while SQLite steps a hundred times for each unit. */
static int
tell_sqlite(void *self)
{
	checking *c = self;
	double steps = (double)STEPS * (double)++c->steps;

	return !tm_watch_tell(&c->store->watch, "checking",
	    c->done + c->share * steps / (steps + 100. * (double)c->last + 1));
}

/* Next comes so much of the work. */
static void
next_share(checking *c, double share)
{
	c->done += c->share;
	c->share = share;
	c->steps = 0;
}

/* In a memory of a million units SQLite's own check takes a third, the other
 * rules a tenth; most is to read the units. */
static void
check_tables(checking *c)
{
	const size_t n = sizeof rules / sizeof rules[0];
	int64_t rev;

	c->store->watch.stopped = false;
	tm_store_state(c->store, &c->last, &rev, NULL);
	sqlite3_progress_handler(c->store->db->sqlite, STEPS, tell_sqlite, c);
	for (size_t i = 0; i < n && !c->store->watch.stopped; i++) {
		next_share(c, i == 0 ? .35 : .1 / (double)n);
		expect_nothing(c, rules[i].sql, rules[i].what);
	}
	next_share(c, 0);
	if (!c->store->watch.stopped)
		check_past(c);
	if (!c->store->watch.stopped)
		check_units(c);
	sqlite3_progress_handler(c->store->db->sqlite, 0, NULL, NULL);
	if (!c->store->watch.stopped)
		tm_watch_tell(&c->store->watch, "checking", 1);
}

/* The first fault is the error. */
typedef struct first_fault {
	tm_store *store;
	tm_error *err;
} first_fault;

static void
note_first(void *self, const char *text)
{
	first_fault *f = self;

	tm_fail(f->err, TM_PARSE, "'%s' is damaged: %s", f->store->path, text);
}

bool
tm_store_check_tables(tm_store *store, tm_error *err)
{
	first_fault f = { store, err };
	checking c = {
		.store = store, .tell = note_first, .self = &f, .most = 1
	};

	check_tables(&c);
	return c.n == 0;
}

size_t
tm_store_faults(tm_store *store, size_t most,
    void (*tell)(void *self, const char *fault), void *self)
{
	checking c = {
		.store = store, .tell = tell, .self = self, .most = most
	};
	tm_error err;

	check_tables(&c);
	if (c.n >= c.most)
		return c.n;
	if (!tm_store_index(store, &err))
		fault(&c, "%s", err.msg);
	else if (!tm_index_check(store->index, NULL))
		fault(&c,
		    "the index is damaged; remove the folder '%s', it is made "
		    "again",
		    tm_index_path(store->index));
	return c.n;
}

bool
tm_store_check(tm_store *store, tm_error *err)
{
	first_fault f = { store, err };

	return tm_store_faults(store, 1, note_first, &f) == 0;
}

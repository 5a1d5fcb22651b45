/*
 * store.c - a translation memory on disk
 *
 * A unit is a row in unit, its variants are rows in variant, and the few
 * that have inline codes, notes or props have rows in code and meta:
 *
 *	unit	  7  status 0  confidence .93  document 1  position 12
 *	variant	  7  0  ar  مرحبا
 *		  7  1  en  Hello
 *	meta	  7 -1  0  prop  prev  ...	(-1: of the unit itself)
 *
 * Whether a unit is there already is asked of unit.hash, the sum of a hash
 * for each thing that makes a unit itself; what has the same hash is then
 * compared.
 *
 * SQLite runs in WAL mode with synchronous=FULL: a commit is on the disk
 * when it returns, and readers never wait for the writer.
 */
#include "config.h"

#include "tm/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tm/lang.h"
#include "tm/store_sql_int.h"
#include "tm/text.h"

static const char *const statements[N_SQL] = {
	[SQL_BEGIN_READ] = "BEGIN",
	[SQL_SEE_SNAPSHOT] = "PRAGMA user_version",
	[SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ROLLBACK] = "ROLLBACK",
	/* OR FAIL: what fails is rolled back with all the rest, so SQLite need
	 * not be able to take back one statement. */
	[SQL_ADD_UNITS] = "INSERT OR FAIL INTO unit SELECT * FROM tm_new_unit",
	[SQL_ADD_VARIANTS] =
	    "INSERT OR FAIL INTO variant SELECT * FROM tm_new_variant",
	[SQL_ADD_CODES] = "INSERT OR FAIL INTO code SELECT * FROM tm_new_code",
	[SQL_ADD_METAS] = "INSERT OR FAIL INTO meta SELECT * FROM tm_new_meta",
	[SQL_GET_LAST] =
	    "SELECT max(ifnull((SELECT max(id) FROM unit), 0), ifnull("
	    "(SELECT seq FROM sqlite_sequence WHERE name = 'unit'), 0))",
	[SQL_EACH_HASH] = "SELECT hash FROM unit",
	[SQL_REPLACE_UNIT] =
	    "UPDATE unit SET hash = ?2, status = ?3, extra = ?4,"
	    " confidence = ?5, document = ?6, position = ?7, tuid = ?8,"
	    " srclang = ?9, created = ?10, changed = ?11, author = ?12,"
	    " changer = ?13, file = ?14 WHERE id = ?1",
	[SQL_SET_STATUS] = "UPDATE unit SET status = ?2 WHERE id = ?1",
	[SQL_DROP_UNIT] = "DELETE FROM unit WHERE id = ?",
	[SQL_DROP_VARIANTS] = "DELETE FROM variant WHERE unit = ?",
	[SQL_DROP_CODES] = "DELETE FROM code WHERE unit = ?",
	[SQL_DROP_META] = "DELETE FROM meta WHERE unit = ?",
	[SQL_DROP_PLACES] = "DELETE FROM place WHERE unit = ?",
	[SQL_ADD_DOCUMENT] =
	    "INSERT INTO document (name, path, base) VALUES (?, ?, ?)",
	[SQL_NAME_DOCUMENT] =
	    "UPDATE document SET name = ?2, path = ?3 WHERE id = ?1",
	[SQL_FIND_DOCUMENT] = "SELECT id FROM document WHERE name = ?",
	[SQL_GET_DOCUMENT] = "SELECT name, path FROM document WHERE id = ?",
	[SQL_FIND_PATH] = "SELECT id FROM document WHERE path = ?",
	[SQL_ALIKE_DOCUMENTS] =
	    "SELECT id, name, path FROM document WHERE base = ? ORDER BY id",
	[SQL_ADD_PLACE] = "INSERT OR IGNORE INTO place VALUES (?, ?, ?)",
	[SQL_GET_PLACES] = "SELECT name, path, position FROM place"
			   " JOIN document ON document.id = place.document"
			   " WHERE unit = ? ORDER BY place.document, position",
	[SQL_HAS_PLACE] = "SELECT 1 FROM place WHERE unit = ? AND document = ?"
			  " AND position BETWEEN ? AND ? LIMIT 1",
	[SQL_GET_UNIT_DOCUMENT] = "SELECT document FROM unit WHERE id = ?",
	[SQL_ADD_FILE] = "INSERT INTO file (name) VALUES (?)",
	[SQL_FIND_FILE] = "SELECT id FROM file WHERE name = ?",
	[SQL_GET_FILE] = "SELECT name, NULL FROM file WHERE id = ?",
	[SQL_ADD_HEADER] = "INSERT INTO header VALUES (?, ?, ?, ?, ?, ?)",
	[SQL_DROP_HEADER] = "DELETE FROM header WHERE file = ?",
	[SQL_GET_HEADER] =
	    "SELECT file, kind, type, lang, value FROM header WHERE file IN"
	    " (SELECT DISTINCT file FROM unit) ORDER BY file, nr",
	[SQL_FIND_HASH] = "SELECT id FROM unit WHERE hash = ? ORDER BY id",
	[SQL_IMPROVE_UNIT] =
	    "UPDATE unit SET status = ?2, extra = extra | ?3, confidence = ?4,"
	    " document = coalesce(?5, document), position = ?6, srclang = ?7,"
	    " created = ?8, changed = ?9, author = ?10, changer = ?11"
	    " WHERE id = ?1",
	[SQL_COUNT_LANG] =
	    "INSERT INTO language VALUES (?, ?, ?) ON CONFLICT (lang)"
	    " DO UPDATE SET variants = variants + excluded.variants,"
	    " sources = sources + excluded.sources",
	[SQL_COUNT_UNITS] = "UPDATE property SET value = value + ?"
			    " WHERE name = 'units'",
	[SQL_COUNT_DATES] =
	    "UPDATE property SET value = CASE name"
	    " WHEN 'created' THEN min(ifnull(value, ?1), ifnull(?1, value))"
	    " ELSE max(ifnull(value, 0), ?2) END"
	    " WHERE name IN ('created', 'changed')",
	[SQL_TOUCH] = "INSERT INTO touched (unit) VALUES (?)",
#define UNIT_COLUMNS                                                           \
	"SELECT unit.id, status, extra, confidence, document, position, tuid," \
	" srclang, created, changed, author, changer, file FROM "
	[SQL_GET_UNIT] = UNIT_COLUMNS "unit WHERE id = ?",
	[SQL_WALK_UNITS] = UNIT_COLUMNS "unit ORDER BY id",
	[SQL_WALK_DOCUMENT] =
	    UNIT_COLUMNS "(SELECT u, min(p) AS first FROM"
			 " (SELECT id AS u, position AS p FROM unit"
			 "  WHERE document = ?1 AND position IS NOT NULL"
			 "  UNION ALL SELECT unit, position FROM place"
			 "  WHERE document = ?1) GROUP BY u) AS here"
			 " JOIN unit ON unit.id = here.u ORDER BY first, u",
	[SQL_GET_VARIANTS] =
	    "SELECT lang, text, created, changed, author, changer"
	    " FROM variant WHERE unit = ? ORDER BY nr",
	[SQL_GET_CODES] = "SELECT variant, at, xml FROM code"
			  " WHERE unit = ? ORDER BY variant, nr",
	[SQL_GET_META] = "SELECT variant, kind, type, lang, value FROM meta"
			 " WHERE unit = ? ORDER BY variant, nr",
	[SQL_GET_STATE] = "SELECT name, seq FROM sqlite_sequence",
	[SQL_GET_UUID] = "SELECT value FROM property WHERE name = 'uuid'",
	[SQL_GET_HASH] = "SELECT hash FROM unit WHERE id = ?",
	[SQL_GET_TOUCHED] = "SELECT unit, rev FROM touched WHERE rev > ?",
	[SQL_WAS_TOUCHED] =
	    "SELECT 1 FROM touched WHERE rev > ?1 AND unit = ?2 LIMIT 1",
	[SQL_GET_TEXTS] =
	    "SELECT unit.id, status, extra, confidence IS NOT NULL, lang, text,"
	    " unit.author, unit.changer, variant.author, variant.changer"
	    " FROM unit JOIN variant ON variant.unit = unit.id"
	    " WHERE unit.id > ? AND unit.id <= ? ORDER BY unit.id, nr",
	[SQL_GET_NEIGHBOUR] =
	    "WITH d (id) AS (SELECT id FROM document WHERE name = ?1)"
	    " SELECT lang, text FROM"
	    " (SELECT unit.id AS u FROM d JOIN unit ON document = d.id"
	    "  WHERE position = ?2 UNION SELECT place.unit FROM d"
	    "  JOIN place ON place.document = d.id WHERE position = ?2)"
	    " JOIN variant ON variant.unit = u ORDER BY u, nr",
	[SQL_LAST_OPERATION] = "SELECT max(id) FROM operation",
	[SQL_ADD_OPERATION] = "INSERT INTO operation VALUES"
			      " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
	[SQL_SET_UNDONE] = "UPDATE operation SET undone = ?2 WHERE id = ?1",
#define OPERATION                                                       \
	"SELECT id, at, who, what, about, first, last, added, changed," \
	" removed, undoes, undone FROM operation "
	[SQL_GET_OPERATION] = OPERATION "WHERE id = ?",
	[SQL_UNDOABLE] = OPERATION "WHERE undone IS NULL AND undoes IS NULL"
				   " ORDER BY id DESC LIMIT 1",
	[SQL_GET_HISTORY] = OPERATION "ORDER BY id DESC",
	[SQL_GET_UNIT_HISTORY] =
	    OPERATION "WHERE ?1 BETWEEN first AND last OR id IN"
		      " (SELECT operation FROM past WHERE unit = ?1)"
		      " ORDER BY id DESC",
	[SQL_ADD_PAST] = "INSERT OR IGNORE INTO past VALUES (?, ?, ?)",
	[SQL_SET_PAST] = "UPDATE past SET state = ?3"
			 " WHERE operation = ?1 AND unit = ?2",
	[SQL_GET_PAST] = "SELECT state FROM past"
			 " WHERE operation = ? AND unit = ?",
	[SQL_EACH_PAST] = "SELECT unit FROM past WHERE operation = ?"
			  " ORDER BY unit",
	[SQL_EACH_ADDED] = "SELECT id FROM unit WHERE id BETWEEN ? AND ?",
	/* An operation and one that undid it cancel each other out. */
	[SQL_FIND_LATER] =
	    "SELECT p.operation, p.unit FROM past AS p JOIN operation AS o"
	    " ON o.id = p.operation WHERE p.operation > ?1"
	    " AND o.undone IS NULL AND (o.undoes IS NULL OR o.undoes < ?1)"
	    " AND (p.unit BETWEEN ?2 AND ?3 OR p.unit IN"
	    " (SELECT unit FROM past WHERE operation = ?1)) LIMIT 1",
	[SQL_EACH_LEXICON] =
	    "SELECT id, source, target, version, trained, units, whole, last,"
	    " (SELECT count(*) FROM unit WHERE unit.id > l.last),"
	    " (SELECT count(DISTINCT unit) FROM touched"
	    " WHERE touched.rev > l.rev AND touched.unit <= l.last),"
	    " (SELECT count(*) FROM lexicon_word"
	    " WHERE lexicon = l.id AND side = 0),"
	    " (SELECT count(*) FROM lexicon_word"
	    " WHERE lexicon = l.id AND side = 1),"
	    " (SELECT count(*) FROM lexicon_pair WHERE lexicon = l.id)"
	    " FROM lexicon AS l ORDER BY source, target",
	[SQL_ADD_LEXICON] =
	    "INSERT INTO lexicon VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
	    " (SELECT ifnull(max(rev), 0) FROM touched))",
	[SQL_ADD_LEXICON_WORD] =
	    "INSERT INTO lexicon_word VALUES (?, ?, ?, ?, ?)",
	[SQL_ADD_LEXICON_PAIR] =
	    "INSERT INTO lexicon_pair VALUES (?, ?, ?, ?, ?, ?)",
	[SQL_DROP_LEXICON] = "DELETE FROM lexicon WHERE id = ?",
	[SQL_DROP_LEXICON_WORDS] = "DELETE FROM lexicon_word WHERE lexicon = ?",
	[SQL_DROP_LEXICON_PAIRS] = "DELETE FROM lexicon_pair WHERE lexicon = ?",
	[SQL_FIND_LEXICON] =
	    "SELECT id FROM lexicon WHERE source = ? AND target = ?",
	[SQL_LEXICON_WEIGHT] = "SELECT weight FROM lexicon WHERE id = ?",
	[SQL_LEXICON_ALL_PAIRS] =
	    "SELECT source, target, together, there, back FROM lexicon_pair"
	    " WHERE lexicon = ? ORDER BY source, target",
	[SQL_LEXICON_ALL_WORDS] = "SELECT id, word, seen FROM lexicon_word"
				  " WHERE lexicon = ? AND side = ? ORDER BY id",
	[SQL_LEXICON_FIND_WORD] =
	    "SELECT id, seen FROM lexicon_word"
	    " WHERE lexicon = ? AND side = ? AND word = ?",
	[SQL_LEXICON_GET_WORD] = "SELECT word, seen FROM lexicon_word"
				 " WHERE lexicon = ? AND side = ? AND id = ?",
	[SQL_LEXICON_PAIRS_OF] =
	    "SELECT source, target, together, there, back FROM lexicon_pair"
	    " WHERE lexicon = ? AND source = ?",
	[SQL_LEXICON_PAIRS_TO] =
	    "SELECT source, target, together, there, back FROM lexicon_pair"
	    " WHERE lexicon = ? AND target = ?",
	[SQL_EACH_PAIR] =
	    "SELECT a.text, b.text, status, confidence FROM unit"
	    " JOIN variant AS a ON a.unit = unit.id"
	    " JOIN variant AS b ON b.unit = unit.id"
	    " WHERE unit.id > ?1 AND unit.id <= ?2 AND status <> 2"
	    " AND (a.lang = ?3 OR a.lang GLOB ?3 || '-*')"
	    " AND (b.lang = ?4 OR b.lang GLOB ?4 || '-*') ORDER BY unit.id",
	[SQL_LANGUAGE_PAIRS] =
	    "SELECT a.lang, b.lang, count(*) FROM variant AS a"
	    " JOIN variant AS b ON b.unit = a.unit AND b.nr > 0"
	    " WHERE a.nr = 0 GROUP BY a.lang, b.lang",
};

/* ---- SQLite's errors --------------------------------------------------- */

bool
tm_store_fail(tm_store *store, tm_error *err)
{
	const char *path = store->path;
	int code = sqlite3_errcode(store->db->sqlite);
	int why = sqlite3_system_errno(store->db->sqlite);

	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return tm_fail(err, TM_BUSY,
		    "'%s' is in use by another program; try again later", path);
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return tm_fail(err, TM_PARSE,
		    "'%s' is damaged (%s); restore it from a backup", path,
		    sqlite3_errmsg(store->db->sqlite));
	case SQLITE_FULL:
		return tm_fail(err, TM_IO,
		    "cannot write '%s': no space left on the device", path);
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return tm_fail(err, TM_IO,
		    "cannot write '%s': it, or the folder it is in, is "
		    "read-only",
		    path);
	case SQLITE_TOOBIG:
		return tm_fail(
		    err, TM_LIMIT, "'%s' cannot hold a text that long", path);
	default:
		return tm_fail(err, TM_IO, "cannot use '%s': %s", path,
		    why != 0 ? strerror(why)
			     : sqlite3_errmsg(store->db->sqlite));
	}
}

sqlite3_stmt *
tm_store_sql(tm_store *store, tm_sql which, tm_error *err)
{
	return tm_bulk_write(store, err) ? tm_store_prepare(store, which, err)
					 : NULL;
}

sqlite3_stmt *
tm_store_prepare(tm_store *store, tm_sql which, tm_error *err)
{
	sqlite3_stmt **sql = &store->db->sql[which];

	if (*sql != NULL) {
		sqlite3_reset(*sql);
		sqlite3_clear_bindings(*sql);
	} else if (sqlite3_prepare_v3(store->db->sqlite, statements[which], -1,
		       SQLITE_PREPARE_PERSISTENT, sql, NULL) != SQLITE_OK) {
		tm_store_fail(store, err);
		return NULL;
	}
	return *sql;
}

/* Step a statement that gives no rows. */
bool
tm_store_finish(tm_store *store, sqlite3_stmt *sql, tm_error *err)
{
	int got = sqlite3_step(sql);

	if (got != SQLITE_DONE && got != SQLITE_ROW)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_DONE || got == SQLITE_ROW;
}

static bool
run(tm_store *store, tm_sql which, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, which, err);

	return sql != NULL && tm_store_finish(store, sql, err);
}

bool
tm_store_exec(tm_store *store, const char *sql, tm_error *err)
{
	if (!tm_bulk_write(store, err))
		return false;
	if (sqlite3_exec(store->db->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
		return tm_store_fail(store, err);
	return true;
}

bool
tm_store_run_for(tm_store *store, tm_sql which, int64_t id, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, which, err);

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, id);
	return tm_store_finish(store, sql, err);
}

/* ---- What is in it, kept up to date ------------------------------------ */

static struct tm_lang_change *
change_of(tm_changes *c, tm_str lang)
{
	struct tm_lang_change *l;
	size_t i = 0;

	while (i < c->n && !tm_str_eq(tm_str_of(c->v[i].lang), lang))
		i++;
	if (i < c->n)
		return &c->v[i];
	tm_grow(c->v, c->n, c->cap);
	l = &c->v[c->n++];
	*l = (struct tm_lang_change){ .variants = 0 };
	memcpy(l->lang, lang.p,
	    lang.n < sizeof l->lang - 1 ? lang.n : sizeof l->lang - 1);
	return l;
}

/* A unit comes (by is 1) or goes (-1). */
void
tm_store_account(tm_store *store, const tm_unit *unit, int by)
{
	tm_changes *c = &store->db->changes;
	int64_t last =
	    unit->changed > unit->created ? unit->changed : unit->created;

	c->any = true;
	c->units += by;
	for (size_t i = 0; i < unit->n; i++)
		change_of(c, unit->v[i].lang)->variants += by;
	if (unit->n > 0)
		change_of(
		    c, unit->srclang.n > 0 ? unit->srclang : unit->v[0].lang)
		    ->sources += by;
	if (by < 0)
		return;
	if (unit->created != 0 &&
	    (c->created == 0 || unit->created < c->created))
		c->created = unit->created;
	if (last > c->changed)
		c->changed = last;
}

static void
forget_changes(tm_store *store)
{
	tm_changes *c = &store->db->changes;

	c->n = 0;
	c->units = c->created = c->changed = 0;
	c->any = false;
}

bool
tm_store_write_changes(tm_store *store, tm_error *err)
{
	const tm_changes *c = &store->db->changes;
	sqlite3_stmt *sql;

	if (!c->any)
		return true;
	for (size_t i = 0; i < c->n; i++) {
		sql = tm_store_sql(store, SQL_COUNT_LANG, err);
		if (sql == NULL)
			return false;
		sqlite3_bind_text(sql, 1, c->v[i].lang, -1, SQLITE_STATIC);
		sqlite3_bind_int64(sql, 2, c->v[i].variants);
		sqlite3_bind_int64(sql, 3, c->v[i].sources);
		if (!tm_store_finish(store, sql, err))
			return false;
	}
	sql = tm_store_sql(store, SQL_COUNT_UNITS, err);
	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, c->units);
	if (!tm_store_finish(store, sql, err))
		return false;
	sql = tm_store_sql(store, SQL_COUNT_DATES, err);
	if (sql == NULL)
		return false;
	if (c->created != 0)
		sqlite3_bind_int64(sql, 1, c->created);
	sqlite3_bind_int64(sql, 2, c->changed);
	if (!tm_store_finish(store, sql, err))
		return false;
	forget_changes(store);
	return true;
}

/* ---- What takes a while ------------------------------------------------- */

void
tm_store_watch(tm_store *store,
    bool (*tell)(void *self, const char *what, double done), void *self)
{
	store->watch = (tm_watch){ .tell = tell, .self = self, .to = 1 };
}

bool
tm_watch_tell(tm_watch *watch, const char *what, double done)
{
	if (watch == NULL || watch->tell == NULL)
		return true;
	watch->stopped = !watch->tell(
	    watch->self, what, watch->from + (watch->to - watch->from) * done);
	return !watch->stopped;
}

void
tm_watch_part(tm_watch *watch, double from, double to)
{
	watch->from = from;
	watch->to = to;
}

/* ---- Transactions ------------------------------------------------------ */

bool
tm_store_begin(tm_store *store, tm_error *err)
{
	if (store->in_transaction)
		return tm_fail(err, TM_INVALID,
		    "a transaction of '%s' is open already", store->path);
	if (store->mode == TM_READ)
		return tm_fail(err, TM_INVALID,
		    "'%s' was opened for reading only", store->path);
	if (!run(store, SQL_BEGIN_WRITE, err))
		return false;
	store->in_transaction = true;
	store->db->broken = false;
	return true;
}

bool
tm_store_commit(tm_store *store, tm_error *err)
{
	if (!store->in_transaction)
		return tm_fail(err, TM_INVALID,
		    "there is no transaction of '%s' to commit", store->path);
	if (store->db->broken) {
		tm_store_rollback(store);
		return tm_fail(err, TM_IO,
		    "nothing was written to '%s' since an addition failed",
		    store->path);
	}
	if (!tm_store_write_operation(store, err) ||
	    !tm_store_write_changes(store, err) ||
	    !run(store, SQL_COMMIT, err)) {
		tm_store_rollback(store);
		return false;
	}
	tm_bulk_forget(store);
	store->in_transaction = false;
	return true;
}

void
tm_store_rollback(tm_store *store)
{
	if (!store->in_transaction)
		return;
	tm_bulk_forget(store);
	/* SQLite may have rolled back by itself: a full disk. */
	if (!sqlite3_get_autocommit(store->db->sqlite))
		run(store, SQL_ROLLBACK, NULL);
	store->in_transaction = false;
	store->db->broken = false;
	store->db->document.id = store->db->file.id = 0;
	tm_store_forget_names(store);
	forget_changes(store);
	tm_store_forget_operation(store);
	tm_early_drop(store);
	tm_index_rolled_back(store->index);
}

/* A snapshot is there when it was read from: who may not write sees to it. */
static bool
begin(tm_store *store, tm_error *err)
{
	return tm_store_thaw(store, err) && run(store, SQL_BEGIN_READ, err) &&
	       (sqlite3_db_readonly(store->db->sqlite, "main") != 1 ||
		   run(store, SQL_SEE_SNAPSHOT, err));
}

static bool
begin_snapshot(tm_store *store, tm_error *err)
{
	for (int tries = 1; !begin(store, err); tries++) {
		bool again = tm_store_will_pass(store, tries);

		if (!sqlite3_get_autocommit(store->db->sqlite))
			run(store, SQL_ROLLBACK, NULL);
		if (!again || !tm_store_open_again(store, err))
			return false;
	}
	return true;
}

bool
tm_store_begin_read(tm_store *store, bool *opened, tm_error *err)
{
	if (!tm_bulk_write(store, err))
		return false;
	*opened = sqlite3_get_autocommit(store->db->sqlite);
	return !*opened || begin_snapshot(store, err);
}

bool
tm_store_end_read(tm_store *store, bool opened, bool ok, tm_error *err)
{
	if (!opened)
		return ok;
	if (!sqlite3_get_autocommit(store->db->sqlite))
		run(store, SQL_COMMIT, NULL);
	if (tm_store_was_written(store))
		return tm_fail(err, TM_BUSY,
		    "'%s' was written to while it was read; try again",
		    store->path);
	return ok;
}

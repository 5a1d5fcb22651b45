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
#include "tm/store_int.h"
#include "tm/text.h"

static const char *const statements[N_SQL] = {
	[SQL_BEGIN_READ] = "BEGIN",
	[SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ROLLBACK] = "ROLLBACK",
	[SQL_ADD_UNIT] = "INSERT INTO unit VALUES"
			 " (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[SQL_REPLACE_UNIT] =
	    "UPDATE unit SET hash = ?1, status = ?2, extra = ?3,"
	    " confidence = ?4, document = ?5, position = ?6, tuid = ?7,"
	    " srclang = ?8, created = ?9, changed = ?10, author = ?11,"
	    " changer = ?12 WHERE id = ?13",
	[SQL_SET_STATUS] = "UPDATE unit SET status = ?2 WHERE id = ?1",
	[SQL_DROP_UNIT] = "DELETE FROM unit WHERE id = ?",
	[SQL_DROP_VARIANTS] = "DELETE FROM variant WHERE unit = ?",
	[SQL_DROP_CODES] = "DELETE FROM code WHERE unit = ?",
	[SQL_DROP_META] = "DELETE FROM meta WHERE unit = ?",
	[SQL_ADD_VARIANT] = "INSERT INTO variant VALUES"
			    " (?, ?, ?, ?, ?, ?, ?, ?)",
	[SQL_ADD_CODE] = "INSERT INTO code VALUES (?, ?, ?, ?, ?)",
	[SQL_ADD_META] = "INSERT INTO meta VALUES (?, ?, ?, ?, ?, ?, ?)",
	[SQL_ADD_DOCUMENT] = "INSERT INTO document (name) VALUES (?)",
	[SQL_FIND_DOCUMENT] = "SELECT id FROM document WHERE name = ?",
	[SQL_FIND_HASH] = "SELECT id FROM unit WHERE hash = ? ORDER BY id",
	[SQL_IMPROVE_UNIT] =
	    "UPDATE unit SET status = ?2, extra = ?3, confidence = ?4,"
	    " document = ?5, position = ?6, srclang = ?7, created = ?8,"
	    " changed = ?9, author = ?10, changer = ?11 WHERE id = ?1",
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
#define UNIT_COLUMNS                                                         \
	"unit.id, status, extra, confidence, document.name, position, tuid," \
	" srclang, created, changed, author, changer FROM unit"              \
	" LEFT JOIN document ON document.id = unit.document "
	[SQL_GET_UNIT] = "SELECT " UNIT_COLUMNS "WHERE unit.id = ?",
	[SQL_WALK_UNITS] = "SELECT " UNIT_COLUMNS "ORDER BY unit.id",
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
	[SQL_GET_TOUCHED] = "SELECT unit FROM touched WHERE rev > ?",
};

/* ---- SQLite's errors --------------------------------------------------- */

bool
tm_store_fail(tm_store *store, tm_error *err)
{
	const char *path = store->path;
	int code = sqlite3_errcode(store->db);
	int why = sqlite3_system_errno(store->db);

	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return tm_fail(err, TM_BUSY,
		    "'%s' is in use by another program; try again later", path);
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return tm_fail(err, TM_PARSE,
		    "'%s' is damaged (%s); restore it from a backup", path,
		    sqlite3_errmsg(store->db));
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
		    why != 0 ? strerror(why) : sqlite3_errmsg(store->db));
	}
}

sqlite3_stmt *
tm_store_sql(tm_store *store, tm_sql which, tm_error *err)
{
	sqlite3_stmt **sql = &store->sql[which];

	if (*sql != NULL) {
		sqlite3_reset(*sql);
		sqlite3_clear_bindings(*sql);
	} else if (sqlite3_prepare_v3(store->db, statements[which], -1,
		       SQLITE_PREPARE_PERSISTENT, sql, NULL) != SQLITE_OK) {
		tm_store_fail(store, err);
		return NULL;
	}
	return *sql;
}

/* Step a statement that gives no rows. */
static bool
finish(tm_store *store, sqlite3_stmt *sql, tm_error *err)
{
	int got = sqlite3_step(sql);

	if (got != SQLITE_DONE && got != SQLITE_ROW)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_DONE || got == SQLITE_ROW;
}

bool
tm_store_run(tm_store *store, tm_sql which, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, which, err);

	return sql != NULL && finish(store, sql, err);
}

/* ---- Opening ----------------------------------------------------------- */

static bool
exec(tm_store *store, const char *sql, tm_error *err)
{
	if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return tm_store_fail(store, err);
	return true;
}

static bool
get_int(tm_store *store, const char *sql, int *value, tm_error *err)
{
	sqlite3_stmt *s;
	bool ok = false;

	if (sqlite3_prepare_v2(store->db, sql, -1, &s, NULL) != SQLITE_OK)
		return tm_store_fail(store, err);
	if (sqlite3_step(s) == SQLITE_ROW) {
		*value = sqlite3_column_int(s, 0);
		ok = true;
	} else
		tm_store_fail(store, err);
	sqlite3_finalize(s);
	return ok;
}

/* How large is path with this ending? -1 when there is no such file. */
static off_t
size_beside(const char *path, const char *ending)
{
	tm_buf name = { 0 };
	struct stat st;
	off_t size = -1;

	tm_buf_printf(&name, "%s%s", path, ending);
	if (stat(name.p, &st) == 0)
		size = st.st_size;
	tm_buf_release(&name);
	return size;
}

static uint32_t
big_endian(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

/*
 * Look at the file before SQLite does, which would mend or change what is
 * not ours. A file of no bytes is new to TM_CREATE.
 */
static bool
look_at(const char *path, tm_store_mode mode, bool *is_new, tm_error *err)
{
	unsigned char head[100];
	struct stat st;
	ssize_t got;
	uint32_t page;
	int fd;

	*is_new = false;
	if (stat(path, &st) != 0) {
		if (errno != ENOENT)
			return tm_fail(err, TM_IO, "cannot open '%s': %s", path,
			    strerror(errno));
		if (mode != TM_CREATE)
			return tm_fail(
			    err, TM_ABSENT, "there is no memory at '%s'", path);
		*is_new = true;
		return true;
	}
	if (S_ISDIR(st.st_mode))
		return tm_fail(
		    err, TM_IO, "'%s' is a directory, not a memory", path);
	if (!S_ISREG(st.st_mode))
		return tm_fail(
		    err, TM_IO, "'%s' is no file and cannot be a memory", path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return tm_fail(
		    err, TM_IO, "cannot open '%s': %s", path, strerror(errno));
	got = pread(fd, head, sizeof head, 0);
	close(fd);
	if (got < 0)
		return tm_fail(
		    err, TM_IO, "cannot read '%s': %s", path, strerror(errno));
	/* Somebody died while making it: SQLite will roll that back. */
	if (size_beside(path, "-journal") > 0)
		return true;
	if (got == 0 && mode == TM_CREATE) {
		*is_new = true;
		return true;
	}
	if (got == 0)
		return tm_fail(
		    err, TM_PARSE, "'%s' is empty and not a memory", path);
	if (got < (ssize_t)sizeof head ||
	    memcmp(head, "SQLite format 3", 16) != 0)
		return tm_fail(err, TM_PARSE,
		    "'%s' is not a memory of tmtool; to read a TMX or TSV file "
		    "import it",
		    path);
	if (big_endian(head + 68) != TM_STORE_APPLICATION)
		return tm_fail(err, TM_PARSE,
		    "'%s' is a database of another program, not a memory of "
		    "tmtool",
		    path);
	page = (uint32_t)head[16] << 8 | head[17];
	if (page == 1)
		page = 65536;
	if (big_endian(head + 24) == big_endian(head + 92) &&
	    (uint64_t)st.st_size < (uint64_t)page * big_endian(head + 28) &&
	    size_beside(path, "-wal") <= 0)
		return tm_fail(err, TM_PARSE,
		    "'%s' is damaged: its end is missing; restore it from a "
		    "backup",
		    path);
	return true;
}

/* mkdir -p for the folder path is in. */
static bool
make_folders(const char *path, tm_error *err)
{
	char *copy = tm_strdup(path);
	bool ok = true;

	for (char *p = copy + 1; ok && *copy != '\0' && *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0777) != 0 && errno != EEXIST)
			ok = tm_fail(err, TM_IO, "cannot make folder '%s': %s",
			    copy, strerror(errno));
		*p = '/';
	}
	free(copy);
	return ok;
}

static bool
newer(tm_store *store, int version, tm_error *err)
{
	return tm_fail(err, TM_NEWER,
	    "'%s' was made by a newer version of tmtool (schema %d; this one "
	    "knows %d): upgrade tmtool",
	    store->path, version, tm_store_version);
}

/* Bring the tables to our version. Somebody else may be doing the same. */
static bool
migrate(tm_store *store, tm_error *err)
{
	char sql[80];
	int version;

	if (!exec(store, "BEGIN EXCLUSIVE", err))
		return false;
	if (!get_int(store, "PRAGMA user_version", &version, err))
		goto fail;
	if (version > tm_store_version) {
		newer(store, version, err);
		goto fail;
	}
	for (int i = version; i < tm_store_version; i++)
		if (!exec(store, tm_store_migrations[i], err))
			goto fail;
	snprintf(sql, sizeof sql,
	    "PRAGMA application_id = %d; PRAGMA user_version = %d",
	    TM_STORE_APPLICATION, tm_store_version);
	if (exec(store, sql, err) && exec(store, "COMMIT", err))
		return true;
fail:
	sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

/* The path as a URI, so that immutable can be said; hence the escapes. */
static void
make_uri(const char *path, const char *how, tm_buf *uri)
{
	tm_buf_adds(uri, "file:");
	if (path[0] == '/')
		tm_buf_adds(uri, "//");
	for (const char *p = path; *p != '\0'; p++) {
		if (strchr("%?#", *p) != NULL)
			tm_buf_printf(uri, "%%%02X", (unsigned char)*p);
		else
			tm_buf_addc(uri, *p);
	}
	tm_buf_adds(uri, how);
}

static bool
connect(tm_store *store, int flags, const char *how, tm_error *err)
{
	tm_buf uri = { 0 };
	bool ok;

	make_uri(store->path, how, &uri);
	store->how = how;
	if (store->db != NULL)
		sqlite3_close(store->db);
	ok = sqlite3_open_v2(uri.p, &store->db,
		 flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
		 NULL) == SQLITE_OK;
	tm_buf_release(&uri);
	if (!ok)
		return tm_store_fail(store, err);
	sqlite3_extended_result_codes(store->db, 1);
	sqlite3_busy_timeout(store->db, 10000);
	return true;
}

sqlite3 *
tm_store_connect_again(tm_store *store)
{
	tm_buf uri = { 0 };
	sqlite3 *db = NULL;

	make_uri(store->path, store->how, &uri);
	if (sqlite3_open_v2(uri.p, &db,
		SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
		NULL) != SQLITE_OK) {
		sqlite3_close(db);
		db = NULL;
	} else
		sqlite3_busy_timeout(db, 10000);
	tm_buf_release(&uri);
	return db;
}

/*
 * Read from a place that cannot be written. SQLite wants to make -shm
 * beside a memory even to read it; where that cannot be done and no -wal
 * holds anything newer, nobody is writing and the file can be read as if
 * it could not change.
 */
static bool
read_version(tm_store *store, int *version, tm_error *err)
{
	tm_error first;
	int code;

	if (get_int(store, "PRAGMA user_version", version, &first))
		return true;
	code = sqlite3_errcode(store->db) & 0xff;
	if (store->mode == TM_READ &&
	    (code == SQLITE_CANTOPEN || code == SQLITE_READONLY)) {
		if (size_beside(store->path, "-wal") > 0)
			return tm_fail(err, TM_IO,
			    "cannot read '%s': a write to it was cut short and "
			    "must be finished where it can be written; copy it "
			    "and '%s-wal' there",
			    store->path, store->path);
		return connect(
			   store, SQLITE_OPEN_READONLY, "?immutable=1", err) &&
		       get_int(store, "PRAGMA user_version", version, err);
	}
	if (err != NULL)
		*err = first;
	return false;
}

/* The folder of path, or "." */
static char *
folder_of(const char *path)
{
	char *folder = tm_strdup(path), *slash = strrchr(folder, '/');

	if (slash == NULL) {
		free(folder);
		return tm_strdup(".");
	}
	slash[slash == folder] = '\0';
	return folder;
}

static bool
can_write_in_folder(const char *path)
{
	char *folder = folder_of(path);
	bool can = access(folder, W_OK | X_OK) == 0;
	int why = errno;

	free(folder);
	errno = why;
	return can;
}

static bool
open_database(tm_store *store, bool is_new, tm_error *err)
{
	int flags = SQLITE_OPEN_READWRITE | (is_new ? SQLITE_OPEN_CREATE : 0);
	int version, app;

	if (is_new && !make_folders(store->path, err))
		return false;
	if (is_new && !can_write_in_folder(store->path))
		return tm_fail(err, TM_IO, "cannot make '%s': %s", store->path,
		    strerror(errno));
	/* Where it can, a reader tidies up: the last one to close removes
	 * what SQLite keeps beside an open memory. */
	if (store->mode == TM_READ && (access(store->path, W_OK) != 0 ||
					  !can_write_in_folder(store->path)))
		flags = SQLITE_OPEN_READONLY;
	if (!connect(store, flags, "", err))
		return false;
	if (store->mode != TM_READ && sqlite3_db_readonly(store->db, "main"))
		return tm_fail(err, TM_IO, "cannot write '%s': it is read-only",
		    store->path);
	if (!read_version(store, &version, err) ||
	    !get_int(store, "PRAGMA application_id", &app, err))
		return false;
	if (version > tm_store_version)
		return newer(store, version, err);
	if (version < tm_store_version || app != TM_STORE_APPLICATION) {
		if (store->mode == TM_READ &&
		    (version == 0 || sqlite3_db_readonly(store->db, "main")))
			return tm_fail(err, version == 0 ? TM_PARSE : TM_IO,
			    version == 0
				? "'%s' is empty and not a memory"
				: "'%s' was made by an older version of "
				  "tmtool; open it once where it can be "
				  "written "
				  "to",
			    store->path);
		if (!migrate(store, err))
			return false;
	}
	if (store->mode != TM_READ &&
	    !exec(store, "PRAGMA journal_mode = WAL", err))
		return false;
	if (store->mode == TM_READ &&
	    !exec(store, "PRAGMA query_only = ON", err))
		return false;
	return exec(store,
	    "PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;"
	    "PRAGMA temp_store = MEMORY",
	    err);
}

tm_store *
tm_store_open(const char *path, tm_store_mode mode, tm_error *err)
{
	tm_store *store;
	bool is_new;

	if (!look_at(path, mode, &is_new, err))
		return NULL;
	store = tm_zalloc(1, sizeof *store);
	store->path = tm_strdup(path);
	store->mode = mode;
	if (!open_database(store, is_new, err)) {
		tm_store_close(store);
		return NULL;
	}
	return store;
}

void
tm_store_close(tm_store *store)
{
	if (store == NULL)
		return;
	/* What was imported is indexed now, and not by the first lookup. */
	if (store->n_added > 0 && !store->in_transaction)
		tm_store_index(store, NULL);
	tm_lookup_free(store->lookup);
	tm_index_free(store->index);
	for (int i = 0; i < N_SQL; i++)
		sqlite3_finalize(store->sql[i]);
	sqlite3_close(store->db);
	tm_arena_release(&store->scratch);
	tm_buf_release(&store->last_document);
	free(store->changes.v);
	free(store->path);
	free(store);
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
static void
account(tm_store *store, const tm_unit *unit, int by)
{
	tm_changes *c = &store->changes;
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
	tm_changes *c = &store->changes;

	c->n = 0;
	c->units = c->created = c->changed = 0;
	c->any = false;
}

static bool
write_changes(tm_store *store, tm_error *err)
{
	const tm_changes *c = &store->changes;
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
		if (!finish(store, sql, err))
			return false;
	}
	sql = tm_store_sql(store, SQL_COUNT_UNITS, err);
	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, c->units);
	if (!finish(store, sql, err))
		return false;
	sql = tm_store_sql(store, SQL_COUNT_DATES, err);
	if (sql == NULL)
		return false;
	if (c->created != 0)
		sqlite3_bind_int64(sql, 1, c->created);
	sqlite3_bind_int64(sql, 2, c->changed);
	if (!finish(store, sql, err))
		return false;
	forget_changes(store);
	return true;
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
	if (!tm_store_run(store, SQL_BEGIN_WRITE, err))
		return false;
	store->in_transaction = true;
	store->broken = false;
	return true;
}

bool
tm_store_commit(tm_store *store, tm_error *err)
{
	if (!store->in_transaction)
		return tm_fail(err, TM_INVALID,
		    "there is no transaction of '%s' to commit", store->path);
	if (store->broken) {
		tm_store_rollback(store);
		return tm_fail(err, TM_IO,
		    "nothing was written to '%s' since an addition failed",
		    store->path);
	}
	if (!write_changes(store, err) ||
	    !tm_store_run(store, SQL_COMMIT, err)) {
		tm_store_rollback(store);
		return false;
	}
	store->in_transaction = false;
	return true;
}

void
tm_store_rollback(tm_store *store)
{
	if (!store->in_transaction)
		return;
	/* SQLite may have rolled back by itself: a full disk. */
	if (!sqlite3_get_autocommit(store->db))
		tm_store_run(store, SQL_ROLLBACK, NULL);
	store->in_transaction = false;
	store->broken = false;
	store->last_document_id = 0;
	forget_changes(store);
	tm_index_rolled_back(store->index);
}

bool
tm_store_begin_read(tm_store *store, bool *opened, tm_error *err)
{
	*opened = sqlite3_get_autocommit(store->db);
	return !*opened || tm_store_run(store, SQL_BEGIN_READ, err);
}

void
tm_store_end_read(tm_store *store, bool opened)
{
	if (opened && !sqlite3_get_autocommit(store->db))
		tm_store_run(store, SQL_COMMIT, NULL);
}

/* ---- What makes a unit itself ------------------------------------------ */

/*
 * Props that say where a segment stands. Two units that agree in all but
 * these are two: a translation may depend on what comes before it. OmegaT
 * writes prev, next, file, id and path, memoQ and Trados the others.
 */
static bool
is_context(const tm_meta *meta)
{
	static const char *const names[] = { "context", "context-post",
		"context-pre", "contextcontent", "file", "id", "next", "path",
		"prev" };
	tm_str type = meta->type;

	if (meta->kind != TM_PROP)
		return false;
	if (type.n > 2 && tm_str_ieq(tm_str_sub(type, 0, 2), TM_STR("x-")))
		type = tm_str_sub(type, 2, type.n);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (tm_str_ieq(type, tm_str_of(names[i])))
			return true;
	return false;
}

static uint64_t
mix(uint64_t hash, tm_str s)
{
	hash = (hash ^ tm_str_hash(s)) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

static uint64_t
hash_context(const tm_meta *meta, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		if (is_context(&meta[i]))
			sum += mix(mix(1, meta[i].type), meta[i].value);
	return sum;
}

static uint64_t
hash_variant(const tm_variant *v)
{
	uint64_t h = mix(mix(2, v->lang), v->text);

	for (size_t i = 0; i < v->n_codes; i++)
		h = mix(h + v->codes[i].at, v->codes[i].xml);
	return h;
}

/* Sums, so that the order of variants and props does not matter. */
static int64_t
hash_unit(const tm_unit *unit)
{
	uint64_t sum = hash_context(unit->meta, unit->n_meta);

	if (unit->tuid.n > 0)
		sum += mix(3, unit->tuid);
	for (size_t i = 0; i < unit->n; i++)
		sum += hash_variant(&unit->v[i]) * 31 +
		       hash_context(unit->v[i].meta, unit->v[i].n_meta);
	return (int64_t)sum;
}

static bool
same_variant(const tm_variant *a, const tm_variant *b)
{
	if (!tm_str_eq(a->lang, b->lang) || !tm_str_eq(a->text, b->text) ||
	    a->n_codes != b->n_codes)
		return false;
	for (size_t i = 0; i < a->n_codes; i++)
		if (a->codes[i].at != b->codes[i].at ||
		    !tm_str_eq(a->codes[i].xml, b->codes[i].xml))
			return false;
	return true;
}

/* Is every variant of a in b? With equal numbers and no variant twice that
 * makes them the same; twice the same is the same as once, then. */
static bool
variants_within(const tm_unit *a, const tm_unit *b)
{
	for (size_t i = 0; i < a->n; i++) {
		size_t j = 0;

		while (j < b->n && !same_variant(&a->v[i], &b->v[j]))
			j++;
		if (j == b->n)
			return false;
	}
	return true;
}

static bool
context_within(const tm_meta *a, size_t n, const tm_meta *b, size_t m)
{
	for (size_t i = 0; i < n; i++) {
		size_t j = 0;

		if (!is_context(&a[i]))
			continue;
		while (j < m &&
		       !(is_context(&b[j]) && tm_str_eq(a[i].type, b[j].type) &&
			   tm_str_eq(a[i].value, b[j].value)))
			j++;
		if (j == m)
			return false;
	}
	return true;
}

static bool
same_unit(const tm_unit *a, const tm_unit *b)
{
	return a->n == b->n && tm_str_eq(a->tuid, b->tuid) &&
	       variants_within(a, b) && variants_within(b, a) &&
	       context_within(a->meta, a->n_meta, b->meta, b->n_meta) &&
	       context_within(b->meta, b->n_meta, a->meta, a->n_meta);
}

/* ---- Adding ------------------------------------------------------------ */

static void
bind_text(sqlite3_stmt *sql, int at, tm_str s)
{
	if (s.n > 0)
		sqlite3_bind_text64(
		    sql, at, s.p, s.n, SQLITE_STATIC, SQLITE_UTF8);
}

static void
bind_int(sqlite3_stmt *sql, int at, int64_t value)
{
	if (value != 0)
		sqlite3_bind_int64(sql, at, value);
}

/* A text that must be there, if only with no letters. */
static void
bind_whole(sqlite3_stmt *sql, int at, tm_str s)
{
	sqlite3_bind_text64(
	    sql, at, s.n > 0 ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8);
}

static bool
check_text(const tm_unit *unit, tm_str text, tm_error *err)
{
	size_t bad;

	if (tm_text_is_utf8(text, &bad))
		return true;
	return tm_fail(err, TM_INVALID,
	    "a unit of '%.*s' has a text that is not UTF-8 at byte %zu",
	    TM_STR_ARG(unit->document), bad);
}

static bool
check_meta(const tm_unit *unit, const tm_meta *meta, size_t n, tm_error *err)
{
	for (size_t i = 0; i < n; i++)
		if (!check_text(unit, meta[i].type, err) ||
		    !check_text(unit, meta[i].lang, err) ||
		    !check_text(unit, meta[i].value, err))
			return false;
	return true;
}

static bool
check_unit(const tm_unit *unit, tm_error *err)
{
	if (unit->n == 0)
		return tm_fail(err, TM_INVALID, "a unit has no text at all");
	for (size_t i = 0; i < unit->n; i++) {
		const tm_variant *v = &unit->v[i];
		size_t before = 0;

		if (v->lang.n == 0)
			return tm_fail(err, TM_INVALID,
			    "a variant of a unit has no language");
		if (!check_text(unit, v->text, err) ||
		    !check_text(unit, v->author, err) ||
		    !check_text(unit, v->changer, err) ||
		    !check_meta(unit, v->meta, v->n_meta, err))
			return false;
		for (size_t j = 0; j < v->n_codes; j++) {
			if (v->codes[j].at < before ||
			    v->codes[j].at > v->text.n)
				return tm_fail(err, TM_INVALID,
				    "an inline code stands outside its text");
			before = v->codes[j].at;
			if (!check_text(unit, v->codes[j].xml, err))
				return false;
		}
	}
	return check_meta(unit, unit->meta, unit->n_meta, err) &&
	       check_text(unit, unit->tuid, err) &&
	       check_text(unit, unit->author, err) &&
	       check_text(unit, unit->changer, err);
}

/* The number of a document, given one when it is new; 0 for no name. */
static bool
document_id(tm_store *store, tm_str name, int64_t *id, tm_error *err)
{
	sqlite3_stmt *sql;
	int got;

	*id = 0;
	if (name.n == 0)
		return true;
	if (store->last_document_id != 0 &&
	    tm_str_eq(name, tm_buf_str(&store->last_document))) {
		*id = store->last_document_id;
		return true;
	}
	sql = tm_store_sql(store, SQL_FIND_DOCUMENT, err);
	if (sql == NULL)
		return false;
	bind_text(sql, 1, name);
	got = sqlite3_step(sql);
	if (got == SQLITE_ROW)
		*id = sqlite3_column_int64(sql, 0);
	else if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	if (got != SQLITE_ROW && got != SQLITE_DONE)
		return false;
	if (*id == 0) {
		sql = tm_store_sql(store, SQL_ADD_DOCUMENT, err);
		if (sql == NULL)
			return false;
		bind_text(sql, 1, name);
		if (!finish(store, sql, err))
			return false;
		*id = sqlite3_last_insert_rowid(store->db);
	}
	tm_buf_clear(&store->last_document);
	tm_buf_add(&store->last_document, name.p, name.n);
	store->last_document_id = *id;
	return true;
}

static bool
add_meta(tm_store *store, int64_t id, int variant, const tm_meta *meta,
    size_t first, size_t n, tm_error *err)
{
	for (size_t i = first; i < n; i++) {
		sqlite3_stmt *sql = tm_store_sql(store, SQL_ADD_META, err);

		if (sql == NULL)
			return false;
		sqlite3_bind_int64(sql, 1, id);
		sqlite3_bind_int(sql, 2, variant);
		sqlite3_bind_int64(sql, 3, (int64_t)i);
		sqlite3_bind_int(sql, 4, meta[i].kind);
		bind_text(sql, 5, meta[i].type);
		bind_text(sql, 6, meta[i].lang);
		bind_whole(sql, 7, meta[i].value);
		if (!finish(store, sql, err))
			return false;
	}
	return true;
}

static bool
add_variant(
    tm_store *store, int64_t id, int nr, const tm_variant *v, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_ADD_VARIANT, err);

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, id);
	sqlite3_bind_int(sql, 2, nr);
	bind_text(sql, 3, v->lang);
	bind_whole(sql, 4, v->text);
	bind_int(sql, 5, v->created);
	bind_int(sql, 6, v->changed);
	bind_text(sql, 7, v->author);
	bind_text(sql, 8, v->changer);
	if (!finish(store, sql, err))
		return false;
	for (size_t i = 0; i < v->n_codes; i++) {
		sql = tm_store_sql(store, SQL_ADD_CODE, err);
		if (sql == NULL)
			return false;
		sqlite3_bind_int64(sql, 1, id);
		sqlite3_bind_int(sql, 2, nr);
		sqlite3_bind_int64(sql, 3, (int64_t)i);
		sqlite3_bind_int64(sql, 4, (int64_t)v->codes[i].at);
		bind_whole(sql, 5, v->codes[i].xml);
		if (!finish(store, sql, err))
			return false;
	}
	return add_meta(store, id, nr, v->meta, 0, v->n_meta, err);
}

static int
extra_of(const tm_unit *unit)
{
	int extra = unit->n_meta > 0 ? TM_HAS_META : 0;

	for (size_t i = 0; i < unit->n; i++) {
		if (unit->v[i].n_codes > 0)
			extra |= TM_HAS_CODES;
		if (unit->v[i].n_meta > 0)
			extra |= TM_HAS_META;
	}
	return extra;
}

static void
bind_unit(sqlite3_stmt *sql, const tm_unit *unit, int64_t document)
{
	sqlite3_bind_int64(sql, 1, hash_unit(unit));
	sqlite3_bind_int(sql, 2, unit->status);
	sqlite3_bind_int(sql, 3, extra_of(unit));
	if (unit->confidence >= 0)
		sqlite3_bind_double(sql, 4, unit->confidence);
	bind_int(sql, 5, document);
	bind_int(sql, 6, unit->position);
	bind_text(sql, 7, unit->tuid);
	bind_text(sql, 8, unit->srclang);
	bind_int(sql, 9, unit->created);
	bind_int(sql, 10, unit->changed);
	bind_text(sql, 11, unit->author);
	bind_text(sql, 12, unit->changer);
}

static bool
add_parts(tm_store *store, int64_t id, const tm_unit *unit, tm_error *err)
{
	for (size_t i = 0; i < unit->n; i++)
		if (!add_variant(store, id, (int)i, &unit->v[i], err))
			return false;
	return add_meta(store, id, -1, unit->meta, 0, unit->n_meta, err);
}

static bool
add_new(tm_store *store, const tm_unit *unit, tm_error *err)
{
	int64_t document;
	sqlite3_stmt *sql;

	if (!document_id(store, unit->document, &document, err))
		return false;
	sql = tm_store_sql(store, SQL_ADD_UNIT, err);
	if (sql == NULL)
		return false;
	bind_unit(sql, unit, document);
	account(store, unit, 1);
	return finish(store, sql, err) &&
	       add_parts(
		   store, sqlite3_last_insert_rowid(store->db), unit, err);
}

/* Run a statement about one unit. */
static bool
run_for(tm_store *store, tm_sql which, int64_t id, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, which, err);

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, id);
	return finish(store, sql, err);
}

static bool
same_meta(const tm_meta *a, const tm_meta *b)
{
	return a->kind == b->kind && tm_str_eq(a->type, b->type) &&
	       tm_str_eq(a->lang, b->lang) && tm_str_eq(a->value, b->value);
}

/* Props and notes that old does not have come behind its own. */
static bool
improve_meta(tm_store *store, tm_unit *old, const tm_unit *unit, bool *changed,
    tm_error *err)
{
	tm_meta *all = tm_arena_zalloc(
	    &store->scratch, old->n_meta + unit->n_meta, sizeof *all);
	size_t n = old->n_meta, before = n;

	if (n > 0)
		memcpy(all, old->meta, n * sizeof *all);
	for (size_t i = 0; i < unit->n_meta; i++) {
		size_t j = 0;

		while (j < n && !same_meta(&all[j], &unit->meta[i]))
			j++;
		if (j == n)
			all[n++] = unit->meta[i];
	}
	if (n == before)
		return true;
	*changed = true;
	old->meta = all;
	old->n_meta = n;
	return add_meta(store, old->id, -1, all, before, n, err);
}

static void
take_text(tm_str *old, tm_str new, bool *changed)
{
	if (old->n == 0 && new.n > 0) {
		*old = new;
		*changed = true;
	}
}

/*
 * Take over what unit knows better than old, which is the same unit: the
 * first date of making and the last of changing, with who did it; a
 * decision where there was none; the better confidence; where it comes
 * from when that was not known.
 */
static bool
improve(tm_store *store, tm_unit *old, const tm_unit *unit, bool *changed,
    tm_error *err)
{
	const tm_unit before = *old;
	int64_t document;
	sqlite3_stmt *sql;
	int extra;

	if (unit->created != 0 &&
	    (old->created == 0 || unit->created < old->created)) {
		old->created = unit->created;
		if (unit->author.n > 0)
			old->author = unit->author;
		*changed = true;
	}
	if (unit->changed > old->changed) {
		old->changed = unit->changed;
		if (unit->changer.n > 0)
			old->changer = unit->changer;
		*changed = true;
	}
	take_text(&old->author, unit->author, changed);
	take_text(&old->changer, unit->changer, changed);
	take_text(&old->srclang, unit->srclang, changed);
	if (old->document.n == 0 && unit->document.n > 0) {
		take_text(&old->document, unit->document, changed);
		old->position = unit->position;
	}
	if (unit->confidence > old->confidence) {
		old->confidence = unit->confidence;
		*changed = true;
	}
	if (old->status == TM_DRAFT && unit->status != TM_DRAFT) {
		old->status = unit->status;
		*changed = true;
		if (!run_for(store, SQL_TOUCH, old->id, err))
			return false;
	}
	if (!improve_meta(store, old, unit, changed, err))
		return false;
	if (!*changed)
		return true;
	account(store, &before, -1);
	account(store, old, 1);
	extra = extra_of(old);
	if (!document_id(store, old->document, &document, err))
		return false;
	sql = tm_store_sql(store, SQL_IMPROVE_UNIT, err);
	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, old->id);
	sqlite3_bind_int(sql, 2, old->status);
	sqlite3_bind_int(sql, 3, extra);
	if (old->confidence >= 0)
		sqlite3_bind_double(sql, 4, old->confidence);
	bind_int(sql, 5, document);
	bind_int(sql, 6, old->position);
	bind_text(sql, 7, old->srclang);
	bind_int(sql, 8, old->created);
	bind_int(sql, 9, old->changed);
	bind_text(sql, 10, old->author);
	bind_text(sql, 11, old->changer);
	return finish(store, sql, err);
}

/* The stored unit that is the same as this one, or NULL. */
static bool
find_same(tm_store *store, const tm_unit *unit, int64_t hash, tm_unit **old,
    tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_FIND_HASH, err);
	int got;

	*old = NULL;
	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, hash);
	while ((got = sqlite3_step(sql)) == SQLITE_ROW) {
		tm_unit *other;

		tm_arena_clear(&store->scratch);
		other = tm_store_load(
		    store, sqlite3_column_int64(sql, 0), &store->scratch, err);
		if (other == NULL) {
			sqlite3_reset(sql);
			return false;
		}
		if (same_unit(other, unit)) {
			*old = other;
			break;
		}
	}
	if (got != SQLITE_ROW && got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_ROW || got == SQLITE_DONE;
}

static bool
add(tm_store *store, const tm_unit *unit, tm_added *added, tm_error *err)
{
	bool changed = false;
	tm_unit *old;

	if (!find_same(store, unit, hash_unit(unit), &old, err))
		return false;
	if (old == NULL) {
		*added = TM_ADDED;
		return add_new(store, unit, err);
	}
	if (!improve(store, old, unit, &changed, err))
		return false;
	*added = changed ? TM_UPDATED : TM_SAME;
	return true;
}

/*
 * Each change is in the caller's transaction, or in one of its own. What
 * fails in the middle leaves the caller's to be rolled back.
 */
static bool
begin_change(tm_store *store, bool *alone, tm_error *err)
{
	*alone = !store->in_transaction;
	if (*alone)
		return tm_store_begin(store, err);
	if (store->broken)
		return tm_fail(err, TM_IO,
		    "nothing more can be written to '%s' since a change failed",
		    store->path);
	return true;
}

static bool
end_change(tm_store *store, bool alone, bool ok, tm_error *err)
{
	if (!ok)
		store->broken = true;
	if (alone && ok)
		return tm_store_commit(store, err);
	if (alone)
		tm_store_rollback(store);
	return ok;
}

bool
tm_store_add(
    tm_store *store, const tm_unit *unit, tm_added *added, tm_error *err)
{
	tm_added what = TM_SAME;
	bool alone, ok;

	if (!check_unit(unit, err) || !begin_change(store, &alone, err))
		return false;
	ok = add(store, unit, &what, err);
	if (!end_change(store, alone, ok, err))
		return false;
	store->n_added += what == TM_ADDED;
	if (added != NULL)
		*added = what;
	return true;
}

/* ---- Changing ---------------------------------------------------------- */

static bool
no_unit(tm_store *store, int64_t id, tm_error *err)
{
	return tm_fail(err, TM_ABSENT, "'%s' has no unit %lld", store->path,
	    (long long)id);
}

static bool
is_there(tm_store *store, int64_t id, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_GET_HASH, err);
	int got;

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, id);
	got = sqlite3_step(sql);
	if (got != SQLITE_ROW && got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	if (got == SQLITE_DONE)
		no_unit(store, id, err);
	return got == SQLITE_ROW;
}

static bool
drop_parts(tm_store *store, int64_t id, tm_error *err)
{
	tm_unit *old;

	tm_arena_clear(&store->scratch);
	old = tm_store_load(store, id, &store->scratch, err);
	if (old == NULL)
		return false;
	account(store, old, -1);
	return run_for(store, SQL_DROP_VARIANTS, id, err) &&
	       run_for(store, SQL_DROP_CODES, id, err) &&
	       run_for(store, SQL_DROP_META, id, err) &&
	       run_for(store, SQL_TOUCH, id, err);
}

bool
tm_store_set_status(
    tm_store *store, int64_t id, tm_status status, tm_error *err)
{
	sqlite3_stmt *sql;
	bool alone, ok = false;

	if (!begin_change(store, &alone, err))
		return false;
	if (!is_there(store, id, err)) {
		if (alone)
			tm_store_rollback(store);
		return false;
	}
	sql = tm_store_sql(store, SQL_SET_STATUS, err);
	if (sql != NULL) {
		sqlite3_bind_int64(sql, 1, id);
		sqlite3_bind_int(sql, 2, status);
		ok = finish(store, sql, err) &&
		     run_for(store, SQL_TOUCH, id, err);
	}
	return end_change(store, alone, ok, err);
}

static bool
replace(tm_store *store, const tm_unit *unit, tm_error *err)
{
	int64_t document;
	sqlite3_stmt *sql;

	if (!document_id(store, unit->document, &document, err))
		return false;
	sql = tm_store_sql(store, SQL_REPLACE_UNIT, err);
	if (sql == NULL)
		return false;
	if (!drop_parts(store, unit->id, err))
		return false;
	account(store, unit, 1);
	bind_unit(sql, unit, document);
	sqlite3_bind_int64(sql, 13, unit->id);
	return finish(store, sql, err) && add_parts(store, unit->id, unit, err);
}

bool
tm_store_replace(tm_store *store, const tm_unit *unit, tm_error *err)
{
	bool alone;

	if (!check_unit(unit, err) || !begin_change(store, &alone, err))
		return false;
	if (!is_there(store, unit->id, err)) {
		if (alone)
			tm_store_rollback(store);
		return false;
	}
	return end_change(store, alone, replace(store, unit, err), err);
}

bool
tm_store_remove(tm_store *store, int64_t id, tm_error *err)
{
	bool alone;

	if (!begin_change(store, &alone, err))
		return false;
	if (!is_there(store, id, err)) {
		if (alone)
			tm_store_rollback(store);
		return false;
	}
	return end_change(store, alone,
	    drop_parts(store, id, err) &&
		run_for(store, SQL_DROP_UNIT, id, err),
	    err);
}

/* ---- Reading ----------------------------------------------------------- */

tm_str
tm_store_column(sqlite3_stmt *sql, int column)
{
	const char *p = (const char *)sqlite3_column_text(sql, column);
	int n = sqlite3_column_bytes(sql, column);

	return (tm_str){ p == NULL ? "" : p, (size_t)n };
}

static tm_str
keep(tm_arena *arena, sqlite3_stmt *sql, int column)
{
	tm_str s = tm_store_column(sql, column);

	return s.n == 0 ? (tm_str){ "", 0 } : tm_arena_str(arena, s);
}

/* One array in the arena from rows that come one by one. */
#define push(arena, v, n)                                                \
	do {                                                             \
		if (((n) & ((n)-1)) == 0) {                              \
			void *more = tm_arena_zalloc(                    \
			    arena, (n) == 0 ? 1 : 2 * (n), sizeof *(v)); \
			if ((n) > 0)                                     \
				memcpy(more, (v), (n) * sizeof *(v));    \
			(v) = more;                                      \
		}                                                        \
		(n)++;                                                   \
	} while (0)

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

		push(arena, u->v, u->n);
		v = &u->v[u->n - 1];
		v->lang = keep(arena, sql, 0);
		v->text = keep(arena, sql, 1);
		v->created = sqlite3_column_int64(sql, 2);
		v->changed = sqlite3_column_int64(sql, 3);
		v->author = keep(arena, sql, 4);
		v->changer = keep(arena, sql, 5);
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
		push(arena, v->codes, v->n_codes);
		v->codes[v->n_codes - 1] = (tm_code_at){
			.at = (size_t)sqlite3_column_int64(sql, 1),
			.xml = keep(arena, sql, 2),
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
			.type = keep(arena, sql, 2),
			.lang = keep(arena, sql, 3),
			.value = keep(arena, sql, 4),
		};

		if (nr >= (int64_t)u->n)
			continue;
		if (nr < 0) {
			push(arena, u->meta, u->n_meta);
			u->meta[u->n_meta - 1] = meta;
		} else {
			push(arena, u->v[nr].meta, u->v[nr].n_meta);
			u->v[nr].meta[u->v[nr].n_meta - 1] = meta;
		}
	}
	if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_DONE;
}

/* The unit of the row that sql stands at. */
static tm_unit *
load_row(tm_store *store, sqlite3_stmt *sql, tm_arena *arena, tm_error *err)
{
	tm_unit *u = tm_arena_zalloc(arena, 1, sizeof *u);
	int extra = sqlite3_column_int(sql, 2);

	u->id = sqlite3_column_int64(sql, 0);
	u->status = (tm_status)sqlite3_column_int(sql, 1);
	u->confidence = sqlite3_column_type(sql, 3) == SQLITE_NULL
			    ? -1
			    : sqlite3_column_double(sql, 3);
	u->document = keep(arena, sql, 4);
	u->position = sqlite3_column_int64(sql, 5);
	u->tuid = keep(arena, sql, 6);
	u->srclang = keep(arena, sql, 7);
	u->created = sqlite3_column_int64(sql, 8);
	u->changed = sqlite3_column_int64(sql, 9);
	u->author = keep(arena, sql, 10);
	u->changer = keep(arena, sql, 11);
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
		u = load_row(store, sql, arena, err);
	else if (got == SQLITE_DONE)
		no_unit(store, id, err);
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
		u = load_row(store, sql, &arena, err);
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

	if (sqlite3_prepare_v2(store->db, langs, -1, &sql, NULL) != SQLITE_OK)
		return tm_store_fail(store, err);
	while ((got = sqlite3_step(sql)) == SQLITE_ROW) {
		tm_store_lang *l;

		push(arena, info->langs, info->n_langs);
		l = &info->langs[info->n_langs - 1];
		l->lang = keep(arena, sql, 0);
		l->variants = (size_t)sqlite3_column_int64(sql, 1);
	}
	if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_finalize(sql);
	if (got != SQLITE_DONE)
		return false;
	if (sqlite3_prepare_v2(store->db, sources, -1, &sql, NULL) != SQLITE_OK)
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
	if (store->in_transaction && !write_changes(store, err))
		return false;
	if (!tm_store_begin_read(store, &opened, err))
		return false;
	if (sqlite3_prepare_v2(store->db, totals, -1, &sql, NULL) !=
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

	if (sqlite3_prepare_v2(store->db, sql, -1, &s, NULL) != SQLITE_OK)
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
	     sqlite3_column_int64(sql, 0) == hash_unit(unit) &&
	     check_unit(unit, NULL);
	sqlite3_reset(sql);
	return ok || tm_fail(err, TM_PARSE,
			 "'%s' is damaged: unit %lld is not what was stored",
			 store->path, (long long)unit->id);
}

bool
tm_store_check(tm_store *store, tm_error *err)
{
	tm_sink sink = { store, check_stored, NULL };
	tm_error inner;

	if (!expect_nothing(store, "PRAGMA integrity_check(1)", "", err) ||
	    !expect_nothing(store,
		"SELECT unit FROM variant WHERE unit NOT IN"
		" (SELECT id FROM unit) UNION SELECT unit FROM code WHERE"
		" unit NOT IN (SELECT id FROM unit) UNION SELECT unit FROM"
		" meta WHERE unit NOT IN (SELECT id FROM unit)",
		"something belongs to no unit:", err) ||
	    !expect_nothing(store,
		"SELECT id FROM unit WHERE document > 0 AND document NOT IN"
		" (SELECT id FROM document)",
		"no document for unit", err) ||
	    !expect_nothing(store,
		"SELECT lang FROM (SELECT lang, count(*) AS n FROM variant"
		" GROUP BY lang) LEFT JOIN language USING (lang)"
		" WHERE n IS NOT variants",
		"wrong count of language", err) ||
	    !expect_nothing(store,
		"SELECT value FROM property WHERE name = 'units'"
		" AND value <> (SELECT count(*) FROM unit)",
		"wrong count of units:", err) ||
	    !tm_store_walk(store, NULL, &sink, err) ||
	    !tm_store_index(store, err))
		return false;
	return tm_index_check(store->index, &inner) ||
	       tm_fail(err, TM_PARSE,
		   "the index of '%s' is damaged; remove the folder "
		   "'%s.index', it is made again",
		   store->path, store->path);
}

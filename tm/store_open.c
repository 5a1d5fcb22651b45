/*
 * store_open.c - a file becomes a memory
 *
 * The file is looked at before SQLite sees it; then its tables are brought
 * to our version, and it is set up for one writer and many readers.
 */
#include "config.h"

#include "tm/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tm/store_sql_int.h"

static bool
get_int(tm_store *store, const char *sql, int *value, tm_error *err)
{
	sqlite3_stmt *s;
	bool ok = false;

	if (sqlite3_prepare_v2(store->db->sqlite, sql, -1, &s, NULL) !=
	    SQLITE_OK)
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

enum { HEAD = 100 }; /* bytes that a file of SQLite begins with */

/* Is what begins the file that of a memory, and the file as long as it says?
 * (https://www.sqlite.org/fileformat.html#the_database_header) */
static bool
judge_head(const char *path, const unsigned char *head, size_t n, off_t size,
    tm_error *err)
{
	uint32_t page;

	if (n < HEAD || memcmp(head, "SQLite format 3", 16) != 0)
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
	/* The number of pages counts if the change counters agree. */
	if (big_endian(head + 24) == big_endian(head + 92) &&
	    (uint64_t)size < (uint64_t)page * big_endian(head + 28) &&
	    size_beside(path, "-wal") <= 0)
		return tm_fail(err, TM_PARSE,
		    "'%s' is damaged: its end is missing; restore it from a "
		    "backup",
		    path);
	return true;
}

/*
 * Look at the file before SQLite does, which would mend or change what is
 * not ours. A file of no bytes is new to TM_CREATE.
 */
static bool
look_at(const char *path, tm_store_mode mode, bool *is_new, tm_error *err)
{
	unsigned char head[HEAD];
	struct stat st;
	ssize_t got;
	int fd;

	*is_new = false;
	if (stat(path, &st) != 0) {
		if (errno != ENOENT)
			return tm_fail(err, TM_IO, "cannot open '%s': %s", path,
			    strerror(errno));
		if (mode != TM_CREATE)
			return tm_fail(err, TM_ABSENT,
			    "there is no memory at '%s': to import files or "
			    "to align texts makes one",
			    path);
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
	return judge_head(path, head, (size_t)got, st.st_size, err);
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

	if (!tm_store_exec(store, "BEGIN EXCLUSIVE", err))
		return false;
	if (!get_int(store, "PRAGMA user_version", &version, err))
		goto fail;
	if (version > tm_store_version) {
		newer(store, version, err);
		goto fail;
	}
	for (int i = version; i < tm_store_version; i++)
		if (!tm_store_exec(store, tm_store_migrations[i], err))
			goto fail;
	snprintf(sql, sizeof sql,
	    "PRAGMA application_id = %d; PRAGMA user_version = %d",
	    TM_STORE_APPLICATION, tm_store_version);
	if (tm_store_exec(store, sql, err) &&
	    tm_store_exec(store, "COMMIT", err))
		return true;
fail:
	sqlite3_exec(store->db->sqlite, "ROLLBACK", NULL, NULL, NULL);
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
	if (store->db->sqlite != NULL)
		sqlite3_close(store->db->sqlite);
	ok = sqlite3_open_v2(uri.p, &store->db->sqlite,
		 flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
		 NULL) == SQLITE_OK;
	tm_buf_release(&uri);
	if (!ok)
		return tm_store_fail(store, err);
	sqlite3_extended_result_codes(store->db->sqlite, 1);
	sqlite3_busy_timeout(store->db->sqlite, 10000);
	return true;
}

/* Some file systems, those of networks above all, cannot map what several
 * processes write. */
static bool
lacks_shared_memory(tm_store *store)
{
	switch (sqlite3_extended_errcode(store->db->sqlite)) {
	case SQLITE_IOERR_SHMOPEN:
	case SQLITE_IOERR_SHMSIZE:
	case SQLITE_IOERR_SHMLOCK:
	case SQLITE_IOERR_SHMMAP:
		return true;
	}
	return false;
}

/* So that nothing has to be shared: whoever has the memory open has it alone
 * until it is closed, and others wait. */
static bool
connect_alone(tm_store *store, int flags, tm_error *err)
{
	return connect(store, flags, "", err) &&
	       tm_store_exec(store, "PRAGMA locking_mode = EXCLUSIVE", err);
}

/*
 * Read from a place that cannot be written. SQLite wants to make -shm
 * beside a memory even to read it; where that cannot be done and no -wal
 * holds anything newer, nobody is writing and the file can be read as if
 * it could not change. Somebody with more rights may write to it later: then
 * SQLite knows nothing of that, and we look for ourselves.
 */
static bool
read_version(tm_store *store, int flags, int *version, tm_error *err)
{
	tm_error first;
	int code;

	if (get_int(store, "PRAGMA user_version", version, &first))
		return true;
	if (lacks_shared_memory(store))
		return connect_alone(store, flags, err) &&
		       get_int(store, "PRAGMA user_version", version, err);
	code = sqlite3_errcode(store->db->sqlite) & 0xff;
	if (store->mode == TM_READ &&
	    (code == SQLITE_CANTOPEN || code == SQLITE_READONLY)) {
		store->db->frozen =
		    stat(store->path, &store->db->frozen_as) == 0;
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

	store->db->frozen = false;
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
	if (store->mode != TM_READ &&
	    sqlite3_db_readonly(store->db->sqlite, "main"))
		return tm_fail(err, TM_IO, "cannot write '%s': it is read-only",
		    store->path);
	if (!read_version(store, flags, &version, err) ||
	    !get_int(store, "PRAGMA application_id", &app, err))
		return false;
	if (version > tm_store_version)
		return newer(store, version, err);
	if (version < tm_store_version || app != TM_STORE_APPLICATION) {
		if (store->mode == TM_READ &&
		    (version == 0 ||
			sqlite3_db_readonly(store->db->sqlite, "main")))
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
	/* Whether WAL can be used shows when it is. */
	if (store->mode != TM_READ &&
	    (!tm_store_exec(store, "PRAGMA journal_mode = WAL", err) ||
		!read_version(store, flags, &version, err)))
		return false;
	if (store->mode == TM_READ &&
	    !tm_store_exec(store, "PRAGMA query_only = ON", err))
		return false;
	return tm_store_exec(store,
	    "PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;"
	    "PRAGMA temp_store = MEMORY",
	    err);
}

bool
tm_store_was_written(tm_store *store)
{
	const struct stat *was = &store->db->frozen_as;
	struct stat st;

	return store->db->frozen &&
	       (stat(store->path, &st) != 0 || st.st_dev != was->st_dev ||
		   st.st_ino != was->st_ino || st.st_size != was->st_size ||
		   st.st_mtim.tv_sec != was->st_mtim.tv_sec ||
		   st.st_mtim.tv_nsec != was->st_mtim.tv_nsec);
}

bool
tm_store_will_pass(tm_store *store, int tries)
{
	int code = sqlite3_errcode(store->db->sqlite) & 0xff;

	if (store->mode != TM_READ || tries >= 20 ||
	    (code != SQLITE_READONLY && code != SQLITE_CANTOPEN))
		return false;
	nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
	return true;
}

static bool
open_patiently(tm_store *store, bool is_new, tm_error *err)
{
	for (int tries = 1; !open_database(store, is_new, err); tries++)
		if (!tm_store_will_pass(store, tries))
			return false;
	return true;
}

bool
tm_store_open_again(tm_store *store, tm_error *err)
{
	bool is_new;

	for (int i = 0; i < N_SQL; i++) {
		sqlite3_finalize(store->db->sql[i]);
		store->db->sql[i] = NULL;
	}
	/* It may be another memory. */
	tm_index_forget(store->index);
	return look_at(store->path, store->mode, &is_new, err) &&
	       open_patiently(store, false, err);
}

bool
tm_store_thaw(tm_store *store, tm_error *err)
{
	if (!tm_store_was_written(store) &&
	    (!store->db->frozen || size_beside(store->path, "-wal") <= 0))
		return true;
	return tm_store_open_again(store, err);
}

static tm_store *
new_store(const char *path, tm_store_mode mode)
{
	tm_store *store = tm_zalloc(1, sizeof *store);

	store->path = tm_strdup(path);
	store->mode = mode;
	store->watch.to = 1;
	store->db = tm_zalloc(1, sizeof *store->db);
	return store;
}

tm_store *
tm_store_open(const char *path, tm_store_mode mode, tm_error *err)
{
	tm_store *store;
	bool is_new;

	if (!look_at(path, mode, &is_new, err))
		return NULL;
	store = new_store(path, mode);
	store->db->made = is_new;
	if (!open_patiently(store, is_new, err)) {
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
	if (store->db->n_added > 0 && !store->in_transaction)
		tm_store_index(store, NULL);
	tm_lookup_free(store->lookup);
	tm_index_free(store->index);
	tm_early_drop(store);
	tm_bulk_forget(store); /* nobody writes any more */
	for (int i = 0; i < N_SQL; i++)
		sqlite3_finalize(store->db->sql[i]);
	sqlite3_close(store->db->sqlite);
	tm_bulk_free(store->db->bulk);
	tm_arena_release(&store->db->scratch);
	tm_buf_release(&store->db->document.text);
	tm_buf_release(&store->db->file.text);
	tm_store_forget_names(store);
	tm_store_sign(store, NULL, NULL, NULL, 0);
	free(store->db->texts.v);
	free(store->db->changes.v);
	free(store->db);
	free(store->path);
	free(store);
}

/* Is there nothing in it, and nobody else at it? Then it is no WAL file any
 * more. */
static bool
is_of_no_use(tm_store *store)
{
	static const char things[] =
	    "SELECT (SELECT count(*) FROM unit) +"
	    " (SELECT count(*) FROM operation) +"
	    " (SELECT count(*) FROM lexicon) + (SELECT count(*) FROM header)";
	sqlite3_stmt *sql;
	int n = 1;
	bool alone = false;

	if (!store->db->made || !get_int(store, things, &n, NULL) || n != 0)
		return false;
	/* Others who have it open are in the way of this. */
	sqlite3_busy_timeout(store->db->sqlite, 0);
	if (sqlite3_prepare_v2(store->db->sqlite,
		"PRAGMA journal_mode = DELETE", -1, &sql, NULL) != SQLITE_OK)
		return false;
	if (sqlite3_step(sql) == SQLITE_ROW)
		alone = tm_str_eq(tm_store_column(sql, 0), TM_STR("delete"));
	sqlite3_finalize(sql);
	return alone;
}

void
tm_store_abandon(tm_store *store)
{
	char *path;

	if (store == NULL)
		return;
	tm_store_rollback(store);
	if (!is_of_no_use(store)) {
		tm_store_close(store);
		return;
	}
	path = tm_strdup(store->path);
	store->db->n_added = 0; /* nothing to index */
	tm_store_close(store);
	unlink(path);
	free(path);
}

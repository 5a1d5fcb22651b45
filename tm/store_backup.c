/*
 * store_backup.c - a copy of a memory that is in use
 *
 * SQLite copies page by page from a snapshot, into a file beside the one
 * that is wanted; that is read from end to end, synced, and given its name
 * only then. So there is a sound copy under that name, or nothing.
 */
#include "config.h"

#include "tm/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "tm/store_sql_int.h"

static bool
copy_pages(tm_store *store, const char *beside, const char *path, tm_error *err)
{
	sqlite3 *to = NULL;
	sqlite3_backup *copy;
	int why;
	int got = sqlite3_open_v2(beside, &to,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
	    NULL);

	if (got == SQLITE_OK) {
		sqlite3_busy_timeout(to, 10000);
		copy =
		    sqlite3_backup_init(to, "main", store->db->sqlite, "main");
		got = copy == NULL ? sqlite3_errcode(to)
				   : sqlite3_backup_step(copy, -1);
		/* -1 is all there is; it then says that it is done. */
		if (got == SQLITE_DONE || got == SQLITE_OK)
			got = sqlite3_backup_finish(copy);
		else
			sqlite3_backup_finish(copy);
	}
	why = to == NULL ? 0 : sqlite3_system_errno(to);
	if (got == SQLITE_CORRUPT || got == SQLITE_NOTADB)
		tm_fail(err, TM_PARSE,
		    "'%s' is damaged and cannot be copied; see 'tmtool info "
		    "--check'",
		    store->path);
	else if (got != SQLITE_OK)
		tm_fail(err, TM_IO, "cannot copy '%s' to '%s': %s", store->path,
		    path,
		    got == SQLITE_FULL ? "no space left on the device"
		    : why != 0	       ? strerror(why)
				       : sqlite3_errstr(got));
	sqlite3_close(to);
	return got == SQLITE_OK;
}

static bool
verify(const char *path, const char *beside, tm_error *err)
{
	tm_store *copy = tm_store_open(beside, TM_READ, NULL);
	tm_error inner;
	bool ok = copy != NULL && tm_store_check_tables(copy, &inner);

	if (!ok)
		tm_fail(err, TM_PARSE,
		    "'%s' is damaged, and so is a copy of it; 'tmtool info "
		    "--check' says what is",
		    path);

	tm_store_close(copy);
	return ok;
}

static bool
sync_path(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* Give it its name, unless somebody else has taken that meanwhile. */
static bool
give_name(const char *beside, const char *path, tm_error *err)
{
	char *folder = tm_strdup(path), *slash = strrchr(folder, '/');
	int fd;

	if (slash != NULL)
		slash[slash == folder] = '\0';
	/* link() never replaces; where a file system has no links, rename()
	 * after a look. */
	if (!sync_path(beside, O_RDWR) ||
	    (link(beside, path) == 0
		    ? unlink(beside) != 0
		    : errno == EEXIST || access(path, F_OK) == 0 ||
			  rename(beside, path) != 0)) {
		tm_fail(err, TM_IO, "cannot make '%s': %s", path,
		    access(path, F_OK) == 0 ? "it is there already"
					    : strerror(errno));
		free(folder);
		return false;
	}
	/* Some file systems do not sync folders; then that is that. */
	fd = open(slash == NULL ? "." : folder, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(folder);
	return true;
}

bool
tm_store_backup(tm_store *store, const char *path, tm_error *err)
{
	static const char *const rests[] = { "", "-wal", "-shm", "-journal" };
	tm_buf beside = { 0 }, rest = { 0 };
	bool ok;

	if (access(path, F_OK) == 0)
		return tm_fail(err, TM_INVALID,
		    "'%s' is there already: a backup is a new file", path);
	tm_buf_printf(&beside, "%s.part-%ld", path, (long)getpid());
	ok = copy_pages(store, beside.p, path, err) &&
	     verify(store->path, beside.p, err) &&
	     give_name(beside.p, path, err);
	for (size_t i = 0; i < sizeof rests / sizeof rests[0]; i++) {
		tm_buf_clear(&rest);
		tm_buf_printf(&rest, "%s%s", beside.p, rests[i]);
		unlink(rest.p);
	}
	tm_buf_release(&rest);
	tm_buf_release(&beside);
	return ok;
}

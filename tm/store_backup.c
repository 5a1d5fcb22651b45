/*
 * store_backup.c - a copy of a memory that is in use
 *
 * SQLite copies page by page from a snapshot, into a file beside the one
 * that is wanted; that is read from end to end, synced, and given its name
 * only then. So there is a sound copy under that name, or nothing:
 *
 *	monday.tm			sound
 *	tuesday.tm.part-HOST-811	what process 811 of HOST is at
 *
 * Who is killed cannot tidy up. The next backup into the same folder does:
 * it removes parts whose process is gone, and those of another machine that
 * nobody has written to for a day.
 */
#include "config.h"

#include "tm/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tm/store_sql_int.h"

/* ---- Parts -------------------------------------------------------------- */

#define PART ".part-"

/* This machine, in letters that a name of a file may have everywhere. */
static void
host_name(char out[64])
{
	if (gethostname(out, 64) != 0)
		strcpy(out, "localhost");
	out[63] = '\0';
	for (char *p = out; *p != '\0'; p++)
		if (strchr(
			"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			"0123456789.-",
			*p) == NULL)
			*p = '_';
}

static void
part_name(const char *path, tm_buf *out)
{
	char host[64];

	host_name(host);
	tm_buf_printf(out, "%s" PART "%s-%ld", path, host, (long)getpid());
}

/* Whose part has this name? False: it is none. */
static bool
parse_part(const char *name, tm_str *host, long *pid)
{
	const char *at = name, *next, *dash;
	char *end;

	while ((next = strstr(at, PART)) != NULL)
		at = next + strlen(PART);
	dash = strrchr(at, '-');
	if (at == name || dash == NULL || dash[1] < '1' || dash[1] > '9')
		return false;
	errno = 0;
	*pid = strtol(dash + 1, &end, 10);
	*host = (tm_str){ at, (size_t)(dash - at) };
	return *end == '\0' && errno == 0;
}

static void
remove_part(const char *part)
{
	/* The file itself at last: by it the others are found. */
	static const char *const rests[] = { "-wal", "-shm", "-journal", "" };
	tm_buf rest = { 0 };

	for (size_t i = 0; i < sizeof rests / sizeof rests[0]; i++) {
		tm_buf_clear(&rest);
		tm_buf_printf(&rest, "%s%s", part, rests[i]);
		unlink(rest.p);
	}
	tm_buf_release(&rest);
}

/* Is it a file of ours, and does it begin as a copy would, which may not have
 * its first page yet? */
static bool
is_copy(const char *part, struct stat *st)
{
	static const char zeros[16];
	char head[16];
	ssize_t got = -1;
	int fd = open(part, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0)
		return false;
	if (fstat(fd, st) == 0 && S_ISREG(st->st_mode) &&
	    st->st_uid == geteuid())
		got = read(fd, head, sizeof head);
	close(fd);
	return got == 0 || (got == sizeof head &&
			       (memcmp(head, "SQLite format 3", 16) == 0 ||
				   memcmp(head, zeros, 16) == 0));
}

static bool
is_left_over(const char *part, tm_str host, long pid)
{
	char here[64];
	struct stat st;

	if (!is_copy(part, &st))
		return false;
	host_name(here);
	if (tm_str_eq(host, tm_str_of(here)))
		return kill((pid_t)pid, 0) != 0 && errno == ESRCH;
	return st.st_mtime < time(NULL) - 24 * 60 * 60;
}

/* Remove the parts beside path that nobody is at any more. */
static void
sweep_parts(const char *path)
{
	char *folder = tm_strdup(path), *slash = strrchr(folder, '/');
	DIR *dir;
	struct dirent *e;
	tm_buf part = { 0 };
	tm_str host;
	long pid;

	if (slash != NULL)
		slash[slash == folder] = '\0';
	dir = opendir(slash == NULL ? "." : folder);
	while (dir != NULL && (e = readdir(dir)) != NULL) {
		if (!parse_part(e->d_name, &host, &pid))
			continue;
		tm_buf_clear(&part);
		tm_buf_printf(
		    &part, "%s/%s", slash == NULL ? "." : folder, e->d_name);
		if (is_left_over(part.p, host, pid))
			remove_part(part.p);
	}
	if (dir != NULL)
		closedir(dir);
	tm_buf_release(&part);
	free(folder);
}

/* ---- Copying ------------------------------------------------------------ */

static bool
interrupted(const tm_store *store, tm_error *err)
{
	return tm_fail(err, TM_INVALID,
	    "the copy of '%s' was not finished: interrupted", store->path);
}

enum { PAGES = 1024 }; /* between two looks at who may want it stopped */

/* All pages of the snapshot. Returns what SQLite says, SQLITE_DONE at best,
 * SQLITE_INTERRUPT when somebody stopped it. */
static int
copy_all(tm_store *store, sqlite3_backup *copy)
{
	int got, all;

	while ((got = sqlite3_backup_step(copy, PAGES)) == SQLITE_OK) {
		all = sqlite3_backup_pagecount(copy);
		if (!tm_watch_tell(&store->watch, "copying",
			1 - (double)sqlite3_backup_remaining(copy) /
				(all > 0 ? all : 1)))
			return SQLITE_INTERRUPT;
	}
	return got;
}

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
		got =
		    copy == NULL ? sqlite3_errcode(to) : copy_all(store, copy);
		if (got == SQLITE_DONE)
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
	else if (got == SQLITE_INTERRUPT)
		interrupted(store, err);
	else if (got != SQLITE_OK)
		tm_fail(err, TM_IO, "cannot copy '%s' to '%s': %s", store->path,
		    path,
		    got == SQLITE_FULL ? "no space left on the device"
		    : why != 0	       ? strerror(why)
				       : sqlite3_errstr(got));
	sqlite3_close(to);
	return got == SQLITE_OK;
}

/* One snapshot: also of a memory that this user may only read, and that
 * somebody else writes to. */
static bool
copy_snapshot(
    tm_store *store, const char *beside, const char *path, tm_error *err)
{
	tm_error inner;
	bool opened, ok;

	for (int tries = 1;; tries++) {
		if (!tm_store_begin_read(store, &opened, err))
			return false;
		ok = copy_pages(store, beside, path, &inner);
		ok = tm_store_end_read(store, opened, ok, &inner);
		if (ok)
			return true;
		if (inner.code != TM_BUSY || tries == TM_READ_TRIES)
			return tm_fail(err, inner.code, "%s", inner.msg);
		remove_part(beside);
	}
}

static bool
verify(const tm_store *store, const char *beside, tm_error *err)
{
	const char *path = store->path;
	tm_store *copy = tm_store_open(beside, TM_READ, NULL);
	tm_error inner;
	bool ok;

	if (copy != NULL)
		copy->watch = store->watch;
	ok = copy != NULL && tm_store_check_tables(copy, &inner);
	if (!ok && copy != NULL && copy->watch.stopped)
		interrupted(store, err);
	else if (!ok)
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
	tm_buf beside = { 0 };
	bool ok;

	if (access(path, F_OK) == 0)
		return tm_fail(err, TM_INVALID,
		    "'%s' is there already: a backup is a new file", path);
	sweep_parts(path);
	part_name(path, &beside);
	remove_part(beside.p);
	ok = copy_snapshot(store, beside.p, path, err) &&
	     verify(store, beside.p, err) && give_name(beside.p, path, err);
	remove_part(beside.p);
	tm_buf_release(&beside);
	return ok;
}

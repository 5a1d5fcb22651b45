/*
 * store_folder.c - the segment files of an index, in a folder
 *
 * Beside news.tm lies news.tm.index:
 *
 *	0-900000	units 1 to 900000
 *	900000-904000	units 900001 to 904000
 *	patch-3-12	units touched in revisions 4 to 12, as of 12
 *	new-811-1	what process 811 has not committed yet
 *	lock		held by who writes
 *
 * A file is whole or not there: written beside, synced, renamed. Only one
 * process writes; who comes second, or may not write here, has the same in
 * memory. What a file says of the memory is for store_index.c to believe.
 *
 * The index of a memory that nobody may write beside can be kept elsewhere,
 * among what is this user's and can be made again:
 *
 *	~/.cache/tmtool/index/UUID-HASH		of the memory, of its path
 *
 * store_kept.c sees to it that these do not stay for ever.
 */
#include "config.h"

#include "tm/store_folder_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct tm_folder {
	char *memory;
	char *beside;
	char *kept;   /* where it is written instead, or NULL */
	bool damaged; /* what is beside, and cannot be mended */
	tm_watch *watch;
};

tm_folder *
tm_folder_new(const char *memory)
{
	tm_folder *f = tm_zalloc(1, sizeof *f);
	tm_buf path = { 0 };

	tm_buf_printf(&path, "%s.index", memory);
	f->memory = tm_strdup(memory);
	f->beside = path.p;
	return f;
}

void
tm_folder_free(tm_folder *f)
{
	if (f == NULL)
		return;
	free(f->memory);
	free(f->beside);
	free(f->kept);
	free(f);
}

void
tm_folder_watch(tm_folder *f, tm_watch *watch)
{
	f->watch = watch;
}

/* Was what has failed only given up? */
static bool
is_stopped(const tm_folder *f)
{
	return f->watch != NULL && f->watch->stopped;
}

bool
tm_folder_is_closed(const tm_folder *f)
{
	char *slash, *above;
	bool closed;

	if (access(f->beside, W_OK) == 0)
		return false;
	if (errno != ENOENT)
		return true;
	above = tm_strdup(f->beside);
	slash = strrchr(above, '/');
	if (slash != NULL)
		slash[slash == above] = '\0';
	closed = access(slash == NULL ? "." : above, W_OK) != 0;
	free(above);
	return closed;
}

void
tm_folder_keep(tm_folder *f, const char *uuid)
{
	char *whole = realpath(f->memory, NULL);
	tm_buf name = { 0 }, path = { 0 };
	tm_str at = tm_str_of(whole == NULL ? f->memory : whole);

	tm_buf_printf(&name, "index/%s-%016llx", uuid,
	    (unsigned long long)tm_str_hash(at));
	/* A memory that came from elsewhere may say anything of itself. */
	if (tm_kept_is_name(name.p + strlen("index/")) &&
	    tm_cache_path(name.p, &path)) {
		free(f->kept);
		f->kept = tm_strdup(path.p);
	}
	tm_buf_release(&path);
	tm_buf_release(&name);
	free(whole);
}

const char *
tm_folder_path(const tm_folder *f)
{
	if (f->kept != NULL && access(f->kept, F_OK) == 0)
		return f->kept;
	return access(f->beside, F_OK) == 0 ? f->beside : NULL;
}

/* Where files are written. */
static const char *
home_of(const tm_folder *f)
{
	return f->kept != NULL ? f->kept : f->beside;
}

/* ---- Names ------------------------------------------------------------- */

/* Where the segment with this head is. */
static void
file_name(const char *folder, const tm_segment_head *h, bool patch, tm_buf *out)
{
	tm_buf_clear(out);
	tm_buf_printf(out, "%s/%s%lld-%lld", folder, patch ? "patch-" : "",
	    (long long)h->lo, (long long)h->hi);
}

/* The ends of the range a file is named after. */
static bool
parse_name(const char *name, int64_t *lo, int64_t *hi)
{
	char *end;

	if (*name < '0' || *name > '9')
		return false;
	*lo = strtoll(name, &end, 10);
	if (*end != '-' || end[1] < '0' || end[1] > '9')
		return false;
	*hi = strtoll(end + 1, &end, 10);
	return *end == '\0' && *lo < *hi;
}

/* The revisions a patch file is named after: "patch-3-12". */
static bool
parse_patch(const char *name, int64_t *lo, int64_t *hi)
{
	return strncmp(name, "patch-", 6) == 0 && parse_name(name + 6, lo, hi);
}

static void
new_name(const char *folder, const tm_segment_head *h, tm_buf *out)
{
	tm_buf_clear(out);
	tm_buf_printf(
	    out, "%s/new-%ld-%lld", folder, (long)getpid(), (long long)h->lo);
}

bool
tm_folder_is_ours(const char *name)
{
	return (*name >= '0' && *name <= '9') ||
	       strncmp(name, "patch-", 6) == 0 ||
	       strncmp(name, "new-", 4) == 0 || strcmp(name, "lock") == 0;
}

/* Is it of a process that is at work yet? */
static bool
is_being_made(const char *name)
{
	long pid =
	    strncmp(name, "new-", 4) == 0 ? strtol(name + 4, NULL, 10) : 0;

	return pid > 0 && (kill((pid_t)pid, 0) == 0 || errno == EPERM);
}

/* ---- Reading ----------------------------------------------------------- */

/* The file that goes farthest: from lo on, or (patch) from wherever. */
static bool
find_longest(
    const char *folder, bool patch, int64_t from, int64_t *lo, int64_t *hi)
{
	DIR *dir = opendir(folder);
	struct dirent *e;
	int64_t a, b;

	*hi = 0;
	while (dir != NULL && (e = readdir(dir)) != NULL)
		if (patch ? parse_patch(e->d_name, &a, &b)
			  : parse_name(e->d_name, &a, &b) && a == from)
			if (b > *hi) {
				*lo = a;
				*hi = b;
			}
	if (dir != NULL)
		closedir(dir);
	return *hi > 0;
}

static tm_segment *
open_longest(const char *folder, bool patch, int64_t from)
{
	tm_segment *s = NULL;
	tm_segment_head h = { .lo = from };
	tm_buf name = { 0 };

	/* Merged away while we looked? Then look again. */
	for (int tries = 0; tries < 100; tries++) {
		if (!find_longest(folder, patch, from, &h.lo, &h.hi))
			break;
		file_name(folder, &h, patch, &name);
		s = tm_segment_open(name.p, NULL);
		if (s != NULL || access(name.p, F_OK) == 0)
			break;
	}
	if (s != NULL && (tm_segment_about(s)->lo != h.lo ||
			     tm_segment_about(s)->hi != h.hi)) {
		tm_segment_free(s);
		s = NULL;
	}
	tm_buf_release(&name);
	return s;
}

/* What this user had to make is of no use to others, but may be newer. */
static tm_segment *
open_somewhere(const tm_folder *f, bool patch, int64_t from)
{
	tm_segment *s = NULL;

	if (f->kept != NULL)
		s = open_longest(f->kept, patch, from);
	if (s != NULL)
		tm_kept_used(f->kept);
	return s != NULL || f->damaged ? s
				       : open_longest(f->beside, patch, from);
}

tm_segment *
tm_folder_open(const tm_folder *f, int64_t lo)
{
	return open_somewhere(f, false, lo);
}

tm_segment *
tm_folder_open_patch(const tm_folder *f)
{
	return open_somewhere(f, true, 0);
}

/* ---- Writing ----------------------------------------------------------- */

/* -1 when somebody else writes, or nobody can. */
static int
lock_folder(const tm_folder *f)
{
	tm_buf name = { 0 };
	int fd = -1;

	tm_buf_printf(&name, "%s/lock", home_of(f));
	if (f->kept != NULL ? tm_cache_folders(name.p)
			    : mkdir(f->beside, 0777) == 0 || errno == EEXIST)
		fd = open(name.p, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	tm_buf_release(&name);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

tm_segment *
tm_folder_write(
    const tm_folder *f, tm_growing *g, const tm_segment_head *head, bool patch)
{
	int lock = lock_folder(f);
	tm_segment *s = NULL;
	tm_buf name = { 0 };

	if (lock >= 0) {
		file_name(home_of(f), head, patch, &name);
		if (tm_segment_write(g, head, name.p, f->watch, NULL))
			s = tm_segment_open(name.p, NULL);
		close(lock);
	}
	if (s != NULL && f->kept != NULL)
		tm_kept_tidy(f->kept);
	tm_buf_release(&name);
	return s != NULL || is_stopped(f) ? s : tm_segment_from(g, head);
}

tm_segment *
tm_folder_join(const tm_folder *f, const tm_join *v, size_t n,
    const tm_segment_head *head, bool patch)
{
	int lock = lock_folder(f);
	tm_segment *s = NULL;
	tm_buf name = { 0 };
	size_t units = 0;

	if (lock >= 0) {
		file_name(home_of(f), head, patch, &name);
		if (tm_segment_write_join(v, n, head, name.p, f->watch, NULL))
			s = tm_segment_open(name.p, NULL);
		close(lock);
	}
	if (s != NULL && f->kept != NULL)
		tm_kept_tidy(f->kept);
	tm_buf_release(&name);
	for (size_t i = 0; i < n; i++)
		units += tm_segment_units(v[i].seg);
	if (s == NULL && !is_stopped(f) &&
	    units <= (size_t)tm_segment_limits.units)
		s = tm_segment_join(v, n, head);
	return s;
}

tm_segment *
tm_folder_write_new(
    const tm_folder *f, tm_growing *g, const tm_segment_head *head)
{
	tm_segment *s = NULL;
	tm_buf name = { 0 };

	new_name(home_of(f), head, &name);
	if ((mkdir(f->beside, 0777) == 0 || errno == EEXIST) &&
	    tm_segment_write(g, head, name.p, f->watch, NULL))
		s = tm_segment_open(name.p, NULL);
	tm_buf_release(&name);
	return s;
}

bool
tm_folder_adopt(const tm_folder *f, const tm_segment *s)
{
	int lock = lock_folder(f);
	tm_buf from = { 0 }, to = { 0 };
	bool ok;

	new_name(home_of(f), tm_segment_about(s), &from);
	file_name(home_of(f), tm_segment_about(s), false, &to);
	ok = lock >= 0 && rename(from.p, to.p) == 0;
	if (lock >= 0)
		close(lock);
	if (!ok)
		unlink(from.p);
	tm_buf_release(&from);
	tm_buf_release(&to);
	return ok;
}

void
tm_folder_drop_new(const tm_folder *f, const tm_segment *s)
{
	tm_buf name = { 0 };

	new_name(home_of(f), tm_segment_about(s), &name);
	unlink(name.p);
	tm_buf_release(&name);
}

void
tm_folder_sweep(const tm_folder *f, tm_segment *const *segs, size_t n,
    const tm_segment *patch)
{
	int lock = lock_folder(f);
	DIR *dir = lock < 0 ? NULL : opendir(home_of(f));
	int64_t lo, hi, end = n == 0 ? 0 : tm_segment_about(segs[n - 1])->hi;
	tm_buf name = { 0 };
	struct dirent *e;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		bool used = !tm_folder_is_ours(e->d_name) ||
			    strcmp(e->d_name, "lock") == 0 ||
			    is_being_made(e->d_name);

		if (parse_name(e->d_name, &lo, &hi)) {
			used = lo >= end;
			for (size_t i = 0; i < n; i++)
				if (tm_segment_about(segs[i])->lo == lo &&
				    tm_segment_about(segs[i])->hi == hi)
					used = true;
		}
		if (parse_patch(e->d_name, &lo, &hi))
			used =
			    patch != NULL && hi >= tm_segment_about(patch)->hi;
		if (used)
			continue;
		tm_buf_clear(&name);
		tm_buf_printf(&name, "%s/%s", home_of(f), e->d_name);
		unlink(name.p);
	}
	if (dir != NULL)
		closedir(dir);
	if (lock >= 0)
		close(lock);
	tm_buf_release(&name);
}

bool
tm_folder_remove(
    tm_folder *f, tm_segment *const *segs, size_t n, const tm_segment *patch)
{
	int lock = lock_folder(f);
	tm_buf name = { 0 };

	if (lock < 0)
		return false;
	/* It may not have been one of those that can be removed. */
	f->damaged = f->kept != NULL;
	for (size_t i = 0; i < n; i++) {
		file_name(home_of(f), tm_segment_about(segs[i]), false, &name);
		unlink(name.p);
	}
	if (patch != NULL) {
		file_name(home_of(f), tm_segment_about(patch), true, &name);
		unlink(name.p);
	}
	close(lock);
	tm_buf_release(&name);
	return true;
}

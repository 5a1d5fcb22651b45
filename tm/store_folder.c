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
 */
#include "config.h"

#include "tm/store_segment_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

char *
tm_folder_of(const char *memory)
{
	tm_buf folder = { 0 };

	tm_buf_printf(&folder, "%s.index", memory);
	return folder.p;
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

tm_segment *
tm_folder_open(const char *folder, int64_t lo)
{
	return open_longest(folder, false, lo);
}

tm_segment *
tm_folder_open_patch(const char *folder)
{
	return open_longest(folder, true, 0);
}

/* ---- Writing ----------------------------------------------------------- */

/* -1 when somebody else writes, or nobody can. */
static int
lock_folder(const char *folder)
{
	tm_buf name = { 0 };
	int fd;

	if (mkdir(folder, 0777) != 0 && errno != EEXIST)
		return -1;
	tm_buf_printf(&name, "%s/lock", folder);
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
    const char *folder, tm_growing *g, const tm_segment_head *head, bool patch)
{
	int lock = lock_folder(folder);
	tm_segment *s = NULL;
	tm_buf name = { 0 };

	if (lock >= 0) {
		file_name(folder, head, patch, &name);
		if (tm_segment_write(g, head, name.p, NULL))
			s = tm_segment_open(name.p, NULL);
		close(lock);
	}
	tm_buf_release(&name);
	return s != NULL ? s : tm_segment_from(g, head);
}

tm_segment *
tm_folder_write_new(
    const char *folder, tm_growing *g, const tm_segment_head *head)
{
	tm_segment *s = NULL;
	tm_buf name = { 0 };

	new_name(folder, head, &name);
	if ((mkdir(folder, 0777) == 0 || errno == EEXIST) &&
	    tm_segment_write(g, head, name.p, NULL))
		s = tm_segment_open(name.p, NULL);
	tm_buf_release(&name);
	return s;
}

bool
tm_folder_adopt(const char *folder, const tm_segment *s)
{
	int lock = lock_folder(folder);
	tm_buf from = { 0 }, to = { 0 };
	bool ok;

	new_name(folder, tm_segment_about(s), &from);
	file_name(folder, tm_segment_about(s), false, &to);
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
tm_folder_drop_new(const char *folder, const tm_segment *s)
{
	tm_buf name = { 0 };

	new_name(folder, tm_segment_about(s), &name);
	unlink(name.p);
	tm_buf_release(&name);
}

void
tm_folder_sweep(const char *folder, tm_segment *const *segs, size_t n,
    const tm_segment *patch)
{
	int lock = lock_folder(folder);
	DIR *dir = lock < 0 ? NULL : opendir(folder);
	int64_t lo, hi, end = n == 0 ? 0 : tm_segment_about(segs[n - 1])->hi;
	tm_buf name = { 0 };
	struct dirent *e;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		bool used = e->d_name[0] == '.' ||
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
		tm_buf_printf(&name, "%s/%s", folder, e->d_name);
		unlink(name.p);
	}
	if (dir != NULL)
		closedir(dir);
	if (lock >= 0)
		close(lock);
	tm_buf_release(&name);
}

bool
tm_folder_remove(const char *folder, tm_segment *const *segs, size_t n,
    const tm_segment *patch)
{
	int lock = lock_folder(folder);
	tm_buf name = { 0 };

	if (lock < 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		file_name(folder, tm_segment_about(segs[i]), false, &name);
		unlink(name.p);
	}
	if (patch != NULL) {
		file_name(folder, tm_segment_about(patch), true, &name);
		unlink(name.p);
	}
	close(lock);
	tm_buf_release(&name);
	return true;
}

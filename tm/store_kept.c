/*
 * store_kept.c - which of the indexes among a user's caches may go
 *
 * An index that cannot be beside its memory (store_folder.c) stays when that
 * memory is gone, and nobody else would remove it:
 *
 *	index/UUID-HASH/lock		last used when its date says
 *	index/UUID-HASH/0-900000
 *	index/UUID-HASH/900000-904000
 *
 * Whoever has written one removes those of others that nobody has used for
 * long, and then, while all of them are too much, the one that was used
 * longest ago. It can be made again, and who has it mapped keeps what is
 * mapped. What is being written is left alone, and so is whatever was not
 * made here: nothing is followed that leads elsewhere, and no name is
 * touched that has not our form.
 */
#include "config.h"

#include "tm/store_folder_int.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { DAY = 24 * 60 * 60 };

/* 4 GB are the indexes of some eighteen million units. */
struct tm_kept_limits tm_kept_limits = { 90 * DAY, INT64_C(4) << 30 };

typedef struct kept {
	char *name;
	time_t used;
	int64_t bytes;
} kept;

typedef struct all_kept {
	kept *v;
	size_t n, cap;
	int64_t bytes;
} all_kept;

bool
tm_kept_is_name(const char *name)
{
	size_t n = strspn(name, "0123456789abcdef");

	return n == 32 && name[n] == '-' &&
	       strspn(name + n + 1, "0123456789abcdef") == 16 &&
	       name[n + 17] == '\0';
}

/* A folder of at, never by a link that is there instead. */
static int
open_folder(int at, const char *name)
{
	return openat(
	    at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Each name in the folder that fd is open on; fd stays open. */
static void
each_name(
    int fd, void (*name)(void *self, int fd, const char *name), void *self)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	DIR *dir = own < 0 ? NULL : fdopendir(own);
	struct dirent *e;

	if (dir == NULL) {
		if (own >= 0)
			close(own);
		return;
	}
	rewinddir(dir);
	while ((e = readdir(dir)) != NULL)
		name(self, fd, e->d_name);
	closedir(dir);
}

/* ---- Looking ----------------------------------------------------------- */

static void
add_size(void *self, int fd, const char *name)
{
	kept *k = self;
	struct stat st;

	if (tm_folder_is_ours(name) &&
	    fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode))
		k->bytes += st.st_size;
}

static void
note_kept(void *self, int at, const char *name)
{
	all_kept *all = self;
	kept k = { 0 };
	struct stat st;
	int fd = tm_kept_is_name(name) ? open_folder(at, name) : -1;

	if (fd < 0)
		return;
	if (fstatat(fd, "lock", &st, AT_SYMLINK_NOFOLLOW) == 0 ||
	    fstat(fd, &st) == 0) {
		k.used = st.st_mtime;
		k.name = tm_strdup(name);
		each_name(fd, add_size, &k);
		tm_grow(all->v, all->n, all->cap);
		all->v[all->n++] = k;
		all->bytes += k.bytes;
	}
	close(fd);
}

static int
longest_unused_first(const void *a, const void *b)
{
	const kept *x = a, *y = b;

	if (x->used != y->used)
		return x->used < y->used ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* ---- Removing ---------------------------------------------------------- */

static void
remove_name(void *self, int fd, const char *name)
{
	(void)self;
	if (tm_folder_is_ours(name) && strcmp(name, "lock") != 0)
		unlinkat(fd, name, 0);
}

/* False when somebody is writing there. */
static bool
remove_kept(int at, const char *name)
{
	int fd = open_folder(at, name), lock;
	bool ok;

	if (fd < 0)
		return false;
	lock =
	    openat(fd, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
	ok = lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0;
	if (ok) {
		each_name(fd, remove_name, NULL);
		unlinkat(fd, "lock", 0);
		unlinkat(at, name, AT_REMOVEDIR);
	}
	if (lock >= 0)
		close(lock);
	close(fd);
	return ok;
}

static void
remove_old(int at, const all_kept *all, const char *own)
{
	time_t now = time(NULL);
	int64_t left = all->bytes;

	for (size_t i = 0; i < all->n; i++) {
		const kept *k = &all->v[i];

		if (strcmp(k->name, own) == 0)
			continue;
		if (now - k->used <= tm_kept_limits.unused &&
		    left <= tm_kept_limits.bytes)
			break;
		if (remove_kept(at, k->name))
			left -= k->bytes;
	}
}

void
tm_kept_used(const char *folder)
{
	tm_buf lock = { 0 };
	struct stat st;

	tm_buf_printf(&lock, "%s/lock", folder);
	/* Not at every lookup. */
	if (lstat(lock.p, &st) == 0 && S_ISREG(st.st_mode) &&
	    time(NULL) - st.st_mtime > DAY)
		utimensat(AT_FDCWD, lock.p, NULL, AT_SYMLINK_NOFOLLOW);
	tm_buf_release(&lock);
}

void
tm_kept_tidy(const char *folder)
{
	const char *own = strrchr(folder, '/');
	tm_buf parent = { 0 };
	all_kept all = { 0 };
	int at;

	if (own++ == NULL)
		return;
	tm_buf_add(&parent, folder, (size_t)(own - folder));
	at = open(tm_buf_str(&parent).p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (at >= 0) {
		each_name(at, note_kept, &all);
		if (all.n > 1)
			qsort(
			    all.v, all.n, sizeof *all.v, longest_unused_first);
		remove_old(at, &all, own);
		close(at);
	}
	for (size_t i = 0; i < all.n; i++)
		free(all.v[i].name);
	free(all.v);
	tm_buf_release(&parent);
}

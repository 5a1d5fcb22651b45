/*
 * base.c - errors as values, slices, buffers, arenas, growing arrays, files
 *
 * An arena is a list of blocks, each twice as large as the one before, so
 * that a million small strings cost twenty calls of malloc:
 *
 *	head -> [ 64K: ...used....free ] -> [ 32K: full ] -> [ 16K: full ]
 */
#include "config.h"

#include "tm/base_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Errors ------------------------------------------------------------ */

bool
tm_fail(tm_error *err, tm_code code, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (err == NULL)
		return false;
	err->code = code;
	va_start(ap, fmt);
	n = vsnprintf(err->msg, sizeof err->msg, fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof err->msg) {
		/* Cut before the character that did not fit whole. */
		size_t end = sizeof err->msg - 1;

		while (end > 0 &&
		       ((unsigned char)err->msg[end - 1] & 0xc0) == 0x80)
			end--;
		if (end > 0 && (unsigned char)err->msg[end - 1] >= 0xc0)
			end--;
		err->msg[end] = '\0';
	}
	return false;
}

/* ---- Memory ------------------------------------------------------------ */

static void (*oom_handler)(size_t size);

void
tm_set_oom_handler(void (*handler)(size_t size))
{
	oom_handler = handler;
}

static void
out_of_memory(size_t size)
{
	if (oom_handler != NULL)
		oom_handler(size);
	abort();
}

void *
tm_alloc(size_t size)
{
	void *p = malloc(size == 0 ? 1 : size);

	if (p == NULL)
		out_of_memory(size);
	return p;
}

void *
tm_zalloc(size_t count, size_t size)
{
	void *p = calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);

	if (p == NULL)
		out_of_memory(count * size);
	return p;
}

void *
tm_realloc(void *old, size_t count, size_t size)
{
	void *p;

	if (size != 0 && count > SIZE_MAX / size)
		out_of_memory(SIZE_MAX);
	p = realloc(old, count * size == 0 ? 1 : count * size);
	if (p == NULL)
		out_of_memory(count * size);
	return p;
}

char *
tm_strdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(tm_alloc(n), s, n);
}

void *
tm_grow_array(void *v, size_t want, size_t *cap, size_t size)
{
	size_t more = *cap < 8 ? 8 : *cap + *cap / 2;

	if (more < want)
		more = want;
	v = tm_realloc(v, more, size);
	*cap = more;
	return v;
}

/* ---- Slices ------------------------------------------------------------ */

int
tm_str_cmp(tm_str a, tm_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return c != 0 ? c : (a.n > b.n) - (a.n < b.n);
}

bool
tm_str_starts(tm_str s, tm_str prefix)
{
	return s.n >= prefix.n &&
	       (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool
tm_str_ends(tm_str s, tm_str suffix)
{
	return s.n >= suffix.n &&
	       (suffix.n == 0 ||
		   memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

bool
tm_str_ieq(tm_str a, tm_str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (tm_to_lower(a.p[i]) != tm_to_lower(b.p[i]))
			return false;
	return true;
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

tm_str
tm_str_trim(tm_str s)
{
	while (s.n > 0 && is_space(s.p[s.n - 1]))
		s.n--;
	while (s.n > 0 && is_space(s.p[0]))
		s.p++, s.n--;
	return s;
}

uint64_t
tm_str_hash(tm_str s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
	return h;
}

/*
 * Each step is a product that differs for every word of eight bytes, and takes
 * its high half, where the differences are, back into the low one.
 */
static uint64_t
stir(uint64_t h, uint64_t word)
{
	h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 32;
}

uint64_t
tm_str_quick_hash(tm_str s)
{
	uint64_t h = s.n * UINT64_C(0xc2b2ae3d27d4eb4f), word = 0;
	uint32_t first, last;
	size_t i = 0;

	for (; i + sizeof word <= s.n; i += sizeof word) {
		memcpy(&word, s.p + i, sizeof word);
		h = stir(h, word);
	}
	if (i == s.n)
		return stir(h, 0);
	/* The end: bytes of it twice, rather than one after the other. */
	if (s.n > sizeof word) {
		memcpy(&word, s.p + s.n - sizeof word, sizeof word);
	} else if (s.n >= sizeof first) {
		memcpy(&first, s.p, sizeof first);
		memcpy(&last, s.p + s.n - sizeof last, sizeof last);
		word = (uint64_t)first << 32 | last;
	} else {
		const unsigned char *p = (const unsigned char *)s.p;

		word = (uint64_t)p[0] << 16 | (uint64_t)p[s.n / 2] << 8 |
		       p[s.n - 1];
	}
	return stir(h, word);
}

/* ---- Buffers ----------------------------------------------------------- */

void
tm_buf_release(tm_buf *buf)
{
	free(buf->p);
	*buf = (tm_buf){ 0 };
}

void
tm_buf_clear(tm_buf *buf)
{
	buf->n = 0;
	if (buf->p != NULL)
		buf->p[0] = '\0';
}

void
tm_buf_reserve(tm_buf *buf, size_t more)
{
	if (more > SIZE_MAX - buf->n - 1)
		out_of_memory(SIZE_MAX);
	tm_grow_to(buf->p, buf->n + more + 1, buf->cap);
}

void
tm_buf_add(tm_buf *buf, const void *p, size_t n)
{
	tm_buf_reserve(buf, n);
	if (n > 0)
		memcpy(buf->p + buf->n, p, n);
	buf->n += n;
	buf->p[buf->n] = '\0';
}

void
tm_buf_adds(tm_buf *buf, const char *s)
{
	tm_buf_add(buf, s, strlen(s));
}

void
tm_buf_addc(tm_buf *buf, char c)
{
	/* Not by tm_buf_add(): many a text is built so. */
	if (buf->cap - buf->n < 2)
		tm_buf_reserve(buf, 1);
	buf->p[buf->n++] = c;
	buf->p[buf->n] = '\0';
}

void
tm_buf_printf(tm_buf *buf, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tm_buf_vprintf(buf, fmt, ap);
	va_end(ap);
}

void
tm_buf_vprintf(tm_buf *buf, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n <= 0)
		return;
	tm_buf_reserve(buf, (size_t)n);
	vsnprintf(buf->p + buf->n, (size_t)n + 1, fmt, ap);
	buf->n += (size_t)n;
}

tm_str
tm_buf_str(const tm_buf *buf)
{
	return (tm_str){ buf->p == NULL ? "" : buf->p, buf->n };
}

/* ---- Arenas ------------------------------------------------------------ */

struct tm_arena_block {
	struct tm_arena_block *next;
	size_t used, size;
	max_align_t data[];
};

void *
tm_arena_alloc(tm_arena *arena, size_t size)
{
	struct tm_arena_block *b = arena->head;
	const size_t unit = sizeof(max_align_t);
	size_t room;
	void *p;

	if (size > SIZE_MAX / 2)
		out_of_memory(size);
	size = (size + unit - 1) / unit * unit;
	if (b == NULL || b->size - b->used < size) {
		room = b == NULL	    ? 4096
		       : b->size < 1u << 20 ? b->size * 2
					    : b->size;
		if (room < size)
			room = size;
		b = tm_alloc(sizeof *b + room);
		b->used = 0;
		b->size = room;
		b->next = arena->head;
		arena->head = b;
	}
	p = (char *)b->data + b->used;
	b->used += size;
	return p;
}

void *
tm_arena_zalloc(tm_arena *arena, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / 2 / size)
		out_of_memory(SIZE_MAX);
	return memset(tm_arena_alloc(arena, count * size), 0, count * size);
}

tm_str
tm_arena_str(tm_arena *arena, tm_str s)
{
	char *p = tm_arena_alloc(arena, s.n + 1);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (tm_str){ p, s.n };
}

void
tm_arena_clear(tm_arena *arena)
{
	struct tm_arena_block *keep = arena->head;

	if (keep == NULL)
		return;
	arena->head = keep->next;
	tm_arena_release(arena);
	keep->next = NULL;
	keep->used = 0;
	arena->head = keep;
}

void
tm_arena_release(tm_arena *arena)
{
	struct tm_arena_block *b = arena->head, *next;

	for (; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	arena->head = NULL;
}

/* ---- Files ------------------------------------------------------------- */

bool
tm_read_file(const char *path, tm_buf *out, tm_error *err)
{
	bool from_stdin = strcmp(path, "-") == 0;
	const char *name = from_stdin ? "standard input" : path;
	size_t before = out->n;
	struct stat st;
	bool ok = false;
	int fd;

	fd = from_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return tm_fail(
		    err, TM_IO, "cannot open '%s': %s", name, strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		tm_fail(err, TM_IO, "'%s' is a directory, not a file", name);
		goto out;
	}
	if (S_ISREG(st.st_mode) && st.st_size > 0)
		tm_buf_reserve(out, (size_t)st.st_size);
	for (;;) {
		ssize_t got;

		tm_buf_reserve(out, 1 << 16);
		got = read(fd, out->p + out->n, out->cap - out->n - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			tm_fail(err, TM_IO, "cannot read '%s': %s", name,
			    strerror(errno));
			out->n = before;
			goto out;
		}
		if (got == 0)
			break;
		out->n += (size_t)got;
	}
	out->p[out->n] = '\0';
	ok = true;
out:
	if (!from_stdin)
		close(fd);
	return ok;
}

/* A symbolic link keeps pointing where it points: write beside its target. */
static char *
final_path(const char *path)
{
	char *real = realpath(path, NULL);

	return real != NULL ? real : tm_strdup(path);
}

bool
tm_outfile_open(tm_outfile *out, const char *path, tm_error *err)
{
	tm_buf name = { 0 };
	struct stat st;
	mode_t mode = 0666;
	int fd;

	*out = (tm_outfile){ 0 };
	if (strcmp(path, "-") == 0) {
		out->fp = stdout;
		out->path = tm_strdup("standard output");
		return true;
	}
	out->path = final_path(path);
	if (stat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode)) {
			tm_fail(err, TM_IO,
			    "cannot write '%s': it is a directory", path);
			goto fail;
		}
		if (!S_ISREG(st.st_mode)) {
			out->fp = fopen(path, "w");
			if (out->fp == NULL)
				goto fail_errno;
			return true;
		}
		if (access(path, W_OK) != 0)
			goto fail_errno;
		mode = st.st_mode & 0777;
	} else {
		mode_t mask = umask(0);

		umask(mask);
		mode &= ~mask;
	}
	tm_buf_printf(&name, "%s.XXXXXX", out->path);
	fd = mkstemp(name.p);
	if (fd < 0) {
		tm_buf_release(&name);
		goto fail_errno;
	}
	out->beside = name.p;
	if (fchmod(fd, mode) != 0) {
		/* Some file systems know no modes: the file is still good. */
		errno = 0;
	}
	out->fp = fdopen(fd, "w");
	if (out->fp == NULL) {
		close(fd);
		unlink(out->beside);
		goto fail_errno;
	}
	return true;
fail_errno:
	tm_fail(err, TM_IO, "cannot write '%s': %s", path, strerror(errno));
fail:
	free(out->path);
	free(out->beside);
	*out = (tm_outfile){ 0 };
	return false;
}

bool
tm_outfile_commit(tm_outfile *out, tm_error *err)
{
	bool ok = true;
	int why = 0;

	errno = 0;
	if (fflush(out->fp) != 0 || ferror(out->fp)) {
		why = errno == 0 ? EIO : errno;
		ok = false;
	}
	if (out->beside != NULL) {
		if (ok && fsync(fileno(out->fp)) != 0 && errno != EINVAL) {
			why = errno;
			ok = false;
		}
		if (fclose(out->fp) != 0 && ok) {
			why = errno;
			ok = false;
		}
		if (ok && rename(out->beside, out->path) != 0) {
			why = errno;
			ok = false;
		}
		if (!ok)
			unlink(out->beside);
	} else if (out->fp != stdout && fclose(out->fp) != 0 && ok) {
		why = errno;
		ok = false;
	}
	if (!ok && out->fp == stdout)
		tm_fail(err, TM_IO, "cannot write to standard output: %s",
		    strerror(why));
	else if (!ok)
		tm_fail(err, TM_IO, "cannot write '%s': %s", out->path,
		    strerror(why));
	free(out->path);
	free(out->beside);
	*out = (tm_outfile){ 0 };
	return ok;
}

void
tm_outfile_abandon(tm_outfile *out)
{
	if (out->fp != NULL && out->fp != stdout)
		fclose(out->fp);
	if (out->beside != NULL)
		unlink(out->beside);
	free(out->path);
	free(out->beside);
	*out = (tm_outfile){ 0 };
}

const char *
tm_version(void)
{
	return PACKAGE_VERSION;
}

/* ---- What can be made again -------------------------------------------- */

bool
tm_cache_path(const char *name, tm_buf *path)
{
	const char *base = getenv("XDG_CACHE_HOME");
	const char *below = "";

	/* The standard says to pass over a path that is not absolute. */
	if (base == NULL || base[0] != '/') {
		base = getenv("HOME");
		below = "/.cache";
	}
	if (base == NULL || base[0] != '/')
		return false;
	tm_buf_clear(path);
	tm_buf_printf(path, "%s%s/tmtool/%s", base, below, name);
	return true;
}

bool
tm_cache_folders(const char *path)
{
	char *folder = tm_strdup(path);
	bool ok = true;

	for (char *p = folder + 1; ok && *folder != '\0' && *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		ok = mkdir(folder, 0700) == 0 || errno == EEXIST;
		*p = '/';
	}
	free(folder);
	return ok;
}

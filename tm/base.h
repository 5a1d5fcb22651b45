/*
 * base.h - errors as values, slices, buffers, arenas, growing arrays, files
 *
 * What every other module stands on. A function that can fail returns
 * false or NULL and fills the tm_error its caller gave it:
 *
 *	tm_error err;
 *	tm_buf text = { 0 };
 *
 *	if (!tm_read_file("news.txt", &text, &err))
 *		complain("%s", err.msg);
 *	tm_buf_release(&text);
 *
 * Text is UTF-8, lengths are size_t, positions are byte offsets and ranges
 * are half open. Nothing here is shared between threads.
 *
 * When memory runs out the process aborts (tm_set_oom_handler() lets an
 * embedder do something else first). Sizes that come from a file are
 * checked before anything is allocated, and refused with TM_LIMIT.
 */
#ifndef TM_BASE_H
#define TM_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
#ifdef __GNUC__
#define TM_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define TM_PUSH_VISIBILITY _Pragma("GCC visibility push(default)")
#define TM_POP_VISIBILITY _Pragma("GCC visibility pop")
#else
#define TM_PRINTF(fmt, first)
#define TM_PUSH_VISIBILITY
#define TM_POP_VISIBILITY
#endif
#ifdef __cplusplus
#define TM_BEGIN_DECLS TM_PUSH_VISIBILITY extern "C" {
#define TM_END_DECLS } TM_POP_VISIBILITY
#else
#define TM_BEGIN_DECLS TM_PUSH_VISIBILITY
#define TM_END_DECLS TM_POP_VISIBILITY
#endif
/* clang-format on */

TM_BEGIN_DECLS

/* ---- Errors ------------------------------------------------------------ */

/* What should the caller do next? */
typedef enum tm_code {
	TM_OK = 0,
	TM_INVALID, /* mend the call: an argument makes no sense */
	TM_IO,	    /* look at the file, the disk, the rights */
	TM_PARSE,   /* mend the input: it cannot be understood */
	TM_LIMIT,   /* split the input: it is larger than we handle */
	TM_ABSENT,  /* nothing there: go on without it */
	TM_BUSY,    /* somebody else holds it: try again */
	TM_NEWER    /* made by a newer version: upgrade */
} tm_code;

/* Lives on the caller's stack; nothing to free. msg starts in lower case,
 * has no full stop, quotes the thing and says what to mend. */
typedef struct tm_error {
	tm_code code;
	char msg[400];
} tm_error;

/*
 * Fill err (which may be NULL) and return false, so that a failure is one
 * line: return tm_fail(err, TM_IO, "cannot read '%s'", path). A message
 * that does not fit is cut between two characters.
 */
bool tm_fail(tm_error *err, tm_code code, const char *fmt, ...) TM_PRINTF(3, 4);

/* ---- Memory ------------------------------------------------------------ */

/* These never return NULL. Free what they return with free(). */
void *tm_alloc(size_t size);
void *tm_zalloc(size_t count, size_t size);
void *tm_realloc(void *old, size_t count, size_t size);
char *tm_strdup(const char *s);

/* Called with the size that could not be had, before abort(). */
void tm_set_oom_handler(void (*handler)(size_t size));

/*
 * Make room for one more element at the end of a growing array: v is the
 * pointer, n the elements in use, cap the elements there is room for.
 *
 *	tm_grow(spans->v, spans->n, spans->cap);
 *	spans->v[spans->n++] = span;
 */
#define tm_grow(v, n, cap) tm_grow_to(v, (n) + 1, cap)
#define tm_grow_to(v, want, cap)                                               \
	do {                                                                   \
		if ((want) > (cap))                                            \
			(v) = tm_grow_array((v), (want), &(cap), sizeof *(v)); \
	} while (0)
void *tm_grow_array(void *v, size_t want, size_t *cap, size_t size);

/* ---- Slices: text that belongs to somebody else ------------------------ */

typedef struct tm_str {
	const char *p;
	size_t n;
} tm_str;

#define TM_STR(literal) ((tm_str){ "" literal, sizeof(literal) - 1 })
#define TM_STR_ARG(s) (int)(s).n, (s).p /* for "%.*s" */

static inline tm_str
tm_str_of(const char *s)
{
	return (tm_str){ s, s == NULL ? 0 : strlen(s) };
}

static inline tm_str
tm_str_sub(tm_str s, size_t start, size_t end)
{
	return (tm_str){ s.p + start, end - start };
}

static inline bool
tm_str_eq(tm_str a, tm_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* The number of characters of UTF-8. */
static inline size_t
tm_str_characters(tm_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

/* What follows the last slash of a path, or all of it. */
static inline tm_str
tm_str_base(tm_str path)
{
	size_t i = path.n;

	while (i > 0 && path.p[i - 1] != '/')
		i--;
	return i == 0 ? path : (tm_str){ path.p + i, path.n - i };
}

/* Byte order, which for UTF-8 is code point order; <0, 0 or >0. */
int tm_str_cmp(tm_str a, tm_str b);
bool tm_str_starts(tm_str s, tm_str prefix);
bool tm_str_ends(tm_str s, tm_str suffix);
/* ASCII letters compare without case; for tags, names and endings. */
bool tm_str_ieq(tm_str a, tm_str b);
/* Without ASCII white space at both ends. */
tm_str tm_str_trim(tm_str s);
/* FNV-1a, 64 bits: the same on every machine, so it may be stored. */
uint64_t tm_str_hash(tm_str s);
/* Eight bytes at a time, in the byte order of the machine: for tables in
 * memory, and in files that are made again where they come from elsewhere. */
uint64_t tm_str_quick_hash(tm_str s);

/* ---- Buffers: text being built ----------------------------------------- */

/* Start with = { 0 }. p is NUL-terminated once anything was added, but the
 * text may hold NULs of its own. */
typedef struct tm_buf {
	char *p;
	size_t n, cap;
} tm_buf;

void tm_buf_release(tm_buf *buf);
void tm_buf_clear(tm_buf *buf); /* keeps the room */
void tm_buf_reserve(tm_buf *buf, size_t more);
void tm_buf_add(tm_buf *buf, const void *p, size_t n);
void tm_buf_adds(tm_buf *buf, const char *s);
void tm_buf_addc(tm_buf *buf, char c);
void tm_buf_printf(tm_buf *buf, const char *fmt, ...) TM_PRINTF(2, 3);
void tm_buf_vprintf(tm_buf *buf, const char *fmt, va_list ap) TM_PRINTF(2, 0);
/* Borrowed; good until the next change of buf. Never a NULL pointer. */
tm_str tm_buf_str(const tm_buf *buf);

/* ---- Arenas: many small things with one life --------------------------- */

/* Start with = { 0 }. What an arena gave out is good until release or
 * clear; clear keeps one block for the next round. */
typedef struct tm_arena {
	struct tm_arena_block *head;
} tm_arena;

void *tm_arena_alloc(tm_arena *arena, size_t size); /* aligned, not cleared */
void *tm_arena_zalloc(tm_arena *arena, size_t count, size_t size);
/* A copy with a NUL behind it that does not count. */
tm_str tm_arena_str(tm_arena *arena, tm_str s);
void tm_arena_clear(tm_arena *arena);
void tm_arena_release(tm_arena *arena);

/* ---- Files ------------------------------------------------------------- */

/*
 * Add all the bytes of the file at path, or of standard input when path is
 * "-", to out. Fails with TM_IO (missing, a directory, no right to read;
 * the message names the file and the reason) and then adds nothing.
 */
bool tm_read_file(const char *path, tm_buf *out, tm_error *err);

/*
 * A file that is whole or not there: what is written to fp goes beside
 * path and takes its place at commit. "-" is standard output.
 *
 *	tm_outfile out;
 *
 *	if (!tm_outfile_open(&out, path, &err))
 *		return false;
 *	fprintf(out.fp, ...);
 *	if (failed)
 *		tm_outfile_abandon(&out);
 *	else if (!tm_outfile_commit(&out, &err))
 *		return false;
 *
 * A path that is not a regular file (a pipe, /dev/null) is written to
 * directly. Errors while writing are kept by fp and told by commit.
 */
typedef struct tm_outfile {
	FILE *fp;
	char *path, *beside; /* private */
} tm_outfile;

bool tm_outfile_open(tm_outfile *out, const char *path, tm_error *err);
/* Flush, sync, rename. Whatever it returns, out is closed. */
bool tm_outfile_commit(tm_outfile *out, tm_error *err);
/* Close and remove what was written; path stays as it was. */
void tm_outfile_abandon(tm_outfile *out);

/*
 * Where what can be made again at any time is kept for this user, under name:
 * below $XDG_CACHE_HOME or ~/.cache, in tmtool. False when there is neither.
 */
bool tm_cache_path(const char *name, tm_buf *path);
/* Make the folders that path is in, for this user alone. False when that
 * cannot be. */
bool tm_cache_folders(const char *path);

/* The version of the library, "1.2.3". */
const char *tm_version(void);

TM_END_DECLS

#endif

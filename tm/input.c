/*
 * zlib's gzread() reads what gzip packed and, just as well, what it did
 * not; so there is one way in. A zip archive looks like the latter, and is
 * unpacked on top of it, from front to back:
 *
 *	"PK\3\4", sizes, name | deflated bytes | (sizes) | "PK\1\2" ...
 *
 * What remains is to refuse a bomb: deflate can promise 1032 bytes for
 * one, the text of memories packs 4 or 5.
 */
#include "config.h"

#include "tm/input_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define BLOCK (1 << 16)

typedef struct unzip {
	z_stream z;
	bool stored, sized, at_end;
	uint64_t left; /* of a stored file */
	uint32_t crc, want_crc;
	unsigned char block[BLOCK];
} unzip;

struct tm_input {
	char *name;
	tm_str memory; /* what is left of it; or */
	gzFile gz;
	char head[30]; /* looked at, and not read yet */
	size_t head_at, n_head;
	unzip *zip;
	uint64_t out;
	bool pipe;	   /* what was read of it is gone */
	char peeked[4096]; /* unpacked, and not read yet */
	size_t peeked_at, n_peeked;
};

/* Standard input or another pipe, when it was looked at. */
static tm_input *waiting;

/* Memories of a million messages pack 4 to 5 bytes into one, and one unit
 * written 200,000 times packs 229 (gzip -9). Between that and the 1032 of
 * a bomb there is room. Small files may do what they like: they cost
 * nothing. */
#define BOMB_RATIO 400
#define BOMB_SIZE (UINT64_C(64) << 20)

/* ---- What gzip packed, and what nobody did ----------------------------- */

static bool
gz_failed(tm_input *in, tm_error *err)
{
	int code;
	const char *why = gzerror(in->gz, &code);

	if (code == Z_ERRNO)
		return tm_fail(err, TM_IO, "cannot read '%s': %s", in->name,
		    strerror(errno));
	if (code == Z_BUF_ERROR)
		why = "it ends too early";
	return tm_fail(err, TM_PARSE,
	    "'%s' is a damaged gzip file (%s): copy or pack it again", in->name,
	    why);
}

static bool
read_gz(tm_input *in, char *p, size_t size, size_t *got, tm_error *err)
{
	size_t n = in->n_head - in->head_at;

	if (n > size)
		n = size;
	memcpy(p, in->head + in->head_at, n);
	in->head_at += n;
	*got = n;
	while (*got < size) {
		size_t want = size - *got;
		int more;

		more = gzread(in->gz, p + *got,
		    want > 1 << 30 ? 1u << 30 : (unsigned)want);
		if (more < 0)
			return gz_failed(in, err);
		if (more == 0)
			break;
		*got += (size_t)more;
	}
	/* An early end is told only now: the bytes before it were good. */
	if (*got == 0) {
		int code;

		gzerror(in->gz, &code);
		if (code != Z_OK && code != Z_STREAM_END)
			return gz_failed(in, err);
	}
	return true;
}

/* ---- Zip --------------------------------------------------------------- */

static unsigned
two(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;

	return b[0] | (unsigned)b[1] << 8;
}

static uint32_t
four(const char *p)
{
	return two(p) | (uint32_t)two(p + 2) << 16;
}

static bool
bad_zip(tm_input *in, const char *why, tm_error *err)
{
	return tm_fail(err, TM_PARSE,
	    "'%s' is a zip archive %s: unpack it and read what was in it",
	    in->name, why);
}

static bool
skip_bytes(tm_input *in, uint64_t n, tm_error *err)
{
	char scratch[512];

	while (n > 0) {
		size_t want = n < sizeof scratch ? (size_t)n : sizeof scratch;
		size_t got;

		if (!read_gz(in, scratch, want, &got, err))
			return false;
		if (got == 0)
			return bad_zip(in, "that ends too early", err);
		n -= got;
	}
	return true;
}

/* Start the first file of the archive; h is its header, of 30 bytes.
 * Folders before it are passed over. */
static bool
open_zip(tm_input *in, char h[30], tm_error *err)
{
	char name[512];
	size_t got;

	for (;;) {
		unsigned flags = two(h + 6), method = two(h + 8);
		uint32_t size = four(h + 18), n = two(h + 26);

		if ((flags & 1) != 0)
			return bad_zip(in, "with a password", err);
		if (n == 0 || n > sizeof name)
			return bad_zip(in, "of a kind we do not know", err);
		if (!read_gz(in, name, n, &got, err))
			return false;
		if (got < n || !skip_bytes(in, two(h + 28), err))
			return bad_zip(in, "that ends too early", err);
		if (name[n - 1] != '/') {
			in->zip = tm_zalloc(1, sizeof *in->zip);
			in->zip->stored = method == 0;
			in->zip->sized = (flags & 8) == 0;
			in->zip->left = size;
			in->zip->want_crc = four(h + 14);
			if ((method != 0 && method != 8) ||
			    (method == 0 && !in->zip->sized))
				return bad_zip(
				    in, "of a kind we do not know", err);
			if (inflateInit2(&in->zip->z, -15) != Z_OK)
				abort();
			return true;
		}
		/* A folder has no content; a bomb that says so may. */
		if (size != 0)
			return bad_zip(in, "of a kind we do not know", err);
		if (!read_gz(in, h, 30, &got, err))
			return false;
		if (got < 30 || memcmp(h, "PK\3\4", 4) != 0)
			return bad_zip(in, "without a file", err);
	}
}

/* What follows the file: nothing but the list of contents, we hope. */
static bool
end_zip(tm_input *in, tm_error *err)
{
	unzip *zip = in->zip;
	char tail[24];
	size_t got = 0, n = zip->z.avail_in, at = 0;

	zip->at_end = true;
	if (n > sizeof tail)
		n = sizeof tail;
	memcpy(tail, zip->z.next_in, n);
	if (n < sizeof tail &&
	    !read_gz(in, tail + n, sizeof tail - n, &got, err))
		return false;
	n += got;
	if (!zip->sized) { /* the sizes come now, with a mark or without */
		if (n >= 4 && memcmp(tail, "PK\7\10", 4) == 0)
			at = 4;
		if (n < at + 16)
			return bad_zip(in, "that ends too early", err);
		zip->want_crc = four(tail + at);
		at += memcmp(tail + at + 12, "PK", 2) == 0 ? 12 : 20;
	}
	if (zip->want_crc != zip->crc)
		return bad_zip(in, "that is damaged", err);
	if (n >= at + 4 && memcmp(tail + at, "PK\3\4", 4) == 0)
		return bad_zip(in, "of several files", err);
	return true;
}

static bool
refill_zip(tm_input *in, tm_error *err)
{
	z_stream *z = &in->zip->z;
	size_t got;

	if (z->avail_in > 0)
		return true;
	if (!read_gz(in, (char *)in->zip->block, BLOCK, &got, err))
		return false;
	if (got == 0)
		return bad_zip(in, "that ends too early", err);
	z->next_in = in->zip->block;
	z->avail_in = (unsigned)got;
	return true;
}

static bool
read_zip(tm_input *in, char *p, size_t size, size_t *got, tm_error *err)
{
	unzip *zip = in->zip;

	while (*got < size && !zip->at_end) {
		size_t n = size - *got;
		int code = Z_OK;

		if (!(zip->stored && zip->left == 0) && !refill_zip(in, err))
			return false;
		zip->z.next_out = (unsigned char *)p + *got;
		if (zip->stored) {
			if (n > zip->left)
				n = (size_t)zip->left;
			if (n > zip->z.avail_in)
				n = zip->z.avail_in;
			if (n > 0)
				memcpy(zip->z.next_out, zip->z.next_in, n);
			zip->z.next_in += n;
			zip->z.avail_in -= (unsigned)n;
			zip->left -= n;
			if (zip->left == 0)
				code = Z_STREAM_END;
		} else {
			zip->z.avail_out = n > 1 << 30 ? 1u << 30 : (unsigned)n;
			n = zip->z.avail_out;
			code = inflate(&zip->z, Z_NO_FLUSH);
			n -= zip->z.avail_out;
			if (code != Z_OK && code != Z_STREAM_END &&
			    code != Z_BUF_ERROR)
				return bad_zip(in, "that is damaged", err);
		}
		zip->crc = (uint32_t)crc32(
		    zip->crc, (const unsigned char *)p + *got, (unsigned)n);
		*got += n;
		if (code == Z_STREAM_END && !end_zip(in, err))
			return false;
	}
	return true;
}

/* ---- Opening and reading ----------------------------------------------- */

static int
open_path(const char *path, const char *name, tm_error *err)
{
	bool from_stdin = strcmp(path, "-") == 0;
	struct stat st;
	int fd;

	fd = from_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		tm_fail(
		    err, TM_IO, "cannot open '%s': %s", name, strerror(errno));
		return -1;
	}
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		tm_fail(err, TM_IO, "'%s' is a directory, not a file", name);
		close(fd);
		return -1;
	}
	return fd;
}

/* Look at the first bytes: an archive, or something to read as it is? */
static bool
look(tm_input *in, tm_error *err)
{
	char h[sizeof in->head];
	size_t got;

	if (!read_gz(in, h, sizeof h, &got, err))
		return false;
	if (got == sizeof h && memcmp(h, "PK\3\4", 4) == 0)
		return open_zip(in, h, err);
	memcpy(in->head, h, got);
	in->n_head = got;
	return true;
}

tm_input *
tm_input_open(const char *path, tm_error *err)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	tm_input *in = waiting;
	struct stat st;
	int fd;

	if (in != NULL && strcmp(name, in->name) == 0) {
		waiting = NULL;
		return in;
	}
	fd = open_path(path, name, err);
	if (fd < 0)
		return NULL;
	in = tm_zalloc(1, sizeof *in);
	in->name = tm_strdup(name);
	in->pipe = fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
		   strcmp(path, "-") == 0;
	in->gz = gzdopen(fd, "rb");
	if (in->gz == NULL) {
		tm_fail(err, TM_IO, "cannot open '%s'", name);
		close(fd);
		tm_input_close(in);
		return NULL;
	}
	gzbuffer(in->gz, 1 << 17);
	if (!look(in, err)) {
		tm_input_close(in);
		return NULL;
	}
	return in;
}

tm_input *
tm_input_memory(const char *name, tm_str bytes)
{
	tm_input *in = tm_zalloc(1, sizeof *in);

	in->name = tm_strdup(name);
	in->memory = bytes;
	return in;
}

static bool
read_unpacked(tm_input *in, char *p, size_t size, size_t *got, tm_error *err)
{
	*got = 0;
	if (in->gz == NULL) {
		*got = size < in->memory.n ? size : in->memory.n;
		if (*got > 0)
			memcpy(p, in->memory.p, *got);
		in->memory = tm_str_sub(in->memory, *got, in->memory.n);
		return true;
	}
	if (in->zip != NULL ? !read_zip(in, p, size, got, err)
			    : !read_gz(in, p, size, got, err))
		return false;
	in->out += *got;
	if (in->out > BOMB_SIZE && (in->zip != NULL || !gzdirect(in->gz)) &&
	    in->out / BOMB_RATIO > (uint64_t)gzoffset(in->gz))
		return tm_fail(err, TM_LIMIT,
		    "'%s' unpacks to more than %d times its size, which no "
		    "text does; unpack it yourself if you trust it",
		    in->name, BOMB_RATIO);
	return true;
}

bool
tm_input_read(tm_input *in, char *p, size_t size, size_t *got, tm_error *err)
{
	size_t n = in->n_peeked - in->peeked_at;

	if (n > size)
		n = size;
	memcpy(p, in->peeked + in->peeked_at, n);
	in->peeked_at += n;
	if (!read_unpacked(in, p + n, size - n, got, err))
		return false;
	*got += n;
	return true;
}

bool
tm_input_read_all(const char *path, size_t limit, const char *cure, tm_buf *out,
    tm_error *err)
{
	const size_t block = (size_t)1 << 18;
	tm_input *in = tm_input_open(path, err);
	size_t got = block;
	bool ok = in != NULL;

	while (ok && got > 0) {
		tm_buf_reserve(out, block);
		ok = tm_input_read(in, out->p + out->n, block, &got, err);
		out->n += ok ? got : 0;
		if (out->n > limit)
			ok = tm_fail(err, TM_LIMIT,
			    "'%s' is larger than %zu MB; %s", path, limit >> 20,
			    cure);
	}
	tm_input_close(in);
	return ok;
}

bool
tm_input_peek(tm_input *in, tm_str *head, tm_error *err)
{
	if (in->peeked_at == in->n_peeked) {
		in->peeked_at = in->n_peeked = 0;
		if (!read_unpacked(
			in, in->peeked, sizeof in->peeked, &in->n_peeked, err))
			return false;
	}
	*head = (tm_str){ in->peeked + in->peeked_at,
		in->n_peeked - in->peeked_at };
	return true;
}

void
tm_input_put_back(tm_input *in)
{
	if (waiting == NULL && in->pipe)
		waiting = in;
	else
		tm_input_close(in);
}

const char *
tm_input_name(const tm_input *in)
{
	return in->name;
}

void
tm_input_close(tm_input *in)
{
	if (in == NULL)
		return;
	if (in->gz != NULL)
		gzclose(in->gz);
	if (in->zip != NULL) {
		inflateEnd(&in->zip->z);
		free(in->zip);
	}
	free(in->name);
	free(in);
}

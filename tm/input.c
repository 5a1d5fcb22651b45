/*
 * zlib's gzread() reads what gzip packed and, just as well, what it did
 * not; so there is one way in. What remains is to refuse a bomb: deflate
 * can promise 1032 bytes for one, text of memories packs 5 to 40 to 1.
 */
#include "config.h"

#include "tm/input_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

struct tm_input {
	char *name;
	gzFile gz;     /* or */
	tm_str memory; /* what is left of it */
	uint64_t out;
};

/* A memory of one unit repeated a million times packs 180 to 1; ten times
 * the usual is far from both that and from 1032. Small files may do what
 * they like: they cost nothing. */
#define BOMB_RATIO 400
#define BOMB_SIZE (UINT64_C(64) << 20)

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

tm_input *
tm_input_open(const char *path, tm_error *err)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	int fd = open_path(path, name, err);
	tm_input *in;

	if (fd < 0)
		return NULL;
	in = tm_zalloc(1, sizeof *in);
	in->name = tm_strdup(name);
	in->gz = gzdopen(fd, "rb");
	if (in->gz == NULL) {
		tm_fail(err, TM_IO, "cannot open '%s'", name);
		close(fd);
		tm_input_close(in);
		return NULL;
	}
	gzbuffer(in->gz, 1 << 17);
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
read_failed(tm_input *in, tm_error *err)
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

bool
tm_input_read(tm_input *in, char *p, size_t size, size_t *got, tm_error *err)
{
	*got = 0;
	if (in->gz == NULL) {
		*got = size < in->memory.n ? size : in->memory.n;
		if (*got > 0)
			memcpy(p, in->memory.p, *got);
		in->memory = tm_str_sub(in->memory, *got, in->memory.n);
		return true;
	}
	while (*got < size) {
		size_t want = size - *got;
		int n;

		n = gzread(in->gz, p + *got,
		    want > 1 << 30 ? 1u << 30 : (unsigned)want);
		if (n < 0)
			return read_failed(in, err);
		if (n == 0)
			break;
		*got += (size_t)n;
	}
	/* An early end is told only now: the bytes before it were good. */
	if (*got == 0) {
		int code;

		gzerror(in->gz, &code);
		if (code != Z_OK && code != Z_STREAM_END)
			return read_failed(in, err);
	}
	in->out += *got;
	if (in->out > BOMB_SIZE && !gzdirect(in->gz) &&
	    in->out / BOMB_RATIO > (uint64_t)gzoffset(in->gz))
		return tm_fail(err, TM_LIMIT,
		    "'%s' unpacks to more than %d times its size, which no "
		    "text does; unpack it yourself if you trust it",
		    in->name, BOMB_RATIO);
	return true;
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
	free(in->name);
	free(in);
}

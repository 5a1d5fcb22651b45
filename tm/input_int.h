/*
 * input_int.h - the bytes of a file, unpacked on the way
 *
 *	tm_input *in = tm_input_open("x.tmx.gz", &err);
 *	char block[1 << 16];
 *	size_t got;
 *
 *	while (tm_input_read(in, block, sizeof block, &got, &err) && got > 0)
 *		...
 *	tm_input_close(in);
 *
 * Memory does not grow with the file.
 */
#ifndef TM_INPUT_INT_H
#define TM_INPUT_INT_H

#include "tm/base.h"

typedef struct tm_input tm_input;

/*
 * Open path, or standard input when it is "-". What gzip packed is
 * unpacked, whatever its name, and so is a zip archive of one file.
 * Returns NULL and sets err (TM_IO; TM_PARSE for an archive that is not
 * understood). The caller closes the result.
 */
tm_input *tm_input_open(const char *path, tm_error *err);

/* The same over bytes in memory, which stay the caller's; name is for
 * messages. Nothing is unpacked. */
tm_input *tm_input_memory(const char *name, tm_str bytes);

/*
 * Put up to size bytes into p; *got is less only at the end, and 0 past
 * it. Fails with TM_IO, with TM_PARSE (a damaged gzip or zip, or a zip of
 * several files) and with TM_LIMIT (far more comes out than a text can
 * hold: a bomb).
 */
bool tm_input_read(
    tm_input *in, char *p, size_t size, size_t *got, tm_error *err);

/*
 * Add all of the file at path to out. Fails as tm_input_open() and
 * tm_input_read() do, and with TM_LIMIT when it unpacks to more than limit
 * bytes, a number of MB: cure says in the message what to do then. What
 * was read until then stays in out.
 */
bool tm_input_read_all(const char *path, size_t limit, const char *cure,
    tm_buf *out, tm_error *err);

/*
 * Look at the first bytes, up to 4096 of them, without reading them: *head
 * is good until the next call. Fails as tm_input_read() does.
 */
bool tm_input_peek(tm_input *in, tm_str *head, tm_error *err);

/* Close an input that was only peeked at. Of standard input and of pipes
 * nothing is lost: the next tm_input_open() begins with the same bytes. */
void tm_input_put_back(tm_input *in);

/* What messages call it: the path, or "standard input". */
const char *tm_input_name(const tm_input *in);

/* NULL is fine. */
void tm_input_close(tm_input *in);

#endif

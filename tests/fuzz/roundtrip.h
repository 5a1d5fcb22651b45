/*
 * roundtrip.h - what every format must do with any bytes
 *
 * Whatever is read is sound: text is UTF-8, codes are inside of it and in
 * order. It can be written, in the same format and as TMX, and what is
 * written is read without a complaint about a unit. Where nothing is
 * dropped on purpose (exact) it is as many units.
 */
#ifndef FUZZ_ROUNDTRIP_H
#define FUZZ_ROUNDTRIP_H

#include <stdlib.h>
#include <unistd.h>

#include "tm/format.h"
#include "tm/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct tally {
	size_t n, skipped;
	const tm_sink *own, *tmx;
} tally;

static bool
on_unit(void *self, const tm_unit *u, tm_error *err)
{
	tally *t = self;

	t->n++;
	if (u->n == 0)
		abort();
	for (size_t i = 0; i < u->n; i++) {
		const tm_variant *v = &u->v[i];
		size_t at = 0;

		if (v->lang.n == 0 || !tm_text_is_utf8(v->text, NULL))
			abort();
		for (size_t k = 0; k < v->n_codes; k++) {
			if (v->codes[k].at < at || v->codes[k].at > v->text.n)
				abort();
			at = v->codes[k].at;
		}
	}
	return (t->own == NULL || t->own->unit(t->own->self, u, err)) &&
	       (t->tmx == NULL || t->tmx->unit(t->tmx->self, u, err));
}

static void
on_warn(void *self, const tm_warning *warning)
{
	tally *t = self;

	t->skipped += warning->skipped;
}

static void
put(const char *path, const uint8_t *data, size_t size)
{
	FILE *fp = fopen(path, "wb");

	if (fp == NULL || fwrite(data, 1, size, fp) != size || fclose(fp) != 0)
		abort();
}

/* Written at close to a file of its own each, and read again. */
static void
read_again(const tm_format *format, const char *path,
    const tm_format_options *options, size_t exact)
{
	tally again = { 0 };
	tm_sink sink = { &again, on_unit, on_warn };
	tm_error err;

	if (!tm_format_read(format, path, options, &sink, &err)) {
		fprintf(stderr, "%s\n", err.msg);
		abort();
	}
	if (again.skipped != 0 || (exact != SIZE_MAX && again.n != exact))
		abort();
	unlink(path);
}

static int
round_trip(const char *name, const tm_format_options *options, bool exact,
    const uint8_t *data, size_t size)
{
	const tm_format *format = tm_format_named(name);
	const tm_format *tmx = tm_format_named("tmx");
	static char in[] = "/tmp/fuzz_format.XXXXXX", own[64], other[64];
	tally first = { 0 };
	tm_sink sink = { &first, on_unit, on_warn };
	tm_writer *a, *b;
	tm_error err;

	if (own[0] == '\0') {
		close(mkstemp(in));
		snprintf(own, sizeof own, "%s.own", in);
		snprintf(other, sizeof other, "%s.tmx", in);
	}
	put(in, data, size);
	a = tm_writer_open(format, own, options, &err);
	b = tm_writer_open(tmx, other, options, &err);
	if (a == NULL || b == NULL)
		abort();
	first.own = tm_writer_sink(a);
	first.tmx = tm_writer_sink(b);
	tm_format_read(format, in, options, &sink, &err);
	if (!tm_writer_close(a, &err) || !tm_writer_close(b, &err))
		abort();
	read_again(format, own, options, exact ? first.n : SIZE_MAX);
	read_again(tmx, other, options, first.n);
	unlink(in);
	return 0;
}

#endif

/*
 * Whatever is read as TSV is UTF-8 without a tab or a line break, and
 * written as TSV it reads back as many units.
 */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "tm/format.h"
#include "tm/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct tally {
	size_t n, skipped;
	const tm_sink *next;
} tally;

static bool
on_unit(void *self, const tm_unit *u, tm_error *err)
{
	tally *t = self;

	t->n++;
	if (u->n != 2)
		abort();
	for (size_t i = 0; i < u->n; i++)
		if (!tm_text_is_utf8(u->v[i].text, NULL) ||
		    memchr(u->v[i].text.p, '\t', u->v[i].text.n) != NULL ||
		    memchr(u->v[i].text.p, '\n', u->v[i].text.n) != NULL)
			abort();
	return t->next == NULL || t->next->unit(t->next->self, u, err);
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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const tm_format *tsv = tm_format_named("tsv");
	static char in[] = "/tmp/fuzz_tsv.XXXXXX", out[64];
	tally first = { 0 }, second = { 0 };
	tm_sink sink = { &first, on_unit, on_warn };
	const tm_format_options options = { .from = "ar", .to = "en" };
	tm_error err;
	tm_writer *w;

	if (out[0] == '\0') {
		close(mkstemp(in));
		snprintf(out, sizeof out, "%s.out", in);
	}
	put(in, data, size);
	w = tm_writer_open(tsv, out, &options, &err);
	if (w == NULL)
		abort();
	first.next = tm_writer_sink(w);
	tm_format_read(tsv, in, &options, &sink, &err);
	if (!tm_writer_close(w, &err))
		abort();
	sink.self = &second;
	if (!tm_format_read(tsv, out, &options, &sink, &err))
		abort();
	if (second.n != first.n || second.skipped != 0)
		abort();
	unlink(in);
	unlink(out);
	return 0;
}

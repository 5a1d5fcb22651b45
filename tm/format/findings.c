/*
 * What is not valid in a file, told so that one can read it: a file of a
 * million units has the same fault a million times.
 */
#include "config.h"

#include "tm/format_int.h"

#include <stdlib.h>

/* A finding of one kind is told this often, and then counted. */
#define OFTEN 5
/* Of kinds there are fewer than this in any format; more share places. */
#define KINDS 128

struct tm_findings {
	const tm_sink *sink;
	const char *path;
	struct kind {
		uint64_t key;
		size_t n;
		size_t line; /* of the last that was told */
	} kinds[KINDS];
};

tm_findings *
tm_findings_new(const char *path, const tm_sink *sink)
{
	tm_findings *f = tm_zalloc(1, sizeof *f);

	f->path = path;
	f->sink = sink;
	return f;
}

static struct kind *
kind_of(tm_findings *f, uint64_t key)
{
	size_t i = key % KINDS;

	for (size_t k = 0;
	     k < KINDS && f->kinds[i].n > 0 && f->kinds[i].key != key; k++)
		i = (i + 1) % KINDS;
	f->kinds[i].key = key;
	return &f->kinds[i];
}

void
tm_findings_tell(
    tm_findings *f, size_t line, tm_str about, const char *fmt, ...)
{
	struct kind *kind =
	    kind_of(f, tm_str_hash(tm_str_of(fmt)) * 31 + tm_str_hash(about));
	tm_buf msg = { 0 };
	va_list ap;

	if (kind->n++ >= OFTEN)
		return;
	kind->line = line;
	va_start(ap, fmt);
	tm_buf_vprintf(&msg, fmt, ap);
	va_end(ap);
	tm_sink_warn(f->sink, f->path, line, false, "%s", msg.p);
	tm_buf_release(&msg);
}

void
tm_findings_free(tm_findings *f)
{
	for (size_t i = 0; f != NULL && i < KINDS; i++)
		if (f->kinds[i].n > OFTEN)
			tm_sink_warn(f->sink, f->path, f->kinds[i].line, false,
			    "%zu more like this one", f->kinds[i].n - OFTEN);
	free(f);
}

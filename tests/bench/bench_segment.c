/*
 * bench_segment.c - bytes cut a second, beside ICU's sentence iterator
 *
 * Usage: bench_segment [LANG FILE]...   (default: the examples in docs)
 *
 * Each text is repeated to 20 MB and cut by the built-in rules, in pieces,
 * and by ICU alone ("root"). With SRX=FILE in the environment, by that
 * file as well. items are bytes.
 */
#include "config.h"

#include "bench.h"

#include "tm/segment.h"

#include <stdlib.h>

#define SIZE 20000000

static void
report(const char *what, const char *lang, size_t items, double seconds)
{
	printf("segment-%s-%s\t%zu\t%.4f\t%.0f\n", what, lang, items, seconds,
	    (double)items / seconds);
	fflush(stdout);
}

static bool
count(void *ctx, tm_str segment, const tm_span *span, tm_error *err)
{
	++*(size_t *)ctx;
	return true;
}

static void
bench(const char *what, const char *lang, const char *as,
    const tm_segment_options *options, tm_str text, bool pieces)
{
	double start = now(CLOCK_MONOTONIC);
	tm_error err;
	tm_segmenter *seg = tm_segmenter_new_with(as, options, &err);
	tm_spans spans = { 0 };
	size_t n = 0;

	if (seg == NULL) {
		fprintf(stderr, "%s\n", err.msg);
		return;
	}
	if (pieces) {
		for (size_t i = 0; i < text.n; i += 65536)
			tm_segment_feed(seg,
			    tm_str_sub(text, i,
				i + 65536 < text.n ? i + 65536 : text.n),
			    i + 65536 >= text.n, count, &n, &err);
	} else {
		tm_segment(seg, text, &spans);
	}
	report(what, lang, text.n, now(CLOCK_MONOTONIC) - start);
	tm_spans_release(&spans);
	tm_segmenter_free(seg);
}

static void
bench_start(const char *lang)
{
	double start = now(CLOCK_MONOTONIC);
	size_t n = 20;

	for (size_t i = 0; i < n; i++)
		tm_segmenter_free(tm_segmenter_new(lang, NULL));
	report("start", lang, n, now(CLOCK_MONOTONIC) - start);
}

static int
bench_file(const char *lang, const char *path)
{
	tm_segment_options none = { 0 }, srx = { .srx = getenv("SRX") };
	tm_buf once = { 0 }, text = { 0 };
	tm_error err;

	if (!tm_read_file(path, &once, &err) || once.n == 0) {
		fprintf(stderr, "%s\n", once.n == 0 ? "empty" : err.msg);
		return 1;
	}
	while (text.n < SIZE)
		tm_buf_add(&text, once.p, once.n);
	bench_start(lang);
	bench("rules", lang, lang, &none, tm_buf_str(&text), false);
	bench("pieces", lang, lang, &none, tm_buf_str(&text), true);
	bench("icu", lang, "root", &none, tm_buf_str(&text), false);
	if (srx.srx != NULL)
		bench("srx", lang, lang, &srx, tm_buf_str(&text), false);
	tm_buf_release(&once);
	tm_buf_release(&text);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *root = getenv("TM_SRCDIR");
	static const char *const langs[] = { "ar", "en" };
	int status = 0;

	for (int i = 1; i + 1 < argc; i += 2)
		status |= bench_file(argv[i], argv[i + 1]);
	for (size_t i = 0; argc < 3 && i < 2; i++) {
		tm_buf path = { 0 };

		tm_buf_printf(&path, "%s/docs/examples/%s.txt",
		    root != NULL ? root : ".", langs[i]);
		status |= bench_file(langs[i], path.p);
		tm_buf_release(&path);
	}
	return status;
}

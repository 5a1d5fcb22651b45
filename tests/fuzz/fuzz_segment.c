/*
 * fuzz_segment.c - any bytes as text, with any option
 *
 * The first byte chooses the language, the second the options, the third
 * the size of the pieces. What must hold: spans are in order and in range,
 * only white space lies between them, and text in pieces is cut as in one.
 */
#include "config.h"

#include "tm/segment_int.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct check {
	const tm_spans *want;
	size_t i;
} check;

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static bool
compare(void *ctx, tm_str segment, const tm_span *span, tm_error *err)
{
	check *c = ctx;

	must(c->i < c->want->n);
	must(span->start == c->want->v[c->i].start);
	must(span->end == c->want->v[c->i].end);
	must(span->paragraph == c->want->v[c->i].paragraph);
	must(segment.n == span->end - span->start);
	c->i++;
	return true;
}

static void
must_be_white(tm_str text, size_t i, size_t end)
{
	static const uint32_t wide[] = { 0x85, 0xa0, 0x1680, 0x2028, 0x2029,
		0x202f, 0x205f, 0x3000 };

	while (i < end) {
		size_t len;
		uint32_t c = tm_char_at(text, i, &len);
		bool white = c == ' ' || (c >= 9 && c <= 13) ||
			     (c >= 0x2000 && c <= 0x200a);

		for (size_t k = 0; k < sizeof wide / sizeof wide[0]; k++)
			white |= c == wide[k];
		must(white);
		i += len;
	}
	must(i == end);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const langs[] = { "ar", "en", "de", "zh", "root",
		"sw" };
	static tm_segmenter *made[6][256];
	tm_segmenter *seg;
	tm_spans spans = { 0 };
	check c = { &spans, 0 };
	size_t lang, piece, at = 0;
	tm_str text;

	if (size < 3)
		return 0;
	lang = data[0] % 6;
	piece = data[2] % 32 + 1;
	if (made[lang][data[1]] == NULL) {
		tm_segment_options options = { .lines = data[1] & 1,
			.join = data[1] & 2,
			.whole_quotes = data[1] & 4,
			.colons = data[1] & 8,
			.semicolons = data[1] & 16,
			.clauses = data[1] & 32 };

		if (data[1] & 64)
			options.abbreviations = TM_STR("foo\nB.a.r\n(\n");
		made[lang][data[1]] =
		    tm_segmenter_new_with(langs[lang], &options, NULL);
	}
	seg = made[lang][data[1]];
	must(seg != NULL);
	text = (tm_str){ (const char *)data + 3, size - 3 };
	tm_segment(seg, text, &spans);
	for (size_t i = 0; i < spans.n; i++) {
		must(spans.v[i].start < spans.v[i].end);
		must(spans.v[i].start >= at);
		must_be_white(text, at, spans.v[i].start);
		at = spans.v[i].end;
	}
	must_be_white(text, at, text.n);
	for (size_t i = 0; i < text.n; i += piece)
		tm_segment_feed(seg,
		    tm_str_sub(
			text, i, i + piece < text.n ? i + piece : text.n),
		    false, compare, &c, NULL);
	tm_segment_feed(seg, (tm_str){ NULL, 0 }, true, compare, &c, NULL);
	must(c.i == spans.n);
	tm_spans_release(&spans);
	return 0;
}

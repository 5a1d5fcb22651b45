/*
 * segment.c - paragraphs, white space, and who decides
 *
 * A text is taken line by line. Within a line either the rules of
 * segment_dfa.c say where to cut, or for languages without rules ICU's
 * sentence iterator. What is between two cuts is trimmed of white space:
 *
 *	"He left. (He had to.)  So?\n"
 *	         ^             ^		cuts
 *	 [0,8)    [9,22)         [24,27)	spans
 */
#include "config.h"

#include "tm/segment_int.h"

#include <stdlib.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>

struct tm_segmenter {
	tm_srx *srx; /* NULL: ICU alone */
	tm_srx_check *check;
	tm_run *run;
	UBreakIterator *sentences, *graphemes;
	UText text;
};

void
tm_spans_release(tm_spans *spans)
{
	free(spans->v);
	*spans = (tm_spans){ 0 };
}

/* ---- Lines and white space -------------------------------------------------
 */

/* Unicode's White_Space. */
static bool
is_space(uint32_t c)
{
	if (c <= 0x20)
		return c == ' ' || (c >= '\t' && c <= '\r');
	if (c < 0x1680)
		return c == 0x85 || c == 0xa0;
	return c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
	       c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

/* The length of the line break at i; 0 when there is none. */
static size_t
line_break(tm_str text, size_t i)
{
	const unsigned char *p = (const unsigned char *)text.p + i;
	size_t n = text.n - i;

	switch (p[0]) {
	case '\r':
		return n > 1 && p[1] == '\n' ? 2 : 1;
	case '\n':
	case '\v':
	case '\f':
		return 1;
	case 0xc2: /* U+0085 */
		return n > 1 && p[1] == 0x85 ? 2 : 0;
	case 0xe2: /* U+2028, U+2029 */
		return n > 2 && p[1] == 0x80 && (p[2] & 0xfe) == 0xa8 ? 3 : 0;
	default:
		return 0;
	}
}

/* The end of the line that begins at i. */
static size_t
line_end(tm_str text, size_t i)
{
	static const uint8_t may[256] = { ['\n'] = 1,
		['\v'] = 1,
		['\f'] = 1,
		['\r'] = 1,
		[0xc2] = 1,
		[0xe2] = 1 };

	for (; i < text.n; i++)
		if (may[(unsigned char)text.p[i]] && line_break(text, i) > 0)
			break;
	return i;
}

/* Add text from start to end, trimmed; false when nothing is left. */
static bool
add_span(
    tm_str text, size_t start, size_t end, size_t paragraph, tm_spans *spans)
{
	size_t len;

	while (start < end && is_space(tm_char_at(text, start, &len)))
		start += len;
	while (end > start && is_space(tm_char_before(text, end, &len)))
		end -= len;
	if (start >= end)
		return false;
	tm_grow(spans->v, spans->n, spans->cap);
	spans->v[spans->n++] = (tm_span){ start, end, paragraph };
	return true;
}

void
tm_segment_lines(tm_str text, tm_spans *spans)
{
	size_t paragraph = 0;

	for (size_t i = 0; i < text.n;) {
		size_t end = line_end(text, i);

		paragraph += add_span(text, i, end, paragraph, spans);
		i = end < text.n ? end + line_break(text, end) : end;
	}
}

/* ---- Segmenters
 * ----------------------------------------------------------------- */

tm_segmenter *
tm_segmenter_new(const char *lang, tm_error *err)
{
	tm_segmenter *seg = tm_zalloc(1, sizeof *seg);
	UErrorCode status = U_ZERO_ERROR;
	UText empty = UTEXT_INITIALIZER;

	seg->text = empty;
	if (strcmp(lang, "root") != 0) {
		seg->srx = tm_srx_open(NULL, lang, NULL, NULL, err);
		if (seg->srx == NULL) {
			tm_segmenter_free(seg);
			return NULL;
		}
		seg->check = tm_srx_check_new(seg->srx);
		seg->run = tm_run_new(
		    tm_srx_rules(seg->srx), tm_srx_confirm, seg->check);
		return seg;
	}
	seg->sentences = ubrk_open(UBRK_SENTENCE, lang, NULL, 0, &status);
	if (U_FAILURE(status)) {
		tm_fail(err, TM_IO, "ICU has no sentence boundaries: %s",
		    u_errorName(status));
		tm_segmenter_free(seg);
		return NULL;
	}
	return seg;
}

void
tm_segmenter_free(tm_segmenter *seg)
{
	if (seg == NULL)
		return;
	tm_run_free(seg->run);
	tm_srx_check_free(seg->check);
	tm_srx_unref(seg->srx);
	ubrk_close(seg->sentences);
	ubrk_close(seg->graphemes);
	utext_close(&seg->text);
	free(seg);
}

/* ---- Cutting
 * ---------------------------------------------------------------------- */

/* Is pos between two graphemes of line? Asked only where a rule has cut
 * and no white space follows, so the iterator may be made anew. */
static bool
between_graphemes(tm_segmenter *seg, tm_str line, size_t pos)
{
	UErrorCode status = U_ZERO_ERROR;
	size_t len, start = pos;
	uint32_t next = tm_char_at(line, pos, &len);

	if (next < 0x300 || is_space(next))
		return true;
	/* marks before pos decide, and more than a few are no writing */
	for (int i = 0; i < 16 && start > 0; i++) {
		tm_char_before(line, start, &len);
		start -= len;
	}
	if (seg->graphemes == NULL)
		seg->graphemes =
		    ubrk_open(UBRK_CHARACTER, "", NULL, 0, &status);
	utext_openUTF8(
	    &seg->text, line.p + start, (int64_t)(line.n - start), &status);
	ubrk_setUText(seg->graphemes, &seg->text, &status);
	return U_FAILURE(status) ||
	       ubrk_isBoundary(seg->graphemes, (int32_t)(pos - start));
}

static void
cut_by_rules(tm_segmenter *seg, tm_str text, size_t start, size_t end,
    size_t paragraph, tm_spans *spans)
{
	tm_str line = tm_str_sub(text, start, end);
	size_t from = 0, pos = 0;

	while (from < line.n) {
		pos = tm_run_next(seg->run, line, pos);
		if (pos < line.n && !between_graphemes(seg, line, pos))
			continue;
		add_span(text, start + from, start + pos, paragraph, spans);
		from = pos;
	}
}

/* ICU counts in 32 bits; longer lines are given to it in parts. */
#define ICU_MOST ((size_t)1 << 30)

static void
cut_by_icu(tm_segmenter *seg, tm_str text, size_t start, size_t end,
    size_t paragraph, tm_spans *spans)
{
	while (start < end) {
		UErrorCode status = U_ZERO_ERROR;
		size_t n = end - start, from = 0;

		if (n > ICU_MOST)
			n = ICU_MOST;
		utext_openUTF8(&seg->text, text.p + start, (int64_t)n, &status);
		ubrk_setUText(seg->sentences, &seg->text, &status);
		for (int32_t pos = ubrk_first(seg->sentences);
		     U_SUCCESS(status) && pos != UBRK_DONE;
		     pos = ubrk_next(seg->sentences)) {
			add_span(text, start + from, start + (size_t)pos,
			    paragraph, spans);
			from = (size_t)pos;
		}
		start += n;
	}
}

void
tm_segment(tm_segmenter *seg, tm_str text, tm_spans *spans)
{
	size_t paragraph = 0;

	for (size_t i = 0; i < text.n;) {
		size_t end = line_end(text, i), had = spans->n;

		if (seg->run != NULL)
			cut_by_rules(seg, text, i, end, paragraph, spans);
		else
			cut_by_icu(seg, text, i, end, paragraph, spans);
		paragraph += spans->n > had;
		i = end < text.n ? end + line_break(text, end) : end;
	}
}

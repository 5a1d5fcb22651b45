/*
 * segment.c - paragraphs, white space, and who decides
 *
 * A text is taken line by line. Within a line the rules of segment_rules.c
 * say where to cut, or ICU's sentence iterator does ("root"), or the one
 * where the others are silent. What is between two cuts is trimmed of white
 * space:
 *
 *	"He left. (He had to.)  So?\n"
 *	         ^             ^		cuts
 *	 [0,8)    [9,22)         [24,27)	spans
 */
#include "config.h"

#include "tm/srx_int.h"

#include <stdlib.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>

/* ---- Quotations kept whole --------------------------------------------- */

/* How far a closing mark may be, in bytes: a quotation longer than that is
 * cut. Ten long sentences; people quote less, machines forget to close. */
#define QUOTE_REACH 4000

static const struct quote {
	uint32_t open;
	uint32_t close[3];
} quotes[] = {
	{ '"', { '"' } },
	{ 0x201c, { 0x201d } },
	{ 0x201e, { 0x201c, 0x201d } }, /* German, Polish */
	{ 0xab, { 0xbb } },
	{ 0xbb, { 0xab } }, /* Danish; reversed in Arabic */
	{ 0x2039, { 0x203a } },
	{ 0x300c, { 0x300d } },
	{ 0x300e, { 0x300f } },
};
#define NQUOTES (sizeof quotes / sizeof quotes[0])

/* Where in a line quotations stand; it only ever moves ahead. */
typedef struct quotation {
	size_t at;	      /* looked at up to here */
	size_t end;	      /* inside one before here */
	size_t none[NQUOTES]; /* no closing mark of this kind before here */
} quotation;

/*
 * A text that comes in pieces. buf holds the paragraph being cut:
 *
 *	base	      from	     pos	    scan
 *	 | context... | a segment... | not looked at | no line end before
 *
 * What is before base is gone; it is the paragraph's beginning, or far
 * enough from from for no rule to see the difference.
 */
typedef struct stream {
	tm_buf buf;
	size_t offset; /* of buf in the text */
	size_t from, pos, scan;
	size_t retry; /* no use to look before there is so much */
	size_t paragraph;
	bool had; /* the paragraph has a segment already */
	quotation q;
	tm_spans spans;
} stream;

struct tm_segmenter {
	bool lines, join, whole_quotes;
	stream stream;
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

/* ---- Lines and white space --------------------------------------------- */

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

bool
tm_segment_has_break(tm_str text)
{
	return line_end(text, 0) < text.n;
}

/*
 * The end of the paragraph that i is in, and in *next where the one after
 * it begins. With join, line breaks count when an empty line or a page
 * follows. Unless last is set more text may come: then *next is 0 when the
 * end is not there yet, and the return value where to look again.
 */
static size_t
paragraph_end(tm_str text, size_t i, bool join, bool last, size_t *next)
{
	for (;;) {
		size_t end = line_end(text, i), at, len;

		*next = end;
		if (end == text.n) {
			/* a break of three bytes may be there in part */
			if (!last) {
				*next = 0;
				end = end > i + 2 ? end - 2 : i;
			}
			return end;
		}
		*next += line_break(text, end);
		if (!last && *next == text.n) {
			*next = 0; /* \r may become \r\n */
			return end;
		}
		if (!join || text.p[end] == '\f')
			return end;
		for (at = *next; at < text.n && line_break(text, at) == 0 &&
				 is_space(tm_char_at(text, at, &len));)
			at += len;
		if (text.n - at < 3 && !last) {
			*next = 0; /* what follows may be a break in part */
			return end;
		}
		if (at == text.n || line_break(text, at) > 0)
			return end;
		i = at;
	}
}

/* How c behaves in a grapheme. Nothing below U+0300 but controls, which
 * rules do not cut at, behaves in a way of its own. */
static int32_t
grapheme_part(uint32_t c)
{
	return c < 0x300 ? U_GCB_OTHER
			 : u_getIntPropertyValue(
			       (UChar32)c, UCHAR_GRAPHEME_CLUSTER_BREAK);
}

/* Is there a mark at i, which the character before it carries? Then that is
 * no white space, but a way to write the mark alone. */
static bool
carries(tm_str text, size_t i, size_t end)
{
	size_t len;
	uint32_t c = i < end ? tm_char_at(text, i, &len) : 0;

	switch (grapheme_part(c)) {
	case U_GCB_EXTEND:
	case U_GCB_SPACING_MARK:
	case U_GCB_ZWJ:
		return true;
	default:
		return false;
	}
}

/* Add text from start to end, trimmed; false when nothing is left. */
static bool
add_span(
    tm_str text, size_t start, size_t end, size_t paragraph, tm_spans *spans)
{
	size_t len, cut = end;

	while (start < end && is_space(tm_char_at(text, start, &len)) &&
	       !carries(text, start + len, end))
		start += len;
	while (end > start && is_space(tm_char_before(text, end, &len)))
		end -= len;
	if (start >= end)
		return false;
	tm_grow(spans->v, spans->n, spans->cap);
	spans->v[spans->n++] = (tm_span){ start, end, paragraph, cut };
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

/* ---- Segmenters -------------------------------------------------------- */

/* The names of the lists in rules/beyond.srx that options ask for. */
static void
name_beyond(tm_buf *names, const tm_segment_options *options)
{
	tm_buf_adds(names, options->colons ? "-colons" : "");
	tm_buf_adds(names, options->semicolons ? "-semicolons" : "");
	tm_buf_adds(names, options->clauses ? "-clauses" : "");
}

/* With the rules there, or NULL for the Unicode boundaries, make what
 * belongs to one thread. */
static bool
equip(tm_segmenter *seg, tm_error *err)
{
	UErrorCode status = U_ZERO_ERROR;

	if (seg->srx != NULL) {
		seg->check = tm_srx_check_new(seg->srx);
		seg->run = tm_run_new(
		    tm_srx_rules(seg->srx), tm_srx_confirm, seg->check);
		if (!tm_srx_sentences(seg->srx))
			return true;
	}
	seg->sentences = ubrk_open(UBRK_SENTENCE, "", NULL, 0, &status);
	if (U_FAILURE(status))
		return tm_fail(err, TM_IO, "ICU has no sentence boundaries: %s",
		    u_errorName(status));
	return true;
}

static tm_segmenter *
new_segmenter(void)
{
	tm_segmenter *seg = tm_zalloc(1, sizeof *seg);
	UText empty = UTEXT_INITIALIZER;

	seg->text = empty;
	return seg;
}

tm_segmenter *
tm_segmenter_new_with(
    const char *lang, const tm_segment_options *options, tm_error *err)
{
	tm_segmenter *seg = new_segmenter();
	tm_buf beyond = { 0 };
	tm_srx_wish wish = { .path = options->srx,
		.lang = lang,
		.regex = options->regex,
		.abbreviations = options->abbreviations,
		.warn = options->warn,
		.ctx = options->warn_ctx };
	bool ok = true;

	seg->lines = options->lines;
	seg->join = options->join;
	seg->whole_quotes = options->whole_quotes;
	name_beyond(&beyond, options);
	wish.beyond = beyond.n > 0 ? beyond.p : "";
	/* "root" alone needs no rules, and is faster without */
	if (strcmp(lang, "root") != 0 || options->srx != NULL ||
	    options->abbreviations.n > 0 || beyond.n > 0 ||
	    options->whole_quotes) {
		seg->srx = tm_srx_open(&wish, err);
		ok = seg->srx != NULL;
	}
	if (!ok || !equip(seg, err)) {
		tm_segmenter_free(seg);
		seg = NULL;
	}
	tm_buf_release(&beyond);
	return seg;
}

tm_segmenter *
tm_segmenter_new(const char *lang, tm_error *err)
{
	return tm_segmenter_new_with(lang, &(tm_segment_options){ 0 }, err);
}

tm_segmenter *
tm_segmenter_share(const tm_segmenter *seg)
{
	tm_segmenter *other = new_segmenter();

	other->lines = seg->lines;
	other->join = seg->join;
	other->whole_quotes = seg->whole_quotes;
	if (seg->srx != NULL)
		other->srx = tm_srx_ref(seg->srx);
	equip(other, NULL);
	return other;
}

bool
tm_segmenter_ok(const tm_segmenter *seg, tm_error *err)
{
	const tm_error *first;

	if (seg->check == NULL)
		return true;
	first = tm_srx_check_error(seg->check);
	if (first->code != TM_OK && err != NULL)
		*err = *first;
	return first->code == TM_OK;
}

static void
forget_stream(stream *s)
{
	tm_buf_release(&s->buf);
	tm_spans_release(&s->spans);
	*s = (stream){ 0 };
}

const tm_srx *
tm_segmenter_srx(const tm_segmenter *seg)
{
	return seg->srx;
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
	forget_stream(&seg->stream);
	free(seg);
}

/* ---- Cutting ----------------------------------------------------------- */

/* Is pos between two graphemes of line? ICU's iterator takes a microsecond
 * for a place and is asked only where a mark, a joiner, a prefix (the sign of
 * a verse or a year in Arabic) or a Hangul letter stands at it: all that joins
 * characters is one of these on one side at least. */
static bool
between_graphemes(tm_segmenter *seg, tm_str line, size_t pos)
{
	UErrorCode status = U_ZERO_ERROR;
	size_t len, start = pos;
	uint32_t next = tm_char_at(line, pos, &len);

	if (is_space(next) ||
	    (grapheme_part(next) == U_GCB_OTHER &&
		(pos == 0 || grapheme_part(tm_char_before(line, pos, &len)) ==
				 U_GCB_OTHER)))
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

/* ---- Quotations -------------------------------------------------------- */

/* The end of the closing mark for kind after i; 0 when it is too far. */
static size_t
find_close(tm_str line, size_t i, size_t kind, quotation *q)
{
	size_t stop = i + QUOTE_REACH < line.n ? i + QUOTE_REACH : line.n;
	size_t len;

	if (i < q->none[kind])
		i = q->none[kind];
	for (; i < stop; i += len) {
		uint32_t c = tm_char_at(line, i, &len);

		for (int k = 0; k < 3 && quotes[kind].close[k] != 0; k++)
			if (c == quotes[kind].close[k])
				return i + len;
	}
	q->none[kind] = i;
	return 0;
}

/* Is pos inside a quotation? */
static bool
is_quoted(tm_str line, size_t pos, quotation *q)
{
	while (q->at < pos && q->end < pos) {
		size_t len, i = q->end > q->at ? q->end : q->at;
		uint32_t c;

		if (i >= pos)
			break;
		c = tm_char_at(line, i, &len);
		q->at = i + len;
		if (c != '"' && c < 0xab)
			continue;
		for (size_t k = 0; k < NQUOTES; k++)
			if (c == quotes[k].open) {
				size_t end = find_close(line, q->at, k, q);

				if (end > 0)
					q->end = end;
				break;
			}
	}
	return pos < q->end;
}

/* ICU counts in 32 bits; longer lines are given to it in parts. */
#define ICU_MOST ((size_t)1 << 30)

/* Rules and, where they are silent, ICU's sentences: each side's next place,
 * so that neither is asked twice. */
typedef struct two_voices {
	size_t rule, sentence; /* 0: not known yet */
	int32_t icu;	       /* where ICU is, behind white space */
} two_voices;

/* The first place after pos, before the white space there, where a sentence
 * of ICU's ends and no rule decides. */
static size_t
next_sentence(tm_segmenter *seg, tm_str line, size_t pos, two_voices *v)
{
	while (v->icu != UBRK_DONE) {
		size_t at, len;

		v->icu = ubrk_next(seg->sentences);
		if (v->icu == UBRK_DONE)
			break;
		at = (size_t)v->icu;
		while (at > pos && is_space(tm_char_before(line, at, &len)))
			at -= len;
		if (at > pos && at < line.n &&
		    tm_run_decide(seg->run, line, at) < 0)
			return at;
	}
	return line.n;
}

/* The next place after pos where line breaks. */
static size_t
next_break(tm_segmenter *seg, tm_str line, size_t pos, two_voices *v)
{
	if (seg->sentences == NULL)
		return tm_run_next(seg->run, line, pos);
	if (v->sentence == 0) {
		UErrorCode status = U_ZERO_ERROR;

		utext_openUTF8(&seg->text, line.p,
		    (int64_t)(line.n < ICU_MOST ? line.n : ICU_MOST), &status);
		ubrk_setUText(seg->sentences, &seg->text, &status);
		v->icu =
		    U_SUCCESS(status) ? ubrk_first(seg->sentences) : UBRK_DONE;
	}
	if (v->rule <= pos)
		v->rule = tm_run_next(seg->run, line, pos);
	if (v->sentence <= pos)
		v->sentence = next_sentence(seg, line, pos, v);
	return v->rule < v->sentence ? v->rule : v->sentence;
}

/*
 * Cut line, in which a segment begins at *from and nothing breaks up to
 * *pos, as far as stop; the last segment ends at the end of line when that
 * is stop. Spans count from base.
 */
static void
cut_by_rules(tm_segmenter *seg, tm_str text, size_t base, size_t *from,
    size_t *pos, size_t stop, quotation *q, size_t paragraph, tm_spans *spans)
{
	tm_str line = tm_str_sub(text, base, text.n);
	two_voices voices = { 0 };

	while (*from < stop) {
		size_t at = next_break(seg, line, *pos, &voices);

		if (at > stop) {
			*pos = stop;
			break;
		}
		*pos = at;
		if (at < line.n && !between_graphemes(seg, line, at))
			continue;
		if (seg->whole_quotes && at < line.n && is_quoted(line, at, q))
			continue;
		add_span(text, base + *from, base + at, paragraph, spans);
		*from = at;
	}
}

/* The same with ICU alone. Returns false when there was no cut before stop. */
static bool
cut_by_icu(tm_segmenter *seg, tm_str text, size_t base, size_t *from,
    size_t stop, size_t paragraph, tm_spans *spans)
{
	size_t had = *from;

	while (*from < stop) {
		UErrorCode status = U_ZERO_ERROR;
		size_t start = *from, n = text.n - base - start;
		int32_t pos;

		if (n > ICU_MOST)
			n = ICU_MOST;
		utext_openUTF8(
		    &seg->text, text.p + base + start, (int64_t)n, &status);
		ubrk_setUText(seg->sentences, &seg->text, &status);
		pos = ubrk_first(seg->sentences);
		while (U_SUCCESS(status) &&
		       (pos = ubrk_next(seg->sentences)) != UBRK_DONE) {
			size_t at = start + (size_t)pos;

			if (at > stop)
				return *from > had;
			if (at < stop &&
			    !between_graphemes(
				seg, tm_str_sub(text, base, text.n), at))
				continue;
			add_span(
			    text, base + *from, base + at, paragraph, spans);
			*from = at;
		}
		if (U_FAILURE(status)) {
			add_span(text, base + *from, base + start + n,
			    paragraph, spans);
			*from = start + n;
		}
	}
	return true;
}

static void
cut_line(tm_segmenter *seg, tm_str text, size_t base, size_t end,
    size_t paragraph, tm_spans *spans)
{
	size_t from = 0, pos = 0;
	quotation q = { 0 };

	text.n = end;
	if (seg->run != NULL)
		cut_by_rules(seg, text, base, &from, &pos, end - base, &q,
		    paragraph, spans);
	else
		cut_by_icu(
		    seg, text, base, &from, end - base, paragraph, spans);
}

void
tm_segment(tm_segmenter *seg, tm_str text, tm_spans *spans)
{
	size_t paragraph = 0;

	if (seg->lines) {
		tm_segment_lines(text, spans);
		return;
	}
	for (size_t i = 0, next; i < text.n; i = next) {
		size_t end = paragraph_end(text, i, seg->join, true, &next);
		size_t had = spans->n;

		cut_line(seg, text, i, end, paragraph, spans);
		paragraph += spans->n > had;
	}
}

/* ---- Text in pieces ---------------------------------------------------- */

/* A paragraph that has not ended is cut when there is so much of it. */
#define PART ((size_t)1 << 20)
/* Rules look no further to either side, in bytes: four for each of the
 * thousand characters that segment_run.c allows, or a quotation. */
#define FAR ((size_t)8192)

static bool
hand_over(stream *s, tm_segment_sink *sink, void *ctx, tm_error *err)
{
	for (size_t i = 0; i < s->spans.n; i++) {
		tm_span span = s->spans.v[i];
		tm_str segment =
		    tm_str_sub(tm_buf_str(&s->buf), span.start, span.end);

		span.start += s->offset;
		span.end += s->offset;
		span.cut += s->offset;
		if (!sink(ctx, segment, &span, err))
			return false;
	}
	s->had |= s->spans.n > 0;
	s->spans.n = 0;
	return true;
}

static size_t
less(size_t a, size_t b)
{
	return a > b ? a - b : 0;
}

/* Forget the first n bytes of what is there. */
static void
drop(stream *s, size_t n)
{
	memmove(s->buf.p, s->buf.p + n, s->buf.n - n);
	s->buf.n -= n;
	s->offset += n;
	s->from = less(s->from, n);
	s->pos = less(s->pos, n);
	s->scan = less(s->scan, n);
	s->q.at = less(s->q.at, n);
	s->q.end = less(s->q.end, n);
	for (size_t k = 0; k < NQUOTES; k++)
		s->q.none[k] = less(s->q.none[k], n);
}

/* Cut up to stop the paragraph that is first in buf and reaches to end. */
static void
cut_piece(tm_segmenter *seg, stream *s, size_t end, size_t stop)
{
	tm_str text = tm_str_sub(tm_buf_str(&s->buf), 0, end);

	if (seg->lines) {
		if (stop == end)
			add_span(text, 0, end, s->paragraph, &s->spans);
	} else if (seg->run != NULL) {
		cut_by_rules(seg, text, 0, &s->from, &s->pos, stop, &s->q,
		    s->paragraph, &s->spans);
	} else if (!cut_by_icu(
		       seg, text, 0, &s->from, stop, s->paragraph, &s->spans)) {
		s->retry = 2 * end; /* else long segments cost a square */
	}
}

/* A paragraph of which more may come: cut what is far enough from the end,
 * and keep what rules may look back at. */
static bool
cut_open(tm_segmenter *seg, stream *s, tm_segment_sink *sink, void *ctx,
    tm_error *err)
{
	size_t stop = s->buf.n - FAR;

	while (stop > s->pos && (s->buf.p[stop] & 0xc0) == 0x80)
		stop--;
	s->retry = s->buf.n + PART;
	cut_piece(seg, s, s->buf.n, stop);
	if (!hand_over(s, sink, ctx, err))
		return false;
	if (s->from > FAR) {
		size_t n = s->from - FAR;

		while (n > 0 && (s->buf.p[n] & 0xc0) == 0x80)
			n--;
		drop(s, n);
		s->retry = less(s->retry, n);
	}
	return true;
}

bool
tm_segment_feed(tm_segmenter *seg, tm_str piece, bool last,
    tm_segment_sink *sink, void *ctx, tm_error *err)
{
	stream *s = &seg->stream;
	size_t start = 0;
	bool ok = true;

	tm_buf_add(&s->buf, piece.p, piece.n);
	while (ok && s->buf.n > start) {
		size_t next, end;

		/* paragraphs that are whole go in one stride */
		end = paragraph_end(tm_buf_str(&s->buf),
		    s->scan > start ? s->scan : start, seg->join && !seg->lines,
		    last, &next);
		if (next == 0) {
			s->scan = end;
			break;
		}
		if (start == 0) {
			cut_piece(seg, s, end, end);
		} else if (seg->lines) {
			add_span(tm_buf_str(&s->buf), start, end, s->paragraph,
			    &s->spans);
		} else {
			cut_line(seg, tm_buf_str(&s->buf), start, end,
			    s->paragraph, &s->spans);
		}
		ok = hand_over(s, sink, ctx, err);
		s->paragraph += s->had;
		s->had = false;
		start = s->scan = s->from = s->pos = next;
		s->q = (quotation){ 0 };
		s->retry = 0;
	}
	if (ok && start > 0)
		drop(s, start);
	if (ok && !last && s->buf.n > PART && s->buf.n >= s->retry)
		ok = cut_open(seg, s, sink, ctx, err);
	if (!ok || last)
		forget_stream(s);
	return ok;
}

/*
 * segment.h - cut running text into sentences
 *
 * A segmenter holds the break rules of one language: the Unicode sentence
 * boundaries (UAX #29) corrected by rules, which know that the full stop
 * in "Dr. Smith" ends nothing. Make one per language, feed it any number
 * of texts, free it:
 *
 *	tm_error err;
 *	tm_spans cut = { 0 };
 *	tm_segmenter *seg = tm_segmenter_new("en", &err);
 *
 *	if (seg == NULL)
 *		complain("%s", err.msg);
 *	tm_segment(seg, text, &cut);
 *	for (size_t i = 0; i < cut.n; i++)
 *		show(text.p + cut.v[i].start, cut.v[i].end - cut.v[i].start);
 *	tm_spans_release(&cut);
 *	tm_segmenter_free(seg);
 *
 * Nothing is lost: the spans are in order and do not overlap, and what
 * lies between them is white space. A line break ends a paragraph, and no
 * span crosses one.
 *
 * A segmenter has a scratch state: one thread at a time.
 */
#ifndef TM_SEGMENT_H
#define TM_SEGMENT_H

#include "tm/base.h"

TM_BEGIN_DECLS

/* A segment: bytes start to end of the text, in paragraph (from 0). */
typedef struct tm_span {
	size_t start, end;
	size_t paragraph;
} tm_span;

/* Start with = { 0 }. */
typedef struct tm_spans {
	tm_span *v;
	size_t n, cap;
} tm_spans;

void tm_spans_release(tm_spans *spans);

typedef struct tm_segmenter tm_segmenter;

/*
 * Make a segmenter for lang, a canonical tag such as "en" or "pt-BR", with
 * the rules built for it; a language without rules of its own gets the
 * Unicode boundaries, and "root" asks for these alone.
 *
 * Returns NULL and sets err on TM_IO or TM_PARSE (the rules installed with
 * libtm cannot be read). The caller frees the result.
 */
tm_segmenter *tm_segmenter_new(const char *lang, tm_error *err);

/* Free seg; NULL is fine. */
void tm_segmenter_free(tm_segmenter *seg);

/*
 * Add the sentences of text to spans, as byte offsets into text. What is
 * already in spans stays. Bytes that are not UTF-8 are kept and never
 * looked into. An empty text has no sentences. Linear in text.n.
 */
void tm_segment(tm_segmenter *seg, tm_str text, tm_spans *spans);

/* Add every line that is not blank as one segment, trimmed of white space:
 * for text that somebody has cut already. */
void tm_segment_lines(tm_str text, tm_spans *spans);

TM_END_DECLS

#endif

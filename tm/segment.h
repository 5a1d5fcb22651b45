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
 * A segmenter has a scratch state: one thread at a time. The compiled rules
 * behind it never change; tm_segmenter_share() makes another segmenter over
 * the same rules, for another thread, at next to no cost.
 */
#ifndef TM_SEGMENT_H
#define TM_SEGMENT_H

#include "tm/base.h"

TM_BEGIN_DECLS

/* A segment: bytes start to end of the text, in paragraph (from 0). The
 * text was cut at cut, which is end or in the white space behind it. */
typedef struct tm_span {
	size_t start, end;
	size_t paragraph;
	size_t cut;
} tm_span;

/* Start with = { 0 }. */
typedef struct tm_spans {
	tm_span *v;
	size_t n, cap;
} tm_spans;

void tm_spans_release(tm_spans *spans);

typedef struct tm_segmenter tm_segmenter;

/* What is wrong at line of the file at path; see tm_segment_options. */
typedef void tm_segment_warn(
    void *ctx, const char *path, size_t line, const char *message);

/*
 * Whose regular expressions an SRX file has. SRX says ICU's, where \s, \w
 * and \d are of Unicode. LanguageTool and OmegaT run Java's, where these are
 * ASCII: no break after a stop and a no-break space, for instance. Some
 * files say so (okpsrx:options useJavaRegex="yes").
 */
typedef enum tm_regex {
	TM_REGEX_FILE, /* what the file says, else ICU's */
	TM_REGEX_ICU,
	TM_REGEX_JAVA
} tm_regex;

/* All zero is what tm_segmenter_new() does. */
typedef struct tm_segment_options {
	/* Cut by this SRX 2.0 file instead of the built-in rules. A rule in
	 * it that does not compile is told to warn and left out. */
	const char *srx;
	tm_regex regex; /* of srx */
	tm_segment_warn *warn; /* may be NULL */
	void *warn_ctx;

	/* Words after whose full stop no sentence ends, one a line; a stop at
	 * the end of a line is not needed, and # begins a comment. */
	tm_str abbreviations;

	bool lines;	   /* every line is one segment */
	bool join;	   /* a single line break is a space; an empty line
			      ends a paragraph */
	bool whole_quotes; /* no cut inside quotation marks that close */

	/* Cuts beyond sentences, whosever the rules are: after colons and
	 * semicolons; between clauses, for aligning. "root" has none. */
	bool colons, semicolons, clauses;
} tm_segment_options;

/*
 * Make a segmenter for lang, a canonical tag such as "en" or "pt-BR", with
 * the rules built for it; a language without rules of its own gets those
 * that hold for all, and "root" asks for the Unicode boundaries alone.
 *
 * Returns NULL and sets err on TM_IO or TM_PARSE (the rules installed with
 * libtm, or the SRX file, cannot be read) or TM_LIMIT (the rules are too
 * large). The caller frees the result. Costs a few milliseconds.
 */
tm_segmenter *tm_segmenter_new(const char *lang, tm_error *err);
tm_segmenter *tm_segmenter_new_with(
    const char *lang, const tm_segment_options *options, tm_error *err);

/* Another segmenter with the same rules and options. The caller frees it;
 * the two may go in any order. */
tm_segmenter *tm_segmenter_share(const tm_segmenter *seg);

/* Free seg; NULL is fine. */
void tm_segmenter_free(tm_segmenter *seg);

/*
 * Add the sentences of text to spans, as byte offsets into text. What is
 * already in spans stays. Bytes that are not UTF-8 are kept and never
 * looked into. An empty text has no sentences. Linear in text.n.
 */
void tm_segment(tm_segmenter *seg, tm_str text, tm_spans *spans);

/*
 * The same for text that comes in pieces and need not fit into memory.
 * Feed the pieces in order, the last one (which may be empty) with last;
 * then the next text may begin. Every segment goes to sink as soon as no
 * later text can change it: the segment, good during the call, and its
 * place counted from the beginning of the whole text. Keeps about a
 * megabyte, or twice the longest segment where that is more.
 *
 * Returns false when sink did, with its err; the text is then over.
 */
typedef bool tm_segment_sink(
    void *ctx, tm_str segment, const tm_span *span, tm_error *err);
bool tm_segment_feed(tm_segmenter *seg, tm_str piece, bool last,
    tm_segment_sink *sink, void *ctx, tm_error *err);

/*
 * False, with TM_LIMIT in err, when a rule of an SRX file took too long
 * since seg was made: such a rule is named and not asked again. Built-in
 * rules never do.
 */
bool tm_segmenter_ok(const tm_segmenter *seg, tm_error *err);

/* ---- Inline codes ------------------------------------------------------ */

/* A code begins a pair (<bpt>), ends one (<ept>), or stands alone (<ph>). */
typedef enum tm_code_kind {
	TM_CODE_START,
	TM_CODE_END,
	TM_CODE_ISOLATED
} tm_code_kind;

typedef struct tm_code_place {
	size_t at; /* in the text, which is without codes */
	tm_code_kind kind;
} tm_code_place;

/* What kind a code of TMX is, such as "<ph x='1'/>" or "</hi>"; see
 * tm_code_at in tm/unit.h. */
tm_code_kind tm_code_kind_of(tm_str xml);

/*
 * A text with inline codes is cut without them, and then they are put back:
 * say to which segment each of n codes, in order of place, belongs.
 * owner[i] becomes an index into spans, which tm_segment() made of text and
 * nothing else; SIZE_MAX when there is no segment at all.
 *
 * At a cut, a code goes with what follows unless the rules include its kind
 * in what precedes (SRX: <formathandle>); without a word of theirs, codes
 * that end a pair are included and others are not. From the first that is
 * not, all codes at the place go with what follows.
 */
void tm_segment_codes(const tm_segmenter *seg, tm_str text,
    const tm_spans *spans, const tm_code_place *codes, size_t n, size_t *owner);

/* Add every line that is not blank as one segment, trimmed of white space:
 * for text that somebody has cut already. */
void tm_segment_lines(tm_str text, tm_spans *spans);

/*
 * Read the SRX file at path and tell warn all that is wrong with it: what
 * is not well-formed, expressions that do not compile, language maps that
 * name no list, lists that no map names, rules that never decide because
 * an earlier one always does. *problems (may be NULL) is their number.
 * Fails with TM_IO or TM_PARSE when there is nothing to be read.
 */
bool tm_segment_check_srx(const char *path, tm_segment_warn *warn, void *ctx,
    size_t *problems, tm_error *err);

/* Add the built-in rules for lang to out, as one SRX 2.0 file for other
 * programs. Fails with TM_IO or TM_PARSE when they cannot be read. */
bool tm_segment_export_srx(const char *lang, tm_buf *out, tm_error *err);

TM_END_DECLS

#endif

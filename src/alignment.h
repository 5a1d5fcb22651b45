/*
 * alignment.h - two texts and the beads between them, and how to write them
 */
#ifndef SRC_ALIGNMENT_H
#define SRC_ALIGNMENT_H

#include "cmd.h"

/* One text: where it is from, its language, its sentences. */
struct side {
	const char *path;
	char lang[TM_LANG_MAX];
	tm_buf text;
	tm_spans spans;
	tm_str *segments; /* slices of text, one a span */
};

void side_release(struct side *side);

/* Fill side->segments from side->spans; lines that were wrapped are joined,
 * in side->text. */
void side_slice(struct side *side);

/*
 * The text of sentences first .. first + n as one segment, into out
 * (replacing what was there): joined by a space where the text has white
 * space between them and the script uses spaces.
 */
void side_join(const struct side *side, size_t first, size_t n, tm_buf *out);

struct alignment {
	struct side src, tgt;
	tm_beads beads;
};

/* How the texts are to be read. */
struct reading_options {
	const char *from, *to, *encoding; /* NULL: find out */
	bool presegmented;
	bool force; /* texts of other languages than said are told, not refused
		     */
	struct cutting cutting;
};

/* Read the texts at a->src.path and a->tgt.path, find their languages, say
 * when those look wrong, and cut. */
bool alignment_read(const struct tool *tool, const struct reading_options *v,
    struct alignment *a, tm_error *err);

/* How sure a pair is at most whose sides are the same text. */
#define COPY_SURE .1

/* Pairs whose two sides are the same text, beyond names and numbers, are not
 * translated: lower their confidence to COPY_SURE, and return how many there
 * are. */
size_t alignment_doubt_copies(struct alignment *a);

/* True when a bead has sentences on both sides. */
bool is_pair(const tm_bead *bead);

/*
 * Make the unit of the k-th bead, which has two sides, and hand it to sink.
 * created is 0 where the same input must give the same bytes.
 */
bool alignment_unit(const struct alignment *a, size_t k, int64_t created,
    const tm_sink *sink, tm_error *err);

/* "good", "middling" or "bad": how a confidence is shown. */
const char *confidence_grade(double confidence);

/* The last part of path. */
tm_str file_name(const char *path);

/* One page for reading, whole in itself. */
void alignment_write_html(const struct alignment *a, FILE *fp);

/* The formats of alignment_write(), NULL at the end. */
extern const char *const alignment_formats[];

/* The format that the end of path tells; NULL when it tells none. */
const char *alignment_format_for(const char *path);

/* Write all beads to path in format; text, for people, heeds tool's colours
 * and isolates when path is "-". */
bool alignment_write(const struct tool *tool, const struct alignment *a,
    const char *path, const char *format, tm_error *err);

#endif

/*
 * format_int.h - what a format is made of
 *
 * A new format is one file with one const struct tm_format, and one line
 * in the table of format.c:
 *
 *	const struct tm_format tm_format_tsv = { "tsv", bid, read, ... };
 *
 * A reader pulls bytes and pushes units. A writer is given units one at a
 * time and adds their bytes to writer->buf; opening, flushing and the
 * rename at the end are done for it.
 */
#ifndef TM_FORMAT_INT_H
#define TM_FORMAT_INT_H

#include "tm/format.h"
#include "tm/lang.h"

/* What a writer could not write as it was, told once at close. */
typedef struct tm_loss {
	const char *what; /* "characters that XML forbids, left out" */
	size_t n, first;  /* how many, and in which unit first (from 1) */
} tm_loss;

struct tm_writer {
	const struct tm_format *format;
	tm_format_options options; /* languages are canonical */
	char from[TM_LANG_MAX], to[TM_LANG_MAX], srclang[TM_LANG_MAX];
	tm_sink sink;
	tm_buf buf;   /* what is yet to be written */
	size_t units; /* so far, with the one being written */
	tm_loss losses[8];
	size_t n_losses;
	void *state;	/* what the format wants to remember, in arena */
	tm_arena arena; /* until close */
	/* of format.c */
	tm_outfile out;
	char *path;
	struct packer *packer;
	const char *second; /* another file that is written, in arena */
};

struct tm_format {
	const char *name;
	/* How sure this format is of a file, from 0 (not mine) to 100, by
	 * its path (never NULL) and the first bytes of it, which may be
	 * none and have no zeroes. A path alone is worth 50. */
	int (*bid)(const char *path, tm_str head);
	/* Languages of options are canonical, and no pointer is NULL but
	 * those in options. */
	bool (*read)(const char *path, const tm_format_options *options,
	    const tm_sink *sink, tm_error *err);
	/* A format that is only read has NULL here. begin and end may. */
	bool (*begin)(tm_writer *writer, tm_error *err);
	bool (*unit)(tm_writer *writer, const tm_unit *unit, tm_error *err);
	bool (*end)(tm_writer *writer, tm_error *err);
	/* Always last, after end or without it: give back what is not in
	 * the arena. */
	void (*drop)(tm_writer *writer);
};

extern const struct tm_format tm_format_tmx, tm_format_tsv, tm_format_csv,
    tm_format_jsonl, tm_format_text, tm_format_po, tm_format_xliff,
    tm_format_xliff2;

/* True when path ends in suffix, or in it and ".gz"; case is nothing. */
bool tm_format_ends(const char *path, const char *suffix);

/* The reading half of TMX (tmx.c); the other is tmx_write.c. */
bool tm_tmx_read(const char *path, const tm_format_options *options,
    const tm_sink *sink, tm_error *err);

/* True when xml is what a tm_code_at may hold: one element of TMX, or half
 * of a <hi>. Not cheap: for codes that do not come from XML. */
bool tm_code_is_sound(tm_str xml);

/* Write what is in buf, and empty it: for an end() with much to say. */
bool tm_writer_flush(tm_writer *writer, tm_error *err);

/* Count n of something lost in the unit being written; what is a literal. */
void tm_writer_lost(tm_writer *writer, const char *what, size_t n);

/* Tell a reader's sink. */
void tm_sink_warn(const tm_sink *sink, const char *path, size_t line,
    bool skipped, const char *fmt, ...) TM_PRINTF(5, 6);

/*
 * What is not valid in a file (findings.c). A kind of finding is what is said
 * (fmt) and what about; of each kind the first few are told to sink, and the
 * rest is counted and told by free(), which takes NULL.
 */
typedef struct tm_findings tm_findings;

tm_findings *tm_findings_new(const char *path, const tm_sink *sink);
void tm_findings_tell(tm_findings *f, size_t line, tm_str about,
    const char *fmt, ...) TM_PRINTF(4, 5);
void tm_findings_free(tm_findings *f);

/* Add seconds since 1970 as TMX writes it: 20261122T080000Z. */
void tm_date_add(tm_buf *out, int64_t seconds);

/* Read YYYYMMDDThhmmssZ, or less of it, with "-" and ":" or without. */
bool tm_date_parse(tm_str s, int64_t *seconds);

/* Add a number from 0 to 1 with at most six digits: "0.9731". */
void tm_fraction_add(tm_buf *out, double fraction);

/*
 * The lines of a text file in UTF-8 (or in encoding, or UTF-16 with its
 * mark), without their ends:
 *
 *	tm_lines lines;
 *
 *	if (!tm_lines_open(&lines, path, options->encoding, err))
 *		return false;
 *	while (tm_lines_next(&lines, &s, err))
 *		...
 *	ok = !lines.failed;
 *	tm_lines_close(&lines);
 *
 * s is good until the next call. A line that is not UTF-8 has bad set, and
 * one byte order mark is dropped from the start of any line: files with
 * marks are put together with cat. next() fails with TM_PARSE where more
 * lines are bad than good, with TM_LIMIT at a line of more than 16 MB.
 */
typedef struct tm_lines {
	size_t line; /* of s, from 1 */
	bool bad, failed;
	/* private */
	const char *path;
	struct tm_input *in;
	tm_buf buf;
	size_t at, n_good, n_bad;
	bool at_end;
} tm_lines;

bool tm_lines_open(
    tm_lines *lines, const char *path, const char *encoding, tm_error *err);
bool tm_lines_next(tm_lines *lines, tm_str *s, tm_error *err);
void tm_lines_close(tm_lines *lines);

/*
 * The languages of a format whose files name none, canonical. Fails with
 * TM_INVALID when options do not say both.
 */
typedef struct tm_pair {
	char from[TM_LANG_MAX], to[TM_LANG_MAX];
} tm_pair;

bool tm_pair_of(tm_pair *pair, const char *path,
    const tm_format_options *options, tm_error *err);

/* Is s a language that people write ("ar", "pt-BR", "ckb", not "one")? Then
 * out has its tag. */
bool tm_format_language(tm_str s, char out[TM_LANG_MAX]);

/*
 * The columns of a table (TSV, CSV), of which each language has one:
 *
 *	tm_table table = { .path = path, .sink = sink };
 *
 *	tm_table_begin(&table, options, field, n, line, err)  the first row
 *	if (!table.named)
 *		tm_table_row(&table, field, n, -1, line, err) ... each row
 *	tm_table_end(&table, err)
 *	tm_table_release(&table)
 *
 * begin() finds what the first row names, or what the options do, and fails
 * with TM_INVALID where neither does, or where they contradict each other.
 * A row of fewer than width fields must not be given to row(), which fails
 * as the sink does, and with TM_INVALID where the first rows show that two
 * columns are swapped; so does end() in a short table.
 */
#define TM_TABLE_MAX 32
#define TM_NO_COLUMN ((size_t)-1)

typedef struct tm_column {
	size_t at; /* from 0 */
	char lang[TM_LANG_MAX];
	tm_str name; /* as the first row says it; empty: it does not */
	tm_buf seen;
} tm_column;

typedef struct tm_table {
	const char *path;
	const tm_sink *sink;
	size_t width; /* fields that a row must have */
	bool named;   /* the first row is names */
	size_t n;     /* languages, the source first */
	tm_column column[TM_TABLE_MAX];
	size_t id; /* the column that is the units' tuid, or TM_NO_COLUMN */
	tm_str id_name;
	/* private */
	bool told_more;
	size_t rows;
	tm_arena arena;
} tm_table;

bool tm_table_begin(tm_table *table, const tm_format_options *options,
    const tm_str *field, size_t n, size_t line, tm_error *err);
/* confidence < 0: nobody knows. */
bool tm_table_row(tm_table *table, const tm_str *field, size_t n,
    double confidence, size_t line, tm_error *err);
bool tm_table_end(tm_table *table, tm_error *err);
void tm_table_release(tm_table *table);

/* Is m a line of a header that only a table has a use for? */
bool tm_header_is_of_table(const tm_meta *m);
/* How a table is written: what stands between two fields and behind the last,
 * and who adds one to writer->buf. */
typedef struct tm_table_style {
	const char *between, *end;
	bool names; /* the first row names the languages in any case */
	void (*field)(tm_writer *writer, tm_str text);
} tm_table_style;

/*
 * Write unit as a row, or a row for each of its pairs, below one that names
 * the columns: as they were in the table that was read, or (style->names) by
 * the languages of the first pair; pairs of others are left out, and counted.
 */
bool tm_table_write(
    tm_writer *writer, const tm_unit *unit, const tm_table_style *style);

/* Hand a unit of two texts to sink; true without it when one is empty,
 * which is told. */
bool tm_pair_send(const tm_pair *pair, tm_str source, tm_str target,
    const tm_sink *sink, const char *path, size_t line, tm_error *err);

/* The same with a name for the unit (tuid; may be empty), and how likely the
 * pair is to be right (< 0: nobody knows). */
bool tm_pair_send_named(const tm_pair *pair, tm_str name, tm_str source,
    tm_str target, double confidence, const tm_sink *sink, const char *path,
    size_t line, tm_error *err);

/*
 * Count what a writer of texts alone leaves out of unit: props and
 * attributes, dates and people; notes too unless it keeps_notes. Props whose
 * type begins with one of own (NULL at the end, or NULL) are kept.
 */
void tm_writer_bare(tm_writer *writer, const tm_unit *unit, bool keeps_notes,
    const char *const *own);

/* The variants a writer of pairs shall write: that in lang, or NULL. */
const tm_variant *tm_unit_column(const tm_unit *unit, const char *lang);

/* Call pair() for each pair of unit that options ask for: source and every
 * translation, or the two named; a side that is missing is NULL. */
bool tm_writer_pairs(tm_writer *writer, const tm_unit *unit,
    void (*pair)(tm_writer *, const tm_variant *, const tm_variant *));

/*
 * The confidence of a unit whose file calls it fuzzy, new or unfinished.
 * No one says how often such a translation is right; with a confidence of
 * any size it is shown as not confirmed and written as doubtful again.
 */
#define TM_DOUBTED .5

#endif

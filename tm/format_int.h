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

/* What a writer could not write as it was, told once at close. */
typedef struct tm_loss {
	const char *what; /* "characters that XML forbids, left out" */
	size_t n, first;  /* how many, and in which unit first (from 1) */
} tm_loss;

struct tm_writer {
	const struct tm_format *format;
	tm_format_options options;
	tm_sink sink;
	tm_buf buf;   /* what is yet to be written */
	size_t units; /* so far, with the one being written */
	tm_loss losses[8];
	size_t n_losses;
	/* of format.c */
	tm_outfile out;
	char *path;
	struct packer *packer;
};

struct tm_format {
	const char *name;
	/* How sure this format is of a file, from 0 (not mine) to 100, by
	 * its path (never NULL) and the first bytes of it, which may be
	 * none and have no zeroes. A path alone is worth 50. */
	int (*bid)(const char *path, tm_str head);
	bool (*read)(const char *path, const tm_format_options *options,
	    const tm_sink *sink, tm_error *err);
	/* A format that is only read has NULL here. begin and end may. */
	bool (*begin)(tm_writer *writer, tm_error *err);
	bool (*unit)(tm_writer *writer, const tm_unit *unit, tm_error *err);
	bool (*end)(tm_writer *writer, tm_error *err);
};

extern const struct tm_format tm_format_tmx, tm_format_tsv;

/* True when path ends in suffix, or in it and ".gz"; case is nothing. */
bool tm_format_ends(const char *path, const char *suffix);

/* Count n of something lost in the unit being written; what is a literal. */
void tm_writer_lost(tm_writer *writer, const char *what, size_t n);

/* Tell a reader's sink. */
void tm_sink_warn(const tm_sink *sink, const char *path, size_t line,
    bool skipped, const char *fmt, ...) TM_PRINTF(5, 6);

/* Add seconds since 1970 as TMX writes it: 20261122T080000Z. */
void tm_date_add(tm_buf *out, int64_t seconds);

/* Read YYYYMMDDThhmmssZ, or less of it, with "-" and ":" or without. */
bool tm_date_parse(tm_str s, int64_t *seconds);

#endif

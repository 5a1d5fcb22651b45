/*
 * check-report.h - what check found, for people, programs and browsers
 */
#ifndef SRC_CHECK_REPORT_H
#define SRC_CHECK_REPORT_H

#include "cmd.h"

/* Findings about a file, not about a translation, are counted here. */
#define FILE_FINDING TM_CHECK_COUNT

struct report {
	const struct tool *tool;
	bool json;
	FILE *html; /* NULL: none */
	size_t html_rows, html_left_out;
	tm_buf rows;
	const char *path; /* of the file at hand */
	size_t files, units, mended;
	size_t n[TM_CHECK_COUNT + 1], all; /* findings by kind */
};

/* "numbers", or "file". */
const char *finding_name(int kind);

/* Something about the file: line 0 where lines mean nothing. */
void report_warning(struct report *r, const tm_warning *w);
/* Something about a unit; done where it was mended already. */
void report_finding(
    struct report *r, const tm_unit *unit, const tm_finding *f, bool done);
/* The counts; and the page, where there is one. */
void report_end(struct report *r);

/* The page of check-html.c: rows are made as findings come, and kept up to
 * a limit that a browser can bear. */
void html_warning(struct report *r, const tm_warning *w);
void html_finding(
    struct report *r, const tm_unit *unit, const tm_finding *f, bool done);
void html_page(const struct report *r);

/* "12" of line 12, "#7" of unit 7 of a memory, or "". */
void place_of_unit(const tm_unit *unit, char out[32]);

#endif

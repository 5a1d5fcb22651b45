/*
 * TSV: a source, a tab, its translation; one pair a line.
 *
 *	مرحبا<TAB>Hello
 *
 * There are no escapes, since nobody agrees on any and a path like C:\new
 * must stay as it is: a tab or a line break inside of a segment is written
 * as one space, and told. TMX, CSV and JSON lines keep them.
 *
 * The first line may name the columns (table.c); we write one that names
 * the languages, so that what was written can be read.
 *
 * tmtool align writes two columns more, how sure a pair is and its type
 * ("0.973<TAB>1-2"): read back, the pair is as sure as it was.
 */
#include "config.h"

#include "tm/format_int.h"

#define COLUMNS_MAX 64

typedef struct reader {
	const char *path;
	const tm_sink *sink;
	tm_lines lines;
	tm_table table;
} reader;

/* The fields of a line; a line of more than COLUMNS_MAX has the rest in its
 * last. */
static size_t
split(tm_str s, tm_str field[COLUMNS_MAX])
{
	size_t n = 0;

	for (;;) {
		const char *tab = s.n == 0 ? NULL : memchr(s.p, '\t', s.n);

		if (tab == NULL || n == COLUMNS_MAX - 1) {
			field[n++] = s;
			return n;
		}
		field[n++] = tm_str_sub(s, 0, (size_t)(tab - s.p));
		s = tm_str_sub(s, field[n - 1].n + 1, s.n);
	}
}

/* "1-2" */
static bool
is_type(tm_str s)
{
	size_t dash = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '-' && dash == 0 && i > 0)
			dash = i;
		else if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return dash > 0 && dash + 1 < s.n;
}

/* "0.973" or "1.000", three places behind the point, as align writes; -1
 * for anything else. */
static double
share_of(tm_str s)
{
	double share = 0, place = 1;

	if (s.n != 5 || s.p[1] != '.' || s.p[0] < '0' || s.p[0] > '1')
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (i == 1)
			continue;
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		share += (s.p[i] - '0') * place;
		place /= 10;
	}
	return share > 1 ? -1 : share;
}

static bool
take_line(reader *r, const tm_str *field, size_t n, tm_error *err)
{
	bool ours = n == 4 && !r->table.named && is_type(field[3]) &&
		    share_of(field[2]) >= 0;

	if (n < r->table.width) {
		tm_sink_warn(r->sink, r->path, r->lines.line, true,
		    "no tab between a source and a translation; the line was "
		    "skipped");
		return true;
	}
	return tm_table_row(&r->table, field, n, ours ? share_of(field[2]) : -1,
	    r->lines.line, err);
}

/* The first line may name the columns, as that of CSV does. */
static bool
take_first(reader *r, const tm_format_options *options, const tm_str *field,
    size_t n, tm_error *err)
{
	const tm_table *t = &r->table;
	tm_buf names = { 0 };

	if (!tm_table_begin(&r->table, options, field, n, r->lines.line, err))
		return false;
	if (!t->named)
		return take_line(r, field, n, err);
	for (size_t k = 0; k < t->n; k++)
		tm_buf_printf(&names, "%s%.*s", k == 0 ? "" : ", ",
		    TM_STR_ARG(t->column[k].name));
	tm_sink_warn(r->sink, r->path, r->lines.line, false,
	    "this line names the columns (%s) and was not taken for a pair",
	    names.p);
	tm_buf_release(&names);
	return true;
}

static bool
read_tsv(const char *path, const tm_format_options *options,
    const tm_sink *sink, tm_error *err)
{
	reader r = { .path = path,
		.sink = sink,
		.table = { .path = path, .sink = sink } };
	tm_str s, field[COLUMNS_MAX];
	bool ok = true, first = true;

	if (!tm_lines_open(&r.lines, path, options->encoding, err))
		return false;
	while (ok && tm_lines_next(&r.lines, &s, err)) {
		size_t n = s.n == 0 ? 0 : split(s, field);

		if (r.lines.bad)
			tm_sink_warn(sink, path, r.lines.line, true,
			    "this line is not UTF-8 and was skipped");
		else if (n > 0 && first)
			ok = take_first(&r, options, field, n, err);
		else if (n > 0)
			ok = take_line(&r, field, n, err);
		first = first && n == 0;
	}
	ok = ok && !r.lines.failed && tm_table_end(&r.table, err);
	tm_lines_close(&r.lines);
	tm_table_release(&r.table);
	return ok;
}

static const char breaks[] =
    "tabs and line breaks inside of segments were written as spaces";
static void
add_text(tm_writer *w, tm_str s)
{
	size_t lost = 0;

	for (size_t i = 0; i < s.n; i++) {
		bool bad = s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == '\r';

		/* CRLF is one line break */
		if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		lost += bad;
		tm_buf_addc(&w->buf, bad ? ' ' : s.p[i]);
	}
	tm_writer_lost(w, breaks, lost);
}

static bool
write_unit(tm_writer *w, const tm_unit *u, tm_error *err)
{
	static const tm_table_style style = { "\t", "\n", false, add_text };

	return tm_table_write(w, u, &style);
}

static int
bid(const char *path, tm_str head)
{
	const char *line = head.n == 0 ? NULL : memchr(head.p, '\n', head.n);
	size_t n = line == NULL ? head.n : (size_t)(line - head.p);

	if (tm_format_ends(path, ".tsv") || tm_format_ends(path, ".tab"))
		return 50;
	return n > 0 && head.p[0] != '<' && memchr(head.p, '\t', n) != NULL ? 10
									    : 0;
}

const struct tm_format tm_format_tsv = { "tsv", bid, read_tsv, NULL, write_unit,
	NULL, NULL };

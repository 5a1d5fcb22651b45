/*
 * CSV, RFC 4180: fields between commas, in quotes where they hold a comma,
 * a quote (doubled) or a line break.
 *
 *	ar,en
 *	مرحبا,"Hello, ""you"""
 *
 * The first row names the columns: by language, so that a file says its
 * own, or as "source" and "target" (translate-toolkit has "location"
 * before them); see table.c. Where it does not, the first two columns are
 * the pair.
 * Spreadsheets of half of Europe write semicolons: what separates the
 * first row separates all.
 */
#include "config.h"

#include "tm/format_int.h"

#include <stdlib.h>

/* ---- Reading ----------------------------------------------------------- */

typedef struct reader {
	const char *path;
	const tm_format_options *options;
	const tm_sink *sink;
	tm_lines lines;
	size_t line; /* where the row began */
	char comma;
	tm_buf row;   /* the row as it stands, with its line breaks */
	tm_buf plain; /* its fields without quotes, one after the other */
	tm_str *field;
	size_t *end; /* of each field in plain */
	size_t n, cap, cap_end;
	tm_table table;
} reader;

/* Whether a quoted field is open after s, and was before it. A quote that
 * does not begin a field (5" disks) is a character like any other. */
static bool
is_open(tm_str s, char comma, bool open)
{
	bool start = !open;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' && (open || start))
			open = !open;
		start = !open && (s.p[i] == comma || s.p[i] == '"');
	}
	return open;
}

static char
separator(tm_str row)
{
	bool quoted = false;

	for (size_t i = 0; i < row.n; i++) {
		quoted ^= row.p[i] == '"';
		if (!quoted &&
		    (row.p[i] == ',' || row.p[i] == ';' || row.p[i] == '\t'))
			return row.p[i];
	}
	return ',';
}

static bool
next_row(reader *r, tm_error *err)
{
	bool open = false, bad = false;
	tm_str s;

	tm_buf_clear(&r->row);
	while (tm_lines_next(&r->lines, &s, err)) {
		if (r->row.n == 0)
			r->line = r->lines.line;
		else
			tm_buf_addc(&r->row, '\n');
		bad |= r->lines.bad;
		if (r->comma == '\0')
			r->comma = separator(s);
		open = is_open(s, r->comma, open);
		tm_buf_add(&r->row, s.p, s.n);
		if (r->row.n > (size_t)16 << 20) {
			tm_fail(err, TM_LIMIT,
			    "'%s' line %zu: more than 16 MB in one row: is a "
			    "quote missing?",
			    r->path, r->line);
			r->lines.failed = true;
			return false;
		}
		if (open)
			continue;
		if (!bad)
			return true;
		tm_sink_warn(r->sink, r->path, r->line, true,
		    "this row is not UTF-8 and was skipped");
		tm_buf_clear(&r->row);
		bad = false;
	}
	if (open && !r->lines.failed)
		tm_sink_warn(r->sink, r->path, r->line, true,
		    "a quote is opened here and never closed; the rest was "
		    "skipped");
	return false;
}

static void
add_field(reader *r)
{
	tm_grow(r->end, r->n, r->cap_end);
	r->end[r->n++] = r->plain.n;
}

static void
split(reader *r)
{
	bool quoted = false, first = true;
	size_t start = 0;

	r->n = 0;
	tm_buf_clear(&r->plain);
	for (size_t i = 0; i < r->row.n; i++) {
		char c = r->row.p[i];

		if (c == '"' && quoted && i + 1 < r->row.n &&
		    r->row.p[i + 1] == '"') {
			tm_buf_addc(&r->plain, r->row.p[++i]);
		} else if (c == '"' && (quoted || first)) {
			quoted = !quoted;
		} else if (c == r->comma && !quoted) {
			add_field(r);
			first = true;
			continue;
		} else {
			tm_buf_addc(&r->plain, c);
		}
		first = false;
	}
	add_field(r);
	tm_grow_to(r->field, r->n, r->cap);
	for (size_t i = 0; i < r->n; i++) {
		r->field[i] =
		    tm_str_sub(tm_buf_str(&r->plain), start, r->end[i]);
		start = r->end[i];
	}
}

static bool
take_row(reader *r, tm_error *err)
{
	if (r->row.n == 0)
		return true;
	split(r);
	if (r->n < r->table.width) {
		tm_sink_warn(r->sink, r->path, r->line, true,
		    "this row has too few columns; it was skipped");
		return true;
	}
	return tm_table_row(&r->table, r->field, r->n, -1, r->line, err);
}

static bool
read_rows(reader *r, tm_error *err)
{
	if (!next_row(r, err))
		return !r->lines.failed;
	split(r);
	if (!tm_table_begin(
		&r->table, r->options, r->field, r->n, r->line, err) ||
	    (!r->table.named && !take_row(r, err)))
		return false;
	while (next_row(r, err))
		if (!take_row(r, err))
			return false;
	return !r->lines.failed && tm_table_end(&r->table, err);
}

static bool
read_csv(const char *path, const tm_format_options *options,
    const tm_sink *sink, tm_error *err)
{
	reader r = { .path = path,
		.options = options,
		.sink = sink,
		.table = { .path = path, .sink = sink } };
	bool ok;

	if (!tm_lines_open(&r.lines, path, options->encoding, err))
		return false;
	ok = read_rows(&r, err);
	tm_lines_close(&r.lines);
	tm_table_release(&r.table);
	tm_buf_release(&r.row);
	tm_buf_release(&r.plain);
	free(r.field);
	free(r.end);
	return ok;
}

/* ---- Writing ----------------------------------------------------------- */

static void
add_field_of(tm_writer *w, tm_str s)
{
	bool quote = false;

	for (size_t i = 0; i < s.n && !quote; i++)
		quote = s.p[i] == ',' || s.p[i] == ';' || s.p[i] == '"' ||
			s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\t';
	if (!quote) {
		tm_buf_add(&w->buf, s.p, s.n);
		return;
	}
	tm_buf_addc(&w->buf, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			tm_buf_addc(&w->buf, '"');
		tm_buf_addc(&w->buf, s.p[i]);
	}
	tm_buf_addc(&w->buf, '"');
}

static bool
write_unit(tm_writer *w, const tm_unit *u, tm_error *err)
{
	static const tm_table_style style = { ",", "\r\n", true, add_field_of };

	return tm_table_write(w, u, &style);
}

static int
bid(const char *path, tm_str head)
{
	return tm_format_ends(path, ".csv") ? 50 : 0;
}

const struct tm_format tm_format_csv = { "csv", bid, read_csv, NULL, write_unit,
	NULL, NULL };

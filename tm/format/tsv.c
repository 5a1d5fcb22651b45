/*
 * TSV: a source, a tab, its translation; one pair a line.
 *
 *	مرحبا<TAB>Hello
 *
 * There are no escapes, since nobody agrees on any and a path like C:\new
 * must stay as it is: a tab or a line break inside of a segment is written
 * as one space, and told. TMX, CSV and JSON lines keep them.
 */
#include "config.h"

#include "tm/format_int.h"

static bool
take_line(const tm_pair *pair, tm_str s, tm_lines *lines, bool *told_more,
    const char *path, const tm_sink *sink, tm_error *err)
{
	const char *tab = memchr(s.p, '\t', s.n), *more;
	tm_str source, target;

	if (tab == NULL) {
		tm_sink_warn(sink, path, lines->line, true,
		    "no tab between a source and a translation; the line was "
		    "skipped");
		return true;
	}
	source = tm_str_sub(s, 0, (size_t)(tab - s.p));
	target = tm_str_sub(s, source.n + 1, s.n);
	more = target.n == 0 ? NULL : memchr(target.p, '\t', target.n);
	if (more != NULL) {
		target.n = (size_t)(more - target.p);
		if (!*told_more)
			tm_sink_warn(sink, path, lines->line, false,
			    "this and maybe other lines have more than two "
			    "columns; the rest of them was left out");
		*told_more = true;
	}
	return tm_pair_send(pair, source, target, sink, path, lines->line, err);
}

static bool
read_tsv(const char *path, const tm_format_options *options,
    const tm_sink *sink, tm_error *err)
{
	bool told_more = false, ok = true;
	tm_lines lines;
	tm_pair pair;
	tm_str s;

	if (!tm_pair_of(&pair, path, options, err) ||
	    !tm_lines_open(&lines, path, options->encoding, err))
		return false;
	while (ok && tm_lines_next(&lines, &s, err)) {
		if (lines.bad)
			tm_sink_warn(sink, path, lines.line, true,
			    "this line is not UTF-8 and was skipped");
		else if (s.n > 0)
			ok = take_line(
			    &pair, s, &lines, &told_more, path, sink, err);
	}
	ok = ok && !lines.failed;
	tm_lines_close(&lines);
	return ok;
}

static const char breaks[] =
    "tabs and line breaks inside of segments were written as spaces";
static const char no_codes[] = "inline codes were left out";

static void
add_column(tm_writer *w, const tm_variant *v)
{
	size_t lost = 0;
	tm_str s;

	if (v == NULL)
		return;
	s = tm_str_trim(v->text);
	for (size_t i = 0; i < s.n; i++) {
		bool bad = s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == '\r';

		/* CRLF is one line break */
		if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		lost += bad;
		tm_buf_addc(&w->buf, bad ? ' ' : s.p[i]);
	}
	tm_writer_lost(w, breaks, lost);
	tm_writer_lost(w, no_codes, v->n_codes);
}

static void
add_line(tm_writer *w, const tm_variant *source, const tm_variant *target)
{
	add_column(w, source);
	tm_buf_addc(&w->buf, '\t');
	add_column(w, target);
	tm_buf_addc(&w->buf, '\n');
}

static bool
write_unit(tm_writer *w, const tm_unit *u, tm_error *err)
{
	return tm_writer_pairs(w, u, add_line);
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

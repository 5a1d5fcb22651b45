/*
 * TSV: a source, a tab, its translation; one pair a line.
 *
 *	مرحبا<TAB>Hello
 *
 * There are no escapes, since nobody agrees on any and a path like C:\new
 * must stay as it is: a tab or a line break inside of a segment is written
 * as one space, and told. TMX keeps them.
 */
#include "config.h"

#include "tm/format_int.h"

#include <stdlib.h>

#include "tm/input_int.h"
#include "tm/lang.h"
#include "tm/text.h"

#define LINE_MAX_BYTES ((size_t)16 << 20)

/* ---- Reading ---------------------------------------------------------------
 */

typedef struct reader {
	const char *path;
	const tm_sink *sink;
	char from[TM_LANG_MAX], to[TM_LANG_MAX];
	size_t line, good, bad;
	bool told_more;
} reader;

static bool
languages(reader *r, const tm_format_options *options, tm_error *err)
{
	if (options->from == NULL || options->to == NULL)
		return tm_fail(err, TM_INVALID,
		    "'%s' does not say its languages: name them with --from "
		    "and --to (mul for mixed ones, und for unknown)",
		    r->path);
	return tm_lang_canon(options->from, r->from, err) &&
	       tm_lang_canon(options->to, r->to, err);
}

static bool
skip(reader *r, const char *why)
{
	tm_sink_warn(r->sink, r->path, r->line, true, "%s", why);
	return true;
}

/* A few bad lines are a pity; more bad than good is the wrong encoding. */
static bool
not_utf8(reader *r, tm_error *err)
{
	if (++r->bad > r->good)
		return tm_fail(err, TM_PARSE,
		    "'%s' line %zu: this is not UTF-8; say what it is in with "
		    "--encoding, for instance --encoding windows-1256",
		    r->path, r->line);
	return skip(r, "this line is not UTF-8 and was skipped");
}

static bool
take_line(reader *r, tm_str s, tm_error *err)
{
	const char *tab, *more;
	tm_variant v[2] = { 0 };
	tm_unit unit = { .v = v, .n = 2, .confidence = -1 };

	r->line++;
	/* On any line: files with a mark are put together with cat. */
	while (tm_str_starts(s, TM_STR("\xef\xbb\xbf")))
		s = tm_str_sub(s, 3, s.n);
	if (s.n > 0 && s.p[s.n - 1] == '\r')
		s.n--;
	if (s.n == 0)
		return true;
	if (!tm_text_is_utf8(s, NULL))
		return not_utf8(r, err);
	r->good++;
	tab = memchr(s.p, '\t', s.n);
	if (tab == NULL)
		return skip(r,
		    tm_str_trim(s).n == 0
			? "this line is blank"
			: "no tab between a source and a translation; the line "
			  "was skipped");
	v[0].lang = tm_str_of(r->from);
	v[0].text = tm_str_sub(s, 0, (size_t)(tab - s.p));
	v[1].lang = tm_str_of(r->to);
	v[1].text = tm_str_sub(s, (size_t)(tab - s.p) + 1, s.n);
	more = v[1].text.n == 0 ? NULL : memchr(v[1].text.p, '\t', v[1].text.n);
	if (more != NULL) {
		v[1].text.n = (size_t)(more - v[1].text.p);
		if (!r->told_more)
			tm_sink_warn(r->sink, r->path, r->line, false,
			    "this and maybe other lines have more than two "
			    "columns; the rest of them was left out");
		r->told_more = true;
	}
	if (tm_str_trim(v[0].text).n == 0)
		return skip(r, "the source is empty; the line was skipped");
	if (tm_str_trim(v[1].text).n == 0)
		return skip(
		    r, "the translation is empty; the line was skipped");
	if (strcmp(r->from, "mul") != 0 && strcmp(r->from, "und") != 0)
		unit.srclang = v[0].lang;
	else
		unit.srclang = TM_STR("");
	return r->sink->unit(r->sink->self, &unit, err);
}

/* Lines of buf into units; what is left is the start of the next line. */
static bool
take_lines(reader *r, tm_buf *buf, bool last, tm_error *err)
{
	size_t done = 0;

	while (done < buf->n) {
		const char *p = buf->p + done;
		const char *end = memchr(p, '\n', buf->n - done);

		if (end == NULL && !last)
			break;
		if (end == NULL)
			end = buf->p + buf->n;
		if (!take_line(r, (tm_str){ p, (size_t)(end - p) }, err))
			return false;
		done += (size_t)(end - p) + 1;
	}
	if (done > buf->n)
		done = buf->n;
	memmove(buf->p, buf->p + done, buf->n - done);
	buf->n -= done;
	if (buf->n > LINE_MAX_BYTES)
		return tm_fail(err, TM_LIMIT,
		    "'%s' line %zu: more than 16 MB in one line", r->path,
		    r->line + 1);
	return true;
}

static bool
fill(tm_input *in, tm_buf *buf, size_t *got, tm_error *err)
{
	const size_t block = 1 << 16;

	tm_buf_reserve(buf, block);
	if (!tm_input_read(in, buf->p + buf->n, block, got, err))
		return false;
	buf->n += *got;
	return true;
}

/* Of another encoding than UTF-8 all is read before any of it. */
static bool
take_decoded(
    reader *r, tm_input *in, tm_buf *buf, const char *encoding, tm_error *err)
{
	tm_buf text = { 0 };
	bool ok = true;
	size_t got = 1;

	while (ok && got > 0)
		ok = fill(in, buf, &got, err);
	ok = ok &&
	     tm_text_decode(r->path, tm_buf_str(buf), encoding, &text, err) &&
	     take_lines(r, &text, true, err);
	tm_buf_release(&text);
	tm_buf_clear(buf);
	return ok;
}

static bool
is_utf16(const tm_buf *buf)
{
	return buf->n >= 2 && (memcmp(buf->p, "\xff\xfe", 2) == 0 ||
				  memcmp(buf->p, "\xfe\xff", 2) == 0);
}

static bool
read_tsv(const char *path, const tm_format_options *options,
    const tm_sink *sink, tm_error *err)
{
	reader r = { .path = path, .sink = sink };
	tm_buf buf = { 0 };
	tm_input *in;
	size_t got = 1;
	bool ok;

	if (!languages(&r, options, err))
		return false;
	in = tm_input_open(path, err);
	if (in == NULL)
		return false;
	ok = fill(in, &buf, &got, err);
	if (ok && (options->encoding != NULL || is_utf16(&buf)))
		ok = take_decoded(&r, in, &buf, options->encoding, err);
	else
		while (ok && got > 0)
			ok = take_lines(&r, &buf, false, err) &&
			     fill(in, &buf, &got, err);
	ok = ok && take_lines(&r, &buf, true, err);
	tm_buf_release(&buf);
	tm_input_close(in);
	return ok;
}

/* ---- Writing ---------------------------------------------------------------
 */

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

static const tm_variant *
column(const tm_unit *u, const char *lang)
{
	size_t i = tm_unit_find(u, lang, 0);

	return i < u->n ? &u->v[i] : NULL;
}

/* One line for each translation; a side that is missing stays empty. */
static bool
write_unit(tm_writer *w, const tm_unit *u, tm_error *err)
{
	const char *from = w->options.from, *to = w->options.to;
	const tm_variant *source, *target;

	if (u->n == 0)
		return true;
	source = from != NULL ? column(u, from) : &u->v[tm_unit_source(u)];
	if (to != NULL) {
		target = column(u, to);
		if (target == source)
			target = NULL;
		if (source != NULL || target != NULL)
			add_line(w, source, target);
		return true;
	}
	if (u->n == 1)
		add_line(w, source, source == NULL ? &u->v[0] : NULL);
	for (size_t i = 0; i < u->n && u->n > 1; i++)
		if (&u->v[i] != source)
			add_line(w, source, &u->v[i]);
	return true;
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
	NULL };

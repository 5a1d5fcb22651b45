/*
 * PO, the files of gettext.
 *
 *	#: src/main.c:12
 *	#, fuzzy, c-format
 *	msgctxt "menu"
 *	msgid "Open %d file\n"
 *	msgid_plural "Open %d files\n"
 *	msgstr[0] "..."
 *	msgstr[1] "..."
 *
 * An entry is a unit, and each plural form one of its own: form 0 with
 * msgid, the others with msgid_plural. What the lines with # say is kept
 * in props (x-po-...), notes and the status, so that an entry that is
 * written again is the same entry; forms that follow each other are put
 * together. An entry that is not fuzzy counts as confirmed.
 */
#include "config.h"

#include "tm/format/po_int.h"

#include <stdlib.h>

/* ---- Reading ----------------------------------------------------------- */

typedef struct reader {
	const char *path;
	const tm_sink *sink;
	po_valid *valid; /* NULL: nobody wants to know */
	tm_pair pair;
	bool has_from, has_to;
	int64_t revised; /* when the file was, as its header says; 0 */
	tm_lines lines;
	po_entry e;
	int now; /* the field that goes on in the next line, or -1 */
	bool started;
	const char *why; /* it cannot be understood, and in which line */
	size_t why_line;
	size_t untranslated, n_obsolete, n;
} reader;

static void
clear(reader *r)
{
	po_entry *e = &r->e;

	for (int i = 0; i < PO_N_FIELDS; i++) {
		tm_buf_clear(&e->text[i]);
		e->seen[i] = false;
	}
	tm_buf_clear(&e->note);
	tm_buf_clear(&e->extracted);
	tm_buf_clear(&e->reference);
	tm_buf_clear(&e->flags);
	tm_buf_clear(&e->before);
	e->fuzzy = e->obsolete = e->numbered = e->half = false;
	e->previous = e->n_forms = 0;
	r->now = -1;
	r->started = false;
	r->why = NULL;
}

/* The entry cannot be understood; the first reason is the one. */
static void
spoil(reader *r, const char *why)
{
	if (r->why == NULL) {
		r->why = why;
		r->why_line = r->lines.line;
	}
}

tm_str
po_header_field(tm_str header, tm_str name)
{
	while (header.n > 0) {
		const char *end = memchr(header.p, '\n', header.n);
		size_t n = end == NULL ? header.n : (size_t)(end - header.p);
		tm_str line = tm_str_sub(header, 0, n);

		if (line.n > name.n && line.p[name.n] == ':' &&
		    tm_str_ieq(tm_str_sub(line, 0, name.n), name))
			return tm_str_trim(
			    tm_str_sub(line, name.n + 1, line.n));
		header = tm_str_sub(
		    header, end == NULL ? header.n : n + 1, header.n);
	}
	return TM_STR("");
}

/* "2026-11-22 10:30+0200"; 0 when it is anything else. */
static int64_t
revision_date(tm_str s)
{
	int64_t date, offset = 0;
	bool east;

	if (s.n > 5 && (s.p[s.n - 5] == '+' || s.p[s.n - 5] == '-')) {
		for (size_t i = s.n - 4; i < s.n; i++) {
			if (s.p[i] < '0' || s.p[i] > '9')
				return 0;
			offset = offset * 10 + (s.p[i] - '0');
		}
		offset = (offset / 100 * 60 + offset % 100) * 60;
		east = s.p[s.n - 5] == '+';
		s = tm_str_sub(s, 0, s.n - 5);
		offset = east ? offset : -offset;
	}
	return tm_date_parse(s, &date) && date > offset ? date - offset : 0;
}

static bool
take_language(tm_str s, char out[TM_LANG_MAX])
{
	char tag[TM_LANG_MAX];

	snprintf(tag, sizeof tag, "%.*s", TM_STR_ARG(s));
	return s.n > 0 && tm_lang_canon(tag, out, NULL);
}

static void
take_header(reader *r)
{
	tm_str header = tm_buf_str(&r->e.text[PO_FORM]);

	if (!r->has_from)
		r->has_from = take_language(
		    po_header_field(header, TM_STR("X-Source-Language")),
		    r->pair.from);
	if (!r->has_to)
		r->has_to = take_language(
		    po_header_field(header, TM_STR("Language")), r->pair.to);
	r->revised =
	    revision_date(po_header_field(header, TM_STR("PO-Revision-Date")));
}

static bool
languages(reader *r, tm_error *err)
{
	if (!r->has_to)
		return tm_fail(err, TM_INVALID,
		    "'%s' does not say what language it is in: name it with "
		    "--to",
		    r->path);
	if (!r->has_from) {
		if (r->valid == NULL) /* few do */
			tm_sink_warn(r->sink, r->path, 0, false,
			    "the file does not say its source language; "
			    "English was assumed (--from says another)");
		strcpy(r->pair.from, "en");
		r->has_from = true;
	}
	return true;
}

static void
add_prop(tm_meta *meta, size_t *n, const char *type, const tm_buf *value)
{
	if (value->n > 0)
		meta[(*n)++] = (tm_meta){ TM_PROP, tm_str_of(type), TM_STR(""),
			tm_buf_str(value) };
}

/* Form k of the entry, or the only one where there is no plural. */
static bool
send_form(reader *r, size_t k, tm_error *err)
{
	const po_entry *e = &r->e;
	bool plural = e->seen[PO_PLURAL];
	tm_str id = tm_buf_str(&e->text[PO_ID]);
	tm_variant v[2] = { { .lang = tm_str_of(r->pair.from),
				.text = plural && k > 0
					    ? tm_buf_str(&e->text[PO_PLURAL])
					    : id },
		{ .lang = tm_str_of(r->pair.to),
		    .text = tm_buf_str(&e->text[PO_FORM + k]) } };
	char form[2] = { (char)('0' + k), '\0' };
	tm_meta meta[9];
	tm_unit u = { .srclang = v[0].lang,
		.v = v,
		.n = 2,
		.meta = meta,
		.line = e->line,
		.changed = r->revised,
		.status = e->fuzzy ? TM_DRAFT : TM_CONFIRMED,
		.confidence = e->fuzzy ? TM_DOUBTED : -1 };

	if (e->note.n > 0)
		meta[u.n_meta++] = (tm_meta){ TM_NOTE, TM_STR(""), TM_STR(""),
			tm_buf_str(&e->note) };
	if (e->seen[PO_CONTEXT])
		meta[u.n_meta++] = (tm_meta){ TM_PROP, TM_STR("x-context"),
			TM_STR(""), tm_buf_str(&e->text[PO_CONTEXT]) };
	add_prop(meta, &u.n_meta, "x-po-extracted", &e->extracted);
	add_prop(meta, &u.n_meta, "x-po-reference", &e->reference);
	add_prop(meta, &u.n_meta, "x-po-flags", &e->flags);
	if (e->fuzzy)
		add_prop(meta, &u.n_meta, "x-po-previous", &e->before);
	if (plural) {
		meta[u.n_meta++] = (tm_meta){ TM_PROP, TM_STR("x-po-plural"),
			TM_STR(""), tm_str_of(form) };
		meta[u.n_meta++] = (tm_meta){ TM_PROP, TM_STR("x-po-singular"),
			TM_STR(""), id };
		meta[u.n_meta++] = (tm_meta){ TM_PROP, TM_STR("x-po-plural-id"),
			TM_STR(""), tm_buf_str(&e->text[PO_PLURAL]) };
	}
	return r->sink->unit(r->sink->self, &u, err);
}

static bool
send_entry(reader *r, tm_error *err)
{
	const po_entry *e = &r->e;
	bool translated = false;

	if (r->why != NULL) {
		tm_sink_warn(r->sink, r->path, r->why_line, e->seen[PO_ID],
		    "%s; the entry was skipped", r->why);
		return true;
	}
	if (r->valid != NULL && r->started)
		po_valid_entry(r->valid, e);
	if (!e->seen[PO_ID])
		return true;
	if (e->text[PO_ID].n == 0 && !e->seen[PO_CONTEXT]) {
		take_header(r);
		return true;
	}
	if (e->obsolete) {
		r->n_obsolete++;
		return true;
	}
	if (!languages(r, err))
		return false;
	for (size_t k = 0; k < e->n_forms; k++) {
		if (e->text[PO_FORM + k].n == 0)
			continue;
		translated = true;
		r->n++;
		if (!send_form(r, k, err))
			return false;
	}
	r->untranslated += !translated;
	return true;
}

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9'			? c - '0'
	       : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
							: -1;
}

/* The escape at s[*i], behind its backslash, as C has them; *i goes behind. */
static bool
add_escape(tm_buf *out, tm_str s, size_t *i)
{
	static const char from[] = "ntr\"\\abfv", to[] = "\n\t\r\"\\\a\b\f\v";
	const char *known = s.p[*i] == '\0' ? NULL : strchr(from, s.p[*i]);
	bool hex = s.p[*i] == 'x';
	int value = 0, digits = 0;

	if (known != NULL) {
		tm_buf_addc(out, to[known - from]);
		++*i;
		return true;
	}
	*i += hex;
	for (; *i < s.n && digits < (hex ? 2 : 3); ++*i, digits++) {
		int d = hex_digit(s.p[*i]);

		if (d < 0 || (!hex && d > 7))
			break;
		value = value * (hex ? 16 : 8) + d;
	}
	/* A byte of a longer character is none that we know. */
	if (digits == 0 || value > 0x7f)
		return false;
	tm_buf_addc(out, (char)value);
	return true;
}

/* The strings of s, which follow each other, without quotes and escapes.
 * Returns what is wrong, or NULL. */
static const char *
add_strings(tm_buf *out, tm_str s)
{
	size_t i = 0;

	s = tm_str_trim(s);
	if (s.n == 0 || s.p[0] != '"')
		return "a string in quotes is missing";
	while (i < s.n) {
		if (s.p[i] == ' ' || s.p[i] == '\t') {
			i++;
			continue;
		}
		if (s.p[i++] != '"')
			return "something follows the string: write \\\" for "
			       "quotes in it";
		while (i < s.n && s.p[i] != '"') {
			if (s.p[i] != '\\')
				tm_buf_addc(out, s.p[i++]);
			else if (++i == s.n || !add_escape(out, s, &i))
				return "an escape that PO does not have: write "
				       "\\\\ for a backslash";
		}
		if (i++ == s.n)
			return "the string has no end: a quote is missing";
	}
	return NULL;
}

static void
add_line(tm_buf *out, tm_str s)
{
	s = tm_str_trim(s);
	if (out->n > 0)
		tm_buf_addc(out, '\n');
	tm_buf_add(out, s.p, s.n);
}

/* "fuzzy" is a status, and like other flags it is kept. */
static void
take_flags(po_entry *e, tm_str s)
{
	while (s.n > 0) {
		const char *comma = memchr(s.p, ',', s.n);
		size_t n = comma == NULL ? s.n : (size_t)(comma - s.p);
		tm_str flag = tm_str_trim(tm_str_sub(s, 0, n));

		e->fuzzy |= tm_str_eq(flag, TM_STR("fuzzy"));
		if (flag.n > 0 && e->flags.n > 0)
			tm_buf_adds(&e->flags, ", ");
		tm_buf_add(&e->flags, flag.p, flag.n);
		s = tm_str_sub(s, comma == NULL ? n : n + 1, s.n);
	}
}

static void
take_comment(reader *r, tm_str s)
{
	po_entry *e = &r->e;

	switch (s.n > 1 ? s.p[1] : ' ') {
	case '.':
		add_line(&e->extracted, tm_str_sub(s, 2, s.n));
		break;
	case ':':
		add_line(&e->reference, tm_str_sub(s, 2, s.n));
		break;
	case ',':
		take_flags(e, tm_str_sub(s, 2, s.n));
		break;
	case '|': /* what a fuzzy entry was made from; msgmerge makes it */
		if (e->previous == 0)
			e->previous = r->lines.line;
		add_line(&e->before, tm_str_sub(s, 2, s.n));
		break;
	default:
		add_line(&e->note, tm_str_sub(s, 1, s.n));
	}
}

/* Which string a line begins, and where its quotes are; -1 for none. */
static int
keyword(tm_str s, size_t *at)
{
	static const struct {
		tm_str word;
		po_field field;
	} words[] = { { { "msgctxt", 7 }, PO_CONTEXT },
		{ { "msgid_plural", 12 }, PO_PLURAL },
		{ { "msgid", 5 }, PO_ID }, { { "msgstr[", 7 }, PO_FORM },
		{ { "msgstr", 6 }, PO_FORM } };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (!tm_str_starts(s, words[i].word))
			continue;
		*at = words[i].word.n;
		if (i != 3)
			return (int)words[i].field;
		if (s.n < 10 || s.p[7] < '0' || s.p[7] >= '0' + PO_FORMS_MAX ||
		    s.p[8] != ']')
			return -1;
		*at = 9;
		return PO_FORM + (s.p[7] - '0');
	}
	return -1;
}

static void
take_string(reader *r, int f, tm_str s)
{
	const char *why = add_strings(&r->e.text[f], s);

	if (why != NULL)
		spoil(r, why);
}

static bool
take_line(reader *r, tm_str s, tm_error *err)
{
	bool obsolete = tm_str_starts(s, TM_STR("#~"));
	po_entry *e = &r->e;
	size_t at = 0;
	int f;

	if (obsolete)
		s = tm_str_trim(tm_str_sub(s, 2, s.n));
	if (s.n > 0 && s.p[0] == '"') {
		if (r->now < 0)
			spoil(r, "a string that belongs to no msgid or msgstr");
		else
			take_string(r, r->now, s);
		return true;
	}
	f = s.n == 0 || s.p[0] == '#' || s.p[0] == '|' ? -1 : keyword(s, &at);
	/* A comment, msgctxt or msgid after a msgstr begins an entry, and an
	 * empty line ends one that nobody understands. */
	if ((e->n_forms > 0 && f < PO_FORM && f != PO_PLURAL) ||
	    (s.n == 0 && r->why != NULL)) {
		if (!send_entry(r, err))
			return false;
		clear(r);
	}
	if (s.n == 0)
		return true;
	if (!r->started)
		e->line = r->lines.line;
	r->started = true;
	if (s.p[0] == '#' || s.p[0] == '|') { /* "#~| msgid", too */
		take_comment(r, s);
		return true;
	}
	e->half |= e->seen[PO_ID] && e->obsolete != obsolete;
	e->obsolete |= obsolete;
	r->now = f;
	if (f < 0) {
		spoil(r, "this is no line of PO: msgctxt, msgid, msgstr, a "
			 "string in quotes or # was expected");
		return true;
	}
	if (e->seen[f]) {
		spoil(r, "the same once more in one entry: a msgid or a msgstr "
			 "is missing before");
		return true;
	}
	e->seen[f] = true;
	e->at[f] = r->lines.line;
	take_string(r, f, tm_str_sub(s, at, s.n));
	if (f >= PO_FORM) {
		e->numbered |= at == 9;
		if ((size_t)(f - PO_FORM) >= e->n_forms)
			e->n_forms = (size_t)(f - PO_FORM) + 1;
	}
	return true;
}

/* The charset of the header entry, which is near the start of the file. */
static bool
find_charset(const char *path, char *out, size_t size)
{
	tm_lines lines;
	bool found = false;
	tm_str s;

	if (strcmp(path, "-") == 0 ||
	    !tm_lines_open(&lines, path, "ISO-8859-1", NULL))
		return false;
	while (!found && lines.line < 100 && tm_lines_next(&lines, &s, NULL))
		for (size_t i = 0; i + 8 < s.n && !found; i++)
			if (memcmp(s.p + i, "charset=", 8) == 0) {
				size_t n = 0;

				for (i += 8;
				     i < s.n && n + 1 < size && s.p[i] > ' ' &&
				     s.p[i] != '\\' && s.p[i] != '"';
				     i++)
					out[n++] = s.p[i];
				out[n] = '\0';
				found = true;
			}
	tm_lines_close(&lines);
	return found && !tm_str_ieq(tm_str_of(out), TM_STR("utf-8")) &&
	       !tm_str_ieq(tm_str_of(out), TM_STR("charset")) &&
	       !tm_str_ieq(tm_str_of(out), TM_STR("us-ascii")) &&
	       !tm_str_ieq(tm_str_of(out), TM_STR("ascii"));
}

static bool
read_lines(reader *r, tm_error *err)
{
	tm_str s;

	clear(r);
	while (tm_lines_next(&r->lines, &s, err)) {
		if (r->lines.bad)
			spoil(r, "bytes that are not in the file's charset");
		else if (!take_line(r, tm_str_trim(s), err))
			return false;
	}
	if (r->lines.failed || !send_entry(r, err))
		return false;
	/* Nothing that is wrong with the file. */
	if (r->untranslated + r->n_obsolete > 0 && r->valid == NULL)
		tm_sink_warn(r->sink, r->path, 0, false,
		    "entries without a translation (%zu) and obsolete ones "
		    "(%zu) were left out",
		    r->untranslated, r->n_obsolete);
	return true;
}

bool
tm_po_read(const char *path, const tm_format_options *options,
    const tm_sink *sink, tm_error *err)
{
	reader *r = tm_zalloc(1, sizeof *r);
	const char *encoding = options->encoding;
	char charset[40];
	bool ok = true;

	r->path = path;
	r->sink = sink;
	if (options->from != NULL)
		r->has_from = ok =
		    tm_lang_canon(options->from, r->pair.from, err);
	if (ok && options->to != NULL)
		r->has_to = ok = tm_lang_canon(options->to, r->pair.to, err);
	if (ok && encoding == NULL &&
	    find_charset(path, charset, sizeof charset))
		encoding = charset;
	ok = ok && tm_lines_open(&r->lines, path, encoding, err);
	if (ok) {
		if (options->strict)
			r->valid = po_valid_new(path, sink);
		ok = read_lines(r, err);
		po_valid_end(r->valid);
		tm_lines_close(&r->lines);
	}
	for (int i = 0; i < PO_N_FIELDS; i++)
		tm_buf_release(&r->e.text[i]);
	tm_buf_release(&r->e.note);
	tm_buf_release(&r->e.extracted);
	tm_buf_release(&r->e.reference);
	tm_buf_release(&r->e.flags);
	tm_buf_release(&r->e.before);
	free(r);
	return ok;
}

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

#define FORMS_MAX 8

/* The strings of an entry. */
typedef enum field {
	CONTEXT,
	ID,
	PLURAL,
	FORM, /* msgstr or msgstr[0], and the next FORMS_MAX - 1 */
	N_FIELDS = FORM + FORMS_MAX
} field;

typedef struct reader {
	const char *path;
	const tm_sink *sink;
	tm_pair pair;
	bool has_from, has_to;
	tm_lines lines;
	size_t line; /* where the entry begins */
	tm_buf text[N_FIELDS];
	bool seen[N_FIELDS];
	tm_buf note, extracted, reference, flags;
	int now; /* the field that goes on in the next line, or -1 */
	bool started, fuzzy, bad, obsolete;
	size_t n_forms, untranslated, n_obsolete, n;
} reader;

static void
clear(reader *r)
{
	for (int i = 0; i < N_FIELDS; i++) {
		tm_buf_clear(&r->text[i]);
		r->seen[i] = false;
	}
	tm_buf_clear(&r->note);
	tm_buf_clear(&r->extracted);
	tm_buf_clear(&r->reference);
	tm_buf_clear(&r->flags);
	r->now = -1;
	r->n_forms = 0;
	r->started = r->fuzzy = r->bad = r->obsolete = false;
}

/* The value of "Name: value" in the header entry; empty without it. */
static tm_str
header_field(tm_str header, tm_str name)
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
	tm_str header = tm_buf_str(&r->text[FORM]);

	if (!r->has_from)
		r->has_from = take_language(
		    header_field(header, TM_STR("X-Source-Language")),
		    r->pair.from);
	if (!r->has_to)
		r->has_to = take_language(
		    header_field(header, TM_STR("Language")), r->pair.to);
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
		tm_sink_warn(r->sink, r->path, 0, false,
		    "the file does not say its source language; English was "
		    "assumed (--from says another)");
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
	bool plural = r->seen[PLURAL];
	tm_str id = tm_buf_str(&r->text[ID]);
	tm_variant v[2] = { { .lang = tm_str_of(r->pair.from),
				.text = plural && k > 0
					    ? tm_buf_str(&r->text[PLURAL])
					    : id },
		{ .lang = tm_str_of(r->pair.to),
		    .text = tm_buf_str(&r->text[FORM + k]) } };
	char form[2] = { (char)('0' + k), '\0' };
	tm_meta meta[8];
	tm_unit u = { .srclang = v[0].lang,
		.v = v,
		.n = 2,
		.meta = meta,
		.line = r->line,
		.status = r->fuzzy ? TM_DRAFT : TM_CONFIRMED,
		.confidence = r->fuzzy ? TM_DOUBTED : -1 };

	if (r->note.n > 0)
		meta[u.n_meta++] = (tm_meta){ TM_NOTE, TM_STR(""), TM_STR(""),
			tm_buf_str(&r->note) };
	if (r->seen[CONTEXT])
		meta[u.n_meta++] = (tm_meta){ TM_PROP, TM_STR("x-context"),
			TM_STR(""), tm_buf_str(&r->text[CONTEXT]) };
	add_prop(meta, &u.n_meta, "x-po-extracted", &r->extracted);
	add_prop(meta, &u.n_meta, "x-po-reference", &r->reference);
	add_prop(meta, &u.n_meta, "x-po-flags", &r->flags);
	if (plural) {
		meta[u.n_meta++] = (tm_meta){ TM_PROP, TM_STR("x-po-plural"),
			TM_STR(""), tm_str_of(form) };
		meta[u.n_meta++] = (tm_meta){ TM_PROP, TM_STR("x-po-singular"),
			TM_STR(""), id };
		meta[u.n_meta++] = (tm_meta){ TM_PROP, TM_STR("x-po-plural-id"),
			TM_STR(""), tm_buf_str(&r->text[PLURAL]) };
	}
	return r->sink->unit(r->sink->self, &u, err);
}

static bool
send_entry(reader *r, tm_error *err)
{
	bool translated = false;

	if (!r->seen[ID])
		return true;
	if (r->text[ID].n == 0 && !r->seen[CONTEXT]) {
		take_header(r);
		return true;
	}
	if (r->bad) {
		tm_sink_warn(r->sink, r->path, r->line, true,
		    "this entry cannot be understood; it was skipped");
		return true;
	}
	if (r->obsolete) {
		r->n_obsolete++;
		return true;
	}
	if (!languages(r, err))
		return false;
	for (size_t k = 0; k < r->n_forms; k++) {
		if (r->text[FORM + k].n == 0)
			continue;
		translated = true;
		r->n++;
		if (!send_form(r, k, err))
			return false;
	}
	r->untranslated += !translated;
	return true;
}

/* The string between the quotes of s, with its escapes undone. */
static bool
add_string(tm_buf *out, tm_str s)
{
	static const char from[] = "ntr\"\\abfv", to[] = "\n\t\r\"\\\a\b\f\v";

	s = tm_str_trim(s);
	if (s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"')
		return false;
	for (size_t i = 1; i + 1 < s.n; i++) {
		const char *known;

		if (s.p[i] == '"')
			return false;
		if (s.p[i] != '\\') {
			tm_buf_addc(out, s.p[i]);
			continue;
		}
		known = ++i + 1 < s.n ? strchr(from, s.p[i]) : NULL;
		if (known == NULL || *known == '\0')
			return false;
		tm_buf_addc(out, to[known - from]);
	}
	return true;
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
take_flags(reader *r, tm_str s)
{
	while (s.n > 0) {
		const char *comma = memchr(s.p, ',', s.n);
		size_t n = comma == NULL ? s.n : (size_t)(comma - s.p);
		tm_str flag = tm_str_trim(tm_str_sub(s, 0, n));

		r->fuzzy |= tm_str_eq(flag, TM_STR("fuzzy"));
		if (flag.n > 0 && r->flags.n > 0)
			tm_buf_adds(&r->flags, ", ");
		tm_buf_add(&r->flags, flag.p, flag.n);
		s = tm_str_sub(s, comma == NULL ? n : n + 1, s.n);
	}
}

static void
take_comment(reader *r, tm_str s)
{
	switch (s.n > 1 ? s.p[1] : ' ') {
	case '.':
		add_line(&r->extracted, tm_str_sub(s, 2, s.n));
		break;
	case ':':
		add_line(&r->reference, tm_str_sub(s, 2, s.n));
		break;
	case ',':
		take_flags(r, tm_str_sub(s, 2, s.n));
		break;
	case '|': /* what a fuzzy entry was made from; msgmerge makes it */
		break;
	default:
		add_line(&r->note, tm_str_sub(s, 1, s.n));
	}
}

/* Which string a line begins, and where its quotes are; -1 for none. */
static int
keyword(tm_str s, size_t *at)
{
	static const struct {
		tm_str word;
		field field;
	} words[] = { { { "msgctxt", 7 }, CONTEXT },
		{ { "msgid_plural", 12 }, PLURAL }, { { "msgid", 5 }, ID },
		{ { "msgstr[", 7 }, FORM }, { { "msgstr", 6 }, FORM } };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (!tm_str_starts(s, words[i].word))
			continue;
		*at = words[i].word.n;
		if (i != 3)
			return (int)words[i].field;
		if (s.n < 10 || s.p[7] < '0' || s.p[7] >= '0' + FORMS_MAX ||
		    s.p[8] != ']')
			return -1;
		*at = 9;
		return FORM + (s.p[7] - '0');
	}
	return -1;
}

static bool
take_line(reader *r, tm_str s, tm_error *err)
{
	bool obsolete = tm_str_starts(s, TM_STR("#~"));
	size_t at = 0;
	int f;

	if (obsolete)
		s = tm_str_trim(tm_str_sub(s, 2, s.n));
	if (s.n > 0 && s.p[0] == '"') {
		if (r->now < 0 || !add_string(&r->text[r->now], s))
			r->bad = true;
		return true;
	}
	f = s.n == 0 || s.p[0] == '#' ? -1 : keyword(s, &at);
	/* A comment, msgctxt or msgid after a msgstr begins an entry. */
	if (r->n_forms > 0 && f < FORM && f != PLURAL) {
		if (!send_entry(r, err))
			return false;
		clear(r);
	}
	if (s.n == 0)
		return true;
	if (!r->started)
		r->line = r->lines.line;
	r->started = true;
	if (s.p[0] == '#') {
		take_comment(r, s);
		return true;
	}
	r->obsolete |= obsolete;
	r->now = f;
	if (f < 0 || r->seen[f]) {
		r->bad = true;
		return true;
	}
	r->seen[f] = true;
	r->bad |= !add_string(&r->text[f], tm_str_sub(s, at, s.n));
	if (f >= FORM && (size_t)(f - FORM) >= r->n_forms)
		r->n_forms = (size_t)(f - FORM) + 1;
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
			r->bad = true;
		else if (!take_line(r, tm_str_trim(s), err))
			return false;
	}
	if (r->lines.failed || !send_entry(r, err))
		return false;
	if (r->untranslated + r->n_obsolete > 0)
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
		ok = read_lines(r, err);
		tm_lines_close(&r->lines);
	}
	for (int i = 0; i < N_FIELDS; i++)
		tm_buf_release(&r->text[i]);
	tm_buf_release(&r->note);
	tm_buf_release(&r->extracted);
	tm_buf_release(&r->reference);
	tm_buf_release(&r->flags);
	free(r);
	return ok;
}

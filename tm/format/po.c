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

#include "tm/format_int.h"

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

static bool
read_po(const char *path, const tm_format_options *options, const tm_sink *sink,
    tm_error *err)
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

/* ---- Writing ----------------------------------------------------------- */

static const char no_codes[] = "inline codes were left out";
static const char again[] =
    "further translations of the same source and context, which PO cannot "
    "hold, were left out";
static const char edges[] =
    "line breaks at the edges of translations were made those of the source";
static const char one_sided[] =
    "units without one of the two languages were left out";

/* How gettext chooses a plural form (its manual, "Plural forms"). */
static const struct {
	const char *langs, *rule;
} plurals[] = {
	{ "ja zh ko vi th id ms", "nplurals=1; plural=0;" },
	{ "fr pt-BR", "nplurals=2; plural=(n > 1);" },
	{ "ar", "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
		"n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);" },
	{ "ru uk be sr hr",
	    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && "
	    "n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);" },
	{ "pl", "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && "
		"(n%100<10 || n%100>=20) ? 1 : 2);" },
	{ "cs sk", "nplurals=3; plural=(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2);" },
	{ "", "nplurals=2; plural=(n != 1);" },
};

/* What has been written, so that nothing is twice; and the entry whose
 * plural forms are still coming. */
typedef struct state {
	bool has_header;
	uint64_t *seen; /* open addressing, a power of two; 0 is free */
	size_t n, cap;
	bool pending;
	tm_buf singular;
	size_t forms, n_forms; /* written; that the language has */
} state;

static bool
is_new(state *s, uint64_t key)
{
	size_t i;

	key += key == 0;
	if (2 * s->n >= s->cap) {
		size_t cap = s->cap == 0 ? 1024 : 2 * s->cap;
		uint64_t *table = tm_zalloc(cap, sizeof *table);

		for (size_t k = 0; k < s->cap; k++) {
			if (s->seen[k] == 0)
				continue;
			i = (size_t)s->seen[k] & (cap - 1);
			while (table[i] != 0)
				i = (i + 1) & (cap - 1);
			table[i] = s->seen[k];
		}
		free(s->seen);
		s->seen = table;
		s->cap = cap;
	}
	i = (size_t)key & (s->cap - 1);
	for (; s->seen[i] != 0; i = (i + 1) & (s->cap - 1))
		if (s->seen[i] == key)
			return false;
	s->seen[i] = key;
	s->n++;
	return true;
}

static const char *
plural_rule(const char *lang)
{
	size_t i = 0, n;
	char base[TM_LANG_MAX];

	snprintf(base, sizeof base, "%.*s", (int)strcspn(lang, "-"), lang);
	for (int round = 0; round < 2; round++) {
		const char *tag = round == 0 ? lang : base;

		n = strlen(tag);
		for (i = 0; plurals[i].langs[0] != '\0'; i++) {
			const char *p = plurals[i].langs;

			for (; (p = strstr(p, tag)) != NULL; p += n)
				if ((p == plurals[i].langs || p[-1] == ' ') &&
				    (p[n] == ' ' || p[n] == '\0'))
					return plurals[i].rule;
		}
	}
	return plurals[i].rule;
}

static void
write_header(tm_writer *w, tm_str from, tm_str to)
{
	state *s = w->state;
	char lang[TM_LANG_MAX];
	tm_buf gettext = { 0 };

	snprintf(lang, sizeof lang, "%.*s", TM_STR_ARG(to));
	tm_buf_add(&gettext, to.p, to.n);
	for (size_t i = 0; i < gettext.n; i++)
		if (gettext.p[i] == '-')
			gettext.p[i] = '_';
	tm_buf_printf(&w->buf,
	    "msgid \"\"\nmsgstr \"\"\n"
	    "\"Language: %s\\n\"\n\"MIME-Version: 1.0\\n\"\n"
	    "\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
	    "\"Content-Transfer-Encoding: 8bit\\n\"\n"
	    "\"Plural-Forms: %s\\n\"\n"
	    "\"X-Source-Language: %.*s\\n\"\n\"X-Generator: tmtool %s\\n\"\n",
	    tm_buf_str(&gettext).p, plural_rule(lang), TM_STR_ARG(from),
	    tm_version());
	tm_buf_release(&gettext);
	s->n_forms = (size_t)atoi(strchr(plural_rule(lang), '=') + 1);
	s->has_header = true;
}

static void
write_string(tm_writer *w, const char *word, tm_str s)
{
	static const char from[] = "\n\t\r\"\\\a\b\f\v", to[] = "ntr\"\\abfv";

	tm_buf_printf(&w->buf, "%s \"", word);
	/* A text of lines is written in lines. */
	if (s.n > 0 && memchr(s.p, '\n', s.n - 1) != NULL)
		tm_buf_adds(&w->buf, "\"\n\"");
	for (size_t i = 0; i < s.n; i++) {
		const char *known =
		    s.p[i] == '\0' ? NULL : strchr(from, s.p[i]);

		if (known != NULL)
			tm_buf_printf(&w->buf, "\\%c", to[known - from]);
		else if (s.p[i] != '\0')
			tm_buf_addc(&w->buf, s.p[i]);
		if (s.p[i] == '\n' && i + 1 < s.n)
			tm_buf_adds(&w->buf, "\"\n\"");
	}
	tm_buf_adds(&w->buf, "\"\n");
}

/* msgfmt -c wants both to begin, and both to end, with a line break. */
static void
write_target(tm_writer *w, const char *word, tm_str source, tm_str s)
{
	bool begins = source.n > 0 && source.p[0] == '\n';
	bool ends = source.n > 0 && source.p[source.n - 1] == '\n';
	tm_buf fit = { 0 };
	size_t from = 0, to = s.n;

	while (from < to && s.p[from] == '\n' && !begins)
		from++;
	while (to > from && s.p[to - 1] == '\n' && !ends)
		to--;
	if (begins && s.n > 0 && s.p[0] != '\n')
		tm_buf_addc(&fit, '\n');
	tm_buf_add(&fit, s.p + from, to - from);
	if (ends && s.n > 0 && s.p[s.n - 1] != '\n')
		tm_buf_addc(&fit, '\n');
	tm_writer_lost(w, edges, fit.n != s.n);
	write_string(w, word, tm_buf_str(&fit));
	tm_buf_release(&fit);
}

static tm_str
prop(const tm_unit *u, const char *type)
{
	for (size_t i = 0; i < u->n_meta; i++)
		if (u->meta[i].kind == TM_PROP &&
		    tm_str_eq(u->meta[i].type, tm_str_of(type)))
			return u->meta[i].value;
	return (tm_str){ NULL, 0 };
}

/* A comment of several lines, each with its mark. */
static void
write_comment(tm_writer *w, const char *mark, tm_str s)
{
	while (s.n > 0) {
		const char *end = memchr(s.p, '\n', s.n);
		size_t n = end == NULL ? s.n : (size_t)(end - s.p);
		tm_str line = tm_str_trim(tm_str_sub(s, 0, n));

		if (line.n > 0)
			tm_buf_printf(
			    &w->buf, "%s %.*s\n", mark, TM_STR_ARG(line));
		s = tm_str_sub(s, end == NULL ? n : n + 1, s.n);
	}
}

/* A machine aligned it and nobody looked, or somebody said no. A unit of
 * which nothing is known is a translation like another. */
static bool
is_doubtful(const tm_unit *u)
{
	return u->status == TM_REJECTED ||
	       (u->status == TM_DRAFT && u->confidence >= 0);
}

static void
write_comments(tm_writer *w, const tm_unit *u, tm_str target)
{
	tm_str flags = prop(u, "x-po-flags");
	bool had = tm_str_starts(flags, TM_STR("fuzzy"));
	bool fuzzy = is_doubtful(u) && target.n > 0;

	if (had) /* as the file said, unless somebody confirmed it since */
		flags = tm_str_trim(tm_str_sub(
		    flags, flags.n > 5 && flags.p[5] == ',' ? 6 : 5, flags.n));
	fuzzy |= had && u->status != TM_CONFIRMED;
	for (size_t i = 0; i < u->n_meta; i++)
		if (u->meta[i].kind == TM_NOTE)
			write_comment(w, "#", u->meta[i].value);
	write_comment(w, "#.", prop(u, "x-po-extracted"));
	write_comment(w, "#:", prop(u, "x-po-reference"));
	if (fuzzy || flags.n > 0)
		tm_buf_printf(&w->buf, "#, %s%s%.*s\n", fuzzy ? "fuzzy" : "",
		    fuzzy && flags.n > 0 ? ", " : "", TM_STR_ARG(flags));
}

/* The forms that are missing are there, and empty: msgfmt counts them. */
static void
close_entry(tm_writer *w)
{
	state *s = w->state;

	for (; s->pending && s->forms < s->n_forms; s->forms++)
		tm_buf_printf(&w->buf, "msgstr[%zu] \"\"\n", s->forms);
	s->pending = false;
}

static void
write_pair(tm_writer *w, const tm_unit *u, const tm_variant *source,
    const tm_variant *target)
{
	state *s = w->state;
	tm_str form = prop(u, "x-po-plural");
	tm_str singular = prop(u, "x-po-singular");
	tm_str plural = prop(u, "x-po-plural-id");
	tm_str context = prop(u, "x-context");
	char word[16];

	if (!s->has_header)
		write_header(w,
		    w->options.from ? tm_str_of(w->options.from) : source->lang,
		    w->options.to ? tm_str_of(w->options.to) : target->lang);
	tm_writer_lost(w, no_codes, source->n_codes + target->n_codes);
	if (plural.p == NULL || form.n != 1) {
		plural.p = NULL;
		singular = source->text;
	}
	/* The next form of the entry that is open? */
	if (s->pending && plural.p != NULL &&
	    form.p[0] == (char)('0' + s->forms) &&
	    tm_str_eq(singular, tm_buf_str(&s->singular))) {
		snprintf(word, sizeof word, "msgstr[%zu]", s->forms++);
		write_target(w, word, singular, target->text);
		return;
	}
	close_entry(w);
	if (plural.p != NULL && form.p[0] != '0') { /* its first is missing */
		plural.p = NULL;
		singular = source->text;
	}
	if (!is_new(s, tm_str_hash(context) * 31 + tm_str_hash(singular) +
			   (context.p != NULL))) {
		tm_writer_lost(w, again, 1);
		return;
	}
	tm_buf_addc(&w->buf, '\n');
	write_comments(w, u, target->text);
	if (context.p != NULL)
		write_string(w, "msgctxt", context);
	write_string(w, "msgid", singular);
	if (plural.p != NULL) {
		write_target(w, "msgid_plural", singular, plural);
		write_target(w, "msgstr[0]", singular, target->text);
		s->pending = true;
		s->forms = 1;
		tm_buf_clear(&s->singular);
		tm_buf_add(&s->singular, singular.p, singular.n);
	} else {
		write_target(w, "msgstr", singular, target->text);
	}
}

static const char *const own[] = { "x-po-", "x-context", NULL };

static bool
begin_po(tm_writer *w, tm_error *err)
{
	w->state = tm_arena_zalloc(&w->arena, 1, sizeof(state));
	return true;
}

static bool
write_unit(tm_writer *w, const tm_unit *u, tm_error *err)
{
	const char *from = w->options.from, *to = w->options.to;
	const tm_variant *source, *target = NULL;

	if (u->n == 0)
		return true;
	source =
	    from != NULL ? tm_unit_column(u, from) : &u->v[tm_unit_source(u)];
	for (size_t i = 0; i < u->n && target == NULL; i++)
		if (&u->v[i] != source &&
		    (to == NULL || &u->v[i] == tm_unit_column(u, to)))
			target = &u->v[i];
	if (source == NULL || target == NULL ||
	    tm_str_trim(source->text).n == 0)
		tm_writer_lost(w, one_sided, 1);
	else
		write_pair(w, u, source, target);
	tm_writer_bare(w, u, true, own);
	return true;
}

static void
drop_po(tm_writer *w)
{
	state *s = w->state;

	if (s == NULL)
		return;
	free(s->seen);
	tm_buf_release(&s->singular);
}

static bool
end_po(tm_writer *w, tm_error *err)
{
	state *s = w->state;

	close_entry(w);
	if (!s->has_header)
		write_header(w,
		    tm_str_of(w->options.from ? w->options.from : "und"),
		    tm_str_of(w->options.to ? w->options.to : "und"));
	return true;
}

static int
bid(const char *path, tm_str head)
{
	if (tm_format_ends(path, ".po") || tm_format_ends(path, ".pot"))
		return 60;
	return tm_str_starts(head, TM_STR("msgid \"\"")) ? 70 : 0;
}

const struct tm_format tm_format_po = { "po", bid, read_po, begin_po,
	write_unit, end_po, drop_po };

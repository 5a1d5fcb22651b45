/*
 * Writing PO that msgfmt -c takes.
 *
 * An entry of plural forms is open until all that belong to it have come:
 * they follow each other, as they were read.
 */
#include "config.h"

#include "tm/format/po_int.h"

#include <stdlib.h>

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
	int64_t revised;       /* as the header says; 0: it does not */
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

/* "PO-Revision-Date: 2026-11-22 08:00+0000"; TMX has 20261122T080000Z. */
static void
write_revised(tm_writer *w, int64_t revised)
{
	tm_buf date = { 0 };

	if (revised == 0)
		return;
	tm_date_add(&date, revised);
	if (date.n == strlen("20261122T080000Z"))
		tm_buf_printf(&w->buf,
		    "\"PO-Revision-Date: %.4s-%.2s-%.2s %.2s:%.2s+0000\\n\"\n",
		    date.p, date.p + 4, date.p + 6, date.p + 9, date.p + 11);
	tm_buf_release(&date);
}

static void
write_header(tm_writer *w, tm_str from, tm_str to, int64_t revised)
{
	state *s = w->state;
	char lang[TM_LANG_MAX];
	tm_buf gettext = { 0 };

	snprintf(lang, sizeof lang, "%.*s", TM_STR_ARG(to));
	tm_buf_add(&gettext, to.p, to.n);
	for (size_t i = 0; i < gettext.n; i++)
		if (gettext.p[i] == '-')
			gettext.p[i] = '_';
	tm_buf_adds(&w->buf, "msgid \"\"\nmsgstr \"\"\n");
	write_revised(w, revised);
	s->revised = revised;
	tm_buf_printf(&w->buf,
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

/* Are these lines what #| may say: strings of an entry? */
static bool
is_previous(tm_str s)
{
	static const tm_str words[] = { { "msgctxt ", 8 },
		{ "msgid_plural ", 13 }, { "msgid ", 6 } };

	while (s.n > 0) {
		const char *end = memchr(s.p, '\n', s.n);
		size_t n = end == NULL ? s.n : (size_t)(end - s.p), i = 1;
		tm_str line = tm_str_trim(tm_str_sub(s, 0, n));

		for (size_t k = 0; k < 3; k++)
			if (tm_str_starts(line, words[k]))
				line = tm_str_trim(
				    tm_str_sub(line, words[k].n, line.n));
		if (line.n < 2 || line.p[0] != '"')
			return false;
		for (; i < line.n && line.p[i] != '"'; i++)
			if (line.p[i] == '\\' &&
			    (++i == line.n ||
				strchr("ntr\"\\abfv", line.p[i]) == NULL))
				return false;
		if (i + 1 != line.n)
			return false;
		s = tm_str_sub(s, end == NULL ? n : n + 1, s.n);
	}
	return true;
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
	if (fuzzy && is_previous(prop(u, "x-po-previous")))
		write_comment(w, "#|", prop(u, "x-po-previous"));
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
		    w->options.to ? tm_str_of(w->options.to) : target->lang,
		    u->changed);
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
	const state *s = w->state;
	tm_unit rest = *u;

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
	/* The date of the file, but for the seconds, is not lost. */
	if (u->changed / 60 == s->revised / 60)
		rest.changed = 0;
	tm_writer_bare(w, &rest, true, own);
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
		    tm_str_of(w->options.to ? w->options.to : "und"), 0);
	return true;
}

static int
bid(const char *path, tm_str head)
{
	if (tm_format_ends(path, ".po") || tm_format_ends(path, ".pot"))
		return 60;
	return tm_str_starts(head, TM_STR("msgid \"\"")) ? 70 : 0;
}

const struct tm_format tm_format_po = { "po", bid, tm_po_read, begin_po,
	write_unit, end_po, drop_po };

/*
 * Is it valid PO? What msgfmt -c refuses or warns of, with the cause and the
 * cure: the header and its fields, entries that are there twice, plural
 * forms, line breaks at the edges, flags, comments that make no sense. It
 * sees every entry before the reader hands it on.
 */
#include "config.h"

#include "tm/format/po_int.h"

#include <stdlib.h>

struct po_valid {
	tm_findings *told;
	size_t n_entries, n_plurals;
	bool has_header;
	int forms; /* that the header says there are; 0: it does not */
	/* Hashes of context and source, and the line: open addressing. */
	struct seen {
		uint64_t key;
		size_t line; /* 0: free */
	} * seen;
	size_t n, size;
};

po_valid *
po_valid_new(const char *path, const tm_sink *sink)
{
	po_valid *v = tm_zalloc(1, sizeof *v);

	v->told = tm_findings_new(path, sink);
	return v;
}

void
po_valid_end(po_valid *v)
{
	if (v == NULL)
		return;
	if (!v->has_header && v->n_entries > 0)
		tm_findings_tell(v->told, 1, TM_STR(""),
		    "the file has no header: begin it with msgid \"\" and "
		    "msgstr \"Content-Type: text/plain; charset=UTF-8\\n\"");
	tm_findings_free(v->told);
	free(v->seen);
	free(v);
}

/* ---- The header -------------------------------------------------------- */

static bool
has(tm_str s, const char *what)
{
	size_t n = strlen(what);

	for (size_t i = 0; i + n <= s.n; i++)
		if (memcmp(s.p + i, what, n) == 0)
			return true;
	return false;
}

/* How many forms "nplurals=2; plural=(n != 1);" has; 0 when it is none. */
static int
forms_of(tm_str s)
{
	const tm_str word = TM_STR("nplurals=");
	int n = 0;
	size_t i;

	if (!tm_str_starts(s, word) || !has(s, "plural="))
		return 0;
	for (i = word.n; i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'); i++)
		;
	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && n < 1000; i++)
		n = n * 10 + (s.p[i] - '0');
	return n;
}

static void
check_header(po_valid *v, const po_entry *e)
{
	/* What a template has, for somebody to replace; names and dates that
	 * nobody replaced do no harm. */
	static const char *const unchanged[] = { "charset=CHARSET",
		"nplurals=INTEGER" };
	tm_str header = tm_buf_str(&e->text[PO_FORM]);
	tm_str type = po_header_field(header, TM_STR("Content-Type"));
	tm_str plural = po_header_field(header, TM_STR("Plural-Forms"));
	size_t line = e->line;

	if (v->n_entries > 0)
		tm_findings_tell(v->told, line, TM_STR(""),
		    "the header stands behind other entries: it must come "
		    "first");
	v->has_header = true;
	for (size_t i = 0; i < sizeof unchanged / sizeof unchanged[0]; i++)
		if (has(header, unchanged[i]))
			tm_findings_tell(v->told, line, TM_STR(""),
			    "the header still says '%s': say what is meant",
			    unchanged[i]);
	if (!has(type, "charset="))
		tm_findings_tell(v->told, line, TM_STR(""),
		    "the header names no charset: add \"Content-Type: "
		    "text/plain; charset=UTF-8\\n\"");
	if (po_header_field(header, TM_STR("Language")).n == 0)
		tm_findings_tell(v->told, line, TM_STR(""),
		    "the header does not say the language: add \"Language: "
		    "ar\\n\", for instance");
	v->forms = forms_of(plural);
	if (plural.n > 0 && v->forms == 0 && !has(plural, "nplurals=INTEGER"))
		tm_findings_tell(v->told, line, TM_STR(""),
		    "Plural-Forms is not like \"nplurals=2; plural=(n != "
		    "1);\"");
}

/* ---- Entries ----------------------------------------------------------- */

/* The line of the entry with the same key that came before; 0: none. */
static size_t
line_before(po_valid *v, uint64_t key, size_t line)
{
	size_t i;

	if (2 * v->n >= v->size) {
		size_t size = v->size == 0 ? 1024 : 2 * v->size;
		struct seen *table = tm_zalloc(size, sizeof *table);

		for (size_t k = 0; k < v->size; k++) {
			if (v->seen[k].line == 0)
				continue;
			i = (size_t)v->seen[k].key & (size - 1);
			while (table[i].line != 0)
				i = (i + 1) & (size - 1);
			table[i] = v->seen[k];
		}
		free(v->seen);
		v->seen = table;
		v->size = size;
	}
	i = (size_t)key & (v->size - 1);
	for (; v->seen[i].line != 0; i = (i + 1) & (v->size - 1))
		if (v->seen[i].key == key)
			return v->seen[i].line;
	v->seen[i] = (struct seen){ key, line };
	v->n++;
	return 0;
}

static void
check_twice(po_valid *v, const po_entry *e)
{
	uint64_t key = tm_str_hash(tm_buf_str(&e->text[PO_ID])) * 31 +
		       tm_str_hash(tm_buf_str(&e->text[PO_CONTEXT])) +
		       e->seen[PO_CONTEXT];
	size_t line = e->at[PO_ID], first = line_before(v, key, line);

	if (first > 0)
		tm_findings_tell(v->told, line, TM_STR(""),
		    "line %zu has the same msgid%s: take one away, or tell "
		    "them apart with msgctxt",
		    first, e->seen[PO_CONTEXT] ? " and msgctxt" : "");
}

static void
check_plurals(po_valid *v, const po_entry *e)
{
	size_t missing = 0;

	if (e->seen[PO_PLURAL] != e->numbered) {
		tm_findings_tell(v->told, e->at[PO_ID], TM_STR(""),
		    e->numbered
			? "msgstr[0] wants a msgid_plural before it"
			: "msgid_plural wants msgstr[0], msgstr[1] ..., not "
			  "msgstr");
		return;
	}
	if (!e->numbered)
		return;
	for (size_t k = 0; k < e->n_forms; k++)
		missing += !e->seen[PO_FORM + k];
	if (missing > 0)
		tm_findings_tell(v->told, e->at[PO_ID], TM_STR(""),
		    "of msgstr[0] to msgstr[%zu] %zu %s missing",
		    e->n_forms - 1, missing, missing == 1 ? "is" : "are");
	if (v->n_plurals++ == 0 && v->forms == 0 && v->has_header)
		tm_findings_tell(v->told, e->at[PO_ID], TM_STR(""),
		    "an entry has plural forms, and the header does not say "
		    "how many there are: add Plural-Forms");
	if (v->forms > 0 && (size_t)v->forms != e->n_forms)
		tm_findings_tell(v->told, e->at[PO_ID], TM_STR(""),
		    "%zu plural form%s, but nplurals=%d in the header",
		    e->n_forms, e->n_forms == 1 ? "" : "s", v->forms);
}

/* A program puts them one behind the other: msgfmt wants the same breaks. */
static void
check_breaks(po_valid *v, const po_entry *e, int field, const char *name)
{
	tm_str a = tm_buf_str(&e->text[PO_ID]);
	tm_str b = tm_buf_str(&e->text[field]);

	if (!e->seen[field] || a.n == 0 || b.n == 0)
		return;
	if ((a.p[0] == '\n') != (b.p[0] == '\n'))
		tm_findings_tell(v->told, e->at[field], TM_STR(""),
		    "msgid and %s do not both begin with \\n", name);
	if ((a.p[a.n - 1] == '\n') != (b.p[b.n - 1] == '\n'))
		tm_findings_tell(v->told, e->at[field], TM_STR(""),
		    "msgid and %s do not both end with \\n", name);
}

static bool
is_known_flag(tm_str s)
{
	static const char *const known[] = { "fuzzy", "wrap", "no-wrap",
		"markdown-text" };

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (tm_str_eq(s, tm_str_of(known[i])))
			return true;
	return tm_str_ends(s, TM_STR("-format")) ||
	       tm_str_starts(s, TM_STR("range:")) || has(s, ":");
}

static void
check_flags(po_valid *v, const po_entry *e)
{
	tm_str s = tm_buf_str(&e->flags);

	while (s.n > 0) {
		const char *comma = memchr(s.p, ',', s.n);
		size_t n = comma == NULL ? s.n : (size_t)(comma - s.p);
		tm_str flag = tm_str_trim(tm_str_sub(s, 0, n));

		if (flag.n > 0 && !is_known_flag(flag))
			tm_findings_tell(v->told, e->line, TM_STR(""),
			    "the flag '%.*s' is not one of gettext's",
			    TM_STR_ARG(flag));
		s = tm_str_sub(s, comma == NULL ? n : n + 1, s.n);
	}
}

static bool
is_translated(const po_entry *e)
{
	for (size_t k = 0; k < e->n_forms; k++)
		if (e->text[PO_FORM + k].n > 0)
			return true;
	return false;
}

void
po_valid_entry(po_valid *v, const po_entry *e)
{
	if (e->half)
		tm_findings_tell(v->told, e->line, TM_STR(""),
		    "some lines of this entry begin with #~ and some do not");
	if (!e->seen[PO_ID]) {
		if (e->seen[PO_CONTEXT] || e->n_forms > 0)
			tm_findings_tell(v->told, e->line, TM_STR(""),
			    "the entry has no msgid");
		return;
	}
	if (e->n_forms == 0)
		tm_findings_tell(v->told, e->at[PO_ID], TM_STR(""),
		    "msgid without a msgstr");
	if (e->text[PO_ID].n == 0 && !e->seen[PO_CONTEXT]) {
		if (v->has_header && !e->obsolete)
			tm_findings_tell(
			    v->told, e->line, TM_STR(""), "a second header");
		else
			check_header(v, e);
		return;
	}
	v->n_entries++;
	if (e->obsolete)
		return;
	check_twice(v, e);
	check_plurals(v, e);
	check_breaks(v, e, PO_PLURAL, "msgid_plural");
	for (int k = 0; k < PO_FORMS_MAX; k++) {
		char name[24] = "msgstr";

		if (e->numbered)
			snprintf(name, sizeof name, "msgstr[%d]", k);
		check_breaks(v, e, PO_FORM + k, name);
	}
	check_flags(v, e);
	if (e->previous > 0 && !e->fuzzy && is_translated(e))
		tm_findings_tell(v->told, e->previous, TM_STR(""),
		    "#| says what a fuzzy entry was made from, and this one is "
		    "not fuzzy: take it away");
}

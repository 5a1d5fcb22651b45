/*
 * Writing TMX so that real readers take it, which asks for more than the
 * standard: each rule here was found by a reader that failed without it.
 *
 *	the source first, for those who go by position (translate-toolkit)
 *	no white space at the edges, or OmegaT finds no 100 %
 *	no text in <hi>, which OmegaT drops
 *	one unit begins and ends a line, for those who read lines (XML::TMX)
 *	valid by the DTD, or OmegaT refuses the whole file
 *
 * Where tools differ, tm_format_options.tool names the one to please.
 */
#include "config.h"

#include "tm/format_int.h"

#include <errno.h>

#include "tm/text.h"
#include "tm/xml_int.h"

#define DEPTH_MAX 256

/* ---- What tools want --------------------------------------------------- */

/*
 * The text before and after a segment goes by many names. In a file for
 * one tool all of them become its own, on the unit or on the source
 * variant. Tools that show codes as text, or drop the unit, get none.
 */
typedef struct tool {
	const char *name;
	int level;
	bool doctype;
	const char *before, *after;
	bool on_variant;
	/* It composes what it reads (NFC), so that two sources which differ
	 * in that alone are one to it: they are in our file, too. */
	bool composes;
} tool;

static const tool tools[] = {
	{ "omegat", 2, true, "prev", "next", false, true },
	{ "trados", 2, false, NULL, NULL, false, false },
	{ "memoq", 2, false, "x-context-pre", "x-context-post", true, false },
	{ "matecat", 2, true, "x-context-pre", "x-context-post", false, false },
	{ "phrase", 2, true, "context_prev", "context_next", true, false },
	{ "xtm", 2, true, "x-previous-source-text", "x-next-source-text", false,
	    false },
	{ "poedit", 1, true, NULL, NULL, false, false },
	{ "lokalize", 1, true, NULL, NULL, false, false },
	{ "virtaal", 1, true, NULL, NULL, false, false },
	{ "weblate", 1, true, NULL, NULL, false, false },
};
#define N_TOOLS (sizeof tools / sizeof tools[0])

const char *
tm_format_tool(size_t k)
{
	return k < N_TOOLS ? tools[k].name : NULL;
}

static const tool *
tool_named(const char *name)
{
	for (size_t i = 0; i < N_TOOLS; i++)
		if (tm_str_ieq(tm_str_of(name), tm_str_of(tools[i].name)))
			return &tools[i];
	return NULL;
}

static bool
is_before(tm_str type)
{
	for (size_t i = 0; i < N_TOOLS; i++)
		if (tools[i].before != NULL &&
		    tm_str_eq(type, tm_str_of(tools[i].before)))
			return true;
	return false;
}

static bool
is_after(tm_str type)
{
	for (size_t i = 0; i < N_TOOLS; i++)
		if (tools[i].after != NULL &&
		    tm_str_eq(type, tm_str_of(tools[i].after)))
			return true;
	return false;
}

/* ---- Parts ------------------------------------------------------------- */

/* Attributes of <tu> and <tuv> that we give no meaning of our own. */
static const char *const plain_attrs[] = { "o-encoding", "datatype",
	"usagecount", "lastusagedate", "creationtool", "creationtoolversion",
	"o-tmf", "segtype" /* of tu only: keep it last */ };
#define N_PLAIN (sizeof plain_attrs / sizeof plain_attrs[0])

static const char *const statuses[] = { "draft", "confirmed", "rejected" };

static const char forbidden[] = "characters that XML forbids were left out";
static const char trimmed[] =
    "white space at the edges of segments was trimmed";
static const char no_codes[] = "inline codes were left out, as --level 1 asks";
static const char bad_code[] =
    "inline codes that cannot be written were left out";
static const char no_props[] =
    "props that OmegaT would take for a place were left out";
static const char bad_segtype[] = "segtypes that TMX does not have";

static void
add_attr(tm_writer *w, const char *name, tm_str value)
{
	tm_writer_lost(w, forbidden, tm_xml_add_attr(&w->buf, name, value));
}

static void
add_text(tm_writer *w, tm_str text)
{
	tm_writer_lost(w, forbidden, tm_xml_add_text(&w->buf, text));
}

static const char composed[] =
    "texts were composed (NFC), as OmegaT does with all it reads";

/* Is it for OmegaT? Level 1 is for whatever may read it, OmegaT too. */
static bool
is_for_omegat(const tm_writer *w, const tool *t)
{
	return t == NULL ? w->options.level == 1 : t->composes;
}

/* Text of a segment between two codes, or of its neighbours. */
static void
add_tool_text(tm_writer *w, const tool *t, tm_str text)
{
	tm_buf nfc = { 0 };

	if (!is_for_omegat(w, t)) {
		add_text(w, text);
		return;
	}
	tm_text_nfc(text, &nfc);
	tm_writer_lost(w, composed, !tm_str_eq(tm_buf_str(&nfc), text));
	add_text(w, tm_buf_str(&nfc));
	tm_buf_release(&nfc);
}

static void
add_date(tm_writer *w, const char *name, int64_t date)
{
	if (date == 0)
		return;
	tm_buf_addc(&w->buf, ' ');
	tm_buf_adds(&w->buf, name);
	tm_buf_adds(&w->buf, "=\"");
	tm_date_add(&w->buf, date);
	tm_buf_addc(&w->buf, '"');
}

static bool
is_plain(tm_str name, bool variant)
{
	for (size_t i = 0; i < N_PLAIN - variant; i++)
		if (tm_str_eq(name, tm_str_of(plain_attrs[i])))
			return true;
	return false;
}

static bool
good_segtype(const tm_meta *m)
{
	return !tm_str_eq(m->type, TM_STR("segtype")) ||
	       tm_str_eq(m->value, TM_STR("sentence")) ||
	       tm_str_eq(m->value, TM_STR("paragraph")) ||
	       tm_str_eq(m->value, TM_STR("phrase")) ||
	       tm_str_eq(m->value, TM_STR("block"));
}

/* The first of a name wins: XML refuses a second. */
static bool
seen_before(const tm_meta *meta, size_t k)
{
	for (size_t i = 0; i < k; i++)
		if (meta[i].kind == TM_ATTR &&
		    tm_str_eq(meta[i].type, meta[k].type))
			return true;
	return false;
}

static void
add_attrs(tm_writer *w, const tm_meta *meta, size_t n, bool variant)
{
	for (size_t i = 0; i < n; i++) {
		char name[32];

		if (meta[i].kind != TM_ATTR ||
		    !is_plain(meta[i].type, variant) || seen_before(meta, i))
			continue;
		if (!good_segtype(&meta[i])) {
			tm_writer_lost(w, bad_segtype, 1);
			continue;
		}
		snprintf(name, sizeof name, "%.*s", TM_STR_ARG(meta[i].type));
		add_attr(w, name, meta[i].value);
	}
}

static void
add_prop(
    tm_writer *w, const char *indent, tm_str type, tm_str lang, tm_str value)
{
	tm_buf_adds(&w->buf, indent);
	tm_buf_adds(&w->buf, "<prop");
	add_attr(w, "type", type);
	if (lang.n > 0)
		add_attr(w, "xml:lang", lang);
	tm_buf_addc(&w->buf, '>');
	add_text(w, value);
	tm_buf_adds(&w->buf, "</prop>\n");
}

/* The neighbours of a unit, for a tool that has its own names for them. */
typedef struct context {
	const tool *tool;
	tm_str before, after, file; /* NULL: none */
	bool bare;  /* no other props: OmegaT takes any for a place */
	bool again; /* the unit is written a second time: without its tuid */
} context;

static void
find_in(const tm_meta *meta, size_t n, context *c)
{
	for (size_t i = 0; i < n; i++) {
		if (meta[i].kind != TM_PROP)
			continue;
		if (is_before(meta[i].type) && c->before.p == NULL)
			c->before = meta[i].value;
		else if (is_after(meta[i].type) && c->after.p == NULL)
			c->after = meta[i].value;
	}
}

static void
find_context(const tm_unit *u, const tool *t, context *c)
{
	const tm_variant *source = &u->v[tm_unit_source(u)];

	c->tool = t;
	find_in(u->meta, u->n_meta, c);
	find_in(source->meta, source->n_meta, c);
}

typedef enum place { OF_UNIT, OF_VARIANT, OF_HEADER } place;

/* c is NULL where names stay as they are. */
static void
add_metas(
    tm_writer *w, const tm_meta *meta, size_t n, place where, const context *c)
{
	static const char *const indents[] = { "      ", "        ", "    " };
	const char *indent = indents[where];
	char type[80];

	for (size_t i = 0; i < n; i++) {
		const tm_meta *m = &meta[i];

		if (c != NULL && c->bare && m->kind != TM_NOTE) {
			tm_writer_lost(w, no_props,
			    m->kind == TM_PROP && !c->again &&
				!is_before(m->type) && !is_after(m->type));
			continue;
		}
		switch (m->kind) {
		case TM_PROP:
			if (c != NULL &&
			    (is_before(m->type) || is_after(m->type)))
				break;
			add_prop(w, indent, m->type, m->lang, m->value);
			break;
		case TM_NOTE:
			tm_buf_adds(&w->buf, indent);
			tm_buf_adds(&w->buf, "<note");
			if (m->lang.n > 0)
				add_attr(w, "xml:lang", m->lang);
			tm_buf_addc(&w->buf, '>');
			add_text(w, m->value);
			tm_buf_adds(&w->buf, "</note>\n");
			break;
		case TM_ATTR:
			if (where != OF_HEADER &&
			    is_plain(m->type, where == OF_VARIANT))
				break;
			snprintf(type, sizeof type, "x-tmtool-attr-%.*s",
			    TM_STR_ARG(m->type));
			add_prop(
			    w, indent, tm_str_of(type), TM_STR(""), m->value);
			break;
		}
	}
}

/* Where it stands: the position belongs to the document before it. */
static void
add_place(tm_writer *w, tm_str document, int64_t position)
{
	const char *const indent = "      ";
	char s[32];

	if (document.n > 0)
		add_prop(w, indent, TM_STR("x-tmtool-document"), TM_STR(""),
		    document);
	if (position > 0) {
		snprintf(s, sizeof s, "%lld", (long long)position);
		add_prop(w, indent, TM_STR("x-tmtool-position"), TM_STR(""),
		    tm_str_of(s));
	}
}

/* The fields of ours that TMX has no place for. */
static void
add_ours(tm_writer *w, const tm_unit *u)
{
	const char *const indent = "      ";
	tm_buf number = { 0 };

	if (u->confidence >= 0) {
		tm_fraction_add(&number, u->confidence);
		add_prop(w, indent, TM_STR("x-tmtool-confidence"), TM_STR(""),
		    tm_buf_str(&number));
		tm_buf_release(&number);
	}
	if (u->status != TM_DRAFT)
		add_prop(w, indent, TM_STR("x-tmtool-status"), TM_STR(""),
		    tm_str_of(statuses[u->status]));
	add_place(w, u->document, u->position);
	for (size_t i = 0; i < u->n_also; i++)
		add_place(w, u->also[i].document, u->also[i].position);
}

/* The highest number that pairs codes, so that a new pair gets its own. */
static int
highest_i(const tm_variant *v)
{
	int most = 0;

	for (size_t k = 0; k < v->n_codes; k++) {
		tm_str xml = v->codes[k].xml;
		int i = 0;

		if (!tm_str_starts(xml, TM_STR("<bpt i=\"")))
			continue;
		for (size_t p = 8; p < xml.n && xml.p[p] >= '0' &&
				   xml.p[p] <= '9' && i < 100000000;
		     p++)
			i = i * 10 + (xml.p[p] - '0');
		if (i > most)
			most = i;
	}
	return most;
}

typedef struct pairs {
	int next, open[DEPTH_MAX];
	size_t n;
} pairs;

static void
write_code(tm_writer *w, tm_str xml, pairs *hi)
{
	bool start = tm_str_starts(xml, TM_STR("<hi"));
	bool end = tm_str_eq(xml, TM_STR("</hi>"));

	if (xml.n < 4 || xml.p[0] != '<' || xml.p[xml.n - 1] != '>' ||
	    (start && hi->n == DEPTH_MAX) || (end && hi->n == 0)) {
		tm_writer_lost(w, bad_code, 1);
	} else if (start) {
		hi->open[hi->n] = ++hi->next;
		tm_buf_printf(&w->buf, "<bpt i=\"%d\"", hi->open[hi->n++]);
		tm_buf_add(&w->buf, xml.p + 3, xml.n - 4);
		tm_buf_adds(&w->buf, ">&lt;hi&gt;</bpt>");
	} else if (end) {
		tm_buf_printf(&w->buf, "<ept i=\"%d\">&lt;/hi&gt;</ept>",
		    hi->open[--hi->n]);
	} else {
		tm_buf_add(&w->buf, xml.p, xml.n);
	}
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/*
 * OmegaT compares segments without the white space at their edges, and
 * gives no 100 % where ours has some: it is left out of what is written for
 * OmegaT, and of level 1, for whatever may read it. What stands between a
 * code and the text is no edge.
 */
static void
write_seg(tm_writer *w, const tm_variant *v, const tool *t)
{
	bool codes = w->options.level != 1 && v->n_codes > 0;
	bool trims = is_for_omegat(w, t);
	size_t from = 0, to = v->text.n, done;
	size_t first = codes ? v->codes[0].at : to;
	size_t last = codes ? v->codes[v->n_codes - 1].at : 0;
	pairs hi = { .n = 0 };

	while (trims && from < to && from < first && is_space(v->text.p[from]))
		from++;
	while (trims && to > from && to > last && is_space(v->text.p[to - 1]))
		to--;
	if (from > 0 || to < v->text.n)
		tm_writer_lost(w, trimmed, 1);
	tm_buf_adds(&w->buf, "<seg>");
	done = from;
	if (codes)
		hi.next = highest_i(v);
	else
		tm_writer_lost(w, no_codes, v->n_codes);
	for (size_t k = 0; codes && k < v->n_codes; k++) {
		size_t at = v->codes[k].at;

		if (at > to)
			at = to;
		if (at > done) {
			add_tool_text(w, t, tm_str_sub(v->text, done, at));
			done = at;
		}
		write_code(w, v->codes[k].xml, &hi);
	}
	add_tool_text(w, t, tm_str_sub(v->text, done, to));
	tm_buf_adds(&w->buf, "</seg>");
}

static void
add_neighbour(tm_writer *w, const char *indent, const tool *t, const char *type,
    tm_str text)
{
	if (text.p == NULL)
		return;
	tm_buf_printf(&w->buf, "%s<prop type=\"%s\">", indent, type);
	add_tool_text(w, t, text);
	tm_buf_adds(&w->buf, "</prop>\n");
}

static void
add_context(tm_writer *w, const context *c, place where)
{
	const char *indent = where == OF_UNIT ? "      " : "        ";

	if (c == NULL || c->tool->before == NULL ||
	    c->tool->on_variant != (where == OF_VARIANT))
		return;
	if (c->file.p != NULL)
		add_prop(w, indent, TM_STR("file"), TM_STR(""), c->file);
	add_neighbour(w, indent, c->tool, c->tool->before, c->before);
	add_neighbour(w, indent, c->tool, c->tool->after, c->after);
}

static void
write_variant(tm_writer *w, const tm_variant *v, const context *c, bool source)
{
	size_t before;

	tm_buf_adds(&w->buf, "      <tuv");
	add_attr(w, "xml:lang", v->lang);
	add_date(w, "creationdate", v->created);
	if (v->author.n > 0)
		add_attr(w, "creationid", v->author);
	add_date(w, "changedate", v->changed);
	if (v->changer.n > 0)
		add_attr(w, "changeid", v->changer);
	add_attrs(w, v->meta, v->n_meta, true);
	tm_buf_addc(&w->buf, '>');
	before = w->buf.n;
	tm_buf_addc(&w->buf, '\n');
	if (source)
		add_context(w, c, OF_VARIANT);
	add_metas(w, v->meta, v->n_meta, OF_VARIANT, c);
	if (w->buf.n == before + 1) /* nothing */
		w->buf.n = before;
	else
		tm_buf_adds(&w->buf, "        ");
	write_seg(w, v, c == NULL ? NULL : c->tool);
	tm_buf_adds(&w->buf, "</tuv>\n");
}

static void
write_unit(tm_writer *w, const tm_unit *u, const context *c)
{
	const char *header =
	    w->options.srclang == NULL ? "*all*" : w->options.srclang;
	size_t source = tm_unit_source(u);

	tm_buf_adds(&w->buf, "    <tu");
	if (u->tuid.n > 0 && (c == NULL || !c->again))
		add_attr(w, "tuid", u->tuid);
	if (u->srclang.n > 0 && !tm_str_eq(u->srclang, tm_str_of(header)))
		add_attr(w, "srclang", u->srclang);
	add_date(w, "creationdate", u->created);
	if (u->author.n > 0)
		add_attr(w, "creationid", u->author);
	add_date(w, "changedate", u->changed);
	if (u->changer.n > 0)
		add_attr(w, "changeid", u->changer);
	add_attrs(w, u->meta, u->n_meta, false);
	tm_buf_adds(&w->buf, ">\n");
	if (c == NULL || !c->bare)
		add_ours(w, u);
	add_context(w, c, OF_UNIT);
	add_metas(w, u->meta, u->n_meta, OF_UNIT, c);
	write_variant(w, &u->v[source], c, true);
	for (size_t i = 0; i < u->n; i++)
		if (i != source)
			write_variant(w, &u->v[i], c, false);
	tm_buf_adds(&w->buf, "    </tu>\n");
}

/* ---- The file ---------------------------------------------------------- */

typedef struct state {
	const tool *tool;
	bool begun;
	/* For a tool that knows contexts: the last unit, which waits for
	 * the next to know what follows it, and what went before it. */
	tm_arena arena, other;
	const tm_unit *held;
	tm_buf before;
	bool has_before;
	FILE *later; /* units for one place, which come after the others */
} state;

static bool
begin_tmx(tm_writer *w, tm_error *err)
{
	state *s = w->state = tm_arena_zalloc(&w->arena, 1, sizeof *s);

	if (w->options.tool == NULL)
		return true;
	s->tool = tool_named(w->options.tool);
	if (s->tool == NULL)
		return tm_fail(err, TM_INVALID,
		    "no rules are known for the tool '%s'", w->options.tool);
	if (w->options.level == 0)
		w->options.level = s->tool->level;
	return true;
}

/* The attributes that a header may take over; the first is its default. */
static const struct {
	const char *name, *otherwise;
} header_attrs[] = { { "segtype", "sentence" }, { "o-tmf", "tmtool" },
	{ "adminlang", "en" }, { "srclang", "*all*" },
	{ "datatype", "plaintext" }, { "o-encoding", NULL },
	{ "creationdate", NULL }, { "creationid", NULL },
	{ "changedate", NULL }, { "changeid", NULL } };
#define N_HEADER (sizeof header_attrs / sizeof header_attrs[0])

static const tm_meta *
header_attr(const tm_writer *w, const char *name)
{
	for (size_t i = 0; i < w->options.n_header; i++) {
		const tm_meta *m = &w->options.header[i];

		if (m->kind == TM_ATTR && m->value.n > 0 &&
		    tm_str_eq(m->type, tm_str_of(name)) && good_segtype(m))
			return m;
	}
	return NULL;
}

static bool
is_header_attr(tm_str name)
{
	for (size_t i = 0; i < N_HEADER; i++)
		if (tm_str_eq(name, tm_str_of(header_attrs[i].name)))
			return true;
	return false;
}

/* An <ude> was kept whole, as the XML it was. */
static bool
is_ude(const tm_meta *m)
{
	return m->kind == TM_PROP &&
	       tm_str_eq(m->type, TM_STR("x-tmtool-ude")) &&
	       tm_str_starts(m->value, TM_STR("<ude")) &&
	       tm_str_ends(m->value, TM_STR("</ude>"));
}

static void
write_header_children(tm_writer *w)
{
	for (size_t i = 0; i < w->options.n_header; i++) {
		const tm_meta *m = &w->options.header[i];
		bool ours = tm_str_eq(m->value, TM_STR("tmtool")) ||
			    tm_str_eq(m->value, tm_str_of(tm_version()));

		if (is_ude(m))
			tm_buf_printf(
			    &w->buf, "    %.*s\n", TM_STR_ARG(m->value));
		else if (m->kind != TM_ATTR ||
			 (!is_header_attr(m->type) && !ours))
			add_metas(w, m, 1, OF_HEADER, NULL);
	}
}

/* Before the first unit, or at the end where there is none. */
static void
write_header(tm_writer *w)
{
	const char *lang = w->options.srclang;
	state *s = w->state;
	size_t before;

	s->begun = true;
	tm_buf_adds(&w->buf, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	if (s->tool == NULL || s->tool->doctype)
		tm_buf_adds(&w->buf, "<!DOCTYPE tmx SYSTEM \"tmx14.dtd\">\n");
	tm_buf_adds(&w->buf, "<tmx version=\"1.4\">\n"
			     "  <header creationtool=\"tmtool\"");
	add_attr(w, "creationtoolversion", tm_str_of(tm_version()));
	for (size_t i = 0; i < N_HEADER; i++) {
		const char *name = header_attrs[i].name;
		const tm_meta *m = header_attr(w, name);

		if (lang != NULL && strcmp(name, "srclang") == 0)
			add_attr(w, name, tm_str_of(lang));
		else if (m != NULL && strcmp(name, "srclang") != 0)
			add_attr(w, name, m->value);
		else if (header_attrs[i].otherwise != NULL)
			add_attr(w, name, tm_str_of(header_attrs[i].otherwise));
	}
	tm_buf_adds(&w->buf, ">\n");
	before = w->buf.n;
	write_header_children(w);
	if (w->buf.n == before) {
		w->buf.n -= 2;
		tm_buf_adds(&w->buf, "/>\n");
	} else {
		tm_buf_adds(&w->buf, "  </header>\n");
	}
	tm_buf_adds(&w->buf, "  <body>\n");
}

static bool
has_prop(const tm_unit *u, const char *type)
{
	for (size_t i = 0; i < u->n_meta; i++)
		if (u->meta[i].kind == TM_PROP &&
		    tm_str_eq(u->meta[i].type, tm_str_of(type)))
			return true;
	return false;
}

/*
 * OmegaT takes a unit with "file", "prev" and "next" for that place alone,
 * and one with any other prop for whatever place comes, over one that was
 * for its own. A later unit without props takes the place of an earlier. So a
 * unit whose place is known is written for any place, and again for its own
 * behind all others; until then it waits in a temporary file.
 */
static bool
write_in_context(tm_writer *w, const tm_unit *u, context *c, tm_error *err)
{
	context none = { .tool = c->tool, .bare = true };
	state *s = w->state;
	size_t start;

	if (strcmp(c->tool->name, "omegat") != 0 || has_prop(u, "file")) {
		write_unit(w, u, c);
		return true;
	}
	write_unit(w, u, &none);
	if (u->document.n == 0 || (c->before.p == NULL && c->after.p == NULL))
		return true;
	if (s->later == NULL)
		s->later = tmpfile();
	if (s->later == NULL)
		return tm_fail(err, TM_IO, "cannot make a temporary file: %s",
		    strerror(errno));
	c->file = tm_str_base(u->document);
	c->bare = c->again = true;
	start = w->buf.n;
	write_unit(w, u, c);
	fwrite(w->buf.p + start, 1, w->buf.n - start, s->later);
	w->buf.n = start;
	return true;
}

static bool
write_later(tm_writer *w, tm_error *err)
{
	state *s = w->state;
	char block[1 << 14];
	size_t n;

	if (s->later == NULL)
		return true;
	rewind(s->later);
	while ((n = fread(block, 1, sizeof block, s->later)) > 0) {
		tm_buf_add(&w->buf, block, n);
		if (!tm_writer_flush(w, err))
			return false;
	}
	if (ferror(s->later))
		return tm_fail(err, TM_IO, "cannot use a temporary file: %s",
		    strerror(errno));
	return true;
}

/* b is the sentence after a. */
static bool
follows(const tm_unit *a, const tm_unit *b)
{
	return a != NULL && b != NULL && a->document.n > 0 && a->position > 0 &&
	       b->position == a->position + 1 &&
	       tm_str_eq(a->document, b->document);
}

static tm_str
source_text(const tm_unit *u)
{
	return u->v[tm_unit_source(u)].text;
}

/* Write the unit that was held, now that the next is known (NULL: none). */
static bool
write_held(tm_writer *w, const tm_unit *next, tm_error *err)
{
	state *s = w->state;
	const tm_unit *u = s->held;
	context c = { 0 };

	if (u == NULL)
		return true;
	find_context(u, s->tool, &c);
	if (c.before.p == NULL && c.after.p == NULL) {
		if (s->has_before)
			c.before = tm_buf_str(&s->before);
		if (follows(u, next))
			c.after = source_text(next);
	}
	return write_in_context(w, u, &c, err);
}

static void
hold(state *s, const tm_unit *u)
{
	tm_arena swap = s->arena;

	s->has_before = follows(s->held, u);
	tm_buf_clear(&s->before);
	if (s->has_before) {
		tm_str text = source_text(s->held);

		tm_buf_add(&s->before, text.p, text.n);
	}
	s->arena = s->other;
	s->other = swap;
	tm_arena_clear(&s->arena);
	s->held = tm_unit_copy(&s->arena, u);
}

static bool
unit_tmx(tm_writer *w, const tm_unit *u, tm_error *err)
{
	state *s = w->state;
	context c = { .tool = s->tool };

	if (u->n == 0)
		return tm_fail(
		    err, TM_INVALID, "a unit without variants has no TMX");
	if (!s->begun)
		write_header(w);
	if (s->tool == NULL) {
		write_unit(w, u, NULL);
	} else if (s->tool->before == NULL) {
		write_unit(w, u, &c);
	} else {
		bool ok;

		w->units--; /* what is lost is of the one before */
		ok = write_held(w, u, err);
		w->units++;
		if (!ok)
			return false;
		hold(s, u);
	}
	return true;
}

static bool
end_tmx(tm_writer *w, tm_error *err)
{
	state *s = w->state;

	if (!write_held(w, NULL, err) || !write_later(w, err))
		return false;
	if (!s->begun)
		write_header(w);
	tm_buf_adds(&w->buf, "  </body>\n</tmx>\n");
	return true;
}

static void
drop_tmx(tm_writer *w)
{
	state *s = w->state;

	if (s == NULL)
		return;
	tm_arena_release(&s->arena);
	tm_arena_release(&s->other);
	if (s->later != NULL)
		fclose(s->later);
	tm_buf_release(&s->before);
}

static int
bid(const char *path, tm_str head)
{
	for (size_t i = 0; i + 4 <= head.n; i++)
		if (head.p[i] == '<' &&
		    tm_str_starts(tm_str_sub(head, i, head.n), TM_STR("<tmx")))
			return 100;
	return tm_format_ends(path, ".tmx") ? 50 : 0;
}

const struct tm_format tm_format_tmx = { "tmx", bid, tm_tmx_read, begin_tmx,
	unit_tmx, end_tmx, drop_tmx };

/*
 * XLIFF 1.2 and 2.0, written: the codes of TMX in the terms of either. What
 * xliff.c says of reading goes backwards here; in 2.0 the content of a code
 * is data beside the segment:
 *
 *	1.2  <ph id="1">&lt;b/></ph>
 *	2.0  <data id="s1">&lt;b/></data> ... <ph id="p1" dataRef="s1"/>
 */
#include "config.h"

#include "tm/format/xliff_int.h"

static const char forbidden[] = "characters that XML forbids were left out";
static const char one_sided[] =
    "units without one of the two languages were left out";
static const char *const own[] = { "x-xliff-", NULL };
static const char no_codes[] = "inline codes were left out, as --level 1 asks";

/* One code of TMX, taken apart. */
typedef struct code {
	char name[4];
	tm_str i, x, type, inner; /* as they stand in XML */
	bool at_end;		  /* <it pos="end">, </hi> */
} code;

/* The value of an attribute in the start tag of a code, as it stands. */
static tm_str
attr_of(tm_str xml, const char *name)
{
	const char *gt = memchr(xml.p, '>', xml.n), *end;
	size_t n = strlen(name),
	       head = gt == NULL ? xml.n : (size_t)(gt - xml.p);

	for (size_t i = 0; i + n + 3 < head; i++) {
		const char *p = xml.p + i;

		if (p[0] != ' ' || memcmp(p + 1, name, n) != 0 ||
		    p[n + 1] != '=' || p[n + 2] != '"')
			continue;
		p += n + 3;
		end = memchr(p, '"', xml.n - (size_t)(p - xml.p));
		return (tm_str){ p, end == NULL ? 0 : (size_t)(end - p) };
	}
	return (tm_str){ NULL, 0 };
}

static code
code_of(tm_str xml)
{
	code c = { .inner = TM_STR("") };
	const char *gt = memchr(xml.p, '>', xml.n);
	size_t n = 0;

	c.at_end = xml.n > 1 && xml.p[1] == '/';
	for (size_t i = 1u + c.at_end;
	     i < xml.n && n < 3 && xml.p[i] >= 'a' && xml.p[i] <= 'z'; i++)
		c.name[n++] = xml.p[i];
	c.i = attr_of(xml, "i");
	c.x = attr_of(xml, "x");
	c.type = attr_of(xml, "type");
	if (strcmp(c.name, "it") == 0)
		c.at_end = tm_str_eq(attr_of(xml, "pos"), TM_STR("end"));
	if (gt != NULL && gt > xml.p && gt[-1] != '/' && xml.n > n + 3) {
		size_t from = (size_t)(gt - xml.p) + 1, to = xml.n - n - 3;

		if (from <= to)
			c.inner = tm_str_sub(xml, from, to);
	}
	return c;
}

typedef struct state {
	bool has_file;
	char from[TM_LANG_MAX], to[TM_LANG_MAX];
	size_t n; /* of units written, for their ids */
} state;

static void
add_text(tm_writer *w, tm_str s)
{
	tm_writer_lost(w, forbidden, tm_xml_add_text(&w->buf, s));
}

static void
add_attr(tm_writer *w, const char *name, tm_str s)
{
	tm_writer_lost(w, forbidden, tm_xml_add_attr(&w->buf, name, s));
}

/* The content of a code with what markup it has (<sub>) as text. */
static void
add_inner(tm_writer *w, tm_str inner)
{
	if (inner.n > 0 && memchr(inner.p, '<', inner.n) != NULL)
		add_text(w, inner);
	else
		tm_buf_add(&w->buf, inner.p, inner.n);
}

/* Further apart than this no two codes are a pair: without an end to the
 * search a segment of codes alone would take the square of its length. */
#define PAIR_MAX 1000

/* Does the bpt at k have its ept among the codes, or an ept its bpt? */
static bool
has_other_half(const tm_variant *v, size_t k, tm_str i, const char *name)
{
	size_t from = k < PAIR_MAX ? 0 : k - PAIR_MAX;
	size_t to = v->n_codes - k < PAIR_MAX ? v->n_codes : k + PAIR_MAX;

	for (size_t m = from; m < to; m++) {
		tm_str xml = v->codes[m].xml;

		if (m != k && xml.n > 4 && memcmp(xml.p + 1, name, 3) == 0 &&
		    tm_str_eq(attr_of(xml, "i"), i))
			return true;
	}
	return false;
}

/* The <hi> of a segment: how many so far, and still open. */
typedef struct his {
	size_t n, open;
} his;

/*
 * A code as XLIFF 1.2 has it. The id is the x of TMX, by which a code of
 * the source is that of the target; without it, its place.
 */
static void
write_code_1(tm_writer *w, const tm_variant *v, size_t k, his *hi)
{
	code c = code_of(v->codes[k].xml);
	bool alone =
	    (strcmp(c.name, "bpt") == 0 && !has_other_half(v, k, c.i, "ept")) ||
	    (strcmp(c.name, "ept") == 0 && !has_other_half(v, k, c.i, "bpt"));
	const char *name = strcmp(c.name, "ut") == 0 ? "ph"
			   : alone		     ? "it"
						     : c.name;

	if (strcmp(c.name, "hi") == 0) {
		if (c.at_end && hi->open > 0) {
			hi->open--;
			tm_buf_adds(&w->buf, "</g>");
		} else if (!c.at_end) {
			hi->open++;
			tm_buf_printf(&w->buf,
			    "<g id=\"hi%zu\" ctype=\"x-tmx-hi\">", ++hi->n);
		}
		return;
	}
	tm_buf_printf(&w->buf, "<%s", name);
	if (alone) {
		c.at_end = c.name[0] == 'e';
		tm_buf_printf(&w->buf, " id=\"%.*s\"", TM_STR_ARG(c.i));
	} else if (c.i.n > 0) {
		tm_buf_printf(&w->buf, " id=\"%.*s\" rid=\"%.*s\"",
		    TM_STR_ARG(c.i), TM_STR_ARG(c.i));
	} else if (c.x.n > 0) {
		tm_buf_printf(&w->buf, " id=\"%.*s\"", TM_STR_ARG(c.x));
	} else {
		tm_buf_printf(&w->buf, " id=\"c%zu\"", k + 1);
	}
	if (strcmp(name, "it") == 0)
		tm_buf_adds(
		    &w->buf, c.at_end ? " pos=\"close\"" : " pos=\"open\"");
	tm_buf_addc(&w->buf, '>');
	add_inner(w, c.inner);
	tm_buf_printf(&w->buf, "</%s>", name);
}

static void
add_id(
    tm_writer *w, const char *attr, const char *prefix, tm_str number, size_t k)
{
	tm_buf_printf(&w->buf, " %s=\"%s", attr, prefix);
	if (number.n > 0)
		tm_writer_lost(w, forbidden, tm_xml_add_value(&w->buf, number));
	else
		tm_buf_printf(&w->buf, "-%zu", k + 1);
	tm_buf_addc(&w->buf, '"');
}

/* The same for 2.0, where the content is data kept beside the segment. */
static void
write_code_2(
    tm_writer *w, const tm_variant *v, size_t k, const char *side, his *hi)
{
	code c = code_of(v->codes[k].xml);
	const char *name = "ph";

	if (strcmp(c.name, "hi") == 0) {
		if (c.at_end && hi->open > 0) {
			hi->open--;
			tm_buf_adds(&w->buf, "</pc>");
		} else if (!c.at_end) {
			hi->open++;
			tm_buf_printf(&w->buf,
			    "<pc id=\"hi%zu\" type=\"other\" "
			    "subType=\"tmx:hi\">",
			    ++hi->n);
		}
		return;
	}
	if (strcmp(c.name, "bpt") == 0 ||
	    (strcmp(c.name, "it") == 0 && !c.at_end))
		name = "sc";
	else if (strcmp(c.name, "ept") == 0 || strcmp(c.name, "it") == 0)
		name = "ec";
	tm_buf_printf(&w->buf, "<%s", name);
	if (strcmp(c.name, "bpt") == 0) {
		add_id(w, "id", "b", c.i, k);
		if (!has_other_half(v, k, c.i, "ept"))
			tm_buf_adds(&w->buf, " isolated=\"yes\"");
	} else if (strcmp(c.name, "ept") == 0 &&
		   has_other_half(v, k, c.i, "bpt")) {
		add_id(w, "startRef", "b", c.i, k);
	} else if (strcmp(name, "ph") == 0) {
		add_id(w, "id", "p", c.x, k);
	} else {
		tm_buf_printf(&w->buf, " id=\"i-%zu\" isolated=\"yes\"", k + 1);
	}
	if (c.inner.n > 0)
		tm_buf_printf(&w->buf, " dataRef=\"%s%zu\"", side, k + 1);
	tm_buf_adds(&w->buf, "/>");
}

static void
write_side(tm_writer *w, const tm_variant *v, bool two, const char *side)
{
	bool codes = w->options.level != 1;
	his hi = { 0 };
	size_t done = 0;

	if (!codes)
		tm_writer_lost(w, no_codes, v->n_codes);
	for (size_t k = 0; codes && k < v->n_codes; k++) {
		size_t at = v->codes[k].at;

		if (at > v->text.n)
			at = v->text.n;
		if (at > done) {
			add_text(w, tm_str_sub(v->text, done, at));
			done = at;
		}
		if (two)
			write_code_2(w, v, k, side, &hi);
		else
			write_code_1(w, v, k, &hi);
	}
	add_text(w, tm_str_sub(v->text, done, v->text.n));
	for (; hi.open > 0; hi.open--)
		tm_buf_adds(&w->buf, two ? "</pc>" : "</g>");
}

static void
write_notes(tm_writer *w, const tm_unit *u, const char *indent)
{
	for (size_t i = 0; i < u->n_meta; i++) {
		if (u->meta[i].kind != TM_NOTE)
			continue;
		tm_buf_printf(&w->buf, "%s<note>", indent);
		add_text(w, u->meta[i].value);
		tm_buf_adds(&w->buf, "</note>\n");
	}
}

/* A machine aligned it and nobody looked, or somebody said no. */
static bool
is_doubtful(const tm_unit *u)
{
	return u->status == TM_REJECTED ||
	       (u->status == TM_DRAFT && u->confidence >= 0);
}

static void
write_unit_1(tm_writer *w, const tm_unit *u, const tm_variant *source,
    const tm_variant *target)
{
	state *s = w->state;
	bool confirmed = u->status == TM_CONFIRMED;

	tm_buf_printf(&w->buf, "      <trans-unit id=\"%zu\"", s->n);
	if (u->tuid.n > 0)
		add_attr(w, "resname", u->tuid);
	tm_buf_printf(&w->buf, "%s>\n", confirmed ? " approved=\"yes\"" : "");
	tm_buf_adds(&w->buf, "        <source xml:space=\"preserve\">");
	write_side(w, source, false, "s");
	tm_buf_printf(&w->buf,
	    "</source>\n        <target xml:space=\"preserve\" state=\"%s\">",
	    confirmed	     ? "final"
	    : is_doubtful(u) ? "needs-review-translation"
			     : "translated");
	write_side(w, target, false, "t");
	tm_buf_adds(&w->buf, "</target>\n");
	write_notes(w, u, "        ");
	tm_buf_adds(&w->buf, "      </trans-unit>\n");
}

static bool
write_data(tm_writer *w, const tm_variant *v, const char *side, bool open)
{
	for (size_t k = 0; k < v->n_codes; k++) {
		code c = code_of(v->codes[k].xml);

		if (c.inner.n == 0)
			continue;
		if (!open)
			tm_buf_adds(&w->buf, "      <originalData>\n");
		open = true;
		tm_buf_printf(
		    &w->buf, "        <data id=\"%s%zu\">", side, k + 1);
		add_inner(w, c.inner);
		tm_buf_adds(&w->buf, "</data>\n");
	}
	return open;
}

static void
write_unit_2(tm_writer *w, const tm_unit *u, const tm_variant *source,
    const tm_variant *target)
{
	state *s = w->state;
	size_t before, notes;

	tm_buf_printf(&w->buf, "    <unit id=\"%zu\"", s->n);
	if (u->tuid.n > 0)
		add_attr(w, "name", u->tuid);
	tm_buf_adds(&w->buf, ">\n");
	before = w->buf.n;
	tm_buf_adds(&w->buf, "      <notes>\n");
	notes = w->buf.n;
	write_notes(w, u, "        ");
	if (w->buf.n > notes)
		tm_buf_adds(&w->buf, "      </notes>\n");
	else /* an empty list is not allowed */
		w->buf.n = before;
	if (w->options.level != 1 &&
	    write_data(w, target, "t", write_data(w, source, "s", false)))
		tm_buf_adds(&w->buf, "      </originalData>\n");
	tm_buf_printf(&w->buf,
	    "      <segment state=\"%s\">\n"
	    "        <source xml:space=\"preserve\">",
	    u->status == TM_CONFIRMED ? "final"
	    : is_doubtful(u)	      ? "initial"
				      : "translated");
	write_side(w, source, true, "s");
	tm_buf_adds(
	    &w->buf, "</source>\n        <target xml:space=\"preserve\">");
	write_side(w, target, true, "t");
	tm_buf_adds(&w->buf, "</target>\n      </segment>\n    </unit>\n");
}

static void
begin_file(tm_writer *w, bool two, tm_str from, tm_str to)
{
	state *s = w->state;

	s->has_file = true;
	snprintf(s->from, sizeof s->from, "%.*s", TM_STR_ARG(from));
	snprintf(s->to, sizeof s->to, "%.*s", TM_STR_ARG(to));
	tm_buf_adds(&w->buf, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	if (two)
		tm_buf_printf(&w->buf,
		    "<xliff xmlns=\"urn:oasis:names:tc:xliff:document:2.0\" "
		    "version=\"2.0\" srcLang=\"%s\" trgLang=\"%s\">\n"
		    "  <file id=\"f1\">\n",
		    s->from, s->to);
	else
		tm_buf_printf(&w->buf,
		    "<xliff xmlns=\"urn:oasis:names:tc:xliff:document:1.2\" "
		    "version=\"1.2\">\n"
		    "  <file original=\"memory\" "
		    "product-name=\"tmtool\" source-language=\"%s\" "
		    "target-language=\"%s\" datatype=\"plaintext\">\n"
		    "    <body>\n",
		    s->from, s->to);
}

static bool
write_either(tm_writer *w, const tm_unit *u, bool two)
{
	const char *from = w->options.from, *to = w->options.to;
	const tm_variant *source, *target = NULL;
	state *s = w->state;

	if (s->has_file) {
		from = s->from;
		to = s->to;
	}
	source = u->n == 0	? NULL
		 : from != NULL ? tm_unit_column(u, from)
				: &u->v[tm_unit_source(u)];
	for (size_t i = 0; i < u->n && target == NULL && source != NULL; i++)
		if (&u->v[i] != source &&
		    (to == NULL || &u->v[i] == tm_unit_column(u, to)))
			target = &u->v[i];
	if (source == NULL || target == NULL) {
		tm_writer_lost(w, one_sided, 1);
		return true;
	}
	if (!s->has_file)
		begin_file(w, two, from ? tm_str_of(from) : source->lang,
		    to ? tm_str_of(to) : target->lang);
	s->n++;
	tm_writer_bare(w, u, true, own);
	if (two)
		write_unit_2(w, u, source, target);
	else
		write_unit_1(w, u, source, target);
	return true;
}

static bool
begin(tm_writer *w, tm_error *err)
{
	w->state = tm_arena_zalloc(&w->arena, 1, sizeof(state));
	return true;
}

static bool
unit_1(tm_writer *w, const tm_unit *u, tm_error *err)
{
	return write_either(w, u, false);
}

static bool
unit_2(tm_writer *w, const tm_unit *u, tm_error *err)
{
	return write_either(w, u, true);
}

static bool
end_1(tm_writer *w, tm_error *err)
{
	const tm_format_options *o = &w->options;

	if (!((state *)w->state)->has_file)
		begin_file(w, false, tm_str_of(o->from ? o->from : "und"),
		    tm_str_of(o->to ? o->to : "und"));
	tm_buf_adds(&w->buf, "    </body>\n  </file>\n</xliff>\n");
	return true;
}

/* A file of 2.0 has at least one unit, so that of no units has no file
 * element that says anything. */
static bool
end_2(tm_writer *w, tm_error *err)
{
	const tm_format_options *o = &w->options;

	if (!((state *)w->state)->has_file) {
		begin_file(w, true, tm_str_of(o->from ? o->from : "und"),
		    tm_str_of(o->to ? o->to : "und"));
		tm_buf_adds(&w->buf,
		    "    <unit id=\"1\"><segment><source/></segment></unit>\n");
	}
	tm_buf_adds(&w->buf, "  </file>\n</xliff>\n");
	return true;
}

static bool
has(tm_str head, const char *what)
{
	tm_str want = tm_str_of(what);

	for (size_t i = 0; i + want.n <= head.n; i++)
		if (tm_str_starts(tm_str_sub(head, i, head.n), want))
			return true;
	return false;
}

static int
bid_1(const char *path, tm_str head)
{
	if (has(head, "<xliff"))
		return 90;
	return tm_format_ends(path, ".xlf") || tm_format_ends(path, ".xliff") ||
		       tm_format_ends(path, ".sdlxliff") ||
		       tm_format_ends(path, ".mqxliff")
		   ? 50
		   : 0;
}

static int
bid_2(const char *path, tm_str head)
{
	if (has(head, "<xliff") && has(head, "version=\"2"))
		return 95;
	return tm_format_ends(path, ".xlf2") ? 50 : 0;
}

const struct tm_format tm_format_xliff = { "xliff", bid_1, tm_xliff_read, begin,
	unit_1, end_1, NULL };
const struct tm_format tm_format_xliff2 = { "xliff2", bid_2, tm_xliff_read,
	begin, unit_2, end_2, NULL };

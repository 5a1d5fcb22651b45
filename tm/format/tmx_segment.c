/*
 * The inside of a <seg>: elements become codes, as tmx.c says.
 *
 * A code is built in s->code, canonical: the attributes that TMX knows, in
 * its order. tag_open is that the last start tag has no ">" yet, so that an
 * empty element can end in "/>".
 */
#include "config.h"

#include "tm/format/tmx_int.h"

#include <stdlib.h>

#define PAIR_MAX 1000 /* codes between the two of a pair, at most */

/* ---- The elements of a segment ----------------------------------------- */

typedef struct element {
	const char *name;
	const char *attrs[3]; /* that it may have; in this order */
	const char *must;     /* the one it must have, and */
	const char *instead;  /* its value where it has not */
} element;

static const element elements[] = {
	{ "bpt", { "i", "x", "type" }, "i", "1" },
	{ "ept", { "i" }, "i", "1" },
	{ "it", { "pos", "x", "type" }, "pos", "begin" },
	{ "ph", { "x", "assoc", "type" }, NULL, NULL },
	{ "ut", { "x" }, NULL, NULL },
	{ "hi", { "x", "type" }, NULL, NULL },
	{ "sub", { "datatype", "type" }, NULL, NULL },
};
#define N_ELEMENTS (sizeof elements / sizeof elements[0])
#define HI (&elements[5])
#define SUB (&elements[6])

static const element *
element_named(tm_str name)
{
	for (size_t i = 0; i < N_ELEMENTS; i++)
		if (tm_str_eq(name, tm_str_of(elements[i].name)))
			return &elements[i];
	return NULL;
}

static bool
sound_start(void *self, const tm_xml_tag *tag, tm_error *err)
{
	size_t *depth = self;
	const element *e = element_named(tag->name);

	if (e == NULL || (e == SUB && *depth == 0))
		return tm_fail(err, TM_INVALID, "not a code");
	++*depth;
	return true;
}

bool
tm_code_is_sound(tm_str xml)
{
	static const tm_xml_handler handler = { .start = sound_start };
	tm_buf whole = { 0 };
	size_t depth = 0;
	bool ok;

	if (tm_str_eq(xml, TM_STR("</hi>")))
		return true;
	/* No declaration and no comment before the element. */
	if (xml.n < 4 || xml.p[0] != '<' || xml.p[1] < 'a' || xml.p[1] > 'z' ||
	    xml.p[xml.n - 1] != '>')
		return false;
	tm_buf_add(&whole, xml.p, xml.n);
	if (tm_str_starts(xml, TM_STR("<hi")))
		tm_buf_adds(&whole, "</hi>");
	ok = tm_xml_parse(
	    "code", tm_buf_str(&whole), NULL, &handler, &depth, NULL);
	tm_buf_release(&whole);
	return ok;
}

/* ---- What is open ------------------------------------------------------- */

/* What stands open inside a segment. */
typedef enum open_kind {
	NATIVE,	 /* an element of TMX within a code */
	CODE,	 /* a code */
	PAIRED,	 /* <hi> */
	STRANGE, /* an element that is not TMX, around text */
	QUOTED	 /* the same within a code */
} open_kind;

struct tmx_segment {
	tmx_room *room;
	tm_buf text;
	tm_code_at *codes;
	size_t n_codes, cap_codes;

	struct {
		open_kind kind;
		int i; /* the number of a pair of ours */
		const char *name;
		size_t code; /* where its code is, if it made one */
	} open[TMX_DEPTH_MAX];
	size_t n_open;
	size_t in_code; /* elements open in the code being built */
	size_t code_at;
	tm_buf code;
	bool tag_open; /* code ends in a start tag without its ">" */
	int strange;   /* how many elements were not TMX */
};

/* ---- Codes -------------------------------------------------------------- */

static void
add_code(tmx_segment *s, size_t at, tm_str xml)
{
	xml = tmx_keep(s->room, xml);
	if (s->room->bytes > TMX_UNIT_MAX)
		return;
	tm_grow(s->codes, s->n_codes, s->cap_codes);
	s->codes[s->n_codes++] = (tm_code_at){ at, xml };
}

static void
close_tag(tmx_segment *s)
{
	if (s->tag_open)
		tm_buf_addc(&s->code, '>');
	s->tag_open = false;
}

static bool
has_attr(const element *e, tm_str name)
{
	for (size_t i = 0; i < 3 && e->attrs[i] != NULL; i++)
		if (tm_str_eq(name, tm_str_of(e->attrs[i])))
			return true;
	return false;
}

static bool
good_value(const char *name, tm_str value)
{
	if (strcmp(name, "pos") == 0)
		return tm_str_eq(value, TM_STR("begin")) ||
		       tm_str_eq(value, TM_STR("end"));
	if (strcmp(name, "assoc") == 0)
		return tm_str_eq(value, TM_STR("p")) ||
		       tm_str_eq(value, TM_STR("f")) ||
		       tm_str_eq(value, TM_STR("b"));
	return true;
}

/* "<ph x="1"" with the attributes that TMX knows, and without the end. */
static void
add_tag(tmx_segment *s, const tm_xml_tag *tag, const element *e)
{
	bool has_must = e->must == NULL;

	tm_buf_printf(&s->code, "<%s", e->name);
	for (size_t i = 0; i < 3 && e->attrs[i] != NULL; i++) {
		tm_str value = tm_xml_get(tag, e->attrs[i]);

		if (value.p == NULL || !good_value(e->attrs[i], value))
			continue;
		tm_xml_add_attr(&s->code, e->attrs[i], value);
		if (e->must != NULL && strcmp(e->must, e->attrs[i]) == 0)
			has_must = true;
	}
	if (!has_must)
		tm_xml_add_attr(&s->code, e->must, tm_str_of(e->instead));
	for (size_t i = 0; i < tag->n; i++)
		if (!has_attr(e, tag->attr[i].name))
			tmx_hint(s->room, tag->line,
			    "<%s> has no attribute \"%.*s\" in TMX; it was "
			    "left out",
			    e->name, TM_STR_ARG(tag->attr[i].name));
}

/* A start tag as text, for elements that are not TMX. */
static void
add_quoted_tag(tm_buf *out, const tm_xml_tag *tag)
{
	tm_buf plain = { 0 };

	tm_buf_addc(&plain, '<');
	tm_buf_add(&plain, tag->name.p, tag->name.n);
	for (size_t i = 0; i < tag->n; i++) {
		tm_buf_addc(&plain, ' ');
		tm_buf_add(&plain, tag->attr[i].name.p, tag->attr[i].name.n);
		tm_buf_adds(&plain, "=\"");
		tm_xml_add_value(&plain, tag->attr[i].value);
		tm_buf_addc(&plain, '"');
	}
	tm_buf_addc(&plain, '>');
	tm_xml_add_text(out, tm_buf_str(&plain));
	tm_buf_release(&plain);
}

static void
start_strange(tmx_segment *s, const tm_xml_tag *tag)
{
	tm_buf_clear(&s->code);
	tm_buf_printf(&s->code, "<bpt i=\"%d\" type=\"x-%.*s\">",
	    1000 + ++s->strange, TM_STR_ARG(tag->name));
	add_quoted_tag(&s->code, tag);
	tm_buf_adds(&s->code, "</bpt>");
	add_code(s, s->text.n, tm_buf_str(&s->code));
	tmx_hint(s->room, tag->line,
	    "<%.*s> is not an element of TMX; it was kept as a code",
	    TM_STR_ARG(tag->name));
}

/* "<x id="1"/>" around nothing is a placeholder, not a pair. */
static void
end_strange(tmx_segment *s, tm_str name, size_t code, int i)
{
	tm_str bpt = s->codes[code].xml;
	tm_str inner;

	tm_buf_clear(&s->code);
	if (code + 1 == s->n_codes && s->codes[code].at == s->text.n) {
		inner = tm_str_sub(bpt,
		    (size_t)((char *)memchr(bpt.p, '>', bpt.n) - bpt.p) + 1,
		    bpt.n - 10); /* without &gt;</bpt> */
		tm_buf_printf(
		    &s->code, "<ph type=\"x-%.*s\">", TM_STR_ARG(name));
		tm_buf_add(&s->code, inner.p, inner.n);
		tm_buf_adds(&s->code, "/&gt;</ph>");
		s->n_codes--;
	} else {
		tm_buf_printf(&s->code, "<ept i=\"%d\">&lt;/%.*s&gt;</ept>", i,
		    TM_STR_ARG(name));
	}
	add_code(s, s->text.n, tm_buf_str(&s->code));
}

void
tmx_segment_start(tmx_segment *s, const tm_xml_tag *tag)
{
	const element *e = element_named(tag->name);
	open_kind kind;

	if (s->n_open == TMX_DEPTH_MAX) {
		tmx_damage(
		    s->room, tag->line, "too many elements inside each other");
		return;
	}
	if (s->in_code > 0) {
		close_tag(s);
		s->in_code++;
		kind = e == NULL ? QUOTED : NATIVE;
		if (e == NULL) {
			add_quoted_tag(&s->code, tag);
		} else {
			add_tag(s, tag, e);
			s->tag_open = true;
		}
	} else if (e == NULL || e == SUB) {
		kind = STRANGE;
		start_strange(s, tag);
		e = NULL;
	} else {
		kind = e == HI ? PAIRED : CODE;
		tm_buf_clear(&s->code);
		add_tag(s, tag, e);
		if (e == HI) {
			tm_buf_addc(&s->code, '>');
			add_code(s, s->text.n, tm_buf_str(&s->code));
		} else {
			s->tag_open = true;
			s->in_code = 1;
			s->code_at = s->text.n;
		}
	}
	s->open[s->n_open].kind = kind;
	s->open[s->n_open].i = 1000 + s->strange;
	s->open[s->n_open].name = e == NULL ? NULL : e->name;
	s->open[s->n_open++].code = s->n_codes - 1;
}

bool
tmx_segment_end(tmx_segment *s, const tm_xml_tag *tag)
{
	size_t top;

	if (s->n_open == 0)
		return false;
	top = --s->n_open;

	switch (s->open[top].kind) {
	case STRANGE:
		end_strange(s, tag->name, s->open[top].code, s->open[top].i);
		return true;
	case PAIRED:
		add_code(s, s->text.n, TM_STR("</hi>"));
		return true;
	case QUOTED:
		s->in_code--;
		tm_buf_printf(&s->code, "&lt;/%.*s&gt;", TM_STR_ARG(tag->name));
		return true;
	case NATIVE:
	case CODE:
		if (s->tag_open)
			tm_buf_adds(&s->code, "/>");
		else
			tm_buf_printf(&s->code, "</%s>", s->open[top].name);
		s->tag_open = false;
		if (--s->in_code == 0)
			add_code(s, s->code_at, tm_buf_str(&s->code));
	}
	return true;
}

/* Where a pair of ours stands for <hi>, put that back. */
static void
restore_hi(tmx_segment *s)
{
	const tm_str inside = TM_STR(">&lt;hi&gt;</bpt>");
	const tm_str close = TM_STR("\">&lt;/hi&gt;</ept>");

	for (size_t k = 0; k < s->n_codes; k++) {
		tm_str xml = s->codes[k].xml, i, rest;
		const char *q;
		size_t m;

		if (!tm_str_ends(xml, inside) ||
		    !tm_str_starts(xml, TM_STR("<bpt i=\"")))
			continue;
		i = tm_str_sub(xml, 8, xml.n);
		q = memchr(i.p, '"', i.n);
		rest =
		    tm_str_sub(xml, (size_t)(q - xml.p) + 1, xml.n - inside.n);
		i.n = (size_t)(q - i.p);
		for (m = k + 1; m < s->n_codes && m - k < PAIR_MAX; m++) {
			tm_str ept = s->codes[m].xml;

			if (tm_str_starts(ept, TM_STR("<ept i=\"")) &&
			    tm_str_ends(ept, close) &&
			    tm_str_eq(tm_str_sub(ept, 8, ept.n - close.n), i))
				break;
		}
		if (m == s->n_codes || m - k == PAIR_MAX)
			continue;
		tm_buf_clear(&s->code);
		tm_buf_printf(&s->code, "<hi%.*s>", TM_STR_ARG(rest));
		s->codes[k].xml = tmx_keep(s->room, tm_buf_str(&s->code));
		s->codes[m].xml = tmx_keep(s->room, TM_STR("</hi>"));
	}
}

/* ---- The whole segment -------------------------------------------------- */

tmx_segment *
tmx_segment_new(tmx_room *room)
{
	tmx_segment *s = tm_zalloc(1, sizeof *s);

	s->room = room;
	return s;
}

void
tmx_segment_free(tmx_segment *s)
{
	tm_buf_release(&s->text);
	tm_buf_release(&s->code);
	free(s->codes);
	free(s);
}

void
tmx_segment_begin(tmx_segment *s)
{
	tm_buf_clear(&s->text);
	s->n_codes = s->n_open = s->in_code = 0;
	s->tag_open = false;
	s->strange = 0;
}

void
tmx_segment_text(tmx_segment *s, tm_str text)
{
	if (s->in_code > 0) {
		close_tag(s);
		tm_xml_add_text(&s->code, text);
	} else {
		tm_buf_add(&s->text, text.p, text.n);
	}
}

size_t
tmx_segment_bytes(const tmx_segment *s)
{
	return s->text.n + s->code.n;
}

void
tmx_segment_finish(tmx_segment *s, tm_variant *v)
{
	restore_hi(s);
	v->text = tmx_keep(s->room, tm_buf_str(&s->text));
	v->n_codes = s->n_codes;
	v->codes =
	    tm_arena_zalloc(&s->room->arena, s->n_codes, sizeof *v->codes);
	if (s->n_codes > 0)
		memcpy(v->codes, s->codes, s->n_codes * sizeof *v->codes);
}

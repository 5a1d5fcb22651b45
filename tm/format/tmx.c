/*
 * TMX 1.1 to 1.4b, as it is written and as it is found.
 *
 * A segment is text with codes in it. The text is what a translator reads;
 * each code is kept as the XML it was, at the byte of the text where it
 * stood:
 *
 *	<seg>Press <ph x="1">&lt;b/></ph>OK</seg>
 *		text	"Press OK"
 *		codes	{ 6, "<ph x=\"1\">&lt;b/&gt;</ph>" }
 *
 * <hi> alone surrounds text, so it becomes two codes. OmegaT drops what is
 * inside of it, and so it is written as a pair which we know again:
 *
 *	<hi type="t">word</hi>
 *	<bpt i="1" type="t">&lt;hi&gt;</bpt>word<ept i="1">&lt;/hi&gt;</ept>
 *
 * Elements that are not TMX (an XLIFF <g>) become codes in the same way.
 *
 * What is damaged is lost with its unit and no more: a flaw marks the unit
 * it stands in, and the next <tu> begins anew whatever is still open.
 */
#include "config.h"

#include "tm/format/tmx_int.h"

#include <stdlib.h>

#include "tm/lang.h"

/* A unit of more bytes is not one that somebody translated. The longest
 * seen, in 72 files made for trouble, has 3 MB. */
#define UNIT_MAX ((size_t)16 << 20)
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

static const char *const statuses[] = { "draft", "confirmed", "rejected" };

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

/* ---- Reading ----------------------------------------------------------- */

/* What stands open inside a segment. */
typedef enum open_kind {
	NATIVE,	 /* an element of TMX within a code */
	CODE,	 /* a code */
	PAIRED,	 /* <hi> */
	STRANGE, /* an element that is not TMX, around text */
	QUOTED	 /* the same within a code */
} open_kind;

/* A growing array with the variants' or the unit's own. */
typedef struct metas {
	tm_meta *v;
	size_t n, cap;
} metas;

typedef struct reader {
	const char *path;
	const tm_sink *sink;
	bool seen_root;
	tm_str srclang; /* of the header */
	const tm_format_options *options;
	tmx_valid *valid; /* NULL: nobody wants to know */
	bool in_header, in_ude;
	char header_lang[TM_LANG_MAX];

	/* the unit: its strings are in the arena */
	tm_arena arena;
	bool in_tu, in_tuv, in_seg, in_meta;
	bool damaged, told;
	size_t line; /* where it began */
	size_t bytes;
	tm_unit unit;
	tm_variant *v;
	size_t n, cap;
	metas of_unit, of_variant;
	size_t variants_lost;

	/* the variant */
	tm_variant now;
	bool has_seg;
	tm_buf text;
	tm_code_at *codes;
	size_t n_codes, cap_codes;

	/* inside of its segment */
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

	tm_meta meta;
	tm_buf value;

	/* Tags as they were written and canonical: a file has few, and ICU
	 * takes longer over one than the rest of a unit takes. */
	struct {
		char raw[TM_LANG_MAX], canon[TM_LANG_MAX];
	} tags[16];
	size_t next_tag;
} reader;

static void
warn_unit(reader *r, size_t line, bool skipped, const char *msg)
{
	tm_sink_warn(r->sink, r->path, line, skipped, "%s", msg);
}

/* The unit cannot be trusted. Said once: what follows from it is noise. */
static void
damage(reader *r, size_t line, const char *msg)
{
	if (!r->damaged)
		tm_sink_warn(r->sink, r->path, line, true,
		    "%s; the unit was skipped", msg);
	r->damaged = true;
}

static tm_str
keep(reader *r, tm_str s)
{
	r->bytes += s.n + sizeof(tm_meta);
	if (r->bytes > UNIT_MAX)
		return TM_STR("");
	return tm_arena_str(&r->arena, s);
}

static bool
add_meta(reader *r, tm_meta meta)
{
	metas *m = r->in_tuv ? &r->of_variant : &r->of_unit;

	if (r->bytes > UNIT_MAX)
		return true;
	tm_grow(m->v, m->n, m->cap);
	m->v[m->n++] = meta;
	return true;
}

/* ---- Tags with meaning */

static void
take_date(reader *r, const tm_xml_attr *a, size_t line, int64_t *date)
{
	if (!tm_date_parse(a->value, date))
		tm_sink_warn(r->sink, r->path, line, false,
		    "%.*s=\"%.*s\" is not a date like 20261122T080000Z and "
		    "was left out",
		    TM_STR_ARG(a->name), TM_STR_ARG(a->value));
}

/* The attributes that <tu> and <tuv> share; others are kept as they are. */
static void
take_attr(reader *r, const tm_xml_attr *a, size_t line, bool variant)
{
	int64_t *created = variant ? &r->now.created : &r->unit.created;
	int64_t *changed = variant ? &r->now.changed : &r->unit.changed;
	tm_str *author = variant ? &r->now.author : &r->unit.author;
	tm_str *changer = variant ? &r->now.changer : &r->unit.changer;

	if (tm_str_eq(a->name, TM_STR("creationdate")))
		take_date(r, a, line, created);
	else if (tm_str_eq(a->name, TM_STR("changedate")))
		take_date(r, a, line, changed);
	else if (tm_str_eq(a->name, TM_STR("creationid")))
		*author = keep(r, a->value);
	else if (tm_str_eq(a->name, TM_STR("changeid")))
		*changer = keep(r, a->value);
	else
		add_meta(r, (tm_meta){ TM_ATTR, keep(r, a->name), TM_STR(""),
				keep(r, a->value) });
}

static bool
canonical(reader *r, tm_str tag, char out[TM_LANG_MAX])
{
	const size_t room = sizeof r->tags / sizeof r->tags[0];
	char raw[TM_LANG_MAX];
	size_t i;

	if (tag.n == 0 || tag.n >= sizeof raw)
		return false;
	memcpy(raw, tag.p, tag.n);
	raw[tag.n] = '\0';
	for (i = 0; i < room; i++)
		if (strcmp(raw, r->tags[i].raw) == 0) {
			memcpy(out, r->tags[i].canon, TM_LANG_MAX);
			return true;
		}
	if (!tm_lang_canon(raw, out, NULL))
		return false;
	i = r->next_tag++ % room;
	memcpy(r->tags[i].raw, raw, tag.n + 1);
	memcpy(r->tags[i].canon, out, TM_LANG_MAX);
	return true;
}

/* Canonical; "*all*" stays; what is no language is empty, and told. */
static tm_str
source_language(reader *r, tm_str tag, size_t line, char out[TM_LANG_MAX])
{
	if (tm_str_ieq(tag, TM_STR("*all*")))
		return TM_STR("*all*");
	if (canonical(r, tag, out))
		return tm_str_of(out);
	tm_sink_warn(r->sink, r->path, line, false,
	    "srclang=\"%.*s\" is not a language", TM_STR_ARG(tag));
	return TM_STR("");
}

static void
start_header(reader *r, const tm_xml_tag *tag)
{
	tm_str lang = tm_xml_get(tag, "srclang");

	if (lang.n > 0)
		r->srclang =
		    source_language(r, lang, tag->line, r->header_lang);
	if (r->options->header_is == NULL)
		return;
	tm_arena_clear(&r->arena);
	r->in_header = true;
	r->in_tuv = r->in_meta = r->in_ude = false;
	r->of_unit.n = r->bytes = 0;
	for (size_t i = 0; i < tag->n; i++)
		add_meta(r, (tm_meta){ TM_ATTR, keep(r, tag->attr[i].name),
				TM_STR(""), keep(r, tag->attr[i].value) });
}

/* <ude name="x"><map .../></ude> is kept as the XML it was. */
static void
start_ude(reader *r, const tm_xml_tag *tag)
{
	bool map = tm_str_eq(tag->name, TM_STR("map"));

	if (!map)
		tm_buf_clear(&r->code);
	tm_buf_printf(&r->code, "<%s", map ? "map" : "ude");
	for (size_t i = 0; i < tag->n; i++) {
		tm_buf_addc(&r->code, ' ');
		tm_buf_add(&r->code, tag->attr[i].name.p, tag->attr[i].name.n);
		tm_buf_adds(&r->code, "=\"");
		tm_xml_add_value(&r->code, tag->attr[i].value);
		tm_buf_addc(&r->code, '"');
	}
	tm_buf_adds(&r->code, map ? "/>" : ">");
	r->in_ude = true;
}

static void
end_ude(reader *r)
{
	tm_buf_adds(&r->code, "</ude>");
	add_meta(r, (tm_meta){ TM_PROP, TM_STR("x-tmtool-ude"), TM_STR(""),
			keep(r, tm_buf_str(&r->code)) });
	r->in_ude = false;
}

static void
start_tu(reader *r, const tm_xml_tag *tag)
{
	char lang[TM_LANG_MAX];

	if (r->in_tu)
		damage(r, r->line, "this <tu> is not closed");
	tm_arena_clear(&r->arena);
	r->in_header = false;
	r->in_tu = true;
	r->in_tuv = r->in_seg = r->in_meta = false;
	r->damaged = r->told = false;
	r->line = tag->line;
	r->n = r->of_unit.n = r->of_variant.n = 0;
	r->n_open = r->in_code = r->bytes = r->variants_lost = 0;
	r->unit = (tm_unit){ .confidence = -1, .line = tag->line };
	r->unit.srclang = r->srclang;
	for (size_t i = 0; i < tag->n; i++) {
		const tm_xml_attr *a = &tag->attr[i];

		if (tm_str_eq(a->name, TM_STR("tuid")))
			r->unit.tuid = keep(r, a->value);
		else if (tm_str_eq(a->name, TM_STR("srclang")))
			r->unit.srclang = keep(
			    r, source_language(r, a->value, tag->line, lang));
		else
			take_attr(r, a, tag->line, false);
	}
}

static void
start_tuv(reader *r, const tm_xml_tag *tag)
{
	tm_str lang = tm_xml_get(tag, "xml:lang");
	char canon[TM_LANG_MAX], msg[160];

	if (r->in_tuv)
		damage(r, r->line, "a <tuv> stands inside another");
	r->in_tuv = true;
	r->in_seg = r->has_seg = false;
	r->now = (tm_variant){ 0 };
	r->of_variant.n = r->n_codes = r->n_open = r->in_code = 0;
	r->strange = 0;
	tm_buf_clear(&r->text);
	if (lang.p == NULL)
		lang = tm_xml_get(tag, "lang");
	if (!canonical(r, lang, canon)) {
		if (lang.n == 0)
			snprintf(msg, sizeof msg,
			    "a <tuv> does not say its language");
		else
			snprintf(msg, sizeof msg,
			    "xml:lang=\"%.*s\" is not a language",
			    lang.n > 40 ? 40 : (int)lang.n, lang.p);
		damage(r, tag->line, msg);
		return;
	}
	r->now.lang = keep(r, tm_str_of(canon));
	for (size_t i = 0; i < tag->n; i++) {
		const tm_xml_attr *a = &tag->attr[i];

		if (!tm_str_eq(a->name, TM_STR("xml:lang")) &&
		    !tm_str_eq(a->name, TM_STR("lang")))
			take_attr(r, a, tag->line, true);
	}
}

static void
start_seg(reader *r, const tm_xml_tag *tag)
{
	if (!r->in_tuv) {
		damage(r, tag->line, "a <seg> stands outside of <tuv>");
		return;
	}
	if (r->has_seg)
		damage(r, tag->line, "a <tuv> has two <seg>");
	r->in_seg = r->has_seg = true;
}

static void
start_meta(reader *r, const tm_xml_tag *tag, tm_meta_kind kind)
{
	tm_str lang = tm_xml_get(tag, "xml:lang");
	tm_str type = tm_xml_get(tag, "type");

	if (lang.p == NULL)
		lang = tm_xml_get(tag, "lang");
	r->in_meta = true;
	r->meta = (tm_meta){ kind, keep(r, type.p == NULL ? TM_STR("") : type),
		keep(r, lang.p == NULL ? TM_STR("") : lang), TM_STR("") };
	tm_buf_clear(&r->value);
}

/* ---- Our own props */

static bool
parse_fraction(tm_str s, double *out)
{
	double value = 0, unit = 1;
	bool fraction = false;

	s = tm_str_trim(s);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' && !fraction) {
			fraction = true;
			continue;
		}
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		value = value * 10 + (s.p[i] - '0');
		if (fraction)
			unit *= 10;
		if (i > 12)
			return false;
	}
	*out = value / unit;
	return s.n > 0 && *out <= 1;
}

/* Take a prop of ours into its field; false when it is not one. */
static bool
take_ours(reader *r, tm_meta *m)
{
	tm_str v = m->value;
	double number;

	if (m->kind != TM_PROP || r->in_tuv || r->in_header ||
	    !tm_str_starts(m->type, TM_STR("x-tmtool-")))
		return false;
	if (tm_str_eq(m->type, TM_STR("x-tmtool-document"))) {
		r->unit.document = v;
		return true;
	}
	if (tm_str_eq(m->type, TM_STR("x-tmtool-confidence")))
		return parse_fraction(v, &r->unit.confidence);
	if (tm_str_eq(m->type, TM_STR("x-tmtool-position"))) {
		number = 0;
		for (size_t i = 0; i < v.n; i++) {
			if (v.p[i] < '0' || v.p[i] > '9' || i > 14)
				return false;
			number = number * 10 + (v.p[i] - '0');
		}
		r->unit.position = (int64_t)number;
		return true;
	}
	if (tm_str_eq(m->type, TM_STR("x-tmtool-status"))) {
		for (int i = 0; i < 3; i++)
			if (tm_str_eq(v, tm_str_of(statuses[i]))) {
				r->unit.status = (tm_status)i;
				return true;
			}
		return false;
	}
	return false;
}

static void
end_meta(reader *r)
{
	const tm_str attr = TM_STR("x-tmtool-attr-");

	r->in_meta = false;
	r->meta.value = keep(r, tm_buf_str(&r->value));
	if (take_ours(r, &r->meta))
		return;
	if (r->meta.kind == TM_PROP && tm_str_starts(r->meta.type, attr)) {
		r->meta.kind = TM_ATTR;
		r->meta.type = tm_str_sub(r->meta.type, attr.n, r->meta.type.n);
	}
	add_meta(r, r->meta);
}

/* ---- Inside a segment */

static void
add_code(reader *r, size_t at, tm_str xml)
{
	xml = keep(r, xml);
	if (r->bytes > UNIT_MAX)
		return;
	tm_grow(r->codes, r->n_codes, r->cap_codes);
	r->codes[r->n_codes++] = (tm_code_at){ at, xml };
}

static void
close_tag(reader *r)
{
	if (r->tag_open)
		tm_buf_addc(&r->code, '>');
	r->tag_open = false;
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
add_tag(reader *r, const tm_xml_tag *tag, const element *e)
{
	bool has_must = e->must == NULL;

	tm_buf_printf(&r->code, "<%s", e->name);
	for (size_t i = 0; i < 3 && e->attrs[i] != NULL; i++) {
		tm_str value = tm_xml_get(tag, e->attrs[i]);

		if (value.p == NULL || !good_value(e->attrs[i], value))
			continue;
		tm_xml_add_attr(&r->code, e->attrs[i], value);
		if (e->must != NULL && strcmp(e->must, e->attrs[i]) == 0)
			has_must = true;
	}
	if (!has_must)
		tm_xml_add_attr(&r->code, e->must, tm_str_of(e->instead));
	for (size_t i = 0; i < tag->n; i++)
		if (!has_attr(e, tag->attr[i].name) && !r->told) {
			tm_sink_warn(r->sink, r->path, tag->line, false,
			    "<%s> has no attribute \"%.*s\" in TMX; it was "
			    "left out",
			    e->name, TM_STR_ARG(tag->attr[i].name));
			r->told = true;
		}
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
start_strange(reader *r, const tm_xml_tag *tag)
{
	tm_buf_clear(&r->code);
	tm_buf_printf(&r->code, "<bpt i=\"%d\" type=\"x-%.*s\">",
	    1000 + ++r->strange, TM_STR_ARG(tag->name));
	add_quoted_tag(&r->code, tag);
	tm_buf_adds(&r->code, "</bpt>");
	add_code(r, r->text.n, tm_buf_str(&r->code));
	if (!r->told)
		tm_sink_warn(r->sink, r->path, tag->line, false,
		    "<%.*s> is not an element of TMX; it was kept as a code",
		    TM_STR_ARG(tag->name));
	r->told = true;
}

/* "<x id="1"/>" around nothing is a placeholder, not a pair. */
static void
end_strange(reader *r, tm_str name, size_t code, int i)
{
	tm_str bpt = r->codes[code].xml;
	tm_str inner;

	tm_buf_clear(&r->code);
	if (code + 1 == r->n_codes && r->codes[code].at == r->text.n) {
		inner = tm_str_sub(bpt,
		    (size_t)((char *)memchr(bpt.p, '>', bpt.n) - bpt.p) + 1,
		    bpt.n - 10); /* without &gt;</bpt> */
		tm_buf_printf(
		    &r->code, "<ph type=\"x-%.*s\">", TM_STR_ARG(name));
		tm_buf_add(&r->code, inner.p, inner.n);
		tm_buf_adds(&r->code, "/&gt;</ph>");
		r->n_codes--;
	} else {
		tm_buf_printf(&r->code, "<ept i=\"%d\">&lt;/%.*s&gt;</ept>", i,
		    TM_STR_ARG(name));
	}
	add_code(r, r->text.n, tm_buf_str(&r->code));
}

static void
start_inline(reader *r, const tm_xml_tag *tag)
{
	const element *e = element_named(tag->name);
	open_kind kind;

	if (r->n_open == TMX_DEPTH_MAX) {
		damage(r, tag->line, "too many elements inside each other");
		return;
	}
	if (r->in_code > 0) {
		close_tag(r);
		r->in_code++;
		kind = e == NULL ? QUOTED : NATIVE;
		if (e == NULL) {
			add_quoted_tag(&r->code, tag);
		} else {
			add_tag(r, tag, e);
			r->tag_open = true;
		}
	} else if (e == NULL || e == SUB) {
		kind = STRANGE;
		start_strange(r, tag);
		e = NULL;
	} else {
		kind = e == HI ? PAIRED : CODE;
		tm_buf_clear(&r->code);
		add_tag(r, tag, e);
		if (e == HI) {
			tm_buf_addc(&r->code, '>');
			add_code(r, r->text.n, tm_buf_str(&r->code));
		} else {
			r->tag_open = true;
			r->in_code = 1;
			r->code_at = r->text.n;
		}
	}
	r->open[r->n_open].kind = kind;
	r->open[r->n_open].i = 1000 + r->strange;
	r->open[r->n_open].name = e == NULL ? NULL : e->name;
	r->open[r->n_open++].code = r->n_codes - 1;
}

static void
end_inline(reader *r, const tm_xml_tag *tag)
{
	size_t top = --r->n_open;

	switch (r->open[top].kind) {
	case STRANGE:
		end_strange(r, tag->name, r->open[top].code, r->open[top].i);
		return;
	case PAIRED:
		add_code(r, r->text.n, TM_STR("</hi>"));
		return;
	case QUOTED:
		r->in_code--;
		tm_buf_printf(&r->code, "&lt;/%.*s&gt;", TM_STR_ARG(tag->name));
		return;
	case NATIVE:
	case CODE:
		if (r->tag_open)
			tm_buf_adds(&r->code, "/>");
		else
			tm_buf_printf(&r->code, "</%s>", r->open[top].name);
		r->tag_open = false;
		if (--r->in_code == 0)
			add_code(r, r->code_at, tm_buf_str(&r->code));
	}
}

/* Where a pair of ours stands for <hi>, put that back. */
static void
restore_hi(reader *r)
{
	const tm_str inside = TM_STR(">&lt;hi&gt;</bpt>");
	const tm_str close = TM_STR("\">&lt;/hi&gt;</ept>");

	for (size_t k = 0; k < r->n_codes; k++) {
		tm_str xml = r->codes[k].xml, i, rest;
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
		for (m = k + 1; m < r->n_codes && m - k < PAIR_MAX; m++) {
			tm_str ept = r->codes[m].xml;

			if (tm_str_starts(ept, TM_STR("<ept i=\"")) &&
			    tm_str_ends(ept, close) &&
			    tm_str_eq(tm_str_sub(ept, 8, ept.n - close.n), i))
				break;
		}
		if (m == r->n_codes || m - k == PAIR_MAX)
			continue;
		tm_buf_clear(&r->code);
		tm_buf_printf(&r->code, "<hi%.*s>", TM_STR_ARG(rest));
		r->codes[k].xml = keep(r, tm_buf_str(&r->code));
		r->codes[m].xml = keep(r, TM_STR("</hi>"));
	}
}

/* ---- Ends */

static void
end_seg(reader *r)
{
	r->in_seg = false;
	if (r->n_codes > 0)
		restore_hi(r);
	r->now.text = keep(r, tm_buf_str(&r->text));
	r->now.codes = tm_arena_zalloc(&r->arena, r->n_codes, sizeof *r->codes);
	r->now.n_codes = r->n_codes;
	if (r->n_codes > 0)
		memcpy(r->now.codes, r->codes, r->n_codes * sizeof *r->codes);
}

static tm_meta *
settle(reader *r, metas *m)
{
	tm_meta *v = tm_arena_zalloc(&r->arena, m->n, sizeof *v);

	if (m->n > 0)
		memcpy(v, m->v, m->n * sizeof *v);
	return v;
}

static void
end_tuv(reader *r, size_t line)
{
	r->in_tuv = false;
	if (!r->has_seg) {
		if (!r->damaged)
			warn_unit(r, line, false,
			    "a <tuv> without <seg> was left out");
		return;
	}
	r->bytes += sizeof *r->v;
	if (r->bytes > UNIT_MAX)
		return;
	r->now.meta = settle(r, &r->of_variant);
	r->now.n_meta = r->of_variant.n;
	tm_grow(r->v, r->n, r->cap);
	r->v[r->n++] = r->now;
}

static void
source_first(tm_unit *u)
{
	size_t s = tm_unit_source(u);
	tm_variant source = u->v[s];

	memmove(u->v + 1, u->v, s * sizeof *u->v);
	u->v[0] = source;
}

static bool
end_tu(reader *r, size_t line, tm_error *err)
{
	r->in_tu = false;
	if (r->bytes > UNIT_MAX)
		damage(r, r->line, "this <tu> has more than 16 MB");
	if (r->n == 0)
		damage(r, r->line, "this <tu> has no <tuv> with a <seg>");
	if (r->damaged)
		return true;
	r->unit.v = r->v;
	r->unit.n = r->n;
	r->unit.meta = settle(r, &r->of_unit);
	r->unit.n_meta = r->of_unit.n;
	source_first(&r->unit);
	return r->sink->unit(r->sink->self, &r->unit, err);
}

/* ---- Events */

static void
start_in_header(reader *r, const tm_xml_tag *tag)
{
	if (tm_str_eq(tag->name, TM_STR("prop")))
		start_meta(r, tag, TM_PROP);
	else if (tm_str_eq(tag->name, TM_STR("note")))
		start_meta(r, tag, TM_NOTE);
	else if (tm_str_eq(tag->name, TM_STR("ude")) ||
		 (r->in_ude && tm_str_eq(tag->name, TM_STR("map"))))
		start_ude(r, tag);
}

static void
end_in_header(reader *r, const tm_xml_tag *tag)
{
	if (r->in_meta)
		end_meta(r);
	else if (r->in_ude && tm_str_eq(tag->name, TM_STR("ude")))
		end_ude(r);
	else if (tm_str_eq(tag->name, TM_STR("header"))) {
		r->in_header = false;
		r->options->header_is(
		    r->options->header_self, r->of_unit.v, r->of_unit.n);
	}
}

static bool
on_start(void *self, const tm_xml_tag *tag, tm_error *err)
{
	reader *r = self;
	tm_str name = tag->name;

	if (!r->seen_root && !tm_str_ieq(name, TM_STR("tmx")))
		return tm_fail(err, TM_PARSE,
		    "'%s' line %zu is not TMX: it begins with <%.*s>", r->path,
		    tag->line, TM_STR_ARG(name));
	r->seen_root = true;
	if (r->valid != NULL)
		tmx_valid_start(r->valid, tag);
	if (tm_str_eq(name, TM_STR("tu")))
		start_tu(r, tag);
	else if (tm_str_eq(name, TM_STR("header")))
		start_header(r, tag);
	else if (r->in_header)
		start_in_header(r, tag);
	else if (!r->in_tu)
		return true;
	else if (tm_str_eq(name, TM_STR("tuv")))
		start_tuv(r, tag);
	else if (tm_str_eq(name, TM_STR("seg")))
		start_seg(r, tag);
	else if (r->in_seg)
		start_inline(r, tag);
	else if (tm_str_eq(name, TM_STR("prop")))
		start_meta(r, tag, TM_PROP);
	else if (tm_str_eq(name, TM_STR("note")))
		start_meta(r, tag, TM_NOTE);
	else if (!r->told) {
		tm_sink_warn(r->sink, r->path, tag->line, false,
		    "<%.*s> is not an element of TMX and was left out",
		    TM_STR_ARG(name));
		r->told = true;
	}
	return true;
}

static bool
on_end(void *self, const tm_xml_tag *tag, tm_error *err)
{
	reader *r = self;
	tm_str name = tag->name;

	if (r->valid != NULL)
		tmx_valid_end(r->valid, tag);
	if (r->in_header)
		end_in_header(r, tag);
	if (!r->in_tu)
		return true;
	if (r->in_seg && r->n_open > 0)
		end_inline(r, tag);
	else if (tm_str_eq(name, TM_STR("tu")))
		return end_tu(r, tag->line, err);
	else if (r->in_tuv && tm_str_eq(name, TM_STR("tuv")))
		end_tuv(r, tag->line);
	else if (r->in_seg && tm_str_eq(name, TM_STR("seg")))
		end_seg(r);
	else if (r->in_meta && (tm_str_eq(name, TM_STR("prop")) ||
				   tm_str_eq(name, TM_STR("note"))))
		end_meta(r);
	return true;
}

static bool
on_text(void *self, tm_str s, tm_error *err)
{
	reader *r = self;

	if (!(r->in_tu && r->in_seg) && !r->in_meta)
		return true;
	if (r->bytes + r->text.n + r->code.n + r->value.n + s.n > UNIT_MAX) {
		damage(r, r->line, "this <tu> has more than 16 MB");
		return true;
	}
	if (r->in_meta) {
		tm_buf_add(&r->value, s.p, s.n);
	} else if (r->in_code > 0) {
		close_tag(r);
		tm_xml_add_text(&r->code, s);
	} else {
		tm_buf_add(&r->text, s.p, s.n);
	}
	return true;
}

static bool
on_flaw(void *self, const tm_xml_flaw *flaw, tm_error *err)
{
	reader *r = self;

	switch (flaw->harm) {
	case TM_XML_MENDED:
	case TM_XML_LOST:
		if (!r->damaged)
			warn_unit(r, flaw->line, false, flaw->msg);
		break;
	case TM_XML_BROKEN:
		if (r->in_tu)
			damage(r, flaw->line, flaw->msg);
		else
			warn_unit(r, flaw->line, false, flaw->msg);
		break;
	case TM_XML_CUT: /* told by the failure */
		break;
	}
	return true;
}

bool
tm_tmx_read(const char *path, const tm_format_options *options,
    const tm_sink *sink, tm_error *err)
{
	static const tm_xml_handler handler = { on_start, on_end, on_text,
		on_flaw };
	const tm_xml_options xml = { .encoding = options->encoding,
		.depth = TMX_DEPTH_MAX };
	reader *r = tm_zalloc(1, sizeof *r);
	bool ok;

	r->path = path;
	r->options = options;
	r->sink = sink;
	r->srclang = TM_STR("");
	if (options->strict)
		r->valid = tmx_valid_new(path, sink);
	ok = tm_xml_read(path, &xml, &handler, r, err);
	tmx_valid_free(r->valid);
	tm_arena_release(&r->arena);
	tm_buf_release(&r->text);
	tm_buf_release(&r->code);
	tm_buf_release(&r->value);
	free(r->v);
	free(r->codes);
	free(r->of_unit.v);
	free(r->of_variant.v);
	free(r);
	return ok;
}

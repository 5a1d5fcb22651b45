/*
 * XLIFF 1.2 and 2.x, read; xliff_write.c writes it.
 *
 *	1.2  <trans-unit id="1"><source>Press <x id="1"/>OK</source>
 *	     <target>اضغط <x id="1"/>حسنًا</target></trans-unit>
 *	2.x  <unit id="1"><segment><source>Press <ph id="1"/>OK</source>...
 *
 * Inside a segment everything is said in the terms of TMX, which are those
 * of unit.h: what stands alone is a <ph>, what surrounds text a <bpt> and
 * an <ept> with one number, half a pair an <it>. The name of the XLIFF
 * element is kept as the type, its content as the content:
 *
 *	<x id="1"/>	<ph x="1" type="x-x">&lt;x id="1"/&gt;</ph>
 *	<g id="2">	<bpt i="2" x="2" type="x-g">&lt;g id="2"&gt;</bpt>
 *
 * A source cut into segments (seg-source and mrk in 1.2) makes a unit for
 * each of them. alt-trans and matches are proposals with a source of their
 * own: units too, as sure as the match was.
 */
#include "config.h"

#include "tm/format/xliff_int.h"

#include <stdlib.h>

#define DEPTH_MAX 256
#define UNIT_MAX ((size_t)16 << 20)

/* ---- Reading ----------------------------------------------------------- */

typedef struct half {
	tm_str text;
	tm_code_at *codes;
	size_t n_codes;
	bool is; /* it was there */
} half;

typedef struct segment {
	tm_str mid;
	half source, target;
} segment;

/* <alt-trans> of 1.2, <mtc:match> of 2.x. */
typedef struct proposal {
	segment seg;
	tm_str quality, origin;
	size_t line;
} proposal;

typedef enum open_kind {
	CODE,	 /* its content is the content of the code */
	PAIR,	 /* text with a code at both ends */
	SEGMENT, /* <mrk mtype="seg"> */
	PLAIN	 /* text, without a code */
} open_kind;

typedef enum capture {
	NOTHING,
	SOURCE,
	SEG_SOURCE,
	TARGET,
	NOTE,
	DATA
} capture;

typedef struct reader {
	const char *path;
	const tm_format_options *options;
	const tm_sink *sink;
	bool seen_root;
	tm_pair pair;
	bool has_from, has_to;
	tm_buf original; /* of the file element */

	/* the unit */
	tm_arena arena;
	bool in_unit, in_proposal, damaged, approved;
	size_t line, skipping; /* depth inside of what is passed over */
	size_t bytes;
	tm_str id, name, state;
	segment whole, *segs;
	half first; /* the source of the unit, or of its last segment */
	size_t n_segs, cap_segs;
	proposal *proposals;
	size_t n_proposals, cap_proposals;
	tm_meta *notes;
	size_t n_notes, cap_notes;
	struct {
		tm_str id, value;
	} * data;
	size_t n_data, cap_data;

	/* what is being read of it */
	capture capture;
	tm_str data_id;
	tm_buf text, code;
	tm_code_at *codes;
	size_t n_codes, cap_codes;
	struct {
		open_kind kind;
		int number;
		const char *name; /* of the TMX element */
		tm_str mid, end;
		size_t text, codes; /* where it began */
	} open[DEPTH_MAX];
	size_t n_open, in_code, code_at;
	tm_str *names; /* ids that are no numbers, by their number */
	size_t n_names, cap_names;

	xliff_valid *valid; /* NULL: nobody wants to know */
	size_t untranslated, sourceless, annotations;
} reader;

static tm_str
keep(reader *r, tm_str s)
{
	r->bytes += s.n + sizeof(tm_code_at);
	return tm_arena_str(&r->arena, s.p == NULL ? TM_STR("") : s);
}

static void
damage(reader *r, size_t line, const char *msg)
{
	if (!r->damaged)
		tm_sink_warn(r->sink, r->path, line, true,
		    "%s; the unit was skipped", msg);
	r->damaged = true;
}

static bool
take_language(tm_str s, char out[TM_LANG_MAX])
{
	char tag[TM_LANG_MAX];

	if (s.n == 0 || s.n >= sizeof tag)
		return false;
	memcpy(tag, s.p, s.n);
	tag[s.n] = '\0';
	return tm_lang_canon(tag, out, NULL);
}

static void
start_file(reader *r, const tm_xml_tag *tag)
{
	tm_str original = tm_xml_get(tag, "original");

	/* The name that our writer has for no document at all. */
	if (tm_str_eq(original, TM_STR("memory")) &&
	    tm_str_eq(tm_xml_get(tag, "product-name"), TM_STR("tmtool")))
		original = TM_STR("");
	tm_buf_clear(&r->original);
	tm_buf_add(&r->original, original.p, original.n);
	r->has_from |=
	    take_language(tm_xml_get(tag, "source-language"), r->pair.from);
	r->has_to |=
	    take_language(tm_xml_get(tag, "target-language"), r->pair.to);
}

static void
start_unit(reader *r, const tm_xml_tag *tag)
{
	if (r->in_unit)
		damage(r, r->line, "this unit is not closed");
	tm_arena_clear(&r->arena);
	r->in_unit = true;
	r->in_proposal = r->damaged = false;
	r->n_proposals = 0;
	r->line = tag->line;
	r->skipping = r->bytes = 0;
	r->n_segs = r->n_notes = r->n_data = r->n_names = 0;
	r->whole = (segment){ 0 };
	r->first = (half){ .is = false };
	r->capture = NOTHING;
	r->id = keep(r, tm_xml_get(tag, "id"));
	r->name = keep(r, tm_xml_get(tag, "resname"));
	if (r->name.n == 0)
		r->name = keep(r, tm_xml_get(tag, "name"));
	r->state = TM_STR("");
	r->approved = tm_str_eq(tm_xml_get(tag, "approved"), TM_STR("yes"));
}

static void
start_proposal(reader *r, const tm_xml_tag *tag)
{
	proposal *p;
	tm_str quality = tm_xml_get(tag, "match-quality");

	if (quality.p == NULL)
		quality = tm_xml_get(tag, "matchQuality");
	if (quality.p == NULL)
		quality = tm_xml_get(tag, "similarity");
	tm_grow(r->proposals, r->n_proposals, r->cap_proposals);
	p = &r->proposals[r->n_proposals++];
	*p = (proposal){ .quality = keep(r, quality),
		.origin = keep(r, tm_xml_get(tag, "origin")),
		.line = tag->line };
	r->in_proposal = true;
}

static void
start_capture(reader *r, capture what)
{
	r->capture = what;
	tm_buf_clear(&r->text);
	r->n_codes = r->n_open = r->in_code = 0;
}

/* ---- Inside a segment */

/* The number that pairs by: the id where it is one, else the next free. */
static int
number_of(reader *r, tm_str id)
{
	int n = 0;
	size_t i = 0;

	for (; i < id.n && i < 6 && id.p[i] >= '0' && id.p[i] <= '9'; i++)
		n = n * 10 + (id.p[i] - '0');
	if (id.n > 0 && i == id.n)
		return n;
	for (i = 0; i < r->n_names; i++)
		if (tm_str_eq(r->names[i], id))
			return 1001 + (int)i;
	tm_grow(r->names, r->n_names, r->cap_names);
	r->names[r->n_names++] = keep(r, id);
	return 1000 + (int)r->n_names;
}

static void
add_code(reader *r, size_t at)
{
	tm_grow(r->codes, r->n_codes, r->cap_codes);
	r->codes[r->n_codes++] =
	    (tm_code_at){ at, keep(r, tm_buf_str(&r->code)) };
}

/* A tag as the text of a code. */
static void
add_quoted(tm_buf *out, const tm_xml_tag *tag, const char *end)
{
	tm_buf plain = { 0 };

	tm_buf_printf(&plain, "<%.*s", TM_STR_ARG(tag->name));
	for (size_t i = 0; i < tag->n; i++) {
		tm_buf_printf(
		    &plain, " %.*s=\"", TM_STR_ARG(tag->attr[i].name));
		tm_xml_add_value(&plain, tag->attr[i].value);
		tm_buf_addc(&plain, '"');
	}
	tm_buf_adds(&plain, end);
	tm_xml_add_text(out, tm_buf_str(&plain));
	tm_buf_release(&plain);
}

static tm_str
data_of(reader *r, tm_str id)
{
	for (size_t i = 0; i < r->n_data && id.p != NULL; i++)
		if (tm_str_eq(r->data[i].id, id))
			return r->data[i].value;
	return (tm_str){ NULL, 0 };
}

/* What stands in a code of XLIFF 2: its original data, else its tag. */
static void
add_data(reader *r, const tm_xml_tag *tag, const char *ref, const char *end)
{
	tm_str data = data_of(r, tm_xml_get(tag, ref));

	if (data.p != NULL)
		tm_xml_add_text(&r->code, data);
	else
		add_quoted(&r->code, tag, end);
}

static void
open_element(reader *r, open_kind kind, const char *name, int number)
{
	size_t k = r->n_open++;

	r->open[k].kind = kind;
	r->open[k].name = name;
	r->open[k].number = number;
	r->open[k].text = r->text.n;
	r->open[k].codes = r->n_codes;
	r->open[k].mid = r->open[k].end = TM_STR("");
}

/* The start of a code: <name i="..." x="..." type="x-...">. */
static void
begin_code(reader *r, const char *name, int number, const tm_xml_tag *tag)
{
	bool paired = strcmp(name, "bpt") == 0 || strcmp(name, "ept") == 0;
	tm_str type = tm_xml_get(tag, "ctype");

	if (tm_str_starts(type, TM_STR("x-tmx-")))
		type = tm_str_sub(type, 6, type.n);
	tm_buf_clear(&r->code);
	tm_buf_printf(&r->code, "<%s", name);
	if (strcmp(name, "it") == 0)
		tm_buf_adds(&r->code,
		    tm_str_eq(tm_xml_get(tag, "pos"), TM_STR("close")) ||
			    tm_str_eq(tag->name, TM_STR("ec"))
			? " pos=\"end\""
			: " pos=\"begin\"");
	if (paired)
		tm_buf_printf(&r->code, " i=\"%d\"", number);
	if (strcmp(name, "ept") != 0)
		tm_buf_printf(&r->code, " x=\"%d\"", number);
	if (strcmp(name, "ept") != 0 && !tm_str_eq(tag->name, tm_str_of(name)))
		tm_buf_printf(
		    &r->code, " type=\"x-%.*s\"", TM_STR_ARG(tag->name));
	tm_buf_addc(&r->code, '>');
}

static void
end_code(reader *r, const char *name, size_t at)
{
	tm_buf_printf(&r->code, "</%s>", name);
	add_code(r, at);
}

/* Elements of both versions, and what they are in TMX. */
static const struct {
	const char *name, *tmx;
	open_kind kind;
	const char *ref; /* XLIFF 2: the attribute that names its data */
} inlines[] = {
	{ "g", "bpt", PAIR, NULL },
	{ "pc", "bpt", PAIR, "dataRefStart" },
	{ "bpt", "bpt", CODE, NULL },
	{ "ept", "ept", CODE, NULL },
	{ "it", "it", CODE, NULL },
	{ "x", "ph", PLAIN, NULL },
	{ "bx", "bpt", PLAIN, NULL },
	{ "ex", "ept", PLAIN, NULL },
	{ "sc", "bpt", PLAIN, "dataRef" },
	{ "ec", "ept", PLAIN, "dataRef" },
	{ "ph", "ph", CODE, "dataRef" },
};
#define N_INLINES (sizeof inlines / sizeof inlines[0])

/* How our writers say <hi> in 1.2 and in 2. */
static bool
is_hi(const tm_xml_tag *tag)
{
	return tm_str_eq(tm_xml_get(tag, "ctype"), TM_STR("x-tmx-hi")) ||
	       tm_str_eq(tm_xml_get(tag, "subType"), TM_STR("tmx:hi"));
}

static void
start_known(reader *r, size_t k, const tm_xml_tag *tag)
{
	const char *name = inlines[k].tmx;
	tm_str id = tm_xml_get(tag, "rid"), end;
	int number;

	if (id.p == NULL)
		id = tm_xml_get(tag, "startRef");
	if (id.p == NULL)
		id = tm_xml_get(tag, "id");
	if (tm_str_eq(tm_xml_get(tag, "isolated"), TM_STR("yes")))
		name = "it";
	if (inlines[k].kind == PAIR && is_hi(tag)) {
		tm_buf_clear(&r->code);
		tm_buf_adds(&r->code, "<hi>");
		add_code(r, r->text.n);
		open_element(r, PAIR, "hi", 0);
		return;
	}
	number = number_of(r, id);
	begin_code(r, name, number, tag);
	/* <ph> of 1.2 has content; that of 2 has data, and is empty. */
	if (inlines[k].kind == CODE && tm_xml_get(tag, "dataRef").p == NULL) {
		open_element(r, CODE, name, number);
		r->in_code = 1;
		r->code_at = r->text.n;
		return;
	}
	add_data(r, tag, inlines[k].ref == NULL ? "" : inlines[k].ref,
	    inlines[k].kind == PAIR ? ">" : "/>");
	end_code(r, name, r->text.n);
	open_element(r, inlines[k].kind == PAIR ? PAIR : PLAIN, name, number);
	end = data_of(r, tm_xml_get(tag, "dataRefEnd"));
	if (end.p != NULL)
		r->open[r->n_open - 1].end = end;
	else if (inlines[k].kind == PAIR) {
		tm_buf_clear(&r->code);
		tm_buf_printf(&r->code, "</%.*s>", TM_STR_ARG(tag->name));
		r->open[r->n_open - 1].end = keep(r, tm_buf_str(&r->code));
	}
}

static void
add_code_point(reader *r, const tm_xml_tag *tag)
{
	tm_sink_warn(r->sink, r->path, tag->line, false,
	    "<cp hex=\"%.*s\"/>, a character that XML forbids, was left out",
	    TM_STR_ARG(tm_xml_get(tag, "hex")));
}

static void
start_inline(reader *r, const tm_xml_tag *tag)
{
	tm_str name = tag->name;

	if (r->n_open == DEPTH_MAX) {
		damage(r, tag->line, "too many elements inside each other");
		return;
	}
	if (r->in_code > 0) { /* <sub> and the like: part of the code */
		r->in_code++;
		add_quoted(&r->code, tag, ">");
		open_element(r, PLAIN, NULL, 0);
		return;
	}
	for (size_t k = 0; k < N_INLINES; k++)
		if (tm_str_eq(name, tm_str_of(inlines[k].name))) {
			start_known(r, k, tag);
			return;
		}
	if (!r->in_proposal && tm_str_eq(name, TM_STR("mrk")) &&
	    tm_str_eq(tm_xml_get(tag, "mtype"), TM_STR("seg"))) {
		open_element(r, SEGMENT, NULL, 0);
		r->open[r->n_open - 1].mid = keep(r, tm_xml_get(tag, "mid"));
		return;
	}
	if (tm_str_eq(name, TM_STR("cp")))
		add_code_point(r, tag);
	else
		r->annotations++; /* mrk, sm, em, or another's */
	open_element(r, PLAIN, NULL, 0);
}

/* What was captured from text and code on, as one side. */
static half
cut_side(reader *r, size_t text, size_t code)
{
	half s = { .is = true, .n_codes = r->n_codes - code };

	s.text = keep(r, tm_str_sub(tm_buf_str(&r->text), text, r->text.n));
	s.codes = tm_arena_zalloc(&r->arena, s.n_codes, sizeof *s.codes);
	for (size_t i = 0; i < s.n_codes; i++) {
		s.codes[i] = r->codes[code + i];
		s.codes[i].at -= text;
	}
	return s;
}

static void
end_segment(reader *r, tm_str mid, half s)
{
	size_t i = 0;

	while (i < r->n_segs && !tm_str_eq(r->segs[i].mid, mid))
		i++;
	if (i == r->n_segs) {
		tm_grow(r->segs, r->n_segs, r->cap_segs);
		r->segs[r->n_segs++] = (segment){ .mid = mid };
	}
	if (r->capture == TARGET)
		r->segs[i].target = s;
	else
		r->segs[i].source = s;
}

static void
end_inline(reader *r, const tm_xml_tag *tag)
{
	size_t k = --r->n_open;

	if (r->in_code > 1) {
		r->in_code--;
		tm_buf_printf(&r->code, "&lt;/%.*s&gt;", TM_STR_ARG(tag->name));
		return;
	}
	switch (r->open[k].kind) {
	case CODE:
		r->in_code = 0;
		end_code(r, r->open[k].name, r->code_at);
		break;
	case PAIR:
		tm_buf_clear(&r->code);
		if (strcmp(r->open[k].name, "hi") == 0) {
			tm_buf_adds(&r->code, "</hi>");
			add_code(r, r->text.n);
			break;
		}
		tm_buf_printf(&r->code, "<ept i=\"%d\">", r->open[k].number);
		tm_xml_add_text(&r->code, r->open[k].end);
		end_code(r, "ept", r->text.n);
		break;
	case SEGMENT:
		end_segment(r, r->open[k].mid,
		    cut_side(r, r->open[k].text, r->open[k].codes));
		break;
	case PLAIN:
		break;
	}
}

/* ---- Ends */

static bool
is_final(tm_str state)
{
	static const char *const states[] = { "final", "signed-off",
		"reviewed" };

	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
		if (tm_str_eq(state, tm_str_of(states[i])))
			return true;
	return false;
}

/* Not translated yet, or not looked at: what is there may be anything. */
static bool
is_unfinished(tm_str state)
{
	return tm_str_starts(state, TM_STR("needs-")) ||
	       tm_str_eq(state, TM_STR("new")) ||
	       tm_str_eq(state, TM_STR("initial"));
}

static bool
send(reader *r, const segment *seg, tm_error *err)
{
	tm_variant v[2] = { { .lang = tm_str_of(r->pair.from),
				.text = seg->source.text,
				.codes = seg->source.codes,
				.n_codes = seg->source.n_codes },
		{ .lang = tm_str_of(r->pair.to),
		    .text = seg->target.text,
		    .codes = seg->target.codes,
		    .n_codes = seg->target.n_codes } };
	tm_unit u = { .tuid = r->name,
		.srclang = v[0].lang,
		.v = v,
		.n = 2,
		.confidence =
		    !r->approved && is_unfinished(r->state) ? TM_DOUBTED : -1,
		.document = tm_buf_str(&r->original),
		.line = r->line,
		.status = r->approved || is_final(r->state) ? TM_CONFIRMED
							    : TM_DRAFT };
	size_t before = r->n_notes;
	bool ok;

	if (!seg->target.is || tm_str_trim(seg->target.text).n == 0) {
		r->untranslated++;
		return true;
	}
	if (!r->has_from || !r->has_to)
		return tm_fail(err, TM_INVALID,
		    "'%s' line %zu does not say its %s language: name it "
		    "with %s",
		    r->path, r->line, r->has_from ? "target" : "source",
		    r->has_from ? "--to" : "--from");
	if (r->id.n > 0) {
		tm_grow(r->notes, r->n_notes, r->cap_notes);
		r->notes[r->n_notes++] = (tm_meta){ TM_PROP,
			TM_STR("x-xliff-id"), TM_STR(""), r->id };
	}
	if (r->state.n > 0) {
		tm_grow(r->notes, r->n_notes, r->cap_notes);
		r->notes[r->n_notes++] = (tm_meta){ TM_PROP,
			TM_STR("x-xliff-state"), TM_STR(""), r->state };
	}
	u.meta = r->notes;
	u.n_meta = r->n_notes;
	ok = r->sink->unit(r->sink->self, &u, err);
	r->n_notes = before;
	return ok;
}

/* "85%", "85.0" or "0.85" as a share; less than 0 where it says nothing. */
static double
share_of(tm_str s)
{
	double value = 0, unit = 0;

	for (size_t i = 0; i < s.n && s.p[i] != '%'; i++) {
		if (s.p[i] == '.' && unit == 0)
			unit = 1;
		else if (s.p[i] >= '0' && s.p[i] <= '9' && i < 9) {
			value = value * 10 + (s.p[i] - '0');
			unit *= 10;
		} else
			return -1;
	}
	if (s.n == 0)
		return -1;
	value /= unit > 0 ? unit : 1;
	if (value > 1 || (unit == 0 && value == 1) || s.p[s.n - 1] == '%')
		value /= 100;
	return value > 1 ? 1 : value;
}

/*
 * A proposal is a pair that some memory had. Without a source of its own it
 * is for that of the unit, if it was a whole match: else nobody knows what
 * it translates.
 */
static bool
send_proposal(reader *r, const proposal *p, tm_error *err)
{
	double share = share_of(p->quality);
	tm_meta meta[2];
	tm_variant v[2];
	tm_unit u = { .srclang = tm_str_of(r->pair.from),
		.v = v,
		.n = 2,
		.meta = meta,
		.line = p->line,
		.confidence = share < 0 ? TM_DOUBTED : share };
	half source = p->seg.source;

	if (!source.is || tm_str_trim(source.text).n == 0)
		source = share == 1 ? r->first : (half){ .is = false };
	if (!p->seg.target.is || tm_str_trim(p->seg.target.text).n == 0 ||
	    !source.is || !r->has_from || !r->has_to) {
		r->sourceless++;
		return true;
	}
	v[0] = (tm_variant){ .lang = tm_str_of(r->pair.from),
		.text = source.text,
		.codes = source.codes,
		.n_codes = source.n_codes };
	v[1] = (tm_variant){ .lang = tm_str_of(r->pair.to),
		.text = p->seg.target.text,
		.codes = p->seg.target.codes,
		.n_codes = p->seg.target.n_codes };
	if (p->quality.n > 0)
		meta[u.n_meta++] =
		    (tm_meta){ TM_PROP, TM_STR("x-xliff-match-quality"),
			    TM_STR(""), p->quality };
	if (p->origin.n > 0)
		meta[u.n_meta++] = (tm_meta){ TM_PROP,
			TM_STR("x-xliff-match-origin"), TM_STR(""), p->origin };
	return r->sink->unit(r->sink->self, &u, err);
}

/* All segments that have both sides, or the whole where none has. */
static bool
end_unit(reader *r, tm_error *err)
{
	size_t whole = 0;

	r->in_unit = false;
	if (r->damaged)
		return true;
	if (r->whole.source.is)
		r->first = r->whole.source;
	for (size_t i = 0; i < r->n_proposals; i++)
		if (!send_proposal(r, &r->proposals[i], err))
			return false;
	for (size_t i = 0; i < r->n_segs; i++)
		whole += r->segs[i].source.is && r->segs[i].target.is;
	if (whole == 0)
		return !r->whole.source.is || send(r, &r->whole, err);
	for (size_t i = 0; i < r->n_segs; i++)
		if (r->segs[i].source.is && !send(r, &r->segs[i], err))
			return false;
	return true;
}

static void
end_capture(reader *r)
{
	tm_str text = tm_str_trim(tm_buf_str(&r->text));
	segment *seg =
	    r->in_proposal ? &r->proposals[r->n_proposals - 1].seg : &r->whole;

	switch (r->capture) {
	case SOURCE:
		seg->source = cut_side(r, 0, 0);
		break;
	case TARGET:
		seg->target = cut_side(r, 0, 0);
		break;
	case NOTE:
		if (text.n == 0)
			break;
		tm_grow(r->notes, r->n_notes, r->cap_notes);
		r->notes[r->n_notes++] =
		    (tm_meta){ TM_NOTE, TM_STR(""), TM_STR(""), keep(r, text) };
		break;
	case DATA:
		tm_grow(r->data, r->n_data, r->cap_data);
		r->data[r->n_data].id = r->data_id;
		r->data[r->n_data++].value = keep(r, tm_buf_str(&r->text));
		break;
	case SEG_SOURCE:
	case NOTHING:
		break;
	}
	r->capture = NOTHING;
}

/* ---- Events */

static bool
is(const tm_xml_tag *tag, const char *name)
{
	return tm_str_eq(tag->name, tm_str_of(name));
}

static bool
start_root(reader *r, const tm_xml_tag *tag, tm_error *err)
{
	r->seen_root = true;
	if (!is(tag, "xliff"))
		return tm_fail(err, TM_PARSE,
		    "'%s' line %zu is not XLIFF: it begins with <%.*s>",
		    r->path, tag->line, TM_STR_ARG(tag->name));
	r->has_from |= take_language(tm_xml_get(tag, "srcLang"), r->pair.from);
	r->has_to |= take_language(tm_xml_get(tag, "trgLang"), r->pair.to);
	return true;
}

static bool
on_start(void *self, const tm_xml_tag *tag, tm_error *err)
{
	reader *r = self;

	if (r->valid != NULL)
		xliff_valid_start(r->valid, tag);
	if (!r->seen_root)
		return start_root(r, tag, err);
	if (r->skipping > 0) {
		r->skipping++;
	} else if (is(tag, "file")) {
		start_file(r, tag);
	} else if (is(tag, "trans-unit") || is(tag, "unit")) {
		start_unit(r, tag);
	} else if (!r->in_unit) {
		return true;
	} else if (r->capture != NOTHING) {
		if (r->capture == SOURCE || r->capture == SEG_SOURCE ||
		    r->capture == TARGET)
			start_inline(r, tag);
		else if (r->capture == DATA && is(tag, "cp"))
			add_code_point(r, tag);
	} else if (is(tag, "alt-trans") || is(tag, "match")) {
		start_proposal(r, tag);
	} else if (is(tag, "ignorable")) {
		r->skipping = 1;
	} else if (is(tag, "segment")) {
		r->whole = (segment){ 0 };
		r->state = keep(r, tm_xml_get(tag, "state"));
	} else if (is(tag, "source")) {
		start_capture(r, SOURCE);
	} else if (is(tag, "seg-source")) {
		start_capture(r, SEG_SOURCE);
	} else if (is(tag, "target")) {
		tm_str state = tm_xml_get(tag, "state");

		if (state.n > 0 && !r->in_proposal)
			r->state = keep(r, state);
		start_capture(r, TARGET);
	} else if (is(tag, "note")) {
		start_capture(r, NOTE);
	} else if (is(tag, "data")) {
		r->data_id = keep(r, tm_xml_get(tag, "id"));
		start_capture(r, DATA);
	}
	return true;
}

static bool
on_end(void *self, const tm_xml_tag *tag, tm_error *err)
{
	reader *r = self;

	if (r->skipping > 0) {
		r->skipping--;
	} else if (!r->in_unit) {
		return true;
	} else if (is(tag, "trans-unit") || is(tag, "unit")) {
		return end_unit(r, err);
	} else if (r->capture == NOTE || r->capture == DATA) {
		if (is(tag, "note") || is(tag, "data"))
			end_capture(r);
	} else if (r->capture != NOTHING && r->n_open > 0) {
		end_inline(r, tag);
	} else if (r->capture != NOTHING) {
		end_capture(r);
	} else if (is(tag, "alt-trans") || is(tag, "match")) {
		r->in_proposal = false;
	} else if (is(tag, "segment")) {
		bool ok = r->damaged || !r->whole.source.is ||
			  send(r, &r->whole, err);

		r->first = r->whole.source;
		r->whole = (segment){ 0 };
		r->state = TM_STR("");
		return ok;
	}
	return true;
}

static bool
on_text(void *self, tm_str s, tm_error *err)
{
	reader *r = self;

	if (!r->in_unit || r->skipping > 0 || r->capture == NOTHING)
		return true;
	if (r->bytes + r->text.n + r->code.n + s.n > UNIT_MAX)
		damage(r, r->line, "this unit has more than 16 MB");
	else if (r->in_code > 0)
		tm_xml_add_text(&r->code, s);
	else
		tm_buf_add(&r->text, s.p, s.n);
	return true;
}

static bool
on_flaw(void *self, const tm_xml_flaw *flaw, tm_error *err)
{
	reader *r = self;

	if (flaw->harm == TM_XML_BROKEN && r->in_unit)
		damage(r, flaw->line, flaw->msg);
	else if (flaw->harm != TM_XML_CUT && !r->damaged)
		tm_sink_warn(
		    r->sink, r->path, flaw->line, false, "%s", flaw->msg);
	return true;
}

static void
summarise(reader *r)
{
	const struct {
		size_t n;
		const char *what;
	} sums[] = { { r->untranslated, "segments without a translation" },
		{ r->sourceless,
		    "proposals for a source that is not there (alt-trans)" },
		{ r->annotations, "marks and annotations inside of text" } };

	for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++)
		if (sums[i].n > 0)
			tm_sink_warn(r->sink, r->path, 0, false,
			    "%s were left out: %zu", sums[i].what, sums[i].n);
}

bool
tm_xliff_read(const char *path, const tm_format_options *options,
    const tm_sink *sink, tm_error *err)
{
	static const tm_xml_handler handler = { on_start, on_end, on_text,
		on_flaw };
	const tm_xml_options xml = { .encoding = options->encoding };
	reader *r = tm_zalloc(1, sizeof *r);
	bool ok = true;

	r->path = path;
	r->options = options;
	r->sink = sink;
	if (options->from != NULL)
		r->has_from = ok =
		    tm_lang_canon(options->from, r->pair.from, err);
	if (ok && options->to != NULL)
		r->has_to = ok = tm_lang_canon(options->to, r->pair.to, err);
	if (options->strict)
		r->valid = xliff_valid_new(path, sink);
	ok = ok && tm_xml_read(path, &xml, &handler, r, err);
	if (ok)
		summarise(r);
	xliff_valid_free(r->valid);
	tm_arena_release(&r->arena);
	tm_buf_release(&r->text);
	tm_buf_release(&r->code);
	tm_buf_release(&r->original);
	free(r->proposals);
	free(r->codes);
	free(r->segs);
	free(r->notes);
	free(r->data);
	free(r->names);
	free(r);
	return ok;
}

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

static const char *const statuses[] = { "draft", "confirmed", "rejected" };

/* ---- The room of a unit ------------------------------------------------- */

tm_str
tmx_keep(tmx_room *room, tm_str s)
{
	room->bytes += s.n + sizeof(tm_meta);
	if (room->bytes > TMX_UNIT_MAX)
		return TM_STR("");
	return tm_arena_str(&room->arena, s);
}

void
tmx_damage(tmx_room *room, size_t line, const char *msg)
{
	if (!room->damaged)
		tm_sink_warn(room->sink, room->path, line, true,
		    "%s; the unit was skipped", msg);
	room->damaged = true;
}

void
tmx_hint(tmx_room *room, size_t line, const char *fmt, ...)
{
	tm_buf msg = { 0 };
	va_list ap;

	if (room->told)
		return;
	room->told = true;
	va_start(ap, fmt);
	tm_buf_vprintf(&msg, fmt, ap);
	va_end(ap);
	tm_sink_warn(room->sink, room->path, line, false, "%s", msg.p);
	tm_buf_release(&msg);
}

/* ---- Reading ----------------------------------------------------------- */

/* A growing array with the variants' or the unit's own. */
typedef struct metas {
	tm_meta *v;
	size_t n, cap;
} metas;

typedef struct reader {
	bool seen_root;
	tm_str srclang; /* of the header */
	const tm_format_options *options;
	tmx_valid *valid; /* NULL: nobody wants to know */
	bool in_header, in_ude;
	char header_lang[TM_LANG_MAX];

	/* the unit: its strings are in the arena */
	tmx_room room;
	bool in_tu, in_tuv, in_seg, in_meta;
	size_t line; /* where it began */
	tm_unit unit;
	tm_variant *v;
	size_t n, cap;
	metas of_unit, of_variant;

	/* the variant */
	tm_variant now;
	bool has_seg;
	tmx_segment *segment;
	tm_stand *also; /* of unit */
	size_t cap_also;

	tm_meta meta;
	tm_buf value;
	tm_buf ude; /* as XML */

	/* Tags as they were written and canonical: a file has few, and ICU
	 * takes longer over one than the rest of a unit takes. */
	struct {
		char raw[TM_LANG_MAX], canon[TM_LANG_MAX];
	} tags[16];
	size_t next_tag;
} reader;

static bool
add_meta(reader *r, tm_meta meta)
{
	metas *m = r->in_tuv ? &r->of_variant : &r->of_unit;

	if (r->room.bytes > TMX_UNIT_MAX)
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
		tm_sink_warn(r->room.sink, r->room.path, line, false,
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
		*author = tmx_keep(&r->room, a->value);
	else if (tm_str_eq(a->name, TM_STR("changeid")))
		*changer = tmx_keep(&r->room, a->value);
	else
		add_meta(r, (tm_meta){ TM_ATTR, tmx_keep(&r->room, a->name),
				TM_STR(""), tmx_keep(&r->room, a->value) });
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
	tm_sink_warn(r->room.sink, r->room.path, line, false,
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
	tm_arena_clear(&r->room.arena);
	r->in_header = true;
	r->in_tuv = r->in_meta = r->in_ude = false;
	r->of_unit.n = r->room.bytes = 0;
	for (size_t i = 0; i < tag->n; i++)
		add_meta(r,
		    (tm_meta){ TM_ATTR, tmx_keep(&r->room, tag->attr[i].name),
			TM_STR(""), tmx_keep(&r->room, tag->attr[i].value) });
}

/* <ude name="x"><map .../></ude> is kept as the XML it was. */
static void
start_ude(reader *r, const tm_xml_tag *tag)
{
	bool map = tm_str_eq(tag->name, TM_STR("map"));

	if (!map)
		tm_buf_clear(&r->ude);
	tm_buf_printf(&r->ude, "<%s", map ? "map" : "ude");
	for (size_t i = 0; i < tag->n; i++) {
		tm_buf_addc(&r->ude, ' ');
		tm_buf_add(&r->ude, tag->attr[i].name.p, tag->attr[i].name.n);
		tm_buf_adds(&r->ude, "=\"");
		tm_xml_add_value(&r->ude, tag->attr[i].value);
		tm_buf_addc(&r->ude, '"');
	}
	tm_buf_adds(&r->ude, map ? "/>" : ">");
	r->in_ude = true;
}

static void
end_ude(reader *r)
{
	tm_buf_adds(&r->ude, "</ude>");
	add_meta(r, (tm_meta){ TM_PROP, TM_STR("x-tmtool-ude"), TM_STR(""),
			tmx_keep(&r->room, tm_buf_str(&r->ude)) });
	r->in_ude = false;
}

static void
start_tu(reader *r, const tm_xml_tag *tag)
{
	char lang[TM_LANG_MAX];

	if (r->in_tu)
		tmx_damage(&r->room, r->line, "this <tu> is not closed");
	tm_arena_clear(&r->room.arena);
	r->in_header = false;
	r->in_tu = true;
	r->in_tuv = r->in_seg = r->in_meta = false;
	r->room.damaged = r->room.told = false;
	r->line = tag->line;
	r->n = r->of_unit.n = r->of_variant.n = 0;
	r->room.bytes = 0;
	tmx_segment_begin(r->segment);
	r->unit = (tm_unit){ .confidence = -1, .line = tag->line };
	r->unit.srclang = r->srclang;
	for (size_t i = 0; i < tag->n; i++) {
		const tm_xml_attr *a = &tag->attr[i];

		if (tm_str_eq(a->name, TM_STR("tuid")))
			r->unit.tuid = tmx_keep(&r->room, a->value);
		else if (tm_str_eq(a->name, TM_STR("srclang")))
			r->unit.srclang = tmx_keep(&r->room,
			    source_language(r, a->value, tag->line, lang));
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
		tmx_damage(&r->room, r->line, "a <tuv> stands inside another");
	r->in_tuv = true;
	r->in_seg = r->has_seg = false;
	r->now = (tm_variant){ 0 };
	r->of_variant.n = 0;
	tmx_segment_begin(r->segment);
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
		tmx_damage(&r->room, tag->line, msg);
		return;
	}
	r->now.lang = tmx_keep(&r->room, tm_str_of(canon));
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
		tmx_damage(
		    &r->room, tag->line, "a <seg> stands outside of <tuv>");
		return;
	}
	if (r->has_seg)
		tmx_damage(&r->room, tag->line, "a <tuv> has two <seg>");
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
	r->meta = (tm_meta){ kind,
		tmx_keep(&r->room, type.p == NULL ? TM_STR("") : type),
		tmx_keep(&r->room, lang.p == NULL ? TM_STR("") : lang),
		TM_STR("") };
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

/* The second and those behind it are where else the unit stands; their
 * positions follow them. */
static void
take_document(reader *r, tm_str name)
{
	if (r->unit.document.n == 0) {
		r->unit.document = name;
		return;
	}
	tm_grow(r->also, r->unit.n_also, r->cap_also);
	r->also[r->unit.n_also++] = (tm_stand){ .document = name };
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
		take_document(r, v);
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
		if (r->unit.n_also > 0)
			r->also[r->unit.n_also - 1].position = (int64_t)number;
		else
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
	r->meta.value = tmx_keep(&r->room, tm_buf_str(&r->value));
	if (take_ours(r, &r->meta))
		return;
	if (r->meta.kind == TM_PROP && tm_str_starts(r->meta.type, attr)) {
		r->meta.kind = TM_ATTR;
		r->meta.type = tm_str_sub(r->meta.type, attr.n, r->meta.type.n);
	}
	add_meta(r, r->meta);
}

/* ---- Ends */

static void
end_seg(reader *r)
{
	r->in_seg = false;
	tmx_segment_finish(r->segment, &r->now);
}

static tm_meta *
settle(reader *r, metas *m)
{
	tm_meta *v = tm_arena_zalloc(&r->room.arena, m->n, sizeof *v);

	if (m->n > 0)
		memcpy(v, m->v, m->n * sizeof *v);
	return v;
}

static void
end_tuv(reader *r, size_t line)
{
	r->in_tuv = false;
	if (!r->has_seg) {
		if (!r->room.damaged)
			tm_sink_warn(r->room.sink, r->room.path, line, false,
			    "a <tuv> without <seg> was left out");
		return;
	}
	r->room.bytes += sizeof *r->v;
	if (r->room.bytes > TMX_UNIT_MAX)
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
	if (r->room.bytes > TMX_UNIT_MAX)
		tmx_damage(&r->room, r->line, "this <tu> has more than 16 MB");
	if (r->n == 0)
		tmx_damage(
		    &r->room, r->line, "this <tu> has no <tuv> with a <seg>");
	if (r->room.damaged)
		return true;
	r->unit.v = r->v;
	r->unit.n = r->n;
	r->unit.also = r->also;
	r->unit.meta = settle(r, &r->of_unit);
	r->unit.n_meta = r->of_unit.n;
	source_first(&r->unit);
	return r->room.sink->unit(r->room.sink->self, &r->unit, err);
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
		    "'%s' line %zu is not TMX: it begins with <%.*s>",
		    r->room.path, tag->line, TM_STR_ARG(name));
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
		tmx_segment_start(r->segment, tag);
	else if (tm_str_eq(name, TM_STR("prop")))
		start_meta(r, tag, TM_PROP);
	else if (tm_str_eq(name, TM_STR("note")))
		start_meta(r, tag, TM_NOTE);
	else
		tmx_hint(&r->room, tag->line,
		    "<%.*s> is not an element of TMX and was left out",
		    TM_STR_ARG(name));
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
	if (r->in_seg && tmx_segment_end(r->segment, tag))
		return true;
	if (tm_str_eq(name, TM_STR("tu")))
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
	if (r->room.bytes + tmx_segment_bytes(r->segment) + r->value.n + s.n >
	    TMX_UNIT_MAX) {
		tmx_damage(&r->room, r->line, "this <tu> has more than 16 MB");
		return true;
	}
	if (r->in_meta) {
		tm_buf_add(&r->value, s.p, s.n);
	} else {
		tmx_segment_text(r->segment, s);
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
		if (!r->room.damaged)
			tm_sink_warn(r->room.sink, r->room.path, flaw->line,
			    false, "%s", flaw->msg);
		break;
	case TM_XML_BROKEN:
		if (r->in_tu)
			tmx_damage(&r->room, flaw->line, flaw->msg);
		else
			tm_sink_warn(r->room.sink, r->room.path, flaw->line,
			    false, "%s", flaw->msg);
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

	r->room.path = path;
	r->options = options;
	r->segment = tmx_segment_new(&r->room);
	r->room.sink = sink;
	r->srclang = TM_STR("");
	if (options->strict)
		r->valid = tmx_valid_new(path, sink);
	ok = tm_xml_read(path, &xml, &handler, r, err);
	tmx_valid_free(r->valid);
	tm_arena_release(&r->room.arena);
	tm_buf_release(&r->ude);
	tm_buf_release(&r->value);
	free(r->v);
	tmx_segment_free(r->segment);
	free(r->also);
	free(r->of_unit.v);
	free(r->of_variant.v);
	free(r);
	return ok;
}

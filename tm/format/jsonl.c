/*
 * JSON lines: one object a line, with all that a unit knows.
 *
 *	{"srclang":"ar","variants":[{"lang":"ar","text":"مرحبا"},
 *	 {"lang":"en","text":"Press OK","codes":[{"at":6,"xml":"<ph/>"}]}]}
 *
 * Two simpler forms that are found are read too:
 *
 *	{"source":"مرحبا","target":"Hello"}	with --from and --to
 *	{"translation":{"ar":"مرحبا","en":"Hello"}}
 */
#include "config.h"

#include "tm/format_int.h"

#include <jansson.h>
#include <stdlib.h>

#include "tm/xml_int.h"

static const char *const statuses[] = { "draft", "confirmed", "rejected" };
static const char *const kinds[] = { "prop", "note", "attr" };

/* ---- Reading ----------------------------------------------------------- */

typedef struct reader {
	const char *path;
	const tm_format_options *options;
	const tm_sink *sink;
	size_t line;
	tm_arena arena;
	json_t *row; /* holds the strings of the unit */
} reader;

static tm_str
string_of(const json_t *object, const char *key)
{
	const json_t *s = json_object_get(object, key);

	if (!json_is_string(s))
		return TM_STR("");
	return (tm_str){ json_string_value(s), json_string_length(s) };
}

static int64_t
date_in(const json_t *object, const char *key)
{
	int64_t seconds = 0;

	if (!tm_date_parse(string_of(object, key), &seconds))
		return 0;
	return seconds;
}

static bool
skip(reader *r, const char *why)
{
	tm_sink_warn(
	    r->sink, r->path, r->line, true, "%s; the line was skipped", why);
	return true;
}

static bool
language(reader *r, const char *tag, tm_str *out)
{
	char canon[TM_LANG_MAX];

	if (tag == NULL || !tm_lang_canon(tag, canon, NULL))
		return false;
	*out = tm_arena_str(&r->arena, tm_str_of(canon));
	return true;
}

static tm_meta *
metas_of(reader *r, const json_t *object, size_t *n)
{
	const json_t *array = json_object_get(object, "meta"), *m;
	size_t most = json_array_size(array), i;
	tm_meta *v = tm_arena_zalloc(&r->arena, most, sizeof *v);

	*n = 0;
	json_array_foreach(array, i, m)
	{
		tm_str kind = string_of(m, "kind");
		int k = 0;

		while (k < 3 && !tm_str_eq(kind, tm_str_of(kinds[k])))
			k++;
		if (k == 3)
			continue;
		v[(*n)++] = (tm_meta){ (tm_meta_kind)k, string_of(m, "type"),
			string_of(m, "lang"), string_of(m, "value") };
	}
	return v;
}

/* Codes in order, inside of the text and between characters. */
static void
codes_of(reader *r, const json_t *object, tm_variant *v)
{
	const json_t *array = json_object_get(object, "codes"), *c;
	size_t most = json_array_size(array), i, last = 0;

	v->codes = tm_arena_zalloc(&r->arena, most, sizeof *v->codes);
	json_array_foreach(array, i, c)
	{
		json_int_t at = json_integer_value(json_object_get(c, "at"));
		tm_str xml = string_of(c, "xml");

		if (at < (json_int_t)last || (size_t)at > v->text.n ||
		    ((size_t)at < v->text.n &&
			(v->text.p[at] & 0xc0) == 0x80) ||
		    !tm_code_is_sound(xml)) {
			tm_sink_warn(r->sink, r->path, r->line, false,
			    "a code is not one, or not where it says; it was "
			    "left out");
			continue;
		}
		last = (size_t)at;
		v->codes[v->n_codes++] = (tm_code_at){ last, xml };
	}
}

static bool
variant_of(reader *r, const json_t *object, tm_variant *v)
{
	const json_t *lang = json_object_get(object, "lang");

	if (!language(r, json_string_value(lang), &v->lang) ||
	    !json_is_string(json_object_get(object, "text")))
		return false;
	v->text = string_of(object, "text");
	v->created = date_in(object, "created");
	v->changed = date_in(object, "changed");
	v->author = string_of(object, "author");
	v->changer = string_of(object, "changer");
	v->meta = metas_of(r, object, &v->n_meta);
	codes_of(r, object, v);
	return true;
}

static int64_t
position_in(const json_t *object)
{
	const json_t *number = json_object_get(object, "position");

	return json_is_integer(number) && json_integer_value(number) > 0
		   ? json_integer_value(number)
		   : 0;
}

/* Where else it stands. */
static void
places_of(reader *r, tm_unit *u)
{
	const json_t *array = json_object_get(r->row, "also"), *place;
	size_t i;

	u->also =
	    tm_arena_zalloc(&r->arena, json_array_size(array), sizeof *u->also);
	json_array_foreach(array, i, place)
	{
		tm_str document = string_of(place, "document");

		if (document.n > 0)
			u->also[u->n_also++] = (tm_stand){ .document = document,
				.position = position_in(place) };
	}
}

static bool
whole_unit(reader *r, const json_t *variants, tm_error *err)
{
	tm_unit u = { .confidence = -1, .line = r->line };
	tm_str status = string_of(r->row, "status");
	tm_str srclang = string_of(r->row, "srclang");
	const json_t *number, *object;
	size_t i;

	u.n = json_array_size(variants);
	u.v = tm_arena_zalloc(&r->arena, u.n, sizeof *u.v);
	json_array_foreach(variants, i,
	    object) if (!variant_of(r, object, &u.v[i])) return skip(r,
	    "a variant has no \"lang\" or \"text\"");
	if (u.n == 0)
		return skip(r, "\"variants\" is empty");
	u.tuid = string_of(r->row, "tuid");
	u.srclang = srclang;
	if (srclang.n > 0 && !tm_str_eq(srclang, TM_STR("*all*")) &&
	    !language(r, srclang.p, &u.srclang))
		u.srclang = TM_STR("");
	u.created = date_in(r->row, "created");
	u.changed = date_in(r->row, "changed");
	u.author = string_of(r->row, "author");
	u.changer = string_of(r->row, "changer");
	u.document = string_of(r->row, "document");
	u.position = position_in(r->row);
	places_of(r, &u);
	number = json_object_get(r->row, "confidence");
	if (json_is_number(number) && json_number_value(number) >= 0 &&
	    json_number_value(number) <= 1)
		u.confidence = json_number_value(number);
	for (int k = 0; k < 3; k++)
		if (tm_str_eq(status, tm_str_of(statuses[k])))
			u.status = (tm_status)k;
	u.meta = metas_of(r, r->row, &u.n_meta);
	return r->sink->unit(r->sink->self, &u, err);
}

/* {"ar": "...", "en": "..."} in the order of the file. */
static bool
map_unit(reader *r, json_t *map, tm_error *err)
{
	tm_unit u = { .confidence = -1, .line = r->line };
	json_t *value;
	const char *key;

	u.v = tm_arena_zalloc(&r->arena, json_object_size(map), sizeof *u.v);
	json_object_foreach(map, key, value)
	{
		tm_variant *v = &u.v[u.n];

		if (!json_is_string(value) || !language(r, key, &v->lang))
			return skip(r, "\"translation\" is not a map of "
				       "languages to texts");
		v->text = string_of(map, key);
		u.n++;
	}
	if (u.n == 0)
		return skip(r, "\"translation\" is empty");
	if (r->options->from != NULL)
		language(r, r->options->from, &u.srclang);
	return r->sink->unit(r->sink->self, &u, err);
}

static bool
take_row(reader *r, tm_error *err)
{
	json_t *v = json_object_get(r->row, "variants");

	if (json_is_array(v))
		return whole_unit(r, v, err);
	v = json_object_get(r->row, "translation");
	if (json_is_object(v))
		return map_unit(r, v, err);
	if (json_is_string(json_object_get(r->row, "source")) &&
	    json_is_string(json_object_get(r->row, "target"))) {
		tm_pair pair;

		return tm_pair_of(&pair, r->path, r->options, err) &&
		       tm_pair_send(&pair, string_of(r->row, "source"),
			   string_of(r->row, "target"), r->sink, r->path,
			   r->line, err);
	}
	return skip(r,
	    "neither \"variants\" nor \"translation\" nor \"source\" and "
	    "\"target\"");
}

static bool
take_line(reader *r, tm_str s, tm_error *err)
{
	json_error_t why;
	bool ok;

	/* A zero may be written, as \u0000; it is refused here. */
	r->row = json_loadb(s.p, s.n, 0, &why);
	if (r->row == NULL) {
		tm_sink_warn(r->sink, r->path, r->line, true,
		    "not JSON: %s; the line was skipped", why.text);
		return true;
	}
	ok = take_row(r, err);
	json_decref(r->row);
	tm_arena_clear(&r->arena);
	return ok;
}

static bool
read_jsonl(const char *path, const tm_format_options *options,
    const tm_sink *sink, tm_error *err)
{
	reader r = { .path = path, .options = options, .sink = sink };
	tm_lines lines;
	bool ok = true;
	tm_str s;

	if (!tm_lines_open(&lines, path, options->encoding, err))
		return false;
	while (ok && tm_lines_next(&lines, &s, err)) {
		r.line = lines.line;
		if (lines.bad)
			skip(&r, "this is not UTF-8");
		else if (tm_str_trim(s).n > 0)
			ok = take_line(&r, s, err);
	}
	ok = ok && !lines.failed;
	tm_lines_close(&lines);
	tm_arena_release(&r.arena);
	return ok;
}

/* ---- Writing ----------------------------------------------------------- */

static const char not_utf8[] = "bytes that are not UTF-8 were left out";

/* By hand, since it is short and must be fast; reading is what is hard. */
static void
add_string(tm_writer *w, const char *key, tm_str s)
{
	size_t done = 0, i = 0;

	tm_buf_printf(&w->buf, "%s\"%s\":\"",
	    w->buf.n > 0 && w->buf.p[w->buf.n - 1] == '{' ? "" : ",", key);
	while (i < s.n) {
		unsigned char c = (unsigned char)s.p[i];
		size_t n = tm_xml_char(tm_str_sub(s, i, s.n));

		if (n > 0 && c >= ' ' && c != '"' && c != '\\') {
			i += n;
			continue;
		}
		tm_buf_add(&w->buf, s.p + done, i - done);
		if (c == '"' || c == '\\')
			tm_buf_printf(&w->buf, "\\%c", c);
		else if (c > 0 && c < ' ')
			tm_buf_printf(&w->buf, "\\u%04x", c);
		else
			tm_writer_lost(w, not_utf8, 1);
		done = ++i;
	}
	tm_buf_add(&w->buf, s.p + done, i - done);
	tm_buf_addc(&w->buf, '"');
}

static void
add_field(tm_writer *w, const char *key, tm_str s)
{
	if (s.n > 0)
		add_string(w, key, s);
}

static void
add_date(tm_writer *w, const char *key, int64_t seconds)
{
	if (seconds == 0)
		return;
	tm_buf_printf(&w->buf, ",\"%s\":\"", key);
	tm_date_add(&w->buf, seconds);
	tm_buf_addc(&w->buf, '"');
}

static void
add_metas(tm_writer *w, const tm_meta *m, size_t n)
{
	if (n == 0)
		return;
	tm_buf_adds(&w->buf, ",\"meta\":[");
	for (size_t i = 0; i < n; i++) {
		tm_buf_printf(&w->buf, "%s{\"kind\":\"%s\"", i > 0 ? "," : "",
		    kinds[m[i].kind]);
		add_field(w, "type", m[i].type);
		add_field(w, "lang", m[i].lang);
		add_string(w, "value", m[i].value);
		tm_buf_addc(&w->buf, '}');
	}
	tm_buf_addc(&w->buf, ']');
}

static void
add_variant(tm_writer *w, const tm_variant *v)
{
	tm_buf_addc(&w->buf, '{');
	add_string(w, "lang", v->lang);
	add_string(w, "text", v->text);
	if (v->n_codes > 0 && w->options.level != 1) {
		tm_buf_adds(&w->buf, ",\"codes\":[");
		for (size_t i = 0; i < v->n_codes; i++) {
			tm_buf_printf(&w->buf, "%s{\"at\":%zu",
			    i > 0 ? "," : "", v->codes[i].at);
			add_string(w, "xml", v->codes[i].xml);
			tm_buf_addc(&w->buf, '}');
		}
		tm_buf_addc(&w->buf, ']');
	}
	add_date(w, "created", v->created);
	add_date(w, "changed", v->changed);
	add_field(w, "author", v->author);
	add_field(w, "changer", v->changer);
	add_metas(w, v->meta, v->n_meta);
	tm_buf_addc(&w->buf, '}');
}

static void
add_place(tm_writer *w, tm_str document, int64_t position)
{
	add_field(w, "document", document);
	if (position > 0)
		tm_buf_printf(
		    &w->buf, ",\"position\":%lld", (long long)position);
}

static void
add_places(tm_writer *w, const tm_unit *u)
{
	for (size_t i = 0; i < u->n_also; i++) {
		tm_buf_adds(&w->buf, i == 0 ? ",\"also\":[{" : ",{");
		add_place(w, u->also[i].document, u->also[i].position);
		tm_buf_addc(&w->buf, '}');
	}
	if (u->n_also > 0)
		tm_buf_addc(&w->buf, ']');
}

static bool
write_unit(tm_writer *w, const tm_unit *u, tm_error *err)
{
	tm_buf_addc(&w->buf, '{');
	add_field(w, "tuid", u->tuid);
	add_field(w, "srclang", u->srclang);
	tm_buf_printf(&w->buf, "%s\"variants\":[",
	    w->buf.p[w->buf.n - 1] == '{' ? "" : ",");
	for (size_t i = 0; i < u->n; i++) {
		if (i > 0)
			tm_buf_addc(&w->buf, ',');
		add_variant(w, &u->v[i]);
	}
	tm_buf_addc(&w->buf, ']');
	add_date(w, "created", u->created);
	add_date(w, "changed", u->changed);
	add_field(w, "author", u->author);
	add_field(w, "changer", u->changer);
	if (u->status != TM_DRAFT)
		add_string(w, "status", tm_str_of(statuses[u->status]));
	if (u->confidence >= 0) {
		tm_buf_adds(&w->buf, ",\"confidence\":");
		tm_fraction_add(&w->buf, u->confidence);
	}
	add_place(w, u->document, u->position);
	add_places(w, u);
	add_metas(w, u->meta, u->n_meta);
	tm_buf_adds(&w->buf, "}\n");
	return true;
}

static int
bid(const char *path, tm_str head)
{
	if (tm_format_ends(path, ".jsonl") || tm_format_ends(path, ".ndjson"))
		return 60;
	return tm_str_starts(head, TM_STR("{\"")) ? 20 : 0;
}

const struct tm_format tm_format_jsonl = { "jsonl", bid, read_jsonl, NULL,
	write_unit, NULL, NULL };

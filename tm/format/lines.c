/*
 * What the formats of lines share: the lines, the two languages they do
 * not name, and the pairs to write.
 */
#include "config.h"

#include "tm/format_int.h"

#include "tm/input_int.h"
#include "tm/text.h"

#define LINE_LIMIT ((size_t)16 << 20)
#define BLOCK ((size_t)1 << 16)

/* ---- Lines ------------------------------------------------------------- */

static bool
fill(tm_lines *l, tm_error *err)
{
	size_t got;

	tm_buf_reserve(&l->buf, BLOCK);
	if (!tm_input_read(l->in, l->buf.p + l->buf.n, BLOCK, &got, err))
		return false;
	l->buf.n += got;
	l->at_end = got == 0;
	return true;
}

/* Of another encoding than UTF-8 all is read before any of it. */
static bool
decode_all(tm_lines *l, const char *encoding, tm_error *err)
{
	tm_buf text = { 0 };
	bool ok = true;

	while (ok && !l->at_end)
		ok = fill(l, err);
	ok = ok &&
	     tm_text_decode(l->path, tm_buf_str(&l->buf), encoding, &text, err);
	tm_buf_release(&l->buf);
	l->buf = text;
	return ok;
}

static bool
is_utf16(const tm_buf *buf)
{
	return buf->n >= 2 && (memcmp(buf->p, "\xff\xfe", 2) == 0 ||
				  memcmp(buf->p, "\xfe\xff", 2) == 0);
}

bool
tm_lines_open(
    tm_lines *l, const char *path, const char *encoding, tm_error *err)
{
	bool ok;

	*l = (tm_lines){ .path = path };
	l->in = tm_input_open(path, err);
	if (l->in == NULL)
		return false;
	l->path = tm_input_name(l->in);
	ok = fill(l, err);
	if (ok && (encoding != NULL || is_utf16(&l->buf)))
		ok = decode_all(l, encoding, err);
	if (!ok)
		tm_lines_close(l);
	return ok;
}

void
tm_lines_close(tm_lines *l)
{
	tm_input_close(l->in);
	tm_buf_release(&l->buf);
	l->in = NULL;
}

/* More of the file, with what is left of the last block before it. */
static bool
more(tm_lines *l, tm_error *err)
{
	if (l->buf.n - l->at > LINE_LIMIT)
		return tm_fail(err, TM_LIMIT,
		    "'%s' line %zu: more than 16 MB in one line", l->path,
		    l->line + 1);
	memmove(l->buf.p, l->buf.p + l->at, l->buf.n - l->at);
	l->buf.n -= l->at;
	l->at = 0;
	return fill(l, err);
}

/* A few bad lines are a pity; more bad than good is the wrong encoding. */
static bool
judge(tm_lines *l, tm_str s, tm_error *err)
{
	l->bad = !tm_text_is_utf8(s, NULL);
	if (l->bad)
		l->n_bad++;
	else if (s.n > 0)
		l->n_good++;
	if (l->n_bad <= l->n_good)
		return true;
	return tm_fail(err, TM_PARSE,
	    "'%s' line %zu: this is not UTF-8; say what it is in with "
	    "--encoding, for instance --encoding windows-1256",
	    l->path, l->line);
}

bool
tm_lines_next(tm_lines *l, tm_str *s, tm_error *err)
{
	const char *start, *end;
	size_t looked = 0;

	for (;;) {
		start = l->buf.p + l->at;
		end = l->buf.n == l->at + looked
			  ? NULL
			  : memchr(start + looked, '\n',
				l->buf.n - l->at - looked);
		if (end != NULL || l->at_end)
			break;
		looked = l->buf.n - l->at;
		if (!more(l, err)) {
			l->failed = true;
			return false;
		}
	}
	if (end == NULL && l->at == l->buf.n)
		return false;
	*s = (tm_str){ start,
		end == NULL ? l->buf.n - l->at : (size_t)(end - start) };
	l->at += s->n + (end != NULL);
	l->line++;
	if (s->n > 0 && s->p[s->n - 1] == '\r')
		s->n--;
	while (tm_str_starts(*s, TM_STR("\xef\xbb\xbf")))
		*s = tm_str_sub(*s, 3, s->n);
	l->failed = !judge(l, *s, err);
	return !l->failed;
}

/* ---- Pairs ------------------------------------------------------------- */

bool
tm_pair_of(tm_pair *pair, const char *path, const tm_format_options *options,
    tm_error *err)
{
	if (options->from == NULL || options->to == NULL)
		return tm_fail(err, TM_INVALID,
		    "'%s' does not say its languages: name them with --from "
		    "and --to (mul for mixed ones, und for unknown)",
		    path);
	if (!tm_lang_canon(options->from, pair->from, err) ||
	    !tm_lang_canon(options->to, pair->to, err))
		return false;
	if (strcmp(pair->from, pair->to) == 0 &&
	    strcmp(pair->from, "mul") != 0 && strcmp(pair->from, "und") != 0)
		return tm_fail(err, TM_INVALID,
		    "'%s': --from and --to are both %s: of a text and its "
		    "translation they are two languages",
		    path, pair->from);
	return true;
}

bool
tm_format_language(tm_str s, char out[TM_LANG_MAX])
{
	char name[16];

	if (s.n < 2 || s.n > 12 || memchr(s.p, '.', s.n) != NULL)
		return false;
	snprintf(name, sizeof name, "x.%.*s", TM_STR_ARG(s));
	return tm_lang_from_path(name, out);
}

/* ---- Sending and writing ----------------------------------------------- */

/* Nothing to see: white space and byte order marks. */
static bool
is_blank(tm_str s)
{
	for (s = tm_str_trim(s); s.n > 0; s = tm_str_trim(s)) {
		bool mark = tm_str_starts(s, TM_STR("\xef\xbb\xbf"));

		/* NULs will be left out (format.c). */
		if (!mark && s.p[0] != '\0')
			return false;
		s = tm_str_sub(s, mark ? 3 : 1, s.n);
	}
	return true;
}

bool
tm_pair_send(const tm_pair *pair, tm_str source, tm_str target,
    const tm_sink *sink, const char *path, size_t line, tm_error *err)
{
	return tm_pair_send_named(
	    pair, TM_STR(""), source, target, -1, sink, path, line, err);
}

bool
tm_pair_send_named(const tm_pair *pair, tm_str name, tm_str source,
    tm_str target, double confidence, const tm_sink *sink, const char *path,
    size_t line, tm_error *err)
{
	tm_variant v[2] = { { .lang = tm_str_of(pair->from), .text = source },
		{ .lang = tm_str_of(pair->to), .text = target } };
	tm_unit unit = { .tuid = name,
		.v = v,
		.n = 2,
		.confidence = confidence,
		.line = line };
	const char *empty = is_blank(source)   ? "source"
			    : is_blank(target) ? "translation"
					       : NULL;

	if (empty != NULL) {
		tm_sink_warn(sink, path, line, true,
		    "the %s is empty; the pair was skipped", empty);
		return true;
	}
	if (strcmp(pair->from, "mul") != 0 && strcmp(pair->from, "und") != 0)
		unit.srclang = v[0].lang;
	return sink->unit(sink->self, &unit, err);
}

const tm_variant *
tm_unit_column(const tm_unit *u, const char *lang)
{
	size_t i = tm_unit_find(u, lang, 0);

	return i < u->n ? &u->v[i] : NULL;
}

bool
tm_writer_pairs(tm_writer *w, const tm_unit *u,
    void (*pair)(tm_writer *, const tm_variant *, const tm_variant *))
{
	const char *from = w->options.from, *to = w->options.to;
	const tm_variant *source, *target;

	if (u->n == 0)
		return true;
	source =
	    from != NULL ? tm_unit_column(u, from) : &u->v[tm_unit_source(u)];
	if (to != NULL) {
		target = tm_unit_column(u, to);
		if (target == source)
			target = NULL;
		if (source != NULL || target != NULL)
			pair(w, source, target);
	} else if (u->n == 1) {
		pair(w, source, source == NULL ? &u->v[0] : NULL);
	} else {
		for (size_t i = 0; i < u->n; i++)
			if (&u->v[i] != source)
				pair(w, source, &u->v[i]);
	}
	return true;
}

static const char no_facts[] = "props and attributes were left out";
static const char no_notes[] = "notes were left out";
static const char no_dates[] =
    "units had dates or names of people, which were left out";

static bool
is_own(tm_str type, const char *const *own)
{
	for (; own != NULL && *own != NULL; own++)
		if (tm_str_starts(type, tm_str_of(*own)))
			return true;
	return false;
}

static void
count_meta(tm_writer *w, const tm_meta *m, size_t n, bool keeps_notes,
    const char *const *own)
{
	for (size_t i = 0; i < n; i++)
		if (m[i].kind == TM_NOTE)
			tm_writer_lost(w, no_notes, !keeps_notes);
		else if (!is_own(m[i].type, own))
			tm_writer_lost(w, no_facts, 1);
}

void
tm_writer_bare(
    tm_writer *w, const tm_unit *u, bool keeps_notes, const char *const *own)
{
	bool dated = u->created != 0 || u->changed != 0 || u->author.n > 0 ||
		     u->changer.n > 0;

	count_meta(w, u->meta, u->n_meta, keeps_notes, own);
	for (size_t i = 0; i < u->n; i++) {
		const tm_variant *v = &u->v[i];

		dated |= v->created != 0 || v->changed != 0 ||
			 v->author.n > 0 || v->changer.n > 0;
		count_meta(w, v->meta, v->n_meta, false, NULL);
	}
	tm_writer_lost(w, no_dates, dated);
}

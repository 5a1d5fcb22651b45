/*
 * What TSV and CSV share: which column of a table is what.
 *
 *	id	English	العربية	notes
 *	17	Dog	كلب	x
 *
 * The first row may name the columns, by tags or names of languages or as
 * source and target. "id" is Indonesian beside one other language, and the
 * name of a unit (tuid) beside two. A table of three languages makes units
 * of three, unless the options pick two of them.
 *
 * Nobody looks at an imported table as closely as at two texts, so the
 * script of the first rows is held against what the columns are said to be:
 * two that read the other way round are refused.
 */
#include "config.h"

#include "tm/format_int.h"

/* Rows that are looked at: a page or so, and no more than a warning's worth
 * of work on the longest of files. */
#define LOOKED_AT 200
/* Letters that are too few to say anything: a name or two. */
#define TOO_FEW 20

#define COLUMNS_PROP TM_STR("x-tmtool-columns")

/* ---- The first row ----------------------------------------------------- */

static bool
is_one_of(tm_str s, const char *const *names)
{
	for (; *names != NULL; names++)
		if (tm_str_ieq(s, tm_str_of(*names)))
			return true;
	return false;
}

static bool
is_id(tm_str s)
{
	static const char *const names[] = { "id", "key", "#", "no", "no.",
		"nr", "nr.", "num", "number", "name", "tuid", "uid",
		"identifier", "string id", "segment id", NULL };

	return is_one_of(s, names);
}

/* The language a cell names, which a tag does more often than a name. */
static bool
language_of(tm_str cell, char out[TM_LANG_MAX])
{
	return tm_format_language(cell, out) || tm_lang_named(cell, out);
}

/* Asked for by name: "id" is Indonesian then. */
static bool
is_asked_for(const tm_format_options *o, const char *tag)
{
	return (o->from != NULL && strcmp(o->from, tag) == 0) ||
	       (o->to != NULL && strcmp(o->to, tag) == 0);
}

static void
add_column(tm_table *t, size_t at, tm_str name, const char *lang)
{
	tm_column *c = &t->column[t->n];

	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->column[i].lang, lang) == 0)
			return; /* the second of a language is left out */
	if (t->n == TM_TABLE_MAX)
		return;
	t->n++;
	c->at = at;
	c->name = tm_arena_str(&t->arena, name);
	snprintf(c->lang, sizeof c->lang, "%s", lang);
}

/* All languages the row names, and the column of the units' names. */
static void
find_languages(
    tm_table *t, const tm_format_options *o, const tm_str *field, size_t n)
{
	char tag[TM_LANG_MAX];

	for (int pass = 0; pass < 2 && t->n < 2; pass++) {
		t->n = 0;
		t->id = TM_NO_COLUMN;
		for (size_t i = 0; i < n; i++) {
			tm_str cell = tm_str_trim(field[i]);
			bool named = language_of(cell, tag);

			/* "id,en" alone is Indonesian and English. */
			if (pass == 0 && t->id == TM_NO_COLUMN && is_id(cell) &&
			    !(named && is_asked_for(o, tag))) {
				t->id = i;
				t->id_name = tm_arena_str(&t->arena, cell);
			} else if (named) {
				add_column(t, i, cell, tag);
			}
		}
	}
	if (t->n < 2)
		t->n = 0;
}

/* The first column but one that asked covers; t->n where none does. */
static size_t
column_of(const tm_table *t, const char *asked, size_t but)
{
	for (size_t i = 0; i < t->n; i++)
		if (i != but &&
		    (asked == NULL || tm_lang_covers(asked, t->column[i].lang)))
			return i;
	return t->n;
}

static void
swap(tm_table *t, size_t i, size_t k)
{
	tm_column c = t->column[i];

	t->column[i] = t->column[k];
	t->column[k] = c;
}

static void
list_columns(const tm_table *t, tm_buf *out)
{
	for (size_t i = 0; i < t->n; i++)
		tm_buf_printf(out, "%s%.*s",
		    i == 0	   ? ""
		    : i + 1 < t->n ? ", "
				   : " and ",
		    TM_STR_ARG(t->column[i].name));
}

/*
 * The columns that the options ask for, the source first. Where all of the
 * row are names, what they do not name is not there; else the row may be a
 * pair of which two words are tags, too.
 */
static bool
choose(tm_table *t, const tm_format_options *o, size_t n, tm_error *err)
{
	size_t to = o->to == NULL ? t->n : column_of(t, o->to, t->n);
	size_t from = column_of(t, o->from, to);
	tm_buf have = { 0 };

	if (o->from != NULL && o->to != NULL) {
		from = column_of(t, o->from, t->n);
		to = column_of(t, o->to, from);
	}
	if (from == t->n || (o->to != NULL && to == t->n)) {
		bool whole = t->n + (t->id != TM_NO_COLUMN) == n;

		list_columns(t, &have);
		if (whole)
			tm_fail(err, TM_INVALID,
			    "'%s': the first line names the columns %s, and "
			    "none is what --%s asks for",
			    t->path, have.p, from == t->n ? "from" : "to");
		tm_buf_release(&have);
		t->n = 0;
		return !whole;
	}
	swap(t, 0, from);
	if (o->to != NULL) {
		swap(t, 1, to == 0 ? from : to);
		if (o->from != NULL)
			t->n = 2;
	}
	return true;
}

/* "source" and "target", as translate-toolkit has them, or nothing. */
static void
find_sides(tm_table *t, const tm_pair *pair, const tm_str *field, size_t n)
{
	static const char *const sources[] = { "source", "msgid", "src",
		"source text", NULL };
	static const char *const targets[] = { "target", "msgstr", "tgt",
		"target text", NULL };
	size_t at[2] = { TM_NO_COLUMN, TM_NO_COLUMN };

	for (size_t i = 0; i < n; i++) {
		tm_str s = tm_str_trim(field[i]);

		if (at[0] == TM_NO_COLUMN && is_one_of(s, sources))
			at[0] = i;
		else if (at[1] == TM_NO_COLUMN && is_one_of(s, targets))
			at[1] = i;
	}
	t->named = at[0] != TM_NO_COLUMN && at[1] != TM_NO_COLUMN;
	for (size_t k = 0; k < 2; k++) {
		tm_column *c = &t->column[k];

		c->at = t->named ? at[k] : k;
		c->name = t->named ? tm_arena_str(
					 &t->arena, tm_str_trim(field[c->at]))
				   : (tm_str){ 0 };
		strcpy(c->lang, k == 0 ? pair->from : pair->to);
	}
	t->n = 2;
	t->id = TM_NO_COLUMN;
}

/* The names of columns go with the file's header: a file that is mended has
 * them again. */
static void
tell_header(const tm_table *t, const tm_format_options *o, size_t n)
{
	tm_buf value = { 0 };
	tm_meta meta = { TM_PROP, COLUMNS_PROP, TM_STR(""), TM_STR("") };

	if (!t->named || o->header_is == NULL)
		return;
	for (size_t i = 0; i < n; i++) {
		if (i == t->id)
			tm_buf_printf(
			    &value, "=%.*s\t", TM_STR_ARG(t->id_name));
		for (size_t k = 0; k < t->n; k++)
			if (t->column[k].at == i)
				tm_buf_printf(&value, "%s=%.*s\t",
				    t->column[k].lang,
				    TM_STR_ARG(t->column[k].name));
	}
	meta.value = tm_buf_str(&value);
	o->header_is(o->header_self, &meta, 1);
	tm_buf_release(&value);
}

/* Which columns are left out. */
static void
tell_rest(tm_table *t, const tm_str *field, size_t n, size_t line)
{
	tm_buf rest = { 0 };

	for (size_t i = 0; i < n; i++) {
		bool used = i == t->id;

		for (size_t k = 0; k < t->n; k++)
			used |= t->column[k].at == i;
		if (!used)
			tm_buf_printf(&rest, "%s%.*s", rest.n == 0 ? "" : ", ",
			    TM_STR_ARG(tm_str_trim(field[i])));
	}
	if (rest.n > 0)
		tm_sink_warn(t->sink, t->path, line, false,
		    "columns left out: %s", rest.p);
	tm_buf_release(&rest);
	t->told_more = true;
}

bool
tm_table_begin(tm_table *t, const tm_format_options *o, const tm_str *field,
    size_t n, size_t line, tm_error *err)
{
	tm_pair pair;

	t->id = TM_NO_COLUMN;
	find_languages(t, o, field, n);
	if (t->n > 0 && !choose(t, o, n, err))
		return false;
	t->named = t->n > 0;
	if (!t->named) {
		if (!tm_pair_of(&pair, t->path, o, err))
			return false;
		find_sides(t, &pair, field, n);
	}
	for (size_t k = 0; k < (t->n == 2 ? 2 : 0); k++)
		if (t->column[k].at >= t->width)
			t->width = t->column[k].at + 1;
	if (t->named)
		tell_rest(t, field, n, line);
	tell_header(t, o, n);
	return true;
}

/* ---- The others -------------------------------------------------------- */

/* In words: 'the column "ar" (Arabic)'. */
static void
add_what(tm_buf *out, const tm_table *t, size_t k)
{
	const tm_column *c = &t->column[k];
	char name[80];

	if (c->name.n > 0)
		tm_buf_printf(out, "the column '%.*s'", TM_STR_ARG(c->name));
	else
		tm_buf_printf(out, "column %zu", c->at + 1);
	if (strcmp(c->lang, "und") != 0)
		tm_buf_printf(
		    out, " (%s)", tm_lang_name(c->lang, name, sizeof name));
}

static double
share(const tm_table *t, size_t k, size_t lang)
{
	return tm_lang_script_share(
	    tm_buf_str(&t->column[k].seen), t->column[lang].lang);
}

/* Hardly a letter of its own script. A fifth are names and the like in a
 * column of another: programs' messages half translated have more. */
static bool
is_foreign(const tm_table *t, size_t k)
{
	double own = share(t, k, k);

	return t->column[k].seen.n >= TOO_FEW && own >= 0 && own < .2;
}

static bool
refuse_swapped(const tm_table *t, size_t i, size_t k, tm_error *err)
{
	tm_buf a = { 0 }, b = { 0 };

	add_what(&a, t, i);
	add_what(&b, t, k);
	tm_fail(err, TM_INVALID,
	    "'%s': the columns are swapped: what is in %s is in the script of "
	    "%s, and the other way round; %s",
	    t->path, a.p, b.p,
	    t->column[i].name.n > 0 ? "mend the first line"
				    : "swap --from and --to");
	tm_buf_release(&a);
	tm_buf_release(&b);
	return false;
}

static bool
judge(tm_table *t, tm_error *err)
{
	tm_buf what = { 0 };

	for (size_t i = 0; i < t->n; i++) {
		if (!is_foreign(t, i))
			continue;
		for (size_t k = i + 1; k < t->n; k++)
			if (is_foreign(t, k) && share(t, i, k) > .8 &&
			    share(t, k, i) > .8) {
				tm_buf_release(&what);
				return refuse_swapped(t, i, k, err);
			}
		tm_buf_clear(&what);
		add_what(&what, t, i);
		tm_sink_warn(t->sink, t->path, 0, false,
		    "%s has hardly a letter of its script: is it in another "
		    "language?",
		    what.p);
	}
	tm_buf_release(&what);
	return true;
}

static bool
look_at(tm_table *t, const tm_str *field, size_t n, tm_error *err)
{
	if (t->rows >= LOOKED_AT)
		return true;
	for (size_t k = 0; k < t->n; k++) {
		if (t->column[k].at >= n)
			continue;
		tm_buf_addc(&t->column[k].seen, '\n');
		tm_buf_add(&t->column[k].seen, field[t->column[k].at].p,
		    field[t->column[k].at].n);
	}
	return ++t->rows < LOOKED_AT || judge(t, err);
}

/* A row of three languages or more; what is empty is not there. */
static bool
send_many(
    tm_table *t, const tm_str *field, size_t n, size_t line, tm_error *err)
{
	tm_variant v[TM_TABLE_MAX] = { 0 };
	tm_unit unit = { .v = v, .confidence = -1, .line = line };

	for (size_t k = 0; k < t->n; k++) {
		const tm_column *c = &t->column[k];

		if (c->at >= n || tm_str_trim(field[c->at]).n == 0)
			continue;
		v[unit.n].lang = tm_str_of(c->lang);
		v[unit.n++].text = field[c->at];
	}
	if (unit.n < 2) {
		tm_sink_warn(t->sink, t->path, line, true,
		    "fewer than two languages in this row; it was skipped");
		return true;
	}
	unit.srclang = v[0].lang;
	if (t->id < n)
		unit.tuid = tm_str_trim(field[t->id]);
	return t->sink->unit(t->sink->self, &unit, err);
}

bool
tm_table_row(tm_table *t, const tm_str *field, size_t n, double confidence,
    size_t line, tm_error *err)
{
	tm_pair pair;
	tm_str name = { 0 };

	if (n > 2 && !t->told_more && confidence < 0) {
		tm_sink_warn(t->sink, t->path, line, false,
		    "this and maybe other lines have more than two columns; "
		    "the rest of them was left out");
		t->told_more = true;
	}
	if (!look_at(t, field, n, err))
		return false;
	if (t->n > 2)
		return send_many(t, field, n, line, err);
	strcpy(pair.from, t->column[0].lang);
	strcpy(pair.to, t->column[1].lang);
	if (t->id < n)
		name = tm_str_trim(field[t->id]);
	return tm_pair_send_named(&pair, name, field[t->column[0].at],
	    field[t->column[1].at], confidence, t->sink, t->path, line, err);
}

bool
tm_table_end(tm_table *t, tm_error *err)
{
	return t->rows >= LOOKED_AT || judge(t, err);
}

void
tm_table_release(tm_table *t)
{
	for (size_t k = 0; k < TM_TABLE_MAX; k++)
		tm_buf_release(&t->column[k].seen);
	tm_arena_release(&t->arena);
}

/* ---- Writing ----------------------------------------------------------- */

bool
tm_header_is_of_table(const tm_meta *m)
{
	return m->kind == TM_PROP && tm_str_eq(m->type, COLUMNS_PROP);
}

/*
 * The columns of the table that was read, by the header that its reader
 * told and w was given; NULL where there are none. It lasts as long as w.
 */
static tm_table *
table_of_header(tm_writer *w)
{
	tm_table *t;
	tm_str rest = { 0 };
	size_t at = 0;

	for (size_t i = 0; i < w->options.n_header; i++)
		if (tm_header_is_of_table(&w->options.header[i]))
			rest = w->options.header[i].value;
	if (rest.n == 0)
		return NULL;
	t = tm_arena_zalloc(&w->arena, 1, sizeof *t);
	t->id = TM_NO_COLUMN;
	for (; rest.n > 0 && t->n < TM_TABLE_MAX; at++) {
		const char *tab = memchr(rest.p, '\t', rest.n);
		size_t n = tab == NULL ? rest.n : (size_t)(tab - rest.p);
		tm_str cell = tm_str_sub(rest, 0, n);
		const char *is = memchr(cell.p, '=', n);
		size_t k = is == NULL ? 0 : (size_t)(is - cell.p);

		rest = tm_str_sub(rest, n + (tab != NULL), rest.n);
		t->width = at + 1;
		if (k == 0) {
			t->id = at;
			t->id_name = tm_str_sub(cell, 1, n);
			continue;
		}
		t->column[t->n].at = at;
		t->column[t->n].name = tm_str_sub(cell, k + 1, n);
		snprintf(t->column[t->n++].lang, TM_LANG_MAX, "%.*s", (int)k,
		    cell.p);
	}
	return t;
}

static const char no_codes[] = "inline codes were left out";
static const char other_pairs[] =
    "pairs of other languages than the first row names were left out";

static void
write_text(tm_writer *w, const tm_variant *v, const tm_table_style *style)
{
	if (v == NULL)
		return;
	style->field(w, v->text);
	tm_writer_lost(w, no_codes, v->n_codes);
}

/* A row of the table that was read, as it was but for what was left out of
 * it: of a unit, or (NULL) of the columns' names. */
static void
write_row(tm_writer *w, const tm_table *t, const tm_unit *u,
    const tm_table_style *style)
{
	const char *between = "";

	for (size_t at = 0; at < t->width; at++) {
		size_t k = 0;

		while (k < t->n && t->column[k].at != at)
			k++;
		if (at != t->id && k == t->n)
			continue;
		tm_buf_adds(&w->buf, between);
		between = style->between;
		if (at == t->id)
			style->field(w, u == NULL ? t->id_name : u->tuid);
		else if (u == NULL)
			style->field(w, t->column[k].name);
		else
			write_text(
			    w, tm_unit_column(u, t->column[k].lang), style);
	}
	tm_buf_adds(&w->buf, style->end);
}

/* What the first row promised. */
typedef struct columns {
	const tm_table_style *style;
	const tm_table *table; /* that was read, and is written again */
	char from[TM_LANG_MAX], to[TM_LANG_MAX];
} columns;

static void
put_tag(char out[TM_LANG_MAX], const char *asked, const tm_variant *v)
{
	if (asked != NULL)
		snprintf(out, TM_LANG_MAX, "%s", asked);
	else if (v != NULL)
		snprintf(out, TM_LANG_MAX, "%.*s", TM_STR_ARG(v->lang));
}

static void
write_pair(tm_writer *w, const tm_variant *source, const tm_variant *target)
{
	columns *c = w->state;
	const tm_table_style *style = c->style;

	if (c->from[0] == '\0') {
		put_tag(c->from, w->options.from, source);
		put_tag(c->to, w->options.to, target);
		if (c->to[0] == '\0')
			strcpy(c->to, "und");
		if (style->names)
			tm_buf_printf(&w->buf, "%s%s%s%s", c->from,
			    style->between, c->to, style->end);
	}
	if ((w->options.from == NULL && source != NULL &&
		!tm_str_eq(source->lang, tm_str_of(c->from))) ||
	    (w->options.to == NULL && target != NULL &&
		!tm_str_eq(target->lang, tm_str_of(c->to)))) {
		tm_writer_lost(w, other_pairs, 1);
		return;
	}
	write_text(w, source, style);
	tm_buf_adds(&w->buf, style->between);
	write_text(w, target, style);
	tm_buf_adds(&w->buf, style->end);
}

bool
tm_table_write(tm_writer *w, const tm_unit *u, const tm_table_style *style)
{
	columns *c = w->state;

	tm_writer_bare(w, u, false, NULL);
	if (c == NULL) {
		c = w->state = tm_arena_zalloc(&w->arena, 1, sizeof *c);
		c->style = style;
		c->table = table_of_header(w);
		if (c->table != NULL)
			write_row(w, c->table, NULL, style);
	}
	if (c->table == NULL)
		return tm_writer_pairs(w, u, write_pair);
	write_row(w, c->table, u, style);
	return true;
}

/*
 * filter.c - which units?
 *
 * One question after the other, the cheap ones first.
 */
#include "config.h"

#include "tm/filter.h"

#include "tm/base_int.h"
#include "tm/lang.h"
#include "tm/text.h"

/* ---- Patterns ---------------------------------------------------------- */

/* Past one character of UTF-8. */
static size_t
step(tm_str s, size_t i)
{
	for (i++; i < s.n && ((unsigned char)s.p[i] & 0xc0) == 0x80;)
		i++;
	return i;
}

/* The last star is where to go back to: time is the product of the lengths
 * at worst. */
bool
tm_filter_matches(const char *pattern, tm_str text)
{
	const char *star = NULL;
	size_t i = 0, again = 0;

	while (i < text.n) {
		if (*pattern == '*') {
			star = ++pattern;
			again = i;
		} else if (*pattern == '?') {
			pattern++;
			i = step(text, i);
		} else if (*pattern != '\0' &&
			   tm_to_lower(*pattern) == tm_to_lower(text.p[i])) {
			pattern++;
			i++;
		} else if (star != NULL) {
			pattern = star;
			i = again = step(text, again);
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

/* ---- Questions --------------------------------------------------------- */

static bool
has_lang(const tm_unit *u, const char *lang, size_t but)
{
	for (size_t i = 0; i < u->n; i++)
		if (i != but &&
		    (lang == NULL || tm_lang_covers(lang, u->v[i].lang.p)))
			return true;
	return false;
}

/* A variant in from and another one in to. */
static bool
in_languages(const tm_filter *f, const tm_unit *u)
{
	for (size_t i = 0; i < u->n; i++)
		if ((f->from == NULL ||
			tm_lang_covers(f->from, u->v[i].lang.p)) &&
		    (f->to == NULL || has_lang(u, f->to, i)))
			return true;
	return f->from == NULL && f->to == NULL;
}

/* Nobody is not a name. */
static bool
is_called(tm_str name, const char *pattern)
{
	return name.n > 0 && tm_filter_matches(pattern, name);
}

static bool
is_by(const tm_unit *u, const char *author)
{
	bool is = is_called(u->author, author) || is_called(u->changer, author);

	for (size_t i = 0; !is && i < u->n; i++)
		is = is_called(u->v[i].author, author) ||
		     is_called(u->v[i].changer, author);
	return is;
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t
date_of(const tm_unit *u)
{
	int64_t date = later(u->created, u->changed);

	for (size_t i = 0; i < u->n; i++)
		date = later(date, later(u->v[i].created, u->v[i].changed));
	return date;
}

static tm_str
without_x(tm_str name)
{
	bool x = name.n > 2 && tm_str_ieq(tm_str_sub(name, 0, 2), TM_STR("x-"));

	return x ? tm_str_sub(name, 2, name.n) : name;
}

static bool
among(const tm_meta *meta, size_t n, tm_str name, const char *pattern)
{
	for (size_t i = 0; i < n; i++) {
		tm_str type = meta[i].kind == TM_NOTE && meta[i].type.n == 0
				  ? TM_STR("note")
				  : without_x(meta[i].type);

		if (tm_str_ieq(type, name) &&
		    (pattern == NULL ||
			tm_filter_matches(pattern, meta[i].value)))
			return true;
	}
	return false;
}

static bool
has_prop(const tm_unit *u, const char *prop)
{
	const char *equals = strchr(prop, '=');
	tm_str name = without_x(
	    equals == NULL ? tm_str_of(prop)
			   : (tm_str){ prop, (size_t)(equals - prop) });
	const char *pattern = equals == NULL ? NULL : equals + 1;
	bool has = among(u->meta, u->n_meta, name, pattern);

	for (size_t i = 0; !has && i < u->n; i++)
		has = among(u->v[i].meta, u->v[i].n_meta, name, pattern);
	return has;
}

static bool
has_text(const tm_filter *f, const tm_unit *u)
{
	tm_buf want = { 0 }, text = { 0 };
	bool has = false;

	tm_text_fold(tm_str_of(f->text), &want);
	for (size_t i = 0; !has && i < u->n; i++) {
		if (f->from != NULL && !tm_lang_covers(f->from, u->v[i].lang.p))
			continue;
		tm_buf_clear(&text);
		tm_text_fold(u->v[i].text, &text);
		has = want.n == 0 ||
		      (text.n > 0 &&
			  memmem(text.p, text.n, want.p, want.n) != NULL);
	}
	tm_buf_release(&want);
	tm_buf_release(&text);
	return has;
}

/* "ar.txt" is the end of "d1/ar.txt", as a path. */
static bool
ends_as_path(const char *pattern, tm_str path)
{
	if (tm_filter_matches(pattern, path))
		return true;
	for (size_t i = 0; i < path.n; i++)
		if (path.p[i] == '/' &&
		    tm_filter_matches(pattern, tm_str_sub(path, i + 1, path.n)))
			return true;
	return false;
}

static bool
is_called_so(const void *self, const tm_stand *place)
{
	const tm_filter *f = self;

	return ends_as_path(f->document, place->document) ||
	       (place->path.n > 0 && ends_as_path(f->document, place->path));
}

static bool
stands_in(const tm_filter *f, const tm_unit *u)
{
	tm_stand first = { u->document, u->path, u->position };
	bool is = is_called_so(f, &first);

	for (size_t i = 0; !is && i < u->n_also; i++)
		is = is_called_so(f, &u->also[i]);
	return is;
}

void
tm_filter_show(const tm_filter *f, tm_unit *u)
{
	if (f != NULL && f->document != NULL)
		tm_unit_show_place(u, is_called_so, f);
}

bool
tm_filter_is_open(const tm_filter *f)
{
	return f == NULL ||
	       (f->from == NULL && f->to == NULL && f->author == NULL &&
		   f->document == NULL && f->file == NULL && f->since == 0 &&
		   f->before == 0 && f->n_props == 0 && f->status == 0 &&
		   f->sure <= 0 && f->unsure <= 0 && f->text == NULL);
}

bool
tm_filter_passes(const tm_filter *f, const tm_unit *u)
{
	int64_t date;

	if (f == NULL)
		return true;
	if (f->status != 0 && (f->status & TM_STATUS_BIT(u->status)) == 0)
		return false;
	if (f->sure > 0 && !(u->confidence >= f->sure))
		return false;
	if (f->unsure > 0 &&
	    (u->confidence < 0 || !(u->confidence < f->unsure)))
		return false;
	if (!in_languages(f, u))
		return false;
	if (f->since != 0 || f->before != 0) {
		date = date_of(u);
		if (date == 0 || date < f->since ||
		    (f->before != 0 && date >= f->before))
			return false;
	}
	if ((f->document != NULL && !stands_in(f, u)) ||
	    (f->file != NULL && !tm_filter_matches(f->file, u->file)) ||
	    (f->author != NULL && !is_by(u, f->author)))
		return false;
	for (size_t i = 0; i < f->n_props; i++)
		if (!has_prop(u, f->props[i]))
			return false;
	return f->text == NULL || has_text(f, u);
}

/*
 * element.c - tags, and what an inline code says
 *
 * Just as much of XML as one inline code is:
 *
 *	<bpt i="1" x="1">&lt;b&gt;</bpt>	native code <b>
 *	<ph x="2"/>				none: the number 2
 *
 * What cannot be read is nobody's fault here: it stays text, or a code of
 * which nothing is known but its bytes.
 */
#include "config.h"

#include "tm/base_int.h"
#include "tm/text_int.h"

static bool
is_name(char c)
{
	return tm_is_letter(c) || tm_is_digit(c) || c == '-' || c == '_' ||
	       c == ':' || c == '.';
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t
skip_spaces(tm_str s, size_t i)
{
	while (i < s.n && is_space(s.p[i]))
		i++;
	return i;
}

static size_t
skip_name(tm_str s, size_t i)
{
	while (i < s.n && is_name(s.p[i]))
		i++;
	return i;
}

/* ---- Reading ----------------------------------------------------------- */

/* name="value", from i on; 0: it is none. */
static size_t
read_attr(tm_str s, size_t i, tm_element *e)
{
	size_t name = i, start;
	char quote;

	if (e->n == TM_MOST_ATTRS || !tm_is_letter(tm_byte_at(s, i)))
		return 0;
	i = skip_name(s, i);
	e->attr[e->n] = tm_str_sub(s, name, i);
	i = skip_spaces(s, i);
	if (tm_byte_at(s, i) != '=')
		return 0;
	i = skip_spaces(s, i + 1);
	quote = tm_byte_at(s, i);
	if (quote != '"' && quote != '\'')
		return 0;
	start = ++i;
	while (i < s.n && s.p[i] != quote && s.p[i] != '<')
		i++;
	if (tm_byte_at(s, i) != quote)
		return 0;
	e->value[e->n++] = tm_str_sub(s, start, i);
	return i + 1;
}

size_t
tm_element_tag(tm_str s, tm_element *e)
{
	size_t i = 1, start;

	*e = (tm_element){ .form = TM_TAG_OPEN, .content = { "", 0 } };
	if (tm_byte_at(s, 0) != '<')
		return 0;
	if (tm_byte_at(s, i) == '/') {
		e->form = TM_TAG_CLOSE;
		i++;
	}
	start = i;
	if (!tm_is_letter(tm_byte_at(s, i)))
		return 0;
	i = skip_name(s, i);
	e->name = tm_str_sub(s, start, i);
	while (e->form != TM_TAG_CLOSE && is_space(tm_byte_at(s, i))) {
		i = skip_spaces(s, i);
		if (tm_byte_at(s, i) == '/' || tm_byte_at(s, i) == '>')
			break;
		i = read_attr(s, i, e);
		if (i == 0)
			return 0;
	}
	i = skip_spaces(s, i);
	if (e->form == TM_TAG_OPEN && tm_byte_at(s, i) == '/') {
		e->form = TM_TAG_EMPTY;
		i++;
	}
	return tm_byte_at(s, i) == '>' ? i + 1 : 0;
}

size_t
tm_element_whole(tm_str s, tm_element *e)
{
	size_t n = tm_element_tag(s, e), i = n;

	if (n == 0 || e->form != TM_TAG_OPEN)
		return n;
	for (; i < s.n; i++) {
		size_t end = i + 2 + e->name.n;

		if (s.p[i] != '<' || tm_byte_at(s, i + 1) != '/' || end > s.n ||
		    !tm_str_eq(tm_str_sub(s, i + 2, end), e->name))
			continue;
		end = skip_spaces(s, end);
		if (tm_byte_at(s, end) != '>')
			continue;
		e->content = tm_str_sub(s, n, i);
		return end + 1;
	}
	return 0;
}

tm_str
tm_element_get(const tm_element *e, const char *attr)
{
	for (size_t i = 0; i < e->n; i++)
		if (tm_str_eq(e->attr[i], tm_str_of(attr)))
			return e->value[i];
	return (tm_str){ NULL, 0 };
}

/* &#233; &#xe9;, with what is before the semicolon; false: it is none. */
static bool
add_reference(tm_str s, tm_buf *out)
{
	static const struct {
		const char *name;
		char c;
	} known[] = { { "lt", '<' }, { "gt", '>' }, { "amp", '&' },
		{ "quot", '"' }, { "apos", '\'' } };
	bool hex = tm_byte_at(s, 1) == 'x';
	uint32_t c = 0;
	size_t i = hex ? 2 : 1;

	for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
		if (tm_str_eq(s, tm_str_of(known[k].name))) {
			tm_buf_addc(out, known[k].c);
			return true;
		}
	if (tm_byte_at(s, 0) != '#' || i >= s.n)
		return false;
	for (; i < s.n; i++) {
		char d = s.p[i];
		int digit = tm_is_digit(d) ? d - '0'
			    : hex && (d | 0x20) >= 'a' && (d | 0x20) <= 'f'
				? (d | 0x20) - 'a' + 10
				: -1;

		if (digit < 0)
			return false;
		c = c * (hex ? 16 : 10) + (uint32_t)digit;
		if (c > 0x10ffff)
			return false;
	}
	if (c == 0 || (c >= 0xd800 && c <= 0xdfff))
		return false;
	tm_text_add_char(out, (int32_t)c);
	return true;
}

void
tm_element_unescape(tm_str s, tm_buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t end = i + 1;

		while (s.p[i] == '&' && end < s.n && end - i < 10 &&
		       s.p[end] != ';')
			end++;
		if (s.p[i] == '&' && tm_byte_at(s, end) == ';' &&
		    add_reference(tm_str_sub(s, i + 1, end), out))
			i = end;
		else
			tm_buf_addc(out, s.p[i]);
	}
}

/* ---- What a code says -------------------------------------------------- */

static void
add_numbered(tm_buf *out, const char *before, tm_str number, const char *after)
{
	tm_buf_adds(out, before);
	tm_buf_add(out, number.p, number.n);
	tm_buf_adds(out, after);
}

/* Elements of XLIFF whose id is the number of a code. */
static bool
is_numbered(tm_str name)
{
	static const char *const v[] = { "g", "x", "bx", "ex", "bpt", "ept",
		"it", "ph", "pc", "sc", "ec" };

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		if (tm_str_eq(name, tm_str_of(v[i])))
			return true;
	return false;
}

/* The number in <1>, </g1> and <f0/>: where it begins in tag, or 0. */
static size_t
short_number(tm_str tag, size_t *end)
{
	size_t i = tm_byte_at(tag, 1) == '/' ? 2 : 1, start;

	if (tm_is_letter(tm_byte_at(tag, i)))
		i++;
	start = i;
	while (tm_is_digit(tm_byte_at(tag, i)))
		i++;
	*end = i;
	if (tm_byte_at(tag, i) == '/')
		i++;
	return *end > start && i + 1 == tag.n ? start : 0;
}

/* A tag that is the native code of an inline one. */
static void
fold_tag(tm_str tag, tm_buf *out)
{
	size_t end, start = short_number(tag, &end), i;
	bool closes = tm_byte_at(tag, 1) == '/';
	bool empty = tag.n > 2 && tag.p[tag.n - 2] == '/';
	tm_str number = { NULL, 0 };
	tm_element e;

	if (start > 0) {
		number = tm_str_sub(tag, start, end);
	} else if (tm_element_tag(tag, &e) == tag.n && is_numbered(e.name)) {
		number = tm_element_get(&e, "rid");
		if (number.p == NULL)
			number = tm_element_get(&e, "id");
		closes = closes || tm_str_eq(e.name, TM_STR("ex"));
		empty = empty && !closes && !tm_str_eq(e.name, TM_STR("bx"));
	}
	if (number.p != NULL) {
		add_numbered(
		    out, closes ? "</" : "<", number, empty ? "/>" : ">");
		return;
	}
	/* <BR /> is <br/> */
	for (i = 0; i < tag.n && !is_space(tag.p[i]); i++)
		tm_buf_addc(out, tm_is_letter(tag.p[i])
				     ? (char)(tag.p[i] | 0x20)
				     : tag.p[i]);
	if (i < tag.n && (tm_byte_at(tag, skip_spaces(tag, i)) == '/' ||
			     tm_byte_at(tag, skip_spaces(tag, i)) == '>'))
		i = skip_spaces(tag, i);
	tm_buf_add(out, tag.p + i, tag.n - i);
}

/* True when it is a tag, or something else that has no place in a text. */
static bool
fold_native(tm_str code, tm_buf *out)
{
	tm_scanned t;
	size_t i = 0;
	bool whole = tm_scan(code, &i, &t) && t.kind == TM_CODE &&
		     t.start == 0 && t.end == code.n;

	if (whole && code.p[0] == '<')
		fold_tag(code, out);
	else
		tm_buf_add(out, code.p, code.n);
	return !whole || code.p[0] == '<';
}

/* An inline code, as a piece of TMX. */
static bool
fold_inline(tm_str xml, tm_buf *out)
{
	tm_str number, pos;
	tm_buf native = { 0 };
	bool closes, empty, tag = true, by_number;
	tm_element e;

	by_number = tm_byte_at(xml, 0) == TM_CODE_BY_NUMBER;
	if (by_number)
		xml = tm_str_sub(xml, 1, xml.n);
	/* <hi> and </hi> are halves. */
	if (tm_element_whole(xml, &e) != xml.n &&
	    tm_element_tag(xml, &e) != xml.n) {
		tm_buf_add(out, xml.p, xml.n);
		return true;
	}
	if (e.content.n > 0 && !by_number) {
		tm_element_unescape(e.content, &native);
		tag = fold_native(tm_buf_str(&native), out);
		tm_buf_release(&native);
		return tag;
	}
	number = tm_element_get(&e, "i");
	if (number.p == NULL)
		number = tm_element_get(&e, "x");
	if (number.p == NULL)
		number = tm_element_get(&e, "id");
	pos = tm_element_get(&e, "pos");
	closes = e.form == TM_TAG_CLOSE || tm_str_eq(e.name, TM_STR("ept")) ||
		 tm_str_eq(pos, TM_STR("end"));
	empty = !closes && !tm_str_eq(e.name, TM_STR("bpt")) &&
		!tm_str_eq(e.name, TM_STR("hi")) &&
		!tm_str_eq(pos, TM_STR("begin"));
	if (number.p == NULL)
		number = e.name;
	add_numbered(out, closes ? "</" : "<", number, empty ? "/>" : ">");
	return true;
}

bool
tm_code_fold(tm_str code, tm_buf *out)
{
	if (code.n >= 2 && code.p[0] == TM_CODE_SO)
		return fold_inline(tm_str_sub(code, 1, code.n - 1), out);
	tm_buf_add(out, code.p, code.n);
	return false;
}

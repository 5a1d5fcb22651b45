/*
 * codes.c - a text with its inline codes, as one string
 *
 * Reading what was typed goes the way that xliff.c goes:
 *
 *	<g id="1">x</g>	->  <bpt i="1" x="1" type="x-g">&lt;g id="1"&gt;</bpt>
 *			    x
 *			    <ept i="1">&lt;/g&gt;</ept>
 *
 * so that a segment typed as it stands in an XLIFF file is the same as the
 * unit that was imported from it.
 */
#include "config.h"

#include "tm/codes.h"

#include <stdlib.h>

#include "tm/text_int.h"

/* ---- One way of writing ------------------------------------------------ */

static void
add_value(tm_str value, tm_buf *out)
{
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] == '"')
			tm_buf_adds(out, "&quot;");
		else
			tm_buf_addc(out, value.p[i]);
}

static void
sort_attrs(tm_element *e)
{
	for (size_t i = 1; i < e->n; i++)
		for (size_t k = i;
		     k > 0 && tm_str_cmp(e->attr[k], e->attr[k - 1]) < 0; k--) {
			tm_str a = e->attr[k], v = e->value[k];

			e->attr[k] = e->attr[k - 1];
			e->value[k] = e->value[k - 1];
			e->attr[k - 1] = a;
			e->value[k - 1] = v;
		}
}

/* What cannot be read, or has half of a pair, stays as it is. */
static void
add_canonical(tm_str xml, tm_buf *out)
{
	tm_element e;
	bool whole = tm_element_whole(xml, &e) == xml.n && xml.n > 0;

	if (!whole && (tm_element_tag(xml, &e) != xml.n || xml.n == 0)) {
		for (size_t i = 0; i < xml.n; i++)
			if (xml.p[i] != TM_CODE_SO && xml.p[i] != TM_CODE_SI)
				tm_buf_addc(out, xml.p[i]);
		return;
	}
	if (e.form == TM_TAG_CLOSE) {
		tm_buf_printf(out, "</%.*s>", TM_STR_ARG(e.name));
		return;
	}
	sort_attrs(&e);
	tm_buf_printf(out, "<%.*s", TM_STR_ARG(e.name));
	for (size_t i = 0; i < e.n; i++) {
		tm_buf_printf(out, " %.*s=\"", TM_STR_ARG(e.attr[i]));
		add_value(e.value[i], out);
		tm_buf_addc(out, '"');
	}
	if (e.content.n > 0) {
		tm_buf_addc(out, '>');
		for (size_t i = 0; i < e.content.n; i++)
			if (e.content.p[i] != TM_CODE_SO &&
			    e.content.p[i] != TM_CODE_SI)
				tm_buf_addc(out, e.content.p[i]);
		tm_buf_printf(out, "</%.*s>", TM_STR_ARG(e.name));
	} else
		tm_buf_adds(out, whole || e.form == TM_TAG_EMPTY ? "/>" : ">");
}

/* ---- Text and codes together ------------------------------------------- */

void
tm_codes_mark(
    tm_str text, const tm_code_at *codes, size_t n, bool in_place, tm_buf *out)
{
	tm_scanned t = { .end = 0 };
	size_t done = 0, scanned = 0;
	bool more = true;

	for (size_t i = 0; i < n; i++) {
		size_t at = codes[i].at < text.n ? codes[i].at : text.n;

		if (at < done)
			at = done;
		/* Half of a character is none. */
		while (!in_place && at < text.n && at > 0 &&
		       (text.p[at] & 0xc0) == 0x80)
			at++;
		/* The token that ends behind the code: does it begin before? */
		while (!in_place && more && t.end <= at)
			more = tm_scan(text, &scanned, &t);
		if (!in_place && more && t.start < at)
			at = t.end;
		tm_buf_add(out, text.p + done, at - done);
		done = at;
		tm_buf_addc(out, TM_CODE_SO);
		add_canonical(codes[i].xml, out);
		tm_buf_addc(out, TM_CODE_SI);
	}
	tm_buf_add(out, text.p + done, text.n - done);
}

bool
tm_codes_next(tm_str marked, size_t *at, tm_str *plain, tm_str *xml)
{
	size_t start = *at, i = start, end;

	*plain = tm_str_sub(marked, start, start);
	*xml = (tm_str){ NULL, 0 };
	if (start >= marked.n)
		return false;
	for (; i < marked.n; i++) {
		if (marked.p[i] != TM_CODE_SO)
			continue;
		for (end = i + 1; end < marked.n &&
				  marked.p[end] != TM_CODE_SI &&
				  marked.p[end] != TM_CODE_SO;)
			end++;
		if (end == marked.n || marked.p[end] == TM_CODE_SO)
			continue;
		*plain = tm_str_sub(marked, start, i);
		*xml = tm_str_sub(marked, i + 1, end);
		*at = end + 1;
		return true;
	}
	*plain = tm_str_sub(marked, start, marked.n);
	*at = marked.n;
	return true;
}

bool
tm_placeholder_next(tm_str text, size_t *at, tm_str *plain, tm_str *placeholder)
{
	size_t start = *at;
	tm_scanned t;

	*plain = tm_str_sub(text, start, text.n);
	*placeholder = (tm_str){ NULL, 0 };
	if (start >= text.n)
		return false;
	while (tm_scan(text, at, &t))
		if (t.kind == TM_CODE) {
			*plain = tm_str_sub(text, start, t.start);
			*placeholder = tm_str_sub(text, t.start, t.end);
			return true;
		}
	*at = text.n;
	return true;
}

/* Is this code, with its marks, the place of a word? */
static bool
is_placeholder(tm_str code, tm_buf *scratch)
{
	tm_buf_clear(scratch);
	return !tm_code_fold(code, scratch);
}

bool
tm_codes_by_number(tm_str marked, tm_buf *out)
{
	tm_str plain, xml, code;
	tm_buf scratch = { 0 };
	size_t start = out->n, at = 0;
	bool some = false;

	while (tm_codes_next(marked, &at, &plain, &xml)) {
		tm_buf_add(out, plain.p, plain.n);
		if (xml.p == NULL)
			continue;
		code = tm_str_sub(marked, at - xml.n - 2, at);
		tm_buf_addc(out, TM_CODE_SO);
		if (is_placeholder(code, &scratch)) {
			tm_buf_addc(out, TM_CODE_BY_NUMBER);
			some = true;
		}
		tm_buf_add(out, xml.p, xml.n);
		tm_buf_addc(out, TM_CODE_SI);
	}
	if (!some)
		out->n = start;
	tm_buf_release(&scratch);
	return some;
}

size_t
tm_codes_way_back(tm_codes_way *way, size_t at)
{
	for (; way->at < at && way->at < way->text.n; way->at++)
		way->more += way->at > 0 &&
			     way->text.p[way->at] == TM_CODE_BY_NUMBER &&
			     way->text.p[way->at - 1] == TM_CODE_SO;
	return at - way->more;
}

/* Codes while they are found, and the text between them. */
typedef struct building {
	tm_arena *arena;
	tm_buf text;
	tm_code_at *v;
	size_t n, cap;
} building;

static void
push_code(building *b, tm_str xml)
{
	tm_grow(b->v, b->n, b->cap);
	b->v[b->n++] = (tm_code_at){ b->text.n, tm_arena_str(b->arena, xml) };
}

static void
finish(building *b, tm_coded *out)
{
	out->text = tm_arena_str(b->arena, tm_buf_str(&b->text));
	out->n_codes = b->n;
	out->codes = tm_arena_zalloc(b->arena, b->n, sizeof *b->v);
	if (b->n > 0)
		memcpy(out->codes, b->v, b->n * sizeof *b->v);
	tm_buf_release(&b->text);
	free(b->v);
}

void
tm_codes_split(tm_str marked, tm_arena *arena, tm_coded *out)
{
	building b = { .arena = arena };
	tm_str plain, xml;
	size_t at = 0;

	while (tm_codes_next(marked, &at, &plain, &xml)) {
		tm_buf_add(&b.text, plain.p, plain.n);
		if (xml.p != NULL)
			push_code(&b, xml);
	}
	finish(&b, out);
}

/* ---- What was typed ---------------------------------------------------- */

enum {
	MOST_OPEN = 64,
	/* Numbers for ids that are none, as a reader of XLIFF gives them. */
	FIRST_NAME = 1001,
};

/* What an element is in TMX: itself, with what is in it (WHOLE); a code that
 * has its tag in it (PLACE); two of them round what is in it (PAIR, HI). */
typedef enum way { WHOLE, PLACE, PAIR, HI } way;

static const struct known {
	const char *name, *tmx;
	way way;
} known[] = {
	{ "ph", "ph", WHOLE },
	{ "ut", "ut", WHOLE },
	{ "it", "it", WHOLE },
	{ "bpt", "bpt", WHOLE },
	{ "ept", "ept", WHOLE },
	{ "hi", "hi", HI },
	{ "g", "bpt", PAIR },
	{ "pc", "bpt", PAIR },
	{ "x", "ph", PLACE },
	{ "bx", "bpt", PLACE },
	{ "sc", "bpt", PLACE },
	{ "ex", "ept", PLACE },
	{ "ec", "ept", PLACE },
};
#define N_KNOWN (sizeof known / sizeof known[0])

typedef struct typed {
	building out;
	tm_str text;
	struct open {
		const struct known *what;
		int number;
	} open[MOST_OPEN];
	size_t n_open;
	tm_str names[MOST_OPEN];
	size_t n_names;
	bool never[N_KNOWN]; /* no closing tag comes any more */
	bool tags, some;     /* other tags become codes; some have */
	tm_buf code;
} typed;

static const struct known *
find_known(tm_str name)
{
	for (size_t i = 0; i < N_KNOWN; i++)
		if (tm_str_eq(name, tm_str_of(known[i].name)))
			return &known[i];
	return NULL;
}

/* The number that an id stands for. */
static int
number_of(typed *t, const tm_element *e)
{
	static const char *const attrs[] = { "rid", "startRef", "id" };
	tm_str id = { NULL, 0 };
	size_t i = 0;
	int n = 0;

	for (size_t k = 0; k < 3 && id.p == NULL; k++)
		id = tm_element_get(e, attrs[k]);
	if (id.p == NULL)
		return -1;
	for (; i < id.n && i < 6 && id.p[i] >= '0' && id.p[i] <= '9'; i++)
		n = 10 * n + (id.p[i] - '0');
	if (id.n > 0 && i == id.n)
		return n;
	for (i = 0; i < t->n_names; i++)
		if (tm_str_eq(t->names[i], id))
			return FIRST_NAME + (int)i;
	if (t->n_names == MOST_OPEN)
		return -1;
	t->names[t->n_names++] = id;
	return FIRST_NAME + (int)t->n_names - 1;
}

static void
add_text(tm_str s, tm_buf *out)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '<':
			tm_buf_adds(out, "&lt;");
			break;
		case '>':
			tm_buf_adds(out, "&gt;");
			break;
		case '&':
			tm_buf_adds(out, "&amp;");
			break;
		default:
			tm_buf_addc(out, s.p[i]);
		}
}

/* <bpt i="1" x="1" type="x-g">...</bpt>, the tag being what is in it. */
static void
push_wrapped(typed *t, const struct known *k, const char *tmx, int number,
    const tm_element *e)
{
	tm_buf *c = &t->code, tag = { 0 };

	tm_buf_clear(c);
	tm_buf_printf(c, "<%s", tmx);
	if (strcmp(tmx, "ph") != 0)
		tm_buf_printf(c, " i=\"%d\"", number);
	if (strcmp(tmx, "ept") != 0)
		tm_buf_printf(c, " x=\"%d\" type=\"x-%s\"", number, k->name);
	tm_buf_addc(c, '>');
	tm_buf_printf(&tag, "<%s%.*s", e->form == TM_TAG_CLOSE ? "/" : "",
	    TM_STR_ARG(e->name));
	for (size_t i = 0; i < e->n; i++)
		tm_buf_printf(&tag, " %.*s=\"%.*s\"", TM_STR_ARG(e->attr[i]),
		    TM_STR_ARG(e->value[i]));
	tm_buf_adds(&tag, k->way == PLACE ? "/>" : ">");
	add_text(tm_buf_str(&tag), c);
	tm_buf_printf(c, "</%s>", tmx);
	push_code(&t->out, tm_buf_str(c));
	tm_buf_release(&tag);
}

/* <ph id="1"> of XLIFF is <ph x="1"> in TMX. */
static void
push_renumbered(
    typed *t, const struct known *k, const tm_element *e, int number)
{
	tm_str pos = tm_element_get(e, "pos");
	tm_buf *c = &t->code;

	tm_buf_clear(c);
	tm_buf_printf(c, "<%s", k->tmx);
	if (k->way == WHOLE && strcmp(k->tmx, "it") == 0)
		tm_buf_printf(c, " pos=\"%s\"",
		    tm_str_eq(pos, TM_STR("close")) ? "end" : "begin");
	if (strcmp(k->tmx, "bpt") == 0 || strcmp(k->tmx, "ept") == 0)
		tm_buf_printf(c, " i=\"%d\"", number);
	if (strcmp(k->tmx, "ept") != 0)
		tm_buf_printf(c, " x=\"%d\"", number);
	tm_buf_printf(c, ">%.*s</%s>", TM_STR_ARG(e->content), k->tmx);
	push_code(&t->out, tm_buf_str(c));
}

/* Is there a closing tag for it further on? */
static bool
is_closed(tm_str rest, tm_str name)
{
	for (size_t i = 0; i + 3 + name.n <= rest.n; i++)
		if (rest.p[i] == '<' && rest.p[i + 1] == '/' &&
		    tm_str_eq(tm_str_sub(rest, i + 2, i + 2 + name.n), name) &&
		    rest.p[i + 2 + name.n] == '>')
			return true;
	return false;
}

/* The tag e at i, n bytes long, as a code. Returns where it ends, or i when
 * it is text. */
static size_t
take_close(
    typed *t, size_t i, size_t n, const struct known *k, const tm_element *e)
{
	if (t->n_open == 0 || t->open[t->n_open - 1].what != k)
		return i;
	t->n_open--;
	if (k->way == HI)
		push_code(&t->out, TM_STR("</hi>"));
	else
		push_wrapped(t, k, "ept", t->open[t->n_open].number, e);
	return i + n;
}

static size_t
take_open(
    typed *t, size_t i, size_t n, const struct known *k, const tm_element *e)
{
	int number = k->way == HI ? 0 : number_of(t, e);

	if (number < 0 || t->n_open == MOST_OPEN || t->never[k - known])
		return i;
	t->never[k - known] =
	    !is_closed(tm_str_sub(t->text, i + n, t->text.n), e->name);
	if (t->never[k - known])
		return i;
	if (k->way == HI)
		push_code(&t->out, tm_str_sub(t->text, i, i + n));
	else
		push_wrapped(t, k, "bpt", number, e);
	t->open[t->n_open++] = (struct open){ k, number };
	return i + n;
}

/* The element at i, with what is in it. */
static size_t
take_whole(typed *t, size_t i, const struct known *k)
{
	tm_str rest = tm_str_sub(t->text, i, t->text.n);
	tm_element e;
	size_t n = t->never[k - known] ? 0 : tm_element_whole(rest, &e);
	int number;

	if (n == 0) {
		t->never[k - known] = true;
		n = tm_element_tag(rest, &e);
		if (e.form != TM_TAG_EMPTY)
			return i;
	}
	number = number_of(t, &e);
	if (k->way == PLACE && (number < 0 || e.content.n > 0))
		return i;
	if (k->way == PLACE)
		push_wrapped(t, k, k->tmx, number, &e);
	else if (number >= 0)
		push_renumbered(t, k, &e, number);
	else
		push_code(&t->out, tm_str_sub(rest, 0, n));
	return i + n;
}

/*
 * <1> </1> <2/> and, of OmegaT, <f0> </f0> <x1/>: how tools show the codes
 * that they number. <h1> is a tag of HTML.
 */
static size_t
take_short(typed *t, size_t i)
{
	const char *p = t->text.p;
	size_t n = t->text.n, k = i + 1, digits;
	bool closes = k < n && p[k] == '/', empty;

	k += closes;
	if (k < n && (p[k] | 0x20) >= 'a' && (p[k] | 0x20) <= 'z' &&
	    (p[k] | 0x20) != 'h')
		k++;
	for (digits = k; k < n && k - digits < 6 && p[k] >= '0' && p[k] <= '9';)
		k++;
	empty = !closes && k < n && p[k] == '/';
	if (k == digits || k + empty >= n || p[k + empty] != '>')
		return i;
	tm_buf_clear(&t->code);
	tm_buf_printf(&t->code,
	    closes  ? "<ept i=\"%.*s\"/>"
	    : empty ? "<ph x=\"%.*s\"/>"
		    : "<bpt i=\"%.*s\"/>",
	    (int)(k - digits), p + digits);
	push_code(&t->out, tm_buf_str(&t->code));
	return k + empty + 1;
}

/* <b>, as the native code of one. */
static size_t
take_tag(typed *t, size_t i)
{
	tm_scanned token;
	size_t end = i;
	const char *name = "bpt";

	if (!t->tags || !tm_scan(t->text, &end, &token) ||
	    token.kind != TM_CODE || token.start != i)
		return i;
	if (t->text.p[end - 2] == '/')
		name = "ph";
	else if (t->text.p[i + 1] == '/')
		name = "ept";
	tm_buf_clear(&t->code);
	tm_buf_printf(&t->code, "<%s>", name);
	add_text(tm_str_sub(t->text, i, end), &t->code);
	tm_buf_printf(&t->code, "</%s>", name);
	push_code(&t->out, tm_buf_str(&t->code));
	t->some = true;
	return end;
}

static size_t
take_element(typed *t, size_t i)
{
	tm_element e;
	size_t n = tm_element_tag(tm_str_sub(t->text, i, t->text.n), &e);
	const struct known *k = n == 0 ? NULL : find_known(e.name);

	if (k == NULL)
		return take_short(t, i);
	if (k->way == PAIR || k->way == HI)
		return e.form == TM_TAG_CLOSE  ? take_close(t, i, n, k, &e)
		       : e.form == TM_TAG_OPEN ? take_open(t, i, n, k, &e)
					       : i;
	return e.form == TM_TAG_CLOSE ? i : take_whole(t, i, k);
}

static bool
read_typed(tm_str text, bool tags, tm_arena *arena, tm_coded *out)
{
	typed t = { .out = { .arena = arena }, .text = text, .tags = tags };

	for (size_t i = 0; i < text.n;) {
		size_t end = text.p[i] == '<' ? take_element(&t, i) : i;

		if (end == i && text.p[i] == '<')
			end = take_tag(&t, i);
		if (end > i) {
			i = end;
			continue;
		}
		tm_buf_addc(&t.out.text, text.p[i++]);
	}
	tm_buf_release(&t.code);
	finish(&t.out, out);
	return t.some;
}

void
tm_codes_read(tm_str text, tm_arena *arena, tm_coded *out)
{
	read_typed(text, false, arena, out);
}

bool
tm_codes_read_tags(tm_str text, tm_arena *arena, tm_coded *out)
{
	return read_typed(text, true, arena, out);
}

/* ---- For people -------------------------------------------------------- */

void
tm_code_show(tm_str xml, tm_buf *out)
{
	tm_str number = { NULL, 0 }, pos;
	tm_element e;
	bool closes;

	if ((tm_element_whole(xml, &e) != xml.n &&
		tm_element_tag(xml, &e) != xml.n) ||
	    xml.n == 0) {
		tm_buf_adds(out, "<?>");
		return;
	}
	pos = tm_element_get(&e, "pos");
	closes = e.form == TM_TAG_CLOSE || tm_str_eq(e.name, TM_STR("ept")) ||
		 tm_str_eq(pos, TM_STR("end"));
	number =
	    tm_element_get(&e, tm_str_eq(e.name, TM_STR("bpt")) ? "i" : "x");
	if (number.p == NULL)
		number = tm_element_get(&e, "i");
	if (number.p == NULL)
		number = tm_element_get(&e, "x");
	if (number.p == NULL && tm_str_starts(e.content, TM_STR("&lt;"))) {
		tm_element_unescape(e.content, out);
		return;
	}
	if (number.p == NULL)
		number = e.name;
	tm_buf_printf(out, "<%s%.*s%s>", closes ? "/" : "", TM_STR_ARG(number),
	    !closes && !tm_str_eq(e.name, TM_STR("bpt")) &&
		    !tm_str_eq(e.name, TM_STR("hi")) &&
		    !tm_str_eq(pos, TM_STR("begin"))
		? "/"
		: "");
}

void
tm_code_show_native(tm_str xml, tm_buf *out)
{
	size_t before = out->n;
	tm_element e;

	if (xml.n > 0 && tm_element_whole(xml, &e) == xml.n)
		tm_element_unescape(e.content, out);
	if (out->n == before)
		tm_code_show(xml, out);
}

/*
 * adapt_codes.c - the codes of a query in a translation
 *
 *	stored	Press <1>Enter</1>.	query	<2/>Press Enter.
 *	target	اضغط <1>إدخال</1>.	new	<2/>اضغط إدخال.
 *
 * A code that was replaced is replaced in the translation, one that is gone
 * goes there, too: where the translation has it as often as the stored
 * text. What is new has a place only at the beginning and at the end. A code
 * that has only moved stays where the translator has put it.
 *
 * Placeholders that are written out (%s) are codes like any other.
 */
#include "config.h"

#include "tm/adapt_int.h"

#include <stdlib.h>

#include "tm/text_int.h"

typedef enum fate { NEW, SAME, REPLACED, GONE } fate;

typedef struct code {
	size_t start, end;
	tm_str text;	/* as it stands, marks and all */
	char role;	/* '<' opens, '>' closes, '/' stands alone */
	tm_str number;	/* pairs it across languages; p NULL: none */
	tm_str content; /* native code, as written; empty: none */
	fate fate;
	const struct code *is; /* what has replaced it */
} code;

typedef struct codes {
	code *v;
	size_t n, cap;
	size_t first, last; /* where the other tokens begin and end */
} codes;

/* ---- Per cent ---------------------------------------------------------- */

/* Each is looked for in the other text. */
enum { MOST_PERCENTS = 50 };

bool
tm_adapt_is_percent(tm_str word)
{
	for (size_t i = 1; i < word.n; i++)
		if (word.p[i] < '0' || word.p[i] > '9')
			return false;
	return word.n > 1 && word.p[0] == '%';
}

static bool
is_percent_sign(int32_t c)
{
	return c == '%' || c == 0x66a || c == 0xff05;
}

bool
tm_adapt_has_percents(tm_str text, tm_str other)
{
	tm_scanned t, u;
	size_t n = 0, signs;

	for (size_t i = 0; tm_scan(text, &i, &t);) {
		tm_str word = tm_str_sub(text, t.start, t.end);

		if (t.kind != TM_CODE || !tm_adapt_is_percent(word))
			continue;
		if (++n > MOST_PERCENTS)
			return false;
		signs = 0;
		for (size_t k = 0; tm_scan(other, &k, &u);) {
			signs += u.kind == TM_PUNCT && is_percent_sign(u.c);
			if (u.kind == TM_CODE &&
			    tm_str_eq(tm_str_sub(other, u.start, u.end), word))
				return false;
		}
		/* %1 is more often a placeholder than one per cent */
		if (word.n == 2 && signs == 0)
			return false;
	}
	return n > 0;
}

/* ---- Reading ----------------------------------------------------------- */

static void
read_code(code *c)
{
	tm_str xml, pos;
	tm_element e;

	c->role = '/';
	if (c->text.p[0] != TM_CODE_SO) {
		c->content = c->text;
		return;
	}
	xml = tm_str_sub(c->text, 1, c->text.n - 1);
	if (tm_element_whole(xml, &e) != xml.n &&
	    tm_element_tag(xml, &e) != xml.n) {
		c->content = c->text;
		return;
	}
	c->content = e.content;
	c->number = tm_element_get(&e, "x");
	if (c->number.p == NULL)
		c->number = tm_element_get(&e, "i");
	pos = tm_element_get(&e, "pos");
	if (e.form == TM_TAG_CLOSE || tm_str_eq(e.name, TM_STR("ept")) ||
	    tm_str_eq(pos, TM_STR("end")))
		c->role = '>';
	else if (tm_str_eq(e.name, TM_STR("bpt")) ||
		 tm_str_eq(e.name, TM_STR("hi")) ||
		 tm_str_eq(pos, TM_STR("begin")))
		c->role = '<';
	if (c->content.n == 0 && c->number.p == NULL)
		c->content = e.name; /* <hi> */
}

static tm_str
pairing_of(const code *c)
{
	tm_str none = { NULL, 0 }, xml;
	tm_element e;

	if (c->text.p[0] != TM_CODE_SO)
		return none;
	xml = tm_str_sub(c->text, 1, c->text.n - 1);
	return tm_element_whole(xml, &e) == xml.n ? tm_element_get(&e, "i")
						  : none;
}

/* An <ept> has only the number that pairs it with its <bpt>: the one that
 * counts in the other language is that one's. */
static void
number_ends(codes *all)
{
	for (size_t k = 0; k < all->n; k++) {
		tm_str i = all->v[k].role == '>' ? pairing_of(&all->v[k])
						 : (tm_str){ NULL, 0 };

		for (size_t j = k; i.p != NULL && j-- > 0;)
			if (all->v[j].role == '<' &&
			    tm_str_eq(pairing_of(&all->v[j]), i)) {
				all->v[k].number = all->v[j].number;
				break;
			}
	}
}

static void
read_codes(tm_str text, bool percents, codes *all)
{
	tm_scanned t;
	size_t i = 0;

	all->first = SIZE_MAX;
	while (tm_scan(text, &i, &t)) {
		code c = { .start = t.start,
			.end = t.end,
			.text = tm_str_sub(text, t.start, t.end) };

		if (t.kind != TM_CODE ||
		    (percents && tm_adapt_is_percent(c.text))) {
			if (all->first == SIZE_MAX)
				all->first = t.start;
			all->last = t.end;
			continue;
		}
		read_code(&c);
		tm_grow(all->v, all->n, all->cap);
		all->v[all->n++] = c;
	}
	number_ends(all);
}

/* Where one has no native code, the number must do; where one has no
 * number, the native code. */
static bool
same_code(const code *a, const code *b)
{
	if (a->role != b->role)
		return false;
	if (a->number.p != NULL && b->number.p != NULL) {
		if (!tm_str_eq(a->number, b->number))
			return false;
		return a->content.n == 0 || b->content.n == 0 ||
		       tm_str_eq(a->content, b->content);
	}
	return a->content.n > 0 && tm_str_eq(a->content, b->content);
}

/* ---- What became of them ----------------------------------------------- */

static size_t
count_before(const codes *all, size_t i, size_t end)
{
	size_t n = 0;

	while (i + n < all->n && all->v[i + n].start < end)
		n++;
	return n;
}

static void
pair_codes(codes *stored, codes *query, const tm_edit *edits, size_t n_edits)
{
	size_t i = 0, j = 0;

	for (size_t e = 0; e < n_edits; e++) {
		size_t n = count_before(stored, i, edits[e].a_end);
		size_t m = count_before(query, j, edits[e].b_end);

		for (; n > 0 && m > 0; n--, m--, i++, j++) {
			code *s = &stored->v[i], *q = &query->v[j];

			s->is = q;
			s->fate = same_code(s, q) ? SAME : REPLACED;
			q->fate = SAME;
		}
		for (; n > 0; n--, i++)
			stored->v[i].fate = GONE;
		for (; m > 0; m--, j++)
			query->v[j].fate = NEW;
	}
	/* What is gone here and new there has moved. */
	for (i = 0; i < stored->n; i++)
		for (j = 0; j < query->n && stored->v[i].fate == GONE; j++)
			if (query->v[j].fate == NEW &&
			    same_code(&stored->v[i], &query->v[j]))
				stored->v[i].fate = query->v[j].fate = SAME;
}

static bool
same_fate(const code *a, const code *b)
{
	return a->fate == b->fate &&
	       (a->fate != REPLACED || tm_str_eq(a->is->text, b->is->text));
}

/* May it go where it stands in the translation? */
static bool
is_sure(const codes *stored, const codes *target, const code *c)
{
	size_t have = 0, places = 0;

	for (size_t i = 0; i < stored->n; i++) {
		if (!same_code(&stored->v[i], c))
			continue;
		have++;
		if (!same_fate(&stored->v[i], c))
			return false;
	}
	for (size_t i = 0; i < target->n; i++)
		places += same_code(&target->v[i], c);
	return places == have;
}

static void
add_change(tm_adapt_changes *out, size_t start, size_t end, tm_str text)
{
	tm_grow(out->v, out->n, out->cap);
	out->v[out->n++] = (tm_adapt_change){ start, end, text, false };
}

/* With the code goes one of two spaces round it. */
static size_t
without_space(tm_str text, const code *c)
{
	bool before = c->start == 0 || text.p[c->start - 1] == ' ';

	return before && c->end < text.n && text.p[c->end] == ' ' ? c->end + 1
								  : c->end;
}

/* %s stands for a word, a tag for none. */
static bool
is_hole(const code *c)
{
	return c->text.p[0] != '<' && c->text.p[0] != '&' &&
	       c->text.p[0] != TM_CODE_SO;
}

/* Is a placeholder among what is new, or gone? What a word has become of, or
 * the other way, nobody knows. */
static bool
has_holes(const codes *all, bool same_too)
{
	for (size_t i = 0; i < all->n; i++)
		if (is_hole(&all->v[i]) &&
		    (all->v[i].fate == NEW || all->v[i].fate == GONE ||
			(same_too && all->v[i].fate == REPLACED)))
			return true;
	return false;
}

static bool
change_old(const codes *stored, const codes *target, tm_str text,
    tm_adapt_changes *out)
{
	for (size_t i = 0; i < stored->n; i++) {
		const code *s = &stored->v[i];
		bool again = false;

		if (s->fate == SAME)
			continue;
		if (!is_sure(stored, target, s))
			return false;
		for (size_t k = 0; k < i; k++)
			again = again || same_code(&stored->v[k], s);
		for (size_t k = 0; k < target->n && !again; k++) {
			const code *t = &target->v[k];

			if (!same_code(t, s))
				continue;
			if (s->fate == GONE)
				add_change(out, t->start,
				    without_space(text, t), TM_STR(""));
			else
				add_change(out, t->start, t->end, s->is->text);
		}
	}
	return true;
}

/* What stands before all words, or behind them, does so in any language. */
static bool
add_new(const codes *query, tm_str target, tm_adapt_changes *out)
{
	for (size_t j = 0; j < query->n; j++) {
		const code *q = &query->v[j];

		if (q->fate != NEW)
			continue;
		if (query->first == SIZE_MAX || q->start < query->first)
			add_change(out, 0, 0, q->text);
		else if (q->start >= query->last)
			add_change(out, target.n, target.n, q->text);
		else
			return false;
	}
	return true;
}

/* Every code is looked for among all others. */
enum { MOST_CODES = 500 };

bool
tm_adapt_codes(tm_str query, tm_str stored, const tm_edit *edits,
    size_t n_edits, tm_str target, const bool percents[2],
    tm_adapt_changes *changes)
{
	codes q = { 0 }, s = { 0 }, t = { 0 };
	size_t before = changes->n;
	bool ok = true;

	read_codes(query, percents[0], &q);
	read_codes(stored, percents[0], &s);
	read_codes(target, percents[1], &t);
	if (q.n <= MOST_CODES && s.n <= MOST_CODES && t.n <= MOST_CODES) {
		pair_codes(&s, &q, edits, n_edits);
		if (has_holes(&s, false) || has_holes(&q, false)) {
			ok = false;
		} else if (!change_old(&s, &t, target, changes) ||
			   !add_new(&q, target, changes)) {
			changes->n = before;
			ok = !has_holes(&s, true);
		}
	}
	free(q.v);
	free(s.v);
	free(t.v);
	return ok;
}

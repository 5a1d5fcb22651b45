/*
 * difference.c - what makes the stored segment the query
 *
 * The edits of a match are runs of tokens. What stands between these, white
 * space and characters that nobody sees, is compared here:
 *
 *	Open  the file		keep "Open ", delete " ", keep "the file"
 *	Open the file
 */
#include "config.h"

#include "difference.h"

#include <stdlib.h>

/* ---- What is not seen -------------------------------------------------- */

static const struct unseen {
	uint32_t c;
	const char *name;
} unseen[] = { { '\t', "[TAB]" }, { '\n', "[LF]" }, { '\r', "[CR]" },
	{ ' ', "␣" }, { 0x85, "[NEL]" }, { 0xa0, "[NBSP]" }, { 0xad, "[SHY]" },
	{ 0x61c, "[ALM]" }, { 0x180e, "[MVS]" }, { 0x200b, "[ZWSP]" },
	{ 0x200c, "[ZWNJ]" }, { 0x200d, "[ZWJ]" }, { 0x200e, "[LRM]" },
	{ 0x200f, "[RLM]" }, { 0x202a, "[LRE]" }, { 0x202b, "[RLE]" },
	{ 0x202c, "[PDF]" }, { 0x202d, "[LRO]" }, { 0x202e, "[RLO]" },
	{ 0x202f, "[NNBSP]" }, { 0x2060, "[WJ]" }, { 0x2066, "[LRI]" },
	{ 0x2067, "[RLI]" }, { 0x2068, "[FSI]" }, { 0x2069, "[PDI]" },
	{ 0x3000, "[IDSP]" }, { 0xfeff, "[BOM]" } };

/* The code point at s, of n bytes; what is no UTF-8 is one byte. */
static uint32_t
code_point(tm_str s, size_t *n)
{
	unsigned char lead = (unsigned char)s.p[0];
	size_t want = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	uint32_t c = want == 1 ? lead : lead & (0x7fu >> want);

	*n = 1;
	if (want > s.n)
		return 0xfffd;
	for (size_t i = 1; i < want; i++)
		c = c << 6 | ((unsigned char)s.p[i] & 0x3f);
	*n = want;
	return c;
}

/* NULL: it is seen. */
static const char *
name_of(uint32_t c, char out[16])
{
	for (size_t i = 0; i < sizeof unseen / sizeof unseen[0]; i++)
		if (unseen[i].c == c)
			return unseen[i].name;
	if ((c < 0x2000 || c > 0x200a) && c != 0x2028 && c != 0x2029 &&
	    c != 0x1680 && c != 0x205f)
		return NULL;
	snprintf(out, 16, "[U+%04X]", (unsigned)c);
	return out;
}

/* How many bytes at the beginning of s are not seen. */
static size_t
unseen_at(tm_str s)
{
	size_t i = 0, n;
	char name[16];

	while (i < s.n &&
	       name_of(code_point(tm_str_sub(s, i, s.n), &n), name) != NULL)
		i += n;
	return i;
}

/* ---- Pieces ------------------------------------------------------------ */

/* What follows the last piece; nothing where both are empty. */
static void
add(struct difference *d, tm_edit_op op, tm_str was, tm_str is)
{
	struct piece *last = d->n == 0 ? NULL : &d->v[d->n - 1];

	if (was.n + is.n == 0)
		return;
	if (op != TM_KEEP)
		op = was.n == 0	 ? TM_INSERT
		     : is.n == 0 ? TM_DELETE
				 : TM_REPLACE;
	if (last != NULL && last->op == op && op != TM_REPLACE) {
		last->was.n += was.n;
		last->is.n += is.n;
		return;
	}
	tm_grow(d->v, d->n, d->cap);
	d->v[d->n++] = (struct piece){ op, was, is };
}

/* Two texts that are the same but for what is not seen. What differs in
 * another way is the same in NFC. */
static void
compare(struct difference *d, tm_str was, tm_str is)
{
	while (was.n > 0 || is.n > 0) {
		size_t n = 0, a, b;

		while (n < was.n && n < is.n && was.p[n] == is.p[n])
			n++;
		while (n > 0 && ((n < was.n && (was.p[n] & 0xc0) == 0x80) ||
				    (n < is.n && (is.p[n] & 0xc0) == 0x80)))
			n--;
		add(d, TM_KEEP, tm_str_sub(was, 0, n), tm_str_sub(is, 0, n));
		was = tm_str_sub(was, n, was.n);
		is = tm_str_sub(is, n, is.n);
		a = unseen_at(was);
		b = unseen_at(is);
		if (a + b == 0) {
			add(d, TM_KEEP, was, is);
			return;
		}
		add(d, TM_REPLACE, tm_str_sub(was, 0, a), tm_str_sub(is, 0, b));
		was = tm_str_sub(was, a, was.n);
		is = tm_str_sub(is, b, is.n);
	}
}

/*
 * The blank before what is only on one side: is it that before what follows
 * on the other one? "files by" has it in "files <b>by", where no other comes
 * behind the code; in "the old file" there is one more.
 */
static size_t
shared_blank(tm_str here, size_t start, size_t end, tm_str other)
{
	tm_str blank = tm_str_sub(here, 0, start);
	tm_str behind = tm_str_sub(here, end, here.n);

	return tm_str_starts(other, blank) && !tm_str_starts(behind, blank)
		   ? start
		   : 0;
}

/* Is it one blank, which goes with the word that it stands before? */
static bool
is_blank(tm_str gap)
{
	return gap.n == 1 && gap.p[0] == ' ';
}

void
difference_of(struct difference *d, const tm_edit *edits, size_t n,
    tm_str stored, tm_str query)
{
	const tm_str none = { "", 0 };
	size_t a = 0, b = 0;

	d->n = 0;
	for (size_t i = 0; i < n; i++) {
		const tm_edit *e = &edits[i];
		size_t a_to = e->op == TM_REPLACE ? e->a_start : e->a_end;
		size_t b_to = e->op == TM_REPLACE ? e->b_start : e->b_end;

		/* "file menu" for "file.": the blank came with the word. */
		if (e->op == TM_REPLACE && a_to == a &&
		    is_blank(tm_str_sub(query, b, b_to))) {
			if (i > 0 && e[-1].op == TM_INSERT) {
				add(d, TM_INSERT, none,
				    tm_str_sub(query, b, b_to));
				b = b_to;
			}
			b_to = b;
		} else if (e->op == TM_REPLACE && b_to == b &&
			   is_blank(tm_str_sub(stored, a, a_to))) {
			if (i > 0 && e[-1].op == TM_DELETE) {
				add(d, TM_DELETE, tm_str_sub(stored, a, a_to),
				    none);
				a = a_to;
			}
			a_to = a;
		}
		if (e->op == TM_INSERT)
			a_to = a + shared_blank(tm_str_sub(query, b, query.n),
				       e->b_start - b, e->b_end - b,
				       tm_str_sub(stored, a, stored.n));
		if (e->op == TM_DELETE)
			b_to = b + shared_blank(tm_str_sub(stored, a, stored.n),
				       e->a_start - a, e->a_end - a,
				       tm_str_sub(query, b, query.n));
		if (e->op == TM_INSERT)
			b_to = b + (a_to - a);
		if (e->op == TM_DELETE)
			a_to = a + (b_to - b);
		compare(
		    d, tm_str_sub(stored, a, a_to), tm_str_sub(query, b, b_to));
		a = e->op == TM_INSERT ? a_to : e->a_end;
		b = e->op == TM_DELETE ? b_to : e->b_end;
		add(d, e->op, tm_str_sub(stored, a_to, a),
		    tm_str_sub(query, b_to, b));
	}
	compare(
	    d, tm_str_sub(stored, a, stored.n), tm_str_sub(query, b, query.n));
}

void
difference_release(struct difference *d)
{
	free(d->v);
	*d = (struct difference){ 0 };
}

/* ---- To be seen -------------------------------------------------------- */

void
difference_code(tm_str xml, enum code_view view, tm_buf *out)
{
	switch (view) {
	case CODE_NUMBER:
		tm_code_show(xml, out);
		break;
	case CODE_NATIVE:
		tm_code_show_native(xml, out);
		break;
	case CODE_XML:
		tm_buf_add(out, xml.p, xml.n);
	}
}

/* The codes of s, one after the other. */
static void
add_codes(tm_str s, enum code_view view, tm_buf *out)
{
	tm_str plain, xml;
	size_t at = 0;

	while (tm_codes_next(s, &at, &plain, &xml))
		if (xml.p != NULL) {
			difference_code(xml, view, out);
			tm_buf_addc(out, '\n');
		}
}

static bool
look_alike(tm_str was, tm_str is, enum code_view view)
{
	tm_buf a = { 0 }, b = { 0 };
	bool alike;

	add_codes(was, view, &a);
	add_codes(is, view, &b);
	alike = tm_str_eq(tm_buf_str(&a), tm_buf_str(&b));
	tm_buf_release(&a);
	tm_buf_release(&b);
	return alike;
}

enum code_view
difference_view(tm_str was, tm_str is)
{
	if (look_alike(was, is, CODE_XML) || !look_alike(was, is, CODE_NUMBER))
		return CODE_NUMBER;
	return look_alike(was, is, CODE_NATIVE) ? CODE_XML : CODE_NATIVE;
}

void
difference_edges(tm_str *s, tm_str *before, tm_str *after)
{
	tm_str all = *s;
	size_t from = 0, to = all.n;

	while (from < to && all.p[from] == ' ')
		from++;
	while (to > from && all.p[to - 1] == ' ')
		to--;
	if (from == to || unseen_at(all) == all.n)
		from = 0, to = all.n;
	*before = tm_str_sub(all, 0, from);
	*after = tm_str_sub(all, to, all.n);
	*s = tm_str_sub(all, from, to);
}

void
difference_show(tm_str s, tm_buf *out)
{
	bool blanks = unseen_at(s) == s.n;
	char made[16];

	for (size_t i = 0, n; i < s.n; i += n) {
		uint32_t c = code_point(tm_str_sub(s, i, s.n), &n);
		const char *name = name_of(c, made);

		if (name != NULL && (c != ' ' || blanks))
			tm_buf_adds(out, name);
		else
			tm_buf_add(out, s.p + i, n);
	}
}

/*
 * align-anchors.c - the pairs of a text that somebody says are right
 *
 * Numbers of sentences, or what "tmtool align" itself writes, corrected: a
 * ladder, TSV or JSON. Texts are found among the sentences by what they say
 * without white space, which a spreadsheet or an editor may have changed:
 *
 *	sentences	Yes. | He came home. | Yes. | It rained.
 *	a row says	He came home. Yes.	-> 1, 2
 *
 * Rows are mostly in the order of the text, so a text that stands several
 * times is taken where the last row ended; elsewhere it tells nothing.
 */
#include "config.h"

#include "align-known.h"

#include <stdlib.h>

/* ---- Where a text stands ----------------------------------------------- */

/* The sentences of a side without white space, one after the other. */
struct squeezed {
	const struct side *side;
	tm_buf text;
	size_t *start; /* of each sentence, and the end */
	uint64_t *key; /* its first eight bytes and those after it */
	size_t next;   /* the sentence after the last row's */
};

/* Of one row and one side. */
struct run {
	size_t first, n;
};

static void
add_squeezed(tm_buf *out, tm_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr(" \t\n\r\f\v", s.p[i]) == NULL || s.p[i] == '\0')
			tm_buf_addc(out, s.p[i]);
}

/* 0 where there are no eight bytes. */
static uint64_t
key_of(tm_str s)
{
	uint64_t key = 0;

	if (s.n >= sizeof key)
		memcpy(&key, s.p, sizeof key);
	return key;
}

static void
squeeze(struct squeezed *z, const struct side *side)
{
	size_t n = side->spans.n;

	*z = (struct squeezed){ .side = side };
	z->start = tm_zalloc(n + 1, sizeof *z->start);
	for (size_t i = 0; i < n; i++) {
		z->start[i] = z->text.n;
		add_squeezed(&z->text, side->segments[i]);
	}
	z->start[n] = z->text.n;
	z->key = tm_zalloc(n + 1, sizeof *z->key);
	for (size_t i = 0; i < n; i++)
		z->key[i] = key_of(
		    tm_str_sub(tm_buf_str(&z->text), z->start[i], z->text.n));
}

static void
squeezed_release(struct squeezed *z)
{
	tm_buf_release(&z->text);
	free(z->start);
	free(z->key);
}

/* How many sentences from first on say text; 0: they do not. */
static size_t
run_at(const struct squeezed *z, size_t first, tm_str text)
{
	size_t n = z->side->spans.n, end = first;

	if (first >= n || z->text.n - z->start[first] < text.n ||
	    memcmp(z->text.p + z->start[first], text.p, text.n) != 0)
		return 0;
	while (end < n && z->start[end] < z->start[first] + text.n)
		end++;
	return z->start[end] == z->start[first] + text.n ? end - first : 0;
}

enum standing { NOWHERE, ONCE, OFTEN };

/* Where text stands: at the sentence hint, else after the last row, else
 * wherever it does once. */
static enum standing
find_run(struct squeezed *z, tm_str text, size_t hint, struct run *run)
{
	size_t likely[2] = { hint, z->next }, n;
	enum standing standing = NOWHERE;
	uint64_t key = key_of(text);

	for (int k = 0; k < 2; k++)
		if ((n = run_at(z, likely[k], text)) > 0) {
			*run = (struct run){ likely[k], n };
			return ONCE;
		}
	for (size_t i = 0; i < z->side->spans.n; i++) {
		/* The keys find 30,000 shuffled rows nine times as fast. */
		if ((key != 0 && key != z->key[i]) ||
		    (n = run_at(z, i, text)) == 0)
			continue;
		if (standing != NOWHERE)
			return OFTEN;
		standing = ONCE;
		*run = (struct run){ i, n };
	}
	return standing;
}

/* ---- A row ------------------------------------------------------------- */

struct anchors {
	const char *path;
	size_t line;
	struct known *known;
	struct squeezed z[2];
	tm_buf cell;
	size_t often; /* rows left out, */
	size_t first; /* and the line of the first */
};

/* What a row says of one side. */
struct saying {
	tm_str text;	/* empty: nothing, or numbers tell */
	bool numbered;	/* run is said, too */
	struct run run; /* n 0: it is unpaired */
};

/* Bytes of a text in a message. */
#define MOST_SHOWN 60

static bool
place(struct anchors *an, int d, struct saying *s, bool *often, tm_error *err)
{
	struct squeezed *z = &an->z[d];
	size_t hint = s->numbered ? s->run.first : SIZE_MAX;
	tm_str shown = s->text;

	tm_buf_clear(&an->cell);
	add_squeezed(&an->cell, s->text);
	if (an->cell.n == 0)
		return true;
	switch (find_run(z, tm_buf_str(&an->cell), hint, &s->run)) {
	case ONCE:
		return true;
	case OFTEN:
		*often = true;
		return true;
	case NOWHERE:
		break;
	}
	if (shown.n > MOST_SHOWN)
		shown.n = MOST_SHOWN;
	while (shown.n > 0 && shown.n < s->text.n &&
	       (s->text.p[shown.n] & 0xc0) == 0x80)
		shown.n--;
	return tm_fail(err, TM_PARSE,
	    "'%s' line %zu: no sentences of '%s' are '%.*s%s'", an->path,
	    an->line, z->side->path, TM_STR_ARG(shown),
	    shown.n < s->text.n ? "..." : "");
}

static bool
fix_row(struct anchors *an, struct saying s[2], tm_error *err)
{
	bool often = false;

	if (!place(an, 0, &s[0], &often, err) ||
	    !place(an, 1, &s[1], &often, err))
		return false;
	if (often) {
		an->first = an->often++ == 0 ? an->line : an->first;
		return true;
	}
	for (int d = 0; d < 2; d++)
		if (s[d].run.n > 0)
			an->z[d].next = s[d].run.first + s[d].run.n;
	if (s[0].run.n > 0 && s[1].run.n > 0)
		known_fix(an->known, s[0].run.first, s[0].run.n, s[1].run.first,
		    s[1].run.n);
	else
		for (int d = 0; d < 2; d++)
			known_leave_alone(
			    an->known, d, s[d].run.first, s[d].run.n);
	return true;
}

/* ---- Ladders ----------------------------------------------------------- */

static bool
fix_rungs(struct known *k, const char *path, tm_error *err)
{
	tm_ladder ladder = { 0 };
	bool ok = tm_ladder_read(path, &ladder, err);

	for (size_t i = 0; ok && i < ladder.n; i++) {
		const tm_rung *r = &ladder.v[i];

		if (r->n_src == 0 || r->n_tgt == 0) {
			for (size_t q = 0; q < r->n_src; q++)
				known_leave_alone(k, 0, r->src[q], 1);
			for (size_t q = 0; q < r->n_tgt; q++)
				known_leave_alone(k, 1, r->tgt[q], 1);
			continue;
		}
		if (r->src[r->n_src - 1] - r->src[0] + 1 != r->n_src ||
		    r->tgt[r->n_tgt - 1] - r->tgt[0] + 1 != r->n_tgt)
			ok = tm_fail(err, TM_PARSE,
			    "'%s': the pair of sentences %u and %u leaves out "
			    "some between its ends",
			    path, r->src[0], r->tgt[0]);
		else
			known_fix(k, r->src[0], r->n_src, r->tgt[0], r->n_tgt);
	}
	tm_ladder_release(&ladder);
	return ok;
}

/* ---- JSON -------------------------------------------------------------- */

/* One side of an object: numbers from 0 in "segments", or "text", or both. */
static bool
read_side(const json_t *row, const char *name, struct saying *s)
{
	const json_t *side = json_object_get(row, name);
	const json_t *numbers = json_object_get(side, "segments");
	const json_t *text = json_object_get(side, "text");
	size_t n = json_array_size(numbers);

	*s = (struct saying){ .numbered = n > 0 };
	if (!json_is_array(numbers) && !json_is_string(text))
		return false;
	for (size_t i = 0; i < n; i++) {
		const json_t *number = json_array_get(numbers, i);
		json_int_t value = json_integer_value(number);

		if (!json_is_integer(number) || value < 0 || value > 99999999 ||
		    (i > 0 && (size_t)value != s->run.first + i))
			return false;
		if (i == 0)
			s->run.first = (size_t)value;
	}
	if (json_is_string(text))
		s->text = tm_str_of(json_string_value(text));
	else
		s->run.n = n;
	return true;
}

/* Objects one after the other, each on a line or on several. */
static bool
read_objects(struct anchors *an, tm_str rest, tm_error *err)
{
	bool ok = true;

	while (ok && rest.n > 0) {
		struct saying s[2];
		json_error_t why;
		json_t *row;

		if (strchr(" \t\r\n", rest.p[0]) != NULL) {
			an->line += rest.p[0] == '\n';
			rest = tm_str_sub(rest, 1, rest.n);
			continue;
		}
		row = json_loadb(rest.p, rest.n, JSON_DISABLE_EOF_CHECK, &why);
		if (row == NULL)
			return tm_fail(err, TM_PARSE, "'%s' line %zu: %s",
			    an->path,
			    an->line +
				(why.line > 0 ? (size_t)why.line - 1 : 0),
			    why.text);
		if (read_side(row, "source", &s[0]) &&
		    read_side(row, "target", &s[1]))
			ok = fix_row(an, s, err);
		else
			ok = tm_fail(err, TM_PARSE,
			    "'%s' line %zu: no pair as -f json writes it, "
			    "with the text or the numbers of neighbouring "
			    "segments as source and target",
			    an->path, an->line);
		json_decref(row);
		for (int i = 0; i < why.position; i++)
			an->line += rest.p[i] == '\n';
		rest = tm_str_sub(rest, (size_t)why.position, rest.n);
	}
	return ok;
}

/* ---- Lines ------------------------------------------------------------- */

/* "12" or "12-14", from 1; "-": none. */
static bool
read_range(tm_str cell, struct run *run)
{
	size_t value[2] = { 0, 0 };
	int half = 0;

	*run = (struct run){ 0, 0 };
	if (tm_str_eq(cell, TM_STR("-")))
		return true;
	for (size_t i = 0; i < cell.n; i++) {
		char c = cell.p[i];

		if (c == '-' && half == 0 && value[0] > 0)
			half = 1;
		else if (c < '0' || c > '9' || value[half] > 99999999)
			return false;
		else
			value[half] = value[half] * 10 + (size_t)(c - '0');
	}
	if (half == 0)
		value[1] = value[0];
	if (value[0] == 0 || value[1] < value[0])
		return false;
	*run = (struct run){ value[0] - 1, value[1] - value[0] + 1 };
	return true;
}

/* Cells of a line: up to 4, or 5 where there are more. */
static size_t
split(tm_str line, tm_str cell[5])
{
	size_t n = 0, from = 0;

	for (size_t i = 0; i <= line.n && n < 5; i++)
		if (i == line.n || line.p[i] == '\t') {
			cell[n++] = tm_str_trim(tm_str_sub(line, from, i));
			from = i + 1;
		}
	return n;
}

/* Numbers, where both are, else texts. A row of align's own has a confidence
 * and a type after them, and its texts may be numbers. */
static bool
fix_line(struct anchors *an, tm_str line, tm_error *err)
{
	struct saying s[2] = { { .numbered = false } };
	tm_str cell[5];
	size_t n = split(line, cell);

	if (n == 2 && read_range(cell[0], &s[0].run) &&
	    read_range(cell[1], &s[1].run) && s[0].run.n + s[1].run.n > 0)
		return fix_row(an, s, err);
	if (n < 2 || n > 4 || cell[0].n + cell[1].n == 0 ||
	    (n == 2 && tm_str_eq(cell[0], cell[1]) && cell[0].p[0] == '-'))
		return tm_fail(err, TM_PARSE,
		    "'%s' line %zu: neither two sentence numbers nor two "
		    "texts with a tab between them, nor a ladder, nor JSON",
		    an->path, an->line);
	for (int d = 0; d < 2; d++)
		s[d] = (struct saying){ .text = cell[d] };
	return fix_row(an, s, err);
}

/* A row of align's own may begin with "#", as a heading does. */
static bool
is_comment(tm_str line)
{
	tm_str cell[5];

	return line.p[0] == '#' && split(line, cell) != 4;
}

static bool
read_rows(struct anchors *an, tm_str rest, tm_error *err)
{
	bool ok = true;

	while (ok && rest.n > 0) {
		const char *nl = memchr(rest.p, '\n', rest.n);
		size_t size = nl == NULL ? rest.n : (size_t)(nl - rest.p);
		tm_str line = tm_str_sub(rest, 0, size);
		bool cells = memchr(line.p, '\t', line.n) != NULL;
		tm_str says = tm_str_trim(line);

		an->line++;
		if (says.n == 0 || is_comment(line))
			;
		else if (says.p[0] == '[' && !cells)
			return fix_rungs(an->known, an->path, err);
		else if (says.p[0] == '{' && !cells)
			return read_objects(an, rest, err);
		else
			ok = fix_line(an, line, err);
		rest = tm_str_sub(rest, size + (nl != NULL), rest.n);
	}
	return ok;
}

bool
read_anchors(
    struct known *k, const char *path, const struct alignment *a, tm_error *err)
{
	struct anchors an = { .path = path, .known = k };
	tm_buf text = { 0 };
	bool ok;

	squeeze(&an.z[0], &a->src);
	squeeze(&an.z[1], &a->tgt);
	ok = read_text(path, NULL, &text, NULL, err) &&
	     read_rows(&an, tm_buf_str(&text), err);
	if (ok && an.often > 0)
		complain("'%s' line %zu: its text stands several times, and "
			 "the line before does not tell which is meant; %zu "
			 "such line%s left out",
		    path, an.first, an.often, an.often == 1 ? "" : "s");
	squeezed_release(&an.z[0]);
	squeezed_release(&an.z[1]);
	tm_buf_release(&an.cell);
	tm_buf_release(&text);
	known_sort(k);
	return ok;
}

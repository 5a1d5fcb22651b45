/*
 * match_script.c - what became what, and what it cost
 *
 * The cheapest way through the tokens of two segments, told as an edit
 * script, and the points it cost, shared out among their reasons.
 */
#include "config.h"

#include "tm/match.h"

#include <assert.h>
#include <stdlib.h>

#include "tm/match_int.h"
#include "tm/text_int.h"

/* Beyond this product of lengths what differs is one replacement: 16 MB. */
static const uint64_t most_script = UINT64_C(1) << 24;

/* ---- The edit script --------------------------------------------------- */

/* What points are lost for; rows of the ledger in this order. */
enum {
	FOR_WORDS,
	FOR_FORMS,
	FOR_CASE,
	FOR_DIACRITICS,
	FOR_ORTHOGRAPHY,
	FOR_NUMBERS,
	FOR_CODES,
	FOR_PUNCTUATION,
	FOR_SPACING,
	N_REASONS
};

static const char *const reasons[N_REASONS] = {
	[FOR_WORDS] = "words",
	[FOR_FORMS] = "word forms",
	[FOR_CASE] = "case",
	[FOR_DIACRITICS] = "diacritics",
	[FOR_ORTHOGRAPHY] = "orthography",
	[FOR_NUMBERS] = "numbers",
	[FOR_CODES] = "codes",
	[FOR_PUNCTUATION] = "punctuation",
	[FOR_SPACING] = "spacing",
};

typedef struct comparison {
	const tm_match_side *query, *stored;
	const tm_match_token *a, *b; /* stored and query, numbered */
	uint64_t lost[N_REASONS];
	tm_match *match;
	size_t end_a, end_b; /* tokens told so far */
} comparison;

static int
reason_for_kind(uint8_t kind)
{
	return kind == TM_WORD	   ? FOR_WORDS
	       : kind == TM_NUMBER ? FOR_NUMBERS
	       : kind == TM_CODE   ? FOR_CODES
				   : FOR_PUNCTUATION;
}

/* A sign for money says what a number counts. */
static bool
is_currency(tm_str s)
{
	static const char *const others[] = { "$", "¢", "£", "¤", "¥", "؋", "฿",
		"﷼" };

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (tm_str_eq(s, tm_str_of(others[i])))
			return true;
	/* U+20A0 to U+20CF */
	return s.n == 3 && memcmp(s.p, "\xe2\x82\xa0", 3) >= 0 &&
	       memcmp(s.p, "\xe2\x83\x8f", 3) <= 0;
}

/* A token that is too much, or in the place of another: text is its. */
static int
reason_for_token(const tm_match_token *t, tm_str text)
{
	return is_currency(text) ? FOR_NUMBERS : reason_for_kind(t->kind);
}

/* Two tokens with one fold: is it the case of letters, or their marks? */
static int
reason_for_fold(tm_str a, tm_str b, uint8_t kind)
{
	static const int of[] = { [TM_SPELLING_CASE] = FOR_CASE,
		[TM_SPELLING_MARKS] = FOR_DIACRITICS,
		[TM_SPELLING_LETTERS] = FOR_ORTHOGRAPHY };

	return kind == TM_WORD ? of[tm_text_compare_spelling(a, b)]
			       : reason_for_kind(kind);
}

static void
lose(comparison *c, const tm_match_token *a, const tm_match_token *b,
    uint64_t cost)
{
	tm_str x = { "", 0 }, y = { "", 0 };
	int why;

	if (a != NULL)
		x = tm_match_token_text(c->stored, (size_t)(a - c->a));
	if (b != NULL)
		y = tm_match_token_text(c->query, (size_t)(b - c->b));
	if (b == NULL || (a != NULL && a->weight > b->weight &&
			     (a->key != b->key || a->kind != b->kind)))
		why = reason_for_token(a, x);
	else if (a == NULL || a->key != b->key || a->kind != b->kind)
		why = reason_for_token(b, y);
	else if (a->kind == TM_WORD && a->fold != b->fold)
		why = FOR_FORMS;
	else
		why = reason_for_fold(x, y, a->kind);
	c->lost[why] += cost;
}

static size_t
next_char(tm_str text, size_t i)
{
	do
		i++;
	while (i < text.n && ((unsigned char)text.p[i] & 0xc0) == 0x80);
	return i;
}

/*
 * From offsets in the NFC of a text to those in the text, for offsets that do
 * not go down. Nothing combines with a space, so that it goes word by word.
 */
typedef struct trail {
	const tm_match_side *side;
	size_t start, end; /* of a word in the text */
	size_t nfc, n;	   /* where its NFC starts, and how long that is */
	bool same;	   /* which is the word itself */
	tm_buf scratch;
} trail;

static void
take_word(trail *w)
{
	tm_str text = w->side->text, word, nfc;
	const char *space;

	w->start = w->end;
	w->nfc += w->n;
	space = w->start + 1 < text.n
		    ? memchr(text.p + w->start + 1, ' ', text.n - w->start - 1)
		    : NULL;
	w->end = space == NULL ? text.n : (size_t)(space - text.p);
	word = tm_str_sub(text, w->start, w->end);
	nfc = tm_match_nfc(word, &w->scratch);
	w->same = nfc.p == word.p;
	w->n = nfc.n;
}

/*
 * The offset in the text: in the word that holds it, the longest beginning
 * whose NFC does not pass it is taken. Long "words" (no spaces at all) are not
 * looked into.
 */
static size_t
original(trail *w, size_t at)
{
	tm_str word;
	size_t i = 0;

	if (w->side->nfc.n == 0)
		return at;
	while (w->nfc + w->n <= at && w->end < w->side->text.n)
		take_word(w);
	if (w->nfc + w->n <= at)
		return w->end;
	at -= w->nfc;
	if (w->same)
		return w->start + at;
	word = tm_str_sub(w->side->text, w->start, w->end);
	while (i < word.n && word.n <= 256) {
		size_t next = next_char(word, i);

		if (tm_match_nfc(tm_str_sub(word, 0, next), &w->scratch).n > at)
			break;
		i = next;
	}
	return w->start + i;
}

/* Tokens first..last of a side, in bytes. */
static void
lead_to_bytes(trail *w, size_t *first, size_t *last)
{
	const tm_tokens *t = &w->side->tokens;
	bool some = *first < *last;
	size_t end = some ? t->v[*last - 1].end : 0;

	*first =
	    *first < t->n ? original(w, t->v[*first].start) : w->side->text.n;
	*last = some ? original(w, end) : *first;
}

/* The edits were told in tokens. */
static void
tell_bytes(comparison *c)
{
	trail a = { .side = c->stored }, b = { .side = c->query };

	for (size_t i = 0; i < c->match->n_edits; i++) {
		tm_edit *e = &c->match->edits[i];

		lead_to_bytes(&a, &e->a_start, &e->a_end);
		lead_to_bytes(&b, &e->b_start, &e->b_end);
	}
	tm_buf_release(&a.scratch);
	tm_buf_release(&b.scratch);
}

/* Some more tokens of the one, the other or both. */
static void
tell(comparison *c, tm_edit_op op, size_t a, size_t b)
{
	tm_match *m = c->match;

	if (m->n_edits == 0 || m->edits[m->n_edits - 1].op != op) {
		tm_grow(m->edits, m->n_edits, m->cap_edits);
		m->edits[m->n_edits++] = (tm_edit){
			.op = op, .a_start = c->end_a, .b_start = c->end_b
		};
	}
	c->end_a += a;
	c->end_b += b;
	m->edits[m->n_edits - 1].a_end = c->end_a;
	m->edits[m->n_edits - 1].b_end = c->end_b;
}

static void
tell_pair(comparison *c, const tm_match_token *a, const tm_match_token *b)
{
	bool same = tm_match_same(a, b);

	if (!same)
		lose(c, a, b, tm_match_substitute(a, b));
	tell(c, same ? TM_KEEP : TM_REPLACE, 1, 1);
}

/*
 * The cheapest steps from n tokens to m, in the place of both: way[x][y] is
 * the first one when x and y tokens are left, so that the way is read forwards,
 * and a replacement comes before what is left over.
 */
static void
find_way(const tm_match_token *a, size_t n, const tm_match_token *b, size_t m,
    uint8_t *way)
{
	size_t width = m + 1;
	uint64_t *row = tm_alloc(width * sizeof *row);

	row[0] = 0;
	for (size_t y = 0; y < m; y++) {
		row[y + 1] = row[y] + 100u * b[m - 1 - y].weight;
		way[y + 1] = TM_INSERT;
	}
	for (size_t x = 0; x < n; x++) {
		const tm_match_token *s = &a[n - 1 - x];
		uint64_t corner = row[0];

		row[0] += 100u * s->weight;
		way[(x + 1) * width] = TM_DELETE;
		for (size_t y = 0; y < m; y++) {
			const tm_match_token *q = &b[m - 1 - y];
			uint64_t cost = corner + tm_match_substitute(s, q);
			uint8_t op = TM_REPLACE;

			if (row[y + 1] + 100u * s->weight < cost) {
				cost = row[y + 1] + 100u * s->weight;
				op = TM_DELETE;
			}
			if (row[y] + 100u * q->weight < cost) {
				cost = row[y] + 100u * q->weight;
				op = TM_INSERT;
			}
			corner = row[y + 1];
			row[y + 1] = cost;
			way[(x + 1) * width + y + 1] = op;
		}
	}
	free(row);
}

/* What is left when beginning and end are off: n tokens from i on become m
 * tokens from j on. */
static void
tell_middle(comparison *c, size_t i, size_t n, size_t j, size_t m)
{
	const tm_match_token *a = c->a + i, *b = c->b + j;
	uint8_t *way;

	if (n > 0 && m > 0 && (uint64_t)n * m > most_script) {
		c->lost[FOR_WORDS] += 1;
		tell(c, TM_REPLACE, n, m);
		return;
	}
	way = tm_alloc((n + 1) * (m + 1));
	find_way(a, n, b, m, way);
	for (size_t x = n, y = m; x > 0 || y > 0;) {
		const tm_match_token *s = &a[n - x], *q = &b[m - y];

		switch (way[x * (m + 1) + y]) {
		case TM_DELETE:
			lose(c, s, NULL, 100u * s->weight);
			tell(c, TM_DELETE, 1, 0);
			x--;
			break;
		case TM_INSERT:
			lose(c, NULL, q, 100u * q->weight);
			tell(c, TM_INSERT, 0, 1);
			y--;
			break;
		default:
			tell_pair(c, s, q);
			x--, y--;
		}
	}
	free(way);
}

/*
 * Share out the lost points by what each reason cost, whole points only;
 * the largest remainders get what is left over.
 */
static void
write_ledger(comparison *c)
{
	tm_match *m = c->match;
	uint64_t total = 0, over[N_REASONS], given = 0;
	int lost = 100 - m->rate, points[N_REASONS];

	for (int i = 0; i < N_REASONS; i++)
		total += c->lost[i];
	if (total == 0) {
		/* No token differs, and yet it is not the same text. */
		c->lost[FOR_SPACING] = total = 1;
	}
	for (int i = 0; i < N_REASONS; i++) {
		uint64_t share = c->lost[i] * (uint64_t)lost;

		points[i] = (int)(share / total);
		over[i] = share % total;
		given += (uint64_t)points[i];
	}
	for (; given < (uint64_t)lost; given++) {
		int best = 0;

		for (int i = 1; i < N_REASONS; i++)
			if (over[i] > over[best])
				best = i;
		points[best]++;
		over[best] = 0;
	}
	for (int i = 0; i < N_REASONS; i++)
		if (points[i] > 0)
			m->ledger[m->n_ledger++] =
			    (tm_ledger_row){ reasons[i], points[i] };
}

void
tm_match_compare(
    const tm_match_side *query, const tm_match_side *stored, tm_match *match)
{
	size_t n = stored->tokens.n, m = query->tokens.n, start;
	tm_match_token *v;
	const tm_match_token *a, *b = query->v;
	comparison c = { query, stored, NULL, query->v, { 0 }, match, 0, 0 };
	double s;

	match->n_edits = 0;
	match->n_ledger = 0;
	if (query == stored) {
		match->score = 1;
		match->rate = 100;
		if (n > 0)
			tell(&c, TM_KEEP, n, n);
		tell_bytes(&c);
		return;
	}
	c.a = a = v = tm_match_number_stored(query, stored);
	s = tm_match_tokens_agree(
	    tm_match_distance(b, m, a, n, TM_MATCH_FAR - 1), query->weight,
	    stored->weight);
	match->score = tm_match_join(s, tm_match_char_ratio(query, stored));
	match->rate = tm_match_rate(match->score);
	if (tm_match_verbatim(query, stored)) {
		match->score = 1;
		match->rate = 100;
	}
	start = tm_match_trim(&a, &n, &b, &m);
	for (size_t i = 0; i < start; i++)
		tell_pair(&c, &v[i], &query->v[i]);
	tell_middle(&c, start, n, start, m);
	while (c.end_a < stored->tokens.n)
		tell_pair(&c, &v[c.end_a], &query->v[c.end_b]);
	tell_bytes(&c);
	if (match->rate < 100)
		write_ledger(&c);
	free(v);
}

static void
add_row(tm_match *match, const char *name, int points)
{
	size_t i = 0;

	while (i < match->n_ledger && strcmp(match->ledger[i].name, name) != 0)
		i++;
	assert(i < TM_LEDGER_MAX);
	if (i == match->n_ledger)
		match->ledger[match->n_ledger++] = (tm_ledger_row){ name, 0 };
	match->ledger[i].points += points;
	match->rate -= points;
}

void
tm_match_penalty(tm_match *match, const char *name, int points)
{
	if (points > match->rate)
		points = match->rate;
	if (points > 0)
		add_row(match, name, points);
}

void
tm_match_bonus(tm_match *match, const char *name, int points)
{
	add_row(match, name, -points);
}

void
tm_match_release(tm_match *match)
{
	free(match->edits);
	*match = (tm_match){ 0 };
}

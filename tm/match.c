/*
 * match.c - the match rate: how close is a stored segment to this one?
 *
 * Two rows of weighted tokens, stored above and query below:
 *
 *	The   red   house  ,          weights .77 .77 1.00 .50
 *	The   blue  houses .                  .77 .89 1.00 .50
 *	0     .89   .25    .50        cost = 1.64
 *
 *	S = 1 - 1.64 / 3.16 = .48	what the tokens say
 *	C = 1 - 6 / 17 = .65		what the characters say
 *	F = S + .3 min(C - S, .15) = .53
 *
 * A token weighs by the length of its stem (Arabic prefixes and Chinese
 * characters count for little, long words for much); a word that differs
 * in its ending only costs a quarter. The constants are those that came
 * out best for translators on eleven held-out sets (see docs/FUZZY.md);
 * finer grading of substitutions bought nothing.
 */
#include "config.h"

#include "tm/match.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "tm/match_int.h"
#include "tm/text_int.h"

/* Per cent of the weight that a pair of tokens costs. */
enum {
	SAME_FOLD = 2,	  /* case, marks, digits of another script */
	SAME_STEM = 25,	  /* another form of the word */
	OTHER_VALUE = 30, /* two numbers, two codes */
	OTHER = 100
};

/*
 * Of an inline code. A pair of tags that is missing costs a label of one word 4
 * points and a sentence one: segments that differ in codes alone stay at 95 and
 * above, as translators expect (docs/FUZZY.md). It has no characters, either. A
 * tag that is written out in the text weighs as much as a word: taken as
 * lightly, the best matches of user interfaces were .2 and .5 points less
 * useful.
 */
enum { TAG_WEIGHT = 3 };

static const double char_share = .3; /* of C - S that goes into F, */
static const double char_most = .15; /* C - S being this at most */

/* Products of lengths beyond which what differs is one replacement: a
 * second's work for a score, 16 MB for an edit script. */
static const uint64_t most_cells = UINT64_C(1) << 26;
static const uint64_t most_script = UINT64_C(1) << 24;

/* ---- Tokens ------------------------------------------------------------ */

uint16_t
tm_match_weight(tm_token_kind kind, tm_str key)
{
	size_t letters = 0;
	long w;

	if (kind == TM_PUNCT)
		return 50;
	if (kind == TM_CODE && tm_str_eq(key, TM_STR(TM_KEY_OF_TAGS)))
		return TAG_WEIGHT;
	if (kind != TM_WORD)
		return 100;
	for (size_t i = 0; i < key.n; i++)
		letters += ((unsigned char)key.p[i] & 0xc0) != 0x80;
	w = lround(100 * sqrt((double)letters / 5));
	return (uint16_t)(w < 30 ? 30 : w > 200 ? 200 : w);
}

tm_str
tm_match_key(const tm_token *token)
{
	if (token->kind == TM_NUMBER)
		return (tm_str){ "", 0 };
	return token->stem;
}

bool
tm_match_is_tag(const tm_token *token)
{
	return token->kind == TM_CODE &&
	       tm_str_eq(token->stem, TM_STR(TM_KEY_OF_TAGS));
}

/* What of a token may not differ for SAME_FOLD: numbers go by value. */
static tm_str
fold_of(const tm_token *token)
{
	return token->kind == TM_NUMBER ? token->key : token->plain;
}

tm_str
tm_match_token_text(const tm_match_side *side, size_t i)
{
	const tm_token *t = &side->tokens.v[i];
	const char *p = side->nfc.n > 0 ? side->nfc.p : side->text.p;

	return (tm_str){ p + t->start, t->end - t->start };
}

bool
tm_match_has_space(tm_str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t n = s.n;

	for (size_t i = 0; i < n; i++) {
		if (p[i] <= ' ')
			return true;
		if (i + 1 < n && p[i] == 0xc2 &&
		    (p[i + 1] == 0xa0 || p[i + 1] == 0x85))
			return true; /* no-break space, next line */
		if (i + 2 >= n)
			continue;
		if (p[i] == 0xe2 && p[i + 1] == 0x80 &&
		    (p[i + 2] <= 0x8a || p[i + 2] == 0xa8 || p[i + 2] == 0xa9 ||
			p[i + 2] == 0xaf))
			return true; /* U+2000 to U+200A, separators */
		if ((p[i] == 0xe2 && p[i + 1] == 0x81 && p[i + 2] == 0x9f) ||
		    (p[i] == 0xe3 && p[i + 1] == 0x80 && p[i + 2] == 0x80) ||
		    (p[i] == 0xe1 && p[i + 1] == 0x9a && p[i + 2] == 0x80))
			return true; /* of mathematics, China, Ireland */
	}
	return false;
}

/*
 * A side is also a table that finds its tokens by key: slots, then for
 * each token the next one with the same key. Numbers for text, fold and
 * key are the index of the first token that has it.
 *
 *	index		0    1    2
 *	token		The  cat  the
 *	text		0    1    2
 *	fold, key	0    1    0
 *	next		2    -    -
 */
#define NONE UINT32_MAX

static uint32_t *
find_slot(const tm_match_side *side, uint8_t kind, tm_str key)
{
	uint64_t h = (tm_str_hash(key) ^ kind) * UINT64_C(0x9e3779b97f4a7c15);
	size_t mask = side->n_slots - 1;
	size_t at = (size_t)(h >> 32) & mask;

	for (;; at = (at + 1) & mask) {
		uint32_t i = side->slots[at];

		if (i == NONE ||
		    (side->v[i].kind == kind &&
			tm_str_eq(tm_match_key(&side->tokens.v[i]), key)))
			return &side->slots[at];
	}
}

/* Give token t of other the numbers it has among the tokens of side. */
static void
number_token(const tm_match_side *side, const tm_match_side *other, size_t t,
    tm_match_token *out)
{
	const tm_token *token = &other->tokens.v[t];
	tm_str fold = fold_of(token), text = tm_match_token_text(other, t);

	*out = other->v[t];
	out->text = out->fold = out->key = NONE;
	if (side->n_slots == 0)
		return;
	out->key = *find_slot(side, out->kind, tm_match_key(token));
	for (uint32_t i = out->key; i != NONE; i = side->next[i]) {
		if (!tm_str_eq(fold_of(&side->tokens.v[i]), fold))
			continue;
		if (out->fold == NONE)
			out->fold = i;
		if (tm_str_eq(tm_match_token_text(side, i), text)) {
			out->text = i;
			break;
		}
	}
}

static void
number_side(tm_match_side *side)
{
	size_t n = side->tokens.n, want = 16;

	while (want < 2 * n)
		want *= 2;
	tm_grow_to(side->slots, want, side->cap_slots);
	tm_grow_to(side->next, n, side->cap_next);
	side->n_slots = want;
	memset(side->slots, 0xff, want * sizeof *side->slots);
	/* From the end, so that each list begins with the first token. */
	for (size_t i = n; i-- > 0;) {
		uint32_t *slot = find_slot(
		    side, side->v[i].kind, tm_match_key(&side->tokens.v[i]));

		side->next[i] = *slot;
		*slot = (uint32_t)i;
	}
	for (size_t i = 0; i < n; i++) {
		tm_match_token numbered;

		number_token(side, side, i, &numbered);
		side->v[i] = numbered;
	}
}

tm_str
tm_match_nfc(tm_str text, tm_buf *nfc)
{
	size_t i = 0;

	tm_buf_clear(nfc);
	/* Nothing below U+0300 combines with what is before it. */
	while (i < text.n && (unsigned char)text.p[i] < 0xcc)
		i++;
	if (i == text.n)
		return text;
	tm_text_nfc(text, nfc);
	if (!tm_str_eq(tm_buf_str(nfc), text))
		return tm_buf_str(nfc);
	tm_buf_clear(nfc);
	return text;
}

size_t
tm_match_decode(tm_str s, uint32_t *v)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		uint32_t c = p[i++];

		if (c >= 0x80) {
			/* A byte that begins nothing is far from any letter. */
			bool alone = i == s.n || (p[i] & 0xc0) != 0x80;

			c = alone	? 0x110000 + c
			    : c >= 0xf0 ? c & 7
			    : c >= 0xe0 ? c & 15
					: c & 31;
			while (i < s.n && (p[i] & 0xc0) == 0x80)
				c = c << 6 | (p[i++] & 63);
		}
		v[n++] = c;
	}
	return n;
}

size_t
tm_match_count(tm_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += i == 0 || ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

void
tm_match_side_set(tm_match_side *side, tm_analyser *an, tm_str text)
{
	bool spaced = false;
	size_t end = 0;

	side->text = text;
	text = tm_match_nfc(text, &side->nfc);
	tm_analyse(an, text, &side->tokens);
	tm_grow_to(side->v, side->tokens.n + 1, side->cap); /* never NULL */
	side->weight = 0;
	side->n_cp = 0;
	for (size_t i = 0; i < side->tokens.n; i++) {
		const tm_token *t = &side->tokens.v[i];
		tm_match_token *v = &side->v[i];

		*v = (tm_match_token){ .kind = (uint8_t)t->kind };
		v->weight = tm_match_weight(t->kind, tm_match_key(t));
		v->space = i > 0 &&
			   tm_match_has_space(tm_str_sub(text, end, t->start));
		end = t->end;
		side->weight += v->weight;
		spaced = spaced || v->space;
		if (tm_match_is_tag(t))
			continue;
		tm_grow_to(side->cp, side->n_cp + t->plain.n + 1, side->cap_cp);
		if (spaced && side->n_cp > 0)
			side->cp[side->n_cp++] = ' ';
		spaced = false;
		side->n_cp += tm_match_decode(t->plain, side->cp + side->n_cp);
	}
	number_side(side);
}

void
tm_match_side_release(tm_match_side *side)
{
	tm_tokens_release(&side->tokens);
	tm_buf_release(&side->nfc);
	free(side->v);
	free(side->cp);
	free(side->slots);
	free(side->next);
	*side = (tm_match_side){ 0 };
}

/* ---- The distance of tokens -------------------------------------------- */

static uint64_t
substitute(const tm_match_token *a, const tm_match_token *b)
{
	if (a->key != b->key || a->kind != b->kind)
		return (uint64_t)OTHER *
		       (a->weight > b->weight ? a->weight : b->weight);
	if (a->text == b->text)
		return 0;
	if (a->fold == b->fold || a->kind == TM_PUNCT)
		return (uint64_t)SAME_FOLD * a->weight;
	if (a->kind == TM_WORD)
		return (uint64_t)SAME_STEM * a->weight;
	return (uint64_t)OTHER_VALUE * a->weight;
}

static bool
same_token(const tm_match_token *a, const tm_match_token *b)
{
	return a->text == b->text && a->key == b->key && a->kind == b->kind;
}

/* Take the common beginning and end off both rows: no cheaper way through
 * them exists, since a substitution costs at least what weights differ by. */
static size_t
trim(const tm_match_token **a, size_t *n, const tm_match_token **b, size_t *m)
{
	size_t start = 0;

	while (*n > 0 && *m > 0 && same_token(*a, *b)) {
		(*a)++, (*n)--;
		(*b)++, (*m)--;
		start++;
	}
	while (*n > 0 && *m > 0 && same_token(*a + *n - 1, *b + *m - 1))
		(*n)--, (*m)--;
	return start;
}

static uint64_t
sum(const tm_match_token *v, size_t n)
{
	uint64_t w = 0;

	for (size_t i = 0; i < n; i++)
		w += v[i].weight;
	return w;
}

uint64_t
tm_match_distance(const tm_match_token *a, size_t n, const tm_match_token *b,
    size_t m, uint64_t limit)
{
	uint64_t here[64], *row = here, last;

	trim(&a, &n, &b, &m);
	if (n == 0 || m == 0 || (uint64_t)n * m > most_cells) {
		uint64_t wa = sum(a, n), wb = sum(b, m);

		last = 100 * (n == 0 || m == 0 ? wa + wb : wa > wb ? wa : wb);
		return last > limit ? TM_MATCH_FAR : last;
	}
	if (m + 1 > sizeof here / sizeof here[0])
		row = tm_alloc((m + 1) * sizeof *row);
	row[0] = 0;
	for (size_t j = 0; j < m; j++)
		row[j + 1] = row[j] + 100u * b[j].weight;
	for (size_t i = 0; i < n; i++) {
		uint64_t wi = 100u * a[i].weight, corner = row[0], least;

		least = row[0] = corner + wi;
		for (size_t j = 0; j < m; j++) {
			uint64_t cost = row[j + 1] + wi, other;

			other = row[j] + 100u * b[j].weight;
			if (other < cost)
				cost = other;
			if (corner < cost) {
				other = corner + substitute(&a[i], &b[j]);
				if (other < cost)
					cost = other;
			}
			corner = row[j + 1];
			row[j + 1] = cost;
			if (cost < least)
				least = cost;
		}
		if (least > limit) {
			row[m] = TM_MATCH_FAR;
			break;
		}
	}
	last = row[m];
	if (row != here)
		free(row);
	return last > limit ? TM_MATCH_FAR : last;
}

/* ---- The distance of characters ---------------------------------------- */

/*
 * Bit-parallel (Myers 1999 in Hyyrö's form): a column of the table of
 * distances is two bit vectors, of the steps up and the steps down; each
 * character of b moves to the next column in a few operations for every 64
 * characters of a.
 */
typedef struct column {
	uint64_t up, down;
} column;

/* Where the characters of a stand, as bits: found by hashing. */
typedef struct places {
	uint32_t *chars;
	uint64_t *bits;
	size_t mask, words;
} places;

static const uint64_t *
places_of(const places *p, uint32_t c)
{
	size_t at = (c * UINT32_C(2654435761) >> 7) & p->mask;

	while (p->chars[at] != c && p->chars[at] != NONE)
		at = (at + 1) & p->mask;
	return p->bits + at * p->words;
}

static size_t
walk_columns(const places *p, size_t n, const uint32_t *b, size_t m)
{
	size_t words = p->words, distance = n;
	uint64_t top = UINT64_C(1) << ((n - 1) & 63);
	column here[8], *v = here;

	if (words > sizeof here / sizeof here[0])
		v = tm_alloc(words * sizeof *v);
	for (size_t w = 0; w < words; w++)
		v[w] = (column){ .up = ~UINT64_C(0), .down = 0 };
	for (size_t j = 0; j < m; j++) {
		const uint64_t *at = places_of(p, b[j]);
		uint64_t carry_up = 1, carry_down = 0;

		for (size_t w = 0; w < words; w++) {
			uint64_t up = v[w].up, down = v[w].down;
			uint64_t x = at[w] | down, y = at[w] | carry_down;
			uint64_t d = (((y & up) + up) ^ up) | y | down;
			uint64_t right_up = down | ~(d | up), out;
			uint64_t right_down = d & up;

			if (w == words - 1) {
				distance += (right_up & top) != 0;
				distance -= (right_down & top) != 0;
			}
			out = right_up >> 63;
			right_up = right_up << 1 | carry_up;
			carry_up = out;
			out = right_down >> 63;
			right_down = right_down << 1 | carry_down;
			carry_down = out;
			v[w].up = right_down | ~(x | right_up);
			v[w].down = right_up & x;
		}
	}
	if (v != here)
		free(v);
	return distance;
}

size_t
tm_match_chars(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	uint32_t chars[128];
	uint64_t bits[128];
	places p = { chars, bits, 127, 1 };
	size_t distance;

	if (n > m) {
		const uint32_t *c = a;
		size_t k = n;

		a = b, n = m;
		b = c, m = k;
	}
	while (n > 0 && a[0] == b[0])
		a++, b++, n--, m--;
	while (n > 0 && a[n - 1] == b[m - 1])
		n--, m--;
	if (n == 0)
		return m;
	p.words = (n + 63) / 64;
	if (p.words > 1) {
		while (p.mask + 1 < 2 * n)
			p.mask = p.mask * 2 + 1;
		if ((uint64_t)p.words * m > most_cells ||
		    (uint64_t)p.words * (p.mask + 1) > most_cells)
			return m;
		p.chars = tm_alloc((p.mask + 1) * sizeof *p.chars);
		p.bits = tm_zalloc((p.mask + 1) * p.words, sizeof *p.bits);
	} else
		memset(bits, 0, sizeof bits);
	memset(p.chars, 0xff, (p.mask + 1) * sizeof *p.chars);
	for (size_t i = 0; i < n; i++) {
		size_t at = (size_t)(places_of(&p, a[i]) - p.bits) / p.words;

		p.chars[at] = a[i];
		p.bits[at * p.words + i / 64] |= UINT64_C(1) << (i & 63);
	}
	distance = walk_columns(&p, n, b, m);
	if (p.words > 1) {
		free(p.chars);
		free(p.bits);
	}
	return distance;
}

/* ---- The score --------------------------------------------------------- */

double
tm_match_tokens_agree(uint64_t distance, uint32_t a, uint32_t b)
{
	uint32_t most = a > b ? a : b;
	double s = most == 0 ? 1 : 1 - (double)distance / (100. * most);

	return s < 0 ? 0 : s;
}

double
tm_match_chars_agree(size_t distance, size_t n, size_t m)
{
	size_t most = n > m ? n : m;

	return most == 0 ? 1 : 1 - (double)distance / (double)most;
}

double
tm_match_join(double s, double c)
{
	double f = s + char_share * (c - s < char_most ? c - s : char_most);

	return f < 0 ? 0 : f > 1 ? 1 : f;
}

/* F = min(.7 S + .3 C, S + .045), solved for S. */
double
tm_match_least_s(double least, double c)
{
	double mixed = (least - char_share * c) / (1 - char_share);
	double raised = least - char_share * char_most;

	return mixed > raised ? mixed : raised;
}

uint64_t
tm_match_limit(double s, uint32_t a, uint32_t b)
{
	double most = 100. * (a > b ? a : b);

	/* S stops at 0, so that every distance will do for that. One more
	 * than needed: rounding must not lose a match. */
	return s <= 0 ? TM_MATCH_FAR - 1 : (uint64_t)((1 - s) * most) + 1;
}

int
tm_match_rate(double score)
{
	/* 29 / 100. * 100 is less than 29. */
	int rate = (int)floor(score * 100 + 1e-9);

	return rate > 99 ? 99 : rate;
}

static bool
verbatim(const tm_match_side *a, const tm_match_side *b)
{
	tm_str x = a->nfc.n > 0 ? tm_buf_str(&a->nfc) : a->text;
	tm_str y = b->nfc.n > 0 ? tm_buf_str(&b->nfc) : b->text;

	return tm_str_eq(x, y);
}

static tm_match_token *
number_stored(const tm_match_side *query, const tm_match_side *stored)
{
	size_t n = stored->tokens.n;
	tm_match_token *v = tm_alloc(n * sizeof *v);

	for (size_t i = 0; i < n; i++)
		number_token(query, stored, i, &v[i]);
	return v;
}

static double
char_ratio(const tm_match_side *query, const tm_match_side *stored)
{
	return tm_match_chars_agree(
	    tm_match_chars(query->cp, query->n_cp, stored->cp, stored->n_cp),
	    query->n_cp, stored->n_cp);
}

double
tm_match_score(
    const tm_match_side *query, const tm_match_side *stored, double least)
{
	size_t n = query->n_cp, m = stored->n_cp;
	uint32_t wq = query->weight, ws = stored->weight;
	double s, c = tm_match_chars_agree(n > m ? n - m : m - n, n, m);
	double need = tm_match_least_s(least, c);
	uint64_t limit = tm_match_limit(need, wq, ws), d;
	tm_match_token *v;

	if (100 * (uint64_t)(wq > ws ? wq - ws : ws - wq) > limit)
		return -1;
	v = number_stored(query, stored);
	d = tm_match_distance(
	    query->v, query->tokens.n, v, stored->tokens.n, limit);
	free(v);
	if (d == TM_MATCH_FAR)
		return -1;
	s = tm_match_tokens_agree(d, wq, ws);
	return tm_match_join(s, char_ratio(query, stored));
}

/* ---- The edit script --------------------------------------------------- */

/* What points are lost for; rows of the ledger in this order. */
enum {
	FOR_WORDS,
	FOR_FORMS,
	FOR_CASE,
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

/* Two tokens with one fold: is it the case of letters, or their marks? */
static int
reason_for_fold(tm_str a, tm_str b, uint8_t kind)
{
	if (kind != TM_WORD)
		return reason_for_kind(kind);
	if (tm_str_ieq(a, b))
		return FOR_CASE;
	for (size_t i = 0; i < a.n; i++) {
		unsigned char c = (unsigned char)a.p[i];

		/* Hebrew, Arabic, Syriac: marks and no case. */
		if (c >= 0xd6 && c <= 0xdf)
			return FOR_ORTHOGRAPHY;
	}
	return FOR_CASE;
}

static void
lose(comparison *c, const tm_match_token *a, const tm_match_token *b,
    uint64_t cost)
{
	int why;

	if (a == NULL || b == NULL)
		why = reason_for_kind((a == NULL ? b : a)->kind);
	else if (a->key != b->key || a->kind != b->kind)
		why = reason_for_kind((a->weight > b->weight ? a : b)->kind);
	else if (a->kind == TM_WORD && a->fold != b->fold)
		why = FOR_FORMS;
	else
		why = reason_for_fold(
		    tm_match_token_text(c->stored, (size_t)(a - c->a)),
		    tm_match_token_text(c->query, (size_t)(b - c->b)), a->kind);
	c->lost[why] += cost;
}

/* The length of text in NFC. */
static size_t
nfc_length(tm_str text, tm_buf *scratch)
{
	tm_buf_clear(scratch);
	tm_text_nfc(text, scratch);
	return scratch->n;
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
 * The offset in side->text of an offset in its NFC. Nothing combines with
 * a space, so that whole words can be skipped; in the word that holds the
 * offset, the longest beginning whose NFC does not pass it is taken. Long
 * "words" (no spaces at all) are not looked into.
 */
static size_t
original(const tm_match_side *side, size_t at)
{
	tm_str text = side->text, word;
	size_t start = 0, end, n, i, before = 0;
	tm_buf scratch = { 0 };

	if (side->nfc.n == 0)
		return at;
	for (;; start = end, before += n) {
		const char *space =
		    memchr(text.p + start + 1, ' ', text.n - start - 1);

		end = space == NULL ? text.n : (size_t)(space - text.p);
		n = nfc_length(tm_str_sub(text, start, end), &scratch);
		if (before + n > at || end == text.n)
			break;
	}
	word = tm_str_sub(text, start, end);
	for (i = 0; i < word.n && word.n <= 256;) {
		size_t next = next_char(word, i);

		if (before + nfc_length(tm_str_sub(word, 0, next), &scratch) >
		    at)
			break;
		i = next;
	}
	if (before + n <= at)
		i = word.n;
	tm_buf_release(&scratch);
	return start + i;
}

/* Bytes of tokens first..last of side, both told in tokens. */
static void
byte_range(const tm_match_side *side, size_t first, size_t last, size_t *start,
    size_t *end)
{
	const tm_tokens *t = &side->tokens;

	if (first < last) {
		*start = original(side, t->v[first].start);
		*end = original(side, t->v[last - 1].end);
	} else {
		*start = first < t->n ? original(side, t->v[first].start)
				      : side->text.n;
		*end = *start;
	}
}

/* One more token on the side or sides where a or b are not 0. */
static void
tell(comparison *c, tm_edit_op op, size_t a, size_t b)
{
	tm_match *m = c->match;
	tm_edit *e = m->n_edits == 0 ? NULL : &m->edits[m->n_edits - 1];
	size_t a0 = c->end_a, b0 = c->end_b, start, end;

	c->end_a += a;
	c->end_b += b;
	if (e == NULL || e->op != op) {
		tm_grow(m->edits, m->n_edits, m->cap_edits);
		e = &m->edits[m->n_edits++];
		e->op = op;
		byte_range(c->stored, a0, c->end_a, &e->a_start, &e->a_end);
		byte_range(c->query, b0, c->end_b, &e->b_start, &e->b_end);
		return;
	}
	if (a > 0) {
		byte_range(c->stored, a0, c->end_a, &start, &end);
		e->a_end = end;
	}
	if (b > 0) {
		byte_range(c->query, b0, c->end_b, &start, &end);
		e->b_end = end;
	}
}

static void
tell_pair(comparison *c, const tm_match_token *a, const tm_match_token *b)
{
	bool same = same_token(a, b);

	if (!same)
		lose(c, a, b, substitute(a, b));
	tell(c, same ? TM_KEEP : TM_REPLACE, 1, 1);
}

/* What is left when beginning and end are off: n tokens from i on become m
 * tokens from j on. */
static void
tell_middle(comparison *c, size_t i, size_t n, size_t j, size_t m)
{
	const tm_match_token *a = c->a + i, *b = c->b + j;
	size_t width = m + 1;
	uint64_t *row;
	uint8_t *way;

	if (n > 0 && m > 0 && (uint64_t)n * m > most_script) {
		c->lost[FOR_WORDS] += 1;
		tell(c, TM_REPLACE, n, m);
		return;
	}
	row = tm_alloc(width * sizeof *row);
	way = tm_alloc((n + 1) * width);
	row[0] = 0;
	for (size_t y = 0; y < m; y++) {
		row[y + 1] = row[y] + 100u * b[m - 1 - y].weight;
		way[y + 1] = TM_INSERT;
	}
	/* From the end to the beginning, so that the way is read forwards
	 * and a replacement comes before what is left over. */
	for (size_t x = 0; x < n; x++) {
		const tm_match_token *s = &a[n - 1 - x];
		uint64_t corner = row[0];

		row[0] += 100u * s->weight;
		way[(x + 1) * width] = TM_DELETE;
		for (size_t y = 0; y < m; y++) {
			const tm_match_token *q = &b[m - 1 - y];
			uint64_t cost = corner + substitute(s, q);
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
	for (size_t x = n, y = m; x > 0 || y > 0;) {
		const tm_match_token *s = &a[n - x], *q = &b[m - y];

		switch (way[x * width + y]) {
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
	free(row);
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
	tm_match_token *v = number_stored(query, stored);
	const tm_match_token *a = v, *b = query->v;
	comparison c = { query, stored, v, query->v, { 0 }, match, 0, 0 };
	double s;

	match->n_edits = 0;
	match->n_ledger = 0;
	s = tm_match_tokens_agree(
	    tm_match_distance(b, m, a, n, TM_MATCH_FAR - 1), query->weight,
	    stored->weight);
	match->score = tm_match_join(s, char_ratio(query, stored));
	match->rate = tm_match_rate(match->score);
	if (verbatim(query, stored)) {
		match->score = 1;
		match->rate = 100;
	}
	start = trim(&a, &n, &b, &m);
	for (size_t i = 0; i < start; i++)
		tell_pair(&c, &v[i], &query->v[i]);
	tell_middle(&c, start, n, start, m);
	while (c.end_a < stored->tokens.n)
		tell_pair(&c, &v[c.end_a], &query->v[c.end_b]);
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

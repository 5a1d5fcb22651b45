/*
 * match_side.c - a segment made ready for comparing
 *
 * Its tokens, with what each weighs, the code points of the folded ones, and
 * a table that finds its tokens by key: slots, then for
 * each token the next one with the same key. Numbers for text, fold and
 * key are the index of the first token that has it.
 *
 *	index		0    1    2
 *	token		The  cat  the
 *	text		0    1    2
 *	fold, key	0    1    0
 *	next		2    -    -
 */
#include "config.h"

#include "tm/match.h"

#include <math.h>
#include <stdlib.h>

#include "tm/match_int.h"
#include "tm/text_int.h"

/*
 * Of an inline code. A pair of tags that is missing costs a label of one word 4
 * points and a sentence one: segments that differ in codes alone stay at 95 and
 * above, as translators expect (docs/FUZZY.md). It has no characters, either. A
 * tag that is written out in the text weighs as much as a word: taken as
 * lightly, the best matches of user interfaces were .2 and .5 points less
 * useful.
 */
enum { TAG_WEIGHT = 3 };

/*
 * Where words have no spaces between them a token is a character, and words
 * should weigh about as much as elsewhere: a Han character is more than half of
 * one, a letter or kana less than a third. All at .45, like a word of one
 * letter, は weighed what 本 does (docs/FUZZY.md).
 */
enum { HAN_WEIGHT = 60, LETTER_WEIGHT = 30 };

/* ---- Tokens ------------------------------------------------------------ */

/* Of a word that is one character; 0: it is an ordinary one. */
static uint16_t
weigh_character(tm_str key)
{
	int32_t c;

	if (key.n < 3 || (unsigned char)key.p[0] < 0xe0)
		return 0;
	c = tm_text_peek(key, 0);
	return !tm_text_stands_alone(c)			     ? 0
	       : (c >= 0x3400 && c <= 0x9fff) || c >= 0xf900 ? HAN_WEIGHT
							     : LETTER_WEIGHT;
}

uint16_t
tm_match_weight(tm_token_kind kind, tm_str key)
{
	uint16_t character;
	size_t letters = 0;
	long w;

	if (kind == TM_PUNCT)
		return 50;
	if (kind == TM_CODE && tm_str_eq(key, TM_STR(TM_KEY_OF_TAGS)))
		return TAG_WEIGHT;
	if (kind != TM_WORD)
		return 100;
	character = weigh_character(key);
	if (character > 0)
		return character;
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
	return token->root;
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

#define NONE UINT32_MAX

static uint32_t *
find_slot(const tm_match_side *side, uint8_t kind, tm_str key)
{
	uint64_t h =
	    (tm_str_quick_hash(key) ^ kind) * UINT64_C(0x9e3779b97f4a7c15);
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

void
tm_match_number(const tm_match_side *side, const tm_match_side *other, size_t t,
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

		tm_match_number(side, side, i, &numbered);
		side->v[i] = numbered;
	}
}

/*
 * How many bytes at p are a character that NFC leaves as it is, whatever
 * stands beside it; 0 when that is not sure. Nothing below U+0300 combines
 * with what is before it, nor do Cyrillic and Arabic letters and digits, the
 * signs of prose, and Han.
 */
static size_t
settled(const unsigned char *p, size_t n)
{
	if (p[0] < 0xcc)
		return 1;
	if (n < 2 || (p[1] & 0xc0) != 0x80)
		return 0;
	if (p[0] == 0xd0 || p[0] == 0xd1 ||
	    (p[0] == 0xd8 && (p[1] < 0x90 || p[1] >= 0x9b)) ||
	    (p[0] == 0xd9 && (p[1] < 0x8b || (p[1] & 0xf0) == 0xa0)))
		return 2;
	if (n < 3 || (p[2] & 0xc0) != 0x80)
		return 0;
	if ((p[0] == 0xe2 && p[1] == 0x80 && p[2] >= 0x90) ||
	    (p[0] >= 0xe4 && p[0] <= 0xe9))
		return 3;
	return 0;
}

/*
 * A vowel sign of Arabic (U+064B to U+0652): NFC only puts those of one letter
 * into their order, which is that of their numbers.
 */
static bool
is_vowel_sign(const unsigned char *p, size_t n)
{
	return n >= 2 && p[0] == 0xd9 && p[1] >= 0x8b && p[1] <= 0x92;
}

static bool
is_nfc_at_sight(tm_str text)
{
	const unsigned char *p = (const unsigned char *)text.p;
	unsigned char sign = 0; /* the one before, of the same letter */

	for (size_t i = 0; i < text.n;) {
		size_t n = settled(p + i, text.n - i);

		if (n > 0) {
			sign = 0;
		} else {
			if (!is_vowel_sign(p + i, text.n - i) ||
			    p[i + 1] < sign)
				return false;
			sign = p[i + 1];
			n = 2;
		}
		i += n;
	}
	return true;
}

tm_str
tm_match_nfc(tm_str text, tm_buf *nfc)
{
	tm_buf_clear(nfc);
	if (is_nfc_at_sight(text))
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

#define MORE(i) ((i) < s.n && (p[i] & 0xc0) == 0x80)
	for (size_t i = 0; i < s.n;) {
		uint32_t c = p[i++];

		if (c >= 0xc0 && c < 0xe0 && MORE(i) && !MORE(i + 1)) {
			c = (c & 31) << 6 | (p[i++] & 63);
		} else if (c >= 0x80) {
			/* A byte that begins nothing is far from any letter. */
			c = !MORE(i)	? 0x110000 + c
			    : c >= 0xf0 ? c & 7
			    : c >= 0xe0 ? c & 15
					: c & 31;
			while (MORE(i))
				c = c << 6 | (p[i++] & 63);
		}
		v[n++] = c;
	}
#undef MORE
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
	tm_analyse_to_match(an, text, &side->tokens);
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

/*
 * Numbers in words: what ICU spells, and what people write besides.
 *
 * A word is known by its beginning, since endings differ, so it may spell
 * several numbers; whoever asks has one in mind.
 */
#include "config.h"

#include "tm/check_int.h"

#include <math.h>
#include <stdlib.h>

#include "tm/lexicon_int.h"

static const int spelled[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 30, 40, 50, 60, 70, 80, 90, 100, 1000, 1000000,
	1000000000 };
#define N_SPELLED (sizeof spelled / sizeof spelled[0])

/* A set of numbers is a bit for each of them. */
#define BIT(k) (UINT64_C(1) << (k))
#define TENS(k) BIT((k) + 18) /* of 20, 30, ... 90: k is 2 to 9 */
#define FROM_TEN (~(BIT(10) - 1))
#define THOUSAND 29
#define BILLION 31
#define SCALES (BIT(28) | BIT(29) | BIT(30) | BIT(31))

/* A word that spells numbers, or what its forms begin with. */
struct check_word {
	uint64_t hash;
	uint64_t bits;
};

#define WORD_MAX 16 /* letters */

/* So many letters tell a word: Arabic and Hebrew write few vowels. */
static size_t
least_letters(tm_str key)
{
	unsigned char c = key.n == 0 ? 0 : (unsigned char)key.p[0];

	return c >= 0xd6 && c <= 0xdb ? 3 : 4;
}

/*
 * The beginning of a word by which it is known: of a short one the whole;
 * of a longer one all but two letters, since endings differ: عشرون and
 * عشرين, eighty and eighties. Returns how many letters key has, at most
 * WORD_MAX; ends has where each of them ends.
 */
static size_t
letters_of(tm_str key, size_t ends[WORD_MAX], size_t *known_by)
{
	size_t n = 0, i = 0, least = least_letters(key);

	while (i < key.n && n < WORD_MAX) {
		tm_text_next(key, &i);
		ends[n++] = i;
	}
	*known_by = i < key.n	    ? 0
		    : n <= least    ? n
		    : n < least + 2 ? least
				    : n - 2;
	return n;
}

struct learning {
	check_lang *lang;
	tm_tokens tokens;
	size_t cap;
};

static void
know(struct learning *l, tm_str beginning, uint64_t bits)
{
	tm_grow(l->lang->words, l->lang->n_words, l->cap);
	l->lang->words[l->lang->n_words++] =
	    (struct check_word){ tm_str_hash(beginning), bits };
}

static size_t
index_of(int value)
{
	size_t k = 0;

	while (spelled[k] != value)
		k++;
	return k;
}

static void
learn(void *self, int value, tm_str word)
{
	struct learning *l = self;
	check_lang *lang = l->lang;
	size_t n = 0, ends[WORD_MAX], known_by;
	tm_str key = { NULL, 0 };
	uint64_t bits = BIT(index_of(value));

	tm_analyse(lang->an, word, &l->tokens);
	for (size_t i = 0; i < l->tokens.n; i++)
		if (l->tokens.v[i].kind == TM_WORD) {
			key = l->tokens.v[i].key;
			n++;
		}
	/* "one hundred" is known by "hundred"; of "twenty-one" and 二十
	 * each part is known by itself. */
	if (n == 0 || (n > 1 && value < 100))
		return;
	n = letters_of(key, ends, &known_by);
	if (known_by == 0)
		return;
	know(l, tm_str_sub(key, 0, ends[known_by - 1]), bits);
	/* milyon and milyar, مليون and مليار begin alike. */
	if (value >= spelled[THOUSAND] && known_by + 1 < n)
		know(l, tm_str_sub(key, 0, ends[n - 2]), bits);
}

/* What people write and ICU does not; known by the whole word. */
static const struct {
	const char *lang, *word;
	int value;
} more[] = { { "ar", "مئة", 100 }, { "ar", "مئتان", 100 }, { "ar", "ربع", 15 },
	{ "ar", "نصف", 30 }, { "en", "dozen", 12 }, { "en", "decade", 10 },
	{ "en", "once", 1 }, { "en", "twice", 2 }, { "en", "half", 30 },
	{ "en", "quarter", 15 }, { "de", "Dutzend", 12 },
	{ "fr", "douzaine", 12 }, { "ar", "آلاف", 1000 },
	{ "ar", "ملايين", 1000000 }, { "ar", "بليون", 1000000000 },
	{ "ar", "بلايين", 1000000000 }, { "he", "אלפים", 1000 },
	{ "en", "bn", 1000000000 }, { "de", "Mio", 1000000 },
	{ "de", "Mrd", 1000000000 }, { "de", "Tsd", 1000 },
	{ "ru", "тыс", 1000 }, { "ru", "млн", 1000000 },
	{ "ru", "млрд", 1000000000 }, { "uk", "тис", 1000 },
	{ "uk", "млн", 1000000 }, { "uk", "млрд", 1000000000 },
	{ "pl", "tys", 1000 }, { "pl", "mln", 1000000 },
	{ "pl", "mld", 1000000000 } };

static void
learn_whole(struct learning *l, int value, const char *word)
{
	tm_analyse(l->lang->an, tm_str_of(word), &l->tokens);
	know(l, l->tokens.v[0].fold, BIT(index_of(value)));
}

static int
by_hash(const void *a, const void *b)
{
	const struct check_word *x = a, *y = b;

	return (x->hash > y->hash) - (x->hash < y->hash);
}

void
tm_check_learn_words(check_lang *lang)
{
	struct learning l = { .lang = lang };
	size_t n = 0;

	tm_spell_numbers(lang->tag, spelled, N_SPELLED, learn, &l);
	for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
		if (tm_lang_same_base(lang->tag, more[i].lang))
			learn_whole(&l, more[i].value, more[i].word);
	if (lang->n_words > 0)
		qsort(lang->words, lang->n_words, sizeof *lang->words, by_hash);
	for (size_t i = 0; i < lang->n_words; i++)
		if (n > 0 && lang->words[n - 1].hash == lang->words[i].hash)
			lang->words[n - 1].bits |= lang->words[i].bits;
		else
			lang->words[n++] = lang->words[i];
	lang->n_words = n;
	tm_tokens_release(&l.tokens);
}

/* The numbers of the words that key may be a form of; *closest are those of
 * the longest such word: "Milliarden" begins as Million does, too. */
static uint64_t
bits_of(const check_lang *lang, tm_str key, uint64_t *closest)
{
	size_t ends[WORD_MAX], known_by;
	size_t n = letters_of(key, ends, &known_by);
	size_t least = least_letters(key);
	uint64_t bits = 0;

	*closest = 0;
	for (size_t i = n < least ? n : least; i >= 1 && i <= n; i++) {
		struct check_word want = {
			tm_str_hash(tm_str_sub(key, 0, ends[i - 1])), 0
		};
		const struct check_word *w = bsearch(
		    &want, lang->words, lang->n_words, sizeof want, by_hash);

		if (w == NULL)
			continue;
		bits |= w->bits;
		*closest = w->bits;
	}
	return bits;
}

/* Arabic and Hebrew write "and", "by" and "the" as part of the word. */
static tm_str
without_prefix(tm_str key)
{
	static const tm_str prefix[] = { { "و", 2 }, { "ف", 2 }, { "ب", 2 },
		{ "ل", 2 }, { "ك", 2 }, { "ال", 4 }, { "ו", 2 }, { "ב", 2 },
		{ "ל", 2 }, { "ה", 2 } };

	for (size_t i = 0; i < sizeof prefix / sizeof prefix[0]; i++)
		if (tm_str_starts(key, prefix[i]) && key.n >= prefix[i].n + 4)
			return tm_str_sub(key, prefix[i].n, key.n);
	return (tm_str){ NULL, 0 };
}

bool
tm_check_can_spell(uint64_t bits, double v)
{
	/* Larger ones are asked for their size alone. */
	int whole = v < 100 ? (int)v : 100;

	if (bits == 0)
		return false;
	if (v != floor(v) && v < 3) /* one and a half, a million and a half */
		return (bits & (SCALES | BIT(1) | BIT(2))) != 0;
	v = floor(v);
	if (v <= 20 && (bits & BIT(whole)) != 0)
		return true;
	if (v > 10 && v < 20)
		return (bits & BIT(10)) != 0 && (bits & BIT(whole - 10)) != 0;
	if (v < 20)
		return false;
	if (v < 100)
		return (bits & TENS(whole / 10)) != 0 ||
		       ((bits & BIT(10)) != 0 &&
			   (bits & BIT(whole / 10)) != 0) ||
		       (whole % 10 == 0 && (bits & SCALES) != 0);
	return (bits & FROM_TEN) != 0;
}

uint64_t
tm_check_spelled(const check_lang *lang, const tm_token *t)
{
	tm_str key = t->key;
	uint64_t bits = 0, closest;

	if (t->kind != TM_WORD || lang->n_words == 0)
		return 0;
	for (int k = 0; k < 3 && key.n > 0; k++) {
		bits |= bits_of(lang, key, &closest);
		key = without_prefix(key);
	}
	/* The stemmer may cut more than we would. */
	return bits | bits_of(lang, t->fold, &closest);
}

size_t
tm_check_scales(
    const check_lang *lang, const tm_token *t, double scales[CHECK_SCALES_MAX])
{
	const uint64_t wanted = SCALES & ~BIT(THOUSAND - 1);
	tm_str key = t->key;
	uint64_t closest = 0;
	size_t n = 0;

	if (t->kind != TM_WORD || lang->n_words == 0)
		return 0;
	for (int k = 0; k < 3 && key.n > 0 && (closest & wanted) == 0; k++) {
		bits_of(lang, key, &closest);
		key = without_prefix(key);
	}
	if ((closest & wanted) == 0)
		bits_of(lang, t->fold, &closest);
	for (int k = THOUSAND; k <= BILLION; k++)
		if ((closest & BIT(k)) != 0)
			scales[n++] = spelled[k];
	return n;
}

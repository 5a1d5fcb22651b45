/*
 * Numbers, by value.
 *
 *	"٣٫٥ مليون"	3.5	"3,500,000"	the same: a power of thousand
 *	"12 Uhr"	12	"twelve"	the same: spelled
 *	"17:30"		17.30	"5.30 p.m."	the same: half a day
 *	"Seite 17"	17	"page 71"	a finding
 *
 * A number that is in digits on one side is looked for on the other in all
 * the ways that people write it. What is then left over on both sides is
 * told; on one side only where it is so large or precise that nobody leaves
 * it out or says it otherwise (LEAST).
 */
#include "config.h"

#include "tm/check_int.h"

#include <math.h>
#include <stdlib.h>

#include "tm/lexicon_int.h"

/* Numbers up to twelve are left out where a dual, an article or the name of
 * a month says the same. */
#define LEAST 13

/* More than this is a table and not a sentence. */
#define NUMBERS_MAX 64

/* ---- Numbers in words -------------------------------------------------- */

static const int spelled[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 30, 40, 50, 60, 70, 80, 90, 100, 1000, 1000000,
	1000000000 };
#define N_SPELLED (sizeof spelled / sizeof spelled[0])

/* A set of numbers is a bit for each of them. */
#define BIT(k) (UINT64_C(1) << (k))
#define TENS(k) BIT((k) + 18) /* of 20, 30, ... 90: k is 2 to 9 */
#define FROM_TEN (~(BIT(10) - 1))
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
learn(void *self, int value, tm_str word)
{
	struct learning *l = self;
	check_lang *lang = l->lang;
	size_t k = 0, n = 0, ends[WORD_MAX], known_by;
	tm_str key = { NULL, 0 };

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
	letters_of(key, ends, &known_by);
	if (known_by == 0)
		return;
	while (spelled[k] != value)
		k++;
	tm_grow(lang->words, lang->n_words, l->cap);
	lang->words[lang->n_words++] = (struct check_word){
		tm_str_hash(tm_str_sub(key, 0, ends[known_by - 1])), BIT(k)
	};
}

/* What people write and ICU does not. */
static const struct {
	const char *lang, *word;
	int value;
} more[] = { { "ar", "مئة", 100 }, { "ar", "مئتان", 100 }, { "ar", "ربع", 15 },
	{ "ar", "نصف", 30 }, { "en", "dozen", 12 }, { "en", "decade", 10 },
	{ "en", "once", 1 }, { "en", "twice", 2 }, { "en", "half", 30 },
	{ "en", "quarter", 15 }, { "de", "Dutzend", 12 },
	{ "fr", "douzaine", 12 } };

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
			learn(&l, more[i].value, tm_str_of(more[i].word));
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

/* The numbers of the words that key may be a form of. */
static uint64_t
bits_of(const check_lang *lang, tm_str key)
{
	size_t ends[WORD_MAX], known_by;
	size_t n = letters_of(key, ends, &known_by);
	size_t least = least_letters(key);
	uint64_t bits = 0;

	for (size_t i = n < least ? n : least; i >= 1 && i <= n; i++) {
		struct check_word want = {
			tm_str_hash(tm_str_sub(key, 0, ends[i - 1])), 0
		};
		const struct check_word *w = bsearch(
		    &want, lang->words, lang->n_words, sizeof want, by_hash);

		if (w != NULL)
			bits |= w->bits;
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

/* All numbers that the words of a side may spell. */
static uint64_t
spelled_in(const check_side *side)
{
	uint64_t bits = 0;

	if (side->lang->n_words == 0)
		return 0;
	for (size_t i = 0; i < side->tokens.n; i++) {
		const tm_token *t = &side->tokens.v[i];
		tm_str key = t->key;

		if (t->kind != TM_WORD)
			continue;
		for (int k = 0; k < 3 && key.n > 0; k++) {
			bits |= bits_of(side->lang, key);
			key = without_prefix(key);
		}
		/* The stemmer may cut more than we would. */
		bits |= bits_of(side->lang, t->fold);
	}
	return bits;
}

/* Can words with these bits say the number? */
static bool
can_spell(uint64_t bits, double v)
{
	int whole = (int)v;

	if (bits == 0)
		return false;
	if (v != floor(v)) /* one and a half, two million */
		return (bits & (SCALES | BIT(1) | BIT(2))) != 0;
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

/* ---- Numbers in digits ------------------------------------------------- */

/*
 * What digits may mean: "12.000" is 12000 or 12, "12.5" is 12.5 alone, and
 * "17:30" is 17.30. soft numbers explain others and are never told of: the
 * 19 of "COVID19", the 1930 of "1930s".
 */
typedef struct number {
	tm_token at;
	double value, other; /* other: NAN where there is one reading */
	bool done, soft, time;
} number;

static double
value_of(tm_str s, bool grouped)
{
	double value = 0, unit = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9') {
			value = value * 10 + (s.p[i] - '0');
			unit *= 10;
		} else if (!grouped && (s.p[i] == '.' || s.p[i] == ',')) {
			unit = 1;
		}
	}
	return unit > 0 ? value / unit : value;
}

static number
number_of(const tm_token *t, size_t shift)
{
	number n = { .at = *t, .other = NAN };
	size_t separators = 0;

	n.at.start += (uint32_t)shift;
	n.at.end += (uint32_t)shift;
	for (size_t i = 0; i < t->fold.n; i++)
		separators += t->fold.p[i] == '.' || t->fold.p[i] == ',';
	n.value = value_of(t->key, false);
	if (separators == 1)
		n.other = n.value == value_of(t->fold, true)
			      ? value_of(t->fold, false)
			      : value_of(t->fold, true);
	return n;
}

/* Where digits begin in a word, at its end if nowhere. */
static size_t
digits_in(tm_str s, size_t i, size_t end)
{
	while (i < end) {
		size_t before = i;
		int32_t c = tm_text_next(s, &i);

		if ((c >= '0' && c <= '9') || (c >= 0x660 && c <= 0x669) ||
		    (c >= 0x6f0 && c <= 0x6f9))
			return before;
	}
	return end;
}

/* "و26" and "ب250%" are and 26, by 250: the letter is a word of its own. */
static bool
is_prefix(tm_str s)
{
	static const char *const letters[] = { "و", "ب", "ل", "ف", "ك", "ال",
		"بـ", "لـ", "ה", "ו", "ב", "ל", "מ", "כ" };

	for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
		if (tm_str_eq(s, tm_str_of(letters[i])))
			return true;
	return false;
}

/* What follows the number: "1930s" is a decade, which other languages put
 * in words. */
static bool
is_decade(const number *n, tm_str s)
{
	return n->value >= 1000 && fmod(n->value, 10) == 0 && n->at.end < s.n &&
	       s.p[n->at.end] == 's';
}

struct collecting {
	const check_side *side;
	tm_tokens inner; /* of digits inside of words; kept to the end */
	number v[NUMBERS_MAX];
	size_t n;
	bool inside;  /* some digits were inside of words */
	bool myriads; /* counts in ten thousands, or lakhs */
};

static bool
is_colon(tm_str s, size_t start, size_t end)
{
	tm_str sign = start < end ? tm_str_sub(s, start, end) : TM_STR("");

	return tm_str_eq(sign, TM_STR(":")) || tm_str_eq(sign, TM_STR("："));
}

static void
add(struct collecting *c, number n)
{
	tm_str s = c->side->text;
	number *last = c->n > 0 ? &c->v[c->n - 1] : NULL;

	n.soft |= is_decade(&n, s);
	/* The minutes of an hour. */
	if (last != NULL && last->value < 25 && n.value < 60 &&
	    n.at.fold.n == 2 && is_colon(s, last->at.end, n.at.start)) {
		last->value += n.value / 100;
		last->time = true;
		last->at.end = n.at.end;
		return;
	}
	if (c->n < NUMBERS_MAX)
		c->v[c->n++] = n;
}

/* The digits inside of a word, which may go on behind it: "و2.6". Returns
 * where they end. */
static size_t
add_inner(struct collecting *c, const tm_token *word)
{
	tm_str s = c->side->text;
	size_t at = digits_in(s, word->start, word->end), end = at + 64;
	number n;

	if (at == word->end)
		return word->end;
	while (end < s.n && (s.p[end] & 0xc0) == 0x80)
		end++;
	tm_analyse(c->side->lang->an, tm_str_sub(s, at, end < s.n ? end : s.n),
	    &c->inner);
	if (c->inner.n == 0 || c->inner.v[0].kind != TM_NUMBER)
		return word->end;
	n = number_of(&c->inner.v[0], at);
	n.at.fold = n.at.key = TM_STR("");
	c->inside = true;
	n.soft = !is_prefix(tm_str_sub(s, word->start, at));
	add(c, n);
	return n.at.end;
}

static bool
is_myriad(tm_str key)
{
	static const char *const words[] = { "万", "萬", "亿", "億", "만", "억",
		"लाख", "करोड़", "কোটি", "লাখ", "لاکھ", "کروڑ" };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (tm_str_eq(key, tm_str_of(words[i])))
			return true;
	return false;
}

static void
collect(struct collecting *c, const check_side *side)
{
	size_t end = 0;

	c->side = side;
	for (size_t i = 0; i < side->tokens.n; i++) {
		const tm_token *t = &side->tokens.v[i];

		if (t->start < end)
			continue;
		if (t->kind == TM_NUMBER)
			add(c, number_of(t, 0));
		else if (t->kind == TM_WORD)
			end = add_inner(c, t);
		c->myriads |= t->kind == TM_WORD && is_myriad(t->fold);
	}
}

/* ---- The same number in other words ------------------------------------ */

static bool
same(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b));
}

/* 3.5 million and 3,500,000; with myriads any power of ten. */
static bool
is_scaled(double a, double b, bool myriads)
{
	if (a > b)
		return is_scaled(b, a, myriads);
	if (a <= 0)
		return false;
	for (int k = 1; k <= 12; k++)
		if ((myriads || k % 3 == 0) && same(a * pow(10, k), b))
			return true;
	return false;
}

/* Times, years and centuries that are counted otherwise. */
static bool
is_otherwise(double a, double b)
{
	if (a > b)
		return is_otherwise(b, a);
	if (a < 13 && b < 25 && same(a + 12, b))
		return true; /* 3 p.m. and 15:00 */
	if (a != floor(a) || b != floor(b) || b < 1000 || b > 3000)
		return false;
	if (a < 100 && (fmod(b, 100) == a || floor(b / 100) + 1 == a))
		return true; /* '98 and 1998; the 20th century and 1930 */
	/* The years of the Hijra, lunar, and solar in Iran; the Buddhist. */
	return (a >= 1200 && a <= 1600 && b >= 1800 &&
		   (fabs(a * .970229 + 621.57 - b) <= 1 || b - a == 621 ||
		       b - a == 622)) ||
	       (a >= 1800 && b - a == 543);
}

/* Miles, pounds, feet and degrees, where the words name such: translators
 * convert them, and round. */
static bool
is_converted(double a, double b)
{
	static const double factors[] = { 1.609, 2.205, 2.54, 3.281, 1.094,
		25.4, 30.48, 28.35, 3.785, 2.471, 4.047, 2.59 };

	if (a > b)
		return is_converted(b, a);
	if (fabs(a * 1.8 + 32 - b) <= 1.5)
		return true;
	for (size_t i = 0; i < sizeof factors / sizeof factors[0]; i++)
		if (a > 0 && fabs(b / a / factors[i] - 1) < .12)
			return true;
	return false;
}

static bool
has_units(const check_side *side)
{
	static const char *const words[] = { "mile", "miles", "mph", "pound",
		"pounds", "lb", "lbs", "inch", "inches", "foot", "feet", "ft",
		"yard", "yards", "degree", "degrees", "fahrenheit", "ounce",
		"ounces", "gallon", "gallons", "acre", "acres" };

	for (size_t i = 0; i < side->tokens.n; i++)
		for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
			if (side->tokens.v[i].kind == TM_WORD &&
			    tm_str_eq(
				side->tokens.v[i].fold, tm_str_of(words[k])))
				return true;
	return false;
}

struct surroundings {
	bool myriads, units;
};

static bool
agree(const number *a, const number *b, struct surroundings how)
{
	const double x[2] = { a->value, a->other };
	const double y[2] = { b->value, b->other };

	if (a->at.key.n > 0 && tm_str_eq(a->at.key, b->at.key))
		return true;
	for (int i = 0; i < 4; i++)
		if (same(x[i / 2], y[i % 2]) ||
		    is_scaled(x[i / 2], y[i % 2], how.myriads) ||
		    is_otherwise(x[i / 2], y[i % 2]) ||
		    (how.units && is_converted(x[i / 2], y[i % 2])))
			return true;
	return false;
}

/* Cross out what is on the other side, in any order and however often. */
static void
cross_out(struct collecting *a, const struct collecting *b,
    struct surroundings how, uint64_t bits)
{
	for (size_t i = 0; i < a->n; i++) {
		number *n = &a->v[i];

		for (size_t j = 0; j < b->n && !n->done; j++)
			n->done = agree(n, &b->v[j], how);
		/* Half past eight is 8:30. */
		n->done = n->done || n->soft ||
			  can_spell(bits, n->time ? floor(n->value) : n->value);
	}
}

/* 10 000 on one side is 10000 on the other. */
static void
join_groups(struct collecting *a, const struct collecting *b)
{
	for (size_t i = 0; i + 1 < a->n; i++) {
		double sum = a->v[i].value;
		size_t k = i + 1;

		while (k < a->n && a->v[k].at.fold.n == 3 &&
		       a->v[k].at.start == a->v[k - 1].at.end + 1 &&
		       a->side->text.p[a->v[k - 1].at.end] == ' ') {
			sum = sum * 1000 + a->v[k].value;
			k++;
		}
		for (size_t j = 0; k > i + 1 && j < b->n; j++)
			if (same(sum, b->v[j].value) ||
			    same(sum, b->v[j].other))
				for (size_t d = i; d < k; d++)
					a->v[d].done = true;
	}
}

/* All digits in order: 01.05.2020 and 01/05/2020, 0 800 123 456. */
static void
digits_of(const struct collecting *c, tm_buf *out)
{
	tm_buf_clear(out);
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < c->v[i].at.fold.n; k++)
			if (c->v[i].at.fold.p[k] >= '0' &&
			    c->v[i].at.fold.p[k] <= '9')
				tm_buf_addc(out, c->v[i].at.fold.p[k]);
}

/* The first that is left, a large one if there is; *large says so. */
static const number *
first_left(const struct collecting *c, bool *large)
{
	const number *first = NULL;

	*large = false;
	for (size_t i = 0; i < c->n && !*large; i++) {
		const number *n = &c->v[i];

		/* One and two are articles and duals. */
		if (n->done || n->value == 1 || n->value == 2)
			continue;
		*large = n->value >= LEAST || n->value != floor(n->value);
		if (first == NULL || *large)
			first = n;
	}
	return first;
}

static void
tell(tm_checker *c, const number *x, const number *y)
{
	tm_str a = TM_STR(""), b = TM_STR("");
	tm_finding *f;

	if (x != NULL)
		a = tm_str_sub(c->src.text, x->at.start, x->at.end);
	if (y != NULL)
		b = tm_str_sub(c->tgt.text, y->at.start, y->at.end);
	if (x != NULL && y != NULL)
		f = tm_check_add(c, TM_CHECK_NUMBERS,
		    "%.*s in the source, %.*s in the translation",
		    TM_STR_ARG(a), TM_STR_ARG(b));
	else if (x != NULL)
		f = tm_check_add(c, TM_CHECK_NUMBERS,
		    "%.*s is missing in the translation", TM_STR_ARG(a));
	else
		f = tm_check_add(c, TM_CHECK_NUMBERS,
		    "%.*s is not in the source", TM_STR_ARG(b));
	tm_check_point(f, x == NULL ? NULL : &x->at, y == NULL ? NULL : &y->at);
}

bool
tm_check_says(const check_side *side, int value)
{
	for (size_t i = 0; i < side->tokens.n; i++)
		if (side->tokens.v[i].kind == TM_NUMBER &&
		    value_of(side->tokens.v[i].key, false) == value)
			return true;
	return (spelled_in(side) & BIT(value)) != 0;
}

/* The slow part: words and units, and what is left then. */
static void
compare(tm_checker *c, struct collecting *a, struct collecting *b)
{
	struct surroundings how = { a->myriads || b->myriads,
		has_units(&c->src) || has_units(&c->tgt) };
	const number *x, *y;
	bool large_x, large_y;

	cross_out(a, b, how, spelled_in(&c->tgt));
	cross_out(b, a, how, spelled_in(&c->src));
	join_groups(a, b);
	join_groups(b, a);
	x = first_left(a, &large_x);
	y = first_left(b, &large_y);
	if (large_x || large_y || (x != NULL && y != NULL))
		tell(c, x, y);
}

void
tm_check_numbers(tm_checker *c)
{
	struct collecting a = { 0 }, b = { 0 };

	if (c->src.numbers > NUMBERS_MAX || c->tgt.numbers > NUMBERS_MAX)
		return;
	collect(&a, &c->src);
	collect(&b, &c->tgt);
	if (a.n + b.n > 0) {
		digits_of(&a, &c->a);
		digits_of(&b, &c->b);
		if (a.inside || b.inside ||
		    !tm_str_eq(tm_buf_str(&c->a), tm_buf_str(&c->b)))
			compare(c, &a, &b);
	}
	tm_tokens_release(&a.inner);
	tm_tokens_release(&b.inner);
}

/*
 * Numbers, by value.
 *
 *	"٣٫٥ مليون"	3.5e6	"3,500,000"	the same: scaled by the word
 *	"3,5 km" (de)	3.5	"3,500 km"	a finding: each has its language
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

/* Numbers up to twelve are left out where a dual, an article or the name of
 * a month says the same. */
#define LEAST 13

/* More than this is a table and not a sentence. */
#define NUMBERS_MAX 64

/* ---- Numbers in digits ------------------------------------------------- */

/*
 * What digits may mean: "12.5" is 12.5 alone, "12.000" is 12000 where the
 * language groups so, or 12, or either where people write both; "17:30" is
 * 17.30. A word behind it multiplies. soft numbers explain others and are
 * never told of: the 19 of "COVID19", the 1930 of "1930s".
 */
typedef struct number {
	tm_token at;
	double value, other; /* other: NAN where there is one reading */
	double scales[CHECK_SCALES_MAX]; /* what the words behind it may
					    multiply by */
	size_t n_scales;		 /* 0: there are none */
	size_t scale_end;		 /* where they end */
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

/*
 * The sign before decimals in a language, 0 where both are met: in Arabic
 * with European digits, in the Spanish of two continents, in Persian; and
 * in countries that write otherwise than their language.
 */
static char
decimal_sign(const check_lang *lang)
{
	const char *region = strchr(lang->tag, '-');

	if (region != NULL &&
	    (strstr(region, "-CH") != NULL || strstr(region, "-ZA") != NULL ||
		strstr(region, "-LI") != NULL))
		return 0;
	if (tm_check_is_base(lang, "en zh ja ko th he hi bn ta te mr gu ga"))
		return '.';
	if (tm_check_is_base(lang,
		"de fr it nl pl ru uk be bg cs sk sl hr sr bs ro hu fi et lv "
		"lt el tr da nb nn no sv is pt ca gl eu id vi"))
		return ',';
	return 0;
}

static size_t
count_signs(tm_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '.' || s.p[i] == ',';
	return n;
}

/* Can the one separator of digits group thousands? */
static bool
may_group(tm_str s, char *sign)
{
	size_t at = s.n, separators = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '.' || s.p[i] == ',') {
			separators++;
			at = i;
			*sign = s.p[i];
		}
	return separators == 1 && s.n - at == 4 && at >= 1 && at <= 3 &&
	       s.p[0] != '0';
}

static number
number_of(const check_side *side, const tm_token *t, size_t shift)
{
	number n = { .at = *t, .other = NAN };
	char sign = 0, decimal = decimal_sign(side->lang);

	n.at.start += (uint32_t)shift;
	n.at.end += (uint32_t)shift;
	n.value = value_of(t->key, false);
	/* Two numbers: (0,1) in English, 12.6. in Finnish. */
	if (decimal != 0 && count_signs(t->fold) == 1 &&
	    memchr(t->fold.p, decimal, t->fold.n) == NULL &&
	    !may_group(t->fold, &sign)) {
		n.soft = true;
		n.other = floor(n.value);
	}
	/* Signs of more bytes, ٫ ٬ and spaces, have one meaning. */
	if (t->end - t->start != t->fold.n || !may_group(t->fold, &sign))
		return n;
	n.value = value_of(t->fold, sign != decimal);
	if (decimal == 0)
		n.other = value_of(t->fold, false);
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
	bool inside;   /* some digits were inside of words */
	bool parts;    /* some are written in parts: 1.5.2020 */
	bool myriads;  /* counts in ten thousands, or lakhs */
	uint64_t bits; /* what its words spell, but those that scale a number */
	bool scales;   /* a word of it is a thousand, a million, ... */
};

/* Do hours and minutes stand round this: 7:55, 07h55, 17 h 30? */
static bool
is_colon(tm_str s, size_t start, size_t end)
{
	tm_str sign = start < end ? tm_str_sub(s, start, end) : TM_STR("");
	size_t hours = 0;

	if (tm_str_eq(sign, TM_STR(":")) || tm_str_eq(sign, TM_STR("：")))
		return true;
	for (size_t i = 0; i < sign.n;) {
		int32_t ch = tm_text_next(sign, &i);

		if (ch == 'h')
			hours++;
		else if (!tm_check_is_space(ch))
			return false;
	}
	return hours == 1;
}

/*
 * What Chinese, Japanese and Korean signs behind a number multiply it by;
 * 1 when there are none. *at is moved behind them.
 */
static double
east_asian_scale(tm_str s, size_t *at)
{
	double unit = 1;
	size_t i = *at;

	while (i < s.n) {
		switch (tm_text_next(s, &i)) {
		case ' ':
			continue;
		case 0x767e: /* 百 */
		case 0xbc31: /* 백 */
			unit *= 100;
			break;
		case 0x5343: /* 千 */
		case 0xcc9c: /* 천 */
			unit *= 1000;
			break;
		case 0x4e07: /* 万 */
		case 0x842c: /* 萬 */
		case 0xb9cc: /* 만 */
			unit *= 1e4;
			break;
		case 0x4ebf: /* 亿 */
		case 0x5104: /* 億 */
		case 0xc5b5: /* 억 */
			unit *= 1e8;
			break;
		case 0x5146: /* 兆 */
		case 0xc870: /* 조 */
			unit *= 1e12;
			break;
		default:
			return unit;
		}
		*at = i;
	}
	return unit;
}

/* 1億2,500万 is one number of two. False when there are no such signs. */
static bool
scale_east_asian(struct collecting *c)
{
	number *n = &c->v[c->n - 1], *before = c->n > 1 ? n - 1 : NULL;
	tm_str s = c->side->text;
	size_t at = n->at.end, from;
	double unit = east_asian_scale(s, &at);

	if (unit == 1)
		return false;
	n->value *= unit;
	n->other *= unit;
	n->scale_end = at;
	if (before == NULL || before->scale_end == 0 ||
	    before->value < n->value)
		return true;
	for (from = before->scale_end; from < n->at.start; from++)
		if (s.p[from] != ' ')
			return true;
	before->value += n->value;
	before->other = NAN;
	before->scale_end = at;
	c->n--;
	return true;
}

static void
add(struct collecting *c, number n)
{
	tm_str s = c->side->text;
	number *last = c->n > 0 ? &c->v[c->n - 1] : NULL;

	n.soft |= is_decade(&n, s);
	/* The minutes of an hour. */
	if (last != NULL && last->value < 25 && n.value < 60 &&
	    (n.at.fold.n == 2 || n.at.end - n.at.start == 2) &&
	    is_colon(s, last->at.end, n.at.start)) {
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
	n = number_of(c->side, &c->inner.v[0], at);
	n.at.fold = n.at.key = TM_STR("");
	c->inside = true;
	n.soft |= !is_prefix(tm_str_sub(s, word->start, at));
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

/* The words behind the last number, from token i on: "3,5 mil millones". */
static void
scale_last(struct collecting *c, size_t i)
{
	const tm_tokens *tokens = &c->side->tokens;
	number *n = &c->v[c->n - 1];

	while (i < tokens->n && tokens->v[i].start < n->at.end)
		i++;
	if (i < tokens->n && tokens->v[i].start == n->at.end &&
	    c->side->text.p[n->at.end] == '-')
		i++; /* a 3-million house */
	for (int words = 0; words < 2 && i < tokens->n; words++, i++) {
		double by[CHECK_SCALES_MAX], were[CHECK_SCALES_MAX] = { 1 };
		size_t n_by = tm_check_scales(c->side->lang, &tokens->v[i], by);
		size_t n_were = n->n_scales;

		if (n_by == 0)
			return;
		memcpy(were, n->scales, n_were * sizeof *were);
		n_were += n_were == 0;
		n->n_scales = 0;
		for (size_t k = 0; k < n_were * n_by; k++)
			if (n->n_scales < CHECK_SCALES_MAX)
				n->scales[n->n_scales++] =
				    were[k / n_by] * by[k % n_by];
		n->scale_end = tokens->v[i].end;
	}
}

static void
collect(struct collecting *c, const check_side *side)
{
	size_t end = 0;

	/* Not all of v: there are hardly ever many. */
	c->side = side;
	c->inner = (tm_tokens){ 0 };
	c->n = 0;
	c->inside = c->parts = c->myriads = c->scales = false;
	c->bits = 0;
	for (size_t i = 0; i < side->tokens.n; i++) {
		const tm_token *t = &side->tokens.v[i];
		size_t before = c->n;

		if (t->start < end)
			continue;
		if (t->kind == TM_NUMBER)
			add(c, number_of(side, t, 0));
		else if (t->kind == TM_WORD)
			end = add_inner(c, t);
		if (c->n > before) {
			if (!scale_east_asian(c))
				scale_last(c, i + 1);
		}
		c->myriads |= t->kind == TM_WORD && is_myriad(t->fold);
		c->parts |= t->kind == TM_NUMBER && count_signs(t->fold) > 1;
	}
}

/* What the words of a side may spell, without those that scale a number. */
static void
read_words(struct collecting *c)
{
	const check_side *side = c->side;
	double scales[CHECK_SCALES_MAX];
	size_t at = 0;

	for (size_t i = 0; i < side->tokens.n; i++) {
		const tm_token *t = &side->tokens.v[i];

		c->scales |= tm_check_scales(side->lang, t, scales) > 0;
		while (at < c->n && c->v[at].at.end <= t->start &&
		       c->v[at].scale_end <= t->start)
			at++;
		if (at == c->n || c->v[at].at.end > t->start)
			c->bits |= tm_check_spelled(side->lang, t);
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
	bool myriads, units, scales;
};

/* Two readings of two numbers, as they stand. */
static bool
agree_bare(double x, double y, bool one_unscaled, struct surroundings how)
{
	return (one_unscaled && (same(x, y) || is_otherwise(x, y))) ||
	       (how.myriads && is_scaled(x, y, true)) ||
	       (how.units && is_converted(x, y));
}

/*
 * Numbers with a scale are compared by what they come to. One without may
 * have it elsewhere ("12 or 13 million", "12m"), so it agrees as it stands,
 * or by a power of a thousand where a word says one.
 */
static bool
agree(const number *a, const number *b, struct surroundings how)
{
	const double x[2] = { a->value, a->other };
	const double y[2] = { b->value, b->other };
	static const double one = 1;
	const double *p = a->n_scales > 0 ? a->scales : &one;
	const double *q = b->n_scales > 0 ? b->scales : &one;
	size_t n_p = a->n_scales > 0 ? a->n_scales : 1;
	size_t n_q = b->n_scales > 0 ? b->n_scales : 1;
	bool one_unscaled = a->n_scales == 0 || b->n_scales == 0;

	if (one_unscaled && a->at.key.n > 0 &&
	    tm_str_eq(a->at.fold, b->at.fold))
		return true;
	for (int i = 0; i < 4; i++) {
		double v = x[i / 2], w = y[i % 2];

		if (agree_bare(v, w, one_unscaled, how))
			return true;
		for (size_t k = 0; k < n_p * n_q; k++) {
			double v_full = v * p[k / n_q], w_full = w * q[k % n_q];

			if (same(v_full, w_full) ||
			    (one_unscaled && how.scales &&
				is_scaled(v_full, w_full, false)) ||
			    (how.myriads && is_scaled(v_full, w_full, true)) ||
			    (how.units && is_converted(v_full, w_full)))
				return true;
		}
	}
	return false;
}

/* Cross out what is on the other side, in any order and however often. */
static void
cross_out(
    struct collecting *a, const struct collecting *b, struct surroundings how)
{
	for (size_t i = 0; i < a->n; i++) {
		number *n = &a->v[i];

		for (size_t j = 0; j < b->n && !n->done; j++)
			n->done = agree(n, &b->v[j], how);
		/* Half past eight is 8:30. */
		n->done = n->done || n->soft ||
			  tm_check_can_spell(
			      b->bits, n->time ? floor(n->value) : n->value);
	}
}

/* The signs that group digits here and elsewhere end a number. */
static bool
is_group_sign(tm_str s, size_t start, size_t end)
{
	tm_str sign = start < end ? tm_str_sub(s, start, end) : TM_STR("");

	return tm_str_eq(sign, TM_STR(" ")) || tm_str_eq(sign, TM_STR("،"));
}

/* 10 000 or 10،000 on one side is 10000 on the other. */
static void
join_groups(struct collecting *a, struct collecting *b)
{
	for (size_t i = 0; i + 1 < a->n; i++) {
		double sum = a->v[i].value;
		size_t k = i + 1;

		while (k < a->n && a->v[k].at.fold.n == 3 &&
		       is_group_sign(a->side->text, a->v[k - 1].at.end,
			   a->v[k].at.start)) {
			sum = sum * 1000 + a->v[k].value;
			k++;
		}
		for (size_t j = 0; k > i + 1 && j < b->n; j++)
			if (same(sum, b->v[j].value) ||
			    same(sum, b->v[j].other)) {
				for (size_t d = i; d < k; d++)
					a->v[d].done = true;
				b->v[j].done = true;
			}
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

/* The number as it is written, with its "million". */
static tm_str
written(const check_side *side, const number *n)
{
	size_t end = n->scale_end > n->at.end ? n->scale_end : n->at.end;

	return tm_str_sub(side->text, n->at.start, end);
}

static void
tell(tm_checker *c, const number *x, const number *y)
{
	tm_str a = TM_STR(""), b = TM_STR("");
	tm_finding *f;

	if (x != NULL)
		a = written(&c->src, x);
	if (y != NULL)
		b = written(&c->tgt, y);
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
	struct collecting c = { .side = side };

	for (size_t i = 0; i < side->tokens.n; i++)
		if (side->tokens.v[i].kind == TM_NUMBER &&
		    value_of(side->tokens.v[i].key, false) == value)
			return true;
	read_words(&c);
	return tm_check_can_spell(c.bits, value);
}

/* The slow part: words and units, and what is left then. */
static void
compare(tm_checker *c, struct collecting *a, struct collecting *b)
{
	struct surroundings how = { a->myriads || b->myriads,
		has_units(&c->src) || has_units(&c->tgt), false };
	const number *x, *y;
	bool large_x, large_y;

	read_words(a);
	read_words(b);
	how.scales = a->scales || b->scales;
	cross_out(a, b, how);
	cross_out(b, a, how);
	join_groups(a, b);
	join_groups(b, a);
	x = first_left(a, &large_x);
	y = first_left(b, &large_y);
	if (large_x || large_y || (x != NULL && y != NULL))
		tell(c, x, y);
}

/* The quick part: most pairs have the same numbers in the same order. */
static bool
are_alike(const struct collecting *a, const struct collecting *b)
{
	if (a->n != b->n || a->inside || b->inside)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->v[i].n_scales + b->v[i].n_scales > 0 ||
		    !tm_str_eq(a->v[i].at.fold, b->v[i].at.fold))
			return false;
	return true;
}

void
tm_check_numbers(tm_checker *c)
{
	struct collecting a, b;

	if (c->src.numbers > NUMBERS_MAX || c->tgt.numbers > NUMBERS_MAX)
		return;
	collect(&a, &c->src);
	collect(&b, &c->tgt);
	if (!are_alike(&a, &b)) {
		digits_of(&a, &c->a);
		digits_of(&b, &c->b);
		/* Dates and telephone numbers are cut in many ways. */
		if (a.inside || b.inside ||
		    (a.n == b.n && !a.parts && !b.parts) ||
		    !tm_str_eq(tm_buf_str(&c->a), tm_buf_str(&c->b)))
			compare(c, &a, &b);
	}
	tm_tokens_release(&a.inner);
	tm_tokens_release(&b.inner);
}

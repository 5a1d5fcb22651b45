/*
 * root.c - what the forms of an Arabic word have in common
 *
 *	وبالمدارس	و بال م دارس		-> درس
 *	سيدرسونها	سي درس ون ها		-> درس
 *	مدرسة, تدريس, دراسي, درس		-> درس
 *
 * Arabic makes forms on both sides of a word and inside it. A stemmer that
 * takes a little off the sides leaves many of them apart, and then a word with
 * another pronoun is another word. So what may be an affix goes while three
 * letters stay, and then the long vowels go, which patterns are made of; a و or
 * ي that begins or ends what is left may be of the root, an alef never is. The
 * result is no root of a dictionary: words that have nothing to do with each
 * other may share one. It serves to find and to rate matches, where a likeness
 * that is none costs less than one that is lost (docs/FUZZY.md).
 */
#include "config.h"

#include "tm/text_int.h"

/* In UTF-8 all these letters have two bytes. */
enum { LETTER = 2, LEAST = 3 * LETTER };

/* In the order in which they go; of each set one does, the first that fits. */
static const char *const conjunctions[] = { "و", "ف", NULL };
static const char *const articles[] = { "بال", "كال", "فال", "ال", "لل", NULL };
static const char *const prepositions[] = { "ب", "ك", "ل", NULL };
static const char *const persons[] = { "سي", "ست", "سن", "سا", "ي", "ت", "ن",
	"ا", NULL };
static const char *const participles[] = { "م", NULL };
static const char *const *const fronts[] = { conjunctions, articles,
	prepositions, persons };
static const char *const ends[] = { "ها", "ان", "ات", "ون", "ين", "يه", "هم",
	"هن", "كم", "نا", "ني", "وا", "ته", "تي", "تم", "ه", "ي", "ت", "ا", "ك",
	NULL };

static bool
is_arabic(tm_str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	for (size_t i = 0; i < s.n; i += LETTER)
		if (i + 1 == s.n || p[i] < 0xd8 || p[i] > 0xd9 ||
		    (p[i] == 0xd8 && p[i + 1] < 0xa1) ||
		    (p[i] == 0xd9 && p[i + 1] > 0x8a))
			return false;
	return s.n > 0;
}

static void
strip_front(tm_str *s, const char *const *affixes)
{
	for (; *affixes != NULL; affixes++) {
		tm_str a = tm_str_of(*affixes);

		if (s->n < a.n + LEAST || !tm_str_starts(*s, a))
			continue;
		*s = tm_str_sub(*s, a.n, s->n);
		break;
	}
}

static void
strip_end(tm_str *s)
{
	for (const char *const *e = ends; *e != NULL; e++) {
		tm_str a = tm_str_of(*e);

		if (s->n < a.n + LEAST || !tm_str_ends(*s, a))
			continue;
		s->n -= a.n;
		break;
	}
}

static bool
is_long_vowel(tm_str letter)
{
	return tm_str_eq(letter, TM_STR("ا")) ||
	       tm_str_eq(letter, TM_STR("و")) || tm_str_eq(letter, TM_STR("ي"));
}

bool
tm_text_root(tm_str plain, tm_buf *out)
{
	size_t start = out->n, last;

	if (!is_arabic(plain))
		return false;
	/* A ta marbuta; else بالغ and بالغة would lose different beginnings. */
	if (plain.n >= LEAST + LETTER && tm_str_ends(plain, TM_STR("ه")))
		plain.n -= LETTER;
	for (size_t i = 0; i < sizeof fronts / sizeof fronts[0]; i++)
		strip_front(&plain, fronts[i]);
	strip_end(&plain);
	strip_end(&plain);
	strip_front(&plain, participles);
	last = plain.n - LETTER;
	for (size_t i = 0; i < plain.n; i += LETTER) {
		tm_str c = tm_str_sub(plain, i, i + LETTER);

		if (i < last && is_long_vowel(c) &&
		    (out->n > start || tm_str_eq(c, TM_STR("ا"))))
			continue;
		tm_buf_add(out, c.p, c.n);
	}
	return true;
}

/*
 * scan.c - where the tokens of a text begin and end
 *
 *	"Click <b>3.5 MB</b>"	WORD CODE NUMBER WORD CODE
 *
 * One walk over the characters, without any memory and without regard to
 * the language: what a token means is the business of tokens.c.
 */
#include "config.h"

#include "tm/text_int.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "tm/base_int.h"

/* ---- Words ------------------------------------------------------------- */

bool
tm_text_stands_alone(int32_t c)
{
	return (c >= 0xe00 && c <= 0xeff) ||   /* Thai, Lao */
	       (c >= 0x1000 && c <= 0x109f) || /* Myanmar */
	       (c >= 0x1780 && c <= 0x17ff) || /* Khmer */
	       (c >= 0x3040 && c <= 0x30ff) || /* kana */
	       (c >= 0x3400 && c <= 0x9fff) || /* Han */
	       (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff);
}

static bool
is_letter(UChar32 c)
{
	if (c < 0x80)
		return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
	/* Arabic, which ICU says, too: it is asked for every letter. */
	if (c >= 0x620 && c <= 0x64a)
		return true;
	return u_isalpha(c) || tm_text_is_mark(c) || c == 0x640;
}

/* Arabic and, so, in, to, as, and to stretch them: what is written together
 * with a number that follows. */
static bool
is_proclitic(tm_str s)
{
	static const char *const v[] = { "و", "ف", "ب", "ل", "ك", "وب", "ول",
		"وك", "فب", "فل" };
	size_t n = s.n;

	while (n > 2 && memcmp(s.p + n - 2, "ـ", 2) == 0)
		n -= 2;
	for (size_t i = 0; i < sizeof v / sizeof v[0] && n <= 4; i++)
		if (tm_str_eq(tm_str_sub(s, 0, n), tm_str_of(v[i])))
			return true;
	return false;
}

/* Joiners inside words: Persian half-spaces, soft hyphens. */
static bool
is_invisible_joiner(UChar32 c)
{
	return c == 0x200c || c == 0x200d || c == 0xad;
}

/* "&" and "_" that mark a key in user interfaces: "Dept&h", "_File". */
static bool
is_accelerator(tm_str text, UChar32 c, size_t after)
{
	return (c == '&' || c == '_') && is_letter(tm_text_peek(text, after));
}

/*
 * The script of the letter that begins at i when it is one of those that most
 * words of Arabic and Cyrillic are made of, each two bytes long: who has a
 * million texts to read asks ICU for the others alone.
 */
static inline UScriptCode
common_letter(tm_str text, size_t i)
{
	const unsigned char *p = (const unsigned char *)text.p + i;

	if (p[0] < 0xd0 || p[0] > 0xd9 || i + 1 == text.n)
		return USCRIPT_COMMON;
	if ((p[0] == 0xd8 && p[1] >= 0xa0 && p[1] <= 0xbf) ||
	    (p[0] == 0xd9 && p[1] >= 0x81 && p[1] <= 0x8a))
		return USCRIPT_ARABIC; /* U+0620 to U+064A, no tatweel */
	if ((p[0] == 0xd0 && p[1] >= 0x80 && p[1] <= 0xbf) ||
	    (p[0] == 0xd1 && p[1] >= 0x80 && p[1] <= 0x9f))
		return USCRIPT_CYRILLIC; /* U+0400 to U+045F */
	return USCRIPT_COMMON;
}

/* The end of a word from start: letters and what may stand between them, of
 * one script ("وT" is two words). */
static size_t
word_end(tm_str text, size_t start)
{
	size_t i = start, end = start;
	UScriptCode script = USCRIPT_COMMON, common;

	while (i < text.n) {
		size_t after = i;
		UChar32 c, next;
		bool letter = false; /* else only if one comes after it */

		/* Most letters there are. */
		if (tm_is_letter(text.p[i]) &&
		    (script == USCRIPT_COMMON || script == USCRIPT_LATIN)) {
			script = USCRIPT_LATIN;
			end = ++i;
			continue;
		}
		common = common_letter(text, i);
		if (common != USCRIPT_COMMON &&
		    (script == USCRIPT_COMMON || script == common)) {
			script = common;
			end = i += 2;
			continue;
		}
		c = tm_text_next(text, &after);
		if (is_letter(c) && !tm_text_stands_alone(c)) {
			UScriptCode s = tm_text_script(c);

			if (s > USCRIPT_INHERITED) {
				if (script != USCRIPT_COMMON && s != script)
					break;
				script = s;
			}
			letter = true;
		} else if (end > start && u_isdigit(c)) {
			/* SY24, م2; but و٣ is "and 3" */
			if (is_proclitic(tm_str_sub(text, start, end)))
				break;
			letter = true;
		} else if (is_accelerator(text, c, after)) {
			/* It is left out of its forms. */
		} else if (end > start && (c == '\'' || c == 0x2019)) {
			next = tm_text_peek(text, after);
			if (!is_letter(next) || tm_text_stands_alone(next))
				break;
		} else if (end > start && is_invisible_joiner(c)) {
			if (!is_letter(tm_text_peek(text, after)))
				break;
		} else {
			break;
		}
		i = after;
		if (letter)
			end = after;
	}
	return end;
}

/* One character and the marks on it. */
static size_t
alone_end(tm_str text, size_t start)
{
	size_t i = start, after;

	tm_text_next(text, &i);
	for (after = i; after < text.n; i = after)
		if (!tm_text_is_mark(tm_text_next(text, &after)))
			break;
	return i;
}

/* ---- Numbers ------------------------------------------------------------ */

char
tm_number_separator(int32_t c)
{
	switch (c) {
	case '.':
	case ',':
		return (char)c;
	case 0x66b: /* ٫ */
		return 'd';
	case 0x66c:  /* ٬ */
	case 0xa0:   /* French and Russian groups */
	case 0x202f: /* narrow no-break space */
	case 0x2009: /* thin space */
		return '\'';
	default:
		return 0;
	}
}

static size_t
count_digits(tm_str text, size_t i)
{
	size_t n = 0;

	while (i < text.n && u_isdigit(tm_text_next(text, &i)))
		n++;
	return n;
}

/* Digits of any script, and separators with a digit behind them. */
static size_t
number_end(tm_str text, size_t start)
{
	size_t i = start;

	while (i < text.n) {
		size_t after = i;
		UChar32 c = tm_text_next(text, &after);
		char separator;

		if (c < 0)
			break;
		if (!u_isdigit(c)) {
			separator = tm_number_separator(c);
			if (separator == 0 ||
			    !u_isdigit(tm_text_peek(text, after)))
				break;
			/* A space groups only before three digits. */
			if (separator == '\'' && count_digits(text, after) != 3)
				break;
		}
		i = after;
	}
	return i;
}

/* ---- Codes: what a program puts into a text ---------------------------- */

/* An inline code, marked in the text (codes.c) */
static size_t
inline_end(tm_str s, size_t i)
{
	size_t j = i + 1;

	while (j < s.n && s.p[j] != TM_CODE_SI && s.p[j] != TM_CODE_SO)
		j++;
	return j < s.n && s.p[j] == TM_CODE_SI ? j + 1 : i;
}

/* The byte at i as it is without inline codes. */
static char
byte_behind_codes(tm_str s, size_t i)
{
	while (tm_byte_at(s, i) == TM_CODE_SO) {
		size_t end = inline_end(s, i);

		if (end == i)
			break;
		i = end;
	}
	return tm_byte_at(s, i);
}

/* %s %-5.2lf %1$d %(name)s %1 and QML's %L1; the "%" of "5 % off" is none. */
static size_t
printf_end(tm_str s, size_t i)
{
	size_t j = i + 1, digits;

	if (tm_byte_at(s, j) == '(') {
		while (j < s.n && s.p[j] != ')' && s.p[j] != TM_CODE_SO &&
		       j - i < 64)
			j++;
		if (tm_byte_at(s, j) != ')')
			return i;
		j++;
	}
	digits = j;
	while (tm_is_one_of(tm_byte_at(s, j), "0123456789$.-+#*"))
		j++;
	while (tm_is_one_of(tm_byte_at(s, j), "hlLqjzt"))
		j++;
	if (tm_is_one_of(tm_byte_at(s, j), "sdiufgxXcpeEGo@") &&
	    !tm_is_letter(byte_behind_codes(s, j + 1)))
		return j + 1;
	for (j = digits; tm_byte_at(s, j) >= '0' && tm_byte_at(s, j) <= '9';)
		j++;
	return j > digits ? j : i;
}

/* {0} {name} ${x}: short, and without a space */
static size_t
brace_end(tm_str s, size_t i)
{
	size_t j = tm_byte_at(s, i) == '$' ? i + 2 : i + 1;

	while (j < s.n && j - i <= 32 && s.p[j] > ' ' && s.p[j] != '{' &&
	       s.p[j] != '}')
		j++;
	return tm_byte_at(s, j) == '}' ? j + 1 : i;
}

/* <b> </a> <br/>: short, and named by a letter */
static size_t
tag_end(tm_str s, size_t i)
{
	size_t j = i + 1;

	if (tm_byte_at(s, j) == '/')
		j++;
	if (!tm_is_letter(tm_byte_at(s, j)))
		return i;
	while (j < s.n && j - i <= 120 && s.p[j] != '<' && s.p[j] != '>' &&
	       s.p[j] != '\n' && s.p[j] != TM_CODE_SO)
		j++;
	return tm_byte_at(s, j) == '>' ? j + 1 : i;
}

/* &amp; &#160; */
static size_t
entity_end(tm_str s, size_t i)
{
	size_t j = i + 1;

	if (tm_byte_at(s, j) == '#')
		j++;
	while (j - i <= 10 &&
	       (tm_is_letter(tm_byte_at(s, j)) ||
		   (tm_byte_at(s, j) >= '0' && tm_byte_at(s, j) <= '9')))
		j++;
	return j > i + 1 && tm_byte_at(s, j) == ';' ? j + 1 : i;
}

/* The end of the code that begins at i, or i when none does. */
static size_t
code_end(tm_str s, size_t i)
{
	switch (s.p[i]) {
	case '%':
		return printf_end(s, i);
	case '{':
		return brace_end(s, i);
	case '$':
		return tm_byte_at(s, i + 1) == '{' ? brace_end(s, i) : i;
	case '<':
		return tag_end(s, i);
	case '&':
		return entity_end(s, i);
	case TM_CODE_SO:
		return inline_end(s, i);
	default:
		return i;
	}
}

/* ---- The walk ---------------------------------------------------------- */

bool
tm_scan(tm_str text, size_t *i, tm_scanned *t)
{
	while (*i < text.n) {
		size_t start = *i, after = start, end;
		UChar32 c;

		if (text.p[start] == ' ') {
			++*i;
			continue;
		}
		c = tm_text_next(text, &after);
		*t = (tm_scanned){ TM_PUNCT, c, start, after };
		if (tm_is_letter(text.p[start]) ||
		    common_letter(text, start) != USCRIPT_COMMON) {
			t->kind = TM_WORD;
			t->end = *i = word_end(text, start);
			return true;
		}
		end = c >= 0 ? code_end(text, start) : start;
		if (end > start) {
			t->kind = TM_CODE;
		} else if (c >= 0 &&
			   (tm_text_is_unseen(c) || u_isUWhiteSpace(c))) {
			*i = after;
			continue;
		} else if (c >= 0 && u_isdigit(c)) {
			t->kind = TM_NUMBER;
			end = number_end(text, start);
		} else if (c >= 0 && tm_text_stands_alone(c)) {
			t->kind = TM_WORD;
			end = alone_end(text, start);
		} else if (c >= 0 &&
			   (is_letter(c) || is_accelerator(text, c, after))) {
			t->kind = TM_WORD;
			end = word_end(text, start);
		}
		if (end == start) {
			t->kind = TM_PUNCT;
			end = after;
		}
		t->end = *i = end;
		return true;
	}
	return false;
}

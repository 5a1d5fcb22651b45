/*
 * Text, sign by sign: punctuation, brackets, spaces, controls.
 *
 * Signs are compared by the class that tokens have, in which ؟ and ? are
 * one. Each rule leaves alone what translators do on purpose; what was
 * tried and gave more false alarms than finds is named beside it.
 */
#include "config.h"

#include "tm/check_int.h"

#include <stdlib.h>

bool
tm_check_is_space(int32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0 ||
	       c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
	       c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

bool
tm_check_is_base(const check_lang *lang, const char *tags)
{
	size_t n = strcspn(lang->tag, "-");

	while (*tags != '\0') {
		size_t k = strcspn(tags, " ");

		if (k == n && memcmp(tags, lang->tag, n) == 0)
			return true;
		tags += k + (tags[k] == ' ');
	}
	return false;
}

void
tm_check_learn_lang(check_lang *lang)
{
	lang->n_scripts = tm_text_scripts_of(lang->tag, lang->scripts, 4);
	lang->arabic =
	    tm_check_is_base(lang, "ar fa ur ckb ps sd ug arz ary apc");
	lang->no_stop = tm_check_is_base(lang, "th lo km my bo dz");
}

/* ---- Punctuation ------------------------------------------------------- */

/* The class of the last sign: . ? ! : or 0; quotes and brackets around it
 * do not count. *token is the one it was. */
static char
last_sign(const check_side *side, const tm_token **token)
{
	*token = NULL;
	for (size_t i = side->tokens.n; i-- > 0;) {
		const tm_token *t = &side->tokens.v[i];
		tm_str key = t->key;

		if (t->kind == TM_CODE)
			continue;
		if (t->kind != TM_PUNCT)
			return 0;
		*token = t;
		if (key.n == 1) {
			if (strchr("\"'()[]{}<>", key.p[0]) != NULL)
				continue;
			if (key.p[0] == ';' &&
			    tm_check_is_base(side->lang, "el grc"))
				return '?';
			return strchr(".?!:", key.p[0]) != NULL ? key.p[0] : 0;
		}
		if (tm_str_eq(key, TM_STR("…")) ||
		    tm_str_eq(key, TM_STR("։")) || /* Armenian */
		    tm_str_eq(key, TM_STR("።")) || /* Ethiopic */
		    tm_str_eq(key, TM_STR("။")) || /* Burmese */
		    tm_str_eq(key, TM_STR("។")) || /* Khmer */
		    tm_str_eq(key, TM_STR("॥")) ||
		    tm_str_eq(key, TM_STR("᠃")) || tm_str_eq(key, TM_STR("།")))
			return '.';
		return 0;
	}
	return 0;
}

/* In Spanish a question may end before the sentence does, in Armenian the
 * sign stands in the word. */
static bool
asks(const check_side *side)
{
	for (size_t i = 0; i < side->tokens.n; i++)
		if (side->tokens.v[i].kind == TM_PUNCT &&
		    (tm_str_eq(side->tokens.v[i].key, TM_STR("?")) ||
			tm_str_eq(side->tokens.v[i].key, TM_STR("՞"))))
			return true;
	return false;
}

static void
check_end(tm_checker *c)
{
	const tm_token *x, *y;
	char a = last_sign(&c->src, &x), b = last_sign(&c->tgt, &y);

	if (a == b || c->tgt.lang->no_stop || c->src.lang->no_stop)
		return;
	/* A label of a word may lose its colon as one of five may. */
	if ((c->src.words < 2 || c->tgt.words < 2) && a != ':')
		return;
	/* Only a question is a question in every language; an exclamation
	 * mark is a matter of taste and a full stop one of style. */
	if (a == '?' ? asks(&c->tgt) : b != '?' || asks(&c->src))
		if (!(a == ':' && b != '.') && !(b == ':' && a != '.'))
			return;
	if (a != '?' && b != '?' && a != ':' && b != ':')
		return;
	tm_check_point(
	    tm_check_add(c, TM_CHECK_PUNCTUATION,
		"the source ends in %s%.*s%s, the translation in %s%.*s%s",
		a == 0 ? "" : "'", a == 0 ? 7 : (int)(x->end - x->start),
		a == 0 ? "no sign" : c->src.text.p + x->start,
		a == 0 ? "" : "'", b == 0 ? "" : "'",
		b == 0 ? 7 : (int)(y->end - y->start),
		b == 0 ? "no sign" : c->tgt.text.p + y->start,
		b == 0 ? "" : "'"),
	    a == 0 ? NULL : x, b == 0 ? NULL : y);
}

static bool
is_arabic_letter(int32_t ch)
{
	return (ch >= 0x620 && ch <= 0x64a) || (ch >= 0x66e && ch <= 0x6d3) ||
	       (ch >= 0x64b && ch <= 0x65f) || ch == 0x6d5;
}

/* What stands for an ASCII sign in Arabic, and the other way. */
static const char *
arabic_sign(int32_t ch)
{
	return ch == ',' ? "،" : ch == ';' ? "؛" : ch == '?' ? "؟" : NULL;
}

static const char *
ascii_sign(int32_t ch)
{
	return ch == 0x60c ? "," : ch == 0x61b ? ";" : ch == 0x61f ? "?" : NULL;
}

/*
 * The sign that should stand at offset i of the text instead of the one
 * that does, or NULL: "نعم, لا" wants ، and "yes، no" wants a comma. The
 * letter before says which; what follows must be a space or the end, so
 * that "1,5" and codes are left alone. A semicolon at the end closes a list
 * of keywords.
 */
const char *
tm_check_better_sign(const check_lang *lang, tm_str s, size_t i, size_t after,
    int32_t before, int32_t ch)
{
	int32_t next = tm_text_peek(s, after);

	if (after < s.n && !tm_check_is_space(next) && next != '"' &&
	    next != ')' && next != 0xbb && next != 0x201d)
		return NULL;
	if (lang->arabic && is_arabic_letter(before))
		return after == s.n && ch == ';' ? NULL : arabic_sign(ch);
	if (lang->n_scripts > 0 && !lang->arabic && before < 0x250 &&
	    before >= 'A')
		return ascii_sign(ch);
	return NULL;
}

static void
check_forms(tm_checker *c)
{
	tm_str s = c->tgt.text;
	int32_t before = 0;
	size_t n = 0;
	tm_finding *f = NULL;

	if (tm_check_is_base(c->tgt.lang, "syr dv he yi"))
		return;
	for (size_t i = 0, after; i < s.n; i = after) {
		int32_t ch;
		const char *good;

		after = i;
		ch = tm_text_next(s, &after);
		good =
		    tm_check_better_sign(c->tgt.lang, s, i, after, before, ch);
		before = ch;
		if (good == NULL || n++ > 0)
			continue;
		f = tm_check_add(c, TM_CHECK_PUNCTUATION,
		    "'%.*s' where the language writes '%s'", (int)(after - i),
		    s.p + i, good);
		f->start = i;
		f->end = after;
	}
}

void
tm_check_punctuation(tm_checker *c)
{
	check_end(c);
	check_forms(c);
}

/* ---- Brackets and quotes ----------------------------------------------- */

struct brackets {
	int open, close; /* of any kind; close: that closed nothing */
	int pairs;
	size_t at; /* the first that is wrong */
};

static const char opens[] = "([{", closes[] = ")]}";

/* Enumerations "a)", "1)" and faces ":-)" close what nobody opened. */
static bool
is_list_mark(tm_str s, size_t i)
{
	size_t start = i;

	while (start > 0 && (unsigned char)s.p[start - 1] > ' ' &&
	       s.p[start - 1] != '(')
		start--;
	if (s.p[i] == ')' &&
	    i - start <= ((unsigned char)s.p[start] < 0x80 ? 2 : 4))
		return true;
	return i > 0 && strchr(":;-8", s.p[i - 1]) != NULL;
}

static struct brackets
count_brackets(tm_str s, int kind)
{
	struct brackets b = { .at = s.n };
	int depth = 0;
	size_t opened = s.n;

	for (size_t i = 0; i < s.n; i++) {
		if (i > 0 && i + 1 < s.n &&
		    ((s.p[i - 1] == '\'' && s.p[i + 1] == '\'') ||
			(s.p[i - 1] == '"' && s.p[i + 1] == '"')))
			continue; /* '(' is named, not used */
		if (s.p[i] == opens[kind]) {
			if (i > 0 && strchr(":;-", s.p[i - 1]) != NULL)
				continue;
			if (depth++ == 0)
				opened = i;
		} else if (s.p[i] == closes[kind]) {
			if (depth > 0) {
				depth--;
				b.pairs++;
			} else if (!is_list_mark(s, i)) {
				b.close++;
				if (i < b.at)
					b.at = i;
			}
		}
	}
	b.open = depth;
	if (depth > 0 && opened < b.at)
		b.at = opened;
	return b;
}

/* Full-width brackets of Chinese and Japanese are brackets. */
static tm_str
plain_brackets(tm_str s, tm_buf *out)
{
	tm_buf_clear(out);
	for (size_t i = 0; i < s.n; i++) {
		if (i + 2 < s.n && memcmp(s.p + i, "\xef\xbc", 2) == 0 &&
		    (s.p[i + 2] == '\x88' || s.p[i + 2] == '\x89')) {
			tm_buf_adds(out, s.p[i + 2] == '\x88' ? "  (" : "  )");
			i += 2;
		} else {
			tm_buf_addc(out, s.p[i]);
		}
	}
	return tm_buf_str(out);
}

void
tm_check_brackets(tm_checker *c)
{
	tm_str a = plain_brackets(c->src.text, &c->a);
	tm_str b = plain_brackets(c->tgt.text, &c->b);

	for (int k = 0; k < 3; k++) {
		struct brackets x = count_brackets(a, k);
		struct brackets y = count_brackets(b, k);
		tm_finding *f;

		if (x.open + x.close > 0 || y.open + y.close == 0)
			continue;
		f = tm_check_add(c, TM_CHECK_BRACKETS,
		    y.open > 0 ? "'%c' is not closed in the translation"
			       : "'%c' closes nothing in the translation",
		    y.open > 0 ? opens[k] : closes[k]);
		f->start = y.at;
		f->end = y.at + 1;
		return;
	}
}

/* ---- Spaces ------------------------------------------------------------ */

size_t
tm_check_leading_space(tm_str s)
{
	size_t i = 0, after = 0;

	while (after < s.n && tm_check_is_space(tm_text_next(s, &after)))
		i = after;
	return i;
}

size_t
tm_check_trailing_space(tm_str s)
{
	size_t end = 0;

	for (size_t i = 0; i < s.n;)
		if (!tm_check_is_space(tm_text_next(s, &i)))
			end = i;
	return s.n - end;
}

/* Where two spaces follow each other inside of s; s.n when nowhere. */
size_t
tm_check_double_space(tm_str s)
{
	for (size_t i = 1; i + 2 < s.n; i++)
		if (s.p[i] == ' ' && s.p[i + 1] == ' ' && s.p[i - 1] != ' ' &&
		    s.p[i - 1] != '\n')
			return i;
	return s.n;
}

void
tm_check_spaces(tm_checker *c)
{
	tm_str a = c->src.text, b = c->tgt.text;
	size_t before = tm_check_leading_space(b),
	       after = tm_check_trailing_space(b), at;
	tm_finding *f;

	if (before != tm_check_leading_space(a) &&
	    (before == 0 || tm_check_leading_space(a) == 0)) {
		f = tm_check_add(c, TM_CHECK_SPACES,
		    before > 0 ? "white space before the translation, but not "
				 "before the source"
			       : "white space before the source, but not "
				 "before the translation");
		f->end = before;
		f->source_end = tm_check_leading_space(a);
	}
	if (after != tm_check_trailing_space(a) &&
	    (after == 0 || tm_check_trailing_space(a) == 0)) {
		f = tm_check_add(c, TM_CHECK_SPACES,
		    after > 0 ? "white space behind the translation, but not "
				"behind the source"
			      : "white space behind the source, but not "
				"behind the translation");
		f->start = b.n - after;
		f->end = b.n;
		f->source_start = a.n - tm_check_trailing_space(a);
		f->source_end = a.n;
	}
	at = tm_check_double_space(tm_str_sub(b, 0, b.n - after));
	if (at < b.n - after && tm_check_double_space(a) == a.n) {
		f = tm_check_add(
		    c, TM_CHECK_SPACES, "two spaces in the translation");
		f->start = at;
		f->end = at + 2;
	}
}

/* ---- Controls and broken encodings ------------------------------------- */

/* Controls that mean nothing in a text, and what decoders leave behind. */
bool
tm_check_is_control(int32_t ch)
{
	return (ch >= 0 && ch < ' ' && ch != '\t' && ch != '\n' &&
		   ch != '\r') ||
	       (ch >= 0x7f && ch < 0xa0 && ch != 0x85) || ch == 0xfffd ||
	       ch == 0xfeff || ch == 0xfffe || ch == 0xffff ||
	       (ch >= 0xfdd0 && ch <= 0xfdef) || (ch & 0xfffe) == 0xfffe;
}

/* The letters that Latin-1 shows for the first byte of an Arabic, Cyrillic
 * or accented letter in UTF-8; the second byte is from 80 to BF. */
static size_t
count_mojibake(tm_str s)
{
	int32_t before = 0;
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		int32_t ch = tm_text_next(s, &i);

		n += (before == 0xc3 || before == 0xc2 ||
			 (before >= 0xd0 && before <= 0xdb)) &&
		     ((ch >= 0x80 && ch <= 0xbf) || ch == 0x2020 ||
			 ch == 0x2026 || ch == 0x192 || ch == 0x20ac ||
			 ch == 0x2122 || ch == 0x201e || ch == 0x201a);
		before = ch;
	}
	return n;
}

/* Letters frozen in the shape they have in a word: FB50-FDFF, FE70-FEFC,
 * without the ligatures that are signs of their own (ﷺ ﷲ ﷼). */
static size_t
count_shapes(tm_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		int32_t ch = tm_text_next(s, &i);

		n += (ch >= 0xfb50 && ch <= 0xfd3d) ||
		     (ch >= 0xfe70 && ch <= 0xfefc);
	}
	return n;
}

/* Direction marks that are opened and not closed turn what follows. */
static int
open_directions(tm_str s)
{
	int embeddings = 0, isolates = 0;

	for (size_t i = 0; i < s.n;) {
		int32_t ch = tm_text_next(s, &i);

		if (ch == 0x202a || ch == 0x202b || ch == 0x202d ||
		    ch == 0x202e)
			embeddings++;
		else if (ch == 0x202c && embeddings > 0)
			embeddings--;
		else if (ch >= 0x2066 && ch <= 0x2068)
			isolates++;
		else if (ch == 0x2069 && isolates > 0)
			isolates--;
	}
	return embeddings + isolates;
}

void
tm_check_controls(tm_checker *c)
{
	tm_str s = c->tgt.text;
	tm_finding *f;

	for (size_t i = 0, after; i < s.n; i = after) {
		int32_t ch;

		after = i;
		ch = tm_text_next(s, &after);
		if (!tm_check_is_control(ch))
			continue;
		f = tm_check_add(c, TM_CHECK_CONTROLS,
		    ch == 0xfffd ? "U+%04X, which a decoder leaves for what it "
				   "cannot read"
				 : "the control character U+%04X",
		    (unsigned)ch);
		f->start = i;
		f->end = after;
		break;
	}
	if (count_mojibake(s) >= 2 && count_mojibake(c->src.text) == 0)
		tm_check_add(c, TM_CHECK_CONTROLS,
		    "this looks like UTF-8 that was read as Latin-1");
	if (count_shapes(s) >= 3)
		tm_check_add(c, TM_CHECK_CONTROLS,
		    "Arabic letters in frozen shapes (presentation forms), "
		    "which no search finds");
	if (open_directions(s) > 0 && open_directions(c->src.text) == 0)
		tm_check_add(c, TM_CHECK_CONTROLS,
		    "a direction mark is opened and not closed");
}

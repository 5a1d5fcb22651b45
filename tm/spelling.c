/*
 * spelling.c - what one word may be written with, or without
 *
 *	Café, CAFE -> cafe	marks on letters
 *	Œuvre -> oeuvre		letters that are two, or have a stroke
 *	don’t, donʼt -> don't	apostrophes
 *	إلى -> الي		what Arabic spelling leaves open
 *
 * Writers leave marks out where a keyboard has none, where all is in capitals
 * or where readers know the word: then two tokens have one plain form. Which
 * marks go is what the root collation of Unicode (UTS #10; CLDR) takes for
 * less than a difference of letters, its secondary level, in the alphabets
 * that are written so: Latin (Vietnamese with all its tones), Greek, Cyrillic
 * and Syriac; check_text.c holds this against it, letter by letter. In that
 * collation й is no и, and here neither.
 *
 * Not so elsewhere. What Unicode calls a mark is in India, Thailand, Laos,
 * Burma and Tibet a vowel, a tone or a stop of the word, which nobody leaves
 * out; the two strokes of が make another sound of か, and the collation's
 * secondary level would lose them. The dot of ड़ makes another letter of ड.
 * Marks of Hebrew and Arabic go in the fold already (text.c).
 */
#include "config.h"

#include "tm/text_int.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

/* ---- Marks ------------------------------------------------------------- */

/* Do marks on this letter come and go? */
static bool
has_loose_marks(int32_t c)
{
	switch (tm_text_script(c)) {
	case USCRIPT_LATIN:
	case USCRIPT_GREEK:
	case USCRIPT_CYRILLIC:
	case USCRIPT_SYRIAC:
		return true;
	default:
		return false;
	}
}

/*
 * What the same collation takes for a letter with a stroke, or for two
 * letters, and has no decomposition; or NULL. And ı, which it keeps apart:
 * in capitals it is the I that all others have for i.
 */
static const char *
plain_letters(int32_t c)
{
	switch (c) {
	case 0xc6:
		return "AE";
	case 0xe6:
		return "ae";
	case 0xd0: /* Ð */
	case 0x110:
		return "D";
	case 0xf0:
	case 0x111:
		return "d";
	case 0xd8:
		return "O";
	case 0xf8:
		return "o";
	case 0x126:
		return "H";
	case 0x127:
		return "h";
	case 0x131:
		return "i";
	case 0x141:
		return "L";
	case 0x142:
		return "l";
	case 0x152:
		return "OE";
	case 0x153:
		return "oe";
	default:
		return NULL;
	}
}

/* What people type for the apostrophe of the keyboard, or it for them. */
static bool
is_apostrophe(int32_t c)
{
	return c == 0x2019 || c == 0x2bc;
}

/* What of marks is known so far in a text. */
typedef struct strip {
	tm_buf *out;
	int32_t base; /* the letter that marks stand on */
	bool dropped;
} strip;

static void
strip_part(strip *s, int32_t c)
{
	if (!tm_text_is_mark(c)) {
		s->base = c;
	} else if (has_loose_marks(s->base) &&
		   !(c == 0x306 && (s->base == 0x438 || s->base == 0x418))) {
		s->dropped = true;
		return;
	}
	tm_text_add_char(s->out, c);
}

/* No canonical decomposition: ASCII, Arabic (where it is one of a hamza),
 * Han and Hangul. */
static bool
stays_whole(int32_t c)
{
	return c < 0xc0 || (c >= 0x590 && c < 0x700) ||
	       (c >= 0x3400 && c < 0xd7b0);
}

/*
 * Add text, or its decomposition, without the marks that come and go; false
 * when it has none. Ligatures and apostrophes are letters like others, unless
 * apart is set. What is not UTF-8 stays as it is.
 */
static bool
strip_marks(tm_str text, bool apart, tm_buf *out)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *nfd = unorm2_getNFDInstance(&status);
	strip s = { out, 0, false };

	for (size_t i = 0; i < text.n;) {
		size_t start = i;
		int32_t c = tm_text_next(text, &i), n = 0, k = 0;
		const char *plain = c < 0xc0 ? NULL
				    : apart && is_apostrophe(c)
					? "'"
					: plain_letters(c);
		UChar parts[8];

		if (plain != NULL && (apart || plain[1] == '\0')) {
			tm_buf_adds(out, plain);
			s.base = 'a';
			s.dropped = true;
			continue;
		}
		if (c < 0) {
			tm_buf_add(out, text.p + start, i - start);
			s.base = 0;
			continue;
		}
		if (!stays_whole(c))
			n = unorm2_getDecomposition(nfd, c, parts, 8, &status);
		if (n <= 0)
			strip_part(&s, c);
		while (k < n) {
			int32_t part;

			U16_NEXT(parts, k, n, part);
			strip_part(&s, part);
		}
	}
	return s.dropped;
}

/* ---- Arabic ------------------------------------------------------------ */

int32_t
tm_text_plain_arabic(int32_t c)
{
	switch (c) {
	case 0x622: /* آ */
	case 0x623: /* أ */
	case 0x625: /* إ */
	case 0x671: /* ٱ */
		return 0x627;
	case 0x649: /* ى */
	case 0x6cc: /* ی */
	case 0x626: /* ئ */
		return 0x64a;
	case 0x629: /* ة */
		return 0x647;
	case 0x624: /* ؤ */
		return 0x648;
	case 0x6a9: /* ک */
		return 0x643;
	default:
		return c;
	}
}

static void
add_plain_arabic(tm_str fold, tm_buf *out)
{
	for (size_t i = 0; i < fold.n;) {
		int32_t c = tm_text_next(fold, &i);

		/* مسئول in Egypt is مسؤول elsewhere. */
		if (c == 0x626 && tm_text_peek(fold, i) == 0x648)
			c = 0x624;
		tm_text_add_char(out, c < 0 ? 0xfffd : tm_text_plain_arabic(c));
	}
}

/* ---- The plain form ---------------------------------------------------- */

/* Is there a letter of one of the scripts that have such things at all? Told
 * by the first bytes of UTF-8, as nearly all words have none. */
static bool
may_be_marked(tm_str s, bool *arabic)
{
	bool marked = false;

	*arabic = false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		marked = marked || (c >= 0xc3 && c <= 0xd4) || c == 0xdc ||
			 c == 0xdd || c == 0xe1 || c == 0xe2;
		*arabic = *arabic || (c >= 0xd8 && c <= 0xdb);
	}
	return marked;
}

bool
tm_text_plain(tm_str raw, tm_str fold, tm_buf *out)
{
	tm_buf bare = { 0 };
	size_t start = out->n;
	bool arabic, plain = false;

	/* Before case goes, that has an iota for a mark of Greek. */
	if (may_be_marked(raw, &arabic) && strip_marks(raw, true, &bare)) {
		tm_text_fold_chars(tm_buf_str(&bare), out);
		plain = out->n > start;
	}
	tm_buf_release(&bare);
	if (!plain && arabic) {
		add_plain_arabic(fold, out);
		plain = true;
	}
	return plain;
}

/* ---- The difference ---------------------------------------------------- */

static bool
is_same_letter(int32_t a, int32_t b)
{
	return a == b ||
	       u_foldCase(a, U_FOLD_CASE_DEFAULT) ==
		   u_foldCase(b, U_FOLD_CASE_DEFAULT) ||
	       u_foldCase(a, U_FOLD_CASE_EXCLUDE_SPECIAL_I) ==
		   u_foldCase(b, U_FOLD_CASE_EXCLUDE_SPECIAL_I);
}

static int32_t
next_letter(tm_str s, size_t *i, bool marks)
{
	int32_t c = -1;

	while (*i < s.n) {
		c = tm_text_next(s, i);
		if (marks || c < 0 || !tm_text_is_mark(c))
			return c;
		c = -1;
	}
	return c;
}

/* But for case; and for marks, unless they count. */
static bool
are_same_letters(tm_str a, tm_str b, bool marks)
{
	size_t i = 0, j = 0;

	for (;;) {
		int32_t x = next_letter(a, &i, marks);
		int32_t y = next_letter(b, &j, marks);

		if (!is_same_letter(x, y))
			return false;
		if (x < 0)
			return i == a.n && j == b.n;
	}
}

tm_spelling
tm_text_compare_spelling(tm_str a, tm_str b)
{
	tm_buf x = { 0 }, y = { 0 };
	tm_spelling differs = TM_SPELLING_LETTERS;

	if (are_same_letters(a, b, true))
		return TM_SPELLING_CASE;
	strip_marks(a, false, &x);
	strip_marks(b, false, &y);
	if (are_same_letters(tm_buf_str(&x), tm_buf_str(&y), false))
		differs = TM_SPELLING_MARKS;
	tm_buf_release(&x);
	tm_buf_release(&y);
	return differs;
}

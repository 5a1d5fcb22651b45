/*
 * Keys: what makes two forms of a word one.
 *
 *	والكتاب  -> و + ال + كتاب -> "wكتاب"
 *	مدينة    -> "wمدين"		studies -> "wstudy"
 *	١٢٫٥     -> "n12.5"		؟       -> "p?"
 *
 * One prefix, then one suffix, each the first of its list that leaves three
 * letters. That is less than a stemmer does and serves aligning a little
 * better: docs/ALIGNER.md compares.
 */
#include "config.h"

#include "tm/lexicon_int.h"

#include <string.h>

/* All of these are two bytes a letter. Longer ones first where one begins
 * another. */
#define S(literal)                          \
	{                                   \
		literal, sizeof literal - 1 \
	}
static const tm_str prefixes[] = { S("وال"), S("فال"), S("بال"), S("كال"),
	S("ولل"), S("وب"), S("ول"), S("وس"), S("لل"), S("ال"), S("و"), S("ف"),
	S("ب"), S("ل"), S("ك"), S("س") };
static const tm_str suffixes[] = { S("تهما"), S("هما"), S("تها"), S("تهم"),
	S("كما"), S("ات"), S("ون"), S("ين"), S("ان"), S("ها"), S("هم"), S("هن"),
	S("كم"), S("نا"), S("تين"), S("وا"), S("يه"), S("ته"), S("ه"), S("ي"),
	S("ا"), S("ت") };

/* The English endings; what is left keeps three letters. */
static const struct {
	tm_str from;
	const char *to;
} endings[] = { { S("ies"), "y" }, { S("sses"), "ss" }, { S("ing"), "" },
	{ S("edly"), "" }, { S("ed"), "" }, { S("ly"), "" }, { S("es"), "" },
	{ S("s"), "" } };

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* True for the two bytes of an Arabic letter, U+0621 to U+064A. */
static bool
is_arabic(const char *p)
{
	unsigned c = (unsigned char)p[0], d = (unsigned char)p[1];
	unsigned code = (c & 0x1f) << 6 | (d & 0x3f);

	return (c == 0xd8 || c == 0xd9) && code >= 0x621 && code <= 0x64a;
}

const char *
tm_arabic_letter(const char *p)
{
	unsigned code =
	    ((unsigned char)p[0] & 0x1fu) << 6 | ((unsigned char)p[1] & 0x3fu);

	if (code > 0x629 && code != 0x649 && code != 0x671)
		return p;
	switch (code) {
	case 0x622: /* آ */
	case 0x623: /* أ */
	case 0x625: /* إ */
	case 0x671: /* ٱ */
		return "ا";
	case 0x649: /* ى */
	case 0x626: /* ئ */
		return "ي";
	case 0x629: /* ة */
		return "ه";
	case 0x624: /* ؤ */
		return "و";
	default:
		return p;
	}
}

static void
stem_arabic(tm_str fold, tm_buf *out)
{
	size_t cut = 0, n;
	char *p;

	tm_buf_reserve(out, fold.n);
	p = out->p;
	for (n = 0; n < fold.n; n++) {
		p[n] = fold.p[n];
		if (n + 1 < fold.n && ((unsigned char)p[n] == 0xd8 ||
					  (unsigned char)p[n] == 0xd9)) {
			memcpy(p + n, tm_arabic_letter(fold.p + n), 2);
			n++;
		}
	}
	/* Most affixes differ in one letter from what is there. */
	for (size_t i = 0; n >= 2 * 4 && i < COUNT(prefixes); i++) {
		tm_str prefix = prefixes[i];

		if (p[1] == prefix.p[1] && n >= prefix.n + 2 * 3 &&
		    memcmp(p, prefix.p, prefix.n) == 0) {
			cut = prefix.n;
			break;
		}
	}
	p += cut;
	n -= cut;
	for (size_t i = 0; n + cut >= 2 * 4 && i < COUNT(suffixes); i++) {
		tm_str suffix = suffixes[i];

		if (p[n - 1] == suffix.p[suffix.n - 1] &&
		    n >= suffix.n + 2 * 3 &&
		    memcmp(p + n - suffix.n, suffix.p, suffix.n) == 0) {
			n -= suffix.n;
			break;
		}
	}
	memmove(out->p, p, n);
	out->n = n;
	out->p[n] = '\0';
}

static void
stem_latin(tm_buf *out)
{
	for (size_t i = 0; i < COUNT(endings); i++) {
		tm_str end = endings[i].from;

		if (out->p[out->n - 1] != end.p[end.n - 1] ||
		    out->n < end.n + 3 || !tm_str_ends(tm_buf_str(out), end))
			continue;
		if (end.n == 1 && out->p[out->n - 2] == 's')
			continue;
		out->n -= end.n;
		tm_buf_adds(out, endings[i].to);
		break;
	}
	if (out->n > 4 && out->p[out->n - 1] == 'e')
		out->n--;
	/* "stopped" is "stop", but "falling" is "fall" */
	if (out->n > 4 && out->p[out->n - 1] == out->p[out->n - 2] &&
	    strchr("lsz", out->p[out->n - 1]) == NULL)
		out->n--;
	out->p[out->n] = '\0';
}

static bool
is_plain_latin(tm_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 'a' || s.p[i] > 'z')
			return false;
	return true;
}

void
tm_light_stem(tm_str fold, tm_buf *out)
{
	tm_buf_clear(out);
	if (fold.n >= 2 && is_arabic(fold.p)) {
		stem_arabic(fold, out);
		return;
	}
	tm_buf_add(out, fold.p, fold.n);
	if (fold.n >= 4 && is_plain_latin(fold))
		stem_latin(out);
}

size_t
tm_arabic_prefixes(tm_str fold, size_t bytes[4])
{
	/* Those that stand before a name; س makes a future. */
	static const char *const before[] = { "وال", "بال", "ول", "ال", "و",
		"ب", "ل", "ك", "ف" };
	size_t n = 0;

	if (fold.n < 2 || !is_arabic(fold.p))
		return 0;
	for (size_t i = 0; i < COUNT(before) && n < 4; i++) {
		tm_str prefix = tm_str_of(before[i]);

		if (fold.n >= prefix.n + 2 * 2 && tm_str_starts(fold, prefix))
			bytes[n++] = prefix.n;
	}
	return n;
}

/*
 * The marks that translators carry over, by class. Full stops and commas
 * are left out: they are everywhere, and where Arabic has a comma English
 * has a full stop.
 */
static const struct {
	const char *marks, *class;
} marks[] = { { "? ؟ ？", "?" }, { "! ！", "!" }, { ": ：", ":" },
	{ "; ؛ ；", ";" }, { "( ) （ ）", "(" }, { "[ ]", "[" },
	{ "\" “ ” „ « » 「 」 『 』", "\"" }, { "% ٪ ％", "%" }, { "$", "$" },
	{ "€", "€" }, { "£", "£" }, { "– —", "—" }, { "/", "/" }, { "@", "@" },
	{ "#", "#" }, { "* •", "*" } };

static const char *
mark_class(tm_str mark)
{
	for (size_t i = 0; i < COUNT(marks); i++) {
		const char *p = marks[i].marks;

		while (*p != '\0') {
			size_t n = strcspn(p, " ");

			if (n == mark.n && memcmp(p, mark.p, n) == 0)
				return marks[i].class;
			p += n + (p[n] == ' ');
		}
	}
	return NULL;
}

tm_str
tm_word_core(tm_str fold)
{
	tm_str best = { fold.p, 0 }, part = { fold.p, 0 };

	for (size_t i = 0; i <= fold.n; i++) {
		size_t mark =
		    i == fold.n || fold.p[i] == '\'' ? 1
		    : i + 3 <= fold.n && memcmp(fold.p + i, "\u2019", 3) == 0
			? 3
			: 0;

		if (mark == 0) {
			part.n++;
			continue;
		}
		if (part.n > best.n)
			best = part;
		i += mark - 1;
		part = (tm_str){ fold.p + i + 1, 0 };
	}
	return best.n == 0 ? fold : best;
}

bool
tm_token_key(const tm_token *token, tm_buf *out)
{
	const char *class;

	tm_buf_clear(out);
	switch (token->kind) {
	case TM_WORD:
		tm_light_stem(tm_word_core(token->fold), out);
		tm_buf_addc(out, ' ');
		memmove(out->p + 1, out->p, out->n - 1);
		out->p[0] = 'w';
		return true;
	case TM_NUMBER:
		tm_buf_addc(out, 'n');
		tm_buf_add(out, token->key.p, token->key.n);
		return true;
	case TM_CODE:
		tm_buf_addc(out, 'c');
		tm_buf_add(out, token->key.p, token->key.n);
		return true;
	case TM_PUNCT:
		class = mark_class(token->fold);
		if (class == NULL)
			return false;
		tm_buf_addc(out, 'p');
		tm_buf_adds(out, class);
		return true;
	}
	return false;
}

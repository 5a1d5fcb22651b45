/*
 * text.c - bytes to characters, and what is the same in them
 *
 * Folding is Unicode's NFKC_Casefold, which also drops what cannot be seen
 * (joiners, soft hyphens, bidi controls), and then the marks that Arabic
 * and Hebrew writers leave out as they please.
 */
#include "config.h"

#include "tm/text_int.h"

#include <pthread.h>
#include <stdlib.h>

#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>
#include <unicode/utrans.h>

/* ---- Bytes to UTF-8 ---------------------------------------------------- */

bool
tm_text_is_utf8(tm_str text, size_t *bad)
{
	const uint8_t *s = (const uint8_t *)text.p;
	size_t i = 0;

	while (i < text.n) {
		size_t start = i;
		uint64_t eight;
		UChar32 c;
		int32_t at = 0, room;

		if (text.n - i >= sizeof eight) {
			memcpy(&eight, s + i, sizeof eight);
			if ((eight & UINT64_C(0x8080808080808080)) == 0) {
				i += sizeof eight;
				continue;
			}
		}

		if (s[i] < 0x80) {
			i++;
			continue;
		}
		room = text.n - i < 4 ? (int32_t)(text.n - i) : 4;
		U8_NEXT(s + start, at, room, c);
		if (c < 0) {
			if (bad != NULL)
				*bad = start;
			return false;
		}
		i += (size_t)at;
	}
	return true;
}

static size_t
line_of(tm_str text, size_t offset)
{
	size_t line = 1;

	for (size_t i = 0; i < offset; i++)
		line += text.p[i] == '\n';
	return line;
}

/* What encoding do the bytes look like? Writes "" when nobody can tell. */
static void
looks_like(tm_str bytes, char out[40])
{
	UErrorCode status = U_ZERO_ERROR;
	UCharsetDetector *detector = ucsdet_open(&status);
	const UCharsetMatch *match;
	const char *name;

	out[0] = '\0';
	ucsdet_setText(detector, bytes.p,
	    bytes.n > 1 << 16 ? 1 << 16 : (int32_t)bytes.n, &status);
	match = ucsdet_detect(detector, &status);
	if (U_SUCCESS(status) && match != NULL) {
		name = ucsdet_getName(match, &status);
		if (U_SUCCESS(status) && strcmp(name, "UTF-8") != 0)
			snprintf(out, 40, "%s", name);
	}
	ucsdet_close(detector);
}

static const struct mark {
	const char *bytes, *encoding;
	size_t n;
} byte_order_marks[] = {
	/* UTF-32LE begins as UTF-16LE does, so it is tried first */
	{ "\xff\xfe\0\0", "UTF-32LE", 4 },
	{ "\0\0\xfe\xff", "UTF-32BE", 4 },
	{ "\xff\xfe", "UTF-16LE", 2 },
	{ "\xfe\xff", "UTF-16BE", 2 },
	{ "\xef\xbb\xbf", "UTF-8", 3 },
};

static const struct mark *
byte_order_mark(tm_str bytes)
{
	const size_t count =
	    sizeof byte_order_marks / sizeof byte_order_marks[0];

	for (size_t i = 0; i < count; i++) {
		const struct mark *m = &byte_order_marks[i];

		if (bytes.n >= m->n && memcmp(bytes.p, m->bytes, m->n) == 0)
			return m;
	}
	return NULL;
}

/* Two bytes a character and most of them Latin or Arabic: UTF-16 whose
 * byte order mark was lost. */
static const char *
unmarked_utf16(tm_str bytes)
{
	size_t n = bytes.n < 512 ? bytes.n / 2 * 2 : 512, even = 0, odd = 0;

	for (size_t i = 0; i < n; i += 2) {
		even += (unsigned char)bytes.p[i] < 7;
		odd += (unsigned char)bytes.p[i + 1] < 7;
	}
	if (n < 8)
		return NULL;
	return odd * 10 > n * 4	   ? "UTF-16LE"
	       : even * 10 > n * 4 ? "UTF-16BE"
				   : NULL;
}

static bool
refuse_bytes(const char *name, tm_str bytes, size_t at, tm_error *err)
{
	char guess[40];
	size_t line = line_of(bytes, at);
	const char *wide = unmarked_utf16(bytes);

	if (wide != NULL)
		return tm_fail(err, TM_PARSE,
		    "'%s' is not UTF-8: byte %zu is %s; it looks like %s "
		    "without a byte order mark",
		    name, at, bytes.p[at] == '\0' ? "NUL" : "wrong", wide);
	if (bytes.p[at] == '\0')
		return tm_fail(err, TM_PARSE,
		    "'%s' line %zu: a NUL byte at offset %zu: this is no text",
		    name, line, at);
	looks_like(bytes, guess);
	return tm_fail(err, TM_PARSE,
	    "'%s' line %zu: byte 0x%02x at offset %zu is not UTF-8%s%s", name,
	    line, (unsigned char)bytes.p[at], at,
	    guess[0] == '\0' ? "" : "; the file looks like ", guess);
}

static bool
add_utf8(
    const char *name, tm_str whole, tm_str bytes, tm_buf *out, tm_error *err)
{
	const char *nul = memchr(bytes.p, 0, bytes.n);
	size_t bad;

	if (!tm_text_is_utf8(bytes, &bad) ||
	    (nul != NULL && (bad = (size_t)(nul - bytes.p), true)))
		return refuse_bytes(
		    name, whole, bad + (size_t)(bytes.p - whole.p), err);
	tm_buf_add(out, bytes.p, bytes.n);
	return true;
}

static void
add_utf16_as_utf8(const UChar *u, int32_t n, tm_buf *out)
{
	int32_t i = 0, len;

	tm_buf_reserve(out, (size_t)n * 3);
	while (i < n) {
		UChar32 c;

		U16_NEXT(u, i, n, c);
		if (U_IS_SURROGATE(c))
			c = 0xfffd;
		len = 0;
		U8_APPEND_UNSAFE((uint8_t *)out->p + out->n, len, c);
		out->n += (size_t)len;
	}
	if (out->p != NULL)
		out->p[out->n] = '\0';
}

static bool
convert(const char *name, tm_str bytes, const char *encoding, tm_buf *out,
    tm_error *err)
{
	UErrorCode status = U_ZERO_ERROR;
	UConverter *cnv = ucnv_open(encoding, &status);
	const char *from = bytes.p, *end = bytes.p + bytes.n;
	size_t before = out->n;
	UChar chunk[4096];
	bool ok = false;

	if (U_FAILURE(status))
		return tm_fail(err, TM_INVALID,
		    "'%.60s' is no encoding that ICU knows, such as "
		    "windows-1256, ISO-8859-6 or UTF-16LE",
		    encoding);
	ucnv_setToUCallBack(
	    cnv, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
	do {
		UChar *to = chunk;

		status = U_ZERO_ERROR;
		ucnv_toUnicode(
		    cnv, &to, chunk + 4096, &from, end, NULL, true, &status);
		for (UChar *u = chunk; u < to; u++)
			if (*u == 0) {
				tm_fail(err, TM_PARSE,
				    "'%s' has a NUL character when read as "
				    "%s: this is no text",
				    name, encoding);
				goto out;
			}
		add_utf16_as_utf8(chunk, (int32_t)(to - chunk), out);
	} while (status == U_BUFFER_OVERFLOW_ERROR);
	if (U_FAILURE(status)) {
		char invalid[32];
		int8_t n = sizeof invalid;
		UErrorCode ignored = U_ZERO_ERROR;

		ucnv_getInvalidChars(cnv, invalid, &n, &ignored);
		from -= n;
		tm_fail(err, TM_PARSE,
		    "'%s' line %zu: byte 0x%02x at offset %zu is not %s", name,
		    line_of(bytes, (size_t)(from - bytes.p)),
		    (unsigned char)*from, (size_t)(from - bytes.p), encoding);
		goto out;
	}
	ok = true;
out:
	if (!ok)
		out->n = before;
	ucnv_close(cnv);
	return ok;
}

bool
tm_text_decode(const char *name, tm_str bytes, const char *encoding,
    tm_buf *out, tm_error *err)
{
	const struct mark *m = byte_order_mark(bytes);
	tm_str rest = bytes;

	/* A mark that agrees with the name asked for is no text either. */
	if (m != NULL && (encoding == NULL ||
			     ucnv_compareNames(encoding, m->encoding) == 0 ||
			     ucnv_compareNames(encoding, "UTF-16") == 0 ||
			     ucnv_compareNames(encoding, "UTF-32") == 0)) {
		encoding = m->encoding;
		rest = tm_str_sub(bytes, m->n, bytes.n);
	}
	if (encoding == NULL || ucnv_compareNames(encoding, "UTF-8") == 0)
		return rest.n == 0 || add_utf8(name, bytes, rest, out, err);
	return convert(name, rest, encoding, out, err);
}

/* ---- Characters -------------------------------------------------------- */

int32_t
tm_text_next(tm_str text, size_t *i)
{
	const uint8_t *s = (const uint8_t *)text.p + *i;
	int32_t at = 0, room = text.n - *i < 4 ? (int32_t)(text.n - *i) : 4;
	UChar32 c;

	U8_NEXT(s, at, room, c);
	*i += (size_t)at;
	return c;
}

int32_t
tm_text_peek(tm_str text, size_t i)
{
	return i < text.n ? tm_text_next(text, &i) : -1;
}

bool
tm_text_is_mark(int32_t c)
{
	return c >= 0x300 && (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
}

int
tm_text_script(int32_t c)
{
	UErrorCode status = U_ZERO_ERROR;

	if (c < 0x250)
		return USCRIPT_LATIN;
	/* But for the tatweel: several scripts are stretched by it. */
	if (c >= 0x620 && c <= 0x64a && c != 0x640)
		return USCRIPT_ARABIC;
	return uscript_getScript(c, &status);
}

int
tm_text_scripts_of(const char *lang, int *out, int room)
{
	/* Those with two alphabets in use at once. */
	static const char *const several[] = { "sr", "sh", "bs", "cnr", "az",
		"kk", "ky", "tg", "tk", "tt", "ug", "uz", "mn", "ku", "pa",
		"ks", "sd", "ha", "zgh", "crh" };
	const char *script = strchr(lang, '-');
	size_t base = strcspn(lang, "-");
	UScriptCode codes[8];
	UErrorCode status = U_ZERO_ERROR;
	int32_t n;

	if (strcmp(lang, "und") == 0 || strcmp(lang, "mul") == 0 ||
	    strcmp(lang, "root") == 0 || lang[0] == 'x')
		return 0;
	if (script == NULL || strcspn(script + 1, "-") != 4)
		for (size_t i = 0; i < sizeof several / sizeof several[0]; i++)
			if (strlen(several[i]) == base &&
			    strncmp(several[i], lang, base) == 0)
				return 0;
	n = uscript_getCode(lang, codes, 8, &status);
	if (U_FAILURE(status))
		return 0;
	for (int32_t i = 0; i < n && i < room; i++)
		out[i] = (int)codes[i];
	return n < room ? n : room;
}

bool
tm_text_is_unseen(int32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) ||
	       (c >= 0xad &&
		   u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT));
}

/* ---- Folding ----------------------------------------------------------- */

/* Marks that writers of Arabic and Hebrew add or leave out at will, and the
 * tatweel that only stretches a word. */
static bool
is_optional_mark(UChar32 c)
{
	if (c < 0x591)
		return false;
	return (c >= 0x64b && c <= 0x65f) || c == 0x670 || c == 0x640 ||
	       (c >= 0x610 && c <= 0x61a) ||
	       (c >= 0x6d6 && c <= 0x6ed && c != 0x6dd && c != 0x6de &&
		   c != 0x6e9) ||
	       (c >= 0x8d3 && c <= 0x8ff && c != 0x8e2) ||
	       (c >= 0x591 && c <= 0x5c7 && c != 0x5be && c != 0x5c0 &&
		   c != 0x5c3 && c != 0x5c6);
}

void
tm_text_add_char(tm_buf *out, int32_t c)
{
	uint8_t u[4];
	int32_t n = 0;

	U8_APPEND_UNSAFE(u, n, c);
	tm_buf_add(out, u, (size_t)n);
}

static const UNormalizer2 *
nfkc_casefold(void)
{
	UErrorCode status = U_ZERO_ERROR;

	return unorm2_getNFKCCasefoldInstance(&status);
}

/* Normalise text with form; NULL when it is not UTF-8 or too long for ICU.
 * The caller frees the result. */
static UChar *
normalise(const UNormalizer2 *form, tm_str text, int32_t *len)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar *from, *to;
	int32_t n = 0, cap;

	if (form == NULL || text.n > INT32_MAX / 8)
		return NULL;
	from = tm_alloc((text.n + 1) * sizeof *from);
	u_strFromUTF8(
	    from, (int32_t)text.n + 1, &n, text.p, (int32_t)text.n, &status);
	if (U_FAILURE(status)) {
		free(from);
		return NULL;
	}
	cap = n + n / 4 + 32;
	to = tm_alloc((size_t)cap * sizeof *to);
	*len = unorm2_normalize(form, from, n, to, cap, &status);
	if (status == U_BUFFER_OVERFLOW_ERROR) {
		status = U_ZERO_ERROR;
		cap = *len + 1;
		to = tm_realloc(to, (size_t)cap, sizeof *to);
		*len = unorm2_normalize(form, from, n, to, cap, &status);
	}
	free(from);
	if (U_FAILURE(status)) {
		free(to);
		return NULL;
	}
	return to;
}

static bool
is_ascii(tm_str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] >= 0x80)
			return false;
	return true;
}

/*
 * Add text folded when it is in ASCII and in the letters and marks of Arabic
 * that have no composition, which is most of what there is; false, and nothing
 * added, when it is not.
 */
static bool
fold_at_sight(tm_str text, tm_buf *out)
{
	const unsigned char *p = (const unsigned char *)text.p;
	size_t before = out->n;
	char *to;

	tm_buf_reserve(out, text.n);
	to = out->p + before;
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = p[i], next = i + 1 < text.n ? p[i + 1] : 0;

		if (c < 0x80) {
			*to++ = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
			continue;
		}
		/* U+0621 to U+063A, U+0640 to U+0652 */
		if (!(c == 0xd8 && next >= 0xa1 && next <= 0xba) &&
		    !(c == 0xd9 && next >= 0x80 && next <= 0x92))
			return false;
		if (c == 0xd8 || (next > 0x80 && next < 0x8b)) {
			*to++ = (char)c;
			*to++ = (char)next;
		} /* else a tatweel, or a vowel sign */
		i++;
	}
	out->n = (size_t)(to - out->p);
	*to = '\0';
	return true;
}

void
tm_text_fold_chars(tm_str text, tm_buf *out)
{
	int32_t n, i = 0;
	UChar *u;

	if (text.n == 0 || fold_at_sight(text, out))
		return;
	u = normalise(nfkc_casefold(), text, &n);
	if (u == NULL) {
		tm_buf_add(out, text.p, text.n);
		return;
	}
	while (i < n) {
		UChar32 c;

		U16_NEXT(u, i, n, c);
		if (!is_optional_mark(c))
			tm_text_add_char(out, U_IS_SURROGATE(c) ? 0xfffd : c);
	}
	free(u);
}

void
tm_text_fold(tm_str text, tm_buf *out)
{
	tm_buf folded = { 0 };
	int32_t i = 0, start = 0, n;
	bool gap = false, any = false;

	tm_text_fold_chars(text, &folded);
	n = (int32_t)folded.n;
	while (i < n) {
		UChar32 c;

		start = i;
		U8_NEXT(folded.p, i, n, c);
		if (c > 0 && u_isUWhiteSpace(c)) {
			gap = true;
			continue;
		}
		if (gap && any)
			tm_buf_addc(out, ' ');
		gap = false;
		any = true;
		tm_buf_add(out, folded.p + start, (size_t)(i - start));
	}
	tm_buf_release(&folded);
}

void
tm_text_nfc(tm_str text, tm_buf *out)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar *u;
	int32_t n;

	u = is_ascii(text)
		? NULL
		: normalise(unorm2_getNFCInstance(&status), text, &n);
	if (u == NULL) {
		tm_buf_add(out, text.p, text.n);
		return;
	}
	add_utf16_as_utf8(u, n, out);
	free(u);
}

/* ---- Names ------------------------------------------------------------- */

/*
 * A transliterator for each script, opened when first needed and kept for the
 * life of the process. ICU does not promise that one may be used by two threads
 * at once, so there are as many sets of them as were ever in use together.
 */
struct latin_set {
	UTransliterator *of[USCRIPT_CODE_LIMIT];
	struct latin_set *next;
};

static pthread_mutex_t latin_lock = PTHREAD_MUTEX_INITIALIZER;
static struct latin_set *idle_latin;

static struct latin_set *
borrow_latin(void)
{
	struct latin_set *set;

	pthread_mutex_lock(&latin_lock);
	set = idle_latin;
	if (set != NULL)
		idle_latin = set->next;
	pthread_mutex_unlock(&latin_lock);
	return set != NULL ? set : tm_zalloc(1, sizeof *set);
}

static void
return_latin(struct latin_set *set)
{
	pthread_mutex_lock(&latin_lock);
	set->next = idle_latin;
	idle_latin = set;
	pthread_mutex_unlock(&latin_lock);
}

static UTransliterator *
latin_transliterator(struct latin_set *set, UScriptCode script)
{
	UErrorCode status = U_ZERO_ERROR;
	char id[64];
	UChar wide[64];

	if (script < 0 || script >= USCRIPT_CODE_LIMIT)
		script = USCRIPT_COMMON;
	if (set->of[script] != NULL)
		return set->of[script];
	snprintf(
	    id, sizeof id, "%s-Latin; Latin-ASCII", uscript_getName(script));
	u_uastrcpy(wide, id);
	set->of[script] =
	    utrans_openU(wide, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
	if (U_FAILURE(status)) {
		status = U_ZERO_ERROR;
		u_uastrcpy(wide, "Any-Latin; Latin-ASCII");
		set->of[script] = utrans_openU(
		    wide, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
	}
	return set->of[script];
}

/* word in lower-case ASCII letters; at most size - 1 of them. */
static size_t
romanise(tm_str word, char *out, size_t size)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar u[256];
	int32_t n = 0, limit;
	size_t len = 0;
	struct latin_set *set;
	UTransliterator *latin;

	u_strFromUTF8(
	    u, 80, &n, word.p, word.n > 160 ? 160 : (int32_t)word.n, &status);
	if (U_FAILURE(status) || n == 0)
		return 0;
	set = borrow_latin();
	latin =
	    latin_transliterator(set, tm_text_script(tm_text_peek(word, 0)));
	limit = n;
	if (latin != NULL)
		utrans_transUChars(latin, u, &n, 256, 0, &limit, &status);
	return_latin(set);
	if (U_FAILURE(status))
		return 0;
	for (int32_t i = 0; i < n && len + 1 < size; i++) {
		UChar c = u[i] < 0x80 ? (UChar)(u[i] | 0x20) : 0;

		if (c >= 'a' && c <= 'z')
			out[len++] = (char)c;
	}
	out[len] = '\0';
	return len;
}

/* Letters that stand for one sound across spellings, longest first; the
 * soft c is not written in scripts that have none. */
static const char *const sounds[][2] = {
	{ "tch", "S" },
	{ "sch", "S" },
	{ "ph", "F" },
	{ "sh", "S" },
	{ "ch", "S" },
	{ "th", "T" },
	{ "dh", "T" },
	{ "kh", "K" },
	{ "gh", "K" },
	{ "ck", "K" },
	{ "zh", "S" },
	{ "ts", "S" },
	{ "ce", "S" },
	{ "ci", "S" },
	{ "cy", "S" },
	{ "x", "KS" },
	{ "b", "B" },
	{ "p", "B" },
	{ "f", "F" },
	{ "v", "F" },
	{ "t", "T" },
	{ "d", "T" },
	{ "k", "K" },
	{ "c", "K" },
	{ "q", "K" },
	{ "g", "K" },
	{ "j", "K" },
	{ "s", "S" },
	{ "z", "S" },
	{ "m", "M" },
	{ "n", "N" },
	{ "l", "L" },
	{ "r", "R" },
};

void
tm_text_skeleton(tm_str word, tm_buf *out)
{
	char latin[200];
	size_t n = romanise(word, latin, sizeof latin), i = 0, before = out->n;

	while (i < n) {
		size_t k, len = 1;
		const size_t count = sizeof sounds / sizeof sounds[0];

		for (k = 0; k < count; k++) {
			len = strlen(sounds[k][0]);
			if (strncmp(latin + i, sounds[k][0], len) == 0)
				break;
		}
		if (k == count) {
			i++; /* a vowel, or a letter too weak to count */
			continue;
		}
		for (const char *s = sounds[k][1]; *s != '\0'; s++)
			if (out->n == before || out->p[out->n - 1] != *s)
				tm_buf_addc(out, *s);
		i += len;
	}
}

/* ---- On a terminal ----------------------------------------------------- */

size_t
tm_text_width(tm_str text)
{
	size_t width = 0, i = 0;

	while (i < text.n) {
		UChar32 c = tm_text_next(text, &i);

		if (c < 0) {
			width++;
			continue;
		}
		if (tm_text_is_unseen(c) || tm_text_is_mark(c))
			continue;
		switch (u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH)) {
		case U_EA_WIDE:
		case U_EA_FULLWIDTH:
			width += 2;
			break;
		default:
			width++;
		}
	}
	return width;
}

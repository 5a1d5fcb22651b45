/*
 * Codes and placeholders: are all there, and do they still work?
 *
 * Two kinds are told apart by where they stand: inline codes are beside the
 * text, placeholders ("%s", "{0}", "<b>") are in it. Both are first counted,
 * then looked at in their order, in which a pair opens before it closes and
 * pairs do not cross:
 *
 *	source		<b>one <i>two</i></b>
 *	translation	<b>one <i>two</b></i>	crossed
 *
 * Order alone is no mistake, as languages have another; but arguments of
 * printf() that have no numbers are taken in the order they come.
 */
#include "config.h"

#include "tm/check_int.h"

#include <stdlib.h>

/* The kinds of inline codes that are counted: as elements are named. */
static const char *const code_names[] = { "bpt", "ept", "it", "ph", "hi", "/hi",
	"ut" };
#define N_CODES (sizeof code_names / sizeof code_names[0])

static void
count_codes(const tm_variant *v, size_t count[N_CODES])
{
	memset(count, 0, N_CODES * sizeof *count);
	for (size_t i = 0; i < v->n_codes; i++) {
		tm_str name = tm_str_sub(v->codes[i].xml, 1, v->codes[i].xml.n);

		for (size_t k = 0; k < N_CODES; k++) {
			size_t n = strlen(code_names[k]);

			if (name.n > n &&
			    memcmp(name.p, code_names[k], n) == 0 &&
			    strchr(" />", name.p[n]) != NULL)
				count[k]++;
		}
	}
}

static void
check_inline(tm_checker *c)
{
	size_t a[N_CODES], b[N_CODES];

	count_codes(c->src.v, a);
	count_codes(c->tgt.v, b);
	if (memcmp(a, b, sizeof a) == 0)
		return;
	/* A pair on one side is often two single codes on the other. */
	if (a[0] == a[1] && b[0] == b[1] && a[4] == a[5] && b[4] == b[5] &&
	    c->src.v->n_codes == c->tgt.v->n_codes)
		return;
	if (c->src.v->n_codes != c->tgt.v->n_codes) {
		tm_check_add(c, TM_CHECK_CODES,
		    "%zu inline code%s in the source, %zu in the translation",
		    c->src.v->n_codes, c->src.v->n_codes == 1 ? "" : "s",
		    c->tgt.v->n_codes);
		return;
	}
	for (size_t k = 0; k < N_CODES; k++)
		if (a[k] != b[k]) {
			tm_check_add(c, TM_CHECK_CODES,
			    "%zu <%s> in the source, %zu in the translation",
			    a[k], code_names[k], b[k]);
			return;
		}
}

/* HTML that programs write into texts. Other words in <...> are names that
 * a reader is to fill in, and are translated. */
static bool
is_html(tm_str tag)
{
	static const char names[] =
	    " a abbr b big blockquote br center cite code dd del div dl dt em "
	    "font h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p pre q s samp "
	    "small span strong sub sup table td th tr tt u ul var ";
	char name[16] = " ";
	size_t i = tag.p[1] == '/' ? 2 : 1, n = 1;

	while (i < tag.n && n < sizeof name - 2 &&
	       (((tag.p[i] | 0x20) >= 'a' && (tag.p[i] | 0x20) <= 'z') ||
		   (tag.p[i] >= '0' && tag.p[i] <= '9'))) {
		name[n++] = (char)(tag.p[i] | 0x20);
		if (tag.p[i] <= '9')
			name[n - 1] = tag.p[i];
		i++;
	}
	name[n++] = ' ';
	name[n] = '\0';
	return n > 2 && strstr(names, name) != NULL;
}

static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static char
byte_at(tm_str s, size_t i)
{
	return i < s.n ? s.p[i] : '\0';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* Does the text number its places as Qt does? "%1" is no width, and behind
 * the "%2" of printf() comes a letter. */
static bool
is_qt(tm_str s)
{
	for (size_t i = 0; i + 1 < s.n; i++) {
		char next = byte_at(s, i + 2);

		if (s.p[i] != '%' || !is_digit(s.p[i + 1]) || is_digit(next) ||
		    is_one_of(next, "$."))
			continue;
		if (s.p[i + 1] == '1' || !is_letter(next))
			return true;
	}
	return false;
}

/*
 * The end of a printf directive at i, or i. "%1$-5.2lf" and "%lf" are the
 * same to a reader, and so are added to out without what is between. A
 * letter behind it makes "5%off", but not "%sB", a word. What is a capital
 * ("%C") means too many things to too many programs.
 */
static size_t
take_printf(tm_str s, size_t i, tm_buf *out)
{
	size_t j = i + 1, length;

	if (byte_at(s, j) == '(') {
		while (j < s.n && s.p[j] != ')' && j - i < 64)
			j++;
		if (byte_at(s, j) != ')')
			return i;
		tm_buf_add(out, s.p + i, ++j - i);
	} else {
		tm_buf_addc(out, '%');
	}
	j += byte_at(s, j) == '\'';
	while (is_one_of(byte_at(s, j), "0123456789$.-+#*"))
		j++;
	length = j;
	while (is_one_of(byte_at(s, j), "hlLqjzt"))
		j++;
	if ((is_one_of(byte_at(s, j), "sdiufgxXcpeEGo@") ||
		(j > length && s.p[j - 1] == 'q' &&
		    is_letter(byte_at(s, j)))) &&
	    !(is_letter(byte_at(s, j + 1)) && i > 0 && is_digit(s.p[i - 1]))) {
		tm_buf_add(out, s.p + length, ++j - length);
		return j;
	}
	return i;
}

static size_t
take_qt(tm_str s, size_t i, tm_buf *out)
{
	size_t j = i + 1;

	j += byte_at(s, j) == 'L'; /* %L1 is localised */
	if (!is_digit(byte_at(s, j)))
		return i;
	tm_buf_addc(out, '%');
	while (is_digit(byte_at(s, j)))
		tm_buf_addc(out, s.p[j++]);
	return j;
}

/* {0}, {name}, ${x}: an identifier between braces. */
static size_t
take_braces(tm_str s, size_t i, tm_buf *out)
{
	size_t j = i + 1 + (s.p[i] == '$');

	while (
	    j < s.n && j - i <= 32 &&
	    (is_letter(s.p[j]) || is_digit(s.p[j]) || is_one_of(s.p[j], "_.")))
		j++;
	if (byte_at(s, j) != '}' || j == i + 1)
		return i;
	tm_buf_add(out, s.p + i, j + 1 - i);
	return j + 1;
}

/* "<b>", "<a href=...>" and "<br/>" as "<b", "<a" and "<br". */
static size_t
take_tag(tm_str s, size_t i, tm_buf *out)
{
	size_t j = i;

	while (j < s.n && j - i < 1000 && s.p[j] != '>')
		j++;
	if (byte_at(s, j) != '>' || !is_html(tm_str_sub(s, i, j + 1)))
		return i;
	tm_buf_add(out, s.p + i, 1 + (s.p[i + 1] == '/'));
	for (size_t k = i + out->n; is_letter(s.p[k]) || is_digit(s.p[k]); k++)
		tm_buf_addc(out, (char)(s.p[k] | 0x20));
	return j + 1;
}

typedef struct placeholder {
	size_t start, end;
	tm_str name; /* as it is compared; in the arena of the findings */
	bool done;
} placeholder;

#define PLACEHOLDERS_MAX 64

static size_t
collect_placeholders(
    tm_checker *c, tm_str s, bool qt, placeholder out[PLACEHOLDERS_MAX])
{
	size_t n = 0;

	for (size_t i = 0, end; i < s.n && n < PLACEHOLDERS_MAX; i = end) {
		end = i;
		tm_buf_clear(&c->a);
		if (s.p[i] == '%' && byte_at(s, i + 1) == '%') {
			end = i + 2;
			continue;
		}
		if (s.p[i] == '%')
			end = qt ? take_qt(s, i, &c->a)
				 : take_printf(s, i, &c->a);
		else if (s.p[i] == '{' ||
			 (s.p[i] == '$' && byte_at(s, i + 1) == '{'))
			end = take_braces(s, i, &c->a);
		else if (s.p[i] == '<')
			end = take_tag(s, i, &c->a);
		if (end > i)
			out[n++] = (placeholder){ i, end,
				tm_arena_str(&c->out->arena, tm_buf_str(&c->a)),
				false };
		else
			end = i + 1;
	}
	return n;
}

/* Names in braces may be translated where the program says so; where there
 * are as many braces in all they were. */
static bool
is_translated_name(tm_checker *c, const placeholder *p)
{
	size_t n = 0;

	if (p->name.n < 3 || p->name.p[0] != '{' || is_digit(p->name.p[1]))
		return false;
	for (size_t i = 0; i < c->src.text.n; i++)
		n += c->src.text.p[i] == '{';
	for (size_t i = 0; i < c->tgt.text.n; i++)
		n -= c->tgt.text.p[i] == '{';
	return n == 0;
}

/* Does a side say none, one or two by the form of a word: ملفان, שעתיים, or
 * by a single word that has no number at all, or by "no"? */
static bool
says_few(const check_side *side)
{
	static const char *const endings[] = { "ان", "ين", "تا", "תיים",
		"יים" };
	static const char *const none[] = { "لا", "لم", "ليس", "بلا", "بدون",
		"אין", "ללא", "ebda", "mhux", "gun" };

	for (size_t i = 0; i < side->tokens.n; i++) {
		tm_str word = side->tokens.v[i].fold;

		if (side->tokens.v[i].kind != TM_WORD)
			continue;
		for (size_t k = 0; k < sizeof none / sizeof *none; k++)
			if (tm_str_eq(word, tm_str_of(none[k])))
				return true;
		for (size_t k = 0; k < sizeof endings / sizeof *endings; k++) {
			size_t n = strlen(endings[k]);

			if (word.n >= n + 4 &&
			    memcmp(word.p + word.n - n, endings[k], n) == 0)
				return true;
		}
	}
	return side->words == 1;
}

/* In English "%d file" goes with the forms for one, "%d files" does not. */
static bool
is_english_plural(const check_side *side, size_t at)
{
	if (!tm_check_is_base(side->lang, "en"))
		return false;
	while (is_letter(byte_at(side->text, at)))
		at++;
	return side->text.p[at - 1] == 's';
}

/*
 * "%d files" is said without the number for none, one and two, by forms
 * that Arabic, Hebrew and others have, or with "one": the plural forms of
 * PO, or a count in front of a word.
 */
static bool
is_count(tm_checker *c, const check_side *side, const placeholder *p, size_t n)
{
	const check_side *other = side == &c->src ? &c->tgt : &c->src;
	static const char duals[] = "ar he sl arz apc mt ga gd";
	char last = p->name.p[p->name.n - 1];
	tm_str s = side->text;

	if (p->name.p[0] != '%' ||
	    !(is_one_of(last, "dui") || (is_digit(last) && n == 1)))
		return false;
	for (size_t i = 0; i < c->unit->n_meta; i++)
		if (tm_str_eq(c->unit->meta[i].type, TM_STR("x-po-plural")))
			return true;
	if (tm_check_says(other, 1) || tm_check_says(other, 2))
		return true;
	if (byte_at(s, p->end) != ' ' ||
	    !(is_letter(byte_at(s, p->end + 1)) ||
		(byte_at(s, p->end + 1) & 0x80) != 0))
		return false;
	if (tm_check_is_base(side->lang, duals))
		return true;
	return tm_check_is_base(other->lang, duals) &&
	       (says_few(other) || !is_english_plural(side, p->end + 1));
}

static const placeholder *
first_left(
    tm_checker *c, const check_side *side, const placeholder *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!v[i].done && !is_translated_name(c, &v[i]) &&
		    !is_count(c, side, &v[i], n))
			return &v[i];
	return NULL;
}

static void
tell_placeholder(tm_checker *c, const placeholder *x, const placeholder *y)
{
	tm_str a = TM_STR(""), b = TM_STR("");
	tm_finding *f;

	if (x != NULL)
		a = tm_str_sub(c->src.text, x->start, x->end);
	if (y != NULL)
		b = tm_str_sub(c->tgt.text, y->start, y->end);
	if (x != NULL && y != NULL)
		f = tm_check_add(c, TM_CHECK_CODES,
		    "%.*s in the source, %.*s in the translation",
		    TM_STR_ARG(a), TM_STR_ARG(b));
	else if (x != NULL)
		f = tm_check_add(c, TM_CHECK_CODES,
		    "%.*s is missing in the translation", TM_STR_ARG(a));
	else
		f = tm_check_add(c, TM_CHECK_CODES, "%.*s is not in the source",
		    TM_STR_ARG(b));
	if (x != NULL) {
		f->source_start = x->start;
		f->source_end = x->end;
	}
	if (y != NULL) {
		f->start = y->start;
		f->end = y->end;
	}
}

static void
check_placeholders(tm_checker *c)
{
	placeholder a[PLACEHOLDERS_MAX], b[PLACEHOLDERS_MAX];
	bool qt = is_qt(c->src.text) || is_qt(c->tgt.text);
	size_t n = collect_placeholders(c, c->src.text, qt, a);
	size_t m = collect_placeholders(c, c->tgt.text, qt, b);
	const placeholder *x, *y;

	if (n + m == 0 || n == PLACEHOLDERS_MAX || m == PLACEHOLDERS_MAX)
		return;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < m && !a[i].done; j++)
			if (!b[j].done && tm_str_eq(a[i].name, b[j].name))
				a[i].done = b[j].done = true;
	x = first_left(c, &c->src, a, n);
	y = first_left(c, &c->tgt, b, m);
	if (x != NULL || y != NULL)
		tell_placeholder(c, x, y);
}

void
tm_check_codes(tm_checker *c)
{
	if (c->src.v->n_codes + c->tgt.v->n_codes > 0)
		check_inline(c);
	check_placeholders(c);
}

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

#include "tm/base_int.h"

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

/* True when something was told. */
static bool
count_inline(tm_checker *c)
{
	size_t a[N_CODES], b[N_CODES];

	count_codes(c->src.v, a);
	count_codes(c->tgt.v, b);
	if (memcmp(a, b, sizeof a) == 0)
		return false;
	/* A pair on one side is often two single codes on the other. */
	if (a[0] == a[1] && b[0] == b[1] && a[4] == a[5] && b[4] == b[5] &&
	    c->src.v->n_codes == c->tgt.v->n_codes)
		return false;
	if (c->src.v->n_codes != c->tgt.v->n_codes) {
		tm_check_add(c, TM_CHECK_CODES,
		    "%zu inline code%s in the source, %zu in the translation",
		    c->src.v->n_codes, c->src.v->n_codes == 1 ? "" : "s",
		    c->tgt.v->n_codes);
		return true;
	}
	for (size_t k = 0; k < N_CODES; k++)
		if (a[k] != b[k]) {
			tm_check_add(c, TM_CHECK_CODES,
			    "%zu <%s> in the source, %zu in the translation",
			    a[k], code_names[k], b[k]);
			return true;
		}
	return false;
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

/* Does the text number its places as Qt does? "%1" is no width, and behind
 * the "%2" of printf() comes a letter. */
static bool
is_qt(tm_str s)
{
	for (size_t i = 0; i + 1 < s.n; i++) {
		char next = tm_byte_at(s, i + 2);

		if (s.p[i] != '%' || !tm_is_digit(s.p[i + 1]) ||
		    tm_is_digit(next) || tm_is_one_of(next, "$."))
			continue;
		if (s.p[i + 1] == '1' || !tm_is_letter(next))
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

	if (tm_byte_at(s, j) == '(') {
		while (j < s.n && s.p[j] != ')' && j - i < 64)
			j++;
		if (tm_byte_at(s, j) != ')')
			return i;
		tm_buf_add(out, s.p + i, ++j - i);
	} else {
		tm_buf_addc(out, '%');
	}
	j += tm_byte_at(s, j) == '\'';
	while (tm_is_one_of(tm_byte_at(s, j), "0123456789$.-+#*"))
		j++;
	length = j;
	while (tm_is_one_of(tm_byte_at(s, j), "hlLqjzt"))
		j++;
	if ((tm_is_one_of(tm_byte_at(s, j), "sdiufgxXcpeEGo@") ||
		(j > length && s.p[j - 1] == 'q' &&
		    tm_is_letter(tm_byte_at(s, j)))) &&
	    !(tm_is_letter(tm_byte_at(s, j + 1)) && i > 0 &&
		tm_is_digit(s.p[i - 1]))) {
		tm_buf_add(out, s.p + length, ++j - length);
		return j;
	}
	return i;
}

static size_t
take_qt(tm_str s, size_t i, tm_buf *out)
{
	size_t j = i + 1;

	j += tm_byte_at(s, j) == 'L'; /* %L1 is localised */
	if (!tm_is_digit(tm_byte_at(s, j)))
		return i;
	tm_buf_addc(out, '%');
	while (tm_is_digit(tm_byte_at(s, j)))
		tm_buf_addc(out, s.p[j++]);
	return j;
}

/* {0}, {name}, ${x}: an identifier between braces. */
static size_t
take_braces(tm_str s, size_t i, tm_buf *out)
{
	size_t j = i + 1 + (s.p[i] == '$');

	while (j < s.n && j - i <= 32 &&
	       (tm_is_letter(s.p[j]) || tm_is_digit(s.p[j]) ||
		   tm_is_one_of(s.p[j], "_.")))
		j++;
	if (tm_byte_at(s, j) != '}' || j == i + 1)
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
	if (tm_byte_at(s, j) != '>' || !is_html(tm_str_sub(s, i, j + 1)))
		return i;
	tm_buf_add(out, s.p + i, 1 + (s.p[i + 1] == '/'));
	for (size_t k = i + out->n; tm_is_letter(s.p[k]) || tm_is_digit(s.p[k]);
	     k++)
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
		if (s.p[i] == '%' && tm_byte_at(s, i + 1) == '%') {
			end = i + 2;
			continue;
		}
		if (s.p[i] == '%')
			end = qt ? take_qt(s, i, &c->a)
				 : take_printf(s, i, &c->a);
		else if (s.p[i] == '{' ||
			 (s.p[i] == '$' && tm_byte_at(s, i + 1) == '{'))
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

	if (p->name.n < 3 || p->name.p[0] != '{' || tm_is_digit(p->name.p[1]))
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
	while (tm_is_letter(tm_byte_at(side->text, at)))
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
	    !(tm_is_one_of(last, "dui") || (tm_is_digit(last) && n == 1)))
		return false;
	for (size_t i = 0; i < c->unit->n_meta; i++)
		if (tm_str_eq(c->unit->meta[i].type, TM_STR("x-po-plural")))
			return true;
	if (tm_check_says(other, 1) || tm_check_says(other, 2))
		return true;
	if (tm_byte_at(s, p->end) != ' ' ||
	    !(tm_is_letter(tm_byte_at(s, p->end + 1)) ||
		(tm_byte_at(s, p->end + 1) & 0x80) != 0))
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

/*
 * printf() takes what has no number in the order it comes, so "%s: %d" for
 * "%d: %s" ends the program. In a date, "%e" and "%d" mean other things.
 */
static bool
check_order(tm_checker *c, const placeholder *a, const placeholder *b, size_t n)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		if (a[i].name.p[0] != '%' || b[i].name.p[0] != '%' ||
		    a[i].name.n < 2 || a[i].name.p[1] == '(' ||
		    b[i].name.p[1] == '(' ||
		    tm_is_digit(a[i].name.p[a[i].name.n - 1]) ||
		    memchr(c->src.text.p + a[i].start, '$',
			a[i].end - a[i].start) != NULL ||
		    memchr(c->tgt.text.p + b[i].start, '$',
			b[i].end - b[i].start) != NULL)
			return false;
	for (size_t i = 0; i + 1 < c->src.text.n; i++)
		if (c->src.text.p[i] == '%' &&
		    tm_is_one_of(c->src.text.p[i + 1], "aAbBmMyYHISTDFkZ"))
			return false;
	while (k < n && tm_str_eq(a[k].name, b[k].name))
		k++;
	if (k == n)
		return false;
	tm_check_add(c, TM_CHECK_CODES,
	    "%.*s stands where the source has %.*s, and they are taken in "
	    "their order: number them, like %%2$%.*s",
	    TM_STR_ARG(b[k].name), TM_STR_ARG(a[k].name), (int)b[k].name.n - 1,
	    b[k].name.p + 1);
	return true;
}

/* True when something was told. */
static bool
check_placeholders(tm_checker *c)
{
	placeholder a[PLACEHOLDERS_MAX], b[PLACEHOLDERS_MAX];
	bool qt = is_qt(c->src.text) || is_qt(c->tgt.text);
	size_t n = collect_placeholders(c, c->src.text, qt, a);
	size_t m = collect_placeholders(c, c->tgt.text, qt, b);
	const placeholder *x, *y;

	if (n + m == 0 || n == PLACEHOLDERS_MAX || m == PLACEHOLDERS_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < m && !a[i].done; j++)
			if (!b[j].done && tm_str_eq(a[i].name, b[j].name))
				a[i].done = b[j].done = true;
	x = first_left(c, &c->src, a, n);
	y = first_left(c, &c->tgt, b, m);
	if (x != NULL || y != NULL) {
		tell_placeholder(c, x, y);
		return true;
	}
	return n == m && !qt && check_order(c, a, b, n);
}

/* ---- What inline codes say --------------------------------------------- */

/* The content of a code, without the escapes of XML, in out. */
static tm_str
inner_text(tm_str xml, tm_buf *out)
{
	const char *start = memchr(xml.p, '>', xml.n);
	size_t end = xml.n;

	tm_buf_clear(out);
	while (end > 0 && xml.p[end - 1] != '<')
		end--;
	if (start == NULL || end == 0 || (size_t)(start + 1 - xml.p) >= end)
		return TM_STR("");
	for (size_t i = (size_t)(start + 1 - xml.p); i + 1 < end; i++) {
		static const struct {
			tm_str name;
			char c;
		} known[] = { { { "&lt;", 4 }, '<' }, { { "&gt;", 4 }, '>' },
			{ { "&quot;", 6 }, '"' }, { { "&amp;", 5 }, '&' } };
		char ch = xml.p[i];

		for (size_t k = 0; k < 4 && xml.p[i] == '&'; k++)
			if (tm_str_starts(
				tm_str_sub(xml, i, end), known[k].name)) {
				ch = known[k].c;
				i += known[k].name.n - 1;
				break;
			}
		tm_buf_addc(out, ch);
	}
	return tm_buf_str(out);
}

/* What a code stands for, where it can be told: the placeholder or the tag
 * that is all it has. In the arena of the findings. */
static tm_str
meaning_of(tm_checker *c, tm_str xml)
{
	placeholder in[PLACEHOLDERS_MAX];
	tm_str inner = inner_text(xml, &c->b);
	size_t n = collect_placeholders(c, inner, is_qt(inner), in);

	if (n == 1 && in[0].start == 0 && in[0].end == inner.n)
		return in[0].name;
	return TM_STR("");
}

/* Codes that mean something, and each must be there as often. */
static bool
compare_meanings(tm_checker *c)
{
	tm_str a[PLACEHOLDERS_MAX], b[PLACEHOLDERS_MAX];
	size_t n = c->src.v->n_codes, left = 0;
	tm_str missing = TM_STR("");

	if (n != c->tgt.v->n_codes || n > PLACEHOLDERS_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		a[i] = meaning_of(c, c->src.v->codes[i].xml);
		b[i] = meaning_of(c, c->tgt.v->codes[i].xml);
		if (a[i].n == 0 || b[i].n == 0)
			return false; /* some other notation */
	}
	for (size_t i = 0; i < n; i++) {
		size_t j = 0;

		while (j < n && !tm_str_eq(a[i], b[j]))
			j++;
		if (j < n)
			b[j].n = 0;
		else if (left++ == 0)
			missing = a[i];
	}
	for (size_t j = 0; j < n && left > 0; j++)
		if (b[j].n > 0) {
			tm_check_add(c, TM_CHECK_CODES,
			    "the source has a code for %.*s%s, the translation "
			    "one for %.*s%s instead",
			    TM_STR_ARG(missing), missing.p[0] == '<' ? ">" : "",
			    TM_STR_ARG(b[j]), b[j].p[0] == '<' ? ">" : "");
			return true;
		}
	return false;
}

/* ---- Pairs ------------------------------------------------------------- */

typedef enum step_kind { SINGLE, OPENS, CLOSES } step_kind;

/* A code or tag that opens or closes something, by a name. */
typedef struct step {
	step_kind kind;
	tm_str name;
	size_t start, end; /* in the text; the same for inline codes */
} step;

#define STEPS_MAX 128

/* Of "<b", "</b" with all of its tag: what it does. */
static step_kind
kind_of_tag(tm_str key, tm_str tag)
{
	static const char single[] = " <br <hr <img <wbr <input ";
	char name[16];

	if (key.n < 2 || key.p[0] != '<')
		return SINGLE;
	if (key.p[1] == '/')
		return CLOSES;
	if (tag.n > 2 && tag.p[tag.n - 2] == '/')
		return SINGLE;
	snprintf(name, sizeof name, " %.*s ", TM_STR_ARG(key));
	return strstr(single, name) != NULL ? SINGLE : OPENS;
}

static tm_str
name_of_tag(tm_str key)
{
	return tm_str_sub(key, key.n > 1 && key.p[1] == '/' ? 2 : 1, key.n);
}

/* The number that pairs <bpt> and <ept>. */
static tm_str
number_of(tm_str xml)
{
	size_t i = 0, end;

	while (i + 4 < xml.n && memcmp(xml.p + i, " i=\"", 4) != 0 &&
	       xml.p[i] != '>')
		i++;
	if (i + 4 >= xml.n || xml.p[i] == '>')
		return TM_STR("");
	for (end = i + 4; end < xml.n && xml.p[end] != '"'; end++)
		;
	return tm_str_sub(xml, i + 4, end);
}

static step
step_of_code(tm_checker *c, const tm_code_at *code)
{
	step s = { SINGLE, TM_STR(""), code->at, code->at };

	if (tm_str_starts(code->xml, TM_STR("<bpt")) ||
	    tm_str_starts(code->xml, TM_STR("<ept"))) {
		s.kind = code->xml.p[1] == 'b' ? OPENS : CLOSES;
		s.name = number_of(code->xml);
	} else if (tm_str_starts(code->xml, TM_STR("<hi")) ||
		   tm_str_starts(code->xml, TM_STR("</hi"))) {
		s.kind = code->xml.p[1] == 'h' ? OPENS : CLOSES;
		s.name = TM_STR("hi");
	} else if (tm_str_starts(code->xml, TM_STR("<ph"))) {
		tm_str key = meaning_of(c, code->xml);

		s.kind = kind_of_tag(key, tm_buf_str(&c->b));
		s.name = name_of_tag(key);
	}
	return s;
}

/* The steps of a side in their order; more than STEPS_MAX: none. */
static size_t
collect_steps(tm_checker *c, const tm_variant *v, step out[STEPS_MAX])
{
	placeholder tags[PLACEHOLDERS_MAX];
	size_t m = collect_placeholders(c, v->text, false, tags);
	size_t n = 0, j = 0;

	if (v->n_codes + m > STEPS_MAX || m == PLACEHOLDERS_MAX)
		return 0;
	for (size_t i = 0; i <= v->n_codes; i++) {
		size_t at = i < v->n_codes ? v->codes[i].at : v->text.n;

		for (; j < m && tags[j].start < at; j++) {
			step s = { kind_of_tag(tags[j].name,
				       tm_str_sub(v->text, tags[j].start,
					   tags[j].end)),
				name_of_tag(tags[j].name), tags[j].start,
				tags[j].end };

			if (s.kind != SINGLE)
				out[n++] = s;
		}
		if (i == v->n_codes)
			break;
		out[n] = step_of_code(c, &v->codes[i]);
		n += out[n].kind != SINGLE;
	}
	return n;
}

typedef enum fault { NO_FAULT, NOT_OPEN, CROSSED, NOT_CLOSED } fault;

/* Do all steps close what was opened last? *at is the first that does not. */
static fault
find_fault(const step *s, size_t n, size_t *at)
{
	size_t open[STEPS_MAX], depth = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = depth;

		if (s[i].kind == OPENS) {
			open[depth++] = i;
			continue;
		}
		*at = i;
		while (k > 0 && !tm_str_eq(s[open[k - 1]].name, s[i].name))
			k--;
		if (k == 0)
			return NOT_OPEN;
		if (k < depth)
			return CROSSED;
		depth--;
	}
	if (depth == 0)
		return NO_FAULT;
	*at = open[depth - 1];
	return NOT_CLOSED;
}

/* A source that is not in order itself asks for nothing. */
static void
check_pairs(tm_checker *c)
{
	static const char *const says[] = { [NOT_OPEN] =
						"closes before it opens",
		[CROSSED] = "closes while what it contains is open",
		[NOT_CLOSED] = "is not closed" };
	step a[STEPS_MAX], b[STEPS_MAX];
	size_t n = collect_steps(c, c->src.v, a), at = 0;
	tm_finding *f;
	fault why;

	if (n == 0 || find_fault(a, n, &at) != NO_FAULT)
		return;
	n = collect_steps(c, c->tgt.v, b);
	why = find_fault(b, n, &at);
	if (why == NO_FAULT)
		return;
	f = tm_check_add(c, TM_CHECK_CODES,
	    "the pair of codes '%.*s' %s in the translation",
	    TM_STR_ARG(b[at].name), says[why]);
	f->start = b[at].start;
	f->end = b[at].end;
}

void
tm_check_codes(tm_checker *c)
{
	bool told = false;

	if (c->src.v->n_codes + c->tgt.v->n_codes > 0)
		told = count_inline(c) || compare_meanings(c);
	told |= check_placeholders(c);
	if (!told)
		check_pairs(c);
}

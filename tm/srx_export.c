/*
 * srx_export.c - the built-in rules as a file for other programs
 *
 * The engines of others run Java's expressions, mostly, and some of them put
 * what stands before a place into a look-behind. So what we write is said
 * in a way that means the same to all:
 *
 *	\s		[\s\u0085\u00a0...]	Java's is ASCII
 *	\p{Emoji}	[\x{23}\x{2a}...]	Java knows few properties
 *	(?:ab|c)+	(?:ab|c)(?:(?:ab|c)...)?	a look-behind of
 *						Java's wants an end
 */
#include "config.h"

#include "tm/segment_rex_int.h"
#include "tm/srx_int.h"

#include <stdlib.h>

/* How often a group may repeat at most in what we write. An expression before
 * a place matches a part of a longer run as well. */
#define REPEAT 10

/* What a writer knows. */
typedef struct portable {
	tm_buf *out;
	bool bounded; /* groups end */
	tm_categories categories;
} portable;

static void write_part(portable *p, tm_str s);

/* The characters of a property, without brackets. False when there is no
 * need to spell them out, or no such property. */
static bool
spell_out(portable *p, tm_str property)
{
	tm_chars set = { 0 };
	bool ok;

	/* "\p{L}", "\p{Lu}": everybody knows these */
	if (property.n <= strlen("\\p{Lu}"))
		return false;
	ok = tm_chars_property(property, &p->categories, &set);
	for (size_t i = 0; ok && i < set.n; i += 2)
		tm_buf_printf(p->out, "\\x{%x}-\\x{%x}", (unsigned)set.v[i],
		    (unsigned)set.v[i + 1] - 1);
	tm_chars_release(&set);
	return ok;
}

/* Write the escape at the start of s; returns its length. */
static size_t
write_escape(portable *p, tm_str s, bool in_set)
{
	static const char spaces[] = "\\s\\u0085\\u00a0\\u1680\\u2000-\\u200a"
				     "\\u2028\\u2029\\u202f\\u205f\\u3000";
	const char *end = memchr(s.p, '}', s.n);
	bool not = s.n > 1 && (s.p[1] == 'S' || s.p[1] == 'P');
	bool bare = in_set && !not ;
	size_t had = p->out->n, n = s.n < 2 ? s.n : 2;

	tm_buf_adds(p->out, bare ? "" : not ? "[^" : "[");
	if (n == 2 && (s.p[1] | 32) == 's') {
		tm_buf_adds(p->out, spaces);
	} else if (s.n > 3 && (s.p[1] | 32) == 'p' && s.p[2] == '{' &&
		   end != NULL) {
		tm_buf name = { 0 };
		bool ok;

		n = (size_t)(end - s.p) + 1;
		tm_buf_adds(&name, "\\p");
		tm_buf_add(&name, s.p + 2, n - 2);
		ok = spell_out(p, tm_buf_str(&name));
		tm_buf_release(&name);
		if (!ok)
			goto plain;
	} else {
		goto plain;
	}
	tm_buf_adds(p->out, bare ? "" : "]");
	return n;
plain:
	p->out->n = had;
	tm_buf_add(p->out, s.p, n);
	return n;
}

/* Write the set that begins s; returns its length. */
static size_t
write_set(portable *p, tm_str s)
{
	size_t depth = 0, i = 0;

	do {
		if (s.p[i] == '\\') {
			i += write_escape(p, tm_str_sub(s, i, s.n), true);
			continue;
		}
		depth += s.p[i] == '[';
		depth -= s.p[i] == ']';
		tm_buf_addc(p->out, s.p[i++]);
	} while (depth > 0 && i < s.n);
	return i;
}

/* The length of the group that begins s, with its parentheses. */
static size_t
group_length(tm_str s)
{
	size_t depth = 0, sets = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\') {
			i++;
			continue;
		}
		sets += s.p[i] == '[';
		sets -= s.p[i] == ']' && sets > 0;
		if (sets > 0)
			continue;
		depth += s.p[i] == '(';
		depth -= s.p[i] == ')';
		if (depth == 0)
			return i + 1;
	}
	return s.n;
}

/* Read "*", "+" or "{min,max}" at the start of s; returns its length, 0 when
 * there is none. */
static size_t
read_repeat(tm_str s, int *min, int *max)
{
	size_t i = 1;

	*min = s.n > 0 && s.p[0] == '+';
	*max = REPEAT;
	if (s.n == 0 || strchr("*+{", s.p[0]) == NULL)
		return 0;
	if (s.p[0] != '{')
		return 1;
	for (*min = 0; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		*min = *min * 10 + (s.p[i] - '0');
	*max = *min;
	if (i < s.n && s.p[i] == ',') {
		for (*max = 0, i++; i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
		     i++)
			*max = *max * 10 + (s.p[i] - '0');
		if (s.p[i - 1] == ',')
			*max = *min > REPEAT ? *min : REPEAT;
	}
	return i + 1;
}

/* The length of "(?:", "(?x:", "(?<=" at the start of s. */
static size_t
head_length(tm_str s)
{
	size_t i = 2;

	if (s.n < 2 || s.p[1] != '?')
		return 1;
	while (i < s.n && strchr(":=!>)", s.p[i]) == NULL)
		i++;
	return i < s.n && s.p[i] != ')' ? i + 1 : i;
}

/* Write the group that begins s, and how often; returns the length of both. */
static size_t
write_group(portable *p, tm_str s)
{
	size_t n = group_length(s), head = head_length(s), repeat = 0;
	tm_buf group = { 0 }, *out = p->out;
	int min, max;

	p->out = &group;
	tm_buf_add(&group, s.p, head);
	write_part(p, tm_str_sub(s, head, n - 1));
	tm_buf_addc(&group, ')');
	p->out = out;
	if (p->bounded)
		repeat = read_repeat(tm_str_sub(s, n, s.n), &min, &max);
	if (repeat == 0) {
		tm_buf_add(p->out, group.p, group.n);
	} else {
		for (int i = 0; i < min; i++)
			tm_buf_add(p->out, group.p, group.n);
		for (int i = min; i < max; i++) {
			tm_buf_adds(p->out, "(?:");
			tm_buf_add(p->out, group.p, group.n);
		}
		for (int i = min; i < max; i++)
			tm_buf_adds(p->out, ")?");
	}
	tm_buf_release(&group);
	return n + repeat;
}

static void
write_part(portable *p, tm_str s)
{
	for (size_t i = 0; i < s.n;) {
		tm_str rest = tm_str_sub(s, i, s.n);

		switch (s.p[i]) {
		case '\\':
			i += write_escape(p, rest, false);
			break;
		case '[':
			i += write_set(p, rest);
			break;
		case '(':
			i += write_group(p, rest);
			break;
		default:
			tm_buf_addc(p->out, s.p[i++]);
		}
	}
}

/* Add an expression so that it means the same elsewhere. */
static void
add_portable(tm_buf *out, tm_str s, bool bounded)
{
	tm_buf plain = { 0 };
	portable p = { .out = &plain, .bounded = bounded };

	write_part(&p, s);
	tm_xml_add_text(out, tm_buf_str(&plain));
	tm_buf_release(&plain);
	free(p.categories.v);
}

bool
tm_segment_export_srx(const char *lang, tm_buf *out, tm_error *err)
{
	tm_srx *srx =
	    tm_srx_open(&(tm_srx_wish){ .lang = lang, .beyond = "" }, err);
	tm_buf pattern = { 0 };

	if (srx == NULL)
		return false;
	tm_buf_adds(out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<srx xmlns=\"http://www.lisa.org/srx20\" version=\"2.0\">\n"
	    "<header segmentsubflows=\"yes\" cascade=\"no\">\n"
	    "<formathandle type=\"start\" include=\"no\"/>\n"
	    "<formathandle type=\"end\" include=\"yes\"/>\n"
	    "<formathandle type=\"isolated\" include=\"no\"/>\n"
	    "</header>\n<body>\n<languagerules>\n<languagerule");
	tm_xml_add_attr(out, "languagerulename", tm_str_of(lang));
	tm_buf_adds(out, ">\n");
	for (size_t i = 0; i < srx->n; i++) {
		const struct kept *kept = &srx->kept[i];

		tm_buf_printf(out, "<rule break=\"%s\">\n<beforebreak>",
		    kept->breaks ? "yes" : "no");
		add_portable(out, kept->before, !kept->breaks);
		tm_buf_adds(out, "</beforebreak>\n<afterbreak>");
		add_portable(out, kept->after, false);
		tm_buf_adds(out, "</afterbreak>\n</rule>\n");
	}
	tm_buf_printf(&pattern, "%s.*", lang);
	tm_buf_adds(
	    out, "</languagerule>\n</languagerules>\n<maprules>\n<languagemap");
	tm_xml_add_attr(out, "languagepattern", tm_buf_str(&pattern));
	tm_xml_add_attr(out, "languagerulename", tm_str_of(lang));
	tm_buf_adds(out, "/>\n</maprules>\n</body>\n</srx>\n");
	tm_buf_release(&pattern);
	tm_srx_unref(srx);
	return true;
}

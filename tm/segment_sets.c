/*
 * segment_sets.c - the sets of characters that expressions name
 *
 * "[a-c\p{Lu}&&[^X]]", "\d", "\u0041": whatever stands for one character is
 * read here into a set, and each set is kept once. Rules repeat "not after
 * a letter" a hundred times and \p{L} is long, so a set is also known by how
 * it was written.
 */
#include "config.h"

#include "tm/segment_rex_int.h"

#include <stdlib.h>

/* ---- Sets that trees share ---------------------------------------------- */

void
tm_rex_release(tm_rex *rex)
{
	for (size_t i = 0; i < rex->nsets; i++)
		tm_chars_release(&rex->sets[i]);
	for (size_t i = 0; i < rex->nnames; i++)
		free(rex->names[i].name);
	free(rex->names);
	free(rex->categories.v);
	free(rex->sets);
	free(rex->table);
	free(rex->v);
	*rex = (tm_rex){ 0 };
}

/* Of the ends of it: \p{L} has 1,300 borders and is looked up often. */
static uint64_t
hash_set(const tm_chars *set)
{
	size_t n = set->n < 8 ? set->n : 8, size = n * sizeof *set->v;

	if (n == 0)
		return 0;
	return tm_str_hash((tm_str){ (const char *)set->v, size }) ^
	       tm_str_hash(
		   (tm_str){ (const char *)(set->v + set->n - n), size }) *
		   31 ^
	       set->n;
}

static void
index_sets(tm_rex *rex, size_t size)
{
	free(rex->table);
	rex->table = tm_zalloc(size, sizeof *rex->table);
	rex->ntable = size;
	for (size_t i = 0; i < rex->nsets; i++) {
		size_t at = hash_set(&rex->sets[i]) & (size - 1);

		while (rex->table[at] != 0)
			at = (at + 1) & (size - 1);
		rex->table[at] = (uint32_t)i + 1;
	}
}

int32_t
tm_rex_set(tm_rex *rex, const tm_chars *set)
{
	size_t at;

	if (rex->nsets * 2 >= rex->ntable)
		index_sets(rex, rex->ntable == 0 ? 256 : rex->ntable * 2);
	at = hash_set(set) & (rex->ntable - 1);
	for (; rex->table[at] != 0; at = (at + 1) & (rex->ntable - 1)) {
		const tm_chars *old = &rex->sets[rex->table[at] - 1];

		if (old->n == set->n &&
		    (set->n == 0 ||
			memcmp(old->v, set->v, set->n * sizeof *set->v) == 0))
			return (int32_t)rex->table[at] - 1;
	}
	tm_grow(rex->sets, rex->nsets, rex->capsets);
	rex->sets[rex->nsets] = (tm_chars){ 0 };
	tm_chars_copy(&rex->sets[rex->nsets], set);
	rex->table[at] = (uint32_t)++rex->nsets;
	return (int32_t)rex->nsets - 1;
}

bool
tm_rex_known(const tm_rex *rex, tm_str name, int32_t *set)
{
	for (size_t i = 0; i < rex->nnames; i++)
		if (rex->names[i].n == name.n &&
		    memcmp(rex->names[i].name, name.p, name.n) == 0) {
			*set = rex->names[i].set;
			return true;
		}
	return false;
}

void
tm_rex_remember(tm_rex *rex, tm_str name, int32_t set)
{
	char *copy = tm_alloc(name.n + 1);

	memcpy(copy, name.p, name.n);
	copy[name.n] = '\0';
	tm_grow(rex->names, rex->nnames, rex->capnames);
	rex->names[rex->nnames].name = copy;
	rex->names[rex->nnames].n = name.n;
	rex->names[rex->nnames++].set = set;
}

/* Fill set with what name holds. Sets in brackets are read here where they
 * can be, as the categories in them are at hand. */
static bool
read_named(tm_rex *rex, tm_str name, tm_chars *set)
{
	tm_rex_reader p = { .rex = rex, .s = name, .i = 1, .unicode = true };

	if (!tm_str_starts(name, TM_STR("[")) ||
	    tm_str_starts(name, TM_STR("[:")) ||
	    tm_str_starts(name, TM_STR("[[")))
		return tm_chars_property(name, &rex->categories, set);
	tm_rex_read_set(&p, set);
	return !p.failed;
}

static bool
named_set(tm_rex *rex, tm_str name, int32_t *number)
{
	tm_chars set = { 0 };
	bool ok = tm_rex_known(rex, name, number);

	if (!ok && (ok = read_named(rex, name, &set))) {
		*number = tm_rex_set(rex, &set);
		tm_rex_remember(rex, name, *number);
	}
	tm_chars_release(&set);
	return ok;
}

static void
add_named(tm_rex_reader *p, tm_str name, tm_chars *out)
{
	int32_t set;

	if (named_set(p->rex, name, &set))
		tm_chars_join(out, &p->rex->sets[set]);
	else
		tm_rex_fail(p, "unknown property");
}

/*
 * The letters that stand for a class, as ICU and as Java read them; (?U)
 * makes Java's those of Unicode. \b has a class too: what words are of. To
 * Java up to 18 that is letters, digits, _ and the marks on them, whatever
 * \w is.
 */
#define SPACE                                                         \
	"[\\u0009-\\u000d\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a" \
	"\\u2028\\u2029\\u202f\\u205f\\u3000]"
#define WORD "[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200c\\u200d]"

static const struct class_name {
	char letter;
	const char *icu, *java;
} class_names[] = {
	{ 'd', "\\p{Nd}", "[0-9]" },
	{ 's', SPACE, "[\\u0009-\\u000d\\u0020]" },
	{ 'w', WORD, "[A-Za-z0-9_]" },
	{ 'h', "[\\t\\p{Zs}]", "[\\t\\u180e\\p{Zs}]" },
	{ 'v', "[\\u000a-\\u000d\\u0085\\u2028\\u2029]",
	    "[\\u000a-\\u000d\\u0085\\u2028\\u2029]" },
	{ 'b', WORD, "[_\\p{L}\\p{Nd}\\p{Mn}]" },
};

static tm_str
class_name(char letter, bool java)
{
	size_t i = 0;

	while (class_names[i].letter != letter)
		i++;
	return tm_str_of(java ? class_names[i].java : class_names[i].icu);
}

int32_t
tm_rex_word(tm_rex *rex)
{
	int32_t set = 0;

	if (rex->bounds)
		named_set(rex, class_name('b', rex->java), &set);
	return set;
}

bool
tm_rex_class(tm_rex_reader *p, uint32_t letter, tm_chars *out)
{
	uint32_t small = letter | 32;
	tm_chars set = { 0 };

	if (letter > 'z' || strchr("dswhv", (int)small) == NULL)
		return false;
	add_named(
	    p, class_name((char)small, p->rex->java && !p->unicode), &set);
	if (letter != small)
		tm_chars_invert(&set);
	tm_chars_join(out, &set);
	tm_chars_release(&set);
	return true;
}

/*
 * The names that are Java's own, ICU takes some of them: "IsLatin" is a
 * script or a property, "InArabic" a block, and "Alpha" ASCII alone.
 */
static bool
add_java(tm_rex_reader *p, tm_str name, tm_chars *out)
{
	static const struct {
		const char *name, *set;
	} v[] = {
		{ "Lower", "[a-z]" },
		{ "Upper", "[A-Z]" },
		{ "ASCII", "[\\u0000-\\u007f]" },
		{ "Alpha", "[A-Za-z]" },
		{ "Digit", "[0-9]" },
		{ "Alnum", "[A-Za-z0-9]" },
		{ "Punct", "[!-/\\:-@\\[-`\\{-~]" },
		{ "Graph", "[!-~]" },
		{ "Print", "[\\ -~]" },
		{ "Blank", "[\\ \\t]" },
		{ "Cntrl", "[\\u0000-\\u001f\\u007f]" },
		{ "XDigit", "[0-9A-Fa-f]" },
		{ "Space", "[\\u0009-\\u000d\\u0020]" },
		{ "javaLowerCase", "\\p{Lowercase}" },
		{ "javaUpperCase", "\\p{Uppercase}" },
		{ "javaTitleCase", "\\p{Lt}" },
		{ "javaLetter", "\\p{L}" },
		{ "javaDigit", "\\p{Nd}" },
		{ "javaLetterOrDigit", "[\\p{L}\\p{Nd}]" },
		{ "javaAlphabetic", "\\p{Alphabetic}" },
		{ "javaWhitespace", "[[\\u0009-\\u000d\\u001c-\\u0020\\p{Z}]-"
				    "[\\u00a0\\u2007\\u202f]]" },
		{ "javaSpaceChar", "\\p{Z}" },
	};
	tm_str inner = tm_str_sub(name, 3, name.n - 1);
	tm_buf other = { 0 };

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		bool ours =
		    v[i].name[0] == 'j' || (p->rex->java && !p->unicode);

		if (ours && tm_str_eq(inner, tm_str_of(v[i].name))) {
			add_named(p, tm_str_of(v[i].set), out);
			return true;
		}
	}
	if (inner.n < 3 || inner.p[0] != 'I' ||
	    (inner.p[1] != 'n' && inner.p[1] != 's'))
		return false;
	tm_buf_printf(&other, "\\p{%s%.*s}", inner.p[1] == 'n' ? "blk=" : "",
	    (int)inner.n - 2, inner.p + 2);
	add_named(p, tm_buf_str(&other), out);
	tm_buf_release(&other);
	return true;
}

/* After \p or \P: {Name} or one letter. */
void
tm_rex_property(tm_rex_reader *p, bool negated, tm_chars *out)
{
	tm_chars set = { 0 };
	tm_buf name = { 0 };

	tm_buf_adds(&name, "\\p{");
	if (rex_accept(p, "{")) {
		if (rex_accept(p, "^"))
			negated = !negated;
		while (rex_more(p) && !rex_at(p, "}"))
			tm_buf_addc(&name, p->s.p[p->i++]);
		if (!rex_accept(p, "}"))
			tm_rex_fail(p, "\\p{ is not closed");
	} else if (rex_more(p))
		tm_buf_addc(&name, p->s.p[p->i++]);
	tm_buf_addc(&name, '}');
	if (!p->failed && !add_java(p, tm_buf_str(&name), &set))
		add_named(p, tm_buf_str(&name), &set);
	if (negated)
		tm_chars_invert(&set);
	tm_chars_join(out, &set);
	tm_chars_release(&set);
	tm_buf_release(&name);
}

static uint32_t
hex(tm_rex_reader *p, int least, int most)
{
	uint32_t c = 0;
	int n = 0;

	for (; n < most && rex_more(p); n++, p->i++) {
		char d = p->s.p[p->i];

		if (d >= '0' && d <= '9')
			c = c * 16 + (uint32_t)(d - '0');
		else if ((d | 32) >= 'a' && (d | 32) <= 'f')
			c = c * 16 + (uint32_t)((d | 32) - 'a' + 10);
		else
			break;
	}
	if (n < least || c >= TM_CHARS_END)
		tm_rex_fail(p, "bad character number");
	return c;
}

/* The character that letter, found after a backslash, stands for. */
uint32_t
tm_rex_escaped(tm_rex_reader *p, uint32_t letter)
{
	uint32_t c;

	switch (letter) {
	case 'a':
		return 7;
	case 'e':
		return 0x1b;
	case 'f':
		return 0xc;
	case 'n':
		return 0xa;
	case 'r':
		return 0xd;
	case 't':
		return 9;
	case 'u':
		c = hex(p, 4, 4);
		/* two halves of one character, as UTF-16 has it */
		if (c >= 0xd800 && c < 0xdc00 && rex_accept(p, "\\u"))
			c = 0x10000 + ((c - 0xd800) << 10) +
			    (hex(p, 4, 4) & 0x3ff);
		return c;
	case 'U':
		return hex(p, 8, 8);
	case 'x':
		if (!rex_accept(p, "{"))
			return hex(p, 2, 2);
		c = hex(p, 1, 6);
		if (!rex_accept(p, "}"))
			tm_rex_fail(p, "\\x{ is not closed");
		return c;
	case '0':
		for (c = 0; rex_more(p) && p->s.p[p->i] >= '0' &&
			    p->s.p[p->i] <= '7' && c < 32;
		     p->i++)
			c = c * 8 + (uint32_t)(p->s.p[p->i] - '0');
		return c;
	case 'c':
		return rex_more(p) ? rex_next(p) & 0x1f : 0;
	}
	if ((letter | 32) >= 'a' && (letter | 32) <= 'z')
		tm_rex_fail(p, "unknown escape");
	return letter;
}

/* One item of a set: adds it to out. Returns true, and the character in
 * *c, when it was a single character, which may begin a range. */
static bool
set_item(tm_rex_reader *p, tm_chars *out, uint32_t *c)
{
	uint32_t letter;

	if (!p->rex->java && rex_at(p, "[:")) {
		size_t start = p->i;
		tm_buf name = { 0 };

		while (rex_more(p) && !rex_at(p, ":]"))
			p->i++;
		if (!rex_accept(p, ":]"))
			tm_rex_fail(p, "[: is not closed");
		else {
			tm_buf_add(&name, p->s.p + start, p->i - start);
			add_named(p, tm_buf_str(&name), out);
		}
		tm_buf_release(&name);
		return false;
	}
	if (rex_at(p, "[")) {
		tm_chars inner = { 0 };

		p->i++;
		tm_rex_read_set(p, &inner);
		tm_chars_join(out, &inner);
		tm_chars_release(&inner);
		return false;
	}
	if (!rex_accept(p, "\\")) {
		*c = rex_next(p);
		return true;
	}
	if (!rex_more(p)) {
		tm_rex_fail(p, "nothing after '\\'");
		return false;
	}
	letter = rex_next(p);
	if (letter == 'p' || letter == 'P') {
		tm_rex_property(p, letter == 'P', out);
		return false;
	}
	if (tm_rex_class(p, letter, out))
		return false;
	*c = tm_rex_escaped(p, letter);
	return true;
}

/* "--" takes away, in ICU's sets. */
static bool
rex_minus(const tm_rex_reader *p)
{
	return !p->rex->java && rex_at(p, "--");
}

/* After '[', up to and with ']'. */
void
tm_rex_read_set(tm_rex_reader *p, tm_chars *out)
{
	tm_chars left = { 0 }, now = { 0 };
	bool invert, first = true;
	char op = 0;

	if (++p->depth > TM_REX_DEPTH)
		tm_rex_fail(p, "nested too deeply");
	invert = rex_accept(p, "^");
	for (;; first = false) {
		bool end = !rex_more(p) || (rex_at(p, "]") && !first);
		uint32_t c, last;

		if (end || rex_at(p, "&&") || rex_minus(p)) {
			if (op == '-')
				tm_chars_invert(&now);
			if (op != 0)
				tm_chars_meet(&left, &now);
			else
				tm_chars_join(&left, &now);
			tm_chars_release(&now);
			if (end)
				break;
			op = p->s.p[p->i];
			p->i += 2;
			continue;
		}
		if (!set_item(p, &now, &c))
			continue;
		last = c;
		if (rex_at(p, "-") && !rex_at(p, "-]") && !rex_minus(p) &&
		    !rex_at(p, "-[")) {
			p->i++;
			if (!set_item(p, &now, &last) || last < c) {
				tm_rex_fail(p, "bad range");
				last = c;
			}
		}
		tm_chars_add(&now, c, last);
	}
	if (!rex_accept(p, "]"))
		tm_rex_fail(p, "'[' is not closed");
	if (p->fold)
		tm_chars_fold(&left);
	if (invert)
		tm_chars_invert(&left);
	tm_chars_join(out, &left);
	tm_chars_release(&left);
	p->depth--;
}

/* The number of what set does not hold; made once. */
int32_t
tm_rex_inverse(tm_rex *rex, int32_t set)
{
	tm_chars inverse = { 0 };
	char name[16];
	int32_t number;

	snprintf(name, sizeof name, "^%d", (int)set);
	if (tm_rex_known(rex, tm_str_of(name), &number))
		return number;
	tm_chars_copy(&inverse, &rex->sets[set]);
	tm_chars_invert(&inverse);
	number = tm_rex_set(rex, &inverse);
	tm_chars_release(&inverse);
	tm_rex_remember(rex, tm_str_of(name), number);
	return number;
}

/*
 * segment_rex.c - the regular expressions of SRX rules, as trees
 *
 * SRX says its expressions are ICU's. Running each of a thousand rules as
 * an ICU matcher is what makes other segmenters slow, so we read the
 * expressions ourselves and segment_dfa.c runs all of them at once:
 *
 *	\b(?:Dr|Mr)\.	->  CAT(BOUND, ALT(CAT(D, r), CAT(M, r)), .)
 *
 * A rule only ever asks "is there a match from here", so groups capture
 * nothing and greed does not matter. What a finite automaton cannot say (a
 * back reference, a lookaround wider than one character, an atomic group)
 * becomes WILD, which accepts anything; the tree is then not exact and its
 * matches are confirmed by ICU.
 */
#include "config.h"

#include "tm/segment_int.h"

#include <stdlib.h>

/* Deeper nesting than people write; it bounds our recursion. */
#define MAX_DEPTH 100
/* ICU has no limit; a{1,5000} in a rule is a mistake or an attack. */
#define MAX_REPEAT 1000

/* ---- Sets -------------------------------------------------------------- */

void
tm_chars_release(tm_chars *set)
{
	free(set->v);
	*set = (tm_chars){ 0 };
}

void
tm_chars_copy(tm_chars *to, const tm_chars *from)
{
	to->n = 0;
	if (from->n == 0)
		return;
	tm_grow_to(to->v, from->n, to->cap);
	memcpy(to->v, from->v, from->n * sizeof *from->v);
	to->n = from->n;
}

static void
push(tm_chars *set, uint32_t c)
{
	/* two equal borders are none */
	if (set->n > 0 && set->v[set->n - 1] == c) {
		set->n--;
		return;
	}
	tm_grow(set->v, set->n, set->cap);
	set->v[set->n++] = c;
}

/* Walk the borders of both; a place belongs to the result when keep says
 * so of being inside the one and the other (bit 0 and 1). */
static void
combine(tm_chars *set, const tm_chars *with, unsigned keep)
{
	tm_chars out = { 0 };
	size_t i = 0, j = 0;
	bool in = false;

	while (i < set->n || j < with->n) {
		uint32_t a = i < set->n ? set->v[i] : UINT32_MAX;
		uint32_t b = j < with->n ? with->v[j] : UINT32_MAX;
		uint32_t c = a < b ? a : b;
		bool now;

		i += a == c;
		j += b == c;
		now = keep >> ((i & 1) | (j & 1) << 1) & 1;
		if (now != in)
			push(&out, c);
		in = now;
	}
	tm_chars_release(set);
	*set = out;
}

void
tm_chars_join(tm_chars *set, const tm_chars *with)
{
	if (set->n == 0)
		tm_chars_copy(set, with);
	else if (with->n > 0)
		combine(set, with, 0xe);
}

void
tm_chars_meet(tm_chars *set, const tm_chars *with)
{
	combine(set, with, 0x8);
}

void
tm_chars_add(tm_chars *set, uint32_t first, uint32_t last)
{
	uint32_t v[2] = { first, last + 1 };
	tm_chars one = { v, 2, 2 };

	if (set->n == 0 || set->v[set->n - 1] <= first) {
		push(set, first);
		push(set, last + 1);
	} else
		tm_chars_join(set, &one);
}

void
tm_chars_invert(tm_chars *set)
{
	uint32_t v[2] = { 0, TM_CHARS_END };
	tm_chars all = { v, 2, 2 };

	combine(set, &all, 0x4);
}

bool
tm_chars_has(const tm_chars *set, uint32_t c)
{
	size_t low = 0, high = set->n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (set->v[mid] <= c)
			low = mid + 1;
		else
			high = mid;
	}
	return low & 1;
}

void
tm_rex_release(tm_rex *rex)
{
	for (size_t i = 0; i < rex->nsets; i++)
		tm_chars_release(&rex->sets[i]);
	for (size_t i = 0; i < rex->nnames; i++)
		free(rex->names[i].name);
	free(rex->names);
	free(rex->sets);
	free(rex->table);
	free(rex->v);
	*rex = (tm_rex){ 0 };
}

static uint64_t
hash_set(const tm_chars *set)
{
	return tm_str_hash(
	    (tm_str){ (const char *)set->v, set->n * sizeof *set->v });
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

/* ---- The parser -------------------------------------------------------- */

typedef struct parser {
	tm_rex *rex;
	tm_str s;
	size_t i;
	int depth;
	bool fold, extended, dotall, multiline; /* (?ixsm) */
	bool exact, failed;
	tm_error *err;
} parser;

static int32_t parse_alt(parser *p);
static void parse_set(parser *p, tm_chars *out);

static void
fail(parser *p, const char *what)
{
	size_t characters = 1;

	for (size_t i = 0; i < p->i && i < p->s.n; i++)
		characters += (p->s.p[i] & 0xc0) != 0x80;
	if (!p->failed)
		tm_fail(p->err, TM_PARSE, "%s at character %zu of '%.*s'", what,
		    characters, TM_STR_ARG(p->s));
	p->failed = true;
}

static bool
more(const parser *p)
{
	return p->i < p->s.n && !p->failed;
}

static bool
looking_at(const parser *p, const char *what)
{
	size_t n = strlen(what);

	return p->s.n - p->i >= n && memcmp(p->s.p + p->i, what, n) == 0;
}

static bool
accept(parser *p, const char *what)
{
	if (p->failed || !looking_at(p, what))
		return false;
	p->i += strlen(what);
	return true;
}

static uint32_t
next_char(parser *p)
{
	size_t len;
	uint32_t c = tm_char_at(p->s, p->i, &len);

	p->i += len;
	return c;
}

static int32_t
new_node(parser *p, tm_rex_kind kind)
{
	tm_rex *rex = p->rex;

	tm_grow(rex->v, rex->n, rex->cap);
	rex->v[rex->n] = (tm_rex_node){ .kind = kind, .child = -1, .next = -1 };
	return (int32_t)rex->n++;
}

static int32_t
set_node(parser *p, tm_rex_kind kind, tm_chars *set, bool edge)
{
	int32_t node = new_node(p, kind);
	int32_t number = tm_rex_set(p->rex, set);

	p->rex->v[node].set = number;
	p->rex->v[node].edge = edge;
	tm_chars_release(set);
	return node;
}

static int32_t
wild(parser *p)
{
	p->exact = false;
	return new_node(p, TM_REX_WILD);
}

static int32_t
literal(parser *p, uint32_t c)
{
	tm_chars set = { 0 };

	tm_chars_add(&set, c, c);
	if (p->fold)
		tm_chars_fold(&set);
	return set_node(p, TM_REX_SET, &set, false);
}

static bool
known(const tm_rex *rex, tm_str name, int32_t *set)
{
	for (size_t i = 0; i < rex->nnames; i++)
		if (tm_str_eq(name, tm_str_of(rex->names[i].name))) {
			*set = rex->names[i].set;
			return true;
		}
	return false;
}

static void
remember(tm_rex *rex, tm_str name, int32_t set)
{
	char *copy = tm_alloc(name.n + 1);

	memcpy(copy, name.p, name.n);
	copy[name.n] = '\0';
	tm_grow(rex->names, rex->nnames, rex->capnames);
	rex->names[rex->nnames].name = copy;
	rex->names[rex->nnames++].set = set;
}

static bool
named_set(tm_rex *rex, tm_str name, int32_t *number)
{
	tm_chars set = { 0 };
	bool ok = known(rex, name, number);

	if (!ok && (ok = tm_chars_property(name, &set))) {
		*number = tm_rex_set(rex, &set);
		remember(rex, name, *number);
	}
	tm_chars_release(&set);
	return ok;
}

static void
add_named(parser *p, tm_str name, tm_chars *out)
{
	int32_t set;

	if (named_set(p->rex, name, &set))
		tm_chars_join(out, &p->rex->sets[set]);
	else
		fail(p, "unknown property");
}

/* As ICU's regular expressions have it. */
#define WORD "[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200c\\u200d]"

#define SPACE                                                         \
	"[\\u0009-\\u000d\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a" \
	"\\u2028\\u2029\\u202f\\u205f\\u3000]"

int32_t
tm_rex_word(tm_rex *rex)
{
	int32_t set = 0;

	if (rex->bounds)
		named_set(rex, TM_STR(WORD), &set);
	return set;
}

/* What \s \d \w \h \v stand for in ICU, and their capitals. */
static bool
add_class(parser *p, uint32_t letter, tm_chars *out)
{
	static const char *const names[][2] = {
		{ "d", "\\p{Nd}" },
		{ "s", SPACE },
		{ "w", WORD },
		{ "h", "[\\t\\p{Zs}]" },
		{ "v", "[\\u000a-\\u000d\\u0085\\u2028\\u2029]" },
	};
	tm_chars set = { 0 };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		uint32_t small = (uint32_t)names[i][0][0];

		if (letter != small && letter != small - 'a' + 'A')
			continue;
		add_named(p, tm_str_of(names[i][1]), &set);
		if (letter != small)
			tm_chars_invert(&set);
		tm_chars_join(out, &set);
		tm_chars_release(&set);
		return true;
	}
	return false;
}

/* After \p or \P: {Name} or one letter. */
static void
add_property(parser *p, bool negated, tm_chars *out)
{
	tm_chars set = { 0 };
	tm_buf name = { 0 };

	tm_buf_adds(&name, "\\p{");
	if (accept(p, "{")) {
		if (accept(p, "^"))
			negated = !negated;
		while (more(p) && !looking_at(p, "}"))
			tm_buf_addc(&name, p->s.p[p->i++]);
		if (!accept(p, "}"))
			fail(p, "\\p{ is not closed");
	} else if (more(p))
		tm_buf_addc(&name, p->s.p[p->i++]);
	tm_buf_addc(&name, '}');
	if (!p->failed)
		add_named(p, tm_buf_str(&name), &set);
	if (negated)
		tm_chars_invert(&set);
	tm_chars_join(out, &set);
	tm_chars_release(&set);
	tm_buf_release(&name);
}

static uint32_t
hex(parser *p, int least, int most)
{
	uint32_t c = 0;
	int n = 0;

	for (; n < most && more(p); n++, p->i++) {
		char d = p->s.p[p->i];

		if (d >= '0' && d <= '9')
			c = c * 16 + (uint32_t)(d - '0');
		else if ((d | 32) >= 'a' && (d | 32) <= 'f')
			c = c * 16 + (uint32_t)((d | 32) - 'a' + 10);
		else
			break;
	}
	if (n < least || c >= TM_CHARS_END)
		fail(p, "bad character number");
	return c;
}

/* The character that letter, found after a backslash, stands for. */
static uint32_t
escaped_char(parser *p, uint32_t letter)
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
		return hex(p, 4, 4);
	case 'U':
		return hex(p, 8, 8);
	case 'x':
		if (!accept(p, "{"))
			return hex(p, 2, 2);
		c = hex(p, 1, 6);
		if (!accept(p, "}"))
			fail(p, "\\x{ is not closed");
		return c;
	case '0':
		for (c = 0; more(p) && p->s.p[p->i] >= '0' &&
			    p->s.p[p->i] <= '7' && c < 32;
		     p->i++)
			c = c * 8 + (uint32_t)(p->s.p[p->i] - '0');
		return c;
	case 'c':
		return more(p) ? next_char(p) & 0x1f : 0;
	}
	if ((letter | 32) >= 'a' && (letter | 32) <= 'z')
		fail(p, "unknown escape");
	return letter;
}

/* One item of a set: adds it to out. Returns true, and the character in
 * *c, when it was a single character, which may begin a range. */
static bool
set_item(parser *p, tm_chars *out, uint32_t *c)
{
	uint32_t letter;

	if (looking_at(p, "[:")) {
		size_t start = p->i;
		tm_buf name = { 0 };

		while (more(p) && !looking_at(p, ":]"))
			p->i++;
		if (!accept(p, ":]"))
			fail(p, "[: is not closed");
		else {
			tm_buf_add(&name, p->s.p + start, p->i - start);
			add_named(p, tm_buf_str(&name), out);
		}
		tm_buf_release(&name);
		return false;
	}
	if (looking_at(p, "[")) {
		tm_chars inner = { 0 };

		p->i++;
		parse_set(p, &inner);
		tm_chars_join(out, &inner);
		tm_chars_release(&inner);
		return false;
	}
	if (!accept(p, "\\")) {
		*c = next_char(p);
		return true;
	}
	if (!more(p)) {
		fail(p, "nothing after '\\'");
		return false;
	}
	letter = next_char(p);
	if (letter == 'p' || letter == 'P') {
		add_property(p, letter == 'P', out);
		return false;
	}
	if (add_class(p, letter, out))
		return false;
	*c = escaped_char(p, letter);
	return true;
}

/* After '[', up to and with ']'. */
static void
parse_set(parser *p, tm_chars *out)
{
	tm_chars left = { 0 }, now = { 0 };
	bool invert, first = true;
	char op = 0;

	if (++p->depth > MAX_DEPTH)
		fail(p, "nested too deeply");
	invert = accept(p, "^");
	for (;; first = false) {
		bool end = !more(p) || (looking_at(p, "]") && !first);
		uint32_t c, last;

		if (end || looking_at(p, "&&") || looking_at(p, "--")) {
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
		if (looking_at(p, "-") && !looking_at(p, "-]") &&
		    !looking_at(p, "--") && !looking_at(p, "-[")) {
			p->i++;
			if (!set_item(p, &now, &last) || last < c) {
				fail(p, "bad range");
				last = c;
			}
		}
		tm_chars_add(&now, c, last);
	}
	if (!accept(p, "]"))
		fail(p, "'[' is not closed");
	if (p->fold)
		tm_chars_fold(&left);
	if (invert)
		tm_chars_invert(&left);
	tm_chars_join(out, &left);
	tm_chars_release(&left);
	p->depth--;
}

static int32_t
parse_escape(parser *p)
{
	tm_chars set = { 0 };
	uint32_t letter;
	int32_t node;

	if (!more(p)) {
		fail(p, "nothing after '\\'");
		return -1;
	}
	letter = next_char(p);
	switch (letter) {
	case 'b':
	case 'B':
		p->rex->bounds = true;
		return new_node(
		    p, letter == 'b' ? TM_REX_BOUND : TM_REX_INSIDE);
	case 'A':
		return set_node(p, TM_REX_LEFT, &set, true);
	case 'z':
	case 'Z':
		return set_node(p, TM_REX_RIGHT, &set, true);
	case 'p':
	case 'P':
		add_property(p, letter == 'P', &set);
		return set_node(p, TM_REX_SET, &set, false);
	case 'N':
	case 'k':
		while (more(p) && !looking_at(p, "}") && !looking_at(p, ">"))
			p->i++;
		if (more(p))
			p->i++;
		return wild(p);
	case 'X':
	case 'R':
	case 'G':
		return wild(p);
	case 'Q': {
		int32_t cat = new_node(p, TM_REX_CAT), last = -1;

		while (more(p) && !accept(p, "\\E")) {
			node = literal(p, next_char(p));
			if (last < 0)
				p->rex->v[cat].child = node;
			else
				p->rex->v[last].next = node;
			last = node;
		}
		return cat;
	}
	case 'E':
		return new_node(p, TM_REX_EMPTY);
	}
	if (letter >= '1' && letter <= '9')
		return wild(p);
	if (add_class(p, letter, &set))
		return set_node(p, TM_REX_SET, &set, false);
	return literal(p, escaped_char(p, letter));
}

/* Can the tree at node be said as "the neighbour is one of these"? */
static bool
as_neighbour(
    const tm_rex *rex, int32_t node, bool left, tm_chars *set, bool *edge)
{
	const tm_rex_node *v = &rex->v[node];

	switch (v->kind) {
	case TM_REX_SET:
		tm_chars_join(set, &rex->sets[v->set]);
		return true;
	case TM_REX_LEFT:
	case TM_REX_RIGHT:
		/* only the edge itself: "^" in "(?<=^|\s)" */
		if ((v->kind == TM_REX_LEFT) != left || !v->edge ||
		    rex->sets[v->set].n != 0)
			return false;
		*edge = true;
		return true;
	case TM_REX_CAT:
		return v->child >= 0 && rex->v[v->child].next < 0 &&
		       as_neighbour(rex, v->child, left, set, edge);
	case TM_REX_REPEAT: /* x+ is there when x is */
		return v->min == 1 && rex->v[v->child].kind == TM_REX_SET &&
		       as_neighbour(rex, v->child, left, set, edge);
	case TM_REX_ALT:
		for (int32_t i = v->child; i >= 0; i = rex->v[i].next)
			if (!as_neighbour(rex, i, left, set, edge))
				return false;
		return true;
	default:
		return false;
	}
}

/* The set when the tree at node is one and nothing else, or -1. */
static int32_t
sole_set(const tm_rex *rex, int32_t node)
{
	const tm_rex_node *v = &rex->v[node];

	if (v->kind == TM_REX_SET)
		return v->set;
	if (v->kind == TM_REX_CAT && v->child >= 0 && rex->v[v->child].next < 0)
		return sole_set(rex, v->child);
	return -1;
}

/* The number of what set does not hold; made once. */
static int32_t
inverse_of(tm_rex *rex, int32_t set)
{
	tm_chars inverse = { 0 };
	char name[16];
	int32_t number;

	snprintf(name, sizeof name, "^%d", (int)set);
	if (known(rex, tm_str_of(name), &number))
		return number;
	tm_chars_copy(&inverse, &rex->sets[set]);
	tm_chars_invert(&inverse);
	number = tm_rex_set(rex, &inverse);
	tm_chars_release(&inverse);
	remember(rex, tm_str_of(name), number);
	return number;
}

static int32_t
parse_look(parser *p, bool left, bool negated)
{
	int32_t inner = parse_alt(p), sole;
	tm_chars set = { 0 };
	bool edge = false;

	if (p->failed)
		return -1;
	sole = sole_set(p->rex, inner);
	if (sole >= 0) {
		int32_t node = new_node(p, left ? TM_REX_LEFT : TM_REX_RIGHT);

		p->rex->v[node].set = negated ? inverse_of(p->rex, sole) : sole;
		p->rex->v[node].edge = negated;
		return node;
	}
	if (!as_neighbour(p->rex, inner, left, &set, &edge)) {
		tm_chars_release(&set);
		p->exact = false;
		return new_node(p, TM_REX_EMPTY);
	}
	if (negated) {
		tm_chars_invert(&set);
		edge = !edge;
	}
	return set_node(p, left ? TM_REX_LEFT : TM_REX_RIGHT, &set, edge);
}

/* After "(?": flags such as "i-x". Returns false when these are none. */
static bool
parse_flags(parser *p)
{
	bool on = true;

	for (; more(p); p->i++) {
		switch (p->s.p[p->i]) {
		case '-':
			on = false;
			break;
		case 'i':
			p->fold = on;
			break;
		case 'x':
			p->extended = on;
			break;
		case 's':
			p->dotall = on;
			break;
		case 'm':
			p->multiline = on;
			break;
		case 'u': /* how case folds, in Java; ICU takes it so too */
			break;
		case 'd': /* which line ends count */
		case 'w': /* where words end */
			p->exact = p->exact && !on;
			break;
		default:
			return p->s.p[p->i] == ')' || p->s.p[p->i] == ':';
		}
	}
	return false;
}

/* After '('. Flags set inside end with the group, but "(?i)" holds for the
 * rest of the group it stands in. */
static int32_t
parse_group(parser *p)
{
	parser saved = *p;
	int32_t node = -1;

	if (++p->depth > MAX_DEPTH) {
		fail(p, "nested too deeply");
		return -1;
	}
	if (accept(p, "?#")) {
		while (more(p) && !looking_at(p, ")"))
			p->i++;
		node = new_node(p, TM_REX_EMPTY);
	} else if (accept(p, "?=")) {
		node = parse_look(p, false, false);
	} else if (accept(p, "?!")) {
		node = parse_look(p, false, true);
	} else if (accept(p, "?<=")) {
		node = parse_look(p, true, false);
	} else if (accept(p, "?<!")) {
		node = parse_look(p, true, true);
	} else if (accept(p, "?>")) {
		p->exact = false;
		node = parse_alt(p);
	} else if (accept(p, "?<")) {
		while (more(p) && !looking_at(p, ">"))
			p->i++;
		accept(p, ">");
		node = parse_alt(p);
	} else if (accept(p, "?")) {
		if (!parse_flags(p))
			fail(p, "unknown kind of group");
		else if (accept(p, ")")) {
			p->depth--;
			return new_node(p, TM_REX_EMPTY);
		} else {
			accept(p, ":");
			node = parse_alt(p);
		}
	} else {
		node = parse_alt(p);
	}
	if (!accept(p, ")"))
		fail(p, "'(' is not closed");
	p->fold = saved.fold;
	p->extended = saved.extended;
	p->dotall = saved.dotall;
	p->multiline = saved.multiline;
	p->depth--;
	return node;
}

/* A set is read once and then known by how it is written: rules repeat
 * "not after a letter" a hundred times, and \p{L} is long. */
static int32_t
set_atom(parser *p)
{
	size_t start = p->i;
	tm_chars set = { 0 };
	tm_buf name = { 0 };
	int32_t number, node;
	size_t end, deep = 1;

	for (end = start; end < p->s.n && deep > 0; end++)
		if (p->s.p[end] == '\\')
			end++;
		else if (p->s.p[end] == '[')
			deep++;
		else if (p->s.p[end] == ']' && end > start)
			deep--;
	if (end > p->s.n)
		end = p->s.n;
	tm_buf_adds(&name, p->fold ? "i[" : "[");
	tm_buf_add(&name, p->s.p + start, end - start);
	if (known(p->rex, tm_buf_str(&name), &number)) {
		p->i = end;
	} else {
		parse_set(p, &set);
		number = tm_rex_set(p->rex, &set);
		/* "[]" and such are read otherwise than they were skipped */
		if (!p->failed && p->i == end)
			remember(p->rex, tm_buf_str(&name), number);
		tm_chars_release(&set);
	}
	tm_buf_release(&name);
	node = new_node(p, TM_REX_SET);
	p->rex->v[node].set = number;
	return node;
}

static int32_t
parse_atom(parser *p)
{
	tm_chars set = { 0 };
	uint32_t c = next_char(p);

	switch (c) {
	case '(':
		return parse_group(p);
	case '[':
		return set_atom(p);
	case '\\':
		return parse_escape(p);
	case '.':
		if (!p->dotall) {
			tm_chars_add(&set, 0xa, 0xd);
			tm_chars_add(&set, 0x85, 0x85);
			tm_chars_add(&set, 0x2028, 0x2029);
		}
		tm_chars_invert(&set);
		return set_node(p, TM_REX_SET, &set, false);
	case '^':
	case '$':
		if (p->multiline) {
			tm_chars_add(&set, 0xa, 0xd);
			tm_chars_add(&set, 0x85, 0x85);
			tm_chars_add(&set, 0x2028, 0x2029);
		}
		return set_node(
		    p, c == '^' ? TM_REX_LEFT : TM_REX_RIGHT, &set, true);
	case '*':
	case '+':
	case '?':
	case '{':
		p->i--;
		fail(p, "nothing to repeat");
		return -1;
	default:
		return literal(p, c);
	}
}

static int32_t
number(parser *p)
{
	int32_t n = 0;

	if (!more(p) || p->s.p[p->i] < '0' || p->s.p[p->i] > '9')
		return -1;
	for (; more(p) && p->s.p[p->i] >= '0' && p->s.p[p->i] <= '9'; p->i++)
		if ((n = n * 10 + (p->s.p[p->i] - '0')) > MAX_REPEAT) {
			fail(p, "too many repetitions");
			break;
		}
	return n;
}

static int32_t
parse_repeat(parser *p)
{
	int32_t node = parse_atom(p);

	while (more(p)) {
		int32_t min, max, outer;

		if (accept(p, "*")) {
			min = 0;
			max = -1;
		} else if (accept(p, "+")) {
			min = 1;
			max = -1;
		} else if (accept(p, "?")) {
			min = 0;
			max = 1;
		} else if (accept(p, "{")) {
			min = max = number(p);
			if (accept(p, ","))
				max = number(p);
			if (!accept(p, "}") || min < 0 ||
			    (max >= 0 && max < min)) {
				fail(p, "bad repetition");
				return -1;
			}
		} else
			break;
		/* lazy matches the same texts; possessive fewer */
		if (!accept(p, "?") && accept(p, "+"))
			p->exact = false;
		outer = new_node(p, TM_REX_REPEAT);
		p->rex->v[outer].min = min;
		p->rex->v[outer].max = max;
		p->rex->v[outer].child = node;
		node = outer;
	}
	return node;
}

static void
skip_extended(parser *p)
{
	while (p->extended && more(p)) {
		char c = p->s.p[p->i];

		if (c == '#') {
			while (more(p) && p->s.p[p->i] != '\n')
				p->i++;
		} else if (c == ' ' || (c >= '\t' && c <= '\r'))
			p->i++;
		else
			break;
	}
}

static int32_t
parse_cat(parser *p)
{
	int32_t cat = new_node(p, TM_REX_CAT), last = -1;

	for (;;) {
		int32_t node;

		skip_extended(p);
		if (!more(p) || looking_at(p, "|") || looking_at(p, ")"))
			break;
		node = parse_repeat(p);
		if (p->failed)
			break;
		if (last < 0)
			p->rex->v[cat].child = node;
		else
			p->rex->v[last].next = node;
		last = node;
	}
	return cat;
}

static int32_t
parse_alt(parser *p)
{
	int32_t first = parse_cat(p), last = first, alt;

	if (!more(p) || !looking_at(p, "|"))
		return first;
	alt = new_node(p, TM_REX_ALT);
	p->rex->v[alt].child = first;
	while (accept(p, "|")) {
		int32_t node = parse_cat(p);

		p->rex->v[last].next = node;
		last = node;
	}
	return alt;
}

int32_t
tm_rex_parse(tm_rex *rex, tm_str pattern, bool *exact, tm_error *err)
{
	parser p = { .rex = rex, .s = pattern, .exact = true, .err = err };
	int32_t root = parse_alt(&p);

	if (!p.failed && p.i < p.s.n)
		fail(&p, "')' without '('");
	*exact = p.exact;
	return p.failed ? -1 : root;
}

/*
 * segment_rex.c - the regular expressions of SRX rules, as trees
 *
 * SRX says its expressions are ICU's. Running each of a thousand rules as
 * an ICU matcher is what makes other segmenters slow, so we read the
 * expressions ourselves and segment_run.c runs all of them at once:
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

#include "tm/segment_rex_int.h"

/* ICU has no limit; a{1,5000} in a rule is a mistake or an attack. */
#define MAX_REPEAT 1000

/* ---- The parser -------------------------------------------------------- */

static int32_t parse_alt(tm_rex_reader *p);

void
tm_rex_fail(tm_rex_reader *p, const char *what)
{
	size_t characters = 1;

	for (size_t i = 0; i < p->i && i < p->s.n; i++)
		characters += (p->s.p[i] & 0xc0) != 0x80;
	if (!p->failed)
		tm_fail(p->err, TM_PARSE, "%s at character %zu of '%.*s'", what,
		    characters, TM_STR_ARG(p->s));
	p->failed = true;
}

static int32_t
new_node(tm_rex_reader *p, tm_rex_kind kind)
{
	tm_rex *rex = p->rex;

	tm_grow(rex->v, rex->n, rex->cap);
	rex->v[rex->n] = (tm_rex_node){ .kind = kind, .child = -1, .next = -1 };
	return (int32_t)rex->n++;
}

static int32_t
set_node(tm_rex_reader *p, tm_rex_kind kind, tm_chars *set, bool edge)
{
	int32_t node = new_node(p, kind);
	int32_t number = tm_rex_set(p->rex, set);

	p->rex->v[node].set = number;
	p->rex->v[node].edge = edge;
	tm_chars_release(set);
	return node;
}

static int32_t
wild(tm_rex_reader *p)
{
	p->exact = false;
	return new_node(p, TM_REX_WILD);
}

static int32_t
literal(tm_rex_reader *p, uint32_t c)
{
	uint32_t at = c % TM_REX_LETTERS;
	bool known = !p->fold && p->rex->letter[at].key == c + 1;
	tm_chars set = { 0 };
	int32_t node;

	if (known) {
		node = new_node(p, TM_REX_SET);
		p->rex->v[node].set = p->rex->letter[at].set;
		return node;
	}
	tm_chars_add(&set, c, c);
	if (p->fold)
		tm_chars_fold(&set);
	node = set_node(p, TM_REX_SET, &set, false);
	if (!p->fold) {
		p->rex->letter[at].key = c + 1;
		p->rex->letter[at].set = p->rex->v[node].set;
	}
	return node;
}

/* \R: one line break, or both characters of CR LF. */
static int32_t
line_break(tm_rex_reader *p)
{
	int32_t alt = new_node(p, TM_REX_ALT), cat = new_node(p, TM_REX_CAT);
	int32_t cr = literal(p, '\r'), lf = literal(p, '\n'), one;
	tm_chars set = { 0 };

	tm_rex_class(p, 'v', &set);
	one = set_node(p, TM_REX_SET, &set, false);
	p->rex->v[cr].next = lf;
	p->rex->v[cat].child = cr;
	p->rex->v[cat].next = one;
	p->rex->v[alt].child = cat;
	return alt;
}

static int32_t
parse_escape(tm_rex_reader *p)
{
	tm_chars set = { 0 };
	uint32_t letter;
	int32_t node;

	if (!rex_more(p)) {
		tm_rex_fail(p, "nothing after '\\'");
		return -1;
	}
	letter = rex_next(p);
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
		tm_rex_property(p, letter == 'P', &set);
		return set_node(p, TM_REX_SET, &set, false);
	case 'N':
	case 'k':
		while (rex_more(p) && !rex_at(p, "}") && !rex_at(p, ">"))
			p->i++;
		if (rex_more(p))
			p->i++;
		return wild(p);
	case 'R':
		return line_break(p);
	case 'Y': /* Okapi's: an inline code; rules see text without codes */
		return set_node(p, TM_REX_SET, &set, false);
	case 'X':
	case 'G':
		return wild(p);
	case 'Q': {
		int32_t cat = new_node(p, TM_REX_CAT), last = -1;

		while (rex_more(p) && !rex_accept(p, "\\E")) {
			node = literal(p, rex_next(p));
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
	if (tm_rex_class(p, letter, &set))
		return set_node(p, TM_REX_SET, &set, false);
	return literal(p, tm_rex_escaped(p, letter));
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

static int32_t
parse_look(tm_rex_reader *p, bool left, bool negated)
{
	int32_t inner = parse_alt(p), sole;
	tm_chars set = { 0 };
	bool edge = false;

	if (p->failed)
		return -1;
	sole = sole_set(p->rex, inner);
	if (sole >= 0) {
		int32_t node = new_node(p, left ? TM_REX_LEFT : TM_REX_RIGHT);

		p->rex->v[node].set =
		    negated ? tm_rex_inverse(p->rex, sole) : sole;
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
parse_flags(tm_rex_reader *p)
{
	bool on = true;

	for (; rex_more(p); p->i++) {
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
		case 'U': /* Java: \s, \w, \d as in Unicode */
			p->unicode = on;
			if (!p->rex->java)
				return false;
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
parse_group(tm_rex_reader *p)
{
	tm_rex_reader saved = *p;
	int32_t node = -1;

	if (++p->depth > TM_REX_DEPTH) {
		tm_rex_fail(p, "nested too deeply");
		return -1;
	}
	if (rex_accept(p, "?#")) {
		while (rex_more(p) && !rex_at(p, ")"))
			p->i++;
		node = new_node(p, TM_REX_EMPTY);
	} else if (rex_accept(p, "?=")) {
		node = parse_look(p, false, false);
	} else if (rex_accept(p, "?!")) {
		node = parse_look(p, false, true);
	} else if (rex_accept(p, "?<=")) {
		node = parse_look(p, true, false);
	} else if (rex_accept(p, "?<!")) {
		node = parse_look(p, true, true);
	} else if (rex_accept(p, "?>")) {
		p->exact = false;
		node = parse_alt(p);
	} else if (rex_accept(p, "?<")) {
		while (rex_more(p) && !rex_at(p, ">"))
			p->i++;
		rex_accept(p, ">");
		node = parse_alt(p);
	} else if (rex_accept(p, "?")) {
		if (!parse_flags(p))
			tm_rex_fail(p, "unknown kind of group");
		else if (rex_accept(p, ")")) {
			p->depth--;
			return new_node(p, TM_REX_EMPTY);
		} else {
			rex_accept(p, ":");
			node = parse_alt(p);
		}
	} else {
		node = parse_alt(p);
	}
	if (!rex_accept(p, ")"))
		tm_rex_fail(p, "'(' is not closed");
	p->fold = saved.fold;
	p->extended = saved.extended;
	p->dotall = saved.dotall;
	p->multiline = saved.multiline;
	p->unicode = saved.unicode;
	p->depth--;
	return node;
}

/* A set is read once and then known by how it is written: rules repeat
 * "not after a letter" a hundred times, and \p{L} is long. */
static int32_t
set_atom(tm_rex_reader *p)
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
	if (p->fold)
		tm_buf_addc(&name, 'i');
	if (p->unicode)
		tm_buf_addc(&name, 'U');
	tm_buf_addc(&name, '[');
	tm_buf_add(&name, p->s.p + start, end - start);
	if (tm_rex_known(p->rex, tm_buf_str(&name), &number)) {
		p->i = end;
	} else {
		tm_rex_read_set(p, &set);
		number = tm_rex_set(p->rex, &set);
		/* "[]" and such are read otherwise than they were skipped */
		if (!p->failed && p->i == end)
			tm_rex_remember(p->rex, tm_buf_str(&name), number);
		tm_chars_release(&set);
	}
	tm_buf_release(&name);
	node = new_node(p, TM_REX_SET);
	p->rex->v[node].set = number;
	return node;
}

static int32_t
parse_atom(tm_rex_reader *p)
{
	tm_chars set = { 0 };
	uint32_t c = rex_next(p);

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
		tm_rex_fail(p, "nothing to repeat");
		return -1;
	default:
		return literal(p, c);
	}
}

static int32_t
number(tm_rex_reader *p)
{
	int32_t n = 0;

	if (!rex_more(p) || p->s.p[p->i] < '0' || p->s.p[p->i] > '9')
		return -1;
	for (; rex_more(p) && p->s.p[p->i] >= '0' && p->s.p[p->i] <= '9';
	     p->i++)
		if ((n = n * 10 + (p->s.p[p->i] - '0')) > MAX_REPEAT) {
			tm_rex_fail(p, "too many repetitions");
			break;
		}
	return n;
}

static int32_t
parse_repeat(tm_rex_reader *p)
{
	int32_t node = parse_atom(p);

	while (rex_more(p)) {
		int32_t min, max, outer;

		if (rex_accept(p, "*")) {
			min = 0;
			max = -1;
		} else if (rex_accept(p, "+")) {
			min = 1;
			max = -1;
		} else if (rex_accept(p, "?")) {
			min = 0;
			max = 1;
		} else if (rex_accept(p, "{")) {
			min = max = number(p);
			if (rex_accept(p, ","))
				max = number(p);
			if (!rex_accept(p, "}") || min < 0 ||
			    (max >= 0 && max < min)) {
				tm_rex_fail(p, "bad repetition");
				return -1;
			}
		} else
			break;
		/* lazy matches the same texts; possessive fewer */
		if (!rex_accept(p, "?") && rex_accept(p, "+"))
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
skip_extended(tm_rex_reader *p)
{
	while (p->extended && rex_more(p)) {
		char c = p->s.p[p->i];

		if (c == '#') {
			while (rex_more(p) && p->s.p[p->i] != '\n')
				p->i++;
		} else if (c == ' ' || (c >= '\t' && c <= '\r'))
			p->i++;
		else
			break;
	}
}

static int32_t
parse_cat(tm_rex_reader *p)
{
	int32_t cat = new_node(p, TM_REX_CAT), last = -1;

	for (;;) {
		int32_t node;

		skip_extended(p);
		if (!rex_more(p) || rex_at(p, "|") || rex_at(p, ")"))
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
parse_alt(tm_rex_reader *p)
{
	int32_t first = parse_cat(p), last = first, alt;

	if (!rex_more(p) || !rex_at(p, "|"))
		return first;
	alt = new_node(p, TM_REX_ALT);
	p->rex->v[alt].child = first;
	while (rex_accept(p, "|")) {
		int32_t node = parse_cat(p);

		p->rex->v[last].next = node;
		last = node;
	}
	return alt;
}

int32_t
tm_rex_parse(tm_rex *rex, tm_str pattern, bool *exact, tm_error *err)
{
	tm_rex_reader p = {
		.rex = rex, .s = pattern, .exact = true, .err = err
	};
	int32_t root = parse_alt(&p);

	if (!p.failed && p.i < p.s.n)
		tm_rex_fail(&p, "')' without '('");
	*exact = p.exact;
	return p.failed ? -1 : root;
}

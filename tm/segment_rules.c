/*
 * segment_rules.c - all rules at once
 *
 * An SRX rule is two expressions round a place in the text: one must end
 * there, the other begin. The first rule that fits decides. Rule by rule,
 * place by place that is slow, so:
 *
 * 1. Places. Only where some rule with break="yes" could fit need we look.
 *    From the automata we know the characters such a rule can have to the
 *    left of the place and to the right; the scan goes through the text
 *    two bytes at a time and stops at these alone.
 *
 * 2. Rules. The expressions that end at the place are one automaton read
 *    backwards, those that begin there another read forwards:
 *
 *	1 no   \bDr\.   \s		"saw Dr. Smith"
 *	2 yes  [.?!]    \s		       ^
 *
 *	forwards  " "			{1, 2} may follow here
 *	backwards "."  -> 2 fits	rD of 1 still open
 *		  "r"  -> 1 open
 *		  "D"  -> 1 fits, if a boundary comes next
 *		  " "  -> it does: rule 1 decides, no break
 *
 *    Both are deterministic automata made while they run, so a thousand
 *    rules cost no more than one: after "r." a few are open, mostly none.
 *
 * Assertions about one neighbour (\b, ^, (?<!x)) are settled when the next
 * character is known; a state that waits for one remembers the class of
 * the character it has just read.
 *
 * Characters fall into classes that no expression tells apart; automata
 * see classes only.
 */
#include "config.h"

#include "tm/segment_rules_int.h"

#include <stdlib.h>

/* Instructions of all rules. LanguageTool's file for English needs 40
 * thousand; a(b{1000}){1000} would need a million. */
#define MAX_PROGRAM 500000

/* ---- Trees to instructions --------------------------------------------- */

tm_rules *
tm_rules_new(const tm_chars *look_through, bool java)
{
	tm_rules *rules = tm_zalloc(1, sizeof *rules);

	rules->rex.java = java;
	rules->before.backwards = true;
	if (look_through != NULL)
		tm_chars_copy(&rules->hidden, look_through);
	return rules;
}

static void
release_program(program *prog)
{
	for (size_t i = 0; i < prog->npat; i++) {
		free(prog->pat[i].text);
		free(prog->pat[i].rules);
	}
	free(prog->pat);
	free(prog->owner);
	free(prog->v);
}

void
tm_rules_free(tm_rules *rules)
{
	if (rules == NULL)
		return;
	tm_rex_release(&rules->rex);
	release_program(&rules->before);
	release_program(&rules->after);
	tm_chars_release(&rules->hidden);
	free(rules->rule);
	free(rules->breaking);
	free(rules->inexact);
	free(rules->border);
	free(rules->cls);
	free(rules->cell);
	free(rules->member);
	free(rules->opening);
	for (size_t i = 0; i < NEAR; i++) {
		free(rules->left[i]);
		free(rules->right[i]);
	}
	free(rules);
}

static uint32_t
emit(program *prog, uint32_t op, uint32_t arg, uint32_t x)
{
	tm_grow(prog->v, prog->n, prog->cap);
	prog->v[prog->n] = (inst){ op, arg, x };
	return (uint32_t)prog->n++;
}

static uint32_t compile(
    program *prog, const tm_rex *rex, int32_t node, uint32_t next);

/* The children one after the other, in the order of reading; as code is
 * made from the end, the last one read comes first. */
static uint32_t
compile_cat(program *prog, const tm_rex *rex, int32_t child, uint32_t next)
{
	int32_t few[32], *v = few;
	size_t n = 0, i = 0;

	if (prog->backwards) {
		for (; child >= 0; child = rex->v[child].next)
			next = compile(prog, rex, child, next);
		return next;
	}
	for (int32_t c = child; c >= 0; c = rex->v[c].next)
		n++;
	if (n > sizeof few / sizeof few[0])
		v = tm_alloc(n * sizeof *v);
	for (; child >= 0; child = rex->v[child].next)
		v[i++] = child;
	while (i > 0)
		next = compile(prog, rex, v[--i], next);
	if (v != few)
		free(v);
	return next;
}

static uint32_t
compile_repeat(
    program *prog, const tm_rex *rex, const tm_rex_node *node, uint32_t next)
{
	if (node->max < 0) {
		uint32_t loop = emit(prog, OP_SPLIT, next, 0);
		uint32_t body = compile(prog, rex, node->child, loop);

		prog->v[loop].x = body;
		next = loop;
	} else {
		uint32_t end = next;

		for (int32_t i = node->min; i < node->max; i++) {
			uint32_t body = compile(prog, rex, node->child, next);

			next = emit(prog, OP_SPLIT, end, body);
			if (prog->n > MAX_PROGRAM)
				return next;
		}
	}
	for (int32_t i = 0; i < node->min && prog->n <= MAX_PROGRAM; i++)
		next = compile(prog, rex, node->child, next);
	return next;
}

/* Returns where to begin so as to match node and go on at next. */
static uint32_t
compile(program *prog, const tm_rex *rex, int32_t number, uint32_t next)
{
	const tm_rex_node *node = &rex->v[number];
	uint32_t all, at;

	if (prog->n > MAX_PROGRAM)
		return next;
	switch (node->kind) {
	case TM_REX_EMPTY:
		return next;
	case TM_REX_SET:
		return emit(prog, OP_SET, (uint32_t)node->set, next);
	case TM_REX_CAT:
		return compile_cat(prog, rex, node->child, next);
	case TM_REX_ALT:
		at = compile(prog, rex, node->child, next);
		for (int32_t i = rex->v[node->child].next; i >= 0;
		     i = rex->v[i].next)
			at = emit(
			    prog, OP_SPLIT, compile(prog, rex, i, next), at);
		return at;
	case TM_REX_REPEAT:
		return compile_repeat(prog, rex, node, next);
	case TM_REX_LEFT:
	case TM_REX_RIGHT:
	case TM_REX_BOUND:
	case TM_REX_INSIDE:
		return emit(prog, OP_ASSERT, (uint32_t)number, next);
	case TM_REX_WILD:
		at = emit(prog, OP_SPLIT, next, 0);
		all = emit(prog, OP_SET, 0, at);
		prog->v[at].x = all;
		return at;
	}
	return next;
}

/* The number of the pattern in prog, which is compiled unless it is there
 * already: a thousand rules share a few texts after the place. */
static bool
add_pattern(tm_rules *rules, program *prog, tm_str text, uint32_t *number,
    bool *exact, tm_error *err)
{
	size_t had = prog->n;
	int32_t root;

	/* looking for an equal one pays for the short side only */
	for (size_t i = 0; i < prog->npat && i < 64; i++)
		if (tm_str_eq(text,
			(tm_str){ prog->pat[i].text, prog->pat[i].len })) {
			*number = (uint32_t)i;
			*exact = prog->pat[i].exact;
			return true;
		}
	root = tm_rex_parse(&rules->rex, text, exact, err);
	if (root < 0)
		return false;
	tm_grow(prog->pat, prog->npat, prog->cappat);
	prog->pat[prog->npat] = (struct pattern){
		.len = text.n,
		.exact = *exact,
		.root = root,
	};
	prog->pat[prog->npat].start = compile(prog, &rules->rex, root,
	    emit(prog, OP_MATCH, (uint32_t)prog->npat, 0));
	if (prog->n > MAX_PROGRAM) {
		prog->n = had;
		return tm_fail(err, TM_LIMIT,
		    "the rules are too large at '%.*s': mind the repetitions",
		    TM_STR_ARG(text));
	}
	prog->pat[prog->npat].text = tm_alloc(text.n + 1);
	if (text.n > 0)
		memcpy(prog->pat[prog->npat].text, text.p, text.n);
	*number = (uint32_t)prog->npat++;
	return true;
}

bool
tm_rules_add(tm_rules *rules, bool breaks, tm_str before, tm_str after,
    bool *exact, tm_error *err)
{
	struct rule rule = { .breaks = breaks };
	bool exact_before, exact_after;

	if (rules->rex.nsets == 0) { /* set 0 is everything */
		tm_chars all = { 0 };

		tm_chars_invert(&all);
		tm_rex_set(&rules->rex, &all);
		tm_chars_release(&all);
	}
	if (!add_pattern(rules, &rules->before, before, &rule.before,
		&exact_before, err) ||
	    !add_pattern(
		rules, &rules->after, after, &rule.after, &exact_after, err))
		return false;
	rule.exact = *exact = exact_before && exact_after;
	tm_grow(rules->rule, rules->n, rules->cap);
	rules->rule[rules->n++] = rule;
	return true;
}

/* ---- Classes ----------------------------------------------------------- */

typedef struct event {
	uint32_t at, set;
} event;

/* By place: two passes over eleven bits each, as code points have 21. */
static void
sort_events(event *v, size_t n)
{
	event *to = tm_alloc((n + 1) * sizeof *to), *from = v;

	for (int shift = 0; shift <= 11; shift += 11) {
		uint32_t at[2049] = { 0 };
		event *swap = from;

		for (size_t i = 0; i < n; i++)
			at[(from[i].at >> shift & 2047) + 1]++;
		for (int i = 0; i < 2048; i++)
			at[i + 1] += at[i];
		for (size_t i = 0; i < n; i++)
			to[at[from[i].at >> shift & 2047]++] = from[i];
		from = to;
		to = swap;
	}
	free(to);
}

/* A new row of the table, of class c throughout. */
static uint16_t
new_row(tm_rules *rules, uint16_t c)
{
	size_t row = rules->ncells;

	tm_grow_to(rules->cell, row + BLOCK, rules->capcells);
	for (; rules->ncells < row + BLOCK; rules->ncells++)
		rules->cell[rules->ncells] = c;
	return (uint16_t)(row / BLOCK);
}

/* Most rows are of one class from end to end; there is one for each class. */
static void
make_table(tm_rules *rules)
{
	uint16_t *whole = tm_zalloc(rules->nclasses, sizeof *whole);
	size_t i = 0;

	new_row(rules, HIDDEN);
	for (uint32_t b = 0; b < TM_CHARS_END / BLOCK; b++) {
		uint32_t c = b * BLOCK, end = c + BLOCK;
		uint16_t row;

		while (i + 1 < rules->nborders && rules->border[i + 1] <= c)
			i++;
		if (i + 1 == rules->nborders || rules->border[i + 1] >= end) {
			uint16_t cls = rules->cls[i];

			if (whole[cls] == 0)
				whole[cls] = new_row(rules, cls);
			rules->block[b] = whole[cls];
			continue;
		}
		rules->block[b] = row = new_row(rules, HIDDEN);
		for (; c < end; c++) {
			if (i + 1 < rules->nborders &&
			    rules->border[i + 1] <= c)
				i++;
			rules->cell[(size_t)row * BLOCK + c % BLOCK] =
			    rules->cls[i];
		}
	}
	free(whole);
}

/* The borders of all sets, in order, and one at 0. The caller frees them. */
static event *
list_events(const tm_rules *rules, size_t *n)
{
	const tm_rex *rex = &rules->rex;
	size_t room = rules->hidden.n + 1;
	event *events;

	for (size_t i = 0; i < rex->nsets; i++)
		room += rex->sets[i].n;
	events = tm_alloc(room * sizeof *events);
	*n = 0;
	for (size_t i = 0; i <= rex->nsets; i++) {
		const tm_chars *set =
		    i < rex->nsets ? &rex->sets[i] : &rules->hidden;

		for (size_t j = 0; j < set->n; j++)
			events[(*n)++] = (event){ set->v[j], (uint32_t)i };
	}
	events[(*n)++] = (event){ 0, UINT32_MAX };
	sort_events(events, *n);
	return events;
}

/* Classes by signature: a hash table with lists, and the sets of each. */
enum { LISTS = 1024 };

typedef struct signatures {
	struct {
		uint64_t signature;
		uint16_t next; /* 0: none, as class 0 is in no list */
	} * v;
	size_t cap;
	uint16_t list[LISTS];
	uint8_t *in;	 /* by set: does it hold the character now? */
	uint8_t *member; /* what in was when each class was found */
	size_t nmember, capmember;
} signatures;

static uint16_t
class_for(tm_rules *rules, signatures *s, uint64_t signature)
{
	size_t nsets = rules->rex.nsets;
	uint16_t *list = &s->list[signature % LISTS];
	size_t c;

	for (c = *list; c != 0; c = s->v[c].next)
		if (s->v[c].signature == signature)
			return (uint16_t)c;
	c = rules->nclasses++;
	tm_grow(s->v, c, s->cap);
	s->v[c].signature = signature;
	s->v[c].next = *list;
	tm_grow_to(s->member, s->nmember + nsets, s->capmember);
	if (nsets > 0)
		memcpy(s->member + s->nmember, s->in, nsets);
	s->nmember += nsets;
	return *list = (uint16_t)c;
}

static uint64_t
set_key(uint32_t set)
{
	uint64_t x = (set + 1) * UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 31) * UINT64_C(0xbf58476d1ce4e5b9);
	return x ^ x >> 29;
}

/* The sets of each class, found in order from 1 on, as classes of a set. */
static void
make_members(tm_rules *rules, const signatures *found)
{
	size_t nsets = rules->rex.nsets;

	rules->member = tm_zalloc(nsets + 1, rules->nclasses);
	for (size_t c = 1; c < rules->nclasses; c++)
		for (size_t i = 0; i < nsets; i++)
			rules->member[i * rules->nclasses + c] =
			    found->member[(c - 1) * nsets + i];
}

/*
 * Sweep over all borders of all sets. Characters inside the same sets have
 * the same signature, a XOR of a random number for each set, and so the
 * same class.
 */
static void
make_classes(tm_rules *rules)
{
	const tm_rex *rex = &rules->rex;
	signatures found = { 0 };
	uint64_t now = 0;
	size_t nevents;
	event *events = list_events(rules, &nevents);
	uint64_t *key = tm_alloc((rex->nsets + 1) * sizeof *key);

	for (size_t i = 0; i < rex->nsets; i++)
		key[i] = set_key((uint32_t)i);
	found.in = tm_zalloc(rex->nsets + 1, 1);
	rules->border = tm_alloc(nevents * sizeof *rules->border);
	rules->cls = tm_alloc(nevents * sizeof *rules->cls);
	/* class 0 is what rules do not see, even when it is empty */
	tm_grow(found.v, 0, found.cap);
	rules->nclasses = 1;
	for (size_t i = 0; i < nevents;) {
		uint32_t at = events[i].at;

		for (; i < nevents && events[i].at == at; i++)
			if (events[i].set < rex->nsets) {
				now ^= key[events[i].set];
				found.in[events[i].set] ^= 1;
			}
		if (at >= TM_CHARS_END)
			break;
		rules->border[rules->nborders] = at;
		rules->cls[rules->nborders++] =
		    tm_chars_has(&rules->hidden, at)
			? HIDDEN
			: class_for(rules, &found, now);
	}
	make_members(rules, &found);
	make_table(rules);
	free(found.v);
	free(found.in);
	free(found.member);
	free(key);
	free(events);
}

/* ---- Finishing --------------------------------------------------------- */

/* What can be read from the place on: marks for instructions seen, and for
 * sets read. */
typedef struct frontier {
	const tm_rules *rules;
	const program *prog;
	uint32_t *stack;
	size_t n, cap;
	uint32_t *seen, *read, now;
} frontier;

static frontier
frontier_of(const tm_rules *rules, const program *prog)
{
	frontier f = { .rules = rules, .prog = prog };

	f.seen = tm_zalloc(prog->n + 1, sizeof *f.seen);
	f.read = tm_zalloc(rules->rex.nsets + 1, sizeof *f.read);
	return f;
}

static void
frontier_release(frontier *f)
{
	free(f->stack);
	free(f->seen);
	free(f->read);
}

static void
start_at(frontier *f, uint32_t pc)
{
	tm_grow_to(f->stack, 1, f->cap);
	f->stack[0] = pc;
	f->n = 1;
}

/* Set bit in at[class] for every class that can be read from what is on
 * the stack; in all of them when reading may be over. What follows those
 * classes is left on the stack. */
static void
next_classes(frontier *f, uint64_t bit, uint64_t *at)
{
	const tm_rules *rules = f->rules;
	uint32_t *then = NULL;
	size_t n = 0, cap = 0;
	bool any = false;

	f->now++;
	while (f->n > 0) {
		uint32_t pc = f->stack[--f->n];
		const inst *in = &f->prog->v[pc];
		const uint8_t *member;

		if (f->seen[pc] == f->now)
			continue;
		f->seen[pc] = f->now;
		switch (in->op) {
		case OP_SPLIT:
			tm_grow_to(f->stack, f->n + 2, f->cap);
			f->stack[f->n++] = in->x;
			f->stack[f->n++] = in->arg;
			break;
		case OP_SET:
			tm_grow(then, n, cap);
			then[n++] = in->x;
			if (f->read[in->arg] == f->now)
				break;
			f->read[in->arg] = f->now;
			member = rules->member + in->arg * rules->nclasses;
			for (size_t c = 0; c < rules->nclasses; c++)
				at[c] |= bit & -(uint64_t)member[c];
			break;
		default:
			any = true;
		}
	}
	for (size_t c = 0; any && c <= rules->nclasses; c++)
		at[c] |= bit;
	if (any) { /* and then anything may follow */
		tm_grow(then, n, cap);
		then[0] = 0; /* an OP_MATCH */
		n = 1;
	}
	free(f->stack);
	f->stack = then;
	f->n = n;
	f->cap = cap;
}

/* The same for each of the first n characters that a pattern reads. */
static void
first_classes(
    frontier *f, uint32_t start, uint64_t bit, uint64_t **at, size_t n)
{
	start_at(f, start);
	for (size_t i = 0; i < n; i++)
		next_classes(f, bit, at[i]);
}

/*
 * Does the expression on the stack begin with ^ whichever way it is read?
 * Then what follows is left on the stack.
 */
static bool
is_anchored(frontier *f)
{
	uint32_t *then = NULL;
	size_t n = 0, cap = 0;
	bool all = true;

	f->now++;
	while (f->n > 0 && all) {
		uint32_t pc = f->stack[--f->n];
		const inst *in = &f->prog->v[pc];

		if (f->seen[pc] == f->now)
			continue;
		f->seen[pc] = f->now;
		if (in->op == OP_SPLIT) {
			tm_grow_to(f->stack, f->n + 2, f->cap);
			f->stack[f->n++] = in->x;
			f->stack[f->n++] = in->arg;
		} else if (in->op == OP_ASSERT) {
			const tm_rex_node *node = &f->rules->rex.v[in->arg];

			all = node->kind == TM_REX_LEFT && node->edge &&
			      f->rules->rex.sets[node->set].n == 0;
			tm_grow(then, n, cap);
			then[n++] = in->x;
		} else
			all = false;
	}
	free(f->stack);
	f->stack = then;
	f->n = n;
	f->cap = cap;
	return all;
}

/* Set bit for the classes a text must begin with for the expression with
 * the tree at root to match somewhere before a place in it. */
static bool
opening_classes(tm_rules *rules, int32_t root, uint64_t bit)
{
	program prog = { 0 };
	frontier f;
	uint32_t start;
	bool anchored;

	start = compile(&prog, &rules->rex, root, emit(&prog, OP_MATCH, 0, 0));
	f = frontier_of(rules, &prog);
	start_at(&f, start);
	anchored = is_anchored(&f);
	if (anchored)
		next_classes(&f, bit, rules->opening);
	else
		for (size_t c = 0; c <= rules->nclasses; c++)
			rules->opening[c] |= bit;
	frontier_release(&f);
	release_program(&prog);
	return anchored;
}

static void
heat(tm_rules *rules, unsigned lead, unsigned second, uint64_t left)
{
	put(rules->hot[1], lead << 8 | second);
	if (left & ~rules->anchored)
		put(rules->hot[0], lead << 8 | second);
}

/* The first byte of c. */
static unsigned
lead_byte(uint32_t c)
{
	if (c < 0x80)
		return c;
	if (c < 0x800)
		return 0xc0 | c >> 6;
	return c < 0x10000 ? 0xe0 | c >> 12 : 0xf0 | c >> 18;
}

/* What left and right have for the characters that begin with a byte. */
static void
side_bytes(tm_rules *rules)
{
	uint64_t left = rules->left[0][class_of(rules, 0xfffd)];
	uint64_t right = rules->right[0][class_of(rules, 0xfffd)];

	for (size_t i = 0; i < rules->nborders; i++) {
		uint32_t end = i + 1 < rules->nborders ? rules->border[i + 1]
						       : TM_CHARS_END;
		unsigned last = lead_byte(end - 1);

		for (unsigned b = lead_byte(rules->border[i]); b <= last; b++) {
			rules->left_byte[b] |= rules->left[0][rules->cls[i]];
			rules->right_byte[b] |= rules->right[0][rules->cls[i]];
		}
	}
	/* marks that rules do not see may stand between */
	for (size_t i = 0; i < rules->hidden.n; i++)
		rules->right_byte[lead_byte(rules->hidden.v[i])] = UINT64_MAX;
	/* a byte that is not UTF-8 counts as U+FFFD */
	for (unsigned b = 0x80; b < 256; b++) {
		rules->left_byte[b] |= left;
		rules->right_byte[b] |= right;
	}
}

/* Mark the first two bytes of the characters from first to before end,
 * which have the bits left; of ASCII, the byte and the next character's. */
static void
heat_range(tm_rules *rules, uint32_t first, uint32_t end, uint64_t left)
{
	const uint64_t *bytes = rules->right_byte;

	for (uint32_t c = first; c < end;) {
		if (c < 0x80) {
			for (unsigned b = 0; b < 256; b++)
				if (bytes[b] & left)
					heat(rules, c, b, bytes[b] & left);
			c++;
		} else if (c < 0x800) {
			heat(rules, 0xc0 | c >> 6, 0x80 | (c & 0x3f), left);
			c++;
		} else if (c < 0x10000) {
			heat(rules, 0xe0 | c >> 12, 0x80 | (c >> 6 & 0x3f),
			    left);
			c = (c | 0x3f) + 1;
		} else {
			heat(rules, 0xf0 | c >> 18, 0x80 | (c >> 12 & 0x3f),
			    left);
			c = (c | 0xfff) + 1;
		}
	}
}

static void
make_scan(tm_rules *rules)
{
	frontier before = frontier_of(rules, &rules->before);
	frontier after = frontier_of(rules, &rules->after);
	uint64_t free_bits = 0, left;
	size_t k = 0;

	rules->opening = tm_zalloc(rules->nclasses + 1, sizeof(uint64_t));
	for (size_t i = 0; i < NEAR; i++) {
		rules->left[i] =
		    tm_zalloc(rules->nclasses + 1, sizeof(uint64_t));
		rules->right[i] =
		    tm_zalloc(rules->nclasses + 1, sizeof(uint64_t));
	}
	for (size_t i = 0; i < rules->n; i++) {
		const struct rule *rule = &rules->rule[i];
		uint64_t bit = (uint64_t)1 << k % 64;

		if (!rule->breaks)
			continue;
		/* with more than 64 some share a bit and we look too often */
		k++;
		first_classes(&before, rules->before.pat[rule->before].start,
		    bit, rules->left, NEAR);
		first_classes(&after, rules->after.pat[rule->after].start, bit,
		    rules->right, NEAR);
		if (opening_classes(
			rules, rules->before.pat[rule->before].root, bit))
			rules->anchored |= bit;
		else
			free_bits |= bit;
	}
	frontier_release(&before);
	frontier_release(&after);
	/* a bit that is shared is anchored when all who share it are */
	rules->anchored &= ~free_bits;
	side_bytes(rules);
	for (size_t i = 0; i < rules->nborders; i++)
		if (rules->left[0][rules->cls[i]] != 0)
			heat_range(rules, rules->border[i],
			    i + 1 < rules->nborders ? rules->border[i + 1]
						    : TM_CHARS_END,
			    rules->left[0][rules->cls[i]]);
	/* a byte that is not UTF-8 counts as U+FFFD */
	left = rules->left[0][class_of(rules, 0xfffd)];
	if (left != 0)
		memset(rules->hot[1] + 512, 0xff, 512 * sizeof(uint64_t));
	if (left & ~rules->anchored)
		memset(rules->hot[0] + 512, 0xff, 512 * sizeof(uint64_t));
}

static void
own(tm_rules *rules, program *prog)
{
	uint32_t owner = 0;

	/* each pattern's code begins with its OP_MATCH */
	prog->owner = tm_alloc((prog->n + 1) * sizeof *prog->owner);
	for (size_t i = 0; i < prog->n; i++) {
		if (prog->v[i].op == OP_MATCH)
			owner = prog->v[i].arg;
		prog->owner[i] = owner;
	}
	for (size_t i = 0; i < prog->npat; i++)
		prog->pat[i].rules = tm_zalloc(rules->words, sizeof(uint64_t));
}

size_t
tm_rules_count(const tm_rules *rules)
{
	return rules->n;
}

void
tm_rules_finish(tm_rules *rules)
{
	rules->word = tm_rex_word(&rules->rex);
	make_classes(rules);
	rules->words = rules->n / 64 + 1;
	rules->breaking = tm_zalloc(rules->words, sizeof(uint64_t));
	rules->inexact = tm_zalloc(rules->words, sizeof(uint64_t));
	own(rules, &rules->before);
	own(rules, &rules->after);
	for (size_t i = 0; i < rules->n; i++) {
		const struct rule *rule = &rules->rule[i];

		put(rules->before.pat[rule->before].rules, i);
		put(rules->after.pat[rule->after].rules, i);
		if (rule->breaks)
			put(rules->breaking, i);
		if (!rule->exact)
			put(rules->inexact, i);
	}
	make_scan(rules);
}

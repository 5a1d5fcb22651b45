/*
 * segment_run.c - the automata of the rules, made while they run
 *
 * segment_rules.c has the idea. A state is the set of instructions that a
 * side of the place may be at; reading a character leads to another, which
 * is made when it is first needed and remembered.
 */
#include "config.h"

#include "tm/segment_rules_int.h"

#include <stdlib.h>

/* A rule looks so many characters to either side, which keeps time linear
 * whatever the expressions are. Ten times the longest abbreviation list
 * entry, URL or list mark that rules in the wild describe. */
#define REACH 1000
/* So many characters are read of both sides in turn; then what is before the
 * place alone, as mostly either side can settle a rule: "inside brackets"
 * needs two and reads up to 60 characters for each. Million instructions for
 * 2 MB of news, en ar zh ja: with 3 211 140 297 270, with 8 199 135 307 279,
 * with 24 199 135 335 308, always in turn 199 135 394 368. */
#define TURNS 8
/* States of one automaton before it is forgotten and begun anew. */
#define MAX_STATES 4000

typedef struct state {
	uint32_t *items; /* instructions, sorted */
	uint32_t nitems;
	uint16_t last; /* class read last, where an assertion waits */
	bool waits, matches;
	uint64_t *matched, *live; /* rules; equal live ones are one array */
	uint32_t *to;		  /* by class; 0 not made yet */
} state;

typedef struct machine {
	const tm_rules *rules;
	const program *prog;
	state *v;
	size_t n, cap;
	uint32_t *table; /* states by hash */
	size_t ntable;
	uint32_t *start; /* by the class on the far side of the place */
	tm_arena arena;
	uint64_t **lives; /* the live ones by hash */
	/* scratch for closures */
	uint32_t *mark, stamp;
	uint32_t *list, *stack, *early;
	size_t nlist, nearly;
} machine;

struct tm_run {
	const tm_rules *rules;
	tm_confirm *confirm;
	void *ctx;
	machine before, after;
	uint64_t *may, *fits;
};

/* ---- The automata ------------------------------------------------------ */

static void
machine_init(machine *m, const tm_rules *rules, const program *prog)
{
	size_t size = prog->n + 1;

	m->rules = rules;
	m->prog = prog;
	m->mark = tm_zalloc(size, sizeof *m->mark);
	m->list = tm_alloc(size * sizeof *m->list);
	m->early = tm_alloc(size * sizeof *m->early);
	m->stack = tm_alloc((2 * size + 2) * sizeof *m->stack);
	m->start = tm_zalloc(rules->nclasses + 1, sizeof *m->start);
	m->ntable = 4 * MAX_STATES;
	m->table = tm_zalloc(m->ntable, sizeof *m->table);
	m->lives = tm_zalloc(m->ntable, sizeof *m->lives);
	m->n = 1; /* 0 means "not made yet" */
	tm_grow(m->v, m->n, m->cap);
}

static void
machine_forget(machine *m)
{
	tm_arena_clear(&m->arena);
	memset(m->table, 0, m->ntable * sizeof *m->table);
	memset(m->lives, 0, m->ntable * sizeof *m->lives);
	memset(m->start, 0, (m->rules->nclasses + 1) * sizeof *m->start);
	m->n = 1;
}

static void
machine_release(machine *m)
{
	tm_arena_release(&m->arena);
	free(m->v);
	free(m->table);
	free(m->lives);
	free(m->start);
	free(m->mark);
	free(m->list);
	free(m->early);
	free(m->stack);
}

/* Does the assertion hold between a character of class left and one of
 * class right? */
static bool
holds(const tm_rules *rules, uint32_t number, size_t left, size_t right)
{
	const tm_rex_node *node = &rules->rex.v[number];

	switch (node->kind) {
	case TM_REX_LEFT:
		return left == rules->nclasses ? node->edge
					       : in_set(rules, node->set, left);
	case TM_REX_RIGHT:
		return right == rules->nclasses
			   ? node->edge
			   : in_set(rules, node->set, right);
	default:
		return (in_set(rules, rules->word, left) !=
			   in_set(rules, rules->word, right)) ==
		       (node->kind == TM_REX_BOUND);
	}
}

/* Add to list what can be reached from pc without reading. */
static size_t
closure(machine *m, uint32_t pc, uint32_t *list, size_t n)
{
	size_t top = 0;

	m->stack[top++] = pc;
	while (top > 0) {
		const inst *in;

		pc = m->stack[--top];
		if (m->mark[pc] == m->stamp)
			continue;
		m->mark[pc] = m->stamp;
		in = &m->prog->v[pc];
		if (in->op == OP_SPLIT) {
			m->stack[top++] = in->arg;
			m->stack[top++] = in->x;
		} else
			list[n++] = pc;
	}
	return n;
}

static void
new_stamp(machine *m)
{
	if (++m->stamp == 0) {
		memset(m->mark, 0, (m->prog->n + 1) * sizeof *m->mark);
		m->stamp = 1;
	}
}

static int
by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* The array of the machine that equals live. */
static uint64_t *
share_live(machine *m, const uint64_t *live)
{
	size_t size = m->rules->words * sizeof *live;
	size_t at =
	    tm_str_hash((tm_str){ (const char *)live, size }) % m->ntable;

	for (; m->lives[at] != NULL; at = (at + 1) % m->ntable)
		if (memcmp(m->lives[at], live, size) == 0)
			return m->lives[at];
	m->lives[at] = tm_arena_alloc(&m->arena, size);
	memcpy(m->lives[at], live, size);
	return m->lives[at];
}

/* The state that holds m->list; last counts where one of them waits. */
static uint32_t
find_state(machine *m, uint16_t last)
{
	const tm_rules *rules = m->rules;
	bool waits = false;
	uint64_t hash, *live;
	size_t at, n = 0;
	state *s;

	qsort(m->list, m->nlist, sizeof *m->list, by_number);
	for (size_t i = 0; i < m->nlist; i++) {
		if (n > 0 && m->list[n - 1] == m->list[i])
			continue;
		m->list[n++] = m->list[i];
		waits |= m->prog->v[m->list[i]].op == OP_ASSERT;
	}
	m->nlist = n;
	if (!waits)
		last = 0;
	hash = tm_str_hash(
	    (tm_str){ (const char *)m->list, m->nlist * sizeof *m->list });
	at = (hash + last * 31u) % m->ntable;
	for (; m->table[at] != 0; at = (at + 1) % m->ntable) {
		s = &m->v[m->table[at]];
		if (s->nitems == m->nlist && s->last == last &&
		    (m->nlist == 0 || memcmp(s->items, m->list,
					  m->nlist * sizeof *m->list) == 0))
			return m->table[at];
	}
	live = tm_zalloc(rules->words, sizeof *live);
	tm_grow(m->v, m->n, m->cap);
	s = &m->v[m->n];
	*s = (state){
		.nitems = (uint32_t)m->nlist, .last = last, .waits = waits
	};
	s->items = tm_arena_alloc(&m->arena, (m->nlist + 1) * sizeof *s->items);
	memcpy(s->items, m->list, m->nlist * sizeof *s->items);
	s->matched = tm_arena_zalloc(&m->arena, rules->words, sizeof(uint64_t));
	s->to = tm_arena_zalloc(&m->arena, rules->nclasses + 1, sizeof *s->to);
	for (size_t i = 0; i < m->nlist; i++) {
		const inst *in = &m->prog->v[m->list[i]];
		const uint64_t *whose =
		    m->prog->pat[m->prog->owner[m->list[i]]].rules;
		uint64_t *to = in->op == OP_MATCH ? s->matched : live;

		s->matches |= in->op == OP_MATCH;
		for (size_t w = 0; w < rules->words; w++)
			to[w] |= whose[w];
	}
	s->live = share_live(m, live);
	free(live);
	m->table[at] = (uint32_t)m->n;
	return (uint32_t)m->n++;
}

/* The state before anything is read, where beyond is the class of the
 * character on the other side of the place. */
static uint32_t
start_state(machine *m, uint16_t beyond)
{
	if (m->start[beyond] != 0)
		return m->start[beyond];
	new_stamp(m);
	m->nlist = 0;
	for (size_t i = 0; i < m->prog->npat; i++)
		m->nlist = closure(m, m->prog->pat[i].start, m->list, m->nlist);
	return m->start[beyond] = find_state(m, beyond);
}

/* From state number, read a character of class c. What matches once an
 * assertion is settled by c is noted in the state we come to. */
static uint32_t
step(machine *m, uint32_t number, uint16_t c)
{
	const tm_rules *rules = m->rules;
	const state *s = &m->v[number];
	const inst *code = m->prog->v;
	uint32_t to;

	if (s->to[c] != 0)
		return s->to[c];
	m->nearly = 0;
	new_stamp(m);
	for (size_t i = 0; i < s->nitems; i++)
		m->mark[s->items[i]] = m->stamp;
	for (size_t i = 0; s->waits && i < s->nitems + m->nearly; i++) {
		uint32_t pc =
		    i < s->nitems ? s->items[i] : m->early[i - s->nitems];
		size_t left = m->prog->backwards ? c : s->last;
		size_t right = m->prog->backwards ? s->last : c;

		if (code[pc].op == OP_ASSERT &&
		    holds(rules, code[pc].arg, left, right))
			m->nearly = closure(m, code[pc].x, m->early, m->nearly);
	}
	new_stamp(m);
	m->nlist = 0;
	for (size_t i = 0; i < s->nitems + m->nearly; i++) {
		uint32_t pc =
		    i < s->nitems ? s->items[i] : m->early[i - s->nitems];

		if (code[pc].op == OP_SET &&
		    in_set(rules, (int32_t)code[pc].arg, c))
			m->nlist = closure(m, code[pc].x, m->list, m->nlist);
		else if (code[pc].op == OP_MATCH && i >= s->nitems &&
			 m->mark[pc] != m->stamp) {
			m->mark[pc] = m->stamp;
			m->list[m->nlist++] = pc;
		}
	}
	to = find_state(m, c);
	m->v[number].to[c] = to;
	return to;
}

/* ---- Running ----------------------------------------------------------- */

tm_run *
tm_run_new(const tm_rules *rules, tm_confirm *confirm, void *ctx)
{
	tm_run *run = tm_zalloc(1, sizeof *run);

	run->rules = rules;
	run->confirm = confirm;
	run->ctx = ctx;
	run->may = tm_zalloc(rules->words, sizeof(uint64_t));
	run->fits = tm_zalloc(rules->words, sizeof(uint64_t));
	machine_init(&run->before, rules, &rules->before);
	machine_init(&run->after, rules, &rules->after);
	return run;
}

void
tm_run_free(tm_run *run)
{
	if (run == NULL)
		return;
	machine_release(&run->before);
	machine_release(&run->after);
	free(run->may);
	free(run->fits);
	free(run);
}

static bool
is_continuation(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* A first byte after which two more make a character, whatever they are. */
static bool
leads_three(unsigned char c)
{
	return c > 0xe0 && c < 0xf0 && c != 0xed;
}

static uint32_t
join_three(const unsigned char *p)
{
	return (p[0] & 0xfu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
}

/* tm_char_at() for what texts are mostly made of. */
static inline uint32_t
char_at(tm_str text, size_t i, size_t *len)
{
	const unsigned char *p = (const unsigned char *)text.p + i;

	*len = 1;
	if (p[0] < 0x80)
		return p[0];
	if (leads_three(p[0]) && text.n - i >= 3 && is_continuation(p[1]) &&
	    is_continuation(p[2])) {
		*len = 3;
		return join_three(p);
	}
	return tm_char_at(text, i, len);
}

/* tm_char_before(), likewise. */
static inline uint32_t
char_before(tm_str text, size_t i, size_t *len)
{
	const unsigned char *p = (const unsigned char *)text.p + i;

	*len = 1;
	if (p[-1] < 0x80)
		return p[-1];
	if (i >= 3 && is_continuation(p[-1]) && is_continuation(p[-2]) &&
	    leads_three(p[-3])) {
		*len = 3;
		return join_three(p - 3);
	}
	return tm_char_before(text, i, len);
}

/* The class of the next character that rules see; the end of the text is
 * a class too. *i goes past the character. */
static uint16_t
class_ahead(const tm_rules *rules, tm_str text, size_t *i)
{
	while (*i < text.n) {
		size_t len;
		uint16_t c = class_of(rules, char_at(text, *i, &len));

		*i += len;
		if (c != HIDDEN)
			return c;
	}
	return (uint16_t)rules->nclasses;
}

static uint16_t
class_behind(const tm_rules *rules, tm_str text, size_t *i)
{
	while (*i > 0) {
		size_t len;
		uint16_t c = class_of(rules, char_before(text, *i, &len));

		*i -= len;
		if (c != HIDDEN)
			return c;
	}
	return (uint16_t)rules->nclasses;
}

static bool
confirmed(tm_run *run, tm_str text, size_t pos, size_t rule)
{
	return !has(run->rules->inexact, rule) ||
	       (run->confirm != NULL &&
		   run->confirm(run->ctx, rule, text, pos));
}

/* One side of a place, being read. */
typedef struct side {
	machine *m;
	uint32_t at;
	size_t i;
	uint64_t *matched; /* rules whose expression on this side fits */
	int n;		   /* characters read */
	bool ended;	   /* the text has, or our reach */
} side;

/* Read a character. True when it may change what is undecided. */
static bool
read_on(const tm_rules *rules, side *s, tm_str text)
{
	const uint64_t *had = s->m->v[s->at].live;
	uint16_t c = s->m->prog->backwards ? class_behind(rules, text, &s->i)
					   : class_ahead(rules, text, &s->i);
	const state *now;

	s->at = step(s->m, s->at, c);
	s->ended = c == rules->nclasses || ++s->n == REACH;
	now = &s->m->v[s->at];
	for (size_t w = 0; now->matches && w < rules->words; w++)
		s->matched[w] |= now->matched[w];
	return now->matches || now->live != had;
}

/*
 * Which sides could still change the decision: bit 0 for what is before
 * the place, 1 for after, 2 when a break is possible at all. A rule counts
 * while both sides have matched or may yet, and none before it is settled.
 */
static unsigned
undecided(const tm_rules *rules, const side *before, const side *after)
{
	const uint64_t *live_b = before->m->v[before->at].live;
	const uint64_t *live_a = after->m->v[after->at].live;
	unsigned open = 0;

	for (size_t w = 0; w < rules->words; w++) {
		uint64_t b = before->matched[w], a = after->matched[w];
		uint64_t possible = (b | live_b[w]) & (a | live_a[w]);
		uint64_t sure = a & b & ~rules->inexact[w];

		sure &= -sure;
		possible &= sure | (sure - 1);
		if (possible & rules->breaking[w])
			open |= 4;
		possible &= ~sure;
		if (possible & ~b)
			open |= 1;
		if (possible & ~a)
			open |= 2;
		if (sure != 0)
			break;
	}
	return open;
}

/* The rule that decides at pos, or -1; where only breaks matter, -1 as soon
 * as none is possible. */
static ptrdiff_t
decide(tm_run *run, tm_str text, size_t pos, bool breaks_matter)
{
	const tm_rules *rules = run->rules;
	side before = { &run->before, 0, pos, run->fits, 0, false };
	side after = { &run->after, 0, pos, run->may, 0, false };
	size_t i = pos, size = rules->words * sizeof(uint64_t);
	uint16_t beyond;
	unsigned open = 0;
	bool news = true;

	if (run->before.n > MAX_STATES)
		machine_forget(&run->before);
	if (run->after.n > MAX_STATES)
		machine_forget(&run->after);
	beyond = class_ahead(rules, text, &i);
	before.at = start_state(before.m, beyond);
	memcpy(before.matched, before.m->v[before.at].matched, size);
	i = pos;
	beyond = class_behind(rules, text, &i);
	after.at = start_state(after.m, beyond);
	memcpy(after.matched, after.m->v[after.at].matched, size);
	for (;;) {
		bool back, ahead;

		if (news)
			open = undecided(rules, &before, &after);
		if (breaks_matter && !(open & 4))
			return -1;
		back = open & 1 && !before.ended;
		ahead = open & 2 && !after.ended;
		if (back && before.n >= TURNS)
			ahead = false;
		if (!back && !ahead)
			break;
		news = back && read_on(rules, &before, text);
		news |= ahead && read_on(rules, &after, text);
	}
	for (size_t w = 0; w < rules->words; w++) {
		uint64_t bits = before.matched[w] & after.matched[w];

		for (; bits != 0; bits &= bits - 1) {
			size_t rule = w * 64 + (size_t)__builtin_ctzll(bits);

			if (confirmed(run, text, pos, rule))
				return (ptrdiff_t)rule;
		}
	}
	return -1;
}

ptrdiff_t
tm_run_decide(tm_run *run, tm_str text, size_t pos)
{
	return decide(run, text, pos, false);
}

/* Marks that show nothing but open a run of text in the other direction:
 * they stay with what follows. */
static bool
opens_direction(uint32_t c)
{
	return (c >= 0x2066 && c <= 0x2068) || c == 0x202a || c == 0x202b ||
	       c == 0x202d || c == 0x202e;
}

/* Past the hidden characters at i that belong to what precedes them. */
static size_t
skip_hidden(const tm_rules *rules, tm_str text, size_t i)
{
	while (i < text.n) {
		size_t len;
		uint32_t c = tm_char_at(text, i, &len);

		if (class_of(rules, c) != HIDDEN || opens_direction(c))
			break;
		i += len;
	}
	return i;
}

/* Does the byte after the character at p say, without a closer look, that
 * no rule breaks there? (ASCII has been looked at so by then.) A byte inside
 * a character is taken for one that is not UTF-8. */
static bool
is_cold(const tm_rules *rules, const unsigned char *p, size_t n)
{
	size_t len = p[0] < 0xc0 ? 1 : p[0] < 0xe0 ? 2 : 3;

	/* what may not be UTF-8 is for those who know */
	if (n <= len || (len > 1 && !is_continuation(p[1])) || p[0] == 0xc0 ||
	    p[0] == 0xc1 ||
	    (len == 3 && !(leads_three(p[0]) && is_continuation(p[2]))))
		return false;
	return (rules->left_byte[p[0]] & rules->right_byte[p[len]]) == 0;
}

size_t
tm_run_next(tm_run *run, tm_str text, size_t from)
{
	const tm_rules *rules = run->rules;
	const unsigned char *p = (const unsigned char *)text.p;
	const uint64_t *hot;
	uint64_t active;
	size_t i = 0;

	active = rules->opening[class_ahead(rules, text, &i)];
	hot = rules->hot[(active & rules->anchored) != 0];
	/* A place is found by the character before it. The break at from
	 * itself is known, so the next place has from's character before. */
	for (i = from; i < text.n;) {
		size_t len, pos, next;
		uint64_t left;
		ptrdiff_t rule;

		while (
		    i + 1 < text.n && !has(hot, (size_t)p[i] << 8 | p[i + 1]))
			i++;
		if (i + 1 >= text.n)
			break;
		if (p[i] >= 0x80 && is_cold(rules, p + i, text.n - i)) {
			i++;
			continue;
		}
		if ((p[i] & 0xc0) == 0x80) {
			/* inside a character, or a byte on its own? */
			tm_char_before(text, i + 1, &len);
			if (len > 1) {
				i++;
				continue;
			}
		}
		left = active &
		       rules->left[0][class_of(rules, char_at(text, i, &len))];
		next = i;
		i += len;
		for (size_t k = 1; k < NEAR && left != 0; k++)
			left &=
			    rules->left[k][class_behind(rules, text, &next)];
		if (left == 0)
			continue;
		next = pos = skip_hidden(rules, text, i);
		if (pos >= text.n)
			break;
		for (size_t k = 0; k < NEAR && left != 0; k++)
			left &=
			    rules->right[k][class_ahead(rules, text, &next)];
		if (left == 0)
			continue;
		rule = decide(run, text, pos, true);
		if (rule >= 0 && rules->rule[rule].breaks)
			return pos;
	}
	return text.n;
}

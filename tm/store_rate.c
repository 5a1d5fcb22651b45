/*
 * store_rate.c - what a found unit is worth beside its text
 *
 * tm_match_compare() says how close the text is. Then a unit pays for what
 * else is not as asked for, and only what is still 100 can rise:
 *
 *	100	the same text
 *	-1	region: asked for ar-SY, found ar-EG
 *	-> 99, and its neighbours do not matter
 *
 *	100	the same text
 *	+1	context: the segment before it agrees, too
 *	-> 101
 *
 * Every step is a row of the ledger, so that 100 less its points is the
 * rate, always.
 */
#include "config.h"

#include "tm/store.h"

#include <stdlib.h>

#include "tm/codes.h"
#include "tm/lang.h"
#include "tm/store_int.h"

/*
 * A point where something is surely to be looked at again, but nothing in
 * the text differs (Trados takes as much for each). What a machine made
 * costs as much as a word in a long sentence, so that it comes behind
 * whatever a person has translated.
 */
const tm_penalties tm_penalties_default = {
	.spacing = 1,
	.codes = 1,
	.region = 1,
	.unconfirmed = 1,
	.machine = 5,
};

/* ---- Penalties --------------------------------------------------------- */

/* The same codes at the same places, given that the texts are the same in
 * NFC: a code in a word is not where it is for the match rate. */
static bool
same_codes(const tm_query *query, const tm_variant *v)
{
	tm_buf a = { 0 }, b = { 0 }, x = { 0 }, y = { 0 };
	bool same = query->n_codes == v->n_codes;

	if (!same || v->n_codes == 0)
		return same;
	tm_codes_mark(query->text, query->codes, query->n_codes, true, &a);
	tm_codes_mark(v->text, v->codes, v->n_codes, true, &b);
	tm_text_nfc(tm_buf_str(&a), &x);
	tm_text_nfc(tm_buf_str(&b), &y);
	same = tm_str_eq(tm_buf_str(&x), tm_buf_str(&y));
	tm_buf_release(&a);
	tm_buf_release(&b);
	tm_buf_release(&x);
	tm_buf_release(&y);
	return same;
}

static int
points_for(const tm_match *m, const char *name)
{
	for (size_t i = 0; i < m->n_ledger; i++)
		if (strcmp(m->ledger[i].name, name) == 0)
			return m->ledger[i].points;
	return 0;
}

/* Are there other codes, wherever they stand? */
static bool
codes_differ(const tm_query *query, const tm_variant *v)
{
	tm_buf a = { 0 }, b = { 0 };
	bool differ = query->n_codes != v->n_codes;

	if (differ)
		return true;
	tm_codes_mark(TM_STR(""), query->codes, query->n_codes, true, &a);
	tm_codes_mark(TM_STR(""), v->codes, v->n_codes, true, &b);
	differ = !tm_str_eq(tm_buf_str(&a), tm_buf_str(&b));
	tm_buf_release(&a);
	tm_buf_release(&b);
	return differ;
}

/* Codes that differ cost at least so much, be they ever so few of the
 * tokens; the same text with other codes is never 100. */
static void
pay_for_codes(
    const tm_query *query, const tm_variant *v, tm_match *m, int points)
{
	if (query->n_codes + v->n_codes == 0)
		return;
	if (m->rate < 100 ? !codes_differ(query, v) : same_codes(query, v))
		return;
	if (m->rate == 100 && points < 1)
		points = 1;
	tm_match_penalty(m, "codes", points - points_for(m, "codes"));
}

/* Nothing but white space differs: what that costs at least is not what
 * the characters say. */
static void
pay_for_spacing(tm_match *m, int points)
{
	if (m->n_ledger == 1 && strcmp(m->ledger[0].name, "spacing") == 0)
		tm_match_penalty(m, "spacing", points - m->ledger[0].points);
}

void
tm_found_pay(const tm_query *query, tm_found *f, int memory)
{
	const tm_penalties *p = query->penalties;
	const tm_unit *u = f->unit;
	const tm_variant *from = &u->v[f->from], *to = &u->v[f->to];
	tm_match *m = &f->match;

	if (p == NULL)
		p = &tm_penalties_default;
	pay_for_spacing(m, p->spacing);
	pay_for_codes(query, from, m, p->codes);
	if (tm_store_other_region(query->from, from->lang.p) ||
	    tm_store_other_region(query->to, to->lang.p))
		tm_match_penalty(m, "region", p->region);
	if (u->status == TM_DRAFT && u->confidence >= 0)
		tm_match_penalty(m, "not confirmed", p->unconfirmed);
	if (u->status != TM_CONFIRMED && tm_unit_is_machine_made(u, f->to))
		tm_match_penalty(m, "machine-made", p->machine);
	tm_match_penalty(m, "memory", memory);
}

bool
tm_found_exact(const tm_query *query, const tm_found *f)
{
	return f->match.rate == 100 && same_codes(query, &f->unit->v[f->from]);
}

/* ---- Context ----------------------------------------------------------- */

typedef enum place { NOWHERE, BEFORE, BEFORE_FIRST, AFTER, ID } place;

/* What a prop says of the place of a segment: OmegaT and Phrase; memoQ and
 * MateCat; XTM; Trados, where it is the text before and more behind a bar;
 * gettext, Transifex and others. */
static place
place_of(tm_str type)
{
	static const struct {
		const char *name;
		place is;
	} names[] = {
		{ "prev", BEFORE },
		{ "context_prev", BEFORE },
		{ "context-pre", BEFORE },
		{ "previous-source-text", BEFORE },
		{ "contextcontent", BEFORE_FIRST },
		{ "next", AFTER },
		{ "context_next", AFTER },
		{ "context-post", AFTER },
		{ "next-source-text", AFTER },
		{ "id", ID },
		{ "segment-id", ID },
		{ "context", ID },
	};

	if (type.n > 2 && tm_str_ieq(tm_str_sub(type, 0, 2), TM_STR("x-")))
		type = tm_str_sub(type, 2, type.n);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (tm_str_ieq(type, tm_str_of(names[i].name)))
			return names[i].is;
	return NOWHERE;
}

/* The same segment, but for white space round it. */
static bool
same_segment(tm_str a, tm_str b)
{
	tm_buf x = { 0 }, y = { 0 };
	bool same;

	a = tm_str_trim(a);
	b = tm_str_trim(b);
	if (a.n == 0 || b.n == 0)
		return false;
	if (tm_str_eq(a, b))
		return true;
	tm_text_nfc(a, &x);
	tm_text_nfc(b, &y);
	same = tm_str_eq(tm_buf_str(&x), tm_buf_str(&y));
	tm_buf_release(&x);
	tm_buf_release(&y);
	return same;
}

static tm_str
before_bar(tm_str s)
{
	const char *bar = s.n == 0 ? NULL : memchr(s.p, '|', s.n);

	return bar == NULL ? s : tm_str_sub(s, 0, (size_t)(bar - s.p));
}

static void
see_props(const tm_query *query, const tm_meta *meta, size_t n, tm_found *f)
{
	for (size_t i = 0; i < n; i++) {
		tm_str value = meta[i].value;
		place is =
		    meta[i].kind == TM_NOTE ? NOWHERE : place_of(meta[i].type);

		if (is == BEFORE || is == BEFORE_FIRST)
			f->prev =
			    f->prev || same_segment(query->prev, value) ||
			    (is == BEFORE_FIRST &&
				same_segment(query->prev, before_bar(value)));
		else if (is == AFTER)
			f->next = f->next || same_segment(query->next, value);
		else if (is == ID)
			f->id = f->id || same_segment(query->id, value);
	}
}

/* What is asked of a text beside a place. */
typedef struct asking {
	tm_str wanted;
	bool agrees;
} asking;

static bool
ask_text(void *self, tm_str text)
{
	asking *a = self;

	a->agrees = same_segment(a->wanted, text);
	return !a->agrees;
}

static bool
stands_at(tm_store *store, const tm_found *f, const tm_stand *at, int by,
    tm_str wanted)
{
	asking a = { wanted, false };

	if (wanted.n > 0 && at->position + by > 0)
		tm_store_texts_at(store, at->document, at->position + by,
		    f->unit->v[f->from].lang, ask_text, &a, NULL);
	return a.agrees;
}

static bool
is_place(const void *self, const tm_stand *at)
{
	const tm_stand *p = self;

	return p->position == at->position &&
	       tm_str_eq(p->document, at->document);
}

/* Put this place first, in a copy of the unit. */
static void
show_place(tm_found *f, const tm_stand *at, tm_arena *arena)
{
	tm_unit *u = tm_arena_alloc(arena, sizeof *u);

	*u = *f->unit;
	u->also = tm_arena_alloc(arena, u->n_also * sizeof *u->also);
	memcpy(u->also, f->unit->also, u->n_also * sizeof *u->also);
	tm_unit_show_place(u, is_place, at);
	f->unit = u;
}

/* The units beside it in its documents: where it stands more than once the
 * place that agrees best counts, and comes first. */
static void
see_documents(
    tm_store *store, const tm_query *query, tm_found *f, tm_arena *arena)
{
	const tm_unit *u = f->unit;
	int asked = (query->prev.n > 0) + (query->next.n > 0), most = 0;
	bool prev = false, next = false;
	tm_stand best = { u->document, u->path, u->position };

	if (asked == 0)
		return;
	for (size_t i = 0; i <= u->n_also && most < asked; i++) {
		tm_stand here = i == 0 ? best : u->also[i - 1];
		bool before, after;

		if (here.position <= 0)
			continue;
		before = stands_at(store, f, &here, -1, query->prev);
		after = stands_at(store, f, &here, 1, query->next);
		if (before + after <= most)
			continue;
		most = before + after;
		prev = before;
		next = after;
		best = here;
	}
	f->prev = f->prev || prev;
	f->next = f->next || next;
	if (most > 0 && u->n_also > 0)
		show_place(f, &best, arena);
}

void
tm_found_place(
    tm_store *store, const tm_query *query, tm_found *f, tm_arena *arena)
{
	const tm_unit *u = f->unit;
	const tm_variant *v = &u->v[f->from];
	tm_match *m = &f->match;

	f->prev = f->next = f->id = false;
	if (query->prev.n == 0 && query->next.n == 0 && query->id.n == 0)
		return;
	f->id = same_segment(query->id, u->tuid);
	see_props(query, u->meta, u->n_meta, f);
	see_props(query, v->meta, v->n_meta, f);
	see_documents(store, query, f, arena);
	if (m->rate < 100 || !(f->prev || f->next))
		return;
	tm_match_bonus(m, "context", 1);
	if (f->prev && f->next && f->id)
		tm_match_bonus(m, "id", 1);
}

/* ---- Order ------------------------------------------------------------- */

static int64_t
date_of(const tm_unit *u)
{
	return u->changed > u->created ? u->changed : u->created;
}

/* Nobody was unsure of a pair that has no confidence. */
static double
confidence_of(const tm_unit *u)
{
	return u->confidence < 0 ? 1 : u->confidence;
}

static int
agreeing(const tm_found *f)
{
	return f->prev + f->next + f->id;
}

int
tm_found_order(const void *a, const void *b)
{
	const tm_found *x = a, *y = b;
	bool cx = x->unit->status == TM_CONFIRMED;
	bool cy = y->unit->status == TM_CONFIRMED;
	int64_t dx = date_of(x->unit), dy = date_of(y->unit);

	if (x->match.rate != y->match.rate)
		return x->match.rate > y->match.rate ? -1 : 1;
	if (agreeing(x) != agreeing(y))
		return agreeing(x) > agreeing(y) ? -1 : 1;
	if (cx != cy)
		return cx ? -1 : 1;
	if (x->memory != y->memory)
		return x->memory < y->memory ? -1 : 1;
	if (x->match.score != y->match.score)
		return x->match.score > y->match.score ? -1 : 1;
	if (dx != dy)
		return dx > dy ? -1 : 1;
	if (confidence_of(x->unit) != confidence_of(y->unit))
		return confidence_of(x->unit) > confidence_of(y->unit) ? -1 : 1;
	if (x->unit->id != y->unit->id)
		return x->unit->id > y->unit->id ? -1 : 1;
	return (x->from > y->from) - (x->from < y->from);
}

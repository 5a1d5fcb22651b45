/*
 * store_state.c - a unit as a few bytes, for the history
 *
 * What a unit was before a change is kept in past.state: numbers as
 * varints (signed ones zigzag), texts with their length before them,
 *
 *	2 | whole | status position created changed confidence
 *	  | tuid srclang author changer document file | meta | variants
 *	  | path | also
 *
 * The variants are left out where only what is known of the unit changed
 * (whole is 0): they are then those that the unit has. Of a document whose
 * path is known the name is left out, which follows from it. Version 1 ends
 * with the variants.
 */
#include "config.h"

#include "tm/store.h"

#include "tm/store_sql_int.h"

enum { STATE_VERSION = 2, WITHOUT_PLACES = 1 };

/* ---- Packing ----------------------------------------------------------- */

static void
put_number(tm_buf *out, uint64_t n)
{
	for (; n >= 128; n >>= 7)
		tm_buf_addc(out, (char)(n | 128));
	tm_buf_addc(out, (char)n);
}

static void
put_signed(tm_buf *out, int64_t n)
{
	put_number(out, (uint64_t)n << 1 ^ (uint64_t)(n >> 63));
}

static void
put_text(tm_buf *out, tm_str s)
{
	put_number(out, s.n);
	tm_buf_add(out, s.p, s.n);
}

static void
put_meta(tm_buf *out, const tm_meta *meta, size_t n)
{
	put_number(out, n);
	for (size_t i = 0; i < n; i++) {
		put_number(out, meta[i].kind);
		put_text(out, meta[i].type);
		put_text(out, meta[i].lang);
		put_text(out, meta[i].value);
	}
}

static void
put_variant(tm_buf *out, const tm_variant *v)
{
	put_text(out, v->lang);
	put_text(out, v->text);
	put_signed(out, v->created);
	put_signed(out, v->changed);
	put_text(out, v->author);
	put_text(out, v->changer);
	put_number(out, v->n_codes);
	for (size_t i = 0; i < v->n_codes; i++) {
		put_number(out, v->codes[i].at);
		put_text(out, v->codes[i].xml);
	}
	put_meta(out, v->meta, v->n_meta);
}

void
tm_store_pack(const tm_unit *u, bool whole, tm_buf *out)
{
	uint64_t confidence;

	tm_buf_addc(out, STATE_VERSION);
	tm_buf_addc(out, whole);
	put_number(out, u->status);
	put_signed(out, u->position);
	put_signed(out, u->created);
	put_signed(out, u->changed);
	memcpy(&confidence, &u->confidence, sizeof confidence);
	for (int i = 0; i < 8; i++)
		tm_buf_addc(out, (char)(confidence >> 8 * i));
	put_text(out, u->tuid);
	put_text(out, u->srclang);
	put_text(out, u->author);
	put_text(out, u->changer);
	put_text(out, u->path.n > 0 ? TM_STR("") : u->document);
	put_text(out, u->file);
	put_meta(out, u->meta, u->n_meta);
	if (whole) {
		put_number(out, u->n);
		for (size_t i = 0; i < u->n; i++)
			put_variant(out, &u->v[i]);
	}
	put_text(out, u->path);
	put_number(out, u->n_also);
	for (size_t i = 0; i < u->n_also; i++) {
		const tm_stand *p = &u->also[i];

		put_text(out, p->path.n > 0 ? TM_STR("") : p->document);
		put_text(out, p->path);
		put_signed(out, p->position);
	}
}

/* ---- Unpacking: the bytes may be damaged ------------------------------- */

typedef struct cursor {
	const unsigned char *p, *end;
	bool bad;
	tm_arena *arena;
} cursor;

static uint64_t
get_number(cursor *c)
{
	uint64_t n = 0;

	for (int shift = 0; c->p < c->end && shift < 64; shift += 7) {
		unsigned char byte = *c->p++;

		n |= (uint64_t)(byte & 127) << shift;
		if (byte < 128)
			return n;
	}
	c->bad = true;
	return 0;
}

static int64_t
get_signed(cursor *c)
{
	uint64_t n = get_number(c);

	return (int64_t)(n >> 1 ^ (0 - (n & 1)));
}

/* How many there are of what takes least bytes each. */
static size_t
get_count(cursor *c, size_t least)
{
	uint64_t n = get_number(c);

	if (n <= (size_t)(c->end - c->p) / least)
		return (size_t)n;
	c->bad = true;
	return 0;
}

static tm_str
get_text(cursor *c)
{
	size_t n = get_count(c, 1);
	tm_str s = { (const char *)c->p, n };

	c->p += n;
	return n == 0 ? TM_STR("") : tm_arena_str(c->arena, s);
}

static tm_meta *
get_meta(cursor *c, size_t *n)
{
	tm_meta *meta;

	*n = get_count(c, 4);
	meta = tm_arena_zalloc(c->arena, *n, sizeof *meta);
	for (size_t i = 0; i < *n; i++) {
		uint64_t kind = get_number(c);

		c->bad = c->bad || kind > TM_ATTR;
		meta[i].kind = (tm_meta_kind)kind;
		meta[i].type = get_text(c);
		meta[i].lang = get_text(c);
		meta[i].value = get_text(c);
	}
	return meta;
}

static void
get_variant(cursor *c, tm_variant *v)
{
	v->lang = get_text(c);
	v->text = get_text(c);
	v->created = get_signed(c);
	v->changed = get_signed(c);
	v->author = get_text(c);
	v->changer = get_text(c);
	v->n_codes = get_count(c, 2);
	v->codes = tm_arena_zalloc(c->arena, v->n_codes, sizeof *v->codes);
	for (size_t i = 0; i < v->n_codes; i++) {
		v->codes[i].at = (size_t)get_number(c);
		v->codes[i].xml = get_text(c);
	}
	v->meta = get_meta(c, &v->n_meta);
}

static void
get_places(cursor *c, tm_unit *u)
{
	u->path = get_text(c);
	u->n_also = get_count(c, 3);
	u->also = tm_arena_zalloc(c->arena, u->n_also, sizeof *u->also);
	for (size_t i = 0; i < u->n_also; i++) {
		u->also[i].document = get_text(c);
		u->also[i].path = get_text(c);
		u->also[i].position = get_signed(c);
	}
}

bool
tm_store_unpack(tm_str state, tm_arena *arena, tm_unit *u, bool *whole)
{
	cursor c = { (const unsigned char *)state.p,
		(const unsigned char *)state.p + state.n, .arena = arena };
	uint64_t confidence = 0, status;
	int version;

	*u = (tm_unit){ 0 };
	if (state.n < 10 || c.p[1] > 1)
		return false;
	version = c.p[0];
	if (version != STATE_VERSION && version != WITHOUT_PLACES)
		return false;
	*whole = c.p[1] == 1;
	c.p += 2;
	status = get_number(&c);
	c.bad = c.bad || status > TM_REJECTED;
	u->status = (tm_status)status;
	u->position = get_signed(&c);
	u->created = get_signed(&c);
	u->changed = get_signed(&c);
	if (c.end - c.p < 8)
		return false;
	for (int i = 0; i < 8; i++)
		confidence |= (uint64_t)*c.p++ << 8 * i;
	memcpy(&u->confidence, &confidence, sizeof confidence);
	u->tuid = get_text(&c);
	u->srclang = get_text(&c);
	u->author = get_text(&c);
	u->changer = get_text(&c);
	u->document = get_text(&c);
	u->file = get_text(&c);
	u->meta = get_meta(&c, &u->n_meta);
	if (*whole) {
		u->n = get_count(&c, 8);
		u->v = tm_arena_zalloc(arena, u->n, sizeof *u->v);
		for (size_t i = 0; i < u->n; i++)
			get_variant(&c, &u->v[i]);
	}
	if (version != WITHOUT_PLACES)
		get_places(&c, u);
	return !c.bad && c.p == c.end;
}

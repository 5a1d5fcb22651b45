/*
 * store_same.c - what makes a unit itself
 *
 * Whether a unit is there already is asked of unit.hash, the sum of a hash
 * for each thing that makes a unit itself; what has the same hash is then
 * compared.
 */
#include "config.h"

#include "tm/store.h"

#include "tm/store_sql_int.h"
#include "tm/text.h"

/* ---- What makes a unit itself ------------------------------------------ */

/*
 * Props that say where a segment stands. Two units that agree in all but
 * these are two: a translation may depend on what comes before it. OmegaT
 * writes prev, next, file, id and path, memoQ and Trados the others.
 */
static bool
is_context(const tm_meta *meta)
{
	static const char *const names[] = { "context", "context-post",
		"context-pre", "contextcontent", "file", "id", "next", "path",
		"prev" };
	tm_str type = meta->type;

	if (meta->kind != TM_PROP)
		return false;
	if (type.n > 2 && tm_str_ieq(tm_str_sub(type, 0, 2), TM_STR("x-")))
		type = tm_str_sub(type, 2, type.n);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (tm_str_ieq(type, tm_str_of(names[i])))
			return true;
	return false;
}

static uint64_t
mix(uint64_t hash, tm_str s)
{
	hash = (hash ^ tm_str_hash(s)) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

static uint64_t
hash_context(const tm_meta *meta, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		if (is_context(&meta[i]))
			sum += mix(mix(1, meta[i].type), meta[i].value);
	return sum;
}

static uint64_t
hash_variant(const tm_variant *v)
{
	uint64_t h = mix(mix(2, v->lang), v->text);

	for (size_t i = 0; i < v->n_codes; i++)
		h = mix(h + v->codes[i].at, v->codes[i].xml);
	return h;
}

/* Sums, so that the order of variants and props does not matter. */
int64_t
tm_store_hash(const tm_unit *unit)
{
	uint64_t sum = hash_context(unit->meta, unit->n_meta);

	if (unit->tuid.n > 0)
		sum += mix(3, unit->tuid);
	for (size_t i = 0; i < unit->n; i++)
		sum += hash_variant(&unit->v[i]) * 31 +
		       hash_context(unit->v[i].meta, unit->v[i].n_meta);
	return (int64_t)sum;
}

static bool
same_variant(const tm_variant *a, const tm_variant *b)
{
	if (!tm_str_eq(a->lang, b->lang) || !tm_str_eq(a->text, b->text) ||
	    a->n_codes != b->n_codes)
		return false;
	for (size_t i = 0; i < a->n_codes; i++)
		if (a->codes[i].at != b->codes[i].at ||
		    !tm_str_eq(a->codes[i].xml, b->codes[i].xml))
			return false;
	return true;
}

/* Is every variant of a in b? With equal numbers and no variant twice that
 * makes them the same; twice the same is the same as once, then. */
static bool
variants_within(const tm_unit *a, const tm_unit *b)
{
	for (size_t i = 0; i < a->n; i++) {
		size_t j = 0;

		while (j < b->n && !same_variant(&a->v[i], &b->v[j]))
			j++;
		if (j == b->n)
			return false;
	}
	return true;
}

static bool
context_within(const tm_meta *a, size_t n, const tm_meta *b, size_t m)
{
	for (size_t i = 0; i < n; i++) {
		size_t j = 0;

		if (!is_context(&a[i]))
			continue;
		while (j < m &&
		       !(is_context(&b[j]) && tm_str_eq(a[i].type, b[j].type) &&
			   tm_str_eq(a[i].value, b[j].value)))
			j++;
		if (j == m)
			return false;
	}
	return true;
}

bool
tm_store_same(const tm_unit *a, const tm_unit *b)
{
	return a->n == b->n && tm_str_eq(a->tuid, b->tuid) &&
	       variants_within(a, b) && variants_within(b, a) &&
	       context_within(a->meta, a->n_meta, b->meta, b->n_meta) &&
	       context_within(b->meta, b->n_meta, a->meta, a->n_meta);
}

/* ---- Is it fit to be stored? ------------------------------------------- */

static bool
check_text(const tm_unit *unit, tm_str text, tm_error *err)
{
	size_t bad;

	if (tm_text_is_utf8(text, &bad))
		return true;
	return tm_fail(err, TM_INVALID,
	    "a unit of '%.*s' has a text that is not UTF-8 at byte %zu",
	    TM_STR_ARG(unit->document), bad);
}

static bool
check_meta(const tm_unit *unit, const tm_meta *meta, size_t n, tm_error *err)
{
	for (size_t i = 0; i < n; i++)
		if (!check_text(unit, meta[i].type, err) ||
		    !check_text(unit, meta[i].lang, err) ||
		    !check_text(unit, meta[i].value, err))
			return false;
	return true;
}

bool
tm_store_check_unit(const tm_unit *unit, tm_error *err)
{
	if (unit->n == 0)
		return tm_fail(err, TM_INVALID, "a unit has no text at all");
	for (size_t i = 0; i < unit->n; i++) {
		const tm_variant *v = &unit->v[i];
		size_t before = 0;

		if (v->lang.n == 0)
			return tm_fail(err, TM_INVALID,
			    "a variant of a unit has no language");
		if (!check_text(unit, v->text, err) ||
		    !check_text(unit, v->author, err) ||
		    !check_text(unit, v->changer, err) ||
		    !check_meta(unit, v->meta, v->n_meta, err))
			return false;
		for (size_t j = 0; j < v->n_codes; j++) {
			if (v->codes[j].at < before ||
			    v->codes[j].at > v->text.n)
				return tm_fail(err, TM_INVALID,
				    "an inline code stands outside its text");
			before = v->codes[j].at;
			if (!check_text(unit, v->codes[j].xml, err))
				return false;
		}
	}
	return check_meta(unit, unit->meta, unit->n_meta, err) &&
	       check_text(unit, unit->tuid, err) &&
	       check_text(unit, unit->author, err) &&
	       check_text(unit, unit->changer, err);
}

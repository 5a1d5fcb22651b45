/*
 * unit_adapt.h - what becomes of a translation
 *
 *	becomes("en", "ar", "Delete 3 files", "احذف ٣ ملفات", "Delete 5 files",
 *	    "احذف ٥ ملفات");
 */
#ifndef TESTS_UNIT_ADAPT_H
#define TESTS_UNIT_ADAPT_H

#include "unit.h"

#include "tm/adapt.h"
#include "tm/codes.h"

static tm_buf marks[3];
static size_t n_changes; /* of the last adapt() */
static bool first_form;
static tm_arena arena;

static inline tm_str
marked(const char *typed, tm_buf *out)
{
	tm_coded c;

	tm_arena_clear(&arena);
	tm_buf_clear(out);
	tm_codes_read(tm_str_of(typed), &arena, &c);
	tm_codes_mark(c.text, c.codes, c.n_codes, false, out);
	return tm_buf_str(out);
}

/* With codes as they are shown. */
static inline void
show(tm_str s, char *result, size_t size)
{
	tm_str plain, xml;
	tm_buf out = { 0 };
	size_t at = 0;

	while (tm_codes_next(s, &at, &plain, &xml)) {
		tm_buf_add(&out, plain.p, plain.n);
		if (xml.p != NULL)
			tm_code_show(xml, &out);
	}
	snprintf(result, size, "%.*s", TM_STR_ARG(tm_buf_str(&out)));
	tm_buf_release(&out);
}

/* What becomes of the translation of stored for query; "" for nothing. */
static inline const char *
adapt(const char *from, const char *to, const char *stored, const char *target,
    const char *query)
{
	static char result[4000];
	tm_analyser *an = tm_analyser_new(from);
	tm_adapter *a = tm_adapter_new(from, to);
	tm_match_side q = { 0 }, s = { 0 };
	tm_match m = { 0 };
	tm_adapted out = { 0 };
	tm_str t = marked(target, &marks[2]);
	size_t at = 0, was = 0;
	bool some;

	tm_match_side_set(&q, an, marked(query, &marks[0]));
	tm_match_side_set(&s, an, marked(stored, &marks[1]));
	tm_match_compare(&q, &s, &m);
	some = tm_adapt(a, q.text, s.text, m.edits, m.n_edits, t, &out);
	ck_assert(some == (out.n > 0));
	n_changes = out.n;
	first_form = out.n > 0 && out.v[0].check_form;
	/* What is not marked is the translation, byte for byte. */
	for (size_t i = 0; i < out.n; i++) {
		const tm_adapted_at *v = &out.v[i];

		ck_assert_uint_le(at, v->start);
		ck_assert_uint_le(v->start, v->end);
		ck_assert_uint_eq(v->start - at, v->was_start - was);
		ck_assert_int_eq(
		    memcmp(out.text.p + at, t.p + was, v->start - at), 0);
		at = v->end;
		was = v->was_end;
	}
	if (some)
		ck_assert_uint_eq(out.text.n - at, t.n - was);
	show(some ? tm_buf_str(&out.text) : TM_STR(""), result, sizeof result);
	tm_adapted_release(&out);
	tm_match_release(&m);
	tm_match_side_release(&q);
	tm_match_side_release(&s);
	tm_adapter_free(a);
	tm_analyser_free(an);
	return result;
}

#define becomes(from, to, stored, target, query, want) \
	ck_assert_str_eq(adapt(from, to, stored, target, query), want)
#define stays(from, to, stored, target, query) \
	becomes(from, to, stored, target, query, "")

#endif

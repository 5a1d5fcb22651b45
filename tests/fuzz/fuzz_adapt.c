/*
 * fuzz_adapt.c - numbers and dates of a query in a translation
 *
 * The input is the query, the stored text and its translation, a newline
 * between each. What is not marked in the result must be the translation,
 * byte for byte.
 */
#include "config.h"

#include "tm/adapt.h"

#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static tm_str
take_line(tm_str *rest)
{
	const char *end = rest->n == 0 ? NULL : memchr(rest->p, '\n', rest->n);
	size_t n = end == NULL ? rest->n : (size_t)(end - rest->p);
	tm_str line = tm_str_sub(*rest, 0, n);

	*rest = tm_str_sub(*rest, end == NULL ? n : n + 1, rest->n);
	return line;
}

static void
check(const tm_adapted *out, tm_str target)
{
	tm_str text = tm_buf_str(&out->text);
	size_t at = 0, was = 0;

	for (size_t i = 0; i < out->n; i++) {
		const tm_adapted_at *v = &out->v[i];

		must(at <= v->start && v->start <= v->end);
		must(v->end <= text.n && v->was_end <= target.n);
		must(tm_str_eq(tm_str_sub(text, at, v->start),
		    tm_str_sub(target, was, v->was_start)));
		at = v->end;
		was = v->was_end;
	}
	must(tm_str_eq(
	    tm_str_sub(text, at, text.n), tm_str_sub(target, was, target.n)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static tm_analyser *an;
	static tm_adapter *adapter;
	tm_str rest = { n == 0 ? "" : (const char *)data, n };
	tm_str query = take_line(&rest), stored = take_line(&rest);
	tm_match_side q = { 0 }, s = { 0 };
	tm_match m = { 0 };
	tm_adapted out = { 0 };

	if (n > 4096)
		return 0;
	if (adapter == NULL) {
		an = tm_analyser_new("en");
		adapter = tm_adapter_new("en", "ar");
	}
	tm_match_side_set(&q, an, query);
	tm_match_side_set(&s, an, stored);
	tm_match_compare(&q, &s, &m);
	if (tm_adapt(adapter, query, stored, m.edits, m.n_edits, rest, &out)) {
		must(out.n > 0);
		check(&out, rest);
	}
	tm_adapted_release(&out);
	tm_match_release(&m);
	tm_match_side_release(&q);
	tm_match_side_release(&s);
	return 0;
}

/*
 * fuzz_codes.c - inline codes in what somebody typed
 *
 * Whatever is read as codes must come apart again into the same text and
 * codes, lie in order, and leave the words as they are without it; the
 * input itself, as a marked text, must be walked through to its end.
 */
#include "config.h"

#include <stdlib.h>

#include "tm/codes.h"
#include "tm/text_int.h"

#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool
has_marks(tm_str s)
{
	return s.n > 0 && (memchr(s.p, TM_CODE_SO, s.n) != NULL ||
			      memchr(s.p, TM_CODE_SI, s.n) != NULL);
}

static void
check_apart(tm_str marked, const tm_coded *c, tm_arena *arena)
{
	tm_coded back;
	tm_buf again = { 0 };

	tm_codes_split(marked, arena, &back);
	must(tm_str_eq(back.text, c->text));
	must(back.n_codes == c->n_codes);
	for (size_t i = 0; i < c->n_codes; i++)
		must(back.codes[i].at == c->codes[i].at);
	/* One way of writing is that of what it wrote. */
	tm_codes_mark(back.text, back.codes, back.n_codes, true, &again);
	must(tm_str_eq(tm_buf_str(&again), marked));
	tm_buf_release(&again);
}

static void
check_words(const tm_coded *c, tm_buf *marked)
{
	tm_analyser *an = tm_analyser_new("ar");
	tm_tokens plain = { 0 }, coded = { 0 };
	size_t k = 0;

	tm_buf_clear(marked);
	tm_codes_mark(c->text, c->codes, c->n_codes, false, marked);
	tm_analyse(an, c->text, &plain);
	tm_analyse(an, tm_buf_str(marked), &coded);
	for (size_t i = 0; i < coded.n; i++) {
		const tm_token *t = &coded.v[i];

		if (marked->p[t->start] == TM_CODE_SO) {
			must(t->kind == TM_CODE && t->plain.n > 0);
			continue;
		}
		must(k < plain.n && tm_str_eq(t->plain, plain.v[k].plain));
		k++;
	}
	must(k == plain.n && coded.n == plain.n + c->n_codes);
	tm_tokens_release(&plain);
	tm_tokens_release(&coded);
	tm_analyser_free(an);
}

static void
check_read(tm_str text, tm_arena *arena, bool tags)
{
	tm_buf marked = { 0 };
	tm_coded c;

	if (tags)
		tm_codes_read_tags(text, arena, &c);
	else
		tm_codes_read(text, arena, &c);
	for (size_t i = 0; i < c.n_codes; i++) {
		must(c.codes[i].at <= c.text.n);
		must(i == 0 || c.codes[i - 1].at <= c.codes[i].at);
		tm_buf_clear(&marked);
		tm_code_show(c.codes[i].xml, &marked);
		tm_code_show_native(c.codes[i].xml, &marked);
		must(marked.n >= 3 && marked.p[0] == '<');
	}
	if (!has_marks(text)) {
		tm_buf_clear(&marked);
		tm_codes_mark(c.text, c.codes, c.n_codes, true, &marked);
		check_apart(tm_buf_str(&marked), &c, arena);
		check_words(&c, &marked);
	}
	tm_buf_release(&marked);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	tm_str text = { (const char *)data, n }, plain, xml;
	tm_arena arena = { 0 };
	size_t at = 0, seen = 0;

	check_read(text, &arena, false);
	check_read(text, &arena, true);
	while (tm_codes_next(text, &at, &plain, &xml))
		seen += plain.n + (xml.p == NULL ? 0 : xml.n + 2);
	must(seen == n);
	tm_arena_release(&arena);
	return 0;
}

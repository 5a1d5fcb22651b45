/*
 * fuzz_match.c - comparing two texts, and finding one by the other
 *
 * The input is the query, a newline, and the stored text, as they stand and
 * then with what somebody would type for inline codes. The rate must be
 * the same both ways round, its ledger must sum up, the edit script must
 * cover both texts in order, and an index must find what the rate says.
 */
#include "config.h"

#include <stdlib.h>

#include "tm/codes.h"
#include "tm/fuzzy.h"
#include "tm/match.h"

#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
check_match(const tm_match *m, tm_str query, tm_str stored)
{
	size_t a = 0, b = 0;
	int lost = 0;

	for (size_t i = 0; i < m->n_ledger; i++)
		lost += m->ledger[i].points;
	must(m->rate >= 0 && m->rate + lost == 100);
	for (size_t i = 0; i < m->n_edits; i++) {
		const tm_edit *e = &m->edits[i];

		must(a <= e->a_start && e->a_start <= e->a_end);
		must(b <= e->b_start && e->b_start <= e->b_end);
		a = e->a_end;
		b = e->b_end;
	}
	must(a <= stored.n && b <= query.n);
}

static void
check_index(const tm_match_side *q, tm_str stored, int rate, double score)
{
	tm_fuzzy_builder *builder = tm_fuzzy_builder_new("ar");
	tm_search search = { .min = rate < 1 ? 1 : rate > 99 ? 99 : rate };
	tm_fuzzy *index;
	char *image;
	size_t size;
	FILE *fp = open_memstream(&image, &size);

	tm_fuzzy_builder_add(builder, 7, 0, TM_STR("another text"));
	tm_fuzzy_builder_add(builder, 8, 0, stored);
	tm_fuzzy_builder_write(builder, fp);
	must(fclose(fp) == 0);
	index = tm_fuzzy_open((tm_str){ image, size }, NULL);
	must(index != NULL && tm_fuzzy_check(index, NULL));
	must(tm_fuzzy_search(
	    &search, &(tm_haystack){ .index = index, .query = q }, 1, NULL));
	if (rate >= 1) {
		size_t k = 0;

		while (k < search.n && search.hits[k].id != 8)
			k++;
		must(k < search.n);
		must(rate == 100 || search.hits[k].score == score);
	}
	tm_search_release(&search);
	tm_fuzzy_free(index);
	tm_fuzzy_builder_free(builder);
	free(image);
}

static void
check_pair(tm_analyser *an, tm_str query, tm_str stored)
{
	tm_match_side q = { 0 }, s = { 0 };
	tm_match there = { 0 }, back = { 0 };

	tm_match_side_set(&q, an, query);
	tm_match_side_set(&s, an, stored);
	tm_match_compare(&q, &s, &there);
	check_match(&there, query, stored);
	tm_match_compare(&s, &q, &back);
	check_match(&back, stored, query);
	must(there.rate == back.rate);
	check_index(&q, stored, there.rate, there.score);
	tm_match_release(&there);
	tm_match_release(&back);
	tm_match_side_release(&q);
	tm_match_side_release(&s);
}

static void
read_codes(tm_str typed, tm_arena *arena, tm_buf *out)
{
	tm_coded c;

	tm_codes_read(typed, arena, &c);
	tm_codes_mark(c.text, c.codes, c.n_codes, false, out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *text = (const char *)data;
	const char *newline = n == 0 ? NULL : memchr(text, '\n', n);
	size_t split = newline == NULL ? n : (size_t)(newline - text);
	tm_str query = { text, split };
	tm_str stored = { text + split, n - split };
	tm_arena arena = { 0 };
	tm_buf a = { 0 }, b = { 0 };
	tm_analyser *an;

	if (newline != NULL)
		stored = tm_str_sub(stored, 1, stored.n);
	/* The time goes with the product of the lengths. */
	if (n > 4096)
		return 0;
	an = tm_analyser_new("ar");
	check_pair(an, query, stored);
	read_codes(query, &arena, &a);
	read_codes(stored, &arena, &b);
	check_pair(an, tm_buf_str(&a), tm_buf_str(&b));
	tm_buf_release(&a);
	tm_buf_release(&b);
	tm_arena_release(&arena);
	tm_analyser_free(an);
	return 0;
}

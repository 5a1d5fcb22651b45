#include "config.h"

#include "unit.h"

#include <math.h>

#include "tm/align_score_int.h"

#define MOST 4
#define WORDS 24

/* A text of the words w0 .. w23 in the order of at, cut behind word cut - 1. */
static void
load(side *s, const unsigned *at, size_t cut)
{
	tm_buf text[2] = { { 0 }, { 0 } };
	tm_str v[2];
	tm_align_side of = { "en", v, cut < WORDS ? 2 : 1, NULL };

	for (size_t k = 0; k < WORDS; k++) {
		tm_buf *to = &text[k >= cut];

		tm_buf_addc(to, (char)('b' + at[k] / 5));
		tm_buf_addc(to, (char)('b' + at[k] % 5));
		tm_buf_adds(to, "x ");
	}
	for (int k = 0; k < 2; k++)
		v[k] = tm_buf_str(&text[k]);
	side_load(s, &of);
	ck_assert_uint_eq(s->vocab.n, WORDS);
	for (int k = 0; k < 2; k++)
		tm_buf_release(&text[k]);
}

/* What the words of all sentences are worth together, when each explains
 * itself, n of them. */
static double
worth(const unsigned *order, size_t cut_src, size_t cut_tgt, size_t n)
{
	unsigned usual[WORDS];
	static const float gives[2] = { 3, 3 };
	float none[MOST] = { 0 };
	float *const base[2] = { none, none };
	side s[2];
	band b = { 0 };
	places *p;
	double score;

	for (unsigned k = 0; k < WORDS; k++)
		usual[k] = k;
	load(&s[0], usual, cut_src);
	load(&s[1], order, cut_tgt);
	band_full(&b, s[0].n, s[1].n);
	p = places_new(s, &b, base);
	places_rows(p, 0, s[0].n);
	for (size_t i = 0; i < s[0].n; i++) {
		size_t place = 0;

		places_begin_sentence(p, i);
		for (size_t k = s[0].start[i]; k < s[0].start[i + 1]; k++) {
			uint32_t f = s[0].bag[k].id;
			uint32_t e =
			    tm_vocab_find(&s[1].vocab, s[0].vocab.v[f]);

			if (f < n)
				places_add(p, i, place, 1, e, gives);
			place++;
		}
	}
	score = places_score(
	    p, 0, 0, (bead_type){ (uint8_t)s[0].n, (uint8_t)s[1].n });
	places_free(p);
	band_release(&b);
	side_release(&s[0]);
	side_release(&s[1]);
	return score;
}

START_TEST(words_in_order_are_worth_more)
{
	unsigned forth[WORDS], back[WORDS], swapped[WORDS];
	double best, middle, least;

	for (unsigned k = 0; k < WORDS; k++) {
		forth[k] = k;
		back[k] = WORDS - 1 - k;
		swapped[k] = k ^ 1;
	}
	best = worth(forth, WORDS, WORDS, WORDS);
	middle = worth(swapped, WORDS, WORDS, WORDS);
	least = worth(back, WORDS, WORDS, WORDS);
	ck_assert(best > middle);
	ck_assert(middle > least + 1);
	ck_assert(least > 0);
}
END_TEST

/* ... so that a bead of 2-2 is not worth less than what it says. */
START_TEST(it_does_not_matter_where_sentences_end)
{
	unsigned forth[WORDS];
	double whole;

	for (unsigned k = 0; k < WORDS; k++)
		forth[k] = k;
	whole = worth(forth, WORDS, WORDS, WORDS);
	for (size_t cut = 1; cut < WORDS; cut++)
		ck_assert(
		    fabs(worth(forth, cut, WORDS - cut, WORDS) - whole) < 1e-3);
}
END_TEST

/* A word that stands at each place in turn gains what it loses. */
START_TEST(places_are_even_on_average)
{
	unsigned order[WORDS];
	double sum = 0;

	for (unsigned at = 0; at < WORDS; at++) {
		for (unsigned k = 0; k < WORDS; k++)
			order[k] = k == at ? 0 : k < at ? k + 1 : k;
		/* Two logs of 1 + 3 h / l. */
		sum += exp(worth(order, WORDS, WORDS, 1) / 2) - 1;
	}
	ck_assert(fabs(sum / 3 - 1) < .1);
}
END_TEST

UNIT_MAIN("align_place", words_in_order_are_worth_more,
    it_does_not_matter_where_sentences_end, places_are_even_on_average)

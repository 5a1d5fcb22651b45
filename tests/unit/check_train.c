#include "config.h"

#include "unit.h"

#include "tm/lexicon_int.h"
#include "tm/train.h"

static const char *const lessons[][2] = {
	{ "البيت كبير", "the house is big" },
	{ "البيت صغير", "the house is small" },
	{ "الكتاب كبير", "the book is big" },
	{ "الكتاب صغير", "the book is small" },
	{ "السيارة كبيرة", "the car is big" },
	{ "سيارة صغيرة", "a small car" },
	{ "كتاب عن البيت", "a book about the house" },
};

static void
add_lessons(tm_trainer *tr, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++)
		for (int again = 0; again < 6; again++)
			tm_trainer_add(tr, tm_str_of(lessons[i % 7][0]),
			    tm_str_of(lessons[i % 7][1]), 1);
}

static void
teach(size_t first, size_t end, const tm_taught *before, tm_taught *taught)
{
	tm_trainer *tr = tm_trainer_new();
	tm_error err;

	if (before != NULL)
		tm_trainer_resume(tr, before);
	add_lessons(tr, first, end);
	ck_assert(tm_trainer_run(tr, NULL, NULL, taught, &err));
	tm_trainer_free(tr);
}

/* count[d] of two words by their keys; 0 when they are no pair. */
static double
count_of(const tm_taught *t, const char *from, const char *to, int d)
{
	for (size_t k = 0; k < t->n_pairs; k++)
		if (tm_str_eq(
			t->word[0][t->pair[k].from].key, tm_str_of(from)) &&
		    tm_str_eq(t->word[1][t->pair[k].to].key, tm_str_of(to)))
			return t->pair[k].count[d];
	return 0;
}

START_TEST(words_that_meet_translate_each_other)
{
	tm_taught t = { 0 };

	teach(0, 7, NULL, &t);
	ck_assert(t.pairs == 42);
	ck_assert(count_of(&t, "wبيت", "whous", 0) >
		  2 * count_of(&t, "wبيت", "wbook", 0));
	ck_assert(count_of(&t, "wصغير", "wsmall", 1) >
		  2 * count_of(&t, "wصغير", "whous", 1));
	for (size_t k = 0; k < t.n_pairs; k++) {
		const tm_taught_pair *p = &t.pair[k];

		ck_assert_uint_lt(p->from, t.n_words[0]);
		ck_assert_uint_lt(p->to, t.n_words[1]);
		ck_assert_uint_ge(p->together, 2);
		for (int d = 0; d < 2; d++)
			ck_assert(p->count[d] >= 0 &&
				  p->count[d] <= p->together + .001);
		if (k > 0)
			ck_assert(p[-1].from < p->from ||
				  (p[-1].from == p->from && p[-1].to < p->to));
	}
	tm_taught_release(&t);
}
END_TEST

START_TEST(the_same_pairs_teach_the_same)
{
	tm_taught a = { 0 }, b = { 0 };

	teach(0, 7, NULL, &a);
	teach(0, 7, NULL, &b);
	ck_assert_uint_eq(a.n_pairs, b.n_pairs);
	for (size_t k = 0; k < a.n_pairs; k++) {
		const tm_taught_pair *x = &a.pair[k], *y = &b.pair[k];

		ck_assert_uint_eq(x->from, y->from);
		ck_assert_uint_eq(x->to, y->to);
		ck_assert_uint_eq(x->together, y->together);
		ck_assert(x->count[0] == y->count[0]);
		ck_assert(x->count[1] == y->count[1]);
	}
	tm_taught_release(&a);
	tm_taught_release(&b);
}
END_TEST

START_TEST(one_can_go_on_from_what_was_taught)
{
	tm_taught first = { 0 }, more = { 0 }, all = { 0 };

	teach(0, 5, NULL, &first);
	teach(5, 7, &first, &more);
	teach(0, 7, NULL, &all);
	ck_assert(more.pairs == all.pairs);
	ck_assert(count_of(&more, "wسيار", "wcar", 0) > 0);
	/* What the new pairs do not speak of stays. */
	ck_assert(count_of(&more, "wبير", "wbig", 0) > 0);
	ck_assert(count_of(&more, "wبيت", "whous", 0) >=
		  count_of(&first, "wبيت", "whous", 0));
	ck_assert(count_of(&more, "wبيت", "whous", 0) >
		  .5 * count_of(&all, "wبيت", "whous", 0));
	tm_taught_release(&first);
	tm_taught_release(&more);
	tm_taught_release(&all);
}
END_TEST

START_TEST(nothing_teaches_nothing)
{
	static const char *const odd[] = { "", " ", "12 13", "%s {0}",
		"\xff\xfe", "...", "\xf0\x9f", "?" };
	tm_trainer *tr = tm_trainer_new();
	tm_taught t = { 0 };
	tm_buf long_text = { 0 };
	tm_error err;

	ck_assert(tm_trainer_run(tr, NULL, NULL, &t, &err));
	ck_assert_uint_eq(t.n_pairs, 0);
	for (size_t i = 0; i < 8; i++)
		for (size_t j = 0; j < 8; j++)
			tm_trainer_add(
			    tr, tm_str_of(odd[i]), tm_str_of(odd[j]), 1);
	for (int i = 0; i < 5000; i++)
		tm_buf_printf(&long_text, "w%dx ", i);
	for (int i = 0; i < 3; i++) {
		tm_trainer_add(
		    tr, tm_buf_str(&long_text), tm_buf_str(&long_text), 1);
		tm_trainer_add(tr, TM_STR("a"), tm_buf_str(&long_text), 1);
		tm_trainer_add(tr, tm_buf_str(&long_text), TM_STR("a"), 1);
		tm_trainer_add(tr, TM_STR("cat"), TM_STR("قطة"), 0);
		tm_trainer_add(tr, TM_STR("cat"), TM_STR("قطة"), -1);
		tm_trainer_add(
		    tr, TM_STR("cat"), TM_STR("قطة"), strtod("nan", NULL));
	}
	ck_assert(tm_trainer_run(tr, NULL, NULL, &t, &err));
	ck_assert_uint_eq(count_of(&t, "wcat", "wقط", 0) == 0, 1);
	tm_buf_release(&long_text);
	tm_taught_release(&t);
	tm_trainer_free(tr);
}
END_TEST

START_TEST(a_damaged_table_does_no_harm)
{
	tm_taught_word words[] = { { TM_STR("wa"), 2 }, { TM_STR("wa"), 3 },
		{ TM_STR(""), -4 } };
	tm_taught_pair pairs[] = { { 0, 7, 2, { 1, 1 } }, { 9, 0, 2, { 1, 1 } },
		{ 1, 1, 0, { -3, 1e300 } }, { 0, 0, 5, { 2, 2 } },
		{ 1, 0, 5, { 2, 2 } }, { 2, 2, 3, { 1, 1 } } };
	tm_taught t = { .pairs = 1,
		.word = { words, words },
		.n_words = { 3, 3 },
		.pair = pairs,
		.n_pairs = 6 };
	tm_lexicon *lex = tm_lexicon_new("ar", "en");
	tm_taught after = { 0 };

	teach(0, 7, &t, &after);
	tm_lexicon_add_taught(lex, &t, false);
	tm_lexicon_add_taught(lex, &t, true);
	for (size_t k = 0; k < lex->trained.n_entries; k++)
		for (int d = 0; d < 2; d++)
			ck_assert(lex->trained.entry[k].t[d] >= 0 &&
				  lex->trained.entry[k].t[d] <= 1);
	tm_lexicon_free(lex);
	tm_taught_release(&after);
}
END_TEST

static double
share_of(const tm_lexicon *lex, const char *from, const char *to)
{
	const tm_lex_trained *t = &lex->trained;
	uint32_t f = tm_vocab_find(&t->from, tm_str_of(from));
	uint32_t e = tm_vocab_find(&t->to, tm_str_of(to));

	if (f == TM_NO_WORD || e == TM_NO_WORD)
		return 0;
	for (uint32_t k = t->start[f]; k < t->start[f + 1]; k++)
		if (t->entry[k].to == e)
			return (double)t->entry[k].t[0];
	return 0;
}

START_TEST(a_lexicon_takes_it_in_either_way_and_within_its_limit)
{
	tm_lexicon *there = tm_lexicon_new("ar", "en");
	tm_lexicon *back = tm_lexicon_new("en", "ar");
	tm_str text = TM_STR("a house");
	tm_taught t = { 0 };

	teach(0, 7, NULL, &t);
	tm_lexicon_add_taught(there, &t, false);
	ck_assert(share_of(there, "wبيت", "whous") > .3);
	tm_lexicon_limit(back, &text, 1);
	tm_lexicon_add_taught(back, &t, true);
	ck_assert(share_of(back, "whous", "wبيت") > .3);
	ck_assert(share_of(back, "wsmall", "wصغير") == 0);
	ck_assert_uint_lt(tm_lexicon_size(back), tm_lexicon_size(there));
	tm_lexicon_free(there);
	tm_lexicon_free(back);
	tm_taught_release(&t);
}
END_TEST

static bool
stop_at_half(void *self, double done)
{
	double *last = self;

	ck_assert(done >= *last && done <= 1);
	*last = done;
	return done < .5;
}

START_TEST(training_can_be_stopped)
{
	tm_trainer *tr = tm_trainer_new();
	tm_taught t = { 0 };
	double last = 0;
	tm_error err;

	add_lessons(tr, 0, 70);
	ck_assert(!tm_trainer_run(tr, stop_at_half, &last, &t, &err));
	ck_assert_int_eq(err.code, TM_INVALID);
	ck_assert_uint_eq(t.n_pairs, 0);
	tm_trainer_free(tr);
}
END_TEST

UNIT_MAIN("train", words_that_meet_translate_each_other,
    the_same_pairs_teach_the_same, one_can_go_on_from_what_was_taught,
    nothing_teaches_nothing, a_damaged_table_does_no_harm,
    a_lexicon_takes_it_in_either_way_and_within_its_limit,
    training_can_be_stopped)

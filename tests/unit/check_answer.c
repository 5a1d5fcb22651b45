#include "config.h"

#include "unit.h"

#include "tm/answer.h"

static const char *const pairs[][2] = { { "the old house", "البيت القديم" },
	{ "an old man", "رجل قديم" }, { "a white house", "بيت أبيض" },
	{ "the white man", "الرجل الأبيض" }, { "my house", "بيتي" },
	{ "the old book", "الكتاب القديم" }, { "a white book", "كتاب أبيض" } };

static tm_taught taught;

static void
teach(void)
{
	tm_trainer *tr = tm_trainer_new();
	tm_error err;

	for (int round = 0; round < 20; round++)
		for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
			tm_trainer_add(tr, tm_str_of(pairs[i][0]),
			    tm_str_of(pairs[i][1]), 1);
	ck_assert_msg(
	    tm_trainer_run(tr, NULL, NULL, &taught, &err), "%s", err.msg);
	tm_trainer_free(tr);
}

/* The words of translation that answer phrase, joined by bars. */
static const char *
answers(int side, const char *phrase, const char *translation)
{
	static char out[400];
	tm_answers *a =
	    side == 0 ? tm_answers_new("en", "ar") : tm_answers_new("ar", "en");
	tm_marked *v = NULL;
	size_t cap = 0, n, n_keys, at = 0;

	tm_answers_ask(a, tm_str_of(phrase));
	tm_answers_ask(a, tm_str_of(phrase));
	tm_answers_keys(a, &n_keys);
	ck_assert_uint_le(n_keys, 8);
	tm_answers_learn(a, &taught, side);
	n = tm_answers_mark(
	    a, tm_str_of(phrase), tm_str_of(translation), &v, &cap);
	out[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		ck_assert_uint_le(at, v[i].start);
		ck_assert_uint_lt(v[i].start, v[i].end);
		at = v[i].end;
		strncat(out, translation + v[i].start, v[i].end - v[i].start);
		strcat(out, "|");
	}
	free(v);
	tm_answers_free(a);
	return out;
}

START_TEST(words_that_answer_are_marked)
{
	teach();
	ck_assert_str_eq(answers(0, "house", "رأيت البيت الأبيض"), "البيت|");
	ck_assert_str_eq(
	    answers(0, "white house", "رأيت البيت الأبيض"), "البيت|الأبيض|");
	ck_assert_str_eq(answers(1, "كتاب", "I read the old books"), "books|");
	ck_assert_str_eq(answers(0, "zebra", "البيت"), "");
	ck_assert_str_eq(answers(0, "", "البيت"), "");
	ck_assert_str_eq(answers(0, "house", ""), "");
	ck_assert_str_eq(answers(0, "\xff 12 ...", "\xed\xa0\x80"), "");
	tm_taught_release(&taught);
}
END_TEST

START_TEST(nothing_taught_is_nothing_marked)
{
	ck_assert_str_eq(answers(0, "house", "البيت"), "");
}
END_TEST

UNIT_MAIN(
    "answer", words_that_answer_are_marked, nothing_taught_is_nothing_marked)

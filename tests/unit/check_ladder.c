#include "config.h"

#include "unit.h"

#include <unistd.h>

#include "tm/ladder.h"

static bool
read_text(const char *text, tm_ladder *ladder, tm_error *err)
{
	char path[] = "/tmp/tm-check-XXXXXX";
	int fd = mkstemp(path);
	bool ok;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (int)strlen(text));
	close(fd);
	ok = tm_ladder_read(path, ladder, err);
	unlink(path);
	return ok;
}

START_TEST(a_ladder_is_read)
{
	tm_ladder l = { 0 };
	tm_error err;

	ck_assert(
	    read_text("# gold\n[]:[0] # a headline\r\n\n [0, 1] : [2]:0.5\n"
		      "[]:[]\n[3,2,3]:[]:12.5\n",
		&l, &err));
	ck_assert_uint_eq(l.n, 3);
	ck_assert_uint_eq(l.v[0].n_src, 0);
	ck_assert_uint_eq(l.v[0].tgt[0], 0);
	ck_assert_uint_eq(l.v[1].n_src, 2);
	ck_assert_uint_eq(l.v[1].src[1], 1);
	ck_assert(l.v[1].confidence == .5);
	ck_assert(l.v[0].confidence < 0);
	ck_assert(l.v[2].confidence < 0);
	ck_assert_uint_eq(l.v[2].n_src, 2);
	ck_assert_uint_eq(l.v[2].src[1], 3);
	tm_ladder_release(&l);
}
END_TEST

START_TEST(what_is_no_ladder_is_refused_with_its_line)
{
	static const char *const bad[] = { "x", "[0]", "[0]:", "[0]:[1",
		"[0:[1]", "[a]:[1]", "[0]:[1,]", "[99999999999999999999]:[0]",
		"[0 1]:[2]", "[0]:[0] [1]:[1]", "[0]:[0] 0.5",
		"[0]:[0]:", "[0]:[0]:sure", "[0]:[0]:0.5 x" };
	tm_ladder l = { 0 };
	tm_error err;
	tm_buf text = { 0 };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		tm_buf_clear(&text);
		tm_buf_printf(&text, "[0]:[0]\n%s\n", bad[i]);
		ck_assert_msg(!read_text(text.p, &l, &err), "%s", bad[i]);
		ck_assert_int_eq(err.code, TM_PARSE);
		ck_assert_msg(
		    strstr(err.msg, "line 2:") != NULL, "%s", err.msg);
	}
	tm_buf_release(&text);
	tm_ladder_release(&l);
}
END_TEST

START_TEST(a_sentence_in_two_beads_is_named)
{
	tm_ladder l = { 0 };
	tm_error err;

	ck_assert(read_text("[0]:[0]\n[1]:[]\n[]:[1]\n[2,3]:[2]\n", &l, &err));
	ck_assert(tm_ladder_once(&l, "x", &err));
	ck_assert(read_text("[0]:[0]\n[3]:[1]\n[2,3]:[2]\n", &l, &err));
	ck_assert(!tm_ladder_once(&l, "x", &err));
	ck_assert_str_eq(
	    err.msg, "'x': sentence 3 of the source is in two beads");
	ck_assert(read_text("[0]:[7]\n[1]:[7]\n", &l, &err));
	ck_assert(!tm_ladder_once(&l, "x", &err));
	ck_assert_str_eq(
	    err.msg, "'x': sentence 7 of the target is in two beads");
	tm_ladder_release(&l);
}
END_TEST

START_TEST(scores_follow_their_definition)
{
	tm_ladder gold = { 0 }, test = { 0 };
	tm_ladder_score s = { 0 };
	tm_error err;

	ck_assert(read_text(
	    "[0]:[0]\n[1]:[1,2]\n[2]:[]\n[3]:[3]\n[4]:[4]\n", &gold, &err));
	ck_assert(read_text("[0]:[0]:0.999\n[1]:[1]:0.6\n[]:[2]\n[2]:[]\n"
			    "[3,4]:[3,4]:0.4\n",
	    &test, &err));
	tm_ladder_add_score(&gold, &test, &s);
	ck_assert_uint_eq(s.test, 5);
	ck_assert_uint_eq(s.strict, 2); /* [0]:[0] and [2]:[] */
	ck_assert_uint_eq(s.lax, 4);	/* all but []:[2] */
	ck_assert_uint_eq(s.gold, 4);
	ck_assert_uint_eq(s.found_strict, 1);
	ck_assert_uint_eq(s.found_lax, 4);
	ck_assert_uint_eq(s.bin[0].n, 1);
	ck_assert_uint_eq(s.bin[1].n, 1);
	ck_assert_uint_eq(s.bin[7].n, 1);
	ck_assert_uint_eq(s.bin[7].right, 1);
	ck_assert_double_eq_tol(tm_ladder_strict(&s).precision, .4, 1e-9);
	ck_assert_double_eq_tol(tm_ladder_strict(&s).recall, .25, 1e-9);
	ck_assert_double_eq_tol(tm_ladder_lax(&s).recall, 1, 1e-9);
	tm_ladder_release(&gold);
	tm_ladder_release(&test);
}
END_TEST

START_TEST(nothing_scores_nothing)
{
	tm_ladder none = { 0 };
	tm_ladder_score s = { 0 };

	tm_ladder_add_score(&none, &none, &s);
	ck_assert(tm_ladder_strict(&s).f1 == 0);
	ck_assert(tm_ladder_lax(&s).f1 == 0);
}
END_TEST

UNIT_MAIN("ladder", a_ladder_is_read,
    what_is_no_ladder_is_refused_with_its_line,
    a_sentence_in_two_beads_is_named, scores_follow_their_definition,
    nothing_scores_nothing)

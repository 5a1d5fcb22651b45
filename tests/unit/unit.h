/*
 * unit.h - what every Check program begins with
 *
 *	START_TEST(spans_cover_every_byte_in_order) { ... } END_TEST
 *
 *	UNIT_MAIN("segment", spans_cover_every_byte_in_order, ...)
 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <check.h>
#include <stdarg.h>
#include <stdlib.h>

#include "tm/base.h"

#define ck_assert_tm_str_eq(s, literal)                             \
	do {                                                        \
		tm_str got_ = (s);                                  \
		ck_assert_msg(tm_str_eq(got_, tm_str_of(literal)),  \
		    "'%.*s', not '%s'", TM_STR_ARG(got_), literal); \
	} while (0)

/* A command that must go well. */
static inline void shell(const char *fmt, ...) TM_PRINTF(1, 2);

static inline void
shell(const char *fmt, ...)
{
	tm_buf cmd = { 0 };
	va_list ap;

	va_start(ap, fmt);
	tm_buf_vprintf(&cmd, fmt, ap);
	va_end(ap);
	ck_assert_msg(system(cmd.p) == 0, "%s", cmd.p);
	tm_buf_release(&cmd);
}

/* Tests that have so many seconds each, and this done before and after each;
 * setup and teardown may be NULL. */
static inline TCase *
unit_case(
    int seconds, SFun setup, SFun teardown, const TTest *const *tests, size_t n)
{
	TCase *tcase = tcase_create("all");

	tcase_set_timeout(tcase, seconds);
	tcase_add_checked_fixture(tcase, setup, teardown);
	for (size_t i = 0; i < n; i++)
		tcase_add_test(tcase, tests[i]);
	return tcase;
}

/* Runs them and reports each; the status to exit with. */
static inline int
unit_run(const char *name, TCase *tcase)
{
	Suite *suite = suite_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#define UNIT_MAIN_WITH(name, seconds, setup, teardown, ...)          \
	int main(void)                                               \
	{                                                            \
		const TTest *const tests[] = { __VA_ARGS__ };        \
		return unit_run(                                     \
		    name, unit_case(seconds, setup, teardown, tests, \
			      sizeof tests / sizeof tests[0]));      \
	}

#define UNIT_MAIN(name, ...) UNIT_MAIN_WITH(name, 60, NULL, NULL, __VA_ARGS__)

#endif

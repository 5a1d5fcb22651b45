/* check_align_logs.c - the fast sums are those of the library, to nine digits
 */
#include "config.h"

#include "unit.h"

#include "tm/align_logs_int.h"
#include "unit_random.h"

START_TEST(fast_is_as_good_as_slow)
{
	have_curves();
	for (int i = 0; i <= 1000 * NEGLIGIBLE; i++) {
		double x = i / 1e3;

		ck_assert_double_lt(fabs(fast_exp(-x) / exp(-x) - 1), 1e-9);
		ck_assert_double_lt(fabs(soft(x) - log1p(exp(-x))), 1e-9);
	}
}
END_TEST

START_TEST(a_sum_does_not_depend_on_its_order)
{
	double x[50], all = 0, pairs = NEVER;
	struct log_sum up = { NEVER, 0 }, down = { NEVER, 0 };

	have_curves();
	for (int i = 0; i < 50; i++) {
		x[i] = -(double)roll(3000) / 100;
		all += exp(x[i]);
		pairs = log_add(pairs, x[i]);
		log_sum_add(&up, x[i]);
	}
	for (int i = 50; i-- > 0;)
		log_sum_add(&down, x[i]);
	ck_assert_double_lt(fabs(log_sum_get(&up) - log(all)), 1e-8);
	ck_assert_double_lt(fabs(log_sum_get(&down) - log(all)), 1e-8);
	ck_assert_double_lt(fabs(pairs - log(all)), 1e-8);
}
END_TEST

START_TEST(what_never_happens_adds_nothing)
{
	struct log_sum s = { NEVER, 0 };

	have_curves();
	ck_assert_double_eq(log_sum_get(&s), NEVER);
	log_sum_add(&s, NEVER);
	log_sum_add(&s, -3);
	ck_assert_double_eq(log_sum_get(&s), -3);
	ck_assert_double_eq(log_add(NEVER, -3), -3);
}
END_TEST

UNIT_MAIN("align_logs", fast_is_as_good_as_slow,
    a_sum_does_not_depend_on_its_order, what_never_happens_adds_nothing)

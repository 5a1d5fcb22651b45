/*
 * check_layers.c - what was touched is known, and layers stay few and true
 */
#include "config.h"

#include "unit.h"

#include "tm/store_layers_int.h"

/* ---- Touches ----------------------------------------------------------- */

START_TEST(a_touch_is_known_among_many_others)
{
	tm_touched t = { 0 };
	const int64_t n = 10000, apart = INT64_C(1) << 20;

	ck_assert_int_eq(tm_touched_when(&t, 1), 0);
	/* Ids that have their last twenty bits in common, too. */
	for (int64_t i = 1; i <= n; i++) {
		tm_touched_note(&t, i, 2 * i);
		tm_touched_note(&t, i * apart, 2 * i + 1);
	}
	for (int64_t i = 1; i <= n; i++) {
		ck_assert_int_eq(tm_touched_when(&t, i), 2 * i);
		ck_assert_int_eq(tm_touched_when(&t, i * apart), 2 * i + 1);
		ck_assert_int_eq(tm_touched_when(&t, i * apart + 1), 0);
	}
	ck_assert_uint_eq(t.n, (size_t)(2 * n));
	tm_touched_clear(&t);
	ck_assert_int_eq(tm_touched_when(&t, 1), 0);
}
END_TEST

START_TEST(the_last_touch_counts)
{
	tm_touched t = { 0 };
	tm_moment early = { &t, 3 }, late = { &t, 7 };

	tm_touched_note(&t, 50, 2);
	tm_touched_note(&t, 51, 5);
	ck_assert(tm_moment_holds(&early, 50));
	tm_touched_note(&t, 50, 6);
	ck_assert_uint_eq(t.n, 2);
	ck_assert_int_eq(tm_touched_when(&t, 50), 6);
	ck_assert(tm_moment_lost(&early, 50));
	ck_assert(tm_moment_holds(&late, 50));
	ck_assert(tm_moment_holds(&early, 52));
	ck_assert_uint_eq(tm_touched_after(&t, 4), 2);
	ck_assert_uint_eq(tm_touched_after(&t, 5), 1);
	ck_assert_uint_eq(tm_touched_after(&t, 6), 0);
	ck_assert_int_eq(tm_touched_in(&t, 5), 51);
	ck_assert_int_eq(tm_touched_in(&t, 2), 0);
	tm_touched_clear(&t);
}
END_TEST

/* ---- Layers ------------------------------------------------------------ */

/* Another layer, of n units from id on. */
static void
push(tm_layers *l, int64_t id, size_t n, int64_t rev, size_t keep)
{
	tm_growing g = { 0 };
	char text[40];

	for (size_t i = 0; i < n; i++) {
		int len = snprintf(
		    text, sizeof text, "unit %d", (int)(id + (int64_t)i));
		struct tm_text_in in = { TM_STR("en"), { text, (size_t)len } };
		tm_texts texts = { .id = id + (int64_t)i, .v = &in, .n = 1 };

		tm_growing_add(&g, &texts);
	}
	ck_assert(tm_layers_push(l, &g, rev, keep));
	ck_assert_uint_eq(g.units, 0);
	tm_growing_clear(&g);
}

/* How many texts a layer holds. */
static size_t
texts_of(const tm_layer *layer)
{
	const char *base;

	return tm_fuzzy_count(tm_segment_part(layer->seg, 0, &base));
}

START_TEST(each_layer_is_more_than_three_of_the_next)
{
	tm_touched touched = { 0 };
	tm_layers l = { .touched = &touched };
	size_t n = 0;

	for (int64_t rev = 1; rev <= 200; rev++) {
		size_t more = 1 + (size_t)(rev * 7 % 5);

		push(&l, (int64_t)n + 1, more, rev, 0);
		n += more;
		ck_assert_uint_eq(tm_layers_units(&l), n);
		for (size_t i = 0; i < l.n; i++) {
			ck_assert_uint_eq(texts_of(&l.v[i]), l.v[i].units);
			ck_assert(
			    i == 0 || l.v[i - 1].units > 3 * l.v[i].units);
		}
		ck_assert_int_eq(l.v[l.n - 1].read.rev, rev);
	}
	tm_layers_release(&l);
}
END_TEST

START_TEST(the_lowest_stay_when_asked)
{
	tm_touched touched = { 0 };
	tm_layers l = { .touched = &touched };
	tm_segment *lowest;

	push(&l, 1, 2, 1, 1);
	lowest = l.v[0].seg;
	push(&l, 3, 5, 2, 1);
	push(&l, 8, 5, 3, 1);
	ck_assert_uint_eq(l.n, 2);
	ck_assert_ptr_eq(l.v[0].seg, lowest);
	ck_assert_uint_eq(l.v[1].units, 10);
	tm_layers_release(&l);
}
END_TEST

START_TEST(a_join_leaves_out_what_was_touched_after_its_layer)
{
	tm_touched touched = { 0 };
	tm_layers l = { .touched = &touched };
	tm_join now[1];

	push(&l, 1, 3, 5, 0);
	tm_touched_note(&touched, 1, 4); /* before: the layer knows */
	tm_touched_note(&touched, 2, 6);
	push(&l, 2, 1, 6, 0);
	ck_assert_uint_eq(l.n, 1);
	/* Units 1 and 3 of the lower one, and 2 as it is now. */
	ck_assert_uint_eq(texts_of(&l.v[0]), 3);
	ck_assert_int_eq(l.v[0].read.rev, 6);

	tm_layers_current(&l, now);
	ck_assert(now[0].keep(now[0].self, 2));
	tm_touched_note(&touched, 2, 7);
	ck_assert(!now[0].keep(now[0].self, 2));
	tm_layers_release(&l);
	tm_touched_clear(&touched);
}
END_TEST

START_TEST(nothing_adds_no_layer)
{
	tm_touched touched = { 0 };
	tm_layers l = { .touched = &touched };

	push(&l, 1, 0, 1, 0);
	ck_assert_uint_eq(l.n, 0);
	tm_layers_release(&l);
}
END_TEST

UNIT_MAIN("layers", a_touch_is_known_among_many_others, the_last_touch_counts,
    each_layer_is_more_than_three_of_the_next, the_lowest_stay_when_asked,
    a_join_leaves_out_what_was_touched_after_its_layer, nothing_adds_no_layer)

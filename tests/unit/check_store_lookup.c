/*
 * check_store_lookup.c - what is found, and in which order; check_lookup.c has
 * what a lookup promises
 */
#include "config.h"

#include "unit_place.h"

#include "unit_full.h"
#include "unit_look.h"

START_TEST(both_directions_find)
{
	tm_store *store = open_store(TM_CREATE);

	add_pair(store, "افتح الملف الآن", "Open the file now");
	look_up(store, (tm_query){ .text = TM_STR("Open the file") });
	ck_assert_uint_eq(answer.n, 1);
	ck_assert_uint_eq(answer.v[0].from, 1);
	ck_assert_uint_eq(answer.v[0].to, 0);
	look_up(store, (tm_query){ .text = TM_STR("افتح الملف الآن") });
	ck_assert_uint_eq(answer.n, 1);
	ck_assert_int_eq(answer.v[0].match.rate, 100);
	ck_assert_uint_eq(answer.v[0].from, 0);
	look_up(store,
	    (tm_query){ .text = TM_STR("Open the file now"), .from = "ar" });
	ck_assert_uint_eq(answer.n, 0);
	look_up(store,
	    (tm_query){ .text = TM_STR("Open the file now"), .to = "de" });
	ck_assert_uint_eq(answer.n, 0);
	look_up(store, (tm_query){ .text = TM_STR("") });
	ck_assert_uint_eq(answer.n, 0);
	tm_answer_release(&answer);
	tm_store_close(store);
}
END_TEST

START_TEST(the_best_come_first_and_no_more_than_asked)
{
	static const char *const v[] = { "the cat sat on the mat",
		"the cat sat on a mat", "the cat sat on the mat!", "a dog ran",
		"the Cat sat on the mat", "the cats sat on the mats" };
	tm_store *store = open_store(TM_CREATE);

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		add_pair(store, "س", v[i]);
	look_up(store, (tm_query){ .text = tm_str_of(v[0]) });
	ck_assert_uint_eq(answer.n, 5);
	ck_assert_int_eq(answer.v[0].match.rate, 100);
	ck_assert_tm_str_eq(answer.v[1].unit->v[1].text, v[4]);
	for (size_t i = 1; i < answer.n; i++)
		ck_assert_int_le(
		    answer.v[i].match.rate, answer.v[i - 1].match.rate);
	look_up(store, (tm_query){ .text = tm_str_of(v[0]), .most = 2 });
	ck_assert_uint_eq(answer.n, 2);
	ck_assert_int_eq(answer.v[1].match.rate, 99);
	look_up(store, (tm_query){ .text = tm_str_of(v[0]), .min = 100 });
	ck_assert_uint_eq(answer.n, 1);
	tm_answer_release(&answer);
	tm_store_close(store);
}
END_TEST

static int
row(const tm_found *f, const char *name)
{
	for (size_t i = 0; i < f->match.n_ledger; i++)
		if (strcmp(f->match.ledger[i].name, name) == 0)
			return f->match.ledger[i].points;
	return 0;
}

START_TEST(nobody_confirmed_is_not_a_hundred)
{
	tm_store *store = open_store(TM_CREATE);
	tm_variant v[2] = { { .lang = TM_STR("en"), .text = TM_STR("a b c") },
		{ .lang = TM_STR("ar"), .text = TM_STR("ا") } };
	tm_unit u = { .v = v, .n = 2, .confidence = .99 };

	ok(tm_store_add(store, &u, NULL, &err));
	look_up(store, (tm_query){ .text = v[0].text });
	ck_assert_uint_eq(answer.n, 1);
	ck_assert_int_eq(answer.v[0].match.rate, 99);
	ck_assert_int_eq(row(&answer.v[0], "not confirmed"), 1);
	look_up(store, (tm_query){ .text = v[0].text, .min = 100 });
	ck_assert_uint_eq(answer.n, 0);
	/* It is so whatever the rate. */
	look_up(store, (tm_query){ .text = TM_STR("A b c") });
	ck_assert_int_eq(row(&answer.v[0], "not confirmed"), 1);
	u.status = TM_CONFIRMED;
	ok(tm_store_add(store, &u, NULL, &err));
	look_up(store, (tm_query){ .text = v[0].text });
	ck_assert_int_eq(answer.v[0].match.rate, 100);
	tm_answer_release(&answer);
	tm_store_close(store);
}
END_TEST

START_TEST(other_codes_and_regions_cost_points)
{
	tm_store *store = open_store(TM_CREATE);
	tm_query q = { .text = full[0].text, .min = 70 };

	ok(tm_store_add(store, &full_unit, NULL, &err));
	look_up(store, q);
	ck_assert_int_lt(answer.v[0].match.rate, 100);
	ck_assert_int_ge(answer.v[0].match.rate, 94);
	ck_assert_int_ge(row(&answer.v[0], "codes"), 1);
	q.codes = codes;
	q.n_codes = 3;
	look_up(store, q);
	ck_assert_int_eq(answer.v[0].match.rate, 100);
	q.from = "en-GB";
	look_up(store, q);
	ck_assert_int_eq(answer.v[0].match.rate, 99);
	ck_assert_int_eq(row(&answer.v[0], "region"), 1);
	q.from = "en";
	q.to = "ar";
	look_up(store, q);
	ck_assert_int_eq(answer.v[0].match.rate, 100);
	ck_assert_uint_eq(answer.v[0].to, 1);
	tm_answer_release(&answer);
	tm_store_close(store);
}
END_TEST

START_TEST(of_equal_ones_the_confirmed_and_the_newest)
{
	tm_store *store = open_store(TM_CREATE);
	tm_variant v[2] = { { .lang = TM_STR("en"), .text = TM_STR("same") },
		{ .lang = TM_STR("ar") } };
	tm_unit u = { .v = v, .n = 2, .confidence = -1 };

	v[1].text = TM_STR("new");
	u.changed = 300;
	ok(tm_store_add(store, &u, NULL, &err));
	v[1].text = TM_STR("old");
	u.changed = 200;
	ok(tm_store_add(store, &u, NULL, &err));
	v[1].text = TM_STR("confirmed");
	u.changed = 100;
	u.status = TM_CONFIRMED;
	ok(tm_store_add(store, &u, NULL, &err));
	v[1].text = TM_STR("rejected");
	u.status = TM_REJECTED;
	ok(tm_store_add(store, &u, NULL, &err));
	look_up(store, (tm_query){ .text = v[0].text });
	ck_assert_uint_eq(answer.n, 3);
	ck_assert_tm_str_eq(answer.v[0].unit->v[1].text, "confirmed");
	ck_assert_tm_str_eq(answer.v[1].unit->v[1].text, "new");
	ck_assert_tm_str_eq(answer.v[2].unit->v[1].text, "old");
	tm_answer_release(&answer);
	tm_store_close(store);
}
END_TEST

START_TEST(exact_is_the_same_text_with_the_same_codes)
{
	tm_store *store = open_store(TM_CREATE);
	tm_query q = {
		.text = TM_STR("caf\xc3\xa9"), .min = 70, .exact = true
	};
	tm_variant v[2] = { { .lang = TM_STR("fr"),
				.text = TM_STR("cafe\xcc\x81") },
		{ .lang = TM_STR("ar"), .text = TM_STR("مقهى") } };
	tm_unit u = { .v = v, .n = 2, .confidence = .5 };
	tm_code_at code = { 0, TM_STR("<ph/>") };

	ok(tm_store_add(store, &u, NULL, &err));
	v[0].text = TM_STR("Caf\xc3\xa9");
	ok(tm_store_add(store, &u, NULL, &err));
	for (int plain = 0; plain < 2; plain++) {
		q.plain = plain;
		look_up(store, q);
		ck_assert_uint_eq(answer.n, 1);
		ck_assert_int_eq(answer.v[0].match.rate, 99);
		ck_assert_int_eq(row(&answer.v[0], "not confirmed"), 1);
		q.codes = &code;
		q.n_codes = 1;
		look_up(store, q);
		ck_assert_uint_eq(answer.n, 0);
		q.n_codes = 0;
	}
	tm_answer_release(&answer);
	tm_store_close(store);
}
END_TEST

START_TEST(several_memories_answer_as_one)
{
	tm_store *a = open_store(TM_CREATE), *b;
	tm_query q = { .text = TM_STR("open the file"), .min = 70 };

	add_pair(a, "أ", "open the file");
	add_pair(a, "ب", "open the files");
	snprintf(path, sizeof path, "%s/other.tm", dir);
	b = open_store(TM_CREATE);
	add_pair(b, "ج", "open the file");
	add_pair(b, "د", "open the file!");
	ok(tm_lookup(
	    (tm_memory[]){ { b, 0 }, { a, 0 } }, 2, &q, &answer, &err));
	ck_assert_uint_eq(answer.n, 4);
	ck_assert_tm_str_eq(answer.v[0].unit->v[0].text, "ج");
	ck_assert_uint_eq(answer.v[0].memory, 0);
	ck_assert_tm_str_eq(answer.v[1].unit->v[0].text, "أ");
	ck_assert_uint_eq(answer.v[1].memory, 1);
	ok(tm_lookup(
	    (tm_memory[]){ { b, 20 }, { a, 0 } }, 2, &q, &answer, &err));
	ck_assert_tm_str_eq(answer.v[0].unit->v[0].text, "أ");
	ck_assert_int_eq(row(&answer.v[0], "memory"), 0);
	ck_assert_int_eq(row(&answer.v[2], "memory"), 20);
	ck_assert_int_eq(answer.v[2].match.rate, 80);
	q.min = 90;
	ok(tm_lookup(
	    (tm_memory[]){ { b, 20 }, { a, 0 } }, 2, &q, &answer, &err));
	ck_assert_uint_eq(answer.n, 2);
	q.most = 1;
	ok(tm_lookup(
	    (tm_memory[]){ { b, 0 }, { a, 0 } }, 2, &q, &answer, &err));
	ck_assert_uint_eq(answer.n, 1);
	tm_answer_release(&answer);
	tm_store_close(a);
	tm_store_close(b);
}
END_TEST

START_TEST(readers_leave_nothing_behind)
{
	tm_store *store = open_store(TM_CREATE), *other;

	add_pair(store, "أ", "open the file");
	other = open_store(TM_READ);
	look_up(other, (tm_query){ .text = TM_STR("open the file") });
	tm_store_close(store);
	tm_store_close(other);
	other = open_store(TM_READ);
	look_up(other, (tm_query){ .text = TM_STR("open the file") });
	ck_assert(!tm_store_begin(other, &err));
	tm_store_close(other);
	shell("test \"$(ls %s)\" = x.tm", dir);
	tm_answer_release(&answer);
}
END_TEST

PLACE_MAIN("store_lookup", both_directions_find,
    the_best_come_first_and_no_more_than_asked,
    nobody_confirmed_is_not_a_hundred, other_codes_and_regions_cost_points,
    of_equal_ones_the_confirmed_and_the_newest,
    exact_is_the_same_text_with_the_same_codes, several_memories_answer_as_one,
    readers_leave_nothing_behind)

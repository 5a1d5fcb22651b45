/*
 * check_store_index.c - the index says what a plain scan says, whatever is
 * added, changed, damaged or done at once
 */
#include "config.h"

#include "unit_place.h"
#include "unit_random.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "tm/store_segment_int.h"
#include "unit_full.h"
#include "unit_look.h"

static void
make_sentence(tm_buf *out, bool ar)
{
	static const char *const v[2][12] = {
		{ "the", "file", "was", "opened", "window", "in", "12", "%s",
		    ",", "café", "Cafe", "a" },
		{ "في", "الملف", "ملف", "فتح", "نافذة", "النافذة", "١٢", "%s",
		    "،", "إغلاق", "من", "كتاب" },
	};
	uint32_t n = 1 + roll(9);

	tm_buf_clear(out);
	for (uint32_t i = 0; i < n; i++)
		tm_buf_printf(out, "%s%s", i > 0 ? " " : "",
		    v[ar][roll(12) * roll(12) / 12]);
	if (roll(3) == 0)
		tm_buf_printf(out, " %u", roll(500));
}

static void
add_random(tm_store *store, size_t n)
{
	static const char *const langs[] = { "en", "en-GB", "ar", "ar-SY",
		"mul" };
	static const tm_status statuses[] = { TM_DRAFT, TM_DRAFT, TM_CONFIRMED,
		TM_REJECTED };
	tm_buf a = { 0 }, b = { 0 };
	tm_code_at code = { 0, TM_STR("<ph/>") };

	ok(tm_store_begin(store, &err));
	for (size_t i = 0; i < n; i++) {
		tm_variant v[3] = { { .lang = tm_str_of(langs[roll(2)]) },
			{ .lang = tm_str_of(langs[2 + roll(3)]) },
			{ .lang = TM_STR("en-US"), .text = TM_STR("a file") } };
		tm_unit u = { .v = v,
			.n = 2 + (roll(8) == 0),
			.confidence = roll(3) == 0 ? .5 : -1,
			.changed = roll(100),
			.status = statuses[roll(4)] };

		make_sentence(&a, false);
		make_sentence(&b, true);
		v[0].text = tm_buf_str(&a);
		v[1].text = tm_buf_str(&b);
		if (roll(10) == 0) {
			v[0].codes = &code;
			v[0].n_codes = 1;
		}
		ok(tm_store_add(store, &u, NULL, &err));
	}
	ok(tm_store_commit(store, &err));
	tm_buf_release(&a);
	tm_buf_release(&b);
}

/* Look up with and without the index; the answers must be the same. */
static void
compare_answers(tm_store *store, int queries)
{
	bool same;

	static const char *const from[] = { NULL, "en", "en-GB", "ar", "mul",
		"fr" };
	static const char *const to[] = { NULL, NULL, "ar", "ar-EG", "en" };
	tm_answer plain = { 0 }, fast = { 0 };
	tm_code_at code = { 0, TM_STR("<ph/>") };
	tm_buf text = { 0 };

	for (int i = 0; i < queries; i++) {
		tm_query q = { .from = from[roll(6)],
			.to = to[roll(5)],
			.min = 40 + (int)roll(61),
			.most = roll(6) };

		make_sentence(&text, roll(2));
		q.text = tm_buf_str(&text);
		if (roll(5) == 0) {
			q.codes = &code;
			q.n_codes = 1;
		}
		ok(tm_store_lookup(store, &q, &fast, &err));
		ok(tm_store_verify(store, &q, &same, NULL, &err));
		ck_assert(same);
		q.plain = true;
		ok(tm_store_lookup(store, &q, &plain, &err));
		ck_assert_msg(fast.n == plain.n,
		    "%zu, not %zu for '%s' %s %s %d %zu", fast.n, plain.n,
		    text.p, q.from, q.to, q.min, q.most);
		for (size_t k = 0; k < fast.n; k++) {
			const tm_found *a = &fast.v[k], *b = &plain.v[k];

			ck_assert_int_eq(a->unit->id, b->unit->id);
			ck_assert_uint_eq(a->from, b->from);
			ck_assert_uint_eq(a->to, b->to);
			ck_assert_int_eq(a->match.rate, b->match.rate);
		}
	}
	tm_buf_release(&text);
	tm_answer_release(&plain);
	tm_answer_release(&fast);
}

START_TEST(the_index_answers_like_the_plain_scan)
{
	/* Past the length of a tail several times, and of a merge. */
	static const size_t steps[] = { 1, 10, 500, 600, 1, 2500, 1100, 3,
		1500 };
	tm_store *store = open_store(TM_CREATE), *other;

	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		add_random(store, steps[i]);
		compare_answers(store, 25);
		other = open_store(TM_READ);
		compare_answers(other, 15);
		tm_store_close(other);
	}
	tm_store_close(store);
}
END_TEST

START_TEST(an_addition_is_seen_at_once_by_everyone)
{
	tm_store *store = open_store(TM_CREATE), *other;

	add_random(store, 1500);
	other = open_store(TM_READ);
	look_up(other, (tm_query){ .text = TM_STR("zebra crossing") });
	ck_assert_uint_eq(answer.n, 0);
	add_pair(store, "ممر المشاة", "zebra crossing");
	look_up(other, (tm_query){ .text = TM_STR("zebra crossing") });
	ck_assert_uint_eq(answer.n, 1);
	look_up(store, (tm_query){ .text = TM_STR("zebra crossing") });
	ck_assert_uint_eq(answer.n, 1);
	/* And what is rolled back is forgotten, its id taken by another. */
	ok(tm_store_begin(store, &err));
	add_pair(store, "حصان", "yellow horse");
	look_up(store, (tm_query){ .text = TM_STR("yellow horse") });
	ck_assert_uint_eq(answer.n, 1);
	tm_store_rollback(store);
	add_pair(store, "جمل", "green camel");
	look_up(store, (tm_query){ .text = TM_STR("yellow horse") });
	ck_assert_uint_eq(answer.n, 0);
	look_up(store, (tm_query){ .text = TM_STR("green camel") });
	ck_assert_uint_eq(answer.n, 1);
	tm_answer_release(&answer);
	tm_store_close(other);
	tm_store_close(store);
}
END_TEST

/* Pairs that nobody else adds, with what counts in an index. */
static void
add_distinct(tm_store *store, int from, int n)
{
	for (int i = from; i < from + n; i++) {
		char ar[40], en[40];
		tm_variant v[2] = { { .lang = TM_STR("ar") },
			{ .lang = i % 3 == 0 ? TM_STR("fr") : TM_STR("en") } };
		tm_unit u = { .v = v,
			.n = 2,
			.confidence = i % 5 == 0 ? .5 : -1,
			.author = i % 7 == 0 ? TM_STR("MT") : TM_STR("me"),
			.status = i % 11 == 0 ? TM_REJECTED : TM_DRAFT };

		snprintf(ar, sizeof ar, "كتاب %d من %d", i, i % 97);
		snprintf(en, sizeof en, "Book_s %d of &%d", i, i % 97);
		v[0].text = tm_str_of(ar);
		v[1].text = tm_str_of(en);
		ok(tm_store_add(store, &u, NULL, &err));
	}
}

/* The index as it was made, and as it is made from what was stored. */
static void
compare_indexes(const char *name)
{
	tm_store *store;

	shell("mv %s.index %s/early", path, dir);
	store = open_store(TM_WRITE);
	ok(tm_store_index(store, &err));
	tm_store_close(store);
	shell("cmp %s/early/%s %s.index/%s", dir, name, path, name);
	shell("rm -r %s/early", dir);
}

START_TEST(what_is_indexed_while_it_is_added_is_what_is_stored)
{
	tm_store *store = open_store(TM_CREATE);
	tm_unit again = { .confidence = -1 };
	tm_arena arena = { 0 };
	const tm_unit *first;

	/* What is rolled back was never there. */
	ok(tm_store_begin(store, &err));
	add_distinct(store, 100000, 5000);
	tm_store_rollback(store);
	ok(tm_store_begin(store, &err));
	add_distinct(store, 0, 5000);
	ok(tm_store_commit(store, &err));
	tm_store_close(store);
	compare_indexes("0-5000");

	/* What is begun by one and goes on in another, beside a tail. */
	store = open_store(TM_WRITE);
	add_distinct(store, 5000, 20);
	for (int i = 0; i < 2; i++) {
		ok(tm_store_begin(store, &err));
		add_distinct(store, 5020 + 20000 * i, 20000);
		ok(tm_store_commit(store, &err));
	}
	add_distinct(store, 45020, 3);
	tm_store_close(store);
	shell("test -e %s.index/0-45023", path);
	store = open_store(TM_WRITE);
	ok(tm_store_check(store, &err));
	tm_store_close(store);

	/* What changes before the commit is as it is after it. */
	shell("rm -r %s %s.index", path, path);
	store = open_store(TM_CREATE);
	ok(tm_store_begin(store, &err));
	add_distinct(store, 0, 4000);
	ok(tm_store_get(store, 2, &arena, &first, &err));
	again = *first;
	again.author = TM_STR("MT!");
	again.confidence = .9;
	ok(tm_store_add(store, &again, NULL, &err));
	ok(tm_store_set_status(store, 4, TM_REJECTED, &err));
	ok(tm_store_commit(store, &err));
	tm_store_close(store);
	compare_indexes("0-4000");
	tm_arena_release(&arena);
}
END_TEST

static void
touch(const char *sql)
{
	tm_buf all = { 0 };

	tm_buf_printf(&all,
	    "BEGIN; INSERT INTO touched (unit) SELECT id FROM unit WHERE %s;",
	    strstr(sql, "WHERE") + 5);
	tm_buf_printf(&all, "%s; COMMIT", sql);
	run_sql(all.p);
	tm_buf_release(&all);
}

START_TEST(what_is_changed_or_removed_is_seen)
{
	tm_store *store = open_store(TM_CREATE), *other;

	add_random(store, 3000);
	compare_answers(store, 10);
	touch("DELETE FROM unit WHERE id % 100 = 7");
	compare_answers(store, 20);
	touch("UPDATE unit SET status = 2 WHERE id % 50 = 0");
	compare_answers(store, 20);
	other = open_store(TM_READ);
	compare_answers(other, 20);
	/* More than a patch holds. */
	touch("UPDATE unit SET status = 2 WHERE id % 2 = 1");
	compare_answers(other, 20);
	compare_answers(store, 20);
	touch("UPDATE unit SET status = 1 WHERE id < 900");
	add_random(store, 1200);
	touch("UPDATE unit SET status = 2 WHERE id BETWEEN 3000 AND 3300");
	compare_answers(other, 20);
	compare_answers(store, 20);
	touch("DELETE FROM unit WHERE id > 4000");
	add_random(store, 5);
	compare_answers(store, 20);
	compare_answers(other, 20);
	tm_store_close(other);
	other = open_store(TM_READ);
	compare_answers(other, 20);
	tm_store_close(other);
	tm_store_close(store);
}
END_TEST

/* Do something to every file of the index. */
static void
for_index_files(const char *command)
{
	shell("for f in '%s.index'/*-*; do %s; done", path, command);
}

START_TEST(a_unit_can_be_changed_and_removed)
{
	tm_store *store = open_store(TM_CREATE), *other;
	tm_arena arena = { 0 };
	const tm_unit *got;
	tm_unit u = full_unit;
	size_t seen = 0;

	add_random(store, 1200);
	add_pair(store, "ممر المشاة", "zebra crossing");
	other = open_store(TM_READ);
	look_up(other, (tm_query){ .text = TM_STR("zebra crossing") });
	ck_assert_uint_eq(answer.n, 1);
	u.id = answer.v[0].unit->id;
	ok(tm_store_set_status(store, u.id, TM_REJECTED, &err));
	look_up(other, (tm_query){ .text = TM_STR("zebra crossing") });
	ck_assert_uint_eq(answer.n, 0);
	ok(tm_store_set_status(store, u.id, TM_CONFIRMED, &err));
	look_up(other, (tm_query){ .text = TM_STR("zebra crossing") });
	ck_assert_uint_eq(answer.n, 1);
	ck_assert_int_eq(answer.v[0].unit->status, TM_CONFIRMED);
	ok(tm_store_replace(store, &u, &err));
	look_up(other, (tm_query){ .text = TM_STR("zebra crossing") });
	ck_assert_uint_eq(answer.n, 0);
	look_up(other, (tm_query){ .text = full[1].text });
	ck_assert_uint_eq(answer.n, 1);
	ok(tm_store_get(other, u.id, &arena, &got, &err));
	ck_assert(is_full_unit(&seen, got, &err));
	ok(tm_store_check(store, &err));
	ok(tm_store_remove(store, u.id, &err));
	look_up(other, (tm_query){ .text = full[1].text });
	ck_assert_uint_eq(answer.n, 0);
	ck_assert(!tm_store_get(other, u.id, &arena, &got, &err));
	ck_assert_int_eq(err.code, TM_ABSENT);
	ck_assert(!tm_store_remove(store, u.id, &err));
	ck_assert_int_eq(err.code, TM_ABSENT);
	ck_assert(!tm_store_replace(store, &u, &err));
	ck_assert(!tm_store_set_status(store, u.id, TM_DRAFT, &err));
	ok(tm_store_check(store, &err));
	compare_answers(store, 10);
	compare_answers(other, 10);
	tm_arena_release(&arena);
	tm_answer_release(&answer);
	tm_store_close(other);
	tm_store_close(store);
}
END_TEST

START_TEST(a_check_finds_what_was_tampered_with)
{
	static const char *const harm[] = {
		"UPDATE variant SET text = text || 'x' WHERE unit = 3",
		"DELETE FROM unit WHERE id = 5",
		"DELETE FROM variant WHERE unit = 7 AND nr = 1",
		"INSERT INTO meta VALUES (99999, 0, 0, 0, '', '', '')",
		"UPDATE unit SET document = 77 WHERE id = 9",
	};
	tm_store *store;

	for (size_t i = 0; i < sizeof harm / sizeof harm[0]; i++) {
		shell("rm -rf %s*", path);
		store = open_store(TM_CREATE);
		add_random(store, 20);
		ok(tm_store_check(store, &err));
		run_sql(harm[i]);
		ck_assert_msg(!tm_store_check(store, &err), "%s", harm[i]);
		ck_assert_int_eq(err.code, TM_PARSE);
		tm_store_close(store);
	}
	shell("rm -rf %s*", path);
	store = open_store(TM_CREATE);
	add_random(store, 3000);
	tm_store_close(store);
	/* What rots keeps its date. */
	for_index_files("cp -p \"$f\" \"$f.old\"; printf xx |"
			"dd of=\"$f\" bs=1 seek=3000 conv=notrunc "
			"status=none; touch -r \"$f.old\" \"$f\"");
	store = open_store(TM_READ);
	ck_assert(!tm_store_check(store, &err));
	ck_assert_ptr_nonnull(strstr(err.msg, ".index"));
	tm_store_close(store);
	/* What somebody wrote to is read whole, and made again. */
	for_index_files("touch \"$f\"");
	store = open_store(TM_READ);
	ok(tm_store_check(store, &err));
	tm_store_close(store);
}
END_TEST

static void
count_fault(void *self, const char *fault)
{
	ck_assert_uint_gt(strlen(fault), 0);
	++*(size_t *)self;
}

START_TEST(all_that_is_wrong_is_named)
{
	tm_store *store = open_store(TM_CREATE);
	size_t told = 0, n;

	add_random(store, 20);
	ck_assert_uint_eq(tm_store_faults(store, 9, count_fault, &told), 0);
	run_sql("UPDATE variant SET text = text || 'x' WHERE unit IN (3, 4)");
	run_sql("INSERT INTO meta VALUES (99999, 0, 0, 0, '', '', '')");
	run_sql("UPDATE unit SET document = 77 WHERE id = 9");
	n = tm_store_faults(store, 100, count_fault, &told);
	ck_assert_uint_eq(n, told);
	ck_assert_uint_ge(n, 4);
	told = 0;
	ck_assert_uint_eq(tm_store_faults(store, 2, count_fault, &told), 2);
	ck_assert_uint_eq(told, 2);
	tm_store_close(store);
}
END_TEST

START_TEST(a_bad_index_is_made_again)
{
	static const char *const damage[] = { "rm \"$f\"", ": >\"$f\"",
		"truncate -s -1 \"$f\"", "truncate -s 200 \"$f\"",
		"printf x | dd of=\"$f\" bs=1 seek=8 conv=notrunc status=none",
		"printf xx | dd of=\"$f\" bs=1 seek=300 conv=notrunc "
		"status=none",
		"dd if=/dev/zero of=\"$f\" bs=1k seek=1 count=300 "
		"conv=notrunc status=none",
		/* a few bytes of the lists: nothing else would see it */
		"dd if=/dev/urandom of=\"$f\" bs=1 seek=100000 count=600 "
		"conv=notrunc status=none",
		"mv \"$f\" \"${f%%-*}-9999999\"", "mkdir \"$f.d\"" };
	tm_store *store = open_store(TM_CREATE), *other;

	add_random(store, 3000);
	tm_store_close(store);
	for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++) {
		for_index_files(damage[i]);
		other = open_store(TM_READ);
		compare_answers(other, 12);
		tm_store_close(other);
		other = open_store(TM_READ);
		compare_answers(other, 4);
		tm_store_close(other);
	}
}
END_TEST

START_TEST(the_index_of_another_memory_is_not_used)
{
	char first[sizeof path];
	tm_store *store = open_store(TM_CREATE);

	add_random(store, 2000);
	tm_store_close(store);
	snprintf(first, sizeof first, "%s", path);
	snprintf(path, sizeof path, "%s/y.tm", dir);
	store = open_store(TM_CREATE);
	add_random(store, 2500);
	tm_store_close(store);
	/* The folder of one beside the other. */
	shell("rm -r %s.index; cp -r %s.index %s.index", path, first, path);
	store = open_store(TM_READ);
	compare_answers(store, 20);
	tm_store_close(store);
	/* A backup put back, with the index of what came after, and then
	 * other units where those were. */
	shell("cp %s %s.bak", path, path);
	store = open_store(TM_WRITE);
	add_random(store, 2000);
	tm_store_close(store);
	shell("cp %s.bak %s", path, path);
	store = open_store(TM_WRITE);
	compare_answers(store, 10);
	add_random(store, 2500);
	compare_answers(store, 20);
	tm_store_close(store);
}
END_TEST

static void
search_read_only(void)
{
	tm_store *store = tm_store_open(path, TM_READ, &err);
	tm_query q = { .text = TM_STR("the file was opened"), .min = 70 };
	tm_answer a = { 0 };

	if (store == NULL || !tm_store_lookup(store, &q, &a, &err) ||
	    a.n == 0) {
		fprintf(stderr, "%s\n", err.msg);
		_exit(1);
	}
	tm_answer_release(&a);
	tm_store_close(store);
}

/* A file is known by units, which may be changed. */
START_TEST(a_change_of_the_last_unit_makes_nothing_again)
{
	tm_store *store = open_store(TM_CREATE);
	tm_arena arena = { 0 };
	const tm_unit *last;
	tm_unit again;

	ok(tm_store_begin(store, &err));
	add_distinct(store, 0, 3000);
	ok(tm_store_commit(store, &err));
	ok(tm_store_index(store, &err));
	shell("ln %s.index/0-3000 %s/as-it-was", path, dir);
	ok(tm_store_get(store, 3000, &arena, &last, &err));
	again = *last;
	again.tuid = TM_STR("another");
	ok(tm_store_replace(store, &again, &err));
	ok(tm_store_remove(store, 1, &err));
	tm_store_close(store);
	store = open_store(TM_WRITE);
	compare_answers(store, 10);
	shell("test %s.index/0-3000 -ef %s/as-it-was", path, dir);
	tm_store_close(store);
	tm_arena_release(&arena);
}
END_TEST

START_TEST(without_a_place_the_index_is_in_memory)
{
	tm_store *store = open_store(TM_CREATE);

	add_random(store, 3000);
	tm_store_close(store);
	shell("rm -r %s.index; chmod 555 %s", path, dir);
	as_nobody(search_read_only);
	/* Nor can what is there be read. */
	shell("chmod 755 %s; mkdir %s.index; chmod 0 "
	      "%s.index",
	    dir, path, path);
	as_nobody(search_read_only);
}
END_TEST

static size_t
count_files(const char *pattern)
{
	tm_buf cmd = { 0 };
	size_t n = 0;
	FILE *fp;

	tm_buf_printf(&cmd, "ls %s.index/ | grep -c '%s'", path, pattern);
	fp = popen(cmd.p, "r");
	ck_assert_ptr_nonnull(fp);
	ck_assert_int_eq(fscanf(fp, "%zu", &n), 1);
	pclose(fp);
	tm_buf_release(&cmd);
	return n;
}

/* In one transaction. */
static void
add_distinct_at_once(tm_store *store, int first, int n)
{
	ok(tm_store_begin(store, &err));
	add_distinct(store, first, n);
	ok(tm_store_commit(store, &err));
}

static void
confirm_at_once(tm_store *store, int64_t lo, int64_t hi)
{
	ok(tm_store_begin(store, &err));
	for (int64_t id = lo; id < hi; id++)
		ok(tm_store_set_status(store, id, TM_CONFIRMED, &err));
	ok(tm_store_commit(store, &err));
}

/* Segments of 1,500 units, and more than one thread for each language. */
static void
make_segments_small(void)
{
	tm_segment_limits.units = tm_segment_limits.joined = 1500;
	tm_segment_limits.texts = 1;
}

START_TEST(a_large_import_becomes_several_segments)
{
	tm_store *store = open_store(TM_CREATE);

	make_segments_small();
	/* What is rolled back leaves nothing. */
	ok(tm_store_begin(store, &err));
	add_distinct(store, 100000, 4000);
	ck_assert_uint_eq(count_files("^new-"), 2);
	tm_store_rollback(store);
	ck_assert_uint_eq(count_files("^new-"), 0);
	add_random(store, 100);
	add_distinct_at_once(store, 0, 4000);
	ok(tm_store_index(store, &err));
	ck_assert_uint_eq(count_files("^[0-9]"), 3);
	compare_answers(store, 10);
	/* So it is when it is made again. */
	tm_store_close(store);
	shell("mv %s.index %s/early", path, dir);
	store = open_store(TM_WRITE);
	ok(tm_store_index(store, &err));
	ck_assert_uint_eq(count_files("^[0-9]"), 3);
	compare_answers(store, 10);
	/* More than a quarter is touched. */
	confirm_at_once(store, 1, 3000);
	compare_answers(store, 10);
	ck_assert_uint_eq(count_files("patch"), 0);
	ok(tm_store_check(store, &err));
	tm_store_close(store);
}
END_TEST

START_TEST(a_part_cut_off_may_change_before_the_commit)
{
	tm_store *store = open_store(TM_CREATE);
	tm_unit again;
	tm_arena arena = { 0 };
	const tm_unit *first;

	make_segments_small();
	ok(tm_store_begin(store, &err));
	add_distinct(store, 0, 4000);
	ck_assert_uint_eq(count_files("^new-"), 2);
	ok(tm_store_get(store, 110, &arena, &first, &err));
	again = *first;
	again.author = TM_STR("MT!");
	again.confidence = .9;
	ok(tm_store_add(store, &again, NULL, &err));
	ok(tm_store_remove(store, 111, &err));
	ok(tm_store_commit(store, &err));
	compare_answers(store, 10);
	ck_assert_uint_eq(count_files("^new-"), 0);
	ok(tm_store_check(store, &err));
	tm_store_close(store);
	tm_arena_release(&arena);
}
END_TEST

START_TEST(an_import_joins_segments_as_far_as_they_fit)
{
	tm_store *store = open_store(TM_CREATE);

	make_segments_small();
	add_distinct_at_once(store, 0, 4000);
	ok(tm_store_index(store, &err));
	tm_segment_limits.joined = 1 << 20;
	add_distinct_at_once(store, 4000, 4000);
	/* A lookup leaves that to those who import. */
	compare_answers(store, 10);
	ck_assert_uint_gt(count_files("^[0-9]"), 1);
	ok(tm_store_index(store, &err));
	compare_answers(store, 10);
	ck_assert_uint_eq(count_files("^[0-9]"), 1);
	/* With what is touched, too. */
	confirm_at_once(store, 200, 4200);
	compare_answers(store, 10);
	ck_assert_uint_eq(count_files("patch"), 0);
	ck_assert_uint_eq(count_files("^[0-9]"), 1);
	/* But not where their files are too long. */
	tm_segment_limits.size = 1 << 12;
	add_distinct_at_once(store, 8000, 4000);
	ok(tm_store_index(store, &err));
	compare_answers(store, 10);
	ck_assert_uint_eq(count_files("^[0-9]"), 4);
	ok(tm_store_check(store, &err));
	tm_store_close(store);
}
END_TEST

START_TEST(many_changes_make_a_patch_and_many_more_one_index)
{
	tm_store *store = open_store(TM_CREATE), *other;

	add_random(store, 9000);
	ok(tm_store_index(store, &err));
	for (int round = 0; round < 7; round++) {
		ok(tm_store_begin(store, &err));
		for (int i = 0; i < 300; i++) {
			int64_t id = 1 + roll(9000);

			if (i % 3 == 0)
				tm_store_remove(store, id, &err);
			else
				tm_store_set_status(
				    store, id, (tm_status)(i % 3), &err);
		}
		ok(tm_store_commit(store, &err));
		add_random(store, 20);
		compare_answers(store, 3);
		/* Another comes, and knows only the files. */
		other = open_store(TM_READ);
		compare_answers(other, 3);
		tm_store_close(other);
	}
	ck_assert_uint_eq(count_files("^patch"), 1);
	ok(tm_store_check(store, &err));
	for (int64_t id = 1; id < 4000; id++)
		tm_store_set_status(store, id, TM_CONFIRMED, &err);
	tm_store_close(store);
	store = open_store(TM_READ);
	compare_answers(store, 5);
	ck_assert_uint_eq(count_files("^patch"), 0);
	tm_store_close(store);
}
END_TEST

START_TEST(the_patch_of_another_past_is_not_believed)
{
	tm_store *store = open_store(TM_CREATE);
	char copy[sizeof path + 8];

	add_random(store, 9000);
	ok(tm_store_index(store, &err));
	snprintf(copy, sizeof copy, "%s.copy", path);
	ok(tm_store_backup(store, copy, &err));
	for (int past = 0; past < 2; past++) {
		ok(tm_store_begin(store, &err));
		for (int i = 0; i < 1500; i++)
			tm_store_set_status(
			    store, 1 + 2 * i + past, TM_REJECTED, &err);
		ok(tm_store_commit(store, &err));
		if (past == 1)
			add_random(store, 1);
		compare_answers(store, 5);
		tm_store_close(store);
		if (past == 0) {
			ck_assert_uint_eq(count_files("^patch"), 1);
			shell("mv %s %s", copy, path);
		}
		store = open_store(TM_WRITE);
		compare_answers(store, 5);
	}
	tm_store_close(store);
}
END_TEST

START_TEST(one_writes_while_many_read)
{
	enum { READERS = 3, ROUNDS = 60 };
	pid_t pid[READERS];
	tm_store *store = open_store(TM_CREATE);

	add_random(store, 300);
	for (int i = 0; i < READERS; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			tm_store *mine = tm_store_open(path, TM_READ, &err);
			size_t before = 0;

			for (int k = 0; mine != NULL && k < ROUNDS; k++) {
				tm_query q = { .min = 100,
					.text = TM_STR("always there") };
				tm_answer a = { 0 };
				size_t n = 0;

				if (!tm_store_lookup(mine, &q, &a, &err) ||
				    !walk_all(mine, &n) || n < before)
					_exit(1);
				before = n;
				tm_answer_release(&a);
			}
			_exit(mine == NULL);
		}
	}
	for (int i = 0; i < 30; i++)
		add_random(store, 100);
	for (int i = 0; i < READERS; i++) {
		int status;

		ck_assert_int_eq(waitpid(pid[i], &status, 0), pid[i]);
		ck_assert_int_eq(status, 0);
	}
	compare_answers(store, 10);
	tm_store_close(store);
}
END_TEST

PLACE_MAIN("store_index", the_index_answers_like_the_plain_scan,
    an_addition_is_seen_at_once_by_everyone,
    what_is_indexed_while_it_is_added_is_what_is_stored,
    what_is_changed_or_removed_is_seen, a_unit_can_be_changed_and_removed,
    a_check_finds_what_was_tampered_with, all_that_is_wrong_is_named,
    a_bad_index_is_made_again, the_index_of_another_memory_is_not_used,
    a_change_of_the_last_unit_makes_nothing_again,
    without_a_place_the_index_is_in_memory,
    a_large_import_becomes_several_segments,
    a_part_cut_off_may_change_before_the_commit,
    an_import_joins_segments_as_far_as_they_fit,
    many_changes_make_a_patch_and_many_more_one_index,
    the_patch_of_another_past_is_not_believed, one_writes_while_many_read)

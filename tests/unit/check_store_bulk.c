/*
 * check_store_bulk.c - what many units at once make is what one after the
 * other makes
 */
#include "config.h"

#include "unit_place.h"

static uint64_t seed = 5;

static unsigned
pick(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(seed >> 33) % n;
}

/* A unit of number i, of which some have codes, notes and a document. */
static tm_added
add_unit(tm_store *store, unsigned i)
{
	char source[40], target[40];
	tm_code_at code = { 1, TM_STR("<ph x=\"1\"/>") };
	tm_meta meta[] = { { TM_PROP, TM_STR("x"), TM_STR(""), TM_STR("y") } };
	tm_variant v[2] = { { .lang = TM_STR("en") },
		{ .lang = TM_STR("ar") } };
	tm_unit u = { .v = v, .n = 2, .confidence = i % 7 == 0 ? .5 : -1 };
	tm_added how;

	snprintf(source, sizeof source, "word %u", i);
	snprintf(target, sizeof target, "%s", i % 11 == 0 ? "" : source + 3);
	v[0].text = tm_str_of(source);
	v[1].text = tm_str_of(target);
	if (i % 5 == 0) {
		v[0].codes = &code;
		v[0].n_codes = 1;
		u.meta = v[1].meta = meta;
		u.n_meta = v[1].n_meta = 1;
	}
	if (i % 3 == 0) {
		u.document = tm_str_of(i % 2 == 0 ? "a.txt" : "b.txt");
		u.position = i + 1;
	}
	ok(tm_store_add(store, &u, &how, &err));
	return how;
}

static bool
print_unit(void *self, const tm_unit *u, tm_error *e)
{
	(void)e;
	tm_buf_printf(self, "%d %d %.2f %.*s %d", (int)u->id, u->status,
	    u->confidence, TM_STR_ARG(u->document), (int)u->position);
	for (size_t i = 0; i < u->n; i++) {
		const tm_variant *v = &u->v[i];

		tm_buf_printf(self, " | %.*s %.*s", TM_STR_ARG(v->lang),
		    TM_STR_ARG(v->text));
		for (size_t k = 0; k < v->n_codes; k++)
			tm_buf_printf(self, " %zu%.*s", v->codes[k].at,
			    TM_STR_ARG(v->codes[k].xml));
		for (size_t k = 0; k < v->n_meta; k++)
			tm_buf_printf(
			    self, " %.*s", TM_STR_ARG(v->meta[k].value));
	}
	tm_buf_printf(self, " + %zu\n", u->n_meta);
	return true;
}

static void
print_all(tm_store *store, tm_buf *out)
{
	const tm_sink sink = { out, print_unit, NULL };

	tm_buf_clear(out);
	ok(tm_store_walk(store, NULL, &sink, &err));
}

/* Random units, many of them twice, into a new memory: every `many` of them
 * in a transaction, or (0) each by itself. */
static void
fill(unsigned units, unsigned many, tm_buf *how, tm_buf *out)
{
	tm_store *store = open_store(TM_CREATE);

	seed = 5;
	for (unsigned i = 0; i < units; i++) {
		if (many > 0 && i % many == 0)
			ok(tm_store_begin(store, &err));
		/* Near ones come back at once, far ones after a while. */
		tm_buf_addc(
		    how, (char)('0' + add_unit(store, pick(3) == 0
							  ? pick(900)
							  : i / 2 + pick(4))));
		if (many > 0 && ((i + 1) % many == 0 || i + 1 == units))
			ok(tm_store_commit(store, &err));
	}
	print_all(store, out);
	ok(tm_store_check(store, &err));
	tm_store_close(store);
	shell("rm -rf %s %s.index", path, path);
}

START_TEST(many_at_once_are_what_one_by_one_gives)
{
	/* Each transaction waits for the disk. */
	static const unsigned many[] = { 0, 1, 300, 5000 };
	static const unsigned units[] = { 400, 400, 5000, 5000 };
	tm_buf how[4] = { 0 }, out[4] = { 0 };

	for (int i = 0; i < 4; i++)
		fill(units[i], many[i], &how[i], &out[i]);
	for (int i = 0; i < 3; i++) {
		ck_assert_uint_eq(how[i].n, units[i]);
		ck_assert(memcmp(how[i].p, how[3].p, how[i].n) == 0);
	}
	ck_assert_str_eq(out[0].p, out[1].p);
	ck_assert_str_eq(out[2].p, out[3].p);
	ck_assert_ptr_nonnull(strchr(how[3].p, '0' + TM_ADDED));
	ck_assert_ptr_nonnull(strchr(how[3].p, '0' + TM_SAME));
	for (int i = 0; i < 4; i++) {
		tm_buf_release(&how[i]);
		tm_buf_release(&out[i]);
	}
}
END_TEST

START_TEST(what_was_added_is_there_before_the_commit)
{
	tm_store *store = open_store(TM_CREATE);
	tm_store_info info;
	tm_arena arena = { 0 };
	const tm_unit *u;
	tm_unit other;

	ok(tm_store_begin(store, &err));
	for (unsigned i = 0; i < 1000; i++) {
		add_unit(store, i);
		ok(tm_store_get(store, i + 1, &arena, &u, &err));
		ck_assert(tm_str_starts(u->v[0].text, TM_STR("word ")));
		tm_arena_clear(&arena);
	}
	add_unit(store, 2000);
	ok(tm_store_describe(store, &arena, &info, &err));
	ck_assert_uint_eq(info.units, 1001);
	/* One is changed and one goes; their hashes do, too. */
	add_unit(store, 2001);
	ok(tm_store_get(store, 1002, &arena, &u, &err));
	other = *u;
	other.id = 7;
	ok(tm_store_replace(store, &other, &err));
	ok(tm_store_remove(store, 1002, &err));
	ck_assert_int_eq(add_unit(store, 2001), TM_SAME);
	ck_assert_int_eq(add_unit(store, 6), TM_ADDED);
	ok(tm_store_get(store, 1003, &arena, &u, &err));
	ck_assert_tm_str_eq(u->v[0].text, "word 6");
	ok(tm_store_commit(store, &err));
	ok(tm_store_check(store, &err));
	tm_arena_release(&arena);
	tm_store_close(store);
}
END_TEST

START_TEST(what_was_rolled_back_is_not_remembered)
{
	tm_store *store = open_store(TM_CREATE);
	tm_buf before = { 0 }, after = { 0 };

	ok(tm_store_begin(store, &err));
	for (unsigned i = 0; i < 600; i++)
		add_unit(store, i);
	tm_store_rollback(store);
	print_all(store, &before);
	ck_assert_uint_eq(before.n, 0);
	ck_assert_int_eq(add_unit(store, 3), TM_ADDED);
	ok(tm_store_begin(store, &err));
	for (unsigned i = 0; i < 600; i++)
		ck_assert_int_eq(
		    add_unit(store, i), i == 3 ? TM_SAME : TM_ADDED);
	ok(tm_store_commit(store, &err));
	print_all(store, &after);
	ck_assert(strncmp(after.p, "1 0 -1.00 b.txt 4 | en word 3", 29) == 0);
	tm_buf_release(&before);
	tm_buf_release(&after);
	tm_store_close(store);
}
END_TEST

START_TEST(what_is_closed_before_the_commit_is_not_there)
{
	tm_buf out = { 0 };
	tm_store *store;

	for (unsigned n = 200; n < 2000; n += 300) {
		store = open_store(TM_CREATE);
		ok(tm_store_begin(store, &err));
		for (unsigned i = 0; i < n; i++)
			add_unit(store, i);
		tm_store_close(store);
	}
	store = open_store(TM_READ);
	print_all(store, &out);
	ck_assert_uint_eq(out.n, 0);
	tm_store_close(store);
	tm_buf_release(&out);
}
END_TEST

/* Somebody else writes between two transactions of ours. */
START_TEST(what_another_adds_is_found)
{
	tm_store *store = open_store(TM_CREATE), *other;

	other = open_store(TM_WRITE);
	for (unsigned round = 0; round < 3; round++) {
		ok(tm_store_begin(store, &err));
		for (unsigned i = 0; i < 500; i++)
			ck_assert_int_eq(add_unit(store, i),
			    round == 0 ? TM_ADDED : TM_SAME);
		for (unsigned i = 0; i < round; i++)
			ck_assert_int_eq(add_unit(store, 5000 + i), TM_SAME);
		ok(tm_store_commit(store, &err));
		ck_assert_int_eq(add_unit(other, 5000 + round), TM_ADDED);
	}
	tm_store_close(other);
	tm_store_close(store);
}
END_TEST

/* Who walks sees what was there, whoever writes meanwhile. */
static bool
add_another(void *self, const tm_unit *u, tm_error *e)
{
	(void)e;
	if (u->id <= 700)
		add_unit(self, (unsigned)u->id + 10000);
	return true;
}

START_TEST(units_can_be_added_while_others_are_walked)
{
	tm_store *store = open_store(TM_CREATE);
	const tm_sink sink = { store, add_another, NULL };
	tm_store_info info;
	tm_arena arena = { 0 };

	ok(tm_store_begin(store, &err));
	for (unsigned i = 0; i < 700; i++)
		add_unit(store, i);
	ok(tm_store_walk(store, NULL, &sink, &err));
	for (unsigned i = 0; i < 700; i++)
		add_unit(store, i + 20000);
	ok(tm_store_commit(store, &err));
	ok(tm_store_describe(store, &arena, &info, &err));
	ck_assert_uint_eq(info.units, 2100);
	ok(tm_store_check(store, &err));
	tm_arena_release(&arena);
	tm_store_close(store);
}
END_TEST

/* A row that the tables refuse is told no later than by the commit, and
 * nothing of its transaction is kept. */
static void
break_after(unsigned first, unsigned n)
{
	tm_store *store = open_store(TM_CREATE);
	tm_variant v[2] = { { .lang = TM_STR("en") },
		{ .lang = TM_STR("ar") } };
	tm_unit u = { .v = v, .n = 2, .confidence = -1 };
	tm_buf out = { 0 }, sql = { 0 };
	bool added = true;

	add_unit(store, 1);
	tm_store_close(store);
	tm_buf_printf(&sql,
	    "CREATE TRIGGER no BEFORE INSERT ON variant WHEN NEW.unit > %u"
	    " BEGIN SELECT RAISE (FAIL, 'no'); END",
	    first);
	run_sql(sql.p);
	store = open_store(TM_WRITE);
	ok(tm_store_begin(store, &err));
	for (unsigned i = 2; i < n && added; i++) {
		char text[20];

		snprintf(text, sizeof text, "%u", i);
		v[0].text = v[1].text = tm_str_of(text);
		added = tm_store_add(store, &u, NULL, &err);
	}
	ck_assert(!added || !tm_store_commit(store, &err));
	ck_assert_int_eq(err.code, TM_IO);
	tm_store_rollback(store);
	print_all(store, &out);
	ck_assert_str_eq(out.p, "1 0 -1.00  0 | en word 1 | ar d 1 + 0\n");
	tm_buf_release(&out);
	tm_buf_release(&sql);
	tm_store_close(store);
	shell("rm -rf %s %s.index", path, path);
}

START_TEST(a_row_that_cannot_be_written_breaks_the_transaction)
{
	break_after(9, 20);
	break_after(9, 3000);
	break_after(1500, 3000);
	break_after(2900, 3000);
}
END_TEST

PLACE_MAIN("store_bulk", many_at_once_are_what_one_by_one_gives,
    what_was_added_is_there_before_the_commit,
    what_was_rolled_back_is_not_remembered,
    what_is_closed_before_the_commit_is_not_there, what_another_adds_is_found,
    units_can_be_added_while_others_are_walked,
    a_row_that_cannot_be_written_breaks_the_transaction)

#include "config.h"

#include "unit_random.h"
#include "unit_store.h"

#include <sqlite3.h>

#include "old_schemas.h"
#include "tm/store_sql_int.h"

static tm_store *store;

static void
open_again(tm_store_mode mode)
{
	tm_store_close(store);
	store = tm_store_open(path, mode, &err);
	ck_assert_msg(store != NULL, "%s", err.msg);
}

static void
setup(void)
{
	store = new_store();
}

static void
teardown(void)
{
	drop_store(store);
}

/* ---- What is in the tables, as text ------------------------------------ */

static void
dump_rows(sqlite3 *db, const char *query, tm_buf *out)
{
	sqlite3_stmt *sql;

	ck_assert_int_eq(
	    sqlite3_prepare_v2(db, query, -1, &sql, NULL), SQLITE_OK);
	while (sqlite3_step(sql) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(sql); i++) {
			const char *s =
			    (const char *)sqlite3_column_text(sql, i);

			tm_buf_printf(out, "%d:%s\n",
			    sqlite3_column_type(sql, i), s == NULL ? "" : s);
		}
	sqlite3_finalize(sql);
}

static void
dump(tm_buf *out)
{
	sqlite3 *db;

	tm_buf_clear(out);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	dump_rows(db, "SELECT * FROM unit ORDER BY id", out);
	dump_rows(db, "SELECT * FROM variant ORDER BY unit, nr", out);
	dump_rows(db, "SELECT * FROM code ORDER BY unit, variant, nr", out);
	dump_rows(db, "SELECT * FROM meta ORDER BY unit, variant, nr", out);
	dump_rows(
	    db, "SELECT * FROM place ORDER BY unit, document, position", out);
	dump_rows(db,
	    "SELECT * FROM language WHERE variants + sources > 0 ORDER BY lang",
	    out);
	dump_rows(db, "SELECT value FROM property WHERE name = 'units'", out);
	sqlite3_close(db);
}

static void
tell_difference(const tm_buf *now, const tm_buf *before)
{
	size_t i = 0, from;

	while (i < now->n && i < before->n && now->p[i] == before->p[i])
		i++;
	from = i < 60 ? 0 : i - 60;
	ck_assert_msg(now->n == before->n && i == now->n,
	    "is: %.120s\n\nwas: %.120s", now->p + from, before->p + from);
}

#define same_as(before)                            \
	do {                                       \
		tm_buf now_ = { 0 };               \
                                                   \
		dump(&now_);                       \
		tell_difference(&now_, &(before)); \
		tm_buf_release(&now_);             \
		ok(tm_store_check(store, &err));   \
	} while (0)

/* ---- Units ------------------------------------------------------------- */

/* Unit number k of a kind, with now this and now that. */
static void
with_unit(uint32_t k, void (*use)(const tm_unit *, void *), void *self)
{
	char a[60], b[60];
	tm_code_at code = { roll(4), TM_STR("<ph x=\"1\"/>") };
	tm_meta meta[2] = { { TM_PROP, TM_STR("p"), TM_STR(""), TM_STR("v\n") },
		{ TM_NOTE, TM_STR(""), TM_STR("en"), TM_STR("") } };
	tm_variant v[3] = { { .lang = TM_STR("en") }, { .lang = TM_STR("ar") },
		{ .lang = TM_STR("de-AT"), .text = { "a\0b", 3 } } };
	tm_stand also[2] = { { TM_STR("d1"), TM_STR("/y/d1"), 0 },
		{ TM_STR("d3"), TM_STR(""), 7 } };
	tm_unit u = { .v = v, .n = 2 + roll(2), .confidence = -1 };

	snprintf(a, sizeof a, "sentence number %u is here", k);
	snprintf(b, sizeof b, "الجملة رقم %u", k);
	v[0].text = tm_str_of(a);
	v[1].text = tm_str_of(b);
	if (roll(3) == 0) {
		v[0].codes = &code;
		v[0].n_codes = 1;
		v[1].meta = meta;
		v[1].n_meta = 2;
		v[1].author = TM_STR("A");
		v[1].changed = 99;
	}
	if (roll(3) == 0) {
		u.meta = meta + roll(2);
		u.n_meta = 1;
	}
	if (roll(2) == 0) {
		u.document = roll(2) == 0 ? TM_STR("d1") : TM_STR("d2");
		u.position = k;
		u.confidence = roll(100) / 100.;
		u.created = 1000 + roll(1000);
		u.author = TM_STR("Ann");
		u.path = roll(2) == 0 ? TM_STR("/x/d1") : TM_STR("");
	}
	if (roll(3) == 0 && u.document.n > 0) {
		u.also = also;
		u.n_also = 1 + roll(2);
		also[0].position = 1 + roll(9);
	}
	if (roll(2) == 0)
		u.file = TM_STR("x.tmx");
	if (roll(4) == 0)
		u.tuid = TM_STR("id");
	use(&u, self);
}

static void
add_it(const tm_unit *u, void *self)
{
	ok(tm_store_add(store, u, NULL, &err));
}

static void
replace_it(const tm_unit *u, void *self)
{
	tm_unit copy = *u;

	copy.id = *(int64_t *)self;
	if (!tm_store_replace(store, &copy, &err))
		ck_assert_int_eq(err.code, TM_ABSENT);
}

static int64_t
last_operation(void)
{
	sqlite3_stmt *sql;
	sqlite3 *db;
	int64_t id;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_prepare_v2(
	    db, "SELECT ifnull(max(id), 0) FROM operation", -1, &sql, NULL);
	sqlite3_step(sql);
	id = sqlite3_column_int64(sql, 0);
	sqlite3_finalize(sql);
	sqlite3_close(db);
	return id;
}

static void
undo(int64_t operation)
{
	tm_arena arena = { 0 };
	tm_operation op;

	ok(tm_store_undo(store, operation, &arena, &op, &err));
	if (operation != 0)
		ck_assert_int_eq(op.id, operation);
	tm_arena_release(&arena);
}

static void
undo_fails(int64_t operation, tm_code code, const char *word)
{
	tm_arena arena = { 0 };
	tm_operation op;
	tm_buf before = { 0 };

	dump(&before);
	ck_assert(!tm_store_undo(store, operation, &arena, &op, &err));
	ck_assert_int_eq(err.code, code);
	ck_assert_msg(strstr(err.msg, word) != NULL, "%s", err.msg);
	same_as(before);
	tm_buf_release(&before);
	tm_arena_release(&arena);
}

/* A transaction of some changes of each kind. */
static void
do_something(void)
{
	ok(tm_store_begin(store, &err));
	for (uint32_t k = 0, n = 1 + roll(30); k < n; k++) {
		int64_t id = 1 + roll(200);

		switch (roll(6)) {
		case 0:
		case 1:
		case 2:
			with_unit(1 + roll(150), add_it, NULL);
			break;
		case 3:
			with_unit(1 + roll(150), replace_it, &id);
			break;
		case 4:
			if (!tm_store_set_status(
				store, id, (tm_status)roll(3), &err))
				ck_assert_int_eq(err.code, TM_ABSENT);
			break;
		default:
			if (!tm_store_remove(store, id, &err))
				ck_assert_int_eq(err.code, TM_ABSENT);
		}
	}
	ok(tm_store_commit(store, &err));
}

/* ---- Undoing ----------------------------------------------------------- */

START_TEST(undoing_restores_every_byte)
{
	enum { STEPS = 40 };
	tm_buf state[STEPS + 1] = { 0 };
	int64_t op[STEPS + 1], last = 0;

	for (int i = 0; i < STEPS; i++) {
		dump(&state[i]);
		do_something();
		op[i] = last_operation();
		if (op[i] == last)
			op[i] = 0; /* nothing was done */
		else
			last = op[i];
	}
	dump(&state[STEPS]);
	/* Back to the beginning, and forth again by undoing that. */
	for (int i = STEPS; i-- > 0;) {
		if (op[i] == 0)
			continue;
		undo(op[i]);
		same_as(state[i]);
		op[i] = last_operation();
	}
	for (int i = 0; i < STEPS; i++) {
		if (op[i] == 0)
			continue;
		undo(op[i]);
		same_as(state[i + 1]);
	}
	for (int i = 0; i <= STEPS; i++)
		tm_buf_release(&state[i]);
}
END_TEST

START_TEST(what_is_undone_is_found_and_not_found_as_before)
{
	tm_query q = { .text = TM_STR("sentence number 3 is here"), .min = 95 };
	tm_answer a = { 0 };

	for (uint32_t k = 0; k < 5; k++)
		with_unit(k, add_it, NULL);
	ok(tm_store_lookup(store, &q, &a, &err));
	ck_assert_uint_eq(a.n, 1);
	ok(tm_store_remove(store, a.v[0].unit->id, &err));
	ok(tm_store_lookup(store, &q, &a, &err));
	ck_assert_uint_eq(a.n, 0);
	undo(0);
	ok(tm_store_lookup(store, &q, &a, &err));
	ck_assert_uint_eq(a.n, 1);
	ck_assert_int_eq(a.v[0].unit->id, 4);
	tm_answer_release(&a);
}
END_TEST

START_TEST(undoing_without_a_number_goes_back_step_by_step)
{
	tm_buf none = { 0 }, one = { 0 };

	dump(&none);
	with_unit(1, add_it, NULL);
	dump(&one);
	with_unit(2, add_it, NULL);
	undo(0);
	same_as(one);
	undo(0);
	same_as(none);
	undo_fails(0, TM_ABSENT, "no operation that could be undone");
	tm_buf_release(&none);
	tm_buf_release(&one);
}
END_TEST

START_TEST(what_changed_since_must_be_undone_first)
{
	with_unit(1, add_it, NULL);
	with_unit(2, add_it, NULL);
	ok(tm_store_set_status(store, 1, TM_CONFIRMED, &err));
	undo_fails(1, TM_INVALID, "operation 3 changed unit 1 after it");
	undo(2);
	undo_fails(2, TM_INVALID, "was undone by operation 4");
	undo(3);
	undo(1);
	undo_fails(1, TM_INVALID, "undone by operation 6");
	undo_fails(99, TM_ABSENT, "no operation 99");
	undo(6);
	undo(5);
	undo_fails(1, TM_INVALID, "operation 3 changed unit 1");
}
END_TEST

START_TEST(a_thousand_removed_come_back)
{
	tm_buf before = { 0 };

	ok(tm_store_begin(store, &err));
	for (uint32_t k = 0; k < 3000; k++)
		with_unit(k, add_it, NULL);
	ok(tm_store_commit(store, &err));
	dump(&before);
	ok(tm_store_begin(store, &err));
	for (int64_t id = 1; id <= 3000; id++)
		ok(tm_store_remove(store, id, &err));
	ok(tm_store_commit(store, &err));
	undo(0);
	same_as(before);
	tm_buf_release(&before);
}
END_TEST

START_TEST(an_undo_is_a_transaction_of_its_own)
{
	tm_arena arena = { 0 };
	tm_operation op;
	tm_buf before = { 0 };

	with_unit(1, add_it, NULL);
	dump(&before);
	/* Only to see what it would do. */
	ok(tm_store_begin(store, &err));
	ok(tm_store_undo(store, 0, &arena, &op, &err));
	ck_assert(!tm_store_undo(store, 0, &arena, &op, &err));
	tm_store_rollback(store);
	same_as(before);
	ok(tm_store_begin(store, &err));
	with_unit(2, add_it, NULL);
	ck_assert(!tm_store_undo(store, 1, &arena, &op, &err));
	ck_assert_int_eq(err.code, TM_INVALID);
	tm_store_rollback(store);
	same_as(before);
	tm_arena_release(&arena);
	tm_buf_release(&before);
}
END_TEST

/* ---- History ----------------------------------------------------------- */

static bool
tell(void *self, const tm_operation *op, tm_error *e)
{
	tm_buf_printf(self, "%d %d %.*s %.*s %.*s +%d ~%d -%d; ", (int)op->id,
	    (int)op->at, TM_STR_ARG(op->who), TM_STR_ARG(op->what),
	    TM_STR_ARG(op->about), (int)op->added, (int)op->changed,
	    (int)op->removed);
	return true;
}

START_TEST(operations_are_signed_and_counted)
{
	tm_buf text = { 0 };

	tm_store_sign(store, "Ann", "import", "x.tmx", 1000);
	ok(tm_store_begin(store, &err));
	for (uint32_t k = 0; k < 20; k++)
		with_unit(k, add_it, NULL);
	ok(tm_store_commit(store, &err));
	tm_store_sign(store, NULL, "confirm", "", 2000);
	ok(tm_store_begin(store, &err));
	ok(tm_store_set_status(store, 3, TM_CONFIRMED, &err));
	ok(tm_store_set_status(store, 4, TM_DRAFT, &err));
	ok(tm_store_remove(store, 5, &err));
	ok(tm_store_commit(store, &err));
	/* Nothing was done: no operation. */
	ok(tm_store_set_status(store, 3, TM_CONFIRMED, &err));
	ok(tm_store_history(store, 0, 0, tell, &text, &err));
	ck_assert_str_eq(text.p, "2 2000  confirm  +0 ~1 -1; "
				 "1 1000 Ann import x.tmx +20 ~0 -0; ");
	tm_buf_clear(&text);
	ok(tm_store_history(store, 4, 0, tell, &text, &err));
	ck_assert_str_eq(text.p, "1 1000 Ann import x.tmx +20 ~0 -0; ");
	tm_buf_clear(&text);
	ok(tm_store_history(store, 3, 1, tell, &text, &err));
	ck_assert_str_eq(text.p, "2 2000  confirm  +0 ~1 -1; ");
	tm_buf_release(&text);
}
END_TEST

START_TEST(what_a_unit_was_is_known)
{
	tm_arena arena = { 0 };
	const tm_unit *was;
	bool whole;
	int64_t id = 1;

	with_unit(1, add_it, NULL);
	ok(tm_store_begin(store, &err));
	/* First its status, then all of it: what it was has all of it. */
	ok(tm_store_set_status(store, 1, TM_REJECTED, &err));
	with_unit(2, replace_it, &id);
	ok(tm_store_commit(store, &err));
	ok(tm_store_set_status(store, 1, TM_CONFIRMED, &err));
	ok(tm_store_before(store, 2, 1, &arena, &was, &whole, &err));
	ck_assert(whole);
	ck_assert_int_eq(was->status, TM_DRAFT);
	ck_assert_tm_str_eq(was->v[0].text, "sentence number 1 is here");
	ok(tm_store_before(store, 3, 1, &arena, &was, &whole, &err));
	ck_assert(!whole);
	ck_assert_uint_eq(was->n, 0);
	ok(tm_store_before(store, 1, 1, &arena, &was, &whole, &err));
	ck_assert_ptr_null(was);
	tm_arena_release(&arena);
}
END_TEST

START_TEST(a_bulk_add_is_two_numbers)
{
	tm_buf rows = { 0 };
	sqlite3 *db;

	ok(tm_store_begin(store, &err));
	for (uint32_t k = 0; k < 500; k++)
		with_unit(k, add_it, NULL);
	ok(tm_store_commit(store, &err));
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	dump_rows(db, "SELECT count(*) FROM past", &rows);
	dump_rows(db, "SELECT first, last FROM operation", &rows);
	sqlite3_close(db);
	ck_assert_str_eq(rows.p, "1:0\n1:1\n1:500\n");
	tm_buf_release(&rows);
}
END_TEST

/* Operations n to n + 3: add, confirm, remove and bring back unit k. */
static void
live(uint32_t k, int64_t at)
{
	tm_arena arena = { 0 };
	tm_operation op;
	int64_t id = 0;
	tm_store_info info;

	tm_store_sign(store, "ann", "test", NULL, at);
	with_unit(k, add_it, NULL);
	ok(tm_store_describe(store, &arena, &info, &err));
	id = (int64_t)info.units;
	ok(tm_store_set_status(store, id, TM_CONFIRMED, &err));
	ok(tm_store_remove(store, id, &err));
	ok(tm_store_undo(store, 0, &arena, &op, &err));
	tm_arena_release(&arena);
}

static void
expect_operations(const char *want)
{
	tm_buf rows = { 0 };
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	dump_rows(db, "SELECT min(id), count(*) FROM operation", &rows);
	sqlite3_close(db);
	ck_assert_str_eq(rows.p, want);
	tm_buf_release(&rows);
}

START_TEST(the_past_can_be_forgotten_and_the_units_stay)
{
	tm_arena arena = { 0 };
	tm_buf before = { 0 };
	tm_operation op;
	int64_t n, bytes;

	live(1, 100);
	live(2, 200);
	dump(&before);
	ok(tm_store_forget(store, 50, false, &n, &bytes, &err));
	ck_assert_int_eq(n, 0);
	ok(tm_store_forget(store, 200, true, &n, &bytes, &err));
	ck_assert_int_eq(n, 4);
	expect_operations("1:1\n1:8\n");
	ok(tm_store_forget(store, 200, false, &n, &bytes, &err));
	ck_assert_int_eq(n, 4);
	expect_operations("1:5\n1:4\n");
	same_as(before);
	ck_assert(!tm_store_undo(store, 4, &arena, &op, &err));
	ck_assert_int_eq(err.code, TM_ABSENT);
	/* What is left goes back and forth as before. */
	undo(8);
	undo(9);
	same_as(before);
	/* The last one stays, and no number is given twice. */
	ok(tm_store_forget(store, INT64_MAX, false, &n, &bytes, &err));
	expect_operations("1:10\n1:1\n");
	live(3, 300);
	expect_operations("1:10\n1:5\n");
	ok(tm_store_check(store, &err));
	/* Not within a transaction. */
	ok(tm_store_begin(store, &err));
	ck_assert(!tm_store_forget(store, 1, false, &n, &bytes, &err));
	tm_store_rollback(store);
	tm_arena_release(&arena);
	tm_buf_release(&before);
}
END_TEST

START_TEST(what_is_forgotten_gives_its_room_back)
{
	tm_buf text = { 0 }, before = { 0 };
	tm_variant v[2] = { { .lang = TM_STR("en") },
		{ .lang = TM_STR("ar"), .text = TM_STR("ا") } };
	tm_unit u = { .v = v, .n = 2, .confidence = -1 };
	int64_t n, bytes, size;
	struct stat st;

	while (text.n < 200000)
		tm_buf_adds(&text, "many words ");
	tm_store_sign(store, "ann", "test", NULL, 100);
	v[0].text = tm_buf_str(&text);
	ok(tm_store_add(store, &u, NULL, &err));
	u.id = 1;
	for (int i = 0; i < 20; i++) {
		text.p[i] = 'x';
		ok(tm_store_replace(store, &u, &err));
	}
	dump(&before);
	tm_store_close(store);
	store = NULL;
	open_again(TM_WRITE);
	ck_assert_int_eq(stat(path, &st), 0);
	size = st.st_size;
	ok(tm_store_forget(store, 101, false, &n, &bytes, &err));
	ck_assert_int_eq(n, 20);
	ck_assert_int_gt(bytes, 3000000);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_le(st.st_size, size - bytes);
	same_as(before);
	tm_buf_release(&text);
	tm_buf_release(&before);
}
END_TEST

START_TEST(a_damaged_past_is_told)
{
	tm_arena arena = { 0 };
	tm_operation op;
	sqlite3 *db;
	char e[100];

	with_unit(1, add_it, NULL);
	ok(tm_store_remove(store, 1, &err));
	ok(tm_store_check(store, &err));
	for (int i = 0; i < 40; i++) {
		snprintf(e, sizeof e,
		    "UPDATE past SET state = CAST(substr(state, 1, %d) AS "
		    "BLOB)",
		    39 - i);
		ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
		ck_assert_int_eq(
		    sqlite3_exec(db, e, NULL, NULL, NULL), SQLITE_OK);
		sqlite3_close(db);
		ck_assert(!tm_store_undo(store, 2, &arena, &op, &err));
		ck_assert_int_eq(err.code, TM_PARSE);
		ck_assert(!tm_store_check(store, &err));
	}
	tm_arena_release(&arena);
}
END_TEST

/* ---- Files ------------------------------------------------------------- */

static tm_meta head_a[] = {
	{ TM_ATTR, TM_STR("creationtool"), TM_STR(""), TM_STR("X") },
	{ TM_ATTR, TM_STR("o-tmf"), TM_STR(""), TM_STR("a") },
	{ TM_NOTE, TM_STR(""), TM_STR("en"), TM_STR("first") },
	{ TM_PROP, TM_STR("p"), TM_STR(""), TM_STR("both") },
};
static tm_meta head_b[] = {
	{ TM_ATTR, TM_STR("creationtool"), TM_STR(""), TM_STR("X") },
	{ TM_ATTR, TM_STR("o-tmf"), TM_STR(""), TM_STR("b") },
	{ TM_PROP, TM_STR("p"), TM_STR(""), TM_STR("both") },
	{ TM_NOTE, TM_STR(""), TM_STR(""), TM_STR("second") },
};

static void
header_is(const char *want)
{
	tm_arena arena = { 0 };
	const tm_meta *meta;
	tm_buf text = { 0 };
	size_t n;

	ok(tm_store_header(store, &arena, &meta, &n, &err));
	for (size_t i = 0; i < n; i++)
		tm_buf_printf(&text, "%.*s ", TM_STR_ARG(meta[i].value));
	ck_assert_tm_str_eq(tm_buf_str(&text), want);
	tm_buf_release(&text);
	tm_arena_release(&arena);
}

START_TEST(a_header_comes_back_and_several_agree)
{
	tm_variant v[] = { { .lang = TM_STR("en"), .text = TM_STR("a") },
		{ .lang = TM_STR("de"), .text = TM_STR("b") } };
	tm_unit u = { .v = v, .n = 2, .file = TM_STR("a.tmx") };

	header_is("");
	ok(tm_store_set_header(store, TM_STR("a.tmx"), head_a, 4, &err));
	ok(tm_store_set_header(store, TM_STR("b.tmx"), head_b, 4, &err));
	/* Nothing came from them yet. */
	header_is("");
	ok(tm_store_add(store, &u, NULL, &err));
	header_is("X a first both ");
	v[0].text = TM_STR("c");
	u.file = TM_STR("b.tmx");
	ok(tm_store_add(store, &u, NULL, &err));
	header_is("X first both second ");
	open_again(TM_READ);
	header_is("X first both second ");
	open_again(TM_WRITE);
	undo(0);
	header_is("X a first both ");
	ok(tm_store_set_header(store, TM_STR("a.tmx"), head_b, 2, &err));
	header_is("X b ");
}
END_TEST

START_TEST(neighbours_come_from_props_or_the_document)
{
	tm_meta props[] = { { TM_PROP, TM_STR("x-prev"), TM_STR(""),
				TM_STR("said before") },
		{ TM_PROP, TM_STR("next"), TM_STR(""), TM_STR("said after") } };
	tm_variant v[] = { { .lang = TM_STR("en") }, { .lang = TM_STR("ar") } };
	tm_unit u = { .v = v, .n = 2, .document = TM_STR("d.txt") };
	tm_arena arena = { 0 };
	const tm_unit *got;
	tm_str before, after;
	char en[] = "a", ar[] = "x";

	for (int i = 0; i < 4; i++, en[0]++, ar[0]++) {
		u.position = i + 1;
		u.meta = props;
		u.n_meta = i == 3 ? 2 : 0;
		v[0].text = tm_str_of(en);
		v[1].text = tm_str_of(ar);
		ok(tm_store_add(store, &u, NULL, &err));
	}
	ok(tm_store_get(store, 2, &arena, &got, &err));
	ok(tm_store_neighbours(store, got, 0, &arena, &before, &after, &err));
	ck_assert_tm_str_eq(before, "a");
	ck_assert_tm_str_eq(after, "c");
	ok(tm_store_neighbours(store, got, 1, &arena, &before, &after, &err));
	ck_assert_tm_str_eq(before, "x");
	ok(tm_store_get(store, 1, &arena, &got, &err));
	ok(tm_store_neighbours(store, got, 0, &arena, &before, &after, &err));
	ck_assert_tm_str_eq(before, "");
	ck_assert_tm_str_eq(after, "b");
	ok(tm_store_get(store, 4, &arena, &got, &err));
	ok(tm_store_neighbours(store, got, 0, &arena, &before, &after, &err));
	ck_assert_tm_str_eq(before, "said before");
	ck_assert_tm_str_eq(after, "said after");
	tm_arena_release(&arena);
}
END_TEST

/* ---- Older memories ---------------------------------------------------- */

static void
make_old(int version)
{
	tm_variant plain[] = { { .lang = TM_STR("en"), .text = TM_STR("a") },
		{ .lang = TM_STR("ar"), .text = TM_STR("b") } };
	tm_code_at ph = { 2, TM_STR("<ph/>") };
	tm_variant rich[] = { { .lang = TM_STR("en-GB"),
				  .text = TM_STR("a <b>"),
				  .codes = &ph,
				  .n_codes = 1 },
		{ .lang = TM_STR("de"), .text = TM_STR("x") } };
	tm_unit a = { .v = plain, .n = 2 };
	tm_unit b = { .v = rich, .n = 2, .tuid = TM_STR("id") };
	tm_buf sql = { 0 };
	sqlite3 *db;

	tm_store_close(store);
	store = NULL;
	unlink(path);
	tm_buf_adds(&sql, schema_1);
	tm_buf_printf(&sql, some_units, (long long)tm_store_hash(&a),
	    (long long)tm_store_hash(&b));
	if (version >= 2)
		tm_buf_adds(&sql, schema_2);
	if (version >= 3)
		tm_buf_adds(&sql, schema_3);
	tm_buf_printf(&sql,
	    "PRAGMA application_id = %d; PRAGMA user_version = %d;"
	    "PRAGMA journal_mode = WAL;",
	    0x544d7431, version);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, sql.p, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	tm_buf_release(&sql);
}

START_TEST(older_memories_are_brought_up_to_date)
{
	tm_arena arena = { 0 };
	const tm_unit *u;
	tm_store_info info;
	tm_buf before = { 0 }, text = { 0 };

	make_old(_i);
	open_again(TM_WRITE);
	ok(tm_store_check(store, &err));
	ok(tm_store_describe(store, &arena, &info, &err));
	ck_assert_int_eq(info.schema, tm_store_version);
	ck_assert_uint_eq(info.units, 2);
	ck_assert_uint_eq(info.n_langs, 4);
	ok(tm_store_get(store, 2, &arena, &u, &err));
	ck_assert_uint_eq(u->n, 2);
	ck_assert_tm_str_eq(u->document, "a.txt");
	ck_assert_tm_str_eq(u->file, "");
	ck_assert_int_eq(u->position, 12);
	ck_assert_tm_str_eq(u->changer, "Bob");
	ck_assert_int_eq(u->status, TM_CONFIRMED);
	ck_assert_uint_eq(u->v[0].n_codes, 1);
	ck_assert_tm_str_eq(u->v[1].meta[0].value, "a note");
	/* It has no past, and what is done now can be undone. */
	ok(tm_store_history(store, 0, 0, tell, &text, &err));
	ck_assert_uint_eq(text.n, 0);
	dump(&before);
	ok(tm_store_remove(store, 2, &err));
	with_unit(7, add_it, NULL);
	undo(0);
	undo(0);
	same_as(before);
	tm_arena_release(&arena);
	tm_buf_release(&before);
}
END_TEST

START_TEST(a_migration_that_fails_leaves_the_memory_as_it_was)
{
	static const char *const in_the_way[] = { NULL,
		"CREATE TABLE header (x)", "CREATE TABLE header (x)",
		"CREATE TABLE place (x)" };
	static const char *const left[] = { NULL, "1:1\n1:0\n", "1:2\n1:0\n",
		"1:3\n1:3\n" };
	sqlite3 *db;
	tm_buf rows = { 0 };

	make_old(_i);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	/* In the way of a table that is made late. */
	ck_assert_int_eq(
	    sqlite3_exec(db, in_the_way[_i], NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	ck_assert_ptr_null(tm_store_open(path, TM_WRITE, &err));
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	dump_rows(db, "PRAGMA user_version", &rows);
	dump_rows(db,
	    "SELECT count(*) FROM sqlite_master WHERE name IN"
	    " ('operation', 'past', 'file')",
	    &rows);
	ck_assert_str_eq(rows.p, left[_i]);
	sqlite3_exec(db, _i == 3 ? "DROP TABLE place" : "DROP TABLE header",
	    NULL, NULL, NULL);
	sqlite3_close(db);
	open_again(TM_WRITE);
	ok(tm_store_check(store, &err));
	tm_buf_release(&rows);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { undoing_restores_every_byte,
		what_is_undone_is_found_and_not_found_as_before,
		undoing_without_a_number_goes_back_step_by_step,
		what_changed_since_must_be_undone_first,
		a_thousand_removed_come_back,
		an_undo_is_a_transaction_of_its_own,
		operations_are_signed_and_counted, what_a_unit_was_is_known,
		a_bulk_add_is_two_numbers, a_damaged_past_is_told,
		the_past_can_be_forgotten_and_the_units_stay,
		what_is_forgotten_gives_its_room_back,
		a_header_comes_back_and_several_agree,
		neighbours_come_from_props_or_the_document };
	const TTest *const of_versions[] = {
		older_memories_are_brought_up_to_date,
		a_migration_that_fails_leaves_the_memory_as_it_was
	};
	TCase *tcase = unit_case(
	    300, setup, teardown, tests, sizeof tests / sizeof tests[0]);

	for (size_t i = 0; i < 2; i++)
		tcase_add_loop_test(tcase, of_versions[i], 1, 4);
	return unit_run("history", tcase);
}

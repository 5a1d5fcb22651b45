#include "config.h"

#include "unit_store.h"

#include <sqlite3.h>

#include "tm/train.h"

static void
add_unit(tm_store *store, const char *from_lang, const char *from,
    const char *to_lang, const char *to, tm_status status, double confidence)
{
	tm_variant v[2] = {
		{ .lang = tm_str_of(from_lang), .text = tm_str_of(from) },
		{ .lang = tm_str_of(to_lang), .text = tm_str_of(to) },
	};
	tm_unit u = {
		.v = v, .n = 2, .status = status, .confidence = confidence
	};

	ok(tm_store_add(store, &u, NULL, &err));
}

static tm_taught_word ar[] = { { TM_STR("wبيت"), 40 },
	{ TM_STR("wكتاب"), 12 } };
static tm_taught_word en[] = { { TM_STR("whous"), 38 }, { TM_STR("wbook"), 11 },
	{ TM_STR("whom"), 9 } };
static tm_taught_pair pairs[] = { { 0, 0, 36, { 33.5, 34 } },
	{ 0, 2, 8, { 6, 7 } }, { 1, 1, 10, { 9, 9.5 } } };
static const tm_taught table = { .pairs = 99.5,
	.word = { ar, en },
	.n_words = { 2, 3 },
	.pair = pairs,
	.n_pairs = 3 };
static const tm_store_lexicon about = { .from = { "ar", 2 },
	.to = { "en", 2 },
	.version = 1,
	.trained = 86400,
	.units = 120,
	.whole = 100,
	.last = 7 };

/* "FROM TO count" of the k-th pair. */
static void
check_pair(const tm_taught *t, size_t k, const char *from, const char *to,
    double count)
{
	const tm_taught_pair *p = &t->pair[k];

	ck_assert_uint_lt(k, t->n_pairs);
	ck_assert_tm_str_eq(t->word[0][p->from].key, from);
	ck_assert_tm_str_eq(t->word[1][p->to].key, to);
	ck_assert(p->count[0] == count);
}

START_TEST(a_table_comes_back_whole_or_by_the_words_of_either_side)
{
	static const tm_str house[] = { { "wبيت", 7 }, { "wبيت", 7 },
		{ "wnowhere", 8 }, { "", 0 } };
	static const tm_str book[] = { { "wbook", 5 } };
	tm_store *store = new_store();
	const tm_store_lexicon *v;
	tm_arena arena = { 0 };
	tm_taught t = { 0 };
	size_t n;

	ok(tm_store_lexicons(store, &arena, &v, &n, &err));
	ck_assert_uint_eq(n, 0);
	ok(tm_store_put_lexicon(store, &about, &table, &err));
	ok(tm_store_lexicons(store, &arena, &v, &n, &err));
	ck_assert_uint_eq(n, 1);
	ck_assert_tm_str_eq(v->from, "ar");
	ck_assert_int_eq(v->trained, 86400);
	ck_assert_int_eq(v->units, 120);
	ck_assert_int_eq(v->whole, 100);
	ck_assert_int_eq(v->words[1], 3);
	ck_assert_int_eq(v->word_pairs, 3);
	ok(tm_store_get_lexicon(store, v->id, 0, NULL, 0, &t, &err));
	ck_assert(t.pairs == 99.5);
	ck_assert_uint_eq(t.n_pairs, 3);
	check_pair(&t, 1, "wبيت", "whom", 6);
	ck_assert(t.word[1][t.pair[0].to].seen == 38);
	ok(tm_store_get_lexicon(store, v->id, 0, house, 4, &t, &err));
	ck_assert_uint_eq(t.n_pairs, 2);
	check_pair(&t, 0, "wبيت", "whous", 33.5);
	ok(tm_store_get_lexicon(store, v->id, 1, book, 1, &t, &err));
	ck_assert_uint_eq(t.n_pairs, 1);
	check_pair(&t, 0, "wكتاب", "wbook", 9);
	ok(tm_store_get_lexicon(store, v->id, 1, book, 0, &t, &err));
	ck_assert_uint_eq(t.n_pairs, 0);
	tm_taught_release(&t);
	tm_arena_release(&arena);
	drop_store(store);
}
END_TEST

START_TEST(a_table_takes_the_place_of_the_one_before_and_can_be_dropped)
{
	tm_store *store = new_store();
	tm_taught less = table, t = { 0 };
	const tm_store_lexicon *v;
	tm_arena arena = { 0 };
	int64_t id;
	size_t n;

	ok(tm_store_put_lexicon(store, &about, &table, &err));
	less.n_pairs = 1;
	ok(tm_store_put_lexicon(store, &about, &less, &err));
	ok(tm_store_lexicons(store, &arena, &v, &n, &err));
	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq(v->word_pairs, 1);
	id = v->id;
	ok(tm_store_drop_lexicon(store, id, &err));
	ok(tm_store_lexicons(store, &arena, &v, &n, &err));
	ck_assert_uint_eq(n, 0);
	ck_assert(!tm_store_get_lexicon(store, id, 0, NULL, 0, &t, &err));
	ck_assert_int_eq(err.code, TM_ABSENT);
	ok(tm_store_check(store, &err));
	tm_arena_release(&arena);
	drop_store(store);
}
END_TEST

START_TEST(training_is_part_of_a_transaction_and_not_of_the_history)
{
	tm_store *store = new_store();
	const tm_store_lexicon *v;
	tm_arena arena = { 0 };
	tm_operation undone;
	size_t n;

	add_unit(store, "ar", "أ", "en", "a", TM_DRAFT, -1);
	ok(tm_store_begin(store, &err));
	ok(tm_store_put_lexicon(store, &about, &table, &err));
	tm_store_rollback(store);
	ok(tm_store_lexicons(store, &arena, &v, &n, &err));
	ck_assert_uint_eq(n, 0);
	ok(tm_store_put_lexicon(store, &about, &table, &err));
	/* The last operation is the unit. */
	ok(tm_store_undo(store, 0, &arena, &undone, &err));
	ck_assert_int_eq(undone.added, 1);
	ok(tm_store_lexicons(store, &arena, &v, &n, &err));
	ck_assert_uint_eq(n, 1);
	tm_arena_release(&arena);
	drop_store(store);
}
END_TEST

START_TEST(it_knows_what_came_and_what_changed_since)
{
	tm_store *store = new_store();
	tm_store_lexicon now = about;
	const tm_store_lexicon *v;
	tm_arena arena = { 0 };
	size_t n;

	add_unit(store, "ar", "أ", "en", "a", TM_DRAFT, -1);
	add_unit(store, "ar", "ب", "en", "b", TM_DRAFT, -1);
	now.last = 2;
	ok(tm_store_put_lexicon(store, &now, &table, &err));
	ok(tm_store_lexicons(store, &arena, &v, &n, &err));
	ck_assert_int_eq(v->newer, 0);
	ck_assert_int_eq(v->stale, 0);
	add_unit(store, "ar", "ت", "en", "c", TM_DRAFT, -1);
	ok(tm_store_remove(store, 1, &err));
	ok(tm_store_remove(store, 3, &err));
	add_unit(store, "ar", "ت", "en", "d", TM_DRAFT, -1);
	ok(tm_store_lexicons(store, &arena, &v, &n, &err));
	ck_assert_int_eq(v->newer, 1);
	ck_assert_int_eq(v->stale, 1);
	tm_arena_release(&arena);
	drop_store(store);
}
END_TEST

static bool
note_pair(void *self, tm_str from, tm_str to, double weight)
{
	tm_buf_printf(
	    self, "%.*s=%.*s %.2f;", TM_STR_ARG(from), TM_STR_ARG(to), weight);
	return true;
}

START_TEST(pairs_teach_by_how_sure_they_are)
{
	tm_store *store = new_store();
	const tm_store_languages *v;
	tm_arena arena = { 0 };
	tm_buf seen = { 0 };
	int64_t last;
	size_t n;

	add_unit(store, "ar", "أ", "en", "a", TM_DRAFT, -1);
	add_unit(store, "ar-SY", "ب", "en-GB", "b", TM_DRAFT, .25);
	add_unit(store, "ar", "ت", "en", "c", TM_CONFIRMED, .25);
	add_unit(store, "ar", "ث", "en", "d", TM_REJECTED, .9);
	add_unit(store, "en", "e", "ar", "ج", TM_DRAFT, -1);
	add_unit(store, "ar", "x", "de", "f", TM_DRAFT, -1);
	add_unit(store, "arc", "y", "en", "g", TM_DRAFT, -1);
	ok(tm_store_pairs(store, "ar", "en", 0, note_pair, &seen, &last, &err));
	ck_assert_str_eq(seen.p, "أ=a 1.00;ب=b 0.25;ت=c 1.00;ج=e 1.00;");
	ck_assert_int_eq(last, 7);
	tm_buf_clear(&seen);
	ok(tm_store_pairs(store, "ar", "en", 3, note_pair, &seen, &last, &err));
	ck_assert_str_eq(seen.p, "ج=e 1.00;");
	ok(tm_store_language_pairs(store, &arena, &v, &n, &err));
	ck_assert_uint_eq(n, 3);
	ck_assert_tm_str_eq(v[0].from, "ar");
	ck_assert_tm_str_eq(v[0].to, "en");
	ck_assert_uint_eq(v[0].units, 5);
	tm_buf_release(&seen);
	tm_arena_release(&arena);
	drop_store(store);
}
END_TEST

static void
run_sql(const char *sql)
{
	sqlite3 *db;
	char *msg = NULL;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_exec(db, sql, NULL, NULL, &msg);
	ck_assert_msg(msg == NULL, "%s: %s", sql, msg);
	sqlite3_close(db);
}

START_TEST(rows_that_somebody_wrote_do_no_harm)
{
	tm_store *store = new_store();
	tm_lexicon *lex = tm_lexicon_new("ar", "en");
	const tm_store_lexicon *v;
	tm_arena arena = { 0 };
	tm_taught t = { 0 };
	tm_trainer *tr;
	size_t n;

	ok(tm_store_put_lexicon(store, &about, &table, &err));
	tm_store_close(store);
	run_sql("UPDATE lexicon_word SET word = 'wx'");
	run_sql("UPDATE lexicon_word SET seen = -1 WHERE side = 1");
	run_sql("INSERT INTO lexicon_pair VALUES (1, -7, 99, -5, 'x', 1e308)");
	run_sql("INSERT INTO lexicon_pair VALUES (1, 0,"
		" 9223372036854775807, 9223372036854775807, -1, 2)");
	store = tm_store_open(path, TM_READ, &err);
	ck_assert_ptr_nonnull(store);
	ok(tm_store_lexicons(store, &arena, &v, &n, &err));
	ok(tm_store_get_lexicon(store, v->id, 0, NULL, 0, &t, &err));
	tm_lexicon_add_taught(lex, &t, false);
	tm_lexicon_add_taught(lex, &t, true);
	tr = tm_trainer_new();
	tm_trainer_resume(tr, &t);
	ok(tm_trainer_run(tr, NULL, NULL, &t, &err));
	tm_trainer_free(tr);
	tm_taught_release(&t);
	tm_lexicon_free(lex);
	tm_arena_release(&arena);
	drop_store(store);
}
END_TEST

UNIT_MAIN("store_lexicon",
    a_table_comes_back_whole_or_by_the_words_of_either_side,
    a_table_takes_the_place_of_the_one_before_and_can_be_dropped,
    training_is_part_of_a_transaction_and_not_of_the_history,
    it_knows_what_came_and_what_changed_since, pairs_teach_by_how_sure_they_are,
    rows_that_somebody_wrote_do_no_harm)

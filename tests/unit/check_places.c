/*
 * check_places.c - documents are told apart, and a unit stands in many
 */
#include "config.h"

#include "unit_store.h"

#include "tm/store_sql_int.h"

static tm_store *store;

static void
setup(void)
{
	store = new_store();
}

static void
teardown(void)
{
	drop_store(store);
	store = NULL;
}

static tm_added
add(const char *source, const char *document, const char *where,
    int64_t position)
{
	tm_variant v[] = { { .lang = TM_STR("en") }, { .lang = TM_STR("ar") } };
	tm_unit u = { .v = v, .n = 2, .confidence = -1 };
	tm_added how;

	v[0].text = tm_str_of(source);
	v[1].text = tm_str_of(source);
	u.document = tm_str_of(document);
	u.path = tm_str_of(where);
	u.position = position;
	ok(tm_store_add(store, &u, &how, &err));
	return how;
}

/* "a.txt 1, b.txt 3" */
static void
stands(int64_t id, const char *expected)
{
	tm_arena arena = { 0 };
	tm_buf text = { 0 };
	const tm_unit *u;

	ok(tm_store_get(store, id, &arena, &u, &err));
	tm_buf_printf(
	    &text, "%.*s %d", TM_STR_ARG(u->document), (int)u->position);
	for (size_t i = 0; i < u->n_also; i++)
		tm_buf_printf(&text, ", %.*s %d",
		    TM_STR_ARG(u->also[i].document), (int)u->also[i].position);
	ck_assert_str_eq(text.p, expected);
	tm_buf_release(&text);
	tm_arena_release(&arena);
}

static bool
note(void *self, const tm_unit *u, tm_error *e)
{
	(void)e;
	tm_buf_printf(self, "%d@%d ", (int)u->id, (int)u->position);
	return true;
}

/* "1@1 3@2 ": unit@position of what a document, or a filter, has. */
static void
document_is(const char *name, const char *where, const char *expected)
{
	tm_buf text = { 0 };
	tm_sink sink = { &text, note, NULL };

	ok(tm_store_document(
	    store, tm_str_of(name), tm_str_of(where), &sink, &err));
	ck_assert_str_eq(text.n == 0 ? "" : text.p, expected);
	tm_buf_release(&text);
}

static void
filter_is(const char *pattern, const char *expected)
{
	tm_filter filter = { .document = pattern };
	tm_buf text = { 0 };
	tm_sink sink = { &text, note, NULL };

	ok(tm_store_walk(store, &filter, &sink, &err));
	ck_assert_str_eq(text.n == 0 ? "" : text.p, expected);
	tm_buf_release(&text);
}

START_TEST(documents_of_one_name_are_told_apart_by_their_paths)
{
	add("One", "a.txt", "~/d1/a.txt", 1);
	stands(1, "a.txt 1");
	add("Two", "a.txt", "~/d2/a.txt", 1);
	/* What was short enough is so no more. */
	stands(1, "d1/a.txt 1");
	stands(2, "d2/a.txt 1");
	add("Three", "a.txt", "~/x/d2/a.txt", 1);
	stands(2, "~/d2/a.txt 1");
	stands(3, "x/d2/a.txt 1");
	add("Four", "a.txt", "~/d1/a.txt", 2);
	stands(4, "d1/a.txt 2");
	document_is("a.txt", "~/d1/a.txt", "1@1 4@2 ");
	document_is("x/d2/a.txt", "", "3@1 ");
	document_is("a.txt", "", "");
	filter_is("a.txt", "1@1 2@1 3@1 4@2 ");
	filter_is("d1/a.txt", "1@1 4@2 ");
	filter_is("~/d2/a.txt", "2@1 ");
	filter_is("b/a.txt", "");
	ok(tm_store_check(store, &err));
}
END_TEST

START_TEST(names_are_those_of_now)
{
	tm_store *mine = store, *other = tm_store_open(path, TM_WRITE, &err);

	ck_assert_msg(other != NULL, "%s", err.msg);
	add("One", "a.txt", "~/d1/a.txt", 1);
	stands(1, "a.txt 1");
	store = other;
	stands(1, "a.txt 1");
	add("Two", "a.txt", "~/d2/a.txt", 1);
	store = mine;
	stands(1, "d1/a.txt 1");
	stands(2, "d2/a.txt 1");
	/* What is not to be gives its number to another. */
	ok(tm_store_begin(store, &err));
	add("Three", "b.txt", "~/b.txt", 1);
	add("Four", "a.txt", "~/x/d2/a.txt", 1);
	stands(2, "~/d2/a.txt 1");
	stands(3, "b.txt 1");
	tm_store_rollback(store);
	stands(2, "d2/a.txt 1");
	add("Three", "c.txt", "~/c.txt", 1);
	stands(3, "c.txt 1");
	tm_store_close(other);
}
END_TEST

START_TEST(a_name_alone_is_that_of_the_document_it_ends)
{
	add("One", "a.txt", "~/d1/a.txt", 1);
	/* From a file of exchange, written when it was called so. */
	ck_assert_int_eq(add("One", "a.txt", "", 1), TM_SAME);
	add("Two", "d1/a.txt", "", 2);
	stands(2, "a.txt 2");
	add("Three", "d2/a.txt", "", 1);
	stands(3, "d2/a.txt 1");
	stands(1, "d1/a.txt 1");
	/* Two end so: this is neither. */
	add("Four", "a.txt", "", 4);
	stands(4, "a.txt 4");
	document_is("a.txt", "", "4@4 ");
	ok(tm_store_check(store, &err));
}
END_TEST

START_TEST(a_document_without_a_path_may_get_one)
{
	add("One", "a.txt", "", 1);
	ok(tm_store_place_document(
	    store, TM_STR("a.txt"), TM_STR("~/d1/a.txt"), &err));
	add("Two", "a.txt", "~/d1/a.txt", 2);
	document_is("a.txt", "~/d1/a.txt", "1@1 2@2 ");
	/* It lies where it lies. */
	ok(tm_store_place_document(
	    store, TM_STR("a.txt"), TM_STR("~/d2/a.txt"), &err));
	document_is("a.txt", "~/d1/a.txt", "1@1 2@2 ");
	ok(tm_store_check(store, &err));
}
END_TEST

START_TEST(a_unit_stands_in_many_documents_and_often_in_one)
{
	ck_assert_int_eq(add("Yes", "a.txt", "~/a.txt", 2), TM_ADDED);
	ck_assert_int_eq(add("Yes", "b.txt", "~/b.txt", 7), TM_UPDATED);
	ck_assert_int_eq(add("Yes", "a.txt", "~/a.txt", 4), TM_UPDATED);
	ck_assert_int_eq(add("Yes", "b.txt", "~/b.txt", 7), TM_SAME);
	ck_assert_int_eq(add("Yes", "b.txt", "~/b.txt", 0), TM_SAME);
	ck_assert_int_eq(add("Yes", "", "", 0), TM_SAME);
	stands(1, "a.txt 2, a.txt 4, b.txt 7");
	document_is("b.txt", "~/b.txt", "1@7 ");
	document_is("a.txt", "~/a.txt", "1@2 ");
	filter_is("b*", "1@7 ");
	ok(tm_store_check(store, &err));
}
END_TEST

START_TEST(undoing_takes_a_place_back)
{
	tm_arena arena = { 0 };
	tm_operation op;

	add("Yes", "a.txt", "~/a.txt", 2);
	add("Yes", "b.txt", "~/b.txt", 7);
	ok(tm_store_undo(store, 0, &arena, &op, &err));
	stands(1, "a.txt 2");
	/* Called otherwise meanwhile, it is the same document. */
	ok(tm_store_undo(store, 3, &arena, &op, &err));
	add("Two", "b.txt", "~/d/b.txt", 1);
	add("Two", "a.txt", "~/d/a.txt", 1);
	ok(tm_store_remove(store, 1, &err));
	ok(tm_store_undo(store, 0, &arena, &op, &err));
	stands(1, "~/a.txt 2, ~/b.txt 7");
	stands(2, "d/b.txt 1, d/a.txt 1");
	ok(tm_store_check(store, &err));
	tm_arena_release(&arena);
}
END_TEST

static int
rate_of(tm_answer *answer, const char *prev, const char *next)
{
	tm_query q = { .text = TM_STR("Yes"),
		.from = "en",
		.min = 70,
		.prev = tm_str_of(prev),
		.next = tm_str_of(next) };

	ok(tm_store_lookup(store, &q, answer, &err));
	ck_assert_uint_eq(answer->n, 1);
	return answer->v[0].match.rate;
}

START_TEST(every_place_is_context)
{
	tm_answer answer = { 0 };

	add("One", "a.txt", "~/a.txt", 1);
	add("Yes", "a.txt", "~/a.txt", 2);
	add("Two", "a.txt", "~/a.txt", 3);
	add("Three", "b.txt", "~/b.txt", 6);
	add("Yes", "b.txt", "~/b.txt", 7);
	add("Four", "b.txt", "~/b.txt", 8);
	ck_assert_int_eq(rate_of(&answer, "", ""), 100);
	ck_assert_int_eq(rate_of(&answer, "One", ""), 101);
	ck_assert_tm_str_eq(answer.v[0].unit->document, "a.txt");
	ck_assert_int_eq(rate_of(&answer, "Three", "Four"), 101);
	ck_assert(answer.v[0].prev && answer.v[0].next);
	/* Where they agree is what is shown. */
	ck_assert_tm_str_eq(answer.v[0].unit->document, "b.txt");
	ck_assert_int_eq(answer.v[0].unit->position, 7);
	/* Both agree in one place, or they do not. */
	ck_assert_int_eq(rate_of(&answer, "One", "Four"), 101);
	ck_assert(answer.v[0].prev != answer.v[0].next);
	ck_assert_int_eq(rate_of(&answer, "Five", "Six"), 100);
	tm_answer_release(&answer);
}
END_TEST

START_TEST(a_place_of_several_units_is_context_by_any)
{
	tm_answer answer = { 0 };

	/* The article of yesterday, in a file of the same name. */
	add("Old", "a.txt", "~/a.txt", 1);
	add("New", "a.txt", "~/a.txt", 1);
	add("Yes", "a.txt", "~/a.txt", 2);
	ck_assert_int_eq(rate_of(&answer, "New", ""), 101);
	ck_assert_int_eq(rate_of(&answer, "Old", ""), 101);
	tm_answer_release(&answer);
}
END_TEST

START_TEST(a_state_without_places_can_still_be_read)
{
	tm_variant v = { .lang = TM_STR("en"), .text = TM_STR("x") };
	tm_unit u = { .v = &v,
		.n = 1,
		.document = TM_STR("a.txt"),
		.position = 5 },
		back;
	tm_arena arena = { 0 };
	tm_buf state = { 0 };
	bool whole;

	tm_store_pack(&u, true, &state);
	/* Version 1 ended before the path and the number of places. */
	state.p[0] = 1;
	state.n -= 2;
	ck_assert(tm_store_unpack(tm_buf_str(&state), &arena, &back, &whole));
	ck_assert_tm_str_eq(back.document, "a.txt");
	ck_assert_int_eq(back.position, 5);
	ck_assert_uint_eq(back.n_also, 0);
	ck_assert_tm_str_eq(back.v[0].text, "x");
	tm_buf_release(&state);
	tm_arena_release(&arena);
}
END_TEST

/* Names stay short. */
START_TEST(many_documents_of_one_name)
{
	char where[40];

	ok(tm_store_begin(store, &err));
	for (int i = 0; i < 300; i++) {
		snprintf(where, sizeof where, "~/%d/a.txt", i);
		add(where, "a.txt", where, 1);
	}
	ok(tm_store_commit(store, &err));
	stands(1, "0/a.txt 1");
	stands(300, "299/a.txt 1");
	ok(tm_store_check(store, &err));
}
END_TEST

UNIT_MAIN_WITH("places", 60, setup, teardown,
    documents_of_one_name_are_told_apart_by_their_paths, names_are_those_of_now,
    a_name_alone_is_that_of_the_document_it_ends,
    a_document_without_a_path_may_get_one,
    a_unit_stands_in_many_documents_and_often_in_one,
    undoing_takes_a_place_back, every_place_is_context,
    a_place_of_several_units_is_context_by_any,
    a_state_without_places_can_still_be_read, many_documents_of_one_name)

/*
 * check_lookup.c - what a lookup promises: every rate is explained, penalties
 * and context do what they say; that nothing is missed is in check_missed.c
 */
#include "config.h"

#include "unit_store.h"

#include "tm/codes.h"

static tm_answer answer;

/* The last answer goes with the memory. */
static void
end_lookups(tm_store *store)
{
	tm_answer_release(&answer);
	drop_store(store);
}

/* 100 less the points of the ledger is the rate, and only the rows that
 * raise it are below 0. */
static void
ledger_sums_up(const tm_found *f)
{
	int sum = 0;

	for (size_t i = 0; i < f->match.n_ledger; i++) {
		const tm_ledger_row *r = &f->match.ledger[i];
		bool raises = strcmp(r->name, "context") == 0 ||
			      strcmp(r->name, "id") == 0;

		ck_assert_msg(raises ? r->points == -1 : r->points > 0, "%s %d",
		    r->name, r->points);
		sum += r->points;
	}
	ck_assert_int_eq(100 - f->match.rate, sum);
}

static void
look_up(tm_store *store, tm_query q)
{
	if (q.min == 0)
		q.min = 50;
	ok(tm_store_lookup(store, &q, &answer, &err));
	for (size_t i = 0; i < answer.n; i++)
		ledger_sums_up(&answer.v[i]);
}

static int
points(const tm_found *f, const char *name)
{
	for (size_t i = 0; i < f->match.n_ledger; i++)
		if (strcmp(f->match.ledger[i].name, name) == 0)
			return f->match.ledger[i].points;
	return 0;
}

static tm_unit
unit_of(tm_variant v[2], const char *en, const char *ar)
{
	v[0] = (tm_variant){ .lang = TM_STR("en"), .text = tm_str_of(en) };
	v[1] = (tm_variant){ .lang = TM_STR("ar"), .text = tm_str_of(ar) };
	return (tm_unit){ .v = v, .n = 2, .confidence = -1 };
}

static void
add(tm_store *store, const char *en, const char *ar)
{
	tm_variant v[2];
	tm_unit u = unit_of(v, en, ar);

	ok(tm_store_add(store, &u, NULL, &err));
}

/* ---- Penalties --------------------------------------------------------- */

START_TEST(each_penalty_costs_what_it_is_set_to)
{
	tm_store *store = new_store();
	tm_penalties p = { .spacing = 4, .unconfirmed = 7, .machine = 20 };
	tm_variant v[2];
	tm_unit u = unit_of(v, "Open the file", "افتح الملف");
	tm_query q = { .text = v[0].text, .penalties = &p };

	u.confidence = .9;
	u.author = TM_STR("MT!");
	ok(tm_store_add(store, &u, NULL, &err));
	look_up(store, q);
	ck_assert_int_eq(answer.v[0].match.rate, 73);
	ck_assert_int_eq(points(&answer.v[0], "not confirmed"), 7);
	ck_assert_int_eq(points(&answer.v[0], "machine-made"), 20);
	q.text = TM_STR("Open the file ");
	look_up(store, q);
	ck_assert_int_eq(answer.v[0].match.rate, 69);
	ck_assert_int_eq(points(&answer.v[0], "spacing"), 4);
	q.penalties = NULL;
	look_up(store, q);
	ck_assert_int_eq(answer.v[0].match.rate, 93);
	/* Who confirms it has looked at it. */
	ok(tm_store_set_status(
	    store, answer.v[0].unit->id, TM_CONFIRMED, &err));
	look_up(store, q);
	ck_assert_int_eq(answer.v[0].match.rate, 99);
	p.spacing = 0;
	q.penalties = &p;
	look_up(store, q);
	ck_assert_int_eq(answer.v[0].match.rate, 99);
	end_lookups(store);
}
END_TEST

START_TEST(machines_are_known_by_author_and_origin)
{
	static const struct {
		const char *author, *type, *value;
		bool machine;
	} cases[] = { { "MT!", NULL, NULL, true }, { "mt", NULL, NULL, true },
		{ "MTaylor", NULL, NULL, false }, { "", NULL, NULL, false },
		{ "", "x-Origin", "MachineTranslation", true },
		{ "", "x-origin", "mt", true }, { "", "x-Origin", "TM", false },
		{ "", "x-note", "mt", false } };

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		tm_store *store = new_store();
		tm_variant v[2];
		tm_unit u = unit_of(v, "one two three", "واحد");
		tm_meta meta = { .kind = TM_PROP };

		u.author = tm_str_of(cases[i].author);
		if (cases[i].type != NULL) {
			meta.type = tm_str_of(cases[i].type);
			meta.value = tm_str_of(cases[i].value);
			v[1].meta = &meta;
			v[1].n_meta = 1;
		}
		ok(tm_store_add(store, &u, NULL, &err));
		look_up(store, (tm_query){ .text = v[0].text });
		ck_assert_int_eq(
		    answer.v[0].match.rate, cases[i].machine ? 95 : 100);
		end_lookups(store);
	}
}
END_TEST

START_TEST(exact_is_found_whatever_it_costs)
{
	tm_store *store = new_store();
	tm_penalties p = { .spacing = 1, .unconfirmed = 60 };
	tm_variant v[2];
	tm_unit u = unit_of(v, "Open the file", "افتح الملف");
	tm_query q = {
		.text = v[0].text, .exact = true, .min = 70, .penalties = &p
	};

	u.confidence = .9;
	ok(tm_store_add(store, &u, NULL, &err));
	look_up(store, q);
	ck_assert_uint_eq(answer.n, 1);
	ck_assert_int_eq(answer.v[0].match.rate, 40);
	q.text = TM_STR("Open the file ");
	look_up(store, q);
	ck_assert_uint_eq(answer.n, 0);
	end_lookups(store);
}
END_TEST

/* ---- Context ----------------------------------------------------------- */

/* The rate of "Yes" with this prop, asked for with prev, next and id. */
static int
rate_in_context(const char *type, const char *value, bool on_variant,
    const char *prev, const char *next, const char *id)
{
	tm_store *store = new_store();
	tm_variant v[2];
	tm_unit u = unit_of(v, "Yes", "نعم");
	tm_meta meta = { TM_PROP, tm_str_of(type), { "", 0 },
		tm_str_of(value) };
	int rate;

	if (on_variant)
		v[0].meta = &meta, v[0].n_meta = 1;
	else
		u.meta = &meta, u.n_meta = 1;
	ok(tm_store_add(store, &u, NULL, &err));
	look_up(store, (tm_query){ .text = v[0].text,
			   .prev = tm_str_of(prev),
			   .next = tm_str_of(next),
			   .id = tm_str_of(id) });
	ck_assert_uint_eq(answer.n, 1);
	rate = answer.v[0].match.rate;
	end_lookups(store);
	return rate;
}

START_TEST(context_is_what_the_props_of_tools_say)
{
	static const struct {
		const char *type, *value;
		bool on_variant, next;
	} forms[] = { { "prev", "Go on?", false, false },
		{ "next", "Go on?", false, true },
		{ "x-context-pre", "Go on?", true, false },
		{ "x-context-post", "Go on?", true, true },
		{ "x-context-pre", "Go on?", false, false },
		{ "context_prev", "Go on?", true, false },
		{ "context_next", "Go on?", true, true },
		{ "x-previous-source-text", "Go on?", false, false },
		{ "x-next-source-text", "Go on?", false, true },
		{ "x-ContextContent", "Go on? | | هل نتابع؟ |", false, false },
		{ "x-ContextContent", "Go on?", false, false } };

	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		const char *p = forms[i].next ? NULL : "Go on?";
		const char *n = forms[i].next ? "Go on?" : NULL;

		ck_assert_int_eq(rate_in_context(forms[i].type, forms[i].value,
				     forms[i].on_variant, p, n, NULL),
		    101);
		/* Another one costs nothing, and none neither. */
		ck_assert_int_eq(
		    rate_in_context(forms[i].type, forms[i].value,
			forms[i].on_variant, "Stop?", "Stop?", NULL),
		    100);
		ck_assert_int_eq(rate_in_context(forms[i].type, forms[i].value,
				     forms[i].on_variant, NULL, NULL, NULL),
		    100);
	}
	/* An id alone is no context. */
	ck_assert_int_eq(
	    rate_in_context("x-id", "17", false, NULL, NULL, "17"), 100);
}
END_TEST

START_TEST(the_document_is_context)
{
	tm_store *store = new_store();
	static const char *const lines[] = { "One", "Yes", "Two", "Yes",
		"Three" };
	tm_query q = { .text = TM_STR("Yes") };

	for (int i = 0; i < 5; i++) {
		tm_variant v[2];
		char target[16] = "", id[16];
		tm_unit u = unit_of(v, lines[i], target);

		snprintf(target, sizeof target, "ar %d", i);
		snprintf(id, sizeof id, "id%d", i);
		v[1].text = tm_str_of(target);
		u.document = TM_STR("a.txt");
		u.position = i + 1;
		u.tuid = tm_str_of(id);
		ok(tm_store_add(store, &u, NULL, &err));
	}
	look_up(store, q);
	ck_assert_uint_eq(answer.n, 2);
	ck_assert_int_eq(answer.v[0].match.rate, 100);
	q.prev = TM_STR("Two");
	look_up(store, q);
	ck_assert_int_eq(answer.v[0].match.rate, 101);
	ck_assert_int_eq(answer.v[0].unit->position, 4);
	ck_assert(answer.v[0].prev && !answer.v[0].next);
	ck_assert_int_eq(answer.v[1].match.rate, 100);
	q.prev = TM_STR(" One ");
	q.next = TM_STR("Two");
	look_up(store, q);
	ck_assert_int_eq(answer.v[0].match.rate, 101);
	ck_assert_int_eq(answer.v[0].unit->position, 2);
	q.id = TM_STR("id1");
	look_up(store, q);
	ck_assert_int_eq(answer.v[0].match.rate, 102);
	ck_assert_int_eq(points(&answer.v[0], "context"), -1);
	ck_assert_int_eq(points(&answer.v[0], "id"), -1);
	/* What is not the same text does not rise, but comes first. */
	q.text = TM_STR("yes");
	look_up(store, q);
	ck_assert_int_eq(answer.v[0].match.rate, answer.v[1].match.rate);
	ck_assert_int_eq(answer.v[0].unit->position, 2);
	end_lookups(store);
}
END_TEST

START_TEST(what_pays_does_not_rise)
{
	tm_store *store = new_store();
	tm_variant v[2];
	tm_unit u = unit_of(v, "Yes", "نعم");
	tm_meta meta = { TM_PROP, TM_STR("prev"), { "", 0 }, TM_STR("A") };
	tm_query q = { .text = v[0].text, .prev = TM_STR("A") };

	u.meta = &meta;
	u.n_meta = 1;
	u.confidence = .9;
	ok(tm_store_add(store, &u, NULL, &err));
	look_up(store, q);
	ck_assert_int_eq(answer.v[0].match.rate, 99);
	ck_assert(answer.v[0].prev);
	end_lookups(store);
}
END_TEST

START_TEST(ties_go_to_the_confirmed_then_the_memory_then_the_newest)
{
	tm_store *store = new_store();
	tm_variant v[2];
	tm_unit u = unit_of(v, "Yes", "قديم");
	tm_query q = { .text = v[0].text };

	u.created = 1000;
	ok(tm_store_add(store, &u, NULL, &err));
	v[1].text = TM_STR("جديد");
	u.created = 3000;
	ok(tm_store_add(store, &u, NULL, &err));
	v[1].text = TM_STR("مؤكد");
	u.created = 2000;
	u.status = TM_CONFIRMED;
	ok(tm_store_add(store, &u, NULL, &err));
	look_up(store, q);
	ck_assert_uint_eq(answer.n, 3);
	ck_assert_tm_str_eq(answer.v[0].unit->v[1].text, "مؤكد");
	ck_assert_tm_str_eq(answer.v[1].unit->v[1].text, "جديد");
	ck_assert_tm_str_eq(answer.v[2].unit->v[1].text, "قديم");
	end_lookups(store);
}
END_TEST

/* ---- Codes ------------------------------------------------------------- */

/* One code, inline or written out. */
static bool
is_code(tm_str s)
{
	char first = s.n < 2 ? '\0' : s.p[0],
	     last = s.n < 2 ? '\0' : s.p[s.n - 1];

	return (first == '\x0e' && last == '\x0f') ||
	       (first == '{' && last == '}');
}

/* The rate of query against stored, both with codes as people type them; the
 * index and the scan agree, and the edits are those of the texts. */
static int
rate_of_codes(const char *query, const char *stored)
{
	tm_store *store = new_store();
	tm_arena arena = { 0 };
	tm_variant v[2];
	tm_unit u = unit_of(v, "", "ملف");
	tm_query q = { .min = 50 };
	tm_coded a, b;
	bool same;
	int rate = 0;

	tm_codes_read(tm_str_of(query), &arena, &a);
	tm_codes_read(tm_str_of(stored), &arena, &b);
	v[0].text = b.text;
	v[0].codes = b.codes;
	v[0].n_codes = b.n_codes;
	ok(tm_store_add(store, &u, NULL, &err));
	q.text = a.text;
	q.codes = a.codes;
	q.n_codes = a.n_codes;
	ok(tm_store_verify(store, &q, &same, NULL, &err));
	ck_assert_msg(same, "%s", query);
	look_up(store, q);
	if (answer.n > 0) {
		const tm_match *m = &answer.v[0].match;
		size_t at = 0, to = 0;

		ck_assert_uint_eq(answer.n, 1);
		rate = m->rate;
		ck_assert_int_eq(points(&answer.v[0], "codes"), 100 - rate);
		/* Codes are kept, added or changed whole. */
		for (size_t i = 0; i < m->n_edits; i++) {
			const tm_edit *e = &m->edits[i];

			ck_assert(e->a_start >= at && e->b_start >= to);
			at = e->a_end;
			to = e->b_end;
			if (e->op != TM_REPLACE)
				continue;
			ck_assert(is_code(tm_str_sub(
			    answer.v[0].text, e->a_start, e->a_end)));
			ck_assert(is_code(
			    tm_str_sub(answer.query, e->b_start, e->b_end)));
		}
		ck_assert_uint_eq(at, answer.v[0].text.n);
		ck_assert_uint_eq(to, answer.query.n);
	}
	tm_arena_release(&arena);
	end_lookups(store);
	return rate;
}

START_TEST(the_same_words_with_other_codes_have_95_or_more)
{
	static const char *const stored =
	    "Save <ph x='1'>{0}</ph> and <ph x='2'>{1}</ph>.";
	static const char *const others[] = { "Save <1/> and <2/>.",
		"Save <x1/> and <x2/>.", "Save <ph x='1'/> and <ph x='2'/>.",
		"Save <x id='1'/> and <x id='2'/>.", "Save <2/> and <1/>.",
		"Save {0} and {1}.", "Save <ph>%s</ph> and <ph>%d</ph>.",
		"Save <1/> and <ph x='2'>{1}</ph>.", "Save  and ." };

	ck_assert_int_eq(rate_of_codes(stored, stored), 100);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		int there = rate_of_codes(others[i], stored);
		int back = rate_of_codes(stored, others[i]);

		ck_assert_msg(
		    there >= 95 && there <= 99, "%s: %d", others[i], there);
		ck_assert_msg(
		    back >= 95 && back <= 99, "%s: %d", others[i], back);
	}
	ck_assert_int_eq(rate_of_codes("Save <1/> and <2/>.", stored), 99);
}
END_TEST

/* ---- Strange queries --------------------------------------------------- */

START_TEST(a_query_of_any_bytes_is_answered)
{
	static const char *const bad[] = { " ", "\t\n", "...", "؟!", "%s %d",
		"<b></b>", "\xed\xa0\x80", "\xff", "a \xed\xb0\x80 b", "م1aم",
		("\xe2\x80\xae"
		 "abc"),
		"\xe2\x80\x8b" };
	tm_store *store = new_store();
	tm_buf large = { 0 };
	bool same;

	add(store, "...", "…");
	add(store, "%s %d", "%d %s");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		tm_query q = { .text = tm_str_of(bad[i]), .min = 50 };

		ok(tm_store_verify(store, &q, &same, NULL, &err));
		ck_assert_msg(same, "%zu", i);
		look_up(store, q);
	}
	look_up(store, (tm_query){ .text = { "", 0 } });
	ck_assert_uint_eq(answer.n, 0);
	look_up(store, (tm_query){ .text = TM_STR("%s %d") });
	ck_assert_int_eq(answer.v[0].match.rate, 100);
	while (large.n < 1 << 20)
		tm_buf_adds(&large, large.n % 7 == 0 ? "word " : "كلمة ");
	look_up(store, (tm_query){ .text = tm_buf_str(&large) });
	add(store, large.p, "كبير");
	look_up(store, (tm_query){ .text = tm_buf_str(&large) });
	ck_assert_uint_eq(answer.n, 1);
	ck_assert_int_eq(answer.v[0].match.rate, 100);
	tm_buf_adds(&large, "more");
	look_up(store, (tm_query){ .text = tm_buf_str(&large), .min = 90 });
	ck_assert_uint_eq(answer.n, 1);
	while (large.n <= TM_MOST_QUERY)
		tm_buf_adds(&large, "and so on ");
	ck_assert(!tm_store_lookup(store,
	    &(tm_query){ .text = tm_buf_str(&large), .min = 50 }, &answer,
	    &err));
	ck_assert_int_eq(err.code, TM_LIMIT);
	tm_buf_release(&large);
	end_lookups(store);
}
END_TEST

UNIT_MAIN("lookup", each_penalty_costs_what_it_is_set_to,
    machines_are_known_by_author_and_origin, exact_is_found_whatever_it_costs,
    context_is_what_the_props_of_tools_say, the_document_is_context,
    what_pays_does_not_rise, the_same_words_with_other_codes_have_95_or_more,
    ties_go_to_the_confirmed_then_the_memory_then_the_newest,
    a_query_of_any_bytes_is_answered)

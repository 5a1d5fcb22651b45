#include "config.h"

#include "unit.h"

#include "tm/unit.h"

START_TEST(a_copy_owns_everything)
{
	char word[] = "word";
	tm_code_at code = { 1, TM_STR("<ph/>") };
	tm_meta meta = { TM_PROP, TM_STR("t"), TM_STR("en"), TM_STR("v") };
	tm_variant v = { .lang = TM_STR("ar"),
		.text = { word, 4 },
		.codes = &code,
		.n_codes = 1,
		.meta = &meta,
		.n_meta = 1,
		.author = TM_STR("me"),
		.created = 7 };
	tm_unit u = { .tuid = TM_STR("1"),
		.v = &v,
		.n = 1,
		.meta = &meta,
		.n_meta = 1,
		.document = TM_STR("d"),
		.confidence = .5 };
	tm_arena arena = { 0 };
	tm_unit *copy = tm_unit_copy(&arena, &u);

	word[0] = 'X';
	v.lang = TM_STR("xx");
	meta.value = code.xml = TM_STR("gone");
	ck_assert_tm_str_eq(copy->v[0].text, "word");
	ck_assert_tm_str_eq(copy->v[0].lang, "ar");
	ck_assert_tm_str_eq(copy->v[0].codes[0].xml, "<ph/>");
	ck_assert_tm_str_eq(copy->v[0].meta[0].value, "v");
	ck_assert_tm_str_eq(copy->meta[0].lang, "en");
	ck_assert_tm_str_eq(copy->document, "d");
	ck_assert_int_eq(copy->v[0].created, 7);
	ck_assert(copy->confidence == .5);
	tm_arena_release(&arena);
}
END_TEST

START_TEST(the_source_is_the_closest_to_srclang)
{
	static const struct {
		const char *srclang, *a, *b;
		size_t source;
	} cases[] = {
		{ "ar", "en", "ar", 1 },
		{ "ar", "en", "ar-SA", 1 },
		{ "ar-EG", "en", "ar", 1 },
		{ "ar-EG", "en", "ar-SA", 1 },
		{ "en", "en-US", "en", 1 },
		{ "", "en", "ar", 0 },
		{ "*all*", "en", "ar", 0 },
		{ "fr", "en", "ar", 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		tm_variant v[2] = { { .lang = tm_str_of(cases[i].a) },
			{ .lang = tm_str_of(cases[i].b) } };
		tm_unit u = {
			.srclang = tm_str_of(cases[i].srclang), .v = v, .n = 2
		};

		ck_assert_msg(tm_unit_source(&u) == cases[i].source, "%zu", i);
	}
}
END_TEST

START_TEST(a_general_language_finds_its_regions)
{
	tm_variant v[3] = { { .lang = TM_STR("ar-SA") },
		{ .lang = TM_STR("en") }, { .lang = TM_STR("ar") } };
	tm_unit u = { .v = v, .n = 3 };

	ck_assert_uint_eq(tm_unit_find(&u, "ar", 0), 0);
	ck_assert_uint_eq(tm_unit_find(&u, "ar", 1), 2);
	ck_assert_uint_eq(tm_unit_find(&u, "en-US", 0), 3);
	ck_assert_uint_eq(tm_unit_find(&u, "und", 2), 2);
}
END_TEST

UNIT_MAIN("unit", a_copy_owns_everything, the_source_is_the_closest_to_srclang,
    a_general_language_finds_its_regions)

#include "config.h"

#include "unit.h"

#include "tm/filter.h"

static tm_meta of_unit[] = {
	{ TM_PROP, TM_STR("x-domain"), TM_STR(""), TM_STR("Sea law") },
	{ TM_NOTE, TM_STR(""), TM_STR(""), TM_STR("ask Ann") },
};
static tm_meta of_variant[] = {
	{ TM_PROP, TM_STR("client"), TM_STR(""), TM_STR("ACME") },
};
static tm_variant v[] = {
	{ .lang = TM_STR("en-GB"), .text = TM_STR("The  Ship sank.") },
	{ .lang = TM_STR("ar-SY"),
	    .text = TM_STR("غَرِقَت السفينة"),
	    .meta = of_variant,
	    .n_meta = 1,
	    .changed = 2000,
	    .changer = TM_STR("Zaynab") },
};
static tm_unit unit = { .v = v,
	.n = 2,
	.meta = of_unit,
	.n_meta = 2,
	.created = 1000,
	.author = TM_STR("bob@example.org"),
	.status = TM_DRAFT,
	.confidence = .8,
	.document = TM_STR("news/1.txt"),
	.file = TM_STR("news.tmx") };

#define yes(...) ck_assert(tm_filter_passes(&(tm_filter){ __VA_ARGS__ }, &unit))
#define no(...) ck_assert(!tm_filter_passes(&(tm_filter){ __VA_ARGS__ }, &unit))

START_TEST(nothing_asked_everything_passes)
{
	ck_assert(tm_filter_passes(NULL, &unit));
	ck_assert(tm_filter_is_open(NULL));
	ck_assert(tm_filter_is_open(&(tm_filter){ 0 }));
	ck_assert(!tm_filter_is_open(&(tm_filter){ .text = "" }));
	yes(0);
}
END_TEST

START_TEST(languages_are_those_of_two_variants)
{
	yes(.from = "en");
	yes(.from = "ar", .to = "en-GB");
	yes(.to = "ar-SY");
	no(.from = "en-US");
	no(.from = "en", .to = "en");
	no(.from = "ar-EG");
}
END_TEST

START_TEST(people_documents_and_files_match_patterns)
{
	yes(.author = "zaynab");
	yes(.author = "*@EXAMPLE.org");
	no(.author = "zay");
	no(.author = "");
	yes(.document = "news/?.txt");
	no(.document = "news");
	yes(.document = "1.txt"); /* the end of a path */
	no(.document = "ews/1.txt");
	yes(.file = "*.tmx", .document = "*");
	no(.file = "news.tm");
}
END_TEST

START_TEST(dates_are_half_open_and_the_last_counts)
{
	yes(.since = 2000);
	no(.since = 2001);
	yes(.before = 2001);
	no(.before = 2000);
	unit.created = v[1].changed = 0;
	no(.before = 5);
	no(.since = 1);
	unit.created = 1000;
	v[1].changed = 2000;
}
END_TEST

START_TEST(props_notes_and_values)
{
	const char *p[] = { "domain", "client=acme", "note=*ann*" };
	const char *x[] = { "x-domain=sea*" };
	const char *q[] = { "client", "domain=law" };

	yes(.props = p, .n_props = 3);
	yes(.props = x, .n_props = 1);
	no(.props = q, .n_props = 2);
}
END_TEST

START_TEST(status_and_confidence)
{
	yes(.status = TM_STATUS_BIT(TM_DRAFT) | TM_STATUS_BIT(TM_REJECTED));
	no(.status = TM_STATUS_BIT(TM_CONFIRMED));
	yes(.sure = .8, .unsure = .9);
	no(.unsure = .8);
	no(.sure = .81);
	unit.confidence = -1;
	no(.unsure = .9);
	no(.sure = .1);
	unit.confidence = .8;
}
END_TEST

START_TEST(text_is_found_whatever_its_case_and_marks)
{
	yes(.text = "the SHIP");
	yes(.text = "غرقت");
	no(.text = "ships");
	no(.text = "ship", .from = "ar");
	yes(.text = "");
}
END_TEST

START_TEST(patterns_end)
{
	char text[4001], pattern[2001];

	memset(text, 'a', 4000);
	text[4000] = '\0';
	for (int i = 0; i < 2000; i += 2)
		memcpy(pattern + i, "a*", 2);
	pattern[2000] = '\0';
	ck_assert(tm_filter_matches(pattern, tm_str_of(text)));
	memcpy(pattern + 1998, "*b", 2);
	ck_assert(!tm_filter_matches(pattern, tm_str_of(text)));
	ck_assert(tm_filter_matches("?", TM_STR("م")));
	ck_assert(!tm_filter_matches("?", TM_STR("")));
	ck_assert(tm_filter_matches("", TM_STR("")));
	ck_assert(tm_filter_matches("**", TM_STR("")));
	ck_assert(tm_filter_matches("*b", TM_STR("abab")));
}
END_TEST

UNIT_MAIN("filter", nothing_asked_everything_passes,
    languages_are_those_of_two_variants,
    people_documents_and_files_match_patterns,
    dates_are_half_open_and_the_last_counts, props_notes_and_values,
    status_and_confidence, text_is_found_whatever_its_case_and_marks,
    patterns_end)

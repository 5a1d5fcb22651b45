#include "unit.h"

#include "tm/check.h"
#include "tm/clean.h"

#define MOST 32

static tm_variant variants[MOST][2];
static tm_unit units[MOST];
static size_t n_units;

static tm_unit *
add(const char *source, const char *target)
{
	tm_variant *v = variants[n_units];
	tm_unit *u = &units[n_units++];

	v[0] = (tm_variant){ .lang = TM_STR("en"), .text = tm_str_of(source) };
	v[1] = (tm_variant){ .lang = TM_STR("ar"), .text = tm_str_of(target) };
	*u = (tm_unit){
		.v = v, .n = 2, .confidence = -1, .id = (int64_t)n_units
	};
	return u;
}

/* Clean the units, and hold what goes against ids, which end with 0. */
static void
goes(const tm_cleaning *what, const int64_t *ids)
{
	tm_cleaner *c = tm_cleaner_new(what);
	const tm_removal *r;
	size_t n, i;

	for (i = 0; i < n_units; i++)
		tm_cleaner_see(c, &units[i]);
	for (i = 0; i < n_units; i++)
		tm_cleaner_judge(c, &units[i]);
	r = tm_cleaner_end(c, &n);
	for (i = 0; i < n && ids[i] != 0; i++) {
		ck_assert_msg(r[i].id == ids[i], "%d goes, not %d",
		    (int)r[i].id, (int)ids[i]);
		ck_assert(r[i].stays != r[i].id);
		ck_assert(r[i].reason.n > 0);
	}
	ck_assert_uint_eq(n, i);
	ck_assert(ids[i] == 0);
	tm_cleaner_free(c);
	n_units = 0;
}

START_TEST(of_duplicates_the_best_stays)
{
	const tm_cleaning what = { .duplicates = true };

	add("One", "واحد");
	add("One", "واحد")->status = TM_CONFIRMED;
	add("One", "واحد")->status = TM_REJECTED;
	add("Two", "واحد");
	goes(&what, (int64_t[]){ 1, 3, 0 });
	add("One", "واحد")->changed = 5;
	add("One", "واحد")->changed = 9;
	goes(&what, (int64_t[]){ 1, 0 });
	add("One", "واحد");
	add(" One ", "واحد");
	goes(&what, (int64_t[]){ 2, 0 });
	goes(&what, (int64_t[]){ 0 });
}
END_TEST

START_TEST(texts_with_other_codes_are_no_duplicates)
{
	const tm_cleaning what = { .duplicates = true };
	tm_code_at code = { 0, TM_STR("<ph x=\"1\"/>") };

	add("One", "واحد");
	add("One", "واحد")->v[0].codes = &code;
	units[1].v[0].n_codes = 1;
	goes(&what, (int64_t[]){ 0 });
}
END_TEST

START_TEST(only_other_translations_are_inconsistent)
{
	const tm_cleaning what = { .inconsistent = true };
	tm_meta verb = { TM_PROP, TM_STR("x-context"), TM_STR(""),
		TM_STR("verb") };

	add("Open", "افتح")->status = TM_CONFIRMED;
	add("Open", "مفتوح");
	add("Open", "افتح");
	add("Open", "مفتوح")->meta = &verb;
	units[3].n_meta = 1;
	goes(&what, (int64_t[]){ 2, 0 });
}
END_TEST

START_TEST(near_sources_of_one_translation_are_thinned_out)
{
	const tm_cleaning what = { .near = 80 };

	add("Please save this file now", "احفظ الملف");
	add("Please, save this file now", "احفظ الملف");
	add("Keep what you have written", "احفظ الملف");
	add("Please save this file now!", "خزن الملف");
	goes(&what, (int64_t[]){ 2, 0 });
}
END_TEST

START_TEST(what_does_not_pass_the_filter_stays_and_does_not_count)
{
	const tm_filter mine = { .author = "me" };
	const tm_cleaning what = { .duplicates = true, .filter = &mine };
	const tm_cleaning all = { .filter = &mine };
	const tm_cleaning nothing = { .filter = NULL };

	add("One", "واحد");
	add("One", "واحد")->author = TM_STR("me");
	goes(&what, (int64_t[]){ 0 });
	add("One", "واحد");
	add("Two", "واحد")->author = TM_STR("me");
	goes(&all, (int64_t[]){ 2, 0 });
	add("One", "واحد");
	goes(&nothing, (int64_t[]){ 0 });
}
END_TEST

START_TEST(findings_go_with_their_reason)
{
	const tm_cleaning what = { .checks = TM_CHECK_BIT(TM_CHECK_NUMBERS) };

	add("Page 17", "الصفحة ١٧");
	add("Page 17", "الصفحة ٧١");
	goes(&what, (int64_t[]){ 2, 0 });
}
END_TEST

START_TEST(a_group_of_one_translation_takes_bounded_time)
{
	const tm_cleaning what = { .near = 100 };
	tm_cleaner *c = tm_cleaner_new(&what);
	char text[64];
	size_t n;

	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < 3000; i++) {
			n_units = 0;
			snprintf(
			    text, sizeof text, "source number %d of it", i);
			add(text, "واحد")->id = i + 1;
			if (pass == 0)
				tm_cleaner_see(c, &units[0]);
			else
				tm_cleaner_judge(c, &units[0]);
		}
	tm_cleaner_end(c, &n);
	ck_assert_uint_eq(n, 0);
	tm_cleaner_free(c);
	n_units = 0;
}
END_TEST

UNIT_MAIN("clean", of_duplicates_the_best_stays,
    texts_with_other_codes_are_no_duplicates,
    only_other_translations_are_inconsistent,
    near_sources_of_one_translation_are_thinned_out,
    what_does_not_pass_the_filter_stays_and_does_not_count,
    findings_go_with_their_reason,
    a_group_of_one_translation_takes_bounded_time)

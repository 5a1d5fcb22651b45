#include "unit.h"

#include "tm/check.h"

static tm_findings found;

static void
check(tm_checker *c, const char *from, const char *source, const char *to,
    const char *target)
{
	tm_variant v[2] = {
		{ .lang = tm_str_of(from), .text = tm_str_of(source) },
		{ .lang = tm_str_of(to), .text = tm_str_of(target) },
	};
	tm_unit u = { .v = v, .n = 2, .confidence = -1 };

	tm_check(c, &u, &found);
}

/* How often kind is found in the pair by a new checker. */
static size_t
finds(tm_check_kind kind, const char *from, const char *source, const char *to,
    const char *target)
{
	tm_checker *c = tm_checker_new(TM_CHECK_BIT(kind));
	size_t n;

	check(c, from, source, to, target);
	n = found.n;
	for (size_t i = 0; i < n; i++) {
		const tm_finding *f = &found.v[i];

		ck_assert(f->kind == kind);
		ck_assert(f->msg[0] != '\0');
		ck_assert(f->start <= f->end && f->end <= strlen(target));
		ck_assert(f->source_start <= f->source_end &&
			  f->source_end <= strlen(source));
	}
	tm_findings_release(&found);
	tm_checker_free(c);
	return n;
}

#define GOOD(kind, from, source, to, target)                      \
	ck_assert_msg(finds(kind, from, source, to, target) == 0, \
	    "false alarm: %s | %s", source, target)
#define WRONG(kind, from, source, to, target)                    \
	ck_assert_msg(finds(kind, from, source, to, target) > 0, \
	    "missed: %s | %s", source, target)

#define N TM_CHECK_NUMBERS

START_TEST(numbers_are_compared_by_value_in_any_digits_and_grouping)
{
	GOOD(N, "ar", "السعر ٣٫٥ دولار", "en", "The price is 3.5 dollars");
	GOOD(N, "en", "12,000 people", "de", "12.000 Menschen");
	GOOD(N, "en", "12,000 people", "fr", "12 000 personnes");
	GOOD(N, "en", "12,000 people", "ar", "١٢٬٠٠٠ شخص");
	GOOD(N, "ar", "بين 18 و29 عامًا", "en", "between 18 and 29 years");
	GOOD(N, "ar", "متوسط 5.6 و2.6 نقطة", "en", "5.6 and 2.6 points");
	GOOD(N, "en", "01/05/2020", "de", "01.05.2020");
	GOOD(N, "en", "about 40,000 cases", "ru", "около 40 000 случаев");
	GOOD(N, "fa", "30،000 نفر", "en", "30,000 people");
	GOOD(N, "fr", "à 07h55", "en", "at 7.55am");
	GOOD(N, "fr", "vers 17 h 30", "ar", "نحو ١٧:٣٠");
	GOOD(N, "fi", "Singaporessa 12.6.", "en", "in Singapore on June 12");
	GOOD(N, "en", "rand. value (0,2)", "ar", "القيمة العشوائية (2،0)");
	WRONG(N, "ar", "السعر ٣٫٥ دولار", "en", "The price is 5.3 dollars");
	WRONG(N, "en", "12,000 people", "de", "1.200 Menschen");
	WRONG(N, "en", "Chapter 17", "ar", "الفصل 71");
	WRONG(N, "ar", "بين 18 و29 عامًا", "en", "between 18 and 92 years");
	WRONG(N, "en", "Level 7", "ar", "مستوى ٦");
	WRONG(N, "en", "3.5 tons", "ar", "35 طنا");
	WRONG(N, "en", "2.75 m", "de", "275 m");
}
END_TEST

START_TEST(each_language_has_its_own_decimals)
{
	GOOD(N, "de", "3,5 km", "en", "3.5 km");
	GOOD(N, "de", "1.500 Euro", "en", "1,500 euros");
	GOOD(N, "en", "1,200 euros", "ar", "1.200 يورو");
	GOOD(N, "en", "1.200 kg", "ar", "1,200 كغم");
	GOOD(N, "es", "1,200 dólares", "en", "1,200 dollars");
	GOOD(N, "de-CH", "1.500 Franken", "en", "1.5 francs");
	WRONG(N, "en", "1,200 euros", "ar", "1,2 يورو");
	WRONG(N, "de", "3,5 km", "en", "35 km");
	WRONG(N, "de", "3,5 km", "en", "3,500 km");
	WRONG(N, "de", "1.500 Euro", "en", "1.5 euros");
}
END_TEST

START_TEST(a_scale_counts_with_its_number)
{
	GOOD(N, "en", "$3.5 million", "ar", "3.5 ملايين دولار");
	GOOD(N, "en", "$3.5 million", "ar", "٣٫٥ مليون دولار");
	GOOD(N, "en", "3.5 million people", "ar", "ثلاثة ملايين ونصف");
	GOOD(N, "en", "1.5 million people", "ar", "مليون ونصف المليون");
	GOOD(N, "en", "12 or 13 million", "ar", "12 مليونا أو 13 مليونا");
	GOOD(N, "en", "12 to 13 million", "de", "12.000.000 bis 13.000.000");
	GOOD(N, "en", "12bn euros", "ar", "12 مليار يورو");
	GOOD(N, "en", "$12m", "ar", "12 مليون دولار");
	GOOD(N, "en", "3.5 billion", "es", "3.500 millones");
	GOOD(N, "en", "3.5 billion", "es", "3,5 mil millones");
	GOOD(N, "de", "12 Milliarden", "en", "12 billion");
	GOOD(N, "tr", "12 milyar lira", "en", "12 billion lira");
	GOOD(N, "ar", "5 آلاف شخص", "en", "5,000 people");
	GOOD(N, "en", "about 12 thousand", "he", "כ-12 אלף");
	GOOD(N, "ru", "3 тыс. артикулов", "en", "3,000 products");
	GOOD(N, "ja", "1億2,500万ポンド", "en", "£125m");
	GOOD(N, "ja", "1 万 5 千ドル", "en", "$15,000");
	GOOD(N, "ko", "2000만명이 넘는", "en", "more than 20 million");
	WRONG(N, "ja", "1億2,500万ポンド", "en", "£152m");
	WRONG(N, "en", "$3.5 million", "ar", "35 مليون دولار");
	WRONG(N, "en", "$3.5 million", "ar", "3.6 مليون");
	WRONG(N, "en", "12 million", "ar", "12 مليارا");
	WRONG(N, "en", "3.5 billion", "ar", "9 مليارات");
	WRONG(N, "de", "12 Milliarden", "en", "12 million");
}
END_TEST

START_TEST(numbers_may_be_spelled_scaled_and_counted_otherwise)
{
	GOOD(N, "en", "12 men and 30 women", "ar",
	    "اثنا عشر رجلا وثلاثون امرأة");
	GOOD(N, "ar", "سنة التسعين", "en", "the year 90");
	GOOD(N, "en", "Fourteen people", "zh", "14 人");
	GOOD(N, "zh", "三十五岁", "en", "35 years old");
	GOOD(N, "en", "More than 20 million", "zh", "超过 2000 万");
	GOOD(N, "en", "3.5 million", "de", "3500000");
	GOOD(N, "de", "um 17:30 Uhr", "en", "at 5.30pm");
	GOOD(N, "en", "in the 1980s", "ar", "في الثمانينيات");
	GOOD(N, "zh", "20世纪30年代", "en", "in the 1930s");
	GOOD(N, "en", "for 200 miles", "de", "320 Kilometer weit");
	GOOD(N, "en", "for COVID19 patients", "fr", "pour les malades");
	GOOD(N, "en", "on 5 May 2020", "fr", "le cinq mai 2020");
	WRONG(N, "en", "in 1998", "ar", "في ذلك العام");
	WRONG(N, "en", "14 people", "zh", "15 人");
	WRONG(N, "de", "um 17:30 Uhr", "en", "at 6.30pm");
}
END_TEST

#define C TM_CHECK_CODES

START_TEST(placeholders_must_be_there_in_any_order)
{
	GOOD(C, "en", "%s of %d", "ar", "%2$d من %1$s");
	GOOD(C, "en", "%d files", "ar", "ملفان");
	GOOD(C, "en", "%sB/s left", "ar", "%s بايت/ثانية");
	GOOD(C, "en", "a <b>b</b><br/>c", "fr", "a <b>b</b><br>c");
	GOOD(C, "en", "cat <file>", "fr", "cat <fichier>");
	GOOD(C, "en", "10% off", "fr", "10% de remise");
	GOOD(C, "en", "{Country}", "ar", "{الدّولة}");
	GOOD(C, "en", "Large (%1x%2)", "ar", "كبيرة (%1×%2)");
	GOOD(C, "en", "%1's files", "ar", "ملفات %1");
	GOOD(C, "en", "%BNote%b: done", "ar", "%Bملاحظة%b: تم");
	WRONG(C, "en", "tag %2 of %1?", "ar", "وسم %1؟");
	WRONG(C, "en", "Delete tag %2?", "ar", "ألا أحذف شيئا؟");
	GOOD(C, "en", "%d files", "ar", "لا ملفات");
	GOOD(C, "en", "Delete %d file", "ar", "احذف الملف");
	WRONG(C, "en", "You have %d messages.", "ar", "لديك رسائل.");
	WRONG(C, "en", "Hello %s, you have %d messages.", "ar",
	    "مرحبا %s، لديك رسائل.");
	WRONG(C, "en", "Cannot open %s", "ar", "تعذر الفتح");
	WRONG(C, "en", "Cannot open %s", "ar", "تعذر فتح %d");
	WRONG(C, "en", "{0} of {1}", "de", "{0} von {2}");
	WRONG(C, "en", "a <b>b</b>", "fr", "a <b>b<b>");
	WRONG(C, "en", "${name} left", "fr", "est parti");
}
END_TEST

START_TEST(arguments_without_numbers_keep_their_order)
{
	GOOD(C, "en", "%s: %d", "ar", "%2$d: %1$s");
	GOOD(C, "en", "%(a)s: %(b)d", "ar", "%(b)d: %(a)s");
	GOOD(C, "en", "%1 of %2", "ar", "%2 / %1");
	GOOD(C, "en", "%B %e, %Y at %d", "de", "%d. %B %Y, %e");
	WRONG(C, "en", "%s: %d", "ar", "%d: %s");
}
END_TEST

START_TEST(tags_open_before_they_close_and_do_not_cross)
{
	GOOD(C, "en", "<b>a</b> and <i>b</i>", "ar", "<i>ب</i> و<b>أ</b>");
	GOOD(C, "en", "<p>one<p>two", "ar", "<p>واحد<p>اثنان");
	GOOD(C, "en", "</b>a<b>", "ar", "</b>أ<b>");
	GOOD(C, "en", "<b>a<br/>b</b>", "ar", "<b>أ<br>ب</b>");
	WRONG(C, "en", "a <b>b</b>", "fr", "a </b>b<b>");
	WRONG(C, "en", "<b><i>a</i></b>", "fr", "<b><i>a</b></i>");
}
END_TEST

/* What is found in "a b" -> "x y" with these codes at 0, 1, 2, ... */
static size_t
finds_in_codes(const char *const *source, const char *const *target)
{
	tm_code_at codes[2][4] = { 0 };
	tm_variant v[2] = { { .lang = TM_STR("en"), .text = TM_STR("a b c") },
		{ .lang = TM_STR("fr"), .text = TM_STR("x y z") } };
	tm_unit u = { .v = v, .n = 2, .confidence = -1 };
	tm_checker *c = tm_checker_new(TM_CHECK_BIT(C));
	size_t n;

	for (int side = 0; side < 2; side++) {
		const char *const *s = side == 0 ? source : target;

		for (n = 0; n < 4 && s[n] != NULL; n++)
			codes[side][n] = (tm_code_at){ n, tm_str_of(s[n]) };
		v[side].codes = codes[side];
		v[side].n_codes = n;
	}
	tm_check(c, &u, &found);
	n = found.n;
	tm_checker_free(c);
	tm_findings_release(&found);
	return n;
}

#define CODES(...) ((const char *const[]){ __VA_ARGS__, NULL, NULL })

START_TEST(inline_codes_pair_up_and_mean_the_same)
{
	static const char b1[] = "<bpt i=\"1\">&lt;b&gt;</bpt>";
	static const char e1[] = "<ept i=\"1\">&lt;/b&gt;</ept>";
	static const char b2[] = "<bpt i=\"2\">&lt;i&gt;</bpt>";
	static const char e2[] = "<ept i=\"2\">&lt;/i&gt;</ept>";
	static const char p0[] = "<ph x=\"1\">{0}</ph>";
	static const char p1[] = "<ph x=\"2\">{1}</ph>";
	static const char bare[] = "<ph x=\"2\"/>";

	ck_assert_uint_eq(
	    finds_in_codes(CODES(b1, e1, b2, e2), CODES(b2, e2, b1, e1)), 0);
	ck_assert_uint_eq(
	    finds_in_codes(CODES(b1, b2, e2, e1), CODES(b2, b1, e1, e2)), 0);
	ck_assert_uint_eq(
	    finds_in_codes(CODES(b1, b2, e2, e1), CODES(b1, b2, e1, e2)), 1);
	ck_assert_uint_eq(finds_in_codes(CODES(b1, e1), CODES(e1, b1)), 1);
	ck_assert_uint_eq(
	    finds_in_codes(CODES("<hi>", "</hi>"), CODES("</hi>", "<hi>")), 1);
	/* One that is out of order in the source may be so. */
	ck_assert_uint_eq(finds_in_codes(CODES(e1, b1), CODES(e1, b1)), 0);
	ck_assert_uint_eq(finds_in_codes(CODES(p0, p1), CODES(p1, p0)), 0);
	ck_assert_uint_eq(finds_in_codes(CODES(p0, p1), CODES(p0, p0)), 1);
	/* What a code means may not be known. */
	ck_assert_uint_eq(
	    finds_in_codes(CODES(p0, bare), CODES(bare, bare)), 0);
	ck_assert_uint_eq(finds_in_codes(CODES(b1, e1), CODES(b2, e2)), 1);
}
END_TEST

START_TEST(inline_codes_are_counted)
{
	tm_code_at ph = { 0, TM_STR("<ph x=\"1\"/>") };
	tm_variant v[2] = { { .lang = TM_STR("en"),
				.text = TM_STR("Press OK") },
		{ .lang = TM_STR("ar"), .text = TM_STR("اضغط حسنا") } };
	tm_unit u = { .v = v, .n = 2, .confidence = -1 };
	tm_checker *c = tm_checker_new(TM_CHECK_BIT(C));

	v[0].codes = &ph;
	v[0].n_codes = 1;
	tm_check(c, &u, &found);
	ck_assert_uint_eq(found.n, 1);
	v[1].codes = &ph;
	v[1].n_codes = 1;
	tm_check(c, &u, &found);
	ck_assert_uint_eq(found.n, 0);
	tm_checker_free(c);
	tm_findings_release(&found);
}
END_TEST

#define P TM_CHECK_PUNCTUATION

START_TEST(signs_of_other_scripts_are_the_same_signs)
{
	GOOD(P, "en", "Are you sure?", "ar", "هل أنت متأكد؟");
	GOOD(P, "en", "Are you sure?", "el", "Είστε σίγουρος;");
	GOOD(P, "zh", "你确定吗？", "en", "Are you sure?");
	GOOD(P, "en", "Wait, please", "ar", "انتظر، رجاء");
	GOOD(P, "en", "Sounds; Images;", "ar", "أصوات;صور;");
	GOOD(P, "en", "It costs 1,5", "ar", "يكلف 1,5");
	WRONG(P, "en", "Are you sure?", "ar", "أنت متأكد.");
	WRONG(P, "en", "The name:", "ar", "الاسم هنا");
	WRONG(P, "en", "Are you sure?", "ar", "هل أنت متأكد?");
	WRONG(P, "en", "Wait, please", "ar", "انتظر, رجاء");
	WRONG(P, "ar", "نعم، لا", "en", "Yes، no");
}
END_TEST

START_TEST(brackets_are_told_where_the_source_has_them_right)
{
	GOOD(TM_CHECK_BRACKETS, "en", "a (b) c", "ar", "أ (ب) ج");
	GOOD(TM_CHECK_BRACKETS, "en", "a) first", "ar", "أ) الأول");
	GOOD(TM_CHECK_BRACKETS, "en", "a (b c", "ar", "أ (ب ج");
	GOOD(TM_CHECK_BRACKETS, "zh", "（前台）", "en", "(foreground)");
	WRONG(TM_CHECK_BRACKETS, "en", "a (b) c", "ar", "أ (ب ج");
	WRONG(TM_CHECK_BRACKETS, "en", "word (size)", "ar", "كلمة (حجم(");
	WRONG(TM_CHECK_BRACKETS, "en", "[one] two", "fr", "un deux]trois");
}
END_TEST

START_TEST(spaces_follow_the_source)
{
	GOOD(TM_CHECK_SPACES, "en", " a ", "ar", " أ ");
	GOOD(TM_CHECK_SPACES, "en", "a.  B", "ar", "أ.  ب");
	WRONG(TM_CHECK_SPACES, "en", "a", "ar", "أ ");
	WRONG(TM_CHECK_SPACES, "en", "a\n", "ar", "أ");
	WRONG(TM_CHECK_SPACES, "en", "a b", "ar", "أ  ب");
	WRONG(TM_CHECK_SPACES, "en", "a", "fr",
	    "\xc2\xa0"
	    "a");
}
END_TEST

START_TEST(what_decoders_leave_behind_is_told)
{
	GOOD(TM_CHECK_CONTROLS, "en", "a\tb\n", "ar", "أ\tب\n");
	GOOD(TM_CHECK_CONTROLS, "en", "Peace be upon him", "ar", "ﷺ");
	WRONG(TM_CHECK_CONTROLS, "en", "a", "ar", "أ\x1f");
	WRONG(TM_CHECK_CONTROLS, "en", "a", "fr", "caf\xef\xbf\xbd");
	WRONG(TM_CHECK_CONTROLS, "en", "coffee", "fr", "cafÃ© dÃ©jÃ ");
	WRONG(TM_CHECK_CONTROLS, "en", "sugar", "ar", "ﻡﻼﺳ");
	WRONG(TM_CHECK_CONTROLS, "en", "a", "ar",
	    "\xe2\x80\xab"
	    "أ");
}
END_TEST

START_TEST(text_in_the_wrong_script_or_language_is_told)
{
	GOOD(TM_CHECK_SCRIPT, "en", "git commit -m x", "ar", "git commit -m x");
	GOOD(TM_CHECK_SCRIPT, "en", "GNU General Public License", "ar",
	    "GNU General Public License");
	GOOD(TM_CHECK_SCRIPT, "en", "yes", "sr", "da");
	WRONG(TM_CHECK_SCRIPT, "en", "nothing was found here", "ar",
	    "nothing was found here at all");
	WRONG(TM_CHECK_SCRIPT, "en", "one of them", "ar",
	    "nothing was found here and all the others were never told شيء");
	GOOD(TM_CHECK_SCRIPT, "en", "use git commit", "ar",
	    "استخدم git commit in the folder");
	WRONG(TM_CHECK_SCRIPT, "en", "word", "ru", "слoво"); /* Latin o */
	WRONG(TM_CHECK_LANGUAGE, "en",
	    "The government said that it was not in the position", "de",
	    "The government said that it was not in the position of the law");
	GOOD(TM_CHECK_LANGUAGE, "en", "It was said that there was the law",
	    "de", "Es wurde gesagt, dass das Gesetz und die Regel da ist");
}
END_TEST

START_TEST(a_copy_is_told_unless_it_is_a_name)
{
	GOOD(TM_CHECK_UNTRANSLATED, "en", "Mozilla Firefox", "de",
	    "Mozilla Firefox");
	GOOD(TM_CHECK_UNTRANSLATED, "en", "http://a.example/the/long/way", "de",
	    "http://a.example/the/long/way");
	GOOD(TM_CHECK_UNTRANSLATED, "en", "Git commit", "ar", "Git commit");
	WRONG(TM_CHECK_UNTRANSLATED, "en", "Open the file", "ar",
	    "Open the file");
	WRONG(TM_CHECK_UNTRANSLATED, "en", "The war is over.", "fr",
	    "The war is over.");
	WRONG(TM_CHECK_UNTRANSLATED, "en", "Please open the window", "de",
	    "please open the window");
	WRONG(TM_CHECK_EMPTY, "en", "Please", "de", " \t");
}
END_TEST

START_TEST(a_length_far_from_others_is_told)
{
	tm_checker *c = tm_checker_new(TM_CHECK_BIT(TM_CHECK_LENGTH));

	for (int i = 0; i < 200; i++) {
		check(c, "en", "The government said so on Sunday.", "ar",
		    "قالت الحكومة ذلك يوم الأحد.");
		ck_assert_uint_eq(found.n, 0);
	}
	check(c, "en", "The government said so on Sunday.", "ar",
	    "قالت الحكومة ذلك يوم الأحد. قالت الحكومة ذلك يوم الأحد. قالت "
	    "الحكومة ذلك يوم الأحد. قالت الحكومة ذلك يوم الأحد. قالت الحكومة "
	    "ذلك يوم الأحد. قالت الحكومة ذلك يوم الأحد.");
	ck_assert_uint_eq(found.n, 1);
	tm_checker_free(c);
	tm_findings_release(&found);
}
END_TEST

START_TEST(the_second_translation_of_a_source_is_told_once)
{
	tm_checker *c = tm_checker_new(TM_CHECK_BIT(TM_CHECK_INCONSISTENT));

	check(c, "en", "Save the file", "ar", "احفظ الملف");
	check(c, "en", "Save the file", "ar", "احفظ الملف");
	ck_assert_uint_eq(found.n, 0);
	check(c, "en", "Save the file", "ar", "خزّن الملف");
	ck_assert_uint_eq(found.n, 1);
	ck_assert_uint_eq(found.v[0].other_place, 1);
	ck_assert_msg(tm_str_eq(found.v[0].other, TM_STR("احفظ الملف")), "%.*s",
	    TM_STR_ARG(found.v[0].other));
	check(c, "en", "Save the file", "ar", "خزّن الملف");
	ck_assert_uint_eq(found.n, 0);
	check(c, "en", "Save the file", "fr", "Enregistrer le fichier");
	ck_assert_uint_eq(found.n, 0);
	tm_checker_free(c);
	tm_findings_release(&found);
}
END_TEST

START_TEST(one_translation_of_two_sources_is_told)
{
	tm_checker *c = tm_checker_new(TM_CHECK_BIT(TM_CHECK_SAME));

	check(c, "en", "Title of the page to delete", "ar",
	    "عنوان الصفحة المراد حذفها الآن");
	check(c, "en", "Titles of the pages to delete", "ar",
	    "عنوان الصفحة المراد حذفها الآن");
	ck_assert_uint_eq(found.n, 0); /* only the endings differ */
	check(c, "en", "Title of the page to edit", "ar",
	    "عنوان الصفحة المراد حذفها الآن");
	ck_assert_uint_eq(found.n, 1);
	tm_checker_free(c);
	tm_findings_release(&found);
}
END_TEST

START_TEST(the_memory_of_a_million_units_finds_the_first)
{
	tm_checker *c = tm_checker_new(TM_CHECK_BIT(TM_CHECK_INCONSISTENT));
	char source[32], target[32];

	for (int i = 0; i < 20000; i++) {
		snprintf(source, sizeof source, "source %d", i);
		snprintf(target, sizeof target, "target %d", i);
		check(c, "en", source, "de", target);
		ck_assert_uint_eq(found.n, 0);
	}
	check(c, "en", "source 77", "de", "another");
	ck_assert_uint_eq(found.n, 1);
	ck_assert_uint_eq(found.v[0].other_place, 78);
	tm_checker_free(c);
	tm_findings_release(&found);
}
END_TEST

START_TEST(mending_keeps_the_codes_where_they_are)
{
	tm_code_at codes[2] = { { 2, TM_STR("<ph x=\"1\"/>") },
		{ 20, TM_STR("<ph x=\"2\"/>") } };
	tm_variant v[2] = { { .lang = TM_STR("en"),
				.text = TM_STR("Yes, are you sure?") },
		{ .lang = TM_STR("ar"),
		    .text = TM_STR("  نعم,  متأكد? "),
		    .codes = codes,
		    .n_codes = 2 } };
	tm_unit u = { .v = v, .n = 2, .confidence = -1 };
	tm_checker *c = tm_checker_new(TM_CHECK_ALL);
	const tm_unit *mended;

	codes[1].at = v[1].text.n;
	mended = tm_check_mend(c, &u, &found);
	ck_assert(mended != &u);
	ck_assert_msg(tm_str_eq(mended->v[1].text, TM_STR("نعم، متأكد؟")),
	    "%.*s", TM_STR_ARG(mended->v[1].text));
	ck_assert_uint_eq(mended->v[1].codes[0].at, 0);
	ck_assert_uint_eq(mended->v[1].codes[1].at, mended->v[1].text.n);
	ck_assert_uint_eq(found.n, 2);
	{
		tm_findings again = { 0 };

		ck_assert(tm_check_mend(c, mended, &again) == mended);
		ck_assert_uint_eq(again.n, 0);
		tm_findings_release(&again);
	}
	tm_checker_free(c);
	tm_findings_release(&found);
}
END_TEST

START_TEST(hostile_texts_are_looked_at_and_survived)
{
	static const char *const texts[] = { "", "%", "%%", "%1$", "{", "${",
		"<", "</", "<b", "%(", "\xff\xfe", "(((((((((", ")))))))", "١",
		"٣٫", "1,", ":", "：：", "\xe2\x81\xa6", "و5", "5و", "1:2:3:4",
		"99999999999999999999999999999999999999999999999999999" };
	const size_t n = sizeof texts / sizeof texts[0];
	tm_checker *c = tm_checker_new(TM_CHECK_ALL);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			tm_findings mended = { 0 };
			tm_variant v[2] = { { .lang = TM_STR("ar"),
						.text = tm_str_of(texts[i]) },
				{ .lang = TM_STR("en"),
				    .text = tm_str_of(texts[k]) } };
			tm_unit u = { .v = v, .n = 2, .confidence = -1 };

			tm_check(c, &u, &found);
			tm_check_mend(c, &u, &mended);
			tm_findings_release(&mended);
		}
	tm_checker_free(c);
	tm_findings_release(&found);
}
END_TEST

START_TEST(every_check_has_a_name_that_finds_it)
{
	for (int k = 0; k < TM_CHECK_COUNT; k++) {
		tm_check_kind kind;

		ck_assert(tm_check_named(
		    tm_str_of(tm_check_name((tm_check_kind)k)), &kind));
		ck_assert_int_eq((int)kind, k);
		ck_assert(tm_check_about(kind)[0] != '\0');
	}
}
END_TEST

UNIT_MAIN("check", numbers_are_compared_by_value_in_any_digits_and_grouping,
    each_language_has_its_own_decimals, a_scale_counts_with_its_number,
    numbers_may_be_spelled_scaled_and_counted_otherwise,
    placeholders_must_be_there_in_any_order,
    arguments_without_numbers_keep_their_order,
    tags_open_before_they_close_and_do_not_cross, inline_codes_are_counted,
    inline_codes_pair_up_and_mean_the_same,
    signs_of_other_scripts_are_the_same_signs,
    brackets_are_told_where_the_source_has_them_right, spaces_follow_the_source,
    what_decoders_leave_behind_is_told,
    text_in_the_wrong_script_or_language_is_told,
    a_copy_is_told_unless_it_is_a_name, a_length_far_from_others_is_told,
    the_second_translation_of_a_source_is_told_once,
    one_translation_of_two_sources_is_told,
    the_memory_of_a_million_units_finds_the_first,
    mending_keeps_the_codes_where_they_are,
    hostile_texts_are_looked_at_and_survived,
    every_check_has_a_name_that_finds_it)

#include "config.h"

#include "unit.h"

#include "tm/adapt.h"

/* What becomes of the translation of stored for query; "" for nothing. */
static const char *
adapt(const char *from, const char *to, const char *stored, const char *target,
    const char *query)
{
	static char result[4000];
	tm_analyser *an = tm_analyser_new(from);
	tm_adapter *a = tm_adapter_new(from, to);
	tm_match_side q = { 0 }, s = { 0 };
	tm_match m = { 0 };
	tm_adapted out = { 0 };
	tm_str t = tm_str_of(target);
	size_t at = 0, was = 0;
	bool some;

	tm_match_side_set(&q, an, tm_str_of(query));
	tm_match_side_set(&s, an, tm_str_of(stored));
	tm_match_compare(&q, &s, &m);
	some = tm_adapt(a, q.text, s.text, m.edits, m.n_edits, t, &out);
	ck_assert(some == (out.n > 0));
	/* What is not marked is the translation, byte for byte. */
	for (size_t i = 0; i < out.n; i++) {
		const tm_adapted_at *v = &out.v[i];

		ck_assert_uint_le(at, v->start);
		ck_assert_uint_le(v->start, v->end);
		ck_assert_uint_eq(v->start - at, v->was_start - was);
		ck_assert_int_eq(
		    memcmp(out.text.p + at, t.p + was, v->start - at), 0);
		at = v->end;
		was = v->was_end;
	}
	if (some)
		ck_assert_uint_eq(out.text.n - at, t.n - was);
	snprintf(result, sizeof result, "%s", some ? out.text.p : "");
	tm_adapted_release(&out);
	tm_match_release(&m);
	tm_match_side_release(&q);
	tm_match_side_release(&s);
	tm_adapter_free(a);
	tm_analyser_free(an);
	return result;
}

#define becomes(from, to, stored, target, query, want) \
	ck_assert_str_eq(adapt(from, to, stored, target, query), want)
#define stays(from, to, stored, target, query) \
	becomes(from, to, stored, target, query, "")

START_TEST(numbers_take_the_notation_of_the_translation)
{
	becomes("en", "ar", "Delete 3 files", "احذف ٣ ملفات", "Delete 5 files",
	    "احذف ٥ ملفات");
	becomes("en", "ar", "It weighs 2.5 kg", "يزن ٢٫٥ كغ",
	    "It weighs 3.5 kg", "يزن ٣٫٥ كغ");
	becomes("en", "ar", "It weighs 2 kg", "يزن ٢ كغ", "It weighs 3.5 kg",
	    "يزن ٣٫٥ كغ");
	becomes("en", "ar", "He has 500 men", "لديه ٥٠٠ رجل",
	    "He has 12,000 men", "لديه ١٢٬٠٠٠ رجل");
	becomes("en", "ar", "He has 500 men", "لديه 500 رجل",
	    "He has 12,000 men", "لديه 12,000 رجل");
	becomes("ar", "en", "لديه ٥٠٠ رجل", "He has 500 men", "لديه ١٢٬٠٠٠ رجل",
	    "He has 12,000 men");
	becomes("ar", "en", "يزن ٢٫٥ كغ", "It weighs 2.5 kg", "يزن ٣٫٧٥ كغ",
	    "It weighs 3.75 kg");
	becomes("en", "de", "He has 500.5 men", "Er hat 500,5 Mann",
	    "He has 12,000.5 men", "Er hat 12.000,5 Mann");
	becomes("de", "en", "Er hat 500,5 Mann", "He has 500.5 men",
	    "Er hat 12.000,5 Mann", "He has 12,000.5 men");
	becomes("en", "fa", "He has 500 men", "او ۵۰۰ مرد دارد",
	    "He has 1,250.5 men", "او ۱٬۲۵۰٫۵ مرد دارد");
	becomes("en", "hi", "He has 500 men", "उसके पास 500 आदमी हैं",
	    "He has 1,234,567 men", "उसके पास 12,34,567 आदमी हैं");
	becomes("en", "hi", "He has 500 men", "उसके पास ५०० आदमी हैं",
	    "He has 700 men", "उसके पास ७०० आदमी हैं");
	becomes("en", "fr", "He has 500 men", "Il a 500 hommes",
	    "He has 12,000 men", "Il a 12\u202f000 hommes");
	becomes("hi", "en", "उसके पास 500 आदमी हैं", "He has 500 men",
	    "उसके पास 12,34,567 आदमी हैं", "He has 1,234,567 men");
}
END_TEST

START_TEST(what_the_translation_shows_counts_more_than_the_language)
{
	/* English points in German, no groups, padded hours. */
	becomes("en", "de", "Version 3.5", "Version 3.5", "Version 4.25",
	    "Version 4.25");
	becomes("en", "de", "It has 1,500 pages", "Es hat 1500 Seiten",
	    "It has 2,500 pages", "Es hat 2500 Seiten");
	becomes("en", "de", "At 9:05", "Um 09:05", "At 8:15", "Um 08:15");
	becomes("en", "ar", "On 05/11/2023", "في ٥/١١/٢٠٢٣", "On 07/12/2024",
	    "في ٧/١٢/٢٠٢٤");
	becomes(
	    "en", "de", "Use 1.2.10", "Nimm 1.2.10", "Use 1.3.0", "Nimm 1.3.0");
	becomes("en", "ar", "In 2023", "في عام 2023", "In 2024", "في عام 2024");
}
END_TEST

START_TEST(months_and_days_are_replaced_by_their_like)
{
	becomes("en", "ar", "On 12 March 2023", "في ١٢ مارس ٢٠٢٣",
	    "On 9 April 2024", "في ٩ أبريل ٢٠٢٤");
	becomes("en", "ar", "On 12 March", "في ١٢ آذار", "On 12 April",
	    "في ١٢ نيسان");
	becomes("en", "ar", "On 12 January", "في ١٢ كانون الثاني",
	    "On 12 November", "في ١٢ تشرين الثاني");
	becomes("en", "ar", "On 11 February", "في ١١ شباط/فبراير",
	    "On 11 March", "في ١١ آذار/مارس");
	becomes("en", "de", "On Monday, March 3", "Am Montag, 3. März",
	    "On Friday, May 3", "Am Freitag, 3. Mai");
	becomes(
	    "ar", "en", "يوم الاثنين", "On Monday", "يوم الجمعة", "On Friday");
	becomes("en", "ru", "On 12 March", "12 марта", "On 12 May", "12 мая");
}
END_TEST

START_TEST(what_is_ambiguous_stays)
{
	/* Twice, and only one changes. */
	stays("en", "ar", "3 of 3 files", "٣ من ٣ ملفات", "3 of 5 files");
	stays("en", "ar", "3 files in 3 folders", "٣ ملفات في ٣ مجلدات",
	    "4 files in 5 folders");
	/* Once here, twice there, or not at all. */
	stays(
	    "en", "ar", "Delete 3 files", "احذف ٣ ملفات (٣)", "Delete 5 files");
	stays(
	    "en", "ar", "Delete 3 files", "احذف ثلاثة ملفات", "Delete 5 files");
	/* One has a place and the other has not. */
	stays("en", "ar", "Delete 3 of 10 files", "احذف ثلاثة من ١٠ ملفات",
	    "Delete 5 of 12 files");
	/* Added, taken away. */
	stays("en", "ar", "Delete files", "احذف الملفات", "Delete 5 files");
	stays("en", "ar", "Delete 3 files", "احذف ٣ ملفات", "Delete files");
	/* Nothing changes. */
	stays("en", "ar", "Delete 3 files", "احذف ٣ ملفات", "Delete 3 folders");
	stays("en", "ar", "Delete 3 files", "احذف ٣ ملفات", "Delete ٣ files");
	/* A point that may do either in French. */
	stays("fr", "en", "Il a 500 euros", "He has 500 euros",
	    "Il a 1.234 euros");
	/* No month, or not surely. */
	stays("en", "ar", "In March", "في الربيع", "In April");
	/* The same month twice in one list. */
	stays("en", "de", "In March", "März, März", "In April");
	/* Half of a time. */
	stays("en", "de", "At 10:30 pm", "Um 22:30", "At 11:45 pm");
}
END_TEST

START_TEST(two_numbers_may_change_places)
{
	becomes("en", "ar", "5 of 3", "٥ من ٣", "3 of 5", "٣ من ٥");
	becomes("en", "ar", "3 and 3", "٣ و ٣", "4 and 4", "٤ و ٤");
	becomes("en", "de", "Page 3 of 10", "Seite 3 von 10", "Page 10 of 3",
	    "Seite 10 von 3");
}
END_TEST

START_TEST(separators_are_read_as_the_language_writes_them)
{
	/* English 1.234 is no thousand; German 1.234 is. */
	becomes("en", "de", "It takes 2.5 s", "Es dauert 2,5 s",
	    "It takes 1.234 s", "Es dauert 1,234 s");
	becomes("de", "en", "Es dauert 500 s", "It takes 500 s",
	    "Es dauert 1.234 s", "It takes 1,234 s");
	becomes("de", "ar", "Es dauert 2,5 s", "يستغرق ٢٫٥ ث",
	    "Es dauert 1,234 s", "يستغرق ١٫٢٣٤ ث");
}
END_TEST

START_TEST(hostile_texts_do_no_harm)
{
	static const char *const bad[] = { "", " ", "\xff\xfe 3 \xed\xa0\x80",
		"3.", ".3", "3..4", "3,4.5,6", "١٢3٤", "٣٫٫٥", "1,23,4",
		"00000", "0.000.000",
		("99999999999999999999999999999999999999"
		 "999999999999999999999999999999999999999"),
		"％３", "3\u202f000", "3 000 000", "-5 −5 +5", "½ ² Ⅷ 三",
		"may march sat sun", "كانون", "كانون الثاني كانون" };
	size_t n = sizeof bad / sizeof bad[0];
	tm_buf large = { 0 };

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			adapt("en", "ar", bad[i], bad[j], "7 and 8");
			adapt("ar", "de", bad[i], "7 ٧", bad[j]);
		}
	for (int i = 0; i < 20000; i++)
		tm_buf_printf(&large, "%d March ", i);
	adapt("en", "ar", large.p, "٣", large.p);
	tm_buf_release(&large);
}
END_TEST

UNIT_MAIN("adapt", numbers_take_the_notation_of_the_translation,
    what_the_translation_shows_counts_more_than_the_language,
    months_and_days_are_replaced_by_their_like, what_is_ambiguous_stays,
    two_numbers_may_change_places,
    separators_are_read_as_the_language_writes_them, hostile_texts_do_no_harm)

#include "config.h"

#include "unit.h"

#include "tm/adapt.h"
#include "tm/codes.h"

static tm_buf marks[3];
static tm_arena arena;

static tm_str
marked(const char *typed, tm_buf *out)
{
	tm_coded c;

	tm_arena_clear(&arena);
	tm_buf_clear(out);
	tm_codes_read(tm_str_of(typed), &arena, &c);
	tm_codes_mark(c.text, c.codes, c.n_codes, false, out);
	return tm_buf_str(out);
}

/* With codes as they are shown. */
static void
show(tm_str s, char *result, size_t size)
{
	tm_str plain, xml;
	tm_buf out = { 0 };
	size_t at = 0;

	while (tm_codes_next(s, &at, &plain, &xml)) {
		tm_buf_add(&out, plain.p, plain.n);
		if (xml.p != NULL)
			tm_code_show(xml, &out);
	}
	snprintf(result, size, "%.*s", TM_STR_ARG(tm_buf_str(&out)));
	tm_buf_release(&out);
}

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
	tm_str t = marked(target, &marks[2]);
	size_t at = 0, was = 0;
	bool some;

	tm_match_side_set(&q, an, marked(query, &marks[0]));
	tm_match_side_set(&s, an, marked(stored, &marks[1]));
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
	show(some ? tm_buf_str(&out.text) : TM_STR(""), result, sizeof result);
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

START_TEST(the_half_of_the_day_goes_with_the_hour)
{
	becomes("en", "ar", "Open until 5:30 p.m. daily",
	    "مفتوح حتى الساعة 5:30 مساء كل يوم", "Open until 6:45 a.m. daily",
	    "مفتوح حتى الساعة 6:45 صباحا كل يوم");
	becomes("en", "ar", "Open until 5:30 p.m. daily",
	    "مفتوح حتى الساعة 5:30 مساءً كل يوم", "Open until 5:30 a.m. daily",
	    "مفتوح حتى الساعة 5:30 صباحًا كل يوم");
	becomes("ar", "en", "الساعة 5:30 م", "At 5:30 p.m.", "الساعة 6:45 ص",
	    "At 6:45 a.m.");
	becomes("en", "de", "From 7 AM to 5 PM", "From 7 AM to 5 PM",
	    "From 8 AM to 6 PM", "From 8 AM to 6 PM");
	/* The translation does not say it: then the hour would be wrong. */
	stays("en", "ar", "Open until 5:30 p.m.", "مفتوح حتى 17:30",
	    "Open until 5:45 a.m.");
	stays("en", "ar", "Open until 5:30 p.m.", "مفتوح حتى 5:30 عصرا",
	    "Open until 6:45 a.m.");
	/* No hour, no half of a day. */
	becomes("en", "ar", "I am 5 years old", "عمري 5 سنوات",
	    "I am 6 years old", "عمري 6 سنوات");
}
END_TEST

START_TEST(dates_with_full_stops_are_dates)
{
	becomes("de", "en", "Gültig bis 12.03.2024.", "Valid until 12/03/2024.",
	    "Gültig bis 15.04.2025.", "Valid until 15/04/2025.");
	becomes("de", "ar", "Gültig bis 12.03.2024", "صالح حتى 12 مارس 2024",
	    "Gültig bis 15.04.2025", "صالح حتى 15 أبريل 2025");
	becomes("de", "de", "am 2024.03.12", "am 12.03.2024", "am 2025.04.15",
	    "am 15.04.2025");
	/* A version is none. */
	becomes("en", "de", "Version 1.2.10", "Version 1.2.10",
	    "Version 1.3.11", "Version 1.3.11");
}
END_TEST

START_TEST(numbers_stand_behind_arabic_particles)
{
	becomes("en", "ar", "5 and 3 files", "٥ و٣ ملفات", "7 and 9 files",
	    "٧ و٩ ملفات");
	becomes("en", "ar", "It costs 3.5 dollars", "يكلف بـ3.5 دولار",
	    "It costs 4.25 dollars", "يكلف بـ4.25 دولار");
	becomes("ar", "en", "من ٢٠٢٠ ل٢٠٢٣", "From 2020 to 2023",
	    "من ٢٠٢١ ل٢٠٢٤", "From 2021 to 2024");
	/* A square metre is none. */
	stays("en", "ar", "It has 2 rooms", "فيه م2 غرف", "It has 5 rooms");
}
END_TEST

START_TEST(months_are_numbers_in_one_language_and_names_in_the_other)
{
	becomes("en", "ar", "On 12/03/2024", "في ١٢ مارس ٢٠٢٤", "On 15/04/2023",
	    "في ١٥ أبريل ٢٠٢٣");
	becomes("en", "ar", "On 3/12/2024", "في ١٢ مارس ٢٠٢٤", "On 4/15/2023",
	    "في ١٥ أبريل ٢٠٢٣");
	becomes("en", "ar", "On 2024-03-12", "في 12 آذار 2024", "On 2023-11-01",
	    "في 1 تشرين الثاني 2023");
	becomes("ar", "en", "في ١٢ مارس ٢٠٢٤", "On 03/12/2024",
	    "في ١٥ أبريل ٢٠٢٣", "On 04/15/2023");
	/* Is 3 the day or the month? */
	stays("en", "ar", "On 03/03/2024", "في ٣ مارس ٢٠٢٤", "On 04/05/2023");
	/* There is no month 15, and these are no dates. */
	stays("en", "ar", "On 12/03/2024", "في ١٢ مارس ٢٠٢٤", "On 11/15/2023");
	stays("en", "ar", "12 of 3 files", "١٢ ملفا في مارس", "12 of 4 files");
}
END_TEST

START_TEST(codes_are_those_of_the_query)
{
	const char *en = "Press <1>Enter</1> and <2/> now",
		   *ar = "اضغط <1>إدخال</1> و<2/> الآن";

	/* another, fewer, more */
	becomes("en", "ar", en, ar, "Press <1>Enter</1> and <3/> now",
	    "اضغط <1>إدخال</1> و<3/> الآن");
	becomes("en", "ar", en, ar, "Press Enter and <2/> now",
	    "اضغط إدخال و<2/> الآن");
	becomes("en", "ar", "Go <1/> on", "تابع <1/> هنا", "Go on", "تابع هنا");
	becomes("en", "ar", "Press Enter", "اضغط إدخال", "<1>Press Enter</1>",
	    "<1>اضغط إدخال</1>");
	/* with numbers */
	becomes("en", "ar", "3 <1/> files", "٣ <1/> ملفات", "5 <2/> files",
	    "٥ <2/> ملفات");
	becomes("en", "ar", "3 files", "٣ ملفات", "<1/>5 files", "<1/>٥ ملفات");
	/* the number of the code in the other language */
	becomes("en", "de",
	    "<bpt i='1' x='7'/>a<ept i='1'/> <bpt i='2' x='8'/>b<ept i='2'/>",
	    "<bpt i='1' x='8'/>b<ept i='1'/> <bpt i='2' x='7'/>a<ept i='2'/>",
	    "<bpt i='1' x='7'/>a<ept i='1'/> b", "b <2>a</2>");
	/* placeholders */
	becomes("en", "ar", "%d files", "%d ملفات", "%s files", "%s ملفات");
	/* moved: where it goes, the translator knows */
	stays("en", "ar", "<1/> Go on", "تابع <1/>", "Go <1/> on");
	/* new, and in the middle */
	stays("en", "ar", "Go on", "تابع هنا", "Go <1/> on");
	/* two of a kind, one of them gone; or none there */
	stays("en", "ar", "%s of %s", "%s من %s", "%s of");
	stays("en", "ar", "Go <1/> on", "تابع", "Go on");
	/* but numbers go in */
	becomes("en", "ar", "Go <1/> on 3", "تابع ٣", "Go on 5", "تابع ٥");
}
END_TEST

/* ---- Numbers by locale ------------------------------------------------- */

/* How languages write numbers, by CLDR. */
static const struct notation {
	const char *lang, *before, *after;
	uint32_t zero;
	const char *decimal, *group;
	bool lakhs;
} notations[] = {
	{ "en", "It has ", " files", '0', ".", ",", false },
	{ "de", "Es hat ", " Dateien", '0', ",", ".", false },
	{ "fr", "Il a ", " fichiers", '0', ",", "\u202f", false },
	{ "ru", "Он имеет ", " файлов", '0', ",", "\u00a0", false },
	{ "ar", "لديه ", " ملف", 0x660, "٫", "٬", false },
	{ "ar", "لديه ", " ملف", '0', ".", ",", false },
	{ "ar-MA", "لديه ", " ملف", '0', ",", ".", false },
	{ "hi", "उसके पास ", " फ़ाइलें", '0', ".", ",", true },
	{ "hi", "उसके पास ", " फ़ाइलें", 0x966, ".", ",", true },
	{ "fa", "او ", " پرونده", 0x6f0, "٫", "٬", false },
};
enum { N_NOTATIONS = sizeof notations / sizeof notations[0] };

static uint32_t seed = 3;

static uint32_t
roll(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)(seed >> 4) * n >> 28);
}

static void
add_digit(tm_buf *out, uint32_t c)
{
	if (c < 0x80)
		tm_buf_addc(out, (char)c);
	else if (c < 0x800)
		tm_buf_printf(
		    out, "%c%c", (int)(0xc0 | c >> 6), (int)(0x80 | (c & 63)));
	else
		tm_buf_printf(out, "%c%c%c", (int)(0xe0 | c >> 12),
		    (int)(0x80 | (c >> 6 & 63)), (int)(0x80 | (c & 63)));
}

/* A sentence with the number whole.part in it. */
static void
say(const struct notation *n, uint32_t whole, uint32_t part, tm_buf *out)
{
	char digits[16];
	size_t len = (size_t)snprintf(digits, sizeof digits, "%u", whole);

	tm_buf_clear(out);
	tm_buf_adds(out, n->before);
	for (size_t i = 0; i < len; i++) {
		size_t left = len - i;

		if (i > 0 &&
		    (left == 3 || (left > 3 && (n->lakhs ? (left - 3) % 2 == 0
							 : left % 3 == 0))))
			tm_buf_adds(out, n->group);
		add_digit(out, n->zero + (uint32_t)(digits[i] - '0'));
	}
	if (part > 0) {
		tm_buf_adds(out, n->decimal);
		add_digit(out, n->zero + part / 10);
		add_digit(out, n->zero + part % 10);
	}
	tm_buf_adds(out, n->after);
}

/* Not 10.00, which is a matter of taste, and in the range of pages, prices
 * and people. */
static void
some_number(uint32_t *whole, uint32_t *part)
{
	static const uint32_t ranges[] = { 10, 1000, 100000, 100000000 };

	*whole = 1 + roll(ranges[roll(4)]);
	*part = roll(2) == 0 ? 0 : 1 + roll(99);
}

START_TEST(every_number_is_written_as_its_language_does)
{
	tm_buf stored = { 0 }, query = { 0 }, target = { 0 }, want = { 0 };

	for (int i = 0; i < N_NOTATIONS; i++)
		for (int j = 0; j < N_NOTATIONS; j++)
			for (int k = 0; k < 6; k++) {
				const struct notation *a = &notations[i];
				const struct notation *b = &notations[j];
				uint32_t w, p, w2, p2;

				some_number(&w, &p);
				some_number(&w2, &p2);
				if (w == w2 && p == p2)
					continue;
				say(a, w, p, &stored);
				say(b, w, p, &target);
				say(a, w2, p2, &query);
				say(b, w2, p2, &want);
				becomes(a->lang, b->lang, stored.p, target.p,
				    query.p, want.p);
			}
	tm_buf_release(&stored);
	tm_buf_release(&query);
	tm_buf_release(&target);
	tm_buf_release(&want);
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
    months_and_days_are_replaced_by_their_like,
    the_half_of_the_day_goes_with_the_hour, dates_with_full_stops_are_dates,
    numbers_stand_behind_arabic_particles,
    months_are_numbers_in_one_language_and_names_in_the_other,
    codes_are_those_of_the_query, every_number_is_written_as_its_language_does,
    what_is_ambiguous_stays, two_numbers_may_change_places,
    separators_are_read_as_the_language_writes_them, hostile_texts_do_no_harm)

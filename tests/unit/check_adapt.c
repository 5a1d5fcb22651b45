/* check_adapt.c - numbers, codes and names go into a translation, or nothing
 * does */
#include "config.h"

#include "unit_adapt.h"
#include "unit_random.h"

#include "tm/lang.h"

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

START_TEST(a_number_in_letters_and_brackets_stays)
{
	/* Lawyers write it so; forms that CLDR does not have */
	stays("en", "ar", "Within 30 days", "خلال ثلاثين (30) يوما",
	    "Within 60 days");
	stays("en", "ar", "Within 30 days", "خلال ثلاثين 30 يوما",
	    "Within 60 days");
	stays("en", "ar", "For 120 days", "لمئة وعشرين يوما: 120",
	    "For 130 days");
	stays("en", "ar", "For 3 years", "ثلاث سنوات، أي 3", "For 4 years");
	stays("en", "ar", "Give 2 items", "سلم بندين (2)", "Give 6 items");
	/* Per cent is no number, and brackets may be in both. */
	becomes("en", "ar", "100% of it", "100 في المئة منه", "50% of it",
	    "50 في المئة منه");
	becomes("en", "ar", "Version (2)", "الإصدار (2)", "Version (3)",
	    "الإصدار (3)");
	becomes("zh", "en", "版本 2（2021）", "version 2 (2021)",
	    "版本 3（2023）", "version 3 (2023)");
}
END_TEST

START_TEST(a_per_cent_sign_may_stand_before_its_number)
{
	becomes("tr", "en", "%10 indirim", "10% off", "%15 indirim", "15% off");
	becomes(
	    "en", "tr", "10% off", "%10 indirim", "15.5% off", "%15,5 indirim");
	becomes(
	    "tr", "en", "%10,5 indirim", "10.5% off", "%20 indirim", "20% off");
	becomes("ar", "en", "خصم %10", "10% off", "خصم %15", "15% off");
	becomes("tr", "tr", "Fiyat %10 düştü", "Fiyat %10 düştü",
	    "Fiyat %15 düştü", "Fiyat %15 düştü");
	/* What both have is a placeholder. */
	becomes("en", "tr", "Page %1 of %2", "Sayfa %1 / %2", "Page %3 of %2",
	    "Sayfa %3 / %2");
	stays("en", "tr", "Page %1 of 10", "Sayfa 10", "Page %2 of 10");
	becomes("tr", "en", "%5 indirim", "5% off", "%7 indirim", "7% off");
	/* nobody said per cent */
	stays("en", "ar", "%1 seconds", "1 ثانية", "%2 seconds");
}
END_TEST

START_TEST(names_with_digits_are_those_of_the_query)
{
	becomes("en", "ar", "Flight EK202 is late", "رحلة EK202 متأخرة",
	    "Flight EK303 is late", "رحلة EK303 متأخرة");
	becomes("en", "de", "The B3 is 8 km long", "Die B3 ist 8 km lang",
	    "The B4 is 9 km long", "Die B4 ist 9 km lang");
	becomes("en", "ar", "Error 0x80070005", "الخطأ 0x80070005",
	    "Error 0x80070002", "الخطأ 0x80070002");
	/* translated: the number in it goes into that of the translation */
	becomes("en", "ar", "Sheet C6", "ورقة سي6", "Sheet C7", "ورقة سي7");
	becomes("en", "de", "Paper from Tray1", "Papier aus Schacht 1",
	    "Paper from Tray2", "Papier aus Schacht 2");
	becomes("ru", "en", "Открыть Файл2", "Open File2", "Открыть Файл07",
	    "Open File07");
	becomes("zh", "en", "打开 用户 5", "Open User5", "打开 用户 7",
	    "Open User7");
	becomes("en", "nl", "8×10 Envelope", "8x10 envelop", "9×11 Envelope",
	    "9x11 envelop");
	/* or no such name any more */
	stays("en", "de", "Paper from Tray1", "Papier aus Schacht 1",
	    "Paper from Bin2");
	stays("en", "ar", "Open MP3 files", "افتح ملفات MP3", "Open PNG files");
	stays("en", "ar", "Gate A12", "بوابة A12", "Gate 12");
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
				/* Two of a thing have a form of their own. */
				if (p2 == 0 && w2 <= 2 && w2 > 0 &&
				    tm_lang_same_base(b->lang, "ar")) {
					stays(a->lang, b->lang, stored.p,
					    target.p, query.p);
					continue;
				}
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
	/* 10:30, or 22:30? */
	stays("en", "de", "At 10:30", "Um 22:30", "At 11:45");
	/* No separator of these languages. */
	stays("en", "es", "From 0.5 to 2.0", "De 0'5 a 2'0", "From 0.5 to 1.0");
}
END_TEST

/* ---- The whole difference ---------------------------------------------- */

START_TEST(a_word_that_differs_too_leaves_the_numbers_alone)
{
	/* scale, currency, unit, span of time, symbol */
	stays("en", "ar", "It cost 3 million pounds", "كلف 3 ملايين جنيه",
	    "It cost 4 billion pounds");
	stays("en", "ar", "It costs $3 million", "يكلف 3 ملايين دولار",
	    "It costs $4,000");
	stays("en", "de", "It costs $3", "Es kostet 3 Dollar", "It costs £4");
	stays("en", "fr", "Take 3 mg a day", "Prenez 3 mg par jour",
	    "Take 4 g a day");
	stays(
	    "en", "fr", "Wait 3 hours", "Attendez 3 heures", "Wait 4 minutes");
	stays("en", "de", "It rose by 3 %", "Es stieg um 3 %", "It rose by 4");
	/* a number in letters, in Roman ones, an ordinal, a road */
	stays("en", "ar", "Three men and 8 women", "3 رجال و8 نساء",
	    "Four men and 9 women");
	stays("ar", "en", "من ثلاثة إلى 8 أيام", "From 3 to 8 days",
	    "من أربعة إلى 9 أيام");
	stays("en", "ar", "Part II, page 8", "الجزء الثاني، الصفحة 8",
	    "Part III, page 9");
	stays("en", "de", "The third of 8 parts", "Der 3. von 8 Teilen",
	    "The fourth of 9 parts");
	stays("en", "de", "The 3rd of 8 parts", "Der dritte von 8 Teilen",
	    "The 4th of 9 parts");
	stays("en", "de", "The N3 is 8 km long", "Die Straße ist 8 km lang",
	    "The N4 is 9 km long");
	/* anything else, wherever it is */
	stays("en", "de", "Call Anna before you leave at 8",
	    "Ruf Anna an, bevor du um 8 gehst",
	    "Call Peter before you leave at 9");
	/* A full stop is no word. */
	becomes("en", "de", "Page 8", "Seite 8", "Page 9.", "Seite 9");
}
END_TEST

START_TEST(the_sign_is_part_of_the_number)
{
	becomes("en", "ar", "It fell to 3 degrees", "انخفضت إلى 3 درجات",
	    "It fell to -4 degrees", "انخفضت إلى -4 درجات");
	becomes("en", "ar", "It fell to -3 degrees", "انخفضت إلى -3 درجات",
	    "It fell to 4 degrees", "انخفضت إلى 4 درجات");
	becomes("en", "de", "A change of +3 points",
	    "Eine Änderung um +3 Punkte", "A change of -4 points",
	    "Eine Änderung um -4 Punkte");
	becomes("de", "en", "Es waren −3,5 °C", "It was -3.5 °C",
	    "Es waren 4,5 °C", "It was 4.5 °C");
	becomes("de", "en", "Es waren −3,5 °C", "It was -3.5 °C",
	    "Es waren −4,5 °C", "It was -4.5 °C");
	becomes("en", "de", "Between -3 and 4", "Zwischen -3 und 4",
	    "Between 5 and 6", "Zwischen 5 und 6");
	/* It is not there in the translation, or there is no room for it. */
	stays("en", "de", "It was -3", "Es war 3 unter Null", "It was -4");
	stays("en", "ar", "It costs 3 pounds", "يكلف بـ3 جنيه",
	    "It costs -4 pounds");
	/* A range and a name have none. */
	becomes(
	    "en", "de", "Pages 3-4", "Seiten 3-4", "Pages 5-6", "Seiten 5-6");
	becomes("en", "de", "The F-16 flew", "Die F-16 flog", "The F-15 flew",
	    "Die F-15 flog");
	stays("en", "de", "Pages 3-4", "Seiten 3-4", "Pages -3");
}
END_TEST

START_TEST(a_value_that_is_said_twice_stays)
{
	stays("en", "ar", "By 0.5 points", "بنصف نقطة أي 0.5 نقطة",
	    "By 0.25 points");
	stays("en", "de", "Delete 3 files", "Drei (3) Dateien löschen",
	    "Delete 4 files");
	stays("en", "ar", "Delete 3 files", "احذف الملفات الثلاثة (3)",
	    "Delete 4 files");
}
END_TEST

START_TEST(a_placeholder_is_no_word)
{
	stays("en", "ar", "Cannot read \"%s\"", "لا يمكن قراءة \"%s\"",
	    "Cannot read \"%B\"");
	stays("en", "ar", "Chosen %d folder.", "المجلد %d المختار.",
	    "Chosen backup folder.");
	stays("en", "ar", "Click to begin", "انقر للبدء", "%s to begin");
	stays("en", "ar", "Version %s", "الإصدار %s", "Version %s %s");
	stays("en", "ar", "dots/inch", "نقطة/بوصة", "dots/%s");
	stays("en", "ar", "3 files in %s", "3 ملفات في %s", "4 files in here");
	becomes("en", "ar", "%d files in %s", "%d ملفات في %s",
	    "%i files in %s", "%i ملفات في %s");
}
END_TEST

START_TEST(names_made_of_digits_keep_their_zeros)
{
	becomes("en", "ar", "Gray (#808080)", "رمادي (#808080)",
	    "Gray (#008000)", "رمادي (#008000)");
}
END_TEST

/* Is the first change one whose noun may have another form? */
static bool
asks_for_form(
    const char *to, const char *stored, const char *target, const char *query)
{
	adapt("en", to, stored, target, query);
	ck_assert_uint_gt(n_changes, 0);
	return first_form;
}

START_TEST(another_plural_is_told)
{
	ck_assert(asks_for_form(
	    "ar", "Wait 3 minutes", "انتظر 3 دقائق", "Wait 12 minutes"));
	ck_assert(!asks_for_form(
	    "ar", "Wait 3 minutes", "انتظر 3 دقائق", "Wait 5 minutes"));
	ck_assert(asks_for_form(
	    "ru", "Wait 3 minutes", "Ждите 3 минуты", "Wait 5 minutes"));
	ck_assert(!asks_for_form(
	    "de", "Wait 3 minutes", "3 Minuten warten", "Wait 12 minutes"));
	/* Nothing is counted. */
	ck_assert(
	    !asks_for_form("ar", "See page 3", "انظر الصفحة 3", "See page 12"));
	ck_assert(!asks_for_form(
	    "ar", "In 2011 we began", "في 2011 بدأنا", "In 2003 we began"));
	/* nor are months, whatever the day */
	ck_assert(
	    !asks_for_form("ar", "On 12 March", "في 12 مارس", "On 9 April"));
	/* Hungarian suffixes go with the vowels of the number. */
	ck_assert(asks_for_form(
	    "hu", "It was in 2020", "2020-ban volt", "It was in 2021"));
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

START_TEST(a_name_is_large_where_the_old_one_was)
{
	becomes("en", "ru", "Friday, 3 May", "Пятница, 3 мая",
	    "Sunday, 12 June", "Воскресенье, 12 июня");
	becomes("en", "fr", "3 May 2024", "3 MAI 2024", "5 August 2024",
	    "5 AOÛT 2024");
	becomes("en", "tr", "3 May", "3 MAYIS", "3 April", "3 NİSAN");
	becomes("en", "vi", "On Monday 3", "vào thứ Hai 3", "On Tuesday 3",
	    "vào thứ Ba 3");
	becomes("en", "pt", "On Monday, 3 May", "Na segunda-feira, 3 de maio",
	    "On Tuesday, 5 June", "Na terça-feira, 5 de junho");
}
END_TEST

START_TEST(an_article_is_no_number)
{
	becomes("en", "de", "Enter a value for line 1.",
	    "Geben Sie einen Wert für Linie 1 ein.",
	    "Enter a value for line 2.",
	    "Geben Sie einen Wert für Linie 2 ein.");
	becomes("en", "fr", "The operand must be 1.",
	    "Un opérande doit être un 1.", "The operand must be 4.",
	    "Un opérande doit être un 4.");
	stays("en", "fr", "Take 2.", "Prenez-en deux (2).", "Take 4.");
}
END_TEST

START_TEST(two_of_a_thing_are_a_form_in_arabic)
{
	stays("en", "ar", "3 weeks", "٣ أسابيع", "2 weeks");
	becomes("en", "ar", "3 weeks", "٣ أسابيع", "4 weeks", "٤ أسابيع");
	becomes("en", "ar", "Step 3 of 5", "الخطوة 3 من 5", "Step 2 of 5",
	    "الخطوة 2 من 5");
	becomes("en", "ar", "Open sheet 3 now", "افتح الورقة 3 الآن",
	    "Open sheet 2 now", "افتح الورقة 2 الآن");
}
END_TEST

START_TEST(the_stored_text_says_how_a_number_is_meant)
{
	becomes("en", "fr", "At 23.976 fps", "À 23.976 ips", "At 29.970 fps",
	    "À 29.970 ips");
	becomes("en", "nl", "At 23.976 fps", "Met 23.976 fps", "At 29.970 fps",
	    "Met 29.970 fps");
	becomes("en", "fr", "It has 1,250", "Il a 1.250", "It has 3,460",
	    "Il a 3.460");
	becomes("fr", "en", "Il a 1.250", "It has 1,250", "Il a 3.460",
	    "It has 3,460");
	/* Ten thousand is not ten. */
	stays("en", "ar", "It has 10,000", "لديه 10.000", "It has 20,000,000");
}
END_TEST

START_TEST(groups_may_have_spaces_and_apostrophes)
{
	becomes("en", "fr", "It costs 1,250.75", "Cela coûte 1 250,75",
	    "It costs 13,460.20", "Cela coûte 13 460,20");
	becomes("ru", "en", "Это 1 250 000 рублей", "That is 1,250,000 roubles",
	    "Это 950 рублей", "That is 950 roubles");
	becomes("de-CH", "en", "Es kostet 1'250.75", "It costs 1,250.75",
	    "Es kostet 3’460.20", "It costs 3,460.20");
	/* Two numbers beside each other. */
	becomes("fr", "en", "Salle 12, 250 places", "Room 12, 250 seats",
	    "Salle 13, 300 places", "Room 13, 300 seats");
	becomes("fr", "en", "Salle 12 250", "Room 12 / 250", "Salle 13 300",
	    "Room 13 / 300");
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
    a_number_in_letters_and_brackets_stays,
    a_per_cent_sign_may_stand_before_its_number,
    names_with_digits_are_those_of_the_query,
    numbers_stand_behind_arabic_particles, codes_are_those_of_the_query,
    every_number_is_written_as_its_language_does, what_is_ambiguous_stays,
    a_word_that_differs_too_leaves_the_numbers_alone,
    the_sign_is_part_of_the_number, a_value_that_is_said_twice_stays,
    a_placeholder_is_no_word, names_made_of_digits_keep_their_zeros,
    another_plural_is_told, two_numbers_may_change_places,
    separators_are_read_as_the_language_writes_them,
    a_name_is_large_where_the_old_one_was, an_article_is_no_number,
    two_of_a_thing_are_a_form_in_arabic,
    the_stored_text_says_how_a_number_is_meant,
    groups_may_have_spaces_and_apostrophes, hostile_texts_do_no_harm)

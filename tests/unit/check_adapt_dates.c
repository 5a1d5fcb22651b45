/* check_adapt_dates.c - months, days and times go into a translation */
#include "config.h"

#include "unit_adapt.h"

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
	becomes("ar", "en", "في 11 كانون الثاني/يناير 2023",
	    "On 11 January 2023", "في 12 شباط/فبراير 2024",
	    "On 12 February 2024");
	becomes("ar", "ar", "في شباط/فبراير 2023", "شباط 2023، فبراير",
	    "في آذار/مارس 2023", "آذار 2023، مارس");
	becomes("en", "de", "On Monday, March 3", "Am Montag, 3. März",
	    "On Friday, May 3", "Am Freitag, 3. Mai");
	becomes(
	    "ar", "en", "يوم الاثنين", "On Monday", "يوم الجمعة", "On Friday");
	becomes("en", "ru", "On 12 March", "12 марта", "On 12 May", "12 мая");
}
END_TEST

START_TEST(a_month_has_one_name_in_a_text_and_two_in_the_other)
{
	becomes("ar", "en", "في 11 شباط/فبراير 2023", "On 11 February 2023",
	    "في 12 آذار 2024", "On 12 March 2024");
	becomes("ar", "en", "في 11 فبراير 2023", "On 11 February 2023",
	    "في 12 آذار (مارس) 2024", "On 12 March 2024");
	becomes("ar", "en", "في 11 شباط (فبراير) 2023", "On 11 February 2023",
	    "في 12 مارس 2024", "On 12 March 2024");
	/* Two months are two. */
	stays("ar", "en", "من شباط/فبراير إلى 3 آذار",
	    "From February to March 3", "في 3 آذار/مارس");
}
END_TEST

START_TEST(a_month_does_not_stay_where_it_is_said_in_another_way)
{
	stays("en", "ar", "On 12 March 2024", "في 12 آذار 2024 (12/03/2024)",
	    "On 12 April 2024");
	stays("en", "ar", "On 12/03/2024", "في 12/03/2024 (12 آذار)",
	    "On 12/04/2024");
	stays("en", "ar", "On March 12", "في 12 آذار (3)", "On April 12");
	stays("en", "ar", "In March 2024", "في آذار 2024 (رجب 1445)",
	    "In April 2024");
	/* that day may be no Monday */
	stays("en", "ar", "On 12 March 2024", "يوم الاثنين 12 مارس 2024",
	    "On 13 March 2024");
	/* Said in both ways in both texts it goes in twice. */
	becomes("en", "ar", "On 12 February 2023 (12/02/2023)",
	    "في 12 فبراير 2023 (12/02/2023)", "On 13 March 2024 (13/03/2024)",
	    "في 13 مارس 2024 (13/03/2024)");
}
END_TEST

START_TEST(an_ordinal_has_the_letters_of_its_number)
{
	becomes("ar", "en", "الطابق 3", "The 3rd floor", "الطابق 5",
	    "The 5th floor");
	becomes("ar", "en", "القرن ٢١", "The 21st century", "القرن ١٩",
	    "The 19th century");
	becomes("en", "fr", "The 2nd floor", "Le 2e étage", "The 3rd floor",
	    "Le 3e étage");
	becomes(
	    "ar", "fr", "الطابق 1", "Le 1er étage", "الطابق 5", "Le 5e étage");
	becomes("en", "de", "The 3rd of 8 parts", "Der 3. von 8 Teilen",
	    "The 4th of 9 parts", "Der 4. von 9 Teilen");
	becomes("en", "ar", "March 1st, 2024", "1 مارس 2024", "April 2nd, 2025",
	    "2 أبريل 2025");
	/* premier or première? */
	stays("en", "fr", "The 2nd floor", "Le 2e étage", "The 1st floor");
	stays("ar", "fr", "الطابق 2", "Le 2e étage", "الطابق 1");
	/* no letters that we know */
	stays("en", "fr", "The 1st part", "La 1ère partie", "The 3rd part");
	stays("ar", "en", "الطابق 3", "3RD FLOOR", "الطابق 5");
	/* "3" is not the third */
	stays("en", "de", "The 3rd of 8", "Der 3. von 8", "The 4 of 8");
}
END_TEST

START_TEST(a_date_keeps_its_zeros)
{
	becomes("en", "de", "On 12 March 2024", "Am 12.03.2024",
	    "On 9 April 2025", "Am 09.04.2025");
	becomes(
	    "en", "ar", "03/12/2024", "12/03/2024", "04/09/2025", "09/04/2025");
	becomes("en", "sv", "On 12 November 2024", "2024-11-12",
	    "On 9 April 2025", "2025-04-09");
	becomes("en", "de", "On 12 March 2024", "Am 12.3.2024",
	    "On 9 April 2025", "Am 9.4.2025");
	/* A name of a month needs none. */
	becomes("en", "de", "12-Mar-2024", "12. März 2024", "09-Apr-2025",
	    "9. April 2025");
	/* and what is no date has those of the query */
	becomes("en", "de", "17 - Colours", "17 - Farben", "07 - Colours",
	    "07 - Farben");
	becomes("en", "de", "17 - Colours", "17 - Farben", "7 - Colours",
	    "7 - Farben");
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
	/* The translation does not say it, or not as it should be then. */
	becomes("en", "ar", "Open until 5:30 p.m.", "مفتوح حتى 17:30",
	    "Open until 5:45 a.m.", "مفتوح حتى 5:45");
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

START_TEST(months_are_known_in_the_forms_of_the_language)
{
	/* prefixes */
	becomes("he", "en", "נפגשנו ב-3 במרץ 2020", "We met on 3 March 2020",
	    "נפגשנו ב-4 באפריל 2021", "We met on 4 April 2021");
	becomes("he", "en", "ביום ראשון, 3 במרץ", "On Sunday, 3 March",
	    "ביום שלישי, 4 ביולי", "On Tuesday, 4 July");
	becomes("ar", "en", "بدأنا بآذار 2020", "We began in March 2020",
	    "بدأنا بتموز 2021", "We began in July 2021");
	becomes("en", "ar", "We began in March 2020", "بدأنا بآذار 2020",
	    "We began in July 2021", "بدأنا بتموز 2021");
	becomes("en", "he", "On 3 March 2020", "ב-3 במרץ 2020",
	    "On 4 July 2021", "ב-4 ביולי 2021");
	/* cases, by the stem */
	becomes("ru", "en", "Мы были там в марте 2020 года",
	    "We were there in March 2020", "Мы были там в июле 2021 года",
	    "We were there in July 2021");
	becomes("fi", "en", "Tapasimme maaliskuussa 2020",
	    "We met in March 2020", "Tapasimme heinäkuussa 2021",
	    "We met in July 2021");
	/* which are not made up */
	stays("en", "ru", "We met in March 2020", "Мы виделись в марте 2020",
	    "We met in July 2021");
	stays("en", "tr", "It was 3 March", "3 Mart'ta oldu", "It was 4 July");
	stays("en", "cs", "In September 2020", "Září 2020", "In June 2021");
	stays("en", "fr", "From March 2020", "À partir de mars 2020",
	    "From April 2021");
	/* What is no form of a month is a word. */
	stays("cs", "en", "Byli jsme tam v březnu 2020",
	    "We were there in March 2020", "Byli jsme tam v červenci 2021");
	stays("ar", "en", "في الثالث من آذار 2020", "On March 3, 2020",
	    "في الرابع من تموز 2021");
	/* abbreviations */
	becomes("en", "de", "On 3 Sept. 2020 we met", "Am 3. Sept. 2020",
	    "On 4 Oct. 2021 we met", "Am 4. Okt. 2021");
	becomes("de", "en", "Am 3. Jänner 2020", "On 3 January 2020",
	    "Am 4. Februar 2021", "On 4 February 2021");
	/* two names for one month */
	becomes("en", "ar", "In March 2020", "في آذار/مارس 2020",
	    "In July 2021", "في تموز/يوليو 2021");
}
END_TEST

START_TEST(other_calendars_and_scripts_have_months)
{
	becomes("ar", "en", "في 3 رمضان 1441", "On 3 Ramadan 1441",
	    "في 4 شوال 1442", "On 4 Shawwal 1442");
	becomes("fa", "en", "در ۳ خرداد ۱۳۹۹", "On 3 Khordad 1399",
	    "در ۴ تیر ۱۴۰۰", "On 4 Tir 1400");
	/* of another calendar in the translation */
	stays("ar", "en", "في 3 رمضان 1441", "On 26 April 2020",
	    "في 4 شوال 1442");
	becomes("zh", "en", "展览于2020年3月4日开幕",
	    "It opens on 4 March 2020", "展览于2021年7月6日开幕",
	    "It opens on 6 July 2021");
	becomes("en", "zh", "It opens on 4 March 2020",
	    "展览于2020年3月4日开幕", "It opens on 6 July 2021",
	    "展览于2021年7月6日开幕");
	becomes("ja", "en", "3月4日に開きます", "It opens on March 4",
	    "7月6日に開きます", "It opens on July 6");
	becomes("ko", "en", "3월 4일에 열립니다", "It opens on March 4",
	    "7월 6일에 열립니다", "It opens on July 6");
	/* 120 times ten thousand */
	stays(
	    "en", "zh", "1.2 million people", "120万人", "1.3 million people");
}
END_TEST

START_TEST(a_name_is_no_month)
{
	stays("en", "ar", "May Brown won 3 prizes", "فازت مايو براون بـ3 جوائز",
	    "June Brown won 4 prizes");
	stays("en", "ar", "Theresa May", "تيريزا ماي", "Theresa June");
	stays("en", "ar", "You may wait", "مايو", "You march wait");
	stays("en", "de", "On Black Friday", "Am Black Friday Freitag",
	    "On Black Monday");
	becomes("en", "ar", "In March", "في مارس", "In July", "في يوليو");
}
END_TEST

START_TEST(half_of_a_day_goes_with_its_hour)
{
	becomes("en", "ar", "At 5:30 p.m.", "الساعة 5:30 مساء", "At 6:45 a.m.",
	    "الساعة 6:45 صباحا");
	stays("en", "ar", "At 5:30", "الساعة 5:30 مساءً", "At 6:45");
	becomes("en", "ar", "At 5:30 p.m.", "الساعة 5:30 مساء", "At 6:45 p.m.",
	    "الساعة 6:45 مساء");
	becomes("en", "ar", "At 5:30", "الساعة 5:30", "At 6:45", "الساعة 6:45");
}
END_TEST

START_TEST(a_time_is_written_as_the_translation_does)
{
	becomes("en", "de", "At 2:30 PM", "Um 14:30 Uhr", "At 4:45 PM",
	    "Um 16:45 Uhr");
	becomes("en", "de", "At 2:30 PM", "Um 14:30 Uhr", "At 12:15 AM",
	    "Um 00:15 Uhr");
	becomes("de", "en", "Um 14:30 Uhr", "At 2:30 PM", "Um 9:45 Uhr",
	    "At 9:45 AM");
	becomes("de", "en", "Um 14:30 Uhr", "At 2:30 p.m.", "Um 00:45 Uhr",
	    "At 12:45 a.m.");
	becomes("en", "ar", "At 14:30", "الساعة ٢:٣٠ مساءً", "At 16:45",
	    "الساعة ٤:٤٥ مساءً");
	becomes("en", "fr", "Open from 9 am to 5 pm", "Ouvert de 9 h à 17 h",
	    "Open from 8 am to 6 pm", "Ouvert de 8 h à 18 h");
	becomes("en", "zh", "At 2:30 PM", "下午2:30", "At 4:45 AM", "上午4:45");
	becomes(
	    "de", "en", "Um 14.30 Uhr", "At 14:30", "Um 16.45 Uhr", "At 16:45");
	becomes("en", "ar", "At 2:30 PM", "الساعة 2:30 بعد الظهر", "At 3:45 PM",
	    "الساعة 3:45 بعد الظهر");
	/* It is morning now, and that is said in words. */
	stays("en", "ar", "At 2:30 PM", "الساعة 2:30 بعد الظهر", "At 9:45 AM");
	/* 9:45 in English may be in the evening. */
	stays("en", "ar", "At 9:45", "الساعة 9:45 ص", "At 10:15");
	/* An hour twice, of which one goes. */
	stays("en", "de", "14 guests at 2 PM", "14 Gäste um 14 Uhr",
	    "14 guests at 3 PM");
}
END_TEST

START_TEST(words_that_go_with_a_day_go_with_the_new_one)
{
	becomes("en", "ar", "Next Sunday at 5", "الأحد القادم الساعة 5",
	    "Next Monday at 6", "الاثنين القادم الساعة 6");
	stays("en", "ar", "Next Friday at 5", "الجمعة القادمة الساعة 5",
	    "Next Monday at 6");
	becomes(
	    "en", "ar", "On Friday", "يوم الجمعة", "On Monday", "يوم الاثنين");
	becomes("en", "ru", "On Monday", "в понедельник", "On Thursday",
	    "в четверг");
	/* во вторник, в среду */
	stays("en", "ru", "On Monday", "в понедельник", "On Tuesday");
	stays("en", "ru", "On Monday", "в понедельник", "On Wednesday");
	stays(
	    "en", "pt", "On Sunday at 5", "No domingo às 5", "On Monday at 6");
}
END_TEST

START_TEST(the_first_of_a_month_is_an_ordinal_in_french)
{
	becomes("en", "fr", "3 May", "3 mai", "1 May", "1er mai");
	becomes("en", "fr", "1 May", "1er mai", "3 May", "3 mai");
	becomes("fr", "en", "1er mai", "May 1", "3 mai", "May 3");
	becomes("fr", "en", "Le 3 mai", "May 3", "Le 1er juin", "June 1");
	becomes("en", "it", "1 May", "1º maggio", "3 May", "3 maggio");
	becomes("en", "fr", "The 6th level", "Le 6ème niveau", "The 4th level",
	    "Le 4ème niveau");
	stays("en", "fr", "The 6th level", "Le 6ème niveau", "The 1st level");
}
END_TEST

START_TEST(scripts_without_spaces_have_months_and_days)
{
	becomes("en", "ja", "Sunday, 3 May", "5月3日（日）", "Monday, 12 June",
	    "6月12日（月）");
	becomes("en", "ja", "Level 2", "レベル 2", "Level 6", "レベル 6");
	becomes("en", "th", "3 May 2024", "3 พฤษภาคม 2024", "12 June 2024",
	    "12 มิถุนายน 2024");
	becomes(
	    "en", "th", "#11 Envelope", "ซอง #11", "#10 Envelope", "ซอง #10");
	becomes("en", "zh", "The 3rd meeting", "第3次会议", "The 5th meeting",
	    "第5次会议");
}
END_TEST

START_TEST(a_zone_has_a_sign_and_a_year_may_have_two_digits)
{
	becomes("en", "de", "At 9:00 GMT-02:00", "Um 9:00 GMT-02:00",
	    "At 9:00 GMT+08:00", "Um 9:00 GMT+08:00");
	becomes("de", "fr", "Stand: 03.05.24", "Au 03/05/24", "Stand: 17.06.24",
	    "Au 17/06/24");
}
END_TEST

UNIT_MAIN("adapt_dates", months_and_days_are_replaced_by_their_like,
    a_month_has_one_name_in_a_text_and_two_in_the_other,
    a_month_does_not_stay_where_it_is_said_in_another_way,
    an_ordinal_has_the_letters_of_its_number, a_date_keeps_its_zeros,
    the_half_of_the_day_goes_with_the_hour, dates_with_full_stops_are_dates,
    months_are_numbers_in_one_language_and_names_in_the_other,
    months_are_known_in_the_forms_of_the_language,
    other_calendars_and_scripts_have_months, a_name_is_no_month,
    half_of_a_day_goes_with_its_hour, a_time_is_written_as_the_translation_does,
    words_that_go_with_a_day_go_with_the_new_one,
    the_first_of_a_month_is_an_ordinal_in_french,
    scripts_without_spaces_have_months_and_days,
    a_zone_has_a_sign_and_a_year_may_have_two_digits)

#include "config.h"

#include "unit.h"

#include "tm/lang.h"

START_TEST(tags_have_one_spelling)
{
	static const char *const pairs[][2] = { { "AR_sy", "ar-SY" },
		{ "EN", "en" }, { "zh_hant_tw", "zh-Hant-TW" }, { "ara", "ar" },
		{ "iw", "he" }, { "en_US.UTF-8", "en-US" }, { "mul", "mul" },
		{ "und", "und" }, { "root", "root" }, { "es-419", "es-419" },
		{ "X-Private", "x-private" }, { "de-CH-1996", "de-CH-1996" },
		{ "sr-Latn", "sr-Latn" } };
	char out[TM_LANG_MAX];

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		ck_assert(tm_lang_canon(pairs[i][0], out, NULL));
		ck_assert_str_eq(out, pairs[i][1]);
		ck_assert(tm_lang_canon(out, out, NULL));
		ck_assert_str_eq(out, pairs[i][1]);
	}
}
END_TEST

START_TEST(what_is_no_tag_is_refused)
{
	static const char *const bad[] = { "", "a", "-", "en-", "-en", "e n",
		"12", "en--US", "x", "arabiclanguage", "english", "arab",
		"en-\xd8\xa7",
		"en-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd-eeeeeeee" };
	char out[TM_LANG_MAX] = "kept";
	tm_error err;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		ck_assert_msg(!tm_lang_canon(bad[i], out, &err),
		    "'%s' passed as '%s'", bad[i], out);
		ck_assert_int_eq(err.code, TM_INVALID);
		ck_assert_str_eq(out, "kept");
	}
}
END_TEST

START_TEST(a_language_covers_its_regions)
{
	ck_assert(tm_lang_covers("ar", "ar-SY"));
	ck_assert(tm_lang_covers("ar", "ar"));
	ck_assert(!tm_lang_covers("ar-SY", "ar"));
	ck_assert(!tm_lang_covers("a", "ar"));
	ck_assert(!tm_lang_covers("ar", "arz"));
	ck_assert(tm_lang_covers("und", "ar"));
	ck_assert(tm_lang_same_base("ar-SY", "ar-EG"));
	ck_assert(!tm_lang_same_base("ar", "arz"));
}
END_TEST

START_TEST(direction_follows_the_script)
{
	ck_assert(tm_lang_is_rtl("ar-SY"));
	ck_assert(tm_lang_is_rtl("he"));
	ck_assert(tm_lang_is_rtl("fa"));
	ck_assert(tm_lang_is_rtl("az-Arab"));
	ck_assert(!tm_lang_is_rtl("az"));
	ck_assert(!tm_lang_is_rtl("en"));
}
END_TEST

START_TEST(languages_share_scripts)
{
	ck_assert(tm_lang_same_script("ar", "fa"));
	ck_assert(tm_lang_same_script("en", "fr-CA"));
	ck_assert(!tm_lang_same_script("ar-SY", "en"));
	ck_assert(!tm_lang_same_script("sr", "sr-Latn"));
	ck_assert(tm_lang_same_script("und", "ar"));
}
END_TEST

START_TEST(languages_have_english_names)
{
	char name[60];

	ck_assert_str_eq(tm_lang_name("ar", name, sizeof name), "Arabic");
	ck_assert_str_eq(tm_lang_name("ar", name, 4), "ar");
}
END_TEST

START_TEST(people_call_languages_by_names)
{
	static const char *const names[][2] = { { "English", "en" },
		{ " ARABIC ", "ar" }, { "العربية", "ar" }, { "Deutsch", "de" },
		{ "Arabic (Syria)", "ar-SY" }, { "Englisch", "en" },
		{ "anglais", "en" }, { "الإنجليزية", "en" },
		{ "日本語", "ja" } };
	static const char *const none[] = { "", "Hello", "Open the file.",
		"source", "en", "notes", "\xff\xff\xff\xff" };
	char out[TM_LANG_MAX];

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		ck_assert_msg(tm_lang_named(tm_str_of(names[i][0]), out), "%s",
		    names[i][0]);
		ck_assert_str_eq(out, names[i][1]);
	}
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		ck_assert_msg(!tm_lang_named(tm_str_of(none[i]), out), "%s: %s",
		    none[i], out);
}
END_TEST

START_TEST(letters_are_in_the_scripts_of_a_language)
{
	ck_assert(tm_lang_script_share(TM_STR("Hi مر 7!"), "ar") == .5);
	ck_assert(tm_lang_script_share(TM_STR("漢字とカナ"), "ja") == 1);
	ck_assert(tm_lang_script_share(TM_STR("漢字"), "zh-Hant-TW") == 1);
	ck_assert(tm_lang_script_share(TM_STR("добро"), "sr-Latn") == 0);
	ck_assert(tm_lang_script_share(TM_STR("77"), "en") < 0);
	ck_assert(tm_lang_script_share(TM_STR("a"), "mul") < 0);
}
END_TEST

START_TEST(file_names_tell_the_language)
{
	static const char *const pairs[][2] = { { "ar.txt", "ar" },
		{ "/a/b/ar.txt", "ar" }, { "x.ar.txt", "ar" },
		{ "x_ar.txt", "ar" }, { "x_ar-SY.txt", "ar-SY" },
		{ "ar_SY.txt", "ar-SY" }, { "corpus.ar", "ar" },
		{ "x.zh-Hant.txt", "zh-Hant" }, { "x.ckb.txt", "ckb" },
		{ "x-en.txt", "en" }, { "en-ar.fr.txt", "fr" } };
	static const char *const none[] = { "ar", "news.txt", "x.new.txt",
		"/ar/news.txt", "article", ".en", "a-man.txt", "x_2017.txt",
		"README.md5", "THE_US.txt" };
	char out[TM_LANG_MAX];

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		ck_assert_msg(
		    tm_lang_from_path(pairs[i][0], out), "%s", pairs[i][0]);
		ck_assert_str_eq(out, pairs[i][1]);
	}
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		ck_assert_msg(
		    !tm_lang_from_path(none[i], out), "%s: %s", none[i], out);
}
END_TEST

START_TEST(a_sentence_tells_its_language)
{
	static const char *const pairs[][2] = {
		{ "ar",
		    "وقال المتحدث إن الوفد وصل إلى المدينة في ساعة متأخرة" },
		{ "fa", "این کتاب را در تهران برای شما خریدم" },
		{ "ur", "یہ کتاب میں نے آپ کے لیے خریدی ہے" },
		{ "en", "The delegation arrived in the city late at night" },
		{ "de", "Die Delegation ist spät in der Nacht in der Stadt "
			"angekommen" },
		{ "fr", "La délégation est arrivée tard dans la nuit avec les "
			"autres" },
		{ "es", "La delegación llegó a la ciudad por la noche con los "
			"otros" },
		{ "it", "La delegazione è arrivata nella notte con gli altri "
			"della città" },
		{ "pt", "A delegação chegou à cidade com os outros e não "
			"voltou mais" },
		{ "nl",
		    "De delegatie is laat in de nacht in het dorp aangekomen" },
		{ "ru", "Делегация прибыла в город поздно ночью, и это было не "
			"так" },
		{ "uk", "Делегація прибула до міста пізно вночі, і це було не "
			"так" },
		{ "pl", "Delegacja przybyła do miasta późno w nocy i nie jest "
			"sama" },
		{ "tr", "Heyet gece geç saatlerde şehre geldi ve bu bir ilk "
			"olarak" },
		{ "he", "המשלחת הגיעה אל העיר בשעת לילה מאוחרת" },
		{ "el", "Η αντιπροσωπεία έφτασε αργά τη νύχτα" },
		{ "zh", "代表团深夜抵达该市" },
		{ "ja", "代表団は深夜に市に到着した" },
		{ "ko", "대표단은 밤늦게 도시에 도착했다" },
		{ "hi", "प्रतिनिधिमंडल देर रात शहर में पहुंचा और यह है" },
		{ "th", "คณะผู้แทนเดินทางมาถึงเมืองในตอนดึก" },
		{ "hu", "A küldöttség késő este érkezett a városba, és nem "
			"volt egyedül" },
	};
	char out[TM_LANG_MAX];

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		double sure = tm_lang_guess(tm_str_of(pairs[i][1]), out);

		ck_assert_msg(strcmp(out, pairs[i][0]) == 0 && sure > .4,
		    "%s taken for %s (%.2f)", pairs[i][0], out, sure);
	}
	ck_assert(tm_lang_guess(TM_STR("123 --"), out) == 0);
	ck_assert_str_eq(out, "und");
	ck_assert(tm_lang_guess(TM_STR("\xff\xfe"), out) == 0);
}
END_TEST

START_TEST(words_of_another_language_are_noticed)
{
	static const char french[] =
	    "La France a lancé jeudi un nouveau satellite. Il restera en "
	    "orbite pendant des années avec une équipe qui est dans le centre.";
	char out[TM_LANG_MAX] = "";

	ck_assert(tm_lang_is_other(tm_str_of(french), "en", out));
	ck_assert_str_eq(out, "fr");
	ck_assert(tm_lang_is_other(tm_str_of(french), "ro-MD", out));
	ck_assert(!tm_lang_is_other(tm_str_of(french), "fr-CA", out));
	ck_assert(!tm_lang_is_other(TM_STR("La France"), "en", out));
	/* Neither has a profile: nothing can be said. */
	ck_assert(!tm_lang_is_other(tm_str_of(french), "gl", out));
	ck_assert(!tm_lang_is_other(tm_str_of(french), "und", out));
	/* A name in a quotation does not make it another. */
	ck_assert(!tm_lang_is_other(
	    TM_STR("He read that the book \"La vie est dans le pays\" was on "
		   "the list of books to read, which is not what it was for."),
	    "en", out));
}
END_TEST

UNIT_MAIN("lang", tags_have_one_spelling, what_is_no_tag_is_refused,
    a_language_covers_its_regions, direction_follows_the_script,
    languages_share_scripts, languages_have_english_names,
    people_call_languages_by_names, letters_are_in_the_scripts_of_a_language,
    file_names_tell_the_language, a_sentence_tells_its_language,
    words_of_another_language_are_noticed)

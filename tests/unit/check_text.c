#include "config.h"

#include "unit.h"

#include <unicode/ucoleitr.h>
#include <unicode/uchar.h>
#include <unicode/ucol.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#include "tm/text_int.h"

/* The tokens of text as "KIND:fold/key ...". */
static tm_str
shown(const char *lang, const char *text)
{
	static tm_buf out;
	tm_analyser *an = tm_analyser_new(lang);
	tm_tokens t = { 0 };

	tm_buf_clear(&out);
	tm_analyse(an, tm_str_of(text), &t);
	for (size_t i = 0; i < t.n; i++)
		tm_buf_printf(&out, "%s%c:%.*s/%.*s", i == 0 ? "" : " ",
		    "WNCP"[t.v[i].kind], TM_STR_ARG(t.v[i].fold),
		    TM_STR_ARG(t.v[i].key));
	tm_tokens_release(&t);
	tm_analyser_free(an);
	return tm_buf_str(&out);
}

START_TEST(words_fold_and_stem)
{
	ck_assert_tm_str_eq(
	    shown("en", "Running dogs"), "W:running/run W:dogs/dog");
	ck_assert_tm_str_eq(shown("de", "Häuser"), "W:häuser/haus");
	ck_assert_tm_str_eq(shown("und", "Häuser"), "W:häuser/häuser");
}
END_TEST

START_TEST(arabic_marks_and_letters_fold)
{
	tm_buf vowelled = { 0 }, plain = { 0 };

	ck_assert_tm_str_eq(shown("und", "الصِّغَر"), "W:الصغر/الصغر");
	ck_assert_tm_str_eq(shown("und", "كتـــاب"), "W:كتاب/كتاب");
	tm_buf_add(&vowelled, shown("ar", "أَكَّدَ").p, 12);
	tm_buf_add(&plain, shown("ar", "أكد").p, 12);
	ck_assert_str_eq(vowelled.p, plain.p);
	ck_assert_tm_str_eq(
	    shown("und", "إلى مدرسة"), "W:إلى/الي W:مدرسة/مدرسه");
	tm_buf_release(&vowelled);
	tm_buf_release(&plain);
}
END_TEST

START_TEST(composed_and_decomposed_are_one)
{
	ck_assert_tm_str_eq(shown("und", "caf\xc3\xa9 cafe\xcc\x81"),
	    "W:caf\xc3\xa9/caf\xc3\xa9 W:caf\xc3\xa9/caf\xc3\xa9");
}
END_TEST

START_TEST(a_bare_word_gets_the_plain_form_it_would_have_had)
{
	tm_str text = TM_STR("Dept&h _File a&b 12 الكِتابُ إلى 漢 <b> e\xff"
			     "x, C& المدرسة المدرسه الإلغاء Café ́ اـب");
	tm_analyser *an = tm_analyser_new("ar");
	tm_tokens all = { 0 }, bare = { 0 }, some = { 0 };

	tm_analyse_to_match(an, text, &some);
	tm_analyse(an, text, &all);
	tm_analyse_bare(an, text, &bare);
	ck_assert_uint_eq(all.n, bare.n);
	ck_assert_uint_eq(all.n, some.n);
	for (size_t i = 0; i < all.n; i++) {
		const tm_token *a = &all.v[i], *b = &bare.v[i];

		ck_assert(tm_str_eq(a->plain, some.v[i].plain));
		ck_assert(tm_str_eq(a->root, some.v[i].root));

		ck_assert_uint_eq(a->kind, b->kind);
		ck_assert_uint_eq(a->start, b->start);
		ck_assert_uint_eq(a->end, b->end);
		if (a->kind == TM_WORD) {
			ck_assert_uint_eq(b->fold.n, 0);
			tm_analyse_word(an, text, &bare, i);
		}
		ck_assert(tm_str_eq(a->plain, b->plain));
		ck_assert(tm_str_eq(a->stem, b->stem));
		ck_assert(tm_str_eq(a->root, b->root));
	}
	tm_tokens_release(&all);
	tm_tokens_release(&bare);
	tm_tokens_release(&some);
	tm_analyser_free(an);
}
END_TEST

/* The root of the first word. */
static void
root_of(const char *lang, const char *word, char root[64])
{
	tm_analyser *an = tm_analyser_new(lang);
	tm_tokens t = { 0 };

	tm_analyse(an, tm_str_of(word), &t);
	ck_assert_msg(t.n == 1, "'%s': %zu tokens", word, t.n);
	snprintf(root, 64, "%.*s", TM_STR_ARG(t.v[0].root));
	tm_tokens_release(&t);
	tm_analyser_free(an);
}

START_TEST(forms_of_an_arabic_word_share_a_root)
{
	static const char *const v[][6] = {
		{ "درس", "مدرسة", "للمدرسة", "مدرستنا", "المدارس", "سيدرسون" },
		{ "ملف", "الملف", "ملفات", "الملفات", "وملفاتك", "كملف" },
		{ "لغ", "بالغة", "بالغ", "والبالغ", "للبالغ", "بلاغ" },
		{ "فتح", "افتح", "يفتح", "فتح", "مفتوح", "مفاتيح" }
	};
	char root[64];

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		for (size_t k = 0; k < 6; k++) {
			root_of("ar", v[i][k], root);
			ck_assert_msg(strcmp(root, v[i][0]) == 0,
			    "'%s' has '%s', not '%s'", v[i][k], root, v[i][0]);
		}
}
END_TEST

START_TEST(every_word_has_a_root)
{
	static const char *const v[] = { "ا", "و", "اا", "ان", "الا", "وال",
		"أَ", "漢", "ء", "ووووو", "اااااا" };
	char root[64];

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		root_of("ar", v[i], root);
		ck_assert_msg(root[0] != '\0', "'%s' has none", v[i]);
	}
	root_of("en", "running", root);
	ck_assert_str_eq(root, "run");
	root_of("fa", "کتاب", root);
	ck_assert_str_eq(root, "كتاب");
}
END_TEST

START_TEST(numbers_have_their_value_in_any_script)
{
	static const char *const same[][2] = { { "3.5", "3.5" },
		{ "٣٫٥", "3.5" }, { "3,50", "3.5" }, { "12,000", "12000" },
		{ "12.000", "12000" }, { "١٢٬٠٠٠", "12000" },
		{ "12\xc2\xa0"
		  "000",
		    "12000" },
		{ "1.234.567,89", "1234567.89" },
		{ "1,234,567.89", "1234567.89" }, { "0.125", "0.125" },
		{ "007", "7" }, { "0", "0" }, { "0.0", "0" },
		{ "1.2.10", "1.2.10" }, { "१२", "12" }, { "2024", "2024" },
		{ "1.000.000", "1000000" } };

	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
		tm_str s = shown("und", same[i][0]);
		const char *key = strrchr(s.p, '/') + 1;

		ck_assert_msg(strncmp(s.p, "N:", 2) == 0 &&
				  strchr(s.p, ' ') == NULL &&
				  strcmp(key, same[i][1]) == 0,
		    "%s is %s", same[i][0], s.p);
	}
	ck_assert_tm_str_eq(shown("und", "10.30."), "N:10.30/10.3 P:./.");
	ck_assert_tm_str_eq(shown("und", "12\xc2\xa0"
					 "34"),
	    "N:12/12 N:34/34");
}
END_TEST

START_TEST(letters_of_two_scripts_are_two_words)
{
	ck_assert_tm_str_eq(shown("und", "وT-55"), "W:و/و W:t/t P:-/- N:55/55");
	ck_assert_tm_str_eq(shown("und", "SY24"), "W:sy24/sy24");
	ck_assert_tm_str_eq(shown("und", "中文字"), "W:中/中 W:文/文 W:字/字");
}
END_TEST

START_TEST(codes_are_one_token)
{
	ck_assert_tm_str_eq(shown("und", "%1$s {0} <br/> &amp; ${x} %(n)d"),
	    "C:%1$s/%1$s C:{0}/{0} C:<br/>/<br/> C:&amp;/&amp; C:${x}/${x} "
	    "C:%(n)d/%(n)d");
	ck_assert_tm_str_eq(shown("und", "5 % of"), "N:5/5 P:%/% W:of/of");
	ck_assert_tm_str_eq(shown("und", "a < b"), "W:a/a P:</< W:b/b");
	ck_assert_tm_str_eq(shown("und", "{"), "P:{/{");
}
END_TEST

START_TEST(accelerators_do_not_count)
{
	ck_assert_tm_str_eq(shown("und", "_File"), "W:file/file");
	ck_assert_tm_str_eq(shown("und", "Dept&h:"), "W:depth/depth P::/:");
	ck_assert_tm_str_eq(shown("und", "a & b"), "W:a/a P:&/& W:b/b");
}
END_TEST

START_TEST(punctuation_has_classes)
{
	ck_assert_tm_str_eq(
	    shown("und", "؟ ? ، «"), "P:؟/? P:?/? P:،/, P:«/\"");
}
END_TEST

START_TEST(tokens_lie_in_order_inside_the_text)
{
	unsigned seed = 7;
	tm_analyser *an = tm_analyser_new("ar");
	tm_tokens t = { 0 };
	char text[64];

	for (int round = 0; round < 20000; round++) {
		size_t n = (size_t)(seed >> 8) % sizeof text, at = 0;
		static const char some[] =
		    "ab%&_{}<>$'.,1 "
		    "\xd9\x80\xd8\xa7\xd9\xa3\xe4\xb8\xad\xf0\x9f\xff";

		for (size_t i = 0; i < n; i++) {
			seed = seed * 1103515245 + 12345;
			text[i] = some[(seed >> 16) % (sizeof some - 1)];
		}
		tm_analyse(an, (tm_str){ text, n }, &t);
		for (size_t i = 0; i < t.n; i++) {
			ck_assert_uint_ge(t.v[i].start, at);
			ck_assert_uint_gt(t.v[i].end, t.v[i].start);
			ck_assert_uint_gt(t.v[i].key.n, 0);
			ck_assert_uint_gt(t.v[i].fold.n, 0);
			at = t.v[i].end;
		}
		ck_assert_uint_le(at, n);
	}
	tm_tokens_release(&t);
	tm_analyser_free(an);
}
END_TEST

START_TEST(an_analyser_forgets_before_it_grows_too_large)
{
	tm_analyser *an = tm_analyser_new("en");
	tm_tokens t = { 0 };
	char word[32];

	for (int i = 0; i < 600000; i++) {
		int n = snprintf(word, sizeof word, "w%dx", i);

		tm_analyse(an, (tm_str){ word, (size_t)n }, &t);
		ck_assert_uint_eq(t.n, 1);
		ck_assert_tm_str_eq(t.v[0].fold, word);
	}
	tm_tokens_release(&t);
	tm_analyser_free(an);
}
END_TEST

static tm_str
decoded(const char *bytes, size_t n, const char *encoding, tm_error *err)
{
	static tm_buf out;

	tm_buf_clear(&out);
	if (!tm_text_decode("x", (tm_str){ bytes, n }, encoding, &out, err))
		return TM_STR("(failed)");
	return tm_buf_str(&out);
}

START_TEST(byte_order_marks_are_understood_and_dropped)
{
	ck_assert_tm_str_eq(decoded("\xef\xbb\xbf"
				    "a",
				4, NULL, NULL),
	    "a");
	ck_assert_tm_str_eq(decoded("\xff\xfe\x39\x06", 4, NULL, NULL), "ع");
	ck_assert_tm_str_eq(decoded("\xfe\xff\x06\x39", 4, NULL, NULL), "ع");
	ck_assert_tm_str_eq(
	    decoded("\xff\xfe\0\0\x39\x06\0\0", 8, NULL, NULL), "ع");
	ck_assert_tm_str_eq(
	    decoded("\xff\xfe\x39\x06", 4, "UTF-16LE", NULL), "ع");
	ck_assert_tm_str_eq(decoded("", 0, NULL, NULL), "");
}
END_TEST

START_TEST(other_encodings_are_converted_when_named)
{
	tm_error err;

	ck_assert_tm_str_eq(decoded("\xc7\xe1", 2, "windows-1256", NULL), "ال");
	ck_assert_tm_str_eq(decoded("x", 1, "no-such", &err), "(failed)");
	ck_assert_int_eq(err.code, TM_INVALID);
	ck_assert_tm_str_eq(
	    decoded("a\xff\xff", 3, "Shift_JIS", &err), "(failed)");
	ck_assert_int_eq(err.code, TM_PARSE);
	ck_assert(strstr(err.msg, "offset 1") != NULL);
}
END_TEST

START_TEST(what_is_no_text_is_refused_with_its_place)
{
	tm_error err;

	ck_assert_tm_str_eq(decoded("a\nb\xc7z", 5, NULL, &err), "(failed)");
	ck_assert_int_eq(err.code, TM_PARSE);
	ck_assert_msg(strstr(err.msg, "line 2: byte 0xc7 at offset 3") != NULL,
	    "%s", err.msg);
	ck_assert_tm_str_eq(decoded("a\0b", 3, NULL, &err), "(failed)");
	ck_assert(strstr(err.msg, "NUL byte at offset 1") != NULL);
	ck_assert_tm_str_eq(
	    decoded("h\0e\0l\0l\0o\0", 10, NULL, &err), "(failed)");
	ck_assert(strstr(err.msg, "UTF-16LE") != NULL);
	ck_assert_tm_str_eq(decoded("\xed\xa0\x80", 3, NULL, &err), "(failed)");
}
END_TEST

START_TEST(names_have_one_skeleton_in_both_scripts)
{
	static const char *const pairs[][2] = { { "ديلون", "Dillon" },
		{ "رايان", "Ryan" }, { "موسكو", "Moscow" },
		{ "Путин", "Putin" }, { "برلين", "Berlin" } };
	tm_buf a = { 0 }, b = { 0 };

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		tm_buf_clear(&a);
		tm_buf_clear(&b);
		tm_text_skeleton(tm_str_of(pairs[i][0]), &a);
		tm_text_skeleton(tm_str_of(pairs[i][1]), &b);
		ck_assert_str_eq(a.p, b.p);
	}
	tm_buf_release(&a);
	tm_buf_release(&b);
}
END_TEST

START_TEST(marks_and_controls_take_no_columns)
{
	ck_assert_uint_eq(tm_text_width(TM_STR("abc")), 3);
	ck_assert_uint_eq(tm_text_width(TM_STR("قَلَمٌ")), 3);
	ck_assert_uint_eq(tm_text_width(TM_STR("中文")), 4);
	ck_assert_uint_eq(tm_text_width(TM_STR("\xe2\x80\x8f"
					       "a")),
	    1);
}
END_TEST

START_TEST(folding_text_keeps_what_counts)
{
	tm_buf out = { 0 };

	tm_text_fold(TM_STR("  Straße \xe2\x80\x8f\t الصِّغَر "), &out);
	ck_assert_str_eq(out.p, "strasse الصغر");
	tm_buf_clear(&out);
	tm_text_nfc(TM_STR("cafe\xcc\x81"), &out);
	ck_assert_str_eq(out.p, "caf\xc3\xa9");
	tm_buf_clear(&out);
	tm_text_nfc(TM_STR("\xff\xcc\x81"), &out);
	ck_assert_str_eq(out.p, "\xff\xcc\x81");
	tm_buf_release(&out);
}
END_TEST

/* Arabic and ASCII are folded without ICU, which the last letter asks for. */
START_TEST(what_is_folded_at_sight_is_what_icu_says)
{
	static const char other[] = "\xe1\xb8\x81"; /* nothing folds into it */
	tm_buf text = { 0 }, fast = { 0 }, slow = { 0 };

	for (unsigned c = 1; c < 0x800; c++) {
		tm_buf_clear(&text);
		tm_buf_adds(&text, "لA");
		if (c >= 0x80)
			tm_buf_addc(&text, (char)(0xc0 | c >> 6));
		tm_buf_addc(&text, (char)(c < 0x80 ? c : 0x80 | (c & 0x3f)));
		tm_buf_adds(&text, "ل");
		tm_buf_clear(&fast);
		tm_text_fold_chars(tm_buf_str(&text), &fast);
		tm_buf_adds(&fast, other);
		tm_buf_adds(&text, other);
		tm_buf_clear(&slow);
		tm_text_fold_chars(tm_buf_str(&text), &slow);
		ck_assert_msg(tm_str_eq(tm_buf_str(&fast), tm_buf_str(&slow)),
		    "U+%04X", c);
	}
	tm_buf_release(&text);
	tm_buf_release(&fast);
	tm_buf_release(&slow);
}
END_TEST

/* The primary weights of a character in the root collation. */
static size_t
primaries(UCollator *root, tm_str s, int32_t *out)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar u[16];
	int32_t n = 0, order;
	UCollationElements *all;
	size_t k = 0;

	u_strFromUTF8(u, 16, &n, s.p, (int32_t)s.n, &status);
	all = ucol_openElements(root, u, n, &status);
	ck_assert(U_SUCCESS(status));
	while ((order = ucol_next(all, &status)) != UCOL_NULLORDER)
		if (ucol_primaryOrder(order) != 0 && k < 16)
			out[k++] = ucol_primaryOrder(order);
	ucol_closeElements(all);
	return k;
}

/*
 * Of all small letters of three alphabets: the plain form differs from the
 * letter by less than a letter, and one that does so has a plain form. But
 * for ı, and for those that are two in one (ǆ), of phonetics and ſ.
 */
START_TEST(a_plain_form_is_what_the_root_collation_takes_for_the_same)
{
	UErrorCode status = U_ZERO_ERROR;
	UCollator *root = ucol_open("", &status);
	const UNormalizer2 *nfkd = unorm2_getNFKDInstance(&status);
	tm_buf word = { 0 }, fold = { 0 }, plain = { 0 }, letter = { 0 };
	size_t changed = 0;

	ck_assert(U_SUCCESS(status));
	for (int32_t c = 0xc0; c < 0x2000; c++) {
		int script = tm_text_script(c);
		int32_t a[16], b[16], z[16];
		UChar parts[32];
		size_t n, m;
		bool same;

		if ((script != USCRIPT_LATIN && script != USCRIPT_GREEK &&
			script != USCRIPT_CYRILLIC) ||
		    u_charType(c) != U_LOWERCASE_LETTER || c == 0x131)
			continue;
		tm_buf_clear(&word);
		tm_buf_clear(&fold);
		tm_buf_clear(&plain);
		tm_text_add_char(&word, c);
		tm_text_fold_chars(tm_buf_str(&word), &fold);
		if (!tm_text_plain(
			tm_buf_str(&word), tm_buf_str(&fold), &plain))
			tm_buf_add(&plain, fold.p, fold.n);
		n = primaries(root, tm_buf_str(&word), a);
		m = primaries(root, tm_buf_str(&plain), b);
		same = n == m && memcmp(a, b, n * sizeof *a) == 0;
		ck_assert_msg(same, "U+%04X '%s' '%s'", c, word.p, plain.p);
		changed += !tm_str_eq(tm_buf_str(&plain), tm_buf_str(&word));
		/* What has the weights of the plain letter, is it? */
		status = U_ZERO_ERROR;
		if (unorm2_getDecomposition(nfkd, c, parts, 32, &status) > 0 ||
		    c >= 0x180)
			continue;
		for (char p = 'a'; p <= 'z'; p++) {
			tm_buf_clear(&letter);
			tm_buf_addc(&letter, p);
			m = primaries(root, tm_buf_str(&letter), z);
			if (n == m && memcmp(a, z, n * sizeof *a) == 0)
				ck_assert_str_eq(plain.p, letter.p);
		}
	}
	ck_assert_uint_gt(changed, 400);
	ucol_close(root);
	tm_buf_release(&word);
	tm_buf_release(&fold);
	tm_buf_release(&plain);
	tm_buf_release(&letter);
}
END_TEST

UNIT_MAIN("text", words_fold_and_stem, arabic_marks_and_letters_fold,
    forms_of_an_arabic_word_share_a_root, every_word_has_a_root,
    composed_and_decomposed_are_one,
    a_bare_word_gets_the_plain_form_it_would_have_had,
    numbers_have_their_value_in_any_script,
    letters_of_two_scripts_are_two_words, codes_are_one_token,
    accelerators_do_not_count, punctuation_has_classes,
    tokens_lie_in_order_inside_the_text,
    an_analyser_forgets_before_it_grows_too_large,
    byte_order_marks_are_understood_and_dropped,
    other_encodings_are_converted_when_named,
    what_is_no_text_is_refused_with_its_place,
    names_have_one_skeleton_in_both_scripts, marks_and_controls_take_no_columns,
    folding_text_keeps_what_counts, what_is_folded_at_sight_is_what_icu_says,
    a_plain_form_is_what_the_root_collation_takes_for_the_same)

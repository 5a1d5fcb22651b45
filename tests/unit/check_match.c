#include "config.h"

#include "unit.h"
#include "unit_random.h"

#include "tm/match.h"
#include "tm/match_int.h"

static tm_match
compare(const char *lang, const char *query, const char *stored)
{
	tm_analyser *an = tm_analyser_new(lang);
	tm_match_side q = { 0 }, s = { 0 };
	tm_match m = { 0 };
	int sum = 0;

	tm_match_side_set(&q, an, tm_str_of(query));
	tm_match_side_set(&s, an, tm_str_of(stored));
	tm_match_compare(&q, &s, &m);
	for (size_t i = 0; i < m.n_ledger; i++) {
		ck_assert_int_gt(m.ledger[i].points, 0);
		sum += m.ledger[i].points;
	}
	ck_assert_int_eq(100 - m.rate, sum);
	tm_match_side_release(&q);
	tm_match_side_release(&s);
	tm_analyser_free(an);
	return m;
}

static int
rate(const char *lang, const char *query, const char *stored)
{
	tm_match m = compare(lang, query, stored);
	int r = m.rate;

	tm_match_release(&m);
	return r;
}

static int
points(const tm_match *m, const char *name)
{
	for (size_t i = 0; i < m->n_ledger; i++)
		if (strcmp(m->ledger[i].name, name) == 0)
			return m->ledger[i].points;
	return 0;
}

/* All points of the one difference are in the row name. */
static void
only_for(const char *lang, const char *query, const char *stored,
    const char *name, int least, int most)
{
	tm_match m = compare(lang, query, stored);

	ck_assert_msg(m.n_ledger == 1 && points(&m, name) > 0,
	    "'%s' '%s': %zu rows, first '%s'", query, stored, m.n_ledger,
	    m.n_ledger > 0 ? m.ledger[0].name : "");
	ck_assert_int_ge(m.rate, least);
	ck_assert_int_le(m.rate, most);
	tm_match_release(&m);
}

START_TEST(a_hundred_is_verbatim)
{
	ck_assert_int_eq(rate("en", "Open the file.", "Open the file."), 100);
	ck_assert_int_eq(rate("en", "", ""), 100);
	/* The same letters, composed and not. */
	ck_assert_int_eq(rate("fr", "caf\xc3\xa9", "cafe\xcc\x81"), 100);
}
END_TEST

START_TEST(what_is_folded_costs_at_least_a_point)
{
	only_for("en", "open the file", "Open the file", "case", 98, 99);
	only_for("en", "a  b", "a b", "spacing", 99, 99);
	only_for("en", " a b", "a b", "spacing", 99, 99);
	only_for("ar", "كَتَبَ الوَلَدُ", "كتب الولد", "diacritics", 97, 99);
	only_for("ar", "١١ شباط", "11 شباط", "numbers", 97, 99);
	only_for("en", "He said \"no\" to me", "He said “no” to me",
	    "punctuation", 93, 99);
}
END_TEST

START_TEST(the_ledger_names_what_differs)
{
	only_for("en", "Delete the file now", "Delete the house now", "words",
	    60, 85);
	only_for(
	    "en", "Delete the files", "Delete the file", "word forms", 85, 95);
	only_for("en", "Delete 5 files", "Delete 7 files", "numbers", 85, 95);
	only_for("en", "Delete %s now", "Delete %d now", "codes", 85, 95);
	only_for(
	    "en", "Delete the file", "Delete the file.", "punctuation", 80, 95);
	only_for("en", "It costs €5", "It costs $5", "numbers", 80, 95);
}
END_TEST

/* One word in two spellings, alone and in a sentence. */
static void
two_spellings(const char *lang, const char *query, const char *stored,
    const char *name, const char *before, const char *after)
{
	tm_buf a = { 0 }, b = { 0 };

	only_for(lang, query, stored, name, 97, 99);
	only_for(lang, stored, query, name, 97, 99);
	tm_buf_printf(&a, "%s %s %s", before, query, after);
	tm_buf_printf(&b, "%s %s %s", before, stored, after);
	only_for(lang, a.p, b.p, name, 98, 99);
	tm_buf_release(&a);
	tm_buf_release(&b);
}

/* With articles and prefixes, too. */
START_TEST(arabic_spellings_are_orthography)
{
	static const char *const v[][2] = { { "الى", "إلى" },
		{ "المدرسه", "المدرسة" }, { "مدرسه", "مدرسة" },
		{ "احمد", "أحمد" }, { "الان", "الآن" }, { "مستشفي", "مستشفى" },
		{ "الغاء", "إلغاء" }, { "الالغاء", "الإلغاء" },
		{ "والالغاء", "والإلغاء" }, { "الوان", "ألوان" },
		{ "مسوول", "مسؤول" }, { "مسئول", "مسؤول" }, { "شئون", "شؤون" },
		{ "قايمه", "قائمة" }, { "كتـــاب", "كتاب" }, { "علي", "على" },
		{ "ٱلكتاب", "الكتاب" } };

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		two_spellings("ar", v[i][0], v[i][1], "orthography",
		    "ذهب الولد", "في الصباح");
}
END_TEST

START_TEST(marks_that_may_be_left_out_are_diacritics)
{
	static const char *const v[][3] = { { "ar", "كِتابٌ", "كتاب" },
		{ "ar", "هٰذا", "هذا" }, { "he", "שָׁלוֹם", "שלום" },
		{ "en", "cafe", "café" }, { "en", "CAFÉ", "cafe" },
		{ "en", "naive", "naïve" }, { "en", "resume", "résumé" },
		{ "fr", "resume", "résumé" },
		{ "fr", "terminees", "terminées" },
		{ "fr", "TERMINEE", "terminée" }, { "fr", "modele", "modèle" },
		{ "es", "situacion", "situación" }, { "pt", "acoes", "ações" },
		{ "de", "MUELLER\xcc\x81", "mueller" },
		{ "de", "uber",
		    "u\xcc\x88"
		    "ber" },
		{ "el", "ΚΑΛΗΜΕΡΑ", "Καλημέρα" }, { "el", "αθηνα", "ᾀθῆνα" },
		{ "ru", "елка", "ёлка" }, { "ru", "замок", "за\xcc\x81мок" },
		{ "vi", "dieu", "điều" }, { "pl", "Lodz", "Łódź" },
		{ "da", "ol", "øl" }, { "is", "stad", "stað" },
		{ "tr", "sisli", "şişli" }, { "tr", "acik", "açık" },
		{ "cs", "prilis", "příliš" }, { "mt", "hamsa", "ħamsa" },
		{ "syr", "ܫܠܡܐ", "ܫܠܵܡܵܐ" } };
	static const char *const letters[][3] = { { "de", "Strasse", "Straße" },
		{ "de", "STRASSE", "Straße" }, { "fr", "oeuvre", "œuvre" },
		{ "da", "aeble", "æble" }, { "en", "Depth", "Dept&h" },
		{ "en", "co\xc2\xadoperate", "cooperate" } };
	static const char *const cases[][3] = { { "tr", "İstanbul",
						    "istanbul" },
		{ "tr", "IŞIK", "ışık" }, { "el", "ΟΔΟΣ", "οδος" } };

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		two_spellings(
		    v[i][0], v[i][1], v[i][2], "diacritics", "Xy abc", "def");
	for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
		two_spellings(letters[i][0], letters[i][1], letters[i][2],
		    "orthography", "Xy abc", "def");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		two_spellings(cases[i][0], cases[i][1], cases[i][2], "case",
		    "Xy abc", "def");
}
END_TEST

START_TEST(apostrophes_of_all_kinds_are_one)
{
	static const char *const v[][3] = {
		{ "en", "I don't know what it is.",
		    "I don\xe2\x80\x99t know what it is." },
		{ "fr", "l'appel",
		    "l\xe2\x80\x99"
		    "appel" },
		{ "uk", "п'ять", "п\xca\xbcять" },
		{ "uk", "п\xe2\x80\x99ять", "п\xca\xbcять" },
	};

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		tm_match m = compare(v[i][0], v[i][1], v[i][2]);

		ck_assert_int_ge(m.rate, 98);
		ck_assert_int_lt(m.rate, 100);
		ck_assert_uint_eq(m.n_ledger, 1);
		ck_assert_str_eq(m.ledger[0].name, "orthography");
		tm_match_release(&m);
	}
}
END_TEST

START_TEST(marks_that_make_a_letter_are_not_left_out)
{
	static const char *const v[][3] = { { "ru", "край", "краи" },
		{ "ru", "кра\xd0\xb8\xcc\x86", "краи" }, { "ja", "が", "か" },
		{ "ja", "パ", "ハ" }, { "hi", "की", "का" },
		{ "hi", "पढ़", "पढ" }, { "hi", "अन्", "अन" },
		{ "th", "มา", "ม้า" }, { "ko", "가", "각" },
		{ "bn", "কি", "কা" }, { "ta", "க்", "க" } };

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		ck_assert_msg(rate(v[i][0], v[i][1], v[i][2]) < 90,
		    "'%s' '%s': %d", v[i][1], v[i][2],
		    rate(v[i][0], v[i][1], v[i][2]));
}
END_TEST

START_TEST(arabic_affixes_do_not_hide_a_word)
{
	ck_assert_int_ge(rate("ar", "بالغة الصِّغَر", "بالغ الصغر"), 80);
	ck_assert_int_ge(rate("ar", "في مدرستنا", "في المدرسة"), 70);
	ck_assert_int_ge(
	    rate("ar", "سيكتبون الرسائل غدا", "كتب الرسالة غدا"), 65);
}
END_TEST

START_TEST(characters_weigh_what_words_do)
{
	/* Nouns differ, or what only joins them. */
	ck_assert_int_gt(rate("ja", "本を読む", "本も読む"),
	    rate("ja", "本を読む", "字を読む"));
	ck_assert_int_gt(rate("zh", "打开文件 a", "打开文件 b"),
	    rate("zh", "打开文件 a", "打开文本 a"));
}
END_TEST

START_TEST(nothing_in_common_is_nothing)
{
	ck_assert_int_lt(rate("en", "alpha beta", "لا شيء"), 10);
	ck_assert_int_eq(rate("en", "", "word"), 0);
	ck_assert_int_eq(rate("en", "word", ""), 0);
}
END_TEST

START_TEST(both_directions_rate_the_same)
{
	static const char *const v[] = { "a", "The red house, no. 5!",
		"the blue houses no. 7", "", "Открыть файл", "فتح الملف",
		"فتح ملف واحد", "打开文件", "打开 2 个文件", "%s %s %s" };
	size_t n = sizeof v / sizeof v[0];

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			ck_assert_int_eq(
			    rate("en", v[i], v[j]), rate("en", v[j], v[i]));
}
END_TEST

/* Applying the script to the stored text gives the query, white space
 * aside, and the runs are in order. */
static void
script_leads(const char *stored, const char *query)
{
	tm_match m = compare("en", query, stored);
	size_t a = 0, b = 0;

	for (size_t i = 0; i < m.n_edits; i++) {
		const tm_edit *e = &m.edits[i];

		ck_assert_uint_le(a, e->a_start);
		ck_assert_uint_le(b, e->b_start);
		ck_assert_uint_le(e->a_start, e->a_end);
		ck_assert_uint_le(e->b_start, e->b_end);
		for (; a < e->a_start; a++)
			ck_assert_int_le((unsigned char)stored[a], ' ');
		for (; b < e->b_start; b++)
			ck_assert_int_le((unsigned char)query[b], ' ');
		if (e->op == TM_INSERT)
			ck_assert_uint_eq(e->a_start, e->a_end);
		else
			ck_assert_uint_lt(e->a_start, e->a_end);
		if (e->op == TM_DELETE)
			ck_assert_uint_eq(e->b_start, e->b_end);
		else
			ck_assert_uint_lt(e->b_start, e->b_end);
		if (i > 0)
			ck_assert_int_ne(e->op, e[-1].op);
		a = e->a_end;
		b = e->b_end;
	}
	for (; a < strlen(stored); a++)
		ck_assert_int_le((unsigned char)stored[a], ' ');
	for (; b < strlen(query); b++)
		ck_assert_int_le((unsigned char)query[b], ' ');
	tm_match_release(&m);
}

START_TEST(the_script_covers_both_texts)
{
	static const char *const v[] = { "", "x", "a b c d", "b c", "c d a b",
		"  a , b! ", "one two three four five six",
		"one three four 5 six", "A B C D", "فتح الملف الآن", "فتح ملف",
		/* Longer and shorter than their NFC, and in another order. */
		"cafe\xcc\x81 d'e\xcc\x81te\xcc\x81  noi\xcc\x88r",
		"caf\xc3\xa9 noi\xcc\x88r e\xcc\x81te\xcc\x81",
		"فَتِّحْ ا\xd9\x93لملفّ", "افتِّح الملفَّ ا\xd9\x93لملفّ" };
	size_t n = sizeof v / sizeof v[0];

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			script_leads(v[i], v[j]);
}
END_TEST

START_TEST(a_replaced_word_is_one_run)
{
	tm_match m =
	    compare("en", "Close the old door now", "Close the new window now");

	ck_assert_uint_eq(m.n_edits, 3);
	ck_assert_int_eq(m.edits[0].op, TM_KEEP);
	ck_assert_int_eq(m.edits[1].op, TM_REPLACE);
	ck_assert_uint_eq(m.edits[1].a_start, 10);
	ck_assert_uint_eq(m.edits[1].a_end, 20);
	ck_assert_uint_eq(m.edits[1].b_end, 18);
	ck_assert_int_eq(m.edits[2].op, TM_KEEP);
	tm_match_release(&m);
}
END_TEST

START_TEST(offsets_belong_to_the_text_as_given)
{
	/* Decomposed: three bytes for each é. */
	const char *stored = "cafe\xcc\x81 noir", *query = "cafe\xcc\x81 vert";
	tm_match m = compare("fr", query, stored);

	ck_assert_uint_eq(m.n_edits, 2);
	ck_assert_uint_eq(m.edits[0].a_end, 6);
	ck_assert_uint_eq(m.edits[1].a_start, 7);
	ck_assert_uint_eq(m.edits[1].a_end, 11);
	ck_assert_uint_eq(m.edits[1].b_end, 11);
	tm_match_release(&m);
}
END_TEST

START_TEST(a_penalty_takes_what_is_there)
{
	tm_match m = compare("en", "a", "a");

	tm_match_penalty(&m, "region", 1);
	tm_match_penalty(&m, "memory", 0);
	ck_assert_int_eq(m.rate, 99);
	ck_assert_int_eq(points(&m, "region"), 1);
	tm_match_penalty(&m, "memory", 1000);
	ck_assert_int_eq(m.rate, 0);
	ck_assert_int_eq(points(&m, "memory"), 99);
	tm_match_release(&m);
}
END_TEST

/* ---- Against the plain way --------------------------------------------- */

static size_t
plain_chars(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	size_t row[800];

	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 0; i < n; i++) {
		size_t corner = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < m; j++) {
			size_t d = corner + (a[i] != b[j]);

			corner = row[j + 1];
			if (corner + 1 < d)
				d = corner + 1;
			if (row[j] + 1 < d)
				d = row[j] + 1;
			row[j + 1] = d;
		}
	}
	return row[m];
}

START_TEST(bits_count_characters_like_the_table)
{
	uint32_t a[390], b[780];

	for (int round = 0; round < 3000; round++) {
		size_t n = roll(round % 3 == 0 ? 390 : 70), m;
		uint32_t letters = 1 + roll(20);

		for (size_t i = 0; i < n; i++)
			a[i] = 0x600 + roll(letters) * 128;
		m = 0;
		for (size_t i = 0; i < n; i++) {
			uint32_t what = roll(10);

			if (what != 0)
				b[m++] = a[i];
			if (what == 1)
				b[m++] = 0x600 + roll(letters);
		}
		ck_assert_uint_eq(
		    tm_match_chars(a, n, b, m), plain_chars(a, n, b, m));
	}
}
END_TEST

/* Without trimming, limits and tables reused: the definition. */
static uint64_t
plain_distance(
    const tm_match_token *a, size_t n, const tm_match_token *b, size_t m)
{
	static uint64_t t[40][40];

	for (size_t i = 0; i <= n; i++)
		for (size_t j = 0; j <= m; j++) {
			uint64_t d = i == 0 && j == 0 ? 0 : UINT64_MAX, x;

			if (i > 0) {
				x = t[i - 1][j] + 100u * a[i - 1].weight;
				d = x < d ? x : d;
			}
			if (j > 0) {
				x = t[i][j - 1] + 100u * b[j - 1].weight;
				d = x < d ? x : d;
			}
			if (i > 0 && j > 0) {
				const tm_match_token *p = &a[i - 1];
				const tm_match_token *q = &b[j - 1];
				unsigned w = p->weight > q->weight ? p->weight
								   : q->weight;

				x = t[i - 1][j - 1] +
				    w * (p->key != q->key	 ? 100u
					    : p->text == q->text ? 0u
					    : p->fold == q->fold ? 2u
								 : 25u);
				d = x < d ? x : d;
			}
			t[i][j] = d;
		}
	return t[n][m];
}

START_TEST(the_distance_is_that_of_the_table)
{
	tm_match_token v[2][39];

	for (int round = 0; round < 20000; round++) {
		size_t n[2] = { roll(39), roll(39) };
		uint32_t keys = 1 + roll(12);
		uint64_t d, limit;

		for (int s = 0; s < 2; s++)
			for (size_t i = 0; i < n[s]; i++) {
				tm_match_token *t = &v[s][i];

				*t = (tm_match_token){ .kind = TM_WORD };
				t->key = roll(keys);
				t->fold = t->key * 2 + roll(2);
				t->text = t->fold * 2 + roll(2);
				t->weight = (uint16_t)(30 + t->key * 14);
			}
		d = plain_distance(v[0], n[0], v[1], n[1]);
		ck_assert_uint_eq(
		    tm_match_distance(v[0], n[0], v[1], n[1], TM_MATCH_FAR - 1),
		    d);
		limit = roll(20000);
		ck_assert_uint_eq(
		    tm_match_distance(v[0], n[0], v[1], n[1], limit),
		    d > limit ? TM_MATCH_FAR : d);
	}
}
END_TEST

START_TEST(a_score_cut_short_was_too_low)
{
	static const char *const v[] = { "Open the file", "Open the files",
		"Open a file now", "Close all windows", "open THE file!",
		"file the open", "Open", "فتح الملف", "Open the file 12" };
	size_t n = sizeof v / sizeof v[0];
	tm_analyser *an = tm_analyser_new("en");
	tm_match_side q = { 0 }, s = { 0 };

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			for (double least = 0; least <= 1; least += .05) {
				double whole, cut;

				tm_match_side_set(&q, an, tm_str_of(v[i]));
				tm_match_side_set(&s, an, tm_str_of(v[j]));
				whole = tm_match_score(&q, &s, 0);
				cut = tm_match_score(&q, &s, least);
				ck_assert(
				    cut == whole || (cut < 0 && whole < least));
			}
	tm_match_side_release(&q);
	tm_match_side_release(&s);
	tm_analyser_free(an);
}
END_TEST

START_TEST(long_texts_do_not_take_forever)
{
	tm_buf a = { 0 }, b = { 0 };

	/* 100,000 words that differ, and one of a million letters. */
	for (int i = 0; i < 100000; i++) {
		tm_buf_printf(&a, "w%d ", i);
		tm_buf_printf(&b, "v%d ", i * 7 % 100003);
	}
	ck_assert_int_lt(rate("en", a.p, b.p), 100);
	tm_buf_clear(&a);
	for (int i = 0; i < 1000000; i++)
		tm_buf_addc(&a, (char)('a' + i % 26));
	ck_assert_int_lt(rate("en", a.p, b.p), 100);
	tm_buf_release(&a);
	tm_buf_release(&b);
}
END_TEST

START_TEST(bytes_that_are_no_text_do_no_harm)
{
	static const char bad[] = "a \xff\xfe\xed\xa0\x80 b \xc3";

	ck_assert_int_eq(rate("en", bad, bad), 100);
	ck_assert_int_lt(rate("en", bad, "a b"), 100);
}
END_TEST

START_TEST(what_is_taken_for_composed_is)
{
	tm_buf text = { 0 }, fast = { 0 }, slow = { 0 };

	/* Every character of three bytes and less behind a letter that much
	 * combines with, and before one. */
	for (unsigned c = 0xa0; c < 0x10000; c++) {
		if (c >= 0xd800 && c < 0xe000)
			continue;
		tm_buf_clear(&text);
		tm_buf_adds(&text, "\xd8\xa7"); /* alef */
		if (c >= 0x800) {
			tm_buf_addc(&text, (char)(0xe0 | c >> 12));
			tm_buf_addc(&text, (char)(0x80 | (c >> 6 & 0x3f)));
		} else {
			tm_buf_addc(&text, (char)(0xc0 | c >> 6));
		}
		tm_buf_addc(&text, (char)(0x80 | (c & 0x3f)));
		tm_buf_adds(&text, "o");
		tm_buf_clear(&slow);
		tm_text_nfc(tm_buf_str(&text), &slow);
		ck_assert_msg(tm_str_eq(tm_match_nfc(tm_buf_str(&text), &fast),
				  tm_buf_str(&slow)),
		    "U+%04X", c);
	}
	tm_buf_release(&text);
	tm_buf_release(&fast);
	tm_buf_release(&slow);
}
END_TEST

START_TEST(signs_of_one_letter_are_put_into_their_order)
{
	static const char *const v[] = { "ا", "ل", "ئ", "e", "ً", "َ", "ُ", "ِ", "ّ",
		"ْ", "\xd9\x93", "\xd9\x94", "ـ" };
	tm_buf text = { 0 }, fast = { 0 }, slow = { 0 };

	for (int i = 0; i < 20000; i++) {
		tm_buf_clear(&text);
		for (int n = 1 + i % 7; n > 0; n--) {
			tm_buf_adds(&text, v[roll(sizeof v / sizeof v[0])]);
		}
		tm_buf_clear(&slow);
		tm_text_nfc(tm_buf_str(&text), &slow);
		ck_assert_msg(tm_str_eq(tm_match_nfc(tm_buf_str(&text), &fast),
				  tm_buf_str(&slow)),
		    "%s", text.p);
	}
	tm_buf_release(&text);
	tm_buf_release(&fast);
	tm_buf_release(&slow);
}
END_TEST

UNIT_MAIN("match", a_hundred_is_verbatim, what_is_folded_costs_at_least_a_point,
    the_ledger_names_what_differs, arabic_spellings_are_orthography,
    marks_that_may_be_left_out_are_diacritics, apostrophes_of_all_kinds_are_one,
    marks_that_make_a_letter_are_not_left_out,
    arabic_affixes_do_not_hide_a_word, characters_weigh_what_words_do,
    nothing_in_common_is_nothing, both_directions_rate_the_same,
    the_script_covers_both_texts, a_replaced_word_is_one_run,
    offsets_belong_to_the_text_as_given, a_penalty_takes_what_is_there,
    bits_count_characters_like_the_table, the_distance_is_that_of_the_table,
    a_score_cut_short_was_too_low, long_texts_do_not_take_forever,
    what_is_taken_for_composed_is, signs_of_one_letter_are_put_into_their_order,
    bytes_that_are_no_text_do_no_harm)

#include "config.h"

#include "tm/segment_int.h"
#include "unit.h"

#include <unicode/ubrk.h>

/* What tm_segment() makes of text, with " | " between the segments. */
static char *
cut_with(const char *lang, const tm_segment_options *options, tm_str text)
{
	tm_error err;
	tm_segmenter *seg = tm_segmenter_new_with(lang, options, &err);
	tm_spans spans = { 0 };
	tm_buf out = { 0 };

	ck_assert_msg(seg != NULL, "%s", err.msg);
	tm_segment(seg, text, &spans);
	for (size_t i = 0; i < spans.n; i++) {
		if (i > 0)
			tm_buf_adds(&out, " | ");
		tm_buf_add(&out, text.p + spans.v[i].start,
		    spans.v[i].end - spans.v[i].start);
	}
	tm_buf_addc(&out, '\0');
	tm_spans_release(&spans);
	tm_segmenter_free(seg);
	return out.p;
}

static char *
cut(const char *lang, tm_str text)
{
	return cut_with(lang, &(tm_segment_options){ 0 }, text);
}

#define CHECK_OPTION(lang, option, text, want)                            \
	do {                                                              \
		char *got_ = cut_with(                                    \
		    lang, &(tm_segment_options){ option }, TM_STR(text)); \
		ck_assert_str_eq(got_, want);                             \
		free(got_);                                               \
	} while (0)

/* text is written with " | " where it is to be cut; elsewhere as it is. */
static void
check_cuts(const char *lang, const char *const *want, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		tm_buf text = { 0 };
		char *got;

		for (const char *p = want[i]; *p != '\0'; p++) {
			if (strncmp(p, " | ", 3) == 0)
				p += 2, tm_buf_addc(&text, ' ');
			else
				tm_buf_addc(&text, *p);
		}
		got = cut(lang, tm_buf_str(&text));
		ck_assert_str_eq(got, want[i]);
		free(got);
		tm_buf_release(&text);
	}
}

#define CHECK_CUTS(lang, ...)                                            \
	do {                                                             \
		static const char *const want_[] = { __VA_ARGS__ };      \
		check_cuts(lang, want_, sizeof want_ / sizeof want_[0]); \
	} while (0)

START_TEST(arabic_ends_at_stops_and_nowhere_else)
{
	CHECK_CUTS("ar", "هطل المطر ليلًا. | وفاضت الأودية.",
	    "أين الكتاب؟ | على الطاولة! | شكرًا.",
	    "سافر، ثم عاد؛ لأن الطقس ساء: ثلج وريح.",
	    "نفد الوقت.. | وانصرف الناس.", "تردد قليلًا... ثم وافق.",
	    "نعم۔ | لا۔", "بلغ الحرارة ٣٫٥ أو 3.5 درجات. | وهي باردة.",
	    "نشر في 12.08.2014 عند 10.30. | ثم حذف.");
}
END_TEST

START_TEST(arabic_titles_and_initials_end_nothing)
{
	CHECK_CUTS("ar", "زار د. سامر المدينة. | وعاد.",
	    "ألقى أ.د. كريم الكلمة. | وصفق الحضور.",
	    "راجع ص. 12 و ج. 3 من الكتاب.", "كتب ر. م. حداد القصيدة.",
	    "توقفت و.م.أ. عن الدفع.", "ولد سنة 1950 م. | وتوفي بعد ذلك.",
	    "توفي سنة 700 هـ. في دمشق.", "باع تفاحًا، إلخ. | ثم ذهب.");
}
END_TEST

START_TEST(arabic_closers_stand_on_either_side_of_the_stop)
{
	CHECK_CUTS("ar", "قال: “انتهى.” | ثم خرج.", "قال: “انتهى”. | ثم خرج.",
	    "قال: «انتهى.» | ثم خرج.", "قال »انتهى«. | ثم خرج.",
	    "وصل (أمس.) | وغادر.", "سأل: “متى؟” فأجاب: “غدًا”.",
	    "كتب أحدهم.[3] | ونقل غيره.", "قال “إنه […] هنا” وصمت.");
}
END_TEST

START_TEST(arabic_closers_come_in_every_shape)
{
	CHECK_CUTS("ar", "ذكر أنه “سيعود”. | ولم يعد.",
	    "وصل (قبل قليل). | ثم جلس.", "قال \"سأعود.\" | ثم مضى.",
	    "قال \"سأعود\". | ثم مضى.",
	    "أجاب: «لا أعرف. | اسأل غيري.» | وابتعد.",
	    "“النجدة!” صاح الرجل. | ثم هرب.", "هل رأيت ذلك؟! | نعم!!");
}
END_TEST

START_TEST(arabic_references_eras_and_units_wait_for_a_number)
{
	CHECK_CUTS("ar", "انظر ص. 15 ثم ط. 2 ثم ع. 7. | وقارن.",
	    "عاش في القرن 3 ق.م. في بابل.",
	    "بلغت المسافة 20 كم. | وتعب الفريق.", "العنوان: ص.ب. 1234 في عمان.",
	    "صدر في ج.م.ع. قانون جديد.", "أعلنت م.ت.ف. موقفها.",
	    "كتب ت. س. إليوت القصيدة.", "راجع جـ. 2 من الكتاب.",
	    "دفع 50 ج.م. للبائع.", "تعمل لدى Acme Inc. في دبي.",
	    "سافر إلى U.S. أمس. | وعاد.",
	    "حدث ذلك عام 1998. | ثم تغير كل شيء.");
}
END_TEST

START_TEST(arabic_lists_notes_verses_and_addresses)
{
	CHECK_CUTS("ar", "1. افتح الباب.", "١. اكتب اسمك. | ثم وقّع.",
	    "أ. السؤال الأول", "1- ادخل. | 2- اجلس.", "أولاً. | نبدأ بالدرس.",
	    "ورد ذلك في تقرير.[1] | ونفاه آخرون.[2]",
	    "قال تعالى ﴿إن مع العسر يسرا﴾. | وهذا وعد.",
	    "آية ۝ ثم آية ۝ ثم قال.",
	    "راسلنا على info@example.org. | شكرًا.",
	    "زوروا www.example.org/a.b?c=1. | ثم سجلوا.",
	    "الإصدار 2.4.1 متاح. | حمّله.");
}
END_TEST

START_TEST(arabic_marks_and_spaces_change_no_cut)
{
	static const char *const marks[] = { "\u200e", "\u200f", "\u202a",
		"\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067",
		"\u2068", "\u2069", "\u061c" };

	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		tm_buf text = { 0 };
		tm_spans spans = { 0 };
		tm_segmenter *seg = tm_segmenter_new("ar", NULL);

		/* around a title's stop, before a stop and after one */
		tm_buf_printf(&text, "زار د%s.%s سامر%s.%s وعاد.", marks[i],
		    marks[i], marks[i], marks[i]);
		tm_segment(seg, tm_buf_str(&text), &spans);
		ck_assert_msg(spans.n == 2, "%zu: %zu", i, spans.n);
		tm_spans_release(&spans);
		tm_segmenter_free(seg);
		tm_buf_release(&text);
	}
	/* harakat and tatweel before a stop, a no-break space after it, a
	 * space before it */
	CHECK_CUTS("ar", "هذا كتابٌ. | وهذا قلمٌ.", "انتهىـــ. | وبدأ.",
	    "أين هو ؟ | هنا .", "انتهى . | وبدأ.");
	CHECK_OPTION(
	    "ar", .lines = false, "انتهى.\u00a0وبدأ.", "انتهى. | وبدأ.");
}
END_TEST

START_TEST(arabic_lines_end_and_may_be_wrapped)
{
	CHECK_OPTION("ar", .lines = false,
	    "\ufeffالعنوان\r\nعمان، 3 أيار\r\n\r\nبدأ. ثم\fانتهى",
	    "\ufeffالعنوان | عمان، 3 أيار | بدأ. | ثم | انتهى");
	CHECK_OPTION("ar", .join = true, "بدأ الاجتماع\r\nأمس. ثم\r\n\r\nانتهى",
	    "بدأ الاجتماع\r\nأمس. | ثم | انتهى");
}
END_TEST

START_TEST(english_abbreviations_wait_for_what_follows)
{
	CHECK_CUTS("en", "Dr. Brown met Mrs. Green. | They talked.",
	    "See p. 7 of vol. 2. | It helps.", "J. R. Hartley wrote it.",
	    "He works for Acme Inc. | The pay is good.",
	    "It has lakes, e.g. Windermere. | Go there.",
	    "“Why now?” she asked. | Nobody knew.",
	    "The U.S. economy grew. | Prices fell.", "It cost $3.50. | Cheap!",
	    "“It is late. | We should go.” | He rose.");
}
END_TEST

START_TEST(languages_without_rules_have_the_default)
{
	CHECK_CUTS("sw", "Habari. | Nzuri sana!");
	CHECK_CUTS("root", "Dr. | Brown came.");
}
END_TEST

START_TEST(stops_without_spaces_end_sentences)
{
	char *got = cut("zh", TM_STR("你好。“再见！”他说。天黑了。"));

	ck_assert_str_eq(got, "你好。 | “再见！”他说。 | 天黑了。");
	free(got);
}
END_TEST

START_TEST(marks_that_do_not_show_are_looked_through_and_kept)
{
	CHECK_CUTS("ar", "قال د\u202a.\u202c ديفيد شيئًا. | وخرج.",
	    "انتهى.\u200f | وخرج.\u200f",
	    "قال \u2067“نعم.”\u2069 | \u2067وخرج\u2069.");
}
END_TEST

START_TEST(a_mark_stays_with_its_letter)
{
	char *got = cut("ja", TM_STR("終。\u0301次。x"));

	ck_assert_str_eq(got, "終。\u0301次。 | x");
	free(got);
}
END_TEST

START_TEST(every_kind_of_line_break_ends_a_paragraph)
{
	tm_error err;
	tm_segmenter *seg = tm_segmenter_new("en", &err);
	tm_spans spans = { 0 };
	tm_str text = TM_STR("One. Two\r\n\r\nThree\rFour\x0c"
			     "Five\u2029 \u00a0Six\u00a0\n \n");
	static const size_t want[] = { 0, 0, 1, 2, 3, 4 };

	tm_segment(seg, text, &spans);
	ck_assert_uint_eq(spans.n, 6);
	for (size_t i = 0; i < spans.n; i++)
		ck_assert_uint_eq(spans.v[i].paragraph, want[i]);
	ck_assert_tm_str_eq(
	    tm_str_sub(text, spans.v[5].start, spans.v[5].end), "Six");
	spans.n = 0;
	tm_segment_lines(text, &spans);
	ck_assert_uint_eq(spans.n, 5);
	ck_assert_tm_str_eq(
	    tm_str_sub(text, spans.v[0].start, spans.v[0].end), "One. Two");
	ck_assert_uint_eq(spans.v[4].paragraph, 4);
	tm_spans_release(&spans);
	tm_segmenter_free(seg);
}
END_TEST

static bool
is_white(tm_str s)
{
	for (size_t i = 0, len; i < s.n; i += len) {
		uint32_t c = tm_char_at(s, i, &len);

		if (!(c == ' ' || (c >= 9 && c <= 13) || c == 0x85 ||
			c == 0xa0 || c == 0x1680 ||
			(c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
			c == 0x2029 || c == 0x202f || c == 0x205f ||
			c == 0x3000))
			return false;
	}
	return true;
}

/* Neither end of span is inside a grapheme. */
static void
check_graphemes(UBreakIterator *graphemes, tm_str s, const tm_span *span)
{
	UErrorCode status = U_ZERO_ERROR;
	UText text = UTEXT_INITIALIZER;

	utext_openUTF8(&text, s.p, (int64_t)s.n, &status);
	ubrk_setUText(graphemes, &text, &status);
	ck_assert(U_SUCCESS(status));
	ck_assert(ubrk_isBoundary(graphemes, (int32_t)span->start));
	ck_assert(ubrk_isBoundary(graphemes, (int32_t)span->end));
	utext_close(&text);
}

START_TEST(nothing_is_lost_whatever_the_bytes_are)
{
	static const char *const pieces[] = { ".", "?", "!", " ", "\n", "\r",
		"a", "B", "د", "؟", "…", "”", "“", "\"", ")", "(", "۔", "،",
		"\u200f", "\u202a", "\u0301", "ـ", "َ", "\xff", "\xe2\x80",
		"\xc2", "\x80", "。", "」", "1", "٣", "\u00a0", "\ufeff",
		"\xf0\x9f\x91\xa9\xe2\x80\x8d", "Dr", "إلخ", "\u2028",
		/* a flag, a skin, a keycap; conjuncts, jamo, a tatweel
		 * with harakat, marks that open and close a direction */
		"\xf0\x9f\x87\xab", "\xf0\x9f\x8f\xbd", "\ufe0f\u20e3",
		"क\u094d", "ष", "।", "\u1100", "\u1161", "\u11a8", "\r\n", "ـُ",
		"\u2067", "\u2069", "\u061c", "\u200d", "ﷺ" };
	static const char *const langs[] = { "ar", "en", "zh", "root" };
	UErrorCode status = U_ZERO_ERROR;
	UBreakIterator *graphemes =
	    ubrk_open(UBRK_CHARACTER, "", NULL, 0, &status);
	unsigned seed = 1;

	for (size_t l = 0; l < sizeof langs / sizeof langs[0]; l++) {
		tm_segmenter *seg = tm_segmenter_new(langs[l], NULL);
		tm_spans spans = { 0 };
		tm_buf text = { 0 };

		for (int round = 0; round < 2000; round++) {
			tm_str s;
			size_t at = 0;

			tm_buf_clear(&text);
			spans.n = 0;
			for (int i = 0; i < 30; i++) {
				seed = seed * 1103515245 + 12345;
				if ((seed >> 16) % 11 == 0)
					tm_buf_addc(&text, '\0');
				tm_buf_adds(&text,
				    pieces[(seed >> 16) %
					   (sizeof pieces / sizeof pieces[0])]);
			}
			s = tm_buf_str(&text);
			tm_segment(seg, s, &spans);
			for (size_t i = 0; i < spans.n; i++) {
				tm_span v = spans.v[i];

				ck_assert_uint_lt(v.start, v.end);
				ck_assert_uint_le(at, v.start);
				ck_assert(is_white(tm_str_sub(s, at, v.start)));
				check_graphemes(graphemes, s, &v);
				at = v.end;
			}
			ck_assert(is_white(tm_str_sub(s, at, s.n)));
		}
		tm_buf_release(&text);
		tm_spans_release(&spans);
		tm_segmenter_free(seg);
	}
	ubrk_close(graphemes);
}
END_TEST

START_TEST(options_cut_more_or_less)
{
	CHECK_OPTION(
	    "en", .lines = true, "One. Two\n\nThree", "One. Two | Three");
	CHECK_OPTION("en", .join = true,
	    "A line that was\nwrapped. And\r\nmore\n \nNew",
	    "A line that was\nwrapped. | And\r\nmore | New");
	CHECK_OPTION("en", .whole_quotes = true,
	    "“It is late. We go.” He rose. Is “it open? No.",
	    "“It is late. We go.” | He rose. | Is “it open? | No.");
	CHECK_OPTION("en", .whole_quotes = true,
	    "\"It is. So.\" \"No. Yes.\" Then. On.",
	    "\"It is. So.\" | \"No. Yes.\" | Then. | On.");
	CHECK_OPTION("en", .colons = true, "Note: this; that. So",
	    "Note: | this; that. | So");
	CHECK_OPTION("en", .semicolons = true, "Note: this; that. So",
	    "Note: this; | that. | So");
	CHECK_OPTION("ar", .clauses = true,
	    "قال إن “الوضع هادئ”، مضيفًا أن “الطرق مفتوحة”.",
	    "قال إن “الوضع هادئ”، | مضيفًا أن “الطرق مفتوحة”.");
	CHECK_OPTION("en", .abbreviations = TM_STR("# mine\nQuux.\nfoo bar\n"),
	    "A Quux. Then foo  bar. Then bar. So",
	    "A Quux. Then foo  bar. Then bar. | So");
}
END_TEST

START_TEST(kinds_of_codes_are_told_apart)
{
	static const struct {
		const char *xml;
		tm_code_kind kind;
	} v[] = { { "<bpt i='1'/>", TM_CODE_START },
		{ "<ept i='1'>&lt;/b></ept>", TM_CODE_END },
		{ "<hi type='b'>", TM_CODE_START }, { "</hi>", TM_CODE_END },
		{ "<ph x='1'/>", TM_CODE_ISOLATED },
		{ "<it pos='begin' x='1'/>", TM_CODE_START },
		{ "<it x='1' pos=\"end\"/>", TM_CODE_END },
		{ "<it/>", TM_CODE_ISOLATED }, { "<", TM_CODE_ISOLATED },
		{ "", TM_CODE_ISOLATED } };

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		ck_assert_msg(tm_code_kind_of(tm_str_of(v[i].xml)) == v[i].kind,
		    "%s", v[i].xml);
}
END_TEST

/* ( ) | are a code that begins a pair, ends one, stands alone. */
static void
check_codes(const tm_segmenter *shared, const char *marked, const char *want)
{
	tm_segmenter *seg = tm_segmenter_share(shared);
	tm_buf text = { 0 }, out = { 0 };
	tm_code_place codes[20];
	tm_spans spans = { 0 };
	size_t n = 0, owner[20];

	for (const char *p = marked; *p != '\0'; p++)
		if (strchr("()|", *p) == NULL)
			tm_buf_addc(&text, *p);
		else
			codes[n++] = (tm_code_place){ text.n,
				*p == '('   ? TM_CODE_START
				: *p == ')' ? TM_CODE_END
					    : TM_CODE_ISOLATED };
	tm_segment(seg, tm_buf_str(&text), &spans);
	tm_segment_codes(seg, tm_buf_str(&text), &spans, codes, n, owner);
	for (size_t i = 0; i < n; i++)
		tm_buf_addc(
		    &out, owner[i] == SIZE_MAX ? '-' : "0123456789"[owner[i]]);
	ck_assert_tm_str_eq(tm_buf_str(&out), want);
	tm_spans_release(&spans);
	tm_buf_release(&text);
	tm_buf_release(&out);
	tm_segmenter_free(seg);
}

START_TEST(codes_at_a_cut_go_where_srx_says)
{
	tm_segmenter *en = tm_segmenter_new("en", NULL);
	tm_segmenter *root = tm_segmenter_new("root", NULL);

	/* those that end a pair stay, others go, and after one that goes all */
	check_codes(en, "(It is late.)| Go.", "001");
	check_codes(en, "It is (late.)( Go).", "0011");
	check_codes(en, "It is late.|) Go.", "11");
	check_codes(en, "It is late. (Go.)", "11");
	/* a code does not keep the rules from seeing the text */
	check_codes(en, "D(r.) Who came.)( And| went.|", "000111");
	/* the end of a paragraph is no cut of a rule's */
	check_codes(en, "It is late(|\n|)Go.", "0011");
	check_codes(en, "It is late. (|\n|)Go.", "0011");
	check_codes(en, "|\n\n", "-");
	check_codes(en, "", "");
	/* ICU cuts behind the space */
	check_codes(root, "It is late.) |Go.", "01");
	tm_segmenter_free(en);
	tm_segmenter_free(root);
}
END_TEST

START_TEST(spans_say_where_they_were_cut)
{
	tm_segmenter *seg = tm_segmenter_new("en", NULL);
	tm_spans spans = { 0 };

	tm_segment(seg, TM_STR(" One.  Two. \nThree"), &spans);
	ck_assert_uint_eq(spans.n, 3);
	ck_assert_uint_eq(spans.v[0].cut, 5);
	ck_assert_uint_eq(spans.v[1].cut, 11);
	ck_assert_uint_eq(spans.v[2].cut, 18);
	tm_spans_release(&spans);
	tm_segmenter_free(seg);
}
END_TEST

START_TEST(segmenters_share_rules_and_outlive_each_other)
{
	tm_segmenter *a = tm_segmenter_new("en", NULL), *b;
	tm_spans spans = { 0 };

	b = tm_segmenter_share(a);
	tm_segmenter_free(a);
	tm_segment(b, TM_STR("Dr. Brown came. He sat."), &spans);
	ck_assert_uint_eq(spans.n, 2);
	ck_assert(tm_segmenter_ok(b, NULL));
	tm_spans_release(&spans);
	tm_segmenter_free(b);
}
END_TEST

typedef struct gathered {
	tm_spans spans;
	tm_str text;
} gathered;

static bool
gather(void *ctx, tm_str segment, const tm_span *span, tm_error *err)
{
	gathered *g = ctx;

	ck_assert_uint_eq(segment.n, span->end - span->start);
	ck_assert(memcmp(segment.p, g->text.p + span->start, segment.n) == 0);
	tm_grow(g->spans.v, g->spans.n, g->spans.cap);
	g->spans.v[g->spans.n++] = *span;
	return true;
}

/* Text fed in pieces gives what it gives at once. */
static void
check_feeding(const char *lang, const tm_segment_options *options, tm_str text,
    size_t piece, bool grow)
{
	tm_segmenter *seg = tm_segmenter_new_with(lang, options, NULL);
	gathered g = { .text = text };
	tm_spans want = { 0 };
	size_t at = 0;

	tm_segment(seg, text, &want);
	while (at < text.n) {
		size_t n = text.n - at < piece ? text.n - at : piece;

		ck_assert(tm_segment_feed(seg, tm_str_sub(text, at, at + n),
		    false, gather, &g, NULL));
		at += n;
		piece += grow;
	}
	ck_assert(
	    tm_segment_feed(seg, (tm_str){ NULL, 0 }, true, gather, &g, NULL));
	ck_assert_uint_eq(g.spans.n, want.n);
	for (size_t i = 0; i < want.n; i++) {
		ck_assert_uint_eq(g.spans.v[i].start, want.v[i].start);
		ck_assert_uint_eq(g.spans.v[i].end, want.v[i].end);
		ck_assert_uint_eq(g.spans.v[i].paragraph, want.v[i].paragraph);
		ck_assert_uint_eq(g.spans.v[i].cut, want.v[i].cut);
	}
	tm_spans_release(&want);
	tm_spans_release(&g.spans);
	tm_segmenter_free(seg);
}

START_TEST(text_in_pieces_is_cut_as_in_one)
{
	const tm_str text = TM_STR(
	    "One. “Two. Three?” Four\r\nfive.\r\n\r\n  \n1. Six\xe2\x80\xa8"
	    "Seven\rEight\x0cNine \xff\xe2. ن. د. ع.\n\n \n\tTen. Dr. No\r");
	tm_segment_options v[] = { { 0 }, { .join = true }, { .lines = true },
		{ .whole_quotes = true } };

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		for (size_t piece = 1; piece < 20; piece++) {
			check_feeding("en", &v[i], text, piece, false);
			check_feeding("root", &v[i], text, piece, true);
		}
}
END_TEST

START_TEST(a_line_of_megabytes_is_cut_in_pieces_too)
{
	static const char *const parts[] = { "He came. ", "Dr. No said: “So?” ",
		"3.14 m. ", "قال د. سامر. ", "And. . . then ", "x ",
		"\xff. A" };
	tm_segment_options quotes = { .whole_quotes = true };
	tm_buf text = { 0 };
	unsigned seed = 7;

	while (text.n < 2500000) {
		seed = seed * 1103515245 + 12345;
		tm_buf_adds(&text,
		    parts[(seed >> 16) % (sizeof parts / sizeof parts[0])]);
	}
	check_feeding(
	    "en", &(tm_segment_options){ 0 }, tm_buf_str(&text), 65536, false);
	check_feeding("ar", &quotes, tm_buf_str(&text), 100003, false);
	check_feeding("root", &(tm_segment_options){ 0 }, tm_buf_str(&text),
	    300000, false);
	memset(text.p, 'x', text.n);
	check_feeding(
	    "en", &(tm_segment_options){ 0 }, tm_buf_str(&text), 65536, false);
	check_feeding("root", &(tm_segment_options){ 0 }, tm_buf_str(&text),
	    65536, false);
	tm_buf_release(&text);
}
END_TEST

/* A crude guard: quadratic time would take hours. */
START_TEST(long_lines_of_one_character_take_linear_time)
{
	static const char *const units[] = { ".", " ", "\"", ". ", "?\" ", "。",
		"A. ", "1. ", "...” ", "\xff", "د. " };

	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		for (int arabic = 0; arabic < 2; arabic++) {
			tm_segmenter *seg =
			    tm_segmenter_new(arabic ? "ar" : "en", NULL);
			tm_spans spans = { 0 };
			tm_buf text = { 0 };

			while (text.n < 300000)
				tm_buf_adds(&text, units[i]);
			tm_segment(seg, tm_buf_str(&text), &spans);
			tm_buf_release(&text);
			tm_spans_release(&spans);
			tm_segmenter_free(seg);
		}
}
END_TEST

static size_t
count(const char *lang, const char *name)
{
	tm_segmenter *seg = tm_segmenter_new(lang, NULL);
	tm_spans spans = { 0 };
	tm_buf text = { 0 }, path = { 0 };
	tm_error err;
	size_t n = 0;

	tm_buf_printf(
	    &path, "%s/../shared/data/article/%s", getenv("TM_SRCDIR"), name);
	if (tm_read_file(path.p, &text, &err)) {
		tm_segment(seg, tm_buf_str(&text), &spans);
		n = spans.n;
	}
	tm_buf_release(&path);
	tm_buf_release(&text);
	tm_spans_release(&spans);
	tm_segmenter_free(seg);
	return n;
}

START_TEST(an_article_has_as_many_sentences_as_people_count)
{
	size_t ar = count("ar", "article.ar.txt");
	size_t en = count("en", "article.en.txt");

	if (ar == 0) /* not there */
		return;
	ck_assert_uint_eq(ar, 11);
	ck_assert_uint_eq(en, 19);
}
END_TEST

UNIT_MAIN("segment", arabic_ends_at_stops_and_nowhere_else,
    arabic_titles_and_initials_end_nothing,
    arabic_closers_stand_on_either_side_of_the_stop,
    arabic_closers_come_in_every_shape,
    arabic_references_eras_and_units_wait_for_a_number,
    arabic_lists_notes_verses_and_addresses,
    arabic_marks_and_spaces_change_no_cut, arabic_lines_end_and_may_be_wrapped,
    english_abbreviations_wait_for_what_follows,
    languages_without_rules_have_the_default,
    stops_without_spaces_end_sentences,
    marks_that_do_not_show_are_looked_through_and_kept,
    a_mark_stays_with_its_letter, every_kind_of_line_break_ends_a_paragraph,
    nothing_is_lost_whatever_the_bytes_are, options_cut_more_or_less,
    kinds_of_codes_are_told_apart, codes_at_a_cut_go_where_srx_says,
    spans_say_where_they_were_cut,
    segmenters_share_rules_and_outlive_each_other,
    text_in_pieces_is_cut_as_in_one, a_line_of_megabytes_is_cut_in_pieces_too,
    long_lines_of_one_character_take_linear_time,
    an_article_has_as_many_sentences_as_people_count)

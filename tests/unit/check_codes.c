#include "config.h"

#include "unit.h"

#include "tm/codes.h"
#include "tm/match.h"
#include "tm/text_int.h"

static tm_arena arena;

static const char *
mark(const char *text, const tm_code_at *codes, size_t n, bool in_place)
{
	static tm_buf out;

	tm_buf_clear(&out);
	tm_codes_mark(tm_str_of(text), codes, n, in_place, &out);
	for (size_t i = 0; i < out.n; i++)
		if (out.p[i] == TM_CODE_SO)
			out.p[i] = '{';
		else if (out.p[i] == TM_CODE_SI)
			out.p[i] = '}';
	tm_buf_addc(&out, '\0');
	return out.p;
}

/* What was typed, with "{" and "}" round its codes. */
static const char *
typed(const char *text)
{
	tm_coded c;

	tm_arena_clear(&arena);
	tm_codes_read(tm_str_of(text), &arena, &c);
	return mark(tm_arena_str(&arena, c.text).p, c.codes, c.n_codes, true);
}

static const char *
shown_as(void (*show)(tm_str, tm_buf *), const char *xml)
{
	static tm_buf out;

	tm_buf_clear(&out);
	show(tm_str_of(xml), &out);
	tm_buf_addc(&out, '\0');
	return out.p;
}

static const char *
shown(const char *xml)
{
	return shown_as(tm_code_show, xml);
}

static const char *
native(const char *xml)
{
	return shown_as(tm_code_show_native, xml);
}

START_TEST(a_code_has_one_way_of_writing)
{
	static const char *const same[] = { "<ph x=\"1\" type=\"a\"/>",
		"<ph type='a' x='1'/>", "<ph  x = \"1\"\n type=\"a\"  />",
		"<ph x=\"1\" type=\"a\"></ph>" };

	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
		tm_code_at c = { 1, tm_str_of(same[i]) };

		ck_assert_str_eq(
		    mark("ab", &c, 1, true), "a{<ph type=\"a\" x=\"1\"/>}b");
	}
}
END_TEST

START_TEST(a_code_in_a_word_stands_behind_it_for_comparing)
{
	tm_code_at c[] = { { 2, TM_STR("<hi>") }, { 3, TM_STR("</hi>") },
		{ 6, TM_STR("<ph/>") } };

	ck_assert_str_eq(
	    mark("abcde fg", c, 3, false), "abcde{<hi>}{</hi>} {<ph/>}fg");
	ck_assert_str_eq(
	    mark("abcde fg", c, 3, true), "ab{<hi>}c{</hi>}de {<ph/>}fg");
}
END_TEST

START_TEST(offsets_that_cannot_be_are_mended)
{
	tm_code_at c[] = { { 9, TM_STR("<a/>") }, { 1, TM_STR("<b/>") } };

	ck_assert_str_eq(mark("xy", c, 2, true), "xy{<a/>}{<b/>}");
	ck_assert_str_eq(mark("", c, 1, false), "{<a/>}");
	c[0].xml = TM_STR("a\x0e\x0f<");
	ck_assert_str_eq(mark("", c, 1, false), "{a<}");
}
END_TEST

START_TEST(marked_texts_come_apart_again)
{
	tm_code_at c[] = { { 0, TM_STR("<ph x=\"1\"/>") },
		{ 4, TM_STR("<hi>") }, { 4, TM_STR("</hi>") } };
	tm_buf marked = { 0 };
	tm_coded back;

	tm_codes_mark(TM_STR("abcd"), c, 3, true, &marked);
	tm_arena_clear(&arena);
	tm_codes_split(tm_buf_str(&marked), &arena, &back);
	ck_assert(tm_str_eq(back.text, TM_STR("abcd")));
	ck_assert_uint_eq(back.n_codes, 3);
	for (size_t i = 0; i < 3; i++) {
		ck_assert_uint_eq(back.codes[i].at, c[i].at);
		ck_assert(tm_str_eq(back.codes[i].xml, c[i].xml));
	}
	tm_buf_release(&marked);
}
END_TEST

START_TEST(what_was_typed_is_read_as_a_file_would_be)
{
	static const struct {
		const char *text, *want;
	} v[] = {
		{ "Click <ph x='1'/> here", "Click {<ph x=\"1\"/>} here" },
		{ "a <bpt i=\"1\">&lt;b></bpt>b<ept i=\"1\"/>",
		    "a {<bpt i=\"1\">&lt;b></bpt>}b{<ept i=\"1\"/>}" },
		{ "<hi type='x'>a</hi>", "{<hi type=\"x\">}a{</hi>}" },
		/* XLIFF: see tm/format/xliff.c */
		{ "<g id=\"1\">a</g>",
		    "{<bpt i=\"1\" type=\"x-g\" x=\"1\">&lt;g "
		    "id=\"1\"&gt;</bpt>}a{<ept i=\"1\">&lt;/g&gt;</ept>}" },
		{ "<x id='7'/>", "{<ph type=\"x-x\" x=\"7\">&lt;x "
				 "id=\"7\"/&gt;</ph>}" },
		{ "<ph id='7'>%s</ph>", "{<ph x=\"7\">%s</ph>}" },
		{ "<pc id='b'>a<pc id='c'>d</pc></pc>",
		    "{<bpt i=\"1001\" type=\"x-pc\" x=\"1001\">&lt;pc "
		    "id=\"b\"&gt;</bpt>}a{<bpt i=\"1002\" type=\"x-pc\" "
		    "x=\"1002\">&lt;pc id=\"c\"&gt;</bpt>}d{<ept "
		    "i=\"1002\">&lt;/pc&gt;</ept>}{<ept "
		    "i=\"1001\">&lt;/pc&gt;</ept>}" },
		/* How tools show them: Okapi, OmegaT. */
		{ "<1>a</1><2/>", "{<bpt i=\"1\"/>}a{<ept i=\"1\"/>}"
				  "{<ph x=\"2\"/>}" },
		{ "<f0>a</f0>", "{<bpt i=\"0\"/>}a{<ept i=\"0\"/>}" },
		/* Text. */
		{ "<b>a</b> <br/> %s {0} a < b", NULL },
		{ "<ph>", NULL },
		{ "<g>a</g>", NULL },
		{ "<g id=\"1\">a", NULL },
		{ "a</g></hi>", NULL },
		{ "<x id=1/>", NULL },
		{ "<h1>a</h1>", NULL },
		{ "&lt;ph/&gt;", NULL },
		{ "<1234567/>", NULL },
		{ "<", NULL },
		{ "<1", NULL },
	};

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		ck_assert_str_eq(typed(v[i].text),
		    v[i].want == NULL ? v[i].text : v[i].want);
}
END_TEST

START_TEST(tags_can_be_read_as_codes)
{
	tm_coded c;

	tm_arena_clear(&arena);
	ck_assert(
	    tm_codes_read_tags(TM_STR("<b>a</b><br/> %s <1/> <c"), &arena, &c));
	ck_assert_uint_eq(c.n_codes, 4);
	ck_assert_str_eq(
	    mark(tm_arena_str(&arena, c.text).p, c.codes, c.n_codes, true),
	    "{<bpt>&lt;b&gt;</bpt>}a{<ept>&lt;/b&gt;</ept>}"
	    "{<ph>&lt;br/&gt;</ph>} %s {<ph x=\"1\"/>} <c");
	ck_assert_str_eq(shown("<bpt>&lt;b&gt;</bpt>"), "<b>");
	ck_assert(!tm_codes_read_tags(TM_STR("a <1/> %s"), &arena, &c));
}
END_TEST

START_TEST(placeholders_are_found_in_order)
{
	static const char *const texts[] = { "", "none", "%s", "a %1$d b{0}<b>",
		"ملف %s", "5 % off", "x &amp; y", "%", "\xff%s\xff" };
	static const char *const wanted[] = { "", "none", "[%s]",
		"a [%1$d] b[{0}][<b>]", "ملف [%s]", "5 % off", "x [&amp;] y",
		"%", "\xff[%s]\xff" };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		tm_str plain, code;
		tm_buf out = { 0 };
		size_t at = 0;

		while (tm_placeholder_next(
		    tm_str_of(texts[i]), &at, &plain, &code)) {
			tm_buf_add(&out, plain.p, plain.n);
			if (code.p != NULL)
				tm_buf_printf(&out, "[%.*s]", TM_STR_ARG(code));
		}
		ck_assert(tm_str_eq(tm_buf_str(&out), tm_str_of(wanted[i])));
		tm_buf_release(&out);
	}
}
END_TEST

START_TEST(people_see_the_number)
{
	ck_assert_str_eq(shown("<ph x=\"1\"/>"), "<1/>");
	ck_assert_str_eq(shown("<bpt i=\"2\" x=\"3\">&lt;b&gt;</bpt>"), "<2>");
	ck_assert_str_eq(shown("<ept i=\"2\"/>"), "</2>");
	ck_assert_str_eq(shown("<it pos=\"end\" x=\"4\"/>"), "</4>");
	ck_assert_str_eq(shown("<hi>"), "<hi>");
	ck_assert_str_eq(shown("</hi>"), "</hi>");
	ck_assert_str_eq(shown("<ph/>"), "<ph/>");
	ck_assert_str_eq(shown("what?"), "<?>");
	ck_assert_str_eq(
	    native("<bpt i=\"2\">&lt;b c='&amp;'&gt;</bpt>"), "<b c='&'>");
	ck_assert_str_eq(native("<ph x=\"1\">%s</ph>"), "%s");
	ck_assert_str_eq(native("<ph x=\"1\"/>"), "<1/>");
	ck_assert_str_eq(native("<hi>"), "<hi>");
	ck_assert_str_eq(native("what?"), "<?>");
	ck_assert_str_eq(native(""), "<?>");
}
END_TEST

START_TEST(words_are_what_they_are_without_codes)
{
	static const char *const texts[] = { "Click here, now.",
		"٣٫٥ ملف\xd9\x8e«١٬٢٣٤»", "don't %s <b>x</b> 1,234.5",
		"打开文件", "e\xcc\x81 &File _x",
		"100 %d ok %@x %(a <b &am {a" };
	tm_analyser *an = tm_analyser_new("en");
	tm_tokens plain = { 0 }, coded = { 0 };
	tm_buf marked = { 0 };

	for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
		tm_str s = tm_str_of(texts[k]);

		tm_analyse(an, s, &plain);
		for (size_t at = 0; at <= s.n; at++) {
			tm_code_at c[] = { { at, TM_STR("<ph>)s>;}</ph>") },
				{ at, TM_STR("<hi>") } };
			size_t j = 0;

			tm_buf_clear(&marked);
			tm_codes_mark(s, c, 2, false, &marked);
			tm_analyse(an, tm_buf_str(&marked), &coded);
			ck_assert_uint_eq(coded.n, plain.n + 2);
			for (size_t i = 0; i < coded.n; i++) {
				if (marked.p[coded.v[i].start] == TM_CODE_SO)
					continue;
				ck_assert(
				    tm_str_eq(coded.v[i].key, plain.v[j].key));
				j++;
			}
			ck_assert_uint_eq(j, plain.n);
		}
	}
	tm_buf_release(&marked);
	tm_tokens_release(&plain);
	tm_tokens_release(&coded);
	tm_analyser_free(an);
}
END_TEST

static int
points(const tm_match *m, const char *name)
{
	for (size_t i = 0; i < m->n_ledger; i++)
		if (strcmp(m->ledger[i].name, name) == 0)
			return m->ledger[i].points;
	return 0;
}

START_TEST(codes_alone_cost_less_than_five_points)
{
	static const struct {
		const char *query, *stored;
		int least, most;
	} v[] = {
		{ "Click <ph x='1'/> here", "Click <ph x=\"1\"/> here", 100,
		    100 },
		{ "Click here", "Click <ph x=\"1\"/> here", 97, 99 },
		{ "Open", "<1>Open</1>", 95, 99 },
		{ "Click <ph x='2'/> here", "Click <ph x=\"1\"/> here", 99,
		    99 },
		{ "<1>Click here</1>", "Click <1>here</1>", 95, 99 },
		/* Its number says which, its content says what. */
		{ "<1>a</1>", "<bpt i='1'>&lt;g id=\"1\"&gt;</bpt>a</1>", 99,
		    99 },
		/* A placeholder in a code is a placeholder. */
		{ "<ph x='1'>%s</ph> files", "files", 0, 70 },
		{ "<ph x='1'>%s</ph> files", "%s files", 97, 99 },
	};
	tm_analyser *an = tm_analyser_new("en");
	tm_match_side q = { 0 }, s = { 0 };
	tm_match m = { 0 };

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		tm_coded a, b;
		tm_buf x = { 0 }, y = { 0 };

		tm_arena_clear(&arena);
		tm_codes_read(tm_str_of(v[i].query), &arena, &a);
		tm_codes_read(tm_str_of(v[i].stored), &arena, &b);
		tm_codes_mark(a.text, a.codes, a.n_codes, false, &x);
		tm_codes_mark(b.text, b.codes, b.n_codes, false, &y);
		tm_match_side_set(&q, an, tm_buf_str(&x));
		tm_match_side_set(&s, an, tm_buf_str(&y));
		tm_match_compare(&q, &s, &m);
		ck_assert_msg(m.rate >= v[i].least && m.rate <= v[i].most,
		    "%s: %d", v[i].query, m.rate);
		ck_assert_int_eq(points(&m, "codes"), 100 - m.rate);
		tm_buf_release(&x);
		tm_buf_release(&y);
	}
	tm_match_release(&m);
	tm_match_side_release(&q);
	tm_match_side_release(&s);
	tm_analyser_free(an);
}
END_TEST

START_TEST(placeholders_in_codes_can_go_by_their_numbers)
{
	static const struct {
		const char *xml, *number; /* NULL: it is a tag as it is */
	} v[] = { { "<ph x=\"1\">{0}</ph>", "<1/>" },
		{ "<ph x=\"12\">%s</ph>", "<12/>" },
		{ "<bpt i=\"3\">%s</bpt>", "<3>" },
		{ "<ept i=\"3\">%d</ept>", "</3>" },
		{ "<ph>{0}</ph>", "<ph/>" }, { "<ph x=\"1\"/>", NULL },
		{ "<bpt i=\"1\">&lt;b&gt;</bpt>", NULL }, { "<hi>", NULL } };
	tm_buf in = { 0 }, out = { 0 }, fold = { 0 };

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		tm_code_at c[2] = { { 2, tm_str_of(v[i].xml) },
			{ 4, tm_str_of(v[i].xml) } };
		tm_codes_way way = { { NULL, 0 }, 0, 0 };
		size_t from = 0, to = 0;
		tm_scanned s, t;

		tm_buf_clear(&in);
		tm_buf_clear(&out);
		tm_codes_mark(TM_STR("a  b"), c, 2, false, &in);
		ck_assert_int_eq(tm_codes_by_number(tm_buf_str(&in), &out),
		    v[i].number != NULL);
		if (v[i].number == NULL) {
			ck_assert_uint_eq(out.n, 0);
			continue;
		}
		/* Token for token it is the same text. */
		way.text = tm_buf_str(&out);
		while (tm_scan(tm_buf_str(&in), &from, &s)) {
			ck_assert(tm_scan(way.text, &to, &t));
			ck_assert_uint_eq(
			    tm_codes_way_back(&way, t.start), s.start);
			ck_assert_uint_eq(
			    tm_codes_way_back(&way, t.end), s.end);
			if (s.kind != TM_CODE)
				continue;
			tm_buf_clear(&fold);
			ck_assert(tm_code_fold(
			    tm_str_sub(way.text, t.start, t.end), &fold));
			ck_assert_tm_str_eq(tm_buf_str(&fold), v[i].number);
		}
		ck_assert(!tm_scan(way.text, &to, &t));
	}
	tm_buf_release(&in);
	tm_buf_release(&out);
	tm_buf_release(&fold);
}
END_TEST

START_TEST(a_megabyte_of_halves_takes_no_time)
{
	static const char *const parts[] = { "<g id=\"1\">", "<ph>", "\x0e",
		"<hi>", "<x id='a", "<1", "</g>", "<bpt i='1'><" };
	tm_buf text = { 0 }, number = { 0 };
	tm_analyser *an = tm_analyser_new("en");
	tm_tokens tokens = { 0 };
	tm_coded c;

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		tm_buf_clear(&text);
		while (text.n < 1 << 20)
			tm_buf_adds(&text, parts[i]);
		tm_arena_clear(&arena);
		tm_codes_read(tm_buf_str(&text), &arena, &c);
		tm_buf_clear(&text);
		tm_codes_mark(c.text, c.codes, c.n_codes, false, &text);
		tm_analyse(an, tm_buf_str(&text), &tokens);
		tm_buf_clear(&number);
		tm_codes_by_number(tm_buf_str(&text), &number);
	}
	tm_buf_release(&number);
	tm_tokens_release(&tokens);
	tm_analyser_free(an);
	tm_buf_release(&text);
	tm_arena_release(&arena);
}
END_TEST

UNIT_MAIN("codes", a_code_has_one_way_of_writing,
    a_code_in_a_word_stands_behind_it_for_comparing,
    offsets_that_cannot_be_are_mended, marked_texts_come_apart_again,
    what_was_typed_is_read_as_a_file_would_be, tags_can_be_read_as_codes,
    placeholders_are_found_in_order, people_see_the_number,
    words_are_what_they_are_without_codes,
    codes_alone_cost_less_than_five_points,
    placeholders_in_codes_can_go_by_their_numbers,
    a_megabyte_of_halves_takes_no_time)

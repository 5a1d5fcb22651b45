#include "config.h"

#include "unit.h"

#include <unistd.h>

#include "tm/lexicon_int.h"

/* What a list or TBX says: pairs as "word=word weight", in order, then the
 * complaints as "LINE message". */
struct heard {
	tm_buf said;
	tm_error err;
	bool ok;
	size_t pairs;
};

static void
note(void *self, size_t line, const char *msg)
{
	struct heard *h = self;

	tm_buf_printf(&h->said, "%zu %s;", line, msg);
}

static void
add_pairs(struct heard *h, const tm_lexicon *lex)
{
	const tm_lex_table *t = &lex->table[TM_LEX_DICT];

	for (size_t f = 0; f < t->from.n && t->n_entries > 0; f++)
		for (uint32_t k = t->start[f]; k < t->start[f + 1]; k++)
			tm_buf_printf(&h->said, "%.*s=%.*s %g;",
			    TM_STR_ARG(t->from.v[f]),
			    TM_STR_ARG(t->to.v[t->entry[k].to]),
			    (double)t->entry[k].weight);
}

static void
hear(struct heard *h, bool tbx, tm_str text)
{
	tm_lexicon *lex = tm_lexicon_new("en", "ar");
	tm_lexicon_complaints to = { note, h };

	*h = (struct heard){ .pairs = 0 };
	tm_buf_adds(&h->said, "");
	h->ok = (tbx ? tm_lexicon_read_tbx : tm_lexicon_read_tsv)(
	    lex, "x", text, &to, &h->pairs, &h->err);
	tm_lexicon_settle(lex);
	add_pairs(h, lex);
	tm_lexicon_free(lex);
}

static void
check_list(const char *text, size_t n, const char *said)
{
	struct heard h;

	hear(&h, false, (tm_str){ text, n });
	ck_assert_msg(h.ok, "%s", h.err.msg);
	ck_assert_str_eq(h.said.p, said);
	tm_buf_release(&h.said);
}

#define LIST(text, said) check_list(text, sizeof text - 1, said)

static void
check_tbx(const char *text, const char *said)
{
	struct heard h;

	hear(&h, true, tm_str_of(text));
	ck_assert_msg(h.ok, "%s", h.err.msg);
	ck_assert_str_eq(h.said.p, said);
	tm_buf_release(&h.said);
}

START_TEST(a_list_has_pairs_with_weights_and_comments)
{
	LIST("pit\tحفر\nstage\tمرحل\t2\n", "wpit=wحفر 1;wstag=wمرحل 2;");
	LIST("\xef\xbb\xbf# pits\r\n\r\npit\tحفر\r\n", "wpit=wحفر 1;");
	LIST("pit\tحفر\npit\tحفر\t.5\n", "wpit=wحفر 1.5;");
	LIST("pit\tحفر", "wpit=wحفر 1;");
	LIST("", "");
}
END_TEST

START_TEST(words_of_a_phrase_share_its_weight)
{
	LIST("deep pit\tحفر\n", "wdeep=wحفر 0.5;wpit=wحفر 0.5;");
	LIST("a b c d e\tحفر\none two three four five\tحفر\n", "");
}
END_TEST

START_TEST(a_line_of_tags_says_which_column_is_which)
{
	LIST("en\tar\npit\tحفر\n", "wpit=wحفر 1;");
	LIST("AR_eg\ten-GB\nحفر\tpit\n", "wpit=wحفر 1;");
	/* Only the first line. */
	LIST("pit\tحفر\nar\ten\n", "wpit=wحفر 1;war=wen 1;");
}
END_TEST

START_TEST(bad_lines_are_told_and_left_out)
{
	LIST("a\nb\tc\td\te\n\tx\ny\t\nz\tx\t0\nz\tx\t1e9\nz\tx\tnan\n"
	     "w\xff\tx\nz\tx\ttwo\npit\tحفر\n",
	    "1 no tab between two words;"
	    "2 more than three columns: source, target and weight;"
	    "3 an empty source;4 an empty target;"
	    "5 '0' is no weight: a number above 0, a million at most;"
	    "6 '1e9' is no weight: a number above 0, a million at most;"
	    "7 'nan' is no weight: a number above 0, a million at most;8 byte "
	    "2 is not UTF-8;"
	    "9 'two' is no weight: a number above 0, a million at "
	    "most;wpit=wحفر 1;");
}
END_TEST

START_TEST(what_has_nul_bytes_is_no_list)
{
	struct heard h;

	hear(&h, false, (tm_str){ "pit\t\0x\n", 7 });
	ck_assert(!h.ok);
	ck_assert_int_eq(h.err.code, TM_PARSE);
	tm_buf_release(&h.said);
}
END_TEST

START_TEST(the_dialects_of_tbx_are_read)
{
	check_tbx("<martif type='TBX-Basic'><text><body><termEntry>"
		  "<langSet xml:lang='en-GB'><tig><term>pit</term></tig>"
		  "<ntig><termGrp><term>h<hi>ol</hi>e</term></termGrp></ntig>"
		  "</langSet><langSet xml:lang='ar'><tig><term>حفر</term></tig>"
		  "</langSet><langSet xml:lang='de'><tig><term>Loch</term>"
		  "</tig></langSet></termEntry></body></text></martif>",
	    "wpit=wحفر 1;whole=wحفر 1;");
	check_tbx("<tbx type='TBX-Core' xmlns='urn:iso:std:iso:30042:ed-2'>"
		  "<text><body><conceptEntry><langSec xml:lang='ar'><termSec>"
		  "<term>حفر</term></termSec></langSec><langSec xml:lang='en'>"
		  "<termSec><term> pit </term></termSec></langSec>"
		  "</conceptEntry></body></text></tbx>",
	    "wpit=wحفر 1;");
	check_tbx("<TBX dialect='TBX-Min'><body><termEntry>"
		  "<langGroup xml:lang='en'><termGroup><term>pit</term>"
		  "</termGroup></langGroup><langGroup xml:lang='ar'>"
		  "<termGroup><term>حفر</term></termGroup></langGroup>"
		  "</termEntry></body></TBX>",
	    "wpit=wحفر 1;");
}
END_TEST

START_TEST(terms_do_not_leak_from_one_entry_into_the_next)
{
	check_tbx("<tbx><body><conceptEntry><langSec xml:lang='en'><term>pit"
		  "</term></langSec></conceptEntry><conceptEntry>"
		  "<langSec xml:lang='ar'><term>حفر</term></langSec>"
		  "</conceptEntry></body></tbx>",
	    "");
	check_tbx("<tbx><conceptEntry><langSec><term>pit</term></langSec>"
		  "<term>x</term><langSec xml:lang='en'><term/></langSec>"
		  "</conceptEntry></tbx>",
	    "1 <langSec> does not say its language;1 an empty <term>;");
}
END_TEST

static void
refuses_tbx(const char *text, const char *why)
{
	struct heard h;

	hear(&h, true, tm_str_of(text));
	ck_assert(!h.ok);
	ck_assert_int_eq(h.err.code, TM_PARSE);
	ck_assert_msg(strstr(h.err.msg, why) != NULL, "%s", h.err.msg);
	tm_buf_release(&h.said);
}

START_TEST(what_is_no_tbx_is_refused)
{
	refuses_tbx("<html><body/></html>", "<html> is not TBX");
	refuses_tbx("<tmx version='1.4'/>", "<tmx> is not TBX");
	refuses_tbx("<martif><text>", "x");
}
END_TEST

START_TEST(an_entry_with_many_terms_costs_what_it_costs)
{
	tm_buf tbx = { 0 };
	struct heard h;

	tm_buf_adds(&tbx, "<tbx><conceptEntry>");
	for (int side = 0; side < 2; side++) {
		tm_buf_printf(
		    &tbx, "<langSec xml:lang='%s'>", side == 0 ? "en" : "ar");
		for (int i = 0; i < 30000; i++)
			tm_buf_printf(&tbx, "<term>t%c%c%c</term>",
			    'a' + i % 26, 'a' + i / 26 % 26,
			    'a' + i / 26 / 26 % 26);
		tm_buf_adds(&tbx, "</langSec>");
	}
	tm_buf_adds(&tbx, "</conceptEntry></tbx>");
	hear(&h, true, tm_buf_str(&tbx));
	ck_assert(h.ok);
	ck_assert_uint_eq(h.pairs, 64 * 64);
	tm_buf_release(&h.said);
	tm_buf_release(&tbx);
}
END_TEST

/* Read a file of these bytes. */
static bool
read_file(const char *bytes, size_t n, size_t *pairs, tm_error *err)
{
	char path[] = "/tmp/tm-check-XXXXXX";
	int fd = mkstemp(path);
	tm_lexicon *lex = tm_lexicon_new("en", "ar");
	bool ok;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, n), (ssize_t)n);
	close(fd);
	ok = tm_lexicon_add_file(lex, path, NULL, NULL, pairs, err);
	unlink(path);
	tm_lexicon_free(lex);
	return ok;
}

static size_t
pairs_in(const char *bytes, size_t n)
{
	size_t pairs;
	tm_error err;

	ck_assert_msg(read_file(bytes, n, &pairs, &err), "%s", err.msg);
	return pairs;
}

/* A list that a spreadsheet has saved as "Unicode text". */
START_TEST(a_list_in_utf_16_is_a_list)
{
	static const char list[] = "\xff\xfep\0i\0t\0\t\0\x2d\x06\x41\x06"
				   "\x31\x06\r\0\n\0",
			  half[] = "\xfe\xff\0p\0";
	size_t pairs;
	tm_error err;

	ck_assert_uint_eq(pairs_in(list, sizeof list - 1), 1);
	ck_assert(!read_file(half, sizeof half - 1, &pairs, &err));
	ck_assert_int_eq(err.code, TM_PARSE);
}
END_TEST

START_TEST(which_of_them_it_is_shows_in_the_file)
{
	static const struct {
		const char *text;
		size_t pairs;
	} files[] = { { "pit\tحفر\n", 1 }, { "<b>\tحفر\n", 1 }, { "", 0 },
		{ "\xef\xbb\xbf<?xml version='1.0'?>\n"
		  "<tbx><conceptEntry><langSec xml:lang='en'>"
		  "<term>pit</term></langSec><langSec xml:lang='ar'>"
		  "<term>حفر</term></langSec></conceptEntry></tbx>",
		    1 } };

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		ck_assert_uint_eq(
		    pairs_in(files[i].text, strlen(files[i].text)),
		    files[i].pairs);
}
END_TEST

START_TEST(a_list_that_is_not_there_is_told)
{
	tm_lexicon *lex = tm_lexicon_new("en", "ar");
	size_t pairs;
	tm_error err;

	ck_assert(!tm_lexicon_add_file(
	    lex, "/nonexistent", NULL, NULL, &pairs, &err));
	ck_assert_int_eq(err.code, TM_IO);
	tm_lexicon_free(lex);
}
END_TEST

static void
names_packages(const char *from, const char *to, const char *said)
{
	tm_lexicon *lex = tm_lexicon_new(from, to);
	tm_error err;

	ck_assert(!tm_lexicon_add_freedict(lex, "/nonexistent", NULL, &err));
	ck_assert_int_eq(err.code, TM_ABSENT);
	ck_assert_msg(strstr(err.msg, said) != NULL, "%s", err.msg);
	tm_lexicon_free(lex);
}

START_TEST(only_packages_that_exist_are_named)
{
	ck_assert(tm_dictd_exists("deu", "tur"));
	ck_assert(!tm_dictd_exists("ara", "deu"));
	ck_assert(!tm_dictd_exists("", ""));
	ck_assert(!tm_dictd_exists("deu", "tu"));
	names_packages("ar-SY", "en",
	    "the packages dict-freedict-ara-eng and dict-freedict-eng-ara");
	names_packages("en", "cs", "dict-freedict-eng-ces");
	/* by the code that FreeDict has them under */
	names_packages("en", "nb-NO", "dict-freedict-eng-nor");
	names_packages("sw", "en", "dict-freedict-swh-eng");
	names_packages("arb", "en", "dict-freedict-ara-eng");
	names_packages("nn", "nb", "dict-freedict-nno-nob");
	names_packages("pl", "ga", "dict-freedict-pol-gle");
	names_packages("eo", "en", "the package dict-freedict-epo-eng has one");
	names_packages("en", "eo", "the package dict-freedict-epo-eng has one");
	names_packages("ar", "zh", "FreeDict has none for 'ar' and 'zh'");
}
END_TEST

UNIT_MAIN("lexicon_file", a_list_has_pairs_with_weights_and_comments,
    words_of_a_phrase_share_its_weight,
    a_line_of_tags_says_which_column_is_which, bad_lines_are_told_and_left_out,
    what_has_nul_bytes_is_no_list, the_dialects_of_tbx_are_read,
    terms_do_not_leak_from_one_entry_into_the_next, what_is_no_tbx_is_refused,
    an_entry_with_many_terms_costs_what_it_costs, a_list_in_utf_16_is_a_list,
    which_of_them_it_is_shows_in_the_file, a_list_that_is_not_there_is_told,
    only_packages_that_exist_are_named)

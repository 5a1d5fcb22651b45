#include "config.h"

#include "tm/srx_int.h"
#include "unit.h"

#include <dirent.h>
#include <unistd.h>

#define HEAD(cascade)                                                 \
	"<?xml version='1.0'?>\n<srx version='2.0' "                  \
	"xmlns='http://www.lisa.org/srx20'><header cascade='" cascade \
	"'/><body><languagerules>\n"
#define RULES(name, ...)                                         \
	"<languagerule languagerulename='" name "'>" __VA_ARGS__ \
	"</languagerule>\n"
#define RULE(how, before, after)                                               \
	"<rule" how "><beforebreak>" before "</beforebreak><afterbreak>" after \
	"</afterbreak></rule>\n"
#define NO(before, after) RULE(" break='no'", before, after)
#define YES(before, after) RULE(" break='yes'", before, after)
#define MAPS "</languagerules><maprules>\n"
#define MAP(pattern, name)                                                   \
	"<languagemap languagepattern='" pattern "' languagerulename='" name \
	"'/>\n"
#define TAIL "</maprules></body></srx>\n"
#define ONE(...) HEAD("no") RULES("R", __VA_ARGS__) MAPS MAP(".*", "R") TAIL

typedef struct warnings {
	size_t n, line;
	char last[500];
} warnings;

static void
warn(void *ctx, const char *path, size_t line, const char *message)
{
	warnings *w = ctx;

	w->n++;
	w->line = line;
	snprintf(w->last, sizeof w->last, "%s", message);
}

static char path[] = "/tmp/tm-check-srx-XXXXXX";

static void
write_srx(const char *srx)
{
	int fd;

	snprintf(path, sizeof path, "/tmp/tm-check-srx-XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq((int)write(fd, srx, strlen(srx)), (int)strlen(srx));
	close(fd);
}

static tm_segmenter *
load(const char *lang, const char *srx, warnings *w, tm_error *err)
{
	tm_segment_options options = { .warn = warn, .warn_ctx = w };
	tm_segmenter *seg;

	write_srx(srx);
	options.srx = path;
	seg = tm_segmenter_new_with(lang, &options, err);
	unlink(path);
	return seg;
}

static void
check_cut(const char *lang, const char *srx, tm_str text, const char *want)
{
	tm_error err;
	warnings w = { 0 };
	tm_segmenter *seg = load(lang, srx, &w, &err);
	tm_spans spans = { 0 };
	tm_buf out = { 0 };

	ck_assert_msg(seg != NULL, "%s", err.msg);
	ck_assert_msg(w.n == 0, "%s", w.last);
	tm_segment(seg, text, &spans);
	for (size_t i = 0; i < spans.n; i++) {
		tm_buf_adds(&out, i > 0 ? "|" : "");
		tm_buf_add(&out, text.p + spans.v[i].start,
		    spans.v[i].end - spans.v[i].start);
	}
	ck_assert_tm_str_eq(tm_buf_str(&out), want);
	tm_buf_release(&out);
	tm_spans_release(&spans);
	tm_segmenter_free(seg);
}

START_TEST(the_first_rule_that_matches_decides)
{
	check_cut("en", ONE(NO("Mr\\.", "\\s") YES("\\.", "\\s")),
	    TM_STR("Mr. A. B"), "Mr. A.|B");
	check_cut("en", ONE(YES("\\.", "\\s") NO("Mr\\.", "\\s")),
	    TM_STR("Mr. A"), "Mr.|A");
}
END_TEST

START_TEST(a_rule_without_break_breaks)
{
	check_cut("en", ONE(RULE("", "\\.", " ")), TM_STR("A. B"), "A.|B");
}
END_TEST

START_TEST(an_empty_side_matches_anywhere)
{
	check_cut(
	    "en", ONE(NO("", "B") YES("\\.", "")), TM_STR("A.B.C"), "A.B.|C");
	check_cut("en", ONE(YES("", "[A-Z]")), TM_STR("aBcD"), "a|Bc|D");
	check_cut("en", ONE("<rule><beforebreak>x</beforebreak></rule>"),
	    TM_STR("axb"), "ax|b");
}
END_TEST

START_TEST(cascades_join_the_lists_of_all_maps_that_fit)
{
#define LISTS                        \
	RULES("E", NO("Mr\\.", " ")) \
	RULES("D", YES("\\.", " "))  \
	MAPS MAP("EN.*", "E") MAP(".*", "D") TAIL

	check_cut("en-GB", HEAD("yes") LISTS, TM_STR("Mr. A. B"), "Mr. A.|B");
	check_cut("fr", HEAD("yes") LISTS, TM_STR("Mr. A. B"), "Mr.|A.|B");
	check_cut("en-GB", HEAD("no") LISTS, TM_STR("Mr. A. B"), "Mr. A. B");
}
END_TEST

START_TEST(neighbours_are_looked_at_on_both_sides)
{
	check_cut("en", ONE(NO("\\bv\\.", "\\s") YES("\\.", "\\s")),
	    TM_STR("v. 1. dev. 2"), "v. 1.|dev.|2");
	check_cut("en", ONE(NO("^\\d+\\.", "\\s") YES("\\.", "\\s")),
	    TM_STR("1. a 2. b"), "1. a 2.|b");
	check_cut("en", ONE(NO("(?&lt;!a)b\\.", "") YES("\\.", "\\s")),
	    TM_STR("ab. b. c"), "ab.|b. c");
	check_cut("en", ONE(YES("\\.", "\\s(?=[A-Z])")), TM_STR("a. b. C"),
	    "a. b.|C");
	check_cut("en", ONE(YES("\\.(?!\\d)", "")), TM_STR("1.5.a"), "1.5.|a");
	check_cut("en", ONE(YES("\\.\\B", "")), TM_STR("x.y. z"), "x.y.|z");
}
END_TEST

START_TEST(expressions_mean_what_icu_says)
{
	static const struct {
		const char *before, *text;
		bool match;
	} v[] = { { "a{2,3}x", "aax", true }, { "ba{2,3}x", "baaaax", false },
		{ "(?iu)strasse", "STRASSE", true },
		{ "a(?&lt;=[ab]+)c", "ac", true },
		{ "b(?&lt;![ab]+)c", "bc", false },
		{ "(?i:ab)c", "ABC", false },
		{ "[a-c&amp;&amp;[^b]]x", "bx", false },
		{ "[[a-z]--[b]]x", "ax", true }, { "[^\\d\\s]x", "1x", false },
		{ "\\p{Lu}x", "\xc3\x84x", true }, { "\\P{L}x", "ax", false },
		{ "[[:digit:]]x", "1x", true }, { "\\u0041x", "Ax", true },
		{ "\\x{41}x", "Ax", true }, { "\\Qa.b\\Ex", "a.bx", true },
		{ "\\Qa.b\\Ex", "acbx", false },
		{ "(?x: a b ) x", "ab x", true },
		{ "(?x: a b # no\n ) x", "ab x", true }, { "a|b|x", "x", true },
		{ "(?:ab|cd)*x", "abcdabx", true },
		{ "^(?:ab)+?x", "abax", false }, { "(a)\\1x", "aax", true },
		{ "(a|b)\\1x", "abx", false }, { "(?&lt;=ab)cx", "abcx", true },
		{ "(?&lt;=ab)cx", "bcx", false },
		{ "^(?>a*)ax", "aaax", false }, { "[\\]\\-]x", "-x", true },
		{ "[.?!]+x", "...x", true }, { "(?s).x", "\tx", true },
		{ "a(?#what)x", "ax", true }, { "\\wx", "\xd9\x80x", true } };

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		tm_buf srx = { 0 }, text = { 0 };
		tm_error err;
		warnings w = { 0 };
		tm_spans spans = { 0 };
		tm_segmenter *seg;

		tm_buf_printf(&srx, ONE(YES("%s", "=")), v[i].before);
		seg = load("en", srx.p, &w, &err);
		ck_assert_msg(seg != NULL, "%s", err.msg);
		tm_buf_printf(&text, "%s=", v[i].text);
		tm_segment(seg, tm_buf_str(&text), &spans);
		ck_assert_msg((spans.n == 2) == v[i].match && w.n == 0,
		    "'%s' '%s' %s", v[i].before, v[i].text, w.last);
		tm_spans_release(&spans);
		tm_segmenter_free(seg);
		tm_buf_release(&srx);
		tm_buf_release(&text);
	}
}
END_TEST

#define OKAPI_HEAD(options)                                     \
	"<srx version='2.0' xmlns='http://www.lisa.org/srx20' " \
	"xmlns:okpsrx='http://okapi.sf.net/srx-extensions'>"    \
	"<header segmentsubflows='yes' cascade='no'>" options   \
	"</header><body><languagerules>"
#define NBSP "\xc2\xa0"

START_TEST(a_file_may_say_that_its_expressions_are_java_s)
{
#define BODY RULES("R", YES("\\.", "\\s")) MAPS MAP(".*", "R") TAIL
	const tm_str text = TM_STR("A." NBSP "B. C");

	check_cut("en", HEAD("no") BODY, text, "A.|B.|C");
	check_cut("en", OKAPI_HEAD("<okpsrx:options useJavaRegex='yes'/>") BODY,
	    text, "A." NBSP "B.|C");
	check_cut("en", OKAPI_HEAD("<okpsrx:options useJavaRegex='no'/>") BODY,
	    text, "A.|B.|C");
}
END_TEST

START_TEST(expressions_mean_what_java_says)
{
	static const struct {
		const char *before, *text;
		bool match;
	} v[] = { { "\\sx", NBSP "x", false }, { "\\Sx", NBSP "x", true },
		{ "(?U)\\sx", NBSP "x", true }, { "\\hx", NBSP "x", true },
		{ "[\\s]x", NBSP "x", false }, { "[^\\S]x", " x", true },
		{ "\\wx", "\xd9\x80x", false }, { "\\dx", "\xd9\xa1x", false },
		{ "[\\d]x", "1x", true }, { "\\Dx", "\xd9\xa1x", true },
		{ "\\bx", "\xd9\x80x", false }, { "\\bx", "-x", true },
		{ "(?i)\xc3\xa4x", "\xc3\x84x", true },
		{ "[[a-c]x]=", "x=", true },
		{ "[a-c&amp;&amp;[^b]]x", "bx", false },
		{ "[+--]x", ",x", true }, { "\\p{Alpha}x", "\xc3\xa4x", false },
		{ "\\p{Punct}x", "+x", true },
		{ "\\p{IsArabic}x", "\xd9\x81x", true },
		{ "\\p{IsAlphabetic}x", "\xd9\x81x", true },
		{ "\\p{InArabic}x", "\xd8\x8cx", true },
		{ "\\p{javaLowerCase}x", "ax", true },
		{ "\\p{IsLu}x", "Ax", true }, { "\\Rx", "a\nx", true },
		{ "\\uD83D\\uDE00x", "\xf0\x9f\x98\x80x", true },
		{ "\\x{1F600}x", "\xf0\x9f\x98\x80x", true },
		{ "^a*+x", "aax", true }, { "^a*+ax", "aax", false },
		{ "(?&lt;=(?:ab)+)\\sx", "ab x", true },
		{ "(?&lt;=(?:ab)+)\\sx", "ab" NBSP "x", false },
		{ "(?&lt;!(?:ab){1,})\\sx", "ab x", false },
		{ "(?&lt;=a*+b)cx", "aabcx", true },
		{ "\\Q[.\\E\\dx", "[.1x", true } };

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		tm_buf srx = { 0 }, text = { 0 };
		tm_segment_options options = { .regex = TM_REGEX_JAVA,
			.join = true };
		tm_spans spans = { 0 };
		tm_segmenter *seg;
		tm_error err;

		tm_buf_printf(&srx, ONE(YES("%s", "=")), v[i].before);
		write_srx(srx.p);
		options.srx = path;
		seg = tm_segmenter_new_with("en", &options, &err);
		unlink(path);
		ck_assert_msg(seg != NULL, "%s", err.msg);
		tm_buf_printf(&text, "%s=", v[i].text);
		tm_segment(seg, tm_buf_str(&text), &spans);
		ck_assert_msg((spans.n == 2) == v[i].match, "'%s' '%s'",
		    v[i].before, v[i].text);
		tm_spans_release(&spans);
		tm_segmenter_free(seg);
		tm_buf_release(&srx);
		tm_buf_release(&text);
	}
}
END_TEST

START_TEST(endless_look_behinds_work)
{
	check_cut("en", ONE(NO("(?&lt;!no\\s+)Mr\\.", "\\s") YES("\\.", "\\s")),
	    TM_STR("no Mr. A Mr. B. C"), "no Mr.|A Mr. B.|C");
}
END_TEST

START_TEST(version_1_has_maps_by_name_and_no_cascade)
{
	static const char srx[] =
	    "<srx version='1.0'><header segmentsubflows='yes'/><body>"
	    "<languagerules>" RULES("E", YES("!", "")) RULES("D",
		YES("\\.", "")) "</languagerules><maprules>"
				"<maprule maprulename='one'>" MAP("en.*", "E")
				    MAP(".*",
					"D") "</maprule><maprule "
					     "maprulename='two'>" MAP("en.*",
						 "D") "</maprule></maprules></"
						      "body></srx>";

	check_cut("en", srx, TM_STR("a.b!c"), "a.b!|c");
	check_cut("fr", srx, TM_STR("a.b!c"), "a.|b!c");
}
END_TEST

START_TEST(okapi_s_files_end_with_icu_s_sentences)
{
	static const char srx[] =
	    OKAPI_HEAD("<okpsrx:options useIcu4jBreakRules='yes'/>")
		RULES("R", NO("Mr\\.", "\\s") YES(";[noauto]", "\\s"))
		    MAPS MAP(".*", "R") TAIL;

	check_cut("en", srx, TM_STR("Mr. A came. He sat; so?  No."),
	    "Mr. A came.|He sat;|so?|No.");
}
END_TEST

START_TEST(what_is_cut_beyond_sentences_works_with_any_rules)
{
	tm_segment_options options = { .colons = true,
		.clauses = true,
		.abbreviations = TM_STR("foo\n") };
	const tm_str text = TM_STR(
	    "He saw that it was so: a foo. Bar was there, but we did not. So");
	static const char *const langs[] = { "en", "root" };

	for (int foreign = 0; foreign < 2; foreign++)
		for (size_t i = 0; i < 2; i++) {
			tm_segmenter *seg;
			tm_spans spans = { 0 };
			tm_error err;

			write_srx(ONE(YES("\\.", "\\s")));
			options.srx = foreign ? path : NULL;
			seg = tm_segmenter_new_with(langs[i], &options, &err);
			ck_assert_msg(seg != NULL, "%s", err.msg);
			tm_segment(seg, text, &spans);
			/* "but" is English */
			ck_assert_uint_eq(spans.n, i == 0 ? 4 : 3);
			tm_spans_release(&spans);
			tm_segmenter_free(seg);
			unlink(path);
		}
}
END_TEST

START_TEST(a_file_says_which_codes_stay)
{
#define HANDLE(start, end, isolated)                       \
	"<formathandle type='start' include='" start "'/>" \
	"<formathandle type='end' include='" end "'/>"     \
	"<formathandle type='isolated' include='" isolated "'/>"
#define CODED(handle)                                                  \
	"<srx version='2.0'><header cascade='no'>" handle              \
	"</header><body><languagerules>" RULES("R", YES("\\.", "\\s")) \
	    MAPS MAP(".*", "R") TAIL
	static const struct {
		const char *srx;
		size_t want[3]; /* start, end, isolated: all at the cut */
	} v[] = { { CODED(""), { 1, 1, 1 } },
		{ CODED(HANDLE("yes", "no", "no")), { 0, 1, 1 } },
		{ CODED(HANDLE("yes", "yes", "no")), { 0, 0, 1 } },
		{ CODED(HANDLE("yes", "yes", "yes")), { 0, 0, 0 } },
		{ CODED(HANDLE("no", "no", "yes")), { 1, 1, 1 } } };
	static const tm_code_place codes[] = { { 2, TM_CODE_START },
		{ 2, TM_CODE_END }, { 2, TM_CODE_ISOLATED } };

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		warnings w = { 0 };
		tm_segmenter *seg = load("en", v[i].srx, &w, NULL);
		tm_spans spans = { 0 };
		size_t owner[3];

		tm_segment(seg, TM_STR("A. B"), &spans);
		tm_segment_codes(seg, TM_STR("A. B"), &spans, codes, 3, owner);
		for (int k = 0; k < 3; k++)
			ck_assert_uint_eq(owner[k], v[i].want[k]);
		tm_spans_release(&spans);
		tm_segmenter_free(seg);
	}
}
END_TEST

START_TEST(a_bad_rule_is_told_and_the_rest_works)
{
	static const char *const bad[] = { "a(b", "a)", "[a", "*a", "a{2,1}",
		"\\p{Nonsense}", "\\", "(?&lt;=\\X)b" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		tm_buf srx = { 0 };
		tm_error err;
		warnings w = { 0 };
		tm_spans spans = { 0 };
		tm_segmenter *seg;

		tm_buf_printf(
		    &srx, ONE("\n" NO("%s", "") YES("\\.", "\\s")), bad[i]);
		seg = load("en", srx.p, &w, &err);
		ck_assert_msg(seg != NULL, "%s", err.msg);
		ck_assert_msg(w.n == 1 && w.line == 4, "%s: %zu", bad[i], w.n);
		tm_segment(seg, TM_STR("a. b"), &spans);
		ck_assert_uint_eq(spans.n, 2);
		tm_spans_release(&spans);
		tm_segmenter_free(seg);
		tm_buf_release(&srx);
	}
}
END_TEST

START_TEST(what_is_no_srx_is_refused)
{
	static const char *const bad[] = { "", "no", "<a/>", "<srx><header" };
	warnings w = { 0 };
	tm_error err;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		ck_assert_ptr_null(load("en", bad[i], &w, &err));
		ck_assert_int_eq(err.code, TM_PARSE);
	}
}
END_TEST

START_TEST(a_bomb_is_named_and_defused)
{
	tm_error err;
	warnings w = { 0 };
	tm_spans spans = { 0 };
	tm_buf text = { 0 };
	tm_segmenter *seg = load("en",
	    ONE(NO("^(a+)+(b)\\2\\.", "\\s") YES("\\.", "\\s")), &w, &err);

	ck_assert_msg(seg != NULL, "%s", err.msg);
	for (int i = 0; i < 40; i++)
		tm_buf_addc(&text, 'a');
	tm_buf_adds(&text, "bc. b");
	ck_assert(tm_segmenter_ok(seg, &err));
	tm_segment(seg, tm_buf_str(&text), &spans);
	ck_assert(!tm_segmenter_ok(seg, &err));
	ck_assert_int_eq(err.code, TM_LIMIT);
	ck_assert(strstr(err.msg, "line 3") != NULL);
	tm_buf_release(&text);
	tm_spans_release(&spans);
	tm_segmenter_free(seg);
}
END_TEST

START_TEST(checking_finds_what_can_never_work)
{
	warnings w = { 0 };
	size_t n;

	write_srx(HEAD("no") RULES(
	    "R", NO("a(", "") YES("\\.", "\\s") YES("\\.", "\\s") NO("x", "y"))
		RULES("Unused", YES("a", "b")) MAPS MAP(".*", "R")
		    MAP("xx", "Missing") MAP("(", "R") TAIL);
	ck_assert(tm_segment_check_srx(path, warn, &w, &n, NULL));
	ck_assert_uint_eq(n, w.n);
	/* bad expression, repeated, never breaks, unused, missing, bad map,
	 * two maps after one that takes all, no segmentsubflows */
	ck_assert_uint_eq(n, 9);
	write_srx("<srx version='2.0'><header/><body><languagerules>" RULES(
	    "R", YES("(?&lt;=a+)\\.", "")) RULES("R", YES("a", ""))
		MAPS MAP(".*", "R") TAIL);
	ck_assert(tm_segment_check_srx(path, warn, &w, &n, NULL));
	/* both attributes of the header, two lists; the look-behind is fine */
	ck_assert_uint_eq(n, 3);
	write_srx(OKAPI_HEAD("<okpsrx:rangeRule>a.b</okpsrx:rangeRule>")
		RULES("R", YES("\\.", "")) MAPS MAP(".*", "R") TAIL);
	ck_assert(tm_segment_check_srx(path, warn, &w, &n, NULL));
	ck_assert_uint_eq(n, 1);
	unlink(path);
}
END_TEST

START_TEST(built_in_rules_have_no_flaw_and_are_fast)
{
	const char *rules = getenv("TMTOOL_RULES");
	DIR *dir = opendir(rules);
	struct dirent *entry;
	int files = 0;

	ck_assert(dir != NULL);
	while ((entry = readdir(dir)) != NULL) {
		tm_str name = tm_str_of(entry->d_name);
		tm_buf file = { 0 };
		warnings w = { 0 };
		char lang[32];
		tm_srx *srx;
		size_t n;

		if (!tm_str_ends(name, TM_STR(".srx")))
			continue;
		files++;
		tm_buf_printf(&file, "%s/%s", rules, entry->d_name);
		ck_assert(tm_segment_check_srx(file.p, warn, &w, &n, NULL));
		ck_assert_msg(n == 0, "%s:%zu: %s", file.p, w.line, w.last);
		snprintf(lang, sizeof lang, "%.*s", (int)name.n - 4, name.p);
		srx = tm_srx_open(
		    &(tm_srx_wish){
			.lang = lang, .beyond = "", .warn = warn, .ctx = &w },
		    NULL);
		ck_assert_msg(w.n == 0, "%s:%zu: %s", file.p, w.line, w.last);
		/* nothing that only ICU understands */
		ck_assert_msg(tm_srx_first_inexact(srx) == 0, "%s line %zu",
		    file.p, tm_srx_first_inexact(srx));
		tm_srx_unref(srx);
		tm_buf_release(&file);
	}
	closedir(dir);
	ck_assert_int_ge(files, 26);
}
END_TEST

/* How lang cuts text by what it exports, read as regex says; NULL: by the
 * built-in rules. */
static void
cut_exported(
    const char *lang, const tm_regex *regex, tm_str text, tm_spans *spans)
{
	tm_segment_options options = { 0 };
	tm_segmenter *seg;
	tm_buf out = { 0 };
	tm_error err;

	if (regex != NULL) {
		ck_assert(tm_segment_export_srx(lang, &out, &err));
		write_srx(out.p);
		options.srx = path;
		options.regex = *regex;
	}
	seg = tm_segmenter_new_with(lang, &options, &err);
	ck_assert_msg(seg != NULL, "%s", err.msg);
	tm_segment(seg, text, spans);
	tm_segmenter_free(seg);
	if (regex != NULL)
		unlink(path);
	tm_buf_release(&out);
}

START_TEST(built_in_rules_travel)
{
	static const char *const langs[] = { "ar", "de", "en", "fr", "zh",
		"ja" };
	const tm_str text = TM_STR(
	    "Dr. Brown came. “No?” he said.[1][2] I" NBSP "am. \xf0\x9f\x98\x80"
	    "So z. B. am 3. Mai. M. Dupont est là" NBSP "! Il (p. 5) va…\n"
	    "قال د. سامر. “نعم؟” فأجاب: لا.. وذهب ق.م. ١٢.\n"
	    "你好。“再见！”他说（是。）天黑了。終わり。「はい。」と言う。\n");

	for (size_t i = 0; i < sizeof langs / sizeof langs[0]; i++)
		for (tm_regex r = TM_REGEX_ICU; r <= TM_REGEX_JAVA; r++) {
			tm_spans want = { 0 }, got = { 0 };

			cut_exported(langs[i], NULL, text, &want);
			cut_exported(langs[i], &r, text, &got);
			ck_assert_uint_gt(want.n, 9);
			ck_assert_uint_eq(got.n, want.n);
			for (size_t k = 0; k < want.n; k++)
				ck_assert_uint_eq(got.v[k].end, want.v[k].end);
			tm_spans_release(&want);
			tm_spans_release(&got);
		}
}
END_TEST

START_TEST(what_travels_is_what_everybody_reads)
{
	const char *rules = getenv("TMTOOL_RULES");
	DIR *dir = opendir(rules);
	struct dirent *entry;

	ck_assert(dir != NULL);
	while ((entry = readdir(dir)) != NULL) {
		tm_str name = tm_str_of(entry->d_name);
		tm_buf out = { 0 };
		char lang[32];
		tm_error err;

		if (!tm_str_ends(name, TM_STR(".srx")))
			continue;
		snprintf(lang, sizeof lang, "%.*s", (int)name.n - 4, name.p);
		ck_assert(tm_segment_export_srx(lang, &out, &err));
		tm_buf_addc(&out, '\0');
		/* Java's \s is ASCII, and it knows few properties */
		ck_assert(strstr(out.p, "\\s\\u0085\\u00a0") != NULL);
		for (const char *p = out.p; (p = strstr(p, "\\p{")) != NULL;
		     p++)
			ck_assert_msg(strchr(p, '}') - p <= 5, "%.20s", p);
		/* nor may a group repeat without end in a look-behind */
		for (char *p = out.p; (p = strstr(p, "<rule break=\"no\">"));) {
			char *end = strstr(p, "</beforebreak>");

			*end = '\0';
			ck_assert_msg(
			    strstr(p, ")*") == NULL && strstr(p, ")+") == NULL,
			    "%s", p);
			p = end + 1;
		}
		tm_buf_release(&out);
	}
	closedir(dir);
}
END_TEST

UNIT_MAIN("srx", the_first_rule_that_matches_decides,
    a_rule_without_break_breaks, an_empty_side_matches_anywhere,
    cascades_join_the_lists_of_all_maps_that_fit,
    neighbours_are_looked_at_on_both_sides, expressions_mean_what_icu_says,
    a_file_may_say_that_its_expressions_are_java_s,
    expressions_mean_what_java_says, endless_look_behinds_work,
    version_1_has_maps_by_name_and_no_cascade, a_file_says_which_codes_stay,
    okapi_s_files_end_with_icu_s_sentences,
    what_is_cut_beyond_sentences_works_with_any_rules,
    a_bad_rule_is_told_and_the_rest_works, what_is_no_srx_is_refused,
    a_bomb_is_named_and_defused, checking_finds_what_can_never_work,
    built_in_rules_have_no_flaw_and_are_fast, built_in_rules_travel,
    what_travels_is_what_everybody_reads)

#include "config.h"

#include "unit.h"

#include <glob.h>
#include <unistd.h>

#include "tm/format.h"

/* Units read, as lines; what was told, as lines. */
typedef struct heard {
	tm_buf units, told;
	size_t n, skipped;
	bool all; /* with everything that is known of a unit */
} heard;

static void
add_metas(tm_buf *out, const tm_meta *m, size_t n)
{
	for (size_t i = 0; i < n; i++)
		tm_buf_printf(out, " {%d %.*s %.*s %.*s}", m[i].kind,
		    TM_STR_ARG(m[i].type), TM_STR_ARG(m[i].lang),
		    TM_STR_ARG(m[i].value));
}

/* The text with its codes where they stand. */
static void
add_text(tm_buf *out, const tm_variant *v)
{
	size_t done = 0;

	for (size_t i = 0; i < v->n_codes; i++) {
		ck_assert_uint_le(v->codes[i].at, v->text.n);
		ck_assert_uint_le(done, v->codes[i].at);
		tm_buf_add(out, v->text.p + done, v->codes[i].at - done);
		done = v->codes[i].at;
		tm_buf_printf(out, "%.*s", TM_STR_ARG(v->codes[i].xml));
	}
	tm_buf_add(out, v->text.p + done, v->text.n - done);
}

static bool
on_unit(void *self, const tm_unit *u, tm_error *err)
{
	heard *h = self;
	tm_buf *out = &h->units;

	h->n++;
	if (h->all) {
		tm_buf_printf(out,
		    "%.*s %.*s %lld %lld %.*s %.*s %d %.4f "
		    "%.*s %lld",
		    TM_STR_ARG(u->tuid),
		    TM_STR_ARG(u->srclang.n > 0 ? u->srclang : TM_STR("*all*")),
		    (long long)u->created, (long long)u->changed,
		    TM_STR_ARG(u->author), TM_STR_ARG(u->changer), u->status,
		    u->confidence, TM_STR_ARG(u->document),
		    (long long)u->position);
		add_metas(out, u->meta, u->n_meta);
		tm_buf_addc(out, '\n');
	}
	for (size_t i = 0; i < u->n; i++) {
		const tm_variant *v = &u->v[i];

		tm_buf_printf(
		    out, "%s%.*s=", i > 0 ? "|" : "", TM_STR_ARG(v->lang));
		add_text(out, v);
		if (h->all) {
			tm_buf_printf(out, " %lld %lld %.*s %.*s",
			    (long long)v->created, (long long)v->changed,
			    TM_STR_ARG(v->author), TM_STR_ARG(v->changer));
			add_metas(out, v->meta, v->n_meta);
		}
	}
	tm_buf_addc(out, '\n');
	return true;
}

static void
on_warn(void *self, const tm_warning *w)
{
	heard *h = self;

	h->skipped += w->skipped;
	tm_buf_printf(&h->told, "%zu%s: %s\n", w->line,
	    w->skipped ? " skipped" : "", w->msg);
}

static void
release(heard *h)
{
	tm_buf_release(&h->units);
	tm_buf_release(&h->told);
}

static char dir[] = "/tmp/check_tmx.XXXXXX";
static char in_path[64], out_path[64];

static void
make_paths(void)
{
	if (in_path[0] != '\0')
		return;
	ck_assert(mkdtemp(dir) != NULL);
	snprintf(in_path, sizeof in_path, "%s/in.tmx", dir);
	snprintf(out_path, sizeof out_path, "%s/out.tmx", dir);
}

static void
remove_paths(void)
{
	unlink(in_path);
	unlink(out_path);
	rmdir(dir);
	in_path[0] = '\0';
	memcpy(dir + sizeof dir - 7, "XXXXXX", 6);
}

static void
put_file(const char *path, tm_str bytes)
{
	FILE *fp = fopen(path, "wb");

	ck_assert(fp != NULL);
	fwrite(bytes.p, 1, bytes.n, fp);
	fclose(fp);
}

static bool
read_path(const char *path, heard *h, tm_error *err)
{
	tm_sink sink = { h, on_unit, on_warn };

	return tm_format_read(tm_format_named("tmx"), path, NULL, &sink, err);
}

static bool
read_bytes(tm_str bytes, heard *h, tm_error *err)
{
	bool ok;

	make_paths();
	put_file(in_path, bytes);
	ok = read_path(in_path, h, err);
	remove_paths();
	return ok;
}

#define HEAD                                          \
	"<tmx version='1.4'><header srclang='ar'/>\n" \
	"<body>\n"
#define TAIL "</body></tmx>\n"
#define TU(ar, en)                                       \
	"<tu><tuv xml:lang='ar'><seg>" ar "</seg></tuv>" \
	"<tuv xml:lang='en'><seg>" en "</seg></tuv></tu>\n"

/* What is read from these units, and what is told. */
static void
expect(const char *body, const char *units, const char *told)
{
	heard h = { 0 };
	tm_buf xml = { 0 };
	tm_error err;

	tm_buf_printf(&xml, "%s%s%s", HEAD, body, TAIL);
	ck_assert_msg(read_bytes(tm_buf_str(&xml), &h, &err), "%s", err.msg);
	ck_assert_str_eq(tm_buf_str(&h.units).p, units);
	if (told == NULL)
		ck_assert_str_eq(tm_buf_str(&h.told).p, "");
	else
		ck_assert_msg(strstr(tm_buf_str(&h.told).p, told) != NULL,
		    "'%s' not in '%s'", told, tm_buf_str(&h.told).p);
	tm_buf_release(&xml);
	release(&h);
}

START_TEST(a_plain_unit_is_read)
{
	expect(TU("مرحبا", "Hello"), "ar=مرحبا|en=Hello\n", NULL);
}
END_TEST

START_TEST(codes_are_kept_where_they_stand)
{
	expect(TU("<ph x='1'>&lt;b/></ph>أ", "a<it pos='end'/>b"),
	    "ar=<ph x=\"1\">&lt;b/&gt;</ph>أ|en=a<it pos=\"end\"/>b\n", NULL);
	expect(TU("<bpt i='1' x='2' type='bold'/>س<ept i='1'></ept>",
		   "a <hi type='t'>b<hi>c</hi></hi> <ut>{\\b</ut>"),
	    "ar=<bpt i=\"1\" x=\"2\" type=\"bold\"/>س<ept i=\"1\"/>|"
	    "en=a <hi type=\"t\">b<hi>c</hi></hi> <ut>{\\b</ut>\n",
	    NULL);
	expect(TU("أ<ph>title=\"<sub type='t'>x <ph/>y</sub>\"</ph>", "a"),
	    "ar=أ<ph>title=\"<sub type=\"t\">x <ph/>y</sub>\"</ph>|en=a\n",
	    NULL);
}
END_TEST

START_TEST(elements_that_are_not_tmx_become_codes)
{
	expect(TU("<g id='1'>أ</g>", "<x id='2'/>a<ph><br/></ph>"),
	    "ar=<bpt i=\"1001\" type=\"x-g\">&lt;g id=\"1\"&gt;</bpt>أ"
	    "<ept i=\"1001\">&lt;/g&gt;</ept>|"
	    "en=<ph type=\"x-x\">&lt;x id=\"2\"/&gt;</ph>a"
	    "<ph>&lt;br&gt;&lt;/br&gt;</ph>\n",
	    "<g> is not an element of TMX");
}
END_TEST

START_TEST(what_the_standard_demands_of_codes_is_mended)
{
	expect(TU("<it>أ</it><bpt/>", "a<ph id='1' assoc='q'/>"),
	    "ar=<it pos=\"begin\">أ</it><bpt i=\"1\"/>|en=a<ph/>\n",
	    "<ph> has no attribute \"id\"");
}
END_TEST

START_TEST(a_bad_unit_costs_only_itself)
{
	expect(
	    TU("1", "one") "<tu><tuv><seg>x</seg></tuv></tu>\n" TU("2", "two"),
	    "ar=1|en=one\nar=2|en=two\n",
	    "4 skipped: a <tuv> does not say its language");
	expect("<tu/>" TU("2", "two"), "ar=2|en=two\n", "3 skipped: ");
	expect(TU("&x;", "x") TU("2", "two"), "ar=2|en=two\n",
	    "3 skipped: the entity &x;");
	expect("<tu><tuv xml:lang='ar'><seg>a</tuv><tuv xml:lang='en'>"
	       "<seg>b</seg></tuv></tu>\n" TU("2", "two"),
	    "ar=2|en=two\n", "3 skipped: ");
	expect("<tu><tuv xml:lang='not a language'><seg>x</seg></tuv></tu>", "",
	    "is not a language");
	expect("<tu><seg>x</seg></tu>" TU("2", "two"), "ar=2|en=two\n",
	    "outside of <tuv>");
}
END_TEST

START_TEST(slips_of_a_unit_are_mended_and_told)
{
	expect(TU("1 & 2", "1 < 2"), "ar=1 & 2|en=1 < 2\n", "3: a bare &");
	expect(TU("x\x1fy", "&#xFFFE;z"), "ar=xy|en=z\n", "3: U+001F");
}
END_TEST

START_TEST(the_source_comes_first_and_languages_are_canonical)
{
	expect("<tu><tuv xml:lang='EN_us'><seg>a</seg></tuv>"
	       "<tuv lang='AR-sa'><seg>b</seg></tuv></tu>",
	    "ar-SA=b|en-US=a\n", NULL);
	expect("<tu srclang='EN'><tuv xml:lang='ar'><seg>a</seg></tuv>"
	       "<tuv xml:lang='en'><seg>b</seg></tuv></tu>",
	    "en=b|ar=a\n", NULL);
}
END_TEST

START_TEST(a_file_cut_off_gives_what_is_whole_and_fails)
{
	heard h = { 0 };
	tm_error err;

	ck_assert(
	    !read_bytes(TM_STR(HEAD TU("1", "one") "<tu><tuv"), &h, &err));
	ck_assert_int_eq(err.code, TM_PARSE);
	ck_assert_msg(strstr(err.msg, "line 4") != NULL, "%s", err.msg);
	ck_assert_str_eq(h.units.p, "ar=1|en=one\n");
	release(&h);
}
END_TEST

START_TEST(what_is_not_tmx_is_refused)
{
	heard h = { 0 };
	tm_error err;

	ck_assert(!read_bytes(TM_STR("<html/>"), &h, &err));
	ck_assert(strstr(err.msg, "is not TMX: it begins with <html>") != NULL);
	ck_assert(!read_bytes(TM_STR(""), &h, &err));
	ck_assert_int_eq(err.code, TM_PARSE);
	release(&h);
}
END_TEST

static const tm_unit *
rich_unit(void)
{
	static tm_code_at codes[] = { { 0, TM_STR("<hi type=\"t\">") },
		{ 3, TM_STR("</hi>") }, { 4, TM_STR("<ph x=\"1\"/>") },
		{ 7, TM_STR("<bpt i=\"7\"/>") } };
	static tm_meta meta[] = { { TM_ATTR, TM_STR("usagecount"), TM_STR(""),
				      TM_STR("3") },
		{ TM_PROP, TM_STR("x-p"), TM_STR("en"), TM_STR("<&>\"") },
		{ TM_NOTE, TM_STR(""), TM_STR(""), TM_STR("a note") },
		{ TM_ATTR, TM_STR("ours"), TM_STR(""), TM_STR("kept") } };
	static tm_variant v[2] = { { .lang = TM_STR("ar"),
				       .text = TM_STR("سلام"),
				       .created = 1,
				       .author = TM_STR("A & B"),
				       .meta = meta,
				       .n_meta = 4 },
		{ .lang = TM_STR("en"),
		    .text = TM_STR("one & two"),
		    .codes = codes,
		    .n_codes = 4,
		    .changed = 1700000000 } };
	static tm_unit u = { .tuid = TM_STR("id \"1\""),
		.srclang = TM_STR("ar"),
		.v = v,
		.n = 2,
		.meta = meta,
		.n_meta = 4,
		.created = 1234567890,
		.changed = -1,
		.changer = TM_STR("x"),
		.status = TM_CONFIRMED,
		.confidence = .9731,
		.document = TM_STR("a/b.txt"),
		.position = 12 };

	return &u;
}

/* By the schema of ours; true where there is nothing to check it with. */
static bool
is_valid(const char *path)
{
	const char *srcdir = getenv("TM_SRCDIR");
	tm_buf cmd = { 0 };
	bool ok;

	if (srcdir == NULL || system("command -v xmllint >/dev/null") != 0)
		return true;
	tm_buf_printf(&cmd,
	    "xmllint --nonet --noout --huge --relaxng '%s/tm/tmx14.rng' '%s' "
	    "2>/dev/null",
	    srcdir, path);
	ok = system(cmd.p) == 0;
	tm_buf_release(&cmd);
	return ok;
}

static void
write_units(const tm_format_options *options, const tm_unit *u, size_t times)
{
	tm_writer *w;
	tm_error err;

	w = tm_writer_open(tm_format_named("tmx"), out_path, options, &err);
	ck_assert_msg(w != NULL, "%s", err.msg);
	for (size_t i = 0; i < times; i++)
		ck_assert(
		    tm_writer_sink(w)->unit(tm_writer_sink(w)->self, u, &err));
	ck_assert_msg(tm_writer_close(w, &err), "%s", err.msg);
	ck_assert(times > 10 || is_valid(out_path));
}

START_TEST(everything_about_a_unit_comes_back)
{
	heard before = { .all = true }, after = { .all = true };
	tm_error err;

	make_paths();
	on_unit(&before, rich_unit(), NULL);
	write_units(&(tm_format_options){ .srclang = "ar" }, rich_unit(), 1);
	ck_assert_msg(read_path(out_path, &after, &err), "%s", err.msg);
	/* Attributes come before props; apart from that nothing moves. */
	ck_assert_uint_eq(after.units.n, before.units.n);
	ck_assert_str_eq(
	    strchr(after.units.p, '\n') -
		strlen("{0 x-p en <&>\"} {1   a note} {2 ours  kept}"),
	    strchr(before.units.p, '\n') -
		strlen("{0 x-p en <&>\"} {1   a note} {2 ours  kept}"));
	ck_assert_str_eq(tm_buf_str(&after.told).p, "");
	remove_paths();
	release(&before);
	release(&after);
}
END_TEST

START_TEST(level_one_has_no_codes_and_says_so)
{
	heard h = { 0 }, told = { 0 };
	tm_error err;

	make_paths();
	write_units(
	    &(tm_format_options){
		.level = 1, .warn = on_warn, .warn_self = &told },
	    rich_unit(), 3);
	ck_assert(read_path(out_path, &h, &err));
	ck_assert(strstr(h.units.p, "en=one & two\n") != NULL);
	ck_assert_msg(strstr(told.told.p, "left out, as --level 1 asks: 12, "
					  "the first in unit 1") != NULL,
	    "%s", told.told.p);
	remove_paths();
	release(&h);
	release(&told);
}
END_TEST

START_TEST(what_xml_forbids_is_left_out_and_edges_are_trimmed_for_omegat)
{
	tm_variant v[2] = { { .lang = TM_STR("ar"),
				.text = TM_STR(" a\x01"
					       "b ") },
		{ .lang = TM_STR("en"), .text = TM_STR("\n\xff") } };
	tm_unit u = { .v = v, .n = 2, .confidence = -1 };
	heard h = { 0 }, told = { 0 };
	tm_error err;

	make_paths();
	write_units(
	    &(tm_format_options){ .warn = on_warn, .warn_self = &told }, &u, 1);
	ck_assert(read_path(out_path, &h, &err));
	ck_assert_str_eq(h.units.p, "ar= ab |en=\n\n");
	ck_assert_msg(strstr(told.told.p, "forbids were left out: 2,") != NULL,
	    "%s", told.told.p);
	ck_assert(strstr(told.told.p, "trimmed") == NULL);
	tm_buf_clear(&h.units);
	write_units(
	    &(tm_format_options){
		.warn = on_warn, .warn_self = &told, .tool = "omegat" },
	    &u, 1);
	ck_assert(read_path(out_path, &h, &err));
	ck_assert_str_eq(h.units.p, "ar=ab|en=\n");
	ck_assert(strstr(told.told.p, "trimmed: 2,") != NULL);
	remove_paths();
	release(&h);
	release(&told);
}
END_TEST

START_TEST(the_same_units_make_the_same_bytes)
{
	tm_buf a = { 0 }, b = { 0 };
	tm_error err;

	make_paths();
	write_units(NULL, rich_unit(), 500);
	ck_assert(tm_read_file(out_path, &a, &err));
	write_units(NULL, rich_unit(), 500);
	ck_assert(tm_read_file(out_path, &b, &err));
	ck_assert(tm_str_eq(tm_buf_str(&a), tm_buf_str(&b)));
	remove_paths();
	tm_buf_release(&a);
	tm_buf_release(&b);
}
END_TEST

START_TEST(a_writer_abandoned_leaves_no_file)
{
	tm_writer *w;
	tm_error err;

	make_paths();
	w = tm_writer_open(tm_format_named("tmx"), out_path, NULL, &err);
	ck_assert(w != NULL);
	tm_writer_abandon(w);
	ck_assert_int_ne(access(out_path, F_OK), 0);
	ck_assert(tm_writer_open(tm_format_named("tmx"), "/nowhere/x.tmx", NULL,
		      &err) == NULL);
	ck_assert_int_eq(err.code, TM_IO);
	remove_paths();
}
END_TEST

START_TEST(one_segment_of_three_megabytes_is_read_and_of_twenty_is_not)
{
	tm_buf xml = { 0 };
	heard h = { 0 };
	tm_error err;

	tm_buf_adds(&xml, HEAD "<tu><tuv xml:lang='ar'><seg>");
	while (xml.n < 3000000)
		tm_buf_adds(&xml, "نص طويل ");
	tm_buf_adds(&xml, "</seg></tuv></tu><tu><tuv xml:lang='ar'><seg>");
	while (xml.n < 23000000)
		tm_buf_adds(&xml, "نص طويل ");
	tm_buf_adds(&xml, "</seg></tuv></tu>" TU("2", "two") TAIL);
	ck_assert(read_bytes(tm_buf_str(&xml), &h, &err));
	ck_assert_uint_eq(h.n, 2);
	ck_assert_uint_eq(h.skipped, 1);
	ck_assert(strstr(h.told.p, "more than 16 MB") != NULL);
	tm_buf_release(&xml);
	release(&h);
}
END_TEST

static void
on_header(void *self, const tm_meta *meta, size_t n)
{
	tm_writer_header(self, meta, n);
}

START_TEST(a_header_is_given_back)
{
	static const char in[] =
	    "<tmx version='1.4'><header creationtool='Other' segtype='block' "
	    "creationtoolversion='2' o-tmf='x' adminlang='fr' srclang='ar' "
	    "datatype='xml' creationdate='20200101T000000Z'>"
	    "<note>a note</note><prop type='p' xml:lang='en'>v&amp;</prop>"
	    "<ude name='u'><map unicode='#xF8FF' code='#x1'/></ude></header>"
	    "<body><tu><tuv xml:lang='ar'><seg>a</seg></tuv></tu></body>"
	    "</tmx>";
	static const char want[] =
	    "segtype=\"block\" o-tmf=\"x\" adminlang=\"fr\" srclang=\"ar\" "
	    "datatype=\"xml\" creationdate=\"20200101T000000Z\">\n"
	    "    <prop type=\"x-tmtool-attr-creationtool\">Other</prop>\n"
	    "    <prop type=\"x-tmtool-attr-creationtoolversion\">2</prop>\n"
	    "    <note>a note</note>\n"
	    "    <prop type=\"p\" xml:lang=\"en\">v&amp;</prop>\n"
	    "    <ude name=\"u\"><map unicode=\"#xF8FF\" code=\"#x1\"/></ude>\n"
	    "  </header>\n";
	tm_format_options options = { .srclang = "ar" };
	const tm_format *tmx = tm_format_named("tmx");
	tm_buf once = { 0 }, twice = { 0 };
	tm_error err;

	make_paths();
	put_file(in_path, tm_str_of(in));
	for (int round = 0; round < 2; round++) {
		tm_writer *w = tm_writer_open(tmx, out_path, &options, &err);

		options.header_is = on_header;
		options.header_self = w;
		ck_assert(tm_format_read(
		    tmx, in_path, &options, tm_writer_sink(w), &err));
		ck_assert(tm_writer_close(w, &err));
		ck_assert(
		    tm_read_file(out_path, round == 0 ? &once : &twice, &err));
		rename(out_path, in_path);
	}
	ck_assert_msg(strstr(once.p, want) != NULL, "%s", once.p);
	ck_assert_str_eq(once.p, twice.p);
	remove_paths();
	tm_buf_release(&once);
	tm_buf_release(&twice);
}
END_TEST

/* What a tool gets for a unit with memoQ's context on its source. */
static void
expect_for(const char *tool, const char *want, const char *never)
{
	static tm_meta context[] = { { TM_PROP, TM_STR("x-context-pre"),
					 TM_STR(""), TM_STR("before") },
		{ TM_PROP, TM_STR("x-context-post"), TM_STR(""),
		    TM_STR("after") } };
	tm_code_at code = { 0, TM_STR("<ph/>") };
	tm_variant v[2] = { { .lang = TM_STR("ar"),
				.text = TM_STR("a"),
				.meta = context,
				.n_meta = 2,
				.codes = &code,
				.n_codes = 1 },
		{ .lang = TM_STR("en"), .text = TM_STR("b") } };
	tm_unit u = { .v = v, .n = 2, .confidence = -1 };
	tm_format_options options = { .tool = tool };
	tm_buf got = { 0 };
	tm_error err;

	make_paths();
	write_units(&options, &u, 1);
	ck_assert(tm_read_file(out_path, &got, &err));
	ck_assert_msg(strstr(got.p, want) != NULL, "%s: %s", tool, got.p);
	ck_assert_msg(strstr(got.p, never) == NULL, "%s: %s", tool, got.p);
	remove_paths();
	tm_buf_release(&got);
}

START_TEST(each_tool_gets_what_it_understands)
{
	tm_format_options options = { .tool = "nobody" };
	tm_error err;

	expect_for(NULL,
	    "<tuv xml:lang=\"ar\">\n        "
	    "<prop type=\"x-context-pre\">before</prop>",
	    "\"prev\"");
	expect_for("omegat",
	    "    <tu>\n"
	    "      <tuv xml:lang=\"ar\"><seg><ph/>a</seg></tuv>\n",
	    "<prop");
	expect_for("memoq",
	    "<tuv xml:lang=\"ar\">\n"
	    "        <prop type=\"x-context-pre\">before</prop>\n",
	    "DOCTYPE");
	expect_for("matecat",
	    "<tu>\n      <prop type=\"x-context-pre\">before</prop>\n", "prev");
	expect_for("poedit", "<tuv xml:lang=\"ar\"><seg>a</seg></tuv>", "ph");
	ck_assert(tm_writer_open(tm_format_named("tmx"), "/tmp/check_tmx.no",
		      &options, &err) == NULL);
	ck_assert_int_eq(err.code, TM_INVALID);
	ck_assert_int_ne(access("/tmp/check_tmx.no", F_OK), 0);
	ck_assert_str_eq(tm_format_tool(0), "omegat");
}
END_TEST

/* Sentences of a document that follow each other are their context. */
START_TEST(neighbours_of_a_document_are_its_context)
{
	static const char *const texts[] = { "one", "two", "three", "far" };
	static const int places[] = { 1, 2, 3, 9 };
	const tm_format_options options = { .tool = "omegat" };
	tm_variant v[2] = { { .lang = TM_STR("ar") },
		{ .lang = TM_STR("en"), .text = TM_STR("t") } };
	tm_unit u = { .tuid = TM_STR("x"),
		.v = v,
		.n = 2,
		.confidence = -1,
		.document = TM_STR("d/a.txt") };
	tm_buf got = { 0 };
	tm_error err;
	tm_writer *w;

	make_paths();
	w = tm_writer_open(tm_format_named("tmx"), out_path, &options, &err);
	ck_assert(w != NULL);
	for (int i = 0; i < 4; i++) {
		v[0].text = tm_str_of(texts[i]);
		u.position = places[i];
		ck_assert(
		    tm_writer_sink(w)->unit(tm_writer_sink(w)->self, &u, &err));
	}
	ck_assert(tm_writer_close(w, &err));
	ck_assert(is_valid(out_path));
	ck_assert(tm_read_file(out_path, &got, &err));
	ck_assert_msg(
	    strstr(got.p, "      <prop type=\"file\">a.txt</prop>\n"
			  "      <prop type=\"prev\">one</prop>\n"
			  "      <prop type=\"next\">three</prop>\n"
			  "      <tuv xml:lang=\"ar\"><seg>two</seg>") != NULL,
	    "%s", got.p);
	ck_assert(strstr(got.p, "\"prev\">three") == NULL);
	ck_assert(strstr(got.p, "\"next\">far") == NULL);
	remove_paths();
	tm_buf_release(&got);
}
END_TEST

START_TEST(a_unit_of_endless_parts_is_refused)
{
	tm_buf xml = { 0 };
	heard h = { 0 };
	tm_error err;

	tm_buf_adds(&xml, HEAD "<tu>");
	for (int i = 0; i < 300000; i++)
		tm_buf_adds(&xml, "<prop/>");
	tm_buf_adds(&xml,
	    "<tuv xml:lang='ar'><seg>x</seg></tuv></tu>" TU("1", "one") TAIL);
	ck_assert(read_bytes(tm_buf_str(&xml), &h, &err));
	ck_assert_str_eq(h.units.p, "ar=1|en=one\n");
	ck_assert_uint_eq(h.skipped, 1);
	tm_buf_release(&xml);
	release(&h);
}
END_TEST

/* Reads them all, writes what was read, and reads that. */
START_TEST(files_in_the_wild_come_back_the_same)
{
	const char *srcdir = getenv("TM_SRCDIR");
	tm_buf pattern = { 0 };
	glob_t found;

	make_paths();
	tm_buf_printf(&pattern, "%s/../shared/data/tmx/*.tmx",
	    srcdir == NULL ? "." : srcdir);
	if (glob(pattern.p, 0, NULL, &found) != 0)
		found.gl_pathc = 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		heard h = { .all = true }, again = { .all = true };
		tm_error err;
		tm_writer *w;

		w = tm_writer_open(
		    tm_format_named("tmx"), out_path, NULL, &err);
		ck_assert(w != NULL);
		tm_format_read(tm_format_named("tmx"), found.gl_pathv[i], NULL,
		    tm_writer_sink(w), &err);
		ck_assert(tm_writer_close(w, &err));
		ck_assert_msg(is_valid(out_path), "%s", found.gl_pathv[i]);
		read_path(found.gl_pathv[i], &h, &err);
		ck_assert_msg(read_path(out_path, &again, &err), "%s: %s",
		    found.gl_pathv[i], err.msg);
		ck_assert_uint_eq(h.n, again.n);
		ck_assert_msg(
		    tm_str_eq(tm_buf_str(&h.units), tm_buf_str(&again.units)),
		    "%s: %s ------ %s", found.gl_pathv[i], h.units.p,
		    again.units.p);
		ck_assert_uint_eq(again.skipped, 0);
		release(&h);
		release(&again);
	}
	if (found.gl_pathc > 0)
		globfree(&found);
	remove_paths();
	tm_buf_release(&pattern);
}
END_TEST

UNIT_MAIN("tmx", a_plain_unit_is_read, codes_are_kept_where_they_stand,
    elements_that_are_not_tmx_become_codes,
    what_the_standard_demands_of_codes_is_mended, a_bad_unit_costs_only_itself,
    slips_of_a_unit_are_mended_and_told,
    the_source_comes_first_and_languages_are_canonical,
    a_file_cut_off_gives_what_is_whole_and_fails, what_is_not_tmx_is_refused,
    everything_about_a_unit_comes_back, level_one_has_no_codes_and_says_so,
    what_xml_forbids_is_left_out_and_edges_are_trimmed_for_omegat,
    the_same_units_make_the_same_bytes, a_writer_abandoned_leaves_no_file,
    one_segment_of_three_megabytes_is_read_and_of_twenty_is_not,
    files_in_the_wild_come_back_the_same, a_header_is_given_back,
    each_tool_gets_what_it_understands,
    neighbours_of_a_document_are_its_context,
    a_unit_of_endless_parts_is_refused)

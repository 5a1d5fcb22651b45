#include "config.h"

#include "unit.h"

#include <unistd.h>
#include <zlib.h>

#include "tm/xml_int.h"

/* What was heard, one event after the other. */
typedef struct heard {
	tm_buf all;
	size_t texts;
	size_t stop_after; /* starts; 0: never */
} heard;

static bool
on_start(void *self, const tm_xml_tag *tag, tm_error *err)
{
	heard *h = self;

	tm_buf_printf(&h->all, "<%.*s", TM_STR_ARG(tag->name));
	for (size_t i = 0; i < tag->n; i++)
		tm_buf_printf(&h->all, " %.*s=%.*s",
		    TM_STR_ARG(tag->attr[i].name),
		    TM_STR_ARG(tag->attr[i].value));
	tm_buf_printf(&h->all, "@%zu>", tag->line);
	if (h->stop_after > 0 && --h->stop_after == 0)
		return tm_fail(err, TM_INVALID, "enough");
	return true;
}

static bool
on_end(void *self, const tm_xml_tag *tag, tm_error *err)
{
	heard *h = self;

	tm_buf_printf(&h->all, "</%.*s>", TM_STR_ARG(tag->name));
	return true;
}

static bool
on_text(void *self, tm_str s, tm_error *err)
{
	heard *h = self;

	tm_buf_add(&h->all, s.p, s.n);
	h->texts++;
	return true;
}

static bool
on_flaw(void *self, const tm_xml_flaw *flaw, tm_error *err)
{
	heard *h = self;

	tm_buf_printf(&h->all, "{%c%zu}", "MLBC"[flaw->harm], flaw -> line);
	return true;
}

static const tm_xml_handler strict = { on_start, on_end, on_text, NULL };
static const tm_xml_handler lenient = { on_start, on_end, on_text, on_flaw };

static void
expect_in(tm_str xml, const char *encoding, const char *want)
{
	tm_xml_options options = { .encoding = encoding };
	heard h = { 0 };
	tm_error err;

	ck_assert_msg(tm_xml_parse("x", xml, &options, &lenient, &h, &err),
	    "%s", err.msg);
	ck_assert_str_eq(h.all.p, want);
	tm_buf_release(&h.all);
}

static void
expect(const char *xml, const char *want)
{
	expect_in(tm_str_of(xml), NULL, want);
}

static void
expect_failure(const char *xml, tm_code code, const char *msg)
{
	heard h = { 0 };
	tm_error err;

	ck_assert(!tm_xml_parse("x", tm_str_of(xml), NULL, &lenient, &h, &err));
	ck_assert_int_eq(err.code, code);
	ck_assert_msg(strstr(err.msg, msg) != NULL, "%s", err.msg);
	tm_buf_release(&h.all);
}

START_TEST(events_come_in_order_with_their_lines)
{
	expect("<?xml version='1.0'?>\n<a x='1'\n xml:lang=\"ar\">\n"
	       "<b>سلام &amp; &#x41;<![CDATA[<x>]]></b><c/></a>",
	    "<a x=1 xml:lang=ar@3>\n<b@4>سلام & A<x></b><c@4></c></a>");
}
END_TEST

START_TEST(namespaces_do_not_hide_names)
{
	expect("<t:a xmlns:t='urn:t' t:k='v'><b xmlns='urn:b'/><u:c/></t:a>",
	    "<a t:k=v@1><b@1></b><c@1></c></a>");
}
END_TEST

START_TEST(a_callback_stops_the_reading)
{
	heard h = { .stop_after = 2 };
	tm_error err;

	ck_assert(!tm_xml_parse(
	    "x", TM_STR("<a><b/><c/></a>"), NULL, &lenient, &h, &err));
	ck_assert_str_eq(err.msg, "enough");
	ck_assert_str_eq(h.all.p, "<a@1><b@1>");
	tm_buf_release(&h.all);
}
END_TEST

START_TEST(without_an_ear_for_flaws_the_first_one_fails)
{
	heard h = { 0 };
	tm_error err;

	ck_assert(!tm_xml_parse(
	    "x", TM_STR("<a>\n1 & 2</a>"), NULL, &strict, &h, &err));
	ck_assert_int_eq(err.code, TM_PARSE);
	ck_assert_msg(
	    strstr(err.msg, "'x' line 2: a bare &") != NULL, "%s", err.msg);
	tm_buf_release(&h.all);
}
END_TEST

START_TEST(plain_slips_are_mended)
{
	expect("<a>1 & 2 < 3, AT&T x</a>",
	    "<a@1>1 &{M1} 2 <{M1} 3, AT&T{M1} x</a>");
	expect("<a>x&nbsp;y&eacute;</a>", "<a@1>x\u00a0yé</a>");
	expect("<a>&#xD83D;&#xDE00;</a>", "<a@1>{L1}😀{M1}</a>");
	expect("<a/>junk", "<a@1></a>{M1}");
}
END_TEST

START_TEST(forbidden_characters_are_left_out_and_told)
{
	expect("<a>\nx\x1fy</a>", "<a@1>\nx{L2}y</a>");
	expect("<a>x&#x1F;y&#xFFFE;</a>", "<a@1>x{L1}y{L1}</a>");
	expect("<a>سلام\xed\xa0\x80.</a>", "<a@1>سلام{L1}{L1}{L1}.</a>");
	expect("<a>سلام \xe9.</a>", "<a@1>سلام {L1}.</a>");
	expect_in((tm_str){ "<a>x\0y</a>", 10 }, NULL, "<a@1>x{L1}y</a>");
}
END_TEST

START_TEST(crossed_tags_are_told_and_do_not_end_the_reading)
{
	expect("<a><b>x</c></b><d/></a>", "<a@1><b@1>x{B1}</b>{B1}</a>{M1}");
}
END_TEST

START_TEST(a_file_that_ends_early_fails_after_its_good_part)
{
	expect_failure("<a><b>x</b>\n<b>y", TM_PARSE, "'x' line 2: ");
	expect_failure("", TM_PARSE, "'x'");
	expect_failure("hello", TM_PARSE, "'x'");
}
END_TEST

START_TEST(the_wrong_encoding_is_named_with_its_cure)
{
	expect_failure("<?xml version='1.0' encoding='UTF-8'?>\n"
		       "<a>\n\xe3\xd1\xcd\xc8\xc7</a>",
	    TM_PARSE, "line 3: this is not UTF-8");
	expect_failure("<a>caf\xe9</a>", TM_PARSE, "--encoding");
	expect_in(TM_STR("<?xml version='1.0' encoding='UTF-8'?>"
			 "<a>\xe3\xd1\xcd\xc8\xc7</a>"),
	    "windows-1256", "<a@1>مرحبا</a>");
	expect_in(TM_STR("<?xml version='1.0' encoding='windows-1256'?>"
			 "<a>\xe3\xd1\xcd\xc8\xc7</a>"),
	    NULL, "<a@1>مرحبا</a>");
	expect("<?xml version='1.0' encoding='UTF-16'?><a>é</a>", "<a@1>é</a>");
	expect_failure("<?xml version='1.0' encoding='klingon'?><a/>", TM_PARSE,
	    "'klingon'");
}
END_TEST

START_TEST(utf16_is_read_with_its_lone_surrogates)
{
	static const char le[] = "\xff\xfe<\0a\0>\0\x45\x06\x3d\xd8\x00\xde"
				 "\x00\xd8x\0<\0/\0a\0>\0";
	static const char be[] = "\0<\0a\0>\x06\x45\xd8\x3d\xde\x00\xd8\x00\0x"
				 "\0<\0/\0a\0>";

	expect_in((tm_str){ le, sizeof le - 1 }, NULL, "<a@1>م😀{L1}x</a>");
	expect_in((tm_str){ be, sizeof be - 1 }, NULL, "<a@1>م😀{L1}x</a>");
}
END_TEST

START_TEST(nothing_is_fetched_and_no_entity_expands)
{
	heard h = { 0 };
	tm_error err;

	tm_xml_parse("x",
	    TM_STR("<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/x.dtd' [\n"
		   "<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;\n"
		   "<!ENTITY x SYSTEM 'file:///etc/passwd'>\n"
		   "<!ENTITY l 'lol'><!ENTITY m '&l;&l;&l;'>]>\n"
		   "<a>1&x;2&m;3</a>"),
	    NULL, &lenient, &h, &err);
	ck_assert(strstr(h.all.p, "root") == NULL);
	ck_assert(strstr(h.all.p, "lol") == NULL);
	ck_assert(strstr(h.all.p, "{B5}") != NULL);
	tm_buf_release(&h.all);
}
END_TEST

START_TEST(nesting_has_an_end)
{
	tm_buf deep = { 0 };

	for (int i = 0; i < 100000; i++)
		tm_buf_adds(&deep, "<a>");
	expect_failure(deep.p, TM_LIMIT, "more than 256 elements");
	tm_buf_release(&deep);
}
END_TEST

START_TEST(attributes_without_end_are_refused)
{
	const tm_xml_handler handler = { .start = NULL };
	tm_buf xml = { 0 };
	tm_error err;

	tm_buf_adds(&xml, "<a><!--");
	for (int i = 0; i < 20000; i++)
		tm_buf_adds(&xml, " don't='=");
	tm_buf_adds(&xml, "--><b x=\"=====\"/>");
	for (int i = 0; i < 20000; i++)
		tm_buf_adds(&xml, "c = d ");
	tm_buf_adds(&xml, "</a>");
	ck_assert_msg(
	    tm_xml_parse("x", tm_buf_str(&xml), NULL, &handler, NULL, &err),
	    "%s", err.msg);
	tm_buf_clear(&xml);
	tm_buf_adds(&xml, "<a x='>'");
	for (int i = 0; i < 10001; i++)
		tm_buf_printf(&xml, " a%d=\"1\"", i);
	tm_buf_adds(&xml, "/>");
	ck_assert(
	    !tm_xml_parse("x", tm_buf_str(&xml), NULL, &handler, NULL, &err));
	ck_assert_int_eq(err.code, TM_LIMIT);
	ck_assert(strstr(err.msg, "10000 attributes") != NULL);
	tm_buf_release(&xml);
}
END_TEST

START_TEST(characters_survive_the_edges_of_blocks)
{
	tm_buf xml = { 0 }, want = { 0 };

	for (int pad = 0; pad < 4; pad++) {
		tm_buf_clear(&xml);
		tm_buf_clear(&want);
		tm_buf_adds(&xml, "<a>");
		tm_buf_adds(&want, "<a@1>");
		for (int i = 0; i < pad; i++) {
			tm_buf_addc(&xml, 'x');
			tm_buf_addc(&want, 'x');
		}
		for (int i = 0; i < 60000; i++) {
			tm_buf_adds(&xml, "€😀ش");
			tm_buf_adds(&want, "€😀ش");
		}
		tm_buf_adds(&xml, "</a>");
		tm_buf_adds(&want, "</a>");
		expect_in(tm_buf_str(&xml), NULL, want.p);
	}
	tm_buf_release(&xml);
	tm_buf_release(&want);
}
END_TEST

START_TEST(gzip_is_unpacked_and_a_cut_one_is_told)
{
	char path[] = "/tmp/check_xml.XXXXXX";
	heard h = { 0 };
	tm_error err;
	gzFile gz;
	int fd = mkstemp(path);

	gz = gzdopen(dup(fd), "wb");
	gzputs(gz, "<a>");
	for (int i = 0; i < 50000; i++)
		gzprintf(gz, "<b>%d</b>", i * 7919);
	gzputs(gz, "</a>");
	gzclose(gz);
	ck_assert(tm_xml_read(path, NULL, &lenient, &h, &err));
	tm_buf_clear(&h.all);
	ck_assert_int_eq(ftruncate(fd, 20000), 0);
	ck_assert(!tm_xml_read(path, NULL, &lenient, &h, &err));
	ck_assert_int_eq(err.code, TM_PARSE);
	ck_assert_msg(strstr(err.msg, "gzip") != NULL, "%s", err.msg);
	ck_assert(h.all.n > 1000);
	close(fd);
	unlink(path);
	ck_assert(!tm_xml_read(path, NULL, &lenient, &h, &err));
	ck_assert_int_eq(err.code, TM_IO);
	tm_buf_release(&h.all);
}
END_TEST

START_TEST(a_gzip_bomb_is_refused)
{
	char path[] = "/tmp/check_xml.XXXXXX";
	static char spaces[1 << 20];
	heard h = { 0 };
	tm_error err;
	int fd = mkstemp(path);
	gzFile gz = gzdopen(fd, "wb9");

	memset(spaces, ' ', sizeof spaces);
	gzputs(gz, "<a>");
	for (int i = 0; i < 100; i++)
		gzwrite(gz, spaces, sizeof spaces);
	gzputs(gz, "</a>");
	gzclose(gz);
	ck_assert(!tm_xml_read(path, NULL, &lenient, &h, &err));
	ck_assert_int_eq(err.code, TM_LIMIT);
	unlink(path);
	tm_buf_release(&h.all);
}
END_TEST

/* A zip archive: what is in it, from 1 to n such files, each deflated with
 * its sizes before or behind it, or only stored. */
static void
add_zip(tm_buf *out, const char *name, tm_str s, int method, bool behind)
{
	unsigned char packed[4096];
	z_stream z = { .next_in = (unsigned char *)(uintptr_t)s.p,
		.avail_in = (unsigned)s.n,
		.next_out = packed,
		.avail_out = sizeof packed };
	uint32_t v[3];
	char h[30] = "PK\3\4\24\0";

	deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
	deflate(&z, Z_FINISH);
	deflateEnd(&z);
	v[0] = (uint32_t)crc32(0, (const unsigned char *)s.p, (unsigned)s.n);
	v[1] = method == 0 ? (uint32_t)s.n : (uint32_t)z.total_out;
	v[2] = (uint32_t)s.n;
	h[6] = behind ? 8 : 0;
	h[8] = (char)method;
	h[26] = (char)strlen(name);
	if (!behind)
		memcpy(h + 14, v, 12); /* little-endian machines only */
	tm_buf_add(out, h, 30);
	tm_buf_adds(out, name);
	if (method == 0)
		tm_buf_add(out, s.p, s.n);
	else
		tm_buf_add(out, packed, z.total_out);
	if (behind) {
		tm_buf_add(out, "PK\7\10", 4);
		tm_buf_add(out, v, 12);
	}
}

static bool
read_zip(tm_buf *zip, heard *h, tm_error *err)
{
	char path[] = "/tmp/check_xml.XXXXXX";
	int fd = mkstemp(path);
	bool ok;

	tm_buf_add(zip, "PK\1\2 and the list of contents, not looked at", 40);
	ck_assert(write(fd, zip->p, zip->n) == (ssize_t)zip->n);
	close(fd);
	tm_buf_clear(&h->all);
	tm_buf_clear(zip);
	ok = tm_xml_read(path, NULL, &lenient, h, err);
	unlink(path);
	return ok;
}

START_TEST(a_zip_of_one_file_is_unpacked)
{
	const uint16_t one = 1;
	tm_buf zip = { 0 };
	heard h = { 0 };
	tm_error err;

	if (*(const unsigned char *)&one != 1)
		return;
	for (int k = 0; k < 3; k++) {
		add_zip(&zip, "d/", TM_STR(""), 0, false);
		add_zip(&zip, "d/x.xml", TM_STR("<a>b</a>"), k == 0 ? 0 : 8,
		    k == 2);
		ck_assert_msg(read_zip(&zip, &h, &err), "%s", err.msg);
		ck_assert_str_eq(h.all.p, "<a@1>b</a>");
	}
	for (int k = 0; k < 2; k++) {
		add_zip(&zip, "x.xml", TM_STR("<a>b</a>"), 8, k == 1);
		add_zip(&zip, "y.xml", TM_STR("<a>b</a>"), 8, k == 1);
		ck_assert(!read_zip(&zip, &h, &err));
		ck_assert_msg(
		    strstr(err.msg, "of several files") != NULL, "%s", err.msg);
	}
	add_zip(&zip, "x.xml", TM_STR("<a>b</a>"), 8, false);
	zip.p[14] ^= 1;
	ck_assert(!read_zip(&zip, &h, &err));
	ck_assert_msg(strstr(err.msg, "damaged") != NULL, "%s", err.msg);
	add_zip(&zip, "x.xml", TM_STR("<a>b</a>"), 8, false);
	zip.p[6] = 1;
	ck_assert(!read_zip(&zip, &h, &err));
	ck_assert_msg(strstr(err.msg, "password") != NULL, "%s", err.msg);
	add_zip(&zip, "d/", TM_STR(""), 0, false);
	ck_assert(!read_zip(&zip, &h, &err));
	ck_assert_int_eq(err.code, TM_PARSE);
	tm_buf_release(&zip);
	tm_buf_release(&h.all);
}
END_TEST

START_TEST(what_is_escaped_reads_back)
{
	static const char nasty[] = "<a & \"b\" > 'c'\t\r\n\u2028é😀]]>";
	tm_buf xml = { 0 };
	heard h = { 0 };
	tm_error err;

	tm_buf_adds(&xml, "<a");
	ck_assert_uint_eq(tm_xml_add_attr(&xml, "k", tm_str_of(nasty)), 0);
	tm_buf_adds(&xml, ">");
	ck_assert_uint_eq(tm_xml_add_text(&xml, tm_str_of(nasty)), 0);
	tm_buf_adds(&xml, "</a>");
	ck_assert(tm_xml_parse("x", tm_buf_str(&xml), NULL, &strict, &h, &err));
	tm_buf_clear(&xml);
	tm_buf_printf(&xml, "<a k=%s@1>%s</a>", nasty, nasty);
	ck_assert_str_eq(h.all.p, xml.p);
	tm_buf_release(&xml);
	tm_buf_release(&h.all);
}
END_TEST

START_TEST(what_xml_forbids_is_never_written)
{
	tm_buf out = { 0 };

	ck_assert_uint_eq(
	    tm_xml_add_text(
		&out, (tm_str){ "a\0b\x1f\xffz\xed\xa0\x80\xef\xbf\xbf!", 13 }),
	    9);
	ck_assert_str_eq(out.p, "abz!");
	tm_buf_release(&out);
}
END_TEST

UNIT_MAIN("xml", events_come_in_order_with_their_lines,
    namespaces_do_not_hide_names, a_callback_stops_the_reading,
    without_an_ear_for_flaws_the_first_one_fails, plain_slips_are_mended,
    forbidden_characters_are_left_out_and_told,
    crossed_tags_are_told_and_do_not_end_the_reading,
    a_file_that_ends_early_fails_after_its_good_part,
    the_wrong_encoding_is_named_with_its_cure,
    utf16_is_read_with_its_lone_surrogates,
    nothing_is_fetched_and_no_entity_expands, nesting_has_an_end,
    attributes_without_end_are_refused, characters_survive_the_edges_of_blocks,
    gzip_is_unpacked_and_a_cut_one_is_told, a_gzip_bomb_is_refused,
    a_zip_of_one_file_is_unpacked, what_is_escaped_reads_back,
    what_xml_forbids_is_never_written)

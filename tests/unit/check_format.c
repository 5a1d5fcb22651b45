#include "config.h"

#include "unit.h"

#include <unistd.h>

#include "tm/format_int.h"

typedef struct heard {
	tm_buf units, told;
} heard;

static bool
on_unit(void *self, const tm_unit *u, tm_error *err)
{
	heard *h = self;

	for (size_t i = 0; i < u->n; i++)
		tm_buf_printf(&h->units, "%s%.*s=%.*s", i > 0 ? "|" : "",
		    TM_STR_ARG(u->v[i].lang), TM_STR_ARG(u->v[i].text));
	tm_buf_addc(&h->units, '\n');
	return true;
}

static void
on_warn(void *self, const tm_warning *w)
{
	heard *h = self;

	tm_buf_printf(&h->told, "%zu%s: %s\n", w->line,
	    w->skipped ? " skipped" : "", w->msg);
}

/* Reads bytes as the format and compares. */
static bool
read_as(const char *format, const tm_format_options *options, tm_str bytes,
    const char *units, const char *told, tm_error *err)
{
	char path[] = "/tmp/check_format.XXXXXX";
	heard h = { 0 };
	tm_sink sink = { &h, on_unit, on_warn };
	int fd = mkstemp(path);
	bool ok;

	ck_assert(write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n);
	close(fd);
	ok = tm_format_read(tm_format_named(format), path, options, &sink, err);
	unlink(path);
	ck_assert_str_eq(tm_buf_str(&h.units).p, units);
	ck_assert_msg(strstr(tm_buf_str(&h.told).p, told) != NULL,
	    "'%s' not in '%s'", told, tm_buf_str(&h.told).p);
	if (told[0] == '\0')
		ck_assert_str_eq(tm_buf_str(&h.told).p, "");
	tm_buf_release(&h.units);
	tm_buf_release(&h.told);
	return ok;
}

static const tm_format_options ar_en = { .from = "ar", .to = "EN" };

START_TEST(a_path_and_a_head_tell_the_format)
{
	ck_assert_str_eq(tm_format_name(tm_format_for_path("x/Y.TMX")), "tmx");
	ck_assert_str_eq(tm_format_name(tm_format_for_path("a.tmx.gz")), "tmx");
	ck_assert_str_eq(tm_format_name(tm_format_for_path("a.tsv")), "tsv");
	ck_assert(tm_format_for_path("a.doc") == NULL);
	ck_assert_str_eq(tm_format_name(tm_format_detect(
			     "a.tsv", TM_STR("<?xml version='1.0'?>\n<tmx "))),
	    "tmx");
	ck_assert_str_eq(
	    tm_format_name(tm_format_detect(NULL, TM_STR("a\tb\n"))), "tsv");
	ck_assert_str_eq(tm_format_name(tm_format_detect(
			     "-", (tm_str){ "\xff\xfe<\0t\0m\0x\0 \0", 12 })),
	    "tmx");
	ck_assert(tm_format_detect("x", TM_STR("hello\n\t")) == NULL);
}
END_TEST

START_TEST(every_format_is_known_by_its_name)
{
	size_t k = 0;

	for (; tm_format_list(k) != NULL; k++)
		ck_assert_str_eq(
		    tm_format_name(tm_format_named(tm_format_list(k))),
		    tm_format_list(k));
	ck_assert_uint_ge(k, 2);
	ck_assert(tm_format_named("nothing") == NULL);
}
END_TEST

START_TEST(dates_are_read_in_every_usual_form)
{
	static const struct {
		const char *s;
		int64_t seconds;
	} good[] = {
		{ "19700101T000000Z", 0 },
		{ "20090213T233130Z", 1234567890 },
		{ "2009-02-13T23:31:30Z", 1234567890 },
		{ "2009-02-13 23:31", 1234567860 },
		{ "20090213", 1234483200 },
		{ "20240229T000000Z", 1709164800 },
		{ "19691231T235959Z", -1 },
		{ "00010101T000000Z", INT64_C(-62135596800) },
	};
	static const char *const bad[] = { "", "x", "2009", "200902",
		"20091301", "20090232", "20090213T25", "20090213T2331300",
		"20090213T233130+01", "--------", "2009021" };
	int64_t seconds;

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		ck_assert_msg(
		    tm_date_parse(tm_str_of(good[i].s), &seconds), "%zu", i);
		ck_assert_int_eq(seconds, good[i].seconds);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(
		    !tm_date_parse(tm_str_of(bad[i]), &seconds), "%s", bad[i]);
}
END_TEST

START_TEST(a_date_written_reads_back)
{
	tm_buf s = { 0 };
	int64_t back;

	for (int64_t t = -5000000000; t < 20000000000; t += 86399 * 777) {
		tm_buf_clear(&s);
		tm_date_add(&s, t);
		ck_assert_uint_eq(s.n, 16);
		ck_assert(tm_date_parse(tm_buf_str(&s), &back));
		ck_assert_int_eq(back, t);
	}
	tm_buf_release(&s);
}
END_TEST

START_TEST(tsv_lines_become_units)
{
	tm_error err;

	ck_assert(read_as("tsv", &ar_en,
	    TM_STR("\xef\xbb\xbfسلام\tpeace\r\nC:\\new\tC:\\n\n\na\tb"),
	    "ar=سلام|en=peace\nar=C:\\new|en=C:\\n\nar=a|en=b\n", "", &err));
}
END_TEST

START_TEST(bad_tsv_lines_are_told_and_skipped)
{
	tm_error err;

	ck_assert(read_as("tsv", &ar_en, TM_STR("a\tb\nno tab\nc\td\n"),
	    "ar=a|en=b\nar=c|en=d\n", "2 skipped: no tab", &err));
	ck_assert(read_as("tsv", &ar_en, TM_STR("a\t\n\tb\n"), "",
	    "1 skipped: the translation is empty", &err));
	ck_assert(read_as("tsv", &ar_en, TM_STR("a\tb\tc\td\n"), "ar=a|en=b\n",
	    "1: this and maybe other lines", &err));
	ck_assert(read_as("tsv", &ar_en, TM_STR("a\tb\nc\t\xff\n"),
	    "ar=a|en=b\n", "2 skipped: this line is not UTF-8", &err));
}
END_TEST

START_TEST(a_nul_byte_is_told_and_left_out)
{
	const char *told = "2: 2 NUL bytes were left out of the text";
	tm_error err;

	ck_assert(read_as("tsv", &ar_en, (tm_str){ "a\tb\nA\0b\tC\0d\n", 12 },
	    "ar=a|en=b\nar=Ab|en=Cd\n", told, &err));
	ck_assert(read_as("csv", &ar_en, (tm_str){ "a,b\nA\0b,C\0d\n", 12 },
	    "ar=a|en=b\nar=Ab|en=Cd\n", told, &err));
	ck_assert(read_as("po", &ar_en,
	    (tm_str){ "msgid \"a\0\"\nmsgstr \"b\"\n", 23 }, "ar=a|en=b\n",
	    "1: 1 NUL byte was left out", &err));
	ck_assert(read_as("tsv", &ar_en, (tm_str){ "a\tb\nc\t\0\n", 8 },
	    "ar=a|en=b\n", "2 skipped: the translation is empty", &err));
}
END_TEST

START_TEST(tsv_wants_its_languages_and_its_encoding)
{
	tm_format_options arabic = {
		.from = "ar", .to = "en", .encoding = "windows-1256"
	};
	tm_error err;

	ck_assert(!read_as("tsv", NULL, TM_STR("a\tb\n"), "", "", &err));
	ck_assert_int_eq(err.code, TM_INVALID);
	ck_assert(strstr(err.msg, "--from") != NULL);
	ck_assert(!read_as("tsv", &ar_en, TM_STR("\xe3\tb\n"), "", "", &err));
	ck_assert_int_eq(err.code, TM_PARSE);
	ck_assert(strstr(err.msg, "--encoding") != NULL);
	ck_assert(read_as("tsv", &arabic, TM_STR("\xe3\xd1\xcd\xc8\xc7\tb\n"),
	    "ar=مرحبا|en=b\n", "", &err));
	ck_assert(read_as("tsv", &ar_en,
	    (tm_str){ "\xff\xfe\x45\x06\t\0b\0\n\0", 10 }, "ar=م|en=b\n", "",
	    &err));
}
END_TEST

START_TEST(tsv_is_written_one_pair_a_line)
{
	tm_variant v[3] = {
		{ .lang = TM_STR("en"), .text = TM_STR(" a\tb\r\nc ") },
		{ .lang = TM_STR("ar"), .text = TM_STR("س") },
		{ .lang = TM_STR("fr"), .text = TM_STR("f") },
	};
	tm_unit u = { .v = v, .n = 3, .srclang = TM_STR("ar") };
	char path[] = "/tmp/check_format.XXXXXX";
	heard h = { 0 };
	tm_format_options pair = {
		.from = "en", .to = "ar", .warn = on_warn, .warn_self = &h
	};
	tm_buf got = { 0 };
	tm_error err;
	tm_writer *w;

	close(mkstemp(path));
	w = tm_writer_open(tm_format_named("tsv"), path, NULL, &err);
	ck_assert(tm_writer_sink(w)->unit(tm_writer_sink(w)->self, &u, &err));
	ck_assert(tm_writer_close(w, &err));
	ck_assert(tm_read_file(path, &got, &err));
	/* The first pair says which; another language is left out. */
	ck_assert_str_eq(got.p, "س\t a b c \n");
	tm_buf_clear(&got);
	w = tm_writer_open(tm_format_named("tsv"), path, &pair, &err);
	ck_assert(tm_writer_sink(w)->unit(tm_writer_sink(w)->self, &u, &err));
	u.n = 1; /* nothing in Arabic: the side stays empty */
	ck_assert(tm_writer_sink(w)->unit(tm_writer_sink(w)->self, &u, &err));
	ck_assert(tm_writer_close(w, &err));
	ck_assert(tm_read_file(path, &got, &err));
	ck_assert_str_eq(got.p, " a b c \tس\n a b c \t\n");
	ck_assert_msg(
	    strstr(h.told.p, "were written as spaces: 4, the first in unit 1"),
	    "%s", h.told.p);
	unlink(path);
	tm_buf_release(&got);
	tm_buf_release(&h.told);
}
END_TEST

static void
pass_header_on(void *self, const tm_meta *meta, size_t n)
{
	tm_writer_header(self, meta, n);
}

/* Reads bytes as one format, writes the units as another, and compares. */
static void
convert(const char *from, const tm_format_options *options, const char *in,
    const char *to, const char *want)
{
	char a[] = "/tmp/check_format.XXXXXX", b[] = "/tmp/check_format.XXXXXX";
	tm_format_options reading = { 0 };
	tm_buf got = { 0 };
	tm_error err;
	tm_writer *w;
	int fd = mkstemp(a);

	close(mkstemp(b));
	ck_assert(write(fd, in, strlen(in)) == (ssize_t)strlen(in));
	close(fd);
	w = tm_writer_open(tm_format_named(to), b, options, &err);
	ck_assert_msg(w != NULL, "%s", err.msg);
	if (options != NULL)
		reading = *options;
	reading.header_is = pass_header_on;
	reading.header_self = w;
	ck_assert_msg(tm_format_read(tm_format_named(from), a, &reading,
			  tm_writer_sink(w), &err),
	    "%s", err.msg);
	ck_assert_msg(tm_writer_close(w, &err), "%s", err.msg);
	ck_assert(tm_read_file(b, &got, &err));
	ck_assert_str_eq(tm_buf_str(&got).p, want);
	unlink(a);
	unlink(b);
	tm_buf_release(&got);
}

START_TEST(csv_knows_quotes_and_names_its_columns)
{
	tm_error err;

	ck_assert(
	    read_as("csv", NULL, TM_STR("ar,en\r\nس,\"a \"\"b\"\",\r\nc\"\r\n"),
		"ar=س|en=a \"b\",\nc\n", "", &err));
	ck_assert(read_as("csv", &ar_en, TM_STR("x;\"y;z\"\n5\" disk;q\n"),
	    "ar=x|en=y;z\nar=5\" disk|en=q\n", "", &err));
	ck_assert(read_as("csv", &ar_en,
	    TM_STR("location,source,target\nf.c:1,a,b\n"), "ar=a|en=b\n",
	    "1: columns left out: location", &err));
	ck_assert(read_as("csv", &ar_en, TM_STR("fr,en,ar\nf,e,a\n"),
	    "ar=a|en=e\n", "1: columns left out: fr", &err));
	ck_assert(read_as("csv", &ar_en, TM_STR("a,b\nc\n"), "ar=a|en=b\n",
	    "2 skipped: this row has too few columns", &err));
	ck_assert(read_as("csv", &ar_en, TM_STR("a,b\n\"c,d\ne,f\n"),
	    "ar=a|en=b\n", "2 skipped: a quote is opened here", &err));
	ck_assert(!read_as("csv", NULL, TM_STR("hello,you\n"), "", "", &err));
	ck_assert_int_eq(err.code, TM_INVALID);
}
END_TEST

START_TEST(an_id_is_not_indonesian_beside_two_languages)
{
	const tm_format_options id_en = { .from = "id", .to = "en" };
	tm_error err;

	ck_assert(read_as("csv", NULL, TM_STR("id,en,ar\n7,Dog,a\n"),
	    "en=Dog|ar=a\n", "", &err));
	ck_assert(read_as("tsv", NULL, TM_STR("ID\ten\tar\n7\tDog\ta\n"),
	    "en=Dog|ar=a\n", "1: this line names", &err));
	ck_assert(read_as("csv", NULL, TM_STR("id,en\nanjing,Dog\n"),
	    "id=anjing|en=Dog\n", "", &err));
	ck_assert(read_as("csv", &id_en, TM_STR("ar,en,id\na,Dog,anjing\n"),
	    "id=anjing|en=Dog\n", "columns left out: ar", &err));
}
END_TEST

START_TEST(three_columns_are_units_of_three_languages)
{
	const tm_format_options to_ar = { .to = "ar" };
	tm_error err;

	ck_assert(read_as("csv", NULL,
	    TM_STR("en,ar,de\nDog,a,Hund\nCat,,Katze\n,,x\n"),
	    "en=Dog|ar=a|de=Hund\nen=Cat|de=Katze\n",
	    "4 skipped: fewer than two languages", &err));
	ck_assert(read_as("csv", &to_ar, TM_STR("en,ar,de\nDog,a,Hund\n"),
	    "en=Dog|ar=a|de=Hund\n", "", &err));
	ck_assert(read_as("csv", &to_ar, TM_STR("ar,en\na,Dog\n"),
	    "en=Dog|ar=a\n", "", &err));
}
END_TEST

START_TEST(columns_are_named_as_people_name_languages)
{
	tm_error err;

	ck_assert(read_as("csv", NULL, TM_STR("English,Arabic\na,b\n"),
	    "en=a|ar=b\n", "", &err));
	ck_assert(
	    read_as("csv", NULL, TM_STR("Deutsch;\"العربية\";notes\na;b;c\n"),
		"de=a|ar=b\n", "columns left out: notes", &err));
}
END_TEST

START_TEST(columns_that_cannot_be_what_they_are_said_to_be_are_refused)
{
	const tm_format_options en_en = { .from = "en", .to = "en" };
	const tm_format_options de_fr = { .from = "de", .to = "fr" };
	static const char swapped[] =
	    "A dog barks at night.\tينبح الكلب في الليل.\n";
	tm_error err;

	ck_assert(!read_as("tsv", &ar_en, tm_str_of(swapped),
	    "ar=A dog barks at night.|en=ينبح الكلب في الليل.\n", "", &err));
	ck_assert_msg(strstr(err.msg, "swapped") != NULL, "%s", err.msg);
	ck_assert(!read_as("tsv", &en_en, TM_STR("a\tb\n"), "", "", &err));
	ck_assert_msg(strstr(err.msg, "both en") != NULL, "%s", err.msg);
	ck_assert(
	    !read_as("csv", &de_fr, TM_STR("en,ar\na,b\n"), "", "", &err));
	ck_assert_msg(strstr(err.msg, "--from") != NULL, "%s", err.msg);
	ck_assert(read_as("csv", NULL,
	    TM_STR("en,ar\nA dog barks at night,A dog barks at night.\n"),
	    "en=A dog barks at night|ar=A dog barks at night.\n",
	    "the column 'ar' (Arabic) has hardly a letter", &err));
}
END_TEST

START_TEST(a_table_has_its_first_row_again)
{
	static const char csv[] =
	    "ID,Arabic,English\r\n7,\"a,b\",c\r\n8,d,e\r\n";

	convert("csv", NULL, csv, "csv", csv);
	convert("tsv", NULL, "en\tar\nDog\ta\n", "tsv", "en\tar\nDog\ta\n");
}
END_TEST

/* What the units of the file at path are after they were written in another
 * format, and read. */
static void
through(const char *path, const char *from, const char *to,
    const tm_format_options *options, tm_buf *units)
{
	char other[] = "/tmp/check_format.XXXXXX";
	heard h = { 0 };
	tm_sink sink = { &h, on_unit, NULL };
	tm_error err;
	tm_writer *w;

	close(mkstemp(other));
	w = tm_writer_open(tm_format_named(to), other, options, &err);
	ck_assert(w != NULL);
	ck_assert(tm_format_read(
	    tm_format_named(from), path, options, tm_writer_sink(w), &err));
	ck_assert(tm_writer_close(w, &err));
	ck_assert_msg(
	    tm_format_read(tm_format_named(to), other, options, &sink, &err),
	    "%s", err.msg);
	*units = h.units;
	unlink(other);
}

START_TEST(csv_comes_back_the_same)
{
	static const char csv[] = "ar,en\r\n\"a,b\",\"c \"\"d\"\"\"\r\n"
				  "e,\"f\ng\"\r\n";

	convert("csv", NULL, csv, "csv", csv);
}
END_TEST

START_TEST(white_space_at_the_edges_stays)
{
	static const char *const formats[] = { "tsv", "csv", "jsonl", "tmx" };
	const char *bytes = " A b \t\xc2\xa0ا ب \n";
	tm_format_options tool = ar_en;

	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		char path[] = "/tmp/check_format.XXXXXX";
		tm_buf there = { 0 };
		int fd = mkstemp(path);

		ck_assert(write(fd, bytes, strlen(bytes)) > 0);
		close(fd);
		through(path, "tsv", formats[i], &tool, &there);
		ck_assert_str_eq(there.p, "ar= A b |en=\xc2\xa0ا ب \n");
		tm_buf_release(&there);
		unlink(path);
	}
}
END_TEST

START_TEST(json_lines_come_back_the_same)
{
	static const char json[] =
	    "{\"tuid\":\"1\",\"srclang\":\"ar\",\"variants\":["
	    "{\"lang\":\"ar\",\"text\":\"س\\\"\\u0009\"},"
	    "{\"lang\":\"en\",\"text\":\"Press OK\",\"codes\":["
	    "{\"at\":6,\"xml\":\"<ph x=\\\"1\\\"/>\"}],"
	    "\"created\":\"20240101T000000Z\",\"author\":\"me\"}],"
	    "\"status\":\"confirmed\",\"confidence\":0.5,"
	    "\"document\":\"d\",\"position\":3,\"meta\":["
	    "{\"kind\":\"note\",\"value\":\"n\"},"
	    "{\"kind\":\"prop\",\"type\":\"t\",\"value\":\"\"}]}\n";

	convert("jsonl", NULL, json, "jsonl", json);
}
END_TEST

START_TEST(json_lines_of_others_are_read)
{
	tm_error err;

	ck_assert(read_as("jsonl", &ar_en,
	    TM_STR("{\"source\":\"a\",\"target\":\"b\",\"x\":[1]}\n\n"
		   "{\"translation\":{\"ar\":\"c\",\"en\":\"d\"}}\n"),
	    "ar=a|en=b\nar=c|en=d\n", "", &err));
	ck_assert(read_as("jsonl", NULL,
	    TM_STR("{\"translation\":{\"ar\":\"c\",\"en\":\"d\"}}\n{x\n"),
	    "ar=c|en=d\n", "2 skipped: not JSON", &err));
	ck_assert(read_as("jsonl", NULL, TM_STR("{\"variants\":[]}\n[]\n"), "",
	    "1 skipped: \"variants\" is empty", &err));
	ck_assert(read_as("jsonl", NULL,
	    TM_STR("{\"variants\":[{\"lang\":\"ar\",\"text\":\"سس\","
		   "\"codes\":[{\"at\":1,\"xml\":\"<ph/>\"},"
		   "{\"at\":2,\"xml\":\"<ph>\"}]}]}\n"),
	    "ar=سس\n", "1: a code is not one, or not where it says", &err));
}
END_TEST

static const char po[] = "msgid \"\"\n"
			 "msgstr \"\"\n"
			 "\"Language: ar\\n\"\n"
			 "\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
			 "\n"
			 "# a note\n"
			 "#: f.c:1\n"
			 "#, fuzzy, c-format\n"
			 "msgctxt \"menu\"\n"
			 "msgid \"\"\n"
			 "\"a\\t\\\"b\\\"\\n\"\n"
			 "\"c\"\n"
			 "msgstr \"س\"\n"
			 "\n"
			 "msgid \"%d file\"\n"
			 "msgid_plural \"%d files\"\n"
			 "msgstr[0] \"p0\"\n"
			 "msgstr[1] \"p1\"\n"
			 "\n"
			 "msgid \"not yet\"\n"
			 "msgstr \"\"\n"
			 "\n"
			 "#~ msgid \"old\"\n"
			 "#~ msgstr \"gone\"\n";

START_TEST(po_entries_become_units)
{
	const tm_format_options en = { .from = "en" };
	tm_error err;

	ck_assert(read_as("po", &en, tm_str_of(po),
	    "en=a\t\"b\"\nc|ar=س\nen=%d file|ar=p0\nen=%d files|ar=p1\n",
	    "without a translation (1) and obsolete ones (1)", &err));
	ck_assert(read_as("po", NULL, tm_str_of(po),
	    "en=a\t\"b\"\nc|ar=س\nen=%d file|ar=p0\nen=%d files|ar=p1\n",
	    "English was assumed", &err));
	ck_assert(read_as("po", &ar_en,
	    TM_STR("msgid \"a\"\nmsgstr \"b\\q\"\n\nmsgid \"c\"\n"
		   "msgstr \"d\"\n"),
	    "ar=c|en=d\n", "2 skipped: an escape that PO does not have", &err));
	ck_assert(!read_as(
	    "po", NULL, TM_STR("msgid \"a\"\nmsgstr \"b\"\n"), "", "", &err));
	ck_assert(strstr(err.msg, "--to") != NULL);
	ck_assert(read_as("po", NULL,
	    TM_STR("msgid \"\"\nmsgstr \"Language: ar\\nX-Source-Language: "
		   "en\\nContent-Type: text/plain; charset=windows-1256\\n\"\n"
		   "msgid \"a\"\nmsgstr \"\xe3\"\n"),
	    "en=a|ar=م\n", "", &err));
	/* Strings beside each other, escapes of C, #~| */
	ck_assert(read_as("po", &ar_en,
	    TM_STR("msgid \"a\\x41\" \"b\\101\\\"\"\nmsgstr \"d\"\n"
		   "#~| msgid \"o\"\n#~ msgid \"p\"\n#~ msgstr \"q\"\n"),
	    "ar=aAbA\"|en=d\n", "obsolete ones (1)", &err));
}
END_TEST

static bool
take_date(void *self, const tm_unit *unit, tm_error *err)
{
	*(int64_t *)self = unit->changed;
	return true;
}

START_TEST(the_date_of_a_po_file_is_that_of_its_units)
{
	int64_t date = 0;
	const tm_sink sink = { &date, take_date, NULL };
	const tm_str po_file =
	    TM_STR("msgid \"\"\nmsgstr \"Language: ar\\n"
		   "PO-Revision-Date: 2024-03-05 10:30+0230\\n\"\n\n"
		   "msgid \"a\"\nmsgstr \"b\"\n");
	char path[] = "/tmp/check_format.XXXXXX";
	int fd = mkstemp(path);
	tm_error err;

	ck_assert(write(fd, po_file.p, po_file.n) == (ssize_t)po_file.n);
	close(fd);
	ck_assert(
	    tm_format_read(tm_format_named("po"), path, NULL, &sink, &err));
	ck_assert_int_eq(date, 1709625600); /* 08:00 at Greenwich */
	unlink(path);
}
END_TEST

START_TEST(po_is_written_as_msgfmt_wants_it)
{
	const tm_format_options en = { .from = "en", .to = "ar" };
	tm_buf want = { 0 };

	tm_buf_printf(&want,
	    "msgid \"\"\nmsgstr \"\"\n"
	    "\"Language: ar\\n\"\n\"MIME-Version: 1.0\\n\"\n"
	    "\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
	    "\"Content-Transfer-Encoding: 8bit\\n\"\n"
	    "\"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? "
	    "2 : n%%100>=3 && n%%100<=10 ? 3 : n%%100>=11 ? 4 : 5);\\n\"\n"
	    "\"X-Source-Language: en\\n\"\n\"X-Generator: tmtool %s\\n\"\n"
	    "\n"
	    "# a note\n"
	    "#: f.c:1\n"
	    "#, fuzzy, c-format\n"
	    "msgctxt \"menu\"\n"
	    "msgid \"\"\n"
	    "\"a\\t\\\"b\\\"\\n\"\n"
	    "\"c\"\n"
	    "msgstr \"س\"\n"
	    "\n"
	    "msgid \"%%d file\"\n"
	    "msgid_plural \"%%d files\"\n"
	    "msgstr[0] \"p0\"\n"
	    "msgstr[1] \"p1\"\n"
	    "msgstr[2] \"\"\nmsgstr[3] \"\"\nmsgstr[4] \"\"\nmsgstr[5] "
	    "\"\"\n",
	    tm_version());
	convert("po", &en, po, "po", want.p);
	tm_buf_release(&want);
}
END_TEST

static const char xliff[] =
    "<xliff version='1.2'><file original='f' source-language='en' "
    "target-language='ar'><body>\n"
    "<trans-unit id='1'><source>a <g id='1'>b</g><x id='2'/></source>"
    "<target>س<bx id='3'/>ش<ex id='3'/></target>"
    "<alt-trans><source>q</source><target>w</target></alt-trans>"
    "</trans-unit>\n"
    "<trans-unit id='2'><source>A. B.</source><seg-source>"
    "<mrk mtype='seg' mid='1'>A.</mrk> <mrk mtype='seg' mid='2'>B.</mrk>"
    "</seg-source><target><mrk mtype='seg' mid='2'>ب.</mrk>"
    "<mrk mtype='seg' mid='1'>أ.</mrk></target></trans-unit>\n"
    "<trans-unit id='3'><source>none</source></trans-unit>\n"
    "</body></file></xliff>";

static const char xliff2[] =
    "<xliff version='2.0' srcLang='en' trgLang='ar'><file id='f'>"
    "<unit id='1'><originalData><data id='d'>&lt;b></data></originalData>"
    "<segment><source>a <pc id='1'>b</pc><ph id='2' dataRef='d'/></source>"
    "<target><sc id='3'/>س<ec startRef='3'/></target></segment>"
    "<ignorable><source> </source></ignorable>"
    "<segment><source>c</source><target>ج</target></segment>"
    "</unit></file></xliff>";

START_TEST(xliff_of_both_versions_becomes_units)
{
	tm_error err;

	ck_assert(read_as("xliff", NULL, tm_str_of(xliff),
	    "en=q|ar=w\nen=a b|ar=سش\nen=A.|ar=أ.\nen=B.|ar=ب.\n",
	    "segments without a translation were left out: 1", &err));
	ck_assert(read_as("xliff2", NULL, tm_str_of(xliff2),
	    "en=a b|ar=س\nen=c|ar=ج\n", "", &err));
	ck_assert(!read_as("xliff", NULL, TM_STR("<tmx/>"), "", "", &err));
	ck_assert(strstr(err.msg, "is not XLIFF") != NULL);
	ck_assert(!read_as("xliff", NULL,
	    TM_STR("<xliff><file source-language='en'><trans-unit><source>a"
		   "</source><target>b</target></trans-unit></file></xliff>"),
	    "", "", &err));
	ck_assert(strstr(err.msg, "--to") != NULL);
}
END_TEST

START_TEST(codes_of_xliff_are_those_of_tmx)
{
	convert("xliff2", NULL, xliff2, "jsonl",
	    "{\"srclang\":\"en\",\"variants\":["
	    "{\"lang\":\"en\",\"text\":\"a b\",\"codes\":["
	    "{\"at\":2,\"xml\":\"<bpt i=\\\"1\\\" x=\\\"1\\\" "
	    "type=\\\"x-pc\\\">&lt;pc id=\\\"1\\\"&gt;</bpt>\"},"
	    "{\"at\":3,\"xml\":\"<ept i=\\\"1\\\">&lt;/pc&gt;</ept>\"},"
	    "{\"at\":3,\"xml\":\"<ph x=\\\"2\\\">&lt;b&gt;</ph>\"}]},"
	    "{\"lang\":\"ar\",\"text\":\"س\",\"codes\":["
	    "{\"at\":0,\"xml\":\"<bpt i=\\\"3\\\" x=\\\"3\\\" "
	    "type=\\\"x-sc\\\">&lt;sc id=\\\"3\\\"/&gt;</bpt>\"},"
	    "{\"at\":2,\"xml\":\"<ept i=\\\"3\\\">&lt;ec "
	    "startRef=\\\"3\\\"/&gt;</ept>\"}]}],\"meta\":["
	    "{\"kind\":\"prop\",\"type\":\"x-xliff-id\",\"value\":"
	    "\"1\"}]}\n"
	    "{\"srclang\":\"en\",\"variants\":["
	    "{\"lang\":\"en\",\"text\":\"c\"},"
	    "{\"lang\":\"ar\",\"text\":\"ج\"}],\"meta\":["
	    "{\"kind\":\"prop\",\"type\":\"x-xliff-id\",\"value\":"
	    "\"1\"}]}\n");
}
END_TEST

START_TEST(parallel_text_is_two_files)
{
	char dir[] = "/tmp/check_format.XXXXXX", ar[64], en[64], out[64],
	     other[64];
	const tm_format *text = tm_format_named("text");
	heard h = { 0 };
	tm_sink sink = { &h, on_unit, on_warn };
	tm_buf got = { 0 };
	tm_error err;
	tm_writer *w;
	FILE *fp;

	ck_assert(mkdtemp(dir) != NULL);
	snprintf(ar, sizeof ar, "%s/x.ar.txt", dir);
	snprintf(en, sizeof en, "%s/x.en.txt", dir);
	snprintf(out, sizeof out, "%s/y.en", dir);
	snprintf(other, sizeof other, "%s/y.ar", dir);
	fp = fopen(ar, "w");
	fputs("أ\n\nب\n", fp);
	fclose(fp);
	fp = fopen(en, "w");
	fputs("a\n\nb\n", fp);
	fclose(fp);
	ck_assert_msg(
	    tm_format_read(text, en, &ar_en, &sink, &err), "%s", err.msg);
	ck_assert_str_eq(h.units.p, "ar=أ|en=a\nar=ب|en=b\n");
	w = tm_writer_open(text, out, &ar_en, &err);
	ck_assert(w != NULL);
	ck_assert(tm_format_read(text, ar, &ar_en, tm_writer_sink(w), &err));
	ck_assert(tm_writer_close(w, &err));
	ck_assert(tm_read_file(out, &got, &err));
	ck_assert_str_eq(got.p, "a\nb\n");
	tm_buf_clear(&got);
	ck_assert(tm_read_file(other, &got, &err));
	ck_assert_str_eq(got.p, "أ\nب\n");
	fp = fopen(en, "a");
	fputs("c\n", fp);
	fclose(fp);
	ck_assert(!tm_format_read(text, ar, &ar_en, &sink, &err));
	ck_assert_msg(
	    strstr(err.msg, "as many lines: the first ends after 3") != NULL,
	    "%s", err.msg);
	ck_assert(!tm_format_read(text, "/tmp/x", &ar_en, &sink, &err));
	ck_assert_int_eq(err.code, TM_INVALID);
	unlink(ar);
	unlink(en);
	unlink(out);
	unlink(other);
	rmdir(dir);
	tm_buf_release(&h.units);
	tm_buf_release(&h.told);
	tm_buf_release(&got);
}
END_TEST

START_TEST(a_name_in_gz_is_packed_and_reads_back)
{
	char path[] = "/tmp/check_format.XXXXXX.tsv.gz";
	tm_variant v[2] = { { .lang = TM_STR("ar"), .text = TM_STR("س") },
		{ .lang = TM_STR("en"), .text = TM_STR("s") } };
	tm_unit u = { .v = v, .n = 2 };
	heard h = { 0 };
	tm_sink sink = { &h, on_unit, on_warn };
	tm_buf bytes = { 0 };
	tm_error err;
	tm_writer *w;

	close(mkstemps(path, 7));
	w = tm_writer_open(tm_format_for_path(path), path, NULL, &err);
	for (int i = 0; i < 20000; i++)
		ck_assert(
		    tm_writer_sink(w)->unit(tm_writer_sink(w)->self, &u, &err));
	ck_assert(tm_writer_close(w, &err));
	ck_assert(tm_read_file(path, &bytes, &err));
	ck_assert(bytes.n < 2000 && bytes.p[0] == '\x1f');
	ck_assert(tm_format_read(
	    tm_format_for_path(path), path, &ar_en, &sink, &err));
	ck_assert_uint_eq(h.units.n, 20000 * strlen("ar=س|en=s\n"));
	unlink(path);
	tm_buf_release(&bytes);
	tm_buf_release(&h.units);
}
END_TEST

UNIT_MAIN("format", a_path_and_a_head_tell_the_format,
    every_format_is_known_by_its_name, dates_are_read_in_every_usual_form,
    a_date_written_reads_back, tsv_lines_become_units,
    bad_tsv_lines_are_told_and_skipped, a_nul_byte_is_told_and_left_out,
    tsv_wants_its_languages_and_its_encoding, white_space_at_the_edges_stays,
    tsv_is_written_one_pair_a_line, a_name_in_gz_is_packed_and_reads_back,
    csv_knows_quotes_and_names_its_columns,
    an_id_is_not_indonesian_beside_two_languages,
    three_columns_are_units_of_three_languages,
    columns_are_named_as_people_name_languages,
    columns_that_cannot_be_what_they_are_said_to_be_are_refused,
    a_table_has_its_first_row_again, csv_comes_back_the_same,
    json_lines_come_back_the_same, json_lines_of_others_are_read,
    po_entries_become_units, the_date_of_a_po_file_is_that_of_its_units,
    po_is_written_as_msgfmt_wants_it, xliff_of_both_versions_becomes_units,
    codes_of_xliff_are_those_of_tmx, parallel_text_is_two_files)

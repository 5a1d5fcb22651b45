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
	ck_assert_str_eq(got.p, "س\ta b c\nس\tf\n");
	tm_buf_clear(&got);
	w = tm_writer_open(tm_format_named("tsv"), path, &pair, &err);
	ck_assert(tm_writer_sink(w)->unit(tm_writer_sink(w)->self, &u, &err));
	u.n = 1; /* nothing in Arabic: the side stays empty */
	ck_assert(tm_writer_sink(w)->unit(tm_writer_sink(w)->self, &u, &err));
	ck_assert(tm_writer_close(w, &err));
	ck_assert(tm_read_file(path, &got, &err));
	ck_assert_str_eq(got.p, "a b c\tس\na b c\t\n");
	ck_assert_msg(
	    strstr(h.told.p, "were written as spaces: 4, the first in unit 1"),
	    "%s", h.told.p);
	unlink(path);
	tm_buf_release(&got);
	tm_buf_release(&h.told);
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
    bad_tsv_lines_are_told_and_skipped,
    tsv_wants_its_languages_and_its_encoding, tsv_is_written_one_pair_a_line,
    a_name_in_gz_is_packed_and_reads_back)

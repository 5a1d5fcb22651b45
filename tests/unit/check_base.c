#include "config.h"

#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

START_TEST(a_message_is_cut_between_characters)
{
	tm_error err;
	tm_buf long_word = { 0 };

	for (int i = 0; i < 300; i++)
		tm_buf_adds(&long_word, "ش");
	ck_assert(!tm_fail(&err, TM_PARSE, "x%s", long_word.p));
	ck_assert_int_eq(err.code, TM_PARSE);
	ck_assert_uint_eq(strlen(err.msg) % 2, 1);
	ck_assert_str_eq(err.msg + strlen(err.msg) - 2, "ش");
	tm_buf_release(&long_word);
}
END_TEST

START_TEST(a_buffer_grows_and_stays_terminated)
{
	tm_buf buf = { 0 };

	for (int i = 0; i < 10000; i++)
		tm_buf_printf(&buf, "%d,", i);
	ck_assert_uint_eq(buf.n, strlen(buf.p));
	ck_assert_str_eq(buf.p + buf.n - 5, "9999,");
	tm_buf_clear(&buf);
	ck_assert_tm_str_eq(tm_buf_str(&buf), "");
	tm_buf_release(&buf);
	ck_assert_tm_str_eq(tm_buf_str(&buf), "");
}
END_TEST

START_TEST(an_arena_keeps_what_it_gave_out)
{
	tm_arena arena = { 0 };
	tm_str v[2000];

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 2000; i++) {
			char s[16];

			snprintf(s, sizeof s, "%d", i);
			v[i] = tm_arena_str(&arena, tm_str_of(s));
		}
		for (int i = 0; i < 2000; i++)
			ck_assert_int_eq(atoi(v[i].p), i);
		tm_arena_clear(&arena);
	}
	tm_arena_release(&arena);
}
END_TEST

START_TEST(an_arena_gives_aligned_memory)
{
	tm_arena arena = { 0 };

	for (size_t i = 1; i < 100; i++)
		ck_assert_uint_eq(
		    (uintptr_t)tm_arena_alloc(&arena, i) % sizeof(double), 0);
	tm_arena_release(&arena);
}
END_TEST

START_TEST(a_directory_is_no_file)
{
	tm_error err;
	tm_buf buf = { 0 };

	ck_assert(!tm_read_file("/", &buf, &err));
	ck_assert_int_eq(err.code, TM_IO);
	ck_assert(strstr(err.msg, "'/' is a directory") != NULL);
	tm_buf_release(&buf);
}
END_TEST

START_TEST(an_abandoned_file_leaves_the_old_one)
{
	char dir[] = "/tmp/tm-check-XXXXXX", path[64];
	tm_outfile out;
	tm_error err;
	tm_buf buf = { 0 };

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/x", dir);
	ck_assert(tm_outfile_open(&out, path, &err));
	fputs("one", out.fp);
	ck_assert(tm_outfile_commit(&out, &err));
	ck_assert(tm_outfile_open(&out, path, &err));
	fputs("two", out.fp);
	tm_outfile_abandon(&out);
	ck_assert(tm_read_file(path, &buf, &err));
	ck_assert_tm_str_eq(tm_buf_str(&buf), "one");
	tm_buf_release(&buf);
	unlink(path);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

START_TEST(a_full_disk_is_told)
{
	tm_outfile out;
	tm_error err;

	if (access("/dev/full", W_OK) != 0)
		return;
	ck_assert(tm_outfile_open(&out, "/dev/full", &err));
	fputs("x", out.fp);
	ck_assert(!tm_outfile_commit(&out, &err));
	ck_assert_int_eq(err.code, TM_IO);
	ck_assert(strstr(err.msg, "No space left") != NULL);
}
END_TEST

UNIT_MAIN("base", a_message_is_cut_between_characters,
    a_buffer_grows_and_stays_terminated, an_arena_keeps_what_it_gave_out,
    an_arena_gives_aligned_memory, a_directory_is_no_file,
    an_abandoned_file_leaves_the_old_one, a_full_disk_is_told)

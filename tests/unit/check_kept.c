/*
 * check_kept.c - indexes among the caches go when nobody uses them, and
 * nothing else does
 */
#include "config.h"

#include "unit.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tm/store_folder_int.h"

static char home[32];
static const struct tm_kept_limits usual = { 90 * 86400, INT64_C(4) << 30 };

static void
make_home(void)
{
	snprintf(home, sizeof home, "/tmp/tm-kept-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(home));
	setenv("XDG_CACHE_HOME", home, 1);
	tm_kept_limits = usual;
}

static void
drop_home(void)
{
	shell("chmod -R u+w %s; rm -rf %s", home, home);
}

static bool
is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* The folder for the index of a memory with this letter for a uuid. */
static tm_folder *
folder_of(char letter)
{
	tm_folder *f = tm_folder_new("/nowhere/x.tm");
	char uuid[33];

	memset(uuid, letter, 32);
	uuid[32] = '\0';
	tm_folder_keep(f, uuid);
	return f;
}

/* An index of a memory with this letter for a uuid, used so many days ago;
 * its path. */
static char *
make_index(char letter, int days)
{
	tm_folder *f = folder_of(letter);
	tm_segment_head h = { .hi = 5 };
	tm_growing g = { 0 };
	struct tm_text_in text = { TM_STR("en"), TM_STR("it is indexed") };
	tm_texts texts = { .id = 1, .v = &text, .n = 1 };
	tm_segment *s;
	char *path;
	tm_buf lock = { 0 };
	struct timespec t[2];

	tm_growing_add(&g, &texts);
	s = tm_folder_write(f, &g, &h, false);
	ck_assert_ptr_nonnull(s);
	path = tm_strdup(tm_folder_path(f));
	tm_buf_printf(&lock, "%s/lock", path);
	clock_gettime(CLOCK_REALTIME, &t[0]);
	t[0].tv_sec -= days * 86400;
	t[1] = t[0];
	ck_assert_int_eq(utimensat(AT_FDCWD, lock.p, t, 0), 0);
	tm_buf_release(&lock);
	tm_segment_free(s);
	tm_growing_clear(&g);
	tm_folder_free(f);
	return path;
}

START_TEST(what_nobody_uses_goes_and_the_rest_stays)
{
	char *old, *young, *own;

	make_home();
	old = make_index('a', 91);
	young = make_index('b', 89);
	own = make_index('c', 0);
	ck_assert(!is_there(old));
	ck_assert(is_there(young));
	ck_assert(is_there(own));
	free(old);
	free(young);
	free(own);
	drop_home();
}
END_TEST

START_TEST(who_uses_one_keeps_it)
{
	char *used;
	tm_folder *f;
	tm_segment *s;

	make_home();
	used = make_index('a', 200);
	f = folder_of('a');
	s = tm_folder_open(f, 0);
	ck_assert_ptr_nonnull(s);
	free(make_index('c', 0));
	ck_assert(is_there(used));
	tm_segment_free(s);
	tm_folder_free(f);
	free(used);
	drop_home();
}
END_TEST

START_TEST(of_too_much_the_longest_unused_goes_first)
{
	char *v[4];
	int days[] = { 3, 9, 6, 0 };

	make_home();
	for (int i = 0; i < 3; i++)
		v[i] = make_index((char)('a' + i), days[i]);
	for (int i = 0; i < 3; i++)
		ck_assert(is_there(v[i]));
	{
		struct stat st;
		tm_buf file = { 0 };

		/* Room for two and a half. */
		tm_buf_printf(&file, "%s/0-5", v[0]);
		ck_assert_int_eq(stat(file.p, &st), 0);
		tm_kept_limits.bytes = st.st_size * 5 / 2;
		tm_buf_release(&file);
	}
	v[3] = make_index('d', 0);
	ck_assert(is_there(v[0]));
	ck_assert(!is_there(v[1]));
	ck_assert(!is_there(v[2]));
	ck_assert(is_there(v[3]));
	for (int i = 0; i < 4; i++)
		free(v[i]);
	drop_home();
}
END_TEST

START_TEST(what_is_mapped_can_be_read_on)
{
	char *old;
	tm_folder *f;
	tm_segment *s;

	make_home();
	old = make_index('a', 0);
	f = folder_of('a');
	s = tm_folder_open(f, 0);
	ck_assert_ptr_nonnull(s);
	tm_kept_limits.unused = -1;
	free(make_index('b', 0));
	ck_assert(!is_there(old));
	ck_assert(tm_segment_check(s, NULL));
	tm_segment_free(s);
	/* And it is made again. */
	ck_assert_ptr_null(tm_folder_open(f, 0));
	free(make_index('a', 0));
	s = tm_folder_open(f, 0);
	ck_assert_ptr_nonnull(s);
	tm_segment_free(s);
	tm_folder_free(f);
	free(old);
	drop_home();
}
END_TEST

START_TEST(what_is_being_written_stays)
{
	char *old;
	tm_buf lock = { 0 };
	int fd;

	make_home();
	old = make_index('a', 200);
	tm_buf_printf(&lock, "%s/lock", old);
	fd = open(lock.p, O_RDWR);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	free(make_index('b', 0));
	ck_assert(is_there(old));
	close(fd);
	free(make_index('b', 0));
	ck_assert(!is_there(old));
	tm_buf_release(&lock);
	free(old);
	drop_home();
}
END_TEST

START_TEST(what_was_not_made_here_stays)
{
	char *old, *other;
	tm_buf mine = { 0 };

	make_home();
	tm_kept_limits.unused = INT64_MAX;
	old = make_index('a', 200);
	other = make_index('b', 200);
	tm_kept_limits = usual;
	/* Files of others in it, a folder of others beside it, and links. */
	tm_buf_printf(&mine, "%s/out", home);
	shell("mkdir %s && touch -d 2001-01-01 %s/0-7", mine.p, mine.p);
	shell("touch %s/notes.txt; mkdir %s/0-8", old, old);
	shell("mv %s %s-moved", other, other);
	shell("ln -s %s %s", mine.p, other);
	shell("ln -s %s/0-7 %s/0-9", mine.p, old);
	shell("mkdir %s/tmtool/index/mine; touch -d 2001-01-01 "
	      "%s/tmtool/index/mine/0-9",
	    home, home);
	free(make_index('c', 0));
	shell("test -e %s/out/0-7 -a -L %s", home, other);
	shell("test -e %s/notes.txt -a -d %s/0-8", old, old);
	shell("test ! -e %s/0-5 -a ! -L %s/0-9", old, old);
	shell("test -e %s-moved/0-5 -a -e %s-moved/lock", other, other);
	shell("test -e %s/tmtool/index/mine/0-9", home);
	tm_buf_release(&mine);
	free(old);
	free(other);
	drop_home();
}
END_TEST

START_TEST(a_memory_cannot_name_a_place_elsewhere)
{
	tm_folder *f = tm_folder_new("/nowhere/x.tm");

	make_home();
	tm_folder_keep(f, "../../../../../../../tmp/elsewhe");
	ck_assert_ptr_null(tm_folder_path(f));
	tm_folder_keep(f, "");
	ck_assert_ptr_null(tm_folder_path(f));
	ck_assert(!tm_kept_is_name("index"));
	tm_folder_free(f);
	drop_home();
}
END_TEST

UNIT_MAIN("kept", what_nobody_uses_goes_and_the_rest_stays,
    who_uses_one_keeps_it, of_too_much_the_longest_unused_goes_first,
    what_is_mapped_can_be_read_on, what_is_being_written_stays,
    what_was_not_made_here_stays, a_memory_cannot_name_a_place_elsewhere)

/* check_watch.c - long work is told of, and can be given up */
#include "config.h"

#include "unit_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "tm/store_segment_int.h"

enum { UNITS = 24000 };

/* Who watches, and says no from one time on. */
struct watcher {
	size_t heard, stop_at; /* SIZE_MAX: never */
	double last;
	char what[40];
	bool fell;
};

static bool
hear(void *self, const char *what, double done)
{
	struct watcher *w = self;

	if (strcmp(w->what, what) != 0)
		w->last = 0;
	snprintf(w->what, sizeof w->what, "%s", what);
	w->fell = w->fell || done < w->last || done > 1;
	w->last = done;
	return w->heard++ < w->stop_at;
}

static void
add_units(tm_store *store)
{
	ok(tm_store_begin(store, &err));
	for (int i = 0; i < UNITS; i++) {
		char text[80];
		tm_variant v[2] = { { .lang = TM_STR("en") },
			{ .lang = TM_STR("ar") } };
		tm_unit u = { .v = v, .n = 2, .confidence = -1 };

		snprintf(text, sizeof text, "file %d of folder %d is open", i,
		    i % 977);
		v[0].text = v[1].text = tm_str_of(text);
		ok(tm_store_add(store, &u, NULL, &err));
	}
	ok(tm_store_commit(store, &err));
}

static size_t
found(tm_store *store)
{
	tm_query q = { .text = TM_STR("file 777 of folder 777 is open"),
		.from = "en",
		.to = "ar",
		.min = 100 };
	tm_answer answer = { 0 };
	size_t n;

	ok(tm_store_lookup(store, &q, &answer, &err));
	n = answer.n;
	tm_answer_release(&answer);
	return n;
}

/* Files in a folder whose names have part in them and are not the lock. */
static size_t
count(const char *folder, const char *part)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	size_t n = 0;

	while (d != NULL && (e = readdir(d)) != NULL)
		n += e->d_name[0] != '.' && strcmp(e->d_name, "lock") != 0 &&
		     strstr(e->d_name, part) != NULL;
	if (d != NULL)
		closedir(d);
	return n;
}

START_TEST(an_index_is_told_from_beginning_to_end)
{
	struct watcher w = { .stop_at = SIZE_MAX };
	tm_store *store = new_store();

	tm_segment_limits.texts = 1000;
	tm_store_watch(store, hear, &w);
	add_units(store);
	ok(tm_store_index(store, &err));
	ck_assert_str_eq(w.what, "making the index");
	ck_assert(w.heard > 0 && !w.fell && w.last == 1);
	tm_store_close(store);
	/* And again, from the texts in the memory. */
	shell("rm -rf %s.index", path);
	w = (struct watcher){ .stop_at = SIZE_MAX };
	store = tm_store_open(path, TM_READ, &err);
	tm_store_watch(store, hear, &w);
	ck_assert_uint_eq(found(store), 1);
	ck_assert(w.heard > 10 && !w.fell && w.last == 1);
	drop_store(store);
}
END_TEST

START_TEST(small_work_is_not_told)
{
	struct watcher w = { .stop_at = 0 };
	tm_store *store = new_store();
	tm_variant v[2] = { { .lang = TM_STR("en"), .text = TM_STR("a b") },
		{ .lang = TM_STR("ar"), .text = TM_STR("b") } };
	tm_unit u = { .v = v, .n = 2, .confidence = -1 };

	tm_store_watch(store, hear, &w);
	ok(tm_store_add(store, &u, NULL, &err));
	ok(tm_store_index(store, &err));
	ck_assert_uint_eq(w.heard, 0);
	drop_store(store);
}
END_TEST

START_TEST(an_index_that_is_given_up_leaves_nothing_and_is_made_later)
{
	static const size_t stops[] = { 0, 1, 5, 20, 23, 24, 25, 26 };
	tm_store *store = new_store();
	char folder[sizeof path + 8];
	size_t stopped = 0;

	snprintf(folder, sizeof folder, "%s.index", path);
	tm_segment_limits.texts = 1000;
	add_units(store);
	tm_store_close(store);
	for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
		struct watcher w = { .stop_at = stops[i] };

		shell("rm -rf %s", folder);
		store = tm_store_open(path, TM_READ, &err);
		tm_store_watch(store, hear, &w);
		if (!tm_store_index(store, &err)) {
			stopped++;
			ck_assert_int_eq(err.code, TM_INVALID);
			ck_assert(strstr(err.msg, "interrupted") != NULL);
			/* A file may be there for the moment in which it
			 * loses its name. */
			for (int k = 0; k < 100 && count(folder, "") > 0; k++)
				usleep(10000);
			ck_assert_uint_eq(count(folder, ""), 0);
		}
		tm_store_watch(store, NULL, NULL);
		ck_assert_uint_eq(found(store), 1);
		ck_assert_uint_eq(count(folder, ""), 1);
		ok(tm_store_check(store, &err));
		tm_store_close(store);
	}
	ck_assert_uint_ge(stopped, 5);
	shell("rm -rf %s", dir);
}
END_TEST

START_TEST(an_import_is_kept_when_its_index_is_given_up)
{
	struct watcher w = { .stop_at = 0 };
	tm_store *store = new_store();

	tm_segment_limits.texts = 1000;
	tm_store_watch(store, hear, &w);
	add_units(store);
	tm_store_close(store);
	ck_assert_uint_gt(w.heard, 0);
	store = tm_store_open(path, TM_WRITE, &err);
	ck_assert_uint_eq(found(store), 1);
	ok(tm_store_check(store, &err));
	drop_store(store);
}
END_TEST

START_TEST(a_join_that_is_given_up_leaves_what_was_joined)
{
	struct watcher w = { .stop_at = SIZE_MAX };
	tm_store *store = new_store();
	char folder[sizeof path + 8];

	snprintf(folder, sizeof folder, "%s.index", path);
	tm_segment_limits.texts = 1000;
	tm_segment_limits.units = 8000;
	add_units(store);
	/* The first time that joining is told. */
	for (size_t stop = 1; w.what[0] != 'j'; stop++) {
		ck_assert_uint_lt(stop, 1000);
		tm_store_close(store);
		shell("rm -rf %s", folder);
		w = (struct watcher){ .stop_at = stop };
		store = tm_store_open(path, TM_WRITE, &err);
		tm_store_watch(store, hear, &w);
		tm_store_index(store, &err);
	}
	ck_assert_str_eq(w.what, "joining the index");
	ck_assert_uint_ge(count(folder, ""), 2);
	tm_store_watch(store, NULL, NULL);
	ck_assert_uint_eq(found(store), 1);
	ok(tm_store_index(store, &err));
	ok(tm_store_check(store, &err));
	drop_store(store);
}
END_TEST

START_TEST(a_backup_that_is_given_up_leaves_nothing)
{
	tm_store *store = new_store();
	char copy[sizeof path + 8];
	size_t stop = 0;

	add_units(store);
	snprintf(copy, sizeof copy, "%s.copy", path);
	for (;; stop++) {
		struct watcher w = { .stop_at = stop };

		tm_store_watch(store, hear, &w);
		if (tm_store_backup(store, copy, &err)) {
			ck_assert(!w.fell && w.last == 1);
			break;
		}
		ck_assert_int_eq(err.code, TM_INVALID);
		ck_assert(strstr(err.msg, "interrupted") != NULL);
		ck_assert_uint_eq(count(dir, "copy"), 0);
	}
	ck_assert_uint_gt(stop, 3);
	tm_store_close(store);
	store = tm_store_open(copy, TM_READ, &err);
	ok(tm_store_check(store, &err));
	drop_store(store);
}
END_TEST

/* A file x.tm.part-HOST-PID with such a beginning; days old. */
static void
make_part(const char *host, long pid, const char *head, size_t n, int days)
{
	struct timespec times[2] = { { .tv_sec = time(NULL) - days * 86400 },
		{ .tv_sec = time(NULL) - days * 86400 } };
	char name[400];
	FILE *fp;

	snprintf(name, sizeof name, "%s.part-%s-%ld", path, host, pid);
	fp = fopen(name, "w");
	ck_assert_ptr_nonnull(fp);
	fwrite(head, 1, n, fp);
	fclose(fp);
	utimensat(AT_FDCWD, name, times, 0);
	strcat(name, "-wal");
	fp = fopen(name, "w");
	ck_assert_ptr_nonnull(fp);
	fclose(fp);
}

/* A backup of another day leaves so many files of parts. */
static void
parts_left(tm_store *store, int day, size_t want)
{
	char other[sizeof path + 16];

	snprintf(other, sizeof other, "%s.day%d", path, day);
	ok(tm_store_backup(store, other, &err));
	ck_assert_uint_eq(count(dir, "part-"), want);
}

START_TEST(parts_that_nobody_is_at_go_with_the_next_backup)
{
	static const char copy_head[16] = "SQLite format 3", zeros[16];
	tm_store *store = new_store();
	char here[64];
	long gone = fork();

	if (gone == 0)
		_exit(0);
	ck_assert_int_gt(gone, 0);
	ck_assert_int_eq(waitpid((pid_t)gone, NULL, 0), gone);
	ck_assert_int_eq(gethostname(here, sizeof here), 0);

	make_part(here, gone, copy_head, 16, 0);
	make_part("elsewhere.example", 1, copy_head, 16, 2);
	parts_left(store, 1, 0);
	make_part(here, gone, zeros, 16, 0);
	parts_left(store, 2, 0);
	make_part(here, gone, "", 0, 0);
	parts_left(store, 3, 0);

	/* Somebody may be at these, or they are something else. */
	make_part(here, (long)getppid(), copy_head, 16, 9);
	make_part("elsewhere.example", 1, copy_head, 16, 0);
	ck_assert_uint_eq(count(dir, "part-"), 4);
	parts_left(store, 4, 4);
	make_part(here, gone, "a letter to a friend", 20, 9);
	parts_left(store, 5, 6);
	drop_store(store);
}
END_TEST

UNIT_MAIN("watch", an_index_is_told_from_beginning_to_end,
    small_work_is_not_told,
    an_index_that_is_given_up_leaves_nothing_and_is_made_later,
    an_import_is_kept_when_its_index_is_given_up,
    a_join_that_is_given_up_leaves_what_was_joined,
    a_backup_that_is_given_up_leaves_nothing,
    parts_that_nobody_is_at_go_with_the_next_backup)

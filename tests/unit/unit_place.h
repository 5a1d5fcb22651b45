/*
 * unit_place.h - a folder for a memory, made before each test and gone behind
 *
 *	START_TEST(...) { tm_store *store = open_store(TM_CREATE); ... }
 *
 *	PLACE_MAIN("store", what_is_not_there_is_absent, ...)
 */
#ifndef TESTS_UNIT_PLACE_H
#define TESTS_UNIT_PLACE_H

#include "unit_folder.h"

#include <sqlite3.h>
#include <sys/wait.h>

#include "tm/store.h"

static inline void
setup_place(void)
{
	make_folder();
	/* Tests become somebody else to lose their rights. */
	ck_assert_int_eq(chmod(dir, 0777), 0);
}

static inline tm_store *
open_store(tm_store_mode mode)
{
	tm_store *store = tm_store_open(path, mode, &err);

	ck_assert_msg(store != NULL, "%s", err.msg);
	return store;
}

static inline tm_added
add_pair(tm_store *store, const char *ar, const char *en)
{
	tm_variant v[2] = {
		{ .lang = TM_STR("ar"), .text = tm_str_of(ar) },
		{ .lang = TM_STR("en"), .text = tm_str_of(en) },
	};
	tm_unit u = { .v = v, .n = 2, .confidence = -1 };
	tm_added added;

	ok(tm_store_add(store, &u, &added, &err));
	return added;
}

static inline void
refused(tm_store_mode mode, tm_code code, const char *word)
{
	tm_store *store = tm_store_open(path, mode, &err);

	ck_assert_ptr_null(store);
	ck_assert_msg(err.code == code, "%d: %s", err.code, err.msg);
	ck_assert_msg(strstr(err.msg, word) != NULL, "%s", err.msg);
	ck_assert_msg(strstr(err.msg, path) != NULL, "%s", err.msg);
}

static inline void
write_file(const char *bytes, size_t n)
{
	FILE *fp = fopen(path, "w");

	ck_assert_ptr_nonnull(fp);
	ck_assert_uint_eq(fwrite(bytes, 1, n, fp), n);
	fclose(fp);
}

static inline void
run_sql(const char *sql)
{
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* Run what in a process that is not root. */
static inline void
as_nobody(void (*what)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (geteuid() == 0 && setuid(65534) != 0)
			_exit(9);
		what();
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

static inline bool
keep_going(void *self, const tm_unit *unit, tm_error *e)
{
	++*(size_t *)self;
	return true;
}

static inline bool
walk_all(tm_store *store, size_t *n)
{
	tm_sink sink = { n, keep_going, NULL };

	*n = 0;
	return tm_store_walk(store, NULL, &sink, &err);
}

#define PLACE_MAIN(name, ...) \
	UNIT_MAIN_WITH(name, 300, setup_place, drop_folder, __VA_ARGS__)

#endif

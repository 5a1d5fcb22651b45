/*
 * check_store.c - a file is a memory, and what is stored comes back
 */
#include "config.h"

#include "unit_place.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "unit_full.h"

/* ---- Opening ----------------------------------------------------------- */

START_TEST(what_is_not_there_is_absent)
{
	refused(TM_READ, TM_ABSENT, "no memory");
	refused(TM_WRITE, TM_ABSENT, "no memory");
	ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

START_TEST(a_memory_is_made_with_its_folders)
{
	snprintf(path, sizeof path, "%s/a/b c/%%23?#.tm", dir);
	tm_store_close(open_store(TM_CREATE));
	ck_assert_int_eq(access(path, F_OK), 0);
	tm_store_close(open_store(TM_READ));
	tm_store_close(open_store(TM_WRITE));
	tm_store_close(open_store(TM_CREATE));
}
END_TEST

START_TEST(what_was_made_for_nothing_goes_again)
{
	tm_store *store = open_store(TM_CREATE), *other;

	ok(tm_store_begin(store, &err));
	add_pair(store, "ا", "a");
	tm_store_abandon(store);
	ck_assert_int_ne(access(path, F_OK), 0);
	shell("test -z \"$(ls %s)\"", dir);
	/* Not where somebody else has it open, */
	store = open_store(TM_CREATE);
	other = open_store(TM_WRITE);
	tm_store_abandon(store);
	add_pair(other, "ا", "a");
	tm_store_close(other);
	other = open_store(TM_WRITE);
	/* nor where something was stored, or it was there before. */
	tm_store_abandon(other);
	ck_assert_int_eq(access(path, F_OK), 0);
	shell("rm -rf %s*", path);
	store = open_store(TM_CREATE);
	add_pair(store, "ا", "a");
	tm_store_abandon(store);
	ck_assert_int_eq(access(path, F_OK), 0);
	shell("rm -rf %s*", path);
	tm_store_close(open_store(TM_CREATE));
	tm_store_abandon(open_store(TM_CREATE));
	ck_assert_int_eq(access(path, F_OK), 0);
	tm_store_abandon(NULL);
}
END_TEST

START_TEST(a_directory_is_no_memory)
{
	snprintf(path, sizeof path, "%s", dir);
	for (int mode = TM_READ; mode <= TM_CREATE; mode++)
		refused((tm_store_mode)mode, TM_IO, "directory");
	snprintf(path, sizeof path, "/dev/null");
	refused(TM_CREATE, TM_IO, "no file");
}
END_TEST

START_TEST(another_file_is_refused_and_left_alone)
{
	static const char tmx[] = "<?xml version=\"1.0\"?><tmx/>";
	tm_buf buf = { 0 };

	write_file(tmx, sizeof tmx - 1);
	for (int mode = TM_READ; mode <= TM_CREATE; mode++)
		refused((tm_store_mode)mode, TM_PARSE, "not a memory");
	ok(tm_read_file(path, &buf, &err));
	ck_assert_tm_str_eq(tm_buf_str(&buf), tmx);
	tm_buf_release(&buf);
	write_file("", 0);
	refused(TM_READ, TM_PARSE, "empty");
	refused(TM_WRITE, TM_PARSE, "empty");
	tm_store_close(open_store(TM_CREATE));
}
END_TEST

START_TEST(another_database_is_refused_and_left_alone)
{
	tm_buf before = { 0 }, after = { 0 };

	run_sql("CREATE TABLE unit (x); INSERT INTO unit VALUES (1)");
	ok(tm_read_file(path, &before, &err));
	for (int mode = TM_READ; mode <= TM_CREATE; mode++)
		refused((tm_store_mode)mode, TM_PARSE, "another program");
	ok(tm_read_file(path, &after, &err));
	ck_assert(tm_str_eq(tm_buf_str(&before), tm_buf_str(&after)));
	tm_buf_release(&before);
	tm_buf_release(&after);
}
END_TEST

START_TEST(a_newer_schema_is_refused)
{
	tm_store_close(open_store(TM_CREATE));
	run_sql("PRAGMA user_version = 999");
	for (int mode = TM_READ; mode <= TM_CREATE; mode++)
		refused((tm_store_mode)mode, TM_NEWER, "upgrade");
}
END_TEST

START_TEST(damage_is_told_and_does_not_crash)
{
	tm_store *store = open_store(TM_CREATE);
	tm_buf whole = { 0 }, hurt = { 0 };
	size_t n;

	ok(tm_store_begin(store, &err));
	for (int i = 0; i < 500; i++) {
		char s[40];

		snprintf(s, sizeof s, "sentence number %d", i);
		add_pair(store, "جملة", s);
	}
	ok(tm_store_commit(store, &err));
	tm_store_close(store);
	ok(tm_read_file(path, &whole, &err));
	/* Its end is missing. */
	write_file(whole.p, whole.n / 2);
	refused(TM_READ, TM_PARSE, "damaged");
	refused(TM_WRITE, TM_PARSE, "damaged");
	/* A page of rubbish, here and there. */
	for (size_t at = 4096; at + 4096 <= whole.n; at += 4096) {
		tm_buf_clear(&hurt);
		tm_buf_add(&hurt, whole.p, whole.n);
		memset(hurt.p + at, 0xa5, 4096);
		write_file(hurt.p, hurt.n);
		store = tm_store_open(path, TM_READ, &err);
		if (store != NULL) {
			tm_answer answer = { 0 };
			tm_query q = { .text = TM_STR("sentence number 7"),
				.min = 70 };

			err.code = TM_OK;
			if (!walk_all(store, &n))
				ck_assert_int_eq(err.code, TM_PARSE);
			err.code = TM_OK;
			if (!tm_store_lookup(store, &q, &answer, &err))
				ck_assert_int_eq(err.code, TM_PARSE);
			tm_answer_release(&answer);
		} else
			ck_assert_int_eq(err.code, TM_PARSE);
		tm_store_close(store);
	}
	tm_buf_release(&whole);
	tm_buf_release(&hurt);
}
END_TEST

static void
read_without_writing(void)
{
	tm_store *store = tm_store_open(path, TM_READ, &err);
	tm_query q = { .text = TM_STR("one more"), .min = 70 };
	tm_answer answer = { 0 };
	size_t n;

	if (store == NULL || !walk_all(store, &n) || n != 1 ||
	    !tm_store_lookup(store, &q, &answer, &err) || answer.n != 1) {
		fprintf(stderr, "%s\n", err.msg);
		_exit(1);
	}
	tm_answer_release(&answer);
	tm_store_close(store);
	for (int mode = TM_WRITE; mode <= TM_CREATE; mode++) {
		if (tm_store_open(path, (tm_store_mode)mode, &err) != NULL)
			_exit(2);
		if (err.code != TM_IO || strstr(err.msg, path) == NULL) {
			fprintf(stderr, "%s\n", err.msg);
			_exit(3);
		}
	}
}

START_TEST(a_read_only_place_can_be_read)
{
	tm_store *store = open_store(TM_CREATE);

	add_pair(store, "واحد آخر", "one more");
	tm_store_close(store);
	ck_assert_int_eq(chmod(path, 0444), 0);
	ck_assert_int_eq(chmod(dir, 0555), 0);
	as_nobody(read_without_writing);
	/* The file could be written, but not what goes beside it. */
	ck_assert_int_eq(chmod(path, 0666), 0);
	as_nobody(read_without_writing);
}
END_TEST

static void
read_without_rights(void)
{
	for (int mode = TM_READ; mode <= TM_CREATE; mode++)
		if (tm_store_open(path, (tm_store_mode)mode, &err) != NULL ||
		    err.code != TM_IO ||
		    strstr(err.msg, "Permission denied") == NULL) {
			fprintf(stderr, "%s\n", err.msg);
			_exit(1);
		}
}

static void
create_without_rights(void)
{
	if (tm_store_open(path, TM_CREATE, &err) != NULL || err.code != TM_IO ||
	    strstr(err.msg, "Permission denied") == NULL)
		_exit(1);
}

/* A file system that cannot map what is shared. */
static sqlite3_io_methods not_shared;
static sqlite3_vfs plain_vfs;

static int
deny_map(sqlite3_file *f, int page, int size, int extend, void volatile **p)
{
	*p = NULL;
	return SQLITE_IOERR_SHMMAP;
}

static int
open_not_shared(
    sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *got)
{
	int rc = plain_vfs.xOpen(vfs, name, f, flags, got);

	if (rc == SQLITE_OK && (flags & SQLITE_OPEN_MAIN_DB) != 0) {
		not_shared = *f->pMethods;
		not_shared.xShmMap = deny_map;
		f->pMethods = &not_shared;
	}
	return rc;
}

START_TEST(where_nothing_is_shared_it_is_used_by_one)
{
	sqlite3_vfs vfs;
	tm_store *store = open_store(TM_CREATE);

	add_pair(store, "كتاب", "a book");
	tm_store_close(store);
	plain_vfs = *sqlite3_vfs_find(NULL);
	vfs = plain_vfs;
	vfs.zName = "not-shared";
	vfs.xOpen = open_not_shared;
	ck_assert_int_eq(sqlite3_vfs_register(&vfs, 1), SQLITE_OK);
	/* What was made elsewhere can be read, */
	store = open_store(TM_READ);
	ok(tm_store_check(store, &err));
	tm_store_close(store);
	/* and written, */
	store = open_store(TM_WRITE);
	add_pair(store, "بيت", "a house");
	tm_store_close(store);
	/* and made here. */
	shell("rm -r %s*", path);
	store = open_store(TM_CREATE);
	add_pair(store, "كتاب", "a book");
	tm_store_close(store);
	store = open_store(TM_READ);
	ok(tm_store_check(store, &err));
	tm_store_close(store);
	sqlite3_vfs_unregister(&vfs);
}
END_TEST

START_TEST(without_rights_it_says_so)
{
	tm_store_close(open_store(TM_CREATE));
	ck_assert_int_eq(chmod(path, 0), 0);
	as_nobody(read_without_rights);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(chmod(dir, 0555), 0);
	as_nobody(create_without_rights);
}
END_TEST

/* ---- What is stored comes back ----------------------------------------- */

START_TEST(what_is_stored_comes_back)
{
	tm_store *store = open_store(TM_CREATE);
	size_t seen = 0;
	tm_sink sink = { &seen, is_full_unit, NULL };
	tm_added added;

	ok(tm_store_add(store, &full_unit, &added, &err));
	ck_assert_int_eq(added, TM_ADDED);
	tm_store_close(store);
	store = open_store(TM_READ);
	ok(tm_store_walk(store, NULL, &sink, &err));
	ck_assert_uint_eq(seen, 1);
	tm_store_close(store);
	store = open_store(TM_WRITE);
	ok(tm_store_add(store, &full_unit, &added, &err));
	ck_assert_int_eq(added, TM_SAME);
	ok(tm_store_walk(store, NULL, &sink, &err));
	ck_assert_uint_eq(seen, 2);
	tm_store_close(store);
}
END_TEST

START_TEST(bad_units_are_refused_whole)
{
	tm_store *store = open_store(TM_CREATE);
	tm_variant v[2] = { { .lang = TM_STR("en"), .text = TM_STR("a") },
		{ .lang = TM_STR("ar"), .text = TM_STR("b\xff") } };
	tm_unit u = { .v = v, .n = 0, .confidence = -1 };
	tm_code_at far = { 2, TM_STR("<x/>") };
	size_t n;

	ck_assert(!tm_store_add(store, &u, NULL, &err));
	ck_assert_int_eq(err.code, TM_INVALID);
	u.n = 2;
	ck_assert(!tm_store_add(store, &u, NULL, &err));
	ck_assert_int_eq(err.code, TM_INVALID);
	ck_assert_ptr_nonnull(strstr(err.msg, "byte 1"));
	v[1].text = TM_STR("b");
	v[1].codes = &far;
	v[1].n_codes = 1;
	ck_assert(!tm_store_add(store, &u, NULL, &err));
	v[1].n_codes = 0;
	v[1].lang = TM_STR("");
	ck_assert(!tm_store_add(store, &u, NULL, &err));
	ok(walk_all(store, &n));
	ck_assert_uint_eq(n, 0);
	tm_store_close(store);
}
END_TEST

/* ---- The same and not the same ----------------------------------------- */

START_TEST(the_same_pair_is_stored_once)
{
	tm_store *store = open_store(TM_CREATE);
	tm_variant turned[2] = {
		{ .lang = TM_STR("en"), .text = TM_STR("one") },
		{ .lang = TM_STR("ar"), .text = TM_STR("واحد") },
	};
	tm_unit u = { .v = turned, .n = 2, .confidence = -1 };
	tm_added added;
	size_t n;

	ck_assert_int_eq(add_pair(store, "واحد", "one"), TM_ADDED);
	ck_assert_int_eq(add_pair(store, "واحد", "one"), TM_SAME);
	ck_assert_int_eq(add_pair(store, "واحدة", "one"), TM_ADDED);
	ck_assert_int_eq(add_pair(store, "واحد", "One"), TM_ADDED);
	ok(tm_store_add(store, &u, &added, &err));
	ck_assert_int_eq(added, TM_SAME);
	u.tuid = TM_STR("7");
	ok(tm_store_add(store, &u, &added, &err));
	ck_assert_int_eq(added, TM_ADDED);
	ok(walk_all(store, &n));
	ck_assert_uint_eq(n, 4);
	tm_store_close(store);
}
END_TEST

START_TEST(another_context_is_another_unit)
{
	static const char *const types[] = { "prev", "next", "file", "id",
		"path", "x-context-pre", "x-context-post", "context" };
	tm_store *store = open_store(TM_CREATE);
	tm_unit u = full_unit;
	tm_meta meta = { TM_PROP, TM_STR("x-remark"), TM_STR(""), TM_STR("?") };
	tm_added added;
	size_t n;

	u.meta = &meta;
	u.n_meta = 0;
	ok(tm_store_add(store, &u, &added, &err));
	u.n_meta = 1;
	ok(tm_store_add(store, &u, &added, &err));
	ck_assert_int_eq(added, TM_UPDATED);
	ok(tm_store_add(store, &u, &added, &err));
	ck_assert_int_eq(added, TM_SAME);
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		meta.type = tm_str_of(types[i]);
		meta.value = TM_STR("a");
		ok(tm_store_add(store, &u, &added, &err));
		ck_assert_int_eq(added, TM_ADDED);
		meta.value = TM_STR("b");
		ok(tm_store_add(store, &u, &added, &err));
		ck_assert_int_eq(added, TM_ADDED);
		ok(tm_store_add(store, &u, &added, &err));
		ck_assert_int_eq(added, TM_SAME);
	}
	ok(walk_all(store, &n));
	ck_assert_uint_eq(n, 1 + 2 * sizeof types / sizeof types[0]);
	tm_store_close(store);
}
END_TEST

static bool
take(void *self, const tm_unit *unit, tm_error *e)
{
	*(tm_unit *)self = *unit;
	((tm_unit *)self)->v = NULL;
	((tm_unit *)self)->meta = NULL;
	return true;
}

START_TEST(what_is_known_better_is_taken_over)
{
	tm_store *store = open_store(TM_CREATE);
	tm_variant v = { .lang = TM_STR("en"), .text = TM_STR("a") };
	tm_unit u = { .v = &v, .n = 1, .confidence = -1 }, got;
	tm_sink sink = { &got, take, NULL };
	tm_added added;

	ok(tm_store_add(store, &u, &added, &err));
	u.confidence = .5;
	u.created = 100;
	ok(tm_store_add(store, &u, &added, &err));
	ck_assert_int_eq(added, TM_UPDATED);
	u.confidence = .4;
	u.created = 50;
	u.changed = 200;
	u.status = TM_CONFIRMED;
	ok(tm_store_add(store, &u, &added, &err));
	ck_assert_int_eq(added, TM_UPDATED);
	u.created = 70;
	u.changed = 150;
	u.status = TM_DRAFT;
	ok(tm_store_add(store, &u, &added, &err));
	ck_assert_int_eq(added, TM_SAME);
	ok(tm_store_walk(store, NULL, &sink, &err));
	ck_assert(got.confidence == .5);
	ck_assert_int_eq(got.created, 50);
	ck_assert_int_eq(got.changed, 200);
	ck_assert_int_eq(got.status, TM_CONFIRMED);
	tm_store_close(store);
}
END_TEST

/* ---- Transactions ------------------------------------------------------ */

START_TEST(what_is_not_committed_is_not_there)
{
	tm_store *store = open_store(TM_CREATE), *other;
	size_t n;

	ok(tm_store_begin(store, &err));
	add_pair(store, "ا", "a");
	other = open_store(TM_READ);
	ok(walk_all(other, &n));
	ck_assert_uint_eq(n, 0);
	tm_store_rollback(store);
	ok(tm_store_begin(store, &err));
	add_pair(store, "ب", "b");
	ck_assert(!tm_store_begin(store, &err));
	ck_assert_int_eq(err.code, TM_INVALID);
	ok(tm_store_commit(store, &err));
	ck_assert(!tm_store_commit(store, &err));
	ok(walk_all(other, &n));
	ck_assert_uint_eq(n, 1);
	ck_assert(!tm_store_begin(other, &err));
	ck_assert_int_eq(err.code, TM_INVALID);
	tm_store_close(other);
	tm_store_close(store);
}
END_TEST

/* ---- Walking and describing -------------------------------------------- */

static bool
note_position(void *self, const tm_unit *unit, tm_error *e)
{
	tm_buf_printf(self, "%.*s ", TM_STR_ARG(unit->v[0].text));
	return true;
}

static bool
refuse(void *self, const tm_unit *unit, tm_error *e)
{
	return tm_fail(e, TM_LIMIT, "enough");
}

START_TEST(walking_keeps_the_order_and_the_filter)
{
	static const char *const langs[][2] = { { "ar", "en" },
		{ "en", "ar-SY" }, { "en-GB", "de" }, { "ar", "de" } };
	static const struct {
		const char *from, *to, *seen;
	} cases[] = { { NULL, NULL, "0 1 2 3 " }, { "en", NULL, "0 1 2 " },
		{ "en", "ar", "0 1 " }, { "ar", "en", "0 1 " },
		{ NULL, "de", "2 3 " }, { "ar-SY", "en", "1 " },
		{ "fr", NULL, "" }, { "en-GB", "ar", "" } };
	tm_store *store = open_store(TM_CREATE);
	tm_buf seen = { 0 };
	tm_sink sink = { &seen, note_position, NULL };
	tm_sink no = { NULL, refuse, NULL };

	for (int i = 0; i < 4; i++) {
		char s[16];
		tm_variant v[2] = {
			{ .lang = tm_str_of(langs[i][0]) },
			{ .lang = tm_str_of(langs[i][1]) },
		};
		tm_unit u = { .v = v, .n = 2, .confidence = -1 };

		snprintf(s, sizeof s, "%d", i);
		v[0].text = v[1].text = tm_str_of(s);
		ok(tm_store_add(store, &u, NULL, &err));
	}
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		tm_filter f = { .from = cases[i].from, .to = cases[i].to };

		tm_buf_clear(&seen);
		ok(tm_store_walk(store, &f, &sink, &err));
		ck_assert_tm_str_eq(tm_buf_str(&seen), cases[i].seen);
	}
	ck_assert(!tm_store_walk(store, NULL, &no, &err));
	ck_assert_str_eq(err.msg, "enough");
	tm_buf_release(&seen);
	tm_store_close(store);
}
END_TEST

START_TEST(a_description_counts_languages)
{
	tm_store *store = open_store(TM_CREATE);
	tm_store_info info;
	tm_arena arena = { 0 };

	ok(tm_store_describe(store, &arena, &info, &err));
	ck_assert_uint_eq(info.units, 0);
	ck_assert_uint_eq(info.n_langs, 0);
	ck_assert_int_eq(info.created, 0);
	add_pair(store, "ا", "a");
	add_pair(store, "ب", "b");
	ok(tm_store_add(store, &full_unit, NULL, &err));
	ok(tm_store_describe(store, &arena, &info, &err));
	ck_assert_uint_eq(info.units, 3);
	ck_assert_uint_eq(info.n_langs, 6);
	ck_assert_tm_str_eq(info.langs[0].lang, "ar");
	ck_assert_uint_eq(info.langs[0].variants, 2);
	ck_assert(info.langs[0].is_source);
	ck_assert_tm_str_eq(info.langs[3].lang, "en");
	ck_assert(!info.langs[3].is_source);
	ck_assert_tm_str_eq(info.langs[4].lang, "en-US");
	ck_assert(info.langs[4].is_source);
	ck_assert_int_eq(info.created, 86400);
	ck_assert_int_eq(info.changed, 1700000000);
	ck_assert_int_ge(info.schema, 1);
	ck_assert_uint_gt(info.bytes, 4096);
	tm_arena_release(&arena);
	tm_store_close(store);
}
END_TEST

START_TEST(what_is_in_it_is_counted_as_it_changes)
{
	tm_store *store = open_store(TM_CREATE);
	tm_store_info info;
	tm_arena arena = { 0 };
	tm_unit u = full_unit;

	add_pair(store, "ا", "a");
	ok(tm_store_add(store, &full_unit, NULL, &err));
	u.id = 1;
	ok(tm_store_replace(store, &u, &err));
	ok(tm_store_begin(store, &err));
	add_pair(store, "ب", "b");
	ok(tm_store_describe(store, &arena, &info, &err));
	ck_assert_uint_eq(info.units, 3);
	ck_assert_uint_eq(info.langs[0].variants, 1);
	tm_store_rollback(store);
	ok(tm_store_describe(store, &arena, &info, &err));
	ck_assert_uint_eq(info.units, 2);
	ck_assert_uint_eq(info.n_langs, 4);
	ck_assert(!info.langs[0].is_source);
	ok(tm_store_remove(store, 2, &err));
	ok(tm_store_check(store, &err));
	/* As the first schema had it. */
	tm_store_close(store);
	run_sql("DROP TABLE language; DELETE FROM property WHERE name <> "
		"'uuid'; DROP INDEX unit_place; ALTER TABLE unit DROP COLUMN "
		"file; DROP TABLE file; DROP TABLE header; DROP TABLE past; "
		"DROP TABLE operation; DROP TABLE lexicon;"
		"DROP TABLE lexicon_word; DROP TABLE lexicon_pair;"
		"DROP TABLE place; DROP INDEX document_path;"
		"DROP INDEX document_base;"
		"ALTER TABLE document DROP COLUMN path;"
		"ALTER TABLE document DROP COLUMN base;"
		"PRAGMA user_version = 1");
	store = open_store(TM_READ);
	ok(tm_store_check(store, &err));
	ok(tm_store_describe(store, &arena, &info, &err));
	ck_assert_uint_eq(info.units, 1);
	ck_assert_uint_eq(info.n_langs, 4);
	ck_assert_int_eq(info.created, 86400);
	ck_assert_int_eq(info.changed, 1700000000);
	for (size_t i = 0; i < 4; i++)
		ck_assert_int_eq(info.langs[i].is_source,
		    tm_str_eq(info.langs[i].lang, TM_STR("en-US")));
	tm_arena_release(&arena);
	tm_store_close(store);
}
END_TEST

PLACE_MAIN("store", what_is_not_there_is_absent,
    a_memory_is_made_with_its_folders, what_was_made_for_nothing_goes_again,
    a_directory_is_no_memory, another_file_is_refused_and_left_alone,
    another_database_is_refused_and_left_alone, a_newer_schema_is_refused,
    damage_is_told_and_does_not_crash, a_read_only_place_can_be_read,
    where_nothing_is_shared_it_is_used_by_one, without_rights_it_says_so,
    what_is_stored_comes_back, bad_units_are_refused_whole,
    the_same_pair_is_stored_once, another_context_is_another_unit,
    what_is_known_better_is_taken_over, what_is_not_committed_is_not_there,
    walking_keeps_the_order_and_the_filter, a_description_counts_languages,
    what_is_in_it_is_counted_as_it_changes)

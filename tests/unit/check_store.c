#include "config.h"

#include "unit.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tm/store.h"
#include "tm/store_segment_int.h"

static char dir[32], path[200];
static tm_error err;

static void
setup_place(void)
{
	snprintf(dir, sizeof dir, "/tmp/tm-check-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	/* Tests become somebody else to lose their rights. */
	ck_assert_int_eq(chmod(dir, 0777), 0);
	snprintf(path, sizeof path, "%s/x.tm", dir);
}

static void shell(const char *fmt, ...) TM_PRINTF(1, 2);

static void
shell(const char *fmt, ...)
{
	tm_buf cmd = { 0 };
	va_list ap;

	va_start(ap, fmt);
	tm_buf_vprintf(&cmd, fmt, ap);
	va_end(ap);
	ck_assert_msg(system(cmd.p) == 0, "%s", cmd.p);
	tm_buf_release(&cmd);
}

static void
clear_place(void)
{
	shell("chmod -R u+w %s; rm -rf %s", dir, dir);
}

#define ok(call) ck_assert_msg(call, "%s", err.msg)

static tm_store *
open_store(tm_store_mode mode)
{
	tm_store *store = tm_store_open(path, mode, &err);

	ck_assert_msg(store != NULL, "%s", err.msg);
	return store;
}

static tm_added
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

static void
refused(tm_store_mode mode, tm_code code, const char *word)
{
	tm_store *store = tm_store_open(path, mode, &err);

	ck_assert_ptr_null(store);
	ck_assert_msg(err.code == code, "%d: %s", err.code, err.msg);
	ck_assert_msg(strstr(err.msg, word) != NULL, "%s", err.msg);
	ck_assert_msg(strstr(err.msg, path) != NULL, "%s", err.msg);
}

static void
write_file(const char *bytes, size_t n)
{
	FILE *fp = fopen(path, "w");

	ck_assert_ptr_nonnull(fp);
	ck_assert_uint_eq(fwrite(bytes, 1, n, fp), n);
	fclose(fp);
}

static void
run_sql(const char *sql)
{
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

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

static bool
keep_going(void *self, const tm_unit *unit, tm_error *e)
{
	++*(size_t *)self;
	return true;
}

static bool
walk_all(tm_store *store, size_t *n)
{
	tm_sink sink = { n, keep_going, NULL };

	*n = 0;
	return tm_store_walk(store, NULL, &sink, &err);
}

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

/* Run what in a process that is not root. */
static void
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

#define NUL_INSIDE ((tm_str){ "a\0b", 3 })

static tm_meta unit_meta[] = {
	{ TM_PROP, TM_STR("x-domain"), TM_STR(""), TM_STR("medicine\n") },
	{ TM_NOTE, TM_STR(""), TM_STR("de"), TM_STR(" Achtung ") },
	{ TM_ATTR, TM_STR("usagecount"), TM_STR(""), TM_STR("3") },
};
static tm_meta variant_meta[] = {
	{ TM_PROP, TM_STR("x"), TM_STR("ar"), TM_STR("") },
};
static tm_code_at codes[] = { { 0, TM_STR("<bpt i=\"1\">") },
	{ 5, TM_STR("</bpt>") }, { 5, TM_STR("<ph/>") } };
static tm_variant full[] = {
	{ .lang = TM_STR("en-US"),
	    .text = TM_STR(" Hello\t"),
	    .codes = codes,
	    .n_codes = 3,
	    .created = 1,
	    .changed = 2,
	    .author = TM_STR("A"),
	    .changer = TM_STR("B") },
	{ .lang = TM_STR("ar-SY"),
	    .text = TM_STR("مرحبا\r\n"),
	    .meta = variant_meta,
	    .n_meta = 1 },
	{ .lang = TM_STR("de"), .text = { "a\0b", 3 } },
	{ .lang = TM_STR("fr"), .text = TM_STR("") },
};
static const tm_unit full_unit = { .tuid = TM_STR("id 1"),
	.srclang = TM_STR("en-US"),
	.v = full,
	.n = 4,
	.meta = unit_meta,
	.n_meta = 3,
	.created = 86400,
	.changed = 1700000000,
	.author = TM_STR("Zoë"),
	.changer = TM_STR("زينب"),
	.status = TM_CONFIRMED,
	.confidence = .1,
	.document = TM_STR("a/b c.txt"),
	.position = 12 };

static bool
is_full_unit(void *self, const tm_unit *u, tm_error *e)
{
	const tm_unit *f = &full_unit;

	++*(size_t *)self;
	ck_assert_int_gt(u->id, 0);
	ck_assert(tm_str_eq(u->tuid, f->tuid));
	ck_assert(tm_str_eq(u->srclang, f->srclang));
	ck_assert(tm_str_eq(u->author, f->author));
	ck_assert(tm_str_eq(u->changer, f->changer));
	ck_assert(tm_str_eq(u->document, f->document));
	ck_assert_int_eq(u->position, f->position);
	ck_assert_int_eq(u->created, f->created);
	ck_assert_int_eq(u->changed, f->changed);
	ck_assert_int_eq(u->status, f->status);
	ck_assert(u->confidence == f->confidence);
	ck_assert_uint_eq(u->n_meta, f->n_meta);
	for (size_t i = 0; i < f->n_meta; i++) {
		ck_assert_int_eq(u->meta[i].kind, f->meta[i].kind);
		ck_assert(tm_str_eq(u->meta[i].type, f->meta[i].type));
		ck_assert(tm_str_eq(u->meta[i].lang, f->meta[i].lang));
		ck_assert(tm_str_eq(u->meta[i].value, f->meta[i].value));
	}
	ck_assert_uint_eq(u->n, f->n);
	for (size_t i = 0; i < f->n; i++) {
		const tm_variant *a = &u->v[i], *b = &f->v[i];

		ck_assert(tm_str_eq(a->lang, b->lang));
		ck_assert(tm_str_eq(a->text, b->text));
		ck_assert(tm_str_eq(a->author, b->author));
		ck_assert(tm_str_eq(a->changer, b->changer));
		ck_assert_int_eq(a->created, b->created);
		ck_assert_int_eq(a->changed, b->changed);
		ck_assert_uint_eq(a->n_codes, b->n_codes);
		for (size_t k = 0; k < b->n_codes; k++) {
			ck_assert_uint_eq(a->codes[k].at, b->codes[k].at);
			ck_assert(tm_str_eq(a->codes[k].xml, b->codes[k].xml));
		}
		ck_assert_uint_eq(a->n_meta, b->n_meta);
		for (size_t k = 0; k < b->n_meta; k++) {
			ck_assert(tm_str_eq(a->meta[k].type, b->meta[k].type));
			ck_assert(tm_str_eq(a->meta[k].lang, b->meta[k].lang));
			ck_assert(
			    tm_str_eq(a->meta[k].value, b->meta[k].value));
		}
	}
	return true;
}

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

/* ---- Lookup ------------------------------------------------------------ */

static tm_answer answer;

static void
look_up(tm_store *store, tm_query q)
{
	if (q.min == 0)
		q.min = 70;
	ok(tm_store_lookup(store, &q, &answer, &err));
}

START_TEST(both_directions_find)
{
	tm_store *store = open_store(TM_CREATE);

	add_pair(store, "افتح الملف الآن", "Open the file now");
	look_up(store, (tm_query){ .text = TM_STR("Open the file") });
	ck_assert_uint_eq(answer.n, 1);
	ck_assert_uint_eq(answer.v[0].from, 1);
	ck_assert_uint_eq(answer.v[0].to, 0);
	look_up(store, (tm_query){ .text = TM_STR("افتح الملف الآن") });
	ck_assert_uint_eq(answer.n, 1);
	ck_assert_int_eq(answer.v[0].match.rate, 100);
	ck_assert_uint_eq(answer.v[0].from, 0);
	look_up(store,
	    (tm_query){ .text = TM_STR("Open the file now"), .from = "ar" });
	ck_assert_uint_eq(answer.n, 0);
	look_up(store,
	    (tm_query){ .text = TM_STR("Open the file now"), .to = "de" });
	ck_assert_uint_eq(answer.n, 0);
	look_up(store, (tm_query){ .text = TM_STR("") });
	ck_assert_uint_eq(answer.n, 0);
	tm_answer_release(&answer);
	tm_store_close(store);
}
END_TEST

START_TEST(the_best_come_first_and_no_more_than_asked)
{
	static const char *const v[] = { "the cat sat on the mat",
		"the cat sat on a mat", "the cat sat on the mat!", "a dog ran",
		"the Cat sat on the mat", "the cats sat on the mats" };
	tm_store *store = open_store(TM_CREATE);

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		add_pair(store, "س", v[i]);
	look_up(store, (tm_query){ .text = tm_str_of(v[0]) });
	ck_assert_uint_eq(answer.n, 5);
	ck_assert_int_eq(answer.v[0].match.rate, 100);
	ck_assert_tm_str_eq(answer.v[1].unit->v[1].text, v[4]);
	for (size_t i = 1; i < answer.n; i++)
		ck_assert_int_le(
		    answer.v[i].match.rate, answer.v[i - 1].match.rate);
	look_up(store, (tm_query){ .text = tm_str_of(v[0]), .most = 2 });
	ck_assert_uint_eq(answer.n, 2);
	ck_assert_int_eq(answer.v[1].match.rate, 99);
	look_up(store, (tm_query){ .text = tm_str_of(v[0]), .min = 100 });
	ck_assert_uint_eq(answer.n, 1);
	tm_answer_release(&answer);
	tm_store_close(store);
}
END_TEST

static int
row(const tm_found *f, const char *name)
{
	for (size_t i = 0; i < f->match.n_ledger; i++)
		if (strcmp(f->match.ledger[i].name, name) == 0)
			return f->match.ledger[i].points;
	return 0;
}

START_TEST(nobody_confirmed_is_not_a_hundred)
{
	tm_store *store = open_store(TM_CREATE);
	tm_variant v[2] = { { .lang = TM_STR("en"), .text = TM_STR("a b c") },
		{ .lang = TM_STR("ar"), .text = TM_STR("ا") } };
	tm_unit u = { .v = v, .n = 2, .confidence = .99 };

	ok(tm_store_add(store, &u, NULL, &err));
	look_up(store, (tm_query){ .text = v[0].text });
	ck_assert_uint_eq(answer.n, 1);
	ck_assert_int_eq(answer.v[0].match.rate, 99);
	ck_assert_int_eq(row(&answer.v[0], "not confirmed"), 1);
	look_up(store, (tm_query){ .text = v[0].text, .min = 100 });
	ck_assert_uint_eq(answer.n, 0);
	/* It is so whatever the rate. */
	look_up(store, (tm_query){ .text = TM_STR("A b c") });
	ck_assert_int_eq(row(&answer.v[0], "not confirmed"), 1);
	u.status = TM_CONFIRMED;
	ok(tm_store_add(store, &u, NULL, &err));
	look_up(store, (tm_query){ .text = v[0].text });
	ck_assert_int_eq(answer.v[0].match.rate, 100);
	tm_answer_release(&answer);
	tm_store_close(store);
}
END_TEST

START_TEST(other_codes_and_regions_cost_points)
{
	tm_store *store = open_store(TM_CREATE);
	tm_query q = { .text = full[0].text, .min = 70 };

	ok(tm_store_add(store, &full_unit, NULL, &err));
	look_up(store, q);
	ck_assert_int_lt(answer.v[0].match.rate, 100);
	ck_assert_int_ge(answer.v[0].match.rate, 94);
	ck_assert_int_ge(row(&answer.v[0], "codes"), 1);
	q.codes = codes;
	q.n_codes = 3;
	look_up(store, q);
	ck_assert_int_eq(answer.v[0].match.rate, 100);
	q.from = "en-GB";
	look_up(store, q);
	ck_assert_int_eq(answer.v[0].match.rate, 99);
	ck_assert_int_eq(row(&answer.v[0], "region"), 1);
	q.from = "en";
	q.to = "ar";
	look_up(store, q);
	ck_assert_int_eq(answer.v[0].match.rate, 100);
	ck_assert_uint_eq(answer.v[0].to, 1);
	tm_answer_release(&answer);
	tm_store_close(store);
}
END_TEST

START_TEST(of_equal_ones_the_confirmed_and_the_newest)
{
	tm_store *store = open_store(TM_CREATE);
	tm_variant v[2] = { { .lang = TM_STR("en"), .text = TM_STR("same") },
		{ .lang = TM_STR("ar") } };
	tm_unit u = { .v = v, .n = 2, .confidence = -1 };

	v[1].text = TM_STR("new");
	u.changed = 300;
	ok(tm_store_add(store, &u, NULL, &err));
	v[1].text = TM_STR("old");
	u.changed = 200;
	ok(tm_store_add(store, &u, NULL, &err));
	v[1].text = TM_STR("confirmed");
	u.changed = 100;
	u.status = TM_CONFIRMED;
	ok(tm_store_add(store, &u, NULL, &err));
	v[1].text = TM_STR("rejected");
	u.status = TM_REJECTED;
	ok(tm_store_add(store, &u, NULL, &err));
	look_up(store, (tm_query){ .text = v[0].text });
	ck_assert_uint_eq(answer.n, 3);
	ck_assert_tm_str_eq(answer.v[0].unit->v[1].text, "confirmed");
	ck_assert_tm_str_eq(answer.v[1].unit->v[1].text, "new");
	ck_assert_tm_str_eq(answer.v[2].unit->v[1].text, "old");
	tm_answer_release(&answer);
	tm_store_close(store);
}
END_TEST

START_TEST(exact_is_the_same_text_with_the_same_codes)
{
	tm_store *store = open_store(TM_CREATE);
	tm_query q = {
		.text = TM_STR("caf\xc3\xa9"), .min = 70, .exact = true
	};
	tm_variant v[2] = { { .lang = TM_STR("fr"),
				.text = TM_STR("cafe\xcc\x81") },
		{ .lang = TM_STR("ar"), .text = TM_STR("مقهى") } };
	tm_unit u = { .v = v, .n = 2, .confidence = .5 };
	tm_code_at code = { 0, TM_STR("<ph/>") };

	ok(tm_store_add(store, &u, NULL, &err));
	v[0].text = TM_STR("Caf\xc3\xa9");
	ok(tm_store_add(store, &u, NULL, &err));
	for (int plain = 0; plain < 2; plain++) {
		q.plain = plain;
		look_up(store, q);
		ck_assert_uint_eq(answer.n, 1);
		ck_assert_int_eq(answer.v[0].match.rate, 99);
		ck_assert_int_eq(row(&answer.v[0], "not confirmed"), 1);
		q.codes = &code;
		q.n_codes = 1;
		look_up(store, q);
		ck_assert_uint_eq(answer.n, 0);
		q.n_codes = 0;
	}
	tm_answer_release(&answer);
	tm_store_close(store);
}
END_TEST

START_TEST(several_memories_answer_as_one)
{
	tm_store *a = open_store(TM_CREATE), *b;
	tm_query q = { .text = TM_STR("open the file"), .min = 70 };

	add_pair(a, "أ", "open the file");
	add_pair(a, "ب", "open the files");
	snprintf(path, sizeof path, "%s/other.tm", dir);
	b = open_store(TM_CREATE);
	add_pair(b, "ج", "open the file");
	add_pair(b, "د", "open the file!");
	ok(tm_lookup(
	    (tm_memory[]){ { b, 0 }, { a, 0 } }, 2, &q, &answer, &err));
	ck_assert_uint_eq(answer.n, 4);
	ck_assert_tm_str_eq(answer.v[0].unit->v[0].text, "ج");
	ck_assert_uint_eq(answer.v[0].memory, 0);
	ck_assert_tm_str_eq(answer.v[1].unit->v[0].text, "أ");
	ck_assert_uint_eq(answer.v[1].memory, 1);
	ok(tm_lookup(
	    (tm_memory[]){ { b, 20 }, { a, 0 } }, 2, &q, &answer, &err));
	ck_assert_tm_str_eq(answer.v[0].unit->v[0].text, "أ");
	ck_assert_int_eq(row(&answer.v[0], "memory"), 0);
	ck_assert_int_eq(row(&answer.v[2], "memory"), 20);
	ck_assert_int_eq(answer.v[2].match.rate, 80);
	q.min = 90;
	ok(tm_lookup(
	    (tm_memory[]){ { b, 20 }, { a, 0 } }, 2, &q, &answer, &err));
	ck_assert_uint_eq(answer.n, 2);
	q.most = 1;
	ok(tm_lookup(
	    (tm_memory[]){ { b, 0 }, { a, 0 } }, 2, &q, &answer, &err));
	ck_assert_uint_eq(answer.n, 1);
	tm_answer_release(&answer);
	tm_store_close(a);
	tm_store_close(b);
}
END_TEST

START_TEST(readers_leave_nothing_behind)
{
	tm_store *store = open_store(TM_CREATE), *other;

	add_pair(store, "أ", "open the file");
	other = open_store(TM_READ);
	look_up(other, (tm_query){ .text = TM_STR("open the file") });
	tm_store_close(store);
	tm_store_close(other);
	other = open_store(TM_READ);
	look_up(other, (tm_query){ .text = TM_STR("open the file") });
	ck_assert(!tm_store_begin(other, &err));
	tm_store_close(other);
	shell("test \"$(ls %s)\" = x.tm", dir);
	tm_answer_release(&answer);
}
END_TEST

/* ---- The index --------------------------------------------------------- */

static uint32_t seed = 3;

static uint32_t
roll(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)(seed >> 4) * n >> 28);
}

static void
make_sentence(tm_buf *out, bool ar)
{
	static const char *const v[2][12] = {
		{ "the", "file", "was", "opened", "window", "in", "12", "%s",
		    ",", "closed", "Files", "a" },
		{ "في", "الملف", "ملف", "فتح", "نافذة", "النافذة", "١٢", "%s",
		    "،", "إغلاق", "من", "كتاب" },
	};
	uint32_t n = 1 + roll(9);

	tm_buf_clear(out);
	for (uint32_t i = 0; i < n; i++)
		tm_buf_printf(out, "%s%s", i > 0 ? " " : "",
		    v[ar][roll(12) * roll(12) / 12]);
	if (roll(3) == 0)
		tm_buf_printf(out, " %u", roll(500));
}

static void
add_random(tm_store *store, size_t n)
{
	static const char *const langs[] = { "en", "en-GB", "ar", "ar-SY",
		"mul" };
	static const tm_status statuses[] = { TM_DRAFT, TM_DRAFT, TM_CONFIRMED,
		TM_REJECTED };
	tm_buf a = { 0 }, b = { 0 };
	tm_code_at code = { 0, TM_STR("<ph/>") };

	ok(tm_store_begin(store, &err));
	for (size_t i = 0; i < n; i++) {
		tm_variant v[3] = { { .lang = tm_str_of(langs[roll(2)]) },
			{ .lang = tm_str_of(langs[2 + roll(3)]) },
			{ .lang = TM_STR("en-US"), .text = TM_STR("a file") } };
		tm_unit u = { .v = v,
			.n = 2 + (roll(8) == 0),
			.confidence = roll(3) == 0 ? .5 : -1,
			.changed = roll(100),
			.status = statuses[roll(4)] };

		make_sentence(&a, false);
		make_sentence(&b, true);
		v[0].text = tm_buf_str(&a);
		v[1].text = tm_buf_str(&b);
		if (roll(10) == 0) {
			v[0].codes = &code;
			v[0].n_codes = 1;
		}
		ok(tm_store_add(store, &u, NULL, &err));
	}
	ok(tm_store_commit(store, &err));
	tm_buf_release(&a);
	tm_buf_release(&b);
}

/* Look up with and without the index; the answers must be the same. */
static void
compare_answers(tm_store *store, int queries)
{
	bool same;

	static const char *const from[] = { NULL, "en", "en-GB", "ar", "mul",
		"fr" };
	static const char *const to[] = { NULL, NULL, "ar", "ar-EG", "en" };
	tm_answer plain = { 0 }, fast = { 0 };
	tm_code_at code = { 0, TM_STR("<ph/>") };
	tm_buf text = { 0 };

	for (int i = 0; i < queries; i++) {
		tm_query q = { .from = from[roll(6)],
			.to = to[roll(5)],
			.min = 40 + (int)roll(61),
			.most = roll(6) };

		make_sentence(&text, roll(2));
		q.text = tm_buf_str(&text);
		if (roll(5) == 0) {
			q.codes = &code;
			q.n_codes = 1;
		}
		ok(tm_store_lookup(store, &q, &fast, &err));
		ok(tm_store_verify(store, &q, &same, NULL, &err));
		ck_assert(same);
		q.plain = true;
		ok(tm_store_lookup(store, &q, &plain, &err));
		ck_assert_msg(fast.n == plain.n,
		    "%zu, not %zu for '%s' %s %s %d %zu", fast.n, plain.n,
		    text.p, q.from, q.to, q.min, q.most);
		for (size_t k = 0; k < fast.n; k++) {
			const tm_found *a = &fast.v[k], *b = &plain.v[k];

			ck_assert_int_eq(a->unit->id, b->unit->id);
			ck_assert_uint_eq(a->from, b->from);
			ck_assert_uint_eq(a->to, b->to);
			ck_assert_int_eq(a->match.rate, b->match.rate);
		}
	}
	tm_buf_release(&text);
	tm_answer_release(&plain);
	tm_answer_release(&fast);
}

START_TEST(the_index_answers_like_the_plain_scan)
{
	/* Past the length of a tail several times, and of a merge. */
	static const size_t steps[] = { 1, 10, 500, 600, 1, 2500, 1100, 3,
		1500 };
	tm_store *store = open_store(TM_CREATE), *other;

	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		add_random(store, steps[i]);
		compare_answers(store, 25);
		other = open_store(TM_READ);
		compare_answers(other, 15);
		tm_store_close(other);
	}
	tm_store_close(store);
}
END_TEST

START_TEST(an_addition_is_seen_at_once_by_everyone)
{
	tm_store *store = open_store(TM_CREATE), *other;

	add_random(store, 1500);
	other = open_store(TM_READ);
	look_up(other, (tm_query){ .text = TM_STR("zebra crossing") });
	ck_assert_uint_eq(answer.n, 0);
	add_pair(store, "ممر المشاة", "zebra crossing");
	look_up(other, (tm_query){ .text = TM_STR("zebra crossing") });
	ck_assert_uint_eq(answer.n, 1);
	look_up(store, (tm_query){ .text = TM_STR("zebra crossing") });
	ck_assert_uint_eq(answer.n, 1);
	/* And what is rolled back is forgotten, its id taken by another. */
	ok(tm_store_begin(store, &err));
	add_pair(store, "حصان", "yellow horse");
	look_up(store, (tm_query){ .text = TM_STR("yellow horse") });
	ck_assert_uint_eq(answer.n, 1);
	tm_store_rollback(store);
	add_pair(store, "جمل", "green camel");
	look_up(store, (tm_query){ .text = TM_STR("yellow horse") });
	ck_assert_uint_eq(answer.n, 0);
	look_up(store, (tm_query){ .text = TM_STR("green camel") });
	ck_assert_uint_eq(answer.n, 1);
	tm_answer_release(&answer);
	tm_store_close(other);
	tm_store_close(store);
}
END_TEST

/* Pairs that nobody else adds, with what counts in an index. */
static void
add_distinct(tm_store *store, int from, int n)
{
	for (int i = from; i < from + n; i++) {
		char ar[40], en[40];
		tm_variant v[2] = { { .lang = TM_STR("ar") },
			{ .lang = i % 3 == 0 ? TM_STR("fr") : TM_STR("en") } };
		tm_unit u = { .v = v,
			.n = 2,
			.confidence = i % 5 == 0 ? .5 : -1,
			.author = i % 7 == 0 ? TM_STR("MT") : TM_STR("me"),
			.status = i % 11 == 0 ? TM_REJECTED : TM_DRAFT };

		snprintf(ar, sizeof ar, "كتاب %d من %d", i, i % 97);
		snprintf(en, sizeof en, "Book_s %d of &%d", i, i % 97);
		v[0].text = tm_str_of(ar);
		v[1].text = tm_str_of(en);
		ok(tm_store_add(store, &u, NULL, &err));
	}
}

/* The index as it was made, and as it is made from what was stored. */
static void
compare_indexes(const char *name)
{
	tm_store *store;

	shell("mv %s.index %s/early", path, dir);
	store = open_store(TM_WRITE);
	ok(tm_store_index(store, &err));
	tm_store_close(store);
	shell("cmp %s/early/%s %s.index/%s", dir, name, path, name);
	shell("rm -r %s/early", dir);
}

START_TEST(what_is_indexed_while_it_is_added_is_what_is_stored)
{
	tm_store *store = open_store(TM_CREATE);
	tm_unit again = { .confidence = -1 };
	tm_arena arena = { 0 };
	const tm_unit *first;

	/* What is rolled back was never there. */
	ok(tm_store_begin(store, &err));
	add_distinct(store, 100000, 5000);
	tm_store_rollback(store);
	ok(tm_store_begin(store, &err));
	add_distinct(store, 0, 5000);
	ok(tm_store_commit(store, &err));
	tm_store_close(store);
	compare_indexes("0-5000");

	/* What is begun by one and goes on in another, beside a tail. */
	store = open_store(TM_WRITE);
	add_distinct(store, 5000, 20);
	for (int i = 0; i < 2; i++) {
		ok(tm_store_begin(store, &err));
		add_distinct(store, 5020 + 20000 * i, 20000);
		ok(tm_store_commit(store, &err));
	}
	add_distinct(store, 45020, 3);
	tm_store_close(store);
	shell("test -e %s.index/0-45023", path);
	store = open_store(TM_WRITE);
	ok(tm_store_check(store, &err));
	tm_store_close(store);

	/* What changes before the commit is as it is after it. */
	shell("rm -r %s %s.index", path, path);
	store = open_store(TM_CREATE);
	ok(tm_store_begin(store, &err));
	add_distinct(store, 0, 4000);
	ok(tm_store_get(store, 2, &arena, &first, &err));
	again = *first;
	again.author = TM_STR("MT!");
	again.confidence = .9;
	ok(tm_store_add(store, &again, NULL, &err));
	ok(tm_store_set_status(store, 4, TM_REJECTED, &err));
	ok(tm_store_commit(store, &err));
	tm_store_close(store);
	compare_indexes("0-4000");
	tm_arena_release(&arena);
}
END_TEST

static void
touch(const char *sql)
{
	tm_buf all = { 0 };

	tm_buf_printf(&all,
	    "BEGIN; INSERT INTO touched (unit) SELECT id FROM unit WHERE %s;",
	    strstr(sql, "WHERE") + 5);
	tm_buf_printf(&all, "%s; COMMIT", sql);
	run_sql(all.p);
	tm_buf_release(&all);
}

START_TEST(what_is_changed_or_removed_is_seen)
{
	tm_store *store = open_store(TM_CREATE), *other;

	add_random(store, 3000);
	compare_answers(store, 10);
	touch("DELETE FROM unit WHERE id % 100 = 7");
	compare_answers(store, 20);
	touch("UPDATE unit SET status = 2 WHERE id % 50 = 0");
	compare_answers(store, 20);
	other = open_store(TM_READ);
	compare_answers(other, 20);
	/* More than a patch holds. */
	touch("UPDATE unit SET status = 2 WHERE id % 2 = 1");
	compare_answers(other, 20);
	compare_answers(store, 20);
	touch("UPDATE unit SET status = 1 WHERE id < 900");
	add_random(store, 1200);
	touch("UPDATE unit SET status = 2 WHERE id BETWEEN 3000 AND 3300");
	compare_answers(other, 20);
	compare_answers(store, 20);
	touch("DELETE FROM unit WHERE id > 4000");
	add_random(store, 5);
	compare_answers(store, 20);
	compare_answers(other, 20);
	tm_store_close(other);
	other = open_store(TM_READ);
	compare_answers(other, 20);
	tm_store_close(other);
	tm_store_close(store);
}
END_TEST

/* Do something to every file of the index. */
static void
for_index_files(const char *command)
{
	shell("for f in '%s.index'/*-*; do %s; done", path, command);
}

START_TEST(a_unit_can_be_changed_and_removed)
{
	tm_store *store = open_store(TM_CREATE), *other;
	tm_arena arena = { 0 };
	const tm_unit *got;
	tm_unit u = full_unit;
	size_t seen = 0;

	add_random(store, 1200);
	add_pair(store, "ممر المشاة", "zebra crossing");
	other = open_store(TM_READ);
	look_up(other, (tm_query){ .text = TM_STR("zebra crossing") });
	ck_assert_uint_eq(answer.n, 1);
	u.id = answer.v[0].unit->id;
	ok(tm_store_set_status(store, u.id, TM_REJECTED, &err));
	look_up(other, (tm_query){ .text = TM_STR("zebra crossing") });
	ck_assert_uint_eq(answer.n, 0);
	ok(tm_store_set_status(store, u.id, TM_CONFIRMED, &err));
	look_up(other, (tm_query){ .text = TM_STR("zebra crossing") });
	ck_assert_uint_eq(answer.n, 1);
	ck_assert_int_eq(answer.v[0].unit->status, TM_CONFIRMED);
	ok(tm_store_replace(store, &u, &err));
	look_up(other, (tm_query){ .text = TM_STR("zebra crossing") });
	ck_assert_uint_eq(answer.n, 0);
	look_up(other, (tm_query){ .text = full[1].text });
	ck_assert_uint_eq(answer.n, 1);
	ok(tm_store_get(other, u.id, &arena, &got, &err));
	ck_assert(is_full_unit(&seen, got, &err));
	ok(tm_store_check(store, &err));
	ok(tm_store_remove(store, u.id, &err));
	look_up(other, (tm_query){ .text = full[1].text });
	ck_assert_uint_eq(answer.n, 0);
	ck_assert(!tm_store_get(other, u.id, &arena, &got, &err));
	ck_assert_int_eq(err.code, TM_ABSENT);
	ck_assert(!tm_store_remove(store, u.id, &err));
	ck_assert_int_eq(err.code, TM_ABSENT);
	ck_assert(!tm_store_replace(store, &u, &err));
	ck_assert(!tm_store_set_status(store, u.id, TM_DRAFT, &err));
	ok(tm_store_check(store, &err));
	compare_answers(store, 10);
	compare_answers(other, 10);
	tm_arena_release(&arena);
	tm_answer_release(&answer);
	tm_store_close(other);
	tm_store_close(store);
}
END_TEST

START_TEST(a_check_finds_what_was_tampered_with)
{
	static const char *const harm[] = {
		"UPDATE variant SET text = text || 'x' WHERE unit = 3",
		"DELETE FROM unit WHERE id = 5",
		"DELETE FROM variant WHERE unit = 7 AND nr = 1",
		"INSERT INTO meta VALUES (99999, 0, 0, 0, '', '', '')",
		"UPDATE unit SET document = 77 WHERE id = 9",
	};
	tm_store *store;

	for (size_t i = 0; i < sizeof harm / sizeof harm[0]; i++) {
		shell("rm -rf %s*", path);
		store = open_store(TM_CREATE);
		add_random(store, 20);
		ok(tm_store_check(store, &err));
		run_sql(harm[i]);
		ck_assert_msg(!tm_store_check(store, &err), "%s", harm[i]);
		ck_assert_int_eq(err.code, TM_PARSE);
		tm_store_close(store);
	}
	shell("rm -rf %s*", path);
	store = open_store(TM_CREATE);
	add_random(store, 3000);
	tm_store_close(store);
	/* What rots keeps its date. */
	for_index_files("cp -p \"$f\" \"$f.old\"; printf xx |"
			"dd of=\"$f\" bs=1 seek=3000 conv=notrunc "
			"status=none; touch -r \"$f.old\" \"$f\"");
	store = open_store(TM_READ);
	ck_assert(!tm_store_check(store, &err));
	ck_assert_ptr_nonnull(strstr(err.msg, ".index"));
	tm_store_close(store);
	/* What somebody wrote to is read whole, and made again. */
	for_index_files("touch \"$f\"");
	store = open_store(TM_READ);
	ok(tm_store_check(store, &err));
	tm_store_close(store);
}
END_TEST

static void
count_fault(void *self, const char *fault)
{
	ck_assert_uint_gt(strlen(fault), 0);
	++*(size_t *)self;
}

START_TEST(all_that_is_wrong_is_named)
{
	tm_store *store = open_store(TM_CREATE);
	size_t told = 0, n;

	add_random(store, 20);
	ck_assert_uint_eq(tm_store_faults(store, 9, count_fault, &told), 0);
	run_sql("UPDATE variant SET text = text || 'x' WHERE unit IN (3, 4)");
	run_sql("INSERT INTO meta VALUES (99999, 0, 0, 0, '', '', '')");
	run_sql("UPDATE unit SET document = 77 WHERE id = 9");
	n = tm_store_faults(store, 100, count_fault, &told);
	ck_assert_uint_eq(n, told);
	ck_assert_uint_ge(n, 4);
	told = 0;
	ck_assert_uint_eq(tm_store_faults(store, 2, count_fault, &told), 2);
	ck_assert_uint_eq(told, 2);
	tm_store_close(store);
}
END_TEST

START_TEST(a_bad_index_is_made_again)
{
	static const char *const damage[] = { "rm \"$f\"", ": >\"$f\"",
		"truncate -s -1 \"$f\"", "truncate -s 200 \"$f\"",
		"printf x | dd of=\"$f\" bs=1 seek=8 conv=notrunc status=none",
		"printf xx | dd of=\"$f\" bs=1 seek=300 conv=notrunc "
		"status=none",
		"dd if=/dev/zero of=\"$f\" bs=1k seek=1 count=300 "
		"conv=notrunc status=none",
		/* a few bytes of the lists: nothing else would see it */
		"dd if=/dev/urandom of=\"$f\" bs=1 seek=100000 count=600 "
		"conv=notrunc status=none",
		"mv \"$f\" \"${f%%-*}-9999999\"", "mkdir \"$f.d\"" };
	tm_store *store = open_store(TM_CREATE), *other;

	add_random(store, 3000);
	tm_store_close(store);
	for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++) {
		for_index_files(damage[i]);
		other = open_store(TM_READ);
		compare_answers(other, 12);
		tm_store_close(other);
		other = open_store(TM_READ);
		compare_answers(other, 4);
		tm_store_close(other);
	}
}
END_TEST

START_TEST(the_index_of_another_memory_is_not_used)
{
	char first[sizeof path];
	tm_store *store = open_store(TM_CREATE);

	add_random(store, 2000);
	tm_store_close(store);
	snprintf(first, sizeof first, "%s", path);
	snprintf(path, sizeof path, "%s/y.tm", dir);
	store = open_store(TM_CREATE);
	add_random(store, 2500);
	tm_store_close(store);
	/* The folder of one beside the other. */
	shell("rm -r %s.index; cp -r %s.index %s.index", path, first, path);
	store = open_store(TM_READ);
	compare_answers(store, 20);
	tm_store_close(store);
	/* A backup put back, with the index of what came after, and then
	 * other units where those were. */
	shell("cp %s %s.bak", path, path);
	store = open_store(TM_WRITE);
	add_random(store, 2000);
	tm_store_close(store);
	shell("cp %s.bak %s", path, path);
	store = open_store(TM_WRITE);
	compare_answers(store, 10);
	add_random(store, 2500);
	compare_answers(store, 20);
	tm_store_close(store);
}
END_TEST

static void
search_read_only(void)
{
	tm_store *store = tm_store_open(path, TM_READ, &err);
	tm_query q = { .text = TM_STR("the file was opened"), .min = 70 };
	tm_answer a = { 0 };

	if (store == NULL || !tm_store_lookup(store, &q, &a, &err) ||
	    a.n == 0) {
		fprintf(stderr, "%s\n", err.msg);
		_exit(1);
	}
	tm_answer_release(&a);
	tm_store_close(store);
}

START_TEST(without_a_place_the_index_is_in_memory)
{
	tm_store *store = open_store(TM_CREATE);

	add_random(store, 3000);
	tm_store_close(store);
	shell("rm -r %s.index; chmod 555 %s", path, dir);
	as_nobody(search_read_only);
	/* Nor can what is there be read. */
	shell("chmod 755 %s; mkdir %s.index; chmod 0 "
	      "%s.index",
	    dir, path, path);
	as_nobody(search_read_only);
}
END_TEST

static size_t
count_files(const char *pattern)
{
	tm_buf cmd = { 0 };
	size_t n = 0;
	FILE *fp;

	tm_buf_printf(&cmd, "ls %s.index/ | grep -c '%s'", path, pattern);
	fp = popen(cmd.p, "r");
	ck_assert_ptr_nonnull(fp);
	ck_assert_int_eq(fscanf(fp, "%zu", &n), 1);
	pclose(fp);
	tm_buf_release(&cmd);
	return n;
}

START_TEST(a_large_import_becomes_several_segments)
{
	tm_store *store = open_store(TM_CREATE);
	tm_unit again;
	tm_arena arena = { 0 };
	const tm_unit *first;

	tm_segment_limits = (struct tm_segment_limits){ 1500, 1 << 29, 1 };
	/* What is rolled back leaves nothing. */
	ok(tm_store_begin(store, &err));
	add_distinct(store, 100000, 4000);
	ck_assert_uint_eq(count_files("^new-"), 2);
	tm_store_rollback(store);
	ck_assert_uint_eq(count_files("^new-"), 0);
	add_random(store, 100);
	ok(tm_store_begin(store, &err));
	add_distinct(store, 0, 4000);
	ok(tm_store_commit(store, &err));
	ok(tm_store_index(store, &err));
	ck_assert_uint_eq(count_files("^[0-9]"), 3);
	compare_answers(store, 10);
	/* So it is when it is made again. */
	tm_store_close(store);
	shell("mv %s.index %s/early", path, dir);
	store = open_store(TM_WRITE);
	ok(tm_store_index(store, &err));
	ck_assert_uint_eq(count_files("^[0-9]"), 3);
	compare_answers(store, 10);
	/* Some were changed before the commit, in a part that was cut off. */
	ok(tm_store_begin(store, &err));
	add_distinct(store, 4000, 4000);
	ok(tm_store_get(store, 4110, &arena, &first, &err));
	again = *first;
	again.author = TM_STR("MT!");
	again.confidence = .9;
	ok(tm_store_add(store, &again, NULL, &err));
	ok(tm_store_remove(store, 4111, &err));
	ok(tm_store_commit(store, &err));
	compare_answers(store, 10);
	ck_assert_uint_eq(count_files("^new-"), 0);
	/* More than a quarter was touched. */
	ok(tm_store_begin(store, &err));
	for (int64_t id = 1; id < 3000; id++)
		ok(tm_store_set_status(store, id, TM_CONFIRMED, &err));
	ok(tm_store_commit(store, &err));
	compare_answers(store, 10);
	ck_assert_uint_eq(count_files("patch"), 0);
	ok(tm_store_check(store, &err));
	tm_store_close(store);
	tm_arena_release(&arena);
}
END_TEST

START_TEST(many_changes_make_a_patch_and_many_more_one_index)
{
	tm_store *store = open_store(TM_CREATE), *other;

	add_random(store, 9000);
	ok(tm_store_index(store, &err));
	for (int round = 0; round < 7; round++) {
		ok(tm_store_begin(store, &err));
		for (int i = 0; i < 300; i++) {
			int64_t id = 1 + roll(9000);

			if (i % 3 == 0)
				tm_store_remove(store, id, &err);
			else
				tm_store_set_status(
				    store, id, (tm_status)(i % 3), &err);
		}
		ok(tm_store_commit(store, &err));
		add_random(store, 20);
		compare_answers(store, 3);
		/* Another comes, and knows only the files. */
		other = open_store(TM_READ);
		compare_answers(other, 3);
		tm_store_close(other);
	}
	ck_assert_uint_eq(count_files("^patch"), 1);
	ok(tm_store_check(store, &err));
	for (int64_t id = 1; id < 4000; id++)
		tm_store_set_status(store, id, TM_CONFIRMED, &err);
	tm_store_close(store);
	store = open_store(TM_READ);
	compare_answers(store, 5);
	ck_assert_uint_eq(count_files("^patch"), 0);
	tm_store_close(store);
}
END_TEST

START_TEST(the_patch_of_another_past_is_not_believed)
{
	tm_store *store = open_store(TM_CREATE);
	char copy[sizeof path + 8];

	add_random(store, 9000);
	ok(tm_store_index(store, &err));
	snprintf(copy, sizeof copy, "%s.copy", path);
	ok(tm_store_backup(store, copy, &err));
	for (int past = 0; past < 2; past++) {
		ok(tm_store_begin(store, &err));
		for (int i = 0; i < 1500; i++)
			tm_store_set_status(
			    store, 1 + 2 * i + past, TM_REJECTED, &err);
		ok(tm_store_commit(store, &err));
		if (past == 1)
			add_random(store, 1);
		compare_answers(store, 5);
		tm_store_close(store);
		if (past == 0) {
			ck_assert_uint_eq(count_files("^patch"), 1);
			shell("mv %s %s", copy, path);
		}
		store = open_store(TM_WRITE);
		compare_answers(store, 5);
	}
	tm_store_close(store);
}
END_TEST

START_TEST(one_writes_while_many_read)
{
	enum { READERS = 3, ROUNDS = 60 };
	pid_t pid[READERS];
	tm_store *store = open_store(TM_CREATE);

	add_random(store, 300);
	for (int i = 0; i < READERS; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			tm_store *mine = tm_store_open(path, TM_READ, &err);
			size_t before = 0;

			for (int k = 0; mine != NULL && k < ROUNDS; k++) {
				tm_query q = { .min = 100,
					.text = TM_STR("always there") };
				tm_answer a = { 0 };
				size_t n = 0;

				if (!tm_store_lookup(mine, &q, &a, &err) ||
				    !walk_all(mine, &n) || n < before)
					_exit(1);
				before = n;
				tm_answer_release(&a);
			}
			_exit(mine == NULL);
		}
	}
	for (int i = 0; i < 30; i++)
		add_random(store, 100);
	for (int i = 0; i < READERS; i++) {
		int status;

		ck_assert_int_eq(waitpid(pid[i], &status, 0), pid[i]);
		ck_assert_int_eq(status, 0);
	}
	compare_answers(store, 10);
	tm_store_close(store);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { what_is_not_there_is_absent,
		a_memory_is_made_with_its_folders,
		what_was_made_for_nothing_goes_again, a_directory_is_no_memory,
		another_file_is_refused_and_left_alone,
		another_database_is_refused_and_left_alone,
		a_newer_schema_is_refused, damage_is_told_and_does_not_crash,
		a_read_only_place_can_be_read,
		where_nothing_is_shared_it_is_used_by_one,
		without_rights_it_says_so, what_is_stored_comes_back,
		bad_units_are_refused_whole, the_same_pair_is_stored_once,
		another_context_is_another_unit,
		what_is_known_better_is_taken_over,
		what_is_not_committed_is_not_there,
		walking_keeps_the_order_and_the_filter,
		a_description_counts_languages,
		what_is_in_it_is_counted_as_it_changes, both_directions_find,
		the_best_come_first_and_no_more_than_asked,
		nobody_confirmed_is_not_a_hundred,
		other_codes_and_regions_cost_points,
		of_equal_ones_the_confirmed_and_the_newest,
		exact_is_the_same_text_with_the_same_codes,
		several_memories_answer_as_one, readers_leave_nothing_behind,
		the_index_answers_like_the_plain_scan,
		what_is_indexed_while_it_is_added_is_what_is_stored,
		an_addition_is_seen_at_once_by_everyone,
		what_is_changed_or_removed_is_seen,
		a_unit_can_be_changed_and_removed,
		a_check_finds_what_was_tampered_with,
		all_that_is_wrong_is_named, a_bad_index_is_made_again,
		the_index_of_another_memory_is_not_used,
		without_a_place_the_index_is_in_memory,
		a_large_import_becomes_several_segments,
		many_changes_make_a_patch_and_many_more_one_index,
		the_patch_of_another_past_is_not_believed,
		one_writes_while_many_read };
	Suite *suite = suite_create("store");
	TCase *tcase = tcase_create("store");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 300);
	tcase_add_checked_fixture(tcase, setup_place, clear_place);
	for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/*
 * crash_vfs.c - the power goes, the disk fails or fills, at every write
 *
 *	crash_vfs [EVERY [SEED]]
 *
 * A shim before SQLite's file system remembers what of each file is on the
 * disk for sure (synced) and what was only written. A row of transactions
 * is run: units are added in bulk and one by one, confirmed, edited,
 * removed, undone, and the memory is closed and opened. It is run again for
 * every (EVERY-th) write, sync, truncation and removal, at which then
 *
 *	power	all ends; of what was not synced each write is there, is
 *		not, or is torn between two sectors, whichever came first
 *	short	half is written and an error returned, once
 *	eio	an error is returned, once
 *	full	there is no space, from then on
 *
 * What is left is opened again. It must be as it was after one of the
 * transactions, no earlier one than the last that was told to be committed
 * and no later one than was begun; tm_store_check() must find nothing; and
 * the index must answer like the plain scan. Exits 0, or 1 with what was
 * wrong.
 */
#include "config.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tm/store.h"

typedef enum mode { NONE, POWER, SHORT, EIO_ONCE, FULL, N_MODES } mode;

static const char *const mode_names[] = { "none", "power", "short", "eio",
	"full" };

static tm_error err;
static char dir[] = "/tmp/tm-vfs-XXXXXX";
static char path[64], after[64];
static unsigned seed = 1;

static unsigned
roll(unsigned n)
{
	seed = seed * 1664525 + 1013904223;
	return (unsigned)((unsigned long long)(seed >> 4) * n >> 28);
}

/* ---- Files that know what is synced ------------------------------------ */

typedef struct change {
	size_t at;
	char *bytes; /* NULL: the file is cut at "at" */
	size_t n;
} change;

typedef struct node {
	char name[80];
	tm_buf disk; /* what is there for sure */
	bool exists, perhaps_gone;
	bool is_new; /* SQLite syncs the folder with its first sync */
	change *v; /* and what is under way */
	size_t n, cap;
} node;

typedef struct shim_file {
	sqlite3_file base;
	node *node; /* NULL: not one of ours */
	sqlite3_file *real;
} shim_file;

static node nodes[8];
static size_t n_nodes;
static sqlite3_vfs *real, shim;
static mode now_mode;
static long ops, fault_at;
static bool dead;

static void
put(tm_buf *file, size_t at, const char *bytes, size_t n)
{
	while (file->n < at + n)
		tm_buf_addc(file, '\0');
	memcpy(file->p + at, bytes, n);
}

static void
apply(node *x, const change *c)
{
	if (c->bytes != NULL)
		put(&x->disk, c->at, c->bytes, c->n);
	else if (c->at < x->disk.n)
		x->disk.n = c->at;
}

static void
forget_pending(node *x)
{
	for (size_t i = 0; i < x->n; i++)
		free(x->v[i].bytes);
	x->n = 0;
}

static void
write_node(const node *x)
{
	char name[120];
	FILE *fp;

	snprintf(name, sizeof name, "%s%s", after, x->name + strlen(path));
	fp = fopen(name, "w");
	if (fp == NULL ||
	    fwrite(tm_buf_str(&x->disk).p, 1, x->disk.n, fp) != x->disk.n ||
	    fclose(fp) != 0)
		_exit(2);
}

/* Leave at "after" what a disk could have after the power went. */
static void
lose_power(void)
{
	dead = true;
	for (size_t k = 0; k < n_nodes; k++) {
		node *x = &nodes[k];

		/* Writes reach the disk in any order: one that is there does
		 * not mean that those before it are. */
		for (size_t i = 0; i < x->n; i++) {
			change c = x->v[i];
			unsigned fate = roll(4);

			if (fate == 0)
				continue;
			if (fate == 1 && c.bytes != NULL && c.n > 512)
				c.n = 512 * (1 + roll((unsigned)c.n / 512));
			apply(x, &c);
		}
		if (x->exists || (x->perhaps_gone && roll(2) == 0))
			write_node(x);
	}
}

/* What happens to this operation? SQLITE_OK: nothing. */
static int
fault(int code)
{
	if (dead)
		return SQLITE_IOERR;
	if (now_mode == NONE) {
		ops++;
		return SQLITE_OK;
	}
	ops++;
	if (now_mode == FULL && ops >= fault_at && code == SQLITE_IOERR_WRITE)
		return SQLITE_FULL;
	if (ops != fault_at)
		return SQLITE_OK;
	if (now_mode == POWER) {
		lose_power();
		return SQLITE_IOERR;
	}
	return now_mode == FULL ? SQLITE_OK : code;
}

static void
remember(node *x, size_t at, const void *bytes, size_t n)
{
	change *c;

	tm_grow(x->v, x->n, x->cap);
	c = &x->v[x->n++];
	*c = (change){ .at = at, .n = n };
	if (bytes != NULL) {
		c->bytes = tm_alloc(n + 1);
		memcpy(c->bytes, bytes, n);
	}
}

#define REAL(f) (((shim_file *)(f))->real)
#define CALL(f, method, ...) REAL(f)->pMethods->method(REAL(f), __VA_ARGS__)

static int
shim_close(sqlite3_file *f)
{
	return REAL(f)->pMethods->xClose(REAL(f));
}

static int
shim_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return dead ? SQLITE_IOERR_READ : CALL(f, xRead, p, n, at);
}

static int
shim_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	node *x = ((shim_file *)f)->node;
	int got;

	if (x == NULL)
		return CALL(f, xWrite, p, n, at);
	/* In case the power goes now, this one is under way. */
	remember(x, (size_t)at, p, (size_t)n);
	got = fault(SQLITE_IOERR_WRITE);
	if (got == SQLITE_OK)
		return CALL(f, xWrite, p, n, at);
	if (!dead && now_mode == SHORT) {
		x->v[x->n - 1].n = (size_t)n / 2;
		CALL(f, xWrite, p, n / 2, at);
	} else if (!dead) {
		free(x->v[--x->n].bytes);
	}
	return got;
}

static int
shim_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	node *x = ((shim_file *)f)->node;
	int got;

	if (x == NULL)
		return CALL(f, xTruncate, size);
	got = fault(SQLITE_IOERR_TRUNCATE);
	if (got != SQLITE_OK)
		return got;
	remember(x, (size_t)size, NULL, 0);
	return CALL(f, xTruncate, size);
}

static int
shim_sync(sqlite3_file *f, int flags)
{
	node *x = ((shim_file *)f)->node;
	int got;

	if (x == NULL)
		return SQLITE_OK;
	got = fault(SQLITE_IOERR_FSYNC);
	if (got != SQLITE_OK)
		return got;
	for (size_t i = 0; i < x->n; i++)
		apply(x, &x->v[i]);
	forget_pending(x);
	for (size_t k = 0; x->is_new && k < n_nodes; k++)
		nodes[k].perhaps_gone = false;
	x->is_new = false;
	return SQLITE_OK;
}

static int
shim_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return CALL(f, xFileSize, size);
}

static int
shim_lock(sqlite3_file *f, int level)
{
	return CALL(f, xLock, level);
}

static int
shim_unlock(sqlite3_file *f, int level)
{
	return CALL(f, xUnlock, level);
}

static int
shim_reserved(sqlite3_file *f, int *out)
{
	return CALL(f, xCheckReservedLock, out);
}

static int
shim_control(sqlite3_file *f, int op, void *arg)
{
	/* Else the file grows by a mapping or a hint that we do not see. */
	if (op == SQLITE_FCNTL_SIZE_HINT || op == SQLITE_FCNTL_CHUNK_SIZE)
		return SQLITE_OK;
	return CALL(f, xFileControl, op, arg);
}

static int
shim_sector(sqlite3_file *f)
{
	return REAL(f)->pMethods->xSectorSize(REAL(f));
}

static int
shim_traits(sqlite3_file *f)
{
	return REAL(f)->pMethods->xDeviceCharacteristics(REAL(f));
}

static int
shim_shm_map(
    sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return CALL(f, xShmMap, page, size, extend, out);
}

static int
shim_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	return CALL(f, xShmLock, at, n, flags);
}

static void
shim_shm_barrier(sqlite3_file *f)
{
	REAL(f)->pMethods->xShmBarrier(REAL(f));
}

static int
shim_shm_unmap(sqlite3_file *f, int remove)
{
	return CALL(f, xShmUnmap, remove);
}

static const sqlite3_io_methods methods = { 2, shim_close, shim_read,
	shim_write, shim_truncate, shim_sync, shim_size, shim_lock, shim_unlock,
	shim_reserved, shim_control, shim_sector, shim_traits, shim_shm_map,
	shim_shm_lock, shim_shm_barrier, shim_shm_unmap, NULL, NULL };

static node *
node_for(const char *name)
{
	size_t k = 0;

	if (name == NULL || strncmp(name, path, strlen(path)) != 0)
		return NULL;
	while (k < n_nodes && strcmp(nodes[k].name, name) != 0)
		k++;
	if (k == n_nodes) {
		if (k == sizeof nodes / sizeof nodes[0])
			_exit(2);
		n_nodes++;
		snprintf(nodes[k].name, sizeof nodes[k].name, "%s", name);
	}
	return &nodes[k];
}

static int
shim_open(
    sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	shim_file *s = (shim_file *)f;
	int got;

	s->base.pMethods = NULL;
	s->real = (sqlite3_file *)(void *)(s + 1);
	s->node = NULL;
	if (dead)
		return SQLITE_CANTOPEN;
	got = real->xOpen(real, name, s->real, flags, out);
	if (got != SQLITE_OK)
		return got;
	s->node = node_for(name);
	/* One that was removed is made anew: it has nothing of the old. */
	if (s->node != NULL && !s->node->exists) {
		forget_pending(s->node);
		s->node->disk.n = 0;
		s->node->perhaps_gone = false;
		s->node->exists = s->node->is_new = true;
	}
	s->base.pMethods = &methods;
	return SQLITE_OK;
}

static int
shim_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
	node *x = node_for(name);
	int got = x == NULL ? SQLITE_OK : fault(SQLITE_IOERR_DELETE);

	if (got != SQLITE_OK)
		return got;
	if (x != NULL) {
		x->exists = false;
		x->perhaps_gone = !sync_folder;
		if (sync_folder)
			x->disk.n = 0;
		forget_pending(x);
	}
	return real->xDelete(real, name, sync_folder);
}

static void
put_shim(void)
{
	real = sqlite3_vfs_find(NULL);
	shim = *real;
	shim.zName = "shim";
	shim.szOsFile = (int)sizeof(shim_file) + real->szOsFile;
	shim.xOpen = shim_open;
	shim.xDelete = shim_delete;
}

static void
clean(void)
{
	char cmd[100];

	snprintf(cmd, sizeof cmd, "rm -rf %s/*", dir);
	if (system(cmd) != 0)
		_exit(2);
	for (size_t k = 0; k < n_nodes; k++) {
		forget_pending(&nodes[k]);
		free(nodes[k].v);
		tm_buf_release(&nodes[k].disk);
		nodes[k] = (node){ .n = 0 };
	}
	n_nodes = 0;
}

/* ---- The work ---------------------------------------------------------- */

static bool
add_one(tm_store *store, int k)
{
	char en[80], ar[80];
	tm_code_at code = { 3, TM_STR("<ph x=\"1\"/>") };
	tm_meta meta = { TM_PROP, TM_STR("p"), TM_STR(""), TM_STR("v") };
	tm_variant v[2] = {
		{ .lang = TM_STR("en"), .codes = &code, .n_codes = k % 3 == 0 },
		{ .lang = TM_STR("ar"), .meta = &meta, .n_meta = k % 4 == 0 }
	};
	tm_unit u = { .v = v,
		.n = 2,
		.confidence = .5,
		.document = k % 2 == 0 ? TM_STR("even") : TM_STR("odd"),
		.file = TM_STR("x.tmx"),
		.position = k };

	snprintf(en, sizeof en, "sentence number %d is one of many", k);
	snprintf(ar, sizeof ar, "الجملة رقم %d واحدة من كثيرات", k);
	v[0].text = tm_str_of(en);
	v[1].text = tm_str_of(ar);
	return tm_store_add(store, &u, NULL, &err);
}

static bool
add_many(tm_store *store, int from, int to)
{
	tm_meta header = { TM_NOTE, TM_STR(""), TM_STR(""), TM_STR("head") };

	if (!tm_store_begin(store, &err))
		return false;
	if (!tm_store_set_header(store, TM_STR("x.tmx"), &header, 1, &err))
		return false;
	for (int k = from; k < to; k++)
		if (!add_one(store, k))
			return false;
	return tm_store_commit(store, &err);
}

static bool
remove_many(tm_store *store)
{
	if (!tm_store_begin(store, &err))
		return false;
	for (int64_t id = 20; id < 60; id += 2)
		if (!tm_store_remove(store, id, &err))
			return false;
	return tm_store_commit(store, &err);
}

static bool
edit_one(tm_store *store)
{
	tm_arena arena = { 0 };
	const tm_unit *old;
	bool ok = tm_store_get(store, 5, &arena, &old, &err);

	if (ok) {
		tm_unit u = *tm_unit_copy(&arena, old);

		u.v[0].text = TM_STR("it says something else now");
		ok = tm_store_replace(store, &u, &err);
	}
	tm_arena_release(&arena);
	return ok;
}

static bool
undo(tm_store *store, int64_t id)
{
	tm_arena arena = { 0 };
	tm_operation op;
	bool ok = tm_store_undo(store, id, &arena, &op, &err);

	tm_arena_release(&arena);
	return ok;
}

/* Opened, and with a signature that is always the same. */
static tm_store *
open_store(tm_store_mode how)
{
	tm_store *store = tm_store_open(path, how, &err);

	if (store != NULL)
		tm_store_sign(store, "me", "test", NULL, 1000);
	return store;
}

/* One transaction of the row; false when it failed. */
static bool
step(tm_store **store, int k)
{
	tm_store *s = *store;

	switch (k) {
	case 1:
		return add_many(s, 0, 120);
	case 2:
	case 3:
	case 4:
		return add_one(s, 200 + k);
	case 5:
		return tm_store_set_status(s, 7, TM_CONFIRMED, &err);
	case 6:
		return edit_one(s);
	case 7:
		return remove_many(s);
	case 8:
		return tm_store_index(s, &err) && undo(s, 0);
	case 9:
		/* Closing moves everything into the file proper. */
		tm_store_close(s);
		*store = s = open_store(TM_WRITE);
		return s != NULL && add_many(s, 300, 340);
	case 10:
		return undo(s, 8);
	default:
		return tm_store_remove(s, 1, &err);
	}
}

enum { STEPS = 11 };

/* Run the row; returns how many transactions were told to be committed,
 * the making of the memory being the first. */
static int
work(void)
{
	tm_store *store = open_store(TM_CREATE);
	int done = 0;

	if (store == NULL)
		return 0;
	for (int k = 1; k <= STEPS && step(&store, k); k++)
		done = k;
	tm_store_close(store);
	return done + 1;
}

/* ---- What is left ------------------------------------------------------ */

static const char *const tables[] = { "unit", "variant", "code", "meta",
	"document", "file", "header", "operation", "past", "touched",
	"language" };

/* A number for all that is in the tables. */
static uint64_t
fingerprint(const char *file)
{
	uint64_t sum = 1;
	sqlite3 *db;

	if (sqlite3_open_v2(file, &db, SQLITE_OPEN_READWRITE, real->zName) !=
	    SQLITE_OK)
		return 0;
	for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
		char query[60];
		sqlite3_stmt *sql;

		snprintf(query, sizeof query, "SELECT * FROM %s ORDER BY 1, 2",
		    tables[t]);
		if (sqlite3_prepare_v2(db, query, -1, &sql, NULL) != SQLITE_OK)
			continue;
		while (sqlite3_step(sql) == SQLITE_ROW)
			for (int i = 0; i < sqlite3_column_count(sql); i++) {
				const void *p = sqlite3_column_blob(sql, i);
				int n = sqlite3_column_bytes(sql, i);

				sum = sum * 31 +
				      tm_str_hash((tm_str){
					  p == NULL ? "" : p, (size_t)n });
			}
		sqlite3_finalize(sql);
	}
	sqlite3_close(db);
	return sum;
}

static bool
complain(const char *what, long at, mode m)
{
	printf("crash_vfs: %s at operation %ld: %s (%s)\n", mode_names[m], at,
	    what, err.msg);
	return false;
}

static uint64_t print[STEPS + 2];

static bool
inspect(const char *file, int done, long at, mode m)
{
	tm_store *store = tm_store_open(file, TM_WRITE, &err);
	tm_query q = { .text = TM_STR("sentence number 30 is one of many"),
		.min = 60 };
	uint64_t is;
	bool same;
	int k = done;

	if (store == NULL) {
		/* Before the making was done there may be nothing. */
		if (done == 0 &&
		    (err.code == TM_ABSENT || err.code == TM_PARSE))
			return true;
		return complain("it cannot be opened", at, m);
	}
	if (!tm_store_check(store, &err))
		return complain("it is not sound", at, m);
	if (!tm_store_verify(store, &q, &same, NULL, &err) || !same)
		return complain("the index misses something", at, m);
	tm_store_close(store);
	is = fingerprint(file);
	/* What was begun may be there; what was made and is empty, too. */
	while (k <= done + 1 && k <= STEPS + 1 && is != print[k])
		k++;
	if (k > done + 1 || k > STEPS + 1) {
		for (k = 1; k <= STEPS + 1 && is != print[k];)
			k++;
		tm_fail(
		    &err, TM_PARSE, "%d were committed, %d are there", done, k);
		return done == 0 ||
		       complain("not a prefix of transactions", at, m);
	}
	return true;
}

/* The whole row with a fault at one operation. */
static bool
try_one(mode m, long at)
{
	bool ok;
	int done;

	clean();
	now_mode = m;
	fault_at = at;
	ops = 0;
	dead = false;
	sqlite3_vfs_register(&shim, 1);
	done = work();
	sqlite3_vfs_register(real, 1);
	now_mode = NONE;
	if (m == POWER && !dead)
		return true; /* it was over before */
	/* Sometimes the index is as the writer left it. */
	if (m == POWER && at % 3 == 0) {
		char cmd[300];

		snprintf(cmd, sizeof cmd,
		    "[ ! -d %s.index ] || cp -r %s.index %s.index", path, path,
		    after);
		if (system(cmd) != 0)
			_exit(2);
	}
	dead = false;
	ok = inspect(m == POWER ? after : path, done, at, m);
	return ok;
}

/* The tables after each step, and how many operations there are. */
static long
rehearse(void)
{
	tm_store *store;

	clean();
	sqlite3_vfs_register(&shim, 1);
	store = open_store(TM_CREATE);
	if (store == NULL)
		return 0;
	print[1] = fingerprint(path);
	for (int k = 1; k <= STEPS; k++) {
		if (!step(&store, k))
			return 0;
		print[k + 1] = fingerprint(path);
	}
	tm_store_close(store);
	sqlite3_vfs_register(real, 1);
	return ops;
}

int
main(int argc, char **argv)
{
	int every = argc > 1 ? atoi(argv[1]) : 13;
	long last, tried = 0;
	bool ok = true;

	seed = argc > 2 ? (unsigned)atoi(argv[2]) : 1;
	if (mkdtemp(dir) == NULL || every < 1)
		return 2;
	snprintf(path, sizeof path, "%s/x.tm", dir);
	snprintf(after, sizeof after, "%s/y.tm", dir);
	put_shim();
	last = rehearse();
	if (last == 0) {
		printf("crash_vfs: without any fault: %s\n", err.msg);
		return 1;
	}
	for (long at = 1; ok && at <= last + 1; at += every)
		for (int m = POWER; ok && m < N_MODES; m++, tried++)
			ok = try_one((mode)m, at + (every > 1 ? m % 2 : 0));
	clean();
	if (ok)
		printf("crash_vfs: %ld faults at %ld writes, syncs, cuts and "
		       "removals: nothing torn\n",
		    tried, last);
	return rmdir(dir) == 0 && ok ? 0 : 1;
}

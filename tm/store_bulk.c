/*
 * store_bulk.c - rows that are added go to SQLite by the hundred
 *
 * To insert one row by a statement of its own costs eleven thousand
 * instructions: cursors are opened, the tree is walked from its root, the
 * highest id is read and written. So new rows wait here, and one statement
 * takes all of them out of a table that is none, but reads this memory:
 *
 *	INSERT INTO variant SELECT * FROM tm_new_variant
 *
 * They are written before any other statement runs, so nobody can see that
 * they were not there: tm_store_sql() sees to that. Only who knows that it is
 * about other units goes by (hold).
 *
 *	reads, hashes: units 1-256 | 513-768     | 1025-1280
 *	writes:		     | 1-256, 257-512 | 513-768 ...
 *
 * What is full is written by a thread, while the next rows come: SQLite is
 * half of the work of an import. A connection is never used by two at once:
 * whoever has a statement to run waits.
 *
 * Most units that an import brings are new. Rather than look each up among a
 * million hashes in a tree we ask a table that has sixteen bits of each: what
 * it does not know is not there.
 */
#include "config.h"

#include "tm/store.h"

#include <pthread.h>
#include <stdlib.h>

#include "tm/store_sql_int.h"

/*
 * Units, or bytes of their texts, that are worth a statement. With 64 an
 * import of 50,000 pairs takes 1 % more instructions than with 256, with
 * 1,024 as many; what waits should stay in the cache of the processor.
 */
enum { MOST_WAITING = 256, MOST_BYTES = 1 << 18 };

/* ---- A table that reads what waits ------------------------------------- */

static const struct shape {
	const char *name, *columns;
	size_t n;
	tm_sql add;
} shapes[TM_N_NEW] = {
	[TM_NEW_UNIT] = { "tm_new_unit",
	    "CREATE TABLE t (a, b, c, d, e, f, g, h, i, j, k, l, m, n)", 14,
	    SQL_ADD_UNITS },
	[TM_NEW_VARIANT] = { "tm_new_variant",
	    "CREATE TABLE t (a, b, c, d, e, f, g, h)", 8, SQL_ADD_VARIANTS },
	[TM_NEW_CODE] = { "tm_new_code", "CREATE TABLE t (a, b, c, d, e)", 5,
	    SQL_ADD_CODES },
	[TM_NEW_META] = { "tm_new_meta", "CREATE TABLE t (a, b, c, d, e, f, g)",
	    7, SQL_ADD_METAS },
};

typedef struct batch {
	struct rows {
		tm_cell *v;
		size_t n, cap; /* cells */
	} rows[TM_N_NEW];
	tm_arena arena; /* of texts */
	size_t bytes;
	int64_t hash[MOST_WAITING]; /* of units */
	size_t n;
} batch;

struct tm_bulk {
	batch both[2], *open; /* being filled; the other one may be written */
	const batch *written; /* the one that statements read */
	bool hold;	      /* they may run before what waits is written */
	int64_t next;	      /* id of the next unit; 0: not known yet */
	struct known {
		uint16_t *v;
		size_t size; /* a power of two; 0: there is none */
		size_t n;    /* units */
	} known;
	struct table {
		const struct tm_bulk *bulk;
		tm_new what;
	} tables[TM_N_NEW]; /* as SQLite knows them */
	struct writer {
		pthread_t thread;
		pthread_mutex_t lock;
		pthread_cond_t news; /* it gets work, or is done, or ends */
		bool works;	     /* there is a thread */
		bool busy, ends;
		bool failed;
		tm_error err; /* why */
	} writer;
};

typedef struct reading {
	sqlite3_vtab base;
	const struct table *table;
} reading;

typedef struct cursor {
	sqlite3_vtab_cursor base;
	size_t at; /* the first cell of the row */
} cursor;

static int
table_connect(sqlite3 *db, void *given, int n_args, const char *const *args,
    sqlite3_vtab **table, char **message)
{
	reading *r = tm_zalloc(1, sizeof *r);

	(void)n_args;
	(void)args;
	(void)message;
	r->table = given;
	*table = &r->base;
	return sqlite3_declare_vtab(db, shapes[r->table->what].columns);
}

static int
table_disconnect(sqlite3_vtab *table)
{
	free(table);
	return SQLITE_OK;
}

static int
table_plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
	(void)table;
	info->estimatedCost = MOST_WAITING;
	return SQLITE_OK;
}

static int
table_open(sqlite3_vtab *table, sqlite3_vtab_cursor **c)
{
	cursor *mine = tm_zalloc(1, sizeof *mine);

	(void)table;
	*c = &mine->base;
	return SQLITE_OK;
}

static int
table_close(sqlite3_vtab_cursor *c)
{
	free(c);
	return SQLITE_OK;
}

static const struct rows *
rows_of(const sqlite3_vtab_cursor *c)
{
	const struct table *t = ((const reading *)c->pVtab)->table;

	return &t->bulk->written->rows[t->what];
}

static int
table_rewind(sqlite3_vtab_cursor *c, int plan, const char *name, int n_args,
    sqlite3_value **args)
{
	(void)plan;
	(void)name;
	(void)n_args;
	(void)args;
	((cursor *)c)->at = 0;
	return SQLITE_OK;
}

static int
table_next(sqlite3_vtab_cursor *c)
{
	const reading *r = (const reading *)c->pVtab;

	((cursor *)c)->at += shapes[r->table->what].n;
	return SQLITE_OK;
}

static int
table_at_end(sqlite3_vtab_cursor *c)
{
	return ((const cursor *)c)->at >= rows_of(c)->n;
}

static int
table_column(sqlite3_vtab_cursor *c, sqlite3_context *to, int column)
{
	const tm_cell *v =
	    &rows_of(c)->v[((const cursor *)c)->at + (size_t)column];

	switch (v->kind) {
	case TM_CELL_NULL:
		sqlite3_result_null(to);
		break;
	case TM_CELL_INT:
		sqlite3_result_int64(to, v->number);
		break;
	case TM_CELL_REAL:
		sqlite3_result_double(to, v->real);
		break;
	case TM_CELL_TEXT:
		sqlite3_result_text64(
		    to, v->text.p, v->text.n, SQLITE_STATIC, SQLITE_UTF8);
	}
	return SQLITE_OK;
}

static int
table_rowid(sqlite3_vtab_cursor *c, sqlite3_int64 *id)
{
	*id = (sqlite3_int64)((const cursor *)c)->at;
	return SQLITE_OK;
}

static const sqlite3_module module = {
	.xConnect = table_connect,
	.xBestIndex = table_plan,
	.xDisconnect = table_disconnect,
	.xOpen = table_open,
	.xClose = table_close,
	.xFilter = table_rewind,
	.xNext = table_next,
	.xEof = table_at_end,
	.xColumn = table_column,
	.xRowid = table_rowid,
};

static bool
start(tm_store *store, tm_error *err)
{
	struct tm_bulk *b = tm_zalloc(1, sizeof *b);

	store->db->bulk = b;
	b->open = &b->both[0];
	pthread_mutex_init(&b->writer.lock, NULL);
	pthread_cond_init(&b->writer.news, NULL);
	for (int i = 0; i < TM_N_NEW; i++) {
		b->tables[i] = (struct table){ b, (tm_new)i };
		if (sqlite3_create_module(store->db->sqlite, shapes[i].name,
			&module, &b->tables[i]) != SQLITE_OK)
			return tm_store_fail(store, err);
	}
	return true;
}

/* ---- Rows are written -------------------------------------------------- */

static void
empty(batch *t)
{
	for (int i = 0; i < TM_N_NEW; i++)
		t->rows[i].n = 0;
	tm_arena_clear(&t->arena);
	t->bytes = t->n = 0;
}

static bool
is_empty(const batch *t)
{
	for (int i = 0; i < TM_N_NEW; i++)
		if (t->rows[i].n > 0)
			return false;
	return true;
}

/* By whoever may use the connection. */
static bool
write_batch(tm_store *store, batch *t, tm_error *err)
{
	sqlite3_stmt *sql;
	bool ok = true;

	store->db->bulk->written = t;
	for (int i = 0; ok && i < TM_N_NEW; i++) {
		if (t->rows[i].n == 0)
			continue;
		sql = tm_store_prepare(store, shapes[i].add, err);
		ok = sql != NULL && tm_store_finish(store, sql, err);
	}
	empty(t);
	return ok;
}

static void *
write_all(void *arg)
{
	tm_store *store = arg;
	struct tm_bulk *b = store->db->bulk;
	struct writer *w = &b->writer;
	bool ok;

	pthread_mutex_lock(&w->lock);
	for (;;) {
		while (!w->busy && !w->ends)
			pthread_cond_wait(&w->news, &w->lock);
		if (!w->busy)
			break;
		pthread_mutex_unlock(&w->lock);
		ok = write_batch(store,
		    b->open == &b->both[0] ? &b->both[1] : &b->both[0],
		    &w->err);
		pthread_mutex_lock(&w->lock);
		w->failed = !ok;
		w->busy = false;
		pthread_cond_signal(&w->news);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* Wait until the connection is ours. What could not be written is told once,
 * and nothing else will be. */
static bool
settle(tm_store *store, tm_error *err)
{
	struct writer *w = &store->db->bulk->writer;
	bool failed;

	if (!w->works)
		return true;
	pthread_mutex_lock(&w->lock);
	while (w->busy)
		pthread_cond_wait(&w->news, &w->lock);
	failed = w->failed;
	w->failed = false;
	pthread_mutex_unlock(&w->lock);
	if (!failed)
		return true;
	store->db->broken = true;
	if (err != NULL)
		*err = w->err;
	return false;
}

/* Does somebody read from the connection, a row now and then? */
static bool
is_being_read(const tm_store *store)
{
	sqlite3_stmt *sql = NULL;

	while ((sql = sqlite3_next_stmt(store->db->sqlite, sql)) != NULL)
		if (sqlite3_stmt_busy(sql))
			return true;
	return false;
}

/* What is open is full: it is left to the thread, where there is one. */
static bool
hand_over(tm_store *store, tm_error *err)
{
	struct tm_bulk *b = store->db->bulk;
	struct writer *w = &b->writer;

	if (!settle(store, err))
		return false;
	if (!w->works && !is_being_read(store))
		w->works =
		    pthread_create(&w->thread, NULL, write_all, store) == 0;
	if (!w->works || is_being_read(store))
		return tm_bulk_write(store, err);
	pthread_mutex_lock(&w->lock);
	b->open = b->open == &b->both[0] ? &b->both[1] : &b->both[0];
	w->busy = true;
	pthread_cond_signal(&w->news);
	pthread_mutex_unlock(&w->lock);
	return true;
}

bool
tm_bulk_write(tm_store *store, tm_error *err)
{
	struct tm_bulk *b = store->db->bulk;

	if (b == NULL)
		return true;
	if (!settle(store, err))
		return false;
	if (b->hold || is_empty(b->open) || write_batch(store, b->open, err))
		return true;
	/* What was promised is not there. */
	store->db->broken = true;
	return false;
}

void
tm_bulk_hold(tm_store *store, bool hold)
{
	store->db->bulk->hold = hold;
}

static void
end_writer(struct writer *w)
{
	if (!w->works)
		return;
	pthread_mutex_lock(&w->lock);
	w->ends = true;
	pthread_cond_signal(&w->news);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	w->works = w->ends = w->failed = false;
}

void
tm_bulk_forget(tm_store *store)
{
	struct tm_bulk *b = store->db->bulk;

	if (b == NULL)
		return;
	end_writer(&b->writer);
	empty(&b->both[0]);
	empty(&b->both[1]);
	b->next = 0;
	free(b->known.v);
	b->known = (struct known){ 0 };
}

void
tm_bulk_free(struct tm_bulk *b)
{
	if (b == NULL)
		return;
	end_writer(&b->writer);
	for (int t = 0; t < 2; t++) {
		for (int i = 0; i < TM_N_NEW; i++)
			free(b->both[t].rows[i].v);
		tm_arena_release(&b->both[t].arena);
	}
	pthread_mutex_destroy(&b->writer.lock);
	pthread_cond_destroy(&b->writer.news);
	free(b->known.v);
	free(b);
}

/* ---- Rows come --------------------------------------------------------- */

bool
tm_bulk_ready(tm_store *store, tm_error *err)
{
	const batch *t;

	if (store->db->bulk == NULL && !start(store, err))
		return false;
	t = store->db->bulk->open;
	return (t->n < MOST_WAITING && t->bytes < MOST_BYTES) ||
	       hand_over(store, err);
}

tm_cell *
tm_bulk_row(tm_store *store, tm_new what)
{
	struct rows *rows = &store->db->bulk->open->rows[what];
	size_t n = shapes[what].n, at = rows->n;

	tm_grow_to(rows->v, at + n, rows->cap);
	rows->n += n;
	memset(&rows->v[at], 0, n * sizeof *rows->v);
	return &rows->v[at];
}

tm_str
tm_bulk_keep(tm_store *store, tm_str s)
{
	batch *t = store->db->bulk->open;

	t->bytes += s.n;
	return tm_arena_str(&t->arena, s);
}

/* ---- Ids and hashes ---------------------------------------------------- */

/* No id is given twice, not even when the unit is gone. */
static bool
find_next(tm_store *store, struct tm_bulk *b, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_GET_LAST, err);
	int got;

	if (sql == NULL)
		return false;
	got = sqlite3_step(sql);
	if (got == SQLITE_ROW)
		b->next = sqlite3_column_int64(sql, 0) + 1;
	else
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_ROW;
}

/* Where a hash is, or would be. A place has sixteen bits of it, never 0;
 * which one it is tells of others. */
static uint16_t *
place_of(const struct known *k, int64_t hash, uint16_t *bits)
{
	/* Sums of hashes are no hashes in all of their bits. */
	uint64_t h = (uint64_t)hash * UINT64_C(0x9e3779b97f4a7c15);
	size_t at;

	h ^= h >> 32;
	*bits = (uint16_t)(h >> 48 | 1);
	at = h & (k->size - 1);
	while (k->v[at] != 0 && k->v[at] != *bits)
		at = (at + 1) & (k->size - 1);
	return &k->v[at];
}

static void
know(struct known *k, int64_t hash)
{
	uint16_t bits, *at;

	if (k->size == 0)
		return;
	at = place_of(k, hash, &bits);
	k->n += *at == 0;
	*at = bits;
}

/* Read all hashes, into room for as many again: at most half is full, and
 * one of ten thousand new units is looked for in vain. */
static bool
know_all(tm_store *store, struct known *k, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_EACH_HASH, err);
	size_t units = (size_t)store->db->bulk->next;
	int got;

	if (sql == NULL)
		return false;
	free(k->v);
	for (k->size = 4096; k->size < 4 * units;)
		k->size *= 2;
	k->v = tm_zalloc(k->size, sizeof *k->v);
	k->n = 0;
	while ((got = sqlite3_step(sql)) == SQLITE_ROW)
		know(k, sqlite3_column_int64(sql, 0));
	if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_DONE;
}

/* All hashes are read when a 32nd of what is there has come: that costs less
 * than to look for each. */
static bool
keep_known(tm_store *store, struct known *k, tm_error *err)
{
	int64_t units = store->db->bulk->next, come = store->db->doing.added;

	if (k->size == 0 ? come < MOST_WAITING || come < units / 32
			 : k->n < k->size / 2)
		return true;
	return know_all(store, k, err);
}

bool
tm_bulk_may_be_there(tm_store *store, int64_t hash, bool *may, tm_error *err)
{
	struct tm_bulk *b = store->db->bulk;
	const struct known *k = &b->known;
	uint16_t bits;

	*may = false;
	if ((b->next == 0 && !find_next(store, b, err)) ||
	    !keep_known(store, &b->known, err))
		return false;
	if (k->size > 0 && *place_of(k, hash, &bits) == 0)
		return true;
	*may = true;
	for (size_t i = 0; i < b->open->n; i++)
		if (b->open->hash[i] == hash)
			return tm_bulk_write(store, err);
	return true;
}

int64_t
tm_bulk_number(tm_store *store, int64_t id, int64_t hash)
{
	struct tm_bulk *b = store->db->bulk;

	if (id == 0)
		id = b->next++;
	b->open->hash[b->open->n++] = hash;
	know(&b->known, hash);
	return id;
}

void
tm_bulk_note_hash(tm_store *store, int64_t hash)
{
	know(&store->db->bulk->known, hash);
}

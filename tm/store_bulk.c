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
 * Most units that an import brings are new. Rather than look each up among a
 * million hashes in a tree we ask a filter (Bloom 1970) that has all of them:
 * what it does not know is not there.
 */
#include "config.h"

#include "tm/store.h"

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

struct tm_bulk {
	struct rows {
		const struct shape *shape;
		tm_cell *v;
		size_t n, cap; /* cells */
	} rows[TM_N_NEW];
	tm_arena arena; /* of texts */
	size_t bytes;
	bool hold;    /* statements may run before what waits is written */
	int64_t next; /* id of the next unit; 0: not known yet */
	int64_t waiting[MOST_WAITING]; /* hashes of units */
	size_t n_waiting;
	struct filter {
		uint64_t *v;
		size_t n_words; /* a power of two; 0: there is none */
		size_t n, room; /* units */
	} filter;
};

typedef struct reading {
	sqlite3_vtab base;
	const struct rows *rows;
} reading;

typedef struct cursor {
	sqlite3_vtab_cursor base;
	size_t at; /* the first cell of the row */
} cursor;

static int
table_connect(sqlite3 *db, void *rows, int n_args, const char *const *args,
    sqlite3_vtab **table, char **message)
{
	reading *r = tm_zalloc(1, sizeof *r);

	(void)n_args;
	(void)args;
	(void)message;
	r->rows = rows;
	*table = &r->base;
	return sqlite3_declare_vtab(db, r->rows->shape->columns);
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
	return ((const reading *)c->pVtab)->rows;
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
	((cursor *)c)->at += rows_of(c)->shape->n;
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
	for (int i = 0; i < TM_N_NEW; i++) {
		b->rows[i].shape = &shapes[i];
		if (sqlite3_create_module(store->db->sqlite, shapes[i].name,
			&module, &b->rows[i]) != SQLITE_OK)
			return tm_store_fail(store, err);
	}
	return true;
}

void
tm_bulk_free(struct tm_bulk *b)
{
	if (b == NULL)
		return;
	for (int i = 0; i < TM_N_NEW; i++)
		free(b->rows[i].v);
	tm_arena_release(&b->arena);
	free(b->filter.v);
	free(b);
}

/* ---- Rows that wait ---------------------------------------------------- */

static void
forget_rows(struct tm_bulk *b)
{
	for (int i = 0; i < TM_N_NEW; i++)
		b->rows[i].n = 0;
	tm_arena_clear(&b->arena);
	b->bytes = b->n_waiting = 0;
}

void
tm_bulk_forget(tm_store *store)
{
	struct tm_bulk *b = store->db->bulk;

	if (b == NULL)
		return;
	forget_rows(b);
	b->next = 0;
	free(b->filter.v);
	b->filter = (struct filter){ 0 };
}

bool
tm_bulk_write(tm_store *store, tm_error *err)
{
	struct tm_bulk *b = store->db->bulk;
	bool ok = true;

	if (b == NULL || b->hold)
		return true;
	b->hold = true;
	for (int i = 0; ok && i < TM_N_NEW; i++)
		ok = b->rows[i].n == 0 ||
		     tm_store_run(store, shapes[i].add, err);
	b->hold = false;
	forget_rows(b);
	/* What was promised is not there. */
	if (!ok)
		store->db->broken = true;
	return ok;
}

void
tm_bulk_hold(tm_store *store, bool hold)
{
	store->db->bulk->hold = hold;
}

tm_cell *
tm_bulk_row(tm_store *store, tm_new what)
{
	struct rows *rows = &store->db->bulk->rows[what];
	size_t n = rows->shape->n, at = rows->n;

	tm_grow_to(rows->v, at + n, rows->cap);
	rows->n += n;
	memset(&rows->v[at], 0, n * sizeof *rows->v);
	return &rows->v[at];
}

tm_str
tm_bulk_keep(tm_store *store, tm_str s)
{
	struct tm_bulk *b = store->db->bulk;

	b->bytes += s.n;
	return tm_arena_str(&b->arena, s);
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

/* Three bits in one word. */
static uint64_t
bits_of(uint64_t hash)
{
	return UINT64_C(1) << (hash & 63) | UINT64_C(1) << (hash >> 6 & 63) |
	       UINT64_C(1) << (hash >> 12 & 63);
}

static uint64_t *
word_of(const struct filter *f, uint64_t hash)
{
	return &f->v[(hash >> 18) & (f->n_words - 1)];
}

/* Sums of hashes are no hashes in all their bits. */
static uint64_t
mixed(int64_t hash)
{
	uint64_t h = (uint64_t)hash * UINT64_C(0x9e3779b97f4a7c15);

	return h ^ h >> 32;
}

static void
filter_add(struct filter *f, int64_t hash)
{
	uint64_t h = mixed(hash);

	f->n++;
	if (f->n_words > 0)
		*word_of(f, h) |= bits_of(h);
}

/* Make a filter with room for as many again as there are. 16 to 32 bits a
 * unit: of a hundred new ones at most one is looked up in vain. */
static bool
filter_fill(tm_store *store, struct filter *f, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_EACH_HASH, err);
	size_t units = (size_t)store->db->bulk->next;
	int got;

	if (sql == NULL)
		return false;
	free(f->v);
	for (f->n_words = 1024; f->n_words * 2 < units;)
		f->n_words *= 2;
	f->room = f->n_words * 4;
	f->v = tm_zalloc(f->n_words, sizeof *f->v);
	f->n = 0;
	while ((got = sqlite3_step(sql)) == SQLITE_ROW)
		filter_add(f, sqlite3_column_int64(sql, 0));
	if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_DONE;
}

/* Read all hashes when as many units as a 32nd of what is there have come:
 * that costs less than to look for them. */
static bool
filter_keep(tm_store *store, struct filter *f, tm_error *err)
{
	int64_t units = store->db->bulk->next, come = store->db->doing.added;

	if (f->n_words == 0 && (come < MOST_WAITING || come < units / 32))
		return true;
	if (f->n_words > 0 && f->n < f->room)
		return true;
	return filter_fill(store, f, err);
}

bool
tm_bulk_ready(tm_store *store, tm_error *err)
{
	struct tm_bulk *b = store->db->bulk;

	if (b == NULL && !start(store, err))
		return false;
	b = store->db->bulk;
	if (b->n_waiting == MOST_WAITING || b->bytes > MOST_BYTES)
		return tm_bulk_write(store, err);
	return true;
}

bool
tm_bulk_may_be_there(tm_store *store, int64_t hash, bool *may, tm_error *err)
{
	struct tm_bulk *b = store->db->bulk;
	struct filter *f = &b->filter;
	uint64_t h = mixed(hash);

	*may = false;
	if ((b->next == 0 && !find_next(store, b, err)) ||
	    !filter_keep(store, f, err))
		return false;
	if (f->n_words > 0 && (bits_of(h) & ~*word_of(f, h)) != 0)
		return true;
	*may = true;
	for (size_t i = 0; i < b->n_waiting; i++)
		if (b->waiting[i] == hash)
			return tm_bulk_write(store, err);
	return true;
}

int64_t
tm_bulk_number(tm_store *store, int64_t id, int64_t hash)
{
	struct tm_bulk *b = store->db->bulk;

	if (id == 0)
		id = b->next++;
	b->waiting[b->n_waiting++] = hash;
	filter_add(&b->filter, hash);
	return id;
}

void
tm_bulk_note_hash(tm_store *store, int64_t hash)
{
	filter_add(&store->db->bulk->filter, hash);
}

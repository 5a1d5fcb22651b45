/*
 * store_read.c - units come back as they were stored
 */
#include "config.h"

#include "tm/store.h"

#include <stdlib.h>

#include "tm/store_sql_int.h"

/* ---- Reading ----------------------------------------------------------- */

tm_str
tm_store_column(sqlite3_stmt *sql, int column)
{
	const char *p = (const char *)sqlite3_column_text(sql, column);
	int n = sqlite3_column_bytes(sql, column);

	return (tm_str){ p == NULL ? "" : p, (size_t)n };
}

tm_str
tm_store_keep(tm_arena *arena, sqlite3_stmt *sql, int column)
{
	tm_str s = tm_store_column(sql, column);

	return s.n == 0 ? (tm_str){ "", 0 } : tm_arena_str(arena, s);
}

/* Where the rows of a unit go: u, or (codes of a text) v, n of them. */
typedef struct loading {
	tm_arena *arena;
	tm_unit *u;
	tm_variant *v;
	size_t n;
} loading;

/* Hand over every row that sql has of a unit. */
static bool
each_row(tm_store *store, int which, int64_t id,
    void (*row)(loading *l, sqlite3_stmt *sql), loading *l, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, which, err);
	int got;

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, id);
	while ((got = sqlite3_step(sql)) == SQLITE_ROW)
		row(l, sql);
	if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_DONE;
}

static void
take_variant(loading *l, sqlite3_stmt *sql)
{
	tm_unit *u = l->u;
	tm_variant *v;

	tm_store_push(l->arena, u->v, u->n);
	v = &u->v[u->n - 1];
	v->lang = tm_store_keep(l->arena, sql, 0);
	v->text = tm_store_keep(l->arena, sql, 1);
	v->created = sqlite3_column_int64(sql, 2);
	v->changed = sqlite3_column_int64(sql, 3);
	v->author = tm_store_keep(l->arena, sql, 4);
	v->changer = tm_store_keep(l->arena, sql, 5);
}

static void
take_code(loading *l, sqlite3_stmt *sql)
{
	int64_t nr = sqlite3_column_int64(sql, 0);
	tm_variant *v;

	if (nr < 0 || nr >= (int64_t)l->n)
		return;
	v = &l->v[nr];
	tm_store_push(l->arena, v->codes, v->n_codes);
	v->codes[v->n_codes - 1] = (tm_code_at){
		.at = (size_t)sqlite3_column_int64(sql, 1),
		.xml = tm_store_keep(l->arena, sql, 2),
	};
}

static void
take_meta(loading *l, sqlite3_stmt *sql)
{
	int64_t nr = sqlite3_column_int64(sql, 0);
	tm_unit *u = l->u;
	tm_meta meta = {
		.kind = (tm_meta_kind)sqlite3_column_int(sql, 1),
		.type = tm_store_keep(l->arena, sql, 2),
		.lang = tm_store_keep(l->arena, sql, 3),
		.value = tm_store_keep(l->arena, sql, 4),
	};

	if (nr >= (int64_t)u->n)
		return;
	if (nr < 0) {
		tm_store_push(l->arena, u->meta, u->n_meta);
		u->meta[u->n_meta - 1] = meta;
	} else {
		tm_store_push(l->arena, u->v[nr].meta, u->v[nr].n_meta);
		u->v[nr].meta[u->v[nr].n_meta - 1] = meta;
	}
}

bool
tm_store_codes(tm_store *store, int64_t id, tm_variant *v, size_t n,
    tm_arena *arena, tm_error *err)
{
	loading l = { .arena = arena, .v = v, .n = n };

	return each_row(store, SQL_GET_CODES, id, take_code, &l, err);
}

/* ---- Names ------------------------------------------------------------- */

/*
 * Most units come from few documents and files, so that their names are kept
 * while the memory stays as it is: to join their tables took a quarter of the
 * time to load a unit.
 */
enum { NAMES = 64, MOST_READ = 1024 };

struct tm_names {
	unsigned version; /* of the data that they are from */
	size_t n_read;
	tm_arena arena;
	struct known_name {
		int64_t id; /* 0: free */
		tm_str name, path;
	} document[NAMES], file[NAMES]; /* each at id % NAMES */
};

void
tm_store_forget_names(tm_store *store)
{
	if (store->db->names != NULL)
		tm_arena_release(&store->db->names->arena);
	free(store->db->names);
	store->db->names = NULL;
}

/* Those that hold in the transaction that is open. Who changes them in it
 * says so. */
static struct tm_names *
names_of(tm_store *store)
{
	struct tm_db *db = store->db;
	unsigned version = 0;

	sqlite3_file_control(
	    db->sqlite, "main", SQLITE_FCNTL_DATA_VERSION, &version);
	if (db->names != NULL &&
	    (db->names->version != version || db->names->n_read > MOST_READ))
		tm_store_forget_names(store);
	if (db->names == NULL) {
		db->names = tm_zalloc(1, sizeof *db->names);
		db->names->version = version;
	}
	return db->names;
}

/* Read the name with this id, if there is one. */
static bool
read_name(tm_store *store, tm_sql which, int64_t id, struct known_name *k,
    tm_error *err)
{
	struct tm_names *names = store->db->names;
	sqlite3_stmt *sql = tm_store_sql(store, which, err);
	int got;

	if (sql == NULL)
		return false;
	*k = (struct known_name){ .id = 0 };
	sqlite3_bind_int64(sql, 1, id);
	got = sqlite3_step(sql);
	if (got == SQLITE_ROW) {
		k->id = id;
		k->name = tm_store_keep(&names->arena, sql, 0);
		k->path = tm_store_keep(&names->arena, sql, 1);
		names->n_read++;
	} else if (got != SQLITE_DONE) {
		tm_store_fail(store, err);
	}
	sqlite3_reset(sql);
	return got == SQLITE_ROW || got == SQLITE_DONE;
}

static tm_str
copy(tm_arena *arena, tm_str s)
{
	return s.n == 0 ? TM_STR("") : tm_arena_str(arena, s);
}

static bool
take_names(tm_store *store, int64_t document, int64_t file, tm_unit *u,
    tm_arena *arena, tm_error *err)
{
	struct tm_names *names = names_of(store);
	struct known_name *d = &names->document[document & (NAMES - 1)];
	struct known_name *f = &names->file[file & (NAMES - 1)];

	if ((d->id != document &&
		!read_name(store, SQL_GET_DOCUMENT, document, d, err)) ||
	    (f->id != file && !read_name(store, SQL_GET_FILE, file, f, err)))
		return false;
	u->document = copy(arena, d->name);
	u->path = copy(arena, d->path);
	u->file = copy(arena, f->name);
	return true;
}

/* ---- Units ------------------------------------------------------------- */

static tm_unit *
load_row(tm_store *store, sqlite3_stmt *sql, bool bare, tm_arena *arena,
    tm_error *err)
{
	tm_unit *u = tm_arena_zalloc(arena, 1, sizeof *u);
	int extra = sqlite3_column_int(sql, 2);
	loading l = { .arena = arena, .u = u };

	u->id = sqlite3_column_int64(sql, 0);
	u->status = (tm_status)sqlite3_column_int(sql, 1);
	u->confidence = sqlite3_column_type(sql, 3) == SQLITE_NULL
			    ? -1
			    : sqlite3_column_double(sql, 3);
	u->position = sqlite3_column_int64(sql, 5);
	u->tuid = tm_store_keep(arena, sql, 6);
	u->srclang = tm_store_keep(arena, sql, 7);
	u->created = sqlite3_column_int64(sql, 8);
	u->changed = sqlite3_column_int64(sql, 9);
	u->author = tm_store_keep(arena, sql, 10);
	u->changer = tm_store_keep(arena, sql, 11);
	if (!take_names(store, sqlite3_column_int64(sql, 4),
		sqlite3_column_int64(sql, 12), u, arena, err) ||
	    !each_row(store, SQL_GET_VARIANTS, u->id, take_variant, &l, err) ||
	    ((extra & TM_HAS_CODES) != 0 &&
		!tm_store_codes(store, u->id, u->v, u->n, arena, err)) ||
	    ((extra & TM_HAS_META) != 0 &&
		!each_row(store, SQL_GET_META, u->id, take_meta, &l, err)) ||
	    (!bare && (extra & TM_HAS_PLACES) != 0 &&
		!tm_store_load_places(store, u, arena, err)))
		return NULL;
	return u;
}

bool
tm_store_no_unit(tm_store *store, int64_t id, tm_error *err)
{
	return tm_fail(err, TM_ABSENT, "'%s' has no unit %lld", store->path,
	    (long long)id);
}

static tm_unit *
load(tm_store *store, int64_t id, bool bare, tm_arena *arena, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_GET_UNIT, err);
	tm_unit *u = NULL;
	int got;

	if (sql == NULL)
		return NULL;
	sqlite3_bind_int64(sql, 1, id);
	got = sqlite3_step(sql);
	if (got == SQLITE_ROW)
		u = load_row(store, sql, bare, arena, err);
	else if (got == SQLITE_DONE)
		tm_store_no_unit(store, id, err);
	else
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return u;
}

tm_unit *
tm_store_load(tm_store *store, int64_t id, tm_arena *arena, tm_error *err)
{
	return load(store, id, false, arena, err);
}

tm_unit *
tm_store_load_bare(tm_store *store, int64_t id, tm_arena *arena, tm_error *err)
{
	return load(store, id, true, arena, err);
}

bool
tm_store_get(tm_store *store, int64_t id, tm_arena *arena, const tm_unit **unit,
    tm_error *err)
{
	bool opened;

	if (!tm_store_begin_read(store, &opened, err))
		return false;
	*unit = tm_store_load(store, id, arena, err);
	return tm_store_end_read(store, opened, *unit != NULL, err);
}

bool
tm_store_hand_over(tm_store *store, sqlite3_stmt *sql, const tm_filter *filter,
    const tm_sink *sink, tm_error *err)
{
	tm_arena arena = { 0 };
	bool ok = true;
	int got = SQLITE_DONE;

	while (ok && (got = sqlite3_step(sql)) == SQLITE_ROW) {
		tm_unit *u;

		tm_arena_clear(&arena);
		u = load_row(store, sql, false, &arena, err);
		ok = u != NULL;
		if (ok && tm_filter_passes(filter, u)) {
			tm_filter_show(filter, u);
			ok = sink->unit(sink->self, u, err);
		}
	}
	if (ok && got != SQLITE_DONE)
		ok = tm_store_fail(store, err);
	sqlite3_reset(sql);
	tm_arena_release(&arena);
	return ok;
}

bool
tm_store_walk(tm_store *store, const tm_filter *filter, const tm_sink *sink,
    tm_error *err)
{
	sqlite3_stmt *sql;
	bool opened, ok;

	if (!tm_store_begin_read(store, &opened, err))
		return false;
	sql = tm_store_sql(store, SQL_WALK_UNITS, err);
	ok = sql != NULL && tm_store_hand_over(store, sql, filter, sink, err);
	return tm_store_end_read(store, opened, ok, err);
}

/* ---- Headers ----------------------------------------------------------- */

/* One row of a header, with what it takes to see which are the same. */
typedef struct header_row {
	tm_meta meta;
	uint64_t hash;
	size_t nr; /* in the order of files and rows */
} header_row;

static int
by_content(const void *a, const void *b)
{
	const header_row *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->nr > y->nr) - (x->nr < y->nr);
}

static int
by_number(const void *a, const void *b)
{
	const header_row *x = a, *y = b;

	return (x->nr > y->nr) - (x->nr < y->nr);
}

/* Of rows from several files keep each once, and attributes only where all
 * files have them. Returns how many are left. */
static size_t
agree(header_row *row, size_t n, size_t files)
{
	size_t kept = 0, end;

	qsort(row, n, sizeof *row, by_content);
	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n && row[end].hash == row[i].hash;)
			end++;
		if (row[i].meta.kind != TM_ATTR || end - i >= files)
			row[kept++] = row[i];
	}
	qsort(row, kept, sizeof *row, by_number);
	return kept;
}

static header_row
read_header_row(sqlite3_stmt *sql, tm_arena *arena, size_t nr)
{
	header_row r = { .nr = nr };

	r.meta.kind = (tm_meta_kind)sqlite3_column_int(sql, 1);
	r.meta.type = tm_store_keep(arena, sql, 2);
	r.meta.lang = tm_store_keep(arena, sql, 3);
	r.meta.value = tm_store_keep(arena, sql, 4);
	r.hash = tm_str_hash(r.meta.type) * 3 + tm_str_hash(r.meta.lang) * 5 +
		 tm_str_hash(r.meta.value) * 7 + (uint64_t)r.meta.kind;
	return r;
}

bool
tm_store_header(tm_store *store, tm_arena *arena, const tm_meta **meta,
    size_t *n, tm_error *err)
{
	header_row *row = NULL;
	size_t n_rows = 0, cap = 0, files = 0;
	sqlite3_stmt *sql;
	int64_t file = 0;
	int got = SQLITE_ERROR;
	bool opened, ok;
	tm_meta *all;

	if (!tm_store_begin_read(store, &opened, err))
		return false;
	sql = tm_store_sql(store, SQL_GET_HEADER, err);
	while (sql != NULL && (got = sqlite3_step(sql)) == SQLITE_ROW) {
		files += sqlite3_column_int64(sql, 0) != file;
		file = sqlite3_column_int64(sql, 0);
		tm_grow(row, n_rows, cap);
		row[n_rows] = read_header_row(sql, arena, n_rows);
		n_rows++;
	}
	if (sql != NULL && got != SQLITE_DONE)
		tm_store_fail(store, err);
	if (sql != NULL)
		sqlite3_reset(sql);
	ok = tm_store_end_read(store, opened, got == SQLITE_DONE, err);
	if (ok && files > 1)
		n_rows = agree(row, n_rows, files);
	*n = n_rows;
	*meta = all = tm_arena_zalloc(arena, n_rows, sizeof *all);
	for (size_t i = 0; i < n_rows; i++)
		all[i] = row[i].meta;
	free(row);
	return ok;
}

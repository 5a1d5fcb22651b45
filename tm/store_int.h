/*
 * store_int.h - what the files of the store share
 */
#ifndef TM_STORE_INT_H
#define TM_STORE_INT_H

#include <sqlite3.h>

#include "tm/fuzzy.h"
#include "tm/lang.h"
#include "tm/store.h"

/* "TMt1": the first four letters a program like file(1) sees of ours. */
#define TM_STORE_APPLICATION 0x544d7431

extern const char *const tm_store_migrations[];
extern const int tm_store_version;

/* Statements, prepared when first used. */
typedef enum tm_sql {
	SQL_BEGIN_READ,
	SQL_BEGIN_WRITE,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_ADD_UNIT,
	SQL_ADD_VARIANT,
	SQL_ADD_CODE,
	SQL_ADD_META,
	SQL_ADD_DOCUMENT,
	SQL_FIND_DOCUMENT,
	SQL_FIND_HASH,
	SQL_IMPROVE_UNIT,
	SQL_TOUCH,
	SQL_COUNT_LANG,
	SQL_COUNT_UNITS,
	SQL_COUNT_DATES,
	SQL_SET_STATUS,
	SQL_REPLACE_UNIT,
	SQL_DROP_UNIT,
	SQL_DROP_VARIANTS,
	SQL_DROP_CODES,
	SQL_DROP_META,
	SQL_GET_UNIT,
	SQL_WALK_UNITS,
	SQL_GET_VARIANTS,
	SQL_GET_CODES,
	SQL_GET_META,
	SQL_GET_STATE,
	SQL_GET_UUID,
	SQL_GET_HASH,
	SQL_GET_TOUCHED,
	N_SQL
} tm_sql;

/* Bits of unit.extra: rows worth looking for in the other tables. */
enum { TM_HAS_CODES = 1, TM_HAS_META = 2 };

/* How a transaction changes what is in a memory; written at its end. */
typedef struct tm_changes {
	struct tm_lang_change {
		char lang[TM_LANG_MAX];
		int64_t variants, sources;
	} * v;
	size_t n, cap;
	int64_t units, created, changed;
	bool any;
} tm_changes;

struct tm_store {
	sqlite3 *db;
	char *path;
	tm_store_mode mode;
	sqlite3_stmt *sql[N_SQL];
	bool in_transaction; /* the caller's */
	bool broken;	     /* and it has been rolled back */
	tm_arena scratch;
	tm_buf last_document; /* the name that last_document_id has */
	int64_t last_document_id;
	struct tm_lookup *lookup;
	struct tm_index *index;
	const char *how; /* the URI parameters it was opened with */
	size_t n_added;	 /* since it was opened */
	tm_changes changes;
};

/* The statement, reset, with nothing bound; NULL sets err. */
sqlite3_stmt *tm_store_sql(tm_store *store, tm_sql which, tm_error *err);

/* Say what SQLite said in the words of tm_error; returns false. */
bool tm_store_fail(tm_store *store, tm_error *err);

/* Run a statement that gives no rows. */
bool tm_store_run(tm_store *store, tm_sql which, tm_error *err);

/*
 * A snapshot to read from, when there is no transaction already; nests.
 * *opened tells tm_store_end_read() whether there is something to end.
 */
bool tm_store_begin_read(tm_store *store, bool *opened, tm_error *err);
void tm_store_end_read(tm_store *store, bool opened);

/* The unit with this id, in arena, or NULL: err.code is TM_ABSENT when
 * there is none. */
tm_unit *tm_store_load(
    tm_store *store, int64_t id, tm_arena *arena, tm_error *err);

/* A column as a slice, good until the statement moves on. */
tm_str tm_store_column(sqlite3_stmt *sql, int column);

/* A second connection for reading, for another thread; NULL when there is
 * none to be had. Close it with sqlite3_close(). */
sqlite3 *tm_store_connect_again(tm_store *store);

/* May a text in lang stand where wanted (NULL: anything) is asked for, and
 * does it then cost a point? */
bool tm_store_serves(const char *wanted, const char *lang);
bool tm_store_other_region(const char *wanted, const char *lang);

void tm_lookup_free(struct tm_lookup *lookup);

/* ---- The index (store_index.c) ----------------------------------------- */

typedef struct tm_index tm_index;

tm_index *tm_index_new(tm_store *store);
void tm_index_free(tm_index *index);
void tm_index_forget(tm_index *index);
void tm_index_rolled_back(tm_index *index);

/* Map the files, before the snapshot is taken; then bring what they say up
 * to the snapshot. */
void tm_index_load(tm_index *index);
bool tm_index_refresh(tm_index *index, tm_error *err);

/* Who searches: gives the query analysed for a language, and hears for
 * each hit which variant of its unit it is (SIZE_MAX: any). */
typedef struct tm_index_sink {
	void *self;
	const tm_match_side *(*side)(void *self, const char *base);
	void (*hit)(void *self, size_t nr);
	void (*restart)(void *self);
} tm_index_sink;

bool tm_index_search(tm_index *index, const tm_query *query, tm_search *search,
    tm_index_sink *sink, tm_error *err);
bool tm_index_check(tm_index *index, tm_error *err);

#endif

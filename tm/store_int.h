/*
 * store_int.h - what the files of the store share
 */
#ifndef TM_STORE_INT_H
#define TM_STORE_INT_H

#include <sqlite3.h>

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
	SQL_GET_UNIT,
	SQL_WALK_UNITS,
	SQL_GET_VARIANTS,
	SQL_GET_CODES,
	SQL_GET_META,
	N_SQL
} tm_sql;

/* Bits of unit.extra: rows worth looking for in the other tables. */
enum { TM_HAS_CODES = 1, TM_HAS_META = 2 };

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

void tm_lookup_free(struct tm_lookup *lookup);

#endif

/*
 * store_sql_int.h - what the files behind the wall of SQLite share
 *
 * Only those that read and write tables include this. The index and the
 * lookup go by store_int.h, where nothing is said of SQL: so another
 * database can stand where SQLite stands.
 */
#ifndef TM_STORE_SQL_INT_H
#define TM_STORE_SQL_INT_H

#include <sqlite3.h>
#include <sys/stat.h>

#include "tm/lang.h"
#include "tm/store_int.h"

/* "TMt1": the first four letters a program like file(1) sees of ours. */
#define TM_STORE_APPLICATION 0x544d7431

extern const char *const tm_store_migrations[];
extern const int tm_store_version;

/* Statements, prepared when first used. */
typedef enum tm_sql {
	SQL_BEGIN_READ,
	SQL_SEE_SNAPSHOT,
	SQL_BEGIN_WRITE,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_ADD_UNITS,
	SQL_ADD_VARIANTS,
	SQL_ADD_CODES,
	SQL_ADD_METAS,
	SQL_GET_LAST,
	SQL_EACH_HASH,
	SQL_DROP_PLACES,
	SQL_ADD_DOCUMENT,
	SQL_NAME_DOCUMENT,
	SQL_FIND_DOCUMENT,
	SQL_FIND_PATH,
	SQL_GET_DOCUMENT,
	SQL_ALIKE_DOCUMENTS,
	SQL_ADD_PLACE,
	SQL_GET_PLACES,
	SQL_HAS_PLACE,
	SQL_GET_UNIT_DOCUMENT,
	SQL_ADD_FILE,
	SQL_FIND_FILE,
	SQL_GET_FILE,
	SQL_ADD_HEADER,
	SQL_DROP_HEADER,
	SQL_GET_HEADER,
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
	SQL_WALK_DOCUMENT,
	SQL_GET_VARIANTS,
	SQL_GET_CODES,
	SQL_GET_META,
	SQL_GET_STATE,
	SQL_GET_UUID,
	SQL_GET_HASH,
	SQL_GET_TOUCHED,
	SQL_WAS_TOUCHED,
	SQL_GET_TEXTS,
	SQL_GET_NEIGHBOUR,
	SQL_LAST_OPERATION,
	SQL_ADD_OPERATION,
	SQL_SET_UNDONE,
	SQL_GET_OPERATION,
	SQL_UNDOABLE,
	SQL_GET_HISTORY,
	SQL_GET_UNIT_HISTORY,
	SQL_ADD_PAST,
	SQL_SET_PAST,
	SQL_GET_PAST,
	SQL_EACH_PAST,
	SQL_EACH_ADDED,
	SQL_FIND_LATER,
	SQL_EACH_LEXICON,
	SQL_ADD_LEXICON,
	SQL_ADD_LEXICON_WORD,
	SQL_ADD_LEXICON_PAIR,
	SQL_DROP_LEXICON,
	SQL_DROP_LEXICON_WORDS,
	SQL_DROP_LEXICON_PAIRS,
	SQL_FIND_LEXICON,
	SQL_LEXICON_WEIGHT,
	SQL_LEXICON_ALL_PAIRS,
	SQL_LEXICON_ALL_WORDS,
	SQL_LEXICON_FIND_WORD,
	SQL_LEXICON_GET_WORD,
	SQL_LEXICON_PAIRS_OF,
	SQL_LEXICON_PAIRS_TO,
	SQL_EACH_PAIR,
	SQL_LANGUAGE_PAIRS,
	N_SQL
} tm_sql;

/* Bits of unit.extra: rows worth looking for in the other tables. */
enum { TM_HAS_CODES = 1, TM_HAS_META = 2, TM_HAS_PLACES = 4 };

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

struct tm_db {
	sqlite3 *sqlite;
	sqlite3_stmt *sql[N_SQL];
	bool made;   /* there was no such file before */
	bool frozen; /* read as if it could not change: nothing tells of it */
	struct stat frozen_as;
	bool broken; /* the transaction has failed, and goes nowhere */
	tm_arena scratch;
	tm_texts texts; /* scratch of tm_store_each_text() */
	struct tm_name {
		tm_buf text;
		int64_t id;	/* 0: none yet */
		bool whole;	/* text is a path */
	} document, file;	/* the last ones that were asked for */
	struct tm_names *names; /* that units had lately (store_read.c) */
	struct tm_doing {
		int64_t id; /* 0: nothing was done yet */
		int64_t first, last, added, changed, removed, undoes;
	} doing; /* in this transaction */
	struct tm_signature {
		char *who, *what, *about; /* NULL: nobody, nothing */
		int64_t at;
	} signature;
	size_t n_added; /* since it was opened */
	tm_changes changes;
	struct tm_bulk *bulk; /* NULL: nothing was added yet */
};

/* ---- Statements (store.c) ---------------------------------------------- */

/* The statement, reset, with nothing bound; NULL sets err. */
sqlite3_stmt *tm_store_sql(tm_store *store, tm_sql which, tm_error *err);
/* The same, while rows wait: for who writes them. */
sqlite3_stmt *tm_store_prepare(tm_store *store, tm_sql which, tm_error *err);

/* Say what SQLite said in the words of tm_error; returns false. */
bool tm_store_fail(tm_store *store, tm_error *err);

/* Was a memory that is read as if it could not change written to since? */
bool tm_store_was_written(tm_store *store);
/* If it was, or somebody writes to it now, open it again. */
bool tm_store_thaw(tm_store *store, tm_error *err);
/*
 * Has it failed with what a reader who may not write is told while somebody
 * else opens or closes the memory? What SQLite shares is being made or removed
 * then. Waits for that a moment, so many times; it is to be opened again.
 */
bool tm_store_will_pass(tm_store *store, int tries);
bool tm_store_open_again(tm_store *store, tm_error *err);

/* Step a statement that gives no rows; or prepare one about a unit and do
 * that; or run a text of SQL. */
bool tm_store_finish(tm_store *store, sqlite3_stmt *sql, tm_error *err);
bool tm_store_run_for(tm_store *store, tm_sql which, int64_t id, tm_error *err);
bool tm_store_exec(tm_store *store, const char *sql, tm_error *err);

/* The names of documents and files may have changed. */
void tm_store_forget_names(tm_store *store);

/* A column as a slice, good until the statement moves on; or in arena. */
tm_str tm_store_column(sqlite3_stmt *sql, int column);
tm_str tm_store_keep(tm_arena *arena, sqlite3_stmt *sql, int column);

/* ---- Adding rows (store_bulk.c) ---------------------------------------- */

/* What a row has in a column; all zeros is NULL. */
typedef struct tm_cell {
	enum { TM_CELL_NULL, TM_CELL_INT, TM_CELL_REAL, TM_CELL_TEXT } kind;
	union {
		int64_t number;
		double real;
		tm_str text;
	};
} tm_cell;

typedef enum tm_new {
	TM_NEW_UNIT,
	TM_NEW_VARIANT,
	TM_NEW_CODE,
	TM_NEW_META,
	TM_N_NEW
} tm_new;

/* Make room for one more unit, and what belongs to it. */
bool tm_bulk_ready(tm_store *store, tm_error *err);
/* A row that will be inserted; its cells, of NULL, are good until the next
 * one is asked for. */
tm_cell *tm_bulk_row(tm_store *store, tm_new what);
/* A text that lives until the row is written. */
tm_str tm_bulk_keep(tm_store *store, tm_str s);

/*
 * Write what waits; tm_store_sql() does so before it gives a statement.
 * When that fails the transaction is broken. While it is held statements run
 * before it: they must be about other units.
 */
bool tm_bulk_write(tm_store *store, tm_error *err);
void tm_bulk_hold(tm_store *store, bool hold);
/* The transaction is over, or rolled back. */
void tm_bulk_forget(tm_store *store);
void tm_bulk_free(struct tm_bulk *bulk);

/* Is there a unit of this hash, perhaps? If there is it does not wait. */
bool tm_bulk_may_be_there(
    tm_store *store, int64_t hash, bool *may, tm_error *err);
/* A unit of this hash comes. Returns id, or, for 0, the next one. */
int64_t tm_bulk_number(tm_store *store, int64_t id, int64_t hash);
/* A unit that is there has another hash now. */
void tm_bulk_note_hash(tm_store *store, int64_t hash);

/* ---- Changes (store.c) ------------------------------------------------- */

/* A unit comes (by is 1) or goes (-1): what is in it, is counted. */
void tm_store_account(tm_store *store, const tm_unit *unit, int by);
bool tm_store_write_changes(tm_store *store, tm_error *err);

/* ---- The history (store_history.c) ------------------------------------- */

/* A unit was added. */
void tm_store_note_added(tm_store *store, int64_t id);
/* Was the unit added by the operation that is going on? */
bool tm_store_is_added(const tm_store *store, int64_t id);

/*
 * A unit is about to change: keep what it was, unless that was done in this
 * transaction. before is NULL when there was none; whole says that its
 * variants change, too; gone that it is removed.
 */
typedef enum tm_change {
	TM_COMES,
	TM_CHANGES,
	TM_CHANGES_WHOLE,
	TM_GOES
} tm_change;
/* Is it known what unit id was before the operation that is going on? */
bool tm_store_is_remembered(
    tm_store *store, int64_t id, bool *known, tm_error *err);
bool tm_store_remember(tm_store *store, int64_t id, const tm_unit *before,
    tm_change change, tm_error *err);

/* At the end of a transaction: write what was done, or forget it. */
bool tm_store_write_operation(tm_store *store, tm_error *err);
void tm_store_forget_operation(tm_store *store);

/* A unit as bytes; whole: with its variants. Unpacking is false when the
 * bytes make no sense; strings are in arena. */
void tm_store_pack(const tm_unit *unit, bool whole, tm_buf *out);
bool tm_store_unpack(tm_str state, tm_arena *arena, tm_unit *unit, bool *whole);

/* ---- Writing (store_write.c) ------------------------------------------- */

/*
 * Begin and end what is a change by itself, or part of the caller's
 * transaction, which is then broken when it fails.
 */
bool tm_store_begin_change(tm_store *store, bool *alone, tm_error *err);
bool tm_store_end_change(tm_store *store, bool alone, bool ok, tm_error *err);

/* Make unit id what it was, NULL: not there. old is what it is now, or
 * NULL. */
bool tm_store_restore(tm_store *store, int64_t id, const tm_unit *old,
    const tm_unit *unit, tm_error *err);

/* ---- Documents and places (store_place.c) ------------------------------ */

/*
 * The number of a document, given one when it is new: the one at path, or,
 * where that is empty, the one of this name, or the only one whose path ends
 * in it. 0 for no name and no path.
 */
bool tm_store_document_of(
    tm_store *store, tm_str name, tm_str path, int64_t *id, tm_error *err);

/* Write the places in unit->also; read them all. */
bool tm_store_add_places(
    tm_store *store, int64_t id, const tm_unit *unit, tm_error *err);
bool tm_store_load_places(
    tm_store *store, tm_unit *unit, tm_arena *arena, tm_error *err);

typedef struct tm_spot {
	int64_t document, position;
} tm_spot;

/* What a unit that is there gets by the places of one that is the same. */
typedef struct tm_joined {
	int64_t document; /* of its first place; 0: what it was */
	tm_spot *v;	  /* the others that are new, in an arena */
	size_t n;
	bool changed;
} tm_joined;

/*
 * Take over the places of unit that old does not have: the first one into old
 * where it has none, the others into *joined (zero), which is to be added.
 * What old->also holds is of no account: the rows are asked, by one look for
 * each place, for "Yes." may stand in a hundred thousand.
 */
bool tm_store_join_places(tm_store *store, tm_unit *old, const tm_unit *unit,
    tm_arena *arena, tm_joined *joined, tm_error *err);
bool tm_store_add_joined(
    tm_store *store, int64_t id, const tm_joined *joined, tm_error *err);

/* ---- What makes a unit itself (store_same.c) --------------------------- */

int64_t tm_store_hash(const tm_unit *unit);
bool tm_store_same(const tm_unit *a, const tm_unit *b);
/* Is it fit to be stored? */
bool tm_store_check_unit(const tm_unit *unit, tm_error *err);

/* ---- Checking (store_check.c) ------------------------------------------ */

/* tm_store_check() without the index. */
bool tm_store_check_tables(tm_store *store, tm_error *err);

/* ---- Reading (store_read.c) -------------------------------------------- */

/* Unit id, without its places but the first one. */
tm_unit *tm_store_load_bare(
    tm_store *store, int64_t id, tm_arena *arena, tm_error *err);
/* Hand the units that sql gives to sink, those that filter lets pass (NULL:
 * all), with a place in the document it asks for as their first. */
bool tm_store_hand_over(tm_store *store, sqlite3_stmt *sql,
    const tm_filter *filter, const tm_sink *sink, tm_error *err);
/* The inline codes of unit id, for its n variants. */
bool tm_store_codes(tm_store *store, int64_t id, tm_variant *v, size_t n,
    tm_arena *arena, tm_error *err);
bool tm_store_no_unit(tm_store *store, int64_t id, tm_error *err);

/* One more in an array in an arena, whose length comes out as it grows. */
#define tm_store_push(arena, v, n)                                       \
	do {                                                             \
		if (((n) & ((n)-1)) == 0) {                              \
			void *more = tm_arena_zalloc(                    \
			    arena, (n) == 0 ? 1 : 2 * (n), sizeof *(v)); \
			if ((n) > 0)                                     \
				memcpy(more, (v), (n) * sizeof *(v));    \
			(v) = more;                                      \
		}                                                        \
		(n)++;                                                   \
	} while (0)

#endif

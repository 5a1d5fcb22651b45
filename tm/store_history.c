/*
 * store_history.c - who did what, and how it is undone
 *
 * A transaction is an operation: a row with who, when and what. The units
 * it added have ids in a row, so two numbers tell of them, be they a
 * million; of a unit it changed or removed there is a row in past with what
 * it was before:
 *
 *	operation  7  import news.tmx  added 1201..2200  changed 3
 *	past	   7  unit 17  "status 0, confidence .9 ..."
 *
 * To undo an operation is to make each of its units what it was, and is an
 * operation itself: so it can be undone. That needs the units to be as the
 * operation left them; else the later one must be undone first.
 */
#include "config.h"

#include "tm/store.h"

#include <stdlib.h>
#include <time.h>

#include "tm/store_sql_int.h"

/* ---- Writing it down --------------------------------------------------- */

static void
set_text(char **to, const char *from)
{
	free(*to);
	*to = from == NULL || from[0] == '\0' ? NULL : tm_strdup(from);
}

void
tm_store_sign(tm_store *store, const char *who, const char *what,
    const char *about, int64_t at)
{
	struct tm_signature *s = &store->db->signature;

	set_text(&s->who, who);
	set_text(&s->what, what);
	set_text(&s->about, about);
	s->at = at;
}

void
tm_store_forget_operation(tm_store *store)
{
	store->db->doing = (struct tm_doing){ 0 };
}

/* The number of the operation that is going on. We hold the lock: nobody
 * else takes it. */
static bool
number_operation(tm_store *store, tm_error *err)
{
	struct tm_doing *d = &store->db->doing;
	sqlite3_stmt *sql;

	if (d->id != 0)
		return true;
	sql = tm_store_sql(store, SQL_LAST_OPERATION, err);
	if (sql == NULL)
		return false;
	if (sqlite3_step(sql) != SQLITE_ROW) {
		tm_store_fail(store, err);
		sqlite3_reset(sql);
		return false;
	}
	d->id = sqlite3_column_int64(sql, 0) + 1;
	sqlite3_reset(sql);
	return true;
}

void
tm_store_note_added(tm_store *store, int64_t id)
{
	struct tm_doing *d = &store->db->doing;

	if (d->first == 0)
		d->first = id;
	d->last = id;
	d->added++;
}

bool
tm_store_is_added(const tm_store *store, int64_t id)
{
	const struct tm_doing *d = &store->db->doing;

	return d->first != 0 && id >= d->first && id <= d->last;
}

static void
bind_name(sqlite3_stmt *sql, int at, const char *s)
{
	if (s != NULL)
		sqlite3_bind_text(sql, at, s, -1, SQLITE_STATIC);
}

bool
tm_store_write_operation(tm_store *store, tm_error *err)
{
	const struct tm_signature *s = &store->db->signature;
	struct tm_doing *d = &store->db->doing;
	sqlite3_stmt *sql;

	if (d->added + d->changed + d->removed == 0 && d->undoes == 0)
		return true;
	if (!number_operation(store, err))
		return false;
	sql = tm_store_sql(store, SQL_ADD_OPERATION, err);
	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, d->id);
	sqlite3_bind_int64(sql, 2, s->at != 0 ? s->at : (int64_t)time(NULL));
	bind_name(sql, 3, s->who);
	bind_name(sql, 4, s->what == NULL ? "change" : s->what);
	bind_name(sql, 5, s->about);
	if (d->first != 0) {
		sqlite3_bind_int64(sql, 6, d->first);
		sqlite3_bind_int64(sql, 7, d->last);
	}
	sqlite3_bind_int64(sql, 8, d->added);
	sqlite3_bind_int64(sql, 9, d->changed);
	sqlite3_bind_int64(sql, 10, d->removed);
	if (d->undoes != 0)
		sqlite3_bind_int64(sql, 11, d->undoes);
	if (!tm_store_finish(store, sql, err))
		return false;
	tm_store_forget_operation(store);
	return true;
}

static bool
write_past(tm_store *store, tm_sql which, int64_t operation, int64_t id,
    const tm_unit *before, bool whole, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, which, err);
	tm_buf state = { 0 };
	bool ok;

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, operation);
	sqlite3_bind_int64(sql, 2, id);
	if (before != NULL) {
		tm_store_pack(before, whole, &state);
		sqlite3_bind_blob64(sql, 3, state.p, state.n, SQLITE_STATIC);
	}
	ok = tm_store_finish(store, sql, err);
	sqlite3_clear_bindings(sql);
	tm_buf_release(&state);
	return ok;
}

/* What unit id was before the operation. *there is false when nothing is
 * written of it; *was is false when there was no unit. */
static bool
read_past(tm_store *store, int64_t operation, int64_t id, tm_arena *arena,
    bool *there, bool *was, tm_unit *unit, bool *whole, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_GET_PAST, err);
	bool ok = true;
	int got;

	*there = *was = *whole = false;
	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, operation);
	sqlite3_bind_int64(sql, 2, id);
	got = sqlite3_step(sql);
	if (got != SQLITE_ROW && got != SQLITE_DONE)
		ok = tm_store_fail(store, err);
	*there = got == SQLITE_ROW;
	*was = *there && sqlite3_column_type(sql, 0) != SQLITE_NULL;
	if (*was) {
		tm_str state = { sqlite3_column_blob(sql, 0),
			(size_t)sqlite3_column_bytes(sql, 0) };

		if (!tm_store_unpack(state, arena, unit, whole))
			ok = tm_fail(err, TM_PARSE,
			    "'%s' is damaged: what unit %lld was before "
			    "operation %lld cannot be read",
			    store->path, (long long)id, (long long)operation);
		unit->id = id;
	}
	sqlite3_reset(sql);
	return ok;
}

/* It was written of without its variants, and they are to change, too. */
static bool
complete_past(tm_store *store, int64_t id, const tm_unit *now, tm_error *err)
{
	int64_t operation = store->db->doing.id;
	tm_arena arena = { 0 };
	bool there, was, whole, ok;
	tm_unit before;

	ok = read_past(
	    store, operation, id, &arena, &there, &was, &before, &whole, err);
	if (ok && was && !whole) {
		before.v = now->v;
		before.n = now->n;
		ok = write_past(
		    store, SQL_SET_PAST, operation, id, &before, true, err);
	}
	tm_arena_release(&arena);
	return ok;
}

bool
tm_store_is_remembered(tm_store *store, int64_t id, bool *known, tm_error *err)
{
	const struct tm_doing *d = &store->db->doing;
	sqlite3_stmt *sql;
	int got;

	*known = tm_store_is_added(store, id);
	if (*known || d->id == 0)
		return true;
	sql = tm_store_sql(store, SQL_GET_PAST, err);
	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, d->id);
	sqlite3_bind_int64(sql, 2, id);
	got = sqlite3_step(sql);
	*known = got == SQLITE_ROW;
	if (got != SQLITE_ROW && got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_ROW || got == SQLITE_DONE;
}

bool
tm_store_remember(tm_store *store, int64_t id, const tm_unit *before,
    tm_change change, tm_error *err)
{
	struct tm_doing *d = &store->db->doing;
	bool whole = change == TM_GOES || change == TM_CHANGES_WHOLE;

	if (!number_operation(store, err))
		return false;
	d->added += change == TM_COMES;
	d->removed += change == TM_GOES;
	/* It is ours, and was not there before. */
	if (tm_store_is_added(store, id))
		return true;
	if (!write_past(store, SQL_ADD_PAST, d->id, id, before, whole, err))
		return false;
	if (sqlite3_changes(store->db->sqlite) > 0)
		d->changed +=
		    change == TM_CHANGES || change == TM_CHANGES_WHOLE;
	else if (whole)
		return complete_past(store, id, before, err);
	return true;
}

/* ---- Reading it -------------------------------------------------------- */

static void
read_operation(sqlite3_stmt *sql, tm_operation *op)
{
	op->id = sqlite3_column_int64(sql, 0);
	op->at = sqlite3_column_int64(sql, 1);
	op->who = tm_store_column(sql, 2);
	op->what = tm_store_column(sql, 3);
	op->about = tm_store_column(sql, 4);
	op->first = sqlite3_column_int64(sql, 5);
	op->last = sqlite3_column_int64(sql, 6);
	op->added = sqlite3_column_int64(sql, 7);
	op->changed = sqlite3_column_int64(sql, 8);
	op->removed = sqlite3_column_int64(sql, 9);
	op->undoes = sqlite3_column_int64(sql, 10);
	op->undone = sqlite3_column_int64(sql, 11);
}

bool
tm_store_history(tm_store *store, int64_t unit, size_t most,
    bool (*tell)(void *self, const tm_operation *op, tm_error *err), void *self,
    tm_error *err)
{
	sqlite3_stmt *sql;
	bool opened, ok = true;
	int got = SQLITE_DONE;

	if (!tm_store_begin_read(store, &opened, err))
		return false;
	sql = tm_store_sql(
	    store, unit == 0 ? SQL_GET_HISTORY : SQL_GET_UNIT_HISTORY, err);
	ok = sql != NULL;
	if (ok && unit != 0)
		sqlite3_bind_int64(sql, 1, unit);
	for (size_t n = 0; ok && (most == 0 || n < most); n++) {
		tm_operation op;

		got = sqlite3_step(sql);
		if (got != SQLITE_ROW)
			break;
		read_operation(sql, &op);
		ok = tell(self, &op, err);
	}
	if (ok && got != SQLITE_ROW && got != SQLITE_DONE)
		ok = tm_store_fail(store, err);
	if (sql != NULL)
		sqlite3_reset(sql);
	return tm_store_end_read(store, opened, ok, err);
}

bool
tm_store_before(tm_store *store, int64_t operation, int64_t id, tm_arena *arena,
    const tm_unit **unit, bool *whole, tm_error *err)
{
	tm_unit *u = tm_arena_zalloc(arena, 1, sizeof *u);
	bool there, was, opened, ok;

	*unit = NULL;
	if (!tm_store_begin_read(store, &opened, err))
		return false;
	ok =
	    read_past(store, operation, id, arena, &there, &was, u, whole, err);
	if (was)
		*unit = u;
	return tm_store_end_read(store, opened, ok, err);
}

/* ---- Undoing ----------------------------------------------------------- */

static bool
find_operation(tm_store *store, int64_t id, tm_operation *op, tm_arena *arena,
    tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(
	    store, id == 0 ? SQL_UNDOABLE : SQL_GET_OPERATION, err);
	int got;

	if (sql == NULL)
		return false;
	if (id != 0)
		sqlite3_bind_int64(sql, 1, id);
	got = sqlite3_step(sql);
	if (got == SQLITE_ROW) {
		read_operation(sql, op);
		op->who = tm_arena_str(arena, op->who);
		op->what = tm_arena_str(arena, op->what);
		op->about = tm_arena_str(arena, op->about);
	} else if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	else if (id == 0)
		tm_fail(err, TM_ABSENT,
		    "'%s' has no operation that could be undone", store->path);
	else
		tm_fail(err, TM_ABSENT, "'%s' has no operation %lld",
		    store->path, (long long)id);
	sqlite3_reset(sql);
	return got == SQLITE_ROW;
}

/* Are its units as it left them? */
static bool
can_undo(tm_store *store, const tm_operation *op, tm_error *err)
{
	sqlite3_stmt *sql;
	int got;

	if (op->undone != 0)
		return tm_fail(err, TM_INVALID,
		    "operation %lld was undone by operation %lld; undo that "
		    "to have it back",
		    (long long)op->id, (long long)op->undone);
	sql = tm_store_sql(store, SQL_FIND_LATER, err);
	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, op->id);
	sqlite3_bind_int64(sql, 2, op->first);
	sqlite3_bind_int64(sql, 3, op->first == 0 ? -1 : op->last);
	got = sqlite3_step(sql);
	if (got == SQLITE_ROW)
		tm_fail(err, TM_INVALID,
		    "operation %lld cannot be undone: operation %lld changed "
		    "unit %lld after it; undo that first",
		    (long long)op->id, (long long)sqlite3_column_int64(sql, 0),
		    (long long)sqlite3_column_int64(sql, 1));
	else if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_DONE;
}

typedef struct ids {
	int64_t *v;
	size_t n, cap;
} ids;

/* All ids that a statement gives. */
static bool
collect(tm_store *store, sqlite3_stmt *sql, ids *list, tm_error *err)
{
	int got;

	while ((got = sqlite3_step(sql)) == SQLITE_ROW) {
		tm_grow(list->v, list->n, list->cap);
		list->v[list->n++] = sqlite3_column_int64(sql, 0);
	}
	if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_DONE;
}

/* The units it removed, changed or brought back, then those it added. */
static bool
units_of(tm_store *store, const tm_operation *op, ids *list, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_EACH_PAST, err);

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, op->id);
	if (!collect(store, sql, list, err))
		return false;
	if (op->first == 0)
		return true;
	sql = tm_store_sql(store, SQL_EACH_ADDED, err);
	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, op->first);
	sqlite3_bind_int64(sql, 2, op->last);
	return collect(store, sql, list, err);
}

/* Make unit id what it was before the operation. */
static bool
take_back(tm_store *store, int64_t operation, int64_t id, tm_arena *arena,
    tm_error *err)
{
	bool there, was, whole;
	tm_unit before, *now;
	tm_error inner;

	now = tm_store_load(store, id, arena, &inner);
	if (now == NULL && inner.code != TM_ABSENT) {
		if (err != NULL)
			*err = inner;
		return false;
	}
	if (!read_past(store, operation, id, arena, &there, &was, &before,
		&whole, err))
		return false;
	if (was && !whole) {
		if (now == NULL)
			return tm_store_no_unit(store, id, err);
		before.v = now->v;
		before.n = now->n;
	}
	return tm_store_restore(store, id, now, was ? &before : NULL, err);
}

static bool
undo(tm_store *store, const tm_operation *op, tm_error *err)
{
	sqlite3_stmt *sql;
	tm_arena arena = { 0 };
	ids list = { 0 };
	bool ok = can_undo(store, op, err) && number_operation(store, err) &&
		  units_of(store, op, &list, err);

	for (size_t i = 0; ok && i < list.n; i++) {
		tm_arena_clear(&arena);
		ok = take_back(store, op->id, list.v[i], &arena, err);
	}
	free(list.v);
	tm_arena_release(&arena);
	if (!ok)
		return false;
	store->db->doing.undoes = op->id;
	sql = tm_store_sql(store, SQL_SET_UNDONE, err);
	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, op->id);
	sqlite3_bind_int64(sql, 2, store->db->doing.id);
	if (!tm_store_finish(store, sql, err))
		return false;
	if (op->undoes == 0)
		return true;
	/* The undoing is undone: what it undid is in force again. */
	sql = tm_store_sql(store, SQL_SET_UNDONE, err);
	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, op->undoes);
	return tm_store_finish(store, sql, err);
}

bool
tm_store_undo(tm_store *store, int64_t id, tm_arena *arena,
    tm_operation *undone, tm_error *err)
{
	bool alone, ok;

	if (store->in_transaction &&
	    store->db->doing.undoes + store->db->doing.added +
		    store->db->doing.changed + store->db->doing.removed !=
		0)
		return tm_fail(err, TM_INVALID,
		    "an undo of '%s' is a transaction of its own", store->path);
	if (!tm_store_begin_change(store, &alone, err))
		return false;
	ok = find_operation(store, id, undone, arena, err) &&
	     undo(store, undone, err);
	return tm_store_end_change(store, alone, ok, err);
}

/* ---- Forgetting -------------------------------------------------------- */

/* A number that a statement with one parameter gives; 0 for nothing. */
static bool
ask_number(
    tm_store *store, const char *text, int64_t given, int64_t *n, tm_error *err)
{
	sqlite3_stmt *sql;
	int got;

	*n = 0;
	if (sqlite3_prepare_v2(store->db->sqlite, text, -1, &sql, NULL) !=
	    SQLITE_OK)
		return tm_store_fail(store, err);
	if (sqlite3_bind_parameter_count(sql) > 0)
		sqlite3_bind_int64(sql, 1, given);
	got = sqlite3_step(sql);
	if (got == SQLITE_ROW)
		*n = sqlite3_column_int64(sql, 0);
	else if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_finalize(sql);
	return got == SQLITE_ROW || got == SQLITE_DONE;
}

/* Only the first operations can go, for a later one stands on them; the last
 * one stays, so that no number is given twice. */
static bool
first_to_stay(tm_store *store, int64_t before, int64_t *id, tm_error *err)
{
	int64_t last, kept;

	if (!ask_number(
		store, "SELECT max(id) FROM operation", 0, &last, err) ||
	    !ask_number(store, "SELECT min(id) FROM operation WHERE at >= ?",
		before, &kept, err))
		return false;
	*id = kept == 0 || last < kept ? last : kept;
	return true;
}

bool
tm_store_forget(tm_store *store, int64_t before, bool dry, int64_t *operations,
    int64_t *bytes, tm_error *err)
{
	int64_t stays, pages, size, spare, n;
	bool alone, ok;

	*operations = *bytes = 0;
	if (store->in_transaction)
		return tm_fail(err, TM_INVALID,
		    "forgetting the past of '%s' is a transaction of its own",
		    store->path);
	if (!tm_store_begin_change(store, &alone, err))
		return false;
	ok = first_to_stay(store, before, &stays, err) &&
	     ask_number(store, "SELECT count(*) FROM operation WHERE id < ?",
		 stays, operations, err);
	if (ok && !dry)
		ok = ask_number(store, "DELETE FROM past WHERE operation < ?",
			 stays, &n, err) &&
		     ask_number(store, "DELETE FROM operation WHERE id < ?",
			 stays, &n, err);
	ok = tm_store_end_change(store, alone, ok, err);
	if (!ok || dry)
		return ok;
	/* Pages that are free are used again; where they are an eighth of
	 * the file, writing it anew is worth the time. */
	ok = ask_number(store, "PRAGMA freelist_count", 0, &spare, err) &&
	     ask_number(store, "PRAGMA page_count", 0, &pages, err) &&
	     ask_number(store, "PRAGMA page_size", 0, &size, err);
	if (!ok || spare < pages / 8 || spare == 0)
		return ok;
	ok = ask_number(store, "VACUUM", 0, &n, err) &&
	     ask_number(store, "PRAGMA wal_checkpoint(TRUNCATE)", 0, &n, err);
	/* It takes room to make room. */
	if (!ok && sqlite3_errcode(store->db->sqlite) == SQLITE_FULL)
		return true;
	*bytes = ok ? spare * size : 0;
	return ok;
}

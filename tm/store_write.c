/*
 * store_write.c - units are added, changed and removed
 */
#include "config.h"

#include "tm/store.h"

#include <stdlib.h>

#include "tm/codes.h"
#include "tm/store_sql_int.h"
#include "tm/text.h"

/* ---- Adding ------------------------------------------------------------ */

static void
bind_text(sqlite3_stmt *sql, int at, tm_str s)
{
	if (s.n > 0)
		sqlite3_bind_text64(
		    sql, at, s.p, s.n, SQLITE_STATIC, SQLITE_UTF8);
}

static void
bind_int(sqlite3_stmt *sql, int at, int64_t value)
{
	if (value != 0)
		sqlite3_bind_int64(sql, at, value);
}

/* A text that must be there, if only with no letters. */
static void
bind_whole(sqlite3_stmt *sql, int at, tm_str s)
{
	sqlite3_bind_text64(
	    sql, at, s.n > 0 ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8);
}

static tm_cell
cell_of(int64_t number)
{
	return (tm_cell){ .kind = TM_CELL_INT, .number = number };
}

/* NULL for 0. */
static tm_cell
cell_if(int64_t number)
{
	return number == 0 ? (tm_cell){ .kind = TM_CELL_NULL }
			   : cell_of(number);
}

static tm_cell
cell_of_real(double real)
{
	return (tm_cell){ .kind = TM_CELL_REAL, .real = real };
}

static tm_cell
cell_of_text(tm_store *store, tm_str s)
{
	return (tm_cell){ .kind = TM_CELL_TEXT,
		.text = s.n == 0 ? TM_STR("") : tm_bulk_keep(store, s) };
}

/* NULL for no letters. */
static tm_cell
cell_if_text(tm_store *store, tm_str s)
{
	return s.n == 0 ? (tm_cell){ .kind = TM_CELL_NULL }
			: cell_of_text(store, s);
}

static void
bind_cell(sqlite3_stmt *sql, int at, const tm_cell *c)
{
	switch (c->kind) {
	case TM_CELL_NULL:
		break;
	case TM_CELL_INT:
		sqlite3_bind_int64(sql, at, c->number);
		break;
	case TM_CELL_REAL:
		sqlite3_bind_double(sql, at, c->real);
		break;
	case TM_CELL_TEXT:
		bind_whole(sql, at, c->text);
	}
}

/* The number of a file, given one when it is new; 0 for no name. */
static bool
number_of(tm_store *store, struct tm_name *last, tm_sql find, tm_sql add,
    tm_str name, int64_t *id, tm_error *err)
{
	sqlite3_stmt *sql;
	int got;

	*id = 0;
	if (name.n == 0)
		return true;
	if (last->id != 0 && tm_str_eq(name, tm_buf_str(&last->text))) {
		*id = last->id;
		return true;
	}
	sql = tm_store_sql(store, find, err);
	if (sql == NULL)
		return false;
	bind_text(sql, 1, name);
	got = sqlite3_step(sql);
	if (got == SQLITE_ROW)
		*id = sqlite3_column_int64(sql, 0);
	else if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	if (got != SQLITE_ROW && got != SQLITE_DONE)
		return false;
	if (*id == 0) {
		sql = tm_store_sql(store, add, err);
		if (sql == NULL)
			return false;
		bind_text(sql, 1, name);
		if (!tm_store_finish(store, sql, err))
			return false;
		*id = sqlite3_last_insert_rowid(store->db->sqlite);
	}
	tm_buf_clear(&last->text);
	tm_buf_add(&last->text, name.p, name.n);
	last->id = *id;
	return true;
}

typedef struct tm_places {
	int64_t document, file;
} tm_places;

static bool
places_of(
    tm_store *store, const tm_unit *unit, tm_places *places, tm_error *err)
{
	return tm_store_document_of(
		   store, unit->document, unit->path, &places->document, err) &&
	       number_of(store, &store->db->file, SQL_FIND_FILE, SQL_ADD_FILE,
		   unit->file, &places->file, err);
}

static void
add_meta(tm_store *store, int64_t id, int variant, const tm_meta *meta,
    size_t first, size_t n)
{
	for (size_t i = first; i < n; i++) {
		tm_cell *row = tm_bulk_row(store, TM_NEW_META);

		row[0] = cell_of(id);
		row[1] = cell_of(variant);
		row[2] = cell_of((int64_t)i);
		row[3] = cell_of(meta[i].kind);
		row[4] = cell_if_text(store, meta[i].type);
		row[5] = cell_if_text(store, meta[i].lang);
		row[6] = cell_of_text(store, meta[i].value);
	}
}

static void
add_variant(tm_store *store, int64_t id, int nr, const tm_variant *v)
{
	tm_cell *row = tm_bulk_row(store, TM_NEW_VARIANT);

	row[0] = cell_of(id);
	row[1] = cell_of(nr);
	row[2] = cell_if_text(store, v->lang);
	row[3] = cell_of_text(store, v->text);
	row[4] = cell_if(v->created);
	row[5] = cell_if(v->changed);
	row[6] = cell_if_text(store, v->author);
	row[7] = cell_if_text(store, v->changer);
	for (size_t i = 0; i < v->n_codes; i++) {
		row = tm_bulk_row(store, TM_NEW_CODE);
		row[0] = cell_of(id);
		row[1] = cell_of(nr);
		row[2] = cell_of((int64_t)i);
		row[3] = cell_of((int64_t)v->codes[i].at);
		row[4] = cell_of_text(store, v->codes[i].xml);
	}
	add_meta(store, id, nr, v->meta, 0, v->n_meta);
}

static int
extra_of(const tm_unit *unit)
{
	int extra = (unit->n_meta > 0 ? TM_HAS_META : 0) |
		    (unit->n_also > 0 ? TM_HAS_PLACES : 0);

	for (size_t i = 0; i < unit->n; i++) {
		if (unit->v[i].n_codes > 0)
			extra |= TM_HAS_CODES;
		if (unit->v[i].n_meta > 0)
			extra |= TM_HAS_META;
	}
	return extra;
}

enum { UNIT_COLUMNS = 14 };

static void
fill_unit(tm_store *store, tm_cell *row, int64_t id, int64_t hash,
    const tm_unit *unit, const tm_places *places)
{
	row[0] = cell_of(id);
	row[1] = cell_of(hash);
	row[2] = cell_of(unit->status);
	row[3] = cell_of(extra_of(unit));
	if (unit->confidence >= 0)
		row[4] = cell_of_real(unit->confidence);
	row[5] = cell_if(places->document);
	row[6] = cell_if(unit->position);
	row[7] = cell_if_text(store, unit->tuid);
	row[8] = cell_if_text(store, unit->srclang);
	row[9] = cell_if(unit->created);
	row[10] = cell_if(unit->changed);
	row[11] = cell_if_text(store, unit->author);
	row[12] = cell_if_text(store, unit->changer);
	row[13] = cell_if(places->file);
}

/* What the index keeps of a unit, beside its texts. */
static tm_texts
facts_of(const tm_unit *unit)
{
	int extra = extra_of(unit);
	tm_texts t = { .id = unit->id,
		.status = unit->status,
		.codes = (extra & TM_HAS_CODES) != 0,
		.aligned = unit->confidence >= 0,
		.machine = (extra & TM_HAS_META) != 0 ||
			   tm_unit_is_machine(unit->author) ||
			   tm_unit_is_machine(unit->changer) };

	for (size_t i = 0; i < unit->n && !t.machine; i++)
		t.machine = tm_unit_is_machine(unit->v[i].author) ||
			    tm_unit_is_machine(unit->v[i].changer);
	return t;
}

/* The index hears of a unit that comes with many. */
static void
tell_index(tm_store *store, int64_t id, const tm_unit *unit)
{
	struct tm_text_in few[8];
	tm_texts t = facts_of(unit);
	tm_arena arena = { 0 };
	tm_buf marked = { 0 };

	t.id = id;
	t.n = unit->n;
	t.v = t.n <= 8 ? few : tm_zalloc(t.n, sizeof *t.v);
	for (size_t i = 0; i < t.n; i++) {
		t.v[i].lang = unit->v[i].lang;
		t.v[i].text = unit->v[i].text;
		if (unit->v[i].n_codes == 0)
			continue;
		tm_buf_clear(&marked);
		tm_codes_mark(unit->v[i].text, unit->v[i].codes,
		    unit->v[i].n_codes, false, &marked);
		t.v[i].text = tm_arena_str(&arena, tm_buf_str(&marked));
	}
	tm_early_add(store, &t);
	tm_buf_release(&marked);
	tm_arena_release(&arena);
	if (t.v != few)
		free(t.v);
}

static bool
add_parts(tm_store *store, int64_t id, const tm_unit *unit, tm_error *err)
{
	for (size_t i = 0; i < unit->n; i++)
		add_variant(store, id, (int)i, &unit->v[i]);
	add_meta(store, id, -1, unit->meta, 0, unit->n_meta);
	return tm_store_add_places(store, id, unit, err);
}

/* A new row, with the id given, or (0) the next one. */
static bool
insert(tm_store *store, const tm_unit *unit, int64_t id, int64_t hash,
    tm_error *err)
{
	bool is_new = id == 0;
	tm_places places;

	if (!places_of(store, unit, &places, err) || !tm_bulk_ready(store, err))
		return false;
	id = tm_bulk_number(store, id, hash);
	fill_unit(
	    store, tm_bulk_row(store, TM_NEW_UNIT), id, hash, unit, &places);
	tm_store_account(store, unit, 1);
	if (is_new)
		tm_store_note_added(store, id);
	return add_parts(store, id, unit, err);
}

static bool
same_meta(const tm_meta *a, const tm_meta *b)
{
	return a->kind == b->kind && tm_str_eq(a->type, b->type) &&
	       tm_str_eq(a->lang, b->lang) && tm_str_eq(a->value, b->value);
}

/* Props and notes that old does not have come behind its own. */
static void
improve_meta(tm_store *store, tm_unit *old, const tm_unit *unit, bool *changed)
{
	tm_meta *all = tm_arena_zalloc(
	    &store->db->scratch, old->n_meta + unit->n_meta, sizeof *all);
	size_t n = old->n_meta, before = n;

	if (n > 0)
		memcpy(all, old->meta, n * sizeof *all);
	for (size_t i = 0; i < unit->n_meta; i++) {
		size_t j = 0;

		while (j < n && !same_meta(&all[j], &unit->meta[i]))
			j++;
		if (j == n)
			all[n++] = unit->meta[i];
	}
	if (n == before)
		return;
	*changed = true;
	old->meta = all;
	old->n_meta = n;
	add_meta(store, old->id, -1, all, before, n);
}

static void
take_text(tm_str *old, tm_str new, bool *changed)
{
	if (old->n == 0 && new.n > 0) {
		*old = new;
		*changed = true;
	}
}

/* Dates, people, a decision, how sure it is. */
static void
improve_facts(tm_unit *old, const tm_unit *unit, bool *changed)
{
	if (unit->created != 0 &&
	    (old->created == 0 || unit->created < old->created)) {
		old->created = unit->created;
		if (unit->author.n > 0)
			old->author = unit->author;
		*changed = true;
	}
	if (unit->changed > old->changed) {
		old->changed = unit->changed;
		if (unit->changer.n > 0)
			old->changer = unit->changer;
		*changed = true;
	}
	take_text(&old->author, unit->author, changed);
	take_text(&old->changer, unit->changer, changed);
	take_text(&old->srclang, unit->srclang, changed);
	if (unit->confidence > old->confidence) {
		old->confidence = unit->confidence;
		*changed = true;
	}
	if (old->status == TM_DRAFT && unit->status != TM_DRAFT) {
		old->status = unit->status;
		*changed = true;
	}
}

/* Before its first change in this operation, with all of its places. */
static bool
remember_bare(tm_store *store, const tm_unit *bare, tm_error *err)
{
	tm_unit whole = *bare;
	bool known;

	if (!tm_store_is_remembered(store, bare->id, &known, err))
		return false;
	return known ||
	       (tm_store_load_places(store, &whole, &store->db->scratch, err) &&
		   tm_store_remember(store, bare->id, &whole, TM_CHANGES, err));
}

static bool
write_improved(
    tm_store *store, const tm_unit *old, const tm_joined *joined, tm_error *err)
{
	int extra = extra_of(old) | (joined->n > 0 ? TM_HAS_PLACES : 0);
	sqlite3_stmt *sql = tm_store_sql(store, SQL_IMPROVE_UNIT, err);

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, old->id);
	sqlite3_bind_int(sql, 2, old->status);
	sqlite3_bind_int(sql, 3, extra);
	if (old->confidence >= 0)
		sqlite3_bind_double(sql, 4, old->confidence);
	bind_int(sql, 5, joined->document);
	bind_int(sql, 6, old->position);
	bind_text(sql, 7, old->srclang);
	bind_int(sql, 8, old->created);
	bind_int(sql, 9, old->changed);
	bind_text(sql, 10, old->author);
	bind_text(sql, 11, old->changer);
	return tm_store_finish(store, sql, err) &&
	       tm_store_add_joined(store, old->id, joined, err);
}

/*
 * Take over what unit knows better than old, which is the same unit: the
 * first date of making and the last of changing, with who did it; a
 * decision where there was none; the better confidence; where else it
 * stands. Of its own places old knows the first.
 */
static bool
improve(tm_store *store, tm_unit *old, const tm_unit *unit, bool *changed,
    tm_error *err)
{
	bool placing = !unit->in_passing || tm_store_is_added(store, old->id);
	const tm_unit before = *old;
	tm_joined joined = { 0 };
	tm_texts was, is;

	improve_facts(old, unit, changed);
	if (placing && !tm_store_join_places(
			   store, old, unit, &store->db->scratch, &joined, err))
		return false;
	*changed = *changed || (joined.changed && !unit->in_passing);
	improve_meta(store, old, unit, changed);
	if (!*changed && !joined.changed)
		return true;
	if (!remember_bare(store, &before, err) ||
	    (before.status != old->status &&
		!tm_store_run_for(store, SQL_TOUCH, old->id, err)))
		return false;
	was = facts_of(&before);
	is = facts_of(old);
	if (was.status != is.status || was.aligned != is.aligned ||
	    was.machine != is.machine)
		tm_early_spoil(store, old->id);
	tm_store_account(store, &before, -1);
	tm_store_account(store, old, 1);
	return write_improved(store, old, &joined, err);
}

/* The stored unit that is the same as this one, or NULL. */
static bool
find_same(tm_store *store, const tm_unit *unit, int64_t hash, tm_unit **old,
    tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_FIND_HASH, err);
	int got;

	*old = NULL;
	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, hash);
	while ((got = sqlite3_step(sql)) == SQLITE_ROW) {
		tm_unit *other;

		tm_arena_clear(&store->db->scratch);
		other = tm_store_load_bare(store, sqlite3_column_int64(sql, 0),
		    &store->db->scratch, err);
		if (other == NULL) {
			sqlite3_reset(sql);
			return false;
		}
		if (tm_store_same(other, unit)) {
			*old = other;
			break;
		}
	}
	if (got != SQLITE_ROW && got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_ROW || got == SQLITE_DONE;
}

/* The stored unit that is the same as this one takes over what is known of
 * it; *added says whether there is one. */
static bool
join_same(tm_store *store, const tm_unit *unit, int64_t hash, tm_added *added,
    tm_error *err)
{
	bool changed = false;
	tm_unit *old;

	if (!find_same(store, unit, hash, &old, err))
		return false;
	if (old == NULL)
		return true;
	if (!improve(store, old, unit, &changed, err))
		return false;
	*added = changed ? TM_UPDATED : TM_SAME;
	return true;
}

static bool
add(tm_store *store, const tm_unit *unit, bool alone, tm_added *added,
    tm_error *err)
{
	int64_t hash = tm_store_hash(unit);
	bool may, ok;

	*added = TM_ADDED;
	if (!tm_bulk_ready(store, err) ||
	    !tm_bulk_may_be_there(store, hash, &may, err))
		return false;
	if (may) {
		/* What waits is not the same. */
		tm_bulk_hold(store, true);
		ok = join_same(store, unit, hash, added, err);
		tm_bulk_hold(store, false);
		if (!ok || *added != TM_ADDED)
			return ok;
	}
	if (!insert(store, unit, 0, hash, err))
		return false;
	if (!alone)
		tell_index(store, store->db->doing.last, unit);
	return true;
}

/*
 * Each change is in the caller's transaction, or in one of its own. What
 * fails in the middle leaves the caller's to be rolled back.
 */
bool
tm_store_begin_change(tm_store *store, bool *alone, tm_error *err)
{
	*alone = !store->in_transaction;
	if (*alone)
		return tm_store_begin(store, err);
	if (store->db->broken)
		return tm_fail(err, TM_IO,
		    "nothing more can be written to '%s' since a change failed",
		    store->path);
	return true;
}

bool
tm_store_end_change(tm_store *store, bool alone, bool ok, tm_error *err)
{
	if (!ok)
		store->db->broken = true;
	if (alone && ok)
		return tm_store_commit(store, err);
	if (alone)
		tm_store_rollback(store);
	return ok;
}

bool
tm_store_add(
    tm_store *store, const tm_unit *unit, tm_added *added, tm_error *err)
{
	tm_added what = TM_SAME;
	bool alone, ok;

	if (!tm_store_check_unit(unit, err) ||
	    !tm_store_begin_change(store, &alone, err))
		return false;
	ok = add(store, unit, alone, &what, err);
	if (!tm_store_end_change(store, alone, ok, err))
		return false;
	store->db->n_added += what == TM_ADDED;
	if (added != NULL)
		*added = what;
	return true;
}

/* ---- Changing ---------------------------------------------------------- */

/* What unit id is now, in the scratch arena. */
static const tm_unit *
load_old(tm_store *store, int64_t id, tm_error *err)
{
	tm_arena_clear(&store->db->scratch);
	return tm_store_load(store, id, &store->db->scratch, err);
}

static bool
drop_parts(tm_store *store, const tm_unit *old, tm_error *err)
{
	tm_store_account(store, old, -1);
	return tm_store_run_for(store, SQL_DROP_VARIANTS, old->id, err) &&
	       tm_store_run_for(store, SQL_DROP_CODES, old->id, err) &&
	       tm_store_run_for(store, SQL_DROP_META, old->id, err) &&
	       tm_store_run_for(store, SQL_DROP_PLACES, old->id, err);
}

/* Put unit in the place of old. */
static bool
replace(tm_store *store, const tm_unit *old, const tm_unit *unit, tm_error *err)
{
	tm_cell row[UNIT_COLUMNS] = { 0 };
	int64_t hash = tm_store_hash(unit);
	tm_places places;
	sqlite3_stmt *sql;

	if (!tm_bulk_ready(store, err) ||
	    !places_of(store, unit, &places, err) ||
	    !drop_parts(store, old, err))
		return false;
	sql = tm_store_sql(store, SQL_REPLACE_UNIT, err);
	if (sql == NULL)
		return false;
	tm_store_account(store, unit, 1);
	fill_unit(store, row, old->id, hash, unit, &places);
	for (int i = 0; i < UNIT_COLUMNS; i++)
		bind_cell(sql, i + 1, &row[i]);
	tm_bulk_note_hash(store, hash);
	return tm_store_finish(store, sql, err) &&
	       add_parts(store, old->id, unit, err);
}

bool
tm_store_restore(tm_store *store, int64_t id, const tm_unit *old,
    const tm_unit *unit, tm_error *err)
{
	tm_change change = old == NULL	  ? TM_COMES
			   : unit == NULL ? TM_GOES
					  : TM_CHANGES_WHOLE;

	if (old == NULL && unit == NULL)
		return true;
	tm_early_spoil(store, id);
	if (!tm_store_remember(store, id, old, change, err) ||
	    !tm_store_run_for(store, SQL_TOUCH, id, err))
		return false;
	if (old == NULL)
		return tm_bulk_ready(store, err) &&
		       insert(store, unit, id, tm_store_hash(unit), err);
	if (unit == NULL)
		return drop_parts(store, old, err) &&
		       tm_store_run_for(store, SQL_DROP_UNIT, id, err);
	return replace(store, old, unit, err);
}

static bool
set_status(tm_store *store, const tm_unit *old, tm_status status, tm_error *err)
{
	sqlite3_stmt *sql;

	if (old->status == status)
		return true;
	tm_early_spoil(store, old->id);
	if (!tm_store_remember(store, old->id, old, TM_CHANGES, err) ||
	    !tm_store_run_for(store, SQL_TOUCH, old->id, err))
		return false;
	sql = tm_store_sql(store, SQL_SET_STATUS, err);
	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, old->id);
	sqlite3_bind_int(sql, 2, status);
	return tm_store_finish(store, sql, err);
}

/*
 * One change of one unit, in a transaction of its own when there is none.
 * That there is no such unit does no harm to the caller's.
 */
typedef struct change {
	int64_t id;
	const tm_unit *unit;  /* put in its place, if it is */
	const tm_unit *if_is; /* this, or anything (NULL) */
	bool remove;
	tm_status status;
} change;

/* Everything that is stored of them is the same. */
static bool
is_still(const tm_unit *a, const tm_unit *b)
{
	tm_buf x = { 0 }, y = { 0 };
	bool same;

	tm_store_pack(a, true, &x);
	tm_store_pack(b, true, &y);
	same = tm_str_eq(tm_buf_str(&x), tm_buf_str(&y));
	tm_buf_release(&x);
	tm_buf_release(&y);
	return same;
}

static bool
change_one(tm_store *store, const change *c, tm_error *err)
{
	const tm_unit *old;
	bool alone, ok;

	if (!tm_store_begin_change(store, &alone, err))
		return false;
	old = load_old(store, c->id, err);
	if (old == NULL) {
		if (alone)
			tm_store_rollback(store);
		return false;
	}
	if (c->if_is != NULL && !is_still(old, c->if_is)) {
		if (alone)
			tm_store_rollback(store);
		return tm_fail(err, TM_BUSY,
		    "unit %lld of '%s' was changed by somebody else meanwhile; "
		    "try again",
		    (long long)c->id, store->path);
	}
	if (c->unit != NULL || c->remove)
		ok = tm_store_restore(store, c->id, old, c->unit, err);
	else
		ok = set_status(store, old, c->status, err);
	return tm_store_end_change(store, alone, ok, err);
}

bool
tm_store_set_status(
    tm_store *store, int64_t id, tm_status status, tm_error *err)
{
	return change_one(store, &(change){ .id = id, .status = status }, err);
}

bool
tm_store_replace(tm_store *store, const tm_unit *unit, tm_error *err)
{
	return tm_store_check_unit(unit, err) &&
	       change_one(
		   store, &(change){ .id = unit->id, .unit = unit }, err);
}

bool
tm_store_replace_if(
    tm_store *store, const tm_unit *old, const tm_unit *unit, tm_error *err)
{
	return tm_store_check_unit(unit, err) &&
	       change_one(store,
		   &(change){ .id = unit->id, .unit = unit, .if_is = old },
		   err);
}

bool
tm_store_remove(tm_store *store, int64_t id, tm_error *err)
{
	return change_one(store, &(change){ .id = id, .remove = true }, err);
}

/* ---- Headers ----------------------------------------------------------- */

static bool
add_header(
    tm_store *store, int64_t file, const tm_meta *meta, size_t n, tm_error *err)
{
	if (!tm_store_run_for(store, SQL_DROP_HEADER, file, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		sqlite3_stmt *sql = tm_store_sql(store, SQL_ADD_HEADER, err);

		if (sql == NULL)
			return false;
		sqlite3_bind_int64(sql, 1, file);
		sqlite3_bind_int64(sql, 2, (int64_t)i);
		sqlite3_bind_int(sql, 3, meta[i].kind);
		bind_text(sql, 4, meta[i].type);
		bind_text(sql, 5, meta[i].lang);
		bind_whole(sql, 6, meta[i].value);
		if (!tm_store_finish(store, sql, err))
			return false;
	}
	return true;
}

bool
tm_store_set_header(
    tm_store *store, tm_str file, const tm_meta *meta, size_t n, tm_error *err)
{
	bool alone, ok;
	int64_t id = 0;

	for (size_t i = 0; i < n; i++)
		if (!tm_text_is_utf8(meta[i].type, NULL) ||
		    !tm_text_is_utf8(meta[i].lang, NULL) ||
		    !tm_text_is_utf8(meta[i].value, NULL))
			return tm_fail(err, TM_INVALID,
			    "the header of '%.*s' is not UTF-8",
			    TM_STR_ARG(file));
	if (!tm_store_begin_change(store, &alone, err))
		return false;
	ok = number_of(store, &store->db->file, SQL_FIND_FILE, SQL_ADD_FILE,
		 file, &id, err) &&
	     add_header(store, id, meta, n, err);
	return tm_store_end_change(store, alone, ok, err);
}

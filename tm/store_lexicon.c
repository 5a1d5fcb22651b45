/*
 * store_lexicon.c - what the pairs of a memory taught
 *
 * A table has a row in lexicon, which says where it comes from, its words by
 * side and number, and its pairs:
 *
 *	lexicon		1  ar  en  learned from 12,000 units, the last 31,415
 *	lexicon_word	1  0  7  wبيت  seen in 40	1  1  9  whous  38
 *	lexicon_pair	1  7  9  together 36  there 33.1  back 34.9
 *
 * Pairs can be asked for by the words of either side, so that aligning an
 * article costs as much as the article has words.
 */
#include "config.h"

#include "tm/train.h"

#include <stdlib.h>

#include "tm/store_sql_int.h"

/* ---- Which there are --------------------------------------------------- */

bool
tm_store_lexicons(tm_store *store, tm_arena *arena, const tm_store_lexicon **v,
    size_t *n, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_EACH_LEXICON, err);
	tm_store_lexicon *all = NULL;
	int got;

	*v = NULL;
	*n = 0;
	if (sql == NULL)
		return false;
	while ((got = sqlite3_step(sql)) == SQLITE_ROW) {
		tm_store_push(arena, all, *n);
		all[*n - 1] = (tm_store_lexicon){
			.id = sqlite3_column_int64(sql, 0),
			.from = tm_store_keep(arena, sql, 1),
			.to = tm_store_keep(arena, sql, 2),
			.version = sqlite3_column_int(sql, 3),
			.trained = sqlite3_column_int64(sql, 4),
			.units = sqlite3_column_int64(sql, 5),
			.whole = sqlite3_column_int64(sql, 6),
			.last = sqlite3_column_int64(sql, 7),
			.newer = sqlite3_column_int64(sql, 8),
			.stale = sqlite3_column_int64(sql, 9),
			.words = { sqlite3_column_int64(sql, 10),
			    sqlite3_column_int64(sql, 11) },
			.word_pairs = sqlite3_column_int64(sql, 12),
		};
	}
	*v = all;
	if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_DONE;
}

/* ---- Writing ----------------------------------------------------------- */

static bool
drop(tm_store *store, int64_t id, tm_error *err)
{
	return tm_store_run_for(store, SQL_DROP_LEXICON_PAIRS, id, err) &&
	       tm_store_run_for(store, SQL_DROP_LEXICON_WORDS, id, err) &&
	       tm_store_run_for(store, SQL_DROP_LEXICON, id, err);
}

static void
bind_text(sqlite3_stmt *sql, int at, tm_str s)
{
	sqlite3_bind_text64(
	    sql, at, s.n == 0 ? "" : s.p, s.n, SQLITE_STATIC, SQLITE_UTF8);
}

static bool
drop_same(tm_store *store, const tm_store_lexicon *about, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_FIND_LEXICON, err);
	int64_t id;
	int got;

	if (sql == NULL)
		return false;
	bind_text(sql, 1, about->from);
	bind_text(sql, 2, about->to);
	got = sqlite3_step(sql);
	if (got != SQLITE_ROW && got != SQLITE_DONE)
		tm_store_fail(store, err);
	id = got == SQLITE_ROW ? sqlite3_column_int64(sql, 0) : 0;
	sqlite3_reset(sql);
	return got == SQLITE_DONE ||
	       (got == SQLITE_ROW && drop(store, id, err));
}

static bool
add_words(tm_store *store, int64_t id, const tm_taught *taught, int side,
    tm_error *err)
{
	for (size_t w = 0; w < taught->n_words[side]; w++) {
		sqlite3_stmt *sql =
		    tm_store_sql(store, SQL_ADD_LEXICON_WORD, err);

		if (sql == NULL)
			return false;
		sqlite3_bind_int64(sql, 1, id);
		sqlite3_bind_int(sql, 2, side);
		sqlite3_bind_int64(sql, 3, (int64_t)w);
		bind_text(sql, 4, taught->word[side][w].key);
		sqlite3_bind_double(sql, 5, taught->word[side][w].seen);
		if (!tm_store_finish(store, sql, err))
			return false;
	}
	return true;
}

static bool
add_pairs(tm_store *store, int64_t id, const tm_taught *taught, tm_error *err)
{
	for (size_t k = 0; k < taught->n_pairs; k++) {
		const tm_taught_pair *p = &taught->pair[k];
		sqlite3_stmt *sql =
		    tm_store_sql(store, SQL_ADD_LEXICON_PAIR, err);

		if (sql == NULL)
			return false;
		sqlite3_bind_int64(sql, 1, id);
		sqlite3_bind_int64(sql, 2, p->from);
		sqlite3_bind_int64(sql, 3, p->to);
		sqlite3_bind_int64(sql, 4, p->together);
		sqlite3_bind_double(sql, 5, p->count[0]);
		sqlite3_bind_double(sql, 6, p->count[1]);
		if (!tm_store_finish(store, sql, err))
			return false;
	}
	return true;
}

static bool
add_table(tm_store *store, const tm_store_lexicon *about,
    const tm_taught *taught, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_ADD_LEXICON, err);
	int64_t id;

	if (sql == NULL)
		return false;
	bind_text(sql, 1, about->from);
	bind_text(sql, 2, about->to);
	sqlite3_bind_int(sql, 3, about->version);
	sqlite3_bind_int64(sql, 4, about->trained);
	sqlite3_bind_int64(sql, 5, about->units);
	sqlite3_bind_int64(sql, 6, about->whole);
	sqlite3_bind_double(sql, 7, taught->pairs);
	sqlite3_bind_int64(sql, 8, about->last);
	if (!tm_store_finish(store, sql, err))
		return false;
	id = sqlite3_last_insert_rowid(store->db->sqlite);
	return add_words(store, id, taught, 0, err) &&
	       add_words(store, id, taught, 1, err) &&
	       add_pairs(store, id, taught, err);
}

bool
tm_store_put_lexicon(tm_store *store, const tm_store_lexicon *about,
    const tm_taught *taught, tm_error *err)
{
	bool alone, ok;

	if (!tm_store_begin_change(store, &alone, err))
		return false;
	ok = drop_same(store, about, err) &&
	     add_table(store, about, taught, err);
	return tm_store_end_change(store, alone, ok, err);
}

bool
tm_store_drop_lexicon(tm_store *store, int64_t id, tm_error *err)
{
	bool alone;

	if (!tm_store_begin_change(store, &alone, err))
		return false;
	return tm_store_end_change(store, alone, drop(store, id, err), err);
}

/* ---- Reading ----------------------------------------------------------- */

/* What is read has the numbers of the tables, until give_numbers(). */
struct reading {
	tm_store *store;
	int64_t id;
	struct row {
		int64_t word[2], together;
		double count[2];
	} * row;
	size_t n, cap;
};

static bool
read_rows(struct reading *r, sqlite3_stmt *sql, tm_error *err)
{
	int got;

	while ((got = sqlite3_step(sql)) == SQLITE_ROW) {
		tm_grow(r->row, r->n, r->cap);
		r->row[r->n++] =
		    (struct row){ { sqlite3_column_int64(sql, 0),
				      sqlite3_column_int64(sql, 1) },
			    sqlite3_column_int64(sql, 2),
			    { sqlite3_column_double(sql, 3),
				sqlite3_column_double(sql, 4) } };
	}
	if (got != SQLITE_DONE)
		tm_store_fail(r->store, err);
	sqlite3_reset(sql);
	return got == SQLITE_DONE;
}

static bool
read_all(struct reading *r, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(r->store, SQL_LEXICON_ALL_PAIRS, err);

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, r->id);
	return read_rows(r, sql, err);
}

/* The pairs of one word of side. */
static bool
read_word(struct reading *r, int side, tm_str key, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(r->store, SQL_LEXICON_FIND_WORD, err);
	int64_t word;
	int got;

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, r->id);
	sqlite3_bind_int(sql, 2, side);
	bind_text(sql, 3, key);
	got = sqlite3_step(sql);
	word = got == SQLITE_ROW ? sqlite3_column_int64(sql, 0) : 0;
	if (got != SQLITE_ROW && got != SQLITE_DONE)
		tm_store_fail(r->store, err);
	sqlite3_reset(sql);
	if (got != SQLITE_ROW)
		return got == SQLITE_DONE;
	sql = tm_store_sql(r->store,
	    side == 0 ? SQL_LEXICON_PAIRS_OF : SQL_LEXICON_PAIRS_TO, err);
	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, r->id);
	sqlite3_bind_int64(sql, 2, word);
	return read_rows(r, sql, err);
}

static int
by_words(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	for (int d = 0; d < 2; d++)
		if (x->word[d] != y->word[d])
			return x->word[d] < y->word[d] ? -1 : 1;
	return 0;
}

static int
by_id(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The words of side by the ids in row, which become their numbers. */
static bool
read_words(struct reading *r, int side, tm_taught *out, tm_error *err)
{
	int64_t *id = tm_zalloc(r->n + 1, sizeof *id);
	size_t n = 0;
	bool ok = true;

	for (size_t k = 0; k < r->n; k++)
		id[k] = r->row[k].word[side];
	qsort(id, r->n, sizeof *id, by_id);
	for (size_t k = 0; k < r->n; k++)
		if (n == 0 || id[n - 1] != id[k])
			id[n++] = id[k];
	out->word[side] =
	    tm_arena_zalloc(&out->arena, n + 1, sizeof *out->word[side]);
	out->n_words[side] = n;
	for (size_t w = 0; ok && w < n; w++) {
		sqlite3_stmt *sql =
		    tm_store_sql(r->store, SQL_LEXICON_GET_WORD, err);

		ok = sql != NULL;
		if (!ok)
			break;
		sqlite3_bind_int64(sql, 1, r->id);
		sqlite3_bind_int(sql, 2, side);
		sqlite3_bind_int64(sql, 3, id[w]);
		if (sqlite3_step(sql) == SQLITE_ROW) {
			out->word[side][w].key =
			    tm_store_keep(&out->arena, sql, 0);
			out->word[side][w].seen = sqlite3_column_double(sql, 1);
		}
		sqlite3_reset(sql);
	}
	for (size_t k = 0; ok && k < r->n; k++) {
		const int64_t *at =
		    bsearch(&r->row[k].word[side], id, n, sizeof *id, by_id);

		r->row[k].word[side] = at - id;
	}
	free(id);
	return ok;
}

static bool
read_weight(struct reading *r, tm_taught *out, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(r->store, SQL_LEXICON_WEIGHT, err);
	int got;

	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, r->id);
	got = sqlite3_step(sql);
	if (got == SQLITE_ROW)
		out->pairs = sqlite3_column_double(sql, 0);
	else if (got == SQLITE_DONE)
		tm_fail(err, TM_ABSENT, "there is no such table of words");
	else
		tm_store_fail(r->store, err);
	sqlite3_reset(sql);
	return got == SQLITE_ROW;
}

static void
give_out(const struct reading *r, tm_taught *out)
{
	out->pair = tm_arena_zalloc(&out->arena, r->n + 1, sizeof *out->pair);
	for (size_t k = 0; k < r->n; k++) {
		const struct row *row = &r->row[k];

		/* A key that was asked for twice. */
		if (k > 0 && by_words(&r->row[k - 1], row) == 0)
			continue;
		out->pair[out->n_pairs++] = (tm_taught_pair){
			(uint32_t)row->word[0],
			(uint32_t)row->word[1],
			row->together < 0 ? 0 : (uint32_t)row->together,
			{ row->count[0], row->count[1] },
		};
	}
}

bool
tm_store_get_lexicon(tm_store *store, int64_t id, int side, const tm_str *keys,
    size_t n_keys, tm_taught *taught, tm_error *err)
{
	struct reading r = { .store = store, .id = id };
	bool opened, ok;

	tm_taught_release(taught);
	if (!tm_store_begin_read(store, &opened, err))
		return false;
	ok = read_weight(&r, taught, err);
	if (keys == NULL)
		ok = ok && read_all(&r, err);
	for (size_t k = 0; ok && keys != NULL && k < n_keys; k++)
		ok = read_word(&r, side, keys[k], err);
	ok = ok && read_words(&r, 0, taught, err) &&
	     read_words(&r, 1, taught, err);
	ok = tm_store_end_read(store, opened, ok, err);
	if (ok && r.n > 0) {
		qsort(r.row, r.n, sizeof *r.row, by_words);
		give_out(&r, taught);
	}
	if (!ok)
		tm_taught_release(taught);
	free(r.row);
	return ok;
}

/* ---- What teaches ------------------------------------------------------ */

/* A pair that somebody confirmed, or that did not come from an aligner, is
 * taken for right. */
static double
weight_of(sqlite3_stmt *sql)
{
	double p = sqlite3_column_double(sql, 3);

	if (sqlite3_column_int(sql, 2) == TM_CONFIRMED ||
	    sqlite3_column_type(sql, 3) == SQLITE_NULL)
		return 1;
	return p > 1 ? 1 : p;
}

bool
tm_store_pairs(tm_store *store, const char *from, const char *to, int64_t since,
    bool (*pair)(void *self, tm_str from, tm_str to, double weight), void *self,
    int64_t *last, tm_error *err)
{
	sqlite3_stmt *sql;
	int64_t newest, rev;
	bool opened, go_on = true;
	int got = SQLITE_DONE;

	if (!tm_store_begin_read(store, &opened, err))
		return false;
	if (!tm_store_state(store, &newest, &rev, err) ||
	    (sql = tm_store_sql(store, SQL_EACH_PAIR, err)) == NULL)
		return tm_store_end_read(store, opened, false, err);
	if (last != NULL)
		*last = newest;
	sqlite3_bind_int64(sql, 1, since);
	sqlite3_bind_int64(sql, 2, newest);
	sqlite3_bind_text(sql, 3, from, -1, SQLITE_STATIC);
	sqlite3_bind_text(sql, 4, to, -1, SQLITE_STATIC);
	while (go_on && (got = sqlite3_step(sql)) == SQLITE_ROW)
		go_on = pair(self, tm_store_column(sql, 0),
		    tm_store_column(sql, 1), weight_of(sql));
	if (go_on && got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return tm_store_end_read(
	    store, opened, !go_on || got == SQLITE_DONE, err);
}

static int
by_units(const void *a, const void *b)
{
	const tm_store_languages *x = a, *y = b;
	int order;

	if (x->units != y->units)
		return x->units > y->units ? -1 : 1;
	order = tm_str_cmp(x->from, y->from);
	return order != 0 ? order : tm_str_cmp(x->to, y->to);
}

static void
count_languages(tm_arena *arena, tm_store_languages **v, size_t *n, tm_str from,
    tm_str to, size_t units)
{
	if (tm_str_eq(from, to))
		return;
	for (size_t k = 0; k < *n; k++) {
		tm_store_languages *l = &(*v)[k];

		if ((tm_str_eq(l->from, from) && tm_str_eq(l->to, to)) ||
		    (tm_str_eq(l->from, to) && tm_str_eq(l->to, from))) {
			l->units += units;
			return;
		}
	}
	tm_store_push(arena, *v, *n);
	(*v)[*n - 1] = (tm_store_languages){ tm_arena_str(arena, from),
		tm_arena_str(arena, to), units };
}

bool
tm_store_language_pairs(tm_store *store, tm_arena *arena,
    const tm_store_languages **v, size_t *n, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(store, SQL_LANGUAGE_PAIRS, err);
	char from[TM_LANG_MAX], to[TM_LANG_MAX];
	tm_store_languages *all = NULL;
	int got;

	*v = NULL;
	*n = 0;
	if (sql == NULL)
		return false;
	while ((got = sqlite3_step(sql)) == SQLITE_ROW) {
		tm_lang_base(tm_store_column(sql, 0), from);
		tm_lang_base(tm_store_column(sql, 1), to);
		count_languages(arena, &all, n, tm_str_of(from), tm_str_of(to),
		    (size_t)sqlite3_column_int64(sql, 2));
	}
	if (*n > 0)
		qsort(all, *n, sizeof *all, by_units);
	*v = all;
	if (got != SQLITE_DONE)
		tm_store_fail(store, err);
	sqlite3_reset(sql);
	return got == SQLITE_DONE;
}

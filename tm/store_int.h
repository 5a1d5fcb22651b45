/*
 * store_int.h - what lookup and index know of a store
 *
 * Nothing here says SQL: the lookup (store_lookup.c) and the index
 * (store_index.c, store_segment.c) ask for what they need by these
 * functions, which store_feed.c answers from SQLite. Another database
 * would answer the same questions (docs/ARCHITECTURE.md).
 */
#ifndef TM_STORE_INT_H
#define TM_STORE_INT_H

#include "tm/fuzzy.h"
#include "tm/lang.h"
#include "tm/store.h"

/* Who is told how far long work is: see tm_store_watch(). */
typedef struct tm_watch {
	bool (*tell)(void *self, const char *what, double done);
	void *self;
	double from, to; /* of the whole, the part that is worked at */
	bool stopped;	 /* the last answer was to give it up */
} tm_watch;

/* Tell that a share of that part is done; false: give it up. watch may be
 * NULL. */
bool tm_watch_tell(tm_watch *watch, const char *what, double done);
void tm_watch_part(tm_watch *watch, double from, double to);

struct tm_store {
	char *path;
	tm_store_mode mode;
	bool in_transaction; /* the caller's */
	tm_watch watch;
	struct tm_db *db; /* store_sql_int.h */
	struct tm_lookup *lookup;
	struct tm_index *index;
	struct tm_early *early; /* NULL: nothing was added in bulk */
};

/* ---- What they ask of the tables (store_feed.c) ------------------------ */

/*
 * A snapshot to read from, when there is no transaction already; nests.
 * *opened tells tm_store_end_read() whether there is something to end, ok
 * whether all went well so far; it returns false (TM_BUSY) when that was no
 * snapshot after all, since somebody wrote to a memory that this process can
 * only read as if nobody did.
 */
bool tm_store_begin_read(tm_store *store, bool *opened, tm_error *err);
bool tm_store_end_read(tm_store *store, bool opened, bool ok, tm_error *err);

/* The unit with this id, in arena, or NULL: err.code is TM_ABSENT when
 * there is none. */
tm_unit *tm_store_load(
    tm_store *store, int64_t id, tm_arena *arena, tm_error *err);

/*
 * How far the memory has come: the last id ever given, and the revision,
 * which counts the units that were changed or removed. Both only grow,
 * but for a rollback.
 */
bool tm_store_state(
    tm_store *store, int64_t *last, int64_t *rev, tm_error *err);

/* What no other memory has. */
bool tm_store_uuid(tm_store *store, char uuid[33], tm_error *err);

/* The hash of unit id, 0 when there is none. */
int64_t tm_store_hash_of(tm_store *store, int64_t id);

/* Was unit id changed or removed after revision since? */
bool tm_store_was_touched(tm_store *store, int64_t id, int64_t since);

/* Tell of every unit that was changed or removed after revision since, in
 * the order of revisions; some more than once. */
bool tm_store_each_touched(tm_store *store, int64_t since,
    void (*touched)(void *self, int64_t id, int64_t rev), void *self,
    tm_error *err);

/* The texts of a unit, good during the call. */
typedef struct tm_texts {
	int64_t id;
	tm_status status;
	bool codes;   /* some variant has inline codes */
	bool aligned; /* a confidence is known */
	bool machine; /* it may be machine-made */
	struct tm_text_in {
		tm_str lang; /* with a NUL behind it */
		tm_str text; /* with its codes: see tm/codes.h */
	} * v;
	size_t n, cap;
} tm_texts;

/* Hand over units lo < id <= hi, in order, until one is refused. */
bool tm_store_each_text(tm_store *store, int64_t lo, int64_t hi,
    bool (*unit)(void *self, const tm_texts *texts), void *self, tm_error *err);

/* Hand over what stands in lang at a place of a document, until text()
 * returns false; several units may stand there. (store_place.c) */
bool tm_store_texts_at(tm_store *store, tm_str document, int64_t position,
    tm_str lang, bool (*text)(void *self, tm_str text), void *self,
    tm_error *err);

/* ---- Units on their way into the index (store_early.c) ----------------- */

typedef struct tm_early tm_early;

/* A unit was added by this transaction, as one of many. */
void tm_early_add(tm_store *store, const tm_texts *texts);
/* Unit id is no longer what it was when it was added, if that was seen. */
void tm_early_spoil(tm_store *store, int64_t id);
/* Forget it all: it was rolled back, or is of no more use. */
void tm_early_drop(tm_store *store);

/* ---- Lookup (store_lookup.c) -------------------------------------------- */

/* May a text in lang stand where wanted (NULL: anything) is asked for, and
 * does it then cost a point? */
bool tm_store_serves(const char *wanted, const char *lang);
bool tm_store_other_region(const char *wanted, const char *lang);

void tm_lookup_free(struct tm_lookup *lookup);

/* ---- What a found unit is worth (store_rate.c) ------------------------- */

/* Is it the same text with the same codes? Before it has paid. */
bool tm_found_exact(const tm_query *query, const tm_found *found);
/* Take off what query says, and the points of the memory. */
void tm_found_pay(const tm_query *query, tm_found *found, int memory);
/* See whether its neighbours are those of the query; the place where they
 * are is then its first, in arena. */
void tm_found_place(
    tm_store *store, const tm_query *query, tm_found *found, tm_arena *arena);
/* Best first, for qsort(). */
int tm_found_order(const void *a, const void *b);

/* How often what somebody wrote to meanwhile is read again, where that cannot
 * be waited for: a memory that this user may not lock. */
enum { TM_READ_TRIES = 5 };

/* ---- The index (store_index.c) ----------------------------------------- */

typedef struct tm_index tm_index;

/* That of a memory, made when it is first asked for. */
tm_index *tm_index_of(tm_store *store);
void tm_index_free(tm_index *index);
void tm_index_forget(tm_index *index);
void tm_index_rolled_back(tm_index *index);
void tm_index_join(tm_index *index);

/* The folder its files are in; NULL: there are none yet. */
const char *tm_index_path(tm_index *index);

/* Map the files, before the snapshot is taken; then bring what they say up
 * to the snapshot. */
void tm_index_load(tm_index *index);
bool tm_index_refresh(tm_index *index, tm_error *err);

/* Who searches: gives each reading of the query analysed for a language
 * (NULL: there are no more), and hears of each hit, and which variant of its
 * unit it is (SIZE_MAX: any). */
typedef struct tm_index_asker {
	void *self;
	const tm_match_side *(*side)(
	    void *self, const char *base, size_t reading);
	void (*hit)(void *self, const tm_hit *hit, size_t nr);
} tm_index_asker;

bool tm_index_search(tm_index *index, const tm_query *query, tm_search *search,
    const tm_index_asker *asker, tm_error *err);
bool tm_index_check(tm_index *index, tm_error *err);

/* ---- The plain way (store_plain.c) ------------------------------------- */

/*
 * Compare everything with the query, as asker gives it, and tell near() of
 * asker->self of each variant whose tokens leave it query->min, some twice.
 * *plain (NULL at first) holds what was read, for the next query: some 80
 * bytes for each of three million segments at most. The first one costs the
 * analysis of every text, the others a comparison.
 */
struct tm_plain;

bool tm_plain_search(struct tm_plain **plain, tm_store *store,
    const tm_query *query, const tm_index_asker *asker,
    void (*near)(void *self, int64_t unit, size_t nr), tm_error *err);
void tm_plain_free(struct tm_plain *plain);

/*
 * Who asks the images something else: is given each that may have the
 * languages of query, with its language and a tm_find that says what of it
 * counts. After restart() all come again.
 */
typedef struct tm_index_finder {
	void *self;
	bool (*image)(void *self, tm_fuzzy *image, const char *base,
	    tm_find *find, tm_error *err);
	void (*restart)(void *self);
} tm_index_finder;

bool tm_index_find(tm_index *index, const tm_query *query,
    const tm_index_finder *finder, tm_error *err);

#endif

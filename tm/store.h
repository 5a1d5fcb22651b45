/*
 * store.h - a translation memory on disk
 *
 * One SQLite file; languages live side by side in it. Every change is in a
 * transaction: after a crash the file holds a prefix of whole transactions.
 *
 *	tm_store *store = tm_store_open("news.tm", TM_CREATE, &err);
 *
 *	if (store == NULL || !tm_store_begin(store, &err))
 *		...
 *	tm_store_add(store, &unit, &added, &err);
 *	tm_store_commit(store, &err);
 *	tm_store_close(store);
 *
 * A store belongs to one thread; open it once for each. Several processes
 * may read while one writes.
 */
#ifndef TM_STORE_H
#define TM_STORE_H

#include "tm/base.h"
#include "tm/filter.h"
#include "tm/match.h"
#include "tm/train.h"
#include "tm/unit.h"

TM_BEGIN_DECLS

typedef struct tm_store tm_store;

typedef enum tm_store_mode {
	TM_READ,  /* the file must exist, and is not written to */
	TM_WRITE, /* the file must exist */
	TM_CREATE /* made, with its folders, when it is not there */
} tm_store_mode;

/*
 * Open the memory at path. Returns NULL and sets err: TM_ABSENT (no such
 * file), TM_IO (a directory, no rights, a read-only place), TM_PARSE (not
 * a memory of ours, or damaged), TM_NEWER (made by a later version),
 * TM_BUSY (locked for longer than 10 s). The file is then as it was.
 */
tm_store *tm_store_open(const char *path, tm_store_mode mode, tm_error *err);
void tm_store_close(tm_store *store);
/* The same where what it was opened for has failed: a memory that was made
 * by opening it, and that nothing was ever stored in nor anybody else has
 * open, is gone then. */
void tm_store_abandon(tm_store *store);

/* A transaction. Without one, each tm_store_add() is its own. */
bool tm_store_begin(tm_store *store, tm_error *err);
bool tm_store_commit(tm_store *store, tm_error *err);
void tm_store_rollback(tm_store *store);

typedef enum tm_added {
	TM_ADDED,   /* new */
	TM_UPDATED, /* was there; something about it changed */
	TM_SAME	    /* was there; nothing changed */
} tm_added;

/*
 * Add unit. Two units are the same when their variants (language, text,
 * codes), tuid and context props are: the second is not stored again, but
 * what it knows better (a date, a confirmation, a confidence) is taken
 * over. added may be NULL. Fails with TM_INVALID (no variant, a text that
 * is not UTF-8), TM_IO, TM_BUSY.
 */
bool tm_store_add(
    tm_store *store, const tm_unit *unit, tm_added *added, tm_error *err);

/*
 * Change one unit. Each fails with TM_ABSENT when there is no unit with
 * that id, and is seen by the next lookup, also from another process.
 * tm_store_replace() puts unit in the place of the one with its id,
 * whole; tm_store_get() gives one, in arena.
 */
bool tm_store_set_status(
    tm_store *store, int64_t id, tm_status status, tm_error *err);
bool tm_store_replace(tm_store *store, const tm_unit *unit, tm_error *err);
bool tm_store_remove(tm_store *store, int64_t id, tm_error *err);
/* Replace it only if it still is what old says: somebody may have changed
 * it since that was read. Else fails with TM_BUSY. */
bool tm_store_replace_if(
    tm_store *store, const tm_unit *old, const tm_unit *unit, tm_error *err);
bool tm_store_get(tm_store *store, int64_t id, tm_arena *arena,
    const tm_unit **unit, tm_error *err);

/* ---- History ------------------------------------------------------------ */

/*
 * A transaction that changed something is an operation, and is written down
 * with it: who did what about what (a file, say) and when, in seconds since
 * 1970 (0: now). All is copied, may be NULL, and holds until the next call;
 * unsigned, an operation is a "change" by nobody.
 */
void tm_store_sign(tm_store *store, const char *who, const char *what,
    const char *about, int64_t at);

typedef struct tm_operation {
	int64_t id, at;
	tm_str who, what, about;
	int64_t first, last; /* ids of the units it added; 0: none */
	int64_t added, changed, removed;
	int64_t undoes; /* the operation it undid, or 0 */
	int64_t undone; /* the one that undid it: it is not in force */
} tm_operation;

/*
 * Tell of the operations, or of those that did something to unit (not 0),
 * the latest first, at most so many (0: all). The strings are good during
 * the call. Costs a look at each operation.
 */
bool tm_store_history(tm_store *store, int64_t unit, size_t most,
    bool (*tell)(void *self, const tm_operation *op, tm_error *err), void *self,
    tm_error *err);

/*
 * What unit id was before the operation, in arena; NULL when it was not
 * there, or the operation did nothing to it. Without *whole the variants
 * were not changed, and *unit has none.
 */
bool tm_store_before(tm_store *store, int64_t operation, int64_t id,
    tm_arena *arena, const tm_unit **unit, bool *whole, tm_error *err);

/*
 * Make every unit of an operation what it was before, byte for byte, and
 * say in *undone (strings in arena) which it was; operation 0 is the last
 * that is in force and undid nothing itself. It is an operation too, and can
 * be undone; so it must be the only change of its transaction. Fails with
 * TM_ABSENT (no such operation) and TM_INVALID (undone already; or a later
 * one in force changed a unit of it, and is named).
 */
bool tm_store_undo(tm_store *store, int64_t operation, tm_arena *arena,
    tm_operation *undone, tm_error *err);

/*
 * Forget what was done before a date (seconds since 1970, UTC): the units
 * stay as they are, but those operations can no longer be undone or looked
 * at. Never forgotten is the last one. *operations is how many went; where
 * much of the file is free then, it is written anew, *bytes smaller, which
 * needs as much room again and no other writer. dry: only count.
 */
bool tm_store_forget(tm_store *store, int64_t before, bool dry,
    int64_t *operations, int64_t *bytes, tm_error *err);

/* ---- What takes a while -------------------------------------------------- */

/*
 * From here on tell() hears, some times a second, how far long work with
 * store is: what it is ("making the index"), and the share that is done, 0 to
 * 1. Small work is not told. Where it returns false the work is given up, as
 * soon as that can be: within a moment where texts are read or pages are
 * copied, at the end of an image where the index is written; it may be asked
 * again until then. What was called then fails with TM_INVALID, and the memory
 * is as it was; an index that is not made is made by the next lookup. Called
 * from the thread that called; NULL: nobody is told.
 */
void tm_store_watch(tm_store *store,
    bool (*tell)(void *self, const char *what, double done), void *self);

/* ---- Files ------------------------------------------------------------- */

/*
 * What a file said of itself before its first unit (tm/format.h, header).
 * Units name their file in unit->file; what was known of a file with the
 * same name is replaced. Part of the transaction, if there is one.
 */
bool tm_store_set_header(
    tm_store *store, tm_str file, const tm_meta *meta, size_t n, tm_error *err);

/*
 * The header for a file that has all units of store: that of the file they
 * come from; where they come from several, the props and notes of all, each
 * once, and the attributes they agree in. In arena.
 */
bool tm_store_header(tm_store *store, tm_arena *arena, const tm_meta **meta,
    size_t *n, tm_error *err);

/* ---- Reading ------------------------------------------------------------ */

/* Hand every unit that passes filter (NULL: all) to sink, in the order
 * they were added. Memory does not grow with the store. */
bool tm_store_walk(tm_store *store, const tm_filter *filter,
    const tm_sink *sink, tm_error *err);

/*
 * The same for the units that have a place in a document, in the order of
 * their places, that place first among those of the unit; costs what it
 * finds. The document is the one at path, or, where none is there or path is
 * empty, the one with that name.
 */
bool tm_store_document(tm_store *store, tm_str name, tm_str path,
    const tm_sink *sink, tm_error *err);

/* Of the document that has this name, and no path, the path is found out;
 * nothing happens where there is none, or another lies there. */
bool tm_store_place_document(
    tm_store *store, tm_str name, tm_str path, tm_error *err);

/*
 * What comes before and after a variant of unit, in its own language: as
 * the props prev and next say, else in the units of the same document one
 * position before and after; empty where nothing is known. In arena. Costs
 * a look into an index for each side.
 */
bool tm_store_neighbours(tm_store *store, const tm_unit *unit, size_t variant,
    tm_arena *arena, tm_str *before, tm_str *after, tm_error *err);

/* What is in it. Strings live in the arena. */
typedef struct tm_store_lang {
	tm_str lang;
	size_t variants;
	bool is_source; /* of at least one unit */
} tm_store_lang;

typedef struct tm_store_info {
	size_t units;
	tm_store_lang *langs;
	size_t n_langs;
	uint64_t bytes;		  /* on disk */
	int64_t created, changed; /* first and last unit; 0 when unknown */
	int64_t written;	  /* when the file was last written to */
	int schema;
} tm_store_info;

bool tm_store_describe(
    tm_store *store, tm_arena *arena, tm_store_info *info, tm_error *err);

/*
 * Read all of it and hold it against itself: pages, tables, the hash of
 * every unit, and the index with its checksums. Fails with TM_PARSE and
 * the first thing that is wrong.
 */
bool tm_store_check(tm_store *store, tm_error *err);

/*
 * The same, and tell of everything that is wrong, each in a line of text
 * good during the call, until there are most (at least 1) of them. Returns
 * how many.
 */
size_t tm_store_faults(tm_store *store, size_t most,
    void (*tell)(void *self, const char *fault), void *self);

/*
 * Copy the memory as it is now to path, where nothing may be: whole,
 * verified and on the disk when this returns true, else not there. Others
 * may read and write meanwhile. The index is not copied: it is made again.
 */
bool tm_store_backup(tm_store *store, const char *path, tm_error *err);

/* ---- What it taught (store_lexicon.c) ---------------------------------- */

/*
 * A table of words that the pairs of a memory taught (tm/train.h), with
 * where it comes from. Strings live in the arena it was read into.
 */
typedef struct tm_store_lexicon {
	int64_t id;	 /* given by the store */
	tm_str from, to; /* general tags: "ar", "en" */
	int version;	 /* TM_TAUGHT_VERSION of who made it */
	int64_t trained; /* when */
	int64_t units;	 /* pairs of segments that taught it */
	int64_t whole;	 /* those it began with: the rest came later */
	int64_t last;	 /* the id of the newest unit that was looked at */
	/* Said by the store: units given an id since, units changed or
	 * removed since that it had looked at, words by side, their pairs. */
	int64_t newer, stale, words[2], word_pairs;
} tm_store_lexicon;

bool tm_store_lexicons(tm_store *store, tm_arena *arena,
    const tm_store_lexicon **v, size_t *n, tm_error *err);

/*
 * Keep what was taught in the place of what was there for these two
 * languages. The last id must have been asked for before the pairs were
 * read. Part of the transaction, if there is one; not of the history, for
 * it can be taught again.
 */
bool tm_store_put_lexicon(tm_store *store, const tm_store_lexicon *about,
    const tm_taught *taught, tm_error *err);

/*
 * Read a table: all of it (keys NULL), or what it says of the words keys of
 * side (0: from, 1: to), each once; that costs a look for each key.
 */
bool tm_store_get_lexicon(tm_store *store, int64_t id, int side,
    const tm_str *keys, size_t n_keys, tm_taught *taught, tm_error *err);

bool tm_store_drop_lexicon(tm_store *store, int64_t id, tm_error *err);

/*
 * Hand over the texts of every unit with an id above since that is in both
 * languages and not rejected, in order; weight is how likely the pair is
 * right. pair() returns false to stop, which is no failure. *last, which may
 * be NULL, gets the newest id there is.
 */
bool tm_store_pairs(tm_store *store, const char *from, const char *to,
    int64_t since,
    bool (*pair)(void *self, tm_str from, tm_str to, double weight), void *self,
    int64_t *last, tm_error *err);

/* Two languages that units are in, the first being their source's, without
 * regions, and how many units. Costs a look at each variant. */
typedef struct tm_store_languages {
	tm_str from, to;
	size_t units;
} tm_store_languages;

bool tm_store_language_pairs(tm_store *store, tm_arena *arena,
    const tm_store_languages **v, size_t *n, tm_error *err);

/* ---- Lookup ------------------------------------------------------------ */

/* Points that a found unit loses beside those for its text, 0 to 100. */
typedef struct tm_penalties {
	int spacing;	 /* nothing but white space differs: at least so
			  * many, and never less than 1 */
	int codes;	 /* inline codes differ: at least so many */
	int region;	 /* found ar-EG for ar-SY */
	int unconfirmed; /* aligned, and nobody looked at it */
	int machine;	 /* a machine's translation, and nobody confirmed it */
} tm_penalties;

extern const tm_penalties tm_penalties_default; /* 1 1 1 1 5 */

/*
 * What is looked for. Regions of a language stand in for each other: asked
 * for ar-SY, a unit in ar-EG is found with a point off ("region"), one in
 * ar without. A variant in "mul" or "und" may be in any language.
 */
typedef struct tm_query {
	tm_str text;
	const tm_code_at *codes; /* inline codes of text; NULL: none */
	size_t n_codes;
	const char *from; /* language of text; NULL: whatever matches */
	const char *to;	  /* language wanted; NULL: any other */
	int min;	  /* least match rate, 1 to 100 */
	size_t most;	  /* at most so many; 0: all */
	bool exact;	  /* only the same text with the same codes */
	bool plain;	  /* compare everything, without the index */
	/* The segments before and after text, and the name it has where it
	 * comes from; empty: not known, which costs nothing. */
	tm_str prev, next, id;
	const tm_penalties *penalties; /* NULL: tm_penalties_default */
	const tm_filter *filter;       /* only such units; NULL: any */
} tm_query;

/*
 * Beside what tm/match.h names, the ledger of a found unit may have rows
 * for each of tm_penalties: "spacing", "codes", "region", "not confirmed",
 * "machine-made", and "memory".
 *
 * What is 100 after that rises to 101 ("context", -1 point) where the
 * segment before or after it agrees with that of the query, to 102 ("id",
 * -1) where both do and the id. A unit's context is what props of OmegaT,
 * Trados, memoQ, MateCat, Phrase, XTM and Transifex say, and the units
 * beside it in its document; its id the tuid or a prop.
 */
typedef struct tm_found {
	tm_match match;	     /* how text differs from the answer's query */
	tm_str text;	     /* the matched variant, marked (tm/codes.h) */
	const tm_unit *unit; /* whole, in the arena */
	size_t from, to;     /* which variants: the matched, the translation */
	size_t memory;	     /* which of those looked in, from 0 */
	bool prev, next, id; /* which of the query's agree with the unit's */
} tm_found;

/* Start with = { 0 }; may be used again. */
typedef struct tm_answer {
	tm_str query; /* what was looked for, marked (tm/codes.h) */
	tm_found *v;
	size_t n, cap;
	tm_arena arena;
} tm_answer;

void tm_answer_release(tm_answer *answer);

/*
 * Put into answer every unit whose match rate with the query reaches min,
 * best first; of equal ones those in context, the confirmed, those of
 * memories named earlier, those with the finer score, the newest, the surer
 * pairs. Rejected units are not found. An answer without matches is not a
 * failure. A query of more than TM_MOST_QUERY bytes is refused with TM_LIMIT:
 * while it is compared it takes 300 times its size, and a second for each MB.
 */
#define TM_MOST_QUERY ((size_t)2 << 20)
bool tm_store_lookup(
    tm_store *store, const tm_query *query, tm_answer *answer, tm_error *err);

/*
 * The same in several memories at once. Those that come first go before
 * others in equal matches; penalty points are taken off what is found in a
 * memory ("memory" in the ledger).
 */
typedef struct tm_memory {
	tm_store *store;
	int penalty;
} tm_memory;

bool tm_lookup(const tm_memory *memories, size_t n, const tm_query *query,
    tm_answer *answer, tm_error *err);

/*
 * Look up with the index and by comparing everything, and set *same to
 * whether both gave the same answer; if not, differences (which may be
 * NULL) gets a line for each match that only one of them has.
 */
bool tm_store_verify(tm_store *store, const tm_query *query, bool *same,
    tm_buf *differences, tm_error *err);

/* ---- Words in a row ----------------------------------------------------- */

/*
 * What to look for in a concordance: words in a row, without regard to case,
 * marks and Arabic spelling. A "*" in a word stands for any letters, alone
 * for any word.
 */
typedef struct tm_phrase {
	tm_str text;
	const char *from, *to;	 /* as in tm_query */
	bool stems;		 /* other forms of the words, too */
	bool any_order;		 /* not in a row: all of them, somewhere */
	const tm_filter *filter; /* NULL: any unit */
	size_t most;		 /* at most so many; 0: all */
} tm_phrase;

/* Bytes start..end of a text. */
typedef struct tm_place {
	size_t start, end;
} tm_place;

/* A unit with the phrase in variant from, at n places. */
typedef struct tm_quote {
	const tm_unit *unit;
	size_t from, to;
	const tm_place *v;
	size_t n;
} tm_quote;

/*
 * Tell of every unit that has the phrase, the newest first, until quote()
 * returns false, which is then the result. Costs as much as reading the
 * segments with the rarest of the words; a "*" in a word, a look at every
 * different word, besides.
 */
bool tm_store_concordance(tm_store *store, const tm_phrase *phrase,
    bool (*quote)(void *self, const tm_quote *quote, tm_error *err), void *self,
    tm_error *err);

/*
 * A piece of a query that stands in a unit: bytes start..end of the query
 * are, but for case and spelling, at..at_end of variant from.
 */
typedef struct tm_piece {
	size_t start, end, at, at_end;
	const tm_unit *unit;
	size_t from, to, memory;
} tm_piece;

/* Start with = { 0 }; may be used again. */
typedef struct tm_pieces {
	tm_piece *v;
	size_t n, cap;
	tm_arena arena;
} tm_pieces;

void tm_pieces_release(tm_pieces *pieces);

/*
 * For a query that nothing matches: the longest rows of words that cover it
 * and stand in some unit, in the order of the query. Of query, text, from
 * and to count. Costs as much as reading the segments with its rarer words.
 */
bool tm_find_pieces(const tm_memory *memories, size_t n, const tm_query *query,
    tm_pieces *pieces, tm_error *err);

/*
 * Bring the index for lookups, which lies beside the memory in the folder
 * "NAME.index", up to date now. Nobody needs to: a lookup does it, and so
 * does closing a memory that was added to. The folder may be removed at
 * any time, and is made again. Where nothing can be written beside a large
 * memory it is below $XDG_CACHE_HOME/tmtool or ~/.cache/tmtool.
 */
bool tm_store_index(tm_store *store, tm_error *err);

/* The folder that the index is in, or NULL when there is none yet: small
 * memories have theirs in memory. Good until the store is closed. */
const char *tm_store_index_path(tm_store *store);

TM_END_DECLS

#endif

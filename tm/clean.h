/*
 * clean.h - which units of a memory are there for nothing
 *
 *	tm_cleaner *c = tm_cleaner_new(&what);
 *
 *	tm_store_walk(store, NULL, &first, &err);	tm_cleaner_see()
 *	tm_store_walk(store, NULL, &second, &err);	tm_cleaner_judge()
 *	removals = tm_cleaner_end(c, &n);
 *	for (i = 0; i < n; i++)
 *		tm_store_remove(store, removals[i].id, &err);
 *	tm_cleaner_free(c);
 *
 * Units are walked twice, in the same order: once to see how often each
 * thing is there and which of several is best, once to say which go. Of
 * several units one stays: the confirmed before the draft before the
 * rejected, then the surer, then the one changed last, then the older.
 *
 * A cleaner knows nothing of the store. It keeps about 100 bytes a unit,
 * and the texts of those that share a translation.
 */
#ifndef TM_CLEAN_H
#define TM_CLEAN_H

#include "tm/base.h"
#include "tm/filter.h"
#include "tm/unit.h"

TM_BEGIN_DECLS

/* What goes. All may be zero; a unit that does not pass filter stays
 * whatever else is said, and does not count as the one that another unit is
 * like. With nothing else asked for all that pass filter go. */
typedef struct tm_cleaning {
	bool duplicates;   /* same texts, codes and languages */
	bool inconsistent; /* other translations of a source */
	int near;	   /* same translation, sources that match so well, in
			      per cent; 0: no */
	unsigned checks;   /* bits of tm/check.h: units with findings */
	const tm_filter *filter; /* NULL: all */
} tm_cleaning;

/* A unit to take out, and why; stays is the one that is kept instead, or 0.
 * The strings are the cleaner's. */
typedef struct tm_removal {
	int64_t id, stays;
	tm_str reason, source, target;
} tm_removal;

typedef struct tm_cleaner tm_cleaner;

/* What cleaning points to must last as long as the cleaner. Never fails; the
 * caller frees the result. */
tm_cleaner *tm_cleaner_new(const tm_cleaning *cleaning);
void tm_cleaner_free(tm_cleaner *c);

/* The first walk. */
void tm_cleaner_see(tm_cleaner *c, const tm_unit *unit);

/* The second. */
void tm_cleaner_judge(tm_cleaner *c, const tm_unit *unit);

/*
 * What goes, by id, each unit once. Near duplicates are compared here: time
 * grows with the square of how many units share one translation, of which
 * at most 500 are looked at.
 */
const tm_removal *tm_cleaner_end(tm_cleaner *c, size_t *n);

TM_END_DECLS

#endif

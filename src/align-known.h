/* align-known.h - what is known of an alignment before it is made */
#ifndef SRC_ALIGN_KNOWN_H
#define SRC_ALIGN_KNOWN_H

#include "alignment.h"

/* For tm_align_options. Start with = { 0 }. */
struct known {
	tm_bead *fixed;
	size_t n_fixed, cap_fixed;
	tm_junction *junctions;
	size_t n_junctions, cap_junctions;
	size_t *alone[2]; /* sentences of a side that have no pair */
	size_t n_alone[2], cap_alone[2];
};

void known_release(struct known *k);

/* Bring fixed into order. */
void known_sort(struct known *k);

/* A pair is right; sentences of side d have none. */
void known_fix(
    struct known *k, size_t src, size_t n_src, size_t tgt, size_t n_tgt);
void known_leave_alone(struct known *k, int d, size_t first, size_t n);

/*
 * The pairs of an anchor file: "12<TAB>14", sentences counted from 1,
 * "12<TAB>-" for one that has none; or an alignment of a as align writes it,
 * a ladder, TSV or JSON. Complains of rows whose text stands several times;
 * fails on one whose text does not.
 */
bool read_anchors(struct known *k, const char *path, const struct alignment *a,
    tm_error *err);

/* Where both texts have a sentence that regex matches: a chapter begins. */
bool find_breaks(const struct tool *tool, struct known *k, const char *regex,
    const struct alignment *a, tm_error *err);

/* "1-1,1-2": types, into a growing array. */
bool read_types(
    const char *list, tm_bead_type **types, size_t *n, tm_error *err);

/* ---- What an earlier alignment of these texts left --------------------- */

struct earlier_unit {
	const tm_unit *unit;
	bool reviewed;	/* confirmed, or changed by somebody */
	bool ours;	/* by an alignment of the same two files */
	bool others;	/* by one of other files, which have its name */
	bool strange;	/* of these files when they had another text */
	bool used;	/* a pair of the new alignment is this one */
	bool stands[2]; /* its source, its target is there, if it is ours */
	/* What it is now, where it is used: its positions, in the arena of
	 * earlier, and how sure the best of them is. */
	int64_t *at;
	size_t n_at;
	double confidence;
};

struct earlier {
	tm_arena arena;
	struct earlier_unit *v;
	size_t n, cap;
	char texts[17]; /* what tells the two files */
	char *path;	/* where the source lies; NULL: nowhere */
	size_t strange; /* drafts of these files, but of other texts */
	/* By their texts: numbers into v, in a table. */
	uint32_t *slot;
	size_t n_slots;
};

/* How the memory changed. */
struct kept {
	size_t added, known, confirmed, removed, aside, strange;
};

/* Find it in store. Start with = { 0 }. */
bool earlier_load(struct earlier *e, tm_store *store, const struct alignment *a,
    tm_error *err);
void earlier_release(struct earlier *e);

/* Its reviewed pairs that still stand in both texts become fixed, where
 * they do not contradict what is known. */
void earlier_fix(
    const struct earlier *e, const struct alignment *a, struct known *k);

/*
 * Put the pairs of a, those at least so sure, in the place of the earlier
 * ones: in store, which has a transaction.
 */
bool earlier_replace(struct earlier *e, tm_store *store,
    const struct alignment *a, double least, struct kept *kept, tm_error *err);

#endif

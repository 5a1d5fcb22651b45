/*
 * store_layers_int.h - units touched lately, and segments in memory
 *
 * An index follows its memory in small steps. What each step adds is a layer:
 * a segment in memory, true as of the revision it was read in. Units that
 * were touched (changed or removed) later are dead in it, and alive, if they
 * are still there, in a layer above. store_index.c has two stacks of layers.
 */
#ifndef TM_STORE_LAYERS_INT_H
#define TM_STORE_LAYERS_INT_H

#include "tm/store_segment_int.h"

/* ---- Touches ----------------------------------------------------------- */

/* Ids of units, each with the revision that touched it last; start with
 * = { 0 }. */
typedef struct tm_touched {
	struct tm_touch {
		int64_t id; /* 0: free */
		int64_t rev;
	} * v;
	size_t n, size;
} tm_touched;

/* id > 0. A later call for the same id replaces what an earlier one said. */
void tm_touched_note(tm_touched *t, int64_t id, int64_t rev);
void tm_touched_clear(tm_touched *t);

/* The revision that touched id last; 0: none did. */
int64_t tm_touched_when(const tm_touched *t, int64_t id);
/* How many units were touched after rev; takes time linear in all. */
size_t tm_touched_after(const tm_touched *t, int64_t rev);
/* A unit touched last in rev, 0: none; takes time linear in all. */
int64_t tm_touched_in(const tm_touched *t, int64_t rev);

/* What was read in revision rev. It must not outlive touched. */
typedef struct tm_moment {
	const tm_touched *touched;
	int64_t rev;
} tm_moment;

/* Has the unit been touched after the moment, so that what was read of it
 * is out of date? And the opposite. They take a tm_moment, as tm_find and
 * tm_join want to call them. */
bool tm_moment_lost(void *moment, int64_t id);
bool tm_moment_holds(void *moment, int64_t id);

/* ---- Layers ------------------------------------------------------------ */

typedef struct tm_layer {
	tm_segment *seg;
	tm_moment read;
	size_t units;
} tm_layer;

/* The newest is last; start with = { .touched = ... }. */
typedef struct tm_layers {
	const tm_touched *touched;
	tm_layer *v;
	size_t n, cap;
} tm_layers;

/* Leaves the array itself: it is put to use again. */
void tm_layers_clear(tm_layers *l);
void tm_layers_release(tm_layers *l);

size_t tm_layers_units(const tm_layers *l);

/* Put seg, as of rev, on top. The layers own it. */
void tm_layers_add(tm_layers *l, tm_segment *seg, int64_t rev, size_t units);

/*
 * Put what g has on top, as of rev; g is then empty. Then join the top two
 * for as long as the lower one has at most three times the units of the
 * upper one: so there are few layers, and each unit moves only a few times.
 * The lowest ones, up to keep, are not joined. False when there is no memory.
 */
bool tm_layers_push(tm_layers *l, tm_growing *g, int64_t rev, size_t keep);

/* What is still true of each layer, into v, which has room for l->n. It is
 * good until the layers change. */
void tm_layers_current(const tm_layers *l, tm_join *v);

#endif

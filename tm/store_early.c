/*
 * store_early.c - units into the index while they are being added
 *
 * An import has every text in its hands when it stores it. Rather than
 * read it back for the index after the commit, it gives it to a crew of
 * threads (store_crew.c) there and then:
 *
 *	reads x.tsv, stores ------------------> commit   index
 *	      \ texts of en --> builder of en ---------> file
 *	      \ texts of ar --> builder of ar ---------> file
 *
 * The index takes what was built when it finds it to be true of the
 * snapshot it stands for, and reads the rest, or everything, as it would
 * have without it. Before the commit nobody else knows of it: a large import
 * cuts off a segment when it has enough units for one, in a file that is
 * given its name when the index takes it.
 */
#include "config.h"

#include "tm/store_folder_int.h"

#include <stdlib.h>

struct tm_early {
	tm_growing g;
	int64_t lo, hi;	   /* it has units lo < id <= hi */
	int64_t first;	   /* the segments cut off those from here on */
	tm_segment **segs; /* one after the other */
	size_t n_segs, cap_segs, n_taken;
	tm_folder *folder;
	int64_t rev;  /* when the first was added */
	bool spoiled; /* one of them is not what it was */
};

void
tm_early_drop(tm_store *store)
{
	tm_early *e = store->early;

	store->early = NULL;
	if (e == NULL)
		return;
	tm_crew_end(e->g.crew, false);
	e->g.crew = NULL;
	tm_growing_clear(&e->g);
	for (size_t i = e->n_taken; i < e->n_segs; i++) {
		tm_folder_drop_new(e->folder, e->segs[i]);
		tm_segment_free(e->segs[i]);
	}
	free(e->segs);
	tm_folder_free(e->folder);
	free(e);
}

/* What there is is a segment, and the next begins. */
static void
cut_segment(tm_store *store, tm_early *e)
{
	tm_segment_head h = { .lo = e->lo, .hi = e->hi, .rev = e->rev };
	tm_segment *s = NULL;
	char uuid[33];

	tm_growing_finish(&e->g);
	if (tm_store_uuid(store, uuid, NULL)) {
		memcpy(h.uuid, uuid, sizeof h.uuid);
		tm_segment_know(&h, store);
		s = tm_folder_write_new(e->folder, &e->g, &h);
	}
	tm_growing_clear(&e->g);
	/* Where it cannot be written, all will be read later. */
	if (s == NULL) {
		e->spoiled = true;
		return;
	}
	tm_grow(e->segs, e->n_segs, e->cap_segs);
	e->segs[e->n_segs++] = s;
	e->lo = e->hi;
	e->g.crew = tm_crew_new();
}

void
tm_early_add(tm_store *store, const tm_texts *texts)
{
	tm_early *e = store->early;
	int64_t last;

	/* Somebody else added units since. */
	if (e != NULL && texts->id != e->hi + 1) {
		tm_early_drop(store);
		e = NULL;
	}
	if (e == NULL) {
		e = store->early = tm_zalloc(1, sizeof *e);
		e->first = e->lo = e->hi = texts->id - 1;
		e->folder = tm_folder_new(store->path);
		tm_folder_watch(e->folder, &store->watch);
		e->spoiled = !tm_store_state(store, &last, &e->rev, NULL);
		e->g.crew = tm_crew_new();
	}
	e->hi = texts->id;
	if (e->spoiled)
		return;
	tm_growing_add(&e->g, texts);
	if ((int64_t)e->g.units >= tm_segment_limits.units ||
	    e->g.bytes >= tm_segment_limits.bytes)
		cut_segment(store, e);
}

void
tm_early_spoil(tm_store *store, int64_t id)
{
	if (store->early != NULL && id > store->early->first)
		store->early->spoiled = true;
}

static void
note_touched(void *self, int64_t id, int64_t rev)
{
	(void)rev;
	tm_early_spoil(self, id);
}

/* Is what was built true of the snapshot? */
static bool
is_true(tm_store *store, tm_early *e)
{
	return !e->spoiled &&
	       tm_store_each_touched(
		   store, e->rev, note_touched, store, NULL) &&
	       !e->spoiled;
}

bool
tm_early_take(
    tm_store *store, int64_t lo, int64_t hi, tm_growing *g, tm_error *err)
{
	tm_early *e = store->early;
	bool ok;

	if (e == NULL || e->n_taken < e->n_segs || e->lo < lo || e->hi > hi ||
	    e->hi - e->lo < (hi - lo) / 2 || !is_true(store, e)) {
		tm_early_drop(store);
		return false;
	}
	ok = tm_growing_read(&e->g, store, lo, e->lo, err) &&
	     tm_growing_read(&e->g, store, e->hi, hi, err);
	tm_growing_finish(&e->g);
	if (ok) {
		*g = e->g;
		e->g = (tm_growing){ 0 };
	}
	tm_early_drop(store);
	return ok;
}

tm_segment *
tm_early_take_segment(tm_store *store, int64_t lo, int64_t hi, int64_t *next)
{
	tm_early *e = store->early;
	const tm_segment_head *h;
	tm_segment *s;

	*next = hi;
	if (e == NULL || e->n_taken == e->n_segs)
		return NULL;
	s = e->segs[e->n_taken];
	h = tm_segment_about(s);
	if (h->lo < lo || h->hi > hi || !is_true(store, e)) {
		tm_early_drop(store);
		return NULL;
	}
	*next = h->lo;
	if (h->lo > lo)
		return NULL;
	e->n_taken++;
	tm_folder_adopt(e->folder, s);
	return s;
}

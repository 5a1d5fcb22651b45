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
 * have without it. Nothing of this is on the disk before the commit.
 */
#include "config.h"

#include "tm/store_segment_int.h"

#include <stdlib.h>

struct tm_early {
	tm_growing g;
	int64_t lo, hi; /* it has units lo < id <= hi */
	int64_t rev;	/* when the first was added */
	bool spoiled;	/* one of them is not what it was */
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
	free(e);
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
		e->lo = e->hi = texts->id - 1;
		e->spoiled = !tm_store_state(store, &last, &e->rev, NULL);
		e->g.crew = tm_crew_new();
	}
	e->hi = texts->id;
	if (!e->spoiled)
		tm_growing_add(&e->g, texts);
}

void
tm_early_spoil(tm_store *store, int64_t id)
{
	if (store->early != NULL && id > store->early->lo)
		store->early->spoiled = true;
}

static void
note_touched(void *self, int64_t id, int64_t rev)
{
	(void)rev;
	tm_early_spoil(self, id);
}

bool
tm_early_take(
    tm_store *store, int64_t lo, int64_t hi, tm_growing *g, tm_error *err)
{
	tm_early *e = store->early;
	bool ok;

	if (e == NULL || e->spoiled || e->lo < lo || e->hi > hi ||
	    e->hi - e->lo < (hi - lo) / 2 ||
	    !tm_store_each_touched(store, e->rev, note_touched, store, NULL) ||
	    e->spoiled) {
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

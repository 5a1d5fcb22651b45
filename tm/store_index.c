/*
 * store_index.c - the fuzzy indexes of a memory, beside it, always fresh
 *
 * SQLite is the truth. Segment files (store_folder.c), each with the images
 * (fuzzy.h) of all languages for a range of unit ids, are derived from it:
 *
 *	0-900000	units 1 to 900000, as of revision 3
 *	900000-904000	units 900001 to 904000, as of revision 7
 *	patch 3-12	units touched in revisions 4 to 12, as of 12
 *
 * What was added since is analysed when first looked up (the tail); what
 * was changed or removed since a segment was made is in the table touched:
 * such units are dead in the segments and, if they still exist, alive in
 * the patches. Tail and patches are small segments in memory, and two of
 * about one size become one: so an addition or a change is seen at once,
 * costs what it is worth, and nothing is rebuilt for it.
 *
 * A long tail becomes a file, and neighbours of about one size become one;
 * many patches become a file; and when a quarter of the units were touched
 * all is made one. A file counts when it belongs to this memory (uuid) in
 * this state (the hashes of some units, the one touched last), and is made
 * again when it does not. Where nothing can be written beside a memory, the
 * folder is among the caches of the user, or, for a small one, all this stays
 * in memory.
 */
#include "config.h"

#include "tm/store.h"

#include <stdlib.h>

#include "tm/store_folder_int.h"
#include "tm/store_layers_int.h"

enum { MANY = 20000 }; /* units worth a crew of threads */

struct tm_index {
	tm_store *store;
	tm_folder *folder;
	char uuid[33];
	bool placed;	       /* it is known where files are written */
	bool loaded, no_files; /* no_files: they are bad, and stay */
	tm_segment **segs;     /* in order of their ranges, without gaps */
	size_t n_segs, cap_segs;
	tm_layers tail; /* units after the last segment, up to hi */
	int64_t hi;
	tm_layers patches; /* units that were touched after their segment; the
			      first may be a file */
	bool patch_is_file, no_patch; /* no_patch: it was of another past */
	tm_touched touched;
	tm_moment untouched; /* holds for what is not in touched */
	struct fresh {
		int64_t *v;
		size_t n, cap;
	} fresh;	      /* those touched since the last patch: scratch */
	int64_t rev, since;   /* touched has the revisions since < r <= rev */
	bool uncommitted;     /* knows of what may yet be rolled back */
	tm_haystacks offered; /* of the last question: scratch */
};

/* ---- Files ------------------------------------------------------------- */

static int64_t
end_of_segments(const tm_index *x)
{
	return x->n_segs == 0 ? 0
			      : tm_segment_about(x->segs[x->n_segs - 1])->hi;
}

static void
keep_segment(tm_index *x, tm_segment *s)
{
	tm_grow(x->segs, x->n_segs, x->cap_segs);
	x->segs[x->n_segs++] = s;
}

/* Does the segment tell of this memory, in this state or an earlier one? */
static bool
belongs(tm_index *x, const tm_segment *s, int64_t last, int64_t rev)
{
	const tm_segment_head *h = tm_segment_about(s);

	return memcmp(h->uuid, x->uuid, sizeof h->uuid) == 0 && h->hi <= last &&
	       h->rev <= rev && tm_segment_knows(h, x->store);
}

/*
 * Map the segment files, one after the other. Whatever is wrong with one
 * ends the row there: the rest is made again.
 */
static void
load_files(tm_index *x)
{
	tm_segment *s;

	while ((s = tm_folder_open(x->folder, end_of_segments(x))) != NULL)
		keep_segment(x, s);
}

/* Map the patch file that goes farthest. */
static void
load_patch(tm_index *x)
{
	tm_segment *s = tm_folder_open_patch(x->folder);

	if (s == NULL)
		return;
	tm_layers_add(
	    &x->patches, s, tm_segment_about(s)->hi, tm_segment_units(s));
	x->patch_is_file = true;
}

/* ---- Writing segments -------------------------------------------------- */

static const tm_segment *
patch_file(const tm_index *x)
{
	return x->patch_is_file ? x->patches.v[0].seg : NULL;
}

/* Remove files that what we have makes superfluous. */
static void
clean_folder(const tm_index *x)
{
	tm_folder_sweep(x->folder, x->segs, x->n_segs, patch_file(x));
}

static tm_segment_head
head_for(tm_index *x, int64_t lo, int64_t hi, int64_t rev)
{
	tm_segment_head h = { .lo = lo, .hi = hi, .rev = rev };

	memcpy(h.uuid, x->uuid, sizeof h.uuid);
	tm_segment_know(&h, x->store);
	return h;
}

/* All of a segment file, but for the units that were touched since. */
static tm_join
untouched_of(tm_index *x, const tm_segment *s)
{
	return (tm_join){ s, tm_moment_holds, &x->untouched };
}

static int64_t
width(const tm_segment *s)
{
	return tm_segment_about(s)->hi - tm_segment_about(s)->lo;
}

/* The first of the last segments that are of about one size: none has more
 * than three times as many units as all behind it; and together at most so
 * many. */
static size_t
first_to_join(const tm_index *x, int64_t most)
{
	size_t i = x->n_segs;
	int64_t units = 0;
	uint64_t size = 0;

	for (; i > 0; i--) {
		const tm_segment *s = x->segs[i - 1];

		units += width(s);
		size += tm_segment_about(s)->size;
		if (i < x->n_segs &&
		    (width(s) > 3 * (units - width(s)) || units > most ||
			size > tm_segment_limits.size))
			break;
	}
	return i;
}

/* Make one of them: so each unit moves only a few times in its life, and there
 * are few segments. */
static void
join_last(tm_index *x, int64_t most)
{
	size_t first = first_to_join(x, most), n = x->n_segs - first;
	tm_segment *s;
	tm_segment_head h;
	tm_join *v;

	if (n < 2)
		return;
	/* It lacks all that is in touched. */
	h = *tm_segment_about(x->segs[x->n_segs - 1]);
	h.lo = tm_segment_about(x->segs[first])->lo;
	h.rev = x->since;
	/* One of every part, if there are so many. */
	for (size_t i = 1; i < TM_KNOWN; i++)
		h.known[i] = tm_segment_about(
		    x->segs[first +
			    (n - 1) * (TM_KNOWN - 1 - i) / (TM_KNOWN - 1)])
				 ->known[i];
	v = tm_alloc(n * sizeof *v);
	for (size_t i = 0; i < n; i++)
		v[i] = untouched_of(x, x->segs[first + i]);
	s = tm_folder_join(x->folder, v, n, &h, false);
	free(v);
	/* What cannot be joined stays as it is; a search sees why. */
	if (s == NULL)
		return;
	while (x->n_segs > first)
		tm_segment_free(x->segs[--x->n_segs]);
	keep_segment(x, s);
	clean_folder(x);
}

/* ---- Keeping up -------------------------------------------------------- */

tm_index *
tm_index_of(tm_store *store)
{
	tm_index *x = store->index;

	if (x != NULL)
		return x;
	x = store->index = tm_zalloc(1, sizeof *x);
	x->store = store;
	x->tail.touched = x->patches.touched = &x->touched;
	x->untouched = (tm_moment){ &x->touched, 0 };
	x->folder = tm_folder_new(store->path);
	tm_folder_watch(x->folder, &store->watch);
	return x;
}

/* As if nothing had been loaded yet. */
void
tm_index_forget(tm_index *x)
{
	if (x == NULL)
		return;
	for (size_t i = 0; i < x->n_segs; i++)
		tm_segment_free(x->segs[i]);
	x->n_segs = 0;
	tm_layers_clear(&x->tail);
	tm_layers_clear(&x->patches);
	x->patch_is_file = false;
	tm_touched_clear(&x->touched);
	x->uuid[0] = '\0';
	x->hi = x->rev = x->since = 0;
	x->loaded = x->uncommitted = false;
}

void
tm_index_free(tm_index *x)
{
	if (x == NULL)
		return;
	tm_index_forget(x);
	tm_layers_release(&x->tail);
	tm_layers_release(&x->patches);
	free(x->fresh.v);
	free(x->offered.v);
	free(x->offered.of);
	free(x->segs);
	tm_folder_free(x->folder);
	free(x);
}

/*
 * Where nobody can write beside the memory each process would have to make
 * the index anew: it is kept elsewhere, if that takes a while. MANY units are
 * indexed in a tenth of a second.
 */
static void
find_place(tm_index *x)
{
	int64_t last, rev;

	if (x->placed)
		return;
	x->placed = true;
	if (tm_folder_is_closed(x->folder) &&
	    tm_store_state(x->store, &last, &rev, NULL) && last > MANY &&
	    tm_store_uuid(x->store, x->uuid, NULL))
		tm_folder_keep(x->folder, x->uuid);
}

const char *
tm_index_path(tm_index *x)
{
	find_place(x);
	return tm_folder_path(x->folder);
}

/* Before the snapshot is taken: then no file can know more than it. */
void
tm_index_load(tm_index *x)
{
	if (!x->loaded)
		find_place(x);
	if (!x->loaded && !x->no_files)
		load_files(x);
	if (!x->loaded && !x->no_files && !x->no_patch)
		load_patch(x);
	x->loaded = true;
}

/* The patch file may stay if it begins where the segments end, and is not
 * of another past: the unit touched last is looked at when it is read. */
static void
trust_patch(tm_index *x, int64_t rev)
{
	const tm_segment_head *h;

	if (x->patches.n == 0)
		return;
	h = tm_segment_about(x->patches.v[0].seg);
	if (memcmp(h->uuid, x->uuid, sizeof h->uuid) == 0 &&
	    h->lo == x->since && h->hi <= rev)
		return;
	tm_layers_clear(&x->patches);
	x->patch_is_file = false;
}

/* Of what was loaded, keep what fits the memory as it is. */
static bool
trust_files(tm_index *x, int64_t last, int64_t rev, tm_error *err)
{
	size_t n = 0;

	if (x->uuid[0] == '\0' && !tm_store_uuid(x->store, x->uuid, err))
		return false;
	while (n < x->n_segs && belongs(x, x->segs[n], last, rev))
		n++;
	while (x->n_segs > n)
		tm_segment_free(x->segs[--x->n_segs]);
	x->hi = end_of_segments(x);
	x->rev = rev;
	for (size_t i = 0; i < n; i++)
		if (tm_segment_about(x->segs[i])->rev < x->rev)
			x->rev = tm_segment_about(x->segs[i])->rev;
	x->since = x->rev;
	trust_patch(x, rev);
	return true;
}

static void
note_touched(void *self, int64_t id, int64_t rev)
{
	tm_index *x = self;

	if (id <= 0)
		return;
	tm_touched_note(&x->touched, id, rev);
	if (x->patch_is_file) {
		const tm_segment_head *h =
		    tm_segment_about(x->patches.v[0].seg);

		if (rev == h->hi && id != h->last)
			x->no_patch = true;
		/* The patch has it. */
		if (rev <= h->hi)
			return;
	}
	tm_grow(x->fresh.v, x->fresh.n, x->fresh.cap);
	x->fresh.v[x->fresh.n++] = id;
}

static int
by_id(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The index cannot be made: there is no memory, or it was given up. */
static bool
not_made(tm_index *x, tm_error *err)
{
	if (x->store->watch.stopped)
		return tm_fail(err, TM_INVALID,
		    "the index of '%s' was not finished: interrupted",
		    x->store->path);
	return tm_fail(
	    err, TM_LIMIT, "no memory for the index of '%s'", x->store->path);
}

/* Read again what was touched from revision x->rev on, as one more patch. */
static bool
read_touched(tm_index *x, int64_t rev, tm_error *err)
{
	tm_growing g = { 0 };
	bool ok;

	if (rev == x->rev)
		return true;
	x->fresh.n = 0;
	ok = tm_store_each_touched(x->store, x->rev, note_touched, x, err);
	if (ok && x->patch_is_file && x->no_patch) {
		/* Without it, then. */
		tm_index_forget(x);
		return tm_index_refresh(x, err);
	}
	x->rev = rev;
	if (x->fresh.n > 1)
		qsort(x->fresh.v, x->fresh.n, sizeof *x->fresh.v, by_id);
	for (size_t i = 0; ok && i < x->fresh.n; i++) {
		int64_t id = x->fresh.v[i];

		if (i % 1024 == 0 && x->fresh.n > MANY &&
		    !tm_watch_tell(&x->store->watch, TM_INDEX_MADE,
			(double)i / (double)x->fresh.n))
			ok = not_made(x, err);
		else if (i == 0 || id != x->fresh.v[i - 1])
			ok = tm_growing_read(&g, x->store, id - 1, id, err);
	}
	if (ok && !tm_layers_push(&x->patches, &g, rev, x->patch_is_file))
		ok = not_made(x, err);
	tm_growing_clear(&g);
	if (!ok)
		tm_index_forget(x);
	return ok;
}

/* How much of the units first to last are those before id. */
static double
share(int64_t first, int64_t id, int64_t last)
{
	return (double)(id - first) / (double)(last - first);
}

/* Make a segment of units after the last one, up to last if they are not
 * too many. It is a part of what began with first. */
static tm_segment *
make_segment(tm_index *x, int64_t first, int64_t last, tm_error *err)
{
	int64_t lo = end_of_segments(x), next;
	tm_segment *s = tm_early_take_segment(x->store, lo, last, &next);
	double from = share(first, lo, last), to;
	tm_growing g = { 0 };
	tm_segment_head h;
	bool ok;

	if (s != NULL)
		return s;
	ok = next == last && tm_early_take(x->store, lo, last, &g, NULL);
	if (!ok) {
		if (next - lo > tm_segment_limits.units)
			next = lo + tm_segment_limits.units;
		/* To read takes as long as to write. */
		to = (from + share(first, next, last)) / 2;
		tm_watch_part(&x->store->watch, from, to);
		from = to;
		ok = next - lo > MANY
			 ? tm_growing_read_many(&g, x->store, lo, next, err)
			 : tm_growing_read(&g, x->store, lo, next, err);
	}
	h = head_for(x, lo, next, x->rev);
	tm_watch_part(&x->store->watch, from, share(first, next, last));
	if (ok) {
		s = tm_folder_write(x->folder, &g, &h, false);
		if (s == NULL)
			not_made(x, err);
	}
	tm_growing_clear(&g);
	return s;
}

/* Make segments of all units after the last one. */
static bool
freeze_tail(tm_index *x, int64_t last, tm_error *err)
{
	int64_t first = end_of_segments(x);
	tm_segment *s = NULL;

	tm_layers_clear(&x->tail);
	while (end_of_segments(x) < last) {
		s = make_segment(x, first, last, err);
		if (s == NULL)
			break;
		keep_segment(x, s);
	}
	tm_watch_part(&x->store->watch, 0, 1);
	if (end_of_segments(x) < last)
		return false;
	clean_folder(x);
	x->hi = last;
	/* Nobody who looks something up waits for more. */
	join_last(x, tm_segment_limits.units);
	return true;
}

/* Read units up to last into the tail, or, when it gets long, into a
 * segment. A transaction of ours may yet be rolled back, and is seen by
 * nobody else. */
static bool
read_tail(tm_index *x, int64_t last, tm_error *err)
{
	tm_growing g = { 0 };
	bool ok;

	if (last == x->hi)
		return true;
	if (last - end_of_segments(x) > (int64_t)tm_segment_limits.tail &&
	    !x->store->in_transaction) {
		ok = freeze_tail(x, last, err);
	} else {
		ok = tm_growing_read(&g, x->store, x->hi, last, err);
		if (ok && !tm_layers_push(&x->tail, &g, x->rev, 0))
			ok = not_made(x, err);
		tm_growing_clear(&g);
	}
	if (ok)
		x->hi = last;
	else
		tm_index_forget(x);
	return ok;
}

/* Make one of all patches, and a file. */
static bool
freeze_patches(tm_index *x)
{
	tm_segment_head h = { .lo = x->since, .hi = x->rev, .rev = x->rev };
	tm_join *v = tm_alloc(x->patches.n * sizeof *v);
	size_t units = tm_layers_units(&x->patches);
	tm_segment *s;

	memcpy(h.uuid, x->uuid, sizeof h.uuid);
	/* Who was touched last tells this past from another. */
	h.last = tm_touched_in(&x->touched, x->rev);
	tm_layers_current(&x->patches, v);
	s = tm_folder_join(x->folder, v, x->patches.n, &h, true);
	free(v);
	if (s == NULL)
		return false;
	tm_layers_clear(&x->patches);
	tm_layers_add(&x->patches, s, x->rev, units);
	x->patch_is_file = true;
	clean_folder(x);
	return true;
}

/* Forget all segments and patches, being as of now. */
static void
drop_segments(tm_index *x)
{
	for (size_t i = 0; i < x->n_segs; i++)
		tm_segment_free(x->segs[i]);
	x->n_segs = 0;
	tm_layers_clear(&x->patches);
	x->patch_is_file = false;
	tm_touched_clear(&x->touched);
	x->since = x->rev;
}

/* Make one segment of everything, without what was touched, and with it as
 * it is now; where that would be too much for one, read all again. */
static bool
compact(tm_index *x, tm_error *err)
{
	tm_segment_head h = head_for(x, 0, x->hi, x->rev);
	size_t most = x->n_segs + x->patches.n, n = 0;
	uint64_t size = 0;
	tm_segment *s;
	tm_join *v;

	for (size_t i = 0; i < x->n_segs; i++)
		size += tm_segment_about(x->segs[i])->size;
	if (x->hi > tm_segment_limits.joined || size > tm_segment_limits.size) {
		drop_segments(x);
		return freeze_tail(x, x->hi, err);
	}
	v = tm_alloc(most * sizeof *v);
	for (; n < x->n_segs; n++)
		v[n] = untouched_of(x, x->segs[n]);
	tm_layers_current(&x->patches, v + n);
	s = tm_folder_join(x->folder, v, most, &h, false);
	free(v);
	/* What is there serves as well. */
	if (s == NULL)
		return true;
	drop_segments(x);
	keep_segment(x, s);
	clean_folder(x);
	return true;
}

/* How many units were touched that the patch file, if any, lacks. A removed
 * one is in no patch, but must be read about by every new process, too. */
static size_t
waiting(const tm_index *x)
{
	int64_t rev = x->patch_is_file ? x->patches.v[0].read.rev : x->since;

	return tm_touched_after(&x->touched, rev);
}

/*
 * Bring the index up to the snapshot that is open.
 */
bool
tm_index_refresh(tm_index *x, tm_error *err)
{
	int64_t last, rev;

	x->store->watch.stopped = false;
	if (!tm_store_state(x->store, &last, &rev, err))
		return false;
	/* Another file has taken its place, or a rollback undid what we
	 * know: begin again. */
	if (last < x->hi || rev < x->rev)
		tm_index_forget(x);
	if (x->hi == 0) {
		tm_index_load(x);
		if (!trust_files(x, last, rev, err))
			return false;
	}
	if (last == x->hi && rev == x->rev)
		return true;
	if (!read_touched(x, rev, err) || !read_tail(x, last, err))
		return false;
	if (x->store->in_transaction) {
		x->uncommitted = true;
		return true;
	}
	if (x->touched.n > tm_segment_limits.tail && x->n_segs > 0 &&
	    x->touched.n > (size_t)x->hi / 4) {
		if ((x->tail.n > 0 && !freeze_tail(x, x->hi, err)) ||
		    !compact(x, err)) {
			tm_index_forget(x);
			return false;
		}
	} else if (!x->no_patch && x->touched.n > tm_segment_limits.tail &&
		   waiting(x) > tm_segment_limits.tail &&
		   waiting(x) > tm_layers_units(&x->patches) / 4)
		/* When it fails, what is in memory serves as well. */
		freeze_patches(x);
	return true;
}

/* Join large segments, too: it takes longer than all else here. */
void
tm_index_join(tm_index *x)
{
	if (x->loaded && !x->uncommitted)
		join_last(x, tm_segment_limits.joined);
}

/* What was seen in a transaction is gone with it. */
void
tm_index_rolled_back(tm_index *x)
{
	if (x != NULL && x->uncommitted)
		tm_index_forget(x);
}

/* ---- Questions --------------------------------------------------------- */

/* Each segment in turn, with the moment it was read, until one says no. */
static bool
each_segment(tm_index *x,
    bool (*segment)(void *self, tm_segment *s, tm_moment *read), void *self)
{
	/* Of what was touched at all the patches know more. */
	for (size_t i = 0; i < x->n_segs; i++)
		if (!segment(self, x->segs[i], &x->untouched))
			return false;
	for (size_t i = 0; i < x->tail.n; i++)
		if (!segment(self, x->tail.v[i].seg, &x->untouched))
			return false;
	for (size_t i = 0; i < x->patches.n; i++)
		if (!segment(self, x->patches.v[i].seg, &x->patches.v[i].read))
			return false;
	return true;
}

/* A damaged file is removed and made again, and the question put anew. */
static bool
put_again(tm_index *x, tm_error *err)
{
	if (!tm_folder_remove(x->folder, x->segs, x->n_segs, patch_file(x)))
		x->no_files = true;
	tm_index_forget(x);
	return tm_index_refresh(x, err);
}

enum { TRIES = 3 };

/* What is near? */
typedef struct near {
	tm_index *index;
	const tm_query *query;
	const tm_index_asker *asker;
} near;

static bool
offer(void *self, tm_segment *s, tm_moment *read)
{
	const near *a = self;
	bool any = a->index->touched.n > 0;

	tm_segment_offer(s, a->query, a->asker, any ? tm_moment_lost : NULL,
	    read, &a->index->offered);
	return true;
}

bool
tm_index_search(tm_index *x, const tm_query *query, tm_search *search,
    const tm_index_asker *asker, tm_error *err)
{
	tm_haystacks *in = &x->offered;
	tm_error inner;

	for (int tries = 1;; tries++) {
		in->n = 0;
		each_segment(x, offer, &(near){ x, query, asker });
		if (tm_fuzzy_search(search, in->v, in->n, &inner))
			break;
		if (tries == TRIES)
			return tm_fail(err, inner.code, "%s", inner.msg);
		if (!put_again(x, err))
			return false;
	}
	for (size_t i = 0; i < search->n; i++) {
		const tm_hit *hit = &search->hits[i];

		if (hit->most >= search->floor)
			asker->hit(asker->self, hit,
			    tm_segment_variant(in->of[hit->in], hit->label));
	}
	return true;
}

/* Or what it wants to know. */
typedef struct finding {
	tm_index *index;
	const tm_query *query;
	const tm_index_finder *finder;
	tm_error *err;
} finding;

static bool
find_in(void *self, tm_segment *s, tm_moment *read)
{
	const finding *f = self;
	bool any = f->index->touched.n > 0;
	tm_find find = { .dead = any ? tm_moment_lost : NULL,
		.dead_self = read };

	return tm_segment_find(s, f->query, &find, f->finder, f->err);
}

bool
tm_index_find(tm_index *x, const tm_query *query, const tm_index_finder *finder,
    tm_error *err)
{
	tm_error inner;
	finding f = { x, query, finder, &inner };

	for (int tries = 1;; tries++) {
		finder->restart(finder->self);
		if (each_segment(x, find_in, &f))
			return true;
		if (inner.code != TM_PARSE || tries == TRIES)
			return tm_fail(err, inner.code, "%s", inner.msg);
		if (!put_again(x, err))
			return false;
	}
}

/* Hold every file against its checksum. */
bool
tm_index_check(tm_index *x, tm_error *err)
{
	for (size_t i = 0; i < x->n_segs; i++)
		if (!tm_segment_check(x->segs[i], err))
			return false;
	for (size_t i = 0; i < x->patches.n; i++)
		if (!tm_segment_check(x->patches.v[i].seg, err))
			return false;
	return true;
}

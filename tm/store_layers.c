/*
 * store_layers.c - units touched lately, and segments in memory
 *
 * Each layer has more than three times the units of the one above. What
 * would break this is joined:
 *
 *	40 10 3, and 2 more:  40 10 3 2  ->  40 10 5  ->  40 15  ->  55
 *	50 10 2, and 1 more:  50 10 2 1  ->  50 10 3
 *
 * so n units are in log3(n) layers at most, and each has been joined about as
 * often.
 */
#include "config.h"

#include "tm/store_layers_int.h"

#include <stdlib.h>

/* ---- Touches ----------------------------------------------------------- */

/* Where id is, or would be: the table is never full. */
static size_t
slot_of(const tm_touched *t, int64_t id)
{
	size_t at = (size_t)((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 20);

	for (at &= t->size - 1; t->v[at].id != 0 && t->v[at].id != id;)
		at = (at + 1) & (t->size - 1);
	return at;
}

static void
make_room(tm_touched *t)
{
	tm_touched more = { .n = t->n,
		.size = t->size == 0 ? 64 : 2 * t->size };

	more.v = tm_zalloc(more.size, sizeof *more.v);
	for (size_t i = 0; i < t->size; i++)
		if (t->v[i].id != 0)
			more.v[slot_of(&more, t->v[i].id)] = t->v[i];
	free(t->v);
	*t = more;
}

void
tm_touched_note(tm_touched *t, int64_t id, int64_t rev)
{
	size_t at;

	if (2 * (t->n + 1) > t->size)
		make_room(t);
	at = slot_of(t, id);
	t->n += t->v[at].id == 0;
	t->v[at] = (struct tm_touch){ id, rev };
}

void
tm_touched_clear(tm_touched *t)
{
	free(t->v);
	*t = (tm_touched){ 0 };
}

int64_t
tm_touched_when(const tm_touched *t, int64_t id)
{
	const struct tm_touch *found;

	if (t->n == 0)
		return 0;
	found = &t->v[slot_of(t, id)];
	return found->id == id ? found->rev : 0;
}

size_t
tm_touched_after(const tm_touched *t, int64_t rev)
{
	size_t n = 0;

	for (size_t i = 0; i < t->size; i++)
		n += t->v[i].id != 0 && t->v[i].rev > rev;
	return n;
}

int64_t
tm_touched_in(const tm_touched *t, int64_t rev)
{
	for (size_t i = 0; i < t->size; i++)
		if (t->v[i].id != 0 && t->v[i].rev == rev)
			return t->v[i].id;
	return 0;
}

bool
tm_moment_lost(void *moment, int64_t id)
{
	const tm_moment *then = moment;

	return tm_touched_when(then->touched, id) > then->rev;
}

bool
tm_moment_holds(void *moment, int64_t id)
{
	return !tm_moment_lost(moment, id);
}

/* ---- Layers ------------------------------------------------------------ */

void
tm_layers_clear(tm_layers *l)
{
	for (size_t i = 0; i < l->n; i++)
		tm_segment_free(l->v[i].seg);
	l->n = 0;
}

void
tm_layers_release(tm_layers *l)
{
	tm_layers_clear(l);
	free(l->v);
	*l = (tm_layers){ .touched = l->touched };
}

size_t
tm_layers_units(const tm_layers *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += l->v[i].units;
	return n;
}

void
tm_layers_add(tm_layers *l, tm_segment *seg, int64_t rev, size_t units)
{
	tm_grow(l->v, l->n, l->cap);
	l->v[l->n++] = (tm_layer){ seg, { l->touched, rev }, units };
}

static void
current_of(tm_layer *layers, size_t n, tm_join *v)
{
	for (size_t i = 0; i < n; i++)
		v[i] = (tm_join){ layers[i].seg, tm_moment_holds,
			&layers[i].read };
}

void
tm_layers_current(const tm_layers *l, tm_join *v)
{
	current_of(l->v, l->n, v);
}

/* Make one of the top two. */
static bool
join_top(tm_layers *l)
{
	tm_layer *low = &l->v[l->n - 2], *high = &l->v[l->n - 1];
	tm_segment_head h = { .rev = high->read.rev, .hi = INT64_MAX };
	size_t units = low->units + high->units;
	tm_segment *s;
	tm_join v[2];

	current_of(low, 2, v);
	s = tm_segment_join(v, 2, &h);
	if (s == NULL)
		return false;
	tm_segment_free(low->seg);
	tm_segment_free(high->seg);
	l->n -= 2;
	tm_layers_add(l, s, h.rev, units);
	return true;
}

bool
tm_layers_push(tm_layers *l, tm_growing *g, int64_t rev, size_t keep)
{
	tm_segment_head h = { .rev = rev, .hi = INT64_MAX };
	size_t units = g->units;

	if (units > 0) {
		tm_segment *s = tm_segment_from(g, &h);

		if (s == NULL)
			return false;
		tm_layers_add(l, s, rev, units);
	}
	tm_growing_clear(g);
	while (l->n >= keep + 2 &&
	       l->v[l->n - 2].units <= 3 * l->v[l->n - 1].units)
		if (!join_top(l))
			return false;
	return true;
}

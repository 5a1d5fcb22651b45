/*
 * fuzzy.c - find the segments near a query, without missing one
 *
 * A look into each image (fuzzy_look.c) tells which of its segments are worth
 * trying, and the best score that each can have. Those of all images are
 * then tried (fuzzy_try.c), the likeliest first:
 *
 *	bound	image 1		image 2		image 3
 *	.98	#17
 *	.91			#4051
 *	.90	#302				#12
 *	...
 *
 * As the best come in, the least score rises, and what is below it in any
 * image need not be tried.
 */
#include "config.h"

#include "tm/fuzzy.h"

#include <stdlib.h>

#include "tm/fuzzy_look_int.h"

enum { STEPS = 200 }; /* bounds are sorted by half per cents */

/* A segment that is worth trying. */
typedef struct worth {
	uint32_t look, at, step;
} worth;

struct tm_fuzzy_scratch {
	tm_asked *asked; /* the different queries */
	size_t n_asked, cap_asked;
	tm_look *looks; /* one into each image */
	size_t n_looks, cap_looks;
	worth *worth;
	size_t n_worth, cap_worth;
	const worth **sorted;
	size_t cap_sorted;
};

static bool
damaged(tm_error *err)
{
	return tm_fail(err, TM_PARSE, "the index is damaged");
}

static void
free_scratch(struct tm_fuzzy_scratch *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < w->cap_asked; i++)
		tm_asked_release(&w->asked[i]);
	for (size_t i = 0; i < w->cap_looks; i++)
		tm_look_release(&w->looks[i]);
	free(w->asked);
	free(w->looks);
	free(w->worth);
	free(w->sorted);
	free(w);
}

/* ---- Looking ----------------------------------------------------------- */

/* Hash each query once, however many images it is looked for in. */
static tm_asked *
asked_for(struct tm_fuzzy_scratch *w, const tm_match_side *side)
{
	for (size_t i = 0; i < w->n_asked; i++)
		if (w->asked[i].side == side)
			return &w->asked[i];
	tm_asked_set(&w->asked[w->n_asked], side);
	return &w->asked[w->n_asked++];
}

/* Grow v, which has cap of size, for n; what is new is 0. */
static void *
room_for(void *v, size_t *cap, size_t n, size_t size)
{
	size_t before = *cap;

	if (n <= before)
		return v;
	*cap = n < 2 * before ? 2 * before : n;
	v = tm_realloc(v, *cap, size);
	memset((char *)v + before * size, 0, (*cap - before) * size);
	return v;
}

/* One step of looks first to last. */
static bool
take_step(struct tm_fuzzy_scratch *w, int step, size_t first, size_t last)
{
	for (size_t i = first; i < last; i++)
		if (!tm_look_steps[step](&w->looks[i]))
			return false;
	return true;
}

static bool
start_looks(struct tm_fuzzy_scratch *w, const tm_haystack *in, size_t n)
{
	w->n_asked = 0;
	w->asked = room_for(w->asked, &w->cap_asked, n, sizeof *w->asked);
	w->looks = room_for(w->looks, &w->cap_looks, n, sizeof *w->looks);
	w->n_looks = n;
	for (size_t i = 0; i < n; i++)
		tm_look_start(
		    &w->looks[i], in[i].index, asked_for(w, in[i].query));
	return take_step(w, TM_LOOK_KEYS, 0, n) &&
	       take_step(w, TM_LOOK_LISTS, 0, n);
}

/* Choose what to read in looks first to last. */
static bool
aim(struct tm_fuzzy_scratch *w, double least, size_t first, size_t last)
{
	for (size_t i = first; i < last; i++)
		tm_look_aim(&w->looks[i], least);
	return take_step(w, TM_LOOK_RANGES, first, last) &&
	       take_step(w, TM_LOOK_CUT, first, last);
}

/* ---- What is worth trying ---------------------------------------------- */

/* Who is told of what is worth trying in an image. */
typedef struct listener {
	struct tm_fuzzy_scratch *w;
	uint32_t look;
} listener;

static void
note_worth(void *self, uint32_t at, double bound)
{
	const listener *l = self;
	struct tm_fuzzy_scratch *w = l->w;

	tm_grow(w->worth, w->n_worth, w->cap_worth);
	w->worth[w->n_worth++] =
	    (worth){ l->look, at, STEPS - (uint32_t)(bound * STEPS) };
}

static void
forget_worth(struct tm_fuzzy_scratch *w)
{
	for (size_t i = 0; i < w->n_worth; i++)
		tm_look_forget(&w->looks[w->worth[i].look], w->worth[i].at);
	w->n_worth = 0;
}

static void
hear_of_worth(struct tm_fuzzy_scratch *w, size_t first, size_t last)
{
	for (size_t i = first; i < last; i++)
		tm_look_tell(
		    &w->looks[i], note_worth, &(listener){ w, (uint32_t)i });
}

/* Sort what is worth trying, from the one given on, into steps by its bounds.
 * end[s] is where step s ends in sorted; steps go down. */
static void
sort_worth(struct tm_fuzzy_scratch *w, size_t first, size_t end[STEPS + 1])
{
	size_t start[STEPS + 1], n = 0;

	memset(start, 0, sizeof start);
	for (size_t i = first; i < w->n_worth; i++)
		start[w->worth[i].step]++;
	for (int k = 0; k <= STEPS; k++) {
		size_t count = start[k];

		start[k] = n;
		n += count;
		end[k] = n;
	}
	tm_grow_to(w->sorted, n, w->cap_sorted);
	for (size_t i = first; i < w->n_worth; i++)
		w->sorted[start[w->worth[i].step]++] = &w->worth[i];
}

/* ---- The best so far --------------------------------------------------- */

static void
start_over(tm_search *s)
{
	s->n = s->n_seen = 0;
	s->floor = s->min;
	memset(s->tally, 0, sizeof s->tally);
	if (s->cap_seen > 0)
		memset(s->seen, 0, s->cap_seen * sizeof *s->seen);
	if (s->scratch == NULL)
		s->scratch = tm_zalloc(1, sizeof *s->scratch);
	forget_worth(s->scratch);
}

void
tm_search_release(tm_search *s)
{
	free_scratch(s->scratch);
	free(s->hits);
	free(s->seen);
	*s = (tm_search){ 0 };
}

/* Is this the first hit with this id? Ids are never 0. */
static bool
first_time(tm_search *s, int64_t id)
{
	size_t at;

	if (2 * (s->n_seen + 1) > s->cap_seen) {
		size_t old = s->cap_seen;
		int64_t *before = s->seen;

		s->cap_seen = old == 0 ? 32 : 2 * old;
		s->seen = tm_zalloc(s->cap_seen, sizeof *s->seen);
		s->n_seen = 0;
		for (size_t i = 0; i < old; i++)
			if (before[i] != 0)
				first_time(s, before[i]);
		free(before);
	}
	at = (size_t)((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 32);
	for (at &= s->cap_seen - 1; s->seen[at] != 0;
	     at = (at + 1) & (s->cap_seen - 1))
		if (s->seen[at] == id)
			return false;
	s->seen[at] = id;
	s->n_seen++;
	return true;
}

/*
 * When most units are sure of a rate of r or more, what cannot reach r is
 * not among the best. Units that reach it stay in: dates and confirmations
 * decide between them later.
 */
static void
raise_floor(tm_search *s, const tm_hit *hit)
{
	size_t sure = 0;

	if (s->most == 0 || hit->least < 0 || !first_time(s, hit->id))
		return;
	s->tally[hit->least]++;
	for (int r = 100; r > s->floor; r--) {
		sure += s->tally[r];
		if (sure >= s->most) {
			s->floor = r;
			break;
		}
	}
}

static void
add_hit(tm_search *s, tm_hit hit, const tm_fuzzy_rule *rule)
{
	int rate = tm_match_rate(hit.score);

	hit.least = (int16_t)(rate - rule->most);
	hit.most =
	    (int16_t)((hit.score >= 1 - 1e-9 ? 100 : rate) - rule->least);
	if (hit.least < 0)
		hit.least = 0;
	if (hit.most < s->floor)
		return;
	tm_grow(s->hits, s->n, s->cap);
	s->hits[s->n++] = hit;
	raise_floor(s, &hit);
}

/* The least score that gives this rate after so many points off. */
static double
score_for(int rate)
{
	return (rate > 100 ? 2 : rate / 100.) - 1e-9;
}

/* ---- Trying ------------------------------------------------------------ */

static bool
try_one(tm_search *s, const tm_haystack *in, const worth *t)
{
	static const tm_fuzzy_rule none;
	const tm_fuzzy_rule *rule = &none;
	tm_look *look = &s->scratch->looks[t->look];
	const tm_haystack *h = &in[t->look];
	tm_hit hit = { .id = look->x->head->base + look->x->id[t->at],
		.label = look->x->brief[t->at].label,
		.in = t->look };
	double least;

	if (h->rules != NULL) {
		if (hit.label >= h->n_rules || h->rules[hit.label].skip)
			return true;
		rule = &h->rules[hit.label];
	}
	least = score_for(s->floor + rule->least);
	if (!tm_try(look, t->at, least, h->dead, h->self, &hit.score))
		return false;
	if (hit.score >= 0)
		add_hit(s, hit, rule);
	return true;
}

/* Those that will be tried soon, of n in all. */
static void
ask_for_next(struct tm_fuzzy_scratch *w, size_t i, size_t n)
{
	if (i + 8 < n)
		tm_try_soon(
		    &w->looks[w->sorted[i + 8]->look], w->sorted[i + 8]->at);
	if (i + 4 < n)
		tm_try_sooner(
		    &w->looks[w->sorted[i + 4]->look], w->sorted[i + 4]->at);
}

/* Try what is worth it, from the one given on. */
static bool
try_worth(tm_search *s, const tm_haystack *in, size_t first)
{
	struct tm_fuzzy_scratch *w = s->scratch;
	size_t end[STEPS + 1], i = 0;

	sort_worth(w, first, end);
	for (int k = 0; k <= STEPS; k++) {
		if ((STEPS - k + 1.) / STEPS < score_for(s->floor))
			break;
		for (; i < end[k]; i++) {
			ask_for_next(w, i, end[STEPS]);
			if (!try_one(s, in, w->sorted[i]))
				return false;
		}
	}
	return true;
}

size_t tm_fuzzy_batch = 20000;

/* What is left to read (more: is there anything?) is read for what counts by
 * now. */
static bool
aim_higher(tm_search *s, size_t first, size_t last, bool *more)
{
	struct tm_fuzzy_scratch *w = s->scratch;
	double now = score_for(s->floor);

	*more = false;
	for (size_t i = first; i < last; i++) {
		if (!tm_look_has_more(&w->looks[i]))
			continue;
		if (w->looks[i].score < now) {
			tm_look_aim_higher(&w->looks[i], now);
			if (!take_step(w, TM_LOOK_RANGES, i, i + 1) ||
			    !take_step(w, TM_LOOK_CUT, i, i + 1))
				return false;
		}
		*more = *more || tm_look_has_more(&w->looks[i]);
	}
	return true;
}

/* Try what may score least and was not tried with a higher aim. */
static bool
try_all(tm_search *s, const tm_haystack *in, double least)
{
	struct tm_fuzzy_scratch *w = s->scratch;

	for (size_t first = 0, last; first < w->n_looks; first = last) {
		size_t work = 0, before;
		bool more;
		double now = score_for(s->floor);

		if (now < least)
			now = least;
		for (last = first; last < w->n_looks && work < tm_fuzzy_batch;
		     last++) {
			if (w->looks[last].score < now &&
			    !aim(w, now, last, last + 1))
				return false;
			work += tm_look_work(&w->looks[last]);
		}
		do {
			before = w->n_worth;
			if (!take_step(w, TM_LOOK_POSTS, first, last) ||
			    !take_step(w, TM_LOOK_ROWS, first, last))
				return false;
			hear_of_worth(w, first, last);
			if (!try_worth(s, in, before) ||
			    !aim_higher(s, first, last, &more))
				return false;
		} while (more);
	}
	return true;
}

/*
 * What is much work is tried with a higher aim first, since the best may all
 * be there: then a floor is found that makes the rest little. By steps of 10 it
 * was no faster, and in one go 5 % slower (ten million units, at 50).
 */
enum { AIM_STEP = 20, AIM_MOST = 90 };

static size_t
total_work(const struct tm_fuzzy_scratch *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n_looks; i++)
		n += tm_look_work(&w->looks[i]);
	return n;
}

static bool
search(tm_search *s, const tm_haystack *in, size_t n)
{
	struct tm_fuzzy_scratch *w = s->scratch;
	int rate = s->min;

	if (!start_looks(w, in, n) || !aim(w, score_for(rate), 0, n))
		return false;
	if (s->most > 0 && total_work(w) > tm_fuzzy_batch) {
		while (rate + AIM_STEP <= AIM_MOST)
			rate += AIM_STEP;
		if (!aim(w, score_for(rate), 0, n))
			return false;
	}
	for (;;) {
		if (!try_all(s, in, score_for(rate)))
			return false;
		if (s->floor >= rate)
			return true; /* and below it nothing counts */
		rate = rate - AIM_STEP > s->floor ? rate - AIM_STEP : s->floor;
		if (!aim(w, score_for(rate), 0, n))
			return false;
	}
}

bool
tm_fuzzy_search(tm_search *s, const tm_haystack *in, size_t n, tm_error *err)
{
	start_over(s);
	return search(s, in, n) || damaged(err);
}

/*
 * fuzzy_find.c - find words in a row, without reading every segment
 *
 * The lists that fuzzy lookups go by answer two more questions. Where does
 * a phrase stand (a concordance)?
 *
 *	open*  the file		"file" has the shortest lists: of the segments
 *				in it, those with the others in front are it
 *
 * And which pieces of a text stand somewhere (subsegments)?
 *
 *	The printer in the hall is out of paper now
 *	    ~~~~~~~				the rarest word: through its
 *	The printer in the corner		list, for the longest row of
 *	~~~~~~~~~~~~~~~~~~			words that is in the text, too
 *				    ~~~~~	then the rarest not covered yet
 *
 * Segments lie in the order of their weight, so that of equally long rows
 * the one in the shortest segment is met first.
 */
#include "config.h"

#include "tm/fuzzy.h"

#include <stdlib.h>

#include "tm/fuzzy_int.h"
#include "tm/text_int.h"

#define NONE TM_IMAGE_NONE

static bool
damaged(tm_error *err)
{
	return tm_fail(err, TM_PARSE, "the index is damaged");
}

/* A list of segments, or of nothing; false when it is damaged. */
static bool
list_of(const tm_fuzzy *x, uint32_t key, tm_image_list *list)
{
	*list = (tm_image_list){ 0 };
	return key >= x->head->n_keys || tm_image_get_list(x, key, list);
}

/* A walk through a list, lightest segment first, whatever its tier. */
typedef struct walk {
	const tm_fuzzy *x;
	tm_image_list list;
	uint32_t at[TM_TIERS]; /* the next one of each tier */
} walk;

static void
start_walk(walk *w, const tm_fuzzy *x, const tm_image_list *list)
{
	w->x = x;
	w->list = *list;
	for (int t = 0; t < TM_TIERS; t++)
		w->at[t] = t == 0 || list->end == NULL
			       ? 0
			       : tm_image_tier_end(list, t - 1);
}

/* The next segment of a tier. */
static uint32_t
next_of(const walk *w, int tier)
{
	return (uint32_t)tm_image_entry(w->list.v, w->at[tier]) &
	       w->x->number_mask;
}

/* False at the end. */
static bool
next_segment(walk *w, uint32_t *segment)
{
	const tm_image_list *l = &w->list;
	int best = -1;

	if (l->end == NULL) {
		if (w->at[0] == l->n)
			return false;
		*segment = next_of(w, 0);
		w->at[0]++;
		return true;
	}
	for (int t = 0; t < TM_TIERS; t++)
		if (w->at[t] < tm_image_tier_end(l, t) &&
		    (best < 0 || next_of(w, t) < next_of(w, best)))
			best = t;
	if (best < 0)
		return false;
	*segment = next_of(w, best);
	w->at[best]++;
	return true;
}

static uint32_t
key_of(const tm_fuzzy *x, tm_token_kind kind, tm_str stem)
{
	uint32_t word;

	if (kind == TM_NUMBER)
		return TM_KEY_NUMBER;
	if (kind == TM_CODE)
		return stem.n > 0 ? TM_KEY_TAG : TM_KEY_CODE;
	word = tm_image_find_word(x, (uint8_t)kind, stem);
	return word == NONE ? NONE : x->self[word];
}

/* Is what the caller said against this segment? */
static bool
is_out(const tm_fuzzy *x, const tm_find *f, uint32_t at)
{
	uint16_t label = x->brief[at].label;

	if (f->rules != NULL && (label >= f->n_rules || f->rules[label].skip))
		return true;
	return f->dead != NULL &&
	       f->dead(f->dead_self, x->head->base + x->id[at]);
}

/* ---- Segments as rows of words ----------------------------------------- */

typedef struct row {
	uint32_t *v;
	size_t n, cap;
} row;

static bool
is_inline_code(const tm_fuzzy *x, uint32_t id)
{
	tm_str text;

	return x->words[id].kind == TM_CODE &&
	       tm_image_word_text(x, id, &text) && text.n > 0 &&
	       text.p[0] == TM_CODE_SO;
}

/* What stands beside an inline code is in a row all the same. */
static bool
read_row(const tm_fuzzy *x, uint32_t at, row *r)
{
	tm_image_reader reader;
	bool space;

	if (at >= x->head->n || !tm_image_segment(x, at, &reader))
		return false;
	tm_grow_to(r->v, (size_t)(reader.end - reader.p) + 1, r->cap);
	for (r->n = 0; reader.p < reader.end;) {
		if (!tm_image_token(x, &reader, &r->v[r->n], &space))
			return false;
		r->n += !is_inline_code(x, r->v[r->n]);
	}
	return true;
}

/* ---- Phrases ----------------------------------------------------------- */

/* A part of a phrase among the words of one image. */
typedef struct known_part {
	const tm_part *part;
	uint32_t key, word;
	uint64_t *fits; /* of a pattern: a bit for each word */
	uint32_t *keys; /* and the keys of those that fit */
	size_t n_keys, cap_keys;
	uint64_t cost; /* the length of its lists */
} known_part;

static bool
glob(const char *p, const char *p_end, const char *s, const char *s_end)
{
	const char *star = NULL, *again = NULL;

	while (s < s_end) {
		if (p < p_end && *p == '*') {
			star = ++p;
			again = s;
		} else if (p < p_end && *p == *s) {
			p++, s++;
		} else if (star != NULL) {
			p = star;
			s = ++again;
		} else
			return false;
	}
	while (p < p_end && *p == '*')
		p++;
	return p == p_end;
}

bool
tm_part_fits(const tm_part *part, const tm_token *t)
{
	tm_str p = part->plain, s = t->plain;

	switch (part->how) {
	case TM_PART_ANY:
		return t->kind != TM_PUNCT;
	case TM_PART_GLOB:
		return t->kind == TM_WORD &&
		       glob(p.p, p.p + p.n, s.p, s.p + s.n);
	default:
		break;
	}
	if (t->kind != part->kind)
		return false;
	if (t->kind != TM_WORD)
		return tm_str_eq(t->key, part->plain);
	return part->how == TM_PART_STEM ? tm_str_eq(t->stem, part->stem)
					 : tm_str_eq(t->plain, part->plain);
}

static int
up(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Hold the pattern against every word there is. */
static bool
know_glob(const tm_fuzzy *x, known_part *k)
{
	uint32_t n = x->head->n_words;
	tm_str p = k->part->plain;
	size_t kept = 0;

	k->fits = tm_zalloc(n / 64 + 1, sizeof *k->fits);
	for (uint32_t id = 0; id < n; id++) {
		uint32_t fold = x->texts[id].fold;
		tm_str s;

		if (x->words[id].kind != TM_WORD)
			continue;
		if (fold >= n || !tm_image_word_text(x, fold, &s))
			return false;
		if (!glob(p.p, p.p + p.n, s.p, s.p + s.n))
			continue;
		k->fits[id / 64] |= UINT64_C(1) << (id % 64);
		tm_grow(k->keys, k->n_keys, k->cap_keys);
		k->keys[k->n_keys++] = x->words[id].key;
	}
	if (k->n_keys > 1)
		qsort(k->keys, k->n_keys, sizeof *k->keys, up);
	for (size_t i = 0; i < k->n_keys; i++) {
		tm_image_list list;

		if (kept > 0 && k->keys[kept - 1] == k->keys[i])
			continue;
		k->keys[kept++] = k->keys[i];
		if (!list_of(x, k->keys[i], &list))
			return false;
		k->cost += list.n;
	}
	k->n_keys = kept;
	return true;
}

static bool
know_part(const tm_fuzzy *x, const tm_part *part, known_part *k)
{
	tm_image_list list;

	*k = (known_part){ .part = part, .key = NONE, .word = NONE };
	if (part->how == TM_PART_ANY) {
		k->cost = UINT64_MAX;
		return true;
	}
	if (part->how == TM_PART_GLOB)
		return know_glob(x, k);
	k->key = key_of(x, part->kind, part->root);
	k->word = tm_image_find_word(x, (uint8_t)part->kind, part->plain);
	tm_grow(k->keys, k->n_keys, k->cap_keys);
	k->keys[k->n_keys++] = k->key;
	if (!list_of(x, k->key, &list))
		return false;
	k->cost = list.n;
	return true;
}

static bool
fits(const tm_fuzzy *x, const known_part *k, uint32_t id)
{
	const tm_image_word *w = &x->words[id];

	switch (k->part->how) {
	case TM_PART_ANY:
		return w->kind != TM_PUNCT;
	case TM_PART_GLOB:
		return k->fits[id / 64] >> (id % 64) & 1;
	default:
		break;
	}
	if (w->kind != k->part->kind)
		return false;
	switch (k->part->kind) {
	case TM_NUMBER:
		return w->key == k->word && k->word != NONE;
	case TM_CODE:
		return id == k->word;
	case TM_PUNCT:
		return w->key == k->key;
	default:
		return k->part->how == TM_PART_STEM
			   ? w->key == k->key
			   : x->texts[id].fold == k->word;
	}
}

static bool
row_has(const tm_fuzzy *x, const row *r, const known_part *k, size_t n,
    bool any_order)
{
	size_t i, p;

	if (any_order) {
		for (p = 0; p < n; p++) {
			for (i = 0; i < r->n && !fits(x, &k[p], r->v[i]);)
				i++;
			if (i == r->n)
				return false;
		}
		return true;
	}
	for (i = 0; i + n <= r->n; i++) {
		for (p = 0; p < n && fits(x, &k[p], r->v[i + p]);)
			p++;
		if (p == n)
			return true;
	}
	return false;
}

/* Try what is in the lists of one part, each segment once. */
static bool
try_lists(const tm_fuzzy *x, const tm_find *f, const known_part *parts,
    const known_part *driver, bool *stopped, tm_error *err)
{
	uint32_t n = x->head->n, at;
	tm_image_list list;
	uint64_t *seen =
	    driver->n_keys > 1 ? tm_zalloc(n / 64 + 1, sizeof *seen) : NULL;
	row r = { 0 };
	bool ok = true;

	for (size_t k = 0; ok && !*stopped && k < driver->n_keys; k++) {
		walk w;

		if (!list_of(x, driver->keys[k], &list))
			ok = damaged(err);
		start_walk(&w, x, &list);
		while (ok && !*stopped && next_segment(&w, &at)) {
			if (at >= n || !read_row(x, at, &r)) {
				ok = damaged(err);
				break;
			}
			if (seen != NULL) {
				if (seen[at / 64] >> (at % 64) & 1)
					continue;
				seen[at / 64] |= UINT64_C(1) << (at % 64);
			}
			if (row_has(x, &r, parts, f->n_parts, f->any_order) &&
			    !is_out(x, f, at))
				*stopped =
				    !f->hit(f->self, x->head->base + x->id[at],
					x->brief[at].label);
		}
	}
	free(r.v);
	free(seen);
	return ok;
}

bool
tm_fuzzy_find(tm_fuzzy *x, const tm_find *f, bool *stopped, tm_error *err)
{
	known_part *parts = tm_zalloc(f->n_parts + 1, sizeof *parts);
	const known_part *driver = NULL;
	bool ok = true;

	*stopped = false;
	for (size_t i = 0; ok && i < f->n_parts; i++) {
		ok = know_part(x, &f->parts[i], &parts[i]) || damaged(err);
		if (f->parts[i].how != TM_PART_ANY &&
		    (driver == NULL || parts[i].cost < driver->cost))
			driver = &parts[i];
	}
	if (ok && driver != NULL)
		ok = try_lists(x, f, parts, driver, stopped, err);
	for (size_t i = 0; i < f->n_parts; i++) {
		free(parts[i].fits);
		free(parts[i].keys);
	}
	free(parts);
	return ok;
}

/* ---- Rows of words that a text shares ---------------------------------- */

typedef struct anchor {
	uint32_t token;
	tm_image_list list;
} anchor;

static int
rarest_first(const void *a, const void *b)
{
	const anchor *x = a, *y = b;

	if (x->list.n != y->list.n)
		return x->list.n < y->list.n ? -1 : 1;
	return (x->token > y->token) - (x->token < y->token);
}

/* What two tokens must agree in: words in their plain form, numbers in
 * their value, punctuation in its class. */
static uint32_t
sign_of(const tm_fuzzy *x, uint32_t id)
{
	const tm_image_word *w = &x->words[id];

	return w->kind == TM_WORD   ? x->texts[id].fold
	       : w->kind == TM_CODE ? id
				    : w->key;
}

static void
note_run(tm_run *best, size_t start, size_t n, int64_t id)
{
	for (size_t i = start; i < start + n; i++)
		if (best[i].n < n)
			best[i] = (tm_run){ start, n, id };
}

static uint32_t
weigh(const tm_match_side *query, size_t start, size_t n)
{
	uint32_t weight = 0;

	for (size_t i = start; i < start + n; i++)
		if (query->v[i].kind != TM_PUNCT)
			weight += query->v[i].weight;
	return n > 1 ? weight : 0;
}

/* The longest row round token t of the query that the segment has, too. */
static void
see_row(const tm_fuzzy *x, const row *r, const tm_match_side *query,
    const uint32_t *sign, size_t t, uint32_t least, int64_t id, tm_run *best)
{
	size_t n = query->tokens.n;

#define SAME(i, j)                         \
	(sign[i] == sign_of(x, r->v[j]) && \
	    query->v[i].kind == x->words[r->v[j]].kind)
	for (size_t j = 0; j < r->n; j++) {
		size_t a = t, b = j, length;

		if (!SAME(t, j))
			continue;
		while (a > 0 && b > 0 && SAME(a - 1, b - 1))
			a--, b--;
		length = t - a + 1;
		while (a + length < n && b + length < r->n &&
		       SAME(a + length, b + length))
			length++;
		if (r->n == 1 || weigh(query, a, length) >= least)
			note_run(best, a, length, id);
	}
#undef SAME
}

/*
 * What a row through token t can weigh that has no token in it whose list
 * was read: those were seen there.
 */
static uint32_t
still_possible(const tm_match_side *query, const uint32_t *sign,
    const bool *was_read, size_t t)
{
	size_t start = t, end = t + 1, n = query->tokens.n;

	while (start > 0 && !was_read[start - 1] && sign[start - 1] != NONE)
		start--;
	while (end < n && !was_read[end] && sign[end] != NONE)
		end++;
	return weigh(query, start, end - start);
}

/*
 * Segments read for a query at most, some 10 ms: what is left then are
 * words that stand everywhere, in rows of such words. Those that more than a
 * thousand segments have are not told alone.
 */
enum { MOST_READ = 1 << 15, COMMON = 1000, SHORTEST = 16 };

bool
tm_fuzzy_runs(tm_fuzzy *x, const tm_match_side *query, const tm_find *f,
    tm_run *best, tm_error *err)
{
	size_t n = query->tokens.n, n_anchors = 0, left = MOST_READ;
	uint32_t *sign = tm_zalloc(n + 1, sizeof *sign);
	bool *was_read = tm_zalloc(n + 1, sizeof *was_read);
	anchor *anchors = tm_zalloc(n + 1, sizeof *anchors);
	row r = { 0 };
	bool ok = true;

	for (size_t i = 0; ok && i < n; i++) {
		const tm_token *t = &query->tokens.v[i];
		anchor *a = &anchors[n_anchors];
		tm_str s = t->kind == TM_WORD ? t->plain : t->key;

		sign[i] = t->kind == TM_PUNCT
			      ? key_of(x, t->kind, t->key)
			      : tm_image_find_word(x, (uint8_t)t->kind, s);
		if (t->kind == TM_PUNCT || sign[i] == NONE)
			continue;
		ok = list_of(x, key_of(x, t->kind, t->root), &a->list) ||
		     damaged(err);
		a->token = (uint32_t)i;
		n_anchors += a->list.n > 0;
	}
	if (n_anchors > 1)
		qsort(anchors, n_anchors, sizeof *anchors, rarest_first);
	for (size_t k = 0; ok && k < n_anchors; k++) {
		const anchor *a = &anchors[k];
		uint32_t most = a->list.n, at;
		walk w;

		if (best[a->token].n > 0)
			continue;
		if (most <= left &&
		    still_possible(query, sign, was_read, a->token) >= f->least)
			was_read[a->token] = true;
		else if (most <= COMMON)
			/* A unit that is this word comes first. */
			most = most > SHORTEST ? SHORTEST : most;
		else
			continue;
		left -= most < left ? most : left;
		start_walk(&w, x, &a->list);
		for (; ok && most > 0 && next_segment(&w, &at); most--) {
			ok = (at < x->head->n && read_row(x, at, &r)) ||
			     damaged(err);
			if (ok && !is_out(x, f, at))
				see_row(x, &r, query, sign, a->token, f->least,
				    x->head->base + x->id[at], best);
		}
	}
	free(r.v);
	free(anchors);
	free(was_read);
	free(sign);
	return ok;
}

/*
 * fuzzy.h - find the segments near a query, without missing one
 *
 * An index over (id, text) of one language, derived from the store and
 * never the truth. Whatever its inside, it promises: every segment whose
 * match score reaches least is found.
 *
 *	tm_fuzzy *index = tm_fuzzy_new("ar");
 *
 *	tm_fuzzy_add(index, 17, TM_STR("..."));
 *	tm_fuzzy_search(index, query, .70, 10, &hits);
 *	tm_fuzzy_free(index);
 *
 * Many may search at once as long as nobody adds.
 */
#ifndef TM_FUZZY_H
#define TM_FUZZY_H

#include "tm/base.h"

TM_BEGIN_DECLS

typedef struct tm_fuzzy tm_fuzzy;

tm_fuzzy *tm_fuzzy_new(const char *lang);
void tm_fuzzy_free(tm_fuzzy *index);

/* Add a segment under id, which is the caller's. The text is copied. */
void tm_fuzzy_add(tm_fuzzy *index, int64_t id, tm_str text);

typedef struct tm_hit {
	int64_t id;
	double score;
} tm_hit;

typedef struct tm_hits {
	tm_hit *v;
	size_t n, cap;
} tm_hits;

void tm_hits_release(tm_hits *hits);

/* Put into hits the best most (0: all) segments with a score of least or
 * more, best first, then by id. */
void tm_fuzzy_search(tm_fuzzy *index, tm_str query, double least, size_t most,
    tm_hits *hits);

TM_END_DECLS

#endif

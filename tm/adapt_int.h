/* adapt_int.h - what adapt.c and adapt_codes.c share */
#ifndef TM_ADAPT_INT_H
#define TM_ADAPT_INT_H

#include "tm/adapt.h"

/* Bytes start..end of the translation become text. */
typedef struct tm_adapt_change {
	size_t start, end;
	tm_str text; /* borrowed */
} tm_adapt_change;

typedef struct tm_adapt_changes {
	tm_adapt_change *v;
	size_t n, cap;
} tm_adapt_changes;

/*
 * Add what makes the codes of target those of query: all, or none when one
 * has no place that is surely its own. The changes are in no order; what
 * they say is borrowed from query.
 */
void tm_adapt_codes(tm_str query, tm_str stored, const tm_edit *edits,
    size_t n_edits, tm_str target, tm_adapt_changes *changes);

#endif

/*
 * adapt.h - put the numbers, dates and codes of a query into a translation
 *
 * A stored segment that differs from the query in its numbers has a
 * translation that is right but for the same numbers. Where their places
 * are unambiguous they can be put in, written as the translation writes
 * them:
 *
 *	stored	Delete 3.5 MB by 12 March
 *	query	Delete 1,250.75 MB by 9 April
 *	target	احذف ٣٫٥ م.ب قبل ١٢ مارس
 *	->	احذف ١٬٢٥٠٫٧٥ م.ب قبل ٩ أبريل
 *
 * The letters of an ordinal (3rd) go with its number, and a name with digits
 * in it (EK202) where the translation has the same one. A time is put where
 * the translation writes it in the other way: 2:30 p.m., 14:30.
 *
 * It is all or nothing: when one number of the query has no place that is
 * surely its own, or anything but numbers and names differs, no number is
 * put in. So it is with codes, inline ones in marked texts (tm/codes.h) and
 * placeholders: one that was replaced or is gone is where the translation
 * has the like, one that is new at the beginning or the end; but words may
 * differ. A placeholder stands for a word: it can only be replaced.
 *
 * An adapter has scratch space: one thread at a time.
 */
#ifndef TM_ADAPT_H
#define TM_ADAPT_H

#include "tm/base.h"
#include "tm/match.h"

TM_BEGIN_DECLS

typedef struct tm_adapter tm_adapter;

/* Make an adapter from one language to another (canonical tags), whose
 * separators and names of months and days it knows from CLDR. The caller
 * frees the result. Costs some milliseconds; never fails. */
tm_adapter *tm_adapter_new(const char *from, const char *to);
void tm_adapter_free(tm_adapter *adapter);

/* What was put in: bytes start..end of the new text stand for bytes
 * was_start..was_end of the translation. */
typedef struct tm_adapted_at {
	size_t start, end, was_start, was_end;
	bool check_form; /* what is counted may need another form */
} tm_adapted_at;

/* Start with = { 0 }; may be used again. */
typedef struct tm_adapted {
	tm_buf text;
	tm_adapted_at *v; /* in order */
	size_t n, cap;
} tm_adapted;

void tm_adapted_release(tm_adapted *adapted);

/*
 * Put what differs in the numbers, months, days of the week and codes of
 * stored and query into target, and the result into out. edits are those of
 * tm_match_compare(). Returns false, with out empty, when nothing of that
 * kind differs, a word differs besides a number, or no place is sure: of a
 * number that occurs twice and changes once, is spelled out, was added, or
 * could be read two ways ("1.234" where the language does not decide); nor
 * when the translation says a month or a day of the week besides that the
 * stored text does not.
 * Linear, but for the product of the numbers of codes and of that of numbers
 * and names; more than 500 codes, or 1,000 numbers, are left alone.
 */
bool tm_adapt(tm_adapter *adapter, tm_str query, tm_str stored,
    const tm_edit *edits, size_t n_edits, tm_str target, tm_adapted *out);

TM_END_DECLS

#endif

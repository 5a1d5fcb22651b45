/*
 * filter.h - which units?
 *
 * A description of units by what is known of them, the same for every
 * command that has some of a memory to look at, to change or to write:
 *
 *	tm_filter filter = { .from = "ar", .author = "Zaynab*",
 *		.status = TM_STATUS_BIT(TM_DRAFT), .unsure = .8 };
 *
 *	if (tm_filter_passes(&filter, unit))
 *		...
 *
 * All that is asked for must be so. A filter of zeroes lets everything
 * pass. Patterns are matched without regard to the case of ASCII letters,
 * whole; "*" stands for any text and "?" for one character.
 */
#ifndef TM_FILTER_H
#define TM_FILTER_H

#include "tm/base.h"
#include "tm/unit.h"

TM_BEGIN_DECLS

#define TM_STATUS_BIT(status) (1u << (status))

typedef struct tm_filter {
	/* A variant in from and another in to (canonical; a general tag
	 * covers its regions). */
	const char *from, *to;
	/* Patterns: who made or changed the unit or a variant of it, the
	 * document it stands in (its name or path, or the end of that from a
	 * folder's name on), the file it was imported from. */
	const char *author, *document, *file;
	/* When it, or a variant, was last changed, or else made: since <=
	 * date < before; seconds since 1970, 0: any. A unit without a date
	 * passes neither. */
	int64_t since, before;
	/* "NAME" (it has such a prop, note or attribute, the unit or a
	 * variant; a note is called "note") or "NAME=PATTERN"; all of them.
	 * "x-" before a name may be left out. */
	const char *const *props;
	size_t n_props;
	unsigned status;     /* any of these TM_STATUS_BIT()s; 0: any */
	double sure, unsure; /* sure <= confidence < unsure; 0: any. One
				without a confidence passes neither. */
	/* In a text of it, but for case, marks and white space; with a
	 * language in from, in such a variant. */
	const char *text;
} tm_filter;

/* Does unit pass? NULL lets everything pass. Costs what is looked at: text
 * most, some microseconds. Never fails. */
bool tm_filter_passes(const tm_filter *filter, const tm_unit *unit);

/* Where it asks for a document, the place of unit in that comes first. */
void tm_filter_show(const tm_filter *filter, tm_unit *unit);

/* Does it let everything pass? */
bool tm_filter_is_open(const tm_filter *filter);

/* Does text match the pattern as said above? */
bool tm_filter_matches(const char *pattern, tm_str text);

TM_END_DECLS

#endif

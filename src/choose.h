/*
 * choose.h - which units: the options of a filter, the same everywhere
 *
 *	struct values { struct choice choice; ... };
 *	... OPT_CHOICE_OF_UNITS(struct values), ...
 *
 *	tm_filter filter;
 *	if (!choice_filter(&v->choice, &filter, &err))
 *		return wrong_call(tool, "%s", err.msg);
 */
#ifndef SRC_CHOOSE_H
#define SRC_CHOOSE_H

#include "opts.h"

struct choice {
	const char *from, *to;
	const char *author, *document, *file, *since, *before, *status, *text;
	struct opt_list props;
	double sure, unsure;
};

extern const char *const status_names[]; /* NULL at the end */
extern const char *const status_choices[];

tm_status status_named(const char *name);

/*
 * The filter the options come to, which points into choice. False with err
 * set (TM_INVALID) when a date is none.
 */
bool choice_filter(
    const struct choice *choice, tm_filter *filter, tm_error *err);
/* The same for a search: the language is left to it, since regions stand in for
 * each other, and what can have no answer is refused. */
bool match_filter(const struct choice *c, tm_filter *f, tm_error *err);

/* YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, the beginning of it in
 * UTC as seconds since 1970. */
bool parse_date(const char *text, int64_t *seconds, tm_error *err);

/* The number of a unit, as people write it: 17 or #17. */
bool parse_unit_id(const char *word, int64_t *id, tm_error *err);

/* Are all of args numbers of units, or ranges of them? */
bool are_unit_words(char **args, int n, tm_error *err);

/*
 * Hand the units that args name to take(): numbers, and ranges of them
 * ("3-18"), of which those are passed over that are not there. Stops and
 * returns false where take() does, at a word that is no number, and at a
 * number of no unit.
 */
bool each_named_unit(tm_store *store, char **args, int n,
    bool (*take)(void *, const tm_unit *, tm_error *), void *self,
    tm_error *err);

/* Rows of an option table for a struct choice at type.choice. */
/* clang-format off */
#define OPT_UNITS_BUT_LANGUAGES(type)                                          \
	{ 0, "author", "NAME", OPT_STRING, offsetof(type, choice.author),      \
	    .help = "units this person made or changed (* any text)" },        \
	{ 0, "document", "NAME", OPT_STRING, offsetof(type, choice.document),  \
	    .help = "units that stand in this document (* any text)" },        \
	{ 0, "file", "NAME", OPT_STRING, offsetof(type, choice.file),          \
	    .help = "units imported from this file (* any text)" },            \
	{ 0, "since", "DATE", OPT_STRING, offsetof(type, choice.since),        \
	    .help = "units made or changed on 2026-11-22, say, or later" },    \
	{ 0, "before", "DATE", OPT_STRING, offsetof(type, choice.before),      \
	    .help = "units last changed before this date" },                   \
	{ 0, "prop", "NAME=VALUE", OPT_LIST, offsetof(type, choice.props),     \
	    .help = "units with this prop or note; VALUE may be left out" },   \
	{ 0, "status", "STATUS", OPT_CHOICE, offsetof(type, choice.status),    \
	    .help = "draft, confirmed or rejected units; unconfirmed: not "    \
		    "confirmed", .choices = status_choices },                  \
	{ 0, "sure", "X", OPT_SHARE, offsetof(type, choice.sure),              \
	    .help = "units of at least this confidence, 0 to 1" },             \
	{ 0, "unsure", "X", OPT_SHARE, offsetof(type, choice.unsure),          \
	    .help = "units of a lower confidence than this" },                 \
	{ 0, "text", "TEXT", OPT_STRING, offsetof(type, choice.text),          \
	    .help = "units that say this, whatever case and marks" }
#define OPT_UNITS(type)                                                        \
	{ 0, "from", "LANG", OPT_LANG, offsetof(type, choice.from),            \
	    .help = "units with this language" },                              \
	{ 0, "to", "LANG", OPT_LANG, offsetof(type, choice.to),                \
	    .help = "units with this language beside it" },                    \
	OPT_UNITS_BUT_LANGUAGES(type)
#define OPT_DRY_RUN(type)                                                      \
	{ 'n', "dry-run", NULL, OPT_FLAG, offsetof(type, dry_run),             \
	    .help = "say what would be done, change nothing" }
/* clang-format on */

#endif

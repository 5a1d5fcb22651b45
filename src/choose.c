/* choose.c - which units: the options of a filter, the same everywhere */
#include "config.h"

#include "choose.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

const char *const status_names[] = { [TM_DRAFT] = "draft",
	[TM_CONFIRMED] = "confirmed",
	[TM_REJECTED] = "rejected",
	NULL };

const char *const status_choices[] = { "draft", "confirmed", "rejected",
	"unconfirmed", NULL };

tm_status
status_named(const char *name)
{
	for (int i = 0; status_names[i] != NULL; i++)
		if (strcmp(name, status_names[i]) == 0)
			return (tm_status)i;
	return TM_DRAFT;
}

/* Days from 1970-01-01 to a day of the Gregorian calendar: years begin in
 * March, so that the leap day is the last. */
static int64_t
days_to(int64_t y, int64_t m, int64_t d)
{
	int64_t of_year, era, of_era;

	y -= m <= 2;
	era = y / 400;
	of_era = y % 400;
	of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

static int
days_of_month(int y, int m)
{
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return m == 2				       ? 28 + leap
	       : m == 4 || m == 6 || m == 9 || m == 11 ? 30
						       : 31;
}

bool
parse_date(const char *text, int64_t *seconds, tm_error *err)
{
	/* Of year, month, day, hour, minute, second: how many digits, what
	 * may stand before, the least and the most. */
	static const struct {
		int digits;
		const char *before;
		int least, most;
	} field[] = { { 4, "", 1, 9999 }, { 2, "-", 1, 12 }, { 2, "-", 1, 31 },
		{ 2, "T ", 0, 23 }, { 2, ":", 0, 59 }, { 2, ":", 0, 60 } };
	int value[] = { 1970, 1, 1, 0, 0, 0 };
	const char *p = text;
	bool good = true;

	for (size_t i = 0; good && i < 6 && *p != '\0' && *p != 'Z'; i++) {
		int n = 0;

		if (i > 0 && strchr(field[i].before, *p) != NULL)
			p++;
		for (int k = 0; k < field[i].digits; k++) {
			good = good && isdigit((unsigned char)*p);
			if (good)
				n = n * 10 + *p++ - '0';
		}
		good = good && n >= field[i].least && n <= field[i].most;
		value[i] = n;
	}
	p += *p == 'Z' && p > text;
	good = good && value[2] <= days_of_month(value[0], value[1]);
	if (!good || *p != '\0' || p == text)
		return tm_fail(err, TM_INVALID,
		    "'%s' is not a date such as 2026-11-22", text);
	*seconds = days_to(value[0], value[1], value[2]) * 86400 +
		   value[3] * 3600 + value[4] * 60 + value[5];
	return true;
}

bool
parse_unit_id(const char *word, int64_t *id, tm_error *err)
{
	const char *digits = word + (word[0] == '#');
	char *end;
	long long n;

	errno = 0;
	n = strtoll(digits, &end, 10);
	if (!isdigit((unsigned char)*digits) || *end != '\0' || errno != 0 ||
	    n <= 0)
		return tm_fail(err, TM_INVALID,
		    "'%s' is not the number of a unit, such as 17 where lookup "
		    "prints #17",
		    word);
	*id = (int64_t)n;
	return true;
}

/* "3-18": all there are from 3 to 18. */
#define MOST_IN_RANGE 1000000

static bool
parse_range(const char *word, int64_t *first, int64_t *last, tm_error *err)
{
	const char *dash = strchr(word, '-');
	char *begin;
	bool ok;

	if (dash == NULL || dash == word) {
		ok = parse_unit_id(word, first, err);
		*last = *first;
		return ok;
	}
	begin = tm_strdup(word);
	begin[dash - word] = '\0';
	ok = parse_unit_id(begin, first, err) &&
	     parse_unit_id(dash + 1, last, err);
	free(begin);
	if (ok && (*last < *first || *last - *first >= MOST_IN_RANGE))
		return tm_fail(err, TM_INVALID,
		    "'%s' is no range of units such as 3-18", word);
	return ok;
}

bool
are_unit_words(char **args, int n, tm_error *err)
{
	int64_t first, last;

	for (int i = 0; i < n; i++)
		if (!parse_range(args[i], &first, &last, err))
			return false;
	return true;
}

bool
each_named_unit(tm_store *store, char **args, int n,
    bool (*take)(void *, const tm_unit *, tm_error *), void *self,
    tm_error *err)
{
	tm_arena arena = { 0 };
	bool ok = true;

	for (int i = 0; ok && i < n; i++) {
		int64_t first, last;

		ok = parse_range(args[i], &first, &last, err);
		for (int64_t id = first; ok && id <= last; id++) {
			const tm_unit *u;

			tm_arena_clear(&arena);
			if (tm_store_get(store, id, &arena, &u, err))
				ok = take(self, u, err);
			else
				ok = first < last && err->code == TM_ABSENT;
		}
	}
	tm_arena_release(&arena);
	return ok;
}

bool
choice_filter(const struct choice *c, tm_filter *f, tm_error *err)
{
	*f = (tm_filter){ .from = c->from,
		.to = c->to,
		.author = c->author,
		.document = c->document,
		.file = c->file,
		.props = c->props.v,
		.n_props = c->props.n,
		.sure = c->sure,
		.unsure = c->unsure,
		.text = c->text };
	if (c->status != NULL && strcmp(c->status, "unconfirmed") == 0)
		f->status =
		    TM_STATUS_BIT(TM_DRAFT) | TM_STATUS_BIT(TM_REJECTED);
	else if (c->status != NULL)
		f->status = TM_STATUS_BIT(status_named(c->status));
	return (c->since == NULL || parse_date(c->since, &f->since, err)) &&
	       (c->before == NULL || parse_date(c->before, &f->before, err));
}

bool
match_filter(const struct choice *c, tm_filter *f, tm_error *err)
{
	if (!choice_filter(c, f, err))
		return false;
	f->from = f->to = NULL;
	return f->status != TM_STATUS_BIT(TM_REJECTED) ||
	       tm_fail(err, TM_INVALID,
		   "rejected units are never a match; tmtool list --status "
		   "rejected shows them");
}

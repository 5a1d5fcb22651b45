/*
 * opts.c - option tables over getopt_long()
 *
 * getopt_long() does the walking (order, "--", "--name=value", unambiguous
 * abbreviations); the tables say what is there and where values go.
 */
#include "config.h"

#include "opts.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

enum { MOST_OPTIONS = 64, FIRST_LONG = 256 };

static size_t
count(const struct opt *opts)
{
	size_t n = 0;

	while (opts[n].name != NULL)
		n++;
	return n;
}

static bool
set_lang(const char **to, const char *value, const char *name,
    tm_arena *strings, tm_error *err)
{
	char tag[TM_LANG_MAX];
	tm_error why;

	if (!tm_lang_canon(value, tag, &why))
		return tm_fail(err, TM_INVALID, "--%s: %s", name, why.msg);
	*to = tm_arena_str(strings, tm_str_of(tag)).p;
	return true;
}

static bool
set_int(int *to, const char *value, const struct opt *o, tm_error *err)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(value, &end, 10);
	if (end == value || *end != '\0' || errno != 0 || n < o->min ||
	    n > o->max)
		return tm_fail(err, TM_INVALID,
		    "--%s: '%s' is not a whole number from %d to %d", o->name,
		    value, o->min, o->max);
	*to = (int)n;
	return true;
}

static bool
set_share(double *to, const char *value, const struct opt *o, tm_error *err)
{
	char *end;
	double x = strtod(value, &end);

	if (end == value || *end != '\0' || !(x >= 0 && x <= 1))
		return tm_fail(err, TM_INVALID,
		    "--%s: '%s' is not a number from 0 to 1", o->name, value);
	*to = x;
	return true;
}

static bool
set_choice(
    const char **to, const char *value, const struct opt *o, tm_error *err)
{
	tm_buf all = { 0 };

	for (const char *const *c = o->choices; *c != NULL; c++) {
		if (strcmp(*c, value) == 0) {
			*to = *c;
			tm_buf_release(&all);
			return true;
		}
		tm_buf_printf(&all, "%s%s", all.n == 0 ? "" : ", ", *c);
	}
	tm_fail(
	    err, TM_INVALID, "--%s: '%s' is none of %s", o->name, value, all.p);
	tm_buf_release(&all);
	return false;
}

static bool
add_to_list(struct opt_list *list, const char *value, const struct opt *o,
    tm_error *err)
{
	if (list->n == OPT_LIST_MAX)
		return tm_fail(err, TM_INVALID,
		    "--%s: more than %d are too many", o->name, OPT_LIST_MAX);
	list->v[list->n++] = value;
	return true;
}

static bool
set(const struct opt *o, void *values, const char *value, tm_arena *strings,
    tm_error *err)
{
	void *at = (char *)values + o->at;

	/* Mostly a variable of a script that was not set. */
	if (o->files && value[0] == '\0')
		return tm_fail(
		    err, TM_INVALID, "--%s: the name is empty", o->name);
	switch (o->type) {
	case OPT_FLAG:
		*(bool *)at = true;
		return true;
	case OPT_OFF:
		*(bool *)at = false;
		return true;
	case OPT_STRING:
		/* Which of two files is meant nobody knows; that both are to be
		 * written or read may well be. */
		if (o->files && *(const char **)at != NULL &&
		    strcmp(*(const char **)at, value) != 0)
			return tm_fail(err, TM_INVALID,
			    "--%s is given twice, '%s' and '%s'", o->name,
			    *(const char **)at, value);
		*(const char **)at = value;
		return true;
	case OPT_LIST:
		return add_to_list(at, value, o, err);
	case OPT_LANG:
		return set_lang(at, value, o->name, strings, err);
	case OPT_INT:
		return set_int(at, value, o, err);
	case OPT_SHARE:
		return set_share(at, value, o, err);
	case OPT_CHOICE:
		return set_choice(at, value, o, err);
	case OPT_HELP:
		return true;
	}
	return true;
}

/* getopt's option arrays for one table, numbered from first_long on. */
static void
describe(const struct opt *opts, int first_long, struct option *longs,
    tm_buf *shorts)
{
	for (int i = 0; opts[i].name != NULL; i++) {
		const struct opt *o = &opts[i];

		longs[i] = (struct option){ o->name,
			o->arg == NULL ? no_argument : required_argument, NULL,
			first_long + i };
		if (o->letter != 0)
			tm_buf_printf(shorts, "%c%s", o->letter,
			    o->arg == NULL ? "" : ":");
	}
}

static const struct opt *
by_letter(const struct opt *opts, int letter)
{
	for (; opts->name != NULL; opts++)
		if (opts->letter == letter)
			return opts;
	return NULL;
}

size_t
opts_distance(const char *a, const char *b)
{
	size_t row[32], n = strlen(b);

	if (n >= 32 || strlen(a) >= 32)
		return 32;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; a[i] != '\0'; i++) {
		size_t before = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < n; j++) {
			size_t best = before + (a[i] != b[j]);

			before = row[j + 1];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (before + 1 < best)
				best = before + 1;
			row[j + 1] = best;
		}
	}
	return row[n];
}

/* The option that a word may have been meant for. */
static const char *
near_option(const struct opt *opts, const char *name, size_t *least)
{
	const char *near = NULL;

	for (; opts->name != NULL; opts++) {
		size_t away = opts_distance(name, opts->name);

		if (away < *least) {
			*least = away;
			near = opts->name;
		}
	}
	return near;
}

static bool
no_such_option(const struct opt *opts, const struct opt *common,
    const char *word, tm_error *err)
{
	char name[32];
	size_t least = 3;
	const char *near, *other;

	snprintf(
	    name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
	near = near_option(opts, name, &least);
	other = near_option(common, name, &least);
	if (other != NULL)
		near = other;
	if (near == NULL)
		return tm_fail(
		    err, TM_INVALID, "there is no option '%s'", word);
	return tm_fail(err, TM_INVALID,
	    "there is no option '%s'; did you mean '--%s'?", word, near);
}

bool
opts_parse(const struct opt *opts, void *values, const struct opt *common,
    void *common_values, int argc, char **argv, tm_arena *strings, int *first,
    bool *help, tm_error *err)
{
	struct option longs[MOST_OPTIONS + 1] = { 0 };
	int n = (int)count(opts), c;
	tm_buf shorts = { 0 };
	bool ok = true;

	/* ":" at the start: a missing value is ':' and not '?' */
	tm_buf_adds(&shorts, ":");
	describe(opts, FIRST_LONG, longs, &shorts);
	describe(common, FIRST_LONG + n, longs + n, &shorts);
	opterr = 0;
	optind = 1;
	while (
	    ok && (c = getopt_long(argc, argv, shorts.p, longs, NULL)) != -1) {
		const struct opt *o = NULL;
		void *to = values;

		if (c == ':' || c == '?') {
			const char *word = argv[optind - 1];

			if (c == '?' && optopt >= FIRST_LONG)
				ok = tm_fail(err, TM_INVALID,
				    "'%s' takes no value", word);
			else if (c == ':')
				ok = tm_fail(err, TM_INVALID,
				    "'%s' needs a value", word);
			else if (optopt != 0)
				ok = tm_fail(err, TM_INVALID,
				    "there is no option '-%c'", optopt);
			else
				ok = no_such_option(opts, common, word, err);
			break;
		}
		if (c >= FIRST_LONG + n)
			o = &common[c - FIRST_LONG - n], to = common_values;
		else if (c >= FIRST_LONG)
			o = &opts[c - FIRST_LONG];
		else if ((o = by_letter(opts, c)) == NULL)
			o = by_letter(common, c), to = common_values;
		if (o->type == OPT_HELP)
			*help = true;
		ok = set(o, to, optarg, strings, err);
	}
	*first = optind;
	tm_buf_release(&shorts);
	return ok;
}

void
opts_print(FILE *fp, const struct opt *opts)
{
	for (; opts->name != NULL; opts++) {
		tm_buf left = { 0 };

		if (opts->letter != 0)
			tm_buf_printf(&left, "-%c, ", opts->letter);
		else
			tm_buf_adds(&left, "    ");
		tm_buf_printf(&left, "--%s", opts->name);
		if (opts->arg != NULL)
			tm_buf_printf(&left, " %s", opts->arg);
		if (left.n > 24)
			fprintf(
			    fp, "  %s\n  %24s  %s\n", left.p, "", opts->help);
		else
			fprintf(fp, "  %-24s  %s\n", left.p, opts->help);
		tm_buf_release(&left);
	}
}

/*
 * srx_tools.c - what is wrong with an SRX file
 */
#include "config.h"

#include "tm/srx_int.h"

#include <stdlib.h>

/* ---- What is wrong ------------------------------------------------------ */

/* Is a file of rules that was read before this rule's, at index k of list,
 * sure to decide whenever it could? */
static bool
is_shadowed(const tm_srx_list *list, size_t k)
{
	for (size_t i = 0; i < k; i++) {
		const tm_srx_rule *a = &list->v[i], *b = &list->v[k];

		if ((a->before.n == 0 || tm_str_eq(a->before, b->before)) &&
		    (a->after.n == 0 || tm_str_eq(a->after, b->after)))
			return true;
	}
	return false;
}

/* Can the rules of list be used? Those before the last that breaks can
 * change something. */
static void
check_rules(tm_srx_file *file, const tm_srx_list *list)
{
	tm_rules *scratch = tm_rules_new(NULL, file->java);
	size_t breaks = 0;
	tm_error err;

	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].breaks)
			breaks = i + 1;
	for (size_t i = 0; i < list->n; i++) {
		const tm_srx_rule *rule = &list->v[i];
		bool exact;

		if (!tm_srx_add(scratch, rule, file->java, &exact, &err))
			tm_srx_warn(file, rule->line, err.msg);
		else if (is_shadowed(list, i))
			tm_srx_warn(file, rule->line,
			    "this rule never decides: one before it always "
			    "matches where it would");
		else if (i >= breaks && !file->cascade && !file->sentences)
			tm_srx_warn(file, rule->line,
			    "this rule changes nothing: no rule after it "
			    "breaks");
	}
	tm_rules_free(scratch);
}

static void
check_list(tm_srx_file *file, const tm_srx_list *list)
{
	bool named = false;
	tm_error err;

	for (size_t i = 0; i < file->nmaps; i++)
		named |= tm_str_eq(file->map[i].list, list->name);
	if (!named) {
		tm_fail(&err, TM_PARSE, "no language map names '%.*s'",
		    TM_STR_ARG(list->name));
		tm_srx_warn(file, list->line, err.msg);
	}
	for (const tm_srx_list *v = file->list; v < list; v++)
		if (tm_str_eq(v->name, list->name)) {
			tm_fail(&err, TM_PARSE,
			    "there is a list '%.*s' already, at line %zu: "
			    "both are used",
			    TM_STR_ARG(list->name), v->line);
			tm_srx_warn(file, list->line, err.msg);
			break;
		}
	check_rules(file, list);
}

/* A map names a list, has an expression, and can be reached. */
static void
check_map(tm_srx_file *file, const struct map *map)
{
	tm_srx_rule as_rule = { .before = map->pattern };
	bool found = false;
	tm_error err;

	if (!tm_srx_icu_knows(&as_rule, file->java, &err))
		tm_srx_warn(file, map->line, err.msg);
	for (size_t i = 0; i < file->nlists; i++)
		found |= tm_str_eq(file->list[i].name, map->list);
	if (!found) {
		tm_fail(&err, TM_PARSE, "there is no list of rules '%.*s'",
		    TM_STR_ARG(map->list));
		tm_srx_warn(file, map->line, err.msg);
	}
	for (const struct map *m = file->map; m < map && !file->cascade; m++)
		if (tm_str_eq(m->pattern, TM_STR(".*")) ||
		    tm_str_eq(m->pattern, map->pattern)) {
			tm_fail(&err, TM_PARSE,
			    "no language comes to this map: that at line %zu "
			    "takes all, and there is no cascade",
			    m->line);
			tm_srx_warn(file, map->line, err.msg);
			break;
		}
}

static void
check_header(tm_srx_file *file)
{
	if (file->is_srx && !file->first && file->header == 0) {
		tm_srx_warn(file, 1,
		    "there is no <header>: cascade=\"yes\" "
		    "is assumed");
		return;
	}
	if (!file->first && !file->has_cascade)
		tm_srx_warn(file, file->header,
		    "<header> has no 'cascade': \"yes\" is assumed");
	if (!file->first && !file->has_subflows)
		tm_srx_warn(file, file->header,
		    "<header> has no 'segmentsubflows', which SRX 2.0 "
		    "requires");
	if (file->range > 0)
		tm_srx_warn(
		    file, file->range, "Okapi's range rule is not looked at");
}

typedef struct counter {
	tm_segment_warn *warn;
	void *ctx;
	size_t n;
} counter;

static void
count_warning(void *ctx, const char *path, size_t line, const char *message)
{
	counter *c = ctx;

	c->n++;
	if (c->warn != NULL)
		c->warn(c->ctx, path, line, message);
}

bool
tm_segment_check_srx(const char *path, tm_segment_warn *warn, void *ctx,
    size_t *problems, tm_error *err)
{
	counter count = { warn, ctx, 0 };
	tm_srx_file file = {
		.path = path, .warn = count_warning, .ctx = &count
	};
	bool ok = tm_srx_read(&file, err);

	if (ok)
		check_header(&file);
	for (size_t i = 0; ok && i < file.nlists; i++)
		check_list(&file, &file.list[i]);
	for (size_t i = 0; ok && i < file.nmaps; i++)
		check_map(&file, &file.map[i]);
	tm_srx_release(&file);
	if (problems != NULL)
		*problems = count.n;
	return ok;
}

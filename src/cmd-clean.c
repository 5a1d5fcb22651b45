/* cmd-clean.c - take out of the memory what is there for nothing */
#include "config.h"

#include "choose.h"
#include "cmd.h"

#include <stdlib.h>

struct values {
	struct choice choice;
	const char *memory;
	const char *history;
	struct opt_list checks;
	int near;
	bool duplicates, inconsistent, dry_run, json;
};

struct cleaning {
	struct tool *tool;
	tm_store *store;
	tm_cleaner *cleaner;
	struct progress progress;
	size_t n;
	void (*take)(tm_cleaner *c, const tm_unit *unit);
};

/* ---- What is asked for ------------------------------------------------- */

static bool
take_checks(struct tool *tool, const struct opt_list *lists, unsigned *checks)
{
	for (size_t i = 0; i < lists->n; i++)
		for (const char *p = lists->v[i]; *p != '\0';) {
			tm_str name = { p, strcspn(p, ",") };
			tm_check_kind kind;

			if (tm_str_eq(name, TM_STR("all"))) {
				*checks |= TM_CHECK_ALL;
				p += name.n + (p[name.n] == ',');
				continue;
			}
			if (!tm_check_named(name, &kind)) {
				wrong_call(tool,
				    "there is no check '%.*s': see tmtool "
				    "check --help",
				    TM_STR_ARG(name));
				return false;
			}
			*checks |= TM_CHECK_BIT(kind);
			p += name.n + (p[name.n] == ',');
		}
	return true;
}

static bool
take_values(struct tool *tool, const struct values *v, tm_filter *filter,
    tm_cleaning *what)
{
	tm_filter rest;
	tm_error err;

	if (!choice_filter(&v->choice, filter, &err)) {
		wrong_call(tool, "%s", err.msg);
		return false;
	}
	*what = (tm_cleaning){ .duplicates = v->duplicates,
		.inconsistent = v->inconsistent,
		.near = v->near,
		.filter = filter };
	if (!take_checks(tool, &v->checks, &what->checks))
		return false;
	/* A language alone is most of a memory, if not all. */
	rest = *filter;
	rest.from = rest.to = NULL;
	if (what->duplicates || what->inconsistent || what->near > 0 ||
	    what->checks != 0 || !tm_filter_is_open(&rest))
		return true;
	if (!tm_filter_is_open(filter)) {
		wrong_call(tool, "languages alone do not say what is to go: "
				 "tmtool delete --from LANG --to LANG removes "
				 "all units in two");
		return false;
	}
	wrong_call(tool, "say what is to go: --duplicates, --near, "
			 "--inconsistent, --check, or which units");
	return false;
}

/* ---- Two walks, and out ------------------------------------------------ */

static bool
on_unit(void *self, const tm_unit *unit, tm_error *err)
{
	struct cleaning *c = self;

	if (interrupted())
		return tm_fail(err, TM_IO, "interrupted: nothing was removed");
	c->take(c->cleaner, unit);
	if (++c->n % 1024 == 0)
		progress_tell(&c->progress, -1, c->n);
	return true;
}

static bool
walk(struct cleaning *c, const tm_filter *filter,
    void (*take)(tm_cleaner *, const tm_unit *), tm_error *err)
{
	const tm_sink sink = { c, on_unit, NULL };
	bool ok;

	c->take = take;
	progress_start(&c->progress, c->tool, "clean");
	ok = tm_store_walk(c->store, filter, &sink, err);
	progress_end(&c->progress);
	return ok;
}

static void
list(const struct cleaning *c, const struct values *v, const tm_removal *r)
{
	json_t *o;

	if (!v->json) {
		printf("#%lld: ", (long long)r->id);
		print_visible(c->tool, stdout, r->reason);
		fputs("\n    ", stdout);
		print_text(c->tool, stdout, r->source);
		fputs("\n    ", stdout);
		print_text(c->tool, stdout, r->target);
		putchar('\n');
		return;
	}
	o = json_object();
	json_object_set_new(o, "unit", json_integer(r->id));
	json_object_set_new(
	    o, "stays", r->stays == 0 ? json_null() : json_integer(r->stays));
	json_object_set_new(o, "reason", json_of(r->reason));
	json_object_set_new(o, "source", json_of(r->source));
	json_object_set_new(o, "target", json_of(r->target));
	print_json(o);
}

/* In one transaction: all that is listed goes, or nothing. */
static bool
clean(struct cleaning *c, const struct values *v, const tm_filter *filter,
    size_t *removed, tm_error *err)
{
	const tm_removal *r;
	bool ok = v->dry_run || tm_store_begin(c->store, err);

	if (!ok)
		return false;
	ok = walk(c, filter, tm_cleaner_see, err) &&
	     walk(c, filter, tm_cleaner_judge, err);
	if (ok)
		r = tm_cleaner_end(c->cleaner, removed);
	for (size_t i = 0; ok && i < *removed; i++) {
		list(c, v, &r[i]);
		ok = v->dry_run || tm_store_remove(c->store, r[i].id, err);
	}
	if (v->dry_run)
		return ok;
	if (ok && flush_output())
		return tm_store_commit(c->store, err);
	tm_store_rollback(c->store);
	return ok ? tm_fail(err, TM_IO, "nothing was removed") : false;
}

/* ---- The past ---------------------------------------------------------- */

/* Is something said of units, too? */
static bool
has_others(const struct values *v, tm_error *err)
{
	tm_filter filter;

	return v->duplicates || v->inconsistent || v->near > 0 ||
	       v->checks.n > 0 || v->json ||
	       !choice_filter(&v->choice, &filter, err) ||
	       !tm_filter_is_open(&filter);
}

static int
forget(struct tool *tool, const struct values *v)
{
	char *memory;
	tm_store *store;
	int64_t before, operations, bytes;
	int status = EXIT_DONE;
	tm_error err;

	if (!parse_date(v->history, &before, &err))
		return wrong_call(tool, "--history: %s", err.msg);
	memory = memory_path(v->memory);
	store = tm_store_open(memory, TM_WRITE, &err);
	if (store == NULL || !tm_store_forget(store, before, v->dry_run,
				 &operations, &bytes, &err))
		status = give_up(&err);
	else
		remark(tool, "%s: %lld operation%s %s, %lld bytes given back",
		    memory, (long long)operations, operations == 1 ? "" : "s",
		    v->dry_run ? "would be forgotten (dry run)" : "forgotten",
		    (long long)bytes);
	tm_store_close(store);
	free(memory);
	return status;
}

static int
run(struct tool *tool, const void *given, char **args, int n)
{
	const struct values *v = given;
	struct cleaning c = { .tool = tool };
	tm_filter filter;
	tm_cleaning what;
	char *memory;
	size_t removed = 0;
	int status = EXIT_DONE;
	tm_error err;

	if (v->history != NULL) {
		if (has_others(v, &err))
			return wrong_call(
			    tool, "--history goes alone: it removes no units");
		return forget(tool, v);
	}
	if (!take_values(tool, v, &filter, &what))
		return EXIT_CALL;
	memory = memory_path(v->memory);
	watch_interrupts();
	c.store = tm_store_open(memory, v->dry_run ? TM_READ : TM_WRITE, &err);
	c.cleaner = tm_cleaner_new(&what);
	if (c.store != NULL)
		sign_memory(tool, c.store, NULL);
	if (c.store == NULL || !clean(&c, v, &filter, &removed, &err))
		status = give_up(&err);
	else
		remark(tool, "%s: %zu unit%s %s", memory, removed,
		    removed == 1 ? "" : "s",
		    v->dry_run ? "would be removed (dry run)" : "removed");
	tm_cleaner_free(c.cleaner);
	tm_store_close(c.store);
	free(memory);
	return status;
}

static const struct opt opts[] = {
	{ 0, "duplicates", NULL, OPT_FLAG, offsetof(struct values, duplicates),
	    .help = "units with the same texts as another" },
	{ 0, "near", "PERCENT", OPT_INT, offsetof(struct values, near),
	    .help = "sources that match so well, with the same translation",
	    .min = 1, .max = 100 },
	{ 0, "inconsistent", NULL, OPT_FLAG,
	    offsetof(struct values, inconsistent),
	    .help = "all translations of a source but the best" },
	{ 0, "check", "CHECK,...", OPT_LIST, offsetof(struct values, checks),
	    .help = "units with findings of these checks (tmtool check)" },
	{ 0, "history", "DATE", OPT_STRING, offsetof(struct values, history),
	    .help = "no units: forget what was done before this day" },
	OPT_UNITS(struct values),
	{ 'n', "dry-run", NULL, OPT_FLAG, offsetof(struct values, dry_run),
	    .help = "list what would go, remove nothing" },
	{ 0, "json", NULL, OPT_FLAG, offsetof(struct values, json),
	    .help = "a JSON object for each unit" },
	OPT_MEMORY(struct values),
	{ 0 },
};

const struct cmd cmd_clean = {
	.name = "clean",
	.summary = "take out of the memory what is there for nothing",
	.operands = "",
	.about =
	    "Remove duplicates, near duplicates, inconsistent translations,\n"
	    "units with findings, or all units that are named by what is "
	    "known\n"
	    "of them. Each is listed with its reason; all go, or none.",
	.opts = opts,
	.size = sizeof(struct values),
	.surplus = ": -m goes before the memory",
	.run = run,
};

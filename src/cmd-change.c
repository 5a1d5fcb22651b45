/* cmd-change.c - confirm units, and take units out: by number or by filter */
#include "config.h"

#include "choose.h"
#include "cmd.h"

#include <stdlib.h>

struct values {
	struct choice choice;
	const char *memory, *as;
	bool dry_run, json;
};

/* What is to be done to whom. */
struct changing {
	tm_store *store;
	tm_status status;
	bool remove;
	int64_t *ids;
	size_t n, cap;
	size_t meant; /* with those that are so already */
};

static bool
choose_unit(void *self, const tm_unit *unit, tm_error *err)
{
	struct changing *c = self;

	if (interrupted())
		return tm_fail(err, TM_IO, "interrupted: nothing was changed");
	c->meant++;
	if (!c->remove && unit->status == c->status)
		return true;
	tm_grow(c->ids, c->n, c->cap);
	c->ids[c->n++] = unit->id;
	return true;
}

static bool
choose_named(void *self, const tm_unit *unit, tm_error *err)
{
	struct changing *c = self;

	if (interrupted())
		return tm_fail(err, TM_IO, "interrupted: nothing was changed");
	tm_grow(c->ids, c->n, c->cap);
	c->ids[c->n++] = unit->id;
	return true;
}

static bool
change_all(struct changing *c, tm_error *err)
{
	for (size_t i = 0; i < c->n; i++) {
		if (interrupted())
			return tm_fail(
			    err, TM_IO, "interrupted: nothing was changed");
		if (!(c->remove ? tm_store_remove(c->store, c->ids[i], err)
				: tm_store_set_status(
				      c->store, c->ids[i], c->status, err)))
			return false;
	}
	return true;
}

static void
tell(const struct tool *tool, const struct values *v, const char *memory,
    const struct changing *c)
{
	const char *done = c->remove ? "removed" : "changed";
	json_t *o, *units;

	if (!v->json) {
		remark(tool, "%s: %zu unit%s %s%s%s", memory, c->n,
		    c->n == 1 ? "" : "s", v->dry_run ? "would be " : "", done,
		    v->dry_run ? " (dry run)"
		    : c->n > 0 ? "; 'tmtool undo' takes it back"
			       : "");
		return;
	}
	o = json_object();
	units = json_array();
	for (size_t i = 0; i < c->n; i++)
		json_array_append_new(
		    units, json_integer((json_int_t)c->ids[i]));
	json_object_set_new(o, "memory", json_of(tm_str_of(memory)));
	json_count(o, done, (int64_t)c->n);
	json_object_set_new(o, "units", units);
	json_object_set_new(o, "dry_run", json_boolean(v->dry_run));
	print_json(o);
}

/* Do it to every unit that is meant, or to none. */
static int
change(struct tool *tool, const struct values *v, char **args, int n,
    struct changing *c)
{
	char *memory;
	tm_sink sink = { c, choose_unit, NULL };
	tm_filter filter;
	tm_error err;
	bool ok;

	if (!choice_filter(&v->choice, &filter, &err) ||
	    !are_unit_words(args, n, &err))
		return wrong_call(tool, "%s", err.msg);
	if (n == 0 && tm_filter_is_open(&filter))
		return wrong_call(tool,
		    "name units by their numbers, or say which with options "
		    "that leave some out");
	if (n > 0 && !tm_filter_is_open(&filter))
		return wrong_call(tool,
		    "name units by their numbers or by options, not both");
	watch_interrupts();
	memory = memory_path(v->memory);
	c->store = open_memory(tool, memory, TM_WRITE, NULL, &err);
	ok = c->store != NULL && tm_store_begin(c->store, &err) &&
	     (n > 0 ? each_named_unit(c->store, args, n, choose_named, c, &err)
		    : tm_store_walk(c->store, &filter, &sink, &err)) &&
	     change_all(c, &err);
	if (c->store != NULL && (!ok || v->dry_run))
		tm_store_rollback(c->store);
	else if (ok)
		ok = tm_store_commit(c->store, &err);
	if (ok)
		tell(tool, v, memory, c);
	tm_store_close(c->store);
	free(c->ids);
	free(memory);
	if (!ok)
		return give_up(&err);
	return n > 0 || c->meant > 0 ? EXIT_DONE : EXIT_NO;
}

/* ---- confirm --------------------------------------------------------- */

static int
run_confirm(struct tool *tool, const void *given, char **args, int n)
{
	const struct values *v = given;
	struct changing c = { .status = status_named(v->as) };

	return change(tool, v, args, n, &c);
}

static const struct opt confirm_opts[] = {
	{ 0, "as", "STATUS", OPT_CHOICE, offsetof(struct values, as),
	    .help = "confirmed (unless said otherwise), draft or rejected",
	    .choices = status_names },
	OPT_UNITS(struct values),
	OPT_DRY_RUN(struct values),
	OPT_JSON(struct values),
	OPT_MEMORY(struct values),
	{ 0 },
};

static const struct values defaults = { .as = "confirmed" };

const struct cmd cmd_confirm = {
	.name = "confirm",
	.summary = "say that units are right, or that they are not",
	.operands = "[UNIT...]",
	.about =
	    "Mark units as confirmed, as draft, or as rejected: a rejected\n"
	    "unit is kept and never found. UNIT is a number that lookup or\n"
	    "list prints; without, the options say which units.",
	.opts = confirm_opts,
	.size = sizeof(struct values),
	.defaults = &defaults,
	.most = -1,
	.run = run_confirm,
};

/* ---- delete ---------------------------------------------------------- */

static int
run_delete(struct tool *tool, const void *given, char **args, int n)
{
	struct changing c = { .remove = true };

	return change(tool, given, args, n, &c);
}

static const struct opt delete_opts[] = {
	OPT_UNITS(struct values),
	OPT_DRY_RUN(struct values),
	OPT_JSON(struct values),
	OPT_MEMORY(struct values),
	{ 0 },
};

const struct cmd cmd_delete = {
	.name = "delete",
	.summary = "take units out of the memory",
	.operands = "[UNIT...]",
	.about =
	    "Take units out of the memory: all that are meant, or none. UNIT\n"
	    "is a number that lookup or list prints; without, the options say\n"
	    "which units. 'tmtool undo' brings them back.",
	.opts = delete_opts,
	.size = sizeof(struct values),
	.most = -1,
	.run = run_delete,
};

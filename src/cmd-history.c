/* cmd-history.c - what was done to a memory, and undoing it */
#include "config.h"

#include "choose.h"
#include "cmd.h"

#include <stdlib.h>

/* As a field between tabs: a name may have tabs and line breaks, too. */
static void
print_field(const struct tool *tool, tm_str text)
{
	tm_buf field = { 0 };

	tm_buf_add(&field, text.p, text.n);
	for (size_t i = 0; i < field.n; i++)
		if ((unsigned char)field.p[i] < ' ')
			field.p[i] = ' ';
	print_text(tool, stdout, tm_buf_str(&field));
	tm_buf_release(&field);
}

/* "import news.tmx" */
static void
print_what(const struct tool *tool, const tm_operation *op)
{
	print_field(tool, op->what);
	if (op->undoes != 0)
		printf(" of %lld", (long long)op->undoes);
	if (op->about.n > 0) {
		putchar(' ');
		print_field(tool, op->about);
	}
}

/* ", 3 added, 1 removed" */
static void
print_counts(FILE *fp, const tm_operation *op)
{
	const struct {
		int64_t n;
		const char *what;
	} count[] = { { op->added, "added" }, { op->changed, "changed" },
		{ op->removed, "removed" } };
	const char *between = "";

	for (size_t i = 0; i < 3; i++) {
		if (count[i].n == 0)
			continue;
		fprintf(fp, "%s%lld %s", between, (long long)count[i].n,
		    count[i].what);
		between = ", ";
	}
}

/* ---- history --------------------------------------------------------- */

struct history_values {
	const char *memory;
	int last;
	bool json;
};

struct telling {
	const struct tool *tool;
	const struct history_values *v;
	tm_store *store;
	int64_t unit; /* 0: all */
	size_t n;
};

static json_t *
json_before(const tm_unit *was, bool whole)
{
	json_t *o = json_object(), *texts = json_array();

	json_object_set_new(
	    o, "status", json_string(status_names[was->status]));
	for (size_t i = 0; i < was->n; i++)
		json_array_append_new(texts,
		    json_pack("{s:o,s:o}", "lang", json_of(was->v[i].lang),
			"text", json_of(was->v[i].text)));
	if (whole)
		json_object_set_new(o, "variants", texts);
	else
		json_decref(texts);
	return o;
}

static json_t *
json_operation(const tm_operation *op)
{
	json_t *o = json_object();
	char when[32];

	json_object_set_new(o, "operation", json_integer((json_int_t)op->id));
	json_object_set_new(o, "at", json_string(date_text(op->at, when)));
	json_object_set_new(o, "who", json_of(op->who));
	json_object_set_new(o, "what", json_of(op->what));
	if (op->about.n > 0)
		json_object_set_new(o, "about", json_of(op->about));
	json_object_set_new(o, "added", json_integer((json_int_t)op->added));
	json_object_set_new(
	    o, "changed", json_integer((json_int_t)op->changed));
	json_object_set_new(
	    o, "removed", json_integer((json_int_t)op->removed));
	if (op->undoes != 0)
		json_object_set_new(
		    o, "undoes", json_integer((json_int_t)op->undoes));
	if (op->undone != 0)
		json_object_set_new(
		    o, "undone", json_integer((json_int_t)op->undone));
	return o;
}

static void
print_operation_json(const tm_operation *op, const tm_unit *was, bool whole)
{
	json_t *o = json_operation(op);

	if (was != NULL)
		json_object_set_new(o, "before", json_before(was, whole));
	print_json(o);
}

static void
print_operation(const struct tool *tool, const tm_operation *op,
    const tm_unit *was, bool whole)
{
	char when[32];

	printf("%lld\t%s\t", (long long)op->id, date_text(op->at, when));
	print_field(tool, op->who);
	putchar('\t');
	print_what(tool, op);
	putchar('\t');
	print_counts(stdout, op);
	if (op->undone != 0)
		printf("\tundone by %lld", (long long)op->undone);
	putchar('\n');
	if (was == NULL)
		return;
	printf("\twas %s\n", status_names[was->status]);
	for (size_t i = 0; whole && i < was->n; i++) {
		printf("\twas %.*s ", TM_STR_ARG(was->v[i].lang));
		print_text(tool, stdout, was->v[i].text);
		putchar('\n');
	}
}

static bool
tell_operation(void *self, const tm_operation *op, tm_error *err)
{
	struct telling *t = self;
	const tm_unit *was = NULL;
	tm_arena arena = { 0 };
	bool whole = false, ok = true;

	t->n++;
	if (t->unit != 0)
		ok = tm_store_before(
		    t->store, op->id, t->unit, &arena, &was, &whole, err);
	if (ok && t->v->json)
		print_operation_json(op, was, whole);
	else if (ok)
		print_operation(t->tool, op, was, whole);
	tm_arena_release(&arena);
	return ok;
}

static int
run_history(struct tool *tool, const void *given, char **args, int n)
{
	const struct history_values *v = given;
	struct telling t = { .tool = tool, .v = v };
	char *memory;
	tm_error err;
	int status = EXIT_DONE;

	if (n > 0 && !parse_unit_id(args[0], &t.unit, &err))
		return wrong_call(tool, "%s", err.msg);
	memory = memory_path(v->memory);
	t.store = open_to_read(tool, memory, &err);
	if (t.store == NULL || !tm_store_history(t.store, t.unit,
				   (size_t)v->last, tell_operation, &t, &err))
		status = give_up(&err);
	else if (t.n == 0) {
		if (t.unit > 0)
			remark(tool, "%s: nothing is recorded of unit %lld",
			    memory, (long long)t.unit);
		status = EXIT_NO;
	}
	tm_store_close(t.store);
	free(memory);
	return status;
}

static const struct opt history_opts[] = {
	{ 0, "last", "N", OPT_INT, offsetof(struct history_values, last),
	    .help = "at most so many, the latest (all)", .min = 1,
	    .max = 1000000000 },
	{ 0, "json", NULL, OPT_FLAG, offsetof(struct history_values, json),
	    .help = "one JSON object a line" },
	OPT_MEMORY(struct history_values),
	{ 0 },
};

const struct cmd cmd_history = {
	.name = "history",
	.summary = "say who did what to the memory",
	.operands = "[UNIT]",
	.about =
	    "Print what was done to the memory, or to one unit, the latest\n"
	    "first: number, date, who, what, and how many units were added,\n"
	    "changed and removed. With a unit also what it was before.",
	.opts = history_opts,
	.size = sizeof(struct history_values),
	.most = 1,
	.run = run_history,
};

/* ---- undo ------------------------------------------------------------ */

struct undo_values {
	const char *memory;
	int last;
	bool dry_run, json;
};

static bool
parse_operation(const char *word, int64_t *id, tm_error *err)
{
	return parse_unit_id(word, id, NULL) ||
	       tm_fail(err, TM_INVALID,
		   "'%s' is not the number of an operation, such as history "
		   "prints",
		   word);
}

/* Undo one operation (0: the last); alone, or, for a dry run, in a
 * transaction that is thrown away. */
static bool
undo(struct tool *tool, const struct undo_values *v, tm_store *store,
    int64_t id, tm_error *err)
{
	tm_arena arena = { 0 };
	tm_operation op;
	bool ok = (!v->dry_run || tm_store_begin(store, err)) &&
		  tm_store_undo(store, id, &arena, &op, err);

	if (v->dry_run)
		tm_store_rollback(store);
	if (ok && v->json) {
		json_t *o = json_operation(&op);

		json_object_set_new(o, "dry_run", json_boolean(v->dry_run));
		print_json(o);
	} else if (ok && !tool->quiet) {
		fprintf(stderr, "%s operation %lld, %.*s%s%.*s (",
		    v->dry_run ? "would undo" : "undone:", (long long)op.id,
		    TM_STR_ARG(op.what), op.about.n > 0 ? " " : "",
		    TM_STR_ARG(op.about));
		print_counts(stderr, &op);
		fputs(")\n", stderr);
	}
	tm_arena_release(&arena);
	return ok;
}

static int
run_undo(struct tool *tool, const void *given, char **args, int n)
{
	const struct undo_values *v = given;
	char *memory;
	tm_store *store;
	tm_error err;
	int64_t *ids;
	bool ok = true;

	if (n > 0 && v->last > 0)
		return wrong_call(
		    tool, "name operations, or say how many: not both");
	if (v->dry_run && v->last > 1)
		return wrong_call(
		    tool, "--dry-run looks at one operation at a time");
	/* All words are read before anything is undone. */
	ids = tm_zalloc((size_t)n + 1, sizeof *ids);
	for (int i = 0; ok && i < n; i++)
		ok = parse_operation(args[i], &ids[i], &err);
	if (!ok) {
		free(ids);
		return wrong_call(tool, "%s", err.msg);
	}
	memory = memory_path(v->memory);
	store = open_memory(tool, memory, TM_WRITE, NULL, &err);
	ok = store != NULL;
	for (int i = 0; ok && i < n; i++)
		ok = undo(tool, v, store, ids[i], &err);
	for (int i = 0; ok && n == 0 && (i == 0 || i < v->last); i++)
		ok = undo(tool, v, store, 0, &err);
	tm_store_close(store);
	free(memory);
	free(ids);
	return ok ? EXIT_DONE : give_up(&err);
}

static const struct opt undo_opts[] = {
	{ 0, "last", "N", OPT_INT, offsetof(struct undo_values, last),
	    .help = "the last N operations (1)", .min = 1, .max = 1000000 },
	OPT_DRY_RUN(struct undo_values),
	OPT_JSON(struct undo_values),
	OPT_MEMORY(struct undo_values),
	{ 0 },
};

const struct cmd cmd_undo = {
	.name = "undo",
	.summary = "take back what was done to the memory",
	.operands = "[OPERATION...]",
	.about =
	    "Make every unit what it was before the last operation that is\n"
	    "in force, or before OPERATION, a number that history prints. An\n"
	    "undo is an operation: undone by its number, it is as if it had\n"
	    "not been.",
	.opts = undo_opts,
	.size = sizeof(struct undo_values),
	.most = -1,
	.run = run_undo,
};

/* cmd-edit.c - confirm units and take units out */
#include "config.h"

#include "cmd.h"

#include <errno.h>
#include <stdlib.h>

struct values {
	const char *memory, *status;
};

static bool
parse_id(const char *word, int64_t *id, tm_error *err)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(word, &end, 10);
	if (end == word || *end != '\0' || errno != 0 || n <= 0)
		return tm_fail(err, TM_INVALID,
		    "'%s' is not the number of a unit, such as 17 where lookup "
		    "prints #17",
		    word);
	*id = (int64_t)n;
	return true;
}

typedef bool change(
    tm_store *store, const struct values *v, int64_t id, tm_error *err);

/* Do it to every unit that is named, or to none. */
static int
change_units(
    struct tool *tool, const struct values *v, char **args, int n, change *to)
{
	char *memory = memory_path(v->memory);
	tm_store *store;
	int status = EXIT_DONE;
	bool ok = false;
	tm_error err;

	watch_interrupts();
	store = tm_store_open(memory, TM_WRITE, &err);
	if (store != NULL && tm_store_begin(store, &err)) {
		ok = true;
		for (int i = 0; ok && i < n; i++) {
			int64_t id = 0;

			ok = parse_id(args[i], &id, &err) &&
			     to(store, v, id, &err);
		}
		if (ok)
			ok = tm_store_commit(store, &err);
		else
			tm_store_rollback(store);
	}
	if (!ok)
		status = give_up(&err);
	else
		remark(tool, "%s: %d unit%s changed", memory, n,
		    n == 1 ? "" : "s");
	tm_store_close(store);
	free(memory);
	return status;
}

/* ---- confirm --------------------------------------------------------- */

static const char *const statuses[] = { "confirmed", "draft", "rejected",
	NULL };

static bool
set_status(tm_store *store, const struct values *v, int64_t id, tm_error *err)
{
	static const tm_status values[] = { TM_CONFIRMED, TM_DRAFT,
		TM_REJECTED };
	size_t k = 0;

	while (strcmp(statuses[k], v->status) != 0)
		k++;
	return tm_store_set_status(store, id, values[k], err);
}

static int
run_confirm(struct tool *tool, const void *given, char **args, int n)
{
	return change_units(tool, given, args, n, set_status);
}

static const struct opt confirm_opts[] = {
	{ 0, "as", "STATUS", OPT_CHOICE, offsetof(struct values, status),
	    .help = "confirmed (unless said otherwise), draft or rejected",
	    .choices = statuses },
	OPT_MEMORY(struct values),
	{ 0 },
};

static const struct values defaults = { .status = "confirmed" };

const struct cmd cmd_confirm = {
	.name = "confirm",
	.summary = "say that units are right, or that they are not",
	.operands = "UNIT...",
	.about =
	    "Mark units, by the numbers that lookup prints, as confirmed, as\n"
	    "draft, or as rejected: a rejected unit is kept and never found.",
	.opts = confirm_opts,
	.size = sizeof(struct values),
	.defaults = &defaults,
	.least = 1,
	.most = -1,
	.run = run_confirm,
};

/* ---- delete ---------------------------------------------------------- */

static bool
take_out(tm_store *store, const struct values *v, int64_t id, tm_error *err)
{
	return tm_store_remove(store, id, err);
}

static int
run_delete(struct tool *tool, const void *given, char **args, int n)
{
	return change_units(tool, given, args, n, take_out);
}

static const struct opt delete_opts[] = {
	OPT_MEMORY(struct values),
	{ 0 },
};

const struct cmd cmd_delete = {
	.name = "delete",
	.summary = "take units out of the memory",
	.operands = "UNIT...",
	.about =
	    "Take units out of the memory, by the numbers that lookup prints:\n"
	    "all that are named, or none.",
	.opts = delete_opts,
	.size = sizeof(struct values),
	.least = 1,
	.most = -1,
	.run = run_delete,
};

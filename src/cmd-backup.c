/* cmd-backup.c - a sound copy of a memory */
#include "config.h"

#include "cmd.h"

#include <stdlib.h>

struct values {
	const char *memory;
	bool json;
};

static int
run(struct tool *tool, const void *given, char **args, int n)
{
	const struct values *v = given;
	char *memory = memory_path(v->memory);
	tm_store *store;
	tm_error err;
	int status = EXIT_DONE;

	watch_interrupts();
	store = tm_store_open(memory, TM_READ, &err);
	if (store != NULL)
		watch_memory(tool, store);
	if (store == NULL || !tm_store_backup(store, args[0], &err)) {
		complain("%s", err.msg);
		status = EXIT_CANNOT;
	} else if (v->json)
		print_json(
		    json_pack("{s:o,s:o}", "memory", json_of(tm_str_of(memory)),
			"backup", json_of(tm_str_of(args[0]))));
	else
		remark(tool, "%s: a copy of %s, read and found sound", args[0],
		    memory);
	tm_store_close(store);
	free(memory);
	if (interrupted() && status == EXIT_CANNOT)
		die_of_interrupt();
	return status;
}

static const struct opt opts[] = {
	OPT_JSON(struct values),
	OPT_MEMORY(struct values),
	{ 0 },
};

const struct cmd cmd_backup = {
	.name = "backup",
	.summary = "copy the memory, also while it is in use",
	.operands = "FILE",
	.about =
	    "Copy the memory as it is now to FILE, which must not be there.\n"
	    "The copy is read from end to end before it gets its name: it is\n"
	    "sound, or not there.",
	.opts = opts,
	.size = sizeof(struct values),
	.least = 1,
	.most = 1,
	.run = run,
};

/* cmd-export.c - the memory into a file of exchange */
#include "config.h"

#include "exchange.h"

#include <stdlib.h>

struct values {
	struct exchange x;
	const char *memory;
};

struct stored {
	tm_store *store;
	tm_filter filter;
};

static bool
walk(void *self, const tm_sink *sink, tm_error *err)
{
	struct stored *stored = self;

	return tm_store_walk(stored->store, &stored->filter, sink, err);
}

static int
run(struct tool *tool, const void *given, char **args, int n)
{
	struct values v = *(const struct values *)given;
	struct stored stored = { .filter = { .from = v.x.from, .to = v.x.to } };
	struct unit_source source = { .self = &stored, .walk = walk };
	char *memory = memory_path(v.memory);
	tm_error err;
	int status;

	v.x.input = memory;
	watch_interrupts();
	stored.store = tm_store_open(memory, TM_READ, &err);
	status = stored.store == NULL ? give_up(&err)
				      : exchange_write(tool, &v.x, &source);
	tm_store_close(stored.store);
	free(memory);
	return status;
}

static const struct opt opts[] = {
	{ 'o', "output", "FILE", OPT_STRING, offsetof(struct values, x.output),
	    .help = "write here (standard output)", .files = true },
	OPT_EXCHANGE(struct values),
	OPT_MEMORY(struct values),
	{ 0 },
};

const struct cmd cmd_export = {
	.name = "export",
	.summary = "write the memory as TMX or another format",
	.operands = "",
	.about =
	    "Write the units of the memory as TMX 1.4b that OmegaT, Trados,\n"
	    "memoQ and the rest read, or in another format. Same memory,\n"
	    "same bytes.",
	.opts = opts,
	.size = sizeof(struct values),
	.run = run,
};

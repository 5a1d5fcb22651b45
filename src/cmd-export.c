/* cmd-export.c - the memory into a file of exchange */
#include "config.h"

#include "choose.h"
#include "exchange.h"

#include <stdlib.h>

struct values {
	struct exchange x;
	struct choice choice; /* its languages are those of x */
	struct opt_list output;
	const char *memory;
};

struct stored {
	tm_store *store;
	tm_filter filter;
};

static bool
walk(void *self, const tm_sink *sink, struct outlets *to, tm_error *err)
{
	struct stored *stored = self;
	tm_arena arena = { 0 };
	const tm_meta *meta;
	size_t n;
	bool ok;

	/* What the files said of themselves goes with their units. */
	ok = to == NULL ||
	     tm_store_header(stored->store, &arena, &meta, &n, err);
	if (ok && to != NULL)
		exchange_header(to, meta, n);
	tm_arena_release(&arena);
	if (!ok)
		return false;
	return tm_store_walk(stored->store, &stored->filter, sink, err);
}

/* The source language of all units: the only one there is of those that
 * --from asks for, else of those that are a source at all, in a memory of two
 * languages (in one of more a unit may lack its source); else NULL. */
static const char *
only_source(const tm_store_info *info, const char *from, char lang[TM_LANG_MAX])
{
	size_t sources = 0;

	for (size_t i = 0; i < info->n_langs; i++) {
		char tag[TM_LANG_MAX];

		snprintf(
		    tag, sizeof tag, "%.*s", TM_STR_ARG(info->langs[i].lang));
		if (from == NULL ? !info->langs[i].is_source
				 : !tm_lang_covers(from, tag))
			continue;
		sources++;
		memcpy(lang, tag, TM_LANG_MAX);
	}
	return sources == 1 && (from != NULL || info->n_langs <= 2) ? lang
								    : NULL;
}

static int export(struct tool *tool, const struct values *v,
    struct stored *stored, tm_error *err)
{
	struct unit_source source = { .self = stored, .walk = walk };
	tm_arena arena = { 0 };
	tm_store_info info = { 0 };
	char lang[TM_LANG_MAX];
	int status = EXIT_NO;

	if (!tm_store_describe(stored->store, &arena, &info, err))
		status = give_up(err);
	else if (!lacks_languages(tool, &info, 1, v->x.from, v->x.to)) {
		source.lang = only_source(&info, v->x.from, lang);
		status = exchange_write(tool, &v->x, &source);
	}
	tm_arena_release(&arena);
	return status;
}

static int
run(struct tool *tool, const void *given, char **args, int n)
{
	struct values v = *(const struct values *)given;
	struct stored stored = { 0 };
	char *memory;
	tm_error err;
	int status;

	if (v.output.n > 2)
		return wrong_call(tool, "-o may be given twice at most");
	if (v.output.n > 0)
		v.x.output = v.output.v[0];
	if (v.output.n > 1)
		v.x.second = v.output.v[1];
	v.choice.from = v.x.from;
	v.choice.to = v.x.to;
	if (!choice_filter(&v.choice, &stored.filter, &err))
		return wrong_call(tool, "%s", err.msg);
	memory = memory_path(v.memory);
	v.x.input = memory;
	watch_interrupts();
	stored.store = open_to_read(tool, memory, &err);
	status = stored.store == NULL ? give_up(&err)
				      : export(tool, &v, &stored, &err);
	tm_store_close(stored.store);
	free(memory);
	return status;
}

static const struct opt opts[] = {
	{ 'o', "output", "FILE", OPT_LIST, offsetof(struct values, output),
	    .help = "write here (standard output); twice for parallel text",
	    .files = true },
	OPT_EXCHANGE(struct values),
	OPT_UNITS_BUT_LANGUAGES(struct values),
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
	.surplus = ": -o goes before the file to write, -m before the memory",
	.run = run,
};

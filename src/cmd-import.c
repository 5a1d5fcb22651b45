/* cmd-import.c - files of exchange into the memory */
#include "config.h"

#include "exchange.h"

#include <stdlib.h>
#include <unistd.h>

struct values {
	const char *from, *to, *memory, *format, *encoding;
	bool dry_run;
};

/* After so many, warnings are only counted. */
enum { MOST_WARNINGS = 20 };

struct importing {
	const struct tool *tool;
	tm_store *store;
	struct progress progress;
	size_t read, added, updated, known, skipped, warnings;
};

static bool
add_unit(void *self, const tm_unit *unit, tm_error *err)
{
	struct importing *im = self;
	tm_added how;

	if (interrupted())
		return tm_fail(err, TM_IO, "interrupted");
	if (!tm_store_add(im->store, unit, &how, err))
		return false;
	im->added += how == TM_ADDED;
	im->updated += how == TM_UPDATED;
	im->known += how == TM_SAME;
	if (++im->read % 1024 == 0)
		progress_tell(&im->progress, -1, im->read);
	return true;
}

static void
warn(void *self, const tm_warning *w)
{
	struct importing *im = self;

	im->skipped += w->skipped;
	if (++im->warnings > MOST_WARNINGS)
		return;
	progress_end(&im->progress);
	if (w->line > 0)
		fprintf(stderr, "%s:%zu: %s\n", w->path, w->line, w->msg);
	else
		fprintf(stderr, "%s: %s\n", w->path, w->msg);
	if (im->warnings == MOST_WARNINGS)
		fprintf(
		    stderr, "%s: further warnings are only counted\n", w->path);
}

static bool
import_file(struct importing *im, const struct values *v, const char *path,
    tm_error *err)
{
	tm_format_options options = {
		.from = v->from, .to = v->to, .encoding = v->encoding
	};
	tm_sink sink = { im, add_unit, warn };
	const tm_format *format = input_format(path, v->format, "format", err);
	bool ok;

	if (format == NULL || !tm_store_begin(im->store, err))
		return false;
	progress_start(&im->progress, im->tool, path);
	ok = tm_format_read(format, path, &options, &sink, err);
	progress_end(&im->progress);
	if (!ok || v->dry_run)
		tm_store_rollback(im->store);
	else
		ok = tm_store_commit(im->store, err);
	return ok;
}

static void
summarise(const struct importing *im, const struct values *v, const char *path)
{
	tm_buf more = { 0 };

	if (im->updated > 0)
		tm_buf_printf(&more, ", %zu updated", im->updated);
	if (im->skipped > 0)
		tm_buf_printf(&more, ", %zu skipped", im->skipped);
	if (im->warnings > im->skipped)
		tm_buf_printf(
		    &more, ", %zu mended", im->warnings - im->skipped);
	remark(im->tool, "%s: %zu added, %zu there already%s%s", path,
	    im->added, im->known, more.n == 0 ? "" : more.p,
	    v->dry_run ? " (dry run: nothing was stored)" : "");
	tm_buf_release(&more);
}

/* A dry run with a memory that is not there counts in one that will not
 * stay. Frees the name it takes the place of. */
static char *
temporary_memory(char *memory)
{
	const char *tmp = getenv("TMPDIR");
	tm_buf name = { 0 };

	tm_buf_printf(&name, "%s/tmtool-dry-run-%ld.tm",
	    tmp == NULL || tmp[0] == '\0' ? "/tmp" : tmp, (long)getpid());
	free(memory);
	return name.p;
}

static int
run(struct tool *tool, const void *given, char **args, int n)
{
	const struct values *v = given;
	struct importing im = { .tool = tool };
	char *memory = memory_path(v->memory);
	char *temporary = NULL;
	int status = EXIT_DONE;
	tm_error err;

	watch_interrupts();
	/* A mistyped name must not leave an empty memory behind. */
	for (int i = 0; i < n; i++)
		if (input_format(args[i], v->format, "format", &err) == NULL) {
			status = give_up(&err);
			goto out;
		}
	if (v->dry_run && access(memory, F_OK) != 0)
		temporary = memory = temporary_memory(memory);
	im.store = tm_store_open(memory, TM_CREATE, &err);
	if (im.store == NULL) {
		status = give_up(&err);
		goto out;
	}
	for (int i = 0; i < n; i++) {
		im.read = im.added = im.updated = im.known = im.skipped =
		    im.warnings = 0;
		if (import_file(&im, v, args[i], &err)) {
			summarise(&im, v, args[i]);
			continue;
		}
		complain("%s", err.msg);
		complain("%s: nothing of it was imported", args[i]);
		status = EXIT_CANNOT;
		if (interrupted())
			break;
	}
	tm_store_close(im.store);
	if (temporary != NULL)
		unlink(temporary);
	if (interrupted())
		die_of_interrupt();
out:
	free(memory);
	return status;
}

static const struct opt opts[] = {
	{ 0, "from", "LANG", OPT_LANG, offsetof(struct values, from),
	    .help = "language of the source, where FILE does not say" },
	{ 0, "to", "LANG", OPT_LANG, offsetof(struct values, to),
	    .help = "language of the target, where FILE does not say" },
	OPT_MEMORY(struct values),
	{ 'f', "format", "FORMAT", OPT_CHOICE, offsetof(struct values, format),
	    .help =
		"tmx, tsv, csv, xliff, xliff2, po, jsonl, text (as FILE tells)",
	    .choices = exchange_formats },
	{ 'n', "dry-run", NULL, OPT_FLAG, offsetof(struct values, dry_run),
	    .help = "read and count, store nothing" },
	OPT_ENCODING(struct values),
	{ 0 },
};

const struct cmd cmd_import = {
	.name = "import",
	.summary = "read TMX and other files into the memory",
	.operands = "FILE...",
	.about =
	    "Read units from FILEs into the memory, each file whole or not at\n"
	    "all. A unit that cannot be read is named with its line and "
	    "skipped.\n"
	    "TSV has source TAB target; --from and --to name its languages, "
	    "mul\n"
	    "or und for a side of mixed or unknown language.",
	.opts = opts,
	.size = sizeof(struct values),
	.least = 1,
	.most = -1,
	.run = run,
};

/* cmd-import.c - files of exchange into the memory */
#include "config.h"

#include "exchange.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct values {
	const char *from, *to, *memory, *format, *encoding;
	bool dry_run, strict, json;
};

/* A reason to skip a unit: what the warning says, without what differs. */
struct reason {
	char text[120];
	size_t n;
};

/* After so many, warnings are only counted. */
enum { MOST_WARNINGS = 20 };

struct importing {
	const struct tool *tool;
	tm_store *store;
	const char *path;
	tm_str file;  /* which units come from, without its folder */
	char *place;  /* where that lies; NULL: nowhere */
	int64_t at;   /* segments so far, with those that were skipped */
	int64_t date; /* of units that have none: that of the file */
	bool undated; /* the format has no dates of its own */
	tm_error header_err;
	struct progress progress;
	size_t read, added, updated, known, skipped, warnings;
	struct reason reasons[8];
	size_t n_reasons;
	bool strict;
};

static bool
refuse(const struct importing *im, tm_error *err)
{
	return tm_fail(err, TM_PARSE,
	    "%zu thing%s of the file %s not as it should be, and --strict "
	    "asks for nothing less",
	    im->warnings, im->warnings == 1 ? "" : "s",
	    im->warnings == 1 ? "is" : "are");
}

/* Count what was skipped by reason: numbers and what stands in quotes are
 * left out of it. */
static void
count_reason(struct importing *im, const char *msg)
{
	const size_t room = sizeof im->reasons / sizeof im->reasons[0];
	char text[sizeof im->reasons[0].text];
	size_t n = 0, k = 0;
	bool quoted = false;

	for (; *msg != '\0' && *msg != ';' && n < sizeof text - 4; msg++) {
		if (*msg == '"')
			quoted = !quoted;
		if (quoted ? *msg == '"' : (*msg < '0' || *msg > '9'))
			text[n++] = *msg;
	}
	text[n] = '\0';
	while (k < im->n_reasons && strcmp(im->reasons[k].text, text) != 0)
		k++;
	if (k == room)
		k--;
	else if (k == im->n_reasons)
		memcpy(im->reasons[im->n_reasons++].text, text, n + 1);
	im->reasons[k].n++;
}

static void
warn(void *self, const tm_warning *w)
{
	struct importing *im = self;

	im->skipped += w->skipped;
	im->at += w->skipped;
	if (w->skipped)
		count_reason(im, w->msg);
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

/* There is nothing to translate with but where two languages say it. */
static bool
is_translated(const tm_unit *unit)
{
	size_t n = 0;

	for (size_t i = 0; i < unit->n; i++)
		n += tm_str_trim(unit->v[i].text).n > 0 ||
		     unit->v[i].n_codes > 0;
	return n >= 2;
}

/* Segments stand in a file in the order of their document, unless they say
 * themselves what was beside them. */
static void
give_place(const struct importing *im, tm_unit *u)
{
	if (im->place == NULL || u->position > 0 || tm_unit_names_context(u))
		return;
	if (u->document.n == 0) {
		u->document = im->file;
		u->path = tm_str_of(im->place);
		u->in_passing = true;
	}
	u->position = im->at;
}

static bool
add_unit(void *self, const tm_unit *unit, tm_error *err)
{
	struct importing *im = self;
	tm_unit u = *unit;
	tm_added how;

	if (interrupted())
		return tm_fail(err, TM_IO, "interrupted");
	if (im->strict && im->warnings > 0)
		return refuse(im, err);
	if (!is_translated(unit)) {
		warn(im, &(tm_warning){ .path = im->path,
			     .line = unit->line,
			     .skipped = true,
			     .msg = "a unit with text in one language alone; "
				    "it was skipped" });
		return true;
	}
	u.file = im->file;
	im->at++;
	give_place(im, &u);
	if (im->undated && u.created == 0 && u.changed == 0)
		u.created = im->date;
	if (!tm_store_add(im->store, &u, &how, err))
		return false;
	im->added += how == TM_ADDED;
	im->updated += how == TM_UPDATED;
	im->known += how == TM_SAME;
	if (++im->read % 1024 == 0)
		progress_tell(&im->progress, -1, im->read);
	return true;
}

/* A file, or the two of a parallel text. */
struct input {
	const char *path;
	const tm_format *format;
	const char *from, *to;
	char tags[2][TM_LANG_MAX];
};

/* Tell the format of each of args; returns how many inputs they are, 0 with
 * err set when one cannot be told. */
static int
tell_inputs(const struct values *v, char **args, int n, struct input *inputs,
    tm_error *err)
{
	int count = 0;

	for (int i = 0; i < n; i++) {
		struct input *in = &inputs[count++];

		*in =
		    (struct input){ args[i], NULL, v->from, v->to, { "", "" } };
		if (v->format == NULL && i + 1 < n &&
		    is_parallel(
			args[i], args[i + 1], in->tags[0], in->tags[1])) {
			in->format = tm_format_named("text");
			if (in->from == NULL)
				in->from = in->tags[0];
			if (in->to == NULL)
				in->to = in->tags[1];
			i++;
			continue;
		}
		in->format = input_format(args[i], v->format, "format", err);
		if (in->format == NULL)
			return 0;
	}
	return count;
}

/* When the file was written, but no later than SOURCE_DATE_EPOCH: the same
 * file twice has the same date, so that nothing changes. */
static int64_t
date_of(const char *path)
{
	int64_t latest = now();
	struct stat st;

	if (strcmp(path, "-") != 0 && stat(path, &st) == 0 &&
	    (int64_t)st.st_mtime < latest)
		return (int64_t)st.st_mtime;
	return latest;
}

static bool
is_undated(const tm_format *format)
{
	static const char *const names[] = { "tsv", "csv", "text", "po" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(tm_format_name(format), names[i]) == 0)
			return true;
	return false;
}

static tm_str
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (strcmp(path, "-") == 0)
		return TM_STR("");
	return tm_str_of(slash == NULL ? path : slash + 1);
}

static void
keep_header(void *self, const tm_meta *meta, size_t n)
{
	struct importing *im = self;

	/* What columns a table had is nothing about its units. */
	if (im->file.n > 0 && !im->undated)
		tm_store_set_header(
		    im->store, im->file, meta, n, &im->header_err);
}

static bool
import_file(struct importing *im, const struct values *v,
    const struct input *in, tm_error *err)
{
	tm_format_options options = { .from = in->from,
		.to = in->to,
		.encoding = v->encoding,
		.header_is = keep_header,
		.header_self = im };
	tm_sink sink = { im, add_unit, warn };
	bool ok;

	im->read = im->added = im->updated = im->known = im->skipped = 0;
	im->warnings = im->n_reasons = 0;
	memset(im->reasons, 0, sizeof im->reasons);
	im->strict = v->strict;
	im->path = in->path;
	im->file = name_of(in->path);
	im->at = 0;
	im->date = date_of(in->path);
	im->undated = is_undated(in->format);
	im->header_err.code = TM_OK;
	sign_memory(im->tool, im->store, in->path);
	if (!tm_store_begin(im->store, err))
		return false;
	im->place = path_known(in->path);
	progress_start(&im->progress, im->tool, in->path);
	ok = tm_format_read(in->format, in->path, &options, &sink, err);
	if (ok && v->strict && im->warnings > 0)
		ok = refuse(im, err);
	if (ok && im->header_err.code != TM_OK) {
		*err = im->header_err;
		ok = false;
	}
	progress_end(&im->progress);
	free(im->place);
	if (!ok || v->dry_run)
		tm_store_rollback(im->store);
	else
		ok = tm_store_commit(im->store, err);
	return ok;
}

/* What came of a file, or why nothing did. */
static void
print_summary(const struct importing *im, const struct values *v,
    const char *path, const char *why)
{
	json_t *o = json_object();

	json_object_set_new(o, "file", json_of(tm_str_of(path)));
	if (why != NULL) {
		json_object_set_new(o, "error", json_of(tm_str_of(why)));
		print_json(o);
		return;
	}
	json_count(o, "added", (int64_t)im->added);
	json_count(o, "updated", (int64_t)im->updated);
	json_count(o, "there_already", (int64_t)im->known);
	json_count(o, "skipped", (int64_t)im->skipped);
	json_count(o, "mended", (int64_t)(im->warnings - im->skipped));
	json_object_set_new(o, "dry_run", json_boolean(v->dry_run));
	print_json(o);
}

static void
summarise(const struct importing *im, const struct values *v, const char *path)
{
	tm_buf more = { 0 };

	if (v->json) {
		print_summary(im, v, path, NULL);
		return;
	}
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
	for (size_t i = 0; i < im->n_reasons && im->n_reasons > 1; i++)
		remark(im->tool, "  skipped %zu: %s", im->reasons[i].n,
		    im->reasons[i].text);
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
import_all(
    struct importing *im, const struct values *v, struct input *inputs, int n)
{
	int status = EXIT_DONE;
	tm_error err;

	for (int i = 0; i < n && !interrupted(); i++) {
		if (import_file(im, v, &inputs[i], &err)) {
			summarise(im, v, inputs[i].path);
			if (im->read == 0 && im->skipped > 0 &&
			    status == EXIT_DONE)
				status = EXIT_NO;
			continue;
		}
		if (v->json)
			print_summary(im, v, inputs[i].path, err.msg);
		complain("%s", err.msg);
		complain("%s: nothing of it was imported", inputs[i].path);
		status = EXIT_CANNOT;
	}
	return status;
}

static int
run(struct tool *tool, const void *given, char **args, int n)
{
	const struct values *v = given;
	struct importing im = { .tool = tool };
	struct input *inputs = tm_zalloc((size_t)n, sizeof *inputs);
	char *memory = memory_path(v->memory);
	bool temporary = v->dry_run && access(memory, F_OK) != 0;
	int status = EXIT_CANNOT;
	bool had_time;
	tm_error err;

	watch_interrupts();
	if (temporary)
		memory = temporary_memory(memory);
	/* A mistyped name must not leave an empty memory behind. */
	n = tell_inputs(v, args, n, inputs, &err);
	if (n > 0)
		im.store = tm_store_open(memory, TM_CREATE, &err);
	if (im.store != NULL)
		watch_memory(tool, im.store);
	if (im.store != NULL)
		status = import_all(&im, v, inputs, n);
	else
		give_up(&err);
	had_time = !interrupted();
	if (status == EXIT_DONE)
		tm_store_close(im.store);
	else
		tm_store_abandon(im.store);
	if (temporary)
		unlink(memory);
	free(memory);
	free(inputs);
	if (interrupted() && had_time && status == EXIT_DONE)
		remark(tool,
		    "what was imported is stored; what its index lacks is made "
		    "by the next lookup");
	if (interrupted())
		die_of_interrupt();
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
	{ 0, "strict", NULL, OPT_FLAG, offsetof(struct values, strict),
	    .help = "refuse a file that has anything to skip or to mend" },
	{ 'n', "dry-run", NULL, OPT_FLAG, offsetof(struct values, dry_run),
	    .help = "read and count, store nothing" },
	OPT_JSON(struct values),
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

/* cmd-check.c - what may be wrong with files and memories */
#include "config.h"

#include "check-report.h"
#include "exchange.h"

#include <stdlib.h>

struct values {
	struct exchange x;
	struct opt_list only, skip;
	const char *html, *format, *encoding;
	bool json, fix;
};

struct checking {
	struct tool *tool;
	const struct values *v;
	struct report report;
	tm_checker *checker;
	bool file; /* findings about the file itself are wanted */
	tm_findings found, done;
	struct progress progress;
	const tm_format *format; /* NULL: a memory */
	tm_store *store;
	/* where mended units go: */
	const tm_sink *to;
	struct outlets *files;
};

/* ---- Which checks ------------------------------------------------------ */

#define FILE_BIT TM_CHECK_BIT(FILE_FINDING)

/* The checks that the lists name, separated by commas. */
static bool
add_kinds(struct tool *tool, const struct opt_list *lists, unsigned *bits)
{
	for (size_t i = 0; i < lists->n; i++)
		for (const char *p = lists->v[i]; *p != '\0';) {
			tm_str name = { p, strcspn(p, ",") };
			tm_check_kind kind = TM_CHECK_COUNT;

			if (tm_str_eq(name, TM_STR("all")))
				*bits |= TM_CHECK_ALL | FILE_BIT;
			else if (!tm_check_named(name, &kind) &&
				 !tm_str_eq(name, TM_STR("file"))) {
				wrong_call(tool,
				    "there is no check '%.*s': see --help",
				    TM_STR_ARG(name));
				return false;
			} else
				*bits |= TM_CHECK_BIT(kind);
			p += name.n + (p[name.n] == ',');
		}
	return true;
}

static bool
choose_kinds(struct tool *tool, const struct values *v, unsigned *kinds)
{
	unsigned only = 0, skip = 0;

	if (!add_kinds(tool, &v->only, &only) ||
	    !add_kinds(tool, &v->skip, &skip))
		return false;
	*kinds = (v->only.n > 0 ? only : TM_CHECK_USUAL | FILE_BIT) & ~skip;
	return true;
}

/* ---- A file ------------------------------------------------------------ */

static bool
check_unit(void *self, const tm_unit *unit, tm_error *err)
{
	struct checking *c = self;

	if (interrupted())
		return tm_fail(err, TM_IO, "interrupted");
	if (c->to != NULL) {
		unit = tm_check_mend(c->checker, unit, &c->done);
		for (size_t i = 0; i < c->done.n; i++)
			report_finding(&c->report, unit, &c->done.v[i], true);
	}
	tm_check(c->checker, unit, &c->found);
	for (size_t i = 0; i < c->found.n; i++)
		report_finding(&c->report, unit, &c->found.v[i], false);
	if (++c->report.units % 1024 == 0)
		progress_tell(&c->progress, -1, c->report.units);
	return c->to == NULL || c->to->unit(c->to->self, unit, err);
}

static void
hear(void *self, const tm_warning *w)
{
	struct checking *c = self;

	if (c->file)
		report_warning(&c->report, w);
}

/* What a file says of itself stays with the units that are mended. */
static void
pass_header_on(void *self, const tm_meta *meta, size_t n)
{
	struct checking *c = self;

	exchange_header(c->files, meta, n);
}

static bool
read_units(
    struct checking *c, const char *path, const tm_sink *sink, tm_error *err)
{
	tm_format_options options = { .from = c->v->x.from,
		.to = c->v->x.to,
		.encoding = c->v->encoding,
		.strict = true,
		.header_is = pass_header_on,
		.header_self = c };

	if (c->format == NULL)
		return tm_store_walk(c->store, NULL, sink, err);
	return tm_format_read(c->format, path, &options, sink, err);
}

static bool
open_input(struct checking *c, const char *path, tm_error *err)
{
	c->report.path = strcmp(path, "-") == 0 ? "standard input" : path;
	c->report.files++;
	c->format = NULL;
	c->store = NULL;
	if (strcmp(path, "-") != 0 && is_database(path)) {
		c->store = tm_store_open(path, TM_READ, err);
		return c->store != NULL;
	}
	c->format = input_format(path, c->v->format, "format", err);
	return c->format != NULL;
}

static bool
check_file(struct checking *c, const char *path, tm_error *err)
{
	const tm_sink sink = { c, check_unit, hear };
	bool ok;

	if (!open_input(c, path, err))
		return false;
	progress_start(&c->progress, c->tool, path);
	ok = read_units(c, path, &sink, err);
	progress_end(&c->progress);
	tm_store_close(c->store);
	return ok;
}

/* ---- Mending ----------------------------------------------------------- */

/* Hand the units of the file to sink, as exchange_write() asks: first to see
 * which languages they are in, then, mended, to the writer. */
static bool
walk(void *self, const tm_sink *sink, struct outlets *to, tm_error *err)
{
	struct checking *c = self;
	const tm_sink own = { c, check_unit, hear };

	if (to == NULL)
		return read_units(c, c->v->x.input, sink, err);
	c->to = sink;
	c->files = to;
	return read_units(c, c->v->x.input, &own, err);
}

static int
mend_file(struct checking *c, const char *path)
{
	struct values v = *c->v;
	struct unit_source source = { .self = c, .walk = walk, .tells = true };
	tm_error err;
	int status;

	if (!open_input(c, path, &err))
		return give_up(&err);
	v.x.input = path;
	c->v = &v;
	if (v.x.format == NULL && tm_format_for_path(v.x.output) == NULL &&
	    c->format != NULL)
		v.x.format = tm_format_name(c->format);
	status = exchange_write(c->tool, &v.x, &source);
	tm_store_close(c->store);
	return status;
}

/* ---- The command ------------------------------------------------------- */

static int
check_files(struct checking *c, char **args, int n)
{
	int status = EXIT_DONE;
	tm_error err;

	for (int i = 0; i < n; i++) {
		if (check_file(c, args[i], &err))
			continue;
		complain("%s", err.msg);
		status = EXIT_CANNOT;
		if (interrupted())
			die_of_interrupt();
	}
	return status;
}

static int
run(struct tool *tool, const void *given, char **args, int n)
{
	const struct values *v = given;
	struct checking c = { .tool = tool,
		.v = v,
		.report = { .tool = tool, .json = v->json } };
	tm_outfile page = { 0 };
	unsigned kinds;
	tm_error err;
	int status;

	if (!choose_kinds(tool, v, &kinds))
		return EXIT_CALL;
	if (v->fix != (v->x.output != NULL))
		return wrong_call(tool,
		    "--fix writes the mended file where -o says: give both");
	if (v->fix && (n > 1 || strcmp(args[0], "-") == 0))
		return wrong_call(tool, "--fix mends one file that has a name");
	if (v->html != NULL && !tm_outfile_open(&page, v->html, &err))
		return give_up(&err);
	c.report.html = page.fp;
	c.file = (kinds & FILE_BIT) != 0;
	c.checker = tm_checker_new(kinds);
	watch_interrupts();
	status = v->fix ? mend_file(&c, args[0]) : check_files(&c, args, n);
	/* Of a file that could not be mended there is nothing to sum up. */
	if (!v->fix || status != EXIT_CANNOT)
		report_end(&c.report);
	if (v->html != NULL && !tm_outfile_commit(&page, &err))
		status = give_up(&err);
	tm_checker_free(c.checker);
	tm_findings_release(&c.found);
	tm_findings_release(&c.done);
	if (status == EXIT_DONE && c.report.all > 0)
		status = EXIT_NO;
	return status;
}

static const struct opt opts[] = {
	{ 0, "only", "CHECK,...", OPT_LIST, offsetof(struct values, only),
	    .help = "these checks and no others" },
	{ 0, "skip", "CHECK,...", OPT_LIST, offsetof(struct values, skip),
	    .help = "all checks but these" },
	{ 0, "json", NULL, OPT_FLAG, offsetof(struct values, json),
	    .help = "a JSON object for each finding" },
	{ 0, "html", "FILE", OPT_STRING, offsetof(struct values, html),
	    .help = "a page to look at, instead of text", .files = true },
	{ 0, "fix", NULL, OPT_FLAG, offsetof(struct values, fix),
	    .help = "mend what can be mended safely, and write it to -o" },
	{ 'o', "output", "FILE", OPT_STRING, offsetof(struct values, x.output),
	    .help = "where --fix writes", .files = true },
	{ 'f', "format", "FORMAT", OPT_CHOICE, offsetof(struct values, format),
	    .help =
		"tmx, tsv, csv, xliff, xliff2, po, jsonl, text (as FILE tells)",
	    .choices = exchange_formats },
	{ 0, "from", "LANG", OPT_LANG, offsetof(struct values, x.from),
	    .help = "language of the source, where FILE does not say" },
	{ 0, "to", "LANG", OPT_LANG, offsetof(struct values, x.to),
	    .help = "language of the target, where FILE does not say" },
	OPT_ENCODING(struct values),
	{ 0 },
};

static const struct values defaults = { .x.level = 2 };

const struct cmd cmd_check = {
	.name = "check",
	.summary = "say what may be wrong with translations",
	.operands = "FILE...",
	.about = "Check TMX, XLIFF, PO, TSV, CSV and other files, and "
		 "memories. The\n"
		 "checks: file (is it valid?), empty, untranslated, numbers, "
		 "codes,\n"
		 "punctuation, brackets, spaces, controls, length, script, "
		 "language,\n"
		 "inconsistent, same.",
	.opts = opts,
	.size = sizeof(struct values),
	.defaults = &defaults,
	.least = 1,
	.most = -1,
	.run = run,
};

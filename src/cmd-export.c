/* cmd-export.c - the memory into a file of exchange */
#include "config.h"

#include "cmd.h"

#include <stdlib.h>

struct values {
	const char *from, *to, *memory, *output, *format;
	bool split;
};

/* One direction there are units of: exact codes, source and target. */
struct pair {
	char src[TM_LANG_MAX], tgt[TM_LANG_MAX];
	size_t n;
};

struct pairs {
	struct pair *v;
	size_t n, cap;
	const struct values *values;
};

/* The source variant as asked for: in --from, else as recorded. */
static size_t
source_of(const struct values *v, const tm_unit *unit)
{
	return v->from != NULL ? tm_unit_find(unit, v->from, 0)
			       : tm_unit_source(unit);
}

static bool
is_target(const struct values *v, const tm_unit *unit, size_t src, size_t i)
{
	char lang[TM_LANG_MAX];

	if (i == src)
		return false;
	snprintf(lang, sizeof lang, "%.*s", TM_STR_ARG(unit->v[i].lang));
	return v->to == NULL || tm_lang_covers(v->to, lang);
}

static bool
count_pairs(void *self, const tm_unit *unit, tm_error *err)
{
	struct pairs *pairs = self;
	size_t src = source_of(pairs->values, unit);

	if (interrupted())
		return tm_fail(err, TM_IO, "interrupted: nothing was written");
	for (size_t i = 0; i < unit->n; i++) {
		struct pair p = { .n = 0 };
		size_t k;

		if (src == unit->n || !is_target(pairs->values, unit, src, i))
			continue;
		snprintf(
		    p.src, sizeof p.src, "%.*s", TM_STR_ARG(unit->v[src].lang));
		snprintf(
		    p.tgt, sizeof p.tgt, "%.*s", TM_STR_ARG(unit->v[i].lang));
		for (k = 0; k < pairs->n; k++)
			if (strcmp(pairs->v[k].src, p.src) == 0 &&
			    strcmp(pairs->v[k].tgt, p.tgt) == 0)
				break;
		if (k == pairs->n) {
			tm_grow(pairs->v, pairs->n, pairs->cap);
			pairs->v[pairs->n++] = p;
		}
		pairs->v[k].n++;
	}
	return true;
}

/* Hands on what was asked for of each unit: all of it, or the variants of
 * --from and --to, or those of one pair; the source first. */
struct picking {
	const struct values *values;
	const struct pair *only; /* NULL: any */
	const tm_sink *to;
	size_t n;
};

static bool
pick(void *self, const tm_unit *unit, tm_error *err)
{
	struct picking *p = self;
	const struct values *v = p->values;
	size_t src = source_of(v, unit), n = 0;
	tm_variant *variants;
	tm_unit picked = *unit;
	bool ok = true;

	if (interrupted())
		return tm_fail(err, TM_IO, "interrupted: nothing was written");
	if (src == unit->n || (p->only != NULL && !tm_str_eq(unit->v[src].lang,
						      tm_str_of(p->only->src))))
		return true;
	variants = tm_zalloc(unit->n, sizeof *variants);
	variants[n++] = unit->v[src];
	for (size_t i = 0; i < unit->n; i++)
		if (is_target(v, unit, src, i) &&
		    (p->only == NULL ||
			tm_str_eq(unit->v[i].lang, tm_str_of(p->only->tgt))))
			variants[n++] = unit->v[i];
	if (n > 1 || (p->only == NULL && v->to == NULL)) {
		picked.v = variants;
		picked.n = n;
		picked.srclang = variants[0].lang;
		p->n++;
		ok = p->to->unit(p->to->self, &picked, err);
	}
	free(variants);
	return ok;
}

static void
warn(void *self, const tm_warning *w)
{
	complain("%s: %s", w->path, w->msg);
}

static bool
write_units(struct tool *tool, const struct values *v, tm_store *store,
    const tm_format *format, const char *path, const struct pair *only,
    const char *srclang, tm_error *err)
{
	tm_filter filter = { v->from, v->to };
	tm_format_options options = { .srclang = srclang,
		.from = only != NULL ? only->src : v->from,
		.to = only != NULL ? only->tgt : v->to };
	struct picking picking = { .values = v, .only = only };
	tm_sink sink = { &picking, pick, warn };
	tm_writer *w = tm_writer_open(format, path, &options, err);

	if (w == NULL)
		return false;
	picking.to = tm_writer_sink(w);
	if (!tm_store_walk(store, &filter, &sink, err)) {
		tm_writer_abandon(w);
		return false;
	}
	if (!tm_writer_close(w, err))
		return false;
	if (strcmp(path, "-") != 0)
		remark(tool, "%s: %zu units", path, picking.n);
	return true;
}

/* "x.tmx" for the pair ar, en: "x.ar-en.tmx". */
static void
split_path(const char *path, const struct pair *p, tm_buf *out)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strchr(slash == NULL ? path : slash + 1, '.');
	size_t n = dot == NULL ? strlen(path) : (size_t)(dot - path);

	tm_buf_clear(out);
	tm_buf_printf(
	    out, "%.*s.%s-%s%s", (int)n, path, p->src, p->tgt, path + n);
}

static bool
export_split(struct tool *tool, const struct values *v, tm_store *store,
    const tm_format *format, const struct pairs *pairs, tm_error *err)
{
	tm_buf path = { 0 };
	bool ok = true;

	for (size_t i = 0; ok && i < pairs->n; i++) {
		split_path(v->output, &pairs->v[i], &path);
		ok = write_units(tool, v, store, format, path.p, &pairs->v[i],
		    pairs->v[i].src, err);
	}
	tm_buf_release(&path);
	return ok;
}

static bool export(struct tool *tool, const struct values *v, tm_store *store,
    const tm_format *format, tm_error *err)
{
	struct pairs pairs = { .values = v };
	tm_filter filter = { v->from, v->to };
	tm_sink sink = { &pairs, count_pairs, NULL };
	const char *srclang = v->from;
	bool ok = false;

	if (!tm_store_walk(store, &filter, &sink, err))
		goto out;
	if (v->split) {
		ok = export_split(tool, v, store, format, &pairs, err);
		goto out;
	}
	if (pairs.n > 0)
		srclang = pairs.v[0].src;
	for (size_t i = 1; i < pairs.n; i++)
		if (strcmp(pairs.v[i].src, srclang) != 0 &&
		    strcmp(srclang, "*all*") != 0) {
			remark(tool,
			    "the units have several source languages (%s, "
			    "%s): srclang is *all*, which some tools refuse; "
			    "--split writes a file a pair",
			    srclang, pairs.v[i].src);
			srclang = "*all*";
		}
	ok = write_units(tool, v, store, format,
	    v->output == NULL ? "-" : v->output, NULL, srclang, err);
out:
	free(pairs.v);
	return ok;
}

static int
run(struct tool *tool, const void *given, char **args, int n)
{
	const struct values *v = given;
	const tm_format *format = tm_format_named("tmx");
	char *memory;
	tm_store *store;
	int status = EXIT_DONE;
	tm_error err;

	if (v->format != NULL)
		format = tm_format_named(v->format);
	else if (v->output != NULL && strcmp(v->output, "-") != 0)
		format = tm_format_for_path(v->output);
	if (format == NULL || !tm_format_can_write(format))
		return wrong_call(tool,
		    "'%s' does not tell a format we write: say --format",
		    v->output);
	if (v->split && (v->output == NULL || strcmp(v->output, "-") == 0))
		return wrong_call(tool, "--split needs --output FILE");
	watch_interrupts();
	memory = memory_path(v->memory);
	store = tm_store_open(memory, TM_READ, &err);
	if (store == NULL || !export(tool, v, store, format, &err))
		status = give_up(&err);
	tm_store_close(store);
	free(memory);
	return status;
}

static const char *const formats[] = { "tmx", "tsv", NULL };

static const struct opt opts[] = {
	{ 'o', "output", "FILE", OPT_STRING, offsetof(struct values, output),
	    .help = "write here (standard output)", .files = true },
	{ 'f', "format", "FORMAT", OPT_CHOICE, offsetof(struct values, format),
	    .help = "tmx or tsv (as the file name tells, else tmx)",
	    .choices = formats },
	{ 0, "from", "LANG", OPT_LANG, offsetof(struct values, from),
	    .help = "only units with this language, as the source" },
	{ 0, "to", "LANG", OPT_LANG, offsetof(struct values, to),
	    .help = "only units with this language, as a target" },
	{ 0, "split", NULL, OPT_FLAG, offsetof(struct values, split),
	    .help = "a file for each pair of languages: x.ar-en.tmx" },
	OPT_MEMORY(struct values),
	{ 0 },
};

const struct cmd cmd_export = {
	.name = "export",
	.summary = "write the memory as TMX or TSV",
	.operands = "",
	.about =
	    "Write the units of the memory as TMX 1.4b that OmegaT, Trados,\n"
	    "memoQ and the rest read. Same memory, same bytes.",
	.opts = opts,
	.size = sizeof(struct values),
	.run = run,
};

/*
 * exchange.c - units from anywhere into a file of exchange
 *
 * Readers want the source language in the header, so the units are walked
 * twice: once to see which languages they are in, once to write them.
 */
#include "config.h"

#include "exchange.h"

#include <stdlib.h>
#include <sys/stat.h>

const char *const exchange_formats[] = { "tmx", "tsv", "csv", "xliff", "xliff2",
	"po", "jsonl", "text", NULL };

const char *const exchange_tools[] = { "omegat", "trados", "memoq", "matecat",
	"phrase", "xtm", "poedit", "lokalize", "virtaal", "weblate", NULL };

const tm_format *
input_format(
    const char *path, const char *name, const char *option, tm_error *err)
{
	const tm_format *f = name != NULL ? tm_format_named(name) : NULL;
	tm_error why;
	struct stat st;

	if (strcmp(path, "-") != 0 && stat(path, &st) == 0 &&
	    S_ISDIR(st.st_mode)) {
		tm_fail(err, TM_IO, "'%s' is a directory, not a file", path);
		return NULL;
	}
	if (f != NULL)
		return f; /* parallel text: path may stand for two files */
	f = tm_format_tell(path, &why);
	if (f == NULL)
		tm_fail(err, why.code,
		    why.code == TM_INVALID ? "%s: say it with --%s" : "%s",
		    why.msg, option);
	return f;
}

bool
is_parallel(
    const char *a, const char *b, char from[TM_LANG_MAX], char to[TM_LANG_MAX])
{
	return tm_format_for_path(a) == NULL && tm_format_for_path(b) == NULL &&
	       tm_format_halves(a, b, from, to);
}

/* One direction there are units of: exact codes, source and target. */
struct pair {
	char src[TM_LANG_MAX], tgt[TM_LANG_MAX];
	size_t n;
};

struct pairs {
	struct pair *v;
	size_t n, cap;
	const struct exchange *x;
};

/* The source variant as asked for: in --from, else as recorded. */
static size_t
source_of(const struct exchange *x, const tm_unit *unit)
{
	return x->from != NULL ? tm_unit_find(unit, x->from, 0)
			       : tm_unit_source(unit);
}

static bool
is_target(const struct exchange *x, const tm_unit *unit, size_t src, size_t i)
{
	char lang[TM_LANG_MAX];

	if (i == src || x->to == NULL)
		return i != src;
	snprintf(lang, sizeof lang, "%.*s", TM_STR_ARG(unit->v[i].lang));
	return tm_lang_covers(x->to, lang);
}

static bool
count_pairs(void *self, const tm_unit *unit, tm_error *err)
{
	struct pairs *pairs = self;
	size_t src = source_of(pairs->x, unit);

	if (interrupted())
		return tm_fail(err, TM_IO, "interrupted: nothing was written");
	for (size_t i = 0; i < unit->n; i++) {
		struct pair p = { .n = 0 };
		size_t k;

		if (src == unit->n || !is_target(pairs->x, unit, src, i))
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
	const struct exchange *x;
	const struct pair *only; /* NULL: any */
	const tm_sink *to;
	size_t n, rejected;
};

static bool
pick(void *self, const tm_unit *unit, tm_error *err)
{
	struct picking *p = self;
	const struct exchange *x = p->x;
	size_t src = source_of(x, unit), n = 0;
	tm_variant few[4], *variants = few;
	tm_unit picked = *unit;
	bool ok = true;

	if (interrupted())
		return tm_fail(err, TM_IO, "interrupted: nothing was written");
	/* Nobody else knows of the status: it would be offered as good. */
	if (unit->status == TM_REJECTED) {
		p->rejected++;
		return true;
	}
	if (src == unit->n || (p->only != NULL && !tm_str_eq(unit->v[src].lang,
						      tm_str_of(p->only->src))))
		return true;
	if (unit->n > sizeof few / sizeof few[0])
		variants = tm_zalloc(unit->n, sizeof *variants);
	variants[n++] = unit->v[src];
	for (size_t i = 0; i < unit->n; i++)
		if (is_target(x, unit, src, i) &&
		    (p->only == NULL ||
			tm_str_eq(unit->v[i].lang, tm_str_of(p->only->tgt))))
			variants[n++] = unit->v[i];
	if (n > 1 || (p->only == NULL && x->to == NULL)) {
		picked.v = variants;
		picked.n = n;
		picked.srclang = variants[0].lang;
		p->n++;
		ok = p->to->unit(p->to->self, &picked, err);
	}
	if (variants != few)
		free(variants);
	return ok;
}

static void
warn(void *self, const tm_warning *w)
{
	if (w->line > 0)
		complain("%s:%zu: %s", w->path, w->line, w->msg);
	else
		complain("%s: %s", w->path, w->msg);
}

struct job {
	struct tool *tool;
	const struct exchange *x;
	const struct unit_source *source;
	const tm_format *format;
};

static bool
write_units(const struct job *job, const char *path, const struct pair *only,
    const char *srclang, tm_error *err)
{
	const struct exchange *x = job->x;
	tm_format_options options = { .srclang = srclang,
		.from = only != NULL ? only->src : x->from,
		.to = only != NULL ? only->tgt : x->to,
		.level = x->level,
		.tool = x->tool,
		.warn = warn };
	struct picking picking = { .x = x, .only = only };
	tm_sink sink = { &picking, pick, warn };
	tm_writer *w = tm_writer_open(job->format, path, &options, err);
	tm_buf where = { 0 };

	if (w == NULL)
		return false;
	tm_buf_adds(&where, path);
	if (tm_writer_second(w) != NULL)
		tm_buf_printf(&where, " and %s", tm_writer_second(w));
	picking.to = tm_writer_sink(w);
	if (job->source->writer != NULL)
		*job->source->writer = w;
	if (!job->source->walk(job->source->self, &sink, err)) {
		tm_writer_abandon(w);
		tm_buf_release(&where);
		return false;
	}
	if (!tm_writer_close(w, err)) {
		tm_buf_release(&where);
		return false;
	}
	if (picking.rejected > 0)
		remark(job->tool, "%zu rejected unit%s left out",
		    picking.rejected,
		    picking.rejected == 1 ? " was" : "s were");
	if (strcmp(path, "-") != 0)
		remark(job->tool, "%s: %zu unit%s", where.p, picking.n,
		    picking.n == 1 ? "" : "s");
	tm_buf_release(&where);
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
write_split(const struct job *job, const struct pairs *pairs, tm_error *err)
{
	tm_buf path = { 0 };
	bool ok = true;

	for (size_t i = 0; ok && i < pairs->n; i++) {
		split_path(job->x->output, &pairs->v[i], &path);
		ok = write_units(
		    job, path.p, &pairs->v[i], pairs->v[i].src, err);
	}
	tm_buf_release(&path);
	return ok;
}

/* Can the format hold what there is? Most hold one pair of languages. */
static bool
fits(const struct job *job, const struct pairs *pairs, tm_error *err)
{
	const char *name = tm_format_name(job->format);

	if (pairs->n < 2 || strcmp(name, "tmx") == 0 ||
	    strcmp(name, "jsonl") == 0)
		return true;
	return tm_fail(err, TM_INVALID,
	    "the units are in %zu pairs of languages (%s-%s, %s-%s ...), and "
	    "%s holds one: choose with --from and --to, or --split",
	    pairs->n, pairs->v[0].src, pairs->v[0].tgt, pairs->v[1].src,
	    pairs->v[1].tgt, name);
}

/* The one source language of all pairs, else "*all*" with a warning. */
static const char *
source_language(const struct job *job, const struct pairs *pairs)
{
	const char *lang = pairs->n > 0 ? pairs->v[0].src : job->x->from;

	for (size_t i = 1; i < pairs->n; i++)
		if (strcmp(pairs->v[i].src, lang) != 0) {
			remark(job->tool,
			    "the units have several source languages (%s, "
			    "%s): srclang is *all*, which some tools refuse; "
			    "--split writes a file a pair",
			    lang, pairs->v[i].src);
			return "*all*";
		}
	return lang;
}

static bool
write_all(const struct job *job, tm_error *err)
{
	const struct exchange *x = job->x;
	struct pairs pairs = { .x = x };
	tm_sink sink = { &pairs, count_pairs, NULL };
	bool ok;

	/* A memory of one pair need not be walked to see which. */
	if (job->source->lang != NULL && !x->split)
		return write_units(job, x->output, NULL,
		    x->from != NULL ? x->from : job->source->lang, err);

	if (job->source->once)
		return write_units(job, x->output, NULL, x->from, err);
	ok = job->source->walk(job->source->self, &sink, err);
	if (ok && x->split)
		ok = write_split(job, &pairs, err);
	else if (ok)
		ok = fits(job, &pairs, err) &&
		     write_units(job, x->output, NULL,
			 source_language(job, &pairs), err);
	free(pairs.v);
	return ok;
}

/* Two outputs are parallel text, and name its languages. */
static bool
take_halves(struct tool *tool, struct exchange *x, char from[TM_LANG_MAX],
    char to[TM_LANG_MAX])
{
	if (x->second == NULL)
		return true;
	if ((x->format != NULL && strcmp(x->format, "text") != 0) ||
	    !tm_format_halves(x->output, x->second, from, to)) {
		wrong_call(tool,
		    "'%s' and '%s' are not the two files of a parallel text, "
		    "such as news.ar and news.en",
		    x->output, x->second);
		return false;
	}
	x->format = "text";
	if (x->from == NULL)
		x->from = from;
	if (x->to == NULL)
		x->to = to;
	return true;
}

int
exchange_write(struct tool *tool, const struct exchange *given,
    const struct unit_source *source)
{
	struct exchange x = *given;
	struct job job = { tool, &x, source, tm_format_named("tmx") };
	char from[TM_LANG_MAX], to[TM_LANG_MAX];
	tm_error err;

	if (x.output == NULL)
		x.output = "-";
	if (!take_halves(tool, &x, from, to))
		return EXIT_CALL;
	if (x.format != NULL)
		job.format = tm_format_named(x.format);
	else if (strcmp(x.output, "-") != 0)
		job.format = tm_format_for_path(x.output);
	if (job.format == NULL || !tm_format_can_write(job.format))
		return wrong_call(tool,
		    "'%s' does not tell a format we write: say --format",
		    x.output);
	if (x.split && (strcmp(x.output, "-") == 0 || source->once))
		return wrong_call(
		    tool, "--split needs files to read from and write to");
	if (!may_write(x.output, x.input, &err))
		return wrong_call(tool, "%s", err.msg);
	return write_all(&job, &err) ? EXIT_DONE : give_up(&err);
}

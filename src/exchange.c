/*
 * exchange.c - units from anywhere into a file of exchange
 *
 * Readers want the source language in the header, which is written before
 * the first unit: write_all() says how it is known.
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
	if (strcmp(path, "-") != 0 && is_database(path)) {
		tm_fail(err, TM_INVALID,
		    "'%s' is a memory: 'tmtool export -m %s' writes its units",
		    path, path);
		return NULL;
	}
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
};

struct pairs {
	struct pair *v;
	size_t n, cap;
	const struct exchange *x;
	bool first_only; /* one is enough */
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
is_pair(const struct pair *p, tm_str src, tm_str tgt)
{
	return tm_str_eq(src, tm_str_of(p->src)) &&
	       tm_str_eq(tgt, tm_str_of(p->tgt));
}

static void
add_pair(struct pairs *pairs, tm_str src, tm_str tgt)
{
	struct pair *p;

	for (size_t k = 0; k < pairs->n; k++)
		if (is_pair(&pairs->v[k], src, tgt))
			return;
	tm_grow(pairs->v, pairs->n, pairs->cap);
	p = &pairs->v[pairs->n++];
	snprintf(p->src, sizeof p->src, "%.*s", TM_STR_ARG(src));
	snprintf(p->tgt, sizeof p->tgt, "%.*s", TM_STR_ARG(tgt));
}

static const char seen_enough[] = "seen enough";

static bool
look(void *self, const tm_unit *unit, tm_error *err)
{
	struct pairs *pairs = self;
	size_t src = source_of(pairs->x, unit);

	if (interrupted())
		return tm_fail(err, TM_IO, "interrupted: nothing was written");
	if (unit->status == TM_REJECTED || src == unit->n)
		return true;
	for (size_t i = 0; i < unit->n; i++)
		if (is_target(pairs->x, unit, src, i))
			add_pair(pairs, unit->v[src].lang, unit->v[i].lang);
	if (pairs->first_only && pairs->n > 0)
		return tm_fail(err, TM_LIMIT, seen_enough);
	return true;
}

/* ---- Units into files -------------------------------------------------- */

struct job {
	struct tool *tool;
	const struct exchange *x;
	const struct unit_source *source;
	const tm_format *format;
};

/* A file that units go to. */
struct outlet {
	const struct pair *only; /* NULL: what x says */
	const char *path;
	tm_writer *w;
	size_t n;
};

/* Those of one walk. */
struct outlets {
	const struct job *job;
	struct outlet *v;
	size_t n, rejected;
	/* In which pair the first unit was, where the format holds one pair
	 * or its header one source language; what is found to be of another
	 * was not expected. */
	struct pairs pairs;
	bool one_pair, one_source, surprised;
	char other[TM_LANG_MAX]; /* the source that surprised */
	size_t told, untold;	 /* warnings: heard; not to be told again */
};

void
exchange_header(struct outlets *to, const tm_meta *meta, size_t n)
{
	for (size_t i = 0; to != NULL && i < to->n; i++)
		tm_writer_header(to->v[i].w, meta, n);
}

static void
warn(void *self, const tm_warning *w)
{
	struct outlets *o = self;

	/* What a writer says at its end is said once anyhow. */
	if (o != NULL && o->told++ < o->untold)
		return;
	if (w->line > 0)
		complain("%s:%zu: %s", w->path, w->line, w->msg);
	else
		complain("%s: %s", w->path, w->msg);
}

/* Is the pair what the file was begun for? */
static bool
expected(struct outlets *o, tm_str src, tm_str tgt, tm_error *err)
{
	struct pairs *p = &o->pairs;

	if (o->one_pair) {
		add_pair(p, src, tgt);
		if (p->n > 1)
			return tm_fail(err, TM_INVALID,
			    "the units are in more than one pair of languages "
			    "(%s-%s, %s-%s), and %s holds one: choose with "
			    "--from and --to, or --split",
			    p->v[0].src, p->v[0].tgt, p->v[1].src, p->v[1].tgt,
			    tm_format_name(o->job->format));
	} else if (o->one_source && p->n > 0 &&
		   !tm_str_eq(src, tm_str_of(p->v[0].src))) {
		o->surprised = true;
		snprintf(o->other, sizeof o->other, "%.*s", TM_STR_ARG(src));
		return tm_fail(err, TM_LIMIT, seen_enough);
	}
	return true;
}

/* Hand on what was asked for of a unit: all of it, or the variants of
 * --from and --to, or those of one pair; the source first. */
static bool
pour(struct outlets *o, struct outlet *out, const tm_unit *unit, size_t src,
    tm_error *err)
{
	const struct exchange *x = o->job->x;
	tm_variant few[4], *variants = few;
	tm_unit picked = *unit;
	const tm_sink *sink;
	size_t n = 0;
	bool ok = true;

	if (out->only != NULL &&
	    !tm_str_eq(unit->v[src].lang, tm_str_of(out->only->src)))
		return true;
	if (unit->n > sizeof few / sizeof few[0])
		variants = tm_zalloc(unit->n, sizeof *variants);
	variants[n++] = unit->v[src];
	for (size_t i = 0; i < unit->n && ok; i++) {
		if (!is_target(x, unit, src, i) ||
		    (out->only != NULL &&
			!tm_str_eq(unit->v[i].lang, tm_str_of(out->only->tgt))))
			continue;
		variants[n++] = unit->v[i];
		ok = out->only != NULL ||
		     expected(o, unit->v[src].lang, unit->v[i].lang, err);
	}
	if (ok && (n > 1 || (out->only == NULL && x->to == NULL))) {
		picked.v = variants;
		picked.n = n;
		picked.srclang = variants[0].lang;
		sink = tm_writer_sink(out->w);
		out->n++;
		ok = sink->unit(sink->self, &picked, err);
	}
	if (variants != few)
		free(variants);
	return ok;
}

static bool
is_end_of(tm_str path, tm_str name)
{
	return name.n > 0 && path.n >= name.n &&
	       tm_str_eq(tm_str_sub(path, path.n - name.n, path.n), name);
}

/* A place in the file that it was imported from is ours alone to know: what
 * is imported and exported has no more props than before, and the order of
 * the units says as much. */
static void
leave_file(tm_unit *u)
{
	size_t n = 0;

	if (u->file.n == 0)
		return;
	for (size_t i = 0; i < u->n_also; i++)
		if (!is_end_of(u->also[i].path, u->file))
			u->also[n++] = u->also[i];
	u->n_also = n;
	if (!is_end_of(u->path, u->file))
		return;
	u->document = u->path = TM_STR("");
	u->position = 0;
	if (n == 0)
		return;
	u->document = u->also[0].document;
	u->path = u->also[0].path;
	u->position = u->also[0].position;
	u->also++;
	u->n_also--;
}

static bool
pick(void *self, const tm_unit *unit, tm_error *err)
{
	struct outlets *o = self;
	size_t src = source_of(o->job->x, unit);
	tm_unit given;

	if (interrupted())
		return tm_fail(err, TM_IO, "interrupted: nothing was written");
	given = *unit;
	leave_file(&given);
	unit = &given;
	/* Nobody else knows of the status: it would be offered as good. */
	if (unit->status == TM_REJECTED) {
		o->rejected++;
		return true;
	}
	for (size_t i = 0; i < o->n && src < unit->n; i++)
		if (!pour(o, &o->v[i], unit, src, err))
			return false;
	return true;
}

static bool
open_outlet(const struct job *job, struct outlet *out, const char *srclang,
    tm_error *err)
{
	const struct exchange *x = job->x;
	tm_format_options options = { .srclang = srclang,
		.from = out->only != NULL ? out->only->src : x->from,
		.to = out->only != NULL ? out->only->tgt : x->to,
		.level = x->level,
		.tool = x->tool,
		.warn = warn };

	out->w = tm_writer_open(job->format, out->path, &options, err);
	return out->w != NULL;
}

static bool
close_outlet(const struct job *job, struct outlet *out, tm_error *err)
{
	tm_buf where = { 0 };
	bool ok;

	tm_buf_adds(&where, out->path);
	if (tm_writer_second(out->w) != NULL)
		tm_buf_printf(&where, " and %s", tm_writer_second(out->w));
	ok = tm_writer_close(out->w, err);
	out->w = NULL;
	if (ok && job->x->json)
		print_json(json_pack("{s:o,s:s,s:I}", "file",
		    json_of(tm_str_of(where.p)), "format",
		    tm_format_name(job->format), "units", (json_int_t)out->n));
	else if (ok && strcmp(out->path, "-") != 0)
		remark(job->tool, "%s: %zu unit%s", where.p, out->n,
		    out->n == 1 ? "" : "s");
	tm_buf_release(&where);
	return ok;
}

/* Walk the units once, into all the outlets, which are opened and closed. */
static bool
fill(struct outlets *o, const char *srclang, tm_error *err)
{
	const struct unit_source *source = o->job->source;
	tm_sink sink = { o, pick, warn };
	bool ok = true;

	for (size_t i = 0; ok && i < o->n; i++) {
		struct outlet *out = &o->v[i];

		out->n = 0;
		ok = open_outlet(o->job, out,
		    out->only != NULL ? out->only->src : srclang, err);
	}
	ok = ok && source->walk(source->self, &sink, o, err);
	if (ok && o->rejected > 0)
		remark(o->job->tool, "%zu rejected unit%s left out",
		    o->rejected, o->rejected == 1 ? " was" : "s were");
	for (size_t i = 0; ok && i < o->n; i++)
		ok = close_outlet(o->job, &o->v[i], err);
	for (size_t i = 0; i < o->n; i++) {
		tm_writer_abandon(o->v[i].w);
		o->v[i].w = NULL;
	}
	return ok;
}

/* ---- One file, or one a pair ------------------------------------------- */

/* "x.tmx" for the pair ar, en: "x.ar-en.tmx". */
static const char *
split_path(tm_arena *arena, const char *path, const struct pair *p)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strchr(slash == NULL ? path : slash + 1, '.');
	size_t n = dot == NULL ? strlen(path) : (size_t)(dot - path);
	tm_buf out = { 0 };
	tm_str kept;

	tm_buf_printf(
	    &out, "%.*s.%s-%s%s", (int)n, path, p->src, p->tgt, path + n);
	kept = tm_arena_str(arena, tm_buf_str(&out));
	tm_buf_release(&out);
	return kept.p;
}

static bool
write_split(const struct job *job, const struct pairs *pairs, tm_error *err)
{
	struct outlets o = { .job = job, .n = pairs->n };
	tm_arena arena = { 0 };
	bool ok;

	o.v = tm_arena_zalloc(&arena, pairs->n, sizeof *o.v);
	for (size_t i = 0; i < pairs->n; i++) {
		o.v[i].only = &pairs->v[i];
		o.v[i].path = split_path(&arena, job->x->output, &pairs->v[i]);
	}
	ok = fill(&o, NULL, err);
	tm_arena_release(&arena);
	return ok;
}

static void
tell_sources(const struct job *job, const char *a, const char *b)
{
	remark(job->tool,
	    "the units have several source languages (%s, %s): srclang is "
	    "*all*, which some tools refuse; --split writes a file a pair",
	    a, b);
}

static bool
write_one(const struct job *job, const struct pairs *seen, tm_error *err)
{
	const struct exchange *x = job->x;
	const char *format = tm_format_name(job->format);
	const char *srclang = seen->n > 0 ? seen->v[0].src : x->from;
	struct outlet out = { .path = x->output };
	struct outlets o = { .job = job, .v = &out, .n = 1 };
	bool ok;

	o.one_pair = strcmp(format, "tmx") != 0 && strcmp(format, "jsonl") != 0;
	o.one_source = strcmp(format, "tmx") == 0 && seen->first_only;
	for (size_t i = 1; i < seen->n && !o.one_source; i++)
		if (strcmp(seen->v[i].src, srclang) != 0 && !o.one_pair) {
			tell_sources(job, srclang, seen->v[i].src);
			srclang = "*all*";
			break;
		}
	if (o.one_source && seen->n > 0)
		add_pair(&o.pairs, tm_str_of(seen->v[0].src),
		    tm_str_of(seen->v[0].tgt));
	ok = fill(&o, srclang, err);
	if (!ok && o.surprised) {
		tell_sources(job, srclang, o.other);
		o.surprised = o.one_source = false;
		o.untold = o.told;
		o.told = o.rejected = 0;
		ok = fill(&o, "*all*", err);
	}
	free(o.pairs.v);
	return ok;
}

/*
 * A header says the source language before the first unit. A file that is
 * not there until it is closed is begun for that of the first unit, and
 * begun anew where another has one; what goes to standard output, or tells
 * the user as it is walked, is walked before.
 */
static bool
write_all(const struct job *job, tm_error *err)
{
	const struct exchange *x = job->x;
	const struct unit_source *source = job->source;
	struct pairs pairs = { .x = x };
	tm_sink sink = { &pairs, look, NULL };
	tm_error why;
	bool ok = true;

	if (source->lang != NULL && !x->split) {
		add_pair(&pairs, tm_str_of(source->lang), TM_STR(""));
	} else if (!source->once) {
		pairs.first_only =
		    !x->split && !source->tells && strcmp(x->output, "-") != 0;
		ok = source->walk(source->self, &sink, NULL, &why);
		if (!ok && strcmp(why.msg, seen_enough) == 0)
			ok = true;
		else if (!ok)
			tm_fail(err, why.code, "%s", why.msg);
	}
	if (ok && x->split)
		ok = write_split(job, &pairs, err);
	else if (ok)
		ok = write_one(job, &pairs, err);
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
	if (x.json && strcmp(x.output, "-") == 0)
		return wrong_call(
		    tool, "--json tells of a file: say which one to write");
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

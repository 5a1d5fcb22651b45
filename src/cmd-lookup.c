/* cmd-lookup.c - find what the memory has near a segment */
#include "config.h"

#include "cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct values {
	const char *from, *to;
	struct opt_list memory;
	int min, most;
	bool json, exact, verify;
};

struct looking {
	struct tool *tool;
	const struct values *v;
	char *path[OPT_LIST_MAX];
	tm_memory memory[OPT_LIST_MAX];
	tm_store_info info[OPT_LIST_MAX];
	size_t n; /* memories */
	tm_arena arena;
	tm_answer answer;
	size_t queries, answered;
	bool differs;
};

/*
 * The language of a query nobody named: if only one language of the memory
 * is written in its script, that one; else NULL, and all are searched, so
 * that no guess can hide a match.
 */
static const char *
language_of(struct looking *l, tm_str query, char lang[TM_LANG_MAX])
{
	char guess[TM_LANG_MAX], have[TM_LANG_MAX];
	bool found = false;

	if (l->v->from != NULL)
		return l->v->from;
	tm_lang_guess(query, guess);
	if (strcmp(guess, "und") == 0)
		return NULL;
	for (size_t m = 0; m < l->n; m++)
		for (size_t i = 0; i < l->info[m].n_langs; i++) {
			snprintf(have, sizeof have, "%.*s",
			    TM_STR_ARG(l->info[m].langs[i].lang));
			if (!tm_lang_same_script(guess, have) ||
			    (found && strcmp(lang, have) == 0))
				continue;
			if (found)
				return NULL;
			found = true;
			strcpy(lang, have);
		}
	return found ? lang : NULL;
}

/* ---- For programs ------------------------------------------------------ */

static json_t *
json_variant(const tm_variant *v)
{
	json_t *o = json_object();

	json_object_set_new(o, "lang", json_of(v->lang));
	json_object_set_new(o, "text", json_of(v->text));
	return o;
}

static json_t *
json_edits(const tm_found *f, tm_str stored, tm_str query)
{
	static const char *const names[] = { [TM_KEEP] = "keep",
		[TM_REPLACE] = "replace",
		[TM_INSERT] = "insert",
		[TM_DELETE] = "delete" };
	json_t *edits = json_array();

	for (size_t i = 0; i < f->match.n_edits; i++) {
		const tm_edit *e = &f->match.edits[i];
		json_t *o = json_object();

		json_object_set_new(o, "op", json_string(names[e->op]));
		json_object_set_new(o, "stored",
		    json_of(tm_str_sub(stored, e->a_start, e->a_end)));
		json_object_set_new(o, "query",
		    json_of(tm_str_sub(query, e->b_start, e->b_end)));
		json_array_append_new(edits, o);
	}
	return edits;
}

static json_t *
json_match(const struct looking *l, const tm_found *f, tm_str query)
{
	static const char *const statuses[] = { [TM_DRAFT] = "draft",
		[TM_CONFIRMED] = "confirmed",
		[TM_REJECTED] = "rejected" };
	const tm_unit *u = f->unit;
	json_t *o = json_object(), *ledger = json_array();

	for (size_t i = 0; i < f->match.n_ledger; i++) {
		json_t *row = json_object();

		json_object_set_new(
		    row, "name", json_string(f->match.ledger[i].name));
		json_object_set_new(
		    row, "points", json_integer(f->match.ledger[i].points));
		json_array_append_new(ledger, row);
	}
	json_object_set_new(o, "rate", json_integer(f->match.rate));
	json_object_set_new(o, "source", json_variant(&u->v[f->from]));
	json_object_set_new(o, "target", json_variant(&u->v[f->to]));
	json_object_set_new(
	    o, "edits", json_edits(f, u->v[f->from].text, query));
	json_object_set_new(o, "ledger", ledger);
	json_object_set_new(
	    o, "memory", json_of(tm_str_of(l->path[f->memory])));
	json_object_set_new(o, "unit", json_integer(u->id));
	json_object_set_new(o, "status", json_string(statuses[u->status]));
	json_object_set_new(o, "confidence",
	    u->confidence < 0 ? json_null() : json_real(u->confidence));
	json_object_set_new(o, "document",
	    u->document.n == 0 ? json_null() : json_of(u->document));
	json_object_set_new(o, "position",
	    u->position == 0 ? json_null() : json_integer(u->position));
	return o;
}

static void
print_json_answer(const struct looking *l, tm_str query)
{
	json_t *o = json_object(), *matches = json_array();

	for (size_t i = 0; i < l->answer.n; i++)
		json_array_append_new(
		    matches, json_match(l, &l->answer.v[i], query));
	json_object_set_new(o, "query", json_of(query));
	json_object_set_new(o, "matches", matches);
	print_json(o);
}

/* ---- For people -------------------------------------------------------- */

/* One side of a change; without colours the marks of wdiff tell. */
static void
print_change(
    const struct tool *tool, enum style style, const char *marks, tm_str s)
{
	tm_buf shown = { 0 };

	if (s.n == 0)
		return;
	if (tool->out_color) {
		fputs(style_on(tool, style), stdout);
		print_text(tool, stdout, s);
		fputs(style_off(tool), stdout);
		return;
	}
	tm_buf_printf(&shown, "%c%c", marks[0], marks[1]);
	tm_buf_add(&shown, s.p, s.n);
	tm_buf_printf(&shown, "%c%c", marks[1], marks[2]);
	print_text(tool, stdout, tm_buf_str(&shown));
	tm_buf_release(&shown);
}

/* The stored segment, with what makes it the query. */
static void
print_difference(const struct tool *tool, const tm_found *f, tm_str query)
{
	tm_str stored = f->unit->v[f->from].text;
	size_t at = 0;

	for (size_t i = 0; i < f->match.n_edits; i++) {
		const tm_edit *e = &f->match.edits[i];
		tm_str old = tm_str_sub(stored, e->a_start, e->a_end);
		tm_str new = tm_str_sub(query, e->b_start, e->b_end);

		/* white space between the runs */
		if (e->a_start > at)
			print_visible(
			    tool, stdout, tm_str_sub(stored, at, e->a_start));
		at = e->a_end > at ? e->a_end : at;
		if (e->op == TM_KEEP) {
			print_visible(tool, stdout, old);
			continue;
		}
		print_change(tool, DELETED, "[-]", old);
		print_change(tool, INSERTED, "{+}", new);
		if (e->op == TM_INSERT && i + 1 < f->match.n_edits)
			fputc(' ', stdout);
	}
	print_visible(tool, stdout, tm_str_sub(stored, at, stored.n));
}

/* Where the unit is from, how sure its pair is, what cost points. */
static void
print_origin(const struct looking *l, const tm_found *f)
{
	const struct tool *tool = l->tool;
	const tm_unit *u = f->unit;
	tm_buf ledger = { 0 };

	fputs(style_on(tool, DIM), stdout);
	printf("  #%lld", (long long)u->id);
	if (l->n > 1)
		printf("  %s", l->path[f->memory]);
	if (u->document.n > 0) {
		fputs("  ", stdout);
		print_text(tool, stdout, u->document);
		if (u->position > 0)
			printf(":%lld", (long long)u->position);
	}
	if (u->confidence >= 0)
		printf("  sure %.1f %%", 100 * u->confidence);
	for (size_t i = 0; i < f->match.n_ledger; i++)
		tm_buf_printf(&ledger, "%s-%d %s", i == 0 ? "  " : ", ",
		    f->match.ledger[i].points, f->match.ledger[i].name);
	if (ledger.n > 0)
		fputs(ledger.p, stdout);
	fputs(style_off(tool), stdout);
	tm_buf_release(&ledger);
}

static void
print_match(const struct looking *l, const tm_found *f, tm_str query)
{
	const struct tool *tool = l->tool;
	const tm_variant *from = &f->unit->v[f->from];
	const tm_variant *to = &f->unit->v[f->to];
	enum style style = f->match.rate >= 95	 ? GOOD
			   : f->match.rate >= 75 ? MIDDLING
						 : BAD;

	printf("%s%3d %%%s  %.*s > %.*s", style_on(tool, style), f->match.rate,
	    style_off(tool), TM_STR_ARG(from->lang), TM_STR_ARG(to->lang));
	print_origin(l, f);
	fputs("\n     ", stdout);
	if (tool->out_isolate)
		fputs("\xe2\x81\xa8", stdout);
	print_difference(tool, f, query);
	if (tool->out_isolate)
		fputs("\xe2\x81\xa9", stdout);
	fputs("\n     ", stdout);
	print_text(tool, stdout, to->text);
	fputc('\n', stdout);
}

static void
print_answer(const struct looking *l, tm_str query, bool batch)
{
	if (batch) {
		fputs(style_on(l->tool, BOLD), stdout);
		fputs("> ", stdout);
		print_text(l->tool, stdout, query);
		printf("%s\n", style_off(l->tool));
	}
	for (size_t i = 0; i < l->answer.n; i++)
		print_match(l, &l->answer.v[i], query);
	if (batch) {
		if (l->answer.n == 0)
			puts("     no match");
		putchar('\n');
	}
}

/* ---- The command ------------------------------------------------------- */

/* Ask with and without the index, and list what only one of the two has
 * found. */
static bool
verify(struct looking *l, const tm_query *query, tm_error *err)
{
	tm_buf differences = { 0 };
	bool ok = true, same;

	for (size_t m = 0; ok && m < l->n; m++) {
		tm_buf_clear(&differences);
		ok = tm_store_verify(
		    l->memory[m].store, query, &same, &differences, err);
		if (!ok || same)
			continue;
		l->differs = true;
		complain("%s: '%.*s':\n%s", l->path[m], TM_STR_ARG(query->text),
		    differences.p);
	}
	tm_buf_release(&differences);
	return ok;
}

static bool
look_up(struct looking *l, tm_str text, bool batch, tm_error *err)
{
	char lang[TM_LANG_MAX];
	tm_query query = { .text = text,
		.from = language_of(l, text, lang),
		.to = l->v->to,
		.min = l->v->min,
		.most = (size_t)l->v->most,
		.exact = l->v->exact };

	l->queries++;
	if (l->v->verify)
		return verify(l, &query, err);
	if (!tm_lookup(l->memory, l->n, &query, &l->answer, err))
		return false;
	l->answered += l->answer.n > 0;
	if (l->v->json)
		print_json_answer(l, text);
	else
		print_answer(l, text, batch);
	if (!batch && l->answer.n == 0)
		remark(l->tool, "no match of %d %% or more", l->v->min);
	return true;
}

/* One query a line, answered before the next is read. */
static bool
look_up_lines(struct looking *l, tm_error *err)
{
	char *line = NULL;
	size_t cap = 0, number = 0, bad;
	bool ok = true;

	while (ok && !interrupted()) {
		ssize_t n = getline(&line, &cap, stdin);
		tm_str query = { line, n < 0 ? 0 : (size_t)n };

		if (n < 0)
			break;
		if (++number == 1 &&
		    tm_str_starts(query, TM_STR("\xef\xbb\xbf")))
			query = tm_str_sub(query, 3, query.n);
		query = tm_str_trim(query);
		if (!tm_text_is_utf8(query, &bad) ||
		    memchr(query.p, 0, query.n) != NULL)
			ok = tm_fail(err, TM_PARSE,
			    "standard input line %zu is not UTF-8 text",
			    number);
		else
			ok = look_up(l, query, true, err) &&
			     (fflush(stdout) == 0 ||
				 tm_fail(err, TM_IO,
				     "cannot write to standard output: %s",
				     strerror(errno)));
	}
	if (ok && ferror(stdin) && !interrupted())
		ok = tm_fail(err, TM_IO, "cannot read standard input: %s",
		    strerror(errno));
	free(line);
	return ok;
}

static bool
look_up_args(struct looking *l, char **args, int n, tm_error *err)
{
	tm_buf text = { 0 };
	bool ok;

	for (int i = 0; i < n; i++)
		tm_buf_printf(&text, "%s%s", i == 0 ? "" : " ", args[i]);
	if (!tm_text_is_utf8(tm_buf_str(&text), NULL))
		ok = tm_fail(err, TM_PARSE, "the text is not UTF-8");
	else
		ok = look_up(l, tm_str_trim(tm_buf_str(&text)), false, err);
	tm_buf_release(&text);
	return ok;
}

/* "x.tm:5" is x.tm with a penalty of 5, unless there is such a file. */
static char *
take_penalty(char *path, int *penalty)
{
	char *colon = strrchr(path, ':'), *end;
	long n;

	if (colon == NULL || access(path, F_OK) == 0)
		return path;
	n = strtol(colon + 1, &end, 10);
	if (end > colon + 1 && *end == '\0' && n >= 0 && n <= 100) {
		*penalty = (int)n;
		*colon = '\0';
	}
	return path;
}

static bool
open_memories(struct looking *l, tm_error *err)
{
	const struct opt_list *named = &l->v->memory;

	do {
		tm_memory *m = &l->memory[l->n];

		l->path[l->n] = take_penalty(
		    memory_path(named->n == 0 ? NULL : named->v[l->n]),
		    &m->penalty);
		m->store = tm_store_open(l->path[l->n], TM_READ, err);
		l->n++;
		if (m->store == NULL || !tm_store_describe(m->store, &l->arena,
					    &l->info[l->n - 1], err))
			return false;
	} while (l->n < named->n);
	return true;
}

static void
close_memories(struct looking *l)
{
	for (size_t m = 0; m < l->n; m++) {
		tm_store_close(l->memory[m].store);
		free(l->path[m]);
	}
	tm_answer_release(&l->answer);
	tm_arena_release(&l->arena);
}

static int
run(struct tool *tool, const void *given, char **args, int n)
{
	const struct values *v = given;
	struct looking l = { .tool = tool, .v = v };
	bool batch = n == 1 && strcmp(args[0], "-") == 0;
	tm_error err;
	int status = EXIT_DONE;

	watch_interrupts();
	if (!open_memories(&l, &err) ||
	    !(batch ? look_up_lines(&l, &err)
		    : look_up_args(&l, args, n, &err)))
		status = give_up(&err);
	else if (interrupted())
		die_of_interrupt();
	else if (v->verify ? l.differs : l.answered == 0 && l.queries > 0)
		status = EXIT_NO;
	close_memories(&l);
	return status;
}

static const struct opt opts[] = {
	{ 0, "from", "LANG", OPT_LANG, offsetof(struct values, from),
	    .help = "language of TEXT (as its script and the memory tell)" },
	{ 0, "to", "LANG", OPT_LANG, offsetof(struct values, to),
	    .help = "language wanted (any other)" },
	{ 0, "min", "RATE", OPT_INT, offsetof(struct values, min),
	    .help = "least match rate (70)", .min = 1, .max = 100 },
	{ 'k', "most", "N", OPT_INT, offsetof(struct values, most),
	    .help = "at most N matches (10), 0 for all", .max = 1000000 },
	{ 0, "exact", NULL, OPT_FLAG, offsetof(struct values, exact),
	    .help = "only the same text, character for character" },
	{ 0, "verify", NULL, OPT_FLAG, offsetof(struct values, verify),
	    .help = "only see whether the index misses nothing" },
	{ 0, "json", NULL, OPT_FLAG, offsetof(struct values, json),
	    .help = "one JSON object a query" },
	{ 'm', "memory", "FILE", OPT_LIST, offsetof(struct values, memory),
	    .help =
		"look in this memory; FILE:5 takes 5 points off; repeatable",
	    .files = true },
	{ 0 },
};

static const struct values defaults = { .min = 70, .most = 10 };

const struct cmd cmd_lookup = {
	.name = "lookup",
	.summary = "find matches and their translations",
	.operands = "TEXT",
	.about =
	    "Print the units of the memory whose match rate with TEXT reaches\n"
	    "--min, the best first, with what differs and the translation. "
	    "Where\n"
	    "TEXT is -, each line of standard input is a query. Exit status 1\n"
	    "when nothing matches.",
	.opts = opts,
	.size = sizeof(struct values),
	.defaults = &defaults,
	.least = 1,
	.most = -1,
	.run = run,
};

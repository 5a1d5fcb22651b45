/* cmd-lookup.c - find what the memory has near a segment */
#include "config.h"

#include "lookup.h"

#include <stdlib.h>
#include <unistd.h>

/* ---- Asking ------------------------------------------------------------ */

/* How many languages of the memories are written in the script of another,
 * up to two; lang is the first one. */
static int
languages_like(
    const struct looker *l, const char *other, char lang[TM_LANG_MAX])
{
	char have[TM_LANG_MAX];
	int found = 0;

	for (size_t m = 0; m < l->n; m++)
		for (size_t i = 0; i < l->info[m].n_langs && found < 2; i++) {
			snprintf(have, sizeof have, "%.*s",
			    TM_STR_ARG(l->info[m].langs[i].lang));
			if (!tm_lang_same_script(other, have) ||
			    (found == 1 && strcmp(lang, have) == 0))
				continue;
			if (++found == 1)
				strcpy(lang, have);
		}
	return found;
}

/*
 * The language of a query nobody named: if only one language of the memory
 * is written in its script, that one; else NULL, and all are searched, so
 * that no guess can hide a match.
 */
static const char *
language_of(const struct looker *l, tm_str query, char lang[TM_LANG_MAX])
{
	char guess[TM_LANG_MAX];

	if (l->plan->v->choice.from != NULL)
		return l->plan->v->choice.from;
	tm_lang_guess(query, guess);
	return strcmp(guess, "und") != 0 && languages_like(l, guess, lang) == 1
		   ? lang
		   : NULL;
}

/* Ask with and without the index, and list what only one of the two has
 * found. */
static bool
verify(struct looker *l, const tm_query *query, struct lookup_reply *reply,
    tm_error *err)
{
	tm_buf differences = { 0 }, all = { 0 };
	bool ok = true, same;

	for (size_t m = 0; ok && m < l->n; m++) {
		tm_buf_clear(&differences);
		ok = tm_store_verify(
		    l->memory[m].store, query, &same, &differences, err);
		if (!ok || same)
			continue;
		reply->differs = true;
		tm_buf_add(&all, differences.p, differences.n);
		tm_buf_printf(&reply->complaints, "%s%s: '%.*s':\n%s",
		    reply->complaints.n > 0 ? "\n" : "", l->plan->path[m],
		    TM_STR_ARG(query->text), differences.p);
	}
	if (ok && l->plan->v->json) {
		json_t *o = json_object();
		char *line;

		json_object_set_new(o, "query", json_of(query->text));
		json_object_set_new(o, "agrees", json_boolean(!reply->differs));
		json_object_set_new(
		    o, "differences", json_of(tm_buf_str(&all)));
		line = json_dumps(o, JSON_COMPACT);
		tm_buf_printf(&reply->out, "%s\n", line);
		free(line);
		json_decref(o);
	}
	tm_buf_release(&differences);
	tm_buf_release(&all);
	return ok;
}

void
lookup_reply_clear(struct lookup_reply *r)
{
	tm_buf_clear(&r->out);
	tm_buf_clear(&r->complaints);
	r->answered = r->differs = r->failed = false;
}

void
lookup_reply_release(struct lookup_reply *r)
{
	tm_buf_release(&r->out);
	tm_buf_release(&r->complaints);
}

static int
best_of(const tm_answer *answer)
{
	return answer->n == 0 ? 0 : answer->v[0].match.rate;
}

static void
ask_for(tm_query *query, const tm_coded *coded)
{
	query->text = coded->text;
	query->codes = coded->codes;
	query->n_codes = coded->n_codes;
}

/*
 * Tags like <b> may be text in the memory, or codes: what finds more stands.
 * Text is what they are where both do.
 */
static bool
ask_both_ways(struct looker *l, tm_query *query, tm_str typed, tm_error *err)
{
	const struct lookup_values *v = l->plan->v;
	tm_answer first;
	tm_coded coded;

	if (!tm_lookup(l->memory, l->n, query, &l->answer, err))
		return false;
	if (v->no_codes || best_of(&l->answer) >= 100 ||
	    !tm_codes_read_tags(typed, &l->question, &coded))
		return true;
	ask_for(query, &coded);
	if (!tm_lookup(l->memory, l->n, query, &l->other, err))
		return false;
	if (best_of(&l->other) > best_of(&l->answer)) {
		first = l->answer;
		l->answer = l->other;
		l->other = first;
	}
	ask_for(query, &l->asked);
	return true;
}

/*
 * The least rate of a segment that differs in numbers and names alone, and
 * how long it may be: dates without a word that stays have 40 to 60, longer
 * texts with one in it have more than 70 ("Geneva, 3 May 2024": 72).
 */
enum { LIKE_RATE = 40, LIKE_BYTES = 100, LIKE_MOST = 5 };

/* A digit: of ASCII, of Arabic or Persian, or wide. */
static bool
has_digit(tm_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		unsigned char next =
		    i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0;

		if ((c >= '0' && c <= '9') ||
		    (c == 0xd9 && next >= 0xa0 && next <= 0xa9) ||
		    (c == 0xdb && next >= 0xb0 && next <= 0xb9) ||
		    (c == 0xef && next == 0xbc))
			return true;
	}
	return false;
}

static bool
has_codes(tm_str text, size_t n_codes)
{
	tm_str plain, placeholder;
	size_t at = 0;

	if (n_codes > 0)
		return true;
	while (tm_placeholder_next(text, &at, &plain, &placeholder))
		if (placeholder.p != NULL)
			return true;
	return false;
}

/* Where nothing matches: a segment that is the query but for numbers and
 * names, if its translation can be made of that one's. */
static bool
ask_for_like(struct looker *l, tm_query *query, tm_error *err)
{
	int min = query->min;
	size_t most = query->most, found = 0;
	bool ok;

	if (min <= LIKE_RATE || query->text.n > LIKE_BYTES ||
	    !has_digit(query->text) || has_codes(query->text, query->n_codes))
		return true;
	query->min = LIKE_RATE;
	query->most = LIKE_MOST;
	ok = tm_lookup(l->memory, l->n, query, &l->answer, err);
	query->min = min;
	query->most = most;
	for (; ok && found < l->answer.n; found++) {
		const tm_found *f = &l->answer.v[found];

		if (!has_codes(f->text, f->unit->v[f->from].n_codes) &&
		    looker_adapt(l, f))
			break;
	}
	l->is_like = found < l->answer.n;
	if (l->is_like) {
		tm_found first = l->answer.v[0]; /* each has its own edits */

		l->answer.v[0] = l->answer.v[found];
		l->answer.v[found] = first;
	}
	l->answer.n = l->is_like;
	return ok;
}

bool
looker_ask(struct looker *l, const struct lookup_ask *ask,
    struct lookup_reply *reply, tm_error *err)
{
	const struct lookup_values *v = l->plan->v;
	char lang[TM_LANG_MAX], *out = NULL;
	tm_query query = { .to = v->choice.to,
		.min = v->min,
		.most = (size_t)v->most,
		.exact = v->exact,
		.prev = ask->prev,
		.next = ask->next,
		.id = ask->id,
		.penalties = &l->plan->penalties,
		.filter = &l->plan->filter };
	size_t size = 0;
	FILE *fp;

	lookup_reply_clear(reply);
	tm_arena_clear(&l->question);
	l->asked = (tm_coded){ .text = ask->text };
	if (!v->no_codes)
		tm_codes_read(ask->text, &l->question, &l->asked);
	ask_for(&query, &l->asked);
	query.from = language_of(l, query.text, lang);
	if (v->verify)
		return verify(l, &query, reply, err);
	if (!ask_both_ways(l, &query, ask->text, err))
		return false;
	reply->answered = l->answer.n > 0;
	l->pieces.n = 0;
	l->is_like = false;
	if (l->answer.n == 0 && !v->exact && !v->no_pieces &&
	    !ask_for_like(l, &query, err))
		return false;
	if (l->answer.n == 0 && !v->exact && !v->no_pieces &&
	    !tm_find_pieces(l->memory, l->n, &query, &l->pieces, err))
		return false;
	fp = open_memstream(&out, &size);
	if (fp == NULL)
		return tm_fail(err, TM_LIMIT, "no memory for the answer");
	if (v->json)
		lookup_show_json(l, ask, fp);
	else if (v->html)
		lookup_show_html(l, ask, fp);
	else
		lookup_show(l, ask, fp);
	fclose(fp);
	tm_buf_add(&reply->out, out, size);
	free(out);
	return true;
}

/* The adapter for a pair of languages, made when first needed. */
static tm_adapter *
adapter_for(struct looker *l, tm_str from, tm_str to)
{
	struct lookup_adapter *a;

	for (size_t i = 0; i < l->n_adapters; i++) {
		a = &l->adapters[i];
		if (tm_str_eq(tm_str_of(a->from), from) &&
		    tm_str_eq(tm_str_of(a->to), to))
			return a->adapter;
	}
	tm_grow(l->adapters, l->n_adapters, l->cap_adapters);
	a = &l->adapters[l->n_adapters++];
	snprintf(a->from, sizeof a->from, "%.*s", TM_STR_ARG(from));
	snprintf(a->to, sizeof a->to, "%.*s", TM_STR_ARG(to));
	a->adapter = tm_adapter_new(a->from, a->to);
	return a->adapter;
}

static tm_str
mark_variant(struct looker *l, const tm_variant *v)
{
	tm_buf_clear(&l->target);
	tm_codes_mark(v->text, v->codes, v->n_codes, true, &l->target);
	return tm_buf_str(&l->target);
}

tm_str
looker_target(struct looker *l, const tm_found *f)
{
	return mark_variant(l, &f->unit->v[f->to]);
}

size_t
lookup_offset(tm_str marked, size_t at, bool behind)
{
	tm_str plain, xml;
	size_t next = 0, done = 0;

	while (tm_codes_next(marked, &next, &plain, &xml)) {
		if (done + plain.n > at || (!behind && done + plain.n == at))
			return (size_t)(plain.p - marked.p) + at - done;
		done += plain.n;
	}
	return marked.n;
}

void
looker_piece(struct looker *l, const tm_piece *p, tm_str part[3])
{
	tm_str all = mark_variant(l, &p->unit->v[p->from]);
	size_t start = lookup_offset(all, p->at, true);
	size_t end = lookup_offset(all, p->at_end, false);

	part[0] = tm_str_sub(all, 0, start);
	part[1] = tm_str_sub(all, start, end);
	part[2] = tm_str_sub(all, end, all.n);
}

tm_str
looker_piece_target(struct looker *l, const tm_piece *p)
{
	return mark_variant(l, &p->unit->v[p->to]);
}

bool
looker_adapt(struct looker *l, const tm_found *f)
{
	const tm_variant *from = &f->unit->v[f->from];
	const tm_variant *to = &f->unit->v[f->to];

	return f->match.score < 1 &&
	       tm_adapt(adapter_for(l, from->lang, to->lang), l->answer.query,
		   f->text, f->match.edits, f->match.n_edits,
		   looker_target(l, f), &l->adapted);
}

/* ---- The memories ------------------------------------------------------ */

bool
looker_open(struct looker *l, const struct lookup_plan *plan, tm_error *err)
{
	l->plan = plan;
	for (; l->n < plan->n; l->n++) {
		tm_memory *m = &l->memory[l->n];

		m->penalty = plan->points[l->n];
		m->store = tm_store_open(plan->path[l->n], TM_READ, err);
		if (m->store == NULL)
			return false;
		if (!tm_store_describe(
			m->store, &l->arena, &l->info[l->n], err)) {
			tm_store_close(m->store);
			return false;
		}
	}
	return true;
}

void
looker_close(struct looker *l)
{
	for (size_t m = 0; m < l->n; m++)
		tm_store_close(l->memory[m].store);
	for (size_t i = 0; i < l->n_adapters; i++)
		tm_adapter_free(l->adapters[i].adapter);
	free(l->adapters);
	tm_adapted_release(&l->adapted);
	tm_answer_release(&l->answer);
	tm_answer_release(&l->other);
	tm_pieces_release(&l->pieces);
	tm_arena_release(&l->arena);
	tm_arena_release(&l->question);
	tm_buf_release(&l->target);
	free(l->marked);
}

/* "x.tm:5" is x.tm with a penalty of 5, unless there is such a file. */
static bool
take_points(char *path, int *points, tm_error *err)
{
	char *colon = strrchr(path, ':'), *end;
	long n;
	bool there;

	if (colon == NULL || access(path, F_OK) == 0)
		return true;
	n = strtol(colon + 1, &end, 10);
	*colon = '\0';
	if (end > colon + 1 && *end == '\0' && n >= 0 && n <= 100) {
		*points = (int)n;
		return true;
	}
	there = access(path, F_OK) == 0;
	*colon = ':';
	return !there ||
	       tm_fail(err, TM_INVALID,
		   "-m %s: '%s' is no penalty from 0 to 100", path, colon + 1);
}

/* "region=3" */
static bool
set_penalty(tm_penalties *p, int *memory, const char *value, tm_error *err)
{
	const struct {
		const char *name;
		int *points;
	} names[] = { { "spacing", &p->spacing }, { "codes", &p->codes },
		{ "region", &p->region }, { "unconfirmed", &p->unconfirmed },
		{ "machine", &p->machine }, { "memory", memory } };
	const char *equals = strchr(value, '=');
	tm_str name = { value, equals == NULL ? 0 : (size_t)(equals - value) };
	char *end;
	long n;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (!tm_str_eq(name, tm_str_of(names[i].name)))
			continue;
		n = strtol(equals + 1, &end, 10);
		if (end == equals + 1 || *end != '\0' || n < 0 || n > 100)
			break;
		*names[i].points = (int)n;
		return true;
	}
	return tm_fail(err, TM_INVALID,
	    "--penalty: '%s' is not spacing, codes, region, unconfirmed, "
	    "machine or memory, '=' and a number from 0 to 100",
	    value);
}

/* A memory that was named before is searched once, at the lower penalty. */
static void
drop_again(struct lookup_plan *plan)
{
	size_t last = plan->n - 1, m = 0;

	while (m < last && !is_same_file(plan->path[m], plan->path[last]))
		m++;
	if (m == last)
		return;
	if (plan->points[last] < plan->points[m])
		plan->points[m] = plan->points[last];
	free(plan->path[last]);
	plan->n--;
}

static bool
make_plan(struct lookup_plan *plan, tm_error *err)
{
	const struct opt_list *named = &plan->v->memory;
	const struct opt_list *penalty = &plan->v->penalty;
	size_t given = 0;
	int each = 0;

	if (!match_filter(&plan->v->choice, &plan->filter, err))
		return false;
	plan->penalties = tm_penalties_default;
	for (size_t i = 0; i < penalty->n; i++)
		if (!set_penalty(&plan->penalties, &each, penalty->v[i], err))
			return false;
	do {
		plan->path[plan->n] =
		    memory_path(named->n == 0 ? NULL : named->v[given]);
		plan->points[plan->n] = each;
		plan->n++;
		if (!take_points(plan->path[plan->n - 1],
			&plan->points[plan->n - 1], err))
			return false;
		drop_again(plan);
	} while (++given < named->n);
	return true;
}

/* ---- The command ------------------------------------------------------- */

/* Half of a pair of UTF-16 is what other programs make of broken text. */
static bool
is_text(tm_str s, tm_error *err)
{
	size_t bad;

	if (tm_text_is_utf8(s, &bad))
		return true;
	return tm_fail(err, TM_PARSE,
	    "the text is not UTF-8: byte %zu is 0x%02x%s", bad + 1,
	    (unsigned char)s.p[bad],
	    s.n - bad > 1 && (unsigned char)s.p[bad] == 0xed &&
		    (unsigned char)s.p[bad + 1] >= 0xa0
		? ", half of a surrogate pair"
		: "");
}

/* The language that a text seems to be in, if the memories have none in its
 * script. */
static const char *
strange_language(const struct looker *l, tm_str text, char guess[TM_LANG_MAX])
{
	char have[TM_LANG_MAX];

	tm_lang_guess(text, guess);
	return strcmp(guess, "und") != 0 && languages_like(l, guess, have) == 0
		   ? guess
		   : NULL;
}

static bool
ask_args(struct looker *l, char **args, int n, struct lookup_tally *tally,
    tm_error *err)
{
	const struct lookup_values *v = l->plan->v;
	struct lookup_reply reply = { 0 };
	struct lookup_ask ask = { .prev = tm_str_of(v->prev),
		.next = tm_str_of(v->next),
		.id = tm_str_of(v->id) };
	const tm_str said[] = { ask.prev, ask.next, ask.id };
	tm_buf text = { 0 };
	char guess[TM_LANG_MAX];
	bool ok;

	for (int i = 0; i < n; i++)
		tm_buf_printf(&text, "%s%s", i == 0 ? "" : " ", args[i]);
	ask.text = tm_buf_str(&text);
	ok = is_text(ask.text, err);
	for (int i = 0; i < 3; i++)
		ok = ok && is_text(said[i], err);
	ok = ok && looker_ask(l, &ask, &reply, err);
	if (ok) {
		tally->queries = 1;
		tally->answered = reply.answered;
		tally->differs = reply.differs;
		if (reply.complaints.n > 0)
			complain("%s", reply.complaints.p);
		print_buf(stdout, &reply.out);
		if (!reply.answered && !v->verify) {
			remark(l->plan->tool, "no match of %d %% or more%s",
			    v->min,
			    v->exact || l->pieces.n > 0 || l->is_like
				? ""
				: "; 'tmtool concordance' finds words in "
				  "context");
			lacks_languages(l->plan->tool, l->info, l->n,
			    v->choice.from != NULL
				? v->choice.from
				: strange_language(l, ask.text, guess),
			    v->choice.to);
		}
	}
	lookup_reply_release(&reply);
	tm_buf_release(&text);
	return ok;
}

static bool
is_batch(char **args, int n)
{
	return n == 1 && strcmp(args[0], "-") == 0;
}

static bool
ask(struct looker *l, char **args, int n, struct lookup_tally *tally,
    tm_error *err)
{
	for (size_t m = 0; m < l->n; m++)
		watch_memory(l->plan->tool, l->memory[m].store);
	return is_batch(args, n) ? lookup_batch(l, tally, err)
	       : n > 0		 ? ask_args(l, args, n, tally, err)
				 : lookup_interactive(l, tally, err);
}

static int
run(struct tool *tool, const void *given, char **args, int n)
{
	const struct lookup_values *v = given;
	struct lookup_plan plan = { .tool = tool, .v = v };
	struct looker l = { 0 };
	struct lookup_tally tally = { 0 };
	bool batch = is_batch(args, n), ok;
	tm_error err;
	int status = EXIT_DONE;

	if ((n == 0 && !isatty(STDIN_FILENO)) ||
	    (n == 1 && tm_str_trim(tm_str_of(args[0])).n == 0))
		return wrong_call(
		    tool, "lookup needs TEXT, or - to read standard input");
	if (!make_plan(&plan, &err)) {
		status = wrong_call(tool, "%s", err.msg);
		goto out;
	}
	if (v->json && v->html) {
		status = wrong_call(tool, "--json and --html at once");
		goto out;
	}
	watch_interrupts();
	if (batch && v->verify)
		progress_start(&tally.progress, tool, "verify");
	if (v->html && !v->verify)
		lookup_html_begin(stdout);
	ok = looker_open(&l, &plan, &err) && ask(&l, args, n, &tally, &err);
	progress_end(&tally.progress);
	/* What is open is closed first, so that nothing stays beside it. */
	if (interrupted()) {
		if (!ok)
			complain("%s", err.msg);
		looker_close(&l);
		die_of_interrupt();
	}
	if (!ok)
		status = give_up(&err);
	else if (tally.bad)
		status = EXIT_CANNOT;
	else if (v->verify
		     ? tally.differs
		     : tally.answered == 0 && (batch || tally.queries > 0))
		status = EXIT_NO;
	if (v->verify && status == EXIT_DONE)
		remark(tool, "%zu quer%s: the index and the scan agree",
		    tally.queries, tally.queries == 1 ? "y" : "ies");
	if (status == EXIT_NO && !v->verify && batch)
		lacks_languages(
		    tool, l.info, l.n, v->choice.from, v->choice.to);
	if (v->html && !v->verify)
		lookup_html_end(stdout);
	looker_close(&l);
out:
	for (size_t m = 0; m < plan.n; m++)
		free(plan.path[m]);
	return status;
}

static const struct opt opts[] = {
	{ 0, "from", "LANG", OPT_LANG,
	    offsetof(struct lookup_values, choice.from),
	    .help = "language of TEXT (as its script and the memory tell)" },
	{ 0, "to", "LANG", OPT_LANG, offsetof(struct lookup_values, choice.to),
	    .help = "language wanted (any other)" },
	{ 0, "min", "RATE", OPT_INT, offsetof(struct lookup_values, min),
	    .help = "least match rate (70)", .min = 1, .max = 100 },
	{ 'k', "most", "N", OPT_INT, offsetof(struct lookup_values, most),
	    .help = "at most N matches (10), 0 for all", .max = 1000000 },
	{ 0, "exact", NULL, OPT_FLAG, offsetof(struct lookup_values, exact),
	    .help = "only the same text, character for character" },
	{ 0, "no-codes", NULL, OPT_FLAG,
	    offsetof(struct lookup_values, no_codes),
	    .help = "take tags in TEXT for text, not for inline codes" },
	{ 0, "prev", "TEXT", OPT_STRING, offsetof(struct lookup_values, prev),
	    .help = "the segment before it: 101 where that agrees" },
	{ 0, "next", "TEXT", OPT_STRING, offsetof(struct lookup_values, next),
	    .help = "the segment after it" },
	{ 0, "id", "ID", OPT_STRING, offsetof(struct lookup_values, id),
	    .help = "its name: 102 where all three agree" },
	{ 0, "no-pieces", NULL, OPT_FLAG,
	    offsetof(struct lookup_values, no_pieces),
	    .help = "where nothing matches, look for no parts of it" },
	{ 0, "alone", NULL, OPT_FLAG, offsetof(struct lookup_values, alone),
	    .help = "lines are no context, and answered as they come" },
	{ 0, "penalty", "NAME=N", OPT_LIST,
	    offsetof(struct lookup_values, penalty),
	    .help = "points off for NAME (see the manual); repeatable" },
	{ 'j', "jobs", "N", OPT_INT, offsetof(struct lookup_values, jobs),
	    .help = "threads for a batch (as many as cores)", .min = 1,
	    .max = 64 },
	OPT_UNITS_BUT_LANGUAGES(struct lookup_values),
	{ 0, "verify", NULL, OPT_FLAG, offsetof(struct lookup_values, verify),
	    .help = "only see whether the index misses nothing" },
	{ 0, "json", NULL, OPT_FLAG, offsetof(struct lookup_values, json),
	    .help = "one JSON object a query" },
	{ 0, "html", NULL, OPT_FLAG, offsetof(struct lookup_values, html),
	    .help = "one page for a browser" },
	{ 'm', "memory", "FILE", OPT_LIST,
	    offsetof(struct lookup_values, memory),
	    .help =
		"look in this memory; FILE:5 takes 5 points off; repeatable",
	    .files = true },
	{ 0 },
};

static const struct lookup_values defaults = { .min = 70, .most = 10 };

const struct cmd cmd_lookup = {
	.name = "lookup",
	.summary = "find matches and their translations",
	.operands = "[TEXT]",
	.about =
	    "Print the units of the memory whose match rate with TEXT reaches\n"
	    "--min, the best first, with what differs and the translation. "
	    "Where\n"
	    "TEXT is -, each line of standard input is a query; on a "
	    "terminal,\n"
	    "without TEXT, type them. Exit status 1 when nothing matches.",
	.opts = opts,
	.size = sizeof(struct lookup_values),
	.defaults = &defaults,
	.least = 0,
	.most = -1,
	.takes_text = true,
	.run = run,
};

/* cmd-train.c - let the pairs of a memory teach the aligner words */
#include "config.h"

#include "lexicons.h"

#include <stdlib.h>

struct values {
	const char *from, *to, *memory;
	bool again, remove, json;
};

/* Without --from and --to: languages with fewer units have little to say. */
#define LEAST_UNITS 100

struct training {
	const struct tool *tool;
	const struct values *v;
	tm_store *store;
	tm_arena arena;
	const tm_store_lexicon *known;
	size_t n_known;
	struct progress progress;
	size_t pairs; /* handed over in this training */
};

/* ---- Learning ---------------------------------------------------------- */

struct pouring {
	struct training *t;
	tm_trainer *trainer;
};

static bool
pour(void *self, tm_str from, tm_str to, double weight)
{
	struct pouring *p = self;

	tm_trainer_add(p->trainer, from, to, weight);
	if (++p->t->pairs % 1024 == 0)
		progress_tell(&p->t->progress, -1, p->t->pairs);
	return !interrupted();
}

static bool
tell_progress(void *self, double done)
{
	progress_tell(self, done, 0);
	return !interrupted();
}

/*
 * What is new is added to what is there while it is less than half of what
 * was learned from at once, so that all of it costs in the end no more than
 * thrice what it is; a small table is made anew, which takes no time and is
 * exact, and so is one whose units have changed.
 */
#define SMALL 20000

static bool
can_go_on(const struct training *t, const tm_store_lexicon *known)
{
	return !t->v->again && known != NULL &&
	       known->version == TM_TAUGHT_VERSION && known->whole >= SMALL &&
	       2 * (known->units - known->whole + known->newer) <=
		   known->whole &&
	       10 * known->stale <= known->units;
}

static bool
learn(struct training *t, const tm_store_lexicon *known,
    tm_store_lexicon *about, tm_taught *taught, tm_error *err)
{
	tm_trainer *trainer = tm_trainer_new();
	struct pouring p = { .t = t, .trainer = trainer };
	char from[TM_LANG_MAX], to[TM_LANG_MAX];
	bool go_on = can_go_on(t, known), ok = true;

	snprintf(from, sizeof from, "%.*s", TM_STR_ARG(about->from));
	snprintf(to, sizeof to, "%.*s", TM_STR_ARG(about->to));
	if (go_on) {
		ok = tm_store_get_lexicon(
		    t->store, known->id, 0, NULL, 0, taught, err);
		if (ok)
			tm_trainer_resume(trainer, taught);
	}
	t->pairs = 0;
	progress_start(&t->progress, t->tool, "reading");
	ok = ok && tm_store_pairs(t->store, from, to, go_on ? known->last : 0,
		       pour, &p, &about->last, err);
	progress_end(&t->progress);
	about->units = (int64_t)t->pairs + (go_on ? known->units : 0);
	about->whole = go_on ? known->whole : about->units;
	progress_start(&t->progress, t->tool, "training");
	ok = ok && !interrupted() &&
	     tm_trainer_run(trainer, tell_progress, &t->progress, taught, err);
	progress_end(&t->progress);
	if (interrupted())
		ok = tm_fail(err, TM_IO, "interrupted: nothing was stored");
	tm_trainer_free(trainer);
	return ok;
}

/* ---- Telling ----------------------------------------------------------- */

static void
tell(const struct training *t, const tm_store_lexicon *about, const char *how)
{
	char from[80], to[80];
	tm_buf n = { 0 };

	if (t->v->json) {
		json_t *o = lexicon_json(about);

		json_object_set_new(o, "done", json_string(how));
		print_json(o);
		return;
	}
	count_of(&n, (size_t)about->units, "pair");
	tm_buf_adds(&n, ", ");
	count_of(&n, (size_t)about->word_pairs, "word pair");
	printf("%s-%s: %s, %s (%lld and %lld words)\n",
	    lexicon_language(about->from, from),
	    lexicon_language(about->to, to), how, n.p,
	    (long long)about->words[0], (long long)about->words[1]);
	tm_buf_release(&n);
}

static const tm_store_lexicon *
find(const struct training *t, tm_str from, tm_str to)
{
	for (size_t k = 0; k < t->n_known; k++)
		if ((tm_str_eq(t->known[k].from, from) &&
			tm_str_eq(t->known[k].to, to)) ||
		    (tm_str_eq(t->known[k].from, to) &&
			tm_str_eq(t->known[k].to, from)))
			return &t->known[k];
	return NULL;
}

static bool
train_pair(struct training *t, tm_str from, tm_str to, tm_error *err)
{
	const tm_store_lexicon *known = find(t, from, to);
	tm_store_lexicon about = {
		.from = known == NULL ? from : known->from,
		.to = known == NULL ? to : known->to,
		.version = TM_TAUGHT_VERSION,
		.trained = now(),
	};
	tm_taught taught = { 0 };
	bool ok;

	if (known != NULL && !t->v->again && known->newer == 0 &&
	    known->stale == 0 && known->version == TM_TAUGHT_VERSION) {
		tell(t, known, "nothing new");
		return true;
	}
	ok = learn(t, known, &about, &taught, err);
	if (ok && about.units == 0)
		ok = tm_fail(err, TM_ABSENT,
		    "no units in '%.*s' and '%.*s' to learn from",
		    TM_STR_ARG(from), TM_STR_ARG(to));
	ok = ok && tm_store_put_lexicon(t->store, &about, &taught, err);
	if (ok) {
		about.words[0] = (int64_t)taught.n_words[0];
		about.words[1] = (int64_t)taught.n_words[1];
		about.word_pairs = (int64_t)taught.n_pairs;
		tell(t, &about,
		    can_go_on(t, known) ? "learned more" : "learned");
	}
	tm_taught_release(&taught);
	return ok;
}

/* ---- The command ------------------------------------------------------- */

/* The language without its region, as tables have it. */
static tm_str
general(const char *lang)
{
	return tm_str_sub(tm_str_of(lang), 0, strcspn(lang, "-"));
}

static bool
is_asked_for(const struct values *v, tm_str from, tm_str to)
{
	tm_str a = v->from == NULL ? from : general(v->from);
	tm_str b = v->to == NULL ? to : general(v->to);

	if (v->from != NULL && v->to == NULL)
		return tm_str_eq(a, from) || tm_str_eq(a, to);
	if (v->from == NULL && v->to != NULL)
		return tm_str_eq(b, from) || tm_str_eq(b, to);
	return (tm_str_eq(a, from) && tm_str_eq(b, to)) ||
	       (tm_str_eq(a, to) && tm_str_eq(b, from));
}

static int
remove_tables(struct training *t, tm_error *err)
{
	size_t removed = 0;

	for (size_t k = 0; k < t->n_known; k++) {
		const tm_store_lexicon *l = &t->known[k];

		if (!is_asked_for(t->v, l->from, l->to))
			continue;
		if (!tm_store_drop_lexicon(t->store, l->id, err))
			return give_up(err);
		tell(t, l, "removed");
		removed++;
	}
	if (removed == 0)
		complain("nothing was learned in these languages");
	return removed > 0 ? EXIT_DONE : EXIT_NO;
}

static int
train(struct training *t, tm_error *err)
{
	const tm_store_languages *langs;
	size_t n, trained = 0;
	bool named = t->v->from != NULL && t->v->to != NULL;

	if (named)
		return train_pair(
			   t, general(t->v->from), general(t->v->to), err)
			   ? EXIT_DONE
			   : give_up(err);
	if (!tm_store_language_pairs(t->store, &t->arena, &langs, &n, err))
		return give_up(err);
	for (size_t k = 0; k < n; k++) {
		if (!is_asked_for(t->v, langs[k].from, langs[k].to) ||
		    langs[k].units < LEAST_UNITS)
			continue;
		if (!train_pair(t, langs[k].from, langs[k].to, err))
			return give_up(err);
		trained++;
	}
	if (trained == 0) {
		complain("no two languages have %d units to learn from; "
			 "--from and --to say which to use nevertheless",
		    LEAST_UNITS);
		return EXIT_NO;
	}
	return EXIT_DONE;
}

static int
run(struct tool *tool, const void *given, char **args, int n)
{
	const struct values *v = given;
	struct training t = { .tool = tool, .v = v };
	char *memory = memory_path(v->memory);
	int status;
	tm_error err;

	(void)args;
	(void)n;
	watch_interrupts();
	t.store = tm_store_open(memory, TM_WRITE, &err);
	if (t.store == NULL ||
	    !tm_store_lexicons(t.store, &t.arena, &t.known, &t.n_known, &err))
		status = give_up(&err);
	else if (v->remove)
		status = remove_tables(&t, &err);
	else
		status = train(&t, &err);
	tm_store_close(t.store);
	tm_arena_release(&t.arena);
	free(memory);
	return status;
}

static const struct opt opts[] = {
	{ 0, "from", "LANG", OPT_LANG, offsetof(struct values, from),
	    .help = "only pairs with this language" },
	{ 0, "to", "LANG", OPT_LANG, offsetof(struct values, to),
	    .help = "... and this one" },
	{ 0, "again", NULL, OPT_FLAG, offsetof(struct values, again),
	    .help = "begin anew, with all pairs" },
	{ 0, "remove", NULL, OPT_FLAG, offsetof(struct values, remove),
	    .help = "forget what was learned" },
	{ 0, "json", NULL, OPT_FLAG, offsetof(struct values, json),
	    .help = "one JSON object a pair of languages" },
	OPT_MEMORY(struct values),
	{ 0 },
};

const struct cmd cmd_train = {
	.name = "train",
	.summary = "learn words from the pairs of the memory",
	.operands = "",
	.about = "Learn which words translate each other from the pairs in the "
		 "memory,\n"
		 "and keep it there: tmtool align uses it for these languages, "
		 "both ways.\n"
		 "Run again after new pairs it learns what they add.",
	.opts = opts,
	.size = sizeof(struct values),
	.surplus = ": -m goes before the memory",
	.run = run,
};

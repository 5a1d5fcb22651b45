/* cmd-align.c - two texts to pairs: cut, align, store, write */
#include "config.h"

#include "align-batch.h"

#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

/* ---- Aligning ---------------------------------------------------------- */

static bool
tell_progress(void *self, double done)
{
	progress_tell(self, done, 0);
	return !interrupted();
}

/* The number of each sentence's paragraph; NULL when lines are segments. */
static size_t *
paragraphs_of(const struct side *side, bool presegmented)
{
	size_t *paragraph;

	if (presegmented)
		return NULL;
	paragraph = tm_zalloc(side->spans.n, sizeof *paragraph);
	for (size_t i = 0; i < side->spans.n; i++)
		paragraph[i] = side->spans.v[i].paragraph;
	return paragraph;
}

/* What the user and an earlier alignment say is so. */
static bool
find_known(const struct tool *tool, const struct align_values *v,
    const struct alignment *a, const char *memory, struct known *k,
    tm_error *err)
{
	struct earlier earlier = { 0 };
	tm_store *store;
	tm_error why;
	size_t n;

	if ((v->anchors != NULL && !read_anchors(k, v->anchors, a, err)) ||
	    (v->hard_break != NULL &&
		!find_breaks(tool, k, v->hard_break, a, err)))
		return false;
	/* That there is none is no failure; that it cannot be used is told
	 * when it is to be stored in. */
	store = memory == NULL ? NULL : tm_store_open(memory, TM_READ, &why);
	if (store == NULL)
		return true;
	n = k->n_fixed;
	if (earlier_load(&earlier, store, a, &why))
		earlier_fix(&earlier, a, k);
	if (k->n_fixed > n)
		remark(tool, "%s: %zu reviewed pair%s kept", memory,
		    k->n_fixed - n, k->n_fixed - n == 1 ? "" : "s");
	earlier_release(&earlier);
	tm_store_close(store);
	return true;
}

static bool
align(const struct tool *tool, const struct align_values *v,
    struct alignment *a, const tm_lexicon *lex, const struct known *k,
    tm_error *err)
{
	bool lines = v->reading.presegmented;
	size_t *src_paragraph = paragraphs_of(&a->src, lines);
	size_t *tgt_paragraph = paragraphs_of(&a->tgt, lines);
	tm_align_side src = { a->src.lang, a->src.segments, a->src.spans.n,
		src_paragraph };
	tm_align_side tgt = { a->tgt.lang, a->tgt.segments, a->tgt.spans.n,
		tgt_paragraph };
	struct progress progress;
	tm_align_options options = { .lexicon = lex,
		.fixed = k->fixed,
		.n_fixed = k->n_fixed,
		.junctions = k->junctions,
		.n_junctions = k->n_junctions,
		.alone = { k->alone[0], k->alone[1] },
		.n_alone = { k->n_alone[0], k->n_alone[1] },
		.max_run = (size_t)v->max_bead,
		.types = v->types,
		.n_types = v->n_types,
		.progress = tell_progress,
		.self = &progress };
	bool ok;

	progress_start(&progress, tool, "aligning");
	progress.on = progress.on && v->batch == NULL;
	ok = tm_align(&src, &tgt, &options, &a->beads, err);
	progress_end(&progress);
	if (!ok && interrupted())
		tm_fail(err, TM_INVALID, "interrupted: nothing was stored");
	free(src_paragraph);
	free(tgt_paragraph);
	return ok;
}

/* ---- Storing ----------------------------------------------------------- */

struct reviewing {
	double below;
	struct outcome *o;
};

static bool
see_doubtful(void *self, const tm_unit *unit, tm_error *err)
{
	struct reviewing *r = self;

	(void)err;
	if (r->o->document == NULL) {
		tm_buf name = { 0 };

		tm_buf_add(&name, unit->document.p, unit->document.n);
		r->o->document = name.p;
	}
	if (unit->status == TM_DRAFT && unit->confidence >= 0 &&
	    unit->confidence < r->below) {
		if (r->o->n_review < MOST_NAMED)
			r->o->review[r->o->n_review] = unit->id;
		r->o->n_review++;
	}
	return true;
}

static bool
store(const struct align_values *v, const struct alignment *a, tm_store *store,
    struct outcome *o, tm_error *err)
{
	struct reviewing reviewing = { v->review_below, o };
	const tm_sink doubtful = { &reviewing, see_doubtful, NULL };
	struct earlier earlier = { 0 };
	tm_buf about = { 0 };
	bool ok = false;

	tm_buf_printf(&about, "%s %s", a->src.path, a->tgt.path);
	tm_store_sign(store, user_name(), "align",
	    tm_text_is_utf8(tm_buf_str(&about), NULL) ? about.p : NULL, now());
	tm_buf_release(&about);
	if (tm_store_begin(store, err)) {
		ok = earlier_load(&earlier, store, a, err) &&
		     earlier_replace(
			 &earlier, store, a, v->min_confidence, &o->kept, err);
		if (ok)
			ok = tm_store_commit(store, err);
		else
			tm_store_rollback(store);
	}
	ok = ok && tm_store_document(store, file_name(a->src.path),
		       tm_str_of(earlier.path), &doubtful, err);
	earlier_release(&earlier);
	return ok;
}

/* ---- One pair of files ------------------------------------------------- */

void
align_forget_words(struct shared *s)
{
	for (size_t k = 0; k < s->n_words; k++) {
		tm_lexicon_free(s->words[k]->lex);
		tm_buf_release(&s->words[k]->said);
		free(s->words[k]);
	}
	s->n_words = 0;
}

/* Words for this pair of files: its own, or in a batch everybody's. */
static struct words *
words_for(struct shared *s, const struct align_values *v,
    const struct alignment *a, tm_buf *said)
{
	struct words *w;

	pthread_mutex_lock(&s->lock);
	for (size_t k = 0; k < s->n_words; k++) {
		w = s->words[k];
		if (strcmp(w->from, a->src.lang) == 0 &&
		    strcmp(w->to, a->tgt.lang) == 0)
			goto out;
	}
	w = tm_zalloc(1, sizeof *w);
	strcpy(w->from, a->src.lang);
	strcpy(w->to, a->tgt.lang);
	tm_grow(s->words, s->n_words, s->cap_words);
	s->words[s->n_words++] = w;
	if (s->many)
		hold_messages(&w->said);
	w->lex = load_lexicon(s->tool, &v->words, w->from, w->to,
	    s->many ? NULL : a->src.segments, a->src.spans.n, s->memory,
	    &w->err);
	hold_messages(s->many ? said : NULL);
out:
	pthread_mutex_unlock(&s->lock);
	return w;
}

bool
align_is_known_format(const struct align_values *v, tm_error *err)
{
	return v->output == NULL || v->format != NULL ||
	       tm_fail(err, TM_INVALID,
		   "'%s' does not tell its format: say --format", v->output);
}

bool
align_may_output(const struct align_values *v, const char *src, const char *tgt,
    const char *memory, tm_error *err)
{
	if (v->output == NULL)
		return true;
	if (is_same_file(v->output, src) || is_same_file(v->output, tgt))
		return tm_fail(err, TM_INVALID,
		    "'%s' is one of the texts: it would be lost", v->output);
	return may_write(v->output, memory, err);
}

/* Where it cannot be written, better to know before anything is stored. */
static bool
can_output(const struct align_values *v, tm_error *err)
{
	tm_outfile probe;

	if (v->output == NULL || strcmp(v->output, "-") == 0)
		return true;
	if (!tm_outfile_open(&probe, v->output, err))
		return false;
	tm_outfile_abandon(&probe);
	return true;
}

/* What can be done beside other pairs: all that changes nothing. */
bool
align_think(struct shared *s, struct task *t, tm_error *err)
{
	const struct align_values *v = &t->v;
	struct known known = { 0 };
	struct words *words;
	bool ok;

	ok = can_output(v, err) &&
	     alignment_read(s->tool, &v->reading, &t->a, err) &&
	     find_known(s->tool, v, &t->a, s->memory, &known, err);
	if (ok) {
		t->words = words = words_for(s, v, &t->a, &t->said);
		ok = words->lex != NULL ||
		     tm_fail(err, words->err.code, "%s", words->err.msg);
		ok = ok && align(s->tool, v, &t->a, words->lex, &known, err);
	}
	known_release(&known);
	if (!ok)
		return false;
	t->o.copies = alignment_doubt_copies(&t->a);
	align_count(v, &t->a, &t->o);
	t->o.strangers = !align_are_translations(s->tool, &t->a) && !v->force;
	if (t->o.strangers && !v->dry_run)
		complain("nothing was stored; --force stores it");
	t->o.stored = !v->dry_run && !t->o.strangers;
	return true;
}

/* The memory's index is written when it is closed, and what it will be of is
 * kept until then: so it is closed now and then. */
enum { STORED_AT_ONCE = 500 };

void
align_close_store(struct shared *s)
{
	tm_store_abandon(s->store);
	s->store = NULL;
	s->stored = 0;
}

static bool
keep(struct shared *s, struct task *t, tm_error *err)
{
	if (t->o.stored) {
		if (s->store == NULL)
			s->store = tm_store_open(s->memory, TM_CREATE, err);
		if (s->store == NULL ||
		    !store(&t->v, &t->a, s->store, &t->o, err))
			return false;
		if (++s->stored >= (s->many ? STORED_AT_ONCE : 1))
			align_close_store(s);
	}
	/* The memory comes first: a reader of the output that goes away
	 * (a pager that is quit) must not cost the pairs. */
	return t->v.output == NULL ||
	       alignment_write(s->tool, &t->a, t->v.output, t->v.format, err);
}

static void
print_json_error(const char *list, size_t line)
{
	json_t *j = json_object();

	json_object_set_new(j, "list", json_of(tm_str_of(list)));
	json_object_set_new(j, "line", json_integer((json_int_t)line));
	json_object_set_new(j, "error",
	    json_string("not source, tab, target, and perhaps tab, output"));
	print_json(j);
}

/* What has to be done in order. */
int
align_finish(struct shared *s, struct task *t)
{
	tm_error err;

	if (t->failed) {
		err = t->err;
	} else if (!keep(s, t, &err)) {
		t->failed = true;
	} else {
		s->strangers += t->o.strangers;
		s->aligned += !t->o.strangers;
		s->kept.added += t->o.kept.added;
		s->kept.known += t->o.kept.known + t->o.kept.confirmed;
		s->kept.removed += t->o.kept.removed;
		align_summarise(s->tool, &t->v, &t->a, &t->o, s->memory);
	}
	if (t->v.json && t->bad_line > 0)
		print_json_error(t->v.batch, t->bad_line);
	else if (t->v.json)
		align_print_json(&t->v, &t->a, &t->o, t->failed ? &err : NULL);
	if (!t->failed)
		return t->o.strangers ? EXIT_NO : EXIT_DONE;
	s->failed++;
	return give_up(&err);
}

void
align_release(struct task *t)
{
	side_release(&t->a.src);
	side_release(&t->a.tgt);
	tm_beads_release(&t->a.beads);
	tm_buf_release(&t->said);
	free(t->o.document);
	*t = (struct task){ 0 };
}

static int
align_one(struct shared *s, const struct align_values *v, const char *src,
    const char *tgt)
{
	struct task t = { .v = *v, .a.src.path = src, .a.tgt.path = tgt };
	int status;

	t.failed = !align_think(s, &t, &t.err);
	status = align_finish(s, &t);
	align_release(&t);
	return status;
}

/* ---- The command ------------------------------------------------------- */

static int
run_checked(struct shared *s, struct align_values *v, char **args, int n)
{
	tm_error err;

	if (v->beads != NULL &&
	    !read_types(v->beads, &v->types, &v->n_types, &err))
		return wrong_call(s->tool, "%s", err.msg);
	if (v->batch != NULL && (n > 0 || v->output != NULL))
		return wrong_call(
		    s->tool, "--batch names the texts and outputs in its list");
	if (v->batch == NULL && n != 2)
		return wrong_call(s->tool, "align needs SRC TGT");
	if (v->batch != NULL && (v->anchors != NULL))
		return wrong_call(s->tool, "--anchor is for one pair of texts");
	if (v->batch == NULL && v->skip_done)
		return wrong_call(s->tool, "--skip-done is for --batch");
	watch_interrupts();
	if (v->batch != NULL) {
		s->many = true;
		return align_list(s, v, v->batch);
	}
	if (v->format != NULL && v->output == NULL)
		v->output = "-";
	if (v->output != NULL && v->format == NULL)
		v->format = alignment_format_for(v->output);
	if (strcmp(args[0], "-") == 0 && strcmp(args[1], "-") == 0)
		return wrong_call(
		    s->tool, "only one side can be standard input");
	if (v->json && v->output != NULL && strcmp(v->output, "-") == 0)
		return wrong_call(s->tool,
		    "--json and the alignment cannot both go to standard "
		    "output");
	if (!align_is_known_format(v, &err) ||
	    !align_may_output(v, args[0], args[1], s->memory, &err))
		return wrong_call(s->tool, "%s", err.msg);
	return align_one(s, v, args[0], args[1]);
}

/*
 * glibc keeps ever larger blocks for itself once one as large was freed, and
 * an aligner's blocks grow and shrink from pass to pass: of 30,000 lines 20
 * to 45 MB would lie idle.
 */
static void
give_memory_back(void)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

static int
run(struct tool *tool, const void *given, char **args, int n)
{
	struct align_values v = *(const struct align_values *)given;
	/* To store nothing no memory is needed. */
	char *memory =
	    v.dry_run ? memory_path_if_any(v.memory) : memory_path(v.memory);
	struct shared s = { .tool = tool,
		.memory = memory,
		.lock = PTHREAD_MUTEX_INITIALIZER };
	int status;

	give_memory_back();
	v.reading.encoding = v.encoding;
	v.reading.cutting = v.cutting;
	v.reading.force = v.force;
	status = run_checked(&s, &v, args, n);

	align_close_store(&s);
	align_forget_words(&s);
	free(s.words);
	pthread_mutex_destroy(&s.lock);
	free(v.types);
	free(memory);
	return status;
}

static const struct opt opts[] = {
	{ 0, "from", "LANG", OPT_LANG,
	    offsetof(struct align_values, reading.from),
	    .help = "language of SRC" },
	{ 0, "to", "LANG", OPT_LANG, offsetof(struct align_values, reading.to),
	    .help = "language of TGT" },
	OPT_MEMORY(struct align_values),
	{ 'o', "output", "FILE", OPT_STRING,
	    offsetof(struct align_values, output),
	    .help = "write the alignment: .tmx .tsv .html .ladder .json, - to "
		    "see it",
	    .files = true },
	{ 'f', "format", "FORMAT", OPT_CHOICE,
	    offsetof(struct align_values, format),
	    .help = "tmx, tsv, ladder, json, html or text",
	    .choices = alignment_formats },
	{ 0, "presegmented", NULL, OPT_FLAG,
	    offsetof(struct align_values, reading.presegmented),
	    .help = "each line is a segment already" },
	{ 'n', "dry-run", NULL, OPT_FLAG,
	    offsetof(struct align_values, dry_run), .help = "store nothing" },
	{ 0, "force", NULL, OPT_FLAG, offsetof(struct align_values, force),
	    .help = "store the pairs even if the texts seem to be strangers, "
		    "or in other languages" },
	{ 0, "no-lexicon", NULL, OPT_FLAG,
	    offsetof(struct align_values, words.none),
	    .help = "use no dictionary and nothing the memory taught" },
	{ 0, "lexicon", "FILE", OPT_LIST,
	    offsetof(struct align_values, words.files),
	    .help = "use this word list, too: lines with tabs, or TBX",
	    .files = true },
	{ 0, "min-confidence", "P", OPT_SHARE,
	    offsetof(struct align_values, min_confidence),
	    .help = "store only pairs at least as sure as P (0)" },
	{ 0, "review-below", "P", OPT_SHARE,
	    offsetof(struct align_values, review_below),
	    .help = "count pairs less sure than P as wanting review (0.9)" },
	{ 0, "anchor", "FILE", OPT_STRING,
	    offsetof(struct align_values, anchors),
	    .help = "pairs known to be right: 12<TAB>14, or a corrected "
		    ".tsv, .json or .ladder",
	    .files = true },
	{ 0, "hard-break", "REGEX", OPT_STRING,
	    offsetof(struct align_values, hard_break),
	    .help = "sentences that begin a chapter in both texts" },
	{ 0, "max-bead", "N", OPT_INT, offsetof(struct align_values, max_bead),
	    .min = 1, .max = 8,
	    .help = "at most N sentences on a side of a pair (8)" },
	{ 0, "beads", "LIST", OPT_STRING, offsetof(struct align_values, beads),
	    .help = "only these types of pairs, such as 1-1,1-2,2-1" },
	{ 0, "batch", "LIST", OPT_STRING, offsetof(struct align_values, batch),
	    .help = "many pairs of files: lines of SRC, TGT and, if you like, "
		    "OUT, with tabs",
	    .files = true },
	{ 0, "skip-done", NULL, OPT_FLAG,
	    offsetof(struct align_values, skip_done),
	    .help = "leave out lines of the batch whose OUT is newer than "
		    "both texts" },
	{ 'j', "jobs", "N", OPT_INT, offsetof(struct align_values, jobs),
	    .help = "threads for a batch (as many as cores)", .min = 1,
	    .max = 64 },
	{ 0, "json", NULL, OPT_FLAG, offsetof(struct align_values, json),
	    .help = "print the summary as a JSON object" },
	OPT_CUTTING(struct align_values),
	OPT_ENCODING(struct align_values),
	{ 0 },
};

static const struct align_values defaults = { .review_below = .9 };

const struct cmd cmd_align = {
	.name = "align",
	.summary = "pair the sentences of two texts and store the pairs",
	.operands = "SRC TGT | --batch LIST",
	.about =
	    "Cut SRC and its translation TGT into sentences, pair them, say "
	    "how\n"
	    "sure each pair is, and store the pairs in the memory. The "
	    "languages\n"
	    "come from the file names (ar.txt, x.en.txt), else from the texts.",
	.opts = opts,
	.size = sizeof(struct align_values),
	.defaults = &defaults,
	.most = 2,
	.run = run,
};

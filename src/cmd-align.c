/* cmd-align.c - two texts to pairs: cut, align, store, write */
#include "config.h"

#include "align-known.h"
#include "lexicons.h"

#include <math.h>
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

struct values {
	const char *memory, *output, *format, *anchors, *hard_break, *beads;
	const char *batch, *encoding;
	struct cutting cutting;
	bool dry_run, force, json;
	int max_bead;
	struct wordlists words;
	double review_below, min_confidence;
	struct reading_options reading;
	tm_bead_type *types; /* from beads */
	size_t n_types;
};

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
find_known(const struct tool *tool, const struct values *v,
    const struct alignment *a, const char *memory, struct known *k,
    tm_error *err)
{
	struct earlier earlier = { 0 };
	tm_store *store;
	tm_error why;
	size_t n;

	if ((v->anchors != NULL && !read_anchors(k, v->anchors, err)) ||
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
align(const struct tool *tool, const struct values *v, struct alignment *a,
    const tm_lexicon *lex, const struct known *k, tm_error *err)
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
		.max_run = (size_t)v->max_bead,
		.types = v->types,
		.n_types = v->n_types,
		.progress = tell_progress,
		.self = &progress };
	bool ok;

	progress_start(&progress, tool, "aligning");
	ok = tm_align(&src, &tgt, &options, &a->beads, err);
	progress_end(&progress);
	if (!ok && interrupted())
		tm_fail(err, TM_INVALID, "interrupted: nothing was stored");
	free(src_paragraph);
	free(tgt_paragraph);
	return ok;
}

/*
 * A wrong refusal costs work, a wrong pair of texts is seen by who reads the
 * warning: docs/ALIGNER.md tells how often right texts come below STRANGERS
 * (hardly ever) and DOUBTFUL.
 */
#define STRANGERS .2
#define DOUBTFUL .5

/* How much the words agree, and whether the order matters. */
static void
tell_evidence(const tm_beads *beads, tm_buf *out)
{
	if (beads->words < 1.1)
		tm_buf_adds(out, "the words of their pairs agree no better "
				 "than those of sentences put together at "
				 "random");
	else
		tm_buf_printf(out,
		    "the words of their pairs agree only %.1f times as well "
		    "as those of sentences put together at random",
		    beads->words);
	if (beads->any_order)
		tm_buf_adds(out, ", and the sentences would go together as "
				 "well in another order");
	tm_buf_printf(
	    out, " (%.0f %% likely to be translations)", 100 * beads->related);
}

/* Sentences are counted from 1 for people. */
static void
tell_range(tm_buf *out, size_t first, size_t n)
{
	tm_buf_printf(out, "%zu to %zu", first + 1, first + n);
}

#define MOST_MOVED 5

/* Which sentences stand elsewhere? */
static void
tell_moved(const struct alignment *a, tm_buf *out)
{
	const tm_beads *beads = &a->beads;

	tm_buf_adds(out, "the paragraphs are in another order: ");
	for (size_t k = 0; k < beads->n_moved && k < MOST_MOVED; k++) {
		const tm_bead *b = &beads->moved[k];

		if (k == 0)
			tm_buf_printf(out, "sentences ");
		else
			tm_buf_adds(out, ", ");
		tell_range(out, b->src, b->n_src);
		if (k == 0)
			tm_buf_printf(out, " of '%s' are ", a->src.path);
		else
			tm_buf_adds(out, " are ");
		tell_range(out, b->tgt, b->n_tgt);
		if (k == 0)
			tm_buf_printf(out, " of '%s'", a->tgt.path);
	}
	if (beads->n_moved > MOST_MOVED)
		tm_buf_printf(
		    out, ", and %zu more", beads->n_moved - MOST_MOVED);
}

/* More than the largest pair holds on a side. */
#define MUCH_LONGER 8

/* An extract beside its book, or a file that was cut off? */
static void
tell_lengths(const struct tool *tool, const struct alignment *a)
{
	const struct side *longer = &a->src, *other = &a->tgt;

	if (longer->spans.n < other->spans.n) {
		longer = &a->tgt;
		other = &a->src;
	}
	if (other->spans.n == 0 ||
	    longer->spans.n < MUCH_LONGER * other->spans.n)
		return;
	remark(tool,
	    "'%s' has %.0f times as many sentences as '%s': is that only a "
	    "part of it?",
	    longer->path, (double)longer->spans.n / (double)other->spans.n,
	    other->path);
}

/* Do the texts translate each other? If surely not, nothing is stored. If
 * they do, in another order, what is paired rightly is. */
static bool
are_translations(const struct tool *tool, const struct alignment *a)
{
	double p = a->beads.related;
	tm_buf why = { 0 };

	tell_lengths(tool, a);
	if (a->beads.n_moved > 0) {
		tell_moved(a, &why);
		if (p < STRANGERS)
			complain("%s", why.p);
		else
			remark(tool,
			    "%s; what has moved is not paired: put it "
			    "in the same order",
			    why.p);
	} else if (p < STRANGERS) {
		tell_evidence(&a->beads, &why);
		complain("these texts do not seem to be translations of each "
			 "other: '%s' and '%s': %s",
		    a->src.path, a->tgt.path, why.p);
	} else if (p < DOUBTFUL) {
		tell_evidence(&a->beads, &why);
		remark(tool, "are these the right files? %c%s",
		    why.p[0] - 'a' + 'A', why.p + 1);
	}
	tm_buf_release(&why);
	return p >= STRANGERS;
}

/* So many units that want review are named. */
enum { MOST_NAMED = 8 };

/* What a pair of files came to. */
struct outcome {
	size_t pairs, sure, doubtful, copies;
	double wrong; /* among the sure, as they promise */
	struct kept kept;
	bool strangers, stored;
	/* The first units in the memory that want review, and how many. */
	int64_t review[MOST_NAMED];
	size_t n_review;
};

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
	if (unit->status == TM_DRAFT && unit->confidence >= 0 &&
	    unit->confidence < r->below) {
		if (r->o->n_review < MOST_NAMED)
			r->o->review[r->o->n_review] = unit->id;
		r->o->n_review++;
	}
	return true;
}

static bool
store(const struct values *v, const struct alignment *a, const char *path,
    struct outcome *o, tm_error *err)
{
	struct reviewing reviewing = { v->review_below, o };
	const tm_sink doubtful = { &reviewing, see_doubtful, NULL };
	tm_store *store = tm_store_open(path, TM_CREATE, err);
	struct earlier earlier = { 0 };
	tm_buf about = { 0 };
	bool ok = false;

	if (store == NULL)
		return false;
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
	ok = ok &&
	     tm_store_document(store, file_name(a->src.path), &doubtful, err);
	earlier_release(&earlier);
	tm_store_close(store);
	return ok;
}

/* ---- Telling ----------------------------------------------------------- */

/* "15 1-1, 3 1-2, 1 1-0": the commonest first. */
static void
list_types(const tm_beads *beads, tm_buf *out)
{
	struct type {
		size_t src, tgt, n;
	} *types = NULL, swap;
	size_t n = 0, cap = 0, i;

	for (size_t k = 0; k < beads->n; k++) {
		const tm_bead *b = &beads->v[k];

		for (i = 0; i < n; i++)
			if (types[i].src == b->n_src &&
			    types[i].tgt == b->n_tgt)
				break;
		if (i == n) {
			tm_grow(types, n, cap);
			types[n++] = (struct type){ b->n_src, b->n_tgt, 0 };
		}
		for (types[i].n++; i > 0 && types[i].n > types[i - 1].n; i--) {
			swap = types[i];
			types[i] = types[i - 1];
			types[i - 1] = swap;
		}
	}
	for (i = 0; i < n; i++)
		tm_buf_printf(out, "%s%zu %zu-%zu", i == 0 ? "" : ", ",
		    types[i].n, types[i].src, types[i].tgt);
	free(types);
}

static void
count(const struct values *v, const struct alignment *a, struct outcome *o)
{
	for (size_t k = 0; k < a->beads.n; k++) {
		double p = a->beads.v[k].confidence;

		if (!is_pair(&a->beads.v[k]))
			continue;
		o->pairs++;
		if (p < v->review_below) {
			o->doubtful++;
		} else {
			o->sure++;
			o->wrong += 1 - p;
		}
	}
}

/* Which they are, and how to see them. */
static void
name_doubtful(const struct tool *tool, const struct values *v,
    const struct alignment *a, const struct outcome *o)
{
	tm_buf ids = { 0 };

	for (size_t i = 0; i < o->n_review && i < MOST_NAMED; i++)
		tm_buf_printf(&ids, " %lld", (long long)o->review[i]);
	if (o->n_review > MOST_NAMED)
		tm_buf_adds(&ids, " ...");
	if (o->n_review > 0)
		remark(tool,
		    "to review: unit%s%s (tmtool list --sort confidence "
		    "--unsure %g --status draft --document '%.*s'%s%s)",
		    o->n_review == 1 ? "" : "s", ids.p, v->review_below,
		    TM_STR_ARG(file_name(a->src.path)),
		    v->memory == NULL ? "" : " -m ",
		    v->memory == NULL ? "" : v->memory);
	tm_buf_release(&ids);
}

static void
summarise(const struct tool *tool, const struct values *v,
    const struct alignment *a, const struct outcome *o, const char *memory)
{
	char from[80], to[80];
	tm_buf text = { 0 };

	remark(tool, "%s: %zu sentence%s; %s: %zu sentence%s",
	    tm_lang_name(a->src.lang, from, sizeof from), a->src.spans.n,
	    a->src.spans.n == 1 ? "" : "s",
	    tm_lang_name(a->tgt.lang, to, sizeof to), a->tgt.spans.n,
	    a->tgt.spans.n == 1 ? "" : "s");
	count_of(&text, a->beads.n, "bead");
	tm_buf_adds(&text, ": ");
	list_types(&a->beads, &text);
	remark(tool, "%s", text.p);
	tm_buf_clear(&text);
	count_of(&text, o->pairs, "pair");
	if (o->sure > 0)
		tm_buf_printf(&text, "; expect about %.0f wrong among the %zu",
		    o->wrong, o->sure);
	else
		tm_buf_adds(&text, "; none is");
	remark(tool, "%s marked sure (%.0f %% and above); %zu want%s review",
	    text.p, 100 * v->review_below, o->doubtful,
	    o->doubtful == 1 ? "s" : "");
	if (o->copies > 0)
		remark(tool,
		    "%zu pair%s the same text on both sides, as if not "
		    "translated: marked as doubtful",
		    o->copies, o->copies == 1 ? " has" : "s have");
	tm_buf_clear(&text);
	if (o->kept.confirmed > 0)
		tm_buf_printf(&text, ", %zu reviewed kept", o->kept.confirmed);
	if (o->kept.removed > 0)
		tm_buf_printf(&text, ", %zu removed that %s no pair any more",
		    o->kept.removed, o->kept.removed == 1 ? "is" : "are");
	if (o->kept.aside > 0)
		tm_buf_printf(&text,
		    ", %zu reviewed left alone whose text%s changed",
		    o->kept.aside, o->kept.aside == 1 ? "" : "s");
	if (o->kept.strange > 0)
		tm_buf_printf(&text,
		    ", %zu left alone of other texts in files of these names",
		    o->kept.strange);
	if (o->stored)
		remark(tool, "%s: %zu added, %zu there already%s", memory,
		    o->kept.added, o->kept.known, text.n == 0 ? "" : text.p);
	name_doubtful(tool, v, a, o);
	if (v->output != NULL && strcmp(v->output, "-") != 0)
		remark(tool, "%s: written as %s", v->output, v->format);
	tm_buf_release(&text);
}

static json_t *
json_numbers(size_t first, size_t n)
{
	json_t *v = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(v, json_integer((json_int_t)(first + i)));
	return v;
}

static json_t *
json_moved(const tm_beads *beads)
{
	json_t *v = json_array();

	for (size_t k = 0; k < beads->n_moved; k++) {
		const tm_bead *b = &beads->moved[k];
		json_t *o = json_object();

		json_object_set_new(
		    o, "source", json_numbers(b->src, b->n_src));
		json_object_set_new(
		    o, "target", json_numbers(b->tgt, b->n_tgt));
		json_array_append_new(v, o);
	}
	return v;
}

static void
print_json_summary(const struct values *v, const struct alignment *a,
    const struct outcome *o, const tm_error *failed)
{
	json_t *j = json_object();

	json_object_set_new(j, "source", json_of(tm_str_of(a->src.path)));
	json_object_set_new(j, "target", json_of(tm_str_of(a->tgt.path)));
	if (failed != NULL) {
		json_object_set_new(
		    j, "error", json_of(tm_str_of(failed->msg)));
		print_json(j);
		return;
	}
	json_object_set_new(j, "source_lang", json_string(a->src.lang));
	json_object_set_new(j, "target_lang", json_string(a->tgt.lang));
#define SET(name, n) json_object_set_new(j, name, json_integer((json_int_t)(n)))
	SET("source_sentences", a->src.spans.n);
	SET("target_sentences", a->tgt.spans.n);
	SET("beads", a->beads.n);
	SET("pairs", o->pairs);
	SET("sure", o->sure);
	SET("want_review", o->doubtful);
	SET("copies", o->copies);
	SET("added", o->kept.added);
	SET("there_already", o->kept.known);
	SET("reviewed_kept", o->kept.confirmed);
	SET("removed", o->kept.removed);
	SET("reviewed_left", o->kept.aside);
	SET("others_left", o->kept.strange);
#undef SET
	json_object_set_new(
	    j, "expected_wrong", json_real(floor(o->wrong * 1e3 + .5) / 1e3));
	json_object_set_new(j, "moved", json_moved(&a->beads));
	json_object_set_new(j, "translations", json_boolean(!o->strangers));
	json_object_set_new(j, "stored", json_boolean(o->stored));
	json_object_set_new(j, "output",
	    v->output == NULL ? json_null() : json_of(tm_str_of(v->output)));
	print_json(j);
}

/* ---- One pair of files ------------------------------------------------- */

/* What many pairs of files share. */
struct shared {
	struct tool *tool;
	const char *memory;
	bool many;
	/* The words of the last two languages, when there are many pairs. */
	tm_lexicon *lex;
	char from[TM_LANG_MAX], to[TM_LANG_MAX];
	size_t aligned, strangers, failed;
	struct kept kept;
};

/* Words for this pair of files: its own, or everybody's. */
static const tm_lexicon *
lexicon_for(struct shared *s, const struct values *v, const struct alignment *a,
    tm_error *err)
{
	bool same = s->lex != NULL && s->many &&
		    strcmp(s->from, a->src.lang) == 0 &&
		    strcmp(s->to, a->tgt.lang) == 0;

	if (same)
		return s->lex;
	tm_lexicon_free(s->lex);
	strcpy(s->from, a->src.lang);
	strcpy(s->to, a->tgt.lang);
	s->lex = load_lexicon(s->tool, &v->words, a->src.lang, a->tgt.lang,
	    s->many ? NULL : a->src.segments, a->src.spans.n, s->memory, err);
	return s->lex;
}

static bool
is_known_format(const struct values *v, tm_error *err)
{
	return v->output == NULL || v->format != NULL ||
	       tm_fail(err, TM_INVALID,
		   "'%s' does not tell its format: say --format", v->output);
}

static bool
may_output(const struct values *v, const char *src, const char *tgt,
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
can_output(const struct values *v, tm_error *err)
{
	tm_outfile probe;

	if (v->output == NULL || strcmp(v->output, "-") == 0)
		return true;
	if (!tm_outfile_open(&probe, v->output, err))
		return false;
	tm_outfile_abandon(&probe);
	return true;
}

static bool
align_files(struct shared *s, const struct values *v, struct alignment *a,
    struct outcome *o, tm_error *err)
{
	struct known known = { 0 };
	const tm_lexicon *lex;
	bool ok;

	ok = can_output(v, err) &&
	     alignment_read(s->tool, &v->reading, a, err) &&
	     find_known(s->tool, v, a, s->memory, &known, err) &&
	     (lex = lexicon_for(s, v, a, err)) != NULL &&
	     align(s->tool, v, a, lex, &known, err);
	known_release(&known);
	if (!ok)
		return false;
	o->copies = alignment_doubt_copies(a);
	count(v, a, o);
	o->strangers = !are_translations(s->tool, a) && !v->force;
	if (o->strangers && !v->dry_run)
		complain("nothing was stored; --force stores it");
	o->stored = !v->dry_run && !o->strangers;
	/* The memory comes first: a reader of the output that goes away
	 * (a pager that is quit) must not cost the pairs. */
	return (!o->stored || store(v, a, s->memory, o, err)) &&
	       (v->output == NULL ||
		   alignment_write(s->tool, a, v->output, v->format, err));
}

static int
align_one(
    struct shared *s, const struct values *v, const char *src, const char *tgt)
{
	struct alignment a = { .src.path = src, .tgt.path = tgt };
	struct outcome o = { 0 };
	int status = EXIT_DONE;
	tm_error err;

	if (!align_files(s, v, &a, &o, &err)) {
		status = give_up(&err);
		s->failed++;
		if (v->json)
			print_json_summary(v, &a, &o, &err);
	} else {
		status = o.strangers ? EXIT_NO : EXIT_DONE;
		s->strangers += o.strangers;
		s->aligned += !o.strangers;
		s->kept.added += o.kept.added;
		s->kept.known += o.kept.known + o.kept.confirmed;
		s->kept.removed += o.kept.removed;
		summarise(s->tool, v, &a, &o, s->memory);
		if (v->json)
			print_json_summary(v, &a, &o, NULL);
	}
	side_release(&a.src);
	side_release(&a.tgt);
	tm_beads_release(&a.beads);
	return status;
}

/* ---- Many pairs -------------------------------------------------------- */

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

/* One line of a list: source, target and perhaps an output, with tabs. */
static int
align_line(struct shared *s, const struct values *given, const char *list,
    size_t n, char *line)
{
	struct values v = *given;
	char *cell[4] = { line, NULL, NULL, NULL };
	tm_error err;

	for (size_t i = 1; i < 4 && cell[i - 1] != NULL; i++) {
		cell[i] = strchr(cell[i - 1], '\t');
		if (cell[i] != NULL)
			*cell[i]++ = '\0';
	}
	if (cell[1] == NULL || cell[3] != NULL || cell[0][0] == '\0' ||
	    cell[1][0] == '\0') {
		complain("'%s' line %zu: source, tab, target, and perhaps tab, "
			 "output",
		    list, n);
		s->failed++;
		if (v.json)
			print_json_error(list, n);
		return EXIT_CANNOT;
	}
	v.output = cell[2] == NULL || cell[2][0] == '\0' ? NULL : cell[2];
	if (v.output != NULL && v.format == NULL)
		v.format = alignment_format_for(v.output);
	if (!is_known_format(&v, &err) ||
	    !may_output(&v, cell[0], cell[1], s->memory, &err)) {
		s->failed++;
		return give_up(&err);
	}
	remark(s->tool, "%s %s", cell[0], cell[1]);
	return align_one(s, &v, cell[0], cell[1]);
}

static int
align_list(struct shared *s, const struct values *v, const char *list)
{
	tm_buf text = { 0 };
	char *line, *next;
	tm_error err;
	int status;

	if (!read_text(list, NULL, &text, NULL, &err)) {
		tm_buf_release(&text);
		return give_up(&err);
	}
	tm_buf_addc(&text, '\n');
	line = text.p;
	for (size_t n = 1; *line != '\0' && !interrupted(); n++) {
		size_t size = strcspn(line, "\n");

		next = line + size + 1;
		line[size] = '\0';
		if (size > 0 && line[size - 1] == '\r')
			line[size - 1] = '\0';
		if (line[0] != '\0' && line[0] != '#')
			align_line(s, v, list, n, line);
		line = next;
	}
	tm_buf_release(&text);
	remark(s->tool,
	    "%s: %zu pair%s of files aligned, %zu no translations, %zu failed; "
	    "%zu added, %zu there already, %zu removed",
	    list, s->aligned, s->aligned == 1 ? "" : "s", s->strangers,
	    s->failed, s->kept.added, s->kept.known, s->kept.removed);
	status = s->failed > 0	    ? EXIT_CANNOT
		 : s->strangers > 0 ? EXIT_NO
				    : EXIT_DONE;
	return status;
}

/* ---- The command ------------------------------------------------------- */

static int
run_checked(struct shared *s, struct values *v, char **args, int n)
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
	if (!is_known_format(v, &err) ||
	    !may_output(v, args[0], args[1], s->memory, &err))
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
	struct values v = *(const struct values *)given;
	/* To store nothing no memory is needed. */
	char *memory =
	    v.dry_run ? memory_path_if_any(v.memory) : memory_path(v.memory);
	struct shared s = { .tool = tool, .memory = memory };
	int status;

	give_memory_back();
	v.reading.encoding = v.encoding;
	v.reading.cutting = v.cutting;
	v.reading.force = v.force;
	status = run_checked(&s, &v, args, n);

	tm_lexicon_free(s.lex);
	free(v.types);
	free(memory);
	return status;
}

static const struct opt opts[] = {
	{ 0, "from", "LANG", OPT_LANG, offsetof(struct values, reading.from),
	    .help = "language of SRC" },
	{ 0, "to", "LANG", OPT_LANG, offsetof(struct values, reading.to),
	    .help = "language of TGT" },
	OPT_MEMORY(struct values),
	{ 'o', "output", "FILE", OPT_STRING, offsetof(struct values, output),
	    .help = "write the alignment: .tmx .tsv .html .ladder .json, - to "
		    "see it",
	    .files = true },
	{ 'f', "format", "FORMAT", OPT_CHOICE, offsetof(struct values, format),
	    .help = "tmx, tsv, ladder, json, html or text",
	    .choices = alignment_formats },
	{ 0, "presegmented", NULL, OPT_FLAG,
	    offsetof(struct values, reading.presegmented),
	    .help = "each line is a segment already" },
	{ 'n', "dry-run", NULL, OPT_FLAG, offsetof(struct values, dry_run),
	    .help = "store nothing" },
	{ 0, "force", NULL, OPT_FLAG, offsetof(struct values, force),
	    .help = "store the pairs even if the texts seem to be strangers, "
		    "or in other languages" },
	{ 0, "no-lexicon", NULL, OPT_FLAG, offsetof(struct values, words.none),
	    .help = "use no dictionary and nothing the memory taught" },
	{ 0, "lexicon", "FILE", OPT_LIST, offsetof(struct values, words.files),
	    .help = "use this word list, too: lines with tabs, or TBX",
	    .files = true },
	{ 0, "min-confidence", "P", OPT_SHARE,
	    offsetof(struct values, min_confidence),
	    .help = "store only pairs at least as sure as P (0)" },
	{ 0, "review-below", "P", OPT_SHARE,
	    offsetof(struct values, review_below),
	    .help = "count pairs less sure than P as wanting review (0.9)" },
	{ 0, "anchor", "FILE", OPT_STRING, offsetof(struct values, anchors),
	    .help = "pairs known to be right: 12<TAB>14, or a ladder",
	    .files = true },
	{ 0, "hard-break", "REGEX", OPT_STRING,
	    offsetof(struct values, hard_break),
	    .help = "sentences that begin a chapter in both texts" },
	{ 0, "max-bead", "N", OPT_INT, offsetof(struct values, max_bead),
	    .min = 1, .max = 8,
	    .help = "at most N sentences on a side of a pair (8)" },
	{ 0, "beads", "LIST", OPT_STRING, offsetof(struct values, beads),
	    .help = "only these types of pairs, such as 1-1,1-2,2-1" },
	{ 0, "batch", "LIST", OPT_STRING, offsetof(struct values, batch),
	    .help = "many pairs of files: lines of SRC, TGT and, if you like, "
		    "OUT, with tabs",
	    .files = true },
	{ 0, "json", NULL, OPT_FLAG, offsetof(struct values, json),
	    .help = "print the summary as a JSON object" },
	OPT_CUTTING(struct values),
	OPT_ENCODING(struct values),
	{ 0 },
};

static const struct values defaults = { .review_below = .9 };

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
	.size = sizeof(struct values),
	.defaults = &defaults,
	.most = 2,
	.run = run,
};

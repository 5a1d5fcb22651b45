/* cmd-align.c - two texts to pairs: cut, align, store, write */
#include "config.h"

#include "alignment.h"
#include "lexicons.h"

#include <stdlib.h>

struct values {
	const char *from, *to, *memory, *output, *format, *encoding;
	bool presegmented, dry_run, force;
	struct wordlists words;
	double review_below, min_confidence;
	struct cutting cutting;
};

/* ---- Languages --------------------------------------------------------- */

/* How a side's language is known: from the call, from its file's name, or
 * by a guess; and what its text reads as, whatever was said. */
struct finding {
	bool said;
	char reads_as[TM_LANG_MAX];
	double sure;
};

static bool
find_language(const struct tool *tool, struct side *side, const char *option,
    const char *option_name, struct finding *f, tm_error *err)
{
	char name[80];

	f->sure = tm_lang_guess(tm_buf_str(&side->text), f->reads_as);
	f->said = true;
	if (option != NULL)
		snprintf(side->lang, TM_LANG_MAX, "%s", option);
	else if (!tm_lang_from_path(side->path, side->lang)) {
		f->said = false;
		if (strcmp(f->reads_as, "und") == 0)
			return tm_fail(err, TM_INVALID,
			    "cannot tell the language of '%s': say it with "
			    "--%s",
			    side->path, option_name);
		strcpy(side->lang, f->reads_as);
		remark(tool, "%s: taken for %s; --%s says otherwise",
		    side->path, tm_lang_name(side->lang, name, sizeof name),
		    option_name);
	}
	return true;
}

/* A text reads as lang when the guess is of the same language, or cannot be
 * told from it by script and is not sure. */
static bool
reads_as(const struct finding *f, const char *lang)
{
	return tm_lang_same_base(f->reads_as, lang) ||
	       (tm_lang_same_script(f->reads_as, lang) && f->sure < .8) ||
	       f->sure < .3;
}

static bool
check_languages(const struct tool *tool, const struct side *src,
    const struct finding *fs, const struct side *tgt, const struct finding *ft,
    tm_error *err)
{
	char a[80], b[80];
	const struct side *sides[2] = { src, tgt };
	const struct finding *found[2] = { fs, ft };

	if (strcmp(src->lang, tgt->lang) == 0)
		return tm_fail(err, TM_INVALID,
		    "both texts are %s: '%s' and '%s' (--from and --to name "
		    "the languages)",
		    tm_lang_name(src->lang, a, sizeof a), src->path, tgt->path);
	if (!reads_as(fs, src->lang) && !reads_as(ft, tgt->lang) &&
	    reads_as(fs, tgt->lang) && reads_as(ft, src->lang))
		return tm_fail(err, TM_INVALID,
		    "the sides are swapped: '%s' is said to be %s and '%s' %s, "
		    "but they read the other way round",
		    src->path, tm_lang_name(src->lang, a, sizeof a), tgt->path,
		    tm_lang_name(tgt->lang, b, sizeof b));
	for (int i = 0; i < 2; i++) {
		const struct side *other = sides[1 - i];

		if (reads_as(found[i], sides[i]->lang) ||
		    tm_lang_same_script(found[i]->reads_as, sides[i]->lang))
			continue;
		tm_lang_name(found[i]->reads_as, a, sizeof a);
		tm_lang_name(sides[i]->lang, b, sizeof b);
		if (tm_lang_same_base(found[i]->reads_as, other->lang))
			return tm_fail(err, TM_INVALID,
			    "both texts read as %s, though '%s' is said to be "
			    "%s",
			    a, sides[i]->path, b);
		remark(tool, "%s: is said to be %s but reads as %s",
		    sides[i]->path, b, a);
	}
	return true;
}

/* ---- Reading ----------------------------------------------------------- */

static bool
cut(struct side *side, const struct values *v, tm_error *err)
{
	tm_segmenter *seg;
	bool in_time;

	if (v->presegmented) {
		tm_segment_lines(tm_buf_str(&side->text), &side->spans);
	} else {
		seg = open_segmenter(side->lang, &v->cutting, err);
		if (seg == NULL)
			return false;
		tm_segment(seg, tm_buf_str(&side->text), &side->spans);
		in_time = tm_segmenter_ok(seg, err);
		tm_segmenter_free(seg);
		if (!in_time)
			return false;
	}
	if (side->spans.n == 0)
		return tm_fail(err, TM_PARSE,
		    "'%s' has no sentences: nothing to align", side->path);
	side_slice(side);
	return true;
}

static bool
read_sides(const struct tool *tool, const struct values *v, struct alignment *a,
    tm_error *err)
{
	struct finding fs, ft;

	return read_text(a->src.path, v->encoding, &a->src.text, NULL, err) &&
	       read_text(a->tgt.path, v->encoding, &a->tgt.text, NULL, err) &&
	       find_language(tool, &a->src, v->from, "from", &fs, err) &&
	       find_language(tool, &a->tgt, v->to, "to", &ft, err) &&
	       check_languages(tool, &a->src, &fs, &a->tgt, &ft, err) &&
	       cut(&a->src, v, err) && cut(&a->tgt, v, err);
}

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

static bool
align(const struct tool *tool, const struct values *v, struct alignment *a,
    const char *memory, tm_error *err)
{
	tm_lexicon *lex = load_lexicon(tool, &v->words, a->src.lang,
	    a->tgt.lang, a->src.segments, a->src.spans.n, memory, err);
	size_t *src_paragraph = paragraphs_of(&a->src, v->presegmented);
	size_t *tgt_paragraph = paragraphs_of(&a->tgt, v->presegmented);
	tm_align_side src = { a->src.lang, a->src.segments, a->src.spans.n,
		src_paragraph };
	tm_align_side tgt = { a->tgt.lang, a->tgt.segments, a->tgt.spans.n,
		tgt_paragraph };
	struct progress progress;
	tm_align_options options = {
		.lexicon = lex, .progress = tell_progress, .self = &progress
	};
	bool ok;

	progress_start(&progress, tool, "aligning");
	ok = lex != NULL && tm_align(&src, &tgt, &options, &a->beads, err);
	progress_end(&progress);
	free(src_paragraph);
	free(tgt_paragraph);
	tm_lexicon_free(lex);
	return ok;
}

/*
 * How much of the shorter text is paired, each pair counted as often as it
 * is right. Of 84 alignments of news and health texts with their
 * translations, with and without a dictionary, none came below .65; of as
 * many with another text's translation 32 came below .2, and 10 above .75.
 * So below STRANGERS nothing is lost by refusing, below DOUBTFUL a question
 * is fair, and above it this says nothing.
 */
static double
paired_share(const struct alignment *a)
{
	size_t shorter =
	    a->src.spans.n < a->tgt.spans.n ? a->src.spans.n : a->tgt.spans.n;
	double right = 0;

	for (size_t k = 0; k < a->beads.n; k++) {
		const tm_bead *b = &a->beads.v[k];

		if (is_pair(b))
			right +=
			    b->confidence *
			    (double)(b->n_src < b->n_tgt ? b->n_src : b->n_tgt);
	}
	return right / (double)shorter;
}

#define STRANGERS .2
#define DOUBTFUL .5

/* Do the texts translate each other? If surely not, nothing is stored. */
static bool
are_translations(const struct tool *tool, const struct alignment *a)
{
	double share = paired_share(a);

	if (share < STRANGERS)
		complain("'%s' and '%s' do not seem to be translations of each "
			 "other: only %.0f %% of the shorter one is likely to "
			 "be paired rightly",
		    a->src.path, a->tgt.path, 100 * share);
	else if (share < DOUBTFUL)
		remark(tool,
		    "are these the right files? Only %.0f %% of the shorter "
		    "one is likely to be paired rightly",
		    100 * share);
	return share >= STRANGERS;
}

/* ---- Storing ----------------------------------------------------------- */

struct adding {
	tm_store *store;
	size_t added, known;
};

static bool
add_unit(void *self, const tm_unit *unit, tm_error *err)
{
	struct adding *adding = self;
	tm_added how;

	if (interrupted())
		return tm_fail(err, TM_IO, "interrupted: nothing was stored");
	if (!tm_store_add(adding->store, unit, &how, err))
		return false;
	adding->added += how == TM_ADDED;
	adding->known += how != TM_ADDED;
	return true;
}

static bool
is_wanted(const struct values *v, const tm_bead *bead)
{
	return is_pair(bead) && bead->confidence >= v->min_confidence;
}

static bool
store(const struct values *v, const struct alignment *a, const char *path,
    struct adding *adding, tm_error *err)
{
	tm_sink sink = { adding, add_unit, NULL };
	tm_buf about = { 0 };
	bool ok = false;

	adding->store = tm_store_open(path, TM_CREATE, err);
	if (adding->store == NULL)
		return false;
	tm_buf_printf(&about, "%s %s", a->src.path, a->tgt.path);
	tm_store_sign(adding->store, user_name(), "align",
	    tm_text_is_utf8(tm_buf_str(&about), NULL) ? about.p : NULL, now());
	tm_buf_release(&about);
	if (tm_store_begin(adding->store, err)) {
		ok = true;
		for (size_t k = 0; ok && k < a->beads.n; k++)
			if (is_wanted(v, &a->beads.v[k]))
				ok = alignment_unit(a, k, now(), &sink, err);
		if (ok)
			ok = tm_store_commit(adding->store, err);
		else
			tm_store_rollback(adding->store);
	}
	tm_store_close(adding->store);
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
summarise(const struct tool *tool, const struct values *v,
    const struct alignment *a, const struct adding *adding, const char *memory)
{
	char from[80], to[80];
	tm_buf types = { 0 };
	size_t pairs = 0, doubtful = 0;
	double sum = 0;

	for (size_t k = 0; k < a->beads.n; k++)
		if (is_pair(&a->beads.v[k])) {
			pairs++;
			sum += a->beads.v[k].confidence;
			doubtful += a->beads.v[k].confidence < v->review_below;
		}
	list_types(&a->beads, &types);
	remark(tool, "%s: %zu sentences; %s: %zu sentences",
	    tm_lang_name(a->src.lang, from, sizeof from), a->src.spans.n,
	    tm_lang_name(a->tgt.lang, to, sizeof to), a->tgt.spans.n);
	remark(tool, "%zu beads: %s", a->beads.n, types.p);
	remark(tool,
	    "%zu pairs, mean confidence %.1f %%; %zu want%s review "
	    "(below %.0f %%)",
	    pairs, pairs == 0 ? 0 : 100 * sum / (double)pairs, doubtful,
	    doubtful == 1 ? "s" : "", 100 * v->review_below);
	if (!v->dry_run)
		remark(tool, "%s: %zu added, %zu there already", memory,
		    adding->added, adding->known);
	if (v->output != NULL && strcmp(v->output, "-") != 0)
		remark(tool, "%s: written as %s", v->output, v->format);
	tm_buf_release(&types);
}

/* ---- The command ------------------------------------------------------- */

static int
run(struct tool *tool, const void *given, char **args, int n)
{
	struct values v = *(const struct values *)given;
	struct alignment a = { .src.path = args[0], .tgt.path = args[1] };
	struct adding adding = { 0 };
	char *memory = memory_path(v.memory);
	tm_outfile probe;
	int status = EXIT_DONE;
	tm_error err;

	if (v.format != NULL && v.output == NULL)
		v.output = "-";
	if (v.output != NULL && v.format == NULL)
		v.format = alignment_format_for(v.output);
	if (v.output != NULL && v.format == NULL) {
		status = wrong_call(tool,
		    "'%s' does not tell its format: say --format", v.output);
		goto out;
	}
	if (strcmp(args[0], "-") == 0 && strcmp(args[1], "-") == 0) {
		status =
		    wrong_call(tool, "only one side can be standard input");
		goto out;
	}
	if (v.output != NULL && (is_same_file(v.output, args[0]) ||
				    is_same_file(v.output, args[1]))) {
		status = wrong_call(tool,
		    "'%s' is one of the texts: it would be lost", v.output);
		goto out;
	}
	if (v.output != NULL && !may_write(v.output, memory, &err)) {
		status = wrong_call(tool, "%s", err.msg);
		goto out;
	}
	/* Where it cannot be written, better to know before anything is
	 * stored. */
	if (v.output != NULL && strcmp(v.output, "-") != 0) {
		if (!tm_outfile_open(&probe, v.output, &err)) {
			status = give_up(&err);
			goto out;
		}
		tm_outfile_abandon(&probe);
	}
	watch_interrupts();
	if (!read_sides(tool, &v, &a, &err) ||
	    !align(tool, &v, &a, memory, &err)) {
		status = give_up(&err);
		goto out;
	}
	if (!are_translations(tool, &a) && !v.force) {
		if (!v.dry_run)
			complain("nothing was stored; --force stores it");
		v.dry_run = true;
		status = EXIT_NO;
	}
	/* The memory comes first: a reader of the output that goes away
	 * (a pager that is quit) must not cost the pairs. */
	if ((!v.dry_run && !store(&v, &a, memory, &adding, &err)) ||
	    (v.output != NULL &&
		!alignment_write(tool, &a, v.output, v.format, &err)))
		status = give_up(&err);
	else
		summarise(tool, &v, &a, &adding, memory);
out:
	side_release(&a.src);
	side_release(&a.tgt);
	tm_beads_release(&a.beads);
	free(memory);
	return status;
}

static const struct opt opts[] = {
	{ 0, "from", "LANG", OPT_LANG, offsetof(struct values, from),
	    .help = "language of SRC" },
	{ 0, "to", "LANG", OPT_LANG, offsetof(struct values, to),
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
	    offsetof(struct values, presegmented),
	    .help = "each line is a segment already" },
	{ 'n', "dry-run", NULL, OPT_FLAG, offsetof(struct values, dry_run),
	    .help = "store nothing" },
	{ 0, "force", NULL, OPT_FLAG, offsetof(struct values, force),
	    .help = "store the pairs even if the texts seem to be strangers" },
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
	OPT_CUTTING(struct values),
	OPT_ENCODING(struct values),
	{ 0 },
};

static const struct values defaults = { .review_below = .9 };

const struct cmd cmd_align = {
	.name = "align",
	.summary = "pair the sentences of two texts and store the pairs",
	.operands = "SRC TGT",
	.about =
	    "Cut SRC and its translation TGT into sentences, pair them, say "
	    "how\n"
	    "sure each pair is, and store the pairs in the memory. The "
	    "languages\n"
	    "come from the file names (ar.txt, x.en.txt), else from the texts.",
	.opts = opts,
	.size = sizeof(struct values),
	.defaults = &defaults,
	.least = 2,
	.most = 2,
	.run = run,
};

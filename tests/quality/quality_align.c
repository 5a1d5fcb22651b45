/*
 * quality_align.c - how well are texts aligned, and how well is it known?
 *
 *	quality_align [-acdrw] [-t PAIRS] FROM TO DIR...
 *
 * All documents of a folder (bitext.h says what is in one) make one line, with
 * tabs:
 *
 *	folder  beads  P  R  F1 (strict)  sure  right  mean  off  moved
 *
 * sure is the share of pairs with a confidence of .99 or more, right the
 * share of those that are, mean the mean confidence of all pairs and off how
 * far that is above the share of right ones; moved is the number of documents
 * that are said to be in another order. F1 is of exactly right beads:
 * precision over all beads, recall over the gold beads that have both sides.
 *
 *	-d	with the installed dictionaries
 *	-t	with what PAIRS teach: lines of FROM TAB TO
 *	-a	the ablation: a line for each thing that can be left out
 *	-r	a line for each document, not each folder
 *	-w	each source with its own target, and with those of two other
 *		documents (1 and 2 in the second column): what is known
 *		of whether the texts are translations, its probability last
 *	-c	what confidence is made of: for each document the judgement of
 *		align_int.h, for each bead whether it is right, its confidence,
 *		its type and its signs; fit-confidence.py reads it
 */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/quality/bitext.h"
#include "tm/align_int.h"

static const struct {
	const char *name;
	align_tuning tuning;
} ablations[] = {
	{ "nothing", { 0 } },
	{ "dictionary", { .without = 1u << BY_DICTIONARY } },
	{ "training", { .without = 1u << BY_TRAINING } },
	{ "numbers", { .without = 1u << BY_NUMBER } },
	{ "equal words", { .without = 1u << BY_IDENTITY } },
	{ "names by sound",
	    { .without = 1u << BY_SHORT_NAME | 1u << BY_LONG_NAME |
			 1u << BY_COGNATE } },
	{ "punctuation", { .without = 1u << BY_PUNCTUATION } },
	{ "names of ICU", { .without = 1u << BY_NAMES } },
	{ "learned links", { .without = 1u << BY_LEARNING } },
	{ "all words", { .without = (1u << N_EVIDENCE) - 1 } },
	{ "trust fixed", { .keep_trust = true } },
	{ "types fixed", { .keep_types = true } },
	{ "lengths fixed", { .keep_lengths = true } },
	{ "all starts but the first", { .starts = 1 } },
	{ "all starts but the second", { .starts = 2 } },
	{ "all starts but the third", { .starts = 4 } },
	{ "marks between sentences", { .no_marks = true } },
	{ "places of words", { .no_places = true } },
	{ "the band", { .full_grid = true } },
};

struct options {
	bool ablate, pairs, dictionary, documents, wrong;
};

static tm_lexicon *lex;
static const char *from, *to;

/* ---- Telling ----------------------------------------------------------- */

/* What the confidence of the bead at hand is made of. */
static double (*sign_row)[N_SIGNS];

static void
tell(const tm_bead *b, bool right)
{
	printf("%d\t%.4f\t%zu-%zu", right, b->confidence, b->n_src, b->n_tgt);
	for (int k = 0; k < N_SIGNS; k++)
		printf("\t%.5g", (*sign_row)[k]);
	putchar('\n');
	sign_row++;
}

static void
report(const char *name, const char *what, const struct total *t, size_t moved)
{
	double pairs = t->pairs == 0 ? 1 : (double)t->pairs;

	printf("%s%s%s\t%zu\t%.4f\t%.4f\t%.4f\t%.3f\t%.4f\t%.3f\t%+.4f\t%zu\n",
	    name, what[0] == '\0' ? "" : ", without ", what, t->beads,
	    precision(t), recall(t), f1(t), (double)t->sure / pairs,
	    t->sure == 0 ? 1 : (double)t->sure_right / (double)t->sure,
	    t->confidence / pairs, (t->confidence - (double)t->found) / pairs,
	    moved);
	fflush(stdout);
}

/* ---- Aligning ---------------------------------------------------------- */

static void
align(const struct document *s, const struct document *t,
    const align_tuning *tuning, tm_beads *beads)
{
	tm_align_side src = { from, s->line[0], s->n[0], s->paragraph[0] };
	tm_align_side tgt = { to, t->line[1], t->n[1], t->paragraph[1] };
	tm_align_options options = { .lexicon = lex };
	tm_error err;

	if (!align_tuned(&src, &tgt, &options, tuning, beads, &err))
		die(&err);
}

/* Each source with its own target, and with that of the next document and
 * of some further off. */
static void
measure_wrong(const struct folder *f, const char *dir)
{
	const size_t off[] = { 0, 1, f->n / 2 + 1 };

	for (size_t k = 0; k < f->n; k++)
		for (size_t w = 0; w < sizeof off / sizeof off[0]; w++) {
			const struct document *s = &f->v[k];
			const struct document *t = &f->v[(k + off[w]) % f->n];
			judgement j = { 0 };
			align_tuning tuning = { .judgement = &j,
				.all_doubt = true };
			tm_beads beads = { 0 };

			if (w > 0 && (s == t || off[w] == off[w - 1]))
				continue;
			align(s, t, &tuning, &beads);
			printf("%s\t%zu\t%zu\t%zu\t%zu\t%.4f\t%.4f\t%.4f\t%."
			       "4f\t%.4f\t%.2f\t%.2f\t%.2f\t%.4f\t%.4f\t%.4f\t%"
			       ".3f\t%.3f\n",
			    dir, w, s->n[0], t->n[1], j.pairs, j.odd,
			    j.unpaired, j.doubt, j.likelihood, j.lengths,
			    j.agreement, j.by_chance, j.covered, j.in_order,
			    j.out_of_order, j.mean_out_of_order, j.rank,
			    beads.related);
			tm_beads_release(&beads);
		}
}

static void
measure(const struct folder *f, const char *dir, const char *what,
    const align_tuning *tuning, const struct options *o)
{
	struct total all = { .tell = o->pairs ? tell : NULL };
	size_t moved = 0;

	for (size_t k = 0; k < f->n; k++) {
		struct total one = { .tell = all.tell };
		tm_beads beads = { 0 };
		judgement j = { 0 };
		align_tuning tuned = *tuning;
		sign_rows signs = { 0 };

		tuned.judgement = &j;
		if (o->pairs) {
			tuned.signs = &signs;
			tuned.no_doubt = true;
		}
		align(&f->v[k], &f->v[k], &tuned, &beads);
		if (o->pairs)
			printf("# "
			       "%s\t%s\t%zu\t%.5f\t%.5f\t%.5f\t%.5f\t%.4f\t%."
			       "3f\t%.3f\t%.3f\n",
			    dir, f->v[k].name, j.pairs, j.odd, j.unpaired,
			    j.doubt, j.likelihood, j.lengths, j.agreement,
			    j.by_chance, beads.related);
		sign_row = signs.v;
		moved += beads.n_moved > 0;
		score(&beads, &f->v[k].gold, o->documents ? &one : &all);
		if (o->documents)
			report(f->v[k].name, what, &one, beads.n_moved > 0);
		free(signs.v);
		tm_beads_release(&beads);
	}
	if (!o->documents && !o->pairs)
		report(dir, what, &all, moved);
}

static void
measure_folder(const char *dir, const struct options *o)
{
	size_t n = o->ablate ? sizeof ablations / sizeof ablations[0] : 1;
	struct folder f = { 0 };

	folder_read(&f, dir);
	if (o->wrong) {
		measure_wrong(&f, dir);
		folder_release(&f);
		return;
	}
	for (size_t k = 0; k < n; k++)
		measure(&f, dir, k == 0 ? "" : ablations[k].name,
		    &ablations[k].tuning, o);
	folder_release(&f);
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	const char *pairs = NULL;
	tm_buf what = { 0 };
	size_t taught;
	tm_error err;
	int c;

	while ((c = getopt(argc, argv, "acdrt:w")) != -1)
		switch (c) {
		case 'a':
			o.ablate = true;
			break;
		case 'c':
			o.pairs = true;
			break;
		case 'd':
			o.dictionary = true;
			break;
		case 'r':
			o.documents = true;
			break;
		case 't':
			pairs = optarg;
			break;
		case 'w':
			o.wrong = true;
			break;
		default:
			return 64;
		}
	if (argc - optind < 3) {
		fputs(
		    "usage: quality_align [-acdrw] [-t PAIRS] FROM TO DIR...\n",
		    stderr);
		return 64;
	}
	from = argv[optind++];
	to = argv[optind++];
	lex = tm_lexicon_new(from, to);
	tm_lexicon_add_cldr(lex);
	if (o.dictionary && !tm_lexicon_add_freedict(lex, NULL, &what, &err))
		die(&err);
	if (pairs != NULL)
		teach(lex, pairs, &taught);
	for (; optind < argc; optind++)
		measure_folder(argv[optind], &o);
	tm_lexicon_free(lex);
	tm_buf_release(&what);
	return 0;
}

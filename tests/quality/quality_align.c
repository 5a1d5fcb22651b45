/*
 * quality_align.c - how well are texts aligned, and how well is it known?
 *
 *	quality_align [-acdrw] FROM TO DIR...
 *
 * In each DIR are DOC.src, DOC.tgt (a sentence a line) and DOC.gold (a
 * ladder); DOC.src.par and DOC.tgt.par may hold the number of each line's
 * paragraph: what make-bitext.awk makes. All documents of a folder make one
 * line, with tabs:
 *
 *	folder  beads  P  R  F1 (strict)  sure  right  mean  off
 *
 * sure is the share of pairs with a confidence of .99 or more, right the
 * share of those that are, mean the mean confidence of all pairs and off how
 * far that is above the share of right ones. F1 is of exactly right beads:
 * precision over all beads, recall over the gold beads that have both sides.
 *
 *	-d	with the installed dictionaries
 *	-a	the ablation: a line for each thing that can be left out
 *	-r	a line for each document, not each folder
 *	-w	each source with its own target, and with those of up to four
 *		other documents (1 to 4 in the second column): what is known
 *		of whether the texts are translations, its probability last
 *	-c	what confidence is made of: for each document the judgement of
 *		align_int.h, for each bead whether it is right, its posterior
 *		and its type
 */
#include "config.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "tm/align_int.h"

static const struct {
	const char *name;
	align_tuning tuning;
} ablations[] = {
	{ "nothing", { 0 } },
	{ "dictionary", { .without = 1u << BY_DICTIONARY } },
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
	{ "the band", { .full_grid = true } },
};

struct options {
	bool ablate, pairs, dictionary, documents, wrong;
};

struct total {
	size_t pairs, pairs_right, right, beads, found, gold, sure, sure_right;
	double confidence;
};

/* One document: the lines of both sides and the gold beads. */
struct document {
	char name[256];
	tm_buf text[3];
	tm_str *line[3];
	size_t n[3];
	size_t *paragraph[2];
	tm_beads gold;
};

struct folder {
	struct document *v;
	size_t n, cap;
};

static tm_lexicon *lex;
static const char *from, *to;

static void
die(const tm_error *err)
{
	fprintf(stderr, "quality_align: %s\n", err->msg);
	exit(2);
}

/* ---- Reading ----------------------------------------------------------- */

static size_t
read_lines(const char *dir, const char *doc, const char *end, tm_buf *text,
    tm_str **lines)
{
	size_t n = 0, cap = 0;
	tm_buf path = { 0 };
	tm_error err;
	tm_str rest;

	tm_buf_printf(&path, "%s/%s%s", dir, doc, end);
	if (!tm_read_file(path.p, text, &err))
		die(&err);
	rest = tm_buf_str(text);
	*lines = NULL;
	while (rest.n > 0) {
		const char *nl = memchr(rest.p, '\n', rest.n);
		size_t k = nl == NULL ? rest.n : (size_t)(nl - rest.p);

		tm_grow(*lines, n, cap);
		(*lines)[n++] = tm_str_sub(rest, 0, k);
		rest = tm_str_sub(rest, k + (nl != NULL), rest.n);
	}
	tm_buf_release(&path);
	return n;
}

static size_t *
read_paragraphs(const char *dir, const char *doc, const char *end, size_t n)
{
	tm_buf path = { 0 }, text = { 0 };
	size_t *v = NULL;
	tm_str *line;

	tm_buf_printf(&path, "%s/%s%s", dir, doc, end);
	if (access(path.p, R_OK) == 0) {
		if (read_lines(dir, doc, end, &text, &line) == n) {
			v = tm_zalloc(n + 1, sizeof *v);
			for (size_t i = 0; i < n; i++)
				v[i] = strtoul(line[i].p, NULL, 10);
		}
		free(line);
	}
	tm_buf_release(&text);
	tm_buf_release(&path);
	return v;
}

/* "[3]:[4,5]:.98" -> the bead; sentences of a bead are in one run. */
static bool
read_rung(tm_str line, tm_bead *bead)
{
	size_t n[2] = { 0, 0 }, first[2] = { 0, 0 }, value = 0, half = 0;
	bool digits = false;

	if (line.n == 0 || line.p[0] == '#')
		return false;
	for (size_t i = 0; i < line.n && half < 2; i++) {
		char c = line.p[i];

		if (c >= '0' && c <= '9') {
			value = digits ? value * 10 + (size_t)(c - '0')
				       : (size_t)(c - '0');
			digits = true;
			continue;
		}
		if (digits && n[half]++ == 0)
			first[half] = value;
		digits = false;
		half += c == ':';
	}
	*bead = (tm_bead){ first[0], n[0], first[1], n[1], 0 };
	return n[0] + n[1] > 0;
}

static void
read_document(struct document *d, const char *dir)
{
	static const char *const ends[] = { ".src", ".tgt", ".gold" };

	for (int k = 0; k < 3; k++)
		d->n[k] =
		    read_lines(dir, d->name, ends[k], &d->text[k], &d->line[k]);
	d->paragraph[0] = read_paragraphs(dir, d->name, ".src.par", d->n[0]);
	d->paragraph[1] = read_paragraphs(dir, d->name, ".tgt.par", d->n[1]);
	for (size_t k = 0; k < d->n[2]; k++) {
		tm_grow(d->gold.v, d->gold.n, d->gold.cap);
		d->gold.n += read_rung(d->line[2][k], &d->gold.v[d->gold.n]);
	}
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct document *)a)->name,
	    ((const struct document *)b)->name);
}

static void
read_folder(struct folder *f, const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *e;

	if (d == NULL) {
		perror(dir);
		exit(2);
	}
	while ((e = readdir(d)) != NULL) {
		size_t n = strlen(e->d_name);

		if (n < 6 || strcmp(e->d_name + n - 5, ".gold") != 0)
			continue;
		tm_grow(f->v, f->n, f->cap);
		f->v[f->n] = (struct document){ 0 };
		snprintf(f->v[f->n++].name, sizeof f->v->name, "%.*s",
		    (int)(n - 5), e->d_name);
	}
	closedir(d);
	qsort(f->v, f->n, sizeof *f->v, by_name);
	for (size_t k = 0; k < f->n; k++)
		read_document(&f->v[k], dir);
}

static void
folder_release(struct folder *f)
{
	for (size_t i = 0; i < f->n; i++) {
		for (int k = 0; k < 3; k++) {
			tm_buf_release(&f->v[i].text[k]);
			free(f->v[i].line[k]);
		}
		free(f->v[i].paragraph[0]);
		free(f->v[i].paragraph[1]);
		tm_beads_release(&f->v[i].gold);
	}
	free(f->v);
}

/* ---- Scoring ----------------------------------------------------------- */

static bool
same(const tm_bead *a, const tm_bead *b)
{
	return a->n_src == b->n_src && a->n_tgt == b->n_tgt &&
	       (a->n_src == 0 || a->src == b->src) &&
	       (a->n_tgt == 0 || a->tgt == b->tgt);
}

static bool
is_pair(const tm_bead *b)
{
	return b->n_src > 0 && b->n_tgt > 0;
}

/* Gold beads are few and in order near where they are looked for. */
static void
score(const tm_beads *test, const tm_beads *gold, struct total *t, bool tell)
{
	for (size_t k = 0; k < gold->n; k++)
		t->gold += is_pair(&gold->v[k]);
	for (size_t k = 0, near = 0; k < test->n; k++) {
		const tm_bead *b = &test->v[k];
		size_t i = near > 200 ? near - 200 : 0, pair = is_pair(b);
		bool right;

		while (i < gold->n && i < near + 200 && !same(b, &gold->v[i]))
			i++;
		right = i < gold->n && i < near + 200;
		near = right ? i : near;
		t->beads++;
		t->right += right;
		t->pairs += pair;
		t->found += right && pair;
		t->confidence += pair ? b->confidence : 0;
		t->sure += pair && b->confidence >= .99;
		t->sure_right += pair && right && b->confidence >= .99;
		if (tell)
			printf("%d\t%.9f\t%zu-%zu\n", right, b->confidence,
			    b->n_src, b->n_tgt);
	}
}

static void
report(const char *name, const char *what, const struct total *t)
{
	double p = t->beads == 0 ? 0 : (double)t->right / (double)t->beads;
	double r = t->gold == 0 ? 0 : (double)t->found / (double)t->gold;
	double pairs = t->pairs == 0 ? 1 : (double)t->pairs;

	printf("%s%s%s\t%zu\t%.4f\t%.4f\t%.4f\t%.3f\t%.4f\t%.3f\t%+.4f\n", name,
	    what[0] == '\0' ? "" : ", without ", what, t->beads, p, r,
	    p + r > 0 ? 2 * p * r / (p + r) : 0, (double)t->sure / pairs,
	    t->sure == 0 ? 1 : (double)t->sure_right / (double)t->sure,
	    t->confidence / pairs, (t->confidence - (double)t->found) / pairs);
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
	const size_t off[] = { 0, 1, f->n / 5 + 1, f->n / 3 + 1, f->n / 2 + 1 };

	for (size_t k = 0; k < f->n; k++)
		for (size_t w = 0; w < sizeof off / sizeof off[0]; w++) {
			const struct document *s = &f->v[k];
			const struct document *t = &f->v[(k + off[w]) % f->n];
			judgement j = { 0 };
			align_tuning tuning = { .judgement = &j };
			tm_beads beads = { 0 };

			if (w > 0 && (s == t || off[w] == off[w - 1]))
				continue;
			align(s, t, &tuning, &beads);
			printf("%s\t%zu\t%zu\t%zu\t%zu\t%.4f\t%.4f\t%.4f\t%."
			       "4f\t%.4f\t%.2f\t%.2f\t%.2f\t%.3f\n",
			    dir, w, s->n[0], t->n[1], j.pairs, j.odd,
			    j.unpaired, j.doubt, j.likelihood, j.lengths,
			    j.agreement, j.by_chance, j.covered, beads.related);
			tm_beads_release(&beads);
		}
}

static void
measure(const struct folder *f, const char *dir, const char *what,
    const align_tuning *tuning, const struct options *o)
{
	struct total all = { 0 };

	for (size_t k = 0; k < f->n; k++) {
		struct total one = { 0 };
		tm_beads beads = { 0 };
		judgement j = { 0 };
		align_tuning tuned = *tuning;

		tuned.judgement = &j;
		tuned.raw = o->pairs;
		align(&f->v[k], &f->v[k], &tuned, &beads);
		if (o->pairs)
			printf("# "
			       "%s\t%s\t%zu\t%.5f\t%.5f\t%.5f\t%.5f\t%.4f\t%."
			       "3f\t%.3f\t%.3f\n",
			    dir, f->v[k].name, j.pairs, j.odd, j.unpaired,
			    j.doubt, j.likelihood, j.lengths, j.agreement,
			    j.by_chance, beads.related);
		score(&beads, &f->v[k].gold, o->documents ? &one : &all,
		    o->pairs);
		if (o->documents)
			report(f->v[k].name, what, &one);
		tm_beads_release(&beads);
	}
	if (!o->documents && !o->pairs)
		report(dir, what, &all);
}

static void
measure_folder(const char *dir, const struct options *o)
{
	size_t n = o->ablate ? sizeof ablations / sizeof ablations[0] : 1;
	struct folder f = { 0 };

	read_folder(&f, dir);
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
	tm_buf what = { 0 };
	tm_error err;
	int c;

	while ((c = getopt(argc, argv, "acdrw")) != -1)
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
		case 'w':
			o.wrong = true;
			break;
		default:
			return 64;
		}
	if (argc - optind < 3) {
		fputs("usage: quality_align [-acdrw] FROM TO DIR...\n", stderr);
		return 64;
	}
	from = argv[optind++];
	to = argv[optind++];
	lex = tm_lexicon_new(from, to);
	tm_lexicon_add_cldr(lex);
	if (o.dictionary && !tm_lexicon_add_freedict(lex, NULL, &what, &err))
		die(&err);
	for (; optind < argc; optind++)
		measure_folder(argv[optind], &o);
	tm_lexicon_free(lex);
	tm_buf_release(&what);
	return 0;
}

/*
 * bench_align.c - how well and how fast are texts aligned?
 *
 *	bench_align [-a] [-d] [-t PAIRS] FROM TO DIR...
 *
 * In each DIR are DOC.src, DOC.tgt (a sentence a line) and DOC.gold (a
 * ladder). All documents of a folder make one line:
 *
 *	folder TAB sentences TAB CPU seconds TAB sentences/s TAB strict F1
 *
 * Without arguments it takes three Arabic-English sets of
 * $TM_SRCDIR/../shared/data/align where they are, and nothing elsewhere.
 * -d uses the installed dictionaries, -t what PAIRS teach (lines of FROM TAB
 * TO, as a memory has them; how long that took goes to standard error). -a is
 *the ablation: a line for each thing that can be left out, the folder's name
 *followed by what it was. F1 is of exactly right beads: precision over all
 *beads, recall over the gold beads that have both sides.
 */
#include "config.h"

#include <dirent.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tm/align_int.h"
#include "tm/train.h"

static const struct {
	const char *name;
	align_tuning tuning;
} ablations[] = {
	{ "all", { 0 } },
	{ "no dictionary", { .without = 1u << BY_DICTIONARY } },
	{ "no training", { .without = 1u << BY_TRAINING } },
	{ "no numbers", { .without = 1u << BY_NUMBER } },
	{ "no equal words", { .without = 1u << BY_IDENTITY } },
	{ "no names by sound",
	    { .without = 1u << BY_SHORT_NAME | 1u << BY_LONG_NAME |
			 1u << BY_COGNATE } },
	{ "no punctuation", { .without = 1u << BY_PUNCTUATION } },
	{ "no names of ICU", { .without = 1u << BY_NAMES } },
	{ "nothing learned", { .without = 1u << BY_LEARNING } },
	{ "no words at all", { .without = (1u << N_EVIDENCE) - 1 } },
	{ "trust fixed", { .keep_trust = true } },
	{ "types fixed", { .keep_types = true } },
	{ "lengths fixed", { .keep_lengths = true } },
	{ "first start only", { .starts = 1 } },
	{ "second start only", { .starts = 2 } },
	{ "third start only", { .starts = 4 } },
	{ "never a band", { .full_grid = true } },
};

struct total {
	size_t sentences, right, beads, found, gold;
	double seconds;
};

static tm_lexicon *lex;
static const char *from, *to;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void
die(const tm_error *err)
{
	fprintf(stderr, "bench_align: %s\n", err->msg);
	exit(2);
}

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

static bool
same(const tm_bead *a, const tm_bead *b)
{
	return a->n_src == b->n_src && a->n_tgt == b->n_tgt &&
	       (a->n_src == 0 || a->src == b->src) &&
	       (a->n_tgt == 0 || a->tgt == b->tgt);
}

/* Gold beads are few and in order near where they are looked for. */
static void
score(const tm_beads *test, const tm_beads *gold, struct total *t)
{
	for (size_t k = 0; k < gold->n; k++)
		t->gold += gold->v[k].n_src > 0 && gold->v[k].n_tgt > 0;
	for (size_t k = 0, near = 0; k < test->n; k++) {
		size_t i = near > 200 ? near - 200 : 0;

		while (i < gold->n && i < near + 200 &&
		       !same(&test->v[k], &gold->v[i]))
			i++;
		t->beads++;
		if (i == gold->n || i == near + 200)
			continue;
		near = i;
		t->right++;
		t->found += test->v[k].n_src > 0 && test->v[k].n_tgt > 0;
	}
}

static void
bench_document(const char *dir, const char *doc, const align_tuning *tuning,
    struct total *t)
{
	tm_buf text[3] = { { 0 }, { 0 }, { 0 } };
	tm_str *line[3];
	size_t n[3];
	tm_beads test = { 0 }, gold = { 0 };
	tm_align_options options = { .lexicon = lex };
	tm_align_side src, tgt;
	double start;
	tm_error err;

	n[0] = read_lines(dir, doc, ".src", &text[0], &line[0]);
	n[1] = read_lines(dir, doc, ".tgt", &text[1], &line[1]);
	n[2] = read_lines(dir, doc, ".gold", &text[2], &line[2]);
	for (size_t k = 0; k < n[2]; k++) {
		tm_grow(gold.v, gold.n, gold.cap);
		gold.n += read_rung(line[2][k], &gold.v[gold.n]);
	}
	src = (tm_align_side){ from, line[0], n[0], NULL };
	tgt = (tm_align_side){ to, line[1], n[1], NULL };
	start = now();
	if (!align_tuned(&src, &tgt, &options, tuning, &test, &err))
		die(&err);
	t->seconds += now() - start;
	t->sentences += n[0] + n[1];
	score(&test, &gold, t);
	for (int k = 0; k < 3; k++) {
		tm_buf_release(&text[k]);
		free(line[k]);
	}
	tm_beads_release(&test);
	tm_beads_release(&gold);
}

static void
bench_folder(const char *dir, const char *what, const align_tuning *tuning)
{
	struct total t = { 0 };
	DIR *d = opendir(dir);
	const struct dirent *e;
	double p, r;

	if (d == NULL) {
		perror(dir);
		exit(2);
	}
	while ((e = readdir(d)) != NULL) {
		size_t n = strlen(e->d_name);
		char doc[256];

		if (n < 5 || strcmp(e->d_name + n - 5, ".gold") != 0)
			continue;
		snprintf(doc, sizeof doc, "%.*s", (int)(n - 5), e->d_name);
		bench_document(dir, doc, tuning, &t);
	}
	closedir(d);
	p = t.beads == 0 ? 0 : (double)t.right / (double)t.beads;
	r = t.gold == 0 ? 0 : (double)t.found / (double)t.gold;
	printf("align-%s%s%s\t%zu\t%.3f\t%.0f\t%.3f\n", dir,
	    what[0] == '\0' ? "" : ", ", what, t.sentences, t.seconds,
	    (double)t.sentences / t.seconds,
	    p + r > 0 ? 2 * p * r / (p + r) : 0);
	fflush(stdout);
}

static void
train(const char *path)
{
	tm_trainer *trainer = tm_trainer_new();
	tm_taught taught = { 0 };
	tm_buf text = { 0 };
	double start = now();
	size_t n = 0;
	tm_error err;
	tm_str rest;

	if (!tm_read_file(path, &text, &err))
		die(&err);
	rest = tm_buf_str(&text);
	while (rest.n > 0) {
		const char *nl = memchr(rest.p, '\n', rest.n), *tab;
		size_t k = nl == NULL ? rest.n : (size_t)(nl - rest.p);

		tab = memchr(rest.p, '\t', k);
		if (tab != NULL)
			tm_trainer_add(trainer,
			    (tm_str){ rest.p, (size_t)(tab - rest.p) },
			    (tm_str){ tab + 1, (size_t)(rest.p + k - tab - 1) },
			    1);
		n++;
		rest = tm_str_sub(rest, k + (nl != NULL), rest.n);
	}
	fprintf(stderr, "%zu pairs read in %.2f s\n", n, now() - start);
	if (!tm_trainer_run(trainer, NULL, NULL, &taught, &err))
		die(&err);
	fprintf(stderr, "%zu word pairs taught in %.2f s\n", taught.n_pairs,
	    now() - start);
	tm_lexicon_add_taught(lex, &taught, false);
	tm_taught_release(&taught);
	tm_trainer_free(trainer);
	tm_buf_release(&text);
}

/* What "make bench" runs. */
static int
bench_default(void)
{
	static const char *const sets[] = { "ntrex_aren_a", "ntrex_aren_hard",
		"tico_aren_hard" };
	const char *root = getenv("TM_SRCDIR");
	char dir[4096];

	snprintf(dir, sizeof dir, "%s/../shared/data/align",
	    root == NULL ? "." : root);
	if (chdir(dir) != 0)
		return 0;
	from = "ar";
	to = "en";
	for (size_t k = 0; k < sizeof sets / sizeof sets[0]; k++)
		bench_folder(sets[k], "", &ablations[0].tuning);
	return 0;
}

int
main(int argc, char **argv)
{
	bool dictionary = false, ablate = false;
	const char *pairs = NULL;
	tm_buf what = { 0 };
	tm_error err;
	int c;

	if (argc == 1)
		return bench_default();
	while ((c = getopt(argc, argv, "adt:")) != -1)
		if (c == 'a')
			ablate = true;
		else if (c == 'd')
			dictionary = true;
		else if (c == 't')
			pairs = optarg;
		else
			return 64;
	if (argc - optind < 3) {
		fputs(
		    "usage: bench_align [-a] [-d] [-t PAIRS] FROM TO DIR...\n",
		    stderr);
		return 64;
	}
	from = argv[optind++];
	to = argv[optind++];
	lex = tm_lexicon_new(from, to);
	tm_lexicon_add_cldr(lex);
	if (dictionary && !tm_lexicon_add_freedict(lex, NULL, &what, &err))
		die(&err);
	if (pairs != NULL)
		train(pairs);
	for (; optind < argc; optind++) {
		size_t n = ablate ? sizeof ablations / sizeof ablations[0] : 1;

		for (size_t k = 0; k < n; k++)
			bench_folder(argv[optind],
			    ablate ? ablations[k].name : "",
			    &ablations[k].tuning);
	}
	tm_lexicon_free(lex);
	tm_buf_release(&what);
	return 0;
}

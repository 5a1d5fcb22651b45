/*
 * bench_align.c - how fast are texts aligned, and how well?
 *
 *	bench_align [-d] [-t PAIRS] FROM TO DIR...
 *
 * All documents of a folder (tests/quality/bitext.h says what is in one)
 * make one line:
 *
 *	folder TAB sentences TAB CPU seconds TAB sentences/s TAB strict F1
 *
 * Without arguments it takes three Arabic-English sets of
 * $TM_SRCDIR/../shared/data/align where they are, and nothing elsewhere.
 * -d uses the installed dictionaries, -t what PAIRS teach (lines of FROM TAB
 * TO, as a memory has them; how long that took goes to standard error).
 * quality_align tells what each part is worth.
 */
#include "config.h"

#include "bench.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/quality/bitext.h"
#include "tm/lexicon_int.h"

static tm_lexicon *lex;
static const char *from, *to;

static void
bench_folder(const char *dir)
{
	struct folder f = { 0 };
	struct total t = { 0 };
	size_t sentences = 0;
	double seconds = 0;

	folder_read(&f, dir);
	for (size_t k = 0; k < f.n; k++) {
		const struct document *d = &f.v[k];
		tm_align_side src = { from, d->line[0], d->n[0], NULL };
		tm_align_side tgt = { to, d->line[1], d->n[1], NULL };
		tm_align_options options = { .lexicon = lex };
		tm_beads beads = { 0 };
		double start = now(CLOCK_PROCESS_CPUTIME_ID);
		tm_error err;

		if (!tm_align(&src, &tgt, &options, &beads, &err))
			die(&err);
		seconds += now(CLOCK_PROCESS_CPUTIME_ID) - start;
		sentences += d->n[0] + d->n[1];
		score(&beads, &d->gold, &t);
		tm_beads_release(&beads);
	}
	folder_release(&f);
	printf("align-%s\t%zu\t%.3f\t%.0f\t%.3f\n", dir, sentences, seconds,
	    (double)sentences / seconds, f1(&t));
	fflush(stdout);
}

static void
train(const char *path)
{
	double start = now(CLOCK_PROCESS_CPUTIME_ID);
	size_t taught, n = teach(lex, path, &taught);

	fprintf(stderr, "%zu word pairs taught by %zu pairs in %.2f s\n",
	    taught, n, now(CLOCK_PROCESS_CPUTIME_ID) - start);
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
		bench_folder(sets[k]);
	return 0;
}

int
main(int argc, char **argv)
{
	bool dictionary = false;
	const char *pairs = NULL;
	tm_buf what = { 0 };
	tm_error err;
	int c;

	if (argc == 1)
		return bench_default();
	while ((c = getopt(argc, argv, "dt:")) != -1)
		if (c == 'd')
			dictionary = true;
		else if (c == 't')
			pairs = optarg;
		else
			return 64;
	if (argc - optind < 3) {
		fputs("usage: bench_align [-d] [-t PAIRS] FROM TO DIR...\n",
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
	for (; optind < argc; optind++)
		bench_folder(argv[optind]);
	tm_lexicon_free(lex);
	tm_buf_release(&what);
	return 0;
}

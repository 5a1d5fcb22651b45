/*
 * bench_lookup.c - how fast are lookups, and how useful?
 *
 *	bench_lookup [-p] [-c COLUMN] [-f FROM] [-k MOST] [-m MIN]
 *		[-b BEST] [-n QUERIES] MEMORY QUERIES.tsv
 *
 * Looks up column COLUMN (1) of each line of QUERIES.tsv in MEMORY, which
 * bench_store makes: the MOST (5) best at MIN (70) and above, with
 * everything a lookup gives. A first round warms up; the second is
 * measured in the CPU time of the thread:
 *
 *	name TAB items TAB seconds TAB items/s TAB ms mean, p50, p95, p99, max
 *
 * -b writes "rate TAB translation" of each best match to BEST (an empty
 * line where there is none): what tools that judge usefulness take. -p
 * compares everything instead of using the index.
 */
#include "config.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tm/store.h"

static tm_error err;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static int
up(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static tm_str
column(tm_str line, int n)
{
	for (; n > 1; n--) {
		const char *tab = memchr(line.p, '\t', line.n);

		if (tab == NULL)
			return (tm_str){ "", 0 };
		line = tm_str_sub(line, (size_t)(tab - line.p) + 1, line.n);
	}
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] == '\t')
			line.n = i;
	return line;
}

static void
write_best(FILE *fp, const tm_answer *answer)
{
	const tm_found *f = answer->v;

	if (answer->n > 0)
		fprintf(fp, "%.6f\t%.*s", 100 * f->match.score,
		    TM_STR_ARG(f->unit->v[f->to].text));
	fputc('\n', fp);
}

int
main(int argc, char **argv)
{
	tm_query q = { .min = 70, .most = 5 };
	tm_buf text = { 0 };
	tm_answer answer = { 0 };
	tm_store *store;
	FILE *best = NULL;
	size_t n = 0, most_queries = SIZE_MAX, found = 0, hits = 0;
	double *ms = NULL, total = 0, first = 0;
	size_t cap = 0;
	int opt, col = 1;

	while ((opt = getopt(argc, argv, "pc:f:k:m:b:n:")) != -1)
		switch (opt) {
		case 'p':
			q.plain = true;
			break;
		case 'c':
			col = atoi(optarg);
			break;
		case 'f':
			q.from = optarg;
			break;
		case 'k':
			q.most = (size_t)atoi(optarg);
			break;
		case 'm':
			q.min = atoi(optarg);
			break;
		case 'n':
			most_queries = (size_t)atoi(optarg);
			break;
		case 'b':
			best = fopen(optarg, "w");
			break;
		default:
			return 64;
		}
	if (argc - optind != 2)
		return 64;
	store = tm_store_open(argv[optind], TM_READ, &err);
	if (store == NULL || !tm_read_file(argv[optind + 1], &text, &err))
		goto fail;
	for (int round = q.plain ? 1 : 0; round < 2; round++) {
		n = found = hits = 0;
		for (size_t i = 0; i < text.n && n < most_queries;) {
			const char *line = text.p + i;
			const char *end = memchr(line, '\n', text.n - i);
			double start = now();

			if (end == NULL)
				end = text.p + text.n;
			q.text =
			    column((tm_str){ line, (size_t)(end - line) }, col);
			if (!tm_store_lookup(store, &q, &answer, &err))
				goto fail;
			tm_grow(ms, n, cap);
			ms[n++] = now() - start;
			if (n == 1 && round == 0)
				first = ms[0];
			found += answer.n > 0;
			hits += answer.n;
			if (round == 1 && best != NULL)
				write_best(best, &answer);
			i += (size_t)(end - line) + 1;
		}
	}
	if (n == 0)
		return 2;
	for (size_t i = 0; i < n; i++)
		total += ms[i];
	qsort(ms, n, sizeof *ms, up);
	printf("lookup-%d%s\t%zu\t%.3f\t%.0f\t%.4f\t%.4f\t%.4f\t%.4f\t%.3f\n",
	    q.min, q.plain ? "-plain" : "", n, total / 1e3,
	    (double)n / total * 1e3, total / (double)n, ms[n / 2],
	    ms[n * 95 / 100], ms[n * 99 / 100], ms[n - 1]);
	fprintf(stderr,
	    "%zu of %zu found something, %zu matches; first %.1f ms\n", found,
	    n, hits, first);
	if (best != NULL)
		fclose(best);
	tm_answer_release(&answer);
	tm_store_close(store);
	tm_buf_release(&text);
	free(ms);
	return 0;
fail:
	fprintf(stderr, "bench_lookup: %s\n", err.msg);
	return 2;
}

/*
 * bench_lookup.c - how fast are lookups, and how useful?
 *
 *	bench_lookup [-p] [-c COLUMN] [-f FROM] [-t TO] [-k MOST] [-m MIN]
 *		[-b BEST] [-n QUERIES] [-r ROUNDS] [-w EACH]
 *		MEMORY QUERIES.tsv
 *
 * Looks up column COLUMN (1) of each line of QUERIES.tsv in MEMORY, which
 * bench_store makes: the MOST (5) best at MIN (70) and above, with
 * everything a lookup gives. A first round warms up; those after it, ROUNDS
 * (1), are measured in the CPU time of the thread, and each query counts
 * with the best of them:
 *
 *	name TAB items TAB seconds TAB items/s TAB ms mean, p50, p95, p99, max
 *
 * FUZZY_MATCH=PROGRAM looks the same queries up in the same segments with a
 * peer, round by round in turn with ours, and prints its line and how many
 * times longer it takes in mean, p50, p95 and p99. PROGRAM is the
 * FuzzyMatch-cli of SYSTRAN/fuzzy-match, which is not built here, or
 * whatever takes its options: it is run as
 *
 *	PROGRAM -c SEGMENTS -a match -f .70 -N 1 --ml 2 --mr 0 -n MOST
 *
 * (one thread, its lossless setting) and answers each line of its standard
 * input by a line. Its time is the CPU time of its process between the two.
 *
 * -b writes "rate TAB translation" of each best match to BEST (an empty
 * line where there is none): what tools that judge usefulness take. -w
 * writes "ms TAB query" of each to EACH. -p compares everything
 * instead of using the index.
 */
#include "config.h"

#include "bench.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tm/lang.h"
#include "tm/store.h"

static tm_error err;

/* What was measured of one who looks up. */
typedef struct times {
	double *ms;
	size_t n, cap, found, hits;
} times;

static void
die(void)
{
	fprintf(stderr, "bench_lookup: %s\n", err.msg);
	exit(2);
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

/* The queries in a file, which text then holds. */
static tm_str *
read_queries(const char *path, int col, size_t most, tm_buf *text, size_t *n)
{
	tm_str *v = NULL;
	size_t cap = 0;

	if (!tm_read_file(path, text, &err))
		die();
	*n = 0;
	for (size_t i = 0; i < text->n && *n < most;) {
		const char *line = text->p + i;
		const char *end = memchr(line, '\n', text->n - i);

		if (end == NULL)
			end = text->p + text->n;
		tm_grow(v, *n, cap);
		v[(*n)++] = column((tm_str){ line, (size_t)(end - line) }, col);
		i += (size_t)(end - line) + 1;
	}
	return v;
}

/* Query i took so long: a best of all rounds. */
static void
note(times *t, size_t i, double ms, size_t hits)
{
	if (i == 0)
		t->found = t->hits = 0;
	t->found += hits > 0;
	t->hits += hits;
	if (i >= t->n) {
		tm_grow(t->ms, t->n, t->cap);
		t->ms[t->n++] = ms;
	} else if (ms < t->ms[i]) {
		t->ms[i] = ms;
	}
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

static void
look_up(tm_store *store, tm_query *q, const tm_str *v, size_t n, times *t,
    FILE *best)
{
	static tm_answer answer;

	for (size_t i = 0; i < n; i++) {
		double start = now(CLOCK_THREAD_CPUTIME_ID);

		q->text = v[i];
		if (!tm_store_lookup(store, q, &answer, &err))
			die();
		note(t, i, 1e3 * (now(CLOCK_THREAD_CPUTIME_ID) - start),
		    answer.n);
		if (best != NULL)
			write_best(best, &answer);
	}
}

/* ---- The peer ---------------------------------------------------------- */

typedef struct peer {
	pid_t pid;
	clockid_t clock;
	FILE *to, *from;
	char segments[64];
} peer;

typedef struct pouring {
	FILE *fp;
	const char *lang;
} pouring;

/* One line for each segment in the language looked up from. */
static bool
pour(void *self, const tm_unit *unit, tm_error *e)
{
	pouring *p = self;

	for (size_t i = 0; i < unit->n; i++) {
		tm_str s = unit->v[i].text;

		if (p->lang != NULL &&
		    !tm_lang_same_base(p->lang, unit->v[i].lang.p))
			continue;
		for (size_t k = 0; k < s.n; k++)
			fputc(
			    memchr("\n\r\t", s.p[k], 3) ? ' ' : s.p[k], p->fp);
		fputc('\n', p->fp);
	}
	return true;
}

static void
start_peer(peer *p, const char *program, tm_store *store, const tm_query *q)
{
	int in[2], out[2], fd;
	char least[16], most[24];
	pouring all = { .lang = q->from };
	tm_sink sink = { .self = &all, .unit = pour };

	snprintf(p->segments, sizeof p->segments, "/tmp/tm-bench-XXXXXX");
	fd = mkstemp(p->segments);
	if (fd < 0 || (all.fp = fdopen(fd, "w")) == NULL || pipe(in) != 0 ||
	    pipe(out) != 0)
		exit(2);
	if (!tm_store_walk(store, NULL, &sink, &err))
		die();
	fclose(all.fp);
	snprintf(least, sizeof least, "%.2f", q->min / 100.);
	snprintf(most, sizeof most, "%zu", q->most);
	fflush(stdout);
	p->pid = fork();
	if (p->pid == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[1]);
		close(out[0]);
		execl(program, program, "-c", p->segments, "-a", "match", "-f",
		    least, "-N", "1", "--ml", "2", "--mr", "0", "-n", most,
		    (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	p->to = fdopen(in[1], "w");
	p->from = fdopen(out[0], "r");
	if (p->pid < 0 || p->to == NULL || p->from == NULL ||
	    clock_getcpuclockid(p->pid, &p->clock) != 0)
		exit(2);
	signal(SIGPIPE, SIG_IGN);
}

/* How many matches a line of "score TAB id TAB score TAB id" has. */
static size_t
matches_in(const char *line)
{
	size_t tabs = 0;

	for (; *line != '\0'; line++)
		tabs += *line == '\t';
	return (tabs + 1) / 2;
}

static void
ask_peer(peer *p, const tm_str *v, size_t n, times *t)
{
	static char *line;
	static size_t cap;

	for (size_t i = 0; i < n; i++) {
		double start = now(p->clock);

		fprintf(p->to, "%.*s\n", TM_STR_ARG(v[i]));
		fflush(p->to);
		if (getline(&line, &cap, p->from) < 0) {
			fputs("bench_lookup: FUZZY_MATCH gave up\n", stderr);
			exit(2);
		}
		note(t, i, 1e3 * (now(p->clock) - start), matches_in(line));
	}
}

static void
end_peer(peer *p)
{
	fclose(p->to);
	fclose(p->from);
	waitpid(p->pid, NULL, 0);
	unlink(p->segments);
}

/* ---- What comes out ---------------------------------------------------- */

static const size_t shown[] = { 50, 95, 99 };

/* Sorts the times. */
static void
tell(times *t, const char *name)
{
	double total = 0;

	for (size_t i = 0; i < t->n; i++)
		total += t->ms[i];
	qsort(t->ms, t->n, sizeof *t->ms, up);
	printf("%s\t%zu\t%.3f\t%.0f\t%.4f", name, t->n, total / 1e3,
	    (double)t->n / total * 1e3, total / (double)t->n);
	for (size_t i = 0; i < 3; i++)
		printf("\t%.4f", t->ms[t->n * shown[i] / 100]);
	printf("\t%.3f\n", t->ms[t->n - 1]);
	fflush(stdout);
	fprintf(stderr, "%s: %zu of %zu found something, %zu matches\n", name,
	    t->found, t->n, t->hits);
}

static void
compare(const times *ours, const times *theirs)
{
	double a = 0, b = 0;

	for (size_t i = 0; i < ours->n; i++) {
		a += ours->ms[i];
		b += theirs->ms[i];
	}
	printf("times-longer\t%zu\t\t\t%.2f", ours->n, b / a);
	for (size_t i = 0; i < 3; i++) {
		size_t at = ours->n * shown[i] / 100;

		printf("\t%.2f", theirs->ms[at] / ours->ms[at]);
	}
	putchar('\n');
}

/* What the options say, but for what the query says itself. */
typedef struct wanted {
	int column, rounds;
	size_t most;	   /* queries */
	FILE *best, *each; /* NULL: not written */
} wanted;

static bool
read_options(int argc, char **argv, tm_query *q, wanted *w)
{
	int opt;

	while ((opt = getopt(argc, argv, "pc:f:t:k:m:b:n:r:w:")) != -1)
		switch (opt) {
		case 'p':
			q->plain = true;
			break;
		case 'c':
			w->column = atoi(optarg);
			break;
		case 'f':
			q->from = optarg;
			break;
		case 't':
			q->to = optarg;
			break;
		case 'k':
			q->most = (size_t)atoi(optarg);
			break;
		case 'm':
			q->min = atoi(optarg);
			break;
		case 'n':
			w->most = (size_t)atoi(optarg);
			break;
		case 'r':
			w->rounds = atoi(optarg);
			break;
		case 'b':
			w->best = fopen(optarg, "w");
			break;
		case 'w':
			w->each = fopen(optarg, "w");
			break;
		default:
			return false;
		}
	return argc - optind == 2 && w->rounds >= 1;
}

/* Ask all n queries, and the peer, too, if program is one. */
static void
measure(tm_store *store, tm_query *q, const tm_str *v, size_t n,
    const char *program, const wanted *w)
{
	times warm = { 0 }, ours = { 0 }, theirs = { 0 };
	char name[40];
	peer p;

	if (program != NULL) {
		start_peer(&p, program, store, q);
		ask_peer(&p, v, n, &warm);
	}
	if (!q->plain) {
		look_up(store, q, v, n, &warm, NULL);
		fprintf(stderr, "the first took %.1f ms\n", warm.ms[0]);
	}
	for (int k = 0; k < w->rounds; k++) {
		look_up(store, q, v, n, &ours, k == 0 ? w->best : NULL);
		if (program != NULL)
			ask_peer(&p, v, n, &theirs);
	}
	for (size_t i = 0; w->each != NULL && i < n; i++)
		fprintf(w->each, "%.4f\t%.*s\n", ours.ms[i], TM_STR_ARG(v[i]));
	snprintf(
	    name, sizeof name, "lookup-%d%s", q->min, q->plain ? "-plain" : "");
	tell(&ours, name);
	if (program != NULL) {
		end_peer(&p);
		snprintf(name, sizeof name, "fuzzy-match-%d", q->min);
		tell(&theirs, name);
		compare(&ours, &theirs);
	}
	free(warm.ms);
	free(ours.ms);
	free(theirs.ms);
}

int
main(int argc, char **argv)
{
	tm_query q = { .min = 70, .most = 5 };
	wanted w = { .column = 1, .rounds = 1, .most = SIZE_MAX };
	tm_buf text = { 0 };
	tm_store *store;
	tm_str *v;
	size_t n;

	if (!read_options(argc, argv, &q, &w))
		return 64;
	store = tm_store_open(argv[optind], TM_READ, &err);
	if (store == NULL)
		die();
	v = read_queries(argv[optind + 1], w.column, w.most, &text, &n);
	if (n == 0)
		return 2;
	measure(store, &q, v, n, getenv("FUZZY_MATCH"), &w);
	if (w.best != NULL)
		fclose(w.best);
	if (w.each != NULL)
		fclose(w.each);
	tm_store_close(store);
	tm_buf_release(&text);
	free(v);
	return 0;
}

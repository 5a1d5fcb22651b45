/*
 * crash_store.c - kill a writer at any moment, and look what is left
 *
 *	crash_store [KILLS [SEED]]
 *
 * A child adds batches of units, each batch a transaction, changes and
 * removes some, and makes the index; it tells through shared memory which
 * batch it has committed. The parent kills it (SIGKILL) at a random moment
 * of its work and opens the memory again. There must be
 *
 *	- batches 1 to n, each whole or not at all, n no less than told;
 *	- a memory that tm_store_check() finds nothing wrong with;
 *	- an index that answers like the plain scan.
 *
 * Then the next child goes on where this one was. Exits 0, or 1 with what
 * was wrong; the memory is then left where it is told to be.
 */
#include "config.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tm/store.h"

enum { FIRST_SIZE = 3, SIZES = 400 };

static tm_error err;
static char dir[] = "/tmp/tm-crash-XXXXXX";
static char path[64];
static unsigned seed;

/* Written by the child, read by the parent when it is dead. */
struct told {
	volatile int committed;
	volatile int started; /* opened the memory */
} * told;

static unsigned
roll(unsigned n)
{
	seed = seed * 1664525 + 1013904223;
	return (unsigned)((unsigned long long)(seed >> 4) * n >> 28);
}

/* How many units batch k has: most small, some long enough for files of
 * the index to be written and merged. */
static int
size_of(int k)
{
	return FIRST_SIZE + (int)((unsigned)k * 2654435761u >> 8) % SIZES *
				(k % 7 == 0 ? 5 : 1);
}

static void
die(const char *what)
{
	fprintf(stderr, "crash_store: %s: %s (the memory is '%s')\n", what,
	    err.msg, path);
	_exit(1);
}

static bool
add_one(tm_store *store, int batch, int i)
{
	char en[120], ar[120], doc[40];
	tm_variant v[2] = { { .lang = TM_STR("en") },
		{ .lang = TM_STR("ar") } };
	tm_meta meta = { TM_PROP, TM_STR("x-batch"), TM_STR(""),
		TM_STR("yes") };
	tm_unit u = { .v = v,
		.n = 2,
		.confidence = .5,
		.position = i + 1,
		.meta = &meta,
		.n_meta = i % 5 == 0 };

	snprintf(en, sizeof en, "Sentence number %d of part %d is %s.", i,
	    batch, i % 3 == 0 ? "short" : "a little longer than that");
	snprintf(ar, sizeof ar, "الجملة رقم %d من الجزء %d", i, batch);
	snprintf(doc, sizeof doc, "%d", batch);
	v[0].text = tm_str_of(en);
	v[1].text = tm_str_of(ar);
	u.document = tm_str_of(doc);
	return tm_store_add(store, &u, NULL, &err);
}

static void
work(int batch)
{
	tm_store *store = tm_store_open(path, TM_CREATE, &err);

	if (store == NULL)
		die("a child cannot open it");
	told->started++;
	for (;; batch++) {
		if (!tm_store_begin(store, &err))
			die("a child cannot begin");
		for (int i = 0; i < size_of(batch); i++)
			if (!add_one(store, batch, i))
				die("a child cannot add");
		if (!tm_store_commit(store, &err))
			die("a child cannot commit");
		told->committed = batch;
		/* Changes outside batches: confirm, and nothing else, so
		 * that batches can be counted. */
		if (batch % 3 == 0 &&
		    !tm_store_set_status(store, 1, TM_CONFIRMED, &err))
			die("a child cannot confirm");
		if (batch % 2 == 0 && !tm_store_index(store, &err))
			die("a child cannot index");
		if (batch % 5 == 0) {
			tm_store_close(store);
			store = tm_store_open(path, TM_WRITE, &err);
			if (store == NULL)
				die("a child cannot open it again");
		}
	}
}

typedef struct census {
	int *seen, n;
} census;

static bool
count(void *self, const tm_unit *u, tm_error *e)
{
	census *c = self;
	int batch = atoi(u->document.p);

	if (batch < 1 || batch > c->n || u->n != 2 ||
	    u->n_meta != ((u->position - 1) % 5 == 0))
		return tm_fail(
		    e, TM_PARSE, "unit %lld is torn", (long long)u->id);
	c->seen[batch]++;
	return true;
}

/* The last batch that is there; all before it are, and whole. */
static int
take_census(tm_store *store)
{
	census c = { NULL, told->committed + 1 };
	tm_sink sink = { &c, count, NULL };
	int last = 0;

	c.seen = tm_zalloc((size_t)c.n + 1, sizeof *c.seen);
	if (!tm_store_walk(store, NULL, &sink, &err))
		die("walking");
	for (int k = 1; k <= c.n; k++) {
		if (c.seen[k] == 0)
			continue;
		if (c.seen[k] != size_of(k) || last != k - 1) {
			tm_fail(&err, TM_PARSE, "batch %d has %d of %d units",
			    k, c.seen[k], size_of(k));
			die("not a prefix of transactions");
		}
		last = k;
	}
	free(c.seen);
	if (last < told->committed) {
		tm_fail(&err, TM_PARSE, "batch %d was committed, %d is last",
		    told->committed, last);
		die("a commit is lost");
	}
	return last;
}

static void
compare_lookups(tm_store *store, int last)
{
	char text[120];
	tm_query q = { .min = 80, .most = 5 };
	tm_answer plain = { 0 }, fast = { 0 };

	snprintf(text, sizeof text, "Sentence number %u of part %u is short.",
	    roll(300), 1 + roll((unsigned)last + 1));
	q.text = tm_str_of(text);
	if (!tm_store_lookup(store, &q, &fast, &err))
		die("looking up");
	q.plain = true;
	if (!tm_store_lookup(store, &q, &plain, &err))
		die("scanning");
	if (plain.n != fast.n) {
		tm_fail(
		    &err, TM_PARSE, "%zu, not %zu matches", fast.n, plain.n);
		die(text);
	}
	for (size_t i = 0; i < plain.n; i++)
		if (plain.v[i].unit->id != fast.v[i].unit->id)
			die("another match by the index");
	tm_answer_release(&plain);
	tm_answer_release(&fast);
}

static void
inspect(int kill_number)
{
	tm_store *store = tm_store_open(path, TM_READ, &err);
	int last;

	if (store == NULL) {
		/* Killed before there was anything. */
		if (told->committed == 0 &&
		    (err.code == TM_ABSENT || err.code == TM_PARSE))
			return;
		die("it cannot be opened");
	}
	last = take_census(store);
	if (last > 0)
		compare_lookups(store, last);
	if (kill_number % 10 == 0 && !tm_store_check(store, &err))
		die("checking");
	tm_store_close(store);
	told->committed = last;
}

static void
start_afresh(void)
{
	char cmd[100];

	snprintf(cmd, sizeof cmd, "rm -rf %s/*", dir);
	if (system(cmd) != 0)
		_exit(2);
	told->committed = 0;
}

int
main(int argc, char **argv)
{
	int kills = argc > 1 ? atoi(argv[1]) : 40;

	seed = argc > 2 ? (unsigned)atoi(argv[2]) : 1;
	told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (told == MAP_FAILED || mkdtemp(dir) == NULL)
		return 2;
	snprintf(path, sizeof path, "%s/x.tm", dir);
	for (int i = 0; i < kills; i++) {
		/* Most of the work is in the first few milliseconds of the
		 * making, in commits, and in the index: all are met. */
		unsigned us = roll(4) == 0 ? roll(5000) : roll(60000);
		struct timespec t = { 0, (long)us * 1000 };
		int status;
		pid_t pid;

		if (i % 25 == 0)
			start_afresh();
		pid = fork();
		if (pid == 0)
			work(told->committed + 1);
		nanosleep(&t, NULL);
		kill(pid, SIGKILL);
		if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status))
			return 1;
		inspect(i);
	}
	printf("crash_store: %d kills, %d memories opened by children, "
	       "nothing torn\n",
	    kills, told->started);
	start_afresh();
	return rmdir(dir) == 0 ? 0 : 2;
}

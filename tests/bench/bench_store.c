/*
 * bench_store.c - how fast is a memory filled?
 *
 *	bench_store TSV FROM TO [MEMORY]
 *
 * TSV is source TAB target, "-" for standard input. Adds all pairs in one
 * transaction to a new memory (a temporary one, unless MEMORY names it) and
 * makes its index. Without arguments: 20,000 pairs made up here. Then adds,
 * replaces, confirms and removes single units, each durable and looked up at
 * once, and as many in one transaction. Writes
 *
 *	name TAB items TAB seconds TAB items/s
 *
 * and sizes to standard error.
 */
#include "config.h"

#include "bench.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tm/store.h"

static tm_error err;

static void
tell(const char *name, size_t items, double seconds)
{
	printf("%s\t%zu\t%.3f\t%.0f\n", name, items, seconds,
	    (double)items / seconds);
}

static void
die(void)
{
	fprintf(stderr, "bench_store: %s\n", err.msg);
	exit(2);
}

static size_t
add_pair(tm_store *store, const char *from, tm_str a, const char *to, tm_str b)
{
	tm_variant v[2] = {
		{ .lang = tm_str_of(from), .text = a },
		{ .lang = tm_str_of(to), .text = b },
	};
	tm_unit u = { .v = v, .n = 2, .confidence = -1 };

	if (!tm_store_add(store, &u, NULL, &err))
		die();
	return a.n + b.n;
}

/* Sentences of a made-up language, with words as frequent as words are. */
static void
make_up(tm_buf *out, unsigned *seed, const char *letters)
{
	size_t n = 3 + rand_r(seed) % 15;

	for (size_t i = 0; i < n; i++) {
		unsigned r = (unsigned)rand_r(seed) % 10000;
		unsigned word = r * r / 10000 * r / 10000;

		if (i > 0)
			tm_buf_addc(out, ' ');
		do
			tm_buf_addc(out, letters[word % 20]);
		while ((word /= 7) > 0);
	}
	tm_buf_addc(out, '.');
}

static size_t
count_hits(tm_store *store, const char *from, const char *text)
{
	tm_query q = { .min = 100, .most = 5, .from = from };
	tm_answer answer = { 0 };
	size_t n;

	q.text = tm_str_of(text);
	if (!tm_store_lookup(store, &q, &answer, &err))
		die();
	n = answer.n;
	tm_answer_release(&answer);
	return n;
}

/* What is done to units one after the other. */
enum { ADD, REPLACE, CONFIRM, REMOVE, N_DOINGS };

static void
do_one(tm_store *store, int doing, const char *from, const char *to,
    const char *text, int64_t id)
{
	tm_variant v[2] = { { .lang = tm_str_of(from) },
		{ .lang = tm_str_of(to) } };
	tm_unit u = { .id = id, .v = v, .n = 2, .confidence = -1 };

	v[0].text = v[1].text = tm_str_of(text);
	if (!(doing == ADD	   ? tm_store_add(store, &u, NULL, &err)
		: doing == REPLACE ? tm_store_replace(store, &u, &err)
		: doing == CONFIRM
		    ? tm_store_set_status(store, id, TM_CONFIRMED, &err)
		    : tm_store_remove(store, id, &err)))
		die();
}

/* n units, from id `first` on where they must be there: each durable and
 * looked up at once, or all in one transaction. */
static void
do_singles(tm_store *store, const char *from, const char *to, int64_t first,
    size_t n, bool at_once)
{
	static const char *const names[N_DOINGS] = { "add", "replace",
		"confirm", "remove" };

	for (int doing = 0; doing < N_DOINGS; doing++) {
		double start = now(CLOCK_MONOTONIC);
		char text[80], name[60];

		if (at_once && !tm_store_begin(store, &err))
			die();
		for (size_t i = 0; i < n; i++) {
			snprintf(text, sizeof text,
			    "a new sentence, %s %zu of %d",
			    names[doing < CONFIRM ? doing : REPLACE], i,
			    (int)getpid() + at_once);
			do_one(store, doing, from, to, text,
			    doing == ADD ? 0 : first + (int64_t)i);
			if (!at_once &&
			    count_hits(store, from, text) != (doing != REMOVE))
				exit(1);
		}
		if (at_once &&
		    (!tm_store_commit(store, &err) ||
			count_hits(store, from, text) != (doing != REMOVE)))
			die();
		snprintf(name, sizeof name, "store-%s-%s-and-find",
		    names[doing], at_once ? "many" : "one");
		tell(name, n, now(CLOCK_MONOTONIC) - start);
	}
}

/* Pairs as a TSV would have them. */
static void
make_up_pairs(tm_buf *text)
{
	unsigned seed = 1;

	for (int i = 0; i < 20000; i++) {
		make_up(text, &seed, "etaoinshrdlucmfwypvb");
		tm_buf_addc(text, '\t');
		make_up(text, &seed, "enisratdhulcgmobwfkz");
		tm_buf_addc(text, '\n');
	}
}

/* Add each line of two columns; how many they were, and their bytes. */
static size_t
add_pairs(tm_store *store, const char *from, const char *to, tm_str text,
    size_t *bytes)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n;) {
		const char *line = text.p + i;
		const char *end = memchr(line, '\n', text.n - i), *tab;

		if (end == NULL)
			end = text.p + text.n;
		tab = memchr(line, '\t', (size_t)(end - line));
		if (tab != NULL) {
			*bytes += add_pair(store, from,
			    (tm_str){ line, (size_t)(tab - line) }, to,
			    (tm_str){ tab + 1, (size_t)(end - tab) - 1 });
			n++;
		}
		i += (size_t)(end - line) + 1;
	}
	return n;
}

/* Of texts of so many bytes, out of a file of so many that was read whole. */
static void
tell_sizes(const char *path, size_t bytes, size_t read)
{
	struct rusage use;
	struct stat st;
	tm_buf cmd = { 0 };

	getrusage(RUSAGE_SELF, &use);
	if (stat(path, &st) != 0)
		exit(2);
	fprintf(stderr, "text %.1f MB, file %.1f MB (%.2f), peak %.0f MB\n",
	    (double)bytes / 1e6, (double)st.st_size / 1e6,
	    (double)st.st_size / (double)bytes,
	    (double)use.ru_maxrss / 1024 - (double)read / 1e6);
	tm_buf_printf(&cmd, "du -b -s '%s.index' >&2", path);
	if (system(cmd.p) != 0)
		exit(2);
	tm_buf_release(&cmd);
}

int
main(int argc, char **argv)
{
	const char *from = argc > 2 ? argv[2] : "en";
	const char *to = argc > 3 ? argv[3] : "de";
	char dir[] = "/tmp/tm-bench-XXXXXX";
	tm_buf text = { 0 }, path = { 0 }, cmd = { 0 };
	size_t n, bytes = 0, singles = 100;
	tm_store *store;
	double start, stored;

	if (argc <= 1)
		make_up_pairs(&text);
	else if (!tm_read_file(argv[1], &text, &err))
		die();
	if (mkdtemp(dir) == NULL)
		return 2;
	if (argc > 4)
		tm_buf_adds(&path, argv[4]);
	else
		tm_buf_printf(&path, "%s/bench.tm", dir);
	start = now(CLOCK_MONOTONIC);
	store = tm_store_open(path.p, TM_CREATE, &err);
	if (store == NULL || !tm_store_begin(store, &err))
		die();
	n = add_pairs(store, from, to, tm_buf_str(&text), &bytes);
	if (!tm_store_commit(store, &err))
		die();
	stored = now(CLOCK_MONOTONIC);
	tell("store-add", n, stored - start);
	if (!tm_store_index(store, &err))
		die();
	tell("store-index", n, now(CLOCK_MONOTONIC) - stored);
	tell("store-import", n, now(CLOCK_MONOTONIC) - start);
	tell_sizes(path.p, bytes, text.n);
	do_singles(store, from, to, 1, singles, false);
	do_singles(store, from, to, 1 + (int64_t)singles, 10 * singles, true);
	tm_store_close(store);
	tm_buf_printf(&cmd, "rm -rf %s", dir);
	if (system(cmd.p) != 0)
		return 2;
	tm_buf_release(&cmd);
	tm_buf_release(&text);
	tm_buf_release(&path);
	return 0;
}

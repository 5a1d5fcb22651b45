/*
 * bench_tmx [UNITS | FILE.tmx] - how fast TMX is read and written
 *
 * Without a file it makes units of its own: a third Arabic, the length of
 * a sentence, with a code now and then. TRANSLATE_TOOLKIT=PYTHON names a
 * Python that has the package, to read the same file beside us.
 */
#include "config.h"

#include "bench.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tm/format.h"

static void
report(const char *name, double items, double seconds)
{
	printf("%s\t%.1f\t%.3f\t%.1f\n", name, items, seconds, items / seconds);
}

static void
check(bool ok, const tm_error *err)
{
	if (ok)
		return;
	fprintf(stderr, "bench_tmx: %s\n", err->msg);
	exit(2);
}

/* Words by a small generator: the same on every machine. */
static void
add_words(tm_buf *out, const char *const *words, size_t n_words, size_t n,
    uint64_t *seed)
{
	for (size_t i = 0; i < n; i++) {
		*seed = *seed * UINT64_C(6364136223846793005) + 1;
		tm_buf_printf(out, "%s%s", i > 0 ? " " : "",
		    words[(*seed >> 33) % n_words]);
	}
}

#define KINDS 1000

/* Make KINDS units, each of which is then written many times. */
static tm_unit *
make_units(tm_arena *arena)
{
	static const char *const ar[] = { "الحكومة", "في", "المدينة", "من",
		"التقرير", "على", "السنة", "الجديدة", "قال", "أن" };
	static const char *const en[] = { "the", "government", "of", "city",
		"report", "in", "a", "new", "said", "that", "R&D" };
	tm_code_at code = { 0, TM_STR("<ph x=\"1\">&lt;b&gt;</ph>") };
	tm_unit *units = tm_arena_zalloc(arena, KINDS, sizeof *units);
	tm_buf a = { 0 }, b = { 0 };
	uint64_t seed = 1;

	for (size_t i = 0; i < KINDS; i++) {
		tm_variant v[2] = { { .lang = TM_STR("ar") },
			{ .lang = TM_STR("en") } };
		tm_unit u = { .srclang = TM_STR("ar"),
			.v = v,
			.n = 2,
			.created = 1700000000,
			.confidence = .9 };

		tm_buf_clear(&a);
		tm_buf_clear(&b);
		add_words(&a, ar, 10, 5 + i % 10, &seed);
		add_words(&b, en, 11, 6 + i % 13, &seed);
		v[0].text = tm_buf_str(&a);
		v[1].text = tm_buf_str(&b);
		v[0].codes = v[1].codes = &code;
		v[0].n_codes = v[1].n_codes = i % 8 == 0;
		units[i] = *tm_unit_copy(arena, &u);
	}
	tm_buf_release(&a);
	tm_buf_release(&b);
	return units;
}

static void
write_units(const char *path, size_t n, tm_error *err)
{
	const tm_format_options options = { .srclang = "ar" };
	tm_arena arena = { 0 };
	tm_unit *units = make_units(&arena);
	const tm_sink *sink;
	double start = now(CLOCK_MONOTONIC);
	tm_writer *w;

	w = tm_writer_open(tm_format_named("tmx"), path, &options, err);
	check(w != NULL, err);
	sink = tm_writer_sink(w);
	for (size_t i = 0; i < n; i++)
		check(sink->unit(sink->self, &units[i % KINDS], err), err);
	check(tm_writer_close(w, err), err);
	report("tmx_write_units", (double)n, now(CLOCK_MONOTONIC) - start);
	tm_arena_release(&arena);
}

static bool
count_unit(void *self, const tm_unit *unit, tm_error *err)
{
	++*(size_t *)self;
	return true;
}

static void
peer(const char *python, const char *path, double bytes)
{
	tm_buf cmd = { 0 };
	double start = now(CLOCK_MONOTONIC);

	tm_buf_printf(&cmd,
	    "%s -c 'import sys; from translate.storage import tmx; "
	    "tmx.tmxfile.parsefile(sys.argv[1])' '%s'",
	    python, path);
	if (system(cmd.p) == 0)
		report("tmx_read_toolkit_mb", bytes / 1e6,
		    now(CLOCK_MONOTONIC) - start);
	tm_buf_release(&cmd);
}

int
main(int argc, char **argv)
{
	const tm_format *tmx = tm_format_named("tmx");
	const char *python = getenv("TRANSLATE_TOOLKIT");
	size_t units = argc > 1 ? strtoul(argv[1], NULL, 10) : 200000;
	char made[] = "/tmp/bench_tmx.XXXXXX";
	const char *path = argc > 1 && units == 0 ? argv[1] : made;
	size_t n = 0;
	tm_sink sink = { &n, count_unit, NULL };
	struct rusage usage;
	struct stat st;
	tm_error err;
	double start;

	if (path == made) {
		close(mkstemp(made));
		write_units(path, units, &err);
	}
	if (stat(path, &st) != 0)
		return 2;
	start = now(CLOCK_MONOTONIC);
	check(tm_format_read(tmx, path, NULL, &sink, &err), &err);
	report("tmx_read_units", (double)n, now(CLOCK_MONOTONIC) - start);
	n = 0;
	start = now(CLOCK_MONOTONIC);
	check(tm_format_read(tmx, path, NULL, &sink, &err), &err);
	report("tmx_read_mb", (double)st.st_size / 1e6,
	    now(CLOCK_MONOTONIC) - start);
	/* What making the file took is in it: give a FILE for this one. */
	if (path != made && getrusage(RUSAGE_SELF, &usage) == 0)
		printf(
		    "tmx_read_peak_mb\t%.1f\n", (double)usage.ru_maxrss / 1024);
	if (python != NULL && python[0] != '\0')
		peer(python, path, (double)st.st_size);
	if (path == made)
		unlink(made);
	return 0;
}

/* cmd.c - what commands share */
#include "config.h"

#include "cmd.h"
#include "suitable.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- Saying things ----------------------------------------------------- */

static _Thread_local tm_buf *held;

void
hold_messages(tm_buf *said)
{
	held = said;
}

static void TM_PRINTF(1, 0) hold(const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	tm_buf_reserve(held, (size_t)n + 1);
	vsnprintf(held->p + held->n, (size_t)n + 1, fmt, ap);
	held->n += (size_t)n;
}

static void TM_PRINTF(2, 0) say(const char *before, const char *fmt, va_list ap)
{
	if (held != NULL) {
		tm_buf_adds(held, before);
		hold(fmt, ap);
		tm_buf_addc(held, '\n');
		return;
	}
	fflush(stdout);
	fputs(before, stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void
complain(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("tmtool: ", fmt, ap);
	va_end(ap);
}

int
give_up(const tm_error *err)
{
	if (err->code == TM_BUSY && try_again())
		return EXIT_CANNOT;
	complain("%s", err->msg);
	if (interrupted())
		die_of_interrupt();
	return EXIT_CANNOT;
}

int
wrong_call(struct tool *tool, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("tmtool: ", fmt, ap);
	va_end(ap);
	if (tool->cmd == NULL)
		fputs("Try 'tmtool --help'.\n", stderr);
	else
		fprintf(stderr, "Try 'tmtool %s --help'.\n", tool->cmd->name);
	return EXIT_CALL;
}

void
remark(const struct tool *tool, const char *fmt, ...)
{
	va_list ap;

	if (tool->quiet)
		return;
	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
}

bool
flush_output(void)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	complain("cannot write to standard output: %s",
	    strerror(errno == 0 ? EIO : errno));
	return false;
}

void
count_of(tm_buf *out, size_t n, const char *what)
{
	tm_buf_printf(out, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

/* ---- Threads ----------------------------------------------------------- */

enum { MOST_THREADS = 64 };

struct crew {
	void (*work)(void *self, size_t k);
	void *self;
	size_t n;
	atomic_size_t next;
};

static void *
work_on(void *arg)
{
	struct crew *c = arg;
	size_t k;

	while ((k = atomic_fetch_add(&c->next, 1)) < c->n)
		c->work(c->self, k);
	return NULL;
}

size_t
threads_for(int threads)
{
	long n = threads > 0 ? threads : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > MOST_THREADS ? MOST_THREADS : (size_t)n;
}

void
in_threads(
    size_t n, int threads, void (*work)(void *self, size_t k), void *self)
{
	struct crew c = { .work = work, .self = self, .n = n };
	size_t want = threads_for(threads), there = 0;
	pthread_t hands[MOST_THREADS];

	/* Where there is no other thread to be had, this one does all. */
	while (there + 1 < want && there + 1 < n &&
	       pthread_create(&hands[there], NULL, work_on, &c) == 0)
		there++;
	work_on(&c);
	while (there > 0)
		pthread_join(hands[--there], NULL);
}

/* ---- Ctrl-C ------------------------------------------------------------ */

static volatile sig_atomic_t interrupt_seen;

static void
note_interrupt(int sig)
{
	interrupt_seen = sig;
}

void
watch_interrupts(void)
{
	struct sigaction act = { .sa_handler = note_interrupt,
		.sa_flags = (int)SA_RESETHAND };

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
}

bool
interrupted(void)
{
	return interrupt_seen != 0;
}

int
interrupt_signal(void)
{
	return interrupt_seen;
}

void
forget_interrupt(void)
{
	interrupt_seen = 0;
	watch_interrupts();
}

_Noreturn void
die_of_interrupt(void)
{
	int sig = interrupt_seen;

	signal(sig, SIG_DFL);
	raise(sig);
	_exit(128 + sig);
}

/* ---- Progress ---------------------------------------------------------- */

double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void
progress_start(struct progress *p, const struct tool *tool, const char *label)
{
	*p = (struct progress){ .label = label,
		.start = seconds(),
		.on = !tool->quiet && isatty(STDERR_FILENO) };
	p->shown = p->start;
}

void
progress_tell(struct progress *p, double done, size_t count)
{
	double t;

	if (!p->on)
		return;
	t = seconds();
	if (t - p->start < 1 || t - p->shown < .2)
		return;
	p->shown = t;
	p->printed = true;
	if (done >= 0)
		fprintf(stderr, "\r%s: %3.0f %%\033[K", p->label, done * 100);
	else
		fprintf(stderr, "\r%s: %zu, %.0f a second\033[K", p->label,
		    count, (double)count / (t - p->start));
	fflush(stderr);
}

void
progress_end(struct progress *p)
{
	if (p->printed)
		fputs("\r\033[K", stderr);
	p->printed = false;
}

/* ---- Input ------------------------------------------------------------- */

/*
 * Text in another encoding hardly ever happens to be UTF-8 with characters
 * beyond ASCII, so such text is not garbled by --encoding: of the two sides
 * of an alignment, say, only one may need it.
 */
static bool
is_surely_utf8(tm_str bytes)
{
	bool beyond_ascii = false;

	for (size_t i = 0; i < bytes.n && !beyond_ascii; i++)
		beyond_ascii = (unsigned char)bytes.p[i] >= 0x80;
	return beyond_ascii && memchr(bytes.p, 0, bytes.n) == NULL &&
	       tm_text_is_utf8(bytes, NULL);
}

bool
decode_text(const char *name, tm_str bytes, const char *encoding, tm_buf *out,
    size_t *dropped, tm_error *err)
{
	tm_error why;

	if (dropped != NULL)
		*dropped = 0;
	if (is_surely_utf8(bytes))
		encoding = NULL;
	if (!tm_text_decode(name, bytes, encoding, out, &why))
		return tm_fail(err, why.code, "%s%s", why.msg,
		    why.code == TM_PARSE && encoding == NULL
			? "; --encoding NAME converts it"
			: "");
	if (dropped != NULL && bytes.n == out->n + 3 &&
	    tm_str_starts(bytes, TM_STR(BOM)))
		*dropped = 3;
	return true;
}

bool
read_text(const char *path, const char *encoding, tm_buf *out, size_t *dropped,
    tm_error *err)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	tm_buf bytes = { 0 };
	bool ok =
	    tm_read_file(path, &bytes, err) &&
	    is_plain_text(name, tm_buf_str(&bytes), err) &&
	    decode_text(name, tm_buf_str(&bytes), encoding, out, dropped, err);

	tm_buf_release(&bytes);
	return ok;
}

bool
is_same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

bool
is_database(const char *path)
{
	char head[16] = "";
	FILE *fp = fopen(path, "r");
	size_t n = fp == NULL ? 0 : fread(head, 1, sizeof head, fp);

	if (fp != NULL)
		fclose(fp);
	return n == sizeof head && memcmp(head, "SQLite format 3", 16) == 0;
}

bool
may_write(const char *path, const char *memory, tm_error *err)
{
	struct stat st;

	if (memory != NULL &&
	    (is_same_file(path, memory) || strcmp(path, memory) == 0))
		return tm_fail(err, TM_INVALID, "'%s' is %s: it would be lost",
		    path,
		    access(path, F_OK) != 0 || is_database(path)
			? "the memory"
			: "what is read");
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && is_database(path))
		return tm_fail(err, TM_INVALID,
		    "'%s' is a database, perhaps a memory: it would be lost",
		    path);
	return true;
}

/* ---- Cutting -------------------------------------------------------- */

void
complain_of_rule(void *ctx, const char *path, size_t line, const char *message)
{
	fprintf(stderr, "%s:%zu: %s\n", path, line, message);
}

const char *const srx_regexes[] = { "icu", "java", NULL };

tm_segmenter *
open_segmenter(const char *lang, const struct cutting *c, tm_error *err)
{
	tm_segment_options options = { .srx = c->srx,
		.warn = complain_of_rule,
		.lines = c->lines,
		.join = c->join,
		.whole_quotes = c->whole_quotes,
		.colons = c->colons,
		.semicolons = c->semicolons,
		.clauses = c->clauses };
	tm_segmenter *seg = NULL;
	tm_buf words = { 0 };

	if (c->srx_regex != NULL)
		options.regex = strcmp(c->srx_regex, "java") == 0
				    ? TM_REGEX_JAVA
				    : TM_REGEX_ICU;

	if (c->abbreviations == NULL ||
	    read_text(c->abbreviations, NULL, &words, NULL, err)) {
		options.abbreviations = tm_buf_str(&words);
		seg = tm_segmenter_new_with(lang, &options, err);
	}
	tm_buf_release(&words);
	return seg;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

size_t
unwrap(char *p, size_t n)
{
	const char *feed = n == 0 ? NULL : memchr(p, '\n', n);
	size_t to = feed == NULL ? n : (size_t)(feed - p), i = to;

	/* White space before the first feed is part of it. */
	while (feed != NULL && to > 0 && is_blank(p[to - 1]))
		to--;
	while (i < n) {
		size_t end = i;
		bool has_feed = false;

		while (end < n && is_blank(p[end]))
			has_feed |= p[end++] == '\n';
		if (has_feed) {
			p[to++] = ' ';
		} else {
			memmove(p + to, p + i, end - i);
			to += end - i;
		}
		i = end;
		while (i < n && !is_blank(p[i]))
			p[to++] = p[i++];
	}
	return to;
}

/* ---- Dates -------------------------------------------------------------- */

const char *
date_text(int64_t at, char out[32])
{
	time_t t = (time_t)at;
	struct tm parts;

	if (at == 0 || gmtime_r(&t, &parts) == NULL ||
	    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
		strcpy(out, "");
	return out;
}

int64_t
now(void)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	static bool told;
	char *end;
	long long fixed;

	if (epoch != NULL && epoch[0] != '\0') {
		fixed = strtoll(epoch, &end, 10);
		if (*end == '\0' && fixed > 0)
			return fixed;
		if (!told)
			complain("SOURCE_DATE_EPOCH is '%s' and not seconds "
				 "since 1970: the clock's time is taken",
			    epoch);
		told = true;
	}
	return (int64_t)time(NULL);
}

/* ---- Output ------------------------------------------------------------ */

const char *
style_on(const struct tool *tool, enum style style)
{
	static const char *const codes[] = { [PLAIN] = "",
		[DIM] = "\033[2m",
		[BOLD] = "\033[1m",
		[GOOD] = "\033[32m",
		[MIDDLING] = "\033[33m",
		[BAD] = "\033[31m",
		[DELETED] = "\033[31;9m",
		[INSERTED] = "\033[32;4m" };

	return tool->out_color ? codes[style] : "";
}

const char *
style_off(const struct tool *tool)
{
	return tool->out_color ? "\033[0m" : "";
}

void
print_buf(FILE *fp, const tm_buf *buf)
{
	/* An empty buffer has no place to write from. */
	if (buf->n > 0)
		fwrite(buf->p, 1, buf->n, fp);
}

void
print_visible(const struct tool *tool, FILE *fp, tm_str text)
{
	if (!tool->out_isolate) {
		fwrite(text.p, 1, text.n, fp);
		return;
	}
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '\n' || c == '\t' || c == '\r')
			fputc(' ', fp);
		else if (c < 0x20 || c == 0x7f)
			fprintf(fp, "\\x%02x", c);
		else
			fputc(c, fp);
	}
}

void
print_text(const struct tool *tool, FILE *fp, tm_str text)
{
	if (tool->out_isolate)
		fputs(FSI, fp);
	print_visible(tool, fp, text);
	if (tool->out_isolate)
		fputs(PDI, fp);
}

size_t
terminal_columns(const struct tool *tool)
{
	struct winsize size;

	return tool->out_isolate && ioctl(output_fd(), TIOCGWINSZ, &size) == 0
		   ? size.ws_col
		   : 0;
}

void
print_escaped(FILE *fp, tm_str text)
{
	for (size_t i = 0; i < text.n; i++)
		switch (text.p[i]) {
		case '&':
			fputs("&amp;", fp);
			break;
		case '<':
			fputs("&lt;", fp);
			break;
		case '>':
			fputs("&gt;", fp);
			break;
		case '"':
			fputs("&quot;", fp);
			break;
		default:
			fputc(text.p[i], fp);
		}
}

void
print_json(json_t *root)
{
	json_dumpf(root, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
	fputc('\n', stdout);
	json_decref(root);
}

void
json_count(json_t *o, const char *name, int64_t n)
{
	json_object_set_new(o, name, json_integer((json_int_t)n));
}

json_t *
json_of(tm_str text)
{
	json_t *s = json_stringn(text.p == NULL ? "" : text.p, text.n);

	return s != NULL ? s : json_null();
}

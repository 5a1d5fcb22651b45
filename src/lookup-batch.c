/*
 * lookup-batch.c - many questions: all cores, and the order of the input
 *
 * Lines are read by the hundred. Threads take the next one nobody has, and
 * what they would print waits until its turn; so any number of threads
 * prints the same. The lines round a line are its context:
 *
 *	Save changes?		next: Yes
 *	Yes			prev: Save changes?   next: No
 */
#include "config.h"

#include "lookup.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	MOST_LINES = 512, /* at once */
	/* A thread opens the memories for itself, which costs some
	 * milliseconds: as much as so many questions. */
	FEW_LINES = 32,
	MOST_THREADS = 64,
	MOST_WIDE = 1 << 28 /* of all input in UTF-16 */
};

typedef struct line {
	tm_buf text;
	size_t number;
	const char *bad; /* why it is not looked up, or NULL */
	bool last;	 /* no line at all, the input has ended */
} line;

typedef struct batch {
	const struct lookup_plan *plan;
	struct looker *lookers[MOST_THREADS];
	size_t n_lookers;
	line lines[MOST_LINES + 2]; /* the one before, and the one behind */
	size_t n;
	struct lookup_reply replies[MOST_LINES];
	size_t number; /* lines read so far */
	tm_buf wide;   /* all lines, of input in UTF-16 */
	size_t wide_at;
	bool is_wide;
	pthread_mutex_t lock;
	size_t next; /* line nobody has taken */
	bool failed;
	tm_error err;
} batch;

/* ---- Reading ----------------------------------------------------------- */

/*
 * Lines up to their ends, as getline() has them. Of UTF-16, which the mark at
 * the beginning tells, all of the input is read at once.
 */
static bool
read_wide(batch *b, int first, tm_error *err)
{
	tm_buf bytes = { 0 };
	char block[4096];
	size_t n;
	bool ok = true;

	tm_buf_addc(&bytes, (char)first);
	while (bytes.n <= MOST_WIDE &&
	       (n = fread(block, 1, sizeof block, stdin)) > 0)
		tm_buf_add(&bytes, block, n);
	if (bytes.n > MOST_WIDE) {
		tm_buf_release(&bytes);
		return tm_fail(err, TM_LIMIT,
		    "standard input is not UTF-8 and larger than %d MB: "
		    "convert it to UTF-8",
		    MOST_WIDE >> 20);
	}
	b->wide = bytes; /* what has no mark is judged line by line */
	if (bytes.n > 1 && (memcmp(bytes.p, "\xff\xfe", 2) == 0 ||
			       memcmp(bytes.p, "\xfe\xff", 2) == 0)) {
		b->wide = (tm_buf){ 0 };
		ok = tm_text_decode(
		    "standard input", tm_buf_str(&bytes), NULL, &b->wide, err);
		tm_buf_release(&bytes);
	}
	b->is_wide = true;
	return ok;
}

/* As getline(), but what is more than can be looked up is passed over. */
static ssize_t
get_line(char **text)
{
	tm_buf read = { 0 };
	size_t n = 0;
	int c = EOF;

	flockfile(stdin);
	while ((c = getc_unlocked(stdin)) != EOF) {
		/* With its mark and its end it may be so much longer. */
		if (n++ < TM_MOST_QUERY + 5)
			tm_buf_addc(&read, (char)c);
		if (c == '\n')
			break;
	}
	funlockfile(stdin);
	*text = read.p;
	return n == 0 || (c == EOF && ferror(stdin)) ? -1 : (ssize_t)read.n;
}

static bool
next_line(batch *b, char **text, ssize_t *got, tm_error *err)
{
	size_t n = 0;
	const char *end;

	if (b->number == 0 && !b->is_wide) {
		int c = getc(stdin);

		/* No text in UTF-8 begins with either byte. */
		if ((c == 0xff || c == 0xfe) && !read_wide(b, c, err))
			return false;
		if (c != EOF && !b->is_wide)
			ungetc(c, stdin);
	}
	if (!b->is_wide) {
		*got = get_line(text);
		return true;
	}
	*got = -1;
	if (b->wide_at == b->wide.n)
		return true;
	end = memchr(b->wide.p + b->wide_at, '\n', b->wide.n - b->wide_at);
	n = end == NULL ? b->wide.n - b->wide_at
			: (size_t)(end - b->wide.p) + 1 - b->wide_at;
	*text = tm_alloc(n + 1);
	memcpy(*text, b->wide.p + b->wide_at, n);
	(*text)[n] = '\0';
	b->wide_at += n;
	*got = (ssize_t)n;
	return true;
}

static bool
read_line(batch *b, line *l, tm_error *err)
{
	char *text = NULL;
	ssize_t n;
	tm_str s;

	if (!next_line(b, &text, &n, err))
		return false;
	s = (tm_str){ text, n < 0 ? 0 : (size_t)n };
	tm_buf_clear(&l->text);
	l->bad = NULL;
	l->last = n < 0;
	if (n >= 0) {
		l->number = ++b->number;
		if (l->number == 1 && tm_str_starts(s, TM_STR(BOM)))
			s = tm_str_sub(s, strlen(BOM), s.n);
		if (tm_str_ends(s, TM_STR("\n")))
			s.n--;
		if (tm_str_ends(s, TM_STR("\r")))
			s.n--;
		if (s.n > TM_MOST_QUERY)
			l->bad = "longer than 2 MB"; /* TM_MOST_QUERY */
		else if (!tm_text_is_utf8(s, NULL) ||
			 (s.n > 0 && memchr(s.p, 0, s.n) != NULL))
			l->bad = "not UTF-8 text";
		tm_buf_add(&l->text, s.p, s.n);
	}
	free(text);
	return n >= 0 || b->is_wide || !ferror(stdin) || interrupted() ||
	       tm_fail(err, TM_IO, "cannot read standard input: %s",
		   strerror(errno));
}

static void
swap(line *a, line *b)
{
	line c = *a;

	*a = *b;
	*b = c;
}

/*
 * Lines 1 to n are those to answer. What stands at n + 1 was read already
 * last time, as context.
 */
static bool
read_lines(batch *b, size_t most, tm_error *err)
{
	swap(&b->lines[0], &b->lines[b->n]);
	swap(&b->lines[1], &b->lines[b->n + 1]);
	b->n = 0;
	while (b->n < most && !b->lines[b->n + 1].last) {
		b->n++;
		if (!read_line(b, &b->lines[b->n + 1], err))
			return false;
	}
	return true;
}

/* ---- Answering --------------------------------------------------------- */

static tm_str
text_of(const line *l)
{
	return l->bad != NULL || l->last ? (tm_str){ "", 0 }
					 : tm_buf_str(&l->text);
}

static bool
answer_line(batch *b, struct looker *l, size_t i, tm_error *err)
{
	struct lookup_reply *r = &b->replies[i];
	const line *at = &b->lines[i + 1];
	struct lookup_ask ask = { .text = text_of(at), .batch = true };
	char *out = NULL, why[40];
	size_t size = 0;
	FILE *fp;

	if (!b->plan->v->alone) {
		ask.prev = text_of(at - 1);
		ask.next = text_of(at + 1);
	}
	if (at->bad == NULL)
		return looker_ask(l, &ask, r, err);
	snprintf(why, sizeof why, "this line is %s", at->bad);
	lookup_reply_clear(r);
	r->failed = true;
	tm_buf_printf(&r->complaints, "standard input line %zu is %s",
	    at->number, at->bad);
	if (b->plan->v->verify)
		return true;
	fp = open_memstream(&out, &size);
	if (fp == NULL)
		return tm_fail(err, TM_LIMIT, "no memory for the answer");
	lookup_show_bad(b->plan, at->number, why, fp);
	fclose(fp);
	tm_buf_add(&r->out, out, size);
	free(out);
	return true;
}

typedef struct worker {
	batch *b;
	struct looker *l;
} worker;

static void *
work(void *arg)
{
	worker *w = arg;
	batch *b = w->b;
	tm_error err;

	for (;;) {
		size_t i;

		pthread_mutex_lock(&b->lock);
		i = b->failed ? b->n : b->next++;
		pthread_mutex_unlock(&b->lock);
		if (i >= b->n)
			return NULL;
		if (answer_line(b, w->l, i, &err))
			continue;
		pthread_mutex_lock(&b->lock);
		b->failed = true;
		b->err = err;
		pthread_mutex_unlock(&b->lock);
	}
}

/* One more thread, with the memories open; nobody misses it if it cannot
 * be had. */
static void
add_looker(batch *b)
{
	struct looker *l = tm_zalloc(1, sizeof *l), *first = b->lookers[0];

	/* What index there is not yet is made once, and not by each of them. */
	for (size_t m = 0; b->n_lookers == 1 && m < first->n; m++)
		if (!tm_store_index(first->memory[m].store, NULL)) {
			free(l);
			return;
		}
	if (!looker_open(l, b->plan, NULL)) {
		looker_close(l);
		free(l);
		return;
	}
	b->lookers[b->n_lookers++] = l;
}

static size_t
cores(const struct lookup_plan *plan)
{
	long n =
	    plan->v->jobs > 0 ? plan->v->jobs : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > MOST_THREADS ? MOST_THREADS : (size_t)n;
}

static bool
answer_lines(batch *b, tm_error *err)
{
	pthread_t threads[MOST_THREADS];
	worker workers[MOST_THREADS];
	size_t want = b->n < FEW_LINES ? 1 : cores(b->plan), n = 0;

	while (b->n_lookers < want) {
		size_t before = b->n_lookers;

		add_looker(b);
		if (b->n_lookers == before)
			break;
	}
	b->next = 0;
	for (; n + 1 < want && n + 1 < b->n_lookers; n++) {
		workers[n + 1] = (worker){ b, b->lookers[n + 1] };
		if (pthread_create(&threads[n], NULL, work, &workers[n + 1]))
			break;
	}
	workers[0] = (worker){ b, b->lookers[0] };
	work(&workers[0]);
	while (n > 0)
		pthread_join(threads[--n], NULL);
	if (b->failed && err != NULL)
		*err = b->err;
	return !b->failed;
}

/* ---- Printing ---------------------------------------------------------- */

static bool
print_reply(
    const struct lookup_reply *r, struct lookup_tally *tally, tm_error *err)
{
	tally->queries++;
	progress_tell(&tally->progress, -1, tally->queries);
	tally->answered += r->answered;
	tally->differs = tally->differs || r->differs;
	tally->bad = tally->bad || r->failed;
	if (r->complaints.n > 0) {
		progress_end(&tally->progress);
		complain("%s", r->complaints.p);
	}
	print_buf(stdout, &r->out);
	return !ferror(stdout) ||
	       tm_fail(err, TM_IO, "cannot write to standard output: %s",
		   strerror(errno));
}

static bool
print_replies(batch *b, struct lookup_tally *tally, tm_error *err)
{
	for (size_t i = 0; i < b->n; i++)
		if (!print_reply(&b->replies[i], tally, err))
			return false;
	return fflush(stdout) == 0 ||
	       tm_fail(err, TM_IO, "cannot write to standard output: %s",
		   strerror(errno));
}

/* One line, answered before the next is read. */
static bool
one_by_one(batch *b, struct lookup_tally *tally, tm_error *err)
{
	b->n = 1;
	while (!interrupted()) {
		if (!read_line(b, &b->lines[1], err))
			return false;
		if (b->lines[1].last)
			return true;
		if (!answer_line(b, b->lookers[0], 0, err) ||
		    !print_replies(b, tally, err))
			return false;
	}
	return true;
}

static bool
by_the_hundred(batch *b, struct lookup_tally *tally, tm_error *err)
{
	b->lines[0].last = true;
	if (!read_line(b, &b->lines[1], err))
		return false;
	while (!interrupted() && !b->lines[b->n + 1].last)
		if (!read_lines(b, MOST_LINES, err) || !answer_lines(b, err) ||
		    !print_replies(b, tally, err))
			return false;
	return true;
}

bool
lookup_batch(struct looker *first, struct lookup_tally *tally, tm_error *err)
{
	batch *b = tm_zalloc(1, sizeof *b);
	bool ok;

	b->plan = first->plan;
	b->lookers[b->n_lookers++] = first;
	pthread_mutex_init(&b->lock, NULL);
	ok = b->plan->v->alone ? one_by_one(b, tally, err)
			       : by_the_hundred(b, tally, err);
	for (size_t i = 1; i < b->n_lookers; i++) {
		looker_close(b->lookers[i]);
		free(b->lookers[i]);
	}
	for (size_t i = 0; i < MOST_LINES; i++)
		lookup_reply_release(&b->replies[i]);
	for (size_t i = 0; i < MOST_LINES + 2; i++)
		tm_buf_release(&b->lines[i].text);
	tm_buf_release(&b->wide);
	pthread_mutex_destroy(&b->lock);
	free(b);
	return ok;
}

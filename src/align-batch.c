/*
 * align-batch.c - many pairs of files in one call
 *
 * Lines are taken by the dozen. Threads think about them, then they are told,
 * stored and written in order; so any number of threads does the same.
 */
#include "config.h"

#include "align-batch.h"

#include <stdlib.h>
#include <sys/stat.h>

enum { TASKS_EACH = 16 };

/* In a batch so many languages may meet before their words are forgotten:
 * a big dictionary takes 20 MB. */
enum { MOST_WORDS = 4 };

struct list {
	struct shared *s;
	const struct align_values *v;
	const char *path;
	char *rest;
	size_t number; /* of the line */
	struct task *tasks;
	size_t n, most;
	struct progress progress;
	size_t done;
};

/* Source, target and perhaps an output, with tabs. */
static bool
read_task(struct list *l, struct task *t, char *line, tm_error *err)
{
	char *cell[4] = { line, NULL, NULL, NULL };
	struct align_values *v = &t->v;

	*t = (struct task){ .v = *l->v, .line = line };
	for (size_t i = 1; i < 4 && cell[i - 1] != NULL; i++) {
		cell[i] = strchr(cell[i - 1], '\t');
		if (cell[i] != NULL)
			*cell[i]++ = '\0';
	}
	t->a.src.path = cell[0];
	t->a.tgt.path = cell[1] == NULL ? "" : cell[1];
	if (cell[1] == NULL || cell[3] != NULL || cell[0][0] == '\0' ||
	    cell[1][0] == '\0') {
		t->bad_line = l->number;
		return tm_fail(err, TM_INVALID,
		    "'%s' line %zu: source, tab, target, and perhaps tab, "
		    "output",
		    l->path, l->number);
	}
	v->output = cell[2] == NULL || cell[2][0] == '\0' ? NULL : cell[2];
	if (v->output != NULL && v->format == NULL)
		v->format = alignment_format_for(v->output);
	return align_is_known_format(v, err) &&
	       align_may_output(v, cell[0], cell[1], l->s->memory, err);
}

static bool
is_older(const struct stat *a, const struct stat *b)
{
	return a->st_mtim.tv_sec < b->st_mtim.tv_sec ||
	       (a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
		   a->st_mtim.tv_nsec < b->st_mtim.tv_nsec);
}

/* As make would say: the output is there and no older than either text. */
static bool
is_done(const struct task *t)
{
	const char *output = t->v.output;
	struct stat out, text;

	if (output == NULL || strcmp(output, "-") == 0 ||
	    stat(output, &out) != 0 || !S_ISREG(out.st_mode))
		return false;
	return stat(t->a.src.path, &text) == 0 && !is_older(&out, &text) &&
	       stat(t->a.tgt.path, &text) == 0 && !is_older(&out, &text);
}

/* The next line that has something; NULL at the end. */
static char *
next_line(struct list *l)
{
	while (*l->rest != '\0') {
		char *line = l->rest;
		size_t size = strcspn(line, "\n");

		l->rest = line + size + 1;
		l->number++;
		line[size] = '\0';
		if (size > 0 && line[size - 1] == '\r')
			line[size - 1] = '\0';
		if (line[0] != '\0' && line[0] != '#')
			return line;
	}
	return NULL;
}

static bool
is_among(const struct list *l, const struct task *t)
{
	for (size_t k = 0; k < l->n; k++)
		if (strcmp(l->tasks[k].a.src.path, t->a.src.path) == 0 &&
		    strcmp(l->tasks[k].a.tgt.path, t->a.tgt.path) == 0)
			return true;
	return false;
}

static void
think_of(void *self, size_t k)
{
	struct list *l = self;
	struct task *t = &l->tasks[k];

	if (t->failed || t->skipped)
		return;
	hold_messages(&t->said);
	t->stopped = interrupted();
	t->failed = t->stopped || !align_think(l->s, t, &t->err);
	t->stopped = t->failed && interrupted();
	hold_messages(NULL);
}

static void
tell_held(tm_buf *said)
{
	if (said->n == 0)
		return;
	fflush(stdout);
	print_buf(stderr, said);
	tm_buf_clear(said);
}

static void
tell_skipped(struct list *l, const struct task *t)
{
	l->s->skipped++;
	if (t->v.json)
		align_print_json_skipped(&t->v, &t->a);
}

static void
finish_tasks(struct list *l)
{
	in_threads(l->n, l->v->jobs, think_of, l);
	for (size_t k = 0; k < l->n; k++) {
		struct task *t = &l->tasks[k];

		if (t->skipped && !interrupted()) {
			tell_skipped(l, t);
		} else if (!t->stopped && !interrupted()) {
			progress_end(&l->progress);
			if (t->a.tgt.path[0] != '\0')
				remark(l->s->tool, "%s %s", t->a.src.path,
				    t->a.tgt.path);
			for (size_t w = 0; w < l->s->n_words; w++)
				if (l->s->words[w] == t->words)
					tell_held(&l->s->words[w]->said);
			tell_held(&t->said);
			align_finish(l->s, t);
			progress_tell(&l->progress, -1, ++l->done);
		}
		align_release(t);
	}
	l->n = 0;
	if (l->s->n_words > MOST_WORDS)
		align_forget_words(l->s);
}

static void
take_tasks(struct list *l)
{
	char *line;

	while (!interrupted() && (line = next_line(l)) != NULL) {
		struct task t;
		tm_error err;
		bool ok = read_task(l, &t, line, &err);

		/* The same texts twice: what the first pair leaves in the
		 * memory is known of the second. */
		if (l->n == l->most || is_among(l, &t))
			finish_tasks(l);
		t.failed = !ok;
		t.skipped = ok && l->v->skip_done && is_done(&t);
		if (!ok)
			t.err = err;
		l->tasks[l->n++] = t;
	}
	finish_tasks(l);
}

int
align_list(struct shared *s, const struct align_values *v, const char *path)
{
	struct list l = { .s = s, .v = v, .path = path };
	tm_buf text = { 0 };
	char skipped[48] = "";
	tm_error err;

	if (!read_text(path, NULL, &text, NULL, &err)) {
		tm_buf_release(&text);
		return give_up(&err);
	}
	tm_buf_addc(&text, '\n');
	l.rest = text.p;
	l.most = TASKS_EACH * threads_for(v->jobs);
	l.tasks = tm_zalloc(l.most, sizeof *l.tasks);
	progress_start(&l.progress, s->tool, "pairs of files");
	take_tasks(&l);
	progress_end(&l.progress);
	align_close_store(s);
	free(l.tasks);
	tm_buf_release(&text);
	if (v->skip_done)
		snprintf(
		    skipped, sizeof skipped, ", %zu done already", s->skipped);
	remark(s->tool,
	    "%s: %zu pair%s of files aligned, %zu no translations, %zu "
	    "failed%s; "
	    "%zu added, %zu there already, %zu removed%s",
	    path, s->aligned, s->aligned == 1 ? "" : "s", s->strangers,
	    s->failed, skipped, s->kept.added, s->kept.known, s->kept.removed,
	    interrupted() ? "; stopped: what was done is kept" : "");
	if (interrupted())
		die_of_interrupt();
	return s->failed > 0	  ? EXIT_CANNOT
	       : s->strangers > 0 ? EXIT_NO
				  : EXIT_DONE;
}

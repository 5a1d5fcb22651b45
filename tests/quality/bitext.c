#include "config.h"

#include "bitext.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "tm/ladder.h"
#include "tm/lexicon_int.h"
#include "tm/train.h"

void
die(const tm_error *err)
{
	fprintf(stderr, "%s\n", err->msg);
	exit(2);
}

/* ---- Reading ----------------------------------------------------------- */

static tm_str
next_line(tm_str *rest)
{
	const char *nl = memchr(rest->p, '\n', rest->n);
	size_t n = nl == NULL ? rest->n : (size_t)(nl - rest->p);
	tm_str line = tm_str_sub(*rest, 0, n);

	*rest = tm_str_sub(*rest, n + (nl != NULL), rest->n);
	return line;
}

static size_t
read_lines(const char *path, tm_buf *text, tm_str **lines)
{
	size_t n = 0, cap = 0;
	tm_error err;
	tm_str rest;

	if (!tm_read_file(path, text, &err))
		die(&err);
	*lines = NULL;
	for (rest = tm_buf_str(text); rest.n > 0;) {
		tm_grow(*lines, n, cap);
		(*lines)[n++] = next_line(&rest);
	}
	return n;
}

static size_t *
read_paragraphs(const char *path, size_t n)
{
	tm_buf text = { 0 };
	size_t *v = NULL;
	tm_str *line;

	if (access(path, R_OK) != 0)
		return NULL;
	if (read_lines(path, &text, &line) == n) {
		v = tm_zalloc(n + 1, sizeof *v);
		for (size_t i = 0; i < n; i++)
			v[i] = strtoul(line[i].p, NULL, 10);
	}
	free(line);
	tm_buf_release(&text);
	return v;
}

/* The sentences of a gold bead are in one run. */
static void
read_gold(const char *path, tm_beads *gold)
{
	tm_ladder ladder = { 0 };
	size_t cap = 0;
	tm_error err;

	if (!tm_ladder_read(path, &ladder, &err))
		die(&err);
	for (size_t k = 0; k < ladder.n; k++) {
		const tm_rung *r = &ladder.v[k];

		tm_grow(gold->v, gold->n, cap);
		gold->v[gold->n++] = (tm_bead){ r->n_src ? r->src[0] : 0,
			r->n_src, r->n_tgt ? r->tgt[0] : 0, r->n_tgt, 1 };
	}
	tm_ladder_release(&ladder);
}

static void
read_document(struct document *d, const char *dir)
{
	static const char *const side[] = { "src", "tgt" };
	char path[4096];

	for (int k = 0; k < 2; k++) {
		snprintf(path, sizeof path, "%s/%s.%s", dir, d->name, side[k]);
		d->n[k] = read_lines(path, &d->text[k], &d->line[k]);
		snprintf(
		    path, sizeof path, "%s/%s.%s.par", dir, d->name, side[k]);
		d->paragraph[k] = read_paragraphs(path, d->n[k]);
	}
	snprintf(path, sizeof path, "%s/%s.gold", dir, d->name);
	read_gold(path, &d->gold);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct document *)a)->name,
	    ((const struct document *)b)->name);
}

void
folder_read(struct folder *f, const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *e;

	if (d == NULL) {
		perror(dir);
		exit(2);
	}
	while ((e = readdir(d)) != NULL) {
		size_t n = strlen(e->d_name);

		if (n < 6 || strcmp(e->d_name + n - 5, ".gold") != 0)
			continue;
		tm_grow(f->v, f->n, f->cap);
		f->v[f->n] = (struct document){ 0 };
		snprintf(f->v[f->n++].name, sizeof f->v->name, "%.*s",
		    (int)(n - 5), e->d_name);
	}
	closedir(d);
	qsort(f->v, f->n, sizeof *f->v, by_name);
	for (size_t k = 0; k < f->n; k++)
		read_document(&f->v[k], dir);
}

void
folder_release(struct folder *f)
{
	for (size_t i = 0; i < f->n; i++) {
		for (int k = 0; k < 2; k++) {
			tm_buf_release(&f->v[i].text[k]);
			free(f->v[i].line[k]);
			free(f->v[i].paragraph[k]);
		}
		tm_beads_release(&f->v[i].gold);
	}
	free(f->v);
	*f = (struct folder){ 0 };
}

/* ---- Scoring ----------------------------------------------------------- */

static bool
same(const tm_bead *a, const tm_bead *b)
{
	return a->n_src == b->n_src && a->n_tgt == b->n_tgt &&
	       (a->n_src == 0 || a->src == b->src) &&
	       (a->n_tgt == 0 || a->tgt == b->tgt);
}

static bool
is_pair(const tm_bead *b)
{
	return b->n_src > 0 && b->n_tgt > 0;
}

/* Gold beads are in order, near where they are looked for. */
#define NEAR 200

void
score(const tm_beads *test, const tm_beads *gold, struct total *t)
{
	size_t near = 0;

	for (size_t k = 0; k < gold->n; k++)
		t->gold += is_pair(&gold->v[k]);
	for (size_t k = 0; k < test->n; k++) {
		const tm_bead *b = &test->v[k];
		size_t i = near > NEAR ? near - NEAR : 0, pair = is_pair(b);
		bool right;

		while (i < gold->n && i < near + NEAR && !same(b, &gold->v[i]))
			i++;
		right = i < gold->n && i < near + NEAR;
		near = right ? i : near;
		t->beads++;
		t->right += right;
		t->pairs += pair;
		t->found += right && pair;
		t->confidence += pair ? b->confidence : 0;
		t->sure += pair && b->confidence >= .99;
		t->sure_right += pair && right && b->confidence >= .99;
		if (t->tell != NULL)
			t->tell(b, right);
	}
}

double
precision(const struct total *t)
{
	return t->beads == 0 ? 0 : (double)t->right / (double)t->beads;
}

double
recall(const struct total *t)
{
	return t->gold == 0 ? 0 : (double)t->found / (double)t->gold;
}

double
f1(const struct total *t)
{
	double p = precision(t), r = recall(t);

	return p + r > 0 ? 2 * p * r / (p + r) : 0;
}

/* ---- Teaching ---------------------------------------------------------- */

size_t
teach(tm_lexicon *lex, const char *path, size_t *taught)
{
	tm_trainer *trainer = tm_trainer_new();
	tm_taught words = { 0 };
	tm_buf text = { 0 };
	size_t n = 0;
	tm_error err;
	tm_str rest;

	if (!tm_read_file(path, &text, &err))
		die(&err);
	for (rest = tm_buf_str(&text); rest.n > 0; n++) {
		tm_str line = next_line(&rest);
		const char *tab = memchr(line.p, '\t', line.n);
		size_t at = tab == NULL ? line.n : (size_t)(tab - line.p);

		if (tab != NULL)
			tm_trainer_add(trainer, tm_str_sub(line, 0, at),
			    tm_str_sub(line, at + 1, line.n), 1);
	}
	if (!tm_trainer_run(trainer, NULL, NULL, &words, &err))
		die(&err);
	*taught = words.n_pairs;
	tm_lexicon_add_taught(lex, &words, false);
	tm_taught_release(&words);
	tm_trainer_free(trainer);
	tm_buf_release(&text);
	return n;
}

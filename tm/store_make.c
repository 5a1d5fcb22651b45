/*
 * store_make.c - write a segment: of texts, or of other segments
 *
 * The builders of a growing (store_grow.c) give an image for each language.
 * Segments are joined one language after the other, from image to image, so
 * that what a large one takes is what its largest image takes:
 *
 *	0-4000000	en -----.	ar -----.
 *	4000000-5000000	en -----+->	ar -----+->
 *	0-5000000	en			ar
 */
#include "config.h"

#include "tm/store_segment_int.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct tm_segment_limits tm_segment_limits = {
	.units = 1 << 20,
	.bytes = 1 << 29,
	.texts = 50000,
	.joined = 1 << 24,
	.size = UINT64_C(3) << 30,
	.beside = 1 << 22,
	.tail = 1000,
};

/* ---- Where images come from -------------------------------------------- */

/* What a segment is made of: a growing, or others that are joined. */
typedef struct origin {
	struct tm_labels *labels;
	char (*bases)[TM_LANG_MAX]; /* the languages, an image for each */
	size_t *texts;		    /* of each, at most */
	size_t n_langs, cap_langs, cap_texts;
	const tm_growing *growing; /* or NULL, and */
	const tm_join *v;
	size_t n;
	uint16_t **maps; /* of each of v: a label here, by that there */
	atomic_bool given_up;
	atomic_int beside; /* what a second thread writes to, or 0 */
} origin;

/* A language of o gets so many texts. */
static void
add_lang(origin *o, const char *base, size_t texts)
{
	size_t i = 0;

	while (i < o->n_langs && strcmp(o->bases[i], base) != 0)
		i++;
	if (i == o->n_langs) {
		tm_grow(o->bases, o->n_langs, o->cap_langs);
		tm_grow(o->texts, o->n_langs, o->cap_texts);
		snprintf(o->bases[i], sizeof o->bases[i], "%s", base);
		o->texts[i] = 0;
		o->n_langs++;
	}
	o->texts[i] += texts;
}

static void
grown(origin *o, tm_growing *g)
{
	*o = (origin){ .growing = g, .labels = &g->labels };
	for (size_t i = 0; i < g->n_langs; i++)
		add_lang(o, g->langs[i].base,
		    tm_fuzzy_builder_count(g->langs[i].builder));
}

/* The labels of a segment among those of what it becomes a part of. */
static uint16_t *
map_labels(struct tm_labels *l, const tm_segment *s)
{
	uint16_t *map = tm_alloc((TM_MOST_LABELS + 1) * sizeof *map);
	tm_str text = tm_segment_labels(s);
	size_t start = 0, n = 0;

	for (size_t i = 0; i < text.n && n < TM_MOST_LABELS; i++) {
		if (text.p[i] != '\n')
			continue;
		map[n++] = tm_label_number(l, tm_str_sub(text, start, i));
		start = i + 1;
	}
	while (n <= TM_MOST_LABELS)
		map[n++] = TM_MOST_LABELS;
	return map;
}

static void
joined(origin *o, struct tm_labels *labels, const tm_join *v, size_t n)
{
	*o = (origin){ .labels = labels, .v = v, .n = n };
	o->maps = tm_zalloc(n, sizeof *o->maps);
	for (size_t i = 0; i < n; i++) {
		const char *base;
		tm_fuzzy *part;

		o->maps[i] = map_labels(labels, v[i].seg);
		for (size_t k = 0;
		     (part = tm_segment_part(v[i].seg, k, &base)) != NULL; k++)
			add_lang(o, base, tm_fuzzy_count(part));
	}
}

static void
free_origin(origin *o)
{
	for (size_t i = 0; i < o->n; i++)
		free(o->maps[i]);
	free(o->maps);
	free(o->bases);
	free(o->texts);
}

/* What is taken from one of those that are joined. */
typedef struct taking {
	const origin *o;
	const tm_join *j;
} taking;

static bool
is_kept(void *self, int64_t id)
{
	const taking *t = self;

	return !atomic_load_explicit(&t->o->given_up, memory_order_relaxed) &&
	       (t->j->keep == NULL || t->j->keep(t->j->self, id));
}

/* Write the image of a language; 0: what it comes from is damaged, or it was
 * given up. */
static uint64_t
write_image(const origin *o, size_t lang, FILE *fp)
{
	tm_fuzzy_builder *b;
	uint64_t size = 0;
	bool ok = true;

	if (o->given_up)
		return 0;
	if (o->growing != NULL)
		return tm_fuzzy_builder_write(
		    o->growing->langs[lang].builder, fp);
	b = tm_fuzzy_builder_new(o->bases[lang]);
	for (size_t i = 0; ok && i < o->n; i++) {
		taking t = { o, &o->v[i] };
		const char *base;
		tm_fuzzy *x;

		for (size_t k = 0;
		     ok && (x = tm_segment_part(t.j->seg, k, &base)) != NULL;
		     k++)
			if (strcmp(base, o->bases[lang]) == 0)
				ok = tm_fuzzy_builder_absorb(b, x, o->maps[i],
				    TM_MOST_LABELS + 1, is_kept, &t, NULL);
	}
	if (ok && !o->given_up)
		size = tm_fuzzy_builder_write(b, fp);
	tm_fuzzy_builder_free(b);
	return size;
}

/* ---- Writing ----------------------------------------------------------- */

static void
pad_to_16(FILE *fp, uint64_t *at)
{
	for (; *at % 16 != 0; ++*at)
		fputc(0, fp);
}

/* The images of all languages but the first, by a thread beside the one
 * that writes that, in a file of their own. */
typedef struct others {
	origin *o;
	tm_segment_lang *dir;
	FILE *fp; /* NULL: it was not worth it, or there is none */
	pthread_t thread;
} others;

static void *
write_others(void *arg)
{
	others *h = arg;

	for (size_t i = 1; i < h->o->n_langs; i++)
		h->dir[i].size = write_image(h->o, i, h->fp);
	return NULL;
}

/* path: where the segment is written, NULL for memory. */
static void
start_others(others *h, const char *path)
{
	size_t many = 0, all = 0;
	tm_buf name = { 0 };
	int fd = -1;

	for (size_t i = 0; i < h->o->n_langs; i++) {
		many += h->o->texts[i] >= tm_segment_limits.texts;
		all += h->o->texts[i];
	}
	if (path == NULL || many < 2 || h->o->given_up ||
	    (h->o->growing == NULL && all > tm_segment_limits.beside))
		return;
	tm_buf_printf(&name, "%s.XXXXXX", path);
	fd = mkstemp(name.p);
	if (fd >= 0)
		unlink(name.p);
	tm_buf_release(&name);
	h->fp = fd < 0 ? NULL : fdopen(fd, "w+");
	if (h->fp == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	if (pthread_create(&h->thread, NULL, write_others, h) != 0) {
		fclose(h->fp);
		h->fp = NULL;
	} else {
		h->o->beside = fileno(h->fp);
	}
}

/* Copy what the second thread wrote; false when that is not whole. */
static bool
join_others(others *h, FILE *fp, uint64_t *at)
{
	uint64_t left = 0, odd = TM_HUGE_PAGE - *at % TM_HUGE_PAGE;
	char *buf = tm_alloc(1 << 16);
	bool whole = true;

	pthread_join(h->thread, NULL);
	for (size_t i = 1; i < h->o->n_langs; i++) {
		if (h->dir[i].size == 0)
			whole = false;
		h->dir[i].at = *at + left;
		left += h->dir[i].size;
	}
	*at += left;
	rewind(h->fp);
	while (left > 0) {
		size_t most = odd > 0 && odd < 1 << 16 ? odd : 1 << 16;
		size_t n = fread(buf, 1, left < most ? left : most, h->fp);

		if (n == 0)
			break;
		fwrite(buf, 1, n, fp);
		left -= n;
		/* Whole pages from here on. */
		if (odd > 0 && (odd -= n) == 0)
			fflush(fp);
	}
	h->o->beside = 0;
	fclose(h->fp);
	free(buf);
	return whole && left == 0;
}

/* Write a segment for the range of head, which is filled in. False when
 * something fails that fp does not know of. */
static bool
write_segment(origin *o, tm_segment_head *head, FILE *fp, const char *path)
{
	tm_segment_lang *dir = tm_zalloc(o->n_langs + 1, sizeof *dir);
	tm_buf text = { 0 };
	uint64_t at = sizeof *head + o->n_langs * sizeof *dir;
	others other = { .o = o, .dir = dir };
	bool ok = true;

	memcpy(head->magic, TM_SEGMENT_MAGIC, sizeof TM_SEGMENT_MAGIC);
	head->order = TM_IMAGE_ORDER;
	head->version = TM_SEGMENT_VERSION;
	head->n_langs = o->n_langs;
	fwrite(head, sizeof *head, 1, fp);
	fwrite(dir, sizeof *dir, o->n_langs, fp);
	pad_to_16(fp, &at);
	for (size_t i = 0; i < o->n_langs; i++)
		snprintf(dir[i].base, sizeof dir[i].base, "%s", o->bases[i]);
	start_others(&other, path);
	for (size_t i = 0; i < o->n_langs; i++) {
		if (i == 1 && other.fp != NULL) {
			ok = join_others(&other, fp, &at);
			break;
		}
		dir[i].at = at;
		dir[i].size = write_image(o, i, fp);
		ok = ok && dir[i].size > 0;
		at += dir[i].size;
	}
	for (size_t i = 0; i < o->labels->n; i++) {
		tm_buf_add(&text, o->labels->v[i].p, o->labels->v[i].n);
		tm_buf_addc(&text, '\n');
	}
	head->labels_at = at;
	head->labels_size = text.n;
	fwrite(tm_buf_str(&text).p, 1, text.n, fp);
	head->size = at + text.n;
	head->check =
	    tm_segment_head_check(head, dir, o->n_langs, tm_buf_str(&text));
	fseek(fp, 0, SEEK_SET);
	fwrite(head, sizeof *head, 1, fp);
	fwrite(dir, sizeof *dir, o->n_langs, fp);
	/* A memory stream ends where it stands. */
	fseek(fp, (long)head->size, SEEK_SET);
	tm_buf_release(&text);
	free(dir);
	return ok;
}

static tm_segment *
in_memory(origin *o, const tm_segment_head *head)
{
	tm_segment_head h = *head;
	char *bytes = NULL;
	size_t size;
	FILE *fp = open_memstream(&bytes, &size);
	bool ok;

	if (fp == NULL)
		return NULL;
	ok = write_segment(o, &h, fp, NULL);
	if (fclose(fp) != 0 || !ok) {
		free(bytes);
		return NULL;
	}
	return tm_segment_own(bytes, size);
}

/* ---- While somebody watches -------------------------------------------- */

/* A segment on its way into a file; while somebody watches another thread
 * writes, and this one tells of it. */
typedef struct writing {
	origin o;
	tm_growing growing; /* what it is made of, unless it is joined */
	tm_segment_head head;
	char *path, *piece;
	tm_outfile out;
	pthread_mutex_t lock;
	pthread_cond_t news;
	bool ended, ok;
	bool left; /* to itself: nobody waits for it any more */
} writing;

static writing *
new_writing(const tm_segment_head *head, const char *path)
{
	writing *w = tm_zalloc(1, sizeof *w);

	w->head = *head;
	w->path = tm_strdup(path);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->news, NULL);
	return w;
}

static void
free_writing(writing *w)
{
	free_origin(&w->o);
	pthread_cond_destroy(&w->news);
	pthread_mutex_destroy(&w->lock);
	free(w->path);
	free(w->piece);
	free(w);
}

static void *
write_beside(void *arg)
{
	writing *w = arg;
	bool ok = write_segment(&w->o, &w->head, w->out.fp, w->path), left;

	pthread_mutex_lock(&w->lock);
	w->ok = ok;
	w->ended = true;
	left = w->left;
	pthread_cond_signal(&w->news);
	pthread_mutex_unlock(&w->lock);
	if (left) {
		tm_outfile_abandon(&w->out);
		tm_growing_clear(&w->growing);
		free_writing(w);
	}
	return NULL;
}

static size_t
texts_of(const origin *o)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n_langs; i++)
		n += o->texts[i];
	return n;
}

/* How large its file will be, about: a segment costs 40 bytes, and a token
 * of five letters about six; that of messages and of prose is met within a
 * fifth. */
static double
expected_size(const origin *o)
{
	double size = 0;

	if (o->growing != NULL)
		return 50. * (double)texts_of(o) +
		       1.3 * (double)o->growing->bytes;
	for (size_t i = 0; i < o->n; i++)
		size += (double)tm_segment_about(o->v[i].seg)->size;
	return size;
}

/* Wait until it has ended, a tenth of a second at most. */
static void
wait_a_moment(writing *w)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 100000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_cond_timedwait(&w->news, &w->lock, &until);
}

/* How much of it is written, and of what will be copied into it. */
static double
size_so_far(const origin *o, FILE *fp)
{
	int fds[2] = { fileno(fp), o->beside };
	double size = 0;
	struct stat st;

	for (int i = 0; i < 2; i++)
		if (fds[i] > 0 && fstat(fds[i], &st) == 0)
			size += (double)st.st_size;
	return size;
}

/*
 * Wait for the thread that writes, and tell how far it has come. An image in
 * the making cannot be stopped: what is made of texts is left to end by itself
 * then, in a file that has no name any more, and w is that thread's.
 */
static bool
is_left(writing *w, tm_watch *watch)
{
	double expected = expected_size(&w->o) + 1, done = 0;
	bool of_texts = w->o.growing != NULL, left = false;
	const char *what = of_texts ? TM_INDEX_MADE : TM_INDEX_JOINED;

	pthread_mutex_lock(&w->lock);
	while (!left && !w->ended) {
		double so_far = size_so_far(&w->o, w->out.fp) / expected;

		/* What is being copied is counted in neither file. */
		done = so_far > done ? so_far : done;
		if (!tm_watch_tell(watch, what, done < 1 ? done : .99)) {
			w->o.given_up = true;
			left = w->left = of_texts;
		}
		if (left)
			unlink(w->out.beside);
		else
			wait_a_moment(w);
	}
	pthread_mutex_unlock(&w->lock);
	if (!left)
		tm_watch_tell(watch, what, 1);
	return left;
}

/* Write it; false: it is left to itself. Small ones are not worth watching. */
static bool
write_watched(writing *w, tm_watch *watch)
{
	pthread_t thread;

	if (watch == NULL || watch->tell == NULL ||
	    texts_of(&w->o) < tm_segment_limits.texts ||
	    pthread_create(&thread, NULL, write_beside, w) != 0) {
		w->ok = write_segment(&w->o, &w->head, w->out.fp, w->path);
		return true;
	}
	if (is_left(w, watch)) {
		pthread_detach(thread);
		return false;
	}
	pthread_join(thread, NULL);
	return true;
}

/* The file that w says. *left: w is no longer the caller's. */
static bool
in_file(writing *w, tm_watch *watch, bool *left, tm_error *err)
{
	bool ok;

	*left = false;
	if (!tm_outfile_open(&w->out, w->path, err))
		return false;
	w->piece = tm_alloc(TM_HUGE_PAGE);
	setvbuf(w->out.fp, w->piece, _IOFBF, TM_HUGE_PAGE);
	if (!write_watched(w, watch)) {
		*left = true;
		return tm_fail(err, TM_INVALID, "interrupted");
	}
	if (!w->ok) {
		tm_outfile_abandon(&w->out);
		return tm_fail(err, TM_IO, "cannot write beside '%s'", w->path);
	}
	ok = tm_outfile_commit(&w->out, err);
	if (ok)
		tm_segment_mark(w->path, &w->head);
	return ok;
}

tm_segment *
tm_segment_from(tm_growing *g, const tm_segment_head *head)
{
	origin o;
	tm_segment *s;

	grown(&o, g);
	s = in_memory(&o, head);
	free_origin(&o);
	return s;
}

bool
tm_segment_write(tm_growing *g, const tm_segment_head *head, const char *path,
    tm_watch *watch, tm_error *err)
{
	writing *w = new_writing(head, path);
	bool left, ok;

	w->growing = *g;
	*g = (tm_growing){ 0 };
	grown(&w->o, &w->growing);
	ok = in_file(w, watch, &left, err);
	if (!left) {
		*g = w->growing;
		free_writing(w);
	}
	return ok;
}

tm_segment *
tm_segment_join(const tm_join *v, size_t n, const tm_segment_head *head)
{
	struct tm_labels labels = { 0 };
	origin o;
	tm_segment *s;

	joined(&o, &labels, v, n);
	s = in_memory(&o, head);
	free_origin(&o);
	tm_labels_release(&labels);
	return s;
}

bool
tm_segment_write_join(const tm_join *v, size_t n, const tm_segment_head *head,
    const char *path, tm_watch *watch, tm_error *err)
{
	struct tm_labels labels = { 0 };
	writing *w = new_writing(head, path);
	bool left, ok;

	joined(&w->o, &labels, v, n);
	ok = in_file(w, watch, &left, err);
	free_writing(w);
	tm_labels_release(&labels);
	return ok;
}

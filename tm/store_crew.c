/*
 * store_crew.c - threads that analyse texts for the index
 *
 * Who has the texts (reads them from a file and stores them, or reads them
 * from the memory) gives them to a crew, a bunch at a time, and goes on.
 * The languages are dealt out among the hands, so each builder sees its
 * texts in order, from one thread: the bytes it makes do not depend on how
 * many are at work.
 *
 * No thread is started before there is a bunch to work at, so that a few
 * texts cost a copy of them and nothing else.
 */
#include "config.h"

#include "tm/store_segment_int.h"

#include <pthread.h>
#include <stdlib.h>

enum {
	/* One has languages 0, 2, 4, the other 1, 3, 5. */
	HANDS = 2,
	/* Texts, or bytes of them, that make a bunch: some milliseconds of
	 * work, so that waking somebody up costs nothing beside it. */
	BUNCH_TEXTS = 2048,
	BUNCH_BYTES = 256 << 10,
	/* Bunches that may wait for a hand before who gives must wait. */
	MOST_WAITING = 8,
};

typedef struct bunch {
	struct bunch *next;
	struct piece {
		tm_fuzzy_builder *builder;
		int64_t id;
		size_t at, n; /* in text */
		uint16_t label;
	} * v;
	size_t n, cap;
	tm_buf text;
} bunch;

struct hand {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t news; /* a bunch came, or went, or none will come */
	bunch *first, *last; /* waiting */
	size_t waiting;
	bool works; /* there is a thread */
	bool ends;
	bunch *open; /* being filled, by who gives alone */
};

struct tm_crew {
	struct hand hand[HANDS];
	bool alone; /* no thread could be had */
};

tm_crew *
tm_crew_new(void)
{
	tm_crew *crew = tm_zalloc(1, sizeof *crew);

	for (int i = 0; i < HANDS; i++) {
		pthread_mutex_init(&crew->hand[i].lock, NULL);
		pthread_cond_init(&crew->hand[i].news, NULL);
	}
	return crew;
}

static void
free_bunch(bunch *b)
{
	if (b == NULL)
		return;
	free(b->v);
	tm_buf_release(&b->text);
	free(b);
}

static void
work_at(bunch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct piece *p = &b->v[i];

		tm_fuzzy_builder_add(p->builder, p->id, p->label,
		    (tm_str){ tm_buf_str(&b->text).p + p->at, p->n });
	}
	free_bunch(b);
}

/* Take the first bunch, waiting for it; NULL: there will be none. */
static bunch *
take_bunch(struct hand *h)
{
	bunch *b;

	pthread_mutex_lock(&h->lock);
	while (h->first == NULL && !h->ends)
		pthread_cond_wait(&h->news, &h->lock);
	b = h->first;
	if (b != NULL) {
		h->first = b->next;
		h->waiting--;
		pthread_cond_signal(&h->news);
	}
	pthread_mutex_unlock(&h->lock);
	return b;
}

static void *
work(void *arg)
{
	bunch *b;

	while ((b = take_bunch(arg)) != NULL)
		work_at(b);
	return NULL;
}

static void
put_bunch(struct hand *h, bunch *b)
{
	pthread_mutex_lock(&h->lock);
	while (h->waiting >= MOST_WAITING)
		pthread_cond_wait(&h->news, &h->lock);
	if (h->first == NULL)
		h->first = b;
	else
		h->last->next = b;
	h->last = b;
	h->waiting++;
	pthread_cond_signal(&h->news);
	pthread_mutex_unlock(&h->lock);
}

/* The open bunch of a hand is full: somebody else's work, or ours. */
static void
close_bunch(tm_crew *crew, struct hand *h)
{
	bunch *b = h->open;

	h->open = NULL;
	if (!h->works && !crew->alone) {
		h->works = pthread_create(&h->thread, NULL, work, h) == 0;
		crew->alone = !h->works;
	}
	if (h->works)
		put_bunch(h, b);
	else
		work_at(b);
}

void
tm_crew_give(tm_crew *crew, size_t lang, tm_fuzzy_builder *builder, int64_t id,
    uint16_t label, tm_str text)
{
	struct hand *h = &crew->hand[lang % HANDS];
	bunch *b = h->open;

	if (b == NULL)
		b = h->open = tm_zalloc(1, sizeof *b);
	tm_grow(b->v, b->n, b->cap);
	b->v[b->n++] = (struct piece){ builder, id, b->text.n, text.n, label };
	tm_buf_add(&b->text, text.p, text.n);
	if (b->n >= BUNCH_TEXTS || b->text.n >= BUNCH_BYTES)
		close_bunch(crew, h);
}

void
tm_crew_end(tm_crew *crew, bool finish)
{
	if (crew == NULL)
		return;
	for (int i = 0; i < HANDS; i++) {
		struct hand *h = &crew->hand[i];
		bunch *b;

		pthread_mutex_lock(&h->lock);
		h->ends = true;
		/* What is given up need not be finished. */
		while (!finish && (b = h->first) != NULL) {
			h->first = b->next;
			free_bunch(b);
		}
		pthread_cond_signal(&h->news);
		pthread_mutex_unlock(&h->lock);
	}
	for (int i = 0; i < HANDS; i++) {
		struct hand *h = &crew->hand[i];

		if (h->works)
			pthread_join(h->thread, NULL);
		if (finish && h->open != NULL)
			work_at(h->open);
		else
			free_bunch(h->open);
		pthread_mutex_destroy(&h->lock);
		pthread_cond_destroy(&h->news);
	}
	free(crew);
}

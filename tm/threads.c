/*
 * Work that comes in pieces, done by as many threads as there are
 * processors. Each takes the next piece until none is left:
 *
 *	thread 0	0   2   3       6
 *	thread 1	  1       4   5
 *
 * The pieces are the same with any number of threads and no piece sees what
 * another did, so neither does the result depend on it.
 */
#include "config.h"

#include "tm/threads_int.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

struct crew {
	void (*job)(void *self, size_t k, unsigned thread);
	void *self;
	size_t n;
	atomic_size_t next;
};

struct hand {
	struct crew *crew;
	unsigned number;
	pthread_t id;
	bool there;
};

static void *
work(void *arg)
{
	const struct hand *hand = arg;
	struct crew *crew = hand->crew;
	size_t k;

	while ((k = atomic_fetch_add(&crew->next, 1)) < crew->n)
		crew->job(crew->self, k, hand->number);
	return NULL;
}

static unsigned
processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > TM_MAX_THREADS ? TM_MAX_THREADS : (unsigned)n;
}

void
tm_run_jobs(size_t n, unsigned threads,
    void (*job)(void *self, size_t k, unsigned thread), void *self)
{
	struct crew crew = { .job = job, .self = self, .n = n };
	struct hand hand[TM_MAX_THREADS];

	if (threads == 0)
		threads = processors();
	threads = threads < TM_MAX_THREADS ? threads : TM_MAX_THREADS;
	threads = n < threads ? (unsigned)n : threads;
	for (unsigned k = 0; k < threads; k++) {
		hand[k] = (struct hand){ .crew = &crew, .number = k };
		/* Where there is no other thread to be had, this one does
		 * their work. */
		hand[k].there = k > 0 && pthread_create(&hand[k].id, NULL, work,
					     &hand[k]) == 0;
	}
	if (n > 0)
		work(&hand[0]);
	for (unsigned k = 1; k < threads; k++)
		if (hand[k].there)
			pthread_join(hand[k].id, NULL);
}

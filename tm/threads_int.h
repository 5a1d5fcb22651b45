/*
 * threads_int.h - work that comes in pieces, for all processors
 */
#ifndef TM_THREADS_INT_H
#define TM_THREADS_INT_H

#include "tm/base.h"

#define TM_MAX_THREADS 8

/*
 * Call job(self, k, thread) for each k below n, from so many threads (0: as
 * many as there are processors), numbered from 0. Which thread does what is
 * chance, so a job may not depend on it, nor on another job.
 */
void tm_run_jobs(size_t n, unsigned threads,
    void (*job)(void *self, size_t k, unsigned thread), void *self);

#endif

/* bench.h - what the programs that measure have in common */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <time.h>

/* The time of a clock, in seconds. */
static inline double
now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

#endif

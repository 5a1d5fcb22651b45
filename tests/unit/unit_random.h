/* unit_random.h - chance that is the same in each run */
#ifndef TESTS_UNIT_RANDOM_H
#define TESTS_UNIT_RANDOM_H

#include <stdint.h>

static uint32_t seed = 1;

/* 0 <= roll(n) < n: a linear congruential generator, of which the low bits,
 * that repeat soon, are not used. */
static inline uint32_t
roll(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)(seed >> 4) * n >> 28);
}

#endif

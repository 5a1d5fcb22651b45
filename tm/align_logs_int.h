/*
 * align_logs_int.h - sums of probabilities that are kept as logarithms
 *
 * exp(-x) and log(1 + exp(-x)) for x from 0 to NEGLIGIBLE, to nine digits
 * and in a third of the time of the library's: they are half of a pass of the
 * aligner.
 *
 *	exp	2^(k / 64) from the exponent and a table, the rest by series
 *	soft	a cubic between two of 32 values a unit and their slopes
 */
#ifndef TM_ALIGN_LOGS_INT_H
#define TM_ALIGN_LOGS_INT_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define NEVER -1e30
/* exp(-25) is lost in the sums that matter here. */
#define NEGLIGIBLE 25
#define EXP_STEPS 64
#define SOFT_STEPS 32

extern struct curves {
	double exp[EXP_STEPS];
	double soft[NEGLIGIBLE * SOFT_STEPS + 2];
	double slope[NEGLIGIBLE * SOFT_STEPS + 2];
} curve;

/* To be called before anything else here; any thread may. */
void have_curves(void);

/* exp(x) for x from -NEGLIGIBLE to 0 */
static inline double
fast_exp(double x)
{
	double t = x * (EXP_STEPS * 1.4426950408889634), r, power;
	int64_t k = (int64_t)t - 1; /* at most 1 below t */
	uint64_t bits;

	r = (t - (double)k) * (0.6931471805599453 / EXP_STEPS);
	bits = (uint64_t)(1023 - 64 + (k + 64 * EXP_STEPS) / EXP_STEPS) << 52;
	memcpy(&power, &bits, sizeof power);
	return power * curve.exp[(k + 64 * EXP_STEPS) % EXP_STEPS] *
	       (1 + r * (1 + r * (.5 + r * (1.0 / 6))));
}

/* log(1 + exp(-x)) */
static inline double
soft(double x)
{
	double t = x * SOFT_STEPS, u, y0, y1, s0, s1;
	size_t k = (size_t)t;

	u = t - (double)k;
	y0 = curve.soft[k];
	y1 = curve.soft[k + 1];
	s0 = curve.slope[k];
	s1 = curve.slope[k + 1];
	return y0 + u * (s0 + u * (3 * (y1 - y0) - 2 * s0 - s1 +
				      u * (2 * (y0 - y1) + s0 + s1)));
}

static inline double
log_add(double a, double b)
{
	double high = a > b ? a : b, low = a > b ? b : a;

	return high - low > NEGLIGIBLE ? high : high + soft(high - low);
}

/* The log of a sum whose terms come one by one. */
struct log_sum {
	double max, sum;
};

static inline void
log_sum_add(struct log_sum *s, double x)
{
	if (x <= s->max) {
		if (x > s->max - NEGLIGIBLE)
			s->sum += fast_exp(x - s->max);
		return;
	}
	s->sum =
	    s->max < x - NEGLIGIBLE ? 1 : s->sum * fast_exp(s->max - x) + 1;
	s->max = x;
}

static inline double
log_sum_get(const struct log_sum *s)
{
	return s->max <= NEVER ? NEVER
	       : s->sum == 1   ? s->max
			       : s->max + log(s->sum);
}

#endif

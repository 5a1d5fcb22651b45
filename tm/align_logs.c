/* align_logs.c - the tables behind sums of probabilities kept as logarithms */
#include "config.h"

#include "tm/align_logs_int.h"

#include <math.h>
#include <pthread.h>

struct curves curve;

static void
draw_curves(void)
{
	for (int k = 0; k < EXP_STEPS; k++)
		curve.exp[k] = exp2((double)k / EXP_STEPS);
	for (int k = 0; k <= NEGLIGIBLE * SOFT_STEPS + 1; k++) {
		double x = (double)k / SOFT_STEPS;

		curve.soft[k] = log1p(exp(-x));
		curve.slope[k] = -1 / (1 + exp(x)) / SOFT_STEPS;
	}
}

void
have_curves(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, draw_curves);
}

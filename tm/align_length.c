/*
 * How well do the lengths of two runs go together? A Gaussian with a variance
 * that grows with the length, against runs taken at random:
 *
 *	Len = log((1 - e) N(l2 - r l1; 0, v m) / sqrt(P_a P_b) + e)
 *
 * where m is their mean length and e the share of beads whose lengths follow
 * no rule. It is asked of every bead of every pass, hence the tables.
 */
#include "config.h"

#include "tm/align_score_int.h"

#include <math.h>
#include <stdlib.h>

#define LOG_2PI 1.8378770664093453

void
log_table_begin(log_table *c)
{
	for (int k = 0; k < 128; k++) {
		double middle = 1 + (k + .5) / 128;

		c->inverse[k] = 1 / middle;
		c->log[k] = log(middle);
	}
}

/*
 * log p of the length of each run under a Gamma distribution fitted to the
 * sentences of the side, with the variance raised a little so that equal
 * sentences do not make it infinitely narrow.
 */
float *
lengths_alone(const side *s, double scale)
{
	float *out = tm_zalloc(s->n + 1, (MAX_RUN + 1) * sizeof *out);
	double mean = s->length[s->n] / (double)s->n, spread = 0;
	double shape, theta;

	for (size_t i = 0; i < s->n; i++) {
		double d = s->length[i + 1] - s->length[i] - mean;

		spread += d * d;
	}
	spread = spread / (double)s->n + .05 * mean * mean + 1;
	shape = mean * mean / spread;
	theta = spread / mean;
	for (size_t run = 1; run <= MAX_RUN; run++) {
		double k = shape * (double)run;
		int sign; /* lgamma() has it where all threads do */
		double constant =
		    -lgamma_r(k, &sign) - k * log(theta) - log(scale);

		for (size_t i = 0; i + run <= s->n; i++) {
			double x = s->length[i + run] - s->length[i];

			out[i * (MAX_RUN + 1) + run] =
			    (float)((k - 1) * log(x) - x / theta + constant);
		}
	}
	return out;
}

void
lengths_begin(lengths *c, const side s[2], const model *m,
    float *const alone[2], const log_table *logs)
{
	*c = (lengths){ .s = s,
		.ratio = m->ratio,
		.variance = m->variance,
		.alone = { alone[0], alone[1] },
		.logs = logs };
	for (int k = 0; k <= (LENGTH_MOST - LENGTH_LEAST) * LENGTH_STEPS + 1;
	     k++)
		c->table[k] = (float)log(
		    (1 - FREAKS) *
			exp(LENGTH_LEAST + (double)k / LENGTH_STEPS) +
		    FREAKS);
}

double
lengths_score(const lengths *c, size_t i, size_t j, bead_type type)
{
	const side *s = c->s;
	double l1 = (s[0].length[i + type.a] - s[0].length[i]) * c->ratio;
	double l2 = s[1].length[j + type.b] - s[1].length[j];
	double v = (l1 + l2) / 2 * c->variance;
	size_t k;
	double x =
	    -.5 * ((l2 - l1) * (l2 - l1) / v + LOG_2PI + fast_log(c->logs, v));

	x -= .5 * ((double)c->alone[0][i * (MAX_RUN + 1) + type.a] +
		      (double)c->alone[1][j * (MAX_RUN + 1) + type.b]);
	if (x >= LENGTH_MOST)
		return x;
	if (x <= LENGTH_LEAST)
		return (double)c->table[0];
	x = (x - LENGTH_LEAST) * LENGTH_STEPS;
	k = (size_t)x;
	return (double)c->table[k] +
	       (x - (double)k) * (double)(c->table[k + 1] - c->table[k]);
}

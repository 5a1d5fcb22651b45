/*
 * Would any other text do as well? Without a dictionary the words of a text
 * and its translation may agree in nothing, and those of strangers in a few
 * names. But sentences that translate each other come in the same order, long
 * ones with long ones; so the same sentences in any other order fit worse,
 * and those of a stranger just as well.
 *
 *	source	18 41 7 33	log likelihood ratio to strangers
 *	target	20 39 9 30		 1.1 a sentence
 *	reversed	30 9 39 20	-.4
 *	shuffled	39 20 30 9	-.3
 *
 * Each order is aligned in the same way, the true one too: without paragraphs,
 * and as far as the first sentences of a long text.
 */
#include "config.h"

#include "tm/align_int.h"

#include <math.h>
#include <stdlib.h>

/* Long texts are looked at as far as this: time, and enough to know. */
#define MOST_SENTENCES 300
/* One order is the reverse; the others are shuffled. */
#define ORDERS 4

static uint32_t
next_random(uint32_t *state)
{
	*state = (uint32_t)((uint64_t)*state * 48271 % 0x7fffffff);
	return *state;
}

static void
put_in_order(tm_str *v, const tm_str *from, size_t n, int order)
{
	uint32_t state = (uint32_t)order * 7919 + 1;

	for (size_t i = 0; i < n; i++)
		v[i] = order == 1 ? from[n - 1 - i] : from[i];
	for (size_t i = n; order > 1 && i > 1; i--) {
		size_t k = next_random(&state) % i;
		tm_str swap = v[k];

		v[k] = v[i - 1];
		v[i - 1] = swap;
	}
}

static double
likelihood_of(const tm_align_side *src, const tm_align_side *tgt,
    const tm_lexicon *lex, unsigned threads)
{
	tm_align_options options = { .lexicon = lex };
	judgement j = { 0 };
	align_tuning tuning = {
		.threads = threads, .judgement = &j, .no_doubt = true
	};
	tm_beads beads = { 0 };

	align_tuned(src, tgt, &options, &tuning, &beads, NULL);
	tm_beads_release(&beads);
	return j.likelihood;
}

void
ask_chance(judgement *j, const tm_align_side *src, const tm_align_side *tgt,
    const tm_lexicon *lex, unsigned threads)
{
	size_t most = src->n > tgt->n ? src->n : tgt->n;
	double share =
	    most <= MOST_SENTENCES ? 1 : MOST_SENTENCES / (double)most;
	tm_align_side s = { src->lang, src->v,
		(size_t)ceil(share * (double)src->n), NULL };
	tm_align_side t = { tgt->lang, NULL,
		(size_t)ceil(share * (double)tgt->n), NULL };
	tm_str *v = tm_zalloc(t.n + 1, sizeof *v);
	double sum = 0;

	t.v = v;
	for (int order = 0; order <= ORDERS; order++) {
		double x;

		put_in_order(v, tgt->v, t.n, order);
		x = likelihood_of(&s, &t, lex, threads);
		if (order == 0) {
			j->in_order = x;
			continue;
		}
		sum += x;
		if (order == 1 || x > j->out_of_order)
			j->out_of_order = x;
	}
	j->mean_out_of_order = sum / ORDERS;
	j->asked = true;
	free(v);
}

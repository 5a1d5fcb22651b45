/*
 * What stands between two sentences, and what it says of beads: the ends of
 * a bead are ends on both sides, so what is there agrees,
 *
 *	... قال.  |  وسأل: لماذا؟  |  قالت: ...
 *	... said. |  "Why?"        |  She said ...
 *
 * and what is inside a bead is of another kind, a comma more often than a
 * full stop. Two things are known of a junction: whether a paragraph ends
 * there, and the mark that ends the sentence, with a sign of speech (a quote
 * that closes before it, a quote or a dash behind it).
 *
 * Which marks agree, and how much, is learned from each pair of texts. Each
 * log likelihood ratio compares junctions of a kind inside a bead, or pairs
 * of junctions at its ends, with all junctions of the texts; so a text whose
 * sentences all end alike says nothing.
 */
#include "config.h"

#include "tm/align_int.h"

#include <math.h>
#include <stdlib.h>

/*
 * Before anything was seen, as if so many junctions had been: the odds of a
 * paragraph break inside a bead are a tenth of those elsewhere; breaks agree
 * half way between not at all and as much as their rates allow, marks nearly
 * as much as they can. With .5 for marks, too, free texts lose .015, with .9
 * close ones .001; see docs/ALIGNER.md.
 */
#define JUNCTIONS_SEEN 20
#define ODDS_INSIDE .1
#define BREAKS_AGREE .5
#define MARKS_AGREE .8

/* ---- Kinds of junctions ------------------------------------------------ */

/* Marks at the end of a sentence, in classes; 0 is none of them. */
static const char *const enders[] = { ". 。 । ۔ ．", ", ، ， 、", "? ؟ ？",
	"! ！", ": ：", "; ؛ ；" };
#define N_ENDERS (sizeof enders / sizeof enders[0])

static const char quotes[] = "\" “ ” „ « » 「 」 『 』 ‘ ’ '";
static const char dashes[] = "- – —";

static bool
is_among(const char *marks, const tm_token *token)
{
	if (token->kind != TM_PUNCT)
		return false;
	for (const char *p = marks; *p != '\0';) {
		size_t n = strcspn(p, " ");

		if (n == token->fold.n && memcmp(p, token->fold.p, n) == 0)
			return true;
		p += n + (p[n] == ' ');
	}
	return false;
}

void
side_mark(side *s, size_t i, const tm_tokens *tokens)
{
	unsigned class = 0, speech = 0;

	if (tokens->n > 0 && (is_among(quotes, &tokens->v[0]) ||
				 is_among(dashes, &tokens->v[0])))
		s->mark[i] |= 1;
	/* Quotes and brackets that close are passed over. */
	for (size_t k = tokens->n; class == 0 && k-- > 0;) {
		if (tokens->v[k].kind != TM_PUNCT)
			break;
		for (unsigned e = 0; e < N_ENDERS; e++)
			if (is_among(enders[e], &tokens->v[k]))
				class = e + 1;
		speech |= is_among(quotes, &tokens->v[k]);
	}
	s->mark[i + 1] = (uint8_t)(2 * class + speech);
}

void
side_count_marks(side *s)
{
	/* None has a rate of 0, for it is divided by. */
	const double few = .1;

	memset(s->mark_rate, 0, sizeof s->mark_rate);
	for (size_t i = 1; i < s->n; i++)
		s->mark_rate[s->mark[i]]++;
	for (int k = 0; k < N_MARKS; k++)
		s->mark_rate[k] = (s->mark_rate[k] + few) /
				  ((double)s->n - 1 + few * N_MARKS);
}

/* ---- Learning ---------------------------------------------------------- */

static void
learn_breaks_inside(model *m, int d, const side *s, const expected *x)
{
	double rate = s->break_rate;
	double odds = ODDS_INSIDE * rate / (1 - rate);
	double all = JUNCTIONS_SEEN, breaks = all * odds / (1 + odds);

	for (size_t k = 0; x != NULL && k < x->beads.n; k++) {
		const scored_bead *b = &x->beads.v[k];
		size_t i = d == 0 ? b->i : b->j, n = d == 0 ? b->a : b->b;

		if (n < 2)
			continue;
		all += (double)b->p * (double)(n - 1);
		breaks += (double)b->p *
			  (s->breaks_before[i + n - 1] - s->breaks_before[i]);
	}
	m->inside[d][0] = log((1 - breaks / all) / (1 - rate));
	m->inside[d][1] = log(breaks / all / rate);
}

static void
learn_breaks_at_ends(model *m, const side s[2], const expected *x)
{
	double p = s[0].break_rate, q = s[1].break_rate, all = 0;
	double more = BREAKS_AGREE * ((p < q ? p : q) - p * q);
	double seen[2][2] = { { (1 - p) * (1 - q) + more, (1 - p) * q - more },
		{ p * (1 - q) - more, p * q + more } };

	for (int i = 0; i < 2; i++)
		for (int j = 0; j < 2; j++)
			all += seen[i][j] *= JUNCTIONS_SEEN;
	for (size_t k = 0; x != NULL && k < x->beads.n; k++) {
		const scored_bead *b = &x->beads.v[k];

		if (b->a == 0 || b->b == 0)
			continue;
		for (int end = 0; end < 2; end++) {
			size_t i = b->i + (end ? b->a : 0u);
			size_t j = b->j + (end ? b->b : 0u);

			if (i + j == 0 || (i == s[0].n && j == s[1].n))
				continue;
			seen[s[0].breaks[i]][s[1].breaks[j]] +=
			    .5 * (double)b->p;
			all += .5 * (double)b->p;
		}
	}
	for (int i = 0; i < 2; i++)
		for (int j = 0; j < 2; j++)
			m->at_end[i][j] =
			    log(seen[i][j] / all /
				((i ? p : 1 - p) * (j ? q : 1 - q)));
}

void
learn_paragraphs(model *m, const side s[2], const expected *x)
{
	for (int d = 0; d < 2; d++)
		if (s[d].breaks != NULL)
			learn_breaks_inside(m, d, &s[d], x);
	if (s[0].breaks != NULL && s[1].breaks != NULL)
		learn_breaks_at_ends(m, s, x);
}

static void
learn_marks_inside(model *m, int d, const side *s, const expected *x)
{
	double seen[N_MARKS], all = JUNCTIONS_SEEN;

	for (int k = 0; k < N_MARKS; k++)
		seen[k] = JUNCTIONS_SEEN * s->mark_rate[k];
	for (size_t k = 0; x != NULL && k < x->beads.n; k++) {
		const scored_bead *b = &x->beads.v[k];
		size_t i = d == 0 ? b->i : b->j, n = d == 0 ? b->a : b->b;

		for (size_t end = i + n; ++i < end;) {
			seen[s->mark[i]] += (double)b->p;
			all += (double)b->p;
		}
	}
	for (int k = 0; k < N_MARKS; k++)
		m->mark_inside[d][k] = log(seen[k] / all / s->mark_rate[k]);
}

/* Marks that agree as much as they can would share min(p, q) of junctions
 * each; those that do not agree at all, p q. */
static double
usual_marks(const side s[2], double seen[N_MARKS][N_MARKS])
{
	double shared = 0, all = 0;

	for (int k = 0; k < N_MARKS; k++)
		shared += fmin(s[0].mark_rate[k], s[1].mark_rate[k]);
	for (int i = 0; i < N_MARKS; i++)
		for (int j = 0; j < N_MARKS; j++) {
			double p = s[0].mark_rate[i], q = s[1].mark_rate[j];

			seen[i][j] = p * q * (1 - MARKS_AGREE * shared) +
				     (i == j ? MARKS_AGREE * fmin(p, q) : 0);
			all += seen[i][j] *= JUNCTIONS_SEEN;
		}
	return all;
}

static void
learn_marks_at_ends(model *m, const side s[2], const expected *x)
{
	double seen[N_MARKS][N_MARKS], all = usual_marks(s, seen);

	for (size_t k = 0; x != NULL && k < x->beads.n; k++) {
		const scored_bead *b = &x->beads.v[k];

		if (b->a == 0 || b->b == 0)
			continue;
		for (int end = 0; end < 2; end++) {
			size_t i = b->i + (end ? b->a : 0u);
			size_t j = b->j + (end ? b->b : 0u);

			if (i == 0 || j == 0 || i == s[0].n || j == s[1].n)
				continue;
			seen[s[0].mark[i]][s[1].mark[j]] += .5 * (double)b->p;
			all += .5 * (double)b->p;
		}
	}
	for (int i = 0; i < N_MARKS; i++)
		for (int j = 0; j < N_MARKS; j++)
			m->mark_end[i][j] =
			    log(seen[i][j] / all /
				(s[0].mark_rate[i] * s[1].mark_rate[j]));
}

void
learn_marks(model *m, const side s[2], const expected *x)
{
	for (int d = 0; d < 2; d++)
		learn_marks_inside(m, d, &s[d], x);
	learn_marks_at_ends(m, s, x);
}

/* ---- Scores ------------------------------------------------------------ */

/* The ends of a text have a paragraph break and no mark. */
#define EDGE N_MARKS

static void
sum_inside(junctions *g, int d, const side *s, const model *m)
{
	g->inside[d] = tm_zalloc(s->n + 1, sizeof *g->inside[d]);
	g->kind[d] = tm_zalloc(s->n + 1, 1);
	for (size_t i = 0; i <= s->n; i++) {
		bool edge = i == 0 || i == s->n;
		unsigned breaks = s->breaks != NULL && s->breaks[i];

		g->kind[d][i] =
		    (uint8_t)(2 * (edge ? EDGE : s->mark[i]) + breaks);
		if (edge)
			continue;
		g->inside[d][i] =
		    g->inside[d][i - 1] + m->mark_inside[d][s->mark[i]];
		if (s->breaks != NULL)
			g->inside[d][i] += m->inside[d][breaks];
	}
}

void
junctions_begin(junctions *g, const side s[2], const model *m)
{
	bool both = s[0].breaks != NULL && s[1].breaks != NULL;

	for (int d = 0; d < 2; d++)
		sum_inside(g, d, &s[d], m);
	for (int i = 0; i < N_JUNCTIONS; i++)
		for (int j = 0; j < N_JUNCTIONS; j++) {
			bool edge = i / 2 == EDGE || j / 2 == EDGE;
			bool corner = i / 2 == EDGE && j / 2 == EDGE;
			double x = 0;

			if (!edge)
				x += m->mark_end[i / 2][j / 2];
			if (both && !corner)
				x += m->at_end[i % 2][j % 2];
			/*
			 * Each bead has half of what its ends are worth, the
			 * bead beyond has the other half. Where a null bead is
			 * beyond, nobody has it: a sentence that was added
			 * stands where something ends on one side only.
			 */
			g->end[i][j] = x / 2;
		}
}

void
junctions_release(junctions *g)
{
	for (int d = 0; d < 2; d++) {
		free(g->inside[d]);
		free(g->kind[d]);
	}
	*g = (junctions){ 0 };
}

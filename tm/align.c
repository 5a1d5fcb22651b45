/*
 * The aligner's schedule. A pass computes the posterior of every bead in a
 * band; what it learned sharpens the next:
 *
 *	first pass	short beads only, words at half weight
 *	passes 1 .. 4	all beads, in the hull of what was likely before;
 *			after each, parameters and learned links anew
 *	last		the likeliest path, each bead with its posterior
 *
 * That is expectation maximisation, and it finds the nearest summit, not
 * the highest. So it begins three times, as if the text were a close
 * translation with gaps, one without, and a free one in which sentences
 * are split and merged all the time; the likeliest end wins.
 */
#include "config.h"

#include "tm/align_int.h"

#include <math.h>
#include <stdlib.h>

#define N_PASSES 4
/*
 * Nodes on each side of what was likely before; 6 after every pass makes
 * no difference on the development sets but in time. Where time counts a
 * part that is sure has less, a third of the cells; of 38 long texts one,
 * verses recut without a dictionary, comes out otherwise (.440 to .432). With
 * 3 and 1 everywhere it would lose .028.
 */
static const margins first_margin = { 6, 6 }, hull_margin = { 2, 2 };
static const margins first_in_time = { 1, 3 }, hull_in_time = { 1, 2 };
/*
 * Starts differ in what they make of a place, hardly in where they look for
 * it: where time counts the first pass of the others keeps to what the first
 * start found likely and so many nodes beside it. With this, and {1, 3} in the
 * place of {2, 6}, all beads of 14 texts of 1,000 to 30,000 lines are what they
 * were; the second pass has half of the cells, the first of the other starts a
 * third.
 */
static const margins near_margin = { 6, 6 };
/* Up to this many nodes the first pass looks at all of them, above at a
 * band round anchors if there are enough; above the second number it needs
 * a band in any case. bench_align compares band and grid. */
#define SMALL_GRID 5e4
#define FULL_GRID 1.5e6
/* Above this many, one start has to do. */
#define MANY_STARTS 3e6
/* In such a text, words in more than this share of the sentences are not
 * looked at in the first pass; 10 % faster, the hull is the same. */
#define COMMON .03
#define MAX_SENTENCES ((size_t)1 << 28)

/*
 * The priors say what most texts are: with the last one as likely as the
 * first, short news articles come out as literature now and then. Chosen on
 * the sets of docs/ALIGNER.md (strict F1 over ten sets without a dictionary
 * and five with one):
 *
 *	null .02, all as likely				.9635	.9828
 *	null .02, the priors				.9641	.9832
 *	null .05, the priors				.9644	.9830
 *	... and the second start adapts at once		.9657	.9836
 */
static const outset starts[] = {
	{ .null = .05,
	    .null_again = .3,
	    .split = .04,
	    .both = .01,
	    .fall = .35,
	    .adapt_from = 0,
	    .prior = 0 },
	{ .null = .01,
	    .null_again = .1,
	    .split = .04,
	    .both = .01,
	    .fall = .35,
	    .adapt_from = 1,
	    .prior = -1 },
	{ .null = .001,
	    .null_again = .01,
	    .split = .2,
	    .both = .15,
	    .fall = .6,
	    .adapt_from = N_PASSES + 1,
	    .prior = -3 },
};

#define N_STARTS (sizeof starts / sizeof starts[0])

struct aligner {
	side s[2];
	links known;
	const tm_align_options *options;
	const align_tuning *tuning;
	const fixed *fixed;	  /* NULL: nothing is known */
	bool possible[MAX_TYPES]; /* types that the caller allows */
	size_t start, n_starts;	  /* which is tried, of how many */
	double done, part;	  /* progress, and what this stage will add */
	band wide;
	scores first; /* of the first pass: the same for every start */
	const outset *last_start;
	judgement verdict;
};

/* One start, and where it led. */
struct attempt {
	model first, m;
	links l;
	band b;
	scores sc;
	expected x, before; /* of this pass and the one before */
	int passes;
	bool early; /* the last pass still changed some beads */
	double likelihood[N_PASSES + 1]; /* by pass */
	scored_beads path; /* empty: led to where another start did */
};

void
tm_beads_release(tm_beads *beads)
{
	free(beads->v);
	free(beads->moved);
	*beads = (tm_beads){ 0 };
}

static void
add_bead(tm_beads *beads, size_t src, size_t n_src, size_t tgt, size_t n_tgt,
    double confidence)
{
	tm_grow(beads->v, beads->n, beads->cap);
	beads->v[beads->n++] = (tm_bead){ src, n_src, tgt, n_tgt, confidence };
}

/* ---- Progress ---------------------------------------------------------- */

/*
 * What is told follows the time that 30,000 lines take: to look words up
 * (.5 of 3.1 s of one processor), for the passes (.5, .8 and .3 s; shorter
 * texts, which nobody waits for, go through more), to judge the beads (.3 s)
 * and the texts (.8 s). Learning after a pass is the end of its part.
 */
#define TO_LOAD .15
#define TO_JUDGE .1
#define TO_DECIDE .25
static const double to_pass[N_PASSES + 1] = { .3, .4, .2, .05, .05 };
#define TO_EXPECT .7

static bool
tell(struct aligner *al, double done)
{
	const tm_align_options *o = al->options;

	return o->progress == NULL || o->progress(o->self, done);
}

static void
tell_passed(void *self, double share)
{
	struct aligner *al = self;

	tell(al, al->done + al->part * TO_EXPECT * share);
}

/* From here on what is done is done, and the next stage adds a part. */
static bool
go_on(struct aligner *al, double done, double part)
{
	al->done = done;
	al->part = part;
	return tell(al, done);
}

/* A pass of the start that is tried, number 0 the first. */
static bool
go_on_with_pass(struct aligner *al, int pass)
{
	double start =
	    (1 - TO_LOAD - TO_JUDGE - TO_DECIDE) / (double)al->n_starts;
	double done = TO_LOAD + start * (double)al->start;

	for (int k = 0; k < pass; k++)
		done += start * to_pass[k];
	return go_on(al, done, start * to_pass[pass]);
}

/* ---- Types ------------------------------------------------------------- */

static bool
is_listed(const tm_align_options *o, bead_type type)
{
	if (o->max_run > 0 && (type.a > o->max_run || type.b > o->max_run))
		return false;
	for (size_t k = 0; k < o->n_types; k++)
		if (o->types[k].n_src == type.a && o->types[k].n_tgt == type.b)
			return true;
	return o->types == NULL;
}

static void
possible_types(struct aligner *al)
{
	for (size_t t = 0; t < n_bead_types; t++)
		al->possible[t] =
		    t == 0 || is_listed(al->options, bead_types[t]);
}

/* In the first pass one side of a bead is one sentence. */
static void
short_types(const struct aligner *al, scores *sc, unsigned longest)
{
	sc->n = 0;
	for (size_t t = 0; t < n_bead_types; t++) {
		bead_type type = bead_types[t];

		if ((type.a == 1 || type.b == 1) && type.a <= longest &&
		    type.b <= longest && al->possible[t])
			sc->type[sc->n++] = (uint8_t)t;
	}
}

/* Expected beads of a type below which the text does not have it, and the
 * share of its sentences in a long one: no bead of the same texts is lost. */
#define ABSENT .005
#define ABSENT_SHARE 1e-5

/*
 * Those that are not hopeless. Before the second pass all that is known is
 * how long the runs of the first were, so the others may be one longer;
 * later a type that had no beads in the last pass will not get any.
 */
static void
likely_types(const struct aligner *al, scores *sc, const model *m,
    const expected *last, int pass)
{
	double absent = fmax(ABSENT, ABSENT_SHARE * (double)al->s[0].n);
	unsigned longest = 2;

	for (size_t t = 0; t < n_bead_types; t++) {
		bead_type type = bead_types[t];
		unsigned run = type.a > type.b ? type.a : type.b;

		if (last->type[t] > absent && run > longest)
			longest = run;
	}
	sc->n = 0;
	for (size_t t = 0; t < n_bead_types; t++) {
		bead_type type = bead_types[t];
		bool likely =
		    pass == 1 ? type.a <= longest + 1 && type.b <= longest + 1
			      : last->type[t] > absent;

		if (t == 0 || (likely && m->shape[t] > 2e-6 && al->possible[t]))
			sc->type[sc->n++] = (uint8_t)t;
	}
}

/* ---- Change ------------------------------------------------------------ */

/* Falling, as the way back finds them. */
static int
by_node(const scored_bead *a, const scored_bead *b)
{
	if (a->i != b->i)
		return a->i > b->i ? -1 : 1;
	return (a->j < b->j) - (a->j > b->j);
}

/* The end of the beads that begin where bead k does. */
static size_t
node_end(const scored_beads *x, size_t k)
{
	size_t end = k;

	while (
	    end < x->n && x->v[end].i == x->v[k].i && x->v[end].j == x->v[k].j)
		end++;
	return end;
}

static double
change_at_node(const scored_bead *a, size_t n, const scored_bead *b, size_t m)
{
	double change = 0;

	for (size_t k = 0; k < n; k++) {
		double p = 0;

		for (size_t q = 0; q < m; q++)
			if (a[k].a == b[q].a && a[k].b == b[q].b)
				p = (double)b[q].p;
		change += fabs((double)a[k].p - p);
	}
	for (size_t q = 0; q < m; q++) {
		bool in_both = false;

		for (size_t k = 0; k < n; k++)
			in_both |= a[k].a == b[q].a && a[k].b == b[q].b;
		change += in_both ? 0 : (double)b[q].p;
	}
	return change;
}

/* The share of the expected beads that two passes see otherwise. Both
 * lists fall by node, as the way back finds them. */
static double
change_between(const scored_beads *x, const scored_beads *y)
{
	double change = 0, all = 0;
	size_t k = 0, q = 0;

	while (k < x->n || q < y->n) {
		size_t k_end = k, q_end = q;
		int order = k == x->n	? 1
			    : q == y->n ? -1
					: by_node(&x->v[k], &y->v[q]);

		if (order <= 0)
			k_end = node_end(x, k);
		if (order >= 0)
			q_end = node_end(y, q);
		change +=
		    change_at_node(x->v + k, k_end - k, y->v + q, q_end - q);
		k = k_end;
		q = q_end;
	}
	for (k = 0; k < x->n; k++)
		all += (double)x->v[k].p;
	for (q = 0; q < y->n; q++)
		all += (double)y->v[q].p;
	return all > 0 ? change / all : 0;
}

/* ---- Time ------------------------------------------------------------- */

/*
 * Where time counts, a pass that changes less than SETTLED of the beads is
 * the last, and a start that comes within SAME of where an earlier one ended
 * is taken to go on to the same end. On 1,000 to 10,000 lines this saves half
 * the time, and F1 differs by .002 at most, up or down; texts of some hundred
 * lines, which have less to learn from, would lose .002 more often than win.
 * In the longest, links learned a second time take as long as a pass and give
 * nothing: with SETTLED_LONG 29,024 lines with FreeDict come out at .9929, with
 * SETTLED at .9925, 10,283 at .9920 and .9914.
 */
#define TIME_COUNTS 5e5
#define SETTLED .01
#define SETTLED_LONG .06
#define VERY_LONG 1e7
#define SAME .04

static bool
time_counts(const struct aligner *al)
{
	return (double)al->s[0].n * (double)al->s[1].n > TIME_COUNTS;
}

static bool
is_settled(const struct aligner *al, struct attempt *at)
{
	double nodes = (double)al->s[0].n * (double)al->s[1].n;
	double change = change_between(&at->before.beads, &at->x.beads);
	bool is = change < (nodes > VERY_LONG ? SETTLED_LONG : SETTLED);

	/* The pass before is then no witness: tm/align_sure.c. */
	at->early = is && change >= SETTLED;
	return is;
}

/* ---- Passes ------------------------------------------------------------ */

static void
first_band(struct aligner *al)
{
	size_t n = al->s[0].n, m = al->s[1].n;
	double nodes = (double)n * (double)m;

	if (nodes > SMALL_GRID && !al->tuning->full_grid &&
	    band_anchors(&al->wide, al->s, &al->known))
		;
	else if (nodes <= FULL_GRID || al->tuning->full_grid)
		band_full(&al->wide, n, m);
	else
		band_diagonal(&al->wide, al->s);
	band_fix(&al->wide, al->fixed, true);
}

static bool
is_large(const struct aligner *al)
{
	return (double)al->s[0].n * (double)al->s[1].n > FULL_GRID;
}

/* The scores of the first pass, the same for all starts. */
static void
begin_scores(struct aligner *al)
{
	size_t common = (size_t)(1 + COMMON * (double)al->s[0].n);
	model usual;

	model_init(&usual, al->s, &starts[0]);
	scores_begin(&al->first, al->s, &al->known, &usual, &al->wide, .5,
	    is_large(al) ? common : SIZE_MAX);
}

/* What the last pass teaches, but for what the tuning forbids. */
static void
learn(struct aligner *al, struct attempt *at, const scores *sc)
{
	if (!al->tuning->keep_lengths)
		learn_lengths(&at->m, al->s, sc, &at->x);
	if (!al->tuning->keep_trust)
		learn_trust(&at->m, al->s, &at->l, &at->x);
}

/* The scores of the first pass again, for the starts that are left. */
static void
draw_in(struct aligner *al, const expected *x)
{
	scores_rest(&al->first);
	band_hull(&al->wide, &x->reach, al->s[0].n, al->s[1].n, near_margin);
	band_fix(&al->wide, al->fixed, false);
	begin_scores(al);
}

static void
first_pass(struct aligner *al, struct attempt *at, const outset *start)
{
	model_init(&at->m, al->s, start);
	at->first = at->m;
	links_copy(&at->l, &al->known, al->s);
	path_expect(&al->wide, &al->first, &at->m, &at->x);
	if (start == al->last_start)
		scores_rest(&al->first);
	learn(al, at, &al->first);
	if (start == &starts[0] && start != al->last_start && time_counts(al))
		draw_in(al, &at->x);
	band_hull(&at->b, &at->x.reach, al->s[0].n, al->s[1].n,
	    time_counts(al) ? first_in_time : first_margin);
	band_fix(&at->b, al->fixed, false);
}

/* Are nearly all sentences in beads that are listed? Of 10,000 equal ones most
 * are not, for each pair is as likely as the next. */
static bool
is_whole(const struct aligner *al, const scored_beads *x)
{
	double sentences = 0;

	for (size_t k = 0; k < x->n; k++)
		sentences += (double)x->v[k].p * x->v[k].a;
	return sentences > .9 * (double)al->s[0].n;
}

/*
 * Where words stand is asked of every bead of the second pass, and later of
 * those that were likely before, which costs nothing. Where time counts it is
 * asked in the second pass only if fewer than CLOSE of the beads are 1-1: free
 * texts of 1,000 sentences, with a dictionary, gain .025 by it.
 */
#define CLOSE .75

/*
 * So it is where sentences are very long: what beads of the second pass cost
 * goes by their words. One of 200,000 words among 60 others, against two such,
 * took 34 s and takes 9; texts of 700 sentences have a tenth of this.
 */
#define MOST_WORDS 2e6

static bool
is_wordy(const struct aligner *al, const band *b)
{
	const side *s = al->s;
	double words =
	    s[0].total / (double)s[0].n + s[1].total / (double)s[1].n;

	return (double)b->cells * words / 2 > MOST_WORDS;
}

static bool
has_places(const struct aligner *al, const struct attempt *at, int pass)
{
	double all = 0;

	if (al->tuning->no_places)
		return false;
	if (!time_counts(al) && !is_wordy(al, &at->b))
		return true;
	if (pass > 1)
		return is_whole(al, &at->before.beads);
	for (size_t t = 0; t < n_bead_types; t++)
		all += at->before.type[t];
	return at->before.type[0] < CLOSE * all;
}

static void
expect(struct aligner *al, struct attempt *at, const outset *start, int pass)
{
	expected before = at->before;

	at->before = at->x;
	at->x = before;
	at->sc.threads = al->tuning->threads;
	at->sc.block = al->tuning->block;
	at->sc.passed = tell_passed;
	at->sc.self = al;
	at->sc.places = has_places(al, at, pass);
	at->sc.only =
	    at->sc.places && pass > 1 && is_whole(al, &at->before.beads)
		? &at->before.beads
		: NULL;
	likely_types(al, &at->sc, &at->m, &at->before, pass);
	scores_begin(&at->sc, al->s, &at->l, &at->m, &at->b, 1, SIZE_MAX);
	path_expect(&at->b, &at->sc, &at->m, &at->x);
	at->passes = pass;
	at->likelihood[pass] = at->x.likelihood + start->prior;
}

/* best is the end of the starts before, empty when this is the first. */
static bool
attempt(struct aligner *al, struct attempt *at, const outset *start,
    const struct attempt *best)
{
	if (!go_on_with_pass(al, 0))
		return false;
	first_pass(al, at, start);
	for (int pass = 1; pass <= N_PASSES; pass++) {
		if (!go_on_with_pass(al, pass))
			return false;
		expect(al, at, start, pass);
		if (time_counts(al) && best->path.n > 0 &&
		    change_between(&best->x.beads, &at->x.beads) < SAME)
			return true;
		if (pass == N_PASSES ||
		    (time_counts(al) && pass > 1 && is_settled(al, at)))
			break;
		if (!al->tuning->keep_types)
			learn_types(&at->m, &at->first, &at->x,
			    pass >= start->adapt_from);
		/* Room for lessons. */
		scores_rest(&at->sc);
		learn(al, at, &at->sc);
		learn_paragraphs(&at->m, al->s, &at->x);
		learn_marks(&at->m, al->s, &at->x);
		if ((al->tuning->without >> BY_LEARNING & 1) == 0)
			learn_links(&at->l, al->s, &at->x);
		band_hull(&at->b, &at->x.reach, al->s[0].n, al->s[1].n,
		    time_counts(al) ? hull_in_time : hull_margin);
		band_fix(&at->b, al->fixed, false);
	}
	path_best(&at->b, &at->sc, &at->m, &at->x, &at->path);
	return true;
}

static void
attempt_release(struct attempt *at)
{
	links_release(&at->l);
	band_release(&at->b);
	scores_release(&at->sc);
	expected_release(&at->x);
	expected_release(&at->before);
	free(at->path.v);
	*at = (struct attempt){ 0 };
}

/* What is left of a start is what it thought of the beads. */
static void
attempt_rest(struct attempt *at)
{
	links_release(&at->l);
	band_release(&at->b);
	scores_release(&at->sc);
	expected_release(&at->before);
}

/* ---- The whole ---------------------------------------------------------- */

/* Likelihoods grow with every pass, for links are learned: so compare after
 * as many. */
static bool
is_likelier(const struct attempt *a, const struct attempt *b)
{
	int pass = a->passes < b->passes ? a->passes : b->passes;

	return a->likelihood[pass] > b->likelihood[pass];
}

/* Of a side more than eight times longer most sentences pair with nothing,
 * whatever the beads: only the start that expects gaps is left. */
static bool
has_one_start(size_t n, size_t m)
{
	return (double)n * (double)m > MANY_STARTS || n > MAX_RUN * m ||
	       m > MAX_RUN * n;
}

static void
begin(struct aligner *al)
{
	al->first.threads = al->tuning->threads;
	al->first.block = al->tuning->block;
	al->first.passed = tell_passed;
	al->first.self = al;
	possible_types(al);
	first_band(al);
	short_types(al, &al->first,
	    is_large(al)      ? 3
	    : time_counts(al) ? 4
			      : MAX_RUN);
	begin_scores(al);
}

/* Put the likeliest end into *best. */
static bool
try_starts(
    struct aligner *al, struct attempt *tries, size_t n, struct attempt **best)
{
	bool ok = true;

	*best = &tries[0];
	for (size_t k = 0; k < n && ok; k++) {
		struct attempt *at = &tries[k];

		if (al->tuning->starts != 0 &&
		    (al->tuning->starts >> k & 1) == 0)
			continue;
		al->start = k;
		ok = attempt(al, at, &starts[k], *best);
		if (ok && at != *best && at->path.n > 0 &&
		    ((*best)->path.n == 0 || is_likelier(at, *best))) {
			attempt_rest(*best);
			*best = at;
		} else if (at != *best) {
			attempt_rest(at);
		}
	}
	return ok;
}

/* So many pairs that say nothing are added to those of a text. */
#define RANKS_SEEN 3
/* And of so many pairs the mean is known well enough: to a tenth of what tells
 * right texts from wrong ones. */
#define MOST_RANKED 500

/* How sure are the beads, and the whole? */
static void
report(struct aligner *al, const struct attempt *tries, size_t n,
    const struct attempt *best, tm_beads *beads)
{
	witnesses w = { .s = al->s,
		.m = &best->m,
		.before = best->early ? NULL : &best->before.beads };
	const scored_beads *path = &best->path;
	double *sure = tm_zalloc(path->n + 1, sizeof *sure);
	double *words = tm_zalloc(path->n + 1, sizeof *words);
	judgement *verdict = &al->verdict;
	size_t heard;

	for (size_t k = 0; k < n; k++)
		if (&tries[k] != best && tries[k].path.n > 0)
			w.others[w.n_others++] = &tries[k].x.beads;
	judge(verdict, al->s, &best->l, path, best->x.likelihood);
	if (al->tuning->signs != NULL)
		al->tuning->signs->v =
		    tm_zalloc(path->n + 1, sizeof *al->tuning->signs->v);
	heard = hear_words(al->s, &best->l, path,
	    al->tuning->ranks != NULL ? path->n : MOST_RANKED, words);
	for (size_t k = 0; k < path->n; k++)
		verdict->rank += isnan(words[k]) ? 0 : words[k];
	verdict->rank /= (double)heard + RANKS_SEEN;
	confidences(&w, verdict, path, words, sure,
	    al->tuning->signs == NULL ? NULL : al->tuning->signs->v);
	for (size_t k = 0; k < path->n; k++) {
		const scored_bead *v = &path->v[k];

		add_bead(beads, v->i, v->a, v->j, v->b,
		    al->tuning->raw ? (double)v->p : sure[k]);
	}
	free(sure);
	if (al->tuning->ranks != NULL)
		*al->tuning->ranks = words;
	else
		free(words);
}

static bool
align(struct aligner *al, tm_beads *beads)
{
	size_t n_starts = has_one_start(al->s[0].n, al->s[1].n) ? 1 : N_STARTS;
	struct attempt tries[N_STARTS] = { { .passes = 0 } }, *best;
	bool ok;

	al->n_starts = n_starts;
	al->last_start = &starts[n_starts - 1];
	begin(al);
	ok = try_starts(al, tries, n_starts, &best) &&
	     go_on(al, 1 - TO_JUDGE - TO_DECIDE, TO_JUDGE);
	if (ok)
		report(al, tries, n_starts, best, beads);
	ok = ok && go_on(al, 1 - TO_DECIDE, TO_DECIDE);
	for (size_t k = 0; k < n_starts; k++)
		attempt_release(&tries[k]);
	return ok;
}

/* Names come with every alignment, in a lexicon of their own when the
 * caller's has none. */
static tm_lexicon *
names_for(
    const tm_align_side *src, const tm_align_side *tgt, const tm_lexicon *lex)
{
	tm_lexicon *names = NULL;

	if (lex == NULL || !lex->has_names) {
		names = tm_lexicon_new(src->lang, tgt->lang);
		tm_lexicon_add_cldr(names);
	}
	return names;
}

bool
tm_align(const tm_align_side *src, const tm_align_side *tgt,
    const tm_align_options *options, tm_beads *beads, tm_error *err)
{
	static const align_tuning no_tuning = { 0 };

	return align_tuned(src, tgt, options, &no_tuning, beads, err);
}

struct loading {
	side *s;
	const tm_align_side *text;
};

static void
load_side(void *self, size_t k, unsigned thread)
{
	const struct loading *load = self;

	(void)thread;
	side_load(&load->s[k], &load->text[k]);
}

static void
load_sides(struct aligner *al, const tm_align_side text[2])
{
	struct loading load = { al->s, text };
	/* A thread costs more than a short text. */
	bool is_long = text[0].n + text[1].n > 200;

	tm_run_jobs(2, is_long ? al->tuning->threads : 1, load_side, &load);
	for (int d = 0; d < 2 && al->tuning->no_marks; d++) {
		memset(al->s[d].mark, 0, al->s[d].n + 1);
		side_count_marks(&al->s[d]);
	}
}

static bool
check_sizes(const tm_align_side *src, const tm_align_side *tgt, tm_error *err)
{
	size_t n = src->n > tgt->n ? src->n : tgt->n;

	return n < MAX_SENTENCES ||
	       tm_fail(err, TM_LIMIT,
		   "%zu sentences are too many to align; split the text", n);
}

/* Half is what is said of texts of which nothing is known. */
#define UNKNOWN .5

/* The most that is believed of a pair of texts that are doubted: none of them
 * is marked sure. */
#define MOST_DOUBTED .89

/* A pair can only be right if the texts are translations. */
static void
doubt_pairs(tm_beads *beads)
{
	for (size_t k = 0; k < beads->n && beads->related < UNKNOWN; k++)
		if (beads->v[k].n_src > 0 && beads->v[k].n_tgt > 0)
			beads->v[k].confidence *=
			    MOST_DOUBTED * beads->related / UNKNOWN;
}

/* Below this the texts are looked at a second time; see align_chance.c. */
#define DOUBTED .9

/* Do the texts translate each other? */
static void
decide(struct aligner *al, const tm_align_side *src, const tm_align_side *tgt,
    const tm_lexicon *names, tm_beads *beads)
{
	size_t n = al->s[0].n + al->s[1].n;
	const align_tuning *t = al->tuning;
	const tm_lexicon *lex = al->options->lexicon;

	if (lex == NULL || !lex->has_names)
		lex = names;
	beads->related = related(&al->verdict, n);
	if (!t->no_doubt && al->fixed == NULL &&
	    (t->all_doubt || beads->related < DOUBTED)) {
		ask_chance(&al->verdict, src, tgt, lex, t->threads);
		beads->related = related(&al->verdict, n);
	}
	if (!t->no_doubt && al->fixed == NULL) {
		find_moved(beads, src, tgt, lex, &al->verdict, t->threads);
		find_singles(beads, al->s, &al->known, t->threads);
	}
	beads->words =
	    (al->verdict.agreement + 1) / (al->verdict.by_chance + 1);
	beads->any_order = al->verdict.asked &&
			   al->verdict.in_order <= al->verdict.out_of_order;
	doubt_pairs(beads);
	if (t->judgement != NULL)
		*t->judgement = al->verdict;
}

bool
align_tuned(const tm_align_side *src, const tm_align_side *tgt,
    const tm_align_options *options, const align_tuning *tuning,
    tm_beads *beads, tm_error *err)
{
	static const tm_align_options no_options = { 0 };
	struct aligner al = { .options =
				  options == NULL ? &no_options : options,
		.tuning = tuning };
	const tm_lexicon *lex = al.options->lexicon;
	tm_lexicon *names;
	given k;
	bool ok;

	beads->n = beads->n_moved = 0;
	beads->related = beads->words = 0;
	beads->any_order = false;
	if (!check_sizes(src, tgt, err) ||
	    !given_load(&k, src, tgt, al.options, err))
		return false;
	if (src->n == 0 || tgt->n == 0) {
		for (size_t i = 0; i < src->n; i++)
			add_bead(beads, i, 1, 0, 0, 1);
		for (size_t j = 0; j < tgt->n; j++)
			add_bead(beads, 0, 0, j, 1, 1);
		given_release(&k);
		return true;
	}
	al.fixed = k.any ? &k.nodes : NULL;
	names = names_for(src, tgt, lex);
	tell(&al, 0);
	load_sides(&al, k.side);
	links_find(&al.known, al.s, lex, names != NULL ? names : lex, tuning);
	ok = align(&al, beads);
	if (ok)
		decide(&al, src, tgt, names != NULL ? names : lex, beads);
	given_unfold(&k, beads);
	if (ok && (al.options->max_run > 0 || al.options->n_types > 0) &&
	    !tuning->raw)
		doubt_limited(beads, src, tgt, al.options, tuning->threads);
	if (!ok) {
		beads->n = 0;
		tm_fail(err, TM_INVALID, "stopped");
	}
	tm_lexicon_free(names);
	links_release(&al.known);
	scores_release(&al.first);
	band_release(&al.wide);
	side_release(&al.s[0]);
	side_release(&al.s[1]);
	given_release(&k);
	return ok;
}

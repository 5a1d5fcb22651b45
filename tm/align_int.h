/*
 * align_int.h - what the parts of the aligner share
 *
 * The flow, in one line: sentences -> bags of words (align_side.c) ->
 * links between words (align_evidence.c) -> scores of beads inside a band
 * (align_score.c; its parts: align_score_int.h) -> posteriors and a best path
 * (align_path.c) -> better parameters and learned links (align_learn.c), round
 * and round (align.c).
 *
 * Direction 0 is source to target, direction 1 back.
 */
#ifndef TM_ALIGN_INT_H
#define TM_ALIGN_INT_H

#include "tm/align.h"
#include "tm/lexicon_int.h"
#include "tm/threads_int.h"
#include "tm/vocab_int.h"

/* The longest run of sentences in a bead. */
#define MAX_RUN 8

/* ---- What a bench may change ------------------------------------------- */

/* Kinds of evidence; see align_evidence.c. */
enum evidence {
	BY_DICTIONARY,
	BY_NUMBER,
	BY_IDENTITY,
	BY_SHORT_NAME, /* transliterated, two consonants */
	BY_LONG_NAME,  /* three and more */
	BY_COGNATE,
	BY_PUNCTUATION,
	BY_NAMES, /* countries, months, ... */
	BY_LEARNING,
	BY_TRAINING, /* learned from the pairs of a memory */
	N_EVIDENCE
};

/* What to leave out, to see what it is worth. { 0 } is what tm_align()
 * does. */
typedef struct align_tuning {
	unsigned without; /* a bit for each kind of evidence */
	bool keep_trust;  /* do not re-estimate ... */
	bool keep_types;
	bool keep_lengths;
	bool no_marks;	  /* all junctions of sentences are alike */
	bool no_places;	  /* a word may be answered anywhere in a run */
	bool full_grid;	  /* never a band in the first pass */
	unsigned starts;  /* a bit for each start; 0: all */
	bool raw;	  /* confidences are posteriors */
	bool no_doubt;	  /* never ask what other orders would do ... */
	bool all_doubt;	  /* ... or always */
	unsigned threads; /* 0: as many as there are processors */
	size_t block;	  /* floats kept of a pass; 0: see align_path.c */
	/* NULL, or where to put it; and, of the same life as the beads, what
	 * the confidence of each is made of. */
	struct judgement *judgement;
	struct sign_rows *signs;
	double **ranks; /* what hear_words() says of each */
} align_tuning;

bool align_tuned(const tm_align_side *src, const tm_align_side *tgt,
    const tm_align_options *options, const align_tuning *tuning,
    tm_beads *beads, tm_error *err);

/* ---- Sides: align_side.c ----------------------------------------------- */

/* Kinds of marks between two sentences: see align_junction.c. */
#define N_MARKS 14

/* A few of the forms that share a stem, for transliterating. */
#define MAX_FORMS 4

typedef struct side_word {
	char kind;    /* w(ord) n(umber) c(ode) p(unctuation) */
	bool capital; /* was seen with a capital */
	uint8_t n_forms;
	uint32_t count; /* how often in the text */
	tm_str form[MAX_FORMS];
} side_word;

/* In a bag: a word and how often. In a posting list: a sentence. */
typedef struct occurrence {
	uint32_t id, count;
} occurrence;

typedef struct side {
	size_t n; /* sentences */
	tm_vocab vocab;
	side_word *word; /* by number in vocab */
	size_t cap_words;
	size_t *start;	  /* bag of sentence i: bag[start[i]] .. */
	occurrence *bag;  /* ... in the order of first sight */
	size_t *seen_at;  /* sentences of word w: seen[seen_at[w]] .. */
	occurrence *seen; /* in order */
	uint32_t *tokens; /* of each sentence, those that have a key */
	/* The places of the words of sentence i, among those tokens, in the
	 * order of the bag: place[place_at[i]] .. */
	uint16_t *place;
	size_t *place_at, cap_places;
	double *length; /* characters before sentence i; n + 1 of them */
	double total;	/* all tokens, at least 1 */
	/* Does a paragraph begin with sentence i? Text begins and ends with
	 * one. NULL: nobody knows. before: those among sentences 1 .. i. */
	uint8_t *breaks;
	uint32_t *breaks_before;
	double break_rate; /* of sentences 1 .. n - 1, never 0 or 1 */
	/* The mark between sentences i - 1 and i, and how often each mark
	 * is at a junction, never 0. */
	uint8_t *mark;
	double mark_rate[N_MARKS];
	tm_arena arena;
} side;

void side_load(side *s, const tm_align_side *text);
void side_release(side *s);

/* ---- Evidence: align_evidence.c ---------------------------------------- */

/* Source word f may answer target word e; t[0] is the probability of e
 * among the words that f may become, t[1] the other way. */
typedef struct word_link {
	uint32_t f, e;
	float t[2];
	uint8_t kind;
} word_link;

/* All links of a document pair, known ones first, learned ones behind.
 * Those of word w on side d: v[order[d][start[d][w]]] .. */
typedef struct links {
	word_link *v;
	size_t n, n_known, cap;
	uint32_t *start[2], *order[2];
	double covered; /* share of source words in the dictionary */
} links;

void links_find(links *l, const side s[2], const tm_lexicon *lex,
    const tm_lexicon *names, const align_tuning *tuning);
/* Set up start and order after v has changed. */
void links_index(links *l, const side s[2]);
void links_copy(links *to, const links *from, const side s[2]);
void links_release(links *l);

/* ---- The model --------------------------------------------------------- */

typedef struct bead_type {
	uint8_t a, b; /* sentences of source and target */
} bead_type;

#define MAX_TYPES 32

/* The states of a path: what the bead before was. */
enum path_state { PAIRED, AFTER_1_0, AFTER_0_1, STATES };

/* What is re-estimated. */
typedef struct model {
	double trust[2][N_EVIDENCE]; /* lambda */
	double ratio, variance;	     /* of lengths */
	double null[STATES][2];	     /* p(1-0), p(0-1) by state */
	double shape[MAX_TYPES]; /* p(type), among those that are not null */
	/* Logs of likelihood ratios of paragraph breaks: at a junction inside
	 * a bead, by side and whether there is one; at either end of a bead,
	 * by whether there is one on each side. */
	double inside[2][2], at_end[2][2];
	/* The same of the marks there. */
	double mark_inside[2][N_MARKS], mark_end[N_MARKS][N_MARKS];
} model;

/* Where to begin: what a kind of text looks like before one has looked. */
typedef struct outset {
	double null, null_again;  /* p(null) a side, by what was before */
	double split, both, fall; /* 1-2, 2-2, and each sentence more */
	int adapt_from;		  /* the pass that begins to adapt the nulls */
	double prior;		  /* log p, to within a constant */
} outset;

extern const bead_type bead_types[];
extern const size_t n_bead_types;

void model_init(model *m, const side s[2], const outset *start);

/* ---- The band ---------------------------------------------------------- */

/* The nodes of the path: row i (0 .. n) has columns lo[i] .. hi[i] of
 * 0 .. m, both growing with i. Node (i, j) is cell at[i] + j. */
typedef struct band {
	size_t n, m;
	uint32_t *lo, *hi;
	ptrdiff_t *at;
	size_t cells;
	const struct fixed *fixed; /* NULL: nothing is */
} band;

/*
 * Nodes that the path must go through. Row i has those of columns first[i]
 * .. last[i] (first > last: none), next[i] is the first row behind i that
 * has one. Above and below are the bounds that follow for every row.
 */
typedef struct fixed {
	size_t n;
	uint32_t *first, *last, *next, *least, *most;
	/* How many of the sentences before, by side, are known to be alone. */
	uint32_t *alone[2];
} fixed;

typedef struct scored_bead {
	uint32_t i, j;
	uint8_t a, b;
	float p; /* posterior */
} scored_bead;

typedef struct scored_beads {
	scored_bead *v;
	size_t n, cap;
} scored_beads;

/* By row: the first and the last column of all beads there that have a
 * posterior that counts (lo > hi: none), and the largest of these. */
typedef struct row_reach {
	uint32_t *lo, *hi;
	float *p;
} row_reach;

void band_full(band *b, size_t n, size_t m);
void band_diagonal(band *b, const side s[2]);
bool band_anchors(band *b, const side s[2], const links *l);
/*
 * Nodes on each side of what was likely before: where each row was sure of its
 * bead as far as the larger margin goes, and elsewhere.
 */
typedef struct margins {
	unsigned sure, doubtful;
} margins;

void band_hull(band *b, const row_reach *r, size_t n, size_t m, margins margin);
/* Let b keep to f, which is borrowed. When b is the first band it is made
 * wide enough to reach the nodes. */
void band_fix(band *b, const fixed *f, bool widen);
void band_release(band *b);

/* May a bead that pairs go from (i, j) over a and b sentences? */
static inline bool
band_allows(const band *b, size_t i, size_t j, size_t a, size_t n)
{
	const fixed *f = b->fixed;
	size_t next;

	if (f == NULL)
		return true;
	if (f->alone[0][i + a] != f->alone[0][i] ||
	    f->alone[1][j + n] != f->alone[1][j])
		return false;
	next = f->next[i];
	return i + a <= next && (i + a < next || j + n <= f->first[next]) &&
	       (f->first[i] > f->last[i] || j >= f->last[i]);
}

/* ---- What is known: align_fixed.c -------------------------------------- */

/*
 * The texts as they are aligned when some pairs are known: the sentences of
 * a side of a fixed pair are one, so that it is a 1-1 bead between two fixed
 * nodes.
 */
typedef struct given {
	tm_align_side side[2];
	tm_str *text[2];
	size_t *paragraph[2];
	size_t *start[2]; /* the first sentence that sentence i stands for */
	bool *is_fixed;	  /* by source sentence */
	fixed nodes;
	bool any;
	tm_arena arena;
} given;

bool given_load(given *k, const tm_align_side *src, const tm_align_side *tgt,
    const tm_align_options *options, tm_error *err);
/* Put beads of k's sentences into the numbers of the caller. */
void given_unfold(const given *k, tm_beads *beads);
void given_release(given *k);

/* The share of beads whose lengths follow no rule. .01 to .05 give the same
 * where the translation is close; with .02 free ones gain .01. */
#define FREAKS .02

/* A mark or the edge of the text, with a paragraph break or without. */
#define N_JUNCTIONS (2 * (N_MARKS + 1))

/*
 * What junctions add to scores: those inside a run of n sentences from i on
 * inside[d][i + n - 1] - inside[d][i], and either end at node (i, j)
 * end[kind[0][i]][kind[1][j]].
 */
typedef struct junctions {
	double *inside[2];
	uint8_t *kind[2];
	double end[N_JUNCTIONS][N_JUNCTIONS];
} junctions;

void junctions_begin(junctions *g, const side s[2], const model *m);
void junctions_release(junctions *g);

/* ---- Scores: align_score.c --------------------------------------------- */

/* The scores of the active types, without nulls, for some rows of a band;
 * IMPOSSIBLE where the bead leaves the band. */
#define IMPOSSIBLE -1e30f

typedef struct scores {
	uint8_t type[MAX_TYPES]; /* numbers into bead_types */
	size_t n;
	unsigned threads; /* as in align_tuning */
	size_t block;	  /* as there */
	bool places;	  /* ask where words stand */
	/* NULL, or told which share of path_expect() is done, in this thread;
	 * scores_rows() begins with from, and adds part. */
	void (*passed)(void *self, double share);
	void *self;
	double from, part;
	/* NULL, or those that are possible: no others are scored. */
	const scored_beads *only;
	/* What a run of k sentences from sentence i on has, in characters,
	 * under a model without alignment: log p, at i * (MAX_RUN + 1) + k. */
	float *alone[2];
	/* Private. */
	struct scorer *scorer;
	float *v;
	size_t cap, base, first, end;
} scores;

/*
 * Get ready to score the types in sc->type, all of what is given here being
 * borrowed until the next call or release. weight is that of the words,
 * less than one in the first pass, when they have not been checked against
 * the text; words that are in more than common sentences are not looked
 * at.
 */
void scores_begin(scores *sc, const side s[2], const links *l, const model *m,
    const band *b, double weight, size_t common);
/* Have the scores of rows first .. end - 1 at hand, those only. */
void scores_rows(scores *sc, size_t first, size_t end);
/* Give back all but alone, until the next scores_begin(). */
void scores_rest(scores *sc);
void scores_release(scores *sc);

/* The scores at a cell of those rows, by type. */
static inline const float *
scores_at(const scores *sc, size_t cell)
{
	return sc->v + (cell - sc->base) * sc->n;
}

/* ---- Paths: align_path.c ----------------------------------------------- */

/* What a pass over the band counts. */
typedef struct expected {
	double null[STATES][2]; /* nulls by state before */
	double from[STATES];	/* beads by state before */
	double type[MAX_TYPES]; /* others by type */
	double likelihood;	/* log, of the whole */
	row_reach reach;	/* of all beads with a posterior that counts */
	scored_beads beads;	/* those beads; of too many the likeliest */
} expected;

void expected_release(expected *x);

/* Forward and backward. False when no path stays in the band. */
bool path_expect(const band *b, scores *sc, const model *m, expected *x);
/* The likeliest path, in order, with the posteriors of x. */
void path_best(const band *b, scores *sc, const model *m, const expected *x,
    scored_beads *out);

/* ---- Learning: align_learn.c ------------------------------------------- */

void learn_types(
    model *m, const model *first, const expected *x, bool adapt_nulls);
void learn_lengths(
    model *m, const side s[2], const scores *sc, const expected *x);
void learn_trust(model *m, const side s[2], const links *l, const expected *x);
void learn_links(links *l, const side s[2], const expected *x);

/* ---- Between sentences: align_junction.c ------------------------------- */

/* Fill mark of sentence i; then the rates, when all have been filled. */
void side_mark(side *s, size_t i, const tm_tokens *tokens);
void side_count_marks(side *s);

/* From what was expected; NULL: what is usual. */
void learn_paragraphs(model *m, const side s[2], const expected *x);
void learn_marks(model *m, const side s[2], const expected *x);

/* ---- The whole: align_judge.c ------------------------------------------ */

/* What the confidence of beads, and of all, is made of. */
typedef struct judgement {
	size_t pairs, shorter; /* beads; sentences of the shorter text */
	double odd;	       /* share of pairs with many sentences */
	double unpaired;       /* share of sentences */
	double doubt;	       /* mean of 1 - posterior, of pairs */
	double likelihood;     /* log ratio to strangers, a sentence */
	double lengths;	       /* correlation of the lengths of pairs */
	double covered;	       /* share of source words in the dictionary */
	double rank;	       /* mean of what hear_words() says */
	/* Of the words of pairs; of sentences turned against each other. */
	double agreement, by_chance;
	/* If it was asked: likelihood as above of the text as it stands, at
	 * most the beginning; and, with its target in other orders, the
	 * largest and the mean. */
	bool asked;
	double in_order, out_of_order, mean_out_of_order;
} judgement;

void judge(judgement *out, const side s[2], const links *l,
    const scored_beads *path, double likelihood);
/* The probability that texts of so many sentences are translations. */
double related(const judgement *j, size_t sentences);

/* ---- Chance: align_chance.c -------------------------------------------- */

/* Find out whether the sentences would go together as well in another
 * order, and put it into j. Takes five times as long as aligning them. */
void ask_chance(judgement *j, const tm_align_side *src,
    const tm_align_side *tgt, const tm_lexicon *lex, unsigned threads);

/* ---- Order: align_moved.c ---------------------------------------------- */

/* Find the runs that stand elsewhere and put them into beads, whose
 * confidences are known. */
void find_moved(tm_beads *beads, const tm_align_side *src,
    const tm_align_side *tgt, const tm_lexicon *lex, const judgement *j,
    unsigned threads);

/* ---- Order: align_single.c --------------------------------------------- */

/* Add the single sentences that stand elsewhere to what find_moved() found;
 * known is what was known before the beads were. */
void find_singles(
    tm_beads *beads, const side s[2], const links *known, unsigned threads);

/* ---- Words of pairs: align_agree.c -------------------------------------- */

/*
 * How the words of a bead agree, beside the same source with other targets: the
 * logit of the share of others that agree less, into out, by bead of path; 0
 * for nulls. Of more than most pairs every so many-th is heard, the others have
 * NAN; returns how many were. Takes time in proportion to their words.
 */
size_t hear_words(const side s[2], const links *l, const scored_beads *path,
    size_t most, double *out);

/* ---- How sure: align_sure.c -------------------------------------------- */

/* What the confidence of a bead is made of; L is the posterior's logit. */
enum sign {
	ALWAYS,
	POSTERIOR,     /* L ... */
	POSTERIOR_ODD, /* ... times things known of the text */
	POSTERIOR_DOUBT,
	POSTERIOR_LENGTHS,
	POSTERIOR_LIKELIHOOD,
	BEFORE,	  /* L in the pass before */
	OTHERS,	  /* the least L of the starts that came to another end */
	NEITHER,  /* is it a null bead? */
	NOT_ONE,  /* ... not 1-1? */
	MANY,	  /* ... many to many, or three? */
	SURPRISE, /* of the lengths: a square of standard deviations */
	ODD,	  /* and what is known of the text: */
	UNPAIRED,
	DOUBT,
	LIKELIHOOD,
	LENGTHS,
	COVERED,
	VARIANCE, /* log */
	N_LINEAR, /* the signs above make a sum */
	/* What stands near, and words: see align_near.c. The mean of 1 -
	 * posterior as far as 5 and 15 beads, and of 3 of the worse side. */
	DOUBT_NEAR = N_LINEAR,
	DOUBT_AROUND,
	DOUBT_BESIDE,
	NEIGHBOUR,     /* L of the less sure one */
	NULLS_NEAR,    /* of both sides */
	GAP_FAR,       /* beads to the next gap on both sides */
	LEFT_LESS,     /* share of sentences unpaired, of the side ... */
	LEFT_MORE,     /* ... that has less, and more */
	SURPRISE_NEAR, /* mean */
	WORDS,	       /* what hear_words() says */
	WORDS_NEXT,    /* mean of neighbours, above that of the text */
	WORDS_NEAR,
	WORDS_BESIDE, /* of the side that has less */
	WORDS_OF_TEXT,
	N_SIGNS
};

typedef struct sign_rows {
	double (*v)[N_SIGNS];
} sign_rows;

/* Who is heard. The lists fall by node, as path_expect() makes them. */
typedef struct witnesses {
	const side *s;
	const model *m;
	const scored_beads *before;    /* the pass before the last; NULL:
					* it came to another end */
	const scored_beads *others[4]; /* starts that came to another end */
	size_t n_others;
} witnesses;

/* Put the probability that it is right into out for each bead of path, and
 * what it is made of into signs, unless that is NULL. ranks are those of
 * hear_words(). */
void confidences(const witnesses *w, const judgement *j,
    const scored_beads *path, const double *ranks, double *out,
    double (*signs)[N_SIGNS]);

/* Fill the signs of what stands near each bead of path; ranks are those of
 * hear_words(). */
void signs_near(const scored_beads *path, const judgement *j,
    const double *ranks, double (*signs)[N_SIGNS]);

/* Beads that were found under limits (max_run, types) are as sure as they
 * would be without any. */
void doubt_limited(tm_beads *beads, const tm_align_side *src,
    const tm_align_side *tgt, const tm_align_options *options,
    unsigned threads);

static inline double
between(double low, double x, double high)
{
	return x < low ? low : x > high ? high : x;
}

#endif

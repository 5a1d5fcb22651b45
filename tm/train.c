/*
 * IBM Model 1 over the pairs of a memory (Brown et al. 1993), each way.
 *
 *	البيت الكبير = the big house		بيت-house  كبير-big
 *	البيت = the house			     met 2, met 1 ...
 *
 * Words are the light stems of lexicon_key.c, each counted once a segment.
 * In one walk over the segments of a source word, the target words it met
 * more often than by chance become candidates (Dunning's G^2), which keeps
 * memory at the size of what will be learned; expectation maximisation then
 * divides each word among its candidates in the other segment and a null
 * word:
 *
 *	p(e | f) = count(f, e) / seen(f)
 *
 * with seen(f) the pairs that have f, not the sum of the counts: what f
 * leaves unanswered is not spread over what it met. Words that are rare
 * gather whatever is left over in their few sentences (Moore 2004); the
 * discount 1 - 1/n is what would be left of a pair met n times without the
 * segment at hand.
 *
 * bench_train compares these choices.
 */
#include "config.h"

#include "tm/train.h"

#include <math.h>
#include <stdlib.h>

#include "tm/lexicon_int.h"

/* Longer segments say too little about each pair of words. */
#define MAX_LESSON 80
/* Candidates of a word, the surest. */
#define MAX_CANDIDATES 64
#define ROUNDS 5
/* Of chance: G^2 above this has p < .002. */
#define LEAST_G 10
/*
 * A pair is kept, to be learned more about, when one word answers the other
 * so often; and used when it does so more often. What is hardly ever
 * answered by a word should not count against a sentence in which it is
 * not. Mean strict F1 over five sets of docs/ALIGNER.md, taught by the
 * other documents and 110,000 pairs of messages and tourist phrases
 * (without any: .9725, with a dictionary .9831):
 *
 *	used from		.02	.05	.1	.2	.3
 *	no dictionary		.9810	.9819	.9812	.9837	.9832
 *	dictionary		.9837	.9839	.9840	.9841	.9843
 */
#define LEAST_KEPT .05
#define LEAST_USED .2

struct lesson {
	size_t word[2]; /* its first in trainer.word */
	uint8_t n[2];
	float weight;
};

/* A source word's target word that may be its translation. */
struct candidate {
	uint32_t e, together;
	float t[2], count[2];
	float had[2]; /* count of what was taught before */
	float g;
};

struct tm_trainer {
	tm_analyser *an;
	tm_tokens tokens;
	tm_buf key;
	tm_vocab vocab[2];
	double *seen[2]; /* by word: weight of the pairs that have it */
	size_t cap_seen[2];
	double pairs;
	struct lesson *lesson;
	size_t n_lessons, cap_lessons;
	uint32_t *word[2];
	size_t n_words[2], cap_words[2];
	/* What was taught before, in the numbers of vocab: by from, to. */
	tm_taught_pair *before;
	size_t n_before;
	/* The lessons of source word f are in[first[f]] .., its candidates
	 * c[start[f]] .., by e. */
	size_t *first, *start;
	uint32_t *in;
	struct candidate *c;
	size_t n_c, cap_c;
};

tm_trainer *
tm_trainer_new(void)
{
	tm_trainer *tr = tm_zalloc(1, sizeof *tr);

	tr->an = tm_analyser_new("und");
	return tr;
}

void
tm_trainer_free(tm_trainer *tr)
{
	if (tr == NULL)
		return;
	tm_analyser_free(tr->an);
	tm_tokens_release(&tr->tokens);
	tm_buf_release(&tr->key);
	for (int d = 0; d < 2; d++) {
		tm_vocab_release(&tr->vocab[d]);
		free(tr->seen[d]);
		free(tr->word[d]);
	}
	free(tr->lesson);
	free(tr->before);
	free(tr->first);
	free(tr->start);
	free(tr->in);
	free(tr->c);
	free(tr);
}

void
tm_taught_release(tm_taught *taught)
{
	tm_arena_release(&taught->arena);
	*taught = (tm_taught){ 0 };
}

/* ---- Lessons ----------------------------------------------------------- */

static uint32_t
number_of(tm_trainer *tr, int d, tm_str key)
{
	uint32_t id = tm_vocab_add(&tr->vocab[d], key);
	size_t had = tr->cap_seen[d];

	tm_grow_to(tr->seen[d], (size_t)id + 1, tr->cap_seen[d]);
	for (size_t k = had; k < tr->cap_seen[d]; k++)
		tr->seen[d][k] = 0;
	return id;
}

static int
by_from_to(const void *a, const void *b)
{
	const tm_taught_pair *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->to > y->to) - (x->to < y->to);
}

void
tm_trainer_resume(tm_trainer *tr, const tm_taught *before)
{
	/* Nothing else has been added, so the numbers are the same; but two
	 * words of a damaged table may be one. */
	uint32_t *id[2];

	for (int d = 0; d < 2; d++) {
		id[d] = tm_zalloc(before->n_words[d] + 1, sizeof **id);
		for (size_t w = 0; w < before->n_words[d]; w++) {
			id[d][w] = number_of(tr, d, before->word[d][w].key);
			tr->seen[d][id[d][w]] += before->word[d][w].seen;
		}
	}
	tr->pairs = before->pairs;
	tr->before = tm_zalloc(before->n_pairs + 1, sizeof *tr->before);
	for (size_t k = 0; k < before->n_pairs; k++) {
		tm_taught_pair pair = before->pair[k];

		if (pair.from >= before->n_words[0] ||
		    pair.to >= before->n_words[1])
			continue;
		pair.from = id[0][pair.from];
		pair.to = id[1][pair.to];
		tr->before[tr->n_before++] = pair;
	}
	qsort(tr->before, tr->n_before, sizeof *tr->before, by_from_to);
	free(id[0]);
	free(id[1]);
}

/* The words of text, each once, behind those of side d. */
static size_t
add_words(tm_trainer *tr, int d, tm_str text)
{
	size_t first = tr->n_words[d], n = 0;

	tm_analyse(tr->an, text, &tr->tokens);
	for (size_t i = 0; i < tr->tokens.n; i++) {
		const tm_token *token = &tr->tokens.v[i];
		uint32_t id;
		size_t k = first;

		/* Numbers and placeholders speak for themselves. */
		if (token->kind != TM_WORD || !tm_token_key(token, &tr->key))
			continue;
		id = number_of(tr, d, tm_buf_str(&tr->key));
		while (k < tr->n_words[d] && tr->word[d][k] != id)
			k++;
		if (k < tr->n_words[d])
			continue;
		if (++n > MAX_LESSON)
			break;
		tm_grow(tr->word[d], tr->n_words[d], tr->cap_words[d]);
		tr->word[d][tr->n_words[d]++] = id;
	}
	return n;
}

void
tm_trainer_add(tm_trainer *tr, tm_str from, tm_str to, double weight)
{
	struct lesson lesson = { { tr->n_words[0], tr->n_words[1] }, { 0, 0 },
		(float)weight };
	size_t n = add_words(tr, 0, from);
	size_t m = n == 0 || n > MAX_LESSON ? 0 : add_words(tr, 1, to);

	if (m == 0 || m > MAX_LESSON || !(weight > 0)) {
		tr->n_words[0] = lesson.word[0];
		tr->n_words[1] = lesson.word[1];
		return;
	}
	lesson.n[0] = (uint8_t)n;
	lesson.n[1] = (uint8_t)m;
	for (int d = 0; d < 2; d++)
		for (size_t k = 0; k < lesson.n[d]; k++)
			tr->seen[d][tr->word[d][lesson.word[d] + k]] += weight;
	tr->pairs += weight;
	tm_grow(tr->lesson, tr->n_lessons, tr->cap_lessons);
	tr->lesson[tr->n_lessons++] = lesson;
}

/* From lessons that have words to source words that have lessons. */
static void
index_lessons(tm_trainer *tr)
{
	size_t n = tr->vocab[0].n;

	tr->first = tm_zalloc(n + 2, sizeof *tr->first);
	tr->in = tm_realloc(NULL, tr->n_words[0] + 1, sizeof *tr->in);
	for (size_t k = 0; k < tr->n_words[0]; k++)
		tr->first[tr->word[0][k] + 2]++;
	for (size_t w = 0; w < n; w++)
		tr->first[w + 2] += tr->first[w + 1];
	for (size_t k = 0; k < tr->n_lessons; k++) {
		const struct lesson *v = &tr->lesson[k];

		for (size_t q = 0; q < v->n[0]; q++) {
			uint32_t f = tr->word[0][v->word[0] + q];

			tr->in[tr->first[f + 1]++] = (uint32_t)k;
		}
	}
}

/* ---- Candidates -------------------------------------------------------- */

static int
by_g(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->g != y->g)
		return x->g > y->g ? -1 : 1;
	return (x->e > y->e) - (x->e < y->e);
}

static int
by_e(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return (x->e > y->e) - (x->e < y->e);
}

/* Which target words the source word at hand met. */
struct meetings {
	float *weight;
	uint32_t *times, *met, *known; /* known: 1 + its candidate */
	size_t n;
};

static void
meet(const tm_trainer *tr, uint32_t f, struct meetings *m)
{
	m->n = 0;
	for (size_t q = tr->first[f]; q < tr->first[f + 1]; q++) {
		const struct lesson *v = &tr->lesson[tr->in[q]];
		const uint32_t *word = tr->word[1] + v->word[1];

		for (size_t k = 0; k < v->n[1]; k++) {
			if (m->times[word[k]]++ == 0)
				m->met[m->n++] = word[k];
			m->weight[word[k]] += v->weight;
		}
	}
}

static void
add_candidate(tm_trainer *tr, uint32_t e, uint32_t together, double both,
    double a, double g)
{
	tm_grow(tr->c, tr->n_c, tr->cap_c);
	tr->c[tr->n_c++] = (struct candidate){
		.e = e,
		.together = together,
		.t = { (float)(both / a), (float)(both / tr->seen[1][e]) },
		.g = (float)g,
	};
}

/* What was taught of f before stays a candidate; *at is in tr->before. */
static void
keep_candidates(tm_trainer *tr, uint32_t f, size_t *at, struct meetings *m)
{
	for (; *at < tr->n_before && tr->before[*at].from == f; ++*at) {
		const tm_taught_pair *b = &tr->before[*at];
		struct candidate *c;

		if (m->known[b->to] != 0)
			continue;
		add_candidate(tr, b->to, b->together, b->count[0],
		    tr->seen[0][f] + .5, INFINITY);
		c = &tr->c[tr->n_c - 1];
		for (int d = 0; d < 2; d++)
			c->had[d] = c->count[d] = (float)b->count[d];
		c->t[1] = (float)(b->count[1] / (tr->seen[1][b->to] + .5));
		m->known[b->to] = (uint32_t)tr->n_c;
	}
}

/* Those that f met twice or more, and more often than by chance. */
static void
find_candidates(tm_trainer *tr, uint32_t f, size_t *at, struct meetings *m)
{
	size_t first = tr->n_c, n;

	keep_candidates(tr, f, at, m);
	meet(tr, f, m);
	for (size_t k = 0; k < m->n; k++) {
		uint32_t e = m->met[k], times = m->times[e];
		double both = (double)m->weight[e], a = tr->seen[0][f];
		double b = tr->seen[1][e], g;

		m->times[e] = 0;
		m->weight[e] = 0;
		if (m->known[e] != 0) {
			tr->c[m->known[e] - 1].together += times;
			continue;
		}
		if (times < 2 || both * tr->pairs < 1.3 * a * b)
			continue;
		g = tm_g_square(both, a, b, tr->pairs);
		if (g >= LEAST_G)
			add_candidate(tr, e, times, both, a, g);
	}
	for (size_t k = first; k < tr->n_c; k++)
		m->known[tr->c[k].e] = 0;
	n = tr->n_c - first;
	if (n > MAX_CANDIDATES) {
		qsort(tr->c + first, n, sizeof *tr->c, by_g);
		n = MAX_CANDIDATES;
		tr->n_c = first + n;
	}
	if (n > 1)
		qsort(tr->c + first, n, sizeof *tr->c, by_e);
}

static void
admit(tm_trainer *tr)
{
	size_t n = tr->vocab[1].n + 1, at = 0;
	struct meetings m = { tm_zalloc(n, sizeof *m.weight),
		tm_zalloc(n, sizeof *m.times), tm_zalloc(n, sizeof *m.met),
		tm_zalloc(n, sizeof *m.known), 0 };

	tr->start = tm_zalloc(tr->vocab[0].n + 1, sizeof *tr->start);
	for (size_t f = 0; f < tr->vocab[0].n; f++) {
		find_candidates(tr, (uint32_t)f, &at, &m);
		tr->start[f + 1] = tr->n_c;
	}
	free(m.weight);
	free(m.times);
	free(m.met);
	free(m.known);
}

/* ---- Expectation and maximisation -------------------------------------- */

/* What a word is when nothing of the other side explains it: the null word
 * says words as often as they are said. */
static double
null_share(const tm_trainer *tr, int d, uint32_t w)
{
	return .02 + .5 * tr->seen[d][w] / (tr->pairs + 1);
}

struct desk {
	float *z[2];
	uint8_t *here;
	size_t *hit; /* candidates of the lesson */
	size_t n, cap;
};

static void
expect(tm_trainer *tr, const struct lesson *v, struct desk *desk)
{
	const uint32_t *f = tr->word[0] + v->word[0];
	const uint32_t *e = tr->word[1] + v->word[1];

	for (size_t k = 0; k < v->n[0]; k++)
		desk->z[0][f[k]] = (float)null_share(tr, 0, f[k]);
	for (size_t k = 0; k < v->n[1]; k++) {
		desk->z[1][e[k]] = (float)null_share(tr, 1, e[k]);
		desk->here[e[k]] = 1;
	}
	desk->n = 0;
	for (size_t k = 0; k < v->n[0]; k++)
		for (size_t q = tr->start[f[k]]; q < tr->start[f[k] + 1]; q++) {
			const struct candidate *c = &tr->c[q];

			if (desk->here[c->e] == 0)
				continue;
			desk->z[1][c->e] += c->t[0];
			desk->z[0][f[k]] += c->t[1];
			tm_grow(desk->hit, desk->n, desk->cap);
			desk->hit[desk->n++] = q;
		}
	for (size_t k = 0, q = 0; k < v->n[0]; k++)
		for (; q < desk->n && desk->hit[q] < tr->start[f[k] + 1] &&
		       desk->hit[q] >= tr->start[f[k]];
		     q++) {
			struct candidate *c = &tr->c[desk->hit[q]];

			c->count[0] += v->weight * c->t[0] / desk->z[1][c->e];
			c->count[1] += v->weight * c->t[1] / desk->z[0][f[k]];
		}
	for (size_t k = 0; k < v->n[1]; k++)
		desk->here[e[k]] = 0;
}

static void
maximise(tm_trainer *tr)
{
	for (size_t f = 0; f < tr->vocab[0].n; f++)
		for (size_t q = tr->start[f]; q < tr->start[f + 1]; q++) {
			struct candidate *c = &tr->c[q];

			c->t[0] = c->count[0] / (float)(tr->seen[0][f] + .5);
			c->t[1] = c->count[1] / (float)(tr->seen[1][c->e] + .5);
		}
}

/* How often progress() is called in a round. */
#define TOLD 20

static bool
learn(tm_trainer *tr, bool (*progress)(void *self, double done), void *self)
{
	struct desk desk = { { NULL, NULL }, NULL, NULL, 0, 0 };
	size_t step = tr->n_lessons / TOLD + 1;
	bool ok = true;

	for (int d = 0; d < 2; d++)
		desk.z[d] = tm_zalloc(tr->vocab[d].n + 1, sizeof(float));
	desk.here = tm_zalloc(tr->vocab[1].n + 1, 1);
	for (int round = 0; ok && round < ROUNDS; round++) {
		for (size_t q = 0; q < tr->n_c; q++)
			for (int d = 0; d < 2; d++)
				tr->c[q].count[d] = tr->c[q].had[d];
		for (size_t k = 0; ok && k < tr->n_lessons; k++) {
			expect(tr, &tr->lesson[k], &desk);
			if (progress != NULL && k % step == 0)
				ok = progress(self,
				    (1 + round +
					(double)k / (double)tr->n_lessons) /
					(ROUNDS + 1));
		}
		maximise(tr);
	}
	free(desk.z[0]);
	free(desk.z[1]);
	free(desk.here);
	free(desk.hit);
	return ok;
}

/* ---- What was learned -------------------------------------------------- */

/* p(to | from) and p(from | to), less what one meeting could feign. */
static void
shares(
    const tm_taught_pair *pair, double seen_from, double seen_to, double t[2])
{
	double discount = pair->together > 0 ? 1 - 1.0 / pair->together : 0;

	t[0] = pair->count[0] * discount / (seen_from + .5);
	t[1] = pair->count[1] * discount / (seen_to + .5);
	for (int d = 0; d < 2; d++)
		t[d] = t[d] > 1 ? 1 : t[d] >= 0 ? t[d] : 0;
}

static void
write_down(const tm_trainer *tr, tm_taught *out)
{
	uint32_t *number[2];

	out->pairs = tr->pairs;
	out->pair =
	    tm_arena_alloc(&out->arena, (tr->n_c + 1) * sizeof *out->pair);
	for (int d = 0; d < 2; d++) {
		number[d] = tm_zalloc(tr->vocab[d].n + 1, sizeof **number);
		out->word[d] = NULL;
	}
	for (size_t f = 0; f < tr->vocab[0].n; f++)
		for (size_t q = tr->start[f]; q < tr->start[f + 1]; q++) {
			const struct candidate *c = &tr->c[q];
			tm_taught_pair pair = { (uint32_t)f, c->e, c->together,
				{ (double)c->count[0], (double)c->count[1] } };
			double t[2];

			shares(&pair, tr->seen[0][f], tr->seen[1][c->e], t);
			if (t[0] < LEAST_KEPT && t[1] < LEAST_KEPT)
				continue;
			number[0][f] = number[1][c->e] = 1;
			out->pair[out->n_pairs++] = pair;
		}
	for (int d = 0; d < 2; d++) {
		for (size_t w = 0; w < tr->vocab[d].n; w++)
			if (number[d][w] != 0)
				number[d][w] = (uint32_t)out->n_words[d]++;
		out->word[d] = tm_arena_alloc(
		    &out->arena, (out->n_words[d] + 1) * sizeof *out->word[d]);
	}
	for (size_t k = 0; k < out->n_pairs; k++) {
		tm_taught_pair *p = &out->pair[k];
		uint32_t w[2] = { p->from, p->to };

		p->from = number[0][w[0]];
		p->to = number[1][w[1]];
		for (int d = 0; d < 2; d++)
			out->word[d][number[d][w[d]]] =
			    (tm_taught_word){ tr->vocab[d].v[w[d]],
				    tr->seen[d][w[d]] };
	}
	for (int d = 0; d < 2; d++) {
		for (size_t w = 0; w < out->n_words[d]; w++)
			out->word[d][w].key =
			    tm_arena_str(&out->arena, out->word[d][w].key);
		free(number[d]);
	}
}

bool
tm_trainer_run(tm_trainer *tr, bool (*progress)(void *self, double done),
    void *self, tm_taught *taught, tm_error *err)
{
	tm_taught_release(taught);
	free(tr->first);
	free(tr->in);
	free(tr->start);
	tr->n_c = 0;
	index_lessons(tr);
	admit(tr);
	if (!learn(tr, progress, self))
		return tm_fail(err, TM_INVALID, "stopped");
	write_down(tr, taught);
	return true;
}

/* ---- For a lexicon ----------------------------------------------------- */

/* The numbers of the words of side d in vocab; TM_NO_WORD for those that
 * lex leaves out. The caller frees the result. */
static uint32_t *
number_words(const tm_lexicon *lex, const tm_taught *taught, int d, bool all,
    tm_vocab *vocab)
{
	uint32_t *number = tm_zalloc(taught->n_words[d] + 1, sizeof *number);

	for (size_t w = 0; w < taught->n_words[d]; w++) {
		tm_str key = taught->word[d][w].key;

		number[w] = all || tm_lexicon_wants_key(lex, key)
				? tm_vocab_add(vocab, key)
				: TM_NO_WORD;
	}
	return number;
}

tm_str *
tm_lexicon_wanted(const tm_lexicon *lex, tm_arena *arena, size_t *n)
{
	const tm_vocab *words = &lex->wanted;
	tm_str *keys = tm_arena_alloc(arena, (words->n + 1) * sizeof *keys);
	tm_buf key = { 0 };

	for (size_t w = 0; w < words->n; w++) {
		tm_buf_clear(&key);
		tm_buf_addc(&key, 'w');
		tm_buf_add(&key, words->v[w].p, words->v[w].n);
		keys[w] = tm_arena_str(arena, tm_buf_str(&key));
	}
	tm_buf_release(&key);
	*n = words->n;
	return keys;
}

/* False when the pair says too little, or is of words that are not there. */
static bool
is_useful(const tm_taught *taught, const tm_taught_pair *p, double t[2])
{
	if (p->from >= taught->n_words[0] || p->to >= taught->n_words[1])
		return false;
	shares(
	    p, taught->word[0][p->from].seen, taught->word[1][p->to].seen, t);
	return t[0] >= LEAST_USED || t[1] >= LEAST_USED;
}

void
tm_lexicon_add_taught(tm_lexicon *lex, const tm_taught *taught, bool reversed)
{
	tm_lex_trained *t = &lex->trained;
	uint32_t *number[2], *next;
	double share[2];

	tm_vocab_release(&t->from);
	tm_vocab_release(&t->to);
	free(t->start);
	free(t->entry);
	*t = (tm_lex_trained){ 0 };
	number[0] = number_words(lex, taught, reversed, false, &t->from);
	number[1] = number_words(lex, taught, !reversed, true, &t->to);
	t->start = tm_zalloc(t->from.n + 2, sizeof *t->start);
	next = tm_zalloc(t->from.n + 2, sizeof *next);
	t->entry = tm_realloc(NULL, taught->n_pairs + 1, sizeof *t->entry);
	for (size_t k = 0; k < taught->n_pairs; k++) {
		const tm_taught_pair *p = &taught->pair[k];
		uint32_t f;

		if (!is_useful(taught, p, share))
			continue;
		f = number[0][reversed ? p->to : p->from];
		if (f != TM_NO_WORD)
			t->start[f + 1]++;
	}
	for (size_t f = 0; f < t->from.n; f++)
		next[f + 1] = t->start[f + 1] += t->start[f];
	for (size_t k = 0; k < taught->n_pairs; k++) {
		const tm_taught_pair *p = &taught->pair[k];
		uint32_t f, e;

		if (!is_useful(taught, p, share))
			continue;
		f = number[0][reversed ? p->to : p->from];
		e = number[1][reversed ? p->from : p->to];
		if (f != TM_NO_WORD)
			t->entry[next[f]++] = (struct tm_lex_taught){ e,
				{ (float)share[reversed],
				    (float)share[!reversed] } };
	}
	t->n_entries = t->start[t->from.n];
	free(number[0]);
	free(number[1]);
	free(next);
}

/*
 * match.c - the match rate: how close is a stored segment to this one?
 *
 * Two rows of weighted tokens, stored above and query below:
 *
 *	The   red   house  ,          weights .77 .77 1.00 .50
 *	The   blue  houses .                  .77 .89 1.00 .50
 *	0     .89   .25    .50        cost = 1.64
 *
 *	S = 1 - 1.64 / 3.16 = .48	what the tokens say
 *	C = 1 - 6 / 17 = .65		what the characters say
 *	F = S + .3 min(C - S, .25) = .53
 *
 * A token weighs by the length of its stem (Arabic prefixes and Chinese
 * characters count for little, long words for much); a word that differs
 * in its ending only costs a quarter. The constants are those that came
 * out best for translators on eleven held-out sets (see docs/FUZZY.md);
 * finer grading of substitutions bought nothing.
 */
#include "config.h"

#include "tm/match.h"

#include <math.h>
#include <stdlib.h>

#include "tm/match_int.h"

/* Per cent of the weight that a pair of tokens costs; two numbers or two codes
 * cost TM_MATCH_OTHER_VALUE. */
enum {
	SAME_FOLD = 2,	/* case, marks, digits of another script */
	SAME_STEM = 25, /* another form of the word */
	OTHER = 100
};

static const double char_share = .3; /* of C - S that goes into F, */
static const double char_most = .25; /* C - S being this at most */

/* ---- The distance of tokens -------------------------------------------- */

uint64_t
tm_match_substitute(const tm_match_token *a, const tm_match_token *b)
{
	if (a->key != b->key || a->kind != b->kind)
		return (uint64_t)OTHER *
		       (a->weight > b->weight ? a->weight : b->weight);
	if (a->text == b->text)
		return 0;
	if (a->fold == b->fold || a->kind == TM_PUNCT)
		return (uint64_t)SAME_FOLD * a->weight;
	if (a->kind == TM_WORD)
		return (uint64_t)SAME_STEM * a->weight;
	return (uint64_t)TM_MATCH_OTHER_VALUE * a->weight;
}

bool
tm_match_same(const tm_match_token *a, const tm_match_token *b)
{
	return a->text == b->text && a->key == b->key && a->kind == b->kind;
}

size_t
tm_match_trim(
    const tm_match_token **a, size_t *n, const tm_match_token **b, size_t *m)
{
	size_t start = 0;

	while (*n > 0 && *m > 0 && tm_match_same(*a, *b)) {
		(*a)++, (*n)--;
		(*b)++, (*m)--;
		start++;
	}
	while (*n > 0 && *m > 0 && tm_match_same(*a + *n - 1, *b + *m - 1))
		(*n)--, (*m)--;
	return start;
}

static uint64_t
sum(const tm_match_token *v, size_t n)
{
	uint64_t w = 0;

	for (size_t i = 0; i < n; i++)
		w += v[i].weight;
	return w;
}

uint64_t
tm_match_distance(const tm_match_token *a, size_t n, const tm_match_token *b,
    size_t m, uint64_t limit)
{
	uint64_t here[64], *row = here, last;

	tm_match_trim(&a, &n, &b, &m);
	if (n == 0 || m == 0 || (uint64_t)n * m > TM_MATCH_MOST_CELLS) {
		uint64_t wa = sum(a, n), wb = sum(b, m);

		last = 100 * (n == 0 || m == 0 ? wa + wb : wa > wb ? wa : wb);
		return last > limit ? TM_MATCH_FAR : last;
	}
	if (m + 1 > sizeof here / sizeof here[0])
		row = tm_alloc((m + 1) * sizeof *row);
	row[0] = 0;
	for (size_t j = 0; j < m; j++)
		row[j + 1] = row[j] + 100u * b[j].weight;
	for (size_t i = 0; i < n; i++) {
		uint64_t wi = 100u * a[i].weight, corner = row[0], least;

		least = row[0] = corner + wi;
		for (size_t j = 0; j < m; j++) {
			uint64_t cost = row[j + 1] + wi, other;

			other = row[j] + 100u * b[j].weight;
			if (other < cost)
				cost = other;
			if (corner < cost) {
				other =
				    corner + tm_match_substitute(&a[i], &b[j]);
				if (other < cost)
					cost = other;
			}
			corner = row[j + 1];
			row[j + 1] = cost;
			if (cost < least)
				least = cost;
		}
		if (least > limit) {
			row[m] = TM_MATCH_FAR;
			break;
		}
	}
	last = row[m];
	if (row != here)
		free(row);
	return last > limit ? TM_MATCH_FAR : last;
}

/* ---- The score --------------------------------------------------------- */

double
tm_match_tokens_agree(uint64_t distance, uint32_t a, uint32_t b)
{
	uint32_t most = a > b ? a : b;
	double s = most == 0 ? 1 : 1 - (double)distance / (100. * most);

	return s < 0 ? 0 : s;
}

double
tm_match_chars_agree(size_t distance, size_t n, size_t m)
{
	size_t most = n > m ? n : m;

	return most == 0 ? 1 : 1 - (double)distance / (double)most;
}

double
tm_match_join(double s, double c)
{
	double f = s + char_share * (c - s < char_most ? c - s : char_most);

	return f < 0 ? 0 : f > 1 ? 1 : f;
}

/* F = min(.7 S + .3 C, S + .075), solved for S. */
double
tm_match_least_s(double least, double c)
{
	double mixed = (least - char_share * c) / (1 - char_share);
	double raised = least - char_share * char_most;

	return mixed > raised ? mixed : raised;
}

uint64_t
tm_match_limit(double s, uint32_t a, uint32_t b)
{
	double most = 100. * (a > b ? a : b);

	/* S stops at 0, so that every distance will do for that. One more
	 * than needed: rounding must not lose a match. */
	return s <= 0	? TM_MATCH_FAR - 1
	       : s >= 1 ? 1
			: (uint64_t)((1 - s) * most) + 1;
}

int
tm_match_rate(double score)
{
	/* 29 / 100. * 100 is less than 29. */
	int rate = (int)floor(score * 100 + 1e-9);

	return rate > 99 ? 99 : rate;
}

bool
tm_match_verbatim(const tm_match_side *a, const tm_match_side *b)
{
	tm_str x = a->nfc.n > 0 ? tm_buf_str(&a->nfc) : a->text;
	tm_str y = b->nfc.n > 0 ? tm_buf_str(&b->nfc) : b->text;

	return tm_str_eq(x, y);
}

tm_match_token *
tm_match_number_stored(const tm_match_side *query, const tm_match_side *stored)
{
	size_t n = stored->tokens.n;
	tm_match_token *v = tm_alloc(n * sizeof *v);

	for (size_t i = 0; i < n; i++)
		tm_match_number(query, stored, i, &v[i]);
	return v;
}

double
tm_match_char_ratio(const tm_match_side *query, const tm_match_side *stored)
{
	return tm_match_chars_agree(
	    tm_match_chars(query->cp, query->n_cp, stored->cp, stored->n_cp),
	    query->n_cp, stored->n_cp);
}

double
tm_match_score(
    const tm_match_side *query, const tm_match_side *stored, double least)
{
	size_t n = query->n_cp, m = stored->n_cp;
	uint32_t wq = query->weight, ws = stored->weight;
	double s, c = tm_match_chars_agree(n > m ? n - m : m - n, n, m);
	double need = tm_match_least_s(least, c);
	uint64_t limit = tm_match_limit(need, wq, ws), d;
	tm_match_token *v;

	if (100 * (uint64_t)(wq > ws ? wq - ws : ws - wq) > limit)
		return -1;
	v = tm_match_number_stored(query, stored);
	d = tm_match_distance(
	    query->v, query->tokens.n, v, stored->tokens.n, limit);
	free(v);
	if (d == TM_MATCH_FAR)
		return -1;
	s = tm_match_tokens_agree(d, wq, ws);
	return tm_match_join(s, tm_match_char_ratio(query, stored));
}

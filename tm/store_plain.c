/*
 * store_plain.c - find what is near a query by comparing everything
 *
 * The referee of the index: it knows nothing of keys, lists and bounds. Every
 * text is analysed once and kept as rows of tokens, each with the numbers of
 * its text, its fold and its key among all strings there are:
 *
 *	"The cat"	{ 0 1 2 } { 3 3 3 }
 *	"the cat"	{ 1 1 2 } { 3 3 3 }
 *
 * A query is a row of the same numbers, and its distance from each row is that
 * of match.c, unless their lengths alone put them too far apart. What the
 * tokens do not rule out is rated by who asked: characters count only there.
 *
 * The rows are good while the memory stays as it is; of a memory that is too
 * large a piece at a time is held, and all read again for the next query.
 */
#include "config.h"

#include "tm/store.h"

#include <stdlib.h>

#include "tm/codes.h"
#include "tm/match_int.h"
#include "tm/store_int.h"
#include "tm/vocab_int.h"

/* Tokens held at a time, of some three million segments: 128 MB. */
enum { MOST_TOKENS = 1 << 25 };

_Static_assert(sizeof(tm_match_token) == 16, "its bytes tell it from others");

typedef struct row {
	int64_t unit;
	uint32_t nr, lang; /* of the variant, and where its language is */
	uint32_t weight, n;
	size_t n_cp, at; /* of its tokens */
} row;

typedef struct plain_lang {
	char base[TM_LANG_MAX];
	tm_analyser *an;
} plain_lang;

struct tm_plain {
	plain_lang *langs;
	size_t n_langs, cap_langs;
	tm_match_side side; /* scratch */
	tm_buf by_number;
	tm_vocab strings, kinds;
	tm_match_token *words; /* the different tokens, by kind */
	size_t n_words, cap_words;
	row *rows;
	size_t n_rows, cap_rows;
	uint32_t *tokens; /* of all rows: their words */
	size_t n_tokens, cap_tokens;
	tm_match_token *t; /* those of one row: scratch */
	size_t cap_t;
	/* What they are of, when that is all there is. */
	bool whole;
	char *from; /* "": any language */
	int64_t last, rev;
};

/* A query, for the rows of one language. */
typedef struct asked {
	const tm_match_side *side;
	tm_match_token *v;
} asked;

/* A scan that goes on. */
typedef struct scan {
	struct tm_plain *p;
	const tm_query *query;
	const tm_index_asker *asker;
	void (*near)(void *self, int64_t unit, size_t nr);
	bool pieces; /* not all could be held */
} scan;

static void
drop_rows(struct tm_plain *p)
{
	p->n_rows = p->n_tokens = p->n_words = 0;
	p->whole = false;
	tm_vocab_release(&p->strings);
	tm_vocab_release(&p->kinds);
}

void
tm_plain_free(struct tm_plain *p)
{
	if (p == NULL)
		return;
	drop_rows(p);
	for (size_t i = 0; i < p->n_langs; i++)
		tm_analyser_free(p->langs[i].an);
	free(p->langs);
	tm_match_side_release(&p->side);
	tm_buf_release(&p->by_number);
	free(p->rows);
	free(p->tokens);
	free(p->words);
	free(p->t);
	free(p->from);
	free(p);
}

/* ---- Reading ----------------------------------------------------------- */

static uint32_t
lang_for(struct tm_plain *p, tm_str lang)
{
	char base[TM_LANG_MAX];
	size_t i = 0;

	tm_lang_base(lang, base);
	while (i < p->n_langs && strcmp(p->langs[i].base, base) != 0)
		i++;
	if (i == p->n_langs) {
		tm_grow(p->langs, p->n_langs, p->cap_langs);
		p->langs[i].an = tm_analyser_new(base);
		memcpy(p->langs[i].base, base, sizeof base);
		p->n_langs++;
	}
	return (uint32_t)i;
}

static tm_str
fold_of(const tm_token *t)
{
	return t->kind == TM_NUMBER ? t->key : t->plain;
}

/* The number of token i of the side that was read: all that are the same
 * have one. */
static uint32_t
word_for(struct tm_plain *p, size_t i)
{
	const tm_match_side *s = &p->side;
	const tm_token *of = &s->tokens.v[i];
	tm_match_token t = s->v[i];
	uint32_t number;

	t.text = tm_vocab_add(&p->strings, tm_match_token_text(s, i));
	t.fold = tm_vocab_add(&p->strings, fold_of(of));
	t.key = tm_vocab_add(&p->strings, tm_match_key(of));
	t.space = false; /* it costs nothing */
	number =
	    tm_vocab_add(&p->kinds, (tm_str){ (const char *)&t, sizeof t });
	if (number == p->n_words) {
		tm_grow(p->words, p->n_words, p->cap_words);
		p->words[p->n_words++] = t;
	}
	return number;
}

static void
add_row(struct tm_plain *p, const row *like, tm_str text)
{
	row *r;

	tm_match_side_set(&p->side, p->langs[like->lang].an, text);
	tm_grow(p->rows, p->n_rows, p->cap_rows);
	r = &p->rows[p->n_rows++];
	*r = *like;
	r->weight = p->side.weight;
	r->n = (uint32_t)p->side.tokens.n;
	r->n_cp = p->side.n_cp;
	r->at = p->n_tokens;
	tm_grow_to(p->tokens, p->n_tokens + r->n, p->cap_tokens);
	for (size_t i = 0; i < r->n; i++)
		p->tokens[p->n_tokens++] = word_for(p, i);
}

/* ---- Comparing --------------------------------------------------------- */

/* The reading of the query for a language; false when there is none. */
static bool
number_query(const scan *s, const char *base, size_t reading, asked *out)
{
	const tm_match_side *side =
	    s->asker->side(s->asker->self, base, reading);

	if (side == NULL)
		return false;
	out->side = side;
	out->v = tm_alloc((side->tokens.n + 1) * sizeof *out->v);
	for (size_t i = 0; i < side->tokens.n; i++) {
		const tm_token *t = &side->tokens.v[i];
		const tm_vocab *strings = &s->p->strings;

		out->v[i] = side->v[i];
		out->v[i].text =
		    tm_vocab_find(strings, tm_match_token_text(side, i));
		out->v[i].fold = tm_vocab_find(strings, fold_of(t));
		out->v[i].key = tm_vocab_find(strings, tm_match_key(t));
	}
	return true;
}

/* Do the tokens of a row leave it the score least? */
static bool
may_be_near(struct tm_plain *p, const row *r, const asked *q, double least)
{
	size_t n = q->side->n_cp, m = r->n_cp;
	uint32_t a = q->side->weight, b = r->weight;
	double c = tm_match_chars_agree(n > m ? n - m : m - n, n, m);
	uint64_t limit = tm_match_limit(tm_match_least_s(least, c), a, b);

	if (100 * (uint64_t)(a > b ? a - b : b - a) > limit)
		return false;
	tm_grow_to(p->t, (size_t)r->n + 1, p->cap_t);
	for (size_t i = 0; i < r->n; i++)
		p->t[i] = p->words[p->tokens[r->at + i]];
	return tm_match_distance(q->v, q->side->tokens.n, p->t, r->n, limit) !=
	       TM_MATCH_FAR;
}

/* Every row of a language against a reading of the query. */
static void
compare_rows(const scan *s, uint32_t lang, const asked *q)
{
	double least = s->query->min / 100. - 1e-9;

	for (size_t i = 0; i < s->p->n_rows; i++) {
		const row *r = &s->p->rows[i];

		if (r->lang == lang && may_be_near(s->p, r, q, least))
			s->near(s->asker->self, r->unit, r->nr);
	}
}

static void
compare_all(const scan *s)
{
	asked q;

	for (size_t i = 0; i < s->p->n_langs; i++)
		for (size_t k = 0; number_query(s, s->p->langs[i].base, k, &q);
		     k++) {
			compare_rows(s, (uint32_t)i, &q);
			free(q.v);
		}
}

static bool
take_unit(void *self, const tm_texts *texts)
{
	scan *s = self;
	struct tm_plain *p = s->p;

	for (size_t i = 0; i < texts->n; i++) {
		const struct tm_text_in *t = &texts->v[i];
		row r = { .unit = texts->id, .nr = (uint32_t)i };

		if (!tm_store_serves(s->query->from, t->lang.p))
			continue;
		r.lang = lang_for(p, t->lang);
		add_row(p, &r, t->text);
		tm_buf_clear(&p->by_number);
		/* As a lookup reads it: see store_lookup.c. */
		if (texts->codes && tm_codes_by_number(t->text, &p->by_number))
			add_row(p, &r, tm_buf_str(&p->by_number));
	}
	if (p->n_tokens > MOST_TOKENS) {
		compare_all(s);
		drop_rows(p);
		s->pieces = true;
	}
	return true;
}

bool
tm_plain_search(struct tm_plain **plain, tm_store *store, const tm_query *query,
    const tm_index_asker *asker,
    void (*near)(void *self, int64_t unit, size_t nr), tm_error *err)
{
	const char *from = query->from == NULL ? "" : query->from;
	struct tm_plain *p;
	scan s = { .query = query, .asker = asker, .near = near };
	int64_t last, rev;

	if (!tm_store_state(store, &last, &rev, err))
		return false;
	if (*plain == NULL)
		*plain = tm_zalloc(1, sizeof **plain);
	s.p = p = *plain;
	if (!p->whole || store->in_transaction || p->last != last ||
	    p->rev != rev || strcmp(p->from, from) != 0) {
		drop_rows(p);
		if (!tm_store_each_text(
			store, 0, INT64_MAX, take_unit, &s, err)) {
			drop_rows(p);
			return false;
		}
		/* What is not committed may be another thing next time. */
		p->whole = !s.pieces && !store->in_transaction;
		p->last = last;
		p->rev = rev;
		free(p->from);
		p->from = tm_strdup(from);
	}
	compare_all(&s);
	return true;
}

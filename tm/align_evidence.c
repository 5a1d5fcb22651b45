/*
 * Links: which word of this source text may answer which word of this
 * target text, and why one thinks so.
 *
 *	كتب - write	the dictionary has it
 *	12 - 12		the same number
 *	BBC - BBC	the same word
 *	ديلون - Dillon	both are TLN when written in consonants
 *	Staub - staub..	they begin alike and share most pairs of letters
 *	؟ - ?		the same kind of mark
 *	شباط - February	ICU names both
 *
 * A link counts only between words that both texts have, so what is not in
 * the texts costs nothing and an ignorant source of evidence is silent.
 */
#include "config.h"

#include "tm/align_int.h"

#include <stdlib.h>

/* Links of one kind before their probabilities are known: t[0] holds the
 * weight of the pair, t[1] nothing. */
static void
add_link(links *l, uint32_t f, uint32_t e, enum evidence kind, double weight)
{
	tm_grow(l->v, l->n, l->cap);
	l->v[l->n++] = (word_link){ f, e, { (float)weight, 0 }, (uint8_t)kind };
}

/*
 * Turn the weights of one kind of links, from first on, into probabilities both
 * ways. A word whose weights add up to less than one keeps them: the rest
 * is for what it means elsewhere.
 */
static void
normalise(links *l, size_t first, enum evidence kind, const side s[2])
{
	double *sum[2];

	for (int d = 0; d < 2; d++)
		sum[d] = tm_zalloc(s[d].vocab.n + 1, sizeof(double));
	for (size_t k = first; k < l->n; k++) {
		if (l->v[k].kind != kind)
			continue;
		sum[0][l->v[k].f] += l->v[k].t[0];
		sum[1][l->v[k].e] += l->v[k].t[0];
	}
	for (size_t k = first; k < l->n; k++) {
		word_link *v = &l->v[k];
		double w = v->t[0], x = sum[0][v->f], y = sum[1][v->e];

		if (v->kind != kind)
			continue;
		v->t[0] = (float)(w / (x > 1 ? x : 1));
		v->t[1] = (float)(w / (y > 1 ? y : 1));
	}
	free(sum[0]);
	free(sum[1]);
}

/* ---- Lexicons ---------------------------------------------------------- */

/* The share of the words of a text that a lexicon has. */
static double
covered(const side *s, const tm_vocab *lexicon)
{
	size_t here = 0, all = 0;

	for (size_t w = 0; w < s->vocab.n; w++) {
		size_t n = s->seen_at[w + 1] - s->seen_at[w];

		all += n;
		if (tm_vocab_find(lexicon, s->vocab.v[w]) != TM_NO_WORD)
			here += n;
	}
	return all == 0 ? 0 : (double)here / (double)all;
}

/*
 * A word's translations share its probability: half by their weight among
 * those that the target text has, half by their weight among all, for a
 * dictionary that knows ten translations knows less about this one.
 */
static void
link_by_table(links *l, const side s[2], const tm_lex_table *table,
    bool reversed, enum evidence kind)
{
	const tm_vocab *from = reversed ? &table->to : &table->from;
	const tm_vocab *to = reversed ? &table->from : &table->to;
	/* The words of the text by their numbers in the lexicon. */
	uint32_t *text_word[2];
	const side *known = &s[reversed];
	size_t first = l->n;

	if (table->n_entries == 0)
		return;
	text_word[0] = tm_realloc(NULL, from->n + 1, sizeof(uint32_t));
	text_word[1] = tm_realloc(NULL, to->n + 1, sizeof(uint32_t));
	for (int d = 0; d < 2; d++) {
		const tm_vocab *words = d == 0 ? from : to;

		memset(text_word[d], 0xff, words->n * sizeof(uint32_t));
		for (size_t w = 0; w < s[d].vocab.n; w++) {
			uint32_t id = tm_vocab_find(words, s[d].vocab.v[w]);

			if (id != TM_NO_WORD)
				text_word[d][id] = (uint32_t)w;
		}
	}
	for (size_t w = 0; w < known->vocab.n; w++) {
		uint32_t id = tm_vocab_find(&table->from, known->vocab.v[w]);
		double all = 0, here = 0;

		if (id == TM_NO_WORD)
			continue;
		for (uint32_t k = table->start[id]; k < table->start[id + 1];
		     k++) {
			const tm_lex_entry *entry = &table->entry[k];

			all += entry->weight;
			if (text_word[!reversed][entry->to] != TM_NO_WORD)
				here += entry->weight;
		}
		for (uint32_t k = table->start[id]; k < table->start[id + 1];
		     k++) {
			const tm_lex_entry *entry = &table->entry[k];
			uint32_t other = text_word[!reversed][entry->to];
			double weight = .5 * entry->weight / here +
					.5 * entry->weight / all;

			if (other == TM_NO_WORD)
				continue;
			add_link(l, reversed ? other : (uint32_t)w,
			    reversed ? (uint32_t)w : other, kind, weight);
		}
	}
	normalise(l, first, kind, s);
	if (kind == BY_DICTIONARY)
		l->covered = covered(known, from);
	free(text_word[0]);
	free(text_word[1]);
}

/* What a memory taught is p(e | f) and p(f | e) already. */
static void
link_by_training(links *l, const side s[2], const tm_lex_trained *t)
{
	uint32_t *text_word;

	if (t->n_entries == 0)
		return;
	text_word = tm_realloc(NULL, t->to.n + 1, sizeof *text_word);
	memset(text_word, 0xff, (t->to.n + 1) * sizeof *text_word);
	for (size_t w = 0; w < s[1].vocab.n; w++) {
		uint32_t id = tm_vocab_find(&t->to, s[1].vocab.v[w]);

		if (id != TM_NO_WORD)
			text_word[id] = (uint32_t)w;
	}
	for (size_t w = 0; w < s[0].vocab.n; w++) {
		uint32_t id = tm_vocab_find(&t->from, s[0].vocab.v[w]);

		if (id == TM_NO_WORD)
			continue;
		for (uint32_t k = t->start[id]; k < t->start[id + 1]; k++) {
			uint32_t e = text_word[t->entry[k].to];

			if (e == TM_NO_WORD)
				continue;
			add_link(
			    l, (uint32_t)w, e, BY_TRAINING, t->entry[k].t[0]);
			l->v[l->n - 1].t[1] = t->entry[k].t[1];
		}
	}
	free(text_word);
}

/* ---- The same on both sides -------------------------------------------- */

/* One character of three bytes: Chinese, Japanese, Thai. Single characters
 * that two such languages share say little. */
static bool
is_ideograph(tm_str form)
{
	unsigned c = form.n < 3 ? 0 : (unsigned char)form.p[0];

	/* 0xea to 0xed begin the Hangul syllables, which make words. */
	return c >= 0xe3 && c < 0xf5 && (c < 0xea || c > 0xed);
}

static void
link_same(links *l, const side s[2])
{
	for (size_t w = 0; w < s[0].vocab.n; w++) {
		tm_str key = s[0].vocab.v[w];
		uint32_t e = tm_vocab_find(&s[1].vocab, key);
		enum evidence kind = BY_NUMBER;

		if (e == TM_NO_WORD)
			continue;
		if (key.p[0] == 'w') {
			if (is_ideograph(s[0].word[w].form[0]))
				continue;
			kind = BY_IDENTITY;
		} else if (key.p[0] == 'p') {
			kind = BY_PUNCTUATION;
		}
		add_link(l, (uint32_t)w, e, kind, 1);
		/* One word answers one word: there is nothing to share. */
		l->v[l->n - 1].t[1] = 1;
	}
}

/* ---- Names across scripts ---------------------------------------------- */

/* True for letters before U+0250. */
static bool
is_latin(tm_str form)
{
	return form.n > 0 && (unsigned char)form.p[0] < 0xc9;
}

static bool
mostly_latin(const side *s)
{
	size_t latin = 0, all = 0;

	for (size_t w = 0; w < s->vocab.n; w++)
		if (s->word[w].kind == 'w') {
			all += s->word[w].count;
			if (is_latin(s->word[w].form[0]))
				latin += s->word[w].count;
		}
	return 2 * latin >= all;
}

/*
 * All spellings that are asked for, each once, with their skeletons: those of
 * كتاب are asked for by والكتاب, by للكتاب and by كتاب.
 */
struct spellings {
	tm_vocab vocab;
	tm_str *skeleton;
	tm_arena *arena; /* of SPELLED spellings each */
};

/* A piece of work for a thread. */
#define SPELLED 512

static void
spell(void *self, size_t k, unsigned thread)
{
	struct spellings *sp = self;
	size_t end = (k + 1) * SPELLED;
	tm_buf out = { 0 };

	(void)thread;
	end = end < sp->vocab.n ? end : sp->vocab.n;
	for (size_t i = k * SPELLED; i < end; i++) {
		tm_buf_clear(&out);
		tm_text_skeleton(sp->vocab.v[i], &out);
		sp->skeleton[i] = tm_arena_str(&sp->arena[k], tm_buf_str(&out));
	}
	tm_buf_release(&out);
}

static void
spell_all(struct spellings *sp, unsigned threads)
{
	size_t n = (sp->vocab.n + SPELLED - 1) / SPELLED;

	sp->skeleton = tm_zalloc(sp->vocab.n + 1, sizeof *sp->skeleton);
	sp->arena = tm_zalloc(n + 1, sizeof *sp->arena);
	tm_run_jobs(n, threads, spell, sp);
}

static void
spellings_release(struct spellings *sp)
{
	size_t n = (sp->vocab.n + SPELLED - 1) / SPELLED;

	for (size_t k = 0; k < n; k++)
		tm_arena_release(&sp->arena[k]);
	free(sp->arena);
	free(sp->skeleton);
	tm_vocab_release(&sp->vocab);
}

/* What a word is spelled like, by the numbers of spellings. */
#define MAX_SPELLINGS (6 * MAX_FORMS)

/*
 * The forms, and with bare what is left of them without what Arabic and Hebrew
 * write in front of a name: وديلون is "and Dillon".
 */
static size_t
spellings_of(struct spellings *sp, const side_word *word, bool bare,
    uint32_t id[MAX_SPELLINGS])
{
	size_t found = 0;

	for (size_t i = 0; i < word->n_forms; i++) {
		tm_str form = word->form[i];
		size_t bytes[4], n;

		if (is_ideograph(form))
			continue;
		id[found++] = tm_vocab_add(&sp->vocab, form);
		n = bare ? tm_arabic_prefixes(form, bytes) : 0;
		for (size_t k = 0; k < n; k++)
			id[found++] = tm_vocab_add(
			    &sp->vocab, tm_str_sub(form, bytes[k], form.n));
		if (bare && form.n > 6 && (unsigned char)form.p[0] == 0xd7)
			id[found++] = tm_vocab_add(
			    &sp->vocab, tm_str_sub(form, 2, form.n));
	}
	return found;
}

/* May it be a name? Where there are capitals, names have them; and where only
 * one text is in Latin letters, what the other has in them is no name. */
static bool
is_asked_for(const side s[2], int d, size_t w, const bool latin[2])
{
	const side_word *word = &s[d].word[w];

	if (word->kind != 'w' || (latin[d] && !word->capital))
		return false;
	return d == 1 || latin[0] == latin[1] ||
	       is_latin(word->form[0]) == latin[0];
}

/* Lists of target words by skeleton: head[skeleton], then next[] until 0. */
struct skeletons {
	tm_vocab vocab;
	uint32_t *head, *next, *word;
	size_t n, cap_head, cap_next, cap_word;
};

static void
add_skeleton(struct skeletons *sk, tm_str skeleton, uint32_t word)
{
	size_t had = sk->vocab.n;
	uint32_t id = tm_vocab_add(&sk->vocab, skeleton);

	if (id == had) {
		tm_grow_to(sk->head, had + 1, sk->cap_head);
		sk->head[id] = 0;
	}
	if (sk->head[id] != 0 && sk->word[sk->head[id] - 1] == word)
		return;
	tm_grow(sk->next, sk->n, sk->cap_next);
	tm_grow(sk->word, sk->n, sk->cap_word);
	sk->word[sk->n] = word;
	sk->next[sk->n] = sk->head[id];
	sk->head[id] = (uint32_t)++sk->n;
}

struct candidate {
	uint32_t e;
	bool is_long;
};

struct candidates {
	struct candidate *v;
	size_t n, cap;
};

static void
look_up_skeleton(
    const struct skeletons *sk, tm_str skeleton, struct candidates *c)
{
	uint32_t id;

	if (skeleton.n < 2)
		return;
	id = tm_vocab_find(&sk->vocab, skeleton);
	if (id == TM_NO_WORD)
		return;
	for (uint32_t k = sk->head[id]; k != 0; k = sk->next[k - 1]) {
		struct candidate found = { sk->word[k - 1], skeleton.n > 2 };
		bool seen = false;

		for (size_t i = 0; i < c->n; i++)
			seen = seen || (c->v[i].e == found.e &&
					   c->v[i].is_long == found.is_long);
		if (seen)
			continue;
		tm_grow(c->v, c->n, c->cap);
		c->v[c->n++] = found;
	}
}

static void
link_names(links *l, const side s[2], const bool latin[2], unsigned threads)
{
	struct skeletons sk = { 0 };
	struct spellings sp = { 0 };
	struct candidates c = { 0 };
	size_t first = l->n, n;
	uint32_t id[MAX_SPELLINGS];

	for (int d = 0; d < 2; d++)
		for (size_t w = 0; w < s[d].vocab.n; w++)
			if (is_asked_for(s, d, w, latin))
				spellings_of(&sp, &s[d].word[w], d == 0, id);
	spell_all(&sp, threads);
	for (size_t w = 0; w < s[1].vocab.n; w++) {
		n = is_asked_for(s, 1, w, latin)
			? spellings_of(&sp, &s[1].word[w], false, id)
			: 0;
		for (size_t k = 0; k < n; k++)
			if (sp.skeleton[id[k]].n >= 2)
				add_skeleton(
				    &sk, sp.skeleton[id[k]], (uint32_t)w);
	}
	for (size_t w = 0; w < s[0].vocab.n; w++) {
		n = is_asked_for(s, 0, w, latin)
			? spellings_of(&sp, &s[0].word[w], true, id)
			: 0;
		c.n = 0;
		for (size_t k = 0; k < n; k++)
			look_up_skeleton(&sk, sp.skeleton[id[k]], &c);
		for (size_t i = 0; i < c.n; i++)
			add_link(l, (uint32_t)w, c.v[i].e,
			    c.v[i].is_long ? BY_LONG_NAME : BY_SHORT_NAME,
			    1.0 / (double)c.n);
	}
	normalise(l, first, BY_SHORT_NAME, s);
	normalise(l, first, BY_LONG_NAME, s);
	tm_vocab_release(&sk.vocab);
	free(sk.head);
	free(sk.next);
	free(sk.word);
	free(c.v);
	spellings_release(&sp);
}

/* ---- Cognates: two languages in one script ----------------------------- */

/* The ASCII letter that U+00C0 .. U+017F are with an accent, small; a dot
 * where there is none. */
static const char unaccented[] =
    "aaaaaaaceeeeiiiidnooooo.ouuuuypsaaaaaaaceeeeiiii"
    "dnooooo.ouuuuypyaaaaaaccccccccddddeeeeeeeeeegggg"
    "gggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooo"
    "oooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/* Longer words are compared by their beginnings. */
#define MAX_PLAIN 40

/* Put the letters of form without accents into out; returns how many. */
static size_t
plain_letters(tm_str form, char out[MAX_PLAIN])
{
	size_t n = 0;

	for (size_t i = 0; i < form.n && n < MAX_PLAIN; i++) {
		unsigned c = (unsigned char)form.p[i];

		if (c >= 'a' && c <= 'z') {
			out[n++] = (char)c;
		} else if (c >= 0xc3 && c <= 0xc5 && i + 1 < form.n) {
			unsigned d = (unsigned char)form.p[++i];

			out[n] =
			    unaccented[((c & 0x1f) << 6 | (d & 0x3f)) - 0xc0];
			n += out[n] != '.';
		}
	}
	return n;
}

/* How alike two words are, by the pairs of letters they share: 0 to 1. */
static double
dice(const char *a, size_t n, const char *b, size_t m)
{
	size_t shared = 0, of_a = 0, of_b = 0;
	uint32_t seen[26] = { 0 }, both[26] = { 0 };

	for (size_t i = 0; i + 1 < n; i++) {
		uint32_t bit = 1u << (a[i + 1] - 'a');

		of_a += (seen[a[i] - 'a'] & bit) == 0;
		seen[a[i] - 'a'] |= bit;
	}
	for (size_t i = 0; i + 1 < m; i++) {
		uint32_t bit = 1u << (b[i + 1] - 'a');

		if ((both[b[i] - 'a'] & bit) != 0)
			continue;
		both[b[i] - 'a'] |= bit;
		of_b++;
		shared += (seen[b[i] - 'a'] & bit) != 0;
	}
	return of_a + of_b == 0 ? 0
				: 2 * (double)shared / (double)(of_a + of_b);
}

/*
 * Words that begin with the same three letters are compared; the bounds
 * between sure, likely and faint likeness are .8, .6 and .45.
 */
static void
link_cognates(links *l, const side s[2])
{
	uint32_t *head = tm_zalloc(26 * 26 * 26, sizeof *head);
	uint32_t *next = tm_zalloc(s[1].vocab.n + 1, sizeof *next);
	size_t first = l->n;
	char a[MAX_PLAIN], b[MAX_PLAIN];

#define BEGINNING(p)                                               \
	(((size_t)(p[0] - 'a') * 26 + (size_t)(p[1] - 'a')) * 26 + \
	    (size_t)(p[2] - 'a'))
	for (size_t w = 0; w < s[1].vocab.n; w++)
		if (s[1].word[w].kind == 'w' &&
		    plain_letters(s[1].word[w].form[0], b) >= 4) {
			next[w] = head[BEGINNING(b)];
			head[BEGINNING(b)] = (uint32_t)w + 1;
		}
	for (size_t w = 0; w < s[0].vocab.n; w++) {
		size_t n = 0;

		if (s[0].word[w].kind == 'w')
			n = plain_letters(s[0].word[w].form[0], a);
		if (n < 4)
			continue;
		for (uint32_t e = head[BEGINNING(a)]; e != 0; e = next[e - 1]) {
			size_t m = plain_letters(s[1].word[e - 1].form[0], b);
			double like = dice(a, n, b, m);

			/* That is evidence of its own. */
			if (tm_str_eq(s[0].vocab.v[w], s[1].vocab.v[e - 1]))
				continue;
			if (like >= .6)
				add_link(l, (uint32_t)w, e - 1,
				    like >= .8 ? BY_LONG_NAME : BY_SHORT_NAME,
				    like);
			else if (like >= .45 && n >= 5 && m >= 5)
				add_link(
				    l, (uint32_t)w, e - 1, BY_COGNATE, like);
		}
	}
#undef BEGINNING
	normalise(l, first, BY_LONG_NAME, s);
	normalise(l, first, BY_SHORT_NAME, s);
	normalise(l, first, BY_COGNATE, s);
	free(head);
	free(next);
}

static void
drop_links(links *l, unsigned without)
{
	size_t n = 0;

	for (size_t k = 0; k < l->n; k++)
		if ((without >> l->v[k].kind & 1) == 0)
			l->v[n++] = l->v[k];
	l->n = n;
}

void
links_find(links *l, const side s[2], const tm_lexicon *lex,
    const tm_lexicon *names, const align_tuning *tuning)
{
	bool latin[2] = { mostly_latin(&s[0]), mostly_latin(&s[1]) };

	*l = (links){ 0 };
	if (lex != NULL)
		link_by_table(
		    l, s, &lex->table[TM_LEX_DICT], false, BY_DICTIONARY);
	if (lex != NULL)
		link_by_training(l, s, &lex->trained);
	if (names != NULL)
		link_by_table(
		    l, s, &names->table[TM_LEX_NAMES], false, BY_NAMES);
	link_same(l, s);
	if (!latin[0] || !latin[1])
		link_names(l, s, latin, tuning->threads);
	else
		link_cognates(l, s);
	drop_links(l, tuning->without);
	l->n_known = l->n;
	links_index(l, s);
}

void
links_index(links *l, const side s[2])
{
	for (int d = 0; d < 2; d++) {
		size_t n = s[d].vocab.n;
		uint32_t *start = tm_zalloc(n + 2, sizeof *start);

		free(l->start[d]);
		free(l->order[d]);
		l->order[d] = tm_realloc(NULL, l->n + 1, sizeof(uint32_t));
		for (size_t k = 0; k < l->n; k++)
			start[(d == 0 ? l->v[k].f : l->v[k].e) + 2]++;
		for (size_t w = 0; w < n; w++)
			start[w + 2] += start[w + 1];
		for (size_t k = 0; k < l->n; k++)
			l->order[d][start[(d == 0 ? l->v[k].f : l->v[k].e) +
					  1]++] = (uint32_t)k;
		l->start[d] = start;
	}
}

void
links_copy(links *to, const links *from, const side s[2])
{
	*to = (links){
		.n = from->n, .n_known = from->n_known, .covered = from->covered
	};
	tm_grow_to(to->v, from->n, to->cap);
	if (from->n > 0)
		memcpy(to->v, from->v, from->n * sizeof *from->v);
	links_index(to, s);
}

void
links_release(links *l)
{
	free(l->v);
	for (int d = 0; d < 2; d++) {
		free(l->start[d]);
		free(l->order[d]);
	}
	*l = (links){ 0 };
}

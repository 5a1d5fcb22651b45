/*
 * A lexicon is two tables of word pairs, one from dictionaries and one
 * from ICU's names. Phrases come in; what is kept is pairs of words:
 *
 *	"united nations" = "الأمم المتحدة"
 *		-> unit-امم 1/4  unit-متحد 1/4  nation-امم 1/4  nation-متحد 1/4
 *
 * which is ignorant on purpose: which word of the phrase answers which is
 * for the document to show. Pairs are gathered as triples and sorted into
 * one list per source word when a source of pairs is done.
 */
#include "config.h"

#include "tm/lexicon_int.h"

#include <math.h>
#include <stdlib.h>

#include "tm/lang.h"

/* A phrase with more words says little about each. */
#define MAX_PHRASE 4

/*
 * Words that dictionaries and name lists put beside the word they mean,
 * "to go", "the Hague", "Trinité-et-Tobago". As words of a text they are
 * so frequent that a pair with them is worth nothing either way.
 */
static const char *const fillers[] = { "en the a an of to in be for or and",
	"fr le la les l de des du d et un une à", "de der die das den des und",
	"es el la los las de del y", "it il la lo le i gli di e del della",
	"pt o a os as de do da dos das e", "nl de het een van en",
	"hu a az és egy", "sv en ett och att" };

/* The fillers of lang, each behind a space. */
static const char *
fillers_of(const char *lang)
{
	for (size_t i = 0; i < sizeof fillers / sizeof fillers[0]; i++)
		if (strncmp(lang, fillers[i], 2) == 0 &&
		    (lang[2] == '\0' || lang[2] == '-'))
			return fillers[i] + 2;
	return "";
}

tm_lexicon *
tm_lexicon_new(const char *from, const char *to)
{
	tm_lexicon *lex = tm_zalloc(1, sizeof *lex);

	snprintf(lex->from_lang, sizeof lex->from_lang, "%s", from);
	snprintf(lex->to_lang, sizeof lex->to_lang, "%s", to);
	lex->fillers[0] = fillers_of(from);
	lex->fillers[1] = fillers_of(to);
	/* Not of the languages: the keys of words are light stems, so a
	 * stemmer would work for nothing. */
	lex->from_an = tm_analyser_new("und");
	lex->to_an = tm_analyser_new("und");
	for (int k = 0; k < TM_LEX_KINDS; k++)
		lex->table[k].start = tm_zalloc(1, sizeof(uint32_t));
	return lex;
}

static void
release_table(tm_lex_table *table)
{
	tm_vocab_release(&table->from);
	tm_vocab_release(&table->to);
	free(table->start);
	free(table->entry);
	free(table->triple);
}

void
tm_lexicon_free(tm_lexicon *lex)
{
	if (lex == NULL)
		return;
	for (int k = 0; k < TM_LEX_KINDS; k++)
		release_table(&lex->table[k]);
	tm_vocab_release(&lex->trained.from);
	tm_vocab_release(&lex->trained.to);
	free(lex->trained.start);
	free(lex->trained.entry);
	tm_analyser_free(lex->from_an);
	tm_analyser_free(lex->to_an);
	tm_vocab_release(&lex->phrases);
	tm_vocab_release(&lex->wanted);
	tm_buf_release(&lex->last[0].text);
	tm_buf_release(&lex->last[1].text);
	tm_buf_release(&lex->key);
	tm_tokens_release(&lex->from_tokens);
	tm_tokens_release(&lex->to_tokens);
	free(lex);
}

size_t
tm_lexicon_size(const tm_lexicon *lex)
{
	size_t n = lex->trained.n_entries;

	for (int k = 0; k < TM_LEX_KINDS; k++)
		n += lex->table[k].n_entries;
	return n;
}

static bool
is_filler(const char *of_lang, tm_str word)
{
	while (*of_lang != '\0') {
		size_t n = strcspn(++of_lang, " ");

		if (n == word.n && memcmp(of_lang, word.p, n) == 0)
			return true;
		of_lang += n;
	}
	return false;
}

static double
x_log_x(double x)
{
	return x > 0 ? x * log(x) : 0;
}

double
tm_g_square(double k, double a, double b, double n)
{
	double k12 = a > k ? a - k : 0, k21 = b > k ? b - k : 0;
	double k22 = n - a - b + k > 0 ? n - a - b + k : 0;

	return 2 * (x_log_x(k) + x_log_x(k12) + x_log_x(k21) + x_log_x(k22) -
		       x_log_x(k + k12) - x_log_x(k21 + k22) -
		       x_log_x(k + k21) - x_log_x(k12 + k22) + x_log_x(n));
}

static bool
is_one_letter(tm_str s)
{
	/* One character of three bytes or more is a word in Chinese. */
	return s.n < 3 && tm_str_characters(s) == 1;
}

bool
tm_lexicon_counts(const tm_lexicon *lex, bool to, tm_str fold)
{
	return !is_one_letter(fold) && !is_filler(lex->fillers[to], fold);
}

/* The numbers of the keys of phrase's words, at most MAX_PHRASE + 1. */
static const struct tm_lex_phrase *
phrase_words(tm_lexicon *lex, bool to, tm_vocab *vocab, tm_str phrase)
{
	tm_tokens *tokens = to ? &lex->to_tokens : &lex->from_tokens;
	struct tm_lex_phrase *last = &lex->last[to];

	if (last->vocab == vocab && tm_str_eq(tm_buf_str(&last->text), phrase))
		return last;
	last->vocab = vocab;
	last->n = 0;
	tm_buf_clear(&last->text);
	tm_buf_add(&last->text, phrase.p, phrase.n);
	tm_analyse(to ? lex->to_an : lex->from_an, phrase, tokens);
	for (size_t i = 0; i < tokens->n && last->n <= MAX_PHRASE; i++) {
		const tm_token *t = &tokens->v[i];

		if ((t->kind != TM_WORD && t->kind != TM_NUMBER) ||
		    (t->kind == TM_WORD &&
			!tm_lexicon_counts(lex, to, t->fold)) ||
		    !tm_token_key(t, &lex->key))
			continue;
		last->wanted[last->n] =
		    to || tm_lexicon_wants_key(lex, tm_buf_str(&lex->key));
		last->word[last->n++] =
		    tm_vocab_add(vocab, tm_buf_str(&lex->key));
	}
	return last;
}

bool
tm_lexicon_pair(tm_lexicon *lex, tm_lex_kind kind, tm_str from, tm_str to,
    double weight, bool again)
{
	tm_lex_table *table = &lex->table[kind];
	const struct tm_lex_phrase *f, *t;
	uint32_t id[2 * MAX_PHRASE + 2];
	size_t seen = lex->phrases.n, n = 0;

	if (!tm_lexicon_wants(lex, from))
		return false;
	f = phrase_words(lex, false, &table->from, from);
	t = phrase_words(lex, true, &table->to, to);
	if (f->n == 0 || t->n == 0 || f->n > MAX_PHRASE || t->n > MAX_PHRASE)
		return true;
	id[n++] = (uint32_t)(kind * 16 + f->n);
	for (size_t i = 0; i < f->n; i++)
		id[n++] = f->word[i];
	for (size_t i = 0; i < t->n; i++)
		id[n++] = t->word[i];
	tm_vocab_add(
	    &lex->phrases, (tm_str){ (const char *)id, n * sizeof id[0] });
	if (lex->phrases.n == seen && !again)
		return true;
	for (size_t i = 0; i < f->n; i++)
		for (size_t j = 0; f->wanted[i] && j < t->n; j++) {
			tm_grow(table->triple, table->n_triples,
			    table->cap_triples);
			table->triple[table->n_triples++] =
			    (struct tm_lex_triple){ f->word[i], t->word[j],
				    (float)(weight / (double)(f->n * t->n)) };
		}
	return true;
}

static int
by_words(const void *a, const void *b)
{
	const struct tm_lex_triple *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->to > y->to) - (x->to < y->to);
}

static void
settle_table(tm_lex_table *table)
{
	struct tm_lex_triple *v = table->triple;
	size_t n = 0;

	/* Settled before, and nothing came since. */
	if (table->n_triples == table->n_entries)
		return;
	qsort(v, table->n_triples, sizeof *v, by_words);
	for (size_t i = 0; i < table->n_triples; i++)
		if (n > 0 && by_words(&v[n - 1], &v[i]) == 0)
			v[n - 1].weight += v[i].weight;
		else
			v[n++] = v[i];
	table->n_triples = n;
	free(table->start);
	table->start = tm_zalloc(table->from.n + 1, sizeof *table->start);
	table->entry = tm_realloc(table->entry, n, sizeof *table->entry);
	table->n_entries = n;
	for (size_t i = 0; i < n; i++) {
		table->start[v[i].from + 1]++;
		table->entry[i] = (tm_lex_entry){ v[i].to, v[i].weight };
	}
	for (size_t f = 0; f < table->from.n; f++)
		table->start[f + 1] += table->start[f];
}

void
tm_lexicon_settle(tm_lexicon *lex)
{
	for (int k = 0; k < TM_LEX_KINDS; k++)
		settle_table(&lex->table[k]);
}

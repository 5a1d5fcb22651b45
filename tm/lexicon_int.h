/*
 * lexicon_int.h - how the parts of a lexicon see it, and how the aligner
 * reads it
 *
 * A lexicon knows words by their keys: one letter for the kind, then the
 * light stem of a word or the value of a number ("wكتب", "n12"). There is
 * one table per kind of evidence, since a name list is to be trusted
 * otherwise than a dictionary.
 */
#ifndef TM_LEXICON_INT_H
#define TM_LEXICON_INT_H

#include "tm/lexicon.h"
#include "tm/text.h"
#include "tm/vocab_int.h"

/* ---- Keys (lexicon_key.c) ------------------------------------------------ */

/*
 * Put the light stem of fold, a folded word of tm/text.h, into out
 * (replacing what was there). Arabic letters that writers confuse become
 * one, then one prefix (the conjunctions, prepositions and the article)
 * and one suffix go when three letters stay; of words in plain Latin
 * letters the common English endings go. Other words stay whole.
 *
 * docs/ALIGNER.md compares them with Snowball's stems.
 */
void tm_light_stem(tm_str fold, tm_buf *out);

/* The longest part of fold between apostrophes: "coalition" of
 * "coalition's", "homme" of "l'homme". Borrowed from fold. */
tm_str tm_word_core(tm_str fold);

/*
 * Put the key of token into out. Returns false, and leaves out empty, for
 * tokens that tell nothing about translation (full stops, commas).
 */
bool tm_token_key(const tm_token *token, tm_buf *out);

/* The Arabic letter of two bytes at p, in the form that those share which
 * writers confuse: two bytes, not ended by NUL. */
const char *tm_arabic_letter(const char *p);

/* The number of Arabic prefixes that may be cut from the folded word, and
 * how many bytes each has: what tm_light_stem() would try, longest first. */
size_t tm_arabic_prefixes(tm_str fold, size_t bytes[4]);

/*
 * Dunning's G^2 (1993): how much more often than by chance two words meet
 * that are in a and b of n pairs, and both in k of them. It says nothing
 * of the sign: compare k with a b / n.
 */
double tm_g_square(double k, double a, double b, double n);

/* ---- Tables -------------------------------------------------------------- */

typedef enum tm_lex_kind {
	TM_LEX_DICT,
	TM_LEX_NAMES,
	TM_LEX_KINDS
} tm_lex_kind;

/* to's share in the translations of the word whose list this is in. */
typedef struct tm_lex_entry {
	uint32_t to;
	float weight;
} tm_lex_entry;

/* The translations of from-word f are entry[start[f]] .. entry[start[f+1]];
 * both vocabularies hold keys. */
typedef struct tm_lex_table {
	tm_vocab from, to;
	uint32_t *start;
	tm_lex_entry *entry;
	size_t n_entries;
	/* Private, until tm_lexicon_settle(). */
	struct tm_lex_triple {
		uint32_t from, to;
		float weight;
	} * triple;
	size_t n_triples, cap_triples;
} tm_lex_table;

/* What a memory taught: the words that f may answer are entry[start[f]] ..
 * entry[start[f+1]], with p(to | f) and p(f | to). */
typedef struct tm_lex_trained {
	tm_vocab from, to;
	uint32_t *start;
	struct tm_lex_taught {
		uint32_t to;
		float t[2];
	} * entry;
	size_t n_entries;
} tm_lex_trained;

struct tm_lexicon {
	char from_lang[36], to_lang[36];
	tm_analyser *from_an, *to_an;
	const char *fillers[2]; /* words that do not count, by side */
	bool has_names;
	tm_lex_table table[TM_LEX_KINDS];
	tm_lex_trained trained;
	tm_vocab phrases; /* pairs seen, so that two sources count once */
	bool limited;
	tm_vocab wanted; /* stems of the words that will be asked */
	/* A bit for each three letters, hashed, that one begins with. */
	uint64_t beginnings[256];
	/* The last phrases: a head word comes with each of its translations. */
	struct tm_lex_phrase {
		const tm_vocab *vocab;
		tm_buf text;
		uint32_t word[5];
		bool wanted[5];
		size_t n;
	} last[2];
	tm_buf key; /* scratch */
	tm_tokens from_tokens, to_tokens;
};

/*
 * Note that the phrase from may be translated by the phrase to: each pair
 * of their words gets weight / (words of from x words of to). Phrases of
 * more than four words say too little about each word and are passed
 * over, as are those that tm_lexicon_wants() does not want: then the result
 * is false. A pair said before counts once unless again is set.
 */
bool tm_lexicon_pair(tm_lexicon *lex, tm_lex_kind kind, tm_str from, tm_str to,
    double weight, bool again);

/*
 * False when no word of phrase, in the language lex->from, was in the texts
 * that tm_lexicon_limit() got. True for the others, for a few more, and for
 * all when there was no limit. Far cheaper than tokens (lexicon_want.c).
 */
bool tm_lexicon_wants(tm_lexicon *lex, tm_str phrase);

/* The same for the key of one word, with no false yes. */
bool tm_lexicon_wants_key(const tm_lexicon *lex, tm_str key);

/* True when the folded word counts as a word of a phrase, which "the" of
 * "the Hague" and single letters do not. */
bool tm_lexicon_counts(const tm_lexicon *lex, bool to, tm_str fold);

/* Make what was noted readable. */
void tm_lexicon_settle(tm_lexicon *lex);

/*
 * Note the pairs of a dictd dictionary (dictd.c): its index, its text, and
 * whether it goes from lex->to to lex->from. name is the index file, for
 * messages. Adds to *pairs how many it noted. Fails with TM_PARSE.
 */
bool tm_dictd_read(tm_lexicon *lex, const char *name, tm_str index, tm_str text,
    bool reversed, size_t *pairs, tm_error *err);

/* ---- A cache of what dictionaries say (lexicon_cache.c) ------------------ */

/* What the cache depends on: our version, how keys are made, and files, any
 * bytes that change when the dictionaries do. */
uint64_t tm_lex_cache_stamp(tm_lexicon *lex, tm_str files);

/* Put into out the image of a table that was settled. */
void tm_lex_cache_image(const tm_lex_table *table, uint64_t stamp, tm_buf *out);

/* True for an image with this stamp none of whose bytes has changed. */
bool tm_lex_cache_is_whole(tm_str image, uint64_t stamp);

/*
 * Add what the image knows of the words that lex wants to its table of
 * dictionaries, to be settled. The image, at a multiple of 8 bytes, may be
 * anything: false, and nothing added, when it makes no sense.
 */
bool tm_lex_cache_take(tm_lexicon *lex, tm_str image);

/* Take from the file; false when it is absent, stale or damaged. */
bool tm_lex_cache_load(tm_lexicon *lex, const char *path, uint64_t stamp);

/* Begin to write the file, making its folders. False where one cannot. */
bool tm_lex_cache_begin(tm_outfile *out, const char *path);

/*
 * Call word() with each way ICU knows to spell each of the n values in lang:
 * as cardinal, ordinal and year, of any gender (cldr.c). Not at all where
 * it knows none. Some milliseconds.
 */
void tm_spell_numbers(const char *lang, const int *values, size_t n,
    void (*word)(void *self, int value, tm_str spelled), void *self);

/* Does FreeDict have a dictionary from one language to another, by their
 * codes of ISO 639-3 (dictd_packages.c)? */
bool tm_dictd_exists(const char *from, const char *to);

/* The two readers of tm_lexicon_add_file(), for bytes in memory; name is for
 * messages (lexicon_file.c). The caller settles the lexicon. */
typedef struct tm_lexicon_complaints {
	void (*bad)(void *self, size_t line, const char *msg);
	void *self;
} tm_lexicon_complaints;

bool tm_lexicon_read_tsv(tm_lexicon *lex, const char *name, tm_str text,
    const tm_lexicon_complaints *to, size_t *pairs, tm_error *err);
bool tm_lexicon_read_tbx(tm_lexicon *lex, const char *name, tm_str text,
    const tm_lexicon_complaints *to, size_t *pairs, tm_error *err);

/* The ISO 639-3 code of a language ("ara" for "ar-SY"), or "" (cldr.c). */
const char *tm_iso639_3(const char *lang);

#endif

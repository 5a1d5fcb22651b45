/*
 * fuzzy.h - find the segments near a query, without missing one
 *
 * An index over segments of one language. A builder collects them and
 * writes an image, which is searched where it lies: in memory or in a
 * mapped file.
 *
 *	tm_fuzzy_builder *b = tm_fuzzy_builder_new("ar");
 *
 *	tm_fuzzy_builder_add(b, 17, 0, TM_STR("..."));
 *	tm_fuzzy_builder_write(b, fp);
 *	...
 *	tm_fuzzy *index = tm_fuzzy_open(image, &err);
 *	tm_haystack in = { .index = index, .query = &query };
 *	tm_search search = { .min = 70, .most = 5 };
 *
 *	tm_fuzzy_search(&search, &in, 1, &err);
 *		-> search.hits
 *
 * Whatever its inside, it promises: every segment whose match rate
 * reaches search.min is found, or as many of the best as were asked for.
 * An image is derived and can be made again at any time; a damaged one
 * is told, and never makes a search crash.
 *
 * Several threads may search one index, each with a tm_search of its own.
 */
#ifndef TM_FUZZY_H
#define TM_FUZZY_H

#include "tm/base.h"
#include "tm/match.h"

TM_BEGIN_DECLS

/* ---- Building ---------------------------------------------------------- */

typedef struct tm_fuzzy_builder tm_fuzzy_builder;

tm_fuzzy_builder *tm_fuzzy_builder_new(const char *lang);
void tm_fuzzy_builder_free(tm_fuzzy_builder *builder);

/*
 * Add a segment under id, which is the caller's, with a label that search
 * rules go by. Ids of one image lie within 2^32 of each other.
 */
void tm_fuzzy_builder_add(
    tm_fuzzy_builder *builder, int64_t id, uint16_t label, tm_str text);

typedef struct tm_fuzzy tm_fuzzy;

/*
 * Add what is in index, without analysing it again: label l becomes
 * labels[l] (n_labels of them), and what keep() says no to is left out
 * (NULL: nothing is). Fails with TM_PARSE when index is damaged.
 */
bool tm_fuzzy_builder_absorb(tm_fuzzy_builder *builder, tm_fuzzy *index,
    const uint16_t *labels, size_t n_labels,
    bool (*keep)(void *self, int64_t id), void *self, tm_error *err);

/* Segments so far. */
size_t tm_fuzzy_builder_count(const tm_fuzzy_builder *builder);

/* Write the image to fp; the builder stays as it is. Returns the number of
 * bytes, a multiple of 16. Errors of writing are kept by fp. */
uint64_t tm_fuzzy_builder_write(tm_fuzzy_builder *builder, FILE *fp);

/* ---- Searching --------------------------------------------------------- */

/*
 * Search the image, which is borrowed and 16-byte aligned. Only its frame
 * is looked at now. Fails with TM_PARSE (damaged) or TM_NEWER (another
 * version of the format or of the analysis: make it again).
 */
tm_fuzzy *tm_fuzzy_open(tm_str image, tm_error *err);
void tm_fuzzy_free(tm_fuzzy *index);

size_t tm_fuzzy_count(const tm_fuzzy *index);

/* Read all of the image and hold it against its checksum. */
bool tm_fuzzy_check(tm_fuzzy *index, tm_error *err);

/* What is known about the penalties of segments with one label. */
typedef struct tm_fuzzy_rule {
	bool skip;	     /* never found */
	uint8_t least, most; /* points off */
} tm_fuzzy_rule;

/* An index to search, for a query that is analysed for its language, and
 * which of its segments count. All is borrowed. */
typedef struct tm_haystack {
	tm_fuzzy *index;
	const tm_match_side *query;
	const tm_fuzzy_rule *rules; /* by label; NULL: no penalties */
	size_t n_rules;		    /* labels from here on are skipped */
	bool (*dead)(void *self, int64_t id); /* may be NULL */
	void *self;
} tm_haystack;

/* The rate will be least to most, penalties taken off. */
typedef struct tm_hit {
	int64_t id;
	double score;
	uint32_t in; /* the number of its haystack */
	uint16_t label;
	int16_t least, most;
} tm_hit;

/*
 * A search: start with min and most set and the rest 0. After it hits are all
 * that can be among the best, in no order; an id may come twice. It keeps
 * what it worked with for the next one: one thread at a time.
 */
typedef struct tm_search {
	int min;     /* least match rate, 1 to 100 */
	size_t most; /* how many of the best; 0: all */
	tm_hit *hits;
	size_t n, cap;
	int floor; /* nothing below this rate is among the best */
	/* private */
	size_t tally[101];
	int64_t *seen;
	size_t n_seen, cap_seen;
	struct tm_fuzzy_scratch *scratch;
} tm_search;

void tm_search_release(tm_search *search);

/*
 * Search n indexes at once. Fails with TM_PARSE when an image turns out to be
 * damaged; hits are then not to be used.
 */
bool tm_fuzzy_search(
    tm_search *search, const tm_haystack *in, size_t n, tm_error *err);

/* ---- Words in a row ---------------------------------------------------- */

/* One word of a phrase. */
typedef enum tm_part_how {
	TM_PART_PLAIN, /* the same word, but for case and spelling */
	TM_PART_STEM,  /* a form of it */
	TM_PART_GLOB,  /* plain is a pattern: * stands for any letters */
	TM_PART_ANY    /* any one word, number or code */
} tm_part_how;

typedef struct tm_part {
	tm_part_how how;
	tm_token_kind kind;
	tm_str plain, stem, root; /* numbers: their value; see tm/text.h */
} tm_part;

/* Is this token such a word? The same that a search goes by. */
bool tm_part_fits(const tm_part *part, const tm_token *token);

/* What to find, and who hears of it. */
typedef struct tm_find {
	const tm_part *parts; /* one at least is not TM_PART_ANY */
	size_t n_parts;
	bool any_order;		    /* all are there, somewhere */
	const tm_fuzzy_rule *rules; /* only skip counts; NULL: none */
	size_t n_rules;
	bool (*dead)(void *dead_self, int64_t id); /* may be NULL */
	void *dead_self;
	/* Returns false to end the search. */
	bool (*hit)(void *self, int64_t id, uint16_t label);
	void *self;
	uint32_t least; /* tm_fuzzy_runs(): what a row weighs at least, in
			 * hundredths of a word of five letters */
} tm_find;

/*
 * Tell of every segment that has the phrase, the shortest first as a rule;
 * *stopped: hit() wanted no more. Reads the segments in the shortest list of
 * its words; a pattern costs a look at every different word there is.
 * Fails with TM_PARSE when the image is damaged.
 */
bool tm_fuzzy_find(
    tm_fuzzy *index, const tm_find *find, bool *stopped, tm_error *err);

/* A row of tokens of a query, and a segment that has it. */
typedef struct tm_run {
	size_t start, n; /* tokens; n 0: none */
	int64_t id;
} tm_run;

/*
 * Improve best, which has one for each token of query: the longest row with
 * this token in it that a segment has, too, in the shortest segment. Rows
 * weigh find->least, without punctuation, or are all of a segment; going by
 * the rarest word, a token in one is not looked at for others, nor are rows
 * of words that stand nearly everywhere. Of find,
 * rules, dead and least count.
 */
bool tm_fuzzy_runs(tm_fuzzy *index, const tm_match_side *query,
    const tm_find *find, tm_run *best, tm_error *err);

TM_END_DECLS

#endif

/*
 * lookup.h - what the files of "tmtool lookup" share
 *
 * cmd-lookup.c has the options and asks; lookup-show.c tells people and
 * programs; lookup-batch.c asks many questions with all cores.
 */
#ifndef SRC_LOOKUP_H
#define SRC_LOOKUP_H

#include "choose.h"
#include "cmd.h"

struct lookup_values {
	const char *prev, *next, *id;
	struct choice choice; /* which units; from and to are the query's */
	struct opt_list memory, penalty;
	int min, most, jobs;
	bool json, html, exact, verify, alone, no_pieces, no_codes;
};

/* What all threads ask for. */
struct lookup_plan {
	struct tool *tool;
	const struct lookup_values *v;
	char *path[OPT_LIST_MAX];
	int points[OPT_LIST_MAX]; /* penalties of the memories */
	size_t n;		  /* memories */
	tm_penalties penalties;
	tm_filter filter;
};

/* One thread that asks, with stores of its own. */
struct looker {
	const struct lookup_plan *plan;
	tm_memory memory[OPT_LIST_MAX];
	tm_store_info info[OPT_LIST_MAX];
	const tm_store_lexicon *tables[OPT_LIST_MAX]; /* when first needed */
	size_t n_tables[OPT_LIST_MAX];
	size_t n;
	tm_arena arena;
	tm_answer answer, other;
	bool is_like;	  /* the answer is below the least rate; see below */
	tm_pieces pieces; /* when there is no answer */
	struct lookup_adapter {
		char from[TM_LANG_MAX], to[TM_LANG_MAX];
		tm_adapter *adapter;
	} * adapters;
	size_t n_adapters, cap_adapters;
	tm_adapted adapted; /* of the match that is being shown */
	tm_coded asked;	    /* what is being asked, without its codes */
	tm_arena question;  /* where that is */
	tm_buf target;	    /* the text being shown, with its codes */
	tm_marked *marked;  /* words of it */
	size_t cap_marked;
};

bool looker_open(
    struct looker *l, const struct lookup_plan *plan, tm_error *err);
void looker_close(struct looker *l);

/* A question, and where it comes from. */
struct lookup_ask {
	tm_str text, prev, next, id;
	bool batch;
};

/* What became of it: text for standard output and for standard error. */
struct lookup_reply {
	tm_buf out, complaints;
	bool answered, differs, failed;
};

void lookup_reply_clear(struct lookup_reply *r);
void lookup_reply_release(struct lookup_reply *r);

/* Ask, and put what is to be printed into reply. Fails only when a memory
 * cannot be read. */
bool looker_ask(struct looker *l, const struct lookup_ask *ask,
    struct lookup_reply *reply, tm_error *err);

/*
 * A date or another short text of numbers may differ from a stored one in all
 * that it says, "3 May 2024" and "12 June 2024", and its translation still
 * can be made of that one. Where nothing reaches the least rate, one such
 * segment is the answer, marked is_like: it is no match.
 */

/* The translation of f with its codes in it (tm/codes.h). */
tm_str looker_target(struct looker *l, const tm_found *f);
/* The unit that has a piece with its codes: what is before it, itself, what
 * is behind it; and then the translation. Each takes the place of the last. */
void looker_piece(struct looker *l, const tm_piece *p, tm_str part[3]);
tm_str looker_piece_target(struct looker *l, const tm_piece *p);
/* Put the words of its translation that answer the piece, as offsets in the
 * text without codes, into l->marked; returns how many are known. */
size_t looker_answers(struct looker *l, const tm_piece *p);
/* Where an offset in a text is in the marked one: behind the codes that stand
 * there, or before them. */
size_t lookup_offset(tm_str marked, size_t at, bool behind);

/* Put the numbers and codes of the query into the translation, as
 * l->adapted; false when there is nothing to put in. */
bool looker_adapt(struct looker *l, const tm_found *f);

/* ---- Telling (lookup-show.c) ------------------------------------------- */

void lookup_show(struct looker *l, const struct lookup_ask *ask, FILE *fp);
void lookup_show_json(struct looker *l, const struct lookup_ask *ask, FILE *fp);
/* A page: its beginning, a section for each query, its end. */
void lookup_html_begin(FILE *fp);
void lookup_show_html(struct looker *l, const struct lookup_ask *ask, FILE *fp);
void lookup_html_end(FILE *fp);
/* A line of a batch that is no text. */
void lookup_show_bad(
    const struct lookup_plan *plan, size_t line, const char *why, FILE *fp);

/* ---- Many (lookup-batch.c) --------------------------------------------- */

/* What became of all questions. */
struct lookup_tally {
	size_t queries, answered;
	bool differs, bad;
	struct progress progress; /* of --verify */
};

/* Each line of standard input is a question. */
bool lookup_batch(
    struct looker *first, struct lookup_tally *tally, tm_error *err);

/* Ask what somebody types on a terminal. */
bool lookup_interactive(
    struct looker *l, struct lookup_tally *tally, tm_error *err);

#endif

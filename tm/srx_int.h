/*
 * srx_int.h - SRX files as they were read, and as rules for one language
 */
#ifndef TM_SRX_INT_H
#define TM_SRX_INT_H

#include "tm/segment_int.h"
#include "tm/xml_int.h"

#include <stdatomic.h>

/* ---- SRX --------------------------------------------------------------- */

/* Which codes at a cut belong to what precedes it. */
typedef struct tm_srx_codes {
	bool start, end, isolated;
} tm_srx_codes;

/* What SRX says where a file does not. */
#define TM_SRX_CODES ((tm_srx_codes){ .end = true })

/* The rules of one language out of one or more SRX files, compiled. Never
 * changes once it is there; counted, so that threads can share it. */
typedef struct tm_srx tm_srx;
struct tm_srx {
	atomic_size_t refs;
	tm_rules *rules;
	struct kept {
		tm_str path, before, after;
		size_t line;
		bool breaks, exact;
	} * kept; /* by number of the rule */
	size_t n, cap;
	tm_arena arena;
	bool java;	/* how expressions are read */
	bool sentences; /* where no rule decides, ICU's sentences do */
	tm_srx_codes codes;
};

/* What is asked of rules; see tm_segment_options. */
typedef struct tm_srx_wish {
	const char *path; /* NULL: the built-in rules */
	const char *lang;
	tm_regex regex;
	tm_str abbreviations;
	/* names of lists in beyond.srx, "-colons-clauses"; or empty */
	const char *beyond;
	tm_segment_warn *warn; /* may be NULL */
	void *ctx;
} tm_srx_wish;

/*
 * Compile rules. Abbreviations and what is cut beyond sentences come before
 * those of the file. A rule that cannot be used is told to warn and left
 * out. Returns NULL with TM_IO, TM_PARSE or TM_LIMIT.
 */
tm_srx *tm_srx_open(const tm_srx_wish *wish, tm_error *err);
tm_srx *tm_srx_ref(tm_srx *srx);
void tm_srx_unref(tm_srx *srx);
const tm_rules *tm_srx_rules(const tm_srx *srx);
/* Do ICU's sentences decide where no rule does? */
bool tm_srx_sentences(const tm_srx *srx);
/* The line of the first rule that must be confirmed; 0 when none must. */
size_t tm_srx_first_inexact(const tm_srx *srx);

/* Asks ICU about the rules that are beyond the automata: one thread's. */
typedef struct tm_srx_check tm_srx_check;
tm_srx_check *tm_srx_check_new(const tm_srx *srx);
void tm_srx_check_free(tm_srx_check *check);
tm_confirm tm_srx_confirm; /* ctx is the tm_srx_check */
/* What went wrong while confirming; code is TM_OK when nothing did. */
const tm_error *tm_srx_check_error(const tm_srx_check *check);

/* The rules of a segmenter; NULL when it has none. In segment.c. */
const tm_srx *tm_segmenter_srx(const tm_segmenter *seg);
/* Is there a line break in text? Also there. */
bool tm_segment_has_break(tm_str text);

/* ---- Files ------------------------------------------------------------- */

typedef struct tm_srx_rule {
	tm_str before, after;
	size_t line;
	bool breaks;
} tm_srx_rule;

typedef struct tm_srx_list {
	tm_str name;
	size_t line;
	tm_srx_rule *v;
	size_t n, cap;
} tm_srx_list;

/* A file as it was read. */
typedef struct tm_srx_file {
	const char *path;
	bool cascade, is_srx;
	bool first;	/* version 1 */
	bool java;	/* it says that its expressions are Java's */
	bool sentences; /* and that ICU's sentences come last (Okapi) */
	bool has_cascade, has_subflows;
	tm_srx_codes codes;
	size_t header, range; /* lines; 0 where there is none */
	tm_srx_list *list;
	size_t nlists, caplists;
	struct map {
		tm_str pattern, list;
		size_t line;
	} * map;
	size_t nmaps, capmaps, nmaprules;
	tm_arena arena;
	/* while reading */
	tm_buf text;
	tm_srx_rule rule;
	bool in_text;
	tm_segment_warn *warn;
	void *ctx;
} tm_srx_file;

/* Read the file at file->path. Fails with TM_IO or TM_PARSE. */
bool tm_srx_read(tm_srx_file *file, tm_error *err);
void tm_srx_release(tm_srx_file *file);
/* Tell file->warn, if there is one. */
void tm_srx_warn(const tm_srx_file *file, size_t line, const char *message);
/* Can ICU compile both sides? */
bool tm_srx_icu_knows(const tm_srx_rule *rule, bool java, tm_error *err);

/* Language patterns match the whole tag, without case. False with err set
 * when pattern is no expression. */
bool tm_srx_fits(tm_str pattern, const char *tag, bool *fits, tm_error *err);

/* Add rule to rules, which read as java says. *exact as in tm_rules_add().
 * False, with err set, when the rule cannot be used. */
bool tm_srx_add(tm_rules *rules, const tm_srx_rule *rule, bool java,
    bool *exact, tm_error *err);

#endif

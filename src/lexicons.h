/* lexicons.h - where an alignment has its words from */
#ifndef SRC_LEXICONS_H
#define SRC_LEXICONS_H

#include "cmd.h"

/* ---- Tables of a memory ------------------------------------------------ */

/* The name of a table's language, "Arabic", in out. */
const char *lexicon_language(tm_str lang, char out[80]);

json_t *lexicon_json(const tm_store_lexicon *about);

/* Let answers know what the memory, which has these tables, taught of the
 * words they were asked for, from the one language to the other (without
 * regions), in whichever direction it did. False when it taught nothing of
 * these languages. To list the tables takes longer. */
bool learn_answers(tm_store *store, const tm_store_lexicon *tables, size_t n,
    tm_answers *answers, const char *from, const char *to);

/* ---- For an alignment -------------------------------------------------- */

/* What the user asks for. */
struct wordlists {
	struct opt_list files; /* --lexicon */
	bool none;	       /* --no-lexicon */
};

/*
 * Everything that is known of words between the languages of two texts, the
 * first of which is n segments (NULL: any texts): names, the installed
 * dictionary, files, what the memory taught (memory may be NULL or absent).
 * What was loaded is remarked. NULL, with err set, when a file cannot be read.
 * The caller frees the result.
 */
tm_lexicon *load_lexicon(const struct tool *tool, const struct wordlists *asked,
    const char *from, const char *to, const tm_str *segments, size_t n,
    const char *memory, tm_error *err);

#endif

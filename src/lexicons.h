/* lexicons.h - where an alignment has its words from */
#ifndef SRC_LEXICONS_H
#define SRC_LEXICONS_H

#include "cmd.h"

/* ---- Tables of a memory ------------------------------------------------ */

/* The name of a table's language, "Arabic", in out. */
const char *lexicon_language(tm_str lang, char out[80]);

json_t *lexicon_json(const tm_store_lexicon *about);

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

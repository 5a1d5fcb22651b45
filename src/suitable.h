/*
 * suitable.h - is this plain text, and of a kind that can be cut?
 */
#ifndef SRC_SUITABLE_H
#define SRC_SUITABLE_H

#include "cmd.h"

/* Fails with TM_PARSE where bytes are a document of another kind (PDF, Word,
 * OpenDocument, ...), and says how to get at its text. */
bool is_plain_text(const char *name, tm_str bytes, tm_error *err);

/* Say what text looks like where plain text is wanted: HTML, subtitles. */
void tell_markup(const struct tool *tool, const char *name, tm_str text);

/* Are lines broken in the middle of sentences, to fit a page? */
bool is_wrapped(tm_str text);

#endif

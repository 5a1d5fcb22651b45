/*
 * align-batch.h - a pair of files from its line to its summary, and many
 */
#ifndef SRC_ALIGN_BATCH_H
#define SRC_ALIGN_BATCH_H

#include "align-tell.h"

#include <pthread.h>

/* The words of two languages, and what was said when they were loaded. */
struct words {
	char from[TM_LANG_MAX], to[TM_LANG_MAX];
	tm_lexicon *lex; /* NULL: it failed, err says why */
	tm_error err;
	tm_buf said;
	bool told;
};

/* What many pairs of files share. */
struct shared {
	struct tool *tool;
	const char *memory;
	bool many;
	pthread_mutex_t lock; /* of words */
	struct words **words;
	size_t n_words, cap_words;
	tm_store *store; /* NULL: not open */
	size_t aligned, strangers, failed, skipped, stored;
	struct kept kept;
};

/* A pair of files, from its line to its summary. */
struct task {
	struct align_values v; /* with its own output */
	char *line;	       /* of the list; NULL: there is none */
	struct alignment a;
	struct outcome o;
	const struct words *words;
	tm_buf said; /* in a batch: until its turn has come */
	bool failed, stopped;
	bool skipped;	 /* its output is there */
	size_t bad_line; /* of the list: not a pair of files */
	tm_error err;
};

/* Does the output tell its format, and may it be written beside these texts
 * and this memory? */
bool align_is_known_format(const struct align_values *v, tm_error *err);
bool align_may_output(const struct align_values *v, const char *src,
    const char *tgt, const char *memory, tm_error *err);

/* All that changes nothing, and so can be done beside other pairs. */
bool align_think(struct shared *s, struct task *t, tm_error *err);

/* What has to be done in order: store, write, tell. Returns the exit
 * status. */
int align_finish(struct shared *s, struct task *t);

void align_release(struct task *t);

/* What shared has loaded and opened; it can be used again. */
void align_forget_words(struct shared *s);
void align_close_store(struct shared *s);

/* Align the pairs of files that the lines of path name. Returns the exit
 * status. */
int align_list(
    struct shared *s, const struct align_values *v, const char *path);

#endif

/* align-tell.h - what "tmtool align" is asked, and what it says of a pair */
#ifndef SRC_ALIGN_TELL_H
#define SRC_ALIGN_TELL_H

#include "align-known.h"
#include "lexicons.h"

struct align_values {
	const char *memory, *output, *format, *anchors, *hard_break, *beads;
	const char *batch, *encoding;
	struct cutting cutting;
	bool dry_run, force, json, skip_done;
	int max_bead, jobs;
	struct wordlists words;
	double review_below, min_confidence;
	struct reading_options reading;
	tm_bead_type *types; /* from beads */
	size_t n_types;
};

/* So many units that want review are named. */
enum { MOST_NAMED = 8 };

/* What a pair of files came to. */
struct outcome {
	size_t pairs, sure, doubtful, copies;
	double wrong; /* among the sure, as they promise */
	struct kept kept;
	bool strangers, stored;
	/* The first units in the memory that want review, and how many. */
	int64_t review[MOST_NAMED];
	size_t n_review;
	char *document; /* what the memory calls it; NULL: nothing there */
};

/* Do the texts translate each other? Tells what speaks against it. If surely
 * not, nothing is to be stored; if they do in another order, what is paired is
 * right. */
bool align_are_translations(const struct tool *tool, const struct alignment *a);

/* Count the pairs of a into o. */
void align_count(
    const struct align_values *v, const struct alignment *a, struct outcome *o);

/* For people: sentences, beads, pairs, and what memory has of them now. */
void align_summarise(const struct tool *tool, const struct align_values *v,
    const struct alignment *a, const struct outcome *o, const char *memory);

/* The same as JSON; or why it failed. */
void align_print_json(const struct align_values *v, const struct alignment *a,
    const struct outcome *o, const tm_error *failed);
/* Or that it was done already. */
void align_print_json_skipped(
    const struct align_values *v, const struct alignment *a);

#endif

/*
 * bitext.h - texts whose beads are known, and how many were found
 *
 * For the programs that measure the aligner. In a folder are DOC.src,
 * DOC.tgt (a sentence a line) and DOC.gold (a ladder); DOC.src.par and
 * DOC.tgt.par may hold the number of each line's paragraph: what
 * make-bitext.awk makes. What cannot be read ends the program with 2.
 */
#ifndef TESTS_BITEXT_H
#define TESTS_BITEXT_H

#include "tm/align.h"

/* One document: the lines of both sides and the gold beads. */
struct document {
	char name[256];
	tm_buf text[2];
	tm_str *line[2];
	size_t n[2];
	size_t *paragraph[2]; /* NULL: nothing is known of them */
	tm_beads gold;
};

/* All documents of a folder, by name. */
struct folder {
	struct document *v;
	size_t n, cap;
};

/* What was counted of one or many documents. */
struct total {
	size_t beads, right;	 /* of the test */
	size_t pairs, found;	 /* those with both sides */
	size_t sure, sure_right; /* pairs from .99 on */
	size_t gold;		 /* gold beads with both sides */
	double confidence;	 /* summed over pairs */
	/* Called for each bead of the test, if it is set. */
	void (*tell)(const tm_bead *bead, bool right);
};

/* Start with = { 0 }. */
void folder_read(struct folder *f, const char *dir);
void folder_release(struct folder *f);

/* Add the comparison of test with gold to t. */
void score(const tm_beads *test, const tm_beads *gold, struct total *t);
/* Strict: precision counts all beads, recall gold beads with both sides. */
double precision(const struct total *t);
double recall(const struct total *t);
double f1(const struct total *t);

/* Add to lex what the pairs of a file teach, lines of FROM TAB TO; returns
 * their number, and that of the pairs of words in taught. */
size_t teach(tm_lexicon *lex, const char *path, size_t *taught);

/* Say what is wrong and end the program. */
void die(const tm_error *err);

#endif

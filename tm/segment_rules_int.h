/*
 * segment_rules_int.h - compiled rules, as segment_rules.c makes them and
 * segment_run.c runs them
 */
#ifndef TM_SEGMENT_RULES_INT_H
#define TM_SEGMENT_RULES_INT_H

#include "tm/segment_rex_int.h"

/* Characters on either side of a place that the scan looks at. With one,
 * every space is looked at closer when a rule such as "\s[b-z]\." or
 * "[.?!]\s" and nothing may break (28 MB/s); with three 2 % of them are. */
#define NEAR 3
/* So many code points share a row of the table of classes. */
#define BLOCK 128u

enum { OP_SET, OP_SPLIT, OP_ASSERT, OP_MATCH };

/* OP_SET: sets[arg] -> x. OP_SPLIT: x or arg. OP_ASSERT: if node arg holds
 * -> x. OP_MATCH: expression arg has matched. */
typedef struct inst {
	uint32_t op, arg, x;
} inst;

/* One direction. */
typedef struct program {
	inst *v;
	size_t n, cap;
	struct pattern {
		char *text;
		size_t len;
		uint32_t start;
		int32_t root; /* of the tree */
		bool exact;
		uint64_t *rules; /* the rules that have it on this side */
	} * pat;
	size_t npat, cappat;
	uint32_t *owner; /* the pattern each instruction belongs to */
	bool backwards;
} program;

struct tm_rules {
	tm_rex rex;
	program before, after;
	struct rule {
		uint32_t before, after;
		bool breaks, exact;
	} * rule;
	size_t n, cap, words; /* words of 64 rules */
	uint64_t *breaking, *inexact;
	tm_chars hidden;
	/* classes */
	uint32_t *border; /* class cls[i] from border[i] on */
	uint16_t *cls;
	size_t nborders;
	uint16_t block[TM_CHARS_END / BLOCK]; /* the row of a code point */
	uint16_t *cell;			      /* rows of classes */
	size_t ncells, capcells;
	size_t nclasses; /* nclasses itself stands for the end of the text */
	uint8_t *member; /* [set * nclasses + class] */
	int32_t word;	 /* the set of \w, for \b */
	/* the scan: a place is worth a look when left[0][class before it],
	 * left[1][the one before that], right[0][class after it] and so on
	 * share a bit */
	uint64_t *left[NEAR], *right[NEAR];
	/* the bits that count in a text that begins with a class: those of
	 * rules that begin with ^ are there for few */
	uint64_t *opening, anchored;
	/* of two bytes, the first in the high half; with anchored rules and
	 * without */
	uint64_t hot[2][1024];
	/* the bits of left[0] and right[0] for characters that begin with a
	 * byte */
	uint64_t left_byte[256], right_byte[256];
};

#define HIDDEN 0 /* the class of the characters not looked at */

static inline uint16_t
class_of(const tm_rules *rules, uint32_t c)
{
	return rules->cell[(size_t)rules->block[c / BLOCK] * BLOCK + c % BLOCK];
}

static inline bool
has(const uint64_t *bits, size_t i)
{
	return bits[i / 64] >> (i % 64) & 1;
}

static inline void
put(uint64_t *bits, size_t i)
{
	bits[i / 64] |= (uint64_t)1 << (i % 64);
}

static inline bool
in_set(const tm_rules *rules, int32_t set, size_t cls)
{
	return cls < rules->nclasses &&
	       rules->member[(size_t)set * rules->nclasses + cls];
}

#endif

/*
 * segment_rex_int.h - regular expressions as trees over sets of characters
 */
#ifndef TM_SEGMENT_REX_INT_H
#define TM_SEGMENT_REX_INT_H

#include "tm/segment_int.h"

/* What category the characters of each range have, as a mask: the sets that
 * rules use most. ICU walks over Unicode for each, so it is asked once for
 * all. Start with = { 0 }. */
typedef struct tm_categories {
	struct {
		uint32_t first, last, mask;
	} * v;
	size_t n, cap;
} tm_categories;

/* In srx_icu.c. Fill set with what ICU says expr holds ("\p{Lu}"); false when
 * ICU knows no such property. */
bool tm_chars_property(tm_str expr, tm_categories *all, tm_chars *set);
/* In srx_icu.c. Add the other cases of what set holds. */
void tm_chars_fold(tm_chars *set);

/* ---- One expression ---------------------------------------------------- */

typedef enum tm_rex_kind {
	TM_REX_EMPTY,
	TM_REX_SET,    /* one character of sets[set] */
	TM_REX_CAT,    /* the children in turn */
	TM_REX_ALT,    /* one of the children */
	TM_REX_REPEAT, /* the child min to max times; max < 0: no end */
	TM_REX_LEFT,   /* the character to the left is in sets[set], or */
	TM_REX_RIGHT,  /* to the right; or the text ends there and edge */
	TM_REX_BOUND,  /* \b */
	TM_REX_INSIDE, /* \B */
	TM_REX_WILD    /* something we do not model: stands for anything */
} tm_rex_kind;

typedef struct tm_rex_node {
	tm_rex_kind kind;
	bool edge;
	int32_t set, min, max;
	int32_t child, next; /* indices of nodes, -1 for none */
} tm_rex_node;

/* A set as it was written, to be read once. */
typedef struct tm_rex_name {
	char *name;
	size_t n;
	int32_t set;
} tm_rex_name;

enum { TM_REX_LETTERS = 256 };

/* Trees that share their sets. Start with = { 0 }. */
typedef struct tm_rex {
	tm_rex_node *v;
	size_t n, cap;
	tm_chars *sets;
	size_t nsets, capsets;
	uint32_t *table; /* sets by hash, + 1 */
	size_t ntable;
	tm_rex_name *names;
	size_t nnames, capnames;
	/* sets of one character each, by the character's last bits: text is
	 * mostly letters, and looking up a set is 20 times as long */
	struct {
		uint32_t key; /* the character + 1 */
		int32_t set;
	} letter[TM_REX_LETTERS];
	tm_categories categories;
	bool bounds; /* some expression has \b or \B */
	bool java;   /* read as Java does, else as ICU */
} tm_rex;

void tm_rex_release(tm_rex *rex);
/* The number of set in rex->sets; set may be released afterwards. */
int32_t tm_rex_set(tm_rex *rex, const tm_chars *set);
/* The set of \w if some expression has \b or \B, else any set. */
int32_t tm_rex_word(tm_rex *rex);
/*
 * Read an expression as ICU or Java would. Returns its root or -1 with err set.
 * *exact is set to false when the tree accepts more than the expression
 * (back references, wide lookarounds), so that a match must be confirmed.
 */
int32_t tm_rex_parse(tm_rex *rex, tm_str pattern, bool *exact, tm_error *err);

/* ---- Reading ----------------------------------------------------------- */

/* An expression on its way to a tree; shared by the two files that read. */
typedef struct tm_rex_reader {
	tm_rex *rex;
	tm_str s;
	size_t i;
	int depth;
	bool fold, extended, dotall, multiline, unicode; /* (?ixsmU) */
	bool exact, failed;
	tm_error *err;
} tm_rex_reader;

/* Deeper nesting than people write; it bounds our recursion. */
#define TM_REX_DEPTH 100

/* Note what is wrong at the place reached; the first complaint counts. */
void tm_rex_fail(tm_rex_reader *r, const char *what);

static inline bool
rex_more(const tm_rex_reader *r)
{
	return r->i < r->s.n && !r->failed;
}

static inline bool
rex_at(const tm_rex_reader *r, const char *what)
{
	size_t n = strlen(what);

	return r->s.n - r->i >= n && memcmp(r->s.p + r->i, what, n) == 0;
}

static inline bool
rex_accept(tm_rex_reader *r, const char *what)
{
	if (r->failed || !rex_at(r, what))
		return false;
	r->i += strlen(what);
	return true;
}

static inline uint32_t
rex_next(tm_rex_reader *r)
{
	size_t len;
	uint32_t c = tm_char_at(r->s, r->i, &len);

	r->i += len;
	return c;
}

/* After '[': add what stands up to and with the closing ']' to out. */
void tm_rex_read_set(tm_rex_reader *r, tm_chars *out);
/* What \s \d \w \h \v and their capitals stand for; false for others. */
bool tm_rex_class(tm_rex_reader *r, uint32_t letter, tm_chars *out);
/* After \p or \P: {Name} or one letter. */
void tm_rex_property(tm_rex_reader *r, bool negated, tm_chars *out);
/* The character that letter, found after a backslash, stands for. */
uint32_t tm_rex_escaped(tm_rex_reader *r, uint32_t letter);

/* The set known by name, if there is one already. */
bool tm_rex_known(const tm_rex *rex, tm_str name, int32_t *set);
void tm_rex_remember(tm_rex *rex, tm_str name, int32_t set);
/* The number of what set does not hold; made once. */
int32_t tm_rex_inverse(tm_rex *rex, int32_t set);

#endif

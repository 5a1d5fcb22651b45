/* difference.h - what makes the stored segment the query, with nothing
 * left out */
#ifndef DIFFERENCE_H
#define DIFFERENCE_H

#include "cmd.h"

/* What becomes what: one is empty in an insertion and in a deletion. All
 * that was, one after the other, is the stored text, and all that is the
 * query. */
struct piece {
	tm_edit_op op;
	tm_str was, is;
};

struct difference {
	struct piece *v;
	size_t n, cap;
};

/* The edits of a match with the white space and the invisible characters
 * between their runs; start with = { 0 }. The texts are borrowed. */
void difference_of(struct difference *d, const tm_edit *edits, size_t n,
    tm_str stored, tm_str query);
void difference_release(struct difference *d);

/* How a code is shown: by its number; or, where those of both sides are alike
 * and the codes are not, by what is in it or all of its XML. */
enum code_view { CODE_NUMBER, CODE_NATIVE, CODE_XML };

/* The first in which two sides of a change are seen to have other codes, or
 * CODE_NUMBER where they have the same. */
enum code_view difference_view(tm_str was, tm_str is);
void difference_code(tm_str xml, enum code_view view, tm_buf *out);

/* The white space that a change begins and ends with, which is shown as it is
 * where there is more to the change than that: s is what is between. */
void difference_edges(tm_str *s, tm_str *before, tm_str *after);

/* Add s with a name for each character that cannot be seen, blanks too where
 * s is nothing else: "[NBSP]", "␣". */
void difference_show(tm_str s, tm_buf *out);

#endif

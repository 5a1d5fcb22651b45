/* xml_door_int.h - the door that the bytes of XML come through */
#ifndef TM_XML_DOOR_INT_H
#define TM_XML_DOOR_INT_H

#include "tm/input_int.h"
#include "tm/xml_int.h"

#define TM_XML_BLOCK (1 << 16)
#define TM_XML_NUL     1 /* stands for a zero byte */
#define TM_XML_FOREIGN 2 /* stands for a byte that is not UTF-8 */

/* Begin with = { 0 }. */
typedef struct tm_xml_door {
	tm_input *in;
	tm_error *err;
	int kind;
	bool at_end;
	size_t line, good, bad;
	char name[64]; /* of the encoding that the file declares */
	char raw[TM_XML_BLOCK], block[TM_XML_BLOCK * 3 / 2 + 8];
	size_t n_raw; /* kept for the next block: half a character */
	size_t n_block, served;
	bool in_tag, fresh; /* fresh: just behind its "<" */
	char quote;	    /* that is open in it */
	size_t n_attrs;
} tm_xml_door;

/*
 * Look at the first bytes of in: what are they in, if not in encoding (NULL:
 * nobody says)? *converter is the encoding of what the door serves, NULL for
 * UTF-8. err, which must be there, is kept for serving.
 */
bool tm_xml_door_open(tm_xml_door *door, tm_input *in, const char *encoding,
    const char **converter, tm_error *err);

/* The next bytes, up to size, into p; 0 at the end, -1 with err set. */
int tm_xml_door_serve(tm_xml_door *door, char *p, int size);

/* Write c, a code point, to p; returns how many bytes, 1 to 4. */
size_t tm_xml_put_utf8(char *p, unsigned c);

#endif

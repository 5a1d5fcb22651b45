/*
 * xml_int.h - XML in, XML out
 *
 * Reading is a stream of three events. A handler says what it wants to
 * hear; a callback that returns false (with err set) stops the reading:
 *
 *	static bool
 *	start(void *self, const tm_xml_tag *tag, tm_error *err)
 *	{
 *		if (tm_str_eq(tag->name, TM_STR("rule")))
 *			return add_rule(self, tm_xml_get(tag, "break"), err);
 *		return true;
 *	}
 *
 *	const tm_xml_handler handler = { .start = start, .text = text };
 *
 *	tm_xml_read("rules.srx", NULL, &handler, &rules, &err);
 *
 * Memory does not grow with the file. Nothing is fetched, from the disk or
 * the network, and no entity that a file declares is expanded: they are
 * flaws. The names that HTML gives to characters (&nbsp;) are known.
 *
 * Writing is a tm_buf and three functions that escape.
 */
#ifndef TM_XML_INT_H
#define TM_XML_INT_H

#include "tm/base.h"

typedef struct tm_xml_attr {
	tm_str name; /* "type", or with its prefix: "xml:lang" */
	tm_str value;
} tm_xml_attr;

/* Strings are good during the call. */
typedef struct tm_xml_tag {
	tm_str name; /* without prefix */
	tm_str ns;   /* the namespace's address; empty when there is none */
	const tm_xml_attr *attr;
	size_t n; /* 0 at the end of an element */
	size_t line;
} tm_xml_tag;

/* What is not well-formed, and how far the rest can be trusted. */
typedef enum tm_xml_harm {
	TM_XML_MENDED, /* the meaning is clear: a bare & was read as &amp; */
	TM_XML_LOST,   /* a character XML forbids was left out of the text */
	TM_XML_BROKEN, /* what is around cannot be trusted; what follows can */
	TM_XML_CUT     /* nothing follows; the reader will fail with it */
} tm_xml_harm;

typedef struct tm_xml_flaw {
	tm_xml_harm harm;
	size_t line;
	const char *msg;
} tm_xml_flaw;

/*
 * Any may be NULL. text() may be called many times for one text; white
 * space between elements is text too. Without flaw() the first flaw makes
 * the reading fail; with one it decides, and reading goes on if it can.
 */
typedef struct tm_xml_handler {
	bool (*start)(void *self, const tm_xml_tag *tag, tm_error *err);
	bool (*end)(void *self, const tm_xml_tag *tag, tm_error *err);
	bool (*text)(void *self, tm_str text, tm_error *err);
	bool (*flaw)(void *self, const tm_xml_flaw *flaw, tm_error *err);
} tm_xml_handler;

/* All may be zero. */
typedef struct tm_xml_options {
	const char *encoding; /* instead of what the file says it is in */
	size_t depth;	      /* elements in elements; 0: 256 */
} tm_xml_options;

/*
 * Read path ("-": standard input; gzip is unpacked). Fails with TM_IO;
 * TM_PARSE (the message has the line); TM_LIMIT when elements are nested
 * too deep or an attribute, a comment or a CDATA section is larger than
 * 10 MB; TM_INVALID for an unknown encoding; or with what a callback said.
 */
bool tm_xml_read(const char *path, const tm_xml_options *options,
    const tm_xml_handler *handler, void *self, tm_error *err);

/* The same for bytes in memory; name is for messages. */
bool tm_xml_parse(const char *name, tm_str bytes, const tm_xml_options *options,
    const tm_xml_handler *handler, void *self, tm_error *err);

/* The value of an attribute; { NULL, 0 } when there is none. */
tm_str tm_xml_get(const tm_xml_tag *tag, const char *name);

/*
 * Add s as text or as the value of an attribute, with what must be escaped
 * escaped. Characters that XML forbids, and bytes that are not UTF-8, are
 * left out; returns how many were.
 */
size_t tm_xml_add_text(tm_buf *out, tm_str s);
size_t tm_xml_add_value(tm_buf *out, tm_str s);

/* Add ' name="value"'. */
size_t tm_xml_add_attr(tm_buf *out, const char *name, tm_str value);

/* The length of the XML character at the start of s, 0 when there is none:
 * not UTF-8, a control, a surrogate, U+FFFE or U+FFFF. */
size_t tm_xml_char(tm_str s);

#endif

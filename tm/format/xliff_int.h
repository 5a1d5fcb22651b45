/* xliff_int.h - what the files of XLIFF share */
#ifndef TM_FORMAT_XLIFF_INT_H
#define TM_FORMAT_XLIFF_INT_H

#include "tm/format_int.h"
#include "tm/xml_int.h"

/* The reading half (xliff.c); the other is xliff_write.c. */
bool tm_xliff_read(const char *path, const tm_format_options *options,
    const tm_sink *sink, tm_error *err);

/* Tells sink of all that is not valid (xliff_valid.c). */
typedef struct xliff_valid xliff_valid;

xliff_valid *xliff_valid_new(const char *path, const tm_sink *sink);
void xliff_valid_start(xliff_valid *v, const tm_xml_tag *tag);
/* Tells of what was only counted. NULL is fine. */
void xliff_valid_free(xliff_valid *v);

#endif

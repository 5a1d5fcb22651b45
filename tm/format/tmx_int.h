/* tmx_int.h - what the files of TMX share */
#ifndef TM_FORMAT_TMX_INT_H
#define TM_FORMAT_TMX_INT_H

#include "tm/format_int.h"
#include "tm/xml_int.h"

/* Elements inside each other. */
#define TMX_DEPTH_MAX 256

/* Tells sink of all that is not valid (tmx_valid.c). */
typedef struct tmx_valid tmx_valid;

tmx_valid *tmx_valid_new(const char *path, const tm_sink *sink);
void tmx_valid_start(tmx_valid *v, const tm_xml_tag *tag);
void tmx_valid_end(tmx_valid *v, const tm_xml_tag *tag);
/* Tells of what was only counted. NULL is fine. */
void tmx_valid_free(tmx_valid *v);

#endif

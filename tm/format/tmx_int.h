/* tmx_int.h - what the files of TMX share */
#ifndef TM_FORMAT_TMX_INT_H
#define TM_FORMAT_TMX_INT_H

#include "tm/format_int.h"
#include "tm/xml_int.h"

/* Elements inside each other. */
#define TMX_DEPTH_MAX 256

/* A unit of more bytes is not one that somebody translated. The longest
 * seen, in 72 files made for trouble, has 3 MB. */
#define TMX_UNIT_MAX ((size_t)16 << 20)

/* What a unit is read into, and what was said of it. */
typedef struct tmx_room {
	const char *path;
	const tm_sink *sink;
	tm_arena arena;
	size_t bytes; /* of the unit, in the arena and elsewhere */
	bool damaged; /* the unit is not handed on */
	bool told;    /* one small thing of the unit was told: it is enough */
} tmx_room;

/* Into the arena; empty where the unit has become too long. */
tm_str tmx_keep(tmx_room *room, tm_str s);

/* The unit cannot be trusted. Said once: what follows from it is noise. */
void tmx_damage(tmx_room *room, size_t line, const char *msg);

/* Something small, said of the first in a unit. */
void tmx_hint(tmx_room *room, size_t line, const char *fmt, ...)
    TM_PRINTF(3, 4);

/*
 * What stands inside of <seg>: text, and elements that become codes
 * (tmx_segment.c). One is made for a file and used for every segment.
 */
typedef struct tmx_segment tmx_segment;

tmx_segment *tmx_segment_new(tmx_room *room);
void tmx_segment_free(tmx_segment *s);
void tmx_segment_begin(tmx_segment *s);
void tmx_segment_start(tmx_segment *s, const tm_xml_tag *tag);
/* False when no element is open: the tag is that of the segment. */
bool tmx_segment_end(tmx_segment *s, const tm_xml_tag *tag);
void tmx_segment_text(tmx_segment *s, tm_str text);
/* Bytes that are not in the room yet. */
size_t tmx_segment_bytes(const tmx_segment *s);
/* Give text and codes to v, in the room. */
void tmx_segment_finish(tmx_segment *s, tm_variant *v);

/* Tells sink of all that is not valid (tmx_valid.c). */
typedef struct tmx_valid tmx_valid;

tmx_valid *tmx_valid_new(const char *path, const tm_sink *sink);
void tmx_valid_start(tmx_valid *v, const tm_xml_tag *tag);
void tmx_valid_end(tmx_valid *v, const tm_xml_tag *tag);
/* Tells of what was only counted. NULL is fine. */
void tmx_valid_free(tmx_valid *v);

#endif

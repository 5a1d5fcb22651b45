/*
 * unit.h - the value everything passes round: a translation unit
 *
 * A unit (TMX: tu) holds what one segment says in two or more languages,
 * each a variant (tuv), with what is known about it. Readers make units
 * and hand them to a sink, the store takes and gives them, writers write
 * them:
 *
 *	tm_variant v[2] = {
 *		{ .lang = TM_STR("ar"), .text = TM_STR("مرحبا") },
 *		{ .lang = TM_STR("en"), .text = TM_STR("Hello") },
 *	};
 *	tm_unit u = { .v = v, .n = 2, .confidence = -1 };
 *
 *	sink->unit(sink->self, &u, &err);
 *
 * A unit owns nothing: its strings and arrays belong to whoever made it,
 * and a sink that wants to keep one copies it with tm_unit_copy().
 * The first variant is the source where srclang is empty.
 */
#ifndef TM_UNIT_H
#define TM_UNIT_H

#include "tm/base.h"

TM_BEGIN_DECLS

/*
 * What a tool has said about a unit or a variant. kind tells the three
 * things TMX has: a <prop type="...">, a <note>, and an attribute we give
 * no meaning of our own (type is then its name).
 */
typedef enum tm_meta_kind { TM_PROP, TM_NOTE, TM_ATTR } tm_meta_kind;

typedef struct tm_meta {
	tm_meta_kind kind;
	tm_str type, lang, value;
} tm_meta;

/*
 * An inline code: xml is what stands at byte offset at of the text, one
 * well-formed piece of TMX such as <ph x="1"/>, or half of a pair that
 * surrounds text, such as <hi> and </hi>. In order of at.
 */
typedef struct tm_code_at {
	size_t at;
	tm_str xml;
} tm_code_at;

typedef struct tm_variant {
	tm_str lang; /* canonical */
	tm_str text; /* UTF-8, without codes */
	tm_code_at *codes;
	size_t n_codes;
	tm_meta *meta;
	size_t n_meta;
	int64_t created, changed; /* seconds since 1970, UTC; 0 unknown */
	tm_str author, changer;
} tm_variant;

/* One more place that a unit stands in, beside that of its fields. */
typedef struct tm_stand {
	tm_str document, path;
	int64_t position;
} tm_stand;

typedef enum tm_status { TM_DRAFT, TM_CONFIRMED, TM_REJECTED } tm_status;

typedef struct tm_unit {
	int64_t id; /* in the store; 0 not stored */
	tm_str tuid;
	tm_str srclang; /* canonical, or empty, or "*all*" */
	tm_variant *v;
	size_t n;
	tm_meta *meta;
	size_t n_meta;
	int64_t created, changed;
	tm_str author, changer;
	tm_status status;
	double confidence; /* that the pair is right, 0 to 1; < 0 unknown */
	tm_str document;   /* where it comes from: usually a file name */
	int64_t position;  /* its place there, from 1; 0 unknown */
	tm_str path;	   /* where that lies, which tells documents of one
			      name apart; empty: not known */
	tm_stand *also;	   /* where else it stands: no place twice */
	size_t n_also;
	bool in_passing; /* its place is that in a file of exchange: it is
			    no news of a unit that was there before */
	size_t line;	 /* of the file it was read from; 0 unknown */
	tm_str file;	 /* which it was imported from; empty: none */
} tm_unit;

/* A copy of everything, in arena. */
tm_unit *tm_unit_copy(tm_arena *arena, const tm_unit *unit);

/* Does it stand in a document that fits()? Then that place comes first, and
 * the one that was first among the others: in unit->also, which is changed.
 */
bool tm_unit_show_place(tm_unit *unit,
    bool (*fits)(const void *self, const tm_stand *place), const void *self);

/* The index of the source variant: the one in srclang, else the first. */
size_t tm_unit_source(const tm_unit *unit);

/* The first variant whose language lang covers, from index start on;
 * unit->n when there is none. */
size_t tm_unit_find(const tm_unit *unit, const char *lang, size_t start);

/* The value of the first prop with this name, with x- before it or without,
 * case being nothing; its p is NULL when there is none. */
tm_str tm_meta_prop(const tm_meta *meta, size_t n, tm_str name);

/* Does it say itself what stands before or behind it, in a prop of the unit
 * or of a variant ("prev", "x-context-post")? */
bool tm_unit_names_context(const tm_unit *unit);

/*
 * Is the translation, variant to, one that a machine made? Known by the
 * authors that other tools name ("MT!", "MT") and by the prop "x-Origin" or
 * "origin" of the unit or the variant.
 */
bool tm_unit_is_machine_made(const tm_unit *unit, size_t to);
/* Is this the name of an author that is a machine? */
bool tm_unit_is_machine(tm_str author);

/*
 * Where units go. unit() returns false with err set to stop the walk; the
 * unit is good during the call. warn(), which may be NULL, hears of input
 * that was skipped or mended: line is 0 where lines mean nothing, and
 * skipped says that a unit was lost by it.
 */
typedef struct tm_warning {
	const char *path;
	size_t line;
	bool skipped;
	const char *msg;
} tm_warning;

typedef struct tm_sink {
	void *self;
	bool (*unit)(void *self, const tm_unit *unit, tm_error *err);
	void (*warn)(void *self, const tm_warning *warning);
} tm_sink;

TM_END_DECLS

#endif

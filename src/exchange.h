/*
 * exchange.h - units from anywhere into a file of exchange
 */
#ifndef SRC_EXCHANGE_H
#define SRC_EXCHANGE_H

#include "cmd.h"

/* What to write, and how: the options of export and convert. */
struct exchange {
	const char *from, *to; /* only these languages; NULL: all */
	const char *input;     /* what must not be overwritten */
	const char *output;    /* NULL or "-": standard output */
	const char *second;    /* the other half of parallel text, or NULL */
	const char *format;    /* NULL: as output tells, else tmx */
	bool split;	       /* a file for each pair of languages */
	bool json;	       /* a JSON object for each file that is written */
	int level;	       /* of TMX */
	const char *tool;      /* TMX for this one; NULL: for all */
};

/* The files that units go to. */
struct outlets;

/*
 * Where units come from: walk() hands all of them to sink, as often as it
 * is called; to is NULL while they are only looked at, else what a source
 * with a header gives that to, with exchange_header().
 */
struct unit_source {
	void *self;
	bool (*walk)(
	    void *self, const tm_sink *sink, struct outlets *to, tm_error *err);
	bool once;  /* it can be walked but once: standard input */
	bool tells; /* the user hears of each walk that has files to go to */
	/* The source language of all units where it is known to be but one;
	 * else NULL. */
	const char *lang;
};

/* What the units' file says of itself, before the first unit. */
void exchange_header(struct outlets *to, const tm_meta *meta, size_t n);

/* The names of all formats, NULL at the end. */
extern const char *const exchange_formats[];
/* The tools TMX can be written for. */
extern const char *const exchange_tools[];

/* The format of the file at path, which exists: by name, else as its name or
 * its beginning tells; option is what names it, for the message. */
const tm_format *input_format(
    const char *path, const char *name, const char *option, tm_error *err);

/* Are a and b the two files of a parallel text, by their names alone? */
bool is_parallel(
    const char *a, const char *b, char from[TM_LANG_MAX], char to[TM_LANG_MAX]);

/* Write the units of source. Returns the exit status, having complained. */
int exchange_write(struct tool *tool, const struct exchange *x,
    const struct unit_source *source);

/* Rows of an option table for a struct exchange at type.x. */
/* clang-format off */
#define OPT_EXCHANGE(type)                                                     \
	{ 'f', "format", "FORMAT", OPT_CHOICE, offsetof(type, x.format),       \
	    .help = "tmx, tsv, csv, xliff, xliff2, po, jsonl or text",         \
	    .choices = exchange_formats },                                     \
	{ 0, "from", "LANG", OPT_LANG, offsetof(type, x.from),                 \
	    .help = "only units with this language, as the source" },          \
	{ 0, "to", "LANG", OPT_LANG, offsetof(type, x.to),                     \
	    .help = "only units with this language, as a target" },            \
	{ 0, "split", NULL, OPT_FLAG, offsetof(type, x.split),                 \
	    .help = "a file for each pair of languages: x.ar-en.tmx" },        \
	{ 0, "for", "TOOL", OPT_CHOICE, offsetof(type, x.tool),                \
	    .help = "TMX as this tool likes it: omegat, trados, memoq, " \
		    "matecat, phrase, xtm, poedit, lokalize, virtaal, weblate",            \
	    .choices = exchange_tools },                                       \
	{ 0, "json", NULL, OPT_FLAG, offsetof(type, x.json),                   \
	    .help = "say what was written as a JSON object a file" },          \
	{ 0, "level", "N", OPT_INT, offsetof(type, x.level),                   \
	    .help = "TMX level: 1 without inline codes, 2 with (2)", .min = 1, \
	    .max = 2 }
/* clang-format on */

#endif

/*
 * format.h - which format is this; read it into a sink, write it from one
 *
 *	const tm_format *f = tm_format_of("x.tmx", head, &err);
 *
 *	tm_format_read(f, "x.tmx", &options, &sink, &err);
 *
 * A reader reports each bad unit to the sink's warn() and goes on; it fails
 * only when nothing after can be trusted. A writer is a sink:
 *
 *	tm_writer *w = tm_writer_open(f, "out.tmx", &options, &err);
 *
 *	tm_store_walk(store, NULL, tm_writer_sink(w), &err);
 *	tm_writer_close(w, &err);
 *
 * Formats do not know the store.
 */
#ifndef TM_FORMAT_H
#define TM_FORMAT_H

#include "tm/base.h"
#include "tm/lang.h"
#include "tm/unit.h"

TM_BEGIN_DECLS

typedef struct tm_format tm_format;

/* By name ("tmx"); NULL when there is none. */
const tm_format *tm_format_named(const char *name);

/* By what the path ends in; NULL when that says nothing. */
const tm_format *tm_format_for_path(const char *path);

/* By path and the first bytes of the content: the highest bid wins; NULL
 * when nobody bids. */
const tm_format *tm_format_detect(const char *path, tm_str head);

/*
 * The same for the file at path, which exists: its first bytes are read,
 * unpacked where it is packed. Of standard input ("-") and of a pipe what
 * was looked at is there again for the tm_format_read() that follows. Returns NULL and
 * sets err: TM_IO, or TM_INVALID when neither name nor bytes tell.
 */
const tm_format *tm_format_tell(const char *path, tm_error *err);

/*
 * Are the two paths the halves of a parallel text: the same but for the
 * languages in their names, which go to from and to ("a.ar" and "a.en",
 * "x.ar.txt" and "x.en.txt")?
 */
bool tm_format_halves(
    const char *a, const char *b, char from[TM_LANG_MAX], char to[TM_LANG_MAX]);

const char *tm_format_name(const tm_format *format);
bool tm_format_can_write(const tm_format *format);

/* The name of the k-th format, from 0; NULL past the last. */
const char *tm_format_list(size_t k);

/* The tools that TMX can be written for: "omegat", "memoq", ... from 0;
 * NULL past the last. */
const char *tm_format_tool(size_t k);

/*
 * All may be NULL or zero. What they point to must last as long as the
 * reading, or the writer.
 */
typedef struct tm_format_options {
	const char *from, *to; /* languages of formats that name none; a
				  writer of two columns picks these */
	const char *encoding;  /* of the input, instead of what it claims */
	const char *srclang;   /* for the TMX header; NULL: *all* */
	int level;	       /* 1: write text only; 0 or 2: codes too */
	bool strict; /* a reader tells of what is not valid, too, even where
			it can be read */
	const char *tool; /* write for this one; see tm_format_tool() */
	/*
	 * What a file says of itself before its first unit (the header of
	 * TMX): attributes, props and notes; an <ude> is a prop of type
	 * x-tmtool-ude. A reader tells header_is() of them; a writer takes
	 * them from header, which must be there until the first unit.
	 */
	void (*header_is)(void *self, const tm_meta *meta, size_t n);
	void *header_self;
	const tm_meta *header;
	size_t n_header;
	/* Hears at close what a writer could not write as it was. */
	void (*warn)(void *self, const tm_warning *warning);
	void *warn_self;
} tm_format_options;

/*
 * Read path ("-": standard input) and hand its units to sink. Memory does
 * not grow with the file. Fails with TM_IO, TM_PARSE (line in the message),
 * TM_LIMIT, or with what the sink said.
 */
bool tm_format_read(const tm_format *format, const char *path,
    const tm_format_options *options, const tm_sink *sink, tm_error *err);

typedef struct tm_writer tm_writer;

/* Give the header before the first unit, where it is known only after the
 * writer was opened: from header_is() of a reader, say. */
void tm_writer_header(tm_writer *writer, const tm_meta *meta, size_t n);

/* Write to path ("-": standard output); it appears whole at close. */
tm_writer *tm_writer_open(const tm_format *format, const char *path,
    const tm_format_options *options, tm_error *err);
/* The name of another file that writer makes beside its own, good until it
 * is closed: parallel text is two. NULL when there is none. */
const char *tm_writer_second(const tm_writer *writer);
const tm_sink *tm_writer_sink(tm_writer *writer);
/* Finish and free; false when the file could not be written whole. */
bool tm_writer_close(tm_writer *writer, tm_error *err);
/* Throw away what was written, and free. */
void tm_writer_abandon(tm_writer *writer);

TM_END_DECLS

#endif

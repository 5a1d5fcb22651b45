/*
 * store_segment_int.h - one piece of the index: builders, images, files
 *
 * A growing takes the texts of units one after the other (store_grow.c) and
 * gives a segment, in memory or in a file (store_make.c); a segment is searched
 * (store_segment.c), or joined with others. Where their files are is the
 * business of store_folder.c, and how they follow the memory that of
 * store_index.c.
 */
#ifndef TM_STORE_SEGMENT_INT_H
#define TM_STORE_SEGMENT_INT_H

#include "tm/fuzzy_int.h"
#include "tm/store_int.h"

enum { TM_KNOWN = 4 }; /* units that a file is known by */

/* What a file begins with. Files are of this machine: anything else is made
 * again. */
typedef struct tm_segment_head {
	char magic[8];
	uint32_t order, version;
	char uuid[32];
	int64_t lo, hi; /* units lo < id <= hi */
	int64_t rev;	/* as of this revision */
	int64_t last;	/* of a patch: the unit touched last */
	struct tm_known {
		int64_t id, hash; /* 0: there was none */
	} known[TM_KNOWN];	  /* some units, hi among them */
	uint64_t size, labels_at, labels_size;
	uint64_t n_langs;
	uint64_t check;
} tm_segment_head;

#define TM_SEGMENT_MAGIC "tmindex"
enum {
	TM_SEGMENT_VERSION = 4,
	TM_MOST_LABELS = 65535 /* and one for those that found no room */
};

/* After the head: where the image of each language is. */
typedef struct tm_segment_lang {
	char base[48];
	uint64_t at, size;
} tm_segment_lang;

/*
 * What is written in such pieces the system may keep, and map, as such: then
 * a lookup, which goes anywhere in ten million units, waits a sixth less for
 * addresses to be looked up (Linux 6.16 and later, ext4).
 */
enum { TM_HUGE_PAGE = 2 << 20 };

typedef struct tm_segment tm_segment;

/* What is searched, and the segment that each is of. */
typedef struct tm_haystacks {
	tm_haystack *v;
	size_t n, cap;
	const tm_segment **of;
	size_t cap_of;
} tm_haystacks;

/*
 * Threads that put texts into builders (store_crew.c): those of a language
 * in the order they are given. Only who made a crew gives to it, and uses
 * its builders once it has ended: with all done, or with the rest dropped.
 */
typedef struct tm_crew tm_crew;

tm_crew *tm_crew_new(void);
void tm_crew_give(tm_crew *crew, size_t lang, tm_fuzzy_builder *builder,
    int64_t id, uint16_t label, tm_str text);
void tm_crew_end(tm_crew *crew, bool finish);

/* Builders of all languages, for a segment to be; start with = { 0 }. */
typedef struct tm_growing {
	struct tm_labels {
		tm_arena arena;
		tm_str *v;
		size_t n, cap;
		uint32_t *slots; /* number + 1, by hash */
		size_t n_slots;
	} labels;
	struct tm_growing_lang {
		char base[TM_LANG_MAX];
		tm_fuzzy_builder *builder;
	} * langs;
	size_t n_langs, cap_langs;
	size_t units;
	size_t bytes;	 /* of texts */
	tm_crew *crew;	 /* who analyses for it, or NULL: the caller */
	tm_buf label;	 /* scratch */
	tm_segment *seg; /* of it as it was last searched, or NULL */
} tm_growing;

void tm_growing_clear(tm_growing *g);

/* The number of a label, given one when it is new; TM_MOST_LABELS: there is no
 * room for it. */
uint16_t tm_label_number(struct tm_labels *labels, tm_str text);
void tm_labels_release(struct tm_labels *labels);

/* Add units lo < id <= hi of store, without those that are rejected. */
bool tm_growing_read(
    tm_growing *g, tm_store *store, int64_t lo, int64_t hi, tm_error *err);
/* The same with threads beside this one, into one without a crew. */
bool tm_growing_read_many(
    tm_growing *g, tm_store *store, int64_t lo, int64_t hi, tm_error *err);
/* Add a unit, unless it is rejected. The texts are copied. */
void tm_growing_add(tm_growing *g, const tm_texts *texts);
/* Wait for the crew, if it has one: its builders can then be used. */
void tm_growing_finish(tm_growing *g);

/*
 * What is too much for one segment of texts, so that the memory it takes to
 * make one has an end (300 MB with two languages), what is worth a second
 * thread while it is written, and what is too much for one that others are
 * joined to. Joining takes 45 bytes a text and 150 MB: up to four million two
 * languages are written beside each other, more than that in turn, which takes
 * 600 MB with ten million units. Tests make all of these small.
 */
extern struct tm_segment_limits {
	int64_t units;
	size_t bytes;	/* of texts */
	size_t texts;	/* of a language: a fifth of a second's work */
	int64_t joined; /* units; an image has numbers of 24 bits then */
	uint64_t size;	/* of their files; what is in one has 32 bits */
	size_t beside;	/* texts */
	/* Units in a tail or in patches before they go into a file. Each
	 * costs a new process some 10 us, and 1,000 of them are still below
	 * what starting a process costs. */
	size_t tail;
} tm_segment_limits;

/*
 * Units lo < id <= hi, as the snapshot has them, into the empty *g: those
 * that were analysed when they were added, and the rest as they are read.
 * False when nothing fit to be used was.
 */
bool tm_early_take(
    tm_store *store, int64_t lo, int64_t hi, tm_growing *g, tm_error *err);
/*
 * A whole segment of units from lo on, up to hi at most, when an import made
 * one; else NULL, and *next is where the next one begins, or hi.
 */
tm_segment *tm_early_take_segment(
    tm_store *store, int64_t lo, int64_t hi, int64_t *next);

/* What watchers hear of. */
#define TM_INDEX_MADE "making the index"
#define TM_INDEX_JOINED "joining the index"

/*
 * What g has as a segment, for the range and revision in head: in memory,
 * or, after it was written, in the file at path. NULL when that fails, or
 * watch (which may be NULL) has stopped it.
 */
tm_segment *tm_segment_from(tm_growing *g, const tm_segment_head *head);
bool tm_segment_write(tm_growing *g, const tm_segment_head *head,
    const char *path, tm_watch *watch, tm_error *err);

/* All of a segment but what keep (NULL: everything) says no to. It is asked
 * by several threads. */
typedef struct tm_join {
	const tm_segment *seg;
	bool (*keep)(void *self, int64_t id);
	void *self;
} tm_join;

/* The same of n segments. NULL and false also when one of them is damaged. */
tm_segment *tm_segment_join(
    const tm_join *v, size_t n, const tm_segment_head *head);
bool tm_segment_write_join(const tm_join *v, size_t n,
    const tm_segment_head *head, const char *path, tm_watch *watch,
    tm_error *err);

/* Map a file; or make sense of bytes, which are borrowed and 16-byte
 * aligned. NULL when they cannot be trusted. */
tm_segment *tm_segment_open(const char *path, tm_error *err);
tm_segment *tm_segment_read(tm_str bytes, tm_error *err);
void tm_segment_free(tm_segment *s);
/* Bytes of malloc() become those of a segment, or are freed. */
tm_segment *tm_segment_own(char *bytes, size_t size);

/* The checksum of all but the images, which have their own; and a date for a
 * file that was held against all of them. */
uint64_t tm_segment_head_check(const tm_segment_head *h,
    const tm_segment_lang *dir, size_t n, tm_str labels);
void tm_segment_mark(const char *path, const tm_segment_head *h);

/* Give bytes, which may be damaged, the right checksum: for tests. */
void tm_segment_seal(char *bytes, size_t size);

const tm_segment_head *tm_segment_about(const tm_segment *s);
/* At least as many units as it has: texts of its largest language. */
size_t tm_segment_units(const tm_segment *s);

/*
 * Its images as more of what is searched: for each reading of the query, as
 * asker gives it. What dead() says yes to does not count. They are good until
 * the segment is offered again.
 */
void tm_segment_offer(tm_segment *s, const tm_query *query,
    const tm_index_asker *asker, bool (*dead)(void *self, int64_t id),
    void *self, tm_haystacks *out);

/*
 * Note some units, by which another past of the memory will be told from this
 * one: a backup that was put back has the same uuid. They are known again
 * when one is as it was, and each other one, too, but for those that were
 * changed or removed since.
 */
void tm_segment_know(tm_segment_head *h, tm_store *store);
bool tm_segment_knows(const tm_segment_head *h, tm_store *store);

/* Its labels as lines, and image i and its language (NULL: no more). */
tm_str tm_segment_labels(const tm_segment *s);
tm_fuzzy *tm_segment_part(const tm_segment *s, size_t i, const char **base);

/* The variant that hits with a label are; SIZE_MAX: any of the unit. */
size_t tm_segment_variant(const tm_segment *s, uint16_t label);

/* Hand over its images; find says who is dead. */
bool tm_segment_find(tm_segment *s, const tm_query *query, tm_find *find,
    const tm_index_finder *finder, tm_error *err);

/* Hold it against its checksums. */
bool tm_segment_check(tm_segment *s, tm_error *err);

#endif

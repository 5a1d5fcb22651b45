/*
 * store_segment.c - one piece of the index, read and searched
 *
 * A segment file is a head, a directory of languages, the image (fuzzy.h)
 * of each, and the labels as lines:
 *
 *	head | en at 128, ar at 90112 | image | image | 0 -- en ar\n...
 *
 * Head and directory have a checksum that is looked at when it is mapped;
 * each image has its own, and is checked where it is used.
 */
#include "config.h"

#include "tm/store_segment_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_LANGS = 1024 };

/*
 * What a search must know of a variant without loading its unit, as text:
 * its place in the unit, what may cost it points, its language, and the
 * languages of the others. A label is the number of such a text.
 *
 *	"1 c-- en ar fr"
 */
typedef struct label {
	bool known, codes, draft, machine;
	size_t nr;
	const char *lang; /* NUL-terminated, like others */
	const char **others;
	size_t n_others;
} label;

/* One image with all that a search needs. */
typedef struct part {
	char base[TM_LANG_MAX];
	tm_fuzzy *fuzzy;
} part;

struct tm_segment {
	tm_segment_head head;
	const char *bytes; /* what it is made of: borrowed, or */
	void *map;	   /* of a file, or */
	char *heap;
	size_t size;
	part *parts;
	size_t n_parts;
	label *labels;
	size_t n_labels;
	tm_fuzzy_rule *rules; /* for the queries that rules_for tells of */
	size_t n_rules;
	struct asked {
		bool known, codes, exact;
		char *from, *to; /* "": NULL */
		tm_penalties penalties;
	} rules_for;
	tm_arena arena;
};

/* ---- Labels ------------------------------------------------------------ */

/* Take a text apart. What cannot be understood is not known: then every
 * unit with it is loaded and looked at. */
static label
read_label(tm_arena *arena, tm_str text)
{
	char *s = tm_arena_zalloc(arena, text.n + 1, 1), *next, *end;
	label l = { 0 };

	memcpy(s, text.p, text.n);
	l.nr = strtoul(s, &end, 10);
	if (end == s || *end != ' ' || strlen(end) < 6)
		return l;
	l.codes = end[1] == 'c';
	l.draft = end[2] == 'd';
	l.machine = end[3] == 'm';
	if (end[4] != ' ')
		return l;
	l.others = tm_arena_zalloc(arena, text.n, sizeof *l.others);
	for (s = end + 5; s != NULL; s = next) {
		next = strchr(s, ' ');
		if (next != NULL)
			*next++ = '\0';
		if (l.lang == NULL)
			l.lang = s;
		else
			l.others[l.n_others++] = s;
	}
	l.known = true;
	return l;
}

/* ---- Segments ---------------------------------------------------------- */

static void
forget_asked(struct asked *a)
{
	free(a->from);
	free(a->to);
	*a = (struct asked){ 0 };
}

void
tm_segment_free(tm_segment *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n_parts; i++)
		tm_fuzzy_free(s->parts[i].fuzzy);
	free(s->parts);
	free(s->rules);
	forget_asked(&s->rules_for);
	tm_arena_release(&s->arena);
	if (s->map != NULL)
		munmap(s->map, s->size);
	free(s->heap);
	free(s);
}

/* ---- Reading ------------------------------------------------------------ */

/* Of all but the images, which have checksums of their own. */
uint64_t
tm_segment_head_check(const tm_segment_head *h, const tm_segment_lang *dir,
    size_t n, tm_str labels)
{
	return tm_str_hash((tm_str){
		   (const char *)h, offsetof(tm_segment_head, check) }) ^
	       tm_str_hash((tm_str){ (const char *)dir, n * sizeof *dir }) * 3 ^
	       tm_str_hash(labels) * 5;
}

static void
read_labels(tm_segment *s, tm_str text)
{
	size_t start = 0, cap = 1;

	for (size_t i = 0; i < text.n; i++)
		cap += text.p[i] == '\n';
	s->labels = tm_arena_zalloc(&s->arena, cap, sizeof *s->labels);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '\n')
			continue;
		s->labels[s->n_labels++] =
		    read_label(&s->arena, tm_str_sub(text, start, i));
		start = i + 1;
	}
	/* Labels that found no room all have the number TM_MOST_LABELS. */
	s->n_rules =
	    s->n_labels < TM_MOST_LABELS ? s->n_labels : TM_MOST_LABELS + 1;
	s->rules = tm_zalloc(s->n_rules + 1, sizeof *s->rules);
}

/* Make sense of the bytes of a segment; false when there is none in them. */
static bool
segment_read(tm_segment *s, const char *p, tm_error *err)
{
	const tm_segment_lang *dir;
	tm_segment_head *h = &s->head;
	tm_str labels;

	s->bytes = p;
	if (s->size < sizeof *h)
		return tm_fail(err, TM_PARSE, "the index is cut off");
	memcpy(h, p, sizeof *h);
	if (memcmp(h->magic, TM_SEGMENT_MAGIC, sizeof TM_SEGMENT_MAGIC) != 0 ||
	    h->order != TM_IMAGE_ORDER || h->version != TM_SEGMENT_VERSION)
		return tm_fail(
		    err, TM_NEWER, "the index is of another version");
	if (h->size != s->size || h->n_langs > MOST_LANGS ||
	    h->n_langs * sizeof *dir > s->size - sizeof *h)
		return tm_fail(err, TM_PARSE, "the index is damaged");
	dir = (const tm_segment_lang *)(const void *)(p + sizeof *h);
	if (h->labels_at > s->size || h->labels_size > s->size - h->labels_at)
		return tm_fail(err, TM_PARSE, "the index is damaged");
	labels = (tm_str){ p + h->labels_at, h->labels_size };
	if (h->check != tm_segment_head_check(h, dir, h->n_langs, labels))
		return tm_fail(err, TM_PARSE, "the index is damaged");
	s->parts = tm_zalloc(h->n_langs + 1, sizeof *s->parts);
	for (size_t i = 0; i < h->n_langs; i++) {
		part *q = &s->parts[s->n_parts];

		if (dir[i].at > s->size || dir[i].size > s->size - dir[i].at ||
		    dir[i].at % 16 != 0)
			return tm_fail(err, TM_PARSE, "the index is damaged");
		memcpy(q->base, dir[i].base, TM_LANG_MAX - 1);
		q->fuzzy =
		    tm_fuzzy_open((tm_str){ p + dir[i].at, dir[i].size }, err);
		if (q->fuzzy == NULL)
			return false;
		s->n_parts++;
	}
	read_labels(s, labels);
	return true;
}

void
tm_segment_know(tm_segment_head *h, tm_store *store)
{
	for (int i = 0; i < TM_KNOWN; i++) {
		struct tm_known *k = &h->known[i];

		k->id = h->hi - (h->hi - h->lo) / TM_KNOWN * i;
		k->hash = tm_store_hash_of(store, k->id);
	}
}

bool
tm_segment_knows(const tm_segment_head *h, tm_store *store)
{
	int same = 0;

	for (int i = 0; i < TM_KNOWN; i++) {
		const struct tm_known *k = &h->known[i];

		if (k->hash == tm_store_hash_of(store, k->id))
			same++;
		else if (!tm_store_was_touched(store, k->id, h->rev))
			return false;
	}
	return same > 0;
}

/*
 * A file that nobody has written to since it was made, or since it was last
 * held against its checksums, has a date that follows from its head. To read
 * all of it at each opening would take longer than most lookups.
 */
static time_t
seal_of(const tm_segment_head *h)
{
	/* From 2001 on, and even: some file systems count in two seconds. */
	return 1000000000 + 2 * (time_t)(h->check >> 36);
}

void
tm_segment_mark(const char *path, const tm_segment_head *h)
{
	const struct timespec times[2] = { { .tv_nsec = UTIME_NOW },
		{ .tv_sec = seal_of(h) } };

	/* Where it cannot be, the file is read whole each time. */
	utimensat(AT_FDCWD, path, times, 0);
}

tm_segment *
tm_segment_own(char *bytes, size_t size)
{
	tm_segment *s = tm_segment_read((tm_str){ bytes, size }, NULL);

	if (s == NULL)
		free(bytes);
	else
		s->heap = bytes;
	return s;
}

tm_segment *
tm_segment_read(tm_str bytes, tm_error *err)
{
	tm_segment *s = tm_zalloc(1, sizeof *s);

	s->size = bytes.n;
	if (segment_read(s, bytes.p, err))
		return s;
	tm_segment_free(s);
	return NULL;
}

void
tm_segment_seal(char *bytes, size_t size)
{
	tm_segment_head h;
	tm_str labels = { bytes, 0 };
	size_t n;

	if (size < sizeof h)
		return;
	memcpy(&h, bytes, sizeof h);
	n = h.n_langs > MOST_LANGS ||
		    h.n_langs * sizeof(tm_segment_lang) > size - sizeof h
		? 0
		: h.n_langs;
	if (h.labels_at <= size && h.labels_size <= size - h.labels_at)
		labels = (tm_str){ bytes + h.labels_at, h.labels_size };
	h.check = tm_segment_head_check(&h,
	    (const tm_segment_lang *)(const void *)(bytes + sizeof h), n,
	    labels);
	memcpy(bytes, &h, sizeof h);
}

static void *
map_file(const char *path, size_t *size, time_t *date, tm_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *map = MAP_FAILED;

	if (fd < 0) {
		tm_fail(
		    err, TM_IO, "cannot open '%s': %s", path, strerror(errno));
		return NULL;
	}
	if (fstat(fd, &st) != 0 ||
	    st.st_size < (off_t)sizeof(tm_segment_head)) {
		tm_fail(err, TM_PARSE, "'%s' is damaged", path);
	} else {
		*size = (size_t)st.st_size;
		*date = st.st_mtime;
		map = mmap(NULL, *size, PROT_READ, MAP_SHARED, fd, 0);
		/* Some file systems share nothing (FUSE with direct I/O). */
		if (map == MAP_FAILED)
			map = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (map == MAP_FAILED)
			tm_fail(err, TM_IO, "cannot map '%s': %s", path,
			    strerror(errno));
#ifdef MADV_HUGEPAGE
		/* When it must be read, then in large pieces, too. */
		else if (*size >= TM_HUGE_PAGE)
			madvise(map, *size, MADV_HUGEPAGE);
#endif
	}
	close(fd);
	return map == MAP_FAILED ? NULL : map;
}

tm_segment *
tm_segment_open(const char *path, tm_error *err)
{
	size_t size;
	time_t date;
	void *map = map_file(path, &size, &date, err);
	tm_segment *s;

	if (map == NULL)
		return NULL;
	s = tm_segment_read((tm_str){ map, size }, err);
	if (s == NULL) {
		munmap(map, size);
		return NULL;
	}
	s->map = map;
	if (date == seal_of(&s->head))
		return s;
	if (tm_segment_check(s, err)) {
		tm_segment_mark(path, &s->head);
		return s;
	}
	tm_segment_free(s);
	return NULL;
}

const tm_segment_head *
tm_segment_about(const tm_segment *s)
{
	return &s->head;
}

size_t
tm_segment_units(const tm_segment *s)
{
	size_t most = 0;

	for (size_t i = 0; i < s->n_parts; i++)
		if (tm_fuzzy_count(s->parts[i].fuzzy) > most)
			most = tm_fuzzy_count(s->parts[i].fuzzy);
	return most;
}

bool
tm_segment_check(tm_segment *s, tm_error *err)
{
	for (size_t i = 0; i < s->n_parts; i++)
		if (!tm_fuzzy_check(s->parts[i].fuzzy, err))
			return false;
	return true;
}

tm_str
tm_segment_labels(const tm_segment *s)
{
	return (tm_str){ s->bytes + s->head.labels_at, s->head.labels_size };
}

tm_fuzzy *
tm_segment_part(const tm_segment *s, size_t i, const char **base)
{
	if (i >= s->n_parts)
		return NULL;
	*base = s->parts[i].base;
	return s->parts[i].fuzzy;
}

/* ---- Searching --------------------------------------------------------- */

static const tm_penalties *
penalties_of(const tm_query *query)
{
	return query->penalties == NULL ? &tm_penalties_default
					: query->penalties;
}

static tm_fuzzy_rule
rule_for(const label *l, const tm_query *query)
{
	const tm_penalties *p = penalties_of(query);
	tm_fuzzy_rule rule = { .skip = true };
	bool region = true, found = false;
	int least, most;

	if (!l->known)
		return (tm_fuzzy_rule){ .most = 100 };
	if (!tm_store_serves(query->from, l->lang))
		return rule;
	for (size_t i = 0; i < l->n_others; i++) {
		if (!tm_store_serves(query->to, l->others[i]))
			continue;
		found = true;
		if (!tm_store_other_region(query->to, l->others[i]))
			region = false;
	}
	if (!found)
		return rule;
	rule.skip = false;
	/* Whatever else it costs, verbatim is verbatim. */
	if (query->exact)
		return rule;
	region = region || tm_store_other_region(query->from, l->lang);
	least = region * p->region + l->draft * p->unconfirmed;
	most = least + l->machine * p->machine;
	/* The index takes one off for spacing by itself. */
	most += p->spacing > 1 ? p->spacing - 1 : 0;
	/* What the tokens have paid for codes counts. */
	if (l->codes || query->n_codes > 0)
		most += p->codes > 1 ? p->codes : 1;
	rule.least = (uint8_t)(least < 100 ? least : 100);
	rule.most = (uint8_t)(most < 100 ? most : 100);
	return rule;
}

/* Is it of such a query? What rules come from is all of it that counts. */
static bool
is_for(const struct asked *a, const tm_query *query)
{
	const tm_penalties *p = penalties_of(query);

	return a->known && a->codes == (query->n_codes > 0) &&
	       a->exact == query->exact &&
	       strcmp(a->from, query->from == NULL ? "" : query->from) == 0 &&
	       strcmp(a->to, query->to == NULL ? "" : query->to) == 0 &&
	       memcmp(&a->penalties, p, sizeof *p) == 0;
}

static void
set_rules(tm_segment *s, const tm_query *query)
{
	if (is_for(&s->rules_for, query))
		return;
	forget_asked(&s->rules_for);
	s->rules_for = (struct asked){ .known = true,
		.codes = query->n_codes > 0,
		.exact = query->exact,
		.from = tm_strdup(query->from == NULL ? "" : query->from),
		.to = tm_strdup(query->to == NULL ? "" : query->to),
		.penalties = *penalties_of(query) };
	for (size_t i = 0; i < s->n_rules; i++)
		s->rules[i] = i < s->n_labels ? rule_for(&s->labels[i], query)
					      : (tm_fuzzy_rule){ .most = 100 };
}

void
tm_segment_offer(tm_segment *s, const tm_query *query,
    const tm_index_asker *asker, bool (*dead)(void *self, int64_t id),
    void *self, tm_haystacks *out)
{
	set_rules(s, query);
	for (size_t i = 0; i < s->n_parts; i++) {
		const part *p = &s->parts[i];
		const tm_match_side *side;

		if (!tm_store_serves(query->from, p->base))
			continue;
		/* Every reading of the query. */
		for (size_t r = 0;
		     (side = asker->side(asker->self, p->base, r)) != NULL;
		     r++) {
			tm_grow(out->v, out->n, out->cap);
			tm_grow(out->of, out->n, out->cap_of);
			out->of[out->n] = s;
			out->v[out->n++] = (tm_haystack){ p->fuzzy, side,
				s->rules, s->n_rules, dead, self };
		}
	}
}

size_t
tm_segment_variant(const tm_segment *s, uint16_t nr)
{
	return nr < s->n_labels && s->labels[nr].known ? s->labels[nr].nr
						       : SIZE_MAX;
}

bool
tm_segment_find(tm_segment *s, const tm_query *query, tm_find *find,
    const tm_index_finder *finder, tm_error *err)
{
	set_rules(s, query);
	find->rules = s->rules;
	find->n_rules = s->n_rules;
	for (size_t i = 0; i < s->n_parts; i++)
		if (tm_store_serves(query->from, s->parts[i].base) &&
		    !finder->image(finder->self, s->parts[i].fuzzy,
			s->parts[i].base, find, err))
			return false;
	return true;
}

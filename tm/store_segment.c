/*
 * store_segment.c - one piece of the index: builders, images, files
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

#include "tm/codes.h"
#include "tm/lang.h"
#include "tm/store_segment_int.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	MOST_LABELS = 65535, /* and one for those that found no room */
	MOST_LANGS = 1024,
};

struct tm_segment_limits tm_segment_limits = { 1 << 20, 1 << 29, 50000, 1000 };

#define MAGIC "tmindex"
enum { FILE_VERSION = 3 };

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

typedef struct file_lang {
	char base[48];
	uint64_t at, size;
} file_lang;

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

static const uint32_t byte_order = 0x01020304;

/* ---- Labels ------------------------------------------------------------ */

/* The number of a text, given one when it is new. */
static uint16_t
label_number(struct tm_labels *l, tm_str text)
{
	size_t at;

	if (2 * (l->n + 1) > l->n_slots) {
		l->n_slots = l->n_slots == 0 ? 64 : 2 * l->n_slots;
		free(l->slots);
		l->slots = tm_zalloc(l->n_slots, sizeof *l->slots);
		for (size_t i = 0; i < l->n; i++) {
			at = tm_str_hash(l->v[i]) & (l->n_slots - 1);
			while (l->slots[at] != 0)
				at = (at + 1) & (l->n_slots - 1);
			l->slots[at] = (uint32_t)i + 1;
		}
	}
	at = tm_str_hash(text) & (l->n_slots - 1);
	for (; l->slots[at] != 0; at = (at + 1) & (l->n_slots - 1))
		if (tm_str_eq(l->v[l->slots[at] - 1], text))
			return (uint16_t)(l->slots[at] - 1);
	if (l->n >= MOST_LABELS)
		return MOST_LABELS;
	tm_grow(l->v, l->n, l->cap);
	l->v[l->n++] = tm_arena_str(&l->arena, text);
	l->slots[at] = (uint32_t)l->n;
	return (uint16_t)(l->n - 1);
}

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

/* ---- Units into builders ----------------------------------------------- */

/* The number of the language that lang is of; it gets a builder. */
static size_t
lang_for(tm_growing *g, tm_str lang)
{
	char base[TM_LANG_MAX];
	struct tm_growing_lang *l;
	size_t i = 0;

	tm_lang_base(lang, base);
	while (i < g->n_langs && strcmp(g->langs[i].base, base) != 0)
		i++;
	if (i == g->n_langs) {
		tm_grow(g->langs, g->n_langs, g->cap_langs);
		l = &g->langs[g->n_langs++];
		*l = (struct tm_growing_lang){ .builder = NULL };
		memcpy(l->base, base, sizeof base);
		l->builder = tm_fuzzy_builder_new(base);
	}
	return i;
}

static void
add_row(tm_growing *g, size_t lang, int64_t id, uint16_t nr, tm_str text)
{
	tm_fuzzy_builder *b = g->langs[lang].builder;

	g->bytes += text.n;
	if (g->crew != NULL)
		tm_crew_give(g->crew, lang, b, id, nr, text);
	else
		tm_fuzzy_builder_add(b, id, nr, text);
}

void
tm_growing_add(tm_growing *g, const tm_texts *t)
{
	tm_buf *text = &g->label;
	bool draft = t->status == TM_DRAFT && t->aligned;

	if (t->status == TM_REJECTED)
		return;
	for (size_t i = 0; i < t->n; i++) {
		size_t lang = lang_for(g, t->v[i].lang);
		uint16_t number;

		tm_buf_clear(text);
		/* Not all printed: it is done for every text there is. */
		if (i >= 10)
			tm_buf_printf(text, "%zu", i / 10);
		tm_buf_addc(text, (char)('0' + i % 10));
		tm_buf_addc(text, ' ');
		tm_buf_addc(text, t->codes ? 'c' : '-');
		tm_buf_addc(text, draft ? 'd' : '-');
		tm_buf_addc(text, t->machine ? 'm' : '-');
		tm_buf_addc(text, ' ');
		tm_buf_add(text, t->v[i].lang.p, t->v[i].lang.n);
		for (size_t j = 0; j < t->n; j++) {
			if (j == i)
				continue;
			tm_buf_addc(text, ' ');
			tm_buf_add(text, t->v[j].lang.p, t->v[j].lang.n);
		}
		number = label_number(&g->labels, tm_buf_str(text));
		add_row(g, lang, t->id, number, t->v[i].text);
		tm_buf_clear(text);
		/* With its codes by their numbers it is another row. */
		if (t->codes && tm_codes_by_number(t->v[i].text, text))
			add_row(g, lang, t->id, number, tm_buf_str(text));
	}
	g->units++;
}

static bool
add_unit(void *self, const tm_texts *t)
{
	tm_growing_add(self, t);
	return true;
}

bool
tm_growing_read(
    tm_growing *g, tm_store *store, int64_t lo, int64_t hi, tm_error *err)
{
	tm_segment_free(g->seg);
	g->seg = NULL;
	return tm_store_each_text(store, lo, hi, add_unit, g, err);
}

void
tm_growing_finish(tm_growing *g)
{
	tm_crew_end(g->crew, true);
	g->crew = NULL;
}

bool
tm_growing_read_many(
    tm_growing *g, tm_store *store, int64_t lo, int64_t hi, tm_error *err)
{
	bool ok;

	g->crew = tm_crew_new();
	ok = tm_growing_read(g, store, lo, hi, err);
	tm_growing_finish(g);
	return ok;
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

void
tm_growing_clear(tm_growing *g)
{
	tm_segment_free(g->seg);
	for (size_t i = 0; i < g->n_langs; i++)
		tm_fuzzy_builder_free(g->langs[i].builder);
	free(g->langs);
	tm_arena_release(&g->labels.arena);
	free(g->labels.v);
	free(g->labels.slots);
	tm_buf_release(&g->label);
	*g = (tm_growing){ 0 };
}

/*
 * What is written in such pieces the system may keep, and map, as such: then
 * a lookup, which goes anywhere in ten million units, waits a sixth less for
 * addresses to be looked up (Linux 6.16 and later, ext4).
 */
enum { HUGE_PAGE = 2 << 20 };

/* Of all but the images, which have checksums of their own. */
static uint64_t
head_check(
    const tm_segment_head *h, const file_lang *dir, size_t n, tm_str labels)
{
	return tm_str_hash((tm_str){
		   (const char *)h, offsetof(tm_segment_head, check) }) ^
	       tm_str_hash((tm_str){ (const char *)dir, n * sizeof *dir }) * 3 ^
	       tm_str_hash(labels) * 5;
}

static void
pad_to_16(FILE *fp, uint64_t *at)
{
	for (; *at % 16 != 0; ++*at)
		fputc(0, fp);
}

/* The images of all languages but the first, by a thread beside the one
 * that writes that, in a file of their own. */
typedef struct helper {
	tm_growing *g;
	file_lang *dir;
	FILE *fp; /* NULL: it was not worth it, or there is none */
	pthread_t thread;
} helper;

static void *
write_others(void *arg)
{
	helper *h = arg;

	for (size_t i = 1; i < h->g->n_langs; i++)
		h->dir[i].size =
		    tm_fuzzy_builder_write(h->g->langs[i].builder, h->fp);
	return NULL;
}

/* path: where the segment is written, NULL for memory. */
static void
start_helper(helper *h, const char *path)
{
	size_t many = 0;
	tm_buf name = { 0 };
	int fd = -1;

	for (size_t i = 0; i < h->g->n_langs; i++)
		many += tm_fuzzy_builder_count(h->g->langs[i].builder) >=
			tm_segment_limits.texts;
	if (path == NULL || many < 2)
		return;
	tm_buf_printf(&name, "%s.XXXXXX", path);
	fd = mkstemp(name.p);
	if (fd >= 0)
		unlink(name.p);
	tm_buf_release(&name);
	h->fp = fd < 0 ? NULL : fdopen(fd, "w+");
	if (h->fp == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	if (pthread_create(&h->thread, NULL, write_others, h) != 0) {
		fclose(h->fp);
		h->fp = NULL;
	}
}

/* Copy what the helper wrote; false when that is not whole. */
static bool
join_helper(helper *h, FILE *fp, uint64_t *at)
{
	uint64_t left = 0, odd = HUGE_PAGE - *at % HUGE_PAGE;
	char *buf = tm_alloc(1 << 16);

	pthread_join(h->thread, NULL);
	for (size_t i = 1; i < h->g->n_langs; i++) {
		h->dir[i].at = *at + left;
		left += h->dir[i].size;
	}
	*at += left;
	rewind(h->fp);
	while (left > 0) {
		size_t most = odd > 0 && odd < 1 << 16 ? odd : 1 << 16;
		size_t n = fread(buf, 1, left < most ? left : most, h->fp);

		if (n == 0)
			break;
		fwrite(buf, 1, n, fp);
		left -= n;
		/* Whole pages from here on. */
		if (odd > 0 && (odd -= n) == 0)
			fflush(fp);
	}
	fclose(h->fp);
	free(buf);
	return left == 0;
}

/* Write what g has for the range of head, which is filled in. False when
 * something fails that fp does not know of. */
static bool
write_segment(tm_growing *g, tm_segment_head *head, FILE *fp, const char *path)
{
	file_lang *dir = tm_zalloc(g->n_langs + 1, sizeof *dir);
	tm_buf text = { 0 };
	uint64_t at = sizeof *head + g->n_langs * sizeof *dir;
	helper other = { .g = g, .dir = dir };
	bool ok = true;

	memcpy(head->magic, MAGIC, sizeof MAGIC);
	head->order = byte_order;
	head->version = FILE_VERSION;
	head->n_langs = g->n_langs;
	fwrite(head, sizeof *head, 1, fp);
	fwrite(dir, sizeof *dir, g->n_langs, fp);
	pad_to_16(fp, &at);
	for (size_t i = 0; i < g->n_langs; i++)
		snprintf(
		    dir[i].base, sizeof dir[i].base, "%s", g->langs[i].base);
	start_helper(&other, path);
	for (size_t i = 0; i < g->n_langs; i++) {
		if (i == 1 && other.fp != NULL) {
			ok = join_helper(&other, fp, &at);
			break;
		}
		dir[i].at = at;
		dir[i].size = tm_fuzzy_builder_write(g->langs[i].builder, fp);
		at += dir[i].size;
	}
	for (size_t i = 0; i < g->labels.n; i++) {
		tm_buf_add(&text, g->labels.v[i].p, g->labels.v[i].n);
		tm_buf_addc(&text, '\n');
	}
	head->labels_at = at;
	head->labels_size = text.n;
	fwrite(tm_buf_str(&text).p, 1, text.n, fp);
	head->size = at + text.n;
	head->check = head_check(head, dir, g->n_langs, tm_buf_str(&text));
	fseek(fp, 0, SEEK_SET);
	fwrite(head, sizeof *head, 1, fp);
	fwrite(dir, sizeof *dir, g->n_langs, fp);
	/* A memory stream ends where it stands. */
	fseek(fp, (long)head->size, SEEK_SET);
	tm_buf_release(&text);
	free(dir);
	return ok;
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
	/* Labels that found no room all have the number MOST_LABELS. */
	s->n_rules = s->n_labels < MOST_LABELS ? s->n_labels : MOST_LABELS + 1;
	s->rules = tm_zalloc(s->n_rules + 1, sizeof *s->rules);
}

/* Make sense of the bytes of a segment; false when there is none in them. */
static bool
segment_read(tm_segment *s, const char *p, tm_error *err)
{
	const file_lang *dir;
	tm_segment_head *h = &s->head;
	tm_str labels;

	s->bytes = p;
	if (s->size < sizeof *h)
		return tm_fail(err, TM_PARSE, "the index is cut off");
	memcpy(h, p, sizeof *h);
	if (memcmp(h->magic, MAGIC, sizeof MAGIC) != 0 ||
	    h->order != byte_order || h->version != FILE_VERSION)
		return tm_fail(
		    err, TM_NEWER, "the index is of another version");
	if (h->size != s->size || h->n_langs > MOST_LANGS ||
	    h->n_langs * sizeof *dir > s->size - sizeof *h)
		return tm_fail(err, TM_PARSE, "the index is damaged");
	dir = (const file_lang *)(const void *)(p + sizeof *h);
	if (h->labels_at > s->size || h->labels_size > s->size - h->labels_at)
		return tm_fail(err, TM_PARSE, "the index is damaged");
	labels = (tm_str){ p + h->labels_at, h->labels_size };
	if (h->check != head_check(h, dir, h->n_langs, labels))
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

static void
seal_file(const char *path, const tm_segment_head *h)
{
	const struct timespec times[2] = { { .tv_nsec = UTIME_NOW },
		{ .tv_sec = seal_of(h) } };

	/* Where it cannot be, the file is read whole each time. */
	utimensat(AT_FDCWD, path, times, 0);
}

tm_segment *
tm_segment_from(tm_growing *g, const tm_segment_head *head)
{
	tm_segment *s = tm_zalloc(1, sizeof *s);
	tm_segment_head h = *head;
	FILE *fp = open_memstream(&s->heap, &s->size);

	if (fp == NULL) {
		free(s);
		return NULL;
	}
	write_segment(g, &h, fp, NULL);
	if (fclose(fp) != 0 || !segment_read(s, s->heap, NULL)) {
		tm_segment_free(s);
		return NULL;
	}
	return s;
}

bool
tm_segment_write(
    tm_growing *g, const tm_segment_head *head, const char *path, tm_error *err)
{
	tm_segment_head h = *head;
	char *piece;
	tm_outfile out;
	bool ok;

	if (!tm_outfile_open(&out, path, err))
		return false;
	piece = tm_alloc(HUGE_PAGE);
	setvbuf(out.fp, piece, _IOFBF, HUGE_PAGE);
	ok = write_segment(g, &h, out.fp, path);
	if (ok) {
		ok = tm_outfile_commit(&out, err);
		if (ok)
			seal_file(path, &h);
	} else {
		tm_outfile_abandon(&out);
		tm_fail(err, TM_IO, "cannot write beside '%s'", path);
	}
	free(piece);
	return ok;
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
		    h.n_langs * sizeof(file_lang) > size - sizeof h
		? 0
		: h.n_langs;
	if (h.labels_at <= size && h.labels_size <= size - h.labels_at)
		labels = (tm_str){ bytes + h.labels_at, h.labels_size };
	h.check = head_check(
	    &h, (const file_lang *)(const void *)(bytes + sizeof h), n, labels);
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
		else if (*size >= HUGE_PAGE)
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
		seal_file(path, &s->head);
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

bool
tm_growing_absorb(tm_growing *g, const tm_segment *s,
    bool (*keep)(void *self, int64_t id), void *self)
{
	uint16_t *map = tm_alloc((MOST_LABELS + 1) * sizeof *map);
	tm_str text = { s->bytes + s->head.labels_at, s->head.labels_size };
	size_t start = 0, n = 0;
	bool ok = true;

	for (size_t i = 0; i < text.n && n < MOST_LABELS; i++) {
		if (text.p[i] != '\n')
			continue;
		map[n++] = label_number(&g->labels, tm_str_sub(text, start, i));
		start = i + 1;
	}
	while (n <= MOST_LABELS)
		map[n++] = MOST_LABELS;
	for (size_t i = 0; ok && i < s->n_parts; i++) {
		size_t lang = lang_for(g, tm_str_of(s->parts[i].base));

		ok = tm_fuzzy_builder_absorb(g->langs[lang].builder,
		    s->parts[i].fuzzy, map, MOST_LABELS + 1, keep, self, NULL);
	}
	free(map);
	return ok;
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

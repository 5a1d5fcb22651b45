/*
 * store_index.c - the fuzzy indexes of a memory, beside it, always fresh
 *
 * SQLite is the truth. Beside news.tm lies the folder news.tm.index with
 * segment files, each the images (see fuzzy.h) of all languages for a
 * range of unit ids:
 *
 *	0-900000	units 1 to 900000, as of revision 3
 *	900000-904000	units 900001 to 904000, as of revision 7
 *
 * What was added since is analysed when first looked up (the tail); what
 * was changed or removed since a segment was made is in the table touched:
 * such units are dead in the segments and, if they still exist, alive in
 * the patch. So an addition is seen at once and nothing is rebuilt for it.
 *
 * A long tail becomes a file, and neighbours of about one size become one,
 * so that there are few. A file is whole or not there (written beside,
 * synced, renamed), belongs to this memory (uuid) in this state (the hash
 * of its last unit), and is made again when it does not. Where nothing can
 * be written, all this stays in memory.
 */
#include "config.h"

#include "tm/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tm/lang.h"
#include "tm/store_int.h"

enum {
	/* Units in a tail or a patch before it goes into a file. A tail
	 * costs a new process some 10 us for each, and 1,000 of them are
	 * still below what starting a process costs. */
	LONG_TAIL = 1000,
	/* Units worth a second thread. */
	MANY = 20000,
	MOST_LABELS = 65535, /* and one for those that found no room */
	/* Units of one segment, so that merging ends and ids fit. */
	MOST_IN_SEGMENT = 1 << 22,
	MOST_LANGS = 1024,
};

#define MAGIC "tmindex"
enum { FILE_VERSION = 1 };

/*
 * What a search must know of a variant without loading its unit, as text:
 * its place in the unit, what may cost it points, its language, and the
 * languages of the others. A label is the number of such a text.
 *
 *	"1 c- en ar fr"
 */
typedef struct label {
	bool known, codes, draft;
	size_t nr;
	const char *lang; /* NUL-terminated, like others */
	const char **others;
	size_t n_others;
} label;

typedef struct labels {
	tm_arena arena;
	tm_str *v;
	size_t n, cap;
	uint32_t *slots; /* number + 1, by hash */
	size_t n_slots;
} labels;

typedef struct file_head {
	char magic[8];
	uint32_t order, version;
	char uuid[32];
	int64_t lo, hi; /* units lo < id <= hi */
	int64_t rev;	/* as of this revision */
	int64_t hash;	/* of unit hi; 0: there is none */
	uint64_t size, labels_at, labels_size;
	uint64_t n_langs;
	uint64_t check;
} file_head;

typedef struct file_lang {
	char base[48];
	uint64_t at, size;
} file_lang;

/* One image with all that a search needs. */
typedef struct part {
	char base[TM_LANG_MAX];
	tm_fuzzy *fuzzy;
} part;

typedef struct segment {
	file_head head;
	void *map; /* of a file, or */
	char *heap;
	size_t size;
	part *parts;
	size_t n_parts;
	label *labels;
	size_t n_labels;
	tm_fuzzy_rule *rules; /* for the query that rules_for tells of */
	size_t n_rules;
	tm_buf rules_for;
	tm_arena arena;
} segment;

/* Builders of all languages, for a segment to be. */
typedef struct growing {
	labels labels;
	struct growing_lang {
		char base[TM_LANG_MAX];
		tm_fuzzy_builder *builder; /* NULL: another thread has it */
	} * langs;
	size_t n_langs, cap_langs;
	size_t units;
	int64_t last_unit;
	tm_buf label; /* scratch */
	segment *seg; /* what it gave when last searched, or NULL */
} growing;

typedef struct id_set {
	int64_t *v; /* 0: free */
	size_t n, size;
} id_set;

struct tm_index {
	tm_store *store;
	char *folder;
	char uuid[33];
	bool loaded, no_files; /* no_files: they are bad, and stay */
	segment **segs;	       /* in order of their ranges, without gaps */
	size_t n_segs, cap_segs;
	growing tail; /* units after the last segment, up to hi */
	int64_t hi;
	growing patch; /* units that were touched after their segment */
	id_set touched;
	int64_t rev, since; /* touched has the revisions since < r <= rev */
	bool uncommitted;   /* knows of what may yet be rolled back */
};

static const uint32_t byte_order = 0x01020304;

/* ---- Sets of ids ------------------------------------------------------- */

static size_t
id_slot(const id_set *set, int64_t id)
{
	size_t at = (size_t)((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 20);

	for (at &= set->size - 1; set->v[at] != 0 && set->v[at] != id;)
		at = (at + 1) & (set->size - 1);
	return at;
}

static bool
id_in(const id_set *set, int64_t id)
{
	return set->n > 0 && set->v[id_slot(set, id)] == id;
}

static void
id_put(id_set *set, int64_t id)
{
	size_t at;

	if (2 * (set->n + 1) > set->size) {
		id_set more = { .size = set->size == 0 ? 64 : 2 * set->size };

		more.v = tm_zalloc(more.size, sizeof *more.v);
		for (size_t i = 0; i < set->size; i++)
			if (set->v[i] != 0)
				more.v[id_slot(&more, set->v[i])] = set->v[i];
		more.n = set->n;
		free(set->v);
		*set = more;
	}
	at = id_slot(set, id);
	set->n += set->v[at] == 0;
	set->v[at] = id;
}

static void
id_clear(id_set *set)
{
	free(set->v);
	*set = (id_set){ 0 };
}

static bool
is_touched(void *self, int64_t id)
{
	return id_in(self, id);
}

static bool
is_untouched(void *self, int64_t id)
{
	return !id_in(self, id);
}

/* ---- Labels ------------------------------------------------------------ */

/* The number of a text, given one when it is new. */
static uint16_t
label_number(labels *l, tm_str text)
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
	if (end == s || *end != ' ' || strlen(end) < 5)
		return l;
	l.codes = end[1] == 'c';
	l.draft = end[2] == 'd';
	if (end[3] != ' ')
		return l;
	l.others = tm_arena_zalloc(arena, text.n, sizeof *l.others);
	for (s = end + 4; s != NULL; s = next) {
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

typedef struct one_variant {
	tm_str lang, text;
} one_variant;

static void
base_of(tm_str lang, char base[TM_LANG_MAX])
{
	size_t n = 0;

	while (n < lang.n && lang.p[n] != '-' && n < TM_LANG_MAX - 1)
		n++;
	memcpy(base, lang.p, n);
	base[n] = '\0';
}

/* The builder for lang, or NULL when it is not ours: with several threads
 * at work, the languages are dealt out as they come. */
static tm_fuzzy_builder *
builder_for(growing *g, tm_str lang, size_t worker, size_t n_workers)
{
	char base[TM_LANG_MAX];
	struct growing_lang *l;
	size_t i = 0;

	base_of(lang, base);
	while (i < g->n_langs && strcmp(g->langs[i].base, base) != 0)
		i++;
	if (i == g->n_langs) {
		tm_grow(g->langs, g->n_langs, g->cap_langs);
		l = &g->langs[g->n_langs++];
		*l = (struct growing_lang){ .builder = NULL };
		memcpy(l->base, base, sizeof base);
		if (i % n_workers == worker)
			l->builder = tm_fuzzy_builder_new(base);
	}
	return g->langs[i].builder;
}

static void
add_unit(growing *g, int64_t id, int extra, bool draft, const one_variant *v,
    size_t n, size_t worker, size_t n_workers)
{
	tm_buf *text = &g->label;

	for (size_t i = 0; i < n; i++) {
		tm_fuzzy_builder *b =
		    builder_for(g, v[i].lang, worker, n_workers);
		uint16_t number;

		tm_buf_clear(text);
		tm_buf_printf(text, "%zu %c%c ", i,
		    (extra & TM_HAS_CODES) != 0 ? 'c' : '-', draft ? 'd' : '-');
		tm_buf_add(text, v[i].lang.p, v[i].lang.n);
		for (size_t j = 0; j < n; j++) {
			if (j == i)
				continue;
			tm_buf_addc(text, ' ');
			tm_buf_add(text, v[j].lang.p, v[j].lang.n);
		}
		/* Numbered even when another thread has the language: so
		 * both number alike. */
		number = label_number(&g->labels, tm_buf_str(text));
		if (b != NULL)
			tm_fuzzy_builder_add(b, id, number, v[i].text);
	}
	g->units++;
	g->last_unit = id;
}

static void growing_clear(growing *g);

#define INDEX_COLUMNS                                                       \
	"SELECT unit.id, status, extra, confidence IS NOT NULL, lang, text" \
	" FROM unit JOIN variant ON variant.unit = unit.id "

static const char range_sql[] =
    INDEX_COLUMNS "WHERE unit.id > ? AND unit.id <= ? ORDER BY unit.id, nr";
static const char touched_sql[] = INDEX_COLUMNS "WHERE unit.id = ? ORDER BY nr";

/* Read the rows of sql, which come unit by unit, into g. */
static bool
read_units(sqlite3_stmt *sql, growing *g, size_t worker, size_t n_workers)
{
	tm_arena arena = { 0 };
	one_variant *v = NULL;
	size_t n = 0, cap = 0;
	int64_t id = 0;
	int extra = 0, got;
	bool draft = false, rejected = false;

	do {
		int64_t next;

		got = sqlite3_step(sql);
		if (got != SQLITE_ROW && got != SQLITE_DONE)
			break;
		next = got == SQLITE_ROW ? sqlite3_column_int64(sql, 0) : 0;
		if (next != id) {
			if (n > 0 && !rejected)
				add_unit(g, id, extra, draft, v, n, worker,
				    n_workers);
			n = 0;
			tm_arena_clear(&arena);
			id = next;
			if (got == SQLITE_DONE)
				break;
			rejected = sqlite3_column_int(sql, 1) == TM_REJECTED;
			extra = sqlite3_column_int(sql, 2);
			draft = sqlite3_column_int(sql, 1) == TM_DRAFT &&
				sqlite3_column_int(sql, 3) != 0;
		}
		if (got == SQLITE_ROW) {
			tm_grow(v, n, cap);
			v[n].lang =
			    tm_arena_str(&arena, tm_store_column(sql, 4));
			v[n].text =
			    tm_arena_str(&arena, tm_store_column(sql, 5));
			n++;
		}
	} while (got == SQLITE_ROW);
	free(v);
	tm_arena_release(&arena);
	return got == SQLITE_DONE;
}

static bool
read_range(sqlite3 *db, int64_t lo, int64_t hi, growing *g, size_t worker,
    size_t n_workers)
{
	sqlite3_stmt *sql;
	bool ok;

	if (sqlite3_prepare_v2(db, range_sql, -1, &sql, NULL) != SQLITE_OK)
		return false;
	sqlite3_bind_int64(sql, 1, lo);
	sqlite3_bind_int64(sql, 2, hi);
	ok = read_units(sql, g, worker, n_workers);
	sqlite3_finalize(sql);
	return ok;
}

typedef struct job {
	tm_store *store;
	int64_t lo, hi;
	growing g;
	bool ok;
} job;

/* Half of the languages, through a connection of its own. */
static void *
second_worker(void *arg)
{
	job *j = arg;
	sqlite3 *db = tm_store_connect_again(j->store);

	j->ok = db != NULL && read_range(db, j->lo, j->hi, &j->g, 1, 2);
	sqlite3_close(db);
	return NULL;
}

/*
 * Put units lo < id <= hi into g, which is empty, with two threads. Both
 * see the same units in the same order, and so number languages and labels
 * alike.
 */
static bool
read_range_twice(tm_store *store, int64_t lo, int64_t hi, growing *g)
{
	job j = { .store = store, .lo = lo, .hi = hi };
	pthread_t thread;
	bool ok;

	if (pthread_create(&thread, NULL, second_worker, &j) != 0)
		return read_range(store->db, lo, hi, g, 0, 1);
	ok = read_range(store->db, lo, hi, g, 0, 2);
	pthread_join(thread, NULL);
	ok = ok && j.ok && j.g.n_langs == g->n_langs &&
	     j.g.labels.n == g->labels.n;
	for (size_t i = 1; ok && i < g->n_langs; i += 2) {
		g->langs[i].builder = j.g.langs[i].builder;
		j.g.langs[i].builder = NULL;
	}
	growing_clear(&j.g);
	return ok;
}

/* ---- Segments ---------------------------------------------------------- */

static void
segment_free(segment *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n_parts; i++)
		tm_fuzzy_free(s->parts[i].fuzzy);
	free(s->parts);
	free(s->rules);
	tm_buf_release(&s->rules_for);
	tm_arena_release(&s->arena);
	if (s->map != NULL)
		munmap(s->map, s->size);
	free(s->heap);
	free(s);
}

static void
growing_clear(growing *g)
{
	segment_free(g->seg);
	for (size_t i = 0; i < g->n_langs; i++)
		tm_fuzzy_builder_free(g->langs[i].builder);
	free(g->langs);
	tm_arena_release(&g->labels.arena);
	free(g->labels.v);
	free(g->labels.slots);
	tm_buf_release(&g->label);
	*g = (growing){ 0 };
}

static uint64_t
head_check(const file_head *h, const void *dir, size_t n)
{
	return tm_str_hash(
		   (tm_str){ (const char *)h, offsetof(file_head, check) }) ^
	       tm_str_hash((tm_str){ dir, n }) * 3;
}

static void
pad_to_16(FILE *fp, uint64_t *at)
{
	for (; *at % 16 != 0; ++*at)
		fputc(0, fp);
}

/* Write what g has for the range of head, which is filled in. */
static void
write_segment(growing *g, file_head *head, FILE *fp)
{
	file_lang *dir = tm_zalloc(g->n_langs + 1, sizeof *dir);
	tm_buf text = { 0 };
	uint64_t at = sizeof *head + g->n_langs * sizeof *dir;

	memcpy(head->magic, MAGIC, sizeof MAGIC);
	head->order = byte_order;
	head->version = FILE_VERSION;
	head->n_langs = g->n_langs;
	fwrite(head, sizeof *head, 1, fp);
	fwrite(dir, sizeof *dir, g->n_langs, fp);
	pad_to_16(fp, &at);
	for (size_t i = 0; i < g->n_langs; i++) {
		snprintf(dir[i].base, sizeof dir[i].base, "%s",
		    g->langs[i].base);
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
	head->check = head_check(head, dir, g->n_langs * sizeof *dir);
	fseek(fp, 0, SEEK_SET);
	fwrite(head, sizeof *head, 1, fp);
	fwrite(dir, sizeof *dir, g->n_langs, fp);
	/* A memory stream ends where it stands. */
	fseek(fp, (long)head->size, SEEK_SET);
	tm_buf_release(&text);
	free(dir);
}

static void
read_labels(segment *s, tm_str text)
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
segment_read(segment *s, const char *p, tm_error *err)
{
	const file_lang *dir;
	file_head *h = &s->head;

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
	if (h->check != head_check(h, dir, h->n_langs * sizeof *dir) ||
	    h->labels_at > s->size || h->labels_size > s->size - h->labels_at)
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
	read_labels(s, (tm_str){ p + h->labels_at, h->labels_size });
	return true;
}

static segment *
segment_from_heap(growing *g, const file_head *head)
{
	segment *s = tm_zalloc(1, sizeof *s);
	file_head h = *head;
	FILE *fp = open_memstream(&s->heap, &s->size);

	if (fp == NULL) {
		free(s);
		return NULL;
	}
	write_segment(g, &h, fp);
	if (fclose(fp) != 0 || !segment_read(s, s->heap, NULL)) {
		segment_free(s);
		return NULL;
	}
	return s;
}

static segment *
segment_from_file(const char *path, tm_error *err)
{
	segment *s = NULL;
	struct stat st;
	void *map;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		tm_fail(
		    err, TM_IO, "cannot open '%s': %s", path, strerror(errno));
		return NULL;
	}
	if (fstat(fd, &st) != 0 || st.st_size < (off_t)sizeof(file_head)) {
		tm_fail(err, TM_PARSE, "'%s' is damaged", path);
		goto out;
	}
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		tm_fail(
		    err, TM_IO, "cannot map '%s': %s", path, strerror(errno));
		goto out;
	}
	s = tm_zalloc(1, sizeof *s);
	s->map = map;
	s->size = (size_t)st.st_size;
	if (!segment_read(s, map, err)) {
		segment_free(s);
		s = NULL;
	}
out:
	close(fd);
	return s;
}

/* ---- The folder -------------------------------------------------------- */

static void
file_name(const tm_index *x, int64_t lo, int64_t hi, tm_buf *out)
{
	tm_buf_clear(out);
	tm_buf_printf(
	    out, "%s/%lld-%lld", x->folder, (long long)lo, (long long)hi);
}

/* The ends of the range a file is named after. */
static bool
parse_name(const char *name, int64_t *lo, int64_t *hi)
{
	char *end;

	if (*name < '0' || *name > '9')
		return false;
	*lo = strtoll(name, &end, 10);
	if (*end != '-' || end[1] < '0' || end[1] > '9')
		return false;
	*hi = strtoll(end + 1, &end, 10);
	return *end == '\0' && *lo < *hi;
}

/* Where the longest file that begins at lo ends; lo when there is none. */
static int64_t
longest_from(const tm_index *x, int64_t lo)
{
	DIR *dir = opendir(x->folder);
	struct dirent *e;
	int64_t best = lo, a, b;

	if (dir == NULL)
		return lo;
	while ((e = readdir(dir)) != NULL)
		if (parse_name(e->d_name, &a, &b) && a == lo && b > best)
			best = b;
	closedir(dir);
	return best;
}

static int64_t
end_of_segments(const tm_index *x)
{
	return x->n_segs == 0 ? 0 : x->segs[x->n_segs - 1]->head.hi;
}

static void
keep_segment(tm_index *x, segment *s)
{
	tm_grow(x->segs, x->n_segs, x->cap_segs);
	x->segs[x->n_segs++] = s;
}

/* Does the segment tell of this memory, in this state or an earlier one? */
static bool
belongs(tm_index *x, const segment *s, int64_t last, int64_t rev)
{
	const file_head *h = &s->head;
	sqlite3_stmt *sql;
	int64_t hash = 0;

	if (memcmp(h->uuid, x->uuid, sizeof h->uuid) != 0 || h->hi > last ||
	    h->rev > rev)
		return false;
	if (h->hash == 0)
		return true;
	sql = tm_store_sql(x->store, SQL_GET_HASH, NULL);
	if (sql == NULL)
		return false;
	sqlite3_bind_int64(sql, 1, h->hi);
	if (sqlite3_step(sql) == SQLITE_ROW)
		hash = sqlite3_column_int64(sql, 0);
	sqlite3_reset(sql);
	/* 0: it has been removed since; then it is among the touched. */
	return hash == 0 || hash == h->hash;
}

/*
 * Map the segment files, one after the other. Whatever is wrong with one
 * ends the row there: the rest is made again.
 */
static void
load_files(tm_index *x)
{
	tm_buf name = { 0 };

	for (int tries = 0; tries < 100; tries++) {
		int64_t lo = end_of_segments(x), hi = longest_from(x, lo);
		segment *s;

		if (hi == lo)
			break;
		file_name(x, lo, hi, &name);
		s = segment_from_file(name.p, NULL);
		if (s == NULL) {
			/* Merged away while we looked? Then look again. */
			if (access(name.p, F_OK) != 0)
				continue;
			break;
		}
		if (s->head.lo != lo || s->head.hi != hi) {
			segment_free(s);
			break;
		}
		keep_segment(x, s);
	}
	tm_buf_release(&name);
}

/* ---- Writing segments -------------------------------------------------- */

/* Only one process writes; who comes second has it in memory instead. */
static int
lock_folder(const tm_index *x)
{
	tm_buf name = { 0 };
	int fd;

	if (mkdir(x->folder, 0777) != 0 && errno != EEXIST)
		return -1;
	tm_buf_printf(&name, "%s/lock", x->folder);
	fd = open(name.p, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	tm_buf_release(&name);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Remove files that the segments we have make superfluous, and what an
 * interrupted process left. We hold the lock. */
static void
sweep(const tm_index *x)
{
	DIR *dir = opendir(x->folder);
	tm_buf name = { 0 };
	struct dirent *e;
	int64_t lo, hi;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		bool used =
		    e->d_name[0] == '.' || strcmp(e->d_name, "lock") == 0;

		if (parse_name(e->d_name, &lo, &hi)) {
			used = lo >= end_of_segments(x);
			for (size_t i = 0; i < x->n_segs; i++)
				if (x->segs[i]->head.lo == lo &&
				    x->segs[i]->head.hi == hi)
					used = true;
		}
		if (used)
			continue;
		tm_buf_clear(&name);
		tm_buf_printf(&name, "%s/%s", x->folder, e->d_name);
		unlink(name.p);
	}
	if (dir != NULL)
		closedir(dir);
	tm_buf_release(&name);
}

/* What g has, as a segment: a mapped file where one can be written. */
static segment *
settle_segment(tm_index *x, growing *g, const file_head *head)
{
	segment *s = NULL;
	tm_buf name = { 0 };
	tm_outfile out;
	file_head h = *head;
	int lock = x->folder == NULL ? -1 : lock_folder(x);

	if (lock >= 0) {
		file_name(x, h.lo, h.hi, &name);
		if (tm_outfile_open(&out, name.p, NULL)) {
			write_segment(g, &h, out.fp);
			if (tm_outfile_commit(&out, NULL))
				s = segment_from_file(name.p, NULL);
		}
		close(lock);
	}
	tm_buf_release(&name);
	return s != NULL ? s : segment_from_heap(g, head);
}

static void
clean_folder(const tm_index *x)
{
	int lock = x->folder == NULL ? -1 : lock_folder(x);

	if (lock < 0)
		return;
	sweep(x);
	close(lock);
}

static file_head
head_for(tm_index *x, int64_t lo, int64_t hi, int64_t rev)
{
	file_head h = { .lo = lo, .hi = hi, .rev = rev };
	sqlite3_stmt *sql = tm_store_sql(x->store, SQL_GET_HASH, NULL);

	memcpy(h.uuid, x->uuid, sizeof h.uuid);
	if (sql == NULL)
		return h;
	sqlite3_bind_int64(sql, 1, hi);
	if (sqlite3_step(sql) == SQLITE_ROW)
		h.hash = sqlite3_column_int64(sql, 0);
	sqlite3_reset(sql);
	return h;
}

/* Add all of s to g, but for the units that were touched since. */
static bool
absorb(tm_index *x, growing *g, const segment *s)
{
	uint16_t *map = tm_alloc((MOST_LABELS + 1) * sizeof *map);
	tm_str text = { (s->map != NULL ? (const char *)s->map : s->heap) +
			    s->head.labels_at,
		s->head.labels_size };
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
	for (size_t i = 0; ok && i < s->n_parts; i++)
		ok = tm_fuzzy_builder_absorb(
		    builder_for(g, tm_str_of(s->parts[i].base), 0, 1),
		    s->parts[i].fuzzy, map, MOST_LABELS + 1, is_untouched,
		    &x->touched, NULL);
	free(map);
	return ok;
}

static int64_t
width(const segment *s)
{
	return s->head.hi - s->head.lo;
}

/*
 * Make one of the last two segments while they are of about one size: so
 * each unit moves only a few times in its life, and there are few
 * segments.
 */
static bool
merge_last(tm_index *x)
{
	bool merged = false;

	while (x->n_segs >= 2) {
		segment *a = x->segs[x->n_segs - 2], *s;
		segment *b = x->segs[x->n_segs - 1];
		growing g = { 0 };
		file_head h;

		if (width(a) > 3 * width(b) ||
		    width(a) + width(b) > MOST_IN_SEGMENT)
			break;
		/* It lacks all that is in touched. */
		h = head_for(x, a->head.lo, b->head.hi, x->since);
		s = absorb(x, &g, a) && absorb(x, &g, b)
			? settle_segment(x, &g, &h)
			: NULL;
		growing_clear(&g);
		if (s == NULL)
			return false;
		x->n_segs -= 2;
		segment_free(a);
		segment_free(b);
		keep_segment(x, s);
		merged = true;
	}
	if (merged)
		clean_folder(x);
	return true;
}

/* ---- Keeping up -------------------------------------------------------- */

tm_index *
tm_index_new(tm_store *store)
{
	tm_index *x = tm_zalloc(1, sizeof *x);
	tm_buf folder = { 0 };

	x->store = store;
	tm_buf_printf(&folder, "%s.index", store->path);
	x->folder = folder.p;
	return x;
}

/* As if nothing had been loaded yet. */
void
tm_index_forget(tm_index *x)
{
	if (x == NULL)
		return;
	for (size_t i = 0; i < x->n_segs; i++)
		segment_free(x->segs[i]);
	x->n_segs = 0;
	growing_clear(&x->tail);
	growing_clear(&x->patch);
	id_clear(&x->touched);
	x->hi = x->rev = x->since = 0;
	x->loaded = x->uncommitted = false;
}

void
tm_index_free(tm_index *x)
{
	if (x == NULL)
		return;
	tm_index_forget(x);
	free(x->segs);
	free(x->folder);
	free(x);
}

/* Before the snapshot is taken: then no file can know more than it. */
void
tm_index_load(tm_index *x)
{
	if (!x->loaded && !x->no_files)
		load_files(x);
	x->loaded = true;
}

static bool
read_state(tm_index *x, int64_t *last, int64_t *rev, tm_error *err)
{
	sqlite3_stmt *sql = tm_store_sql(x->store, SQL_GET_STATE, err);
	int got;

	*last = *rev = 0;
	if (sql == NULL)
		return false;
	while ((got = sqlite3_step(sql)) == SQLITE_ROW) {
		tm_str name = tm_store_column(sql, 0);
		int64_t value = sqlite3_column_int64(sql, 1);

		if (tm_str_eq(name, TM_STR("unit")))
			*last = value;
		else if (tm_str_eq(name, TM_STR("touched")))
			*rev = value;
	}
	sqlite3_reset(sql);
	return got == SQLITE_DONE || tm_store_fail(x->store, err);
}

/* Of what was loaded, keep what fits the memory as it is. */
static bool
trust_files(tm_index *x, int64_t last, int64_t rev, tm_error *err)
{
	size_t n = 0;
	sqlite3_stmt *sql;
	tm_str uuid = { "", 0 };

	if (x->uuid[0] == '\0') {
		sql = tm_store_sql(x->store, SQL_GET_UUID, err);
		if (sql == NULL)
			return false;
		if (sqlite3_step(sql) == SQLITE_ROW)
			uuid = tm_store_column(sql, 0);
		if (uuid.n == 32)
			memcpy(x->uuid, uuid.p, 32);
		sqlite3_reset(sql);
	}
	while (n < x->n_segs && belongs(x, x->segs[n], last, rev))
		n++;
	while (x->n_segs > n)
		segment_free(x->segs[--x->n_segs]);
	x->hi = end_of_segments(x);
	x->rev = rev;
	for (size_t i = 0; i < n; i++)
		if (x->segs[i]->head.rev < x->rev)
			x->rev = x->segs[i]->head.rev;
	x->since = x->rev;
	return true;
}

/* Read again what was touched from revision x->rev on. */
static bool
read_touched(tm_index *x, int64_t rev, tm_error *err)
{
	sqlite3_stmt *list, *one = NULL;
	bool ok = false;
	int got;

	if (rev == x->rev)
		return true;
	list = tm_store_sql(x->store, SQL_GET_TOUCHED, err);
	if (list == NULL)
		return false;
	sqlite3_bind_int64(list, 1, x->rev);
	while ((got = sqlite3_step(list)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(list, 0);

		/* What comes later is read as it is now anyway. */
		if (id <= x->hi && id > 0)
			id_put(&x->touched, id);
	}
	sqlite3_reset(list);
	if (got != SQLITE_DONE)
		goto fail;
	/* The patch is short: all of it again. */
	growing_clear(&x->patch);
	x->rev = rev;
	if (sqlite3_prepare_v2(x->store->db, touched_sql, -1, &one, NULL) !=
	    SQLITE_OK)
		goto fail;
	for (size_t i = 0; i < x->touched.size; i++) {
		if (x->touched.v[i] == 0)
			continue;
		sqlite3_reset(one);
		sqlite3_bind_int64(one, 1, x->touched.v[i]);
		if (!read_units(one, &x->patch, 0, 1))
			goto fail;
	}
	ok = true;
fail:
	if (!ok) {
		tm_store_fail(x->store, err);
		tm_index_forget(x);
	}
	sqlite3_finalize(one);
	return ok;
}

/* Read units up to last into the tail. */
static bool
read_tail(tm_index *x, int64_t last, tm_error *err)
{
	bool ok;

	if (last == x->hi)
		return true;
	segment_free(x->tail.seg);
	x->tail.seg = NULL;
	/* A second connection sees only what is committed. */
	if (last - x->hi > MANY && x->tail.units == 0 &&
	    !x->store->in_transaction) {
		ok = read_range_twice(x->store, x->hi, last, &x->tail);
		if (!ok) {
			growing_clear(&x->tail);
			ok = read_range(
			    x->store->db, x->hi, last, &x->tail, 0, 1);
		}
	} else
		ok = read_range(x->store->db, x->hi, last, &x->tail, 0, 1);
	if (!ok) {
		tm_store_fail(x->store, err);
		tm_index_forget(x);
		return false;
	}
	x->hi = last;
	return true;
}

/* Make a segment of the tail. */
static bool
freeze_tail(tm_index *x)
{
	file_head h = head_for(x, end_of_segments(x), x->hi, x->rev);
	segment *s;

	/* Some of it may have changed since it was read. */
	if (x->touched.n > 0) {
		growing_clear(&x->tail);
		if (!read_range(x->store->db, h.lo, h.hi, &x->tail, 0, 1))
			return false;
	}
	s = settle_segment(x, &x->tail, &h);
	if (s == NULL)
		return false;
	growing_clear(&x->tail);
	keep_segment(x, s);
	clean_folder(x);
	return merge_last(x);
}

/* Make one segment of everything, without what was touched, and with it as
 * it is now. */
static bool
compact(tm_index *x)
{
	growing g = { 0 };
	file_head h = head_for(x, 0, x->hi, x->rev);
	segment *s = NULL;
	bool ok = true;

	for (size_t i = 0; ok && i < x->n_segs; i++)
		ok = absorb(x, &g, x->segs[i]);
	if (ok && x->patch.units > 0) {
		segment *p = segment_from_heap(&x->patch, &h);
		id_set touched = x->touched;

		/* Of the patch everything is wanted. */
		x->touched = (id_set){ 0 };
		ok = p != NULL && absorb(x, &g, p);
		x->touched = touched;
		segment_free(p);
	}
	if (ok)
		s = settle_segment(x, &g, &h);
	growing_clear(&g);
	if (s == NULL)
		return false;
	for (size_t i = 0; i < x->n_segs; i++)
		segment_free(x->segs[i]);
	x->n_segs = 0;
	keep_segment(x, s);
	growing_clear(&x->patch);
	id_clear(&x->touched);
	x->since = x->rev;
	clean_folder(x);
	return true;
}

/*
 * Bring the index up to the snapshot that is open.
 */
bool
tm_index_refresh(tm_index *x, tm_error *err)
{
	int64_t last, rev;

	if (!read_state(x, &last, &rev, err))
		return false;
	/* Another file has taken its place, or a rollback undid what we
	 * know: begin again. */
	if (last < x->hi || rev < x->rev)
		tm_index_forget(x);
	if (x->hi == 0) {
		tm_index_load(x);
		if (!trust_files(x, last, rev, err))
			return false;
	}
	if (last == x->hi && rev == x->rev)
		return true;
	if (!read_touched(x, rev, err) || !read_tail(x, last, err))
		return false;
	if (x->store->in_transaction) {
		x->uncommitted = true;
		return true;
	}
	/* When these fail, what is in memory serves as well. */
	if (x->tail.units > LONG_TAIL && !freeze_tail(x))
		tm_index_forget(x);
	if (x->touched.n > LONG_TAIL && x->n_segs > 0 && x->tail.units == 0)
		compact(x);
	return x->hi == last || tm_index_refresh(x, err);
}

/* What was seen in a transaction is gone with it. */
void
tm_index_rolled_back(tm_index *x)
{
	if (x != NULL && x->uncommitted)
		tm_index_forget(x);
}

/* ---- Searching --------------------------------------------------------- */

static tm_fuzzy_rule
rule_for(const label *l, const tm_query *query)
{
	tm_fuzzy_rule rule = { .skip = true, .capped = l->draft };
	bool region = true, found = false;

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
	region = region || tm_store_other_region(query->from, l->lang);
	rule.least = (uint8_t)(region + (!l->codes && query->n_codes > 0));
	rule.most = (uint8_t)(region + (l->codes || query->n_codes > 0));
	return rule;
}

static void
set_rules(segment *s, const tm_query *query)
{
	tm_buf now = { 0 };

	tm_buf_printf(&now, "%s %s %d", query->from == NULL ? "" : query->from,
	    query->to == NULL ? "" : query->to, query->n_codes > 0);
	if (s->rules_for.n > 0 &&
	    tm_str_eq(tm_buf_str(&now), tm_buf_str(&s->rules_for))) {
		tm_buf_release(&now);
		return;
	}
	tm_buf_release(&s->rules_for);
	s->rules_for = now;
	for (size_t i = 0; i < s->n_rules; i++)
		s->rules[i] = i < s->n_labels ? rule_for(&s->labels[i], query)
					      : (tm_fuzzy_rule){ .most = 100 };
}

static bool
search_segment(segment *s, const tm_query *query, tm_search *search,
    tm_index_sink *sink, tm_error *err)
{
	set_rules(s, query);
	search->rules = s->rules;
	search->n_rules = s->n_rules;
	for (size_t i = 0; i < s->n_parts; i++) {
		const char *base = s->parts[i].base;
		size_t before = search->n;

		if (!tm_store_serves(query->from, base))
			continue;
		if (!tm_fuzzy_search(s->parts[i].fuzzy,
			sink->side(sink->self, base), search, err))
			return false;
		for (size_t k = before; k < search->n; k++) {
			uint16_t l = search->hits[k].label;

			sink->hit(
			    sink->self, l < s->n_labels && s->labels[l].known
					    ? s->labels[l].nr
					    : SIZE_MAX);
		}
	}
	return true;
}

/* Search what g has; as a segment in memory, made when it has grown. */
static bool
search_growing(tm_index *x, growing *g, const tm_query *query,
    tm_search *search, tm_index_sink *sink, tm_error *err)
{
	file_head h = { .hi = INT64_MAX };

	if (g->units == 0)
		return true;
	if (g->seg == NULL)
		g->seg = segment_from_heap(g, &h);
	if (g->seg == NULL)
		return tm_fail(err, TM_LIMIT, "no memory for the index of '%s'",
		    x->store->path);
	return search_segment(g->seg, query, search, sink, err);
}

static bool
search_all(tm_index *x, const tm_query *query, tm_search *search,
    tm_index_sink *sink, tm_error *err)
{
	search->dead = x->touched.n > 0 ? is_touched : NULL;
	search->self = &x->touched;
	for (size_t i = 0; i < x->n_segs; i++)
		if (!search_segment(x->segs[i], query, search, sink, err))
			return false;
	if (!search_growing(x, &x->tail, query, search, sink, err))
		return false;
	search->dead = NULL;
	return search_growing(x, &x->patch, query, search, sink, err);
}

static void
remove_files(tm_index *x)
{
	int lock = lock_folder(x);

	for (size_t i = 0; lock >= 0 && i < x->n_segs; i++) {
		tm_buf name = { 0 };

		file_name(x, x->segs[i]->head.lo, x->segs[i]->head.hi, &name);
		unlink(name.p);
		tm_buf_release(&name);
	}
	if (lock >= 0)
		close(lock);
	else
		x->no_files = true;
}

/*
 * Search everything; a damaged file is removed, made again, and the search
 * repeated.
 */
bool
tm_index_search(tm_index *x, const tm_query *query, tm_search *search,
    tm_index_sink *sink, tm_error *err)
{
	tm_error inner;

	for (int tries = 0;; tries++) {
		tm_search_reset(search);
		sink->restart(sink->self);
		if (search_all(x, query, search, sink, &inner))
			return true;
		if (inner.code != TM_PARSE || tries == 2)
			break;
		remove_files(x);
		tm_index_forget(x);
		if (!tm_index_refresh(x, err))
			return false;
	}
	if (err != NULL)
		*err = inner;
	return false;
}

/* Hold every file against its checksum. */
bool
tm_index_check(tm_index *x, tm_error *err)
{
	for (size_t i = 0; i < x->n_segs; i++)
		for (size_t k = 0; k < x->segs[i]->n_parts; k++)
			if (!tm_fuzzy_check(x->segs[i]->parts[k].fuzzy, err))
				return false;
	return true;
}

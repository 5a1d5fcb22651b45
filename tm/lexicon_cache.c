/*
 * What was read of a dictionary, kept for the next time.
 *
 * To read 175,000 pairs of Arabic and English takes half a second and an
 * article of 300 words needs a hundredth of them. So the table that comes of
 * reading all is written to a file, once, and of it only the words of the
 * text are looked up:
 *
 *	head | slots | from_at | start | entries | to_at | from | to
 *
 *	"wكتب" -> slot -> 7;  from_at[7] .. from_at[8] is its text,
 *		  start[7] .. start[8] its entries, each the number of a
 *		  target word (its text by to_at) and a weight
 *
 * The file is named after the languages, and its head holds a stamp: a hash
 * of the dictionaries' paths, sizes and times, of our version and of what we
 * make of a few words, so that a newer dictionary or another way to stem is
 * noticed. A sum over all bytes tells damage. Still nothing in it is
 * trusted: numbers are looked at before they are used, and a file that is
 * not what it should be is made again.
 *
 * Writers write beside and rename, so there may be many. Where nothing can
 * be written the dictionary is read each time, as far as it applies.
 */
#include "config.h"

#include "tm/lexicon_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Another one when the layout changes. */
#define LAYOUT UINT64_C(1)
/* The largest FreeDict makes 30 MB. */
#define MAX_IMAGE ((off_t)256 << 20)

struct head {
	char magic[8];
	uint64_t order;	     /* of bytes, and the layout */
	uint64_t stamp, sum; /* of what follows */
	/* n_plain: words behind the numbers, for which all are taken. */
	uint32_t n_slots, n_from, n_plain, n_entries, n_to;
	uint32_t from_bytes, to_bytes, none;
};

static const struct head usual = { .magic = "tmlexic",
	.order = UINT64_C(0x0102030400000000) | LAYOUT };

/* ---- Sums and stamps --------------------------------------------------- */

/* Four lanes of multiply and rotate; a second per ten gigabytes. */
static uint64_t
sum_of(tm_str s)
{
	static const uint64_t prime = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t h[4] = { 1, 2, 3, 4 }, all = s.n;
	size_t i = 0;

	for (; i + 32 <= s.n; i += 32) {
		uint64_t v[4];

		memcpy(v, s.p + i, 32);
		for (int k = 0; k < 4; k++) {
			h[k] = (h[k] ^ v[k]) * prime;
			h[k] = h[k] << 29 | h[k] >> 35;
		}
	}
	for (; i < s.n; i++)
		h[0] = (h[0] ^ (unsigned char)s.p[i]) * prime;
	for (int k = 0; k < 4; k++)
		all = (all ^ h[k] ^ h[k] >> 31) * prime;
	return all;
}

static uint64_t
sum_behind_sum(tm_str image)
{
	return sum_of(tm_str_sub(
	    image, offsetof(struct head, sum) + sizeof(uint64_t), image.n));
}

/* Each is changed by another of the rules for keys. */
static const char probe[] = "The Studies' classes stopped; falling boxes 1,250 "
			    "والكِتابُ وبالمدرسة مدارسهم ١٢٫٥ Müller l'école";

uint64_t
tm_lex_cache_stamp(tm_lexicon *lex, tm_str files)
{
	tm_buf all = { 0 };
	tm_tokens *tokens = &lex->from_tokens;
	uint64_t stamp;

	tm_buf_printf(&all, "%s\n%s\n%s\n%.*s\n", tm_version(), lex->fillers[0],
	    lex->fillers[1], TM_STR_ARG(files));
	tm_analyse(lex->from_an, tm_str_of(probe), tokens);
	for (size_t i = 0; i < tokens->n; i++)
		if (tm_token_key(&tokens->v[i], &lex->key)) {
			uint64_t hash = tm_str_hash(tm_buf_str(&lex->key));

			tm_buf_add(&all, (const char *)&hash, sizeof hash);
		}
	stamp = sum_of(tm_buf_str(&all));
	tm_buf_release(&all);
	return stamp;
}

/* ---- Writing ----------------------------------------------------------- */

static uint32_t
slots_for(uint32_t n)
{
	uint32_t slots = 64;

	while (slots < 2 * n)
		slots *= 2;
	return slots;
}

/* The numbers of words: those that stand for numbers first. */
static uint32_t *
order_of(const tm_vocab *words, uint32_t *n_plain)
{
	uint32_t *order = tm_realloc(NULL, words->n + 1, sizeof *order);
	uint32_t n = 0;

	for (int plain = 1; plain >= 0; plain--) {
		for (size_t w = 0; w < words->n; w++)
			if ((words->v[w].p[0] != 'w') == plain)
				order[n++] = (uint32_t)w;
		if (plain)
			*n_plain = n;
	}
	return order;
}

static void
add_number(tm_buf *out, size_t n)
{
	uint32_t v = (uint32_t)n;

	tm_buf_add(out, (const char *)&v, sizeof v);
}

static void
add_slots(
    tm_buf *out, const tm_vocab *words, const uint32_t *order, uint32_t n_slots)
{
	uint32_t *slot = tm_zalloc(n_slots, sizeof *slot);

	for (size_t w = 0; w < words->n; w++) {
		uint64_t at = tm_str_hash(words->v[order[w]]);

		while (slot[at & (n_slots - 1)] != 0)
			at++;
		slot[at & (n_slots - 1)] = (uint32_t)w + 1;
	}
	tm_buf_add(out, (const char *)slot, n_slots * sizeof *slot);
	free(slot);
}

void
tm_lex_cache_image(const tm_lex_table *table, uint64_t stamp, tm_buf *out)
{
	struct head head = usual;
	uint32_t *order = order_of(&table->from, &head.n_plain);
	tm_buf from = { 0 }, to = { 0 };
	size_t n = 0;

	head.n_from = (uint32_t)table->from.n;
	head.n_slots = slots_for(head.n_from);
	head.n_entries = (uint32_t)table->n_entries;
	head.n_to = (uint32_t)table->to.n;
	tm_buf_clear(out);
	tm_buf_add(out, (const char *)&head, sizeof head);
	add_slots(out, &table->from, order, head.n_slots);
	for (uint32_t w = 0; w < head.n_from; w++) {
		add_number(out, from.n);
		tm_buf_add(&from, table->from.v[order[w]].p,
		    table->from.v[order[w]].n);
	}
	add_number(out, from.n);
	for (uint32_t w = 0; w < head.n_from; w++) {
		add_number(out, n);
		n += table->start[order[w] + 1] - table->start[order[w]];
	}
	add_number(out, n);
	for (uint32_t w = 0; w < head.n_from; w++) {
		uint32_t first = table->start[order[w]];

		tm_buf_add(out, (const char *)&table->entry[first],
		    (table->start[order[w] + 1] - first) *
			sizeof *table->entry);
	}
	for (uint32_t w = 0; w < head.n_to; w++) {
		add_number(out, to.n);
		tm_buf_add(&to, table->to.v[w].p, table->to.v[w].n);
	}
	add_number(out, to.n);
	tm_buf_add(out, from.p, from.n);
	tm_buf_add(out, to.p, to.n);
	head.from_bytes = (uint32_t)from.n;
	head.to_bytes = (uint32_t)to.n;
	head.stamp = stamp;
	memcpy(out->p, &head, sizeof head);
	head.sum = sum_behind_sum(tm_buf_str(out));
	memcpy(out->p, &head, sizeof head);
	free(order);
	tm_buf_release(&from);
	tm_buf_release(&to);
}

/* ---- Reading ----------------------------------------------------------- */

struct image {
	struct head head;
	const uint32_t *slot, *from_at, *start, *to_at;
	const tm_lex_entry *entry;
	const char *from, *to;
};

/* The next n things of size each; NULL when they are not there. */
static const void *
take(tm_str *rest, uint64_t n, size_t size)
{
	const char *p = rest->p;

	if (rest->n / size < n)
		return NULL;
	rest->p += n * size;
	rest->n -= n * size;
	return p;
}

static bool
open_image(struct image *im, tm_str bytes)
{
	struct head *h = &im->head;
	tm_str rest;

	if (bytes.n < sizeof *h)
		return false;
	memcpy(h, bytes.p, sizeof *h);
	rest = tm_str_sub(bytes, sizeof *h, bytes.n);
	im->slot = take(&rest, h->n_slots, 4);
	im->from_at = take(&rest, (uint64_t)h->n_from + 1, 4);
	im->start = take(&rest, (uint64_t)h->n_from + 1, 4);
	im->entry = take(&rest, h->n_entries, sizeof *im->entry);
	im->to_at = take(&rest, (uint64_t)h->n_to + 1, 4);
	im->from = take(&rest, h->from_bytes, 1);
	im->to = take(&rest, h->to_bytes, 1);
	return im->slot != NULL && im->from_at != NULL && im->start != NULL &&
	       im->entry != NULL && im->to_at != NULL && im->from != NULL &&
	       im->to != NULL && rest.n == 0 && h->n_plain <= h->n_from &&
	       h->n_slots > 0 && (h->n_slots & (h->n_slots - 1)) == 0;
}

/* String w of those at at in text, which has so many bytes; it is empty
 * where the numbers are wrong. */
static tm_str
string_at(const char *text, const uint32_t *at, uint32_t w, uint32_t bytes)
{
	if (at[w] > at[w + 1] || at[w + 1] > bytes)
		return (tm_str){ text, 0 };
	return (tm_str){ text + at[w], at[w + 1] - at[w] };
}

static tm_str
from_word(const struct image *im, uint32_t w)
{
	return string_at(im->from, im->from_at, w, im->head.from_bytes);
}

static uint32_t
find_word(const struct image *im, tm_str key)
{
	uint64_t at = tm_str_hash(key), mask = im->head.n_slots - 1;

	for (uint32_t n = 0; n < im->head.n_slots; n++, at++) {
		uint32_t w = im->slot[at & mask];

		if (w == 0 || w > im->head.n_from)
			break;
		if (tm_str_eq(from_word(im, w - 1), key))
			return w - 1;
	}
	return TM_NO_WORD;
}

struct taking {
	tm_lex_table *table;
	const struct image *im;
	uint32_t *known; /* target words: 1 + the number in table->to */
};

static bool
take_word(struct taking *t, uint32_t w)
{
	const struct image *im = t->im;
	tm_lex_table *table = t->table;
	tm_str key = from_word(im, w);
	uint32_t first = im->start[w], end = im->start[w + 1], from;

	if (key.n == 0 || first > end || end > im->head.n_entries)
		return false;
	from = tm_vocab_add(&table->from, key);
	for (uint32_t k = first; k < end; k++) {
		tm_lex_entry e = im->entry[k];

		if (e.to >= im->head.n_to || !(e.weight > 0) ||
		    !(e.weight < 1e6f))
			return false;
		if (t->known[e.to] == 0) {
			key = string_at(
			    im->to, im->to_at, e.to, im->head.to_bytes);
			if (key.n == 0)
				return false;
			t->known[e.to] = tm_vocab_add(&table->to, key) + 1;
		}
		tm_grow(table->triple, table->n_triples, table->cap_triples);
		table->triple[table->n_triples++] =
		    (struct tm_lex_triple){ from, t->known[e.to] - 1,
			    e.weight };
	}
	return true;
}

static bool
take_wanted(struct taking *t, tm_lexicon *lex)
{
	const struct head *h = &t->im->head;
	uint32_t n = lex->limited ? h->n_plain : h->n_from;

	for (uint32_t w = 0; w < n; w++)
		if (!take_word(t, w))
			return false;
	for (size_t k = 0; lex->limited && k < lex->wanted.n; k++) {
		uint32_t w;

		tm_buf_clear(&lex->key);
		tm_buf_addc(&lex->key, 'w');
		tm_buf_add(&lex->key, lex->wanted.v[k].p, lex->wanted.v[k].n);
		w = find_word(t->im, tm_buf_str(&lex->key));
		if (w != TM_NO_WORD && !take_word(t, w))
			return false;
	}
	return true;
}

bool
tm_lex_cache_take(tm_lexicon *lex, tm_str bytes)
{
	struct image im;
	struct taking t = { &lex->table[TM_LEX_DICT], &im, NULL };
	size_t had = t.table->n_triples;
	bool ok;

	if (!open_image(&im, bytes))
		return false;
	t.known = tm_zalloc((size_t)im.head.n_to + 1, sizeof *t.known);
	ok = take_wanted(&t, lex);
	free(t.known);
	if (!ok)
		t.table->n_triples = had;
	return ok;
}

bool
tm_lex_cache_is_whole(tm_str bytes, uint64_t stamp)
{
	struct head h;

	if (bytes.n < sizeof h)
		return false;
	memcpy(&h, bytes.p, sizeof h);
	return memcmp(h.magic, usual.magic, sizeof h.magic) == 0 &&
	       h.order == usual.order && h.stamp == stamp &&
	       h.sum == sum_behind_sum(bytes);
}

/* ---- Files ------------------------------------------------------------- */

/* All of a file that is no larger than it may be. */
static bool
read_image(const char *path, tm_buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	bool ok = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
		  st.st_size <= MAX_IMAGE;

	tm_buf_clear(out);
	if (ok)
		tm_buf_reserve(out, (size_t)st.st_size);
	while (ok && out->n < (size_t)st.st_size) {
		ssize_t got =
		    read(fd, out->p + out->n, (size_t)st.st_size - out->n);

		ok = got > 0;
		out->n += ok ? (size_t)got : 0;
	}
	if (fd >= 0)
		close(fd);
	return ok;
}

bool
tm_lex_cache_load(tm_lexicon *lex, const char *path, uint64_t stamp)
{
	tm_buf image = { 0 };
	bool ok = read_image(path, &image) &&
		  tm_lex_cache_is_whole(tm_buf_str(&image), stamp) &&
		  tm_lex_cache_take(lex, tm_buf_str(&image));

	tm_buf_release(&image);
	return ok;
}

bool
tm_lex_cache_begin(tm_outfile *out, const char *path)
{
	tm_error err;

	return tm_cache_folders(path) && tm_outfile_open(out, path, &err);
}

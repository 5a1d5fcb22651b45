/*
 * fuzz_image_file.c - a file of the index that somebody damaged
 *
 * The input is a list of changes, four bytes each: where (three bytes) and
 * what; they are made in a small segment file, which is then given its
 * right checksum again, so that damage gets past the door: the head, the
 * directory of languages, the labels. What is in an image is fuzz_image's.
 */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "tm/store_segment_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool
add_some(tm_store *store)
{
	static const char *const v[] = { "Open the file", "12 %s", "the door" };
	tm_variant of[3] = { { .lang = TM_STR("en") }, { .lang = TM_STR("ar") },
		{ .lang = TM_STR("de-AT") } };
	tm_unit u = { .v = of, .confidence = .5 };

	for (size_t i = 0; i < 3; i++) {
		of[0].text = of[1].text = of[2].text = tm_str_of(v[i]);
		u.n = 2 + i % 2;
		if (!tm_store_add(store, &u, NULL, NULL))
			return false;
	}
	return true;
}

/* A file as it is written, made once. */
static tm_str
whole_file(void)
{
	static tm_buf file;
	char path[] = "/tmp/tm-fuzz-XXXXXX";
	tm_segment_head head = { .lo = 0, .hi = 3, .rev = 1 };
	tm_growing g = { 0 };
	tm_store *store;
	int fd;

	if (file.n > 0)
		return tm_buf_str(&file);
	fd = mkstemp(path);
	if (fd < 0)
		abort();
	close(fd);
	store = tm_store_open(path, TM_CREATE, NULL);
	if (store == NULL || !tm_store_begin(store, NULL) || !add_some(store) ||
	    !tm_growing_read(&g, store, 0, 3, NULL))
		abort();
	tm_store_rollback(store);
	tm_store_close(store);
	if (!tm_segment_write(&g, &head, path, NULL, NULL) ||
	    !tm_read_file(path, &file, NULL))
		abort();
	unlink(path);
	tm_growing_clear(&g);
	return tm_buf_str(&file);
}

typedef struct seeker {
	tm_analyser *an;
	tm_match_side side;
} seeker;

static const tm_match_side *
give_side(void *self, const char *base, size_t reading)
{
	return reading == 0 ? &((seeker *)self)->side : NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	tm_str whole = whole_file();
	char *bytes = aligned_alloc(16, (whole.n + 31) / 16 * 16);
	seeker who = { .an = tm_analyser_new("en") };
	tm_index_asker asker = { .self = &who, .side = give_side };
	tm_haystacks in = { 0 };
	tm_search search = { .min = 40, .most = 3 };
	tm_query query = {
		.text = TM_STR("open the file"), .from = "en", .to = "ar"
	};
	tm_segment *s;

	memcpy(bytes, whole.p, whole.n);
	for (size_t i = 0; i + 4 <= n; i += 4) {
		size_t at = (size_t)data[i] << 16 | (size_t)data[i + 1] << 8 |
			    data[i + 2];

		bytes[at % whole.n] = (char)data[i + 3];
	}
	tm_segment_seal(bytes, whole.n);
	s = tm_segment_read((tm_str){ bytes, whole.n }, NULL);
	if (s != NULL) {
		tm_match_side_set(&who.side, who.an, query.text);
		tm_segment_offer(s, &query, &asker, NULL, NULL, &in);
		if (tm_fuzzy_search(&search, in.v, in.n, NULL))
			for (size_t i = 0; i < search.n; i++)
				tm_segment_variant(s, search.hits[i].label);
		tm_segment_check(s, NULL);
		tm_segment_free(tm_segment_join(
		    &(tm_join){ .seg = s }, 1, tm_segment_about(s)));
	}
	tm_segment_free(s);
	tm_search_release(&search);
	free(in.v);
	free(in.of);
	tm_match_side_release(&who.side);
	tm_analyser_free(who.an);
	free(bytes);
	return 0;
}

/*
 * fuzz_image.c - searching an index file that somebody damaged
 *
 * The input is a list of changes, four bytes each: where (three bytes) and
 * what; they are made in a small image whose head is then given its right
 * checksum again, so that damage gets past the door.
 */
#include "config.h"

#include <stdlib.h>

#include "tm/fuzzy.h"
#include "tm/fuzzy_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static char *
make_image(size_t *size)
{
	static const char *const v[] = { "Open the file", "open 12 files",
		"Close %s", "The window, the door", "فتح الملف", "12", "?" };
	tm_fuzzy_builder *b = tm_fuzzy_builder_new("en");
	char *image;
	FILE *fp = open_memstream(&image, size);

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		tm_fuzzy_builder_add(
		    b, (int64_t)i + 1, (uint16_t)(i % 2), tm_str_of(v[i]));
	tm_fuzzy_builder_write(b, fp);
	fclose(fp);
	tm_fuzzy_builder_free(b);
	return image;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const uint16_t labels[] = { 0, 1 };
	size_t size;
	char *image = make_image(&size);
	tm_image_head *head = (tm_image_head *)(void *)image;
	tm_search search = { .min = 40, .most = 3 };
	tm_analyser *an = tm_analyser_new("en");
	tm_match_side q = { 0 };
	tm_fuzzy *index;

	for (size_t i = 0; i + 4 <= n; i += 4) {
		size_t at = (size_t)data[i] << 16 | (size_t)data[i + 1] << 8 |
			    data[i + 2];

		image[at % size] = (char)data[i + 3];
	}
	head->self = tm_image_checksum(0, head, offsetof(tm_image_head, self));
	index = tm_fuzzy_open((tm_str){ image, size }, NULL);
	if (index != NULL) {
		tm_fuzzy_builder *b = tm_fuzzy_builder_new("en");

		tm_match_side_set(&q, an, TM_STR("open the 12 files %s ?"));
		tm_fuzzy_search(&search,
		    &(tm_haystack){ .index = index, .query = &q }, 1, NULL);
		tm_fuzzy_check(index, NULL);
		tm_fuzzy_builder_absorb(b, index, labels, 2, NULL, NULL, NULL);
		tm_fuzzy_builder_free(b);
	}
	tm_fuzzy_free(index);
	tm_match_side_release(&q);
	tm_analyser_free(an);
	tm_search_release(&search);
	free(image);
	return 0;
}

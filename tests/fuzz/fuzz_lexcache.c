/*
 * fuzz_lexcache.c - any bytes as the cache of a dictionary
 *
 * After an 'r' the input is an image. Otherwise it is changes to a good one,
 * three bytes each: the place (its high byte first) and what to put there.
 * A change behind the end cuts the image off at a place that the value says.
 */
#include "config.h"

#include "tm/lexicon_int.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
good_image(tm_buf *out)
{
	static const char *const pairs[][2] = { { "Haus", "house, home" },
		{ "Maus", "mouse" }, { "das alte Haus", "old house" },
		{ "12", "twelve" }, { "1000", "thousand" } };
	tm_lexicon *lex = tm_lexicon_new("de", "en");

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		tm_lexicon_pair(lex, TM_LEX_DICT, tm_str_of(pairs[i][0]),
		    tm_str_of(pairs[i][1]), 1, false);
	tm_lexicon_settle(lex);
	tm_lex_cache_image(&lex->table[TM_LEX_DICT], 0, out);
	tm_lexicon_free(lex);
}

static void
try_image(tm_str image, bool limited)
{
	tm_lexicon *lex = tm_lexicon_new("de", "en");
	tm_str text = TM_STR("Haus 12 Maus");

	if (limited)
		tm_lexicon_limit(lex, &text, 1);
	if (!tm_lex_cache_take(lex, image) &&
	    lex->table[TM_LEX_DICT].n_triples != 0)
		abort();
	tm_lexicon_settle(lex);
	tm_lexicon_free(lex);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	tm_buf image = { 0 };

	if (size > 0 && data[0] == 'r') {
		tm_buf_add(&image, (const char *)data + 1, size - 1);
	} else {
		good_image(&image);
		for (size_t i = 0; i + 3 <= size; i += 3) {
			size_t at = (size_t)data[i] << 8 | data[i + 1];

			if (at < image.n)
				image.p[at] = (char)data[i + 2];
			else
				image.n = image.n * data[i + 2] / 256;
		}
	}
	tm_lex_cache_is_whole(tm_buf_str(&image), 0);
	try_image(tm_buf_str(&image), false);
	try_image(tm_buf_str(&image), true);
	tm_buf_release(&image);
	return 0;
}

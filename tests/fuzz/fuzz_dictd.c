/*
 * fuzz_dictd.c - any bytes as a dictd dictionary
 *
 * Up to the first NUL the input is the index, after it the text.
 */
#include "config.h"

#include "tm/lexicon_int.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size > 0 ? memchr(data, 0, size) : NULL;
	size_t n = nul != NULL ? (size_t)(nul - data) : size;
	size_t skip = n < size ? n + 1 : n;
	tm_str index = { (const char *)data, n };
	tm_str text = { (const char *)data + skip, size - skip };

	for (int round = 0; round < 4; round++) {
		tm_lexicon *lex = tm_lexicon_new("de", "en");
		bool reversed = (round & 1) != 0;
		size_t pairs = 0;
		tm_error err = { 0 };

		if ((round & 2) != 0)
			tm_lexicon_limit(lex, &text, 1);
		if (!tm_dictd_read(
			lex, "x", index, text, reversed, &pairs, &err) &&
		    (err.code != TM_PARSE || err.msg[0] == '\0'))
			abort();
		tm_lexicon_settle(lex);
		if (tm_lexicon_size(lex) > 16 * pairs)
			abort();
		tm_lexicon_free(lex);
	}
	return 0;
}

/*
 * fuzz_lexicon.h - any bytes as a word list
 *
 * Define READ as the reader to try before including this.
 */
#include "config.h"

#include "tm/lexicon_int.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
bad(void *self, size_t line, const char *msg)
{
	size_t *n = self;

	if (line == 0 || msg[0] == '\0')
		abort();
	++*n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	tm_str text = { (const char *)data, size };
	static const tm_str wanted = TM_STR("a pit, word; words");

	for (int limited = 0; limited < 2; limited++) {
		tm_lexicon *lex = tm_lexicon_new("en", "ar");
		size_t pairs = 0, n = 0;
		tm_lexicon_complaints to = { bad, &n };
		tm_error err = { 0 };

		if (limited == 1)
			tm_lexicon_limit(lex, &wanted, 1);
		if (!READ(lex, "x", text, &to, &pairs, &err) &&
		    err.msg[0] == '\0')
			abort();
		tm_lexicon_settle(lex);
		/* Four words a side at most. */
		if (tm_lexicon_size(lex) > 16 * pairs)
			abort();
		tm_lexicon_free(lex);
	}
	return 0;
}

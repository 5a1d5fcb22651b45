/* fuzz_text.c - any bytes through decoding, folding, tokens and guessing */
#include "config.h"

#include <stdlib.h>

#include "tm/lang.h"
#include "tm/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_tokens(tm_str text, const char *lang)
{
	tm_analyser *an = tm_analyser_new(lang);
	tm_tokens tokens = { 0 };
	size_t at = 0;

	tm_analyse(an, text, &tokens);
	for (size_t i = 0; i < tokens.n; i++) {
		const tm_token *t = &tokens.v[i];

		/* in order, inside the text, and never empty */
		if (t->start < at || t->end <= t->start || t->end > text.n ||
		    t->key.n == 0)
			abort();
		at = t->end;
	}
	tm_tokens_release(&tokens);
	tm_analyser_free(an);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	tm_str bytes = { (const char *)data, size };
	char lang[TM_LANG_MAX];
	tm_buf out = { 0 };

	tm_text_decode("x", bytes, NULL, &out, NULL);
	tm_buf_clear(&out);
	tm_text_decode("x", bytes, "windows-1256", &out, NULL);
	if (out.n > 0 && !tm_text_is_utf8(tm_buf_str(&out), NULL))
		abort();
	tm_buf_clear(&out);
	tm_text_fold(bytes, &out);
	tm_buf_clear(&out);
	tm_text_nfc(bytes, &out);
	tm_buf_clear(&out);
	if (size < 200)
		tm_text_skeleton(bytes, &out);
	tm_buf_release(&out);
	tm_text_width(bytes);
	tm_lang_guess(bytes, lang);
	check_tokens(bytes, "ar");
	check_tokens(bytes, "en");
	return 0;
}

#include "config.h"

#include <stdlib.h>

#include "tm/check.h"
#include "tm/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is told is inside of the texts, and what is mended needs no more. */
static void
look(tm_checker *c, const tm_unit *u)
{
	tm_findings found = { 0 }, again = { 0 };
	const tm_unit *mended;

	tm_check(c, u, &found);
	for (size_t i = 0; i < found.n; i++) {
		const tm_finding *f = &found.v[i];

		if (f->start > f->end || f->end > u->v[f->target].text.n ||
		    f->source_start > f->source_end ||
		    f->source_end > u->v[f->source].text.n)
			abort();
	}
	mended = tm_check_mend(c, u, &found);
	for (size_t i = 0; i < mended->n; i++)
		if (!tm_text_is_utf8(mended->v[i].text, NULL))
			abort();
	if (tm_check_mend(c, mended, &again) != mended)
		abort();
	tm_findings_release(&found);
	tm_findings_release(&again);
}

/* Lines of a source, a tab and its translation, as text that is UTF-8: what
 * readers hand on. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	tm_str s = { (const char *)data, size };
	tm_checker *c;

	if (size == 0 || !tm_text_is_utf8(s, NULL))
		return 0;
	c = tm_checker_new(TM_CHECK_ALL);
	while (s.n > 0) {
		const char *end = memchr(s.p, '\n', s.n), *tab;
		size_t n = end == NULL ? s.n : (size_t)(end - s.p);
		tm_str line = tm_str_sub(s, 0, n);
		tm_variant v[2] = { { .lang = TM_STR("en") },
			{ .lang = TM_STR("ar") } };
		tm_unit u = { .v = v, .n = 2, .confidence = -1 };

		tab = n == 0 ? NULL : memchr(line.p, '\t', n);
		n = tab == NULL ? n : (size_t)(tab - line.p);
		v[0].text = tm_str_sub(line, 0, n);
		v[1].text =
		    tab == NULL ? TM_STR("") : tm_str_sub(line, n + 1, line.n);
		look(c, &u);
		s = tm_str_sub(s, end == NULL ? s.n : line.n + 1, s.n);
	}
	tm_checker_free(c);
	return 0;
}

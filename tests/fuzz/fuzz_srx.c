/*
 * fuzz_srx.c - any bytes as an SRX file
 *
 * Up to the first NUL the input is the file, after it a text to cut. An
 * input that begins with / is one expression: it is put into a rule.
 */
#include "config.h"

#include "tm/segment.h"
#include "tm/xml_int.h"

#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
write_file(const char *path, tm_str bytes)
{
	FILE *fp = fopen(path, "wb");

	if (fp == NULL)
		abort();
	fwrite(bytes.p, 1, bytes.n, fp);
	fclose(fp);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char path[64];
	const uint8_t *nul = size > 0 ? memchr(data, 0, size) : NULL;
	size_t n = nul != NULL ? (size_t)(nul - data) : size;
	tm_str file = { (const char *)data, n };
	tm_str text = { (const char *)data + n, size - n };
	tm_segment_options options = { .srx = path };
	tm_spans spans = { 0 };
	tm_buf rule = { 0 };
	tm_segmenter *seg;

	if (path[0] == '\0')
		snprintf(
		    path, sizeof path, "/tmp/tm-fuzz-srx-%ld", (long)getpid());
	if (n > 0 && data[0] == '/') {
		tm_buf_adds(&rule,
		    "<srx><header cascade='no'/><body><languagerules>"
		    "<languagerule languagerulename='R'><rule><beforebreak>");
		tm_xml_add_text(&rule, tm_str_sub(file, 1, n));
		tm_buf_adds(&rule,
		    "</beforebreak></rule></languagerule></languagerules>"
		    "<maprules><languagemap languagepattern='.*' "
		    "languagerulename='R'/></maprules></body></srx>");
		file = tm_buf_str(&rule);
	}
	write_file(path, file);
	tm_segment_check_srx(path, NULL, NULL, NULL, NULL);
	seg = tm_segmenter_new_with("en", &options, NULL);
	if (seg != NULL) {
		tm_segment(seg, text, &spans);
		tm_segment(seg, TM_STR("Mr. A. b? “C.” 1. aaaa d"), &spans);
	}
	tm_segmenter_free(seg);
	tm_spans_release(&spans);
	tm_buf_release(&rule);
	unlink(path);
	return 0;
}

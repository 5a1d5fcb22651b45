/* fuzz_ladder.c - any bytes as a ladder, scored against itself */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "tm/ladder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64];
	tm_ladder ladder = { 0 };
	tm_ladder_score score = { 0 };
	FILE *fp = tmpfile();

	if (fp == NULL || fwrite(data, 1, size, fp) != size || fflush(fp) != 0)
		abort();
	snprintf(path, sizeof path, "/dev/fd/%d", fileno(fp));
	rewind(fp);
	if (tm_ladder_read(path, &ladder, NULL)) {
		tm_ladder_add_score(&ladder, &ladder, &score);
		/* an alignment agrees with itself */
		if (score.strict != score.test || score.found_lax != score.gold)
			abort();
	}
	tm_ladder_release(&ladder);
	fclose(fp);
	return 0;
}

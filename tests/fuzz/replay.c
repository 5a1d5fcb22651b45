/*
 * replay.c FILE|FOLDER... - give each file to a fuzz target once
 *
 * Stands in for libFuzzer's main() in an ordinary build, so that what a
 * fuzzer once found is looked at in every "make check".
 */
#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "tm/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
replay_file(const char *path)
{
	tm_buf bytes = { 0 };
	tm_error err;
	uint8_t *exact;

	if (!tm_read_file(path, &bytes, &err)) {
		fprintf(stderr, "%s\n", err.msg);
		exit(1);
	}
	/* A copy without a NUL behind it, so that a sanitizer sees overruns. */
	exact = tm_alloc(bytes.n);
	if (bytes.n > 0)
		memcpy(exact, bytes.p, bytes.n);
	LLVMFuzzerTestOneInput(exact, bytes.n);
	free(exact);
	tm_buf_release(&bytes);
	return 1;
}

static size_t
replay(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	size_t n = 0;

	if (dir == NULL)
		return replay_file(path);
	while ((entry = readdir(dir)) != NULL) {
		tm_buf name = { 0 };

		if (entry->d_name[0] == '.')
			continue;
		tm_buf_printf(&name, "%s/%s", path, entry->d_name);
		n += replay(name.p);
		tm_buf_release(&name);
	}
	closedir(dir);
	return n;
}

int
main(int argc, char **argv)
{
	size_t n = 0;

	for (int i = 1; i < argc; i++)
		n += replay(argv[i]);
	printf("%s: %zu inputs\n", argv[0], n);
	return n > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

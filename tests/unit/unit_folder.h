/*
 * unit_folder.h - a folder of its own for a test, and the path of a memory in
 * it
 */
#ifndef TESTS_UNIT_FOLDER_H
#define TESTS_UNIT_FOLDER_H

#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

/* Of the folder made last. */
static char dir[32], path[200];
static tm_error err;

/* A call that tells in err why it failed must not fail. */
#define ok(call) ck_assert_msg(call, "%s", err.msg)

static inline void
make_folder(void)
{
	snprintf(dir, sizeof dir, "/tmp/tm-check-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/x.tm", dir);
}

/* With all that is in it, also what a test wrote protected. */
static inline void
drop_folder(void)
{
	shell("chmod -R u+w %s; rm -rf %s", dir, dir);
}

#endif

/*
 * unit_store.h - a memory of its own for a test
 *
 *	tm_store *store = new_store();
 *	...
 *	drop_store(store);
 */
#ifndef TESTS_UNIT_STORE_H
#define TESTS_UNIT_STORE_H

#include "unit.h"

#include <unistd.h>

#include "tm/store.h"

/* The folder and the file of the last store made. */
static char dir[32], path[200];
static tm_error err;

#define ok(call) ck_assert_msg(call, "%s", err.msg)

static tm_store *
new_store(void)
{
	tm_store *store;

	snprintf(dir, sizeof dir, "/tmp/tm-check-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/x.tm", dir);
	store = tm_store_open(path, TM_CREATE, &err);
	ck_assert_msg(store != NULL, "%s", err.msg);
	return store;
}

static void
drop_store(tm_store *store)
{
	char cmd[64];

	tm_store_close(store);
	snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
	ck_assert_int_eq(system(cmd), 0);
}

#endif

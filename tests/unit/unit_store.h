/*
 * unit_store.h - a memory of its own for a test
 *
 *	tm_store *store = new_store();
 *	...
 *	drop_store(store);
 */
#ifndef TESTS_UNIT_STORE_H
#define TESTS_UNIT_STORE_H

#include "unit_folder.h"

#include "tm/store.h"

static tm_store *
new_store(void)
{
	tm_store *store;

	make_folder();
	store = tm_store_open(path, TM_CREATE, &err);
	ck_assert_msg(store != NULL, "%s", err.msg);
	return store;
}

static void
drop_store(tm_store *store)
{
	tm_store_close(store);
	drop_folder();
}

#endif

/* unit_look.h - the last answer of a memory */
#ifndef TESTS_UNIT_LOOK_H
#define TESTS_UNIT_LOOK_H

static tm_answer answer;

static void
look_up(tm_store *store, tm_query q)
{
	if (q.min == 0)
		q.min = 70;
	ok(tm_store_lookup(store, &q, &answer, &err));
}

#endif

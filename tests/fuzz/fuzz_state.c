/* fuzz_state.c - what a unit was, from bytes that anybody may have written;
 * what can be read is the same when it is packed and read again */
#include "config.h"

#include <stdlib.h>

#include "tm/store_sql_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	tm_arena arena = { 0 };
	tm_buf once = { 0 }, twice = { 0 };
	tm_unit u;
	bool whole;

	if (tm_store_unpack(
		(tm_str){ (const char *)data, n }, &arena, &u, &whole)) {
		tm_store_pack(&u, whole, &once);
		if (!tm_store_unpack(tm_buf_str(&once), &arena, &u, &whole))
			abort();
		tm_store_pack(&u, whole, &twice);
		if (!tm_str_eq(tm_buf_str(&once), tm_buf_str(&twice)))
			abort();
	}
	tm_buf_release(&once);
	tm_buf_release(&twice);
	tm_arena_release(&arena);
	return 0;
}

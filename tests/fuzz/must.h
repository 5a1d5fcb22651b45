/* must.h - what a fuzz target says has to be so: a fuzzer stops where not */
#ifndef TM_FUZZ_MUST_H
#define TM_FUZZ_MUST_H

#include <stdlib.h>

#define must(what)               \
	do {                     \
		if (!(what))     \
			abort(); \
	} while (0)

#endif

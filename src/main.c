#include "config.h"

#include "tm/tm.h"

int
main(void)
{
	puts(tm_version());
	return 0;
}

#include "config.h"

#include "roundtrip.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return round_trip("tmx", NULL, true, data, size);
}

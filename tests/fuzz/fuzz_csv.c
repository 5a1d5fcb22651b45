#include "config.h"

#include "roundtrip.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const tm_format_options options = { .from = "en", .to = "ar" };

	return round_trip("csv", &options, false, data, size);
}

#include "config.h"

#include "tm/format_int.h"

#include "config.h"

#include "tm/format.h"

#include "config.h"

#include "tm/segment.h"

#include "config.h"

#include "tm/align.h"

#include "config.h"

#include "tm/fuzzy.h"

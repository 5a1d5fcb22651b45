#include "config.h"

#include "tm/unit.h"

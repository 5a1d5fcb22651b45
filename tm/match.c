#include "config.h"

#include "tm/match.h"

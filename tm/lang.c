#include "config.h"

#include "tm/lang.h"

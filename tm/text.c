#include "config.h"

#include "tm/text.h"

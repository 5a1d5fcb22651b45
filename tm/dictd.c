#include "config.h"

#include "tm/lexicon_int.h"

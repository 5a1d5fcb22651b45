#include "config.h"

#include "tm/lexicon.h"

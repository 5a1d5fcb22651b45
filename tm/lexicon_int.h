#ifndef TM_LEXICON_INT_H
#define TM_LEXICON_INT_H

#include "tm/lexicon.h"

#endif

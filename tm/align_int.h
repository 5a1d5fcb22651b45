#ifndef TM_ALIGN_INT_H
#define TM_ALIGN_INT_H

#include "tm/align.h"

#endif

#ifndef TM_SEGMENT_INT_H
#define TM_SEGMENT_INT_H

#include "tm/segment.h"

#endif

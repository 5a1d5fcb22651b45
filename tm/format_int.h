#ifndef TM_FORMAT_INT_H
#define TM_FORMAT_INT_H

#include "tm/format.h"

#endif

#ifndef TM_XML_INT_H
#define TM_XML_INT_H

#include "tm/base.h"

#endif

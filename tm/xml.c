#include "config.h"

#include "tm/xml_int.h"

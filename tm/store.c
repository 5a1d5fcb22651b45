#include "config.h"

#include "tm/store.h"

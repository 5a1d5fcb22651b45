/* tm.h - every public header of libtm, for those in a hurry */
#ifndef TM_TM_H
#define TM_TM_H

#include "tm/adapt.h"
#include "tm/align.h"
#include "tm/answer.h"
#include "tm/base.h"
#include "tm/check.h"
#include "tm/clean.h"
#include "tm/codes.h"
#include "tm/filter.h"
#include "tm/format.h"
#include "tm/fuzzy.h"
#include "tm/ladder.h"
#include "tm/lang.h"
#include "tm/lexicon.h"
#include "tm/match.h"
#include "tm/segment.h"
#include "tm/store.h"
#include "tm/text.h"
#include "tm/train.h"
#include "tm/unit.h"

#endif

/* fuzz_tbx.c - any bytes as TBX */
#define READ tm_lexicon_read_tbx
#include "fuzz_lexicon.h"

/* fuzz_lextsv.c - any bytes as a word list with tabs */
#define READ tm_lexicon_read_tsv
#include "fuzz_lexicon.h"

/* po_int.h - what the files of PO share */
#ifndef TM_FORMAT_PO_INT_H
#define TM_FORMAT_PO_INT_H

#include "tm/format_int.h"

/* The reading half (po.c); the other is po_write.c. */
bool tm_po_read(const char *path, const tm_format_options *options,
    const tm_sink *sink, tm_error *err);

#endif

/* po_int.h - what the files of PO share */
#ifndef TM_FORMAT_PO_INT_H
#define TM_FORMAT_PO_INT_H

#include "tm/format_int.h"

#define PO_FORMS_MAX 8

/* The strings of an entry. */
typedef enum po_field {
	PO_CONTEXT,
	PO_ID,
	PO_PLURAL,
	PO_FORM, /* msgstr or msgstr[0], and the next PO_FORMS_MAX - 1 */
	PO_N_FIELDS = PO_FORM + PO_FORMS_MAX
} po_field;

/* An entry as it stands in the file. */
typedef struct po_entry {
	size_t line; /* of its first line; that of each string is in at */
	size_t at[PO_N_FIELDS];
	tm_buf text[PO_N_FIELDS];
	bool seen[PO_N_FIELDS];
	tm_buf note, extracted, reference, flags;
	tm_buf before; /* the lines with #| */
	bool fuzzy, obsolete;
	bool numbered;	 /* msgstr[0], not msgstr */
	bool half;	 /* only some of its lines begin with #~ */
	size_t previous; /* the line of the first #|; 0: none */
	size_t n_forms;
} po_entry;

/* The value of "Name: value" in the header entry; empty without it. */
tm_str po_header_field(tm_str header, tm_str name);

/* The reading half (po.c); the other is po_write.c. */
bool tm_po_read(const char *path, const tm_format_options *options,
    const tm_sink *sink, tm_error *err);

/* Tells sink of all that is not valid (po_valid.c). */
typedef struct po_valid po_valid;

po_valid *po_valid_new(const char *path, const tm_sink *sink);
void po_valid_entry(po_valid *v, const po_entry *e);
/* Tells of what was only counted, and of what did not come. NULL is fine. */
void po_valid_end(po_valid *v);

#endif

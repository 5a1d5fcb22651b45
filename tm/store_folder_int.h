/*
 * store_folder_int.h - the files of an index, and where they are
 *
 * Beside the memory, or among the caches of the user where nothing can be
 * written there; those are many in time, and go when nobody uses them.
 */
#ifndef TM_STORE_FOLDER_INT_H
#define TM_STORE_FOLDER_INT_H

#include "tm/store_segment_int.h"

/*
 * The folder for the index of a memory, beside it. When nothing can be
 * written there (it is closed) it can be kept among the caches of this user
 * instead, by the memory's uuid and path; what others made beside it is read
 * all the same.
 */
typedef struct tm_folder tm_folder;

tm_folder *tm_folder_new(const char *memory);
/* Who hears of what is written there: must live as long as it. */
void tm_folder_watch(tm_folder *folder, tm_watch *watch);
void tm_folder_free(tm_folder *folder);
bool tm_folder_is_closed(const tm_folder *folder);
void tm_folder_keep(tm_folder *folder, const char *uuid);
/* Where it is; NULL: there is none yet. */
const char *tm_folder_path(const tm_folder *folder);

/* Map the longest file of units from lo on, or the patch that goes
 * farthest. NULL when there is none that can be read. */
tm_segment *tm_folder_open(const tm_folder *folder, int64_t lo);
tm_segment *tm_folder_open_patch(const tm_folder *folder);

/* What g has, as a segment: a mapped file where one can be written. NULL
 * when not even memory will do, or it was stopped. */
tm_segment *tm_folder_write(const tm_folder *folder, tm_growing *g,
    const tm_segment_head *head, bool patch);

/* The same of segments that are joined; in memory only where they are few. */
tm_segment *tm_folder_join(const tm_folder *folder, const tm_join *v, size_t n,
    const tm_segment_head *head, bool patch);

/*
 * The same for units that are not committed yet: where nobody looks for it.
 * NULL when it cannot be written. It is adopted after the commit (false: it
 * has no file then, but can be used), or dropped.
 */
tm_segment *tm_folder_write_new(
    const tm_folder *folder, tm_growing *g, const tm_segment_head *head);
bool tm_folder_adopt(const tm_folder *folder, const tm_segment *s);
void tm_folder_drop_new(const tm_folder *folder, const tm_segment *s);

/* Remove files that these n segments, one after the other, and patch (NULL:
 * none) make superfluous, and what an interrupted process left. */
void tm_folder_sweep(const tm_folder *folder, tm_segment *const *segs, size_t n,
    const tm_segment *patch);

/* Has a file in the folder of an index such a name as we give? What was not
 * finished has letters more. */
bool tm_folder_is_ours(const char *name);

/* One of these is damaged: remove their files; false when nothing may be
 * written there. */
bool tm_folder_remove(tm_folder *folder, tm_segment *const *segs, size_t n,
    const tm_segment *patch);

/* ---- Indexes among caches (store_kept.c) ------------------------------- */

/* How long one stays that nobody uses, in seconds, and how large all may be
 * together; tests make them small. */
extern struct tm_kept_limits {
	int64_t unused, bytes;
} tm_kept_limits;

/* Is it such a name as they have: UUID-HASH, 32 and 16 hexadecimal digits? */
bool tm_kept_is_name(const char *name);
/* The index in folder is used, or was written: then others may go. */
void tm_kept_used(const char *folder);
void tm_kept_tidy(const char *folder);

#endif

/* folder.h: where the archive of a study lies. An archive is one crawler × one study: the first study of a database has the folder itself
 * (--archive, by default DATABASE.warc.d), each later one a folder in it named after the study. */
#ifndef AMP_RUN_FOLDER_H
#define AMP_RUN_FOLDER_H
#include "base/buf.h"
#include "base/err.h"
#include "store/store.h"

/* AMP_ENOTFOUND when the archive is another crawler's (a merged database): its folder is not here. */
int amp_archive_folder(struct amp_store *store, const char *dir, int64_t archive_id, int64_t crawler_id, struct amp_buf *out,
                       struct amp_err *err) AMP_CHECK;

#endif

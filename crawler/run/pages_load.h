/* pages_load.h: an archived capture as a page to parse, exactly as the live crawl saw it. Needs the archive's folder. */
#ifndef AMP_RUN_PAGES_LOAD_H
#define AMP_RUN_PAGES_LOAD_H
#include "base/arena.h"
#include "base/err.h"
#include "run/pages.h"
#include "store/store.h"

#define AMP_WIRE_MAX ((size_t)64 << 20)    /* an archived response, headers included */
#define AMP_DECODED_MAX ((size_t)64 << 20) /* its decoded body */

/* Everything in the arena. AMP_ECORRUPT when the archive cannot give the bytes. */
int amp_page_load(struct amp_store *store, const char *archive_dir, int64_t capture_id, struct amp_arena *arena,
                  struct amp_snapshot_page *out, struct amp_err *err) AMP_CHECK;
/* masked: the capture's column. */
bool amp_page_asked_with_token(struct amp_str masked);
/* All pages of a snapshot, in order. */
int amp_pages_load(struct amp_store *store, const char *archive_dir, int64_t snapshot_id, struct amp_arena *arena,
                   struct amp_snapshot_page **out, size_t *n, struct amp_err *err) AMP_CHECK;

#endif

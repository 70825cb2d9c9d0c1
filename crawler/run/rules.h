/* rules.h: what a server says of its own lists (Mastodon's /api/v2/instance), asked once a run of each host, by no persona, and archived
 * like any exchange. An empty list of a server that says that the list is closed is no empty list: the snapshot is blocked, and its reason
 * is what the server says. Which answer counts follows from the archive alone: the last one that came before the snapshot's first page.
 */
#ifndef AMP_RUN_RULES_H
#define AMP_RUN_RULES_H
#include "base/arena.h"
#include "base/err.h"
#include "run/pages.h"
#include "store/store.h"

/* Where the server of this page says it; NULL: it has no such place, or nothing that concerns the endpoint. In the arena. */
const char *amp_rules_url(const struct amp_adapter *a, const struct amp_endpoint *ep, struct amp_str url, struct amp_arena *arena);
/* Explains what was parsed, where it is empty; else does nothing. archive_id, seq: the first page's; what came before it must be
 * committed. */
int amp_rules_explain(struct amp_store *store, const char *archive_dir, int64_t archive_id, int64_t seq,
                      const struct amp_adapter *a, const struct amp_endpoint *ep, const struct amp_snapshot_page *pages, size_t n,
                      struct amp_arena *arena, struct amp_parsed *parsed, struct amp_err *err) AMP_CHECK;

#endif

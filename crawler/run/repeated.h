/* repeated.h: tokens that the bodies of answers repeat. The archive is evidence and keeps the bytes; so the ledger entry names the
 * token (its column "repeated"), the snapshot gets an alarm, and who crawls is told at the end (the summary's `repeats`).
 */
#ifndef AMP_RUN_REPEATED_H
#define AMP_RUN_REPEATED_H
#include <stdbool.h>
#include "base/err.h"
#include "base/hash.h"
#include "run/run.h"

struct amp_repeated; /* of the round under way */
/* The answers of a host in this snapshot repeat the tokens that names lists, comma-separated. Both are copied. *list is NULL for none
 * yet. The summary keeps each host and token once, AMP_REPEATS_MAX of them. AMP_ENOMEM. */
int amp_repeated_note(struct amp_repeated **list, struct amp_crawl_summary *summary, const struct amp_key *snapshot,
                      const char *host, const char *names, struct amp_err *err) AMP_CHECK;
/* The detail, of the last of several, of the snapshot's alarm, English; NULL when its answers repeat nothing. Lives as long as the list. */
const char *amp_repeated_detail(const struct amp_repeated *list, const struct amp_key *snapshot);
void amp_repeated_free(struct amp_repeated *list); /* NULL-safe */

#endif

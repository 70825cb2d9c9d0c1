/* stored.h: where crawler/ and analysis/ meet in a crawl: snapshots just stored are scored inside the same transaction. */
#ifndef AMP_CLI_STORED_H
#define AMP_CLI_STORED_H
#include <stddef.h>
#include <stdint.h>
#include "detectors/detector.h"
#include "store/store.h"

/* An amp_stored_fn whose user is a struct amp_detect; NULL user: nothing is scored. */
int amp_cli_stored(void *user, struct amp_store *store, const int64_t *parse_ids, size_t n, struct amp_err *err);

#endif

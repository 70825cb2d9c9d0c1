/* keys.h: the content-derived key of every row this folder writes, in one place. Pure. A key never depends on a local row id,
 * so that two crawlers' databases merge; golden values are pinned in tests/unit/test_run_keys.c.
 */
#ifndef AMP_RUN_KEYS_H
#define AMP_RUN_KEYS_H
#include <stdint.h>
#include "base/hash.h"
#include "parse/parse.h"

struct amp_key amp_key_study_version(const struct amp_key *study, const uint8_t hash[AMP_SHA256], int64_t locked_at);
/* persona, feed, pair: a name under a study version */
struct amp_key amp_key_named(const char *domain, const struct amp_key *study_version, struct amp_str name);
/* A persona and its twins are one cluster in every version of the study: (study, name of the persona that the others replicate). */
struct amp_key amp_key_cluster(const struct amp_key *study, const char *first_persona);
struct amp_key amp_key_round(const struct amp_key *study, int64_t scheduled_at);
struct amp_key amp_key_slot(const struct amp_key *round, struct amp_str persona, struct amp_str feed);
struct amp_key amp_key_capture(const uint8_t link[AMP_SHA256]);
struct amp_key amp_key_snapshot(const struct amp_key *study, const struct amp_key *round, struct amp_str persona,
                                struct amp_str feed, int64_t walk, int64_t step, int64_t attempt);
struct amp_key amp_key_parse(const struct amp_key *snapshot, struct amp_str adapter, struct amp_str adapter_version,
                             struct amp_str engine_version);
struct amp_key amp_key_alarm(const struct amp_key *snapshot, const char *rule, const char *window);
struct amp_key amp_key_decision(const uint8_t link[AMP_SHA256]);
struct amp_key amp_key_author(const char *platform, struct amp_str native_id);
struct amp_key amp_key_item(const char *platform, struct amp_str native_id);
/* Everything in the item_version row and in its media and link rows. author: NULL when there is none. langs: as stored. */
struct amp_key amp_key_item_version(const struct amp_key *item, const struct amp_key *author, const struct amp_item *i,
                                    struct amp_str langs);

/* The id that stands in for one that the platform did not send: a digest of URL, title and text, written out in hexadecimal. */
#define AMP_DERIVED_ID 72
#define AMP_DERIVED_PREFIX "derived:"
void amp_derived_item_id(const struct amp_item *i, char out[AMP_DERIVED_ID]);
/* An author known by handle or name only: a digest, since names live in author_name and nowhere else. False when there is neither. */
bool amp_derived_author_id(const char *platform, struct amp_str handle, struct amp_str name, char out[AMP_DERIVED_ID]);

#endif

/* rows.h: the rows that frame the evidence (study, version, personas, feeds, pairs, round, slot, archive), looked up by key first and
 * made when absent, so that every function may be called again after a crash. All inside the caller's transaction.
 */
#ifndef AMP_RUN_ROWS_H
#define AMP_RUN_ROWS_H
#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "persona/study.h"
#include "store/store.h"

/* 1 and *id: a row with this key; 0: none; negative: an error. The statement selects the id first. */
int amp_row_by_key(struct amp_store *store, const struct amp_sql *sql, const struct amp_key *key, int64_t *id,
                   struct amp_err *err) AMP_CHECK;

struct amp_study_ref { /* a study and the version in force */
	int64_t study_id, version_id;
	struct amp_key study, version;
};
/* AMP_ENOTFOUND when the database has no such study; version_id 0 when it has no version yet. */
int amp_row_study_find(struct amp_store *store, const char *slug, struct amp_study_ref *out, struct amp_err *err) AMP_CHECK;
/* The study's row, with a random key when it is made. */
int amp_row_study(struct amp_store *store, const char *slug, struct amp_study_ref *out, struct amp_err *err) AMP_CHECK;
/* A version (key derived), and its parent with the reason for an amendment (0 and NULL otherwise). Sets out->version*. */
int amp_row_version(struct amp_store *store, struct amp_study_ref *study, const uint8_t hash[AMP_SHA256], int64_t parent_id,
                    const char *reason, struct amp_str text, int64_t locked_at, struct amp_err *err) AMP_CHECK;
/* Personas, feeds, pairs and grid cells of the version in force. */
int amp_row_study_parts(struct amp_store *store, const struct amp_study_ref *ref, const struct amp_study *s,
                        struct amp_err *err) AMP_CHECK;
/* What the preamble says of the version in force: study_hash, study_text, study_locked_at. */
int amp_study_facts(struct amp_store *store, const struct amp_study_ref *ref, json_t *fields, struct amp_err *err) AMP_CHECK;
int amp_row_persona(struct amp_store *store, const struct amp_study_ref *ref, const char *name, int64_t twin_of_id,
                    const char *cluster_first, const char *attributes, int64_t *id, struct amp_err *err) AMP_CHECK;
struct amp_feed_row {
	const char *name, *platform, *endpoint, *host, *parameters;
	enum amp_ranking ranking;
	int depth;
};
int amp_row_feed(struct amp_store *store, const struct amp_study_ref *ref, const struct amp_feed_row *f, int64_t *id,
                 struct amp_err *err) AMP_CHECK;
int amp_row_round(struct amp_store *store, const struct amp_study_ref *ref, int64_t scheduled_at, int64_t window_end, int64_t *id,
                  struct amp_key *key, struct amp_err *err) AMP_CHECK;
int amp_row_slot(struct amp_store *store, const struct amp_key *round, int64_t round_id, struct amp_str persona, int64_t persona_id,
                 struct amp_str feed, int64_t feed_id, int64_t *id, struct amp_err *err) AMP_CHECK;
int amp_row_slot_claim(struct amp_store *store, int64_t slot_id, int64_t crawler_id, int64_t until, struct amp_err *err) AMP_CHECK;
int amp_row_slot_state(struct amp_store *store, int64_t slot_id, const char *state, const char *reason,
                       struct amp_err *err) AMP_CHECK;
int amp_row_archive(struct amp_store *store, int64_t crawler_id, const struct amp_key *crawler, const struct amp_study_ref *ref,
                    int64_t *id, struct amp_err *err) AMP_CHECK;
/* One number from a statement with up to two integer parameters; *null set when it is NULL. */
int amp_row_number(struct amp_store *store, const struct amp_sql *sql, int64_t a, int64_t b, int n_parameters, int64_t *out,
                   bool *null, struct amp_err *err) AMP_CHECK;

#endif

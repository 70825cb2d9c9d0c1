/* ingest_study.h: the study that saved files belong to: found or made, its own sources, and its personas and feeds. A study that is not locked
 * (ad hoc) takes them as they come; a locked one only those it declares.
 */
#ifndef AMP_RUN_INGEST_STUDY_H
#define AMP_RUN_INGEST_STUDY_H
#include "run/rows.h"
#include "run/run.h"

struct ingest_study {
	struct amp_store *store;
	struct amp_arena *arena; /* of a source of one's own that the study has */
	const struct amp_ingest_options *o;
	const struct amp_adapter *adapter; /* NULL: not chosen yet */
	struct amp_study_ref ref;
	bool adhoc;
	int64_t now; /* of this ingest: the round of files whose time is unknown */
};
/* The source of one's own that reads the files, as the adapter: the one that is given, else the one that the study has under the platform's
 * name, else none. */
int ingest_own_source(struct ingest_study *g, struct amp_err *err) AMP_CHECK;
/* The study that is named, or "adhoc", made when it is not there; the adapter's source becomes part of it. AMP_EPOLICY: a locked study has
 * another source. */
int ingest_find_study(struct ingest_study *g, struct amp_err *err) AMP_CHECK;
/* Rows of a persona and of a feed. AMP_EUSAGE: the locked study has none of that name, or the feed was made with another --only. */
int ingest_persona(struct ingest_study *g, const char *name, int64_t *id, struct amp_err *err) AMP_CHECK;
int ingest_feed(struct ingest_study *g, const char *name, const struct amp_endpoint *ep, int depth, int64_t *id,
                int64_t *depth_asked, struct amp_err *err) AMP_CHECK;

#endif

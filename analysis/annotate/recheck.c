/* recheck.c: see recheck.h. */
#include "annotate/recheck.h"

#include <string.h>
#include "annotate/keys.h"
#include "annotate_sql.h"
#include "base/i18n.h"

struct checking {
	struct amp_store *store;
	amp_recheck_fn *found;
	void *user;
};

static void differs(struct checking *c, struct amp_query *q, const char *what)
{
	char hex[2 * AMP_KEY + 1] = "";
	struct amp_key key;
	if (amp_query_key(q, 0, &key)) amp_hex(key.b, AMP_KEY, hex);
	c->found(c->user, what, hex);
}

static bool same_key(struct amp_query *q, int column, const struct amp_key *want)
{
	struct amp_key have;
	return amp_query_key(q, column, &have) && memcmp(have.b, want->b, AMP_KEY) == 0;
}

static void check_unit(struct checking *c, struct amp_query *q)
{
	struct amp_key sample = {{0}}, version = {{0}};
	int64_t numerator = amp_query_i64(q, 3), denominator = amp_query_i64(q, 4), exposures = amp_query_i64(q, 5);
	(void)amp_query_key(q, 1, &sample);
	(void)amp_query_key(q, 2, &version);
	struct amp_key key = amp_unit_key(&sample, &version);
	if (!same_key(q, 0, &key)) differs(c, q, _("sample_unit: the key is not that of its sample and text"));
	if (exposures != amp_query_i64(q, 6)) differs(c, q, _("sample_unit: the exposures are not those of sample_exposure"));
	if (numerator != denominator && (numerator != amp_query_i64(q, 7) * exposures || denominator != amp_query_i64(q, 8)))
		differs(c, q, _("sample_unit: the chance of being drawn is not what its stratum gives"));
}

static void check_stratum(struct checking *c, struct amp_query *q)
{
	if (amp_query_i64(q, 2) != amp_query_i64(q, 3)) differs(c, q, _("sample_stratum: it has not as many units as it says"));
}

static void check_sample(struct checking *c, struct amp_query *q)
{
	for (int i = 1; i < 9; i += 2)
		if (amp_query_i64(q, i) != amp_query_i64(q, i + 1)) {
			differs(c, q, _("sample: its numbers are not the sums of its strata and snapshots"));
			return;
		}
}

static struct amp_str text_or_empty(struct amp_query *q, int column)
{
	struct amp_str s = amp_query_str(q, column);
	return s.p != NULL ? s : AMP_STR("");
}

static void check_annotation(struct checking *c, struct amp_query *q)
{
	struct amp_key unit = {{0}}, before = {{0}};
	size_t n = 0;
	(void)amp_query_key(q, 1, &unit);
	(void)amp_query_key(q, 11, &before);
	const void *hash = amp_query_blob(q, 6, &n);
	const struct amp_annotation_parts parts = {.unit = &unit,
	                                           .coder = amp_query_str(q, 2),
	                                           .pass = amp_query_i64(q, 3),
	                                           .adjudicates = !amp_query_null(q, 4),
	                                           .guideline = amp_query_str(q, 5),
	                                           .hash = hash,
	                                           .label = amp_query_str(q, 7),
	                                           .act = amp_query_str(q, 8),
	                                           .confidence = amp_query_i64(q, 9),
	                                           .targets = text_or_empty(q, 10),
	                                           .before = &before,
	                                           .imported_at = amp_query_i64(q, 12)};
	struct amp_key key = amp_annotation_key(&parts), decided = amp_adjudication_key(&key);
	if (hash == NULL || n != AMP_SHA256 || !same_key(q, 0, &key))
		differs(c, q, _("annotation: the key is not that of what the row says"));
	if (parts.adjudicates && !same_key(q, 4, &decided)) differs(c, q, _("adjudication: the key is not that of its annotation"));
}

int amp_annotations_recheck(struct amp_store *store, amp_recheck_fn *found, void *user, struct amp_err *err)
{
	static const struct {
		const struct amp_sql *sql;
		void (*check)(struct checking *c, struct amp_query *q);
	} checks[] = {{&AMP_SQL_RECHECK_UNITS, check_unit},
	              {&AMP_SQL_RECHECK_STRATA, check_stratum},
	              {&AMP_SQL_RECHECK_SAMPLES, check_sample},
	              {&AMP_SQL_RECHECK_ANNOTATIONS, check_annotation}};
	struct checking c = {store, found, user};
	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
		struct amp_query q;
		int rc = amp_query_start(&q, store, checks[i].sql, err);
		if (rc != 0) return rc;
		for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) checks[i].check(&c, &q);
		amp_query_end(&q);
		if (rc != 0) return rc;
	}
	return 0;
}

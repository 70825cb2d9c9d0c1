/* alarms.c: findings from history, and from how a round went, made at round close. Never a verdict: a verdict depends on the snapshot's bytes alone. */
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/log.h"
#include "run/conductor.h"
#include "run/keys.h"
#include "run_sql.h"

#define HISTORY 10    /* snapshots looked back on (run_feed_history) */
#define HISTORY_MIN 3 /* fewer say nothing */

struct result {
	int64_t id, persona_id, feed_id, items, skew;
	struct amp_key key;
	bool ok, empty;
};

static int raise_alarm(struct amp_conductor *c, const struct result *r, const char *rule, const char *window, const char *detail,
                       struct amp_err *err)
{
	struct amp_key key = amp_key_alarm(&r->key, rule, window);
	int64_t id;
	struct amp_query q;
	int rc = amp_row_by_key(c->store, &AMP_SQL_RUN_ALARM_BY_KEY, &key, &id, err);
	if (rc != 0) return rc < 0 ? rc : 0;
	rc = amp_query_start(&q, c->store, &AMP_SQL_RUN_ALARM_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	amp_query_bind_i64(&q, r->id);
	amp_query_bind_c(&q, rule);
	amp_query_bind_c(&q, window);
	amp_query_bind_c(&q, detail);
	rc = amp_query_run(&q, err);
	amp_query_end(&q);
	amp_log(AMP_WARN, "alarm", "%s: %s", rule, detail);
	return rc;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return x < y ? -1 : x > y;
}

static int history(struct amp_conductor *c, const struct result *r, int64_t counts[HISTORY], size_t *n, size_t *n_empty,
                   struct amp_err *err)
{
	struct amp_query q;
	*n = *n_empty = 0;
	int rc = amp_query_start(&q, c->store, &AMP_SQL_RUN_FEED_HISTORY, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, r->persona_id);
	amp_query_bind_i64(&q, r->feed_id);
	amp_query_bind_i64(&q, r->id);
	while (*n + *n_empty < HISTORY) {
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		if (amp_str_eq_c(amp_query_str(&q, 0), "ok"))
			counts[(*n)++] = amp_query_i64(&q, 1);
		else
			(*n_empty)++;
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static int judge(struct amp_conductor *c, const struct result *r, struct amp_err *err)
{
	int64_t counts[HISTORY];
	size_t n, n_empty;
	char detail[160];
	const char *repeated = amp_repeated_detail(c->repeated, &r->key);
	int rc = repeated ? raise_alarm(c, r, "token in the answer", "round", repeated, err) : 0;
	if (rc == 0 && c->study->max_skew_ms > 0 && r->skew > c->study->max_skew_ms) {
		(void)snprintf(detail, sizeof detail, "%lld ms between the sides of the pair, the study allows %lld",
		               (long long)r->skew, (long long)c->study->max_skew_ms);
		rc = raise_alarm(c, r, "skew", "round", detail, err);
	}
	if (rc != 0 || (!r->ok && !r->empty)) return rc;
	rc = history(c, r, counts, &n, &n_empty, err);
	if (rc != 0 || n < HISTORY_MIN) return rc;
	qsort(counts, n, sizeof counts[0], compare);
	int64_t median2 = counts[(n - 1) / 2] + counts[n / 2]; /* twice the median */
	if (r->ok && 4 * r->items < median2) {
		(void)snprintf(detail, sizeof detail, "%lld items where the median of the last %zu was %lld.%d",
		               (long long)r->items, n, (long long)(median2 / 2), median2 % 2 != 0 ? 5 : 0);
		return raise_alarm(c, r, "far fewer than usual", "last 10", detail, err);
	}
	if (r->empty && n_empty == 0) {
		(void)snprintf(detail, sizeof detail, "empty where the last %zu were not", n);
		return raise_alarm(c, r, "empty where it never was", "last 10", detail, err);
	}
	return 0;
}

int amp_alarms(struct amp_conductor *c, int64_t round_id, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_store_begin(c->store, err);
	if (rc != 0) return rc;
	rc = amp_query_start(&q, c->store, &AMP_SQL_RUN_ROUND_RESULTS, err);
	if (rc == 0) {
		amp_query_bind_i64(&q, round_id);
		for (;;) {
			rc = amp_query_step(&q, err);
			if (rc != 1) break;
			struct amp_str verdict = amp_query_str(&q, 4);
			struct result r = {.id = amp_query_i64(&q, 0),
			                   .persona_id = amp_query_i64(&q, 2),
			                   .feed_id = amp_query_i64(&q, 3),
			                   .items = amp_query_i64(&q, 5),
			                   .skew = amp_query_null(&q, 6) ? 0 : amp_query_i64(&q, 6),
			                   .ok = amp_str_eq_c(verdict, "ok"),
			                   .empty = amp_str_eq_c(verdict, "empty")};
			if (!amp_query_key(&q, 1, &r.key)) continue;
			rc = judge(c, &r, err);
			if (rc != 0) break;
		}
		amp_query_end(&q);
	}
	if (rc >= 0) rc = amp_store_commit(c->store, err);
	if (rc != 0) amp_store_rollback(c->store);
	return rc;
}

/* services.c: see services.h. */
#include "detectors/services.h"

#include <stdio.h>
#include <string.h>
#include "base/i18n.h"
#include "base/jsonv.h"
#include "base/mem.h"
#include "detectors/cascade.h"
#include "service/service.h"
#include "services_sql.h"

#define BATCH_MAX 128
#define BATCH_BYTES ((size_t)64 << 20)
#define FAILURES_MAX 3 /* batches without any answer, one after the other: the service is down */

struct ask {
	int64_t version;
	bool told; /* that it is missing is on record */
};
struct serving {
	struct amp_detect *d;
	struct amp_store *store;
	bool (*stop)(void);
	int64_t study, study_version;
	const json_t *use; /* one element of the study's "services" */
	struct amp_service_config *config;
	struct amp_service *service;
	struct amp_detector row; /* stands for the service where sums are made */
	struct detect_loaded loaded;
	char version[256];
	struct ask *asks;
	size_t n_asks, room_asks;
	struct amp_buf texts; /* of the batch in hand */
	int failures;
	struct amp_served told;
};
struct batch {
	const struct ask *asks[BATCH_MAX];
	size_t from[BATCH_MAX], to[BATCH_MAX];
	char lang[BATCH_MAX][32];
	size_t n;
};

static const char *text_of(const struct serving *s, const char *key)
{
	return json_string_value(json_object_get(s->use, key));
}

/* ---- opening ---- */
static int allowed(const struct serving *s, const char *slug, struct amp_err *err)
{
	const char *to = text_of(s, "send_texts_to");
	if (to != NULL && strcmp(to, s->config->host_name) == 0) return 0;
	return amp_fail(err, AMP_EPOLICY,
	                _("The study %s does not say that texts may be sent to %s: nothing was sent. Where that is right (consent, "
	                  "contract, data protection), say \"send_texts_to\": \"%s\" beside the service and record the amendment."),
	                slug, s->config->host_name, s->config->host_name);
}

static int open_row(struct serving *s, struct amp_err *err)
{
	int64_t id;
	s->row = (struct amp_detector){.name = s->config->name,
	                               .version = amp_service_version(s->config, s->version),
	                               .default_threshold = s->config->threshold};
	s->loaded = (struct detect_loaded){.detector = &s->row, .configuration = s->config->identity};
	int rc = amp_detector_thresholds(&s->row, NULL, &s->loaded.thresholds, err);
	if (rc == 0) rc = amp_store_begin(s->store, err);
	if (rc != 0) return rc;
	rc = detect_row(s->store, &s->loaded, DETECT_VIEW_V1, &id, err);
	if (rc == 0) rc = amp_store_commit(s->store, err);
	if (rc != 0) amp_store_rollback(s->store);
	return rc;
}

static int64_t detector(const struct serving *s)
{
	return s->loaded.row[DETECT_VIEW_V1];
}

static int open_service(struct serving *s, struct amp_err *err)
{
	const struct amp_service_hooks hooks = {.stop = s->stop};
	struct amp_query q;
	int rc = amp_service_open(&s->service, s->config, &hooks, err);
	if (rc == 0) rc = amp_query_start(&q, s->store, &AMP_SQL_SERVICE_SPENT, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, detector(s));
	rc = amp_query_step(&q, err);
	if (rc == 1) amp_service_spent(s->service, amp_query_i64(&q, 0), amp_query_i64(&q, 1));
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static int draw(struct serving *s, const json_t *study, struct amp_err *err)
{
	const char *after = text_of(s, "after");
	struct cascade c = {.study = s->study,
	                    .study_version = s->study_version,
	                    .detector = detector(s),
	                    .top = text_of(s, "top"),
	                    .random = text_of(s, "random"),
	                    .seed = json_integer_value(json_object_get(study, "seed"))};
	s->told.frame = -1;
	if (after == NULL) return 0;
	for (size_t i = 0; i < s->d->n_loaded; i++)
		if (strcmp(s->d->loaded[i].detector->name, after) == 0) c.after = s->d->loaded[i].row[DETECT_VIEW_V1];
	if (c.after == 0)
		return amp_fail(err, AMP_EUSAGE, _("The service %s comes after the detector %s, which was not run."),
		                s->config->name, after);
	return cascade_run(s->store, &c, &s->told.frame, &s->told.drawn, err);
}

static int read_asks(struct serving *s, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, s->store, s->told.frame >= 0 ? &AMP_SQL_SERVICE_ASKS_DRAWN : &AMP_SQL_SERVICE_ASKS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, s->study);
	amp_query_bind_i64(&q, detector(s));
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		void *v = s->asks;
		rc = detect_grow(&v, &s->room_asks, s->n_asks, sizeof *s->asks, err);
		if (rc != 0) break;
		s->asks = v;
		s->asks[s->n_asks++] = (struct ask){amp_query_i64(&q, 0), amp_query_i64(&q, 1) != 0};
	}
	amp_query_end(&q);
	s->told.asked = (int64_t)s->n_asks;
	return rc;
}

/* ---- records ---- */
static int exchange_key(struct serving *s, const struct amp_service_exchange *x, int64_t first, struct amp_key *key,
                        struct amp_err *err)
{
	struct amp_keyer k;
	struct amp_key version = {{0}};
	struct amp_query q;
	int rc = amp_query_start(&q, s->store, &AMP_SQL_SERVICE_VERSION_KEY, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, first);
	rc = amp_query_step(&q, err);
	if (rc == 1) (void)amp_query_key(&q, 0, &version);
	amp_query_end(&q);
	if (rc < 0) return rc;
	amp_key_start(&k, "service_exchange");
	amp_key_str(&k, (struct amp_str){(const char *)x->request_hash, AMP_SHA256});
	amp_key_c(&k, s->config->identity);
	amp_key_key(&k, &version);
	amp_key_i64(&k, x->asked_at);
	amp_key_i64(&k, x->outcome);
	*key = amp_key_end(&k);
	return 0;
}

static int insert_exchange(struct serving *s, const struct amp_service_exchange *x, int64_t first, size_t texts, int64_t *id,
                           struct amp_err *err)
{
	static const uint8_t none[AMP_SHA256];
	struct amp_key key;
	struct amp_query q;
	int rc = exchange_key(s, x, first, &key, err);
	if (rc == 0) rc = amp_query_start(&q, s->store, &AMP_SQL_SERVICE_EXCHANGE_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	amp_query_bind_i64(&q, detector(s));
	amp_query_bind_i64(&q, s->study_version);
	amp_query_bind_c(&q, s->config->host_name);
	amp_query_bind_i64(&q, x->sent);
	amp_query_bind_c(&q, amp_service_outcome_name(x->outcome));
	amp_query_bind_c(&q, x->detail);
	amp_query_bind_i64(&q, x->attempts);
	amp_query_bind_id(&q, x->status);
	amp_query_bind_i64(&q, x->asked_at);
	amp_query_bind_i64(&q, x->ended_at);
	amp_query_bind_i64(&q, (int64_t)texts);
	amp_query_bind_i64(&q, (int64_t)x->characters);
	amp_query_bind_i64(&q, x->cost);
	amp_query_bind_blob(&q, memcmp(x->request_hash, none, sizeof none) == 0 ? NULL : x->request_hash, AMP_SHA256);
	amp_query_bind_c(&q, x->model);
	amp_query_bind_blob(&q, x->body.p, x->body.n);
	rc = amp_query_run(&q, err);
	*id = amp_store_last_id(s->store);
	return rc;
}

static int run_on(struct serving *s, const struct amp_sql *sql, int64_t version, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, s->store, sql, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, version);
	amp_query_bind_i64(&q, detector(s));
	return amp_query_run(&q, err);
}

static int insert_result(struct serving *s, const struct ask *a, const struct amp_service_result *r, struct amp_err *err)
{
	struct amp_detection found = {.status = amp_detection_of_service(r->outcome), .score = r->score};
	size_t n;
	const struct amp_target *targets = amp_targets(&n);
	for (size_t i = 0; i < n; i++)
		if ((r->targets >> i & 1) != 0) amp_detection_add_target(&found, targets[i].name);
	if (a->told && found.status == AMP_DETECTION_MISSING) return 0;
	int rc = a->told ? run_on(s, &AMP_SQL_SERVICE_SILENCE_DELETE, a->version, err) : 0;
	if (rc == 0) rc = detect_insert(s->store, a->version, detector(s), &found, err);
	return rc == 0 ? run_on(s, &AMP_SQL_SERVICE_SUMS_DELETE, a->version, err) : rc;
}

static int insert_text(struct serving *s, int64_t exchange, size_t n, int64_t version, enum amp_service_outcome o,
                       struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, s->store, &AMP_SQL_SERVICE_TEXT_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, exchange);
	amp_query_bind_i64(&q, (int64_t)n);
	amp_query_bind_i64(&q, version);
	amp_query_bind_c(&q, amp_service_outcome_name(o));
	return amp_query_run(&q, err);
}

static void count(struct serving *s, const struct amp_service_exchange *x, const struct amp_service_result *results, size_t n)
{
	int64_t *const counts[] = {[AMP_SERVICE_SCORED] = &s->told.scored,
	                           [AMP_SERVICE_UNUSABLE] = &s->told.unusable,
	                           [AMP_SERVICE_UNANSWERED] = &s->told.unanswered};
	if (x->sent) s->told.sent += (int64_t)n;
	s->told.requests += x->attempts;
	s->told.cost += x->cost;
	for (size_t i = 0; i < n; i++) ++*counts[amp_service_outcome_status(results[i].outcome)];
}

/* The exchange, its texts and their detections, or nothing of it. */
static int record(struct serving *s, const struct ask *const *asks, const struct amp_service_result *results, size_t n,
                  const struct amp_service_exchange *x, struct amp_err *err)
{
	int64_t id = 0;
	int rc = amp_store_begin(s->store, err);
	if (rc == 0) rc = insert_exchange(s, x, asks[0]->version, n, &id, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = insert_text(s, id, i, asks[i]->version, results[i].outcome, err);
		if (rc == 0) rc = insert_result(s, asks[i], &results[i], err);
	}
	if (rc == 0) rc = amp_store_commit(s->store, err);
	if (rc != 0)
		amp_store_rollback(s->store);
	else
		count(s, x, results, n);
	return rc;
}

/* ---- asking ---- */
/* Texts that are not sent, and why: on record too. At most BATCH_MAX. */
static int unsent(struct serving *s, const struct ask *const *asks, size_t n, enum amp_service_outcome o, struct amp_err *err)
{
	struct amp_service_result results[BATCH_MAX];
	struct amp_service_exchange x = {.outcome = o, .detail = "", .model = "", .asked_at = amp_clock_wall_ms()};
	x.ended_at = x.asked_at;
	for (size_t i = 0; i < n; i++) results[i] = (struct amp_service_result){.outcome = o};
	return n == 0 ? 0 : record(s, asks, results, n, &x, err);
}

static int add_text(struct serving *s, struct batch *b, const struct ask *a, struct amp_err *err)
{
	bool erased = false;
	int rc = detect_read_view(&s->d->view, s->store, a->version, DETECT_VIEW_V1, b->lang[b->n], &erased, err);
	if (rc != 0) return rc;
	struct amp_str text = amp_buf_str(&s->d->view);
	enum amp_service_outcome sendable = amp_service_sendable(s->config, text);
	if (sendable != AMP_SERVICE_OK) return unsent(s, &a, 1, sendable, err);
	b->asks[b->n] = a;
	b->from[b->n] = s->texts.n;
	(void)amp_buf_adds(&s->texts, text);
	b->to[b->n++] = s->texts.n;
	return amp_buf_check(&s->texts, _("the texts of a request"), err);
}

static int ask_batch(struct serving *s, const struct batch *b, struct amp_err *err)
{
	struct amp_service_item items[BATCH_MAX];
	struct amp_service_result results[BATCH_MAX];
	struct amp_service_exchange x;
	struct amp_err why = {0};
	for (size_t i = 0; i < b->n; i++)
		items[i] = (struct amp_service_item){{s->texts.p + b->from[i], b->to[i] - b->from[i]},
		                                     b->lang[i][0] != '\0' ? b->lang[i] : NULL};
	int asked = amp_service_ask(s->service, items, b->n, results, &x, &why);
	if (asked == AMP_EINTERRUPTED && x.attempts == 0) { /* nothing was sent: nothing to record */
		if (err != NULL) *err = why;
		return asked;
	}
	bool answered = amp_service_outcome_status(x.outcome) != AMP_SERVICE_UNANSWERED;
	s->failures = answered ? 0 : s->failures + 1;
	if (!answered) s->told.outcome = amp_service_outcome_name(x.outcome);
	int rc = record(s, b->asks, results, b->n, &x, err);
	if (rc == 0 && asked != 0) {
		if (err != NULL) *err = why;
		return asked;
	}
	if (rc == 0 && answered) s->told.outcome = NULL;
	return rc;
}

/* Those that will not be asked today: on record once. */
static int give_up(struct serving *s, size_t from, struct amp_err *err)
{
	enum amp_service_outcome o = amp_service_exhausted(s->service) ? AMP_SERVICE_BUDGET : AMP_SERVICE_UNAVAILABLE;
	const struct ask *rest[BATCH_MAX];
	size_t n = 0;
	int rc = 0;
	s->told.outcome = amp_service_outcome_name(o);
	for (size_t i = from; rc == 0 && i < s->n_asks; i++) {
		if (s->asks[i].told)
			s->told.unanswered++;
		else
			rest[n++] = &s->asks[i];
		if (n < BATCH_MAX) continue;
		rc = unsent(s, rest, n, o, err);
		n = 0;
	}
	return rc == 0 ? unsent(s, rest, n, o, err) : rc;
}

static int ask_all(struct serving *s, struct amp_err *err)
{
	size_t at = 0;
	while (at < s->n_asks) {
		struct batch b = {.n = 0};
		int rc = 0;
		if (amp_service_exhausted(s->service) || s->failures == FAILURES_MAX) return give_up(s, at, err);
		amp_buf_reset(&s->texts);
		while (rc == 0 && at < s->n_asks && b.n < (size_t)s->config->batch) rc = add_text(s, &b, &s->asks[at++], err);
		if (rc == 0 && b.n > 0) rc = ask_batch(s, &b, err);
		if (rc != 0) return rc;
	}
	return 0;
}

static int sum_up(struct serving *s, const char *slug, struct amp_err *err)
{
	int64_t ids[DETECT_BATCH], after = 0;
	for (;;) {
		size_t n = 0;
		int rc = detect_pending(s->store, slug, detector(s), &after, ids, &n, err);
		if (rc != 0 || n == 0) return rc;
		rc = amp_store_begin(s->store, err);
		for (size_t i = 0; rc == 0 && i < n; i++) {
			rc = detect_cells(s->d, s->store, ids[i], err);
			if (rc == 0) rc = detect_sums(s->d, s->store, &s->loaded, ids[i], err);
		}
		if (rc == 0) rc = amp_store_commit(s->store, err);
		if (rc != 0) {
			amp_store_rollback(s->store);
			return rc;
		}
	}
}

static int serve(struct serving *s, const json_t *study, struct amp_err *err)
{
	const char *slug = json_string_value(json_object_get(study, "study"));
	if (slug == NULL)
		return amp_fail(err, AMP_ECORRUPT, _("%s: the locked text of a study has no name."), amp_store_path(s->store));
	amp_buf_init(&s->texts, BATCH_BYTES);
	int rc = amp_service_config_read(&s->config, json_object_get(s->use, "service"), amp_detector_data_dir(), err);
	if (rc == 0) rc = allowed(s, slug, err);
	if (rc == 0) rc = open_row(s, err);
	if (rc == 0) rc = draw(s, study, err);
	if (rc == 0) rc = read_asks(s, err);
	if (rc == 0) {
		s->told.name = s->config->name;
		s->told.recipient = s->config->host_name;
	}
	if (rc == 0 && s->n_asks > 0) rc = open_service(s, err);
	if (rc == 0 && s->n_asks > 0) rc = ask_all(s, err);
	if (rc == 0 && s->told.frame < 0) rc = sum_up(s, slug, err);
	return rc;
}

static void serving_free(struct serving *s)
{
	amp_service_close(s->service);
	amp_service_config_free(s->config);
	amp_buf_free(&s->texts);
	amp_free(s->asks);
}

/* ---- the studies ---- */
struct study_text {
	int64_t study, version;
	json_t *root;
};

static int read_studies(struct amp_store *store, const char *slug, struct study_text **out, size_t *n, struct amp_err *err)
{
	struct amp_query q;
	size_t room = 0;
	int rc = amp_query_start(&q, store, &AMP_SQL_SERVICE_STUDIES, err);
	if (rc != 0) return rc;
	amp_query_bind_c(&q, slug);
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		void *v = *out;
		struct amp_str text = amp_query_str(&q, 2);
		rc = detect_grow(&v, &room, *n, sizeof **out, err);
		if (rc != 0) break;
		*out = v;
		(*out)[*n] = (struct study_text){amp_query_i64(&q, 0), amp_query_i64(&q, 1), NULL};
		rc = amp_jsonv_try(&(*out)[(*n)++].root, text, &(struct amp_jsonv_rule){.name = "study_version.text"}, err);
		if (rc != 0) break;
	}
	amp_query_end(&q);
	return rc;
}

static void free_studies(struct study_text *v, size_t n)
{
	for (size_t i = 0; i < n; i++) json_decref(v[i].root);
	amp_free(v);
}

static const char *name_of(const json_t *use)
{
	return json_string_value(json_object_get(json_object_get(use, "service"), "service"));
}

static bool listed(const char *const *only, const char *name)
{
	if (only == NULL) return true;
	for (; *only != NULL; only++)
		if (name != NULL && strcmp(*only, name) == 0) return true;
	return false;
}

int amp_detect_services(struct amp_detect *d, struct amp_store *store, const char *slug, const char *const *only,
                        bool (*stop)(void), amp_served_fn *tell, void *user, struct amp_err *err)
{
	struct study_text *studies = NULL;
	size_t n = 0;
	int rc = read_studies(store, slug, &studies, &n, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		const json_t *uses = json_object_get(studies[i].root, "services");
		for (size_t k = 0; rc == 0 && k < json_array_size(uses); k++) {
			const json_t *use = json_array_get(uses, k);
			struct serving s = {.d = d,
			                    .store = store,
			                    .stop = stop,
			                    .study = studies[i].study,
			                    .study_version = studies[i].version,
			                    .use = use};
			if (!listed(only, name_of(use))) continue;
			rc = serve(&s, studies[i].root, err);
			if (s.told.name != NULL && tell != NULL) tell(user, &s.told);
			serving_free(&s);
		}
	}
	free_studies(studies, n);
	return rc;
}

int amp_detect_has_service(struct amp_store *store, const char *slug, const char *name, struct amp_err *err)
{
	struct study_text *studies = NULL;
	size_t n = 0;
	bool has = false;
	int rc = read_studies(store, slug, &studies, &n, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		const json_t *uses = json_object_get(studies[i].root, "services");
		for (size_t k = 0; k < json_array_size(uses); k++) {
			const char *have = name_of(json_array_get(uses, k));
			has = has || (have != NULL && strcmp(have, name) == 0);
		}
	}
	free_studies(studies, n);
	return rc != 0 ? rc : has;
}

/* cascade.c: see cascade.h. Two-phase (double) sampling with certainty and Poisson strata; the probabilities are what Horvitz and Thompson
 * (J. Am. Stat. Assoc. 47, 1952, 663-685) weigh by. Lots are permanent: hashes of the text's key, no generator's state.
 */
#include "detectors/cascade.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "services_sql.h"

/* 64 even bits from a text's key; two domains, so that winning at the cut says nothing about the random share. */
static uint64_t lot_of(const char *domain, int64_t seed, const struct amp_key *service, const struct amp_key *key)
{
	struct amp_keyer k;
	uint64_t lot = 0;
	amp_key_start(&k, domain);
	amp_key_i64(&k, seed);
	amp_key_key(&k, service);
	amp_key_key(&k, key);
	struct amp_key hash = amp_key_end(&k);
	for (size_t i = 0; i < 8; i++) lot = lot << 8 | hash.b[i];
	return lot;
}

/* The unscored first, then by score, the highest first, ties by lot, and keys for the same order everywhere. */
static int by_rank(const void *a, const void *b)
{
	const struct cascade_unit *x = a, *y = b;
	if (x->scored != y->scored) return x->scored ? 1 : -1;
	if (x->scored && x->score != y->score) return x->score < y->score ? 1 : -1;
	if (x->lot != y->lot) return x->lot > y->lot ? 1 : -1;
	return memcmp(x->key.b, y->key.b, AMP_KEY);
}

void cascade_draw(struct cascade_unit *units, size_t n, double top, double random, int64_t seed, const struct amp_key *service)
{
	size_t first = 0, above = 0, tied = 0;
	for (size_t i = 0; i < n; i++) {
		units[i].lot = lot_of("cascade_tie", seed, service, &units[i].key);
		first += !units[i].scored;
	}
	if (n > 1) qsort(units, n, sizeof *units, by_rank);
	size_t scored = n - first, room = (size_t)ceil(top * (double)scored);
	double cut = room == 0 ? 2 : units[first + room - 1].score;
	for (size_t i = first; i < n; i++) {
		above += units[i].score > cut;
		tied += units[i].score == cut;
	}
	/* whether all that stand at the cut fit */
	double share = tied == 0 ? 1 : (double)(room - above) / (double)tied;
	for (size_t i = 0; i < n; i++) {
		struct cascade_unit *u = &units[i];
		/* 53 bits, exactly a double */
		bool lucky = (double)(lot_of("cascade_random", seed, service, &u->key) >> 11) * 0x1p-53 < random;
		bool in_top = i < first || i - first < room;
		u->drawn = in_top || lucky;
		if (!u->scored) {
			u->stratum = "unscored";
			u->probability = 1;
		} else if (u->score > cut || (u->score == cut && share >= 1)) {
			u->stratum = "top";
			u->probability = 1;
		} else if (u->score == cut) {
			u->stratum = "tied";
			u->probability = share + (1 - share) * random;
		} else {
			u->stratum = "rest";
			u->probability = random;
		}
	}
}

static int read_population(struct amp_store *store, const struct cascade *c, struct cascade_unit **units, size_t *n,
                           struct amp_err *err)
{
	struct amp_query q;
	size_t room = 0;
	int rc = amp_query_start(&q, store, &AMP_SQL_CASCADE_POPULATION, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, c->study);
	amp_query_bind_i64(&q, c->detector);
	amp_query_bind_i64(&q, c->after);
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		void *v = *units;
		rc = detect_grow(&v, &room, *n, sizeof **units, err);
		if (rc != 0) break;
		*units = v;
		struct cascade_unit *u = &(*units)[(*n)++];
		*u = (struct cascade_unit){
			.version = amp_query_i64(&q, 0), .scored = !amp_query_null(&q, 2), .score = amp_query_double(&q, 2)};
		if (!amp_query_key(&q, 1, &u->key))
			rc = amp_fail(err, AMP_ECORRUPT, _("%s: a text has no key."), amp_store_path(store));
		if (rc < 0) break;
	}
	amp_query_end(&q);
	return rc;
}

static int read_keys(struct amp_store *store, const struct cascade *c, struct amp_key *version, struct amp_key *service,
                     struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_CASCADE_KEYS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, c->study_version);
	amp_query_bind_i64(&q, c->detector);
	rc = amp_query_step(&q, err);
	bool found = rc == 1 && amp_query_key(&q, 0, version) && amp_query_key(&q, 1, service);
	amp_query_end(&q);
	if (rc < 0) return rc;
	return found ? 0 : amp_fail(err, AMP_ECORRUPT, _("%s: a text has no key."), amp_store_path(store));
}

/* Who draws: the database's own crawler, which every database that holds a study has. */
static int read_crawler(struct amp_store *store, int64_t *id, struct amp_key *key, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_CASCADE_CRAWLER, err);
	if (rc != 0) return rc;
	rc = amp_query_step(&q, err);
	bool found = rc == 1 && amp_query_key(&q, 1, key);
	if (found) *id = amp_query_i64(&q, 0);
	amp_query_end(&q);
	if (rc < 0) return rc;
	return found ? 0 : amp_fail(err, AMP_ECORRUPT, _("%s names no crawler."), amp_store_path(store));
}

static int insert_frame(struct amp_store *store, const struct cascade *c, const struct amp_key *version,
                        const struct amp_key *service, size_t n, int64_t *id, struct amp_err *err)
{
	struct amp_keyer k;
	struct amp_key crawler, key;
	struct amp_query q;
	int64_t crawler_id = 0, now = amp_clock_wall_ms();
	int rc = read_crawler(store, &crawler_id, &crawler, err);
	if (rc != 0) return rc;
	amp_key_start(&k, "cascade_frame");
	amp_key_key(&k, version);
	amp_key_key(&k, service);
	amp_key_key(&k, &crawler);
	amp_key_i64(&k, now);
	key = amp_key_end(&k);
	rc = amp_query_start(&q, store, &AMP_SQL_CASCADE_FRAME_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	amp_query_bind_i64(&q, c->study_version);
	amp_query_bind_i64(&q, c->detector);
	amp_query_bind_i64(&q, c->after);
	amp_query_bind_i64(&q, crawler_id);
	amp_query_bind_c(&q, c->top);
	amp_query_bind_c(&q, c->random);
	amp_query_bind_i64(&q, c->seed);
	amp_query_bind_i64(&q, now);
	amp_query_bind_i64(&q, (int64_t)n);
	rc = amp_query_run(&q, err);
	*id = amp_store_last_id(store);
	return rc;
}

static int insert_units(struct amp_store *store, int64_t frame, const struct cascade_unit *units, size_t n, int64_t *drawn,
                        struct amp_err *err)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct amp_query q;
		rc = amp_query_start(&q, store, &AMP_SQL_CASCADE_UNIT_INSERT, err);
		if (rc != 0) return rc;
		amp_query_bind_i64(&q, frame);
		amp_query_bind_i64(&q, units[i].version);
		amp_query_bind_c(&q, units[i].stratum);
		if (units[i].scored)
			amp_query_bind_double(&q, units[i].score);
		else
			amp_query_bind_null(&q);
		amp_query_bind_double(&q, units[i].probability);
		amp_query_bind_i64(&q, units[i].drawn);
		rc = amp_query_run(&q, err);
		*drawn += units[i].drawn;
	}
	return rc;
}

int cascade_run(struct amp_store *store, const struct cascade *c, int64_t *frame, int64_t *drawn, struct amp_err *err)
{
	struct cascade_unit *units = NULL;
	struct amp_key version, service;
	size_t n = 0;
	int64_t id = 0, top = 0, random = 0;
	*frame = *drawn = 0;
	if (amp_decimal_parse(amp_str_c(c->top), &top) != 0 || amp_decimal_parse(amp_str_c(c->random), &random) != 0 ||
	    random < 1 || random > 999 || top > 999)
		return amp_fail(err, AMP_EUSAGE, _("The shares of a cascade must be decimal texts between 0 and 1."));
	int rc = read_population(store, c, &units, &n, err);
	if (rc == 0 && n > 0) rc = read_keys(store, c, &version, &service, err);
	if (rc == 0 && n > 0) {
		cascade_draw(units, n, (double)top / 1000, (double)random / 1000, c->seed, &service);
		rc = amp_store_begin(store, err);
		if (rc == 0) rc = insert_frame(store, c, &version, &service, n, &id, err);
		if (rc == 0) rc = insert_units(store, id, units, n, drawn, err);
		if (rc == 0) rc = amp_store_commit(store, err);
		if (rc != 0) amp_store_rollback(store);
		*frame = (int64_t)n;
	}
	amp_free(units);
	return rc;
}

#include "visitor.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"

void pg_visitors_clear(struct pg_visitors *vs)
{
	for (size_t i = 0; i < vs->n; i++) amp_free(vs->v[i]);
	*vs = (struct pg_visitors){0};
}

struct pg_visitor *pg_visitor_get(struct pg_visitors *vs, enum pg_platform platform, const char *key)
{
	size_t oldest = 0;
	for (size_t i = 0; i < vs->n; i++) {
		struct pg_visitor *v = vs->v[i];
		if (v->platform == platform && strcmp(v->key, key) == 0) {
			v->last_used = ++vs->clock;
			return v;
		}
		if (v->last_used < vs->v[oldest]->last_used) oldest = i;
	}
	struct pg_visitor *v;
	if (vs->n < PG_VISITORS_MAX) {
		v = amp_malloc(sizeof *v);
		if (!v) return NULL;
		vs->v[vs->n++] = v;
	} else {
		v = vs->v[oldest];
	}
	*v = (struct pg_visitor){.platform = platform, .lang = PG_LANG_NONE, .served_at = INT64_MIN, .last_used = ++vs->clock};
	snprintf(v->key, sizeof v->key, "%s", key);
	return v;
}

void pg_visitor_new_key(struct pg_visitors *vs, uint64_t seed, enum pg_platform platform, uint64_t looks, char key[PG_KEY_TEXT])
{
	struct pg_arrival *a = NULL;
	looks = pg_hash(looks, "platform", (uint64_t)platform, 0);
	for (size_t i = 0; i < vs->n_arrivals && !a; i++)
		if (vs->arrivals[i].looks == looks) a = &vs->arrivals[i];
	if (!a) {
		/* When the table is full the last row serves all later looks: still a new key each time. */
		a = &vs->arrivals[vs->n_arrivals < PG_VISITORS_MAX ? vs->n_arrivals++ : PG_VISITORS_MAX - 1];
		if (a->count == 0) a->looks = looks;
	}
	snprintf(key, PG_KEY_TEXT, "%016llx", (unsigned long long)pg_hash(seed, "visitor", looks, a->count++));
}

void pg_visitor_sign(struct pg_visitor *v, const char *kind, const char *text, size_t n, int topic, int64_t now)
{
	char folded[256];
	size_t m = pg_fold(text, n < sizeof folded ? n : sizeof folded, folded);
	uint64_t hash = pg_hash_text(0, kind, folded, m);
	for (size_t i = 0; i < v->n_signs; i++)
		if (v->signs[i].hash == hash) return;
	if (v->n_signs < PG_SIGNS_MAX) v->signs[v->n_signs++] = (struct pg_sign){hash, topic, now};
}

/* "0.8" as thousandths; 1000 when there is none, as RFC 9110 section 12.4.2 says. */
static int quality_of(struct amp_str params)
{
	while (params.p) {
		struct amp_str p = amp_str_trim(amp_str_cut(&params, ';'));
		if (p.n < 3 || amp_lower(p.p[0]) != 'q' || p.p[1] != '=') continue;
		int q = p.p[2] == '1' ? 1000 : 0, scale = 100;
		for (size_t i = 4; i < p.n && i < 7 && q < 1000 && amp_is_digit(p.p[i]); i++, scale /= 10)
			q += (p.p[i] - '0') * scale;
		return q;
	}
	return 1000;
}

enum pg_lang pg_language_of(const char *accept_language)
{
	struct amp_str rest = amp_str_c(accept_language);
	enum pg_lang best = PG_LANG_NONE;
	int best_q = 0;
	while (rest.p) {
		struct amp_str params = amp_str_cut(&rest, ',');
		struct amp_str tag = amp_str_trim(amp_str_cut(&params, ';'));
		enum pg_lang l = amp_str_istarts(tag, "fr") ? PG_FR : amp_str_istarts(tag, "en") ? PG_EN : PG_LANG_NONE;
		if (l == PG_LANG_NONE || (tag.n > 2 && tag.p[2] != '-')) continue;
		int q = quality_of(params);
		if (q > best_q) {
			best_q = q;
			best = l;
		}
	}
	return best;
}

struct pg_profile pg_visitor_profile(const struct pg_visitor *v, uint64_t seed, int64_t now)
{
	struct pg_profile p = {.lang = v->lang};
	int hits[PG_TOPICS] = {0};
	uint64_t sum = pg_hash_text(seed, "language", v->accept_language, strlen(v->accept_language));
	for (size_t i = 0; i < v->n_signs; i++) {
		const struct pg_sign *s = &v->signs[i];
		if (s->since >= now) continue; /* what was left at this instant counts from the next one on */
		p.signs++;
		sum += pg_hash(seed, "sign", s->hash, 0); /* a sum: the order does not matter */
		if (s->topic >= 0) hits[s->topic]++;
	}
	for (size_t c = 0; c < PG_TOPICS; c++) p.affinity[c] = hits[c] / (hits[c] + 1.0);
	p.effect = pg_normal(pg_hash(seed, "effect", sum, 0));
	return p;
}

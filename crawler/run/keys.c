#include "run/keys.h"
#include <string.h>

struct amp_key amp_key_study_version(const struct amp_key *study, const uint8_t hash[AMP_SHA256], int64_t locked_at)
{
	struct amp_keyer k;
	amp_key_start(&k, "study_version");
	amp_key_key(&k, study);
	amp_key_bytes(&k, hash, AMP_SHA256);
	amp_key_i64(&k, locked_at);
	return amp_key_end(&k);
}

struct amp_key amp_key_named(const char *domain, const struct amp_key *study_version, struct amp_str name)
{
	struct amp_keyer k;
	amp_key_start(&k, domain);
	amp_key_key(&k, study_version);
	amp_key_str(&k, name);
	return amp_key_end(&k);
}

struct amp_key amp_key_cluster(const struct amp_key *study, const char *first_persona)
{
	struct amp_keyer k;
	amp_key_start(&k, "cluster");
	amp_key_key(&k, study);
	amp_key_c(&k, first_persona);
	return amp_key_end(&k);
}

struct amp_key amp_key_round(const struct amp_key *study, int64_t scheduled_at)
{
	struct amp_keyer k;
	amp_key_start(&k, "round");
	amp_key_key(&k, study);
	amp_key_i64(&k, scheduled_at);
	return amp_key_end(&k);
}

struct amp_key amp_key_slot(const struct amp_key *round, struct amp_str persona, struct amp_str feed)
{
	struct amp_keyer k;
	amp_key_start(&k, "slot");
	amp_key_key(&k, round);
	amp_key_str(&k, persona);
	amp_key_str(&k, feed);
	return amp_key_end(&k);
}

static struct amp_key of_link(const char *domain, const uint8_t link[AMP_SHA256])
{
	struct amp_keyer k;
	amp_key_start(&k, domain);
	amp_key_bytes(&k, link, AMP_SHA256);
	return amp_key_end(&k);
}

/* The ledger link says which archive, which place in it, and which bytes: nothing else is needed to name a capture. */
struct amp_key amp_key_capture(const uint8_t link[AMP_SHA256])
{
	return of_link("capture", link);
}

struct amp_key amp_key_decision(const uint8_t link[AMP_SHA256])
{
	return of_link("decision", link);
}

struct amp_key amp_key_snapshot(const struct amp_key *study, const struct amp_key *round, struct amp_str persona,
                                struct amp_str feed, int64_t walk, int64_t step, int64_t attempt)
{
	struct amp_keyer k;
	amp_key_start(&k, "snapshot");
	amp_key_key(&k, study);
	amp_key_key(&k, round);
	amp_key_str(&k, persona);
	amp_key_str(&k, feed);
	amp_key_i64(&k, walk);
	amp_key_i64(&k, step);
	amp_key_i64(&k, attempt);
	return amp_key_end(&k);
}

struct amp_key amp_key_parse(const struct amp_key *snapshot, struct amp_str adapter, struct amp_str adapter_version,
                             struct amp_str engine_version)
{
	struct amp_keyer k;
	amp_key_start(&k, "parse");
	amp_key_key(&k, snapshot);
	amp_key_str(&k, adapter);
	amp_key_str(&k, adapter_version);
	amp_key_str(&k, engine_version);
	return amp_key_end(&k);
}

struct amp_key amp_key_alarm(const struct amp_key *snapshot, const char *rule, const char *window)
{
	struct amp_keyer k;
	amp_key_start(&k, "alarm");
	amp_key_key(&k, snapshot);
	amp_key_c(&k, rule);
	amp_key_c(&k, window);
	return amp_key_end(&k);
}

static struct amp_key native(const char *domain, const char *platform, struct amp_str native_id)
{
	struct amp_keyer k;
	amp_key_start(&k, domain);
	amp_key_c(&k, platform);
	amp_key_str(&k, native_id);
	return amp_key_end(&k);
}

struct amp_key amp_key_author(const char *platform, struct amp_str native_id)
{
	return native("author", platform, native_id);
}

struct amp_key amp_key_item(const char *platform, struct amp_str native_id)
{
	return native("item", platform, native_id);
}

struct amp_key amp_key_item_version(const struct amp_key *item, const struct amp_key *author, const struct amp_item *i,
                                    struct amp_str langs)
{
	struct amp_keyer k;
	amp_key_start(&k, "item_version");
	amp_key_key(&k, item);
	amp_key_c(&k, amp_kind_name(i->kind));
	amp_key_bytes(&k, author ? author->b : NULL, author ? AMP_KEY : 0);
	amp_key_str(&k, i->url);
	amp_key_str(&k, i->title);
	amp_key_str(&k, i->text);
	amp_key_str(&k, i->quote_text);
	amp_key_str(&k, i->warning);
	amp_key_str(&k, langs);
	amp_key_i64(&k, i->created_at);
	amp_key_str(&k, i->created_at_raw);
	amp_key_c(&k, amp_precision_name(i->created_precision));
	amp_key_str(&k, i->reply_to);
	amp_key_str(&k, i->quote_of);
	amp_key_i64(&k, (int64_t)i->n_media);
	for (size_t n = 0; n < i->n_media; n++) {
		const struct amp_media *m = &i->media[n];
		amp_key_str(&k, m->kind);
		amp_key_str(&k, m->url);
		amp_key_str(&k, m->alt);
		amp_key_str(&k, m->mime);
		amp_key_i64(&k, m->width);
		amp_key_i64(&k, m->height);
	}
	amp_key_i64(&k, (int64_t)i->n_links);
	for (size_t n = 0; n < i->n_links; n++) {
		amp_key_str(&k, i->links[n].url);
		amp_key_str(&k, i->links[n].title);
		amp_key_str(&k, i->links[n].description);
	}
	return amp_key_end(&k);
}

static void derived(struct amp_keyer *k, char out[AMP_DERIVED_ID])
{
	static const char prefix[] = AMP_DERIVED_PREFIX;
	struct amp_key key = amp_key_end(k);
	memcpy(out, prefix, sizeof prefix - 1);
	amp_hex(key.b, AMP_KEY, out + sizeof prefix - 1);
}

void amp_derived_item_id(const struct amp_item *i, char out[AMP_DERIVED_ID])
{
	struct amp_keyer k;
	amp_key_start(&k, "derived item");
	amp_key_str(&k, i->url);
	amp_key_str(&k, i->title);
	amp_key_str(&k, i->text);
	derived(&k, out);
}

bool amp_derived_author_id(const char *platform, struct amp_str handle, struct amp_str name, char out[AMP_DERIVED_ID])
{
	if (handle.n == 0 && name.n == 0) return false;
	struct amp_keyer k;
	amp_key_start(&k, "derived author");
	amp_key_c(&k, platform);
	amp_key_str(&k, handle);
	/* A handle names the account whatever it calls itself today. */
	amp_key_str(&k, handle.n > 0 ? AMP_STR_ABSENT : name);
	derived(&k, out);
	return true;
}

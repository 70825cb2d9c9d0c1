/* world.c: posts from (seed, platform, day, index). Hatefulness is drawn apart from topic, language, author, hour and quality,
 * so that a ranking without planted amplification lifts nothing in expectation.
 */
#include "world.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/hash.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/str.h"

#define SLOTS (sizeof((struct pg_world *)0)->days[0] / sizeof((struct pg_world *)0)->days[0][0])

/* SplitMix64's finaliser (Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

uint64_t pg_hash_text(uint64_t seed, const char *label, const char *text, size_t n)
{
	uint64_t h = mix(seed);
	for (const char *p = label; *p; p++) h = mix(h ^ (unsigned char)*p);
	h = mix(h ^ 0x100);
	for (size_t i = 0; i < n; i++) h = mix(h ^ (unsigned char)text[i]);
	return h;
}

uint64_t pg_hash(uint64_t seed, const char *label, uint64_t a, uint64_t b)
{
	return mix(mix(pg_hash_text(seed, label, "", 0) ^ a) ^ b);
}

double pg_normal(uint64_t bits)
{
	double sum = 0;
	for (int i = 0; i < 4; i++) sum += ((double)((bits >> (16 * i)) & 0xffff) + 0.5) / 65536.0;
	return (sum - 2.0) * 1.7320508075688772; /* four uniforms: variance 1/3 */
}

double pg_unit(uint64_t bits)
{
	return (double)(bits >> 11) * 0x1.0p-53;
}

/* ---- authors ---- */
static const char *const first_names[] = {"camille", "noa", "sacha", "alix", "charlie", "andrea",
                                          "morgan",  "lou", "robin", "eden", "maxime",  "dominique"};
static const char *const second_names[] = {"velo",    "lune",  "canal", "tilleul", "moulin",
                                           "sentier", "brise", "galet", "fougere", "phare"};
#define COUNT(a) (sizeof(a) / sizeof *(a))

static void base32(const uint8_t *p, size_t n, const char *alphabet, char *out, size_t chars)
{
	uint32_t acc = 0;
	unsigned bits = 0;
	size_t o = 0;
	for (size_t i = 0; i < n && o < chars; i++) {
		acc = acc << 8 | p[i];
		bits += 8;
		while (bits >= 5 && o < chars) {
			bits -= 5;
			out[o++] = alphabet[(acc >> bits) & 31];
		}
	}
	if (bits && o < chars) out[o++] = alphabet[(acc << (5 - bits)) & 31];
	out[o] = '\0';
}

static void make_author(struct pg_world *w, enum pg_platform platform, size_t i)
{
	struct pg_author *a = &w->authors[platform][i];
	const char *first = first_names[i % COUNT(first_names)];
	const char *second = second_names[(i / COUNT(first_names) + i) % COUNT(second_names)];
	snprintf(a->handle, sizeof a->handle, "%s-%s", first, second);
	snprintf(a->name, sizeof a->name, "%c%s %c%s", first[0] - 32, first + 1, second[0] - 32, second + 1);
	uint64_t h = pg_hash(w->seed, "author", (uint64_t)platform, i);
	struct amp_keyer k;
	amp_key_start(&k, "playground author");
	amp_key_i64(&k, (int64_t)h);
	struct amp_key key = amp_key_end(&k);
	char id[32];
	base32(key.b, AMP_KEY, "abcdefghijklmnopqrstuvwxyz234567", id, 24);
	snprintf(a->did, sizeof a->did, "did:plc:%s", id);
	a->id = UINT64_C(109300000000000000) + (h & 0xffffffffff);
	a->lang = pg_unit(mix(h)) < 0.6 ? PG_FR : PG_EN;
	a->topic = (int)(i % PG_TOPICS);
}

/* ---- posts ---- */
static uint32_t draw_targets(uint64_t h)
{
	double u = pg_unit(mix(h ^ 1)), sum = 0;
	size_t t = PG_TARGETS - 1;
	for (size_t i = 0; i < PG_TARGETS; i++) {
		sum += pg_targets[i].share;
		if (u < sum) {
			t = i;
			break;
		}
	}
	uint32_t set = UINT32_C(1) << t;
	if (pg_unit(mix(h ^ 2)) < 0.1) set |= UINT32_C(1) << (mix(h ^ 3) % PG_TARGETS); /* a tenth may carry a second target */
	return set;
}

static void make_post(const struct pg_world *w, enum pg_platform platform, int64_t day, int i, struct pg_post *p)
{
	uint64_t h = mix(pg_hash(w->seed, "post", (uint64_t)platform, (uint64_t)day) ^ (uint64_t)i);
	const double width = (double)PG_DAY_MS / w->posts_per_day;
	*p = (struct pg_post){.platform = platform, .day = day, .index = i, .salt = h};
	p->created = day * PG_DAY_MS + (int64_t)(((double)i + pg_unit(mix(h ^ 10))) * width);
	p->author = (int)(mix(h ^ 11) % PG_AUTHORS);
	const struct pg_author *a = &w->authors[platform][p->author];
	p->lang = a->lang;
	p->topic = pg_unit(mix(h ^ 12)) < 0.6 ? a->topic : (int)(mix(h ^ 13) % PG_TOPICS);
	p->quality = pg_normal(mix(h ^ 14));
	double u = pg_unit(mix(h ^ 15));
	if (u < w->prevalence)
		p->targets = draw_targets(mix(h ^ 16));
	else if (u < w->prevalence + w->quoting)
		p->quoted = draw_targets(mix(h ^ 17));
}

static const struct pg_post *world_day(struct pg_world *w, enum pg_platform platform, int64_t day)
{
	struct pg_day *slot = &w->days[platform][0];
	for (size_t i = 0; i < SLOTS; i++) {
		struct pg_day *d = &w->days[platform][i];
		if (d->filled && d->day == day) {
			d->used = ++w->clock;
			return d->posts;
		}
		if (d->used < slot->used) slot = d;
	}
	for (int i = 0; i < w->posts_per_day; i++) make_post(w, platform, day, i, &slot->posts[i]);
	slot->day = day;
	slot->filled = true;
	slot->used = ++w->clock;
	return slot->posts;
}

void pg_world_reseed(struct pg_world *w, uint64_t seed)
{
	w->seed = seed;
	for (size_t p = 0; p < PG_PLATFORMS; p++) {
		for (size_t i = 0; i < SLOTS; i++) {
			w->days[p][i].filled = false;
			w->days[p][i].used = 0;
		}
		for (size_t i = 0; i < PG_AUTHORS; i++) make_author(w, (enum pg_platform)p, i);
	}
}

int pg_world_init(struct pg_world *w, uint64_t seed, double prevalence, int posts_per_day, struct amp_err *err)
{
	*w = (struct pg_world){.prevalence = prevalence, .quoting = prevalence / 2, .posts_per_day = posts_per_day};
	for (size_t p = 0; p < PG_PLATFORMS; p++) {
		for (size_t i = 0; i < SLOTS; i++) {
			w->days[p][i].posts = amp_calloc((size_t)posts_per_day, sizeof(struct pg_post));
			if (!w->days[p][i].posts) {
				pg_world_free(w);
				return amp_fail(err, AMP_ENOMEM, _("No memory for the playground's posts: lower --posts."));
			}
		}
	}
	pg_world_reseed(w, seed);
	return 0;
}

void pg_world_free(struct pg_world *w)
{
	if (!w) return;
	for (size_t p = 0; p < PG_PLATFORMS; p++) {
		for (size_t i = 0; i < SLOTS; i++) {
			amp_free(w->days[p][i].posts);
			w->days[p][i].posts = NULL;
		}
	}
}

static int64_t day_of(int64_t ms)
{
	return ms >= 0 ? ms / PG_DAY_MS : -((-ms + PG_DAY_MS - 1) / PG_DAY_MS);
}

size_t pg_world_pool(struct pg_world *w, enum pg_platform platform, int64_t now, int64_t window, int topic, int author,
                     const struct pg_post **pool)
{
	size_t n = 0;
	const int64_t last = day_of(now - window);
	for (int64_t day = day_of(now); day >= last; day--) {
		const struct pg_post *posts = world_day(w, platform, day);
		for (int i = w->posts_per_day - 1; i >= 0 && n < PG_POOL_MAX; i--) {
			const struct pg_post *p = &posts[i];
			if (p->created > now || p->created <= now - window) continue;
			if ((topic < 0 || p->topic == topic) && (author < 0 || p->author == author)) pool[n++] = p;
		}
	}
	return n;
}

/* ---- ids ---- */
void pg_post_rkey(const struct pg_post *p, char out[16])
{
	static const char sortable[] = "234567abcdefghijklmnopqrstuvwxyz"; /* atproto.com/specs/tid */
	uint64_t v = (uint64_t)p->created * 1000 << 10 | ((uint64_t)p->index & 1023);
	for (int i = 12; i >= 0; i--) {
		out[i] = sortable[v & 31];
		v >>= 5;
	}
	out[13] = '\0';
}

void pg_post_cid(const struct pg_post *p, char out[64])
{
	uint8_t raw[4 + AMP_SHA256] = {0x01, 0x71, 0x12, 0x20}; /* CIDv1, dag-cbor, sha2-256, 32 bytes */
	amp_sha256(&p->salt, sizeof p->salt, raw + 4);
	out[0] = 'b';
	base32(raw, sizeof raw, "abcdefghijklmnopqrstuvwxyz234567", out + 1, 62);
}

uint64_t pg_post_snowflake(const struct pg_post *p)
{
	return (uint64_t)p->created << 16 | ((uint64_t)p->index & 0xffff);
}

/* Day, number and 32 bits of the post itself as eleven characters of base64url, as YouTube's ids look: so that one is found again without a list. */
static void video_id(const struct pg_post *p, char *out)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	uint64_t v = ((uint64_t)p->day & 0xffff) << 48 | ((uint64_t)p->index & 0xffff) << 32 | (p->salt & 0xffffffff);
	for (int i = 10; i >= 0; i--) {
		out[i] = alphabet[v & 63];
		v >>= 6;
	}
	out[11] = '\0';
}

const struct pg_post *pg_world_video(struct pg_world *w, int64_t now, int64_t window, const char *id)
{
	char own[PG_ID_SIZE];
	for (int64_t day = day_of(now); day >= day_of(now - window); day--) {
		const struct pg_post *posts = world_day(w, PG_VIDEOS, day);
		for (int i = 0; i < w->posts_per_day; i++) {
			const struct pg_post *p = &posts[i];
			if (p->created <= now && p->created > now - window && strcmp(pg_post_id(w, p, own), id) == 0) return p;
		}
	}
	return NULL;
}

const char *pg_post_id(const struct pg_world *w, const struct pg_post *p, char out[PG_ID_SIZE])
{
	const struct pg_author *a = &w->authors[p->platform][p->author];
	char rkey[16];
	switch (p->platform) {
	case PG_BLUESKY:
		pg_post_rkey(p, rkey);
		snprintf(out, PG_ID_SIZE, "at://%s/app.bsky.feed.post/%s", a->did, rkey);
		break;
	case PG_MASTODON:
		snprintf(out, PG_ID_SIZE, "https://mastodon.playground.test/users/%s/statuses/%llu", a->handle,
		         (unsigned long long)pg_post_snowflake(p));
		break;
	case PG_VIDEOS: video_id(p, out); break;
	default:
		snprintf(out, PG_ID_SIZE, "https://feeds.playground.test/%s/%016llx", a->handle, (unsigned long long)p->salt);
		break;
	}
	return out;
}

int64_t pg_post_likes(const struct pg_post *p, int64_t now)
{
	double age = (double)(now - p->created) / 3600000.0;
	if (age <= 0) return 0;
	return (int64_t)(exp(2.6 + 1.1 * p->quality) * (1.0 - exp(-age / 4.0)));
}

/* ---- text ---- */
void pg_post_text(const struct pg_post *p, struct amp_buf *b)
{
	static const char *const openers[2][5] = {
		{"", "Bonjour à tous. ", "Pour info : ", "Ce matin : ", "Petite nouvelle. "},
		{"", "Hello everyone. ", "For your information: ", "This morning: ", "Small news. "}};
	static const char *const hate[2][3] = {{"Et j'ajoute : %s.", "Tout ça, c'est %s.", "%s, voilà ce que je pense."},
	                                       {"And I will add: %s.", "All of this is %s.", "%s, that is what I think."}};
	static const char *const quote[2][3] = {
		{"On m'a lancé « %s » dans le bus, je signale.", "Un élu a dit « %s » : je n'accepte pas.",
	         "Au procès, le message lu était « %s »."},
		{"Someone shouted “%s” at us on the bus: I am reporting it.", "An official said “%s”: I do not accept it.",
	         "In court, the message read out was “%s”."}};
	const struct pg_topic *topic = &pg_topics[p->topic];
	const size_t l = p->lang == PG_EN;
	amp_buf_addc(b, openers[l][mix(p->salt ^ 20) % 5]);
	amp_buf_addc(b, (l ? topic->text_en : topic->text_fr)[mix(p->salt ^ 21) % 4]);
	const uint32_t set = p->targets ? p->targets : p->quoted;
	if (set) {
		char tokens[160] = "";
		size_t n = 0;
		for (size_t t = 0; t < PG_TARGETS; t++)
			if (set >> t & 1)
				n += (size_t)snprintf(tokens + n, sizeof tokens - n, "%s[[%shaine:%s]]", n ? " " : "",
				                      p->targets ? "" : "citation:", pg_targets[t].name);
		const char *pattern = (p->targets ? hate : quote)[l][mix(p->salt ^ 22) % 3];
		const char *at = strstr(pattern, "%s");
		amp_buf_byte(b, ' ');
		amp_buf_add(b, pattern, (size_t)(at - pattern));
		amp_buf_addc(b, tokens);
		amp_buf_addc(b, at + 2);
	}
	if (mix(p->salt ^ 23) % 2) amp_buf_printf(b, " #%s", topic->name);
}

/* ---- queries ---- */
size_t pg_fold(const char *text, size_t n, char *out)
{
	/* U+00C0 to U+00FF without their accents; a blank keeps the code point. */
	static const char latin[] = "aaaaaaaceeeeiiiidnooooo ouuuuypsaaaaaaaceeeeiiiidnooooo ouuuuypy";
	size_t o = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c == 0xc3 && i + 1 < n && ((unsigned char)text[i + 1] & 0xc0) == 0x80) {
			size_t at = (unsigned char)text[i + 1] & 0x3f;
			if (at < sizeof latin - 1 && latin[at] != ' ') {
				out[o++] = latin[at];
				i++;
				continue;
			}
		}
		out[o++] = (char)amp_lower(c);
	}
	return o;
}

static bool has_word(struct amp_str words, struct amp_str word)
{
	while (words.p) {
		if (amp_str_eq(amp_str_cut(&words, ' '), word)) return true;
	}
	return false;
}

int pg_topic_of(uint64_t seed, const char *query, size_t n)
{
	char folded[256];
	size_t m = pg_fold(query, n < sizeof folded ? n : sizeof folded, folded), i = 0;
	bool any = false;
	while (i < m) {
		size_t start = i;
		while (i < m && (amp_is_alnum((unsigned char)folded[i]) || (unsigned char)folded[i] >= 0x80)) i++;
		if (i == start) {
			i++;
			continue;
		}
		any = true;
		for (int t = 0; t < PG_TOPICS; t++)
			if (has_word(amp_str_c(pg_topics[t].words), (struct amp_str){folded + start, i - start})) return t;
	}
	return any ? (int)(pg_hash_text(seed, "query", folded, m) % PG_TOPICS) : -1;
}

int pg_topic_named(const char *name, size_t n)
{
	char folded[64];
	size_t m = pg_fold(name, n < sizeof folded ? n : sizeof folded, folded);
	for (int t = 0; t < PG_TOPICS; t++)
		if (amp_str_eq_c((struct amp_str){folded, m}, pg_topics[t].name)) return t;
	return -1;
}

/* world.h: the invented world: authors, posts, days. Everything is a function of (seed, platform, day, index): no state but a
 * cache of a few days, so the order of requests changes nothing. README.md has the formulas.
 */
#ifndef PG_WORLD_H
#define PG_WORLD_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"

#define PG_DAY_MS INT64_C(86400000)
#define PG_POSTS_MAX 2000                /* posts a day and platform, at most */
#define PG_RANKED_WINDOW PG_DAY_MS       /* the candidates of a ranked feed: the last 24 hours */
#define PG_LATEST_WINDOW (3 * PG_DAY_MS) /* how far back a chronological feed can be paged */
#define PG_POOL_MAX (PG_POSTS_MAX * 4)

enum pg_platform { PG_BLUESKY, PG_MASTODON, PG_FEEDS, PG_VIDEOS, PG_PLATFORMS };
enum pg_lang { PG_FR, PG_EN, PG_LANG_NONE };

/* What may be aimed at: level 2 groups of the detectors' target list. */
struct pg_target {
	const char *name;
	double weight; /* a_t: how much the planted amplification lifts posts that carry it */
	double share;  /* of the hateful posts; the table sums to 1 */
	const char *fr, *en;
};
#define PG_TARGETS 12
extern const struct pg_target pg_targets[PG_TARGETS];

struct pg_topic {
	const char *name; /* also the hashtag */
	const char *fr, *en;
	const char *words;        /* folded words that file a query under this topic, separated by spaces */
	double susceptibility;    /* w_c: what an interest in it adds to a visitor's susceptibility */
	double steer[PG_TARGETS]; /* m_ct: what it adds for one target */
	const char *text_fr[4], *text_en[4];
};
#define PG_TOPICS 8
extern const struct pg_topic pg_topics[PG_TOPICS];

#define PG_AUTHORS 60 /* a platform */
struct pg_author {
	char handle[48]; /* "camille-velo", no domain */
	char name[48];
	char did[40]; /* did:plc:… */
	uint64_t id;  /* Mastodon's local id */
	enum pg_lang lang;
	int topic;
};

struct pg_post {
	enum pg_platform platform;
	int64_t day, created; /* days and milliseconds since 1970 */
	int index, author, topic;
	enum pg_lang lang;
	uint32_t targets, quoted; /* bit t: carries [[haine:t]], [[citation:haine:t]] */
	double quality;           /* standard normal, independent of all the rest */
	uint64_t salt;
};

struct pg_world {
	uint64_t seed;
	double prevalence, quoting; /* shares of hateful and of quoting posts */
	int posts_per_day;
	struct pg_day {
		int64_t day;
		bool filled;
		uint64_t used;
		struct pg_post *posts;
	} days[PG_PLATFORMS][8];
	uint64_t clock;
	struct pg_author authors[PG_PLATFORMS][PG_AUTHORS];
};

int pg_world_init(struct pg_world *w, uint64_t seed, double prevalence, int posts_per_day, struct amp_err *err) AMP_CHECK;
void pg_world_free(struct pg_world *w);
/* Another seed: other authors, other posts. */
void pg_world_reseed(struct pg_world *w, uint64_t seed);

/* Posts with now - window < created <= now, newest first, into pool (room for PG_POOL_MAX). topic and author: -1 for all.
 * The pointers hold until five other days of the platform have been asked for. */
size_t pg_world_pool(struct pg_world *w, enum pg_platform platform, int64_t now, int64_t window, int topic, int author,
                     const struct pg_post **pool);

/* The video of this id (pg_post_id) among those of the window; NULL: none, or too old. */
const struct pg_post *pg_world_video(struct pg_world *w, int64_t now, int64_t window, const char *id);

/* Text as its author wrote it, appended to b. */
void pg_post_text(const struct pg_post *p, struct amp_buf *b);
/* The id that amplimeter stores: at-uri, Mastodon uri, feed guid, the eleven characters of a video. */
#define PG_ID_SIZE 160
const char *pg_post_id(const struct pg_world *w, const struct pg_post *p, char out[PG_ID_SIZE]);
void pg_post_rkey(const struct pg_post *p, char out[16]); /* Bluesky record key (a TID) */
void pg_post_cid(const struct pg_post *p, char out[64]);  /* CIDv1, dag-cbor, SHA-256 */
uint64_t pg_post_snowflake(const struct pg_post *p);      /* Mastodon id: milliseconds << 16 | number */
int64_t pg_post_likes(const struct pg_post *p, int64_t now);

/* 64 well-mixed bits of (seed, label, a, b). */
uint64_t pg_hash(uint64_t seed, const char *label, uint64_t a, uint64_t b);
uint64_t pg_hash_text(uint64_t seed, const char *label, const char *text, size_t n);
double pg_unit(uint64_t bits); /* [0, 1) */
/* A standard normal to 4 uniforms' precision (|x| <= 3.47), from 64 bits: the same on every machine. */
double pg_normal(uint64_t bits);
/* Lower case, accents of Latin letters dropped, other non-ASCII kept; returns bytes written (n at most). */
size_t pg_fold(const char *text, size_t n, char *out);
/* The topic of a search: by its words, else by its hash; -1 when it holds no letter or digit. */
int pg_topic_of(uint64_t seed, const char *query, size_t n);
int pg_topic_named(const char *name, size_t n); /* by hashtag; -1 */

#endif

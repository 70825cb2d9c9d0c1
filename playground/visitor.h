/* visitor.h: who is asking, as a service can tell: the session's account, else the cookie, else a new visitor. A visitor leaves
 * signs (searches, tags, accounts read); the profile is remade from them whenever the clock moves, as a nightly job would.
 */
#ifndef PG_VISITOR_H
#define PG_VISITOR_H
#include "rank.h"

#define PG_VISITORS_MAX 4096
#define PG_SIGNS_MAX 64
#define PG_KEY_TEXT 17
#define PG_BESIDE 20   /* videos shown beside one */
#define PG_VIDEO_ID 12 /* eleven characters */

struct pg_sign {
	uint64_t hash; /* of kind and folded text */
	int topic;     /* -1: none */
	int64_t since; /* clock at which it was first left */
};
struct pg_visitor {
	enum pg_platform platform; /* platforms do not share what they know */
	char key[PG_KEY_TEXT];     /* cookie value, or a hash of the account */
	char account[64];          /* handle, "" when not logged in */
	char accept_language[96];
	enum pg_lang lang;
	struct pg_sign signs[PG_SIGNS_MAX];
	size_t n_signs;
	uint64_t feeds_served; /* request number of the noise */
	int64_t served_at;     /* clock of the last feed served */
	uint64_t last_used;
	/* the videos shown beside the last one watched, by either list: watching one of them is a step further (videos.c) */
	struct pg_watch {
		char beside[PG_BESIDE][PG_VIDEO_ID];
		size_t n;
		int step;
		int64_t at;
	} watch[2];
	int64_t window_start_s; /* rate limit, real time */
	int64_t window_count;
};
struct pg_visitors {
	struct pg_visitor *v[PG_VISITORS_MAX];
	size_t n;
	uint64_t clock;
	struct pg_arrival { /* how many visitors without a cookie came with the same looks */
		uint64_t looks, count;
	} arrivals[PG_VISITORS_MAX];
	size_t n_arrivals;
};

void pg_visitors_clear(struct pg_visitors *vs);
/* The visitor of this key, made when new (the least recent goes when there are too many). NULL when memory is out. */
struct pg_visitor *pg_visitor_get(struct pg_visitors *vs, enum pg_platform platform, const char *key);
/* A key for one who shows none: from the seed, the looks (language header, program, address) and the number of earlier
 * arrivals with these looks: other visitors' requests in between change nothing. */
void pg_visitor_new_key(struct pg_visitors *vs, uint64_t seed, enum pg_platform platform, uint64_t looks, char key[PG_KEY_TEXT]);
void pg_visitor_sign(struct pg_visitor *v, const char *kind, const char *text, size_t n, int topic, int64_t now);
/* The first language of an Accept-Language header that the world speaks, by quality. */
enum pg_lang pg_language_of(const char *accept_language);
struct pg_profile pg_visitor_profile(const struct pg_visitor *v, uint64_t seed, int64_t now);

#endif

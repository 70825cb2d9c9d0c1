/* walk.h: which entry of a list a walk follows. Chosen by place alone, never by content: so a walk looks for nothing. One choice for the crawl, which
 * follows it, and for verify, which makes it again out of the database. Pure.
 *
 * Can be followed: an entry with an id of the platform's own (AMP_WALK_ID_MAX bytes at most), among the first `depth` organic ones (no ad, no pinned, no service entry), of the
 * kind that the endpoint lists (a video's list may hold a playlist), not asked for before in this walk, and the first of its id in the list.
 * `first` follows the first of these, `random` one of them, drawn.
 */
#ifndef AMP_RUN_WALK_H
#define AMP_RUN_WALK_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/hash.h"
#include "parse/parse.h"
#include "persona/study.h"

#define AMP_WALK_ID_MAX 512   /* bytes of an id that is asked for: above any platform's, far below what an address can hold */
struct amp_walk_draw {        /* what a draw depends on, and nothing else */
	int64_t seed;         /* of the run, as the preamble records it */
	int64_t scheduled_at; /* of the round */
	const char
		*cluster; /* the persona, or the one that it is a twin of: twins draw alike, and differ by what the platform does */
	const char *feed;
	int64_t walk, step; /* the step whose list is chosen from */
};
/* 0 to n - 1, n > 0: the first eight bytes of the SHA-256 key of the above, modulo n. */
size_t amp_walk_draw(const struct amp_walk_draw *d, size_t n);

struct amp_walk_list {            /* what can be followed of one list, in the order of ranks */
	const char *const *asked; /* the seed, and what was followed since */
	size_t n_asked;
	int64_t depth;
	const char *kind; /* of the endpoint's entries: "video" */
	struct amp_walk_entry {
		int64_t rank;
		struct amp_str id; /* lent */
	} * found;                 /* room for depth of them */
	size_t n;
};
/* False when memory is out. */
bool amp_walk_list_start(struct amp_walk_list *l, const char *const *asked, size_t n_asked, int64_t depth, const char *kind,
                         struct amp_arena *a);
/* One entry of the list, in the order of ranks. organic_rank: AMP_ABSENT for an ad, a pinned or a service entry. */
void amp_walk_list_see(struct amp_walk_list *l, int64_t rank, int64_t organic_rank, struct amp_str kind, struct amp_str id);
void amp_walk_list_parsed(struct amp_walk_list *l, const struct amp_parsed *p);
/* NULL: nothing can be followed. */
const struct amp_walk_entry *amp_walk_choose(const struct amp_walk_list *l, enum amp_walk_policy policy,
                                             const struct amp_walk_draw *d);
/* The name of an item that was asked for, where only its equality matters. */
struct amp_key amp_walk_item_key(const char *item);
/* A list with this verdict is followed further: whole or in parts, never one that the crawl itself left unfinished. */
bool amp_walk_goes_on(enum amp_verdict verdict, bool interrupted);

#endif

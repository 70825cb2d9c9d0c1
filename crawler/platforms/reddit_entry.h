/* reddit_entry.h: one thing of Reddit (a post, a comment, a community, a user) into an item; between the reddit*.c files only. */
#ifndef AMP_PLATFORMS_REDDIT_ENTRY_H
#define AMP_PLATFORMS_REDDIT_ENTRY_H
#include "parse/engine.h"

/* What holds for all entries of a page. */
struct amp_reddit_page {
	bool escaped;          /* & < > are written &amp; &lt; &gt; in every text: raw_json=1 was not sent */
	bool directory;        /* communities and users are entries here, not drift: a search */
	bool thread;           /* the comments of one post, where `stickied` ones stand first */
	bool profile;          /* a user's own list, where `pinned` posts stand first */
	const char *subreddit; /* whose list it is, NULL when it is nobody's or several's: there `stickied` says nothing */
};

extern const struct amp_row amp_reddit_post_rows[], amp_reddit_comment_rows[], amp_reddit_atom_rows[];

/* reddit_post.c: {"kind": …, "data": …}; begins and ends one entry of the page in hand. */
void amp_reddit_thing(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *thing);
/* reddit_atom.c: a feed of www.reddit.com, with its next page. */
void amp_reddit_atom(struct amp_engine *e);

#endif

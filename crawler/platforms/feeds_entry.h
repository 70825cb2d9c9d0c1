/* feeds_entry.h: what was gathered of a feed's entry, before it becomes an item; between the feeds*.c files and the platforms
 * whose answers are feeds, which read them through hooks.
 */
#ifndef AMP_PLATFORMS_FEEDS_ENTRY_H
#define AMP_PLATFORMS_FEEDS_ENTRY_H
#include "base/hash.h"
#include "platforms/feeds_source.h"

#define AMP_FEEDS_MAX_NAMES 2000 /* bytes of joined author names */

/* How a text was written. LOOSE: officially plain text that often holds HTML. */
enum amp_feeds_form { AMP_FEEDS_PLAIN, AMP_FEEDS_LOOSE, AMP_FEEDS_HTML, AMP_FEEDS_RSS_HTML, AMP_FEEDS_BASE64 };

/* The texts of an entry. The first of a kind counts, except for the names of authors, which are joined. The order within a
 * group is the order of preference. */
enum amp_feeds_slot {
	AMP_FEEDS_ID,
	AMP_FEEDS_ABOUT,
	AMP_FEEDS_ORIGINAL_LINK,
	AMP_FEEDS_LINK,
	AMP_FEEDS_GUID_LINK,
	AMP_FEEDS_TITLE,
	AMP_FEEDS_CONTENT,
	AMP_FEEDS_SUMMARY,
	AMP_FEEDS_ITUNES_SUMMARY,
	AMP_FEEDS_DC_DESCRIPTION,
	AMP_FEEDS_MEDIA_TEXT,
	AMP_FEEDS_PUBLISHED,
	AMP_FEEDS_DC_DATE,
	AMP_FEEDS_ISSUED,
	AMP_FEEDS_CREATED,
	AMP_FEEDS_UPDATED,
	AMP_FEEDS_AUTHOR_URI,
	AMP_FEEDS_AUTHOR_EMAIL,
	AMP_FEEDS_AUTHOR_NAME,
	AMP_FEEDS_RSS_AUTHOR,
	AMP_FEEDS_SOURCE,
	AMP_FEEDS_SOURCE_URL, /* its url=, of RSS */
	AMP_FEEDS_LANGUAGE,
	AMP_FEEDS_XML_LANG,
	AMP_FEEDS_REPLIES,
	AMP_FEEDS_REPLIES_LINKED, /* thr:count of a link: those that stand behind it, where no total is said */
	AMP_FEEDS_LIKES,
	AMP_FEEDS_VIEWS,
	AMP_FEEDS_REPLY_TO,
	AMP_FEEDS_MEDIA_TITLE,
	AMP_FEEDS_SELF,
	AMP_FEEDS_NEXT,
	AMP_FEEDS_SLOTS
};

struct amp_feeds_value {
	struct amp_str text, base; /* base: xml:base in force, absent when there is none */
	enum amp_feeds_form form;
	size_t offset;
};
struct amp_feeds_list { /* media, links and labels in the order of the document */
	enum amp_field field;
	struct amp_media media;
	struct amp_link link;
	struct amp_label label;
	struct amp_feeds_list *next;
};
/* Elements that only one platform has or means, without a namespace or of one that feeds in general do not have; gathered when its hooks
 * name them, and then not read as feeds in general do. */
struct amp_feeds_word {
	const char *name; /* of the element without its prefix, compared without case */
	bool group;       /* holds elements that are asked for themselves; it is told by an absent text */
};
struct amp_feeds_other {
	const char *name; /* the word's */
	struct amp_str text;
	size_t offset;
	struct amp_feeds_other *next;
};
struct amp_feeds_entry {
	size_t start, end; /* in the source's text */
	size_t offset;     /* in the body */
	bool known;        /* has at least one element that feeds have */
	struct amp_feeds_value values[AMP_FEEDS_SLOTS];
	struct amp_feeds_list *first, *last;
	struct amp_feeds_other *other, *last_other; /* in the order of the document */
	struct amp_feeds_entry *following;
	struct amp_feeds_entry *origin; /* the feed that an Atom entry was copied from (atom:source): its author alone */
};

/* What a platform whose answers are feeds reads differently. */
struct amp_feeds_hooks {
	const struct amp_feeds_word *words; /* ends with name == NULL; NULL: none */
	/* The item in hand (e->item) is filled as any feed's would be and not ended yet: put what differs, amp_drop what the
	 * platform does not mean. feed: what the feed says of itself. Not called for entries of which nothing could be read. */
	void (*entry)(struct amp_engine *e, const struct amp_feeds_entry *entry, const struct amp_feeds_entry *feed);
};
/* The first of these elements in the entry, its text; absent when it has none. */
struct amp_str amp_feeds_other(const struct amp_feeds_entry *entry, const char *name);

/* Appends the entry to the page in hand. feed: what the feed says of itself, for all its entries. inherit: an entry without
 * author has the feed's (Atom). hooks may be NULL. */
void amp_feeds_emit(struct amp_engine *e, const struct amp_feeds_source *s, const struct amp_feeds_entry *entry,
                    const struct amp_feeds_entry *feed, bool inherit, const struct amp_feeds_hooks *hooks);
/* The base of relative addresses where the document names none: its own address, as fetched or as it says. */
struct amp_str amp_feeds_base(struct amp_engine *e, const struct amp_feeds_entry *feed);
/* An id for an entry that has none, "WHAT:" and a hash of what says which it is. k was started with what. */
struct amp_str amp_feeds_id_of(struct amp_engine *e, const char *what, struct amp_keyer *k);
struct amp_str amp_feeds_id_of_two(struct amp_engine *e, const char *what, struct amp_str a, struct amp_str b);
/* White space runs to one blank. */
struct amp_str amp_feeds_one_line(struct amp_engine *e, struct amp_str text);
/* image, video, audio, text or unknown, by type and medium. */
struct amp_str amp_feeds_media_kind(struct amp_str medium, struct amp_str mime);
/* HTML as text, in the arena; its links and pictures are put into the item when kept, those that entry (may be NULL) has are not repeated; absent when memory is out. */
struct amp_str amp_feeds_html(struct amp_engine *e, struct amp_str html, struct amp_str base, const struct amp_feeds_entry *entry,
                              bool keep_links);

/* feeds_xml.c: reads the source and appends its entries, or gives the verdict. hooks may be NULL. */
void amp_feeds_xml(struct amp_engine *e, const struct amp_feeds_hooks *hooks);
/* feeds_json.c: the same for JSON Feed; is: whether the document is one. */
bool amp_feeds_is_json(const struct amp_json *root);
void amp_feeds_json(struct amp_engine *e, const struct amp_json *root);
extern const struct amp_row amp_feeds_rows[];

#endif

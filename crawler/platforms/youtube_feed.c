/* youtube_feed.c: the Atom feeds of channels and playlists, through the reader of feeds (recording of January 2026; NewPipeExtractor
 * 43f8e6e, YoutubeFeedExtractor). Titles and descriptions are plain text. The feed's own yt:channelId lacks its "UC": the
 * entries' have it.
 */
#include "platforms/feeds_entry.h"
#include "platforms/youtube_parts.h"

static void put_plain(struct amp_engine *e, enum amp_field field, struct amp_str text)
{
	amp_drop(e, field); /* read as markup, it may have lost what looks like a tag */
	amp_put_text(e, field, text);
}

/* media:content is the address of a Flash player. */
static void put_thumbnail(struct amp_engine *e, const struct amp_feeds_entry *entry)
{
	const struct amp_media *best = NULL;
	amp_drop(e, AMP_F_MEDIA);
	for (const struct amp_feeds_list *l = entry->first; l; l = l->next) {
		if (l->field != AMP_F_MEDIA || !amp_str_eq_c(l->media.kind, "image")) continue;
		if (!best || l->media.width > best->width) best = &l->media;
	}
	if (best) amp_youtube_picture(e, best->url, best->width, best->height);
}

static void entry_hook(struct amp_engine *e, const struct amp_feeds_entry *entry, const struct amp_feeds_entry *feed)
{
	(void)feed;
	struct amp_str link = entry->values[AMP_FEEDS_LINK].text, channel = amp_feeds_other(entry, "channelId");
	amp_drop(e, AMP_F_ITEM_ID);
	amp_drop(e, AMP_F_URL);
	amp_drop(e, AMP_F_LABELS);
	amp_drop(e, AMP_F_LINKS);
	e->required |= AMP_BIT(AMP_F_ITEM_ID) | AMP_BIT(AMP_F_TITLE);
	amp_youtube_identity(e, AMP_VIDEO, amp_feeds_other(entry, "videoId"));
	put_plain(e, AMP_F_TITLE, entry->values[AMP_FEEDS_TITLE].text);
	put_plain(e, AMP_F_TEXT, entry->values[AMP_FEEDS_MEDIA_TEXT].text);
	if (!channel.n) channel = amp_youtube_channel_id(entry->values[AMP_FEEDS_AUTHOR_URI].text);
	put_plain(e, AMP_F_AUTHOR_ID, channel.n ? channel : AMP_STR_ABSENT);
	put_thumbnail(e, entry);
	if (link.n && amp_str_find(link, AMP_STR("/shorts/"))) amp_youtube_flags(e, AMP_YT_SHORT);
}

void amp_youtube_feed(struct amp_engine *e)
{
	static const struct amp_feeds_word words[] = {{"videoId", false}, {"channelId", false}, {NULL, false}};
	static const struct amp_feeds_hooks hooks = {words, entry_hook};
	amp_feeds_xml(e, &hooks);
}

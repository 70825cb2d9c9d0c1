/* feeds_words.c: the words of feeds: namespaces, and which element goes where. */
#include "platforms/feeds_reading.h"

/* Namespaces by a part of their address, compared without case: feeds write them with and without final slash, in capitals, with
 * https, from the wrong year. An address that is not known, or none, is judged by the prefix. */
static const struct {
	const char *part, *prefix;
	enum space space;
} spaces[] = {{"purl.org/rss/1.0/modules/content", "content", CONTENT},
              {"purl.org/rss/1.0/modules/slash", "slash", SLASH},
              {"purl.org/dc/", "dc", DC},
              {"search.yahoo.com/mrss", "media", MEDIA},
              {"itunes.com/dtds", "itunes", ITUNES},
              {"purl.org/syndication/thread", "thr", THREAD},
              {"feedburner", "feedburner", FEEDBURNER},
              {"w3.org/2005/atom", "atom", ATOM},
              {"purl.org/atom/ns", "atom03", ATOM},
              {"w3.org/1999/xhtml", "xhtml", XHTML},
              {"w3.org/1999/02/22-rdf-syntax-ns", "rdf", RDF},
              {"video.search.yahoo.com", "media", MEDIA}};

static const struct element elements[] = {
	{MAIN | ATOM, "title", TEXT, AMP_FEEDS_TITLE, AMP_FEEDS_LOOSE},
	{MAIN | ATOM, "link", LINK, AMP_FEEDS_LINK, AMP_FEEDS_PLAIN},
	{MAIN, "description", TEXT, AMP_FEEDS_SUMMARY, AMP_FEEDS_RSS_HTML},
	{MAIN, "guid", LINE, AMP_FEEDS_ID, AMP_FEEDS_PLAIN},
	{MAIN, "pubdate", LINE, AMP_FEEDS_PUBLISHED, AMP_FEEDS_PLAIN},
	{MAIN | ATOM, "author", AUTHOR, AMP_FEEDS_RSS_AUTHOR, AMP_FEEDS_PLAIN},
	{MAIN | ATOM, "category", CATEGORY, AMP_FEEDS_SLOTS, AMP_FEEDS_LOOSE},
	{MAIN, "enclosure", ENCLOSURE, AMP_FEEDS_SLOTS, AMP_FEEDS_PLAIN},
	{MAIN, "language", LINE, AMP_FEEDS_LANGUAGE, AMP_FEEDS_PLAIN},
	{MAIN | OTHER, "source", LINE, AMP_FEEDS_SOURCE,
         AMP_FEEDS_LOOSE}, /* RSS; Bing's News:Source, whose namespace changes with the query */
	{MAIN, "image", IMAGE, AMP_FEEDS_SLOTS, AMP_FEEDS_PLAIN},
	{MAIN, "comments", IGNORE, AMP_FEEDS_SLOTS, AMP_FEEDS_PLAIN},
	{MAIN | ATOM, "id", LINE, AMP_FEEDS_ID, AMP_FEEDS_PLAIN},
	{ATOM | MAIN, "content", TEXT, AMP_FEEDS_CONTENT, AMP_FEEDS_RSS_HTML},
	{ATOM | MAIN, "summary", TEXT, AMP_FEEDS_SUMMARY, AMP_FEEDS_RSS_HTML},
	{ATOM | MAIN, "published", LINE, AMP_FEEDS_PUBLISHED, AMP_FEEDS_PLAIN},
	{ATOM | MAIN, "issued", LINE, AMP_FEEDS_ISSUED, AMP_FEEDS_PLAIN},
	{ATOM | MAIN, "created", LINE, AMP_FEEDS_CREATED, AMP_FEEDS_PLAIN},
	{ATOM | MAIN, "updated", LINE, AMP_FEEDS_UPDATED, AMP_FEEDS_PLAIN},
	{ATOM | MAIN, "modified", LINE, AMP_FEEDS_UPDATED, AMP_FEEDS_PLAIN},
	{ATOM | MAIN, "rights", IGNORE, AMP_FEEDS_SLOTS, AMP_FEEDS_PLAIN},
	{ATOM | MAIN, "contributor", IGNORE, AMP_FEEDS_SLOTS, AMP_FEEDS_PLAIN},
	{CONTENT | MAIN, "encoded", TEXT, AMP_FEEDS_CONTENT, AMP_FEEDS_RSS_HTML},
	{XHTML, "body", TEXT, AMP_FEEDS_CONTENT, AMP_FEEDS_HTML},
	{DC, "title", TEXT, AMP_FEEDS_TITLE, AMP_FEEDS_LOOSE},
	{DC, "creator", LINE, AMP_FEEDS_AUTHOR_NAME, AMP_FEEDS_LOOSE},
	{DC, "author", LINE, AMP_FEEDS_AUTHOR_NAME, AMP_FEEDS_LOOSE},
	{DC, "date", LINE, AMP_FEEDS_DC_DATE, AMP_FEEDS_PLAIN},
	{DC, "issued", LINE, AMP_FEEDS_ISSUED, AMP_FEEDS_PLAIN},
	{DC, "created", LINE, AMP_FEEDS_CREATED, AMP_FEEDS_PLAIN},
	{DC, "modified", LINE, AMP_FEEDS_UPDATED, AMP_FEEDS_PLAIN},
	{DC, "language", LINE, AMP_FEEDS_LANGUAGE, AMP_FEEDS_PLAIN},
	{DC, "subject", CATEGORY, AMP_FEEDS_SLOTS, AMP_FEEDS_LOOSE},
	{DC, "description", TEXT, AMP_FEEDS_DC_DESCRIPTION, AMP_FEEDS_LOOSE},
	{DC, "identifier", LINE, AMP_FEEDS_ABOUT, AMP_FEEDS_PLAIN},
	{FEEDBURNER, "origlink", LINE, AMP_FEEDS_ORIGINAL_LINK, AMP_FEEDS_PLAIN},
	{SLASH, "comments", LINE, AMP_FEEDS_REPLIES, AMP_FEEDS_PLAIN},
	{THREAD, "total", LINE, AMP_FEEDS_REPLIES, AMP_FEEDS_PLAIN},
	{THREAD, "in-reply-to", REPLY, AMP_FEEDS_REPLY_TO, AMP_FEEDS_PLAIN},
	{ITUNES, "author", LINE, AMP_FEEDS_AUTHOR_NAME, AMP_FEEDS_LOOSE},
	{ITUNES, "summary", TEXT, AMP_FEEDS_ITUNES_SUMMARY, AMP_FEEDS_LOOSE},
	{ITUNES, "subtitle", TEXT, AMP_FEEDS_DC_DESCRIPTION, AMP_FEEDS_LOOSE},
	{ITUNES, "image", IMAGE_HREF, AMP_FEEDS_SLOTS, AMP_FEEDS_PLAIN},
	{ITUNES, "explicit", EXPLICIT, AMP_FEEDS_SLOTS, AMP_FEEDS_PLAIN},
	{ITUNES | OTHER, "duration", IGNORE, AMP_FEEDS_SLOTS, AMP_FEEDS_PLAIN},
	{MEDIA, "group", THROUGH, AMP_FEEDS_SLOTS, AMP_FEEDS_PLAIN},
	{MEDIA, "community", THROUGH, AMP_FEEDS_SLOTS, AMP_FEEDS_PLAIN},
	{MEDIA, "content", MEDIA_CONTENT, AMP_FEEDS_SLOTS, AMP_FEEDS_PLAIN},
	{MEDIA, "thumbnail", THUMBNAIL, AMP_FEEDS_SLOTS, AMP_FEEDS_PLAIN},
	{MEDIA, "title", LINE, AMP_FEEDS_MEDIA_TITLE, AMP_FEEDS_LOOSE},
	{MEDIA, "description", TEXT, AMP_FEEDS_MEDIA_TEXT, AMP_FEEDS_LOOSE},
	{MEDIA, "starrating", STARS, AMP_FEEDS_LIKES, AMP_FEEDS_PLAIN},
	{MEDIA, "statistics", STATISTICS, AMP_FEEDS_VIEWS, AMP_FEEDS_PLAIN},
	{MEDIA, "rating", RATING, AMP_FEEDS_SLOTS, AMP_FEEDS_PLAIN},
	{OTHER, "image", IMAGE, AMP_FEEDS_SLOTS, AMP_FEEDS_PLAIN}, /* Bing's News:Image */
};

/* What an author element of Atom holds. */
static const struct element person[] = {
	{ANY, "name", LINE, AMP_FEEDS_AUTHOR_NAME, AMP_FEEDS_LOOSE},
	{ANY, "uri", LINE, AMP_FEEDS_AUTHOR_URI, AMP_FEEDS_PLAIN},
	{ANY, "url", LINE, AMP_FEEDS_AUTHOR_URI, AMP_FEEDS_PLAIN},
	{ANY, "email", LINE, AMP_FEEDS_AUTHOR_EMAIL, AMP_FEEDS_PLAIN},
};

static enum space judge_space(const xmlChar *prefix, const xmlChar *uri)
{
	struct amp_str address = amp_feeds_from_xml(uri), short_name = amp_feeds_from_xml(prefix);
	for (size_t i = 0; uri && i < sizeof spaces / sizeof *spaces; i++)
		if (amp_str_ifind(address, spaces[i].part)) return spaces[i].space;
	for (size_t i = 0; prefix && i < sizeof spaces / sizeof *spaces; i++)
		if (amp_str_ieq_c(short_name, spaces[i].prefix)) return spaces[i].space;
	/* no prefix: the feed's own words, whatever the address of the day was (Netscape, UserLand, Harvard, mistyped ones) */
	bool ours = !prefix || amp_str_ifind(address, "purl.org/rss/1.0/") || amp_str_ifind(address, "netscape.com/") ||
	            amp_str_ifind(address, "backend.userland.com");
	return ours ? MAIN : OTHER;
}

/* libxml2 gives one pointer for equal names, so the judgement is made once for each. */
enum space amp_feeds_space_of(struct reading *r, const xmlChar *prefix, const xmlChar *uri)
{
	if (!prefix && !uri) return MAIN;
	for (size_t i = 0; i < r->n_known; i++)
		if (r->known[i].uri == uri && r->known[i].prefix == prefix) return r->known[i].space;
	enum space space = judge_space(prefix, uri);
	if (r->n_known < MAX_NAMESPACES) {
		r->known[r->n_known].uri = uri;
		r->known[r->n_known].prefix = prefix;
		r->known[r->n_known++].space = space;
	}
	return space;
}

static const struct element *find_element(const struct element *table, size_t n, enum space space, struct amp_str name)
{
	for (size_t i = 0; i < n; i++)
		if ((table[i].spaces & space) && amp_lower((unsigned char)*name.p) == *table[i].name &&
		    amp_str_ieq_c(name, table[i].name))
			return &table[i];
	return NULL;
}

const struct element *amp_feeds_element(enum space space, struct amp_str name)
{
	return find_element(elements, sizeof elements / sizeof *elements, space, name);
}

const struct amp_feeds_word *amp_feeds_word(const struct reading *r, enum space space, struct amp_str name)
{
	const struct amp_feeds_word *word = r->hooks && (space == OTHER || space == MAIN) ? r->hooks->words : NULL;
	for (; word && word->name; word++)
		if (amp_str_ieq_c(name, word->name)) return word;
	return NULL;
}

const struct element *amp_feeds_person(enum space space, struct amp_str name)
{
	return find_element(person, sizeof person / sizeof *person, space, name);
}

/* x_graphql.c: timelines of X's own site (GraphQL), as a browser saved them: instructions, entries, modules. Shapes as twscrape's
 * recordings of 2026-07 and 2026-08 have them.
 */
#include <string.h>
#include "base/utf8.h"
#include "platforms/x_tweet.h"

const struct amp_row amp_x_trend_rows[] = {
	{AMP_F_ITEM_ID, "name", NULL, amp_as_some_text, AMP_REQUIRED},
	{AMP_F_TITLE, "name", NULL, amp_as_some_text, AMP_OPTIONAL},
	{AMP_F_FEED_CONTEXT, "social_context.text", "trend_metadata.domain_context", amp_as_some_text, AMP_OPTIONAL},
	{0}};

static const struct {
	const char *endpoint, *instructions[3];
} timelines[] = {{"graphql/HomeTimeline", {"data.home.home_timeline_urt.instructions", NULL}},
                 {"graphql/HomeLatestTimeline", {"data.home.home_timeline_urt.instructions", NULL}},
                 {"graphql/SearchTimeline", {"data.search_by_raw_query.search_timeline.timeline.instructions", NULL}},
                 {"graphql/SearchTimeline:Latest", {"data.search_by_raw_query.search_timeline.timeline.instructions", NULL}},
                 {"graphql/UserTweets",
                  {"data.user.result.timeline.timeline.instructions", "data.user.result.timeline_v2.timeline.instructions", NULL}},
                 {"graphql/TweetDetail", {"data.threaded_conversation_with_injections_v2.instructions", NULL}},
                 {"graphql/ListLatestTweetsTimeline", {"data.list.tweets_timeline.timeline.instructions", NULL}},
                 {"graphql/GenericTimelineById", {"data.timeline.timeline.instructions", NULL}}};

const struct amp_json *amp_x_instructions(const struct amp_json *root, const char *endpoint)
{
	for (size_t i = 0; i < sizeof timelines / sizeof *timelines; i++) {
		if (strcmp(timelines[i].endpoint, endpoint) != 0) continue;
		for (const char *const *path = timelines[i].instructions; *path; path++) {
			const struct amp_json *found = amp_json_path(root, *path);
			if (amp_json_is(found, AMP_JSON_ARRAY)) return found;
		}
	}
	return NULL;
}

const char *amp_x_timeline_of(const struct amp_json *root)
{
	for (size_t i = 0; i < sizeof timelines / sizeof *timelines; i++)
		if (amp_x_instructions(root, timelines[i].endpoint)) return timelines[i].endpoint;
	return NULL;
}

/* --- trends --- */

/* "1 day ago · News · 152K posts", "12.3K posts" */
static struct amp_str posts_in(struct amp_str text)
{
	while (text.n) {
		const char *dot = amp_str_find(text, AMP_STR("\xC2\xB7"));
		struct amp_str part = {text.p, dot ? (size_t)(dot - text.p) : text.n};
		text = dot ? (struct amp_str){dot + 2, text.n - part.n - 2} : AMP_STR_ABSENT;
		part = amp_str_trim(part);
		if (part.n && amp_is_digit((unsigned char)*part.p) && (amp_str_ifind(part, "post") || amp_str_ifind(part, "tweet")))
			return part;
	}
	return AMP_STR_ABSENT;
}

static void put_count(struct amp_engine *e, const struct amp_json *trend)
{
	const struct amp_row row = {AMP_F_SCORE, "", NULL, amp_as_count_text, AMP_OPTIONAL};
	const struct amp_json *text = amp_json_path(trend, "social_context.text");
	struct amp_str count = posts_in(amp_json_str(text));
	amp_x_expect(e, amp_json_get(trend, "social_context"), AMP_JSON_OBJECT, AMP_F_SCORE);
	amp_x_expect(e, amp_json_get(trend, "trend_metadata"), AMP_JSON_OBJECT, AMP_F_SCORE);
	amp_x_expect(e, text, AMP_JSON_STRING, AMP_F_SCORE);
	amp_x_expect(e, amp_json_path(trend, "trend_metadata.meta_description"), AMP_JSON_STRING, AMP_F_SCORE);
	if (!count.n) {
		text = amp_json_path(trend, "trend_metadata.meta_description");
		count = posts_in(amp_json_str(text));
	}
	if (count.n) amp_put(e, &row, &(struct amp_value){.text = count, .offset = text->offset});
}

static void trend(struct amp_engine *e, const struct amp_json *content)
{
	e->item->kind = AMP_TAG;
	amp_engine_rows(e, amp_x_trend_rows, content);
	put_count(e, content);
	e->item->is_ad = !amp_json_is_null(amp_json_get(content, "promoted_metadata")) ||
	                 !amp_json_is_null(amp_json_get(content, "promotedMetadata"));
	amp_engine_end(e);
}

/* --- posts --- */

struct place {
	const struct amp_json *content, *client; /* itemContent, clientEventInfo */
	bool pinned;
};

static void put_reason(struct amp_engine *e, const struct place *at)
{
	const struct amp_json *why = amp_json_path(at->content, "socialContext.text");
	amp_x_expect(e, at->client, AMP_JSON_OBJECT, AMP_F_FEED_CONTEXT);
	amp_x_expect(e, amp_json_get(at->content, "socialContext"), AMP_JSON_OBJECT, AMP_F_FEED_CONTEXT);
	amp_x_expect(e, amp_json_get(at->client, "details"), AMP_JSON_OBJECT, AMP_F_FEED_CONTEXT);
	amp_x_expect(e, amp_json_path(at->client, "details.timelinesDetails"), AMP_JSON_OBJECT, AMP_F_FEED_CONTEXT);
	amp_x_expect(e, why, AMP_JSON_STRING, AMP_F_FEED_CONTEXT);
	if (amp_json_str(why).n == 0) why = amp_json_path(at->client, "details.timelinesDetails.injectionType");
	amp_put_json(e, AMP_F_FEED_CONTEXT, amp_as_some_text, why);
}

static void tweet(struct amp_engine *e, const struct place *at)
{
	const struct amp_json *results = amp_json_get(at->content, "tweet_results"), *result = amp_json_get(results, "result");
	e->item->kind = AMP_POST;
	e->item->is_ad = !amp_json_is_null(amp_json_get(at->content, "promotedMetadata"));
	e->item->is_pinned = at->pinned;
	if (!amp_x_put_tweet(e, result)) return;
	put_reason(e, at);
	amp_engine_end(e);
}

/* --- entries --- */

/* What stands in a timeline and is no entry of it: accounts and communities to follow, prompts, headings, cursors. */
static bool is_furniture(struct amp_str type)
{
	static const char *const furniture[] = {"TimelineTimelineCursor", "TimelineUser",  "TimelineCommunity",
	                                        "TimelineMessagePrompt",  "TimelineLabel", "TimelinePrompt",
	                                        "TimelineTwitterList",    "TimelineTopic"};
	for (size_t i = 0; i < sizeof furniture / sizeof *furniture; i++)
		if (amp_str_eq_c(type, furniture[i])) return true;
	return false;
}

static struct amp_str kind_of(const struct amp_json *v, const char *member)
{
	struct amp_str kind = amp_json_str(amp_json_get(v, member));
	return kind.n ? kind : amp_json_str(amp_json_get(v, "__typename"));
}

static bool named_furniture(struct amp_str id)
{
	static const char *const names[] = {"cursor-", "who-to-follow-", "community-to-join-", "messageprompt-"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (amp_str_starts(id, names[i])) return true;
	return false;
}

static void item(struct amp_engine *e, const struct amp_json *entry, const struct place *at)
{
	struct amp_str type = kind_of(at->content, "itemType");
	if (is_furniture(type) || !amp_engine_begin(e, entry->offset)) return;
	if (amp_str_eq_c(type, "TimelineTweet") || (!type.n && amp_json_get(at->content, "tweet_results")))
		tweet(e, at);
	else if (amp_str_eq_c(type, "TimelineTrend"))
		trend(e, at->content);
	else
		amp_engine_unknown(e, "an entry of type \xE2\x80\x9C%.*s\xE2\x80\x9D", (int)(type.n < 40 ? type.n : 40),
		                   type.p ? type.p : "");
}

static void items(struct amp_engine *e, const struct amp_json *list)
{
	if (!amp_json_is(list, AMP_JSON_ARRAY)) return;
	for (const struct amp_json *one = amp_json_first(list); one && !e->failed; one = amp_json_next(list, one)) {
		const struct amp_json *inner = amp_json_get(one, "item");
		const struct place at = {amp_json_get(inner, "itemContent"), amp_json_get(inner, "clientEventInfo"), false};
		if (one->flags & AMP_JSON_CUT || named_furniture(amp_json_str(amp_json_get(one, "entryId")))) continue;
		item(e, one, &at);
	}
}

static void entry(struct amp_engine *e, const struct amp_json *one, bool pinned)
{
	const struct amp_json *content = amp_json_get(one, "content"), *module = amp_json_get(content, "items");
	struct amp_str type = kind_of(content, "entryType");
	const struct place at = {amp_json_get(content, "itemContent"), amp_json_get(content, "clientEventInfo"), pinned};
	if (is_furniture(type) || named_furniture(amp_json_str(amp_json_get(one, "entryId")))) return;
	if (amp_json_is(module, AMP_JSON_ARRAY))
		items(e, module); /* a cut module has whole posts */
	else if (!(one->flags & AMP_JSON_CUT))
		item(e, one, &at);
}

static bool adds_nothing(struct amp_str type)
{
	static const char *const types[] = {"TimelineClearCache", "TimelineTerminateTimeline", "TimelineReplaceEntry",
	                                    "TimelineShowAlert", "TimelineMarkEntriesUnreadGreaterThanSortIndex"};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (amp_str_eq_c(type, types[i])) return true;
	return false;
}

/* A pinned post stands on top, wherever its instruction comes. */
static void pins(struct amp_engine *e, const struct amp_json *instructions)
{
	for (const struct amp_json *i = amp_json_first(instructions); i && !e->failed; i = amp_json_next(instructions, i)) {
		struct amp_str type = amp_json_str(amp_json_get(i, "type"));
		const struct amp_json *pin = amp_json_get(i, "entry");
		if (i->flags & AMP_JSON_CUT || adds_nothing(type)) continue;
		if (pin || amp_str_eq_c(type, "TimelinePinEntry")) entry(e, pin ? pin : i, true);
	}
}

/* Whether an instruction has a list of entries, perhaps an empty one. */
static bool has_list(const struct amp_json *instruction)
{
	return amp_json_is(amp_json_get(instruction, "entries"), AMP_JSON_ARRAY) ||
	       amp_json_is(amp_json_get(instruction, "moduleItems"), AMP_JSON_ARRAY);
}

/* One that cannot be read may have been an entry, and keeps a place. One that adds none that is known may have had some: the timeline is
 * partial. Without the list that it begins with it is not known at all: an instruction to add entries that has none is no empty timeline. */
static void strange(struct amp_engine *e, const struct amp_json *instruction, bool listed)
{
	static const char why[] = "an instruction of the timeline is not known, or has no entries to add";
	if (!listed || amp_str_eq_c(amp_json_str(amp_json_get(instruction, "type")), "TimelineAddEntries")) {
		amp_engine_refuse(e, AMP_VERDICT_DRIFT, "%s", why);
		return;
	}
	if (!amp_json_is(instruction, AMP_JSON_OBJECT) && amp_engine_begin(e, instruction->offset))
		amp_engine_unknown(e, "an instruction of the timeline that is no object");
	amp_engine_cut(e, "%s", why);
}

static void additions(struct amp_engine *e, const struct amp_json *instructions)
{
	bool listed = false;
	for (const struct amp_json *i = amp_json_first(instructions); i && !listed; i = amp_json_next(instructions, i))
		listed = has_list(i);
	for (const struct amp_json *i = amp_json_first(instructions); i && !e->failed; i = amp_json_next(instructions, i)) {
		const struct amp_json *entries = amp_json_get(i, "entries");
		if (has_list(i)) amp_engine_list_found(e);
		for (const struct amp_json *one = amp_json_is(entries, AMP_JSON_ARRAY) ? amp_json_first(entries) : NULL;
		     one && !e->failed; one = amp_json_next(entries, one))
			entry(e, one, false);
		items(e, amp_json_get(i, "moduleItems")); /* TimelineAddToModule */
		struct amp_str type = amp_json_str(amp_json_get(i, "type"));
		if (i->flags & AMP_JSON_CUT || adds_nothing(type) || has_list(i) || amp_json_get(i, "entry") ||
		    amp_str_eq_c(type, "TimelinePinEntry"))
			continue;
		strange(e, i, listed);
	}
}

/* --- refusals --- */

/* Codes about who asks, or how often; X's error codes. */
static bool is_wall(const struct amp_json *error)
{
	static const int64_t walls[] = {32, 37, 63, 64, 88, 89, 130, 161, 179, 215, 219, 220, 226, 239, 326, 353, 366, 398, 420};
	int64_t code = 0;
	if (!amp_json_i64(amp_json_get(error, "code"), &code)) (void)amp_json_i64(amp_json_path(error, "extensions.code"), &code);
	for (size_t i = 0; i < sizeof walls / sizeof *walls; i++)
		if (code == walls[i]) return true;
	return false;
}

static void refuse(struct amp_engine *e, const struct amp_json *errors)
{
	const struct amp_json *first = amp_json_is(errors, AMP_JSON_ARRAY) ? amp_json_first(errors) : NULL;
	struct amp_str message = amp_json_str(amp_json_get(first, "message"));
	if (!first) return;
	if (message.n > 160) message.n = amp_utf8_valid_prefix(message.p, 160);
	if (!message.n) message = AMP_STR("it gives no reason");
	amp_engine_refuse(e, is_wall(first) ? AMP_VERDICT_BLOCKED : AMP_VERDICT_FAILED, "X answered with an error: %.*s",
	                  AMP_ARG(message));
}

void amp_x_graphql(struct amp_engine *e, const struct amp_json *root)
{
	const struct amp_json *instructions = amp_x_instructions(root, e->endpoint->name);
	if (!instructions) {
		refuse(e, amp_json_get(root, "errors"));
		return;
	}
	pins(e, instructions);
	additions(e, instructions);
}

/* misskey.c: Misskey and the servers that speak its API (Sharkey, Firefish, CherryPick …): POST with a JSON body, answered by a
 * list of notes. misskey-dev/misskey 00fdab05 and 03c7ed4d (packed note), 00799ca7, 07ba710d, 001669aa; see docs/platforms.md.
 */
#include <string.h>
#include "base/i18n.h"
#include "parse/engine.h"
#include "platforms/misskey_note.h"
#include "platforms/platforms.h"

#define SOURCE "misskey-dev/misskey 00fdab05, 03c7ed4d"
#define DATE "2026-11-22"
#define BODY(parameter, what, kind)                                                       \
	{                                                                                 \
		.name = (parameter), .place = AMP_IN_BODY, .help = (what), .type = (kind) \
	}
#define NEEDED(parameter, what)                                                             \
	{                                                                                   \
		.name = (parameter), .place = AMP_IN_BODY, .required = true, .help = (what) \
	}
/* What every list of notes takes: the size of a page, and the note before which it begins. */
#define PAGED                                                             \
	BODY("limit", N_("notes a page, 100 at most"), AMP_BODY_INTEGER), \
		BODY("untilId", N_("notes older than this number"), AMP_BODY_TEXT)
#define WITH_FILES BODY("withFiles", N_("true: notes with files only"), AMP_BODY_BOOLEAN)
#define WITH_RENOTES BODY("withRenotes", N_("false: no renotes"), AMP_BODY_BOOLEAN)
#define WITH_REPLIES BODY("withReplies", N_("true: replies too"), AMP_BODY_BOOLEAN)
#define POSTED .body = "{}", .token_param = "i", .token_place = AMP_IN_BODY

static const struct amp_param featured_params[] = {
	PAGED, BODY("channelId", N_("of this channel instead of the whole server"), AMP_BODY_TEXT), {0}};
static const struct amp_param local_params[] = {PAGED, WITH_FILES, WITH_RENOTES, WITH_REPLIES, {0}};
static const struct amp_param global_params[] = {PAGED, WITH_FILES, WITH_RENOTES, {0}};
static const struct amp_param user_params[] = {
	PAGED, NEEDED("userId", N_("number of the account on this server")), WITH_FILES, WITH_RENOTES, WITH_REPLIES, {0}};
static const struct amp_param tag_params[] = {PAGED,
                                              NEEDED("tag", N_("hashtag without #")),
                                              BODY("reply", N_("true: replies only; false: none"), AMP_BODY_BOOLEAN),
                                              WITH_FILES,
                                              {0}};
static const struct amp_param no_params[] = {{0}};

static const struct amp_endpoint endpoints[] = {
	{"notes/featured", AMP_ALGORITHMIC, AMP_AUTH_OPTIONAL, "/api/notes/featured", featured_params, AMP_PAGE_CURSOR, "limit", 10,
         100, "untilId", false, AMP_POST, N_("public, no login"), DATE, SOURCE, "", amp_misskey_note_rows, POSTED},
	{"notes/local-timeline", AMP_CHRONOLOGICAL, AMP_AUTH_OPTIONAL, "/api/notes/local-timeline", local_params, AMP_PAGE_CURSOR,
         "limit", 10, 100, "untilId", false, AMP_POST,
         N_("public where the server's role policy has ltlAvailable, else 400 LTL_DISABLED"), DATE, SOURCE, "",
         amp_misskey_note_rows, POSTED},
	{"notes/global-timeline", AMP_CHRONOLOGICAL, AMP_AUTH_OPTIONAL, "/api/notes/global-timeline", global_params,
         AMP_PAGE_CURSOR, "limit", 10, 100, "untilId", false, AMP_POST,
         N_("public where the server's role policy has gtlAvailable, else 400 GTL_DISABLED"), DATE, SOURCE, "",
         amp_misskey_note_rows, POSTED},
	{"users/notes", AMP_CHRONOLOGICAL, AMP_AUTH_OPTIONAL, "/api/users/notes", user_params, AMP_PAGE_CURSOR, "limit", 10, 100,
         "untilId", false, AMP_POST, N_("public, no login"), DATE, SOURCE, "", amp_misskey_note_rows, POSTED},
	{"notes/search-by-tag", AMP_CHRONOLOGICAL, AMP_AUTH_OPTIONAL, "/api/notes/search-by-tag", tag_params, AMP_PAGE_CURSOR,
         "limit", 10, 100, "untilId", false, AMP_POST, N_("public, no login"), DATE, SOURCE, "", amp_misskey_note_rows, POSTED},
	{"hashtags/trend", AMP_ALGORITHMIC, AMP_AUTH_NONE, "/api/hashtags/trend", no_params, AMP_PAGE_NONE, NULL, 0, 0, NULL, false,
         AMP_TAG, N_("public, no login"), DATE, "misskey-dev/misskey 154e7c2e", "", amp_misskey_tag_rows, .body = "{}"},
	{0}};

/* What is featured is chosen by score and then shown newest first: what is measured is the choice, not the order. */
static const struct amp_pair_row pairs[] = {
	{"notes/featured", "notes/local-timeline", AMP_POOL_ALTERNATIVE,
         N_("Featured is at most 100 notes chosen by their reactions among the public notes of this server without replies, of "
            "about three days, shown newest first: the choice differs from the local timeline, not the order."),
         DATE},
	{"notes/featured", "notes/global-timeline", AMP_POOL_DIFFERENT,
         N_("Only notes of this server are featured; the global timeline has those of every server it knows."), DATE},
	{0}};

static const struct amp_endpoint *endpoint(const char *name)
{
	return amp_endpoint_find(&amp_adapter_misskey, name);
}

static bool is_tag(const struct amp_json *v)
{
	return amp_json_get(v, "tag") && amp_json_get(v, "chart") && amp_json_get(v, "usersCount");
}

static bool is_remote(const struct amp_json *note)
{
	return amp_json_str(amp_json_path(note, "user.host")).n > 0;
}

/* Lists of notes look alike: one author makes an account's list, notes of other servers a global timeline. */
static const struct amp_endpoint *recognise_notes(const struct amp_json *list)
{
	const struct amp_json *first = amp_json_first(list);
	struct amp_str author = amp_json_str(amp_json_get(first, "userId"));
	bool one_author = list->n > 1 && author.p, remote = false;
	for (const struct amp_json *n = first; n; n = amp_json_next(list, n)) {
		one_author = one_author && amp_str_eq(author, amp_json_str(amp_json_get(n, "userId")));
		remote = remote || is_remote(n);
	}
	return endpoint(one_author ? "users/notes" : remote ? "notes/global-timeline" : "notes/local-timeline");
}

static const struct amp_endpoint *recognise(struct amp_engine *e)
{
	const struct amp_json *root = amp_engine_json(e);
	const struct amp_endpoint *by_url = amp_engine_endpoint_by_url(e);
	if (by_url || !amp_json_is(root, AMP_JSON_ARRAY)) return by_url;
	const struct amp_json *first = amp_json_first(root);
	if (is_tag(first)) return endpoint("hashtags/trend");
	return !first || amp_misskey_is_note(first) ? recognise_notes(root) : NULL;
}

static void parse_page(struct amp_engine *e)
{
	const struct amp_json *root = amp_engine_json(e), *last = NULL;
	bool tags = e->endpoint->kind == AMP_TAG;
	if (!amp_json_is(root, AMP_JSON_ARRAY)) return;
	amp_engine_list_found(e);
	for (const struct amp_json *x = amp_json_first(root); x && !e->failed; x = amp_json_next(root, x)) {
		if (x->flags & AMP_JSON_CUT) continue; /* half an entry is not what was shown */
		if (tags)
			amp_misskey_tag(e, x);
		else
			amp_misskey_note(e, x);
		last = x;
	}
	/* The answer names no next page: it is what is older than the last note, until a page is empty. */
	struct amp_str id = amp_json_str(amp_json_get(last, "id"));
	if (!tags && id.n) e->next = (struct amp_next){.kind = AMP_NEXT_CURSOR, .value = id};
}

const struct amp_adapter amp_adapter_misskey = {
	.name = "misskey",
	.title = "Misskey",
	.version = "1",
	.default_host = NULL,
	.without_login = N_("Featured notes, accounts, hashtags; local and global timelines where the server's policy leaves them "
                            "open (2026-11-22)."),
	.with_token = N_("Timelines that the server closes to visitors; what the account has muted is left out (2026-11-22)."),
	.not_possible = N_("How often a note was seen; the score by which notes are featured (2026-11-22)."),
	.endpoints = endpoints,
	.recognise = recognise,
	.parse_page = parse_page,
	.session_path = NULL,
	.pairs = pairs,
};

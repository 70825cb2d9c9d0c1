/* misskey_note.c: packed notes into items (misskey-dev/misskey, models/json-schema/note.ts and NoteEntityService.ts, commits
 * 00fdab05 and 03c7ed4d). Notes of other servers carry their ActivityPub address (uri), which all servers share; a note of the
 * server asked carries none, and has it at /notes/ID.
 */
#include "platforms/misskey_note.h"
#include <string.h>
#include "platforms/joined.h"
#include "platforms/members.h"

/* Built here, for lack of a member of its own: the identity, the author, the reactions' sum, what hangs on the note. */
const struct amp_row amp_misskey_note_rows[] = {{AMP_F_LOCAL_ID, "id", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_AUTHOR_NAME, "user.name", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_TEXT, "text", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_WARNING, "cw", NULL, amp_as_text, AMP_OPTIONAL},
                                                {AMP_F_CREATED_AT, "createdAt", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_REPOSTS, "renoteCount", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_REPLIES, "repliesCount", NULL, NULL, AMP_OPTIONAL},
                                                {0}};

const struct amp_row amp_misskey_tag_rows[] = {
	{AMP_F_TITLE, "tag", NULL, NULL, AMP_REQUIRED}, {AMP_F_SCORE, "usersCount", NULL, NULL, AMP_OPTIONAL}, {0}};

bool amp_misskey_is_note(const struct amp_json *entry)
{
	return amp_json_get(entry, "user") || amp_json_get(entry, "userId") ||
	       (amp_json_get(entry, "id") && amp_json_get(entry, "createdAt"));
}

static bool flag(struct amp_engine *e, const struct amp_json *object, const char *path)
{
	const struct amp_json *v = amp_json_path(object, path);
	if (amp_json_is_null(v) || v->type == AMP_JSON_TRUE || v->type == AMP_JSON_FALSE) return amp_json_true(v);
	amp_engine_diag(e, "invalid_value", AMP_F_LABELS, v->offset, "%s is of another type", path);
	return false;
}

static struct amp_str built(struct amp_engine *e, const char *text)
{
	if (!text) amp_engine_no_memory(e);
	return text ? amp_str_c(text) : AMP_STR_ABSENT;
}

/* "https://HOST/notes/ID"; absent where the page's host is unknown. */
static struct amp_str address(struct amp_engine *e, const char *folder, struct amp_str id)
{
	struct amp_str host = amp_url_host(e->page->url);
	if (!host.n || !id.n) return AMP_STR_ABSENT;
	return built(e, amp_arena_printf(e->arena, "https://%.*s/%s/%.*s", AMP_ARG(host), folder, AMP_ARG(id)));
}

static struct amp_str note_address(struct amp_engine *e, struct amp_str id)
{
	struct amp_str at = address(e, "notes", id);
	return at.p || !id.n ? at : id;
}

/* The host of an account is always sent: null says that it is one of the server asked. Without it nobody knows whose it is. */
static bool is_local(const struct amp_json *user)
{
	const struct amp_json *host = amp_json_get(user, "host");
	return host && host->type == AMP_JSON_NULL;
}

/* Notes of other servers have their uri; one without stands at this server, unless its author says otherwise. */
static bool is_local_note(const struct amp_json *note)
{
	const struct amp_json *user = amp_json_get(note, "user");
	return !amp_json_is(user, AMP_JSON_OBJECT) || is_local(user);
}

static struct amp_str note_id(struct amp_engine *e, enum amp_field field, const struct amp_json *note)
{
	struct amp_str uri = amp_member_text(e, field, note, "uri");
	if (uri.n) return uri;
	return is_local_note(note) ? note_address(e, amp_member_text(e, field, note, "id")) : AMP_STR_ABSENT;
}

static struct amp_str note_url(struct amp_engine *e, const struct amp_json *note)
{
	struct amp_str url = amp_member_text(e, AMP_F_URL, note, "url");
	struct amp_str uri = url.n ? url : amp_json_str(amp_json_get(note, "uri"));
	if (uri.n || !is_local_note(note)) return uri.n ? uri : AMP_STR_ABSENT;
	return address(e, "notes", amp_json_str(amp_json_get(note, "id")));
}

/* --- who --- */

static struct amp_str handle(struct amp_engine *e, const struct amp_json *user)
{
	struct amp_str name = amp_member_text(e, AMP_F_AUTHOR_HANDLE, user, "username"),
		       host = amp_json_str(amp_json_get(user, "host"));
	if (is_local(user)) host = amp_url_host(e->page->url);
	if (!name.n || !host.n) return name.n && is_local(user) ? name : AMP_STR_ABSENT;
	return built(e, amp_arena_printf(e->arena, "%.*s@%.*s", AMP_ARG(name), AMP_ARG(host)));
}

/* The address of an account of another server is not sent: "@name@host" names it on every server. */
static struct amp_str user_id(struct amp_engine *e, const struct amp_json *user)
{
	struct amp_str host = amp_member_text(e, AMP_F_AUTHOR_ID, user, "host"),
		       name = amp_json_str(amp_json_get(user, "username"));
	if (host.n && name.n) return built(e, amp_arena_printf(e->arena, "@%.*s@%.*s", AMP_ARG(name), AMP_ARG(host)));
	if (amp_json_is(user, AMP_JSON_OBJECT) && !amp_json_get(user, "host"))
		amp_engine_diag(e, "invalid_value", AMP_F_AUTHOR_ID, user->offset, "an account without its host");
	if (!is_local(user)) return AMP_STR_ABSENT;
	struct amp_str id = amp_member_text(e, AMP_F_AUTHOR_ID, user, "id");
	struct amp_str at = address(e, "users", id);
	return at.p || !id.n ? at : id;
}

/* --- what hangs on a note --- */

static struct amp_str media_kind(struct amp_str mime)
{
	static const struct {
		const char *prefix;
		struct amp_str kind;
	} kinds[] = {{"image/", {"image", 5}}, {"video/", {"video", 5}}, {"audio/", {"audio", 5}}};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (amp_str_istarts(mime, kinds[i].prefix)) return kinds[i].kind;
	return AMP_STR("unknown");
}

static int64_t size_of(struct amp_engine *e, const struct amp_json *file, const char *path)
{
	int64_t n;
	return amp_json_i64(amp_member(e, AMP_F_MEDIA, file, path, AMP_JSON_NUMBER), &n) && n > 0 ? n : AMP_ABSENT;
}

static void add_file(struct amp_engine *e, const struct amp_json *file)
{
	if (!amp_json_is(file, AMP_JSON_OBJECT)) {
		amp_engine_diag(e, "invalid_value", AMP_F_MEDIA, file->offset, "a file that is no object");
		return;
	}
	struct amp_media m = {.url = amp_member_text(e, AMP_F_MEDIA, file, "url"),
	                      .alt = amp_member_text(e, AMP_F_MEDIA, file, "comment"),
	                      .mime = amp_member_text(e, AMP_F_MEDIA, file, "type"),
	                      .width = AMP_ABSENT,
	                      .height = AMP_ABSENT};
	m.kind = media_kind(m.mime);
	if (amp_member(e, AMP_F_MEDIA, file, "properties", AMP_JSON_OBJECT)) {
		m.width = size_of(e, file, "properties.width");
		m.height = size_of(e, file, "properties.height");
	}
	amp_add_media(e, &m);
}

/* A list that was sent, NULL when there is none; what is no list is remarked. */
static const struct amp_json *list_of(struct amp_engine *e, enum amp_field field, const struct amp_json *v)
{
	if (amp_json_is(v, AMP_JSON_ARRAY)) return v;
	if (!amp_json_is_null(v)) amp_put_invalid(e, field, v->offset, "not a list");
	return NULL;
}

/* All options, or none: a poll with some of them would be another poll. */
static void add_poll(struct amp_engine *e, const struct amp_json *note)
{
	const struct amp_json *poll = amp_member(e, AMP_F_MEDIA, note, "poll", AMP_JSON_OBJECT);
	const struct amp_json *choices = poll ? amp_member(e, AMP_F_MEDIA, poll, "choices", AMP_JSON_ARRAY) : NULL;
	struct amp_joined options = {.n = 0};
	bool whole = true;
	if (!poll) return;
	for (const struct amp_json *c = amp_json_first(choices); c && whole; c = amp_json_next(choices, c)) {
		struct amp_str text = amp_member_text(e, AMP_F_MEDIA, c, "text");
		whole = text.p != NULL;
		amp_join(e, &options, text);
	}
	if (!choices || !whole) amp_engine_diag(e, "invalid_value", AMP_F_MEDIA, poll->offset, "a poll without its options");
	amp_add_media(e, &(struct amp_media){.kind = AMP_STR("poll"),
	                                     .alt = whole ? amp_join_text(&options) : AMP_STR_ABSENT,
	                                     .width = AMP_ABSENT,
	                                     .height = AMP_ABSENT});
}

static void add_media(struct amp_engine *e, const struct amp_json *note)
{
	const struct amp_json *files = list_of(e, AMP_F_MEDIA, amp_json_get(note, "files"));
	for (const struct amp_json *f = amp_json_first(files); f; f = amp_json_next(files, f)) add_file(e, f);
	add_poll(e, note);
}

static void add_labels(struct amp_engine *e, const struct amp_json *note)
{
	const struct amp_json *files = amp_json_get(note, "files"), *visibility = amp_json_get(note, "visibility");
	struct amp_str seen_by = amp_json_str(visibility), server = AMP_STR_ABSENT;
	if (amp_json_is(files, AMP_JSON_ARRAY))
		for (const struct amp_json *f = amp_json_first(files); f; f = amp_json_next(files, f))
			if (flag(e, f, "isSensitive")) amp_add_label(e, AMP_STR("sensitive"), server);
	if (!amp_json_is_null(visibility) && !seen_by.p)
		amp_put_invalid(e, AMP_F_LABELS, visibility->offset, "a visibility that is no text");
	if (seen_by.n && !amp_str_eq_c(seen_by, "public"))
		amp_add_label(e, built(e, amp_arena_printf(e->arena, "visibility:%.*s", AMP_ARG(seen_by))), server);
	if (flag(e, note, "user.isBot")) amp_add_label(e, AMP_STR("author:bot"), server);
}

/* The sum of reactions {":emoji:": n}, for servers that do not send it. */
static void put_reactions(struct amp_engine *e, const struct amp_json *note)
{
	const struct amp_json *count = amp_json_get(note, "reactionCount"), *reactions = amp_json_get(note, "reactions");
	int64_t sum = 0, n;
	if (!amp_json_is_null(count)) {
		amp_put_json(e, AMP_F_LIKES, NULL, count);
		return;
	}
	if (amp_json_is_null(reactions)) return;
	bool good = amp_json_is(reactions, AMP_JSON_OBJECT);
	for (const struct amp_json *r = good ? amp_json_first(reactions) : NULL; r && good; r = amp_json_next(reactions, r)) {
		good = amp_json_i64(r, &n) && n >= 0 && sum <= INT64_MAX - n;
		if (good) sum += n;
	}
	if (good)
		e->item->likes = sum;
	else
		amp_put_invalid(e, AMP_F_LIKES, reactions->offset, "reactions without their numbers");
}

/* --- renotes, quotes, replies --- */

static bool empty_list(const struct amp_json *list)
{
	return !amp_json_is(list, AMP_JSON_ARRAY) || list->n == 0;
}

/* Nothing of its own: no text (null is sent then), no content warning, no files, no poll. */
static bool says_nothing(const struct amp_json *note)
{
	return amp_json_is(amp_json_get(note, "text"), AMP_JSON_NULL) && amp_json_is_null(amp_json_get(note, "cw")) &&
	       empty_list(amp_json_get(note, "files")) && empty_list(amp_json_get(note, "fileIds")) &&
	       amp_json_is_null(amp_json_get(note, "poll"));
}

/* The note that another speaks of: packed with it, or its number only. */
static struct amp_str related(struct amp_engine *e, enum amp_field field, const struct amp_json *note, const char *packed,
                              const char *number)
{
	const struct amp_json *there = amp_member(e, field, note, packed, AMP_JSON_OBJECT);
	return there ? note_id(e, field, there) : note_address(e, amp_member_text(e, field, note, number));
}

static void put_relations(struct amp_engine *e, const struct amp_json *note)
{
	const struct amp_json *renote = amp_json_get(note, "renote");
	struct amp_str quoted = related(e, AMP_F_QUOTE_OF, note, "renote", "renoteId");
	struct amp_str parent = related(e, AMP_F_REPLY_TO, note, "reply", "replyId");
	e->item->is_quote = quoted.p != NULL;
	e->item->is_reply = parent.p != NULL;
	amp_put_text(e, AMP_F_QUOTE_OF, quoted);
	amp_put_json(e, AMP_F_QUOTE_TEXT, NULL, amp_json_get(renote, "text"));
	amp_put_text(e, AMP_F_REPLY_TO, parent);
}

static void put_renote(struct amp_engine *e, const struct amp_json *wrapper)
{
	const struct amp_json *user = amp_json_get(wrapper, "user");
	e->item->is_repost = true;
	amp_put_text(e, AMP_F_REPOST_OF, e->item->item_id);
	amp_put_text(e, AMP_F_ENTRY_ID, note_id(e, AMP_F_ENTRY_ID, wrapper));
	amp_put_text(e, AMP_F_REPOSTED_BY, user_id(e, user));
	amp_put_text(e, AMP_F_REPOSTED_BY_HANDLE, handle(e, user));
	amp_put_json(e, AMP_F_REPOSTED_BY_NAME, NULL, amp_json_get(user, "name"));
	amp_put_json(e, AMP_F_REPOSTED_AT, NULL, amp_json_get(wrapper, "createdAt"));
	amp_put_text(e, AMP_F_FEED_REASON, AMP_STR("renote"));
}

void amp_misskey_note(struct amp_engine *e, const struct amp_json *entry)
{
	if (!amp_engine_begin(e, entry->offset)) return;
	if (!amp_json_is(entry, AMP_JSON_OBJECT) || !amp_misskey_is_note(entry)) {
		amp_engine_unknown(e, "an entry that is no note");
		return;
	}
	bool empty = says_nothing(entry), renoted = empty && amp_json_is(amp_json_get(entry, "renote"), AMP_JSON_OBJECT);
	bool told = amp_json_get(entry, "text") && !(empty && !renoted); /* null where there are no words of its own */
	if (!told && !amp_json_is_null(amp_json_get(entry, "renoteId"))) {
		amp_engine_unknown(e, "a renote without its text or the note that it repeats");
		return;
	}
	const struct amp_json *note = renoted ? amp_json_get(entry, "renote") : entry;
	const struct amp_json *user = amp_json_get(note, "user");
	e->required |= AMP_BIT(AMP_F_ITEM_ID) | AMP_BIT(AMP_F_CREATED_AT);
	amp_put_text(e, AMP_F_ITEM_ID, note_id(e, AMP_F_ITEM_ID, note));
	amp_put_text(e, AMP_F_URL, note_url(e, note));
	amp_engine_rows(e, amp_misskey_note_rows, note);
	if (!amp_json_is_null(user) && !amp_json_is(user, AMP_JSON_OBJECT))
		amp_put_invalid(e, AMP_F_AUTHOR_ID, user->offset, "the user is no object");
	amp_put_text(e, AMP_F_AUTHOR_ID, user_id(e, user));
	amp_put_text(e, AMP_F_AUTHOR_HANDLE, handle(e, user));
	add_media(e, note);
	add_labels(e, note);
	put_reactions(e, note);
	put_relations(e, note);
	if (renoted) put_renote(e, entry);
	amp_engine_end(e);
}

/* --- hashtags --- */

/* A name as a part of a path: what is not unreserved in RFC 3986 as %XX. */
static struct amp_str path_part(struct amp_engine *e, struct amp_str name)
{
	static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
	static const char hex[] = "0123456789ABCDEF";
	char *p = name.n ? amp_arena_alloc(e->arena, 3 * name.n) : NULL;
	size_t n = 0;
	if (!p) {
		if (name.n) amp_engine_no_memory(e);
		return AMP_STR_ABSENT;
	}
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];
		if (c && strchr(unreserved, c)) {
			p[n++] = (char)c;
			continue;
		}
		p[n++] = '%';
		p[n++] = hex[c >> 4];
		p[n++] = hex[c & 15];
	}
	return (struct amp_str){p, n};
}

void amp_misskey_tag(struct amp_engine *e, const struct amp_json *entry)
{
	if (!amp_engine_begin(e, entry->offset)) return;
	if (!amp_json_is(entry, AMP_JSON_OBJECT) || !amp_json_get(entry, "tag")) {
		amp_engine_unknown(e, "an entry that is no hashtag");
		return;
	}
	struct amp_str name = amp_json_str(amp_json_get(entry, "tag"));
	struct amp_str at = address(e, "tags", path_part(e, name));
	e->required |= AMP_BIT(AMP_F_ITEM_ID);
	amp_put_text(e, AMP_F_ITEM_ID, at.p || !name.n ? at : name);
	amp_put_text(e, AMP_F_URL, at);
	amp_engine_rows(e, amp_misskey_tag_rows, entry);
	amp_engine_end(e);
}

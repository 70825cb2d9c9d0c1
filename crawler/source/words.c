/* words.c: the words of source files: converters, fields, flags. */
#include <string.h>
#include "source/source.h"

static const struct amp_source_word words[] = {
	{"text", AMP_SOURCE_TEXT, amp_as_text, false},
	{"id", AMP_SOURCE_TEXT, amp_as_id, false},
	{"html", AMP_SOURCE_TEXT, amp_as_html, false},
	{"url", AMP_SOURCE_TEXT, amp_as_id, true},
	{"count", AMP_SOURCE_COUNT, amp_as_count, false},
	{"integer", AMP_SOURCE_COUNT, amp_as_integer, false},
	{"count_text", AMP_SOURCE_COUNT, amp_as_count_text, false},
	{"time_iso", AMP_SOURCE_TIME, amp_as_time_iso, false},
	{"time_rfc822", AMP_SOURCE_TIME, amp_as_time_rfc822, false},
	{"time_any", AMP_SOURCE_TIME, amp_as_time_any, false},
	{"time_epoch", AMP_SOURCE_TIME, amp_as_time_epoch, false},
	{"time_relative", AMP_SOURCE_TIME, amp_as_time_relative, false},
	{"langs", AMP_SOURCE_LANGS, amp_as_langs, false},
	{"label", AMP_SOURCE_LABELS, amp_as_label, false},
};

const char *const amp_source_flags[AMP_SOURCE_FLAGS + 1] = {"is_pinned", "is_ad",    "is_service", "is_reply",
                                                            "is_repost", "is_quote", NULL};

/* No row where a file cannot say it: media and links have keys of their own. */
static const struct {
	enum amp_field field;
	enum amp_source_kind kind;
} fields[] = {
	{AMP_F_ITEM_ID, AMP_SOURCE_TEXT},     {AMP_F_ENTRY_ID, AMP_SOURCE_TEXT},     {AMP_F_LOCAL_ID, AMP_SOURCE_TEXT},
	{AMP_F_URL, AMP_SOURCE_TEXT},         {AMP_F_AUTHOR_ID, AMP_SOURCE_TEXT},    {AMP_F_AUTHOR_HANDLE, AMP_SOURCE_TEXT},
	{AMP_F_AUTHOR_NAME, AMP_SOURCE_TEXT}, {AMP_F_TITLE, AMP_SOURCE_TEXT},        {AMP_F_TEXT, AMP_SOURCE_TEXT},
	{AMP_F_QUOTE_TEXT, AMP_SOURCE_TEXT},  {AMP_F_WARNING, AMP_SOURCE_TEXT},      {AMP_F_LANGS, AMP_SOURCE_LANGS},
	{AMP_F_CREATED_AT, AMP_SOURCE_TIME},  {AMP_F_LIKES, AMP_SOURCE_COUNT},       {AMP_F_REPOSTS, AMP_SOURCE_COUNT},
	{AMP_F_REPLIES, AMP_SOURCE_COUNT},    {AMP_F_QUOTES, AMP_SOURCE_COUNT},      {AMP_F_VIEWS, AMP_SOURCE_COUNT},
	{AMP_F_SCORE, AMP_SOURCE_COUNT},      {AMP_F_REPLY_TO, AMP_SOURCE_TEXT},     {AMP_F_REPOST_OF, AMP_SOURCE_TEXT},
	{AMP_F_REPOSTED_BY, AMP_SOURCE_TEXT}, {AMP_F_REPOSTED_AT, AMP_SOURCE_TIME},  {AMP_F_QUOTE_OF, AMP_SOURCE_TEXT},
	{AMP_F_LABELS, AMP_SOURCE_LABELS},    {AMP_F_FEED_CONTEXT, AMP_SOURCE_TEXT},
};

const struct amp_source_word *amp_source_words(size_t *n)
{
	*n = sizeof words / sizeof *words;
	return words;
}

const struct amp_source_word *amp_source_word(const char *name)
{
	for (size_t i = 0; name && i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].name, name) == 0) return &words[i];
	return NULL;
}

size_t amp_source_fields(const char *out[AMP_F_COUNT])
{
	size_t n = sizeof fields / sizeof *fields;
	for (size_t i = 0; i < n; i++) out[i] = amp_field_name(fields[i].field);
	return n;
}

bool amp_source_field(const char *name, enum amp_field *out, enum amp_source_kind *kind)
{
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		if (strcmp(amp_field_name(fields[i].field), name) != 0) continue;
		*out = fields[i].field;
		*kind = fields[i].kind;
		return true;
	}
	return false;
}

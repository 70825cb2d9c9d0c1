/* source_test.h: what the tests of sources share: good files, one thing changed in them, a file of their own, pages read with it. The
 * mark ¤ in a new text is where the mistake must be told (it is taken out before the file is written).
 */
#ifndef AMP_TESTS_SOURCE_TEST_H
#define AMP_TESTS_SOURCE_TEST_H
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/io.h"
#include "persona/study.h"
#include "source/source.h"

#define MARK "\xC2\xA4"
#define JSON_FILE                                                                                                                                             \
	"{\"source\": \"forum-example\", \"title\": {\"fr\": \"Forum\", \"en\": \"Forum\"},\n"                                                                \
	" \"host\": \"https://forum.example\", \"document\": \"json\",\n"                                                                                     \
	" \"status\": {\"fr\": \"public\", \"en\": \"public\", \"date\": \"2026-11-22\"},\n"                                                                  \
	" \"endpoints\": {\n"                                                                                                                                 \
	"  \"hot\": {\"ranking\": \"algorithmic\", \"auth\": \"none\", \"path\": \"/api/hot/{section}\", \"kind\": \"post\",\n"                               \
	"   \"params\": {\"section\": {\"in\": \"path\"}, \"lang\": {\"values\": [\"fr\", \"en\"]}},\n"                                                       \
	"   \"list\": \"data.posts\",\n"                                                                                                                      \
	"   \"paging\": {\"rule\": \"cursor\", \"param\": \"after\", \"next\": \"meta.cursor\", \"limit_param\": \"n\", \"limit\": 10, \"limit_max\": 50},\n" \
	"   \"fields\": {\"item_id\": {\"path\": \"id\", \"required\": true}, \"text\": {\"path\": \"body\", \"as\": \"html\"},\n"                            \
	"    \"created_at\": {\"path\": \"ts\", \"as\": \"time_epoch\"}, \"labels\": {\"path\": \"tags\", \"each\": \"name\"}},\n"                            \
	"   \"media\": {\"path\": \"files\", \"url\": \"src\", \"alt\": \"alt\"}, \"links\": {\"path\": \"cards\", \"url\": \"to\"},\n"                       \
	"   \"flags\": {\"is_pinned\": \"sticky\"}},\n"                                                                                                       \
	"  \"new\": {\"ranking\": \"chronological\", \"path\": \"/api/new\", \"list\": \"$\",\n"                                                              \
	"   \"paging\": {\"rule\": \"offset\", \"param\": \"from\"},\n"                                                                                       \
	"   \"fields\": {\"item_id\": {\"path\": \"id\", \"required\": true}, \"author_name\": {\"path\": \"by.0.name\", \"fallback\": \"nick\"}}}},\n"       \
	" \"pairs\": [{\"ranked\": \"hot\", \"chronological\": \"new\", \"pool\": \"alternative\", \"reason\": \"same forum\", \"date\": \"2026-11-22\"}]}\n"
#define XPATH_FILE(document, more)                                                                                                                             \
	"{\"source\": \"site-example\", \"title\": \"Site\", \"host\": \"https://site.example\", \"document\": \"" document                                    \
	"\",\n"                                                                                                                                                \
	" " more "\"status\": {\"en\": \"public\", \"date\": \"2026-11-22\"},\n"                                                                               \
	" \"endpoints\": {\"list\": {\"ranking\": \"algorithmic\", \"path\": \"/list\",\n"                                                                     \
	"  \"list\": \"//article\", \"empty\": \"//main[not(*)]\", \"paging\": {\"rule\": \"link\", \"next\": \"//a[@rel='next']/@href\"},\n"                  \
	"  \"fields\": {\"item_id\": {\"path\": \"@id\", \"required\": true}, \"title\": {\"path\": \"h2\"}, \"text\": {\"path\": \"p\", \"as\": \"html\"},\n" \
	"   \"labels\": {\"path\": \"ul/li\"}, \"likes\": {\"path\": \"b\"}, \"url\": {\"path\": \"h2/a/@href\"}},\n"                                          \
	"  \"media\": {\"path\": \"img\", \"url\": \"@src\", \"alt\": \"@alt\"}, \"flags\": {\"is_ad\": \"self::*[@class='ad']\"}}}}\n"
static const char json_file[] = JSON_FILE, html_file[] = XPATH_FILE("html", ""),
		  xml_file[] = XPATH_FILE("xml", "\"namespaces\": {\"m\": \"urn:m\"}, ");

static char dir[] = "/tmp/amp-source-XXXXXX", path[sizeof dir + 16];

/* file with `from` replaced; where the mark stood. */
static inline void write_case(const char *file, const char *from, const char *to, int *line, int *column)
{
	const char *at = strstr(file, from);
	struct amp_buf b;
	if (at == NULL) fail_msg("not in the file: %s", from);
	amp_buf_init(&b, 1 << 16);
	(void)amp_buf_add(&b, file, (size_t)(at - file));
	(void)amp_buf_addc(&b, to);
	(void)amp_buf_addc(&b, at + strlen(from));
	const char *mark = strstr(b.p, MARK);
	*line = 0;
	if (mark != NULL) {
		*line = *column = 1;
		for (const char *p = b.p; p < mark; p++) {
			*column = *p == '\n' ? 1 : *column + (((unsigned char)*p & 0xC0) != 0x80);
			*line += *p == '\n';
		}
		memmove(b.p + (mark - b.p), mark + 2, b.n - (size_t)(mark - b.p) - 1);
		b.n -= 2;
	}
	assert_int_equal(amp_io_write_file(path, b.p, b.n, NULL), 0);
	amp_buf_free(&b);
}

static inline const struct amp_source *load(struct amp_arena *a, const char *file)
{
	const struct amp_source *s = NULL;
	struct amp_err err = {0};
	assert_int_equal(amp_io_write_file(path, file, strlen(file), NULL), 0);
	if (amp_source_read(&s, path, a, NULL, NULL, &err) != 0) fail_msg("%s", err.text);
	return s;
}

static inline void read_page(const struct amp_source *s, struct amp_str body, struct amp_arena *a, struct amp_parsed *out)
{
	struct amp_err err = {0};
	const struct amp_page page = {.body = body, .captured_at = AMP_TIME_NONE};
	if (amp_parse_pages(&s->adapter, NULL, &page, 1, 0, 0, 0, a, out, &err) != 0) fail_msg("%s", err.text);
}

static inline void is(struct amp_str found, const char *expected)
{
	if (!amp_str_eq_c(found, expected)) fail_msg("found %.*s, expected %s", AMP_ARG(found), expected);
}

static inline int make_dir(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL) return -1;
	(void)snprintf(path, sizeof path, "%s/s.json", dir);
	return 0;
}

static inline int remove_dir(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(dir);
}

#endif

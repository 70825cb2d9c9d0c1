/* fuzz_source.c: a source file and a page, split at the first line of "%%". Any bytes as a file: each mistake has a place, and what is
 * accepted locks to a text that gives the same source. Any bytes as a page: through it, or through sources of our own where it has
 * mistakes.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "source/source.h"
#include "file_target.h"
#include "parse_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FIELDS(item) \
	"\"status\":{\"date\":\"2026-11-22\"},\"endpoints\":{\"x\":{\"ranking\":\"unranked\",\"path\":\"/x\"," item "}}}"
static const char *const ours[] = {
	"{\"source\":\"a\",\"title\":\"a\",\"document\":\"json\"," FIELDS(
		"\"list\":\"$\",\"fields\":{\"item_id\":{\"path\":\"id\",\"required\":true},\"text\":{\"path\":\"t\",\"as\":\"html\"},\"labels\":{\"path\":\"l\",\"each\":\"n\"}},"
		"\"media\":{\"path\":\"m\",\"url\":\"u\"}"),
	"{\"source\":\"a\",\"title\":\"a\",\"document\":\"html\"," FIELDS(
		"\"list\":\"//*[@id]\",\"fields\":{\"item_id\":{\"path\":\"@id\",\"required\":true},\"text\":{\"path\":\".\",\"as\":\"html\"},\"title\":{\"path\":\".//text()\"}},"
		"\"links\":{\"path\":\".//a\",\"url\":\"@href\"}"),
	"{\"source\":\"a\",\"title\":\"a\",\"document\":\"xml\"," FIELDS(
		"\"list\":\"//*[@id]\",\"fields\":{\"item_id\":{\"path\":\"@id\",\"required\":true},\"text\":{\"path\":\".\",\"as\":\"html\"},\"title\":{\"path\":\"following::node()\"}}"),
};
static void read_page(const struct amp_source *s, struct amp_str body)
{
	struct amp_arena *a = amp_arena_new((size_t)256 << 20);
	struct amp_parsed out;
	const struct amp_page page = {.body = body, .url = AMP_STR("https://example.org/x?page=2"), .captured_at = AMP_TIME_NONE};
	for (int i = 0; a != NULL && i < 2; i++) {
		amp_arena_reset(a);
		if (amp_parse_pages(&s->adapter, i == 0 ? NULL : s->adapter.endpoints, &page, 1, 0, 0, 0, a, &out, NULL) == 0)
			amp_fuzz_check(&s->adapter, &out);
	}
	amp_arena_free(a);
}

static const struct amp_source *load(struct amp_str text, struct amp_arena *a)
{
	const struct amp_source *s = NULL;
	return amp_source_read(&s, amp_fuzz_file(text.p, text.n), a, amp_fuzz_mistake, NULL, NULL) == 0 ? s : NULL;
}

static void lock(const struct amp_source *s, struct amp_arena *a)
{
	const struct amp_source *again;
	const char *text = amp_arena_printf(a, "{\"sources\":{\"%s\":%s}}", s->adapter.name, s->text);
	if (text == NULL) return;
	if (amp_source_locked(&again, amp_str_c(text), s->adapter.name, a, NULL) != 0) abort();
	if (strcmp(again->adapter.version, s->adapter.version) != 0 || strcmp(again->text, s->text) != 0) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct amp_arena *a = amp_arena_new(0);
	struct amp_str all = {(const char *)data, size}, body = {(const char *)data, 0};
	const char *cut = amp_str_find(all, AMP_STR("\n%%\n"));
	if (cut != NULL) body = (struct amp_str){cut + 4, size - (size_t)(cut + 4 - all.p)};
	const struct amp_source *s = load((struct amp_str){all.p, cut == NULL ? size : (size_t)(cut - all.p)}, a);
	if (s != NULL) {
		lock(s, a);
		read_page(s, body);
	}
	for (size_t i = 0; s == NULL && i < sizeof ours / sizeof *ours; i++) {
		amp_arena_reset(a);
		const struct amp_source *own = load(amp_str_c(ours[i]), a);
		if (own == NULL) abort();
		read_page(own, all);
	}
	amp_arena_free(a);
	return 0;
}

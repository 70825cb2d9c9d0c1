/* fuzz_youtube_html.c: any bytes inside an HTML page: as the page, as its ytInitialData, and as what a browser had of it. */
#include "parse_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run(const char *before, const uint8_t *data, size_t size, const char *after)
{
	static const char *const endpoints[] = {"", "html/watch", "html/results", "html/home", "innertube/browse:videos"};
	const struct amp_adapter *adapter = amp_adapter_find("youtube");
	struct amp_arena *arena = amp_arena_new((size_t)128 << 20);
	struct amp_buf page_body;
	struct amp_parsed out;
	amp_buf_init(&page_body, (size_t)64 << 20);
	if (amp_buf_addc(&page_body, before) != 0 || amp_buf_add(&page_body, (const char *)data, size) != 0 ||
	    amp_buf_addc(&page_body, after) != 0 || !arena)
		abort();
	struct amp_page page = {.body = amp_buf_str(&page_body), .url = AMP_STR("https://www.youtube.com/"), .captured_at = 0};
	for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
		const struct amp_endpoint *ep = amp_endpoint_find(adapter, endpoints[i]);
		amp_arena_reset(arena);
		if (amp_parse_pages(adapter, ep, &page, 1, 0, 0, 0, arena, &out, NULL) == 0) amp_fuzz_check(adapter, &out);
	}
	amp_buf_free(&page_body);
	amp_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	run("", data, size, "");
	run("<!DOCTYPE html><script>var ytInitialData = ", data, size, ";</script>");
	run("<ytd-app><ytd-search><ytd-video-renderer>", data, size, "</ytd-video-renderer></ytd-search></ytd-app>");
	return 0;
}

/* fuzz_robots.c: any robots.txt, any path: an answer, always the same, and never against /robots.txt itself. First line: the path. */
#include <stdint.h>
#include <stdlib.h>
#include "fetch/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct amp_str text = {(const char *)data, size};
	struct amp_str path = amp_str_cut(&text, '\n');
	if (text.p == NULL) text = AMP_STR("");
	struct amp_robots *r = amp_robots_parse(text, "amplimeter");
	if (r == NULL) return 0;
	if (amp_robots_allows(r, path) != amp_robots_allows(r, path)) abort();
	if (!amp_robots_allows(r, AMP_STR("/robots.txt"))) abort();
	if (amp_robots_delay_ms(r) < 0 || amp_robots_delay_ms(r) > 30000) abort();
	amp_robots_free(r);
	return 0;
}

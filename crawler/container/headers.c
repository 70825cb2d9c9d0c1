/* headers.c: reads a header block as received, without copying. Tolerates bare LF line ends (RFC 9112, 2.2). */
#include <string.h>
#include "container/http.h"

int amp_headers_status(struct amp_str block)
{
	if (block.n < 12 || !amp_str_starts(block, "HTTP/")) return 0;
	const char *space = memchr(block.p, ' ', block.n);
	if (space == NULL || (size_t)(space - block.p) + 4 > block.n) return 0;
	int status = 0;
	for (int i = 1; i <= 3; i++) {
		if (!amp_is_digit((unsigned char)space[i])) return 0;
		status = status * 10 + (space[i] - '0');
	}
	return status;
}

/* End of the line that starts at `at`, line end excluded; *next is where the following line starts. */
static size_t line_end(struct amp_str s, size_t at, size_t *next)
{
	const char *lf = memchr(s.p + at, '\n', s.n - at);
	size_t end = lf == NULL ? s.n : (size_t)(lf - s.p);
	*next = lf == NULL ? s.n : end + 1;
	if (lf != NULL && end > at && s.p[end - 1] == '\r') end--;
	return end;
}

bool amp_headers_next(struct amp_str block, size_t *at, struct amp_str *name, struct amp_str *value)
{
	size_t pos = *at, next = 0;
	if (block.p == NULL) return false;
	if (pos == 0 && block.n > 0) { /* the status or request line is no field */
		line_end(block, 0, &next);
		pos = next;
	}
	while (pos < block.n) {
		size_t end = line_end(block, pos, &next);
		while (next < block.n && next > pos && end > pos && (block.p[next] == ' ' || block.p[next] == '\t'))
			end = line_end(block, next, &next);
		const char *colon = memchr(block.p + pos, ':', end - pos);
		size_t start = pos;
		pos = next;
		if (colon == NULL) continue; /* the blank line, or junk that is in the evidence anyway */
		*name = amp_str_trim((struct amp_str){block.p + start, (size_t)(colon - block.p) - start});
		*value = amp_str_trim((struct amp_str){colon + 1, end - (size_t)(colon - block.p) - 1});
		*at = pos;
		return true;
	}
	*at = pos;
	return false;
}

struct amp_str amp_headers_get(struct amp_str block, const char *wanted)
{
	struct amp_str name, value;
	for (size_t at = 0; amp_headers_next(block, &at, &name, &value);)
		if (amp_str_ieq_c(name, wanted)) return value;
	return AMP_STR_ABSENT;
}

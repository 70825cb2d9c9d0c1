/* warc.c: the records of a WARC file. https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/ */
#include <string.h>
#include "container/container.h"
#include "container/http.h"

bool amp_warc_is(struct amp_str s)
{
	return amp_str_starts(s, "WARC/1.") || amp_str_starts(s, "WARC/0.");
}

bool amp_http_split(struct amp_str message, size_t *header_bytes)
{
	for (size_t at = 0; at < message.n;) {
		const char *lf = memchr(message.p + at, '\n', message.n - at);
		if (!lf) return false;
		size_t end = (size_t)(lf - message.p);
		bool blank = end == at || (end == at + 1 && message.p[at] == '\r');
		at = end + 1;
		if (!blank) continue;
		*header_bytes = at;
		return true;
	}
	return false;
}

/* Records are followed by two line ends; some writers leave one, or none. */
static size_t skip_ends(struct amp_str text, size_t at)
{
	while (at < text.n && (text.p[at] == '\r' || text.p[at] == '\n')) at++;
	return at;
}

bool amp_warc_next(struct amp_str text, size_t *at, struct amp_warc_record *out, const char **why)
{
	size_t head = 0;
	int64_t length = 0;
	*why = NULL;
	*at = skip_ends(text, *at);
	struct amp_str rest = {text.p + *at, text.n - *at};
	if (rest.n == 0) return false;
	if (!amp_warc_is(rest)) {
		*why = "bytes that are no WARC record";
		return false;
	}
	if (!amp_http_split(rest, &head)) {
		*why = "it ends inside the headers of a record";
		return false;
	}
	struct amp_str headers = {rest.p, head}, said = amp_headers_get(headers, "content-length");
	if (!said.p || !amp_str_i64(said, &length) || length < 0) {
		*why = "a record has no length";
		return false;
	}
	*out = (struct amp_warc_record){.type = amp_headers_get(headers, "warc-type"),
	                                .uri = amp_headers_get(headers, "warc-target-uri"),
	                                .date = amp_headers_get(headers, "warc-date"),
	                                .content_type = amp_headers_get(headers, "content-type"),
	                                .headers = headers,
	                                .offset = *at};
	if (out->uri.n > 2 && out->uri.p[0] == '<' && out->uri.p[out->uri.n - 1] == '>') /* as WARC 1.0 had it */
		out->uri = (struct amp_str){out->uri.p + 1, out->uri.n - 2};
	size_t left = rest.n - head;
	out->cut = (uint64_t)length > left;
	out->block = (struct amp_str){rest.p + head, out->cut ? left : (size_t)length};
	*at += head + out->block.n;
	return true;
}

/* payload.c: see payload.h. RFC 9112 section 7.1: chunk = size [ext] CRLF data CRLF, ended by a chunk of size 0 and a trailer. */
#include "payload.h"

/* True when a Transfer-Encoding line ends in "chunked". With an interim 1xx block before the final one the last line counts. */
static bool is_chunked(struct amp_str headers)
{
	bool chunked = false;

	while (headers.p != NULL) {
		struct amp_str line = amp_str_cut(&headers, '\n'), name = amp_str_trim(amp_str_cut(&line, ':'));
		struct amp_str value = line.p != NULL ? amp_str_trim(line) : AMP_STR_ABSENT;

		if (value.p == NULL || !amp_str_ieq_c(name, "transfer-encoding")) continue;
		chunked = value.n >= 7 && amp_str_ieq_c((struct amp_str){value.p + value.n - 7, 7}, "chunked");
	}
	return chunked;
}

static bool take_line(struct amp_str *rest, struct amp_str *line)
{
	for (size_t i = 0; i + 1 < rest->n; i++) {
		if (rest->p[i] != '\r' || rest->p[i + 1] != '\n') continue;
		*line = (struct amp_str){rest->p, i};
		rest->p += i + 2;
		rest->n -= i + 2;
		return true;
	}
	return false;
}

static bool chunk_size(struct amp_str line, size_t *size)
{
	size_t i = 0;

	*size = 0;
	for (; i < line.n && amp_hex_value((unsigned char)line.p[i]) >= 0; i++) {
		if (i >= 8) return false;
		*size = *size * 16 + (size_t)amp_hex_value((unsigned char)line.p[i]);
	}
	return i > 0 && (i == line.n || line.p[i] == ';' || amp_is_space((unsigned char)line.p[i]));
}

bool payload_digest(struct amp_str headers, struct amp_str body, uint8_t digest[AMP_SHA256])
{
	struct amp_sha256 h;
	struct amp_str line;
	bool whole = false;

	if (!is_chunked(headers)) {
		amp_sha256(body.p, body.n, digest);
		return true;
	}
	amp_sha256_start(&h);
	for (;;) {
		size_t size;

		if (!take_line(&body, &line) || !chunk_size(line, &size)) break;
		if (size == 0) { /* trailer fields, then an empty line, then nothing */
			while (take_line(&body, &line) && line.n > 0) continue;
			whole = line.n == 0 && body.n == 0;
			break;
		}
		if (body.n < size + 2 || body.p[size] != '\r' || body.p[size + 1] != '\n') break;
		amp_sha256_add(&h, body.p, size);
		body.p += size + 2;
		body.n -= size + 2;
	}
	amp_sha256_end(&h, digest);
	return whole;
}

/* gzip.c: gzip members in memory, with zlib: it streams, so that a bomb is met at its bound and a cut file gives what is whole. */
#include <limits.h>
#include <zlib.h>
#include "container/container.h"
#include "container/zlib_memory.h"

bool amp_gzip_is(struct amp_str s)
{
	return s.n >= 3 && (unsigned char)s.p[0] == 0x1f && (unsigned char)s.p[1] == 0x8b && s.p[2] == 8;
}

static size_t bound(size_t packed)
{
	size_t most = packed < AMP_UNPACKED_MAX / AMP_UNPACKED_RATIO ? packed * AMP_UNPACKED_RATIO : AMP_UNPACKED_MAX;
	return most > AMP_UNPACKED_FREE ? most : AMP_UNPACKED_FREE;
}

static const char *inflate_all(z_stream *z, struct amp_str in, struct amp_buf *out, struct amp_buf *members)
{
	size_t start = out->n, max = bound(in.n);
	struct amp_gzip_member member = {out->n, 0};
	if (members) (void)amp_buf_add(members, &member, sizeof member);
	for (;;) {
		size_t made = out->n - start, room = max - made < 65536 ? max - made : 65536;
		if (room == 0) return "it unpacks to more than is reasonable for its size: refused as a bomb";
		if (amp_buf_reserve(out, room) != 0) return "it unpacks to more than is read";
		z->next_out = (Bytef *)out->p + out->n;
		z->avail_out = (uInt)room;
		int rc = inflate(z, Z_NO_FLUSH);
		out->n += room - z->avail_out;
		if (rc == Z_STREAM_END) {
			struct amp_str rest = {(const char *)z->next_in, z->avail_in};
			if (rest.n == 0) return NULL;
			if (!amp_gzip_is(rest)) return "bytes that are no gzip member follow";
			member = (struct amp_gzip_member){out->n, (size_t)(rest.p - in.p)};
			if (members) (void)amp_buf_add(members, &member, sizeof member);
			if (inflateReset(z) != Z_OK) return "the packing is damaged";
			continue;
		}
		if (rc != Z_OK && rc != Z_BUF_ERROR) return "the packing is damaged";
		if (z->avail_in == 0 && z->avail_out > 0) return "the packing ends early";
	}
}

const char *amp_gunzip(struct amp_str in, struct amp_buf *out, struct amp_buf *members)
{
	z_stream z = {AMP_ZLIB_MEMORY};
	if (in.n > UINT_MAX) return "it is too large to be read";
	if (inflateInit2(&z, 15 + 16) != Z_OK) {
		out->failed = AMP_ENOMEM;
		return "no memory left to unpack it";
	}
	z.next_in = (Bytef *)(uintptr_t)in.p; /* zlib only reads it */
	z.avail_in = (uInt)in.n;
	const char *why = inflate_all(&z, in, out, members);
	(void)inflateEnd(&z);
	if (out->p) out->p[out->n] = '\0';
	return why;
}

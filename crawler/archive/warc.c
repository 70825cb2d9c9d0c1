/* warc.c: see warc.h. */
#include "warc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/i18n.h"
#include "base/mem.h"

#define CHUNK 65536u
#define ENDING "\r\n\r\n"
#define STORED_MAX 65535u /* bytes of one stored block */

/* The 16 bytes that every member starts with; length and CRC follow. */
static const uint8_t fixed[16] = {0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 12, 0, 'A', 'M', 8, 0};

static voidpf zalloc(voidpf opaque, uInt items, uInt size)
{
	(void)opaque;
	return amp_calloc(items, size);
}

static void zfree(voidpf opaque, voidpf p)
{
	(void)opaque;
	amp_free(p);
}

static void put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++) p[i] = (uint8_t)(v >> (8 * i));
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* ---- writing ---- */
struct warc_writer {
	z_stream z;
};

int warc_writer_new(struct warc_writer **out, struct amp_err *err)
{
	struct warc_writer *w = amp_calloc(1, sizeof(*w));

	*out = NULL;
	if (w == NULL) return amp_fail(err, AMP_ENOMEM, _("out of memory for the archive's compressor"));
	w->z.zalloc = zalloc;
	w->z.zfree = zfree;
	if (deflateInit2(&w->z, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
		amp_free(w);
		return amp_fail(err, AMP_ENOMEM, _("out of memory for the archive's compressor"));
	}
	*out = w;
	return 0;
}

void warc_writer_free(struct warc_writer *w)
{
	if (w == NULL) return;
	(void)deflateEnd(&w->z);
	amp_free(w);
}

/* Stored blocks (RFC 1951 section 3.2.4) of p; the last one of the stream when final. Returns where the output goes on. */
static uint8_t *store(uint8_t *to, const char *p, size_t n, bool final)
{
	do {
		size_t some = n < STORED_MAX ? n : STORED_MAX;

		*to++ = final && some == n;
		*to++ = (uint8_t)some;
		*to++ = (uint8_t)(some >> 8);
		*to++ = (uint8_t)~some;
		*to++ = (uint8_t)(~some >> 8);
		if (some > 0) memcpy(to, p, some);
		to += some;
		p += some;
		n -= some;
	} while (n > 0);
	return to;
}

/* The deflate data of header || block || ending at w->z.next_out. A block that is compressed already is stored: deflating it once
 * more was a fifth of the crawl's time and gained nothing. */
static bool compress_parts(struct warc_writer *w, const struct amp_str parts[3], bool packed)
{
	if (deflateReset(&w->z) != Z_OK) return false;
	for (int i = 0; i < 3; i++) {
		bool last = i == 2;
		int want = last ? Z_FINISH : packed && i == 0 ? Z_SYNC_FLUSH : Z_NO_FLUSH; /* a flush ends on a whole byte */

		if (packed && i > 0) {
			uint8_t *end = store(w->z.next_out, parts[i].p, parts[i].n, last);

			w->z.avail_out -= (uInt)(end - w->z.next_out);
			w->z.next_out = end;
			continue;
		}
		w->z.next_in = (Bytef *)(uintptr_t)parts[i].p; /* zlib reads only, but says so with no const */
		w->z.avail_in = (uInt)parts[i].n;
		if (parts[i].n > 0 && deflate(&w->z, want) != (last ? Z_STREAM_END : Z_OK)) return false;
	}
	return true;
}

int warc_member_add(struct warc_writer *w, struct amp_buf *out, struct amp_str header, struct amp_str block, bool packed,
                    struct amp_err *err)
{
	const struct amp_str parts[3] = {header, block, {ENDING, 4}};
	size_t start = out->n, bound, total = header.n + block.n + 4, made;
	uLong crc = crc32(0, Z_NULL, 0);
	uint8_t *p;

	if (block.n > WARC_BLOCK_MAX || header.n > WARC_HEADER_MAX) {
		return amp_fail(err, AMP_ELIMIT, _("a record of %zu bytes is larger than the archive takes (%zu)"), block.n,
		                WARC_BLOCK_MAX);
	}
	bound = deflateBound(&w->z, (uLong)total) + 64 + (total / STORED_MAX + 2) * 5;
	if (amp_buf_reserve(out, WARC_MEMBER_HEADER + bound + WARC_MEMBER_TRAILER) != 0) {
		return amp_fail(err, AMP_ENOMEM, _("out of memory for an archive record of %zu bytes"), total);
	}
	p = (uint8_t *)out->p + start;
	w->z.next_out = p + WARC_MEMBER_HEADER;
	w->z.avail_out = (uInt)bound;
	if (!compress_parts(w, parts, packed)) return amp_fail(err, AMP_EFAIL, _("the archive's compressor failed"));
	for (int i = 0; i < 3; i++) {
		if (parts[i].n > 0) crc = crc32(crc, (const Bytef *)parts[i].p, (uInt)parts[i].n);
	}
	made = bound - w->z.avail_out;
	memcpy(p, fixed, sizeof(fixed));
	put32(p + 16, (uint32_t)made);
	put32(p + 20, (uint32_t)crc32(crc32(0, Z_NULL, 0), p + WARC_MEMBER_HEADER, (uInt)made));
	put32(p + WARC_MEMBER_HEADER + made, (uint32_t)crc);
	put32(p + WARC_MEMBER_HEADER + made + 4, (uint32_t)total);
	out->n = start + WARC_MEMBER_HEADER + made + WARC_MEMBER_TRAILER;
	out->p[out->n] = '\0';
	return 0;
}

/* Empty blocks (RFC 1951 section 3.2): stored ones have 5 bytes from a byte's edge, an empty block of fixed codes and a stored one together 6. */
static bool fill(uint8_t *to, size_t n)
{
	static const uint8_t five[5] = {0, 0, 0, 0xff, 0xff}, six[6] = {2, 0, 0, 0, 0xff, 0xff};
	size_t sixes = n % 5;

	if (6 * sixes > n) return false;
	for (size_t i = 0; i < sixes; i++, to += 6) memcpy(to, six, sizeof(six));
	for (size_t left = n - 6 * sixes; left > 0; left -= 5, to += 5) memcpy(to, five, sizeof(five));
	return true;
}

int warc_member_fill(struct warc_writer *w, struct amp_buf *out, struct amp_str header, struct amp_str block, size_t size,
                     struct amp_err *err)
{
	static const uint8_t last[5] = {1, 0, 0, 0xff, 0xff};
	const struct amp_str parts[3] = {header, block, {ENDING, 4}};
	size_t start = out->n, total = header.n + block.n + 4, room = size - WARC_MEMBER_HEADER - WARC_MEMBER_TRAILER, made;
	uLong crc = crc32(0, Z_NULL, 0);
	uint8_t *p;
	bool fits = size > WARC_MEMBER_HEADER + WARC_MEMBER_TRAILER + sizeof(last) && room <= UINT32_MAX;

	if (fits && amp_buf_reserve(out, size) != 0)
		return amp_fail(err, AMP_ENOMEM, _("out of memory for an archive record of %zu bytes"), size);
	if (!fits || deflateReset(&w->z) != Z_OK) goto narrow;
	p = (uint8_t *)out->p + start;
	w->z.next_out = p + WARC_MEMBER_HEADER;
	w->z.avail_out = (uInt)(room - sizeof(last));
	for (int i = 0; i < 3; i++) {
		w->z.next_in = (Bytef *)(uintptr_t)parts[i].p;
		w->z.avail_in = (uInt)parts[i].n;
		if (parts[i].n == 0) continue;
		if (deflate(&w->z, i == 2 ? Z_SYNC_FLUSH : Z_NO_FLUSH) != Z_OK || w->z.avail_in > 0 || w->z.avail_out == 0)
			goto narrow;
		crc = crc32(crc, (const Bytef *)parts[i].p, (uInt)parts[i].n);
	}
	made = room - sizeof(last) - w->z.avail_out;
	if (!fill(p + WARC_MEMBER_HEADER + made, w->z.avail_out)) goto narrow;
	memcpy(p + WARC_MEMBER_HEADER + room - sizeof(last), last, sizeof(last));
	memcpy(p, fixed, sizeof(fixed));
	put32(p + 16, (uint32_t)room);
	put32(p + 20, (uint32_t)crc32(crc32(0, Z_NULL, 0), p + WARC_MEMBER_HEADER, (uInt)room));
	put32(p + WARC_MEMBER_HEADER + room, (uint32_t)crc);
	put32(p + WARC_MEMBER_HEADER + room + 4, (uint32_t)total);
	out->n = start + size;
	out->p[out->n] = '\0';
	return 0;
narrow:
	return amp_fail(err, AMP_EFAIL, _("a record of the archive does not fit the %zu bytes that it replaces"), size);
}

/* ---- reading ---- */
int warc_file_open(struct warc_file *f, const char *dir, const char *name, struct amp_err *err)
{
	struct stat st;

	f->fd = -1;
	f->size = 0;
	if (snprintf(f->path, sizeof(f->path), "%s/%s", dir, name) >= (int)sizeof(f->path)) {
		return amp_fail(err, AMP_ELIMIT, _("the path %s/%s is too long"), dir, name);
	}
	f->fd = open(f->path, O_RDONLY | O_CLOEXEC);
	if (f->fd < 0) return amp_fail_errno(err, _("cannot open the archive file %s"), f->path);
	if (fstat(f->fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		warc_file_close(f);
		return amp_fail(err, AMP_EFORMAT, _("%s is not a regular file"), f->path);
	}
	f->size = (int64_t)st.st_size;
	return 0;
}

void warc_file_close(struct warc_file *f)
{
	if (f->fd >= 0) (void)close(f->fd);
	f->fd = -1;
}

void warc_record_init(struct warc_record *r)
{
	memset(r, 0, sizeof(*r));
	amp_buf_init(&r->bytes, WARC_BLOCK_MAX + WARC_HEADER_MAX + 2 * CHUNK);
}

void warc_record_free(struct warc_record *r)
{
	amp_buf_free(&r->bytes);
}

/* Up to n bytes at offset; fewer at the end of the file; -1 on an error. */
static ssize_t read_at(const struct warc_file *f, int64_t offset, void *p, size_t n)
{
	size_t got = 0;

	while (got < n) {
		ssize_t some = pread(f->fd, (char *)p + got, n - got, (off_t)(offset + (int64_t)got));

		if (some < 0 && errno == EINTR) continue;
		if (some < 0) return -1;
		if (some == 0) break;
		got += (size_t)some;
	}
	return (ssize_t)got;
}

static enum warc_result bad(struct warc_record *r, int64_t offset, const char *why)
{
	r->bad_offset = offset;
	(void)snprintf(r->why, sizeof(r->why), "%s", why);
	return WARC_BAD;
}

static enum warc_result read_failed(const struct warc_file *f, struct amp_err *err)
{
	(void)amp_fail_errno(err, _("cannot read %s"), f->path);
	return WARC_FAIL;
}

/* An append cut by a power failure may leave a run of zero bytes: the length reached the disk, the data did not. */
static enum warc_result zeros_to_end(const struct warc_file *f, int64_t offset)
{
	uint8_t chunk[4096];

	while (offset < f->size) {
		ssize_t got = read_at(f, offset, chunk, sizeof(chunk));

		if (got <= 0) return WARC_BAD;
		for (ssize_t i = 0; i < got; i++) {
			if (chunk[i] != 0) return WARC_BAD;
		}
		offset += got;
	}
	return WARC_TORN;
}

static enum warc_result member_header(const struct warc_file *f, struct warc_record *r, uint8_t head[WARC_MEMBER_HEADER],
                                      struct amp_err *err)
{
	ssize_t got = read_at(f, r->offset, head, WARC_MEMBER_HEADER);
	size_t compare;

	if (got < 0) return read_failed(f, err);
	compare = (size_t)got < sizeof(fixed) ? (size_t)got : sizeof(fixed);
	for (size_t i = 0; i < compare; i++) {
		if (head[i] == fixed[i]) continue;
		(void)bad(r, r->offset + (int64_t)i, _("this is not the start of a gzip member as this program writes them"));
		return zeros_to_end(f, r->offset);
	}
	if (got < WARC_MEMBER_HEADER) {
		(void)bad(r, f->size, _("the file ends inside a gzip member header"));
		return WARC_TORN;
	}
	r->length = WARC_MEMBER_HEADER + (int64_t)get32(head + 16) + WARC_MEMBER_TRAILER;
	return WARC_OK;
}

/* The member claims to go on beyond the end of the file: an append cut short, unless its deflate data end before. Then its length
 * was changed afterwards, and the record must not be taken for one that was never finished. */
static enum warc_result torn_or_bad(struct warc_record *r, const struct warc_file *f, enum warc_result rc, bool whole)
{
	if (rc == WARC_FAIL) return rc;
	if (whole) return bad(r, r->offset + 16, _("the length of the compressed bytes differs"));
	(void)bad(r, f->size, _("the file ends inside a gzip member"));
	return WARC_TORN;
}

/* Finds the header's end and the block's length once enough is inflated. */
static enum warc_result split(struct warc_record *r, size_t max)
{
	struct amp_str all = amp_buf_str(&r->bytes), length;
	const char *end;
	int64_t n;

	if (r->header_bytes > 0) return WARC_OK;
	end = amp_str_find((struct amp_str){all.p, all.n < WARC_HEADER_MAX ? all.n : WARC_HEADER_MAX}, AMP_STR(ENDING));
	if (end == NULL) return all.n >= WARC_HEADER_MAX ? bad(r, r->offset, _("the record's header has no end")) : WARC_OK;
	if (!amp_str_starts(all, "WARC/1.1\r\n")) return bad(r, r->offset, _("the record does not start with WARC/1.1"));
	r->header_bytes = (size_t)(end - all.p) + 4;
	length = warc_field(r, "Content-Length");
	if (length.n == 0 || !amp_is_digit((unsigned char)length.p[0]) || !amp_str_i64(length, &n)) {
		return bad(r, r->offset, _("the record has no Content-Length"));
	}
	if ((uint64_t)n > max) {
		(void)bad(r, r->offset, "");
		(void)snprintf(r->why, sizeof(r->why), _("the record claims a block of %lld bytes; at most %zu are read"),
		               (long long)n, max);
		return WARC_BAD;
	}
	r->block_bytes = (size_t)n;
	return WARC_OK;
}

struct inflater {
	z_stream z;
	uint8_t in[CHUNK];
	int64_t at, left; /* next deflate byte in the file; how many are left */
	uLong crc_in, crc_out;
};

/* One round: feed, inflate, hash. Sets *ended at the end of the deflate stream. */
static enum warc_result inflate_some(const struct warc_file *f, struct warc_record *r, struct inflater *s, bool *ended,
                                     struct amp_err *err)
{
	uint8_t *out;
	int got;
	size_t made;

	if (s->z.avail_in == 0 && s->left > 0) {
		size_t want = s->left < (int64_t)CHUNK ? (size_t)s->left : CHUNK;
		ssize_t n = read_at(f, s->at, s->in, want);

		if (n < 0) return read_failed(f, err);
		if ((size_t)n < want) return bad(r, r->offset, _("the file became shorter while it was read"));
		s->crc_in = crc32(s->crc_in, s->in, (uInt)n);
		s->z.next_in = s->in;
		s->z.avail_in = (uInt)n;
		s->at += n;
		s->left -= n;
	}
	if (amp_buf_reserve(&r->bytes, CHUNK) != 0) {
		(void)amp_fail(err, AMP_ENOMEM, _("out of memory while reading %s"), f->path);
		return WARC_FAIL;
	}
	out = (uint8_t *)r->bytes.p + r->bytes.n;
	s->z.next_out = out;
	s->z.avail_out = CHUNK;
	got = inflate(&s->z, Z_NO_FLUSH);
	made = CHUNK - s->z.avail_out;
	s->crc_out = crc32(s->crc_out, out, (uInt)made);
	r->bytes.n += made;
	r->bytes.p[r->bytes.n] = '\0';
	if (got == Z_STREAM_END) {
		*ended = true;
		if (s->z.avail_in > 0 || s->left > 0)
			return bad(r, s->at - (int64_t)s->z.avail_in, _("bytes follow the deflate data of this record"));
		return WARC_OK;
	}
	if (got == Z_MEM_ERROR) {
		(void)amp_fail(err, AMP_ENOMEM, _("out of memory while reading %s"), f->path);
		return WARC_FAIL;
	}
	if (got != Z_OK || (made == 0 && s->z.avail_in == 0 && s->left == 0)) {
		return bad(r, s->at - (int64_t)s->z.avail_in, _("the deflate data of this record is damaged"));
	}
	return WARC_OK;
}

static enum warc_result check_end(const struct warc_file *f, struct warc_record *r, const struct inflater *s,
                                  const uint8_t head[WARC_MEMBER_HEADER], struct amp_err *err)
{
	uint8_t tail[WARC_MEMBER_TRAILER];
	int64_t at = r->offset + r->length - WARC_MEMBER_TRAILER;
	ssize_t got = read_at(f, at, tail, sizeof(tail));

	if (got < 0) return read_failed(f, err);
	if (got != (ssize_t)sizeof(tail)) return bad(r, at, _("the file became shorter while it was read"));
	if (get32(head + 20) != (uint32_t)s->crc_in) return bad(r, r->offset + 20, _("the CRC-32 of the compressed bytes differs"));
	if (get32(tail) != (uint32_t)s->crc_out) return bad(r, at, _("the CRC-32 of the record differs"));
	if (get32(tail + 4) != (uint32_t)r->bytes.n) return bad(r, at + 4, _("the gzip length of the record differs"));
	if (r->header_bytes == 0) return bad(r, r->offset, _("the record's header has no end"));
	if (r->bytes.n != r->header_bytes + r->block_bytes + 4 || memcmp(r->bytes.p + r->bytes.n - 4, ENDING, 4) != 0) {
		return bad(r, r->offset, _("the record does not end where its Content-Length says, with two empty lines"));
	}
	amp_sha256(r->bytes.p, r->header_bytes + r->block_bytes, r->sha256);
	return WARC_OK;
}

enum warc_result warc_load(const struct warc_file *f, int64_t offset, enum warc_depth depth, size_t max, struct warc_record *r,
                           struct amp_err *err)
{
	uint8_t head[WARC_MEMBER_HEADER];
	struct inflater *s;
	bool ended = false, beyond;
	enum warc_result rc;

	amp_buf_reset(&r->bytes);
	r->header_bytes = r->block_bytes = 0;
	r->offset = offset;
	r->length = 0;
	r->why[0] = '\0';
	r->bad_offset = -1;
	rc = member_header(f, r, head, err);
	if (rc != WARC_OK) return rc;
	s = amp_calloc(1, sizeof(*s));
	if (s == NULL) {
		(void)amp_fail(err, AMP_ENOMEM, _("out of memory while reading %s"), f->path);
		return WARC_FAIL;
	}
	s->z.zalloc = zalloc;
	s->z.zfree = zfree;
	s->at = offset + WARC_MEMBER_HEADER;
	s->left = r->length - WARC_MEMBER_HEADER - WARC_MEMBER_TRAILER;
	beyond = r->length > f->size - offset;
	if (beyond) {
		s->left = f->size - s->at;
		depth = WARC_WHOLE;
	}
	s->crc_in = s->crc_out = crc32(0, Z_NULL, 0);
	if (inflateInit2(&s->z, -MAX_WBITS) != Z_OK) {
		amp_free(s);
		(void)amp_fail(err, AMP_ENOMEM, _("out of memory while reading %s"), f->path);
		return WARC_FAIL;
	}
	while (rc == WARC_OK && !ended) {
		rc = inflate_some(f, r, s, &ended, err);
		if (rc == WARC_OK) rc = split(r, max);
		if (rc != WARC_OK || (depth == WARC_HEAD && r->header_bytes > 0)) break;
		/* a bomb: more comes out than the header claims */
		if (r->header_bytes > 0 && r->bytes.n > r->header_bytes + r->block_bytes + 4) {
			rc = bad(r, r->offset, _("the record is longer than its Content-Length says"));
		}
	}
	if (beyond) {
		rc = torn_or_bad(r, f, rc, ended && s->left + s->z.avail_in >= WARC_MEMBER_TRAILER);
		r->length = 0;
	}
	if (rc == WARC_OK && depth == WARC_HEAD && r->header_bytes == 0)
		rc = bad(r, r->offset, _("the record's header has no end"));
	if (rc == WARC_OK && depth == WARC_WHOLE) rc = check_end(f, r, s, head, err);
	(void)inflateEnd(&s->z);
	amp_free(s);
	return rc;
}

struct amp_str warc_field(const struct warc_record *r, const char *name)
{
	struct amp_str rest = {r->bytes.p, r->header_bytes};

	while (rest.n > 0) {
		struct amp_str line = amp_str_cut(&rest, '\n'), key = amp_str_cut(&line, ':');

		if (line.p != NULL && amp_str_eq_c(key, name)) return amp_str_trim(line);
	}
	return AMP_STR_ABSENT;
}

struct amp_str warc_block(const struct warc_record *r)
{
	return (struct amp_str){r->bytes.p + r->header_bytes, r->block_bytes};
}

int64_t warc_find_member(const struct warc_file *f, int64_t from)
{
	uint8_t chunk[8192];

	while (from < f->size) {
		ssize_t got = read_at(f, from, chunk, sizeof(chunk));

		if (got < (ssize_t)sizeof(fixed)) return -1;
		for (ssize_t i = 0; i + (ssize_t)sizeof(fixed) <= got; i++) {
			if (memcmp(chunk + i, fixed, sizeof(fixed)) == 0) return from + i;
		}
		from += got - (ssize_t)sizeof(fixed) + 1;
	}
	return -1;
}

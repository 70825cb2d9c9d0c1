/* zone.c: TZif files and POSIX TZ strings. RFC 8536 section 3 (format), section 3.3 (footer), POSIX.1-2017 8.3 (TZ rules). */
#include "schedule/zone.h"

#include <string.h>
#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/str.h"
#include "schedule/posix_tz.h"

#define HEADER 44
#define DAY 86400
/* Bounds of RFC 8536 section 3.2: offsets "should" lie within -25 h to 26 h. */
#define OFFSET_LOW (-25 * 3600)
#define OFFSET_HIGH (26 * 3600)

static const char *const zone_dirs[] = {"/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo"};

struct amp_zone {
	int64_t *at;    /* transition instants, ascending */
	int32_t *after; /* offset from at[i] on */
	size_t n;
	int32_t first; /* offset before the first transition */
	bool has_rule; /* the footer, for instants after the last transition */
	struct amp_posix_tz rule;
};

struct counts {
	uint32_t isut, isstd, leap, time, type, chars;
};

static uint32_t be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

static int32_t be32s(const unsigned char *p)
{
	uint32_t u = be32(p);
	return u > INT32_MAX ? (int32_t)(-(int64_t)(UINT32_MAX - u) - 1) : (int32_t)u;
}

static int64_t be64s(const unsigned char *p)
{
	uint64_t u = (uint64_t)be32(p) << 32 | be32(p + 4);
	return u > INT64_MAX ? -(int64_t)(UINT64_MAX - u) - 1 : (int64_t)u;
}

/* A header at `at`; *size is the length of the data block after it, for times of `wide` bytes. */
static int read_header(const unsigned char *p, size_t n, size_t at, size_t wide, struct counts *c, size_t *size,
                       struct amp_err *err)
{
	if (at > n || n - at < HEADER || memcmp(p + at, "TZif", 4) != 0) {
		return amp_fail(err, AMP_EFORMAT, _("Not a time zone file: no TZif header at byte %zu."), at);
	}
	const unsigned char *h = p + at + 20;
	*c = (struct counts){be32(h), be32(h + 4), be32(h + 8), be32(h + 12), be32(h + 16), be32(h + 20)};
	/* Each count is bounded before it is multiplied. */
	if (c->isut > 256 || c->isstd > 256 || c->leap > 4096 || c->time > 8192 || c->type == 0 || c->type > 256 ||
	    c->chars > 4096) {
		return amp_fail(err, AMP_EFORMAT, _("Time zone file: a count in the header at byte %zu is out of range."), at);
	}
	*size = c->time * (wide + 1) + c->type * 6u + c->chars + c->leap * (wide + 4) + c->isstd + c->isut;
	if (n - at - HEADER < *size) {
		return amp_fail(err, AMP_EFORMAT, _("Time zone file: cut short: the data block at byte %zu needs %zu bytes."),
		                at + HEADER, *size);
	}
	return 0;
}

static int read_block(struct amp_zone *z, const unsigned char *p, size_t at, size_t wide, const struct counts *c,
                      struct amp_err *err)
{
	const unsigned char *times = p + at, *index = times + c->time * wide, *types = index + c->time;
	for (uint32_t i = 0; i < c->type; i++) {
		int32_t offset = be32s(types + 6u * i);
		if (offset < OFFSET_LOW || offset > OFFSET_HIGH) {
			return amp_fail(err, AMP_EFORMAT, _("Time zone file: offset %ld s of local time type %u is out of range."),
			                (long)offset, (unsigned)i);
		}
	}
	z->first = be32s(types);
	if (c->time == 0) return 0;
	z->at = amp_calloc(c->time, sizeof *z->at);
	z->after = amp_calloc(c->time, sizeof *z->after);
	if (z->at == NULL || z->after == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading a time zone."));
	for (uint32_t i = 0; i < c->time; i++) {
		int64_t t = wide == 8 ? be64s(times + 8u * i) : be32s(times + 4u * i);
		if (index[i] >= c->type || (i > 0 && t <= z->at[i - 1])) {
			return amp_fail(err, AMP_EFORMAT, _("Time zone file: transition %u is out of order or names no type."),
			                (unsigned)i);
		}
		z->at[i] = t;
		z->after[i] = be32s(types + 6u * index[i]);
	}
	z->n = c->time;
	return 0;
}

/* "\nCET-1CEST,M3.5.0,M10.5.0/3\n"; an empty one means that nothing is known past the last transition. */
static int read_footer(struct amp_zone *z, const unsigned char *p, size_t n, size_t at, struct amp_err *err)
{
	const unsigned char *end = at < n && p[at] == '\n' ? memchr(p + at + 1, '\n', n - at - 1) : NULL;
	if (end == NULL) return amp_fail(err, AMP_EFORMAT, _("Time zone file: no footer line at byte %zu."), at);
	struct amp_str text = {(const char *)p + at + 1, (size_t)(end - (p + at + 1))};
	if (text.n == 0) return 0;
	if (!amp_posix_tz_parse(text, &z->rule)) {
		return amp_fail(err, AMP_EFORMAT, _("Time zone file: the footer rule “%.*s” cannot be read."), AMP_ARG(text));
	}
	z->has_rule = true;
	return 0;
}

int amp_zone_parse(struct amp_zone **out, const void *bytes, size_t n, struct amp_err *err)
{
	const unsigned char *p = bytes;
	struct counts c;
	size_t size = 0;
	*out = NULL;
	struct amp_zone *z = amp_calloc(1, sizeof *z);
	if (z == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading a time zone."));
	int rc = read_header(p, n, 0, 4, &c, &size, err);
	if (rc != 0) goto out;
	if (p[4] == 0) { /* version 1: 32-bit times only, no footer */
		rc = read_block(z, p, HEADER, 4, &c, err);
		goto out;
	}
	size_t second = HEADER + size;
	rc = read_header(p, n, second, 8, &c, &size, err);
	if (rc == 0) rc = read_block(z, p, second + HEADER, 8, &c, err);
	if (rc == 0) rc = read_footer(z, p, n, second + HEADER + size, err);
out:
	if (rc != 0) {
		amp_zone_free(z);
		return rc;
	}
	*out = z;
	return 0;
}

void amp_zone_free(struct amp_zone *z)
{
	if (z == NULL) return;
	amp_free(z->at);
	amp_free(z->after);
	amp_free(z);
}

/* Letters, digits, "_+-" and "/" between parts: so a name can never leave the zone folder. */
static bool name_ok(const char *name)
{
	size_t n = strlen(name);
	if (n == 0 || n > 64 || !amp_is_alpha((unsigned char)name[0]) || name[n - 1] == '/') return false;
	for (size_t i = 0; i < n; i++) {
		int c = (unsigned char)name[i];
		if (!amp_is_alnum(c) && c != '_' && c != '+' && c != '-' && c != '/') return false;
		if (c == '/' && name[i + 1] == '/') return false;
	}
	return true;
}

static int load_from(struct amp_zone **out, const char *dir, const char *name, struct amp_err *err)
{
	struct amp_buf path, b;
	amp_buf_init(&path, 256);
	amp_buf_init(&b, AMP_TZIF_MAX_BYTES);
	(void)amp_buf_printf(&path, "%s/%s", dir, name);
	int rc = amp_buf_check(&path, "time zone path", err);
	if (rc == 0) rc = amp_io_read_file(path.p, &b, err);
	if (rc == 0) rc = amp_zone_parse(out, b.p, b.n, err);
	amp_buf_free(&path);
	amp_buf_free(&b);
	return rc;
}

int amp_zone_load(struct amp_zone **out, const char *name, struct amp_err *err)
{
	*out = NULL;
	if (strcmp(name, "UTC") == 0) {
		*out = amp_calloc(1, sizeof **out);
		return *out != NULL ? 0 : amp_fail(err, AMP_ENOMEM, _("Out of memory while reading a time zone."));
	}
	if (name_ok(name)) {
		for (size_t i = 0; i < sizeof zone_dirs / sizeof *zone_dirs; i++) {
			struct amp_err ignored = {0};
			int rc = load_from(out, zone_dirs[i], name, &ignored);
			if (rc == 0 || rc == AMP_ENOMEM) return rc;
		}
	}
	return amp_fail(
		err, AMP_EUSAGE,
		_("Unknown time zone “%s”: write an IANA name such as “Europe/Paris” or “UTC” (the names are those of %s; on Debian they come with the package tzdata)."),
		name, zone_dirs[0]);
}

/* Number of transitions at or before utc. */
static size_t transitions_until(const struct amp_zone *z, int64_t utc)
{
	size_t lo = 0, hi = z->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (z->at[mid] <= utc)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

int32_t amp_zone_offset(const struct amp_zone *z, int64_t utc)
{
	size_t i = transitions_until(z, utc);
	if (i == z->n && z->has_rule) return amp_posix_tz_offset(&z->rule, utc);
	return i == 0 ? z->first : z->after[i - 1];
}

/* First instant in (lo, hi] whose offset is that of hi; the offset changes once in the span. */
static int64_t jump_between(const struct amp_zone *z, int64_t lo, int64_t hi)
{
	int32_t to = amp_zone_offset(z, hi);
	while (hi - lo > 1) {
		int64_t mid = lo + (hi - lo) / 2;
		if (amp_zone_offset(z, mid) == to)
			hi = mid;
		else
			lo = mid;
	}
	return hi;
}

int amp_zone_instants(const struct amp_zone *z, int64_t local, int64_t utc[2])
{
	/* The offset in force a day before and a day after: every change near `local` lies between the two. */
	int32_t before = amp_zone_offset(z, local - DAY - OFFSET_HIGH), after = amp_zone_offset(z, local + DAY - OFFSET_LOW);
	int64_t a = local - before, b = local - after;
	int n = 0;
	if (amp_zone_offset(z, a) == before) utc[n++] = a;
	if (b != a && amp_zone_offset(z, b) == after) utc[n++] = b;
	if (n == 2 && utc[0] > utc[1]) {
		int64_t swap = utc[0];
		utc[0] = utc[1];
		utc[1] = swap;
	}
	if (n == 0) utc[0] = jump_between(z, local - DAY - OFFSET_HIGH, local + DAY - OFFSET_LOW);
	return n;
}

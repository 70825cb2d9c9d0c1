/* archive.c: the writer. One group is built in memory, written by one call, and cut off again when the disk is full: so a
 * segment holds whole entries, or whole entries and one torn group that the next open cuts.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rng.h"
#include "canon.h"
#include "dedupe.h"
#include "entry.h"
#include "payload.h"

#define SEGMENT_BYTES (INT64_C(1) << 30)
#define GROUP_CAP (2 * WARC_BLOCK_MAX + 16 * 1024 * 1024)
#define KEEP_BUFFER ((size_t)16 * 1024 * 1024)

struct amp_archive {
	char dir[900];
	int lock_fd, fd;       /* fd: the segment appended to, -1 before the first entry */
	int64_t segment, size; /* number of that segment, -1 when there is none; its bytes */
	int64_t segment_bytes;
	struct amp_key crawler, study, key;
	int64_t next_seq;
	uint8_t head[AMP_SHA256];
	bool dirty, dirty_dir; /* appended, or a segment made, since the last sync */
	bool broken;           /* a failed write could not be undone, or a sync failed: nothing more is appended */
	struct warc_writer *writer;
	struct dedupe dedupe;
	struct amp_buf out, block, header, uri, content_type, of_uri;
};

struct amp_key amp_archive_key(const struct amp_key *crawler, const struct amp_key *study)
{
	struct amp_keyer k;

	amp_key_start(&k, "amplimeter archive 1");
	amp_key_key(&k, crawler);
	amp_key_key(&k, study);
	return amp_key_end(&k);
}

static int path_of(const struct amp_archive *a, int64_t segment, char path[1024])
{
	char name[SEGMENT_NAME];

	segment_name(segment, name);
	return snprintf(path, 1024, "%s/%s", a->dir, name) < 1024 ? 0 : AMP_ELIMIT;
}

/* ---- opening ---- */
static int lock(struct amp_archive *a, struct amp_err *err)
{
	char path[1024];

	(void)snprintf(path, sizeof(path), "%s/lock", a->dir);
	a->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (a->lock_fd < 0) return amp_fail_errno(err, _("cannot open the archive's lock %s"), path);
	if (flock(a->lock_fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK) return amp_fail_errno(err, _("cannot lock %s"), path);
		return amp_fail(err, AMP_EBUSY, _("the archive %s is in use by another process; wait for it to end"), a->dir);
	}
	return 0;
}

/* Whether any complete metadata record stands at or after `from`: then what precedes it was not an append cut short. */
static bool later_entry(const struct warc_file *f, int64_t from)
{
	struct warc_record rec;
	bool found = false;

	warc_record_init(&rec);
	for (int64_t at = warc_find_member(f, from); at >= 0 && !found; at = warc_find_member(f, at + 1)) {
		if (warc_load(f, at, WARC_HEAD, WARC_METADATA_MAX, &rec, NULL) != WARC_OK ||
		    !amp_str_eq_c(warc_field(&rec, "WARC-Type"), "metadata")) {
			continue;
		}
		found = warc_load(f, at, WARC_WHOLE, WARC_METADATA_MAX, &rec, NULL) == WARC_OK;
	}
	warc_record_free(&rec);
	return found;
}

static int corrupt(const struct entry_reader *r, int64_t at, const char *why, const struct amp_archive *a, struct amp_err *err)
{
	return amp_fail(err, AMP_ECORRUPT, _("%s, byte %lld: %s; nothing was changed, run `amplimeter verify --archive %s`"),
	                r->f.path, (long long)at, why, a->dir);
}

/* Cuts what stands behind the last entry of a segment; keep 0: it holds none, and a segment with no entry is no segment. */
static int cut(const struct amp_archive *a, int64_t segment, int64_t keep, struct amp_err *err)
{
	struct stat st;
	char path[1024];
	int fd = -1, rc = 0;

	if (path_of(a, segment, path) != 0) return amp_fail(err, AMP_ELIMIT, _("the path %s is too long"), a->dir);
	if (stat(path, &st) != 0) return amp_fail_errno(err, _("cannot open %s"), path);
	if (st.st_size > keep)
		amp_log(AMP_WARN, "archive", _("%s: the last %lld bytes are an entry that was never finished; they are cut off"),
		        path, (long long)(st.st_size - keep));
	if (keep == 0) {
		if (unlink(path) != 0) return amp_fail_errno(err, _("cannot remove %s"), path);
		return amp_io_sync_dir(a->dir, err);
	}
	if (st.st_size == keep) return 0;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || ftruncate(fd, (off_t)keep) != 0) rc = amp_fail_errno(err, _("cannot cut %s"), path);
	if (rc == 0) rc = amp_io_sync(fd, path, err);
	if (fd >= 0) (void)close(fd);
	return rc;
}

static int remember(struct amp_archive *a, const struct group *g, const struct amp_place *place, int64_t segment,
                    struct amp_err *err)
{
	struct dedupe_slot slot = {
		.seq = g->seq, .recorded_at = g->recorded_at, .offset = place->offset, .length = place->length, .segment = segment};

	if (!g->has_payload || (g->response != RESPONSE_HTTP && g->response != RESPONSE_RESOURCE)) return 0;
	return dedupe_put(&a->dedupe, g->payload, &slot, err);
}

/* The chain's continuation: previous link and seq. The first entry seen after opening is taken at its word unless it is 0. */
static int follow(struct amp_archive *a, struct entry_reader *r, const struct entry *e, bool first, struct amp_err *err)
{
	uint8_t genesis[AMP_SHA256];
	const uint8_t *expected = a->head;

	if (memcmp(r->archive.b, a->key.b, AMP_KEY) != 0) {
		return amp_fail(err, AMP_EUSAGE,
		                _("the archive %s belongs to another crawler or study; give another --archive folder"), a->dir);
	}
	ledger_genesis(&a->key, genesis);
	if (first) expected = e->g.seq == 0 ? genesis : e->link.previous;
	if (memcmp(e->link.previous, expected, AMP_SHA256) != 0 || (!first && e->g.seq != a->next_seq) ||
	    (e->g.seq == 0) != (first && r->segment == 0)) {
		return corrupt(r, e->metadata.offset, _("this entry does not continue the chain"), a, err);
	}
	a->next_seq = e->g.seq + 1;
	memcpy(a->head, e->link.link, AMP_SHA256);
	return remember(a, &e->g, &e->response, r->segment, err);
}

/* Reads one segment whole; a->size: where its last entry ends. *entries 0: it holds none. */
static int recover_segment(struct amp_archive *a, int64_t segment, int64_t *entries, struct amp_err *err)
{
	struct entry_reader r;
	int rc = entry_open(&r, a->dir, segment, err);

	*entries = 0;
	while (rc == 0 && r.offset < r.f.size) {
		struct entry e;
		enum warc_result got = entry_next(&r, true, &e, err);

		if (got == WARC_OK) {
			rc = follow(a, &r, &e, *entries == 0, err);
			entry_clear(&e);
			(*entries)++;
		} else if (got == WARC_FAIL) {
			rc = err != NULL && err->code != 0 ? err->code : AMP_EIO;
		} else if (got == WARC_BAD || later_entry(&r.f, r.rec.offset + 1)) {
			rc = corrupt(&r, r.rec.bad_offset, r.rec.why, a, err);
		} else {
			r.f.size = r.offset; /* torn: cut when all is known, see recover() */
		}
	}
	a->size = r.offset;
	entry_close(&r);
	return rc;
}

static int recover(struct amp_archive *a, amp_archive_end_fn *end, void *user, struct amp_err *err)
{
	int64_t n, entries = 0, all;
	int rc = segment_count(a->dir, &n, err);
	char path[1024];

	all = n;
	ledger_genesis(&a->key, a->head);
	while (rc == 0 && n > 0 && entries == 0) rc = recover_segment(a, --n, &entries, err);
	if (rc == 0 && end != NULL) rc = end(user, a->next_seq, a->head, err);
	/* from the end, so that a crash in between leaves no gap */
	for (int64_t i = all - 1; rc == 0 && i >= n; i--) rc = cut(a, i, i == n && entries > 0 ? a->size : 0, err);
	if (rc != 0 || entries == 0) return rc;
	a->segment = n;
	if (path_of(a, n, path) != 0) return amp_fail(err, AMP_ELIMIT, _("the path %s is too long"), a->dir);
	a->fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	return a->fd < 0 ? amp_fail_errno(err, _("cannot open %s"), path) : 0;
}

int amp_archive_open(struct amp_archive **out, const char *dir, const struct amp_key *crawler, const struct amp_key *study,
                     int64_t segment_bytes, amp_archive_end_fn *end, void *user, struct amp_err *err)
{
	struct amp_archive *a;
	struct amp_err mine = {0};
	int rc;

	*out = NULL;
	if (strlen(dir) == 0 || strlen(dir) >= sizeof(a->dir))
		return amp_fail(err, AMP_EUSAGE, _("the archive path \"%s\" is empty or too long"), dir);
	a = amp_calloc(1, sizeof(*a));
	if (a == NULL) return amp_fail(err, AMP_ENOMEM, _("out of memory for the archive %s"), dir);
	memcpy(a->dir, dir, strlen(dir) + 1);
	a->lock_fd = a->fd = -1;
	a->segment = -1;
	a->segment_bytes = segment_bytes > 0 ? segment_bytes : SEGMENT_BYTES;
	a->crawler = *crawler;
	a->study = *study;
	a->key = amp_archive_key(crawler, study);
	amp_buf_init(&a->out, GROUP_CAP);
	amp_buf_init(&a->block, WARC_METADATA_MAX - WARC_HEADER_MAX);
	amp_buf_init(&a->header, WARC_HEADER_MAX);
	amp_buf_init(&a->uri, WARC_HEADER_MAX / 4);
	amp_buf_init(&a->content_type, 1024);
	amp_buf_init(&a->of_uri, WARC_HEADER_MAX / 4);
	rc = amp_io_mkdirs(dir, &mine);
	if (rc == 0) rc = lock(a, &mine);
	if (rc == 0) rc = warc_writer_new(&a->writer, &mine);
	if (rc == 0) rc = recover(a, end, user, &mine);
	if (rc != 0) {
		if (err != NULL) *err = mine;
		amp_archive_close(a);
		return rc;
	}
	*out = a;
	return 0;
}

void amp_archive_close(struct amp_archive *a)
{
	if (a == NULL) return;
	if (a->fd >= 0) (void)close(a->fd);
	if (a->lock_fd >= 0) (void)close(a->lock_fd);
	warc_writer_free(a->writer);
	dedupe_free(&a->dedupe);
	amp_buf_free(&a->out);
	amp_buf_free(&a->block);
	amp_buf_free(&a->header);
	amp_buf_free(&a->uri);
	amp_buf_free(&a->content_type);
	amp_buf_free(&a->of_uri);
	amp_free(a);
}

int64_t amp_archive_next_seq(const struct amp_archive *a)
{
	return a->next_seq;
}

void amp_archive_head(const struct amp_archive *a, uint8_t link[AMP_SHA256])
{
	memcpy(link, a->head, AMP_SHA256);
}

/* ---- appending ---- */

/* Header values are printable ASCII without spaces: whatever else a URL holds is percent-encoded. */
static struct amp_str encode_uri(struct amp_buf *b, struct amp_str uri)
{
	amp_buf_reset(b);
	if (uri.p == NULL || uri.n == 0) return AMP_STR_ABSENT;
	for (size_t i = 0; i < uri.n; i++) {
		unsigned char c = (unsigned char)uri.p[i];

		if (c <= 0x20 || c >= 0x7f) {
			(void)amp_buf_printf(b, "%%%02X", c);
		} else {
			(void)amp_buf_byte(b, c);
		}
	}
	return amp_buf_str(b);
}

static struct amp_str plain_content_type(struct amp_buf *b, struct amp_str type)
{
	amp_buf_reset(b);
	for (size_t i = 0; i < type.n; i++) {
		if ((unsigned char)type.p[i] < 0x20 || (unsigned char)type.p[i] > 0x7e) return AMP_STR_ABSENT;
	}
	return type.n == 0 || type.n > 255 || amp_buf_adds(b, type) != 0 ? AMP_STR_ABSENT : amp_buf_str(b);
}

static struct amp_str body_of(const struct amp_capture_bytes *c)
{
	return (struct amp_str){c->response.p + c->response_header_bytes, c->response.n - c->response_header_bytes};
}

/* Turns the response into a revisit when its body equals, byte for byte, an earlier one. A candidate that cannot be read is no
 * reason to fail: the response is then stored in full. */
static void find_revisit(struct amp_archive *a, struct group *g, const struct amp_capture_bytes *c)
{
	const struct dedupe_slot *slot = g->has_payload ? dedupe_get(&a->dedupe, g->payload) : NULL;
	struct amp_str body = body_of(c), digest;
	struct amp_place place = {{0}, 0, 0};
	struct warc_file f;
	struct warc_record rec;
	size_t header_bytes;
	char hex[2 * AMP_SHA256 + 1], id[RECORD_ID];

	if (slot == NULL || body.n < DEDUPE_MIN) return;
	segment_name(slot->segment, place.file);
	place.offset = slot->offset;
	place.length = slot->length;
	warc_record_init(&rec);
	if (warc_file_open(&f, a->dir, place.file, NULL) == 0 && response_load(&f, &place, &rec, &header_bytes, NULL) == 0) {
		amp_hex(g->payload, AMP_SHA256, hex);
		ledger_record_id(&a->key, slot->seq, GROUP_RESPONSE, id);
		digest = warc_field(&rec, "WARC-Payload-Digest");
		if (rec.block_bytes - header_bytes == body.n &&
		    memcmp(rec.bytes.p + rec.header_bytes + header_bytes, body.p, body.n) == 0 &&
		    amp_str_starts(digest, "sha256:") && amp_str_ends(digest, hex) &&
		    amp_str_eq_c(warc_field(&rec, "WARC-Record-ID"), id)) {
			g->response = RESPONSE_REVISIT;
			g->of.seq = slot->seq;
			g->of.recorded_at = slot->recorded_at;
			g->of.segment = slot->segment;
			g->of.offset = slot->offset;
			g->of.length = slot->length;
			amp_buf_reset(&a->of_uri);
			(void)amp_buf_adds(&a->of_uri, warc_field(&rec, "WARC-Target-URI"));
			g->of.uri = a->of_uri.n > 0 ? amp_buf_str(&a->of_uri) : AMP_STR_ABSENT;
		}
	}
	warc_file_close(&f);
	warc_record_free(&rec);
}

static int describe(struct amp_archive *a, struct group *g, const char *type, const json_t *columns,
                    const struct amp_capture_bytes *c, int64_t recorded_at, struct amp_err *err)
{
	const json_t *address = json_object_get(columns, "server_address");
	uint8_t derived[AMP_SHA256];

	memset(g, 0, sizeof(*g));
	if (!type_valid(amp_str_c(type)) || !json_is_object(columns) || (c != NULL) != (strcmp(type, "capture") == 0) ||
	    recorded_at < 0) {
		return amp_fail(err, AMP_EUSAGE,
		                _("an archive entry of type \"%s\" needs columns, a time, and bytes exactly when it is a capture"),
		                type);
	}
	g->archive = a->key;
	g->seq = a->next_seq;
	g->recorded_at = recorded_at;
	memcpy(g->type, type, strlen(type));
	g->segment = a->fd < 0 || a->size >= a->segment_bytes ? a->segment + 1 : -1;
	if (g->segment > SEGMENT_MAX)
		return amp_fail(err, AMP_ELIMIT, _("the archive %s has %d segments, as many as it can"), a->dir, SEGMENT_MAX + 1);
	g->records[GROUP_WARCINFO].there = g->segment >= 0;
	address_of((struct amp_str){json_string_value(address), json_string_length(address)}, g->address);
	if (c == NULL) return 0;
	if (c->response_header_bytes > c->response.n) {
		return amp_fail(err, AMP_EUSAGE, _("a response of %zu bytes cannot have a header of %zu"), c->response.n,
		                c->response_header_bytes);
	}
	g->capture = true;
	g->ingested = c->ingested;
	g->uri = encode_uri(&a->uri, c->target_uri);
	if (a->uri.failed) return amp_fail(err, AMP_ELIMIT, _("the address of a capture is longer than %zu bytes"), a->uri.cap);
	g->content_type = plain_content_type(&a->content_type, c->content_type);
	g->records[GROUP_REQUEST].there = !c->ingested && c->request.p != NULL;
	if (c->response.p == NULL) return 0;
	g->response = c->ingested ? RESPONSE_RESOURCE : RESPONSE_HTTP;
	g->records[GROUP_RESPONSE].there = true;
	g->header_bytes = c->ingested ? 0 : (int64_t)c->response_header_bytes;
	g->has_payload = c->has_payload;
	memcpy(g->payload, c->payload_sha256, c->has_payload ? AMP_SHA256 : 0);
	g->payload_checked = c->has_payload &&
	                     payload_digest((struct amp_str){c->response.p, c->response_header_bytes}, body_of(c), derived) &&
	                     memcmp(derived, g->payload, AMP_SHA256) == 0;
	find_revisit(a, g, c);
	return 0;
}

/* Appends one record to a->out and notes its digest. */
static int add_record(struct amp_archive *a, struct group *g, enum group_part part, struct amp_str block,
                      const struct group_link *link, struct amp_err *err)
{
	struct amp_sha256 h;
	/* a gzip body is stored as it came */
	size_t start =
		part == GROUP_RESPONSE ? (size_t)g->header_bytes + 16 : 0; /* the magic follows the header or a chunk's size */
	bool packed = start > 0 &&
	              amp_str_find((struct amp_str){block.p, block.n < start ? block.n : start}, AMP_STR("\r\n\x1f\x8b")) != NULL;
	int rc;

	amp_buf_reset(&a->header);
	rc = group_header(&a->header, g, part, block, link, err);
	if (rc != 0) return rc;
	if (part < GROUP_METADATA) {
		amp_sha256_start(&h);
		amp_sha256_add(&h, a->header.p, a->header.n);
		amp_sha256_add(&h, block.p, block.n);
		amp_sha256_end(&h, g->records[part].sha256);
		g->records[part].length = (int64_t)(a->header.n + block.n);
	}
	return warc_member_add(a->writer, &a->out, amp_buf_str(&a->header), block, packed, err);
}

static int add_metadata(struct amp_archive *a, struct group *g, json_t *columns, struct group_link *link, struct amp_err *err)
{
	json_t *block = group_to_json(g, columns);
	int rc;

	if (block == NULL) return amp_fail(err, AMP_ENOMEM, _("out of memory for an entry of the archive"));
	amp_buf_reset(&a->block);
	rc = canon_dump(&a->block, block, err);
	json_decref(block);
	if (rc == 0) rc = amp_random_bytes(link->nonce, sizeof(link->nonce), err);
	if (rc != 0) return rc;
	link->has_nonce = true;
	memcpy(link->previous, a->head, AMP_SHA256);
	ledger_entry_hash(link->nonce, amp_buf_str(&a->block), link->entry_hash);
	ledger_link(link->previous, g->seq, g->type, link->entry_hash, link->link);
	return add_record(a, g, GROUP_METADATA, amp_buf_str(&a->block), link, err);
}

/* Writes a->out to the segment, or leaves it as it was. */
static int write_group(struct amp_archive *a, const struct group *g, struct amp_err *err)
{
	struct amp_err mine = {0};
	char path[1024];
	int64_t segment = g->segment >= 0 ? g->segment : a->segment, start = g->segment >= 0 ? 0 : a->size;
	int fd = a->fd, rc;

	if (path_of(a, segment, path) != 0) return amp_fail(err, AMP_ELIMIT, _("the path %s is too long"), a->dir);
	if (g->segment >= 0) {
		/* what the old segment holds must be durable before anything of the next one is */
		rc = amp_archive_sync(a, err);
		if (rc != 0) return rc;
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
		if (fd < 0) return amp_fail_errno(err, _("cannot create the archive file %s"), path);
	}
	rc = amp_io_write_all(fd, a->out.p, a->out.n, path, &mine);
	if (rc != 0) {
		bool undone = g->segment >= 0 ? unlink(path) == 0 : ftruncate(fd, (off_t)start) == 0;

		if (mine.sys == EFBIG) rc = mine.code = AMP_EFULL; /* the process's file size limit */
		if (!undone) a->broken = true;
		if (g->segment >= 0) (void)close(fd);
		if (err != NULL) *err = mine;
		return rc;
	}
	if (g->segment >= 0) {
		if (a->fd >= 0) (void)close(a->fd);
		a->fd = fd;
		a->segment = g->segment;
		a->dirty_dir = true;
	}
	a->size = start + (int64_t)a->out.n;
	a->dirty = true;
	return 0;
}

int amp_archive_append(struct amp_archive *a, const char *type, json_t *columns, const struct amp_capture_bytes *bytes,
                       int64_t recorded_at, struct amp_ledger_entry *entry, struct amp_place *place, int64_t *revisit_of_seq,
                       struct amp_err *err)
{
	struct group g;
	struct group_link link;
	struct amp_buf info;
	struct amp_place at[GROUP_PARTS], *shown;
	int rc;

	if (a->broken)
		return amp_fail(err, AMP_EIO, _("the archive %s could not be written; see the error before this one"), a->dir);
	memset(&link, 0, sizeof(link));
	memset(at, 0, sizeof(at));
	amp_buf_init(&info, 8192);
	amp_buf_reset(&a->out);
	rc = describe(a, &g, type, columns, bytes, recorded_at, err);
	if (rc == 0 && g.segment >= 0) rc = group_warcinfo(&info, &a->crawler, &a->study, g.segment, a->head, err);
	for (int part = 0; rc == 0 && part < GROUP_PARTS; part++) {
		int64_t start = (int64_t)a->out.n + (g.segment >= 0 ? 0 : a->size);

		if (part < GROUP_METADATA && !g.records[part].there) continue;
		if (part == GROUP_WARCINFO) rc = add_record(a, &g, GROUP_WARCINFO, amp_buf_str(&info), NULL, err);
		if (part == GROUP_REQUEST) rc = add_record(a, &g, GROUP_REQUEST, bytes->request, NULL, err);
		if (part == GROUP_RESPONSE) {
			struct amp_str block = bytes->response;

			if (g.response == RESPONSE_REVISIT) block.n = (size_t)g.header_bytes;
			rc = add_record(a, &g, GROUP_RESPONSE, block, NULL, err);
		}
		if (part == GROUP_METADATA) rc = add_metadata(a, &g, columns, &link, err);
		segment_name(g.segment >= 0 ? g.segment : a->segment, at[part].file);
		at[part].offset = start;
		at[part].length = (int64_t)a->out.n + (g.segment >= 0 ? 0 : a->size) - start;
	}
	if (rc == 0) rc = write_group(a, &g, err);
	if (rc != 0) goto out;
	memcpy(a->head, link.link, AMP_SHA256);
	a->next_seq++;
	shown = g.response == RESPONSE_NONE ? &at[GROUP_METADATA] : &at[GROUP_RESPONSE];
	/* the entry is written: a table that cannot grow costs a revisit, not the entry */
	if (remember(a, &g, shown, a->segment, NULL) != 0)
		amp_log(AMP_WARN, "archive", _("out of memory: repeated payloads are stored in full"));
	if (entry != NULL) {
		const struct entry e = {.g = g, .link = link};

		entry_ledger(&e, entry);
	}
	if (place != NULL) *place = *shown;
	if (revisit_of_seq != NULL) *revisit_of_seq = g.response == RESPONSE_REVISIT ? g.of.seq : -1;
out:
	if (a->out.size > KEEP_BUFFER) amp_buf_free(&a->out);
	amp_buf_free(&info);
	return rc;
}

int amp_archive_sync(struct amp_archive *a, struct amp_err *err)
{
	char path[1024];
	int rc = 0;

	if (a->broken)
		return amp_fail(err, AMP_EIO, _("the archive %s could not be written; see the error before this one"), a->dir);
	if (path_of(a, a->segment < 0 ? 0 : a->segment, path) != 0)
		return amp_fail(err, AMP_ELIMIT, _("the path %s is too long"), a->dir);
	if (a->dirty) rc = amp_io_sync(a->fd, path, err);
	if (rc == 0 && a->dirty_dir) rc = amp_io_sync_dir(a->dir, err);
	if (rc != 0) {
		/* after a failed fsync the kernel may have dropped the pages: what is on the disk is unknown until the next open reads it */
		a->broken = true;
		return rc;
	}
	a->dirty = a->dirty_dir = false;
	return 0;
}

int amp_archive_erase(struct amp_archive *a, const int64_t *seqs, size_t n, int64_t *erased, struct amp_err *err)
{
	int64_t all = 0;
	char path[1024];
	int rc = n == 0 ? 0 : amp_archive_sync(a, err);

	for (int64_t i = 0; rc == 0 && n > 0 && i <= a->segment; i++) {
		int64_t some;

		rc = segment_erase(a->dir, i, seqs, n, &some, err);
		all += rc == 0 ? some : 0;
		if (rc != 0 || some == 0 || i < a->segment) continue;
		/* the file appended to is another one now */
		(void)close(a->fd);
		a->fd = path_of(a, i, path) == 0 ? open(path, O_WRONLY | O_APPEND | O_CLOEXEC) : -1;
		if (a->fd < 0) {
			a->broken = true;
			rc = amp_fail_errno(err, _("cannot open %s"), a->dir);
		}
	}
	if (erased != NULL) *erased = all;
	return rc;
}

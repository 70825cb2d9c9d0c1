/* erase.c: entries whose content the law wants gone. The segment is written again beside itself, with each such group replaced by a metadata record of the
 * same number of bytes, and takes the old one's name in one step: a crash leaves the one or the other, and no other record moves. So places in the
 * database and in revisits stay true, and what is still to do is what is not erased yet. What the old file's blocks on the disk hold is the file system's affair.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/io.h"
#include "canon.h"
#include "entry.h"

#define COPY_CHUNK ((size_t)256 * 1024)

struct rewriting {
	const char *dir;
	const int64_t *seqs;
	size_t n;
	struct entry_reader in;
	struct warc_writer *writer;
	int fd;         /* of the file beside it, -1 until something has to go */
	int64_t copied; /* bytes of the old file that the new one stands for */
	char path[1100];
	struct amp_buf block, header, member, chunk;
};

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int copy_to(struct rewriting *w, int64_t to, struct amp_err *err)
{
	int rc = 0;

	while (rc == 0 && w->copied < to) {
		size_t want = to - w->copied < (int64_t)COPY_CHUNK ? (size_t)(to - w->copied) : COPY_CHUNK;
		ssize_t got;

		amp_buf_reset(&w->chunk);
		if (amp_buf_reserve(&w->chunk, want) != 0)
			return amp_fail(err, AMP_ENOMEM, _("out of memory for the archive %s"), w->dir);
		got = pread(w->in.f.fd, w->chunk.p, want, (off_t)w->copied);
		if (got < 0 && errno == EINTR) continue;
		if (got <= 0) return amp_fail_errno(err, _("cannot read %s"), w->in.f.path);
		rc = amp_io_write_all(w->fd, w->chunk.p, (size_t)got, w->path, err);
		w->copied += got;
	}
	return rc;
}

static int begin(struct rewriting *w, struct amp_err *err)
{
	struct stat st;

	if (w->fd >= 0) return 0;
	if (fstat(w->in.f.fd, &st) != 0) return amp_fail_errno(err, _("cannot read %s"), w->in.f.path);
	(void)snprintf(w->path, sizeof(w->path), "%s.new", w->in.f.path);
	w->fd = open(w->path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, st.st_mode & 0777);
	return w->fd < 0 ? amp_fail_errno(err, _("cannot create the archive file %s"), w->path) : 0;
}

/* The block of an erased entry: what the link holds, and nothing else. */
static int erased_block(struct amp_buf *out, const struct group *g, struct amp_err *err)
{
	char name[SEGMENT_NAME];
	json_t *block;
	int rc;

	if (g->segment >= 0) segment_name(g->segment, name);
	block = json_pack("{s:b, s:I, s:I, s:o, s:s}", "erased", 1, "recorded_at", (json_int_t)g->recorded_at, "seq",
	                  (json_int_t)g->seq, "segment", g->segment >= 0 ? json_string(name) : json_null(), "type", g->type);
	if (block == NULL) return amp_fail(err, AMP_ENOMEM, _("out of memory for an entry of the archive"));
	amp_buf_reset(out);
	rc = canon_dump(out, block, err);
	json_decref(block);
	return rc;
}

/* The group from `start` to `end`, less a warcinfo record of `kept` bytes, becomes one metadata record. */
static int erase_group(struct rewriting *w, const struct entry *e, int64_t start, int64_t kept, int64_t end, struct amp_err *err)
{
	struct group g = {
		.archive = e->g.archive, .seq = e->g.seq, .recorded_at = e->g.recorded_at, .erased = true, .segment = e->g.segment};
	struct group_link link = e->link;
	int rc = begin(w, err);

	memcpy(g.type, e->g.type, sizeof(g.type));
	g.records[GROUP_WARCINFO].there = g.segment >= 0;
	link.has_nonce = false;
	memset(link.nonce, 0, sizeof(link.nonce));
	if (rc == 0) rc = copy_to(w, start + kept, err);
	if (rc == 0) rc = erased_block(&w->block, &g, err);
	amp_buf_reset(&w->header);
	if (rc == 0) rc = group_header(&w->header, &g, GROUP_METADATA, amp_buf_str(&w->block), &link, err);
	amp_buf_reset(&w->member);
	if (rc == 0)
		rc = warc_member_fill(w->writer, &w->member, amp_buf_str(&w->header), amp_buf_str(&w->block),
		                      (size_t)(end - start - kept), err);
	if (rc == 0) rc = amp_io_write_all(w->fd, w->member.p, w->member.n, w->path, err);
	w->copied = end;
	return rc;
}

static int one_group(struct rewriting *w, int64_t *erased, struct amp_err *err)
{
	struct entry e;
	int64_t start = w->in.offset, kept = 0;
	enum warc_result got = entry_next(&w->in, false, &e, err);
	int rc = 0;

	if (got == WARC_FAIL) return err != NULL && err->code != 0 ? err->code : AMP_EIO;
	if (got != WARC_OK) {
		return amp_fail(err, AMP_ECORRUPT, _("%s, byte %lld: %s; run `amplimeter verify` on this archive"), w->in.f.path,
		                (long long)w->in.rec.bad_offset, w->in.rec.why);
	}
	if (!e.g.erased && bsearch(&e.g.seq, w->seqs, w->n, sizeof(*w->seqs), by_number) != NULL) {
		if (strcmp(e.g.type, "capture") != 0) {
			rc = amp_fail(err, AMP_EUSAGE, _("entry %lld of the archive %s is no capture: only captures can be erased"),
			              (long long)e.g.seq, w->dir);
		}
		if (rc == 0 && e.g.segment >= 0) {
			if (warc_load(&w->in.f, start, WARC_HEAD, WARC_BLOCK_MAX, &w->in.rec, err) != WARC_OK)
				rc = amp_fail(err, AMP_ECORRUPT, _("%s does not begin with a warcinfo record"), w->in.f.path);
			kept = w->in.rec.length;
		}
		if (rc == 0) rc = erase_group(w, &e, start, kept, w->in.offset, err);
		if (rc == 0) (*erased)++;
	}
	entry_clear(&e);
	return rc;
}

int segment_erase(const char *dir, int64_t segment, const int64_t *seqs, size_t n, int64_t *erased, struct amp_err *err)
{
	struct rewriting w = {.dir = dir, .seqs = seqs, .n = n, .fd = -1};
	int rc;

	*erased = 0;
	amp_buf_init(&w.block, 8192);
	amp_buf_init(&w.header, WARC_HEADER_MAX);
	amp_buf_init(&w.member, 4 * WARC_BLOCK_MAX);
	amp_buf_init(&w.chunk, COPY_CHUNK + 64);
	rc = warc_writer_new(&w.writer, err);
	if (rc == 0) rc = entry_open(&w.in, dir, segment, err);
	if (rc == 0) {
		while (rc == 0 && w.in.offset < w.in.f.size) rc = one_group(&w, erased, err);
		if (rc == 0 && w.fd >= 0) {
			rc = copy_to(&w, w.in.f.size, err);
			if (rc == 0) rc = amp_io_sync(w.fd, w.path, err);
			if (rc == 0) amp_crash_point("before rename");
			if (rc == 0 && rename(w.path, w.in.f.path) != 0)
				rc = amp_fail_errno(err, _("cannot give %s the name of the segment it replaces"), w.path);
			if (rc == 0)
				rc = amp_io_sync_dir(dir, err);
			else
				(void)unlink(w.path);
		} else if (w.fd >= 0) {
			(void)unlink(w.path);
		}
		if (w.fd >= 0) (void)close(w.fd);
		entry_close(&w.in);
	}
	warc_writer_free(w.writer);
	amp_buf_free(&w.block);
	amp_buf_free(&w.header);
	amp_buf_free(&w.member);
	amp_buf_free(&w.chunk);
	return rc;
}

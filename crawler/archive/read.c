/* read.c: see entry.h and archive.h. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/io.h"
#include "canon.h"
#include "entry.h"

int entry_open(struct entry_reader *r, const char *dir, int64_t segment, struct amp_err *err)
{
	memset(r, 0, sizeof(*r));
	warc_record_init(&r->rec);
	r->segment = segment;
	segment_name(segment, r->name);
	return warc_file_open(&r->f, dir, r->name, err);
}

void entry_close(struct entry_reader *r)
{
	warc_file_close(&r->f);
	warc_record_free(&r->rec);
}

void entry_clear(struct entry *e)
{
	json_decref(e->block);
	e->block = NULL;
}

static enum warc_result bad(struct entry_reader *r, const char *why)
{
	r->rec.bad_offset = r->rec.offset;
	(void)snprintf(r->rec.why, sizeof(r->rec.why), "%.255s", why);
	return WARC_BAD;
}

static bool hex_field(const struct warc_record *rec, const char *name, uint8_t *out, size_t n)
{
	return amp_unhex(warc_field(rec, name), out, n) == 0;
}

/* The metadata record is loaded: block, hash and link. */
static enum warc_result read_metadata(struct entry_reader *r, struct entry *e, struct amp_err *err)
{
	struct group_link *l = &e->link;
	struct amp_err why = {0};
	uint8_t hash[AMP_SHA256], link[AMP_SHA256];

	if (canon_load(&e->block, warc_block(&r->rec), &why) == AMP_ENOMEM) { /* nothing is said of the bytes */
		if (err != NULL) *err = why;
		return WARC_FAIL;
	}
	if (e->block == NULL) return bad(r, why.text);
	e->g.archive = r->archive;
	if (group_from_json(&e->g, e->block, &why) != 0) return bad(r, why.text);
	if (!hex_field(&r->rec, "Amp-Entry-Hash", l->entry_hash, AMP_SHA256) ||
	    !hex_field(&r->rec, "Amp-Link", l->link, AMP_SHA256) ||
	    !hex_field(&r->rec, "Amp-Previous-Link", l->previous, AMP_SHA256)) {
		return bad(r, _("the metadata record lacks Amp-Entry-Hash, Amp-Previous-Link or Amp-Link"));
	}
	l->has_nonce = hex_field(&r->rec, "Amp-Nonce", l->nonce, sizeof(l->nonce));
	if (l->has_nonce == e->g.erased) return bad(r, _("exactly the entries that are not erased have an Amp-Nonce"));
	if (l->has_nonce) {
		ledger_entry_hash(l->nonce, warc_block(&r->rec), hash);
		if (memcmp(hash, l->entry_hash, AMP_SHA256) != 0)
			return bad(r, _("the entry's hash is not that of its nonce and block"));
	}
	ledger_link(l->previous, e->g.seq, e->g.type, l->entry_hash, link);
	if (memcmp(link, l->link, AMP_SHA256) != 0)
		return bad(r, _("the entry's link does not follow from its previous link and hash"));
	return WARC_OK;
}

static enum warc_result read_warcinfo(struct entry_reader *r)
{
	if (!group_warcinfo_keys(warc_block(&r->rec), &r->crawler, &r->study)) {
		return bad(r, _("the warcinfo record does not name its crawler and study"));
	}
	r->archive = amp_archive_key(&r->crawler, &r->study);
	return WARC_OK;
}

static bool is_response(struct amp_str type)
{
	return amp_str_eq_c(type, "response") || amp_str_eq_c(type, "resource") || amp_str_eq_c(type, "revisit");
}

enum warc_result entry_next(struct entry_reader *r, bool whole, struct entry *e, struct amp_err *err)
{
	uint8_t digests[GROUP_METADATA][AMP_SHA256];
	bool there[GROUP_METADATA] = {false};
	int64_t at = r->offset;
	enum warc_result rc;

	memset(e, 0, sizeof(*e));
	for (int parts = 0;; parts++) {
		struct amp_str type;
		struct amp_place *place = NULL;
		int part = GROUP_METADATA;

		if (at >= r->f.size) {
			(void)snprintf(r->rec.why, sizeof(r->rec.why), "%s", _("the file ends inside an entry"));
			r->rec.offset = r->rec.bad_offset = at;
			return WARC_TORN;
		}
		rc = warc_load(&r->f, at, whole ? WARC_WHOLE : WARC_HEAD, WARC_BLOCK_MAX, &r->rec, err);
		if (rc != WARC_OK) return rc;
		type = warc_field(&r->rec, "WARC-Type");
		if (amp_str_eq_c(type, "warcinfo")) part = GROUP_WARCINFO;
		if (amp_str_eq_c(type, "request")) part = GROUP_REQUEST;
		if (is_response(type)) part = GROUP_RESPONSE;
		if (parts >= GROUP_PARTS || (part == GROUP_METADATA && !amp_str_eq_c(type, "metadata")) ||
		    (part == GROUP_WARCINFO) != (at == 0) || (part < GROUP_METADATA && there[part])) {
			return bad(r, _("this record does not belong here: an entry is [warcinfo] [request] [response] metadata"));
		}
		if (part != GROUP_METADATA) {
			there[part] = true;
			memcpy(digests[part], r->rec.sha256, AMP_SHA256);
		}
		if (part == GROUP_RESPONSE) place = &e->response;
		if (part == GROUP_METADATA) place = &e->metadata;
		if (place != NULL) {
			(void)snprintf(place->file, sizeof(place->file), "%s", r->name);
			place->offset = r->rec.offset;
			place->length = r->rec.length;
		}
		if (!whole && (part == GROUP_WARCINFO || part == GROUP_METADATA)) {
			rc = warc_load(&r->f, at, WARC_WHOLE, WARC_METADATA_MAX, &r->rec, err);
			if (rc != WARC_OK) return rc;
		}
		if (part == GROUP_WARCINFO) rc = read_warcinfo(r);
		if (rc != WARC_OK) return rc;
		at = r->rec.offset + r->rec.length;
		if (part == GROUP_METADATA) break;
	}
	rc = read_metadata(r, e, err);
	for (int part = 0; rc == WARC_OK && part < GROUP_METADATA; part++) {
		const struct group_record *said = &e->g.records[part];

		if (said->there != there[part]) rc = bad(r, _("the entry lists other records than those before it"));
		if (rc == WARC_OK && whole && !e->g.erased && said->there && memcmp(said->sha256, digests[part], AMP_SHA256) != 0) {
			rc = bad(r, _("the digest of a record differs from the one in its entry"));
		}
	}
	if (rc == WARC_OK) {
		r->offset = at;
	} else {
		entry_clear(e);
	}
	return rc;
}

void entry_ledger(const struct entry *e, struct amp_ledger_entry *out)
{
	memset(out, 0, sizeof(*out));
	out->seq = e->g.seq;
	memcpy(out->type, e->g.type, sizeof(out->type));
	out->recorded_at = e->g.recorded_at;
	out->has_nonce = e->link.has_nonce;
	memcpy(out->nonce, e->link.nonce, sizeof(out->nonce));
	memcpy(out->entry_hash, e->link.entry_hash, AMP_SHA256);
	memcpy(out->link, e->link.link, AMP_SHA256);
}

int segment_count(const char *dir, int64_t *n, struct amp_err *err)
{
	char **names, expected[SEGMENT_NAME];
	size_t count;
	int rc = amp_io_list(dir, &names, &count, err);

	*n = 0;
	if (rc != 0) return rc;
	for (size_t i = 0; i < count && rc == 0; i++) {
		if (!amp_str_ends(amp_str_c(names[i]), ".warc.gz")) continue;
		segment_name(*n, expected);
		if (strcmp(names[i], expected) != 0) {
			rc = amp_fail(err, AMP_ECORRUPT,
			              _("the archive %s holds %s where %s is expected; run `amplimeter verify --archive %s`"), dir,
			              names[i], expected, dir);
		}
		(*n)++;
	}
	amp_io_list_free(names);
	return rc;
}

static int read_error(enum warc_result rc, const struct warc_file *f, const struct warc_record *rec, struct amp_err *err)
{
	if (rc == WARC_FAIL) return err != NULL && err->code != 0 ? err->code : AMP_EIO;
	return amp_fail(err, AMP_ECORRUPT, _("%s, byte %lld: %s; run `amplimeter verify` on this archive"), f->path,
	                (long long)rec->bad_offset, rec->why);
}

static int each_in_segment(struct entry_reader *r, int64_t from, int64_t *next, amp_archived_fn *fn, void *user,
                           struct amp_err *err)
{
	int rc = 0;

	while (rc == 0 && r->offset < r->f.size) {
		struct entry e;
		struct amp_archived a;
		enum warc_result got = entry_next(r, false, &e, err);

		if (got != WARC_OK) return read_error(got, &r->f, &r->rec, err);
		if (*next >= 0 && e.g.seq != *next) {
			rc = amp_fail(err, AMP_ECORRUPT, _("%s, byte %lld: entry %lld stands where %lld is expected"), r->f.path,
			              (long long)e.metadata.offset, (long long)e.g.seq, (long long)*next);
		} else if (e.g.seq >= from) {
			entry_ledger(&e, &a.entry);
			a.block = e.block;
			a.response = e.response;
			a.metadata = e.metadata;
			a.revisit_of_seq = e.g.response == RESPONSE_REVISIT ? e.g.of.seq : -1;
			rc = fn(user, &a, err);
		}
		*next = e.g.seq + 1;
		entry_clear(&e);
	}
	return rc;
}

/* The first seq of a segment; -1 when it cannot be told (the reading proper will name the reason). */
static int64_t first_seq(const char *dir, int64_t segment)
{
	struct entry_reader r;
	struct entry e;
	int64_t seq = -1;

	if (entry_open(&r, dir, segment, NULL) == 0 && entry_next(&r, false, &e, NULL) == WARC_OK) {
		seq = e.g.seq;
		entry_clear(&e);
	}
	entry_close(&r);
	return seq;
}

int amp_archive_each(const char *dir, int64_t from, amp_archived_fn *fn, void *user, struct amp_err *err)
{
	int64_t n, next = 0, start = 0;
	int rc = segment_count(dir, &n, err);

	if (rc != 0) return rc;
	/* adopting the tail of a large archive must not read it all: the last segment that starts at or before `from` is enough */
	for (int64_t i = n - 1; i > 0 && from > 0; i--) {
		int64_t seq = first_seq(dir, i);

		if (seq < 0 || seq > from) continue;
		start = i;
		next = -1;
		break;
	}
	for (int64_t i = start; rc == 0 && i < n; i++) {
		struct entry_reader r;

		rc = entry_open(&r, dir, i, err);
		if (rc == 0) rc = each_in_segment(&r, from, &next, fn, user, err);
		entry_close(&r);
	}
	return rc;
}

int response_load(const struct warc_file *f, const struct amp_place *place, struct warc_record *rec, size_t *header_bytes,
                  struct amp_err *err)
{
	enum warc_result got;
	int64_t n;

	if (place->offset < 0 || place->offset >= f->size) {
		return amp_fail(err, AMP_ECORRUPT, _("%s holds no record at byte %lld"), f->path, (long long)place->offset);
	}
	got = warc_load(f, place->offset, WARC_WHOLE, WARC_BLOCK_MAX, rec, err);
	if (got != WARC_OK) return read_error(got, f, rec, err);
	if (place->length != rec->length || !is_response(warc_field(rec, "WARC-Type")) ||
	    !amp_str_i64(warc_field(rec, "Amp-Header-Bytes"), &n) || n < 0 || (uint64_t)n > rec->block_bytes) {
		return amp_fail(err, AMP_ECORRUPT, _("%s, byte %lld: this is not the archived response it should be"), f->path,
		                (long long)place->offset);
	}
	*header_bytes = (size_t)n;
	return 0;
}

/* "FILE OFFSET LENGTH" */
static bool parse_place(struct amp_str text, struct amp_place *p)
{
	struct amp_str name = amp_str_cut(&text, ' '), offset = amp_str_cut(&text, ' ');
	int64_t number;

	if (name.n == 0 || name.n >= sizeof(p->file) || text.p == NULL) return false;
	memcpy(p->file, name.p, name.n);
	p->file[name.n] = '\0';
	return segment_number(p->file, &number) && amp_str_i64(offset, &p->offset) && amp_str_i64(text, &p->length);
}

/* When erasure has moved records, the hint of a revisit is stale: its identifier finds the record. */
static int find_by_id(const char *dir, struct amp_str id, struct amp_place *place, struct amp_err *err)
{
	int64_t n;
	int rc = segment_count(dir, &n, err);
	struct warc_record rec;

	warc_record_init(&rec);
	for (int64_t i = 0; rc == 0 && i < n; i++) {
		struct warc_file f;
		int64_t at = 0;

		segment_name(i, place->file);
		rc = warc_file_open(&f, dir, place->file, err);
		while (rc == 0 && at < f.size && warc_load(&f, at, WARC_HEAD, WARC_BLOCK_MAX, &rec, err) == WARC_OK) {
			struct amp_str got = warc_field(&rec, "WARC-Record-ID");

			place->offset = at;
			place->length = rec.length;
			at += rec.length;
			if (!amp_str_eq(got, id)) continue;
			warc_file_close(&f);
			goto out;
		}
		warc_file_close(&f);
	}
	if (rc == 0)
		rc = amp_fail(err, AMP_ECORRUPT, _("the archive %s no longer holds the record %.*s that a revisit refers to"), dir,
		              AMP_ARG(id));
out:
	warc_record_free(&rec);
	return rc;
}

/* Appends the body of the record that a revisit stands for. */
static int add_referred(const char *dir, const struct warc_record *revisit, struct amp_buf *raw, struct amp_err *err)
{
	struct amp_str id = warc_field(revisit, "WARC-Refers-To");
	struct amp_place place;
	struct warc_file f = {.fd = -1};
	struct warc_record rec;
	size_t header_bytes = 0;
	int rc = AMP_ECORRUPT;

	warc_record_init(&rec);
	if (parse_place(warc_field(revisit, "Amp-Refers-To-Place"), &place) && warc_file_open(&f, dir, place.file, NULL) == 0) {
		rc = response_load(&f, &place, &rec, &header_bytes, NULL);
		if (rc == 0 && !amp_str_eq(warc_field(&rec, "WARC-Record-ID"), id)) rc = AMP_ECORRUPT;
	}
	if (rc != 0) {
		warc_file_close(&f);
		rc = find_by_id(dir, id, &place, err);
		if (rc == 0) rc = warc_file_open(&f, dir, place.file, err);
		if (rc == 0) rc = response_load(&f, &place, &rec, &header_bytes, err);
	}
	if (rc == 0 && (amp_str_eq_c(warc_field(&rec, "WARC-Type"), "revisit") ||
	                !amp_str_eq(warc_field(&rec, "WARC-Payload-Digest"), warc_field(revisit, "WARC-Payload-Digest")))) {
		rc = amp_fail(err, AMP_ECORRUPT, _("the record %.*s that a revisit refers to has another payload"), AMP_ARG(id));
	}
	if (rc == 0) (void)amp_buf_add(raw, rec.bytes.p + rec.header_bytes + header_bytes, rec.block_bytes - header_bytes);
	warc_file_close(&f);
	warc_record_free(&rec);
	return rc;
}

int amp_archive_read(const char *dir, const struct amp_place *place, size_t max, struct amp_buf *raw, size_t *header_bytes,
                     struct amp_err *err)
{
	struct warc_file f = {.fd = -1};
	struct warc_record rec;
	int64_t number;
	int rc;

	*header_bytes = 0;
	amp_buf_reset(raw);
	warc_record_init(&rec);
	if (!segment_number(place->file, &number)) {
		return amp_fail(err, AMP_EUSAGE, _("\"%s\" is not the name of an archive segment"), place->file);
	}
	rc = warc_file_open(&f, dir, place->file, err);
	if (rc == 0) rc = response_load(&f, place, &rec, header_bytes, err);
	if (rc == 0) {
		(void)amp_buf_adds(raw, warc_block(&rec));
		if (amp_str_eq_c(warc_field(&rec, "WARC-Type"), "revisit")) rc = add_referred(dir, &rec, raw, err);
	}
	if (rc == 0 && raw->n > max) {
		rc = amp_fail(err, AMP_ELIMIT, _("the archived response at %s, byte %lld is larger than %zu bytes"), f.path,
		              (long long)place->offset, max);
	}
	if (rc == 0) rc = amp_buf_check(raw, "an archived response", err);
	warc_file_close(&f);
	warc_record_free(&rec);
	return rc;
}

/* verify.c: the archive against itself. Each group is read back, described from its entry's block, and written again in memory:
 * every header byte must come out the same, every digest and link is computed anew. Nothing is taken at its word but the nonce
 * (which only its hash can confirm) and the entry hash of an erased entry (which the link confirms).
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/io.h"
#include "base/mem.h"
#include "canon.h"
#include "entry.h"
#include "payload.h"

#define FINDINGS_TOLD 1000 /* more are counted only */

struct verify {
	const char *dir;
	amp_finding_fn *fn;
	void *user;
	struct amp_verified *out;
	char name[SEGMENT_NAME];
	int64_t segment, next_seq;
	uint8_t head[AMP_SHA256];
	bool known; /* the keys, from the first warcinfo record */
	bool gap;   /* something was unreadable: the next entry is taken as the chain's continuation */
	struct amp_key crawler, study, archive;
	struct warc_record parts[GROUP_PARTS], scratch;
	bool there[GROUP_PARTS];
	struct amp_buf text; /* a header or block written again */
	struct erased {
		int64_t seq, offset;
		bool explained;
		char segment[SEGMENT_NAME];
	} * erased; /* in the order of their numbers */
	size_t n_erased, erased_room;
	uint64_t refused; /* allocations before this verification */
	bool no_memory;
};

static void finding(struct verify *v, int64_t seq, int64_t offset, struct amp_str expected, struct amp_str found, const char *fmt,
                    ...) AMP_PRINTF(6, 7);
static void finding(struct verify *v, int64_t seq, int64_t offset, struct amp_str expected, struct amp_str found, const char *fmt,
                    ...)
{
	struct amp_finding f = {.seq = seq, .file = v->name, .offset = offset};
	va_list ap;

	if (amp_mem_refused() != v->refused) v->no_memory = true;
	if (v->no_memory) return; /* it may be no more than memory that was missing: nothing is said of the bytes */
	if (v->out->findings++ >= FINDINGS_TOLD || v->fn == NULL) return;
	(void)snprintf(f.expected, sizeof(f.expected), "%.*s", AMP_ARG(expected));
	(void)snprintf(f.found, sizeof(f.found), "%.*s", AMP_ARG(found));
	va_start(ap, fmt);
	(void)vsnprintf(f.what, sizeof(f.what), fmt, ap);
	va_end(ap);
	v->fn(v->user, &f);
}

/* The line of s that holds byte `at`. */
static struct amp_str line_at(struct amp_str s, size_t at)
{
	size_t from, to;

	if (at >= s.n) return AMP_STR("");
	for (from = at; from > 0 && s.p[from - 1] != '\n'; from--) continue;
	for (to = at; to < s.n && s.p[to] != '\r' && s.p[to] != '\n'; to++) continue;
	return (struct amp_str){s.p + from, to - from};
}

static bool same(struct verify *v, int64_t seq, const struct warc_record *r, const char *what, struct amp_str expected,
                 struct amp_str found)
{
	size_t at = 0;

	while (at < expected.n && at < found.n && expected.p[at] == found.p[at]) at++;
	if (at == expected.n && at == found.n) return true;
	finding(v, seq, r->offset, line_at(expected, at), line_at(found, at), _("%s differs from its byte %zu"), what, at);
	return false;
}

static void check_header(struct verify *v, const struct group *g, enum group_part part, const struct group_link *link)
{
	const struct warc_record *r = &v->parts[part];
	struct amp_err why = {0};

	amp_buf_reset(&v->text);
	if (group_header(&v->text, g, part, warc_block(r), link, &why) != 0) {
		finding(v, g->seq, r->offset, AMP_STR(""), AMP_STR(""), "%s", why.text);
		return;
	}
	(void)same(v, g->seq, r, _("the record's header"), amp_buf_str(&v->text), (struct amp_str){r->bytes.p, r->header_bytes});
}

static void check_warcinfo(struct verify *v, const struct group *g)
{
	const struct warc_record *r = &v->parts[GROUP_WARCINFO];
	struct amp_err why = {0};

	amp_buf_reset(&v->text);
	if (group_warcinfo(&v->text, &v->crawler, &v->study, v->segment, v->head, &why) != 0) {
		finding(v, g->seq, r->offset, AMP_STR(""), AMP_STR(""), "%s", why.text);
		return;
	}
	(void)same(v, g->seq, r, _("the warcinfo record"), amp_buf_str(&v->text), warc_block(r));
}

static void check_digest(struct verify *v, int64_t seq, int64_t offset, const char *what, const uint8_t *expected,
                         const uint8_t *found)
{
	char e[2 * AMP_SHA256 + 1], f[2 * AMP_SHA256 + 1];

	if (memcmp(expected, found, AMP_SHA256) == 0) return;
	amp_hex(expected, AMP_SHA256, e);
	amp_hex(found, AMP_SHA256, f);
	finding(v, seq, offset, amp_str_c(e), amp_str_c(f), "%s", what);
}

/* The payload digest, from the bytes that the archive holds; a revisit is read through the record it stands for. */
static void check_payload(struct verify *v, const struct group *g)
{
	const struct warc_record *r = &v->parts[GROUP_RESPONSE];
	struct amp_str block = warc_block(r);
	struct amp_buf raw;
	struct amp_err why = {0};
	size_t header_bytes = (size_t)g->header_bytes;
	uint8_t digest[AMP_SHA256];

	if (g->header_bytes < 0 || (uint64_t)g->header_bytes > block.n) {
		finding(v, g->seq, r->offset, AMP_STR(""), AMP_STR(""), "%s",
		        _("the entry says that the response's header is longer than the response"));
		return;
	}
	amp_buf_init(&raw, 2 * WARC_BLOCK_MAX);
	if (g->response == RESPONSE_REVISIT) {
		struct amp_place place = {{0}, r->offset, r->length};

		memcpy(place.file, v->name, sizeof(place.file));
		if (amp_archive_read(v->dir, &place, 2 * WARC_BLOCK_MAX, &raw, &header_bytes, &why) != 0) {
			finding(v, g->seq, r->offset, AMP_STR(""), AMP_STR(""), "%.200s", why.text);
			goto out;
		}
		block = amp_buf_str(&raw);
	}
	if (g->payload_checked) {
		if (!payload_digest((struct amp_str){block.p, header_bytes},
		                    (struct amp_str){block.p + header_bytes, block.n - header_bytes}, digest)) {
			memset(digest, 0, sizeof(digest));
		}
		check_digest(v, g->seq, r->offset, _("the payload's digest differs"), g->payload, digest);
	}
out:
	amp_buf_free(&raw);
}

static void check_records(struct verify *v, const struct group *g)
{
	for (int part = 0; part < GROUP_METADATA; part++) {
		const struct group_record *said = &g->records[part];
		const struct warc_record *r = &v->parts[part];

		if (said->there != v->there[part]) {
			finding(v, g->seq, v->there[part] ? r->offset : v->parts[GROUP_METADATA].offset, AMP_STR(""), AMP_STR(""),
			        "%s",
			        said->there ? _("a record that the entry lists is missing")
			                    : _("a record stands here that the entry does not list"));
			continue;
		}
		if (!said->there) continue;
		if (!g->erased) {
			check_digest(v, g->seq, r->offset, _("the record's digest differs from the one in its entry"), said->sha256,
			             r->sha256);
			if (said->length != (int64_t)(r->header_bytes + r->block_bytes)) {
				finding(v, g->seq, r->offset, AMP_STR(""), AMP_STR(""), "%s",
				        _("the record's length differs from the one in its entry"));
			}
		}
		check_header(v, g, (enum group_part)part, NULL);
	}
}

/* Fills what the metadata header must say. False when it cannot be: told. */
static bool derive_link(struct verify *v, const struct group *g, const struct warc_record *r, struct group_link *link)
{
	memset(link, 0, sizeof(*link));
	memcpy(link->previous, v->head, AMP_SHA256);
	if (g->erased) {
		if (amp_unhex(warc_field(r, "Amp-Entry-Hash"), link->entry_hash, AMP_SHA256) != 0) {
			finding(v, g->seq, r->offset, AMP_STR(""), AMP_STR(""), "%s", _("the erased entry has no Amp-Entry-Hash"));
			return false;
		}
	} else {
		link->has_nonce = true;
		if (amp_unhex(warc_field(r, "Amp-Nonce"), link->nonce, sizeof(link->nonce)) != 0) {
			finding(v, g->seq, r->offset, AMP_STR(""), AMP_STR(""), "%s",
			        _("the entry has no Amp-Nonce and is not marked as erased"));
			return false;
		}
		ledger_entry_hash(link->nonce, warc_block(r), link->entry_hash);
	}
	ledger_link(link->previous, g->seq, g->type, link->entry_hash, link->link);
	return true;
}

/* After damage: take up the chain at what this entry states, so that what follows is still checked. */
static void take_up(struct verify *v)
{
	const struct warc_record *r = &v->parts[GROUP_METADATA];
	int64_t seq;

	v->gap = true;
	if (!amp_str_i64(warc_field(r, "Amp-Seq"), &seq) || seq < 0 || seq == INT64_MAX ||
	    amp_unhex(warc_field(r, "Amp-Link"), v->head, AMP_SHA256) != 0) {
		return;
	}
	v->next_seq = seq + 1;
	v->gap = false;
}

/* ---- erased entries, and the later entries that account for them ---- */
static void note_erased(struct verify *v, const struct group *g)
{
	struct erased *grown = amp_grow(v->erased, v->n_erased, &v->erased_room, sizeof(*grown));

	v->out->erased++;
	if (grown == NULL) {
		v->no_memory = true;
		return;
	}
	v->erased = grown;
	grown = &v->erased[v->n_erased++];
	*grown = (struct erased){.seq = g->seq, .offset = v->parts[GROUP_METADATA].offset};
	memcpy(grown->segment, v->name, sizeof(grown->segment));
}

static struct erased *find_erased(struct verify *v, int64_t seq)
{
	size_t lo = 0, hi = v->n_erased;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (v->erased[mid].seq == seq) return &v->erased[mid];
		if (v->erased[mid].seq < seq)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

/* An entry of type erasure names the captures that went. */
static void check_erasure(struct verify *v, const struct group *g, const json_t *block)
{
	const json_t *captures = json_object_get(json_object_get(block, "columns"), "captures");
	char number[24];

	for (size_t i = 0; i < json_array_size(captures); i++) {
		int64_t seq = json_integer_value(json_array_get(captures, i));
		struct erased *e = find_erased(v, seq);

		if (e != NULL) {
			e->explained = true;
			continue;
		}
		(void)snprintf(number, sizeof(number), "%lld", (long long)seq);
		finding(v, g->seq, v->parts[GROUP_METADATA].offset, amp_str_c(number), AMP_STR(""), "%s",
		        _("an erasure was begun and not finished: the capture that it names is still whole. Run `amplimeter erase --resume`"));
	}
}

static void check_explained(struct verify *v)
{
	for (size_t i = 0; i < v->n_erased; i++) {
		if (v->erased[i].explained) continue;
		memcpy(v->name, v->erased[i].segment, sizeof(v->name));
		finding(v, v->erased[i].seq, v->erased[i].offset, AMP_STR(""), AMP_STR(""), "%s",
		        _("the entry is erased, and no later entry of type erasure names it"));
	}
}

static void check_group(struct verify *v, bool first)
{
	const struct warc_record *r = &v->parts[GROUP_METADATA];
	const int64_t before = v->out->findings;
	struct group g = {.archive = v->archive};
	struct group_link link;
	struct amp_err why = {0};
	json_t *block;
	int rc;

	v->out->entries++;
	if (v->gap) { /* the damage was told where it is */
		take_up(v);
		return;
	}
	if (!v->known && v->there[GROUP_WARCINFO]) {
		v->known = group_warcinfo_keys(warc_block(&v->parts[GROUP_WARCINFO]), &v->crawler, &v->study);
		v->archive = g.archive = amp_archive_key(&v->crawler, &v->study);
		if (v->next_seq == 0) ledger_genesis(&v->archive, v->head);
	}
	rc = canon_load(&block, warc_block(r), &why);
	if (rc == AMP_ENOMEM) { /* no finding: nothing is wrong with the bytes */
		v->no_memory = true;
		return;
	}
	if (rc != 0 || group_from_json(&g, block, &why) != 0) {
		finding(v, v->next_seq, r->offset, AMP_STR(""), AMP_STR(""), "%.250s", why.text);
		goto out;
	}
	if (g.seq != v->next_seq) {
		char expected[24], found[24];

		(void)snprintf(expected, sizeof(expected), "%lld", (long long)v->next_seq);
		(void)snprintf(found, sizeof(found), "%lld", (long long)g.seq);
		finding(v, g.seq, r->offset, amp_str_c(expected), amp_str_c(found), "%s",
		        _("entries are missing, repeated or out of order"));
		goto out;
	}
	if (g.segment != (first ? v->segment : -1)) {
		finding(v, g.seq, r->offset, AMP_STR(""), AMP_STR(""), "%s",
		        _("the entry was written in another segment, or elsewhere in this one"));
	}
	if (v->there[GROUP_WARCINFO]) check_warcinfo(v, &g);
	check_records(v, &g);
	if (derive_link(v, &g, r, &link)) {
		check_header(v, &g, GROUP_METADATA, &link);
		memcpy(v->head, link.link, AMP_SHA256);
	}
	if (g.response != RESPONSE_NONE && v->there[GROUP_RESPONSE]) check_payload(v, &g);
	v->next_seq = g.seq + 1;
	if (g.erased)
		note_erased(v, &g);
	else if (strcmp(g.type, "erasure") == 0)
		check_erasure(v, &g, block);
out:
	if (v->out->findings != before) take_up(v);
	json_decref(block);
}

static int part_of(struct amp_str type)
{
	static const struct {
		const char *name;
		enum group_part part;
	} kinds[] = {{"warcinfo", GROUP_WARCINFO}, {"request", GROUP_REQUEST},  {"response", GROUP_RESPONSE},
	             {"resource", GROUP_RESPONSE}, {"revisit", GROUP_RESPONSE}, {"metadata", GROUP_METADATA}};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (amp_str_eq_c(type, kinds[i].name)) return (int)kinds[i].part;
	}
	return GROUP_PARTS;
}

static int verify_segment(struct verify *v, struct amp_err *err)
{
	struct warc_file f;
	int64_t at = 0, last_part = -1;
	bool first = true;
	int rc = warc_file_open(&f, v->dir, v->name, err);

	memset(v->there, 0, sizeof(v->there));
	if (rc == 0 && f.size == 0) finding(v, v->next_seq, 0, AMP_STR(""), AMP_STR(""), "%s", _("the segment is empty"));
	while (rc == 0 && at < f.size) {
		enum warc_result got = warc_load(&f, at, WARC_WHOLE, WARC_BLOCK_MAX, &v->scratch, err);
		struct warc_record keep;
		int part;

		if (got == WARC_FAIL) {
			rc = err != NULL && err->code != 0 ? err->code : AMP_EIO;
			break;
		}
		if (got != WARC_OK) {
			finding(v, v->next_seq, v->scratch.bad_offset, AMP_STR(""), AMP_STR(""), "%s", v->scratch.why);
			v->gap = true;
			at = warc_find_member(&f, at + 1);
			if (at < 0) break;
			continue;
		}
		v->out->records++;
		at += v->scratch.length;
		part = part_of(warc_field(&v->scratch, "WARC-Type"));
		if (part <= last_part || part == GROUP_PARTS) {
			if (!v->gap) {
				finding(v, v->next_seq, v->scratch.offset, AMP_STR(""), warc_field(&v->scratch, "WARC-Type"), "%s",
				        _("this record does not belong here: an entry is [warcinfo] [request] [response] metadata"));
			}
			v->gap = true;
		}
		if (part == GROUP_PARTS) continue;
		keep = v->parts[part];
		v->parts[part] = v->scratch;
		v->scratch = keep;
		v->there[part] = true;
		last_part = part;
		if (part != GROUP_METADATA) continue;
		check_group(v, first);
		if (v->no_memory) break;
		first = false;
		last_part = -1;
		memset(v->there, 0, sizeof(v->there));
	}
	if (rc == 0 && last_part >= 0 && !v->gap && !v->no_memory) {
		finding(v, v->next_seq, f.size, AMP_STR(""), AMP_STR(""), "%s",
		        _("the file ends inside an entry (after a crash, the next crawl cuts it off)"));
		v->gap = true;
	}
	warc_file_close(&f);
	return rc;
}

static void missing(struct verify *v, int64_t number)
{
	segment_name(number, v->name);
	finding(v, v->next_seq, -1, amp_str_c(v->name), AMP_STR(""), "%s", _("this segment is missing"));
	v->gap = true;
}

int amp_archive_verify(const char *dir, amp_finding_fn *fn, void *user, struct amp_verified *out, struct amp_err *err)
{
	struct verify v = {.dir = dir, .fn = fn, .user = user, .out = out, .refused = amp_mem_refused()};
	struct amp_err mine = {0};
	char **names = NULL;
	size_t n;
	int64_t expected = 0;
	int rc;

	memset(out, 0, sizeof(*out));
	for (int i = 0; i < GROUP_PARTS; i++) warc_record_init(&v.parts[i]);
	warc_record_init(&v.scratch);
	amp_buf_init(&v.text, 2 * WARC_HEADER_MAX);
	rc = amp_io_list(dir, &names, &n, &mine);
	for (size_t i = 0; rc == 0 && !v.no_memory && i < n; i++) {
		if (!amp_str_ends(amp_str_c(names[i]), ".warc.gz")) continue;
		if (!segment_number(names[i], &v.segment)) {
			(void)snprintf(v.name, sizeof(v.name), "%.63s", names[i]);
			finding(&v, -1, -1, AMP_STR(""), amp_str_c(names[i]), "%s", _("this file is no segment of the archive"));
			continue;
		}
		for (; expected < v.segment; expected++) missing(&v, expected);
		expected = v.segment + 1;
		segment_name(v.segment, v.name);
		rc = verify_segment(&v, &mine);
	}
	if (rc == 0 && !v.no_memory) check_explained(&v);
	if (rc == 0 && v.no_memory) rc = amp_fail(&mine, AMP_ENOMEM, _("out of memory while verifying %s"), dir);
	memcpy(out->head, v.head, AMP_SHA256);
	if (rc == 0 && expected == 0)
		rc = amp_fail(&mine, AMP_ENOTFOUND, _("the folder %s holds no archive segment (00000.warc.gz)"), dir);
	if (rc == 0 && out->findings > 0) {
		rc = amp_fail(&mine, AMP_EFAIL, _("the archive %s differs from what was written: %lld findings"), dir,
		              (long long)out->findings);
	}
	if (rc != 0 && err != NULL) *err = mine;
	amp_io_list_free(names);
	for (int i = 0; i < GROUP_PARTS; i++) warc_record_free(&v.parts[i]);
	warc_record_free(&v.scratch);
	amp_buf_free(&v.text);
	amp_free(v.erased);
	return rc;
}

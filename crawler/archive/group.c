/* group.c: see group.h. WARC 1.1: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/ */
#include "group.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "canon.h"
#include "warc.h"

#define PROFILE "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
#define SPECIFICATION "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
#define HEX (2 * AMP_SHA256 + 1)

static const char *const response_names[] = {"none", "response", "resource", "revisit"};

static const char *part_name(const struct group *g, enum group_part part)
{
	static const char *const names[] = {"warcinfo", "request", NULL, "metadata"};

	return part == GROUP_RESPONSE ? response_names[g->response] : names[part];
}

void segment_name(int64_t number, char name[SEGMENT_NAME])
{
	(void)snprintf(name, SEGMENT_NAME, "%05lld.warc.gz", (long long)number);
}

bool segment_number(const char *name, int64_t *number)
{
	char again[SEGMENT_NAME];

	if (strlen(name) != 13 || !amp_str_i64((struct amp_str){name, 5}, number) || *number < 0) return false;
	segment_name(*number, again);
	return strcmp(name, again) == 0;
}

bool type_valid(struct amp_str type)
{
	if (type.n == 0 || type.n > 15) return false;
	for (size_t i = 0; i < type.n; i++) {
		if (type.p[i] < 'a' || type.p[i] > 'z') return false;
	}
	return true;
}

void address_of(struct amp_str server, char out[48])
{
	size_t n = 0;

	out[0] = '\0';
	if (server.n > 0 && server.p[0] == '[') {
		server.p++;
		server.n--;
		while (n < server.n && server.p[n] != ']') n++;
		if (n == server.n) return;
	} else {
		while (n < server.n && server.p[n] != ':') n++;
	}
	if (n == 0 || n >= 48) return;
	for (size_t i = 0; i < n; i++) {
		if (amp_hex_value((unsigned char)server.p[i]) < 0 && server.p[i] != '.' && server.p[i] != ':') return;
	}
	memcpy(out, server.p, n);
	out[n] = '\0';
}

/* ---- warcinfo ---- */
int group_warcinfo(struct amp_buf *out, const struct amp_key *crawler, const struct amp_key *study, int64_t segment,
                   const uint8_t previous[AMP_SHA256], struct amp_err *err)
{
	char c[2 * AMP_KEY + 1], s[2 * AMP_KEY + 1], link[HEX];

	amp_hex(crawler->b, AMP_KEY, c);
	amp_hex(study->b, AMP_KEY, s);
	amp_hex(previous, AMP_SHA256, link);
	(void)amp_buf_printf(
		out,
		"software: amplimeter\r\nformat: WARC File Format 1.1\r\nconformsTo: %s\r\nisPartOf: amplimeter archive format 1\r\n"
		"amp-crawler: %s\r\namp-study: %s\r\namp-segment: %lld\r\namp-previous-link: %s\r\n",
		SPECIFICATION, c, s, (long long)segment, link);
	return amp_buf_check(out, "a warcinfo record", err);
}

bool group_warcinfo_keys(struct amp_str block, struct amp_key *crawler, struct amp_key *study)
{
	int found = 0;

	while (block.n > 0) {
		struct amp_str line = amp_str_cut(&block, '\n'), name = amp_str_cut(&line, ':');

		if (line.p == NULL) continue;
		line = amp_str_trim(line);
		if (amp_str_eq_c(name, "amp-crawler") && amp_unhex(line, crawler->b, AMP_KEY) == 0) found |= 1;
		if (amp_str_eq_c(name, "amp-study") && amp_unhex(line, study->b, AMP_KEY) == 0) found |= 2;
	}
	return found == 3;
}

/* ---- headers ---- */
static void put_digest(struct amp_buf *out, const char *name, const uint8_t d[AMP_SHA256])
{
	char hex[HEX];

	amp_hex(d, AMP_SHA256, hex);
	(void)amp_buf_printf(out, "%s: sha256:%s\r\n", name, hex);
}

static void put_hex(struct amp_buf *out, const char *name, const uint8_t *p, size_t n)
{
	char hex[HEX];

	amp_hex(p, n, hex);
	(void)amp_buf_printf(out, "%s: %s\r\n", name, hex);
}

static void put_revisit(struct amp_buf *out, const struct group *g)
{
	char id[RECORD_ID], date[AMP_TIME_TEXT], name[SEGMENT_NAME];

	ledger_record_id(&g->archive, g->of.seq, GROUP_RESPONSE, id);
	segment_name(g->of.segment, name);
	(void)amp_buf_printf(out, "WARC-Profile: %s\r\nWARC-Refers-To: %s\r\n", PROFILE, id);
	if (g->of.uri.p != NULL) (void)amp_buf_printf(out, "WARC-Refers-To-Target-URI: %.*s\r\n", AMP_ARG(g->of.uri));
	(void)amp_buf_printf(out, "WARC-Refers-To-Date: %s\r\nAmp-Refers-To-Place: %s %lld %lld\r\n",
	                     amp_time_format(g->of.recorded_at, date), name, (long long)g->of.offset, (long long)g->of.length);
}

static void put_about(struct amp_buf *out, const struct group *g, enum group_part part)
{
	char id[RECORD_ID];
	bool exchange = part == GROUP_REQUEST || part == GROUP_RESPONSE;

	if (g->uri.p != NULL) (void)amp_buf_printf(out, "WARC-Target-URI: %.*s\r\n", AMP_ARG(g->uri));
	/* everything points at the response; a metadata record without one at the request */
	if (part == GROUP_METADATA && g->response == RESPONSE_NONE && g->records[GROUP_REQUEST].there) {
		ledger_record_id(&g->archive, g->seq, GROUP_REQUEST, id);
		(void)amp_buf_printf(out, "WARC-Concurrent-To: %s\r\n", id);
	} else if (part != GROUP_RESPONSE && g->response != RESPONSE_NONE) {
		ledger_record_id(&g->archive, g->seq, GROUP_RESPONSE, id);
		(void)amp_buf_printf(out, "WARC-Concurrent-To: %s\r\n", id);
	}
	if (exchange && !g->ingested && g->address[0] != '\0') (void)amp_buf_printf(out, "WARC-IP-Address: %s\r\n", g->address);
	if (part != GROUP_RESPONSE) return;
	if (g->response == RESPONSE_REVISIT) put_revisit(out, g);
	if (g->has_payload) put_digest(out, "WARC-Payload-Digest", g->payload);
	(void)amp_buf_printf(out, "Amp-Header-Bytes: %lld\r\n", (long long)g->header_bytes);
}

static void put_content_type(struct amp_buf *out, const struct group *g, enum group_part part)
{
	static const char *const types[] = {"application/warc-fields", "application/http;msgtype=request",
	                                    "application/http;msgtype=response", "application/json"};

	(void)amp_buf_addc(out, "Content-Type: ");
	if (part == GROUP_RESPONSE && g->ingested) {
		(void)amp_buf_adds(out, g->content_type.p != NULL ? g->content_type : AMP_STR("application/octet-stream"));
	} else {
		(void)amp_buf_addc(out, types[part]);
	}
	(void)amp_buf_addc(out, "\r\n");
}

int group_header(struct amp_buf *out, const struct group *g, enum group_part part, struct amp_str block,
                 const struct group_link *link, struct amp_err *err)
{
	char id[RECORD_ID], date[AMP_TIME_TEXT], name[SEGMENT_NAME];
	uint8_t digest[AMP_SHA256];

	ledger_record_id(&g->archive, g->seq, (int)part, id);
	(void)amp_buf_printf(out, "WARC/1.1\r\nWARC-Type: %s\r\nWARC-Record-ID: %s\r\nWARC-Date: %s\r\n", part_name(g, part), id,
	                     amp_time_format(g->recorded_at, date));
	if (part == GROUP_WARCINFO) {
		segment_name(g->segment, name);
		(void)amp_buf_printf(out, "WARC-Filename: %s\r\n", name);
	} else {
		put_about(out, g, part);
	}
	amp_sha256(block.p, block.n, digest);
	put_digest(out, "WARC-Block-Digest", digest);
	put_content_type(out, g, part);
	if (part == GROUP_METADATA) {
		(void)amp_buf_printf(out, "Amp-Seq: %lld\r\nAmp-Type: %s\r\n", (long long)g->seq, g->type);
		if (link->has_nonce) put_hex(out, "Amp-Nonce", link->nonce, sizeof(link->nonce));
		put_hex(out, "Amp-Entry-Hash", link->entry_hash, AMP_SHA256);
		put_hex(out, "Amp-Previous-Link", link->previous, AMP_SHA256);
		put_hex(out, "Amp-Link", link->link, AMP_SHA256);
	}
	(void)amp_buf_printf(out, "Content-Length: %zu\r\n\r\n", block.n);
	return amp_buf_check(out, "a record header of the archive", err);
}

/* ---- block ---- */
static json_t *json_text(struct amp_str s)
{
	return s.p != NULL ? json_stringn(s.p, s.n) : json_null();
}

static json_t *json_digest(const uint8_t d[AMP_SHA256])
{
	char hex[HEX];

	amp_hex(d, AMP_SHA256, hex);
	return json_string(hex);
}

static json_t *json_segment(int64_t number)
{
	char name[SEGMENT_NAME];

	if (number < 0) return json_null();
	segment_name(number, name);
	return json_string(name);
}

static json_t *records_json(const struct group *g)
{
	json_t *list = json_array();

	for (int part = 0; list != NULL && part < GROUP_METADATA; part++) {
		char id[RECORD_ID];

		if (!g->records[part].there) continue;
		ledger_record_id(&g->archive, g->seq, part, id);
		id[strlen(id) - 1] = '\0'; /* without the angle brackets */
		if (json_array_append_new(list, json_pack("{s:s, s:I, s:o, s:s}", "id", id + 1, "length",
		                                          (json_int_t)g->records[part].length, "sha256",
		                                          json_digest(g->records[part].sha256), "type",
		                                          part_name(g, (enum group_part)part))) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *capture_json(const struct group *g)
{
	json_t *of = json_null();

	if (!g->capture) return of;
	if (g->response == RESPONSE_REVISIT) {
		of = json_pack("{s:I, s:I, s:I, s:I, s:o, s:o}", "seq", (json_int_t)g->of.seq, "recorded_at",
		               (json_int_t)g->of.recorded_at, "offset", (json_int_t)g->of.offset, "length",
		               (json_int_t)g->of.length, "segment", json_segment(g->of.segment), "target_uri",
		               json_text(g->of.uri));
	}
	return json_pack("{s:o, s:I, s:b, s:b, s:o, s:o, s:o}", "content_type", json_text(g->content_type), "header_bytes",
	                 (json_int_t)g->header_bytes, "ingested", (int)g->ingested, "payload_checked", (int)g->payload_checked,
	                 "payload_sha256", g->has_payload ? json_digest(g->payload) : json_null(), "revisit_of", of, "target_uri",
	                 json_text(g->uri));
}

json_t *group_to_json(const struct group *g, json_t *columns)
{
	return json_pack("{s:o, s:O, s:i, s:I, s:o, s:o, s:I, s:s}", "capture", capture_json(g), "columns", columns, "format", 1,
	                 "recorded_at", (json_int_t)g->recorded_at, "records", records_json(g), "segment", json_segment(g->segment),
	                 "seq", (json_int_t)g->seq, "type", g->type);
}

/* ---- block, read back ---- */
static int wrong(struct amp_err *err, const char *key)
{
	return amp_fail(err, AMP_EFORMAT, _("the key \"%s\" of the block is missing or not what it should be"), key);
}

static bool get_i64(const json_t *o, const char *key, int64_t *v)
{
	const json_t *j = json_object_get(o, key);

	if (!json_is_integer(j) || json_integer_value(j) < 0) return false;
	*v = (int64_t)json_integer_value(j);
	return true;
}

static bool get_bool(const json_t *o, const char *key, bool *v)
{
	const json_t *j = json_object_get(o, key);

	*v = json_is_true(j);
	return json_is_boolean(j);
}

/* null gives absent; a text must be printable ASCII, since it goes into headers */
static bool get_text(const json_t *o, const char *key, struct amp_str *v)
{
	const json_t *j = json_object_get(o, key);

	*v = AMP_STR_ABSENT;
	if (json_is_null(j)) return true;
	if (!json_is_string(j)) return false;
	*v = (struct amp_str){json_string_value(j), json_string_length(j)};
	for (size_t i = 0; i < v->n; i++) {
		if ((unsigned char)v->p[i] < 0x20 || (unsigned char)v->p[i] > 0x7e) return false;
	}
	return true;
}

static bool get_digest(const json_t *o, const char *key, bool *there, uint8_t d[AMP_SHA256])
{
	struct amp_str s;

	if (!get_text(o, key, &s)) return false;
	*there = s.p != NULL;
	return s.p == NULL || amp_unhex(s, d, AMP_SHA256) == 0;
}

static bool get_segment(const json_t *o, const char *key, int64_t *number)
{
	struct amp_str s;
	char name[SEGMENT_NAME];

	*number = -1;
	if (!get_text(o, key, &s)) return false;
	if (s.p == NULL) return true;
	if (s.n >= sizeof(name)) return false;
	memcpy(name, s.p, s.n);
	name[s.n] = '\0';
	return segment_number(name, number);
}

static int records_from_json(struct group *g, const json_t *list, struct amp_err *err)
{
	int next = 0;

	if (!json_is_array(list)) return wrong(err, "records");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *r = json_array_get(list, i);
		const char *type = json_string_value(json_object_get(r, "type"));
		char id[RECORD_ID];
		struct amp_str said;
		struct group_record *to;
		bool there;
		int part = type == NULL ? GROUP_PARTS : GROUP_RESPONSE;

		if (type == NULL) return wrong(err, "records.type");
		if (strcmp(type, "warcinfo") == 0) part = GROUP_WARCINFO;
		if (strcmp(type, "request") == 0) part = GROUP_REQUEST;
		if (part < next) return wrong(err, "records.type");
		next = part + 1;
		if (part == GROUP_RESPONSE) {
			for (int k = RESPONSE_HTTP; k <= RESPONSE_REVISIT; k++) {
				if (strcmp(type, response_names[k]) == 0) g->response = (enum group_response)k;
			}
			if (g->response == RESPONSE_NONE) return wrong(err, "records.type");
		}
		to = &g->records[part];
		to->there = true;
		ledger_record_id(&g->archive, g->seq, part, id);
		id[strlen(id) - 1] = '\0';
		if (json_object_size(r) != 4 || !get_text(r, "id", &said) || !amp_str_eq_c(said, id + 1))
			return wrong(err, "records.id");
		if (!get_i64(r, "length", &to->length)) return wrong(err, "records.length");
		if (!get_digest(r, "sha256", &there, to->sha256) || !there) return wrong(err, "records.sha256");
	}
	return 0;
}

static int capture_from_json(struct group *g, const json_t *c, struct amp_err *err)
{
	const json_t *of = json_object_get(c, "revisit_of");

	if (json_object_size(c) != 7) return wrong(err, "capture");
	if (!get_text(c, "content_type", &g->content_type)) return wrong(err, "capture.content_type");
	if (!get_text(c, "target_uri", &g->uri)) return wrong(err, "capture.target_uri");
	if (!get_i64(c, "header_bytes", &g->header_bytes)) return wrong(err, "capture.header_bytes");
	if (!get_bool(c, "ingested", &g->ingested)) return wrong(err, "capture.ingested");
	if (!get_bool(c, "payload_checked", &g->payload_checked)) return wrong(err, "capture.payload_checked");
	if (!get_digest(c, "payload_sha256", &g->has_payload, g->payload)) return wrong(err, "capture.payload_sha256");
	if (g->response != RESPONSE_REVISIT) return json_is_null(of) ? 0 : wrong(err, "capture.revisit_of");
	if (!json_is_object(of) || json_object_size(of) != 6 || !get_i64(of, "seq", &g->of.seq) || g->of.seq >= g->seq ||
	    !get_i64(of, "recorded_at", &g->of.recorded_at) || !get_i64(of, "offset", &g->of.offset) ||
	    !get_i64(of, "length", &g->of.length) || !get_segment(of, "segment", &g->of.segment) || g->of.segment < 0 ||
	    !get_text(of, "target_uri", &g->of.uri) || !g->has_payload) {
		return wrong(err, "capture.revisit_of");
	}
	return 0;
}

int group_from_json(struct group *g, const json_t *block, struct amp_err *err)
{
	const struct amp_key archive = g->archive;
	const json_t *capture = json_object_get(block, "capture"), *columns = json_object_get(block, "columns"), *address;
	struct amp_str type;
	int rc;

	memset(g, 0, sizeof(*g));
	g->archive = archive;
	g->erased = json_is_true(json_object_get(block, "erased"));
	if (!json_is_object(block)) return amp_fail(err, AMP_EFORMAT, _("the block is not a JSON object"));
	if (!get_i64(block, "seq", &g->seq)) return wrong(err, "seq");
	if (!get_text(block, "type", &type) || !type_valid(type)) return wrong(err, "type");
	memcpy(g->type, type.p, type.n);
	if (!get_i64(block, "recorded_at", &g->recorded_at)) return wrong(err, "recorded_at");
	if (!get_segment(block, "segment", &g->segment)) return wrong(err, "segment");
	if (g->erased) {
		g->records[GROUP_WARCINFO].there = g->segment >= 0;
		return json_object_size(block) == 5
		               ? 0
		               : amp_fail(err, AMP_EFORMAT, _("the block of an erased entry holds more than it may"));
	}
	if (json_integer_value(json_object_get(block, "format")) != 1) return wrong(err, "format");
	if (!json_is_object(columns)) return wrong(err, "columns");
	if (json_object_size(block) != 8) return amp_fail(err, AMP_EFORMAT, _("the block has a key that is not known"));
	rc = records_from_json(g, json_object_get(block, "records"), err);
	if (rc != 0) return rc;
	if (g->records[GROUP_WARCINFO].there != (g->segment >= 0)) return wrong(err, "segment");
	g->capture = json_is_object(capture);
	if (!g->capture && (!json_is_null(capture) || g->records[GROUP_REQUEST].there || g->response != RESPONSE_NONE)) {
		return wrong(err, "capture");
	}
	address = json_object_get(columns, "server_address");
	address_of((struct amp_str){json_string_value(address), json_string_length(address)}, g->address);
	return g->capture ? capture_from_json(g, capture, err) : 0;
}

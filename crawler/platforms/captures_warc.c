/* captures_warc.c: WARC files, plain or packed, and WACZ files, which are zip files with WARC files in them. */
#include <string.h>
#include "base/utf8.h"
#include "container/container.h"
#include "container/http.h"
#include "platforms/captures.h"

#define MAX_BODY ((size_t)64 << 20)

struct reading {
	struct amp_engine *e;
	struct amp_captures_sum *sum;
	struct amp_str name; /* of the file inside a WACZ; absent */
	const struct amp_gzip_member *members;
	size_t n_members, member; /* places of a packed file: of the member that the record is in */
	bool packed, in_zip;
	size_t number;
};

bool amp_captures_is_wacz(struct amp_str body)
{
	return amp_zip_is(body);
}

/* Packed WARC files begin with a member of their own for each record: its first bytes say what it is. */
bool amp_captures_is_warc(struct amp_str body)
{
	if (amp_warc_is(body)) return true;
	if (!amp_gzip_is(body)) return false;
	struct amp_buf out;
	amp_buf_init(&out, 65536 + 64);
	(void)amp_gunzip((struct amp_str){body.p, body.n < 4096 ? body.n : 4096}, &out, NULL);
	bool is = amp_warc_is(amp_buf_str(&out));
	amp_buf_free(&out);
	return is;
}

static size_t place(struct reading *r, size_t offset)
{
	if (r->in_zip) return 0; /* a place inside what was packed twice says nothing */
	if (!r->packed) return offset;
	while (r->member + 1 < r->n_members && r->members[r->member + 1].plain <= offset) r->member++;
	return r->n_members ? r->members[r->member].raw : 0;
}

static struct amp_str where(struct reading *r)
{
	struct amp_engine *e = r->e;
	const char *text = r->name.p ? amp_arena_printf(e->arena, "%.*s, record %zu", AMP_ARG(r->name), r->number)
	                             : amp_arena_printf(e->arena, "record %zu", r->number);
	if (!text) amp_engine_no_memory(e);
	return amp_str_c(text);
}

/* The HTTP message of a response: transfer and content codings undone as for a live answer. */
static bool response(struct reading *r, const struct amp_warc_record *w, struct amp_captures_answer *a)
{
	struct amp_engine *e = r->e;
	size_t head = 0;
	struct amp_decoded d;
	if (!amp_http_split(w->block, &head)) return false;
	struct amp_str headers = {w->block.p, head};
	a->status = amp_headers_status(headers);
	if (a->status == 204 || (a->status >= 300 && a->status < 400)) return false;
	e->failed = amp_fetch_decode(w->block, head, MAX_BODY, e->arena, &d, NULL);
	if (e->failed) {
		e->failed = 0;
		amp_engine_no_memory(e);
		return false;
	}
	a->body = d.body;
	a->truncated = d.truncated;
	if (d.unasked_coding)
		amp_engine_diag(e, "not_recognised", AMP_F_COUNT, a->offset, "%.*s: a content coding that is not read: %s",
		                AMP_ARG(a->where), d.content_coding);
	a->missing = d.unasked_coding || (d.body.n == 0 && !d.truncated);
	return true;
}

static void record(struct reading *r, const struct amp_warc_record *w)
{
	struct amp_engine *e = r->e;
	enum amp_precision precision;
	bool is_response = amp_str_ieq_c(w->type, "response"), is_resource = amp_str_ieq_c(w->type, "resource");
	if (!(is_response || is_resource) || w->cut || !amp_utf8_valid(w->uri.p, w->uri.n) || !amp_captures_known(w->uri)) return;
	struct amp_captures_answer a = {.url = w->uri, .offset = place(r, w->offset), .where = where(r), .body = w->block};
	struct amp_embed held = {.form = AMP_EMBED_PLAIN};
	if (!amp_time_parse_iso(w->date, &a.captured_at, &precision)) a.captured_at = e->page->captured_at;
	if (is_response && !response(r, w, &a)) return;
	const char *from = e->page->body.p, *to = from + e->page->body.n;
	if (!r->packed && !r->in_zip && a.body.p >= from && a.body.p < to) { /* as it stands in the file */
		held.raw = a.body;
		held.offset = (size_t)(a.body.p - from);
		a.held = &held;
	}
	amp_captures_answer(e, r->sum, &a);
}

static void records(struct reading *r, struct amp_str text)
{
	struct amp_engine *e = r->e;
	struct amp_warc_record w;
	const char *why = NULL;
	r->number = 0;
	for (size_t at = 0; !e->failed && amp_warc_next(text, &at, &w, &why); r->number++) {
		record(r, &w);
		if (!w.cut) continue;
		amp_engine_cut(e, "the WARC file ends inside record %zu", r->number);
		return;
	}
	if (why) amp_engine_cut(e, "the WARC file cannot be read behind record %zu: %s", r->number, why);
}

/* The bytes go into the arena: items borrow from them. */
static void packed(struct reading *r, struct amp_str body)
{
	struct amp_engine *e = r->e;
	struct amp_buf out, members;
	amp_buf_init(&out, AMP_UNPACKED_MAX + 65536 + 1);
	amp_buf_init(&members, AMP_UNPACKED_MAX);
	const char *why = amp_gunzip(body, &out, &members);
	struct amp_str text = amp_arena_str(e->arena, amp_buf_str(&out));
	r->n_members = members.n / sizeof(struct amp_gzip_member);
	struct amp_gzip_member *kept = amp_arena_new_array(e->arena, struct amp_gzip_member, r->n_members + 1);
	r->members = kept;
	if (!text.p || !kept || out.failed == AMP_ENOMEM) {
		amp_engine_no_memory(e);
	} else {
		if (members.n) memcpy(kept, members.p, r->n_members * sizeof *kept);
		r->packed = true;
		r->member = 0;
		if (why) amp_engine_cut(e, "the packed file: %s", why); /* said first: what follows is its consequence */
		records(r, text);
	}
	amp_buf_free(&out);
	amp_buf_free(&members);
}

/* A name inside a zip file may be any bytes; remarks are text. */
static struct amp_str shown(struct amp_engine *e, struct amp_str name)
{
	char *copy = amp_arena_strndup(e->arena, name.p, name.n < 100 ? name.n : 100);
	if (!copy) {
		amp_engine_no_memory(e);
		return AMP_STR("");
	}
	for (char *c = copy; *c; c++)
		if (*c < ' ' || *c > '~') *c = '?';
	return amp_str_c(copy);
}

static bool zip_entry(void *user, struct amp_str name, struct amp_str data, const char *broken)
{
	struct reading *r = user;
	struct amp_engine *e = r->e;
	if (broken) amp_engine_cut(e, "the WACZ file: %s", broken);
	r->name = shown(e, name);
	if (amp_gzip_is(data)) {
		packed(r, data);
	} else {
		struct amp_str text = amp_arena_str(e->arena, data);
		r->packed = false;
		if (text.p)
			records(r, text);
		else
			amp_engine_no_memory(e);
	}
	return !e->failed;
}

void amp_captures_warc(struct amp_engine *e, struct amp_captures_sum *sum)
{
	static const char *const endings[] = {".warc", ".warc.gz", NULL};
	struct reading r = {.e = e, .sum = sum, .name = AMP_STR_ABSENT, .in_zip = amp_zip_is(e->page->body)};
	amp_engine_list_found(e);
	if (r.in_zip) {
		const char *why = amp_zip_each(e->page->body, endings, zip_entry, &r);
		if (why) amp_engine_cut(e, "the WACZ file: %s", why);
		if (!why && !r.name.p && !e->failed)
			amp_engine_refuse(e, AMP_VERDICT_DRIFT, "%s", "this is no WACZ file: a zip file without a WARC file in it");
	} else if (amp_gzip_is(e->page->body)) {
		packed(&r, e->page->body);
	} else {
		records(&r, e->page->body);
	}
}

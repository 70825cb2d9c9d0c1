/* kind_command.c: a program of one's own that reads and writes JSON Lines.
 *
 * In: {"id": 12, "text": "…", "lang": "fr"} (lang null where unknown), one line a text, as many as `batch` before it must answer.
 * Out: {"id": 12, "score": 0.97, "targets": ["women"]}, in any order; targets may be absent. Lines must be flushed. A line that cannot be
 * read, or that names no text of this request, is told and skipped; a text without a line in time has no result. See docs/services.md.
 */
#include "base/jsonv.h"
#include "base/jsonw.h"
#include "service/private.h"

static void build(const struct amp_service_config *c, const struct service_asked *asked, size_t n, struct amp_buf *out)
{
	(void)c;
	for (size_t i = 0; i < n; i++) {
		struct amp_jsonw w;
		amp_jsonw_start(&w, out);
		amp_jsonw_object(&w);
		amp_jsonw_ki64(&w, "id", asked[i].id);
		amp_jsonw_kstr(&w, "text", asked[i].text);
		amp_jsonw_kc(&w, "lang", asked[i].lang);
		amp_jsonw_end_object(&w);
		(void)amp_buf_byte(out, '\n');
	}
}

static void read(const struct amp_service_config *c, struct amp_str body, const struct service_asked *asked, size_t n,
                 struct service_read *r)
{
	struct amp_str rest = body;
	(void)c;
	r->outcome = AMP_SERVICE_OK;
	for (size_t i = 0; i < n; i++) r->results[i] = (struct amp_service_result){.outcome = AMP_SERVICE_ABSENT};
	while (rest.p != NULL && rest.n > 0) {
		struct amp_str line = amp_str_trim(amp_str_cut(&rest, '\n'));
		json_error_t why;
		json_t *entry = NULL;
		if (line.n == 0) continue;
		if (amp_jsonv_load(&entry, line, &(struct amp_jsonv_rule){.flags = JSON_REJECT_DUPLICATES}, &why, NULL) != 0)
			service_note(r, "a line that is not JSON: %s", why.text);
		else
			service_named(entry, asked, n, r);
		json_decref(entry);
	}
}

const struct amp_service_kind amp_service_kind_command = {
	.name = "command",
	.batch_max = SERVICE_BATCH_MAX,
	.summary_fr = "Un programme à soi, en JSON Lines",
	.summary_en = "A program of one's own, in JSON Lines",
	.build = build,
	.read = read,
};

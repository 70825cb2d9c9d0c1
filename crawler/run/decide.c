/* decide.c: a decision that belongs to no crawl, as an entry of the ledger and a row: an export with names. */
#include <string.h>
#include "base/i18n.h"
#include "run/rows.h"
#include "run/run.h"
#include "run/writer.h"

int amp_decide(struct amp_store *store, const char *archive_dir, const struct amp_decided *d, struct amp_err *err)
{
	struct amp_writer_options wo = {.archive_dir = archive_dir, .label = "amplimeter"};
	struct amp_study_ref ref;
	struct amp_writer *w = NULL;
	int64_t adopted = 0;
	int rc = amp_row_study_find(store, d->study, &ref, err);

	if (rc != 0) return rc;
	if (ref.version_id == 0)
		return amp_fail(err, AMP_EUSAGE, _("The study %s has no version: nothing was captured for it."), d->study);
	rc = amp_writer_open(&w, store, &ref, &wo, &adopted, err);
	if (rc == 0) {
		json_t *fields = json_object();

		json_object_set_new(fields, "activity", json_string(d->activity));
		json_object_set_new(fields, "study", json_string(d->study));
		rc = amp_study_facts(store, &ref, fields, err);
		if (rc == 0)
			rc = amp_writer_preamble(w, fields, d->command_line, NULL, false, 0, err);
		else
			json_decref(fields);
	}
	if (rc == 0) {
		const struct amp_program *p = amp_writer_program(w);
		json_t *o =
			json_pack("{s:s,s:s,s:s}", "program_run", p->key_hex, "study_version", p->version_hex, "decision", d->type);

		amp_evidence_text(o, "subject", amp_str_c(d->subject));
		amp_evidence_text(o, "reason", amp_str_c(d->reason));
		rc = amp_writer_append(w, "override", o, NULL, NULL, err);
	}
	if (rc == 0) rc = amp_writer_end(w, err);
	amp_writer_free(w);
	return rc;
}

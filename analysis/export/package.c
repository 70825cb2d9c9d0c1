/* package.c: datapackage.json: Frictionless Data Package and Table Schema (https://specs.frictionlessdata.io, v1). Keys of our own begin with "amplimeter:". */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/jsonw.h"
#include "export/private.h"
#include "export_sql.h"

static const char *frictionless_type(enum amp_export_type t)
{
	static const char *const names[] = {"string", "integer", "number", "boolean", "datetime", "date"};

	return names[t];
}

static void field(struct amp_jsonw *w, const struct amp_column_words *c)
{
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "name", c->name);
	amp_jsonw_kc(w, "type", frictionless_type(c->type));
	/* RFC 3339 with milliseconds: the default form of Table Schema has none */
	if (c->type == AMP_TYPE_TIMESTAMP) amp_jsonw_kc(w, "format", "any");
	amp_jsonw_kc(w, "description", c->en);
	amp_jsonw_kc(w, "description_fr", c->fr);
	if (c->unit[0] != '\0') amp_jsonw_kc(w, "unit", c->unit);
	amp_jsonw_end_object(w);
}

static void key_of(struct amp_jsonw *w, const struct amp_relation *r)
{
	struct amp_str rest = amp_str_c(r->key);

	if (r->key[0] == '\0') return;
	amp_jsonw_key(w, "primaryKey");
	amp_jsonw_array(w);
	while (rest.p != NULL) amp_jsonw_str(w, amp_str_cut(&rest, ' '));
	amp_jsonw_end_array(w);
}

static void schema(struct amp_jsonw *w, const struct amp_exporter *x, const struct amp_relation *r)
{
	const struct amp_column_words *columns[AMP_EXPORT_COLUMNS_MAX];
	size_t n = amp_relation_columns(r, x->o->with_names, false, columns);

	amp_jsonw_key(w, "schema");
	amp_jsonw_object(w);
	amp_jsonw_key(w, "fields");
	amp_jsonw_array(w);
	for (size_t i = 0; i < n; i++) field(w, columns[i]);
	amp_jsonw_end_array(w);
	key_of(w, r);
	amp_jsonw_key(w, "missingValues");
	amp_jsonw_array(w);
	amp_jsonw_c(w, "");
	amp_jsonw_end_array(w);
	amp_jsonw_end_object(w);
}

static void resource(struct amp_jsonw *w, const struct amp_exporter *x, const struct amp_exported *f)
{
	char hex[2 * AMP_SHA256 + 1], hash[sizeof hex + 8];

	amp_hex(f->sha256, AMP_SHA256, hex);
	(void)snprintf(hash, sizeof hash, "sha256:%s", hex);
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "name", f->relation->name);
	amp_jsonw_kc(w, "path", f->name);
	amp_jsonw_kc(w, "profile", "tabular-data-resource");
	amp_jsonw_kc(w, "format", x->form->extension);
	amp_jsonw_kc(w, "mediatype", x->form->mediatype);
	amp_jsonw_kc(w, "encoding", "utf-8");
	amp_jsonw_ki64(w, "bytes", f->bytes);
	amp_jsonw_kc(w, "hash", hash);
	amp_jsonw_ki64(w, "amplimeter:rows", f->rows);
	amp_jsonw_kc(w, "title", f->relation->title_en);
	amp_jsonw_kc(w, "title_fr", f->relation->title_fr);
	amp_jsonw_kc(w, "description", f->relation->en);
	amp_jsonw_kc(w, "description_fr", f->relation->fr);
	schema(w, x, f->relation);
	amp_jsonw_end_object(w);
}

static int studies(struct amp_jsonw *w, const struct amp_exporter *x, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, x->store, &AMP_SQL_EXPORT_VERSIONS, err);

	if (rc != 0) return rc;
	amp_query_bind_c(&q, x->o->study);
	amp_jsonw_key(w, "amplimeter:studies");
	amp_jsonw_array(w);
	for (;;) {
		char hex[2 * AMP_SHA256 + 1] = "";
		const uint8_t *hash;
		size_t n;

		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		hash = amp_query_blob(&q, 1, &n);
		if (hash != NULL && n == AMP_SHA256) amp_hex(hash, n, hex);
		amp_jsonw_object(w);
		amp_jsonw_kstr(w, "study", amp_query_str(&q, 0));
		amp_jsonw_kc(w, "protocol_hash", hex);
		amp_jsonw_kstr(w, "chain_heads", amp_query_str(&q, 2));
		amp_jsonw_end_object(w);
	}
	amp_jsonw_end_array(w);
	amp_query_end(&q);
	return rc;
}

int amp_export_package(struct amp_exporter *x, struct amp_err *err)
{
	bool simulated = amp_store_simulated(x->store);
	struct amp_jsonw w;
	struct amp_buf b;
	int rc;

	amp_buf_init(&b, (size_t)4 << 20);
	amp_jsonw_start(&w, &b);
	amp_jsonw_object(&w);
	amp_jsonw_kc(&w, "profile", "tabular-data-package");
	amp_jsonw_kc(&w, "name", "amplimeter-export");
	amp_jsonw_kc(&w, "title", simulated ? "SIMULATED: exposures measured by amplimeter" : "Exposures measured by amplimeter");
	amp_jsonw_kc(
		&w, "description",
		"What personas saw in ranked and chronological feeds. Presumed hateful: uncorrected detector output; only a judge qualifies. "
		"Ce que des personas ont vu dans des flux classés et chronologiques. Présumé haineux : sortie de détecteur non corrigée ; "
		"seul un juge qualifie.");
	amp_jsonw_kbool(&w, "amplimeter:simulated", simulated);
	amp_jsonw_kbool(&w, "amplimeter:pseudonymised", !x->o->with_names);
	amp_jsonw_kc(&w, "amplimeter:key_id", x->o->with_names ? NULL : x->key_id);
	amp_jsonw_kc(&w, "amplimeter:version", x->o->program_version);
	rc = studies(&w, x, err);
	amp_jsonw_key(&w, "resources");
	amp_jsonw_array(&w);
	for (size_t i = 0; i < x->n_files; i++) {
		if (x->files[i].relation != NULL) resource(&w, x, &x->files[i]);
	}
	amp_jsonw_end_array(&w);
	amp_jsonw_end_object(&w);
	(void)amp_buf_byte(&b, '\n');
	if (rc == 0) rc = amp_export_text(x, "datapackage.json", &b, err);
	amp_buf_free(&b);
	return rc;
}

/* keys.c: see keys.h. */
#include "annotate/keys.h"

struct amp_key amp_unit_key(const struct amp_key *sample, const struct amp_key *version)
{
	struct amp_keyer k;
	amp_key_start(&k, "sample_unit");
	amp_key_key(&k, sample);
	amp_key_key(&k, version);
	return amp_key_end(&k);
}

struct amp_key amp_annotation_key(const struct amp_annotation_parts *p)
{
	static const uint8_t none[AMP_SHA256];
	struct amp_keyer k;
	amp_key_start(&k, "annotation");
	amp_key_key(&k, p->unit);
	amp_key_str(&k, p->coder);
	amp_key_i64(&k, p->pass);
	amp_key_i64(&k, p->adjudicates);
	amp_key_str(&k, p->guideline);
	amp_key_bytes(&k, p->hash != NULL ? p->hash : none, AMP_SHA256);
	amp_key_str(&k, p->label);
	amp_key_str(&k, p->act);
	amp_key_i64(&k, p->confidence);
	amp_key_str(&k, p->targets);
	amp_key_key(&k, p->before);
	amp_key_i64(&k, p->imported_at);
	return amp_key_end(&k);
}

struct amp_key amp_adjudication_key(const struct amp_key *annotation)
{
	struct amp_keyer k;
	amp_key_start(&k, "adjudication");
	amp_key_key(&k, annotation);
	return amp_key_end(&k);
}

/* detector_marker.c: the playground's placeholder tokens, which stand for hateful content without being any.
 *
 *     [[haine:TARGET]]            a post that counts as hateful against TARGET
 *     [[citation:haine:TARGET]]   the same, quoted by somebody who objects: not hateful
 *
 * TARGET is a name of targets.def, exactly as written there. Anything else between double brackets is plain text. The grammar is
 * described for people in data/README.md; crawls of the real world hold no such token, so the detector says 0 everywhere there.
 */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "detectors/private.h"

static const char OPEN[] = "[[haine:";
#define OPEN_LENGTH (sizeof OPEN - 1)
#define HITS_MAX 64

static int load(void **state, const char *data_dir, struct amp_err *err)
{
	(void)data_dir;
	(void)err;
	*state = NULL;
	return 0;
}

static void unload(void *state)
{
	(void)state;
}

static int add_hit(struct amp_detection *out, size_t start, size_t length, const char *target, struct amp_err *err)
{
	if (out->n_hits == HITS_MAX) return 0;
	struct amp_hit *hits = amp_realloc(out->hits, (out->n_hits + 1) * sizeof *hits);
	if (hits == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while explaining a score."));
	out->hits = hits;
	hits[out->n_hits++] = (struct amp_hit){.start = start,
	                                       .length = length,
	                                       .entry = "[[haine:…]]",
	                                       .kind = "marker",
	                                       .target = target,
	                                       .note = "",
	                                       .weight = 1.0};
	return 0;
}

static int score(void *state, struct amp_str text, const char *lang, bool explain, struct amp_detection *out, struct amp_err *err)
{
	(void)state;
	(void)lang;
	struct amp_str rest = text;
	out->status = AMP_DETECTION_OK;
	for (;;) {
		const char *at = amp_str_find(rest, (struct amp_str){OPEN, OPEN_LENGTH});
		if (at == NULL) return 0;
		const char *name = at + OPEN_LENGTH, *end = text.p + text.n, *p = name;
		while (p < end && (amp_is_alpha((unsigned char)*p) || *p == '_')) p++;
		rest = (struct amp_str){name, (size_t)(end - name)};
		if (end - p < 2 || p[0] != ']' || p[1] != ']') continue;
		const struct amp_target *target = amp_target_find_str((struct amp_str){name, (size_t)(p - name)});
		if (target == NULL) continue;
		out->score = 1.0;
		amp_detection_add_target(out, target->name);
		if (explain) {
			int rc = add_hit(out, (size_t)(at - text.p), (size_t)(p + 2 - at), target->name, err);
			if (rc != 0) return rc;
		}
	}
}

const struct amp_detector amp_detector_marker = {
	.name = "marker",
	.version = "1",
	.default_threshold = "0.5",
	.summary_fr = "Jetons fictifs du service d'essai ([[haine:CIBLE]])",
	.summary_en = "Placeholder tokens of the playground ([[haine:TARGET]])",
	.load = load,
	.unload = unload,
	.score = score,
};

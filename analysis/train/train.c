/* train.c: manifest in, model, hashes and measures out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/io.h"
#include "base/mem.h"
#include "train/private.h"

#define MODEL_MAX ((size_t)4 << 20)
#define OUT_MAX ((size_t)64 << 20)

static int write_to(const char *folder, const char *name, const struct amp_buf *bytes, struct amp_err *err)
{
	char path[4096];
	int n = snprintf(path, sizeof path, "%s/%s", folder, name);
	if (n < 0 || (size_t)n >= sizeof path) return amp_fail(err, AMP_EUSAGE, _("The path %s is too long."), folder);
	return amp_io_write_file(path, bytes->p, bytes->n, err);
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* Big-endian, so that sorted numbers are sorted bytes. Every row's: each was trained on or chose a threshold. */
static int write_hashes(const char *folder, const struct amp_linear_model *model, const struct train_rows *rows,
                        struct amp_err *err)
{
	struct amp_buf out;
	char hex[2 * AMP_SHA256 + 1], name[2 * AMP_SHA256 + 32];
	uint64_t *sorted = amp_calloc(rows->n + 1, sizeof *sorted);
	amp_buf_init(&out, OUT_MAX);
	int rc = sorted == NULL ? amp_fail(err, AMP_ENOMEM, _("Out of memory while writing the hashes of the training texts.")) : 0;
	for (size_t i = 0; rc == 0 && i < rows->n; i++) sorted[i] = rows->v[i].hash;
	if (rc == 0) qsort(sorted, rows->n, sizeof *sorted, by_value);
	for (size_t i = 0; rc == 0 && i < rows->n; i++) {
		if (i > 0 && sorted[i] == sorted[i - 1]) continue;
		for (int shift = 56; shift >= 0; shift -= 8) (void)amp_buf_byte(&out, (int)(sorted[i] >> shift & 0xff));
	}
	if (rc == 0) rc = amp_buf_check(&out, _("the hashes of the training texts"), err);
	amp_hex(model->hash, sizeof model->hash, hex);
	(void)snprintf(name, sizeof name, "linear-%s.hashes", hex);
	if (rc == 0) rc = write_to(folder, name, &out, err);
	amp_buf_free(&out);
	amp_free(sorted);
	return rc;
}

static int write_all(const char *folder, struct amp_linear_model *model, const struct train_rounded *how,
                     const struct train_manifest *m, const struct train_rows *rows, struct amp_err *err)
{
	struct amp_buf out;
	amp_buf_init(&out, MODEL_MAX);
	int rc = amp_io_mkdirs(folder, err);
	if (rc == 0) rc = amp_linear_model_write(model, &out, err);
	if (rc == 0) rc = write_to(folder, "linear.model", &out, err);
	if (rc == 0) rc = write_hashes(folder, model, rows, err);
	amp_buf_reset(&out);
	if (rc == 0) rc = train_measures(&out, model, how, m, rows, err);
	if (rc == 0) rc = write_to(folder, "linear.json", &out, err);
	amp_buf_free(&out);
	return rc;
}

int amp_train(const char *manifest, const char *inputs, const char *data, const char *out,
              const struct amp_train_progress *progress, struct amp_err *err)
{
	static const struct amp_train_progress silent = {0};
	struct train_manifest m;
	struct train_rows rows = {0};
	struct lexicon *lexicon = NULL;
	struct lexicon_near *near = NULL;
	struct amp_linear_model *model = NULL;
	struct train_rounded how = {0};
	double *weights = NULL;
	if (progress == NULL) progress = &silent;
	int rc = train_manifest_read(&m, manifest, err);
	if (rc == 0) rc = lexicon_load(&lexicon, data, err);
	if (rc == 0) rc = lexicon_near_new(&near, lexicon, err);
	if (rc == 0) rc = train_rows_read(&rows, &m, lexicon, near, inputs, data, progress, err);
	if (rc == 0) rc = amp_linear_model_new(&model, err);
	/* each fold by a model that has not seen it, then the one that is kept, by all */
	for (int64_t fold = 0; rc == 0 && fold <= m.folds; fold++) {
		rc = train_solve(&weights, &m, &rows, fold < m.folds ? fold : -1, progress, err);
		if (rc == 0) rc = train_round(model, &how, weights, &m, err);
		if (rc == 0 && fold < m.folds) train_score_fold(model, &how, &rows, fold);
		amp_free(weights);
		weights = NULL;
	}
	if (rc == 0) rc = train_calibrate(model, &how, &m, &rows, err);
	if (rc == 0) memcpy(model->lexicon, lexicon->hash, sizeof model->lexicon);
	if (rc == 0) rc = write_all(out, model, &how, &m, &rows, err);
	amp_linear_model_free(model);
	amp_free(weights);
	train_rows_free(&rows);
	lexicon_near_free(near);
	lexicon_free(lexicon);
	train_manifest_free(&m);
	return rc;
}

/* rows.c: labelled texts as sorted feature vectors. */
#include <linear.h>
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/io.h"
#include "base/mem.h"
#include "detectors/records.h"
#include "train/frames.h"
#include "train/private.h"

#define INPUT_MAX ((size_t)1 << 30)
#define ROWS_MAX ((size_t)32 << 30) /* bytes of feature vectors: about 6 KB a text */

void train_rows_free(struct train_rows *rows)
{
	amp_arena_free(rows->arena);
	amp_free(rows->v);
	memset(rows, 0, sizeof *rows);
}

static int by_place(const void *a, const void *b)
{
	const struct feature_node *x = a, *y = b;
	return (x->index > y->index) - (x->index < y->index);
}

/* Sums of values per place, as a scoring margin has them. */
static struct feature_node *vector(struct amp_arena *arena, const struct amp_linear_features *f, const uint32_t *scale)
{
	size_t n = 0, kept = 0;
	for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++) n += f->block[b].n;
	struct feature_node *x = amp_arena_alloc(arena, (n + 1) * sizeof *x);
	if (x == NULL) return NULL;
	n = 0;
	for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++) {
		if (f->block[b].n == 0 || scale[b] == 0) continue;
		double value = (double)scale[b] / 1024 * (double)amp_linear_norm(f->block[b].n) / AMP_LINEAR_NORM_ONE;
		for (size_t i = 0; i < f->block[b].n; i++) x[n++] = (struct feature_node){(int)f->block[b].place[i] + 1, value};
	}
	qsort(x, n, sizeof *x, by_place);
	for (size_t i = 0; i < n; i++) {
		if (kept > 0 && x[kept - 1].index == x[i].index)
			x[kept - 1].value += x[i].value;
		else
			x[kept++] = x[i];
	}
	x[kept] = (struct feature_node){-1, 0};
	return x;
}

/* Decided by the row's id and the seed alone: other rows change nothing. */
static uint8_t fold_of(const struct train_manifest *m, const struct train_input *input, struct amp_str id)
{
	struct amp_keyer k;
	if (input->frames) return TRAIN_NO_FOLD;
	amp_key_start(&k, "amplimeter training fold 1");
	amp_key_i64(&k, (int64_t)m->seed);
	amp_key_str(&k, id);
	struct amp_key key = amp_key_end(&k);
	return (uint8_t)(((uint32_t)key.b[0] << 16 | (uint32_t)key.b[1] << 8 | key.b[2]) % (uint32_t)m->folds);
}

static int add_row(struct train_rows *rows, const struct train_row *row, struct amp_err *err)
{
	if (rows->n == rows->room) {
		size_t room = rows->room == 0 ? 4096 : rows->room * 2;
		struct train_row *v = amp_realloc(rows->v, room * sizeof *v);
		if (v == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the training texts."));
		rows->v = v;
		rows->room = room;
	}
	rows->v[rows->n++] = *row;
	return 0;
}

/* What reading a row needs, whatever it comes from. */
struct reading {
	struct train_rows *rows;
	struct train_manifest *m;
	const struct lexicon *l;
	const struct lexicon_near *near;
	struct amp_linear_features f;
	size_t input;
};

static int take(struct reading *r, struct amp_str text, struct amp_str id, struct amp_str lang, bool hateful, struct amp_err *err)
{
	struct train_input *in = &r->m->inputs[r->input];
	struct train_row row = {.input = (uint16_t)r->input, .label = hateful};
	uint8_t hash[AMP_SHA256];
	size_t read;
	if (lang.p != NULL && lang.n < sizeof row.lang) memcpy(row.lang, lang.p, lang.n);
	row.fold = fold_of(r->m, in, id);
	int rc = amp_linear_features_read(&r->f, r->l, r->near, text, row.lang[0] != '\0' ? row.lang : NULL, false, &read, err);
	if (rc != 0) return rc;
	row.targets = r->f.targets;
	amp_sha256(r->f.normal.text.p, r->f.normal.text.n, hash);
	for (size_t i = 0; i < 8; i++) row.hash = row.hash << 8 | hash[i];
	row.x = vector(r->rows->arena, &r->f, r->m->scale);
	if (row.x == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the training texts."));
	in->rows[row.label]++;
	return add_row(r->rows, &row, err);
}

static int take_record(struct reading *r, const struct amp_records *records, const struct amp_record *record, struct amp_err *err)
{
	struct amp_str label = amp_records_field(records, "label");
	if (record->view.p == NULL || (!amp_str_eq_c(label, "0") && !amp_str_eq_c(label, "1")))
		return amp_fail(err, AMP_EFORMAT, _("%s:%lld: a training row has a text, and a label that is 0 or 1."),
		                r->m->inputs[r->input].file, (long long)record->line);
	return take(r, record->view, record->id, record->lang, label.p[0] == '1', err);
}

static int take_frame(void *user, struct amp_str text, bool hateful, const char *lang, const char *target, struct amp_err *err)
{
	(void)target;
	return take(user, text, AMP_STR_ABSENT, amp_str_c(lang), hateful, err);
}

static int read_records(struct reading *r, struct amp_buf *bytes, const char *path, struct amp_err *err)
{
	struct amp_records *records = NULL;
	struct amp_record record;
	int more = 0, rc = 0;
	FILE *stream = fmemopen(bytes->p, bytes->n, "r");
	if (stream == NULL) return amp_fail_errno(err, _("cannot read %s"), path);
	rc = amp_records_open(&records, stream, AMP_RECORD_CSV, err);
	while (rc == 0 && (more = amp_records_next(records, &record, err)) == 1) rc = take_record(r, records, &record, err);
	amp_records_close(records);
	(void)fclose(stream);
	return more < 0 ? more : rc;
}

/* The bytes of an input, which must be those of the manifest. */
static int read_bytes(const struct train_input *in, const char *path, struct amp_buf *bytes, struct amp_err *err)
{
	uint8_t hash[AMP_SHA256];
	char hex[2 * AMP_SHA256 + 1];
	int rc = amp_io_read_file(path, bytes, err);
	if (rc != 0) return rc;
	amp_sha256(bytes->p, bytes->n, hash);
	if (memcmp(hash, in->sha256, sizeof hash) == 0) return 0;
	amp_hex(hash, sizeof hash, hex);
	return amp_fail(err, AMP_EUSAGE, _("%s is not the file of the manifest: its SHA-256 is %s."), path, hex);
}

static int read_input(struct reading *r, const char *folder, struct amp_err *err)
{
	const struct train_input *in = &r->m->inputs[r->input];
	struct amp_buf path, bytes;
	amp_buf_init(&path, 8192);
	amp_buf_init(&bytes, INPUT_MAX);
	(void)amp_buf_printf(&path, "%s/%s", folder, in->file);
	int rc = amp_buf_check(&path, _("a path"), err);
	if (rc == 0) rc = read_bytes(in, path.p, &bytes, err);
	if (rc == 0 && in->frames)
		rc = amp_frames(amp_buf_str(&bytes), path.p, r->m->seed, (size_t)in->count, take_frame, r, err);
	else if (rc == 0)
		rc = read_records(r, &bytes, path.p, err);
	amp_buf_free(&bytes);
	amp_buf_free(&path);
	return rc;
}

int train_rows_read(struct train_rows *rows, struct train_manifest *m, const struct lexicon *l, const struct lexicon_near *near,
                    const char *inputs, const char *data, const struct amp_train_progress *progress, struct amp_err *err)
{
	struct reading r = {.rows = rows, .m = m, .l = l, .near = near};
	int rc = 0;
	amp_linear_features_init(&r.f);
	rows->arena = amp_arena_new(ROWS_MAX);
	if (rows->arena == NULL) rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the training texts."));
	for (r.input = 0; rc == 0 && r.input < m->n_inputs; r.input++) {
		size_t before = rows->n;
		char line[256];
		rc = read_input(&r, m->inputs[r.input].frames ? data : inputs, err);
		if (rc != 0 || progress->say == NULL) continue;
		(void)snprintf(line, sizeof line, _("%s: %zu texts"), m->inputs[r.input].file, rows->n - before);
		progress->say(progress->user, line);
	}
	amp_linear_features_free(&r.f);
	return rc;
}

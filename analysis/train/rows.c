/* rows.c: labelled texts as sorted feature vectors. */
#include <linear.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/io.h"
#include "base/mem.h"
#include "detectors/records.h"
#include "train/frames.h"
#include "train/private.h"

#define INPUT_MAX ((size_t)1 << 30)
#define SIMILAR \
	0.3 /* of the places of two rows: twins that differ in a word or two; of rows drawn at random one pair in a thousand */
#define SIMILAR_BEFORE 8
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

/* Decided by the seed and by what keeps rows together alone: other rows change nothing. */
static uint8_t fold_of(const struct train_manifest *m, struct amp_str together)
{
	struct amp_keyer k;
	amp_key_start(&k, "amplimeter training fold 1");
	amp_key_i64(&k, (int64_t)m->seed);
	amp_key_str(&k, together);
	struct amp_key key = amp_key_end(&k);
	return (uint8_t)(((uint32_t)key.b[0] << 16 | (uint32_t)key.b[1] << 8 | key.b[2]) % (uint32_t)m->folds);
}

/* Of the places of two rows, does a share SIMILAR occur in both? */
static bool similar(const struct train_row *a, const struct train_row *b)
{
	size_t both = 0, any = 0;
	for (const struct feature_node *x = a->x, *y = b->x; x->index >= 0 || y->index >= 0; any++) {
		bool first = y->index < 0 || (x->index >= 0 && x->index <= y->index);
		bool second = x->index < 0 || (y->index >= 0 && y->index <= x->index);
		both += first && second;
		x += first;
		y += second;
	}
	return (double)both >= SIMILAR * (double)any;
}

static uint8_t fold_of_row(const struct train_rows *rows, const struct train_manifest *m, const struct train_row *row,
                           struct amp_str id)
{
	size_t cut = id.n;
	switch (m->inputs[row->input].group) {
	case TRAIN_GROUP_THREAD:
		while (cut > 0 && id.p[cut - 1] != '_') cut--;
		return fold_of(m, cut > 0 ? (struct amp_str){id.p, cut} : id);
	case TRAIN_GROUP_NUMBER:
		while (cut > 0 && id.p[cut - 1] != '-') cut--;
		return fold_of(m, (struct amp_str){id.p + cut, id.n - cut});
	case TRAIN_GROUP_SIMILAR:
		for (size_t back = 1; back <= SIMILAR_BEFORE && back <= rows->n; back++)
			if (rows->v[rows->n - back].input == row->input && similar(&rows->v[rows->n - back], row))
				return rows->v[rows->n - back].fold;
		return fold_of(m, id);
	default: return fold_of(m, id);
	}
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

static int take(struct reading *r, struct amp_str text, const char *lang, struct train_row *row, struct amp_err *err)
{
	uint8_t hash[AMP_SHA256];
	size_t read;
	row->input = (uint16_t)r->input;
	int rc = amp_linear_features_read(&r->f, r->l, r->near, text, lang, false, &read, err);
	if (rc != 0) return rc;
	row->targets = r->f.targets;
	amp_sha256(r->f.normal.text.p, r->f.normal.text.n, hash);
	for (size_t i = 0; i < 8; i++) row->hash = row->hash << 8 | hash[i];
	row->x = vector(r->rows->arena, &r->f, r->m->scale);
	if (row->x == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the training texts."));
	r->m->inputs[r->input].rows[row->label]++;
	return 0;
}

static int take_record(struct reading *r, const struct amp_records *records, const struct amp_record *record, struct amp_err *err)
{
	struct amp_str label = amp_records_field(records, "label"), target = amp_records_field(records, "target");
	struct train_row row = {.quotes = TRAIN_NO_FOLD};
	if (record->view.p == NULL || (!amp_str_eq_c(label, "0") && !amp_str_eq_c(label, "1")))
		return amp_fail(err, AMP_EFORMAT, _("%s:%lld: a training row has a text, and a label that is 0 or 1."),
		                r->m->inputs[r->input].file, (long long)record->line);
	row.label = label.p[0] == '1';
	row.what = amp_arena_strndup(r->rows->arena, target.p != NULL ? target.p : "", target.n);
	if (row.what == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the training texts."));
	if (record->lang.p != NULL && record->lang.n < sizeof row.lang) memcpy(row.lang, record->lang.p, record->lang.n);
	int rc = take(r, record->view, row.lang[0] != '\0' ? row.lang : NULL, &row, err);
	if (rc != 0) return rc;
	row.fold = fold_of_row(r->rows, r->m, &row, record->id);
	return add_row(r->rows, &row, err);
}

static uint8_t fold_of_line(const struct reading *r, int line)
{
	char name[512];
	int n = snprintf(name, sizeof name, "%s:%d", r->m->inputs[r->input].file, line);
	return fold_of(r->m, (struct amp_str){name, n < 0 ? 0 : (size_t)n});
}

static int take_frame(void *user, const struct amp_frame *sentence, struct amp_err *err)
{
	struct reading *r = user;
	struct train_row row = {.label = sentence->hateful, .quotes = TRAIN_NO_FOLD};
	enum train_group group = r->m->inputs[r->input].group;
	row.sort = amp_arena_strndup(r->rows->arena, sentence->sort.p, sentence->sort.n);
	row.what = amp_arena_strndup(r->rows->arena, sentence->target.p != NULL ? sentence->target.p : "", sentence->target.n);
	if (row.sort == NULL || row.what == NULL)
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the training texts."));
	(void)snprintf(row.lang, sizeof row.lang, "%s", sentence->lang);
	row.fold = group == TRAIN_GROUP_SORT     ? fold_of(r->m, sentence->sort)
	           : group == TRAIN_GROUP_TARGET ? fold_of(r->m, sentence->target)
	                                         : fold_of_line(r, sentence->line);
	if (group == TRAIN_GROUP_SENTENCE && sentence->quoted != 0) row.quotes = fold_of_line(r, sentence->quoted);
	int rc = take(r, sentence->text, sentence->lang, &row, err);
	return rc != 0 ? rc : add_row(r->rows, &row, err);
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

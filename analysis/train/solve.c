/* solve.c: logistic regression by liblinear. */
#include <linear.h>
#include <stdio.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "train/private.h"

#define BIAS 1.0

static void quiet(const char *line)
{
	(void)line;
}

/* How often a training row stands in the problem: its input's weight, times what brings the rarer label up to the other. */
static size_t copies(const struct train_manifest *m, const struct train_row *row)
{
	const struct train_input *in = &m->inputs[row->input];
	size_t own = in->rows[row->label], other = in->rows[1 - row->label], times = 1;
	if (in->balance && own > 0) times = (other + own / 2) / own;
	if (times < 1) times = 1;
	if (times > (size_t)m->balance_max) times = (size_t)m->balance_max;
	return times * (size_t)in->weight;
}

static bool trained_on(const struct train_row *row, int64_t without)
{
	return row->fold != without && row->quotes != without;
}

static int fill(struct problem *p, const struct train_manifest *m, const struct train_rows *rows, int64_t without,
                struct feature_node **nodes, struct amp_err *err)
{
	size_t total = 0, at = 0, extra = 0;
	for (size_t i = 0; i < rows->n; i++)
		if (trained_on(&rows->v[i], without)) {
			total += copies(m, &rows->v[i]);
			for (const struct feature_node *x = rows->v[i].x; x->index >= 0; x++) extra++;
			extra += 2;
		}
	p->y = amp_calloc(total + 1, sizeof *p->y);
	p->x = amp_calloc(total + 1, sizeof(struct feature_node *));
	*nodes = amp_calloc(extra + 1, sizeof **nodes); /* with the bias behind each row, as liblinear wants it */
	if (p->y == NULL || p->x == NULL || *nodes == NULL)
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while training on %zu texts."), total);
	struct feature_node *to = *nodes;
	for (size_t i = 0; i < rows->n; i++) {
		const struct train_row *row = &rows->v[i];
		if (!trained_on(row, without)) continue;
		struct feature_node *start = to;
		for (const struct feature_node *x = row->x; x->index >= 0; x++) *to++ = *x;
		*to++ = (struct feature_node){(int)AMP_LINEAR_PLACES + 1, BIAS};
		*to++ = (struct feature_node){-1, 0};
		for (size_t k = copies(m, row); k > 0; k--, at++) {
			p->x[at] = start;
			p->y[at] = row->label != 0 ? 1 : -1;
		}
	}
	p->l = (int)at;
	p->n = (int)AMP_LINEAR_PLACES + 1;
	p->bias = BIAS;
	return 0;
}

int train_solve(double **weights, const struct train_manifest *m, const struct train_rows *rows, int64_t without,
                const struct amp_train_progress *progress, struct amp_err *err)
{
	struct problem p = {0};
	struct feature_node *nodes = NULL;
	struct parameter how = {.solver_type = L2R_LR, .eps = m->eps, .C = m->c};
	struct model *model = NULL;
	int rc = fill(&p, m, rows, without, &nodes, err);
	if (rc == 0 && check_parameter(&p, &how) != NULL)
		rc = amp_fail(err, AMP_EUSAGE, _("liblinear refuses the manifest's options: %s."), check_parameter(&p, &how));
	if (rc == 0) {
		char line[128];
		(void)snprintf(line, sizeof line, _("training on %d rows (repeated ones counted)"), p.l);
		if (progress->say != NULL) progress->say(progress->user, line);
		set_print_string_function(quiet);
		model = train(&p, &how);
		*weights = amp_calloc(AMP_LINEAR_PLACES + 1, sizeof **weights);
		if (model == NULL || *weights == NULL || model->nr_class != 2) {
			rc = amp_fail(err, AMP_EFAIL, _("Training gave no model: both labels must occur."));
		} else {
			double sign = model->label[0] == 1 ? 1 : -1; /* positive weights speak for the label seen first */
			for (size_t i = 0; i <= AMP_LINEAR_PLACES; i++) (*weights)[i] = sign * model->w[i];
			(*weights)[AMP_LINEAR_PLACES] *= BIAS;
		}
	}
	if (model != NULL) free_and_destroy_model(&model);
	amp_free(nodes);
	amp_free(p.x);
	amp_free(p.y);
	return rc;
}

/* printed.h: what the files that print an evaluation for people share. */
#ifndef AMP_EVALUATE_PRINTED_H
#define AMP_EVALUATE_PRINTED_H
#include "document/document.h"
#include "evaluate/evaluation.h"

enum amp_evaluation_text {
#define TEXT(id, en, fr) TEXT_##id,
#include "evaluate/prose.def"
#undef TEXT
	TEXT_COUNT
};
const char *evaluation_text(const struct amp_words *w, enum amp_evaluation_text id);
bool evaluation_is_share(enum amp_measure m); /* said in percent */
/* "66.7%" or "0.814", by the measure; a dash when unknown. */
const char *evaluation_value(struct amp_words *w, enum amp_measure m, struct amp_real v);
/* "[42.8%, 87.5%]", "" when there is none. */
const char *evaluation_range(struct amp_words *w, enum amp_measure m, const struct amp_interval *i);
/* "95%": of the intervals. */
const char *evaluation_level(struct amp_words *w, const struct amp_evaluation *e);
/* plot.c: the reliability plot as SVG, in the words' arena. */
const char *evaluation_plot(struct amp_words *w, const struct amp_quality *q, int number, const char *title,
                            const char *description);
/* compared.c */
void evaluation_comparison(struct amp_doc *d, const struct amp_evaluation *e);

#endif

/* study_file.h: reading a study for a command: the names that analysis/ knows, the data files that a lock must pin. */
#ifndef AMP_CLI_STUDY_FILE_H
#define AMP_CLI_STUDY_FILE_H
#include "base/err.h"
#include "detectors/scorer.h"
#include "persona/study.h"

/* Tells the study reader which metrics, targets and detectors exist; before any study is read. */
void amp_cli_vocabulary(void);
/* Pins the data files of the study's detectors (their hash becomes part of the protocol). NULL is fine. */
int amp_cli_study_pin(struct amp_study *s, struct amp_err *err) AMP_CHECK;
/* All of it: vocabulary, reading (each mistake a line on stderr), pinning. */
int amp_cli_study_read(struct amp_study **out, const char *path, struct amp_err *err) AMP_CHECK;
/* A source file of one's own, in the arena; each mistake a line on stderr. */
int amp_cli_source_read(const struct amp_source **out, const char *path, struct amp_arena *a, struct amp_err *err) AMP_CHECK;
/* A detector by name, or a service file (a name that ends in .json; each mistake a line on stderr) with the host that texts may go to. */
int amp_cli_scorer_open(struct amp_scorer *s, const char *name, const char *send_texts_to, struct amp_err *err) AMP_CHECK;

#endif

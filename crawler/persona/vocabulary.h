/* vocabulary.h: the names set by amp_study_vocabulary(); inside crawler/persona only. */
#ifndef AMP_PERSONA_VOCABULARY_H
#define AMP_PERSONA_VOCABULARY_H
#include "persona/study.h"

const struct amp_vocabulary *amp_vocabulary_get(void);

#endif

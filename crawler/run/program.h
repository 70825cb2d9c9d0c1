/* program.h: the technical preamble of a run, in the terms French courts expect of a record of what was online (NF Z67-147:2010):
 * the machine, its software and their versions, its addresses and proxy, the state of cookies and cache, the clock.
 */
#ifndef AMP_RUN_PROGRAM_H
#define AMP_RUN_PROGRAM_H
#include <stdbool.h>
#include <stdint.h>
#include <jansson.h>
#include "run/evidence.h"

/* The commit that the program was built from, said once by main before anything runs; "": not known. */
extern const char *amp_program_commit;

/* Adds the run's identity and the machine's description to fields. What the system does not tell is left out. */
void amp_program_preamble(json_t *fields, const struct amp_program *p, const char *command_line,
                          const uint8_t configuration[AMP_SHA256], bool has_seed, uint64_t seed);

#endif

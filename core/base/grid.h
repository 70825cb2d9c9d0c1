/* grid.h: the choices under which figures are computed where a study declares no grid of its own. */
#ifndef AMP_BASE_GRID_H
#define AMP_BASE_GRID_H
#include <stddef.h>

#define AMP_GRID_USUAL 4
struct amp_grid_choice {
	int depth;
	const char *threshold, *rbp_p; /* decimal texts; "default": each detector's own threshold */
};
/* The primary choice first, then one that differs from it in one thing each: half the depth (where there is one), a higher threshold, a reader who
 * goes on less long. depth > 0: of the primary choice. Returns how many there are. */
size_t amp_grid_usual(int depth, struct amp_grid_choice out[AMP_GRID_USUAL]);

#endif

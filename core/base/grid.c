/* grid.c: see grid.h. A figure that holds under one choice of the analyst only is no finding (Steegen et al. 2016, Perspectives on Psychological
 * Science 11:702): some others are always looked at. */
#include "base/grid.h"

size_t amp_grid_usual(int depth, struct amp_grid_choice out[AMP_GRID_USUAL])
{
	static const struct {
		int part;
		const char *threshold, *rbp_p;
	} usual[AMP_GRID_USUAL] = {{1, "default", "0.9"}, {2, "default", "0.9"}, {1, "0.5", "0.9"}, {1, "default", "0.8"}};
	size_t n = 0;
	for (size_t i = 0; i < AMP_GRID_USUAL; i++)
		if (depth / usual[i].part > 0)
			out[n++] = (struct amp_grid_choice){depth / usual[i].part, usual[i].threshold, usual[i].rbp_p};
	return n;
}

/* bench_report_stages.c: CPU seconds of the stages of a report over a database, one after the other; nothing is written but the estimates, as the
 * report writes them.
 *
 *     bench_report_stages FILE           # every stage
 *     bench_report_stages FILE sums      # those that need the stored sums of snapshots alone: no list, no text, no exposure is read
 *
 * The report is this and its files. "sums" gives the figures that are made of sums (shares, lifts, ratios, doses, drifts, groups, the grid of
 * sensitivity), with their intervals and tests; noise floors are what lists say, and are left empty.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "metrics/private.h"
#include "metrics/walks.h"
#include "store/store.h"

static double cpu(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double since;
static int told(const char *stage, int rc)
{
	double now = cpu();
	(void)printf("%-9s %.3f\n", stage, now - since);
	since = now;
	return rc;
}

static int stages(struct amp_store *store, bool sums_alone, struct amp_err *err)
{
	struct amp_frame *f = NULL;
	struct amp_floor *floors = NULL;
	struct amp_sums *sums = NULL;
	struct amp_lists *lists = NULL;
	struct amp_walks *walks = NULL;
	struct amp_estimates *estimates = NULL;
	int rc = told("frame", amp_frame_load(&f, store, NULL, NULL, NULL, err));
	if (rc == 0) rc = told("sums", amp_sums_load(&sums, f, store, 0, 0, err));
	if (rc == 0)
		rc = sums_alone ? amp_floors_room(&floors, f, err)
		                : told("lists", amp_orders_measure(&floors, &lists, f, store, sums, err));
	if (rc == 0) rc = told("walks", amp_walks_load(&walks, f, store, 0, 0, err));
	if (rc == 0) {
		sums->lists = lists;
		sums->walks = walks;
		rc = told("estimates", amp_estimates_make(&estimates, f, floors, sums, store, err));
	}
	if (rc == 0) rc = told("saving", amp_estimates_save(estimates, f, store, err));
	if (rc == 0) (void)printf("figures   %zu\n", estimates->n);
	amp_frame_free(f);
	return rc;
}

int main(int argc, char **argv)
{
	struct amp_store *store = NULL;
	struct amp_err err = {0};
	bool sums_alone = argc == 3 && strcmp(argv[2], "sums") == 0;
	if (argc != 2 && !sums_alone) return 2;
	int rc = amp_store_open(&store, argv[1], AMP_STORE_ANALYSE, &err);
	(void)told("opening", rc);
	if (rc == 0) rc = stages(store, sums_alone, &err);
	amp_store_close(store);
	if (rc != 0) (void)fprintf(stderr, "%s\n", err.text);
	(void)printf("process   %.3f\n", cpu());
	return rc != 0;
}

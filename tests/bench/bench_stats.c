/* bench_stats.c: CPU time of resampling, in this process, without start-up and reading. `bench_stats data FILE` writes the clusters (CSV a,b,c,d
 * without header); `bench_stats bootstrap|signflip|labels RUNS` prints milliseconds (best of the runs) and the figures that came out. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "stats/resample.h"
#include "stats/robust.h"
#include "stats/stats.h"

#define CLUSTERS 1000
#define REPLICATES 10000

static double rows[CLUSTERS * 4];

static double cpu(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

/* Flagged and shown entries of a ranked feed, then of a chronological one. */
static void make(void)
{
	struct amp_stream s = amp_stream_start(20261123, 0);
	for (size_t u = 0; u < CLUSTERS; u++) {
		double *r = rows + 4 * u;
		r[1] = 40 + floor(20 * amp_stream_double(&s));
		r[3] = 40 + floor(20 * amp_stream_double(&s));
		r[0] = floor(r[1] * .12 * amp_stream_double(&s));
		r[2] = floor(r[3] * .10 * amp_stream_double(&s));
	}
}

static int bootstrap(double *a, double *b)
{
	struct amp_confidence c;
	size_t unusable;
	int rc = amp_bootstrap_double_ratio(rows, CLUSTERS, .05, REPLICATES, 1, &c, &unusable, NULL);
	*a = c.lo.v;
	*b = c.hi.v;
	return rc;
}

/* x: difference of shares of each cluster. */
static void differences(double *x, double *one)
{
	for (size_t u = 0; u < CLUSTERS; u++) {
		x[u] = rows[4 * u] / rows[4 * u + 1] - rows[4 * u + 2] / rows[4 * u + 3] - .008;
		one[u] = 1;
	}
}

static int signflip(double *a, double *b)
{
	static double x[CLUSTERS], one[CLUSTERS];
	struct amp_signflip s;
	differences(x, one);
	int rc = amp_signflip(x, one, CLUSTERS, 0, .05, 1, &s, NULL);
	*a = s.p.v;
	*b = s.estimate.v;
	return rc;
}

static int labels(double *a, double *b)
{
	static double x[CLUSTERS], one[CLUSTERS];
	static bool label[CLUSTERS];
	struct amp_permutation p;
	differences(x, one);
	for (size_t u = 0; u < CLUSTERS; u++) label[u] = u % 2 == 0;
	int rc = amp_permute(x, label, NULL, CLUSTERS, REPLICATES - 1, 1, &p, NULL);
	*a = p.p.v;
	*b = p.estimate.v;
	return rc;
}

static int write_data(const char *name)
{
	FILE *f = fopen(name, "w");
	if (f == NULL) return 1;
	for (size_t u = 0; u < CLUSTERS; u++) {
		const double *r = rows + 4 * u;
		fprintf(f, "%.17g,%.17g,%.17g,%.17g\n", r[0], r[1], r[2], r[3]);
	}
	return fclose(f) != 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(double *a, double *b);
	} tasks[] = {{"bootstrap", bootstrap}, {"signflip", signflip}, {"labels", labels}};
	make();
	if (argc == 3 && strcmp(argv[1], "data") == 0) return write_data(argv[2]);
	for (size_t i = 0; argc == 3 && i < sizeof tasks / sizeof *tasks; i++) {
		double best = INFINITY, a = 0, b = 0;
		if (strcmp(argv[1], tasks[i].name) != 0) continue;
		for (long runs = strtol(argv[2], NULL, 10); runs > 0; runs--) {
			double start = cpu();
			if (tasks[i].run(&a, &b) != 0) return 1;
			best = fmin(best, cpu() - start);
		}
		printf("%.3f %.6g %.6g\n", best, a, b);
		return 0;
	}
	fprintf(stderr, "usage: bench_stats data FILE | bench_stats bootstrap|signflip|labels RUNS\n");
	return 2;
}

/* main.c: runs settings by processes and prints their sums; one study alone with --study.
 *
 *   simulation [--only NAME,...] [--studies N] [--null-studies N] [--truth-studies N] [--jobs J] [--seed S]
 *   simulation --only NAME --study K
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/i18n.h"
#include "simulation.h"

#define CHUNK 250
#define SIM_TRUTH_SEED 0 /* of no study */
#define CHUNKS_MAX 4000

struct chunk {
	struct sim_tally metric[SIM_METRICS];
};
struct board { /* shared by the processes */
	atomic_size_t next;
	struct chunk chunk[CHUNKS_MAX];
};
struct options {
	const char *only;
	uint64_t studies, null_studies, truth_studies, seed;
	long study, jobs;
};

static int run_chunk(struct sim_world *w, const struct sim_truth *truth, uint64_t seed, uint64_t from, uint64_t to,
                     struct chunk *out, struct amp_err *err)
{
	size_t n = sim_figures(w->setting).n;
	for (uint64_t k = from; k < to; k++) {
		struct sim_study s;
		int rc = sim_study(w, seed, k, &s, err);
		if (rc != 0) return rc;
		for (size_t i = 0; i < n; i++)
			sim_tally_add(&out->metric[i], &s.figure[i], truth->detector[i], truth->hate[i], w->frame.plan.alpha);
	}
	return 0;
}

/* Takes chunks until none is left. */
static int work(const struct sim_setting *s, const struct options *o, const struct sim_truth *truth, uint64_t studies,
                struct board *board)
{
	struct amp_err err = {0};
	struct sim_world w;
	int rc = sim_world_new(&w, s, &err);
	size_t n = (size_t)((studies + CHUNK - 1) / CHUNK), at;
	while (rc == 0 && (at = atomic_fetch_add(&board->next, 1)) < n) {
		uint64_t to = (at + 1) * CHUNK;
		rc = run_chunk(&w, truth, o->seed, at * CHUNK, to < studies ? to : studies, &board->chunk[at], &err);
	}
	sim_world_free(&w);
	if (rc != 0) fprintf(stderr, "%s: %s\n", s->name, err.text);
	return rc;
}

static int run_setting(const struct sim_setting *s, const struct options *o, const struct sim_truth *truth, struct board *board,
                       struct sim_tally *out)
{
	uint64_t studies = sim_planted(s) ? o->studies : o->null_studies;
	memset(board, 0, sizeof *board);
	memset(out, 0, SIM_METRICS * sizeof *out);
	for (long j = 0; j < o->jobs; j++) {
		pid_t pid = fork();
		if (pid < 0) return 1;
		if (pid == 0) _exit(work(s, o, truth, studies, board) != 0);
	}
	int failed = 0, status;
	for (long j = 0; j < o->jobs; j++) failed |= wait(&status) < 0 || status != 0;
	for (size_t c = 0; c * CHUNK < studies; c++)
		for (int i = 0; i < SIM_METRICS; i++) sim_tally_merge(&out[i], &board->chunk[c].metric[i]);
	return failed;
}

static double share(uint64_t a, uint64_t b)
{
	return b ? (double)a / (double)b : -1;
}

static void print_row(const struct sim_setting *s, const struct sim_truth *truth, const struct sim_tally *t, int figure)
{
	static const char *const short_names[] = {"lift", "ratio"};
	const char *name = s->kind == SIM_COUNTS ? short_names[figure] : sim_figures(s).names[figure];
	double at = truth->detector[figure];
	printf("%s\t%s\t%s\t%d\t%g\t%.3f\t%llu\t%.6g\t%.6g\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.6g", s->group,
	       s->name, name, s->wrong, s->drift ? s->slope : s->amp, sim_icc(s), (unsigned long long)t->studies, at,
	       t->estimates ? t->sum / (double)t->estimates - at : 0, share(t->covered, t->intervals),
	       share(t->above, t->intervals), share(t->rejected, t->studies), share(t->studies - t->intervals, t->studies),
	       share(t->flagged, t->studies), share(t->plain_covered, t->plain_intervals), share(t->hate_covered, t->intervals),
	       share(t->worst_covered, t->studies), share(t->by_block, t->studies),
	       t->intervals ? t->width / (double)t->intervals : 0);
	for (int i = 0; i < AMP_FLAGS; i++) printf("%s%.3f", i ? "," : "\t", share(t->flag[i], t->studies));
	printf("\t%llu\t%llu\t%llu\t%llu\t%d\t%.3g\n", (unsigned long long)t->intervals, (unsigned long long)t->covered,
	       (unsigned long long)t->tests, (unsigned long long)t->rejected, truth->null[figure], truth->error[figure]);
}

static bool wanted(const char *only, const char *name)
{
	size_t n = strlen(name);
	for (const char *p = only; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
		if (strncmp(p, name, n) == 0 && (p[n] == 0 || p[n] == ',')) return true;
	return !only;
}

static void print_real(const char *name, struct amp_real v)
{
	if (v.known)
		printf("\t%s %.10g", name, v.v);
	else
		printf("\t%s NA", name);
}

static int one_study(const struct sim_setting *s, const struct options *o)
{
	struct amp_err err = {0};
	struct sim_world w;
	struct sim_study r = {{{.flags = 0}}};
	struct sim_figures all = sim_figures(s);
	struct sim_truth truth;
	int rc = sim_world_new(&w, s, &err);
	if (rc == 0) rc = sim_truth_of(&truth, s, o->truth_studies, SIM_TRUTH_SEED, &err);
	if (rc == 0) rc = sim_study(&w, o->seed, (uint64_t)o->study, &r, &err);
	for (size_t i = 0; i < all.n && rc == 0; i++) {
		const struct sim_figure *f = &r.figure[i];
		printf("%s/%ld\t%s\ttruth %.10g", s->name, o->study, all.names[i], truth.detector[i]);
		print_real("estimate", f->estimate);
		print_real("lo", f->lo);
		print_real("hi", f->hi);
		print_real("p", f->p);
		printf("\tunit %s\tflags %#x\n", amp_unit_name(f->unit), f->flags);
	}
	sim_world_free(&w);
	if (rc != 0) fprintf(stderr, "%s: %s\n", s->name, err.text);
	return rc != 0;
}

static int run_all(const struct options *o)
{
	struct board *board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (board == MAP_FAILED) return 1;
	int failed = 0;
	puts("group\tname\tmetric\twrong\tamp\ticc\tstudies\ttruth\tbias\tcoverage\tabove\trejected\tno_interval\tflagged\tplain_coverage\t"
	     "hate_coverage\tworst_coverage\tby_block\twidth\tflags\tintervals\tcovered\ttests\trejections\tnull\ttruth_error");
	for (size_t i = 0; i < sim_n_settings && !failed; i++) {
		const struct sim_setting *s = &sim_settings[i];
		if (!wanted(o->only, s->name)) continue;
		if (o->study >= 0) {
			failed |= one_study(s, o);
			continue;
		}
		struct sim_tally t[SIM_METRICS];
		struct amp_err err = {0};
		struct sim_truth truth;
		time_t before = time(NULL);
		fflush(stdout);
		failed |= sim_truth_of(&truth, s, o->truth_studies, SIM_TRUTH_SEED, &err) != 0;
		failed = failed || run_setting(s, o, &truth, board, t);
		if (failed) break;
		for (int k = 0; k < (int)sim_figures(s).n; k++) print_row(s, &truth, &t[k], k);
		fprintf(stderr, "%s: %llu studies, %ld s\n", s->name, (unsigned long long)t[0].studies,
		        (long)(time(NULL) - before));
	}
	munmap(board, sizeof *board);
	return failed;
}

int main(int argc, char **argv)
{
	struct options o = {.studies = 4000, .null_studies = 20000, .truth_studies = 20000, .seed = 1, .study = -1, .jobs = 2};
	for (int i = 1; i + 1 < argc; i += 2) {
		const char *v = argv[i + 1];
		if (strcmp(argv[i], "--only") == 0)
			o.only = v;
		else if (strcmp(argv[i], "--studies") == 0)
			o.studies = strtoull(v, NULL, 10);
		else if (strcmp(argv[i], "--null-studies") == 0)
			o.null_studies = strtoull(v, NULL, 10);
		else if (strcmp(argv[i], "--truth-studies") == 0)
			o.truth_studies = strtoull(v, NULL, 10);
		else if (strcmp(argv[i], "--seed") == 0)
			o.seed = strtoull(v, NULL, 10);
		else if (strcmp(argv[i], "--jobs") == 0)
			o.jobs = strtol(v, NULL, 10);
		else if (strcmp(argv[i], "--study") == 0)
			o.study = strtol(v, NULL, 10);
		else
			return fprintf(stderr, "simulation: %s?\n", argv[i]), 2;
	}
	if (o.studies > (uint64_t)CHUNK * CHUNKS_MAX || o.null_studies > (uint64_t)CHUNK * CHUNKS_MAX || o.jobs < 1) return 2;
	return run_all(&o);
}

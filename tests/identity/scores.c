/* scores.c DATA_DIR: normal forms, features and scores of made-up texts in one number. Any compiler, any optimisation and any thread must give
 * the same: scoring is whole numbers only. Four threads score the same texts beside the first and are compared with it; two of them remember
 * what words bring (amp_linear_features_for).
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "linear/model.h"

#define TEXTS 1500
#define THREADS 4

struct job {
	const struct lexicon *lexicon;
	const struct lexicon_near *near;
	const struct amp_linear_model *model;
	bool known;
	uint64_t sum;
	uint64_t places; /* of all features, which those that remember do not list */
	int rc;
};

static uint64_t mix(uint64_t sum, uint64_t v)
{
	return (sum ^ v) * UINT64_C(1099511628211); /* FNV-1a, a number at a time */
}

static uint32_t below(uint64_t *state, uint32_t n)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33) % n;
}

/* A word of the lexicons, or one that has been changed, and what stands between words. */
static void add_word(struct amp_buf *b, const struct lexicon *l, uint64_t *state)
{
	static const char *const BETWEEN[] = {" ",    " ",     " ",
	                                      " ",    " ",     ", ",
	                                      ". ",   "\n",    " « ",
	                                      " » ",  "! ",    " \xF0\x9F\x99\x82 ",
	                                      " @",   " #",    " https://a.example/",
	                                      " 12 ", "\xff ", " 1",
	                                      "-",    "*",     " \"",
	                                      " ж"};
	static const char *const CHANGED[] = {"0", "1",  "@", "$", "é", "É", "œ", "о", "\xC2\xA0", "\xE2\x82\xAC",
	                                      "S", "zz", "",  "",  "."};
	const struct lexicon_word *w = &l->words[1 + below(state, (uint32_t)l->n_words - 1)];
	uint32_t at = w->n > 1 ? below(state, w->n) : 0;
	bool changed = below(state, 4) == 0;
	(void)amp_buf_addc(b, BETWEEN[below(state, sizeof BETWEEN / sizeof *BETWEEN)]);
	(void)amp_buf_add(b, w->p, changed ? at : w->n);
	if (!changed) return;
	(void)amp_buf_addc(b, CHANGED[below(state, sizeof CHANGED / sizeof *CHANGED)]);
	(void)amp_buf_add(b, w->p + at, w->n - at);
}

static void *score_all(void *user)
{
	struct job *job = user;
	struct amp_linear_features f;
	struct amp_buf text;
	uint64_t state = 7, sum = 0, places = 0;
	amp_linear_features_init(&f);
	amp_buf_init(&text, (size_t)1 << 20);
	if (job->known) job->rc = amp_linear_features_for(&f, job->lexicon, job->model->weights, NULL);
	for (size_t i = 0; i < TEXTS && job->rc == 0; i++) {
		size_t read = 0;
		amp_buf_reset(&text);
		for (uint32_t words = below(&state, 60); words > 0; words--) add_word(&text, job->lexicon, &state);
		job->rc = amp_linear_features_read(&f, job->lexicon, job->near, amp_buf_str(&text), i % 3 == 0 ? "fr" : NULL,
		                                   i % 5 == 0, &read, NULL);
		if (job->rc != 0) break;
		for (size_t k = 0; k < f.normal.text.n; k++)
			sum = mix(sum, (unsigned char)f.normal.text.p[k] + ((uint64_t)f.normal.origin[k] << 8));
		for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++)
			for (size_t k = 0; k < f.block[b].n; k++) places = mix(places, f.block[b].place[k]);
		int64_t logit = amp_linear_logit(job->model, amp_linear_margin(job->model, &f));
		sum = mix(mix(sum, (uint64_t)logit), amp_linear_logistic(logit));
	}
	job->sum = sum;
	job->places = places;
	amp_buf_free(&text);
	amp_linear_features_free(&f);
	return NULL;
}

static int make_model(struct amp_linear_model **out, struct amp_err *err)
{
	uint64_t state = 3;
	int rc = amp_linear_model_new(out, err);
	if (rc != 0) return rc;
	for (size_t i = 0; i < AMP_LINEAR_PLACES; i++) (*out)->weights[i] = (int8_t)((int)below(&state, 255) - 127);
	for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++) (*out)->scale[b] = 512;
	(*out)->slope = 80000;
	return 0;
}

int main(int argc, char **argv)
{
	struct job first = {0}, others[THREADS];
	struct lexicon *lexicon = NULL;
	struct lexicon_near *near = NULL;
	struct amp_linear_model *model = NULL;
	struct amp_err err = {0};
	pthread_t thread[THREADS];
	if (argc != 2 || lexicon_load(&lexicon, argv[1], &err) != 0 || lexicon_near_new(&near, lexicon, &err) != 0 ||
	    make_model(&model, &err) != 0) {
		(void)fprintf(stderr, "scores: %s\n", argc != 2 ? "usage: scores DATA_DIR" : err.text);
		return 1;
	}
	first = (struct job){.lexicon = lexicon, .near = near, .model = model};
	for (size_t i = 0; i < THREADS; i++) {
		others[i] = first;
		others[i].known = i % 2 == 1;
		if (pthread_create(&thread[i], NULL, score_all, &others[i]) != 0) return 1;
	}
	(void)score_all(&first);
	int rc = first.rc;
	for (size_t i = 0; i < THREADS; i++) {
		(void)pthread_join(thread[i], NULL);
		if (others[i].rc != 0 || others[i].sum != first.sum || (!others[i].known && others[i].places != first.places)) {
			(void)fprintf(stderr, "scores: thread %zu has other scores\n", i);
			rc = 1;
		}
	}
	(void)printf("%016llx\n", (unsigned long long)mix(first.sum, first.places));
	amp_linear_model_free(model);
	lexicon_near_free(near);
	lexicon_free(lexicon);
	return rc != 0;
}

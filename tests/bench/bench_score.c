/* bench_score.c POSTS STAGE [ROUNDS]: process CPU time of one stage of scoring, over the lines of POSTS, single thread.
 *
 *   normalise   the normal form alone
 *   lexicon     the detector `lexicon`: normal form, words, matches, context
 *   linear      the detector `linear`, all in: normal form, lexicon, features, model
 *   match       words and matches of every kind and language over normal forms made before: what hyperscan is compared with
 *   forms       writes the normal forms, one a line, for peers
 *   patterns    writes every entry's words (a prefix ends in *), one a line, for peers
 *   same        no time: checksums of all that the detectors say of texts with a NUL behind each (bench_corpus.py): scores, languages, targets,
 *               explanations, and the places of all features
 *
 * Prints items/s and a checksum of all scores: the same one before and after a change that is meant to change no score.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/mem.h"
#include "detectors/detector.h"
#include "lexicon/lexicon.h"
#include "lexicon/near.h"
#include "linear/features.h"
#include "text/text.h"

struct posts {
	struct amp_buf bytes;
	struct amp_str *line;
	size_t n;
};

static double cpu(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what)
{
	(void)fprintf(stderr, "bench_score: %s\n", what);
	exit(1);
}

static void load(struct posts *p, const char *path, char ends)
{
	struct amp_err err = {0};
	amp_buf_init(&p->bytes, (size_t)1 << 30);
	if (amp_io_read_file(path, &p->bytes, &err) != 0) die(err.text);
	size_t lines = 0;
	for (const char *at = p->bytes.p, *end = at + p->bytes.n; at < end && (at = memchr(at, ends, (size_t)(end - at))) != NULL;
	     at++)
		lines++;
	p->line = amp_calloc(lines + 1, sizeof *p->line);
	if (p->line == NULL) die("out of memory");
	for (const char *at = p->bytes.p, *end = at + p->bytes.n; at < end;) {
		const char *stop = memchr(at, ends, (size_t)(end - at));
		if (stop == NULL) break;
		p->line[p->n++] = (struct amp_str){at, (size_t)(stop - at)};
		at = stop + 1;
	}
	if (p->n == 0) die("no posts");
}

static void report(const char *stage, size_t items, double seconds, uint64_t sum)
{
	(void)printf("%-10s %9.0f items/s  %6.2f us/item  checksum %016llx\n", stage, (double)items / seconds,
	             seconds * 1e6 / (double)items, (unsigned long long)sum);
}

static uint64_t mix(uint64_t sum, uint64_t v)
{
	return (sum ^ v) * UINT64_C(1099511628211);
}

static void score_all(const struct posts *p, const char *name, size_t rounds)
{
	const struct amp_detector *d = amp_detector_find(name);
	struct amp_err err = {0};
	void *state = NULL;
	uint64_t sum = 0;
	if (d->load(&state, amp_detector_data_dir(), &err) != 0) die(err.text);
	double start = cpu();
	for (size_t r = 0; r < rounds; r++)
		for (size_t i = 0; i < p->n; i++) {
			struct amp_detection found = {0};
			uint64_t bits;
			if (d->score(state, p->line[i], NULL, false, &found, &err) != 0) die(err.text);
			memcpy(&bits, &found.score, sizeof bits);
			sum = mix(mix(sum, bits), (uint64_t)found.status << 8 | found.n_targets);
			amp_detection_clear(&found);
		}
	report(name, rounds * p->n, cpu() - start, sum);
	d->unload(state);
}

/* The texts become their normal forms when `keep` is set. */
static void normalise_all(struct posts *p, size_t rounds, bool keep)
{
	struct amp_normal n;
	struct amp_err err = {0};
	struct amp_buf forms;
	uint64_t sum = 0;
	amp_normal_init(&n);
	amp_buf_init(&forms, (size_t)1 << 30);
	double start = cpu();
	for (size_t r = 0; r < rounds; r++)
		for (size_t i = 0; i < p->n; i++) {
			if (amp_normalise(&n, p->line[i], NULL, &err) != 0) die(err.text);
			sum = mix(sum, n.text.n);
			if (keep && (amp_buf_adds(&forms, amp_buf_str(&n.text)) != 0 || amp_buf_byte(&forms, '\n') != 0))
				die("out of memory");
		}
	if (!keep) report("normalise", rounds * p->n, cpu() - start, sum);
	amp_normal_free(&n);
	if (!keep) return;
	const char *at = forms.p;
	for (size_t i = 0; i < p->n; i++) {
		size_t length = strcspn(at, "\n");
		p->line[i] = (struct amp_str){at, length};
		at += length + 1;
	}
}

static struct lexicon *read_lexicon(void)
{
	struct lexicon *l = NULL;
	struct amp_err err = {0};
	if (lexicon_load(&l, amp_detector_data_dir(), &err) != 0) die(err.text);
	return l;
}

static void match_all(struct posts *p, size_t rounds)
{
	struct lexicon *l = read_lexicon();
	struct lexicon_tokens t = {0};
	struct lexicon_filter filter = {.langs = UINT32_MAX, .kinds = LEXICON_EVERY_KIND, .strict = true};
	struct amp_err err = {0};
	uint64_t found = 0;
	normalise_all(p, 1, true);
	double start = cpu();
	for (size_t r = 0; r < rounds; r++)
		for (size_t i = 0; i < p->n; i++) {
			if (lexicon_tokenise(l, p->line[i], &t, &err) != 0) die(err.text);
			for (size_t at = 0; at < t.n;) {
				size_t n = 1;
				bool hit = lexicon_match(l, &t, at, &filter, &n) != 0;
				found += hit;
				at += hit ? n : 1;
			}
		}
	report("match", rounds * p->n, cpu() - start, found);
	(void)printf("match      %.2f matches an item\n", (double)found / (double)(rounds * p->n));
	amp_free(t.v);
	lexicon_free(l);
}

/* Every phrase below a node of the trie of words. */
static void print_phrases(const struct lexicon *l, uint32_t node, const char *words)
{
	if (l->nodes[node].entry != 0) (void)printf("%s\n", words);
	if (l->nodes[node].children == 0) return;
	for (size_t i = 0; i < l->edges.size; i++) {
		const struct lexicon_slot *s = &l->edges.slots[i];
		char longer[512];
		if (s->value == 0 || s->key >> 32 != node) continue;
		const struct lexicon_word *w = &l->words[s->key & UINT32_MAX];
		int n = snprintf(longer, sizeof longer, "%s %.*s", words, (int)w->n, w->p);
		if (n > 0 && (size_t)n < sizeof longer) print_phrases(l, s->value, longer);
	}
}

static void print_patterns(void)
{
	struct lexicon *l = read_lexicon();
	for (size_t i = 1; i < l->n_words; i++) {
		char word[512];
		(void)snprintf(word, sizeof word, "%.*s", (int)l->words[i].n, l->words[i].p);
		if (l->words[i].node != 0) print_phrases(l, l->words[i].node, word);
	}
	for (size_t i = 0; i < l->n_entries; i++)
		if ((l->entries[i].flags & LEXICON_PREFIX) != 0) (void)printf("%s*\n", l->entries[i].text);
	lexicon_free(l);
}

/* ---- same ---- */
static uint64_t mix_text(uint64_t sum, const char *text)
{
	return mix(sum, text == NULL ? 1 : lexicon_hash_word(text, strlen(text)));
}

static uint64_t mix_real(uint64_t sum, double v)
{
	uint64_t bits;
	memcpy(&bits, &v, sizeof bits);
	return mix(sum, bits);
}

/* All that a detector says of a text, without and with its explanation. */
static uint64_t said_of(const struct amp_detector *d, void *state, struct amp_str text, const char *lang)
{
	uint64_t sum = 0;
	struct amp_err err = {0};
	for (int explain = 0; explain <= 1; explain++) {
		struct amp_detection found = {0};
		if (d->score(state, text, lang, explain != 0, &found, &err) != 0) die(err.text);
		sum = mix_real(mix_real(mix(sum, (uint64_t)found.status), found.score), found.threshold);
		sum = mix_text(sum, found.lang);
		for (size_t i = 0; i < found.n_targets; i++) sum = mix_text(sum, found.targets[i]);
		for (size_t i = 0; i < found.n_hits; i++) {
			const struct amp_hit *h = &found.hits[i];
			sum = mix_text(mix_text(mix_text(mix(mix(sum, h->start), h->length), h->entry), h->kind), h->target);
			sum = mix_real(sum, h->weight);
		}
		amp_detection_clear(&found);
	}
	return sum;
}

static uint64_t features_of(struct amp_linear_features *f, const struct lexicon *l, const struct lexicon_near *near,
                            struct amp_str text, const char *lang)
{
	size_t read;
	uint64_t sum = 0;
	struct amp_err err = {0};
	if (amp_linear_features_read(f, l, near, text, lang, false, &read, &err) != 0) die(err.text);
	for (size_t i = 0; i < f->normal.text.n; i++)
		sum = mix(sum, (unsigned char)f->normal.text.p[i] + ((uint64_t)f->normal.origin[i] << 8));
	for (size_t b = 0; b < AMP_LINEAR_BLOCKS; b++)
		for (size_t i = 0; i < f->block[b].n; i++) sum = mix(sum, f->block[b].place[i]);
	return mix(mix(mix(sum, f->targets), f->slur_targets), f->filter.langs + f->filter.strict);
}

#define SAME_EVERY 10000 /* a line of checksums for so many texts: says where a difference is */

static void same_all(const struct posts *p)
{
	static const char *const LANGS[] = {NULL, "fr", "de-AT", "xx", "en"};
	const struct amp_detector *linear = amp_detector_find("linear"), *words = amp_detector_find("lexicon");
	void *state = NULL, *other = NULL;
	struct lexicon *l = read_lexicon();
	struct lexicon_near *near = NULL;
	struct amp_linear_features f;
	struct amp_err err = {0};
	uint64_t sums[3] = {0};
	if (lexicon_near_new(&near, l, &err) != 0 || linear->load(&state, amp_detector_data_dir(), &err) != 0 ||
	    words->load(&other, amp_detector_data_dir(), &err) != 0)
		die(err.text);
	amp_linear_features_init(&f);
	for (size_t i = 0; i < p->n; i++) {
		const char *lang = LANGS[i % (sizeof LANGS / sizeof *LANGS)];
		sums[0] = mix(sums[0], said_of(linear, state, p->line[i], lang));
		sums[1] = mix(sums[1], said_of(words, other, p->line[i], lang));
		sums[2] = mix(sums[2], features_of(&f, l, near, p->line[i], lang));
		if ((i + 1) % SAME_EVERY != 0 && i + 1 != p->n) continue;
		(void)printf("same %7zu texts  linear %016llx  lexicon %016llx  features %016llx\n", i + 1,
		             (unsigned long long)sums[0], (unsigned long long)sums[1], (unsigned long long)sums[2]);
	}
	amp_linear_features_free(&f);
	lexicon_near_free(near);
	lexicon_free(l);
	linear->unload(state);
	words->unload(other);
}

int main(int argc, char **argv)
{
	struct posts p = {0};
	int64_t rounds = 1;
	if (argc < 3 || argc > 4 || (argc == 4 && !amp_str_i64(amp_str_c(argv[3]), &rounds)) || rounds < 1) {
		(void)fprintf(stderr, "usage: bench_score POSTS normalise|lexicon|linear|match|forms|patterns|same [ROUNDS]\n");
		return 2;
	}
	load(&p, argv[1], strcmp(argv[2], "same") == 0 ? '\0' : '\n');
	if (strcmp(argv[2], "normalise") == 0) {
		normalise_all(&p, (size_t)rounds, false);
	} else if (strcmp(argv[2], "match") == 0) {
		match_all(&p, (size_t)rounds);
	} else if (strcmp(argv[2], "forms") == 0) {
		normalise_all(&p, 1, true);
		for (size_t i = 0; i < p.n; i++) (void)printf("%.*s\n", AMP_ARG(p.line[i]));
	} else if (strcmp(argv[2], "patterns") == 0) {
		print_patterns();
	} else if (strcmp(argv[2], "same") == 0) {
		same_all(&p);
	} else if (amp_detector_find(argv[2]) != NULL) {
		score_all(&p, argv[2], (size_t)rounds);
	} else {
		die("no such stage");
	}
	return 0;
}

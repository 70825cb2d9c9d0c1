/* probe.c: reads one question on standard input, asks the statistics core, prints what it says. See probe.h; only tests/r uses it. */
#include "probe.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"

#define VECTORS 24

static struct vector given[VECTORS];
static size_t vectors;

static void die(const char *what, const char *name)
{
	fprintf(stderr, "stats_probe: %s %s\n", what, name);
	exit(2);
}

static const struct vector *find(const char *name)
{
	for (size_t i = 0; i < vectors; i++)
		if (strcmp(given[i].name, name) == 0) return &given[i];
	return NULL;
}

size_t probe_n(const char *name)
{
	return find(name) != NULL ? find(name)->n : 0;
}

const double *probe_v(const char *name)
{
	return find(name) != NULL ? find(name)->v : NULL;
}

double probe_1(const char *name)
{
	if (probe_n(name) == 0) die("no", name);
	return probe_v(name)[0];
}

static void *room(size_t n)
{
	void *p = amp_malloc(n + 1);
	if (p == NULL) die("no memory for", "the question");
	return p;
}

int64_t *probe_i64(const char *name)
{
	size_t n = probe_n(name);
	int64_t *out = n > 0 ? room(n * sizeof *out) : NULL;
	for (size_t i = 0; i < n; i++) out[i] = (int64_t)probe_v(name)[i];
	return out;
}

uint32_t *probe_u32(const char *name)
{
	size_t n = probe_n(name);
	uint32_t *out = room(n * sizeof *out);
	for (size_t i = 0; i < n; i++) out[i] = (uint32_t)probe_v(name)[i];
	return out;
}

bool *probe_bool(const char *name)
{
	size_t n = probe_n(name);
	bool *out = room(n * sizeof *out);
	for (size_t i = 0; i < n; i++) out[i] = probe_v(name)[i] != 0;
	return out;
}

struct amp_real probe_real(const char *name)
{
	return probe_n(name) > 0 && !isnan(probe_v(name)[0]) ? amp_real(probe_v(name)[0]) : AMP_REAL_NONE;
}

void probe_say(const char *name, struct amp_real v)
{
	if (v.known)
		printf("%s %.17g\n", name, v.v);
	else
		printf("%s NA\n", name);
}

void probe_say_all(const char *name, const double *v, size_t n)
{
	printf("%s", name);
	for (size_t i = 0; i < n; i++) printf(" %.17g", v[i]);
	printf("\n");
}

void probe_say_interval(const char *name, const struct amp_confidence *c)
{
	const struct amp_real *v[] = {&c->estimate, &c->se, &c->lo, &c->hi};
	printf("%s", name);
	for (size_t i = 0; i < 4; i++) {
		if (v[i]->known)
			printf(" %.17g", v[i]->v);
		else
			printf(" NA");
	}
	printf("\n");
}

static void read_line(char *line)
{
	char *at = strchr(line, ' '), *stop;
	struct vector *v = &given[vectors];
	size_t most = strlen(line) / 2 + 1;
	if (at == NULL) return;
	*at++ = '\0';
	if (vectors == VECTORS || strlen(line) >= sizeof v->name) die("too much with", line);
	memcpy(v->name, line, strlen(line) + 1);
	v->v = room(most * sizeof *v->v);
	for (;; at = stop) {
		while (*at == ' ' || *at == '\n') at++;
		if (*at == '\0') break;
		v->v[v->n++] = strncmp(at, "NA", 2) == 0 ? NAN : strtod(at, &stop);
		if (strncmp(at, "NA", 2) == 0) stop = at + 2;
		if (stop == at) die("no number after", v->name);
	}
	vectors++;
}

int main(int argc, char **argv)
{
	enum { MOST = 1 << 24 };
	struct amp_err err = {0};
	char *line = room(MOST);
	while (fgets(line, MOST, stdin) != NULL) read_line(line);
	const struct {
		const struct probe *of;
		size_t n;
	} tables[] = {{probes_core, probes_core_n}, {probes_forms, probes_forms_n}, {probes_draws, probes_draws_n}};
	for (size_t t = 0; argc == 2 && t < sizeof tables / sizeof *tables; t++)
		for (size_t i = 0; i < tables[t].n; i++)
			if (strcmp(tables[t].of[i].name, argv[1]) == 0) {
				if (tables[t].of[i].run(&err) == 0) return 0;
				fprintf(stderr, "stats_probe: %s\n", err.text);
				return 1;
			}
	die("no function", argc == 2 ? argv[1] : "given");
	return 2;
}

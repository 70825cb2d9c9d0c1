/* hostile_documents.c: the documents of the golden cases, and what each gives when nothing is done to it. */
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/io.h"
#include "hostile.h"
#include "recordings.h"

static char *copy(struct amp_str s)
{
	char *c = amp_malloc(s.n + 1);
	if (!c) die("no memory");
	if (s.n) memcpy(c, s.p, s.n);
	c[s.n] = '\0';
	return c;
}

static json_t *load(const char *dir, const char *name)
{
	char path[4096];
	struct amp_buf b;
	struct amp_err err = {0};
	amp_buf_init(&b, (size_t)1 << 24);
	(void)snprintf(path, sizeof path, "%s/%s", dir, name);
	if (amp_io_read_file(path, &b, &err) != 0) die(err.text);
	json_t *meta = json_loadb(b.p, b.n, 0, NULL);
	amp_buf_free(&b);
	return meta;
}

static char *member(const json_t *meta, const char *key)
{
	const char *v = json_string_value(json_object_get(meta, key));
	return v ? copy(amp_str_c(v)) : NULL;
}

static enum format format_of(struct amp_str b)
{
	b = amp_str_trim(b);
	if (b.n && (*b.p == '{' || *b.p == '[')) return JSON;
	if (amp_str_istarts(b, "<!doctype html") || amp_str_istarts(b, "<html")) return HTML;
	return b.n && *b.p == '<' ? XML : OTHER;
}

static void keep_result(struct hostile *h, struct doc *d)
{
	d->n = h->got.n;
	d->repairs = h->got.repairs;
	d->remarks = h->got.remarks;
	d->endpoint = h->got.endpoint;
	d->lines_text = copy(amp_buf_str(&h->text));
	d->lines = amp_calloc(h->got.n + 1, sizeof *d->lines);
	d->offsets = amp_calloc(h->got.n + 1, sizeof *d->offsets);
	if (!d->lines || !d->offsets) die("no memory");
	for (size_t i = 0; i < h->got.n; i++) {
		d->lines[i] = (struct amp_str){d->lines_text + (h->got.lines[i].p - h->text.p), h->got.lines[i].n};
		d->offsets[i] = h->got.offsets[i];
	}
}

void free_doc(struct doc *d)
{
	amp_free(d->name);
	amp_free(d->url);
	amp_free(d->headers);
	amp_free(d->lines);
	amp_free(d->offsets);
	amp_free(d->lines_text);
	amp_free(d->elements);
	amp_buf_free(&d->body);
}

static void add_doc(struct hostile *h, const struct amp_adapter *a, const char *dir, const char *file, const json_t *meta)
{
	char path[4096];
	struct amp_err err = {0};
	enum amp_precision precision;
	if (h->n_docs == MAX_DOCS) die("too many documents");
	struct doc *d = &h->docs[h->n_docs];
	const char *slash = strrchr(dir, '/'), *endpoint = json_string_value(json_object_get(meta, "endpoint"));
	(void)snprintf(path, sizeof path, "%s/%s", dir, file);
	*d = (struct doc){
		.adapter = a, .captured_at = AMP_TIME_NONE, .url = member(meta, "url"), .headers = member(meta, "headers")};
	d->endpoint = endpoint ? amp_endpoint_find(a, endpoint) : NULL;
	char *when = member(meta, "captured_at");
	if (when && !amp_time_parse_iso(amp_str_c(when), &d->captured_at, &precision)) die("captured_at is no time");
	amp_free(when);
	amp_buf_init(&d->body, (size_t)64 << 20);
	if (amp_io_read_file(path, &d->body, &err) != 0) die(err.text);
	(void)snprintf(path, sizeof path, "%s/%s/%s", a->name, slash ? slash + 1 : dir, file);
	d->name = copy(amp_str_c(path));
	d->format = format_of(amp_buf_str(&d->body));
	d->recorded = meta == NULL;
	if (d->recorded) d->captured_at = RECORDED_AT;
	read_body(h, d, amp_buf_str(&d->body));
	if (h->got.verdict != AMP_VERDICT_OK || !h->got.n || !h->got.endpoint) {
		free_doc(d);
		return;
	}
	keep_result(h, d);
	find_entries(h, d);
	d->first = true;
	for (size_t i = 0; i < h->n_docs; i++)
		if (h->docs[i].adapter == a && h->docs[i].endpoint == d->endpoint) d->first = false;
	h->n_docs++;
}

static bool is_ok(const char *dir)
{
	char path[4096], line[64] = "";
	(void)snprintf(path, sizeof path, "%s/expected.verdict", dir);
	FILE *f = fopen(path, "r");
	bool read = f && fgets(line, sizeof line, f);
	if (f) (void)fclose(f);
	return read && strncmp(line, "verdict: ok", 11) == 0;
}

static void load_case(struct hostile *h, const struct amp_adapter *a, const char *dir)
{
	struct amp_err err = {0};
	char **files = NULL;
	size_t n = 0;
	json_t *meta = load(dir, "meta.json");
	if (amp_io_list(dir, &files, &n, &err) != 0) die(err.text);
	for (size_t f = 0; f < n; f++)
		if (strncmp(files[f], "input", 5) == 0) add_doc(h, a, dir, files[f], meta);
	amp_io_list_free(files);
	json_decref(meta);
}

void load_platform(struct hostile *h, const struct amp_adapter *a, const char *golden)
{
	char dir[2048], path[3072];
	struct dirent **cases = NULL;
	(void)snprintf(dir, sizeof dir, "%s/%s", golden, a->name);
	int n = scandir(dir, &cases, NULL, alphasort);
	if (n < 0) die("a platform has no folder");
	for (int i = 0; i < n; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", dir, cases[i]->d_name);
		if (cases[i]->d_name[0] != '.' && is_ok(path)) load_case(h, a, path);
		free(cases[i]);
	}
	free(cases);
}

void load_recordings(struct hostile *h, const char *folder)
{
	char dir[4096];
	struct amp_err err = {0};
	for (const struct recordings *r = recordings; r->folder; r++) {
		char **files = NULL;
		size_t n = 0;
		if (strcmp(r->platform, h->self->name) != 0) continue;
		(void)snprintf(dir, sizeof dir, "%s/%s", folder, r->folder);
		if (amp_io_list(dir, &files, &n, &err) != 0) {
			(void)printf("skipped: no recordings of %s\n", r->folder);
			continue;
		}
		for (size_t f = 0; f < n; f++)
			if (is_recorded_body(files[f])) add_doc(h, h->self, dir, files[f], NULL);
		amp_io_list_free(files);
	}
}

/* config.c: a service file as a struct. Mistakes with line and column are crawler/persona's to tell (amplimeter check, lock); this reader
 * takes what was locked, and refuses by name what could not be used.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/i18n.h"
#include "base/io.h"
#include "base/jsonw.h"
#include "base/mem.h"
#include "service/private.h"

#define PROMPT_MAX ((size_t)64 << 10)
#define IDENTITY_MAX ((size_t)64 << 10)
#define DEFAULT_PROMPT "prompt-fr-1"

static int wrong(struct amp_service_config *c, const char *key, const char *why, struct amp_err *err)
{
	c->wrong_key = key;
	return amp_fail(err, AMP_EUSAGE, _("The service file of “%s”: “%s” %s."), c->name == NULL ? "?" : c->name, key, why);
}

static const char *text(const struct amp_service_config *c, const char *key)
{
	return json_string_value(json_object_get(c->doc, key));
}

static int whole(struct amp_service_config *c, const char *key, int64_t low, int64_t high, int64_t otherwise, int64_t *out,
                 struct amp_err *err)
{
	const json_t *v = json_object_get(c->doc, key);
	*out = v == NULL ? otherwise : json_integer_value(v);
	if (v != NULL && (!json_is_integer(v) || *out < low || *out > high)) return wrong(c, key, _("is out of range"), err);
	return 0;
}

static int list(struct amp_service_config *c, const char *key, const char **room, size_t *used, const char *const **out,
                struct amp_err *err)
{
	const json_t *v = json_object_get(c->doc, key);
	size_t n = json_array_size(v);
	*out = NULL;
	if (v == NULL) return 0;
	if (n == 0) return wrong(c, key, _("is no list of texts"), err);
	*out = room + *used;
	for (size_t i = 0; i < n; i++) {
		const char *one = json_string_value(json_array_get(v, i));
		if (one == NULL) return wrong(c, key, _("is no list of texts"), err);
		room[(*used)++] = one;
	}
	room[(*used)++] = NULL;
	return 0;
}

static int read_lists(struct amp_service_config *c, struct amp_err *err)
{
	size_t n = json_array_size(json_object_get(c->doc, "command")) + json_array_size(json_object_get(c->doc, "labels")),
	       used = 0;
	c->lists = amp_calloc(n + 2, sizeof *c->lists);
	if (c->lists == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading a service file."));
	int rc = list(c, "command", c->lists, &used, &c->command, err);
	return rc != 0 ? rc : list(c, "labels", c->lists, &used, &c->labels, err);
}

/* "https://name", "http://127.0.0.1:8080", "http://[::1]:8080": no user, path or query. */
static int read_host(struct amp_service_config *c, struct amp_err *err)
{
	struct amp_str rest = amp_str_c(c->host);
	bool tls = amp_str_starts(rest, "https://");
	size_t scheme = tls ? 8 : 7;
	int64_t port = tls ? 443 : 80;
	if ((!tls && !amp_str_starts(rest, "http://")) || strpbrk(c->host + scheme, "/?#@ ") != NULL)
		return wrong(c, "host", _("must be such as https://api.example.org"), err);
	rest = (struct amp_str){rest.p + scheme, rest.n - scheme};
	const char *bracket = rest.n > 0 && rest.p[0] == '[' ? memchr(rest.p, ']', rest.n) : NULL;
	const char *from = bracket != NULL ? bracket : rest.p, *colon = memchr(from, ':', rest.n - (size_t)(from - rest.p));
	struct amp_str name = {rest.p, colon == NULL ? rest.n : (size_t)(colon - rest.p)};
	if (colon != NULL && (!amp_str_i64(amp_str_c(colon + 1), &port) || port < 1 || port > 65535))
		return wrong(c, "host", _("has a port that is none"), err);
	if (bracket != NULL) name = (struct amp_str){name.p + 1, (size_t)(bracket - name.p) - 1};
	if (name.n == 0 || name.n >= sizeof c->host_name)
		return wrong(c, "host", _("must be such as https://api.example.org"), err);
	memcpy(c->host_name, name.p, name.n);
	c->port = (int)port;
	/* a token in clear text is anybody's: only towards a machine that the file names as its own */
	if (!tls && c->allow_private == NULL)
		return wrong(c, "host", _("must start with https://, unless “allow_private” names it"), err);
	return 0;
}

static int read_whom(struct amp_service_config *c, struct amp_err *err)
{
	if (c->kind->path == NULL) {
		if (c->command == NULL || c->host != NULL)
			return wrong(c, "command", _("is needed by this kind, and “host” is not"), err);
		(void)snprintf(c->host_name, sizeof c->host_name, "command");
		return 0;
	}
	if (c->host == NULL || c->command != NULL) return wrong(c, "host", _("is needed by this kind, and “command” is not"), err);
	if (c->path == NULL) c->path = c->kind->path;
	if (c->path[0] != '/') return wrong(c, "path", _("must start with a slash"), err);
	return read_host(c, err);
}

static int read_bounds(struct amp_service_config *c, struct amp_err *err)
{
	const char *timeout = text(c, "timeout");
	const json_t *order = json_object_get(c->doc, "order_check");
	int64_t batch = 1;
	int rc = whole(c, "batch", 1, c->kind->batch_max, 1, &batch, err);
	c->batch = (int)batch;
	c->order_check = c->kind->by_position && !json_is_false(order);
	c->timeout_ms = 30000;
	if (timeout != NULL && (!amp_duration_parse(amp_str_c(timeout), &c->timeout_ms) || c->timeout_ms > 600000))
		return wrong(c, "timeout", _("must be a duration of at most 10 minutes, such as \"30s\""), err);
	const struct {
		const char *key;
		int64_t *out, low, otherwise;
	} rows[] = {
		{"requests_per_minute", &c->per_minute, 1, 0},
		{"max_requests", &c->max_requests, 1, 0},
		{"budget", &c->budget, 1, 0},
		{"cost_per_request", &c->cost_per_request, 0, 0},
		{"cost_per_1000_chars", &c->cost_per_1000_chars, 0, 0},
		{"max_chars", &c->max_chars, 1, 20000},
	};
	for (size_t i = 0; rc == 0 && i < sizeof rows / sizeof *rows; i++)
		rc = whole(c, rows[i].key, rows[i].low, INT64_C(1000000000), rows[i].otherwise, rows[i].out, err);
	return rc;
}

static int read_prompt(struct amp_service_config *c, const char *data_dir, struct amp_err *err)
{
	const char *name = text(c, "prompt");
	char path[4200];
	struct amp_buf b;
	if (!c->kind->has_prompt) return 0;
	if (name == NULL) name = DEFAULT_PROMPT;
	if (strchr(name, '/') != NULL || strlen(name) > 60)
		return wrong(c, "prompt", _("must be the name of a prompt, such as prompt-fr-1"), err);
	(void)snprintf(path, sizeof path, "%s/%s.txt", data_dir, name);
	amp_buf_init(&b, PROMPT_MAX);
	int rc = amp_io_read_file(path, &b, err);
	if (rc == 0) {
		amp_sha256(amp_buf_str(&b).p, b.n, c->prompt_hash);
		c->prompt_text = amp_strdup(amp_buf_str(&b).p);
		c->prompt = c->prompt_text;
		if (c->prompt == NULL) rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while reading a service file."));
	}
	amp_buf_free(&b);
	return rc;
}

static void names(struct amp_jsonw *w, const char *key, const char *const *v)
{
	if (v == NULL) return;
	amp_jsonw_key(w, key);
	amp_jsonw_array(w);
	for (size_t i = 0; v[i] != NULL; i++) amp_jsonw_c(w, v[i]);
	amp_jsonw_end_array(w);
}

/* What may change a score, in a fixed order: not the bounds, prices or tokens, which may be mended while a study runs. */
static int identify(struct amp_service_config *c, struct amp_err *err)
{
	struct amp_buf b;
	struct amp_jsonw w;
	char hex[2 * AMP_SHA256 + 1];
	amp_buf_init(&b, IDENTITY_MAX);
	amp_jsonw_start(&w, &b);
	amp_jsonw_object(&w);
	amp_jsonw_kc(&w, "kind", c->kind->name);
	if (c->host != NULL) {
		amp_jsonw_kc(&w, "host", c->host);
		amp_jsonw_kc(&w, "path", c->path);
	}
	names(&w, "command", c->command);
	if (c->model != NULL) amp_jsonw_kc(&w, "model", c->model);
	if (c->model_date != NULL) amp_jsonw_kc(&w, "model_date", c->model_date);
	names(&w, "labels", c->labels);
	if (!c->kind->by_position) amp_jsonw_ki64(&w, "batch", c->batch); /* texts of one request may colour each other */
	if (c->prompt != NULL) {
		amp_hex(c->prompt_hash, sizeof c->prompt_hash, hex);
		amp_jsonw_kc(&w, "prompt_sha256", hex);
	}
	amp_jsonw_end_object(&w);
	int rc = amp_buf_check(&b, _("a service file"), err);
	c->identity = rc == 0 ? amp_strdup(b.p) : NULL;
	amp_buf_free(&b);
	return rc == 0 && c->identity == NULL ? amp_fail(err, AMP_ENOMEM, _("Out of memory while reading a service file.")) : rc;
}

static int read_all(struct amp_service_config *c, const char *data_dir, struct amp_err *err)
{
	const char *kind = text(c, "kind");
	c->name = text(c, "service");
	c->host = text(c, "host");
	c->path = text(c, "path");
	c->model = text(c, "model");
	c->model_date = text(c, "model_date");
	c->threshold = text(c, "threshold");
	c->token_env = text(c, "token_env");
	c->token_file = text(c, "token_file");
	c->allow_private = text(c, "allow_private");
	if (c->name == NULL || c->name[0] == '\0') return wrong(c, "service", _("is missing"), err);
	c->kind = kind == NULL ? NULL : amp_service_kind_find(kind);
	if (c->kind == NULL) return wrong(c, "kind", _("is none that this program knows"), err);
	if (c->kind->needs_model && c->model == NULL) return wrong(c, "model", _("is needed by this kind"), err);
	if (c->model_date == NULL)
		return wrong(c, "model_date", _("is missing: scores of a model mean nothing without its date"), err);
	int64_t thousandths = 0;
	if (c->threshold == NULL) c->threshold = "0.5";
	if (amp_decimal_parse(amp_str_c(c->threshold), &thousandths) != 0 || thousandths < 1 || thousandths > 999)
		return wrong(c, "threshold", _("must be a decimal text between 0 and 1, such as \"0.5\""), err);
	int rc = read_lists(c, err);
	if (rc == 0 && c->kind->needs_labels && c->labels == NULL) rc = wrong(c, "labels", _("is needed by this kind"), err);
	if (rc == 0) rc = read_whom(c, err);
	if (rc == 0) rc = read_bounds(c, err);
	if (rc == 0) rc = read_prompt(c, data_dir, err);
	return rc == 0 ? identify(c, err) : rc;
}

int amp_service_config_read(struct amp_service_config **out, json_t *doc, const char *data_dir, struct amp_err *err)
{
	*out = NULL;
	struct amp_service_config *c = amp_calloc(1, sizeof *c);
	if (c == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading a service file."));
	c->doc = json_incref(doc);
	int rc = read_all(c, data_dir, err);
	if (rc != 0) {
		amp_service_config_free(c);
		return rc;
	}
	*out = c;
	return 0;
}

int amp_service_config_check(const json_t *doc, const char *data_dir, const char **key, struct amp_err *err)
{
	struct amp_service_config *c = amp_calloc(1, sizeof *c);
	*key = NULL;
	if (c == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading a service file."));
	c->doc = json_deep_copy(doc);
	int rc = read_all(c, data_dir, err);
	*key = c->wrong_key;
	amp_service_config_free(c);
	return rc;
}

void amp_service_config_free(struct amp_service_config *c)
{
	if (c == NULL) return;
	amp_free(c->lists);
	amp_free(c->identity);
	amp_free(c->prompt_text);
	json_decref(c->doc);
	amp_free(c);
}

const char *amp_service_version(const struct amp_service_config *c, char buf[256])
{
	(void)snprintf(buf, 256, "1 %s %s", c->model != NULL ? c->model : c->kind->name, c->model_date);
	return buf;
}

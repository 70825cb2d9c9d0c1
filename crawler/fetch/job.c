/* job.c: a copied request, and what changes of it from hop to hop. */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "fetch/internal.h"

void amp_job_free(struct amp_job *j)
{
	if (j == NULL) return;
	for (struct amp_header *h = j->headers; h != NULL && (h->name != NULL || h->value != NULL); h++) {
		amp_free((void *)(uintptr_t)h->name);
		amp_free((void *)(uintptr_t)h->value);
	}
	for (char **q = j->secret_query; q != NULL && *q != NULL; q++) amp_free(*q);
	amp_free(j->headers);
	amp_free(j->secret_query);
	amp_url_free(&j->url);
	amp_free(j->body);
	amp_free(j->secret_member);
	amp_free(j->secret_text);
	amp_echo_free(j->secrets);
	amp_free(j->purpose);
	amp_free(j);
}

/* RFC 9110, 5.6.2: what a field name or method may be made of. */
static bool is_token(const char *s)
{
	if (*s == '\0') return false;
	for (; *s != '\0'; s++)
		if (!amp_is_alnum((unsigned char)*s) && strchr("!#$%&'*+-.^_`|~", *s) == NULL) return false;
	return true;
}

static bool is_value(const char *s)
{
	for (; *s != '\0'; s++)
		if (((unsigned char)*s < ' ' && *s != '\t') || *s == 0x7f) return false;
	return true;
}

static int copy_headers(struct amp_job *j, const struct amp_header *from, struct amp_err *err)
{
	size_t n = 0;
	while (from != NULL && from[n].name != NULL) n++;
	j->headers = amp_calloc(n + 1, sizeof *j->headers);
	if (j->headers == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while queueing a request."));
	for (size_t i = 0; i < n; i++) {
		const char *value = from[i].value != NULL ? from[i].value : "";
		/* a line end in a value would start a header of its own */
		if (!is_token(from[i].name) || !is_value(value))
			return amp_fail(err, AMP_EUSAGE,
			                _("The request header \"%.60s\" has a character that HTTP does not allow."), from[i].name);
		j->headers[i] = (struct amp_header){amp_strdup(from[i].name), amp_strdup(value), from[i].secret};
		if (j->headers[i].name == NULL || j->headers[i].value == NULL)
			return amp_fail(err, AMP_ENOMEM, _("Out of memory while queueing a request."));
	}
	return 0;
}

/* NULL stays NULL. */
static bool copy_text(char **to, const char *from)
{
	*to = from == NULL ? NULL : amp_strdup(from);
	return from == NULL || *to != NULL;
}

static int copy_query(struct amp_job *j, const char *const *from, struct amp_err *err)
{
	size_t n = 0;
	while (from != NULL && from[n] != NULL) n++;
	j->secret_query = amp_calloc(n + 1, sizeof *j->secret_query);
	bool ok = j->secret_query != NULL;
	for (size_t i = 0; ok && i < n; i++) {
		j->secret_query[i] = amp_strdup(from[i]);
		ok = j->secret_query[i] != NULL;
	}
	return ok ? 0 : amp_fail(err, AMP_ENOMEM, _("Out of memory while queueing a request."));
}

int amp_job_new(struct amp_job **out, const struct amp_request *r, const char *purpose, struct amp_err *err)
{
	*out = NULL;
	struct amp_job *j = amp_calloc(1, sizeof *j);
	if (j == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while queueing a request."));
	const char *method = r->method != NULL ? r->method : "GET";
	int rc = amp_url_parse(&j->url, NULL, r->url, err);
	if (rc != 0) goto out;
	if (!is_token(method) || strlen(method) >= sizeof j->method) {
		rc = amp_fail(err, AMP_EUSAGE, _("\"%.40s\" is no HTTP method."), method);
		goto out;
	}
	memcpy(j->method, method, strlen(method) + 1);
	j->purpose = amp_strdup(purpose != NULL ? purpose : "feed");
	j->body_bytes = r->body == NULL ? 0 : strlen(r->body);
	j->secret_body = r->secret_body;
	j->reads = r->reads;
	bool copied = copy_text(&j->body, r->body) && copy_text(&j->secret_text, r->secret_text) &&
	              copy_text(&j->secret_member, r->secret_text == NULL || r->secret_member != NULL ? r->secret_member : "token");
	if (j->purpose == NULL || !copied) {
		rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while queueing a request."));
		goto out;
	}
	rc = copy_headers(j, r->headers, err);
	if (rc == 0) rc = copy_query(j, r->secret_query, err);
	if (rc == 0) rc = amp_echo_gather(j, err);
out:
	if (rc != 0) {
		amp_job_free(j);
		return rc;
	}
	*out = j;
	return 0;
}

static void drop_secret_headers(struct amp_job *j)
{
	/* what names a person or carries a credential, marked or not */
	static const char *const home[] = {"authorization", "proxy-authorization", "cookie", "origin", "referer"};
	size_t kept = 0, i = 0;
	for (; j->headers[i].name != NULL; i++) {
		bool drop = j->headers[i].secret;
		for (size_t k = 0; k < sizeof home / sizeof *home; k++)
			drop = drop || amp_str_ieq_c(amp_str_c(j->headers[i].name), home[k]);
		if (drop) {
			amp_free((void *)(uintptr_t)j->headers[i].name);
			amp_free((void *)(uintptr_t)j->headers[i].value);
		} else {
			j->headers[kept++] = j->headers[i];
		}
	}
	for (; kept < i; kept++) j->headers[kept] = (struct amp_header){NULL, NULL, false};
}

void amp_job_redirect(struct amp_job *j, struct amp_url *url, int status)
{
	bool same = strcmp(j->url.scheme, url->scheme) == 0 && strcmp(j->url.host, url->host) == 0 && j->url.port == url->port;
	if (!same) drop_secret_headers(j);
	bool to_get = status == 303 || ((status == 301 || status == 302) && strcmp(j->method, "POST") == 0); /* RFC 9110, 15.4 */
	if (to_get && strcmp(j->method, "HEAD") != 0) {
		memcpy(j->method, "GET", sizeof "GET");
		amp_free(j->body);
		j->body = NULL;
		j->body_bytes = 0;
	}
	amp_url_free(&j->url);
	j->url = *url;
	memset(url, 0, sizeof *url);
	j->hop++;
	j->attempt = 0;
	j->not_before = 0;
	j->robots_passed = false;
}

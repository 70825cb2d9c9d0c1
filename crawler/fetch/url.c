/* url.c: libcurl's own URL parser, so that the host that is checked and masked is the host that is connected to. */
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "fetch/internal.h"

static bool copy_part(CURLU *u, CURLUPart part, unsigned flags, char *out, size_t size)
{
	char *text = NULL;
	if (curl_url_get(u, part, &text, flags) != CURLUE_OK) return false;
	size_t n = strlen(text);
	bool fits = n < size;
	if (fits) memcpy(out, text, n + 1);
	curl_free(text);
	return fits;
}

void amp_url_free(struct amp_url *u)
{
	if (u == NULL) return;
	amp_free(u->text);
	u->text = NULL;
}

int amp_url_parse(struct amp_url *out, const char *base, const char *text, struct amp_err *err)
{
	char port[8] = "";
	char *whole = NULL;
	int rc = 0;
	memset(out, 0, sizeof *out);
	CURLU *u = curl_url();
	if (u == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading a URL."));
	/* Location values with spaces or raw UTF-8 are common: encoded for the relative case, as browsers do */
	unsigned flags = CURLU_NON_SUPPORT_SCHEME | CURLU_DISALLOW_USER | (base != NULL ? CURLU_URLENCODE : 0);
	CURLUcode uc = base == NULL ? CURLUE_OK : curl_url_set(u, CURLUPART_URL, base, 0);
	if (uc == CURLUE_OK) uc = curl_url_set(u, CURLUPART_URL, text, flags);
	if (uc == CURLUE_USER_NOT_ALLOWED) {
		rc = amp_fail(err, AMP_EUSAGE,
		              _("A URL holds a user name or password: put credentials into the session, not into the URL."));
		goto out;
	}
	if (uc != CURLUE_OK) {
		rc = amp_fail(err, AMP_EUSAGE, _("\"%.200s\" is no URL (%s)."), text, curl_url_strerror(uc));
		goto out;
	}
	if (!copy_part(u, CURLUPART_SCHEME, 0, out->scheme, sizeof out->scheme)) out->scheme[0] = '\0';
	out->other_scheme = strcmp(out->scheme, "http") != 0 && strcmp(out->scheme, "https") != 0;
	if (curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0) != CURLUE_OK || curl_url_get(u, CURLUPART_URL, &whole, 0) != CURLUE_OK) {
		rc = amp_fail(err, AMP_EUSAGE, _("\"%.200s\" is no URL."), text);
		goto out;
	}
	out->text = amp_strdup(whole);
	if (out->text == NULL) {
		rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while reading a URL."));
		goto out;
	}
	if (out->other_scheme) goto out; /* it will be refused: nothing else is needed */
	if (!copy_part(u, CURLUPART_HOST, 0, out->host, sizeof out->host) || out->host[0] == '\0') {
		rc = amp_fail(err, AMP_EUSAGE, _("\"%.200s\" has no host, or one that is too long."), text);
		goto out;
	}
	size_t n = strlen(out->host);
	if (out->host[0] == '[' && n > 2) {
		memmove(out->host, out->host + 1, n - 2);
		out->host[n - 2] = '\0';
	}
	for (char *c = out->host; *c != '\0'; c++) *c = (char)amp_lower((unsigned char)*c);
	int64_t number = 0;
	if (!copy_part(u, CURLUPART_PORT, CURLU_DEFAULT_PORT, port, sizeof port) || !amp_str_i64(amp_str_c(port), &number))
		number = 0;
	out->port = (int)number;
	const char *slash = strstr(out->text, "://");
	slash = slash == NULL ? NULL : strpbrk(slash + 3, "/?");
	out->path_at = slash == NULL ? strlen(out->text) : (size_t)(slash - out->text);
out:
	curl_free(whole);
	curl_url_cleanup(u);
	if (rc != 0) amp_url_free(out);
	return rc;
}

int amp_url_check_proxy(const char *text, char *masked, size_t size, struct amp_err *err)
{
	static const char *const schemes[] = {"http", "https", "socks5h", "socks4a"};
	char scheme[16] = "", host[256] = "", port[8] = "";
	bool known = false;
	CURLU *u = curl_url();
	if (u == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading a proxy's URL."));
	bool ok = curl_url_set(u, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
	          copy_part(u, CURLUPART_SCHEME, 0, scheme, sizeof scheme) && copy_part(u, CURLUPART_HOST, 0, host, sizeof host);
	char *name = NULL;
	bool with_user = ok && curl_url_get(u, CURLUPART_USER, &name, 0) == CURLUE_OK;
	curl_free(name);
	if (ok) {
		if (!copy_part(u, CURLUPART_PORT, 0, port, sizeof port)) port[0] = '\0';
		snprintf(masked, size, "%s://%s%s%s%s", scheme, with_user ? "*:*@" : "", host, port[0] != '\0' ? ":" : "", port);
	}
	curl_url_cleanup(u);
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) known = known || strcmp(scheme, schemes[i]) == 0;
	if (!ok) return amp_fail(err, AMP_EUSAGE, _("A persona's proxy is no URL: write, for example, socks5h://127.0.0.1:9050."));
	if (known) return 0;
	return amp_fail(
		err, AMP_EUSAGE,
		_("The proxy %s is of a kind that is not used here: http, https, socks5h and socks4a are, since they look names up at "
	          "the far end."),
		masked);
}

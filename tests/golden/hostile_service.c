/* hostile_service.c: what a service sends instead of a document: walls, refusals, failures, other bodies. */
#include "hostile.h"

static const struct {
	const char *what, *html;
} wall_pages[] = {
	{"a login page", "<!DOCTYPE html><html><head><title>Log in</title></head><body><form action=\"/login\" method=\"post\">"
                         "<input name=\"u\"><input type=\"password\" name=\"p\"></form></body></html>"},
	{"a login page in French", "<html lang=\"fr\"><head><title>Se connecter</title></head><body><form><input type='password'>"
                                   "</form></body></html>"},
	{"a consent page",
         "<!doctype html><html><head><title>Before you continue</title></head><body><form "
         "action=\"https://consent.google.com/save\" method=\"POST\"><button>Accept all</button></form></body></html>"},
	{"a captcha", "<html><head><title>Are you a robot?</title></head><body><div class=\"g-recaptcha\" data-sitekey=\"x\"></div>"
                      "</body></html>"},
	{"a captcha of another kind",
         "<html><head><title></title></head><body><div class=\"h-captcha\" data-sitekey=\"x\"></div></body></html>"},
	{"a challenge", "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><script "
                        "src=\"/cdn-cgi/challenge-platform/x.js\"></script></body></html>"},
	{"a block page", "<html><head><title>Attention Required! | Cloudflare</title></head><body><h1>Sorry, you have been "
                         "blocked</h1></body></html>"},
};

void drill_wall(struct hostile *h, const struct doc *d)
{
	if (!d->first) return;
	for (size_t i = 0; i < sizeof wall_pages / sizeof *wall_pages; i++)
		for (int status = 0; status <= 200; status += 200) {
			read_as(h, d, h->self, d->endpoint, amp_str_c(wall_pages[i].html), status, true);
			if (h->got.verdict != AMP_VERDICT_BLOCKED || h->got.n)
				finding(h, d, "%s with status %d", wall_pages[i].what, status);
		}
}

static const char *const error_bodies[] = {
	"",
	"Too many requests",
	"{}",
	"[]",
	"null",
	"{\"error\":\"It went wrong\"}",
	"{\"message\":\"It went wrong\",\"code\":5}",
	"{\"errors\":[{\"message\":\"It went wrong\",\"code\":88}]}",
	"{\"error\":{\"code\":403,\"message\":\"It went wrong\",\"status\":\"WRONG\"}}",
	"<html><head><title>Error</title></head><body><center><h1>Error</h1></center><hr>nginx</body></html>",
	"<?xml version=\"1.0\"?><Error><Code>Wrong</Code></Error>",
	NULL /* the good document itself */};

void drill_status(struct hostile *h, const struct doc *d)
{
	static const int statuses[] = {401, 403, 429, 404, 410, 451, 500, 502, 503};
	if (!d->first) return;
	for (size_t s = 0; s < sizeof statuses / sizeof *statuses; s++)
		for (size_t i = 0; i < sizeof error_bodies / sizeof *error_bodies; i++) {
			int status = statuses[s];
			struct amp_str body = error_bodies[i] ? amp_str_c(error_bodies[i]) : amp_buf_str(&d->body);
			read_as(h, d, h->self, d->endpoint, body, status, true);
			bool refuses = status == 401 || status == 403 || status == 429;
			if (h->got.verdict < AMP_VERDICT_DRIFT || h->got.n)
				finding(h, d, "status %d with “%.60s”", status, error_bodies[i] ? error_bodies[i] : "the document");
			else if (refuses ? h->got.verdict != AMP_VERDICT_BLOCKED
			                 : status >= 500 && h->got.verdict == AMP_VERDICT_DRIFT)
				finding(h, d, "status %d with “%.60s” is not told from a change of the format", status,
				        error_bodies[i] ? error_bodies[i] : "the document");
		}
}

void drill_body(struct hostile *h, const struct doc *d)
{
	static const char *const bodies[] = {"",
	                                     " \r\n\t",
	                                     "null",
	                                     "[]",
	                                     "{}",
	                                     "\"\"",
	                                     "0",
	                                     "true",
	                                     "<",
	                                     "<?",
	                                     "<x/>",
	                                     "<!",
	                                     "[[]]",
	                                     "[{}]",
	                                     "[null]",
	                                     "{\"a\":[]}",
	                                     "\xEF\xBB\xBF",
	                                     "text",
	                                     "<html></html>",
	                                     "<?xml version=\"1.0\"?>"};
	if (!d->first) return;
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		bool list = strcmp(bodies[i], "[]") == 0 && d->body.n && *d->body.p == '[';
		read_as(h, d, h->self, d->endpoint, amp_str_c(bodies[i]), 200, true);
		if (list ? h->got.verdict < AMP_VERDICT_EMPTY || h->got.n : h->got.verdict < AMP_VERDICT_DRIFT)
			finding(h, d, "the body is “%s”", bodies[i]);
	}
}

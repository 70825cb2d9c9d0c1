/* echo.c: the secrets that a request carries, as values, and where an answer repeats them: as they are, percent-encoded, or as JSON
 * texts write them ("\/", "\u0026"). */
#include <stdio.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "fetch/internal.h"

#define SHORTEST 8 /* shorter ones would hit by chance */
#define LONGEST 8192
#define WINDOW 65536

void amp_echo_free(struct amp_secret *list)
{
	for (struct amp_secret *s = list; s != NULL && (s->note != NULL || s->value != NULL); s++) {
		amp_free(s->note);
		amp_free(s->value);
	}
	amp_free(list);
}

static const char *bare_name(const struct amp_secret *s)
{
	const char *colon = strchr(s->note, ':');
	return colon == NULL ? s->note : colon + 1;
}

/* One byte of what a text means, and how many of its bytes say it. */
static size_t meant(struct amp_str text, bool percent, char *c)
{
	const char *p = text.p;
	*c = p[0];
	if (percent && p[0] == '%' && text.n >= 3 && amp_hex_value(p[1]) >= 0 && amp_hex_value(p[2]) >= 0) {
		*c = (char)(unsigned char)(amp_hex_value(p[1]) * 16 + amp_hex_value(p[2]));
		return 3;
	}
	if (p[0] != '\\' || text.n < 2) return 1;
	if (p[1] == '"' || p[1] == '\\' || p[1] == '/') {
		*c = p[1];
		return 2;
	}
	if (text.n < 6 || memcmp(p, "\\u00", 4) != 0 || amp_hex_value(p[4]) < 0 || amp_hex_value(p[5]) < 0) return 1;
	*c = (char)(unsigned char)(amp_hex_value(p[4]) * 16 + amp_hex_value(p[5]));
	return 6;
}

static size_t decode(struct amp_str *rest, bool percent, char *out, size_t room)
{
	size_t n = 0;
	while (rest->n > 0 && n < room) {
		size_t used = meant(*rest, percent, &out[n++]);
		rest->p += used;
		rest->n -= used;
	}
	return n;
}

/* ---- what is secret ---- */

struct gathered {
	struct amp_secret *list;
	size_t n;
	bool failed;
};

/* raw: as it stands in the request; percent: as in a URL, else as in JSON. */
static void add(struct gathered *g, const char *place, const char *name, struct amp_str raw, bool percent)
{
	char value[LONGEST], note[80];
	size_t n = decode(&raw, percent, value, sizeof value - 1);
	value[n] = '\0';
	if (n < SHORTEST || strlen(value) != n) return;
	snprintf(note, sizeof note, "%s%s", place, name);
	struct amp_secret *grown = amp_realloc(g->list, (g->n + 2) * sizeof *grown);
	if (grown == NULL) {
		g->failed = true;
		return;
	}
	g->list = grown;
	grown[g->n] = (struct amp_secret){amp_strdup(note), amp_strdup(value)};
	grown[g->n + 1] = (struct amp_secret){NULL, NULL};
	g->failed = g->failed || grown[g->n].note == NULL || grown[g->n].value == NULL;
	g->n++;
}

static void add_header(struct gathered *g, const struct amp_header *h)
{
	char lower[80];
	struct amp_str value = amp_str_c(h->value), rest = value;
	struct amp_str scheme = amp_str_cut(&rest, ' ');
	if (rest.p != NULL && scheme.n < 12) value = rest; /* "Bearer abc": the token alone */
	amp_mask_header_name(h->name, lower, sizeof lower);
	add(g, "", lower, value, false);
}

int amp_echo_gather(struct amp_job *j, struct amp_err *err)
{
	struct gathered g = {NULL, 0, false};
	const char *key;
	struct amp_str value;
	const struct amp_secrets s = {.headers = j->headers, .query = (const char *const *)j->secret_query};
	for (const struct amp_header *h = j->headers; h != NULL && h->name != NULL; h++)
		if (h->secret) add_header(&g, h);
	for (size_t at = 0; (key = amp_mask_next_query(amp_str_c(j->url.text), &at, &s, &value)) != NULL;)
		add(&g, "query:", key, value, true);
	if (j->secret_text != NULL) {
		struct amp_str text = amp_str_c(j->secret_text);
		bool quoted = text.n > 2 && text.p[0] == '"' && text.p[text.n - 1] == '"';
		add(&g, "body:", j->secret_member, (struct amp_str){text.p + quoted, text.n - 2 * (size_t)quoted}, false);
	}
	j->secrets = g.list;
	return g.failed ? amp_fail(err, AMP_ENOMEM, _("Out of memory while queueing a request.")) : 0;
}

/* ---- where it is repeated ---- */

/* How many bytes at p say the value; 0 when they do not. */
static size_t said_at(struct amp_str text, const char *value)
{
	const char *from = text.p;
	for (; *value != '\0'; value++) {
		char c;
		if (text.n == 0) return 0;
		size_t used = meant(text, true, &c);
		if (c != *value) {
			if (text.p[0] != *value) return 0;
			used = 1; /* a percent sign or backslash of the secret itself */
		}
		text.p += used;
		text.n -= used;
	}
	return (size_t)(text.p - from);
}

void amp_echo_mask(char *p, size_t n, const struct amp_secret *list, char *masked, size_t size)
{
	for (const struct amp_secret *s = list; s != NULL && s->value != NULL; s++) {
		for (size_t i = 0; i < n; i++) {
			if (p[i] != s->value[0] && p[i] != '%' && p[i] != '\\') continue;
			size_t said = said_at((struct amp_str){p + i, n - i}, s->value);
			if (said == 0) continue;
			for (size_t end = i + said; i < end; i++)
				if (p[i] != '\r' && p[i] != '\n') p[i] = '*';
			i--;
			amp_mask_note(masked, size, s->note);
		}
	}
}

static void note_found(struct amp_str text, const struct amp_secret *list, char *names, size_t size)
{
	for (const struct amp_secret *s = list; s->value != NULL; s++)
		if (amp_str_find(text, amp_str_c(s->value)) != NULL) amp_mask_note(names, size, bare_name(s));
}

/* A body may be large and is the server's to choose: searched in one pass as it is and one decoded, window by window. */
void amp_echo_find(struct amp_str body, const struct amp_secret *list, char *names, size_t size)
{
	char window[WINDOW];
	size_t have = 0;
	if (list == NULL || body.p == NULL) return;
	note_found(body, list, names, size);
	while (body.n > 0) {
		have += decode(&body, true, window + have, sizeof window - have);
		note_found((struct amp_str){window, have}, list, names, size);
		size_t keep = have < LONGEST ? have : LONGEST; /* one that begins here and ends in the next window */
		memmove(window, window + have - keep, keep);
		have = keep;
	}
}

/* check_persona.c: what the table of a persona cannot say. */
#include "persona/check.h"

#include <string.h>
#include "base/i18n.h"
#include "persona/vocabulary.h"
#include "platforms/platforms.h"
#include "source/source.h"

const struct amp_adapter *amp_checker_adapter(const struct amp_checker *c, const char *name)
{
	for (size_t i = 0; name != NULL && c->sources != NULL && c->sources[i] != NULL; i++) {
		if (strcmp(c->sources[i]->adapter.name, name) == 0) return &c->sources[i]->adapter;
	}
	return amp_adapter_find(name);
}

const struct amp_adapter *amp_check_platform(struct amp_checker *c, const struct amp_at *at)
{
	const char *name = at == NULL ? NULL : json_string_value(at->v), *names[64];
	if (name == NULL || name[0] == '\0') return NULL;
	const struct amp_adapter *adapter = amp_checker_adapter(c, name);
	if (adapter != NULL) return adapter;
	struct amp_err why = {0};
	size_t n = amp_platform_names(names, 40);
	for (size_t i = 0; c->sources != NULL && c->sources[i] != NULL && n < 64; i++) names[n++] = c->sources[i]->adapter.name;
	(void)amp_platform_wrong(name, names, n, &why);
	amp_wrong(c, at, "%s", why.text);
	return NULL;
}

static void check_session(struct amp_checker *c, const struct amp_at *list, size_t i)
{
	const struct amp_at *session = amp_at_index(c, list, i);
	if (session == NULL || !json_is_object(session->v)) return;
	const struct amp_adapter *adapter = amp_check_platform(c, amp_at_key(c, session, "platform"));
	const char *identifier = amp_at_text(session, "identifier_env"), *password = amp_at_text(session, "password_env"),
		   *token = amp_at_text(session, "token_env");
	if (token == NULL && (identifier == NULL || password == NULL))
		amp_wrong(c, session, _("A session needs “token_env”, or “identifier_env” and “password_env”."));
	else if (token != NULL && (identifier != NULL || password != NULL))
		amp_wrong(c, session, _("A session has either “token_env” or “identifier_env” and “password_env”, not both."));
	else if (token == NULL && adapter != NULL && adapter->session_path == NULL)
		amp_wrong(c, session, _("%s opens no session from an identifier and a password: give “token_env”."),
		          adapter->title);
	for (size_t k = 0; k < i; k++) {
		const struct amp_at *other = amp_at_index(c, list, k);
		const char *p = amp_at_text(session, "platform"), *q = amp_at_text(other, "platform"),
			   *h = amp_at_text(session, "host"), *g = amp_at_text(other, "host");
		if (p != NULL && q != NULL && h != NULL && g != NULL && strcmp(p, q) == 0 && strcmp(h, g) == 0)
			amp_wrong(c, session, _("A persona has one session a platform and server; this is a second one."));
	}
}

/* Groups that hate aims at, by the names of section 6: a misspelt one would silently compare nobody. */
static void check_groups(struct amp_checker *c, const struct amp_at *list)
{
	const char *const *words = amp_vocabulary_get()->targets;
	size_t n = 0;
	while (words != NULL && words[n] != NULL) n++;
	for (size_t i = 0; list != NULL && i < json_array_size(list->v); i++) {
		const struct amp_at *at = amp_at_index(c, list, i);
		const char *word = at == NULL ? NULL : json_string_value(at->v);
		bool known = words == NULL;
		if (word == NULL) continue;
		for (size_t k = 0; k < n; k++) known = known || strcmp(words[k], word) == 0;
		if (!known || strcmp(word, "any") == 0 || strcmp(word, "none") == 0)
			amp_wrong(c, at, _("Unknown %s “%s”.%s"), _("target"), word,
			          known ? "" : amp_did_you_mean(c, word, words, n));
		for (size_t k = 0; k < i; k++)
			if (json_equal(json_array_get(list->v, k), at->v)) {
				amp_wrong(c, at, _("“%s” stands twice in this list."), word);
				break;
			}
	}
}

void amp_check_persona(struct amp_checker *c, const struct amp_at *persona)
{
	const struct amp_at *twins = amp_at_key(c, persona, "twins"), *twin_of = amp_at_key(c, persona, "twin_of");
	if (twins != NULL && amp_at_key(c, persona, "twin") != NULL)
		amp_wrong_key(c, twins, _("Write “twin” or “twins”, not both."));
	const struct amp_at *follows = amp_at_key(c, persona, "follows"), *sessions = amp_at_key(c, persona, "sessions");
	for (size_t i = 0; follows != NULL && i < json_array_size(follows->v); i++)
		(void)amp_check_platform(c, amp_at_key(c, amp_at_index(c, follows, i), "platform"));
	for (size_t i = 0; sessions != NULL && i < json_array_size(sessions->v); i++) check_session(c, sessions, i);
	check_groups(c, amp_at_key(c, persona, "belongs_to"));
	if (twin_of == NULL) return;
	static const char *const own[] = {"$schema", "persona", "title", "twin_of", "sessions"};
	for (const struct amp_key_row *row = amp_spec_persona.rows; row->name != NULL; row++) {
		const struct amp_at *at = amp_at_key(c, persona, row->name);
		bool may = false;
		for (size_t i = 0; i < sizeof own / sizeof *own; i++) may = may || strcmp(row->name, own[i]) == 0;
		if (at != NULL && !may)
			amp_wrong_key(c, at, _("A twin takes over this attribute from the persona it replicates: remove “%s”."),
			              row->name);
	}
}

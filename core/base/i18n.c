/* i18n.c: gettext's message locale is set to C.UTF-8 by name, so that translation works whatever LC_ALL says (plain "C" switches
 * gettext off); LANGUAGE then chooses the catalogue. Numbers keep the C locale: files must not depend on the user's.
 */
#include "base/i18n.h"

#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *language = "en";

#ifndef AMP_LOCALE_DIR
#define AMP_LOCALE_DIR "/usr/local/share/locale"
#endif

static const char *from_environment(void)
{
	static const char *const names[] = {"AMPLIMETER_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *v = getenv(names[i]);

		if (v != NULL && v[0] != '\0') return strncmp(v, "fr", 2) == 0 ? "fr" : "en";
	}
	return "en";
}

/* share/locale beside the program (installed or in the build tree), else the place it was configured for. */
static void bind_catalogue(void)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 32);

	if (n > 0) {
		char *slash;

		path[n] = '\0';
		slash = strrchr(path, '/');
		if (slash != NULL) {
			(void)snprintf(slash, sizeof(path) - (size_t)(slash - path), "/../share/locale");
			if (access(path, R_OK) == 0) {
				(void)bindtextdomain("amplimeter", path);
				return;
			}
		}
	}
	(void)bindtextdomain("amplimeter", AMP_LOCALE_DIR);
}

void amp_i18n_init(const char *lang)
{
	language = lang != NULL && (strcmp(lang, "fr") == 0 || strcmp(lang, "en") == 0) ? lang : from_environment();
	(void)setenv("LANGUAGE", language, 1);
	if (setlocale(LC_MESSAGES, "C.UTF-8") == NULL) (void)setlocale(LC_MESSAGES, "C.utf8");
	/* strerror() speaks the messages' language in the charset of LC_CTYPE, "?" for what is not in it */
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL) (void)setlocale(LC_CTYPE, "C.utf8");
	bind_catalogue();
	(void)bind_textdomain_codeset("amplimeter", "UTF-8");
	(void)textdomain("amplimeter");
}

const char *amp_i18n_lang(void)
{
	return language;
}

const char *amp_gettext(const char *msgid)
{
	/* gettext("") is the catalogue's header */
	return msgid[0] == '\0' ? msgid : dgettext("amplimeter", msgid);
}

const char *amp_ngettext(const char *one, const char *many, unsigned long n)
{
	return dngettext("amplimeter", one, many, n);
}

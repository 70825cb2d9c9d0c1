/* i18n.h: French and English through gettext; works under LC_ALL=C (the message locale is C.UTF-8, LANGUAGE chooses).
 * Mark with _() where text is used, N_() in tables. Source strings are English; po/fr.po has the French.
 */
#ifndef AMP_BASE_I18N_H
#define AMP_BASE_I18N_H

/* lang: "fr", "en" or NULL for the environment (AMPLIMETER_LANG, LC_ALL, LC_MESSAGES, LANG; English when none says French). */
void amp_i18n_init(const char *lang);
const char *amp_i18n_lang(void); /* "fr" or "en" */
const char *amp_gettext(const char *msgid) __attribute__((format_arg(1)));
const char *amp_ngettext(const char *one, const char *many, unsigned long n) __attribute__((format_arg(1), format_arg(2)));

#define _(s) amp_gettext(s)
#define N_(s) s

#endif

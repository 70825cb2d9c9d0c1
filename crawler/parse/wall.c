/* wall.c: pages of HTML platforms that show something else than their list. These platforms' good pages are HTML too, and speak
 * of logins and captchas in their scripts and texts: so signs are elements and titles here, not words anywhere.
 */
#include <string.h>
#include "parse/engine_state.h"

#define SMALL_PAGE ((size_t)64 << 10) /* weak signs count in pages that hold little else */

enum sign_of { TITLE, ATTRIBUTE, TEXT };
static const struct wall {
	enum sign_of where;
	bool weak;              /* also seen in good pages: only where the page is small */
	const char *tag, *name; /* ATTRIBUTE: of which element, which attribute */
	const char *sign;       /* start of the title, part of the value or the text of the element, without case */
	const char *sentence;
} walls[] = {
	{ATTRIBUTE, false, "form", "action", "consent.youtube.com",
         "the consent page of YouTube (\xE2\x80\x9C"
         "Before you continue\xE2\x80\x9D)"},
	{ATTRIBUTE, false, "form", "action", "consent.google.",
         "the consent page of Google (\xE2\x80\x9C"
         "Before you continue\xE2\x80\x9D)"},
	{ATTRIBUTE, false, "form", "action", "//consent.", "a consent page"},
	{TITLE, false, NULL, NULL, "before you continue", "the consent page of Google and YouTube"},
	{TITLE, false, NULL, NULL, "avant de continuer", "the consent page of Google and YouTube"},
	{TITLE, false, NULL, NULL,
         "avant d\xE2\x80\x99"
         "acc\xC3\xA9"
         "der",
         "the consent page of Google and YouTube"},
	{ATTRIBUTE, false, "form", "action", "/sorry/index", "Google\xE2\x80\x99s page against robots (unusual traffic)"},
	{ATTRIBUTE, false, "form", "action", "validatecaptcha", "Amazon\xE2\x80\x99s robot check"},
	{TITLE, false, NULL, NULL, "robot check", "Amazon\xE2\x80\x99s robot check"},
	{ATTRIBUTE, false, "p", "class", "wafchallengeid",
         "TikTok\xE2\x80\x99s challenge page (\xE2\x80\x9CPlease wait\xE2\x80\xA6\xE2\x80\x9D)"},
	{ATTRIBUTE, true, "div", "id", "captcha-verify", "TikTok\xE2\x80\x99s captcha"},
	{ATTRIBUTE, true, "div", "class", "captcha_verify", "TikTok\xE2\x80\x99s captcha"},
	{TEXT, true, "h1", NULL, "whoa there, pardner", "Reddit\xE2\x80\x99s block page"},
	{TEXT, true, "h1", NULL, "javascript is not available",
         "X\xE2\x80\x99s page for browsers without JavaScript: it shows no posts"},
	{TEXT, true, "div", NULL, "blocked by network security", "Reddit\xE2\x80\x99s block page"},
	{TITLE, false, NULL, NULL, "log in to x", "the login page of X"},
	{TITLE, true, NULL, NULL, "telegram: view @",
         "Telegram\xE2\x80\x99s landing page: this channel\xE2\x80\x99s posts are not shown on the web"},
	{TITLE, true, NULL, NULL, "telegram: contact @",
         "Telegram\xE2\x80\x99s landing page of an account: there is no such public channel"},
	{TITLE, true, NULL, NULL, "telegram: join", "Telegram\xE2\x80\x99s landing page of a private group"},
	{ATTRIBUTE, true, "div", "class", "tgme_page_action", "Telegram\xE2\x80\x99s landing page: posts are not shown on the web"},
	{ATTRIBUTE, true, "div", "id", "px-captcha", "a captcha"},
	{ATTRIBUTE, true, "div", "class", "g-recaptcha", "a captcha"},
	{ATTRIBUTE, true, "div", "class", "h-captcha", "a captcha"},
	{ATTRIBUTE, true, "div", "class", "cf-turnstile", "a captcha"},
	{ATTRIBUTE, true, "input", "type", "password", "a login page"},
	{TITLE, true, NULL, NULL, "just a moment...", "a challenge page"},
	{TITLE, true, NULL, NULL, "attention required! |", "a challenge page"},
};

static bool says(const struct amp_markup_doc *page, const struct wall *w, struct amp_str title)
{
	if (w->where == TITLE) return amp_str_istarts(title, w->sign);
	for (const struct amp_markup *m = amp_markup_find(page, NULL, NULL, w->tag, NULL); m;
	     m = amp_markup_find(page, NULL, m, w->tag, NULL)) {
		struct amp_str text = w->where == TEXT ? amp_markup_inner(page, m) : amp_markup_attr_raw(page, m, w->name);
		if (w->where == TEXT && text.n > 4096) text.n = 4096; /* boxes in boxes hold the same text again and again */
		if (text.n && amp_str_ifind(text, w->sign)) return true;
	}
	return false;
}

const char *amp_wall_of(const struct amp_markup_doc *page)
{
	struct amp_str title = amp_markup_text(page, amp_markup_find(page, NULL, NULL, "title", NULL));
	for (size_t i = 0; i < sizeof walls / sizeof *walls; i++)
		if ((!walls[i].weak || page->body.n <= SMALL_PAGE) && says(page, &walls[i], title)) return walls[i].sentence;
	return NULL;
}

/* wall.c: pages that stand where a list was expected, and what each of them is: a login, a consent page, a captcha, a refusal, the error of a
 * server or of what stands before it. Good pages of HTML platforms speak of logins and captchas too, in their scripts and texts: there, signs are
 * elements and titles, and some count only where the page holds little else. Where data were expected, any sign counts.
 */
#include <string.h>
#include "base/i18n.h"
#include "parse/engine_state.h"

#define SMALL_PAGE ((size_t)64 << 10)
#define BARE_PAGE ((size_t)4 << 10)

enum what {
	LOGIN,
	CONSENT,
	CAPTCHA,
	CHALLENGE,
	REFUSAL,
	LIMIT,
	AGE,
	FAILING,
	MISSING,
	BARE_SERVER,
	X_LOGIN,
	X_SCRIPT,
	YOUTUBE_CONSENT,
	GOOGLE_CONSENT,
	GOOGLE_ROBOTS,
	AMAZON_ROBOTS,
	TIKTOK_CHALLENGE,
	TIKTOK_CAPTCHA,
	REDDIT_REFUSAL,
	TELEGRAM_HIDDEN,
	TELEGRAM_ACCOUNT,
	TELEGRAM_GROUP,
	TELEGRAM_LANDING,
	CLOUDFRONT,
	SQUID,
	VARNISH,
	CLOUDFLARE,
};
static const struct amp_wall walls[] = {
	[LOGIN] = {AMP_VERDICT_BLOCKED, N_("a login page")},
	[CONSENT] = {AMP_VERDICT_BLOCKED, N_("a consent page")},
	[CAPTCHA] = {AMP_VERDICT_BLOCKED, N_("a captcha")},
	[CHALLENGE] = {AMP_VERDICT_BLOCKED, N_("a page that keeps robots out")},
	[REFUSAL] = {AMP_VERDICT_BLOCKED, N_("a page that refuses access")},
	[LIMIT] = {AMP_VERDICT_BLOCKED, N_("a page that refuses because of too many requests")},
	[AGE] = {AMP_VERDICT_BLOCKED, N_("a page that asks for the reader's age")},
	[FAILING] = {AMP_VERDICT_FAILED, N_("an error page of a server, or of what stands before it")},
	[MISSING] = {AMP_VERDICT_DRIFT, N_("a page that says that nothing is at this address")},
	[BARE_SERVER] = {AMP_VERDICT_DRIFT, N_("the page of a web server that has no site yet")},
	[X_LOGIN] = {AMP_VERDICT_BLOCKED, N_("the login page of X")},
	[X_SCRIPT] = {AMP_VERDICT_BLOCKED, N_("the page of X for browsers without JavaScript, which shows no posts")},
	[YOUTUBE_CONSENT] = {AMP_VERDICT_BLOCKED, N_("the consent page of YouTube")},
	[GOOGLE_CONSENT] = {AMP_VERDICT_BLOCKED, N_("the consent page of Google")},
	[GOOGLE_ROBOTS] = {AMP_VERDICT_BLOCKED, N_("the page of Google that keeps robots out (unusual traffic)")},
	[AMAZON_ROBOTS] = {AMP_VERDICT_BLOCKED, N_("the page of Amazon that keeps robots out")},
	[TIKTOK_CHALLENGE] = {AMP_VERDICT_BLOCKED, N_("the page of TikTok that keeps robots out")},
	[TIKTOK_CAPTCHA] = {AMP_VERDICT_BLOCKED, N_("a captcha of TikTok")},
	[REDDIT_REFUSAL] = {AMP_VERDICT_BLOCKED, N_("the page of Reddit that refuses access")},
	[TELEGRAM_HIDDEN] = {AMP_VERDICT_BLOCKED, N_("the page of Telegram for a channel whose posts are not shown on the web")},
	[TELEGRAM_ACCOUNT] = {AMP_VERDICT_BLOCKED, N_("the page of Telegram for an account: there is no such public channel")},
	[TELEGRAM_GROUP] = {AMP_VERDICT_BLOCKED, N_("the page of Telegram for a private group")},
	[TELEGRAM_LANDING] = {AMP_VERDICT_BLOCKED, N_("a page of Telegram that shows no posts")},
	[CLOUDFRONT] = {AMP_VERDICT_FAILED, N_("an error page of CloudFront, which stands before the server")},
	[SQUID] = {AMP_VERDICT_FAILED, N_("an error page of a proxy (Squid)")},
	[VARNISH] = {AMP_VERDICT_FAILED, N_("an error page of a cache before the server (Varnish)")},
	[CLOUDFLARE] = {AMP_VERDICT_FAILED, N_("an error page of Cloudflare, which stands before the server")},
};

/* What the page is, as far as signs are to be trusted: a row counts from its own place in this order on. */
enum page { ANY, SMALL, BARE, FAULTY /* its status says so */, ALIEN /* no document of the endpoint's, whatever is in it */ };
enum sign_of {
	TITLE /* how it begins */,
	TITLE_HAS,
	ATTRIBUTE /* has it */,
	TEXT /* of an element, has it */,
	MARKUP /* anywhere */
};
static const struct sign {
	enum what what;
	enum page page;
	enum sign_of of;
	const char *tag, *name; /* ATTRIBUTE, TEXT: of which element, which attribute */
	const char *sign;       /* without case */
} signs[] = {
	/* what cannot be anything else, first */
	{YOUTUBE_CONSENT, ANY, ATTRIBUTE, "form", "action", "consent.youtube.com"},
	{GOOGLE_CONSENT, ANY, ATTRIBUTE, "form", "action", "consent.google."},
	{CONSENT, ANY, ATTRIBUTE, "form", "action", "//consent."},
	{YOUTUBE_CONSENT, ANY, TITLE, NULL, NULL, "before you continue to youtube"},
	{YOUTUBE_CONSENT, ANY, TITLE, NULL, NULL, "avant de continuer sur youtube"},
	{YOUTUBE_CONSENT, ANY, TITLE, NULL, NULL, "avant d’accéder à youtube"},
	{GOOGLE_CONSENT, ANY, TITLE, NULL, NULL, "before you continue to google"},
	{GOOGLE_CONSENT, ANY, TITLE, NULL, NULL, "avant de continuer sur google"},
	{GOOGLE_CONSENT, ANY, TITLE, NULL, NULL, "avant d’accéder à google"},
	{CONSENT, ANY, TITLE, NULL, NULL, "before you continue"},
	{CONSENT, ANY, TITLE, NULL, NULL, "avant de continuer"},
	{CONSENT, ANY, TITLE, NULL, NULL, "avant d’accéder"},
	{GOOGLE_ROBOTS, ANY, ATTRIBUTE, "form", "action", "/sorry/index"},
	{AMAZON_ROBOTS, ANY, ATTRIBUTE, "form", "action", "validatecaptcha"},
	{AMAZON_ROBOTS, ANY, TITLE, NULL, NULL, "robot check"},
	{TIKTOK_CHALLENGE, ANY, ATTRIBUTE, "p", "class", "wafchallengeid"},
	{TIKTOK_CAPTCHA, SMALL, ATTRIBUTE, "div", "id", "captcha-verify"},
	{TIKTOK_CAPTCHA, SMALL, ATTRIBUTE, "div", "class", "captcha_verify"},
	{REDDIT_REFUSAL, SMALL, TEXT, "h1", NULL, "whoa there, pardner"},
	{REDDIT_REFUSAL, SMALL, TEXT, "div", NULL, "blocked by network security"},
	{X_SCRIPT, SMALL, TEXT, "h1", NULL, "javascript is not available"},
	{X_LOGIN, ANY, TITLE, NULL, NULL, "log in to x"},
	{TELEGRAM_HIDDEN, SMALL, TITLE, NULL, NULL, "telegram: view @"},
	{TELEGRAM_ACCOUNT, SMALL, TITLE, NULL, NULL, "telegram: contact @"},
	{TELEGRAM_GROUP, SMALL, TITLE, NULL, NULL, "telegram: join"},
	{TELEGRAM_LANDING, SMALL, ATTRIBUTE, "div", "class", "tgme_page_action"},
	{LOGIN, SMALL, ATTRIBUTE, "input", "type", "password"},
	{CAPTCHA, SMALL, ATTRIBUTE, "div", "id", "px-captcha"},
	{CAPTCHA, SMALL, ATTRIBUTE, "div", "class", "g-recaptcha"},
	{CAPTCHA, SMALL, ATTRIBUTE, "div", "class", "h-captcha"},
	{CAPTCHA, SMALL, ATTRIBUTE, "div", "class", "cf-turnstile"},
	{CHALLENGE, SMALL, TITLE, NULL, NULL, "just a moment..."},
	{REFUSAL, SMALL, TITLE, NULL, NULL, "attention required! |"},
	{REFUSAL, BARE, TEXT, "h1", NULL, "403 error"}, /* CloudFront's, behind a title that does not say which error */
	{CLOUDFRONT, BARE, TITLE, NULL, NULL, "error: the request could not be satisfied"},
	{SQUID, BARE, TITLE, NULL, NULL, "error: the requested url could not be retrieved"},
	{VARNISH, BARE, TEXT, "h3", NULL, "guru meditation"},
	/* titles: a channel may call itself "403", a bare page does not */
	{LIMIT, BARE, TITLE_HAS, NULL, NULL, "too many requests"},
	{LIMIT, BARE, TITLE_HAS, NULL, NULL, "rate limit"},
	{LIMIT, BARE, TITLE_HAS, NULL, NULL, "429"},
	{REFUSAL, BARE, TITLE_HAS, NULL, NULL, "access denied"},
	{REFUSAL, BARE, TITLE_HAS, NULL, NULL, "accès refusé"},
	{REFUSAL, BARE, TITLE_HAS, NULL, NULL, "forbidden"},
	{REFUSAL, BARE, TITLE_HAS, NULL, NULL, "blocked"},
	{REFUSAL, BARE, TITLE_HAS, NULL, NULL, "403"},
	{CAPTCHA, BARE, TITLE_HAS, NULL, NULL, "captcha"},
	{CHALLENGE, BARE, TITLE_HAS, NULL, NULL, "just a moment"},
	{CHALLENGE, BARE, TITLE_HAS, NULL, NULL, "are you a robot"},
	{CHALLENGE, BARE, TITLE_HAS, NULL, NULL, "not a bot"},
	{REFUSAL, BARE, TITLE_HAS, NULL, NULL, "attention required"},
	{AGE, BARE, TITLE, NULL, NULL, "reddit.com: over 18?"},
	{LOGIN, BARE, TITLE_HAS, NULL, NULL, "log in"},
	{LOGIN, BARE, TITLE_HAS, NULL, NULL, "login"},
	{LOGIN, BARE, TITLE_HAS, NULL, NULL, "sign in"},
	{LOGIN, BARE, TITLE_HAS, NULL, NULL, "sign-in"},
	{LOGIN, BARE, TITLE_HAS, NULL, NULL, "connexion"},
	{LOGIN, BARE, TITLE_HAS, NULL, NULL, "se connecter"},
	{LOGIN, BARE, TITLE_HAS, NULL, NULL, "authentification"},
	{LOGIN, BARE, TITLE_HAS, NULL, NULL, "unauthorized"},
	{LOGIN, BARE, TITLE_HAS, NULL, NULL, "401"},
	{CONSENT, BARE, TITLE_HAS, NULL, NULL, "before you continue"},
	{CONSENT, BARE, TITLE_HAS, NULL, NULL, "avant de continuer"},
	{CONSENT, BARE, TITLE_HAS, NULL, NULL, "consent"},
	{CLOUDFLARE, BARE, ATTRIBUTE, "div", "id", "cf-error-details"},
	/* anywhere in what is no document of ours */
	{LOGIN, ALIEN, MARKUP, NULL, NULL, "type=\"password\""},
	{LOGIN, ALIEN, MARKUP, NULL, NULL, "type='password'"},
	{LOGIN, ALIEN, MARKUP, NULL, NULL, "type=password"},
	{YOUTUBE_CONSENT, ALIEN, MARKUP, NULL, NULL, "consent.youtube.com"},
	{GOOGLE_CONSENT, ALIEN, MARKUP, NULL, NULL, "consent.google."},
	{CONSENT, ALIEN, MARKUP, NULL, NULL, "action=\"https://consent."},
	{AMAZON_ROBOTS, ALIEN, MARKUP, NULL, NULL, "validateCaptcha"},
	{TIKTOK_CHALLENGE, ALIEN, MARKUP, NULL, NULL, "wafchallengeid"},
	{REDDIT_REFUSAL, ALIEN, MARKUP, NULL, NULL, "whoa there, pardner"},
	{REDDIT_REFUSAL, ALIEN, MARKUP, NULL, NULL, "blocked by network security"},
	{X_SCRIPT, ALIEN, MARKUP, NULL, NULL, "JavaScript is not available."},
	{CHALLENGE, ALIEN, MARKUP, NULL, NULL, "cf-challenge"},
	{CHALLENGE, ALIEN, MARKUP, NULL, NULL, "cf_chl_"},
	{CHALLENGE, ALIEN, MARKUP, NULL, NULL, "challenge-platform"},
	{CHALLENGE, ALIEN, MARKUP, NULL, NULL, "anubis_challenge"},
	{CHALLENGE, ALIEN, MARKUP, NULL, NULL, "datadome"},
	{CAPTCHA, ALIEN, MARKUP, NULL, NULL, "cf-turnstile"},
	{CAPTCHA, ALIEN, MARKUP, NULL, NULL, "g-recaptcha"},
	{CAPTCHA, ALIEN, MARKUP, NULL, NULL, "h-captcha"},
	{CAPTCHA, ALIEN, MARKUP, NULL, NULL, "px-captcha"},
	/* errors, which refuse nothing */
	{FAILING, FAULTY, TITLE_HAS, NULL, NULL, "bad gateway"},
	{FAILING, FAULTY, TITLE_HAS, NULL, NULL, "gateway time"},
	{FAILING, FAULTY, TITLE_HAS, NULL, NULL, "service unavailable"},
	{FAILING, FAULTY, TITLE_HAS, NULL, NULL, "temporarily unavailable"},
	{FAILING, FAULTY, TITLE_HAS, NULL, NULL, "internal server error"},
	{FAILING, FAULTY, TITLE_HAS, NULL, NULL, "(server error)"},
	{MISSING, FAULTY, TITLE_HAS, NULL, NULL, "not found"},
	{MISSING, FAULTY, TITLE_HAS, NULL, NULL, "page introuvable"},
	{BARE_SERVER, ALIEN, TITLE, NULL, NULL, "welcome to nginx"},
	{BARE_SERVER, ALIEN, TITLE_HAS, NULL, NULL, "default page: it works"},
};

static bool says(const struct amp_markup_doc *page, const struct sign *s, struct amp_str title)
{
	if (s->of == TITLE) return amp_str_istarts(title, s->sign);
	if (s->of == TITLE_HAS) return title.n && amp_str_ifind(title, s->sign);
	if (s->of == MARKUP) return amp_str_ifind(page->body, s->sign);
	for (const struct amp_markup *m = amp_markup_find(page, NULL, NULL, s->tag, NULL); m;
	     m = amp_markup_find(page, NULL, m, s->tag, NULL)) {
		struct amp_str text = s->of == TEXT ? amp_markup_inner(page, m) : amp_markup_attr_raw(page, m, s->name);
		if (s->of == TEXT && text.n > 4096) text.n = 4096; /* boxes in boxes hold the same text again and again */
		if (text.n && amp_str_ifind(text, s->sign)) return true;
	}
	return false;
}

const struct amp_wall *amp_wall_of(const struct amp_markup_doc *page, struct amp_str title, int status, bool is_ours)
{
	enum page how = page->body.n <= BARE_PAGE ? BARE : page->body.n <= SMALL_PAGE ? SMALL : ANY;
	if (status >= 400) how = FAULTY;
	if (!is_ours) how = ALIEN;
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (how >= signs[i].page && says(page, &signs[i], title)) return &walls[signs[i].what];
	return NULL;
}

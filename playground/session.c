/* session.c: Bluesky logins. Any handle *.playground.test exists; one password, printed in the README, opens them all. Tokens look
 * like the real ones (JWT) and last two hours of real time; their signature is a keyed hash: a practice lock, not security.
 */
#include "session.h"
#include <string.h>
#include "base/hash.h"
#include "base/jsonv.h"

static void base64url(struct amp_buf *b, const char *p, size_t n)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)(unsigned char)p[i] << 16;
		if (i + 1 < n) v |= (uint32_t)(unsigned char)p[i + 1] << 8;
		if (i + 2 < n) v |= (unsigned char)p[i + 2];
		amp_buf_byte(b, alphabet[v >> 18]);
		amp_buf_byte(b, alphabet[v >> 12 & 63]);
		if (i + 1 < n) amp_buf_byte(b, alphabet[v >> 6 & 63]);
		if (i + 2 < n) amp_buf_byte(b, alphabet[v & 63]);
	}
}

static size_t unbase64url(struct amp_str s, char *out, size_t size)
{
	uint32_t acc = 0;
	unsigned bits = 0;
	size_t n = 0;
	for (size_t i = 0; i < s.n && n < size; i++) {
		int c = (unsigned char)s.p[i];
		uint32_t v;
		if (c >= 'A' && c <= 'Z')
			v = (uint32_t)(c - 'A');
		else if (c >= 'a' && c <= 'z')
			v = (uint32_t)(c - 'a' + 26);
		else if (amp_is_digit(c))
			v = (uint32_t)(c - '0' + 52);
		else if (c == '-')
			v = 62;
		else if (c == '_')
			v = 63;
		else
			return 0;
		acc = acc << 6 | v;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[n++] = (char)(acc >> bits & 0xff);
		}
	}
	return n;
}

/* Letters, digits and hyphens before .playground.test, in lower case. */
bool pg_handle_valid(const char *identifier, char handle[64])
{
	struct amp_str h = amp_str_c(identifier);
	const struct amp_str tail = AMP_STR("." PG_HOST);
	if (h.n <= tail.n || h.n >= 64 || !amp_str_ends(h, tail.p)) return false;
	for (size_t i = 0; i < h.n; i++) {
		int c = amp_lower((unsigned char)h.p[i]);
		if (i < h.n - tail.n && !amp_is_alnum(c) && c != '-') return false;
		handle[i] = (char)c;
	}
	handle[h.n] = '\0';
	return true;
}

void pg_account_did(const char *handle, char did[40])
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
	uint8_t digest[AMP_SHA256];
	amp_sha256(handle, strlen(handle), digest);
	memcpy(did, "did:plc:", 8);
	for (size_t i = 0; i < 24; i++) did[8 + i] = alphabet[digest[i] & 31];
	did[32] = '\0';
}

static void make_token(const struct pg_server *s, struct amp_buf *b, const char *handle, bool refresh)
{
	static const char head[] = "{\"typ\":\"at+jwt\",\"alg\":\"HS256\"}";
	char did[40], payload[512];
	const long long now = (long long)(amp_clock_wall_ms() / 1000);
	pg_account_did(handle, did);
	int n = snprintf(
		payload, sizeof payload,
		"{\"scope\":\"com.atproto.%s\",\"sub\":\"%s\",\"handle\":\"%s\",\"iat\":%lld,\"exp\":%lld,\"aud\":\"did:web:%s\"}",
		refresh ? "refresh" : "access", did, handle, now, now + (refresh ? 90 * 86400 : 7200), PG_HOST);
	base64url(b, head, sizeof head - 1);
	amp_buf_byte(b, '.');
	base64url(b, payload, (size_t)n);
	amp_buf_printf(b, ".%016llx", (unsigned long long)pg_hash_text(s->set.seed, "token", payload, (size_t)n));
}

enum pg_token pg_token_read(const struct pg_server *s, const struct pg_request *req, bool refresh, char handle[64])
{
	struct amp_str rest = amp_str_c(req->authorization);
	handle[0] = '\0';
	if (!rest.n) return PG_TOKEN_NONE;
	if (!amp_str_istarts(rest, "Bearer ")) return PG_TOKEN_BAD;
	rest = amp_str_trim((struct amp_str){rest.p + 7, rest.n - 7});
	amp_str_cut(&rest, '.');
	struct amp_str body = amp_str_cut(&rest, '.');
	char payload[512], signature[17];
	size_t n = body.p ? unbase64url(body, payload, sizeof payload) : 0;
	snprintf(signature, sizeof signature, "%016llx", (unsigned long long)pg_hash_text(s->set.seed, "token", payload, n));
	if (n == 0 || !rest.p || !amp_str_eq_c(rest, signature)) return PG_TOKEN_BAD;
	json_t *claims = NULL;
	if (amp_jsonv_try(&claims, (struct amp_str){payload, n}, NULL, NULL) != 0) return PG_TOKEN_BAD;
	const char *h = json_string_value(json_object_get(claims, "handle")),
		   *scope = json_string_value(json_object_get(claims, "scope"));
	const int64_t expires = (int64_t)json_integer_value(json_object_get(claims, "exp"));
	enum pg_token verdict = PG_TOKEN_BAD;
	if (h && scope && pg_handle_valid(h, handle) && strcmp(scope, refresh ? "com.atproto.refresh" : "com.atproto.access") == 0)
		verdict = expires > amp_clock_wall_ms() / 1000 ? PG_TOKEN_OK : PG_TOKEN_EXPIRED;
	json_decref(claims);
	if (verdict != PG_TOKEN_OK) handle[0] = '\0';
	return verdict;
}

bool pg_token_accept(enum pg_token t, bool required, struct pg_response *res)
{
	if (t == PG_TOKEN_OK || (t == PG_TOKEN_NONE && !required)) return true;
	/* Status codes as seen on the real PDS: a forged token is 400, no token 401. */
	if (t == PG_TOKEN_NONE)
		pg_json_error(res, 401, "AuthMissing", "Authentication Required");
	else if (t == PG_TOKEN_EXPIRED)
		pg_json_error(res, 400, "ExpiredToken", "Token has expired");
	else
		pg_json_error(res, 400, "InvalidToken", "Token could not be verified");
	return false;
}

static void put_session(struct pg_server *s, struct pg_response *res, const char *handle, bool tokens)
{
	struct amp_jsonw w;
	struct amp_buf token;
	char did[40];
	pg_account_did(handle, did);
	amp_jsonw_start(&w, &res->body);
	amp_jsonw_object(&w);
	amp_jsonw_kc(&w, "did", did);
	amp_jsonw_kc(&w, "handle", handle);
	for (int refresh = 0; tokens && refresh < 2; refresh++) {
		amp_buf_init(&token, 4096);
		make_token(s, &token, handle, refresh);
		amp_jsonw_kstr(&w, refresh ? "refreshJwt" : "accessJwt", amp_buf_str(&token));
		amp_buf_free(&token);
	}
	amp_jsonw_kbool(&w, "active", true);
	amp_jsonw_end_object(&w);
}

void pg_create_session(struct pg_server *s, const struct pg_request *req, struct pg_response *res)
{
	json_t *body = NULL;
	int rc = amp_jsonv_try(&body, req->body, NULL, NULL);
	const char *identifier = json_string_value(json_object_get(body, "identifier"));
	const char *password = json_string_value(json_object_get(body, "password"));
	char handle[64];
	if (rc != 0)
		pg_json_error(res, 503, "NotEnoughResources", "Out of memory");
	else if (!identifier || !password)
		pg_json_error(res, 400, "InvalidRequest", "Input must be an object with \"identifier\" and \"password\"");
	else if (!pg_handle_valid(identifier, handle) || strcmp(password, PG_PASSWORD) != 0)
		pg_json_error(res, 401, "AuthenticationRequired", "Invalid identifier or password");
	else
		put_session(s, res, handle, true);
	json_decref(body);
}

void pg_refresh_session(struct pg_server *s, const struct pg_request *req, struct pg_response *res)
{
	char handle[64];
	if (pg_token_accept(pg_token_read(s, req, true, handle), true, res)) put_session(s, res, handle, true);
}

void pg_get_session(struct pg_server *s, const struct pg_request *req, struct pg_response *res)
{
	char handle[64];
	if (pg_token_accept(pg_token_read(s, req, false, handle), true, res)) put_session(s, res, handle, false);
}

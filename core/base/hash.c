/* hash.c: see hash.h. OpenSSL's digests fail only when memory is out; then there is nothing sane to go on with. */
#include "base/hash.h"

#include "base/err.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define KEPT 4 /* states at hand: a page's digest, a record's, a key's, one to spare */

/* Looking the digest up by name and making a state costs several times what hashing a key does: both are kept, for each thread. */
static _Thread_local EVP_MD *sha256;
static _Thread_local EVP_MD_CTX *kept[KEPT];
static _Thread_local size_t n_kept;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t thread_end; /* its destructor gives back what an ending thread kept (a server has a thread of its own) */

static void need(int ok)
{
	if (!ok) abort();
}

static void give_back(void *unused)
{
	(void)unused;
	while (n_kept > 0) EVP_MD_CTX_free(kept[--n_kept]);
	EVP_MD_free(sha256);
	sha256 = NULL;
}

static void make_key(void)
{
	need(pthread_key_create(&thread_end, give_back) == 0);
}

static void first_use(void)
{
	need(pthread_once(&once, make_key) == 0);
	need(pthread_setspecific(thread_end, &thread_end) == 0);
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

void amp_sha256_start(struct amp_sha256 *h)
{
	if (sha256 == NULL) first_use();
	h->ctx = n_kept > 0 ? kept[--n_kept] : EVP_MD_CTX_new();
	need(sha256 != NULL && h->ctx != NULL && EVP_DigestInit_ex2(h->ctx, sha256, NULL) == 1);
}

void amp_sha256(const void *p, size_t n, uint8_t out[AMP_SHA256])
{
	struct amp_sha256 h;

	amp_sha256_start(&h);
	amp_sha256_add(&h, p, n);
	amp_sha256_end(&h, out);
}

void amp_sha256_add(struct amp_sha256 *h, const void *p, size_t n)
{
	if (n > 0) need(EVP_DigestUpdate(h->ctx, p, n) == 1);
}

void amp_sha256_end(struct amp_sha256 *h, uint8_t out[AMP_SHA256])
{
	need(EVP_DigestFinal_ex(h->ctx, out, NULL) == 1);
	if (n_kept < KEPT) {
		kept[n_kept++] = h->ctx;
	} else {
		EVP_MD_CTX_free(h->ctx);
	}
	h->ctx = NULL;
}

static void gather(struct amp_keyer *k, const void *p, size_t n)
{
	if (n > sizeof(k->room) - k->n) {
		amp_sha256_add(&k->h, k->room, k->n);
		k->n = 0;
		if (n > sizeof(k->room)) {
			amp_sha256_add(&k->h, p, n);
			return;
		}
	}
	if (n > 0) memcpy(k->room + k->n, p, n);
	k->n += n;
}

static void put64(uint8_t bytes[8], uint64_t v)
{
	for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)(v >> (8 * i));
}

static void add_length(struct amp_keyer *k, uint64_t n)
{
	uint8_t bytes[8];

	put64(bytes, n);
	gather(k, bytes, sizeof(bytes));
}

void amp_key_start(struct amp_keyer *k, const char *domain)
{
	k->n = 0;
	amp_sha256_start(&k->h);
	amp_key_c(k, domain);
}

void amp_key_bytes(struct amp_keyer *k, const void *p, size_t n)
{
	add_length(k, n);
	gather(k, p, n);
}

void amp_key_str(struct amp_keyer *k, struct amp_str s)
{
	if (s.p == NULL) {
		add_length(k, UINT64_MAX);
	} else {
		amp_key_bytes(k, s.p, s.n);
	}
}

void amp_key_c(struct amp_keyer *k, const char *s)
{
	amp_key_str(k, amp_str_c(s));
}

void amp_key_i64(struct amp_keyer *k, int64_t v)
{
	uint8_t bytes[8];

	put64(bytes, (uint64_t)v);
	amp_key_bytes(k, bytes, sizeof(bytes));
}

void amp_key_key(struct amp_keyer *k, const struct amp_key *other)
{
	amp_key_bytes(k, other->b, AMP_KEY);
}

struct amp_key amp_key_end(struct amp_keyer *k)
{
	uint8_t digest[AMP_SHA256];
	struct amp_key key;

	amp_sha256_add(&k->h, k->room, k->n);
	amp_sha256_end(&k->h, digest);
	memcpy(key.b, digest, AMP_KEY);
	return key;
}

void amp_hex(const uint8_t *p, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[p[i] >> 4];
		out[2 * i + 1] = digits[p[i] & 15];
	}
	out[2 * n] = '\0';
}

int amp_unhex(struct amp_str s, uint8_t *out, size_t n)
{
	if (s.p == NULL || s.n != 2 * n) return AMP_EFORMAT;
	for (size_t i = 0; i < n; i++) {
		int hi = amp_hex_value((unsigned char)s.p[2 * i]), lo = amp_hex_value((unsigned char)s.p[2 * i + 1]);

		if (hi < 0 || lo < 0) return AMP_EFORMAT;
		out[i] = (uint8_t)(hi * 16 + lo);
	}
	return 0;
}

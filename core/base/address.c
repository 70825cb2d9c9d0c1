/* address.c: addresses that a program which asks public servers has no business with (IANA special-purpose registries, RFC 6890).
 * One that follows links, redirects and names is a way into its owner's network; so these are refused on the connected address.
 */
#include "base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

struct block4 {
	uint32_t net;
	int bits;
};
static const struct block4 special4[] = {
	{0x00000000, 8},  /* "this network", RFC 791; 0.0.0.0 reaches loopback on Linux */
	{0x0a000000, 8},  /* 10.0.0.0/8, RFC 1918 */
	{0x64400000, 10}, /* 100.64.0.0/10, carrier-grade NAT, RFC 6598 */
	{0x7f000000, 8},  /* loopback */
	{0xa9fe0000, 16}, /* link-local; cloud metadata services live at 169.254.169.254 */
	{0xac100000, 12}, /* 172.16.0.0/12 */
	{0xc0000000, 24}, /* IETF protocol assignments, RFC 6890 */
	{0xc0000200, 24}, /* TEST-NET-1 */
	{0xc0586300, 24}, /* 6to4 relay anycast, RFC 7526 */
	{0xc0a80000, 16}, /* 192.168.0.0/16 */
	{0xc6120000, 15}, /* benchmarking, RFC 2544 */
	{0xc6336400, 24}, /* TEST-NET-2 */
	{0xcb007100, 24}, /* TEST-NET-3 */
	{0xe0000000, 4},  /* multicast */
	{0xf0000000, 4},  /* reserved, and broadcast */
};

static bool private4(uint32_t a)
{
	for (size_t i = 0; i < sizeof special4 / sizeof *special4; i++)
		if ((a ^ special4[i].net) >> (32 - special4[i].bits) == 0) return true;
	return false;
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Where an IPv6 prefix carries an IPv4 address, that address decides. */
static const struct {
	uint8_t prefix[12];
	int bytes, at;
	uint8_t invert;
} wrapped[] = {
	{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 12, 12, 0},       /* mapped, ::ffff:0:0/96 */
	{{0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0}, 12, 12, 0},       /* translated, ::ffff:0:0:0/96, RFC 2765 */
	{{0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0}, 12, 12, 0}, /* NAT64, 64:ff9b::/96, RFC 6052 */
	{{0x20, 0x02}, 2, 2, 0},                                       /* 6to4, RFC 3056 */
	{{0x20, 0x01, 0, 0}, 4, 12, 0xff},                             /* Teredo, RFC 4380: the client's address, inverted */
};

static bool private6(const uint8_t a[16])
{
	static const uint8_t zero[12];
	for (size_t i = 0; i < sizeof wrapped / sizeof *wrapped; i++) {
		if (memcmp(a, wrapped[i].prefix, (size_t)wrapped[i].bytes) != 0) continue;
		uint32_t v4 = be32(a + wrapped[i].at);
		return private4(wrapped[i].invert != 0 ? ~v4 : v4);
	}
	if (memcmp(a, zero, 12) == 0) return true; /* ::, ::1 and the deprecated compatible form */
	/* Only 2000::/3 is global unicast; the rest is local (fc00::/7, fe80::/10, fec0::/10), multicast or unassigned. */
	if ((a[0] & 0xe0) != 0x20) return true;
	return a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0d && a[3] == 0xb8; /* documentation, RFC 3849 */
}

bool amp_address_private(const struct sockaddr *sa, socklen_t n)
{
	if (sa->sa_family == AF_INET && n >= (socklen_t)sizeof(struct sockaddr_in)) {
		struct sockaddr_in in;
		memcpy(&in, sa, sizeof in);
		return private4(ntohl(in.sin_addr.s_addr));
	}
	if (sa->sa_family == AF_INET6 && n >= (socklen_t)sizeof(struct sockaddr_in6)) {
		struct sockaddr_in6 in;
		memcpy(&in, sa, sizeof in);
		return private6(in.sin6_addr.s6_addr);
	}
	return true;
}

bool amp_address_text_private(const char *host, bool *literal)
{
	char text[64];
	size_t n = strlen(host);
	bool brackets = n > 2 && host[0] == '[' && host[n - 1] == ']';
	*literal = false;
	if (n == 0 || n >= sizeof text) return false;
	snprintf(text, sizeof text, "%.*s", (int)(brackets ? n - 2 : n), brackets ? host + 1 : host);
	text[strcspn(text, "%")] = '\0'; /* a zone only exists for link-local addresses */
	struct in_addr v4;
	struct in6_addr v6;
	if (inet_pton(AF_INET, text, &v4) == 1) {
		*literal = true;
		return private4(ntohl(v4.s_addr));
	}
	if (inet_pton(AF_INET6, text, &v6) == 1) {
		*literal = true;
		return private6(v6.s6_addr);
	}
	return false;
}

bool amp_address_local_name(const char *host)
{
	struct amp_str h = amp_str_c(host);
	if (h.n > 0 && h.p[h.n - 1] == '.') h.n--;
	if (amp_str_ieq_c(h, "localhost")) return true;
	static const char below[] = ".localhost";
	size_t n = sizeof below - 1;
	return h.n > n && amp_str_ieq_c((struct amp_str){h.p + h.n - n, n}, below);
}

bool amp_address_allowed(const char *const *allow, const char *host, int port)
{
	for (; allow != NULL && *allow != NULL; allow++) {
		const char *colon = strrchr(*allow, ':');
		if (colon == NULL) continue;
		struct amp_str name = {*allow, (size_t)(colon - *allow)};
		if (name.n > 2 && name.p[0] == '[' && name.p[name.n - 1] == ']') name = (struct amp_str){name.p + 1, name.n - 2};
		if (!amp_str_ieq_c(name, host)) continue;
		int64_t wanted = 0;
		if (strcmp(colon + 1, "*") == 0) return true;
		if (amp_str_i64(amp_str_c(colon + 1), &wanted) && wanted == port) return true;
	}
	return false;
}

/* address.h: which addresses must not be asked unless the user names them. Pure: no look-up, no socket. */
#ifndef AMP_BASE_ADDRESS_H
#define AMP_BASE_ADDRESS_H
#include <stdbool.h>
#include <sys/socket.h>

/* Loopback, private (RFC 1918), link-local, CGNAT (RFC 6598), unique local (RFC 4193), multicast, documentation, reserved, and
 * each of them mapped, 6to4-, NAT64- or Teredo-wrapped in IPv6; an unknown family counts as private. */
bool amp_address_private(const struct sockaddr *sa, socklen_t n);
/* The same for a literal ("10.0.0.1", "::1", "[::1]"); false with *literal = false for a name. */
bool amp_address_text_private(const char *host, bool *literal);
/* "localhost" and below it (RFC 6761): never asked of a resolver or a proxy without permission. */
bool amp_address_local_name(const char *host);
/* Whether allow (NULL-ended, may be NULL) names host and port: "127.0.0.1:8081", "[::1]:*", "playground.test:80". Only the host as
 * written in the URL counts, so that a name that resolves to an allowed address is still refused (DNS rebinding). */
bool amp_address_allowed(const char *const *allow, const char *host, int port);

#endif

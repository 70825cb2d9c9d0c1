/* uri.h: building request URLs: RFC 3986 percent-encoding, path templates, repeated parameters. */
#ifndef AMP_PERSONA_URI_H
#define AMP_PERSONA_URI_H
#include <stdbool.h>
#include "base/buf.h"
#include "base/str.h"

/* Unreserved characters as they are, all else as %XX. */
void amp_uri_encode(struct amp_buf *b, struct amp_str s);
/* The same but keeps '/' and the other characters that a path and its query may hold: for parameters that are a path. */
void amp_uri_encode_path(struct amp_buf *b, struct amp_str s);
/* "https://a.example:8443" of any URL: scheme and authority, in *origin (borrowed). False when it has none, or names a user. */
bool amp_uri_origin(struct amp_str url, struct amp_str *origin);
/* Same scheme, host and port: letters without case, a default port equals none. */
bool amp_uri_same_origin(struct amp_str a, struct amp_str b);
/* Is this host name or address literal one of this machine or a private network? (The connected address is checked when fetching.) */
bool amp_host_is_private(struct amp_str host);
/* "127.0.0.1:8710" (host and port as written) and "127.0.0.1" of an origin. */
struct amp_str amp_uri_authority(struct amp_str url);
struct amp_str amp_uri_host(struct amp_str url);

#endif

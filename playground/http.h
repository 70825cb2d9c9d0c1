/* http.h: carries requests between libmicrohttpd and pg_handle. */
#ifndef PG_HTTP_H
#define PG_HTTP_H
#include "server.h"

struct pg_http;
/* Listens on address:port (0: any free port) with one thread of its own. *bound: the port taken. */
int pg_http_start(struct pg_http **out, struct pg_server *s, const char *address, int port, int *bound,
                  struct amp_err *err) AMP_CHECK;
void pg_http_stop(struct pg_http *h); /* answers what is in hand, then stops; NULL-safe */
bool pg_is_loopback(const char *address);

#endif

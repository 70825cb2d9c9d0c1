/* session.h: Bluesky logins. */
#ifndef PG_SESSION_H
#define PG_SESSION_H
#include "server.h"

#define PG_PASSWORD "playground-demo"
enum pg_token { PG_TOKEN_NONE, PG_TOKEN_OK, PG_TOKEN_BAD, PG_TOKEN_EXPIRED };

bool pg_handle_valid(const char *identifier, char handle[64]);
void pg_account_did(const char *handle, char did[40]);
/* Reads the Authorization header; handle is "" unless PG_TOKEN_OK. */
enum pg_token pg_token_read(const struct pg_server *s, const struct pg_request *req, bool refresh, char handle[64]);
/* false: the error is in res. */
bool pg_token_accept(enum pg_token t, bool required, struct pg_response *res);
void pg_create_session(struct pg_server *s, const struct pg_request *req, struct pg_response *res);
void pg_refresh_session(struct pg_server *s, const struct pg_request *req, struct pg_response *res);
void pg_get_session(struct pg_server *s, const struct pg_request *req, struct pg_response *res);

#endif

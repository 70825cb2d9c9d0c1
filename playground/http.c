#include "http.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <microhttpd.h>
#include "base/i18n.h"
#include "base/mem.h"

struct pg_http {
	struct MHD_Daemon *daemon;
	struct pg_server *server;
};
struct exchange { /* one request while it comes in */
	size_t target_length;
	struct amp_buf body;
	bool started, body_too_long;
};

static void *on_uri(void *user, const char *uri, struct MHD_Connection *connection)
{
	(void)user;
	(void)connection;
	struct exchange *x = amp_calloc(1, sizeof *x);
	if (x) {
		x->target_length = strlen(uri);
		amp_buf_init(&x->body, PG_BODY_MAX);
	}
	return x;
}

static void on_done(void *user, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
	struct exchange *x = *state;
	(void)user;
	(void)connection;
	(void)code;
	if (x) amp_buf_free(&x->body);
	amp_free(x);
	*state = NULL;
}

static enum MHD_Result on_param(void *user, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct pg_request *req = user;
	(void)kind;
	if (req->n_params == PG_PARAMS_MAX) {
		req->too_long = true;
		return MHD_NO;
	}
	req->params[req->n_params++] = (struct pg_param){name, value ? value : ""};
	return MHD_YES;
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
	const char *v = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
	return v ? v : "";
}

static enum MHD_Result send_response(struct MHD_Connection *connection, const struct pg_response *res)
{
	static char nothing[1];
	struct MHD_Response *m =
		MHD_create_response_from_buffer(res->body.n, res->body.n ? res->body.p : nothing, MHD_RESPMEM_MUST_COPY);
	if (!m) return MHD_NO;
	MHD_add_response_header(m, "Server", "amplimeter-playground/" AMP_VERSION);
	if (res->status != 303 && res->status != 304) MHD_add_response_header(m, "Content-Type", res->type);
	for (size_t i = 0; i < res->n_headers; i++) MHD_add_response_header(m, res->headers[i].name, res->headers[i].value);
	enum MHD_Result rc = MHD_queue_response(connection, (unsigned)res->status, m);
	MHD_destroy_response(m);
	return rc;
}

static enum MHD_Result on_request(void *user, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *data, size_t *size, void **state)
{
	struct pg_http *h = user;
	struct exchange *x = *state;
	(void)version;
	if (!x) return MHD_NO;
	if (!x->started) {
		x->started = true;
		return MHD_YES;
	}
	if (*size) { /* read to the end what is too long, so that the client gets its answer */
		if (amp_buf_add(&x->body, data, *size) != 0) x->body_too_long = true;
		*size = 0;
		return MHD_YES;
	}
	char address[INET6_ADDRSTRLEN] = "";
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	if (info && info->client_addr->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)info->client_addr)->sin_addr, address,
		          sizeof address);
	else if (info && info->client_addr->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)info->client_addr)->sin6_addr, address,
		          sizeof address);
	struct pg_request req = {
		.method = method,
		.path = url,
		.host = header(connection, "Host"),
		.origin = header(connection, "Origin"),
		.accept_language = header(connection, "Accept-Language"),
		.accept_encoding = header(connection, "Accept-Encoding"),
		.cookie = header(connection, "Cookie"),
		.authorization = header(connection, "Authorization"),
		.user_agent = header(connection, "User-Agent"),
		.if_none_match = header(connection, "If-None-Match"),
		.content_type = header(connection, "Content-Type"),
		.address = address,
		.body = amp_buf_str(&x->body),
		.too_long = x->target_length > PG_TARGET_MAX || x->body_too_long,
	};
	if (x->body_too_long) req.body.n = PG_BODY_MAX + 1; /* the length only: pg_handle answers 413 without reading it */
	MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, on_param, &req);
	struct pg_response res;
	pg_handle(h->server, &req, &res);
	enum MHD_Result rc = send_response(connection, &res);
	amp_buf_free(&res.body);
	return rc;
}

static bool parse_address(const char *text, int port, struct sockaddr_storage *out)
{
	memset(out, 0, sizeof *out);
	struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)out;
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		return true;
	}
	if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		return true;
	}
	return false;
}

bool pg_is_loopback(const char *address)
{
	return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

int pg_http_start(struct pg_http **out, struct pg_server *s, const char *address, int port, int *bound, struct amp_err *err)
{
	struct sockaddr_storage at;
	if (!parse_address(address, port, &at))
		return amp_fail(err, AMP_EUSAGE, _("%s is not an IP address: give one such as 127.0.0.1."), address);
	struct pg_http *h = amp_calloc(1, sizeof *h);
	if (!h) return amp_fail(err, AMP_ENOMEM, _("No memory to start the server."));
	h->server = s;
	const unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | (at.ss_family == AF_INET6 ? (unsigned)MHD_USE_IPv6 : 0);
	h->daemon = MHD_start_daemon(flags, (uint16_t)port, NULL, NULL, on_request, h, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&at,
	                             MHD_OPTION_URI_LOG_CALLBACK, on_uri, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL,
	                             MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)65536, MHD_OPTION_CONNECTION_TIMEOUT, 120u,
	                             MHD_OPTION_CONNECTION_LIMIT, 512u, MHD_OPTION_END);
	if (!h->daemon) {
		amp_free(h);
		return amp_fail_errno(err,
		                      _("Could not listen on %s port %d: is another program using it? --port 0 takes a free one"),
		                      address, port);
	}
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT);
	*bound = info ? info->port : port;
	*out = h;
	return 0;
}

void pg_http_stop(struct pg_http *h)
{
	if (!h) return;
	MHD_stop_daemon(h->daemon);
	amp_free(h);
}

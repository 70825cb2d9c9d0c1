#include "run/program.h"
#include <ifaddrs.h>
#include <netdb.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <curl/curl.h>
#include <libxml/xmlversion.h>
#include <sqlite3.h>

const char *amp_program_commit = "";

static void text(json_t *o, const char *name, const char *value)
{
	if (value && value[0]) amp_evidence_text(o, name, amp_str_c(value));
}

static json_t *machine(void)
{
	struct utsname u;
	json_t *o = json_object();
	if (uname(&u) == 0) {
		text(o, "system", u.sysname);
		text(o, "release", u.release);
		text(o, "version", u.version);
		text(o, "hardware", u.machine);
		text(o, "node", u.nodename);
	}
	return o;
}

static json_t *libraries(void)
{
	json_t *o = json_object();
	text(o, "curl", curl_version());
	text(o, "sqlite", sqlite3_libversion());
	text(o, "sqlite_source", sqlite3_sourceid());
	text(o, "jansson", jansson_version_str());
	text(o, "libxml2", LIBXML_DOTTED_VERSION);
	return o;
}

static json_t *addresses(void)
{
	struct ifaddrs *list = NULL;
	json_t *a = json_array();
	if (getifaddrs(&list) != 0) return a;
	for (const struct ifaddrs *i = list; i && json_array_size(a) < 64; i = i->ifa_next) {
		char host[NI_MAXHOST];
		if (!i->ifa_addr || (i->ifa_flags & IFF_LOOPBACK) != 0) continue;
		int family = i->ifa_addr->sa_family;
		if (family != AF_INET && family != AF_INET6) continue;
		socklen_t n = family == AF_INET ? (socklen_t)sizeof(struct sockaddr_in) : (socklen_t)sizeof(struct sockaddr_in6);
		if (getnameinfo(i->ifa_addr, n, host, sizeof host, NULL, 0, NI_NUMERICHOST) != 0) continue;
		json_t *o = json_object();
		text(o, "interface", i->ifa_name);
		text(o, "address", host);
		json_array_append_new(a, o);
	}
	freeifaddrs(list);
	return a;
}

/* What the kernel knows of the clock's discipline (adjtimex(2), read only): no server is asked. */
static json_t *clock_state(void)
{
	struct timex t;
	memset(&t, 0, sizeof t);
	json_t *o = json_object();
	int state = adjtimex(&t);
	if (state < 0) return o;
	json_object_set_new(o, "synchronised", json_boolean(state != TIME_ERROR && (t.status & STA_UNSYNC) == 0));
	long offset_ns = (t.status & STA_NANO) != 0 ? t.offset : t.offset * 1000;
	json_object_set_new(o, "offset_us", json_integer(offset_ns / 1000));
	json_object_set_new(o, "estimated_error_us", json_integer(t.esterror));
	json_object_set_new(o, "maximum_error_us", json_integer(t.maxerror));
	return o;
}

/* Names only: a proxy's address may hold a password. */
static json_t *proxies(void)
{
	static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
	                                    "ALL_PROXY",  "no_proxy",    "NO_PROXY"};
	json_t *a = json_array();
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (getenv(names[i])) json_array_append_new(a, json_string(names[i]));
	return a;
}

/* As typed, but for what stands in a URL: --url may hold a token. */
static void command(json_t *o, const char *command_line)
{
	struct amp_buf b;
	char masked[512] = "";
	amp_buf_init(&b, (size_t)1 << 20);
	if (command_line) amp_buf_addc(&b, command_line);
	if (b.n > 0) {
		amp_fetch_mask_text(b.p, b.n, masked, sizeof masked);
		text(o, "command", b.p);
	}
	amp_buf_free(&b);
}

void amp_program_preamble(json_t *fields, const struct amp_program *p, const char *command_line,
                          const uint8_t configuration[AMP_SHA256], bool has_seed, uint64_t seed)
{
	char hex[2 * AMP_SHA256 + 1];
	int64_t signed_seed;
	text(fields, "program_run", p->key_hex);
	text(fields, "study_version", p->version_hex);
	text(fields, "program", "amplimeter");
	text(fields, "version", AMP_VERSION);
	text(fields, "commit", amp_program_commit);
	json_object_set_new(fields, "command", json_string(""));
	command(fields, command_line);
	if (configuration) {
		amp_hex(configuration, AMP_SHA256, hex);
		text(fields, "configuration_hash", hex);
	}
	if (has_seed) {
		memcpy(&signed_seed, &seed, sizeof signed_seed); /* the column is a signed integer: the same 64 bits */
		json_object_set_new(fields, "seed", json_integer(signed_seed));
	}
	json_object_set_new(fields, "started_at", json_integer(amp_clock_wall_ms()));
	json_object_set_new(fields, "machine", machine());
	json_object_set_new(fields, "libraries", libraries());
	json_object_set_new(fields, "addresses", addresses());
	json_object_set_new(fields, "clock", clock_state());
	json_object_set_new(fields, "proxy_environment", proxies());
}

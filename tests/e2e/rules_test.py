"""rules_test.py: a Mastodon server that closes a timeline sends an empty list; what it says of itself (/api/v2/instance) is asked once a run, by
nobody, archived, and makes that list blocked instead of empty. Servers that say nothing of it change nothing. A reparse finds the same."""
import http.server
import json
import threading

from lab import Lab, equal, main, need

OPEN = {"local": "public", "remote": "public"}
ACCESS = {"live_feeds": {"local": "public", "remote": "authenticated"}, "hashtag_feeds": {"local": "disabled", "remote": "disabled"},
          "trending_link_feeds": OPEN}
STATUS = {"id": "1", "uri": "http://m.example/1", "content": "<p>one</p>", "created_at": "2026-11-20T08:00:00Z", "reblog": None,
          "account": {"id": "7", "acct": "ada", "username": "ada", "url": "http://m.example/@ada"}}


def instance(access):
    return json.dumps({"domain": "m.example", "title": "M", "version": "4.5.0", "configuration": {"timelines_access": access} if access else {}})


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, status, body, statuses=()):
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.body, self.statuses, self.asked = status, body, list(statuses), []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    host = property(lambda self: f"127.0.0.1:{self.server_address[1]}")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        if self.path == "/robots.txt":
            return self.answer(404, "{}")
        if self.path == "/api/v2/instance":
            return self.answer(self.server.status, self.server.body)
        self.answer(200, json.dumps(self.server.statuses))

    def answer(self, status, body):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if self.path != "/robots.txt":
            self.send_header("Set-Cookie", "seen=1")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


def study(lab, servers, feeds, sessions=()):
    """feeds: {name: (server, endpoint, params)}. Persona "member" has the sessions, "anne" none."""
    personas = [{"persona": "anne", "languages": ["fr-FR"]}]
    if sessions:
        personas.append({"persona": "member", "sessions": [{"platform": "mastodon", "host": f"http://{s.host}", "token_env": "MEMBER"} for s in sessions]})
    text = {"study": "rules", "title": "Rules", "question": "Is it closed?", "contact": "test@example.org", "personas": personas,
            "feeds": {name: {"platform": "mastodon", "endpoint": endpoint, "host": f"http://{s.host}", "params": params, "depth": 20}
                      for name, (s, endpoint, params) in feeds.items()},
            "schedule": {"every": "1h", "window": "30m"}, "detectors": ["marker"],
            "decisions": [{"type": "private_address", "subject": s.host, "reason": "test on loopback"} for s in servers]}
    path = lab.dir / "rules.json"
    path.write_text(json.dumps(text))
    return path


def verdicts(lab):
    return {(persona, feed): (verdict, reason) for persona, feed, verdict, reason in lab.rows(
        "SELECT p.name, f.name, x.verdict, x.reason FROM snapshot s JOIN persona p ON p.id = s.persona_id JOIN feed f ON f.id = s.feed_id"
        " JOIN snapshot_current c ON c.snapshot_id = s.id JOIN parse x ON x.id = c.parse_id")}


def crawl_and_reparse(lab, path):
    lab.run("crawl", path, "--db", lab.db, "--archive", lab.archive, "--once", expect=None)
    found = verdicts(lab)
    lab.verify()
    lab.run("reparse", "--db", lab.db, "--archive", lab.archive)  # fails when a generation differs
    equal(lab.number("SELECT count(*) FROM parse"), len(found), "generations after the reparse")
    return found


def a_closed_timeline_is_blocked_and_says_so():
    with Lab() as lab:
        s = Server(200, instance(ACCESS))
        found = crawl_and_reparse(lab, study(lab, [s], {
            "public": (s, "timelines/public", {}), "local": (s, "timelines/public", {"local": "true"}),
            "remote": (s, "timelines/public", {"remote": "true"}), "tag": (s, "timelines/tag", {"hashtag": "chat"}),
            "link": (s, "timelines/link", {"url": "https://news.example/1"}), "trends": (s, "trends/statuses", {}),
            "account": (s, "accounts/statuses", {"id": "7"})}))
        closed = "the server closes this timeline: v2/instance says that {} posts is {}".format
        equal(found, {("anne", "public"): ("blocked", closed("live_feeds of remote", "authenticated")), ("anne", "local"): ("empty", None),
                      ("anne", "remote"): ("blocked", closed("live_feeds of remote", "authenticated")),
                      ("anne", "tag"): ("blocked", closed("hashtag_feeds of local", "disabled")), ("anne", "link"): ("empty", None),
                      ("anne", "trends"): ("empty", None), ("anne", "account"): ("empty", None)}, "verdicts")
        lookups = [h for p, h in s.asked if p == "/api/v2/instance"]
        equal(len(lookups), 1, "requests for the rules")
        need(not {"Cookie", "Authorization", "Accept-Language"} & set(lookups[0]), f"asked by somebody: {lookups[0]}")
        equal([p for p, _ in s.asked if p != "/robots.txt"][0], "/api/v2/instance", "what is asked first")
        equal(lab.rows("SELECT purpose, status, slot_id FROM capture WHERE url LIKE '%/api/v2/instance'"), [("lookup", 200, None)], "capture")


def servers_that_say_nothing_change_nothing():
    with Lab() as lab:
        servers = {"old": Server(200, instance(None)), "none": Server(404, '{"error":"not found"}'), "html": Server(200, "<html>hello</html>"),
                   "cut": Server(200, instance(ACCESS)[:60]), "list": Server(200, "[1,2]"), "odd": Server(200, instance({"live_feeds": "disabled"})),
                   "number": Server(200, instance({"live_feeds": {"local": 1, "remote": None}})), "open": Server(200, instance({"live_feeds": OPEN})),
                   "full": Server(200, instance(ACCESS), [STATUS])}
        found = crawl_and_reparse(lab, study(lab, servers.values(), {name: (s, "timelines/public", {}) for name, s in servers.items()}))
        equal(found, {("anne", name): ("ok" if name == "full" else "empty", None) for name in servers}, "verdicts")


def a_token_opens_what_is_closed_to_strangers():
    with Lab() as lab:
        s = Server(200, instance(ACCESS))
        lab.env["MEMBER"] = "token-of-the-member"
        found = crawl_and_reparse(lab, study(lab, [s], {"public": (s, "timelines/public", {}), "tag": (s, "timelines/tag", {"hashtag": "chat"})}, [s]))
        equal({k: v[0] for k, v in found.items()}, {("anne", "public"): "blocked", ("anne", "tag"): "blocked", ("member", "public"): "empty",
                                                    ("member", "tag"): "blocked"}, "verdicts")
        need(all("Authorization" not in h for p, h in s.asked if p == "/api/v2/instance"), "the rules were asked for with the token")


if __name__ == "__main__":
    main(a_closed_timeline_is_blocked_and_says_so, servers_that_say_nothing_change_nothing, a_token_opens_what_is_closed_to_strangers)

"""post_test.py: feeds that are asked for by POST, with the program of this build and a platform of its own (shop.c): method, headers and body
byte for byte, pages by continuation, by two values and by offset, a refusal that is tried again, a redirect that is not followed; the token nowhere
in archive, database, log and output; verify intact, reparse the same."""
import gzip
import http.server
import json
import threading
import urllib.parse

from lab import BUILD, Lab, equal, need

TOKEN, KEY = 'tok"en-of-the-body-7', "key of the query&8"
asked = []  # (method, target, headers, body)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        asked.append(("GET", self.path, dict(self.headers), b""))
        if self.path.startswith("/linked"):  # as Meta's Graph API puts the token into the next page's address; here under another name
            page = self.path.count("page=2")
            link = f"http://{self.headers['Host']}/linked?t={urllib.parse.quote(TOKEN, safe='')}&page=2"
            return self.answer(200, {"items": [{"id": str(page), "text": "entry"}], "you": TOKEN} | ({} if page else {"link": link}))
        self.answer(404 if self.path == "/robots.txt" else 200, {"items": []})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        before = sum(1 for a in asked if a[1] == self.path and a[3] == body)
        asked.append(("POST", self.path, dict(self.headers), body))
        question, path = json.loads(body), self.path.split("?")[0]
        item = lambda n: {"id": f"{path}{n}", "text": f"entry {n}"}
        if path == "/moved":
            return self.answer(303, {}, Location="/landing")
        if path == "/search":
            if "continuation" not in question:
                if before == 0:
                    return self.answer(429, {"error": "slow down"}, Retry_After="1")
                return self.answer(200, {"items": [item(0), item(1)], "next": "4qmFsg=="})
            return self.answer(200, {"items": [item(2)], "next": question["continuation"]})  # points at itself
        if path == "/videos":
            at = question.get("cursor", 0)
            return self.answer(200, {"items": [item(at), item(at + 1)], "more": json.dumps({"cursor": at + 2, "search_id": "72"})} if at < 4 else {"items": []})
        at = question.get("offset", 0)
        return self.answer(200, {"items": [item(at), item(at + 1)] if at < 4 else []})

    def answer(self, status, body, **headers):
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


def study(port):
    host = f"http://127.0.0.1:{port}"
    feed = lambda endpoint, **more: dict(platform="shop", endpoint=endpoint, host=host, depth=6, **more)
    params = {"fields": "id,text", "q": "vélo \"x\"", "days": -7, "safe": False, "filter": '{"and": [1, {"b": null}]}', "sort": "Hot"}
    sessions = [{"platform": "shop", "host": host, "token_env": "SHOP_TOKEN"}]
    return {
        "study": "post", "title": "POST", "question": "Is it asked for as it should be?",
        "personas": [{"persona": "reader", "region": "FR", "languages": ["fr-FR"], "sessions": sessions},
                     {"persona": "other", "sessions": [dict(sessions[0], token_env="SHOP_KEY")]}],
        "feeds": {"search": feed("search", params=params), "videos": feed("videos"), "notes": feed("notes", session=False), "moved": feed("moved", session=False)},
        "schedule": {"every": "1h", "window": "30m"}, "detectors": ["marker"],
        "decisions": [{"type": "private_address", "subject": f"127.0.0.1:{port}", "reason": "test"}],
    }


def bodies(path, token=None):
    """The bodies of one visitor's requests of a path, in order."""
    return [a[3].decode() for a in asked if a[1].startswith(path) and (token is None or token in a[3].decode() or token in a[1])]


def first_body(token):
    return ('{"context":{"client":{"name":"WEB","gl":"%s"}},"q":"vélo \\"x\\"","limit":2,"days":-7,"safe":false,'
            '"filter":{"and":[1,{"b":null}]},"sort":"Hot","i":%s}' % ("FR" if token == TOKEN else "US", json.dumps(token)))


def further_body(token):
    return '{"context":{"client":{"name":"WEB","gl":"%s"}},"continuation":"4qmFsg==","i":%s}' % ("FR" if token == TOKEN else "US", json.dumps(token))


def crawl(lab, port):
    path = lab.dir / "study.json"
    path.write_text(json.dumps(study(port)))
    lab.env.update(SHOP_TOKEN=TOKEN, SHOP_KEY=KEY, AMP_LOG="debug")
    plan = lab.run("crawl", path, "--dry-run").stdout
    need(f"    POST http://127.0.0.1:{port}/search?fields=id%2Ctext\n    {first_body(TOKEN)[:-len(json.dumps(TOKEN)) - 6]}" in plan, f"dry run:\n{plan}")
    need("    X-Shop-Client-Name: 1\n" in plan and "    i: (from the persona's session)\n" in plan, f"dry run:\n{plan}")
    talk = [plan]
    for command in (("check", path), ("crawl", path, "--db", lab.db, "--archive", lab.archive, "--once")):
        done = lab.run(*command)
        talk += [done.stdout, done.stderr]
    return "".join(talk)


def check_asked():
    for token in (TOKEN, KEY):
        escaped = json.dumps(token)
        equal(bodies("/search", escaped), [first_body(token)] * 2 + [further_body(token)], f"bodies of /search with {token}")
    search = [a for a in asked if a[1].startswith("/search")]
    for method, target, headers, body in search:
        equal((method, target), ("POST", "/search?fields=id%2Ctext"), "request line")
        equal(headers["Content-Type"], "application/json", "Content-Type")
        equal((headers["X-Shop-Client-Name"], headers["X-Shop-Version"]), ("1", "2.2026"), "headers of the endpoint")
        equal(int(headers["Content-Length"]), len(body), "Content-Length")
        need("Authorization" not in headers, "a bearer token beside the one in the body")
        equal("fr-FR" in headers.get("Accept-Language", ""), json.dumps(TOKEN) in body.decode(), "language of the persona")
    pages = ['{"max_count":2}', '{"max_count":2,"cursor":2,"search_id":"72"}', '{"max_count":2,"cursor":4,"search_id":"72"}']
    for key in ("tok%22en-of-the-body-7", "key%20of%20the%20query%268"):
        equal([(a[1], a[3].decode()) for a in asked if a[1].startswith("/videos") and key in a[1]], [(f"/videos?key={key}", p) for p in pages], "pages by two values")
    equal(sorted(bodies("/notes")), sorted(["{}", '{"offset":2}', '{"offset":4}'] * 2), "pages by offset")
    need(not any("landing" in a[1] for a in asked), "a redirect without the body was followed")


def check_kept(lab, talk):
    kept = {"output": talk.encode(), "database": b"".join(p.read_bytes() for p in lab.dir.glob("study.db*") if p.is_file())}
    kept["archive"] = b"".join(gzip.decompress(p.read_bytes()) for p in sorted(lab.archive.rglob("*.warc.gz")))
    for where, data in kept.items():
        for secret in ("en-of-the-body-7", "the query", "the%20query", json.dumps(TOKEN), json.dumps(KEY)):
            need(secret.encode() not in data, f"a secret in {where}: {secret}")
    for token in (TOKEN, KEY):
        text = json.dumps(token)
        masked = first_body(token).replace(text, '"' + "*" * (len(text) - 2) + '"').encode()
        need(kept["archive"].count(b"\r\n\r\n" + masked) >= 2, f"the archive lacks the masked body {masked!r}")
    need(b"POST /videos?key=*************************" in kept["archive"], "the archive lacks the masked query")
    equal(lab.rows("SELECT DISTINCT method, masked FROM capture WHERE url LIKE '%/search%'"), [("POST", "body:i")], "method and masked of /search")
    equal(lab.rows("SELECT DISTINCT method, masked FROM capture WHERE url LIKE '%/videos%'"), [("POST", "query:key")], "method and masked of /videos")
    found = {(p, f): (v, n, r) for p, f, v, n, r in lab.rows("SELECT persona, feed, verdict, items, reason FROM snapshots")}
    for persona in ("reader", "other"):
        equal(found[persona, "search"][:2], ("ok", 3), "search")
        equal(found[persona, "videos"][:2], ("ok", 4), "videos")
        equal(found[persona, "notes"][:2], ("ok", 4), "notes")
        verdict, _, reason = found[persona, "moved"]
        need(verdict in ("blocked", "partial", "failed") and "redirects" in reason, f"moved: {found[persona, 'moved']}")
    equal(lab.number("SELECT count(*) FROM capture WHERE status = 429"), 2, "refusals that were tried again")


def check_again(lab, same=8):
    lab.verify()
    again = lab.run("reparse", "--db", lab.db, "--archive", lab.archive)
    need("differing 0" in again.stdout and f"the same {same}" in again.stdout, f"reparse: {again.stdout}{again.stderr}")
    for name in ("en-of-the-body-7", "the query"):
        need(name not in again.stdout + again.stderr, "a secret in what reparse says")


def killed(port):
    """Killed in the middle of a feed asked by POST: the next start adopts what came, and finishes."""
    adopted = 0
    for place in (20, 40, 60):
        asked.clear()
        with Lab() as lab:
            lab.program = BUILD / "tests/amplimeter-shop"
            path = lab.dir / "study.json"
            path.write_text(json.dumps(study(port)))
            lab.env.update(SHOP_TOKEN=TOKEN, SHOP_KEY=KEY, AMP_CRASH_AT=str(place))
            command = ("crawl", path, "--db", lab.db, "--archive", lab.archive, "--once")
            need(lab.run(*command, expect=None).returncode < 0, f"was not killed at {place}")
            del lab.env["AMP_CRASH_AT"]
            before = len(asked)
            lab.run(*command)
            need(before > 0 and len(asked) > before, f"killed at {place}: {before} requests before, {len(asked)} in all")
            lab.verify()
            again = lab.run("reparse", "--db", lab.db, "--archive", lab.archive)
            need("differing 0" in again.stdout, f"reparse: {again.stdout}{again.stderr}")
            adopted += lab.number("SELECT count(*) FROM snapshots WHERE reason = 'interrupted'")
            archive = b"".join(gzip.decompress(p.read_bytes()) for p in sorted(lab.archive.rglob("*.warc.gz")))
            need(b"en-of-the-body-7" not in archive and b"the%20query" not in archive, f"a secret in the archive, killed at {place}")
    need(adopted > 0, "no feed was cut in the middle")


def repeats(port):
    """An answer that repeats its token: the archive keeps the bytes, and everyone is told; database, log and addresses hold stars."""
    asked.clear()
    with Lab() as lab:
        lab.program = BUILD / "tests/amplimeter-shop"
        whole = study(port)
        whole["personas"] = whole["personas"][:1]
        whole["feeds"] = {"linked": whole["feeds"]["videos"] | {"endpoint": "linked"}}
        path = lab.dir / "study.json"
        path.write_text(json.dumps(whole))
        lab.env.update(SHOP_TOKEN=TOKEN, AMP_LOG="debug")
        done = lab.run("crawl", path, "--db", lab.db, "--archive", lab.archive, "--once")
        need(f"The answer of 127.0.0.1:{port} repeats the token key: the archive now holds it; revoke it before giving the archive to anyone." in done.stderr,
             f"crawl does not tell that the archive holds the token:\n{done.stderr}")
        equal(done.stderr.count("repeats the token"), 1, "how often it is told")
        targets = [a[1] for a in asked if a[1].startswith("/linked")]
        equal(len(targets), 2, f"pages of /linked: {targets}")
        need("t=tok%22en-of-the-body-7" in targets[1], f"the next page's address: {targets}")
        kept = gzip.decompress(b"".join(p.read_bytes() for p in sorted(lab.archive.rglob("*.warc.gz"))))
        need(json.dumps({"you": TOKEN})[1:-1].encode() in kept, "the archive lacks the body as it came")
        equal(kept.count(b'"repeated":"key"'), 2, "entries of the ledger that name the token")
        need(b"t=" + b"*" * len("tok%22en-of-the-body-7") + b"&page=2" in kept, "the address of the next page in the archive")
        database = b"".join(p.read_bytes() for p in lab.dir.glob("study.db*") if p.is_file())
        for where, data in (("output", (done.stdout + done.stderr).encode()), ("database", database)):
            need(b"en-of-the-body-7" not in data, f"a secret in {where}")
        heads = [part.split(b"\r\n\r\n{", 1)[0] for part in kept.split(b"WARC/1.1\r\n")]
        need(not any(b"en-of-the-body-7" in h for h in heads), "a secret in a header of the archive")
        equal(lab.rows("SELECT rule, detail FROM alarm"), [("token in the answer", f"answers of 127.0.0.1:{port} repeat key: the archive holds it")], "alarms")
        check_again(lab, 1)


def without_token(port):
    """A token that is not there, or that no request can hold: said before anything is asked, with the persona, the feed and what to do."""
    asked.clear()
    for value, says in ((None, "is not set"), ("", "is not set"), (b"no\xfftext", "Set it anew"), (b"two\nlines", "Set it anew")):
        with Lab() as lab:
            lab.program = BUILD / "tests/amplimeter-shop"
            path = lab.dir / "study.json"
            path.write_text(json.dumps(study(port)))
            lab.env.update(SHOP_TOKEN=TOKEN)
            if value is not None:
                lab.env["SHOP_KEY"] = value
            done = lab.run("crawl", path, "--db", lab.db, "--archive", lab.archive, "--once", expect=2)
            for word in ("SHOP_KEY", "“other”", "shop", "“search”", says):
                need(word in done.stderr, f"{value}: {word} is not in {done.stderr}")
            need("lines" not in done.stderr, f"the token is told: {done.stderr}")
    equal(asked, [], "requests without a token")


def mistakes(lab, port):
    base = study(port)

    def told(change, *words, warning=False):
        s = json.loads(json.dumps(base))
        change(s)
        path = lab.dir / "wrong.json"
        path.write_text(json.dumps(s, indent=1))
        done = lab.run("check", path, "--json", expect=None)
        answer = json.loads(done.stdout)["files"][0]
        equal(done.returncode == 0, warning, f"exit code of check: {done.stdout[:500]}")
        list_of = answer["warnings" if warning else "mistakes"]
        hit = [m for m in list_of if all(w in m["text"] for w in words)]
        need(hit and hit[0]["line"] > 1 and hit[0]["column"] > 1, f"expected {words}, found {list_of}")
        return hit[0]

    search = lambda s: s["feeds"]["search"]
    pair = lambda pool, other="videos": {"p": {"ranked": "search", "chronological": other, "pool": pool, "reason": "test"}}
    found = told(lambda s: search(s)["params"].update(sort="Hott"), "Active, Hot, Scaled", "Did you mean “Hot”")
    equal(found["path"], "feeds.search.params.sort", "where")
    told(lambda s: search(s)["params"].update(days="seven"), "whole number")
    told(lambda s: search(s)["params"].update(safe="perhaps"), "true or false")
    told(lambda s: search(s)["params"].update(filter="{"), "JSON text")
    told(lambda s: search(s)["params"].update(i="abc"), "is a secret")
    told(lambda s: search(s)["params"].update(limit=3), "set by the program")
    told(lambda s: search(s)["params"].pop("q"), "needs the parameter “q”")
    told(lambda s: search(s).update(endpoint="saved", params={}), "read from saved files only: use amplimeter ingest")
    told(lambda s: s.update(pairs=pair("identical")), "is “different”, not “identical”", "The one searches")
    told(lambda s: s.update(pairs=pair("alternative")), "“different” as far as is known", warning=True)
    elsewhere = {"platform": "shop", "endpoint": "elsewhere", "depth": 5}
    own = {"type": "robots_override", "subject": "own.shop.example", "reason": "test"}

    def walled(s, *decisions):
        s.update(contact="https://audit.example/")
        s["feeds"]["own"] = elsewhere
        s["decisions"] += decisions

    told(walled, "disallowed by own.shop.example/robots.txt", "robots_override", warning=True)
    path = lab.dir / "right.json"
    right = json.loads(json.dumps(base))
    walled(right, own)
    right["pairs"] = pair("identical", "notes")
    path.write_text(json.dumps(right))
    answer = json.loads(lab.run("check", path, "--json").stdout)["files"][0]
    equal((answer["warnings"], answer["mistakes"]), ([], []), "a study that decides about robots.txt, and a pair that the table allows")
    need("    GET https://own.shop.example/elsewhere\n" in lab.run("crawl", path, "--dry-run").stdout, "the endpoint's own host")


def platforms(lab):
    rows = {r["endpoint"]: r for r in json.loads(lab.run("platforms", "list", "--json").stdout)}
    equal([(rows[n]["method"], rows[n]["host"], rows[n]["captured_only"]) for n in ("search", "elsewhere", "saved")],
          [("POST", "https://shop.example", False), ("GET", "https://own.shop.example", False), ("GET", "https://shop.example", True)], "method, host, captured_only")
    need(rows["elsewhere"]["robots"].startswith("disallowed by") and rows["search"]["robots"] is None, "robots")
    equal([(p["chronological"], p["pool"], p["date"]) for p in rows["search"]["pairs"]], [("videos", "different", "2026-11-22"), ("notes", "identical", "2026-11-22")], "pairs")
    need(rows["videos"]["pairs"] == [] and {"name", "required", "repeated", "fixed", "help"} < set(rows["search"]["parameters"][0]), "keys")
    need(rows["notes"]["robots_open"] == "shop.example/robots.txt forbids nothing as of 2026-11-22" and rows["search"]["robots_open"] is None, "robots_open")
    text = lab.run("platforms", "show", "shop").stdout
    french = lab.run("platforms", "show", "shop", "--lang", "fr").stdout
    for words in ("  search                       algorithmique   jeton possible ", "  notes                        chronologique   jeton possible ", " (obligatoire)"):
        need(words in french, f"platforms show --lang fr lacks {words!r}:\n{french}")
    need(not any(word in french for word in ("algorithmic", "chronological", "optional", "required")), f"English in French:\n{french}")
    for words in ("robots.txt: shop.example/robots.txt forbids nothing", "    POST /search\n", "    GET https://own.shop.example/elsewhere\n", "read from saved files only", "robots.txt: disallowed", "sort (Active|Hot|Scaled)",
                  "search × videos: different (2026-11-22). The one searches"):
        need(words in text, f"platforms show lacks {words!r}:\n{text}")


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Lab() as lab:
        lab.program = BUILD / "tests/amplimeter-shop"
        talk = crawl(lab, server.server_port)
        check_asked()
        check_kept(lab, talk)
        check_again(lab)
        mistakes(lab, server.server_port)
        platforms(lab)
    repeats(server.server_port)
    without_token(server.server_port)
    killed(server.server_port)
    server.shutdown()


main()

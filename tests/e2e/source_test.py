"""source_test.py: sources of one's own, end to end. The two shipped examples (a JSON forum, an HTML site read with XPath) against a
server on loopback that answers as they do; two personas; every entry and rank compared; verified; read again from the database and
archive alone; saved answers ingested with the same files. A second round finds the HTML page changed.
"""
import http.server
import json
import shutil
import threading
import urllib.parse

from lab import SOURCE, Lab, equal, need

NODEBB, LINUXFR = (SOURCE / f"personas/sources/{name}.json" for name in ("nodebb", "linuxfr"))
asked = []
redesigned = threading.Event()


def topic(n):
    """NodeBB 1.4.0, as recorded: ids and counts are texts."""
    return {"tid": str(n), "uid": str(n), "title": f"Sujet {n} &amp; &lt;b&gt;", "titleRaw": f"Sujet {n} & <b>", "slug": f"{n}/sujet-{n}",
            "timestampISO": f"2026-03-01T10:{n:02d}:00.000Z", "postcount": str(100 - n), "viewcount": str(n), "pinned": 1 if n == 2 else 0,
            "user": {"username": f"Membre {n}", "userslug": f"membre-{n}"}, "tags": [{"value": "essai"}] if n % 2 else []}


def popular():
    return {"topics": [topic(n) for n in (7, 3, 9)]}


def recent(page):
    first = (page - 1) * 4
    return {"topics": [topic(n) for n in range(first + 1, min(first + 5, 11))], "pagination": {"next": {"page": page + 1, "active": page < 3}}}


def article(n):
    if redesigned.is_set():
        return f"<section class=card><h2>Journal {n}</h2></section>"
    return (f"<article class='node journal'><header><h1 itemprop=name>Journal {n} &amp; l&eacute;gal</h1><div class=meta>Posté par "
            f"<a href='/users/u{n}' rel=author>Plume {n}</a> <time datetime='2026-02-{n:02d}T08:00:00+01:00'>le {n}</time>. Tags : "
            f"<ul><li><a href='/tags/x' rel=tag>x</a><li><a href='/tags/n{n}' rel=tag>n{n}</a></ul></div></header>"
            f"<div class=figures><figure class=score title=Note>{n - 3}</figure></div>"
            f"<div class=content itemprop=articleBody><p>Texte {n}<p>voir <a href='https://ailleurs.example/{n}'>ailleurs</a><img src='/i{n}.png' alt='image {n}'></div>"
            f"<footer><a href='/users/u/journaux/j{n}' itemprop=url>Lire la suite</a> (<span class=nb_comments>{n} commentaires</span>)</footer></article>")


def journals(order, page):
    numbers = {"interest": ([5, 1, 4], [2, 3]), "created_at": ([5, 4, 3], [2, 1])}[order][page - 1]
    more = f"<nav><a rel=next href='/journaux?order={order}&amp;page=2'>2</a></nav>" if page == 1 else "<nav></nav>"
    return f"<!DOCTYPE html><html><head><title>Journaux</title></head><body>{more}<div id=contents>{''.join(map(article, numbers))}</div></body></html>"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path != "/robots.txt":
            asked.append(self.path)
        page = int(query.get("page", 1))
        if url.path == "/api/popular/weekly":
            return self.answer(200, "application/json", json.dumps(popular()))
        if url.path == "/api/recent":
            return self.answer(200, "application/json", json.dumps(recent(page)))
        if url.path == "/journaux":
            return self.answer(200, "text/html; charset=utf-8", journals(query["order"], page))
        return self.answer(404, "text/plain", "Not Found")

    def answer(self, status, kind, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def write_study(lab, port):
    host = f"http://127.0.0.1:{port}"
    (lab.dir / "sources").mkdir()
    for path in (NODEBB, LINUXFR):
        shutil.copy(path, lab.dir / "sources")
    def feed(platform, endpoint, depth, **more):
        return dict(platform=platform, endpoint=endpoint, host=host, depth=depth, **more)
    study = {
        "study": "own", "title": "Own sources", "question": "Are they read like any other?", "sources": ["sources/nodebb.json", "sources/linuxfr.json"],
        "personas": [{"persona": "anne", "languages": ["fr-FR"], "twin": True}, {"persona": "bob", "languages": ["en-GB"]}],
        "feeds": {"popular": feed("nodebb", "popular", 10, params={"period": "weekly"}), "recent": feed("nodebb", "recent", 10),
                  "interest": feed("linuxfr", "interest", 10), "latest": feed("linuxfr", "latest", 10)},
        "pairs": {"forum": {"ranked": "popular", "chronological": "recent", "pool": "alternative", "reason": "test"},
                  "journals": {"ranked": "interest", "chronological": "latest", "pool": "identical", "reason": "test"}},
        "schedule": {"every": "1h", "window": "30m"}, "detectors": ["marker"],
        "decisions": [{"type": "private_address", "subject": f"127.0.0.1:{port}", "reason": "test on loopback"}],
    }
    path = lab.dir / "study.json"
    path.write_text(json.dumps(study))
    return path, host


def expected(host):
    """(feed, rank): id, url, title, text, author, time, score, replies, views, pinned, labels, as they were served."""
    rows = {}
    def forum(feed, numbers):
        for rank, n in enumerate(numbers):
            labels = ["essai"] if n % 2 else []
            rows[feed, rank] = (f"{host}/topic/{n}", f"{host}/topic/{n}/sujet-{n}", f"Sujet {n} & <b>", None, f"Membre {n}",
                                f"2026-03-01T10:{n:02d}:00.000Z", 100 - n, None, n, int(n == 2), labels)
    def site(feed, numbers):
        for rank, n in enumerate(numbers):
            rows[feed, rank] = (f"{host}/users/u/journaux/j{n}", f"{host}/users/u/journaux/j{n}", f"Journal {n} & légal", f"Texte {n}\n\nvoir ailleurs",
                                f"Plume {n}", f"2026-02-{n:02d}T07:00:00.000Z", n - 3, n, None, 0, sorted(["x", f"n{n}"]))
    forum("popular", (7, 3, 9))
    forum("recent", range(1, 11))
    site("interest", (5, 1, 4, 2, 3))
    site("latest", (5, 4, 3, 2, 1))
    return rows


ITEMS = """SELECT p.name, f.name, e.rank, i.native_id, v.url, v.title, v.text, n.display_name,
  strftime('%Y-%m-%dT%H:%M:%S', v.created_at / 1000, 'unixepoch') || '.000Z', e.score, e.replies, e.views, e.is_pinned,
  (SELECT group_concat(value) FROM (SELECT value FROM label l WHERE l.parse_id = e.parse_id AND l.rank = e.rank ORDER BY value))
  FROM snapshot s JOIN snapshot_current c ON c.snapshot_id = s.id JOIN exposure e ON e.parse_id = c.parse_id
  JOIN persona p ON p.id = s.persona_id JOIN feed f ON f.id = s.feed_id JOIN item_version v ON v.id = e.item_version_id JOIN item i ON i.id = v.item_id
  LEFT JOIN author_name n ON n.author_id = v.author_id"""


def check_items(lab, host):
    want, found = expected(host), {}
    for persona, feed, rank, *rest in lab.rows(ITEMS):
        labels = sorted(rest.pop().split(",")) if rest[-1] else [] if not rest.pop() else None
        found.setdefault(persona, {})[feed, rank] = (*rest, labels)
    equal(sorted(found), ["anne", "anne-twin", "bob"], "personas")
    for persona, rows in found.items():
        equal(sorted(rows), sorted(want), f"places seen by {persona}")
        for place, row in rows.items():
            equal(row, want[place], f"{persona} {place}")


def check_parse(lab, host):
    """The command line gives the same, from saved answers; links, media and flags with it."""
    saved = lab.dir / "saved.html"
    saved.write_text(journals("interest", 1))
    out = lab.run("parse", "--source", LINUXFR, "--url", f"{host}/journaux?order=interest", saved)
    lines = [json.loads(line) for line in out.stdout.splitlines()]
    equal([x["title"] for x in lines], [f"Journal {n} & légal" for n in (5, 1, 4)], "titles")
    equal(lines[0]["links"], [{"url": "https://ailleurs.example/5", "title": "ailleurs", "description": None}], "links")
    equal(lines[0]["media"][0]["url"], f"{host}/i5.png", "media")
    equal(lines[0]["media"][0]["alt"], "image 5", "alt")
    equal(lines[0]["kind"], "article", "kind")
    need("verdict: ok items=3" in out.stderr, out.stderr)
    saved.write_text("<!DOCTYPE html><html><body><div id=contents></div></body></html>")
    need("verdict: empty" in lab.run("parse", "--source", LINUXFR, "--endpoint", "latest", saved).stderr, "an empty list is empty")
    saved.write_text("<!DOCTYPE html><html><body><div id=other></div></body></html>")
    need("verdict: drift" in lab.run("parse", "--source", LINUXFR, "--endpoint", "latest", saved, expect=4).stderr, "another page is drift")


def check_ingest(lab, host):
    """Saved answers into the ad hoc study: the source joins it, and reparse needs no file."""
    db = lab.dir / "saved.db"
    page, html = lab.dir / "recent.json", lab.dir / "page.html"
    page.write_text(json.dumps(recent(1)))
    html.write_text(journals("created_at", 1))
    copy = lab.dir / "copy.json"
    shutil.copy(NODEBB, copy)
    lab.run("ingest", "--db", db, "--source", copy, "--endpoint", "recent", "--url", f"{host}/api/recent", page)
    copy.unlink()
    lab.run("ingest", "--db", db, "--source", LINUXFR, "--endpoint", "latest", "--url", f"{host}/journaux?order=created_at", html)
    # the study has it now: its name is enough
    page.write_text(json.dumps(recent(2)))
    lab.run("ingest", "--db", db, "--platform", "nodebb", "--endpoint", "recent", "--url", f"{host}/api/recent?page=2", page)
    equal(lab.rows("SELECT sum(items) FROM parse", db=db), [(11,)], "items of saved answers")
    need("new generations 0, the same 3, differing 0" in lab.run("reparse", "--db", db).stdout, "reparse of saved answers")
    verified = lab.run("verify", "--db", db, "--archive", f"{db}.warc.d")
    need(verified.stdout.startswith("intact"), verified.stdout)


def check_lock(lab, study, host):
    """A source that changes is a study that changes."""
    path = lab.dir / "sources/nodebb.json"
    text = path.read_text()
    path.write_text(text.replace('"path": "viewcount"', '"path": "postcount"'))
    refused = lab.run("crawl", study, "--db", lab.db, "--once", expect=5)
    need("sources.nodebb" in refused.stderr, refused.stderr)
    path.write_text(text.replace("\n", "\n "))  # white space and order mean nothing
    lab.run("lock", study, "--db", lab.db)
    path.write_text(text)


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Lab() as lab:
        study, host = write_study(lab, server.server_port)
        need("without mistake" in lab.run("check", study).stdout, "the study is good")
        lab.run("crawl", study, "--db", lab.db, "--once")
        equal(sorted(set(lab.rows("SELECT verdict FROM snapshots"))), [("ok",)], "verdicts")
        # three personas; pages until one says that it is the last
        counts = {path: asked.count(path) for path in set(asked)}
        equal(counts, {path: 3 for path in ("/api/popular/weekly", "/api/recent", "/api/recent?page=2", "/api/recent?page=3", "/journaux?order=interest",
                                            "/journaux?order=interest&page=2", "/journaux?order=created_at", "/journaux?order=created_at&page=2")}, "requests")
        check_items(lab, host)
        lab.verify()
        check_lock(lab, study, host)
        shutil.rmtree(lab.dir / "sources")  # the database and the archive are enough
        need("new generations 0, the same 12, differing 0" in lab.run("reparse", "--db", lab.db).stdout, "reparse gives the same")
        check_items(lab, host)
        version = lab.rows("SELECT DISTINCT adapter, adapter_version FROM parse ORDER BY adapter")
        need(len(version) == 2 and all(len(v) == 16 for _, v in version), f"versions are hashes: {version}")
        check_parse(lab, host)
        check_ingest(lab, host)
        redesigned.set()
        for path in (NODEBB, LINUXFR):
            (lab.dir / "sources").mkdir(exist_ok=True)
            shutil.copy(path, lab.dir / "sources")
        second = lab.dir / "second.db"
        lab.run("crawl", study, "--db", second, "--once", expect=None)
        verdicts = dict(lab.rows("SELECT feed, verdict FROM snapshots", db=second))
        equal(verdicts, {"popular": "ok", "recent": "ok", "interest": "drift", "latest": "drift"}, "verdicts of a page whose list holds nothing known")
    server.shutdown()


main()

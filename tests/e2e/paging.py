#!/usr/bin/env python3
"""paging.py BIN_DIR: reading on, and knowing when to stop. A pretend AppView on loopback whose pages are empty but go on, are empty for
ever, point at themselves, or reach back in time; the crawl must ask for exactly the pages that the study needs."""
import collections
import http.server
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import urllib.parse

AMPLIMETER = os.path.join(sys.argv[1], "amplimeter")
DEPTH = 5
FOLLOWS = 90  # three pages each: more than the 256 that a snapshot may have
asked = collections.Counter()


def post(feed, n, hour):
    uri = f"at://did:plc:{feed}/app.bsky.feed.post/{n}"
    at = f"2026-03-01T{hour:02d}:{59 - n % 60:02d}:00.000Z"
    author = {"did": f"did:plc:{feed}", "handle": f"{feed}.example"}
    record = {"$type": "app.bsky.feed.post", "text": f"{feed} {n}", "createdAt": at}
    return {"post": {"uri": uri, "cid": f"cid{n}", "author": author, "record": record, "indexedAt": at}}


def page(feed, cursor):
    """What is served at this cursor: posts, and the next cursor or None."""
    items = lambda hour: [post(feed, cursor * DEPTH + i, hour) for i in range(DEPTH)]
    if feed == "gaps":  # two pages whose posts were all dropped, then one that is full
        return ([], cursor + 1) if cursor < 2 else (items(12), cursor + 1)
    if feed == "endless":
        return [], cursor + 1
    if feed == "itself":
        return [], 1
    if feed == "ranked":  # its oldest post is of 10 o'clock
        return items(12)[:-1] + [post(feed, 4, 10)], cursor + 1
    if feed == "latest":  # 12, 11, 10, 9 o'clock: the third page reaches 10:49
        return items(12 - cursor), cursor + 1
    return items(12), None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/robots.txt":
            return self.answer(404, b"{}")
        feed = query["feed"].rsplit("/", 1)[1] if "feed" in query else "many"
        asked[feed] += 1
        if feed == "many":  # an account's posts, one a page
            cursor = int(query.get("cursor", 0))
            posts, cursor = [post(query["actor"].removeprefix("did:plc:"), cursor, 12)], cursor + 1
        else:
            posts, cursor = page(feed, int(query.get("cursor", 0)))
        body = {"feed": posts}
        if cursor is not None:
            body["cursor"] = str(cursor)
        self.answer(200, json.dumps(body).encode())

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def study(port):
    host = f"http://127.0.0.1:{port}"
    feed = lambda name, **more: dict(platform="bluesky", endpoint="getFeed", host=host, depth=DEPTH, params={"feed": f"at://did:plc:x/app.bsky.feed.generator/{name}"}, **more)
    return {
        "study": "paging", "title": "Paging", "question": "Is every page read, and none too many?",
        "personas": [{"persona": "reader", "follows": [{"platform": "bluesky", "account": f"did:plc:{n:024d}"} for n in range(FOLLOWS)]}],
        "feeds": {**{n: feed(n) for n in ("gaps", "endless", "itself", "ranked")}, "latest": feed("latest", ranking="chronological"),
                  "many": {"platform": "bluesky", "endpoint": "getAuthorFeed", "host": host, "depth": 3 * FOLLOWS, "for": "follows", "param": "actor"}},
        "pairs": {"back": {"ranked": "ranked", "chronological": "latest", "pool": "identical", "reason": "test", "window": "back_to_oldest_ranked"}},
        "schedule": {"every": "1h", "window": "30m"}, "detectors": ["marker"],
        "decisions": [{"type": "private_address", "subject": f"127.0.0.1:{port}", "reason": "test"}],
    }


# feed: verdict, items, requests. 6 is the bound for one page's worth of depth (amp_plan_pages_max).
# many: the accounts that were never asked for are no "nothing new from them".
EXPECTED = {"many": ("partial", 256, 256), "gaps": ("ok", 5, 3), "endless": ("empty", 0, 6), "itself": ("empty", 0, 2), "ranked": ("ok", 5, 1), "latest": ("ok", 15, 3)}


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    wrong = []
    with tempfile.TemporaryDirectory(prefix="amp-paging-") as folder:
        path, db = os.path.join(folder, "study.json"), os.path.join(folder, "paging.db")
        with open(path, "w") as f:
            json.dump(study(server.server_port), f)
        run = subprocess.run([AMPLIMETER, "crawl", path, "--db", db, "--once"], capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(f"crawl: exit {run.returncode}: {run.stdout}{run.stderr}")
        rows = sqlite3.connect(db).execute("SELECT feed, verdict, items FROM snapshots").fetchall()
        found = {feed: (verdict, items, asked[feed]) for feed, verdict, items in rows}
        wrong = [f"{feed}: expected verdict, items, requests {EXPECTED[feed]}, found {found.get(feed)}" for feed in EXPECTED if found.get(feed) != EXPECTED[feed]]
        again = subprocess.run([AMPLIMETER, "reparse", "--db", db], capture_output=True, text=True)
        if "the same 6, differing 0" not in again.stdout:
            wrong.append(f"reparse: {again.stdout}{again.stderr}")
    server.shutdown()
    sys.exit("\n".join(wrong) if wrong else 0)


main()

#!/usr/bin/python3
"""Holds the playground's answers to the published contracts: Mastodon's OpenAPI document (its component schemas are JSON Schema
2020-12) and Bluesky's lexicons (checked by the small validator below: objects, required and unknown properties, unions, refs, formats).
Usage: playground_contract.py PROGRAM CONTRACTS. Exit 77: skipped, with the reason."""
import gzip
import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree
from pathlib import Path

SERVICE = "at://did:plc:playgroundserviceaaaaaaa"
FOR_YOU = SERVICE + "/app.bsky.feed.generator/for-you"
FORMATS = {
    "at-uri": r"at://[a-zA-Z0-9._:%-]+(/[a-zA-Z0-9.-]+(/[a-zA-Z0-9._~:-]+)?)?",
    "did": r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]",
    "handle": r"([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?",
    "cid": r"b[a-z2-7]{58}",
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "uri": r"https?://\S+",
    "language": r"[a-z]{2}(-[A-Za-z0-9]+)*",
}


class Lexicons:
    def __init__(self, folder):
        self.defs = {}
        for path in folder.rglob("*.json"):
            document = json.loads(path.read_text())
            for name, d in document["defs"].items():
                self.defs[document["id"] + "#" + name] = d
        self.errors = []

    def find(self, ref, base):
        full = base + ref if ref.startswith("#") else ref if "#" in ref else ref + "#main"
        return self.defs[full], full.split("#")[0]

    def wrong(self, where, what):
        self.errors.append(f"{where}: {what}")

    def check(self, value, schema, base, where):
        kind = schema["type"]
        if kind == "ref":
            target, base = self.find(schema["ref"], base)
            self.check(value, target, base, where)
        elif kind == "union":
            if not isinstance(value, dict) or "$type" not in value:
                return self.wrong(where, "a union member needs $type")
            known = {(base + r if r.startswith("#") else r).removesuffix("#main"): r for r in schema["refs"]}
            if value["$type"].removesuffix("#main") not in known:
                return self.wrong(where, f"$type {value['$type']} is not one of {sorted(known)}")
            target, base = self.find(known[value["$type"].removesuffix("#main")], base)
            self.check(value, target, base, where)
        elif kind == "record":
            self.check(value, schema["record"], base, where)
        elif kind == "object":
            self.check_object(value, schema, base, where)
        elif kind == "array":
            if not isinstance(value, list):
                return self.wrong(where, "an array is expected")
            if len(value) > schema.get("maxLength", len(value)):
                self.wrong(where, "too many elements")
            for i, v in enumerate(value):
                self.check(v, schema["items"], base, f"{where}[{i}]")
        elif kind == "string":
            self.check_string(value, schema, where)
        elif kind == "integer":
            if not isinstance(value, int) or isinstance(value, bool) or value < schema.get("minimum", value):
                self.wrong(where, "an integer is expected")
        elif kind == "boolean":
            if not isinstance(value, bool):
                self.wrong(where, "a boolean is expected")
        elif kind != "unknown":
            self.wrong(where, f"this test does not know the lexicon type {kind}")

    def check_object(self, value, schema, base, where):
        if not isinstance(value, dict):
            return self.wrong(where, "an object is expected")
        for name in schema.get("required", []):
            if name not in value:
                self.wrong(where, f"{name} is missing")
        for name, v in value.items():
            if name in schema["properties"]:
                self.check(v, schema["properties"][name], base, f"{where}.{name}")
            elif name != "$type":
                self.wrong(where, f"{name} is not in the lexicon")

    def check_string(self, value, schema, where):
        if not isinstance(value, str):
            return self.wrong(where, "a string is expected")
        if len(value.encode()) > schema.get("maxLength", 1 << 30):
            self.wrong(where, "too long")
        pattern = FORMATS.get(schema.get("format"))
        if schema.get("format") and not pattern:
            self.wrong(where, f"this test does not know the format {schema['format']}")
        if pattern and not re.fullmatch(pattern, value):
            self.wrong(where, f"{value!r} is no {schema['format']}")

    def method(self, nsid, body):
        schema = self.defs[nsid + "#main"]["output"]["schema"]
        self.check(body, schema, nsid, nsid)
        # `record` is of unknown type in a view: hold it to its own lexicon
        for view in body.get("feed", []) + [{"post": p} for p in body.get("posts", [])]:
            record = view["post"]["record"]
            self.check(record, self.defs[record["$type"] + "#main"], record["$type"], nsid + " record")


class Client:
    def __init__(self, base):
        self.base = base

    def call(self, target, data=None, headers=None):
        request = urllib.request.Request(self.base + target, data, headers or {})
        try:
            with urllib.request.urlopen(request, timeout=20) as r:
                return r.status, r.headers, r.read()
        except urllib.error.HTTPError as e:
            return e.code, e.headers, e.read()

    def json(self, target, **kw):
        status, headers, body = self.call(target, **kw)
        assert status == 200, f"{target}: HTTP {status} {body[:200]!r}"
        if headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return json.loads(body)


def bluesky(client, lexicons):
    xrpc = lambda nsid, **q: client.json(f"xrpc/{nsid}?" + urllib.parse.urlencode(q), headers={"Accept-Language": "fr"})
    seen = 0
    for nsid, query in [
        ("app.bsky.feed.getFeed", {"feed": FOR_YOU, "limit": 100}),
        ("app.bsky.feed.getListFeed", {"list": SERVICE + "/app.bsky.graph.list/everyone", "limit": 100}),
        ("app.bsky.feed.searchPosts", {"q": "football", "sort": "top", "limit": 50}),
        ("app.bsky.feed.searchPosts", {"q": "cuisine", "sort": "latest", "limit": 50}),
        ("app.bsky.feed.getFeedGenerator", {"feed": FOR_YOU}),
    ]:
        body = xrpc(nsid, **query)
        lexicons.method(nsid, body)
        seen += len(body.get("feed", body.get("posts", [])))
    author = xrpc("app.bsky.feed.getFeed", feed=FOR_YOU, limit=1)["feed"][0]["post"]["author"]["did"]
    lexicons.method("app.bsky.feed.getAuthorFeed", xrpc("app.bsky.feed.getAuthorFeed", actor=author))
    login = json.dumps({"identifier": "lea.playground.test", "password": "playground-demo"}).encode()
    session = client.json("xrpc/com.atproto.server.createSession", data=login, headers={"Content-Type": "application/json"})
    lexicons.method("com.atproto.server.createSession", session)
    bearer = {"Authorization": "Bearer " + session["refreshJwt"]}
    lexicons.method("com.atproto.server.refreshSession", client.json("xrpc/com.atproto.server.refreshSession", data=b"", headers=bearer))
    timeline = client.json("xrpc/app.bsky.feed.getTimeline", headers={"Authorization": "Bearer " + session["accessJwt"]})
    lexicons.method("app.bsky.feed.getTimeline", timeline)
    return seen


def mastodon(client, document):
    from jsonschema import Draft202012Validator, RefResolver
    resolver = RefResolver("", document)
    validators = {n: Draft202012Validator({"$ref": "#/components/schemas/" + n}, resolver=resolver) for n in ("Status", "Account", "Instance")}
    assert list(validators["Status"].iter_errors({"id": 7})), "the schema must refuse what is no status"
    errors, seen = [], 0
    for target in ["api/v1/trends/statuses?limit=40", "api/v1/trends/statuses?limit=40&offset=40", "api/v1/timelines/public?limit=40",
                   "api/v1/timelines/tag/cuisine?limit=40"]:
        for status in client.json(target, headers={"Accept-Encoding": "gzip"}):
            seen += 1
            errors += [f"{target}: {list(e.absolute_path)} {e.message[:200]}" for e in validators["Status"].iter_errors(status)]
    account = client.json("api/v1/timelines/public?limit=1")[0]["account"]
    found = client.json("api/v1/accounts/lookup?acct=" + account["acct"])
    assert found == account
    errors += [f"lookup: {e.message[:200]}" for e in validators["Account"].iter_errors(found)]
    assert client.json(f"api/v1/accounts/{account['id']}/statuses")[0]["account"] == account
    errors += [f"instance: {list(e.absolute_path)} {e.message[:200]}" for e in validators["Instance"].iter_errors(client.json("api/v2/instance"))]
    return seen, errors


def feeds(client):
    for name in ("ranked", "latest"):
        rss = xml.etree.ElementTree.fromstring(client.call(f"feeds/{name}.rss")[2])
        assert rss.tag == "rss" and len(rss.findall("channel/item")) == 30
        atom = xml.etree.ElementTree.fromstring(client.call(f"feeds/{name}.atom")[2])
        space = "{http://www.w3.org/2005/Atom}"
        assert atom.tag == space + "feed" and len(atom.findall(space + "entry")) == 30
        feed = client.json(f"feeds/{name}.json")
        assert feed["version"] == "https://jsonfeed.org/version/1.1" and len(feed["items"]) == 30
    status, headers, _ = client.call("feeds/latest.rss")
    etag = headers["ETag"]
    assert client.call("feeds/latest.rss", headers={"If-None-Match": etag})[0] == 304


def bounds(client):
    """Over real HTTP: what does not fit is refused in words, and the server goes on."""
    for target, data, wanted in [("xrpc/app.bsky.feed.searchPosts?q=" + "a" * 9000, None, 414), ("xrpc/com.atproto.server.createSession", b"x" * 200000, 413),
                                 ("xrpc/app.bsky.feed.searchPosts?" + "&".join(f"tag={i}" for i in range(100)), None, 414),
                                 ("api/v1/%00%ff%fe", None, 404), ("xrpc/app.bsky.feed.getFeed?feed=%00", None, 400)]:
        status, headers, body = client.call(target, data)
        assert status == wanted and json.loads(body)["error"], f"{target[:60]}: {status} {body[:100]!r}"
        assert headers["Server"].startswith("amplimeter-playground/")
    assert client.call("robots.txt")[0] == 200


def main():
    program, contracts = sys.argv[1], Path(sys.argv[2])
    if not contracts.is_dir():
        print("skipped: ../shared/contracts is absent")
        return 77
    try:
        import jsonschema  # noqa: F401
    except ImportError:
        print("skipped: python3-jsonschema is absent")
        return 77
    server = subprocess.Popen([program, "--port", "0", "--seed", "5"], stdout=subprocess.PIPE, text=True)
    try:
        client = Client(server.stdout.readline().strip())
        lexicons = Lexicons(contracts / "atproto-lexicons")
        lexicons.check({"uri": "x"}, {"type": "ref", "ref": "app.bsky.feed.defs#postView"}, "", "control")
        assert len(lexicons.errors) == 5, "the validator must refuse what is no post"
        lexicons.errors = []
        posts = bluesky(client, lexicons)
        statuses, errors = mastodon(client, json.loads((contracts / "mastodon-openapi-4.7.json").read_text()))
        feeds(client)
        bounds(client)
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
    for e in (lexicons.errors + errors)[:20]:
        print(e)
    print(f"{posts} posts and {statuses} statuses checked, {len(lexicons.errors)} and {len(errors)} errors")
    return 1 if lexicons.errors or errors or not posts or not statuses else 0


sys.exit(main())

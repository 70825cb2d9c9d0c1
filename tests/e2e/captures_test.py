#!/usr/bin/env python3
"""Captures through ingest: no cookie, token or form of the person reaches archive, database or log; one feed can be picked out; what was
captured and what was crawled are one item; bombs are refused in a sentence; reparse gives the same again."""
import base64, gzip, io, json, os, sqlite3, subprocess, sys, tempfile, time, zipfile

BIN = os.path.join(os.environ["AMP_BIN"], "amplimeter")
GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden", "captures")
COOKIE, TOKEN, FORM, NEW = "sid-4f1c9e77aa0b3d2e6651", "AAAAbearerTOKEN9f8e7d6c5b4a", "formsecret-1122334455667788", "fresh-0a1b2c3d4e5f6a7b8c9d"
SECRETS = [COOKIE, TOKEN, FORM, NEW]


def fail(text):
    sys.exit("captures_test: " + text)


def equal(got, want, what):
    if got != want:
        fail("%s: got %r, want %r" % (what, got, want))


def run(*args, want=0):
    p = subprocess.run([BIN, *args], capture_output=True)
    if p.returncode != want:
        fail("%s: exit %d\n%s" % (" ".join(args), p.returncode, p.stderr.decode(errors="replace")))
    return p.stdout + p.stderr


def read(case, name):
    with open(os.path.join(GOLDEN, case, name), "rb") as f:
        return f.read()


def tiktok():
    """the answer of the golden HAR file, which echoes a cookie and a token"""
    har = json.loads(read("har-recognised", "input.json").decode("utf-8-sig"))
    answer = json.loads(base64.b64decode(har["log"]["entries"][3]["response"]["content"]["text"]))
    answer["echo"] = [COOKIE, "%s and %s" % (TOKEN, NEW)]
    return json.dumps(answer).encode(), har


def make_har(name, x_first=False):
    body, har = tiktok()
    entries = har["log"]["entries"]
    entries[3]["response"]["content"]["text"] = base64.b64encode(body).decode()
    for e in entries:
        e["request"]["headers"] = [{"value": "a=b; sessionid=%s; c=d" % COOKIE, "name": "Cookie"}, {"name": "accept", "value": "*/*"},
                                   {"name": "authorization", "value": "Bearer " + TOKEN}, {"name": "x-csrf-token", "value": COOKIE}]
        e["request"]["cookies"] = [{"name": "sessionid", "value": COOKIE}]
        e["request"]["postData"] = {"mimeType": "x", "text": "fb_dtsg=" + FORM, "params": [{"name": "fb_dtsg", "value": FORM}]}
        e["request"]["queryString"] = [{"name": "msToken", "value": FORM}]
        e["request"]["url"] += ("&" if "?" in e["request"]["url"] else "?") + "msToken=" + FORM
        e["response"]["headers"].append({"name": "Set-Cookie", "value": "x=1; Path=/\nsessionid=%s; Secure" % NEW})
        e["response"]["cookies"] = [{"name": "sessionid", "value": NEW}]
        e["_initiator"] = {"url": "https://www.tiktok.com/?token=" + FORM}
    with open(name, "w", encoding="utf-8") as f:
        json.dump(har, f)


def warc():
    body, _ = tiktok()
    def record(kind, uri, block, ctype):
        head = ("WARC/1.1\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nWARC-Date: 2026-11-20T10:00:00Z\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                % (kind, uri, ctype, len(block)))
        return head.encode() + block + b"\r\n\r\n"
    uri = "https://www.tiktok.com/api/recommend/item_list/?count=6&msToken=" + FORM
    asked = ("POST /api/recommend/item_list/?msToken=%s HTTP/1.1\r\nHost: www.tiktok.com\r\nCookie: sessionid=%s\r\nAuthorization: Bearer %s\r\n\r\nform=%s"
             % (FORM, COOKIE, TOKEN, FORM)).encode()
    answered = ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nSet-Cookie: sessionid=%s; Path=/\r\n\r\n" % NEW).encode() + body
    return record("request", uri, asked, "application/http;msgtype=request"), record("response", uri, answered, "application/http;msgtype=response")


def no_secret(folder, told, what):
    for root, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(root, name), "rb") as f:
                data = f.read()
            if data[:2] == b"\x1f\x8b":
                data += gzip.decompress(data)
            unpacked = [data]
            for word in data.split(b'"'):  # bodies in base64
                if len(word) > 200:
                    try:
                        unpacked.append(base64.b64decode(word))
                    except ValueError:
                        pass
            for s in SECRETS:
                if any(s.encode() in u for u in unpacked):
                    fail("%s: %s is in %s" % (what, s, name))
    for s in SECRETS:
        if s.encode() in told:
            fail("%s: %s was printed" % (what, s))


def rows(db, sql):
    with sqlite3.connect(db) as c:
        return c.execute(sql).fetchall()


def taken_in(work, name, items, *more):
    folder = os.path.join(work, name + ".d")
    os.mkdir(folder)
    db = os.path.join(folder, "t.db")
    told = run("ingest", "--db", db, "--platform", "captures", *more, os.path.join(work, name))
    no_secret(folder, told, name)
    equal(rows(db, "SELECT count(*) FROM exposure"), [(items,)], name + ": exposures")
    run("verify", "--db", db)
    run("reparse", "--db", db)
    return db


def packed_files(work):
    asked, answered = warc()
    plain = os.path.join(work, "plain.warc")
    with open(plain, "wb") as f:
        f.write(asked + answered)
    with open(os.path.join(work, "packed.warc.gz"), "wb") as f:
        f.write(gzip.compress(asked) + gzip.compress(answered))
    with zipfile.ZipFile(os.path.join(work, "t.wacz"), "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("archive/data.warc.gz", gzip.compress(asked) + gzip.compress(answered))
        z.writestr("pages/pages.jsonl", "{}")
    for name in ("plain.warc", "packed.warc.gz", "t.wacz"):
        db = taken_in(work, name, 2)
        equal(rows(db, "SELECT DISTINCT platform FROM item"), [("tiktok",)], name)


def masked_length(work):
    make_har(os.path.join(work, "t.har"))
    db = taken_in(work, "t.har", 4)
    equal(rows(db, "SELECT platform, count(*) FROM item GROUP BY 1 ORDER BY 1"), [("tiktok", 2), ("x", 2)], "platforms of items")
    equal(rows(db, "SELECT feed_reason, count(*) FROM exposure GROUP BY 1 ORDER BY 1"),
          [("tiktok recommend/item_list", 2), ("x graphql/SearchTimeline", 2)], "where they were seen")
    return db


def one_feed(work):
    os.rename(os.path.join(work, "t.har"), os.path.join(work, "only.har"))
    db = taken_in(work, "only.har", 2, "--only", "tiktok/recommend/item_list")
    equal(rows(db, "SELECT DISTINCT i.platform FROM item i"), [("tiktok",)], "--only")
    equal(rows(db, "SELECT name, platform, ranking FROM feed"), [("captures/tiktok/recommend/item_list", "captures", "algorithmic")], "its feed")
    # the same feed with another choice would not be read again the same
    run("ingest", "--db", db, "--platform", "captures", "--feed", "captures/tiktok/recommend/item_list", os.path.join(work, "only.har"), want=2)
    # crawled (here: a saved answer of the platform itself): the same item, the same author
    before = rows(db, "SELECT count(*) FROM item")
    answer = os.path.join(work, "answer.json")
    with open(answer, "wb") as f:
        f.write(tiktok()[0])
    run("ingest", "--db", db, "--platform", "tiktok", "--endpoint", "recommend/item_list", answer)
    equal(rows(db, "SELECT count(*) FROM item"), before, "captured and crawled are one item")
    equal(rows(db, "SELECT count(*) FROM exposure"), [(4,)], "seen twice")


def hostile(work):
    bomb = os.path.join(work, "bomb.warc.gz")
    with open(bomb, "wb") as f:
        f.write(gzip.compress(b"WARC/1.1\r\nWARC-Type: resource\r\nContent-Length: 80000000\r\n\r\n" + b"0" * 80000000, 9))
    nest = os.path.join(work, "nest.har")
    with open(nest, "w") as f:
        f.write('{"log":{"entries":[' + "[" * 1000000)
    zipped = os.path.join(work, "bomb.wacz")
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("archive/data.warc", b"0" * 80000000)
    many = os.path.join(work, "many.wacz")
    with zipfile.ZipFile(many, "w") as z:
        for i in range(10001):
            z.writestr("archive/%d.warc" % i, b"")
    other = os.path.join(work, "other.wacz")
    with zipfile.ZipFile(other, "w") as z:
        z.writestr("readme.txt", b"Cookie: " + COOKIE.encode())
    for path, code, say in ((bomb, 1, b"refused as a bomb"), (zipped, 1, b"refused as a bomb"), (many, 1, b"more entries"), (nest, None, b"nest"),
                            (other, 4, b"without a WARC file")):
        start = time.monotonic()
        p = subprocess.run([BIN, "parse", "-p", "captures", path], capture_output=True)
        if say not in p.stderr or p.returncode < 0 or (code is not None and p.returncode != code):
            fail("%s: exit %d, %s" % (path, p.returncode, p.stderr.decode()))
        if time.monotonic() - start > 20:
            fail("%s took %.1f s" % (path, time.monotonic() - start))
    # what cannot be looked through is not archived
    db = os.path.join(work, "h.db")
    for path in (bomb, zipped, other):
        p = subprocess.run([BIN, "ingest", "--db", db, "--platform", "captures", path], capture_output=True)
        if p.returncode == 0 or b"not taken in" not in p.stderr:
            fail("%s was taken in: %s" % (path, p.stderr.decode()))
    equal(rows(db, "SELECT count(*) FROM capture"), [(0,)], "captures of refused files")


def many_entries(work):
    body, har = tiktok()
    sample = har["log"]["entries"][0]
    one = har["log"]["entries"][3]
    har["log"]["entries"] = [sample] * 100000 + [one]
    path = os.path.join(work, "long.har")
    with open(path, "w") as f:
        json.dump(har, f)
    start = time.monotonic()
    out = run("parse", "-p", "captures", path)
    if b"items=2" not in out or time.monotonic() - start > 60:
        fail("100001 entries: %r in %.1f s" % (out[-200:], time.monotonic() - start))


with tempfile.TemporaryDirectory() as work:
    masked_length(work)
    one_feed(work)
    packed_files(work)
    hostile(work)
    many_entries(work)
print("captures_test: no secret kept, feeds picked, bombs refused, parsed again the same")

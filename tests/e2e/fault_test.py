"""fault_test.py: crawls of a server that misbehaves on order (tests/servers/faultd), by the real program.

Each fault is one feed beside a healthy one in a study of its own: the verdict is the one that the design asks for, every exchange that the
server logged is in the archive, the archive is intact and agrees with the database, the healthy feed lost nothing, and no page that
succeeded was asked for twice.
"""
import collections
import json
import re

from lab import Lab, equal, fault_study, main, need

# fault, verdict, items, how often it is asked for, the statuses archived, what the reason says
FAULTS = [
    ("429?after=1", "blocked", 0, 3, [429, 429, 429], "429"),
    ("429-date?after=1", "blocked", 0, 3, [429, 429, 429], "429"),
    ("flaky?key=r&fail=1&status=429&after=1", "ok", 5, 2, [429, 200], None),
    ("503-bare", "failed", 0, 3, [503, 503, 503], "503"),
    ("flaky?key=s&fail=2&status=503", "ok", 5, 3, [503, 503, 200], None),
    ("flaky?key=h&fail=2&status=0", "ok", 5, 3, [None, 200], None),
    ("close", "failed", 0, 3, [None, None, None], "."),
    ("slow-first?ms=1500", "ok", 5, 1, [200], None),
    ("cut", "partial", 3, 3, [200, 200, 200], "ends early"),
    ("cut-chunk", "failed", 0, 3, [200, 200, 200], "ends early"),
    ("gzip", "ok", 5, 1, [200], None),
    ("gzip-cut", "failed", 0, 1, [200], "ends early"),
    ("gzip-bomb?mb=80", "failed", 0, 1, [200], "not JSON"),
    ("br", "drift", 0, 1, [200], "coding"),
    ("redirect-loop", "blocked", 0, 1, [302, None], "redirects"),
    ("html", "drift", 0, 1, [200], "HTML page"),
    ("empty", "failed", 0, 1, [200], "body is empty"),
    ("404", "drift", 0, 1, [404], "404"),
    # the first page succeeded: it is kept, and never asked for again
    ("pages?last=503-bare", "partial", 5, 3, [200, 503, 503, 503], "page 1: failed"),
    ("pages?last=cut", "partial", 8, 3, [200, 200, 200, 200], "page 1: partial"),
    ("pages?last=html", "partial", 5, 1, [200, 200], "page 1: drift"),
    ("pages?last=empty", "partial", 5, 1, [200, 200], "page 1: failed"),
    ("pages?last=429", "partial", 5, 3, [200, 429, 429, 429], "page 1: blocked"),
]


def feed(port, name):
    return {"platform": "bluesky", "endpoint": "getFeed", "host": f"http://127.0.0.1:{port}", "depth": 10,
            "params": {"feed": f"at://did:plc:faultdaaaaaaaaaaaaaaaaaa/app.bsky.feed.generator/{name}"}}


def study_of(lab, port, feeds, **keys):
    path = fault_study(lab, port, {}, **keys)
    study = json.loads(path.read_text())
    study["feeds"] = {name: feed(port, fault) for name, fault in feeds.items()}
    path.write_text(json.dumps(study))
    return path


def requests(lab):
    """The server's log, one dict a request."""
    pattern = re.compile(r'conn=(\d+) port=(\d+) tls=(\S+) from=(\d+) method=(\S+) target=(\S+) host=\S+ cookie="([^"]*)"')
    names = ("conn", "port", "tls", "from", "method", "target", "cookie")
    return [dict(zip(names, pattern.match(line).groups())) for line in (lab.dir / "requests.log").read_text().splitlines()]


def asked(log, name, page):
    """How often this page of this feed was asked for: page 0 has no cursor."""
    return sum(f"generator%2F{name.split('?')[0]}" in r["target"] and ("cursor=" in r["target"]) == (page > 0) for r in log)


def hangs_up(text):
    return "close" in text or "status=0" in text or "status%3D0" in text


def nothing_lost(lab, name):
    """What the server saw is what the archive has, request by request. When a server hangs up on a connection that has answered before,
    libcurl asks once more on a new one by itself (RFC 9112 section 9.3.1 allows it): one exchange then, and two requests in the log."""
    saw = collections.Counter(r["target"] for r in requests(lab))
    has = collections.Counter(url.split("//", 1)[1].partition("/")[2] for (url,) in lab.rows("SELECT url FROM capture WHERE sent_at IS NOT NULL"))
    for target, times in saw.items():
        archived = has.pop(target[1:], 0)
        if hangs_up(target):
            need(0 < archived <= times <= 2 * archived, f"{name}: {target}: {times} requests, {archived} exchanges archived")
        else:
            equal(archived, times, f"{name}: {target}: exchanges archived, requests that the server saw")
    equal(dict(has), {}, f"{name}: exchanges archived that no server saw")


def one(name, verdict, items, times, statuses, reason):
    with Lab() as lab:
        _, port = lab.faultd("--log", lab.dir / "requests.log")
        study = study_of(lab, port, {"fault": name, "healthy": "ok"})
        done = lab.run("crawl", study, "--db", lab.db, "--once")
        log = requests(lab)
        found = {row[0]: row[1:] for row in lab.rows("SELECT feed, verdict, items, reason FROM snapshots")}
        equal(found.get("fault", ())[:2], (verdict, items), f"{name}: verdict and items ({found.get('fault')}); {done.stderr}")
        equal(found.get("healthy"), ("ok", 5, None), f"{name}: the feed beside it")
        if reason:
            need(re.search(reason, found["fault"][2] or ""), f"{name}: the reason {found['fault'][2]!r} does not say {reason!r}")
        nothing_lost(lab, name)
        if name != "redirect-loop":
            got = [r[0] for r in lab.rows("SELECT c.status FROM capture c JOIN slot s ON s.id = c.slot_id JOIN feed f ON f.id = s.feed_id WHERE f.name = 'fault' ORDER BY c.id")]
            if hangs_up(name):  # libcurl's own second question may hide the first failure
                equal((set(got[:-1]), got[-1]), ({None}, statuses[-1]), f"{name}: statuses archived")
            else:
                equal(got, statuses, f"{name}: statuses archived")
        if name.startswith("pages"):
            equal((asked(log, name, 0), asked(log, name, 1)), (1, times), f"{name}: requests of page 0 and page 1")
        elif not hangs_up(name):
            equal(asked(log, name, 0), times, f"{name}: requests")
        equal(asked(log, "ok", 0), 1, f"{name}: requests of the healthy feed")
        lab.verify()
        return lab.rows("SELECT c.sent_at, c.ended_at FROM capture c JOIN slot s ON s.id = c.slot_id JOIN feed f ON f.id = s.feed_id WHERE f.name = 'fault' ORDER BY c.id")


def each_fault_has_its_verdict_and_nothing_is_lost():
    for fault in FAULTS:
        one(*fault)


def retry_after_is_obeyed():
    """A lower bound, which no slow machine can break: the next attempt is sent no sooner than the server asked."""
    times = one("flaky?key=w&fail=1&status=429&after=2", "ok", 5, 2, [429, 200], None)
    need(times[1][0] - times[0][1] >= 2000, f"asked to wait 2 s, waited {times[1][0] - times[0][1]} ms")


def a_round_of_every_fault_at_once():
    """One persona and its twin, all faults in one study: the breaker may leave some unasked, which is said; nothing is lost, nothing crashes."""
    with Lab() as lab:
        _, port = lab.faultd("--log", lab.dir / "requests.log")
        feeds = {f"f{i:02d}": fault[0].replace("key=", "key=all") for i, fault in enumerate(FAULTS)}
        lab.run("crawl", study_of(lab, port, feeds, twin=True), "--db", lab.db, "--once")
        equal(lab.number("SELECT count(*) FROM snapshots"), 2 * len(FAULTS), "snapshots: one for each persona and feed, whatever happened")
        equal(lab.number("SELECT count(*) FROM snapshots WHERE verdict <> 'ok' AND reason IS NULL"), 0, "snapshots that are not ok and do not say why")
        nothing_lost(lab, "all faults")
        equal(lab.number("SELECT count(*) FROM snapshots WHERE reason LIKE 'policy breaker%' AND verdict <> 'failed'"), 0, "a failing server is no refusal")
        lab.verify()


def personas_share_no_connection_and_no_cookie():
    """Three personas and their twins, two rounds in two processes: the server's own log decides. Each connection gets a cookie of its own,
    so that a cookie that comes back on another persona's connection shows."""
    with Lab() as lab:
        _, port = lab.faultd("--log", lab.dir / "requests.log")
        study = study_of(lab, port, {"a": "cookie", "b": "ok", "c": "pages?last=ok"}, personas=("anne", "bilal", "chloe"), twin=True)
        lab.run("crawl", study, "--db", lab.db, "--once")  # the real clock: eight feeds at once
        lab.run("crawl", study, "--db", lab.db, "--once", "--now", "2030-01-01T00:00:00Z")
        log = requests(lab)
        owner = {}  # client port -> personas, as the database tells them apart
        for persona, address in lab.rows("SELECT p.name, c.local_address FROM capture c JOIN slot s ON s.id = c.slot_id JOIN persona p ON p.id = s.persona_id"):
            owner.setdefault(address.rsplit(":", 1)[1], set()).add(persona)
        equal(len({p for people in owner.values() for p in people}), 6, "personas seen")
        shared = {p: people for p, people in owner.items() if len(people) != 1}
        need(not shared, f"connections used by more than one persona: {shared}")
        feeds = [r for r in log if r["target"].startswith("/xrpc/")]
        equal(len(feeds), 6 * 4 * 2, "requests of feeds")
        who_of_connection = {}
        for r in feeds:
            who_of_connection.setdefault(r["conn"], set()).update(owner[r["port"]])
        equal({len(v) for v in who_of_connection.values()}, {1}, "personas a connection")
        carried = 0
        for r in feeds:
            who = owner[r["port"]]
            for given in re.findall(r"cookie-of-connection-(\d+)", r["cookie"]):
                carried += 1
                equal(who_of_connection[given], who, f"who was given the cookie that {who} sent")
        need(carried > 6, "cookies came back: else this test sees nothing")
        # the jars live on from process to process
        second = feeds[len(feeds) // 2:]
        need(all(r["cookie"] != "-" for r in second), "each persona's jar is kept for the next process")
        jar = lab.dir / "study.db.session"
        equal(oct(jar.stat().st_mode & 0o777), "0o600", "mode of the session file")
        secret = "cookie-of-connection-"
        need(secret in jar.read_text(), "the jar holds the cookies")
        lab.verify()


main(each_fault_has_its_verdict_and_nothing_is_lost, retry_after_is_obeyed, a_round_of_every_fault_at_once, personas_share_no_connection_and_no_cookie)

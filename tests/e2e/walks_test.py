#!/usr/bin/env python3
"""walks_test.py: walks against the playground, and against a server whose lists are traps.

What is crawled is what the study and the rule say; a planted drift is there; a crawl killed in the middle goes on without continuing a torn walk; verify finds
a parent, a rank, a rule and an address that were changed; walks end for the reasons they have.
"""
import http.server
import csv
import json
import re
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
import urllib.parse
from contextlib import closing

from lab import SOURCE, Lab, equal, main, need, set_clock

STEPS, SEEDS = 6, ["depart00001", "depart00002"]


def persona(name, **more):
    return {"persona": name, "title": {"fr": name, "en": name}, "rationale": {"fr": "essai", "en": "test"}, "languages": ["fr-FR"], **more}


def feed(host, endpoint, seeds, steps, policy="first", depth=20, **more):
    return {"platform": "youtube", "endpoint": endpoint, "host": f"http://{host}", "depth": depth,
            "walk": {"param": "id", "seeds": seeds, "steps": steps, "policy": policy}, **more}


def study(lab, host, feeds, name="walks", personas=None, **more):
    """Writes a study of walks; returns its path."""
    path = lab.dir / f"{name}.json"
    if {"beside", "before"} <= set(feeds):
        more["pairs"] = {"videos": {"ranked": "beside", "chronological": "before", "pool": "alternative", "reason": "same seeds, same rule"}}
    path.write_text(json.dumps({
        "study": name, "title": {"fr": "Parcours", "en": "Walks"}, "question": {"fr": "?", "en": "?"}, "contact": "test@example.org",
        "personas": personas or [persona("anne", twin=True), persona("zoe")], "feeds": feeds, "schedule": {"every": "1d", "time_zone": "UTC"},
        "detectors": ["marker"], "seed": 5, "decisions": [{"type": "private_address", "subject": host, "reason": "test on loopback"}], **more}))
    return path


def both(host, policy):
    return {"beside": feed(host, "piped/streams", SEEDS, STEPS, policy), "before": feed(host, "invidious/videos", SEEDS, STEPS, ranking="chronological")}


def url_item(url):
    return urllib.parse.unquote(url.split("?")[0].rsplit("/", 1)[1])


def followed(lab, db=None):
    """Each step with what its parent's list held at the rank followed, and the address that was asked for."""
    return lab.rows("""SELECT s.walk, s.step, s.attempt, s.policy, p.walk, p.step, p.attempt, s.parent_rank, i.native_id, c.url, s.persona_id = p.persona_id
        AND s.feed_id = p.feed_id AND s.round_id = p.round_id FROM snapshot s JOIN snapshot p ON p.id = s.parent_snapshot_id
        JOIN parse q ON q.snapshot_id = p.id JOIN exposure e ON e.parse_id = q.id AND e.rank = s.parent_rank
        JOIN item_version v ON v.id = e.item_version_id JOIN item i ON i.id = v.item_id
        JOIN snapshot_capture x ON x.snapshot_id = s.id AND x.page = 0 JOIN capture c ON c.id = x.capture_id""", db=db)


# ---- a crawl, step by step ----

def check_walked(lab, host):
    path = study(lab, host, both(host, "random"))
    plan = lab.run("crawl", path, "--dry-run").stdout
    need(plan.count(f"{host}/streams/depart00001") == 3 and plan.count(f"a walk from each: {STEPS} lists at most, following an entry drawn by lot") == 3,
         f"the plan does not say what is walked:\n{plan}")
    lab.run("crawl", path, "--db", lab.db, "--now", "2026-03-02T00:00:00Z", "--once")
    lab.verify()
    personas, walks = 3, len(SEEDS)
    equal(lab.rows("SELECT walk, step, count(*) FROM snapshot GROUP BY walk, step"),
          [(w, s, personas * 2) for w in (1, 2) for s in range(STEPS)], "steps")
    equal(lab.number("SELECT count(*) FROM snapshot WHERE policy IS NULL OR (step = 0) <> (parent_snapshot_id IS NULL) OR (step = 0) <> (parent_rank IS NULL)"), 0,
          "steps without what they need")
    equal(lab.number("SELECT count(*) FROM snapshot WHERE skew_ms IS NOT NULL"), 0, "steps with a skew")
    equal(lab.rows("SELECT DISTINCT f.name, s.policy FROM snapshot s JOIN feed f ON f.id = s.feed_id ORDER BY 1"), [("before", "first"), ("beside", "random")], "rules")
    steps = followed(lab)
    equal(len(steps), personas * 2 * walks * (STEPS - 1), "steps with a parent whose list holds what was followed")
    for walk, step, attempt, policy, parent_walk, parent_step, parent_attempt, rank, item, url, same in steps:
        need(same and (parent_walk, parent_step, parent_attempt) == (walk, step - 1, attempt), f"walk {walk}, step {step}: another parent")
        equal(url_item(url), item, f"walk {walk}, step {step}: what was asked for")
        need(policy == "random" or rank == 0, f"first followed rank {rank}")
    need(len({s[7] for s in steps if s[3] == "random"}) > 3, "the draw follows always the same ranks")
    # no item twice in one walk
    equal(lab.number("""SELECT count(*) FROM (SELECT 1 FROM snapshot s JOIN snapshot_capture x ON x.snapshot_id = s.id JOIN capture c ON c.id = x.capture_id
        GROUP BY s.round_id, s.persona_id, s.feed_id, s.walk, s.attempt, c.url HAVING count(*) > 1)"""), 0, "items asked for twice")
    equal(lab.rows("SELECT walk_end, count(*) FROM walks GROUP BY 1"), [("complete", personas * 2 * walks)], "ends")
    # a twin draws alike: its first choice is the same place of the same list but for the noise
    equal(lab.number("""SELECT count(DISTINCT s.parent_rank) FROM snapshot s JOIN persona p ON p.id = s.persona_id JOIN feed f ON f.id = s.feed_id
        WHERE p.name LIKE 'anne%' AND f.name = 'beside' AND s.walk = 1 AND s.step = 1"""), 1, "first draws of a persona and its twin")
    equal(lab.rows("SELECT state, count(*) FROM slot GROUP BY 1"), [("done", 6)], "slots")
    equal(lab.number("SELECT count(*) FROM alarm"), 0, "alarms")
    status = json.loads(lab.run("status", "--db", lab.db, "--json").stdout)
    equal(status["walks"], {"complete": personas * 2 * walks}, "walks of status")
    need(f"walks: complete {personas * 2 * walks}\n" in lab.run("status", "--db", lab.db).stdout, "status does not count walks")
    # reading again changes nothing of a walk
    before = lab.rows("SELECT * FROM snapshot ORDER BY id")
    lab.run("reparse", "--db", lab.db)
    equal(lab.rows("SELECT * FROM snapshot ORDER BY id"), before, "snapshots after a reparse")
    # a later generation may rank otherwise: what was followed is told by the first
    copy = lab.dir / "ranked-again.db"
    shutil.copy(lab.db, copy)
    with closing(sqlite3.connect(copy)) as db:
        for name, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('parse', 'exposure')").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("INSERT INTO parse SELECT 100000 + id, randomblob(16), snapshot_id, adapter, '999', engine_version, verdict, reason, items, organic_items, repairs FROM parse")
        db.execute("""INSERT INTO exposure (parse_id, rank, organic_rank, item_version_id, page, is_repost, is_pinned, is_ad, is_service, is_reply, is_quote)
            SELECT 100000 + parse_id, 19 - rank, 19 - rank, item_version_id, page, 0, 0, 0, 0, 0, 0 FROM exposure WHERE rank < 20""")
        db.execute("UPDATE snapshot_current SET parse_id = 100000 + parse_id")
        db.commit()
    need(lab.run("verify", "--archive", lab.archive, "--db", copy).stdout.startswith("intact"), "verify goes by a later reading than the crawl did")


# ---- verify ----

def check_tampered(lab):
    """Each change of a walk is found, and named."""
    one = "(SELECT id FROM snapshot WHERE walk = 1 AND step = 3 ORDER BY id LIMIT 1)"
    parse = f"(SELECT q.id FROM parse q JOIN snapshot s ON s.parent_snapshot_id = q.snapshot_id WHERE s.id = {one})"
    rank = f"(SELECT parent_rank FROM snapshot WHERE id = {one})"
    cases = (
        ("rank", "snapshot", f"UPDATE snapshot SET parent_rank = parent_rank + 1 WHERE id = {one}", "snapshot.parent_rank"),
        ("no rank", "snapshot", f"UPDATE snapshot SET parent_rank = NULL WHERE id = {one}", "snapshot.parent_rank"),
        ("parent", "snapshot", f"UPDATE snapshot SET parent_snapshot_id = (SELECT min(id) FROM snapshot) WHERE id = {one}", "snapshot.parent_snapshot_id"),
        ("no parent", "snapshot", f"UPDATE snapshot SET parent_snapshot_id = NULL WHERE id = {one}", "snapshot.parent_snapshot_id"),
        ("policy", "snapshot", f"UPDATE snapshot SET policy = iif(policy = 'first', 'random', 'first') WHERE id = {one}", "snapshot.policy"),
        ("step", "snapshot", f"UPDATE snapshot SET step = 40 WHERE id = {one}", "against its key"),
        # what the list held: another item at the rank that was followed
        ("item", "exposure", f"UPDATE exposure SET item_version_id = (SELECT min(id) FROM item_version WHERE id <> item_version_id) WHERE parse_id = {parse} AND rank = {rank}",
         "the item asked for is not the one followed"),
        # the entry followed becomes an ad: the rule would have gone elsewhere
        ("ad", "exposure", f"UPDATE exposure SET is_ad = 1, organic_rank = NULL WHERE parse_id = {parse} AND rank = {rank}", "against the rule of the walk"),
        ("verdict", "parse", f"UPDATE parse SET verdict = 'drift' WHERE id = {parse}", "a list that is not followed"),
        ("seeds", "feed", "UPDATE feed SET parameters = replace(parameters, 'depart00001', 'depart00009')", "the item asked for is not the one followed"),
        ("rule", "feed", "UPDATE feed SET parameters = replace(parameters, '\"random\"', '\"first\"')", "against the rule of the walk"),
        ("seed", "program_run", "UPDATE program_run SET seed = seed + 1", "against the rule of the walk"),
    )
    for name, table, change, says in cases:
        copy = lab.dir / "tampered.db"
        shutil.copy(lab.db, copy)
        with closing(sqlite3.connect(copy)) as db:
            for trigger, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?", (table,)).fetchall():
                db.execute(f"DROP TRIGGER {trigger}")
            need(db.execute(change).rowcount > 0, f"{name}: nothing was changed")
            db.commit()
        found = lab.run("verify", "--archive", lab.archive, "--db", copy, expect=1).stdout
        need(says in found, f"{name}: verify does not say “{says}”:\n{found}")


# ---- killed, stopped ----

def wait_for(lab, process, sql, enough):
    """Waits until the database of a running crawl has come that far."""
    for _ in range(2000):
        need(process.poll() is None, "the crawl ended before it could be killed")
        try:
            if lab.number(sql) >= enough:
                return
        except sqlite3.OperationalError:
            pass
        time.sleep(0.005)
    raise AssertionError("the crawl does not come forward")


def check_killed(lab, host, how):
    path = study(lab, host, both(host, "random"), name=f"killed-{how.name.lower()}")
    command = [str(lab.program), "crawl", str(path), "--db", str(lab.db), "--now", "2026-03-02T00:00:00Z", "--once"]
    crawl = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=lab.env)
    wait_for(lab, crawl, "SELECT count(*) FROM snapshot", STEPS + 2)
    crawl.send_signal(how)
    equal(crawl.wait(), -how if how == signal.SIGKILL else 3, "how the crawl ended")
    done = lab.rows("SELECT round_id, persona_id, feed_id, walk, count(*) FROM snapshot WHERE interrupted = 0 GROUP BY 1, 2, 3, 4 HAVING count(*) = ?", STEPS)
    need(done, "no walk was whole before the kill")
    lab.run("crawl", path, "--db", lab.db, "--now", "2026-03-02T00:00:00Z", "--once")
    lab.verify()
    equal(lab.number("SELECT count(*) FROM walks WHERE last_attempt AND walk_end = 'complete'"), 3 * 2 * len(SEEDS), "walks that came to their end")
    equal(lab.number("SELECT count(*) FROM walks WHERE last_attempt AND walk_end <> 'complete'"), 0, "walks that did not")
    torn = lab.rows("SELECT walk_end FROM walks WHERE NOT last_attempt")
    need(all(end == ("interrupted",) for end in torn), f"torn walks: {torn}")
    # what was whole is not walked again; what was torn begins at its seed again, and no step hangs on one of another attempt
    for round_id, persona_id, feed_id, walk, _ in done:
        equal(lab.rows("SELECT DISTINCT attempt FROM snapshot WHERE round_id = ? AND persona_id = ? AND feed_id = ? AND walk = ?", round_id, persona_id, feed_id, walk),
              [(1,)], "attempts at a walk that was whole")
    equal(lab.number("SELECT count(*) FROM snapshot s JOIN snapshot p ON p.id = s.parent_snapshot_id WHERE p.attempt <> s.attempt"), 0, "steps that go on from another attempt")
    equal(lab.number("""SELECT count(*) FROM (SELECT 1 FROM snapshot GROUP BY round_id, persona_id, feed_id, walk, attempt
        HAVING min(step) <> 0 OR count(*) <> max(step) + 1)"""), 0, "attempts with a gap")
    equal(lab.rows("SELECT DISTINCT state FROM slot"), [("done",)], "slots")


def whole(lab, what):
    """After a stop and a second start: every walk came to its end, no attempt has a gap, none goes on from another."""
    equal(lab.number("SELECT count(*) FROM walks WHERE last_attempt AND walk_end = 'complete'"), 2, f"{what}: walks that came to their end")
    equal(lab.number("SELECT count(*) FROM walks WHERE last_attempt AND walk_end <> 'complete'"), 0, f"{what}: walks that did not")
    equal(lab.number("SELECT count(*) FROM snapshot s JOIN snapshot p ON p.id = s.parent_snapshot_id WHERE p.attempt <> s.attempt OR p.step <> s.step - 1 OR p.interrupted"),
          0, f"{what}: steps that go on from another attempt, or from what was torn")
    equal(lab.number("SELECT count(*) FROM (SELECT 1 FROM snapshot GROUP BY walk, attempt HAVING min(step) <> 0 OR count(*) <> max(step) + 1)"), 0, f"{what}: attempts with a gap")
    equal(lab.rows("SELECT state, count(*) FROM slot GROUP BY 1"), [("done", 1)], f"{what}: slots")
    equal(lab.number("SELECT count(*) FROM capture c WHERE c.purpose = 'feed' AND NOT EXISTS (SELECT 1 FROM snapshot_capture x WHERE x.capture_id = c.id)"), 0,
          f"{what}: captures of no step")


def check_crash_points(lab, host):
    """Killed at each write, sync and commit that the program counts, and started again."""
    path = study(lab, host, {"beside": feed(host, "piped/streams", SEEDS, 3, "random")}, name="points", personas=[persona("zoe")])
    command = ["crawl", path, "--db", lab.db, "--now", "2026-03-02T00:00:00Z", "--once"]
    killed = 0
    for point in range(1, 1000):
        for old in lab.dir.glob("study.db*"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        lab.env["AMP_CRASH_AT"] = str(point)
        first = lab.run(*command, expect=None).returncode
        del lab.env["AMP_CRASH_AT"]
        if first == 0:
            break
        equal(first, -signal.SIGKILL, f"crash point {point}")
        killed += 1
        lab.run(*command)
        whole(lab, f"crash point {point}")
        lab.verify()
    need(30 < killed < 999, f"killed at {killed} points")


# ---- the planted drift, and where walks end ----

def check_report(lab, db, drift):
    """The report's measures of walks, against sums over the view: a persona and its twins weigh as one, each walk as much as the others of theirs."""
    lab.run("report", "--db", db, "--out", lab.dir / "report", "--lang", "en", "--format", "csv,html,svg")
    table = list(csv.DictReader((lab.dir / "report/summary.csv").open(newline="", encoding="utf-8")))
    rows = {(r["metric"], r["feed"]): r for r in table if r["target"] == "any" and r["family"] != "sensitivity" and r["scope"] == "feed"}
    doses = {}
    for name in ("beside", "before"):
        sums = {}
        for who, walk, step, flagged in lab.rows("SELECT cluster, day || walk || persona, step, flagged FROM persona_exposure WHERE target = 'any' AND detector = 'marker'"
                                                 " AND walk > 0 AND feed = ?", name, db=db):
            sums.setdefault(who, {}).setdefault(walk, {})[step] = flagged
        equal([len(w) for w in sums.values()] in ([36, 18], [18, 36]), True, "walks of a persona with a twin, and of one without")
        mean = lambda of: sum(sum(of(w) for w in own.values()) / len(own) for own in sums.values()) / len(sums)
        doses[name] = sums
        dose, share = mean(lambda w: sum(w.values())), mean(lambda w: sum(w.values()) / 20 / 8)
        to_first = mean(lambda w: min([s + 1 for s in w if w[s]], default=8)) # nobody is censored before list 8
        for metric, want in (("walk_dose", dose), ("walk_share", share), ("walk_mean_to_first", to_first)):
            got = rows[metric, name]
            need(abs(float(got["estimate"]) - want) < 1e-9, f"{metric} of {name}: {got['estimate']}, by hand {want}")
            equal((got["n_cells"], got["n_excluded"], got["left_out"], got["role"]), ("54", "0", "none", "exploratory"), metric)
    # the difference, by hand: every walk went to its end, so that the couples' mean is the difference of the means
    of_pair = [r for r in table if r["metric"] == "walk_dose_lift" and r["target"] == "any" and r["persona"] == "NA"
               and (r["depth"], r["threshold"], r["rbp_p"]) == ("20", "default", "0.9")]
    cuts = {0: None, 1: None, 2: None, 4: None, 6: None}
    for r in of_pair:
        cuts[int(r["method"].split()[1]) if r["method"].startswith("first ") else 0] = r
    for lists, r in cuts.items():
        upto = lambda name: sum(sum(sum(v for k, v in w.items() if not lists or k < lists) for w in own.values()) / len(own)
                                for own in doses[name].values()) / len(doses[name])
        want = upto("beside") - upto("before")
        need(r and abs(float(r["estimate"]) - want) < 1e-9, f"walk_dose_lift of {lists or 'all'} lists: {r and r['estimate']}, by hand {want}")
        equal((r["n_cells"], r["n_excluded"], r["left_out"], r["family"] == "sensitivity"), ("54", "0", "none", lists > 0), "couples of walks")
    need(cuts[0]["label"].endswith("uncorrected detector output") and cuts[0]["floor_note"].startswith("measured") and float(cuts[0]["floor_ranked"]) > 0,
         f"the noise of walks: {cuts[0]}")
    equal(sum(r["metric"] == "walk_dose_lift" and r["persona"] != "NA" for r in table), 2, "lifts by persona")
    # by target: the groups' own rows of the view
    for target, flagged in lab.rows("SELECT target, sum(flagged) FROM persona_exposure WHERE detector = 'marker' AND walk > 0 AND feed = 'beside'"
                                    " AND cluster = (SELECT min(cluster) FROM persona_exposure) AND target <> 'none' GROUP BY target", db=db):
        need(any(r["metric"] == "walk_dose" and r["feed"] == "beside" and r["target"] == target for r in table), f"no dose of {target} ({flagged})")
    got = rows["walk_drift", "beside"]
    need(abs(float(got["estimate"]) - drift) < 0.02, f"slope along walks: {got['estimate']}, planted {drift}")
    need(("exposure_share", "beside") not in rows, "a walked feed has measures of visits")
    need((lab.dir / "report/charts/walks-beside.svg").exists() and "Have met none" in (lab.dir / "report/report.html").read_text(), "no curves of walks")
    page = (lab.dir / "report/report.html").read_text()
    summary = page[page.index('id="summary-title"'):page.index('id="tables-title"')]
    need("<svg" in summary and "How the walks went" in summary, "the summary of a study of walks has no chart or no table")
    need("ranked against chronological" in page and "Walks under other choices" in page and "entries presumed hateful on average" in summary, "walks are not compared")
    quoted = re.findall("<blockquote>(.*?)</blockquote>", summary)
    need(len(quoted) == 3, f"{len(quoted)} sentences to quote")
    for sentence in quoted:  # each stands alone: where, when, whom, by what
        for word in ("On YouTube, ", " March 2026", " automated visitors", "automatic detector"):
            need(word in sentence, f"{word!r} is missing in: {sentence}")
    lift = next(r for r in table if r["metric"] == "walk_dose_lift" and r["target"] == "any" and r["family"] != "sensitivity")
    need(float(lift["p"]) <= 0.05 or "could not have shown an effect" in quoted[0] or "cannot be told from zero" in quoted[0], f"what was not established is claimed: {quoted[0]}")
    need("line-ranked" in summary and "line-chrono" in summary, "one side of the walks is not in the chart")
    need(not (lab.dir / "report/charts/walks-before.svg").exists(), "a side has a chart of its own beside the common one")
    need("Each feed by itself" not in page, "a heading with nothing below it")


def check_drift(lab):
    """The study's own figures against the playground's truth, list by list: the same lists, and the planted slope."""
    server, url = lab.playground("--seed", "3", "--drift", "0.05", log="drift.jsonl", now="2026-03-01T23:00:00Z")
    host = url.removeprefix("http://")
    seeds = [f"depart{n:05}" for n in range(1, 7)]
    path = study(lab, host, {"beside": feed(host, "piped/streams", seeds, 8), "before": feed(host, "invidious/videos", seeds, 8, ranking="chronological")}, name="drift")
    db = lab.dir / "drift.db"
    for day in ("02", "03", "04"):
        set_clock(url, f"2026-03-{day}T00:00:00Z")
        lab.run("crawl", path, "--db", db, "--now", f"2026-03-{day}T00:00:00Z", "--once")
    lab.stop(server)
    measured = {(feed, step): (flagged, n) for feed, step, flagged, n in lab.rows(
        "SELECT feed, step, sum(flagged), sum(n) FROM persona_exposure WHERE target = 'any' AND detector = 'marker' AND walk > 0 GROUP BY feed, step", db=db)}
    truth = {}
    for line in (lab.dir / "drift.jsonl").read_text().splitlines():
        answer = json.loads(line)
        if answer["type"] != "answer":
            continue
        at = ({"ranked": "beside", "chronological": "before"}[answer["ranking"]], answer["step"])
        flagged, n = truth.get(at, (0, 0))
        truth[at] = flagged + sum(i["targets"] is not None for i in answer["items"]), n + answer["n"]
    equal(measured, truth, "flagged and shown, by feed and step, against what was served")
    # 0.04 + 0.05 s, over 18 walks of 3 days: 1,080 entries a step, of which twins share most: five standard deviations of 360
    for step in range(8):
        planted, share = 0.04 + 0.05 * step, measured["beside", step][0] / measured["beside", step][1]
        need(abs(share - planted) < 5 * (planted * (1 - planted) / 360) ** 0.5, f"step {step}: {share}, planted {planted}")
    control = [measured["before", step][0] / measured["before", step][1] for step in range(8)]
    need(max(control) < 0.15, f"the control drifts: {control}")
    check_report(lab, db, 0.05)
    equal(lab.rows("SELECT count(*) FROM pairs", db=db), [(1,)], "pairs")
    equal(lab.rows("SELECT count(*) FROM feed_pairs", db=db), [(0,)], "walks among pairs of feeds")
    equal(lab.rows("SELECT rule, count(*) FROM alarm GROUP BY 1", db=db), [], "alarms of three days")


CHANNELS = [{"type": "channel", "author": "x", "authorId": f"UC{n}"} for n in range(12)]  # of another kind: never followed
GRAPH = {  # what is shown beside each; a number: a status
    "loop": ["loop", "round", *CHANNELS], "round": ["loop", "round", *CHANNELS],
    "odd": [*CHANNELS, {"videoId": "", "title": "no id"}, "odd", "a b/../?v=1&é\"'"], "a b/../?v=1&é\"'": [],
    "long": ["x" * 513, "y" * 512, "z", *CHANNELS], "y" * 512: 404,
    "shape": ["strange"], "strange": {"error": "what"},
    "wall": ["login", "z"], "login": 403, "never": ["z"], "z": ["loop"],
}


class Traps(http.server.BaseHTTPRequestHandler):
    asked = []

    def do_GET(self):
        item = urllib.parse.unquote(self.path.split("?")[0].removeprefix("/api/v1/videos/"))
        beside = GRAPH.get(item, 404)
        if self.path.startswith("/api/v1/videos/"):
            Traps.asked.append(item)
        status = beside if isinstance(beside, int) else 200
        body = json.dumps(beside if isinstance(beside, dict) else {"title": "t", "recommendedVideos": [
            b if isinstance(b, dict) else {"videoId": b, "title": f"video {b[:9]}", "author": "a", "authorId": "UC2"} for b in (beside if status == 200 else [])]}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        """As InnerTube does: the item stands in the body, and in no address."""
        item = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["videoId"]
        Traps.asked.append(item)
        results = [{"compactVideoRenderer": {"videoId": f"{item[:-1]}{n}", "title": {"simpleText": f"video {n}"}}} for n in range(1, 4)]
        body = json.dumps({"contents": {"twoColumnWatchNextResults": {"secondaryResults": {"secondaryResults": {"results": results}}}}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve_traps():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Traps)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Traps.asked.clear()
    return server, f"127.0.0.1:{server.server_address[1]}"


def end_traps(server):
    server.shutdown()
    server.server_close()


def check_ends(lab):
    """Every way in which a walk ends, and ids that would break out of an address."""
    server, host = serve_traps()
    seeds = ["loop", "odd", "long", "shape", "wall", "never"]
    path = study(lab, host, {"beside": feed(host, "invidious/videos", seeds, 5)}, name="ends", personas=[persona("zoe")])
    db, archive = lab.dir / "ends.db", lab.dir / "ends.db.warc.d"
    said = lab.run("crawl", path, "--db", db, "--now", "2026-03-02T00:00:00Z", "--once").stderr
    end_traps(server)
    equal(Traps.asked, ["loop", "round", "odd", "a b/../?v=1&é\"'", "long", "y" * 512, "shape", "strange", "wall", "login"], "what was asked for, in this order")
    ends = lab.rows("SELECT walk, steps, walk_end FROM walks ORDER BY walk", db=db)
    equal([e[:2] for e in ends], [(1, 2), (2, 2), (3, 2), (4, 2), (5, 2)], "how far each walk went")
    equal([e[2] for e in ends][:2] + [ends[4][2]], ["nothing to follow", "empty", "blocked"], "why walks ended")
    need({ends[2][2], ends[3][2]} <= {"failed", "drift"}, f"why walks ended: {ends}")
    equal(lab.rows("SELECT state, reason FROM slot", db=db), [("done", "blocked")], "the slot")
    need("not asked again in this run" in said, said)
    need(lab.run("verify", "--archive", archive, "--db", db).stdout.startswith("intact"), "verify")
    # four lists of a dozen, then an empty one and one of one: beside other items, which is no finding
    equal(lab.rows("SELECT rule FROM alarm", db=db), [], "alarms")
    # a walk that ended before its last step is no zero: it has no further rows, and its last list is the last word
    equal(lab.rows("SELECT count(*) FROM snapshot", db=db), [(10,)], "snapshots")


def check_posted(lab):
    """What goes into the body of a POST is in no address: there verify goes by the archive's entry."""
    server, host = serve_traps()
    beside = {"platform": "youtube", "endpoint": "innertube/next", "host": f"http://{host}", "depth": 3, "walk": {"param": "videoId", "seeds": ["aaaaaaaaaa0"], "steps": 4}}
    path = study(lab, host, {"beside": beside}, name="posted", personas=[persona("zoe")])
    db, archive = lab.dir / "posted.db", lab.dir / "posted.db.warc.d"
    lab.run("crawl", path, "--db", db, "--now", "2026-03-02T00:00:00Z", "--once")
    end_traps(server)
    equal(Traps.asked, ["aaaaaaaaaa0", "aaaaaaaaaa1", "aaaaaaaaaa2", "aaaaaaaaaa3"], "what was asked for")
    need(lab.run("verify", "--archive", archive, "--db", db).stdout.startswith("intact"), "verify")
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("DROP TRIGGER item_no_update")
        need(connection.execute("UPDATE item SET native_id = 'aaaaaaaaaaX' WHERE native_id = 'aaaaaaaaaa2'").rowcount == 1, "nothing was changed")
        connection.commit()
    found = lab.run("verify", "--archive", archive, "--db", db, expect=1).stdout
    need("the item that the archive's entry names is not the one followed: feed beside, walk 1, step 2" in found, found)


def check_erased(lab):
    """What a walk followed is erased by law: its name goes from the addresses that asked for it, and verify finds no fault in what it can no longer derive."""
    item, persona_id = lab.rows("""SELECT i.native_id, s.persona_id FROM snapshot s JOIN parse p ON p.snapshot_id = s.parent_snapshot_id
        JOIN exposure e ON e.parse_id = p.id AND e.rank = s.parent_rank JOIN item_version v ON v.id = e.item_version_id JOIN item i ON i.id = v.item_id
        WHERE s.walk = 1 AND s.step = 2 AND s.policy = 'random' ORDER BY s.id LIMIT 1""")[0]
    before = lab.rows("SELECT walk, attempt, steps, walk_end FROM walks ORDER BY snapshot_id")
    lab.run("erase", "--db", lab.db, "--item", item, "--basis", "request of a test")
    equal(lab.number("SELECT count(*) FROM capture WHERE instr(url, ?)", item), 0, "addresses that name what was erased")
    need(lab.number("SELECT count(*) FROM snapshot s JOIN snapshot_capture x ON x.snapshot_id = s.id JOIN erased_capture y ON y.capture_id = x.capture_id WHERE s.persona_id = ?",
                    persona_id) > 0, "no capture was erased")
    equal(lab.rows("SELECT walk, attempt, steps, walk_end FROM walks ORDER BY snapshot_id"), before, "walks after the erasure")
    lab.verify()


def check_export(lab):
    out = lab.dir / "tables"
    lab.run("export", "--db", lab.db, "--out", out)
    lines = (out / "walks.csv").read_text().splitlines()
    equal(len(lines) - 1, lab.number("SELECT count(*) FROM walks"), "rows of walks.csv")
    need(lines[0].startswith("snapshot,study,scheduled_at,day,persona,") and "walk_end" in lines[0], lines[0])
    need("policy,parent,parent_rank" in (out / "snapshots.csv").read_text().splitlines()[0], "snapshots.csv does not name parents")
    rows = lab.run("export", "--db", lab.db, "--out", "-", "--table", "feed_pairs").stdout.splitlines()
    equal(len(rows), 1, "lines of feed_pairs.csv")


def walks():
    with Lab(in_memory=True) as lab:
        server, url = lab.playground(now="2026-03-02T00:00:00Z")
        host = url.removeprefix("http://")
        check_walked(lab, host)
        check_tampered(lab)
        check_export(lab)
        check_erased(lab)
        for how in (signal.SIGKILL, signal.SIGINT):
            with Lab(in_memory=True) as other:
                check_killed(other, host, how)
        with Lab(in_memory=True) as points:
            check_crash_points(points, host)
        # another seed on the command line is recorded, and verify draws with it
        with Lab(in_memory=True) as seeded:
            path = study(seeded, host, both(host, "random"), name="seeded")
            seeded.run("crawl", path, "--db", seeded.db, "--now", "2026-03-02T00:00:00Z", "--once", "--seed", "18446744073709551615")
            seeded.verify()
        lab.stop(server)
        check_drift(lab)
        check_ends(lab)
        check_posted(lab)
        example = lab.run("check", SOURCE / "personas/studies/walks.json").stdout
        need("without mistake" in example, example)


if __name__ == "__main__":
    main(walks)

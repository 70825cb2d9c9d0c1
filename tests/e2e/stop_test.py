"""stop_test.py: a crawl that cannot go on: stopped by a signal, twice; the disk full; the database locked by another program.

Always the same questions: does it say why in a sentence, with the exit code of the contract; is what was captured intact; does the same
command go on and finish, asking for nothing twice that was finished?
"""
import json
import os
import resource
import signal
import sqlite3
import subprocess
import time

from lab import BIN, Lab, equal, fault_study, interrupt, main, need

PERSONAS = ("anne", "bilal")
NOW = ("--now", "2026-03-02T12:00:00Z")


def study_of(lab, port, faults, personas=PERSONAS):
    path = fault_study(lab, port, {}, personas=personas)
    study = json.loads(path.read_text())
    study["feeds"] = {name: {"platform": "bluesky", "endpoint": "getFeed", "host": f"http://127.0.0.1:{port}", "depth": 10,
                             "params": {"feed": f"at://did:plc:faultdaaaaaaaaaaaaaaaaaa/app.bsky.feed.generator/{fault}"}} for name, fault in faults.items()}
    path.write_text(json.dumps(study))
    return path


def command(lab, study, *more):
    return [str(BIN / "amplimeter"), "crawl", str(study), "--db", str(lab.db), *NOW, *more]


def seen(lab, words):
    """Waits until the server's log holds these words: the crawl is in the middle of that exchange."""
    log = lab.dir / "requests.log"
    for _ in range(3000):
        if log.exists() and words in log.read_text():
            return
        time.sleep(0.02)
    raise AssertionError(f"the server never saw {words}")


def asked(lab):
    return [line.split("target=")[1].split()[0] for line in (lab.dir / "requests.log").read_text().splitlines() if "/xrpc/" in line]


def complete(lab, personas, feeds, rounds=1):
    """Each slot done once, each snapshot ok, nothing claimed or half, evidence intact."""
    equal(lab.rows("SELECT state, count(*) FROM slot GROUP BY 1"), [("done", personas * feeds * rounds)], "slots")
    equal(lab.number("""SELECT count(*) FROM slot s WHERE (SELECT count(*) FROM snapshot n WHERE n.round_id = s.round_id AND n.persona_id = s.persona_id AND n.feed_id = s.feed_id AND n.interrupted = 0) <> 1"""), 0,
          "slots without exactly one whole snapshot")
    equal(lab.number("SELECT count(*) FROM snapshots WHERE verdict <> 'ok' AND reason <> 'interrupted'"), 0, "snapshots that are not ok")
    lab.verify()


def start(lab, argv):
    return subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=lab.env)


def one_signal_finishes_the_exchange_in_hand():
    with Lab() as lab:
        _, port = lab.faultd("--log", lab.dir / "requests.log")
        # the first page is slow: the signal comes while it is under way; its second page must not be asked for
        study = study_of(lab, port, {"slow": "slow-first?ms=1500", "a": "ok", "b": "ok"})
        crawl = start(lab, command(lab, study, "--once"))
        seen(lab, "slow-first")
        interrupt(crawl)
        talk = crawl.communicate()[1]
        equal(crawl.returncode, 3, f"exit code after SIGINT: {talk}")
        need("Stopped" in talk and "goes on" in talk, f"no sentence about stopping: {talk}")
        before = asked(lab)
        equal(lab.number("SELECT count(*) FROM snapshots WHERE feed = 'slow' AND verdict = 'ok' AND items = 5"), 1, "the exchange in hand was finished and stored")
        equal(lab.number("SELECT count(*) FROM slot WHERE state = 'claimed'"), 0, "slots left claimed")
        equal(lab.number("SELECT count(*) FROM capture WHERE purpose = 'feed'"), len(before), "archived, seen by the server")
        need(len(before) < 6, "the signal came too late for this test to see anything")
        lab.verify()
        lab.run(*command(lab, study, "--once")[1:])
        complete(lab, 2, 3)
        equal(len(asked(lab)), 6, "nothing that was finished was asked for again")


def a_second_signal_ends_at_once():
    with Lab() as lab:
        _, port = lab.faultd("--log", lab.dir / "requests.log")
        study = study_of(lab, port, {"a": "ok", "slow": "slow-first?ms=4000"})
        crawl = start(lab, command(lab, study, "--once"))
        seen(lab, "slow-first")
        interrupt(crawl)
        time.sleep(0.3)  # two signals close together may be delivered as one
        need(crawl.poll() is None, "the first signal waits for the exchange in hand")
        interrupt(crawl)
        crawl.communicate()
        equal(crawl.returncode, -signal.SIGINT, "ended by the signal itself")
        # what was on its way is not there, what was there is whole
        alone = lab.run("verify", "--archive", lab.archive, expect=None)
        need(alone.returncode == 0, f"the archive after a second signal: {alone.stdout}{alone.stderr}")
        lab.run(*command(lab, study, "--once")[1:])
        complete(lab, 2, 2)


def full_disk_stops_with_a_sentence():
    """RLIMIT_FSIZE stands for a full disk: a write fails in the middle. Tried at several sizes, so that database, its log and archive each fail."""
    feeds = {f"f{i:02d}": "pages?last=ok" for i in range(12)}
    stopped = 0
    for kilobytes in (1200, 640, 420, 300, 200, 96, 48, 24):
        with Lab() as lab:
            _, port = lab.faultd("--log", lab.dir / "requests.log")
            study = study_of(lab, port, feeds)
            limit = kilobytes * 1024
            tight = subprocess.run(command(lab, study, "--rounds", "3"), capture_output=True, text=True, env=lab.env, timeout=300,
                                   preexec_fn=lambda n=limit: resource.setrlimit(resource.RLIMIT_FSIZE, (n, n)))
            if tight.returncode == 0:
                continue
            stopped += 1
            equal(tight.returncode, 1, f"exit code with {kilobytes} KiB: {tight.stderr}")
            last = [line for line in tight.stderr.splitlines() if line.startswith("amplimeter: ")]
            need(len(last) == 1 and str(lab.dir) in last[0], f"{kilobytes} KiB: one sentence that names the file: {tight.stderr}")
            if lab.archive.exists() and any(lab.archive.iterdir()):
                verified = lab.run("verify", "--archive", lab.archive, expect=None)
                need(verified.returncode in (0, 1, 3) and "Traceback" not in verified.stderr, verified.stderr)
            lab.run(*command(lab, study, "--rounds", "3")[1:])
            complete(lab, 2, 12, 3)
            equal(lab.number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0, "SQLite's own check")
    need(stopped >= 3, f"only {stopped} of these limits stopped a crawl: the test sees nothing")


def a_locked_database_stops_with_a_sentence():
    with Lab() as lab:
        _, port = lab.faultd("--log", lab.dir / "requests.log")
        study = study_of(lab, port, {"a": "ok", "slow": "slow-first?ms=1000", "b": "ok"})
        crawl = start(lab, command(lab, study, "--rounds", "2"))
        seen(lab, "slow-first")
        other = sqlite3.connect(lab.db, isolation_level=None, timeout=30)
        other.execute("BEGIN IMMEDIATE")  # another program writes and does not end
        talk = crawl.communicate()[1]
        equal(crawl.returncode, 1, f"exit code with a locked database: {talk}")
        last = [line for line in talk.splitlines() if line.startswith("amplimeter: ")]
        need(len(last) == 1 and str(lab.db) in last[0], f"one sentence that names the database: {talk}")
        other.execute("ROLLBACK")
        other.close()
        lab.run(*command(lab, study, "--rounds", "2")[1:])
        complete(lab, 2, 3, 2)


if __name__ == "__main__":
    os.umask(0o022)
    main(one_signal_finishes_the_exchange_in_hand, a_second_signal_ends_at_once, full_disk_stops_with_a_sentence, a_locked_database_stops_with_a_sentence)

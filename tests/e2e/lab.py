"""lab.py: what the Python tests of this folder share: a folder of their own, a playground, faultd, studies, the program run as a user runs it.

Standard library only. The programs under test come from AMP_BIN (set by ctest). Servers bind to a free port of loopback and end with the test.
"""
import csv
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import traceback
import urllib.request
from contextlib import closing

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("AMP_BUILD", SOURCE / "build/release"))
BIN = pathlib.Path(os.environ.get("AMP_BIN", BUILD / "bin"))
FOR_YOU = "at://did:plc:playgroundserviceaaaaaaa/app.bsky.feed.generator/for-you"


def need(condition, text):
    """An assertion that stays under python -O and says what is wrong."""
    if not condition:
        raise AssertionError(text)


def equal(found, expected, what):
    need(found == expected, f"{what}: found {found!r}, expected {expected!r}")


class Lab:
    """A temporary folder, removed at the end, and the servers started for it."""

    def __init__(self, in_memory=False):
        fast = "/dev/shm" if in_memory and os.access("/dev/shm", os.W_OK) else None
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="amp-e2e-", dir=fast))
        self.db = self.dir / "study.db"
        self.archive = self.dir / "study.db.warc.d"
        self.servers = []
        self.program = BIN / "amplimeter"
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("AMP_DEMO")}
        self.env.update(LC_ALL="C", TZ="UTC")

    def __enter__(self):
        return self

    def __exit__(self, kind, *rest):
        for server in list(self.servers):
            self.stop(server)
        if kind and os.environ.get("AMP_KEEP"):
            print(f"kept: {self.dir}", file=sys.stderr)
        else:
            shutil.rmtree(self.dir, ignore_errors=True)

    # -- servers
    def start(self, *argv):
        """Starts a server; returns it and the first line that it prints."""
        with open(self.dir / "server.stderr", "ab") as talk:
            server = subprocess.Popen([str(a) for a in argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=talk, text=True, env=self.env)
        self.servers.append(server)
        line = server.stdout.readline().strip()
        need(line, f"{argv[0]} did not start: {(self.dir / 'server.stderr').read_text()}")
        return server, line

    def stop(self, server):
        self.servers.remove(server)
        server.terminate()
        server.wait()
        server.stdin.close()
        server.stdout.close()

    def playground(self, *options, log="served.jsonl", now="2026-03-02T06:00:00Z"):
        server, url = self.start(BIN / "amplimeter-playground", "--port", "0", "--now", now, "--log", self.dir / log, *options)
        return server, url.rstrip("/")

    def faultd(self, *options):
        server, line = self.start(BUILD / "tests/faultd", "--until-eof", *options)
        return server, int(line.split()[1])

    # -- the program
    def run(self, *args, expect=0, **options):
        done = subprocess.run([str(self.program), *map(str, args)], capture_output=True, text=True, env=self.env, **options)
        if expect is not None:
            equal(done.returncode, expect, f"exit code of amplimeter {' '.join(map(str, args))}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done

    def verify(self):
        """Archive alone, then archive and database: both must say intact. Returns the chain head."""
        alone = self.run("verify", "--archive", self.archive)
        both = self.run("verify", "--archive", self.archive, "--db", self.db)
        need(alone.stdout.startswith("intact") and both.stdout.startswith("intact"), f"verify: {alone.stdout}{both.stdout}")
        heads = [re.search(r"chain head ([0-9a-f]{64})", t.stdout).group(1) for t in (alone, both)]
        equal(heads[0], heads[1], "chain head of the archive alone and with the database")
        return heads[0]

    def rows(self, sql, *values, db=None):
        with closing(sqlite3.connect(f"file:{db or self.db}?mode=ro", uri=True)) as connection:
            return connection.execute(sql, values).fetchall()

    def number(self, sql, *values):
        return self.rows(sql, *values)[0][0]


def set_clock(url, now):
    request = urllib.request.Request(url + "/playground/clock", json.dumps({"now": now}).encode(), {"Content-Type": "application/json"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        answer.read()


def demo_study(lab, url, change=None):
    """The shipped study against a playground at url; change(study) may edit it. Returns its path."""
    host = url.removeprefix("http://")
    text = (SOURCE / "personas/studies/demo.json").read_text().replace("127.0.0.1:8710", host)
    study = json.loads(text)
    shutil.copytree(SOURCE / "personas/examples", lab.dir / "personas/examples", dirs_exist_ok=True)
    (lab.dir / "personas/studies").mkdir(exist_ok=True)
    if change:
        change(study)
    path = lab.dir / "personas/studies/demo.json"
    path.write_text(json.dumps(study))
    return path


def fault_study(lab, port, feeds, personas=("anne",), twin=False, host="http://127.0.0.1", **keys):
    """A small Bluesky study of a faultd. feeds: {name: (host path, depth)}; the host path's answers are asked by their feed parameter."""
    def persona(name):
        return {"persona": name, "title": {"fr": name, "en": name}, "rationale": {"fr": "essai", "en": "test"}, "languages": ["fr-FR"], "twin": twin}
    study = {
        "study": "faults", "title": {"fr": "Pannes", "en": "Faults"}, "question": {"fr": "?", "en": "?"}, "contact": "test@example.org",
        "personas": [persona(name) for name in personas],
        "feeds": {name: {"platform": "bluesky", "endpoint": "getFeed", "host": f"{host}:{port}{path}", "params": {"feed": FOR_YOU}, "depth": depth}
                  for name, (path, depth) in feeds.items()},
        "schedule": {"every": "1d", "time_zone": "UTC"}, "detectors": ["marker"], "alpha": "0.05", "seed": 1,
        "decisions": [{"type": "private_address", "subject": f"{host.split('//')[1]}:{port}", "reason": "test on loopback"}],
    }
    study.update(keys)
    path = lab.dir / "faults.json"
    path.write_text(json.dumps(study))
    return path


def summary(folder):
    with open(folder / "summary.csv", newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def primary(rows):
    found = [r for r in rows if r["role"] == "primary"]
    equal(len(found), 1, "primary rows of summary.csv")
    return found[0]


def served(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def main(*tests):
    """Runs each test by name; one line each; exit code 1 when any failed."""
    failed = 0
    wanted = sys.argv[1:]
    for test in tests:
        if wanted and test.__name__ not in wanted:
            continue
        try:
            test()
            print(f"ok   {test.__name__}", flush=True)
        except AssertionError as e:
            failed += 1
            print(f"FAIL {test.__name__}: {e}", flush=True)
        except Exception:  # a test that falls over has failed; the others still run
            failed += 1
            print(f"FAIL {test.__name__}:\n{traceback.format_exc()}", flush=True)
    sys.exit(1 if failed else 0)


def interrupt(process):
    process.send_signal(signal.SIGINT)

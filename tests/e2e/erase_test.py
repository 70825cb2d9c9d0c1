"""erase_test.py: what the law wants gone is gone, from the database, its log, the archive and whatever is made of them; the chain stands, every figure stays, and an
erasure that is killed anywhere is finished by the next call."""
import json
import os
import re
import shutil
import sqlite3
import subprocess
import zlib
from contextlib import closing

from export_test import crawl, described, table
from lab import Lab, equal, main, need, set_clock, summary

BASIS = "GDPR art. 17, request of 3 May 2026"


class Study:
    """A copy of the crawled study, in a folder of its own."""

    def __init__(self, lab, name):
        self.lab, self.dir = lab, lab.dir / name
        self.dir.mkdir()
        self.db, self.archive = self.dir / "study.db", self.dir / "study.db.warc.d"
        lab.run("backup", "--db", lab.db, self.db)
        shutil.copytree(lab.archive, self.archive)

    def run(self, command, *args, **keys):
        return self.lab.run(command, "--db", self.db, *args, **keys)

    def erase(self, *args, **keys):
        return self.run("erase", *args, "--basis", BASIS, **keys)

    def rows(self, sql, *values):
        return self.lab.rows(sql, *values, db=self.db)

    def verify(self):
        alone, both = self.lab.run("verify", "--archive", self.archive), self.run("verify")
        need(alone.stdout.startswith("intact") and both.stdout.startswith("intact"), f"verify: {alone.stdout}{both.stdout}")
        return int(re.search(r"(\d+) erased", both.stdout).group(1))

    def everything(self):
        """All bytes on the disk, compressed ones as what they hold."""
        parts = [path.read_bytes() for path in self.dir.glob("study.db*") if path.is_file()]
        for path in sorted(self.archive.glob("*")):
            raw, whole = path.read_bytes(), b""
            while raw:
                member = zlib.decompressobj(31)
                whole += member.decompress(raw)
                raw = member.unused_data
            parts.append(whole)
            at = whole.find(b"\x1f\x8b\x08")
            while at >= 0:
                try:
                    parts.append(zlib.decompressobj(31).decompress(whole[at:]))
                except zlib.error:
                    pass
                at = whole.find(b"\x1f\x8b\x08", at + 1)
        return b"\n".join(parts)


def subject(lab):
    """An author with several posts, one of them replied to, and what only that person's posts hold."""
    author, native, handle = lab.rows(
        "SELECT a.id, a.native_id, n.handle FROM author a JOIN author_name n ON n.author_id = a.id JOIN item_version v ON v.author_id = a.id JOIN item i ON i.id = v.item_id "
        "JOIN item_version r ON r.reply_to = i.native_id WHERE a.platform = 'bluesky' AND r.author_id <> a.id AND (SELECT count(*) FROM item_version o WHERE o.author_id = a.id) > 2 ORDER BY a.id LIMIT 1")[0]
    secrets = {native, handle}
    secrets |= {t for t, in lab.rows("SELECT v.text FROM item_version v WHERE v.author_id = ?1 AND length(v.text) > 20 "
                                     "AND NOT EXISTS (SELECT 1 FROM item_version o WHERE o.author_id <> ?1 AND instr(o.text, v.text))", author)}
    secrets |= {i for i, in lab.rows("SELECT i.native_id FROM item i JOIN item_version v ON v.item_id = i.id WHERE v.author_id = ?", author)}
    need(len(secrets) > 5, f"too little to look for: {secrets}")
    return author, native, handle, secrets


def gone(study, secrets):
    content = study.everything()
    for secret in secrets:
        for form in (secret, secret.replace("/", "\\/"), json.dumps(secret)[1:-1]):
            need(form.encode() not in content, f"{study.dir.name} still holds {secret!r}")


def figures(lab, study, name):
    study.run("report", "--out", study.dir / name, "--lang", "en")
    return [{k: v for k, v in row.items() if k != "chain_head"} for row in summary(study.dir / name)]


def check_mistakes(lab):
    study = Study(lab, "mistakes")
    before = study.everything()
    for args, words in ((("--author", "x"), "--basis"), ((), "--author or --item"), (("--author", "x", "--item", "y", "--basis", "z"), "one of them"), (("--author", "", "--basis", "z"), "want a name"),
                        (("--resume", "--author", "x"), "goes alone"), (("--author", "nobody", "--basis", "z"), "knows no author"), (("--item", "nothing", "--basis", "z"), "knows no item"),
                        (("extra",), "no operand")):
        need(words in study.run("erase", *args, expect=2).stderr, f"erase {args}")
    equal(study.everything(), before, "the study after mistakes")
    author, _, handle, _ = subject(lab)
    said = json.loads(study.run("erase", "--author", handle, "--dry-run", "--json").stdout)
    need(said["status"] == "dry_run" and said["versions"] > 2 and said["captures"] > 2 and said["others"] > 10 and said["archives"] == 1, f"the dry run: {said}")
    equal(study.rows("SELECT count(*) FROM erasure"), [(0,)], "erasures after a dry run")
    need(handle.encode() in study.everything(), "the dry run erased")
    # an archive that is not here: refused before anything is changed
    shutil.move(study.archive, study.dir / "elsewhere")
    study.erase("--author", handle, expect=1)
    equal(study.rows("SELECT count(*) FROM erasure"), [(0,)], "erasures without the archive")
    equal(study.rows("SELECT count(*) FROM item_version WHERE erased_at IS NOT NULL"), [(0,)], "texts erased without the archive")
    # several of one name
    with closing(sqlite3.connect(study.db)) as db:
        other, = db.execute("SELECT id FROM author WHERE id <> ? ORDER BY id LIMIT 1", (author,)).fetchone()
        db.execute("INSERT INTO author_name (author_id, handle, display_name) VALUES (?, ?, 'same')", (other, handle))
        db.commit()
    said = study.erase("--author", handle, expect=2).stderr
    need("several are called so" in said and len(re.findall(r"\b[0-9a-f]{32}\b", said)) == 2, f"two of one name: {said}")


def copy_row(db, table, row, **changed):
    """A row like another one, with these columns changed; its id."""
    names = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})") if name != "id"]
    values = {**dict(zip(names, db.execute(f"SELECT {', '.join(names)} FROM {table} WHERE id = ?", (row,)).fetchone())), **changed}
    return db.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", [values[name] for name in names]).lastrowid


def check_many_archives(lab):
    """The same bytes in the archives of 300 other crawlers: each of them is named, and loses them here."""
    study = Study(lab, "many")
    _, native, handle, _ = subject(lab)
    before = json.loads(study.run("erase", "--author", handle, "--dry-run", "--json").stdout)
    with closing(sqlite3.connect(study.db)) as db:
        capture, ledger, archive, crawler = db.execute(
            "SELECT c.id, l.id, l.archive_id, a.crawler_id FROM exposure e JOIN item_version v ON v.id = e.item_version_id JOIN author o ON o.id = v.author_id JOIN parse p ON p.id = e.parse_id "
            "JOIN snapshot_capture s ON s.snapshot_id = p.snapshot_id AND s.page = e.page JOIN capture c ON c.id = s.capture_id JOIN ledger l ON l.id = c.ledger_id "
            "JOIN archive a ON a.id = l.archive_id WHERE o.native_id = ? ORDER BY c.id LIMIT 1", (native,)).fetchone()
        for _ in range(300):
            other = copy_row(db, "crawler", crawler, key=os.urandom(16))
            place = copy_row(db, "archive", archive, key=os.urandom(16), crawler_id=other)
            entry = copy_row(db, "ledger", ledger, archive_id=place, link=os.urandom(32))
            copy_row(db, "capture", capture, key=os.urandom(16), ledger_id=entry)
        db.commit()
    after = json.loads(study.run("erase", "--author", handle, "--dry-run", "--json").stdout)
    equal((after["elsewhere"], after["captures"] - before["captures"], after["archives"]), (300, 300, 1), "archives elsewhere, their captures, archives here")
    study.erase("--author", handle)
    equal(study.rows("SELECT count(*) FROM erasure WHERE finished_at IS NOT NULL"), [(301,)], "records of the erasure")
    equal(study.rows("SELECT count(*) FROM erased_capture x JOIN capture c ON c.id = x.capture_id JOIN ledger l ON l.id = c.ledger_id JOIN archive a ON a.id = l.archive_id WHERE a.crawler_id <> ?", crawler),
          [(300,)], "captures of other crawlers erased here")


def check_whole(lab):
    study = Study(lab, "whole")
    _, native, handle, secrets = subject(lab)
    replies = study.rows("SELECT v.text FROM item_version v JOIN item i ON v.reply_to = i.native_id JOIN item_version o ON o.item_id = i.id JOIN author a ON a.id = o.author_id "
                         "WHERE a.native_id = ? AND v.author_id <> a.id", native)
    before = figures(lab, study, "before")
    detections = study.rows("SELECT * FROM detection ORDER BY 1, 2")
    sums = study.rows("SELECT * FROM snapshot_sum ORDER BY 1, 2, 3, 4")
    samples = study.rows("SELECT count(*) FROM sample_text")[0][0]
    said = json.loads(study.erase("--author", "@" + handle, "--json").stdout)
    gone(study, secrets)
    equal(study.verify(), said["captures"], "erased entries")
    need(study.rows("SELECT count(*) FROM sample_text")[0][0] < samples, "the sample's nonces are all there: no drawn text was erased")
    equal(study.rows("SELECT * FROM detection ORDER BY 1, 2"), detections, "scores")
    equal(study.rows("SELECT * FROM snapshot_sum ORDER BY 1, 2, 3, 4"), sums, "sums")
    equal(figures(lab, study, "after"), before, "summary.csv")
    need(replies and all(study.rows("SELECT 1 FROM item_version WHERE text = ? AND reply_to IS NULL", t) for t, in replies), "replies lose their text, or keep the address")
    entry = study.rows("SELECT e.basis, e.subject, l.type, e.finished_at IS NOT NULL FROM erasure e JOIN ledger l ON l.id = e.ledger_id")
    equal(entry, [(BASIS, "author", "erasure", 1)], "the record")
    need(all(handle not in command and native not in command for command, in study.rows("SELECT command FROM program_run")), "the command line names the person")
    # whatever reads the archive or the texts again
    need("differing 0, unreadable 0" in study.run("reparse").stdout, "reparse")
    study.run("detect")
    equal(figures(lab, study, "again"), before, "summary.csv after reparse and detect")
    out, small = study.dir / "tables", study.dir / "small.db"
    study.run("export", "--with-names", "--study", "demo", "--reason", "test", "--out", out)
    study.run("export", "--with-names", "--study", "demo", "--reason", "test", "--format", "sqlite", "--out", small)
    for path in [*out.iterdir(), small]:
        content = path.read_bytes()
        for secret in secrets:
            need(secret.encode() not in content, f"{path.name} holds {secret!r}")
    equal(len(table(out / "exposures.csv")), study.rows("SELECT count(*) FROM exposures")[0][0], "exposures of the export")
    equal(described(out)["captures"]["amplimeter:rows"], study.rows("SELECT count(*) FROM capture")[0][0], "captures of the export")
    need("is an excerpt" in lab.run("erase", "--db", small, "--author", handle, "--basis", "x", expect=2).stderr, "an excerpt is erased in")
    study.verify()
    # nothing is left to erase; the person is found by identifier, though no identifier is left
    equal({k: v for k, v in json.loads(study.erase("--author", native, "--json").stdout).items() if v}, {"status": "erased"}, "a second erasure")
    need("knows no author" in study.erase("--author", handle, expect=2).stderr, "an erased handle is known")
    study.verify()


def check_item_and_more(lab, path):
    """One post; then the crawl goes on, shows it again, and the next erasure finds that too."""
    study = Study(lab, "item")
    version, item, native, url, text = study.rows(
        "SELECT v.id, v.item_id, i.native_id, v.url, v.text FROM item_version v JOIN item i ON i.id = v.item_id WHERE i.platform = 'bluesky' AND length(v.text) > 20 "
        "AND (SELECT count(*) FROM item_version o WHERE instr(o.text, v.text)) = 1 AND (SELECT count(*) FROM item_version o WHERE o.author_id = v.author_id) > 1 "
        "ORDER BY v.created_at DESC LIMIT 1")[0]
    captures = json.loads(study.erase("--item", url, "--json").stdout)["captures"]
    gone(study, {native, text})
    equal(study.rows("SELECT text, url, erased_at IS NOT NULL FROM item_version WHERE id = ?", version), [(None, None, 1)], "the post")
    need(study.rows("SELECT count(*) FROM author_name n JOIN item_version v ON v.author_id = n.author_id WHERE v.id = ?", version)[0][0] > 0, "a person who has other posts lost the name")
    equal(study.verify(), captures, "erased entries")
    set_clock("http://" + re.search(r"127\.0\.0\.1:\d+", path.read_text()).group(), "2026-03-05T11:59:00Z")
    lab.run("crawl", path, "--db", study.db, "--archive", study.archive, "--once", "--now", "2026-03-05T12:00:00Z")
    equal(study.verify(), captures, "erased entries after a further crawl")
    equal(study.rows("SELECT text FROM item_version WHERE id = ?", version), [(None,)], "the post after a further crawl")
    if study.rows("SELECT count(*) FROM exposure e JOIN parse p ON p.id = e.parse_id JOIN snapshot_capture s ON s.snapshot_id = p.snapshot_id AND s.page = e.page "
                  "WHERE e.item_version_id = ? AND s.capture_id NOT IN (SELECT capture_id FROM erased_capture)", version)[0][0]:
        need(json.loads(study.erase("--item", native, "--json").stdout)["captures"] > 0, "captures made since are not found")
    gone(study, {text})
    study.verify()


def check_killed(lab):
    """Killed at every counted sync, commit and renaming."""
    _, native, handle, secrets = subject(lab)
    points, seen = 0, set()
    for point in range(1, 400, int(os.environ.get("AMP_STEP", "1"))):
        study = Study(lab, f"killed{point}")
        if subprocess.run([str(lab.program), "erase", "--db", str(study.db), "--author", handle, "--basis", BASIS], capture_output=True,
                          env={**lab.env, "AMP_CRASH_AT": str(point)}).returncode == 0:
            break
        points += 1
        begun = study.rows("SELECT count(*), count(ledger_id), count(finished_at) FROM erasure")[0]
        seen.add(begun)
        if begun[0] and not begun[2]:
            said = study.run("verify", expect=1).stdout
            need("erase --resume" in said and "ledger.nonce" not in said and "capture.url" not in said, f"killed at {point}: {said[:2000]}")
        if begun[0]:
            study.run("erase", "--resume")
        else:
            study.erase("--author", native)
        study.verify()
        gone(study, secrets)
        equal(study.rows("SELECT count(*), count(ledger_id), count(finished_at) FROM erasure"), [(1, 1, 1)], f"the record, killed at {point}")
        shutil.rmtree(study.dir)
    need(points >= 8 and {(0, 0, 0), (1, 1, 0)} <= seen and ((1, 0, 0) in seen or "AMP_STEP" in os.environ), f"too few points to be killed at: {points}, {seen}")
    print(f"     killed at {points} points", flush=True)


def check_lies(lab):
    """What a forger may try: verify names it."""
    study = Study(lab, "lies")
    _, _, handle, _ = subject(lab)
    study.erase("--author", handle)
    for what, statement in (("erasure.basis", "UPDATE erasure SET basis = 'another'"), ("erasure.finished_at", "UPDATE erasure SET finished_at = NULL"),
                            ("erased_capture", "DELETE FROM erased_capture WHERE capture_id = (SELECT min(capture_id) FROM erased_capture)"),
                            ("ledger.nonce", "UPDATE ledger SET nonce = randomblob(16) WHERE nonce IS NULL"),
                            ("capture: url", "UPDATE capture SET payload_sha256 = randomblob(32) WHERE id = (SELECT min(capture_id) FROM erased_capture)"),
                            ("ledger.nonce", "UPDATE ledger SET nonce = NULL WHERE seq = 1"),
                            ("item_version:", "UPDATE item_version SET text = 'forged' WHERE erased_at IS NULL AND id = (SELECT min(id) FROM item_version WHERE erased_at IS NULL AND text IS NOT NULL)")):
        path = study.dir / "lie.db"
        path.unlink(missing_ok=True)
        lab.run("backup", "--db", study.db, path)
        with closing(sqlite3.connect(path)) as db:
            for (trigger,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
                db.execute(f'DROP TRIGGER "{trigger}"')
            changed = db.execute(statement).rowcount
            db.commit()
        said = lab.run("verify", "--db", path, "--archive", study.archive, expect=1).stdout
        need(changed > 0 and what in said, f"{statement}: {said[:500]}")
    # with the triggers: nothing but what an erasure names may be blanked
    with closing(sqlite3.connect(study.db)) as db:
        for statement in ("UPDATE item_version SET text = NULL WHERE erased_at IS NULL", "UPDATE ledger SET nonce = NULL WHERE nonce IS NOT NULL", "UPDATE capture SET url = '' WHERE url <> ''",
                          "UPDATE item SET native_id = '' WHERE native_id <> ''", "DELETE FROM media", "UPDATE exposure SET entry_id = NULL WHERE entry_id IS NOT NULL",
                          "UPDATE item_version SET text = 'x' WHERE erased_at IS NOT NULL", "DELETE FROM erased_version", "DELETE FROM erasure", "UPDATE erasure SET basis = 'y'"):
            try:
                done = db.execute(statement).rowcount
            except sqlite3.IntegrityError:
                done = -1
            need(done <= 0, f"{statement} is allowed: {done} rows")
            db.rollback()


def erasures():
    with Lab(in_memory=True) as lab:
        crawl(lab)
        lab.run("sample", "--db", lab.db, "--size", "150", "--name", "s", "--seed", "1")
        for check in (check_mistakes, check_many_archives, check_whole, check_lies, check_killed):
            check(lab)
            print(f"     {check.__name__}", flush=True)
        check_item_and_more(lab, lab.dir / "personas/studies/demo.json")
        print("     check_item_and_more", flush=True)


main(erasures)

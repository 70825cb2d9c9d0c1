"""export_test.py: what leaves a database, as its readers will use it: files, excerpt, descriptions, quick-starts, and what goes wrong at a user's hands."""
import csv
import hashlib
import io
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

from lab import SOURCE, Lab, demo_study, equal, main, need, set_clock, summary

csv.field_size_limit(10**9)
DAYS = 3
PERSONAS = 3


def crawl(lab):
    """Three personas, one of them with a twin, three simulated days: detected, reported."""
    def few(study):
        study["personas"] = study["personas"][:PERSONAS]
    _, url = lab.playground()
    study = demo_study(lab, url, few)
    for day in range(2, 2 + DAYS):
        set_clock(url, f"2026-03-{day:02}T11:59:00Z")
        lab.run("crawl", study, "--db", lab.db, "--once", "--now", f"2026-03-{day:02}T12:00:00Z")
    lab.run("detect", "--db", lab.db)
    lab.run("report", "--db", lab.db, "--out", lab.dir / "report", "--lang", "en")


def export(lab, out, *options, db=None, **keys):
    return lab.run("export", "--db", db or lab.db, "--out", out, *options, **keys)


def table(path):
    with open(path, newline="", encoding="utf-8") as f:
        rows = list(csv.reader(f))
    return [dict(zip(rows[0], r, strict=True)) for r in rows[1:]]


def described(folder):
    return {r["name"]: r for r in json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]}


def copy_of(lab, name, *statements):
    """A copy of the database on which the evidence triggers are dropped and the statements run."""
    path = lab.dir / name
    lab.run("backup", "--db", lab.db, path)
    with closing(sqlite3.connect(path)) as db:
        for (trigger,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            db.execute(f'DROP TRIGGER "{trigger}"')
        for statement in statements:
            db.execute(*((statement,) if isinstance(statement, str) else statement))
        db.commit()
        db.execute("PRAGMA journal_mode = DELETE")
    return path


# ---- what is exported ----

def check_files(lab):
    out = lab.dir / "tables"
    said = export(lab, out)
    package = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))
    need(package["amplimeter:simulated"] and package["amplimeter:pseudonymised"], "the package does not say what it is")
    equal(package["amplimeter:studies"][0]["protocol_hash"], lab.rows("SELECT protocol_hash FROM protocol_versions")[0][0], "protocol hash")
    resources = described(out)
    equal(len(resources), 25, "tables")
    for name, r in resources.items():
        bytes_ = (out / r["path"]).read_bytes()
        equal(r["hash"], "sha256:" + hashlib.sha256(bytes_).hexdigest(), f"digest of {name}")
        equal(r["bytes"], len(bytes_), f"bytes of {name}")
        rows = table(out / r["path"])
        equal(len(rows), r["amplimeter:rows"], f"rows of {name}")
        equal(len(rows), lab.number(f"SELECT count(*) FROM {name}"), f"rows of {name} and of its view")
        need(f"{out}/{r['path']}: {len(rows)} row{'s' if len(rows) != 1 else ''}\n" in said.stdout, f"{name} is not told")
        equal(bytes_.split(b"\n", 1)[0].decode().split(","), [f["name"] for f in r["schema"]["fields"]], f"header of {name}")
        need(b"\r" not in bytes_ and bytes_.endswith(b"\n"), f"line ends of {name}")
        for key in [r["schema"].get("primaryKey")]:
            if key:
                seen = [tuple(row[k] for k in key) for row in rows]
                equal(len(set(seen)), len(seen), f"{name}: its key {key} does not tell rows apart")
        check_types(name, rows, r["schema"]["fields"])
    return out


FORMS = {"integer": r"-?\d+", "number": r"-?\d+(\.\d+)?(e[+-]\d+)?", "boolean": "true|false", "date": r"\d{4}-\d\d-\d\d",
         "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"}


def check_types(name, rows, fields):
    for field in fields:
        form = FORMS.get(field["type"])
        need(field["description"] and field["description_fr"], f"{name}.{field['name']} is not described")
        for row in rows:
            value = row[field["name"]]
            need(not form or value == "" or re.fullmatch(form, value), f"{name}.{field['name']}: {value!r} is no {field['type']}")


def check_values(lab, out):
    """The files against the views, read by another program: every open column of the big ones, value by value."""
    for name, order in (("snapshots", "snapshot"), ("persona_exposure", "snapshot, detector, target"), ("feed_pairs", "pair, scheduled_at, persona, detector, target"),
                        ("estimates", None), ("captures", "capture"), ("exposures", "snapshot, rank")):
        fields = described(out)[name]["schema"]["fields"]
        hidden = {"item", "item_version", "author", "reposter", "entry_id", "url"}
        columns = [f for f in fields if f["name"] not in hidden]
        names = ", ".join(f'"{f["name"]}"' for f in columns)
        stored = lab.rows(f"SELECT {names} FROM {name}")
        written = [tuple(row[f["name"]] for f in columns) for row in table(out / f"{name}.csv")]

        def text(value, kind):
            if value is None:
                return ""
            if kind == "boolean":
                return "true" if value else "false"
            return float(value) if kind == "number" else str(value)

        def read(value, kind):
            return float(value) if kind == "number" and value != "" else value
        kinds = [f["type"] for f in columns]
        a = sorted([tuple(map(text, row, kinds)) for row in stored], key=repr)
        b = sorted([tuple(map(read, row, kinds)) for row in written], key=repr)
        equal(b, a, f"values of {name} {order}")


def secrets_of(lab, db=None):
    """Everything in the database that names a person or a post."""
    found = set()
    for sql in ("SELECT native_id FROM author", "SELECT handle FROM author_name WHERE handle <> ''", "SELECT display_name FROM author_name WHERE length(display_name) > 5",
                "SELECT native_id FROM item", "SELECT url FROM item_version WHERE url IS NOT NULL", "SELECT text FROM item_version WHERE length(text) > 20",
                "SELECT lower(hex(key)) FROM author", "SELECT lower(hex(key)) FROM item_version", "SELECT local_id FROM item_alias WHERE length(local_id) > 8",
                "SELECT url FROM link", "SELECT url FROM media WHERE url IS NOT NULL", "SELECT alt FROM media WHERE length(alt) > 8"):
        found.update(v for v, in lab.rows(sql, db=db))
    return found


def check_pseudonyms(lab, out):
    secrets = secrets_of(lab)
    need(len(secrets) > 500, f"only {len(secrets)} names to look for")
    # the plan is published as it was locked, addresses of feeds included
    plan = "".join(str(v) for row in lab.rows("SELECT text FROM study_version UNION ALL SELECT parameters FROM feed") for v in row)
    for path in sorted(out.iterdir()):
        text = path.read_text(encoding="utf-8")
        flat = text.replace('""', '"')
        for secret in secrets:
            need(secret not in flat or secret in plan, f"{path.name} holds {secret!r}")
    key = lab.dir / "study.db.pseudonyms.key"
    need(re.fullmatch(r"[0-9a-f]{64}\n", key.read_text()) and key.stat().st_mode & 0o777 == 0o600, "the key file")
    for path in out.iterdir():
        need(key.read_text().strip() not in path.read_text(encoding="utf-8"), f"{path.name} holds the key")
    # who holds the key can link: HMAC-SHA-256 as docs/export.md says
    import hmac
    raw = bytes.fromhex(key.read_text())

    def keyed(domain, value):
        return hmac.new(raw, domain.encode() + b"\0" + value.encode(), hashlib.sha256).hexdigest()[:32]
    equal({r["author"] for r in table(out / "authors.csv")}, {keyed("author", k) for k, in lab.rows("SELECT lower(hex(key)) FROM author")}, "pseudonyms of authors")
    equal({r["handle"] for r in table(out / "authors.csv")} - {""}, {keyed("handle", h) for h, in lab.rows("SELECT handle FROM author_name WHERE handle <> ''")}, "pseudonyms of handles")
    equal({r["item"] for r in table(out / "items.csv")}, {keyed("item", i) for i, in lab.rows("SELECT native_id FROM item")}, "pseudonyms of items")
    asked = [u for u, in lab.rows("SELECT url FROM capture ORDER BY ledger_id")]
    need(any("?" in u for u in asked), "no address with a query to look for")
    equal([r["url"] for r in table(out / "captures.csv")], [u.split("?")[0] for u in asked], "addresses of captures without their query")
    # joins hold in what is published
    versions = {r["item_version"] for r in table(out / "items.csv")}
    need({r["item_version"] for r in table(out / "exposures.csv")} == versions == {r["item_version"] for r in table(out / "detections.csv")}, "item_version joins nothing")


def check_same_bytes(lab, out):
    again, other = lab.dir / "again", lab.dir / "other"
    export(lab, again)
    export(lab, other, "--key", lab.dir / "other.key")
    for path in out.iterdir():
        equal((again / path.name).read_bytes(), path.read_bytes(), f"a second export of {path.name}")
    need((other / "authors.csv").read_bytes() != (out / "authors.csv").read_bytes(), "another key gives the same pseudonyms")
    equal((other / "feed_pairs.csv").read_bytes(), (out / "feed_pairs.csv").read_bytes(), "what names nobody depends on the key")
    authors = {r["author"] for r in table(out / "authors.csv")}
    need(not authors & {r["author"] for r in table(other / "authors.csv")}, "pseudonyms of two keys meet")


def check_lines(lab, out):
    lines = lab.dir / "lines"
    export(lab, lines, "--format", "jsonl")
    for name, r in described(out).items():
        rows = [json.loads(line) for line in (lines / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")[:-1]]
        kinds = {f["name"]: f["type"] for f in r["schema"]["fields"]}
        cells = table(out / r["path"])
        equal(len(rows), len(cells), f"lines of {name}")
        for one, two in zip(rows, cells):
            equal(list(one), list(kinds), f"keys of {name}")
            for key, kind in kinds.items():
                cell = two[key]
                value = {"integer": int, "number": float, "boolean": "true".__eq__}.get(kind, str)(cell) if cell != "" else None
                if isinstance(value, str) and cell.startswith("'"):
                    value = cell[1:]
                need(one[key] == value or (one[key] == "" and cell == ""), f"{name}.{key}: {one[key]!r} in JSON, {cell!r} in CSV")
    one = export(lab, "-", "--format", "jsonl", "--table", "pairs").stdout
    equal(one, (lines / "pairs.jsonl").read_text(encoding="utf-8"), "one table on standard output")


def check_schema(lab):
    """The DDL, in the one database that every machine has: its types are names there, the columns and the loading order are not."""
    out = lab.dir / "typed"
    export(lab, out, "--format", "sql")
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript((out / "schema.sql").read_text(encoding="utf-8"))
        for name, r in described(out).items():
            names = {"string": "TEXT", "integer": "BIGINT", "number": "DOUBLE PRECISION", "boolean": "BOOLEAN", "date": "DATE", "datetime": "TIMESTAMP"}
            columns = [(c[1], c[2]) for c in db.execute(f"PRAGMA table_info({name})")]
            equal(columns, [(f["name"], names[f["type"]]) for f in r["schema"]["fields"]], f"columns of {name}")
            for load in ("load-duckdb.sql", "load-postgresql.sql"):
                need(f"{name}.csv" in (out / load).read_text(), f"{load} forgets {name}")
            # what DuckDB needs said, as ./run test-duckdb found with DuckDB itself
            need(f"COPY {name} FROM '{name}.csv' (FORMAT csv, AUTO_DETECT false, HEADER true, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR '', ALLOW_QUOTED_NULLS false);"
                 in (out / "load-duckdb.sql").read_text(), f"load-duckdb.sql lets DuckDB guess the form of {name}.csv")


# ---- names, erasure, odd texts ----

def check_names(lab):
    out = lab.dir / "named"
    before = lab.number("SELECT count(*) FROM decision")
    for options, why in (((), "--reason"), (("--reason", "why"), "--study"), (("--reason", "why", "--study", "demo", "--key", "k"), "--key")):
        need(why in export(lab, out, "--with-names", *options, expect=2).stderr, f"--with-names {options}")
    need("no study" in export(lab, out, "--with-names", "--reason", "why", "--study", "nothere", expect=None).stderr, "an unknown study with names")
    equal(lab.number("SELECT count(*) FROM decision"), before, "decisions after refusals")
    need(not out.exists() and not list(lab.dir.glob("named.tmp*")), "a refusal leaves a folder")
    export(lab, out, "--with-names", "--study", "demo", "--reason", "for counsel")
    equal(lab.rows("SELECT type, subject, reason FROM decisions ORDER BY decided_at DESC LIMIT 1"), [("consent", "export with names, csv", "for counsel")], "the decision")
    lab.verify()
    equal({r["text"] for r in table(out / "items.csv")}, {unformula(t or "") for t, in lab.rows("SELECT text FROM items")}, "texts")
    equal({r["author"] for r in table(out / "authors.csv")}, {a for a, in lab.rows("SELECT author FROM authors")}, "authors")
    need(any("?" in r["url"] for r in table(out / "captures.csv")), "addresses lose their query with names too")
    need("AVEC LES NOMS" in (out / "README.md").read_text(encoding="utf-8"), "README.md does not warn")


def unformula(text):
    return "'" + text if text[:1] in tuple("=+-@\t\r\n") else text


ODD = ["=cmd|' /C calc'!A0", "+1", "-1+1", "@sum", "\ttab", "\rreturn", "a\x00b", 'say "x", then\nnext\r\nline', "éà\U0001f600", "", "'quoted", ",", '"']


def check_odd_texts(lab):
    ids = [i for i, in lab.rows("SELECT id FROM item_version ORDER BY id LIMIT ?", len(ODD) + 1)]
    changes = [("UPDATE item_version SET text = ? WHERE id = ?", (text, i)) for text, i in zip(ODD, ids)]
    changes += [("UPDATE item_version SET text = CAST(x'41ff42c328' AS TEXT) WHERE id = ?", (ids[-1],)),
                ("UPDATE feed SET name = '-' || name WHERE id = (SELECT min(id) FROM feed)", ())]
    db = copy_of(lab, "odd.db", *changes)
    shutil.copytree(lab.archive, lab.dir / "odd.db.warc.d")
    # names: without the ledger entry, which the archive of the copy would need; the same rows come out
    out = lab.dir / "odd"
    export(lab, out, "--with-names", "--study", "demo", "--reason", "test", "--table", "items", "--table", "feeds", db=db, expect=0)
    texts = {r["item_version"]: r["text"] for r in table(out / "items.csv")}
    keys = dict(lab.rows("SELECT id, lower(hex(key)) FROM item_version", db=db))
    for text, i in zip(ODD, ids):
        equal(texts[keys[i]], unformula(text).replace("\x00", "\ufffd"), f"the text {text!r} in CSV")
    equal(texts[keys[ids[-1]]], "A\ufffdB\ufffd(", "ill-formed UTF-8")
    need(any(r["feed"].startswith("'-") for r in table(out / "feeds.csv")), "a feed's name is run as a formula")
    typed = lab.dir / "odd-typed"
    said = export(lab, typed, "--with-names", "--study", "demo", "--reason", "test", "--table", "items", "--format", "sql", db=db)
    need("U+FFFD" in said.stderr, "repairs are not told")
    texts = {r["item_version"]: r["text"] for r in table(typed / "items.csv")}
    for text, i in zip(ODD, ids):
        equal(texts[keys[i]], text.replace("\x00", "\ufffd"), f"the text {text!r} for a database")
    need(',""' in (typed / "items.csv").read_text(encoding="utf-8"), 'an empty text is not told from a missing one')
    lines = export(lab, "-", "--with-names", "--study", "demo", "--reason", "test", "--table", "items", "--format", "jsonl", db=db).stdout
    equal({json.loads(line)["text"] for line in lines.split("\n")[:-1]} & {"", "@sum", "\ttab"}, {"", "@sum", "\ttab"}, "texts in JSON Lines")


def check_erased(lab):
    version, item, text = lab.rows("SELECT item_version_id, item, text FROM items WHERE text_length > 30 GROUP BY text HAVING count(*) = 1 ORDER BY 1 LIMIT 1")[0]
    shown = lab.number("SELECT count(*) FROM exposures WHERE item_version_id = ?", version)
    # what a service answered quotes it: erasure leaves no copy in an export
    db = copy_of(lab, "erased.db", ("UPDATE item_version SET erased_at = 5 WHERE id = ?", (version,)),
                 "INSERT INTO service_exchange (id, key, detector_id, study_version_id, recipient, sent, outcome, detail, attempts, asked_at, ended_at, texts, "
                 "characters, cost, model, answer) SELECT 1, zeroblob(16), 1, min(id), 'h', 1, 'ok', '', 1, 1, 1, 1, 1, 0, '', CAST('QUOTEDPOST' AS BLOB) FROM study_version",
                 ("INSERT INTO service_text (service_exchange_id, n, item_version_id, outcome) VALUES (1, 0, ?, 'ok')", (version,)))
    shutil.copytree(lab.archive, lab.dir / "erased.db.warc.d")
    out, small = lab.dir / "erased", lab.dir / "erased-excerpt.db"
    export(lab, out, "--with-names", "--study", "demo", "--reason", "test", db=db)
    need(shown > 0 and sum(r["item_version"] == "" and r["item"] == "" for r in table(out / "exposures.csv")) == shown, "an erased item's places")
    equal(len(table(out / "exposures.csv")), lab.number("SELECT count(*) FROM exposures"), "exposures when one item is erased")
    key = lab.rows("SELECT lower(hex(key)) FROM item_version WHERE id = ?", version)[0][0]
    export(lab, small, "--with-names", "--study", "demo", "--reason", "test", "--format", "sqlite", db=db)
    for path in [*out.iterdir(), small]:
        content = path.read_bytes()
        for secret in (item, key, text, "QUOTEDPOST"):
            need(secret.encode() not in content and (path is not small or bytes.fromhex(key) not in content), f"{path.name} holds what was erased: {secret!r}")
    equal(lab.rows("PRAGMA foreign_key_check", db=small), [], "keys of the excerpt")


# ---- the excerpt ----

def check_excerpt(lab):
    small = lab.dir / "small.db"
    export(lab, small, "--format", "sqlite")
    equal(lab.rows("PRAGMA integrity_check", db=small), [("ok",)], "integrity of the excerpt")
    equal(lab.rows("PRAGMA foreign_key_check", db=small), [], "keys of the excerpt")
    content = small.read_bytes()
    plan = "".join(str(v) for row in lab.rows("SELECT text FROM study_version UNION ALL SELECT parameters FROM feed") for v in row)
    for secret in secrets_of(lab):
        need(secret.encode() not in content or secret in plan, f"the excerpt holds {secret!r}")
    for key, in lab.rows("SELECT key FROM author UNION ALL SELECT key FROM item UNION ALL SELECT key FROM item_version"):
        need(key not in content, "the excerpt holds a key of a person or post")
    equal(lab.rows("SELECT count(*) FROM capture WHERE instr(url, '?') OR local_address IS NOT NULL OR proxy IS NOT NULL", db=small), [(0,)], "addresses in the excerpt")
    equal(lab.rows("SELECT count(*) FROM program_run WHERE preamble IS NOT NULL OR command <> ''", db=small), [(0,)], "the machine in the excerpt")
    equal(lab.rows("SELECT count(*) FROM ledger WHERE nonce IS NOT NULL", db=small), [(0,)], "nonces in the excerpt")
    for name, in lab.rows("SELECT name FROM sqlite_schema WHERE type = 'view'"):
        equal(lab.rows(f"SELECT count(*) FROM {name}", db=small), lab.rows(f"SELECT count(*) FROM {name}"), f"rows of {name} in the excerpt")
    # the same pseudonyms as in the files
    equal({a for a, in lab.rows("SELECT author FROM authors", db=small)}, {r["author"] for r in table(lab.dir / "tables/authors.csv")}, "pseudonyms of the excerpt")
    equal({a for a, in lab.rows("SELECT item FROM items", db=small)}, {r["item"] for r in table(lab.dir / "tables/items.csv")}, "items of the excerpt")
    need('"study":"demo"' in lab.run("status", "--db", small, "--json").stdout.replace(" ", ""), "status of the excerpt")
    lab.run("report", "--db", small, "--out", lab.dir / "small-report", "--lang", "en")
    equal(summary(lab.dir / "small-report"), summary(lab.dir / "report"), "summary.csv of the excerpt")
    for options in ((), ("--archive", lab.archive)):
        need("is an excerpt of a study" in lab.run("verify", "--db", small, *options, expect=2).stderr, f"verify {options} does not say what it is")
    need("is an excerpt" in lab.run("ingest", "--db", small, "--platform", "feeds", "/dev/null", expect=5).stderr, "something is captured into an excerpt")
    need("one, which --study names" not in export(lab, lab.dir / "more.db", "--format", "sqlite", "--study", "demo").stderr, "a study that is named")


# ---- descriptions ----

def check_descriptions(lab):
    made = export(lab, "-", "--format", "datasette", db=lab.db).stdout
    committed = (SOURCE / "docs/datasette.json").read_text(encoding="utf-8")
    equal(committed, made, "docs/datasette.json; make it anew: amplimeter export --format datasette --out FILE")
    for lang, name in (("en", "dictionary.md"), ("fr", "dictionnaire.md")):
        text = lab.run("export", "--format", "dictionary", "--lang", lang, "--out", "-").stdout
        equal((SOURCE / "docs" / name).read_text(encoding="utf-8"), text, f"docs/{name}; make it anew: amplimeter export --format dictionary --lang {lang} --out FILE")
    data = json.loads(made)
    base = data["databases"]["study"]
    for view, in lab.rows("SELECT name FROM sqlite_schema WHERE type = 'view'"):
        columns = {c for c, in lab.rows("SELECT name FROM pragma_table_info(?)", view)}
        equal(set(base["tables"][view]["columns"]), columns, f"described columns of {view}")
        need(all(len(d) > 5 and " / " in d for d in base["tables"][view]["columns"].values()), f"{view}: both languages")
        way = base["tables"][view]
        need(set(way.get("facets", [])) | {way.get("sort", "rowid")} <= columns | {"rowid"}, f"facets or order of {view} name no column of it")
    for table, in lab.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"):
        equal(list(base["tables"][table]["columns"]), [c for c, in lab.rows("SELECT name FROM pragma_table_info(?)", table)], f"described columns of {table}")
        need(len(base["tables"][table]["description"]) > 10 and all(len(d) > 1 and "`" not in d for d in base["tables"][table]["columns"].values()), f"the words of {table}")
    equal(set(base["tables"]), {v for v, in lab.rows("SELECT name FROM sqlite_schema WHERE type IN ('view', 'table') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")}, "described views and tables")
    # the keys that Datasette's documentation names (metadata.html, facets.html): another one would be ignored without a word
    need(set(data) <= {"title", "description", "license", "license_url", "source", "source_url", "databases"}, "keys of the index")
    need(set(base) == {"tables", "queries"} and all(set(t) <= {"title", "description", "columns", "facets", "sort"} for t in base["tables"].values()), "keys of a table")
    need(all(set(q) == {"title", "sql"} for q in base["queries"].values()), "keys of a query")
    need(data["license"] and data["title"] and data["description"], "what Datasette shows at the foot of each page")
    documented = re.findall(r"```sql\n(.*?)```", (SOURCE / "docs/database.md").read_text(encoding="utf-8"), re.S)
    equal([q["sql"].strip().replace(":detector", "'marker'") for q in base["queries"].values()], [q.strip().rstrip(";") for q in documented], "canned queries and docs/database.md")
    with closing(sqlite3.connect(f"file:{lab.db}?mode=ro", uri=True)) as db:
        for name, query in base["queries"].items():
            rows = db.execute(query["sql"], {"detector": "marker"}).fetchall()
            need(rows or name == "what_is_missing", f"the canned query {name} gives nothing")


# ---- quick-starts ----

def expected_figures(lab):
    """What summary.csv has for each persona: exposure shares and lifts of the primary cell."""
    expected = {}
    for r in summary(lab.dir / "report"):
        if r["scope"] == "persona" and r["target"] == "any" and r["detector"] == "marker" and r["depth"] == "30" and r["family"] != "sensitivity" \
                and r["metric"] in ("exposure_share", "additive_lift") and r["pool"] != "different":
            expected[r["metric"], r["pair"] if r["pair"] != "NA" else r["feed"], r["persona"]] = float(r["estimate"])
    need(len(expected) > 10, "too few figures to compare")
    return expected


def check_quickstarts(lab):
    expected = expected_figures(lab)
    pandas = subprocess.run([sys.executable, "-c", "import pandas"], capture_output=True).returncode == 0
    rscript = shutil.which("Rscript")
    sqlite = rscript and subprocess.run([rscript, "-e", "library(RSQLite)"], capture_output=True).returncode == 0
    for wanted, lack, command, places in (
            (pandas, "pandas (Debian python3-pandas)", [sys.executable, "-W", "ignore", SOURCE / "docs/quickstart.py"], (lab.db, lab.dir / "tables", lab.dir / "small.db")),
            (rscript, "R (Debian r-base-core)", [rscript, "--vanilla", SOURCE / "docs/quickstart.R"], (lab.dir / "tables",)),
            (sqlite, "RSQLite (Debian r-cran-rsqlite)", [rscript, "--vanilla", SOURCE / "docs/quickstart.R"], (lab.db, lab.dir / "small.db"))):
        if not wanted:
            print(f"     skipped: the quick-start that needs {lack}")
            continue
        for place in places:
            done = subprocess.run([*map(str, command), str(place), "marker"], capture_output=True, text=True)
            equal(done.returncode, 0, f"{command[-1]} {place}: {done.stderr[-2000:]}")
            got = {(r["metric"], r["name"], r["persona"]): float(r["value"]) for r in csv.DictReader(io.StringIO(done.stdout))}
            equal(got.keys(), expected.keys(), f"figures of {command[-1]} on {place}")
            for key, value in expected.items():
                need(abs(got[key] - value) <= 1e-9, f"{command[-1]} on {place}: {key} is {got[key]}, summary.csv has {value}")


# ---- what goes wrong ----

def check_mistakes(lab):
    taken = lab.dir / "tables"
    empty = lab.dir / "empty"
    empty.mkdir()
    (lab.dir / "text.db").write_text("no database at all, and long enough to be taken for one by its size" * 40)
    with closing(sqlite3.connect(lab.dir / "foreign.db")) as db:
        db.execute("CREATE TABLE t (x)")
        db.commit()
    newer = copy_of(lab, "newer.db", "PRAGMA user_version = 99")
    file = lab.dir / "afile"
    file.write_text("x")
    cases = (
        (("--table", "exposure"), 2, "did you mean exposures"), (("--table", "qqqqqqqq"), 2, "The tables: protocol_versions"), (("--table", "scored_exposures"), 2, "exposures and detections"),
        (("--study", "nothere"), 2, "holds no study"), (("--format", "sqlite", "--study", "nothere"), 2, "holds no study"), (("--format", "xlsx"), 2, "csv|jsonl"),
        (("--format", "sqlite", "--table", "items"), 2, "--table goes with"), (("--format", "dictionary", "--with-names", "--reason", "x"), 2, "holds no names"), (("extra",), 2, "no operand"),
        (("--reason", "x"), 2, "--with-names"))
    for options, code, words in cases:
        out = lab.dir / "never"
        said = export(lab, out, *options, expect=code)
        need(words in said.stderr, f"export {options}: {said.stderr}")
        need(not out.exists() and not list(lab.dir.glob("never.tmp*")), f"export {options} leaves something")
    for out, options, words in ((taken, (), "exists already"), (file, (), "exists already"), (file, ("--format", "sqlite"), "exists already"), (file, ("--format", "datasette"), "exists already"),
                                ("-", (), "standard output takes one table"), ("-", ("--format", "sqlite"), "wants a file"), ("", (), "--out")):
        need(words in export(lab, out, *options, expect=2).stderr, f"export to {out} {options}")
    equal(file.read_text(), "x", "a file that was there")
    for db, code, words in ((lab.dir / "text.db", 1, "not a database"), (lab.dir / "foreign.db", 1, "another program"), (newer, 2, "newer amplimeter"), (lab.dir / "absent.db", 1, "cannot open")):
        need(words in export(lab, lab.dir / "never", db=db, expect=code).stderr, f"export of {db}")
    need("--db" in lab.run("export", "--out", lab.dir / "never", expect=2).stderr, "export without a database")
    export(lab, empty, "--table", "pairs")
    need((empty / "pairs.csv").exists(), "an empty folder is not taken")
    check_keys(lab)
    check_locked(lab)
    check_full(lab)
    check_read_only(lab)


def check_keys(lab):
    key = lab.dir / "bad.key"
    for content, mode, code, words in (("not a key\n", 0o600, 1, "is no key of pseudonyms"), ("0" * 64, 0o644, 5, "chmod 600"), ("", 0o600, 1, "is no key")):
        key.write_text(content)
        key.chmod(mode)
        need(words in export(lab, lab.dir / "never", "--key", key, expect=code).stderr, f"a key file that holds {content!r}")
    need("cannot make the key file" in export(lab, lab.dir / "never", "--key", lab.dir / "no/such/folder/key", expect=1).stderr, "a key without a place")
    equal(key.read_text(), "", "a key file that was there")


def check_locked(lab):
    path = copy_of(lab, "locked.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("BEGIN EXCLUSIVE")
        need("in use by another process" in export(lab, lab.dir / "never", db=path, expect=1).stderr, "a locked database")
        db.execute("ROLLBACK")
    # a crawl that goes on does not stand in the way
    with closing(sqlite3.connect(lab.db, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        export(lab, lab.dir / "meanwhile", "--table", "pairs")
        db.execute("ROLLBACK")


def check_full(lab):
    def small_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    for options in ((), ("--format", "sql"), ("--format", "jsonl")):
        said = export(lab, lab.dir / "full", *options, expect=1, preexec_fn=small_files)
        need("cannot write" in said.stderr and "full.tmp" in said.stderr, f"a disk that is full: {said.stderr}")
        need(not list(lab.dir.glob("full*")), "a full disk leaves a piece")
    said = export(lab, lab.dir / "full.db", "--format", "sqlite", expect=1, preexec_fn=small_files)
    need(not list(lab.dir.glob("full*")), f"a full disk leaves a piece of an excerpt: {said.stderr}")
    with open("/dev/full", "w") as full:
        done = subprocess.run([str(lab.program), "export", "--db", str(lab.db), "--out", "-", "--table", "exposures"], stdout=full, stderr=subprocess.PIPE, text=True, env=lab.env)
    need(done.returncode == 1 and "No space left" in done.stderr and "standard output" in done.stderr, f"standard output is full: {done.stderr}")


def check_read_only(lab):
    path = copy_of(lab, "readonly.db")
    path.chmod(0o444)
    export(lab, lab.dir / "of-read-only", "--table", "pairs", db=path)
    if os.geteuid() != 0:  # root may write anything
        need("read" in export(lab, lab.dir / "never", "--with-names", "--study", "demo", "--reason", "x", db=path, expect=None).stderr, "a decision in a read-only database")


def check_empty(lab):
    """A study that is locked and has nothing yet: headers, and a package."""
    path = copy_of(lab, "hollow.db", *(f"DELETE FROM {t}" for t in (
        "snapshot_sum", "detection_target", "detection", "item_text", "diagnostic", "label", "exposure", "snapshot_current", "parse", "snapshot_capture", "snapshot", "capture_location",
        "estimate", "media", "link", "item_version", "item_alias", "item", "author_name", "author", "alarm", "slot", "round")))
    out = lab.dir / "hollow"
    export(lab, out, db=path)
    equal({n: r["amplimeter:rows"] for n, r in described(out).items() if n in ("exposures", "items", "feed_pairs", "feeds")}, {"exposures": 0, "items": 0, "feed_pairs": 0, "feeds": 7}, "rows of an empty study")
    need((out / "exposures.csv").read_text().startswith("snapshot,study,"), "a header without rows")
    small = lab.dir / "hollow-small.db"
    need(export(lab, small, "--format", "sqlite", db=path, expect=None).returncode in (0, 1), "an excerpt of an empty study")


def check_memory(lab):
    """Thirty times the exposures, the same memory. The sanitizer build keeps what was freed, up to 256 MiB, if it is not told otherwise."""
    env = {**lab.env, "ASAN_OPTIONS": lab.env.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}
    def peak(db, out):
        code = f"import resource, subprocess; subprocess.run({[str(lab.program), 'export', '--db', str(db), '--out', str(out)]!r}, check=True, stdout=subprocess.DEVNULL); " \
               "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        return int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env).stdout)
    big = copy_of(lab, "big.db", "UPDATE parse SET items = items",
                  "WITH RECURSIVE more(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM more WHERE k < 30) INSERT INTO exposure SELECT parse_id, rank + 1000 * k, organic_rank + 1000 * k, item_version_id, page, "
                  "byte_offset, entry_id, is_repost, reposter_id, reposted_at, is_pinned, is_ad, is_service, is_reply, is_quote, feed_reason, feed_context, likes, reposts, replies, quotes, views, score, "
                  "counts_rounded FROM exposure, more")
    one, many = peak(lab.db, lab.dir / "mem1"), peak(big, lab.dir / "mem30")
    rows = described(lab.dir / "mem30")["exposures"]["amplimeter:rows"]
    need(rows > 30 * lab.number("SELECT count(*) FROM exposure"), f"only {rows} rows")
    need(many < one + 8 * 1024, f"{one} KiB for the study, {many} KiB for thirty times its exposures")


def exports():
    with Lab(in_memory=True) as lab:
        crawl(lab)
        out = check_files(lab)
        for check in (check_values, check_pseudonyms, check_same_bytes, check_lines):
            check(lab, out)
            print(f"     {check.__name__}", flush=True)
        # check_names adds a decision, which the files before do not have
        for check in (check_schema, check_excerpt, check_descriptions, check_quickstarts, check_mistakes, check_odd_texts, check_erased, check_empty, check_memory, check_names):
            check(lab)
            print(f"     {check.__name__}", flush=True)


if __name__ == "__main__":
    main(exports)

"""duckdb_test.py: the typed CSV of an export, as DuckDB reads it: loaded with its own load-duckdb.sql, written to Parquet, read back, and compared value
by value with the database; figures computed from the Parquet files against summary.csv. AMP_DUCKDB is the folder that
holds DuckDB for Node (node_modules): `./run test-duckdb` fetches it from npm and runs this."""
import json
import os
import pathlib
import subprocess

from export_test import ODD, copy_of, crawl, described, expected_figures, export
from lab import SOURCE, Lab, equal, main, need

TYPES = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE", "datetime": "TIMESTAMP"}
KEYS = {"amends", "author", "reposter", "item_version", "model_sha256", "lexicon_sha256", "wire_sha256", "payload_sha256", "chain_head", "handle", "display_name"}


def duckdb(folder):
    """The tables by name, and the rows of docs/quickstart.sql. ES modules are looked for beside their script: it goes where DuckDB was fetched."""
    modules = pathlib.Path(os.environ["AMP_DUCKDB"]).resolve()
    script = modules / "duckdb.mjs"
    script.write_bytes((SOURCE / "tests/e2e/duckdb.mjs").read_bytes())
    done = subprocess.run(["node", script, folder, SOURCE / "docs/quickstart.sql"], capture_output=True, text=True, env={**os.environ, "TZ": "America/New_York"})
    equal(done.returncode, 0, f"DuckDB on {folder}: {done.stderr[-3000:]}")
    tables = [json.loads(line) for line in done.stdout.split("\n")[:-1]]
    return {t["table"]: t for t in tables[:-1]}, tables[-1]


def stored(value, kind, key):
    """A value of a view as Parquet has to give it back. A key or name that is not there is an empty text in some views: missing in an export."""
    if value is None or (key and value == ""):
        return None
    if kind == "boolean":
        return bool(value)
    if kind == "number":
        return float(value)
    return str(value)


def compare(lab, folder, db, hidden=()):
    tables, rest = duckdb(folder)
    package = described(folder)
    equal(list(tables), list(package), "tables of the Parquet files")
    values = 0
    for name, r in package.items():
        fields = r["schema"]["fields"]
        equal(tables[name]["columns"], [[f["name"], TYPES[f["type"]]] for f in fields], f"columns of {name}.parquet")
        equal(len(tables[name]["rows"]), r["amplimeter:rows"], f"rows of {name}.parquet")
        open_ = [i for i, f in enumerate(fields) if f["name"] not in hidden]
        kinds = [(fields[i]["type"], fields[i]["name"] in KEYS) for i in open_]
        names = ", ".join(f'"{fields[i]["name"]}"' for i in open_)
        # JSON has one kind of number: 1 and 1.0 are the same figure
        found = [tuple(stored(row[i], *k) for i, k in zip(open_, kinds)) for row in tables[name]["rows"]]
        wanted = [tuple(stored(v, *k) for v, k in zip(row, kinds)) for row in lab.rows(f"SELECT {names} FROM {name}", db=db)]
        odd = [(a, b) for a, b in zip(sorted(found, key=repr), sorted(wanted, key=repr), strict=True) if a != b]
        need(not odd, f"{name}.parquet and the view, {[fields[i]['name'] for i in open_]}: {len(odd)} rows, {str(odd[:1])[:2000]}")
        values += len(wanted) * len(kinds)
    return rest, values


def test():
    with Lab(in_memory=True) as lab:
        crawl(lab)
        folder = lab.dir / "typed"
        export(lab, folder, "--format", "sql")
        # pseudonyms and addresses differ by design; export_test.py compares them
        rest, values = compare(lab, folder, lab.db, {"item", "item_version", "author", "reposter", "entry_id", "url", "author_native_id", "handle", "display_name",
                                                     "title", "text", "reply_to", "quote_of", "quote_text", "warning", "feed_context", "sample_unit", "coder"})
        expected = expected_figures(lab)
        got = {(metric, name, persona): value for metric, name, persona, value in rest["rows"]}
        equal(got.keys(), expected.keys(), "figures of docs/quickstart.sql")
        worst = max(abs(got[key] - value) for key, value in expected.items())
        need(worst <= 1e-9, f"docs/quickstart.sql: {worst} from summary.csv")
        print(f"     {rest['version']}: {values} values of {len(described(folder))} tables the same in Parquet; {len(got)} figures within {worst:g} of summary.csv")

        # names and the oddest texts: quotes, line ends, empty and missing, what a reader may take for another dialect
        ids = [i for i, in lab.rows("SELECT id FROM item_version ORDER BY id LIMIT ?", len(ODD))]
        texts = [t.replace("\x00", "") for t in ODD]
        db = copy_of(lab, "odd.db", *(("UPDATE item_version SET text = ?, title = ? WHERE id = ?", (t, t, i)) for t, i in zip(texts, ids)),
                     ("UPDATE item_version SET text = ? WHERE id = ?", ("long " * 1_000_000, max(ids) + 1)),
                     "UPDATE item_version SET text = NULL, title = '' WHERE id % 7 = 6")
        (lab.dir / "odd.db.warc.d").mkdir()
        for path in lab.archive.iterdir():
            (lab.dir / "odd.db.warc.d" / path.name).write_bytes(path.read_bytes())
        folder = lab.dir / "odd"
        export(lab, folder, "--format", "sql", "--with-names", "--study", "demo", "--reason", "test", db=db)
        _, values = compare(lab, folder, db)
        print(f"     with names and odd texts: {values} values the same in Parquet")


main(test)

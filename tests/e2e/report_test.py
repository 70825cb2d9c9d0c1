"""report_test.py: every format of the report and every citation, read by something that is not amplimeter: python3-jsonschema, pandas, R,
openpyxl, pdflatex, Chromium where they are installed; where one is not, its check is skipped by name, and the standard library checks the
rest. The database is three days of the demo.
"""
import csv
import html
import json
import re
import shutil
import struct
import subprocess
import xml.etree.ElementTree as xml
import zipfile

from lab import BIN, SOURCE, Lab, equal, main, need

ALL = "html,md,csv,json,xlsx,tex,svg,png"
COLUMNS = [line.split("(")[1].split(")")[0].split(", ") for line in (SOURCE / "analysis/report/columns.def").read_text().split("\n")
           if line.startswith("AMP_COLUMN(")]
NUMERIC = [name for name, kind in COLUMNS if kind != "text"]


class Reports:
    """One demo, reported once in each language; made when the first test needs it."""

    def __init__(self):
        self.lab = None

    def __enter__(self):
        if self.lab is None:
            self.lab = Lab()
            self.out = self.lab.dir / "demo"
            env = dict(self.lab.env, AMP_DEMO_DAYS="3", AMP_DEMO_PORT="0")
            done = subprocess.run(["sh", str(SOURCE / "tests/e2e/demo.sh"), str(BIN), str(self.out)], capture_output=True, text=True, env=env)
            equal(done.returncode, 0, f"exit code of demo.sh\n{done.stderr[-3000:]}")
            self.db = self.out / "demo.db"
            for lang in ("fr", "en"):
                told = self.run("report", "--db", self.db, "--out", self.out / lang, "--lang", lang, "--format", ALL)
                for path in told.stdout.split("\n")[:-1]:
                    need((self.out / path).is_file(), f"a file that is told of is not there: {path}")
                need(told.stdout.count(".png\n") == told.stdout.count(".svg\n") >= 16, "pictures are missing")
        return self

    def __exit__(self, *rest):
        pass

    def run(self, *argv, status=0):
        done = subprocess.run([str(self.lab.program), *map(str, argv)], capture_output=True, text=True, env=self.lab.env)
        equal(done.returncode, status, f"exit code of {argv[:3]}: {done.stderr}")
        return done

    def rows(self, lang="en"):
        with open(self.out / lang / "summary.csv", newline="", encoding="utf-8") as f:
            return list(csv.DictReader(f))


REPORTS = Reports()


def skip(what):
    print(f"skipped: {what} is not installed", flush=True)


def test_json_says_what_csv_says():
    with REPORTS as r:
        for lang in ("fr", "en"):
            data = json.loads((r.out / lang / "report.json").read_text())
            rows = r.rows(lang)
            equal(len(data["estimates"]), len(rows), "estimates")
            for mine, theirs in zip(data["estimates"], rows):
                equal(list(mine), [name for name, _ in COLUMNS], "members of an estimate")
                for name, kind in COLUMNS:
                    text = theirs[name]
                    value = None if text == "NA" else text if kind == "text" else float(text)
                    if kind == "text" and value and value.startswith("'") and value[1:2] in "=+-@":
                        value = value[1:]
                    equal(mine[name], value, f"{name} of an estimate")
            need(data["findings"] and data["limits"] and data["simulated"], "findings and limits are there")
            label = "non corrigée" if lang == "fr" else "uncorrected detector output"
            need(label in data["label"] and label in data["citation"], "the label is there")
            try:
                import jsonschema
            except ImportError:
                skip("python3-jsonschema")
                continue
            schema = json.loads((SOURCE / "docs/report.schema.json").read_text())
            jsonschema.Draft7Validator.check_schema(schema)
            validator = jsonschema.Draft7Validator(schema)
            wrong = next(validator.iter_errors(data), None)
            need(wrong is None, f"report.json is not what its schema says: {wrong and wrong.message[:300]}")
            broken = dict(data, estimates=[dict(data["estimates"][0], estimate="+3.1")])
            need(not validator.is_valid(broken), "the schema lets a text stand for a number")


def test_csv_comes_back_in_pandas_and_r():
    with REPORTS as r:
        rows = r.rows()
        known = [float(row["estimate"]) for row in rows if row["estimate"] != "NA"]
        try:
            import pandas
            read = pandas.read_csv(r.out / "en/summary.csv")
            equal(len(read), len(rows), "rows in pandas")
            for name in NUMERIC:
                need(pandas.api.types.is_numeric_dtype(read[name]), f"{name} is no number in pandas")
            need(abs(read["estimate"].sum() - sum(known)) < 1e-9, "the sum of the estimates differs in pandas")
        except ImportError:
            skip("python3-pandas")
        if not shutil.which("Rscript"):
            skip("r-base-core")
            return
        script = """d <- read.csv(commandArgs(TRUE)[1]); cat(nrow(d), all(sapply(d[strsplit(commandArgs(TRUE)[2], ",")[[1]]],
                    function(x) is.numeric(x) || all(is.na(x)))), sprintf("%.12f", sum(d$estimate, na.rm = TRUE)), "\\n")"""
        done = subprocess.run(["Rscript", "--vanilla", "-e", script, str(r.out / "en/summary.csv"), ",".join(NUMERIC)], capture_output=True, text=True)
        equal(done.returncode, 0, f"R: {done.stderr}")
        n, numeric, total = done.stdout.split()
        equal((int(n), numeric), (len(rows), "TRUE"), "rows and numbers in R")
        need(abs(float(total) - sum(known)) < 1e-9, "the sum of the estimates differs in R")


def test_workbook_has_numbers_and_no_formula():
    with REPORTS as r:
        rows = r.rows()
        with zipfile.ZipFile(r.out / "en/report.xlsx") as book:
            equal(book.testzip(), None, "the workbook is whole")
            space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
            names = [n for n in book.namelist() if n.startswith("xl/worksheets/sheet")]
            equal(len(names), 2, "sheets")
            for name in names:
                need(not xml.fromstring(book.read(name)).findall(".//m:f", space), f"{name} has a formula")
            shared = ["".join(t.text or "" for t in si.iter(f"{{{space['m']}}}t")) for si in xml.fromstring(book.read("xl/sharedStrings.xml"))]
            lines = xml.fromstring(book.read("xl/worksheets/sheet2.xml")).findall(".//m:row", space)
            equal(len(lines), len(rows) + 1, "rows of the workbook")
            for line, row in list(zip(lines[1:], rows))[:: max(1, len(rows) // 200)]:
                for cell, (name, kind) in zip(line.findall("m:c", space), COLUMNS):
                    value = cell.find("m:v", space).text
                    if kind == "text" or row[name] == "NA":
                        equal(cell.get("t"), "s", f"{name} is no text")
                        need(shared[int(value)] in (row[name], row[name][1:]), f"{name}: {shared[int(value)]} is not {row[name]}")
                    else:
                        need(cell.get("t") in (None, "n") and abs(float(value) - float(row[name])) <= 1e-12 * abs(float(row[name])), f"{name} is no number")
            need(any("uncorrected detector output" in s for s in shared), "the first sheet has no label")
        try:
            import openpyxl
        except ImportError:
            skip("python3-openpyxl")
            return
        sheet = openpyxl.load_workbook(r.out / "fr/report.xlsx").worksheets[1]
        equal([c.value for c in sheet[1]], [name for name, _ in COLUMNS], "the header in openpyxl")
        need(isinstance(sheet.cell(2, 1 + [n for n, _ in COLUMNS].index("confidence")).value, float), "a number is none in openpyxl")


def balanced(text):
    """Environments and braces of LaTeX close in the order in which they open; nothing special stands bare."""
    body = text[text.index("\\begin{document}"):]
    plain = re.sub(r"\\[\\{}$&#%_]", "", re.sub(r"%.*", "", re.sub(r"\\%", "", body)))
    equal(plain.count("{"), plain.count("}"), "braces of the LaTeX")
    stack = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", body):
        if kind == "begin":
            stack.append(name)
        else:
            equal(stack.pop() if stack else None, name, "environment of the LaTeX")
    equal(stack, [], "environments left open")
    need(not re.search(r"(?<!\\)[#$_^~]", re.sub(r"\\(textasciitilde|textasciicircum)\{\}", "", plain).replace("~", "")), "a bare special character")
    need(all(ord(c) < 0x100 for c in body), "a character that T1 fonts may not have")


def test_latex_is_whole_and_compiles():
    with REPORTS as r:
        for lang in ("fr", "en"):
            folder = r.out / lang
            text = (folder / "report.tex").read_text()
            need("\\toprule" in text and "\\midrule" in text and "\\bottomrule" in text, "no booktabs")
            balanced(text)
            if not shutil.which("pdflatex"):
                skip("pdflatex (texlive-latex-recommended)")
                continue
            done = subprocess.run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "report.tex"], cwd=folder, capture_output=True, timeout=300)
            equal(done.returncode, 0, f"pdflatex: {done.stdout.decode('latin-1')[-800:]}")


def test_pictures_are_whole_and_say_what_they_are():
    with REPORTS as r:
        for lang, label in (("fr", "non corrigée"), ("en", "uncorrected")):
            charts = sorted((r.out / lang / "charts").glob("*.svg"))
            kinds = {c.name.split("-")[0].split(".")[0] for c in charts}
            equal(kinds, {"forest", "dumbbell", "time", "ranks", "first", "floor"}, "kinds of charts")
            for chart in charts:
                root = xml.fromstring(chart.read_text())
                text = " ".join("".join(t.itertext()) for t in root.iter("{http://www.w3.org/2000/svg}text"))
                need(label in text, f"{chart.name} does not say that it is uncorrected")
                need("SHA-256" in text and ("SIMUL" in text), f"{chart.name} does not say where it comes from")
                need(not re.search(r"[\" ,]-?(nan|inf)[\" ,]", chart.read_text()), f"{chart.name} has what is no number")
                png = chart.with_suffix(".png").read_bytes()
                equal(png[:8], b"\x89PNG\r\n\x1a\n", f"{chart.name} as PNG")
                width, height = struct.unpack(">II", png[16:24])
                equal((width, height), (3 * int(root.get("width")), 3 * int(root.get("height"))), f"size of {chart.name}")


def test_heat_map_is_the_share_of_the_feed():
    """Every visit of the demo shows as many entries: the mean over places is the share that summary.csv has of the feed."""
    with REPORTS as r:
        shares = {row["feed"]: float(row["estimate"]) for row in r.rows() if row["metric"] == "exposure_share" and row["persona"] == "NA"
                  and row["target"] == "any" and row["role"] == "exploratory" and row["depth"] == "30" and row["detector"] == "marker" and row["feed"] != "NA"}
        svg = (r.out / "en/charts/ranks-bluesky.svg").read_text()
        cells = [float(v) for v in re.findall(r">([0-9.]+)%<", svg)]
        need(cells and len(cells) % 2 == 0, "the heat map has no two columns")
        half = len(cells) // 2
        for side, feed in ((cells[:half], "bluesky-pour-vous"), (cells[half:], "bluesky-derniers")):
            need(abs(sum(side) / half - 100 * shares[feed]) < 0.06, f"{feed}: {sum(side) / half} is not {100 * shares[feed]}")


def printed(r, page):
    """What stands on the paper of a page; None: nothing here prints."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    pdf = page.with_suffix(".pdf")
    if not chromium or not shutil.which("pdftotext"):
        return None
    subprocess.run([chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
                    f"--user-data-dir={r.lab.dir}/chromium", "--no-pdf-header-footer", "--print-to-pdf-no-header", f"--print-to-pdf={pdf}",
                    f"file://{page}"], capture_output=True, timeout=240, check=False)
    return subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True).stdout if pdf.is_file() else None


def test_quoted_examples_print_only_when_open():
    with REPORTS as r:
        folder = r.out / "quoted"
        r.run("report", "--db", r.db, "--out", folder, "--lang", "en", "--format", "html", "--examples", "3")
        page = (folder / "report.html").read_text()
        texts = [re.sub(r"<[^>]*>", "", t) for t in re.findall(r"</summary><blockquote>(.*?)</blockquote>", page, re.S)]
        equal(len(texts), 3, "quoted texts")
        need(page.index("<details") > page.index('id="tables"'), "a quoted text stands in the summary")
        closed = printed(r, folder / "report.html")
        if closed is None:
            skip("chromium or pdftotext")
            return
        (folder / "open.html").write_text(page.replace("<details>", "<details open>"))
        opened = printed(r, folder / "open.html")
        squeeze = lambda text: re.sub(r"\s+", "", html.unescape(text))
        for text in texts:
            need(squeeze(text)[:40] in squeeze(opened), f"an open text is not on the paper: {text[:60]}")
            need(squeeze(text)[:40] not in squeeze(closed), f"a closed text is on the paper: {text[:60]}")


def test_summary_is_two_pages_of_paper():
    with REPORTS as r:
        for lang, tables in (("fr", "Tableaux complets"), ("en", "Full tables")):
            text = printed(r, r.out / lang / "report.html")
            if text is None:
                skip("a Chromium that prints")
                return
            pages = text.split("\f")
            equal([i for i, page in enumerate(pages) if tables in page][0], 2, "pages before the full tables")


def bibtex(entry):
    """The fields of one entry as a program reads them that knows no TeX but these commands."""
    fields = {}
    for name, value in re.findall(r"\n  (\w+) = \{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}", entry):
        for tex, text in (("\\textquoteright{}", "’"), ("\\guillemotleft{}", "«"), ("\\guillemotright{}", "»"), ("\\textquotedblleft{}", "“"), ("\\textquotedblright{}", "”"),
                          ("{-}", "-"), ("{[}", "["), ("{]}", "]"), ("~", "\u00a0")):
            value = value.replace(tex, text)
        value = value[1:-1] if value.startswith("{") else value
        need(not re.search(r"[\\{}]", value), f"TeX is left in {name} of BibTeX: {value}")
        fields[name] = value
    return fields


def plain(text):
    """Whatever kind of space: BibTeX has no narrow one."""
    return re.sub(r"[ \u00a0\u202f\u2009]+", " ", text)


def test_citations():
    with REPORTS as r:
        data = json.loads((r.out / "en/report.json").read_text())
        text = r.run("cite", "--db", r.db, "--lang", "en").stdout
        equal(text.strip(), data["citation"], "citation")
        for what in (data["study"]["protocol_sha256"], data["study"]["chain_head"], "uncorrected detector output", "marker"):
            need(what in text, f"the citation does not hold {what}")
        bib = r.run("cite", "--db", r.db, "--table", "results", "--format", "bibtex").stdout
        need(re.match(r"@misc\{amplimeter-demo-[0-9a-f]{8}-results,\n", bib), f"BibTeX key: {bib[:80]}")
        equal(bib.count("{") - bib.count("\\{"), bib.count("}") - bib.count("\\}"), "braces of BibTeX")
        need(not re.search(r"(?<!\\)[#$%&_]", bib), "a bare special character in BibTeX")
        for lang in ("fr", "en"):
            said = r.run("cite", "--db", r.db, "--lang", lang).stdout.strip()
            fields = bibtex(r.run("cite", "--db", r.db, "--lang", lang, "--format", "bibtex").stdout)
            equal(set(fields), {"key", "title", "year", "month", "note"}, "fields of BibTeX")
            equal(plain(fields["note"]), plain(said), f"the note of BibTeX ({lang}) read without TeX")
            csl = json.loads(r.run("cite", "--db", r.db, "--lang", lang, "--figure", "forest", "--format", "csl-json").stdout)
            equal(len(csl), 1, "items of CSL-JSON")
            # of schemas/input/csl-data.json (citation-style-language/schema, MIT; read 2026-11-23): no other variables, these are strings, id and number strings or
            # numbers, "dataset" is one of its types, a date has one or two parts of one to three strings or numbers; id and type must be there
            equal({k: type(v).__name__ for k, v in csl[0].items()}, {"id": "str", "type": "str", "title": "str", "language": "str", "issued": "dict", "number": "str",
                                                                    "archive_location": "str", "note": "str"}, "variables of CSL")
            need(("Lift by persona and target" if lang == "en" else "Écart par persona et par cible") in csl[0]["title"], f"CSL title: {csl[0]['title']}")
            equal(csl[0]["type"], "dataset", "CSL type")
            equal(set(csl[0]["issued"]), {"date-parts"}, "CSL date")
            need(len(csl[0]["issued"]["date-parts"]) == 1 and len(csl[0]["issued"]["date-parts"][0]) == 3 and all(isinstance(v, int) for v in csl[0]["issued"]["date-parts"][0]), "CSL date")
            # styles print these: a bare hash would say nothing, and APA makes its first letter a capital
            need(re.fullmatch(f"protocole? SHA-256 {data['study']['protocol_sha256']}", csl[0]["number"]), f"CSL number: {csl[0]['number']}")
            need(re.fullmatch(f"(evidence chain head|tête de chaîne de preuve) {data['study']['chain_head']}", csl[0]["archive_location"]), f"CSL location: {csl[0]['archive_location']}")
            equal(plain(csl[0]["note"]), plain(said), "the note of CSL")
        need("tables are summary" in r.run("cite", "--db", r.db, "--lang", "en", "--table", "nope", status=2).stderr, "the tables are not named")
        need("figures are forest" in r.run("cite", "--db", r.db, "--lang", "en", "--figure", "nope", status=2).stderr, "the figures are not named")
        need("walks" not in r.run("cite", "--db", r.db, "--lang", "en", "--figure", "walks", status=2).stderr.split("its figures are")[1], "walks are offered where there are none")
        r.run("cite", "--db", r.db, "--table", "results", "--figure", "forest", status=2)


def test_unknown_format_writes_nothing():
    with REPORTS as r:
        done = r.run("report", "--db", r.db, "--out", r.out / "none", "--format", "html,pdf", status=2)
        need("html, md, csv" in done.stderr and not (r.out / "none").exists(), f"said: {done.stderr}")


if __name__ == "__main__":
    try:
        main(test_json_says_what_csv_says, test_csv_comes_back_in_pandas_and_r, test_workbook_has_numbers_and_no_formula,
             test_latex_is_whole_and_compiles, test_pictures_are_whole_and_say_what_they_are, test_heat_map_is_the_share_of_the_feed,
             test_summary_is_two_pages_of_paper, test_quoted_examples_print_only_when_open, test_citations, test_unknown_format_writes_nothing)
    finally:
        if REPORTS.lab is not None:
            REPORTS.lab.__exit__(None)

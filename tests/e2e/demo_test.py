"""demo_test.py: `./run demo` at its shipped seed, all 14 days, and what its readers will rely on.

What was served is recomputed here from the playground's log, in Python and with nothing of amplimeter's: every share, rate, lift and ratio
of summary.csv that the marker detector measured must equal it, since the marker sees every planted post and nothing else. Only which
visitor is which persona comes from the database (by the digest of the bytes).
"""
import html
import os
import re
import socket
import subprocess

from lab import BIN, SOURCE, Lab, equal, main, need, primary, served, summary

DAYS = 14
FEEDS = {("bluesky", "getFeed"): "bluesky-pour-vous", ("bluesky", "getListFeed"): "bluesky-derniers", ("bluesky", "searchPosts"): "bluesky-recherches",
         ("mastodon", "trends/statuses"): "mastodon-tendances", ("mastodon", "timelines/public"): "mastodon-derniers",
         ("feeds", "ranked"): "flux-classes", ("feeds", "latest"): "flux-derniers"}
PAIRS = {"bluesky": ("bluesky-pour-vous", "bluesky-derniers"), "mastodon": ("mastodon-tendances", "mastodon-derniers"), "flux": ("flux-classes", "flux-derniers")}
PLATFORMS = {"bluesky": "bluesky", "mastodon": "mastodon", "flux": "feeds"}
# level 1 of section 6 of DESIGN.md: jewish ticks religion and origin
GROUNDS = {"ground:origin": {"black", "arab", "roma", "asian", "migrant", "jewish"}, "ground:religion": {"jewish", "muslim"}, "ground:sex": {"women"},
           "ground:sexual_orientation": {"gay", "lesbian"}, "ground:gender_identity": {"trans"}, "ground:disability": {"disability"}}
VARYING = {"captured_from", "captured_to", "chain_head"}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def demo(lab, name, port, seed=None):
    """Runs the demo into a folder of the lab; returns the folder."""
    out = lab.dir / name
    env = dict(lab.env, AMP_DEMO_PORT=str(port))
    if seed:
        env["AMP_DEMO_SEED"] = str(seed)
    done = subprocess.run(["sh", str(SOURCE / "tests/e2e/demo.sh"), str(BIN), str(out)], capture_output=True, text=True, env=env)
    equal(done.returncode, 0, f"exit code of demo.sh\n{done.stderr[-3000:]}")
    last = done.stdout.rstrip("\n").split("\n")[-1]
    need(re.search(r"\S+/report\.html$", last), f"the last line ends in no report: {last}")
    path = last.split(" : ")[-1].split(": ")[-1]
    need(path.startswith("/") and (out / "rapport/report.html").samefile(path), f"no such report: {path}")
    return out


def is_target(targets, name):
    if not targets:
        return False
    return name == "any" or name in targets or bool(GROUNDS.get(name, set()) & set(targets))


class Served:
    """What the playground logged: (feed, visitor, instant) -> the targets of the posts in rank order."""

    def __init__(self, out, lab):
        self.lists, self.crowd = {}, []
        digests = {}
        for line in served(out / "served.jsonl"):
            if line["type"] == "crowd":
                self.crowd.append(line)
            if line["type"] != "answer":
                continue
            feed = FEEDS[line["platform"], line["endpoint"]]
            page = self.lists.setdefault((feed, line["visitor"], line["now"]), [])
            equal(len(page), line["offset"], "pages come in order")
            page.extend(i["targets"] for i in line["items"])
            if feed == "bluesky-pour-vous":
                digests.setdefault(line["payload_sha256"], set()).add(line["visitor"])
        # visitor -> persona (a twin under its persona's name), by bytes that only one visitor was sent
        self.persona = {}
        for name, digest in lab.rows("""SELECT coalesce(b.name, p.name), lower(hex(c.payload_sha256)) FROM capture c JOIN slot s ON s.id = c.slot_id
                JOIN persona p ON p.id = s.persona_id LEFT JOIN persona b ON b.id = p.twin_of_id JOIN feed f ON f.id = s.feed_id
                WHERE f.name = 'bluesky-pour-vous'""", db=out / "demo.db"):
            if len(digests[digest]) == 1:
                visitor = next(iter(digests[digest]))
                equal(self.persona.setdefault(visitor, name), name, f"persona of visitor {visitor}")

    def cells(self, feed, persona, depth):
        return [targets[:depth] for (f, visitor, _), targets in sorted(self.lists.items())
                if f == feed and (persona == "NA" or self.persona.get(visitor) == persona)]

    def share(self, feed, persona, target, depth):
        """Every cell has the same number of posts and every persona the same number of cells: the mean of all is the mean of means."""
        cells = self.cells(feed, persona, depth)
        equal({len(c) for c in cells}, {depth}, f"posts served of {feed}")
        return sum(is_target(t, target) for c in cells for t in c) / (len(cells) * depth)

    def met(self, feed, persona, target, depth):
        cells = self.cells(feed, persona, depth)
        return sum(any(is_target(t, target) for t in c) for c in cells) / len(cells)

    def weighted(self, feed, persona, target, depth, p):
        cells = self.cells(feed, persona, depth)
        total = sum(p ** i for i in range(depth))
        return sum(p ** i for c in cells for i, t in enumerate(c) if is_target(t, target)) / (len(cells) * total)

    def expected(self, row):
        """The value that this row must have; None when it is not computed here; "NA" when it does not exist."""
        persona, target, depth = row["persona"], row["target"], int(row["depth"])
        one_side = {"exposure_share": self.share, "encounter_rate": self.met, "dose": lambda *cell: self.share(*cell) * depth,
                    "rank_weighted_share": lambda *cell: self.weighted(*cell, float(row["rbp_p"]))}.get(row["metric"])
        if row["detector"] != "marker" or row["scope"] == "platform":
            return None
        if one_side and persona == "NA":
            return one_side(row["feed"], persona, target, depth)
        platform_of_persona = row["pair"] if row["pair"] != "NA" else row["feed"].split("-")[0]
        if persona != "NA" and platform_of_persona != "bluesky":
            return None  # Mastodon's trends are one list for all: its visitors cannot be told apart by their bytes
        if one_side:
            return one_side(row["feed"], persona, target, depth)
        if row["metric"] not in {"additive_lift", "amplification_ratio", "rank_weighted_lift", "huszar_ratio"}:
            return None
        if row["metric"] == "rank_weighted_lift":
            ranked, chronological = (self.weighted(feed, persona, target, depth, float(row["rbp_p"])) for feed in PAIRS[row["pair"]])
            return ranked - chronological
        if row["metric"] == "huszar_ratio":  # a persona and its twin are one visitor: half a visit each
            visits = [self.met(feed, persona, target, depth) * 8 * DAYS for feed in PAIRS[row["pair"]]]
            return (visits[0] + 1) / (visits[1] + 1)
        ranked, chronological = (self.share(feed, persona, target, depth) for feed in PAIRS[row["pair"]])
        if row["metric"] == "additive_lift":
            return ranked - chronological
        return ranked / chronological if chronological else "NA"

    def population_lift(self, platform, target, depth):
        total, instants = 0.0, set()
        for line in self.crowd:
            if line["platform"] == platform and line["depth"] == depth:
                part = line["flagged"].get(target, 0) / line["items"]
                total += part if line["ranking"] == "ranked" else -part
                instants.add(line["now"])
        return total / len(instants)


def close(a, b):
    return "NA" not in (a, b) and abs(float(a) - float(b)) <= 1e-9 * max(1, abs(float(b)))


def check_snapshots(lab, out):
    status = lab.run("status", "--db", out / "demo.db", "--json").stdout
    need('"simulated":true' in status.replace(" ", ""), f"status does not say that it is simulated: {status}")
    rows = lab.rows("SELECT feed, verdict, count(*), count(DISTINCT persona), count(DISTINCT scheduled_at), min(items), max(items) FROM snapshots GROUP BY 1, 2",
                    db=out / "demo.db")
    equal(rows, [(feed, "ok", 16 * DAYS, 16, DAYS, 30, 30) for feed in sorted(FEEDS.values())], "snapshots")
    heads = set()
    for extra in ([], ["--db", out / "demo.db"]):
        text = lab.run("verify", "--archive", out / "demo.db.warc.d", *extra).stdout
        need(text.startswith("intact"), text)
        heads.add(re.search(r"chain head ([0-9a-f]{64})", text).group(1))
    equal(len(heads), 1, "chain heads")
    return heads.pop()


def check_figures(lab, out, rows):
    log = Served(out, lab)
    equal(len(log.persona), 16, "visitors told apart")
    compared = 0
    for row in rows:
        value = log.expected(row)
        if value is None:
            continue
        what = " ".join(row[k] for k in ("metric", "feed", "pair", "persona", "target", "depth"))
        if value == "NA":
            equal(row["estimate"], "NA", what)
            need(row["null_reason"] != "NA", f"{what}: no value and no reason")
        else:
            need(row["estimate"] != "NA" and close(row["estimate"], value), f"{what}: measured {row['estimate']}, served {value}")
        compared += 1
    need(compared > 1000, f"only {compared} figures compared")
    limits = {"share": (0, 1), "rate": (0, 1), "points": (-1, 1), "ratio": (0, float("inf"))}
    bounded = [row for row in rows if row["unit"] in limits and row["estimate"] != "NA"]
    for row in bounded:
        least, most = limits[row["unit"]]
        ends = [float(row[k]) for k in ("lo", "estimate", "hi") if row[k] != "NA"]
        need(least <= ends[0] and ends[-1] <= most and ends == sorted(ends), f"an interval beyond what can be: {row}")
    need(len(bounded) > 1000, f"only {len(bounded)} intervals looked at")
    print(f"     {compared} figures equal what was served, to 9 decimals")
    main_row = primary(rows)
    need(close(main_row["truth_population"], log.population_lift("bluesky", "any", 30)), "truth served to everyone")
    need(float(main_row["lo"]) <= float(main_row["truth_population"]) <= float(main_row["hi"]), f"the primary interval misses the truth: {main_row}")
    need(float(main_row["lo"]) > 0, "the planted amplification is not found")
    for row in rows:
        if row["scope"] == "pair" and row["metric"] == "additive_lift" and row["family"] != "sensitivity" and row["detector"] == "marker" and not row["target"].startswith("ground:") and row["depth"] == "30":
            need(close(row["truth_population"], log.population_lift(PLATFORMS[row["pair"]], row["target"], 30)), f"truth of {row['pair']} {row['target']}: {row['truth_population']}")


def check_report(out, rows, head, lang):
    folder = out / ("rapport" if lang == "fr" else "report")
    protocol = rows[0]["protocol_sha256"]
    need(re.fullmatch(r"[0-9a-f]{64}", protocol), "protocol hash")
    equal({r["chain_head"] for r in rows}, {head}, "chain head of summary.csv")
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in ("report.html", "summary.md", "summary.csv")}
    word = {"fr": "SIMUL[ÉE]", "en": "SIMULATED"}[lang]
    for name in ("report.html", "summary.md"):
        text = texts[name]
        need(re.search(word, text, re.I), f"{lang} {name} does not say that it is simulated")
        need(protocol in text and head in text, f"{lang} {name} has no citation with protocol hash and chain head")
        need(re.search({"fr": "présumé", "en": "presumed"}[lang], text, re.I), f"{lang} {name} says nothing of presumption")
    for name, text in texts.items():
        bad = re.search(r"(?<![\w.])(-?nan|-?inf|infinity|null)(?![\w.])", text, re.I)
        need(not bad, f"{lang} {name} holds {bad and text[max(0, bad.start() - 60):bad.end() + 20]!r}")
    page = texts["report.html"]
    fetched = re.search(r"<script|<link|<iframe|<object|<embed|@import|javascript:|\s(?:src|srcset|data|poster)\s*=\s*[\"']?(?!data:)\w+:|url\(\s*[\"']?(?:https?:|//)|\son\w+\s*=", page, re.I)
    need(not fetched, f"{lang} report.html fetches or runs: {fetched and page[fetched.start():fetched.end() + 60]}")
    need(f'lang="{lang}"' in page, f"{lang} report.html does not say its language")
    need("<svg" in page, "no chart")
    count = {"fr": r"servie à tous\s: (\d+) sur (\d+) ", "en": r"served to everyone: (\d+) of (\d+) "}[lang]
    truth = re.search(count, texts["summary.md"])
    need(truth and int(truth.group(1)) >= 0.9 * int(truth.group(2)) > 0, f"{lang}: how many intervals hold the truth: {truth}")


def check_annex(lab, out, head, protocol):
    """The commands of the annex, typed as they stand, give the fingerprints that stand above them; and the same report again."""
    for folder, base, archive, into in (("rapport", "BASE", "ARCHIVE", "DOSSIER"), ("report", "DATABASE", "ARCHIVE", "FOLDER")):
        page = html.unescape((out / folder / "report.html").read_text(encoding="utf-8"))
        commands = re.findall(r"<code>((?:amplimeter|sqlite3) [^<]*)</code>", page[page.index('id="check"'):page.index('id="records"')])
        equal(len(commands), 4, f"{folder}: commands to check the report by")
        said = ""
        again = lab.dir / f"again-{folder}"
        for command in commands:
            for word, path in ((base, out / "demo.db"), (archive, out / "demo.db.warc.d"), (into, again), ("served.jsonl", out / "served.jsonl")):
                command = re.sub(rf"\b{word}\b", str(path), command)
            done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, env=dict(lab.env, PATH=f"{BIN}:{os.environ['PATH']}"))
            equal(done.returncode, 0, f"{command}: {done.stderr[-500:]}")
            said += done.stdout
        need(head in said and protocol in said, f"{folder}: the commands of the annex say neither head nor protocol: {said}")
        need((again / "summary.csv").read_bytes() == (out / folder / "summary.csv").read_bytes(), f"{folder}: summary.csv is another when written again")


def check_quotations(out):
    """Three sentences that stand alone; the one on the difference says its range."""
    for folder, names in (("rapport", ("visiteurs automatisés", "détecteur automatique", "du 2 mars 2026 au 15 mars 2026", "les données sont compatibles avec un écart de")),
                          ("report", ("automated visitors", "automatic detector", "from 2 March 2026 to 15 March 2026", "the data are compatible with a difference of"))):
        page = html.unescape((out / folder / "report.html").read_text(encoding="utf-8")).replace("\u00a0", " ")
        quotes = re.findall(r"<blockquote>(.*?)</blockquote>", page, re.S)
        equal(len(quotes), 3, f"{folder}: sentences to quote")
        for quote in quotes:
            need(names[0] in quote and names[2] in quote and "Bluesky" in quote, f"{folder} does not stand alone: {quote}")
        need(names[1] in quotes[0] and names[3] in quotes[0], f"{folder} says no range: {quotes[0]}")


def check_decisions(lab, out):
    """What weighed, from the first 200 flagged texts in the order of their keys: each token once for each group that it names, and no text printed."""
    texts = [t for t, in lab.rows("SELECT v.text FROM item_version v JOIN detection n ON n.item_version_id = v.id JOIN detector d ON d.id = n.detector_id "
                                  "WHERE d.name = 'marker' AND d.text_view_version = 'v1' AND n.score >= 0.5 ORDER BY v.key LIMIT 200", db=out / "demo.db")]
    groups = {}
    for text in texts:
        for name in set(re.findall(r"\[\[haine:(\w+)\]\]", text)):
            groups[name] = groups.get(name, 0) + 1
    page = (out / "report/summary.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| token of the practice service \| [^|]+ \| (\d+) \| 1\.00 \|$", page, re.M)
    equal([int(n) for n in found], sorted(groups.values(), reverse=True)[:15], "texts by group in the annex on decisions")
    for name in ("rapport/report.html", "rapport/summary.md", "report/report.html"):
        need("[[haine" not in (out / name).read_text(encoding="utf-8").replace("\\", ""), f"{name} quotes a post")


def check_documented_queries(lab, out):
    text = (SOURCE / "docs/database.md").read_text(encoding="utf-8")
    queries = re.findall(r"```sql\n(.*?)```", text, re.S)
    equal(len(queries), 10, "queries in docs/database.md")
    for number, query in enumerate(queries, 1):
        rows = lab.rows(query, db=out / "demo.db")
        if number == 9:  # what is missing from the plan: nothing, as every snapshot is ok
            equal(rows, [], "query 9 of docs/database.md")
        else:
            need(rows, f"query {number} of docs/database.md gives no rows on the demo's database")


def the_demo_says_what_was_served():
    with Lab() as lab:
        port = free_port()
        out = demo(lab, "first", port)
        head = check_snapshots(lab, out)
        rows = summary(out / "report")
        check_figures(lab, out, rows)
        for lang in ("fr", "en"):
            check_report(out, rows, head, lang)
        check_annex(lab, out, head, rows[0]["protocol_sha256"])
        check_quotations(out)
        check_decisions(lab, out)
        check_documented_queries(lab, out)
        the_seed_decides(lab, port, rows, primary(summary(out / "rapport")))


def the_seed_decides(lab, port, rows, french):
    """Languages differ in words, not in figures; so do runs of one seed in nothing; another seed is another world."""
    need(close(french["estimate"], primary(rows)["estimate"]) and close(french["hi"], primary(rows)["hi"]), "French and English figures")
    again = summary(demo(lab, "again", port) / "report")
    equal(len(again), len(rows), "rows of a second run")
    for a, b in zip(rows, again):
        for key in a.keys() - VARYING:
            same = a[key] == b[key]
            if not same and re.fullmatch(r"-?[0-9.e+-]+", a[key]) and re.fullmatch(r"-?[0-9.e+-]+", b[key]):
                same = close(a[key], b[key])
            need(same, f"a second run of the same seed: {key} is {b[key]}, was {a[key]} ({a['metric']} {a['target']} {a['persona']})")
    other = primary(summary(demo(lab, "other", port, 7) / "report"))
    need(not close(other["estimate"], primary(rows)["estimate"]), "another seed gives the same figure")


main(the_demo_says_what_was_served)

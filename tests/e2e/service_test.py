"""service_test.py: detectors from outside, end to end. A crawl of the playground, then `amplimeter detect` with services of a loopback server
that lies on demand (tests/servers/liar.py) and with a program of one's own: what is sent where, what is recorded, what is never sent, what
is never asked twice, and that no secret gets anywhere.
"""
import json
import math
import os
import pathlib

from lab import SOURCE, Lab, demo_study, equal, main, need

TOKEN = "sk-e2e-0123456789abcdef"


def service_file(lab, port, lie="honest", kind="openai_moderation", **keys):
    """A service file beside the study; its name is the lie's."""
    paths = {"openai_moderation": "/v1/moderations", "openai_chat": "/v1/chat/completions", "tei": "/predict"}
    service = {"$schema": "../service.schema.json", "service": "svc", "kind": kind, "host": f"http://127.0.0.1:{port}", "path": f"/{lie}{paths[kind]}",
               "model": "omni-moderation-2024-09-26", "model_date": "2024-09-26", "batch": 8, "token_env": "SVC_TOKEN", "allow_private": f"127.0.0.1:{port}"}
    service.update(keys)
    service = {k: v for k, v in service.items() if v is not None}
    path = lab.dir / "personas/studies/svc.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(service, indent=1))
    return path


def small(study, **use):
    study["personas"] = study["personas"][:2]
    study["feeds"] = {k: v for k, v in study["feeds"].items() if k in ("bluesky-pour-vous", "bluesky-derniers")}
    study["pairs"] = {"bluesky": study["pairs"]["bluesky"]}
    study["services"] = [{"file": "svc.json", "send_texts_to": "127.0.0.1", **use}]
    study["services"] = [{k: v for k, v in study["services"][0].items() if v is not None}]


class Case(Lab):
    """A crawled study with one service."""

    def __init__(self, lie="honest", use=None, **keys):
        super().__init__()
        self.env["SVC_TOKEN"] = TOKEN
        self.log = self.dir / "liar.log"
        _, line = self.start("python3", SOURCE / "tests/servers/liar.py", "--log", self.log)
        self.port = int(line.split()[1])
        self.use = use or {}
        service_file(self, self.port, lie, **keys)
        _, url = self.playground()
        self.study = demo_study(self, url, lambda s: small(s, **self.use))
        self.run("crawl", self.study, "--db", self.db, "--once", "--now", "2026-03-02T12:00:00Z")

    def amend(self, reason, lie="honest", **keys):
        service_file(self, self.port, lie, **keys)
        self.run("lock", self.study, "--db", self.db, "--amend", reason)

    def detect(self, expect=0, *more):
        return self.run("detect", "--db", self.db, *more, expect=expect)

    def asked(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def states(self):
        return dict(self.rows("SELECT n.status, count(*) FROM detection n JOIN detector d ON d.id = n.detector_id WHERE d.name = 'svc' GROUP BY 1"))

    def secrets_stay(self):
        """The token is in no file of the study but what the test itself wrote: not in database, archive, report, log."""
        for path in pathlib.Path(self.dir).rglob("*"):
            if path.is_file() and path != self.log:
                need(TOKEN.encode() not in path.read_bytes(), f"the token is in {path}")


def texts_stay_unless_the_study_says_so():
    with Case(use={"send_texts_to": None}) as c:
        check = c.run("check", c.study)
        need("Nothing will be sent to this service" in check.stdout and '"send_texts_to": "127.0.0.1"' in check.stdout, check.stdout)
        done = c.detect(5)
        need("does not say that texts may be sent to 127.0.0.1" in done.stderr, done.stderr)
        equal(c.asked(), [], "requests")
        equal(c.number("SELECT count(*) FROM service_exchange"), 0, "exchanges")
        need(c.number("SELECT count(*) FROM detection") > 10, "the embedded detector went on")
        c.run("report", "--db", c.db, "--out", c.dir / "report", "--lang", "en")
        need("sent to 127" not in (c.dir / "report/summary.md").read_text(), "the report speaks of texts sent")


def every_text_is_asked_about_once():
    with Case() as c:
        versions = c.number("SELECT count(*) FROM item_version")
        done = c.detect()
        need(f"svc: texts sent to 127.0.0.1: {versions} of {versions}; scored: {versions}, unusable answers: 0, unanswered: 0" in done.stdout, done.stdout)
        equal(c.states(), {"ok": versions}, "states")
        equal({r["authorization"] for r in c.asked()}, {f"Bearer {TOKEN}"}, "authorization")
        # the placeholder detector and the service agree on every text, score by score
        equal(c.number("""SELECT count(*) FROM detection a JOIN detector x ON x.id = a.detector_id AND x.name = 'marker' JOIN detection b
            ON b.item_version_id = a.item_version_id JOIN detector y ON y.id = b.detector_id AND y.name = 'svc'
            JOIN item_version v ON v.id = a.item_version_id
            WHERE x.text_view_version = 'v1' AND (instr(v.text, '[[haine') > 0) <> (b.score >= 0.7)"""), 0, "texts with another's score")
        equal(c.rows("SELECT version, configuration FROM detector WHERE name = 'svc'")[0][0], "1 omni-moderation-2024-09-26 2024-09-26", "version")
        # every answer is kept whole, with its texts in order
        equal(c.number("SELECT sum(texts) FROM service_exchange WHERE sent = 1 AND outcome = 'ok' AND length(answer) > 10"), versions, "texts of kept answers")
        equal(c.number("SELECT count(*) FROM service_text WHERE outcome = 'ok'"), versions, "rows of texts")
        # its sums are there, as the embedded detector's are
        equal(c.rows("SELECT d.name, count(*) FROM snapshot_sum s JOIN detector d ON d.id = s.detector_id WHERE s.target = 'any' AND s.missing = 0 GROUP BY 1 ORDER BY 1")[-1][0], "svc", "sums")
        asked = len(c.asked())
        again = c.detect()
        need("texts sent to 127.0.0.1: 0 of 0" in again.stdout, again.stdout)
        equal(len(c.asked()), asked, "requests of a second run")
        for lang, words in (("en", f"{versions} texts of posts were sent to 127.0.0.1"), ("fr", f"{versions} textes de publications ont été envoyés à 127.0.0.1")):
            c.run("report", "--db", c.db, "--out", c.dir / lang, "--lang", lang)
            for name in ("summary.md", "report.html"):
                text = (c.dir / lang / name).read_text().replace("\u00a0", " ").replace("\u202f", " ")
                need(words in text, f"{name} in {lang} does not say that texts were sent")
        c.secrets_stay()


def lies_are_recorded_and_never_scores():
    rows = {"missing": ("error", "count"), "reordered": ("error", "reordered"), "nan": ("error", "unreadable"), "cut": ("error", "unreadable"),
            "html": ("error", "unreadable"), "huge": ("error", "too_large"), "redirect": ("error", "redirect"), "400": ("error", "rejected")}
    for lie, (status, outcome) in rows.items():
        with Case(lie) as c:
            versions = c.number("SELECT count(*) FROM item_version")
            done = c.detect()
            equal(c.states(), {status: versions}, f"states after {lie}: {done.stdout}{done.stderr}")
            equal(c.rows("SELECT DISTINCT outcome FROM service_text"), [(outcome,)], f"outcomes after {lie}")
            equal(c.number("SELECT count(*) FROM detection n JOIN detector d ON d.id = n.detector_id WHERE d.name = 'svc' AND n.score IS NOT NULL"), 0, "scores")
            equal(c.number("SELECT count(*) FROM snapshot_sum s JOIN detector d ON d.id = s.detector_id WHERE d.name = 'svc' AND s.missing < s.n"), 0, f"sums that take {lie} for an answer")
            asked = len(c.asked())
            c.detect()
            equal(len(c.asked()), asked, "a service that has answered is asked again")
            c.secrets_stay()


def a_budget_ends_and_another_day_goes_on():
    with Case(max_requests=2) as c:
        versions = c.number("SELECT count(*) FROM item_version")
        done = c.detect()
        need(versions > 24, f"only {versions} texts")
        need(f"scored: 16, unusable answers: 0, unanswered: {versions - 16}; requests: 2" in done.stdout, done.stdout)
        need("budget or number of requests used up" in done.stderr, done.stderr)
        equal(c.states(), {"ok": 16, "missing": versions - 16}, "states")
        equal(c.rows("SELECT DISTINCT outcome FROM service_exchange WHERE sent = 0"), [("budget",)], "why the rest is missing")
        need(c.number("SELECT sum(s.missing) FROM snapshot_sum s JOIN detector d ON d.id = s.detector_id WHERE d.name = 'svc'") > 0, "missing ones in the sums")
        before = c.number("SELECT count(*) FROM service_exchange")
        c.detect()
        equal(len(c.asked()), 2, "requests beyond the bound")
        equal(c.number("SELECT count(*) FROM service_exchange"), before, "the same silence on record twice")
        c.amend("a larger budget", max_requests=1000)
        c.detect()
        equal(c.states(), {"ok": versions}, "states after the amendment")
        equal(c.number("SELECT count(*) FROM snapshot_sum s JOIN detector d ON d.id = s.detector_id WHERE d.name = 'svc' AND s.missing > 0"), 0, "sums made again")
        equal(sum(r["texts"] for r in c.asked()), versions + len(c.asked()), "each text asked about once, and one of each request twice")


def a_cascade_stores_its_probabilities():
    with Case(use={"after": "marker", "top": "0.1", "random": "0.3"}) as c:
        versions = c.number("SELECT count(*) FROM item_version")
        done = c.detect()
        need(f"svc: new texts ranked: {versions}, drawn: " in done.stdout, done.stdout)
        units = c.rows("SELECT stratum, first_score, probability, drawn, item_version_id FROM cascade_unit")
        equal(len(units), versions, "every text is in the frame, drawn or not")
        top = math.ceil(0.1 * versions)
        need(sum(u[3] for u in units) >= top, "fewer were drawn than the top share")
        for stratum, score, probability, drawn, _ in units:
            need(stratum != "top" or (probability == 1 and drawn == 1), "a text of the top that was not drawn")
            need(stratum != "rest" or probability == 0.3, f"a probability of {probability} in the rest")
            need(stratum != "tied" or 0.3 < probability < 1, f"a probability of {probability} among ties")
        drawn = {u[4] for u in units if u[3]}
        equal({r[0] for r in c.rows("SELECT n.item_version_id FROM detection n JOIN detector d ON d.id = n.detector_id WHERE d.name = 'svc'")}, drawn, "texts asked about")
        equal(c.number("SELECT count(*) FROM snapshot_sum s JOIN detector d ON d.id = s.detector_id WHERE d.name = 'svc'"), 0, "plain shares of a cascade")
        asked = len(c.asked())
        again = c.detect()
        need("new texts ranked: 0, drawn: 0" in again.stdout, again.stdout)
        equal(len(c.asked()), asked, "requests of a second run")


def a_program_of_ones_own():
    script = str(SOURCE / "tests/servers/liar_command.py")
    with Lab() as c:
        c.env["SVC_TOKEN"] = TOKEN
        path = c.dir / "personas/studies/svc.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"service": "svc", "kind": "command", "command": ["python3", script], "model_date": "2026-11-22", "batch": 16}))
        _, url = c.playground()
        study = demo_study(c, url, lambda s: small(s, send_texts_to="command"))
        c.run("crawl", study, "--db", c.db, "--once", "--now", "2026-03-02T12:00:00Z")
        versions = c.number("SELECT count(*) FROM item_version")
        done = c.run("detect", "--db", c.db, "--detector", "svc")
        need(f"texts sent to command: {versions} of {versions}; scored: {versions}" in done.stdout, done.stdout)
        need(c.number("SELECT count(*) FROM detection_target t JOIN detector d ON d.id = t.detector_id WHERE d.name = 'svc' AND t.target = 'women'") > 0, "targets")


def a_service_scores_and_is_evaluated_by_hand():
    with Lab() as c:
        c.env["SVC_TOKEN"] = TOKEN
        _, line = c.start("python3", SOURCE / "tests/servers/liar.py", "--log", c.dir / "liar.log")
        port = int(line.split()[1])
        path = service_file(c, port)
        texts = "[[haine:women]]\n\nune tarte aux pommes\n"
        done = c.run("score", "--detector", path, input=texts, expect=5)
        need("nothing was sent" in done.stderr and done.stdout == "" and not (c.dir / "liar.log").read_text(), "texts were sent without leave")
        c.run("score", "--detector", path, "--send-texts-to", "localhost", input=texts, expect=5)
        done = c.run("score", "--detector", path, "--send-texts-to", "127.0.0.1", input=texts)
        rows = [json.loads(r) for r in done.stdout.splitlines()]
        equal([(r["label"], r["score"] is None, r["detector"]) for r in rows], [("hateful", False, "svc"), (None, True, "svc"), ("not_hateful", False, "svc")], "lines")
        need(rows[0]["version"].startswith("1 omni-moderation-2024-09-26 2024-09-26+"), rows[0]["version"])
        for lie in ("nan", "html", "above-one", "400"):
            service_file(c, port, lie)
            done = c.run("score", "--detector", path, "--send-texts-to", "127.0.0.1", input=texts)
            equal([json.loads(r)["score"] for r in done.stdout.splitlines()], [None] * 3, f"scores of {lie}")
            need("no score for a text" in done.stderr and TOKEN not in done.stderr, done.stderr)
        service_file(c, port)
        labelled = c.dir / "labelled.csv"
        labelled.write_text("text,label\n" + "".join(f"[[haine:women]] {i},1\nbonjour {i},0\n" for i in range(20)))
        c.run("evaluate", labelled, "--detector", path, expect=5)
        done = c.run("evaluate", labelled, "--detector", path, "--compare", "marker", "--send-texts-to", "127.0.0.1", "--replicates", "100")
        service, marker = json.loads(done.stdout)["detectors"]
        equal((service["training_known"], service["training"]), (False, None), "what a service was trained on")
        equal((marker["training_known"], marker["training"]), (True, None), "what the marker was trained on")
        done = c.run("evaluate", labelled, "--detector", path, "--send-texts-to", "127.0.0.1", "--replicates", "100", "--format", "md", "--lang", "en")
        need("may have learnt from some of these texts" in done.stdout, done.stdout[:2000])


def mistakes_have_a_place():
    with Lab() as c:
        path = service_file(c, 9)
        good = json.loads(path.read_text())
        for change, line, words in (({"kind": "tei"}, 1, "“labels” is needed by this kind"), ({"modle": "x"}, None, "Did you mean"), ({"batch": 200}, None, "128"),
                                    ({"model": None}, 1, "“model” is needed"), ({"host": "http://a.example", "allow_private": None}, 5, "https://"),
                                    ({"token_env": "sk-secret value"}, None, "token_env")):
            service = {k: v for k, v in {**good, **change}.items() if v is not None}
            path.write_text(json.dumps(service, indent=1))
            done = c.run("check", path, expect=2)
            need(words in done.stdout, f"{change}: {done.stdout}")
            need(line is None or f"svc.json:{line}:" in done.stdout, f"{change}: {done.stdout}")
        path.write_text(json.dumps(good))
        need("a service without mistake" in c.run("check", path).stdout, "a good file")
        for use, words in (({"send_texts_to": "api.example.org"}, "both must be the same"), ({"top": "0.1"}, "“top” needs “after”"),
                           ({"after": "marker", "top": "0.1"}, "A cascade needs “random”"), ({"after": "linear", "top": "0.1", "random": "0.1"}, "not in the study's list"),
                           ({"file": "no.json"}, "no.json")):
            study = demo_study(c, "http://127.0.0.1:8710", lambda s: small(s, **use))
            done = c.run("check", study, expect=2)
            need(words in done.stdout, f"{use}: {done.stdout}")
        study = demo_study(c, "http://127.0.0.1:8710", small)
        locked = json.loads(c.run("check", study, "--json").stdout)["files"][0]["protocol_hash"]
        path.write_text(json.dumps({**good, "model": "another"}))
        need(json.loads(c.run("check", study, "--json").stdout)["files"][0]["protocol_hash"] != locked, "the protocol's hash without the service's file")


if os.environ.get("AMP_BIN") is None:
    print("AMP_BIN is not set: the programs of build/release are tried")
main(texts_stay_unless_the_study_says_so, every_text_is_asked_about_once, lies_are_recorded_and_never_scores, a_budget_ends_and_another_day_goes_on,
     a_cascade_stores_its_probabilities, a_program_of_ones_own, a_service_scores_and_is_evaluated_by_hand, mistakes_have_a_place)

"""evaluate_test.py: `amplimeter evaluate` against figures computed here, plainly, from what `amplimeter score` says of the same texts; its refusals
(training texts, files that are not what they should be), and its outputs."""
import csv
import functools
import hashlib
import html.parser
import json
import shutil

from lab import SOURCE, Lab, equal, main, need

MEASURES = ["accuracy", "precision", "recall", "false_positive_rate", "f1", "macro_f1", "roc_auc", "average_precision", "ece", "recall_at_1pct"]
MARKER = SOURCE / "tests/evaluate/marker.csv"


# -- the definitions, as slow as they are plain
def ratio(part, whole):
    return part / whole if whole else None


def figures(rows, threshold=None):
    """rows: (score, label, flagged)"""
    flagged = [(s, y, f if threshold is None else s >= threshold) for s, y, f in rows]
    tp = sum(y and f for _, y, f in flagged)
    fp = sum(not y and f for _, y, f in flagged)
    fn = sum(y and not f for _, y, f in flagged)
    tn = sum(not y and not f for _, y, f in flagged)
    up = [s for s, y, _ in rows if y]
    down = [s for s, y, _ in rows if not y]
    out = dict.fromkeys(MEASURES)
    out["accuracy"] = ratio(tp + tn, len(rows))
    out["precision"] = ratio(tp, tp + fp)
    out["recall"] = ratio(tp, tp + fn)
    out["false_positive_rate"] = ratio(fp, fp + tn)
    if up:
        out["f1"] = 2 * tp / (2 * tp + fp + fn)
    bins = [[] for _ in range(10)]
    for s, y, _ in rows:
        bins[min(int(s * 10), 9)].append((s, y))
    if rows:
        out["ece"] = sum(abs(sum(y for _, y in b) - sum(s for s, _ in b)) for b in bins) / len(rows)
    if up and down:
        out["macro_f1"] = (out["f1"] + 2 * tn / (2 * tn + fp + fn)) / 2
        out["roc_auc"] = sum((u > d) + (u == d) / 2 for u in up for d in down) / (len(up) * len(down))
        out["average_precision"] = sum(sum(v >= u for v in up) / sum(s >= u for s, _, _ in rows) for u in up) / len(up)
        good = [t for t in sorted({s for s, _, _ in rows}) if sum(d >= t for d in down) * 100 <= len(down)]
        out["recall_at_1pct"] = sum(u >= good[0] for u in up) / len(up) if good else 0
    return out, (tp, fp, fn, tn)


def close(found, expected, what):
    need((found is None) == (expected is None), f"{what}: found {found}, expected {expected}")
    need(found is None or abs(found - expected) < 1e-9, f"{what}: found {found}, expected {expected}")


def scores(lab, path, detector):
    done = lab.run("score", "--format", "csv", "--detector", detector, input=path.read_text(encoding="utf-8"))
    return [json.loads(line) for line in done.stdout.splitlines()]


def evaluate(lab, path, *options, code=0):
    done = lab.run("evaluate", path, *options, expect=code)
    return json.loads(done.stdout) if code == 0 else done.stderr


def in_a_lab(test):
    @functools.wraps(test)
    def run():
        with Lab() as lab:
            test(lab)
    return run


def write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as f:
        csv.writer(f, lineterminator="\n").writerows(rows)
    return path


def members(row, by):
    value = row.get(by, "") or ""
    if by == "lang":
        value = value.split("-")[0].lower()
    names = [n.strip() for n in value.split("|")] if by == "target" else [value]
    return set(n for n in names if n) or {None}


def check_slices(found, labelled, said):
    """Every slice of a detector's answer, recomputed."""
    rows = [(s["score"], r["label"] in ("1", "hateful"), s["label"] == "hateful") for r, s in zip(labelled, said)]
    seen = set()
    for piece in found["slices"]:
        by, value = piece["by"], piece["value"]
        seen.add((by, value))
        inside = [x for x, r in zip(rows, labelled) if by == "all" or value in members(r, by)]
        expected, counts = figures(inside)
        what = f"{by} {value}"
        equal(piece["n"], len(inside), what)
        equal(tuple(piece[k] for k in ("true_positives", "false_positives", "false_negatives", "true_negatives")), counts, what)
        for m in MEASURES:
            cell = piece["measures"][m]
            close(cell["value"], expected[m], f"{what}, {m}")
            need((cell["value"] is None) == (cell["reason"] is not None), f"{what}, {m}: {cell}")
            if cell["lo"] is not None and m != "recall_at_1pct":
                need(cell["lo"] <= cell["value"] + 1e-12 and cell["value"] <= cell["hi"] + 1e-12 or m == "ece", f"{what}, {m}: {cell}")
        if by in ("all", "lang"):
            equal([t["threshold"] for t in piece["thresholds"]], [i / 20 for i in range(1, 20)], what)
            for t in piece["thresholds"]:
                at, _ = figures(inside, t["threshold"])
                for m in ("precision", "recall", "false_positive_rate", "macro_f1"):
                    close(t[m], at[m], f"{what} at {t['threshold']}, {m}")
            equal(sum(b["n"] for b in piece["reliability"]), len(inside), what)
    for by in ("lang", "target", "functionality"):
        if by in labelled[0]:
            equal({v for b, v in seen if b == by}, set().union(*(members(r, by) for r in labelled)), by)


def test_marker(lab):
    """A file whose truth is known by its making: 12 hits of 18, 6 false alarms of 32."""
    answer = evaluate(lab, MARKER, "--detector", "marker", "--replicates", "300")
    with open(MARKER, newline="", encoding="utf-8") as f:
        labelled = list(csv.DictReader(f))
    check_slices(answer["detectors"][0], labelled, scores(lab, MARKER, "marker"))
    whole = answer["detectors"][0]["slices"][0]
    equal((whole["true_positives"], whole["false_positives"], whole["positives"], whole["negatives"]), (12, 6, 18, 32), "marker.csv")
    close(whole["measures"]["roc_auc"]["value"], (12 * 26 + (12 * 6 + 6 * 26) / 2) / (18 * 32), "AUC by hand")
    equal(answer["columns_passed_over"], "id", "columns passed over")
    one_class = [s for s in answer["detectors"][0]["slices"] if s["value"] == "quoted"][0]
    equal(one_class["measures"]["recall"]["reason"], "no_hateful", "a slice of one label")


def test_labels_apart(lab):
    """Texts in one file, labels in another, in another order: the figures are those of one file; a second coder's labels give other ones."""
    with open(MARKER, newline="", encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    texts = write(lab.dir / "texts.csv", [["id", "text", "target", "lang", "functionality"]] + [[r[c] for c in ("id", "text", "target", "lang", "functionality")] for r in rows])
    labels = write(lab.dir / "coder.csv", [["label", "id"]] + [[r["label"], r["id"]] for r in reversed(rows)] + [["1", "of-another-file"]])
    one = evaluate(lab, MARKER, "--detector", "marker", "--replicates", "200")
    two = evaluate(lab, texts, "--labels", labels, "--detector", "marker", "--replicates", "200")
    equal(two["detectors"], one["detectors"], "figures of labels in a file of their own")
    equal((one["labels"], two["labels"]["file"], two["labels"]["texts_without_label"], two["labels"]["labels_without_text"]), (None, str(labels), 0, 1), "what is said of the labels")
    equal(two["labels"]["sha256"], hashlib.sha256(labels.read_bytes()).hexdigest(), "digest of the labels")
    turned = write(lab.dir / "other.csv", [["id", "label"]] + [[r["id"], int(r["label"] not in ("1", "hateful"))] for r in rows[1:]])
    three = lab.run("evaluate", texts, "--labels", turned, "--detector", "marker", "--replicates", "200")
    need("1 texts have no label" in three.stderr, f"a text without a label: {three.stderr}")
    whole = json.loads(three.stdout)
    equal((whole["n"], whole["labels"]["texts_without_label"]), (len(rows) - 1, 1), "a text without a label")
    # the first text was a miss by its own label (flagged or not): 38 of 50 are right, so 12 of the 49 others turned, or 11
    need(whole["detectors"][0]["slices"][0]["measures"]["accuracy"]["value"] in (12 / 49, 11 / 49), "accuracy when every label is turned")
    for bad, words in (([["id", "label"], ["m1", "1"], ["m1", "1"]], "coder.csv:3:1"), ([["id", "label"], ["zz", "1"]], "no id of"), ([["id", "verdict"], ["m1", "1"]], '"label"')):
        write(lab.dir / "coder.csv", bad)
        need(words in lab.run("evaluate", texts, "--labels", labels, "--detector", "marker", expect=2).stderr, f"labels {bad}")
    lab.run("evaluate", texts, "--labels", lab.dir / "nowhere.csv", "--detector", "marker", expect=1)
    need("SHA-256" in lab.run("evaluate", texts, "--labels", turned, "--detector", "marker", "--format", "md", "--lang", "fr").stdout, "the page")


def test_same_seed(lab):
    options = ("evaluate", MARKER, "--detector", "marker", "--compare", "lexicon", "--replicates", "200")
    first = lab.run(*options, "--seed", "7").stdout
    equal(lab.run(*options, "--seed", "7").stdout, first, "the same seed")
    need(lab.run(*options, "--seed", "8").stdout != first, "another seed gives the same intervals")
    lab.run(*options, "--seed", "7", "--out", lab.dir / "out.json")
    equal((lab.dir / "out.json").read_text(encoding="utf-8"), first, "--out")


def test_spread(lab):
    """Twelve benign texts a target: 3 flagged for women, 0 for roma; nine for men are too few to be compared, and none is no target."""
    rows = [["text", "label", "target"]]
    for target, flagged, n in (("women", 3, 12), ("roma", 0, 12), ("men", 9, 9), ("none", 10, 10)):
        rows += [[f"{target} {i} [[haine:{target}]]" if i < flagged else f"{target} {i}", 0, target] for i in range(n)]
    rows.append(["one [[haine:men]]", 1, "men"])
    answer = evaluate(lab, write(lab.dir / "spread.csv", rows), "--detector", "marker")
    spread = answer["detectors"][0]["spread_over_targets"]
    cell = spread["false_positive_rate"]
    equal((cell["targets"], cell["value"], cell["lowest"], cell["highest"]), (2, 0.25, "roma", "women"), "spread of false positives")
    need(cell["lo"] < 0.25 < cell["hi"], f"its interval: {cell}")
    equal(spread["recall"]["value"], None, "spread of recall of one text")
    equal(spread["recall"]["reason"], "no_target_with_enough_texts", "spread of recall of one text")


def test_compare(lab):
    """The marker says 1 on 6 texts and 0 on 6; the lexicon knows none of these words: it is right only on what the marker flags wrongly."""
    rows = [["text", "label"]] + [[f"mot {i} [[haine:women]]", int(i < 5)] for i in range(6)] + [[f"autre {i}", 0] for i in range(6)]
    answer = evaluate(lab, write(lab.dir / "two.csv", rows), "--detector", "marker", "--compare", "lexicon")
    c = answer["comparison"]
    equal((c["n"], c["only_first_right"], c["only_second_right"]), (12, 5, 1), "discordant texts")
    close(c["mcnemar_p"], 2 * (1 + 6) / 2**6, "McNemar by hand")
    cell = c["differences"]["roc_auc"]
    close(cell["value"], (5 * 6 + 5 / 2) / 35 - 0.5, "difference of AUC")
    need(cell["lo"] <= cell["value"] <= cell["hi"], f"its interval: {cell}")
    equal(len(answer["detectors"]), 2, "both tables")
    need("--compare" in evaluate(lab, MARKER, "--detector", "marker", "--compare", "marker", code=2), "a detector compared with itself")


def train(lab):
    """A model of invented words in a data folder of its own."""
    data = lab.dir / "data"
    data.mkdir()
    for path in (SOURCE / "analysis/data").glob("*.tsv"):
        shutil.copy(path, data)
    lab.run("train", SOURCE / "tests/train/manifest.json", "--inputs", SOURCE / "tests/train", "--out", data)
    lab.env["AMPLIMETER_DATA"] = str(data)
    return data


def test_training_texts(lab):
    data = train(lab)
    texts = SOURCE / "tests/train/texts.csv"
    said = evaluate(lab, texts, "--detector", "linear", code=5)
    need("320 of these 320 texts" in said and "lines 2, 3, 4" in said and "--without-overlap" in said, f"the refusal: {said}")
    need("every text" in evaluate(lab, texts, "--detector", "linear", "--without-overlap", code=5), "nothing is left")
    # most texts changed by a word more: other texts; the first ten kept, one of them in other letters
    with open(texts, newline="", encoding="utf-8") as f:
        labelled = [{k: r[k] for k in ("id", "lang", "text", "label")} for r in csv.DictReader(f)]
    for i, row in enumerate(labelled):
        if i >= 10:
            row["text"] += f" vraiment {i}"
    labelled[3]["text"] = labelled[3]["text"].upper()
    mixed = write(lab.dir / "mixed.csv", [list(labelled[0])] + [list(r.values()) for r in labelled])
    said = evaluate(lab, mixed, "--detector", "linear", code=5)
    need("10 of these 320 texts (lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)" in said, f"the refusal: {said}")
    equal(evaluate(lab, mixed, "--detector", "marker", "--replicates", "100")["n"], 320, "a detector that is not trained")
    answer = evaluate(lab, mixed, "--detector", "linear", "--without-overlap", "--replicates", "200")
    linear = answer["detectors"][0]
    equal(answer["n"], 310, "texts left")
    equal((linear["training"]["overlap_left_out"], linear["training"]["overlap_lines"]), (10, "2, 3, 4, 5, 6, 7, 8, 9, 10, 11"), "what was left out")
    close(linear["training"]["chance_of_false_overlap"], 320 * linear["training"]["hashes"] / 2**64, "chance of a false overlap")
    # scores that vary, recomputed
    left = [r for i, r in enumerate(labelled) if i >= 10]
    alone = write(lab.dir / "left.csv", [list(left[0])] + [list(r.values()) for r in left])
    said = scores(lab, alone, "linear")
    need(len({s["score"] for s in said}) > 100, "the scores vary")
    check_slices(linear, left, said)
    equal(linear["slices"][0]["abstained"], sum(s["abstain"] for s in said), "unsure texts")
    check_by_others(linear["slices"][0], left, said)
    half = evaluate(lab, alone, "--detector", "linear", "--threshold", "0.25", "--replicates", "100")["detectors"][0]
    equal((half["threshold"], half["slices"][0]["measures"]["recall"]["value"]),
          (0.25, figures([(s["score"], r["label"] == "1", False) for r, s in zip(left, said)], 0.25)[0]["recall"]), "--threshold")
    # 310 texts x 320 hashes / 2^64 is 5.4e-15: the page says the power of ten below its inverse
    page = lab.run("evaluate", alone, "--detector", "linear", "--replicates", "100", "--format", "md", "--lang", "fr").stdout
    need("moins d’une sur 100\u202f000\u202f000\u202f000\u202f000" in page, "the chance of a false overlap in words")
    # without the list of what was trained on, or with another's, nothing can be said
    hashes, = data.glob("linear-*.hashes")
    kept = hashes.read_bytes()
    hashes.write_bytes(kept[:-3])
    need("cut or changed" in evaluate(lab, alone, "--detector", "linear", code=1), "a list cut short")
    hashes.unlink()
    said = evaluate(lab, alone, "--detector", "linear", "--without-overlap", code=5)
    need(hashes.name in said and "refused" in said, f"no list: {said}")


def check_by_others(found, labelled, said):
    try:
        from sklearn import metrics
    except ImportError:
        return
    y, s = [int(r["label"]) for r in labelled], [v["score"] for v in said]
    close(found["measures"]["roc_auc"]["value"], metrics.roc_auc_score(y, s), "AUC by scikit-learn")
    close(found["measures"]["average_precision"]["value"], metrics.average_precision_score(y, s), "average precision by scikit-learn")
    flagged = [int(v["label"] == "hateful") for v in said]
    close(found["measures"]["macro_f1"]["value"], metrics.f1_score(y, flagged, average="macro"), "macro-F1 by scikit-learn")


class Page(html.parser.HTMLParser):
    """What a reader of a page meets: its texts, and whether what must be there for a screen reader is."""

    def __init__(self, text):
        super().__init__()
        self.open, self.words, self.tags, self.lacks = [], [], [], []
        self.feed(text)
        self.close()
        need(not self.open, f"never closed: {self.open}")

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "path", "circle"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        equal(self.open.pop(), tag, "nesting of the page")

    def handle_data(self, data):
        self.words.append(data)


def test_pages(lab):
    """Markdown and HTML say the figures of the JSON, in both languages; the page needs nothing from elsewhere and holds no text of the file."""
    options = ("evaluate", MARKER, "--detector", "marker", "--compare", "lexicon", "--replicates", "200")
    with open(MARKER, newline="", encoding="utf-8") as f:
        labelled = [r["text"] for r in csv.DictReader(f)]
    for lang, title, recall, nothing in (("fr", "Évaluation des détecteurs marker et lexicon", "66,7\u00a0%", "rien de signalé"),
                                         ("en", "Evaluation of the detectors marker and lexicon", "66.7%", "nothing flagged")):
        markdown = lab.run(*options, "--lang", lang, "--format", "md").stdout
        text = lab.run(*options, "--lang", lang, "--format", "html").stdout
        page = Page(text)
        words = " ".join(page.words)
        for what in (title, recall, nothing):
            need(what in markdown and what in words, f"{lang}: {what}")
        need(not any(t in text or t in markdown for t in labelled), f"{lang}: a text of the file stands in the page")
        need(f'<html lang="{lang}">' in text and "default-src 'none'" in text, f"{lang}: language and policy")
        need(not any("src" in a or "href" in a and not a["href"].startswith("#") for _, a in page.tags), f"{lang}: something is loaded")
        svg = [a for tag, a in page.tags if tag == "svg"]
        ids = [a["id"] for _, a in page.tags if "id" in a]
        equal(len(svg), 2, f"{lang}: reliability plots")
        equal(len(ids), len(set(ids)), f"{lang}: ids are unique")
        need(all(a.get("role") == "img" and set(a["aria-labelledby"].split()) <= set(ids) for a in svg), f"{lang}: plots without a text")
        tables = sum(tag == "table" for tag, _ in page.tags)
        equal(sum(tag == "caption" for tag, _ in page.tags), tables, f"{lang}: captions")
        equal(markdown.count("|---"), text.count('scope="col"'), f"{lang}: columns of Markdown and HTML")


def test_bad_files(lab):
    """Each with exit 2, the place, and what is wrong."""
    cases = {
        "a column that is not there": ("text,lable\nx,1\n", "1:1: there is no column \"label\"; did you mean"),
        "a wrong label": ("text,label\nx,1\ny,perhaps\n", "3:3: the label is"),
        "bytes that are not UTF-8": (b"text,label\ncaf\xe9,1\n", "2:4: this is not UTF-8"),
        "UTF-16, as some spreadsheets save": ("text,label\nx,1\n".encode("utf-16"), "1:1: this is not UTF-8"),
        "a NUL": ("text,label\nx\0,1\n", "2:2: a NUL byte"),
        "an empty file": ("", "holds no labelled text"),
        "titles alone": ("text,label\n", "holds no labelled text"),
        "10 MB of one text": ("text,label\n" + "a" * 10_000_000 + ",1\n", "2:1: the text is longer than 1 MiB"),
        "a quote that stays open": ("text,label\n\"x,1\ny,0\n", "2:1: this quote is never closed"),
        "too many fields": ("text,label\nx,y,1\n", "2:1: fields: 3, where the first line has 2"),
        "an empty text": ("text,label\n,1\n", "2:1: the text is empty"),
        "a target for each text": ("text,label,target\n" + "".join(f"x{i},1,t{i}\n" for i in range(200)), "more than 128 different values"),
    }
    path = lab.dir / "bad.csv"
    for what, (content, expected) in cases.items():
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        said = evaluate(lab, path, "--detector", "marker", "--out", lab.dir / "never.json", code=2)
        need(expected in said, f"{what}: {said[:300]}")
        need(not (lab.dir / "never.json").exists(), f"{what}: something was written")
    path.write_text("text,label\n" + "x,9\n" * 500)
    said = evaluate(lab, path, code=2)
    need("500 mistakes" in said and len(said.splitlines()) == 21, f"many mistakes are counted, twenty are said: {said[:300]}")
    evaluate(lab, lab.dir / "nowhere.csv", code=1)
    for options in (("--threshold", "1.5"), ("--threshold", "half"), ("--replicates", "3"), ("--detector", "marke"), ("--format", "pdf")):
        evaluate(lab, MARKER, *options, code=2)
    need("one CSV file" in lab.run("evaluate", expect=2).stderr, "no file")
    path.write_text("text,label\nx,0\ny [[haine:women]],0\n")
    whole = evaluate(lab, path, "--detector", "marker")["detectors"][0]["slices"][0]["measures"]
    equal((whole["roc_auc"]["value"], whole["roc_auc"]["reason"], whole["false_positive_rate"]["value"]), (None, "no_hateful", 0.5), "one label")


if __name__ == "__main__":
    main(*map(in_a_lab, (test_marker, test_labels_apart, test_same_seed, test_spread, test_compare, test_training_texts, test_pages, test_bad_files)))

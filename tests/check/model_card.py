#!/usr/bin/env python3
"""model_card.py ROOT: do both model cards say what the manifest and the measures of the shipped model say?"""
import json
import os
import sys

data = os.path.join(sys.argv[1], "analysis/data")
with open(os.path.join(data, "linear.manifest.json"), encoding="utf-8") as f:
    manifest = json.load(f)
with open(os.path.join(data, "linear.json"), encoding="utf-8") as f:
    measures = json.load(f)


def facts(number):
    """Every phrase that a card has to contain; number(x) as the card prints it."""
    def row(name, m, label=None):
        if "auc" not in m:
            return f"| {name} | {m['n']} | 0 | – | – | {number(m['false_positive_rate'])} | – | – |"
        values = [m[k] for k in ("auc", "recall", "false_positive_rate", "macro_f1")]
        tail = number(m["calibration_error"]) if "calibration_error" in m else "–"
        return f"| {label or name} | {m['n']} | {m['hateful']} | " + " | ".join(number(v) for v in values) + f" | {tail} |"

    frames = [i for i in manifest["inputs"] if i["kind"] == "frames"]
    heavy = [i for i in manifest["inputs"] if i["weight"] > 1]
    plain = lambda text: text if number(.5) == ".500" else text.replace(".", ",")
    yield measures["model"]
    yield ", ".join(f"{i['source'].removeprefix('frames-')} {i['count']}" for i in frames)
    yield ", ".join(f"{i['source']} ×{i['weight']}" for i in heavy)
    scales = ", ".join(f"{k} {plain(v)}" for k, v in manifest["scales"].items())
    yield f"C {plain(manifest['C'])}{'; scales' if number is english else ' ; échelles'} {scales}."
    yield ", ".join(f"{k} {number(v)}" for k, v in measures["thresholds"].items())
    for name, m in measures["languages"].items():
        if name != "*":
            yield row(name, m)
    for name, m in measures["sources"].items():
        yield row(name, m)
    for name, m in measures["frames"].items():
        yield row(name, m["all"])


english = lambda x: f"{x:.3f}".removeprefix("0")
french = lambda x: f"{x:.3f}".replace(".", ",")
bad = said = 0
for card, number in (("docs/model-card.md", english), ("docs/carte-modele.md", french)):
    with open(os.path.join(sys.argv[1], card), encoding="utf-8") as f:
        text = f.read().replace("\u00a0", " ").replace("\u202f", " ")
    for fact in facts(number):
        said += 1
        if fact not in text:
            bad += 1
            print(f"{card} does not say: {fact}")
if said < 65:
    sys.exit(f"only {said} facts were looked for: the manifest or the measures have another form")
print(f"{said} facts, {bad} of them not in a card")
sys.exit(1 if bad else 0)

#!/usr/bin/env python3
"""posts.py FOLDER: the test posts keep their rules (README.md)."""
import collections
import csv
import re
import sys
import unicodedata

RUN = 5
QUOTED = re.compile(r"«[^»]*»|\"[^\"]*\"|“[^”]*”")
LEAST = {"fr": 1500, "en": 800}
GROUPS = "women gay trans disability jewish muslim arab black roma asian migrant".split()
BENIGN = {"homonym", "neutral_mention", "positive", "debate", "humour_benign", "negated", "reporting", "testimony", "reclaimed",
          "counter_quote", "counter_reference", "misspelt_benign"}


def words(text):
    text = QUOTED.sub(" | ", text)
    text = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.findall(r"\w+|\|", text)


def read(path):
    with open(path, encoding="utf8", newline="") as file:
        return list(csv.DictReader(file))


def main(folder):
    faults = []
    posts = {lang: read(f"{folder}/{lang}.csv") for lang in LEAST}
    every = {row["id"]: row for rows in posts.values() for row in rows}
    if len(every) != sum(map(len, posts.values())):
        faults.append("an id stands twice")
    labels = {name: {row["id"]: row["label"] for row in read(f"{folder}/labels-{name}.csv")} for name in ("author", "a", "b")}
    for name, given in labels.items():
        if set(given) != set(every) or not set(given.values()) <= {"0", "1"}:
            faults.append(f"labels-{name}.csv does not label each post 0 or 1")
    seen = {}
    for row in every.values():
        w = words(row["text"])
        for i in range(len(w) - RUN + 1):
            run = tuple(w[i:i + RUN])
            if "|" in run:
                continue
            if seen.setdefault(run, row["id"]) != row["id"]:
                faults.append(f"{seen[run]} and {row['id']} share \"{' '.join(run)}\"")
                break
        twin = every.get(row["pair"]) if row["pair"] else None
        if row["pair"] and (twin is None or twin["pair"] != row["id"]):
            faults.append(f"{row['id']}: its twin does not name it")
        if twin is not None and labels["author"].get(row["id"]) == labels["author"].get(twin["id"]):
            faults.append(f"{row['id']}: its twin has the same label")
    for lang, rows in posts.items():
        if len(rows) < LEAST[lang]:
            faults.append(f"{lang}: {len(rows)} posts, {LEAST[lang]} are wanted")
        benign = collections.Counter(row["target"] for row in rows if row["functionality"] in BENIGN)
        faults += [f"{lang}: {benign[group]} benign uses of the words of {group}, 10 are wanted" for group in GROUPS if benign[group] < 10]
    print("\n".join(faults[:20]) or f"{len(every)} posts keep the rules")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

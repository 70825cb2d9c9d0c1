#!/usr/bin/env python3
"""bench_corpus.py FILE.csv...: the texts of labelled files (column text), each as it is and once changed at random (case, signs for letters, letters
drawn out or kept apart, look-alikes, quotation marks, line breaks, broken bytes, several texts glued), with a NUL behind each, on standard output; the
same bytes for the same files. For `bench_score CORPUS same`: a change that is meant to change no score is run over all of it, before and after."""
import csv
import sys

SIGNS = {"a": "4@", "e": "3€", "i": "1!|", "o": "0", "s": "5$", "t": "7+", "l": "|£", "b": "8"}
LOOKALIKES = {"a": "аα", "e": "е", "o": "оο", "p": "рρ", "c": "с", "x": "х", "k": "κ", "t": "τ", "y": "у", "i": "іι", "h": "н"}
WIDE = "́​\xa0œÆﬁ²½İßｆｕ🙂\u2028\u0085«»“”…—’жШΩב漢"
state = 2026


def below(n):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
    return (state >> 33) % n


def pick(of):
    return of[below(len(of))]


def one_word(text, change):
    words = text.split(" ")
    for _ in range(1 + below(3)):
        at = below(len(words))
        words[at] = change(words[at])
    return " ".join(words)


def insert(text, what):
    at = below(len(text) + 1)
    return text[:at] + what + text[at:]


def drawn(word):
    at = below(len(word)) if word else 0
    return word[:at] + word[at : at + 1] * (2 + below(4)) + word[at:]


def less(word):
    at = below(len(word)) if word else 0
    return word[:at] + word[at + 1 :]


CHANGES = [
    str.upper,
    str.title,
    lambda t: one_word(t, lambda w: "".join(pick(SIGNS[c]) if c in SIGNS and below(2) else c for c in w.lower())),
    lambda t: "".join(pick(SIGNS[c]) if c in SIGNS and below(4) == 0 else c for c in t),
    lambda t: one_word(t, lambda w: pick(" .-_*").join(w)),
    lambda t: one_word(t, lambda w: "".join(pick(LOOKALIKES[c]) if c in LOOKALIKES else c for c in w.lower())),
    lambda t: "".join(pick(LOOKALIKES[c]) if c in LOOKALIKES and below(6) == 0 else c for c in t),
    lambda t: one_word(t, drawn),
    lambda t: one_word(t, less),
    lambda t: one_word(t, lambda w: w + pick(t.split(" "))),
    lambda t: one_word(t, lambda w: pick("\"«“'(") + w + pick("\"»”')")),
    lambda t: one_word(t, lambda w: pick("@#") + w),
    lambda t: one_word(t, lambda w: pick(("https://", "www.")) + w),
    lambda t: t.replace(" ", "\n", 1 + below(3)),
    lambda t: t.replace(" ", pick(("  ", "\t", "_", "-", " ? ", " ! ", ". ", "…", "; ", "’"))),
    lambda t: insert(insert(t, pick(WIDE)), pick(WIDE)),
    lambda t: '"' + t + '" ' + t,
    lambda t: t * (2 + below(40)),
    lambda t: t[: below(len(t) + 1)],
    lambda t: t.replace(" ", ""),
    lambda t: "".join(sorted(t, key=lambda _: below(2**20))),
]


def broken(raw):
    out = bytearray(raw)
    for _ in range(1 + below(4)):
        if out:
            out[below(len(out))] = 1 + below(255)
    return bytes(out)


csv.field_size_limit(2**30)
before = ""
for path in sys.argv[1:]:
    with open(path, encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            text = row["text"].replace("\0", " ")
            changed = text
            for _ in range(1 + below(3)):
                changed = pick(CHANGES)(changed)[:8000] or before
            if below(8) == 0:
                changed += " " + before
            raw = changed.encode("utf-8", "replace")
            sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\0" + (broken(raw) if below(5) == 0 else raw) + b"\0")
            before = text

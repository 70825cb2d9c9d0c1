#!/usr/bin/env python3
"""liar_command.py LIE: a detector program that speaks JSON Lines, and lies on demand (see tests/servers/README.md)."""
import json
import os
import sys
import time
import zlib

lie = sys.argv[1] if len(sys.argv) > 1 else "honest"


def score(text):
    base, width = (0.7, 0.3) if "[[haine" in text else (0.001, 0.4)
    return round(base + width * (zlib.crc32(text.encode()) % 100000) / 100000, 6)


def say(*lines):
    for line in lines:
        sys.stdout.write(line if isinstance(line, str) else json.dumps(line))
        sys.stdout.write("\n")
    sys.stdout.flush()


def answer(q):
    return {"id": q["id"], "score": score(q["text"]), "targets": ["women"] if "women" in q["text"] else []}


if lie == "environment":
    json.dump(sorted(os.environ), open(sys.argv[2], "w"))
held = []
for n, line in enumerate(sys.stdin):
    q = json.loads(line)
    a = answer(q)
    if lie == "end" or (lie == "end-half" and n == 1):
        sys.exit(0)
    if lie == "silent":
        continue
    if lie == "endless":
        while True:
            say("x" * 4096)
    if lie == "reordered":  # by threes, the last first
        held.append(a)
        if len(held) == 3:
            say(*reversed(held))
            held = []
        continue
    if lie == "twice" and n == 0:
        say(a)
    if lie == "stranger" and n == 0:
        say(dict(a, id=424242), "not JSON", 17)
    if lie == "nan" and n == 0:
        a["score"] = float("nan")
    if lie == "null" and n == 0:
        a["score"] = None
    if lie == "above-one" and n == 0:
        a["score"] = 2
    if lie == "unknown-target" and n == 0:
        a["targets"] = ["martian", "women"]
    if lie == "cut":
        sys.stdout.write(json.dumps(a)[:9])
        sys.stdout.flush()
        sys.exit(0)
    say(a)
    if lie == "nan" and n == 2:  # the line that is no JSON will not be said again
        sys.exit(0)

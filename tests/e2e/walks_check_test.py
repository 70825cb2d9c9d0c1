#!/usr/bin/env python3
"""walks_check_test.py: `check` says before a crawl which couples of walks the study's own max_skew will leave out. Nothing is asked of any server."""
import json

from lab import Lab, equal, main, need


def study(lab, steps=(40, 8), skew=None, pool="alternative", host="https://video.example.org", **more):
    """Two feeds walked from three seeds. One request a second: the first takes 3 x 40 = 120 s."""
    def feed(endpoint, n, **rest):
        return {"platform": "youtube", "endpoint": endpoint, "host": host, "depth": 20,
                "walk": {"param": "id", "seeds": ["a", "b", "c"], "steps": n, "policy": "first"}, **rest}
    schedule = {"every": "1d", "time_zone": "UTC", "window": "2h"}
    if skew:
        schedule["max_skew"] = skew
    path = lab.dir / "walks.json"
    path.write_text(json.dumps({
        "study": "walks", "title": {"fr": "Parcours", "en": "Walks"}, "question": {"fr": "?", "en": "?"}, "contact": "test@example.org",
        "personas": [{"persona": "anne", "title": {"fr": "anne", "en": "anne"}, "rationale": {"fr": "essai", "en": "test"}, "languages": ["fr-FR"]}],
        "feeds": {"beside": feed("piped/streams", steps[0]), "before": feed("invidious/videos", steps[1], ranking="chronological")},
        "pairs": {"videos": {"ranked": "beside", "chronological": "before", "pool": pool, "reason": "same seeds, same rule"}},
        "schedule": schedule, "detectors": ["marker"], "seed": 5, **more}))
    return path


def warned(lab, **how):
    """What check says of the pair; the study is none the worse for it."""
    answer = json.loads(lab.run("check", study(lab, **how), "--json").stdout)["files"][0]
    need(answer["ok"] and not answer["mistakes"], f"a study without mistake: {answer}")
    return [w["text"] for w in answer["warnings"] if w["path"] == "pairs.videos"]


def couples_left_out_are_told():
    with Lab() as lab:
        equal(warned(lab, skew="2m"), [], "as long as the walks of one feed take")
        for steps in ((40, 8), (8, 40)):  # either feed may come first
            said = warned(lab, skew="119s", steps=steps)
            equal(len(said), 1, "a warning")
            need("120 s" in said[0] and "119 s" in said[0] and "max_skew" in said[0], said[0])
        equal(len(warned(lab, steps=(50, 50), skew="149s")), 1, "three seeds of fifty lists, and a second less")
        equal(warned(lab, steps=(50, 50)), [], "five minutes by default")
        equal(warned(lab, skew="30s", pool="different"), [], "walks that are set beside nothing")
        host = "127.0.0.1:8710"
        equal(warned(lab, skew="30s", host=f"http://{host}", decisions=[{"type": "private_address", "subject": host, "reason": "loopback"}]), [],
              "a server of this machine is asked without a pause")
        done = lab.run("check", "--lang", "fr", study(lab, skew="1m"))
        need("avertissement" in done.stdout and "« max_skew »".replace(" ", "\u00a0") in done.stdout, done.stdout)


main(couples_left_out_are_told)

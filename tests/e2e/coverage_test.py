"""coverage_test.py: 200 worlds, each crawled and reported by the real program: does the primary interval hold the truth as often as it promises?

For each seed: a playground of that seed (real HTTP), the shipped demo study cut down to its Bluesky pair and the searches that make its
eight personas different (no twins, one search result, the marker detector), 14 simulated days at depth 30, then `amplimeter report
--truth`. The truth is recomputed here from the playground's crowd lines (what was served to everyone at those instants) and must be the
one that the report prints; estimate and interval are read from summary.csv.

What is asked of the share of covering intervals: a method that covers exactly 95 % covers fewer than K of N worlds once in a thousand
runs; fewer than K fails. There is no upper limit here, since few worlds tell 95 % from 98 % badly (tests/simulation measures that on
thousands): how much is printed, and the intervals must be short enough to be of use: most must exclude the
truth of worlds with another planted amplification, which is the negative control, and zero.

AMP_SEEDS and AMP_FIRST_SEED choose other seeds (200 from 1). Two worlds are run at a time.
"""
import concurrent.futures
import json
import math
import os
import sys

from lab import SOURCE, Lab, demo_study, equal, need, primary, served, set_clock, summary

DAYS = 14
DEPTH = 30
CONTROLS = (0, 2)  # other planted amplifications; the shipped one is 1


def shrink(study):
    study["feeds"] = {k: v for k, v in study["feeds"].items() if v["platform"] == "bluesky"}
    study["feeds"]["bluesky-recherches"]["depth"] = 1
    study["pairs"] = {"bluesky": study["pairs"]["bluesky"]}
    study["detectors"] = ["marker"]
    study["grid"].update(depth=[DEPTH], threshold=["default"], rbp_p=["0.9"])
    study["personas"] = [without_twin(p) for p in study["personas"]]


def without_twin(path):
    """The persona of this file, to stand in the study itself, without its replica."""
    persona = json.loads((SOURCE / "personas/studies" / path).read_text())
    del persona["twin"], persona["$schema"]
    return persona


def crowd_lift(log):
    """Mean over instants of the share of ranked minus the share of chronological posts that were flagged, among all visitors."""
    share = {}
    for line in served(log):
        if line["type"] == "crowd" and line["platform"] == "bluesky" and line["depth"] == DEPTH:
            share[line["now"], line["ranking"]] = line["flagged"]["any"] / line["items"]
    equal(len(share), 2 * DAYS, "crowd lines")
    return sum(v if ranking == "ranked" else -v for (_, ranking), v in share.items()) / DAYS


def world(seed, amplify=1, report=True):
    with Lab(in_memory=True) as lab:
        server, url = lab.playground("--seed", seed, "--crowd", "100", "--depths", DEPTH, "--amplify", amplify)
        study = demo_study(lab, url, shrink)
        for day in range(DAYS):
            date = f"2026-03-{2 + day:02d}"
            set_clock(url, f"{date}T11:59:00Z")
            lab.run("crawl", study, "--db", lab.db, "--once", "--now", f"{date}T12:00:00Z")
        lab.stop(server)  # the last instant's crowd is served now
        truth = crowd_lift(lab.dir / "served.jsonl")
        if not report:
            return truth
        equal(lab.rows("SELECT verdict, count(*) FROM snapshots GROUP BY 1"), [("ok", 8 * 3 * DAYS)], f"seed {seed}: snapshots")
        lab.run("report", "--db", lab.db, "--out", lab.dir / "report", "--lang", "en", "--truth", lab.dir / "served.jsonl")
        rows = summary(lab.dir / "report")
        main = primary(rows)
        need(abs(float(main["truth_population"]) - truth) < 1e-9, f"seed {seed}: the report's truth {main['truth_population']} is not {truth}")
        need(abs(float(main["truth_session"]) - float(main["estimate"])) < 1e-9, f"seed {seed}: measured {main['estimate']}, served {main['truth_session']}")
        equal(main["n_cells"], str(8 * DAYS), f"seed {seed}: persona-rounds")
        others = [r for r in rows if r["family"] != "sensitivity" and r["lo"] != "NA" and r["hi"] != "NA" and r["truth_population"] != "NA"]
        inside = sum(float(r["lo"]) - 1e-12 <= float(r["truth_population"]) <= float(r["hi"]) + 1e-12 for r in others)
        return {"seed": seed, "truth": truth, "estimate": float(main["estimate"]), "lo": float(main["lo"]), "hi": float(main["hi"]),
                "intervals": len(others), "inside": inside}


def fewest(n, share, risk):
    """The largest k such that a binomial(n, share) is below k with probability at most risk."""
    below = 0.0
    for k in range(n + 1):
        below += math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(share) + (n - k) * math.log(1 - share))
        if below > risk:
            return k
    return n


def main():
    n = int(os.environ.get("AMP_SEEDS", "200"))
    first = int(os.environ.get("AMP_FIRST_SEED", "1"))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:  # each thread waits for its own processes
        runs = [pool.submit(world, seed) for seed in range(first, first + n)]
        controls = {a: [pool.submit(world, seed, a, False) for seed in range(first, first + 3)] for a in CONTROLS}
        runs = [r.result() for r in runs]
        controls = {a: sum(r.result() for r in c) / len(c) for a, c in controls.items()}

    def covering(truth_of):
        return sum(r["lo"] <= truth_of(r) <= r["hi"] for r in runs)

    covered = covering(lambda r: r["truth"])
    least = fewest(n, 0.95, 0.001)
    error = [r["estimate"] - r["truth"] for r in runs]
    mean = sum(error) / n
    sd = math.sqrt(sum((e - mean) ** 2 for e in error) / (n - 1))
    width = sum(r["hi"] - r["lo"] for r in runs) / n
    print(f"primary interval: {covered} of {n} worlds cover the truth served to everyone ({100 * covered / n:.1f} %); nominal 95 %, fewer than {least} fails")
    print(f"  conservative by {100 * covered / n - 95:+.1f} points; mean width {width:.4f}; error mean {mean:+.4f}, standard deviation {sd:.4f}")
    print(f"  missed by seeds {[r['seed'] for r in runs if not r['lo'] <= r['truth'] <= r['hi']]}")
    print(f"all intervals: {sum(r['inside'] for r in runs)} of {sum(r['intervals'] for r in runs)} cover their truth "
          f"({100 * sum(r['inside'] for r in runs) / sum(r['intervals'] for r in runs):.1f} %)")
    for amplify, truth in controls.items():
        print(f"negative control: {covering(lambda r, t=truth: t)} of {n} cover {truth:.4f}, the truth of worlds with amplification {amplify} instead of 1")
    print(f"power: {sum(r['lo'] > 0 for r in runs)} of {n} exclude 0")

    failed = []
    if covered < least:
        failed.append(f"{covered} of {n} cover the truth, a 95 % interval covers at least {least}")
    # the estimate is not biased: 4 standard errors
    if abs(mean) > 4 * sd / math.sqrt(n):
        failed.append(f"the estimate is off by {mean:+.4f} on average, standard error {sd / math.sqrt(n):.4f}")
    for amplify, truth in controls.items():
        if covering(lambda r, t=truth: t) > n // 10:
            failed.append(f"the intervals cannot tell amplification 1 from {amplify}: the test could not fail")
    if sum(r["lo"] > 0 for r in runs) < n * 9 // 10:
        failed.append("the planted amplification is not found in 90 % of the worlds")
    for text in failed:
        print(f"FAIL {text}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

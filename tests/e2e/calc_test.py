"""The calculators give the published check values, and refuse what cannot be read with a sentence that names the place."""
import hashlib
import json
import os
import subprocess
import sys
import tempfile

BIN = os.path.join(os.environ["AMP_BIN"], "amplimeter")
failures = []
checks = 0


def run(options, data=""):
    p = subprocess.run([BIN, "calc", *options.split()], input=data.encode(), capture_output=True, timeout=60, check=False)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def near(what, got, want, eps):
    global checks
    checks += 1
    if got is None or abs(got - want) > eps:
        failures.append(f"{what}: {got} instead of {want}")


def value(options, data, **want):
    """Keys of the last line, each (value, tolerance); None: null, with a reason."""
    code, out, err = run(options, data)
    if code != 0:
        failures.append(f"{options}: exit {code}: {err}")
        return
    answer = json.loads(out.splitlines()[-1])
    for key, expected in want.items():
        if expected is None:
            if answer[key] is not None or not answer["reason"]:
                failures.append(f"{options}: {key} is {answer[key]}, reason {answer['reason']}: a null with its reason is due")
        else:
            near(f"{options}: {key}", answer[key], *expected)


def refused(options, data, code, text):
    global checks
    checks += 1
    got, out, err = run(options, data)
    if got != code or text not in err or out != "" or err.count("\n") != 1:
        failures.append(f"{options}: exit {got} instead of {code}, or not \"{text}\": {out}{err}")


PAIRS = "a,b\n.12,.08\n.08,.07\n.15,.10\n.10,.09\n.09,.05\n.14,.11\n"
# Benjamini and Hochberg 1995, their example
BH = "p\n" + "\n".join(".0001 .0004 .0019 .0095 .0201 .0278 .0298 .0344 .0459 .324 .4262 .5719 .6528 .759 1".split()) + "\n"
# Krippendorff 2011: four coders, twelve units
CODERS = [[1, 2, 3, 3, 2, 1, 4, 1, 2, "", "", ""], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, "", 3],
          ["", 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, ""], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, ""]]
ALPHA = "A,B,C,D\n" + "".join(",".join(str(c[u]) for c in CODERS) + "\n" for u in range(12))
LABELS = [(1, 1), (0, 0), (0, 1), (1, 0), (0, 0), (0, 0), (1, 1), (0, 0), (0, 0), (0, 0)]
PPI = "y,f\n" + "".join(f"{y},{f}\n" for y, f in LABELS) + "".join(f",{f}\n" for f in [0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0])

value("wilson --x 60 --n 1000", "", lo=(.0469, 5e-5), hi=(.0765, 5e-5), n=(1000, 0))
value("wilson --x 0 --n 30", "", lo=(0, 0), hi=(.1135, 5e-5))
value("wilson --x 0 --n 0", "", estimate=None, lo=None)
value("prevalence --positives 300 --n 1000 --tp 80 --npos 100 --tn 285 --nneg 300", "", estimate=(1 / 3, 1e-9), se=(.028539, 5e-7),
      lo=(.2807, 5e-5), hi=(.3945, 5e-5))
value("prevalence --positives 30 --n 100 --tp 5 --npos 10 --tn 5 --nneg 10", "", estimate=None, hi=None)
value("ppi", PPI, estimate=(.281875, 1e-9), **{"lambda": (.3625, 1e-9)}, se=(.130447, 5e-7), lo=(.026203, 5e-7), hi=(.537547, 5e-7), n=(10, 0))
value("ppi --lambda 0", PPI, lo=(.015974, 5e-7), hi=(.584026, 5e-7))
value("ppi --lambda 1", PPI, lo=(-.085921, 5e-7), hi=(.585921, 5e-7))
value("ppi", "y,f\n1,1\n,0\n", estimate=None)
value("ppi --lambda 0", "y,f\n1,1\n0,0\n", estimate=(.5, 0), se=(.125 ** .5, 1e-12))  # labels alone need no other row
# two strata of the same rows are the same mean, and half its variance; a stratum that has nothing unlabelled says nothing
TWICE = "y,f,stratum\n" + "".join(line + f",{s}\n" for s in ("a", "b") for line in PPI.split("\n")[1:-1])
for mode in ("auto", "strata"):
    value(f"ppi --lambda {mode}", TWICE, estimate=(.281875, 1e-9), **{"lambda": (.3625, 1e-9)}, se=(.130447 / 2 ** .5, 5e-7), strata=(2, 0))
value("ppi --lambda 0", TWICE, estimate=(.3, 1e-9), strata=(2, 0))
value("ppi", TWICE + "1,1,c\n0,1,c\n", estimate=None)
for method, n in (("bonferroni", 3), ("holm", 3), ("bh", 4), ("by", 3), ("bky", 8)):
    value(f"adjust --method {method}", BH, rejected=(n, 0))
for level, alpha in (("nominal", .743), ("ordinal", .815), ("interval", .849), ("ratio", .797)):
    value(f"alpha --level {level}", ALPHA, estimate=(alpha, 5e-4), pairable=(40, 0))
value("alpha --level nominal", "a,b\nx,x\nx,x\n", estimate=None)
value("signflip", PAIRS, estimate=(.03, 1e-12), p=(.03125, 1e-12), smallest_p=(.03125, 1e-12), n=(6, 0))
value("signflip", "a,b\n1,2\n", lo=None)
value("glass", PAIRS, estimate=(1.38873, 5e-6))
value("glass", "a,b\n1,2\n2,2\n", estimate=None)
value("glass", "a,b\n.4,.3\n.5,.30000000000000004\n.4,.3\n", estimate=None)  # .1 + .2 is no other base than .3
value("bootstrap --statistic ratio --interval percentile --replicates 1000 --seed 1", PAIRS, estimate=(1.36, 1e-12), lo=(1.2075, 5e-5),
      hi=(1.5319, 5e-5))
value("bootstrap --statistic ratio --interval bca --replicates 100 --seed 1", "a,b\n1,0\n2,0\n3,0\n", estimate=None)
value("huszar --treatment 900 --control 100 --k 4", "", estimate=(124.688, 5e-4))
value("huszar --treatment 0 --control 0 --k 4", "", estimate=(0, 0))
value("bias", "s\n1\n0\n1\n0\n0\n", IB=(.4, 1e-12), OB=(.6133, 5e-5), RB=(.2133, 5e-5))
value("gini", "x\n0\n0\n0\n10\n", estimate=(.75, 1e-12))
value("gini", "x\n0\n0\n", estimate=None)
value("power --p1 .01 --p2 .0139", "", n=(12185, 0))
value("power --p1 .02 --p2 .03 --icc .01 --cluster-size 50", "", design_effect=(1.49, 1e-12), independent=(3826, 0))
value("power --p1 .02 --p2 .02", "", n=None)
value("power --p1 .01 --p2 .02", "", estimate=(2318.164675512, 1e-8), n=(2319, 0))  # R's power.prop.test; rounded up
value("power --p1 0 --p2 .1", "", estimate=(73.374273047, 1e-8))
value("gini", "x\n1e308\n1e308\n", estimate=(0, 0), theil=(0, 0), entropy_bits=(1, 1e-12))
# every resample of these clusters counted through: their standard deviation, and not a formula's
value("bootstrap --statistic difference --interval percentile", PAIRS, se=(.014 ** .5 * .1 ** .5 / 6, 1e-12))


def because(options, data, text):
    """A null whose reason is the one there is, not a list of what could be."""
    global checks
    checks += 1
    _, out, err = run(options, data)
    reason = json.loads(out)["reason"] if out else err
    if text not in (reason or ""):
        failures.append(f"{options}: the reason is {reason}, not \"{text}\"")


because("signflip", "a,b\n1,2\n", "one cluster only")
because("signflip", "a,b\n1,2\n2,3\n", "agree exactly")
because("signflip", "a,b\n1,2\n2,4\n", "too few clusters")
because("glass", "a,b\n1,2\n", "one cluster")
because("glass", "a,b\n1,2\n3,2\n", "does not vary")
because("kappa --kind cohen", "a,b,c\n1,2,1\n", "two columns")
because("kappa --kind cohen", "a,b\n1,\n,1\n", "both columns")
because("kappa --kind cohen", "a,b\n1,1\n1,1\n", "all values are the same")
because("kappa --kind fleiss", "a,b\n1,1\n1,1\n", "all values are the same")
because("kappa --kind fleiss", "a,b\n1,1\n1,\n", "same number of values")
because("alpha --level nominal", "a,b\n1,\n,1\n", "no row has two values")
because("bootstrap --statistic difference", "a,b\n1,2\n2,4\n", "fewer than three")
because("bootstrap --statistic difference", "a,b\n1,2\n2,3\n3,4\n", "agree exactly")
because("bootstrap --statistic ratio", "a,b\n1,0\n2,0\n3,1\n4,0\n", "one resample in twenty")
because("prevalence --positives 1 --n 3 --tp 0 --npos 0 --tn 1 --nneg 2", "", "npos is 0")


def echoed(options, data, **want):
    """What was meant stands in the answer, given or not, and so does what was read."""
    global checks
    checks += 1
    got = json.loads(run(options, data)[1].splitlines()[-1])["inputs"]
    if got != want:
        failures.append(f"{options}: the inputs echoed are {got} instead of {want}")


READ = {"columns": ["a", "b"], "rows": 6, "sha256": hashlib.sha256(PAIRS.encode()).hexdigest()}
echoed("wilson --x 1 --n 2", "", x=1, n=2, alpha=.05)
echoed("bootstrap --statistic ratio", PAIRS, statistic="ratio", interval="percentile", replicates=9999, seed=1, alpha=.05, **READ)
echoed("bootstrap --statistic ratio --interval bca --replicates 7 --seed 2 --alpha .1", PAIRS, statistic="ratio", interval="bca", replicates=7,
       seed=2, alpha=.1, **READ)
echoed("signflip", PAIRS, seed=1, alpha=.05, **READ)
echoed("glass", PAIRS, **READ)
echoed("power --p1 .1 --p2 .2", "", p1=.1, p2=.2, icc=0, alpha=.05, power=.8, **{"cluster-size": 1})
echoed("ppi", "\ufeffy,f\n1,1\n", **{"lambda": "auto"}, alpha=.05, columns=["y", "f"], rows=1,
       sha256=hashlib.sha256("\ufeffy,f\n1,1\n".encode()).hexdigest())

with tempfile.TemporaryDirectory() as work:
    paths = []
    for name, ids in (("a", "abcdefg"), ("b", "zcavwxy"), ("none", "")):
        paths.append(os.path.join(work, name))
        with open(paths[-1], "w", encoding="ascii") as f:
            f.write("".join(i + "\n" for i in ids))
    value(f"rbo --p .9 {paths[0]} {paths[1]}", "", ext=(.288217, 5e-7), min=(.221686, 5e-7))
    value(f"rbo --p .95 {paths[0]} {paths[1]}", "", estimate=(.290730, 5e-7))
    value(f"rbo --p .9 {paths[0]} {paths[2]}", "", estimate=None)
    refused(f"rbo --p .9 {paths[0]} {work}/absent", "", 1, "absent")
    # a byte order mark is no part of the first id; what stands a second time stands where it first did, and is counted
    for name, text in (("marked", "\ufeffa\r\nb\r\n"), ("plain", "a\nb"), ("twice", "a\nb\na\n")):
        paths.append(os.path.join(work, name))
        with open(paths[-1], "w", encoding="utf-8", newline="") as f:
            f.write(text)
    value(f"rbo --p .9 {paths[3]} {paths[4]}", "", ext=(1, 0), jaccard=(1, 0))
    value(f"rbo --p .9 {paths[5]} {paths[4]}", "", ext=(1, 0))
    twice = json.loads(run(f"rbo --p .9 {paths[5]} {paths[4]}")[1])
    if (twice["n"], twice.get("duplicates")) != ([2, 2], [1, 0]):
        failures.append(f"rbo: an id that stands twice is not counted: {twice}")

# spreadsheets: byte order mark, semicolons and decimal commas, carriage returns, quotes, blank lines
value("gini", "\ufeffx;note\r\n1,5;\"a \"\"b\"\"; c\"\r\n\r\n4,5;d\r\n", estimate=(.25, 1e-12))
# the same seed, the same bytes
once = run("alpha --level nominal --seed 7", ALPHA)
if once != run("alpha --level nominal --seed 7", ALPHA) or once == run("alpha --level nominal --seed 8", ALPHA):
    failures.append("alpha: the seed does not decide the interval")

refused("wilsn --x 1", "", 2, "wilson")
refused("wilson --x 3", "", 2, "--n")
refused("wilson --x 3 --n 2", "", 2, "--x (3)")
refused("wilson --x 1 --n 2 --k 3", "", 2, "--k")
refused("wilson --x 1 --n 2 --alpha nan", "", 2, "--alpha")
refused("wilson --x 0x1 --n 2", "", 2, "--x")
refused("gini file.csv", "", 2, "no file")
refused("gini", "", 1, "empty")
refused("gini", "y\n1\n", 1, '"x"')
refused("gini", "x\n1\ninf\n", 1, "line 3")
refused("gini", "x\n1\n-2\n", 1, "line 3")
refused("gini", "x\n\"1\n", 1, ":2:")
refused("gini", "x,y\n1,2\n\"3,4\n5,6\n", 1, ":3: the quotation marks")
refused("gini", "x,y\n1,2\n\"3\"4,5\n", 1, ":3: the quotation marks")
refused("gini", "x,X\n1,2\n", 1, ":1: two columns")
refused("ppi", "y,f,w,w\n1,1,1,2\n,0,1,2\n", 1, ":1: two columns")
refused("bootstrap --statistic ratio", "cluster,a,b\nx,1,2\n,3,4\n", 1, "line 3, column \"cluster\"")
refused("alpha --level nominal --replicates 1000001", ALPHA, 2, "--replicates")
refused("wilson --x 1 --n 2 --alpha 1", "", 2, "0.999999999")
refused("gini", "x,y\n1,2\n\n3\n", 1, ":4:")
refused("gini", "x\n1\0\n", 1, ":2: this line is not UTF-8")
refused("gini", "x\n", 1, "below")
refused("adjust --method holm", "p\n1.5\n", 1, "line 2")
refused("adjust --method none", BH, 2, "bonferroni|holm")
refused("bootstrap --statistic ratio --replicates 0", PAIRS, 2, "--replicates")
refused("ppi", "y,f,w\n1,1,0\n,0,1\n", 1, '"w"')

for f in failures:
    print(f)
print(f"{checks} checks, {len(failures)} failures")
sys.exit(1 if failures else 0)

"""bench_stats.py FILE TASK RUNS: the same with numpy, in the ways a fluent user would write it; milliseconds of CPU time in this process
(best of the runs of each way), the way, and the figures."""
import sys
import time
import numpy as np

M = np.loadtxt(sys.argv[1], delimiter=",")
G, B = len(M), 10000
rng = np.random.default_rng(1)
x = M[:, 0] / M[:, 1] - M[:, 2] / M[:, 3] - .008
one = np.arange(G) % 2 == 0


def ends(s):
    v = s[:, 0] / s[:, 1] / (s[:, 2] / s[:, 3])
    return np.quantile(v, [.025, .975])


def gather_rows():
    return ends(M[rng.integers(0, G, (B, G))].sum(1))


def gather_columns():
    i = rng.integers(0, G, (B, G), dtype=np.int32)
    return ends(np.stack([np.take(c, i).sum(1) for c in np.ascontiguousarray(M.T)], 1))


def counts():
    i = rng.integers(0, G, (B, G)) + G * np.arange(B)[:, None]
    return ends(np.bincount(i.ravel(), minlength=B * G).reshape(B, G).astype(float) @ M)


def multinomial():
    return ends(rng.multinomial(G, np.full(G, 1 / G), B).astype(float) @ M)


def flips(signs):
    t = np.abs(signs @ x)
    return (np.count_nonzero(t >= abs(x.sum()) * (1 - 1e-12)) + 1) / (len(t) + 1), x.mean()


def signs_integers():
    return flips(rng.integers(0, 2, (B - 1, G), dtype=np.int8) * 2. - 1)


def signs_choice():
    return flips(rng.choice([-1., 1.], (B - 1, G)))


def signs_bits():
    bits = np.unpackbits(np.frombuffer(rng.bytes((B - 1) * G // 8), np.uint8)).reshape(B - 1, G)
    return flips(bits * 2. - 1)


def labelled(t):
    seen = x[one].mean() - x[~one].mean()
    d = t / one.sum() - (x.sum() - t) / (~one).sum()
    return (np.count_nonzero(np.abs(d) >= abs(seen) - 1e-12) + 1) / (len(t) + 1), seen


def permuted():
    return labelled(rng.permuted(np.tile(x, (B - 1, 1)), axis=1)[:, one].sum(1))


def permutation_loop():
    return labelled(np.array([rng.permutation(x)[:G // 2].sum() for _ in range(B - 1)]))


def by_rank():
    return labelled(x[np.argpartition(rng.random((B - 1, G)), G // 2, axis=1)[:, :G // 2]].sum(1))


WAYS = {"bootstrap": (gather_rows, gather_columns, counts, multinomial), "signflip": (signs_integers, signs_choice, signs_bits),
        "labels": (permuted, permutation_loop, by_rank)}
for way in WAYS[sys.argv[2]]:
    best = float("inf")
    for _ in range(int(sys.argv[3])):
        start = time.process_time()
        a, b = way()
        best = min(best, time.process_time() - start)
    print(f"{best * 1e3:.3f} {way.__name__} {a:.6g} {b:.6g}")

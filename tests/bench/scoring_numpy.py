"""Rebuilds the frequency table and scores every open lead with NumPy, to stand beside bench_scoring.

Usage: scoring_numpy.py [LEADS]    prints one line; says so, and ends with 0, where NumPy is not installed.

The same shape of data as bench_scoring: eight variables of few values, ten teams, seven of ten leads closed. It counts by
group and value (np.bincount) and multiplies factors by take, which is what one would write by hand; it does not
reproduce Odoo's rounding and order of operations, so it is a bound on speed and no second implementation.
"""
import sys
import time

try:
    import numpy as np
except ImportError:
    print("NumPy is not installed, so there is nothing to stand beside")
    sys.exit(0)

VALUES = (3, 3, 60, 80, 20, 5, 12, 30)
TEAMS = 10
SMOOTHING = 0.1


def table_and_scores(codes, team, won, closed):
    groups = TEAMS + 1
    factors = np.ones((2, len(team)))
    prior = np.array([won[closed].mean(), 1 - won[closed].mean()])
    for values, code in zip(VALUES, codes):
        cell = team[closed] * values + code[closed]
        counts = [np.bincount(cell, weights=side, minlength=groups * values).reshape(groups, values) + SMOOTHING
                  for side in (won[closed], 1 - won[closed])]
        for side, count in enumerate(counts):
            ratio = count / count.sum(axis=1, keepdims=True)
            factors[side] *= ratio.reshape(-1).take(team * values + code)
    weighed = factors * prior[:, None]
    scores = np.clip(np.round(100 * weighed[0] / weighed.sum(axis=0), 2), 0.01, 99.99)
    return scores[~closed]


def main():
    leads = int(sys.argv[1]) if len(sys.argv) > 1 else 1000000
    random = np.random.default_rng(1)
    codes = [random.integers(0, values, leads) for values in VALUES]
    team = random.integers(0, TEAMS + 1, leads)
    closed = random.random(leads) < 0.7
    won = (random.random(leads) < 0.4).astype(float)
    best = min(timed(codes, team, won, closed) for _ in range(5))
    print("NumPy %s: table and scores of %d leads: %.0f ms" % (np.__version__, leads, 1000 * best))


def timed(*columns):
    begin = time.perf_counter()
    table_and_scores(*columns)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()

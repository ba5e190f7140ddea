"""Writes definitions.json: scores of controversy, their tops, and how far they agree, by SciPy and pandas.

For ControversyScoreTests and DefinitionAgreementTests. The ratios that reach a threshold are found by bisection on the
score itself, not by the formulas that the program inverts it with.

Run: python make_fixture.py        (needs numpy, pandas and scipy; the versions used are in the file)
"""
import json
import math
import pathlib
import sys

import numpy
import pandas
import scipy
from scipy.optimize import bisect
from scipy.special import rel_entr
from scipy.stats import beta

BAND = (0.4, 0.6)
PRIOR = (1.7, 0.6)


def score(name, up, down, prior=(1, 1)):
    total, small, large = up + down, min(up, down), max(up, down)
    if name == "posterior":
        a, b = prior[0] + up, prior[1] + down
        return beta.cdf(BAND[1], a, b) - beta.cdf(BAND[0], a, b)
    if name == "entropy":
        return float(-(rel_entr(up / total, 1) + rel_entr(down / total, 1)) / math.log(2)) if small else 0.0
    if name == "reddit":
        return total / max(abs(up - down), 1)
    if name == "balance":
        return total ** (small / large) if small else 0.0
    return float(small)


def mass(name, threshold, up, down):
    """Posterior mass of the ratios at which as many votes reach the threshold."""
    total = up + down
    posterior = beta(PRIOR[0] + up, PRIOR[1] + down)
    if name == "posterior":
        return posterior.cdf(BAND[1]) - posterior.cdf(BAND[0])
    above = lambda share: score(name, share * total, (1 - share) * total) - threshold
    if above(0.5) < 0:
        return 0.0
    low = bisect(above, 1e-12, 0.5, xtol=1e-15) if above(1e-12) < 0 else 0.0
    return posterior.cdf(1 - low) - posterior.cdf(low)


def main():
    random = numpy.random.default_rng(16)
    totals = random.geometric(1 / 25, 6000) + (random.random(6000) < 0.05) * random.integers(0, 900, 6000)
    ups = random.binomial(totals, random.beta(2.5, 0.8, 6000))
    frame = pandas.DataFrame({"up": ups, "down": totals - ups})
    frame["total"] = frame.up + frame.down
    names = ["posterior", "entropy", "reddit", "balance", "minority"]
    for name in names:
        frame[name] = [score(name, int(u), int(d)) for u, d in zip(frame.up, frame.down)]

    enough = frame[frame.total >= 20]
    top = {}
    for name in names:
        wanted = math.ceil(0.05 * len(enough) - 1e-9)
        bar = float(enough[name].nlargest(wanted).min())
        top[name] = {"threshold": bar, "controversial": int((enough[name] >= bar).sum())}

    live = enough.index[(enough.up / enough.total).between(*BAND)]
    chosen = {"live": set(live)}
    for name in names:
        pool = enough if name == "entropy" else frame
        order = pool.sort_values([name, "total", "up"], ascending=False, kind="stable")
        chosen[name] = set(order.index[: len(live)])
    agreement = {
        "controversial": len(live),
        "shared": [[len(a & b) / len(live) for b in chosen.values()] for a in chosen.values()],
        "medians": [float(frame.total[sorted(rows)].median()) for rows in chosen.values()],
    }

    samples = frame.drop_duplicates(["up", "down"]).sample(120, random_state=1)
    thresholds = {"posterior": 0.5, "entropy": 0.9, "reddit": 3.5, "balance": 4.5, "minority": 9}
    out = {
        "versions": {"python": sys.version.split()[0], "numpy": numpy.__version__, "pandas": pandas.__version__,
                     "scipy": scipy.__version__},
        "prior": PRIOR, "thresholds": thresholds, "top": top, "agreement": agreement,
        "samples": [
            {"up": int(u), "down": int(d), "scores": [score(n, int(u), int(d)) for n in names],
             "lopsided": score("posterior", int(u), int(d), PRIOR),
             "masses": [mass(n, thresholds[n], int(u), int(d)) for n in names]}
            for u, d in zip(samples.up, samples.down)],
        "counts": frame.groupby(["up", "down"]).size().reset_index().values.tolist(),
    }
    text = json.dumps(out, separators=(",", ":")).replace('{"up"', '\n{"up"')
    pathlib.Path(__file__).with_name("definitions.json").write_text(text + "\n")


main()

"""Writes groups.json: Beta priors of groups drawn toward that of all, by SciPy, for GroupPriorsTests.

The peaks are found by scipy.optimize, the variances there by numerical differentiation of the same height, and EM is
repeated until neither variance changes by more than a part in 10^9.

Run: python make_groups.py         (needs numpy and scipy; the versions used are in the file)
"""
import json
import pathlib
import sys

import numpy
import scipy
from scipy.optimize import minimize
from scipy.special import betaln, digamma, expit


def counts(up, down):
    rows, numbers = numpy.unique(numpy.stack([up, down], 1), axis=0, return_counts=True)
    return rows[:, 0].astype(float), rows[:, 1].astype(float), numbers.astype(float)


def parameters(x):
    return numpy.exp(x[1]) * expit(x[0]), numpy.exp(x[1]) * expit(-x[0])


def height(x, rows):
    a, b = parameters(x)
    up, down, number = rows
    return (number * (betaln(a + up, b + down) - betaln(a, b))).sum()


def gradient(x, rows):
    a, b = parameters(x)
    up, down, number = rows
    of_all = digamma(a + b + up + down) - digamma(a + b)
    da = (number * (digamma(a + up) - digamma(a) - of_all)).sum()
    db = (number * (digamma(b + down) - digamma(b) - of_all)).sum()
    mean = expit(x[0])
    return numpy.array([(da - db) * (a + b) * mean * (1 - mean), da * a + db * b])


def peak(objective, slope, start):
    best = minimize(objective, start, jac=slope, method="BFGS", options={"gtol": 1e-10, "maxiter": 1000}).x
    for _ in range(5):  # Newton's steps to the last digits
        curve = hessian(slope, best)
        best = best - numpy.linalg.solve(curve, slope(best))
    return best, hessian(slope, best)


def hessian(slope, x, h=1e-5):
    curve = numpy.stack([(slope(x + h * e) - slope(x - h * e)) / (2 * h) for e in numpy.eye(2)])
    return (curve + curve.T) / 2


def fit(groups):
    everything = counts(numpy.concatenate([g[0] for g in groups]), numpy.concatenate([g[1] for g in groups]))
    center, _ = peak(lambda x: -height(x, everything), lambda x: -gradient(x, everything), numpy.array([0.5, 1.0]))
    tables = [counts(*g) for g in groups]
    places = [center.copy() for _ in groups]
    spread = numpy.ones(2)
    for round in range(5000):
        total = numpy.zeros(2)
        for index, rows in enumerate(tables):
            places[index], curve = peak(
                lambda x: -height(x, rows) + ((x - center) ** 2 / (2 * spread)).sum(),
                lambda x: -gradient(x, rows) + (x - center) / spread, places[index])
            total += (places[index] - center) ** 2 + numpy.diag(numpy.linalg.inv(curve))
        following = total / len(groups)
        done = (abs(following - spread) <= 1e-9 * spread).all()
        spread = following
        if done:
            break
    return center, places, spread


def main():
    random = numpy.random.default_rng(8)
    cases = []
    for name, tau, sigma, sizes in [
        ("as outlets are", 0.35, 0.25, [900, 700, 1200, 60, 400, 15, 3, 1000]),
        ("many small", 0.8, 0.5, list(random.integers(8, 60, 25))),
        ("two", 0.5, 0.2, [300, 500]),
    ]:
        groups = []
        for size in sizes:
            a, b = parameters([1.4 + tau * random.normal(), 1.6 + sigma * random.normal()])
            totals = random.geometric(1 / 18, size)
            up = random.binomial(totals, random.beta(a, b, size))
            groups.append((up, totals - up))
        center, places, spread = fit(groups)
        cases.append({
            "name": name, "source": list(parameters(center)), "variances": list(spread),
            "priors": [list(parameters(x)) for x in places],
            "groups": [numpy.stack(counts(*g), 1).astype(int).tolist() for g in groups]})
        print(name, spread, [tuple(round(v, 3) for v in parameters(x)) for x in places][:4])
    out = {"versions": {"python": sys.version.split()[0], "numpy": numpy.__version__, "scipy": scipy.__version__},
           "cases": cases}
    text = json.dumps(out, separators=(",", ":"))
    pathlib.Path(__file__).with_name("groups.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")


main()

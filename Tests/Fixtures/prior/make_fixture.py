"""Writes prior.json: beta-binomial fits by SciPy, for PriorFitTests.

Each case is a table of (up, down, comments) drawn from a known prior, and the alpha and beta that
scipy.optimize.minimize finds on the same likelihood, in logarithms and within the same bounds: L-BFGS-B from nine
starts, then, inside the bounds, scipy.optimize.root on the gradient, which is right to the last digits.

Run: python make_fixture.py        (needs numpy and scipy; the versions used are in the file)
"""
import json
import pathlib
import sys

import numpy
import scipy
from scipy.optimize import minimize, root
from scipy.special import betaln, psi

BOUNDS = (1e-3, 1e4)


def table(ups, downs):
    pairs, counts = numpy.unique(numpy.stack([ups, downs], axis=1), axis=0, return_counts=True)
    return pairs[:, 0].astype(float), pairs[:, 1].astype(float), counts.astype(float)


def likelihood(parameters, up, down, count):
    a, b = numpy.exp(parameters)
    return float(numpy.sum(count * (betaln(a + up, b + down) - betaln(a, b))))


def gradient(parameters, up, down, count):
    a, b = numpy.exp(parameters)
    both = numpy.sum(count * (psi(a + b + up + down) - psi(a + b)))
    return numpy.array([
        a * (numpy.sum(count * (psi(a + up) - psi(a))) - both),
        b * (numpy.sum(count * (psi(b + down) - psi(b))) - both)])


def fit(up, down, count):
    box = [tuple(numpy.log(BOUNDS))] * 2
    found = [
        minimize(
            lambda p: -likelihood(p, up, down, count), numpy.log(start), bounds=box, method="L-BFGS-B",
            jac=lambda p: -gradient(p, up, down, count), options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 10_000})
        for start in [(a, b) for a in (0.1, 1, 30) for b in (0.1, 1, 30)]]
    best = min(found, key=lambda result: result.fun).x
    inside = all(low + 1e-6 < value < high - 1e-6 for value, (low, high) in zip(best, box))
    if inside:
        polished = root(lambda p: gradient(p, up, down, count) / numpy.sum(count), best, tol=1e-14)
        best = polished.x
    a, b = numpy.exp(best)
    return float(a), float(b), inside, likelihood(best, up, down, count)


def draws():
    random = numpy.random.default_rng(11)
    for name, a, b, comments, votes in [
        ("even", 2.0, 2.0, 5000, 12), ("bitter", 0.7, 3.1, 3000, 25), ("torn", 0.15, 0.2, 4000, 30),
        ("agreeing", 60.0, 8.0, 2500, 200), ("few", 3.0, 1.5, 120, 15), ("tight", 900.0, 700.0, 800, 400),
        ("crowds", 1.4, 0.9, 700, 60_000),
    ]:
        totals = random.geometric(1 / votes, comments) + random.integers(0, 3, comments)
        ups = random.binomial(totals, random.beta(a, b, comments))
        yield name, ups, totals - ups
    # Less spread than a binomial has: the likelihood rises without end, and a bound stops it.
    ups = random.integers(5, 7, 1000)
    yield "narrow", ups, 11 - ups


def main():
    cases = []
    for name, ups, downs in draws():
        up, down, count = table(ups, downs)
        a, b, inside, height = fit(up, down, count)
        cases.append({
            "name": name, "alpha": a, "beta": b, "inside": inside, "log_likelihood": height,
            "uniform_log_likelihood": likelihood(numpy.zeros(2), up, down, count),
            "counts": [[int(u), int(d), int(c)] for u, d, c in zip(up, down, count)]})
        print(f"{name}: Beta({a:.6g}, {b:.6g}), inside {inside}, {len(count)} distinct counts")
    versions = f"scipy {scipy.__version__}, numpy {numpy.__version__}, python {sys.version.split()[0]}"
    text = json.dumps({"made_by": versions, "bounds": BOUNDS, "cases": cases}, separators=(",", ":"))
    pathlib.Path(__file__).with_name("prior.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")


main()

"""Writes drift.json: pairs of counts with scipy's distance of Jensen and Shannon, base 2.

    python make_drift.py > drift.json

Made with scipy 1.17.1, numpy 2.4.6.
"""
import json

import numpy
from scipy.spatial.distance import jensenshannon

random = numpy.random.default_rng(20261130)
pairs = [([1, 0], [0, 1]), ([3, 5, 2], [30, 50, 20]), ([1, 0, 0, 7], [1, 2, 0, 0])]
for classes in (2, 5, 10, 33):
    for _ in range(6):
        pairs.append(tuple(random.poisson(random.gamma(0.6, 12, classes)).tolist() for _ in range(2)))
pairs = [(a, b) for a, b in pairs if sum(a) and sum(b)]
print(json.dumps([
    {"first": a, "second": b, "distance": float(jensenshannon(a, b, base=2))} for a, b in pairs], indent=None))

#!/usr/bin/env python3
"""Makes agreement.json: random ratings, some of them missing, with the agreement that scikit-learn and krippendorff give them.

    python3 -m venv venv && venv/bin/pip install scikit-learn krippendorff
    venv/bin/python make_agreement.py

`kappa`, `linear` and `quadratic` are cohen_kappa_score of the first two raters on the rows that both have rated, `nominal` and
`ordinal` krippendorff.alpha of all. `null` stands for what is undefined: 0 / 0, no pair of ratings, or one value alone.
"""
import importlib.metadata
import json
import math
import pathlib
import warnings

import krippendorff
import numpy
import sklearn
from sklearn.metrics import cohen_kappa_score

CASES = 1000


def kappa(one, two, classes, weights):
    if len(one) == 0:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value = float(cohen_kappa_score(one, two, labels=list(range(classes)), weights=weights))
    return None if math.isnan(value) else value


def alpha(ratings, level):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = float(krippendorff.alpha(ratings, level_of_measurement=level))
        return None if math.isnan(value) else value
    except (ValueError, ZeroDivisionError):
        return None


def case(random):
    classes, raters, rows = int(random.integers(2, 6)), int(random.integers(2, 5)), int(random.integers(1, 16))
    truth = random.integers(0, classes, rows)
    if random.random() < 0.1:
        truth[:] = truth[0]
    noise = random.choice([0.0, 0.2, 0.5, 1.0])
    ratings = numpy.where(
        random.random((raters, rows)) < noise, random.integers(0, classes, (raters, rows)), truth).astype(float)
    ratings[random.random((raters, rows)) < random.choice([0.0, 0.1, 0.5])] = numpy.nan
    both = ~numpy.isnan(ratings[0]) & ~numpy.isnan(ratings[1])
    one, two = ratings[0][both].astype(int), ratings[1][both].astype(int)
    return {
        "classes": classes,
        "ratings": [[None if numpy.isnan(value) else int(value) for value in rater] for rater in ratings],
        "kappa": kappa(one, two, classes, None), "linear": kappa(one, two, classes, "linear"),
        "quadratic": kappa(one, two, classes, "quadratic"), "nominal": alpha(ratings, "nominal"),
        "ordinal": alpha(ratings, "ordinal"),
    }


random = numpy.random.default_rng(20)
cases = [case(random) for _ in range(CASES)]
fixture = {
    "versions": {
        "krippendorff": importlib.metadata.version("krippendorff"),
        "numpy": numpy.__version__, "scikit-learn": sklearn.__version__},
    "cases": cases,
}
pathlib.Path(__file__).with_name("agreement.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
for name in ["kappa", "linear", "quadratic", "nominal", "ordinal"]:
    print(name, "undefined in", sum(one[name] is None for one in cases))

#!/usr/bin/env python3
"""Makes doubts.json: random labels and probabilities, with the label issues and margins that cleanlab finds.

    python3 -m venv venv && venv/bin/pip install cleanlab
    venv/bin/python make_doubts.py

`issues` are the rows of `find_label_issues(filter_by="confident_learning")`, `margins` those of
`get_label_quality_scores(method="normalized_margin")`. Some cases have a class that no row has, or few rows.
"""
import json
import pathlib

import cleanlab
import numpy
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores

CASES = 200


def case(random):
    classes, rows = int(random.integers(2, 5)), int(random.integers(4, 30))
    labels = random.integers(0, classes, rows)
    if random.random() < 0.2:
        labels[labels == classes - 1] = 0
    labels[:2] = [0, 1]  # cleanlab takes no labels of one class alone
    scores = random.normal(0, 1.5, (rows, classes))
    scores[numpy.arange(rows), labels] += 1
    probabilities = numpy.exp(scores)
    probabilities = numpy.round(probabilities / probabilities.sum(1, keepdims=True), 4)
    issues = find_label_issues(labels, probabilities, filter_by="confident_learning", n_jobs=1)
    margins = get_label_quality_scores(labels, probabilities, method="normalized_margin")
    return {
        "classes": classes, "labels": labels.tolist(), "probabilities": probabilities.ravel().tolist(),
        "issues": numpy.flatnonzero(issues).tolist(), "margins": margins.tolist(),
    }


random = numpy.random.default_rng(19)
cases = [case(random) for _ in range(CASES)]
fixture = {"versions": {"cleanlab": cleanlab.__version__, "numpy": numpy.__version__}, "cases": cases}
pathlib.Path(__file__).with_name("doubts.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
print(len(cases), "cases,", sum(len(one["issues"]) for one in cases), "issues")

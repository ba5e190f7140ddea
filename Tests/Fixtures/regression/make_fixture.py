#!/usr/bin/env python3
"""Makes regression.json beside it: what scikit-learn's LogisticRegression fits to small random rows.

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1 numpy==2.4.6
    venv/bin/python make_fixture.py
"""
import json
import pathlib

import numpy
import sklearn
from sklearn.linear_model import LogisticRegression

HERE = pathlib.Path(__file__).parent


def case(name, rows, features, classes, penalty, weighted, seed):
    random = numpy.random.default_rng(seed)
    x = random.standard_normal((rows, features)).astype(numpy.float32)
    y = random.integers(0, classes, rows)
    x[:, 0] += y  # something to find
    weights = random.uniform(0, 2, rows) if weighted else numpy.ones(rows)
    model = LogisticRegression(C=1 / penalty, tol=1e-12, max_iter=100_000)
    model.fit(x.astype(numpy.float64), y, sample_weight=weights)
    return {
        "name": name, "feature_count": features, "class_count": classes, "l2": penalty,
        "features": [float(v) for v in x.flatten()], "labels": [int(v) for v in y],
        "weights": [float(v) for v in weights], "coefficients": model.coef_.tolist(),
        "intercepts": model.intercept_.tolist(),
        "probabilities": model.predict_proba(x.astype(numpy.float64)).flatten().tolist(),
    }


cases = [
    case("two classes", 40, 5, 2, 1.0, False, 1), case("a weak penalty", 40, 5, 2, 1e-3, False, 2),
    case("a strong penalty", 40, 5, 2, 100.0, False, 3), case("weighted rows", 40, 5, 2, 1.0, True, 4),
    case("three classes", 60, 4, 3, 1.0, False, 5), case("four weighted classes", 60, 9, 4, 0.1, True, 6),
]
document = {"versions": {"scikit-learn": sklearn.__version__, "numpy": numpy.__version__}, "cases": cases}
(HERE / "regression.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")

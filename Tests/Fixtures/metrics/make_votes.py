"""Writes votes.json: a model's probabilities against those of the votes, by numpy and SciPy.

Run:  python make_votes.py > votes.json      (needs numpy, scipy; versions are recorded)

Soft accuracy and soft F1 are written from the formulas of arXiv:2502.01891 as arrays of [rows, classes]; the divergence is the
square of SciPy's Jensen-Shannon distance to base 2. `kl` is the Kullback-Leibler divergence, which is another number.
"""
import json
import sys

import numpy
import scipy
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy


def case(answers, implied):
    model, votes = (numpy.stack([1 - values, values], axis=1) for values in (answers, implied))
    shared = numpy.minimum(model, votes)
    return {
        "answers": answers.tolist(), "implied": implied.tolist(),
        "soft_accuracy": float(shared.sum(axis=1).mean()),
        "soft_macro_f1": float((2 * shared.sum(axis=0) / (model.sum(axis=0) + votes.sum(axis=0))).mean()),
        "divergence": float((jensenshannon(model, votes, base=2, axis=1) ** 2).mean()),
        "kl": float(numpy.mean(entropy(votes, model, base=2, axis=1))),
    }


def main():
    generator = numpy.random.default_rng(20261130)
    cases = [case(generator.random(rows).round(6), generator.random(rows).round(6)) for rows in (1, 2, 40)]
    cases += [case(generator.beta(a, b, 60).round(6), generator.beta(b, a, 60).round(6)) for a, b in ((1, 3), (5, 5))]
    cases.append(case(numpy.array([0.25, 0.5, 1.0]), numpy.array([0.0, 0.5, 1.0])))
    json.dump({
        "versions": {
            "python": sys.version.split()[0], "numpy": numpy.__version__, "scipy": scipy.__version__},
        "cases": cases,
    }, sys.stdout)
    print()


if __name__ == "__main__":
    main()

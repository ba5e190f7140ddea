"""Writes comparison.json: McNemar's test of many pairs of counts by statsmodels, and intervals of differences between two
classifiers on the same rows by SciPy's paired percentile bootstrap.

Run:  python make_comparison.py > comparison.json      (needs numpy, scikit-learn, scipy, statsmodels; versions are recorded)

Where both counts are the same, statsmodels takes the continuity correction off a difference of 0, which makes it larger; R's
mcnemar.test and this program do not, so these cases are 1. The intervals are Monte Carlo estimates: `error` is the standard
deviation of each end over repetitions with 1,000 samples, which is what another generator may differ by.
"""
import json
import sys

import numpy
import scipy
import scipy.stats
import sklearn
import statsmodels
from sklearn import metrics
from statsmodels.stats.contingency_tables import mcnemar


def mcnemar_case(first, second):
    few = first + second < 25
    found = mcnemar([[0, first], [second, 0]], exact=few, correction=True)
    same = first == second
    return {
        "only_first": first, "only_second": second, "exact": few,
        "p": 1.0 if same else float(found.pvalue),
        "uncorrected": None if few or same else float(
            mcnemar([[0, first], [second, 0]], exact=False, correction=False).pvalue),
    }


def macro_f1(truth, answers):
    return metrics.f1_score(truth, answers > 0.5, average="macro")


def interval_case(generator, rows, skills):
    truth = generator.integers(0, 2, rows)
    shared = generator.normal(0, 1, rows)
    one, other = (
        1 / (1 + numpy.exp(-(skill * (2 * truth - 1) + shared + generator.normal(0, 0.5, rows))))
        for skill in skills)
    one, other = one.round(6), other.round(6)
    scores = {"macro_f1": macro_f1, "roc_auc": metrics.roc_auc_score}
    expected = {}
    for name, score in scores.items():
        def difference(truth, one, other):
            return score(truth, one) - score(truth, other)
        ends = []
        for seed in range(12):
            found = scipy.stats.bootstrap(
                (truth, one, other), difference, paired=True, vectorized=False, n_resamples=1000,
                method="percentile", rng=numpy.random.default_rng(seed)).confidence_interval
            ends.append([found.low, found.high])
        mean, deviation = numpy.mean(ends, axis=0), numpy.std(ends, axis=0, ddof=1)
        expected[name] = {
            "difference": float(difference(truth, one, other)), "low": float(mean[0]), "high": float(mean[1]),
            "error": [float(value) for value in deviation],
        }
    return {"labels": truth.tolist(), "one": one.tolist(), "other": other.tolist(), "expected": expected}


def main():
    generator = numpy.random.default_rng(20261129)
    pairs = [(0, 1), (0, 6), (5, 0), (12, 12), (3, 9), (11, 13), (12, 13), (1, 24), (24, 1), (30, 30), (0, 25), (400, 460)]
    pairs += [tuple(int(value) for value in generator.integers(0, 14, 2)) for _ in range(20)]
    pairs += [tuple(int(value) for value in generator.integers(10, 300, 2)) for _ in range(30)]
    json.dump(
        {
            "versions": {
                "python": sys.version.split()[0], "numpy": numpy.__version__, "scipy": scipy.__version__,
                "scikit-learn": sklearn.__version__, "statsmodels": statsmodels.__version__,
            },
            "mcnemar": [mcnemar_case(*pair) for pair in pairs if sum(pair) > 0],
            "intervals": [
                interval_case(generator, rows, skills)
                for rows, skills in [(120, (0.6, 0.5)), (300, (0.9, 0.4)), (500, (0.5, 0.52))]],
        }, sys.stdout)
    print()


main()

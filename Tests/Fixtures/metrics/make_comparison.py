"""Writes comparison.json: McNemar's test of many pairs of counts and Holm's procedure by statsmodels, and intervals of
differences between two classifiers on the same rows, and between the means of two classifiers' seeds, by SciPy's paired
percentile bootstrap.

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
from statsmodels.stats.multitest import multipletests


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


def draw(generator, rows, skills):
    """Labels, and the probabilities of a classifier for each skill."""
    truth = generator.integers(0, 2, rows)
    shared = generator.normal(0, 1, rows)
    answers = [
        (1 / (1 + numpy.exp(-(skill * (2 * truth - 1) + shared + generator.normal(0, 0.5, rows))))).round(6)
        for skill in skills]
    return truth, answers


SCORES = {"macro_f1": macro_f1, "roc_auc": metrics.roc_auc_score}


def bootstrap(truth, answers, statistic):
    """Ends of the 95 % interval of a statistic, and what they differ by from one generator to the next."""
    ends = []
    for seed in range(12):
        found = scipy.stats.bootstrap(
            (truth, *answers), statistic, paired=True, vectorized=False, n_resamples=1000,
            method="percentile", rng=numpy.random.default_rng(seed)).confidence_interval
        ends.append([found.low, found.high])
    mean, deviation = numpy.mean(ends, axis=0), numpy.std(ends, axis=0, ddof=1)
    return {
        "difference": float(statistic(truth, *answers)), "low": float(mean[0]), "high": float(mean[1]),
        "error": [float(value) for value in deviation],
    }


def interval_case(generator, rows, skills):
    truth, answers = draw(generator, rows, skills)
    expected = {
        name: bootstrap(truth, answers, lambda truth, one, other: score(truth, one) - score(truth, other))
        for name, score in SCORES.items()}
    one, other = answers
    return {"labels": truth.tolist(), "one": one.tolist(), "other": other.tolist(), "expected": expected}


def seeds_case(generator, rows, skills, others):
    """Two classifiers with several seeds each: the difference of the means of their scores."""
    truth, answers = draw(generator, rows, (*skills, *others))
    count = len(skills)

    def difference(score):
        def value(truth, *answers):
            scores = [score(truth, answer) for answer in answers]
            return numpy.mean(scores[:count]) - numpy.mean(scores[count:])
        return value

    return {
        "labels": truth.tolist(), "one": [answer.tolist() for answer in answers[:count]],
        "other": [answer.tolist() for answer in answers[count:]],
        "expected": {name: bootstrap(truth, answers, difference(score)) for name, score in SCORES.items()},
    }


def holm_case(probabilities):
    return {
        "p": [float(value) for value in probabilities],
        "adjusted": [float(value) for value in multipletests(probabilities, method="holm")[1]],
        "bonferroni": [float(value) for value in multipletests(probabilities, method="bonferroni")[1]],
    }


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
            "seeds": [
                seeds_case(generator, 200, (0.6, 0.7, 0.65), (0.5,)),
                seeds_case(generator, 300, (0.5, 0.6), (0.55, 0.5))],
            "holm": [
                holm_case(generator.random(count).round(4)) for count in (1, 2, 3, 5, 8)
            ] + [holm_case([0.01, 0.01, 0.04, 0.03, 0.005]), holm_case([0.5, 0.9, 0.001])],
        }, sys.stdout)
    print()


main()

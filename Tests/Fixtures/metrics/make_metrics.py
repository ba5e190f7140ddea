"""Writes metrics.json: random classification cases with their scores by scikit-learn.

Run:  python make_metrics.py > metrics.json      (needs numpy and scikit-learn; versions are recorded in the file)

Each case holds true labels, probabilities [rows][classes] and the expected scores. Cases include tied scores,
rows of one class only, classes without rows, classes never predicted, a single row and perfect scores.
Undefined scores are null. The expected calibration error has no function in scikit-learn; it is computed here
with 15 equal bins of the top probability, (lower, upper], as in Guo et al. 2017, arXiv:1706.04599.
"""
import json
import sys
import warnings

import numpy
import sklearn
from sklearn import metrics
from sklearn.dummy import DummyClassifier

warnings.filterwarnings("ignore")


def make_case(generator, index):
    classes = 2 if index % 5 else int(generator.integers(3, 6))
    rows = 1 if index % 40 == 7 else int(generator.integers(2, 32))
    if index % 8 == 1:
        labels = numpy.full(rows, int(generator.integers(classes)))  # one class only
    elif index % 8 == 2:
        labels = generator.integers(0, max(1, classes - 1), rows)  # the last class has no rows
    else:
        labels = generator.choice(classes, rows, p=generator.dirichlet(numpy.ones(classes)))
    logits = generator.normal(0, 2, (rows, classes))
    if index % 3 == 0:
        logits[numpy.arange(rows), labels] += 2  # better than chance
    if index % 8 == 3:
        logits[:, 0] += 50  # one class takes all predictions
    if index % 8 == 4:
        logits[numpy.arange(rows), labels] += 60  # near certain and right
    probabilities = numpy.exp(logits - logits.max(1, keepdims=True))
    probabilities /= probabilities.sum(1, keepdims=True)
    if index % 4 == 2:  # ties: eighths that add up to one
        eighths = generator.multinomial(8, numpy.full(classes, 1 / classes), rows)
        probabilities = eighths / 8
    return labels.astype(int), probabilities


def calibration_error(labels, probabilities, bins=15):
    confidence = probabilities.max(1)
    right = probabilities.argmax(1) == labels
    edges = numpy.arange(bins + 1) / bins
    error = 0.0
    for lower, upper in zip(edges[:-1], edges[1:]):
        inside = (confidence > lower) & (confidence <= upper)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return float(error)


def area(labels, probabilities):
    classes = probabilities.shape[1]
    if classes == 2:
        return None if len(set(labels)) < 2 else float(metrics.roc_auc_score(labels, probabilities[:, 1]))
    if len(set(labels)) < classes:
        return None
    return float(metrics.roc_auc_score(labels, probabilities, multi_class="ovr", average="macro"))


def scores(labels, probabilities):
    classes = list(range(probabilities.shape[1]))
    predicted = probabilities.argmax(1)
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        labels, predicted, labels=classes, zero_division=0
    )
    majority = DummyClassifier(strategy="most_frequent").fit(labels, labels).predict(labels)

    def f1_of(predictions, average):
        return float(metrics.f1_score(labels, predictions, labels=classes, average=average, zero_division=0))

    return {
        "confusion": metrics.confusion_matrix(labels, predicted, labels=classes).tolist(),
        "accuracy": float(metrics.accuracy_score(labels, predicted)),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        "macro_f1": f1_of(predicted, "macro"),
        "weighted_f1": f1_of(predicted, "weighted"),
        "roc_auc": area(labels, probabilities),
        "log_loss": float(metrics.log_loss(labels, probabilities, labels=classes)),
        "brier": float(metrics.brier_score_loss(labels, probabilities, labels=classes)),
        "calibration_error": calibration_error(labels, probabilities),
        "majority_accuracy": float(metrics.accuracy_score(labels, majority)),
        "majority_macro_f1": f1_of(majority, "macro"),
    }


def main():
    generator = numpy.random.default_rng(20260201)
    cases = []
    for index in range(320):
        labels, probabilities = make_case(generator, index)
        cases.append(
            {
                "labels": labels.tolist(),
                "probabilities": probabilities.tolist(),
                "expected": scores(labels, probabilities),
            }
        )
    versions = {
        "python": sys.version.split()[0],
        "numpy": numpy.__version__,
        "scikit-learn": sklearn.__version__,
    }
    json.dump({"made_by": "make_metrics.py", "versions": versions, "cases": cases}, sys.stdout, separators=(",", ":"))
    print()


main()

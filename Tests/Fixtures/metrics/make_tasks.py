"""Writes tasks.json: random cases of other tasks than one class of each row, with their scores by scikit-learn and SciPy,
and the losses and gradients of their objectives by PyTorch.

Run:  python make_tasks.py > tasks.json      (needs numpy, scikit-learn, scipy, torch; versions are recorded in the file)

Cases include ties, classes without rows, classes in all rows, classes never given, constant predictions and single rows.
Undefined scores are null. Means over classes leave out classes for which a score is undefined.
"""
import json
import sys
import warnings

import numpy
import scipy
import scipy.stats
import sklearn
import torch
from sklearn import calibration, metrics

warnings.filterwarnings("ignore")


def number(value):
    return None if value is None or not numpy.isfinite(value) else float(value)


def mean(values):
    values = [value for value in values if value is not None]
    return float(numpy.mean(values)) if values else None


def calibration_error(truth, probabilities, bins=15):
    """Mean distance of frequency and probability over equal bins, weighted by their decisions."""
    frequencies, means = calibration.calibration_curve(truth, probabilities, n_bins=bins)
    places = numpy.searchsorted(numpy.linspace(0, 1, bins + 1)[1:-1], probabilities)
    counts = numpy.bincount(places, minlength=bins)
    return float((numpy.abs(frequencies - means) * counts[counts > 0]).sum() / len(truth))


def flags_case(generator, index):
    classes, rows = int(generator.integers(1, 6)), 1 if index % 20 == 7 else int(generator.integers(2, 24))
    targets = (generator.random((rows, classes)) < generator.random(classes)).astype(int)
    if index % 6 == 1:
        targets[:, 0] = 0
    if index % 6 == 2:
        targets[:, -1] = 1
    logits = generator.normal(0, 2, (rows, classes)) + (targets * 2 if index % 3 == 0 else 0)
    logits = logits.astype(numpy.float32)
    probabilities = 1 / (1 + numpy.exp(-logits.astype(float)))
    if index % 4 == 2:
        probabilities = generator.integers(0, 9, (rows, classes)) / 8
    thresholds = numpy.full(classes, 0.5) if index % 2 else generator.integers(1, 8, classes) / 8
    given = (probabilities >= thresholds).astype(int)
    scores = [
        metrics.precision_recall_fscore_support(
            targets[:, column], given[:, column], average="binary", zero_division=0)[:3]
        for column in range(classes)]
    precision, recall, f1 = numpy.array(scores).T
    support = targets.sum(0)

    def area(column):
        truth = targets[:, column]
        return float(metrics.roc_auc_score(truth, probabilities[:, column])) if 0 < truth.sum() < rows else None

    def precision_area(column):
        truth = targets[:, column]
        return float(metrics.average_precision_score(truth, probabilities[:, column])) if truth.sum() else None

    clipped = numpy.clip(probabilities, numpy.finfo(float).eps, 1 - numpy.finfo(float).eps)
    positive = generator.random(classes) * 3 + 0.1
    scores = torch.tensor(logits, requires_grad=True)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(
        scores.double(), torch.tensor(targets).double(), pos_weight=torch.tensor(positive))
    loss.backward()
    return {
        "targets": targets.tolist(), "probabilities": probabilities.tolist(), "thresholds": thresholds.tolist(),
        "logits": logits.astype(float).tolist(), "positive_weights": positive.tolist(),
        "expected": {
            "precision": precision.tolist(), "recall": recall.tolist(), "f1": f1.tolist(), "support": support.tolist(),
            "exact_match": float(metrics.accuracy_score(targets, given)) if classes > 1 else float((targets == given).mean()),
            "micro_f1": float(metrics.f1_score(targets.ravel(), given.ravel(), zero_division=0)),
            "macro_f1": float(f1.mean()),
            "weighted_f1": float((f1 * support).sum() / support.sum()) if support.sum() else 0.0,
            "roc_auc": mean([area(column) for column in range(classes)]),
            "pr_auc": mean([precision_area(column) for column in range(classes)]),
            "mcc": float(numpy.mean([metrics.matthews_corrcoef(targets[:, column], given[:, column])
                                     for column in range(classes)])),
            "ece": calibration_error(targets.ravel(), probabilities.ravel()),
            "log_loss": float(-(targets * numpy.log(clipped) + (1 - targets) * numpy.log(1 - clipped)).mean()),
            "loss": float(loss.detach()), "gradient": scores.grad.tolist(),
        },
    }


def numbers_case(generator, index):
    rows = 1 if index % 20 == 7 else int(generator.integers(2, 40))
    targets = generator.normal(2, 2, rows)
    if index % 3 == 1:
        targets = generator.integers(0, 6, rows).astype(float)  # ties
    predictions = targets * generator.normal() + generator.normal(0, 1, rows)
    if index % 10 == 3:
        predictions = numpy.full(rows, 2.5)
    if index % 5 == 2:
        predictions = predictions.round()
    targets, predictions = targets.astype(numpy.float32), predictions.astype(numpy.float32)
    varies = rows > 1 and len(set(targets)) > 1 and len(set(predictions)) > 1
    wide_targets, wide = targets.astype(float), predictions.astype(float)
    scores = torch.tensor(predictions, requires_grad=True)
    loss = torch.nn.functional.mse_loss(scores.double(), torch.tensor(wide_targets))
    loss.backward()
    return {
        "targets": wide_targets.tolist(), "predictions": wide.tolist(),
        "expected": {
            "mse": float(metrics.mean_squared_error(wide_targets, wide)),
            "mae": float(metrics.mean_absolute_error(wide_targets, wide)),
            "r2": number(metrics.r2_score(wide_targets, wide)) if rows > 1 and len(set(targets)) > 1 else None,
            "pearson": number(scipy.stats.pearsonr(wide_targets, wide)[0]) if varies else None,
            "spearman": number(scipy.stats.spearmanr(wide_targets, wide)[0]) if varies else None,
            "loss": float(loss.detach()), "gradient": scores.grad.tolist(),
        },
    }


def classes_case(generator, index):
    classes, rows = int(generator.integers(2, 5)), int(generator.integers(2, 40))
    labels = generator.integers(0, classes if index % 4 else max(1, classes - 1), rows)
    probabilities = generator.dirichlet(numpy.ones(classes), rows)
    if index % 5 == 1:
        probabilities = generator.multinomial(8, numpy.full(classes, 1 / classes), rows) / 8
    if index % 7 == 3:
        probabilities[:, 0] = 1
        probabilities[:, 1:] = 0

    def area(column):
        truth = labels == column
        return float(metrics.average_precision_score(truth, probabilities[:, column])) if truth.any() else None

    return {
        "labels": labels.tolist(), "probabilities": probabilities.tolist(),
        "expected": {
            "mcc": float(metrics.matthews_corrcoef(labels, probabilities.argmax(1))),
            "pr_auc": area(1) if classes == 2 else mean([area(column) for column in range(classes)]),
        },
    }


generator = numpy.random.default_rng(20261129)
json.dump(
    {
        "versions": {
            "numpy": numpy.__version__, "scikit-learn": sklearn.__version__, "scipy": scipy.__version__,
            "torch": torch.__version__, "python": sys.version.split()[0],
        },
        "flags": [flags_case(generator, index) for index in range(80)],
        "numbers": [numbers_case(generator, index) for index in range(80)],
        "classes": [classes_case(generator, index) for index in range(80)],
    },
    sys.stdout)
sys.stdout.write("\n")

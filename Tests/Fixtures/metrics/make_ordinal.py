"""Writes ordinal.json: random cases of one class of each row, of classes in an order, with their scores by scikit-learn, and
the loss and gradient of their objective by PyTorch.

Run:  python make_ordinal.py > ordinal.json      (needs numpy, scikit-learn, torch; versions are recorded in the file)

The answer is the median class. The loss is written here by its definition, one yes or no for each border between classes,
and differentiated by PyTorch in float64. Cases include classes without rows and rows of which all have one class, for
which the kappa is null.
"""
import json
import sys
import warnings

import numpy
import sklearn
import torch
from sklearn import metrics

warnings.filterwarnings("ignore")


def ranked_loss(logits, labels):
    """Σ over borders k of the binary cross-entropy of [y >= k] and P(y >= k), the sum of the softmax from k on."""
    probabilities = torch.softmax(logits, 1)
    losses = torch.zeros(len(labels), dtype=torch.float64)
    for border in range(1, logits.shape[1]):
        above = probabilities[:, border:].sum(1)
        losses = losses + torch.nn.functional.binary_cross_entropy(above, (labels >= border).double(), reduction="none")
    return losses


def case(generator, index):
    classes, rows = int(generator.integers(2, 7)), int(generator.integers(1 if index % 9 == 4 else 2, 20))
    labels = generator.integers(0, classes if index % 4 else max(1, classes - 1), rows)
    if index % 11 == 5:
        labels[:] = labels[0]
    logits = (generator.normal(0, 2, (rows, classes)) + (numpy.eye(classes)[labels] * 2 if index % 3 == 0 else 0)).astype(numpy.float32)
    weights = (generator.random(rows) * 2 + 0.1).astype(numpy.float32)
    scores = torch.tensor(logits.astype(float), requires_grad=True)
    losses = ranked_loss(scores, torch.tensor(labels))
    (losses * torch.tensor(weights.astype(float))).sum().backward()
    probabilities = torch.softmax(scores, 1).detach().numpy()
    given = (probabilities.cumsum(1) >= 0.5).argmax(1)
    kappa = metrics.cohen_kappa_score(labels, given, weights="quadratic", labels=list(range(classes)))
    return {
        "labels": labels.tolist(), "logits": logits.astype(float).tolist(), "weights": weights.astype(float).tolist(),
        "expected": {
            "answers": given.tolist(), "loss": losses.mean().item(),
            "weighted_loss": (losses.detach() * torch.tensor(weights.astype(float))).sum().item(),
            "gradient": scores.grad.tolist(), "qwk": float(kappa) if numpy.isfinite(kappa) else None,
            "mae": float(numpy.abs(labels - given).mean()), "accuracy": float((labels == given).mean()),
            "macro_f1": float(metrics.f1_score(labels, given, average="macro", labels=list(range(classes)), zero_division=0)),
        },
    }


generator = numpy.random.default_rng(20261130)
json.dump(
    {
        "versions": {
            "numpy": numpy.__version__, "scikit-learn": sklearn.__version__, "torch": torch.__version__,
            "python": sys.version.split()[0],
        },
        "cases": [case(generator, index) for index in range(48)],
    },
    sys.stdout)
sys.stdout.write("\n")

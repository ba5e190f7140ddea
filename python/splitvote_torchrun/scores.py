"""Scores of one class of each row, as splitvote computes them."""

import math

import numpy

METRICS = ["macro_f1", "accuracy", "loss", "roc_auc", "micro_f1", "mcc"]


def softmax(logits: numpy.ndarray) -> numpy.ndarray:
    """Probabilities, in double precision. ``[rows, classes]``."""
    raised = numpy.exp(logits.astype(numpy.float64) - logits.max(axis=1, keepdims=True).astype(numpy.float64))
    return raised / raised.sum(axis=1, keepdims=True)


def scores(logits: numpy.ndarray, labels: numpy.ndarray) -> dict:
    """Every score that checkpoints may be compared by; None where it is undefined."""
    probabilities = softmax(logits)
    classes = probabilities.shape[1]
    confusion = numpy.zeros((classes, classes), numpy.int64)
    numpy.add.at(confusion, (labels, probabilities.argmax(axis=1)), 1)
    hits, support, answers = confusion.diagonal(), confusion.sum(axis=1), confusion.sum(axis=0)
    both = support + answers
    f1 = numpy.where(both > 0, 2 * hits / numpy.maximum(both, 1), 0.0)
    epsilon = numpy.finfo(numpy.float64).eps
    right = numpy.clip(probabilities[numpy.arange(len(labels)), labels], epsilon, 1 - epsilon)
    accuracy = hits.sum() / len(labels)
    return {
        "macro_f1": float(f1.mean()), "accuracy": float(accuracy), "micro_f1": float(accuracy),
        "loss": float(-numpy.log(right).mean()), "mcc": matthews(confusion),
        "roc_auc": roc_auc_of_classes(probabilities, labels),
    }


def matthews(confusion: numpy.ndarray) -> float:
    """Source: Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient" (2004)."""
    rows, hits = int(confusion.sum()), int(confusion.diagonal().sum())
    truth, given = confusion.sum(axis=1).astype(float), confusion.sum(axis=0).astype(float)
    scale = math.sqrt(rows * rows - float(given @ given)) * math.sqrt(rows * rows - float(truth @ truth))
    return (hits * rows - float(truth @ given)) / scale if scale > 0 else 0.0


def roc_auc_of_classes(probabilities: numpy.ndarray, labels: numpy.ndarray) -> float | None:
    """Of two classes the area for class 1; of more the mean over each against all others."""
    classes = probabilities.shape[1]
    areas = [roc_auc(probabilities[:, one], labels == one) for one in ([1] if classes == 2 else range(classes))]
    return None if None in areas else float(sum(areas) / len(areas))


def roc_auc(scores: numpy.ndarray, positive: numpy.ndarray) -> float | None:
    """By ranks, ties counting half (Hanley and McNeil 1982)."""
    positives = int(positive.sum())
    negatives = len(positive) - positives
    if not positives or not negatives:
        return None
    _, group, counts = numpy.unique(scores, return_inverse=True, return_counts=True)
    ends = counts.cumsum()
    doubled = 2 * ends - counts + 1  # twice the mean rank of each group
    wins = int(doubled[group][positive].sum()) - positives * (positives + 1)
    return wins / (2 * positives * negatives)


def is_better(metric: str, value: float, loss: float, best: dict | None) -> bool:
    """Of equally good scores the one with the lower loss is better."""
    if best is None:
        return True
    if value == best["metric"]:
        return loss < best["loss"]
    return value < best["metric"] if metric == "loss" else value > best["metric"]

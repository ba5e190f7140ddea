#!/usr/bin/env python3
"""Makes tasks.json: what transformers computes with the tiny models beside it under every head and objective.

    python3 -m venv venv && venv/bin/pip install torch transformers safetensors numpy
    venv/bin/python make_tasks.py

The weights are those of make_fixtures.py; a head of fewer scores has the first rows of the classifier. Losses are those of
transformers' own `problem_type`, PyTorch's cross-entropy for rows with a probability of each class, and the loss of classes in
an order as `ranked` says it. Computed in float64 on one thread, without dropout. Of each gradient its norm and three
projections are kept, on cos(0.37 · (place + 1) · number) for the numbers 1, 2, 3.
"""
import json
import pathlib

import torch
import transformers

from steps import padded, projections, train

HERE = pathlib.Path(__file__).parent
GOLDEN = json.loads((HERE / "golden.json").read_text())


def flags(batch):
    return [[(label + number + len(row)) % 2 for number in range(3)] for row, label in zip(batch["rows"], batch["labels"])]


def scores(batch):
    return [1.5 * label - 1 + len(row) / 10 for row, label in zip(batch["rows"], batch["labels"])]


def two_classes(batch):
    return [label % 2 for label in batch["labels"]]


def yes_or_no(batch):
    return [[float(label % 2)] for label in batch["labels"]]


def probabilities(batch):
    """A share of 0.7 for the class of the row, of 0.3 for the next and of none for the other."""
    return [[{0: 0.7, 1: 0.3, 2: 0.0}[(number - label) % 3] for number in range(3)] for label in batch["labels"]]


def labels(batch):
    return batch["labels"]


def ranked(logits, labels):
    """Classes in an order: one yes or no for each border between them, P(above) being a sum of the softmax."""
    probabilities, labels = torch.softmax(logits, 1), torch.tensor(labels)
    losses = [torch.nn.functional.binary_cross_entropy(probabilities[:, k:].sum(1), (labels >= k).double()) for k in (1, 2)]
    return sum(losses)


# By the task's name: targets of a batch, transformers' problem type (None, or the loss itself, where
# its models know no such loss), scores.
TASKS = {
    "multi_label_classification": (flags, "multi_label_classification", 3),
    "regression": (scores, "regression", 1),
    "two_classes": (two_classes, "single_label_classification", 2),
    "yes_or_no": (yes_or_no, "multi_label_classification", 1),
    "probabilities": (probabilities, None, 3),
    "ordinal": (labels, ranked, 3),
}


def forward(model, batch, targets):
    config = model.config
    inputs, _ = padded(config, batch, batch["rows"])
    if model.own_loss:
        found = model(**inputs)
        found.loss = model.own_loss(found.logits, targets)
        return found
    if config.problem_type is None:
        found = model(**inputs)
        found.loss = torch.nn.functional.cross_entropy(found.logits, torch.tensor(targets, dtype=torch.float64))
        return found
    whole = config.problem_type == "single_label_classification"
    return model(**inputs, labels=torch.tensor(targets, dtype=torch.int64 if whole else torch.float64))


def opened(folder, problem, count):
    model = transformers.AutoModelForSequenceClassification.from_pretrained(HERE / folder, attn_implementation="eager")
    if count < 3:
        owner, name = (model, "score") if hasattr(model, "score") else (model, "classifier")
        if hasattr(getattr(owner, name), "out_proj"):
            owner, name = model.classifier, "out_proj"
        head = getattr(owner, name)
        smaller = torch.nn.Linear(head.in_features, count, bias=head.bias is not None)
        with torch.no_grad():
            smaller.weight.copy_(head.weight[:count])
            if head.bias is not None:
                smaller.bias.copy_(head.bias[:count])
        setattr(owner, name, smaller)
        model.num_labels = model.config.num_labels = count
    model.own_loss = problem if callable(problem) else None
    model.config.problem_type = None if callable(problem) else problem
    return model.double().eval()


def main():
    torch.set_num_threads(1)
    result = {
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "flags": [flags(batch) for batch in GOLDEN["batches"]], "scores": [scores(batch) for batch in GOLDEN["batches"]],
        "probabilities": [probabilities(batch) for batch in GOLDEN["batches"]],
        "models": {},
    }
    for name in GOLDEN["models"]:
        result["models"][name] = {}
        for task, (targets, problem, count) in TASKS.items():
            model = opened(name, problem, count)
            found = forward(model, GOLDEN["batches"][0], targets(GOLDEN["batches"][0]))
            found.loss.backward()
            gradients = {n: projections(p.grad) for n, p in model.named_parameters()}
            model.zero_grad()
            result["models"][name][task] = {
                "loss": found.loss.item(), "logits": found.logits.tolist(), "gradients": gradients,
                "losses": train(model, GOLDEN["batches"], lambda batch, _: forward(model, batch, targets(batch)).loss)[0],
            }
    (HERE / "tasks.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")


main()

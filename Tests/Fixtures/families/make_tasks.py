#!/usr/bin/env python3
"""Makes tasks.json: what transformers computes with the tiny models beside it when rows have any number of classes, or scores.

    python3 -m venv venv && venv/bin/pip install torch transformers safetensors numpy
    venv/bin/python make_tasks.py

The weights are those of make_fixtures.py; a regression has the first row of the classifier. Losses are those of
transformers' own `problem_type`. Computed in float64 on one thread, without dropout. Of each gradient its norm and three
projections are kept, on cos(0.37 · (place + 1) · number) for the numbers 1, 2, 3.
"""
import json
import pathlib

import numpy
import torch
import transformers

HERE = pathlib.Path(__file__).parent
STEPS, WARMUP, PEAK = 10, 2, 1e-3
GOLDEN = json.loads((HERE / "golden.json").read_text())


def flags(batch):
    return [[(label + number + len(row)) % 2 for number in range(3)] for row, label in zip(batch["rows"], batch["labels"])]


def scores(batch):
    return [1.5 * label - 1 + len(row) / 10 for row, label in zip(batch["rows"], batch["labels"])]


def forward(model, batch, targets):
    config = model.config
    longest = max(map(len, batch["rows"]))
    pad = lambda rows, value=0: torch.tensor([r + [value] * (longest - len(r)) for r in rows])
    inputs = {"input_ids": pad(batch["rows"], config.pad_token_id), "attention_mask": pad([[1] * len(r) for r in batch["rows"]])}
    if getattr(config, "type_vocab_size", 0) > 1:
        inputs["token_type_ids"] = pad(batch["segments"])
    return model(**inputs, labels=torch.tensor(targets, dtype=torch.float64))


def opened(name, problem):
    model = transformers.AutoModelForSequenceClassification.from_pretrained(HERE / name, attn_implementation="eager")
    if problem == "regression":
        head = getattr(model.classifier, "out_proj", model.classifier)
        single = torch.nn.Linear(head.in_features, 1)
        with torch.no_grad():
            single.weight.copy_(head.weight[:1])
            single.bias.copy_(head.bias[:1])
        if head is model.classifier:
            model.classifier = single
        else:
            model.classifier.out_proj = single
        model.num_labels = model.config.num_labels = 1
    model.config.problem_type = problem
    return model.double().eval()


def projections(gradient):
    values = gradient.numpy().ravel()
    places = numpy.arange(1, values.size + 1)
    return [float(numpy.linalg.norm(values))] + [float((values * numpy.cos(0.37 * places * number)).sum()) for number in (1, 2, 3)]


def train(model, targets):
    decays = lambda name: not (name.endswith("bias") or "norm" in name.lower())
    groups = [
        {"params": [p for n, p in model.named_parameters() if decays(n)], "weight_decay": 0.01},
        {"params": [p for n, p in model.named_parameters() if not decays(n)], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=PEAK, betas=(0.9, 0.999), eps=1e-8)
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, WARMUP, STEPS)
    losses = []
    for batch in GOLDEN["batches"]:
        loss = forward(model, batch, targets(batch)).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses


def main():
    torch.set_num_threads(1)
    tasks = {"multi_label_classification": flags, "regression": scores}
    result = {
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "flags": [flags(batch) for batch in GOLDEN["batches"]], "scores": [scores(batch) for batch in GOLDEN["batches"]],
        "models": {},
    }
    for name in GOLDEN["models"]:
        result["models"][name] = {}
        for problem, targets in tasks.items():
            model = opened(name, problem)
            found = forward(model, GOLDEN["batches"][0], targets(GOLDEN["batches"][0]))
            found.loss.backward()
            gradients = {n: projections(p.grad) for n, p in model.named_parameters()}
            model.zero_grad()
            result["models"][name][problem] = {
                "loss": found.loss.item(), "logits": found.logits.tolist(), "gradients": gradients,
                "losses": train(model, targets),
            }
    (HERE / "tasks.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")


main()

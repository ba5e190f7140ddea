#!/usr/bin/env python3
"""Makes tokens.json: what transformers computes with the tiny encoders beside it under a head for single tokens.

    python3 -m venv venv && venv/bin/pip install torch transformers safetensors numpy
    venv/bin/python make_tokens.py

The encoders' weights are those of make_fixtures.py. The head is `classifier` of three classes in all families; its weight at
place i, counted over all rows, is 0.3 · cos(0.7 · (i + 1)), its biases are 0.1, 0.2 and 0.3, in float32. The class of a token
is (id + its place in the row) mod 3; each fourth token of a row is ignored (-100), and so is padding. Computed in float64 on one
thread, without dropout. Of each gradient its norm and three projections are kept, see steps.py; of the logits those of tokens
that count.
"""
import json
import math
import pathlib

import torch
import transformers

from steps import padded, projections, train

HERE = pathlib.Path(__file__).parent
GOLDEN = json.loads((HERE / "golden.json").read_text())


def labels(row):
    return [-100 if place % 4 == 3 else (token + place) % 3 for place, token in enumerate(row)]


def opened(name):
    model = transformers.AutoModelForTokenClassification.from_pretrained(
        HERE / name, attn_implementation="eager", num_labels=3, ignore_mismatched_sizes=True)
    head = model.classifier
    with torch.no_grad():
        count = head.weight.numel()
        weights = torch.tensor([0.3 * math.cos(0.7 * (place + 1)) for place in range(count)], dtype=torch.float32)
        head.weight.copy_(weights.reshape(head.weight.shape))
        head.bias.copy_(torch.tensor([0.1, 0.2, 0.3], dtype=torch.float32))
    return model.double().eval()


def forward(model, batch):
    inputs, pad = padded(model.config, batch, batch["rows"])
    return model(**inputs, labels=pad([labels(row) for row in batch["rows"]], -100))


def main():
    torch.set_num_threads(1)
    result = {"versions": {"torch": torch.__version__, "transformers": transformers.__version__}, "models": {}}
    for name in GOLDEN["models"]:
        if name == "openai-gpt":
            continue  # transformers has no such head for it
        model = opened(name)
        batch = GOLDEN["batches"][0]
        found = forward(model, batch)
        found.loss.backward()
        logits = [
            found.logits[number, place].tolist() for number, row in enumerate(batch["rows"])
            for place, label in enumerate(labels(row)) if label >= 0]
        gradients = {n: projections(p.grad) for n, p in model.named_parameters() if p.grad is not None}
        model.zero_grad()
        result["models"][name] = {
            "architecture": type(model).__name__, "loss": found.loss.item(), "logits": logits, "gradients": gradients,
            "losses": train(model, GOLDEN["batches"], lambda batch, _: forward(model, batch).loss)[0],
        }
    (HERE / "tokens.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")


main()

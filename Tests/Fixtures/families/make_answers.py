#!/usr/bin/env python3
"""Makes answers.json: what transformers computes with the tiny encoders beside it under a head for answers.

    python3 -m venv venv && venv/bin/pip install torch transformers safetensors numpy
    venv/bin/python make_answers.py

The encoders' weights are those of make_fixtures.py. The head is `qa_outputs` of two scores in all families; its weight at place i,
counted over both rows, is 0.3 · cos(0.7 · (i + 1)), its biases are 0.1 and 0.2, in float32. The answer of row r of n tokens begins
at token (2 r + 1) mod n and ends at the last but (r mod 2) tokens, or where it begins if that is later. The loss of a row is the
mean of two cross-entropies over the row's own tokens; the script checks for each row that this is what the model itself gives for
the row alone, and that for the padded batch it is another number. Computed in float64 on one thread, without dropout. Of each
gradient its norm and three projections are kept, see steps.py.
"""
import json
import math
import pathlib

import torch
import transformers

from steps import padded, projections, train

HERE = pathlib.Path(__file__).parent
GOLDEN = json.loads((HERE / "golden.json").read_text())


def place(number, row):
    start = (2 * number + 1) % len(row)
    return start, max(start, len(row) - 1 - number % 2)


def opened(name):
    model = transformers.AutoModelForQuestionAnswering.from_pretrained(
        HERE / name, attn_implementation="eager", num_labels=2, ignore_mismatched_sizes=True)
    head = model.qa_outputs
    with torch.no_grad():
        count = head.weight.numel()
        weights = torch.tensor([0.3 * math.cos(0.7 * (place + 1)) for place in range(count)], dtype=torch.float32)
        head.weight.copy_(weights.reshape(head.weight.shape))
        head.bias.copy_(torch.tensor([0.1, 0.2], dtype=torch.float32))
    return model.double().eval()


def scores(model, batch):
    inputs, _ = padded(model.config, batch, batch["rows"])
    found = model(**inputs)
    return torch.stack([found.start_logits, found.end_logits], -1)


def loss(model, batch, rows=None):
    found = scores(model, batch)
    terms = [
        -torch.log_softmax(found[number, :len(row), side], 0)[place(number, row)[side]] / 2
        for number, row in enumerate(batch["rows"]) for side in (0, 1)]
    return torch.stack(terms).sum() / len(batch["rows"])


def check(model, batch):
    """The loss is transformers' own of each row alone, and not that of rows with padding."""
    whole = 0
    for number, row in enumerate(batch["rows"]):
        alone = dict(batch, rows=[row], segments=[batch["segments"][number]])
        inputs, _ = padded(model.config, alone, alone["rows"])
        start, end = place(number, row)
        whole += model(**inputs, start_positions=torch.tensor([start]), end_positions=torch.tensor([end])).loss.item()
    assert abs(whole / len(batch["rows"]) - loss(model, batch).item()) < 1e-9
    inputs, _ = padded(model.config, batch, batch["rows"])
    starts, ends = zip(*[place(number, row) for number, row in enumerate(batch["rows"])])
    own = model(**inputs, start_positions=torch.tensor(starts), end_positions=torch.tensor(ends)).loss.item()
    assert abs(own - loss(model, batch).item()) > 1e-3, "padding is in transformers' softmax"


def main():
    torch.set_num_threads(1)
    result = {"versions": {"torch": torch.__version__, "transformers": transformers.__version__}, "models": {}}
    for name in GOLDEN["models"]:
        if name == "openai-gpt":
            continue  # transformers has no such head for it
        model = opened(name)
        batch = GOLDEN["batches"][0]
        check(model, batch)
        found = loss(model, batch)
        found.backward()
        logits = [
            pair for number, row in enumerate(batch["rows"]) for pair in scores(model, batch)[number, :len(row)].tolist()]
        gradients = {n: projections(p.grad) for n, p in model.named_parameters() if p.grad is not None}
        model.zero_grad()
        result["models"][name] = {
            "architecture": type(model).__name__, "loss": found.item(), "logits": logits, "gradients": gradients,
            "losses": train(model, GOLDEN["batches"], lambda batch, _: loss(model, batch))[0],
        }
    (HERE / "answers.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")


main()

#!/usr/bin/env python3
"""Makes activations.json: what transformers computes with the tiny models beside it under every activation.

    python3 -m venv venv && venv/bin/pip install torch transformers safetensors numpy
    venv/bin/python make_activations.py

The weights are those of make_fixtures.py, but for the map into the middle of the feed-forward part, which is four times as
large, so that functions which differ only beyond 6 or 10 are told apart. Computed in float64 on one thread, without dropout.
Of each gradient its norm and three projections are kept, as make_tasks.py has them.
"""
import json
import pathlib
import re

import numpy
import torch
import transformers

HERE = pathlib.Path(__file__).parent
STEPS, WARMUP, PEAK = 10, 2, 1e-3
GOLDEN = json.loads((HERE / "golden.json").read_text())
WIDER = 4
UP = re.compile(r"intermediate\.dense\.|\.ffn\.lin1\.|\.ffn\.(weight|bias)$")
NAMES = [
    "gelu", "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_python", "gelu_python_tanh", "gelu_accurate", "gelu_10",
    "quick_gelu", "relu", "relu6", "relu2", "leaky_relu", "silu", "swish", "hardswish", "mish", "tanh", "sigmoid", "linear",
]
CASES = [("bert", name) for name in NAMES] + [
    ("electra", "silu"), ("electra-square", "mish"), ("roberta", "quick_gelu"), ("distilbert", "relu"),
    ("albert", "relu"), ("albert-groups", "gelu_10"), ("ernie", "tanh"), ("ernie-tasks", "hardswish"),
]


def opened(folder, activation):
    config = transformers.AutoConfig.from_pretrained(HERE / folder)
    setattr(config, "activation" if hasattr(config, "activation") else "hidden_act", activation)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        HERE / folder, config=config, attn_implementation="eager").double().eval()
    wider = [parameter for name, parameter in model.named_parameters() if UP.search(name)]
    assert wider and len(wider) % 2 == 0, folder
    with torch.no_grad():
        for parameter in wider:
            parameter.mul_(WIDER)
    return model


def forward(model, batch):
    config = model.config
    longest = max(map(len, batch["rows"]))
    pad = lambda rows, value=0: torch.tensor([r + [value] * (longest - len(r)) for r in rows])
    inputs = {"input_ids": pad(batch["rows"], config.pad_token_id), "attention_mask": pad([[1] * len(r) for r in batch["rows"]])}
    if getattr(config, "type_vocab_size", 0) > 1:
        inputs["token_type_ids"] = pad(batch["segments"])
    logits = model(**inputs).logits
    return torch.nn.functional.cross_entropy(logits, torch.tensor(batch["labels"])), logits


def projections(gradient):
    values = gradient.numpy().ravel()
    places = numpy.arange(1, values.size + 1)
    found = [numpy.linalg.norm(values)] + [(values * numpy.cos(0.37 * places * number)).sum() for number in (1, 2, 3)]
    return [float(f"{value:.9g}") for value in found]


def train(model):
    decays = lambda name: not (name.endswith("bias") or "norm" in name.lower())
    groups = [
        {"params": [p for n, p in model.named_parameters() if decays(n)], "weight_decay": 0.01},
        {"params": [p for n, p in model.named_parameters() if not decays(n)], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=PEAK, betas=(0.9, 0.999), eps=1e-8)
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, WARMUP, STEPS)
    losses = []
    for batch in GOLDEN["batches"]:
        loss, _ = forward(model, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses


def main():
    torch.set_num_threads(1)
    cases = []
    for folder, activation in CASES:
        model = opened(folder, activation)
        loss, logits = forward(model, GOLDEN["batches"][0])
        loss.backward()
        gradients = {n: projections(p.grad) for n, p in model.named_parameters()}
        model.zero_grad()
        cases.append({
            "model": folder, "activation": activation, "loss": loss.item(), "logits": logits.tolist(),
            "gradients": gradients, "losses": train(model),
        })
    result = {"versions": {"torch": torch.__version__, "transformers": transformers.__version__}, "cases": cases}
    (HERE / "activations.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")


main()

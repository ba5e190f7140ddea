#!/usr/bin/env python3
"""Makes activations.json: what transformers computes with the tiny models beside it under every activation.

    python3 -m venv venv && venv/bin/pip install torch transformers safetensors numpy
    venv/bin/python make_activations.py

The weights are those of make_fixtures.py, but for the map into the middle of the feed-forward part, which is four times as
large, so that functions which differ only beyond 6 or 10 are told apart. Computed in float64 on one thread, without dropout.
Of each gradient its norm and three projections are kept.
"""
import json
import pathlib
import re

import torch
import transformers

from steps import padded, projections, train

HERE = pathlib.Path(__file__).parent
GOLDEN = json.loads((HERE / "golden.json").read_text())
WIDER = 4
UP = re.compile(r"intermediate\.dense\.|\.ffn\.lin1\.|\.ffn\.(weight|bias)$|\.mlp\.c_fc\.")
KEYS = ["activation", "activation_function", "afn", "hidden_act"]
NAMES = [
    "gelu", "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_python", "gelu_python_tanh", "gelu_accurate", "gelu_10",
    "quick_gelu", "relu", "relu6", "relu2", "leaky_relu", "silu", "swish", "hardswish", "mish", "tanh", "sigmoid", "linear",
]
CASES = [("bert", name) for name in NAMES] + [
    ("electra", "silu"), ("electra-square", "mish"), ("roberta", "quick_gelu"), ("distilbert", "relu"),
    ("albert", "relu"), ("albert-groups", "gelu_10"), ("ernie", "tanh"), ("ernie-tasks", "hardswish"),
    ("gpt2", "relu2"), ("openai-gpt", "relu"),
]


def opened(folder, activation):
    config = transformers.AutoConfig.from_pretrained(HERE / folder)
    setattr(config, next(key for key in KEYS if hasattr(config, key)), activation)
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
    inputs, _ = padded(config, batch, batch["rows"])
    logits = model(**inputs).logits
    return torch.nn.functional.cross_entropy(logits, torch.tensor(batch["labels"])), logits


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
            "gradients": gradients, "losses": train(model, GOLDEN["batches"], lambda batch, _: forward(model, batch)[0])[0],
        })
    result = {"versions": {"torch": torch.__version__, "transformers": transformers.__version__}, "cases": cases}
    (HERE / "activations.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")


main()

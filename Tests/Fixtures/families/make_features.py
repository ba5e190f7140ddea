#!/usr/bin/env python3
"""Makes features.safetensors: the states that transformers gives for the tiny models beside it, and vectors of rows made of them.

    python3 -m venv venv && venv/bin/pip install torch transformers safetensors numpy
    venv/bin/python make_features.py

`FAMILY.states` are the hidden states of the first batch of golden.json, [layers + 1, tokens, hidden], rows end to end without
padding; `FAMILY.mean` and `FAMILY.max`, [layers + 1, rows, hidden], are pooled from the padded batch under its attention mask, as
sentence-transformers does it (1_Pooling: mean_tokens, max_tokens). Computed in float64 on one thread, without dropout.
"""
import json
import pathlib

import torch
import transformers
from safetensors.torch import save_file

from steps import padded

HERE = pathlib.Path(__file__).parent
GOLDEN = json.loads((HERE / "golden.json").read_text())


def states(name, batch):
    model = transformers.AutoModel.from_pretrained(HERE / name, attn_implementation="eager").double().eval()
    inputs, _ = padded(model.config, batch, batch["rows"])
    found = torch.stack(model(**inputs, output_hidden_states=True).hidden_states)
    return found, inputs["attention_mask"]


def pooled(found, mask):
    wide = mask[None, :, :, None].double()
    mean = (found * wide).sum(2) / wide.sum(2).clamp(min=1e-9)
    largest = found.masked_fill(wide == 0, -1e9).amax(2)
    return mean, largest


def main():
    torch.set_num_threads(1)
    tensors = {}
    for name in GOLDEN["models"]:
        with torch.no_grad():
            found, mask = states(name, GOLDEN["batches"][0])
            mean, largest = pooled(found, mask)
        tensors[f"{name}.states"] = found[:, mask.bool()]
        tensors[f"{name}.mean"], tensors[f"{name}.max"] = mean, largest
    save_file({key: value.float().contiguous() for key, value in tensors.items()}, HERE / "features.safetensors")


main()

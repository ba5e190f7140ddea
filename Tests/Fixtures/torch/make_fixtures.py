#!/usr/bin/env python3
"""Makes the files beside it: a tiny BERT as PyTorch and transformers save it, in every form that is read.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0 transformers==5.23.0 safetensors==0.8.0 numpy==2.4.6
    venv/bin/python make_fixtures.py

One set of random weights, so small that every file is a few kilobytes. `weights.safetensors` holds it under the names of
today; all other files must give the same numbers, rounded where they store fewer digits. Versions are in versions.json.
"""
import collections
import json
import pathlib
import platform
import shutil

import numpy
import safetensors
import torch
import transformers
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
CONFIG = transformers.BertConfig(
    vocab_size=12, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=12,
    max_position_embeddings=10, type_vocab_size=2)


def classifier():
    torch.manual_seed(7)
    model = transformers.BertForSequenceClassification(CONFIG)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    return model


def old_names(state):
    """As BERT's first PyTorch files had them: gamma and beta, and position ids among the weights."""
    renamed = collections.OrderedDict()
    for name, tensor in state.items():
        name = name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
        renamed[name] = tensor
    renamed["bert.embeddings.position_ids"] = torch.arange(10).unsqueeze(0)
    return renamed


def masked_language_model(state):
    """What KcBERT's files hold: no pooler, no classifier, a head for masked words tied to the word vectors."""
    kept = {n: t for n, t in state.items() if "pooler" not in n and not n.startswith("classifier")}
    words = kept["bert.embeddings.word_embeddings.weight"]
    kept["cls.predictions.bias"] = torch.zeros(12)
    kept["cls.predictions.decoder.weight"] = words  # the same storage
    return kept


def views(state):
    """Tensors that share a storage, begin inside one, or are transposed."""
    changed = collections.OrderedDict()
    flat = torch.cat([torch.full((3,), 9.0)] + [state[n].flatten() for n in sorted(state)])
    start = 3
    for name in sorted(state):
        count = state[name].numel()
        changed[name] = flat[start:start + count].view(state[name].shape)
        start += count
    for name in [n for n in state if n.endswith("dense.weight")]:
        changed[name] = state[name].t().contiguous().t()
    wide = torch.zeros(12, 16)
    wide[:, 3:11] = state["bert.embeddings.word_embeddings.weight"]
    changed["bert.embeddings.word_embeddings.weight"] = wide[:, 3:11]
    return changed


class Hostile:
    """What a pickle can do to who loads it carelessly."""

    def __reduce__(self):
        import os
        return os.system, ("touch splitvote-was-here",)


def main():
    model = classifier()
    state = {n: t.detach().clone() for n, t in model.state_dict().items()}
    CONFIG.save_pretrained(HERE)
    save_file(state, HERE / "weights.safetensors", metadata={"format": "pt"})
    stream = dict(_use_new_zipfile_serialization=False)
    torch.save(model.state_dict(), HERE / "zip.bin")
    torch.save(model.state_dict(), HERE / "zip-protocol4.bin", pickle_protocol=4)
    torch.save(old_names(state), HERE / "stream.bin", **stream)
    torch.save({n: torch.nn.Parameter(t) for n, t in state.items()}, HERE / "zip-parameters.bin")
    torch.save(masked_language_model(state), HERE / "zip-masked.bin")
    torch.save(views(state), HERE / "zip-views.bin")
    torch.save(views(state), HERE / "stream-views.bin", **stream)
    for name, kind in [("float64", torch.float64), ("float16", torch.float16), ("bfloat16", torch.bfloat16)]:
        torch.save({n: t.to(kind) for n, t in state.items()}, HERE / f"zip-{name}.bin")
        torch.save({n: t.to(kind) for n, t in state.items()}, HERE / f"stream-{name}.bin", **stream)
        save_file({n: t.to(kind) for n, t in state.items()}, HERE / f"{name}.safetensors")
    torch.save({"epoch": 3, "state_dict": state}, HERE / "checkpoint.bin")
    torch.save({"weight": state["classifier.weight"], "x": Hostile()}, HERE / "hostile.bin")
    torch.save({"weight": state["classifier.weight"], "x": Hostile()}, HERE / "hostile-stream.bin", **stream)
    torch.serialization.set_crc32_options(False)
    torch.save(model.state_dict(), HERE / "zip-without-checksums.bin")
    torch.serialization.set_crc32_options(True)
    shutil.rmtree(HERE / "sharded", ignore_errors=True)
    model.save_pretrained(HERE / "sharded", max_shard_size="3KB")
    versions = {
        "python": platform.python_version(), "torch": torch.__version__, "numpy": numpy.__version__,
        "transformers": transformers.__version__, "safetensors": safetensors.__version__,
    }
    (HERE / "versions.json").write_text(json.dumps(versions, indent=1) + "\n")


main()

#!/usr/bin/env python3
"""Makes dropout.json: losses and gradients of the tiny models beside it in training, with dropout everywhere.

    python3 -m venv venv && venv/bin/pip install torch transformers safetensors numpy
    venv/bin/python make_dropout.py

PyTorch's own masks are replaced by those that the program draws: Philox4x32-10 of the row, the token, the step and the
place, written here once more from CKernels.h and DropoutKey. Each family calls dropout at its places in its order; a call
too many, one too few, or one of another rate or shape stops this script. Computed in float64 on one thread, each row alone
so that nothing is padded. Of each gradient its norm and three projections are kept, as make_tasks.py has them.
"""
import json
import pathlib

import numpy
import torch
import transformers

HERE = pathlib.Path(__file__).parent
GOLDEN = json.loads((HERE / "golden.json").read_text())
SEED, STEP = 3, 2
HIDDEN, ATTENTION, HEAD = 0.3, 0.2, 0.4
KINDS = ["embeddings", "attention", "attention_output", "feed_forward_output", "pooled", "head_input"]
# What dropout is applied to in each layer, and in the head.
PLACES = {
    "bert": (["attention", "attention_output", "feed_forward_output"], ["pooled"]),
    "ernie": (["attention", "attention_output", "feed_forward_output"], ["pooled"]),
    "electra": (["attention", "attention_output", "feed_forward_output"], ["head_input", "pooled"]),
    "roberta": (["attention", "attention_output", "feed_forward_output"], ["head_input", "pooled"]),
    "distilbert": (["attention", "feed_forward_output"], ["pooled"]),
    "albert": (["attention", "attention_output"], ["pooled"]),
    "gpt2": (["attention", "attention_output", "feed_forward_output"], []),
    "openai": (["attention", "attention_output", "feed_forward_output"], []),
}
WORD, LONG = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF


def mixed(value):
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & LONG
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & LONG
    return value ^ (value >> 31)


def stream_key(seed, stream):
    digest = 0xCBF29CE484222325
    for byte in stream.encode():
        digest = ((digest ^ byte) * 0x100000001B3) & LONG
    word = mixed(mixed((seed + 0x9E3779B97F4A7C15) & LONG) ^ digest)
    return word & WORD, word >> 32


KEY = stream_key(SEED, "dropout")


def philox(c0, c1, c2, c3):
    (k0, k1) = KEY
    for _ in range(10):
        a, b = c0 * 0xD2511F53, c2 * 0xCD9E8D57
        c0, c1, c2, c3 = (b >> 32) ^ c1 ^ k0, b & WORD, (a >> 32) ^ c3 ^ k1, a & WORD
        k0, k1 = (k0 + 0x9E3779B9) & WORD, (k1 + 0xBB67AE85) & WORD
    return c0, c1, c2, c3


def line(row, number, count, place, rate):
    """Multipliers of one line: element e is lane e % 16 and word e % 64 / 16 of its group e / 64."""
    threshold = min(round((1 - rate) * 2**32), WORD)
    groups = (count + 63) // 64
    found = []
    for group in range(groups):
        lanes = [philox(number * 16 * groups + 16 * group + lane, row, STEP, place) for lane in range(16)]
        found += [1 / (1 - rate) if lanes[lane][word] < threshold else 0.0 for word in range(4) for lane in range(16)]
    return found[:count]


def mask(kind, layer, row, shape, rate):
    place = KINDS.index(kind) | layer << 4
    if kind == "attention":
        _, heads, queries, keys = shape
        wide = (keys + 15) // 16 * 16
        parts = [numpy.array(line(row, 0, queries * wide, place | head << 16, rate)).reshape(queries, wide)[:, :keys]
                 for head in range(heads)]
        return torch.tensor(numpy.stack(parts)[None])
    tokens, width = (shape[-2] if len(shape) == 3 else 1), shape[-1]
    lines = [line(row, token, width, place, rate) for token in range(tokens)]
    return torch.tensor(numpy.array(lines)).reshape(shape)


class Masks:
    """Stands in for torch.nn.functional.dropout while one row goes through."""

    def __init__(self, family, layers, row):
        inner, head = PLACES[family]
        self.places = [("embeddings", 0)] + [(kind, layer) for layer in range(layers) for kind in inner]
        self.places += [(kind, 0) for kind in head]
        self.row = row

    def __call__(self, values, p=0.5, training=True, inplace=False):
        assert training, "dropout in evaluation"
        kind, layer = self.places.pop(0)
        rate = {"attention": ATTENTION, "pooled": HEAD, "head_input": HEAD}.get(kind, HIDDEN)
        assert p == rate, f"{kind} of layer {layer} drops {p}"
        return values * mask(kind, layer, self.row, tuple(values.shape), rate)


def opened(name):
    config = transformers.AutoConfig.from_pretrained(HERE / name)
    for key, rate in (("hidden_dropout_prob", HIDDEN), ("dropout", HIDDEN), ("attention_probs_dropout_prob", ATTENTION),
                      ("attention_dropout", ATTENTION), ("classifier_dropout", HEAD), ("classifier_dropout_prob", HEAD),
                      ("seq_classif_dropout", HEAD), ("resid_pdrop", HIDDEN), ("embd_pdrop", HIDDEN),
                      ("attn_pdrop", ATTENTION)):
        if hasattr(config, key):
            setattr(config, key, rate)
    return transformers.AutoModelForSequenceClassification.from_pretrained(
        HERE / name, config=config, attn_implementation="eager").double().train()


def projections(gradient):
    values = gradient.numpy().ravel()
    places = numpy.arange(1, values.size + 1)
    found = [numpy.linalg.norm(values)] + [(values * numpy.cos(0.37 * places * n)).sum() for n in (1, 2, 3)]
    return [float(f"{value:.9g}") for value in found]


def main():
    torch.set_num_threads(1)
    usual = torch.nn.functional.dropout
    batch = GOLDEN["batches"][0]
    result = {"versions": {"torch": torch.__version__, "transformers": transformers.__version__}, "seed": SEED, "step": STEP,
              "rates": [HIDDEN, ATTENTION, HEAD], "models": {}}
    for name in GOLDEN["models"]:
        model, family = opened(name), name.split("-")[0]
        config = model.config
        layers = config.num_hidden_layers * getattr(config, "inner_group_num", 1)
        losses = []
        for number, (row, segments, label) in enumerate(zip(batch["rows"], batch["segments"], batch["labels"])):
            inputs = {"input_ids": torch.tensor([row])}
            if getattr(config, "type_vocab_size", 0) > 1:
                inputs["token_type_ids"] = torch.tensor([segments])
            masks = Masks(family, layers, number)
            torch.nn.functional.dropout = masks
            losses.append(torch.nn.functional.cross_entropy(model(**inputs).logits, torch.tensor([label])))
            torch.nn.functional.dropout = usual
            assert not masks.places, f"{name} did not drop out at {masks.places}"
        loss = torch.stack(losses).mean()
        loss.backward()
        result["models"][name] = {
            "loss": loss.item(), "gradients": {n: projections(p.grad) for n, p in model.named_parameters()}}
        print(name, loss.item())
    (HERE / "dropout.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")


main()

#!/usr/bin/env python3
"""Computes in transformers what the features stage and the features command give, for encoders of every family.

    python features.py COMMAND FOLDER

Makes in FOLDER an encoder of each family with every tensor far from its usual start, shards of made-up rows, and features in
every way to pool. Checks, with tokens as the shards have them: vectors, states of all layers and the command's vectors are those
of transformers' `hidden_states` to 1e-5; the rows stand in the order of the shards; a classifier trained on such features opens
in transformers as an encoder, and its scores follow from its own tensors. Negative controls: the layer below, and the mean over
padding, are other vectors.
"""
import json
import sys

sys.dont_write_bytecode = True

import numpy
import torch
import transformers
from safetensors.numpy import load_file

import families

TOLERANCE = 1e-5
LAYERS = 4
project = families.Project("features", *sys.argv[1:])
folder = project.folder
WAYS = {"cls": ("cls", [LAYERS]), "mean": ("mean", [LAYERS]), "max": ("max", [1, 3]), "last_four": ("cls", [1, 2, 3, 4])}
SETTINGS = {"max": "pooling: max, layers: [1, 3], output: layers, shown_rows: 20"}


def stages():
    for family in families.FAMILIES:
        for way in WAYS:
            name = f"{family}-{way.replace('_', '-')}"
            setting = SETTINGS.get(way, f"pooling: {way}")
            yield f"  {name}: {{uses: features, from: shards, with: {{init: init-{family}, {setting}, path: out/{name}}}}}"
        yield (
            f"  {family}-model: {{uses: train, from: {{data: shards, features: {family}-mean}}, with: {{init: init-{family}, "
            f"method: features, path: out/{family}-model}}}}")


def shard_rows(side):
    rows = []
    for path in sorted((folder / "artifacts" / "shards").rglob(f"{side}-*.safetensors")):
        shard = load_file(path)
        ends = shard["offsets"]
        rows += [(int(shard["comment_ids"][n]), shard["input_ids"][ends[n]:ends[n + 1]].tolist()) for n in range(len(ends) - 1)]
    return rows


def states(made, rows):
    """Hidden states of each row by itself, [layers + 1, tokens, hidden]; no padding, so nothing to mask."""
    with torch.no_grad():
        return [
            torch.stack(made(input_ids=torch.tensor([ids]), output_hidden_states=True).hidden_states)[:, 0].numpy()
            for ids in rows
        ]


def pooled(found, pooling, layers):
    take = {"cls": lambda s: s[0], "mean": lambda s: s.mean(0), "max": lambda s: s.max(0)}[pooling]
    return numpy.stack([numpy.concatenate([take(row[layer]) for layer in layers]) for row in found])


class Checks:
    def __init__(self):
        self.worst, self.failures, self.count = 0.0, [], 0

    def near(self, what, found, wanted):
        self.count += 1
        distance = float(abs(found - wanted).max()) if found.shape == wanted.shape else float("inf")
        self.worst = max(self.worst, distance)
        if not distance < TOLERANCE:
            self.failures.append(f"{what}: {distance:.1e} from transformers")

    def far(self, what, found, wanted):
        if not float(abs(found - wanted).max()) > 1e-3:
            self.failures.append(f"{what} is not noticed")

    def equal(self, what, found, wanted):
        if found != wanted:
            self.failures.append(f"{what} differs")


def check_stage(checks, family, made, rows):
    found = states(made, [ids for _, ids in rows])
    for way, (pooling, layers) in WAYS.items():
        folder_of = folder / "out" / f"{family}-{way.replace('_', '-')}"
        side = load_file(folder_of / "features-train.safetensors")
        checks.equal(f"{family}, {way}: the comments' order", side["comment_ids"].tolist(), [comment for comment, _ in rows])
        checks.near(f"{family}, {way}", side["features"], pooled(found, pooling, layers))
        checks.far(f"{family}, {way}: the layer below", side["features"], pooled(found, pooling, [n - 1 for n in layers]))
        if way == "mean":
            padded = numpy.stack([row[LAYERS].sum(0) / 32 for row in found])
            checks.far(f"{family}: the mean over padding", side["features"], padded)
    look = load_file(folder / "out" / f"{family}-max" / "layers-train.safetensors")
    checks.equal(f"{family}: tokens of the states", look["input_ids"].tolist(), [n for _, ids in rows[:20] for n in ids])
    for layer in range(LAYERS + 1):
        checks.near(f"{family}, layer {layer}", look[f"layer_{layer}"], numpy.concatenate([row[layer] for row in found[:20]]))


def check_model(checks, family, rows, texts):
    """The encoder of the trained folder, and what its classifier makes of its states."""
    place = folder / "out" / f"{family}-model"
    made, found = transformers.AutoModel.from_pretrained(place, output_loading_info=True)
    allowed = ("pooler.", "pooled_classifier.")
    wrong = [key for kind in ("missing_keys", "unexpected_keys", "mismatched_keys") for key in found[kind]
             if not any(part in key for part in allowed)]
    checks.equal(f"{family}: tensors of the trained folder", wrong, [])
    tensors = load_file(place / "model.safetensors")
    tokenizer = transformers.AutoTokenizer.from_pretrained(place)
    ids = [tokenizer(text, truncation=True, max_length=32)["input_ids"] for text in texts]
    vectors = pooled(states(made.eval(), ids), "mean", [LAYERS])
    wanted = vectors @ tensors["pooled_classifier.weight"].T + tensors["pooled_classifier.bias"]
    lines = project.run("predict", "--model", place, "--logits", "--precision", "fp32", "--format", "jsonl",
                source="\n".join(texts) + "\n").splitlines()
    scores = numpy.array([json.loads(line)["logits"] for line in lines])
    # Weights of the classifier may be some hundreds.
    checks.near(f"{family}: scores", scores / (1 + abs(wanted).max()), wanted / (1 + abs(wanted).max()))


def check_command(checks, family, made, texts):
    place = folder / f"init-{family}"
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder / "out" / f"{family}-model")
    out = folder / f"{family}.safetensors"
    project.run("features", "--model", place, "--pooling", "last_four", "--out", out, source="\n".join(texts) + "\n")
    found = states(made, [tokenizer(text, truncation=True, max_length=64)["input_ids"] for text in texts])
    checks.near(f"{family}: the command", load_file(out)["features"], pooled(found, "cls", [1, 2, 3, 4]))


def main():
    texts = project.make(list(stages()), column=3, layers=LAYERS)
    rows = shard_rows("train")
    checks = Checks()
    for family in families.FAMILIES:
        made = transformers.AutoModel.from_pretrained(folder / f"init-{family}").eval()
        check_stage(checks, family, made, rows)
        check_model(checks, family, rows, texts)
        check_command(checks, family, made, texts)
    for failure in checks.failures:
        print(f"features: {failure}: FAILED")
    print(f"features: {len(families.FAMILIES)} encoders in transformers {transformers.__version__}, {checks.count} tensors "
          f"differ by at most {checks.worst:.1e}: {'FAILED' if checks.failures else 'ok'}")
    return 1 if checks.failures else 0


sys.exit(main())

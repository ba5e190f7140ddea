#!/usr/bin/env python3
"""Makes the folders beside it: the same tiny classifiers, saved by several versions of transformers.

    for version in 2.2.2 4.30.2 4.57.1 5.24.0; do
        python3.11 -m venv $version && $version/bin/pip install torch numpy transformers==$version
        $version/bin/python make_fixtures.py
    done

Some of what version 2.2.2 imports has to be installed by hand: boto3, requests, sacremoses, sentencepiece, six. It knows no
ELECTRA. What differs between the folders is what differed between the versions: the format of the weights (the stream that
torch wrote before 1.6, its archive, safetensors), buffers among them, and the keys of config.json, of which 2.2 has no
model_type. Weights are drawn by the tensor's name, so they are the same for all versions, and normalizations are far from 1
and 0. Each run adds its scores to logits.json, or stops where they are farther than 1e-6 from those of an earlier one.
"""
import json
import pathlib
import shutil
import zlib

import numpy
import torch
import transformers

HERE = pathlib.Path(__file__).parent
VERSION = transformers.__version__
MAJOR = int(VERSION.split(".")[0])
ROWS = [[2, 3], [2, 9, 17, 5, 7, 11, 6, 12, 3], [2, 8, 14, 10, 3]]
VOCABULARY, LABELS = 20, 3
PLAIN = dict(
    hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12, max_position_embeddings=14,
    num_labels=LABELS)
FAMILIES = {
    "bert": ("Bert", dict(PLAIN)),
    "roberta": ("Roberta", dict(PLAIN, type_vocab_size=1, layer_norm_eps=1e-5)),
    "distilbert": ("DistilBert", dict(
        dim=8, n_layers=2, n_heads=2, hidden_dim=12, max_position_embeddings=14, num_labels=LABELS)),
    "albert": ("Albert", dict(PLAIN, embedding_size=6)),
    "electra": ("Electra", dict(PLAIN, embedding_size=6)),
}


def draw(model):
    """Weights by the names of today: the normalization of a former version may have been called otherwise."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            random = numpy.random.default_rng(zlib.crc32(name.encode()))
            is_norm = "norm" in name.lower()
            center = 1.0 if is_norm and name.endswith("weight") else 0.0
            values = center + 0.3 * random.standard_normal(tuple(parameter.shape))
            parameter.copy_(torch.tensor(values.astype(numpy.float32)))


def save(model, folder):
    """As the version did, with the torch of its time: before 1.6 that wrote a stream and no archive."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    whole = torch.save
    if MAJOR < 4:
        torch.save = lambda *given, **named: whole(*given, **named, _use_new_zipfile_serialization=False)
    model.save_pretrained(str(folder))
    torch.save = whole


def main():
    torch.set_num_threads(1)
    path = HERE / "logits.json"
    known = json.loads(path.read_text()) if path.exists() else {"rows": ROWS, "versions": {}, "models": {}}
    known["versions"][VERSION] = []
    for name, (family, settings) in FAMILIES.items():
        if not hasattr(transformers, family + "ForSequenceClassification"):
            continue
        size = {"vocab_size_or_config_json_file" if MAJOR < 3 else "vocab_size": VOCABULARY}
        config = getattr(transformers, family + "Config")(**size, **settings)
        if name == "roberta" and MAJOR >= 3:
            config.pad_token_id = 1
        model = getattr(transformers, family + "ForSequenceClassification")(config).eval()
        draw(model)
        save(model, HERE / VERSION / name)
        exact = model.double()
        logits = [exact(torch.tensor([row]))[0][0].tolist() for row in ROWS]
        before = known["models"].setdefault(name, logits)
        distance = numpy.abs(numpy.array(before) - numpy.array(logits)).max()
        if distance > 1e-6:
            raise SystemExit(f"{VERSION} {name}: scores differ from those of an earlier version by {distance:.2e}")
        known["versions"][VERSION].append(name)
        print(VERSION, name, f"{distance:.1e}")
    path.write_text(json.dumps(known, separators=(",", ":")) + "\n")
    (HERE / "vocab.txt").write_text("".join(
        piece + "\n" for piece in ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [f"piece{n}" for n in range(15)]))


main()

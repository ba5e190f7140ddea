#!/usr/bin/env python3
"""Makes cloze.json: what transformers computes with the tiny encoders beside it where words stand for classes.

    python3 -m venv venv && venv/bin/pip install torch transformers safetensors numpy
    venv/bin/python make_cloze.py

The models are those of make_pretraining.py under AutoModelForMaskedLM, every tensor of the head drawn as there. In each row the
token in the middle, at half of its length rounded down, is token 4, the mask. The score of a class is the mean of the raw scores
of its words at that place; the loss is the cross-entropy over the classes, as in `wrapper.py` of timoschick/pet
(Schick, Schuetze 2021, arXiv:2001.07676), without its auxiliary loss. The class of row r is (its label + r) mod 3. `vocabulary_loss` is
what a softmax over all words would give, toward the first word of each class. Computed in float64 on one thread, without dropout.
Of each gradient its norm and three projections are kept, see steps.py.
"""
import json
import pathlib

import torch
import transformers

from make_pretraining import opened
from steps import padded, projections, train

HERE = pathlib.Path(__file__).parent
GOLDEN = json.loads((HERE / "golden.json").read_text())
MASK, WORDS = 4, [[7], [11, 5], [20, 13, 9]]


def word_scores(model, batch):
    """Of the masked token of each row, `[rows, vocabulary]`."""
    ids = [list(row) for row in batch["rows"]]
    for row in ids:
        row[len(row) // 2] = MASK
    inputs, _ = padded(model.config, batch, ids)
    return model(**inputs).logits[range(len(ids)), [len(row) // 2 for row in ids]]


def class_scores(model, batch):
    scores = word_scores(model, batch)
    return torch.stack([scores[:, words].mean(1) for words in WORDS], 1)


def classes(batch):
    return torch.tensor([(label + row) % 3 for row, label in enumerate(batch["labels"])])


def loss_of(model, batch):
    return torch.nn.functional.cross_entropy(class_scores(model, batch), classes(batch))


def main():
    torch.set_num_threads(1)
    result = {
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__}, "words": WORDS, "models": {}}
    for name in GOLDEN["models"]:
        config = transformers.AutoConfig.from_pretrained(HERE / name)
        kind = transformers.AutoModelForMaskedLM._model_mapping[type(config)].__name__
        model = opened(name, kind)
        batch = GOLDEN["batches"][0]
        loss = loss_of(model, batch)
        loss.backward()
        gradients = {n: projections(p.grad) for n, p in model.named_parameters() if p.grad is not None}
        model.zero_grad()
        with torch.no_grad():
            logits = class_scores(model, batch).tolist()
            firsts = torch.tensor([WORDS[number][0] for number in classes(batch)])
            vocabulary = torch.nn.functional.cross_entropy(word_scores(model, batch), firsts).item()
        result["models"][name] = {
            "architecture": kind, "loss": loss.item(), "vocabulary_loss": vocabulary, "logits": logits,
            "gradients": gradients,
            "losses": train(model, GOLDEN["batches"], lambda batch, _: loss_of(model, batch))[0],
        }
    (HERE / "cloze.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")


main()

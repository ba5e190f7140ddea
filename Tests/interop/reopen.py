#!/usr/bin/env python3
"""Opens models of every family with every head in the transformers of this Python, and compares answers.

    python reopen.py COMMAND FOLDER

Trains in FOLDER what is not there yet, a few steps each, so that Pythons with other versions may look at the same models.
Checks for each model: its class is the one that config.json names, no weight is missing or left over, logits equal those of
`splitvote predict` to 1e-5, and its names of the classes are ours. transformers before 4 reads no safetensors: there the
weights are handed to a model of the folder's configuration, and all must fit.
"""
import json
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "chaos"))

import torch
import transformers
from safetensors.torch import load_file

import combinations

TOLERANCE = 1e-5
command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
MAJOR = int(transformers.__version__.split(".")[0])
ROWS = [line.split("\t")[:2] for line in combinations.rows()][:40]


def make(head, family):
    """A model of a few steps from random weights."""
    columns, metric = combinations.HEADS[head]
    place = folder / head.replace(" ", "-")
    if not place.exists():
        combinations.make(command, place, family, columns)
    init = place / f"init-{family}"
    init.mkdir(exist_ok=True)
    (init / "config.json").write_text(json.dumps({"model_type": family, **combinations.FAMILIES[family]}))
    if not (place / family).exists():
        subprocess.run(
            [command, "train", "--shards", place / "shards", "--init", init, "--out", place / family, "--max-steps", "5",
             "--learning-rate", "1e-2", "--precision", "fp32", "--metric", metric], check=True, capture_output=True)
    return place / family


def opened(model):
    """The model, and what its loading found wrong."""
    config = json.loads((model / "config.json").read_text())
    [name] = config["architectures"]
    if MAJOR < 4:
        prefix = name.replace("ForSequenceClassification", "")
        made = getattr(transformers, name)(getattr(transformers, prefix + "Config").from_pretrained(str(model)))
        # Versions before 2.4 take the number of classes from num_labels alone.
        if made.config.num_labels != len(config["id2label"]):
            settings = getattr(transformers, prefix + "Config").from_pretrained(str(model), num_labels=len(config["id2label"]))
            made = getattr(transformers, name)(settings)
        found = made.load_state_dict(load_file(model / "model.safetensors"), strict=False)
        buffers = {name for name, _ in made.named_buffers()}
        # RoBERTa of those versions makes a pooler that its head does not read.
        wrong = [key for key in found[0] if key not in buffers and not key.startswith("roberta.pooler.")] + list(found[1])
        return made.eval(), wrong
    made, found = transformers.AutoModelForSequenceClassification.from_pretrained(model, output_loading_info=True)
    wrong = [key for kind in ("missing_keys", "unexpected_keys", "mismatched_keys") for key in found[kind]]
    if type(made).__name__ != name:
        wrong.append(f"it is a {type(made).__name__}, not a {name}")
    names = [made.config.id2label[number] for number in range(made.config.num_labels)]
    if names != [config["id2label"][str(number)] for number in range(len(config["id2label"]))]:
        wrong.append(f"classes are called {names}")
    return made.eval(), wrong


def tokenizer_of(model):
    if MAJOR < 4:
        return transformers.BertTokenizer(str(model / "vocab.txt"), do_lower_case=False).encode_plus
    return transformers.AutoTokenizer.from_pretrained(model)


def difference(model, made, is_pair):
    """Farthest that a score of ours is from theirs."""
    table = folder / "rows.tsv"
    table.write_text("text\tpair\n" + "".join("\t".join(row) + "\n" for row in ROWS))
    columns = ["--title-column", "text", "--column", "pair"] if is_pair else ["--column", "text"]
    answer = subprocess.run(
        [command, "predict", "--precision", "fp32", "--model", model, "--format", "jsonl", "--logits", *columns, table],
        capture_output=True, text=True, check=True)
    encode, worst = tokenizer_of(model), 0.0
    lines = answer.stdout.splitlines()
    assert len(lines) == len(ROWS)
    for row, line in zip(ROWS, lines):
        encoded = encode(*row[: 2 if is_pair else 1])
        inputs = {"input_ids": torch.tensor([encoded["input_ids"]])}
        if getattr(made.config, "type_vocab_size", 0) > 1:
            inputs["token_type_ids"] = torch.tensor([encoded["token_type_ids"]])
        with torch.no_grad():
            theirs = made(**inputs)[0][0].tolist()
        ours = json.loads(line)["logits"]
        assert len(ours) == len(theirs)
        worst = max(worst, max(abs(one - two) for one, two in zip(ours, theirs)))
    return worst


def main():
    failures, worst, count = 0, 0.0, 0
    for head in combinations.HEADS:
        for family in combinations.FAMILIES:
            model = make(head, family)
            class_name = json.loads((model / "config.json").read_text())["architectures"][0]
            if not hasattr(transformers, class_name):
                continue
            made, wrong = opened(model)
            distance = difference(model, made, head == "pairs")
            count, worst = count + 1, max(worst, distance)
            if wrong or distance > TOLERANCE:
                failures += 1
                print(f"reopen: {family} with {head}: {wrong or 'weights fit'}, logits differ by {distance:.2e}: FAILED")
    print(f"reopen: {count} models in transformers {transformers.__version__}, logits differ by at most {worst:.2e}: "
          f"{'FAILED' if failures or not count else 'ok'}")
    return 1 if failures or not count else 0


sys.exit(main())

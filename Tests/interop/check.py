"""Reads shards and model with Hugging Face's libraries and compares with splitvote's own answers.

    python check.py COMMAND FOLDER

Checks, each with the figure it found:
  1. every shard opens with safetensors, and its ids are those that transformers' tokenizer gives for the exported text;
  2. the model opens with transformers, every weight used, and its logits equal `splitvote predict`'s to 1e-4;
  3. exported texts survive pandas (quoting=3) and unescaping;
  4. negative control: logits of a model with one weight changed must *not* agree.
"""
import json
import pathlib
import subprocess
import sys

import numpy
import pandas
import torch
import transformers
from safetensors import safe_open

TOLERANCE = 1e-4
command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
model_folder = folder / "out" / "model"


def unescape(text):
    out, index = [], 0
    while index < len(text):
        if text[index] == "\\":
            out.append({"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}[text[index + 1]])
            index += 2
        else:
            out.append(text[index])
            index += 1
    return "".join(out)


def read_tsv(path):
    table = pandas.read_csv(path, sep="\t", quoting=3, dtype=str, keep_default_na=False)
    table["document"] = table["document"].map(unescape)
    return table


def check(name, passed, figure):
    print(f"interop: {name}: {figure}: {'ok' if passed else 'FAILED'}")
    if not passed:
        sys.exit(1)


tokenizer = transformers.AutoTokenizer.from_pretrained(model_folder)
tables = {split: read_tsv(folder / "out" / f"{split}.tsv") for split in ("train", "dev", "test")}
shards = sorted(folder.glob("artifacts/shards/*/**/manifest.json"))
check("shards found", len(shards) == 1, len(shards))
manifest = json.loads(shards[0].read_text())

different, rows, seen = 0, 0, {split: 0 for split in tables}
for file in manifest["files"]:
    with safe_open(shards[0].parent / file["path"], framework="numpy") as shard:
        ids, offsets, labels = (shard.get_tensor(name) for name in ("input_ids", "offsets", "labels"))
    table = tables[file["split"]].iloc[seen[file["split"]]:][: file["rows"]]
    seen[file["split"]] += file["rows"]
    expected = tokenizer(list(table["document"]), truncation=True, max_length=manifest["max_tokens"])["input_ids"]
    for row, (want, label) in enumerate(zip(expected, table["label"])):
        rows += 1
        different += list(ids[offsets[row]:offsets[row + 1]]) != want or int(label) != labels[row]
check("shard rows whose ids or label differ from the exported text's", different == 0 and rows > 0, f"{different} of {rows}")

model, info = transformers.AutoModelForSequenceClassification.from_pretrained(model_folder, output_loading_info=True)
unused = [key for key in ("missing_keys", "unexpected_keys", "mismatched_keys") if info[key]]
check("weights missing, unexpected or of another shape", not unused, unused or "none")
model.eval()
texts = list(tables["test"]["document"])


def logits_of(model):
    found = []
    with torch.no_grad():
        for start in range(0, len(texts), 16):
            batch = tokenizer(
                texts[start:start + 16], truncation=True, max_length=manifest["max_tokens"], padding=True,
                return_tensors="pt")
            found.append(model(**batch).logits.numpy())
    return numpy.concatenate(found)


answer = subprocess.run(
    [command, "predict", "--precision", "fp32", "--model", str(model_folder), "--format", "jsonl", "--logits", "-"],
    input="".join(text + "\n" for text in texts), capture_output=True, text=True, check=True)
ours = numpy.array([json.loads(line)["logits"] for line in answer.stdout.splitlines()])
theirs = logits_of(model)
largest = float(numpy.abs(ours - theirs).max())
check("largest difference of logits", ours.shape == theirs.shape and largest <= TOLERANCE, f"{largest:.2e} over {len(texts)} texts")

with torch.no_grad():
    model.bert.encoder.layer[0].output.dense.weight[0, 0] += 8.0
spoiled = float(numpy.abs(ours - logits_of(model)).max())
check("negative control, difference after changing one weight", spoiled > TOLERANCE, f"{spoiled:.2e}")

names = {str(index): name for index, name in model.config.id2label.items()}
print(f"interop: labels {names}; torch {torch.__version__}, transformers {transformers.__version__}")

"""Counts again what a shards manifest says of its rows, and asks transformers for the ids of the hard texts.

    python audit.py COMMAND FOLDER

FOLDER holds a run of pipeline.yaml. Nothing is shared with the program under test: rows are read with safetensors, texts
from the exported tables, tokens made by transformers. Checks, each with the figure it found:
  1. every figure of every side's audit equals the one counted here, with numpy's own percentiles;
  2. rows that were cut are those whose text has more tokens than max_tokens;
  3. the hashes of ids that shards and model carry are those of transformers' ids for the hard texts;
  4. negative control: with another casing these hashes must differ.
"""
import hashlib
import json
import pathlib
import re
import subprocess
import sys

import numpy
import transformers
from safetensors import safe_open

command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
model = folder / "out" / "model"
PLAIN = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}
BATCH = 32


def check(name, passed, figure):
    print(f"audit: {name}: {figure}: {'ok' if passed else 'FAILED'}")
    if not passed:
        sys.exit(1)


def documents(side):
    lines = (folder / "out" / f"{side}.tsv").read_bytes().decode("utf-8").split("\n")[:-1]
    place = lines[0].split("\t").index("document")
    return [re.sub(r"\\(.)", lambda found: PLAIN[found[1]], line.split("\t")[place]) for line in lines[1:]]


def audit(lengths, unknown, cut, limit):
    """The figures of one side, from the length of each row after cutting."""
    total = int(sum(lengths))
    padded = sum(max(lengths[at:at + BATCH]) * len(lengths[at:at + BATCH]) for at in range(0, len(lengths), BATCH))
    p50, p95, p99 = (int(numpy.percentile(lengths, share, method="inverted_cdf")) for share in (50, 95, 99))
    return {
        "rows": len(lengths), "tokens": total, "mean_tokens": total / len(lengths), "median_tokens": p50, "p95_tokens": p95,
        "p99_tokens": p99, "longest_tokens": max(lengths), "unknown_tokens": unknown, "unknown_share": unknown / total,
        "truncated_rows": cut, "padding_factor_to_maximum": len(lengths) * limit / total,
        "padding_factor_to_batch": padded / total, "batch_size": BATCH,
    }


def digest(tokenizer, texts):
    rows = [" ".join(map(str, tokenizer(text)["input_ids"])) + "\n" for text in texts]
    return hashlib.sha256("".join(rows).encode()).hexdigest()


path = next(folder.glob("artifacts/shards/*/**/manifest.json"))
manifest = json.loads(path.read_text())
limit = manifest["max_tokens"]
tokenizer = transformers.AutoTokenizer.from_pretrained(model)
for side, told in manifest["audit"].items():
    lengths, unknown = [], 0
    for file in manifest["files"]:
        if file["split"] == side:
            with safe_open(path.parent / file["path"], framework="numpy") as shard:
                lengths += numpy.diff(shard.get_tensor("offsets")).tolist()
                unknown += int((shard.get_tensor("input_ids") == tokenizer.unk_token_id).sum())
    whole = [len(ids) for ids in tokenizer(documents(side))["input_ids"]]
    cut = sum(length > limit for length in whole)
    check(f"{side}, rows cut", lengths == [min(length, limit) for length in whole] and cut > 0, f"{cut} of {len(whole)}")
    counted = audit(lengths, unknown, cut, limit)
    wrong = [name for name in counted | told if abs(counted.get(name, -1) - told.get(name, -1)) > 1e-12]
    check(f"{side}, figures that differ", not wrong, wrong or f"none of {len(counted)}")

certificate = json.loads(subprocess.run(
    [command, "tokenize", "--vocab", model, "--certificate"], capture_output=True, text=True, check=True).stdout)
texts = certificate["texts"]
named = hashlib.sha256(b"".join(b"%d %s\n" % (len(text.encode()), text.encode()) for text in texts)).hexdigest()
carried = json.loads((model / "config.json").read_text())["splitvote"]["parity"]
check("hash of the hard texts", named == certificate["parity"]["texts"], f"{len(texts)} texts")
same = carried == certificate["parity"] == manifest["tokenizer"]["parity"]
check("hashes in model, shards and certificate are the same", same, ", ".join(sorted(carried)))
found = digest(tokenizer, texts)
check("hash of transformers' ids", found == carried["hf-fast"], found[:16])
(folder / "other").mkdir(exist_ok=True)
(folder / "other" / "vocab.txt").write_bytes((model / "vocab.txt").read_bytes())
other = transformers.BertTokenizerFast.from_pretrained(folder / "other", do_lower_case=True)
check("negative control, hash with another casing", digest(other, texts) != carried["hf-fast"], "differs")
print(f"audit: transformers {transformers.__version__}, tables {certificate['tables']['hf-fast']}")

#!/usr/bin/env python3
"""Opens students of several families in transformers, and computes the loss of one of them again.

    python students.py COMMAND FOLDER

Trains in FOLDER a teacher and its students, a few steps each: narrower ones of three families that learn from answers, states
and attention, and one that begins with a layer of the teacher. Checks for each: its class is the one that config.json names,
no weight is missing or left over, and logits equal those of `splitvote predict` to 1e-5. The one that began with the teacher's
layer took one step at a rate of nearly 0 over all rows: its weights are the teacher's, and its loss is the one that PyTorch
gives, of cross-entropy, divergence at a temperature, states and attention scores. Negative control: with other weights of
labels and answers it differs.
"""
import json
import pathlib
import sqlite3
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "chaos"))

import torch
import transformers
from safetensors.torch import load_file
from torch.nn import functional

import combinations

command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
TEMPERATURE, WEIGHT, HIDDEN, ATTENTION = 3.0, 0.7, 0.5, 0.25
TEACHER = {**combinations.SIZES, "hidden_dropout_prob": 0, "attention_probs_dropout_prob": 0}
STUDENTS = {
    "bert": {**combinations.SIZES, "hidden_size": 16, "num_hidden_layers": 1},
    "electra": {**combinations.SIZES, "embedding_size": 16},
    "distilbert": {**combinations.FAMILIES["distilbert"], "dim": 16, "n_layers": 1},
}
COMMON = "batch_size: 10000, seed: 3, precision: fp32"
MAP = f"temperature: {TEMPERATURE}, weight: {WEIGHT}, hidden: {HIDDEN}, attention: {ATTENTION}"


def stages():
    yield (f"  teacher: {{uses: train, from: shards, with: {{init: init-teacher, max_steps: 8, learning_rate: 1e-2, "
           f"path: out/teacher, {COMMON}}}}}")
    for name in STUDENTS:
        yield (f"  {name}: {{uses: train, from: {{data: shards, teacher: teacher}}, with: {{init: init-{name}, max_steps: 5, "
               f"learning_rate: 1e-2, path: out/{name}, distillation: {{{MAP}}}, {COMMON}}}}}")
    yield (f"  copied: {{uses: train, from: {{data: shards, teacher: teacher}}, with: {{max_steps: 1, learning_rate: 1e-12, "
           f"path: out/copied, distillation: {{copy_layers: [1], {MAP}}}, {COMMON}}}}}")


def make():
    folder.mkdir(parents=True)
    (folder / "rows.tsv").write_text("text\tpair\tlabel\tkind\tfirst\tsecond\tscore\n" + "".join(combinations.rows()))
    for name, sizes in {"teacher": TEACHER, **STUDENTS}.items():
        (folder / f"init-{name}").mkdir()
        family = "bert" if name == "teacher" else name
        (folder / f"init-{name}" / "config.json").write_text(json.dumps({"model_type": family, **sizes}))
    pipeline = combinations.PIPELINE.format(columns="label: kind") + "\n".join(stages()) + "\n"
    (folder / "p.yaml").write_text(pipeline)
    ended = subprocess.run([command, "run", "p.yaml", "--quiet"], cwd=folder, capture_output=True, text=True)
    if ended.returncode != 0:
        sys.exit(f"students: {ended.stderr}")


def opened(name):
    place = folder / "out" / name
    made, found = transformers.AutoModelForSequenceClassification.from_pretrained(
        place, output_loading_info=True, attn_implementation="eager")
    wrong = [key for kind in ("missing_keys", "unexpected_keys", "mismatched_keys") for key in found[kind]]
    [wanted] = json.loads((place / "config.json").read_text())["architectures"]
    return made.double().eval(), wrong + ([] if type(made).__name__ == wanted else [f"it is a {type(made).__name__}"])


def difference(name, made):
    """Farthest that a score of ours is from theirs."""
    texts = [line.split("\t")[0] for line in combinations.rows()][:40]
    (folder / "texts.tsv").write_text("text\n" + "\n".join(texts) + "\n")
    answer = subprocess.run(
        [command, "predict", "--precision", "fp32", "--model", folder / "out" / name, "--format", "jsonl", "--logits", "--column",
         "text", folder / "texts.tsv"], capture_output=True, text=True, check=True)
    tokenizer, worst = transformers.AutoTokenizer.from_pretrained(folder / "out" / name), 0.0
    for text, line in zip(texts, answer.stdout.splitlines(), strict=True):
        with torch.no_grad():
            theirs = made(input_ids=torch.tensor([tokenizer(text)["input_ids"]])).logits[0].tolist()
        worst = max(worst, max(abs(one - two) for one, two in zip(json.loads(line)["logits"], theirs, strict=True)))
    return worst


def rows():
    """Ids and classes of all training rows."""
    [manifest] = [path for path in folder.glob("artifacts/shards/**/manifest.json")]
    found = []
    for file in json.loads(manifest.read_text())["files"]:
        if file["split"] == "train":
            shard = load_file(manifest.parent / file["path"])
            ids, offsets = shard["input_ids"].long(), shard["offsets"].tolist()
            found += [(ids[a:b], int(label)) for a, b, label in zip(offsets, offsets[1:], shard["labels"])]
    return found


def seen(made, ids):
    """Scores, states, and attention scores of the layers for one row."""
    found = {}
    hooks = [
        part.register_forward_hook(lambda _, __, output, key=(number, name): found.update({key: output[0]}))
        for number, layer in enumerate(made.bert.encoder.layer)
        for name, part in (("q", layer.attention.self.query), ("k", layer.attention.self.key))]
    out = made(input_ids=ids[None], output_hidden_states=True)
    for hook in hooks:
        hook.remove()
    heads = made.config.num_attention_heads
    split = lambda t: t.view(t.shape[0], heads, -1).transpose(0, 1)
    scores = [split(found[n, "q"]) @ split(found[n, "k"]).transpose(1, 2) / (made.config.hidden_size / heads) ** 0.5
              for n in range(made.config.num_hidden_layers)]
    return out.logits[0], [state[0] for state in out.hidden_states], scores


def loss(student, teacher, weight):
    answers, states, attention, tokens, pairs = 0.0, 0.0, 0.0, 0, 0
    all_rows = rows()
    with torch.no_grad():
        for ids, label in all_rows:
            own, other = seen(student, ids), seen(teacher, ids)
            divergence = functional.kl_div(
                functional.log_softmax(own[0] / TEMPERATURE, 0), functional.log_softmax(other[0] / TEMPERATURE, 0),
                reduction="sum", log_target=True)
            answers += (1 - weight) * functional.cross_entropy(own[0][None], torch.tensor([label]))
            answers += weight * TEMPERATURE**2 * divergence
            layers = (0, teacher.config.num_hidden_layers)
            states += sum(((own[1][n] - other[1][layer]) ** 2).mean(1).sum() for n, layer in enumerate(layers))
            attention += ((own[2][0] - other[2][-1]) ** 2).mean(0).sum()
            tokens, pairs = tokens + len(ids), pairs + len(ids) ** 2
    return float(answers / len(all_rows) + HIDDEN * states / tokens + ATTENTION * attention / pairs)


def main():
    make()
    failures, worst = [], 0.0
    models = {}
    for name in ("teacher", *STUDENTS, "copied"):
        models[name], wrong = opened(name)
        distance = difference(name, models[name])
        worst = max(worst, distance)
        if wrong or distance > 1e-5:
            failures.append(f"{name}: {wrong or 'weights fit'}, logits differ by {distance:.2e}")
    student, teacher = models["copied"], models["teacher"]
    known = teacher.state_dict()
    for key, value in student.state_dict().items():
        if not torch.allclose(value, known[key.replace("layer.0.", "layer.1.")], atol=1e-9):
            failures.append(f"{key} is not the teacher's")
    store = sqlite3.connect(folder / "state.sqlite")
    [text] = store.execute("SELECT figures FROM stage_run WHERE stage = 'copied' ORDER BY id DESC").fetchone()
    told = json.loads(text)["history"][0]["loss"]
    found = loss(student, teacher, WEIGHT)
    if abs(told / found - 1) > 1e-5:
        failures.append(f"the loss is {told}, {found} in PyTorch")
    if abs(told / loss(student, teacher, 0.6) - 1) < 1e-3:
        failures.append("another weight is not noticed")
    for failure in failures:
        print(f"students: {failure}: FAILED")
    print(f"students: {len(models)} models in transformers {transformers.__version__}, logits differ by at most {worst:.1e}, the loss "
          f"of a step by {abs(told / found - 1):.1e}, another weight is noticed: {'FAILED' if failures else 'ok'}")
    return 1 if failures else 0


sys.exit(main())

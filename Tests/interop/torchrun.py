#!/usr/bin/env python3
"""Trains with splitvote's own trainer and with PyTorch by torchrun, and holds the two against each other.

    python torchrun.py COMMAND FOLDER

Over 60 steps in single precision, with dropout and without, in 1 and 2 processes: losses differ by at most 1e-6 of
themselves, learning rates, tokens and shares of right answers not at all, and neither does the score on dev. The model of
PyTorch is a stage's result like any other: evaluated, predicted with, and not made twice. Killed at random moments and
continued it has the same bytes. A model that transformers has trained is taken over by import.model. Negative control: with
another seed the losses differ.
"""
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
STEPS, TOLERANCE = 60, 1e-6
CONFIG = {
    "architectures": ["BertForSequenceClassification"], "model_type": "bert", "hidden_size": 64, "num_hidden_layers": 2,
    "num_attention_heads": 2, "intermediate_size": 128, "hidden_act": "gelu", "initializer_range": 0.02,
    "layer_norm_eps": 1e-12, "max_position_embeddings": 64, "type_vocab_size": 2, "pad_token_id": 0}
PIPELINE = """
splitvote: 1
pipeline: torchrun
store: {state: state.sqlite, artifacts: artifacts}
stages:
  comments:
    uses: ingest.files
    with:
      paths: "data/synthetic-*.tsv"
      source: synthetic
      columns: {text: contents, up: sympathyCount, down: antipathyCount, article: [oid, aid], observed_at: rankDate}
  clean: {uses: clean, from: comments, with: {rules: kcbert-2020, min_chars: 1}}
  labels: {uses: label, from: clean}
  sample: {uses: sample, from: labels, with: {per_label: balanced, seed: 1}}
  split: {uses: split, from: sample, with: {shares: {train: 0.6, dev: 0.2, test: 0.2}, group_by: article, salt: v1}}
  vocabulary: {uses: vocabulary, from: clean, with: {size: 2000}}
  shards: {uses: shards, from: {data: split, tokenizer: vocabulary}, with: {max_tokens: 48}}
  model:
    uses: train
    from: shards
    with:
      init: dropout
      max_steps: 40
      learning_rate: 1e-3
      precision: fp32
      path: model
      engine: {torchrun: {processes: 2, python: %s}}
  theirs: {uses: import.model, from: {data: shards}, with: {model: theirs}}
  scores: {uses: evaluate, from: {model: [model, theirs], data: shards}, with: {split: test}}
""" % json.dumps(sys.executable)


def run(*words, status=0):
    """What it prints on standard output, then on standard error."""
    done = subprocess.run([command, *map(str, words)], cwd=folder, capture_output=True, text=True)
    assert done.returncode == status, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout, done.stderr


def prepare():
    folder.mkdir(parents=True)
    run("demo-data", "data")
    for name, rate in (("still", 0.0), ("dropout", 0.1)):
        (folder / name).mkdir()
        config = {**CONFIG, "hidden_dropout_prob": rate, "attention_probs_dropout_prob": rate}
        (folder / name / "config.json").write_text(json.dumps(config))
    text = PIPELINE[: PIPELINE.index("  model:")]
    (folder / "data.yaml").write_text(text)
    run("run", "data.yaml", "--quiet")
    made = next((folder / "artifacts/shards").rglob("manifest.json"))
    (folder / "shards").symlink_to(made.parent)


def train(start, out, *words):
    """The steps of a training, and the line of its score."""
    metrics = folder / f"{out}.jsonl"
    said, _ = run(
        "train", "--shards", "shards", "--init", start, "--out", out, "--max-steps", STEPS, "--evaluate-every", 20,
        "--learning-rate", "5e-4", "--precision", "fp32", "--metrics", metrics, "--quiet", *words)
    return [json.loads(line) for line in metrics.read_text().splitlines()], said.splitlines()[-1].split("\t")[1:]


def by_torchrun(processes):
    return ["--engine", "torchrun", "--processes", processes, "--python", sys.executable]


def distance(these, those, key):
    return max(abs(a[key] - b[key]) / max(abs(b[key]), 1e-12) for a, b in zip(these, those, strict=True))


def compare():
    for start in ("still", "dropout"):
        own, score = train(start, f"{start}-own")
        for processes in (1, 2):
            theirs, their_score = train(start, f"{start}-{processes}", *by_torchrun(processes))
            found = distance(theirs, own, "loss")
            assert found <= TOLERANCE, f"{start}, {processes} processes: losses differ by {found}"
            for key in ("learning_rate", "tokens", "accuracy", "epoch"):
                assert distance(theirs, own, key) == 0, f"{start}, {processes} processes: {key} differs"
            assert their_score == score, f"{their_score}, {score}"
            print(f"torchrun: {start}, {processes} processes: {STEPS} steps, losses within {found:.1e}, dev {score[-1]}")
        other, _ = train(start, f"{start}-other", "--seed", 7, *by_torchrun(1))
        assert distance(other, own, "loss") > 1e-3, "another seed gives the same losses"


def kill():
    """Kills splitvote, and with it all that it has started or not, until a training comes to its end."""
    seed = int(os.environ.get("SEED", time.time()))
    chance, words = random.Random(seed), [
        "train", "--shards", "shards", "--init", "dropout", "--out", "killed", "--max-steps", STEPS, "--evaluate-every", 20,
        "--learning-rate", "5e-4", "--precision", "fp32", "--checkpoint-every", 5, *by_torchrun(2)]
    kills = 0
    while kills < 3:
        run_ = subprocess.Popen(
            [command, *map(str, words)], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        state = folder / "killed.checkpoints/torchrun/state/metrics.jsonl"
        steps = chance.randint(1, 50)
        while run_.poll() is None and (not state.exists() or state.read_bytes().count(b"\n") < steps):
            time.sleep(0.05)
        if run_.poll() is not None:
            break
        run_.send_signal(signal.SIGKILL)
        run_.wait()
        kills += 1
    run(*words, "--quiet")
    for name in ("model.safetensors", "config.json", "README.md"):
        same = (folder / "killed" / name).read_bytes() == (folder / "dropout-2" / name).read_bytes()
        assert same, f"{name} differs after {kills} kills, seed {seed}"
    print(f"torchrun: killed {kills} times: the same bytes")


def transform():
    """A model that transformers writes, with no word of splitvote in it."""
    import transformers

    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder / "dropout-1")
    model.config.__dict__.pop("splitvote", None)
    model.save_pretrained(folder / "theirs")
    config = json.loads((folder / "theirs/config.json").read_text())
    config.pop("splitvote", None)
    (folder / "theirs/config.json").write_text(json.dumps(config))


def stages():
    (folder / "pipeline.yaml").write_text(PIPELINE)
    run("run", "pipeline.yaml", "--quiet")
    assert "PyTorch" not in "".join(run("run", "pipeline.yaml")), "trained twice"
    config = json.loads((folder / "model/config.json").read_text())["splitvote"]
    assert config["trained_by"].startswith("PyTorch ") and "2 processes (gloo)" in config["trained_by"], config
    answers = subprocess.run(
        [command, "predict", "--model", "model", "--format", "jsonl"], cwd=folder, input="좋은 기사\n나쁜 기사\n", text=True,
        capture_output=True, check=True).stdout.splitlines()
    assert len(answers) == 2, answers
    print("torchrun: a stage's model is evaluated, predicted with and not made twice")


prepare()
compare()
kill()
transform()
stages()

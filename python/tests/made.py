"""Folders to train in, made without splitvote: tiny shards, a tiny model, and settings as splitvote writes them."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

import numpy
import safetensors.numpy
import torch
import transformers

PACKAGE = pathlib.Path(__file__).resolve().parent.parent
CONFIGS = {
    "bert": dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, type_vocab_size=2),
    "albert": dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, embedding_size=16),
    "distilbert": dict(dim=32, n_layers=2, n_heads=2, hidden_dim=64),
    "electra": dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, embedding_size=16),
    "roberta": dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, pad_token_id=1),
    "ernie": dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64),
}
TRAINING = {
    "accumulate": 1, "batch_size": 8, "class_weights": None, "clip": 1.0, "evaluate_every": 5, "freeze_layers": None,
    "label_smoothing": 0.0, "learning_rate": 1e-3, "metric": "macro_f1", "patience": None, "precision": "fp32", "seed": 42,
    "targets": "labels", "total_steps": 12, "warmup_steps": 2, "weight_decay": 0.01,
}


def make_shards(path: pathlib.Path, rows=(60, 24), vocabulary=100, seed=1):
    """Rows of random ids; rows of class 1 have more of one of them."""
    path.mkdir(parents=True)
    random = numpy.random.default_rng(seed)
    files = []
    for side, count in zip(("train", "dev"), rows):
        lengths = random.integers(3, 14, count)
        labels = random.integers(0, 2, count)
        ids = [random.integers(5, vocabulary, length) for length in lengths]
        for own, label in zip(ids, labels):
            own[0], own[-1] = 2, 3
            own[1:-1][: label * 2] = 7
        name = f"{side}-00000.safetensors"
        data = safetensors.numpy.save({
            "input_ids": numpy.concatenate(ids).astype(numpy.uint16),
            "offsets": numpy.concatenate([[0], lengths.cumsum()]).astype(numpy.int64),
            "labels": labels.astype(numpy.int64),
            "comment_ids": (numpy.arange(count) + (1 << 33)).astype(numpy.int64),
            "p_controversial": random.random(count).astype(numpy.float32),
            "weights": random.choice([0.5, 1, 2], count).astype(numpy.float32),
        }, metadata={"format": "token-shard", "version": "1"})
        (path / name).write_bytes(data)
        files.append({
            "path": name, "split": side, "rows": count, "tokens": int(lengths.sum()), "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest()})
    manifest = {
        "format": "splitvote-shards", "version": 1, "files": files, "rows": dict(zip(("train", "dev"), rows)),
        "label_names": ["uncontroversial", "controversial"],
        "tokenizer": {"digest": "0" * 64, "vocabulary_size": vocabulary}}
    (path / "manifest.json").write_text(json.dumps(manifest))


def make_model(path: pathlib.Path, family="bert", dropout=0.0, vocabulary=100, seed=1):
    torch.manual_seed(seed)
    rates = {
        "distilbert": dict(dropout=dropout, attention_dropout=dropout, seq_classif_dropout=dropout),
    }.get(family, dict(hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout, classifier_dropout=None))
    if family == "albert":
        rates["classifier_dropout_prob"] = dropout
        del rates["classifier_dropout"]
    config = transformers.AutoConfig.for_model(
        family, vocab_size=vocabulary, max_position_embeddings=64, **{**CONFIGS[family], **rates})
    transformers.AutoModelForSequenceClassification.from_config(config).save_pretrained(path)


def make_settings(path: pathlib.Path, frozen=None, layer_decay=1.0, threads=1, checkpoint_every=3, **training):
    """``settings.json`` for the shards and the model that are there."""
    model = transformers.AutoModelForSequenceClassification.from_pretrained(path / "init")
    config = model.config
    depth = config.num_hidden_layers

    def part(name):
        for key in (".layer.", ".albert_layer_groups."):
            if key in name:
                return int(name.split(key)[1].split(".")[0])
        return -1 if "embedding" in name else depth

    tensors = [
        {"name": name, "shape": list(parameter.shape), "decays": not (name.endswith("bias") or "norm" in name.lower()),
         "frozen": frozen is not None and part(name) < frozen, "rate": layer_decay ** (depth - part(name))}
        for name, parameter in model.named_parameters()]
    manifest = (path / "shards/manifest.json").read_bytes()
    settings = {
        "format": "splitvote-torchrun", "version": 1, "identity": "made by tests", "init_sha256": sha256(path / "init/model.safetensors"),
        "label_names": json.loads(manifest)["label_names"],
        "shards": {
            "manifest_sha256": hashlib.sha256(manifest).hexdigest(),
            "tokenizer_digest": json.loads(manifest)["tokenizer"]["digest"]},
        "model": {"type": config.model_type, "tensors": tensors},
        "training": {**TRAINING, "freeze_layers": frozen, **training},
        "upkeep": {"checkpoint_every": checkpoint_every, "threads": threads}}
    (path / "settings.json").write_text(json.dumps(settings))
    (path / "requirements.txt").write_text("torch\n")


def make_folder(path: pathlib.Path, family="bert", dropout=0.0, rows=(60, 24), **settings) -> pathlib.Path:
    make_shards(path / "shards", rows)
    make_model(path / "init", family, dropout)
    make_settings(path, **settings)
    return path


def sha256(path: pathlib.Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def command(folder: pathlib.Path, processes: int) -> list[str]:
    return [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={processes}",
            "-m", "splitvote_torchrun", str(folder)]


def environment() -> dict:
    return {**os.environ, "PYTHONPATH": str(PACKAGE), "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1",
            "HF_HUB_OFFLINE": "1"}


def run(folder: pathlib.Path, processes=1) -> subprocess.CompletedProcess:
    return subprocess.run(command(folder, processes), env=environment(), capture_output=True, text=True)


def losses(folder: pathlib.Path) -> list[float]:
    return [json.loads(line)["loss"] for line in (folder / "out/metrics.jsonl").read_text().splitlines()]

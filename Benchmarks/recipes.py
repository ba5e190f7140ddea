"""Runs the recipes of pipelines/ on their data and prints the figures of the README, beside TF-IDF on the same rows.

    python recipes.py SPLITVOTE DATA [--only NAME]... [--folder FOLDER]

DATA holds the folders nsmc-derived, kmhas, korean-hate-speech and kornlu with their owners' files (K-MHaS: valid and test;
its training file is not needed). Each recipe is trained from random weights of the shape pipelines/models/bert-small, and
again as a logistic regression on frozen features: for NSMC those of random weights, for the others those of the encoder that
the recipe nsmc has trained. The peer is peers/tfidf.py, which needs scikit-learn and pandas. The whole takes hours on two
cores; what is in FOLDER already is not computed again.
"""

import argparse
import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PIPELINES = HERE.parent / "pipelines"
SMALL = "models/bert-small"
TSV = '  tsv: {uses: export, from: split, with: {path: "out/{split}.tsv"}}'
SIDES = 'sides: {train: "*train*", dev: "*valid*", test: "*test*"}'
# The larger of the two files that are small enough to be had is learned from, the other is the test.
KMHAS = (SIDES, 'sides: {train: "*test*", test: "*valid*"}')
# By name: pipeline, files below DATA, epochs, rows of a step, learning rate, metrics.
RECIPES = {
    "nsmc": ("nsmc", "nsmc-derived/*.gz", 2, 64, 5e-4, ["accuracy"]),
    "nsmc-10000": ("nsmc", None, 5, 32, 5e-4, ["accuracy"]),
    "kmhas": ("kmhas", "kmhas/*.gz", 10, 32, 2e-4, ["macro_f1", "micro_f1"]),
    "korean-hate-speech": ("korean-hate-speech", "korean-hate-speech/labeled/*.tsv", 6, 32, 5e-4, ["macro_f1"]),
    "korsts": ("korsts", "kornlu/KorSTS/*.gz", 8, 32, 1e-4, ["pearson", "spearman"]),
}


def every_fifteenth(data, folder):
    """A tenth of NSMC's rows, 10,000 of the 150,000: classes stand one behind the other in the file."""
    folder.mkdir(parents=True, exist_ok=True)
    for side in ("train", "test"):
        with gzip.open(data / f"nsmc-derived/ratings_{side}.tsv.gz", "rb") as file:
            header, *rows = file.read().splitlines(keepends=True)
        with open(folder / f"ratings_{side}.tsv", "wb") as file:
            file.write(header + b"".join(rows[::15] if side == "train" else rows))
    return folder / "ratings_*"


def run(command, folder, pipeline, rows, settings):
    """Scores on the test side, by name; the tables lie in folder/out."""
    if not list(folder.glob("state/*-artifacts/scores/*/scores.json")):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copytree(PIPELINES / "models", folder / "models")
        text = (PIPELINES / f"{pipeline}.yaml").read_text().replace(*KMHAS)
        lines = [TSV if line.startswith("  report:") else line for line in text.splitlines()]
        (folder / "p.yaml").write_text("\n".join(lines) + "\n")
        flags = [word for key, value in {"rows": rows, **settings}.items() for word in ("-S", f"{key}={value}")]
        subprocess.run([command, "run", "p.yaml", "--quiet", "-S", "scores.split=[dev, test]", *flags],
                       cwd=folder, check=True)
    [found] = folder.glob("state/*-artifacts/scores/*/scores.json")
    return next(side for side in json.loads(found.read_text())["results"] if side["split"] == "test")


def encoder(trained, folder):
    """The trained model without its head, as a start folder."""
    from safetensors.numpy import load_file, save_file

    [model] = trained.glob("state/*-artifacts/model/*/model")
    shutil.copytree(model, folder, dirs_exist_ok=True)
    tensors = load_file(model / "model.safetensors")
    kept = {name: values for name, values in tensors.items() if not name.startswith("classifier.")}
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    said = json.loads((model / "config.json").read_text())
    for key in ("id2label", "label2id", "problem_type", "splitvote"):
        said.pop(key, None)
    (folder / "config.json").write_text(json.dumps(said))
    return folder


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", action="append", choices=list(RECIPES))
    parser.add_argument("--folder", type=Path, default=Path("recipes"))
    options = parser.parse_args()
    command, folder = options.command.resolve(), options.folder.resolve()
    for name in options.only or RECIPES:
        pipeline, files, epochs, batch, rate, metrics = RECIPES[name]
        rows = options.data.resolve() / files if files else every_fifteenth(options.data.resolve(), folder / "tenth")
        random = run(command, folder / name, pipeline, rows, {
            "init": SMALL, "epochs": epochs, "model.batch_size": batch, "model.learning_rate": rate})
        start = SMALL if pipeline == "nsmc" else encoder(folder / "nsmc", folder / "encoder")
        features = run(command, folder / f"{name}-features", pipeline, rows, {"init": start, "model.method": "features"})
        peer = json.loads(subprocess.run(
            [sys.executable, HERE / "peers/tfidf.py", folder / name / "out"], check=True, capture_output=True).stdout)
        for metric in metrics:
            print(f"{name}, {metric}: random weights {random[metric]:.3f}, features {features[metric]:.3f}, "
                  f"TF-IDF {peer['test'][metric]:.3f}; rows {peer['rows']}; {peer['peer']}", flush=True)


main()

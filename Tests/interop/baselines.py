"""Compares a TF-IDF baseline of splitvote with scikit-learn's own on Naver movie reviews, in the files that their owner made.

    python baselines.py COMMAND REVIEWS FOLDER [--cost 4] [--rows 20000]

COMMAND is splitvote, REVIEWS the folder with ratings_train.tsv.gz and ratings_test.tsv.gz, FOLDER an empty one to work in. Both
count runs of 1 to 5 characters inside of words with the same settings and fit a logistic regression with the same C; scikit-learn
reads the tables that splitvote has exported, and fits to a tolerance of 1e-6: with its own, 1e-4, single probabilities are up to
.13 from where they end. Fails where accuracy or macro F1 on test are more than .2 points apart, where a probability differs by more
than .02, or where scikit-learn with words in place of characters, which is the control, is as near. Prints one line of JSON.
"""

import argparse
import json
import platform
import subprocess
import time
from pathlib import Path

import numpy
import pandas
import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score

POINTS = 0.002
PIPELINE = """\
splitvote: 1
pipeline: reviews
store: {{state: state.sqlite, artifacts: artifacts}}
stages:
  rows: {{uses: ingest.files, with: {{paths: {paths}, source: reviews, columns: {{id: id, text: document, label: label}},
    sides: {{train: "*train*", test: "*test*"}}}}}}
  clean: {{uses: clean, from: rows}}
  split: {{uses: split, from: clean, with: {{method: given}}}}
  tsv: {{uses: export, from: split, with: {{path: "out/{{split}}.tsv"}}}}
  vocabulary: {{uses: vocabulary, from: clean, with: {{size: 8000}}}}
  shards: {{uses: shards, from: {{data: split, tokenizer: vocabulary}}, with: {{max_tokens: 64}}}}
  model: {{uses: train, from: shards, with: {{model: tfidf, tfidf: {{C: [{cost}]}}, path: out/model}}}}
  scores: {{uses: evaluate, from: {{model: model, data: shards}}, with: {{baselines: false, path: out/scores.json, predictions: out/answers.tsv}}}}
"""
ESCAPES = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\\\": "\\"}


def table(path):
    read = pandas.read_csv(path, sep="\t", quoting=3, dtype=str, keep_default_na=False)
    if "document" in read:
        read["document"] = read["document"].str.replace(r"\\[tnr\\]", lambda found: ESCAPES[found.group()], regex=True)
    return read


def peer(train, test, cost, analyzer):
    started = time.perf_counter()
    lengths = (1, 5) if analyzer == "char_wb" else (1, 1)
    vectorizer = TfidfVectorizer(analyzer=analyzer, ngram_range=lengths, min_df=2, sublinear_tf=True)
    features = vectorizer.fit_transform(train["document"])
    model = LogisticRegression(C=cost, tol=1e-6, max_iter=5000).fit(features, train["label"])
    found = model.predict_proba(vectorizer.transform(test["document"]))[:, 1]
    answers = model.classes_[(found >= 0.5).astype(int)]
    return {
        "accuracy": accuracy_score(test["label"], answers), "macro_f1": f1_score(test["label"], answers, average="macro"),
        "features": len(vectorizer.vocabulary_), "probabilities": found, "seconds": time.perf_counter() - started}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", type=Path)
    parser.add_argument("reviews", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cost", type=float, default=4)
    parser.add_argument("--rows", type=int, help="train on the first rows of the file alone")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    paths = [options.reviews / f"ratings_{side}.tsv.gz" for side in ("train", "test")]
    if options.rows:
        some = pandas.read_csv(paths[0], sep="\t", quoting=3, dtype=str, keep_default_na=False, nrows=options.rows)
        paths[0] = options.folder / "ratings_train.tsv"
        some.to_csv(paths[0], sep="\t", quoting=3, index=False)
    pipeline = options.folder / "reviews.yaml"
    pipeline.write_text(PIPELINE.format(paths=json.dumps([str(path.resolve()) for path in paths]), cost=options.cost))
    subprocess.run([options.command, "run", pipeline, "--quiet"], check=True)
    out = options.folder / "out"
    train, test = (table(out / f"{side}.tsv") for side in ("train", "test"))
    scores = json.loads((out / "scores.json").read_text())
    answers = table(out / "answers.tsv")
    ours = {name: scores[name] for name in ("accuracy", "macro_f1")}
    theirs, control = (peer(train, test, options.cost, analyzer) for analyzer in ("char_wb", "word"))
    assert list(answers["label"]) == list(test["label"]), "the tables are not in the same order"
    apart = numpy.abs(answers["p_1"].astype(float).to_numpy() - theirs["probabilities"]).max()
    points = {name: abs(ours[name] - theirs[name]) for name in ours}
    print(json.dumps({
        "rows": {"train": len(train), "test": len(test)}, "C": options.cost, "features": theirs["features"],
        "ours": {name: round(value, 5) for name, value in ours.items()},
        "scikit_learn": {name: round(theirs[name], 5) for name in ours},
        "words": {name: round(control[name], 5) for name in ours},
        "largest_difference_of_probabilities": round(float(apart), 6), "seconds": round(theirs["seconds"], 1),
        "peer": f"Python {platform.python_version()}, scikit-learn {sklearn.__version__}"}))
    assert all(value <= POINTS for value in points.values()), points
    assert apart <= 0.02, apart
    assert any(abs(ours[name] - control[name]) > POINTS for name in ours), "the control is as near"


main()

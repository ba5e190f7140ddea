"""Compares a few_shot stage with scikit-learn on synthetic comments: which rows it draws, and how TF-IDF does that learns from them.

    python few_labels.py COMMAND FOLDER

COMMAND is splitvote, FOLDER an empty one to work in. The draw is made again from the store's numbers of the comments; scikit-learn
counts runs of 1 to 5 characters inside of words in the exported tables and fits a logistic regression with the same C to the drawn rows
alone. Fails where another row is drawn, where accuracy or macro F1 of any draw is another, or where scikit-learn with words in
place of characters, which is the control, gives the same. Prints one line of JSON.
"""

import argparse
import json
import platform
import sqlite3
import subprocess
from pathlib import Path

import pandas
import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score

COUNTS, SEEDS = [1, 4, 16], 3
# As tables have them.
LABELS = {"uncontroversial": "0", "controversial": "1"}
PIPELINE = f"""\
splitvote: 1
pipeline: few
store: {{state: state.sqlite, artifacts: artifacts}}
stages:
  comments:
    uses: ingest.files
    with:
      paths: data/*.tsv
      source: synthetic
      columns: {{text: contents, up: sympathyCount, down: antipathyCount, article: [oid, aid], title: title}}
  clean: {{uses: clean, from: comments}}
  labels: {{uses: label, from: clean, with: {{min_votes: 20}}}}
  sample: {{uses: sample, from: labels}}
  split: {{uses: split, from: sample, with: {{shares: {{train: 0.6, test: 0.4}}}}}}
  tsv: {{uses: export, from: split, with: {{path: "out/{{split}}.tsv"}}}}
  vocabulary: {{uses: vocabulary, from: clean, with: {{size: 2000}}}}
  shards: {{uses: shards, from: {{data: split, tokenizer: vocabulary}}, with: {{max_tokens: 64}}}}
  few: {{uses: few_shot, from: shards, with: {{per_class: {COUNTS}, seeds: {SEEDS}, path: out/few}}}}
"""
WHOLE = (1 << 64) - 1


def mix(value):
    """The output function of SplitMix64."""
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & WHOLE
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & WHOLE
    return value ^ (value >> 31)


def drawn(train, numbers, seed):
    """The first rows of each class, by the class."""
    salt = mix((seed + 0x9E3779B97F4A7C15) & WHOLE)
    return {
        label: sorted(rows["id"], key=lambda name: mix(numbers[name] ^ salt))[:COUNTS[-1]]
        for label, rows in train.groupby("label")}


def scores(train, test, analyzer):
    lengths = (1, 5) if analyzer == "char_wb" else (1, 1)
    vectorizer = TfidfVectorizer(analyzer=analyzer, ngram_range=lengths, sublinear_tf=True)
    model = LogisticRegression(C=1, tol=1e-8, max_iter=5000).fit(vectorizer.fit_transform(train["document"]), train["label"])
    answers = model.predict(vectorizer.transform(test["document"]))
    return accuracy_score(test["label"], answers), f1_score(test["label"], answers, average="macro")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    command, folder = options.command.resolve(), options.folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "few.yaml").write_text(PIPELINE)
    subprocess.run([command, "demo-data", "data"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([command, "run", "few.yaml", "--quiet"], cwd=folder, check=True)
    train, test, found, runs = (
        pandas.read_csv(folder / "out" / name, sep="\t", quoting=3, dtype=str, keep_default_na=False)
        for name in ("train.tsv", "test.tsv", "few/drawn.tsv", "few/few-shot.tsv"))
    store = sqlite3.connect(folder / "state.sqlite")
    numbers = {f"{source}:{key}": number for number, source, key in store.execute("SELECT id, source, key FROM comment")}
    same, controls = 0, 0
    for seed in range(1, SEEDS + 1):
        draw = drawn(train, numbers, seed)
        ours = found[found["seed"] == str(seed)].groupby("label")["id"].apply(list).rename(LABELS).to_dict()
        assert ours == draw, f"seed {seed} draws other rows"
        for count in COUNTS:
            rows = train[train["id"].isin([name for names in draw.values() for name in names[:count]])]
            run = runs[(runs["method"] == "tfidf") & (runs["per_class"] == str(count)) & (runs["seed"] == str(seed))].iloc[0]
            pair = (float(run["accuracy"]), float(run["macro_f1"]))
            theirs, control = scores(rows, test, "char_wb"), scores(rows, test, "word")
            assert all(abs(one - other) < 1e-9 for one, other in zip(pair, theirs)), (seed, count, pair, theirs)
            same += 1
            controls += control != theirs
    assert controls > 0, "words score as characters do"
    print(json.dumps({
        "rows": {"train": len(train), "test": len(test)}, "drawn": len(found), "equal_scores": same, "controls_apart": controls,
        "tfidf": [line for line in runs[(runs["method"] == "tfidf") & (runs["seed"] == "mean")]["macro_f1"]],
        "peer": f"Python {platform.python_version()}, scikit-learn {sklearn.__version__}"}))


main()

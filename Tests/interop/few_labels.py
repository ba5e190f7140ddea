"""Compares a few_shot stage with scikit-learn on synthetic comments: which rows it draws, and how TF-IDF does that learns from them.

    python few_labels.py COMMAND FOLDER

COMMAND is splitvote, FOLDER an empty one to work in. The draw is made again from the store's numbers of the comments; scikit-learn
counts runs of 1 to 5 characters inside of words in the exported tables and fits a logistic regression with the same C to the drawn rows
alone. Fails where another row is drawn, where accuracy or macro F1 of any draw is another, or where scikit-learn with words in
place of characters, which is the control, gives the same. Prints one line of JSON.
"""

import json
import platform
import sqlite3
import sys

sys.dont_write_bytecode = True

import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score

import synthetic

COUNTS, SEEDS = [1, 4, 16], 3
# As tables have them.
LABELS = {"uncontroversial": "0", "controversial": "1"}
STAGES = f"""\
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
    project = synthetic.Project("few", STAGES, max_tokens=64)
    project.run()
    train, test, found, runs = map(project.table, ("train.tsv", "test.tsv", "few/drawn.tsv", "few/few-shot.tsv"))
    store = sqlite3.connect(project.folder / "state.sqlite")
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

"""Scores TF-IDF with logistic regression, or with ridge regression for scores of pairs, on tables that splitvote exported.

    python tfidf.py FOLDER

FOLDER holds train.tsv, dev.tsv and test.tsv of the stage `export`: the columns document, text_pair for pairs, and label, which
is a list of names in JSON where a row may have several classes. Features are character 2- to 4-grams within words, which
is what Korean wants: words alone lose their endings, and the usual pattern of scikit-learn drops every word of one syllable.
Of a pair they are the distance and the product of both texts' features, and their cosine. The penalty is chosen on dev, as
are the thresholds of sets of classes; test is looked at once.

Prints one line of JSON: the scores on test, what was chosen, seconds, and versions.
"""

import argparse
import json
import platform
import time
from pathlib import Path

import numpy
import pandas
import scipy
import sklearn
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, f1_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import MultiLabelBinarizer

PENALTIES = (0.3, 1, 3, 10, 30)
SIDES = ("train", "dev", "test")
ESCAPES = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\\\": "\\"}


def table(path):
    read = pandas.read_csv(path, sep="\t", quoting=3, dtype=str, keep_default_na=False)
    for column in set(read.columns) & {"document", "text_pair"}:
        read[column] = read[column].str.replace(r"\\[tnr\\]", lambda found: ESCAPES[found.group()], regex=True)
    return read


def features(tables):
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=2, sublinear_tf=True, dtype=numpy.float32)
    train = tables["train"]
    if "text_pair" not in train:
        vectorizer.fit(train["document"])
        return [vectorizer.transform(tables[side]["document"]) for side in SIDES]
    vectorizer.fit(pandas.concat([train["document"], train["text_pair"]]))

    def pairs(side):
        one, two = (vectorizer.transform(tables[side][column]) for column in ("document", "text_pair"))
        both = one.multiply(two)
        return hstack([abs(one - two), both, csr_matrix(both.sum(axis=1))]).tocsr()

    return [pairs(side) for side in SIDES]


def best(fits, score):
    """The fit with the highest score on dev, its penalty and that score."""
    return max(((fit, penalty, score(fit)) for penalty, fit in fits), key=lambda found: found[2])


def classes(matrices, targets):
    """One class of each row: macro F1 chooses, as splitvote's own default does."""
    train, dev, test = matrices
    fits = ((c, LogisticRegression(C=c, max_iter=1000).fit(train, targets["train"])) for c in PENALTIES)
    fit, penalty, _ = best(fits, lambda fit: f1_score(targets["dev"], fit.predict(dev), average="macro"))
    answers = fit.predict(test)
    return penalty, {
        "accuracy": accuracy_score(targets["test"], answers),
        "macro_f1": f1_score(targets["test"], answers, average="macro")}


def sets(matrices, targets):
    """Any number of classes: a regression for each, with a threshold that is chosen on dev."""
    train, dev, test = matrices
    lists = {side: [json.loads(text) for text in targets[side]] for side in SIDES}
    names = MultiLabelBinarizer().fit(lists["train"])
    flags = {side: names.transform(lists[side]) for side in SIDES}
    cuts = numpy.arange(0.05, 0.96, 0.05)

    def thresholds(fit):
        found = fit.predict_proba(dev)
        return numpy.array([
            max(cuts, key=lambda cut: f1_score(flags["dev"][:, n], found[:, n] >= cut, zero_division=0))
            for n in range(found.shape[1])])

    fits = ((c, OneVsRestClassifier(LogisticRegression(C=c, max_iter=1000)).fit(train, flags["train"])) for c in PENALTIES)
    fit, penalty, _ = best(fits, lambda fit: f1_score(
        flags["dev"], fit.predict_proba(dev) >= thresholds(fit), average="macro", zero_division=0))
    answers = fit.predict_proba(test) >= thresholds(fit)
    return penalty, {
        name: f1_score(flags["test"], answers, average=average, zero_division=0)
        for name, average in (("macro_f1", "macro"), ("micro_f1", "micro"))}


def scores(matrices, targets):
    """A score of each row: Pearson's correlation chooses."""
    train, dev, test = matrices
    numbers = {side: numpy.array(targets[side], dtype=float) for side in SIDES}
    fits = ((alpha, Ridge(alpha=alpha).fit(train, numbers["train"])) for alpha in PENALTIES)
    fit, penalty, _ = best(fits, lambda fit: numpy.corrcoef(numbers["dev"], fit.predict(dev))[0, 1])
    answers = fit.predict(test)
    return penalty, {
        "pearson": numpy.corrcoef(numbers["test"], answers)[0, 1],
        "spearman": scipy.stats.spearmanr(numbers["test"], answers).statistic}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    started = time.perf_counter()
    tables = {side: table(options.folder / f"{side}.tsv") for side in SIDES}
    targets = {side: list(tables[side]["label"]) for side in SIDES}
    matrices = features(tables)
    if all(label.startswith("[") for label in targets["train"]):
        penalty, found = sets(matrices, targets)
    elif "text_pair" in tables["train"] and len(set(targets["train"])) > 10:
        penalty, found = scores(matrices, targets)
    else:
        penalty, found = classes(matrices, targets)
    print(json.dumps({
        "rows": {side: len(tables[side]) for side in SIDES}, "features": matrices[0].shape[1], "penalty": penalty,
        "test": {name: round(float(value), 4) for name, value in found.items()},
        "seconds": round(time.perf_counter() - started, 1),
        "peer": f"Python {platform.python_version()}, scikit-learn {sklearn.__version__}, scipy {scipy.__version__}"}))


main()

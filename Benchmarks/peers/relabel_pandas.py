"""Relabels, samples, splits and exports comments with pandas, by the rules of the splitvote stages.

    python relabel_pandas.py COMMENTS.tsv OUT_FOLDER [--min-votes 30]

COMMENTS.tsv has a header and the columns key, article, text, up, down; each comment once. Prints one line of JSON; its
seconds run from reading the table to the last TSV written; starting Python and loading pandas does not count.
"""

import argparse
import csv
import hashlib
import json
import time
from pathlib import Path

import numpy as np
import pandas as pd

SOURCE, SEED, SALT, PER_ARTICLE = "naver-news", "1", "v1", 50
SHARES = [("train", 0.8), ("dev", 0.9), ("test", 1.0)]


def digest(prefix, key):
    return hashlib.sha256(f"{prefix}\x1f{key}".encode()).digest()


def label(table, min_votes):
    votes = table["up"] + table["down"]
    ratio = table["up"] / votes.where(votes > 0)
    enough = votes >= min_votes
    table["label"] = np.select(
        [enough & ratio.between(0.4, 0.6), enough & ((ratio <= 0.2) | (ratio >= 0.8))], [1, 0], default=-1
    )
    return table[table["label"] >= 0].copy()


def sample(table):
    table["order"] = [digest(SEED, f"{SOURCE}:{key}") for key in table["key"]]
    table = table.sort_values("order")
    table = table[table.groupby(["label", "article"]).cumcount() < PER_ARTICLE]
    size = table["label"].value_counts().min()
    return table[table.groupby("label").cumcount() < size]


def split(table):
    sides = {}
    for article in table["article"].unique():
        number = int.from_bytes(digest(SALT, f"{SOURCE}:{article}")[:8], "big") >> 11
        sides[article] = next(index for index, (_, end) in enumerate(SHARES) if number / 2**53 < end)
    table = table.assign(side=table["article"].map(sides))
    return table[table["side"] == table.groupby("text")["side"].transform("min")]


def export(table, folder):
    text = table["text"].str.replace("\\", "\\\\", regex=False)
    for sign, escape in (("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.str.replace(sign, escape, regex=False)
    shown = pd.DataFrame({"id": SOURCE + ":" + table["key"], "document": text, "label": table["label"]})
    for index, (name, _) in enumerate(SHARES):
        shown[table["side"] == index].to_csv(
            folder / f"{name}.tsv", sep="\t", index=False, quoting=csv.QUOTE_NONE, lineterminator="\n"
        )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("comments", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--min-votes", type=int, default=30)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    table = pd.read_csv(
        asked.comments,
        sep="\t",
        quoting=csv.QUOTE_NONE,
        keep_default_na=False,
        dtype={"key": str, "article": str, "text": str, "up": np.int64, "down": np.int64},
    )
    comments = len(table)
    table = sample(label(table, asked.min_votes))
    members = len(table)
    table = split(table)
    export(table, asked.out)
    seconds = time.perf_counter() - start
    print(
        json.dumps(
            {
                "peer": f"pandas {pd.__version__}",
                "comments": comments,
                "members": members,
                "rows": len(table),
                "seconds": round(seconds, 3),
            }
        )
    )


if __name__ == "__main__":
    main()

"""Word vectors by gensim from texts, one a line, and how far two files of vectors agree.

    python gensim_vectors.py learn TEXTS OUT.bin [--model cbow] [--workers 2] [--seed 1]
    python gensim_vectors.py compare ONE.bin OTHER.bin [--words 1000] [--among 20000]

Prints one line of JSON: `learn` the seconds of splitting, counting and learning; `compare` the share of the ten nearest neighbors
of the most frequent words, among more of them, that both files give.
"""

import argparse
import json
import time
from pathlib import Path

import gensim
import numpy
from gensim.models import KeyedVectors, Word2Vec


def learn(asked):
    start = time.perf_counter()
    with open(asked.one, encoding="utf-8", newline="\n") as lines:
        rows = [line.split() for line in lines]
    model = Word2Vec(sg=int(asked.model == "skip_gram"), workers=asked.workers, seed=asked.seed)
    model.build_vocab(rows)
    learning = time.perf_counter()
    model.train(rows, total_examples=model.corpus_count, epochs=model.epochs)
    end = time.perf_counter()
    model.wv.save_word2vec_format(str(asked.other), binary=True)
    words = sum(map(len, rows))
    return {
        "peer": f"gensim {gensim.__version__}", "words": len(model.wv), "seconds": round(end - start, 3),
        "words_per_second": words * model.epochs / (end - learning)}


def neighbors(path, words, among):
    vectors = KeyedVectors.load_word2vec_format(str(path), binary=True)
    rows = numpy.stack([vectors[word] for word in among])
    rows /= numpy.maximum(1e-12, numpy.linalg.norm(rows, axis=1, keepdims=True))
    found = []
    for place in range(words):
        cosines = rows @ rows[place]
        cosines[place] = -2
        found.append(set(numpy.argpartition(-cosines, 10)[:10]))
    return found, len(vectors)


def compare(asked):
    among = KeyedVectors.load_word2vec_format(str(asked.one), binary=True).index_to_key[: asked.among]
    one, _ = neighbors(asked.one, asked.words, among)
    other, words = neighbors(asked.other, asked.words, among)
    overlap = numpy.mean([len(mine & theirs) / 10 for mine, theirs in zip(one, other)])
    return {"seconds": 0, "words": words, "overlap": float(overlap)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("learn", "compare"))
    parser.add_argument("one", type=Path)
    parser.add_argument("other", type=Path)
    parser.add_argument("--model", choices=("cbow", "skip_gram"), default="cbow")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--words", type=int, default=1000)
    parser.add_argument("--among", type=int, default=20_000)
    asked = parser.parse_args()
    print(json.dumps(learn(asked) if asked.what == "learn" else compare(asked)))


if __name__ == "__main__":
    main()

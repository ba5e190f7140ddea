"""Shows that gensim reads the vectors that a word2vec stage writes, and that a Text-CNN takes those that gensim writes.

    python word_vectors.py COMMAND FOLDER

Where SPLITVOTE_DATA names a folder with real comments, vectors that both learn from them must have at least .6 of the ten nearest
neighbors of frequent words in common; vectors of another method, and shuffled ones, must not (negative controls).
"""

import gzip
import json
import os
import pathlib
import struct
import subprocess
import sys

import gensim
import numpy
from gensim.models import KeyedVectors, Word2Vec

LEAST = 0.6
COMMENTS = 200_000


def pipeline(source, stages):
    return "\n".join([
        "splitvote: 1", "pipeline: vectors", "store: {state: state.sqlite, artifacts: artifacts}", "stages:",
        f"  comments: {source}",
        "  clean: {uses: clean, from: comments, with: {rules: none, min_chars: 1}}", *stages]) + "\n"


def run(command, folder, text):
    (folder / "vectors.yaml").write_text(text)
    done = subprocess.run([command, "run", "vectors.yaml", "--quiet"], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"word vectors: the run failed: {done.stderr.strip()}")


def same(one, other, what):
    if one.index_to_key != other.index_to_key or not numpy.array_equal(one.vectors, other.vectors):
        raise SystemExit(f"word vectors: {what} differ")


def tensor(path, name):
    """A tensor of a safetensors file."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    entry = json.loads(data[8:8 + length])[name]
    first, last = entry["data_offsets"]
    return numpy.frombuffer(data[8 + length:][first:last], numpy.float32).reshape(entry["shape"])


def files(command, folder):
    """Both formats, both ways."""
    folder.mkdir(parents=True)
    rows = ["id\ttext\tlabel"]
    rows += [f"{n}\t{'좋은' if n % 2 else '나쁜'} 소식 {n % 7} 번\t{n % 2}" for n in range(200)]
    (folder / "train.tsv").write_text("\n".join(rows) + "\n")
    source = ("{uses: ingest.files, with: {paths: train.tsv, source: rows, columns: {id: id, text: text, label: label}, "
              "classes: {0: bad, 1: good}}}")
    common = "vector_size: 24, min_count: 1, sides: all"
    stages = [
        "  split: {uses: split, from: clean, with: {shares: {train: 0.8, dev: 0.2}}}",
        "  vocabulary: {uses: vocabulary, from: split, with: {size: 80, min_frequency: 1}}",
        "  shards: {uses: shards, from: {data: split, tokenizer: vocabulary}, with: {max_tokens: 16}}",
        f"  binary: {{uses: word2vec, from: {{texts: clean}}, with: {{{common}, path: binary}}}}",
        f"  text: {{uses: word2vec, from: {{texts: clean}}, with: {{{common}, format: text, path: text}}}}"]
    run(command, folder, pipeline(source, stages))
    binary = KeyedVectors.load_word2vec_format(str(folder / "binary" / "vectors.bin"), binary=True)
    text = KeyedVectors.load_word2vec_format(str(folder / "text" / "vectors.txt"), binary=False)
    same(binary, text, "the two formats")
    pieces = next((folder / "artifacts" / "vocabulary").rglob("vocab.txt")).read_text().split("\n")[:-1]
    given = KeyedVectors(24)
    random = numpy.random.default_rng(1)
    given.add_vectors(pieces[5:], random.standard_normal((len(pieces) - 5, 24)).astype(numpy.float32))
    for name, is_binary in (("gensim.bin", True), ("gensim.txt", False)):
        given.save_word2vec_format(str(folder / name), binary=is_binary)
        cnn = ("  model: {uses: train, from: {data: shards}, with: {model: text_cnn, text_cnn: {vectors: static, filters: 5, "
               f"file: {name}}}, epochs: 1, path: {name}-model}}}}")
        run(command, folder, pipeline(source, [*stages, cnn]))
        kept = tensor(folder / f"{name}-model" / "model.safetensors", "text_cnn.kept_embedding.weight")
        if not numpy.array_equal(kept[5:], given.vectors):
            raise SystemExit(f"word vectors: the Text-CNN does not hold the vectors of {name}")
    print(f"word vectors: gensim {gensim.__version__} reads ours in both formats, and its own are taken over in both")


def overlap(one, other, words=1000, among=20_000):
    """Share of the ten nearest neighbors of the most frequent words that both have."""
    names = one.index_to_key[:among]

    def nearest(vectors):
        rows = numpy.stack([vectors[name] for name in names])
        rows /= numpy.linalg.norm(rows, axis=1, keepdims=True)
        for place in range(words):
            cosines = rows @ rows[place]
            cosines[place] = -2
            yield set(numpy.argpartition(-cosines, 10)[:10])

    return float(numpy.mean([len(a & b) / 10 for a, b in zip(nearest(one), nearest(other))]))


def neighbors(command, folder, data):
    """The same neighbors as gensim's, as far as two runs of gensim have the same."""
    folder.mkdir()
    seen = {}
    for path in sorted(data.glob("*.tsv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
            next(lines)
            for line in lines:
                words = line.split("\t")[4].split()
                if words and len(seen) < COMMENTS:
                    seen[" ".join(words)] = None
    texts = list(seen)
    (folder / "rows.tsv").write_text("id\ttext\tup\tdown\n" + "".join(f"{n}\t{text}\t1\t0\n" for n, text in enumerate(texts)))
    source = "{uses: ingest.files, with: {paths: rows.tsv, source: rows, columns: {key: id, text: text, up: up, down: down}}}"
    models = {"cbow": 0, "skip_gram": 1}
    stages = [f"  {name}: {{uses: word2vec, from: {{texts: clean}}, with: {{model: {name}, sides: all, epochs: 10, path: {name}}}}}"
              for name in models]
    run(command, folder, pipeline(source, stages))
    rows = [text.split() for text in texts]
    theirs = {name: [Word2Vec(rows, sg=sg, workers=os.cpu_count(), seed=seed, epochs=10).wv for seed in (1, 2)]
              for name, sg in models.items()}
    for name in models:
        ours = KeyedVectors.load_word2vec_format(str(folder / name / "vectors.bin"), binary=True)
        shared, ceiling = overlap(theirs[name][0], ours), overlap(*theirs[name])
        shuffled = KeyedVectors(ours.vector_size)
        shuffled.add_vectors(ours.index_to_key, numpy.roll(ours.vectors, 1, axis=0))
        wrong = overlap(theirs[name][0], shuffled)
        print(f"word vectors: {name}: {shared:.3f} of the neighbors are gensim's ({ceiling:.3f} in two runs of it, "
              f"{wrong:.3f} with the words mixed up), {len(ours):,} words")
        if shared < LEAST or wrong > 0.1:
            raise SystemExit(f"word vectors: at least {LEAST} are wanted")


def main():
    command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    files(command, folder / "files")
    data = pathlib.Path(os.environ.get("SPLITVOTE_DATA", "/nowhere")) / "naver-news-comments-2025q4"
    if not data.is_dir():
        print("word vectors: skipped, SPLITVOTE_DATA names no folder with naver-news-comments-2025q4: neighbors of real words")
        return
    neighbors(command, folder / "neighbors", data)


main()

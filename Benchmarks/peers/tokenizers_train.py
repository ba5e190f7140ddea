"""Times the training of a vocabulary by Hugging Face `tokenizers` on texts, one a line.

    python tokenizers_train.py TEXTS [--out VOCAB.txt] [--size 30000] [--min-frequency 2] [--lowercase]

Prints one line of JSON; `--out` keeps the vocabulary for comparison.
"""

import argparse
import json
import os
import time
from pathlib import Path

import tokenizers
from tokenizers import BertWordPieceTokenizer


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("texts", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--size", type=int, default=30_000)
    parser.add_argument("--min-frequency", type=int, default=2)
    parser.add_argument("--limit-alphabet", type=int, default=1000)
    parser.add_argument("--lowercase", action="store_true")
    asked = parser.parse_args()
    tokenizer = BertWordPieceTokenizer(lowercase=asked.lowercase, strip_accents=asked.lowercase)
    start = time.perf_counter()
    tokenizer.train(
        [str(asked.texts)],
        vocab_size=asked.size,
        min_frequency=asked.min_frequency,
        limit_alphabet=asked.limit_alphabet,
        show_progress=False,
    )
    seconds = time.perf_counter() - start
    pieces = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    if asked.out:
        asked.out.write_text("".join(piece + "\n" for piece, _ in pieces), encoding="utf-8", newline="\n")
    print(
        json.dumps(
            {
                "peer": f"tokenizers {tokenizers.__version__} BertWordPieceTokenizer.train",
                "threads": os.cpu_count(),
                "bytes": asked.texts.stat().st_size,
                "pieces": len(pieces),
                "seconds": round(seconds, 3),
            }
        )
    )


if __name__ == "__main__":
    main()

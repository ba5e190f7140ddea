"""Times Hugging Face `tokenizers` on texts, one a line: `encode_batch_fast` with all threads it likes.

    python tokenizers_encode.py VOCAB.txt TEXTS [--lowercase] [--repeat 3] [--batch 10000]

Prints one line of JSON. The best of the repeats counts; reading the texts does not, nor does the hash of all ids (as
little-endian 16-bit numbers) that is made behind it.
"""

import argparse
import array
import hashlib
import json
import os
import time
from pathlib import Path

import tokenizers
from tokenizers import BertWordPieceTokenizer


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("vocabulary")
    parser.add_argument("texts", type=Path)
    parser.add_argument("--lowercase", action="store_true")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--batch", type=int, default=10_000)
    asked = parser.parse_args()
    texts = asked.texts.read_text(encoding="utf-8").split("\n")
    if texts and not texts[-1]:
        texts.pop()
    tokenizer = BertWordPieceTokenizer(asked.vocabulary, lowercase=asked.lowercase)._tokenizer
    best, tokens = float("inf"), 0
    for _ in range(asked.repeat):
        start = time.perf_counter()
        tokens = 0
        for at in range(0, len(texts), asked.batch):
            tokens += sum(len(row) for row in tokenizer.encode_batch_fast(texts[at : at + asked.batch]))
        best = min(best, time.perf_counter() - start)
    digest = hashlib.sha256()
    for at in range(0, len(texts), asked.batch):
        for row in tokenizer.encode_batch_fast(texts[at : at + asked.batch]):
            digest.update(array.array("H", row.ids).tobytes())
    print(
        json.dumps(
            {
                "digest": digest.hexdigest(),
                "peer": f"tokenizers {tokenizers.__version__} encode_batch_fast",
                "threads": os.cpu_count(),
                "rows": len(texts),
                "tokens": tokens,
                "seconds": round(best, 3),
                "rows_per_second": round(len(texts) / best),
            }
        )
    )


if __name__ == "__main__":
    main()

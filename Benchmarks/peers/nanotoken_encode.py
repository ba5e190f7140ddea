"""Times nanotoken on texts, one a line, as it reads them from a file with all threads.

    python nanotoken_encode.py VOCAB.txt TEXTS [--lowercase] [--after OTHERS]

Its caches are empty, or filled with the texts of the file OTHERS before the clock starts. Prints one line of JSON; what
it makes is not written down. The hash is of all ids (as little-endian 16-bit numbers).
"""

import argparse
import hashlib
import importlib.metadata
import json
import os
import resource
import time

import nanotoken


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("vocabulary")
    parser.add_argument("texts")
    parser.add_argument("--lowercase", action="store_true")
    parser.add_argument("--after")
    asked = parser.parse_args()
    tokenizer = nanotoken.Tokenizer.from_vocab(asked.vocabulary, lowercase=asked.lowercase)
    if asked.after:
        tokenizer.encode_files(nanotoken.TextFileSource([asked.after], separator=b"\n"))
    start = time.perf_counter()
    rows = tokenizer.encode_files(nanotoken.TextFileSource([asked.texts], separator=b"\n"))
    seconds = time.perf_counter() - start
    print(
        json.dumps(
            {
                "peer": f"nanotoken {importlib.metadata.version('nanotoken')}",
                "threads": os.cpu_count(),
                "rows": len(rows),
                "tokens": rows.num_tokens,
                "seconds": seconds,
                "digest": hashlib.sha256(rows.ids.astype("<u2").tobytes()).hexdigest(),
                "bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            }
        )
    )


if __name__ == "__main__":
    main()

"""Writes what the reference tokenizers make of many texts, for ParityTests to compare with.

    python parity.py FOLDER [--data DIR] [--generated 1000000] [--slow 20000] [--only fast|slow]
    SPLITVOTE_PARITY=FOLDER swift test -c release --filter ParityTests

Texts: the data sets of SPLITVOTE_DATA (skipped where absent) and generated ones. References: the Rust library through
`tokenizers`; `transformers` 4 (its slow BertTokenizer) where that can be imported; and the functions of
google-research/bert's tokenization.py, written out in google_reference.py.
"""

import argparse
import gzip
import json
import os
import struct
import time
from pathlib import Path

import tokenizers
from tokenizers import BertWordPieceTokenizer

import hard_texts


def lines(path):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="\n") as file:
        return [line.rstrip("\n") for line in file]


def column(path, name):
    rows = lines(path)
    index = rows[0].split("\t").index(name)
    return [row.split("\t")[index] for row in rows[1:]]


def news(data):
    files = sorted((data / "naver-news-comments-2025q4").glob("*.tsv.gz"))
    return [text for path in files for text in column(path, "contents") if text]


def others(data):
    texts = []
    for name in ("ratings_train", "ratings_test"):
        texts += column(data / "nsmc-derived" / f"{name}.tsv.gz", "document")
    texts += column(data / "komentarze-pl" / "komentarze.tsv.gz", "comment")
    for folder in ("kornlu", "korean-hate-speech"):
        for path in sorted((data / folder).rglob("*")):
            if path.name.endswith((".tsv", ".tsv.gz", ".txt", ".txt.gz")):
                texts += [field for line in lines(path) for field in line.split("\t")]
    return [text for text in texts if text]


def write_rows(path, texts):
    with open(path, "wb") as file:
        for text in texts:
            encoded = text.encode("utf-8")
            file.write(struct.pack("<I", len(encoded)))
            file.write(encoded)


def write_ids(path, rows):
    with open(path, "wb") as file:
        for ids in rows:
            file.write(struct.pack(f"<{len(ids) + 1}I", len(ids), *ids))


def byte_places(text, offsets):
    """Character offsets as byte offsets."""
    ends = [0]
    for character in text:
        ends.append(ends[-1] + len(character.encode("utf-8")))
    return [place for start, end in offsets for place in (ends[start], ends[end])]


class Cases:
    def __init__(self, folder):
        self.folder = folder
        self.list = []

    def texts(self, name, texts):
        write_rows(self.folder / f"{name}.rows", texts)
        return name, texts

    def fast(self, name, texts, vocab, lowercase, strip_accents=None, places=False):
        tokenizer = BertWordPieceTokenizer(str(vocab), lowercase=lowercase, strip_accents=strip_accents)
        start = time.perf_counter()
        case = self.case("hf-fast", name, vocab, lowercase, strip_accents)
        rows, where = [], []
        for at in range(0, len(texts), 10_000):
            part = texts[at : at + 10_000]
            encode = tokenizer._tokenizer.encode_batch if places else tokenizer._tokenizer.encode_batch_fast
            for text, encoding in zip(part, encode(part)):
                rows.append(encoding.ids)
                if places:
                    where.append(byte_places(text, encoding.offsets[1:-1]))
        self.save(case, rows, where if places else None, time.perf_counter() - start)

    def pairs(self, name, firsts, seconds, vocab, lowercase, limit):
        """Pairs cut to `limit` ids, longest first, with the segment of each id."""
        tokenizer = BertWordPieceTokenizer(str(vocab), lowercase=lowercase)
        tokenizer.enable_truncation(limit)
        start = time.perf_counter()
        case = self.case("hf-fast", name, vocab, lowercase, None)
        ids, types = [], []
        for at in range(0, len(firsts), 1_000):
            part = list(zip(firsts[at : at + 1_000], seconds[at : at + 1_000]))
            for row in tokenizer._tokenizer.encode_batch(part):
                ids.append(row.ids)
                types.append(row.type_ids)
        self.save_pairs(case, limit, ids, types, start)

    def slow_pairs(self, name, firsts, seconds, vocab, limit, encode):
        start = time.perf_counter()
        case = self.case("hf-slow", name, vocab, False, None)
        rows = [encode(first, second, truncation="longest_first", max_length=limit)
                for first, second in zip(firsts, seconds)]
        self.save_pairs(
            case, limit, [row["input_ids"] for row in rows], [row["token_type_ids"] for row in rows], start)

    def save_pairs(self, case, limit, ids, types, start):
        case["name"] += f"-{limit}"
        case |= {"pairs": case["texts"].replace(".rows", "-second.rows"), "max_tokens": limit,
                 "types": case["name"] + ".types"}
        write_ids(self.folder / case["types"], types)
        self.save(case, ids, None, time.perf_counter() - start)

    def slow(self, mode, name, texts, vocab, lowercase, encode, strip_accents=None):
        start = time.perf_counter()
        case = self.case(mode, name, vocab, lowercase, strip_accents)
        self.save(case, [encode(text) for text in texts], None, time.perf_counter() - start)

    def case(self, mode, name, vocab, lowercase, strip_accents):
        return {
            "name": f"{mode}-{name}-{vocab.parent.name}-{vocab.stem}-{lowercase}-{strip_accents}".replace(" ", ""),
            "mode": mode, "texts": f"{name}.rows", "vocab": str(vocab), "lowercase": lowercase,
            "strip_accents": strip_accents,
        }  # fmt: skip

    def save(self, case, rows, places, seconds):
        case["expected"] = case["name"] + ".ids"
        write_ids(self.folder / case["expected"], rows)
        if places is not None:
            case["places"] = case["name"] + ".places"
            write_ids(self.folder / case["places"], places)
        case["reference_seconds"] = round(seconds, 2)
        self.list.append(case)
        print(case["name"], len(rows), "rows", f"{seconds:.1f} s", flush=True)


PAIRS = 10_000
LIMITS = (5, 6, 7, 12, 33, 128)


def pair_texts(cases, name, texts):
    """Neighbors as pairs, so that each text is once the first and once the second. Short ones: the library keeps all
    that it cuts off, in pieces of the limit's length."""
    texts = [text for text in texts if len(text) <= 200]
    firsts, seconds = texts[:-1], texts[1:]
    cases.texts(name, firsts)
    cases.texts(f"{name}-second", seconds)
    return name, firsts, seconds


def python_references(vocab, lowercase):
    """Encoders of the Python references that are at hand, by mode."""
    import google_reference

    google = google_reference.Tokenizer(vocab, lowercase)
    found = {"google": google.encode}
    try:
        from transformers import BertTokenizer
    except ImportError:
        print("transformers 4 is not installed: hf-slow is skipped")
        return found
    slow = BertTokenizer(str(vocab), do_lower_case=lowercase)
    if not slow.is_fast:
        found["hf-slow"] = slow.encode
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    beside = Path(__file__).resolve().parents[4] / "shared" / "data"
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("SPLITVOTE_DATA", beside)))
    parser.add_argument("--generated", type=int, default=1_000_000)
    parser.add_argument("--slow", type=int, default=20_000, help="texts for the Python references")
    parser.add_argument("--only", choices=["fast", "slow"], default=None)
    asked = parser.parse_args()
    folder = asked.folder
    folder.mkdir(parents=True, exist_ok=True)
    cases = Cases(folder)

    generated = hard_texts.generate(asked.generated, seed=20251)
    wide = folder / "wide" / "vocab.txt"
    wide.parent.mkdir(exist_ok=True)
    pieces = hard_texts.vocabulary(generated[:200_000], singles=200_000, words=20_000)
    wide.write_text("\n".join(pieces) + "\n", encoding="utf-8", newline="\n")
    vocabs = {"wide": wide}
    for name in ("kcbert/kcbert-base", "koelectra-vocab", "kpfbert-vocab"):
        path = asked.data / name / "vocab.txt"
        if path.exists():
            vocabs[name.split("/")[-1]] = path

    if asked.only != "slow":
        name, texts = cases.texts("generated", generated)
        for vocab in vocabs.values():
            cases.fast(name, texts, vocab, False)
            cases.fast(name, texts, vocab, True)
        cases.fast(name, texts, wide, True, strip_accents=False)
        cases.fast(name, texts, wide, False, strip_accents=True)
        name, texts = cases.texts("generated-places", generated[:100_000])
        cases.fast(name, texts, wide, False, places=True)
        cases.fast(name, texts, wide, True, places=True)
        if asked.data.exists():
            for name, texts in (("news", news(asked.data)), ("others", others(asked.data))):
                cases.texts(name, texts)
                for key, vocab in vocabs.items():
                    cases.fast(name, texts, vocab, False)
                    if key in ("wide", "kcbert-base"):
                        cases.fast(name, texts, vocab, True)
                if "kcbert-base" in vocabs:
                    cases.texts(f"{name}-places", texts)
                    for lowercase in (False, True):
                        cases.fast(f"{name}-places", texts, vocabs["kcbert-base"], lowercase, places=True)
        texts = generated[:PAIRS] + (others(asked.data)[:PAIRS] if asked.data.exists() else [])
        for limit in LIMITS:
            cases.pairs(*pair_texts(cases, "pairs", texts), vocabs.get("kcbert-base", wide), False, limit)
    if asked.only != "fast":
        name, texts = cases.texts("generated-slow", generated[: asked.slow])
        for lowercase in (False, True):
            for mode, encode in python_references(wide, lowercase).items():
                cases.slow(mode, name, texts, wide, lowercase, encode)
        slow = python_references(wide, False).get("hf-slow")
        if slow:
            for limit in LIMITS:
                cases.slow_pairs(
                    *pair_texts(cases, "pairs-slow", generated[: asked.slow // 4]), wide, limit, slow.__self__)
    index = {"tokenizers": tokenizers.__version__, "cases": cases.list}
    suffix = f"-{asked.only}" if asked.only else ""
    (folder / f"cases{suffix}.json").write_text(json.dumps(index, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Writes hard-set.json: texts that tokenizers get wrong, a vocabulary made of them, and the ids that each
reference gives. Run it once in each of two environments; the second run adds to what the first one wrote:

    python make_hard_set.py hf-fast google     with a current `tokenizers`
    python make_hard_set.py hf-slow            with `transformers` 4
"""

import hashlib
import itertools
import json
import platform
import sys
import textwrap
from pathlib import Path

import hard_texts
import tokenizers
from google_reference import Tokenizer as GoogleTokenizer
from tokenizers import BertWordPieceTokenizer

HERE = Path(__file__).parent
FILE = HERE / "hard-set.json"
SWIFT = HERE.parents[2] / "Sources/Trainer/Tokenization/Tables/HardTexts+Frozen.swift"
CASINGS = {"cased": (False, None), "uncased": (True, None), "lower": (True, False), "stripped": (False, True)}


def texts():
    found = ["", " ", "\n\t\r ", *hard_texts.WORDS, *hard_texts.EMOJI]
    odd = [chr(scalar) for scalar in hard_texts.ODD]
    for at in range(0, len(odd), 8):
        found.append(" ".join(f"a{character}b {character}" for character in odd[at : at + 8]))
    for count in (99, 100, 101, 199, 200, 201):
        found += ["가" * count, "x" * (count - 1) + "é", "\u1112\u1161\u11ab" * count]
    found += ["가나\u302E\u0301", "e\u0323\u0301\u0327", "\u1100\u1161\u11a8 각", "ΟΔΟΣ ΣΑΣ Σ ΑΣ.", "\U0001D165\u0334a"]
    found += [text for text in hard_texts.generate(400, seed=7) if 0 < len(text) < 60][:120]
    return found


def training_texts():
    """Words with frequencies that are all different, so that no tie decides."""
    stems = ["댓글", "공감", "대한민국", "정치", "사람", "하다", "하는", "합니다", "unaffable", "affable", "able", "ㅋㅋㅋ"]
    lines = []
    for at, stem in enumerate(stems):
        for offset, end in enumerate(["", "을", "들이", "에서", "!"]):
            lines.append((f"{stem}{end} x{offset}", 3 + 7 * at * at + 3 * offset * (at + 2)))
    return lines


def train(lines, size, lowercase):
    tokenizer = BertWordPieceTokenizer(lowercase=lowercase)
    tokenizer.train_from_iterator(lines, vocab_size=size, min_frequency=2, limit_alphabet=40, show_progress=False)
    return tokenizer.get_vocab()


def training():
    """A vocabulary that `tokenizers` trains the same way ten times over: no tie decides it."""
    counted = training_texts()
    lines = [line for line, times in counted for _ in range(times)]
    for size in range(120, 80, -1):
        runs = [sorted(train(lines, size, False)) for _ in range(10)]
        if all(run == runs[0] for run in runs):
            return {"lines": counted, "size": size, "limit_alphabet": 40, "pieces": runs[0]}
    raise SystemExit("ties decide every size")


def pairs(vocab, items):
    tokenizer = BertWordPieceTokenizer(str(vocab), lowercase=False)
    rows = []
    for limit in (5, 6, 7, 12, 13, 20):
        tokenizer.enable_truncation(limit)
        for first, second in items:
            encoding = tokenizer.encode(first, second)
            rows.append(
                {"first": first, "second": second, "max_tokens": limit, "ids": encoding.ids, "types": encoding.type_ids}
            )
    return rows


def encoders(mode, vocab):
    if mode == "hf-fast":
        for casing, (lowercase, accents) in CASINGS.items():
            tokenizer = BertWordPieceTokenizer(str(vocab), lowercase=lowercase, strip_accents=accents)
            yield casing, f"tokenizers {tokenizers.__version__}", lambda text, by=tokenizer: by.encode(text).ids
    elif mode == "google":
        for casing in ("cased", "uncased"):
            by = GoogleTokenizer(vocab, CASINGS[casing][0])
            yield casing, f"google_reference.py, Python {platform.python_version()}", by.encode
    else:
        import transformers

        for casing, (lowercase, accents) in CASINGS.items():
            by = transformers.BertTokenizer(str(vocab), do_lower_case=lowercase, strip_accents=accents)
            assert not by.is_fast
            made_by = f"transformers {transformers.__version__}, Python {platform.python_version()}"
            yield casing, made_by, by.encode


def certificate(found):
    """Hashes of the texts and of each reference's ids, as `ParityEvidence` of the Tokenization module describes them."""
    def digest(lines):
        return hashlib.sha256(b"".join(lines)).hexdigest()

    encoded = [text.encode("utf-8") for text in found["texts"]]
    hashes = {"texts": digest(b"%d %s\n" % (len(text), text) for text in encoded)}
    for name, expected in found["expected"].items():
        hashes[name] = digest(ids.encode() + b"\n" for ids in expected["ids"])
    return hashes


def places(vocab):
    """Start and end of each piece in bytes of the text, special tokens left out."""
    for casing in ("cased", "uncased"):
        tokenizer = BertWordPieceTokenizer(str(vocab), lowercase=CASINGS[casing][0])
        rows = []
        for text in texts():
            ends = [0, *itertools.accumulate(len(character.encode("utf-8")) for character in text)]
            offsets = tokenizer.encode(text).offsets[1:-1]
            rows.append(" ".join(f"{ends[start]}:{ends[end]}" for start, end in offsets))
        yield f"hf-fast {casing}", rows


def write_swift(found):
    words = []
    for text in found:
        for character, run in itertools.groupby(text):
            count = len(list(run))
            words.append(f"{ord(character):X}" + (f"x{count}" if count > 1 else ""))
        words.append(";")
    body = textwrap.fill(" ".join(words), 96, initial_indent=" " * 8, subsequent_indent=" " * 8)
    SWIFT.write_text(
        "// Made by Tests/Fixtures/tokenization/make_hard_set.py; do not edit.\n\n"
        "extension HardTexts {\n    /// Scalar values in hexadecimal; `x200` repeats one, `;` ends a text.\n"
        f'    static let frozen: StaticString = """\n{body}\n        """\n}}\n', encoding="ascii")


def main():
    found = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"expected": {}}
    found["texts"] = texts()
    found["vocabulary"] = hard_texts.vocabulary(found["texts"], singles=1500, words=200)
    vocab = HERE / "hard-vocab.tmp.txt"
    vocab.write_text("\n".join(found["vocabulary"]) + "\n", encoding="utf-8", newline="\n")
    for mode in sys.argv[1:]:
        for casing, made_by, encode in encoders(mode, vocab):
            rows = [" ".join(map(str, encode(text))) for text in found["texts"]]
            found["expected"][f"{mode} {casing}"] = {"made_by": made_by, "ids": rows}
    if "hf-fast" in sys.argv:
        some = found["texts"][3:40]
        found["pairs"] = pairs(vocab, list(zip(some[::3], some[1::3])))
        found["training"] = training()
        found["places"] = dict(places(vocab))
    found["certificate"] = certificate(found)
    write_swift(found["texts"])
    vocab.unlink()
    FILE.write_text(json.dumps(found, ensure_ascii=True, indent=0, sort_keys=True) + "\n", encoding="ascii")
    print(FILE, FILE.stat().st_size, "bytes", len(found["texts"]), "texts")


if __name__ == "__main__":
    main()

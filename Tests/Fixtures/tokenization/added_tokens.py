"""Random added tokens, their flags set at random: `splitvote tokenize` beside transformers' BertTokenizer.

    python added_tokens.py fixture hf-fast|hf-slow              adds to added-tokens.json, which AddedTokenTests reads
    python added_tokens.py compare hf-fast|hf-slow COMMAND [ROUNDS]

hf-slow needs `transformers` 4, hf-fast any. Of some settings `tokenizers` crashes ("AddedVocabulary bad split") or runs
out of memory; such texts are left out and counted.
"""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import transformers

FILE = Path(__file__).parent / "added-tokens.json"
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ROLES = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
CONTENT = [
    "코로나", "코로", "로나", "로나19", "@", "@@", "AB", "ab", "Ab", "B", "[NEW]", "[new]", "É", "é", "e\u0301", " x",
    "x ", "x y", "x", "y", "##a", "a", "ㅋㅋ", "ㅋ", "中", "中国", "İ", "!", "!!", "<url>", "<URL>", "_", "1", "각",
    "a\u200db", "Σ", "σ", "\ufb01",
]  # fmt: skip
PIECES = [
    "코", "##로", "##나", "로", "나", "##19", "1", "##9", "a", "b", "##a", "##b", "A", "B", "##A", "##B", "x", "y",
    "##x", "##y", "!", "@", "[", "]", "new", "NEW", "e", "é", "##é", "E", "É", "ㅋ", "##ㅋ", "ㅋㅋ", "中", "国", "<",
    ">", "url", "URL", "i", "##\u0307", "_", "각", "##각", "\u1100", "##\u1161", "##\u11a8", "mask", "MASK", "##e", "σ",
    "ς", "##σ", "##ς", "Σ", "fi", "\ufb01",
]  # fmt: skip
PARTS = [
    *CONTENT, *SPECIAL, "\u1100\u1161\u11a8", "[mask]", "[M\u200dASK]", " ", " ", " ", "  ", "\t", "\u3000", "\u00a0", "a", "b", "AB", "나",
    "코", ".", "ㅋ", "[", "]", "\u200b", "\u0301", "\x1c", "\x85",
]  # fmt: skip


def flags(random_, chance):
    return {name: random_.random() < chance for name in ("lstrip", "rstrip", "single_word")}


def settings(random_):
    vocab = SPECIAL + PIECES
    tokens = {
        str(number): {"content": token, **flags(random_, 0.1), "normalized": False, "special": True}
        for number, token in enumerate(SPECIAL)
    }
    new = len(vocab)
    for content in random_.sample(CONTENT, random_.randrange(0, 6)):
        number = vocab.index(content) if content in vocab else new
        new += number == new
        tokens[str(number)] = {
            "content": content, **flags(random_, 0.3), "normalized": random_.random() < 0.5,
            "special": random_.random() < 0.3,
        }  # fmt: skip
    found = {"do_lower_case": random_.random() < 0.5, "tokenizer_class": "BertTokenizer"}
    found |= dict(zip(ROLES, SPECIAL)) | {"added_tokens_decoder": tokens}
    if random_.random() < 0.3:
        found["strip_accents"] = random_.random() < 0.5
    if random_.random() < 0.2:
        found["tokenize_chinese_chars"] = False
    if random_.random() < 0.5:
        found["additional_special_tokens"] = [
            token["content"] for number, token in tokens.items() if token["special"] and int(number) > 4
        ]
    return found


def case(seed, count):
    random_ = random.Random(seed)
    found = settings(random_)
    texts = ["".join(random_.choice(PARTS) for _ in range(random_.randrange(1, 9))) for _ in range(count)]
    return found, texts


def write(folder, found):
    (folder / "vocab.txt").write_text("".join(f"{piece}\n" for piece in SPECIAL + PIECES), encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps(found), encoding="utf-8")


def encode(mode, folder, texts, sink):
    """In a separate process, because the reference may crash or take all memory."""
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    signal.alarm(30)
    fast = getattr(transformers, "BertTokenizerFast", transformers.BertTokenizer)
    tokenizer = (transformers.BertTokenizer if mode == "hf-slow" else fast).from_pretrained(folder)
    assert tokenizer.is_fast == (mode == "hf-fast")
    for text in texts:
        try:
            sink.write(json.dumps([text, tokenizer(text)["input_ids"]]) + "\n")
            sink.flush()
        except BaseException:  # a panic of the Rust library is no Exception
            pass


def reference(mode, folder, texts):
    with tempfile.TemporaryFile("w+") as sink:
        child = os.fork()
        if child == 0:
            try:
                encode(mode, folder, texts, sink)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        sink.seek(0)
        return [json.loads(line) for line in sink if line.endswith("\n")]


def compare(mode, command, rounds):
    total = crashed = 0
    different = []
    for seed in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            found, texts = case(seed, 200)
            write(Path(folder), found)
            pairs = reference(mode, folder, texts)
            ours = subprocess.run(
                [command, "tokenize", "--vocab", folder, "--mode", mode], capture_output=True, check=True,
                input="".join(f"{text}\n" for text, _ in pairs).encode())
        rows = [[int(number) for number in line.split()] for line in ours.stdout.decode().splitlines()]
        assert len(rows) == len(pairs)
        total += len(pairs)
        crashed += len(texts) - len(pairs)
        different += [(seed, text, row, ids) for (text, ids), row in zip(pairs, rows) if row != ids]
    for item in different[:10]:
        print("  seed {}, {!r}: ours {}, reference {}".format(*item))
    print(
        f"{mode}, transformers {transformers.__version__}: {total:,} texts under {rounds} settings, {len(different)} "
        f"different; the reference gave up on {crashed}")
    sys.exit(1 if different else 0)


def fixture(mode):
    stored = json.loads(FILE.read_text(encoding="ascii")) if FILE.exists() else {}
    cases = []
    for seed in range(1000, 1040):
        with tempfile.TemporaryDirectory() as folder:
            found, texts = case(seed, 12)
            write(Path(folder), found)
            pairs = reference(mode, folder, texts)
        cases.append({"configuration": json.dumps(found, ensure_ascii=False),
                      "texts": [text for text, _ in pairs], "ids": [" ".join(map(str, ids)) for _, ids in pairs]})
    stored["vocabulary"] = SPECIAL + PIECES
    stored[mode] = {"made_by": f"transformers {transformers.__version__}", "cases": cases}
    FILE.write_text(json.dumps(stored, indent=0, sort_keys=True) + "\n", encoding="ascii")
    print(FILE, FILE.stat().st_size, "bytes")


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    if sys.argv[1] == "fixture":
        fixture(sys.argv[2])
    else:
        compare(sys.argv[2], sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else 100)

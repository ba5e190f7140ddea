"""Trains byte-level and SentencePiece tokenizers and writes what the references make of many texts with them.

    python subword_parity.py FOLDER [--data DIR] [--generated 100000] [--rounds 5]
    SPLITVOTE_SUBWORDS=FOLDER swift test -c release --filter SubwordParityTests

Texts: the data sets of SPLITVOTE_DATA and generated ones. References: sentencepiece in batches with num_threads=1, and
tokenizers with TOKENIZERS_PARALLELISM=false; the median of some rounds, in seconds of the processor, is their time.
"""

import argparse
import json
import os
import random
import statistics
import time
import unicodedata
from pathlib import Path

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import hard_texts
import sentencepiece
from parity import news, others, write_ids, write_rows
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

AT_ONCE = 10_000
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
BLOCKS = [
    (0, 0x80), (0, 0x20), (0x80, 0x250), (0x300, 0x370), (0x370, 0x600), (0x600, 0x900), (0x900, 0x1100),
    (0x1100, 0x1200), (0x1E00, 0x2000), (0x2000, 0x2070), (0x2070, 0x2C00), (0x2580, 0x2590), (0x3000, 0x3100),
    (0x3130, 0x3190), (0x3190, 0x3400), (0x4E00, 0x9FFF), (0xAC00, 0xD7A4), (0xF900, 0xFB00), (0xFB00, 0xFE00),
    (0xFE00, 0xFFF0), (0xFFF0, 0x10000), (0x10000, 0x11000), (0x1D400, 0x1D800), (0x1F000, 0x1FB00),
    (0x20000, 0x2A000), (0xE0000, 0xE0200), (0, 0x110000),
]  # fmt: skip
ODD = [
    " ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u3000", "\u2003", "\u200b", "\u2581", "'s", "'re", "'LL", "'", "''", "``",
    " ' ", "a", "가", "12", "1,2", "3,", "!", "…", "<s>", "</s>", "<mask>", "<unk>", "<sep>", "<|endoftext|>", "[MASK]", "<pad>",
]  # fmt: skip


def character(draw, block=None):
    while True:
        scalar = draw.randrange(*(block or draw.choice(BLOCKS)))
        if not 0xD800 <= scalar < 0xE000:
            return chr(scalar)


def generated(count, texts):
    """Random characters of all scripts, texts with some put in, texts in other forms, odd spaces, long repeats."""
    draw = random.Random(7)
    rows = hard_texts.generate(count // 10, seed=20252)
    while len(rows) < count:
        kind, size = len(rows) % 7, draw.choice([0, 1, 2, 3, 5, 8, 13, 30, 80])
        text = draw.choice(texts)
        if kind == 0:
            rows.append("".join(character(draw) for _ in range(size)))
        elif kind == 1:
            block = draw.choice(BLOCKS)
            rows.append("".join(character(draw, block) for _ in range(size)))
        elif kind == 2:
            letters = list(text)
            for _ in range(draw.randrange(1, 6)):
                letters.insert(draw.randrange(len(letters) + 1), character(draw))
            rows.append("".join(letters))
        elif kind == 3:
            rows.append(unicodedata.normalize(draw.choice(["NFD", "NFKD", "NFC", "NFKC"]), text))
        elif kind == 4:
            rows.append("".join(draw.choice([*ODD, "ㅋ" * draw.randrange(1, 40)]) for _ in range(size)))
        elif kind == 5:
            unit = draw.choice(["ㅋ", "ㅎ", "가", "a", "ㅠ", " ", "하하", "1", "!", "ha", "\u0301"])
            rows.append((unit * draw.randrange(1, 60) + draw.choice(["", " ", "가"])) * draw.randrange(1, 6))
        else:
            rows.append(" ".join(draw.choice(texts) for _ in range(draw.choice([1, 1, 1, 2, 3, 5, 60]))))
    return rows


def sentencepiece_models(folder):
    def train(name, **settings):
        sentencepiece.SentencePieceTrainer.train(
            input=str(folder / "train.txt"), model_prefix=str(folder / name), character_coverage=0.9995,
            num_threads=1, minloglevel=2, hard_vocab_limit=settings["model_type"] == "bpe", **settings)
        return folder / f"{name}.model"

    user = ["ㅋㅋㅋ", "<sep>", "기자님"]
    return [
        train("unigram", model_type="unigram", vocab_size=16_000, input_sentence_size=15_000),
        train("unigram-bytes", model_type="unigram", vocab_size=8_000, byte_fallback=True, user_defined_symbols=user,
              normalization_rule_name="nfkc_cf", input_sentence_size=8_000),
        train("unigram-across", model_type="unigram", vocab_size=8_000, normalization_rule_name="identity",
              remove_extra_whitespaces=False, split_by_whitespace=False, input_sentence_size=5_000),
        train("bpe", model_type="bpe", vocab_size=8_000, input_sentence_size=8_000),
        train("bpe-bytes", model_type="bpe", vocab_size=8_000, byte_fallback=True, user_defined_symbols=user,
              add_dummy_prefix=False, input_sentence_size=8_000),
    ]  # fmt: skip


def byte_level_folders(folder):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train([str(folder / "train.txt")], trainers.BpeTrainer(
        vocab_size=16_000, special_tokens=SPECIAL, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))  # fmt: skip
    folders = []
    for name, prefix in ("gpt2", False), ("roberta", True):
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix)
        tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
        if name == "roberta":
            ends = [(token, tokenizer.token_to_id(token)) for token in ("</s>", "<s>")]
            tokenizer.post_processor = processors.RobertaProcessing(*ends, trim_offsets=True, add_prefix_space=prefix)
        folders.append(folder / name)
        folders[-1].mkdir(exist_ok=True)
        tokenizer.save(str(folders[-1] / "tokenizer.json"))
    return folders


def measured(encode, texts, rounds):
    seconds = []
    for _ in range(rounds):
        start = time.process_time()
        rows = []
        for at in range(0, len(texts), AT_ONCE):
            rows += encode(texts[at : at + AT_ONCE])
        seconds.append(time.process_time() - start)
    return rows, statistics.median(seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("SPLITVOTE_DATA", "data")))
    parser.add_argument("--generated", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    comments = news(asked.data)
    real = comments + others(asked.data)
    (asked.folder / "train.txt").write_text(
        "\n".join(" ".join(text.split()).replace("\0", " ") for text in comments[::40]), encoding="utf-8")
    sets = {"real": real, "generated": generated(asked.generated, real)}
    for name, texts in sets.items():
        write_rows(asked.folder / f"{name}.rows", texts)
    peers = []
    for path in sentencepiece_models(asked.folder):
        processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
        peers.append((path, lambda part, processor=processor: processor.encode(part, out_type=int, num_threads=1)))
    for path in byte_level_folders(asked.folder):
        tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
        peers.append((path, lambda part, tokenizer=tokenizer: [row.ids for row in tokenizer.encode_batch_fast(part)]))
    cases = []
    for path, encode in peers:
        for name, texts in sets.items():
            rows, seconds = measured(encode, texts, asked.rounds)
            expected = f"{path.stem}-{name}.ids"
            write_ids(asked.folder / expected, rows)
            cases.append({"model": path.name, "texts": f"{name}.rows", "expected": expected, "seconds": seconds})
            print(path.name, name, len(texts), "texts", round(seconds, 2), "s", flush=True)
    (asked.folder / "subwords.json").write_text(json.dumps(cases, indent=1))


if __name__ == "__main__":
    main()

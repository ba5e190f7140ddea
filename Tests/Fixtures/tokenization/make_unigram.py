"""Trains Unigram models with sentencepiece and writes what they are, for UnigramTrainerTests.

    python make_unigram.py FOLDER                # sentencepiece 0.2.0: FOLDER/0.model, 1.model, ... of subwords.json's texts
    python make_unigram.py FOLDER --describe     # sentencepiece 0.2.3: unigram.json, of these models
    python make_unigram.py FOLDER TEXTS SIZE...  # FOLDER/SIZE.model, of the lines of a file; then
    SPLITVOTE_UNIGRAM=FOLDER swift test -c release --filter UnigramTrainerTests

Versions after 0.2.0 find their first pieces in another way, and those before 0.2.3 cut texts otherwise where two cuts are equally
probable: what is trained is compared with 0.2.0, and the ids with 0.2.3.

Texts are taken as they are: no normalization but that of spaces. Sixteen threads are sentencepiece's usual number, and decide
how sums are rounded.
"""

import io
import json
import shutil
import sys
import time
from pathlib import Path

import sentencepiece
from sentencepiece import SentencePieceProcessor, SentencePieceTrainer

HERE = Path(__file__).resolve().parent


def trained(texts, size, coverage=0.9995):
    model = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(texts), model_writer=model, model_type="unigram", vocab_size=size, minloglevel=2,
        num_threads=16, character_coverage=coverage, normalization_rule_name="identity", hard_vocab_limit=False,
        pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, control_symbols=["[CLS]", "[SEP]", "[MASK]"])  # fmt: skip
    return model.getvalue()


def described(model, texts):
    processor = SentencePieceProcessor(model_proto=model)
    size = processor.get_piece_size()
    return {
        "pieces": [processor.id_to_piece(at) for at in range(size)],
        "ids": [processor.encode(text) for text in texts],
    }


def main():
    if len(sys.argv) > 3:
        folder, lines = Path(sys.argv[1]), Path(sys.argv[2])
        folder.mkdir(parents=True, exist_ok=True)
        texts = lines.read_text(encoding="utf-8").split("\n")
        shutil.copy(lines, folder / "texts.txt")
        for size in sys.argv[3:]:
            start = time.perf_counter()
            (folder / f"{size}.model").write_bytes(trained(texts, int(size)))
            print(size, "pieces,", round(time.perf_counter() - start, 1), "s", flush=True)
        return
    subwords = json.loads((HERE / "subwords.json").read_text(encoding="utf-8"))
    folder = Path(sys.argv[1])
    cases = ((600, 0.9995), (900, 0.98), (1200, 0.99))
    if "--describe" not in sys.argv:
        folder.mkdir(parents=True, exist_ok=True)
        for number, (size, coverage) in enumerate(cases):
            (folder / f"{number}.model").write_bytes(trained(subwords["training"], size, coverage))
        (folder / "version").write_text(sentencepiece.__version__)
        return
    found = {
        "versions": {"training": (folder / "version").read_text(), "ids": sentencepiece.__version__},
        "cases": [
            {"size": size, "coverage": coverage, **described((folder / f"{number}.model").read_bytes(), subwords["texts"])}
            for number, (size, coverage) in enumerate(cases)
        ],
    }
    (HERE / "unigram.json").write_text(json.dumps(found, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

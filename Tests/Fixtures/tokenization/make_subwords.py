"""Makes subwords.json: small byte-level and SentencePiece tokenizers, and what the references make of texts with them.

Trained on synthetic comments, which `splitvote demo-data FOLDER` writes:

    python make_subwords.py FOLDER/synthetic-20260105.tsv      # with tokenizers, sentencepiece and transformers 4

Those of families are the Python tokenizers of transformers, which run sentencepiece itself. KoBERT's own program does with a
text what XLNet's does, and looks the pieces up in a vocab.txt.
"""

import base64
import csv
import io
import json
import sys
import tempfile
from pathlib import Path

import hard_texts
import sentencepiece
import tokenizers
import transformers
from sentencepiece import SentencePieceProcessor, SentencePieceTrainer
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

HERE = Path(__file__).resolve().parent
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]

# A character map of its own, since that of NFKC takes 240 KB: what it does is here in small.
RULES = [
    ("FF21", "41"), ("FF22", "62"), ("3000", "20"), ("A0", "20"), ("200B", ""), ("AD", ""), ("A8", "20 308"),
    ("FB01", "66 69"), ("1100 1161", "AC00"), ("1100 1161 11A8", "AC01"), ("AC00 11A8", "AC01"), ("314B", "110F"),
    ("65 301", "E9"), ("2026", "2E 2E 2E"), ("33A1", "6D 32"), ("1F602", "3A 29"),
    ("FDFA", "635 644 649 20 627 644 644 647"), ("1D400", "41"), ("9", "20"), ("A", "20"), ("D", "20"),
]  # fmt: skip

ODD = [
    "", " ", "  ", " \u3000 ", "가", " 가", "가 ", "  가  나  ", "가\u3000나", "가 \u200b 나", "\u200b", "▁", "가▁나", "▁▁가", "가▁",
    "\u1100\u1161\u11a8 \uac00\u11a8", "ＡＢ㎡ﬁ", "e\u0301 é", "ㅋㅋㅋㅋㅋ ㅋㅋㅋ ㅋ", "ㅋ" * 50, "댓글 " * 30, "😂😂", "\U0001d400\ufdfa",
    "x\u00a8y \u00a8", "12,345원, 3,", "it's they're I'LL 'tis ''s", "a\n\nb", "a \n b", "a\t b", "\n", " \n ", "a  ", "!!! ??", "!'s",
    "１２ ½ Ⅷ 2²", "a\u0301\ufe0f\u200d", "<mask>가 <mask>", " <mask> ", "<s>가</s>", "<sep>가<sep>", "기자님기자님", "기자 님",
    "\x00\x01\x7f", "\ufffd\uffff", "𠀀𪛖", "العربية ไทย", "a" * 40, "가나다라마바사아자차카타파하" * 3, "\u0130stanbul", "\r\n가\r\n",
]  # fmt: skip


def demo_texts(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row["contents"] for row in rows if row["contents"]]


def byte_places(text, offsets):
    ends = [0]
    for character in text:
        ends.append(ends[-1] + len(character.encode()))
    return [place for start, end in offsets for place in (ends[start], ends[end])]


def byte_level(texts, size):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=size, min_frequency=2, special_tokens=SPECIAL, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))  # fmt: skip
    return tokenizer


def roberta(tokenizer, prefix):
    """As RobertaTokenizerFast has it."""
    made = Tokenizer.from_str(tokenizer.to_str())
    made.add_special_tokens([AddedToken("<mask>", lstrip=True, normalized=False, special=True)])
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix)
    ids = {token: made.token_to_id(token) for token in SPECIAL}
    made.post_processor = processors.RobertaProcessing(
        ("</s>", ids["</s>"]), ("<s>", ids["<s>"]), trim_offsets=True, add_prefix_space=prefix)
    return made


def gpt2(tokenizer):
    made = Tokenizer.from_str(tokenizer.to_str())
    made.post_processor = processors.ByteLevel(trim_offsets=False)
    return made


def byte_level_case(tokenizer, texts):
    encodings = [tokenizer.encode(text) for text in texts]
    pairs = [tokenizer.encode(one, two) for one, two in zip(texts, texts[1:])]
    return {
        "files": {"tokenizer.json": tokenizer.to_str()},
        "ids": [encoding.ids for encoding in encodings],
        "places": [byte_places(text, encoding.offsets) for text, encoding in zip(texts, encodings)],
        "pairs": [encoding.ids for encoding in pairs],
    }


def sentencepiece_model(training, **settings):
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder) / "rules.tsv"
        rules.write_text("".join(f"{one}\t{two}\n" for one, two in RULES))
        model = io.BytesIO()
        SentencePieceTrainer.train(
            sentence_iterator=iter(training), model_writer=model, minloglevel=2, num_threads=1, hard_vocab_limit=False,
            normalization_rule_tsv=str(rules), character_coverage=0.995, **settings)
    return model.getvalue()


def sentencepiece_case(texts, training, **settings):
    model = sentencepiece_model(training, **settings)
    processor = SentencePieceProcessor(model_proto=model)
    places = []
    for text in texts:
        pieces = processor.encode(text, return_type="proto").pieces
        places.append([place for piece in pieces for place in (piece.begin, piece.end)])
    return {
        "model": base64.b64encode(model).decode(),
        "ids": [processor.encode(text) for text in texts],
        "places": places,
    }


def family_cases(texts, training):
    """XLM-R, ALBERT and KoBERT, of texts in which no special token stands."""
    cases = {}

    def add(name, file, model, files, ids, pairs):
        cases[name] = {
            "folder": {file: base64.b64encode(model).decode()}
            | {name: base64.b64encode(text.encode()).decode() for name, text in files.items()},
            "ids": [ids(text) for text in texts],
            "pairs": [pairs(one, two) for one, two in zip(texts, texts[1:])],
        }

    def whole(made):
        return made.encode, made.encode

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.model"
        plain = sentencepiece_model(training, vocab_size=700, model_type="unigram")
        path.write_bytes(plain)
        add("xlm-roberta", "sentencepiece.bpe.model", plain, {}, *whole(transformers.XLMRobertaTokenizer(str(path))))
        xlnet = transformers.XLNetTokenizer(str(path), do_lower_case=False, keep_accents=False)
        processor = SentencePieceProcessor(model_proto=plain)
        pieces = [processor.id_to_piece(at) for at in range(3, processor.get_piece_size())]
        lines = ["[UNK]", "[PAD]", "[CLS]", "[SEP]", "[MASK]", *pieces[::-1]]
        number = {piece: at for at, piece in enumerate(lines)}

        def inner(text):
            return [number.get(piece, 0) for piece in xlnet._tokenize(text)]

        add("kobert", "tokenizer_78b3253a26.model", plain, {"vocab.txt": "".join(line + "\n" for line in lines)},
            lambda text: [2, *inner(text), 3], lambda one, two: [2, *inner(one), 3, *inner(two), 3])
        albert = sentencepiece_model(
            training, vocab_size=700, model_type="unigram", pad_id=0, unk_id=1, bos_id=-1, eos_id=-1,
            control_symbols=["[CLS]", "[SEP]", "[MASK]"])
        path.write_bytes(albert)
        add("albert", "spiece.model", albert, {}, *whole(transformers.AlbertTokenizer(str(path))))
    return cases


def main():
    comments = demo_texts(sys.argv[1])
    training = comments[:1500]
    texts = ODD + comments[1500:1520] + [text[:60] for text in hard_texts.generate(70, seed=19)]
    trained = byte_level(training[:300], 600)
    user = ["ㅋㅋㅋ", "<sep>", "기자님"]
    special = {*SPECIAL, *hard_texts.SPECIAL, "<sep>", "<cls>", "<eod>", "<eop>"}
    plain = [text for text in texts if not any(token in text for token in special)]
    found = {
        "versions": {"tokenizers": tokenizers.__version__, "sentencepiece": sentencepiece.__version__,
                     "transformers": transformers.__version__,
                     "python": sys.version.split()[0]},
        "texts": texts,
        "training": training[:300],
        "family texts": plain,
        "families": family_cases(plain, training),
        "cases": {
            "roberta": byte_level_case(roberta(trained, False), texts),
            "roberta with a prefix space": byte_level_case(roberta(trained, True), texts),
            "gpt2": byte_level_case(gpt2(trained), texts),
            "unigram": sentencepiece_case(texts, training, vocab_size=700, model_type="unigram"),
            "unigram, bytes and symbols": sentencepiece_case(
                texts, training, vocab_size=900, model_type="unigram", byte_fallback=True, user_defined_symbols=user),
            "unigram across words": sentencepiece_case(
                texts, training, vocab_size=600, model_type="unigram", split_by_whitespace=False,
                remove_extra_whitespaces=False),
            "unigram, spaces behind": sentencepiece_case(
                texts, training, vocab_size=600, model_type="unigram", treat_whitespace_as_suffix=True),
            "bpe": sentencepiece_case(texts, training, vocab_size=700, model_type="bpe"),
            "bpe, bytes and symbols": sentencepiece_case(
                texts, training, vocab_size=900, model_type="bpe", byte_fallback=True, user_defined_symbols=user,
                add_dummy_prefix=False),
        },
    }  # fmt: skip
    (HERE / "subwords.json").write_text(
        json.dumps(found, ensure_ascii=True, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Makes tokenizer.json files whose steps are normalizers, pre-tokenizers and a model of Unigram or of BPE over characters, as
transformers' converters and the models of their time write them."""

import json
import tempfile
from pathlib import Path

import transformers
from sentencepiece import SentencePieceProcessor
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def converted(model, kind, **settings):
    """The fast tokenizer that transformers makes of a SentencePiece model."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.model"
        path.write_bytes(model)
        fast = getattr(transformers, f"{kind}TokenizerFast")(str(path), **settings)
        return Tokenizer.from_str(fast.backend_tokenizer.to_str())


def charsmap(model):
    from sentencepiece import sentencepiece_model_pb2

    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model)
    return proto.normalizer_spec.precompiled_charsmap


def unigram(model, scheme, split, bytes_too=False):
    """A Unigram model with the other settings of Metaspace, tokens looked for in normalized text, and odd steps."""
    processor = SentencePieceProcessor(model_proto=model)
    size = processor.get_piece_size()
    vocabulary = [(processor.id_to_piece(at), processor.get_score(at)) for at in range(size)]
    made = Tokenizer(models.Unigram(vocabulary, processor.unk_id(), byte_fallback=bytes_too))
    made.normalizer = normalizers.Sequence([
        normalizers.Precompiled(charsmap(model)), normalizers.Strip(left=scheme == "never", right=True),
        normalizers.Replace(Regex(" {2,}"), " "), normalizers.Replace("ㅋㅋㅋ", "ㅋㅋ")])  # fmt: skip
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme, split=split)
    made.add_tokens([
        AddedToken("기자님", normalized=True), AddedToken("ＡＢ", normalized=True, single_word=True),
        AddedToken("<sep>", normalized=False, rstrip=True)])  # fmt: skip
    return made


def kogpt2(texts, size):
    """As SentencePieceBPETokenizer of tokenizers trained it."""
    made = Tokenizer(models.BPE(unk_token="<unk>"))
    made.normalizer = normalizers.NFKC()
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=size, min_frequency=2, limit_alphabet=size // 2, special_tokens=SPECIAL, show_progress=False))  # fmt: skip
    return made


def gpt(texts, size):
    """As OpenAIGPTTokenizerFast has it."""
    made = Tokenizer(models.BPE(unk_token="<unk>", end_of_word_suffix="</w>"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=size, min_frequency=2, limit_alphabet=size // 2, special_tokens=["<unk>"],
        end_of_word_suffix="</w>", show_progress=False))  # fmt: skip
    return made


def gpt_files(made):
    """Its vocab.json and merges.txt."""
    with tempfile.TemporaryDirectory() as folder:
        made.model.save(folder)
        return {name: (Path(folder) / name).read_text(encoding="utf-8") for name in ("vocab.json", "merges.txt")}


def llama(texts, size):
    """BPE over whole texts, with bytes for what is unknown, as in 2023."""
    made = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    made.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    made.train_from_iterator([text.replace(" ", " ▁") for text in texts], trainers.BpeTrainer(
        vocab_size=size, special_tokens=["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))],
        limit_alphabet=size // 3, show_progress=False))  # fmt: skip
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)])
    return made


def reordered(made):
    """The same in the form of files of older versions: merges as texts, add_prefix_space instead of a scheme."""
    content = json.loads(made.to_str())
    content["model"]["merges"] = [" ".join(pair) for pair in content["model"]["merges"]]
    splitter = content["pre_tokenizer"]
    splitter.pop("prepend_scheme", None)
    splitter.pop("split", None)
    splitter["add_prefix_space"] = True
    return json.dumps(content, ensure_ascii=False)

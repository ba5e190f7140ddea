"""Writes small folders of sentence-transformers, and the vectors that it makes with them.

Run:  python make_sentences.py      (needs sentence-transformers, transformers, torch; writes beside itself)
      python make_sentences.py --real MODEL TEXTS FOLDER      (of a published model: FOLDER/model and FOLDER/vectors.json,
      which SPLITVOTE_SENTENCES names for SentenceVectorsTests; TEXTS has a text a line)

Three folders, as sentence-transformers itself saves them, of one BERT with every tensor drawn again: `mean` with Normalize and at
most 12 tokens, `cls`, and `max`. vectors.json has texts of mixed length, some of them longer than is read, and for each folder
their vectors, computed in one batch with padding, in float32 on one thread, and the versions.
"""

import json
import shutil
import sys
from pathlib import Path

import sentence_transformers
import torch
import transformers
from sentence_transformers import SentenceTransformer, models

HERE = Path(__file__).resolve().parent
WORDS = ["news", "comment", "vote", "reader", "un", "##fair", "##ly", "fair", "the", "of", "!", "?", ".", "기사", "댓글"]
LETTERS = [chr(code) for code in range(ord("a"), ord("z") + 1)]
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + LETTERS + ["##" + letter for letter in LETTERS] + WORDS
TEXTS = [
    "the news", "", "Unfairly!", "the comment of the reader of the news of the vote.", "vote", "기사 댓글 votes?",
    "a reader " * 20, "unknown ☃ sign", "fair fair fair",
]


def drawn(model):
    generator = torch.Generator().manual_seed(20261130)
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            noise = torch.randn(tensor.shape, generator=generator)
            tensor.copy_(1 + noise * 0.3 if "LayerNorm.weight" in name else noise * (0.3 if "LayerNorm" in name else 0.2))
    return model


def folder(name, pooling, normalize, longest):
    plain = HERE / "plain"
    shutil.rmtree(plain, ignore_errors=True)
    shutil.rmtree(HERE / name, ignore_errors=True)
    plain.mkdir()
    (plain / "vocab.txt").write_text("\n".join(PIECES) + "\n")
    transformers.BertTokenizerFast(str(plain / "vocab.txt"), do_lower_case=True, strip_accents=False).save_pretrained(plain)
    drawn(transformers.BertModel(transformers.BertConfig(
        vocab_size=len(PIECES), hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=20,
        max_position_embeddings=40, type_vocab_size=2))).save_pretrained(plain)
    encoder = models.Transformer(str(plain), max_seq_length=longest)
    parts = [encoder, models.Pooling(12, pooling_mode=pooling)] + ([models.Normalize()] if normalize else [])
    SentenceTransformer(modules=parts).save(str(HERE / name))
    shutil.rmtree(plain)
    (HERE / name / "README.md").unlink(missing_ok=True)
    model = SentenceTransformer(str(HERE / name), device="cpu").eval()
    return model.encode(TEXTS, batch_size=len(TEXTS), convert_to_numpy=True).astype(float).tolist()


def write(folder, texts, vectors):
    versions = {
        "sentence-transformers": sentence_transformers.__version__, "transformers": transformers.__version__,
        "torch": torch.__version__, "python": sys.version.split()[0],
    }
    text = json.dumps({"versions": versions, "texts": texts, "vectors": vectors}, ensure_ascii=False, indent=1)
    (folder / "vectors.json").write_text(text + "\n")


torch.set_num_threads(1)
if sys.argv[1:2] == ["--real"]:
    source, lines, target = map(Path, sys.argv[2:5])
    shutil.copytree(source, target / "model")
    texts = lines.read_text().splitlines()
    model = SentenceTransformer(str(target / "model"), device="cpu").eval()
    write(target, texts, {"model": model.encode(texts, batch_size=16).astype(float).tolist()})
else:
    write(HERE, TEXTS, {
        name: folder(name, name, name == "mean", 12 if name == "mean" else None) for name in ["mean", "cls", "max"]})

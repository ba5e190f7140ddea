"""Draws the initial weights of a small BERT classifier, by transformers, as a Hugging Face folder.

    python random_bert.py VOCABULARY OUT --seed N [--base]

VOCABULARY is a folder with vocab.txt. The model has 2 layers of 128 channels, 2 heads and two classes; with --base the 12
layers of 768 channels of BERT-base.
"""

import argparse
import shutil
from pathlib import Path

import transformers


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("vocabulary", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--base", action="store_true")
    asked = parser.parse_args()
    transformers.logging.set_verbosity_error()
    pieces = (asked.vocabulary / "vocab.txt").read_bytes().count(b"\n")
    small = dict(hidden_size=128, num_hidden_layers=2, num_attention_heads=2, intermediate_size=512)
    config = transformers.BertConfig(
        vocab_size=pieces, max_position_embeddings=300, num_labels=2, **({} if asked.base else small))
    transformers.set_seed(asked.seed)
    transformers.BertForSequenceClassification(config).save_pretrained(asked.out)
    for name in ("vocab.txt", "tokenizer_config.json"):
        if (asked.vocabulary / name).exists():
            shutil.copyfile(asked.vocabulary / name, asked.out / name)
    if not (asked.out / "tokenizer_config.json").exists():
        (asked.out / "tokenizer_config.json").write_text(
            '{"tokenizer_class": "BertTokenizer", "do_lower_case": false, "model_max_length": 300}\n')


if __name__ == "__main__":
    main()

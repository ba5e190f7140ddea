"""Times transformers' pipeline on texts, one a line.

    python transformers_answers.py MODEL TEXTS [--batch 1]

Prints one line of JSON: seconds for answering, and of each text the probability of the last class.
"""

import argparse
import json
import time
from pathlib import Path

import torch
import transformers


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("texts", type=Path)
    parser.add_argument("--batch", type=int, default=1)
    asked = parser.parse_args()
    transformers.logging.set_verbosity_error()
    texts = asked.texts.read_text(encoding="utf-8").split("\n")[:-1]
    answer = transformers.pipeline(
        "text-classification", model=asked.model, tokenizer=asked.model, batch_size=asked.batch, device="cpu",
        top_k=None)
    last = answer.model.config.id2label[answer.model.config.num_labels - 1]
    start = time.perf_counter()
    answers = answer(texts, truncation=True, max_length=300)
    seconds = time.perf_counter() - start
    probabilities = [next(score["score"] for score in row if score["label"] == last) for row in answers]
    print(
        json.dumps(
            {
                "peer": f"PyTorch {torch.__version__}, transformers {transformers.__version__}, batches of {asked.batch}",
                "seconds": seconds,
                "probabilities": probabilities,
            }
        )
    )


if __name__ == "__main__":
    main()

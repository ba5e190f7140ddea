"""Fine-tunes BERT with the Trainer of transformers on splitvote's shards and tells its accuracy on dev.

    python transformers_trainer.py SHARDS MODEL --seed N --epochs N --learning-rate R [--threads N]

MODEL is a Hugging Face folder with weights. Settings are splitvote's, said where they are not the Trainer's own: batches
of 32, warm-up in the first tenth of the steps, decay 0.01. The order of the rows and the dropout are the Trainer's own,
from its seed.

Prints one line of JSON: steps, seconds of training, and the accuracy and macro F1 on dev after each epoch.
"""

import argparse
import json
import logging
import tempfile
import time
import warnings
from pathlib import Path

import torch
import transformers

from transformers_train import padded, rows_of


class Rows(torch.utils.data.Dataset):
    """The rows of one side of the shards."""

    def __init__(self, folder, side):
        self.rows, self.labels = rows_of(folder, side)

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, row):
        return self.rows[row], self.labels[row]


def batch_of(rows):
    """Rows padded to the longest of them."""
    return padded([ids for ids, _ in rows]) | {"labels": torch.stack([label for _, label in rows])}


def scores(answers):
    found, labels = answers.predictions.argmax(-1), answers.label_ids
    f1 = []
    for side in (0, 1):
        hits = ((found == side) & (labels == side)).sum()
        f1.append(2 * hits / max(1, (found == side).sum() + (labels == side).sum()))
    return {"accuracy": float((found == labels).mean()), "macro_f1": float(sum(f1) / 2)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shards", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--learning-rate", type=float, required=True)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(asked.threads)

    model = transformers.BertForSequenceClassification.from_pretrained(asked.model, dtype=torch.float32)
    with tempfile.TemporaryDirectory() as folder:
        settings = transformers.TrainingArguments(
            output_dir=folder, use_cpu=True, seed=asked.seed, num_train_epochs=asked.epochs,
            per_device_train_batch_size=32, per_device_eval_batch_size=128,
            learning_rate=asked.learning_rate, warmup_steps=0.1, weight_decay=0.01,
            eval_strategy="epoch", save_strategy="no", logging_strategy="no", report_to="none", disable_tqdm=True)
        trainer = transformers.Trainer(
            model=model, args=settings, train_dataset=Rows(asked.shards, "train"),
            eval_dataset=Rows(asked.shards, "dev"), data_collator=batch_of, compute_metrics=scores)
        trainer.remove_callback(transformers.PrinterCallback)
        start = time.perf_counter()
        trainer.train()
        seconds = time.perf_counter() - start
    told = [line for line in trainer.state.log_history if "eval_accuracy" in line]
    print(json.dumps({
        "peer": f"PyTorch {torch.__version__}, transformers {transformers.__version__}, its Trainer",
        "seconds": round(seconds, 3),
        "steps": trainer.state.global_step,
        "dev": [{"accuracy": line["eval_accuracy"], "macro_f1": line["eval_macro_f1"]} for line in told],
    }))


if __name__ == "__main__":
    main()

"""Pretrains a small BERT on masked words with transformers, as its run_mlm.py does, and tells its speed.

    python transformers_pretrain.py TEXTS VOCABULARY CONFIG [--steps 8] [--warm 2]

TEXTS has one text a line, VOCABULARY is a folder with vocab.txt, CONFIG a config.json. The Trainer of transformers with
its collator for masked words (15 %, other ones in each epoch), each batch of 256 padded to its longest row, bfloat16 by
autocast, fused AdamW, both cores.

Prints one line of JSON: seconds and tokens of the steps after the first `--warm` ones, padding not counted.
"""

import argparse
import json
import tempfile
import time
import warnings
from pathlib import Path

import torch
import transformers


class Clock(transformers.TrainerCallback):
    """When each step ended."""

    def __init__(self):
        self.ends = []

    def on_step_end(self, arguments, state, control, **others):
        self.ends.append(time.perf_counter())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("texts", type=Path)
    parser.add_argument("vocabulary", type=Path)
    parser.add_argument("config", type=Path)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--warm", type=int, default=2)
    asked = parser.parse_args()
    warnings.filterwarnings("ignore")
    transformers.utils.logging.set_verbosity_error()
    tokenizer = transformers.BertTokenizerFast(vocab_file=str(asked.vocabulary / "vocab.txt"), do_lower_case=False)
    steps = asked.warm + asked.steps
    texts = asked.texts.read_text().split("\n")[: steps * 256]
    rows = [{"input_ids": ids} for ids in tokenizer(texts, truncation=True, max_length=128)["input_ids"]]
    config = transformers.BertConfig(**json.loads(asked.config.read_text()), vocab_size=len(tokenizer))
    collator = transformers.DataCollatorForLanguageModeling(tokenizer, mlm_probability=0.15)
    tokens = []

    def counted(batch):
        batch = collator(batch)
        tokens.append(int(batch["attention_mask"].sum()))
        return batch

    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        settings = transformers.TrainingArguments(
            output_dir=folder, max_steps=steps, per_device_train_batch_size=256, learning_rate=5e-4, weight_decay=0.01,
            use_cpu=True, bf16=True, optim="adamw_torch_fused", save_strategy="no", report_to=[], disable_tqdm=True,
            logging_strategy="no", remove_unused_columns=False)
        trainer = transformers.Trainer(
            model=transformers.BertForMaskedLM(config), args=settings, data_collator=counted, train_dataset=rows,
            callbacks=[clock])
        trainer.remove_callback(transformers.PrinterCallback)
        trainer.train()
    seconds = clock.ends[-1] - clock.ends[asked.warm - 1]
    print(json.dumps({
        "seconds": seconds, "tokens": sum(tokens[asked.warm:steps]),
        "peer": f"transformers {transformers.__version__}, torch {torch.__version__}",
    }))


main()

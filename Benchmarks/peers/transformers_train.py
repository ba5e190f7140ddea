"""Fine-tunes BERT with PyTorch and transformers on splitvote's shards for a few steps and tells its speed and memory.

    python transformers_train.py SHARDS MODEL --precision fp32|bf16 --batching dynamic|sorted|flat|compiled
        [--steps 8] [--warm 2]

MODEL is a Hugging Face folder; without weights it starts from random ones. The rows come in the order in which
splitvote takes them, with its hyper-parameters: batch 32, dropout 0.1, AdamW with decay 0.01, clipping at 1.
`dynamic` pads each batch to its longest row, as the Trainer does by default; `sorted` first sorts pools of 50 batches
by length, as its LengthGroupedSampler does; `flat` puts the rows of a batch of the dynamic order end to end without
padding, each row's attention on its own; `compiled` is `sorted` through torch.compile with dynamic shapes. Its best
settings otherwise: fused AdamW, scaled-dot-product attention, both cores, bfloat16 by autocast.

Prints one line of JSON. Tokens are those of the texts, padding not counted; the first `--warm` steps are not measured.
"""

import argparse
import json
import resource
import time
import warnings
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file

from row_order import epoch_order


def rows_of(folder, side):
    """The rows' ids and labels, in the order of the shards."""
    rows, labels = [], []
    for path in sorted(Path(folder).glob(f"{side}-*.safetensors")):
        shard = load_file(path)
        ids, offsets = shard["input_ids"].to(torch.int64), shard["offsets"].tolist()
        rows += [ids[start:end] for start, end in zip(offsets, offsets[1:])]
        labels += shard["labels"].tolist()
    return rows, torch.tensor(labels)


def batches_of(order, rows, batching, size, warm, steps):
    """Row numbers of the batches to warm up on, and of those to measure."""
    if batching in ("dynamic", "flat"):
        return [order[at * size : (at + 1) * size] for at in range(warm + steps)]
    pool = 50 * size
    batches = []
    for at in range(0, len(order), pool):
        by_length = sorted(order[at : at + pool], key=lambda row: -len(rows[row]))
        batches += [by_length[start : start + size] for start in range(0, len(by_length), size)]
    # Every length in its share: the middles of equal stretches of all batches, from the longest to the shortest.
    batches.sort(key=lambda batch: -len(rows[batch[0]]))
    middles = [batches[(2 * step + 1) * len(batches) // (2 * steps)] for step in range(steps)]
    return batches[:warm] + middles


def padded(rows):
    ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    lengths = torch.tensor([len(row) for row in rows])
    mask = (torch.arange(ids.shape[1])[None, :] < lengths[:, None]).to(torch.int64)
    return {"input_ids": ids, "attention_mask": mask}


def flat(rows):
    """Rows end to end as one, with their positions, and how long each is."""
    lengths = [len(row) for row in rows]
    positions = torch.cat([torch.arange(length) for length in lengths])
    return torch.cat(rows)[None], positions[None], lengths


class FlatBert(torch.nn.Module):
    """The model's forward pass over rows that lie end to end: products over all tokens, attention row by row."""

    def __init__(self, model):
        super().__init__()
        self.model = model
        self.lengths = []
        transformers.AttentionInterface.register("flat", self.attend)
        model.set_attn_implementation("flat")

    def attend(self, module, query, key, value, attention_mask, dropout=0.0, scaling=None, **_):
        parts = zip(*(tensor.split(self.lengths, dim=2) for tensor in (query, key, value)))
        attended = [
            torch.nn.functional.scaled_dot_product_attention(*part, dropout_p=dropout, scale=scaling) for part in parts]
        return torch.cat(attended, dim=2).transpose(1, 2).contiguous(), None

    def forward(self, rows, labels):
        ids, positions, self.lengths = flat(rows)
        states = self.model.bert(input_ids=ids, position_ids=positions).last_hidden_state
        firsts = torch.tensor([0] + self.lengths[:-1]).cumsum(0)
        pooled = self.model.bert.pooler(states[0, firsts][:, None])
        scores = self.model.classifier(self.model.dropout(pooled))
        return torch.nn.functional.cross_entropy(scores, labels)


def optimizer_of(model, rate):
    plain = [p for n, p in model.named_parameters() if n.endswith("bias") or "LayerNorm" in n]
    decayed = [p for n, p in model.named_parameters() if not (n.endswith("bias") or "LayerNorm" in n)]
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, fused=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shards", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--precision", choices=["fp32", "bf16"], required=True)
    parser.add_argument("--batching", choices=["dynamic", "sorted", "flat", "compiled"], required=True)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--warm", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--seed", type=int, default=42)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    transformers.logging.set_verbosity_error()
    torch.manual_seed(asked.seed)

    rows, labels = rows_of(asked.shards, "train")
    order = epoch_order(len(rows), asked.seed, 0)
    batches = batches_of(order, rows, asked.batching, asked.batch_size, asked.warm, asked.steps)
    if (asked.model / "model.safetensors").exists():
        model = transformers.BertForSequenceClassification.from_pretrained(asked.model)
    else:
        config = transformers.BertConfig.from_pretrained(asked.model, num_labels=2)
        model = transformers.BertForSequenceClassification(config)
    model.train()
    if asked.batching == "flat":
        unpadded = FlatBert(model)
    called = torch.compile(model, dynamic=True) if asked.batching == "compiled" else model
    optimizer = optimizer_of(model, 3e-5)
    cast = torch.autocast("cpu", torch.bfloat16, enabled=asked.precision == "bf16")

    steps = []
    for batch in batches:
        texts = [rows[row] for row in batch]
        start = time.perf_counter()
        with cast:
            if asked.batching == "flat":
                computed = sum(len(text) for text in texts)
                loss = unpadded(texts, labels[batch])
            else:
                inputs = padded(texts)
                computed = inputs["input_ids"].numel()
                loss = called(**inputs, labels=labels[batch]).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        seconds = time.perf_counter() - start
        tokens = sum(len(text) for text in texts)
        steps.append({"tokens": tokens, "padded": computed, "seconds": round(seconds, 4)})
    measured = steps[asked.warm :]
    seconds = sum(step["seconds"] for step in measured)
    print(
        json.dumps(
            {
                "peer": f"PyTorch {torch.__version__}, transformers {transformers.__version__}",
                "threads": torch.get_num_threads(),
                "seconds": round(seconds, 3),
                "tokens_per_second": round(sum(step["tokens"] for step in measured) / seconds, 1),
                "padded_per_second": round(sum(step["padded"] for step in measured) / seconds, 1),
                "bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
                "steps": steps,
                "loss": loss.item(),
            }
        )
    )


if __name__ == "__main__":
    main()

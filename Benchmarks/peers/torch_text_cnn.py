"""Times steps of a Text-CNN in PyTorch on shards of splitvote: widths 3, 4 and 5 with 100 filters each, dropout .5, max-norm 3.

    python torch_text_cnn.py SHARDS --vocabulary 16000 [--steps 500] [--optimizer adamw] [--threads 2]

Rows come in random order in batches of 50, padded to the longest with four zeros on both sides. Prints one line of JSON.
"""

import argparse
import json
import time
from pathlib import Path

import numpy
import torch
from safetensors.numpy import load_file


class TextCNN(torch.nn.Module):
    def __init__(self, vocabulary, channels=300, widths=(3, 4, 5), filters=100, classes=2):
        super().__init__()
        self.words = torch.nn.Embedding(vocabulary + 1, channels, padding_idx=vocabulary)
        self.filters = torch.nn.ModuleList(torch.nn.Conv1d(channels, filters, width) for width in widths)
        self.dropout = torch.nn.Dropout(0.5)
        self.classifier = torch.nn.Linear(filters * len(widths), classes)

    def forward(self, ids):
        vectors = self.words(ids).transpose(1, 2)
        answers = [torch.relu(convolution(vectors)).amax(dim=2) for convolution in self.filters]
        return self.classifier(self.dropout(torch.cat(answers, dim=1)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shards", type=Path)
    parser.add_argument("--vocabulary", type=int, required=True)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--optimizer", choices=("adamw", "adadelta"), default="adamw")
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    torch.manual_seed(1)
    shard = load_file(sorted(asked.shards.glob("train-*.safetensors"))[0])
    ids, offsets, labels = shard["input_ids"].astype(numpy.int64), shard["offsets"], shard["labels"]
    model = TextCNN(asked.vocabulary)
    optimizer = (torch.optim.AdamW(model.parameters(), lr=1e-3) if asked.optimizer == "adamw"
                 else torch.optim.Adadelta(model.parameters(), lr=1, rho=0.95, eps=1e-6))
    order = numpy.random.default_rng(1).permutation(len(labels))
    tokens = 0
    start = time.perf_counter()
    for step in range(asked.steps):
        rows = order[step * 50:(step + 1) * 50]
        longest = max(offsets[row + 1] - offsets[row] for row in rows)
        batch = numpy.full((len(rows), longest + 8), asked.vocabulary)
        for place, row in enumerate(rows):
            batch[place, 4:4 + offsets[row + 1] - offsets[row]] = ids[offsets[row]:offsets[row + 1]]
            tokens += int(offsets[row + 1] - offsets[row])
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(torch.from_numpy(batch)), torch.from_numpy(labels[rows]))
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            model.classifier.weight.copy_(torch.renorm(model.classifier.weight, 2, 0, 1.5))
    seconds = time.perf_counter() - start
    print(json.dumps({
        "peer": f"PyTorch {torch.__version__}", "seconds": round(seconds, 3), "steps": asked.steps, "tokens": tokens,
        "loss": round(loss.item(), 4)}))


main()

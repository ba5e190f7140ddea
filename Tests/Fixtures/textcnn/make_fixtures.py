#!/usr/bin/env python3
"""Text-CNNs of PyTorch: scores, losses, gradients, and five steps of Adadelta with a largest norm of what leads to a score.

    python make_fixtures.py

Rows are padded with zeros on both sides, by as many tokens as the widest filter sees, so that every filter has a window without
a token, as in Kim's code (yoonkim/CNN_sentence) all rows but the longest have. Every tensor is drawn again, so that biases
count. Computed in float64 on one thread. Beside the right numbers stand those of models with one mistake each; they must be
far from the right ones, or the comparison shows nothing. Writes textcnn.json beside this file.

Made with Python 3.11.7, torch 2.15.0.
"""
import json
import pathlib

import torch

HERE = pathlib.Path(__file__).parent
VOCABULARY, CHANNELS, CLASSES = 61, 12, 3
STEPS, RHO, EPSILON, LIMIT = 5, 0.95, 1e-6, 1.2
LENGTHS = (1, 2, 9, 24, 4, 3)
CASES = {
    "non_static": {"widths": [2, 3, 5], "filters": 7}, "multichannel": {"widths": [3, 4, 5], "filters": 20},
    "static": {"widths": [1, 4], "filters": 16}, "random": {"widths": [4], "filters": 37},
}

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


class TextCNN(torch.nn.Module):
    def __init__(self, name, mistake=None):
        super().__init__()
        generator = torch.Generator().manual_seed(sorted(CASES).index(name) + 1)
        self.name, self.mistake = name, mistake
        self.widths, filters = CASES[name]["widths"], CASES[name]["filters"]
        self.tables = torch.nn.ModuleDict()
        for kind in ("words", "kept"):
            if kind == "kept" and name in ("random", "non_static") or kind == "words" and name == "static":
                continue
            self.tables[kind] = torch.nn.Embedding(VOCABULARY, CHANNELS)
            self.tables[kind].weight.requires_grad = kind == "words"
        self.filters = torch.nn.ModuleList(torch.nn.Conv2d(1, filters, (width, CHANNELS)) for width in self.widths)
        self.classifier = torch.nn.Linear(filters * len(self.widths), CLASSES)
        for parameter in self.parameters():
            # As Float32, which the other side starts from.
            drawn = torch.empty(parameter.shape).normal_(0, 0.4, generator=generator)
            parameter.data = drawn.float().double()

    def channels(self, ids):
        side = 0 if self.mistake == "no padding" else max(self.widths)
        tables = list(self.tables.values())[:1] if self.mistake == "one channel" else list(self.tables.values())
        for table in tables:
            vectors = table(torch.tensor(ids))
            short = max(0, max(self.widths) - len(ids)) if self.mistake == "no padding" else side
            yield torch.cat([torch.zeros(side, CHANNELS), vectors, torch.zeros(short, CHANNELS)])[None, None]

    def answers(self, ids):
        found = []
        for convolution in self.filters:
            parts = [torch.nn.functional.conv2d(channel, convolution.weight) for channel in self.channels(ids)]
            summed = sum(parts) + convolution.bias[None, :, None, None]
            if self.mistake == "windows with tokens only":
                width, side = convolution.weight.shape[2], max(self.widths)
                summed = summed[:, :, side - width + 1: side + len(ids)]
            if self.mistake == "mean":
                found.append(torch.relu(summed).mean(dim=2)[0, :, 0])
            elif self.mistake == "no relu":
                found.append(summed.amax(dim=2)[0, :, 0])
            else:
                found.append(torch.relu(summed).amax(dim=2)[0, :, 0])
        return torch.cat(found)

    def forward(self, rows):
        return self.classifier(torch.stack([self.answers(ids) for ids in rows]))

    def exported(self, gradients=False):
        """Tensors by the names and in the layout of the program."""
        def numbers(tensor):
            return [float(f"{value:.9g}") for value in tensor.flatten().tolist()]

        found = {}
        for kind, table in self.tables.items():
            name = "text_cnn.embedding.weight" if kind == "words" else "text_cnn.kept_embedding.weight"
            if not gradients or kind == "words":
                found[name] = table.weight.grad if gradients else table.weight
        for width, convolution in zip(self.widths, self.filters):
            weight = convolution.weight.grad if gradients else convolution.weight
            found[f"text_cnn.filters.{width}.weight"] = weight[:, 0].permute(1, 0, 2).reshape(-1, CHANNELS)
            found[f"text_cnn.filters.{width}.bias"] = convolution.bias.grad if gradients else convolution.bias
        for part in ("weight", "bias"):
            tensor = getattr(self.classifier, part)
            found[f"classifier.{part}"] = tensor.grad if gradients else tensor
        return {name: numbers(tensor.detach()) for name, tensor in found.items()}


def batch():
    generator = torch.Generator().manual_seed(5)
    # Row 2 repeats tokens: two windows of it are equal.
    rows = [torch.randint(0, VOCABULARY, (length,), generator=generator).tolist() for length in LENGTHS]
    rows[2] = rows[2][:4] + rows[2][:4] + rows[2][:1]
    return rows, [0, 2, 1, 1, 2, 0]


def train(name, mistake=None):
    rows, labels = batch()
    model = TextCNN(name, mistake)
    weights = model.exported()
    optimizer = torch.optim.Adadelta(
        (parameter for parameter in model.parameters() if parameter.requires_grad), lr=1,
        rho=0.9 if mistake == "rho" else RHO, eps=1e-3 if mistake == "epsilon" else EPSILON)
    losses, first = [], {}
    for step in range(STEPS):
        optimizer.zero_grad()
        logits = model(rows)
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor(labels))
        loss.backward()
        if step == 0:
            first = {"logits": logits.detach().flatten().tolist(), "gradients": model.exported(gradients=True)}
        losses.append(loss.item())
        optimizer.step()
        with torch.no_grad():
            if mistake == "norm of the filters":
                for convolution in model.filters:
                    convolution.weight.copy_(torch.renorm(convolution.weight, 2, 0, LIMIT / 4))
            elif mistake != "no norm":
                model.classifier.weight.copy_(torch.renorm(model.classifier.weight, 2, 0, LIMIT))
    return {"weights": weights, **first, "losses": losses, "trained": model.exported()}


def apart(one, other):
    return max(abs(a - b) for a, b in zip(one["losses"] + one["logits"], other["losses"] + other["logits"]))


def case(name):
    right = train(name)
    mistakes = ["no padding", "windows with tokens only", "mean", "no relu", "rho", "epsilon", "norm of the filters", "no norm"]
    if name == "multichannel":
        mistakes.append("one channel")
    wrong = {}
    for mistake in mistakes:
        found = train(name, mistake)
        print(f"{name}, {mistake}: {apart(found, right):.1e}")
        assert apart(found, right) > 1e-3, (name, mistake)
        wrong[mistake] = {"logits": found["logits"], "losses": found["losses"]}
    return {**CASES[name], **right, "mistakes": wrong}


def main():
    rows, labels = batch()
    document = {
        "made_with": {"torch": torch.__version__}, "vocabulary": VOCABULARY, "channels": CHANNELS, "classes": CLASSES,
        "rho": RHO, "epsilon": EPSILON, "limit": LIMIT, "rows": rows, "labels": labels,
        "cases": {name: case(name) for name in CASES},
    }
    (HERE / "textcnn.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")


main()

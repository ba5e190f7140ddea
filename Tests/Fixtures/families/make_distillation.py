#!/usr/bin/env python3
"""Makes distillation.json: what PyTorch computes with students that learn from the encoders beside it.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 transformers==5.24.0 safetensors numpy
    venv/bin/python make_distillation.py

Teachers have the weights of make_fixtures.py. A student's tensors, and the map between the widths, are 0.2 · cos(1.9 · (place
+ 1) + length of the name), normalizations' gains 1 more. The loss of a step is the mean over rows of weight · ((1 - w) · own +
w · T² · KL(teacher ‖ student) at temperature T), where row 1 has no label of its own, plus `hidden` times the mean squared
distances of states, of embeddings and of each layer, plus `attention` times those of the attention's scores before the
softmax; means over everything but padding. Student's layer m of M goes with the teacher's ⌊m · N / M⌋. Of classes of which a
row has any number the divergence is the mean over the classes, of numbers the squared distance. Computed in float64 on one
thread, without dropout. Of each gradient its norm and three projections are kept, on cos(0.37 · (place + 1) · number) for the
numbers 1, 2, 3.
"""
import json
import pathlib

import numpy
import torch
import transformers
from torch.nn import functional

from steps import padded, projections, train

HERE = pathlib.Path(__file__).parent
GOLDEN = json.loads((HERE / "golden.json").read_text())
TEMPERATURE, WEIGHT, HIDDEN, ATTENTION = 3.0, 0.7, 0.5, 0.25
ROW_WEIGHTS = [1.0, 1.0, 0.5, 2.0, 1.5]
UNLABELED = 1

# By name: the teacher, the student's family, what differs from the teacher's family fixture, what is learned.
CASES = {
    "narrow": ("bert", "bert", {"hidden_size": 16, "intermediate_size": 20, "num_hidden_layers": 1}, "classes"),
    "shallow": ("bert", "bert", {"num_hidden_layers": 1}, "classes"),
    "other-family": ("bert", "distilbert", {"n_layers": 2, "dim": 16}, "classes"),
    "electra": ("electra", "electra", {"num_hidden_layers": 1, "hidden_size": 16}, "classes"),
    "three-of-two": ("bert", "bert", {"num_hidden_layers": 3}, "classes"),
    "answers-alone": ("bert", "bert", {"num_hidden_layers": 1}, "classes"),
    "flags": ("bert", "bert", {"num_hidden_layers": 1}, "flags"),
    "numbers": ("bert", "bert", {"num_hidden_layers": 1}, "numbers"),
}


def fill(name, parameter):
    values = 0.2 * numpy.cos(1.9 * numpy.arange(1, parameter.numel() + 1) + len(name))
    if "norm" in name.lower() and name.endswith("weight"):
        values = values + 1
    with torch.no_grad():
        parameter.copy_(torch.tensor(values.astype(numpy.float32).reshape(tuple(parameter.shape))))


def layers_of(model):
    """Queries and keys of each layer."""
    body = model.base_model
    if hasattr(body, "transformer"):
        return [(layer.attention.q_lin, layer.attention.k_lin) for layer in body.transformer.layer]
    return [(layer.attention.self.query, layer.attention.self.key) for layer in body.encoder.layer]


def seen(model, batch):
    """Scores, states of embeddings and layers, and the attention's scores of each layer, `[rows, heads, tokens, tokens]`."""
    found, hooks = {}, []
    for number, pair in enumerate(layers_of(model)):
        for name, part in zip("qk", pair):
            hooks.append(part.register_forward_hook(lambda _, __, output, key=(number, name): found.update({key: output})))
    inputs, _ = padded(model.config, batch, batch["rows"])
    out = model(**inputs, output_hidden_states=True)
    for hook in hooks:
        hook.remove()
    heads = model.config.num_attention_heads
    split = lambda t: t.view(t.shape[0], t.shape[1], heads, -1).transpose(1, 2)
    attention = []
    for number in range(len(layers_of(model))):
        q, k = split(found[number, "q"]), split(found[number, "k"])
        attention.append(q @ k.transpose(2, 3) / q.shape[-1] ** 0.5)
    return out.logits, out.hidden_states, attention, inputs["attention_mask"].bool()


def flags(batch):
    return torch.tensor([[float((label + number + len(row)) % 2) for number in range(3)]
                         for row, label in zip(batch["rows"], batch["labels"])], dtype=torch.float64)


def scores(batch):
    return torch.tensor([[1.5 * label - 1 + len(row) / 10] for row, label in zip(batch["rows"], batch["labels"])], dtype=torch.float64)


def own_loss(kind, logits, batch):
    if kind == "classes":
        return functional.cross_entropy(logits, torch.tensor(batch["labels"]), reduction="none")
    if kind == "flags":
        return functional.binary_cross_entropy_with_logits(logits, flags(batch), reduction="none").mean(1)
    return ((logits - scores(batch)) ** 2).sum(1)


def teacher_loss(kind, logits, wanted):
    if kind == "classes":
        student, teacher = (functional.log_softmax(x / TEMPERATURE, 1) for x in (logits, wanted))
        return TEMPERATURE**2 * functional.kl_div(student, teacher, reduction="none", log_target=True).sum(1)
    if kind == "flags":
        both = lambda x: torch.stack([functional.logsigmoid(x / TEMPERATURE), functional.logsigmoid(-x / TEMPERATURE)])
        student, teacher = both(logits), both(wanted)
        return TEMPERATURE**2 * (teacher.exp() * (teacher - student)).sum(0).mean(1)
    return ((logits - wanted) ** 2).sum(1)


class Student(torch.nn.Module):
    def __init__(self, name):
        super().__init__()
        teacher, family, changes, self.kind = CASES[name]
        self.compares = name not in ("answers-alone", "flags", "numbers")
        opened = transformers.AutoModelForSequenceClassification.from_pretrained(HERE / teacher, attn_implementation="eager")
        self.teacher = [opened.double().eval()]  # in a list its parameters are not the student's
        config = transformers.AutoConfig.from_pretrained(HERE / family)
        for key, value in changes.items():
            setattr(config, key, value)
        config._attn_implementation = "eager"
        config.num_labels = 1 if self.kind == "numbers" else 3
        self.model = transformers.AutoModelForSequenceClassification.from_config(config, attn_implementation="eager")
        for n, parameter in self.model.named_parameters():
            fill(n, parameter)
        (own, other) = (self.model.config.hidden_size, opened.config.hidden_size)
        if self.compares and own != other:
            self.state_map = torch.nn.Linear(own, other)
            fill("state_map.weight", self.state_map.weight)
            fill("state_map.bias", self.state_map.bias)
        self.double().eval()

    def answers(self, batch):
        with torch.no_grad():
            logits, states, attention, real = seen(self.teacher[0], batch)
        # Scores are compared as float32 numbers.
        wanted = (logits[:, :1] if self.kind == "numbers" else logits).float().double()
        return wanted, states, attention

    def loss(self, batch):
        logits, states, attention, real = seen(self.model, batch)
        wanted, teacher_states, teacher_attention = self.answers(batch)
        rows = len(batch["rows"])
        weights = torch.tensor((ROW_WEIGHTS * rows)[:rows], dtype=torch.float64)
        labeled = torch.ones(rows, dtype=torch.float64)
        labeled[UNLABELED] = 0
        parts = (1 - WEIGHT) * labeled * own_loss(self.kind, logits, batch) + WEIGHT * teacher_loss(self.kind, logits, wanted)
        total = (weights * parts).sum() / weights.sum()
        if not self.compares:
            return total
        count, of = len(attention), len(teacher_attention)
        for layer in range(count + 1):
            own = states[layer][real]
            own = self.state_map(own) if hasattr(self, "state_map") else own
            total = total + HIDDEN * functional.mse_loss(own, teacher_states[layer * of // count][real])
        pairs = real[:, None, :, None] & real[:, None, None, :]
        for layer in range(count):
            other = teacher_attention[max(0, (layer + 1) * of // count - 1)]
            all_pairs = pairs.expand_as(other)
            total = total + ATTENTION * functional.mse_loss(attention[layer][all_pairs], other[all_pairs])
        return total


def name_of(name):
    return name.removeprefix("model.")


def main():
    torch.set_num_threads(1)
    answers = {
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "temperature": TEMPERATURE, "weight": WEIGHT, "hidden": HIDDEN, "attention": ATTENTION, "row_weights": ROW_WEIGHTS,
        "unlabeled_row": UNLABELED, "flags": [flags(batch).tolist() for batch in GOLDEN["batches"]],
        "scores": [scores(batch).flatten().tolist() for batch in GOLDEN["batches"]], "students": {},
    }
    for name, (teacher, family, changes, kind) in CASES.items():
        student = Student(name)
        loss = student.loss(GOLDEN["batches"][0])
        loss.backward()
        gradients = {name_of(n): projections(p.grad) for n, p in student.named_parameters() if p.grad is not None}
        student.zero_grad()
        answers["students"][name] = {
            "teacher": teacher, "family": family, "changes": changes, "kind": kind, "loss": loss.item(), "gradients": gradients,
            "answers": [student.answers(batch)[0].flatten().tolist() for batch in GOLDEN["batches"]],
            "losses": train(student, GOLDEN["batches"], lambda batch, _: student.loss(batch))[0],
        }
    (HERE / "distillation.json").write_text(json.dumps(answers, separators=(",", ":")) + "\n")


main()
